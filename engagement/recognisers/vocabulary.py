"""Word lists as data: what must stay, and which names are also ordinary words."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import regex
import yaml

HERE = Path(__file__).parent
SHORTEST_STEM = 4  # of a verb before -ing or -ed: Ling and Ted are names
FIRST = regex.compile(r"\w+")
# Words with capitals in a row: the name of a street or a body may hold a protected word ("Yorkshire Street").
CAPITALS = regex.compile(r"\p{Lu}[\w'’-]*+(?: (?:(?:of|and|&|on|for|the) )?\p{Lu}[\w'’-]*+)++")
CAPITAL = regex.compile(r"\p{Lu}[\w'’-]*")
LONG_NAME = 3  # words, from which a name that ends in a kind of body is a body's, whatever its other words
ABSTRACT = regex.compile(r"\w{3}(?:tion|sion|ness|ship|isation|ility|ism)s?$")  # endings that no name has


class Vocabulary:
    """A set of words and phrases, matched whole in any case, and with a possessive s; `words` with a plural s too."""

    def __init__(self, words: Iterable[str], names: Iterable[str] = ()) -> None:
        self._phrases: dict[str, list[str]] = defaultdict(list)
        self._patterns: dict[str, regex.Pattern[str]] = {}
        for phrase, plural in itertools.chain(((word, "s?") for word in words), ((name, "") for name in names)):
            if first := FIRST.match(phrase):
                body = regex.escape(phrase) + plural
                self._phrases[first.group().casefold()].append(body)
                if plural and first.end() == len(phrase):
                    self._phrases[f"{phrase.casefold()}s"].append(body)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where its phrases stand in `text`, in code points, end exclusive, save where they are part of a name."""
        spans: list[tuple[int, int]] = []
        for word in FIRST.finditer(text):
            if spans and word.start() < spans[-1][1]:
                continue
            if (pattern := self._starting(word.group().casefold())) and (found := pattern.match(text, word.start())):
                spans.append(found.span())
        named = {part for run in CAPITALS.finditer(text) for part in _named(text, run.span(), spans)} if spans else ()
        return [span for span in spans if span not in named]

    def _starting(self, first: str) -> regex.Pattern[str] | None:
        if first not in self._phrases:
            return None
        if first not in self._patterns:
            bodies = "|".join(sorted(self._phrases[first], key=len, reverse=True))
            self._patterns[first] = regex.compile(rf"(?:{bodies})(?:['’]s?)?(?!\w)", regex.IGNORECASE)
        return self._patterns[first]


def _named(text: str, run: tuple[int, int], spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The protected phrases that in this run of capitals are part of a street's or a small body's name."""
    inside = list(itertools.takewhile(lambda span: span[1] <= run[1], spans[bisect_left(spans, (run[0], 0)) :]))
    words = [match.span() for match in CAPITAL.finditer(text, *run)]
    free = [word for word in words if not any(start <= word[0] and word[1] <= end for start, end in inside)]
    last = _bare(text[slice(*words[-1])])
    heads, members, streets = name_words()["bodies"], name_words()["members"], name_words()["streets"]
    own = [word for word in (_bare(text[slice(*word)]) for word in free) if word not in name_words()["generic"]]
    telling = any(word not in heads | streets for word in own)
    a_body = (telling and last in heads | members) or (last in heads and len(words) >= LONG_NAME)
    for span in inside:
        if span == run:
            continue
        phrase = text[slice(*span)].casefold()
        weak, street = phrase.rstrip("s") in weak_words(), last in streets and words[-1][0] >= span[1]
        if a_body or (own and weak) or (telling and street) or (street and phrase in place_words()):
            yield span


def _bare(word: str) -> str:
    return word.casefold().replace("’", "'").split("'")[0]


@cache
def protected() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What anonymised text keeps: identity words and others that have a plural, and the names of places."""
    groups = yaml.safe_load((HERE / "protected.yaml").read_text(encoding="utf-8"))
    places = groups.pop("places")
    return (
        tuple(str(phrase) for rows in groups.values() for row in rows for phrase in row),
        tuple(str(phrase) for row in places for phrase in row),
    )


@cache
def weak_words() -> frozenset[str]:
    """Protected words of every day, such as days and kin, which a name may be made of: "Wednesday Knitters"."""
    groups = yaml.safe_load((HERE / "protected.yaml").read_text(encoding="utf-8"))
    return frozenset(str(phrase).casefold().rstrip("s") for row in groups["everyday"] for phrase in row)


@cache
def place_words() -> frozenset[str]:
    """The protected names of towns, countries and parts of the world."""
    return frozenset(place.casefold() for place in protected()[1])


@cache
def ordinary_words(model: Path) -> frozenset[str]:
    """Lower-case words that are no evidence of a name: the model's verbs, adjectives and adverbs, its stop words, and
    the words that people write small in texts of the field (`ordinary.txt`).
    """
    from spacy.lang.en.stop_words import STOP_WORDS

    listed = (HERE / "ordinary.txt").read_text(encoding="utf-8").split()
    return frozenset([*_listed(model, "verb", "adj", "adv"), *listed, *STOP_WORDS]) - name_words()["not_ordinary"]


@cache
def dictionary_nouns(model: Path) -> frozenset[str]:
    """The model's nouns in lower case. Its dictionary counts many names among them, so a noun may still be a name."""
    return frozenset(_listed(model, "noun")) - name_words()["not_ordinary"] - name_words()["ambiguous"]


def _listed(model: Path, *parts_of_speech: str) -> Iterator[str]:
    from spacy.lookups import Lookups

    index = Lookups().from_disk(model / "lemmatizer" / "lookups").get_table("lemma_index")
    return (word for part in parts_of_speech for word in index[part])


def is_ordinary(word: str, ordinary: frozenset[str]) -> bool:
    """Whether `word` is an ordinary word: as it stands, as a plural, before an apostrophe, or made from one."""
    folded = word.casefold().replace("’", "'").split("'")[0]
    stem = folded.removesuffix("ing").removesuffix("ed")
    forms = (folded, folded.removesuffix("s"), *((stem, f"{stem}e") if len(stem) >= SHORTEST_STEM else ()))
    return any(form in ordinary for form in forms) or bool(ABSTRACT.search(folded))


@cache
def name_words() -> dict[str, frozenset[str]]:
    """`ambiguous`: names that are ordinary words too; `titles`; `particles`. All in lower case."""
    lists = yaml.safe_load((HERE / "names.yaml").read_text(encoding="utf-8"))
    return {key: frozenset(str(word).casefold() for word in words) for key, words in lists.items()}
