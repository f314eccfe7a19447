"""Who raised what, by one to three characteristics taken together: numbers, what differs, combinations, quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from engagement.app import intersections_charts as charts
from engagement.app import intersections_differences as differences
from engagement.app import intersections_group as group
from engagement.app import show, show_charts
from engagement.app.blindness import shown
from engagement.app.data import Opened
from engagement.app.intersections_choices import UNITS, limits, problem, request_of, unfiltered
from engagement.app.intersections_tables import download, filled, headings, is_shown, lines, part
from engagement.comparing.compare import is_silent
from engagement.errors import BadInput
from engagement.model import ALL, Count, SliceRequest, SliceRow, SliceTable

MOST_THEMES = 20  # columns of a table that a page can hold


def page(project: Opened) -> None:
    """The whole page."""
    show.title("Intersections")
    show.say("See who raised what. Take up to three characteristics together, such as sex and disability.")
    show.how_to_read(project.rule)
    if not project.names:
        show.say("Nothing is sorted into themes yet. To do it, run: `engagement run FOLDER --project DIR`")
        return
    if not project.known:
        show.say("People were not asked about themselves, so there is nothing to compare.")
        return
    request = request_of(project)
    if sentence := problem(request):
        show.say(sentence)
        return
    try:
        with st.spinner("Working out the numbers"):
            table = project.numbers.table(request)
    except BadInput:  # the list of files and questions has some in which nobody who is counted spoke
        show.say("Nobody who is counted said anything there. Choose another filter.")
        return
    themes = raised_most(table, project)
    parts = [partial(answer, project, table, themes), partial(differences.section, project, request, themes)]
    if len(request.by) > 1:
        parts.append(partial(combinations, project, request))
    for part_of_page in (*parts, partial(group.section, project, request, themes)):
        with st.container():  # so that each keeps its place, and a browser draws anew only what has changed
            part_of_page()
    show.say("The address of this page holds your choices. Copy it to come back to the same view, or to share it.")


def raised_most(table: SliceTable, project: Opened) -> tuple[str, ...]:
    """The themes of the table in the codebook's order; where they are too many, those that were raised most."""
    cells = table.rows[0].themes
    numbers = {key: cell.value if isinstance(cell, Count) else -1 for key, cell in cells.items()}
    most = sorted(numbers, key=lambda key: -numbers[key])[:MOST_THEMES]
    return tuple(key for key in project.names if key in most)


def answer(project: Opened, table: SliceTable, themes: Sequence[str]) -> None:
    """The finding, the chart, the same numbers as a table, and the download."""
    characteristics = show.listed([project.value_sets.label(key).lower() for key in table.request.by])
    about = project.names[themes[0]] if len(themes) == 1 else "Themes"
    show.section(f"{about} by {characteristics}")
    limited = limits(table.request, project)
    if limited:
        show.say(f"{show.plain(limited)}.")
    rows = filled(table)
    show.say(finding(table, themes, project))
    if len(rows) < len(table.rows):
        show.say("Groups are left out where every number is hidden.")
    if len(themes) < len(table.rows[0].themes):
        show.say(f"These are the {len(themes)} themes that were raised most. The download has all of them.")
    if not rows:
        return
    unit = UNITS[table.request.unit].lower()
    here = part(rows, "the table", "rows")
    headed = headings(table, themes, project)
    heat, plain = st.columns([3, 2], gap="large") if len(headed) < show.WIDE else (st.container(), st.container())
    with heat:
        whole = table.rows if here is rows else here
        chart(project, table, whole, themes, f"{unit} for {about.lower()} by {characteristics}")
    with plain:
        show.table(
            headed,
            lines(here, themes),
            f"{UNITS[table.request.unit]} by {characteristics}",
            names=len(table.request.by),
        )
    everything = tuple(table.rows[0].themes)
    download(
        "Download this table",
        f"{'-'.join(table.request.by)}-{unit}",
        headings(table, everything, project),
        lines(rows, everything),
        table,
        limited,
    )


def chart(project: Opened, table: SliceTable, rows: Sequence[SliceRow], themes: Sequence[str], what: str) -> None:
    """A heatmap, or bars where one theme by one characteristic leaves nothing to go across; none for a lone number."""
    cells = charts.squares(rows, themes, project)
    if sum(map(is_shown, cells.values())) < 2:
        return
    what = f"{what}. The table has the same numbers."
    if len({column for _, column in cells}) == 1:
        bars = show_charts.bars({row: cell for (row, _), cell in cells.items()}, UNITS[table.request.unit], "Group")
        st.altair_chart(bars, alt=f"Bar chart of {what}")
        return
    st.altair_chart(show_charts.heatmap(cells), alt=f"Heatmap of {what}")
    dash = "" if all(map(is_shown, cells.values())) else f" A dash ({show.DASH}) is a hidden number."
    show.say(f"Darker squares are larger numbers.{dash}")


def finding(table: SliceTable, themes: Sequence[str], project: Opened) -> str:
    """The largest number of a group that may be shown, and how many may not."""
    groups = [row for row in table.rows if ALL not in row.categories]
    told_of = unfiltered(themes, table.request) or themes
    cells = {(row.categories, key): row.themes[key] for row in groups for key in told_of}
    shown = {place: cell.value for place, cell in cells.items() if isinstance(cell, Count)}
    if not shown:
        if len(table.request.by) == 1:
            return "Every number is hidden, because the groups are too small."
        return "Every number of these taken together is hidden: the groups are too small. Choose fewer characteristics."
    answered = {row.categories: row.base for row in groups if not is_silent(row)}
    told = {place: number for place, number in shown.items() if place[0] in answered}
    hidden = len(cells) - len(shown)
    rest = f"{hidden} of {len(cells)} numbers are hidden." if hidden else ""
    if not any(told.values()):
        return f"No number that may be shown is above 0. {rest}".strip()
    (who, key), most = max(told.items(), key=lambda pair: pair[1])
    number, named = show.about(Count(most), table.rule), f"the group **{show.plain(', '.join(who))}**"
    if table.request.unit == "people":
        counted = f"{number} of {show.about(answered[who], table.rule)} people in {named} raised it"
    elif table.request.unit == "mentions":
        counted = f"people in {named} raised it {number} times"
    else:
        if most <= table.rule.threshold:  # so few are not rounded
            number = str(most)
        counted = f"people in {named} raised it in {number} discussion group{'' if most == 1 else 's'}"
    return f"The largest number is for **{show.plain(project.names[key])}**: {counted}. {rest}".strip()


def combinations(project: Opened, request: SliceRequest) -> None:
    """Which combinations of categories there are, as far as their numbers may be shown: always people."""
    show.section("Which combinations there are")
    table = project.numbers.table(replace(request, unit="people"))
    sets = project.value_sets
    rows = charts.finest(table, sets)
    shown = charts.combined(rows)
    if not shown:
        show.say("Every combination is hidden, because the groups are too small. Choose fewer characteristics.")
        return
    (largest, number), *_ = shown
    show.say(
        f"The largest group is **{show.plain(', '.join(largest))}**: {show.about(number, table.rule)} people. "
        f"{len(shown)} of {len(rows)} combinations have a number that may be shown."
    )
    here = shown[: charts.MOST_COMBINATIONS]
    if len(here) < len(shown):
        show.say(f"These are the {len(here)} largest. The download has all that may be shown.")
    headed = [*(sets.label(key) for key in request.by), "People"]
    listed = [[*categories, show.in_words(cell)] for categories, cell in shown]
    picture, plain = st.columns([3, 2], gap="large")
    with picture:
        if len(here) > 1:
            st.altair_chart(
                charts.combinations(here, request.by, project),
                alt="Bar chart of the number of people in each combination, with dots for the categories that make it "
                "up. The table has the same numbers.",
            )
            show.say("Each bar is a group of people. The dots below it show what they have in common.")
    with plain:
        show.table(headed, listed[: len(here)], "People in each combination", names=len(request.by))
    file = f"{'-'.join(request.by)}-combinations"
    download("Download the combinations", file, headed, listed, table, limits(request, project))


if __name__ == "__main__":
    page(shown())
