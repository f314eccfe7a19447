"""Protected characteristics: which column asks for one, what an answer means, what an excerpt talks about.

The words are data: `data/value_sets.yaml` holds the categories (England and Wales 2021) and `data/mentions.yaml` the
ways in which people speak of them. Nothing here infers anything about a person: a tag is what they declared
(`Basis.DECLARED`), what their group was convened for (`Basis.GROUP`) or what an excerpt talks about
(`Basis.MENTIONED`, a filter on excerpts, never a fact about who said it).

A category is one of a value set's names, or one of its roll-ups where an answer says no more than that ("Asian"),
or an unlisted wording that must not be forced into either ("LGBTQ+", which does not say whether orientation or
gender is meant: a group convened for it gives that same category under both characteristics).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from engagement.model import Answer, Basis, Excerpt, Participant, Role, Stated, Tag

FUZZY = 0.88  # below this, difflib pairs different words ("Zambian" with "Gambian")

PART = re.compile(r"\s+-\s*|\s*-\s+|[\u2013\u2014:(/|>;,]|-")
LIST = re.compile(r"[,;/|\n&]|\band\b")
DECISIVE = re.compile(r"\b(?:no|not|non|never|un\w+|lot|little)\b|\d+")  # what a misspelling may not change
OLDEST = 120
ONES = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBERS = ["zero", *ONES[1:], *TEENS, *(f"{ten}[- ]?{one}" if one else ten for ten in TENS for one in ONES)]


@dataclass(frozen=True, slots=True)
class Category:
    """One answer of a value set. `ages` are the first and last year of an age band."""

    name: str
    roll_up: str
    ages: tuple[int, int] | None
    unlisted: bool


@dataclass(frozen=True, slots=True)
class ValueSet:
    """The categories of one characteristic, in order, and the headings that ask for it."""

    key: str
    label: str
    headings: tuple[re.Pattern[str], ...]
    categories: tuple[Category, ...]
    wordings: Mapping[str, str]  # normalised wording -> category

    @property
    def roll_ups(self) -> tuple[str, ...]:
        """The coarser categories, in the order of their first member."""
        return tuple(dict.fromkeys(category.roll_up for category in self.categories if not category.unlisted))


def _read(name: str) -> Any:
    return yaml.safe_load(files("engagement").joinpath("data", name).read_text(encoding="utf-8"))


def _value_set(written: Mapping[str, Any]) -> ValueSet:
    categories = tuple(
        Category(
            name=one["name"],
            roll_up=one.get("roll_up", one["name"]),
            ages=tuple(one["ages"]) if "ages" in one else None,
            unlisted=one.get("unlisted", False),
        )
        for one in written["categories"]
    )
    wordings = {_normal(roll_up): roll_up for roll_up in (category.roll_up for category in categories)}
    for roll_up, also in written.get("coarse", {}).items():
        wordings |= {_normal(wording): roll_up for wording in also}
    for one in written["categories"]:
        wordings |= {_normal(wording): one["name"] for wording in (one["name"], *one.get("also", ()))}
    headings = tuple(re.compile(heading) for heading in written["headings"])
    return ValueSet(written["key"], written["label"], headings, categories, wordings)


def _normal(text: str) -> str:
    """Lower case, no accents, words parted by one space; a plus sign stays after a number, where it means "or more"."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    plain = re.sub(r"(?<!\d)\+", " ", plain.casefold().replace("&", " and "))
    return " ".join(re.sub(r"[^\w+]|_", " ", plain).split())


_WRITTEN = _read("value_sets.yaml")
_AROUND = {name: re.compile(pattern) for name, pattern in _WRITTEN["around"].items()}
_BORN = re.compile(_WRITTEN["born"])
_AGE_FORMS = tuple(re.compile(form) for form in _WRITTEN["age_forms"])
_VALUE_SETS: Mapping[str, ValueSet] = {one["key"]: _value_set(one) for one in _WRITTEN["characteristics"]}
_SILENCES = {
    Stated(stated): tuple(re.compile(pattern) for pattern in patterns)
    for stated, patterns in _WRITTEN["silences"].items()
}

VALUE_SET_NAME: str = _WRITTEN["name"]
CHARACTERISTICS: tuple[str, ...] = tuple(_VALUE_SETS)


def label(characteristic: str) -> str:
    """What a reader calls the characteristic. Raises KeyError."""
    return _VALUE_SETS[characteristic].label


def categories(characteristic: str, *, rolled_up: bool = True) -> tuple[str, ...]:
    """The categories that the value set offers, in order. Raises KeyError."""
    value_set = _VALUE_SETS[characteristic]
    if rolled_up:
        return value_set.roll_ups
    return tuple(category.name for category in value_set.categories if not category.unlisted)


def roll_up(characteristic: str, category: str) -> str:
    """The coarser category that holds this one; a roll-up is its own. Raises KeyError for an unknown category."""
    value_set = _VALUE_SETS[characteristic]
    if category in value_set.roll_ups:
        return category
    return {one.name: one.roll_up for one in value_set.categories}[category]


@lru_cache(maxsize=4096)
def characteristic_of(heading: str) -> str | None:
    """The characteristic that a column headed like this asks for; None where it asks for something else.

    Only whole headings count: a question that merely speaks of race or age is an open question. A heading whose yes
    means the opposite of the national question's ("Are you trans?") and a date of birth, an identifier, give None.
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)
    asked = [_normal(spaced), _normal(re.sub(r"\(.*?\)|\[.*?\]", " ", spaced))]
    for text in list(asked):
        bare = _strip("heading tail", _strip("heading lead", text))
        asked += [bare, _strip("heading ask", bare)]
    for text in filter(None, asked):
        for value_set in _VALUE_SETS.values():
            if any(pattern.fullmatch(text) for pattern in value_set.headings):
                return value_set.key
    return None


def _strip(around: str, text: str) -> str:
    while (shorter := _AROUND[around].sub("", text).strip()) != text:
        text = shorter
    return text


def answer(characteristic: str, written: str, *, year: int | None = None) -> Answer:
    """What somebody's own words in a demographics column mean.

    `year` is the round's, by which a year of birth becomes an age. `confidence` is 1 for a wording that the value set
    holds and difflib's ratio for one spelt nearly so. Words that name no one category are `Stated.UNMAPPED`, never
    guessed at. Raises KeyError for an unknown characteristic.
    """
    value_set = _VALUE_SETS[characteristic]
    words = _normal(written)
    if not words:
        return Answer(characteristic, Stated.BLANK)
    category = _age(value_set, words, year) if value_set.key == "age" else None
    category = category or _whole(value_set, written) or _from_parts(value_set, written) or _common(value_set, written)
    if category:
        return Answer(characteristic, Stated.GIVEN, category)
    for stated, patterns in _SILENCES.items():
        if any(pattern.fullmatch(words) for pattern in patterns):
            return Answer(characteristic, stated)
    category, confidence = _nearly(value_set, words)
    return Answer(characteristic, Stated.GIVEN if category else Stated.UNMAPPED, category, confidence)


def _whole(value_set: ValueSet, written: str) -> str | None:
    words = _normal(written)
    shorter = _strip("answer lead", words)
    for wording in (words, shorter, _strip("answer tail", shorter)):
        if wording in value_set.wordings:
            return value_set.wordings[wording]
    return None


def _from_parts(value_set: ValueSet, written: str) -> str | None:
    """The finer of two parts that agree: "Asian or Asian British - Pakistani", "Pakistani (Asian)", "Yes: a lot"."""
    for parting in PART.finditer(written):
        head, tail = written[: parting.start()], written[parting.end() :]
        coarse, fine = _whole(value_set, head), _whole(value_set, tail)
        if characteristic_of(head) == value_set.key and (named := fine or _from_parts(value_set, tail)):
            return named
        if coarse and not fine and parting.group() == "(":
            return coarse
        if not (coarse and fine):
            continue
        if _AROUND["unspecific"].fullmatch(_normal(tail)) and coarse in value_set.roll_ups:
            within = [one.name for one in value_set.categories if one.roll_up == coarse and one.name.startswith("Any")]
            return within[0] if within else coarse
        if coarse == fine or roll_up(value_set.key, fine) == coarse:
            return fine
        if roll_up(value_set.key, coarse) == fine:
            return coarse
    return None


def _common(value_set: ValueSet, written: str) -> str | None:
    """What several answers given together have in common: the category, or the roll-up that holds them all."""
    found = {_whole(value_set, part) for part in LIST.split(written) if _normal(part)}
    named = {category for category in found if category}
    if not named or named != found:
        return None
    coarse = {roll_up(value_set.key, category) for category in named}
    return named.pop() if len(named) == 1 else coarse.pop() if len(coarse) == 1 else None


def _nearly(value_set: ValueSet, words: str) -> tuple[str | None, float]:
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


def _age(value_set: ValueSet, words: str, year: int | None) -> str | None:
    """The band that holds an age, a range of ages or a year of birth; a roll-up where that alone holds it."""
    span = _ages(words, year)
    if span is None:
        return None
    low, high = span
    for band in value_set.categories:
        if band.ages and band.ages[0] <= low and high <= band.ages[1]:
            return band.name
    for name in value_set.roll_ups:
        bands = [one.ages for one in value_set.categories if one.roll_up == name and one.ages]
        if bands[0][0] <= low and high <= bands[-1][1]:
            return name
    return None


def _ages(words: str, year: int | None) -> tuple[int, int] | None:
    """The youngest and the oldest that somebody who wrote this may be."""
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


def merged_people(old: Participant, new: Participant) -> Participant:
    """One person met in two sources: a given answer outranks a silence, and a refusal to be published any consent."""
    answers = {answer.characteristic: answer for answer in old.answers}
    for answer in new.answers:
        known = answers.get(answer.characteristic)
        if known is None or (known.stated is not Stated.GIVEN and answer.stated is Stated.GIVEN):
            answers[answer.characteristic] = answer
    consents = [each.may_publish for each in (old, new) if each.may_publish is not None]
    return replace(
        old,
        role=Role.PARTICIPANT if Role.PARTICIPANT in (old.role, new.role) else old.role,
        group=old.group or new.group,
        answers=tuple(answers[key] for key in sorted(answers)),
        may_publish=all(consents) if consents else None,
    )


def participant_tags(participant: Participant) -> tuple[Tag, ...]:
    """What a participant declared, and, marked `Basis.GROUP`, what the group they sat in was convened for.

    A group's name is read like an excerpt's words: "Disabled women" gives two tags. Nothing about the person follows
    from it, so a slice counts such a tag only when asked to. Silences give no tag; nor does anybody but a participant.
    """
    if participant.role is not Role.PARTICIPANT:
        return ()
    subject = participant.participant_id
    declared = tuple(
        Tag(subject, given.characteristic, given.category, Basis.DECLARED)
        for given in participant.answers
        if given.stated is Stated.GIVEN and given.category
    )
    convened = dict.fromkeys(
        Tag(subject, key, category, Basis.GROUP) for key, category, _, _ in _mentions(participant.group or "")
    )
    return (*declared, *convened)


def mentioned_tags(excerpt: Excerpt) -> tuple[Tag, ...]:
    """Every characteristic that the excerpt talks about, whoever has it, with the words that show it.

    `start` and `end` are code points of the excerpt's own text. In order of place; one tag per category and span.
    """
    return tuple(
        Tag(excerpt.excerpt_id, key, category, Basis.MENTIONED, start, end)
        for key, category, start, end in _mentions(excerpt.text)
    )


@cache
def _patterns() -> tuple[tuple[str, tuple[tuple[str, re.Pattern[str]], ...], re.Pattern[str]], ...]:
    """For each characteristic: a pattern for each category, and one for what only looks like it."""
    rules = []
    for key, written in _read("mentions.yaml").items():
        words = {**written["categories"]}
        for category in _VALUE_SETS[key].categories:
            if category.ages and "ages" in written:
                words[category.name] = _of_age(category.ages, **written["ages"])
        by_category = tuple((name, _any(patterns)) for name, patterns in words.items())
        rules.append((key, by_category, _any(written["not"] or ["(?!)"])))
    return tuple(rules)


def _any(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def _of_age(ages: tuple[int, int], before: str, after: str, old: str) -> list[str]:
    """Patterns for every number from the first age to the last, in figures and in words."""
    spelt = [str(age) for age in range(ages[0], min(ages[1], OLDEST) + 1)]
    spelt += [words for age, words in enumerate(NUMBERS) if ages[0] <= age <= ages[1] and age != 1]  # one: a pronoun
    numbers = "|".join(sorted(spelt, key=len, reverse=True))
    return [rf"{before}(?:{numbers}){after}", rf"(?<!-)(?:{numbers}){old}"]


def _mentions(text: str) -> list[tuple[str, str, int, int]]:
    found = set()
    for key, by_category, unless in _patterns():
        barred = [match.span() for match in unless.finditer(text)]
        for category, pattern in by_category:
            for match in pattern.finditer(text):
                start, end = match.span()
                if not any(start < last and first < end for first, last in barred):
                    found.add((key, category, start, end))
    return sorted(found, key=lambda one: (one[2], one[3], one[0], one[1]))
