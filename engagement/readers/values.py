"""What the answers of a demographics column were mapped to: each distinct one, how sure that is, and what was not.

It is written beside the raw files for a user to look through. An answer in somebody's own words, or an exact age, is
counted and never written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engagement.model import Answer, Stated
from engagement.readers.columns import Column, Use
from engagement.readers.options import ticked
from engagement.readers.tables import Told
from engagement.tagging.value_sets import ValueSets
from engagement.tagging.wordings import How, Meaning, ages, normal

LONGEST, MOST_WORDS = 80, 6  # characters and words above which an answer is somebody's own
OPTION = 3  # the same words from so many are an option of the form
MOST_UNMAPPED = 40  # distinct answers not recognised, above which a column was answered in people's own words
IDENTIFYING = re.compile(r"@|(?:\d\D{0,2}){5}")
PARTS = re.compile(r"[;\n]")
NUMBERS = "exact ages or years of birth"
OWN_WORDS = "in their own words, recognised"
OWN_WORDS_UNMAPPED = "in their own words, not recognised"
UNSAID = (Stated.PREFER_NOT_TO_SAY, Stated.BLANK, Stated.UNMAPPED)
CHECKS = {
    How.NEARLY: "check this: nearly a known wording",
    How.COMMON: "several answers: what they have in common",
}
CHECK_UNMAPPED = "check this: no category was found, and none is guessed"


@dataclass(frozen=True, slots=True, repr=False)
class Value:
    """A distinct answer as written, what it was mapped to and by what, and how many gave it."""

    written: str
    meaning: Meaning
    times: int

    @property
    def category(self) -> str:
        """The category; of an answer without one, the silence that it is."""
        return self.meaning.answer.category or self.meaning.answer.stated.value

    @property
    def check(self) -> str:
        """Why a person should look at it; empty where nothing is in doubt."""
        if self.meaning.answer.stated is Stated.UNMAPPED:
            return CHECK_UNMAPPED
        return CHECKS.get(self.meaning.how, "") if self.meaning.how else ""


@dataclass(frozen=True, slots=True, repr=False)
class Mapped:
    """The answers of one column: those that may be written, the doubtful first, and how many of each other kind."""

    values: tuple[Value, ...] = ()
    not_listed: Mapping[str, int] | None = None


def tally(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> dict[int, Counter[str]]:
    """How many gave each answer, for the place of each demographics column; of an option's column, what was ticked."""
    asked = [column for column in columns if column.use is Use.DEMOGRAPHIC]
    told: dict[int, Counter[str]] = {column.at: Counter() for column in asked}
    for row in rows:
        for column in asked:
            cell = row[column.at]
            if words := ticked(column.option, cell) if column.option else cell:
                told[column.at][words] += 1
    return told


def mapped(
    characteristic: str,
    answers: Mapping[str, int],
    value_sets: ValueSets,
    *,
    told: Mapping[str, str] | None = None,
    year: int | None = None,
) -> Mapped:
    """What the answers of one column, with how many gave each, were mapped to; `told` is what a user said of them."""
    found: dict[str, Value] = {}
    for written, times in answers.items():
        for part in _parts(written, told or {}):
            value = found.get(normal(part))
            meant = value.meaning if value else _meaning(characteristic, part, value_sets, told or {}, year)
            first = value.written if value else part.strip()
            found[normal(part)] = Value(first, meant, times + (value.times if value else 0))
    unmapped = sum(_is_unmapped(value) for value in found.values())
    known = frozenset(word for wording in value_sets.sets[characteristic].wordings for word in wording.split())
    listed, counted = [], Counter[str]()
    for value in found.values():
        if _is_number(value, year):
            counted[NUMBERS] += value.times
        elif _is_own_words(value, known) or (unmapped > MOST_UNMAPPED and _is_unmapped(value) and value.times < OPTION):
            counted[OWN_WORDS_UNMAPPED if _is_unmapped(value) else OWN_WORDS] += value.times
        else:
            listed.append(value)
    listed.sort(key=lambda value: (not value.check, value.category.casefold(), value.written))
    return Mapped(tuple(listed), dict(counted) or None)


def mapped_columns(table: Told, value_sets: ValueSets, year: int | None = None) -> dict[int, Mapped]:
    """What the answers of each demographics column of a table were mapped to, by its place."""
    return {
        column.at: mapped(column.key, table.answers[column.at], value_sets, told=column.values, year=year)
        for column in table.columns
        if column.at in table.answers
    }


def as_told(words: str, option: str, told: Mapping[str, str]) -> str:
    """An answer with what a user mapped of it put in the place of what was written; `told` is by normalised words."""
    said = ticked(option, words) if option else words
    parts = [told.get(normal(part), part.strip()) for part in _parts(said, told)]
    if not told or not any(normal(part) in told for part in _parts(said, told)):
        return words
    return "; ".join(part for part in parts if part and part != Stated.BLANK)


def _parts(written: str, told: Mapping[str, str]) -> list[str]:
    """An answer, or each of several that were ticked together."""
    if normal(written) in told or not PARTS.search(written):
        return [written]
    return [part for part in PARTS.split(written) if part.strip()]


def _meaning(
    characteristic: str, written: str, value_sets: ValueSets, told: Mapping[str, str], year: int | None
) -> Meaning:
    if (category := told.get(normal(written))) is None:
        return value_sets.meaning(characteristic, written, year=year)
    silence = next((stated for stated in UNSAID if stated == category), None)
    if silence:
        return Meaning(Answer(characteristic, silence), How.USER)
    return replace(value_sets.meaning(characteristic, category), how=How.USER)


def _is_unmapped(value: Value) -> bool:
    return value.meaning.answer.stated is Stated.UNMAPPED


def _is_number(value: Value, year: int | None) -> bool:
    """Whether it is one person's age or year of birth rather than a band, placed or not."""
    if value.meaning.how is How.NUMBER:
        span = ages(value.written, year)
        return span is not None and span[1] - span[0] <= 1
    of_age = _is_unmapped(value) and value.meaning.answer.characteristic == "age"
    return of_age and normal(value.written).replace(" ", "").isdecimal()


def _is_own_words(value: Value, known: frozenset[str]) -> bool:
    """Whether it is longer than an option, and not all of it in `known`, the words of the value set."""
    if IDENTIFYING.search(value.written) and value.meaning.how is not How.NUMBER:
        return True
    words = normal(value.written).split()
    long = len(value.written) > LONGEST or len(words) > MOST_WORDS
    return long and value.times < OPTION and (_is_unmapped(value) or not known.issuperset(words))
