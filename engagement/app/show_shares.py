"""Shares of people with their intervals: the cells of a table, and a chart with whiskers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd

from engagement.app import show, show_charts
from engagement.comparing.intervals import Estimate
from engagement.export.quantifiers import share
from engagement.model import Cell, Count, DisclosureRule

MOST_BARS = 20
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


def chart(found: Sequence[tuple[str, Estimate]], name: str) -> show_charts.Chart:
    """A bar for each share in the order given, with its interval as a line; at most `MOST_BARS`."""
    labels = list(show_charts.labelled(label for label, _ in found[:MOST_BARS]).values())
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
    ink, paper = show_charts.ink(), show_charts.paper()
    longest = alt.Scale(domain=[0, max((one.high for one in parts), default=0) * 1.25 or 1])
    base = alt.Chart(frame).encode(y=alt.Y(f"{name}:N", scale=alt.Scale(domain=labels), axis=show_charts.down()))
    across = alt.X("Share:Q", axis=None, scale=longest)
    between = base.encode(x=alt.X("Least:Q", axis=None, scale=longest), x2="Most:Q")
    numbers = base.encode(x=alt.X("Most:Q", axis=None, scale=longest), text="says:N")
    ends = [
        base.mark_tick(color=ink, size=14, thickness=2).encode(x=alt.X(f"{end}:Q", axis=None, scale=longest))
        for end in ("Least", "Most")
    ]
    layers = alt.layer(
        base.mark_bar(size=24).encode(x=across),
        between.mark_rule(color=paper, strokeWidth=6),
        between.mark_rule(color=ink, strokeWidth=2),
        *ends,
        numbers.mark_text(align="left", dx=8, fontSize=15, color=ink),
    )
    return show_charts.finished(layers, show_charts.height(labels))
