"""OpenDocument text: notes, transcripts and letters, paragraphs and tables in the order in which they stand."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engagement.readers.clean import tidy
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import Block, CannotRead, Reading
from engagement.readers.runs import Run, paragraph_of, table_of, with_asides

MIMETYPE = b"application/vnd.oasis.opendocument.text"
# OpenDocument 1.3, part 3: the names of its elements and attributes.
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, STYLE, DRAW = (
    f"{{{OASIS}{name}:1.0}}" for name in ("office", "text", "table", "style", "drawing")
)
FO = f"{{{OASIS}xsl-fo-compatible:1.0}}"
WRAPPERS = frozenset(
    [TEXT + name for name in ("list", "list-item", "list-header", "section", "numbered-paragraph", "index-body")]
    + [TABLE + name for name in ("table-header-rows", "table-rows", "table-row-group")]
)
GONE = frozenset({TEXT + "tracked-changes", TEXT + "table-of-content", OFFICE + "forms", TEXT + "ruby-text"})
ASIDES = {TEXT + "note": "note", OFFICE + "annotation": "comment", DRAW + "text-box": "text box"}
BREAKS = {TEXT + "tab": "\t", TEXT + "line-break": "\n", TEXT + "s": " "}
MOST_REPEATS = 50  # of one cell; a spreadsheet's tail of empty cells says thousands
SAVE_AGAIN = "Open it in the program that it came from and save it again"


@dataclass(slots=True, repr=False)
class _Styles:
    """Which styles are bold, headings and titles, those that they come from included."""

    bold: set[str] = field(default_factory=set)
    named: dict[str, str] = field(default_factory=dict)  # the style that each comes from


@dataclass(slots=True, repr=False)
class _Page:
    styles: _Styles
    paragraphs: int = 0
    tables: int = 0
    asides: list[tuple[str, str]] = field(default_factory=list)


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """The document's turns, people and questions; notes, comments and text boxes follow as prose. Raises CannotRead.

    Tracked deletions are not read, tracked insertions are.
    """
    content, styles = _parts(data)
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise CannotRead("the file holds no text document", SAVE_AGAIN)
    page = _Page(_styles(content, styles))
    return with_asides(recognise(list(_blocks(page, body)), known), page.asides)


def _parts(data: bytes) -> tuple[Any, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            manifest = "META-INF/manifest.xml"
            if manifest in names and b"encryption-data" in archive.read(manifest):
                raise CannotRead("the file is locked with a password", "Save it without the password")
            styles = _tree(archive.read("styles.xml")) if "styles.xml" in names else None
            return _tree(archive.read("content.xml")), styles
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError, NotImplementedError, ValueError, OSError):
        raise CannotRead("the file is damaged: its parts can't be unpacked", SAVE_AGAIN) from None


def _tree(part: bytes) -> Any:
    from lxml import etree

    # No OpenDocument file has a document type: it is where entities that grow or reach outside are declared.
    if b"<!DOCTYPE" in part.replace(b"\0", b""):
        raise CannotRead("the file declares a document type, which no document needs", SAVE_AGAIN)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError:
        raise CannotRead("the file is damaged: its text is malformed", SAVE_AGAIN) from None


def _styles(*parts: Any) -> _Styles:
    found = _Styles()
    for part in parts:
        for style in part.iter(STYLE + "style") if part is not None else ():
            name = style.get(STYLE + "name") or ""
            found.named[name] = style.get(STYLE + "parent-style-name") or ""
            words = style.find(STYLE + "text-properties")
            if words is not None and (words.get(FO + "font-weight") or "") in {"bold", "600", "700", "800", "900"}:
                found.bold.add(name)
    return found


def _line(styles: _Styles, name: str) -> set[str]:
    """The style and those that it comes from."""
    line: set[str] = set()
    while name and name not in line:
        line.add(name)
        name = styles.named.get(name, "")
    return line


def _blocks(page: _Page, body: Any) -> Iterator[Block]:
    for element in _children(body):
        if element.tag == TABLE + "table":
            page.tables += 1
            yield table_of(page.tables, _rows(page, element))
        elif element.tag in {TEXT + "p", TEXT + "h"}:
            place = f"paragraph {page.paragraphs + 1}"
            line = _line(page.styles, element.get(TEXT + "style-name") or "")
            heading = element.tag == TEXT + "h"
            style = "heading" if heading else "title" if line & {"Title", "Subtitle"} else ""
            made = paragraph_of(place, list(_runs(page, element, place, bool(line & page.styles.bold))), style)
            if made:
                page.paragraphs += 1
                yield made


def _children(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag in WRAPPERS or str(child.tag).endswith("-index"):
            yield from _children(child)
        elif child.tag not in GONE:
            yield child


def _runs(page: _Page, element: Any, place: str, bold: bool = False) -> Iterator[Run]:
    """The words of a paragraph; those of its notes, comments and text boxes go to the page's asides."""
    if element.text:
        yield " ".join(element.text.split("\n")), bold
    for child in element:
        if child.tag in ASIDES:
            body = child.find(TEXT + "note-body") if child.tag == TEXT + "note" else child
            parts = [] if body is None else body.iter(TEXT + "p", TEXT + "h")
            words = "\n".join("".join(run for run, _ in _runs(page, part, place)) for part in parts)
            page.asides.append((f"{place} {ASIDES[child.tag]}", words))
        elif child.tag in BREAKS:
            yield BREAKS[child.tag], bold
        elif child.tag not in GONE:
            strong = bool(_line(page.styles, child.get(TEXT + "style-name") or "") & page.styles.bold)
            yield from _runs(page, child, place, bold or strong)
        if child.tail:
            yield " ".join(child.tail.split("\n")), bold


def _rows(page: _Page, table: Any) -> Iterator[tuple[str, ...]]:
    """The rows of a table; a cell that spans columns stands in each of them, one merged downwards in its first row."""
    for number, row in enumerate((row for row in _children(table) if row.tag == TABLE + "table-row"), start=1):
        place = f"table {page.tables} row {number}"
        cells: list[str] = []
        for cell in row:
            words, times = "", cell.get(TABLE + "number-columns-repeated") or "1"
            if cell.tag == TABLE + "table-cell":
                parts = [part for part in cell.iter(TEXT + "p", TEXT + "h") if not _beside(part, cell)]
                words = tidy("\n".join("".join(run for run, _ in _runs(page, part, place)) for part in parts))
            elif cell.tag == TABLE + "covered-table-cell" and cells and _across(row, cell):
                words = cells[-1]
            cells += [words] * min(int(times) if times.isdecimal() and len(times) < 6 else 1, MOST_REPEATS)
        yield tuple(cells)


def _beside(part: Any, cell: Any) -> bool:
    """Whether a paragraph in a cell is a note's, a comment's or a text box's, not its own."""
    outer = part.getparent()
    while outer is not None and outer is not cell:
        if outer.tag in ASIDES:
            return True
        outer = outer.getparent()
    return False


def _across(row: Any, covered: Any) -> bool:
    """Whether a covered cell belongs to a cell of its own row that spans columns."""
    cells = list(row)
    at = cells.index(covered)
    while at >= 0 and cells[at].tag != TABLE + "table-cell":
        at -= 1
    return at >= 0 and (cells[at].get(TABLE + "number-columns-spanned") or "1") != "1"
