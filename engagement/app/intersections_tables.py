"""Tables of the intersections: their lines, a part of a long one at a time, and the same as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened
from engagement.app.intersections_choices import UNITS
from engagement.export.data import harmless
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


def as_csv(headed: Sequence[str], rows: Sequence[Sequence[str]], table: SliceTable, limited: str = "") -> str:
    """The table as it is on the page, each line with the rule; a spreadsheet will take no cell for a formula.

    What is counted, where that isn't people, and to what it is limited, is on each line too.
    """
    counted = [("Counted", UNITS[table.request.unit])] if table.request.unit != "people" else []
    limits = [("Limited to", limited)] if limited else []
    also = [*counted, *limits, ("Disclosure rule", table.rule.name)]
    handle = io.StringIO()
    writer = csv.writer(handle)
    for line in ([*headed, *(name for name, _ in also)], *([*row, *(value for _, value in also)] for row in rows)):
        writer.writerow(harmless(line))
    return handle.getvalue()


def download(
    label: str, file: str, headed: Sequence[str], rows: Sequence[Sequence[str]], table: SliceTable, limited: str
) -> None:
    """A button that gives `as_csv`, made when it is pressed."""
    st.download_button(
        f"{label} (CSV)",
        data=lambda: as_csv(headed, rows, table, limited),
        file_name=f"{file}.csv",
        mime="text/csv",
        on_click="ignore",
    )
