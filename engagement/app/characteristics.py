"""Who raised what: one to three characteristics taken together, as a heatmap with its table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened, opened
from engagement.characteristics import DEFAULT
from engagement.export.data import FORMULA_STARTS
from engagement.model import ALL, Cell, Count, SliceRequest, SliceRow, SliceTable, Unit
from engagement.slices import MOST_CHARACTERISTICS
from engagement.value_sets import ValueSets

ALL_THEMES = "all-themes"  # no theme can have this key: a hyphen is not allowed in one
FIRST_CHOICE = "race"
UNITS: dict[Unit, str] = {"people": "People", "mentions": "Mentions"}


def page(project: Opened) -> None:
    """The whole page."""
    show.title("Characteristics")
    show.how_to_read(project.rule)
    if project.codebook is None:
        show.say("Nothing is sorted into themes yet. To do it, run: `engagement run FOLDER --project DIR`")
        return
    if not project.asked:
        show.say("People were not asked about themselves, so there is nothing to compare.")
        return
    names = project.names
    by, theme, unit = choices(project, names)
    if not by:
        show.say("Choose at least one characteristic.")
        return
    table = project.numbers.table(SliceRequest(by, () if theme == ALL_THEMES else (theme,), unit))
    answer(table, names, project.value_sets)
    show.say("The address of this page holds your choices. Copy it to come back to the same view, or to share it.")


def choices(project: Opened, names: Mapping[str, str]) -> tuple[tuple[str, ...], str, Unit]:
    """The characteristics, the theme and what to count. All are lists: nothing that is typed can reach the address."""
    first = [FIRST_CHOICE if FIRST_CHOICE in project.asked else project.asked[0]]
    by = st.multiselect(
        "Characteristics, up to three",
        project.asked,
        default=first,
        format_func=project.value_sets.label,
        key="by",
        max_selections=MOST_CHARACTERISTICS,
        select_all=False,
        placeholder="Choose one to three",
        bind="query-params",
        width=show.READING_WIDTH,
    )
    theme = st.selectbox(
        "Theme",
        [ALL_THEMES, *names],
        format_func=lambda key: names.get(key, "All themes"),
        key="about",
        bind="query-params",
        width=show.READING_WIDTH,
    )
    unit = st.radio(
        "Count",
        list(UNITS),
        format_func=lambda unit: UNITS[unit],
        horizontal=True,
        key="count",
        bind="query-params",
        help="People: how many raised the theme. Mentions: how many times it was raised.",
    )
    return tuple(by), theme, unit


def answer(table: SliceTable, names: Mapping[str, str], sets: ValueSets = DEFAULT) -> None:
    """The finding, the heatmap, the same numbers as a table, and the download."""
    characteristics = show.listed([sets.label(key).lower() for key in table.request.by])
    shown = [row for row in table.rows if len(table.request.by) == 1 or not _blank(row)]
    themes = list(table.rows[0].themes)
    about = names[themes[0]] if len(themes) == 1 else "Themes"
    show.section(f"{about} by {characteristics}")
    show.say(finding(table, names))
    if len(shown) < len(table.rows):
        show.say("Groups are left out where every number is hidden.")
    if not shown:
        return
    headings = [*(sets.label(key) for key in table.request.by), "People in the group", *(names[key] for key in themes)]
    rows = [_line(row) for row in shown]
    unit = UNITS[table.request.unit].lower()
    heat, plain = st.columns([3, 2], gap="large") if len(headings) < show.WIDE else (st.container(), st.container())
    with heat:
        chart(table, names, f"{unit} for {about.lower()} by {characteristics}. The table has the same numbers.")
    with plain:
        show.table(headings, rows, f"{UNITS[table.request.unit]} by {characteristics}", names=len(table.request.by))
    st.download_button(
        "Download this table (CSV)",
        data=lambda: as_csv(headings, rows, table),
        file_name=f"{'-'.join(table.request.by)}-{unit}.csv",
        mime="text/csv",
        on_click="ignore",
    )


def chart(table: SliceTable, names: Mapping[str, str], what: str) -> None:
    """A heatmap, or bars where one theme by one characteristic leaves nothing to go across; none for a lone number."""
    cells = _squares(table, names)
    if sum(isinstance(cell, Count) for cell in cells.values()) < 2:
        return
    if len({column for _, column in cells}) == 1:
        bars = show.bars({row: cell for (row, _), cell in cells.items()}, UNITS[table.request.unit], "Group")
        st.altair_chart(bars, alt=f"Bar chart of {what}")
        return
    st.altair_chart(show.heatmap(cells), alt=f"Heatmap of {what}")
    dash = f" A dash ({show.DASH}) is a hidden number." if any(map(_hidden, cells.values())) else ""
    show.say(f"Darker squares are larger numbers.{dash}")


def finding(table: SliceTable, names: Mapping[str, str]) -> str:
    """The largest number of a group that may be shown, and how many may not."""
    groups = [row for row in table.rows if ALL not in row.categories]
    cells = {(row.categories, key): cell for row in groups for key, cell in row.themes.items()}
    shown = {place: cell.value for place, cell in cells.items() if isinstance(cell, Count)}
    if not shown:
        fewer = " Choose fewer characteristics." if len(table.request.by) > 1 else ""
        return f"Every number is hidden, because the groups are too small.{fewer}"
    (group, key), most = max(shown.items(), key=lambda pair: pair[1])
    base = next(row.base for row in groups if row.categories == group)
    who = show.plain(", ".join(group))
    number = show.about(Count(most), table.rule)
    if table.request.unit == "people":
        counted = f"{number} of {show.about(base, table.rule)} people in the group **{who}** raised it"
    else:
        counted = f"people in the group **{who}** raised it {number} times"
    hidden = len(cells) - len(shown)
    rest = f" {hidden} of {len(cells)} numbers are hidden." if hidden else ""
    return f"The largest number is for **{show.plain(names[key])}**: {counted}.{rest}"


def as_csv(headings: list[str], rows: list[list[str]], table: SliceTable) -> str:
    """The table as it is on the page, each line with the rule; a spreadsheet will take no cell for a formula."""
    handle = io.StringIO()
    writer = csv.writer(handle)
    for line in ([*headings, "Disclosure rule"], *([*row, table.rule.name] for row in rows)):
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in line])
    return handle.getvalue()


def _line(row: SliceRow) -> list[str]:
    return [*row.categories, show.in_words(row.base), *(show.in_words(cell) for cell in row.themes.values())]


def _hidden(cell: Cell) -> bool:
    return not isinstance(cell, Count)


def _blank(row: SliceRow) -> bool:
    return all(map(_hidden, (row.base, *row.themes.values())))


def _squares(table: SliceTable, names: Mapping[str, str]) -> dict[tuple[str, str], Cell]:
    """(row, column) of the heatmap -> cell: groups by themes, or for one theme the last characteristic across.

    Rows and columns in which everything is hidden are left out.
    """
    split = len(table.request.by) - (1 if len(table.request.themes) == 1 and len(table.request.by) > 1 else 0)
    cells = {
        (" · ".join(row.categories[:split]), " · ".join(row.categories[split:]) or names[key]): cell
        for row in table.rows
        if ALL not in row.categories
        for key, cell in row.themes.items()
    }
    filled = [place for place, cell in cells.items() if isinstance(cell, Count)]
    rows, columns = {row for row, _ in filled}, {column for _, column in filled}
    return {(row, column): cell for (row, column), cell in cells.items() if row in rows and column in columns}


if __name__ == "__main__":
    page(opened())
