"""Teaching the machine: the excerpts that teach most, one after another, with suggestions to accept or reject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from engagement.app import coding_sheets as sheets
from engagement.app import show
from engagement.app.coding_sheets import Answer, Press
from engagement.app.coding_work import CodingStore, Work, left_blind
from engagement.coding.coding_sheet import Sheet, done, sheet
from engagement.coding.learning import NEXT, Said, next_to_code, undo
from engagement.errors import BadInput
from engagement.model import Coding, Excerpt
from engagement.quotation.memoguard import clean
from engagement.themes import MACHINE

BATCH = "coding-teach"  # in the browser's own state


@dataclass(frozen=True, slots=True)
class Batch:
    """Excerpts found to teach most, as one tab works through them.

    `open` is the excerpt that is on the page, as it was when it came, with all that was said of it then: what others
    say meanwhile is theirs. `saved` are the places that were saved, each with the themes decided on.
    """

    excerpts: tuple[Excerpt, ...]
    alike: Mapping[tuple[str, str], Excerpt]
    at: int = 0
    open: Sheet | None = None
    seen: tuple[Coding, ...] = ()
    saved: tuple[tuple[int, frozenset[str]], ...] = ()


def teach(work: Work, name: str) -> None:
    """The whole part."""
    with CodingStore.open(work.folder) as store:
        coded = store.coded_by_people()
    show.say(
        "The machine picks what it can learn most from. It learns when it codes again, "
        f"and the numbers on other pages change then. Excerpts that people have coded so far: {coded}."
    )
    batch: Batch | None = st.session_state.get(BATCH)
    if batch is not None and batch.at < len(batch.excerpts):
        one(work, name, batch)
        return
    if batch is not None:
        show.say(f"You are through these {len(batch.excerpts)}." if batch.excerpts else "Nothing is left to teach.")
        if batch.saved and st.button(Press.BACK):
            take_back(work, name, batch)
    if st.button(f"Find {NEXT} excerpts to code", type="primary"):
        with st.spinner("Looking for the excerpts that teach most. In a large round this takes a minute."):
            st.session_state[BATCH] = found(work, name)
        sheets.moved()
        st.rerun()


def found(work: Work, name: str) -> Batch:
    """A new batch. An example from a sample that `name` is still to code blind is left out."""
    with CodingStore.open(work.folder) as store:
        said = Said(store.coded.codings(), store.sampled.judged(), store.sampled.samples())
        secret = left_blind(store, work, name)
    queue = next_to_code(work.excerpts.values(), work.codebook, said, work.settings, work.cache)
    alike = {place: one for place, one in queue.alike.items() if one.excerpt_id not in secret}
    return Batch(queue.excerpts, alike)


def one(work: Work, name: str, batch: Batch) -> None:
    """One excerpt, to be coded. Where it or the codebook has changed since it came, a button that was pressed waits."""
    excerpt = work.excerpts.get(batch.excerpts[batch.at].excerpt_id)
    if excerpt is None:
        st.session_state[BATCH] = replace(batch, at=batch.at + 1, open=None)
        st.rerun()
    changed = batch.open is not None and (
        (batch.open.codebook, batch.open.excerpt, batch.open.coder) != (work.codebook, excerpt, name)
    )
    if changed:
        batch = replace(batch, open=None, saved=())
        show.say("The codebook, these words or your name have changed. Please look again before you save.")
    if batch.open is None:
        with CodingStore.open(work.folder) as store:
            seen = store.codings_of([excerpt.excerpt_id])
            secret = left_blind(store, work, name)
        if excerpt.excerpt_id in secret:  # a sample was drawn since
            st.session_state[BATCH] = replace(batch, at=batch.at + 1)
            st.rerun()
        opened = sheet(excerpt, name, work.codebook, seen, batch.alike)
        batch = replace(batch, open=opened, seen=seen)
    st.session_state[BATCH] = batch
    show.section(f"Excerpt {batch.at + 1} of {len(batch.excerpts)}")
    sheets.words(excerpt, work)
    memos(work, excerpt)
    assert batch.open is not None
    presses = [Press.SAVE, Press.SKIP, *([Press.BACK] if batch.saved else [])]
    answer = sheets.asked(batch.open, work, "coding-sheet", presses)
    sheets.focus("coding-sheet")
    sheets.meanings(work)
    if answer and not changed:
        press(work, name, batch, answer)


def press(work: Work, name: str, batch: Batch, answer: Answer) -> None:
    """What a button does; a memo that may not be kept keeps everything else on the page."""
    if answer.press is Press.BACK:
        take_back(work, name, batch)
    if answer.press is Press.SKIP:
        st.session_state[BATCH] = replace(batch, at=batch.at + 1, open=None)
        sheets.moved()
        st.rerun()
    try:
        save(work, name, batch, answer)
    except BadInput as error:
        st.error(f"Nothing is saved yet. {show.plain(str(error))}", width=show.READING_WIDTH)
        return
    sheets.moved()
    st.rerun()


def save(work: Work, name: str, batch: Batch, answer: Answer) -> None:
    """Keeps what was said of the open excerpt beside what others said. Raises BadInput for a memo with identifiers."""
    opened = batch.open
    if opened is None:
        return
    excerpt_id = opened.excerpt.excerpt_id
    memo = clean(answer.memo, "the memo")
    made = done(opened, answer.chosen)
    with CodingStore.open(work.folder) as store:
        others = beside(store.codings_of([excerpt_id]), batch.seen, name)
        store.coded.add_codings(made.codings)
        store.sampled.add_judged([made.judged])
        if memo:
            store.collected.add_memo(excerpt_id, name, memo)
    keys = frozenset(coding.theme_key for coding in made.codings)
    saved = (*batch.saved, (batch.at, keys))
    st.session_state[BATCH] = replace(batch, at=batch.at + 1, open=None, saved=saved)
    there = [work.names[key] for key in work.codebook.keys if key in answer.chosen]
    sheets.tell(f"Saved: {show.listed(there) or 'no theme'}{' and the memo' if memo else ''}.{_beside(others, work)}")


def beside(now: Sequence[Coding], seen: Sequence[Coding], name: str) -> tuple[Coding, ...]:
    """What other people have said of an excerpt since it came on the page."""
    return tuple(each for each in now if each not in seen and each.coder != name and not each.coder.startswith(MACHINE))


def _beside(others: Sequence[Coding], work: Work) -> str:
    names = work.names
    decided = dict.fromkeys(names[each.theme_key] for each in others if each.theme_key in names)
    if not decided:
        return ""
    return (
        f" Somebody else decided on {show.listed(list(decided))} while you had it open. Both are kept: "
        "where you both decided on a theme, yours counts, as the last word."
    )


def take_back(work: Work, name: str, batch: Batch) -> None:
    """The last excerpt that was saved here comes again, with what was said before."""
    at, keys = batch.saved[-1]
    excerpt_id = batch.excerpts[at].excerpt_id
    with CodingStore.open(work.folder) as store:
        codings = store.codings_of([excerpt_id])
        store.coded.add_codings([again for key in sorted(keys) for again in undo([excerpt_id], key, name, codings)])
    st.session_state[BATCH] = replace(batch, at=at, open=None, saved=batch.saved[:-1])
    sheets.tell("Your last decisions are taken back. Here is the excerpt again. A memo stays.")
    sheets.moved()
    st.rerun()


def memos(work: Work, excerpt: Excerpt) -> None:
    """What coders noted on an excerpt before."""
    with CodingStore.open(work.folder) as store:
        noted = [one for one in store.collected.memos() if one.subject == excerpt.excerpt_id]
    for memo in noted:
        show.say_as_typed(f"{memo.coder} noted: {memo.text}")
