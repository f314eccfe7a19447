"""From everything that was found in a text to what will be replaced: thresholds, protected words, overlaps."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Callable, Sequence
from operator import itemgetter

import regex

from engagement.policy import JUDGED, PLACEHOLDER, Action, Policy
from engagement.recognisers.analyser import LEARNT, Found
from engagement.recognisers.people import begins_idiom
from engagement.recognisers.vocabulary import Vocabulary, is_ordinary, name_words

WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}'’]*")
POSSESSIVE = regex.compile(r"['’]s?$")
CERTAIN = 0.85  # from this score on there is somebody's name
SPECIFIC = 0.6  # below this a finding says that there is a name, hardly of what
VOUCHED = 0.6  # from this score on what was learnt tells by its sentence: it needs no capital and no rare word
LONGEST_SMALL_WORD = 3
LONGEST_TITLES = 80  # characters before a name in which its titles stand
HYPHENED = regex.compile(r"(?:-\p{L}+)+")
TITLE_BEFORE = regex.compile(
    rf"(?<!\w)(?:(?:{'|'.join(sorted(name_words()['titles'], key=len, reverse=True))})\.?\s+)+$", regex.IGNORECASE
)


def resolve(
    text: str, found: Sequence[Found], policy: Policy, protected: Vocabulary, ordinary: frozenset[str]
) -> list[Found]:
    """The spans to replace, in order, none overlapping or touching a placeholder of an earlier run.

    `ordinary` are words of the language that by themselves name nobody.
    """
    kept = protected.spans(text)
    placeholders = [match.span() for match in PLACEHOLDER.finditer(text)]
    wanted = [
        trimmed
        for item in found
        if item.score >= policy.threshold
        and not _among(placeholders, item.start, item.end)
        and not (item.kind == "PERSON" and item.found_by != "known" and begins_idiom(text, item.start))
        and (trimmed := _trim(text, item, kept, ordinary))
    ]
    whole = _without_wide_guesses([_whole_name(text, item) for item in wanted])
    return [acted_on for item in _merge(text, whole) for acted_on in _acted_on(text, item, whole, policy)]


def _among(spans: Sequence[tuple[int, int]], start: int, end: int) -> Sequence[tuple[int, int]]:
    """Those of `spans`, which are in order and apart, that overlap `start` to `end`."""
    first = bisect_left(spans, start + 1, key=itemgetter(1))
    return spans[first : bisect_left(spans, end, lo=first, key=itemgetter(0))]


def _titles(text: str, start: int) -> regex.Match[str] | None:
    """The titles that end at `start`."""
    return TITLE_BEFORE.search(text, max(0, start - LONGEST_TITLES), start)


def _acted_on(text: str, item: Found, found: Sequence[Found], policy: Policy) -> list[Found]:
    """`item`; of one that the policy keeps, who is known of the round: a person in an organisation's name."""
    if policy.actions[item.kind] is not Action.KEEP:
        return [item]
    inside = [each for each in found if item.start <= each.start and each.end <= item.end and each.found_by == "known"]
    return _merge(text, [each for each in inside if policy.actions[each.kind] is not Action.KEEP])


def _trim(text: str, item: Found, kept: Sequence[tuple[int, int]], ordinary: frozenset[str]) -> Found | None:
    """`item` without protected words at its edges; None when nothing telling is left."""
    if item.kind not in JUDGED:
        return item
    words = _of_one_owner(text, item, [match.span() for match in WORD.finditer(text, item.start, item.end)])
    beside = _among(kept, item.start, item.end)
    if not words:
        return None
    free = [not any(start <= word[0] and word[1] <= end for start, end in beside) for word in words]
    within = any(
        start <= item.start and item.end <= end and end - start > item.end - item.start for start, end in beside
    )
    before = _titles(text, item.start) if item.kind == "PERSON" else None
    titled = before is not None and (before.group().casefold().strip() not in name_words()["endearments"] or free[0])
    certain = titled or (item.found_by == "known" and not within)
    telling = _telling(text, item.kind, ordinary)
    vouched = item.found_by == LEARNT and item.score >= VOUCHED and all(free)
    if not (certain or vouched or any(map(telling, itertools.compress(words, free)))):
        return None
    if item.found_by == LEARNT and item.score >= SPECIFIC and item.kind != "PERSON" and _capitals(text, words):
        return item  # a body's own name may begin or end in a protected word: Tuesday Trans Supper
    if any(span == (item.start, item.end) for span in beside) and _stands_for_something(text, item):
        return None
    if item.kind == "PERSON" and item.found_by == LEARNT and item.score >= CERTAIN:
        free = [each or _also_a_name(text, word) for each, word in zip(free, words, strict=True)]
    first, last = (0, len(words) - 1) if certain else (free.index(True), len(free) - 1 - free[::-1].index(True))
    if item.kind == "PERSON" and last + 1 < len(words) and text[slice(*words[last + 1])].istitle():
        last += 1  # a family name that is a protected word too: Grace White, Mohammed Islam
    start, end = words[first][0], words[last][1]
    if item.kind == "PERSON" and (possessive := POSSESSIVE.search(text[start:end])):
        end -= len(possessive.group())
    return Found(start, end, item.kind, item.score, item.found_by) if end > start else None


def _of_one_owner(text: str, item: Found, words: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The words of a name up to the one that says whose something is: of "Sunita's Holi party" the first."""
    owners = [number for number, word in enumerate(words, 1) if POSSESSIVE.search(text[slice(*word)])]
    return words[: owners[0]] if owners and item.kind == "PERSON" else words


def _stands_for_something(text: str, item: Found) -> bool:
    """Whether a word is written as letters that stand for words, where the text is not all so: PIP, and not Pip."""
    return text[item.start : item.end].isupper() and item.end - item.start > 1 and not text.isupper()


def _also_a_name(text: str, word: tuple[int, int]) -> bool:
    """Whether a protected word is a given or family name too: devon cargill, shafiqul islam."""
    return text[slice(*word)].casefold() in name_words()["also_names"]


def _capitals(text: str, words: Sequence[tuple[int, int]]) -> bool:
    """Whether all `words` but the small ones of a name begin with a capital or a digit: Zumba at Zeb's."""
    return all(not text[start].islower() or end - start <= LONGEST_SMALL_WORD for start, end in words)


def _telling(text: str, kind: str, ordinary: frozenset[str]) -> Callable[[tuple[int, int]], bool]:
    """Whether a word says who or which: for a place or body, one with a capital that is not of the kind's own words."""

    def telling(word: tuple[int, int]) -> bool:
        surface = text[slice(*word)]
        if kind == "UNIQUE_ROLE":
            return True
        if kind == "PERSON":
            return surface.casefold() in name_words()["ambiguous"] or not is_ordinary(surface, ordinary)
        return surface[:1].isupper() and surface.casefold() not in name_words()["generic"]

    return telling


def _whole_name(text: str, item: Found) -> Found:
    """A name with the title before it and the second half of a hyphened word."""
    if item.kind != "PERSON":
        return item
    title, rest = _titles(text, item.start), HYPHENED.match(text, item.end)
    start, end = title.start() if title else item.start, rest.end() if rest else item.end
    return Found(start, end, item.kind, item.score, item.found_by)


def _without_wide_guesses(items: Sequence[Found]) -> list[Found]:
    """`items` less the guesses at a body that end in somebody's name: "Ring Nkechi Adeyemi" is no organisation."""
    nearest: dict[int, int] = {}  # by where somebody's name ends, the last place where one that ends there begins
    for item in items:
        if item.kind == "PERSON" and item.score >= CERTAIN:
            nearest[item.end] = max(item.start, nearest.get(item.end, 0))
    return [
        item
        for item in items
        if item.kind == "PERSON" or item.score >= SPECIFIC or nearest.get(item.end, -1) < item.start
    ]


def _merge(text: str, items: list[Found]) -> list[Found]:
    """Overlapping spans joined; the longest that is more than a guess says the kind.

    Two parts of a name with a space between are one name.
    """
    merged: list[Found] = []
    for item in sorted(items, key=lambda item: (item.start, -item.end, -item.score)):
        last = merged[-1] if merged else None
        if last is None or not _belongs(text, last, item):
            merged.append(item)
            continue
        lead = max(last, item, key=lambda each: (each.score >= SPECIFIC, each.end - each.start, each.score))
        by = "+".join(sorted({*last.found_by.split("+"), *item.found_by.split("+")}))
        merged[-1] = Found(last.start, max(last.end, item.end), lead.kind, max(last.score, item.score), by)
    return merged


def _belongs(text: str, last: Found, item: Found) -> bool:
    if item.start < last.end:
        return True
    return last.kind == item.kind == "PERSON" and text[last.end : item.start] in {" ", "-"}
