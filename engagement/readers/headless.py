"""Whether the first row of a table is somebody's answers, by what stands in it and below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engagement.readers.clean import fold
from engagement.readers.columns import Use, heading_use
from engagement.readers.shapes import MOST, SHAPES, mean_words, share
from engagement.readers.worded import ASKS

ALONE = tuple(SHAPES[kind] for kind in ("EMAIL", "PHONE"))  # no heading has the shape of one
# No heading looks like the cells below it in these.
LIKE_BELOW = (
    SHAPES["IP_ADDRESS"],
    re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}"),
    re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?"),
)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
QUESTION = re.compile(
    r"(?:what|why|how|which|where|when|who|does|did|are|have|has|would|could|should|can|may|please|tell|describe"
    r"|explain|any|to what extent|if you|q(?:uestion)? ?\d+)\b"
)
MORE_THAN_ONE = re.compile(r"[.!?]\s+\S")  # sentence
FIRST_PERSON = re.compile(r"\b(?:i|im|ive|we|my|our|me|us)\b")
SENTENCE, UNENDED, SHORT, HEADING = 5, 7, 5, 4  # words: at least, at least without a full stop, at most, at most


def holds_answers(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether `first` holds answers like those `below`, all rows being of the same width.

    One address, date or postcode is enough where no cell is a heading; figures, choices that come again and
    sentences must be two, or stand where nothing else could be a heading.
    """
    told = [row for row in below if list(row) != list(first)]
    columns = [(cell, [row[at] for row in told if row[at]]) for at, cell in enumerate(first) if cell]
    certain = sum(_is_certain(cell, cells) for cell, cells in columns)
    likely = [_is_likely(cell, cells) for cell, cells in columns]
    headings = sum(_is_heading(cell) for cell, _ in columns)
    if certain:
        return certain + sum(likely) > headings
    if headings or not any(likely):
        return False
    # A short cell that comes only once may well be a heading.
    doubtful = any(
        len(cell.split()) <= HEADING and not as_below for (cell, _), as_below in zip(columns, likely, strict=True)
    )
    return sum(likely) > 1 or not doubtful


def _is_certain(cell: str, cells: Sequence[str]) -> bool:
    if any(shape.fullmatch(cell) for shape in ALONE):
        return True
    return any(shape.fullmatch(cell) and share(cells, shape) >= MOST for shape in LIKE_BELOW)


def _is_likely(cell: str, cells: Sequence[str]) -> bool:
    if not cells or _is_certain(cell, cells):
        return False
    if NUMBER.fullmatch(cell):
        return share(cells, NUMBER) >= MOST
    words = fold(cell)
    if len(words.split()) <= SHORT:
        # An option's column is headed by the option, and nothing else stands below.
        said = {fold(one) for one in cells}
        return words in said and len(said) > 1
    # "I feel safe because" is the beginning of an answer that others are to end.
    spoken = bool(FIRST_PERSON.search(words)) and len(words.split()) >= UNENDED
    sentence = spoken or cell.endswith((".", "!"))
    return sentence and not _is_heading(cell) and mean_words(cells) >= SENTENCE


def _is_heading(cell: str) -> bool:
    words = fold(cell)
    if (cell.endswith(("?", ":", "...", "…")) and not MORE_THAN_ONE.search(cell)) or QUESTION.match(words):
        return True
    if len(words.split()) > HEADING:
        return False
    use = heading_use(cell)
    return bool(ASKS.search(words)) or (use is not None and use.use is not Use.CLOSED)
