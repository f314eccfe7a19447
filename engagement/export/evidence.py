"""What a round found, gathered once: the value that every report, workbook and table of evidence is made from.

Numbers are cells of the slicer, words are cleared quotes: an export can't show what is not in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from engagement.agreement import ThemeAgreement
from engagement.comparing.compare import Combination, Comparison
from engagement.comparing.population import Gap
from engagement.model import (
    Cell,
    Codebook,
    DisclosureRule,
    Quote,
    Round,
    SliceTable,
    Stance,
    Theme,
)
from engagement.tagging.value_sets import ValueSets

__all__ = ["Asked", "Checked", "Evidence", "Found", "Options", "Received", "Reliability"]


@dataclass(frozen=True, slots=True)
class Received:
    """What came in and what became of it; numbers that may tell of a person are cells.

    `reasons` are a sentence for each file that was not taken in, `notes` one for each part of a file. `left_out` counts
    words that are nobody's evidence, by what they are ("heading"); `replaced` identifiers that were taken out, by kind.
    `people` are those who sent copies too, where so many did that it may be told; `sent` is how many sent each
    campaign.
    """

    files: int
    read: int
    reasons: tuple[str, ...]
    people: Cell
    excerpts: Cell
    copies: Cell
    campaigns: int
    refused: Cell  # people whose words may not be published
    withdrawn: Cell
    languages: Mapping[str, Cell]  # people who used each language but English
    left_out: Mapping[str, Cell]
    replaced: Mapping[str, int]
    notes: tuple[str, ...] = ()
    sent: tuple[Cell, ...] = ()  # the largest campaign first
    unused: Mapping[str, Cell] = field(default_factory=dict)  # answers by why they say nothing: "blank"


@dataclass(frozen=True, slots=True)
class Found:
    """A theme: who raised it, what they said, and who raised it more or less often than the rest.

    `stances` are people by where they stand, empty where no question proposes anything. `compared` are the groups of
    single characteristics, `quotes` in the order in which they are to be read, each with a word on why it was chosen.
    """

    theme: Theme
    name: str
    people: Cell
    mentions: Cell
    stances: Mapping[Stance, Cell]
    compared: tuple[tuple[str, Comparison], ...]  # (characteristic, comparison)
    quotes: tuple[tuple[Quote, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with who answered it, what they raised and, of a question that proposes something, where they stand.

    `stances` is empty where no number of it may be shown.
    """

    wording: str
    people: Cell
    themes: Mapping[str, Cell]
    stances: Mapping[Stance, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """How many codings hold of the themes whose number is shown, and on how many of them a person has decided."""

    codings: Cell
    by_people: Cell
    coders: int


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far a pair of coders agree, on how many excerpts, for each theme whose number is shown, then on all themes.

    `first` and `second` say what they are ("the computer", "coder 1 (blind)"), never who. `not_shown` themes are too
    rare.
    """

    first: str
    second: str
    excerpts: int
    themes: tuple[ThemeAgreement, ...]
    not_shown: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that an export may show of a round, under one rule.

    `profiles` are one-way tables by characteristic that somebody was asked; `crossed` two-way ones by the pair, with
    what a combination adds to its parts in `combined`. `gaps` compare the respondents with the population, empty where
    none was given. `emergent` are the names of groups beyond the codebook with their people, only those whose number is
    shown; `stability` is, by that name, the share of repetitions in which the group comes back, and `few` how many
    groups are not shown. `uncoded` counts excerpts that carry no theme whose number is shown. `reflexive` projects
    measure no reliability. Before anything is coded `codebook` and `found` are empty.
    """

    held: Round
    organisation: str
    rule: DisclosureRule
    sets: ValueSets
    codebook: Codebook
    made_on: date
    version: str
    received: Received
    total: Cell
    found: tuple[Found, ...]
    asked: tuple[Asked, ...]
    profiles: Mapping[str, SliceTable]
    crossed: Mapping[tuple[str, str], SliceTable]
    combined: Mapping[tuple[str, str], tuple[Combination, ...]]
    together: Mapping[tuple[str, str], Cell]
    gaps: tuple[Gap, ...]
    emergent: tuple[tuple[str, Cell], ...]
    uncoded: Cell
    reliability: tuple[Reliability, ...]
    reflexive: bool
    changes: tuple[str, ...]  # of the codebook, in words
    checked: Checked | None = None  # None before anything is coded
    stability: Mapping[str, float] = field(default_factory=dict)
    few: int = 0
    sealed: bool = False  # no key ties anybody to their words any more
    # (characteristic, category) -> quotes of people who declared it, each with the key of the theme that it is on
    spoken: Mapping[tuple[str, str], tuple[tuple[Quote, str], ...]] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """Theme key -> what a reader calls it."""
        return {one.theme.key: one.name for one in self.found}


@dataclass(frozen=True, slots=True)
class Options:
    """What a user may ask of an export. `crossed` are pairs of characteristics; `population` a census CSV."""

    made_on: date
    crossed: tuple[tuple[str, str], ...] = ()
    population: Path | None = None
    quotes: int = 6  # of each theme
