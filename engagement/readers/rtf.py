"""Rich text: notes, transcripts and letters, paragraphs and tables in the order in which they stand."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from engagement.readers.clean import tidy
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import Block, CannotRead, Reading
from engagement.readers.runs import Run, lines_of, paragraph_of, table_of, with_asides

TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'[0-9a-f]{2}|\\[^a-z]|[{}]|[^\\{}]+", re.IGNORECASE | re.DOTALL)
CODEPAGE = re.compile(rb"\\ansicpg(\d{3,5})")
STYLE = re.compile(r"\{\\s(\d+)\b[^{}]*[\s;}]heading[^{};]*;\}", re.IGNORECASE)
COMMENT = re.compile(r"\{\\\*\s*\\annotation\b")
# Marks of our own that outlive striprtf, which gives words alone.
HEADING, PLAIN, ON, OFF, NOTE, REMARK, SHUT, CELL, ROW, IN_ROW, LINE = map(chr, range(0xE000, 0xE00B))
WORDS = {"cell": CELL, "nestcell": CELL, "row": ROW, "nestrow": ROW, "trowd": IN_ROW, "line": LINE, "pard": PLAIN} | {
    "outlinelevel": HEADING, "footnote": NOTE, "annotation": REMARK
}  # fmt: skip
ASIDES = {NOTE: "note", REMARK: "comment"}
ASIDE = re.compile(f"([{NOTE}{REMARK}])([^{NOTE}{REMARK}{SHUT}]*){SHUT}")
TABLE = re.compile(f"((?:[\\s{PLAIN}{ON}{OFF}]*{IN_ROW}[^{ROW}]*{ROW})+)")
MARKS = re.compile(f"[{HEADING}-{LINE}]")


@dataclass(slots=True)
class _Group:
    bold: bool = False
    aside: bool = False


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """The document's turns, people and questions; footnotes and comments follow as prose. Raises CannotRead."""
    from striprtf.striprtf import rtf_to_text

    page = CODEPAGE.search(data[:4096])
    text = data.decode(_encoding(page[1].decode() if page else ""), "replace")
    try:
        words = rtf_to_text("".join(_marked(COMMENT.sub(r"{\\annotation", text))), errors="replace")
    except (ValueError, LookupError, OverflowError, TypeError):
        raise _damaged("a character or an encoding in it is malformed") from None
    words = words.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")  # emoji come in halves
    held = [MARKS.sub(" ", aside) for _, aside in ASIDE.findall(words)]
    asides: list[tuple[str, str]] = []
    blocks = list(_blocks(ASIDE.sub(r"\1", words), held, asides))
    return with_asides(recognise(blocks, known), asides)


def _damaged(found: str) -> CannotRead:
    return CannotRead(f"the file is damaged: {found}", "Open it in the program that it came from and save it again")


def _encoding(page: str) -> str:
    try:
        return codecs.lookup(f"cp{page}").name
    except LookupError:
        return "cp1252"


def _marked(text: str) -> Iterator[str]:
    """The document with our marks where bold, headings, cells, rows, notes and comments start and end."""
    headings = set(STYLE.findall(text))
    groups = [_Group()]
    at = 0
    while len(groups) > 1 or at == 0:
        token = TOKEN.match(text, at)
        if token is None:
            raise _damaged("it breaks off before its end")
        at = token.end()
        word, number = token[1] or "", token[2] or ""
        here = groups[-1]
        if token[0] == "{":
            groups.append(_Group(here.bold))
            yield "{"
        elif token[0] == "}":
            groups.pop()
            yield (_mark(SHUT) if here.aside else "") + "}"
            if here.bold != groups[-1].bold and len(groups) > 1:
                yield _mark(OFF if here.bold else ON)
        elif word == "bin":
            at += min(max(int(number or 0), 0), len(text))  # a picture's bytes
        elif word in {"b", "plain"}:
            here.bold = word == "b" and number != "0"
            yield token[0] + _mark(ON if here.bold else OFF)
        elif word in WORDS:
            here.aside |= word in {"footnote", "annotation"}
            yield _mark(WORDS[word])
        elif word == "s" and number in headings:
            yield _mark(HEADING)
        elif word != "field":  # striprtf would put a link's address among the words
            yield token[0]


def _mark(char: str) -> str:
    return f"{{\\uc0\\u{ord(char) - 0x10000} }}"


def _blocks(words: str, held: list[str], asides: list[tuple[str, str]]) -> Iterator[Block]:
    """The blocks; each of the words `held` beside them goes to `asides` with its place."""
    heading = bold = False
    paragraphs = 0
    for at, piece in enumerate(TABLE.split(words)):
        if at % 2:
            rows = [row.partition(IN_ROW)[2] for row in piece.split(ROW)[:-1]]
            for number, row in enumerate(rows, start=1):
                _set_aside(row, f"table {at // 2 + 1} row {number}", held, asides)
            cells = (tuple(tidy(MARKS.sub("", cell)) for cell in row.split(CELL)[:-1]) for row in rows)
            yield table_of(at // 2 + 1, cells)
            continue
        for paragraph in piece.split("\n"):
            runs: list[Run] = []
            for part in re.split(f"([{HEADING}{PLAIN}{ON}{OFF}])", paragraph):
                heading = part == HEADING or (heading and part != PLAIN)
                bold = part == ON or (bold and part != OFF)
                runs.append((MARKS.sub("", part.replace(LINE, "\n")), bold))
            joined = False
            for line in lines_of(runs):
                made = paragraph_of(f"paragraph {paragraphs + 1}", line, "heading" if heading else "", joined)
                joined = made is not None
                if made:
                    paragraphs += 1
                    yield made
            _set_aside(paragraph, f"paragraph {paragraphs}", held, asides)


def _set_aside(words: str, place: str, held: list[str], asides: list[tuple[str, str]]) -> None:
    for char in words:
        if char in ASIDES and held:
            asides.append((f"{place} {ASIDES[char]}", held.pop(0)))
