"""What can go wrong, in two kinds: the user can mend a `UserError`; anything else is our own defect."""

from __future__ import annotations


class UserError(Exception):
    """A sentence for the user: what was found, where, and what to do. Shown without a traceback.

    The sentence never quotes a participant's words.
    """


class BadInput(UserError):
    """A file, or a place in it, that cannot be used as it is."""

    def __init__(self, file: str, found: str, remedy: str, *, place: str = "") -> None:
        where = f"{file}, {place}" if place else file
        super().__init__(f"{where}: {found}. {remedy}.")
        self.file, self.place, self.found, self.remedy = file, place, found, remedy


class ModelMissing(UserError):
    """A language or embedding model that is not where the settings say."""


class RawTextLeak(TypeError):
    """A programmer tried to let raw words out by a door that is not the anonymiser's."""
