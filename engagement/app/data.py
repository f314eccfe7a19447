"""What the pages show of a project: loaded once, and again with each new edition of it.

A cache is keyed on the project and its edition, never on a DataFrame: Streamlit hashes a sample of a large
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

from engagement.app.reading import Reading
from engagement.app.serve import PROJECT_VARIABLE
from engagement.campaigns import few_sent
from engagement.config import Settings
from engagement.errors import UserError
from engagement.model import (
    Basis,
    Cell,
    Codebook,
    Coding,
    Count,
    Decision,
    DisclosureRule,
    Excerpt,
    Hidden,
    Question,
    Quote,
    Role,
    Round,
    StanceCoding,
)
from engagement.pipeline import slicer
from engagement.quotation.quoting import quote_book
from engagement.quotes import QuoteBook
from engagement.slices import PROTECTING, Slicer, shown
from engagement.store import DATABASE, Store
from engagement.storing.records import Place, SourceRow
from engagement.tagging.value_sets import ValueSets


class NoProject(UserError):
    """The app was started without a project."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a quote carries its theme: the words that decided, None where it is the quote as a whole."""

    words: str | None
    checked: bool  # a person accepted it; else the computer suggested it


@dataclass(frozen=True, slots=True)
class Opened:
    """A project as the pages read it. `asked` are the characteristics that somebody was asked about, and
    `known` besides those for which a discussion group was held.

    `codebook` is None before anything is coded.
    """

    held: Round
    sources: tuple[SourceRow, ...]
    rule: DisclosureRule
    codebook: Codebook | None
    numbers: Slicer
    quotes: QuoteBook
    value_sets: ValueSets
    asked: tuple[str, ...]
    known: tuple[str, ...]
    replaced: Mapping[str, int]
    copies: Cell
    decided: Mapping[tuple[str, str], Coding]
    excerpts: Mapping[str, Excerpt]
    questions: tuple[Question, ...]
    talked_of: tuple[str, ...]  # characteristics that excerpts mention
    stances: tuple[StanceCoding, ...]  # those that stand

    @property
    def names(self) -> dict[str, str]:
        """Theme key -> what a reader calls it, no two alike; empty before anything is coded."""
        themes = self.codebook.themes if self.codebook else ()
        used = Counter(theme.name for theme in themes)
        return {theme.key: theme.name if used[theme.name] == 1 else f"{theme.name} ({theme.key})" for theme in themes}

    def why(self, theme_key: str, quote: Quote) -> Reason:
        """Why `quote`, one of this theme's, was coded with it: never words outside the quote."""
        coding = self.decided[quote.excerpt_id, theme_key]
        printed = quote.spans or ((quote.start, quote.end),)
        parts = [(max(coding.because[0], first), min(coding.because[1], last)) for first, last in printed]
        start, end = max(parts, key=lambda part: part[1] - part[0])
        whole = (start, end) == (quote.start, quote.end) or start >= end
        words = None if whole else str(self.excerpts[quote.excerpt_id].text)[start:end].strip()
        return Reason(words, coding.decision is Decision.ACCEPTED)


def opened() -> Opened:
    """The project that the app was started with. Raises NoProject, BadInput."""
    project = folder()
    return _load(str(project), *_state(project))


def folder() -> Path:
    """The project that the app was started with. Raises NoProject."""
    named = os.environ.get(PROJECT_VARIABLE, "")
    if not named or not (Path(named) / DATABASE).exists():
        raise NoProject("No project is open. Close this page and start the app with: engagement app --project FOLDER")
    return Path(named)


def _state(project: Path) -> tuple[int, int]:
    """What changes whenever the pages have something else to show: the project's edition and its settings."""
    settings = project / "settings.toml"
    with Store.open(project) as store:
        return store.edition(), settings.stat().st_mtime_ns if settings.exists() else 0


@st.cache_resource(max_entries=1, show_spinner="Opening the project")
def _load(named: str, edition: int, settings: int) -> Opened:  # noqa: ARG001 - they are the cache's key
    project = Path(named)
    held = Settings.load(project)
    rule = held.disclosure_rule()
    with Reading.open(project) as store:
        participants, excerpts, sets = store.participants(), store.excerpts(), store.value_sets()
        codings = store.coded.published()
        numbers = slicer(store, rule)
        numbers.prepare()
        answered = {
            answer.characteristic
            for person in participants
            if person.role is Role.PARTICIPANT
            for answer in person.answers
        }
        groups, remits = {str(person.group) for person in participants if person.group}, store.remits()
        convened = {key for group in groups for key, _ in remits.get(group, ())}
        asked_of = {excerpt.question_id for excerpt in excerpts}
        talked_of = {tag.characteristic for tag in store.tags() if tag.basis is Basis.MENTIONED}
        return Opened(
            held=store.held_round(),
            sources=store.sources(),
            rule=rule,
            codebook=store.coded.codebook(),
            numbers=numbers,
            quotes=quote_book(store, rule, numbers, held),
            value_sets=sets,
            asked=tuple(key for key in sets.characteristics if key in answered),
            known=tuple(key for key in sets.characteristics if key in answered | convened),
            replaced=store.replaced_by_kind(),
            copies=_copies(store.copies(), rule),
            decided={(coding.excerpt_id, coding.theme_key): coding for coding in codings},
            excerpts={excerpt.excerpt_id: excerpt for excerpt in excerpts},
            questions=tuple(one for one in store.questions() if one.question_id in asked_of),
            talked_of=tuple(key for key in sets.characteristics if key in talked_of),
            stances=store.coded.published_stances(),
        )


def _copies(copied: Mapping[Place, Place], rule: DisclosureRule) -> Cell:
    """How many texts copy another; hidden beside a small campaign, which it would tell of."""
    if not copied:
        return Count(0)
    return Hidden(PROTECTING) if few_sent(copied, rule) else shown(len(copied), rule)
