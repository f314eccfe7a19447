"""Shares of people with their intervals: a chart with whiskers, the cells of its table, and a download of a table."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd
import streamlit as st

from engagement.app import show
from engagement.comparing.intervals import Estimate
from engagement.export.data import harmless
from engagement.export.quantifiers import share
from engagement.model import Cell, Count, DisclosureRule

MOST_BARS = 20
MOST_ROWS = 20  # of a table before the rest is folded away
PAPER = {"light": "#ffffff", "dark": "#14181a"}  # around a whisker, as in .streamlit/config.toml
BAR, LINE = 18, 20  # pixels: a row's bar, a line of its label
WHISKERS = (
    "The thin line at the end of each bar shows how far chance and rounding could have moved the share. The table has "
    "the same range in brackets."
)


@dataclass(frozen=True, slots=True)
class Share:
    """How many people said it, and what part of those who could have that is; None where either is hidden."""

    name: str
    people: Cell
    part: Estimate | None

    @property
    def row(self) -> tuple[str, str, str]:
        """What a table holds of it."""
        return self.name, show.in_words(self.people), in_percent(self.part)


def shares(named: Sequence[tuple[str, Cell]], base: Cell, rule: DisclosureRule) -> list[Share]:
    """Each number as a part of `base`."""
    return [Share(name, cell, share(cell, base, rule)) for name, cell in named]


def largest_first(found: Sequence[Share]) -> list[Share]:
    """Those with the most people first, hidden ones last."""
    return sorted(found, key=lambda one: -(one.people.value if isinstance(one.people, Count) else 0))


def in_percent(part: Estimate | None) -> str:
    """ "54% (41% to 66%)"."""
    return f"{part.value:.0%} ({part.low:.0%} to {part.high:.0%})" if part else "Not shown"


def chart(found: Sequence[tuple[str, Estimate]], name: str) -> alt.LayerChart:
    """A bar for each share in the order given, with its interval as a line; at most `MOST_BARS`."""
    labels = [textwrap.fill(label, 18) for label, _ in found[:MOST_BARS]]
    parts = [one for _, one in found[:MOST_BARS]]
    frame = pd.DataFrame(
        {
            name: labels,
            "Share": [round(one.value, 4) for one in parts],
            "Least": [round(one.low, 4) for one in parts],
            "Most": [round(one.high, 4) for one in parts],
            "says": [f"{one.value:.0%}" for one in parts],
        }
    )
    theme = st.context.theme.type or "light"
    ink, paper = show.INK[theme], PAPER[theme]
    down = alt.Axis(title=None, labelExpr="split(datum.label, '\\n')", labelLimit=200, labelOverlap=False)
    longest = alt.Scale(domain=[0, max((one.high for one in parts), default=0) * 1.25 or 1])
    base = alt.Chart(frame).encode(y=alt.Y(f"{name}:N", scale=alt.Scale(domain=labels), axis=down))
    across = alt.X("Share:Q", axis=None, scale=longest)
    between = base.encode(x=alt.X("Least:Q", axis=None, scale=longest), x2="Most:Q")
    numbers = base.encode(x=alt.X("Most:Q", axis=None, scale=longest), text="says:N")
    ends = [
        base.mark_tick(color=ink, size=14, thickness=2).encode(x=alt.X(f"{end}:Q", axis=None, scale=longest))
        for end in ("Least", "Most")
    ]
    made: alt.LayerChart = (
        alt.layer(
            base.mark_bar(size=24).encode(x=across),
            between.mark_rule(color=paper, strokeWidth=6),
            between.mark_rule(color=ink, strokeWidth=2),
            *ends,
            numbers.mark_text(align="left", dx=8, fontSize=15, color=ink),
        )
        .properties(height=(BAR + LINE * max((label.count("\n") + 1 for label in labels), default=1)) * len(labels))
        .configure_axis(
            aria=False, labelColor=ink, labelFontSize=15, labelPadding=8, ticks=False, domain=False, grid=False
        )
        .configure_mark(aria=False, tooltip=None)
        .configure_view(stroke=None)
    )
    return made


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], alternative: str) -> None:
    """A plain table, of which what comes after the first rows is folded away."""
    show.table(headings, rows[:MOST_ROWS], alternative)
    if rest := rows[MOST_ROWS:]:
        with st.expander(f"The other {len(rest)}"):
            show.table(headings, rest, f"{alternative}: the other {len(rest)}")


def download(
    label: str, file: str, headings: Sequence[str], rows: Sequence[Sequence[str]], rule: DisclosureRule
) -> None:
    """A button that gives the rows as a CSV file with the rule on every line; `file` without its ending."""
    st.download_button(
        label,
        data=lambda: as_csv(headings, rows, rule),
        file_name=f"{file}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"download-{file}",
    )


def as_csv(headings: Sequence[str], rows: Sequence[Sequence[str]], rule: DisclosureRule) -> str:
    """The table as it is on the page; a spreadsheet will take no cell for a formula."""
    handle = io.StringIO()
    writer = csv.writer(handle)
    for line in ([*headings, "Disclosure rule"], *([*row, rule.name] for row in rows)):
        writer.writerow(harmless(line))
    return handle.getvalue()
