"""Exact counts of people and of mentions, for the guard alone; a test looks for others who import this.

A column is a set of conditions on an excerpt (themes that it carries, characteristics that it mentions); a person is
counted who said an excerpt that meets them all, and the empty column counts everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from types import EllipsisType
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engagement.guard.axes import Axis, Numbers, Places

Condition = tuple[str, str]  # (FilterKind.THEME or FilterKind.MENTIONED, its key)
Column = frozenset[Condition]
EVERYBODY: Column = frozenset()


class Exact:
    """Unsuppressed numbers: people and mentions, [columns, nodes of the first axis, nodes of the second ...].

    It has no text form, no length and no number of its own, so that it can't slip into a page, a file or a log.
    """

    __slots__ = ("_mentions", "_people")

    def __init__(self, people: Numbers, mentions: Numbers) -> None:
        self._people, self._mentions = people, mentions

    def reveal_people(self) -> Numbers:
        """How many people; for the guard and for cells that it lets through."""
        return self._people

    def reveal_mentions(self) -> Numbers:
        """How many mentions; of the empty column, people."""
        return self._mentions

    def __repr__(self) -> str:
        return "Exact(<numbers>)"

    def __str__(self) -> NoReturn:
        raise TypeError("exact numbers have no text form; ask the Slicer for cells")

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("exact numbers can't be formatted; ask the Slicer for cells")

    def __reduce__(self) -> NoReturn:
        raise TypeError("exact numbers can't be pickled or copied; ask the Slicer for cells")


class Tallies:
    """Who said which excerpt and what it carries, as arrays; every count is made here.

    `speakers` is the person of each excerpt as a number, -1 where it is nobody who is counted; `carries` are the
    excerpts that meet each condition.
    """

    def __init__(self, people: int, speakers: Places, carries: Mapping[Condition, Places]) -> None:
        self._people, self._speakers = people, speakers
        self._meets = {condition: self._mask(places) for condition, places in carries.items()}
        self._said: dict[Column, Numbers] = {}

    def _mask(self, places: Places) -> NDArray[np.bool_]:
        met = np.zeros(len(self._speakers), bool)
        met[places] = True
        return met

    def excerpts(self, column: Column) -> NDArray[np.bool_]:
        """Which excerpts of people who are counted meet every condition of the column."""
        met = self._speakers >= 0
        for condition in column:
            met = met & self._meets[condition] if condition in self._meets else np.zeros_like(met)
        return met

    def said(self, column: Column) -> Numbers:
        """How many such excerpts each person said; 1 for everybody in the empty column."""
        if column not in self._said:
            self._said[column] = (
                np.bincount(self._speakers[self.excerpts(column)], minlength=self._people).astype(np.int64)
                if column
                else np.ones(self._people, np.int64)
            )
        return self._said[column]

    def count(self, axes: Sequence[Axis], columns: Sequence[Column]) -> Exact:
        """The numbers of every node; of the empty column a person with no excerpt is in no source and no question."""
        of_people = [axis for axis in axes if not axis.of_excerpts]
        of_excerpts = [axis for axis in axes if axis.of_excerpts]
        cells = np.zeros(self._people, np.intp)
        for axis in of_people:
            cells = cells * len(axis.leaves) + np.searchsorted(axis.leaves, axis.places)
        said = np.stack([self.said(column) for column in columns], axis=1)
        found = _summed(cells, said, of_people, ())
        if of_excerpts:
            whole = found
            found = np.zeros((*whole.shape, *(len(axis.parents) for axis in of_excerpts)), np.int64)
            found[_at(0 for _ in of_excerpts)] = whole
            for size in range(1, len(of_excerpts) + 1):
                for among in combinations(range(len(of_excerpts)), size):
                    inside = [of_excerpts[number] for number in among]
                    at = _at(slice(1, None) if number in among else 0 for number in range(len(of_excerpts)))
                    inner = self._within(cells, of_people, inside, columns)
                    found[at] = inner[_at(slice(1, None) for _ in inside)]
            order = [*of_people, *of_excerpts]
            found = found.transpose(0, 1, *[2 + [each is axis for each in order].index(True) for axis in axes])
        return Exact(found[0], found[1])

    def _within(self, cells: Places, of_people: list[Axis], inside: list[Axis], columns: Sequence[Column]) -> Numbers:
        """Counts by where excerpts stand: whoever said two excerpts in two places is in both."""
        sizes = tuple(len(axis.parents) for axis in inside)
        placed = np.flatnonzero((self._speakers >= 0) & np.all([axis.places >= 0 for axis in inside], axis=0))
        place = np.ravel_multi_index([axis.places[placed] for axis in inside], sizes)
        width = int(np.prod(sizes))
        pairs, pair = np.unique(self._speakers[placed] * width + place, return_inverse=True)
        met = np.stack([self.excerpts(column)[placed] for column in columns], axis=1)
        said = _added(pair, len(pairs), met)
        return _summed(cells[pairs // width] * width + pairs % width, said, of_people, sizes)


def _at(last: Iterable[int | slice]) -> tuple[EllipsisType | int | slice, ...]:
    """The place in an array of which only the last axes are given."""
    return (..., *last)


def _summed(cells: Places, said: Numbers, of_people: Sequence[Axis], sizes: tuple[int, ...]) -> Numbers:
    """People and mentions of every node: [2, columns, nodes of people's axes ..., *sizes]."""
    shape = (*(len(axis.leaves) for axis in of_people), *sizes)
    both = np.concatenate([said > 0, said], axis=1)
    counted = _added(cells, int(np.prod(shape)), both).T.reshape(2, said.shape[1], *shape)
    for number, axis in enumerate(of_people):
        counted = np.moveaxis(np.tensordot(axis.above, counted, axes=(1, 2 + number)), 0, 2 + number)
    return np.ascontiguousarray(counted)


def _added(cells: Places, number: int, values: NDArray[np.generic]) -> Numbers:
    """The rows of `values` summed by cell: [number, columns]."""
    members = sparse.csr_matrix((np.ones(len(cells), np.int64), (cells, np.arange(len(cells)))), (number, len(cells)))
    return np.asarray(members @ values.astype(np.int64), np.int64)
