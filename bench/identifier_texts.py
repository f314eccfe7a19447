"""Training texts for the identifier recogniser: marked texts with every identifier swapped, and filled templates.

A text is a list of pieces `(words, kind)`, kind None where nothing is to be removed. Names are swapped for ones of an
origin drawn evenly (counterfactual augmentation), protected words for others of their own row, so that neither a name's
origin nor a particular word carries the decision.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

from identifier_surfaces import WORD, Piece, Surfaces, kept_out

MARK = re.compile(r"\[\[([A-Z_]+):(.*?)\]\]")
# The corpus' kinds in the words of our policy.
KINDS = {
    "NHS": "NHS_NUMBER",
    "NINO": "NATIONAL_INSURANCE",
    "DOB": "DATE_OF_BIRTH",
    "BANK": "BANK_ACCOUNT",
    "REF": "REFERENCE",
    "GP": "GP_PRACTICE",
    "WORSHIP": "PLACE_OF_WORSHIP",
    "EMPLOYER": "ORGANISATION",
    "ORG_SMALL": "ORGANISATION",
    "ROLE_UNIQUE": "UNIQUE_ROLE",
    "PLACE_SMALL": "PLACE",
}
SWAPPED = 0.8  # of the identifiers that are no names
AS_WRITTEN = 0.12  # of the texts: their own names, unless one is kept out
LOWER, UPPER = 0.22, 0.05  # of the texts
OTHER_FORM = 0.15  # of the names: written in another form than the corpus has


def read_marked(folder: Path, parts: str) -> list[list[Piece]]:
    """The texts of the parts (`ABC`) of the marked corpus in `folder`, as pieces."""
    lines = [line for part in parts for line in (folder / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [_pieces(json.loads(line)["text"]) for line in lines if line.strip()]


def _pieces(text: str) -> list[Piece]:
    pieces: list[Piece] = []
    end = 0
    for match in MARK.finditer(text):
        pieces += [(text[end : match.start()], None), (match[2], KINDS.get(match[1], match[1]))]
        end = match.end()
    return [piece for piece in [*pieces, (text[end:], None)] if piece[0]]


class Maker:
    """Makes training texts from a seed: `swapped` from the corpus, `from_template` from the slots."""

    def __init__(self, seed: int, protected: Mapping[str, Sequence[Sequence[str]]], nouns: Sequence[str]) -> None:
        self.rng = random.Random(seed)
        rows = [row for group, rows in protected.items() if group != "everyday" for row in rows]
        self._rows = {phrase.casefold(): row for row in rows for phrase in row}
        cities = [city for row in protected["places"] for city in row]
        self._nouns = nouns
        self._made = Surfaces(self.rng, nouns, cities)

    def swapped(self, pieces: Sequence[Piece]) -> list[Piece]:
        """A text of the corpus with other identifiers, other protected words, and at times another case."""
        names = [word for words, kind in pieces if kind == "PERSON" for word in WORD.findall(words)]
        if self.rng.random() < AS_WRITTEN and not any(map(kept_out, names)):
            return self._recased(pieces)
        known: dict[str, str] = {}
        return self._recased([(self._swap(words, kind, known), kind) for words, kind in pieces])

    def from_template(self) -> list[Piece]:
        """A template with its slots filled, at times two in a row."""
        count = 1 + (self.rng.random() < 0.3)
        pieces: list[Piece] = []
        for _ in range(count):
            pieces += [*self._made.fill(self.rng.choice(self._made.templates)), (" ", None)]
        return self._recased(pieces[:-1])

    def _swap(self, words: str, kind: str | None, known: dict[str, str]) -> str:
        if kind is None:
            return self._other_protected(words)
        if kind == "PERSON":
            return self._other_name(words, known)
        return self._made.surface(kind, words) if self.rng.random() < SWAPPED else words

    def _other_protected(self, words: str) -> str:
        """`words` with half of its protected words in capitals, and a few of its nouns, changed for their like."""

        def other(match: re.Match[str]) -> str:
            row = self._rows.get(match[0].casefold())
            if row and match[0][0].isupper():
                return str(self.rng.choice(row)) if self.rng.random() < 0.5 else match[0]
            if match[0] in self._known_nouns and self.rng.random() < 0.1:
                return str(self.rng.choice(self._nouns))
            return match[0]

        return WORD.sub(other, words)

    @cached_property
    def _known_nouns(self) -> frozenset[str]:
        return frozenset(self._nouns)

    def _other_name(self, words: str, known: dict[str, str]) -> str:
        if words not in known:
            known[words] = self._name_like(words, known)
        return known[words]

    def _name_like(self, words: str, known: dict[str, str]) -> str:
        """A name in the form of `words`: title, given and family name, initials; parts seen before stay the same."""
        if self.rng.random() < OTHER_FORM:
            return self._made.surface("PERSON")
        if len(words) <= 3 and words.isupper():
            return self._made.slot("initials")[0]
        titles = {
            title.rstrip(".").casefold() for title in (*self._made.slots["titles"], *self._made.slots["warm_titles"])
        }
        found = [match for match in WORD.finditer(words) if match[0].casefold() not in titles | {"the", "de", "al"}]
        formal = any(title in words.casefold().split() for title in ("mr", "mrs", "ms", "cllr", "councillor"))
        origin = (
            known.setdefault(" origin", self._made.names.origin())
            if self.rng.random() < 0.3
            else self._made.names.origin()
        )
        pieces, end = [], 0
        for place, match in enumerate(found):
            family = place > 0 or (formal and len(found) == 1)
            name = known.setdefault(match[0].casefold(), self._made.names.one(origin, "family" if family else "given"))
            name = name[0] if len(match[0]) == 1 else name
            pieces += [words[end : match.start()], name if match[0][0].isupper() else name.lower()]
            end = match.end()
        return "".join([*pieces, words[end:]])

    def _recased(self, pieces: Sequence[Piece]) -> list[Piece]:
        chance = self.rng.random()
        if chance < LOWER:
            return [(words.lower(), kind) for words, kind in pieces]
        if chance < LOWER + UPPER:
            return [(words.upper(), kind) for words, kind in pieces]
        if chance > 0.90:  # only the names are small, as in a message from a telephone
            return [(words.lower() if kind == "PERSON" else words, kind) for words, kind in pieces]
        if chance > 0.82:
            return [(words.replace("'", "’"), kind) for words, kind in pieces]
        return list(pieces)
