"""The round's roster: who was there, and who of them speaks in a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engagement.characteristics import DEFAULT
from engagement.model import Role
from engagement.readers.cast import INITIALS, is_code, role_of, unique, ways, ways_of
from engagement.readers.clean import fold, is_non_answer
from engagement.readers.columns import Use, heading_use
from engagement.readers.consent import consents, is_status, takes_part
from engagement.readers.reading import CannotRead, Person, Reading
from engagement.readers.sheet import csv_rows
from engagement.tagging.value_sets import ValueSets

HEADINGS = {
    "name": frozenset({"name", "full name", "participant", "participant name", "attendee"}),
    "role": frozenset({"role"}),
    "group": frozenset({"group", "focus group", "session"}),
    "initials": frozenset({"initials"}),
}
# Words of a group's name that do not tell it from others: "LGBTQIA+ focus group" is "LGBTQIA+".
GROUP_WORDS = re.compile(r"\b(?:the|focus|discussion|online|group|session)\b")


CONSENTED = re.compile(r"(?:took|takes?|taking) part consent|participation consent|consents? to participation")


def roster_of(data: bytes, sets: ValueSets = DEFAULT) -> tuple[Person, ...]:
    """Everybody of a roster.csv, in its order. Raises CannotRead, whose sentence says which row."""
    rows = csv_rows(data)
    if not rows:
        raise CannotRead("no rows", "Write a row of headings and a row for each person, or delete the file")
    (_, headings), *body = rows
    at = {
        field: next((place for place, heading in enumerate(headings) if fold(heading) in wanted), None)
        for field, wanted in HEADINGS.items()
    }
    if at["name"] is None and at["initials"] is None:
        raise CannotRead(
            "no column is headed 'name'", "Head the columns name, role, organisation, group, initials, email"
        )
    return tuple(_entry(number, headings, cells, at, sets) for number, cells in body)


def _entry(
    number: int, headings: Sequence[str], cells: Sequence[str], at: dict[str, int | None], sets: ValueSets
) -> Person:
    def cell(field: str) -> str:
        place = at[field]
        return cells[place] if place is not None and place < len(cells) else ""

    name, initials = cell("name"), cell("initials")
    if not name and not initials:
        raise CannotRead(f"row {number} has no name", "Write the name, or initials, or delete the row")
    answers = list(zip(headings, cells, strict=False))
    uses = [(heading_use(heading, sets), words) for heading, words in answers]
    coded = is_code(name) and not INITIALS.fullmatch(name)
    names = unique(filter(None, ["" if coded else name, initials]))
    return Person(
        names=names,
        code=name if coded else "",
        listed_as="" if names else f"{same_group(cell('group'))}/{_coded(name)}",
        role=role_of(cell("role")) or Role.PARTICIPANT,
        group=cell("group"),
        identifiers=tuple((use.key, words) for use, words in uses if use and use.use is Use.IDENTIFIER and words),
        declared=tuple((use.key, words) for use, words in uses if use and use.use is Use.DEMOGRAPHIC),
        may_publish=_may_publish(number, answers),
        withdrawn=_withdrawn(number, answers),
    )


def _coded(code: str) -> str:
    """A code as it is shortest: "p3" of "P3" and of "Participant 3"."""
    words = fold(code)
    _, short = ways(code)
    return next((way for way in short if way[-1].isdigit()), words)


def _may_publish(number: int, answers: Sequence[tuple[str, str]]) -> bool | None:
    asked = [(heading, words) for heading, words in answers if (use := heading_use(heading)) and use.use is Use.CONSENT]
    told = [consents(heading, words) for heading, words in asked]
    for (heading, words), answer in zip(asked, told, strict=True):
        if words and answer is None:
            raise CannotRead(f"row {number} says neither yes nor no under '{heading}'", "Write yes or no")
    # Where it was asked, silence is no consent.
    return all(answer is True for answer in told) if told else None


def _withdrawn(number: int, answers: Sequence[tuple[str, str]]) -> bool:
    """Whether they refused to take part, or took their consent back. Raises CannotRead for an answer that is neither.

    A slip here would take in the words of somebody who withdrew.
    """
    for heading, words in answers:
        use = heading_use(heading)
        status = is_status(fold(heading))
        asked = (use and use.use is Use.TAKE_PART) or CONSENTED.fullmatch(fold(heading))
        if not status and not asked:
            continue
        answer = takes_part(heading, words)
        if answer is False:
            return True
        if answer is None and not status and not is_non_answer(words):
            found = f"row {number} doesn't say plainly under '{heading}' whether they take part"
            raise CannotRead(found, "Write yes or no, or withdrawn")
    return False


def join(reading: Reading, roster: Sequence[Person]) -> Reading:
    """`reading` with each person whom the roster knows given its names, role, group and declared characteristics.

    A full name is found anywhere in the roster; initials, a first name or a code only among the people of the same
    group, and only where they can mean one of them. Two people of the reading who are one in the roster become one.
    Whoever withdrew in the roster is withdrawn here, and so is a speaker who may be them.
    """
    if not roster:
        return reading
    wholes = [_whole_name(person, roster) for person in reading.people]
    matched = [fitting[0] if len(fitting) == 1 else None for fitting in wholes]
    groups = {same_group(person.group) for person in reading.people if person.group}
    groups = groups or {same_group(roster[entry].group) for entry in matched if entry is not None}
    groups = groups or ({same_group(entry.group) for entry in roster} if len({e.group for e in roster}) == 1 else set())
    within = [place for place, entry in enumerate(roster) if same_group(entry.group) in groups]
    people: list[Person] = []
    moved: list[int] = []
    at: dict[int, int] = {}
    unsure = 0
    for person, whole in zip(reading.people, wholes, strict=True):
        fitting = whole or _short_name(person, roster, within)
        entry = fitting[0] if len(fitting) == 1 else None
        if entry is None:
            # Words that may be somebody's who withdrew don't go on.
            gone = any(roster[place].withdrawn for place in fitting)
            unsure += gone
            moved.append(len(people))
            people.append(replace(_regrouped(person, roster), withdrawn=person.withdrawn or gone))
        elif entry in at:
            moved.append(at[entry])
            people[at[entry]] = _merged(people[at[entry]], person)
        else:
            moved.append(len(people))
            at[entry] = len(people)
            people.append(_merged(person, roster[entry]))
    turns = tuple(
        replace(turn, person=moved[turn.person]) if turn.person is not None else turn for turn in reading.turns
    )
    speakers = "1 speaker was" if unsure == 1 else f"{unsure} speakers were"
    note = f"{speakers} left out: the roster has several people so called, one of whom withdrew. Write the full names."
    return replace(reading, turns=turns, people=tuple(people), notes=(*reading.notes, *([note] if unsure else [])))


def same_group(group: str) -> str:
    """A group's name for comparing."""
    return " ".join(GROUP_WORDS.sub(" ", fold(group)).split())


def _whole_name(person: Person, roster: Sequence[Person]) -> list[int]:
    """The places of those in the roster who have the person's full name, only those of their group if any are."""
    full, _ = ways_of(replace(person, code=""))
    mail = _mail(person)
    fitting = [
        place
        for place, entry in enumerate(roster)
        if full & ways_of(replace(entry, code=""))[0] and not (mail and _mail(entry) and mail != _mail(entry))
    ]
    grouped = [place for place in fitting if same_group(roster[place].group) == same_group(person.group)]
    return grouped if len(fitting) > 1 and grouped else fitting


def _short_name(person: Person, roster: Sequence[Person], within: Sequence[int]) -> list[int]:
    """The places of those of the groups at hand whom a first name, initials or a code may mean."""
    full, short = ways_of(person)
    fitting = []
    for place in within:
        names, shorts = ways_of(roster[place])
        if person.group and same_group(person.group) != same_group(roster[place].group):
            continue
        if (full & names) or (short & shorts and not (full and names)):
            fitting.append(place)
    return fitting


def _mail(person: Person) -> str:
    return next((words.casefold() for kind, words in person.identifiers if kind == "EMAIL"), "")


def _regrouped(person: Person, roster: Sequence[Person]) -> Person:
    wording = (entry.group for entry in roster if person.group and same_group(entry.group) == same_group(person.group))
    return replace(person, group=next(wording, person.group))


def _merged(person: Person, more: Person) -> Person:
    known = dict(person.declared)
    added = tuple((key, words) for key, words in more.declared if key not in known)
    return replace(
        person,
        names=unique(sorted((*more.names, *person.names), key=lambda name: -len(name.split()))),
        code=person.code or more.code,
        role=more.role if person.role is Role.PARTICIPANT and more.role is not Role.NOBODY else person.role,
        group=more.group or person.group,
        identifiers=unique((*person.identifiers, *more.identifiers)),
        declared=(*((key, words or dict(more.declared).get(key, "")) for key, words in person.declared), *added),
        listed_as=more.listed_as or person.listed_as,
        may_publish=_refusal_first(person.may_publish, more.may_publish),
        withdrawn=person.withdrawn or more.withdrawn,
    )


def _refusal_first(one: bool | None, other: bool | None) -> bool | None:
    """What two answers about publishing come to: a refusal outranks a consent, and either outranks silence."""
    said = {one, other} - {None}
    return None if not said else False not in said
