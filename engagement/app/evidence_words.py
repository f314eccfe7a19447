"""The words of a pinned quote, shortened or mended by hand: no word changes without a mark that says so."""

from __future__ import annotations

import streamlit as st

from engagement.app import evidence_changes, show
from engagement.app.evidence_shelf import Pinned, Shelf
from engagement.errors import BadInput, UserError
from engagement.export.quotes_file import plain
from engagement.model import Pick, Quote, digest_of
from engagement.quotation.quoted import MOST_PARTS, MOST_REPLACED, edited
from engagement.quotation.unmarked import Unmarked, Why, unmarked

SAID = "evidence-said"  # what the last change came to, shown once
LONGEST = 5000  # characters

HOW = (
    "Leave words out, and put **[...]** in their place. Put **[sic]** after a slip that is the speaker's own. Put "
    "words of your own in square brackets: they may stand for up to three words, or explain one. Everything else must "
    "stay as it was said."
)
AS_SAID = "These are the words as they were said."
ALL_MARKED = "**Every change is marked.** It will print like this:"
UNFIT = (
    "The words that were saved for this quote no longer fit what is stored. It prints as it was said until you save "
    "new ones."
)
# {word} is the first that is amiss, {mark} the one before it.
AMISS = {
    Why.NOTHING: "There are no words of the speaker's in the box.",
    Why.EDGE: "Begin and end with words of the speaker's, and put some between any two marks.",
    Why.MANY: f"There are too many marks: at most {MOST_PARTS} pieces may be left of a quote.",
    Why.OPEN: "A square bracket is missing at “{word}”.",
    Why.OTHER: "“{word}” was not said there. If it is your word, put it in square brackets.",
    Why.SPELT: "“{word}” was said with other capitals, or with another comma or full stop. Type it as it was said.",
    Why.GAP: "Words are left out before “{word}”. Put [...] there.",
    Why.FAR: f"Too many words are left out at “{{mark}}”, before “{{word}}”. Your own words may stand for "
    f"{MOST_REPLACED} at most, and [sic] for none. Use [...] instead.",
    Why.ORDER: "“{word}” was said in another place. Keep the words in their order.",
}  # fmt: skip


def words_of(held: Shelf, one: Pinned, number: int, who: str) -> None:
    """The box for a pinned quote's words, what is amiss with them, and the ways to keep them or take them back."""
    if one.said is None or one.quote is None:
        return
    if one.unfit:
        show.say(f"**{UNFIT}**")
    with st.expander(f"Change the words of quote {number}", width=show.READING_WIDTH):
        if one.pick.typed:
            show.say("As it was said:")
            show.say_as_typed(f"“{plain(one.said.printed)}”")
        show.say(HOW)
        key = _key(one.pick)
        typed = st.text_area(
            f"Words of quote {number}",
            plain(one.quote.printed),
            height="content",
            max_chars=LONGEST,
            key=key,
            help="What is amiss is told below when you leave the box.",
        )
        # The sentence comes after the buttons: one above them would move them from under a mouse that presses Save.
        with st.container(horizontal=True, gap="small"):
            st.button(
                f"Save the words of quote {number}", key=f"save-{key}", on_click=_saved, args=(held, one, key, who)
            )
            if one.pick.typed:
                st.button(f"Put quote {number} back as said", key=f"back-{key}", on_click=_back, args=(held, one, who))
        sentence(held, one.said, typed or "")
        refused, why = st.session_state.get(f"refused-{key}", ("", ""))
        if why and refused == typed:
            show.say(f"**Not saved.** {show.plain(why)}")


def sentence(held: Shelf, said: Quote, typed: str) -> None:
    """Whether every change in the box is marked, and how it prints then; else which word is not."""
    if typed.split() == plain(said.printed).split():
        show.say(AS_SAID)
        return
    excerpt = held.excerpts[said.excerpt_id]
    if amiss := unmarked(typed, excerpt.text):
        show.say(f"**Not every change is marked.** {in_words(amiss)}")
        return
    try:
        printed = edited(said, typed, excerpt).printed
    except BadInput as error:
        show.say(f"**This can't be saved.** {show.plain(str(error))}")
        return
    show.say(ALL_MARKED)
    show.say_as_typed(f"“{plain(printed)}”")


def in_words(amiss: Unmarked) -> str:
    """What is amiss, as a sentence for the page."""
    return AMISS[amiss.why].format(word=show.plain(amiss.word), mark=show.plain(amiss.mark))


def _key(pick: Pick) -> str:
    """Of the box: another one once other words are saved, here or elsewhere."""
    return f"words-{pick.theme_key}-{pick.excerpt_id}-{digest_of(pick.typed)[:8]}"


def _saved(held: Shelf, one: Pinned, key: str, who: str) -> None:
    typed, said = st.session_state.get(key) or "", one.said.printed if one.said else ""
    st.session_state.pop(f"refused-{key}", None)
    try:
        st.session_state[SAID] = evidence_changes.mend(held.project, one.pick, typed, said, who)
    except UserError as error:
        st.session_state[f"refused-{key}"] = typed, str(error)


def _back(held: Shelf, one: Pinned, who: str) -> None:
    st.session_state[SAID] = evidence_changes.put_back(held.project, one.pick, who)
