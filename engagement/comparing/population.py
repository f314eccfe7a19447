"""Who is missing: the respondents beside a population profile that the user gives, as a CSV or a census download.

Lines that sum up others ("Total", or "Asian" above "Asian: Indian") are not counted twice, and ages in single years or
narrow bands are summed to ours. Shares are of those whose answer is known, among respondents and in the population. A
group of which too few took part for their number to be shown is still told to be missing where even the most that the
number may be is clearly too few: that follows from what is published. A profile should be of those who could have
answered: one with children in it makes the young look missing from a survey of adults.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from engagement.characteristics import DEFAULT
from engagement.comparing.census import Aside, Line, Unit, census_lines
from engagement.comparing.compare import CHANCE, WHOLE, check_people, grand_total, is_silent, levels
from engagement.comparing.findings import listed, people_in_words
from engagement.comparing.intervals import Estimate, Known, Number, adjusted, interval, p_value, reach, together
from engagement.errors import BadInput
from engagement.model import Cell, Count, SliceRow, SliceTable
from engagement.readers.clean import decode
from engagement.readers.reading import CannotRead
from engagement.tagging.value_sets import ValueSets

NEAR = 0.01  # part by which rounded lines may miss what they come to
STEPS = {Unit.COUNT: 3.0, Unit.PERCENT: 0.3, Unit.SHARE: 0.003}  # or by this much, where they are small

UNSPECIFIC = re.compile(r"\ball other\b|\bno (?:specific|more|further)\b|\bun-?specified\b|\bnot (?:\w+ )?specified\b")


@dataclass(frozen=True, slots=True)
class Profile:
    """The population by one characteristic: each category's share of all whose answer is known, a part of 1.

    `rolled_up` has the coarse categories, `detailed` the fine ones where the file has all of their roll-up's.
    """

    rolled_up: Mapping[str, float]
    detailed: Mapping[str, float]


Population = Mapping[str, Profile]  # by characteristic


class Presence(StrEnum):
    """How many of a group took part, beside its share of the population."""

    FEWER = "fewer than expected"
    MORE = "more than expected"
    UNCLEAR = "no clear difference"
    TOO_FEW = "too few to say"
    NO_FIGURE = "no population figure"


@dataclass(frozen=True, slots=True)
class Gap:
    """One category among the respondents beside the population; `difference` is `respondents` less `population`.

    `respondents` is None where their number is hidden, `population` where the file has none.
    """

    characteristic: str
    category: str
    base: Cell
    respondents: Estimate | None
    population: float | None
    difference: Estimate | None
    p: float | None
    adjusted_p: float | None = None
    presence: Presence = Presence.TOO_FEW


def load(path: Path, sets: ValueSets = DEFAULT) -> Population:
    """The population in the CSV file `path`. Raises BadInput, which names the line."""
    try:
        return parse(decode(path.read_bytes()), path.name, sets)
    except FileNotFoundError:
        raise BadInput(path.name, "there is no such file", "Check the path") from None
    except OSError:
        raise BadInput(path.name, "the file can't be opened", "Check that you may read it") from None
    except CannotRead:
        raise BadInput(path.name, "not a text file", "Save the table as CSV UTF-8") from None


def parse(text: str, file: str, sets: ValueSets = DEFAULT) -> Population:
    """The population in the CSV `text`; `file` is what a complaint calls it. Raises BadInput."""
    by_key = defaultdict(list)
    for line in census_lines(text, file, sets):
        by_key[line.key].append(line)
    return {key: _profile(lines, file, sets) for key, lines in by_key.items()}


def missing(tables: Iterable[SliceTable], population: Population, sets: ValueSets = DEFAULT) -> tuple[Gap, ...]:
    """Each category of the tables, which have one characteristic each, beside the population's share.

    Characteristics that the population doesn't have are left out; p-values are adjusted over all that is given back.
    Raises BadInput for a table of mentions or groups, or of more characteristics than one.
    """
    found = []
    for table in tables:
        check_people(table)
        if len(table.request.by) != 1:
            raise BadInput("population", "a table by several characteristics", "Ask for one characteristic at a time")
        (key,) = table.request.by
        if key not in population:
            continue
        parts = levels(table, sets)
        gaps = {
            gap.category: gap for rows, judged in parts for gap in _gaps(table, rows, judged, population[key], sets)
        }
        found += [gaps[name] for row in table.rows for name in row.categories if name in gaps]
    ps = adjusted([gap.p for gap in found])
    return tuple(replace(gap, adjusted_p=p, presence=_presence(gap, p)) for gap, p in zip(found, ps, strict=True))


def _gaps(
    table: SliceTable, rows: Sequence[SliceRow], judged: Sequence[SliceRow], profile: Profile, sets: ValueSets
) -> list[Gap]:
    (key,) = table.request.by
    silent = [row.base for row in rows if is_silent(row)]
    total = grand_total(table).base
    base = together([row.base for row in rows if not is_silent(row)], total, silent, table.rule)
    gaps = []
    for row in (row for row in judged if not is_silent(row)):
        (category,) = row.categories
        share = _share(profile, key, category, sets, detail=key in table.request.detail)
        low, high = reach([row.base], total, [other.base for other in rows if other is not row], table.rule)
        number = Number(row.base.value if isinstance(row.base, Count) else low, low, high)
        term = (1, Known(number, base)) if base and base.low else None
        found = interval([term]) if term else None
        respondents = found if isinstance(row.base, Count) else None
        difference = p = None
        if term and found and share is not None:
            # Of a hidden group it is told only that it is missing.
            p = p_value([term], share) if respondents or found.high < share else 1.0
            if respondents:
                difference = Estimate(found.value - share, found.low - share, found.high - share)
        gaps.append(Gap(key, category, row.base, respondents, share, difference, p))
    return gaps


def _share(profile: Profile, key: str, category: str, sets: ValueSets, *, detail: bool) -> float | None:
    """The population's share. "Married" is a roll-up and one of its own details: which, the table's form tells."""
    if detail and category in sets.categories(key, rolled_up=False):
        top = sets.roll_up(key, category)
        if sum(sets.roll_up(key, name) == top for name in sets.categories(key, rolled_up=False)) > 1:
            return profile.detailed.get(category)
    return profile.rolled_up.get(category.removesuffix(WHOLE))


def _presence(gap: Gap, p: float | None) -> Presence:
    if gap.population is None:
        return Presence.NO_FIGURE
    if p is not None and p < CHANCE:
        return Presence.MORE if gap.difference and gap.difference.value > 0 else Presence.FEWER
    return Presence.UNCLEAR if gap.difference else Presence.TOO_FEW


def missing_in_words(gaps: Sequence[Gap], sets: ValueSets = DEFAULT) -> str:
    """Who is missing, in a sentence."""
    fewer = [gap for gap in gaps if gap.presence is Presence.FEWER]
    if not fewer:
        return "No group is clearly missing."
    groups = []
    for gap in fewer:
        answered = (
            f"{gap.respondents.value:.0%} of those who answered" if gap.respondents else "too few answered to show"
        )
        people = people_in_words([gap.characteristic], [gap.category], sets)
        groups.append(f"{people} ({answered}, {gap.population:.0%} of the population)")
    return f"Fewer took part than expected of {listed(groups)}."


def _profile(lines: Sequence[Line], file: str, sets: ValueSets) -> Profile:
    """The shares that the lines of one characteristic come to. Raises BadInput where that is too much, or nought."""
    first = lines[0]
    if odd := [line for line in lines if line.unit != first.unit]:
        found = f"a {odd[0].unit} among lines that give a {first.unit}"
        raise BadInput(file, found, "Write all of a characteristic's numbers alike", place=f"line {odd[0].number}")
    unit = first.unit
    if unit is Unit.SHARE and max(line.amount for line in lines) > 1 + NEAR:
        unit = Unit.PERCENT
    leaves = _leaves([line for line in lines if line.category not in set(Aside)], STEPS[unit], file, sets)
    not_known = sum(line.amount for line in lines if line.category == Aside.NOT_KNOWN)
    listed_sum = not_known + sum(line.amount for line in leaves)
    totals = [line.amount for line in lines if line.category == Aside.TOTAL]
    whole = {Unit.PERCENT: 100.0, Unit.SHARE: 1.0}.get(unit, max(totals, default=listed_sum))
    place = f"lines {first.number} to {lines[-1].number}"
    if listed_sum > whole and not _near(whole, listed_sum, STEPS[unit]):
        found = "the counts come to more than their total"
        if unit is not Unit.COUNT:
            found = f"the shares come to {listed_sum / whole:.0%}"
        raise BadInput(file, found, "Give each person one line, of one area and year", place=place)
    complete = _near(whole, listed_sum, STEPS[unit])
    known = (listed_sum if complete else whole) - not_known
    if known <= 0:
        raise BadInput(file, "the numbers come to nought", "Give the count or share of each category", place=place)
    return _shares(first.key, leaves, known, sets, complete=complete)


def _leaves(lines: list[Line], step: float, file: str, sets: ValueSets) -> list[Line]:
    """The lines that sum up no others. A roll-up whose parts are not all there stays, and its parts go.

    Raises BadInput where parts come to more than the line that sums them up.
    """
    left = list(lines)
    for line in sorted(lines, key=lambda one: -len(one.written)):  # "Married: Opposite sex" before "Married"
        if line not in left:
            continue
        coarse = sets.roll_up(line.key, line.category)
        group = [other for other in left if other is not line and sets.roll_up(line.key, other.category) == coarse]
        named = [other for other in group if line.sums_up(other)]
        finer = [other for other in group if other.category != line.category] if line.category == coarse else []
        parts = named or finer
        come_to = sum(part.amount for part in parts)
        whole = bool(named) or _is_whole_roll_up(line, sets)
        if not parts or UNSPECIFIC.search(line.written.casefold()):
            continue
        if _near(line.amount, come_to, step if whole else 0.0):
            left.remove(line)
        elif whole and come_to > line.amount:
            place = f"line {line.number}"
            raise BadInput(file, f"the parts of '{line.written}' come to more", "Check the numbers", place=place)
        elif whole:
            left = [other for other in left if other not in parts]
    return left


def _is_whole_roll_up(line: Line, sets: ValueSets) -> bool:
    """Whether the line is of everybody in a roll-up, not of those in no finer category, like ages "15 to 19"."""
    if line.key == "age":
        return line.written.casefold().removeprefix("aged ") == line.category.casefold()
    fine = sets.categories(line.key, rolled_up=False)
    return line.category not in fine


def _near(whole: float, come_to: float, step: float) -> bool:
    return abs(whole - come_to) <= max(NEAR * whole, step)


def _shares(key: str, leaves: Sequence[Line], known: float, sets: ValueSets, *, complete: bool) -> Profile:
    """The shares of the `known` people. Where lines are missing, only roll-ups that have all of theirs."""
    fine: dict[str, list[str]] = defaultdict(list)
    for name in sets.categories(key, rolled_up=False):
        fine[sets.roll_up(key, name)].append(name)
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in leaves:
        groups[sets.roll_up(key, line.category)].append(line)
    rolled_up: dict[str, float] = {}
    detailed: dict[str, float] = {}
    for coarse, lines in groups.items():
        given = {line.category for line in lines}
        all_fine = given <= set(fine[coarse])
        if complete or not all_fine or given == set(fine[coarse]):
            rolled_up[coarse] = sum(line.amount for line in lines) / known
        if all_fine:
            for line in lines:
                detailed[line.category] = detailed.get(line.category, 0.0) + line.amount / known
    return Profile(rolled_up, detailed)
