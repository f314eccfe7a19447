"""Who could be told apart by what is known of them together. For the analyst's eyes: each line is about one person.

What is known of a participant is what they declared and what they say of themselves. A combination is shared by all
who hold every part of it; somebody of whom a part is unknown is not counted, since the words may tell it. This looks at
the round alone: how many of the town's people share a combination, nobody here knows.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engagement.characteristics import DEFAULT
from engagement.guard.profiles import GIVEN_UP_IN_ORDER
from engagement.model import About, Basis, Excerpt, Participant, Role, Stated, Tag
from engagement.tagging.value_sets import ValueSets

INTERNAL = "Internal: each line is about one person. For the analyst's eyes only, not for sharing or publishing."
ENOUGH = 10  # people, as the rule for publishing counts has it

Held = Mapping[str, frozenset[str]]  # characteristic -> categories


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something known of a participant; `disclosed` where they say it in their words and declared it nowhere."""

    characteristic: str
    category: str
    disclosed: bool


@dataclass(frozen=True, slots=True)
class Step:
    """What to do with one characteristic: print a coarser category, or, where `to` is empty, leave it out."""

    characteristic: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Combination:
    """All that is known of one participant, how many hold all of it, and the least to coarsen until enough do."""

    participant_id: str
    label: str
    attributes: tuple[Attribute, ...]
    shared_by: int
    coarsen: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Risk:
    """Of how many participants something is known, how many are the only one, how many share with fewer than `k`."""

    participants: int
    alone: int
    few: int
    k: int


def combinations(
    participants: Sequence[Participant],
    tags: Sequence[Tag],
    excerpts: Sequence[Excerpt],
    *,
    k: int = ENOUGH,
    sets: ValueSets = DEFAULT,
) -> tuple[Combination, ...]:
    """Each participant whose combination fewer than `k` share, the rarest first. Internal: see `INTERNAL`."""
    people = [person for person in participants if person.role is Role.PARTICIPANT]
    tagged: dict[str, list[Tag]] = defaultdict(list)
    for tag in tags:
        tagged[tag.subject].append(tag)
    declared = {person.participant_id: _declared(person, tagged[person.participant_id]) for person in people}
    told = _disclosed(tags, excerpts, sets)
    held = {one: _joined(known, told.get(one, ()), sets) for one, known in declared.items()}
    crowd = _Crowd(list(held.values()), sets)
    found = []
    for person in people:
        known = held[person.participant_id]
        if known and (shared := crowd.sharing(known)) < k:
            attributes = tuple(
                Attribute(key, category, category not in declared[person.participant_id].get(key, ()))
                for key in sorted(known)
                for category in sorted(known[key])
            )
            coarsen = crowd.coarsened(known, k)
            found.append(Combination(person.participant_id, str(person.label), attributes, shared, coarsen))
    return tuple(sorted(found, key=lambda one: (one.shared_by, one.participant_id)))


def counted(found: Sequence[Combination], participants: Sequence[Participant], *, k: int = ENOUGH) -> Risk:
    """The numbers alone, which are about nobody."""
    people = sum(person.role is Role.PARTICIPANT for person in participants)
    return Risk(people, sum(one.shared_by == 1 for one in found), len(found), k)


def in_words(step: Step, sets: ValueSets = DEFAULT) -> str:
    """What to coarsen, as a line of a list."""
    name = sets.label(step.characteristic)
    return f"{name}: say {' and '.join(step.to)}" if step.to else f"{name}: leave out"


def as_rows(found: Sequence[Combination], sets: ValueSets = DEFAULT) -> list[dict[str, Any]]:
    """A row a person for the analyst's own file, each marked as internal."""
    return [
        {
            "participant": one.label,
            "shared_by": one.shared_by,
            "known": "; ".join(f"{sets.label(each.characteristic)}: {each.category}" for each in one.attributes),
            "said_not_declared": "; ".join(
                sets.label(each.characteristic) for each in one.attributes if each.disclosed
            ),
            "coarsen": "; ".join(in_words(step, sets) for step in one.coarsen),
            "note": INTERNAL,
        }
        for one in found
    ]


class _Crowd:
    """Everybody's attributes as sets of people, a bit a person, so that a combination is an intersection."""

    def __init__(self, people: Sequence[Held], sets: ValueSets) -> None:
        self._sets = sets
        self._everybody = (1 << len(people)) - 1
        self._holding: dict[tuple[str, str], int] = defaultdict(int)
        self._known: dict[tuple[tuple[tuple[str, frozenset[str]], ...], int], tuple[Step, ...]] = {}
        for place, held in enumerate(people):
            for key, categories in held.items():
                for category in {*categories, *(_rolled(sets, key, each) for each in categories)}:
                    self._holding[key, category] |= 1 << place

    def sharing(self, held: Held) -> int:
        return self._all_of(held).bit_count()

    def coarsened(self, held: Held, k: int) -> tuple[Step, ...]:
        """The fewest characteristics to touch, of those the fewest to leave out, the least missed first."""
        key = (tuple(sorted(held.items())), k)
        if key not in self._known:
            self._known[key] = next(
                (steps for steps in _ways(held, self._sets) if self._all_of(_after(held, steps)).bit_count() >= k),
                tuple(Step(one, ()) for one in sorted(held)),
            )
        return self._known[key]

    def _all_of(self, held: Held) -> int:
        sharing = self._everybody
        for key, categories in held.items():
            for category in categories:
                sharing &= self._holding.get((key, category), 0)
        return sharing


def _ways(held: Held, sets: ValueSets) -> Iterator[tuple[Step, ...]]:
    order = sorted(held, key=lambda key: GIVEN_UP_IN_ORDER.index(key) if key in GIVEN_UP_IN_ORDER else -1)
    for size in range(1, len(held) + 1):
        for dropped in range(size + 1):
            for keys in itertools.combinations(order, size):
                for left_out in itertools.combinations(keys, dropped):
                    steps = tuple(Step(key, () if key in left_out else _coarser(key, held[key], sets)) for key in keys)
                    if all(step.to or step.characteristic in left_out for step in steps):
                        yield steps


def _after(held: Held, steps: Sequence[Step]) -> Held:
    touched = {step.characteristic: frozenset(step.to) for step in steps}
    return {key: touched.get(key, categories) for key, categories in held.items()}


def _coarser(key: str, categories: Iterable[str], sets: ValueSets) -> tuple[str, ...]:
    """The roll-ups of these categories; empty where they are that already."""
    rolled = tuple(sorted({_rolled(sets, key, category) for category in categories}))
    return () if set(rolled) == set(categories) else rolled


def _rolled(sets: ValueSets, key: str, category: str) -> str:
    """The roll-up of a category; one that the value sets don't know is its own."""
    return sets.rolled(key, category) or category


def _declared(person: Participant, tags: Sequence[Tag]) -> dict[str, frozenset[str]]:
    given = [(each.characteristic, each.category) for each in person.answers if each.stated is Stated.GIVEN]
    given += [(tag.characteristic, tag.category) for tag in tags if tag.basis is Basis.DECLARED]
    return _grouped((key, category) for key, category in given if category)


def _disclosed(tags: Sequence[Tag], excerpts: Sequence[Excerpt], sets: ValueSets) -> dict[str, list[tuple[str, str]]]:
    """What each participant says of themselves, by id."""
    said = {excerpt.excerpt_id: excerpt.participant_id for excerpt in excerpts}
    told: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for tag in tags:
        person = said.get(tag.subject)
        if person and tag.about is About.SELF and (category := sets.placed(tag.characteristic, tag.category)):
            told[person].append((tag.characteristic, category))
    return told


def _joined(declared: Held, told: Iterable[tuple[str, str]], sets: ValueSets) -> Held:
    """What was declared and what was told; of a category and its roll-up the finer alone."""
    pairs = [(key, category) for key, categories in declared.items() for category in categories]
    return {
        key: categories - {_rolled(sets, key, one) for one in categories if _rolled(sets, key, one) != one}
        for key, categories in _grouped([*pairs, *told]).items()
    }


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    grouped: dict[str, set[str]] = defaultdict(set)
    for key, category in pairs:
        grouped[key].add(category)
    return {key: frozenset(categories) for key, categories in grouped.items()}
