"""All themes, one of them in full, and a map of what people said."""

from __future__ import annotations

import streamlit as st

from engagement.app import show
from engagement.app.blindness import shown
from engagement.app.data import Opened
from engagement.app.show_shares import in_percent
from engagement.app.themes_list import in_order, listed
from engagement.app.themes_map import map_of_remarks
from engagement.app.themes_people import stances, together, who
from engagement.app.themes_quotes import quotes
from engagement.app.themes_trend import trend
from engagement.export.quantifiers import share
from engagement.model import Codebook, Count, SliceRequest, Theme


def page(project: Opened) -> None:
    """The whole page."""
    show.title("Themes")
    show.how_to_read(project.rule)
    if project.codebook is None:
        show.say("Nothing is sorted into themes yet. To do it, run: `engagement run FOLDER --project DIR`")
        return
    listed(project, project.codebook)
    names = project.names
    key = st.selectbox(
        "Choose a theme",
        [theme.key for theme, _ in in_order(project.codebook)],
        format_func=lambda key: names[key],
        key="theme",
        bind="query-params",
        width=show.READING_WIDTH,
    )
    with st.container():  # so that the map below keeps its place, and a browser need not draw it anew for each theme
        one_theme(project.codebook.theme(key), project.codebook, project)
    map_of_remarks(project, project.codebook)


def one_theme(theme: Theme, codebook: Codebook, project: Opened) -> None:
    """What it means and, where its number may be shown, all that is known of it."""
    show.section(project.names[theme.key])
    meaning(theme, codebook, project)
    number = raised(theme, project)
    if number is None:
        return
    stances(theme, number, project)
    who(theme, project)
    together(theme, codebook, project)
    trend(theme, project)
    quotes(theme, project)


def meaning(theme: Theme, codebook: Codebook, project: Opened) -> None:
    """The theme as the codebook defines it, and where it stands there."""
    if theme.definition:
        show.say_as_typed(theme.definition)
    below = [project.names[one.key] for one in codebook.themes if one.parent == theme.key]
    if theme.parent in project.names:
        show.say(f"It is part of **{show.plain(project.names[theme.parent])}**.")
    if below:
        show.say(f"It has these parts: {show.plain(show.listed(below))}.")
    for heading, phrases in (("This theme includes", theme.include), ("It leaves out", theme.exclude)):
        if phrases:
            with st.expander(heading, width=show.READING_WIDTH):
                show.say("\n".join(f"- {show.plain(phrase)}" for phrase in phrases))


def raised(theme: Theme, project: Opened) -> Count | None:
    """How many people raised it, None where that is hidden: then nothing more may be said of it."""
    row = project.numbers.table(SliceRequest(themes=(theme.key,))).rows[0]
    number = row.themes[theme.key]
    if not isinstance(number, Count):
        show.say(f"The number of people is hidden ({number.reason}), so nothing that they said is shown.")
        return None
    people, everybody = show.about(number, project.rule), show.about(row.base, project.rule)
    show.say(f"**{people.capitalize()}** of {everybody} people raised this theme.")
    if part := share(number, row.base, project.rule):
        show.say(f"That is {in_percent(part)}. In brackets is how far chance and rounding could have moved it.")
    return number


if __name__ == "__main__":
    page(shown())
