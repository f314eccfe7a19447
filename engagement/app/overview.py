"""What the round was, what came in, who took part and what they talked about."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened, opened
from engagement.model import ALL, Cell, Count, SliceRequest
from engagement.policy import PRINTED


def page(project: Opened) -> None:
    """The whole page."""
    show.title(project.held.name or "Overview")
    if when := show.dates(project.held.start, project.held.end):
        show.say_as_typed(when)
    if project.held.purpose:
        show.say_as_typed(project.held.purpose)
    show.how_to_read(project.rule)
    themes(project)
    people(project)
    received(project)
    replaced(project)


def themes(project: Opened) -> None:
    """The themes by number of people, and what the codebook leaves uncovered."""
    show.section("What people talked about")
    if project.codebook is None:
        show.say("Nothing is sorted into themes yet. To do it, run: `engagement run FOLDER --project DIR`")
        return
    row = project.numbers.table(SliceRequest()).rows[0]
    cells = {name: row.themes[key] for key, name in project.names.items()}
    show.say(finding(cells, project))
    chart, table = st.columns([3, 2], gap="large")
    if any(isinstance(cell, Count) for cell in cells.values()):
        with chart:
            alternative = "Bar chart of the number of people who raised each theme. The table beside it has the same."
            st.altair_chart(show.bars(cells, "People", "Theme"), alt=alternative)
    with table:
        show.table(("Theme", "People"), show.ranked(cells), "Number of people who raised each theme")
    emergent(project)


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


def emergent(project: Opened) -> None:
    """Groups of remarks that no theme covers, by the words that they share."""
    st.subheader("Other things people said", anchor=False)
    if not project.emergent and not project.emergent_hidden:
        show.say("Nothing that people said was left over in groups large enough to look like a new theme.")
        return
    if project.emergent:
        show.say("These fit none of the themes. The computer put them in groups by the words that they share.")
        rows = [(", ".join(words), show.in_words(cell)) for words, cell in project.emergent]
        with st.container(width=show.READING_WIDTH):
            show.table(("Words in common", "People"), rows, "Groups of remarks that fit no theme")
    if project.emergent_hidden:
        show.say(f"Groups from fewer than {project.rule.threshold} people are not shown.")


def people(project: Opened) -> None:
    """How many took part, by each characteristic that they were asked about."""
    show.section("Who took part")
    everyone = project.numbers.table(SliceRequest()).rows[0].base
    total = show.about(everyone, project.rule)
    if not project.asked:
        show.say(f"{total.capitalize()} people took part. They were not asked about themselves.")
        return
    show.say(f"{total.capitalize()} people took part. These are the answers that they gave about themselves.")
    for pair in zip(project.asked[::2], (*project.asked[1::2], None), strict=False):
        for column, key in zip(st.columns(2, gap="large"), pair, strict=True):
            if key:
                with column:
                    rows = project.numbers.table(SliceRequest(by=(key,))).rows
                    cells = [(row.categories[0], show.in_words(row.base)) for row in rows if row.categories != (ALL,)]
                    name = project.value_sets.label(key)
                    show.table((name, "People"), cells, f"Number of people by {name.lower()}")


def received(project: Opened) -> None:
    """The files, and what was in those that were read."""
    show.section("What came in")
    read = [source.counts for source in project.sources if source.state == "read"]
    unused = [source for source in project.sources if source.state != "read"]
    answers = sum(counts.answered for counts in read)
    rows = (
        ("Files", len({source.digest or source.source_id for source in project.sources})),
        ("Files read", len({source.digest for source in project.sources if source.state == "read"})),
        ("Files that could not be read", sum(source.state == "unreadable" for source in unused)),
        ("Files held back, because they could not be made safe", sum(source.state == "withheld" for source in unused)),
        ("Things said in groups, and paragraphs of letters", sum(counts.turns for counts in read) - answers),
        ("Answers to questions", answers),
        ("Questions left blank", sum(counts.blank for counts in read)),
        ("Answers that say nothing, such as “n/a”", sum(counts.non_answers for counts in read)),
        ("Texts that copy another, counted together with it", project.copies),
        ("Things said by people who later withdrew, left out", sum(counts.withdrawn_turns for counts in read)),
    )
    with st.container(width=show.READING_WIDTH):
        show.table(("What", "Number"), [(what, str(number)) for what, number in rows], "What came in")
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
    show.say(f"{total} names and other personal details were replaced in what people said.")
    with st.container(width=show.READING_WIDTH):
        kinds: Counter[str] = Counter()
        for kind, number in project.replaced.items():
            printed = PRINTED.get(kind, kind)
            kinds[printed[:1].upper() + printed[1:]] += number
        rows = [(kind, str(number)) for kind, number in kinds.most_common()]
        show.table(("Kind", "Times"), rows, "Personal details that were replaced, by kind")


if __name__ == "__main__":
    page(opened())
