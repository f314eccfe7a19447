"""What a reviewer ruled of words, in one place or for the whole project, and which decisions leave room for doubt.

A ruling holds a keyed digest of the words and never the words: without the project's key it says nothing and can't
be applied. It outranks every recogniser, protected words and the policy.
"""

from __future__ import annotations

import bisect
import hashlib
import itertools
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple, Self

import regex

from engagement.model import Doubt, Redaction
from engagement.policy import PLACEHOLDER
from engagement.recognisers.analyser import Found
from engagement.recognisers.people import POSSESSIVE, SENTENCE_START
from engagement.recognisers.resolve import WORD
from engagement.recognisers.vocabulary import is_ordinary, name_words

RULED = "ruling"  # as what found it
DIGEST = 32  # bytes
PURPOSE = b"ruling"  # sets these digests apart from those of the ledger, which has the same key
# What may stand between the words of one name, address or number.
BETWEEN = regex.compile(r"\.?\s{1,3}|[-–—.@_/+]")
FLOOR = 0.2  # findings below this are noise
LET_GO = 0.4  # of its score is left to a finding that counted, but was judged to be an ordinary word
LETTERS = regex.compile(r"[\p{L}\p{N}]")
LONGEST_HEADING = 12  # words; in one, most have a capital
HEADING = 0.6  # share of capitals that makes a line a heading
# April, May, June and August are names too.
CALENDAR = regex.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|july|\w+(?:tem|o|vem|cem)ber"
)

Ordinary = Callable[[str], bool]
Turn = tuple[str, int]  # its source_id and its position


class Spot(NamedTuple):
    """A span of a turn's raw words, in code points, end exclusive."""

    source_id: str
    turn: int
    start: int
    end: int


class Judgement(StrEnum):
    """What is to become of the words."""

    KEEP = "keep"
    REPLACE = "replace"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A reviewer's decision on words of this digest: at `spot`, or in the whole project where that is None.

    `kind` says as what they are replaced, or what was asked about; `words` is how many words they are.
    """

    digest: str
    words: int
    decision: Judgement
    kind: str
    coder: str
    spot: Spot | None = None

    def as_row(self) -> dict[str, Any]:
        """As the database keeps it; the columns of a spot are empty for the whole project."""
        spot = self.spot._asdict() if self.spot else dict.fromkeys(Spot._fields)
        columns = {"digest": self.digest, "words": self.words, "kind": self.kind, "coder": self.coder}
        return {**columns, "decision": self.decision.value, **spot}

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Self:
        """A row as `as_row` makes it; further columns don't matter."""
        spot = Spot(*(row[column] for column in Spot._fields)) if row["source_id"] else None
        return cls(row["digest"], row["words"], Judgement(row["decision"]), row["kind"], row["coder"], spot)


class _Ruled(NamedTuple):
    start: int
    end: int
    ruling: Ruling


class Rulings:
    """The rulings of a project, the oldest first, under its key. A later one takes the place of an earlier one."""

    def __init__(self, key: bytes, rulings: Iterable[Ruling] = ()) -> None:
        self._key = key
        self._project: dict[str, Ruling] = {}
        self._at: dict[Turn, dict[Spot, Ruling]] = {}
        for ruling in rulings:
            self.add(ruling)

    def add(self, ruling: Ruling) -> None:
        """Takes one more ruling into account."""
        if ruling.spot is None:
            self._project[ruling.digest] = ruling
        else:
            self._at.setdefault(ruling.spot[:2], {})[ruling.spot] = ruling

    @property
    def version(self) -> str:
        """Tells one set of rulings from another; empty for none. A source made with others is to be made again."""
        rows = sorted(repr(each.as_row()) for each in self)
        return hashlib.sha256("".join(rows).encode()).hexdigest()[:16] if rows else ""

    def stamped(self, made_with: str) -> str:
        """What a source was made with, and these rulings."""
        return "+".join(part for part in (made_with.partition("+")[0], self.version) if part)

    def __iter__(self) -> Iterator[Ruling]:
        """The rulings that hold."""
        yield from self._project.values()
        yield from itertools.chain.from_iterable(held.values() for held in self._at.values())

    def digest(self, surface: str) -> str:
        """The keyed digest (BLAKE2b, RFC 7693) of words, the same in any case, spacing and with a possessive s."""
        return self._digest(_folded(surface))

    def ruling(self, surface: str, decision: Judgement, kind: str, coder: str, spot: Spot | None = None) -> Ruling:
        """A ruling on `surface`."""
        return Ruling(self.digest(surface), len(WORD.findall(surface)), decision, kind, coder, spot)

    def decide(self, digest: str, spot: Spot | None = None) -> Ruling | None:
        """What was ruled of words of this digest: at this spot, else everywhere."""
        here = self._at.get(spot[:2], {}).get(spot) if spot else None
        return here if here and here.digest == digest else self._project.get(digest)

    def applied(self, text: str, found: Sequence[Found], ordinary: Ordinary, turn: Turn | None = None) -> list[Found]:
        """The spans to replace: `found` as ruled, and every further mention of words that are always replaced.

        `found` is what would be replaced without rulings: in order, none overlapping; so is what comes back. A ruling
        on a part of a longer name or address does not take it apart: the whole stays replaced. `ordinary` tells words
        of the language, which alone are replaced with a capital inside a sentence only.
        """
        ruled = self._ruled(text, found, ordinary, turn)
        if not ruled:
            return list(found)
        starts = [span.start for span in ruled]
        left = [item for item in found if not _within(item, ruled, starts)]
        added = [
            Found(start, end, ruling.kind, 1.0, RULED)
            for start, end, ruling in ruled
            if ruling.decision is Judgement.REPLACE
        ]
        return _merged([*left, *added])

    def _digest(self, folded: str) -> str:
        written = folded.encode("utf-8", "surrogatepass")
        return hashlib.blake2b(written, key=self._key[:64], digest_size=DIGEST, person=PURPOSE).hexdigest()

    def _ruled(self, text: str, found: Sequence[Found], ordinary: Ordinary, turn: Turn | None) -> list[_Ruled]:
        """The spans that rulings speak of, in order and apart: of two that overlap the one of its own spot, then the
        longer one.
        """
        here = [
            _Ruled(spot.start, spot.end, ruling)
            for spot, ruling in (self._at.get(turn, {}) if turn else {}).items()
            if self.digest(text[spot.start : spot.end]) == ruling.digest
        ]
        everywhere = []
        if self._project:
            exact = ((item.start, item.end, self.digest(text[item.start : item.end])) for item in found)
            everywhere = [_Ruled(start, end, held) for start, end, d in exact if (held := self._project.get(d))]
            everywhere += self._windows(text, ordinary)
        taken = bytearray(len(text))
        for start, end in (match.span() for match in PLACEHOLDER.finditer(text)):
            taken[start:end] = bytes([1]) * (end - start)
        chosen = []
        for span in (*here, *sorted(everywhere, key=lambda span: (span.start - span.end, span.start))):
            if 1 not in taken[span.start : span.end]:
                taken[span.start : span.end] = bytes([1]) * (span.end - span.start)
                chosen.append(span)
        return sorted(chosen)

    def _windows(self, text: str, ordinary: Ordinary) -> Iterable[_Ruled]:
        """Every run of as many words as some ruling has whose digest is ruled on."""
        lengths = sorted({ruling.words for ruling in self._project.values()} - {0})
        if not lengths:
            return
        words = [match.span() for match in WORD.finditer(text)]
        folds = [_fold_word(text[start:end]) for start, end in words]
        # How many words from each one on hang together as one name could.
        runs = [1] * len(words)
        for place in range(len(words) - 2, -1, -1):
            if BETWEEN.fullmatch(text, words[place][1], words[place + 1][0]):
                runs[place] = runs[place + 1] + 1
        for length in lengths:
            for place in range(len(words) - length + 1):
                if runs[place] < length:
                    continue
                ruling = self._project.get(self._digest(" ".join(folds[place : place + length])))
                if ruling is None:
                    continue
                start, end = words[place][0], words[place + length - 1][1]
                if possessive := POSSESSIVE.search(text[start:end].lower()):
                    end -= len(possessive.group())
                if ruling.decision is Judgement.KEEP or length > 1 or _stands_out(text, start, end, ordinary):
                    yield _Ruled(start, end, ruling)


def ordinary_in(words: frozenset[str]) -> Ordinary:
    """Whether a word is one of the language's; a name that is a word too is."""
    return lambda word: word.casefold() in name_words()["ambiguous"] or is_ordinary(word, words)


def doubts(
    turn: int,
    text: str,
    found: Sequence[Found],
    replaced: Sequence[Redaction],
    protected: Sequence[tuple[int, int]],
    ordinary: Ordinary,
    threshold: float,
) -> tuple[Doubt, ...]:
    """What stays in a text and may yet be an identifier: findings that nothing came of, and capitals inside a sentence.

    `found` is all that the recognisers said of it, less the kinds that the policy keeps; from `threshold` on they
    counted. `protected` are the spans of protected words.
    """
    settled = [*((item.start, item.end) for item in replaced), *protected]
    settled += [match.span() for match in PLACEHOLDER.finditer(text)]
    taken = bytearray(len(text))
    for start, end in settled:
        taken[start:end] = bytes([1]) * (end - start)
    candidates = [
        *(
            Doubt(turn, item.start, item.end, item.kind, round(score, 3), item.found_by)
            for item in found
            if len(LETTERS.findall(text, item.start, item.end)) > 1
            for score in [item.score * (LET_GO if item.score >= threshold else 1)]
        ),
        *(replace(doubt, turn=turn) for doubt in _capitals(text, ordinary)),
    ]
    doubtful = []
    for doubt in sorted(candidates, key=lambda each: (-each.score, each.start - each.end, each.start)):
        if doubt.score >= FLOOR and 1 not in taken[doubt.start : doubt.end]:
            taken[doubt.start : doubt.end] = bytes([1]) * (doubt.end - doubt.start)
            doubtful.append(doubt)
    return tuple(sorted(doubtful, key=lambda each: each.start))


def _capitals(text: str, ordinary: Ordinary) -> Iterable[Doubt]:
    """Words with a capital that neither a sentence's start nor a heading explains, as far as one word can tell."""
    small = {word for word in WORD.findall(text) if word.islower()}
    for line in regex.finditer(r"[^\n]+", text):
        words = [(match.start(), match.end(), match.group()) for match in WORD.finditer(text, line.start(), line.end())]
        if not words:
            continue
        capitals = sum(word[:1].isupper() for _, _, word in words)
        if 1 < len(words) <= LONGEST_HEADING and capitals >= HEADING * len(words):
            continue
        for start, end, word in words:
            if word.istitle() and len(word) > 2 and "'" not in word and "’" not in word:
                folded = word.casefold()
                explained = folded in small or CALENDAR.fullmatch(folded) or folded in name_words()["generic"]
                if not explained and not SENTENCE_START.search(text[max(0, start - 3) : start]):
                    score = 0.45 if folded in name_words()["ambiguous"] else 0.25 if ordinary(word) else 0.4
                    yield Doubt(0, start, end, "UNEXPLAINED", score, "capital")


def _folded(surface: str) -> str:
    words = [_fold_word(word) for word in WORD.findall(surface)]
    return " ".join(words) or surface.strip().casefold()


def _fold_word(word: str) -> str:
    return POSSESSIVE.sub("", unicodedata.normalize("NFKC", word).casefold().replace("’", "'"))


def _stands_out(text: str, start: int, end: int, ordinary: Ordinary) -> bool:
    """Whether one word may be a name here: what is ordinary too needs a capital that no sentence's start explains."""
    surface = text[start:end]
    if not ordinary(surface):
        return True
    return surface[:1].isupper() and not SENTENCE_START.search(text[max(0, start - 3) : start])


def _within(item: Found, ruled: Sequence[_Ruled], starts: Sequence[int]) -> bool:
    place = bisect.bisect_right(starts, item.start) - 1
    return place >= 0 and item.end <= ruled[place].end


def _merged(items: Iterable[Found]) -> list[Found]:
    """Overlapping spans joined; the longer one says the kind, and of two as long the ruling."""
    merged: list[Found] = []
    for item in sorted(items, key=lambda item: (item.start, -item.end, item.found_by != RULED)):
        last = merged[-1] if merged else None
        if last is None or item.start >= last.end:
            merged.append(item)
            continue
        lead = max(last, item, key=lambda each: (each.end - each.start, each.found_by == RULED))
        by = "+".join(sorted({*last.found_by.split("+"), *item.found_by.split("+")}))
        merged[-1] = Found(last.start, max(last.end, item.end), lead.kind, max(last.score, item.score), by)
    return merged
