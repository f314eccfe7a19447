"""The value sets in use: every characteristic that is asked about, its categories, and what answers to it mean.

A category is one of a value set's names, or one of its roll-ups where an answer says no more than that ("Asian"), or
an unlisted wording that must not be forced into either ("LGBTQ+", which does not say whether orientation or gender is
meant: a group convened for it gives that same category under both characteristics).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from engagement.model import Answer
from engagement.tagging.wordings import Meaning, ValueSet, bared, meaning


@dataclass(frozen=True, slots=True, eq=False)
class ValueSets:
    """Those of a nation, or a project's own; `digest` changes with anything that may map an answer otherwise.

    Every method raises KeyError for an unknown characteristic.
    """

    name: str
    version: str
    date: str  # of the census or of the council's own decision, ISO
    source: str
    sets: Mapping[str, ValueSet]
    digest: str
    text: str = ""  # of the project's own file

    @property
    def characteristics(self) -> tuple[str, ...]:
        """The keys, in order."""
        return tuple(self.sets)

    def label(self, characteristic: str) -> str:
        """What a reader calls the characteristic."""
        return self.sets[characteristic].label

    def categories(self, characteristic: str, *, rolled_up: bool = True) -> tuple[str, ...]:
        """The categories that the value set offers, in order."""
        value_set = self.sets[characteristic]
        if rolled_up:
            return value_set.roll_ups
        return tuple(category.name for category in value_set.categories if not category.unlisted)

    def roll_up(self, characteristic: str, category: str) -> str:
        """The coarser category that holds this one; a roll-up is its own. Raises KeyError for an unknown category."""
        return self.sets[characteristic].roll_up(category)

    def names(self, characteristic: str) -> tuple[str, ...]:
        """Everything that an answer may be mapped to: categories, unlisted ones too, then roll-ups."""
        return self.sets[characteristic].names

    def placed(self, characteristic: str, category: str) -> str | None:
        """The category here that another nation's, or one of before a change, is; None where none holds it.

        The patterns of mentions have the categories of England and Wales.
        """
        if category in self.sets[characteristic].names:
            return category
        return self.answer(characteristic, category).category

    def rolled(self, characteristic: str, category: str) -> str | None:
        """The coarser category of one that may be another nation's or of before a change; None where none holds it."""
        placed = self.placed(characteristic, category)
        return self.roll_up(characteristic, placed) if placed else None

    def characteristic_of(self, heading: str) -> str | None:
        """The characteristic that a column headed like this asks for; None where it asks for something else.

        Only whole headings count: a question that merely speaks of race or age is an open question. A heading whose
        yes means the opposite of the national question's ("Are you trans?") and a date of birth give None.
        """
        return _asked(self, heading)

    def meaning(self, characteristic: str, written: str, *, year: int | None = None) -> Meaning:
        """What somebody's own words in a demographics column mean, and by what they were mapped."""
        return _meant(self, characteristic, written, year)

    def answer(self, characteristic: str, written: str, *, year: int | None = None) -> Answer:
        """What somebody's own words in a demographics column mean.

        `year` is the round's, by which a year of birth becomes an age. `confidence` is 1 for words that the value set
        holds, less for a misspelling. Words that name no one category are `Stated.UNMAPPED`, never guessed at.
        """
        return self.meaning(characteristic, written, year=year).answer


@lru_cache(maxsize=4096)  # a column has few distinct answers, and many of each
def _meant(value_sets: ValueSets, characteristic: str, written: str, year: int | None) -> Meaning:
    return meaning(value_sets.sets[characteristic], written, year=year)


@lru_cache(maxsize=4096)
def _asked(value_sets: ValueSets, heading: str) -> str | None:
    for text in bared(heading):
        for value_set in value_sets.sets.values():
            if value_set.asked_by(text):
                return value_set.key
    return None
