"""OpenDocument text: notes, transcripts and letters, paragraphs and tables in the order in which they stand."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from engagement.readers.clean import has_words, tidy
from engagement.readers.named import strangers
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import Block, CannotRead, Reading
from engagement.readers.runs import PAGE_NUMBER, Run, paragraph_of, table_of, with_asides

MIMETYPE = b"application/vnd.oasis.opendocument.text"
# OpenDocument 1.3, part 3: the names of its elements and attributes.
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, STYLE, DRAW = (
    f"{{{OASIS}{name}:1.0}}" for name in ("office", "text", "table", "style", "drawing")
)
DC = "{http://purl.org/dc/elements/1.1/}"
META = f"{{{OASIS}meta:1.0}}"
FO = f"{{{OASIS}xsl-fo-compatible:1.0}}"
WRAPPERS = frozenset(
    [TEXT + name for name in ("list", "list-item", "list-header", "section", "numbered-paragraph", "index-body")]
    + [TABLE + name for name in ("table-header-rows", "table-rows", "table-row-group")]
)
GONE = frozenset({TEXT + "tracked-changes", TEXT + "table-of-content", OFFICE + "forms", TEXT + "ruby-text"})
ASIDES = {TEXT + "note": "note", OFFICE + "annotation": "comment", DRAW + "text-box": "text box"}
BREAKS = {TEXT + "tab": "\t", TEXT + "line-break": "\n", TEXT + "s": " "}
# Parts of a page style that hold words, and what they are called.
EDGES = (("header", "header"), ("footer", "footer"))
SIDES = ("", "-first", "-left")
NAMES = frozenset({DC + "creator", META + "initial-creator", META + "printed-by"})
TITLES = frozenset({DC + "title", DC + "subject", DC + "description", META + "keyword", META + "user-defined"})
LEFT_OUT = (
    (DRAW + "image", "picture", "pictures"),
    (DRAW + "object", "chart or embedded file", "charts or embedded files"),
)
MOST_REPEATS = 50  # of one cell; a spreadsheet's tail of empty cells says thousands
SAVE_AGAIN = "Open it in the program that it came from and save it again"


@dataclass(slots=True, repr=False)
class _Styles:
    """Which styles are bold, hidden, headings and titles, those that they come from included."""

    bold: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    named: dict[str, str] = field(default_factory=dict)  # the style that each comes from


@dataclass(slots=True, repr=False)
class _Page:
    styles: _Styles
    paragraphs: int = 0
    tables: int = 0
    asides: list[tuple[str, str]] = field(default_factory=list)


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """The document's turns, people and questions; what stands beside the body follows as prose. Raises CannotRead.

    That is notes, comments, text boxes, hidden text, page headers and footers. Tracked deletions are not read,
    tracked insertions are.
    """
    content, styles, meta = _parts(data)
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise CannotRead("the file holds no text document", SAVE_AGAIN)
    page = _Page(_styles(content, styles))
    reading = recognise(list(_blocks(page, body)), known)
    aside: Counter[str] = Counter()
    edges = list(_edges(page, styles, aside))
    for listing in content.iter(TEXT + "table-of-content"):
        aside["table of contents"] += sum(has_words("".join(line.itertext())) for line in listing.iter(TEXT + "p"))
    properties = [entry for part in meta for entry in part.iter() if entry.tag in NAMES | TITLES]
    aside["document property"] = sum(has_words(one.text or "") for one in properties if one.tag in TITLES)
    creators = (one for root in (content, styles) if root is not None for one in root.iter(DC + "creator"))
    written = [one.text or "" for one in (*properties, *creators) if one.tag in NAMES]
    made = with_asides(reading, (*page.asides, *edges), strangers(written, reading.people), aside)
    return replace(made, notes=(*made.notes, *_left_out(content)))


def _left_out(content: Any) -> Iterator[str]:
    for tag, one, several in LEFT_OUT:
        if held := sum(1 for _ in content.iter(tag)):
            yield f"{f'1 {one} was' if held == 1 else f'{held} {several} were'} not read: put the words into the page."
    if held := sum(has_words("".join(cut.itertext())) for cut in content.iter(TEXT + "deletion")):
        yield f"{'1 tracked deletion was' if held == 1 else f'{held} tracked deletions were'} left out."


def _edges(page: _Page, styles: Any, aside: Counter[str]) -> Iterator[tuple[str, str]]:
    """The words of page headers and footers, each text once, however many page styles repeat it."""
    held = list(styles.iter(STYLE + "master-page")) if styles is not None else []
    for kind, called in EDGES:
        met: set[str] = set()
        for one in [edge for master in held for side in SIDES for edge in master.findall(f"{STYLE}{kind}{side}")]:
            place = f"{called} {len(met) + 1}"
            parts = one.iter(TEXT + "p", TEXT + "h")
            words = tidy("\n".join("".join(run for run, _ in _runs(page, part, place)) for part in parts))
            if not has_words(words) or PAGE_NUMBER.fullmatch(words):
                aside["page number"] += has_words(words)
            elif words in met:
                aside["header or footer that repeats"] += 1
            else:
                met.add(words)
                yield place, words


def _parts(data: bytes) -> tuple[Any, Any, list[Any]]:
    """The document's text, its styles or None, and the properties that it has."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            manifest = "META-INF/manifest.xml"
            if manifest in names and b"encryption-data" in archive.read(manifest):
                raise CannotRead("the file is locked with a password", "Save it without the password")
            styles = _tree(archive.read("styles.xml")) if "styles.xml" in names else None
            meta = [_tree(archive.read(name)) for name in ("meta.xml",) if name in names and archive.read(name)]
            return _tree(archive.read("content.xml")), styles, meta
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
            if words is not None and words.get(TEXT + "display") == "none":
                found.hidden.add(name)
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
            runs = list(_runs(page, element, place, bool(line & page.styles.bold)))
            if line & page.styles.hidden:
                page.asides.append((f"{place} hidden text", "".join(run for run, _ in runs)))
                continue
            if made := paragraph_of(place, runs, style):
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
        elif child.tag not in GONE and _line(page.styles, child.get(TEXT + "style-name") or "") & page.styles.hidden:
            page.asides.append((f"{place} hidden text", "".join(run for run, _ in _runs(page, child, place))))
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
