"""Coding a sample blind: words alone, without a theme that the machine or anybody else has found in them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from engagement.app import coding_sheets as sheets
from engagement.app import show
from engagement.app.coding_sheets import Answer, Press
from engagement.app.coding_work import CodingStore, Work, left_of, newest_sample
from engagement.app.roles import As, Profile
from engagement.coding.blind import BLIND, Sample, drawn
from engagement.coding.coding_sheet import Sheet, blind_sheet, done
from engagement.model import Excerpt
from engagement.themes import read_by_machine

PLACE = "coding-blind"  # in the browser's own state
HALF_WIDTH = 0.1  # of the interval that is wanted for alpha


@dataclass(frozen=True, slots=True)
class Way:
    """How far one tab is with a sample: what it saved, what it skipped, and the excerpt that is on the page.

    `open` stays as it came until a button is pressed, whatever is said elsewhere.
    """

    sample_id: str
    saved: tuple[str, ...] = ()
    skipped: frozenset[str] = frozenset()
    open: Sheet | None = None


def blind(work: Work, name: str, who: Profile) -> None:
    """The whole part."""
    with CodingStore.open(work.folder) as store:
        sample = newest_sample(store)
        left = left_of(store, work, sample, name) if sample else ()
    if sample is None:
        show.say("No sample is drawn yet. A sample is a small part of the answers that two people code on their own.")
        draw(work, name, who)
        return
    show.say(
        "Two people code the same sample without seeing what the machine or anybody else found. "
        "Then the two are compared. Tick nothing where no theme is there."
    )
    show.say(f"You have coded {len(sample.excerpt_ids) - len(left)} of {len(sample.excerpt_ids)}.")
    way: Way = st.session_state.get(PLACE) or Way(sample.sample_id)
    way = way if way.sample_id == sample.sample_id else Way(sample.sample_id)
    paper = way.open
    if paper is None or (paper.codebook, work.excerpts.get(paper.excerpt.excerpt_id), paper.coder) != (
        work.codebook,
        paper.excerpt,
        f"{BLIND}{name}",
    ):
        unseen = [one for one in left if one.excerpt_id not in way.skipped]
        paper = sheet_of(work, name, next(iter([*unseen, *left]), None))
    if paper is None:
        show.say("You have coded the whole sample. Thank you. An analyst can now compare it.")
        if way.saved and st.button(Press.LAST):
            go_back(work, name, way)
        return
    same = paper is way.open
    way = replace(way, open=paper)
    st.session_state[PLACE] = way
    answer = one(work, way, paper)
    if answer and same:
        press(work, name, way, paper, answer)


def sheet_of(work: Work, name: str, excerpt: Excerpt | None) -> Sheet | None:
    """An excerpt with what this coder said of it alone."""
    if excerpt is None:
        return None
    with CodingStore.open(work.folder) as store:
        return blind_sheet(excerpt, name, work.codebook, store.codings_of([excerpt.excerpt_id]))


def draw(work: Work, name: str, who: Profile) -> None:
    """An analyst draws the sample."""
    if who.role is not As.ANALYST:
        show.say("Ask an analyst to draw one.")
        return
    if st.button("Draw a sample", type="primary"):
        with st.spinner("Drawing a sample"), CodingStore.open(work.folder) as store:
            codings = store.coded.codings()
            made = drawn(read_by_machine(work.excerpts.values()), codings, HALF_WIDTH, work.settings.seed)
            store.sampled.save_sample(made, name)
        sheets.tell(f"{len(made.excerpt_ids)} excerpts were drawn. The machine learns nothing from them.")
        sheets.moved()
        st.rerun()


def one(work: Work, way: Way, paper: Sheet) -> Answer | None:
    """One excerpt, with the coder's own ticks alone, and what was pressed under it."""
    sheets.words(paper.excerpt, work)
    presses = [Press.SAVE, Press.SKIP, *([Press.LAST] if way.saved else [])]
    answer = sheets.asked(paper, work, "blind-sheet", presses)
    sheets.focus("blind-sheet")
    sheets.meanings(work)
    return answer


def press(work: Work, name: str, way: Way, paper: Sheet, answer: Answer) -> None:
    """What a button does."""
    excerpt_id = paper.excerpt.excerpt_id
    if answer.press is Press.LAST:
        go_back(work, name, way)
    if answer.press is Press.SAVE:
        made = done(paper, answer.chosen)
        with CodingStore.open(work.folder) as store:
            store.coded.add_codings(made.codings)
            store.sampled.add_judged([made.judged])
        sheets.tell("Saved.")
        way = replace(way, saved=(*way.saved, excerpt_id))
    else:
        way = replace(way, skipped=way.skipped | {excerpt_id})
    st.session_state[PLACE] = replace(way, open=None)
    sheets.moved()
    st.rerun()


def go_back(work: Work, name: str, way: Way) -> None:
    """The last excerpt that was saved comes again; what was saved of it holds until it is saved anew."""
    opened = sheet_of(work, name, work.excerpts.get(way.saved[-1]))
    st.session_state[PLACE] = replace(way, open=opened, saved=way.saved[:-1])
    sheets.tell("Here is your last excerpt again. What you saved counts until you save it anew.")
    sheets.moved()
    st.rerun()


def finished(work: Work, sample: Sample, name: str, *, must: bool) -> bool:
    """Whether `name` may see what others found in the sample: once done with it, or, unless they must, not begun."""
    with CodingStore.open(work.folder) as store:
        left = left_of(store, work, sample, name)
        begun = any(one.coder == f"{BLIND}{name}" for one in store.sampled.judged())
    return not left or not (must or begun)
