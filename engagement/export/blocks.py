"""What a document says, whatever file it becomes: headings, paragraphs, tables, charts, quotes.

`report.py` and `equality.py` say what; `as_docx.py` and `as_html.py` make the file. Texts are plain: nothing in them is
markup, and a renderer escapes whatever its format needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Style = Literal["body", "lead", "note", "warning"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the given level, 1 to 4; each of level 1 begins a page of the printed document."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences. `lead` sums up what follows, `note` is smaller, `warning` stands out by its words and a rule."""

    text: str
    style: Style = "body"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of items, numbered where their order matters."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption. The first row is headings; the first `row_headings` cells of the others name the row.

    `numeric` are the places of columns that hold numbers. A cell may be empty only where the author has to fill it in.
    """

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_headings: int = 1
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of bars, the longest first, always beside its table. `finding` is its text alternative, a sentence.

    `bars` are (label, value, low, high); the limits are None where no interval is drawn. `unit` is what is counted.
    """

    title: str
    finding: str
    unit: str
    bars: tuple[tuple[str, float, float | None, float | None], ...]


@dataclass(frozen=True, slots=True)
class Quotation:
    """Somebody's words, to the character, with who said them as it may be printed."""

    text: str
    attribution: str


Block = Heading | Paragraph | Listing | Table | Bars | Quotation


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document: a title page, contents made of its headings, and its blocks."""

    title: str
    subtitle: str
    organisation: str
    made_on: date
    blocks: tuple[Block, ...]
    language: str = "en-GB"
