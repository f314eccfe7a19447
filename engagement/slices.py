"""Who said what: tables of people or mentions by characteristics, with every small number hidden here and nowhere else.

Protected, in each column of a table (the base, and each theme), over the table and all its margins:

1. Primary: a count of fewer people than the rule's threshold, nought too, is `Hidden`.
2. Secondary: along every additive line (cells and their total) either nothing is hidden, or at least two cells are;
   where numbers are not rounded the hidden ones also come to the threshold or more, since their sum can be told to the
   person; a hidden total never has all its parts shown.
3. No hidden cell, of the table or of its margins, has a single solution in all those lines taken together: a check of
   the whole linear system, since several lines can give away what no single one does.
4. What is left is rounded.

A margin is the smaller request's own table with the same cells hidden: small tables are decided first and a larger one
hides only cells of its own, so every page agrees whatever order the characteristics are asked for in. Only rolled-up
categories are offered, since finer ones could be subtracted from them. Silences are categories of their own, so that
tables add up.

Not protected: the complement within a cell (its base less those who said a theme); three two-way tables solved jointly;
intervals beyond rule 2; releases of different dates, or before and after somebody is forgotten; parent themes beside
their children. Filters, by which two views could be subtracted, are not offered at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from engagement.characteristics import CHARACTERISTICS, categories, roll_up
from engagement.errors import BadInput
from engagement.model import (
    ALL,
    Basis,
    Cell,
    Codebook,
    Coding,
    Count,
    DisclosureRule,
    Excerpt,
    Hidden,
    Participant,
    Role,
    SliceRequest,
    SliceRow,
    SliceTable,
    Stated,
    Tag,
    Unit,
)

SILENCES = {
    Stated.PREFER_NOT_TO_SAY: "Prefer not to say",
    Stated.BLANK: "No answer",
    Stated.UNMAPPED: "Not recognised",
}
NOT_ASKED = "Not asked"
MOST_CHARACTERISTICS = 3  # more would leave hardly a cell of a round that can be shown
PROTECTING = "hidden to protect another number"

# [column, category of the first characteristic, of the second ...]; column 0 is the base, category 0 the sum over all
Counts = NDArray[np.int64]
Mask = NDArray[np.bool_]
Line = tuple[int | slice, ...]  # where one axis is free


class Slicer:
    """Every count that leaves a project. Built once; `codings` hold one for each excerpt and theme that it carries.

    A participant's declared tag outranks the answer in `participants`; tags of another basis are not counted. An
    excerpt that nobody is known to have said is a mention in the grand total, and there one contributor.
    """

    def __init__(
        self,
        participants: Sequence[Participant],
        tags: Sequence[Tag],
        excerpts: Sequence[Excerpt],
        codings: Sequence[Coding],
        codebook: Codebook,
        rule: DisclosureRule,
    ) -> None:
        self._rule = rule
        self._together = rule.threshold if rule.rounding == 1 else 0  # what a line's hidden cells must come to
        self._themes = codebook.keys
        people = {one.participant_id: one for one in participants if one.role is Role.PARTICIPANT}
        self._people = tuple(people.values())
        self._declared = {
            (tag.subject, tag.characteristic): roll_up(tag.characteristic, tag.category)
            for tag in reversed(tags)
            if tag.basis is Basis.DECLARED
        }
        place = {participant_id: row for row, participant_id in enumerate(people)}
        column = {key: number for number, key in enumerate(self._themes)}
        self._mentions = np.zeros((len(people), len(column)), np.int64)
        self._nobodys = np.zeros(len(column), np.int64)
        by_id = {excerpt.excerpt_id: excerpt for excerpt in excerpts}
        self._said_by = {excerpt.excerpt_id: excerpt.participant_id or excerpt.excerpt_id for excerpt in excerpts}
        for excerpt_id, theme_key in {(coding.excerpt_id, coding.theme_key) for coding in codings}:
            excerpt = by_id.get(excerpt_id)
            if excerpt is None or theme_key not in column:
                continue
            if excerpt.participant_id in place:
                self._mentions[place[excerpt.participant_id], column[theme_key]] += 1
            elif excerpt.participant_id is None and excerpt.role in (Role.PARTICIPANT, Role.NOBODY):
                self._nobodys[column[theme_key]] += 1
        self._axes: dict[str, tuple[tuple[str, ...], NDArray[np.intp]]] = {}
        self._decided: dict[tuple[tuple[str, ...], Unit], Mask] = {}

    def table(self, request: SliceRequest) -> SliceTable:
        """The table asked for, the grand total first. Raises BadInput for a request that can't be answered."""
        _check(request, self._themes)
        ordered = tuple(sorted(request.by, key=CHARACTERISTICS.index))
        people, mentions = self._counted(ordered)
        hidden = self._hidden(ordered, request.unit)
        shown = np.concatenate([people[:1], mentions[1:]]) if request.unit == "mentions" else people
        contributors = self._contributors(people, request.unit)
        wanted = request.themes or self._themes

        def cell(column: int, at: tuple[int, ...]) -> Cell:
            where = (column, *at)
            if not hidden[where]:
                return Count(_rounded(int(shown[where]), self._rule))
            small = contributors[where] < self._rule.threshold
            return Hidden(f"fewer than {self._rule.threshold} people" if small else PROTECTING)

        names = {key: (ALL, *self._axis(key)[0]) for key in ordered}
        rows = []
        for at_request in product(*(range(len(names[key])) for key in request.by)):
            at = tuple(at_request[request.by.index(key)] for key in ordered)
            rows.append(
                SliceRow(
                    categories=tuple(names[key][number] for key, number in zip(request.by, at_request, strict=True)),
                    base=cell(0, at),
                    themes={key: cell(1 + self._themes.index(key), at) for key in wanted},
                )
            )
        return SliceTable(request, self._rule, tuple(rows))

    def shows(self, theme_key: str) -> bool:
        """Whether enough people said it for their number, and so a quote of theirs, to be shown. Raises BadInput."""
        return isinstance(self.table(SliceRequest(themes=(theme_key,))).rows[0].themes[theme_key], Count)

    def people_behind(self, excerpt_ids: Sequence[str]) -> Cell:
        """How many said any of these excerpts, of a group that no theme names; one whom nobody knows counts as one."""
        return shown(len({self._said_by.get(excerpt_id, excerpt_id) for excerpt_id in excerpt_ids}), self._rule)

    def _axis(self, key: str) -> tuple[tuple[str, ...], NDArray[np.intp]]:
        """The categories of a characteristic, and for each person the place of theirs."""
        if key not in self._axes:
            each = [self._category(person, key) for person in self._people]
            offered = categories(key)
            silences = [name for name in (*SILENCES.values(), NOT_ASKED) if name in set(each)]
            unlisted = sorted(set(each) - {*offered, *silences})
            names = (*offered, *unlisted, *silences)
            place = {name: number for number, name in enumerate(names)}
            self._axes[key] = names, np.array([place[name] for name in each], np.intp)
        return self._axes[key]

    def _category(self, person: Participant, key: str) -> str:
        if category := self._declared.get((person.participant_id, key)):
            return category
        for answer in person.answers:
            if answer.characteristic == key:
                given = answer.stated is Stated.GIVEN and answer.category
                return roll_up(key, given) if given else SILENCES.get(answer.stated, SILENCES[Stated.UNMAPPED])
        return NOT_ASKED

    def _counted(self, by: tuple[str, ...]) -> tuple[Counts, Counts]:
        """People, and excerpts, in every cell and margin."""
        axes = [self._axis(key) for key in by]
        shape = tuple(len(names) for names, _ in axes)
        places = [places for _, places in axes]
        flat = np.ravel_multi_index(places, shape) if by else np.zeros(len(self._people), np.intp)
        everybody = np.ones((len(self._people), 1), np.int64)
        counted = []
        for said in (self._mentions > 0, self._mentions):
            cells = np.zeros((int(np.prod(shape)), 1 + len(self._themes)), np.int64)
            np.add.at(cells, flat, np.concatenate([everybody, said.astype(np.int64)], axis=1))
            counts = cells.T.reshape(-1, *shape)
            for axis in range(1, counts.ndim):
                counts = np.concatenate([counts.sum(axis=axis, keepdims=True), counts], axis=axis)
            counted.append(counts)
        people, mentions = counted
        mentions[_total(mentions)] += self._nobodys
        return people, mentions

    def _contributors(self, people: Counts, unit: Unit) -> Counts:
        if unit == "people":
            return people
        contributors = people.copy()
        contributors[_total(people)] += self._nobodys
        return contributors

    def _hidden(self, by: tuple[str, ...], unit: Unit) -> Mask:
        """Which cells are hidden, decided for the smaller tables first and then kept."""
        if (by, unit) not in self._decided:
            contributors = self._contributors(self._counted(by)[0], unit)
            hidden = contributors < self._rule.threshold
            for axis in range(len(by)):
                np.moveaxis(hidden, axis + 1, 0)[0] = self._hidden(by[:axis] + by[axis + 1 :], unit)
            if by:
                with threadpool_limits(limits=1):  # the systems are small: threads would only wait for one another
                    for column in range(len(hidden)):
                        _protect(hidden[column], contributors[column], self._together)
            self._decided[by, unit] = hidden
        return self._decided[by, unit]


def _total(counts: Counts) -> tuple[slice | int, ...]:
    """Where the grand totals of the themes stand."""
    return (slice(1, None), *(0 for _ in range(counts.ndim - 1)))


def _check(request: SliceRequest, themes: tuple[str, ...]) -> None:
    if len(request.by) > MOST_CHARACTERISTICS:
        raise BadInput("slice", f"{len(request.by)} characteristics at once", f"Ask for at most {MOST_CHARACTERISTICS}")
    if len(set(request.by)) < len(request.by):
        raise BadInput("slice", "the same characteristic twice", "Name each characteristic once")
    for key in request.by:
        if key not in CHARACTERISTICS:
            raise BadInput("slice", f"no characteristic is called '{key}'", f"Use one of {', '.join(CHARACTERISTICS)}")
    for key in request.themes:
        if key not in themes:
            raise BadInput("slice", f"no theme is called '{key}'", f"Use one of {', '.join(themes)}")


def shown(number: int, rule: DisclosureRule) -> Cell:
    """A number of people that stands alone, in no table whose other cells could give it away."""
    if number < rule.threshold:
        return Hidden(f"fewer than {rule.threshold} people")
    return Count(_rounded(number, rule))


def _rounded(number: int, rule: DisclosureRule) -> int:
    """The nearest multiple, a half upwards, but never one below the threshold."""
    nearest = (2 * number + rule.rounding) // (2 * rule.rounding) * rule.rounding
    return max(nearest, -(-rule.threshold // rule.rounding) * rule.rounding)


def _protect(hidden: Mask, people: Counts, together: int) -> None:
    """Hides inner cells of one column, in place, until no hidden cell can be worked out; margins stay as they are."""
    inner = np.zeros_like(hidden)
    inner[(slice(1, None),) * hidden.ndim] = True
    while (spare := inner & ~hidden).any():
        exposed = _exposed_lines(hidden, people, together)
        for line in exposed:
            if _exposed(hidden[line], people[line], together):
                _hide_smallest(hidden[line], people[line], (inner & ~hidden)[line])
        if exposed:
            continue
        solvable = np.argwhere(_solvable(hidden))
        if not len(solvable):
            return
        apart = (solvable[0] != np.indices(hidden.shape).T).sum(axis=-1).T
        _hide_smallest(hidden, people, spare & (apart == apart[spare].min()))


def _hide_smallest(hidden: Mask, people: Counts, among: Mask) -> None:
    """Hides the smallest of the cells `among`, the first of equals."""
    smallest = np.where(among, people, np.iinfo(people.dtype).max).argmin()
    hidden[np.unravel_index(smallest, hidden.shape)] = True


def _exposed(hidden: Mask, people: Counts, together: int) -> Mask:
    """Which lines give a cell, or nearly its size, away by themselves: [..., 1 + cells], total first, to [...]."""
    number = hidden[..., 1:].sum(axis=-1)
    summed = (people * hidden)[..., 1:].sum(axis=-1)
    by_total = (number == 1) | ((number > 1) & (summed < together))
    exposed: Mask = np.where(hidden[..., 0], number == 0, by_total) & (number < hidden.shape[-1] - 1)
    return exposed


def _exposed_lines(hidden: Mask, people: Counts, together: int) -> list[Line]:
    """The lines through inner cells that give one of their cells away."""
    found: list[Line] = []
    for axis in range(hidden.ndim):
        exposed = _exposed(np.moveaxis(hidden, axis, -1), np.moveaxis(people, axis, -1), together)
        places = (tuple(int(number) for number in place) for place in np.argwhere(exposed))
        found += [(*place[:axis], slice(None), *place[axis:]) for place in places if all(place)]
    return found


def _solvable(hidden: Mask) -> Mask:
    """Which hidden cells have one value only in the linear system of all lines, with every shown cell known.

    A cell is determined where its unit vector lies in the row space, so where its projection on that space is 1.
    """
    lines = _lines(hidden.shape)[:, hidden.ravel()]
    values, vectors = np.linalg.eigh(lines @ lines.T)
    basis = (vectors[:, values > 1e-9] / np.sqrt(values[values > 1e-9])).T @ lines
    solvable = np.zeros_like(hidden)
    solvable[hidden] = np.square(basis).sum(axis=0) > 1 - 1e-6
    return solvable


@cache
def _lines(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Every line of a table of this shape as an equation, the total against its parts: [lines, cells]."""
    cells = np.arange(np.prod(shape)).reshape(shape)
    rows = []
    for axis in range(len(shape)):
        for total, *parts in np.moveaxis(cells, axis, -1).reshape(-1, shape[axis]):
            row = np.zeros(cells.size)
            row[total], row[parts] = -1.0, 1.0
            rows.append(row)
    return np.array(rows)
