"""Excerpts' vectors -> a map of squares: how many people are behind each, as a cell, and its commonest theme.

The two directions are those in which the themes' centres lie furthest apart (principal components of the centres), so
that what is near is alike in what it is about. Each direction is stretched to ranks, which fills the map evenly. A
square is left out where the number of people behind it is hidden, and so are as many of the smallest others as keep
what was left out from being told by subtraction.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engagement.model import Count, Embeddings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engagement.slices import Slicer

SIDES = (12, 11, 10, 9, 8, 7, 6, 5, 4, 3)  # squares across and down: the first that shows enough
ENOUGH = 0.75  # of the excerpts are in squares that are shown
STANDS_OUT = 0.3  # of a square's excerpts carry its commonest theme; else none stands out
BLOCK = 4096  # vectors that are projected at once, so that they never all lie in memory a second time
CENTRES = 3  # themes from which on their centres span a map


@dataclass(frozen=True, slots=True)
class Square:
    """A square at its column and row; `theme` is the key of its commonest theme, None where none stands out."""

    across: int
    down: int
    people: Count
    theme: str | None


@dataclass(frozen=True, slots=True)
class Map:
    """The squares that may be shown, of `side` by `side`; `some_left_out` tells that there are others."""

    side: int
    squares: tuple[Square, ...]
    some_left_out: bool


Place = tuple[int, int]


def squares(vectors: Embeddings, carries: Mapping[str, Collection[str]], numbers: Slicer) -> Map | None:
    """The map of the excerpts of `vectors`; `carries` are the themes of each that may be named. None without a square.

    The same excerpts give the same map.
    """
    spots = ranked(projected(vectors, carries))
    for side in SIDES:
        bins: dict[Place, list[str]] = defaultdict(list)
        for excerpt_id, (across, down) in zip(vectors.ids, (spots * side).astype(int).tolist(), strict=True):
            bins[across, down].append(excerpt_id)
        told = kept(bins, numbers)
        if sum(len(bins[place]) for place in told) >= ENOUGH * len(vectors.ids):
            made = (Square(*place, people, commonest(bins[place], carries)) for place, people in sorted(told.items()))
            return Map(side, tuple(made), len(told) < len(bins))
    return None


def kept(bins: Mapping[Place, Sequence[str]], numbers: Slicer) -> dict[Place, Count]:
    """The squares to show with their cells: none that is left out follows from the others and their sum."""
    cells = {place: numbers.people_behind(ids) for place, ids in bins.items()}
    told = {place: cell for place, cell in cells.items() if isinstance(cell, Count)}
    smallest = sorted(told, key=lambda place: (len(bins[place]), place), reverse=True)
    while smallest and len(told) < len(bins):
        left_out = [place for place in bins if place not in told]
        behind = numbers.people_behind([each for place in left_out for each in bins[place]])
        if isinstance(behind, Count):  # never of one square alone: its number is hidden
            break
        del told[smallest.pop()]
    return told


def commonest(ids: Sequence[str], carries: Mapping[str, Collection[str]]) -> str | None:
    """The theme that most of these excerpts carry, None where it is not many of them."""
    found = Counter(key for each in ids for key in carries.get(each, ()))
    best = min(found, key=lambda key: (-found[key], key), default=None)
    return best if best is not None and found[best] >= STANDS_OUT * len(ids) else None


def projected(vectors: Embeddings, carries: Mapping[str, Collection[str]]) -> NDArray[np.float64]:
    """Each vector in two directions, [n, 2]: by the centres of the themes, or by the vectors where there are few."""
    matrix, mean = vectors.matrix, vectors.matrix.mean(0, dtype=np.float64)
    rows: dict[str, list[int]] = defaultdict(list)
    for row, excerpt_id in enumerate(vectors.ids):
        for key in carries.get(excerpt_id, ()):
            rows[key].append(row)
    centres = np.array([(matrix[rows[key]] - mean).mean(0) for key in sorted(rows)])
    blocks = [matrix[at : at + BLOCK] for at in range(0, len(matrix), BLOCK)]
    if len(centres) >= CENTRES:
        spread = centres.T @ centres
    else:
        spread = np.sum([(block - mean).T @ (block - mean) for block in blocks], axis=0)
    directions = np.linalg.eigh(spread)[1][:, -1:-3:-1]
    signs = np.sign(directions[np.abs(directions).argmax(0), [0, 1]])  # else chance decides which end is left
    found: NDArray[np.float64] = np.concatenate([(block - mean) @ (directions * signs) for block in blocks])
    return found


def ranked(spots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each direction as a rank from 0 up to, not with, 1."""
    order = np.round(spots, 6).argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    found: NDArray[np.float64] = order / max(1, len(spots))
    return found
