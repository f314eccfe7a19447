"""In which unit a program counts positions in a text: told by which of them makes its selections fall on whole words.

The standard's positions are code points of the plain text. NVivo counts UTF-16 units and a Windows line end as two,
ATLAS.ti counts that as one, and neither counts a byte order mark; some do.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """How positions are counted: in UTF-16 units, a Windows line end as two, a byte order mark too."""

    wide: bool = False
    pairs: bool = True
    mark: bool = False

    def __str__(self) -> str:
        parts = ("UTF-16 units" if self.wide else "code points", "two" if self.pairs else "one")
        return f"{parts[0]}, a Windows line end as {parts[1]}" + (", the byte order mark too" if self.mark else "")


# The likelier first: the first of those that fit equally well is taken.
UNITS = tuple(Unit(wide, pairs, mark) for mark in (False, True) for pairs in (True, False) for wide in (False, True))


@dataclass(frozen=True, slots=True, repr=False)
class Text:
    """The words of a file as they stand in it, but for the byte order mark that they may have begun with."""

    written: str
    marked: bool = False

    @property
    def plain(self) -> str:
        """The words with every line end as one character: what all that follows counts in."""
        return self.written.replace("\r\n", "\n").replace("\r", "\n")


def fitting(selected: Sequence[tuple[Text, Sequence[Span]]]) -> Unit:
    """The unit in which the selections of a project's texts fall on whole words best."""
    telling = [(text, spans) for text, spans in selected if _differs(text)]
    return max(UNITS, key=lambda unit: sum(_fit(text, unit, spans) for text, spans in telling))


def counted_in(text: Text, unit: Unit, spans: Iterable[Span]) -> list[Span | None]:
    """The spans in code points of `text.plain`; None for one that is empty or leads out of the text."""
    starts = _starts(text, unit) if _differs(text) else range(len(text.plain) + 1)
    return [_within(starts, span) for span in spans]


def _differs(text: Text) -> bool:
    return text.marked or "\r\n" in text.written or (not text.written.isascii() and max(text.written) > "\uffff")


def _starts(text: Text, unit: Unit) -> list[int]:
    """Where each character of the plain text begins, and where the last ends, in the unit."""
    starts, at, before = [], int(text.marked and unit.mark), ""
    for character in text.written:
        if before == "\r" and character == "\n":
            at += unit.pairs  # the two are one character, which has begun already
        else:
            starts.append(at)
            at += 2 if unit.wide and character > "\uffff" else 1
        before = character
    return [*starts, at]


def _within(starts: Sequence[int], span: Span) -> Span | None:
    start, end = span
    if not starts[0] <= start < end <= starts[-1]:
        return None
    return bisect_left(starts, start), bisect_left(starts, end)


def _fit(text: Text, unit: Unit, spans: Sequence[Span]) -> float:
    """How many of the selections' ends are at the edge of a word; one that leads out of the text is no help at all."""
    words, starts = text.plain, _starts(text, unit)
    ends = 0.0
    for placed in (_within(starts, span) for span in spans):
        if placed is None:
            ends -= 2
            continue
        start, end = placed
        ends += _edge(words[start - 1 : start], words[start : start + 1])
        ends += _edge(words[end : end + 1], words[end - 1 : end])
    return ends


def _edge(outside: str, inside: str) -> float:
    """1 where a word meets what is none, a half where neither is a word's, 0 in the midst of one."""
    if not outside.isalnum():
        return 1.0 if inside.strip() and (not outside.strip() or inside.isalnum()) else 0.5
    return 0.5 if inside and not inside.isalnum() and inside.strip() else 0.0
