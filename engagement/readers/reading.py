"""What the readers hand to ingest: plain words, never seen outside `ingest`, which wraps them as `RawText`."""

from __future__ import annotations

from dataclasses import dataclass

from engagement.model import FileCounts, Kind, Role

# None of these prints its words: a traceback or a log line that shows one shows the class alone.


class CannotRead(Exception):
    """Why a file can't be taken in: what was found, and what to do. Quotes nothing of the file."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(f"{found}. {remedy}.")
        self.found, self.remedy = found, remedy


@dataclass(frozen=True, slots=True, repr=False)
class Paragraph:
    """A paragraph or line of a document.

    `style` is "heading", "title", "bold" (the whole of it) or empty; `joined` says that it stands right under the line
    before, with no blank line between; `bold` is the bold text that it starts with. `label` is a speaker that the
    format itself names (a column, a voice tag): empty where the one before goes on, None where the format names none.
    """

    location: str
    text: str
    style: str = ""
    joined: bool = False
    bold: str = ""
    label: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """A table of a document, the first being number 1; a merged cell's text stands in each of its places."""

    number: int
    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Table


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Somebody that a source names, or only numbers: `code` is "P3" or "Participant 3", which is nobody's name.

    `listed_as` is set by the roster alone. `withdrawn` says that no word of theirs may go on: they refused to take
    part, or took their consent back.
    """

    names: tuple[str, ...] = ()
    code: str = ""
    listed_as: str = ""
    role: Role = Role.PARTICIPANT
    group: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    declared: tuple[tuple[str, str], ...] = ()
    may_publish: bool | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """A turn, response or paragraph; `person` and `question` are places in the reading's tuples."""

    location: str
    kind: Kind
    words: str
    person: int | None = None
    question: int | None = None


NOTHING_COUNTED = FileCounts()


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """All that a reader recovered from one file. Of `counts` it fills what it alone knows; ingest counts the rest."""

    turns: tuple[Said, ...]
    people: tuple[Person, ...] = ()
    questions: tuple[str, ...] = ()
    counts: FileCounts = NOTHING_COUNTED
    notes: tuple[str, ...] = ()
