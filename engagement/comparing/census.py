"""A table of a population, of a user's own or as a census site gives it -> its lines: what each is of, and its number.

A line is "characteristic, category, count" (or share), or the table has a census's own columns, of which one asks for a
characteristic and one holds the numbers. Lines above the headings and notes below the table are passed over.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from engagement.errors import BadInput
from engagement.model import Stated
from engagement.tagging.value_sets import ValueSets

DELIMITERS = ",;\t|"
HEADINGS_WITHIN = 40  # lines; above them a download has its title, source and area
NUMBER = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?|\.\d+")
# Headings, in lower case.
CHARACTERISTIC = re.compile(r"(?:protected )?characteristics?|variable|dimension|topic")
CATEGORY = re.compile(r"category|categories|group|answer|option|label")
PERCENT = re.compile(r"(?:.* )?(?:%|pct|per ?cent(?:age)?)(?: .*)?")
SHARE = re.compile(r"(?:.* )?(?:share|proportion)(?: .*)?")
COUNT = re.compile(
    r"(?!all )(?:.* )?(?:counts?|numbers?|observations?|obs value|people|persons|residents|population|value|n)"
)
CODE = re.compile(r".*\b(?:codes?|id|rank|mnemonic|year|date)")
# Lines that are no category, in lower case.
TOTAL = re.compile(r"(?:grand |sub ?)?totals?\b.*|all(?! other)\b.*|everyone|everybody")
NOT_KNOWN = re.compile(r"(?:does not|doesn.?t) apply|not applicable|not known|unknown|not stated")
NOTE = re.compile(r"(?:sources?|notes?|crown|ons crown|contains|in order|this|these|figures|statistical)\b.*")

REMEDY = "Give each category a line: characteristic, category, count"


# Census wordings that nobody uses of themselves.
CENSUS = {"all other gender identities": "Gender different from registered at birth"}


class Unit(StrEnum):
    """What a number is; a share that is written without a sign is a part of 1 or of 100."""

    COUNT = "count"
    PERCENT = "percent"
    SHARE = "share"


HEADED = {Unit.PERCENT: PERCENT, Unit.SHARE: SHARE, Unit.COUNT: COUNT}  # "% of the population" is no count


class Aside(StrEnum):
    """Lines that are no category of their own."""

    TOTAL = "total"
    SUBTOTAL = "subtotal"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Line:
    """One category of a population and its number, as it was written.

    `number` is the line of the file, `key` the characteristic, and `category` one of its own or an `Aside`.
    """

    number: int
    key: str
    written: str
    category: str
    amount: float
    unit: Unit

    def sums_up(self, other: Line) -> bool:
        """By its wording: "Asian" beside "Asian: Indian"."""
        return other.written.casefold().startswith(f"{self.written.casefold()}:")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which column is which, and how many rows stand above the lines. `key` where the whole table is of one."""

    above: int
    key: str | None
    characteristic: int | None
    category: int
    amount: int
    unit: Unit


Row = tuple[int, list[str]]  # the line it begins at, and its cells


def census_lines(text: str, file: str, sets: ValueSets) -> list[Line]:
    """The lines of a table, in its order; `file` is what a complaint calls it. Raises BadInput."""
    if not text.strip():
        raise BadInput(file, "the file is empty", REMEDY)
    for delimiter in DELIMITERS:
        rows = _rows(text, delimiter)
        if columns := _columns(rows, file, sets):
            break
    else:
        raise BadInput(file, "no headings of a category beside a count or share", REMEDY)
    lines = _lines(rows[columns.above :], columns, file, sets)
    if not lines:
        raise BadInput(file, "no lines under the headings", REMEDY)
    return lines


def _rows(text: str, delimiter: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append((line, [" ".join(cell.split()) for cell in cells]))
            line = reader.line_num + 1
    except csv.Error:
        return []
    return [row for row in rows if any(row[1])]


def _columns(rows: Sequence[Row], file: str, sets: ValueSets) -> _Columns | None:
    """The first row that heads a table. Raises BadInput where there is more in it than one population."""
    for at, (line, cells) in enumerate(rows[:HEADINGS_WITHIN]):
        headings = [_folded(cell) for cell in cells]
        named = next((place for place, heading in enumerate(headings) if CHARACTERISTIC.fullmatch(heading)), None)
        listed = next((place for place, heading in enumerate(headings) if CATEGORY.fullmatch(heading)), None)
        asking = [place for place, cell in enumerate(cells) if _asks(cell, sets)]
        if named is not None and listed is not None:
            taken, key, category = {named, listed}, None, listed
        elif asking:
            taken, key, category = {asking[0]}, sets.characteristic_of(cells[asking[0]]), asking[0]
        else:
            continue
        under = _second_line(rows[at + 1 :], taken)
        found = _amounts(cells, under, rows[at + 1 :], taken)
        if not found:
            continue
        if key and len(asking) > 1:
            raise BadInput(file, "two characteristics together", "Give a table of each", place=f"line {line}")
        if len(found) > 1:
            raise BadInput(file, "several columns of numbers", "Keep one, headed count or share", place=f"line {line}")
        ((amount, unit),) = found.items()
        return _Columns(at + 1 + bool(under), key, None if key else named, category, amount, unit)
    return None


def _asks(heading: str, sets: ValueSets) -> bool:
    return not CODE.fullmatch(_folded(heading)) and sets.characteristic_of(heading) is not None


def _second_line(below: Sequence[Row], taken: set[int]) -> list[str]:
    """The row under the headings where it goes on with them: "number" and "%" under "2021"."""
    if not below:
        return []
    _, cells = below[0]
    goes_on = all(not cells[place : place + 1] or not cells[place] for place in taken)
    return cells if goes_on and all(_number(cell) is None for cell in cells) else []


def _amounts(top: Sequence[str], under: Sequence[str], below: Sequence[Row], taken: set[int]) -> dict[int, Unit]:
    """The columns that may hold the numbers, and what they are: by their headings, or else by what they hold."""
    headings = {
        place: _folded(" ".join([cell, *under[place : place + 1]]))
        for place, cell in enumerate(top)
        if place not in taken
    }
    headings = {place: heading for place, heading in headings.items() if heading and not CODE.fullmatch(heading)}
    found: dict[Unit, list[int]] = defaultdict(list)
    for place, heading in headings.items():
        for unit, pattern in HEADED.items():
            if pattern.fullmatch(heading):
                found[unit].append(place)
                break
    for unit in Unit:
        if unit in found:
            return dict.fromkeys(found[unit], unit)
    held = {place: [cell for _, cells in below for cell in cells[place : place + 1] if cell] for place in headings}
    return {place: Unit.COUNT for place, cells in held.items() if cells and None not in map(_number, cells)}


def _lines(rows: Sequence[Row], columns: _Columns, file: str, sets: ValueSets) -> list[Line]:
    """What each row says, in the file's order. Raises BadInput for the first that can't be understood."""
    lines: list[Line] = []
    seen: dict[tuple[str, str], int] = {}
    listed = [wording for _, cells in rows for wording in cells[columns.category : columns.category + 1]]
    written_key = ""
    for number, given in rows:
        place = f"line {number}"
        filled = [cell for cell in given if cell]
        cells = given + [""] * (1 + max(columns.category, columns.amount, columns.characteristic or 0) - len(given))
        wording, amount = cells[columns.category], cells[columns.amount]
        if NOTE.fullmatch(_folded(filled[0])) or not (wording or amount):
            continue
        if columns.characteristic is not None:
            written_key = cells[columns.characteristic] or written_key  # a spreadsheet may name it once, above the rest
        key = columns.key or _key(written_key, file, place, sets)
        if not wording:
            raise BadInput(file, "a number without a category", "Name the category, or remove the line", place=place)
        category = _category(key, wording, listed, sets)
        if category is None and len(filled) == 1:
            continue
        if category is None:
            found = f"no category of {sets.label(key).lower()} is called '{wording}'"
            remedy = f"Use {', '.join(sets.categories(key))}, or what lies wholly in one of them"
            raise BadInput(file, found, remedy, place=place)
        if earlier := seen.get((key, _folded(wording))):
            found = f"'{wording}' again, which line {earlier} has"
            raise BadInput(file, found, "Keep one line for each category, of one area and year", place=place)
        seen[key, _folded(wording)] = number
        unit = Unit.PERCENT if "%" in amount else columns.unit
        lines.append(Line(number, key, wording, category, _amount(amount, file, place), unit))
    return lines


def _key(written: str, file: str, place: str, sets: ValueSets) -> str:
    by_name = {name: key for key in sets.characteristics for name in (_folded(key), sets.label(key).casefold())}
    key = by_name.get(_folded(written)) or sets.characteristic_of(written)
    if key is None:
        remedy = f"Use one of {', '.join(sets.characteristics)}"
        raise BadInput(file, f"no characteristic is called '{written}'", remedy, place=place)
    return key


def _category(key: str, wording: str, listed: Sequence[str], sets: ValueSets) -> str | None:
    """The category or `Aside` that a line is of; None where it is of none."""
    folded = _folded(wording)
    if NOT_KNOWN.fullmatch(folded):
        return Aside.NOT_KNOWN
    parts = [part.strip() for part in CENSUS.get(folded, wording).split(":")]
    # A census line may say more than our categories: "Married: Opposite sex". The longest of its parts that we have.
    for length in range(len(parts), 0, -1):
        for start in range(len(parts) - length + 1):
            said = sets.answer(key, ": ".join(parts[start : start + length]))
            if said.category:
                return said.category
            if said.stated is not Stated.UNMAPPED:
                return Aside.NOT_KNOWN
    if TOTAL.fullmatch(folded):
        return Aside.TOTAL
    if any(other.casefold().startswith(f"{wording.casefold()}:") for other in listed):
        return Aside.SUBTOTAL
    return None


def _amount(written: str, file: str, place: str) -> float:
    number = _number(written)
    if number is not None:
        return number
    if not written:
        raise BadInput(file, "no number", "Give the count or share, 0 where there is nobody", place=place)
    if _number(written.removeprefix("-")) is not None:
        raise BadInput(file, "a negative number", "Give a count or share of nought or more", place=place)
    raise BadInput(
        file, f"'{written}' is not a number", "Give a count such as 1,200 or a share such as 12.5%", place=place
    )


def _number(written: str) -> float | None:
    bare = re.sub(r"\s", "", written).removesuffix("%")
    return float(bare.replace(",", "")) if NUMBER.fullmatch(bare) else None


def _folded(cell: str) -> str:
    return " ".join(cell.casefold().replace("_", " ").split())
