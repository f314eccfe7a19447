"""What the machine is to be taught next, and the decisions that teach it, many at a time and taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engagement.codebook import with_parents
from engagement.coding.blind import BLIND, Judged, Sample, counted, lessons
from engagement.coding.coder import THRESHOLD, Coder
from engagement.config import Settings
from engagement.language import ENGLISH
from engagement.model import Codebook, Coding, Decision, Excerpt, digest_of
from engagement.themes import MACHINE, read_by_machine, standing, taught, waiting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Vectors = NDArray[np.float32]

NEXT = 20  # excerpts that are offered at a time: what comes after depends on what is said of these
RARE = 0.25  # how much sooner a theme with few examples comes: with 15 examples half as soon as with none
MOST_READ = 4000  # excerpts of which nobody has said anything: a draw of so many holds 20 good ones, and is soon read
AT_ONCE = 256  # vectors compared with all others at a time, to bound the memory

Place = tuple[str, str]  # excerpt_id, theme_key


@dataclass(frozen=True, slots=True)
class Said:
    """All that coders said in a project, as its store gives it: codings and judgements, the oldest first."""

    codings: Sequence[Coding] = ()
    judged: Sequence[Judged] = ()
    samples: Sequence[Sample] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """Excerpts to be coded next, those that teach most first.

    `alike` has for a theme of an excerpt the nearest other excerpt in which a person accepted it, where there is one.
    """

    excerpts: tuple[Excerpt, ...]
    alike: Mapping[Place, Excerpt]


# ------------------------------------------------------------------ decisions


def decide(
    excerpt_ids: Iterable[str], theme_key: str, decision: Decision, coder: str, codings: Iterable[Coding] = ()
) -> tuple[Coding, ...]:
    """One decision on a theme for many excerpts, each resting on the words that were named last among `codings`."""
    because = {one.excerpt_id: one.because for one in codings if one.theme_key == theme_key and any(one.because)}
    return tuple(
        Coding(excerpt_id, theme_key, coder, decision, 1.0, because.get(excerpt_id, (0, 0)))
        for excerpt_id in dict.fromkeys(excerpt_ids)
    )


def undo(excerpt_ids: Iterable[str], theme_key: str, coder: str, codings: Iterable[Coding]) -> tuple[Coding, ...]:
    """A coder's last decision on a theme taken back: what they said before it, said again.

    Where that was nothing they now suggest it, which says nothing: see `themes.standing`. Undone twice, the decision
    holds again. Excerpts on which they have not decided are left out.
    """
    said: dict[str, list[Coding]] = {}
    for one in codings:
        if one.theme_key == theme_key and one.coder == coder:
            said.setdefault(one.excerpt_id, []).append(one)
    undecided = replace(next(iter(said.values()))[0], decision=Decision.SUGGESTED) if said else None
    return tuple(
        replace(([undecided, *said[each]][-2] or said[each][-1]), excerpt_id=each, because=said[each][-1].because)
        for each in dict.fromkeys(excerpt_ids)
        if each in said
    )


# ------------------------------------------------------------------ the queue


def next_to_code(
    excerpts: Iterable[Excerpt],
    codebook: Codebook,
    said: Said,
    settings: Settings,
    cache: Path | None = None,
    *,
    number: int = NEXT,
) -> Queue:
    """The queue of a project, read by the machine as it is taught now. Raises ModelMissing.

    With the project's `cache` of vectors it takes a second for some thousand excerpts. Of very many those with the
    least digests are looked through. What is not in English is left out: the models are near chance on it.
    """
    from engagement.coding.matcher import see

    readable = [one for one in read_by_machine(excerpts) if one.language == ENGLISH]
    if not readable:
        return Queue((), {})
    examples = taught(readable, codebook, *lessons(said.codings, said.judged, said.samples), settings, cache)
    read = _drawn(readable, said)
    texts = [one.text for one in read]
    chances = Coder(codebook, examples.values(), settings, cache).probabilities(texts)
    return queue(read, chances, see(texts, settings, cache).whole, codebook, said, number=number)


def _drawn(excerpts: Sequence[Excerpt], said: Said) -> list[Excerpt]:
    """All of which people have said anything, and of the others at most `MOST_READ`, whatever their order."""
    people = {one.excerpt_id for one in said.codings if not one.coder.startswith(MACHINE)}
    people |= {one.excerpt_id for one in said.judged}
    others = sorted((one.excerpt_id for one in excerpts if one.excerpt_id not in people), key=digest_of)
    wanted = people.union(others[:MOST_READ])
    return [one for one in excerpts if one.excerpt_id in wanted]


def queue(
    excerpts: Sequence[Excerpt],
    chances: Floats,
    vectors: Vectors,
    codebook: Codebook,
    said: Said,
    *,
    number: int = NEXT,
) -> Queue:
    """At most `number` of the excerpts, whatever their order, for a person to code next.

    `chances` [n, themes] are the machine's probabilities of the codebook's themes, `vectors` [n, d] of length 1 are
    the excerpts. First comes what a person has to decide again; then what is worth most, an excerpt in which the
    machine is in doubt of a theme with few examples, less the nearer it lies to what is coded or offered already.
    Sampled excerpts are never offered, nor those of which people have said all.
    """
    sampled = {excerpt_id for sample in said.samples for excerpt_id in sample.excerpt_ids}
    holds = _of_people(counted(said.codings))
    people = [one for one in said.judged if not one.coder.startswith((BLIND, MACHINE))]
    again = {one.excerpt_id for one in waiting(holds)}
    touched = {*(one.excerpt_id for one in holds), *(one.excerpt_id for one in people)} - again
    coded = np.array([one.excerpt_id in touched for one in excerpts], bool)
    open_ = _open(excerpts, codebook, holds, people)
    worth = (open_ * doubt(chances) * _scarcity(codebook, standing(holds))).max(1)
    worth[[one.excerpt_id in sampled for one in excerpts]] = 0
    urgent = np.array([one.excerpt_id in again for one in excerpts], float)
    in_order = sorted(range(len(excerpts)), key=lambda place: excerpts[place].excerpt_id)
    nearest = _nearest(vectors[in_order], vectors[coded])
    chosen = _spread(worth[in_order], urgent[in_order], vectors[in_order], nearest, number)
    first = [in_order[place] for place in chosen]
    return Queue(tuple(excerpts[place] for place in first), alike(excerpts, vectors, standing(holds), first))


def doubt(chances: Floats) -> Floats:
    """How far from certain the machine is whether a theme is there: 1 at the threshold, 0 at certainty."""
    odds = chances * (1 - THRESHOLD)
    evened = odds / (odds + (1 - chances) * THRESHOLD)
    in_doubt: Floats = 4 * evened * (1 - evened)
    return in_doubt


def alike(
    excerpts: Sequence[Excerpt], vectors: Vectors, accepted: Iterable[Coding], wanted: Collection[int]
) -> dict[Place, Excerpt]:
    """For the excerpts at the places `wanted` and each theme, the nearest other one in which it is accepted."""
    places = {one.excerpt_id: place for place, one in enumerate(excerpts)}
    carriers: dict[str, list[int]] = {}
    for coding in accepted:
        if coding.decision is Decision.ACCEPTED and coding.excerpt_id in places:
            carriers.setdefault(coding.theme_key, []).append(places[coding.excerpt_id])
    found = {}
    for key, theirs in carriers.items():
        near = vectors[list(wanted)] @ vectors[theirs].T
        for place, row in zip(wanted, near, strict=True):
            others = [(float(value), other) for value, other in zip(row, theirs, strict=True) if other != place]
            if others:
                found[excerpts[place].excerpt_id, key] = excerpts[max(others)[1]]
    return found


def _of_people(codings: Iterable[Coding]) -> tuple[Coding, ...]:
    return tuple(one for one in codings if not one.coder.startswith(MACHINE))


def _open(
    excerpts: Sequence[Excerpt], codebook: Codebook, holds: Sequence[Coding], judged: Iterable[Judged]
) -> NDArray[np.bool_]:
    """Whether people have yet to say of an excerpt that it has a theme or not: [n, themes]."""
    again = {(one.excerpt_id, one.theme_key) for one in waiting(holds)}
    said = {(one.excerpt_id, key) for one in judged for key in one.themes}
    said |= {(one.excerpt_id, one.theme_key) for one in holds}
    said |= {(one.excerpt_id, key) for one in standing(holds) for key in with_parents(codebook, [one.theme_key])}
    said -= again
    return np.array([[(one.excerpt_id, key) not in said for key in codebook.keys] for one in excerpts], bool)


def _scarcity(codebook: Codebook, accepted: Iterable[Coding]) -> Floats:
    """How much a theme's next example is worth: 1 where it has none, and less the more it has [themes]."""
    examples = Counter(key for one in accepted for key in with_parents(codebook, [one.theme_key]))
    return np.array([(1 + examples[key]) ** -RARE for key in codebook.keys])


def _nearest(vectors: Vectors, coded: Vectors) -> Floats:
    """How near each excerpt lies to the nearest of those coded: the cosine, 0 where there is none."""
    nearest: Floats = np.zeros(len(vectors))
    for begin in range(0, len(coded), AT_ONCE):
        nearest = np.maximum(nearest, (vectors @ coded[begin : begin + AT_ONCE].T).max(1))
    return nearest


def _spread(worth: Floats, urgent: Floats, vectors: Vectors, nearest: Floats, number: int) -> list[int]:
    """Places chosen one after another, each by its worth and its distance from those before; none of no worth.

    What is `urgent`, 1 or 0, comes before all else.
    """
    left, chosen = worth > 0, []
    for _ in range(min(number, int(left.sum()))):
        gain = np.where(left, worth * np.maximum(1 - nearest, 1e-6) + urgent, -1)
        best = int(np.round(gain, 9).argmax())
        chosen.append(best)
        left[best] = False
        nearest = np.maximum(nearest, vectors @ vectors[best])
    return chosen
