"""Near duplicates and campaigns: which texts are copies of each other, word for word or nearly so.

Broder, "On the resemblance and containment of documents" (1997): two texts are alike as the sets of their word
shingles overlap (Jaccard), and equal minima of random hashes of the sets find the pairs worth comparing.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
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

SAME_WORDS = 5  # shorter answers agree by chance
MARK = re.compile(r"\[[^\[\]]{1,60}\]")  # what the anonymiser put for a name: "[Person 3]", "[postcode]"
OWN = 0.5  # of a text's words, beyond which it is a voice of its own though it holds a campaign's words
MUCH = 20  # words that two people do not write alike by chance
MOST_HOLDERS = 30  # texts that are looked up by one and the same run of words, lest common phrases take for ever


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


def voices(texts: Sequence[str]) -> list[int]:
    """For each anonymised text the place of the first that it copies; its own place where it copies none.

    It copies a text where they are alike, or where they share `MUCH` words, in runs of five, that are half of both: who
    adds more than that to a campaign's words has a voice of their own. Texts of fewer than `SAME_WORDS` copy nothing,
    of fewer than `SHORT` only the same text. The first of a copy is never a copy itself. Marks that stand for a name
    are not compared.
    """
    plain = [fold(MARK.sub(" ", text)) for text in texts]
    firsts = list(range(len(texts)))
    places: dict[str, int] = {}
    for place, words in enumerate(plain):
        if words.count(" ") + 1 >= SAME_WORDS:
            firsts[place] = places.setdefault(words, place)
    long = {words: place for words, place in places.items() if words.count(" ") + 1 >= SHORT}
    if len(long) > 1:
        copied = dict(_copied(list(long), list(long.values())))
        firsts = [copied.get(first, first) for first in firsts]
    return firsts


def _copied(kinds: Sequence[str], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The places of texts that copy an earlier one, each with that one's."""
    shingles, starts = _shingles(kinds)
    ends = [*starts[1:].tolist(), len(shingles)]
    runs = [shingles[start:end].tolist() for start, end in zip(starts.tolist(), ends, strict=True)]
    holders: dict[int, list[int]] = defaultdict(list)
    for row, mine in enumerate(runs):
        met = Counter(other for run in set(mine) for other in holders.get(run, ()))
        # Each shared run covers five words at most.
        likely = sorted(other for other, shared in met.items() if shared * SHINGLE >= OWN * (len(mine) + SHINGLE - 1))
        first = next((other for other in likely if _is_copy(mine, runs[other])), None)
        if first is not None:
            yield places[row], places[first]
            continue
        for run in set(mine):
            if len(holders[run]) < MOST_HOLDERS:
                holders[run].append(row)


def _is_copy(one: Sequence[int], other: Sequence[int]) -> bool:
    sets = frozenset(one), frozenset(other)
    if _jaccard(*sets) >= ALIKE:
        return True
    shared = sets[0] & sets[1]
    return all(
        covered >= max(MUCH, OWN * (len(runs) + SHINGLE - 1))
        for runs in (one, other)
        for covered in [_covered(runs, shared)]
    )


def _covered(runs: Sequence[int], shared: frozenset[int]) -> int:
    """How many words of a text stand in shared runs."""
    covered = end = 0
    for at, run in enumerate(runs):
        if run in shared:
            covered += at + SHINGLE - max(at, end)
            end = at + SHINGLE
    return covered


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
