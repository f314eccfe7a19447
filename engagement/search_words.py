"""What somebody typed to look for, as terms; and the tokens of a text that terms are matched with.

A word finds every word that begins with it, words in quotation marks must be there as they stand, and what follows a
minus sign must not. Case, accents and apostrophes make no difference. Scripts that put no space between words are taken
letter by letter, so that a word of several letters is a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import regex

from engagement.comparing.words import MARK

LONGEST = 200  # characters of what is typed: the rest is not looked at
# Not looked for beside other words, which tell more. Longer lists hold words such as "fire" and "bill".
SMALL = frozenset(
    {
        "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "did", "do", "does", "for",
        "from", "had", "has", "have", "he", "her", "him", "his", "how", "i", "if", "in", "is", "it", "its",
        "me", "my", "no", "not", "of", "on", "or", "our", "she", "so", "that", "the", "their", "them",
        "there", "they", "this", "to", "us", "was", "we", "were", "what", "when", "which", "who", "why",
        "will", "with", "would", "you", "your",
    }
)  # fmt: skip
FEWEST_LETTERS = 3  # of a word, for words that begin with it to be found too
GAP = "\ue000"  # a token for what the anonymiser put: nobody said it, no phrase goes across it, and it can't be typed

UNSPACED = r"[[\p{L}\p{N}]&&[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]"
LETTER = rf"[[\p{{L}}\p{{N}}]--{UNSPACED}]"
JOINING = r"[\p{M}\u200c\u200d\u00ad]"  # marks on letters, and signs without a width inside a word
TOKEN = regex.compile(rf"{UNSPACED}{JOINING}*|{LETTER}(?:['\u2019]?[{LETTER}{JOINING}])*", regex.V1)
ALONE = regex.compile(UNSPACED, regex.V1)
ASCII = re.compile(r"[a-z0-9]+(?:'?[a-z0-9])*")  # the same for plain English in lower case, and ten times faster
QUOTATION = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\uff02", '"'))
PIECE = regex.compile(
    r'(?<!\S)(?P<minus>[-\u2212\u2013])?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))|"(?P<late>[^"]*)"?'
)
LATIN = regex.compile(r"\P{L}|\p{Latin}")

Token = tuple[str, int, int]  # as it is matched, and where it stands, in code points


class Lack(StrEnum):
    """Why there is nothing to look for."""

    EMPTY = "empty"
    SHORT = "short"
    ONLY_LEFT_OUT = "only left out"
    ONLY_MARKS = "only marks"


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that stand beside each other; `begins` where the last may go on, `quoted` where it must be there."""

    tokens: tuple[str, ...]
    begins: bool = False
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look for: any of `terms` and all those that are `quoted`, none of `without`.

    `meant` are the words for a search by meaning; empty where that makes no sense, as for a script that the model does
    not read.
    """

    terms: tuple[Term, ...]
    without: tuple[Term, ...]
    meant: str
    lack: Lack | None = None


def asked(typed: str) -> Asked:
    """What somebody typed, as what to look for; `lack` says why where that is nothing."""
    marked = MARK.sub(" ", typed[:LONGEST])
    terms, without, meant = [], [], []
    for piece in PIECE.finditer(marked.translate(QUOTATION)):
        words = piece["phrase"] or piece["late"] or piece["word"] or ""
        quoted, left_out = piece["word"] is None, bool(piece["minus"])
        found = tuple(word for word, _, _ in tokens(words))
        if not found:
            continue
        if left_out:
            without.append(Term(found))
            continue
        terms.append(Term(found, begins=not quoted and len(found[-1]) >= FEWEST_LETTERS, quoted=quoted))
        meant.append(words)
    kept = tuple(dict.fromkeys(_telling(terms)))
    lack = None
    if not kept:
        lack = Lack.ONLY_LEFT_OUT if without else Lack.ONLY_MARKS if MARK.search(typed) else Lack.EMPTY
    elif all(len(term.tokens) == 1 and len(term.tokens[0]) < 2 and not ALONE.match(term.tokens[0]) for term in kept):
        lack = Lack.SHORT
    sense = "" if lack or any(term.quoted for term in kept) else " ".join(meant)
    return Asked(kept, tuple(without), sense if LATIN.sub("", sense) == "" else "", lack)


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in order, with a `GAP` for each mark of the anonymiser's."""
    at = 0
    for mark in MARK.finditer(text):
        yield from _words(text, at, mark.start())
        yield GAP, mark.start(), mark.end()
        at = mark.end()
    yield from _words(text, at, len(text))


def words_of(text: str) -> list[str]:
    """The tokens of a text without their places."""
    if text.isascii() and "[" not in text:
        return [word.replace("'", "") for word in ASCII.findall(text.lower())]
    return [word for word, _, _ in tokens(text)]


def spans(terms: Sequence[Term], text: str) -> tuple[tuple[int, int], ...]:
    """Where terms stand in a text, in order, overlapping ones joined."""
    there = list(tokens(text))
    found = sorted(
        (there[at][1], there[at + len(term.tokens) - 1][2])
        for term in terms
        for at in range(len(there) - len(term.tokens) + 1)
        if _stands(term, there, at)
    )
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def _words(text: str, start: int, end: int) -> Iterator[Token]:
    for match in TOKEN.finditer(text, start, end):
        if word := _folded(match.group()):
            yield word, match.start(), match.end()


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower().replace("'", "")
    parts = unicodedata.normalize("NFKD", word.casefold())
    return "".join(
        each for each in parts if unicodedata.category(each)[0] in "LN" or unicodedata.category(each) == "Mc"
    )


def _stands(term: Term, there: Sequence[Token], at: int) -> bool:
    *first, last = term.tokens
    words = [word for word, _, _ in there[at : at + len(term.tokens)]]
    return words[:-1] == first and (words[-1].startswith(last) if term.begins else words[-1] == last)


def _telling(terms: Sequence[Term]) -> list[Term]:
    """Without words such as "the", unless there is nothing else or they are in quotation marks."""
    return [term for term in terms if term.quoted or set(term.tokens) - SMALL] or list(terms)
