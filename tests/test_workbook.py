"""The spreadsheets: readable by everybody, whole, harmless, the same every time, and with no hidden number."""

import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from engagement.export.equality_workbook import TO_WRITE, equality_workbook
from engagement.export.sheets import CUT, MOST_LETTERS, Book, Column, Sheet, harmless, sheet_names, to_xlsx
from engagement.export.workbook import workbook
from tests.documents_made import EMOJI, HOSTILE, URDU
from tests.evidence_made import QUOTES, agreed, made, uncoded

ROOT = Path(__file__).parents[1]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BOTH = {"workbook": workbook, "equality": equality_workbook}


@pytest.fixture(scope="module", params=BOTH)
def data(request):
    return BOTH[request.param](made(reliability=(agreed(),)))


@pytest.fixture(scope="module")
def tables():
    return read(workbook(made(reliability=(agreed(),))))


def read(data: bytes) -> dict[str, list[list[object]]]:
    held = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: held.get_sheet_by_name(name).to_python() for name in held.sheet_names}


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name) for name in held.namelist()}


def book(*sheets: Sheet) -> Book:
    return Book("Book", "Anytown Council", date(2026, 3, 4), ("About.",), ("A note.",), sheets)


def one(value: object, name: str = "Sheet") -> Sheet:
    return Sheet(name, "A title", (Column("Words"), Column("Number", "number")), ((value, 5),))  # type: ignore[arg-type]


# ------------------------------------------------------------------ for everybody


def test_the_file_begins_with_cover_contents_and_notes(data):
    """The first three sheets say what it is, what is inside and how to read it."""
    assert list(read(data))[:3] == ["Cover", "Contents", "Notes"]


def test_the_contents_link_to_every_sheet_but_the_cover_and_themselves(data):
    """Each link leads to a sheet that is there."""
    links = etree.fromstring(parts(data)["xl/worksheets/sheet2.xml"]).iter(f"{MAIN}hyperlink")
    assert [each.get("location") for each in links] == [f"'{name}'!A1" for name in list(read(data))[2:]]


def test_each_sheet_has_its_title_first_and_one_marked_table(data):
    """A title in A1, a table of Excel that covers all that follows the notes, no merged cell, no hidden row."""
    held = parts(data)
    for number, (name, rows) in enumerate(read(data).items(), start=1):
        sheet = etree.fromstring(held[f"xl/worksheets/sheet{number}.xml"])
        assert rows[0][0], name
        assert sheet.find(f".//{MAIN}mergeCell") is None
        assert not [each for each in sheet.iter(f"{MAIN}row", f"{MAIN}col") if each.get("hidden")]
        empty = rows[-1] == ["There is nothing to show in this table."]
        assert len(list(sheet.iter(f"{MAIN}tablePart"))) == (0 if name in {"Cover", "Notes"} or empty else 1), name


def test_no_row_and_no_cell_of_a_table_is_empty(data):
    """Where there is no number there are words."""
    for name, part in parts(data).items():
        if not re.fullmatch(r"xl/tables/table\d+\.xml", name):
            continue
        table = etree.fromstring(part)
        first, last = re.findall(r"\d+", table.get("ref"))
        heads = [each.get("name") for each in table.iter(f"{MAIN}tableColumn")]
        whole = int(last)
        same = [rows for rows in read(data).values() if len(rows) == whole and heads == rows[int(first) - 1]]
        rows = same[0]
        for row in rows[int(first) - 1 : int(last)]:
            assert all(cell != "" for cell in row[: len(heads)]), (name, row)


def test_hidden_numbers_are_words_and_the_notes_explain_them(tables):
    """No cell is left to guess."""
    (rare,) = [row for row in tables["Themes"] if row[0] == "Rare thing"]
    assert rare[1] == "Fewer than 10"
    assert any("“Hidden” means" in str(row[0]) for row in tables["Notes"])
    assert any("below 10" in str(row[0]) for row in tables["Notes"])


def test_numbers_are_numbers(tables):
    """A count can be added up and a share is a part of 1."""
    (housing,) = [row for row in tables["Themes"] if row[0] == "Housing"]
    assert housing[1:4] == [75.0, 200.0, 75.0]
    shares = [row[5] for row in tables["Differences"] if row[0] == "Housing"]
    assert shares == [pytest.approx(25 / 70, abs=1e-4), pytest.approx(50 / 130, abs=1e-4)]


# ------------------------------------------------------------------ what is in it


def test_the_workbook_holds_the_evidence_whole(tables):
    """Every part of the evidence has its sheet."""
    wanted = {
        "Received", "Themes", "Beyond the codebook", "Questions", "Stances", "Themes together", "Profile Disability",
        "Themes by Disability", "Themes by Disability x Sex", "Differences", "Combinations", "Quotes", "Reliability",
        "Codebook", "Codebook changes",
    }  # fmt: skip
    assert set(tables) == wanted | {"Cover", "Contents", "Notes"}
    assert ["All", "Female", 100.0, 40.0, 25.0, "Fewer than 10"] in tables["Themes by Disability x Sex"]


def test_every_quote_is_there_as_it_is_printed(tables):
    """With its theme and attribution, to the character."""
    found = [row[1:3] for row in tables["Quotes"][3:]]
    assert found == [[quote.printed, quote.attribution] for quotes in QUOTES.values() for quote, _ in quotes]


def test_a_reflexive_project_measures_no_reliability():
    """The sheet is left out."""
    assert "Reliability" not in read(workbook(made(reliability=(agreed(),), reflexive=True)))


@pytest.mark.parametrize("kind", BOTH)
def test_a_round_that_is_not_coded_gives_a_whole_file(kind):
    """Nothing coded, no codebook: the sheets say that there is nothing."""
    rows = read(BOTH[kind](uncoded()))
    assert ["There is nothing to show in this table."] in [[row[0]] for row in rows["Quotes"]]


def test_the_equality_file_has_a_sheet_for_each_characteristic_and_cells_for_the_author():
    """What was asked has its groups; what was not asked is listed as a gap."""
    rows = read(equality_workbook(made()))
    assert list(rows)[3:] == ["Disability", "Disability x Sex", "Quotes", "Not asked"]
    disabled = next(row for row in rows["Disability"] if row[:2] == ["Disabled", "Access"])
    assert disabled[2:4] == [40.0, 70.0]
    assert disabled[7:] == ["More often", TO_WRITE, TO_WRITE]
    assert ["Age", "People were not asked", TO_WRITE] in rows["Not asked"]
    assert "Disability" not in [row[0] for row in rows["Not asked"]]


# ------------------------------------------------------------------ harm


@pytest.mark.parametrize(
    ("words", "cell"),
    [("=1+1", "'=1+1"), ("+44", "'+44"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\t=1", "'\t=1"), ("'=1", "''=1"),
     ("'quoted'", "'quoted'"), (" =1", " =1"), ("plain", "plain"), ("", ""), ("a\x00b", "a\ufffdb")],
)  # fmt: skip
def test_what_may_become_a_formula_is_made_harmless(words, cell):
    """An apostrophe goes before it, so that it stays words in CSV too; nothing else is touched."""
    assert harmless(words) == cell


def test_no_cell_is_a_formula_and_no_word_a_link():
    """Words are stored as words, whatever they look like."""
    words = ('=HYPERLINK("https://example.org")', "https://example.org", "{=1}", "007", HOSTILE, URDU, EMOJI)
    data = to_xlsx(book(*(one(word, f"S{number}") for number, word in enumerate(words))))
    held = parts(data)
    assert not [name for name, part in held.items() if name.startswith("xl/worksheets/") and b"<f>" in part]
    assert not [name for name, part in held.items() if b"TargetMode" in part]
    assert [rows[3][0] for rows in list(read(data).values())[3:]] == [harmless(word) for word in words]


def test_headings_titles_and_names_are_harmless_too():
    """A theme called as a formula heads its column as words; two of a name are told apart."""
    sheet = Sheet("=x", "=1+1", (Column("=A1"), Column("Same"), Column("same"), Column("")), (("a", 1, 2, 3),), ("=2",))
    rows = read(to_xlsx(book(sheet)))["=x"]
    assert rows[0][0] == "'=1+1"
    assert rows[2][0] == "'=2"
    assert rows[3] == ["'=A1", "Same", "same (2)", "Column"]


@pytest.mark.parametrize(
    ("length", "kept"), [(MOST_LETTERS - 1, True), (MOST_LETTERS, True), (MOST_LETTERS + 1, False), (90_000, False)]
)
def test_a_text_longer_than_a_cell_is_cut_and_says_so(length, kept):
    """Up to the limit it is whole; from there on it is cut, marked, and the notes tell of it."""
    rows = read(to_xlsx(book(one("x" * length))))
    cell = str(rows["Sheet"][3][0])
    assert len(cell) == min(length, MOST_LETTERS)
    assert cell.endswith(CUT) is not kept
    assert any("are cut" in str(row[0]) for row in rows["Notes"]) is not kept


def test_letters_outside_the_basic_plane_count_twice():
    """The limit is in UTF-16, and no pair is cut in half."""
    cell = harmless("\U0001f600" * 20_000)
    assert len(cell.encode("utf-16-le")) // 2 <= MOST_LETTERS
    assert cell.endswith(CUT)
    assert set(cell.removesuffix(CUT)) == {"\U0001f600"}


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        (["A", "a", "A"], ["A", "a 2", "A 3"]),
        (["x" * 40, "x" * 40], ["x" * 31, "x" * 29 + " 2"]),
        (["a/b:c?[d]*\\e"], ["a b c d e"]),
        (["'quoted'"], ["quoted"]),
        (["", "[]"], ["Sheet", "Sheet 2"]),
        (["History"], ["History 2"]),
        (["\U0001f600" * 20], ["\U0001f600" * 15]),
    ],
)
def test_names_of_sheets_are_such_as_excel_takes(wanted, given):
    """No two alike, none too long, no forbidden character."""
    assert list(sheet_names(wanted)) == given


def test_a_sheet_named_as_the_cover_is_told_apart():
    """A characteristic may be called Notes."""
    assert list(read(to_xlsx(book(one("a", "notes"))))) == ["Cover", "Contents", "Notes", "notes 2"]


# ------------------------------------------------------------------ the same bytes


def test_the_same_evidence_gives_the_same_bytes_in_any_process():
    """Nothing of the clock, of chance or of the order of sets is in the files."""
    script = (
        "import hashlib, sys\nfrom tests.evidence_made import made\n"
        "from engagement.export.workbook import workbook\n"
        "from engagement.export.equality_workbook import equality_workbook\n"
        "sys.stdout.write(hashlib.sha256(workbook(made()) + equality_workbook(made())).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert told == {hashlib.sha256(workbook(made()) + equality_workbook(made())).hexdigest()}


def test_the_file_tells_its_title_author_and_day(data):
    """And no clock's time."""
    core = parts(data)["docProps/core.xml"].decode()
    assert "Anytown Council" in core
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2026-03-04T00:00:00Z"}


def test_no_file_is_written_beside_it(tmp_path, monkeypatch):
    """The words never lie in a temporary file."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    assert workbook(made())
    assert not list(tmp_path.iterdir())
