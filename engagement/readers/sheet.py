"""Tables of responses, csv, xlsx, xls and ods: a person a row, a response a cell of an open question."""

from __future__ import annotations

import csv
import datetime
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from engagement.characteristics import DEFAULT
from engagement.readers.clean import decode, tidy
from engagement.readers.columns import Amendment
from engagement.readers.dictionary import meanings_of, merged
from engagement.readers.headings import Row
from engagement.readers.reading import CannotRead
from engagement.readers.responses import responses_of
from engagement.readers.size import check_size
from engagement.readers.tables import Sheet, Taken
from engagement.tagging.value_sets import ValueSets

DELIMITERS = ",;\t|"
HEAD = 20_000  # characters by which a table's shape is told
NO_TABLE = (0, 1)


def taken_csv(data: bytes, amended: Sequence[Amendment] = (), sets: ValueSets = DEFAULT) -> Taken:
    """The responses of a csv or tsv file, located as "row 17", and what each column was taken for.

    The header is row 1. Raises CannotRead.
    """
    return responses_of([Sheet(csv_rows(data))], amended=amended, sets=sets)


def csv_rows(data: bytes) -> list[Row]:
    """The rows of a csv file that hold anything, its delimiter told from the text. Raises CannotRead."""
    text = decode(data)
    return list(rows_in(io.StringIO(text, newline=""), delimiter_of(text[:HEAD])))


def delimiter_of(head: str) -> str:
    """What parts the cells of a table that begins like this."""
    shapes = {mark: _regularity(head, mark) for mark in DELIMITERS}
    delimiter = max(shapes, key=lambda mark: shapes[mark])
    return "\x1f" if shapes[delimiter] == NO_TABLE else delimiter  # one column's commas are its writers' own


def rows_in(lines: Iterable[str], delimiter: str) -> Iterator[Row]:
    """The rows of a table that hold anything, one after the other. Raises CannotRead."""
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter), start=1):
            written = [tidied(cell) for cell in cells]
            if any(written):
                yield number, written
    except csv.Error:
        raise CannotRead(
            "the quotation marks of the table don't match",
            "Open it in a spreadsheet and save it again as .csv or .xlsx",
        ) from None


def tidied(cell: str) -> str:
    """A cell as `tidy` gives it, at once where there is nothing to mend, as in most of them."""
    plain = cell.isascii() and cell.isprintable() and "&" not in cell and "  " not in cell and cell == cell.strip()
    return cell if plain else tidy(cell)


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


def taken_workbook(data: bytes, amended: Sequence[Amendment] = (), sets: ValueSets = DEFAULT) -> Taken:
    """The responses of every sheet of an xlsx, xls or ods file, located as "sheet 1 row 17", and what columns are.

    A sheet headed Column, Code and Label (or like them) is a dictionary: coded answers are read as their labels.
    Raises CannotRead.
    """
    sheets = [_cells(grid) for grid in _grids(data)]
    told = [meanings_of(rows) for rows in sheets]
    tables = [at for at, rows in enumerate(sheets) if len(rows) > 1 and not told[at]]
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
    aside = Counter[str]()
    for at, rows in enumerate(sheets):
        if at not in wide:
            kind = "dictionary sheet" if told[at] else "cover sheet"
            aside[kind] += sum(bool(cell) for _, cells in rows for cell in cells)
    meanings = merged([one for one in told if one])
    taken = [Sheet(sheets[at], f"sheet {at + 1} row {{}}", at + 1) for at in wide]
    return responses_of(taken, meanings, notes, amended, aside, sets)


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
    return tidied(str(cell))
