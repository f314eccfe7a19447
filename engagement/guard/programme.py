"""Which numbers of a table some repeated moves can change, by linear and integer programmes (HiGHS)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from engagement.guard.axes import Mask, Numbers

REACH = 3  # of a move at one leaf cell: less than there may be makes the attacker stronger, never weaker
MOST_ATOMS = 300  # larger programmes take seconds; tables so large have room for cells to spare
MOST_NODES = 5  # of a search: not a time, so that a busy machine decides alike
MOST_FAILURES = 2  # the first that can't be changed is enough to know; the rest are not looked at
GUESSES = 4
MOST_SEARCHED = 100  # moves in a programme that is searched for whole numbers though one target may do without
NEARLY = 0.01
SEED = 20200914


@dataclass(frozen=True, slots=True, eq=False)
class Mover:
    """A kind of people who may come and go, by leaf cell: how many more, how many fewer."""

    more: Numbers
    fewer: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """What a table counts: how much each mover changes it, how far each node may rise and fall, which are `wanted`."""

    weights: tuple[int, ...]
    rise: Numbers
    fall: Numbers
    wanted: Mask


def reached(
    tree: sparse.csr_matrix, movers: Sequence[Mover], measures: Sequence[Measure], *, thorough: bool = False
) -> list[Mask]:
    """Of the nodes that each measure wants, those that some whole-number combination of moves changes.

    `tree` [nodes, leaf cells] tells what is below a node. Every combination that is found is checked in whole numbers,
    so that no rounding of the solver's is believed.
    """
    up = np.concatenate([np.minimum(mover.more.ravel(), REACH) for mover in movers])
    down = np.concatenate([np.minimum(mover.fewer.ravel(), REACH) for mover in movers])
    free = (up > 0) | (down > 0)
    wanted = np.concatenate([measure.wanted.ravel() for measure in measures])
    found = np.zeros(len(wanted), bool)
    if 0 < free.sum() <= MOST_ATOMS:
        weights = np.array([measure.weights for measure in measures])
        whole = sparse.kron(weights, tree, format="csr")[:, free]
        rise = np.concatenate([measure.rise.ravel() for measure in measures])
        fall = np.concatenate([measure.fall.ravel() for measure in measures])
        found = _found(
            _Programme(whole, rise, fall, up[free], down[free]), whole, wanted, tree.shape[0], thorough=thorough
        )
    shape = measures[0].wanted.shape
    return [each.reshape(shape) for each in np.split(found, len(measures))]


def _found(programme: _Programme, whole: sparse.csr_matrix, wanted: Mask, nodes: int, *, thorough: bool) -> Mask:
    """Programmes in parts of people come first: quicker, and often enough whole numbers come out of them."""
    asked = np.flatnonzero(wanted & (np.diff(whole.indptr) > 0))
    left, draw = asked, np.random.default_rng(SEED)
    for number in range(GUESSES):  # many targets at once
        if len(left):
            towards = (draw.random(len(left)) + 0.5) * (-1) ** number
            left = _unchanged(left, programme.change(towards @ whole[left]))
    failed = 0
    search = thorough or whole.shape[1] <= MOST_SEARCHED
    for target in left[np.argsort(left % nodes, kind="stable")]:
        for integral, sign in product((False, True) if search else (False,), (1, -1)):
            if target in left and (thorough or failed < MOST_FAILURES):
                aside = NEARLY * draw.random(whole.shape[1])  # so that it doesn't end in the same corner twice
                towards = sign * whole[target].toarray().ravel() + aside
                left = _unchanged(left, programme.change(towards, integral=integral))
        failed += target in left
    found = np.zeros(len(wanted), bool)
    found[np.setdiff1d(asked, left)] = True
    return found


def _unchanged(left: NDArray[np.intp], change: Numbers | None) -> NDArray[np.intp]:
    return left if change is None else left[change[left] == 0]


class _Programme:
    """How often each move may be made, within what the nodes allow."""

    def __init__(self, whole: sparse.csr_matrix, rise: Numbers, fall: Numbers, up: Numbers, down: Numbers) -> None:
        bound = np.minimum(rise, fall) < abs(whole) @ np.maximum(up, down)
        self._whole, self._rows, self._rise, self._fall = whole, whole[bound], rise[bound], fall[bound]
        self._up, self._down = up, down

    def change(self, towards: NDArray[np.float64], *, integral: bool = False) -> Numbers | None:
        """How far every node goes when `towards` goes as far as it can; None where that is not in whole numbers."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        done = milp(
            -np.asarray(towards, float),
            integrality=np.full(len(self._up), int(integral)),
            bounds=Bounds(-self._down, self._up),
            constraints=LinearConstraint(self._rows, -self._fall, self._rise) if self._rows.shape[0] else None,
            options={"node_limit": MOST_NODES, "mip_rel_gap": 0.9 if integral else 0.0},
        )
        if done.x is None:
            return None
        moves = np.round(done.x).astype(np.int64)
        nodes = self._rows @ moves
        kept = (nodes >= -self._fall) & (nodes <= self._rise)
        held = (moves >= -self._down) & (moves <= self._up)
        return np.asarray(self._whole @ moves) if kept.all() and held.all() else None
