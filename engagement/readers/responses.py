"""From the rows of a table of responses to people, turns and counts: a person a row, a response an open answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engagement.model import FileCounts, Kind
from engagement.readers.clean import fold, is_non_answer
from engagement.readers.columns import Column, Use, columns_of, consents
from engagement.readers.reading import CannotRead, Person, Reading, Said

HEADER_WITHIN = 20  # rows; above it an export may have its title and date
HEADER_SHARE = 0.6  # of the widest row's cells
CAMPAIGN = 3  # the same words from so many
SAME_WORDS = 5  # shorter answers agree by chance
ANONYMOUS = frozenset({"anonymous", "anon", "name withheld", "withheld", "prefer not to say", "not given"})

Row = tuple[int, list[str]]  # the sheet's own number of the row, and its cells


@dataclass(frozen=True, slots=True, repr=False)
class Meanings:
    """A sheet's dictionary, by folded column: what its codes stand for, and its question in full."""

    codes: Mapping[str, Mapping[str, str]]
    questions: Mapping[str, str]

    def column(self, heading: str) -> str:
        """The dictionary's name for the column: its heading, or what stands before the rest ("Q1" of "Q1. Why?")."""
        words = fold(heading)
        names = {*self.codes, *self.questions}
        return next(
            (name for name in sorted(names, key=len, reverse=True) if f"{words} ".startswith(f"{name} ")), words
        )


NO_MEANINGS = Meanings({}, {})


def responses_of(rows: Sequence[Row], meanings: Meanings, location: str, notes: Sequence[str] = ()) -> Reading:
    """The responses in `rows`, located as `location` with the row's number. Raises CannotRead where there are none."""
    headings, body, notes = _framed(rows, list(notes))
    decoded = [meanings.codes.get(meanings.column(heading), {}) for heading in headings]
    body = [
        (number, [meaning_of(cell, codes) for cell, codes in zip(cells, decoded, strict=True)])
        for number, cells in body
    ]
    headings = [meanings.questions.get(meanings.column(heading), heading) for heading in headings]
    columns = columns_of(headings, [cells for _, cells in body])
    asked = [column for column in columns if column.use is Use.OPEN]
    if not asked:
        raise CannotRead(
            "the table has no column of text",
            "Check that its first row holds the questions and that one was answered in words",
        )
    people = [_person(columns, cells) for _, cells in body]
    turns, found = _answers(asked, body, location)
    refused, silent = _consent(columns, body)
    if silent:
        rows_leave = "1 row leaves" if silent == 1 else f"{silent} rows leave"
        notes.append(f"{rows_leave} it open whether an answer may be published: no quote is taken from there.")
    counts = FileCounts(
        turns=len(turns),
        rows=len(body),
        answered=len(turns),
        non_answers=found["non_answers"],
        blank=found["blank"],
        duplicates=found["duplicates"],
        campaigns=found["campaigns"],
        consent_refused=refused,
    )
    return Reading(turns, tuple(people), tuple(column.heading for column in asked), counts, tuple(notes))


def _framed(rows: Sequence[Row], notes: list[str]) -> tuple[list[str], list[Row], list[str]]:
    """The headings and the rows under them, all of the same width; what stands right of the headings is noted."""
    filled = [sum(map(bool, cells)) for _, cells in rows[:HEADER_WITHIN]]
    if not filled:
        raise CannotRead("the table has no rows", "Put the answers in, or take the file away")
    top = next(at for at, cells in enumerate(filled) if cells >= HEADER_SHARE * max(filled))
    headings = [" ".join(heading.split()) for heading in rows[top][1]]
    while headings and not headings[-1]:
        headings.pop()
    width = len(headings)
    if len(rows) == top + 1:
        raise CannotRead("the table has headings and no rows", "Put the answers in, or take the file away")
    beyond = sum(any(cells[width:]) for _, cells in rows[top + 1 :])
    if beyond:
        rows_have = "1 row has" if beyond == 1 else f"{beyond} rows have"
        notes.append(f"{rows_have} more cells than there are headings: the cells beyond were not read.")
    body = [(number, (cells + [""] * width)[:width]) for number, cells in rows[top + 1 :]]
    return headings, [row for row in body if any(row[1])], notes


def code_of(text: str) -> str:
    """A code as its dictionary and its cells both write it: 7.0 is 7."""
    return re.sub(r"\.0+$", "", text.strip()).casefold()


def meaning_of(cell: str, codes: Mapping[str, str]) -> str:
    """The label of a code, or of each code of "1; 3"."""
    if not codes or code_of(cell) in codes:
        return codes.get(code_of(cell), cell)
    parts = [code_of(part) for part in re.split(r"[;,|]", cell) if part.strip()]
    return "; ".join(codes[part] for part in parts) if parts and all(part in codes for part in parts) else cell


def _person(columns: Sequence[Column], cells: Sequence[str]) -> Person:
    held = {
        use: " ".join(cells[column.at] for column in columns if column.use is use and cells[column.at])
        for use in (Use.NAME, Use.FIRST_NAME, Use.SURNAME)
    }
    names = [held[Use.NAME], f"{held[Use.FIRST_NAME]} {held[Use.SURNAME]}".strip()]
    declared: dict[str, str] = {}
    for column in columns:
        if column.use is Use.DEMOGRAPHIC:
            # A second column of the same characteristic is the write-in of "Other".
            before, here = declared.get(column.key, ""), cells[column.at]
            declared[column.key] = here if here and (not before or re.search(r"\bother\b", fold(before))) else before
    consent = [consents(column.heading, cells[column.at]) for column in columns if column.use is Use.CONSENT]
    return Person(
        names=tuple(dict.fromkeys(name for name in names if not is_non_answer(name) and fold(name) not in ANONYMOUS)),
        identifiers=tuple(
            (column.key, cells[column.at])
            for column in columns
            if column.use is Use.IDENTIFIER and not is_non_answer(cells[column.at])
        ),
        declared=tuple(declared.items()),
        may_publish=all(answer is True for answer in consent) if consent else None,
    )


def _consent(columns: Sequence[Column], body: Sequence[Row]) -> tuple[int, int]:
    """How many rows refuse to be published, and how many leave it open."""
    asked = [column for column in columns if column.use is Use.CONSENT]
    answers = [[consents(column.heading, cells[column.at]) for column in asked] for _, cells in body]
    refused = sum(False in row for row in answers)
    return refused, sum(None in row and False not in row for row in answers)


def _answers(asked: Sequence[Column], body: Sequence[Row], location: str) -> tuple[tuple[Said, ...], Counter[str]]:
    """A response for each answer, and counts that add up to rows times open questions."""
    turns: list[Said] = []
    counts: Counter[str] = Counter()
    same: Counter[tuple[int, str]] = Counter()
    for person, (number, cells) in enumerate(body):
        for question, column in enumerate(asked):
            words = cells[column.at]
            if not words:
                counts["blank"] += 1
            elif is_non_answer(words):
                counts["non_answers"] += 1
            else:
                turns.append(Said(location.format(number), Kind.RESPONSE, words, person, question))
                if len(fold(words).split()) >= SAME_WORDS:
                    same[question, fold(words)] += 1
    counts["duplicates"] = sum(times - 1 for times in same.values())
    counts["campaigns"] = sum(times >= CAMPAIGN for times in same.values())
    return tuple(turns), counts
