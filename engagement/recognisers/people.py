"""Who is in the round: the names learnt on a first pass, and every later mention of them found on a second."""

from __future__ import annotations

import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

import regex
import yaml

from engagement.recognisers.analyser import Found
from engagement.recognisers.vocabulary import is_ordinary, name_words

HERE = Path(__file__).parent
TOKEN = regex.compile(r"[\p{L}\p{M}'’]+(?:-[\p{L}\p{M}'’]+)*")
POSSESSIVE = regex.compile(r"['’]s?$")
SENTENCE_START = regex.compile(r"(?:^|[.!?:…\"“‘(\n•-])\s*$")
# What a sentence begins with when its first word is nobody's name, whatever a model takes it for.
TWO_WORDS = regex.compile(r"\p{L}+ \p{L}+(?!\w)")
BETWEEN = regex.compile(r"[\s-]+|\s*\.\s*")  # the words of a name, or an initial and a name
INITIAL_BEFORE = regex.compile(r"(?<!\w)(\p{Lu})\.? ?$")
INITIAL_AFTER = regex.compile(r" (\p{Lu})(?!\w)\.?")
SHORTEST = 3  # letters a name's part needs to be looked for by itself
SHORTEST_LOWER = 4
ONE_SLIP, TWO_SLIPS = 5, 8  # letters from which a name may be misspelt by one letter, and by two
LONGEST = 24  # letters beyond which nothing is a misspelt name: the work grows with the square of a word's length
SURE, LIKELY = 0.9, 0.7


def name_parts(surface: str) -> tuple[str, ...]:
    """The telling words of a name: no titles, particles or possessive s."""
    words = name_words()
    tokens = (POSSESSIVE.sub("", token) for token in TOKEN.findall(surface))
    return tuple(token for token in tokens if token.casefold() not in words["titles"] | words["particles"] and token)


@lru_cache(maxsize=1 << 16)
def folded(word: str) -> str:
    """A word as names are compared: no case, accents, hyphens or apostrophes."""
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if letter.isalpha())


def begins_idiom(text: str, start: int) -> bool:
    """Whether a sentence begins at `start` with words such as "Mark my words", and goes on as nobody's doing."""
    idiom = TWO_WORDS.match(text, start)
    if not idiom or idiom.group().casefold() not in name_words()["openings"]:
        return False
    if not SENTENCE_START.search(text[max(0, start - 3) : start]):
        return False
    following = TOKEN.match(text, idiom.end() + 1)
    return not (following and following.group().casefold() in name_words()["what_people_do"])


@cache
def nicknames() -> dict[str, frozenset[str]]:
    """By name, folded, the other forms of it (`nicknames.yaml`)."""
    forms: dict[str, frozenset[str]] = defaultdict(frozenset)
    for row in yaml.safe_load((HERE / "nicknames.yaml").read_text(encoding="utf-8")):
        names = frozenset(folded(name) for name in row)
        for name in names:
            forms[name] |= names - {name}
    return forms


class Lesson(NamedTuple):
    """What was learnt of somebody: a name, or an exact text of a `kind`. A `certain` name may be an ordinary word."""

    words: str
    kind: str = ""
    certain: bool = False


@dataclass(slots=True)
class People:
    """Names and other words known to be somebody's, with how to find them again.

    `ordinary` words and `nouns` of the language may not be a lower-case name, nor be learnt from a guess; `kept` are
    protected words, which are looked for as part of a whole name only.
    """

    ordinary: frozenset[str]
    nouns: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    _whole: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _by_part: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _called: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _slips: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _surfaces: dict[str, str] = field(default_factory=dict)
    _exact: regex.Pattern[str] | None = None
    _says_nothing: dict[str, bool] = field(default_factory=dict)  # by token, as long as nobody else is learnt
    _near: dict[str, set[str]] = field(default_factory=dict)  # and so by word
    lessons: list[Lesson] = field(default_factory=list)  # all that was learnt, in order: `teach` makes others know it

    def teach(self, lessons: Iterable[Lesson]) -> None:
        """What others learnt."""
        for words, kind, certain in lessons:
            if kind:
                self.learn_surface(kind, words)
            else:
                self.learn(words, certain=certain)

    def learn(self, name: str, *, certain: bool = False) -> None:
        """A person's name, as full as it is known. Unless it is `certain`, ordinary and small words are not learnt."""
        parts = tuple(part for part in name_parts(name) if certain or self._may_be_name(part))
        if not parts or all(part.casefold() in self.kept for part in parts):
            return
        key = " ".join(map(folded, parts))
        if key in self._whole:
            return
        self.lessons.append(Lesson(name, certain=certain))
        self._whole[key] = tuple(map(folded, parts))
        self._says_nothing.clear()
        self._near.clear()
        for part in dict.fromkeys(itertools.chain(parts, *(_halves(part) for part in parts))):
            if part.casefold() not in self.kept and len(folded(part)) > 1:
                self._by_part[folded(part)].add(key)
                for slip in _without_letters(folded(part)):
                    self._slips[slip].add(folded(part))
        for short in nicknames().get(folded(parts[0]), ()):
            self._called[short].add(key)
        if len(parts) > 1 and certain:
            dotted = [part[0].upper() for part in parts]
            self._keep_surface("PERSON", ".".join(dotted) + ".")
            self._keep_surface("PERSON", ". ".join(dotted) + ".")

    def learn_surface(self, kind: str, surface: str) -> None:
        """An exact text of a known kind: initials, an e-mail or a telephone number of a column."""
        if len(surface.strip()) >= SHORTEST - (kind == "PERSON"):
            self.lessons.append(Lesson(surface, kind))
            self._keep_surface(kind, surface.strip())

    def _keep_surface(self, kind: str, surface: str) -> None:
        self._surfaces[surface] = kind
        self._exact = None

    def canonical(self, surface: str) -> str:
        """The fullest name that `surface` can only mean, folded; itself where several people would fit."""
        parts = [folded(part) for part in name_parts(surface)]
        if not parts:
            return surface.casefold().strip()
        if all(len(part) == 1 for part in parts):
            return self._of_initials(parts) or " ".join(parts)
        holders = [self._holders(part) for part in parts]
        fitting = set.intersection(*holders)
        whole = {key for key in fitting if len(self._whole[key]) > 1}
        return next(iter(whole)) if len(whole) == 1 else " ".join(parts)

    def find(self, text: str) -> list[Found]:
        """Every mention of somebody known: whole names, parts of names, nicknames, initials, slips of spelling, and
        words of identifier columns.
        """
        if not (self._whole or self._surfaces):
            return []
        found = [
            Found(match.start(), match.end(), self._surfaces[match.group()], 0.95, "known")
            for match in self._exactly().finditer(text)
        ]
        if all(map(self._is_nobody, set(TOKEN.findall(text)))):
            return found
        words = list(_words(text))
        place = 0
        while place < len(words):
            length, score = self._mention(text, words, place)
            if length:
                start, end = self._with_initial(text, words[place][0], words[place + length - 1][1])
                found.append(Found(start, end, "PERSON", score, "known" if score == SURE else "misspelt"))
            place += max(length, 1)
        return found

    def _is_nobody(self, token: str) -> bool:
        """Whether a word is no part of anybody's name nor like one, wherever it stands: most words are not."""
        nobody = self._says_nothing.get(token)
        if nobody is None:
            surface = POSSESSIVE.sub("", token)
            word = folded(surface)
            named = word in self._by_part or word in self._called
            nobody = self._says_nothing[token] = not (named or self._is_like(surface, word))
        return nobody

    def _is_like(self, surface: str, word: str) -> bool:
        """Whether a word that is nobody's may be a slip for one that is."""
        listed = surface.casefold() in self.nouns or surface.casefold() in self.kept
        # the dear question comes last
        return not listed and not is_ordinary(surface, self.ordinary) and bool(self._meant(word))

    def _mention(self, text: str, words: Sequence[tuple[int, int, str]], place: int) -> tuple[int, float]:
        """How many words from `place` on are somebody's name, none or more, and how sure that is."""
        start, end, word = words[place]
        if self._is_nobody(text[start:end]):
            return 0, SURE
        if holders := self._by_part.get(word, set()) | self._called.get(word, set()):
            for key in sorted(holders, key=lambda key: -len(self._whole[key])):
                parts = self._whole[key]
                if len(parts) > 1 and _stand_here(text, words, place, parts):
                    return len(parts), SURE
            known = len(word) >= SHORTEST or word in self._called
            return (1, SURE) if known and self._is_name(text, start, text[start:end]) else (0, SURE)
        return (1, LIKELY) if self._is_name(text, start, text[start:end]) else (0, LIKELY)

    def _is_name(self, text: str, start: int, surface: str) -> bool:
        word = surface.casefold()
        if surface[:1].isupper():
            doubtful = word in name_words()["ambiguous"] or is_ordinary(word, self.ordinary)
            if not (doubtful and SENTENCE_START.search(text[max(0, start - 3) : start])):
                return True
            following = TOKEN.match(text, start + len(surface) + 1)
            return bool(following and following.group().casefold() in name_words()["what_people_do"])
        ordinary = word in name_words()["ambiguous"] or is_ordinary(word, self.ordinary)
        return len(word) >= SHORTEST_LOWER and not ordinary and word not in self.nouns

    def _may_be_name(self, part: str) -> bool:
        ambiguous = part.casefold() in name_words()["ambiguous"]
        ordinary = is_ordinary(part, self.ordinary) or part.casefold() in self.nouns
        return part[:1].isupper() and len(part) > 1 and (ambiguous or not ordinary)

    def _holders(self, part: str) -> set[str]:
        if len(part) == 1:  # an initial
            return {key for key, parts in self._whole.items() if any(each[0] == part for each in parts)}
        exact = self._by_part.get(part, set()) | self._called.get(part, set())
        return exact or {key for meant in self._meant(part) for key in self._by_part[meant]}

    def _meant(self, word: str) -> set[str]:
        """The known names of which `word` may be a slip of the pen: one letter wrong, two in a long name."""
        if len(word) < ONE_SLIP:
            return set()
        if word not in self._near:
            near = set().union(*(self._slips.get(slip, set()) for slip in _without_letters(word)))
            self._near[word] = {
                name for name in near if name[0] == word[0] and _apart(name, word) <= 1 + (len(name) >= TWO_SLIPS)
            }
        return self._near[word]

    def _with_initial(self, text: str, start: int, end: int) -> tuple[int, int]:
        """A name with the initial beside it, if somebody of that name has it: "J. Mensah", "Joy M."."""
        keys = self._holders(folded(text[start:end]))
        initials = {part[0] for key in keys for part in self._whole[key] if part != folded(text[start:end])}
        before, after = INITIAL_BEFORE.search(text[max(0, start - 4) : start]), INITIAL_AFTER.match(text, end)
        if before and before.group(1).casefold() in initials:
            start -= len(before.group())
        if after and after.group(1) not in {"I", "A"} and after.group(1).casefold() in initials:
            end = after.end()
        return start, end

    def _of_initials(self, letters: Sequence[str]) -> str | None:
        fitting = [key for key, parts in self._whole.items() if [part[0] for part in parts] == list(letters)]
        return fitting[0] if len(fitting) == 1 else None

    def _exactly(self) -> regex.Pattern[str]:
        if self._exact is None:
            exact = "|".join(sorted(map(regex.escape, self._surfaces), key=len, reverse=True)) or "(?!)"
            self._exact = regex.compile(rf"(?<![\w@])(?:{exact})(?!\w)")
        return self._exact


def _words(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each word stands, without a possessive s, and the word folded."""
    for match in TOKEN.finditer(text):
        start = match.start()
        end = match.end() - len(found.group() if (found := POSSESSIVE.search(match.group())) else "")
        joined = start and (text[start - 1].isalnum() or text[start - 1] in "_@")
        if not joined and end > start and not text[match.end() : match.end() + 1].isalnum():
            yield start, end, folded(text[start:end])


def _stand_here(text: str, words: Sequence[tuple[int, int, str]], place: int, parts: Sequence[str]) -> bool:
    here = words[place : place + len(parts)]
    spaced = all(BETWEEN.fullmatch(text, one[1], two[0]) for one, two in itertools.pairwise(here))
    return spaced and tuple(word for _, _, word in here) == tuple(parts)


def _halves(part: str) -> list[str]:
    words = name_words()["titles"] | name_words()["particles"]
    halves = part.split("-") if "-" in part else []
    return [half for half in halves if len(half) > SHORTEST and half.casefold() not in words]


def _without_letters(word: str) -> Iterator[str]:
    """The word and what is left of it without one letter, or two of a long one: near words share some of these."""
    slips = (len(word) >= ONE_SLIP - 1) + (len(word) >= TWO_SLIPS - 2) if len(word) <= LONGEST else 0
    for missing in range(1 + slips):
        for gone in itertools.combinations(range(len(word)), missing):
            yield "".join(letter for place, letter in enumerate(word) if place not in gone)


def _apart(one: str, two: str) -> int:
    """How many letters are to be added, dropped, changed or swapped with their neighbour (Damerau 1964)."""
    earlier: list[int] = []
    before = list(range(len(two) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, other in enumerate(two, 1):
            steps = min(before[column] + 1, now[-1] + 1, before[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == two[column - 2] and other == one[row - 2]:
                steps = min(steps, earlier[column - 2] + 1)
            now.append(steps)
        earlier, before = before, now
    return before[-1]
