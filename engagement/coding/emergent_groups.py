"""Vectors -> groups that keep coming back, however the texts are sampled and whatever the seed.

Each text is joined to those nearest to it, and the joined ones are parted into communities (Blondel and others 2008,
J. Stat. Mech. P10008) many times, each time on other four fifths of the texts. A join then weighs as often as its two
ends were in one community (as Poulin and Theberge 2019, Complex Networks and their Applications VII, 231), and what is
parted by these weights is what most repetitions agree on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]
    Labels = NDArray[np.intp]  # a group's number for each text, NOBODYS for none

# Measured by bench/emergent.py.
DIMENSIONS = 30
NEIGHBOURS = 15, 4  # the most, and the least of few texts
PER_ROOT = 0.7  # neighbours for each root of the number of texts
RESOLUTION, MANY = 2.0, 400  # higher gives more and smaller groups; of fewer texts it lies between 1 and that
REPETITIONS, PART = 20, 0.8
SELDOM = 0.05  # what a join weighs whose ends were never in one community
AT_HOME = 0.25  # share of a text's neighbours that are in its group; else it is in none
MOST = 3000  # texts that are grouped; the others join the group of their neighbours
SMALLEST_GROUP, SMALLEST_SHARE = 5, 0.005  # texts
COMES_BACK = 0.5  # Jaccard likeness from which a community is the group again
BLOCK = 1000  # rows of a similarity matrix at once
NOBODYS = -1


@dataclass(frozen=True, slots=True)
class Groups:
    """The group of each text, and for each group the share of repetitions in which it comes back."""

    labels: Labels
    stability: tuple[float, ...]


def groups(vectors: Floats, seed: int) -> Groups:
    """Groups of the texts with these `vectors`, of length 1: [n, d].

    Beyond `MOST` texts the first ones are grouped, so that these should be a fair sample; the order matters else only
    by the numbers of the groups.
    """
    sample = reduced(vectors[:MOST], vectors)
    rows = sample[:MOST]
    number = _neighbours(len(rows))
    likeness = rows @ rows.T
    np.fill_diagonal(likeness, -np.inf)
    nearest = _nearest(likeness, number)
    members = repeated(likeness, number, seed)
    labels = _communities(len(rows), *_weighed(nearest, members), seed)
    labels = _large(_settled(labels, labels[nearest]))
    if len(vectors) > MOST:
        labels = np.concatenate([labels, _joined(sample[MOST:], rows, labels, number)])
    return Groups(labels, tuple(_stability(labels[:MOST], members)))


def reduced(rows: Floats, every: Floats) -> Floats:
    """All vectors in the directions in which `rows` differ most, of length 1."""
    from sklearn.decomposition import PCA

    fitted = PCA(min(DIMENSIONS, len(rows) - 1, rows.shape[1]), svd_solver="full").fit(rows.astype(float))
    found = fitted.transform(every.astype(float))
    length = np.linalg.norm(found, axis=1, keepdims=True)
    unit: Floats = np.round(found / np.maximum(length, 1e-9), 6).astype(np.float32)
    return unit


def _neighbours(texts: int) -> int:
    most, least = NEIGHBOURS
    wanted: int = round(PER_ROOT * texts**0.5)
    return min(max(least, min(most, wanted)), texts - 1)


def _nearest(likeness: Floats, number: int) -> Labels:
    """The `number` nearest of each row: [n, number]."""
    return np.argsort(-likeness, axis=1, kind="stable")[:, :number]


def _joins(nearest: Labels) -> tuple[Labels, Labels]:
    """The pairs of which one is among the nearest of the other, each once."""
    texts, number = nearest.shape
    ends = np.stack([np.repeat(np.arange(texts), number), nearest.ravel()])
    pairs = np.unique(np.sort(ends, axis=0), axis=1)
    return pairs[0], pairs[1]


def repeated(
    likeness: Floats, number: int, seed: int, *, repetitions: int = REPETITIONS, part: float = PART
) -> list[Labels]:
    """The communities of each repetition, NOBODYS where a text was left out."""
    texts = len(likeness)
    members = []
    for repetition in range(repetitions):
        rng = np.random.default_rng([seed, repetition])
        there = np.sort(rng.choice(texts, max(round(part * texts), 2), replace=False))
        own = likeness[np.ix_(there, there)]
        one, other = _joins(_nearest(own, min(number, len(there) - 1)))
        labels = np.full(texts, NOBODYS)
        weights = np.maximum(own[one, other], 0.0)
        labels[there] = _communities(len(there), one, other, weights, seed + repetition)
        members.append(labels)
    return members


def _weighed(nearest: Labels, members: list[Labels]) -> tuple[Labels, Labels, Floats]:
    """The joins, and how often their ends were in one community of those repetitions that had both."""
    one, other = _joins(nearest)
    both, same = np.zeros(len(one)), np.zeros(len(one))
    for labels in members:
        there = (labels[one] != NOBODYS) & (labels[other] != NOBODYS)
        both += there
        same += there & (labels[one] == labels[other])
    return one, other, SELDOM + (1 - SELDOM) * same / np.maximum(both, 1)


def _communities(texts: int, one: Labels, other: Labels, weights: Floats, seed: int) -> Labels:
    import networkx  # type: ignore[import-untyped]  # it ships no types

    graph = networkx.Graph()
    graph.add_nodes_from(range(texts))
    graph.add_weighted_edges_from(zip(one.tolist(), other.tolist(), weights.tolist(), strict=True))
    labels = np.full(texts, NOBODYS)
    fineness = 1 + (RESOLUTION - 1) * min(texts / MANY, 1)
    for number, found in enumerate(networkx.community.louvain_communities(graph, resolution=fineness, seed=seed)):
        labels[list(found)] = number
    return labels


def _settled(labels: Labels, around: Labels) -> Labels:
    """Without the texts of which too few neighbours, [n, neighbours], are in their group."""
    return np.where((around == labels[:, None]).mean(1) >= AT_HOME, labels, NOBODYS)


def _large(labels: Labels) -> Labels:
    """The groups that are large enough, the largest first."""
    smallest = max(SMALLEST_GROUP, round(SMALLEST_SHARE * len(labels)))
    numbers, sizes = np.unique(labels[labels != NOBODYS], return_counts=True)
    order = [number for number, size in sorted(zip(numbers, sizes, strict=True), key=lambda one: (-one[1], one[0]))
             if size >= smallest]  # fmt: skip
    renamed = np.full(len(labels), NOBODYS)
    for place, number in enumerate(order):
        renamed[labels == number] = place
    return renamed


def _joined(vectors: Floats, rows: Floats, labels: Labels, number: int) -> Labels:
    """For texts that were not grouped the group that most of their nearest are in, where enough are."""
    found = []
    for start in range(0, len(vectors), BLOCK):
        around = labels[_nearest(vectors[start : start + BLOCK] @ rows.T, number)]
        votes = np.stack([(around == group).sum(1) for group in range(labels.max() + 1)] or [np.zeros(len(around))], 1)
        best = votes.argmax(1)
        found.append(np.where(votes.max(1) >= max(AT_HOME * number, 1), best, NOBODYS))
    return np.concatenate(found)


def _stability(labels: Labels, members: list[Labels]) -> list[float]:
    """For each group the share of repetitions in which a community is much the same, among the texts that both had."""
    shares = []
    for group in range(labels.max(initial=NOBODYS) + 1):
        back = 0
        for member in members:
            own = (labels == group) & (member != NOBODYS)
            met, common = np.unique(member[own], return_counts=True)
            sizes = np.array([(member == each).sum() for each in met])
            likeness = common / (own.sum() + sizes - common)
            back += bool((likeness >= COMES_BACK).any())
        shares.append(back / len(members))
    return shares
