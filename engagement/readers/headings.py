"""From the first rows of an export to one heading a column, as each survey system lays them out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engagement.readers.clean import fold, phrases
from engagement.readers.columns import SHAPES
from engagement.readers.reading import CannotRead

Row = tuple[int, list[str]]  # the sheet's own number of the row, and its cells

HEADER_WITHIN = 20  # rows; above it an export may have its title and date
HEADER_SHARE = 0.6  # of the widest row's cells

# Qualtrics: codes, wordings, and a JSON object a column; its older exports leave the third row out.
IMPORT_ID = re.compile(r'\{\s*"ImportId"')
QUALTRICS_CODES = phrases("startdate | enddate | recordeddate | responseid | ipaddress | userlanguage")
# SurveyMonkey, and Smart Survey's workbooks: questions, and under them what each column of a question takes.
OPEN_ENDED = "open ended response"
SUB_HEADINGS = frozenset({OPEN_ENDED, "response"})
FIRST_OF_TWO = phrases("respondent id | collector id | userid | user id | userno | unique id")


def framed(rows: Sequence[Row], notes: list[str]) -> tuple[list[str], list[Row], list[str]]:
    """The headings and the rows under them, all of the same width; what stands right of the headings is noted.

    An option's heading is "question - option". Raises CannotRead where there are no headings or nothing under them.
    """
    if not any(any(cells) for _, cells in rows[:HEADER_WITHIN]):
        raise CannotRead("the table has no rows", "Put the answers in, or take the file away")
    headings, under = _qualtrics(rows) or _two_rows(rows) or _one_row(rows)
    headings = [" ".join(heading.split()) for heading in headings]
    while headings and not headings[-1]:
        headings.pop()
    if any(SHAPES[kind].fullmatch(heading) for kind in ("EMAIL", "PHONE") for heading in headings):
        raise CannotRead("the first row holds somebody's answers", "Put a row of headings above them")
    width = len(headings)
    if len(rows) == under:
        raise CannotRead("the table has headings and no rows", "Put the answers in, or take the file away")
    beyond = sum(any(cells[width:]) for _, cells in rows[under:])
    if beyond:
        rows_have = "1 row has" if beyond == 1 else f"{beyond} rows have"
        notes.append(f"{rows_have} more cells than there are headings: the cells beyond were not read.")
    body = [(number, (cells + [""] * width)[:width]) for number, cells in rows[under:]]
    return headings, [row for row in body if any(row[1])], notes


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
    return rows[top][1], top + 1
