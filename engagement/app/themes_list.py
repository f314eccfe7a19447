"""All themes, each under the one that it is part of, with its number of people and their share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened
from engagement.app.show_shares import shares
from engagement.model import Codebook, SliceRequest, Theme

HEADS = ("Theme", "People", "Share of people")
INDENT = f"{show.DASH} "


def listed(project: Opened, codebook: Codebook) -> None:
    """The list, twenty at a time."""
    show.section("All themes")
    row = project.numbers.table(SliceRequest()).rows[0]
    names = project.names
    found = [
        (_called(theme, depth, names), row.themes[theme.key])
        for theme, depth in in_order(codebook)
        if theme.key in names
    ]
    rows = [one.row for one in shares(found, row.base, project.rule)]
    if any(theme.parent for theme in codebook.themes):
        show.say("A theme that is part of another stands below it, and counts towards it too.")
    show.say("In brackets is how far chance and rounding could have moved a share.")
    with st.container(width=show.READING_WIDTH):
        show.table(HEADS, _part(rows), "All themes, with the number and share of people who raised each")
        show.download("Download all themes", "all-themes", HEADS, rows, project.rule)


def in_order(codebook: Codebook) -> Iterator[tuple[Theme, int]]:
    """Each theme with how far down it is, after the one that it is part of; otherwise in the codebook's order."""
    below: dict[str | None, list[Theme]] = defaultdict(list)
    for theme in codebook.themes:
        below[theme.parent if theme.parent in codebook.keys else None].append(theme)
    waiting = [(theme, 0) for theme in reversed(below[None])]
    while waiting:
        theme, depth = waiting.pop()
        yield theme, depth
        waiting += [(child, depth + 1) for child in reversed(below[theme.key])]


def _called(theme: Theme, depth: int, names: dict[str, str]) -> str:
    """The theme's name, and in words what it is part of: a reader may not see how far in it stands."""
    part = f" (part of {names[theme.parent]})" if theme.parent in names and depth else ""
    return f"{INDENT * depth}{names[theme.key]}{part}"


def _part(rows: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """The rows to show: all, or those that the user chooses where there are many."""
    if len(rows) <= show.MOST_ROWS:
        return rows
    starts = range(0, len(rows), show.MOST_ROWS)
    start = st.selectbox(
        "Show themes",
        starts,
        format_func=lambda start: f"{start + 1} to {min(start + show.MOST_ROWS, len(rows))} of {len(rows)}",
        key="themes-shown",
        width=show.READING_WIDTH,
    )
    return rows[start : start + show.MOST_ROWS]
