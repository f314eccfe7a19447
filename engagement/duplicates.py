"""Near duplicates and campaigns: which texts are copies of each other, word for word or nearly so.

Broder, "On the resemblance and containment of documents" (1997): two texts are alike as the sets of their word
shingles overlap (Jaccard), and equal minima of random hashes of the sets find the pairs worth comparing.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from engagement.readers.clean import fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHINGLE = 5  # words
ALIKE = 0.7  # of all shingles of two texts, from which they are copies
SHORT = 8  # words; shorter texts are copies only where they are the same
# A pair at exactly 0.7 shares one of 25 bands of 4 minima with a chance of 0.999; a pair at 0.8, of 0.999998.
BANDS, BAND = 25, 4
MOST_KINDS = 30  # different texts of one band that a further one is compared with, lest shared openings take for ever
SEED = 20200914


def grouped(texts: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Groups of two or more places in `texts` that hold copies of one text, each in order, the earliest group first.

    Case, accents and punctuation make no difference. A copy of a copy is in the same group. The same texts give the
    same groups on any machine. Texts without a word are copies of nothing.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        if words := fold(text):
            places[words].append(place)
    kinds = list(places)
    first = _joined(kinds)
    groups: dict[int, list[int]] = defaultdict(list)
    for kind, leader in zip(kinds, first, strict=True):
        groups[leader] += places[kind]
    return tuple(sorted(tuple(sorted(group)) for group in groups.values() if len(group) > 1))


def _joined(kinds: Sequence[str]) -> list[int]:
    """For each different text the place of the one that leads its group: its own where it is like no other."""
    leads = list(range(len(kinds)))

    def leader(kind: int) -> int:
        while leads[kind] != kind:
            leads[kind] = leads[leads[kind]]
            kind = leads[kind]
        return kind

    long = [kind for kind, words in enumerate(kinds) if words.count(" ") + 1 >= SHORT]
    if len(long) < 2:
        return leads
    shingles, starts = _shingles([kinds[kind] for kind in long])

    @lru_cache(maxsize=20_000)
    def held(row: int) -> frozenset[int]:
        end = starts[row + 1] if row + 1 < len(starts) else len(shingles)
        return frozenset(shingles[starts[row] : end].tolist())

    for bucket in _buckets(shingles, starts):
        met: dict[int, int] = {}
        for row in bucket:
            one = leader(long[row])
            for other, its_row in met.items():
                if leader(other) != one and _jaccard(held(row), held(its_row)) >= ALIKE:
                    low, high = sorted((one, leader(other)))
                    leads[high] = one = low
            if len(met) < MOST_KINDS:
                met.setdefault(one, row)
    return [leader(kind) for kind in range(len(kinds))]


def _jaccard(one: frozenset[int], other: frozenset[int]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


def _shingles(kinds: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
    """The hashes of all runs of five words, text after text, and where each text's begin."""
    import numpy as np

    known: dict[str, int] = {}
    words = [known.get(word) or known.setdefault(word, _hash(word)) for text in kinds for word in text.split()]
    codes = np.array(words, dtype=np.uint64)
    lengths = np.array([text.count(" ") + 1 for text in kinds])
    # A run's hash mixes its words by odd factors, so that their order tells.
    factor = np.uint64(0x9E3779B97F4A7C15)
    runs = codes[: len(codes) - SHINGLE + 1].copy()
    for step in range(1, SHINGLE):
        runs = (runs ^ (runs >> np.uint64(29))) * factor + codes[step : len(codes) - SHINGLE + 1 + step]
    ends = np.cumsum(lengths)
    left = np.repeat(ends, lengths)[: len(runs)] - np.arange(len(runs))  # words to the end of the text
    starts = np.concatenate(([0], np.cumsum(lengths - SHINGLE + 1)[:-1]))
    return runs[left >= SHINGLE], starts


def _hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") | 1


def _buckets(shingles: NDArray[np.uint64], starts: NDArray[np.intp]) -> list[list[int]]:
    """Rows of texts that share a whole band of minima: those worth comparing."""
    import numpy as np

    chance = np.random.default_rng(SEED)
    buckets: list[list[int]] = []
    for _ in range(BANDS):
        band = np.zeros(len(starts), dtype=np.uint64)
        for _ in range(BAND):
            factor, offset = (chance.integers(1, 2**63, dtype=np.uint64) for _ in range(2))
            mixed = shingles * (factor * np.uint64(2) + np.uint64(1)) + offset
            mixed ^= mixed >> np.uint64(31)
            band = (band ^ np.minimum.reduceat(mixed, starts)) * np.uint64(0x9E3779B97F4A7C15)
        rows: Mapping[int, list[int]] = _rows(band)
        buckets += rows.values()
    return buckets


def _rows(band: NDArray[np.uint64]) -> dict[int, list[int]]:
    import numpy as np

    _, at, number = np.unique(band, return_inverse=True, return_counts=True)
    rows: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(number[at] > 1).tolist():
        rows[int(at[row])].append(row)
    return rows
