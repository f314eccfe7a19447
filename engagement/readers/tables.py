"""A table of responses at each of its stages: a sheet as it stands, the answers in it, and all that was taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engagement.readers.columns import Column, Use
from engagement.readers.headings import Row
from engagement.readers.reading import Reading


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """The rows of one table that hold anything; `location` takes a row's number, `number` is the sheet's own."""

    rows: Sequence[Row]
    location: str = "row {}"
    number: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Answers:
    """A table that holds answers, or tells who gave those of another: its columns and, under them, its rows.

    `aside` counts the cells that are neither, by what they are.
    """

    columns: tuple[Column, ...]
    body: Sequence[Row]
    location: str = "row {}"
    number: int | None = None
    aside: Mapping[str, int] = field(default_factory=dict)

    @property
    def asked(self) -> list[Column]:
        """The open questions."""
        return [column for column in self.columns if column.use is Use.OPEN]

    @property
    def cells(self) -> int:
        """How many cells hold anything, headings and all."""
        return sum(self.aside.values()) + sum(bool(cell) for _, cells in self.body for cell in cells)


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What the columns of one table were taken for; `sheet` is its number in a workbook.

    `answers` counts what was answered, by the place of each column of demographics.
    """

    sheet: int | None
    columns: tuple[Column, ...]
    answers: Mapping[int, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class Taken:
    """A file of responses as read, or a part of one, and what the columns of each table were taken for."""

    reading: Reading
    told: tuple[Told, ...]
