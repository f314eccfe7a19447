"""What a table is cut by: characteristics by roll-up or detail, groups, and where excerpts stand.

Silences are categories of their own, so that tables add up. In detail each roll-up keeps its line, with those who said
no more than it as one of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engagement.characteristics import CHARACTERISTICS
from engagement.model import ALL, Basis, Excerpt, FilterKind, Participant, Stated, Tag
from engagement.tagging.value_sets import ValueSets

SILENCES = {
    Stated.PREFER_NOT_TO_SAY: "Prefer not to say",
    Stated.BLANK: "No answer",
    Stated.UNMAPPED: "Not recognised",
}
NOT_ASKED = "Not asked"
NO_GROUP = "In no group"
GROUP = "group"
ORDER = (*CHARACTERISTICS, GROUP, FilterKind.SOURCE, FilterKind.QUESTION)

Places = NDArray[np.intp]
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """A tree of nodes: node 0 is all, then come the categories, then their details; its leaves hold people.

    `parents` is -1 for node 0. `places` is the leaf of each person or, where `of_excerpts`, of each excerpt: then a
    person may be in several leaves or in none. `order` is how a reader meets the nodes. `there` are the categories that
    are listed because somebody is in them: a reader of the list knows of one at least.
    """

    names: tuple[str, ...]
    parents: Places
    places: Places
    leaves: Places
    depths: Places
    above: NDArray[np.int64]  # [nodes, leaves]: 1 where the leaf is the node or below it
    order: tuple[int, ...]
    of_excerpts: bool = False
    there: tuple[int, ...] = ()


class AxisKey(NamedTuple):
    """The name of an axis: a characteristic, `GROUP`, or the kind of a filter on where excerpts stand."""

    name: str
    detail: bool = False
    basis: Basis = Basis.DECLARED


def in_order(keys: Iterable[AxisKey]) -> tuple[AxisKey, ...]:
    """The one order in which a table is decided, whatever order it is asked for in."""
    place = {name: number for number, name in enumerate(ORDER)}  # a council's own characteristic comes last
    return tuple(sorted(keys, key=lambda key: (place.get(key.name, len(place)), key.name)))


class Axes:
    """The axes of a project. A participant's declared tag outranks the answer in `participants`."""

    def __init__(
        self,
        participants: Sequence[Participant],
        tags: Sequence[Tag],
        excerpts: Sequence[Excerpt],
        speaks: Sequence[bool],
        sets: ValueSets,
    ) -> None:
        self._sets = sets
        self._people, self._excerpts, self._speaks = participants, excerpts, speaks
        backwards = tags[::-1]
        self._declared = {(t.subject, t.characteristic): t.category for t in backwards if t.basis is Basis.DECLARED}
        self._convened = {(t.subject, t.characteristic): t.category for t in backwards if t.basis is Basis.GROUP}
        self._made: dict[AxisKey, Axis] = {}

    def axis(self, key: AxisKey) -> Axis:
        """The axis of this name."""
        if key not in self._made:
            if key.name == GROUP:
                groups = [str(person.group) if person.group else NO_GROUP for person in self._people]
                held = sorted(set(groups) - {NO_GROUP})
                self._made[key] = _flat([*held, NO_GROUP], groups, there=held)
            elif key.name in self._sets.characteristics:
                self._made[key] = self._characteristic(key)
            else:
                self._made[key] = self._where(key.name)
        return self._made[key]

    @property
    def asked(self) -> tuple[str, ...]:
        """The characteristics of which anything is known of anybody."""
        tagged = {name for _, name in (*self._declared, *self._convened)}
        answered = {answer.characteristic for person in self._people for answer in person.answers}
        return tuple(name for name in self._sets.characteristics if name in tagged | answered)

    def detailed(self, name: str) -> bool:
        """Whether the characteristic has any details."""
        return bool((self.axis(AxisKey(name, detail=True)).depths > 1).any())

    def _where(self, kind: str) -> Axis:
        """A source or a question; those in none are a part of their own."""
        each = [
            (excerpt.source_id if kind == FilterKind.SOURCE else excerpt.question_id or "") if speaks else None
            for excerpt, speaks in zip(self._excerpts, self._speaks, strict=True)
        ]
        names = [*dict.fromkeys(name for name in each if name), *([""] if "" in each else [])]
        return _flat(names, each, of_excerpts=True, there=names)

    def _characteristic(self, key: AxisKey) -> Axis:
        """Both bases have the same nodes, so that their tables can be compared."""
        declared = [self._category(person, key.name, Basis.DECLARED) for person in self._people]
        filled = [self._category(person, key.name, Basis.GROUP) for person in self._people]
        each = filled if key.basis is Basis.GROUP else declared
        silences = (*SILENCES.values(), NOT_ASKED)
        found = {*declared, *filled}
        given = {name: self._sets.rolled(key.name, name) or name for name in found - set(silences)}
        offered = self._sets.categories(key.name)
        listed = [*sorted(set(given.values()) - set(offered)), *(name for name in silences if name in found)]
        tops = [given.get(name, name) for name in each]
        names, there = [*offered, *listed], [name for name in listed if name in tops]
        if not key.detail:
            return _flat(names, tops, there=there)
        details: dict[str, list[str]] = {top: [] for top in names}
        for name in self._sets.categories(key.name, rolled_up=False):
            details[self._sets.roll_up(key.name, name)].append(name)
        said = {name: name for name in found}
        for name, top in given.items():
            if name == top and name not in details[top]:
                said[name] = f"{top}, no more said"
                details[top].append(said[name])
        return _tree(details, [(top, said[name]) for top, name in zip(tops, each, strict=True)], there=there)

    def _category(self, person: Participant, name: str, basis: Basis) -> str:
        category = self._declared.get((person.participant_id, name)) or _answered(person, name)
        if basis is Basis.GROUP and (category in SILENCES.values() or category == NOT_ASKED):
            return self._convened.get((person.participant_id, name), category)
        return category


def _answered(person: Participant, name: str) -> str:
    for answer in person.answers:
        if answer.characteristic == name:
            given = answer.stated is Stated.GIVEN and answer.category
            return given if given else SILENCES.get(answer.stated, SILENCES[Stated.UNMAPPED])
    return NOT_ASKED


def _flat(
    names: Sequence[str], each: Sequence[str | None], *, of_excerpts: bool = False, there: Sequence[str] = ()
) -> Axis:
    alone = [(name, name) for name in each]
    return _tree({name: [] for name in names}, alone, of_excerpts=of_excerpts, there=there)


def _tree(
    details: Mapping[str, list[str]],
    each: Sequence[tuple[str | None, str | None]],
    *,
    of_excerpts: bool = False,
    there: Sequence[str] = (),
) -> Axis:
    """The axis of categories with their details; `each` is (category, detail). A lone detail is its category."""
    kept = {top: below if len(below) > 1 else [] for top, below in details.items()}
    names = [ALL, *(f"{top}, all" if top in below else top for top, below in kept.items())]
    parents = [-1, *(0 for _ in kept)]
    place: dict[tuple[str | None, str | None], int] = {
        (top, name): number for number, top in enumerate(kept, 1) for name in (top, *details[top])
    }
    order = [0]
    for number, (top, below) in enumerate(kept.items(), 1):
        order.append(number)
        for name in below:
            place[top, name] = len(names)
            order.append(len(names))
            names.append(name)
            parents.append(number)
    up = np.array(parents, np.intp)
    leaves = np.setdiff1d(np.arange(len(up)), up)
    above = (np.arange(len(up))[:, None] == leaves).astype(np.int64)
    above[up[leaves], np.arange(len(leaves))] = 1
    above[0] = 1
    return Axis(
        names=tuple(names),
        parents=up,
        places=np.array([place.get(one, -1) for one in each], np.intp),
        leaves=leaves,
        depths=np.where(up > 0, 2, np.where(up == 0, 1, 0)).astype(np.intp),
        above=above,
        order=tuple(order),
        of_excerpts=of_excerpts,
        there=tuple(number for number, top in enumerate(kept, 1) if top in there),
    )
