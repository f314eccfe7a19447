"""Numbers as charts, each with its finding, its text alternative, its table and its download.

Only cells of a SliceTable reach a chart: its menu shows a browser all that it was sent, tooltips or not.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import altair as alt
import pandas as pd
import streamlit as st

from engagement.app import show
from engagement.model import Cell, Count, DisclosureRule

INK = {"light": "#0b0c0c", "dark": "#f3f2f1"}  # of labels, as in .streamlit/config.toml
PAPER = {"light": "#ffffff", "dark": "#14181a"}  # around a line on a bar, as there
# Dark words on each of these have a contrast of 8 or more; they are the same on a light page and a dark one.
FEWEST, MOST, HIDDEN, ON_SQUARES = "#e4eff8", "#7fb8e6", "#d3d6d8", "#0b0c0c"
ACROSS, MOST_LINES, MOST_LETTERS = 18, 6, 120  # letters of a line, lines of a label, letters of a slanting one
BAR, LINE, LETTER = 18, 20, 5.2  # pixels: a row's bar, a line of its label, how high a letter of a slanting one is
DRAWN = 17  # pixels from a line of a label to the next
SLANTING, TALLEST = 400, 260  # pixels: the longest of them, and how high that stands

Chart = alt.LayerChart | alt.FacetChart  # what Altair's layers are typed as


@dataclass(frozen=True, slots=True)
class Tabled:
    """A chart's numbers as a table: what a screen reader calls it, and the file (without its ending) and its button."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    alternative: str
    file: str
    button: str


def figure(
    finding: str,
    chart: Chart | None,
    alternative: str,
    tabled: Tabled,
    rule: DisclosureRule | None,
    *,
    notes: Sequence[str] = (),
    beside: bool = False,
) -> None:
    """A finding, its chart with notes on how to read it, and the same numbers as a table and a file.

    The table is beside the chart where there is room and `beside` asks for it; `chart` is None for none.
    """
    show.say(finding)
    if chart and beside:
        left, right = st.columns([5, 4], gap="large")
    else:
        left = right = st.container(width=show.READING_WIDTH)
    if chart:
        with left:
            st.altair_chart(chart, alt=alternative)
            for note in notes:
                show.say(note)
    with right:
        show.folded(tabled.headings, tabled.rows, tabled.alternative)
        show.download(tabled.button, tabled.file, tabled.headings, tabled.rows, rule)


def bars(cells: Mapping[str, Cell], counted: str, name: str) -> Chart:
    """A bar for each number that may be shown, the longest first; hidden ones are in the table."""
    labels = labelled(cells)
    shown = {labels[label]: cell.value for label, cell in cells.items() if isinstance(cell, Count)}
    order = sorted(shown, key=lambda label: -shown[label])
    frame = pd.DataFrame({name: order, counted: [shown[label] for label in order]})
    base = alt.Chart(frame).encode(
        y=alt.Y(f"{name}:N", scale=alt.Scale(domain=order), axis=down()),
        x=alt.X(f"{counted}:Q", axis=None, scale=alt.Scale(domain=[0, max(shown.values(), default=0) * 1.1])),
    )
    numbers = base.mark_text(align="left", dx=6, fontSize=15, color=ink()).encode(text=f"{counted}:Q")
    return finished(alt.layer(base.mark_bar(size=24), numbers), height(order))


def heatmap(cells: Mapping[tuple[str, str], Cell]) -> Chart:
    """A square for each (row, column): its number, or a dash where that is hidden."""
    down_labels, across_labels = labelled(row for row, _ in cells), shortened(column for _, column in cells)
    placed = {(down_labels[row], across_labels[column]): cell for (row, column), cell in cells.items()}
    rows, columns = (list(dict.fromkeys(labels)) for labels in zip(*placed, strict=True))
    shown = [(row, column, cell.value) for (row, column), cell in placed.items() if isinstance(cell, Count)]
    hidden = [(row, column, show.DASH) for (row, column), cell in placed.items() if not isinstance(cell, Count)]
    numbers = [value for _, _, value in shown]
    shade = alt.Scale(domain=[min(numbers, default=0), max(numbers, default=1)], range=[FEWEST, MOST])
    across = alt.Axis(title=None, orient="top", labelAngle=-40, labelLimit=SLANTING, labelOverlap=False)
    layers = []
    for part, colour in ((shown, alt.Color("says:Q", scale=shade, legend=None)), (hidden, alt.value(HIDDEN))):
        if part:
            base = alt.Chart(pd.DataFrame(part, columns=["row", "column", "says"])).encode(
                y=alt.Y("row:N", scale=alt.Scale(domain=rows, paddingInner=0.06), axis=down()),
                x=alt.X("column:N", scale=alt.Scale(domain=columns, paddingInner=0.02), axis=across),
            )
            layers += [
                base.mark_rect().encode(color=colour),
                base.mark_text(fontSize=15, color=ON_SQUARES).encode(text="says:N"),
            ]
    return finished(alt.layer(*layers), height(rows) + 30 + min(TALLEST, round(LETTER * max(map(len, columns)))))


def labelled(names: Iterable[str]) -> dict[str, str]:
    """Each name -> its label in a few lines that fit beside a chart on a phone, no two alike."""
    return _told_apart({name: textwrap.fill(_cut(name, ACROSS * MOST_LINES), ACROSS) for name in names})


def shortened(names: Iterable[str]) -> dict[str, str]:
    """Each name -> its label on a line of its own, slanting above a chart, no two alike."""
    return _told_apart({name: _cut(name, MOST_LETTERS) for name in names})


def _cut(name: str, most: int) -> str:
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def _told_apart(labels: Mapping[str, str]) -> dict[str, str]:
    """A label that stands for several names would draw them as one: then each has its number."""
    alike = Counter(labels.values())
    places: Counter[str] = Counter()
    found = {}
    for name, label in labels.items():
        places[label] += 1
        found[name] = label if alike[label] == 1 else f"{label} ({places[label]})"
    return found


def down() -> alt.Axis:
    """The axis that holds wrapped labels, each with its middle beside what it names."""
    lines = "split(datum.label, '\\n')"
    # A label stands with its first line in the middle: half of the other lines is how far it is too low.
    up = {"condition": {"test": "true", "expr": f"{-DRAWN / 2} * (length({lines}) - 1)"}, "value": 0}
    return alt.Axis(title=None, labelExpr=lines, labelLimit=200, labelOverlap=False, labelOffset=up)


def height(labels: Collection[str]) -> int:
    """Of a chart with a row for each of these wrapped labels, in pixels."""
    lines = max((label.count("\n") + 1 for label in labels), default=1)
    return (BAR + LINE * lines) * len(labels)


def finished(chart: Chart, tall: int) -> Chart:
    """Readable labels, no tooltip, and silent to a screen reader: the page gives a text alternative and the table."""
    colour = ink()
    made: Chart = (
        chart.properties(height=tall)
        .configure_axis(
            aria=False, labelColor=colour, labelFontSize=15, labelPadding=8, ticks=False, domain=False, grid=False
        )
        .configure_mark(aria=False, tooltip=None)
        .configure_view(stroke=None)
    )
    return made


def ink() -> str:
    """The colour of words in a chart, on the page as it is now."""
    return INK[st.context.theme.type or "light"]


def paper() -> str:
    """The colour of the page behind a chart."""
    return PAPER[st.context.theme.type or "light"]
