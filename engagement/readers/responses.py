"""From the rows of a table of responses to people, turns and counts: a person a row, a response an open answer."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engagement.duplicates import grouped
from engagement.model import FileCounts, Kind
from engagement.readers.clean import fold, is_non_answer
from engagement.readers.columns import Amendment, Column, Use, columns_of, consents
from engagement.readers.headings import Row, framed
from engagement.readers.options import chosen
from engagement.readers.reading import CannotRead, Person, Reading, Said

CAMPAIGN = 3  # the same words from so many
SAME_WORDS = 5  # shorter answers agree by chance
ANONYMOUS = frozenset({"anonymous", "anon", "name withheld", "withheld", "prefer not to say", "not given"})


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


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """The rows of one table; `location` takes a row's number, `number` is the sheet's in its workbook."""

    rows: Sequence[Row]
    location: str = "row {}"
    number: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Answers:
    """A table that holds answers: its columns and, under them, its rows."""

    columns: tuple[Column, ...]
    body: tuple[Row, ...]
    sheet: Sheet

    @property
    def asked(self) -> list[Column]:
        """The open questions."""
        return [column for column in self.columns if column.use is Use.OPEN]


def responses_of(
    sheets: Sequence[Sheet], meanings: Meanings, notes: Sequence[str] = (), amended: Sequence[Amendment] = ()
) -> Reading:
    """The responses of every sheet. A sheet without any is noted; raises CannotRead where none has any.

    Columns of the same question, in one sheet or several, are one question of the reading.
    """
    told, notes = answers_of(sheets, meanings, notes, amended)
    questions = list(dict.fromkeys(column.question for answers in told for column in answers.asked))
    turns: list[Said] = []
    people: list[Person] = []
    found: Counter[str] = Counter()
    refused = silent = 0
    for answers in told:
        said, counted = _answers(answers, questions, len(people))
        turns += said
        people += [_person(answers.columns, cells) for _, cells in answers.body]
        found += counted
        no, unsaid = _consent(answers.columns, answers.body)
        refused, silent = refused + no, silent + unsaid
    if silent:
        rows_leave = "1 row leaves" if silent == 1 else f"{silent} rows leave"
        notes.append(f"{rows_leave} it open whether an answer may be published: no quote is taken from there.")
    groups = _copies(turns)
    counts = FileCounts(
        turns=len(turns),
        rows=len(people),
        answered=len(turns),
        non_answers=found["non_answers"],
        blank=found["blank"],
        duplicates=sum(len(group) - 1 for group in groups),
        campaigns=sum(len(group) >= CAMPAIGN for group in groups),
        consent_refused=refused,
    )
    return Reading(tuple(turns), tuple(people), tuple(questions), counts, tuple(notes))


def answers_of(
    sheets: Sequence[Sheet], meanings: Meanings, notes: Sequence[str] = (), amended: Sequence[Amendment] = ()
) -> tuple[list[Answers], list[str]]:
    """The sheets that hold answers, and what there is to note. Raises CannotRead where none does."""
    told: list[Answers] = []
    refusals: list[tuple[int | None, CannotRead]] = []
    kept = list(notes)
    for sheet in sheets:
        try:
            answers, noted = _told(sheet, meanings, [one for one in amended if one.sheet in {None, sheet.number}])
        except CannotRead as refusal:
            refusals.append((sheet.number, refusal))
        else:
            told.append(answers)
            kept += noted
    if not told:
        raise refusals[0][1]
    kept += [f"sheet {number} was not read: {refusal.found}." for number, refusal in refusals]
    kept += _unused(told, amended)
    return told, kept


def _told(sheet: Sheet, meanings: Meanings, amended: Sequence[Amendment]) -> tuple[Answers, list[str]]:
    headings, body, notes = framed(sheet.rows, [])
    decoded = [meanings.codes.get(meanings.column(heading), {}) for heading in headings]
    body = [
        (number, [meaning_of(cell, codes) for cell, codes in zip(cells, decoded, strict=True)])
        for number, cells in body
    ]
    headings = [meanings.questions.get(meanings.column(heading), heading) for heading in headings]
    answers = Answers(columns_of(headings, [cells for _, cells in body], amended), tuple(body), sheet)
    if not answers.asked:
        raise CannotRead(
            "the table has no column of text",
            "Check that its first row holds the questions and that one was answered in words",
        )
    return answers, notes


def _unused(told: Sequence[Answers], amended: Sequence[Amendment]) -> list[str]:
    """A note where a user speaks of columns that are not there."""
    held = {fold(column.heading) for answers in told for column in answers.columns}
    missing = sum(fold(one.heading) not in held for one in amended)
    if not missing:
        return []
    columns_are = "1 column that is" if missing == 1 else f"{missing} columns that are"
    return [f"columns.yaml tells of {columns_are} not in the file."]


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
    declared: dict[str, list[tuple[str, str]]] = {}
    for column in columns:
        if column.use is Use.DEMOGRAPHIC:
            declared.setdefault(column.key, []).append((column.option, cells[column.at]))
    consent = [consents(column.heading, cells[column.at]) for column in columns if column.use is Use.CONSENT]
    return Person(
        names=tuple(dict.fromkeys(name for name in names if not is_non_answer(name) and fold(name) not in ANONYMOUS)),
        identifiers=tuple(
            (column.key, cells[column.at])
            for column in columns
            if column.use is Use.IDENTIFIER
            and not is_non_answer(cells[column.at])
            and fold(cells[column.at]) not in ANONYMOUS
        ),
        declared=tuple((key, chosen(answers)) for key, answers in declared.items()),
        may_publish=all(answer is True for answer in consent) if consent else None,
    )


def _consent(columns: Sequence[Column], body: Sequence[Row]) -> tuple[int, int]:
    """How many rows refuse to be published, and how many leave it open."""
    asked = [column for column in columns if column.use is Use.CONSENT]
    answers = [[consents(column.heading, cells[column.at]) for column in asked] for _, cells in body]
    refused = sum(False in row for row in answers)
    return refused, sum(None in row and False not in row for row in answers)


def _answers(answers: Answers, questions: Sequence[str], first: int) -> tuple[list[Said], Counter[str]]:
    """A response for each answer, and counts that add up to rows times open questions; `first` is its first person."""
    turns: list[Said] = []
    counts: Counter[str] = Counter()
    for person, (number, cells) in enumerate(answers.body, start=first):
        for column in answers.asked:
            words = cells[column.at]
            if not words:
                counts["blank"] += 1
            elif is_non_answer(words):
                counts["non_answers"] += 1
            else:
                location = answers.sheet.location.format(number)
                turns.append(Said(location, Kind.RESPONSE, words, person, questions.index(column.question)))
    return turns, counts


def _copies(turns: Sequence[Said]) -> list[tuple[int, ...]]:
    """Groups of answers to one question that are copies of each other, by their places among its answers."""
    to: dict[int | None, list[str]] = defaultdict(list)
    for turn in turns:
        if len(turn.words.split()) >= SAME_WORDS:
            to[turn.question].append(turn.words)
    return [group for texts in to.values() for group in grouped(texts)]
