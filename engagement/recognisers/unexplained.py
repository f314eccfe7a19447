"""Words that nothing explains: for the strict policy, by which whatever may be a name goes.

A capital at the start of a sentence is explained by any dictionary. Within a sentence it is not, since people are
called Bash and Hope: there the protected vocabulary, words of bodies ("Committee") and common abbreviations explain it.
Where capitals say nothing, in text all large or all small, words that no dictionary has go; so does every word in a
script that no dictionary here is written in: it can't be judged, so it is not let through.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import itemgetter

import regex
import yaml

from engagement.recognisers.analyser import Found
from engagement.recognisers.vocabulary import is_ordinary, name_words

Span = tuple[int, int]

SCORE = 0.5
SHORTEST = 3  # letters of a word in text whose capitals say nothing
LONGEST_ACRONYM = 6
WORD = regex.compile(r"\p{L}[\p{L}\p{M}'’]*(?:-\p{L}[\p{L}\p{M}'’]*)*")
FOREIGN = regex.compile(r"(?!\p{Latin})\p{L}")
CONTRACTED = regex.compile(r"n['’]t$")
SENTENCE_START = regex.compile(r"(?:^|[.!?:…\n•*>|\]][\"”'’)]*|[-–—](?=\s))\s*[\"“‘'(\[]*\s*$")
LOOK_BACK = 8  # characters: punctuation, quotation marks and spaces before a word
SENTENCE = regex.compile(r"[^.!?\n]+")
BETWEEN = frozenset({" ", "-", "’", "'", "\u00a0"})
# Ending -> what stood in its place before it was bent; a doubled consonant is halved as well.
ENDINGS = (
    ("ies", "y"), ("ied", "y"), ("ier", "y"), ("iest", "y"), ("ily", "y"), ("es", ""), ("ers", ""), ("er", ""),
    ("ers", "e"), ("er", "e"), ("est", ""), ("est", "e"), ("ly", ""), ("ing", ""), ("ing", "e"), ("ings", ""),
    ("ed", ""), ("ed", "e"), ("s", ""), ("less", ""), ("ful", ""), ("y", ""), ("y", "e"), ("ish", ""), ("able", ""),
)  # fmt: skip
PREFIXES = ("un", "re", "over", "under", "non", "mis", "out")
SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What the language knows: `ordinary` words and `nouns`, in lower case."""

    ordinary: frozenset[str]
    nouns: frozenset[str]


def unexplained(text: str, dictionary: Dictionary, explained: Sequence[Span]) -> list[Found]:
    """The runs of words in `text` that nothing explains, in order, none touching the spans `explained`."""
    taken, plain = _merged(explained), _spans_without_case(text)
    runs: list[list[Span]] = []
    for word in (match.span() for match in WORD.finditer(text)):
        if _touches(word, taken) or not _may_be_name(text, word, plain):
            continue
        if runs and text[runs[-1][-1][1] : word[0]] in BETWEEN:
            runs[-1].append(word)
        else:
            runs.append([word])
    spans = [span for run in runs for span in _judged(text, run, dictionary, plain)]
    return [Found(start, end, "UNEXPLAINED", SCORE, "unexplained") for start, end in spans]


def _judged(text: str, run: Sequence[Span], dictionary: Dictionary, plain: Sequence[Span]) -> Iterator[Span]:
    """What of a run goes: all of it, since capitals belong to one name, but for a word that only opens the sentence.

    Where capitals say nothing, only the words that nothing explains.
    """
    strange = [not _explained(text, word, dictionary, plain) for word in run]
    if not any(strange):
        return
    if not _touches(run[0], plain) and not FOREIGN.search(text, run[0][0], run[-1][1]):
        opens = not strange[0] and _starts_sentence(text, run[0][0])
        yield run[int(opens)][0], run[-1][1]
        return
    for goes, words in itertools.groupby(zip(run, strange, strict=True), key=itemgetter(1)):
        if goes:
            spans = [span for span, _ in words]
            yield spans[0][0], spans[-1][1]


def _explained(text: str, word: Span, dictionary: Dictionary, plain: Sequence[Span]) -> bool:
    surface = text[slice(*word)]
    if FOREIGN.search(surface):
        return False
    if CONTRACTED.search(surface) or surface.casefold() in _common() | name_words()["titles"]:
        return True
    parts = [part for part in surface.split("-") if part]
    if _touches(word, plain):
        return len(surface) < SHORTEST or all(_listed(part, dictionary) for part in parts)
    if _starts_sentence(text, word[0]) or surface.isupper():
        return all(_listed(part, dictionary) for part in parts)
    return all(_no_name(part, dictionary) for part in parts)


def _no_name(part: str, dictionary: Dictionary) -> bool:
    """Whether a word within a sentence that has a capital is still no name: a dictionary's word may be one there."""
    if not part[:1].isupper():
        return _listed(part, dictionary)
    return _bare(part) in name_words()["generic"] or len(_bare(part)) == 1


def _listed(part: str, dictionary: Dictionary) -> bool:
    """Whether a dictionary has the word, or one that it was bent from."""
    return any(
        is_ordinary(form, dictionary.ordinary) or form in dictionary.nouns or form in name_words()["generic"]
        for form in _forms(_bare(part))
    )


def _bare(part: str) -> str:
    return part.casefold().replace("’", "'").split("'")[0]


def _forms(word: str) -> Iterator[str]:
    yield word
    for prefix in PREFIXES:
        if word.startswith(prefix) and len(word) - len(prefix) >= SHORTEST_STEM:
            yield word.removeprefix(prefix)
    for ending, instead in ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= SHORTEST_STEM - 1:
            yield stem + instead
            if len(stem) > SHORTEST_STEM - 1 and stem[-1] == stem[-2]:
                yield stem[:-1]


def _may_be_name(text: str, word: Span, plain: Sequence[Span]) -> bool:
    """Words with a capital, words where capitals say nothing, words of other scripts; no letter by itself."""
    surface = text[slice(*word)]
    if FOREIGN.search(surface):
        return True
    return len(surface) > 1 and (any(letter.isupper() for letter in surface) or _touches(word, plain))


def _spans_without_case(text: str) -> list[Span]:
    """Sentences whose capitals say nothing: all large, or in a text that has hardly a capital."""
    small = not any(letter.isupper() for letter in text.replace("I", ""))
    return [
        match.span()
        for match in SENTENCE.finditer(text)
        if small or (match.group().isupper() and len(match.group().split()) > LONGEST_ACRONYM // 2)
    ]


def _starts_sentence(text: str, start: int) -> bool:
    return SENTENCE_START.search(text, max(0, start - LOOK_BACK), start) is not None


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _touches(span: Span, spans: Sequence[Span]) -> bool:
    """Whether `span` overlaps one of `spans`, which are in order and apart."""
    place = bisect_left(spans, span[1], key=itemgetter(0)) - 1
    return place >= 0 and span[0] < spans[place][1]


@cache
def _common() -> frozenset[str]:
    """Abbreviations and brands that name nobody."""
    listed = yaml.safe_load(files("engagement").joinpath("data", "common_capitals.yaml").read_text(encoding="utf-8"))
    return frozenset(str(word).casefold() for words in listed.values() for word in words)
