"""Web pages and e-mails saved as HTML: headings, paragraphs, lists and tables in the order in which they stand."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engagement.readers.clean import decode, has_words, tidy
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import Block, CannotRead, Reading
from engagement.readers.runs import Run, lines_of, paragraph_of, table_of, with_asides

START = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,500}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
NEVER_WORDS = frozenset(
    {"head", "script", "style", "template", "noscript", "iframe", "object", "svg", "audio", "video", "canvas"}
)
COMMENT = re.compile(r"<!--(?!\[if)(.*?)-->", re.DOTALL)
WORDLESS = frozenset({"script", "style", "svg"})  # code and pictures
UNSEEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BOLD = frozenset({"b", "strong", "th"})
BLOCKS = HEADINGS | {
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "table", "caption", "tr", "td", "th", "body", "section", "article",
    "header", "footer", "main", "nav", "aside", "address", "blockquote", "pre", "figure", "figcaption", "hr", "form",
    "fieldset", "legend", "details", "summary", "center",
}  # fmt: skip
IN_CELLS = ("br", "p", "div", "li")
BREAK = "\ue000"  # a break that the mark-up sets, unlike those of its source
MOST_COLUMNS = 50  # that one cell spans


@dataclass(slots=True, repr=False)
class _Page:
    blocks: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0
    bold: int = 0
    headings: int = 0  # how many headings, bold elements and the like are open
    kept: int = 0  # how many <pre> are


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """The page's turns, people and questions. Scripts, styles and hidden parts are no words. Raises CannotRead."""
    from lxml import etree
    from lxml import html as lxml_html

    # Nothing that the page names is fetched: no stylesheet, picture or entity.
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        text = _text(data)
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        raise CannotRead("the page has no words", "Check that the right file is here") from None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):  # the rest would be lost unsaid
        raise CannotRead("the page is nested too deeply", "Copy its words into a text or Word file")
    aside = _unsaid(root)
    aside["comment in the page's code"] = sum(has_words(comment) for comment in COMMENT.findall(text))
    return with_asides(recognise(_blocks(root), known), (), aside=aside)


def _unsaid(root: Any) -> Counter[str]:
    """The words of a page that nobody sees: its title, and parts that are hidden."""
    from lxml import etree

    found: Counter[str] = Counter()
    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element.tag in WORDLESS:
            walk.skip_subtree()
        elif element.tag == "title":
            found["page title"] += has_words("".join(element.itertext()))
        elif element.tag != "head" and _unseen(element):
            found["hidden part of the page"] += has_words("".join(element.itertext()))
            walk.skip_subtree()
    return found


def _text(data: bytes) -> str:
    declared = CHARSET.search(data[:2048])
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    try:
        # What calls itself Latin-1 or ASCII is Windows-1252 in practice; `decode` knows it, UTF-8 and its slips.
        if codecs.lookup(encoding).name not in {"utf-8", "iso8859-1", "ascii", "cp1252"}:
            return data.decode(encoding)
    except (LookupError, ValueError):
        pass
    return decode(data)


def _unseen(element: Any) -> bool:
    return (
        element.tag in NEVER_WORDS
        or element.get("hidden") is not None
        or UNSEEN_STYLE.search(element.get("style") or "") is not None
    )


def _blocks(root: Any) -> list[Block]:
    from lxml import etree

    page = _Page()
    taken: set[Any] = set()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "start":
            if _unseen(element):
                taken.add(element)
                walk.skip_subtree()
                continue
            if element.tag in BLOCKS:
                _close(page)
            if element.tag == "table" and (rows := _rows(element)):
                page.tables += 1
                page.blocks.append(table_of(page.tables, rows))
                taken.add(element)
                walk.skip_subtree()
                continue
            _count(page, element.tag, 1)
            _write(page, "\n" if element.tag == "br" else element.text, kept=element.tag == "br")
        else:
            if element.tag in BLOCKS:
                _close(page)
            if element not in taken:
                _count(page, element.tag, -1)
            _write(page, element.tail)
    _close(page)
    return page.blocks


def _count(page: _Page, tag: str, step: int) -> None:
    page.bold += step * (tag in BOLD)
    page.headings += step * (tag in HEADINGS)
    page.kept += step * (tag == "pre")


def _write(page: _Page, words: str | None, kept: bool = False) -> None:
    if words:
        page.runs.append((words if kept or page.kept else re.sub(r"\s+", " ", words), page.bold > 0))


def _close(page: _Page) -> None:
    """Ends the paragraph; a line after a break goes on with the one before, unless it has a speaker of its own."""
    runs, page.runs = page.runs, []
    joined = False
    for line in lines_of(runs):
        made = paragraph_of(f"paragraph {page.paragraphs + 1}", line, "heading" if page.headings else "", joined)
        joined = made is not None
        if made:
            page.paragraphs += 1
            page.blocks.append(made)


def _rows(table: Any) -> tuple[tuple[str, ...], ...]:
    """The rows of a table of two columns or more; nothing for a table that only lays a page out."""
    if table.find(".//table") is not None or table.find(".//h1") is not None or table.find(".//h2") is not None:
        return ()
    rows = tuple(tuple(_cells(row)) for row in table.iter("tr") if not _in_unseen(row))
    return rows if max(map(len, rows), default=0) > 1 else ()


def _in_unseen(row: Any) -> bool:
    return any(_unseen(part) for part in (row, *row.iterancestors("tbody", "thead", "tfoot")))


def _written(cell: Any) -> Iterator[str]:
    from lxml import etree

    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, part in walk:
        if event == "start" and _unseen(part):
            walk.skip_subtree()
        elif event == "start":
            yield part.text or ""
        elif part is not cell:
            yield (BREAK if part.tag in IN_CELLS else "") + (part.tail or "")


def _cells(row: Any) -> Iterator[str]:
    for cell in row.iterchildren("td", "th"):
        words = tidy(re.sub(r"\s+", " ", "".join(_written(cell))).replace(BREAK, "\n"))
        span = cell.get("colspan") or ""
        yield from [words] * min(max(int(span) if span.isdecimal() and len(span) < 4 else 1, 1), MOST_COLUMNS)
