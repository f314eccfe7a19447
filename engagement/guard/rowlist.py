"""Which rows a file may list, so that counting its rows tells no more than the tables do.

A row states facts: a characteristic of a person, a theme or the question of an excerpt. Each combination of them is a
cell of `slices.py`. A row keeps a fact only where every combination that it makes is a shown cell, and of no
combination are more rows listed than the least number that its shown cell may stand for. So a hidden cell has no row,
whatever it holds; a shown one has no more than was known; and since rows are left out and facts dropped without a mark,
a row that is not there tells nothing. Which are left out depends on the digest of their ids alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np

from engagement.errors import BadInput
from engagement.guard.audit import interval
from engagement.model import Cell, Count, DisclosureRule, Filter, FilterKind, SliceRequest, SliceRow, digest_of
from engagement.slices import MOST_CHARACTERISTICS, Slicer

MOST_PEOPLE_FACTS = 2  # characteristics of one person: tables by more take long to decide and leave hardly a cell
MOST_EXCERPT_FACTS = 1 + MOST_CHARACTERISTICS  # a theme's column, and filters
MANY = 1 << 31

Fact = tuple[str, str]
Facts = tuple[Fact, ...]
Room = Callable[[Facts], int]  # of a combination: how many rows of it may be listed, nought where it is hidden


def stated(offered: Sequence[Fact], room: Room, most: int) -> Facts:
    """The facts that a row may state of those `offered`, the first before the later ones, `most` at most."""
    kept: Facts = ()
    for fact in offered:
        if len(kept) < most and all(room((*others, fact)) for others in _parts(kept)):
            kept = (*kept, fact)
    return kept


def listed(rows: Mapping[str, Facts], room: Room) -> frozenset[str]:
    """The ids of the rows that may be listed."""
    held: Counter[frozenset[Fact]] = Counter()
    kept = set()
    for row_id in sorted(rows, key=digest_of):
        cells = [(frozenset(part), part) for part in _parts(rows[row_id])]
        if all(held[cell] < room(part) for cell, part in cells):
            held.update(cell for cell, _ in cells)
            kept.add(row_id)
    return frozenset(kept)


def shared_by(rows: Mapping[str, Facts], k: int) -> dict[str, Facts]:
    """The rows whose facts, as they are stated, `k` of them share."""
    sizes = Counter(rows.values())
    return {row_id: facts for row_id, facts in rows.items() if sizes[facts] >= k}


def of_people(numbers: Slicer) -> Room:
    """The room of combinations of characteristics."""
    tables: dict[tuple[str, ...], dict[tuple[str, ...], SliceRow]] = {}

    def room(facts: Facts) -> int:
        by, categories = tuple(key for key, _ in sorted(facts)), tuple(value for _, value in sorted(facts))
        if by not in tables:
            tables[by] = {row.categories: row for row in numbers.table(SliceRequest(by=by)).rows}
        row = tables[by].get(categories)
        return least(row.base, numbers.rule) if row else 0

    return room


def of_excerpts(numbers: Slicer) -> Room:
    """The room of combinations of themes and a question: (`FilterKind`, value). Of bases no mentions are told."""
    known: dict[frozenset[Fact], int] = {}

    def room(facts: Facts) -> int:
        cell = frozenset(facts)
        if cell not in known:
            known[cell] = _mentioned(numbers, cell)
        return known[cell]

    return room


def _mentioned(numbers: Slicer, facts: frozenset[Fact]) -> int:
    themes = sorted(value for kind, value in facts if kind == FilterKind.THEME)
    others = [Filter(FilterKind(kind), value) for kind, value in sorted(facts) if kind != FilterKind.THEME]
    where = tuple(others + [Filter(FilterKind.THEME, value) for value in themes[1:]])
    people = base_of(numbers, where, themes[0] if themes else "")
    if not isinstance(people, Count) or not themes:
        return MANY if isinstance(people, Count) else 0
    row = numbers.table(SliceRequest(themes=(themes[0],), where=where, unit="mentions")).rows[0]
    return least(row.themes[themes[0]], numbers.rule)


def base_of(numbers: Slicer, where: Sequence[Filter], theme: str = "") -> Cell | None:
    """The people of a total, who raised `theme` if one is named; None where nobody known is behind a filter."""
    try:
        row = numbers.table(SliceRequest(themes=(theme,) if theme else (), where=tuple(where))).rows[0]
    except BadInput:
        return None
    return row.themes[theme] if theme else row.base


def least(cell: Cell, rule: DisclosureRule) -> int:
    """The least number that a cell may stand for as it is printed; nought where it is hidden."""
    return int(interval(np.array(cell.value), rule)[0]) if isinstance(cell, Count) else 0


def _parts(facts: Facts) -> list[Facts]:
    """Every combination of the facts, the empty one first."""
    return [part for size in range(len(facts) + 1) for part in combinations(facts, size)]
