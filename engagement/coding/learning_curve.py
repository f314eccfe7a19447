"""How well the machine codes as more is coded by people, and what the next hour of coding is likely to bring."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engagement.codebook import with_parents
from engagement.coding.coder import THRESHOLD, Labelled
from engagement.model import Codebook, digest_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Reader = Callable[[Sequence[str]], Floats]

FEWEST = 40  # coded excerpts with which anything can be told
CARRIERS = 5  # of them that have a theme, for the theme to be measured
PARTS = (0.25, 0.5, 0.75, 1.0)  # of what is coded, from which the machine learns
FOLDS = 4
AHEAD = 50
RESAMPLES = 300
TAIL = 0.025  # on either side: an interval of 95 %
DECAYS = np.linspace(0.1, 1.5, 15)  # exponents that are tried
WORTH_SAYING = 0.01  # of F1
LIKELY = 0.8  # share of the resamples that gain anything


@dataclass(frozen=True, slots=True)
class Point:
    """Macro-F1 of a machine that has learnt from so many excerpts, on others."""

    examples: int
    f1: float


@dataclass(frozen=True, slots=True)
class Curve:
    """What was measured and what it promises, None where there is too little to tell.

    `now` and `then` are F1 as fitted, with all that is coded and with `AHEAD` more; `low` and `high` are the limits of
    `then`, an interval of 95 %. `words` say it to a user.
    """

    coded: int
    points: tuple[Point, ...]
    words: str
    now: float | None = None
    then: float | None = None
    low: float | None = None
    high: float | None = None


def curve(known: Iterable[Labelled], codebook: Codebook, make: Callable[[Sequence[Labelled]], Reader]) -> Curve:
    """The curve over the excerpts that people coded by most of the codebook, by cross-validation; their order is none.

    `make` gives for coded texts what a machine that learnt from them says of others: probabilities [n, themes].
    """
    from threadpoolctl import threadpool_limits

    whole = [one for one in known if 2 * len(one.carries) > len(codebook.keys)]
    whole.sort(key=lambda one: (digest_of(one.text), sorted(one.carries.items())))
    truth = np.array([[one.carries.get(key, np.nan) for key in codebook.keys] for one in whole], float)
    measured = (truth == 1).sum(0) >= CARRIERS if whole else np.zeros(len(codebook.keys), bool)
    if len(whole) < FEWEST:
        return Curve(len(whole), (), f"Too little to tell: people have coded {len(whole)} excerpts of {FEWEST} needed.")
    if not measured.any():
        return Curve(
            len(whole), (), f"Too little to tell: no theme is in {CARRIERS} of the excerpts that people coded."
        )
    with threadpool_limits(1):  # the matrices are small: more threads wait for each other
        given = [_given(whole, codebook, part, make) for part in (0.0, *PARTS)]
    found = np.stack([one[:, measured] for one in given])
    sizes = [0, *(round(part * len(whole) * (FOLDS - 1) / FOLDS) for part in PARTS)]
    f1 = _resampled(found, truth[:, measured])
    points = tuple(Point(size, round(float(value), 4)) for size, value in zip(sizes, f1[0], strict=True))
    ends = _power_law(np.array(sizes[1:], float), f1[:, 1:], np.array([len(whole), len(whole) + AHEAD], float))
    (now, then), gains = ends[0].tolist(), ends[1:, 1] - ends[1:, 0]
    low, high = np.percentile(ends[1:, 1], (100 * TAIL, 100 * (1 - TAIL))).tolist()
    words = _in_words(
        int(measured.sum()), now, then, low, high, likely=bool((gains > WORTH_SAYING / 2).mean() > LIKELY)
    )
    return Curve(len(whole), points, words, now, then, low, high)


def _given(
    whole: Sequence[Labelled], codebook: Codebook, part: float, make: Callable[[Sequence[Labelled]], Reader]
) -> NDArray[np.bool_]:
    """Which themes each excerpt is given by a machine that learnt from a part of the other folds: [n, themes]."""
    implied = np.array([[key in with_parents(codebook, [below]) for key in codebook.keys] for below in codebook.keys])
    found = np.zeros((len(whole), len(codebook.keys)), bool)
    if not part:
        found |= (make([])([one.text for one in whole]) > THRESHOLD) @ implied
        return found
    for fold in range(FOLDS):
        others = [one for place, one in enumerate(whole) if place % FOLDS != fold]
        read = make(others[: round(part * len(others))])
        found[fold::FOLDS] = (read([one.text for one in whole[fold::FOLDS]]) > THRESHOLD) @ implied
    return found


def _resampled(found: NDArray[np.bool_], truth: Floats) -> Floats:
    """Macro-F1 for each size, of the excerpts as they are and of resamples of them: [1 + RESAMPLES, sizes]."""
    number = truth.shape[0]
    draws = np.random.default_rng(number).multinomial(number, np.full(number, 1 / number), RESAMPLES)
    times = np.vstack([np.ones(number), draws])
    right = np.einsum("rn,snt->rst", times, found & (truth == 1))
    either = np.einsum("rn,snt->rst", times, (found & ~np.isnan(truth)).astype(float) + (truth == 1))
    each = np.divide(2 * right, either, out=np.zeros_like(right), where=either > 0)
    macro: Floats = each.mean(2)
    return macro


def _power_law(sizes: Floats, f1: Floats, at: Floats) -> Floats:
    """What the best fitting curves a - b * size ** -c, that never fall, come to `at` these sizes: [rows, len(at)].

    Source of the form: Figueroa and others (2012), BMC Medical Informatics and Decision Making 12:8.
    """
    fits, errors = [], []
    for decay in DECAYS:
        falling = sizes**-decay
        apart = falling - falling.mean()
        slope = np.maximum(0, -(f1 * apart).sum(1) / (apart**2).sum())
        limit = np.minimum(1, f1.mean(1) + slope * falling.mean())
        errors.append(((f1 - limit[:, None] + slope[:, None] * falling) ** 2).sum(1))
        fits.append(np.clip(limit[:, None] - slope[:, None] * at**-decay, 0, 1))
    best = np.array(errors).argmin(0)
    fitted: Floats = np.array(fits)[best, np.arange(len(f1))]
    return fitted


def _in_words(themes: int, now: float, then: float, low: float, high: float, *, likely: bool) -> str:
    mean = f"the mean of {themes} themes" if themes > 1 else "of one theme"
    if then - now < WORTH_SAYING:
        return f"Coding {AHEAD} more is unlikely to change much: F1, {mean}, is about {now:.2f}."
    does = "is likely to raise" if likely else "may raise"
    return (
        f"Coding {AHEAD} more {does} F1, {mean}, from about {now:.2f} to about {then:.2f} "
        f"(between {low:.2f} and {high:.2f})."
    )
