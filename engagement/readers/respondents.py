"""From the cells that a respondent has in the columns about them to one person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from engagement.readers.clean import fold, is_non_answer
from engagement.readers.columns import Column, Use
from engagement.readers.consent import answered, consents, takes_part
from engagement.readers.options import chosen, option_of, ticked
from engagement.readers.reading import Person
from engagement.readers.values import as_told

ANONYMOUS = frozenset({"anonymous", "anon", "name withheld", "withheld", "prefer not to say", "not given"})
NAMES = (Use.NAME, Use.FIRST_NAME, Use.SURNAME)
OF_PERSON = frozenset({*NAMES, Use.IDENTIFIER, Use.DEMOGRAPHIC, Use.CONSENT, Use.TAKE_PART})

Cell = tuple[Column, str]  # a cell, which may be empty, under its column


def person_of(cells: Sequence[Cell]) -> tuple[Person, Counter[str]]:
    """A person, and how many of the filled cells say nothing of them, by use: "anonymous", an option not ticked.

    What several columns say of one thing is joined; consent is given only where every question about it has a yes.
    """
    aside: Counter[str] = Counter()
    held: dict[Use, list[str]] = {use: [] for use in NAMES}
    identifiers: list[tuple[str, str]] = []
    declared: dict[str, list[tuple[str, str]]] = {}
    for column, words in cells:
        if column.use is Use.DEMOGRAPHIC:
            declared.setdefault(column.key, []).append((column.option, as_told(words, column.option, column.values)))
        elif not words or column.use in {Use.CONSENT, Use.TAKE_PART}:
            continue
        elif is_non_answer(words) or fold(words) in ANONYMOUS:
            aside[column.use] += 1
        elif column.use is Use.IDENTIFIER:
            identifiers.append((column.key, words))
        else:
            held[column.use].append(words)
    of_parts = " ".join(dict.fromkeys((*held[Use.FIRST_NAME], *held[Use.SURNAME])))
    names = dict.fromkeys(filter(None, (*held[Use.NAME], of_parts)))
    told = {key: chosen(answers) for key, answers in declared.items()}
    for key, answers in declared.items():
        aside[Use.DEMOGRAPHIC] += sum(bool(cell) and not _stands(option, cell, told[key]) for option, cell in answers)
    published, unsaid = _answers(cells, Use.CONSENT, consents)
    part, unclear = _answers(cells, Use.TAKE_PART, takes_part)
    aside += Counter({Use.CONSENT.value: unsaid, Use.TAKE_PART.value: unclear})
    person = Person(
        names=tuple(sorted(names, key=lambda name: -len(name.split()))),
        identifiers=tuple(dict.fromkeys(identifiers)),
        declared=tuple(told.items()),
        may_publish=all(answer is True for answer in published) if published else None,
        withdrawn=False in part,
    )
    return person, aside


def refuses(cells: Sequence[Cell]) -> bool | None:
    """Whether somebody who was asked refuses to be published; None where they leave it open."""
    published, _ = _answers(cells, Use.CONSENT, consents)
    return True if False in published else None if None in published else False


def _answers(
    cells: Sequence[Cell], use: Use, reads: Callable[[str, str], bool | None]
) -> tuple[list[bool | None], int]:
    """The answer to each question of a use, and how many filled cells give none.

    Columns for "Yes" and for "No" are one question, answered by either.
    """
    asked: dict[tuple[str, str], list[bool | None]] = defaultdict(list)
    silent = 0
    for at, (column, cell) in enumerate(cells):
        if column.use is use:
            answer = reads(column.heading, answered(column.option, cell))
            silent += bool(cell) and answer is None
            asked[(option_of(column.heading)[0], "") if column.option else ("", str(at))].append(answer)
    return [_one(answers) for answers in asked.values()], silent


def _one(answers: Sequence[bool | None]) -> bool | None:
    said = [answer for answer in answers if answer is not None]
    return all(said) if said else None


def _stands(option: str, cell: str, told: str) -> bool:
    """Whether a cell's words are in the answer that was made of several cells."""
    words = ticked(option, cell) if option else cell
    return bool(words) and all(part.strip() in told for part in words.split(";"))
