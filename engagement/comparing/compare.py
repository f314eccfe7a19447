"""What sets groups apart in a `SliceTable`: each beside all others, and combinations beside what their parts explain.

All of it is worked out from published numbers, so it tells nothing that the table does not. It tells what chance alone
does to numbers of this size where each person answers for themselves: who chose to take part is no random sample, and
people in one room hear one another. The p-values of one table are adjusted together for being so many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import product
from typing import TypeVar

from engagement.characteristics import DEFAULT
from engagement.comparing.intervals import Estimate, Known, Term, adjusted, interval, p_value, together
from engagement.errors import BadInput
from engagement.guard.axes import NOT_ASKED, SILENCES
from engagement.model import ALL, Cell, Count, DisclosureRule, SliceRow, SliceTable
from engagement.tagging.value_sets import ValueSets

CHANCE = 0.05  # an adjusted p-value below it is a clear difference
TOP, DETAIL = "roll-up", "detail"
WHOLE, NO_MORE = ", all", ", no more said"  # how a detailed table names a roll-up, and those who said no more than it
SILENT = frozenset({*SILENCES.values(), NOT_ASKED})


class Verdict(StrEnum):
    """A comparison in words."""

    MORE = "more often"
    LESS = "less often"
    UNCLEAR = "no clear difference"
    TOO_FEW = "too few to say"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One group beside everybody else in the table who answered the same questions about themselves.

    `difference` is `share` less `rest`. Where either can't be told they are None and the verdict is `TOO_FEW`.
    """

    categories: tuple[str, ...]
    theme: str
    base: Cell
    said: Cell
    share: Estimate | None
    rest: Estimate | None
    difference: Estimate | None
    p: float | None
    adjusted_p: float | None = None
    verdict: Verdict = Verdict.TOO_FEW


@dataclass(frozen=True, slots=True)
class Combination:
    """What having these categories together adds to what each of them, and each fewer of them together, explain.

    Of two, A and B, `difference` is share(A and B) - share(A, not B) - share(B, not A) + share(neither).
    """

    categories: tuple[str, ...]
    theme: str
    difference: Estimate | None
    p: float | None
    adjusted_p: float | None = None
    verdict: Verdict = Verdict.TOO_FEW


@dataclass(frozen=True, slots=True)
class _Group:
    """Rows taken together, the row that sums them up with others, and those others."""

    members: Sequence[SliceRow]
    total: SliceRow
    others: Sequence[SliceRow]


Judged = TypeVar("Judged", Comparison, Combination)


def compare(table: SliceTable, sets: ValueSets = DEFAULT) -> tuple[Comparison, ...]:
    """Every group of the table and its margins beside the rest, for each theme, in the table's order.

    Silences ("Prefer not to say" and the like) are neither compared nor part of the rest. Raises BadInput for a table
    that does not count people.
    """
    check_people(table)
    everybody = grand_total(table)
    found = []
    for rows, judged in levels(table, sets):
        silent = [row for row in rows if is_silent(row)]
        answered = [row for row in rows if not is_silent(row)]
        for row in (row for row in judged if not is_silent(row)):
            others = [other for other in answered if other is not row]
            group, rest = _Group([row], row, []), _Group(others, everybody, [row, *silent])
            found += [_comparison(row, theme, group, rest, table.rule) for theme in row.themes]
    return _judged(found, table)


def _comparison(row: SliceRow, theme: str, group: _Group, rest: _Group, rule: DisclosureRule) -> Comparison:
    share = _known(group, theme, rule)
    other = _known(rest, theme, rule)
    terms: list[Term] = [(1, share), (-1, other)] if share and other else []
    return Comparison(
        row.categories,
        theme,
        row.base,
        row.themes[theme],
        share=interval([(1, share)]) if share else None,
        rest=interval([(1, other)]) if other else None,
        difference=interval(terms) if terms else None,
        p=p_value(terms) if terms else None,
    )


def beyond_parts(table: SliceTable, sets: ValueSets = DEFAULT) -> tuple[Combination, ...]:
    """Every combination of two or three categories beside what its parts explain, for each theme, in table order.

    The people without a category are those with another one: silences are left out. Raises BadInput for a table that
    does not count people.
    """
    check_people(table)
    margins = {row.categories: row for row in table.rows}
    found = []
    for rows, judged in levels(table, sets):
        asked = [number for number, category in enumerate(rows[0].categories) if category != ALL]
        if len(asked) < 2:
            continue
        for row in (row for row in judged if not is_silent(row)):
            shown = isinstance(row.base, Count)
            groups = _parts(row, rows, asked, margins) if shown else []
            found += [_combination(row, theme, groups, table.rule) for theme in row.themes]
    return _judged(found, table)


def _combination(row: SliceRow, theme: str, groups: Sequence[tuple[int, _Group]], rule: DisclosureRule) -> Combination:
    terms: list[Term] = []
    for sign, group in groups:
        if (share := _known(group, theme, rule)) is None:
            return Combination(row.categories, theme, None, None)
        terms.append((sign, share))
    return Combination(row.categories, theme, *((interval(terms), p_value(terms)) if terms else (None, None)))


def _parts(
    row: SliceRow, rows: Sequence[SliceRow], asked: Sequence[int], margins: dict[tuple[str, ...], SliceRow]
) -> list[tuple[int, _Group]]:
    """Those who have all of the row's categories, all but one, and so on to none, with the sign of their share."""
    parts = []
    for having in product((True, False), repeat=len(asked)):
        has = dict(zip(asked, having, strict=True))
        margin = tuple(name if has.get(number) else ALL for number, name in enumerate(row.categories))
        members, others = [], []
        for each in rows:
            same = {number: each.categories[number] == row.categories[number] for number in asked}
            if same == has and not is_silent(each):
                members.append(each)
            elif all(same[number] for number in asked if has[number]):
                others.append(each)
        parts.append(((-1) ** having.count(False), _Group(members, margins[margin], others)))
    return parts


def _known(group: _Group, theme: str, rule: DisclosureRule) -> Known | None:
    """How many of the group said it, of how many; None where published numbers do not tell."""
    said = together(
        [row.themes[theme] for row in group.members],
        group.total.themes[theme],
        [row.themes[theme] for row in group.others],
        rule,
    )
    base = together([row.base for row in group.members], group.total.base, [row.base for row in group.others], rule)
    return Known(said, base) if said and base and base.low else None


def check_people(table: SliceTable) -> None:
    """Raises BadInput for a table of mentions or groups, whose numbers are no share of the people asked."""
    if table.request.unit != "people":
        raise BadInput("compare", f"a table that counts {table.request.unit}", "Ask for one that counts people")


def grand_total(table: SliceTable) -> SliceRow:
    """The row of everybody."""
    return next(row for row in table.rows if set(row.categories) <= {ALL})


def levels(table: SliceTable, sets: ValueSets = DEFAULT) -> Iterator[tuple[list[SliceRow], list[SliceRow]]]:
    """Rows that together are everybody, and those of them to be judged beside the others; every row is judged once.

    A roll-up is judged beside roll-ups, and a detail beside details.
    """
    roles = [_roles(table, number, sets) for number in range(len(table.request.by))]
    for wanted in product((ALL, TOP, DETAIL), repeat=len(roles)):
        rows = [
            row
            for row in table.rows
            if all(want in role[name] for want, role, name in zip(wanted, roles, row.categories, strict=True))
        ]
        judged = [
            row
            for row in rows
            if all(want == role[name][0] for want, role, name in zip(wanted, roles, row.categories, strict=True))
        ]
        if judged and set(wanted) - {ALL}:
            yield rows, judged


def _roles(table: SliceTable, number: int, sets: ValueSets) -> dict[str, tuple[str, ...]]:
    """What each category of a characteristic is: a roll-up, one of its details, or both where it has none."""
    key = table.request.by[number]
    below = defaultdict(list)
    for name in dict.fromkeys(row.categories[number] for row in table.rows):
        below[_roll_up(key, name, sets) if key in table.request.detail else name].append(name)
    roles: dict[str, tuple[str, ...]] = {}
    for top, names in below.items():
        whole = f"{top}{WHOLE}" if f"{top}{WHOLE}" in names else top
        for name in names:
            roles[name] = (TOP, DETAIL) if len(names) == 1 else (TOP,) if name == whole else (DETAIL,)
    return {**roles, ALL: (ALL,)}


def _roll_up(key: str, name: str, sets: ValueSets) -> str:
    bare = name.removesuffix(WHOLE).removesuffix(NO_MORE)
    return sets.roll_up(key, bare) if bare in sets.names(key) else bare


def is_silent(row: SliceRow) -> bool:
    """Whether these people did not say of themselves what the row asks."""
    return not SILENT.isdisjoint(row.categories)


def _judged(found: list[Judged], table: SliceTable) -> tuple[Judged, ...]:
    """In the table's order, with the p-values adjusted for one another."""
    place = {row.categories: number for number, row in enumerate(table.rows)}
    found.sort(key=lambda one: place[one.categories])
    adjusted_ps = adjusted([one.p for one in found])
    return tuple(
        replace(one, adjusted_p=p, verdict=_verdict(one.difference, p))
        for one, p in zip(found, adjusted_ps, strict=True)
    )


def _verdict(difference: Estimate | None, p: float | None) -> Verdict:
    if difference is None or p is None:
        return Verdict.TOO_FEW
    if p >= CHANCE:
        return Verdict.UNCLEAR
    return Verdict.MORE if difference.value > 0 else Verdict.LESS
