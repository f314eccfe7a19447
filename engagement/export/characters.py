"""Characters that a file may hold, and the direction in which words are read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# What XML 1.0 forbids, and what HTML calls an error: controls, halves of pairs, places that are no characters.
FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
REPLACED = "\ufffd"
FROM_THE_RIGHT = "\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
PIECES = re.compile(f"[{FROM_THE_RIGHT}](?:[^A-Za-z\u00c0-\u058f]*[{FROM_THE_RIGHT}])?|[^{FROM_THE_RIGHT}]+")


def printable(text: str) -> str:
    """The text with every line's end as a newline, and a mark in place of each character that files forbid."""
    return FORBIDDEN.sub(REPLACED, LINE_ENDS.sub("\n", str(text)))


def from_the_right(text: str) -> bool:
    """Whether most of its letters are of a script that is written from right to left."""
    sides = [unicodedata.bidirectional(each) for each in text]
    return sum(side in {"R", "AL"} for side in sides) > sides.count("L")


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in stretches, with whether each is written from right to left."""
    for found in PIECES.finditer(text):
        yield found.group(), re.match(f"[{FROM_THE_RIGHT}]", found.group()) is not None
