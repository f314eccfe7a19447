"""The patterns by which mentions are found, compiled once from `data/mentions/` into spaCy matchers.

`words.yaml` there tells the notation. A pattern that can be written in few ways becomes phrases, which cost nothing
however many they are; only one with an open place ("any word") is matched word by word. Three readings of a text are
matched: its words, its words with ages as "#", and those with names as "^" too.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from engagement.model import About

BY_NUMBER = "by number"  # a category of age: the band of each number in the evidence
EDGE = "¶"  # stands before the first word, after the last, and for a line's end
NAME = re.compile(r"[A-Z][\w']*[a-z]\w*")
AGE = re.compile(r"(\d{1,3})(s|\+|yo)?")
OLDEST = 120
WAYS = 2000  # a pattern that can be written in more ways is matched word by word

ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBERS = {word: number for number, word in enumerate((*ONES, *TEENS), start=1) if number > 1}
NUMBERS |= {word: 10 * number for number, word in enumerate(TENS, start=2)}

Slot = frozenset[str] | str  # one word of a pattern: the ways to write it, or one of $list # ## ^ * ~


@dataclass(frozen=True, slots=True)
class Sense:
    """What a match says. `aim`: "mention", "not" (it bars one), or "before" or "after" one, as half of a frame."""

    aim: str
    characteristic: str = ""
    category: str = ""
    about: About | None = None
    frame: int = -1


@dataclass(frozen=True, slots=True)
class Frame:
    """Words around a mention that tell whom it is of; `before`, `after`: whether any are asked for there.

    `of` are the characteristics for which it holds, all of them where it is empty.
    """

    about: About
    before: bool
    after: bool
    of: frozenset[str]


@dataclass(slots=True)
class Rules:
    """The compiled patterns. A match's key tells its sense, and how many words on either side are but context."""

    language: Any
    any_case: Any
    written: Any
    numbered: Any
    named: Any
    by_word: Any
    lists: Mapping[str, frozenset[str]]
    frames: list[Frame] = field(default_factory=list)
    umbrellas: set[tuple[str, str]] = field(default_factory=set)
    senses: dict[int, tuple[Sense, int, int]] = field(default_factory=dict)
    flags: dict[Slot, int] = field(default_factory=dict)

    def add(self, pattern: str, sense: Sense) -> None:
        """Every way to write `pattern`, to be found as `sense`. Raises KeyError for a list that isn't there."""
        whose, colon, rest = pattern.partition(": ")
        if colon and whose in tuple(About):
            pattern, sense = rest, Sense(sense.aim, sense.characteristic, sense.category, About(whose))
        for slots, left, right in self._written(pattern):
            key = f"{len(self.senses)} {pattern}"
            self.senses[self.language.vocab.strings.add(key)] = (sense, left, right)
            self._compile(key, slots)

    def _written(self, pattern: str) -> Iterator[tuple[tuple[Slot, ...], int, int]]:
        words = pattern.split()
        opens = next((place for place, word in enumerate(words) if word.startswith("(")), 0)
        closes = next((place for place, word in enumerate(words) if word.endswith(")")), len(words) - 1)
        for chosen in itertools.product(*(list(self._options(word.strip("()"))) for word in words)):
            left, right = sum(map(len, chosen[:opens])), sum(map(len, chosen[closes + 1 :]))
            yield tuple(itertools.chain.from_iterable(chosen)), left, right

    def _options(self, word: str) -> Iterator[tuple[Slot, ...]]:
        if word.endswith("?"):
            word = word[:-1]
            yield ()
        if word == "#":
            yield from (("#",), ("#", "##"))
        elif word in ("^", "*", "~"):
            yield (word,)
        else:
            parts = word.split("|")
            ways = {way for part in parts for way in (self.lists[part[1:]] if part.startswith("$") else (part,))}
            if single := frozenset(way for way in ways if "_" not in way):
                yield (word if word.startswith("$") and single == ways and len(parts) == 1 else single,)
            yield from (tuple(frozenset([one]) for one in way.split("_")) for way in sorted(ways) if "_" in way)

    def _compile(self, key: str, slots: tuple[Slot, ...]) -> None:
        from spacy.tokens import Doc

        sets = [self._ways(slot) for slot in slots]
        cased = any(word != word.casefold() for ways in sets for word in ways)
        signs = {way[0] for ways in sets for way in ways if way[0] in "^#"}
        if not all(sets) or math.prod(map(len, sets)) > WAYS or (cased and len(slots) > 1):
            self.by_word.add(key, [[self._word(slot) for slot in slots]])
            return
        view = self.written if cased else self.named if "^" in signs else self.numbered if signs else self.any_case
        view.add(
            key, [Doc(self.language.vocab, words=list(phrase)) for phrase in itertools.product(*map(sorted, sets))]
        )

    def _ways(self, slot: Slot) -> frozenset[str]:
        """The ways to write a word, capitals alone among them; none for a word that is told by a test."""
        if isinstance(slot, str):
            return self.lists[slot[1:]] if slot.startswith("$") else frozenset({slot} - {"*", "~"})
        return slot | {way.upper() for way in slot if way[:1].isupper() and len(way) > 3}

    def _word(self, slot: Slot) -> dict[int | str, Any]:
        """One word of a spaCy pattern. A test is a flag of the vocabulary, asked once a word and kept."""
        if slot == "*":
            return {}
        if isinstance(slot, str) and slot[0] != "#":
            if slot not in self.flags:
                self.flags[slot] = self.language.vocab.add_flag(self._test(slot))
            return {self.flags[slot]: True}
        ways = self._ways(slot)
        attribute = "TEXT" if any(way != way.casefold() for way in ways) else "LOWER"
        return {attribute: next(iter(ways))} if len(ways) == 1 else {attribute: {"IN": sorted(ways)}}

    def _test(self, slot: str) -> Callable[[str], bool]:
        if slot == "^":
            return lambda word: bool(NAME.fullmatch(word)) and word.casefold() not in self.lists["no_name"]
        if slot == "~":
            return lambda word: word[0].isalnum() or word in (",", "&", "'s")
        ways = self.lists[slot[1:]]
        return lambda word: word.casefold() in ways


@cache
def rules() -> Rules:
    """The compiled rules, the same object each time."""
    import spacy
    from spacy.matcher import Matcher, PhraseMatcher

    data = {
        path.name.removesuffix(".yaml"): yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in files("engagement").joinpath("data", "mentions").iterdir()
        if path.name.endswith(".yaml")
    }
    lists = {name: frozenset(line.split()) for name, line in data.pop("words").items()}
    frames = data.pop("about")
    language = spacy.blank("en")
    vocab = language.vocab
    any_case, written, numbered, named = (PhraseMatcher(vocab, attr=way) for way in ("LOWER", "ORTH", "LOWER", "LOWER"))
    made = Rules(language, any_case, written, numbered, named, Matcher(vocab, validate=False), lists)
    for characteristic, senses in data.items():
        for category, patterns in senses["categories"].items():
            for pattern in patterns.splitlines():
                made.add(pattern, Sense("mention", characteristic, category))
        for pattern in senses.get("not", "").splitlines():
            made.add(pattern, Sense("not", characteristic))
        made.umbrellas.update((characteristic, category) for category in senses.get("groups_only", ()))
    for about, of, pattern in (
        (About(one["about"]), frozenset(one.get("of", ())), pattern)
        for one in frames
        for pattern in one["frames"].splitlines()
    ):
        before, _, after = pattern.partition("@")
        for aim, half in (("before", before), ("after", after)):
            if half.strip():
                made.add(half, Sense(aim, frame=len(made.frames)))
        made.frames.append(Frame(about, bool(before.strip()), bool(after.strip()), of))
    return made
