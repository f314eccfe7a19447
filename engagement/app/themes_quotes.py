"""What people said on a theme: cleared quotes, each with why it is shown and why it was coded."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened
from engagement.model import Theme
from engagement.quotation import choosing
from engagement.quotation.choosing import Chosen

MOST_QUOTES = 10
BECAUSE = {
    choosing.PINNED: "Shown here because a person chose it.",
    choosing.TYPICAL: "Shown here because it is typical of this theme.",
    choosing.OPPOSING: "Shown here because it takes another side.",
    choosing.MINORITY: "Shown here because it is a less common view.",
    choosing.DIFFERENT: "Shown here because it adds something different.",
    choosing.SUREST: "Shown here because it is among the clearest.",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """The quotes of each theme that somebody has looked at."""

    project: Opened  # held, so that nothing else comes to its place in memory, by which this is cached
    chosen: dict[str, tuple[Chosen, ...]]


@st.cache_resource(max_entries=1, show_spinner=False, hash_funcs={Opened: id})
def shelf(project: Opened) -> Shelf:
    """For the project as it was opened, which is another object in each edition."""
    return Shelf(project, {})


def quotes(theme: Theme, project: Opened) -> None:
    """The quotes, those first that say most of the theme."""
    st.subheader("In people’s own words", anchor=False)
    held = shelf(project).chosen
    if theme.key not in held:
        with st.spinner("Choosing quotes"):
            held[theme.key] = project.quotes.chosen(theme.key, MOST_QUOTES)
    found = held[theme.key]
    if not found:
        show.say("There are no quotes that may be shown.")
        return
    show.say("There is one quote from each person. Square brackets mark what was taken out, left out or put in.")
    for one in found:
        with st.container(border=True, width=show.READING_WIDTH, gap="xsmall"):
            one_quote(theme, one, project)


def one_quote(theme: Theme, chosen: Chosen, project: Opened) -> None:
    """A quote with who said it, as it will print, and why it is here."""
    quote = chosen.quote
    show.say_as_typed(f"“{quote.printed}”")
    show.say_as_typed(f"{show.DASH} {quote.attribution}")
    reason = project.why(theme.key, quote)
    by = "A person agreed with the theme" if reason.checked else "The computer chose it"
    show.say_as_typed(f"{by} for these words: “{reason.words}”" if reason.words else f"{by} for the whole quote.")
    show.say_as_typed(BECAUSE.get(chosen.reason, f"Shown here because it is {chosen.reason}."))
