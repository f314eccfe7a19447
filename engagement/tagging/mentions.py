"""What an excerpt talks about: every mention of a characteristic, with the words that show it and whom it is of.

The rules are data, in `data/mentions/`: one file a characteristic, `words.yaml` for lists and the notation, and
`about.yaml` for whom a mention is of. A mention is a filter on excerpts and never a fact about a person: nothing
follows from a name, a place of worship or a spouse. A word for a characteristic that names no category of it ("sex
discrimination law", "race equality") is no mention.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from engagement.model import About, Basis, Excerpt, Tag
from engagement.tagging.mention_rules import AGE, BY_NUMBER, EDGE, NAME, NUMBERS, OLDEST, ONES, TENS, Rules, Sense
from engagement.tagging.mention_rules import rules as compiled

PART = re.compile(r"[^-–/]+|/")  # a word between hyphens
NEAR = 3  # words; "I was the only Sikh" is of the speaker, "I can see why the Sikh lads left" is not


@dataclass(frozen=True, slots=True)
class Match:
    """A sense at the words from `first` up to `last`."""

    sense: Sense
    first: int
    last: int

    def within(self, other: Match) -> bool:
        """Whether `other` says more with the same words: "trans woman" than "trans"."""
        spans = (self.first, self.last), (other.first, other.last)
        return spans[0] != spans[1] and other.first <= self.first and self.last <= other.last


@dataclass(frozen=True, slots=True)
class Found:
    """A mention, its evidence in code points."""

    characteristic: str
    category: str
    start: int
    end: int
    about: About


def mentioned_tags(excerpt: Excerpt) -> tuple[Tag, ...]:
    """Every characteristic that the excerpt talks about, with the words that show it and whom they are about.

    `start` and `end` are code points of the excerpt's own text. In order of place; one tag per category and span.
    An umbrella word that a group's name carries under a second characteristic ("LGBT") is tagged under its first.
    """
    umbrellas = compiled().umbrellas
    return tuple(
        Tag(excerpt.excerpt_id, one.characteristic, one.category, Basis.MENTIONED, one.start, one.end, one.about)
        for one in _found(excerpt.text)
        if (one.characteristic, one.category) not in umbrellas
    )


def mentions_in(text: str) -> list[tuple[str, str, int, int]]:
    """Characteristic, category, start and end of every mention in `text`, umbrella words under both of theirs."""
    return [(one.characteristic, one.category, one.start, one.end) for one in _found(text)]


def _found(text: str) -> list[Found]:
    rules = compiled()
    words, places = _words(rules, text)
    matches = list(_matches(rules, words))
    barred: dict[str, set[int]] = {}
    for match in matches:
        if match.sense.aim == "not":
            barred.setdefault(match.sense.characteristic, set()).update(range(match.first, match.last))
    mentions = [
        match
        for match in matches
        if match.sense.aim == "mention"
        and barred.get(match.sense.characteristic, set()).isdisjoint(range(match.first, match.last))
    ]
    if not mentions:
        return []
    frames = _Frames(rules, words, mentions, matches)
    found = {
        Found(
            match.sense.characteristic, category, places[match.first][0], places[match.last - 1][1], frames.about(match)
        )
        for match in mentions
        if not any(
            match.within(other) for other in mentions if other.sense.characteristic == match.sense.characteristic
        )
        for category in _categories(match.sense, words[match.first : match.last])
    }
    by_place = sorted(found, key=lambda one: (one.start, one.end, one.characteristic, one.category, one.about))
    return list({(one.start, one.end, one.characteristic, one.category): one for one in by_place}.values())


def _words(rules: Rules, text: str) -> tuple[list[str], list[tuple[int, int]]]:
    """The words and signs of `text` between two edges, hyphens left out, and the code points at which each stands."""
    words, places = [EDGE], [(0, 0)]
    for token in rules.language.make_doc(str(text)):
        start, written = token.idx, token.text
        if written.isspace():
            written = EDGE
        if "-" in written or "–" in written or "/" in written:
            parts = [(part.start(), part[0]) for part in PART.finditer(written)]
        else:
            parts = [(0, written)]
        for offset, part in parts:
            words.append(part.replace("’", "'"))
            places.append((start + offset, start + offset + len(part)))
    return [*words, EDGE], [*places, (len(text), len(text))]


def _matches(rules: Rules, words: list[str]) -> Iterator[Match]:
    from spacy.tokens import Doc

    numbered = [_sign(word, before) for before, word in itertools.pairwise(["", *words])]
    no_name = rules.lists["no_name"]
    named = ["^" if NAME.fullmatch(word) and word.casefold() not in no_name else word for word in numbered]
    plain, with_signs = Doc(rules.language.vocab, words=words), Doc(rules.language.vocab, words=numbered)
    for matcher, doc in (
        (rules.any_case, plain),
        (rules.written, plain),
        (rules.numbered, with_signs),
        (rules.by_word, with_signs),
        (rules.named, Doc(rules.language.vocab, words=named)),
    ):
        for key, first, last in matcher(doc):
            sense, left, right = rules.senses[key]
            yield Match(sense, first + left, last - right)


def _sign(word: str, before: str) -> str:
    """ "#" for an age in figures or words, "##" for what follows its tens ("twenty six"), else the word itself."""
    lower = word.casefold()
    if lower in ONES and before.casefold() in TENS:
        return "##"
    if lower in NUMBERS:
        return "#"
    figures = AGE.fullmatch(lower)
    return f"#{figures[2] or ''}" if figures and 0 < int(figures[1]) <= OLDEST else word


def _categories(sense: Sense, evidence: list[str]) -> Iterable[str]:
    """The category, or for ages the band of each number: "16 to 30" is of two."""
    if sense.category != BY_NUMBER:
        return (sense.category,)
    return dict.fromkeys(band for age in _ages(evidence) if (band := _band(age)))


def _ages(evidence: list[str]) -> Iterator[int]:
    tens = 0
    for word in [*evidence, EDGE]:
        figures = AGE.fullmatch(word.casefold())
        number = int(figures[1]) if figures else NUMBERS.get(word.casefold(), 0)
        if tens and not 0 < number < 10:
            yield tens
        if number and (figures or number < 20):
            yield tens + number
        tens = number if number >= 20 and not figures else 0


@lru_cache(maxsize=OLDEST)
def _band(age: int) -> str | None:
    from engagement.characteristics import answer  # not above: that module reads groups' names with this one

    return answer("age", str(age)).category


class _Frames:
    """Whom the mentions of one text are of: what their own patterns say, the frame around them, the noun they describe.

    Mentions that stand together share a frame: "I'm a deaf Muslim woman" is three of the speaker's own.
    """

    def __init__(self, rules: Rules, words: list[str], mentions: list[Match], matches: list[Match]) -> None:
        self.rules, self.words = rules, [word.casefold() for word in words]
        self.taken = {place for match in mentions for place in range(match.first, match.last)}
        self.own = {match.first: match.sense.about for match in mentions if match.sense.about}
        self.before: dict[int, set[int]] = {}
        self.after: dict[int, set[int]] = {}
        for match in matches:
            if match.sense.aim == "before":
                self.before.setdefault(match.last, set()).add(match.sense.frame)
            elif match.sense.aim == "after":
                self.after.setdefault(match.first, set()).add(match.sense.frame)

    def about(self, mention: Match) -> About:
        """Whom one mention is of."""
        if mention.sense.about:
            return mention.sense.about
        first, last = self._together(mention)
        if own := self.own.get(first):
            return own
        lists, ahead = self.rules.lists, self.words[first - 1]
        if ahead in lists["my"] and self.words[last - 1] in lists["kin"]:
            return About.OTHER
        before, after = self.before.get(first, set()), self.after.get(last, set())
        for number, frame in enumerate(self.rules.frames):
            if (
                (not frame.before or number in before)
                and (not frame.after or number in after)
                and (not frame.of or mention.sense.characteristic in frame.of)
            ):
                return frame.about
        said = set(self.words[first:last])
        if (ahead in lists["few"] and said & lists["many"]) or said & lists["one"]:
            return About.OTHER
        reach = first if mention.sense.characteristic in lists["of_one"] else NEAR
        return About.GENERAL if said & lists["many"] else self._nearest(first, reach)

    def _nearest(self, first: int, reach: int) -> About:
        """Whom the sentence spoke of last, in the `reach` words before the word at `first`."""
        for word in reversed(self.words[max(first - reach, 0) : first]):
            if word in self.rules.lists["speaker"]:
                return About.SELF
            if word in self.rules.lists["third"] or word in self.rules.lists["kin"]:
                return About.OTHER
            if word in self.rules.lists["full_stop"]:
                break
        return About.GENERAL

    def _together(self, mention: Match) -> tuple[int, int]:
        """The first and last of the words that belong with the mention: its neighbours and the noun they describe."""
        lists, words = self.rules.lists, self.words
        describing = lists["adjective"] | lists["adverb"] | lists["article"]
        nouns = lists["one"] | lists["many"]
        joining = describing if words[mention.last - 1] in nouns else describing | lists["link"]
        first = mention.first
        while first - 1 in self.taken or words[first - 1] in joining:
            first -= 1
        while first < mention.first and words[first] in lists["link"]:
            first += 1
        last = end = mention.last
        while end in self.taken or words[end] in lists["adjective"]:
            end += 1
            last = end if end - 1 in self.taken else last
        return first, end + 1 if words[end] in nouns | lists["kin"] else last
