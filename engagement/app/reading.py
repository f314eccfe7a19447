"""A project's database that is read from and never written to: what is asked for twice is read once, and held once.

Numbers, quotes and pages rest on the same excerpts and codings, which in a large round are most of what the server
holds.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from sqlalchemy import Connection

from engagement.model import Coding, Excerpt, Participant, StanceCoding
from engagement.store import Store
from engagement.storing.coded import Coded


class Reading(Store):
    """The project as it was when each part of it was first read. Nothing may be written through it."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        super().__init__(connection, folder)
        self.coded = _ReadingCoded(connection)
        self._participants: tuple[Participant, ...] | None = None

    def excerpts(self) -> tuple[Excerpt, ...]:
        """As `Store` gives them, shared by all pages of an edition."""
        return words(str(self.folder), self.edition())

    def participants(self) -> tuple[Participant, ...]:
        """As `Store` gives them."""
        if self._participants is None:
            self._participants = super().participants()
        return self._participants


class _ReadingCoded(Coded):
    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._published: tuple[Coding, ...] | None = None
        self._published_stances: tuple[StanceCoding, ...] | None = None

    def published(self) -> tuple[Coding, ...]:
        if self._published is None:
            self._published = super().published()
        return self._published

    def published_stances(self) -> tuple[StanceCoding, ...]:
        if self._published_stances is None:
            self._published_stances = super().published_stances()
        return self._published_stances


@st.cache_resource(max_entries=1, show_spinner=False)
def words(named: str, edition: int) -> tuple[Excerpt, ...]:  # noqa: ARG001 - the edition is a part of the key
    """All excerpts of a project's edition. Raises ValueError when a stored text no longer matches."""
    with Store.open(Path(named)) as store:
        return store.excerpts()
