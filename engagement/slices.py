"""Who said what: tables of people, mentions or groups by up to three characteristics and filters.

A published number is the plain rule's: below the threshold it is hidden, and the rest is rounded. `disclosure.py`
decides what else is hidden, in each column (everybody, each theme) over the table and all its margins, `patterns.py` in
which order: a pattern depends on nothing but the project, so every page agrees whatever was asked before. Mentions and
groups are shown where people are, and nowhere else.

Filters are part of the same scheme. A source or a question is an axis of the table, of which one part is shown; a
theme, a stance, or a characteristic talked about, narrows the column. A cell is hidden also where it leaves fewer
people than the threshold of the unfiltered one behind, so that subtracting the two isolates nobody. With a filter the
base is who said anything that it lets through; where all stands in one source, or answers one question, that filter
changes nothing.

Not protected: under a rule that doesn't round, a number of two characteristics and a filter, seen beside all others;
what follows from more than three tables solved jointly; releases of different dates, or before and after
somebody is forgotten; that few did not say a theme, where it is not worked out how few; a parent theme beside its
children.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from engagement.characteristics import DEFAULT
from engagement.errors import BadInput
from engagement.guard.audit import interval, rounded
from engagement.guard.axes import GROUP, Axes, AxisKey, Mask, Numbers, in_order
from engagement.guard.decided import Decided
from engagement.guard.patterns import Patterns
from engagement.guard.tallies import EVERYBODY, Column, Tallies
from engagement.model import (
    ALL,
    Basis,
    Cell,
    Codebook,
    Coding,
    Count,
    DisclosureRule,
    Excerpt,
    Filter,
    FilterKind,
    Hidden,
    Participant,
    Role,
    SliceRequest,
    SliceRow,
    SliceTable,
    Stance,
    StanceCoding,
    Tag,
)
from engagement.tagging.value_sets import ValueSets

MOST_CHARACTERISTICS = 3  # with filters; more would leave hardly a cell of a round that can be shown
PROTECTING = "too few people, or hidden to protect a number that small"
PLACES = (FilterKind.SOURCE, FilterKind.QUESTION)


class Slicer:
    """Every count that leaves a project. Built once; `codings` hold one for each excerpt and theme that it carries.

    `stances` hold at most one for each excerpt. What was decided is kept in the folder `cache`, if one is given.

    A participant's declared tag outranks the answer in `participants`. Excerpts that nobody is known to have said are
    mentions in the grand total, where each is one contributor; beside known people they are so only if there are enough
    of them not to be told apart.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all that a round holds comes together here
        self,
        participants: Sequence[Participant],
        tags: Sequence[Tag],
        excerpts: Sequence[Excerpt],
        codings: Sequence[Coding],
        codebook: Codebook,
        rule: DisclosureRule,
        sets: ValueSets = DEFAULT,
        stances: Sequence[StanceCoding] = (),
        cache: Path | None = None,
    ) -> None:
        self.rule = rule
        self._known = sets.characteristics
        self._themes = codebook.keys
        people = {one.participant_id: one for one in participants if one.role is Role.PARTICIPANT}
        self._people = tuple(people.values())
        number = {participant_id: row for row, participant_id in enumerate(people)}
        self._ids = tuple(excerpt.excerpt_id for excerpt in excerpts)
        self._said_by = {excerpt.excerpt_id: excerpt.participant_id or excerpt.excerpt_id for excerpt in excerpts}
        self._speakers = np.array([number.get(excerpt.participant_id or "", -1) for excerpt in excerpts], np.intp)
        carries = _conditions(self._themes, self._ids, codings, tags, stances)
        nobodys = {
            row
            for row, excerpt in enumerate(excerpts)
            if excerpt.participant_id is None and excerpt.role in (Role.PARTICIPANT, Role.NOBODY)
        }
        self._nobodys = {key: len(carries[FilterKind.THEME, key] & nobodys) for key in self._themes}
        self._axes = Axes(self._people, tags, excerpts, [speaker >= 0 for speaker in self._speakers], sets)
        found = {condition: np.array(sorted(rows), np.intp) for condition, rows in carries.items()}
        self._tallies = Tallies(len(people), self._speakers, found)
        order = {key: row for row, key in enumerate(self._themes)}
        declared = [(one.participant_id, one.group, one.answers) for one in self._people]
        said = [(one.excerpt_id, one.participant_id, one.source_id, one.question_id) for one in excerpts]
        met = [(condition, sorted(rows)) for condition, rows in carries.items()]
        state = (declared, said, list(tags), met, rule, sets.digest)
        self._patterns = Patterns(self._tallies, self._axes, order, rule, Decided.of(state, cache))
        self._tables: dict[SliceRequest, SliceTable] = {}
        self._bases: dict[SliceRequest, dict[tuple[str, ...], Cell]] = {}

    def prepare(self) -> None:
        """Decides the tables that others rest on, so that none has to wait for them later."""
        self._patterns.prepare([EVERYBODY, *(frozenset({(str(FilterKind.THEME), key)}) for key in self._themes)])

    def table(self, request: SliceRequest) -> SliceTable:
        """The table asked for, the grand total first. Raises BadInput for a request that can't be answered."""
        if request not in self._tables:
            self._check(request)
            self._tables[request] = self._table(request)
        return self._tables[request]

    def bases(self, request: SliceRequest) -> dict[tuple[str, ...], Cell]:
        """How many could have said anything, by the categories of each row of the request's table; no theme of it.

        Raises BadInput as `table` does.
        """
        bare = replace(request, themes=(), unit="people")
        if bare not in self._bases:
            self._check(request)
            rows = self._tables[bare].rows if bare in self._tables else self._rows(bare, *self._keys(bare), ())
            self._bases[bare] = {row.categories: row.base for row in reversed(rows)}
        return self._bases[bare]

    def shows(self, theme_key: str) -> bool:
        """Whether enough people said it for their number, and so a quote of theirs, to be shown. Raises BadInput."""
        return self.answers(SliceRequest(themes=(theme_key,)))

    def answers(self, request: SliceRequest, categories: Sequence[str] = ()) -> bool:
        """Whether words of a slice may be shown: its numbers are, for each theme of the request or for its base.

        `categories` are those of a row of its table; its total is meant where they are left out. Raises BadInput.
        """
        if not request.themes:
            return isinstance(self._base(request, categories), Count)
        row = self._row(replace(request, unit="people"), categories)
        return all(isinstance(row.themes[key], Count) for key in request.themes)

    def excerpts_of(
        self, request: SliceRequest, categories: Sequence[str] = (), theme: str | None = None
    ) -> tuple[str, ...]:
        """The excerpts behind a cell, the base's where no theme is named; none where its number is hidden.

        Raises BadInput for a row that its table doesn't have.
        """
        if theme is None:
            cell = self._base(request, categories)
        else:
            _known(theme, "theme", self._themes)
            cell = self._row(replace(request, themes=(theme,), unit="people"), categories).themes[theme]
        if not isinstance(cell, Count):
            return ()
        keys, chosen = self._keys(request)
        wanted = self._tallies.excerpts(_narrowing(request) | ({(FilterKind.THEME, theme)} if theme else set()))
        names = dict(zip(request.by, categories or (ALL,) * len(request.by), strict=True))
        for key in keys:
            axis = self._axes.axis(key)
            node = chosen[key] if key in chosen else axis.names.index(names[key.name])
            reached = np.append(np.isin(np.arange(len(axis.parents)), axis.leaves[axis.above[node] > 0]), False)
            held = reached[axis.places] if axis.of_excerpts else np.append(reached[axis.places], False)[self._speakers]
            if node:
                wanted = wanted & held
        return tuple(self._ids[row] for row in np.flatnonzero(wanted))

    def people_behind(self, excerpt_ids: Sequence[str]) -> Cell:
        """How many said any of these excerpts, of a group that no theme names; one whom nobody knows counts as one."""
        return shown(len({self._said_by.get(excerpt_id, excerpt_id) for excerpt_id in excerpt_ids}), self.rule)

    def cooccurrence(self) -> dict[tuple[str, str], Cell]:
        """How many people said two themes in one excerpt; of a theme with itself, how many said it."""
        return {
            (one, other): cell
            for one in self._themes
            for other, cell in self.table(SliceRequest(where=(Filter(FilterKind.THEME, one),))).rows[0].themes.items()
        }

    def framework(self) -> tuple[SliceRow, ...]:
        """Groups by themes, the total first; under a rule that prints single people (k of 1), each of them after."""
        rows = self._rows(SliceRequest(by=(GROUP,)), (AxisKey(GROUP),), {}, self._themes)
        if self.rule.k > 1:
            return rows
        said = [self._tallies.said(frozenset({(FilterKind.THEME, key)})) for key in self._themes]
        return rows + tuple(
            SliceRow(
                categories=(str(person.label),),
                base=Count(1),
                themes={key: Count(int(each[number] > 0)) for key, each in zip(self._themes, said, strict=True)},
            )
            for number, person in enumerate(self._people)
        )

    # ------------------------------------------------------------ tables

    def _table(self, request: SliceRequest) -> SliceTable:
        keys, chosen = self._keys(request)
        return SliceTable(request, self.rule, self._rows(request, keys, chosen, request.themes or self._themes))

    def _keys(self, request: SliceRequest) -> tuple[tuple[AxisKey, ...], dict[AxisKey, int]]:
        """The axes of a request, and of those that filter the node that it keeps."""
        keys = [
            AxisKey(name, name in request.detail and self._axes.detailed(name), request.basis) for name in request.by
        ]
        chosen = {}
        for each in request.where:
            if each.kind in PLACES:
                axis = self._axes.axis(AxisKey(each.kind))
                if len(axis.leaves) > 1:  # where all is in one source, the filter says nothing
                    chosen[AxisKey(each.kind)] = axis.names.index(each.value)
        return in_order([*keys, *chosen]), chosen

    def _rows(
        self, request: SliceRequest, keys: tuple[AxisKey, ...], chosen: Mapping[AxisKey, int], wanted: Sequence[str]
    ) -> tuple[SliceRow, ...]:
        narrowing = _narrowing(request)
        columns: list[Column] = [narrowing, *(narrowing | {(FilterKind.THEME, key)} for key in wanted)]
        distinct = list(dict.fromkeys(columns))
        hidden, exact = self._patterns.hidden(keys, distinct), self._patterns.count(keys, distinct)
        people = rounded(exact.reveal_people(), self.rule)
        numbers, unseen = people, hidden
        if request.unit == "mentions":
            numbers = rounded(exact.reveal_mentions(), self.rule)
        elif request.unit == "groups":
            numbers, unseen = self._groups(keys, distinct, hidden)
        places = [distinct.index(column) for column in columns]
        by_name = {key.name: key for key in keys}
        axes = {name: self._axes.axis(by_name[name]) for name in request.by}
        few = Hidden(f"fewer than {self.rule.threshold} people" if not keys and not request.where else PROTECTING)
        unsaid = few if self.rule.rounding > 1 else Hidden(PROTECTING)  # exact rules hide also what everybody said

        def row(nodes: tuple[int, ...]) -> SliceRow:
            node = dict(zip(request.by, nodes, strict=True))
            at = tuple(chosen[key] if key in chosen else node[key.name] for key in keys)
            cells = {
                key: unsaid if unseen[place, *at] else Count(int(numbers[place, *at]))
                for key, place in zip(wanted, places[1:], strict=True)
            }
            if request.unit == "mentions" and not request.where and not any(at):
                cells |= self._with_nobodys(cells, dict(zip(wanted, places[1:], strict=True)), exact.reveal_mentions())
            base_hidden, bases = (unseen, numbers) if request.unit == "groups" else (hidden, people)
            base = few if base_hidden[places[0], *at] else Count(int(bases[places[0], *at]))
            return SliceRow(tuple(axes[name].names[number] for name, number in node.items()), base, cells)

        return tuple(row(nodes) for nodes in product(*(axes[name].order for name in request.by)))

    def _with_nobodys(self, cells: Mapping[str, Cell], places: Mapping[str, int], mentions: Numbers) -> dict[str, Cell]:
        """The totals of themes of which enough excerpts are of nobody known."""
        total = mentions.reshape(len(mentions), -1)[:, 0]
        return {
            key: Count(int(rounded(total[places[key]] + self._nobodys[key], self.rule)))
            for key in cells
            if self._nobodys[key] >= self.rule.threshold
        }

    def _groups(self, keys: tuple[AxisKey, ...], columns: list[Column], hidden: Mask) -> tuple[Numbers, Mask]:
        """How many groups, and where that is hidden: also where it would tell that somebody is in a hidden part.

        Beyond the threshold it is rounded, and nowhere more than people may be few: else it would tell how many.
        """
        each = self._patterns.count((*keys, AxisKey(GROUP)), columns).reveal_people()
        exact = (each[..., 1:-1] > 0).sum(axis=-1)
        least, _ = interval(self._patterns.count(keys, columns).reveal_people(), self.rule)
        shown_as = np.where(exact > self.rule.threshold, np.minimum(rounded(exact, self.rule), least), exact)
        unseen = hidden.copy()
        for number, axis in enumerate(self._patterns.axes_of(keys)):
            turned, counts = (np.moveaxis(array, 1 + number, -1) for array in (hidden, exact))
            for parent in np.unique(axis.parents[1:]):
                parts = np.flatnonzero(axis.parents == parent)
                seen = np.where(turned[..., parts], 0, counts[..., parts]).sum(axis=-1)
                tells = turned[..., parts].any(axis=-1) & (seen < counts[..., parent])
                np.moveaxis(unseen, 1 + number, -1)[..., parts] |= tells[..., None]
        return shown_as, unseen

    # ---------------------------------------------------------- requests

    def _row(self, request: SliceRequest, categories: Sequence[str]) -> SliceRow:
        wanted = tuple(categories) or (ALL,) * len(request.by)
        for row in self.table(request).rows:
            if row.categories == wanted:
                return row
        raise _no_row()

    def _base(self, request: SliceRequest, categories: Sequence[str]) -> Cell:
        bases, wanted = self.bases(request), tuple(categories) or (ALL,) * len(request.by)
        if wanted not in bases:
            raise _no_row()
        return bases[wanted]

    def _check(self, request: SliceRequest) -> None:
        if len(request.by) + len(request.where) > MOST_CHARACTERISTICS:
            what = "characteristics and filters" if request.where else "characteristics"
            number = len(request.by) + len(request.where)
            raise BadInput("slice", f"{number} {what} at once", f"Ask for at most {MOST_CHARACTERISTICS}")
        for what, named in (("characteristic", request.by), ("filter", request.where)):
            if len(set(named)) < len(named):
                raise BadInput("slice", f"the same {what} twice", f"Name each {what} once")
        for key in (*request.by, *request.detail):
            _known(key, "characteristic", self._known)
        for key in request.detail:
            if key not in request.by:
                raise BadInput("slice", f"detail of '{key}', which the table isn't by", "Name it with --by too")
        for key in request.themes:
            _known(key, "theme", self._themes)
        if request.basis is Basis.MENTIONED:
            raise BadInput("slice", "a table of people by what they mention", "Use the filter for what is talked about")
        self._check_filters(request)

    def _check_filters(self, request: SliceRequest) -> None:
        for kind in (*PLACES, FilterKind.STANCE):
            if sum(each.kind is kind for each in request.where) > 1:
                raise BadInput("slice", f"two filters on the {kind}", f"An excerpt has one {kind}: name one")
        for each in request.where:
            if each.kind in PLACES:
                _known(each.value, each.kind, tuple(filter(None, self._axes.axis(AxisKey(each.kind)).names[1:])))
            else:
                _known(each.value, *self._offered(each.kind))

    def _offered(self, kind: FilterKind) -> tuple[str, Sequence[str]]:
        """What a filter's value is called, and which there are."""
        if kind is FilterKind.THEME:
            return "theme", self._themes
        return ("stance", tuple(Stance)) if kind is FilterKind.STANCE else ("characteristic", self._known)


def _conditions(
    themes: Sequence[str],
    excerpt_ids: Sequence[str],
    codings: Sequence[Coding],
    tags: Sequence[Tag],
    stances: Sequence[StanceCoding],
) -> dict[tuple[str, str], set[int]]:
    """Which excerpts meet each condition: carry a theme, talk of a characteristic, stand somewhere."""
    carries: dict[tuple[str, str], set[int]] = {(FilterKind.THEME, key): set() for key in themes}
    carries |= {(FilterKind.STANCE, stance): set() for stance in Stance}
    place = {excerpt_id: row for row, excerpt_id in enumerate(excerpt_ids)}
    for coding in codings:
        if coding.excerpt_id in place and (FilterKind.THEME, coding.theme_key) in carries:
            carries[FilterKind.THEME, coding.theme_key].add(place[coding.excerpt_id])
    for tag in tags:
        if tag.basis is Basis.MENTIONED and tag.subject in place:
            carries.setdefault((FilterKind.MENTIONED, tag.characteristic), set()).add(place[tag.subject])
    for one in stances:
        if one.excerpt_id in place:
            carries[FilterKind.STANCE, one.stance].add(place[one.excerpt_id])
    return carries


def _known(value: str, what: str, offered: Sequence[str]) -> None:
    if value not in offered:
        remedy = f"Use one of {', '.join(offered)}" if offered else "There is none in this project"
        raise BadInput("slice", f"no {what} is called '{value}'", remedy)


def _no_row() -> BadInput:
    return BadInput("slice", "no row of the table is called that", "Use the categories of one of its rows")


def _narrowing(request: SliceRequest) -> Column:
    """The conditions of a request's filters that narrow columns."""
    return frozenset((str(each.kind), each.value) for each in request.where if each.kind not in PLACES)


def shown(number: int, rule: DisclosureRule) -> Cell:
    """A number of people that stands alone, in no table whose other cells could give it away."""
    if number < rule.threshold:
        return Hidden(f"fewer than {rule.threshold} people")
    return Count(int(rounded(np.array(number), rule)))
