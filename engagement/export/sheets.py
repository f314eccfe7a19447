"""Sheets as a spreadsheet of Excel that everybody can read: one table a sheet, told in words, found from a contents.

After what the Government Analysis Function asks of spreadsheets, in our words: a cover and a list of what is inside, no
merged cells, no blank rows, nothing said by colour or symbol, every table marked as one. Words are never formulas.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from engagement.export.characters import printable

Value = str | int | float
Form = Literal["text", "number", "percent", "decimal"]

MOST_LETTERS = 32_767  # that a cell holds, in units of UTF-16
CUT = " [cut here: too long for a cell]"
MOST_NAME = 31
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
RESERVED = {"history"}
FORMULA = re.compile(r"'*[=+\-@\t\r]")  # a cell that begins so is a formula once it is saved as CSV
NUMBERS: dict[Form, str] = {"number": "#,##0", "percent": "0%", "decimal": "0.00"}
NARROWEST, WIDEST = 12, 60
ACROSS = 80  # of a sheet that is all sentences
LINE, HIGHEST = 15.5, 400  # points: a line, and the most that a row may have; not every program finds it by itself
LONG, BROAD = 15, 6  # rows, columns: from more than these on, headings stay in sight
CELLS = (
    "A cell that has no number says in words why. No cell is merged, hidden or told by its colour.",
    "Words that a spreadsheet would take for a formula have an apostrophe before them. It is no part of what was said.",
)
NO_ROWS = "There is nothing to show in this table."


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what heads it, and how its numbers are written; a part of 1 is written as per cent."""

    heading: str
    form: Form = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `title` says what it is, `notes` what must be known to read it; a row has a value for each column."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """A whole spreadsheet; `about` stands on its cover, `notes` on the sheet of notes."""

    title: str
    organisation: str
    made_on: date
    about: tuple[str, ...]
    notes: tuple[str, ...]
    sheets: tuple[Sheet, ...]


def to_xlsx(book: Book) -> bytes:
    """The file's bytes, the same whenever and wherever they are made; nothing is written to a disk."""
    from xlsxwriter import Workbook

    written = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": "Arial", "font_size": 11},
    }
    with Workbook(written, options) as made:
        _Writer(made, book).write()
    return written.getvalue()


def sheet_names(wanted: Iterable[str]) -> tuple[str, ...]:
    """The names as Excel takes them: up to 31 characters, none forbidden, no two alike in any case."""
    given: list[str] = []
    taken = set(RESERVED)
    for name in wanted:
        clean = " ".join(NOT_IN_NAMES.sub(" ", printable(name)).split()).strip("' ") or "Sheet"
        number = 1
        while True:
            end = f" {number}" if number > 1 else ""
            tried = f"{_first(clean, MOST_NAME - len(end)).strip(chr(39) + ' ')}{end}"
            if tried.casefold() not in taken:
                break
            number += 1
        taken.add(tried.casefold())
        given.append(tried)
    return tuple(given)


def harmless(words: str) -> str:
    """Words for a cell: what files forbid is marked, what may become a formula has an apostrophe, too much is cut."""
    clean = printable(words)
    safe = f"'{clean}" if FORMULA.match(clean) else clean
    return safe if _length(safe) <= MOST_LETTERS else _first(safe, MOST_LETTERS - len(CUT)) + CUT


def _length(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def _first(words: str, most: int) -> str:
    """The beginning of the words in so many units of UTF-16; half a pair is left out."""
    return words.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")


class _Writer:
    """Writes a `Book` into a workbook of xlsxwriter."""

    def __init__(self, made: Any, book: Book) -> None:
        self.made, self.book = made, book
        self.names = sheet_names(["Cover", "Contents", "Notes", *(sheet.name for sheet in book.sheets)])
        top = {"valign": "top", "text_wrap": True}
        left, right = (
            {**top, "align": "left", "indent": 1},
            {**top, "align": "right"},
        )  # parts a number from the words after it
        self.title = made.add_format({"bold": True, "font_size": 16})
        self.note = made.add_format({"valign": "top"})
        self.wrapped = made.add_format(top)
        self.link = made.add_format({"font_color": "#1D4F8C", "underline": 1, "valign": "top"})
        head = {"bold": True, "bg_color": "#E8EEF5", "bottom": 1, **top}
        self.heads = {False: made.add_format({**head, **left}), True: made.add_format({**head, **right})}
        self.cells: dict[Form, Any] = {
            "text": made.add_format(left),
            **{form: made.add_format({**right, "num_format": said}) for form, said in NUMBERS.items()},
        }

    def write(self) -> None:
        """Every sheet, the cover first."""
        book = self.book
        at = datetime.combine(book.made_on, time())
        said = {"title": printable(book.title), "author": printable(book.organisation), "created": at}
        self.made.set_properties({**said, "company": printable(book.organisation)})
        sheets = [self.made.add_worksheet(name) for name in self.names]
        for each in sheets:
            each.set_paper(9)  # A4
            each.fit_to_pages(1, 0)
        self._lines(sheets[0], book.title, [book.organisation, *book.about])
        self._contents(sheets[1])
        self._lines(sheets[2], "Notes", [*CELLS, *self._cut(), *book.notes])
        for number, (made, sheet) in enumerate(zip(sheets[3:], book.sheets, strict=True), start=1):
            self._table(made, sheet, f"table_{number}")

    def _cut(self) -> list[str]:
        cells = (value for sheet in self.book.sheets for row in sheet.rows for value in row if isinstance(value, str))
        many = sum(harmless(value).endswith(CUT) for value in cells if len(value) > MOST_LETTERS // 3)
        return (
            [f"Texts longer than {MOST_LETTERS:,} characters are cut, and say so at their end: {many}."] if many else []
        )

    def _lines(self, made: Any, title: str, lines: Sequence[str]) -> None:
        made.set_column(0, 0, ACROSS)
        made.write_string(0, 0, harmless(title), self.title)
        for row, line in enumerate((line for line in lines if line), start=1):
            made.write_string(row, 0, harmless(line), self.wrapped)
            made.set_row(row, min(LINE * _lines(line, ACROSS), HIGHEST))

    def _contents(self, made: Any) -> None:
        made.write_string(0, 0, "Contents", self.title)
        heads = (Column("Sheet"), Column("What it holds"))
        listed = [("Notes", "How to read the numbers and words of this file")]
        listed += [(name, sheet.title) for name, sheet in zip(self.names[3:], self.book.sheets, strict=True)]
        self._cells(made, 1, heads, [(name, harmless(title)) for name, title in listed], "contents")
        for row, (name, _) in enumerate(listed, start=2):
            made.write_url(row, 0, _address(name), self.link, harmless(name))

    def _table(self, made: Any, sheet: Sheet, name: str) -> None:
        made.write_string(0, 0, harmless(sheet.title), self.title)
        made.write_url(1, 0, _address("Contents"), self.link, "Back to the contents")
        notes = (*sheet.notes, *([] if sheet.rows else [NO_ROWS]))
        for row, note in enumerate(notes, start=2):
            made.write_string(row, 0, harmless(note), self.note)
        first = 2 + len(notes)
        if sheet.rows:
            self._cells(made, first, sheet.columns, sheet.rows, name)
            made.freeze_panes(first + 1 if len(sheet.rows) > LONG else 0, 1 if len(sheet.columns) > BROAD else 0)
        made.set_landscape()
        made.repeat_rows(first)

    def _cells(
        self, made: Any, first: int, columns: Sequence[Column], rows: Sequence[Sequence[Value]], name: str
    ) -> None:
        """A table of Excel whose headings stand in row `first`, counted from nought."""
        heads = _different([" ".join(harmless(column.heading).split())[:200] for column in columns])
        asked = [
            {"header": head, "header_format": self.heads[column.form != "text"]}
            for head, column in zip(heads, columns, strict=True)
        ]
        last = first + len(rows)
        options = {"name": name, "columns": asked, "style": None, "banded_rows": False, "autofilter": True}
        made.add_table(first, 0, last, len(columns) - 1, options)
        for down, row in enumerate(rows, start=first + 1):
            for across, (value, column) in enumerate(zip(row, columns, strict=True)):
                style = self.cells[column.form]
                if isinstance(value, str):
                    made.write_string(down, across, harmless(value), style)
                else:
                    made.write_number(down, across, value, style)
        widths = []
        for across, head in enumerate(heads):
            longest = max((len(str(row[across])) for row in rows), default=0)
            widths.append(min(max(NARROWEST, len(head) // 2 + 4, int(1.2 * longest) + 3), WIDEST))
            made.set_column(across, across, widths[-1])
        for down, row in enumerate((heads, *rows), start=first):
            lines = max(_lines(str(each), width) for each, width in zip(row, widths, strict=True))
            made.set_row(down, min(LINE * lines, HIGHEST))


def _lines(words: str, width: int) -> int:
    """In how many lines a cell shows the words; bold ones take a little more than a letter's width."""
    return sum(1 + int(1.15 * len(line)) // width for line in words.split("\n"))


def _address(name: str) -> str:
    quoted = name.replace("'", "''")
    return f"internal:'{quoted}'!A1"


def _different(heads: Sequence[str]) -> list[str]:
    """The headings, later ones of the same words numbered: a table of Excel takes none twice."""
    given: list[str] = []
    for head in (head or "Column" for head in heads):
        taken = {each.casefold() for each in given}
        tried = (f"{head} ({number})" if number > 1 else head for number in range(1, len(heads) + 2))
        given.append(next(each for each in tried if each.casefold() not in taken))
    return given
