"""What "most", "some" and "a few" mean of people, and which of them may be said of two cells.

The scale is our own, since no standard fixes one: readers of consultation reports take such words to mean quite
different shares, so each has limits here and the report prints them. The halfway band is wide on purpose: within it a
handful of other respondents would have turned "most" into "under half". Words are said only where the true numbers,
whatever they are, all fall into one band; below `LEAST_BASE` people one person moves the share too far for any word.
"""

from __future__ import annotations

from dataclasses import dataclass

from engagement.comparing.intervals import Estimate, Known, interval, span, together
from engagement.model import Cell, Count, DisclosureRule, Hidden

LEAST_BASE = 30  # people: one of them is then at most 3.3 % of the base
FEW = 30  # people: a small share of a large base may still be hundreds, which nobody would call a few


@dataclass(frozen=True, slots=True)
class Band:
    """Shares from `least`, a part of 1, up to the next band's, and what is said of them: "about half of"."""

    words: str
    least: float
    meaning: str


SCALE = (
    Band("nearly all", 0.9, "90% or more of the people who could have said it"),
    Band("most", 0.6, "60% or more, but less than 90%"),
    Band("about half of", 0.4, "40% or more, but less than 60%"),
    Band("some", 0.15, "15% or more, but less than 40%"),
    Band("a small minority of", 0.0, "less than 15%"),
)
A_FEW = "a few"
REASON = (
    "These words are our own scale. No standard fixes what “most” or “some” mean, and readers differ, so we say what "
    f"we mean by them. We use them only when at least {LEAST_BASE} people could have said something, and only when "
    "rounding and hidden numbers leave no doubt which word is right. If not, we give the number alone. The words tell "
    "you about the people who took part. They do not tell you about everyone who lives in the area."
)


def scale() -> tuple[tuple[str, str], ...]:
    """The table to print: each word with what it means, the largest share first."""
    bands = [(band.words.removesuffix(" of"), band.meaning) for band in SCALE]
    rows = [*bands, (A_FEW, f"less than 15%, and no more than {FEW} people")]
    return tuple((words.capitalize(), meaning) for words, meaning in rows)


def quantifier(said: Cell, base: Cell, rule: DisclosureRule) -> str | None:
    """The word to put before "people" ("most", "about half of"), None where none is certain or the base is small."""
    if isinstance(said, Hidden) or isinstance(base, Hidden):
        return None
    (low, high), (least, most) = span(said, rule), span(base, rule)
    if least < LEAST_BASE:
        return None
    bands = {_band(low / most), _band(min(1.0, high / least))}
    if len(bands) > 1:
        return None
    words = bands.pop().words
    return A_FEW if words == SCALE[-1].words and high <= FEW else words


def _band(share: float) -> Band:
    return next(band for band in SCALE if share >= band.least)


def share(said: Cell, base: Cell, rule: DisclosureRule) -> Estimate | None:
    """`said` as a part of `base` with its 95% interval, over all numbers that the two may stand for; None if hidden."""
    number, of = (together([cell], cell, [], rule) if isinstance(cell, Count) else None for cell in (said, base))
    return interval([(1, Known(number, of))]) if number and of and of.low else None
