"""Tables of a document, a row at a time: transcripts, minutes in columns, lists of actions, lists of attendees."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from engagement.readers.attendance import LISTS
from engagement.readers.cast import STAMP
from engagement.readers.clean import fold, has_words, phrases
from engagement.readers.listed import people_of_table
from engagement.readers.minutes import ACTION_LINE
from engagement.readers.reading import Block, Paragraph, Table

SPEAKERS = phrases("speaker | who | who said it | name | participant | initials | by | person | respondent | said by")
WORDS = phrases("""
    what was said | words | comment | comments | contribution | transcript | text | notes | said | response |
    discussion | feedback | points | points raised | key points | answer | utterance | quote | quotes | dialogue |
    summary of discussion | discussion points | what people said
""")
TOPICS = phrases("question | topic | theme | item | agenda item | subject | agenda | heading | issue")
ACTIONS = phrases("""
    action | actions | action point | action points | action required | actions agreed | agreed actions | task |
    next steps | decision | decisions | action decision | decision action
""")
OF_ACTIONS = phrases("""
    owner | who | by whom | lead | responsible | person responsible | assigned to | action owner | by when | when |
    deadline | due | due date | date | target date | timescale | status | completed | update | by | name | initials
""")
CLOCKS = phrases("time | timestamp | time stamp | start | end | start time | end time | timecode | duration")
NUMBERS = phrases("no | number | ref | reference | item no | item number | turn | line | id | row")
CLOCK = re.compile(rf"{STAMP}(?:\s*(?:-->|[–—-])\s*{STAMP})?")


@dataclass(frozen=True, slots=True)
class _Layout:
    """The places of what a table's columns hold; a table of actions has no words of the discussion."""

    speaker: int | None
    words: int | None
    topic: int | None
    action: int | None
    about: tuple[int, ...]  # of an action: whose it is, and by when


def unfolded(blocks: Iterable[Block], aside: Counter[str]) -> Iterator[Block]:
    """The blocks with each table, but for tables of attendees, as the paragraphs that its rows are.

    What of a table is nobody's words is counted in `aside`, a cell each.
    """
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        elif not block.rows:
            continue
        elif (layout := _layout(block.rows[0])) is None and people_of_table(block) is not None:
            yield block
        elif layout is None:
            yield from _listed(block) or rows_of(block)
        else:
            aside["table heading"] += len(_cells(block.rows[0]))
            yield from (_talk if layout.speaker is not None else _minutes)(block, layout, aside)


def _layout(row: Sequence[str]) -> _Layout | None:
    headings = [fold(heading) for heading in row]

    def first(names: frozenset[str]) -> int | None:
        return next((at for at, heading in enumerate(headings) if heading in names), None)

    speaker, words, topic, action = (first(names) for names in (SPEAKERS, WORDS, TOPICS, ACTIONS))
    if action is not None and speaker is not None and speaker > action:
        speaker = None  # whose action it is
    if speaker is not None and words is not None:
        return _Layout(speaker, words, topic, action, ())
    about = tuple(at for at, heading in enumerate(headings) if heading in OF_ACTIONS and at != action)
    if action is not None and (words is None or words > action) and (about or topic is not None):
        comments = () if words is None else (words,)
        return _Layout(None, None, topic, action, tuple(sorted({*about, *comments})))
    if words is not None and (topic is not None or action is not None):
        return _Layout(None, words, topic, action, about)
    return None


def _cells(row: Sequence[str]) -> list[str]:
    """The cells of a row with something in them; a merged cell, which stands in each of its places, once."""
    return [cell for at, cell in enumerate(row) if cell and cell not in row[:at]]


def rows_of(table: Table) -> Iterator[Paragraph]:
    """A paragraph for each row of a table that says nothing of its columns."""
    for number, row in enumerate(table.rows, start=1):
        cells = _cells(row)
        parting = ": " if len(cells) == 2 else "\n"
        yield Paragraph(f"table {table.number} row {number}", parting.join(part.rstrip(":") for part in cells))


def _listed(table: Table) -> list[Paragraph]:
    """The lists of a table whose columns are headed Present, Apologies and the like; nothing for another table."""
    heads = table.rows[0]
    if len(heads) < 2 or not all(LISTS.fullmatch(head) for head in heads) or len(table.rows) < 2:
        return []
    place = f"table {table.number}"
    columns = ((head, [row[at] for row in table.rows[1:] if row[at]]) for at, head in enumerate(heads))
    return [Paragraph(place, "\n".join([f"{head.rstrip(':')}:", *names])) for head, names in columns]


def _talk(table: Table, layout: _Layout, aside: Counter[str]) -> Iterator[Paragraph]:
    topic = ""
    for number, row in enumerate(table.rows[1:], start=2):
        place, cells = f"table {table.number} row {number}", _cells(row)
        assert layout.speaker is not None
        assert layout.words is not None
        if len(cells) == 1 and row[layout.speaker] == row[layout.words]:  # one cell across the table
            yield Paragraph(place, cells[0], style="heading")
            continue
        if layout.topic is not None and row[layout.topic] and row[layout.topic] != topic:
            topic = row[layout.topic]
            yield Paragraph(place, topic, style="heading")
        yield Paragraph(place, row[layout.words], label=row[layout.speaker])
        if layout.action is not None:
            yield from _actions(place, row, layout)
        _count(table, row, layout, aside)


def _minutes(table: Table, layout: _Layout, aside: Counter[str]) -> Iterator[Paragraph]:
    topic = ""
    for number, row in enumerate(table.rows[1:], start=2):
        place = f"table {table.number} row {number}"
        if len(set(row)) == 1:  # one cell across the table
            yield Paragraph(place, row[0], style="heading")
            continue
        if layout.topic is not None and row[layout.topic] and row[layout.topic] != topic:
            topic = row[layout.topic]
            yield Paragraph(place, topic, style="heading")
        if layout.words is not None:
            yield from (Paragraph(place, line) for line in row[layout.words].split("\n") if line)
        if layout.action is not None:
            yield from _actions(place, row, layout)
        _count(table, row, layout, aside)


def _actions(place: str, row: Sequence[str], layout: _Layout) -> Iterator[Paragraph]:
    assert layout.action is not None
    lines = [line for line in row[layout.action].split("\n") if has_words(line)]
    about = "; ".join(row[at].replace("\n", ", ") for at in layout.about if has_words(row[at]))
    if about:
        lines = [*lines[:-1], f"{lines[-1]} ({about})" if lines else about]
    for line in lines:
        yield Paragraph(place, line if ACTION_LINE.fullmatch(line) else f"Action: {line}")


def _count(table: Table, row: Sequence[str], layout: _Layout, aside: Counter[str]) -> None:
    """Counts the cells of the other columns: times, numbers, and whatever else nobody said."""
    used = {layout.speaker, layout.words, layout.topic, layout.action, *layout.about}
    for at, cell in enumerate(row):
        if at in used or not cell or cell in row[:at]:
            continue
        heading = fold(table.rows[0][at])
        if heading in CLOCKS or CLOCK.fullmatch(cell):
            aside["timestamp"] += 1
        else:
            aside["number" if heading in NUMBERS else "other column of a table"] += 1
