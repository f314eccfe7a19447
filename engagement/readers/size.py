"""How far the sheets of a workbook reach, told before they are unfolded: one stray cell could fill the memory."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from engagement.readers.columns import letters, place_of
from engagement.readers.reading import CannotRead

MOST_CELLS = 20_000_000
XLSX_CELL = re.compile(rb"""\br=["']([A-Z]{1,3})([0-9]{1,7})["']""")
# OpenDocument writes equal cells and rows once, with how often they come.
ODS_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>")
ODS_TIMES = re.compile(rb"""table:number-(?:rows|columns)-repeated=["'](\d{1,9})["']""")


def check_size(data: bytes) -> None:
    """Raises CannotRead for an xlsx or ods file with a sheet that is too large to hold."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in archive.namelist():
            if part.startswith("xl/worksheets/"):
                _check(*_xlsx_extent(archive.read(part)))
            elif part == "content.xml":
                content = archive.read(part)
                _check_xml(content)
                for width, height in _ods_extents(content):
                    _check(width, height)


def _check(width: int, height: int) -> None:
    if width * height > MOST_CELLS:
        corner = f"{letters(width - 1)}{height}"
        raise CannotRead(f"a sheet reaches as far as {corner}", "Delete what stands beyond the answers")


def _check_xml(content: bytes) -> None:
    """Raises CannotRead for XML that is broken, on which calamine may never end, or that declares entities."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(content, True)  # noqa: FBT003 - the function takes no keyword
    except expat.ExpatError:
        raise CannotRead("the workbook is damaged", "Open it in its program and save it again") from None


def _refuse(*_: object) -> None:
    raise CannotRead("the workbook declares entities, as no spreadsheet does", "Save it again in a spreadsheet")


def _xlsx_extent(part: bytes) -> tuple[int, int]:
    cells = XLSX_CELL.findall(part)
    width = max((place_of(column.decode()) + 1 for column in {column for column, _ in cells}), default=0)
    return width, max((int(row) for _, row in cells), default=0)


def _ods_extents(content: bytes) -> Iterator[tuple[int, int]]:
    """The width and height of what each table holds; the empty cells at its ends do not count."""
    width = height = row = column = times = 0
    for tag in ODS_TAG.finditer(content):
        name, attributes = tag[1], tag[2]
        repeated = ODS_TIMES.search(attributes)
        number = int(repeated[1]) if repeated else 1
        if name == b"table":
            yield width, height
            width = height = row = column = times = 0
        elif name == b"table-row":
            row, column, times = row + times, 0, number
        else:
            column += number
            if not attributes.rstrip().endswith(b"/") or b"value" in attributes:
                width, height = max(width, column), max(height, row + times)
    yield width, height
