"""Word documents: notes, transcripts and letters, paragraphs and tables in the order in which they stand."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from engagement.readers.clean import tidy
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import Block, Paragraph, Reading, Table

# Parts that the body only refers to: each kind gives one note, so that nobody takes them for read.
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # a second copy for old readers
LEFT_OUT = (
    ((W + "txbxContent",), "text box", "text boxes"),
    ((W + "footnoteReference", W + "endnoteReference"), "footnote", "footnotes"),
    ((W + "commentReference",), "comment", "comments"),
    ((PICTURE,), "picture", "pictures"),
)
# Content controls, tracked insertions and the like wrap paragraphs and runs without being any.
WRAPPERS = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "hyperlink"))
GONE = frozenset(W + name for name in ("del", "moveFrom", "txbxContent"))
BREAKS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """The document's turns, people and questions. Tracked deletions are not read, tracked insertions are."""
    from docx import Document

    document = Document(io.BytesIO(data))
    body = document.element.body
    reading = recognise(list(_blocks(document, body)), known)
    return replace(reading, notes=tuple(_left_out(body)))


def _left_out(body: Any) -> Iterator[str]:
    for tags, one, several in LEFT_OUT:
        held = sum(not any(outer.tag == FALLBACK for outer in part.iterancestors()) for part in body.iter(*tags))
        if held:
            yield f"{f'1 {one} was' if held == 1 else f'{held} {several} were'} not read: put the words into the page."


def _blocks(document: Any, body: Any) -> Iterator[Block]:
    paragraphs, tables = 0, 0
    for element in _children(body):
        if element.tag == W + "tbl":
            tables += 1
            yield Table(tables, tuple(_rows(element)))
        elif element.tag == W + "p" and (text := tidy(_text(element))):
            paragraphs += 1
            bold = _bold(element)
            style = _style(document, element) or ("bold" if bold == text else "")
            yield Paragraph(f"paragraph {paragraphs}", text, style, bold="" if bold == text else bold)


def _children(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag in WRAPPERS:
            yield from _children(child)
        elif child.tag not in GONE:
            yield child


def _text(element: Any) -> str:
    parts = []
    for child in element:
        if child.tag in GONE:
            continue
        if child.tag == W + "t":
            parts.append(child.text or "")
        elif child.tag in BREAKS:
            parts.append(BREAKS[child.tag])
        else:
            parts.append(_text(child))
    return "".join(parts)


def _rows(table: Any) -> Iterator[tuple[str, ...]]:
    """The rows of a table; a cell that spans columns stands in each of them, one merged downwards in its first row."""
    for row in _children(table):
        if row.tag != W + "tr":
            continue
        cells: list[str] = []
        for cell in _children(row):
            if cell.tag == W + "tc":
                span = cell.find(f"{W}tcPr/{W}gridSpan")
                words = tidy("\n".join(_text(paragraph) for paragraph in cell.iter(W + "p")))
                cells += [words] * (int(span.get(W + "val")) if span is not None else 1)
        if any(cells):
            yield tuple(cells)


def _style(document: Any, element: Any) -> str:
    from docx.text.paragraph import Paragraph as WordParagraph

    style = WordParagraph(element, document).style
    name = (style.name or "").casefold() if style is not None else ""
    level = element.find(f"{W}pPr/{W}outlineLvl")
    if name.startswith("heading") or (level is not None and level.get(W + "val") != "9"):
        return "heading"
    return "title" if name in {"title", "subtitle"} else ""


def _bold(element: Any) -> str:
    """The bold text with which the paragraph starts."""
    parts = []
    for run in _children(element):
        if run.tag != W + "r":
            continue
        on = run.find(f"{W}rPr/{W}b")
        if _text(run).strip() and (on is None or on.get(W + "val") in {"0", "false", "none"}):
            break
        parts.append(_text(run))
    return tidy("".join(parts))
