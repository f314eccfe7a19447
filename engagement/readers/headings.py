"""From the first rows of an export to one heading a column, as each survey system lays them out, and what is under."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from engagement.readers.clean import fold, phrases
from engagement.readers.headless import ALONE, holds_answers
from engagement.readers.reading import CannotRead
from engagement.readers.shapes import FIGURE

Row = tuple[int, list[str]]  # the sheet's own number of the row, and its cells

HEADER_WITHIN = 20  # rows; above it an export may have its title and date
HEADER_SHARE = 0.6  # of the widest row's cells
STRAY_SHARE = 0.1  # of the rows, which may reach beyond the headings; so may one in any table

# Qualtrics: codes, wordings, and a JSON object a column; its older exports leave the third row out.
IMPORT_ID = re.compile(r'\{\s*"ImportId"')
QUALTRICS_CODES = phrases("startdate | enddate | recordeddate | responseid | ipaddress | userlanguage")
# SurveyMonkey, and Smart Survey's workbooks: questions, and under them what each column of a question takes.
OPEN_ENDED = "open ended response"
SUB_HEADINGS = frozenset({OPEN_ENDED, "response"})
FIRST_OF_TWO = phrases("respondent id | collector id | userid | user id | userno | unique id")

HEAD_ROWS = 200  # rows from the first that holds anything, by which it is told what heads a table
TOTALS = phrases("total | totals | grand total | sum | average | averages | mean | count | counts | base")


@dataclass(frozen=True, slots=True, repr=False)
class Frame:
    """The headings of a table, and how many rows stand before its answers; `headed` is False where it has no headings.

    Without headings each is an empty text.
    """

    headings: tuple[str, ...]
    under: int
    headed: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class Body:
    """The rows of answers, as wide as the headings; cells set aside, by what they are; how many rows are too wide."""

    rows: list[Row]
    aside: Counter[str]
    too_wide: int


def frame_of(head: Sequence[Row]) -> Frame:
    """What heads a table, told by its first rows that hold anything, at most `HEAD_ROWS`.

    An option's heading is "question - option". Raises CannotRead where there are no rows, or none under the headings.
    """
    if not any(any(cells) for _, cells in head[:HEADER_WITHIN]):
        raise CannotRead("the table has no rows", "Put the answers in, or take the file away")
    several = _qualtrics(head) or _two_rows(head)
    headings, under = several or _one_row(head)
    width = max(len(cells) for _, cells in head)
    first, *below = ((cells + [""] * width)[:width] for _, cells in head[under - 1 :])
    if not several and holds_answers(first, below):
        return Frame(("",) * width, under - 1, headed=False)
    headings = [" ".join(heading.split()) for heading in headings]
    while headings and not headings[-1]:
        headings.pop()
    if any(shape.fullmatch(heading) for shape in ALONE for heading in headings):
        raise CannotRead("the first row holds somebody's answers", "Put a row of headings above them")
    if len(head) == under:
        raise CannotRead("the table has headings and no rows", "Put the answers in, or take the file away")
    return Frame(tuple(headings), under)


def body_of(frame: Frame, rows: Sequence[Row]) -> Body:
    """What stands under the headings: answers, and apart from them headings written again, totals and cells beyond."""
    width = len(frame.headings)
    body, aside, too_wide = [], Counter[str](), 0
    for number, cells in rows:
        beyond = sum(map(bool, cells[width:]))
        too_wide += bool(beyond)
        aside["beyond the headings"] += beyond
        kept = (cells + [""] * width)[:width]
        filled = [cell for cell in kept if cell]
        if frame.headed and [" ".join(cell.split()) for cell in kept] == list(frame.headings):
            aside["heading row"] += len(filled)
        elif _is_of_totals(filled):
            aside["row of totals"] += len(filled)
        elif filled:
            body.append((number, kept))
    return Body(body, +aside, too_wide)


def _is_of_totals(filled: Sequence[str]) -> bool:
    return len(filled) > 1 and fold(filled[0]) in TOTALS and all(FIGURE.fullmatch(cell) for cell in filled[1:])


def _qualtrics(rows: Sequence[Row]) -> tuple[list[str], int] | None:
    for at, (_, cells) in enumerate(rows[:HEADER_WITHIN]):
        filled = [cell for cell in cells if cell]
        ids = sum(bool(IMPORT_ID.match(cell)) for cell in filled)
        if at and ids and ids >= HEADER_SHARE * len(filled):
            return rows[at - 1][1], at + 1
    if len(rows) > 1:
        codes, wordings = rows[0][1], rows[1][1]
        known = [at for at, code in enumerate(codes) if code.casefold() in QUALTRICS_CODES]
        # Without the third row: "StartDate" over "Start Date", "ResponseId" over "Response ID".
        again = sum(_same(codes[at], wordings[at]) for at in known if at < len(wordings))
        if again >= 2:
            return [*wordings, *codes[len(wordings) :]], 2
    return None


def _same(code: str, wording: str) -> bool:
    return code != wording and fold(code).replace(" ", "") == fold(wording).replace(" ", "")


def _two_rows(rows: Sequence[Row]) -> tuple[list[str], int] | None:
    for at, (_, above) in enumerate(rows[: min(HEADER_WITHIN, len(rows) - 1)]):
        below = rows[at + 1][1]
        width = max(len(above), len(below))
        questions, options = ([*cells, *[""] * (width - len(cells))] for cells in (above, below))
        system = [place for place, cell in enumerate(questions) if fold(cell) in FIRST_OF_TWO]
        said = {fold(cell) for cell in options}
        gaps = any(option and not question for question, option in zip(questions, options, strict=True))
        # Without the columns of the system itself, only a wording that nobody answers with tells the second row.
        of_system = bool(system) and not any(options[place] for place in system)
        if OPEN_ENDED in said or (of_system and (gaps or said & SUB_HEADINGS)):
            return _paired(questions, options), at + 2
    return None


def _paired(questions: Sequence[str], options: Sequence[str]) -> list[str]:
    headings, question = [], ""
    for above, below in zip(questions, options, strict=True):
        question = above or question  # a question stands over the first of its columns alone
        plain = not below or fold(below) in SUB_HEADINGS
        headings.append((above if not below else question) if plain else f"{question} - {below}")
    return headings


def _one_row(rows: Sequence[Row]) -> tuple[list[str], int]:
    filled = [sum(map(bool, cells)) for _, cells in rows[:HEADER_WITHIN]]
    top = next(at for at, cells in enumerate(filled) if cells >= HEADER_SHARE * max(filled))
    wide = [max((at for at, cell in enumerate(cells, start=1) if cell), default=0) for _, cells in rows[:HEADER_WITHIN]]
    for at in range(top):
        # A row with cells beyond its headings must not be taken for them, and what stands above it for a title.
        below = wide[at + 1 :]
        wider = sum(width > wide[at] for width in below)
        if filled[at] > 1 and wider * 2 <= len(below) and wider <= max(1, STRAY_SHARE * len(below)):
            return rows[at][1], at + 1
    return rows[top][1], top + 1
