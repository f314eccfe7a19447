"""The words that a slice of people uses more than the rest do, from anonymised text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import log, sqrt

from engagement.comparing.intervals import Z
from engagement.model import ALL, DisclosureRule, Excerpt, SliceRequest
from engagement.slices import Slicer

MARK = re.compile(r"\[[^\[\]\n]{1,100}\]")  # what the anonymiser put for a name: "[Person 3]", "[postcode]"
BREAK = re.compile(r"[^\w\s'\u2019-]|\n")  # no phrase goes across it
WORD = re.compile(r"(?<!\w)[^\W\d_]+(?:['\u2019-][^\W\d_]+)*(?!\w)")
POSSESSIVE = re.compile(r"'s?$")
PRIOR = 0.1  # how often everybody said a word is worth so much beside how often each side did


def distinctive(
    said: Mapping[str, Sequence[str]], rest: Mapping[str, Sequence[str]], rule: DisclosureRule, most: int = 15
) -> tuple[str, ...]:
    """Up to `most` words and pairs of words of the slice `said`, the most telling first; both are texts by person.

    A word is given only where as many people of the slice said it as the rule's threshold, and none where either side
    has fewer people. Words are ranked by how surely the slice uses them more: the z-score of the log-odds ratio, with
    what everybody says as prior (Monroe, Colaresi and Quinn 2008, Political Analysis 16, 372), and those that chance
    explains are left out. Each person, and each text that many sent, counts once for a word. No number is given.
    Raises ValueError where somebody is on both sides.
    """
    if not said.keys().isdisjoint(rest):
        raise ValueError("somebody is both in the slice and in the rest")
    if min(_people(said), _people(rest)) < max(rule.threshold, 1):
        return ()
    users, voices = _uses(said)
    _, elsewhere = _uses(rest)
    scores = {
        word: score for word, score in _scores(voices, elsewhere).items() if score > Z and users[word] >= rule.threshold
    }
    ranked = sorted(scores, key=lambda word: (-scores[word], word))
    chosen: list[str] = []
    taken: set[str] = set()
    for word in ranked:  # "safe", "spaces" and "safe spaces" are one finding
        if taken.isdisjoint(word.split()):
            chosen.append(word)
            taken.update(word.split())
    return tuple(chosen[:most])


def marking(
    numbers: Slicer, excerpts: Sequence[Excerpt], request: SliceRequest, categories: Sequence[str] = (), most: int = 15
) -> tuple[str, ...]:
    """The distinctive words of one row of a table, beside everybody who isn't in it; none where it is hidden.

    Where the request names one theme, of what both said on that; of everybody who said it, beside what others said on
    anything. Raises BadInput as `Slicer.excerpts_of` does.
    """
    theme = request.themes[0] if len(request.themes) == 1 else None
    inside = set(numbers.excerpts_of(request, categories, theme))
    narrowed = set(categories) - {ALL} or request.where  # else the theme's own words would mark every group
    outside = set(numbers.excerpts_of(SliceRequest(), (), theme if narrowed else None)) if inside else set()
    said: dict[str, list[str]] = defaultdict(list)
    rest: dict[str, list[str]] = defaultdict(list)
    for excerpt in excerpts:
        if excerpt.participant_id and excerpt.excerpt_id in inside:
            said[excerpt.participant_id].append(excerpt.text)
    for excerpt in excerpts:
        if excerpt.participant_id and excerpt.participant_id not in said and excerpt.excerpt_id in outside:
            rest[excerpt.participant_id].append(excerpt.text)
    return distinctive(said, rest, numbers.rule, most)


def _people(texts: Mapping[str, Sequence[str]]) -> int:
    return sum(any(text.strip() for text in each) for each in texts.values())


def _uses(texts: Mapping[str, Sequence[str]]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """For each word how many people said it, and how many voices: people, or texts where these are fewer."""
    people: dict[str, set[str]] = defaultdict(set)
    wordings: dict[str, set[str]] = defaultdict(set)
    for person, each in texts.items():
        for text in each:
            wording = " ".join(MARK.sub(" ", text).casefold().split())
            for word in _words(text):
                people[word].add(person)
                wordings[word].add(wording)
    users = {word: len(by) for word, by in people.items()}
    return users, {word: min(number, len(wordings[word])) for word, number in users.items()}


def _scores(here: Mapping[str, int], there: Mapping[str, int]) -> dict[str, float]:
    """The z-score of each word's log-odds ratio between the two sides."""
    all_here, all_there = sum(here.values()), sum(there.values())
    all_prior = PRIOR * (all_here + all_there)
    scores = {}
    for word, number in here.items():
        prior = PRIOR * (number + there.get(word, 0))
        own, other = number + prior, there.get(word, 0) + prior
        odds = log(own / (all_here + all_prior - own)) - log(other / (all_there + all_prior - other))
        scores[word] = odds / sqrt(1 / own + 1 / other)
    return scores


def _words(text: str) -> Iterator[str]:
    """The words and pairs of neighbours of a text, in lower case; none that only holds a sentence together."""
    for part in BREAK.split(MARK.sub("\n", text)):
        before = None
        for found in WORD.finditer(part):
            word = POSSESSIVE.sub("", found.group().casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
            if len(word) < 2 or "'" in word or word in _stop_words():  # with an apostrophe: "don't", "they've"
                before = None
                continue
            yield word
            if before:
                yield f"{before} {word}"
            before = word


@cache
def _stop_words() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS)
