"""Plain text -> turns, as our reader of texts takes it, with the place of every character of them in that text.

A reader drops labels, bullets and headings and tidies the rest, so that its turns are found again by their letters.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from engagement.model import Kind
from engagement.readers import txt
from engagement.readers.clean import has_words
from engagement.readers.reading import CannotRead, Reading, Said

LINE = re.compile(r"line (\d+)")
ANCHORS = (12, 6, 3, 1)  # letters by which a turn is found in its line
APART = 60  # letters that its next ones may stand from the last
LETTERS_MET = 4  # letters after a gap that must be found together
Places = Sequence[int]


@dataclass(frozen=True, slots=True, repr=False)
class Aligned:
    """A reading, and for each of its turns where its characters stand in the text; empty where it wasn't found."""

    reading: Reading
    places: tuple[Places, ...]
    found: tuple[int, ...]  # the turns that were

    @classmethod
    def of(cls, reading: Reading, places: Sequence[Places]) -> Self:
        """A reading with the places of its turns, which go on from each other."""
        return cls(reading, tuple(places), tuple(turn for turn, each in enumerate(places) if each))

    def over(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The turns that a span of the text lies on, each with the part of its words that is in it, in code points."""
        after = bisect_left(self.found, start, key=lambda turn: self.places[turn][-1])
        for turn in self.found[after:]:
            places = self.places[turn]
            if places[0] >= end:
                return
            if (first := bisect_left(places, start)) < (last := bisect_left(places, end)):
                yield turn, first, last


def talk(text: str, known: frozenset[str] = frozenset()) -> Aligned:
    """The text as our reader takes it; a paragraph a turn where it finds neither talk nor prose. Raises CannotRead."""
    try:
        reading = txt.read(text.encode("utf-8", "replace"), known)
    except CannotRead:
        return paragraphs(text)
    return Aligned.of(reading, _found(text, reading.turns))


def paragraphs(text: str) -> Aligned:
    """A turn a line that has words. Raises CannotRead for none."""
    lines = re.finditer(r"[^\n]+", text)
    return blocks([(match.start(), match.group()) for match in lines])


def blocks(parts: Sequence[tuple[int, str]]) -> Aligned:
    """A turn for each part that has words, given with its place. Raises CannotRead for none."""
    held = [(at, words) for at, words in parts if has_words(words)]
    if not held:
        raise CannotRead("there are no words in the text", "Take it out of the project, or put the words in")
    turns = tuple(Said(f"part {number}", Kind.PROSE, words) for number, (_, words) in enumerate(held, 1))
    return Aligned.of(Reading(turns), [range(at, at + len(words)) for at, words in held])


def _found(text: str, turns: Sequence[Said]) -> tuple[Places, ...]:
    """Where the characters of each turn stand: all but spaces are looked for, in the order of the turns."""
    squeezed = _Squeezed(text)
    return tuple(squeezed.places(turn) for turn in turns)


class _Squeezed:
    """A text without its spaces, read from the front."""

    def __init__(self, text: str) -> None:
        self._where = [at for at, letter in enumerate(text) if not letter.isspace()]
        self._letters = "".join(letter for letter in text if not letter.isspace())
        self._lines = [0, *(match.end() for match in re.finditer("\n", text)), len(text) + 1]
        self._read = 0

    def places(self, turn: Said) -> Places:
        words = "".join(turn.words.split())
        at = self._begin(words, *self._line(turn.location)) if words else -1
        if at < 0:
            return ()
        steps = list(self._steps(words, at))
        self._read = steps[-1] + 1
        return array("I", self._spread(turn.words, [self._where[step] for step in steps]))

    def _begin(self, words: str, first: int, last: int) -> int:
        """Where a turn begins: in its line if its letters are there, many of them or few, else further on."""
        first = max(first, self._read)
        whole = self._letters.rfind(words, first, last)  # the last: a label may hold the same letters
        some = (self._letters.find(words[:length], first, last) for length in ANCHORS)
        return next((at for at in (whole, *some) if at >= 0), self._letters.find(words[: ANCHORS[0]], first))

    def _line(self, location: str) -> tuple[int, int]:
        """From where to where a line goes, in squeezed letters."""
        told = LINE.fullmatch(location)
        number = min(int(told[1]), len(self._lines) - 1) if told else 0
        first, last = (self._lines[number - 1], self._lines[number]) if number else (0, 0)
        return bisect_left(self._where, first), bisect_left(self._where, last)

    def _steps(self, words: str, at: int) -> Iterator[int]:
        """The place of each letter; one that was written anew by the reader is where the one before it is."""
        for number, letter in enumerate(words):
            if self._letters[at : at + 1] != letter:
                met = self._letters.find(words[number : number + LETTERS_MET], at, at + APART)
                at = met if met >= 0 else at
            here = self._letters[at : at + 1] == letter
            yield min(at if here else at - 1, len(self._letters) - 1)
            at += here

    @staticmethod
    def _spread(words: str, letters: Sequence[int]) -> Iterator[int]:
        """The places of all characters: a space is right after the letter before it."""
        held, before = iter(letters), letters[0]
        for character in words:
            before = before + 1 if character.isspace() else next(held)
            yield before
