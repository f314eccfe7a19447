"""How far two coders agree on a sample, theme by theme, with intervals; the machine may be one of the two.

Only what both have judged counts: an excerpt that was read and left as the machine had it is no agreement.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engagement.codebook import with_parents
from engagement.coding.blind import Judged, Sample
from engagement.errors import BadInput
from engagement.model import Codebook, Coding, Decision
from engagement.themes import MACHINE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

RESAMPLES = 2000
AT_ONCE = 250  # resamples, to bound the memory
TAIL = 0.025  # on either side: an interval of 95 %
MICRO, MACRO = "all themes together", "mean of the themes"  # no keys: these have spaces

NOT_JUDGED = "no excerpt was judged by both"
NOT_USED = "neither coder used it"
ALWAYS_USED = "both coders used it on every excerpt"
NO_CHOICE = "each theme was used always or never"
REFLEXIVE = "This project is reflexive: coders' readings are not measured against each other"

Answers = Mapping[tuple[str, str], bool]  # (excerpt_id, theme_key) -> whether it is there


@dataclass(frozen=True, slots=True)
class Measure:
    """A number with the limits of its 95 % interval, or three times None and, in `why`, the word for it."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    why: str = ""

    def __str__(self) -> str:
        return self.why or f"{self.value:z.2f} ({self.low:z.2f} to {self.high:z.2f})"


@dataclass(frozen=True, slots=True)
class ThemeAgreement:
    """How far two coders agree on a theme. Of the excerpts that both `judged`, so many have it by `both`, and so on.

    The counts are of the sample, for all themes together of excerpts times themes; the measures are of the round, by
    the sample's weights.
    """

    theme: str
    judged: int
    both: int
    only_first: int
    only_second: int
    neither: int
    alpha: Measure
    kappa: Measure
    f1: Measure
    percent: Measure


def answers(codings: Iterable[Coding], judged: Iterable[Judged], coder: str, codebook: Codebook) -> Answers:
    """What one coder decided, the last word of several; a theme that is there brings its parents.

    A person's suggestion is no decision, and takes back the one before. Of an excerpt that they have not judged as a
    whole, only the themes that they accepted or rejected are known.
    """
    themes = set(codebook.keys)
    whole = {(one.excerpt_id, key): False for one in judged if one.coder == coder for key in one.themes & themes}
    said = dict(whole)
    yes = {Decision.ACCEPTED, Decision.SUGGESTED} if coder.startswith(MACHINE) else {Decision.ACCEPTED}
    for one in codings:
        if one.coder != coder or one.theme_key not in themes:
            continue
        place = (one.excerpt_id, one.theme_key)
        if one.decision in yes or one.decision is Decision.REJECTED:
            said[place] = one.decision in yes
        elif place in whole:
            said[place] = False
        else:
            said.pop(place, None)
    for excerpt_id, key in [place for place, there in said.items() if there]:
        said |= {(excerpt_id, above): True for above in with_parents(codebook, [key]) & themes}
    return said


def reliability(
    codings: Sequence[Coding],
    judged: Sequence[Judged],
    coders: tuple[str, str],
    sample: Sample,
    codebook: Codebook,
    *,
    reflexive: bool = False,
) -> tuple[ThemeAgreement, ...]:
    """Agreement on each theme in the codebook's order, then on all together (MICRO) and on average (MACRO).

    Raises BadInput where the project is reflexive, or where one of the coders has judged nothing of the sample.
    """
    if reflexive:
        raise BadInput("settings.toml", REFLEXIVE, "Remove 'reflexive' to measure agreement", place="setting reflexive")
    said = [answers(codings, judged, coder, codebook) for coder in coders]
    if coders[0] == coders[1]:
        raise BadInput("coders", "a coder can't be compared with themselves", "Name two coders")
    sampled = set(sample.excerpt_ids)
    for coder, known in zip(coders, said, strict=True):
        if sampled.isdisjoint(excerpt_id for excerpt_id, _ in known):
            raise BadInput("sample", f"{coder} has coded nothing of it", "Have both code it, the second one blind")
    return compared(said[0], said[1], sample, codebook.keys)


def compared(first: Answers, second: Answers, sample: Sample, themes: Sequence[str]) -> tuple[ThemeAgreement, ...]:
    """Agreement between two coders' answers, for each theme, MICRO and MACRO; what only one has judged is left out."""
    import numpy as np

    places = [[(excerpt_id, key) for key in themes] for excerpt_id in sample.excerpt_ids]
    ones, others = (
        np.array([[said.get(place, np.nan) for place in row] for row in places], float) for said in (first, second)
    )
    ways = [(ones == one) & (others == other) for one, other in ((1, 1), (1, 0), (0, 1), (0, 0))]
    cells = np.stack(ways, axis=-1).astype(float)  # [excerpts, themes, 4]
    counts = cells.sum(0)
    together = counts.sum(0)
    used = counts[:, :3].any(1)
    measures = np.full((3, len(themes) + 2, 4), np.nan)
    if used.any():
        judged = cells.any((1, 2))
        weights = np.array(sample.weights)[judged]
        measures[:, [*used, True, True]] = _limits(cells[judged][:, used], weights, sample.seed)
    rows = zip((*themes, MICRO, MACRO), [*counts, together, together], *measures, strict=True)
    return tuple(_row(*row) for row in rows)


def _row(theme: str, counts: Numbers, values: Numbers, low: Numbers, high: Numbers) -> ThemeAgreement:
    both, first, second, neither = map(int, counts)
    alpha, kappa, f1, percent = map(_measure, values, low, high, _why(both, first, second, neither))
    number = both + first + second + neither
    return ThemeAgreement(theme, number, both, first, second, neither, alpha, kappa, f1, percent)


def _tables(times: Numbers, cells: Numbers, weights: Numbers) -> Numbers:
    """For each resample and theme the weights of both, first only, second only, neither [resamples, themes, 4].

    `times` [resamples, excerpts] is how often an excerpt is in it. The four come to the number of excerpts judged.
    """
    import numpy as np

    excerpts, themes, _ = cells.shape
    number = times @ cells.sum(2)
    table = (times @ (weights[:, None, None] * cells).reshape(excerpts, themes * 4)).reshape(-1, themes, 4)
    total = table.sum(2)
    scaled: Numbers = table * np.divide(number, total, out=np.zeros_like(total), where=total > 0)[..., None]
    return scaled


def _measured(tables: Numbers) -> Numbers:
    """Alpha, kappa, F1 and agreement of every theme, of all together and on average [..., themes + 2, 4].

    Each is 1 - observed / expected. Over all themes it is 1 - their sums, so that where each excerpt has exactly one
    theme, alpha and kappa are those of the nominal variable "theme". Sources: Krippendorff (2011), Computing
    Krippendorff's Alpha-Reliability; Cohen (1960), Educational and Psychological Measurement 20. NaN: undefined.
    """
    import numpy as np

    both, first, second, neither = np.moveaxis(tables, -1, 0)
    number, differ = both + first + second + neither, first + second
    there, absent = both + first + both + second, neither + first + neither + second
    with np.errstate(divide="ignore", invalid="ignore"):
        by_first, by_second = (both + first) / number, (both + second) / number
        by_chance = by_first * (1 - by_second) + by_second * (1 - by_first)
        paired = there * absent / (number * (2 * number - 1))
        observed = np.stack([differ / number, differ / number, differ, differ], axis=-1)
        expected = np.stack([paired, by_chance, there, number], axis=-1)
        each = 1 - observed / expected
        together = 1 - np.nansum(observed, -2, keepdims=True) / np.nansum(expected, -2, keepdims=True)
        known = ~np.isnan(each)
        mean = np.where(known, each, 0.0).sum(-2, keepdims=True) / known.sum(-2, keepdims=True)
    result: Numbers = np.concatenate([each, together, mean], axis=-2)
    return result


def _limits(cells: Numbers, weights: Numbers, seed: int) -> Numbers:
    """The measures, and the percentiles of them over resamples of excerpts [value, low, high; themes + 2; 4].

    Coders who never differ do so in no resample, and those who never meet on a theme never meet: see `_unseen`.
    """
    import numpy as np

    number, rng = len(cells), np.random.default_rng(seed)
    whole = _tables(np.ones((1, number)), cells, weights)[0]
    draws = (rng.multinomial(number, np.full(number, 1 / number), AT_ONCE) for _ in range(RESAMPLES // AT_ONCE))
    found = np.concatenate([_measured(_tables(times.astype(float), cells, weights)) for times in draws])
    values = _measured(whole)
    low, high = np.nanpercentile(np.where(np.isnan(values), 0.0, found), (100 * TAIL, 100 * (1 - TAIL)), axis=0)
    never_meet, never_differ = whole[:, 0] == 0, whole[:, 1:3].sum(1) == 0
    edge = _measured(_unseen(whole))
    edge[:-2, 3] = np.where(never_differ, TAIL ** (1 / whole.sum(1)), edge[:-2, 3])
    low = np.where(np.append(never_differ, [never_differ.all()] * 2)[:, None], edge, low)
    high = np.where(np.append(never_meet, [never_meet.all()] * 2)[:, None], edge, high)
    return np.stack([values, low, high])


def _unseen(tables: Numbers) -> Numbers:
    """Tables [themes, 4] of used themes, in which what never happened does so as often as can't be ruled out.

    Of the excerpts on which a theme was used, that the coders differ, or that they meet, may have a share of up to
    1 - .025 ** (1 / their number) if it did not come up (Clopper and Pearson, 1934, Biometrika 26).
    """
    import numpy as np

    both, differ = tables[:, 0], tables[:, 1:3].sum(1)
    most = 1 - TAIL ** (1 / (both + differ))
    differing = np.where(differ == 0, both * most, np.where(both == 0, differ * (1 - most), differ))
    meeting = both + differ - differing
    parts = np.where(differ == 0, 0.5, tables[:, 1] / np.maximum(differ, 1e-9))
    return np.stack([meeting, differing * parts, differing * (1 - parts), tables[:, 3]], axis=-1)


def _why(both: int, first: int, second: int, neither: int) -> tuple[str, str, str, str]:
    """The word for each measure that has no value."""
    if not both + first + second:
        return (NOT_USED if neither else NOT_JUDGED,) * 4
    beyond_chance = NO_CHOICE if first + second + neither else ALWAYS_USED
    return beyond_chance, beyond_chance, "", ""


def _measure(value: float, low: float, high: float, why: str) -> Measure:
    return Measure(why=why) if math.isnan(value) else Measure(float(value), float(low), float(high))
