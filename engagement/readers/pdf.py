"""PDFs with text: notes, letters and reports, by page in reading order. A scan is told from an empty file."""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median, quantiles
from typing import Any

from engagement.readers.cast import BULLET, LABEL, is_label
from engagement.readers.clean import has_words, tidy
from engagement.readers.named import strangers
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import CannotRead, Paragraph, Reading
from engagement.readers.runs import with_asides

MOST_PAGES = 5_000
MOST_CHARACTERS = 10_000_000
WRONG_PASSWORD = 4  # pdfium's FPDF_ERR_PASSWORD
OCR = "Have its text recognised (OCR), or type it in"
NOT_READ = ((("TEXT", "FREETEXT"), "comment", "comments"), (("WIDGET",), "form field", "form fields"))

HYPHEN = "\x02"  # how pdfium marks a hyphen at the end of a line, whose next line it then runs on
BROKEN = re.compile(r"(?P<left>[^\W\d_]+)[-\x02]$")
LONGEST_HALF = 60  # letters of a word before its hyphen
HEADING_SIZE = 1.15  # of the size that most characters have
HEADING_WORDS = 40
EDGE = 2  # lines at the top and at the foot of a page that may be running heads
PITCH = 1.35  # of the usual distance between lines; a larger one parts paragraphs
SHORT_LINE = 40  # characters; such a line that ends a sentence may be a paragraph, whatever the margin
SAME_HEIGHT = 0.8  # of a line's height; two lines that lie closer stand beside each other
SENTENCE_ENDS = (".", "?", "!", ":", "”", '"')
PAGE_NUMBER = re.compile(
    r"\b(?:page|p\.?) ?\d+(?: ?(?:of|/) ?\d+)?\b|^\W*\d+(?: ?(?:of|/) ?\d+)?\W*$|\| ?\d+$|^\d+ ?\|", re.I
)

ONE_AT_A_TIME = threading.Lock()  # pdfium is not safe to call from two threads


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A line of a page, 1 the first; `left`, `right`, `bottom` and `size` (its height) in points."""

    page: int
    text: str
    left: float
    right: float
    bottom: float
    size: float
    bold: bool


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """The document's turns, people and questions, located as "page 3". Raises CannotRead.

    Lines that repeat at the edge of most pages are left out, with a note, and so is every page without text.
    """
    with ONE_AT_A_TIME:
        pages, notes, properties = _opened(data)
    lines, running = _without_running_heads(pages)
    spoken = {line.page for line in lines}
    silent = [number for number in pages if number not in spoken]
    if len(silent) == len(pages):
        count = "1 page" if len(pages) == 1 else f"{len(pages)} pages"
        raise CannotRead(f"a scan of {count} without text", OCR)
    if silent:
        several = len(silent) > 1
        named = f"pages {_listed(silent)} have" if several else f"page {silent[0]} has"
        notes.append(f"{named} no text: {'scans' if several else 'a scan'} or blank. {OCR}.")
    if running:
        were = "1 line was" if running == 1 else f"{running} lines were"
        notes.append(f"{were} left out: headers, footers and page numbers that stand on most pages.")
    reading = recognise(_paragraphs(lines), known)
    told = sum(has_words(properties.get(name, "")) for name in ("Title", "Subject", "Keywords"))
    aside = Counter({"header, footer or page number": running, "document property": told})
    people = strangers([tidy(properties.get("Author", ""))], reading.people)
    return replace(with_asides(reading, (), people, aside), notes=tuple(notes))


def _opened(data: bytes) -> tuple[dict[int, list[Line]], list[str], dict[str, str]]:
    """The lines of each page, notes of what could not be read, and the document's properties by their names."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == WRONG_PASSWORD:
            raise CannotRead("the PDF is protected by a password", "Save a copy of it without the password") from None
        raise CannotRead("the PDF is damaged or breaks off", "Save or download it once more") from None
    try:
        return *_pages(document), document.get_metadata_dict(skip_empty=True)
    finally:
        document.close()


def _pages(document: Any) -> tuple[dict[int, list[Line]], list[str]]:
    import pypdfium2

    if len(document) > MOST_PAGES:
        raise CannotRead(f"the PDF has {len(document):,} pages", f"Save it in parts of up to {MOST_PAGES:,} pages")
    pages: dict[int, list[Line]] = {}
    marks: Counter[str] = Counter()
    damaged, characters = [], 0
    for number in range(1, len(document) + 1):
        try:
            page = document[number - 1]
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            damaged.append(number)
            continue
        characters += text.count_chars()
        if characters > MOST_CHARACTERS:
            raise CannotRead("the PDF holds more text than ten million characters", "Save it in parts")
        pages[number] = _in_reading_order(list(_lines(text, number)))
        marks.update(_marks(page))
        text.close()
        page.close()
    if not pages:
        raise CannotRead("the PDF is damaged: none of its pages can be opened", "Save or download it once more")
    notes = [_not_read(marks[one], one, several) for _, one, several in NOT_READ if marks[one]]
    if attached := document.count_attachments():
        notes.append(_not_read(attached, "attached file", "attached files"))
    if damaged:
        named = f"page {damaged[0]} is" if len(damaged) == 1 else f"pages {_listed(damaged)} are"
        notes.append(f"{named} damaged and not read: save or download the PDF once more.")
    return pages, notes


def _marks(page: Any) -> Iterator[str]:
    """What stands on a page besides its text: comments, and fields that somebody may have filled in."""
    import pypdfium2.raw as pdfium

    kinds = {getattr(pdfium, f"FPDF_ANNOT_{kind}"): one for those, one, _ in NOT_READ for kind in those}
    for at in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, at)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind in kinds:
            yield kinds[kind]


def _not_read(held: int, one: str, several: str) -> str:
    return f"{f'1 {one} was' if held == 1 else f'{held} {several} were'} not read: put the words into the page."


def _listed(numbers: Sequence[int]) -> str:
    """Numbers as a person writes them: "2, 4 and 7"."""
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _lines(text: Any, page: int) -> Iterator[Line]:
    import pypdfium2.raw as pdfium

    codes = [pdfium.FPDFText_GetUnicode(text, at) for at in range(text.count_chars())]
    start = 0
    for at, code in enumerate(codes):
        # A hyphen that ends a line hides the break: only the height of what follows shows it.
        hidden = code == ord(HYPHEN) and at + 1 < len(codes) and _box(text, at + 1).top < _box(text, at).bottom + 1
        if hidden or code in {10, 13} or at + 1 == len(codes):
            yield from _line(text, page, codes, start, at + 1)
            start = at + 1


def _line(text: Any, page: int, codes: Sequence[int], start: int, end: int) -> Iterator[Line]:
    """The line of the characters from `start` up to `end`, if it has any that are seen."""
    seen = [at for at in range(start, end) if codes[at] > ord(" ") or codes[at] == ord(HYPHEN)]
    if not seen:
        return
    pairs = "".join(map(chr, codes[start:end])).encode("utf-16", "surrogatepass")
    words = pairs.decode("utf-16", "replace")
    broken = words.endswith(HYPHEN)
    words = tidy(words.replace(HYPHEN, "-"))
    first, last = _box(text, seen[0]), _box(text, seen[-1])
    sides = (first.left, last.right, first.bottom, first.top - first.bottom)
    left, right, bottom, size = (side if math.isfinite(side) else 0.0 for side in sides)  # damage gives any number
    bold = _is_bold(text, seen[0]) and _is_bold(text, seen[-1])
    if words:
        whole = words[:-1] + HYPHEN if broken and words.endswith("-") else words
        yield Line(page, whole, left, right, bottom, size, bold)


def _box(text: Any, at: int) -> Any:
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, at, box)
    return box


def _is_bold(text: Any, at: int) -> bool:
    import pypdfium2.raw as pdfium

    name = ctypes.create_string_buffer(200)
    pdfium.FPDFText_GetFontInfo(text, at, name, len(name), None)
    return b"bold" in name.value.lower()


def _in_reading_order(lines: list[Line]) -> list[Line]:
    """The lines from top to bottom; as the file has them where some stand side by side, as in columns."""
    return lines if _has_columns(lines) else sorted(lines, key=lambda line: -line.bottom)


def _has_columns(lines: Sequence[Line]) -> bool:
    return any(
        above.bottom - below.bottom < below.size * SAME_HEIGHT
        and (above.right < below.left or below.right < above.left)
        for above, below in pairwise(sorted(lines, key=lambda line: -line.bottom))
    )


def _without_running_heads(pages: dict[int, list[Line]]) -> tuple[list[Line], int]:
    """The lines of all pages but those that stand at the same edge and height of most, and how many these were."""
    edges = {number: _edge(lines) for number, lines in pages.items() if lines}
    seen = Counter(key for number in edges for key in {_head(line) for line in edges[number]})
    repeated = {key for key, times in seen.items() if times >= 2 and times * 2 > len(edges)}
    left_out = {id(line) for lines in edges.values() for line in lines if _head(line) in repeated}
    kept = [line for lines in pages.values() for line in lines if id(line) not in left_out]
    return kept, len(left_out)


def _edge(lines: Sequence[Line]) -> list[Line]:
    downwards = sorted(lines, key=lambda line: -line.bottom)
    return downwards[:EDGE] + downwards[EDGE:][-EDGE:]


def _head(line: Line) -> tuple[str, int]:
    return PAGE_NUMBER.sub("#", line.text.casefold()), round(line.bottom / 4)


def _paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    """Lines joined to paragraphs, their broken words mended; a line that may open a turn stays one of its own."""
    styles = _styles(lines)
    text = " ".join(line.text for line in lines).casefold()
    joined = _joined(lines)
    made: list[Paragraph] = []
    for at, line in enumerate(lines):
        goes_on = at > 0 and joined[at] and styles[at] == styles[at - 1] and not BULLET.match(line.text)
        match = LABEL.fullmatch(line.text)
        if goes_on and not (match and is_label(match["label"])):
            made[-1] = replace(made[-1], text=_mended(made[-1].text, line.text, text))
        else:
            made.append(Paragraph(f"page {line.page}", line.text, styles[at], joined=goes_on))
    return [replace(paragraph, text=paragraph.text.replace(HYPHEN, "-")) for paragraph in made]


def _mended(above: str, below: str, text: str) -> str:
    """Two lines as one; a word broken between them is whole again, unless the text writes it with a hyphen."""
    broken = BROKEN.search(above)
    if broken is None or not below[:1].isalpha():
        return f"{above} {below}"
    compound = f"{broken['left']}-{below.split(maxsplit=1)[0].rstrip('.,;:!?')}".casefold()
    hyphen = "-" if compound in text or below[0].isupper() else ""
    return above[:-1] + hyphen + below


def _styles(lines: Sequence[Line]) -> list[str]:
    """ "title", "heading", "bold" or nothing for each line, by the size and weight of its letters."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    usual = sizes.most_common(1)[0][0]
    largest = max(line.size for line in lines)
    styles: list[str] = []
    for line in lines:
        large = line.size >= usual * HEADING_SIZE and len(line.text.split()) <= HEADING_WORDS
        on_top = all(style == "title" for style in styles) and line.size == largest
        styles.append(("title" if on_top else "heading") if large else "bold" if line.bold else "")
    return styles


def _joined(lines: Sequence[Line]) -> list[bool]:
    """For each line, whether it goes on with the paragraph of the one before."""
    near = _near(lines)
    margins = _margins(lines, near)
    joined = [False]
    for at, (above, below) in enumerate(pairwise(lines)):
        word = (below.right - below.left) * len(below.text.split(maxsplit=1)[0]) / len(below.text)
        # Who leaves room for the next word ends the paragraph there.
        broken = BROKEN.search(above.text[-LONGEST_HALF:]) is not None
        full = broken or above.right + word + above.size / 4 > margins[at] - 2
        ended, small = above.text.endswith(SENTENCE_ENDS), below.text[0].islower()
        listed = ended and len(above.text) < SHORT_LINE and not small
        over = above.page != below.page or above.bottom <= below.bottom  # to the next page or column
        joined.append((near[at + 1] and full and not listed) or (over and small and not ended))
    return joined


def _near(lines: Sequence[Line]) -> list[bool]:
    """For each line, whether it stands right under the one before."""
    steps = [above.bottom - below.bottom for above, below in pairwise(lines)]
    downwards = [step for step in steps if step > 0] or [0.0]
    pitch = quantiles(downwards, n=4)[0] if len(downwards) > 1 else downwards[0]
    usual = median(line.size for line in lines) or 1.0
    return [False] + [
        above.page == below.page and 0 < step <= PITCH * pitch * max(1.0, above.size / usual)
        for (above, below), step in zip(pairwise(lines), steps, strict=True)
    ]


def _margins(lines: Sequence[Line], near: Sequence[bool]) -> list[float]:
    """How far to the right each line could reach: as far as any that starts where it does; in columns, of its block."""
    columned = {page for page, those in groupby(lines, key=lambda line: line.page) if _has_columns(list(those))}
    block, keys = 0, []
    for line, close in zip(lines, near, strict=True):
        block += not close
        keys.append((block, 0) if line.page in columned else (0, round(line.left / 4)))
    reach: dict[tuple[int, int], float] = {}
    for line, key in zip(lines, keys, strict=True):
        reach[key] = max(line.right, reach.get(key, line.right))
    return [reach[key] for key in keys]
