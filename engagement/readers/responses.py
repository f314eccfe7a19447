"""From the rows of a table of responses to people, turns and counts: a person a row, a response an open answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import count

from engagement.characteristics import DEFAULT
from engagement.duplicates import grouped
from engagement.model import FileCounts, Kind
from engagement.readers.clean import fold, is_non_answer
from engagement.readers.columns import Amendment, Column, Use, columns_of
from engagement.readers.dictionary import NO_MEANINGS, Meanings, meaning_of
from engagement.readers.headings import HEAD_ROWS, Body, Frame, Row, body_of, frame_of
from engagement.readers.joining import Owned, same_people, whose
from engagement.readers.reading import CannotRead, Reading, Said
from engagement.readers.respondents import OF_PERSON, Cell, person_of, refuses
from engagement.readers.tables import Answers, Sheet, Taken, Told
from engagement.readers.values import tally
from engagement.tagging.value_sets import ValueSets

CAMPAIGN = 3  # the same words from so many
SAME_WORDS = 5  # shorter answers agree by chance
NO_TEXT = "the table has no column of text"
ASK_IN_WORDS = "Check that its first row holds the questions and that one was answered in words"
HEADLESS = "no row of headings was found: the columns are called by their letters, and the first row is an answer too."
WITHOUT_ANSWERS = "sheet without answers"


def responses_of(
    sheets: Sequence[Sheet],
    meanings: Meanings = NO_MEANINGS,
    notes: Sequence[str] = (),
    amended: Sequence[Amendment] = (),
    aside: Mapping[str, int] | None = None,
    sets: ValueSets = DEFAULT,
) -> Taken:
    """The responses of every sheet. A sheet without any is noted; raises CannotRead where none has any.

    Columns of the same question, in one sheet or several, are one question of the reading. Sheets about the same people
    are joined by their row ids, as a sheet of demographics is. `aside` counts the cells of sheets that are not here.
    """
    told: list[Answers] = []
    refusals: list[CannotRead] = []
    noted, apart = list(notes), Counter(aside or {})
    for sheet in sheets:
        try:
            its_own = [one for one in amended if one.sheet in {None, sheet.number}]
            answers, more = _answers_of(sheet, meanings, its_own, sets)
        except CannotRead as refusal:
            refusals.append(refusal)
            noted.append(f"sheet {sheet.number} was not read: {refusal.found}.")
            apart[WITHOUT_ANSWERS] += sum(bool(cell) for _, cells in sheet.rows for cell in cells)
        else:
            told.append(answers)
            noted += more
    kept, silent = [one for one in told if one.asked], [one for one in told if not one.asked]
    if not kept:
        raise refusals[0] if refusals and not told else CannotRead(NO_TEXT, ASK_IN_WORDS)
    tables: list[Owned] = []
    people = 0
    for answers in [*kept, *silent]:
        places = same_people(tables, answers) if answers.asked else whose(tables, answers)
        if places is None:
            noted.append(f"sheet {answers.number} was not read: {NO_TEXT}.")
            apart[WITHOUT_ANSWERS] += answers.cells
            continue
        if not answers.asked:
            noted += _unjoined(answers.number, places)
        further = count(people)
        owners = [next(further) if owner is None else owner for owner in places]
        people = next(further)
        tables.append((answers, owners))
    used = sorted((answers for answers, _ in tables), key=lambda answers: answers.number or 0)
    noted += unused([answers.columns for answers in used], amended)
    told_of = tuple(
        Told(answers.number, answers.columns, tally(answers.columns, (cells for _, cells in answers.body)))
        for answers in used
    )
    return Taken(reading_of(tables, noted, apart), told_of)


def _answers_of(
    sheet: Sheet, meanings: Meanings, amended: Sequence[Amendment], sets: ValueSets
) -> tuple[Answers, list[str]]:
    frame = frame_of(sheet.rows[:HEAD_ROWS])
    body = body_of(frame, sheet.rows[frame.under :])
    codes = [meanings.codes.get(meanings.column(heading), {}) for heading in frame.headings]
    rows = [
        (number, [meaning_of(cell, known) for cell, known in zip(cells, codes, strict=True)])
        for number, cells in body.rows
    ]
    headings = [meanings.questions.get(meanings.column(heading), heading) for heading in frame.headings]
    columns = columns_of(headings, [cells for _, cells in rows], amended, sets)
    aside = body.aside + Counter({"heading row": above(frame, sheet.rows)})
    answers = Answers(columns, tuple(rows), sheet.location, sheet.number, aside)
    return answers, notes_on(frame, body, sheet.number)


def above(frame: Frame, rows: Sequence[Row]) -> int:
    """How many cells of the headings, and of what stands above them, hold anything."""
    return sum(bool(cell) for _, cells in rows[: frame.under] for cell in cells)


def notes_on(frame: Frame, body: Body, number: int | None = None) -> list[str]:
    """What there is to note of a table's headings, and of cells beyond them."""
    notes = [] if frame.headed else [HEADLESS if number is None else f"sheet {number}: {HEADLESS}"]
    if body.too_wide:
        rows_have = "1 row has" if body.too_wide == 1 else f"{body.too_wide} rows have"
        notes.append(f"{rows_have} more cells than there are headings: the cells beyond were not read.")
    return notes


def unused(columns: Sequence[Sequence[Column]], amended: Sequence[Amendment]) -> list[str]:
    """A note where a user speaks of columns that are not there."""
    held = {fold(column.heading) for table in columns for column in table}
    missing = sum(fold(one.heading) not in held for one in amended)
    if not missing:
        return []
    columns_are = "1 column that is" if missing == 1 else f"{missing} columns that are"
    return [f"columns.yaml tells of {columns_are} not in the file."]


def _unjoined(number: int | None, places: Sequence[int | None]) -> list[str]:
    missing = places.count(None)
    if not missing:
        return []
    rows_are = "1 row is" if missing == 1 else f"{missing} rows are"
    return [f"sheet {number}: {rows_are} joined to nobody's answers, and read as people without words of their own."]


def reading_of(tables: Sequence[Owned], notes: Sequence[str] = (), aside: Mapping[str, int] | None = None) -> Reading:
    """The responses of tables, and what tables without questions say of the same people.

    Every cell that holds anything is in exactly one place: a turn, a non-answer, a person, or counted aside.
    """
    questions = {column.question: None for answers, _ in tables for column in answers.asked}
    place = {question: at for at, question in enumerate(questions)}
    turns: list[Said] = []
    cells: list[list[Cell]] = [
        [] for _ in range(max((max(owners, default=-1) for _, owners in tables), default=-1) + 1)
    ]
    found: Counter[str] = Counter()
    apart = Counter(aside or {})
    for answers, owners in tables:
        said, counted = _turns(answers, place, owners)
        turns += said
        found += counted
        apart += Counter(answers.aside) + _set_aside(answers)
        for (_, row), owner in zip(answers.body, owners, strict=True):
            cells[owner] += _of_person(answers.columns, row)
    people = []
    for mine in cells:
        person, left = person_of(mine)
        people.append(person)
        apart += left
    refused = [refuses(mine) for mine in cells if any(column.use is Use.CONSENT for column, _ in mine)]
    groups = _copies([turn for turn in turns if turn.person is not None and not people[turn.person].withdrawn])
    counts = FileCounts(
        turns=len(turns),
        rows=len(people),
        answered=len(turns),
        non_answers=found["non_answers"],
        blank=found["blank"],
        duplicates=sum(len(group) - 1 for group in groups),
        campaigns=sum(len(group) >= CAMPAIGN for group in groups),
        consent_refused=refused.count(True),
        aside={str(kind): number for kind, number in apart.items() if number},
    )
    noted = (*notes, *_silent(refused.count(None)))
    return Reading(tuple(turns), tuple(people), tuple(questions), counts, noted)


def _silent(rows: int) -> list[str]:
    if not rows:
        return []
    rows_leave = "1 row leaves" if rows == 1 else f"{rows} rows leave"
    return [f"{rows_leave} it open whether an answer may be published: no quote is taken from there."]


def _of_person(columns: Sequence[Column], row: Sequence[str]) -> list[Cell]:
    return [(column, row[column.at]) for column in columns if column.use in OF_PERSON]


def _set_aside(answers: Answers) -> Counter[str]:
    """The cells of columns that are neither of the person nor in their words, by the use of the column."""
    others = [column for column in answers.columns if column.use not in OF_PERSON | {Use.OPEN}]
    return Counter(column.use.value for _, row in answers.body for column in others if row[column.at])


def _turns(answers: Answers, place: Mapping[str, int], owners: Sequence[int]) -> tuple[list[Said], Counter[str]]:
    """A response for each answer, and counts that add up to rows times open questions."""
    turns: list[Said] = []
    counts: Counter[str] = Counter()
    for (number, cells), person in zip(answers.body, owners, strict=True):
        for column in answers.asked:
            words = cells[column.at]
            if not words:
                counts["blank"] += 1
            elif is_non_answer(words):
                counts["non_answers"] += 1
            else:
                location = answers.location.format(number)
                turns.append(Said(location, Kind.RESPONSE, words, person, place[column.question]))
    return turns, counts


def _copies(turns: Sequence[Said]) -> list[tuple[int, ...]]:
    """Groups of answers to one question that are copies of each other, by their places among its answers."""
    to: dict[int | None, list[str]] = defaultdict(list)
    for turn in turns:
        if len(turn.words.split()) >= SAME_WORDS:
            to[turn.question].append(turn.words)
    return [group for texts in to.values() for group in grouped(texts)]
