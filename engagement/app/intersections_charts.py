"""Charts of the intersections: squares or bars of what each group raised, and the combinations that there are.

The combinations are drawn as Lex, Gehlenborg, Strobelt, Vuillemot and Pfister do (UpSet, 2014, IEEE Transactions on
Visualization and Computer Graphics 20, 1983): a bar for each, and below it a dot for each category that it has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import altair as alt
import pandas as pd

from engagement.app import show_charts
from engagement.app.data import Opened
from engagement.app.intersections_tables import is_shown
from engagement.comparing.compare import levels
from engagement.model import ALL, Cell, Count, SliceRow, SliceTable
from engagement.tagging.value_sets import ValueSets

MOST_COMBINATIONS = 12  # so many fit on a phone
BARS, GAP = 170, 16  # pixels: the tallest bar with its number, the space below it
NARROW = 36  # pixels of a bar, from which its number stands upright

Combined = tuple[tuple[str, ...], Count]


def squares(rows: Sequence[SliceRow], themes: Sequence[str], project: Opened) -> dict[tuple[str, str], Cell]:
    """(row, column) of the heatmap -> cell: groups by themes, or for one theme the last characteristic across.

    Rows and columns in which everything is hidden are left out. Combinations go down, and of one characteristic the
    longer of the two, so that the squares are wide enough for their numbers on a phone.
    """
    names = project.names
    many = max((len(row.categories) for row in rows), default=0)
    split = many - (1 if len(themes) == 1 and many > 1 else 0)
    cells = {
        (" · ".join(row.categories[:split]), " · ".join(row.categories[split:]) or names[key]): row.themes[key]
        for row in rows
        if ALL not in row.categories
        for key in themes
    }
    shown = [place for place, cell in cells.items() if is_shown(cell)]
    down, across = {row for row, _ in shown}, {column for _, column in shown}
    kept = {(row, column): cell for (row, column), cell in cells.items() if row in down and column in across}
    if many > 1 or not len(across) > len(down) > 1:
        return kept
    first, second = (dict.fromkeys(labels) for labels in zip(*kept, strict=True))
    return {(column, row): kept[row, column] for column in second for row in first if (row, column) in kept}


def finest(table: SliceTable, sets: ValueSets) -> Sequence[SliceRow]:
    """The rows of which everybody in the table is in just one: no totals, and no roll-up beside its details."""
    *_, (rows, _) = levels(table, sets)
    return rows


def combined(rows: Sequence[SliceRow]) -> list[Combined]:
    """Those whose number of people is shown, the largest first."""
    shown = [(row.categories, row.base) for row in rows if isinstance(row.base, Count)]
    return sorted(shown, key=lambda one: -one[1].value)


def combinations(shown: Sequence[Combined], by: Sequence[str], project: Opened) -> show_charts.Chart:
    """A bar for each combination, and below it its categories as dots that a line joins."""
    labels = _labels(shown, by, project)
    down = [label for each in labels for label in each.values()]
    tall = max(label.count("\n") + 1 for label in down) * show_charts.LINE + 8
    height = BARS + GAP + tall * len(down)
    bars = pd.DataFrame(
        [
            {"place": place, "People": cell.value, "first": held[0], "last": held[-1]}
            for place, (categories, cell) in enumerate(shown)
            for held in [[label[name] for label, name in zip(labels, categories, strict=True)]]
        ]
    )
    dots = pd.DataFrame(
        [
            {"place": place, "category": label, "member": label == each[name]}
            for place, (categories, _) in enumerate(shown)
            for each, name in zip(labels, categories, strict=True)
            for label in each.values()
        ]
    )
    ink = show_charts.ink()
    across = alt.X("place:O", axis=None, scale=alt.Scale(paddingInner=0.35, paddingOuter=0.2))
    longest = alt.Scale(domain=[0, max(cell.value for _, cell in shown)], range=[BARS, show_charts.LINE * 2])
    named = alt.Scale(type="point", domain=down, range=[BARS + GAP + tall / 2, height - tall / 2])
    axis = show_charts.down()
    people = alt.Chart(bars).encode(x=across, y=alt.Y("People:Q", axis=None, scale=longest))
    upright = f"width < {NARROW * len(shown)}"
    numbers = people.mark_text(
        fontSize=15,
        color=ink,
        angle=alt.ExprRef(expr=f"{upright} ? 270 : 0"),
        align=alt.ExprRef(expr=f"{upright} ? 'left' : 'center'"),
        baseline=alt.ExprRef(expr=f"{upright} ? 'middle' : 'bottom'"),
        dx=alt.ExprRef(expr=f"{upright} ? 5 : 0"),
        dy=alt.ExprRef(expr=f"{upright} ? 0 : -4"),
    ).encode(text=alt.Text("People:Q", format=","))
    at = alt.Chart(dots).encode(x=across, y=alt.Y("category:N", scale=named, axis=axis))
    joined = (
        alt.Chart(bars)
        .mark_rule(color=ink, strokeWidth=2)
        .encode(x=across, y=alt.Y("first:N", scale=named, axis=axis), y2="last:N")
    )
    empty = at.mark_circle(size=14, color=ink, opacity=0.35)
    full = at.transform_filter("datum.member").mark_circle(size=110, color=ink, opacity=1)
    layers = alt.layer(alt.layer(people.mark_bar(), numbers), alt.layer(joined, empty, full))
    return show_charts.finished(layers.resolve_scale(y="independent"), height)


def _labels(shown: Sequence[Combined], by: Sequence[str], project: Opened) -> list[dict[str, str]]:
    """For each characteristic its categories that are shown, in the order of its value set -> their labels."""
    used = [list(dict.fromkeys(categories[number] for categories, _ in shown)) for number in range(len(by))]
    often = Counter(name for names in used for name in names)
    found = []
    for key, names in zip(by, used, strict=True):
        order = {name: number for number, name in enumerate(project.value_sets.names(key))}
        what = project.value_sets.label(key).lower()
        found.append(
            {
                name: name if often[name] == 1 else f"{name} ({what})"
                for name in sorted(names, key=lambda name: order.get(name, len(order)))
            }
        )
    drawn = show_charts.labelled(called for each in found for called in each.values())
    return [{name: drawn[called] for name, called in each.items()} for each in found]
