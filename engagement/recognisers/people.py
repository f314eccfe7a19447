"""Who is in the round: the names learnt on a first pass, and every later mention of them found on a second."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import regex

from engagement.recognisers.analyser import Found
from engagement.recognisers.vocabulary import is_ordinary, name_words

TOKEN = regex.compile(r"[\p{L}\p{M}'’]+(?:-[\p{L}\p{M}'’]+)*")
POSSESSIVE = regex.compile(r"['’]s?$")
SENTENCE_START = regex.compile(r"(?:^|[.!?:…\"“‘(\n•-])\s*$")
SHORTEST = 3  # letters a name's part needs to be looked for by itself
SHORTEST_LOWER = 4


def name_parts(surface: str) -> tuple[str, ...]:
    """The telling words of a name: no titles, particles or possessive s."""
    words = name_words()
    tokens = (POSSESSIVE.sub("", token) for token in TOKEN.findall(surface))
    return tuple(token for token in tokens if token.casefold() not in words["titles"] | words["particles"] and token)


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
    _surfaces: dict[str, str] = field(default_factory=dict)
    _pattern: regex.Pattern[str] | None = None

    def learn(self, name: str, *, certain: bool = False) -> None:
        """A person's name, as full as it is known. Unless it is `certain`, ordinary and small words are not learnt."""
        parts = tuple(part for part in name_parts(name) if certain or self._may_be_name(part))
        if not parts or all(part.casefold() in self.kept for part in parts):
            return
        key = " ".join(parts).casefold()
        if key not in self._whole:
            self._whole[key] = parts
            for part in parts:
                if part.casefold() not in self.kept:
                    self._by_part[part.casefold()].add(key)
            self._pattern = None

    def learn_surface(self, kind: str, surface: str) -> None:
        """An exact text of a known kind: initials, an e-mail or a telephone number of a column."""
        if len(surface.strip()) >= SHORTEST - (kind == "PERSON"):
            self._surfaces[surface.strip()] = kind
            self._pattern = None

    def canonical(self, surface: str) -> str:
        """The fullest name that `surface` can only mean, in lower case; itself where several people would fit."""
        parts = [part.casefold() for part in name_parts(surface)]
        if not parts:
            return surface.casefold().strip()
        holders = [self._by_part.get(part, set()) for part in parts]
        fitting = set.intersection(*holders)
        whole = {key for key in fitting if len(self._whole[key]) > 1}
        return next(iter(whole)) if len(whole) == 1 else " ".join(parts)

    def find(self, text: str) -> list[Found]:
        """Every mention of somebody known: whole names, parts of names, initials, and words of identifier columns."""
        found = []
        for match in self._compiled().finditer(text):
            start, end, surface = match.start(), match.end(), match.group()
            if (kind := self._surfaces.get(surface)) is not None:
                found.append(Found(start, end, kind, 0.95, "known"))
            elif self._is_name(text, start, surface):
                found.append(Found(start, end, "PERSON", 0.9, "known"))
        return found

    def _is_name(self, text: str, start: int, surface: str) -> bool:
        if len(TOKEN.findall(surface)) > 1:
            return True
        word = surface.casefold()
        if surface[:1].isupper():
            doubtful = word in name_words()["ambiguous"] or is_ordinary(word, self.ordinary)
            return not (doubtful and SENTENCE_START.search(text[:start][-3:]))
        ordinary = word in name_words()["ambiguous"] or is_ordinary(word, self.ordinary)
        return len(word) >= SHORTEST_LOWER and not ordinary and word not in self.nouns

    def _may_be_name(self, part: str) -> bool:
        ambiguous = part.casefold() in name_words()["ambiguous"]
        ordinary = is_ordinary(part, self.ordinary) or part.casefold() in self.nouns
        return part[:1].isupper() and len(part) > 1 and (ambiguous or not ordinary)

    def _compiled(self) -> regex.Pattern[str]:
        if self._pattern is None:
            wholes = {r"[\s-]+".join(map(regex.escape, parts)) for parts in self._whole.values() if len(parts) > 1}
            parts = {regex.escape(part) for part in self._by_part if len(part) >= SHORTEST}
            names = "|".join(sorted(wholes, key=len, reverse=True) + sorted(parts, key=len, reverse=True))
            exact = "|".join(sorted(map(regex.escape, self._surfaces), key=len, reverse=True))
            body = "|".join(part for part in (exact, f"(?i:{names})" if names else "") if part) or "(?!)"
            self._pattern = regex.compile(rf"(?<![\w@])(?:{body})(?!\w)")
        return self._pattern
