"""Which word of a quote that somebody is typing is not the speaker's own and has no mark, so that they can be told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import regex

from engagement.quotation.quoted import MARK, MOST_PARTS, OMISSION, SIC, found_in, parts

BESIDE = "“”‘’\"'(),.;:!?…–—"  # what may stand beside a word and be no part of it
QUICKLY = 0.3  # seconds: the search is made again and again
TOKEN = regex.compile(rf"(?P<mark>{MARK.pattern})|\S+?(?=\s|$|{MARK.pattern})")


class Why(StrEnum):
    """What is amiss with a word, or with the marks beside it."""

    NOTHING = "no words"
    EDGE = "marks without words of the speaker's around them"
    MANY = "too many marks"
    OPEN = "a bracket that is not closed"
    OTHER = "not said"
    SPELT = "said with other capitals or punctuation"
    GAP = "words left out before it"
    FAR = "more words left out before it than the mark stands for"
    ORDER = "said in another place"


@dataclass(frozen=True, slots=True)
class Unmarked:
    """The first word that lacks a mark, and why; `mark` is the one before it, where that stands for too much."""

    why: Why
    word: str = ""
    mark: str = ""


def unmarked(typed: str, text: str) -> Unmarked | None:
    """The first thing in `typed` that is neither in `text` nor marked; None where all of it may be printed."""
    words, marks = parts(typed, text)
    if not any(words):
        return Unmarked(Why.NOTHING)
    if found_in(words, marks, text):
        return None
    if len(words) > MOST_PARTS:
        return Unmarked(Why.MANY)
    if not all(words):
        return Unmarked(Why.EDGE)
    return _first(typed, text)


def _first(typed: str, text: str) -> Unmarked:
    """The words up to each one are looked for, halving: if some are not found, none with more of them are."""
    said = [match for match in TOKEN.finditer(typed) if not _is_mark(match.group(), text)]
    low, high = 0, len(said) - 1
    while low < high:
        middle = (low + high) // 2
        if found_in(*parts(typed[: said[middle].end()], text), text, QUICKLY):
            low = middle + 1
        else:
            high = middle
    return _why(typed, said[low], text)


def _why(typed: str, at: regex.Match[str], text: str) -> Unmarked:
    word, before = at.group(), typed[: at.start()].rstrip()
    if "[" in MARK.sub("", word) or "]" in MARK.sub("", word):
        return Unmarked(Why.OPEN, word)
    mark = next((each for each in MARK.findall(before[-62:]) if before.endswith(each) and _is_mark(each, text)), "")
    further = f"{before.removesuffix(mark).rstrip()} {OMISSION} {word}"
    if before and mark != OMISSION and found_in(*parts(further, text), text, QUICKLY):
        return Unmarked(Why.FAR if mark else Why.GAP, word, mark)
    if found_in([word], [], text):
        return Unmarked(Why.ORDER, word)
    bare = word.strip(BESIDE)
    if bare and found_in([bare.casefold()], [], text.casefold()):
        return Unmarked(Why.SPELT, word)
    return Unmarked(Why.OTHER, bare or word)


def _is_mark(piece: str, text: str) -> bool:
    return bool(MARK.fullmatch(piece)) and (piece in {OMISSION, SIC} or piece not in text)
