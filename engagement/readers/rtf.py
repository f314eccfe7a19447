"""Rich text: notes, transcripts and letters, paragraphs and tables in the order in which they stand."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from engagement.readers.clean import fold, has_words, tidy
from engagement.readers.named import strangers
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import Block, CannotRead, Reading
from engagement.readers.runs import PAGE_NUMBER, Run, lines_of, paragraph_of, table_of, with_asides

TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,10})?[ ]?|\\'[0-9a-f]{2}|\\[^a-z]|[{}]|[^\\{}]+", re.IGNORECASE | re.DOTALL)
CODEPAGE = re.compile(rb"\\ansicpg(\d{3,5})")
STYLE = re.compile(r"\{\\s(\d+)\b[^{}]*[\s;}]heading[^{};]*;\}", re.IGNORECASE)
COMMENT = re.compile(r"\{\\\*\s*\\annotation\b")
SHAPE = re.compile(r"\{\\(?:\*\\)?shp(?:inst|grp)?\b")  # around a text box, which striprtf would drop with it
INFO = re.compile(
    r"\{(?:\\\*)?\\(?P<field>author|operator|manager|company|title|subject|doccomm|keywords|category|atnauthor|atnid)"
    r"\b\s*(?P<words>[^{}]*)\}"
)
REVISERS = re.compile(r"\{\\\*\\revtbl\s*((?:\{[^{}]*\}\s*)*)\}")
NAMES = frozenset({"author", "operator", "manager", "atnauthor", "atnid"})
PICTURE = re.compile(r"\{\\(?:\*\\shppict\b|pict\b)")
# Marks of our own that outlive striprtf, which gives words alone.
HEADING, PLAIN, ON, OFF, NOTE, REMARK, BOX, HEADER, FOOTER, HIDDEN, CUT, SHUT, SEEN, CELL, ROW, IN_ROW, LINE = map(
    chr, range(0xE000, 0xE011)
)
WORDS = {
    "cell": CELL, "nestcell": CELL, "row": ROW, "nestrow": ROW, "trowd": IN_ROW, "line": LINE, "pard": PLAIN,
    "outlinelevel": HEADING, "footnote": NOTE, "annotation": REMARK, "shptxt": BOX,
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), HEADER),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), FOOTER),
}  # fmt: skip
ASIDES = {NOTE: "note", REMARK: "comment", BOX: "text box", HEADER: "header", FOOTER: "footer", HIDDEN: "hidden text"}
EDGES = frozenset({HEADER, FOOTER})
VEILS = {"v": HIDDEN, "deleted": CUT}
OPENERS = f"{NOTE}{REMARK}{BOX}{HEADER}{FOOTER}"
ASIDE = re.compile(f"([{OPENERS}])([^{OPENERS}{SHUT}]*){SHUT}")
UNSEEN = re.compile(f"([{HIDDEN}{CUT}])([^{SEEN}]*)(?:{SEEN}|\\Z)")
TABLE = re.compile(f"((?:[\\s{PLAIN}{ON}{OFF}]*{IN_ROW}[^{ROW}]*{ROW})+)")
MARKS = re.compile(f"[{HEADING}-{LINE}]")


@dataclass(slots=True)
class _Group:
    bold: bool = False
    veil: str = ""  # the mark of what is not seen: hidden, or cut by a tracked change
    aside: bool = False


@dataclass(slots=True, repr=False)
class _Held:
    """The words taken out of the text, by their marks, in the order in which they stand; then where each was."""

    words: dict[str, list[str]] = field(default_factory=lambda: {char: [] for char in ASIDES})
    placed: list[tuple[str, str]] = field(default_factory=list)
    met: dict[str, set[str]] = field(default_factory=lambda: {char: set() for char in EDGES})
    aside: Counter[str] = field(default_factory=Counter)
    cut: int = 0


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """The document's turns, people and questions; what stands beside the text follows as prose. Raises CannotRead.

    That is footnotes, comments, text boxes, hidden text, page headers and footers. Tracked deletions are not read.
    """
    page = CODEPAGE.search(data[:4096])
    text = data.decode(_encoding(page[1].decode() if page else ""), "replace")
    words = _words("".join(_marked(SHAPE.sub("{", COMMENT.sub(r"{\\annotation", text)))))
    held = _Held()
    blocks = list(_blocks(_taken_out(words, held), held))
    reading = recognise(blocks, known)
    written, companies = [], []
    for one in INFO.finditer(text):
        said = tidy(_words(f"{{\\rtf1 {one['words']}}}")) if one["words"].strip() else ""
        written += [said] if one["field"] in NAMES else []
        companies += [said] if one["field"] == "company" else []
        held.aside["document property"] += has_words(said) and one["field"] not in NAMES | {"company"}
    for listed in REVISERS.finditer(text):
        written += [tidy(_words(f"{{\\rtf1 {one}}}")).rstrip(";") for one in re.findall(r"\{([^{}]*)\}", listed[1])]
    made = with_asides(reading, held.placed, strangers(written, reading.people, companies), held.aside)
    return replace(made, notes=(*made.notes, *_left_out(len(PICTURE.findall(text)), held.cut)))


def _left_out(pictures: int, cut: int) -> Iterator[str]:
    if pictures:
        held = "1 picture was" if pictures == 1 else f"{pictures} pictures were"
        yield f"{held} not read: put the words into the page."
    if cut:
        yield f"{'1 tracked deletion was' if cut == 1 else f'{cut} tracked deletions were'} left out."


def _words(text: str) -> str:
    from striprtf.striprtf import rtf_to_text

    try:
        words = rtf_to_text(text, errors="replace")
    except (ValueError, LookupError, OverflowError, TypeError):
        raise _damaged("a character or an encoding in it is malformed") from None
    return str(words).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")  # emoji come in halves


def _taken_out(words: str, held: _Held) -> str:
    """The text with a mark where each thing beside it or unseen in it was, whose words go to `held`."""

    def unseen(match: re.Match[str]) -> str:
        if match[1] == CUT:
            held.cut += has_words(match[2])
            return ""
        held.words[HIDDEN].append(match[2])
        return HIDDEN + "\n" * match[2].count("\n")

    def beside(match: re.Match[str]) -> str:
        held.words[match[1]].append(match[2].replace(HIDDEN, ""))
        return match[1] + HIDDEN * match[2].count(HIDDEN)

    return ASIDE.sub(beside, UNSEEN.sub(unseen, words))


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
            groups.append(_Group(here.bold, here.veil))
            yield "{"
        elif token[0] == "}":
            groups.pop()
            if here.veil and here.veil != groups[-1].veil:
                yield _mark(SEEN)
            yield (_mark(SHUT) if here.aside else "") + "}"
            if here.bold != groups[-1].bold and len(groups) > 1:
                yield _mark(OFF if here.bold else ON)
        elif word == "bin":
            at += min(max(int(number or 0), 0), len(text))  # a picture's bytes
        elif word in {"b", "plain", *VEILS}:
            yield token[0] + "".join(_mark(char) for char in _switched(here, word, number != "0"))
        elif word in WORDS:
            here.aside |= WORDS[word] in OPENERS
            yield _mark(WORDS[word])
        elif word == "s" and number in headings:
            yield _mark(HEADING)
        elif word != "field":  # striprtf would put a link's address among the words
            yield token[0]


def _switched(group: _Group, word: str, on: bool) -> Iterator[str]:
    """The marks of a switch such as bold, which `plain` turns off with all others."""
    if word in VEILS or word == "plain":
        if group.veil:
            yield SEEN
        group.veil = VEILS[word] if word in VEILS and on else ""
        if group.veil:
            yield group.veil
    if word not in VEILS:
        group.bold = word == "b" and on
        yield ON if group.bold else OFF


def _mark(char: str) -> str:
    return f"{{\\uc0\\u{ord(char) - 0x10000} }}"


def _blocks(words: str, held: _Held) -> Iterator[Block]:
    """The blocks; each of the words `held` beside them gets its place."""
    heading = bold = False
    paragraphs = 0
    for at, piece in enumerate(TABLE.split(words)):
        if at % 2:
            rows = [row.partition(IN_ROW)[2] for row in piece.split(ROW)[:-1]]
            for number, row in enumerate(rows, start=1):
                _set_aside(row, f"table {at // 2 + 1} row {number}", held)
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
            _set_aside(paragraph, f"paragraph {paragraphs}", held)


def _set_aside(words: str, place: str, held: _Held) -> None:
    for char in words:
        if char not in ASIDES or not held.words[char]:
            continue
        said = tidy(MARKS.sub(" ", held.words[char].pop(0)))
        called = f"{place} {ASIDES[char]}"
        if (met := held.met.get(char)) is not None:
            if said in met or PAGE_NUMBER.fullmatch(said) or fold(said) in {"page", "page of"}:
                held.aside["header or footer that repeats" if said in met else "page number"] += 1
                continue
            met.add(said)
            called = f"{ASIDES[char]} {len(met)}"
        held.placed.append((called, said))
