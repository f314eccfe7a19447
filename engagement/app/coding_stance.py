"""Where answers stand on what their question proposes: the least sure first, one after another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from engagement.app import coding_sheets as sheets
from engagement.app import show
from engagement.app.coding_sheets import Press
from engagement.app.coding_work import CodingStore, Work
from engagement.app.filters import STANCES
from engagement.model import Stance, StanceCoding

PLACE = "coding-stance"  # in the browser's own state


@dataclass(frozen=True, slots=True)
class Way:
    """How far one tab is with a question: what it saved, what it skipped, and the answer that is on the page.

    `first` is what was marked when that answer came: it stays until a button is pressed, whatever is said elsewhere.
    """

    question: str
    saved: tuple[str, ...] = ()
    skipped: frozenset[str] = frozenset()
    now: str = ""
    first: Stance = Stance.UNCLEAR


def stances(work: Work, name: str) -> None:
    """The whole part."""
    show.say("Say where each answer stands on the proposal. This is about for or against, not about a friendly tone.")
    question = st.selectbox(
        "Question",
        list(work.proposed),
        format_func=lambda each: work.questions.get(each, each),
        key="stance-question",
        bind="query-params",
        width=show.READING_WIDTH,
    )
    way: Way = st.session_state.get(PLACE) or Way(question)
    way = way if way.question == question else Way(question)
    with CodingStore.open(work.folder) as store:
        decided = store.stances_by_people()
    suggested = {one.excerpt_id: one for one in work.doubtful[question]}
    left = [each for each in suggested if each not in decided and each not in way.skipped]
    show.say(f"People have decided on {sum(each in decided for each in suggested)} of {len(suggested)} answers.")
    if way.now not in suggested:
        now = next(iter(left), "")
        way = replace(way, now=now, first=suggested[now].stance if now else Stance.UNCLEAR)
    st.session_state[PLACE] = way
    if not way.now:
        show.say("Nothing is left to decide here.")
        if way.saved and st.button(Press.LAST):
            go_back(way, decided)
        return
    one(work, name, way, suggested[way.now], decided)


def one(work: Work, name: str, way: Way, suggested: StanceCoding, decided: Mapping[str, Stance]) -> None:
    """One answer, with what the machine makes of it."""
    excerpt = work.excerpts[suggested.excerpt_id]
    show.say_as_typed(f"The proposal: {work.proposed[way.question]}")
    sheets.box(excerpt)
    options = list(Stance)
    likely, because = f"{100 * suggested.score:.0f} % likely", str(excerpt.text.cut(*suggested.because))
    with st.container(key="stance-sheet"), st.form(f"stance-{excerpt.excerpt_id}", width=show.READING_WIDTH):
        show.say_as_typed(f"The machine suggests: {STANCES[suggested.stance]} ({likely}), because of: “{because}”")
        chosen = st.radio(
            "Where does it stand?",
            options,
            index=options.index(way.first),
            format_func=STANCES.__getitem__,
            key=f"stance-{excerpt.excerpt_id}-radio",
        )
        with st.container(horizontal=True):
            save = st.form_submit_button(Press.SAVE, type="primary")
            skip = st.form_submit_button(Press.SKIP)
            last = bool(way.saved) and st.form_submit_button(Press.LAST)
    sheets.focus("stance-sheet")
    if save:
        keep(work, way, StanceCoding(excerpt.excerpt_id, chosen, name, 1.0, suggested.because))
    elif skip:
        st.session_state[PLACE] = replace(way, skipped=way.skipped | {excerpt.excerpt_id}, now="")
        sheets.moved()
        st.rerun()
    elif last:
        go_back(way, decided)


def keep(work: Work, way: Way, decision: StanceCoding) -> None:
    """Adds a decision after all that others took."""
    with CodingStore.open(work.folder) as store:
        store.coded.add_stances([decision])
    st.session_state[PLACE] = replace(way, saved=(*way.saved, decision.excerpt_id), now="")
    sheets.tell(f"Saved: {STANCES[decision.stance]}.")
    sheets.moved()
    st.rerun()


def go_back(way: Way, decided: Mapping[str, Stance]) -> None:
    """The last answer that was saved comes again; what was saved of it holds until it is saved anew."""
    last = way.saved[-1]
    st.session_state[PLACE] = replace(way, now=last, first=decided[last], saved=way.saved[:-1])
    sheets.tell("Here is your last answer again. What you saved counts until you save it anew.")
    sheets.moved()
    st.rerun()
