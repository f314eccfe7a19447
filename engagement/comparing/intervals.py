"""Shares and differences of published numbers, with intervals that hold whatever true numbers those stand for.

A published number stands for all those that are rounded to it, and a hidden one for any that the numbers around it
leave room for: every interval is the widest, and every p-value the largest, over all of them. Nothing here sees more
than a table shows.

A share's interval is Wilson's (1927); a difference's is method 10 of Newcombe (1998, Statistics in Medicine 17, 873);
a longer sum's is the same with more terms (Zou, Huang and Zhang 2009, Computational Statistics and Data Analysis 53,
1080). A p-value is the level at which that interval begins to hold nought, so that the two always agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import NormalDist

from engagement.model import Cell, Count, DisclosureRule, Hidden

Z = NormalDist().inv_cdf(0.975)  # of intervals that hold in 95 of 100 samples
FARTHEST = 38.0  # z whose p-value is the smallest that a float holds
MOST_HIDDEN = 2  # times the least that a sum with hidden parts may be: beyond it the sum is not known


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share or a difference of shares, each a part of 1, and its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Number:
    """A number of people as far as published cells tell it, with the least and the most that it may truly be."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Known:
    """How many said it (`said`) of how many who could have (`base`)."""

    said: Number
    base: Number


Term = tuple[int, Known]  # a share, added (1) or taken away (-1)


def together(members: Sequence[Cell], total: Cell, others: Sequence[Cell], rule: DisclosureRule) -> Number | None:
    """The sum of the `members`, which with the `others` are the `total`: from both sides, by what is published.

    None where every member is hidden, or so much that the sum is not known.
    """
    counts = [cell.value for cell in members if isinstance(cell, Count)]
    low, high = reach(members, total, others, rule)
    all_shown = len(counts) == len(members)
    if not counts or not (all_shown or high <= MOST_HIDDEN * low):
        return None
    return Number(min(max(sum(counts) if all_shown else (low + high) / 2, low), high), low, high)


def reach(members: Sequence[Cell], total: Cell, others: Sequence[Cell], rule: DisclosureRule) -> tuple[float, float]:
    """The least and the most that the sum of the `members` may be."""
    spans = [span(cell, rule) for cell in members]
    beside = [span(cell, rule) for cell in others]
    least, most = span(total, rule)
    low = max(sum(lowest for lowest, _ in spans), least - sum(highest for _, highest in beside))
    high = min(sum(highest for _, highest in spans), most - sum(lowest for lowest, _ in beside))
    return low, high


def span(cell: Cell, rule: DisclosureRule) -> tuple[float, float]:
    """The least and the most people that a cell may stand for: a hidden one may protect another, and be anything."""
    if isinstance(cell, Hidden):
        return 0, inf
    lowest_shown = -(-rule.threshold // rule.rounding) * rule.rounding
    low = rule.threshold if cell.value == lowest_shown else max(rule.threshold, cell.value - rule.rounding // 2)
    return low, cell.value + (rule.rounding - 1) // 2


def wilson(said: float, base: float, z: float = Z) -> tuple[float, float]:
    """The score interval of a share, `said` of `base` (Wilson 1927)."""
    middle = (said + z * z / 2) / (base + z * z)
    half = z / (base + z * z) * sqrt(said * (base - said) / base + z * z / 4)
    share = said / base
    return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))


def interval(terms: Sequence[Term]) -> Estimate:
    """The sum of signed shares with the interval that holds whatever true numbers the published ones stand for."""
    value = sum(sign * min(1.0, group.said.value / group.base.value) for sign, group in terms)
    return Estimate(value, _least(terms, Z), _most(terms, Z))


def p_value(terms: Sequence[Term], against: float = 0.0) -> float:
    """How likely chance alone takes the sum so far from `against`: where its interval begins to hold that value."""
    near, far = 0.0, FARTHEST
    if _least(terms, near) <= against <= _most(terms, near):
        return 1.0
    while far - near > 1e-9:
        middle = (near + far) / 2
        if _least(terms, middle) <= against <= _most(terms, middle):
            far = middle
        else:
            near = middle
    return 2 * NormalDist().cdf(-near)


def _least(terms: Sequence[Term], z: float) -> float:
    """The lower end. It only falls when a share that is added falls, or one that is taken away rises.

    So the worst true numbers are the fewest of the most people, or the most of the fewest.
    """
    value = spread = 0.0
    for sign, group in terms:
        if sign > 0:
            said, base = group.said.low, group.base.high
            far = said / base - wilson(said, base, z)[0]
        else:
            said, base = min(group.said.high, group.base.low), group.base.low
            far = wilson(said, base, z)[1] - said / base
        value += sign * said / base
        spread += far * far
    return value - sqrt(spread)


def _most(terms: Sequence[Term], z: float) -> float:
    return -_least([(-sign, group) for sign, group in terms], z)


def adjusted(p_values: Sequence[float | None]) -> list[float | None]:
    """The p-values adjusted for being so many (Benjamini and Hochberg 1995); None stays None."""
    from scipy.stats import false_discovery_control

    told = [p for p in p_values if p is not None]
    mended = iter(false_discovery_control(told).tolist() if told else [])
    return [None if p is None else next(mended) for p in p_values]
