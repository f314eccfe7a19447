"""The attacker of the tables who has every other number too: totals, what was left out, copies, samples, rows.

Each is one more unknown, tied to the people of the tables and to the others by what everybody knows of how they are
counted (a copy is sent by somebody, an excerpt either carries a theme or does not).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from engagement.model import DisclosureRule
from tests import attacker

ALONE = "alone"
Target = tuple[str, tuple[str, ...]]


@dataclass(frozen=True)
class Bound:
    """The sum of numbers, each so many times, lies between the limits; None is no limit."""

    terms: Mapping[Target, float]
    low: float | None = 0
    high: float | None = None


def alone(name: str) -> Target:
    return (ALONE, (name,))


class Joint(attacker.Attacker):
    """Everything that was published under one rule or several, as one linear programme."""

    def __init__(
        self,
        axes: Sequence[attacker.Axis],
        seen: Sequence[attacker.Seen],
        rule: DisclosureRule,
        listed: Sequence[attacker.Listed] = (),
        bounds: Sequence[Bound] = (),
    ) -> None:
        self._others: dict[str, int] = {}
        super().__init__(axes, seen, rule, listed)
        names = dict.fromkeys(at[0] for each in bounds for measure, at in each.terms if measure == ALONE)
        self._others = {name: number for number, name in enumerate(names)}
        none = sparse.csr_matrix((self._matrix.shape[0], len(names)))
        rows, limits = [sparse.hstack([self._matrix, none])], [self._limits]
        for each in bounds:
            row = sparse.csr_matrix(sum(times * self.weights(*target) for target, times in each.terms.items()))
            for sign, limit in ((1, each.high), (-1, each.low)):
                if limit is not None:
                    rows.append(sign * row)
                    limits.append(np.array([sign * limit]))
        self._matrix, self._limits = sparse.vstack(rows, format="csr"), np.concatenate(limits)

    def weights(self, measure: str, at: Sequence[str]) -> np.ndarray:
        if measure == ALONE:
            found = np.zeros(3 * len(self._atoms) + len(self._others))
            found[3 * len(self._atoms) + self._others[at[0]]] = 1
            return found
        return np.concatenate([super().weights(measure, at), np.zeros(len(self._others))])
