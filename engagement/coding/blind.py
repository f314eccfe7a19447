"""A sample to be coded twice, the second time blind; who judged what in it; and what was settled where they differ."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, median

from engagement.errors import BadInput
from engagement.model import Coding, Decision, Excerpt, Role, content_id, digest_of
from engagement.themes import MACHINE

BLIND = "blind:"  # begins the name of a second coder: what they say is compared, and counted nowhere
SETTLED = "adjudicated:"  # begins the name under which a third decision is kept: it outranks all others
EXPECTED = 0.8  # alpha for which a sample is sized: what Krippendorff asks of data to draw conclusions from
SHARES = (0.05, 0.5)  # of excerpts with a theme, between which the usual one is taken to lie
ENOUGH = 10  # excerpts of each theme that the machine suggests, where there are as many
Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True, slots=True)
class Judged:
    """A coder looked at an excerpt for these themes and decided: those they did not accept are not there.

    Without it an excerpt "coded with no theme" could not be told from one that was never opened, or read and left as
    the machine had it.
    """

    excerpt_id: str
    coder: str
    themes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sample:
    """Excerpts to be coded twice, in an order that tells nothing of their themes.

    `weights` are how many excerpts of the round each of them stands for: those of a rare theme stand for fewer.
    `half_width` is what was wanted of the interval of a usual theme's alpha.
    """

    sample_id: str
    excerpt_ids: tuple[str, ...]
    weights: tuple[float, ...]
    half_width: float
    seed: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A theme that one coder of a pair found in an excerpt and the other did not; `settled` is a third decision."""

    excerpt_id: str
    theme_key: str
    found_by: str
    not_by: str
    settled: Decision | None = None


def sample_size(half_width: float, population: int, *, share: float, expected: float = EXPECTED) -> int:
    """How many excerpts give a 95 % interval of this half-width around a theme's alpha, at most all `population`.

    `share` of excerpts have the theme, and alpha is about `expected`. The variance is that of the intraclass kappa for
    two coders and two values (Bloch and Kraemer, 1989, Biometrics 45), which alpha comes to in a large sample.
    Raises BadInput for a half-width that isn't between 0 and 1.
    """
    if not 0 < half_width < 1:
        raise BadInput("sample", "the half-width is not between 0 and 1", "Give a number such as 0.1")
    spread = (1 - expected) * (1 - 2 * expected) + expected * (2 - expected) / (2 * share * (1 - share))
    needed = (1 - expected) * spread * (Z / half_width) ** 2
    return min(population, math.ceil(needed / (1 + needed / max(population, 1))))


def drawn(
    excerpts: Sequence[Excerpt], codings: Iterable[Coding], half_width: float, seed: int, *, enough: int = ENOUGH
) -> Sample:
    """A random sample, whatever the order of `excerpts`, spread over sources and questions, with enough of each theme.

    An excerpt belongs to the rarest theme that the machine suggests for it; of each theme's excerpts the same share is
    drawn as of all, or more to have `enough`, evenly over sources and questions. Raises BadInput for no excerpts.
    """
    if not excerpts:
        raise BadInput("sample", "there are no excerpts to draw from", "Run the round's files into the project first")
    suggested: dict[str, set[str]] = defaultdict(set)
    held = {excerpt.excerpt_id for excerpt in excerpts}
    for coding in codings:
        if coding.coder.startswith(MACHINE) and coding.excerpt_id in held:
            suggested[coding.excerpt_id].add(coding.theme_key)
    frequency = Counter(key for keys in suggested.values() for key in keys)
    usual = median(frequency.values()) / len(held) if frequency else SHARES[0]
    wanted = sample_size(half_width, len(held), share=min(max(usual, SHARES[0]), SHARES[1]))
    strata: dict[str, list[Excerpt]] = defaultdict(list)
    for excerpt in excerpts:
        rarest = min(suggested[excerpt.excerpt_id], key=lambda key: (frequency[key], key), default="")
        strata[rarest].append(excerpt)
    weights: dict[str, float] = {}
    for key, members in strata.items():
        share = math.ceil(wanted * len(members) / len(held))
        number = min(len(members), max(share, enough if key else 1))
        chosen = _spread(members, number, seed)
        weights |= dict.fromkeys(chosen, len(members) / number)
    ids = tuple(sorted(weights, key=lambda excerpt_id: _lot(seed, excerpt_id)))
    name = content_id("b", seed, half_width, *ids)
    return Sample(name, ids, tuple(weights[excerpt_id] for excerpt_id in ids), half_width, seed)


def _spread(members: Iterable[Excerpt], number: int, seed: int) -> list[str]:
    """Every so many-th of the members, ordered by source and question and by lot inside: all are equally likely."""
    in_order = sorted(
        members, key=lambda one: (one.source_id, one.question_id or "", _lot(seed, one.excerpt_id), one.excerpt_id)
    )
    step = len(in_order) / number
    start = int(_lot(seed, f"start {in_order[0].excerpt_id} {len(in_order)}")[:8], 16) / 16**8
    return [in_order[int((start + place) * step)].excerpt_id for place in range(number)]


def _lot(seed: int, name: str) -> str:
    return digest_of(f"{seed}\x1f{name}")


def left_to_code(
    sample: Sample, excerpts: Iterable[Excerpt], judged: Iterable[Judged], coder: str, themes: Collection[str] = ()
) -> tuple[Excerpt, ...]:
    """What `coder` still has to code: words alone, without a theme that the machine or anybody else has given them.

    What they judged before one of `themes` came into the codebook comes again.
    """
    by_id = {excerpt.excerpt_id: excerpt for excerpt in excerpts}
    done = {one.excerpt_id for one in judged if one.coder == coder and one.themes.issuperset(themes)}
    return tuple(by_id[each] for each in sample.excerpt_ids if each in by_id and each not in done)


def judged_by_machine(excerpts: Iterable[Excerpt], coder: str, themes: Collection[str]) -> tuple[Judged, ...]:
    """The machine judges every excerpt that it is given, but for a facilitator's and a note taker's own words."""
    read = (Role.PARTICIPANT, Role.NOBODY)
    keys = frozenset(themes)
    return tuple(Judged(one.excerpt_id, coder, keys) for one in excerpts if one.role in read)


def held_out(codings: Iterable[Coding], samples: Iterable[Sample]) -> tuple[Coding, ...]:
    """The codings that the machine may learn from: of an excerpt that it has learnt, its agreement says nothing."""
    sampled = {excerpt_id for sample in samples for excerpt_id in sample.excerpt_ids}
    return tuple(coding for coding in codings if coding.excerpt_id not in sampled)


def lessons(
    codings: Sequence[Coding], judged: Iterable[Judged], samples: Sequence[Sample]
) -> tuple[tuple[Coding, ...], tuple[Judged, ...]]:
    """What the machine may learn from: the codings that may hold and what people judged, of no sampled excerpt."""
    sampled = {excerpt_id for sample in samples for excerpt_id in sample.excerpt_ids}
    whole = (one for one in judged if one.excerpt_id not in sampled and not one.coder.startswith((BLIND, MACHINE)))
    return held_out(counted(codings), samples), tuple(whole)


def named(wanted: str, coders: Collection[str]) -> str:
    """The coder whom a user means by "Ben", "blind:Ben" or "machine". Raises BadInput for none, or for several."""
    if wanted in coders:
        return wanted
    found = [coder for coder in coders if coder.startswith(f"{wanted}:") or coder == f"{BLIND}{wanted}"]
    if len(found) == 1:
        return found[0]
    raise BadInput(
        "coders",
        f"{'several coders are' if found else 'no coder is'} called '{wanted}'",
        f"Use one of {', '.join(sorted(found or coders))}" if coders else "Code the sample first",
    )


def disagreements(
    codings: Sequence[Coding], said: Mapping[str, Mapping[tuple[str, str], bool]], sample: Sample
) -> tuple[Disagreement, ...]:
    """Where a pair of coders differ, in the sample's order, with what was settled since.

    `said` is what each of the two said of (excerpt, theme), as `agreement.answers` gives it.
    """
    (first, ours), (second, theirs) = said.items()
    third = {(one.excerpt_id, one.theme_key): one.decision for one in codings if one.coder.startswith(SETTLED)}
    settled = {where: decision for where, decision in third.items() if decision is not Decision.SUGGESTED}
    place = {excerpt_id: number for number, excerpt_id in enumerate(sample.excerpt_ids)}
    differ = [where for where in ours if where in theirs and ours[where] != theirs[where] and where[0] in place]
    return tuple(
        Disagreement(
            *where, *((first, second) if ours[where] else (second, first)), settled=settled.get((where[0], where[1]))
        )
        for where in sorted(differ, key=lambda where: place[where[0]])
    )


def settle(disagreement: Disagreement, decision: Decision, by: str) -> Coding:
    """The third decision, to be stored after the others. It may be by one of the two, once they have talked."""
    return Coding(disagreement.excerpt_id, disagreement.theme_key, f"{SETTLED}{by}", decision, 1.0, (0, 0))


def counted(codings: Sequence[Coding]) -> tuple[Coding, ...]:
    """The codings that may hold: none of a blind coder's; where something was settled, that alone and all after it."""
    last = {
        (coding.excerpt_id, coding.theme_key): number
        for number, coding in enumerate(codings)
        if coding.coder.startswith(SETTLED) and coding.decision is not Decision.SUGGESTED
    }
    return tuple(
        coding
        for number, coding in enumerate(codings)
        if not coding.coder.startswith(BLIND) and number >= last.get((coding.excerpt_id, coding.theme_key), 0)
    )
