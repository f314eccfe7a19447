"""What the round was, what came in, who took part and what they talked about."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from engagement.app import show, show_charts
from engagement.app.data import Opened, opened
from engagement.app.overview_beyond import covered, emergent
from engagement.app.overview_loaded import beyond
from engagement.app.overview_people import not_spoken_for, people
from engagement.app.overview_rounds import whats_new
from engagement.app.show_shares import MOST_BARS, WHISKERS, chart, largest_first, shares
from engagement.model import Cell, Count, SliceRequest
from engagement.policy import PRINTED
from engagement.slices import shown


def page(project: Opened) -> None:
    """The whole page."""
    show.title(project.held.name or "Overview")
    if when := show.dates(project.held.start, project.held.end):
        show.say_as_typed(when)
    if project.held.purpose:
        show.say_as_typed(project.held.purpose)
    show.how_to_read(project.rule)
    questions(project)
    themes(project)
    if not project.sources:
        show.section("What came in")
        show.say("No files have been taken in yet.")
        return
    whats_new(project)
    people(project)
    not_spoken_for(project, beyond(project))
    received(project)
    replaced(project)


def questions(project: Opened) -> None:
    """What people were asked, where the sources tell."""
    if not project.questions:
        return
    with st.expander("The questions that people answered", width=show.READING_WIDTH):
        for one in project.questions:
            show.say_as_typed(one.wording)


def themes(project: Opened) -> None:
    """The themes by number of people, and what the codebook leaves uncovered."""
    show.section("What people talked about")
    if project.codebook is None:
        show.say("Nothing is sorted into themes yet. To do it, run: `engagement run FOLDER --project DIR`")
        return
    row = project.numbers.table(SliceRequest()).rows[0]
    cells = {name: row.themes[key] for key, name in project.names.items()}
    found = largest_first(shares(list(cells.items()), row.base, project.rule))
    drawn = [(one.name, one.part) for one in found if one.part]
    heads, rows = ("Theme", "People", "Share of people"), [one.row for one in found]
    first = f"The chart has the first {MOST_BARS} themes. The table has all of them."
    named = "Number and share of people who raised each theme"
    show_charts.figure(
        finding(cells, project),
        chart(drawn, "Theme") if drawn else None,
        "Bar chart of the share of people who raised each theme. The table beside it has the same.",
        show_charts.Tabled(heads, rows, named, "themes", "Download the themes"),
        project.rule,
        notes=[first, WHISKERS] if len(drawn) > MOST_BARS else [WHISKERS],
        beside=True,
    )
    rest = beyond(project)
    covered(rest, project)
    emergent(rest, project)


def finding(cells: dict[str, Cell], project: Opened) -> str:
    """Which theme most people raised, of those whose number may be shown."""
    shown = {name: cell.value for name, cell in cells.items() if isinstance(cell, Count)}
    if not shown:
        return "No theme was raised by enough people for its number to be shown."
    most = max(shown.values())
    names = [f"**{show.plain(name)}**" for name, number in shown.items() if number == most]
    everyone = show.about(project.numbers.table(SliceRequest()).rows[0].base, project.rule)
    number = show.about(Count(most), project.rule)
    verb, each = ("was", "") if len(names) == 1 else ("were", " each,")
    raised = f"{show.listed(names)} {verb} raised by the most people: {number}{each} of {everyone} people."
    return f"{raised} One person can raise more than one theme."


def received(project: Opened) -> None:
    """The files, and what was in those that were read; of what people said as much as the rule lets through."""
    show.section("What came in")
    read = [source.counts for source in project.sources if source.state == "read"]
    unused = [source for source in project.sources if source.state != "read"]
    answers = sum(counts.answered for counts in read)
    files = (
        ("Files", len({source.digest or source.source_id for source in project.sources})),
        ("Files read", len({source.digest for source in project.sources if source.state == "read"})),
        ("Files that could not be read", sum(source.state == "unreadable" for source in unused)),
        ("Files held back, because they could not be made safe", sum(source.state == "withheld" for source in unused)),
    )
    said = (
        ("Things said in groups, and paragraphs of letters", sum(counts.turns for counts in read) - answers),
        ("Answers to questions", answers),
        ("Questions left blank", sum(counts.blank for counts in read)),
        ("Answers that say nothing, such as “n/a”", sum(counts.non_answers for counts in read)),
        ("Things said by people who later withdrew, left out", sum(counts.withdrawn_turns for counts in read)),
    )
    rows = [(what, str(number)) for what, number in files]
    # Each person has a row, and answers are people times questions: exact numbers of them would tell that of people.
    rows += [(what, show.in_words(shown(number, project.rule)) if number else "0") for what, number in said]
    rows.append(("Texts that copy another, counted together with it", show.in_words(project.copies)))
    with st.container(width=show.READING_WIDTH):
        show.table(("What", "Number"), rows, "What came in")
        if unused:
            st.subheader("Files that could not be used", anchor=False)
            show.table(("File", "Why"), [(each.name, each.reason) for each in unused], "Files that were not used")


def replaced(project: Opened) -> None:
    """What the anonymiser took out, by kind."""
    show.section("What was taken out to protect people")
    if not project.replaced:
        show.say("No names or other personal details were found in what people said.")
        return
    total = sum(project.replaced.values())
    many = "1 name or other personal detail was" if total == 1 else f"{total} names and other personal details were"
    show.say(f"{many} replaced in what people said.")
    with st.container(width=show.READING_WIDTH):
        kinds: Counter[str] = Counter()
        for kind, number in project.replaced.items():
            printed = PRINTED.get(kind, kind)
            kinds[printed[:1].upper() + printed[1:]] += number
        rows = [(kind, str(number)) for kind, number in kinds.most_common()]
        show.table(("Kind", "Times"), rows, "Personal details that were replaced, by kind")


if __name__ == "__main__":
    page(opened())
