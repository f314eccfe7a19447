"""Which of a theme's quotes to show: what is typical, another view, a less common one, and then what differs.

The next is always the one that is near the theme's centre and unlike those chosen already (maximal marginal relevance,
Carbonell and Goldstein, 1998), spread over sources and over what is said of the speakers. Pinned ones come first.
Nothing is drawn at random: the same project gives the same quotes, each with a word on why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from engagement.model import Quote

if TYPE_CHECKING:
    from numpy.typing import NDArray

PINNED = "chosen by a person"
TYPICAL = "typical"
OPPOSING = "another view"
MINORITY = "a less common view"
DIFFERENT = "adds something different"
SUREST = "among the clearest"  # where there are no embeddings to compare by

RELEVANCE = 0.6  # against likeness to what is chosen already
SPREAD = 0.1  # taken off for the share of the chosen that are of the same source, and again of the same attribution
SURENESS = 0.2  # of the coder's score beside nearness to the centre
ALIKE = 0.9  # cosine from which two quotes say the same
FEW_WORDS = 6  # a shorter quote says little by itself
FAR = 0.05  # cosine by which a less common view is at least further from the centre than most
SURE = 0.6  # score from which a coding is taken as sure; a person's is


@dataclass(frozen=True, slots=True)
class Candidate:
    """An excerpt of a theme that may be quoted, and what the choice rests on.

    `opposes`: its stance is not the one that most take. `rare`: it carries a theme that few of the others do.
    """

    excerpt_id: str
    person: str
    source: str
    said: str
    score: float
    words: int
    opposes: bool = False
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A quote with a word on why it is shown; `said` is the quote unmended, where somebody mended it."""

    quote: Quote
    reason: str
    said: Quote | None = None

    @property
    def unfit(self) -> bool:
        """Whether what somebody made of it no longer fits the stored words, so that it prints as it was said."""
        return self.said == self.quote


@dataclass(slots=True)
class _Choice:
    """The candidates and what has been chosen of them, by their places."""

    candidates: Sequence[Candidate]
    vectors: NDArray[np.float32] | None
    worth: NDArray[np.float64]
    near: NDArray[np.float64]
    free: NDArray[np.bool_]
    likeness: NDArray[np.float64]
    persons: NDArray[np.intp]  # of each candidate, as numbers
    alike: tuple[NDArray[np.intp], ...]  # the source and what is said of the speaker, as numbers
    chosen: list[tuple[int, str]] = field(default_factory=list)

    def take(self, place: int, reason: str) -> None:
        """Chooses one, and with it everything else of the same person is out."""
        self.chosen.append((place, reason))
        self.free &= self.persons != self.persons[place]
        if self.vectors is not None:
            self.likeness = np.maximum(self.likeness, self.vectors @ self.vectors[place])

    def best(self, score: NDArray[np.float64], among: NDArray[np.bool_]) -> int | None:
        """The free one with the highest score, the first of equals; not one that says what another says."""
        among &= self.free
        unlike = among & (self.likeness < ALIKE)
        among = unlike if unlike.any() else among
        return int(np.where(among, score, -np.inf).argmax()) if among.any() else None

    def marginal(self) -> NDArray[np.float64]:
        """How much each would add to what is chosen."""
        made = RELEVANCE * self.worth - (1 - RELEVANCE) * self.likeness
        chosen = [place for place, _ in self.chosen]
        for numbers in self.alike:
            taken = np.bincount(numbers[chosen], minlength=len(numbers)) / max(1, len(chosen))
            made = made - SPREAD * taken[numbers]
        return np.asarray(made)


def choose(
    candidates: Sequence[Candidate],
    most: int,
    vectors: NDArray[np.float32] | None = None,
    pinned: Sequence[str] = (),
) -> tuple[tuple[str, str], ...]:
    """Up to `most` (excerpt_id, reason), nobody twice but by pins.

    `vectors` [len(candidates), d] are of length 1; without them the coder's score stands for nearness.
    """
    order = sorted(range(len(candidates)), key=lambda place: (-candidates[place].score, candidates[place].excerpt_id))
    ordered = [candidates[place] for place in order]
    if not ordered or most < 1:
        return ()
    found = _started(ordered, vectors[order] if vectors is not None else None)
    places = {one.excerpt_id: place for place, one in enumerate(ordered)}
    for excerpt_id in pinned:
        if excerpt_id in places and len(found.chosen) < most:
            found.take(places[excerpt_id], PINNED)
    _take_views(found, most)
    while len(found.chosen) < most:
        place = found.best(found.marginal(), np.ones(len(ordered), bool))
        if place is None:
            break
        found.take(place, SUREST if vectors is None else DIFFERENT)
    return tuple((ordered[place].excerpt_id, reason) for place, reason in found.chosen)


def _take_views(found: _Choice, most: int) -> None:
    """One typical, one of another view and one less common, as far as there is room and there are any."""
    everybody = np.ones(len(found.candidates), bool)
    opposing = np.array([one.opposes for one in found.candidates], bool)
    sure = np.array([one.score >= SURE for one in found.candidates], bool)
    rare = np.array([one.rare for one in found.candidates], bool)
    away = rare if found.vectors is None else rare | (found.near < found.near.mean() - max(FAR, found.near.std()))
    compared = found.vectors is not None
    for score, among, reason in (
        (found.worth, everybody, TYPICAL if compared else SUREST),
        (found.worth, opposing, OPPOSING),
        (found.worth + rare - 2 * found.near, away & sure, MINORITY),
    ):
        place = found.best(score, among.copy()) if len(found.chosen) < most else None
        if place is not None and not any(given == reason for _, given in found.chosen):
            found.take(place, reason)


def _started(ordered: Sequence[Candidate], vectors: NDArray[np.float32] | None) -> _Choice:
    score = np.array([one.score for one in ordered])
    near = np.zeros(len(ordered))
    if vectors is not None:
        centre = (vectors * score[:, None]).sum(axis=0)
        near = np.asarray(vectors @ (centre / (np.linalg.norm(centre) or 1)), np.float64)
    worth = near + SURENESS * score if vectors is not None else score
    worth = worth - 0.3 * np.array([one.words < FEW_WORDS for one in ordered])
    everybody = np.ones(len(ordered), bool)
    persons = _numbered([one.person for one in ordered])
    alike = (_numbered([one.source for one in ordered]), _numbered([one.said for one in ordered]))
    return _Choice(ordered, vectors, worth, near, everybody, np.zeros(len(ordered)), persons, alike)


def _numbered(names: Sequence[str]) -> NDArray[np.intp]:
    """A number for each name, the same for the same."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([numbers[name] for name in names], np.intp)
