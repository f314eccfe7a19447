"""Somebody who asks for every table of a project and reasons over all answers together, with no word of our code.

Unknown are, for each combination of the leaf categories, how many people there are, how many of them said the theme and
how often. Each published number gives an interval, each hidden one nothing. A number is pinned where linear
programmes find one whole number for it only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from engagement.model import Cell, Count, DisclosureRule

EVERYTHING = "all"
GUESSES = 5  # random objectives, which free most of the numbers at once
NEARLY = 1e-6


@dataclass(frozen=True)
class Axis:
    """What one characteristic or filter tells apart: node -> the leaves that it sums up."""

    nodes: Mapping[str, tuple[str, ...]]

    @property
    def leaves(self) -> tuple[str, ...]:
        return max(self.nodes.values(), key=len)


@dataclass(frozen=True)
class Seen:
    """A published cell: people ("n"), those who said the theme ("p") or mentions ("m") at a node of each axis."""

    measure: str
    at: tuple[str, ...]
    cell: Cell


@dataclass(frozen=True)
class Listed:
    """How many rows or quotes of a node a file shows, so that there are no fewer."""

    measure: str
    at: tuple[str, ...]
    least: int


def interval(shown: int, rule: DisclosureRule) -> tuple[int, int]:
    """All numbers that the rule prints as `shown`, by trying them."""
    lowest = -(-rule.threshold // rule.rounding) * rule.rounding
    fits = [
        number
        for number in range(rule.threshold, shown + 2 * rule.rounding + rule.threshold)
        if max(int((number + rule.rounding / 2) // rule.rounding) * rule.rounding, lowest) == shown
    ]
    return fits[0], fits[-1]


class Attacker:
    """Everything that was published, as one linear programme."""

    def __init__(
        self, axes: Sequence[Axis], seen: Sequence[Seen], rule: DisclosureRule, listed: Sequence[Listed] = ()
    ) -> None:
        self._atoms = {atom: number for number, atom in enumerate(product(*(axis.leaves for axis in axes)))}
        self._axes, self._rule = axes, rule
        size = len(self._atoms)
        one, none = sparse.identity(size, format="csr"), sparse.csr_matrix((size, size))
        rows = [sparse.hstack([-one, one, none]), sparse.hstack([none, one, -one])]  # p <= n, p <= m
        limits = [np.zeros(size), np.zeros(size)]
        bounded = {(each.measure, each.at): each.cell for each in seen if isinstance(each.cell, Count)}
        for (measure, at), cell in bounded.items():
            low, high = interval(cell.value, rule)  # type: ignore[union-attr]  # only Counts are in it
            row = sparse.csr_matrix(self.weights(measure, at))
            rows += [row, -row]
            limits += [np.array([high]), np.array([-low])]
        for each in listed:
            rows.append(-sparse.csr_matrix(self.weights(each.measure, each.at)))
            limits.append(np.array([-each.least]))
        self._matrix, self._limits = sparse.vstack(rows, format="csr"), np.concatenate(limits)

    def weights(self, measure: str, at: Sequence[str]) -> np.ndarray:
        """What to add up for a number; "n-p" is who did not say it."""
        parts = [axis.nodes[name] for axis, name in zip(self._axes, at, strict=True)]
        inside = np.zeros(len(self._atoms))
        inside[[self._atoms[atom] for atom in product(*parts)]] = 1
        signs = {"n": (1, 0, 0), "p": (0, 1, 0), "m": (0, 0, 1), "n-p": (1, -1, 0)}[measure]
        return np.concatenate([sign * inside for sign in signs])

    def pinned(self, targets: Sequence[tuple[str, tuple[str, ...]]]) -> list[tuple[str, tuple[str, ...], int]]:
        """Which of the numbers can have one value only, with the value."""
        unique = list(dict.fromkeys(targets))
        if not unique:
            return []
        weights = np.array([self.weights(*target) for target in unique])
        least, most = np.full(len(unique), np.inf), np.full(len(unique), -np.inf)
        draw = np.random.default_rng(1)

        def look(objective: np.ndarray) -> None:
            done = linprog(objective, A_ub=self._matrix, b_ub=self._limits, bounds=(0, 10_000), method="highs")
            assert done.status == 0, "what is published contradicts itself"
            values = weights @ done.x
            np.minimum(least, values, out=least)
            np.maximum(most, values, out=most)

        def one() -> np.ndarray:
            return np.ceil(least - NEARLY) >= np.floor(most + NEARLY)

        for _ in range(GUESSES):
            if one().any():
                towards = (draw.random(len(unique)) - 0.5)[one()] @ weights[one()]
                look(towards)
                look(-towards)
        for number in range(len(unique)):
            for sign in (1, -1):
                if one()[number]:
                    look(sign * weights[number])
        return [(*unique[number], round(least[number])) for number in np.flatnonzero(one())]
