"""Tables of the intersections: their lines, a part of a long one at a time, and the same as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened
from engagement.app.intersections_choices import UNITS
from engagement.model import Cell, Count, SliceRow, SliceTable

AT_ONCE = 40  # rows of a table that are on the page
BASES = {"people": "People in the group", "mentions": "People in the group", "groups": "Discussion groups"}

Row = TypeVar("Row")


def headings(table: SliceTable, themes: Sequence[str], project: Opened) -> list[str]:
    """What stands above `lines`."""
    names, sets = project.names, project.value_sets
    labels = [sets.label(key) for key in table.request.by]
    return [*labels, BASES[table.request.unit], *(names[key] for key in themes)]


def lines(rows: Sequence[SliceRow], themes: Sequence[str]) -> list[list[str]]:
    """The rows with hidden numbers in words."""
    return [
        [*row.categories, show.in_words(row.base), *(show.in_words(row.themes[key]) for key in themes)] for row in rows
    ]


def filled(table: SliceTable) -> list[SliceRow]:
    """The rows to show: of several characteristics only those in which some number is shown."""
    several = len(table.request.by) > 1
    return [row for row in table.rows if not several or any(map(is_shown, (row.base, *row.themes.values())))]


def is_shown(cell: Cell) -> bool:
    """Whether the cell holds a number."""
    return isinstance(cell, Count)


def part(rows: Sequence[Row], name: str, key: str) -> Sequence[Row]:
    """As many of the rows as a page can hold; the user chooses which."""
    if len(rows) <= AT_ONCE:
        return rows
    start = st.selectbox(
        f"Part of {name}",
        list(range(0, len(rows), AT_ONCE)),
        format_func=lambda start: f"Rows {start + 1} to {min(start + AT_ONCE, len(rows))} of {len(rows)}",
        key=key,
        bind="query-params",
        width=show.READING_WIDTH,
    )
    return rows[start : start + AT_ONCE]


def also(table: SliceTable, limited: str = "") -> list[tuple[str, str]]:
    """What each line of a file says besides: what is counted, where that isn't people, and to what it is limited."""
    counted = [("Counted", UNITS[table.request.unit])] if table.request.unit != "people" else []
    return [*counted, *([("Limited to", limited)] if limited else [])]


def download(
    label: str, file: str, headed: Sequence[str], rows: Sequence[Sequence[str]], table: SliceTable, limited: str
) -> None:
    """A button that gives the table as a file."""
    show.download(label, file, headed, rows, table.rule, also(table, limited))
