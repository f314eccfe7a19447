"""Reads exported documents as anybody does who has the files alone: sentences, tables, charts and their words."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

HEADINGS = re.compile(r"Heading (\d)")
NUMBERED = re.compile(r"^(?:Table|Figure) \d+: ")
SAID_BY = "— "


@dataclass(frozen=True)
class Place:
    """Where something stands: the headings above it, the last one nearest."""

    headings: tuple[str, ...]

    @property
    def nearest(self) -> str:
        return self.headings[-1] if self.headings else ""


@dataclass(frozen=True)
class Sentences:
    """A paragraph, an item of a list, a caption, a text alternative or a note on a sheet."""

    place: Place
    text: str


@dataclass(frozen=True)
class Grid:
    """A table with its caption; a bar chart is one of labels and numbers."""

    place: Place
    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]

    def lines(self) -> Iterator[dict[str, str | float]]:
        for row in self.rows:
            yield dict(zip(self.headings, row, strict=True))


@dataclass
class Read:
    """All that a file says, quotes aside: their words are those of the quotes file, told by a test of their own."""

    sentences: list[Sentences] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    quotes: list[tuple[str, str]] = field(default_factory=list)  # words, attribution


class _Path:
    """The headings above, as the reader goes down the page."""

    def __init__(self) -> None:
        self._at: list[tuple[int, str]] = []

    def under(self, level: int, text: str) -> None:
        self._at = [each for each in self._at if each[0] < level] + [(level, text)]

    def place(self) -> Place:
        return Place(tuple(text for _, text in self._at))


def everything(read: Read) -> str:
    """All that was read, whatever it is."""
    cells = (str(cell) for grid in read.grids for row in (grid.headings, *grid.rows) for cell in row)
    said = (*(each.text for each in read.sentences), *(words for quote in read.quotes for words in quote))
    return "\n".join(" ".join(each.split()) for each in (*said, *cells))


def in_file(data: bytes) -> set[str]:
    """Every piece of text in the parts of a Word or Excel file, or on a page with the attributes that are read out."""
    from lxml import etree
    from lxml import html as parser

    if not data.startswith(b"PK"):
        page = parser.document_fromstring(data)
        found = page.xpath("//body//text() | //title/text() | //@alt | //@title | //@aria-label")
        return {" ".join(str(each).split()) for each in found} - {""}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [etree.fromstring(package.read(name)) for name in package.namelist() if name.endswith(".xml")]
    texts = [each.text for part in parts for each in part.iter("{*}t", "{*}delText", "{*}definedName")]
    told = [each.get(name) for part in parts for each in part.iter("{*}docPr") for name in ("descr", "title")]
    return {" ".join(each.split()) for each in (*texts, *told) if each} - {""}


# ------------------------------------------------------------------- Word


def docx(data: bytes) -> Read:
    """The body, the alternative texts of pictures, headers and footers, and the properties of a Word file."""
    from docx import Document
    from docx.table import Table

    file, read, path = Document(io.BytesIO(data)), Read(), _Path()
    caption, words = "", ""
    for each in file.iter_inner_content():
        if isinstance(each, Table):
            cells = [tuple(cell.text for cell in row.cells) for row in each.rows]
            read.grids.append(Grid(path.place(), caption, cells[0], tuple(cells[1:])))
            continue
        style, text = each.style.name, each.text
        for picture in each._element.iter("{*}docPr"):
            read.sentences += [Sentences(path.place(), picture.get(name)) for name in ("descr", "title")
                               if picture.get(name)]  # fmt: skip
        if found := HEADINGS.match(style):
            path.under(int(found[1]), text)
        elif style.casefold() == "caption":
            caption = NUMBERED.sub("", text)
        elif style == "Quote":
            words = text
        elif text.startswith(SAID_BY) and words:
            read.quotes.append((words, text.removeprefix(SAID_BY)))
            words = ""
            continue
        if text and style != "Quote":
            read.sentences.append(Sentences(path.place(), NUMBERED.sub("", text)))
    for section in file.sections:
        for part in (section.header, section.footer):
            read.sentences += [Sentences(Place(()), each.text) for each in part.paragraphs if each.text]
    said = file.core_properties
    read.sentences += [Sentences(Place(()), str(each)) for each in (said.title, said.subject, said.comments) if each]
    return read


# ------------------------------------------------------------------- HTML


def html(data: bytes) -> Read:
    """The page with its contents, drawings and their text alternatives."""
    from lxml import html as parser

    page, read, path = parser.document_fromstring(data), Read(), _Path()
    for each in page.iter():
        if not isinstance(each.tag, str) or any(above.tag in ("table", "svg") for above in each.iterancestors()):
            continue
        text = _text(each)
        if each.tag == "table":
            caption = NUMBERED.sub("", _text(each.find("caption")))
            rows = [tuple(_text(cell) for cell in row) for row in each.iter("tr")]
            read.grids.append(Grid(path.place(), caption, rows[0], tuple(rows[1:])))
        elif each.tag == "svg":
            title, finding = (_text(each.find(f".//{{*}}{name}")) for name in ("title", "desc"))
            read.sentences += [Sentences(path.place(), words) for words in (title, finding)]
            read.grids.append(_bars(path.place(), title, each))
        elif re.fullmatch("h[2-5]", each.tag):
            path.under(int(each.tag[1]) - 1, text)
            read.sentences.append(Sentences(path.place(), text))
        elif each.tag == "figure" and each.get("class") == "quote":
            said_by = _text(each.find("figcaption")).removeprefix(SAID_BY)
            read.quotes.append((_text(each.find("blockquote")), said_by))
        elif each.tag in ("p", "li", "title", "h1", "figcaption") and not any(
            above.get("class") == "quote" or above.tag == "nav" for above in each.iterancestors()
        ):
            read.sentences.append(Sentences(path.place(), NUMBERED.sub("", text)))
    return read


def _bars(place: Place, title: str, drawn: Any) -> Grid:
    """Labels, maybe on several lines, each followed by its number, which alone stands away from the margin."""
    rows, label = [], []
    for each in drawn.iter("{*}text"):
        if each.get("x") == "0.00%":
            label.append(each.text)
        else:
            rows.append((" ".join(label), each.text))
            label = []
    return Grid(place, title, ("Bar", "Number"), tuple(rows))


def _text(element: Any) -> str:
    return "" if element is None else " ".join(element.text_content().split())


# ------------------------------------------------------------------ Excel


def xlsx(data: bytes) -> Read:
    """Every sheet: its table from the row of headings on, and the lines above it."""
    from python_calamine import CalamineWorkbook

    book, read = CalamineWorkbook.from_filelike(io.BytesIO(data)), Read()
    for name in book.sheet_names:
        rows = [row for row in book.get_sheet_by_name(name).to_python() if any(cell != "" for cell in row)]
        wide = [sum(cell != "" for cell in row) > 1 for row in rows]
        start = wide.index(True) if any(wide) else len(rows)
        place = Place((name,))
        read.sentences += [Sentences(place, str(cell)) for row in rows[:start] for cell in row if cell != ""]
        if start < len(rows):
            head, *body = rows[start:]
            read.grids.append(Grid(place, str(rows[0][0]), tuple(map(str, head)), tuple(map(tuple, body))))
    return read
