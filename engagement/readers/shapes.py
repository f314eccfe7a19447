"""What cells look like, whatever their heading says: an e-mail address, a postcode, a date, a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engagement.readers.clean import is_non_answer

MOST = 0.6  # of the cells that hold anything

# Those of an identifier have its kind as their key.
SHAPES = {
    "EMAIL": re.compile(r"\S+@\S+\.\S+"),
    "POSTCODE": re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]?(?: ?\d[A-Za-z]{2})?"),
    "PHONE": re.compile(r"(?=(?:\D*\d){10,13}\D*$)\+?[\d\s()./-]+"),
    "IP_ADDRESS": re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[\da-fA-F]{0,4}(?::[\da-fA-F]{0,4}){3,7}"),
    "ADDRESS": re.compile(r"(?:flat \w+|\d+\w?)[, ]+\w.*", re.IGNORECASE | re.DOTALL),
    "NHS_NUMBER": re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}"),
}
TELLING_SHAPES = ("EMAIL", "POSTCODE", "PHONE", "IP_ADDRESS")  # alone enough, with no word in the heading
FIGURE = re.compile(r"[\d.,:/%£$+ -]+|\d{4}-\d\d-\d\d[ T].*")


def share(cells: Sequence[str], pattern: re.Pattern[str]) -> float:
    """The share of the cells with something in them that have this shape."""
    told = [cell.strip() for cell in cells if not is_non_answer(cell)]
    return sum(bool(pattern.fullmatch(cell)) for cell in told) / len(told) if told else 0.0


def mean_words(cells: Sequence[str]) -> float:
    """Words in a cell, on average; there must be a cell."""
    return sum(len(cell.split()) for cell in cells) / len(cells)
