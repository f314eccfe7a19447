"""Looks for what people said, by words and by meaning, among the quotes that may be shown.

What may be found is settled in `search_clear.py`, whatever is typed: nothing that is typed reaches the address, a log
or the disk. The page tells how many quotes it found, which is how many can be read, and never how many people said
them; numbers of people are on the other pages, where they are decided together.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engagement.app import show
from engagement.app.blindness import shown
from engagement.app.data import Opened, folder
from engagement.app.filters import filters
from engagement.app.search_ready import Ready, ready
from engagement.errors import BadInput
from engagement.guard.rowlist import Fact
from engagement.model import Filter, Quote
from engagement.quotes import verified
from engagement.search import Hit, Index, find, suggestions
from engagement.search_clear import Clearance
from engagement.search_words import LONGEST, Lack, asked
from engagement.slices import MOST_CHARACTERISTICS

A_PAGE = 20
MOST = 100  # quotes that one search finds: nobody reads further
ANYBODY = "anybody"
FIRST = "search-first"  # in the tab's own state: the first of the quotes that are shown

REMEDIES = {
    Lack.EMPTY: "Type a word to look for, or a few words that say what you mean.",
    Lack.SHORT: "Type a word of two letters or more.",
    Lack.ONLY_LEFT_OUT: "Add a word to look for. A minus sign only leaves things out.",
    Lack.ONLY_MARKS: "Names and places were taken out, so you cannot look for what stands in square brackets. "
    "Type another word.",
}


def page(project: Opened) -> None:
    """The whole page."""
    show.title("Search")
    with st.spinner("Getting the search ready"):
        held = ready(project, folder())
    if held.clearance.cleared:
        look(held, project)
    elif project.excerpts:
        show.say("Too few people took part for anything that they said to be shown.")
    else:
        show.say("Nothing has been taken in yet. To do it, run: `engagement run FOLDER --project DIR`")
    show.how_to_read(project.rule)


def look(held: Ready, project: Opened) -> None:
    """What to look for, and what was found."""
    by_meaning = len(held.index.placed) > 0
    introduce(by_meaning)
    words = typed(by_meaning)
    where, said = filters(project, "search"), speaker(project, held.clearance)
    lack = asked(words).lack
    if lack:
        if words.strip() or where or said:
            show.say(REMEDIES[lack])
        return
    if len(where) + bool(said) > MOST_CHARACTERISTICS:
        show.say(f"Choose at most {MOST_CHARACTERISTICS} filters at once. The group of people is one of them.")
        return
    with st.spinner("Looking"):
        among = let_through(held.clearance, where, said)
        narrowed = among if where or said else None
        hits = () if among is None else find(held.index, words, narrowed, MOST)
    if among is None:
        show.say("Too few people are behind these filters, so nothing that they said is shown. Take a filter away.")
        return
    if hits:
        found(hits, held.clearance, project)
    else:
        not_found(words, held.index, filtered=bool(where or said))
    if where:
        show.say("With a filter some quotes are left out, so that nobody can be picked out by it.")


def introduce(by_meaning: bool) -> None:
    """What can be found here, and what cannot."""
    way = "by the words in it and by what it means" if by_meaning else "by the words in it"
    show.say(
        f"Find what people said, {way}. Square brackets show where a name or a place was taken out. "
        "People who did not want to be quoted are left out."
    )
    show.say("These quotes are only a part of what was said, so counting them tells nothing about numbers of people.")


def typed(by_meaning: bool) -> str:
    """What to look for. It stays in this tab: it is in no address, and is kept nowhere."""
    with st.form("search", border=False, width=show.READING_WIDTH):
        words = st.text_input("Words to look for", max_chars=LONGEST, key="search-words", autocomplete="off")
        st.form_submit_button("Search", type="primary", on_click=_from_the_first)
    alone = " Then quotes that only mean the same are left out." if by_meaning else ""
    with st.expander("Ways to search", width=show.READING_WIDTH):
        show.say(
            "- A quote needs only one of your words. The more of them it has, the sooner it comes.\n"
            "- The beginning of a word is enough: *rent* finds *renting*.\n"
            f'- Words in quotation marks must be there, side by side: *"bus stop"*.{alone}\n'
            "- A minus sign leaves out quotes with a word: *bus -\u2060school*."
        )
    return words


def speaker(project: Opened, clearance: Clearance) -> Fact | None:
    """The group whose quotes are looked for: only groups that quotes are printed as."""
    named = {f"{project.value_sets.label(key)}: {category}": (key, category) for key, category in clearance.told}
    if not named:
        return None
    chosen = st.selectbox(
        "Said by",
        [ANYBODY, *named],
        format_func=lambda name: "Anybody" if name == ANYBODY else name,
        key="search-said-by",
        bind="query-params",
        width=show.READING_WIDTH,
    )
    if chosen == ANYBODY:
        return None
    show.say("Only quotes that are printed with this group are found. Others from the group may be printed without it.")
    return named[chosen]


def let_through(clearance: Clearance, where: tuple[Filter, ...], said: Fact | None) -> frozenset[str] | None:
    """The excerpts that may be found under the filters; None where too few people, or nobody, are behind them."""
    try:
        return clearance.among(where, said)
    except BadInput:  # a file in which nobody said anything is no filter of any table
        return None


def found(hits: Sequence[Hit], clearance: Clearance, project: Opened) -> None:
    """A page of what was found, the closest first."""
    show.section("What was found")
    first = min(st.session_state.get(FIRST, 0), (len(hits) - 1) // A_PAGE * A_PAGE)
    last = min(first + A_PAGE, len(hits))
    quotes = "1 quote" if len(hits) == 1 else f"{len(hits)} quotes"
    part = f" These are {first + 1} to {last}." if len(hits) > A_PAGE else ""
    many = f"There may be more: these are the {MOST} closest." if len(hits) == MOST else f"Found {quotes}."
    show.say(f"{many}{part} The closest come first. What was said in the very same words is shown once.")
    # Above the quotes: whoever goes on finds the next ones where they stand, without scrolling back.
    if len(hits) > A_PAGE:
        with st.container(horizontal=True):
            for name, to in ((f"Previous {A_PAGE} quotes", first - A_PAGE), (f"Next {A_PAGE} quotes", last)):
                st.button(name, on_click=_go_to, args=(to,), disabled=not 0 <= to < len(hits))
    for hit in hits[first:last]:
        with st.container(border=True, width=show.READING_WIDTH, gap="xsmall"):
            one_hit(hit, clearance, project)


def one_hit(hit: Hit, clearance: Clearance, project: Opened) -> None:
    """A quote with who said it, as it will print, its themes, and how it was found."""
    quote = clearance.quote(hit.excerpt_id, hit.spans[0] if hit.spans else (0, 0))
    themes = [project.names[key] for key in clearance.cleared[hit.excerpt_id].themes if key in project.names]
    about = [f"{'Theme' if len(themes) == 1 else 'Themes'}: {', '.join(themes)}"] if themes else []
    show.say_as_typed(f"“{verified(quote, project.excerpts)}”")
    show.say_as_typed("\n".join([f"{show.DASH} {quote.attribution}", *about, why(hit, quote)]))


def why(hit: Hit, quote: Quote) -> str:
    """How a quote was found, with those of its words that match."""
    if not hit.by_words:
        return "Found by its meaning. It has none of your words."
    matching: dict[str, str] = {}
    for start, end in hit.spans:
        if quote.start <= start and end <= quote.end:
            word = str(quote.text)[start - quote.start : end - quote.start]
            matching.setdefault(word.casefold(), word)
    words = show.listed([f"“{each}”" for each in matching.values()])
    return f"Found by its words: {words}." + (" It is also near in meaning." if hit.by_meaning else "")


def not_found(words: str, index: Index, *, filtered: bool) -> None:
    """That there is nothing, and what to try."""
    show.section("Nothing was found")
    away = ", or take a filter away" if filtered else ""
    show.say(f"Try other words, only the beginning of a word, or another word for the same thing{away}.")
    if like := suggestions(index, words):
        show.say_as_typed(f"Words that people used and that look like yours: {', '.join(like)}.")


def _from_the_first() -> None:
    st.session_state[FIRST] = 0


def _go_to(first: int) -> None:
    st.session_state[FIRST] = first


if __name__ == "__main__":
    page(shown())
