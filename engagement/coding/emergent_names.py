"""What a group of texts is called: noun phrases of its own, as a person would say them, that tell it from the others.

A phrase is weighed as BERTopic weighs words (c-TF-IDF: how many of the group's texts have it, against all groups) and
as KeyBERT does (how near its vector lies to the group's centre); a second one is taken for being unlike the first
(maximal marginal relevance, Carbonell and Goldstein 1998, SIGIR 335).
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.config import Settings
from engagement.embed import embed
from engagement.segment import MARK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

FEWEST_USERS = 2  # of a word: one that a single participant uses may tell who it is
NAMED_BY = 40  # texts of a group, those nearest its centre
SHARED = 0.08  # of the texts that a group is named by: what fewer have in common is no subject of theirs
PLURAL = 3  # times that a form other than the ground form counts: "bins" names a subject sooner than "bin"
CANDIDATES = 25  # phrases of a group whose vectors are looked at
LONGEST = 3  # words of a phrase
SECOND_BEST = 0.6  # how good a second phrase must be beside the first, to be named with it
UNLIKE = 0.3  # how much likeness to the first counts against the second
MOST_WORDS = 8
DESCRIBES, NAMES = frozenset({"ADJ", "NOUN", "PROPN"}), frozenset({"NOUN", "PROPN"})
LETTERS = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]+)*")
# What people say whatever they speak of, by its ground form; scikit-learn's list holds the grammar.
SPOKEN = (
    "actually afternoon ain alright anyway april area ask august away bit bloke chap come corner council couple day "
    "decade december different do dont else end evening ever everybody everyone example fact far february feel "
    "feeling fella feller fine folk friday front full gentleman get girl go god good great guy half hand happen hear "
    "hope hour i idea isn issue it january job july june kind know lad lady last like little live lol long look lot "
    "love luck make man march matter may maybe mean minute monday month morning mr mrs ms name need new next nice "
    "night no nobody nothing november number october oh ok old one open opinion other own page part past people "
    "person place point problem proper put question quite real reason regards right round same saturday say second "
    "see sense september several shut side somebody someone something sort stuff sunday sure talk tell thank thanks "
    "thing think thought thursday time today tomorrow tonight top total try tuesday use used usual view want way "
    "wednesday week weekend well whole woman wonder word work world wrong yeah year yes yesterday young"
)
Key = tuple[str, ...]  # a phrase by its words' ground forms: "bus" and "buses" are one


@dataclass(frozen=True, slots=True)
class Voice:
    """A text and all who said it."""

    text: str
    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class Named:
    """A group's name and its most telling words, the first most."""

    name: str
    words: tuple[str, ...]


@dataclass(slots=True)
class _Phrases:
    """A group's noun phrases in `named_by` texts: who uses each, in how many texts, and as which words."""

    named_by: int = 0
    people: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    users: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # of a form, in small letters
    texts: Counter[Key] = field(default_factory=Counter)
    surfaces: dict[Key, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def named(
    groups: Sequence[Sequence[Voice]], centres: Vectors, settings: Settings, cache: Path | None = None
) -> list[Named | None]:
    """For each group its name, None where no phrase is shared; its voices come the nearest to the centre first.

    `centres` are vectors of the embedding model [groups, d]. Every phrase, and so every word, is used by at least
    `FEWEST_USERS` people of the group. Raises ModelMissing.
    """
    found = _phrases([group[:NAMED_BY] for group in groups], settings)
    everywhere: Counter[Key] = Counter()
    for phrases in found:
        everywhere.update(phrases.texts)
    usual = sum(everywhere.values()) / max(len(groups), 1)
    ranked = [_ranked(phrases, everywhere, usual) for phrases in found]
    lines = sorted({_surface(phrases, key) for phrases, keys in zip(found, ranked, strict=True) for key in keys})
    vectors = dict(zip(lines, embed(lines, settings, cache), strict=True))
    return [
        _named(phrases, weights, vectors, centre) if weights else None
        for phrases, weights, centre in zip(found, ranked, centres, strict=True)
    ]


def _named(
    phrases: _Phrases, weights: Mapping[Key, float], vectors: Mapping[str, Vectors], centre: Vectors
) -> Named | None:
    own = {key: vectors[_surface(phrases, key)] for key in weights}
    scores = _scores(weights, {key: max(float(vector @ centre), 0.0) for key, vector in own.items()})
    fewest = SHARED * phrases.named_by
    chosen = _name({key: score for key, score in scores.items() if phrases.texts[key] >= fewest}, own)
    if not chosen:
        return None
    name = " and ".join(_surface(phrases, key) for key in chosen)
    words = itertools.islice(_distinct([*chosen, *scores]), MOST_WORDS)
    return Named(name[0].upper() + name[1:], tuple(_surface(phrases, key) for key in words))


def _phrases(groups: Sequence[Sequence[Voice]], settings: Settings) -> list[_Phrases]:
    texts = [voice.text for group in groups for voice in group]
    docs = _tagger(settings.ner_path()).pipe([MARK.sub(" . ", text) for text in texts], batch_size=64)
    read = [list(_in(doc)) for doc in docs]
    grounds: dict[str, Key] = {}  # "Needles" is the same as "needles", whose ground form is the shorter
    for key, surface in itertools.chain.from_iterable(read):
        grounds[surface.lower()] = min(grounds.get(surface.lower(), key), key, key=lambda one: (len("".join(one)), one))
    of_text = iter(read)
    found = []
    for group in groups:
        phrases = _Phrases(len(group))
        for voice in group:
            forms = {surface: grounds[surface.lower()] for _, surface in next(of_text)}
            phrases.texts.update(set(forms.values()))
            for surface, key in forms.items():
                phrases.people[key] |= voice.people
                phrases.users[surface.lower()] |= voice.people
                phrases.surfaces[key][surface] += 1
        found.append(phrases)
    return found


def _in(doc: Any) -> Iterator[tuple[Key, str]]:
    """The noun phrases of a text and all parts of them that end in a noun: "evening bus" and "bus"."""
    run: list[Any] = []
    for token in [*doc, None]:
        if token is not None and token.pos_ in DESCRIBES and _tells(token):
            run.append(token)
            continue
        for end in range(1, len(run) + 1):
            if run[end - 1].pos_ not in NAMES:
                continue
            for start in range(max(0, end - LONGEST), end):
                part = run[start:end]
                yield tuple(_ground(each) for each in part), " ".join(_written(each) for each in part)
        run = []


def _tells(token: Any) -> bool:
    words = {token.lower_, _ground(token)}
    return bool(LETTERS.fullmatch(token.text)) and words.isdisjoint(_spoken())


@functools.cache
def _spoken() -> frozenset[str]:
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS) | frozenset(SPOKEN.split())


def _ground(token: Any) -> str:
    return str(token.lemma_).lower()


def _written(token: Any) -> str:
    """Proper names and initials keep their capitals."""
    return str(token.text if token.pos_ == "PROPN" or token.text.isupper() else token.lower_)


@functools.cache
def _tagger(folder: Path) -> Any:
    import spacy

    return spacy.load(folder, exclude=["ner", "parser", "senter"])


def _ranked(phrases: _Phrases, everywhere: Mapping[Key, int], usual: float) -> dict[Key, float]:
    """The group's most telling phrases and their weight; a part stands only where it is said apart from the whole."""
    shared = {key: people for key, people in phrases.people.items() if _shared_forms(phrases, key)}
    whole = {
        key
        for key, people in shared.items()
        if not any(len(key) < len(other) and _within(key, other) and 2 * len(shared[other]) > len(people)
                   for other in shared)
    }  # fmt: skip
    weight = {key: phrases.texts[key] * log(1 + usual / everywhere[key]) for key in whole}
    return {key: weight[key] for key in sorted(weight, key=lambda key: (-weight[key], key))[:CANDIDATES]}


def _within(part: Key, whole: Key) -> bool:
    return any(whole[start : start + len(part)] == part for start in range(len(whole) - len(part) + 1))


def _shared_forms(phrases: _Phrases, key: Key) -> dict[str, int]:
    """The forms of a phrase that enough people use, with the number of their texts."""
    written = phrases.surfaces[key]
    return {words: number for words, number in written.items() if len(phrases.users[words.lower()]) >= FEWEST_USERS}


def _surface(phrases: _Phrases, key: Key) -> str:
    """As most texts have it, the plural before the singular."""
    written, ground = _shared_forms(phrases, key), " ".join(key)
    often = {words: number * (1 if words.lower() == ground else PLURAL) for words, number in written.items()}
    return min(often, key=lambda words: (-often[words], words.swapcase()))  # small letters first


def _scores(weights: Mapping[Key, float], near: Mapping[Key, float]) -> dict[Key, float]:
    """How much each phrase tells, the most first: its weight and its nearness, each a part of the highest."""
    heaviest, nearest = max(weights.values()), max(near.values()) or 1.0
    scores = {key: (weights[key] / heaviest + near[key] / nearest) / 2 for key in weights}
    return {key: scores[key] for key in sorted(scores, key=lambda key: (-scores[key], key))}


def _name(scores: Mapping[Key, float], vectors: Mapping[Key, Vectors]) -> list[Key]:
    """The phrase that tells most, and a second one that tells enough that is new; none where there is none."""
    if not scores:
        return []
    first = next(iter(scores))
    others = {
        key: score - UNLIKE * float(vectors[key] @ vectors[first])
        for key, score in scores.items()
        if set(key).isdisjoint(first) and score >= SECOND_BEST * scores[first]
    }
    return [first, *([max(others, key=lambda key: others[key])] if others else [])]


def _distinct(ranked: Iterable[Key]) -> Iterator[Key]:
    """Those that share no word with one before."""
    taken: set[str] = set()
    for key in ranked:
        if taken.isdisjoint(key):
            taken.update(key)
            yield key
