"""One group closer: how many of it raised a theme, the words that mark it, and quotes where these may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened
from engagement.app.intersections_tables import is_shown
from engagement.app.kept import kept
from engagement.comparing.words import marking
from engagement.model import ALL, Count, SliceRequest, SliceRow
from engagement.quotation.choosing import Chosen

ANY = "any-theme"  # no theme can have this key: a hyphen is not allowed in one
MOST_QUOTES = 6
NO_QUOTES = (
    "There are no quotes of this group that may be shown. We describe a person in the same words on every page, and a "
    "quote is here only if those words name this group. Try a group of one characteristic, without detail. The page "
    "Themes has quotes too."
)


def section(project: Opened, request: SliceRequest, themes: Sequence[str]) -> None:
    """The whole part of the page; `themes` are those that the page shows."""
    show.section("Look closer at one group")
    people = replace(request, unit="people", themes=tuple(themes))
    rows = {row.categories: row for row in project.numbers.table(people).rows if is_shown(row.base)}
    if not rows:
        show.say("Every group is too small to look at closely.")
        return
    categories = st.selectbox(
        "Group",
        list(rows),
        index=None,
        format_func=_called,
        key="group",
        placeholder="Choose a group",
        bind="query-params",
        width=show.READING_WIDTH,
    )
    theme = st.selectbox(
        "What they said about",
        [ANY, *themes],
        index=1 if len(themes) == 1 else 0,
        format_func=lambda key: project.names.get(key, "Anything"),
        key="raising",
        bind="query-params",
        width=show.READING_WIDTH,
    )
    if categories is None:
        show.say("Choose a group of the table to read what its people said. Only groups that may be shown are listed.")
        return
    one_group(project, replace(people, themes=() if theme == ANY else (theme,)), rows[categories])


def one_group(project: Opened, request: SliceRequest, row: SliceRow) -> None:
    """A group and the theme of the request, if it has one: nothing but a sentence where the number is hidden."""
    who, base = show.plain(_called(row.categories)), show.about(row.base, project.rule)
    if request.themes:
        name, number = show.plain(project.names[request.themes[0]]), row.themes[request.themes[0]]
        if not isinstance(number, Count):
            show.say(f"The number of people is hidden ({number.reason}), so nothing that they said is shown.")
            return
        show.say(f"**{who}**: {show.about(number, project.rule)} of {base} people raised {name}.")
    else:
        show.say(f"**{who}**: {base} people.")
    words(project, request, row.categories)
    quotes(project, request, row.categories)


def words(project: Opened, request: SliceRequest, categories: tuple[str, ...]) -> None:
    """The words that they use more than the rest, when asked for: it takes a while."""
    if not st.checkbox("Show the words that mark this group", key="words", bind="query-params"):
        return
    with st.spinner("Comparing words"):
        found = kept(
            project.numbers,
            ("words", request, categories),
            lambda: marking(project.numbers, tuple(project.excerpts.values()), request, categories),
        )
    if not found:
        show.say("No word that enough people said marks this group.")
        return
    show.say("These people use these words more than others do, the most telling first:")
    show.say_as_typed(", ".join(found))


def quotes(project: Opened, request: SliceRequest, categories: tuple[str, ...]) -> None:
    """Quotes of the group, each with whose words they are as it will print."""
    theme = next(iter(request.themes), None)
    chosen: tuple[Chosen, ...] = kept(
        project.numbers,
        ("quotes", request, categories),
        lambda: project.quotes.of_slice(request, categories, theme, MOST_QUOTES),
    )
    if not chosen:
        show.say(NO_QUOTES)
        return
    show.say("One quote from each person. Square brackets mark what was taken out, left out or put in.")
    for one in chosen:
        with st.container(border=True, width=show.READING_WIDTH, gap="xsmall"):
            show.say_as_typed(f"“{one.quote.printed}”")
            show.say_as_typed(f"{show.DASH} {one.quote.attribution}")
            show.say_as_typed(f"Why it is here: {one.reason}.")


def _called(categories: Sequence[str]) -> str:
    """As the row is named in the table."""
    return " · ".join(categories) if set(categories) != {ALL} else "Everybody"
