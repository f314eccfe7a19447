"""Tables of responses, csv, xlsx, xls and ods: a person a row, a response a cell of an open question."""

from __future__ import annotations

import csv
import datetime
import io
from collections import Counter
from collections.abc import Sequence

from engagement.readers.clean import decode, fold, tidy
from engagement.readers.columns import Amendment
from engagement.readers.headings import Row
from engagement.readers.reading import CannotRead, Reading
from engagement.readers.responses import NO_MEANINGS, Answers, Meanings, Sheet, answers_of, code_of, responses_of
from engagement.readers.size import check_size

DELIMITERS = ",;\t|"
HEAD = 20_000  # characters by which a table's shape is told
NO_TABLE = (0, 1)

# The headings of a sheet that says what codes mean.
COLUMN_HEADINGS = frozenset(
    {"column", "variable", "field", "column name", "variable name", "field name", "question id"}
)
CODE_HEADINGS = frozenset({"code", "value", "answer code", "option code", "codes", "values"})
LABEL_HEADINGS = frozenset({"label", "meaning", "value label", "description", "labels", "answer", "means"})
QUESTION_HEADINGS = frozenset(
    {"question", "wording", "question text", "question wording", "full question", "full wording"}
)


def read_csv(data: bytes, _known: frozenset[str] = frozenset(), amended: Sequence[Amendment] = ()) -> Reading:
    """The responses of a csv or tsv file, located as "row 17", the header being row 1. Raises CannotRead."""
    return responses_of([Sheet(csv_rows(data))], NO_MEANINGS, amended=amended)


def answers_of_csv(data: bytes, amended: Sequence[Amendment] = ()) -> list[Answers]:
    """The columns and rows that `read_csv` makes its responses from. Raises CannotRead."""
    return answers_of([Sheet(csv_rows(data))], NO_MEANINGS, amended=amended)[0]


def csv_rows(data: bytes) -> list[Row]:
    """The rows of a csv file that hold anything, its delimiter told from the text. Raises CannotRead."""
    text = decode(data)
    shapes = {mark: _regularity(text[:HEAD], mark) for mark in DELIMITERS}
    delimiter = max(shapes, key=lambda mark: shapes[mark])
    if shapes[delimiter] == NO_TABLE:
        delimiter = "\x1f"  # one column, whose commas are its writers' own
    try:
        rows = [
            (number, [tidy(cell) for cell in cells])
            for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1)
        ]
    except csv.Error:
        raise CannotRead(
            "the quotation marks of the table don't match",
            "Open it in a spreadsheet and save it again as .csv or .xlsx",
        ) from None
    return [(number, cells) for number, cells in rows if any(cells)]


def _regularity(text: str, delimiter: str) -> tuple[int, int]:
    """How many of the first rows have the same number of cells, two or more; `NO_TABLE` where under half have."""
    widths = Counter(_widths(text, delimiter))
    width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
    return (rows, width) if width > 1 and rows * 2 >= widths.total() else NO_TABLE


def _widths(text: str, delimiter: str) -> list[int]:
    try:
        return [len(cells) for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if cells]
    except csv.Error:
        return []


def is_table(text: str) -> bool:
    """Whether a text whose name does not say so is a table: rows of the same cells under a row of short headings."""
    head = text[:HEAD].rpartition("\n")[0] if len(text) > HEAD else text
    for delimiter in DELIMITERS:
        widths = _widths(head, delimiter)
        if len(widths) >= 3 and len(set(widths)) == 1 and widths[0] >= (2 if delimiter == "\t" else 3):
            headings = next(csv.reader(io.StringIO(head.lstrip(), newline=""), delimiter=delimiter))
            return all(heading.strip() and not heading.strip().endswith((".", "!")) for heading in headings)
    return False


def read_workbook(data: bytes, _known: frozenset[str] = frozenset(), amended: Sequence[Amendment] = ()) -> Reading:
    """The responses of every sheet of an xlsx, xls or ods file, located as "sheet 1 row 17". Raises CannotRead.

    A sheet headed Column, Code and Label (or like them) is a dictionary: coded answers are read as their labels.
    """
    sheets, meanings, notes = _book(data)
    return responses_of(sheets, meanings, notes, amended)


def answers_of_workbook(data: bytes, amended: Sequence[Amendment] = ()) -> list[Answers]:
    """The columns and rows that `read_workbook` makes its responses from. Raises CannotRead."""
    sheets, meanings, notes = _book(data)
    return answers_of(sheets, meanings, notes, amended)[0]


def _book(data: bytes) -> tuple[list[Sheet], Meanings, list[str]]:
    """The sheets that may hold answers, what the dictionaries among the others say, and what there is to note."""
    sheets = [_cells(grid) for grid in _grids(data)]
    dictionaries = [meanings for rows in sheets if (meanings := _meanings(rows))]
    tables = [at for at, rows in enumerate(sheets) if len(rows) > 1 and not _meanings(rows)]
    if not tables:
        raise CannotRead(
            "the workbook has no sheet with a row of headings and rows of answers", "Check the right file is here"
        )
    # Beside a table, one column of text is a cover sheet.
    wide = [at for at in tables if max(sum(map(bool, cells)) for _, cells in sheets[at]) > 1] or tables
    notes = [
        f"sheet {at + 1} was not read: it is one column of text. Save it as a file of its own if it holds answers."
        for at in tables
        if at not in wide
    ]
    merged = Meanings(
        {name: codes for meanings in dictionaries for name, codes in meanings.codes.items()},
        {name: wording for meanings in dictionaries for name, wording in meanings.questions.items()},
    )
    return [Sheet(sheets[at], f"sheet {at + 1} row {{}}", at + 1) for at in wide], merged, notes


def _grids(data: bytes) -> list[Sequence[Sequence[object]]]:
    """The cells of each sheet; a chart's sheet has none. Raises CannotRead."""
    from python_calamine import PasswordError, SheetTypeEnum, load_workbook

    if data.startswith(b"PK"):
        check_size(data)
    try:
        with load_workbook(io.BytesIO(data)) as workbook:
            return [
                workbook.get_sheet_by_index(at).to_python(skip_empty_area=False)
                if sheet.typ == SheetTypeEnum.WorkSheet
                else []
                for at, sheet in enumerate(workbook.sheets_metadata)
            ]
    except PasswordError:
        raise CannotRead("the workbook is locked by a password", "Save it without the password") from None
    except BaseException as error:
        # A panic of the Rust library is no Exception, and would end the program for one damaged file.
        if type(error).__name__ == "PanicException":
            raise CannotRead("the workbook is damaged", "Open it in its program and save it again") from None
        raise


def _cells(grid: Sequence[Sequence[object]]) -> list[Row]:
    rows = [(number, [_written(cell) for cell in cells]) for number, cells in enumerate(grid, start=1)]
    return [(number, cells) for number, cells in rows if any(cells)]


def _written(cell: object) -> str:
    """A cell as a person sees it: 7.0 is 7."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return tidy(str(cell))


def _meanings(rows: Sequence[Row]) -> Meanings | None:
    """The dictionary that a sheet is; None for any other sheet."""
    if not rows:
        return None
    headings = [fold(cell) for cell in rows[0][1]]
    place = {
        name: next((at for at, heading in enumerate(headings) if heading in wanted), None)
        for name, wanted in (
            ("column", COLUMN_HEADINGS),
            ("code", CODE_HEADINGS),
            ("label", LABEL_HEADINGS),
            ("question", QUESTION_HEADINGS),
        )
    }
    if place["column"] is None:
        place["column"], place["question"] = place["question"], None
    column_at, code_at, label_at = place["column"], place["code"], place["label"]
    if column_at is None or (None in {code_at, label_at} and place["question"] is None):
        return None
    codes: dict[str, dict[str, str]] = {}
    questions: dict[str, str] = {}
    column = ""
    for _, cells in rows[1:]:
        column = fold(cells[column_at]) or column  # a merged cell's name stands in its first row alone
        code = cells[code_at] if code_at is not None else ""
        label = cells[label_at] if label_at is not None else ""
        wording = cells[place["question"]] if place["question"] is not None else ""
        if code and label:
            codes.setdefault(column, {})[code_of(code)] = label
        if wording or (label and not code):
            questions.setdefault(column, wording or label)
    return Meanings(codes, questions)
