"""Exports as the survey systems lay them out are read without a hand-made file. Everybody here is invented."""

from __future__ import annotations

import csv
import io
import random
import struct
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from engagement import ingest
from engagement.errors import BadInput
from engagement.ingest import read_file, read_folder
from engagement.model import RawDocument
from engagement.readers import columns, headings, mapping, options, sheet
from engagement.readers.columns import Amendment, Use
from engagement.readers.reading import CannotRead, Reading
from tests.tables import read_csv, read_workbook

Rows = Sequence[Sequence[object]]


def text_of(rows: Rows, delimiter: str = ",") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode()


def said(reading: Reading) -> list[tuple[str, int | None, str]]:
    return [(turn.location, turn.question, turn.words) for turn in reading.turns]


# ------------------------------------------------------------------ systems

DAMP, LATE, DARK = "Our flat is damp in every room", "The bus is late every single day", "It is too dark to walk home"

SURVEY_MONKEY = [
    [
        "Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "First Name",
        "Last Name", "Custom Data 1", "What would you change about Mill Lane?", "How do you travel?", "", "",
        "Do you have a disability?", "", "What is your ethnic group?", "",
    ],
    [
        "", "", "", "", "", "", "", "", "", "Open-Ended Response", "Bus", "Tram", "Other (please specify)",
        "Mobility", "Mental health", "Response", "Other (please specify)",
    ],
    [
        "118", "7", "09/14/2020 10:00:00", "09/14/2020 10:09:00", "192.0.2.7", "amina@example.org", "Amina", "Begum",
        "", DAMP, "Bus", "", "", "Mobility", "Mental health", "Bangladeshi", "",
    ],
    [
        "119", "7", "09/14/2020 11:00:00", "09/14/2020 11:09:00", "192.0.2.8", "", "", "", "", LATE, "", "Tram",
        "on foot", "", "", "", "Uyghur",
    ],
]  # fmt: skip


def test_surveymonkeys_two_rows_are_one_heading_a_column() -> None:
    reading = read_csv(text_of(SURVEY_MONKEY))
    assert reading.questions[0] == "What would you change about Mill Lane?"
    assert said(reading)[0] == ("row 3", 0, DAMP)
    assert reading.counts.rows == 2
    first, second = reading.people
    assert first.names == ("Amina Begum",)
    assert first.identifiers == (("IP_ADDRESS", "192.0.2.7"), ("EMAIL", "amina@example.org"))
    assert first.declared == (("disability", "Mobility; Mental health"), ("race", "Bangladeshi"))
    assert second.declared == (("disability", ""), ("race", "Uyghur"))
    assert [turn.words for turn in reading.turns if turn.words in {"Bus", "Tram", "Mobility"}] == []


QUALTRICS = [
    [
        "StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
        "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference",
        "LocationLatitude", "LocationLongitude", "DistributionChannel", "UserLanguage", "Q1", "Q2", "Q2_8_TEXT", "Q3",
    ],
    [
        "Start Date", "End Date", "Response Type", "IP Address", "Progress", "Duration (in seconds)", "Finished",
        "Recorded Date", "Response ID", "Recipient Last Name", "Recipient First Name", "Recipient Email",
        "External Data Reference", "Location Latitude", "Location Longitude", "Distribution Channel", "User Language",
        "What would you change about Mill Lane?", "What is your religion? - Selected Choice",
        "What is your religion? - Any other religion - Text", "May we quote you?",
    ],
    [
        *(f'{{"ImportId":"{name}"}}' for name in ("startDate", "endDate", "status", "ipAddress", "progress")),
        *(f'{{"ImportId":"{name}"}}' for name in ("duration", "finished", "recordedDate", "_recordId")),
        *(f'{{"ImportId":"recipient{name}"}}' for name in ("LastName", "FirstName", "Email")),
        *(f'{{"ImportId":"{name}"}}' for name in ("externalDataReference", "locationLatitude", "locationLongitude")),
        *(f'{{"ImportId":"{name}"}}' for name in ("distributionChannel", "userLanguage")),
        *(f'{{"ImportId":"QID{name}"}}' for name in ("1_TEXT", "2", "2_8_TEXT", "3")),
    ],
    [
        "2020-09-14 10:00:00", "2020-09-14 10:09:00", "IP Address", "192.0.2.7", "100", "540", "True",
        "2020-09-14 10:09:01", "R_1aBc2DeF3gHi4Jk", "Begum", "Amina", "amina@example.org", "", "53.79", "-1.54",
        "email", "EN", DAMP, "Muslim", "", "Yes",
    ],
    [
        "2020-09-14 11:00:00", "2020-09-14 11:09:00", "IP Address", "192.0.2.8", "100", "541", "True",
        "2020-09-14 11:09:01", "R_2aBc2DeF3gHi4Jk", "", "", "", "", "53.79", "-1.54", "anonymous", "EN", LATE,
        "Any other religion", "Jain", "No",
    ],
]  # fmt: skip


@pytest.mark.parametrize("third", [True, False])
def test_qualtrics_wordings_are_the_headings(third: bool) -> None:
    """With the row of import ids or, in its older exports, without."""
    rows = QUALTRICS if third else [*QUALTRICS[:2], *QUALTRICS[3:]]
    reading = read_csv(text_of(rows))
    assert reading.questions == ("What would you change about Mill Lane?",)
    assert said(reading) == [(f"row {3 + third}", 0, DAMP), (f"row {4 + third}", 0, LATE)]
    first, second = reading.people
    assert first.names == ("Amina Begum",)
    assert first.identifiers == (("IP_ADDRESS", "192.0.2.7"), ("EMAIL", "amina@example.org"))
    assert [person.declared for person in (first, second)] == [
        (("religion_or_belief", "Muslim"),), (("religion_or_belief", "Jain"),)
    ]  # fmt: skip
    assert [person.may_publish for person in reading.people] == [True, False]


MICROSOFT_FORMS = [
    [
        "ID", "Start time", "Completion time", "Email", "Name", "Last modified time",
        "What would you change about Mill Lane?", "How do you travel?\xa0", "Disability",
        "Points - What would you change about Mill Lane?", "Feedback - What would you change about Mill Lane?",
    ],
    [
        1, "9/14/20 10:00:00", "9/14/20 10:09:00", "anonymous", "", "", DAMP, "Bus;Tram;", "Mobility;Mental health;",
        "", "",
    ],
    [2, "9/14/20 11:00:00", "9/14/20 11:09:00", "anonymous", "", "", "n/a", "Bus;", "", "", ""],
]  # fmt: skip


def test_microsoft_forms_anonymous_is_nobodys_address() -> None:
    reading = read_csv(text_of(MICROSOFT_FORMS))
    assert reading.questions == ("What would you change about Mill Lane?",)
    assert said(reading) == [("row 2", 0, DAMP)]
    assert (reading.counts.non_answers, reading.counts.blank) == (1, 0)
    assert [person.identifiers for person in reading.people] == [(), ()]
    assert [person.declared for person in reading.people] == [
        (("disability", "Mobility; Mental health"),), (("disability", ""),)
    ]  # fmt: skip


CITIZEN_SPACE = [
    [
        "Response ID", "Submitted date", "What is your name? - Name", "What is your email address? - Email",
        "Are you responding as an individual? - Radio choice", "How far do you agree with the plan? - Radio choice",
        "How far do you agree with the plan? - Comments", "What is your sex? - Radio choice",
        "Would you like your response to be confidential? - Radio choice",
    ],
    [
        "ANON-ABCD-1234-E", "2020-09-14 10:00:00", "Amina Begum", "amina@example.org", "Individual", "Strongly agree",
        DAMP, "Female", "No",
    ],
    ["ANON-ABCD-1235-F", "2020-09-14 11:00:00", "", "", "Individual", "Disagree", LATE, "Prefer not to say", "Yes"],
]  # fmt: skip


def test_citizen_spaces_comments_are_the_open_questions() -> None:
    reading = read_csv(text_of(CITIZEN_SPACE))
    assert reading.questions == ("How far do you agree with the plan? - Comments",)
    assert said(reading) == [("row 2", 0, DAMP), ("row 3", 0, LATE)]
    assert [person.names for person in reading.people] == [("Amina Begum",), ()]
    assert [person.declared for person in reading.people] == [(("sex", "Female"),), (("sex", "Prefer not to say"),)]
    assert [person.may_publish for person in reading.people] == [True, False]
    assert reading.people[0].identifiers == (("EMAIL", "amina@example.org"),)


SMART_SURVEY = [
    [
        "UserID", "UserNo", "Name", "Email", "IP Address", "Unique ID", "Started", "Ended", "Tracking Link",
        "1. What would you change about Mill Lane?", "2. Which of these do you use?", "", "3. Age",
    ],
    ["", "", "", "", "", "", "", "", "", "", "Library", "Park", ""],
    [
        "90001", "1", "", "", "192.0.2.7", "", "14/09/2020 10:00:00", "14/09/2020 10:09:00", "Web link", DAMP,
        "Library", "", "35-44",
    ],
    [
        "90002", "2", "", "", "192.0.2.8", "", "14/09/2020 11:00:00", "14/09/2020 11:09:00", "Web link", DARK, "",
        "Park", "65-74",
    ],
]  # fmt: skip


@pytest.mark.parametrize("rows", [1, 2])
def test_smart_survey_is_read_with_one_row_of_headings_or_two(rows: int) -> None:
    lines = SMART_SURVEY
    if rows == 1:
        lines = [headings.frame_of([(n, [*map(str, row)]) for n, row in enumerate(lines, 1)]).headings, *lines[2:]]
    reading = read_csv(text_of(lines))
    assert reading.questions == ("1. What would you change about Mill Lane?",)
    assert said(reading) == [(f"row {1 + rows}", 0, DAMP), (f"row {2 + rows}", 0, DARK)]
    assert [person.declared for person in reading.people] == [(("age", "35-44"),), (("age", "65-74"),)]


def test_a_plain_table_whose_first_answer_has_no_id_loses_nothing() -> None:
    """What stands below a full row of headings is an answer, not a second row of headings."""
    rows = [["Respondent ID", "What would you change?"], ["", DAMP], ["2", LATE]]
    assert said(read_csv(text_of(rows))) == [("row 2", 0, DAMP), ("row 3", 0, LATE)]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_tabs_and_semicolons_part_an_export_too(delimiter: str) -> None:
    reading = read_csv(text_of(SURVEY_MONKEY, delimiter))
    assert said(reading)[0] == ("row 3", 0, DAMP)
    assert reading.people[0].declared[0] == ("disability", "Mobility; Mental health")


# ------------------------------------------------------------------ options


@pytest.mark.parametrize(
    ("heading", "question", "option"),
    [
        ("How do you travel? - Bus", "How do you travel?", "Bus"),
        ("How do you travel? – Bus", "How do you travel?", "Bus"),
        ("How do you travel? [Bus]", "How do you travel?", "Bus"),
        ("Sex - Selected Choice", "Sex", ""),
        ("Sex - Other - Text", "Sex", "Other"),
        ("Sex - Comments", "Sex - Comments", ""),
        ("Self-employed?", "Self-employed?", ""),
        ("Bus", "Bus", ""),
    ],
)
def test_a_heading_names_a_question_and_an_option(heading: str, question: str, option: str) -> None:
    assert options.option_of(heading) == (question, option)


@pytest.mark.parametrize(
    ("answers", "one"),
    [
        ([("", "Indian")], "Indian"),
        ([("", "Indian"), ("", "Pakistani")], "Indian"),
        ([("", "Other"), ("", "Uyghur")], "Uyghur"),
        ([("Mobility", "1"), ("Mental health", "0"), ("Sight", "1")], "Mobility; Sight"),
        ([("Mobility", "✓"), ("Mental health", ""), ("Sight", "Yes")], "Mobility; Sight"),
        ([("Mobility", "Mobility"), ("Other (please specify)", "long covid")], "Mobility; long covid"),
        ([("Other (please specify)", "1"), ("Other", "long covid")], "long covid"),
        ([("", "White British"), ("Other (please specify)", "Scottish")], "White British"),
        ([("", "Mobility;Sight;")], "Mobility; Sight"),
        ([("", "Mobility, Sight")], "Mobility, Sight"),
        ([("Mobility", ""), ("Sight", "No")], ""),
    ],
)
def test_several_columns_of_a_characteristic_are_one_declared_answer(answers: list[tuple[str, str]], one: str) -> None:
    assert options.chosen(answers) == one


# ---------------------------------------------------------------- workbooks

ANSWERS: Rows = [["id", "Why do you say so?", "Sex"], [1, DAMP, "Female"], [2, LATE, "Male"]]
MORE: Rows = [["id", "Why do you say so?", "Any other comments"], [1, DARK, "n/a"], [2, "", LATE]]
COUNTS: Rows = [["Option", "Count"], ["Agree", 1], ["Disagree", 1]]


def xlsx(path: Path, sheets: dict[str, Rows]) -> bytes:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    return path.read_bytes()


def ods(sheets: dict[str, Rows], stray: str = "") -> bytes:
    """An OpenDocument spreadsheet with the parts that LibreOffice writes; `stray` goes before the end of a sheet."""

    def cell(value: object) -> str:
        kind = f'"float" office:value="{value}"' if isinstance(value, int) else '"string"'
        return f"<table:table-cell office:value-type={kind}><text:p>{value}</text:p></table:table-cell>"

    spare = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
        + f"{stray or spare}</table:table>"
        for name, rows in sheets.items()
    )
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    out = io.BytesIO()
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>',
        )
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return out.getvalue()


def xls(sheets: dict[str, Rows]) -> bytes:
    """An Excel 97 workbook: BIFF8 records in a compound file of one stream."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def cell(row: int, column: int, value: object) -> bytes:
        if isinstance(value, int):
            return record(0x0203, struct.pack("<HHHd", row, column, 0, value))
        text = str(value).encode("utf-16-le")
        return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text) // 2, 1) + text)

    pages = [
        record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
        + b"".join(cell(at, place, value) for at, row in enumerate(rows) for place, value in enumerate(row))
        + record(0x000A, b"")
        for rows in sheets.values()
    ]
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + record(0x0042, struct.pack("<H", 1200))
    names = [name.encode() for name in sheets]
    at = len(start) + sum(12 + len(name) for name in names) + 4
    listed = b""
    for name, page in zip(names, pages, strict=True):
        listed += record(0x0085, struct.pack("<IHBB", at, 0, len(name), 0) + name)
        at += len(page)
    stream = (start + listed + record(0x000A, b"") + b"".join(pages)).ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    table = [0xFFFFFFFD, end, *range(3, sectors + 2), end]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        return (
            text.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(text), kind, 1, free, free, child)
            + b"\0" * 36
            + struct.pack("<IQ", first, size)
        )

    folder = entry("Root Entry", 5, 1, end, 0) + entry("Workbook", 2, free, 2, len(stream)) + b"\0" * 256
    return header + struct.pack("<128I", *table, *[free] * (128 - len(table))) + folder + stream


@pytest.fixture(params=["xlsx", "xls", "ods"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> bytes:
    sheets = {"Online": ANSWERS, "Summary": COUNTS, "Paper": MORE}
    return {"xlsx": lambda: xlsx(tmp_path / "a.xlsx", sheets), "xls": lambda: xls(sheets), "ods": lambda: ods(sheets)}[
        request.param
    ]()


def test_every_sheet_of_answers_is_read_whatever_the_workbook_is_saved_as(book: bytes) -> None:
    """A question asked in two sheets is one question; a sheet without answers is noted."""
    reading = read_workbook(book)
    assert reading.questions == ("Why do you say so?", "Any other comments")
    assert said(reading) == [
        ("sheet 1 row 2", 0, DAMP),
        ("sheet 1 row 3", 0, LATE),
        ("sheet 3 row 2", 0, DARK),
        ("sheet 3 row 3", 1, LATE),
    ]
    assert [turn.person for turn in reading.turns] == [0, 1, 2, 3]
    counts = reading.counts
    assert (counts.rows, counts.turns, counts.non_answers, counts.blank) == (4, 4, 1, 1)
    assert [person.declared for person in reading.people] == [(("sex", "Female"),), (("sex", "Male"),), (), ()]
    assert reading.notes == ("sheet 2 was not read: the table has no column of text.",)


def test_a_cover_sheet_is_noted_and_a_chart_is_passed_over(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        cover, answers = book.add_worksheet("Cover"), book.add_worksheet("Answers")
        for at, line in enumerate(["Grants consultation", "All the answers that came in"]):
            cover.write(at, 0, line)
        for at, row in enumerate(ANSWERS):
            answers.write_row(at, 0, row)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Answers!$A$2:$A$3"})
        book.add_chartsheet("Chart").set_chart(chart)
    reading = read_workbook((tmp_path / "a.xlsx").read_bytes())
    assert [turn.location for turn in reading.turns] == ["sheet 2 row 2", "sheet 2 row 3"]
    assert reading.notes == (
        "sheet 1 was not read: it is one column of text. Save it as a file of its own if it holds answers.",
    )


def test_a_stray_cell_far_off_in_an_ods_is_refused_before_it_fills_the_memory() -> None:
    stray = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row><table:table-row>'
        '<table:table-cell table:number-columns-repeated="16383"/><table:table-cell><text:p>x</text:p>'
        "</table:table-cell></table:table-row>"
    )
    with pytest.raises(CannotRead) as refusal:
        read_workbook(ods({"A": ANSWERS}, stray))
    assert str(refusal.value) == "a sheet reaches as far as XFD1048004. Delete what stands beyond the answers."


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (b"<office:document-content", b"<!DOCTYPE x><office:document-content", "the workbook declares entities"),
        (b"</table:table>", b"</table:tab", "the workbook is damaged"),
    ],
)
def test_broken_xml_in_an_ods_is_refused_before_the_library_sees_it(before: bytes, after: bytes, found: str) -> None:
    """The library would not end on some of it."""
    whole, changed = io.BytesIO(ods({"A": ANSWERS})), io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.namelist():
            new.writestr(part, old.read(part).replace(before, after))
    with pytest.raises(CannotRead, match=found):
        read_workbook(changed.getvalue())


def test_any_damage_to_an_xls_or_ods_raises_no_more_than_an_exception() -> None:
    """Whatever the library does with it, a panic included, the other files go on."""
    chance = random.Random(11)
    sheets = {"Online": ANSWERS, "Paper": MORE}
    for whole in (xls(sheets), ods(sheets)):
        for _ in range(150):
            bad = bytearray(whole)
            for _ in range(chance.randint(1, 30)):
                bad[chance.randrange(len(bad))] = chance.randrange(256)
            try:
                reading = read_workbook(bytes(bad[: chance.randint(len(bad) // 2, len(bad))]))
            except Exception:  # noqa: BLE001 - ingest makes a sentence of any of them
                continue
            assert reading.counts.turns == len(reading.turns)


def test_the_same_words_in_two_sheets_are_one_campaign(tmp_path: Path) -> None:
    """Near copies count too: one voice with its number, whichever channel each came by."""
    words = " ".join(f"reason{chr(97 + at)}" for at in range(26))
    pages = [
        [["id", "Why is that?"], [1, f"{words} {end}"], [2, DAMP if end == "so" else DARK]] for end in ("so", "ok")
    ]
    pages[0].append([3, words.upper()])
    reading = read_workbook(xlsx(tmp_path / "a.xlsx", {"Online": pages[0], "Paper": pages[1]}))
    assert (reading.counts.turns, reading.counts.duplicates, reading.counts.campaigns) == (5, 2, 1)


# ------------------------------------------------------------- columns.yaml


@pytest.mark.parametrize(
    ("heading", "cells", "sentence"),
    [
        ("Email", ["a@example.org"], "identifier (EMAIL), because the heading asks for it"),
        ("Contact", ["a@example.org"], "identifier (EMAIL), because most of its cells have the shape of one"),
        ("Ethnicity", ["Irish"], "demographic (race), because the heading asks for it"),
        ("Ethnicity", [], "demographic (race), because the heading asks for it, and nobody answered"),
        ("Travel - Bus", ["Bus", "Bus"], "closed question, because its cells do no more than tick an option"),
        ("Why?", [DAMP, LATE], "open question, because people answer in their own words"),
        ("Tell us why", [], "open question, because the heading asks for words, and nobody answered"),
        ("Spare", [], "closed question, because nobody answered, and the heading does not ask for words"),
        ("How many?", ["1", "2"], "closed question, because its cells are figures, a few options or single words"),
    ],
)
def test_every_column_has_a_use_and_a_reason(heading: str, cells: list[str], sentence: str) -> None:
    (column,) = columns.columns_of([heading], [[cell] for cell in cells])
    assert columns.describe(column) == sentence


FORM = text_of([["id", "Area", "Area", "What would you change?", "Sex"], ["7", "Mill", "Brook", DAMP, "Female"]])


def test_columns_yaml_holds_headings_and_no_answer_and_reads_back_as_it_was_guessed() -> None:
    told = sheet.taken_csv(FORM).told
    text = mapping.written({"survey.csv": told})
    assert not any(word in text for word in ("Mill", "Brook", "damp", "Female"))
    (entries,) = mapping.amended(text).values()
    assert [(one.heading, one.use, one.key) for one in entries] == [
        ("id", Use.ROW_ID, ""),
        ("Area", Use.CLOSED, ""),
        ("Area", Use.CLOSED, ""),
        ("What would you change?", Use.OPEN, ""),
        ("Sex", Use.DEMOGRAPHIC, "sex"),
    ]
    assert read_csv(FORM, amended=entries) == read_csv(FORM)


def test_what_a_user_amends_counts_on_the_next_run() -> None:
    """The second column of a heading is amended by the second entry; a heading that is gone is noted."""
    entries = mapping.amended(
        "files:\n  survey.csv:\n"
        "  - {heading: Area, use: closed question}\n"
        "  - {heading: area, use: open question, question: 'Where?'}\n"
        "  - {heading: 'What would you change?', use: open question, question: 'Where?'}\n"
        "  - {heading: Sex, use: closed question}\n"
        "  - {heading: Gone, use: name}\n"
    )["survey.csv"]
    reading = read_csv(FORM, amended=entries)
    assert reading.questions == ("Where?",)
    assert said(reading) == [("row 2", 0, "Brook"), ("row 2", 0, DAMP)]
    assert reading.people[0].declared == ()
    assert reading.notes == ("columns.yaml tells of 1 column that is not in the file.",)


def test_an_entry_may_speak_of_one_sheet_alone(tmp_path: Path) -> None:
    data = xlsx(tmp_path / "a.xlsx", {"Online": ANSWERS, "Paper": MORE})
    text = mapping.written({"a.xlsx": sheet.taken_workbook(data).told})
    assert text.count("sheet: 1") == text.count("sheet: 2") == 3
    assert read_workbook(data, amended=mapping.amended(text)["a.xlsx"]) == read_workbook(data)
    first = Amendment("Why do you say so?", Use.OPEN, question="Why (online)?", sheet=1)
    reading = read_workbook(data, amended=[first])
    assert reading.questions == ("Why (online)?", "Why do you say so?", "Any other comments")


MEND = "Mend that entry, or delete it to have the column guessed."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("files: [", "columns.yaml, line 1: not valid YAML. Mend the line, or delete the file."),
        ("columns: {}", f"columns.yaml, columns: Extra inputs are not permitted. {MEND}"),
        ("files: {a.csv: [{use: name}]}", f"columns.yaml, a.csv, entry 1, heading: Field required. {MEND}"),
        (
            "files: {a.csv: [{heading: A, use: name}, {heading: B, use: b}]}",
            "columns.yaml, a.csv, entry 2, use: Input should be 'name', 'first name', 'surname', 'identifier', "
            "'row id', 'timestamp', 'consent to publish', 'consent to take part', 'demographic', 'open question' or "
            "'closed question'. " + MEND,
        ),
        (
            "files: {a.csv: [{heading: A, use: identifier, key: SHOE}]}",
            "columns.yaml, a.csv, entry 1, key: a column of use 'identifier' needs a key that is known. Write one of "
            "EMAIL, IP_ADDRESS, PHONE, POSTCODE, DATE_OF_BIRTH, NHS_NUMBER, NATIONAL_INSURANCE, HANDLE, ADDRESS.",
        ),
    ],
)
def test_a_wrong_columns_yaml_says_at_which_entry(text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refusal:
        mapping.amended(text)
    assert str(refusal.value) == sentence


def test_columns_yaml_at_the_top_of_the_folder_counts(tmp_path: Path) -> None:
    """For a file of the folder and for one in a zip, and for no other file."""
    (tmp_path / "a.csv").write_bytes(FORM)
    (tmp_path / "b.csv").write_bytes(FORM.replace(b"Brook", b"Mill"))
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("c.csv", FORM.replace(b"Brook", b"Lane"))
    entry = "[{heading: 'What would you change?', use: open question, question: 'Change?'}]"
    (tmp_path / "columns.yaml").write_text(f"files: {{a.csv: {entry}, more.zip/c.csv: {entry}}}")
    asked = {}
    for document in read_folder(tmp_path).documents:
        assert isinstance(document, RawDocument)
        asked[document.source.name] = [question.reveal() for question in document.questions]
    assert asked == {"a.csv": ["Change?"], "b.csv": ["What would you change?"], "more.zip/c.csv": ["Change?"]}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            b"files: {gone.csv: []}",
            "columns.yaml, files: 'gone.csv' is not in the folder. Correct the name, or take it out.",
        ),
        (b"files: \xff", "columns.yaml: the file can't be read as UTF-8 text. Save it as UTF-8."),
        (b"x", f"columns.yaml: Input should be a valid dictionary or instance of ColumnsFile. {MEND}"),
    ],
)
def test_a_columns_yaml_that_cannot_be_used_stops_before_anything_is_read(
    tmp_path: Path, text: bytes, sentence: str
) -> None:
    (tmp_path / "a.csv").write_bytes(FORM)
    (tmp_path / "columns.yaml").write_bytes(text)
    with pytest.raises(BadInput) as refusal:
        read_folder(tmp_path)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize("text", ["", "files: {}", mapping.PREFACE])
def test_a_columns_yaml_may_be_empty(text: str) -> None:
    assert mapping.amended(text) == {}


# --------------------------------------------------------------------- size


def test_thirty_megabytes_of_answers_are_read_in_a_minute(tmp_path: Path) -> None:
    chance = random.Random(7)
    vocabulary = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 9))) for _ in range(3000)]
    path = tmp_path / "large.csv"
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "What would you change?", "Any other comments?", "Sex"])
        row = 0
        while file.tell() < 30_000_000:
            out.writerows(
                (row + at, *(" ".join(chance.choices(vocabulary, k=40)) for _ in range(2)), "Female")
                for at in range(500)
            )
            row += 500
    begun = time.perf_counter()
    reading = read_csv(path.read_bytes())
    assert time.perf_counter() - begun < 60
    assert reading.counts.turns == 2 * row


@pytest.mark.parametrize("form", ["xls", "ods"])
@pytest.mark.parametrize("name", ["answers.{}", "answers.dat"])
def test_old_and_open_workbooks_are_known_by_their_content(tmp_path: Path, form: str, name: str) -> None:
    """Whatever the file is called, an .xls or .ods is taken in like any other workbook, and amended like one."""
    rows: Rows = [["id", "What would you change?"], ["1", "The buses are late every day"]]
    data = xls({"Answers": rows}) if form == "xls" else ods({"Answers": rows})
    path = tmp_path / name.format(form)
    path.write_bytes(data)
    document = read_file(path, path.name)
    assert document.source.format == form
    assert [turn.words.reveal() for turn in document.turns] == ["The buses are late every day"]
    assert form in ingest.TABLES
