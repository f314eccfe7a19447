"""Which excerpts and people leave row by row under a rule with k above 1, and what each row states.

Every file with a row an excerpt or a person takes its rows from here, so that two of them together say no more than
one. See `rowlist.py` for why nobody can count by them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from engagement.guard.profiles import GIVEN_UP_IN_ORDER
from engagement.guard.rowlevel import may_leave
from engagement.guard.rowlist import (
    MOST_EXCERPT_FACTS,
    MOST_PEOPLE_FACTS,
    Fact,
    Facts,
    least,
    listed,
    of_excerpts,
    of_people,
    shared_by,
    stated,
)
from engagement.model import Coding, Excerpt, FilterKind, Participant, Role
from engagement.slices import Slicer, shown


def excerpts_released(
    numbers: Slicer, excerpts: Sequence[Excerpt], codings: Sequence[Coding], people: Sequence[Participant]
) -> dict[str, Facts]:
    """Excerpt id -> the themes and question that its row may state, its surest theme first; in the order of ids.

    `codings` are those that hold. Left out are the words of those who refused publication or are gone, and those in a
    language that too few speak here.
    """
    room, rule = of_excerpts(numbers), numbers.rule
    known = {person.participant_id: person for person in people}
    spoken: dict[str, set[str]] = defaultdict(set)
    coded: dict[str, list[Coding]] = defaultdict(list)
    for excerpt in excerpts:
        spoken[excerpt.language].add(excerpt.participant_id or excerpt.excerpt_id)
    for coding in sorted(codings, key=lambda one: (-one.score, one.theme_key)):
        coded[coding.excerpt_id].append(coding)
    documents = sum(excerpt.role is Role.NOBODY for excerpt in excerpts)
    enough = {Role.PARTICIPANT: room(()) > 0, Role.NOBODY: documents >= rule.threshold}
    facts: dict[str, Facts] = {}
    for excerpt in excerpts:
        person = known.get(excerpt.participant_id or "")
        gone = excerpt.participant_id is not None and person is None
        told_apart = len(spoken[excerpt.language]) < rule.k
        if not enough.get(excerpt.role) or gone or told_apart or not may_leave(person, rule):
            continue
        offered: list[Fact] = [(FilterKind.THEME, coding.theme_key) for coding in coded[excerpt.excerpt_id]]
        if excerpt.question_id:
            offered.append((FilterKind.QUESTION, excerpt.question_id))
        facts[excerpt.excerpt_id] = stated(offered, room, MOST_EXCERPT_FACTS)
    all_of_them = least(shown(len(excerpts), rule), rule)  # a rounded total is told beside the rows
    kept = listed(facts, lambda part: room(part) if part else all_of_them)
    return {excerpt_id: facts[excerpt_id] for excerpt_id in sorted(kept)}


def people_released(
    numbers: Slicer, people: Sequence[Participant], said_of: Mapping[str, Mapping[str, str]]
) -> tuple[Facts, ...]:
    """What each person's row states, (characteristic, category), in the order of that; `said_of` is from `profiles`.

    Two characteristics at most, and as many share what is printed as the rule's k.
    """
    room = of_people(numbers)
    if not room(()):
        return ()
    facts = {}
    for person in people:
        if person.role is Role.PARTICIPANT:
            said = said_of[person.participant_id]
            offered = [(key, said[key]) for key in sorted(said, key=_kept_longest) if said[key]]
            facts[person.participant_id] = tuple(sorted(stated(offered, room, MOST_PEOPLE_FACTS)))
    kept = {person: facts[person] for person in listed(facts, room)}
    return tuple(sorted(shared_by(kept, numbers.rule.k).values()))


def _kept_longest(characteristic: str) -> int:
    return -GIVEN_UP_IN_ORDER.index(characteristic) if characteristic in GIVEN_UP_IN_ORDER else 1
