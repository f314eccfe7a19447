"""What the pages show of a project: loaded once, and again as soon as its database or settings change.

A cache is keyed on the project and the state of its files, never on a DataFrame: Streamlit hashes a sample of a large
one, so that a redacted row could stay on the page. Everything here stays in the server; numbers go to a page only as
cells of the Slicer, and words only as cleared quotes.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from engagement.app.serve import PROJECT_VARIABLE
from engagement.blind import counted
from engagement.config import Settings
from engagement.errors import UserError
from engagement.model import Cell, Codebook, Coding, Count, Decision, DisclosureRule, Excerpt, Quote, Role, Round
from engagement.pipeline import slicer
from engagement.quotes import QuoteBook
from engagement.records import SourceRow
from engagement.slices import Slicer
from engagement.store import DATABASE, Store
from engagement.themes import standing
from engagement.value_sets import ValueSets


class NoProject(UserError):
    """The app was started without a project."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a quote carries its theme: the words that decided, None where it is the quote as a whole."""

    words: str | None
    checked: bool  # a person accepted it; else the computer suggested it


@dataclass(frozen=True, slots=True)
class Opened:
    """A project as the pages read it. `asked` are the characteristics that somebody was asked about.

    `codebook` is None before anything is coded. `emergent` holds only groups that enough people are behind.
    """

    held: Round
    sources: tuple[SourceRow, ...]
    rule: DisclosureRule
    codebook: Codebook | None
    numbers: Slicer
    quotes: QuoteBook
    value_sets: ValueSets
    asked: tuple[str, ...]
    emergent: tuple[tuple[tuple[str, ...], Cell], ...]
    emergent_hidden: bool
    replaced: Mapping[str, int]
    copies: int
    decided: Mapping[tuple[str, str], Coding]
    excerpts: Mapping[str, Excerpt]

    @property
    def names(self) -> dict[str, str]:
        """Theme key -> what a reader calls it, no two alike; empty before anything is coded."""
        themes = self.codebook.themes if self.codebook else ()
        used = Counter(theme.name for theme in themes)
        return {theme.key: theme.name if used[theme.name] == 1 else f"{theme.name} ({theme.key})" for theme in themes}

    def why(self, theme_key: str, quote: Quote) -> Reason:
        """Why `quote`, one of this theme's, was coded with it: never words outside the quote."""
        coding = self.decided[quote.excerpt_id, theme_key]
        start, end = max(coding.because[0], quote.start), min(coding.because[1], quote.end)
        whole = (start, end) == (quote.start, quote.end) or start >= end
        words = None if whole else str(self.excerpts[quote.excerpt_id].text)[start:end].strip()
        return Reason(words, coding.decision is Decision.ACCEPTED)


def opened() -> Opened:
    """The project that the app was started with. Raises NoProject, BadInput."""
    folder = os.environ.get(PROJECT_VARIABLE, "")
    if not folder or not (Path(folder) / DATABASE).exists():
        raise NoProject("No project is open. Close this page and start the app with: engagement app --project FOLDER")
    return _load(folder, _state(Path(folder)))


def _state(project: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes whenever the project does: a write lands first in the -wal file beside the database."""
    files = [project / name for name in (DATABASE, f"{DATABASE}-wal", "settings.toml")]
    stats = [(file.name, file.stat()) for file in files if file.exists()]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats if stat.st_size)


@st.cache_resource(max_entries=2, show_spinner="Opening the project")
def _load(folder: str, state: tuple[tuple[str, int, int], ...]) -> Opened:  # noqa: ARG001 - `state` is the cache's key
    project = Path(folder)
    rule = Settings.load(project).disclosure_rule()
    with Store.open(project) as store:
        participants, excerpts, sets = store.participants(), store.excerpts(), store.value_sets()
        codings = standing(counted(store.coded.codings()))
        numbers = slicer(store, rule)
        numbers.prepare()
        emergent = [(theme.words, numbers.people_behind(theme.excerpt_ids)) for theme in store.coded.emergent()]
        answered = {
            answer.characteristic
            for person in participants
            if person.role is Role.PARTICIPANT
            for answer in person.answers
        }
        return Opened(
            held=store.held_round(),
            sources=store.sources(),
            rule=rule,
            codebook=store.coded.codebook(),
            numbers=numbers,
            quotes=QuoteBook(excerpts, codings, participants, numbers, rule, sets),
            value_sets=sets,
            asked=tuple(key for key in sets.characteristics if key in answered),
            emergent=tuple((words, cell) for words, cell in emergent if isinstance(cell, Count)),
            emergent_hidden=any(not isinstance(cell, Count) for _, cell in emergent),
            replaced=store.replaced_by_kind(),
            copies=len(store.copies()),
            decided={(coding.excerpt_id, coding.theme_key): coding for coding in codings},
            excerpts={excerpt.excerpt_id: excerpt for excerpt in excerpts},
        )
