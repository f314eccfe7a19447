"""The fewest cells that complete a two-way table's pattern of hidden cells, as an integer programme.

The cell suppression problem (Fischetti and Salazar-Gonzalez, 2001): one choice for each cell that may still be hidden;
of equally many, those with the fewest people. A line is a constraint; what the audit finds given away is a cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

MOST_CATEGORIES = 12  # of either axis; beyond that the programme may take seconds
MOST_NODES = 2000  # of the search: not a time, so that a busy machine decides alike

Mask = NDArray[np.bool_]
# A cell that is given away while it is hidden, None where something is whatever is hidden; the shown cells of which
# one must then be hidden.
Cut = tuple[int | None, Mask]


def fewest(forced: Mask, people: NDArray[np.int64], own: Mask, together: int, cuts: Sequence[Cut] = ()) -> Mask | None:
    """The pattern; None where none keeps every line, or the search for it takes too long.

    `forced` [1 + rows, 1 + columns] holds margins as they are and the cells that must be hidden, `own` the cells that
    may be, `together` what the hidden cells of a line come to.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows, least = [], []
    free = (own & ~forced).ravel()
    for at in _lines(forced.shape):
        total, parts = at[0], at[1:]
        hidden = forced.ravel()[parts]
        if not free[parts].any():
            continue
        if forced.ravel()[total]:
            rows.append(_row(forced.size, parts))
            least.append(1.0)
            continue
        if hidden.any() and (hidden.sum() == 1 or people.ravel()[parts][hidden].sum() < together):
            rows.append(_row(forced.size, parts[~hidden]))
            least.append(1.0)
        for part in parts[free[parts]]:
            row = _row(forced.size, parts)
            row[part] = -1
            rows.append(row)
            least.append(0.0)
    for cell, shown in cuts:
        row = shown.ravel().astype(float)
        if cell is not None:
            row[cell] -= 1
        rows.append(row)
        least.append(0.0 if cell is not None else 1.0)
    if not rows:
        return forced.copy()
    cost = 1 + people.ravel() / (1 + people.sum())
    done = milp(
        np.where(free, cost, 0.0),
        integrality=np.ones(forced.size),
        bounds=Bounds(forced.ravel().astype(float), (forced.ravel() | free).astype(float)),
        constraints=LinearConstraint(np.array(rows), np.array(least)),
        options={"node_limit": MOST_NODES},
    )
    return (np.round(done.x) > 0).reshape(forced.shape) if done.success else None


def _lines(shape: tuple[int, ...]) -> Iterator[NDArray[np.intp]]:
    """Every line through inner cells: the place of its total, then of its parts."""
    places = np.arange(np.prod(shape)).reshape(shape)
    yield from places[1:]
    yield from places.T[1:]


def _row(size: int, places: NDArray[np.intp]) -> NDArray[np.float64]:
    row = np.zeros(size)
    row[places] = 1
    return row
