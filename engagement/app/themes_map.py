"""A map of what people said: squares of similar remarks, by the theme that most in each have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd
import streamlit as st

from engagement.app import show, show_charts
from engagement.app.data import Opened
from engagement.app.themes_squares import Map, Square, squares
from engagement.codebook import with_parents
from engagement.model import Codebook, Count, Role, SliceRequest
from engagement.quotation.quoting import part_of

# Dark words on each have a contrast of 8 or more; later themes share the last, and are told by their number.
COLOURS = ("#8ec5ee", "#f7c873", "#9ad9a8", "#f2a8b8", "#c9b6ee", "#8fdcd6", "#e6dd7a", "#e3b891")
OTHERS, NO_THEME = "#d3d6d8", "#eceeef"
NONE_STANDS_OUT = "No one theme stands out"
HEIGHT = 420  # pixels
HEADS = ("Number and theme", "Squares", "People behind each square")
TABLED = "Squares of the map by the theme that comes up most in them"
GAPS = "Gaps are squares with too few people to show. No number of people can be worked out from them."


@dataclass(frozen=True, slots=True)
class Drawn:
    """The map of a project, None where there is none to draw."""

    project: Opened  # held, so that nothing else comes to its place in memory, by which this is cached
    map: Map | None


@st.cache_resource(max_entries=1, show_spinner="Drawing the map", hash_funcs={Opened: id})
def drawn(project: Opened) -> Drawn:
    """For the project as it was opened, which is another object in each edition."""
    said = [one for one in project.excerpts.values() if one.role in (Role.PARTICIPANT, Role.NOBODY)]
    vectors = part_of(project.quotes.embeddings, said)
    if vectors is None or project.codebook is None:
        return Drawn(project, None)
    return Drawn(project, squares(vectors, carried(project, project.codebook), project.numbers))


def carried(project: Opened, codebook: Codebook) -> dict[str, list[str]]:
    """Excerpt -> the themes that it carries and whose number is shown; of a theme and its parent the theme alone."""
    above = {key: with_parents(codebook, [key]) - {key} for key in codebook.keys}
    cells = project.numbers.table(SliceRequest()).rows[0].themes
    told = {key for key, cell in cells.items() if isinstance(cell, Count)}
    found: dict[str, list[str]] = defaultdict(list)
    for excerpt_id, key in project.decided:
        if key in told:
            found[excerpt_id].append(key)
    return {
        excerpt_id: [key for key in keys if not any(key in above[other] for other in keys)]
        for excerpt_id, keys in found.items()
    }


def map_of_remarks(project: Opened, codebook: Codebook) -> None:
    """The map with its finding, and its table."""
    show.section("A map of what people said")
    found = drawn(project).map
    if found is None or not found.squares:
        show.say(
            "There is no map, because there are too few remarks for one, or the computer has not compared them yet."
        )
        return
    of_theme = by_theme(found.squares, codebook)
    numbers = {key: place for place, key in enumerate([key for key in of_theme if key], 1)}
    names = {key: f"{number}. {project.names[key]}" for key, number in numbers.items()}
    rows = [
        (names[key] if key else f"{show.DASH} {NONE_STANDS_OUT}", str(len(each)), people(each))
        for key, each in of_theme.items()
    ]
    show_charts.figure(
        "The computer has put remarks that say similar things close together. Each square is a group of remarks from "
        "several people. The number in it stands for the theme that comes up most there, as in the table. "
        f"{finding(of_theme, project)}",
        picture(found, numbers),
        f"Map of remarks as squares. {_without_markup(of_theme, project)}",
        show_charts.Tabled(HEADS, rows, TABLED, "map", "Download the map’s table"),
        project.rule,
        notes=[GAPS] if found.some_left_out else [],
    )


def by_theme(found: Sequence[Square], codebook: Codebook) -> dict[str | None, list[Square]]:
    """The squares of each theme, the most first and in the codebook's order; those of no theme last."""
    of_theme: dict[str | None, list[Square]] = {key: [] for key in (*codebook.keys, None)}
    for square in found:
        of_theme[square.theme].append(square)
    order = sorted(of_theme, key=lambda key: (key is None, -len(of_theme[key])))
    return {key: of_theme[key] for key in order if of_theme[key]}


def finding(of_theme: dict[str | None, list[Square]], project: Opened) -> str:
    """Which theme most squares are of."""
    key, most = next(iter(of_theme.items()))
    if key is None:
        return "In none of the squares does one theme stand out."
    total = sum(map(len, of_theme.values()))
    return f"**{show.plain(project.names[key])}** has the most: {len(most)} of {total} squares."


def _without_markup(of_theme: dict[str | None, list[Square]], project: Opened) -> str:
    key, most = next(iter(of_theme.items()))
    return f"{project.names[key]} has the most: {len(most)}. The table has all." if key else "The table has all."


def people(found: Sequence[Square]) -> str:
    """How many people are behind each of the squares, from the fewest to the most."""
    values = sorted({square.people.value for square in found})
    return str(values[0]) if len(values) == 1 else f"{values[0]} to {values[-1]}"


def picture(found: Map, numbers: dict[str, int]) -> alt.LayerChart:
    """The squares, each with its theme's number; it holds no number of people."""
    frame = pd.DataFrame(
        [
            {
                "across": square.across,
                "down": square.down,
                "theme": str(numbers[square.theme]) if square.theme else show.DASH,
                "colour": _colour(numbers.get(square.theme or "")),
            }
            for square in found.squares
        ]
    )
    side = list(range(found.side))
    base = alt.Chart(frame).encode(
        x=alt.X("across:O", axis=None, scale=alt.Scale(domain=side, padding=0.04)),
        y=alt.Y("down:O", axis=None, scale=alt.Scale(domain=side, padding=0.04)),
    )
    made: alt.LayerChart = (
        alt.layer(
            base.mark_rect(cornerRadius=2).encode(color=alt.Color("colour:N", scale=None, legend=None)),
            base.mark_text(fontSize=14, color=show_charts.ON_SQUARES).encode(text="theme:N"),
        )
        .properties(height=HEIGHT)
        .configure_mark(aria=False, tooltip=None)
        .configure_view(stroke=None)
    )
    return made


def _colour(number: int | None) -> str:
    if number is None:
        return NO_THEME
    return COLOURS[number - 1] if number <= len(COLOURS) else OTHERS
