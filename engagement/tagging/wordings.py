"""What an answer about oneself means: from the words of a demographics column to a category, or to none.

An answer is tried whole, then by its parts, then by what its parts have in common, then as a misspelling. Words that
name no one category stay unmapped; nothing is guessed at. How answers are worded in general is data:
`data/answer_forms.yaml`.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from itertools import pairwise

import yaml

from engagement.model import Answer, Stated

FUZZY = 0.88  # below this, difflib pairs different words ("Zambian" with "Gambian")
OLDEST = 120

PART = re.compile(r"\s+-\s*|\s*-\s+|[\u2013\u2014:(/|>;,]|-")
LIST = re.compile(r"[,;/|\n&]|\b(?:and|or)\b")
DECISIVE = re.compile(r"\b(?:no|not|non|never|un\w+|lot|little)\b|\d+")  # what a misspelling may not change
OTHER = re.compile(r"^Any\b|\bOther\b")
ONES = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SPELT = {
    f"{ten} {one}".strip(): 10 * (tens + 2) + ones for tens, ten in enumerate(TENS) for ones, one in enumerate(ONES)
}
IN_WORDS = re.compile(rf"\b(?:{'|'.join(sorted(SPELT, key=len, reverse=True))})\b")
SIGNS = {"<": " under ", ">": " over ", "≤": " up to ", "≥": " at least "}


class How(StrEnum):
    """By what an answer was mapped."""

    LISTED = "listed"  # the value set holds the wording
    NUMBER = "number"  # an age, a range of ages or a year of birth
    PART = "part"  # one part of it, which another bears out or only explains
    COMMON = "common"  # what several answers given together have in common
    NEARLY = "nearly"  # spelt nearly like a wording of the value set
    USER = "user"


@dataclass(frozen=True, slots=True)
class Category:
    """One answer of a value set. `ages` are the first and last year of an age band."""

    name: str
    roll_up: str
    ages: tuple[int, int] | None = None
    unlisted: bool = False


@dataclass(frozen=True, slots=True)
class ValueSet:
    """The categories of one characteristic, in order, the headings that ask for it, and the wordings of answers."""

    key: str
    label: str
    headings: tuple[re.Pattern[str], ...]
    categories: tuple[Category, ...]
    wordings: Mapping[str, str]  # normalised wording -> category
    forms: tuple[tuple[re.Pattern[str], str], ...] = ()  # of whole normalised answers

    @property
    def roll_ups(self) -> tuple[str, ...]:
        """The coarser categories, in the order of their first member."""
        return tuple(dict.fromkeys(category.roll_up for category in self.categories if not category.unlisted))

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that an answer may be mapped to: categories, then roll-ups."""
        return tuple(dict.fromkeys((*(category.name for category in self.categories), *self.roll_ups)))

    def roll_up(self, category: str) -> str:
        """The coarser category that holds this one; a roll-up is its own. Raises KeyError for an unknown category."""
        if category in self.roll_ups:
            return category
        return {one.name: one.roll_up for one in self.categories}[category]

    def asked_by(self, heading: str) -> bool:
        """Whether a heading, normalised and bare, asks for this characteristic."""
        return any(pattern.fullmatch(heading) for pattern in self.headings)


@dataclass(frozen=True, slots=True)
class Meaning:
    """An answer, and by what it was mapped; None where nothing was written, or nothing found."""

    answer: Answer
    how: How | None = None


def normal(text: str) -> str:
    """Lower case, no accents, words parted by one space; a plus sign stays after a number, where it means "or more"."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    plain = re.sub(r"(?<!\d)\+", " ", plain.casefold().replace("&", " and "))
    return " ".join(re.sub(r"[^\w+]|_", " ", plain).split())


_WRITTEN = yaml.safe_load(files("engagement").joinpath("data", "answer_forms.yaml").read_text(encoding="utf-8"))
_AROUND = {name: re.compile(pattern) for name, pattern in _WRITTEN["around"].items()}
_BORN = re.compile(_WRITTEN["born"])
_AGE_FORMS = tuple(re.compile(form) for form in _WRITTEN["age_forms"])
_UNLIKE = frozenset(_WRITTEN["unlike"])
_SILENCES = {
    Stated(stated): tuple(re.compile(pattern) for pattern in patterns)
    for stated, patterns in _WRITTEN["silences"].items()
}


def bared(heading: str) -> Iterator[str]:
    """What a heading asks, normalised: whole, without what stands in brackets, without what goes before and after."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    for text in (normal(spaced), normal(re.sub(r"\(.*?\)|\[.*?\]", " ", spaced))):
        *_, shorter = _stripped("heading lead", text)
        *_, bare = _stripped("heading tail", shorter)
        *_, asked = _stripped("heading ask", bare)
        yield from filter(None, (text, bare, asked))


def meaning(value_set: ValueSet, written: str, *, year: int | None = None) -> Meaning:
    """What `written` means; `year` is the round's, by which a year of birth becomes an age.

    `confidence` is 1 for words that the value set holds, whole or in parts, and difflib's ratio for a misspelling.
    """
    key, words = value_set.key, normal(written)
    if not words:
        return Meaning(Answer(key, Stated.UNMAPPED if "?" in written else Stated.BLANK))
    for how, category in (
        (How.LISTED, _named(value_set, words)),
        (How.NUMBER, _of_age(value_set, written, year)),
        (How.LISTED, _whole(value_set, written)),
        (How.PART, _from_parts(value_set, written)),
        (How.COMMON, _common(value_set, written)),
    ):
        if category:
            return Meaning(Answer(key, Stated.GIVEN, category), how)
    for stated, patterns in _SILENCES.items():
        if any(pattern.fullmatch(words) for pattern in patterns):
            return Meaning(Answer(key, stated), How.LISTED)
    category, confidence = _nearly(value_set, words)
    if category:
        return Meaning(Answer(key, Stated.GIVEN, category, confidence), How.NEARLY)
    return Meaning(Answer(key, Stated.UNMAPPED, None, 0.0))


def _named(value_set: ValueSet, words: str) -> str | None:
    return next((one.name for one in value_set.categories if normal(one.name) == words), None)


def _stripped(around: str, text: str) -> Iterator[str]:
    """`text`, then each shorter form that is left when what surrounds it is taken off."""
    yield text
    while (shorter := _AROUND[around].sub("", text).strip()) != text:
        text = shorter
        yield text


def _whole(value_set: ValueSet, written: str) -> str | None:
    for shorter in _stripped("answer lead", normal(written)):
        for wording in _stripped("answer tail", shorter):
            if wording in value_set.wordings:
                return value_set.wordings[wording]
            for form, category in value_set.forms:
                if form.fullmatch(wording):
                    return category
    return None


def _from_parts(value_set: ValueSet, written: str) -> str | None:
    """The finer of two parts that agree: "Asian or Asian British - Pakistani", "Pakistani (Asian)", "Yes: a lot"."""
    for parting in PART.finditer(written):
        head, tail = written[: parting.start()], written[parting.end() :]
        fine = _whole(value_set, tail)
        if any(map(value_set.asked_by, bared(head))) and (named := fine or _from_parts(value_set, tail)):
            return named
        coarse = _whole(value_set, head) or _common(value_set, head)
        if coarse and not fine and parting.group() == "(":
            return coarse
        if agreed := _agreed(value_set, coarse, fine, tail):
            return agreed
    words = normal(written).split()
    for at in range(1, len(words)):
        coarse, fine = (_whole(value_set, " ".join(part)) for part in (words[:at], words[at:]))
        if coarse in value_set.roll_ups and fine and coarse != fine and value_set.roll_up(fine) == coarse:
            return fine
    return None


def _agreed(value_set: ValueSet, coarse: str | None, fine: str | None, tail: str) -> str | None:
    """What two parts say where one is the other or holds it; "White - Other" is the other of its roll-up."""
    if not coarse:
        return None
    if coarse in value_set.roll_ups and _AROUND["unspecific"].fullmatch(normal(tail)):
        within = [one.name for one in value_set.categories if one.roll_up == coarse and OTHER.search(one.name)]
        return next((name for name in within if name.startswith("Any")), (*within, coarse)[0])
    if not fine:
        return None
    if coarse == fine or value_set.roll_up(fine) == coarse:
        return fine
    return coarse if value_set.roll_up(coarse) == fine else None


def _common(value_set: ValueSet, written: str) -> str | None:
    """What several answers given together have in common: the category, or the roll-up that holds them all."""
    found = {_whole(value_set, part) for part in LIST.split(written) if normal(part)}
    named = {category for category in found if category}
    if not named or named != found:
        return None
    coarse = {value_set.roll_up(category) for category in named}
    return named.pop() if len(named) == 1 else coarse.pop() if len(coarse) == 1 else None


def _nearly(value_set: ValueSet, words: str) -> tuple[str | None, float]:
    if not _UNLIKE.isdisjoint(words.split()):
        return None, 0.0
    denied = DECISIVE.findall(words)
    alike = [
        (difflib.SequenceMatcher(None, words, wording).ratio(), value_set.wordings[wording])
        for wording in difflib.get_close_matches(words, value_set.wordings, n=20, cutoff=FUZZY)
        if DECISIVE.findall(wording) == denied
    ]
    if len({category for _, category in alike}) != 1:
        return None, 0.0
    confidence, category = max(alike)
    return category, confidence


def _of_age(value_set: ValueSet, written: str, year: int | None) -> str | None:
    """The band that holds an age, a range of ages or a year of birth; a roll-up where that alone holds it."""
    bands = [band for band in value_set.categories if band.ages]
    span = ages(written, year) if bands else None
    if span is None:
        return None
    for band in bands:
        if _holds(band.ages, span):
            return band.name
    for name in value_set.roll_ups:
        within = [band.ages for band in bands if band.roll_up == name and band.ages]
        if within and _holds((within[0][0], within[-1][1]), span):
            return name
    return None


def _holds(band: tuple[int, int] | None, span: tuple[int, int]) -> bool:
    return band is not None and band[0] <= span[0] and span[1] <= band[1]


def ages(written: str, year: int | None = None) -> tuple[int, int] | None:
    """The youngest and the oldest that somebody who wrote this may be; None where it tells no age."""
    signed = "".join(SIGNS.get(char, char) for char in written)
    words = IN_WORDS.sub(lambda spelt: str(SPELT[spelt[0]]), normal(signed))
    if year is not None and (born := _BORN.fullmatch(words)):
        age = year - int(born["year"])  # or a year less, before their birthday
        return (max(age - 1, 0), age) if 0 <= age <= OLDEST else None
    bare = " ".join(_AROUND["age"].sub(" ", words).split())
    for form in _AGE_FORMS:
        if found := form.fullmatch(bare):
            given = {name: int(number) for name, number in found.groupdict().items()}
            low = given.get("low", given.get("exact", given.get("over", -1) + 1))
            high = given.get("high", given.get("exact", given.get("under", OLDEST + 1) - 1))
            return (low, high) if low <= high <= OLDEST else None
    return None


def gap_or_overlap(bands: list[tuple[str, tuple[int, int]]]) -> tuple[str, str, str] | None:
    """Of age bands in order, the first two that overlap or leave a gap, and which; None where they join."""
    for (one, (_, high)), (other, (low, _)) in pairwise(bands):
        if low != high + 1:
            return one, other, "overlap" if low <= high else "leave a gap"
    return None
