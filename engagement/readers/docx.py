"""Word documents: notes, transcripts and letters, paragraphs and tables in the order in which they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engagement.model import FileCounts
from engagement.readers.attendance import take_attendance
from engagement.readers.clean import tidy
from engagement.readers.docx_package import OFF, Package, W, opened
from engagement.readers.docx_parts import SILENT, all_words, asides, named, shown_in, words_of
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import Block, CannotRead, Paragraph, Reading, Table

# What can't be read as words: each kind gives one note, so that nobody takes it for read.
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/"
LEFT_OUT = (
    ((DRAWING + "picture}pic",), "picture", "pictures"),
    ((DRAWING + "chart}chart", DRAWING + "diagram}relIds"), "chart or diagram", "charts or diagrams"),
    ((W + "altChunk", "{urn:schemas-microsoft-com:office:office}OLEObject"), "embedded file", "embedded files"),
)
# Content controls, tracked insertions and the like wrap paragraphs and runs without being any.
WRAPPERS = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "hyperlink"))
MOST_COLUMNS = 63  # of a table in Word


@dataclass(slots=True, repr=False)
class _Body:
    """The body's blocks, where each paragraph and row is, and its hidden text with its place."""

    blocks: list[Block] = field(default_factory=list)
    places: dict[Any, str] = field(default_factory=dict)
    hidden: list[tuple[str, str]] = field(default_factory=list)
    contents: int = 0  # lines of a table of contents, which repeats the headings


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """The document's turns, people and questions; then what stands beside its body, as prose that nobody said.

    Tracked insertions are read, deletions are not, and moved text is read where it went. Hidden text is no part of
    the body's turns. Raises CannotRead.
    """
    package = opened(data)
    body = _body(package)
    aside: Counter[str] = Counter()
    beside = tuple(asides(package, body.places, body.hidden, aside))
    try:
        reading = recognise(body.blocks, known)
    except CannotRead:
        if not beside:
            raise
        listed = take_attendance([block for block in body.blocks if isinstance(block, Paragraph) or block.rows])
        reading = Reading((), tuple(listed.cast.people), counts=FileCounts(aside=dict(+listed.aside)))
    turns = (*reading.turns, *beside)
    strangers, properties = named(package, reading.people)
    aside["document property"] += properties
    aside["table of contents"] += body.contents
    notes = (*reading.notes, *package.notes, *_left_out((package.body, *package.taken)))
    counts = replace(reading.counts, turns=len(turns), aside=dict(+(Counter(reading.counts.aside) + aside)))
    return replace(reading, turns=turns, people=(*reading.people, *strangers), counts=counts, notes=notes)


def _left_out(roots: Sequence[Any]) -> Iterator[str]:
    for tags, one, several in LEFT_OUT:
        if held := sum(1 for root in roots for _ in root.iter(*tags)):
            yield f"{f'1 {one} was' if held == 1 else f'{held} {several} were'} not read: put the words into the page."
    deletions = (change for root in roots for change in root.iter(W + "del"))
    if held := sum(any(text.text for text in change.iter(W + "delText", W + "t")) for change in deletions):
        yield f"{'1 tracked deletion was' if held == 1 else f'{held} tracked deletions were'} left out."


def _body(package: Package) -> _Body:
    made = _Body()
    paragraphs, tables = 0, 0
    for element in _children(package.body):
        if element.tag == W + "tbl":
            tables += 1
            made.blocks.append(Table(tables, tuple(_rows(made, package, element, tables))))
        elif element.tag == W + "p":
            text, hidden = words_of(element, package.veiled)
            paragraphs += bool(text or hidden)
            # A paragraph without words may hold a box or a comment; it has no number of its own.
            at = f"paragraph {paragraphs}" if paragraphs else "start"
            made.places[element] = at if text or hidden or not paragraphs else f"after {at}"
            made.hidden += [(hidden, at)] if hidden else []
            if text and _style_name(package, element).startswith("toc "):
                made.contents += 1
            elif text:
                bold = _bold(element, package.veiled)
                style = _style(package, element) or ("bold" if bold == text else "")
                made.blocks.append(Paragraph(at, text, style, bold="" if bold == text else bold))
    return made


def _children(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag in WRAPPERS:
            yield from _children(child)
        elif child.tag not in SILENT:
            yield child


def _rows(made: _Body, package: Package, table: Any, number: int) -> Iterator[tuple[str, ...]]:
    """The rows of a table; a cell that spans columns stands in each of them, one merged downwards in its first row."""
    rows = 0
    for row in _children(table):
        if row.tag != W + "tr":
            continue
        cells: list[str] = []
        unseen: list[str] = []
        for cell in _children(row):
            if cell.tag == W + "tc":
                words, hidden = all_words(cell, package.veiled)
                cells += [words] * _span(cell)
                unseen += [hidden] if hidden else []
        rows += any(cells)
        made.places[row] = place = f"table {number} row {max(rows, 1)}"
        made.hidden += [(hidden, place) for hidden in unseen]
        if any(cells):
            yield tuple(cells)


def _span(cell: Any) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    columns = span.get(W + "val", "") if span is not None else ""
    return min(max(int(columns), 1), MOST_COLUMNS) if columns.isascii() and columns.isdigit() else 1


def _style_name(package: Package, element: Any) -> str:
    used = element.find(f"{W}pPr/{W}pStyle")
    called = used.get(W + "val", "") if used is not None else ""
    return package.names.get(called, called).casefold()


def _style(package: Package, element: Any) -> str:
    name = _style_name(package, element)
    level = element.find(f"{W}pPr/{W}outlineLvl")
    if name.startswith("heading") or (level is not None and level.get(W + "val") != "9"):
        return "heading"
    return "title" if name in {"title", "subtitle"} else ""


def _bold(element: Any, veiled: frozenset[str]) -> str:
    """The bold text with which the paragraph starts."""
    parts: list[str] = []
    for run in _children(element):
        if run.tag != W + "r":
            continue
        on, text = run.find(f"{W}rPr/{W}b"), shown_in(run, veiled)
        if text.strip() and (on is None or on.get(W + "val") in OFF):
            break
        parts.append(text)
    return tidy("".join(parts))
