"""Many answers at once: one theme accepted or rejected for all that are chosen, twenty a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import streamlit as st

from engagement.app import coding_sheets as sheets
from engagement.app import show
from engagement.app.coding_work import CodingStore, Work, left_blind
from engagement.codebook import with_parents
from engagement.coding.blind import counted
from engagement.coding.learning import decide, undo
from engagement.model import Coding, Decision, Excerpt
from engagement.themes import MACHINE, standing, waiting

PAGE = 20
UNDO, LISTED, AT = "coding-grid-undo", "coding-grid-listed", "grid-page"  # in the browser's own state
ALL = "any"  # no question has this id


class Which(StrEnum):
    """Which answers are listed."""

    SUGGESTED = "Suggested by the machine"
    DECIDED = "Decided by a person"
    REST = "Neither"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The theme to decide on, the question answered (ALL for any), and which of the answers to it."""

    theme: str
    question: str
    which: Which


@dataclass(frozen=True, slots=True)
class Listed:
    """The answers that a tab lists, as they were when it looked for them.

    Otherwise a tick for the whole page could fall on an answer that came on it while somebody else decided.
    """

    wanted: Wanted
    edition: int
    excerpt_ids: tuple[str, ...]
    secret: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What holds of one theme, by excerpt, and on which excerpts a person has decided."""

    holds: Mapping[str, Coding]
    decided: frozenset[str]

    @classmethod
    def of(cls, codings: Sequence[Coding]) -> Self:
        """From all that was said of the theme, the oldest first."""
        said = counted(codings)
        people = {one.excerpt_id for one in said if not one.coder.startswith(MACHINE)}
        holds = {one.excerpt_id: one for one in standing(said)}
        return cls(holds, frozenset(people - {one.excerpt_id for one in waiting(said)}))

    def which(self, excerpt_id: str) -> Which:
        """Where an answer is listed; what a person took back is the machine's again."""
        if excerpt_id in self.decided:
            return Which.DECIDED
        return Which.SUGGESTED if excerpt_id in self.holds else Which.REST

    def words(self, excerpt: Excerpt) -> str:
        """What is known of the theme on an answer."""
        now = self.holds.get(excerpt.excerpt_id)
        if excerpt.excerpt_id in self.decided:
            return "A person said that it is there." if now else "A person said that it is not there."
        if now is None:
            return "Not suggested."
        return f"Suggested, {100 * now.score:.0f} % likely, because of: “{excerpt.text.cut(*now.because)}”"


@dataclass(frozen=True, slots=True)
class Bulk:
    """What was decided last in this tab: it can be taken back as a whole."""

    excerpt_ids: tuple[str, ...]
    keys: tuple[str, ...]


def grid(work: Work, name: str) -> None:
    """The whole part."""
    show.say("Choose a theme, tick the answers that are alike, then say for all of them whether the theme is there.")
    wanted = choices(work)
    if UNDO in st.session_state and st.button("Undo the last decision on several"):
        take_back(work, name, st.session_state[UNDO])
    before: Listed | None = st.session_state.get(LISTED)
    held = before
    if held is None or held.wanted != wanted or held.edition != work.edition:
        held = st.session_state[LISTED] = listed(work, name, wanted)
    if before and before.wanted != wanted:
        st.session_state[AT] = 1
    if held.secret:
        show.say("Answers in the sample that you have still to code blind are left out.")
    if not held.excerpt_ids:
        show.say("There are no such answers. Choose something else above.")
        return
    page = page_of(len(held.excerpt_ids))
    form(work, name, held, held.excerpt_ids[PAGE * (page - 1) :][:PAGE], asked=held is before or before is None)


def listed(work: Work, name: str, wanted: Wanted) -> Listed:
    """The answers of a kind, as they are now."""
    with CodingStore.open(work.folder) as store:
        codings = store.codings_with(wanted.theme)
        secret = left_blind(store, work, name)
    known = Known.of(codings)
    ids = tuple(
        each
        for question, ids in work.answers.items()
        if wanted.question in (ALL, question)
        for each in ids
        if each not in secret and known.which(each) is wanted.which
    )
    return Listed(wanted, work.edition, ids, bool(secret))


def choices(work: Work) -> Wanted:
    """The theme to decide on, the question, and which of its answers."""
    key = st.selectbox(
        "Theme to decide on",
        work.codebook.keys,
        format_func=work.names.__getitem__,
        key="grid-theme",
        bind="query-params",
        width=show.READING_WIDTH,
    )
    question = ALL
    if len(work.answers) > 1:
        question = st.selectbox(
            "In answer to",
            [ALL, *work.answers],
            format_func=lambda each: "Anything" if each == ALL else work.questions.get(each) or "No question",
            key="grid-question",
            bind="query-params",
            width=show.READING_WIDTH,
        )
    which = st.radio("Show answers where the theme is", list(Which), key="grid-which", bind="query-params")
    return Wanted(key, question, which or Which.SUGGESTED)


def page_of(number: int) -> int:
    """Which page of the list is shown, counted from 1."""
    last = -(-number // PAGE)
    if last == 1:
        return 1
    st.session_state[AT] = min(st.session_state.get(AT, 1), last)
    return int(st.number_input(f"Page (of {last})", 1, last, key=AT, width=show.READING_WIDTH))


def form(work: Work, name: str, held: Listed, ids: Sequence[str], *, asked: bool) -> None:
    """The answers to tick, with the buttons that decide for all that are ticked; unless the list has just changed."""
    with CodingStore.open(work.folder) as store:
        known = Known.of([one for one in store.codings_of(ids) if one.theme_key == held.wanted.theme])
    key, excerpts = held.wanted.theme, [work.excerpts[each] for each in ids]
    with st.form("grid", border=False, width=show.READING_WIDTH):
        every = st.checkbox(f"Choose all {len(excerpts)} answers on this page", key=f"grid-{key}-every")
        chosen = []
        for number, excerpt in enumerate(excerpts, 1):
            with st.container(border=True, gap="xsmall"):
                if st.checkbox(f"Answer {number}", key=f"grid-{key}-{excerpt.excerpt_id}"):
                    chosen.append(excerpt.excerpt_id)
                show.say_as_typed(str(excerpt.text))
                if who := work.printed.get(excerpt.participant_id or ""):
                    show.say_as_typed(who)
                show.say_as_typed(known.words(excerpt))
        with st.container(horizontal=True):
            accept = st.form_submit_button("The theme is there", type="primary")
            reject = st.form_submit_button("The theme is not there")
    ids = ids if every else chosen
    if (accept or reject) and not asked:
        st.error("Nothing is saved: the list has changed. Please look at it again.", width=show.READING_WIDTH)
    elif (accept or reject) and not ids:
        st.error("Nothing is saved: tick at least one answer first.", width=show.READING_WIDTH)
    elif accept or reject:
        save(work, name, key, ids, Decision.ACCEPTED if accept else Decision.REJECTED)


def save(work: Work, name: str, key: str, ids: Sequence[str], decision: Decision) -> None:
    """Keeps one decision for many answers; a theme that is there brings those above it."""
    keys = [key]
    if decision is Decision.ACCEPTED:
        keys = [one for one in work.codebook.keys if one in with_parents(work.codebook, [key])]
    with CodingStore.open(work.folder) as store:
        codings = counted(store.codings_of(ids))
        store.coded.add_codings([made for one in keys for made in decide(ids, one, decision, name, codings)])
    st.session_state.pop(LISTED, None)
    st.session_state[UNDO] = Bulk(tuple(ids), tuple(keys))
    there = "there" if decision is Decision.ACCEPTED else "not there"
    sheets.tell(f"Saved, answers decided on: {len(ids)}. {work.names[key]} is {there}.")
    st.rerun()


def take_back(work: Work, name: str, last: Bulk) -> None:
    """The last decision on several answers as it was before."""
    with CodingStore.open(work.folder) as store:
        codings = store.codings_of(last.excerpt_ids)
        store.coded.add_codings([made for key in last.keys for made in undo(last.excerpt_ids, key, name, codings)])
    del st.session_state[UNDO]
    st.session_state.pop(LISTED, None)
    sheets.tell(f"Taken back, answers: {len(last.excerpt_ids)}.")
    st.rerun()
