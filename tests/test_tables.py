"""Tables of responses: every cell is somewhere, people who withdrew are told, sheets that belong together are joined.

Everybody here is invented.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.model import FileCounts
from engagement.readers import columns, consent, long_csv, sheet
from engagement.readers.clean import is_non_answer, tidy
from engagement.readers.columns import Use
from engagement.readers.reading import CannotRead, Reading
from engagement.readers.tables import Taken
from tests.tables import read_csv, read_workbook
from tests.test_exports import MICROSOFT_FORMS, QUALTRICS, SURVEY_MONKEY, Rows, ods, text_of, xls, xlsx

DAMP, LATE, DARK = "Our flat is damp in every room", "The bus is late every single day", "It is too dark to walk home"
HEADLESS = "no row of headings was found: the columns are called by their letters, and the first row is an answer too."

# ----------------------------------------------------------- every cell once

# Of each system: its sheets, the cells that say yes or no to consent, and where the cells go that are nobody's words.
PLAIN: Rows = [
    ["Grants consultation"],
    ["Response ID", "Submitted", "Name", "Email", "Ward", "What would you change?", "Anything else?", "Sex",
     "May we quote you?", "Do you agree to take part?", "Status"],
    ["R-1", "2025-05-01 10:01", "Amina Begum", "a@example.org", "Mill", "One answer in words of its own", "n/a",
     "Female", "Yes, do", "I agree", "Complete"],
    ["R-2", "2025-05-01 10:02", "Anonymous", "none", "Brook", "Another answer in other words", "", "Male", "maybe",
     "", "Withdrawn"],
    ["Response ID", "Submitted", "Name", "Email", "Ward", "What would you change?", "Anything else?", "Sex",
     "May we quote you?", "Do you agree to take part?", "Status"],
    ["R-3", "", "", "", "", "", "A third one, for all that it counts", "Woman", "No thanks", "Yes to that", ""],
    ["Total", "3"],
]  # fmt: skip
SURVEY_MONKEY_FULL: Rows = [
    *SURVEY_MONKEY,
    ["120", "9", "09/14/2020 12:00:00", "09/14/2020 12:09:00", "192.0.2.9", "x@example.org", "Ruth", "Levy", "A7", "-",
     "Bus", "Tram", "by boat", "Mobility", "", "Other", "Kurdish"],
]  # fmt: skip
CITIZEN_SPACE: Rows = [
    ["Response ID", "Date Submitted", "1: What is your name? - Name", "2: What is your email address? - Email",
     "Question 3: How far do you agree? - Radio choice", "Question 3: How far do you agree? - Reason",
     "Question 4: What is your sex? - Radio choice", "5: Would you like your response to be confidential? - Radio"],
    ["ANON-1", "2020-09-14 10:00:00", "Amina Begum", "a@example.org", "Agree", "I walk there with my children",
     "Female", "No"],
    ["ANON-2", "2020-09-14 11:00:00", "", "", "Disagree", "No comment", "Male", "Yes"],
]  # fmt: skip
SMART_SURVEY: Rows = [
    ["UserID", "UserNo", "Name", "Email", "IP Address", "Unique ID", "Started", "Ended", "Tracking Link",
     "Page 1: Q1. What would you change about Mill Lane?", "Page 2: Q2. Age", "Page 2: Q3. Your details: - Postcode"],
    ["90001", "7", "Amina Begum", "a@example.org", "192.0.2.7", "u-1", "14/09/2020 10:00:00", "14/09/2020 10:09:00",
     "Web link", "There is nowhere to sit down", "35-44", "NB1 2CD"],
    ["90002", "8", "", "", "192.0.2.8", "u-2", "14/09/2020 11:00:00", "14/09/2020 11:09:00", "Web link two",
     "Nothing to add", "65-74", "NB1 2CE"],
]  # fmt: skip
DICTIONARY: Rows = [["Column", "Code", "Label"], ["Q9", 1, "By bus"], ["Q9", 2, "On foot"]]
COVER: Rows = [["The grants consultation"], ["All that came in"]]
COUNTS: Rows = [["Option", "Count"], ["Agreeing", 17], ["Disagreeing", 18]]
DECLARED: Rows = [["Response ID", "Ethnicity", "Notes"], ["R-1", "Indian", ""], ["R-3", "Irish", "by post"]]

FILES = {
    "plain": ([PLAIN], 5, {
        "heading row": 23, "row id": 3, "timestamp": 2, "closed question": 2, "row of totals": 2, "name": 1,
        "identifier": 1, "consent to publish": 1, "consent to take part": 1,
    }),
    "SurveyMonkey": ([SURVEY_MONKEY_FULL], 0, {
        "heading row": 21, "row id": 6, "timestamp": 6, "closed question": 5, "demographic": 1,
    }),
    "Qualtrics": ([QUALTRICS], 2, {
        "heading row": 63, "timestamp": 6, "row id": 2, "closed question": 16, "demographic": 1,
    }),
    "Microsoft Forms": ([MICROSOFT_FORMS], 0, {
        "heading row": 11, "row id": 2, "timestamp": 4, "closed question": 2, "identifier": 2,
    }),
    "Citizen Space": ([CITIZEN_SPACE], 2, {"heading row": 8, "row id": 2, "timestamp": 2, "closed question": 2}),
    "Smart Survey": ([SMART_SURVEY], 0, {"heading row": 12, "row id": 6, "timestamp": 4, "closed question": 2}),
    "several sheets": ([COVER, PLAIN, DICTIONARY, COUNTS, DECLARED], 5, {
        "heading row": 26, "row id": 5, "timestamp": 2, "closed question": 3, "row of totals": 2, "name": 1,
        "identifier": 1, "consent to publish": 1, "consent to take part": 1, "cover sheet": 2,
        "dictionary sheet": 9, "sheet without answers": 6,
    }),
}  # fmt: skip
Written = Callable[[dict[str, Rows], Path], Reading]
FORMATS: dict[str, Written] = {
    "csv": lambda sheets, _: read_csv(text_of(sheets["S0"])),
    "tsv": lambda sheets, _: read_csv(text_of(sheets["S0"], "\t")),
    "xlsx": lambda sheets, path: read_workbook(xlsx(path / "a.xlsx", sheets)),
    "xls": lambda sheets, _: read_workbook(xls(sheets)),
    "ods": lambda sheets, _: read_workbook(ods(sheets)),
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("system", FILES)
def test_every_filled_cell_is_a_turn_a_silence_a_persons_or_counted_aside(
    system: str, form: str, tmp_path: Path
) -> None:
    """And in one of these alone, in every format and as every system lays its export out."""
    tables, consents, aside = FILES[system]
    if len(tables) > 1 and form in {"csv", "tsv"}:
        tables = tables[1:2]
        aside = FILES["plain"][2]
    reading = FORMATS[form]({f"S{at}": rows for at, rows in enumerate(tables)}, tmp_path)
    assert dict(reading.counts.aside) == aside
    cells = [str(cell) for rows in tables for row in rows for cell in row if str(cell)]
    turns = [turn.words for turn in reading.turns]
    # Both parts of a name are in one name, and all ticked options in one answer.
    names = sum(len(name.split()) if system in {"SurveyMonkey", "Qualtrics"} else 1 for name in _names(reading))
    declared = sum(len(words.split("; ")) for person in reading.people for _, words in person.declared if words)
    if system == "Microsoft Forms":
        declared -= 1  # "Mobility;Mental health;" is one cell
    of_people = names + declared + sum(len(person.identifiers) for person in reading.people) + consents
    counts = reading.counts
    about = {*_names(reading), *(words for person in reading.people for _, words in person.identifiers)}
    about |= {words for person in reading.people for _, words in person.declared}
    assert all(cells.count(words) == 1 and words not in about for words in turns)
    assert len(turns) + counts.non_answers + of_people + sum(aside.values()) == len(cells)
    assert counts.answered == counts.turns == len(turns)
    assert counts.answered + counts.non_answers + counts.blank == counts.rows * len(reading.questions)


def _names(reading: Reading) -> list[str]:
    return [name for person in reading.people for name in person.names]


@pytest.mark.parametrize("form", FORMATS)
def test_every_word_of_a_table_is_found_again_where_it_belongs(form: str, tmp_path: Path) -> None:
    """A marker in each cell: those of answers in turns, those about a person in the person, the rest nowhere."""
    heads = ["Response ID", "Submitted", "Name", "Email", "Ethnicity", "What would you change?", "Town"]
    rows = [
        [f"R-{at}", f"2025-05-01 10:{at}", f"Person x{at}", f"x{at}@example.org", f"Group x{at}",
         f"My answer is x{at} and no other", f"Place x{at}"]
        for at in range(10, 60)
    ]  # fmt: skip
    reading = FORMATS[form]({"S0": [heads, *rows]}, tmp_path)
    place = "row {}" if form in {"csv", "tsv"} else "sheet 1 row {}"
    for at, (row, person, turn) in enumerate(zip(rows, reading.people, reading.turns, strict=True), start=2):
        assert (turn.location, turn.words) == (place.format(at), row[5])
        assert person.names == (row[2],)
        assert person.identifiers == (("EMAIL", row[3]),)
        assert person.declared == (("race", row[4]),)
    assert reading.counts == FileCounts(
        turns=50, rows=50, answered=50, aside={"heading row": 7, "row id": 50, "timestamp": 50, "closed question": 50}
    )


def test_cells_beyond_the_headings_are_counted() -> None:
    reading = read_csv(b"id,What would you change?\n1,The buses are late\n2,The park is dark,and cold,at night")
    assert reading.counts.aside == {"beyond the headings": 2, "heading row": 2, "row id": 2}


@pytest.mark.parametrize("words", ["n/a", "none", "no comment", "as above", "see above", "-", "nil", "N/A."])
def test_silences_are_counted_and_no_turns(words: str) -> None:
    assert is_non_answer(words)
    reading = read_csv(text_of([["id", "What would you change?"], ["1", DAMP], ["2", words]]))
    assert (reading.counts.turns, reading.counts.non_answers, reading.counts.blank) == (1, 1, 0)


# --------------------------------------------------------- no row of headings

ROWS_BELOW = [
    ["1", "ruth@example.org", "12/05/2025", "NB1 2CE", "No", LATE],
    ["2", "joan@example.org", "13/05/2025", "NB1 2CF", "Yes", DARK],
    ["3", "", "14/05/2025", "NB1 2CG", "No", DAMP],
]


@pytest.mark.parametrize(
    "rows",
    [
        [["amina@example.org", DAMP], ["ruth@example.org", LATE]],
        [["amina@example.org", DAMP]],
        [["07700 900123", DAMP], ["07700 900124", LATE]],
        [["11/05/2025", DAMP], ["12/05/2025", LATE], ["13/05/2025", DARK]],
        [["NB1 2CD", DAMP], ["NB1 2CE", LATE], ["NB1 2CF", DARK]],
        [["1", DAMP], ["2", LATE], ["3", DARK]],
        [["Yes", "I can't sleep, our flat is damp"], ["No", LATE], ["Yes", DARK]],
        [["Agree", "Female", DAMP], ["Disagree", "Male", LATE], ["Agree", "Female", DARK]],
        [["I can't sleep, our flat is damp."], ["The bus is late, we wait."], ["It is too dark to walk home."]],
        [["0", "amina@example.org", "11/05/2025", "NB1 2CD", "Yes", DAMP], *ROWS_BELOW],
        [["0", "", "", "", "Yes", "My flat is damp. What will you do about it?"], *ROWS_BELOW],
    ],
)
def test_the_first_answers_of_a_table_without_headings_are_no_headings(rows: list[list[str]]) -> None:
    """Every row is data, columns are called by their letters, and a note says so."""
    taken = sheet.taken_csv(text_of(rows))
    assert len(taken.reading.people) == taken.reading.counts.rows == len(rows)
    assert taken.reading.turns[0].location == "row 1"
    assert taken.reading.turns[0].words == rows[0][-1]
    letters = [f"Column {columns.letters(at)}" for at in range(len(rows[0]))]
    assert [column.heading for column in taken.told[0].columns] == letters
    assert taken.reading.questions == (letters[-1],)
    assert taken.reading.notes == (HEADLESS,)
    assert "heading row" not in taken.reading.counts.aside


@pytest.mark.parametrize(
    "first",
    [
        ["id", "email", "date", "postcode", "member", "views"],
        ["No", "Email address", "Date", "Postcode", "Yes or no", "Why?"],
        ["Q1", "Q2", "Q3", "Q4", "Q5", "Q6"],
        ["1", "2", "3", "4", "5", "Comments"],
        ["Ref", "Contact", "When", "Where", "Yes", "I feel safe because..."],
        ["Number", "Mail", "Sent", "Home", "Answer", "I feel safe because"],
        ["Number", "Mail", "Sent", "Home", "Answer", "My experience of the buses is that they are late"],
    ],
)
def test_headings_are_not_taken_for_answers(first: list[str]) -> None:
    reading = read_csv(text_of([first, *ROWS_BELOW]))
    assert reading.counts.rows == len(ROWS_BELOW)
    assert [turn.location for turn in reading.turns] == ["row 2", "row 3", "row 4"]
    assert reading.notes == ()


def test_the_beginning_of_a_sentence_is_a_heading() -> None:
    """Though it speaks in the first person, and those who answer go on with it."""
    for first in (["I feel safe because", "My street needs"], ["I feel safe because...", "My street needs…"]):
        reading = read_csv(text_of([first, [DAMP, LATE], [DARK, DAMP]]))
        assert reading.questions == tuple(first)


def test_options_over_their_own_ticks_are_headings() -> None:
    """Where each column of a question is headed by its option, the cells below repeat it."""
    rows = [["Bus", "Tram", "Comments"], ["Bus", "", DAMP], ["Bus", "Tram", LATE], ["", "Tram", DARK]]
    reading = read_csv(text_of(rows))
    assert reading.questions == ("Comments",)
    assert reading.counts.rows == 3


def test_headings_that_come_again_among_the_rows_are_nobodys_answers() -> None:
    """As where exports were put under one another."""
    rows = [["id", "Why?"], ["1", DAMP], ["id", "Why?"], ["1", LATE]]
    reading = read_csv(text_of(rows))
    assert [(turn.location, turn.words) for turn in reading.turns] == [("row 2", DAMP), ("row 4", LATE)]
    assert reading.counts.aside == {"heading row": 4, "row id": 2}


def test_a_sheet_without_headings_is_noted_by_its_number(tmp_path: Path) -> None:
    data = xlsx(
        tmp_path / "a.xlsx", {"A": [["id", "Why?"], [1, DAMP]], "B": [["a@example.org", LATE], ["b@example.org", DARK]]}
    )
    reading = read_workbook(data)
    assert reading.notes == (f"sheet 2: {HEADLESS}",)
    assert reading.questions == ("Why?", "Column B")


# ------------------------------------------------------------ taking part


@pytest.mark.parametrize(
    ("heading", "answer", "part"),
    [
        ("I consent to take part", "Yes", True),
        ("I consent to take part", "I do", None),
        ("I consent to take part", "No", False),
        ("I consent to take part", "", None),
        ("I consent to take part", "n/a", None),
        ("I consent to take part", "I do not consent", False),
        ("I consent to take part", "Declined", False),
        ("I consent to take part", "No objection", None),
        ("Do you agree to your data being used?", "I have read this and agree", True),
        ("Do you agree to your data being used?", "Disagree", False),
        ("Do you agree to the privacy notice?", "2", False),
        ("Do you agree to the privacy notice?", "2 May", None),
        ("Withdrawn", "Yes", False),
        ("Withdrawn", "x", False),
        ("Withdrawn", "2 May 2025", False),
        ("Withdrawn", "2025-05-02", False),
        ("Withdrawn", "withdrawn by phone", False),
        ("Withdrawn", "No", True),
        ("Withdrawn", "0", True),
        ("Withdrawn", "not withdrawn", True),
        ("Withdrawn", "", None),
        ("Withdrawn", "-", None),
        ("Status", "Withdrawn", False),
        ("Status", "No longer here - withdrew", False),
        ("Status", "Complete", None),
        ("Status", "Not complete", None),
        ("Consent status", "Refused", False),
        ("Consent status", "Given", True),
    ],
)
def test_who_refuses_or_withdrew_says_so(heading: str, answer: str, part: bool | None) -> None:
    """A silence leaves it open, and leaves the answers in."""
    assert consent.takes_part(heading, answer) is part


@pytest.mark.parametrize(
    ("heading", "cells", "use"),
    [
        ("I consent to take part", ["Yes", "No", ""], Use.TAKE_PART),
        ("I agree to take part and understand that I can withdraw at any time", ["Yes", "Yes"], Use.TAKE_PART),
        ("Do you agree to take part in this survey?", ["Yes", "No"], Use.TAKE_PART),
        ("Do you agree to your data being used for this work?", ["Yes", "No"], Use.TAKE_PART),
        ("I am happy for my answers to be processed", ["Yes", "Yes"], Use.TAKE_PART),
        ("Q1. Do you agree to the privacy notice?", ["I agree", "I agree"], Use.TAKE_PART),
        ("I agree to the processing of my personal data", ["I agree", ""], Use.TAKE_PART),
        ("Consent", ["Yes", "Yes"], Use.TAKE_PART),
        ("Withdrawn", ["", "Yes"], Use.TAKE_PART),
        ("Date withdrawn", ["", "2025-05-02"], Use.TAKE_PART),
        ("Have you withdrawn from the study?", ["Yes", "No"], Use.TAKE_PART),
        ("Status", ["Complete", "Complete", "Withdrawn"], Use.TAKE_PART),
        ("Status", ["Complete", "Complete"], Use.CLOSED),
        ("Status", ["IP Address", "Survey Preview"], Use.CLOSED),
        ("Have you withdrawn from benefits?", ["Yes", "No"], Use.CLOSED),
        ("I understand that I can withdraw at any time", ["Yes", "No"], Use.CLOSED),
        ("Do you take part in sport?", ["Yes", "No"], Use.CLOSED),
        ("Do you agree to take part in a further interview?", ["Yes", "No"], Use.CLOSED),
        ("Do you agree that residents should take part in decisions?", ["Agree", "Disagree"], Use.CLOSED),
        ("How far do you agree to data being used by cameras?", ["Strongly agree", "Disagree", "Agree"], Use.CLOSED),
        ("What would make you agree to take part in a group?", [DAMP, LATE], Use.OPEN),
        ("Do you consent to your answers being published?", ["Yes", "No"], Use.CONSENT),
        ("May we quote you?", ["Yes", "No"], Use.CONSENT),
    ],
)
def test_a_column_of_consent_to_take_part_is_told_from_its_neighbours(heading: str, cells: list[str], use: Use) -> None:
    (column,) = columns.columns_of([heading], [[cell] for cell in cells])
    assert column.use is use


def test_one_withdrawal_among_many_thousand_rows_is_not_passed_over() -> None:
    cells = [["Complete"]] * 30_000
    cells[17_001] = ["Withdrawn"]
    (column,) = columns.columns_of(["Status"], cells)
    assert column.use is Use.TAKE_PART


def test_a_person_who_withdrew_is_marked_and_still_counted_as_a_row() -> None:
    """Consent to take part and consent to publish are two things; ingest drops the words."""
    rows = [
        ["id", "I agree to take part", "May we quote you?", "What would you change?", "Status"],
        ["1", "Yes", "No", DAMP, "Complete"],
        ["2", "No", "Yes", LATE, "Complete"],
        ["3", "", "Yes", DARK, "Complete"],
        ["4", "Yes", "Yes", DARK, "Withdrawn"],
    ]
    reading = read_csv(text_of(rows))
    assert [person.withdrawn for person in reading.people] == [False, True, False, True]
    assert [person.may_publish for person in reading.people] == [False, True, True, True]
    assert (reading.counts.rows, reading.counts.turns, reading.counts.consent_refused) == (4, 4, 1)
    assert reading.counts.duplicates == 0  # the copy is of somebody who withdrew


@pytest.mark.parametrize(
    ("yes", "no", "allowed"),
    [("Yes", "", True), ("", "No", False), ("1", "0", True), ("0", "1", False), ("", "", None), ("x", "", True)],
)
def test_yes_and_no_in_columns_of_their_own_are_one_answer(yes: str, no: str, allowed: bool | None) -> None:
    rows = [
        ["id", "May we publish this? - Yes", "May we publish this? - No", "I agree to take part - Yes",
         "I agree to take part - No", "What would you change?"],
        ["1", "Yes", "", "Yes", "", DAMP],
        ["2", yes, no, yes, no, LATE],
    ]  # fmt: skip
    person = read_csv(text_of(rows)).people[1]
    assert person.may_publish is bool(allowed)
    assert person.withdrawn is (allowed is False)


# -------------------------------------------------------------- conventions


@pytest.mark.parametrize(
    ("heading", "cells", "use", "key"),
    [
        ("1: What is your name? - Name", ["Amina Begum"], Use.NAME, ""),
        ("Question 2: What is your email address? - Email", ["a@example.org"], Use.IDENTIFIER, "EMAIL"),
        ("Page 1: Q1. What is your sex?", ["Female", "Male"], Use.DEMOGRAPHIC, "sex"),
        ("Q3. Age", ["34", "50"], Use.DEMOGRAPHIC, "age"),
        ("Please give your details: - Name", ["Amina Begum"], Use.NAME, ""),
        ("Please give your details: - ZIP/Postal Code", ["NB1 2CD"], Use.IDENTIFIER, "POSTCODE"),
        ("Please give your details: - Address 2", ["Mill Lane"], Use.IDENTIFIER, "ADDRESS"),
        ("Please give your details: - City/Town", ["Northborough"], Use.CLOSED, ""),
        ("How shall we write to you? - Email", ["Email", "", "Email"], Use.CLOSED, ""),
        ("What is your religion? - Selected Choice - Muslim", ["Muslim", ""], Use.DEMOGRAPHIC, "religion_or_belief"),
        ("What is your ethnic group? - Asian or Asian British - Indian", ["1", ""], Use.DEMOGRAPHIC, "race"),
        ("Which of these do you use? - Selected Choice - Bus", ["Bus", ""], Use.CLOSED, ""),
        ("Q1. How far do you agree? - Reason", [DAMP, LATE], Use.OPEN, ""),
        ("Feedback - What would you change?", ["", ""], Use.CLOSED, ""),
        ("Page 3: Q5. What is your first name?", ["Amina", "Ruth"], Use.FIRST_NAME, ""),
        ("Q6: Why? - Analyst notes", [DAMP, LATE], Use.CLOSED, ""),
        ("Quiz feedback", ["", ""], Use.CLOSED, ""),
        ("18 to 24", ["3", "4"], Use.CLOSED, ""),
    ],
)
def test_each_systems_way_to_write_a_heading_is_understood(heading: str, cells: list[str], use: Use, key: str) -> None:
    (column,) = columns.columns_of([heading], [[cell] for cell in cells])
    assert (column.use, column.key) == (use, key)


def test_no_is_an_answer_where_it_is_an_option() -> None:
    rows = [["Are you disabled? - Yes", "Are you disabled? - No", "Why?"], ["", "No", DAMP], ["Yes", "", LATE]]
    people = read_csv(text_of(rows)).people
    assert [person.declared for person in people] == [(("disability", "No"),), (("disability", "Yes"),)]


# ----------------------------------------------------------- sheets together

WORDS: Rows = [["Response ID", "What would you change?"], ["R-1", DAMP], ["R-2", LATE], ["R-3", DARK]]
ABOUT: Rows = [
    ["response id", "Ethnicity", "Sex", "Name", "May we quote you?", "Withdrawn"],
    ["R-3", "Indian", "Female", "Amina Begum", "Yes", ""],
    ["R-1", "", "Male", "", "No", "Yes"],
    ["R-9", "Irish", "Female", "", "Yes", ""],
]


@pytest.mark.parametrize("about_first", [True, False])
def test_demographics_in_a_sheet_of_their_own_are_joined_by_row_id(tmp_path: Path, about_first: bool) -> None:
    """Into one person each, wherever the sheet stands; a row of nobody's answers is a person without words."""
    sheets = {"About": ABOUT, "Words": WORDS} if about_first else {"Words": WORDS, "About": ABOUT}
    taken = sheet.taken_workbook(xlsx(tmp_path / "a.xlsx", sheets))
    reading = taken.reading
    assert [turn.person for turn in reading.turns] == [0, 1, 2]
    assert [person.declared for person in reading.people] == [
        (("race", ""), ("sex", "Male")), (), (("race", "Indian"), ("sex", "Female")),
        (("race", "Irish"), ("sex", "Female")),
    ]  # fmt: skip
    assert reading.people[2].names == ("Amina Begum",)
    assert [person.may_publish for person in reading.people] == [False, None, True, True]
    assert [person.withdrawn for person in reading.people] == [True, False, False, False]
    number = 1 if about_first else 2
    assert reading.notes == (
        f"sheet {number}: 1 row is joined to nobody's answers, and read as people without words of their own.",
    )
    assert [told.sheet for told in taken.told] == [1, 2]
    assert reading.counts.aside == {"heading row": 8, "row id": 6}


def test_a_name_in_two_sheets_is_one_name(tmp_path: Path) -> None:
    words: Rows = [["Response ID", "Name", "First name", "Why?"], ["R-1", "Amina", "Amina", DAMP]]
    about: Rows = [["Response ID", "Name", "First name", "Surname"], ["R-1", "Amina Begum", "Amina", "Begum"]]
    reading = read_workbook(xlsx(tmp_path / "a.xlsx", {"Words": words, "About": about}))
    assert [person.names for person in reading.people] == [("Amina Begum", "Amina")]


def test_the_id_of_a_collector_joins_nobody(tmp_path: Path) -> None:
    """All its rows have the same one; the respondent's own id beside it joins them."""
    words = [["Collector ID", *WORDS[0]], *([7, *row] for row in WORDS[1:])]
    about: Rows = [["Collector ID", "Response ID", "Sex"], [7, "R-2", "Male"], [7, "R-1", "Female"], [7, "R-3", "Male"]]
    reading = read_workbook(xlsx(tmp_path / "a.xlsx", {"Words": words, "About": about}))
    assert [person.declared for person in reading.people] == [
        (("sex", "Female"),), (("sex", "Male"),), (("sex", "Male"),)
    ]  # fmt: skip
    assert reading.notes == ()


def test_an_id_that_two_sheets_of_answers_share_joins_nobody(tmp_path: Path) -> None:
    """Both count from 1, so that a 1 of the third sheet could be either."""
    words: Rows = [["id", "Why?"], [1, DAMP], [2, LATE]]
    sheets = {"Online": words, "Paper": [words[0], [1, DARK]], "About": [["id", "Sex"], [1, "Male"], [2, "Female"]]}
    reading = read_workbook(xlsx(tmp_path / "a.xlsx", sheets))
    assert [person.declared for person in reading.people] == [
        (), (("sex", "Female"),), (), (("sex", "Male"),)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ids", "question", "people"),
    [
        (["ANON-41", "ANON-42"], "Anything else?", 2),
        (["ANON-42", "ANON-41"], "Anything else?", 2),
        (["ANON-41", "ANON-42"], "Why?", 4),
        (["ANON-98", "ANON-99"], "Anything else?", 4),
        (["ANON-41", "ANON-41"], "Anything else?", 4),
    ],
)
def test_an_export_cut_into_two_sheets_is_of_the_same_people(
    tmp_path: Path, ids: list[str], question: str, people: int
) -> None:
    """Where the ids are plainly the same and the questions others; else each sheet has people of its own."""
    first: Rows = [["Response ID", "Why?", "Sex"], ["ANON-41", DAMP, "Male"], ["ANON-42", LATE, "Female"]]
    second: Rows = [["Response ID", question], [ids[0], DARK], [ids[1], "n/a"]]
    reading = read_workbook(xlsx(tmp_path / "a.xlsx", {"A": first, "B": second}))
    assert len(reading.people) == reading.counts.rows == people
    assert reading.turns[2].words == DARK
    assert reading.turns[2].person == (2 if people == 4 else int(ids[0] == "ANON-42"))
    counts = reading.counts
    assert counts.answered + counts.non_answers + counts.blank == 4
    assert counts.aside == {"heading row": 5, "row id": 4}


@pytest.mark.parametrize(
    "table",
    [
        [["Ethnicity", "Number"], ["Indian", 3], ["Irish", 4]],
        [["Ethnicity", "Yes", "No"], ["Indian", 3, 4], ["Irish", 4, 5]],
        [["Response ID", "Score"], ["R-1", 3], ["R-2", 4]],
    ],
)
def test_counts_are_not_taken_for_people(tmp_path: Path, table: Rows) -> None:
    reading = read_workbook(xlsx(tmp_path / "a.xlsx", {"Words": WORDS, "Counts": table}))
    assert len(reading.people) == 3
    assert reading.notes == ("sheet 2 was not read: the table has no column of text.",)
    assert reading.counts.aside["sheet without answers"] == sum(len(row) for row in table)


@given(st.text(st.sampled_from("aZ0 .\t\n\r&;amp<\u200b\u00e9\u2022\x7f\x00-*'\"")))
def test_a_cell_with_nothing_to_mend_is_what_mending_gives(cell: str) -> None:
    assert sheet.tidied(cell) == tidy(cell)


# ----------------------------------------------------------------- in parts


def long_table(rows: int, encoding: str = "utf-8") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Response ID", "Sex", "What would you change?", "Anything else?", "Status", "May we quote you?"])
    for at in range(rows):
        if at == rows // 2:
            writer.writerow([])
        status = "Withdrawn" if at == rows - 7 else "Complete"
        other = f"Señora number {at}\nsays that it is dark" if at % 9 == 0 else ""
        words = f"Caf\u00e9 number {at} is closed \u2019til noon" if at % 3 else "n/a"
        writer.writerow([f"R-{at}", "Female" if at % 2 else "", words, other, status, "Yes"])
    return out.getvalue().encode(encoding)


def turns_of(takens: Sequence[Taken]) -> list[tuple[str, str, bool]]:
    return [
        (turn.location, turn.words, taken.reading.people[turn.person or 0].withdrawn)
        for taken in takens
        for turn in taken.reading.turns
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_parts_have_the_columns_and_turns_of_the_whole(tmp_path: Path, encoding: str) -> None:
    """Locations and row numbers go on, and counts add up, whatever the encoding."""
    data = long_table(3000, encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    path = tmp_path / "long.csv"
    path.write_bytes(data)
    whole = sheet.taken_csv(data)
    parts = list(long_csv.parts(path, rows_a_part=500))
    assert len(parts) == 6
    assert all(part.told == whole.told for part in parts)
    assert turns_of(parts) == turns_of([whole])
    assert [person for part in parts for person in part.reading.people] == list(whole.reading.people)
    for name in ("rows", "turns", "answered", "non_answers", "blank", "consent_refused"):
        assert sum(getattr(part.reading.counts, name) for part in parts) == getattr(whole.reading.counts, name)
    added: dict[str, int] = {}
    for part in parts:
        for kind, number in part.reading.counts.aside.items():
            added[kind] = added.get(kind, 0) + number
    assert added == whole.reading.counts.aside
    assert sum(person.withdrawn for part in parts for person in part.reading.people) == 1


def test_parts_of_a_table_without_headings_say_so_once(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(text_of([[f"p{at}@example.org", f"{DAMP} for {at} years"] for at in range(30)]))
    parts = list(long_csv.parts(path, rows_a_part=10))
    assert [part.reading.notes for part in parts] == [(HEADLESS,), (), ()]
    assert parts[2].reading.turns[-1].location == "row 30"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"a,b\n1,2\n", "the table has no column of text. "
         "Check that its first row holds the questions and that one was answered in words."),
        (b"a,b\n1,\0\n", "the file holds binary data, not text. Save it as text (UTF-8), .docx or .csv."),
        (b"id,Why?\n", "the table has headings and no rows. Put the answers in, or take the file away."),
        (b"id,Why?\n1,It is too far\n2," + b"x" * long_csv.LONGEST, "a line of the table is too long. "
         "Check that it is a table, and save it again as .csv."),
    ],
)  # fmt: skip
def test_a_long_table_that_cannot_be_read_says_so_before_the_first_part(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(data)
    with pytest.raises(CannotRead) as refusal:
        next(long_csv.parts(path))
    assert str(refusal.value) == sentence
