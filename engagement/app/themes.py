"""One theme: what it means, how many people raised it, and what they said."""

from __future__ import annotations

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened, opened
from engagement.model import Count, Quote, SliceRequest, Theme

MOST_QUOTES = 10


def page(project: Opened) -> None:
    """The whole page."""
    show.title("Themes")
    show.how_to_read(project.rule)
    if project.codebook is None:
        show.say("Nothing is sorted into themes yet. To do it, run: `engagement run FOLDER --project DIR`")
        return
    key = st.selectbox(
        "Choose a theme",
        project.codebook.keys,
        format_func=lambda key: project.names[key],
        key="theme",
        bind="query-params",
        width=show.READING_WIDTH,
    )
    theme = project.codebook.theme(key)
    show.section(project.names[key])
    meaning(theme)
    said(theme, project)


def meaning(theme: Theme) -> None:
    """The theme as the codebook defines it."""
    if theme.definition:
        show.say_as_typed(theme.definition)
    for heading, phrases in (("This theme includes", theme.include), ("It leaves out", theme.exclude)):
        if phrases:
            with st.expander(heading, width=show.READING_WIDTH):
                show.say("\n".join(f"- {show.plain(phrase)}" for phrase in phrases))


def said(theme: Theme, project: Opened) -> None:
    """How many people raised it, and quotes where that number may be shown."""
    row = project.numbers.table(SliceRequest(themes=(theme.key,))).rows[0]
    number = row.themes[theme.key]
    st.subheader("What people said", anchor=False)
    if not isinstance(number, Count):
        show.say(f"The number of people is hidden ({number.reason}), so nothing that they said is shown.")
        return
    people = show.about(number, project.rule)
    show.say(f"**{people.capitalize()}** of {show.about(row.base, project.rule)} people raised this theme.")
    quotes = project.quotes.of_theme(theme.key, MOST_QUOTES)
    if not quotes:
        show.say("There are no quotes that may be shown.")
        return
    show.say(
        "The clearest come first, one from each person. Square brackets show where a name or a place was taken out."
    )
    for quote in quotes:
        with st.container(border=True, width=show.READING_WIDTH, gap="xsmall"):
            one_quote(theme, quote, project)


def one_quote(theme: Theme, quote: Quote, project: Opened) -> None:
    """A quote with who said it, as it will print, and why it is here."""
    show.say_as_typed(f"“{quote.text}”")
    show.say_as_typed(f"{show.DASH} {quote.attribution}")
    reason = project.why(theme.key, quote)
    by = "A person agreed with the theme" if reason.checked else "The computer chose it"
    show.say_as_typed(f"{by} for these words: “{reason.words}”" if reason.words else f"{by} for the whole quote.")


if __name__ == "__main__":
    page(opened())
