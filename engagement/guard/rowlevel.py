"""What a file with a row a person or an excerpt may say: whose words, which themes, and what it tells of its rule.

Under a rule that prints combinations of characteristics only when k people share them (k above 1), such a file holds
words and people, and no way from one to the other: added up over the people behind them, words would give away every
number that `slices.py` hides. `released.py` says which rows there are. Under a rule with k of 1, for the analyst's own
eyes, everything is in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from engagement.model import Cell, Codebook, Count, DisclosureRule, Participant, SliceRequest
from engagement.slices import Slicer, shown


def says_whose(rule: DisclosureRule) -> bool:
    """Whether a row of words may say whose they are: a pseudonym, a characteristic, or a link to a person's row."""
    return rule.k <= 1


def may_leave(person: Participant | None, rule: DisclosureRule) -> bool:
    """Whether the words of `person`, None where nobody knows who said them, may be in a file under `rule`."""
    return says_whose(rule) or person is None or person.may_publish is not False


def themes_shown(numbers: Slicer, codebook: Codebook) -> frozenset[str]:
    """The keys of the themes that excerpts may be seen to carry: those whose total of people `numbers` shows."""
    if says_whose(numbers.rule):
        return frozenset(codebook.keys)
    people = numbers.table(SliceRequest()).rows[0].themes
    return frozenset(key for key in codebook.keys if isinstance(people.get(key), Count))


def refused(participants: Iterable[Participant], rule: DisclosureRule) -> Cell:
    """How many people's words stay out of a file because they refused that they be published."""
    return shown(sum(not may_leave(person, rule) for person in participants), rule)


def left_out(codebook: Codebook, themes: frozenset[str], people: Cell, rule: DisclosureRule) -> tuple[str, ...]:
    """What a reader of a file is told of its rule, a sentence each; `people` is how many `refused`."""
    if says_whose(rule):
        return (
            f'Disclosure rule "{rule.name}": for the analyst\'s eyes, nothing was coarsened or left out. '
            "Do not pass this file on.",
        )
    without = [theme.name for theme in codebook.themes if theme.key not in themes]
    many = f"{people.value}" if isinstance(people, Count) else "Some or none (the number is hidden)"
    return (
        f'Disclosure rule "{rule.name}": numbers of people below {rule.threshold} are hidden and the rest rounded to '
        f"the nearest {rule.rounding}.",
        "The passages, their codings and the people are a selection, so that counting them tells no hidden number: "
        "take numbers from the tables.",
        f"What is said of a person was coarsened until at least {rule.k} people share it, or is left out.",
        "People and words are kept apart: no passage says who said it or in which file, and no person's row leads to "
        "their words.",
        f"Codings of themes that too few people raised were left out: {', '.join(without)}."
        if without
        else "No theme was raised by so few people that its codings had to be left out.",
        f"{many} of the people refused that their words be published; their words were left out.",
    )
