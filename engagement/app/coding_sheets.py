"""One excerpt on the coding page: its words, its themes with the reasons for them, and what a coder said of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import streamlit as st

from engagement.app import show
from engagement.app.coding_work import Work
from engagement.coding.coding_sheet import Sheet
from engagement.model import Excerpt

FEW = 15  # themes that a blind coder is shown one by one; more are searched
TOLD = "coding-told"  # in the browser's own state: what was saved, told once at the top of the next page
MOVED, TIMES = "coding-moved", "coding-times"
FOCUS = """<script>  // {times}
(() => {{
  const first = document.querySelector(".st-key-{key} input, .st-key-{key} button");
  if (first) first.focus();
}})()
</script>"""


class Press(StrEnum):
    """The buttons under an excerpt."""

    SAVE = "Save and next"
    SKIP = "Skip"
    BACK = "Undo the last one"
    LAST = "Change the last one"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a coder pressed, with the themes that were ticked or added and the memo as typed."""

    press: Press
    chosen: frozenset[str]
    memo: str = ""


def words(excerpt: Excerpt, work: Work) -> None:
    """What was asked and what was said."""
    if wording := work.questions.get(excerpt.question_id or ""):
        show.say_as_typed(f"Question: {wording}")
    box(excerpt)


def box(excerpt: Excerpt) -> None:
    """What was said."""
    with st.container(border=True, width=show.READING_WIDTH):
        show.say_as_typed(str(excerpt.text))


def asked(sheet: Sheet, work: Work, key: str, presses: Collection[Press]) -> Answer | None:
    """The themes of an excerpt, to be ticked, added and saved; None until a button is pressed.

    What is ticked when the coder comes is what holds. A blind coder gets every theme and no tick but their own.
    """
    names = work.names
    every = sheet.blind and len(names) <= FEW
    ticked = [one for one in names if every or (not sheet.blind and one in sheet.holds | sheet.ruled_on)]
    others = [one for one in names if one not in ticked]
    with st.container(key=key), st.form(f"{key}-{sheet.excerpt.excerpt_id}", width=show.READING_WIDTH):
        if ticked:
            show.say(
                "Tick each theme that is there." if sheet.blind else "Take the tick away where a theme is not there."
            )
        chosen = {one for one in ticked if theme(sheet, one, names[one], key)}
        if others:
            chosen |= set(
                st.multiselect(
                    "Add other themes" if ticked else "Themes that are there",
                    others,
                    default=[one for one in others if one in sheet.holds],
                    format_func=names.__getitem__,
                    key=f"{key}-{sheet.excerpt.excerpt_id}-others",
                    select_all=False,
                    placeholder="Type to search",
                )
            )
        memo = "" if sheet.blind else st.text_area(
            "Memo, if you want to note why. Leave out names and addresses.",
            key=f"{key}-{sheet.excerpt.excerpt_id}-memo",
            height=80,
        )  # fmt: skip
        with st.container(horizontal=True):
            pressed = [
                each
                for each in presses
                if st.form_submit_button(each, type="primary" if each is Press.SAVE else "secondary")
            ]
    return Answer(pressed[0], frozenset(chosen), memo or "") if pressed else None


def theme(sheet: Sheet, theme_key: str, name: str, key: str) -> bool:
    """A theme to tick, with why it is suggested."""
    ticked = st.checkbox(
        show.label(name), theme_key in sheet.holds, key=f"{key}-{sheet.excerpt.excerpt_id}-{theme_key}"
    )
    if reason := sheet.reasons.get(theme_key):
        show.say_as_typed(f"The machine suggests it ({100 * reason.score:.0f} % likely) because of: “{reason.because}”")
        if reason.like:
            show.say_as_typed(f"It is like this one, where a person accepted the theme: “{reason.like}”")
    elif not sheet.blind:
        show.say_as_typed(
            "A person said that it is there." if theme_key in sheet.holds else "A person has to decide on it again."
        )
    return ticked


def meanings(work: Work) -> None:
    """What each theme means, to be opened."""
    names = work.names
    with st.expander("What the themes mean", width=show.READING_WIDTH):
        show.say_as_typed(
            "\n\n".join(f"{names[one.key]}: {one.definition or 'no definition yet'}" for one in work.codebook.themes)
        )


def tell(sentence: str) -> None:
    """Keeps a sentence for the next page: what was saved."""
    st.session_state[TOLD] = sentence


def told() -> None:
    """Says what was kept for this page, as typed."""
    if sentence := st.session_state.pop(TOLD, ""):
        st.success(show.plain(sentence), width=show.READING_WIDTH)


def moved() -> None:
    """Tells the next page that a button brought another excerpt, whose first control takes the keyboard then."""
    st.session_state[MOVED] = True


def stayed() -> None:
    """Forgets that a button was pressed, where no excerpt came of it: nothing may take the keyboard later."""
    st.session_state.pop(MOVED, None)


def focus(key: str) -> None:
    """Puts the keyboard on the first control of an excerpt that a button brought."""
    if st.session_state.pop(MOVED, False):
        # A browser runs no script twice that looks the same.
        st.session_state[TIMES] = times = st.session_state.get(TIMES, 0) + 1
        st.html(FOCUS.format(key=key, times=times), unsafe_allow_javascript=True)
