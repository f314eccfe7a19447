"""Who says what in a text of another program's project: its speakers, and the cases whose words it holds."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engagement.exchange.aligned import Aligned
from engagement.exchange.project_file import Known, Written
from engagement.exchange.units import Span
from engagement.export.qdpx import CONSENT, GROUP, MAY_PUBLISH, ROLE
from engagement.guard.profiles import NOT_SHOWN
from engagement.model import RawPerson, RawText, Role, Stated, digest_of
from engagement.readers.cast import is_name
from engagement.readers.reading import Person
from engagement.tagging.value_sets import ValueSets

# How a program writes that nothing is known; the answer itself was blank only where it says so.
UNTOLD = frozenset({"", NOT_SHOWN, "unassigned", "not applicable", "n/a", str(Stated.UNMAPPED)})
CONSENTS = {written: answer for answer, written in CONSENT.items()}


@dataclass(frozen=True, slots=True, repr=False)
class Spoken:
    """The people of a text, who says each of its turns, and a digest that changes with what is known of them.

    `cases` are the GUIDs of the cases that were found to speak.
    """

    people: tuple[RawPerson, ...]
    turns: tuple[int | None, ...]
    digest: str
    cases: frozenset[str]


def speakers(
    text: Written,
    aligned: Aligned,
    spans: Mapping[str, Span],
    cases: Sequence[Known],
    sets: ValueSets,
    *,
    ours: bool,
) -> Spoken:
    """The people of a text. A case is the speaker of the turns of which its selections hold the most.

    Where the whole text is one case's, it is that of its only participant, or of what nobody is said to say.
    """
    people = list(aligned.reading.people)
    turns = [said.person for said in aligned.reading.turns]
    theirs = _by_turn(aligned, spans, text, cases)
    whole = [case for case in cases if text.guid in case.sources]
    speaking = {place for place in turns if place is not None and people[place].role is Role.PARTICIPANT}
    if len(whole) == 1 and len(speaking) <= 1:
        free = {turn for turn, place in enumerate(turns) if place is None or place in speaking}
        theirs = dict.fromkeys(free, whole[0]) | theirs
    at: dict[str, int] = {}
    for turn, case in sorted(theirs.items()):
        if case.guid not in at:
            place = turns[turn]
            if place is None or place in at.values():
                people.append(Person())
                place = len(people) - 1
            people[place] = _known(people[place], case, sets, ours=ours)
            at[case.guid] = place
        turns[turn] = at[case.guid]
    told = [(one.names, one.listed_as, one.role, one.group, one.declared, one.may_publish) for one in people]
    return Spoken(tuple(map(_raw, people)), tuple(turns), digest_of(repr((told, turns))), frozenset(at))


def _by_turn(aligned: Aligned, spans: Mapping[str, Span], text: Written, cases: Iterable[Known]) -> dict[int, Known]:
    """The case that holds most of each turn, where one holds half of it: by its selections, or as NVivo codes it."""
    coded: dict[str, list[str]] = defaultdict(list)
    for one in text.picked:
        for code, _ in one.codings:
            coded[code].append(one.guid)
    listed, held = list(cases), defaultdict[int, Counter[int]](Counter)
    for number, case in enumerate(listed):
        for one in dict.fromkeys((*coded.get(case.guid, ()), *sorted(case.selections))):
            for turn, first, last in aligned.over(*spans.get(one, (0, 0))):
                held[turn][number] += last - first
    most = {turn: counts.most_common(1)[0] for turn, counts in held.items()}
    enough = {turn: number for turn, (number, many) in most.items() if 2 * many >= len(aligned.places[turn])}
    return {turn: listed[number] for turn, number in enough.items()}


def _known(person: Person, case: Known, sets: ValueSets, *, ours: bool) -> Person:
    """A speaker, or somebody new, with what the case says of them."""
    declared = dict(person.declared)
    for name, value in case.values.items():
        if (key := _key(name, sets)) and value.casefold() not in UNTOLD:
            declared[key] = "" if value == str(Stated.BLANK) else value
    known = replace(person, declared=tuple(declared.items()))
    if ours:
        told = case.values.get(ROLE, "")
        role = Role(told) if told in set(Role) else Role.PARTICIPANT
        group, consent = case.values.get(GROUP, ""), CONSENTS.get(case.values.get(MAY_PUBLISH, ""))
        return replace(known, listed_as=case.name, role=role, group=group, may_publish=consent)
    if is_name(case.name):
        return replace(known, names=tuple(dict.fromkeys((case.name, *known.names))))
    return replace(known, listed_as=known.listed_as or case.name)


def _key(variable: str, sets: ValueSets) -> str | None:
    """The characteristic that a variable holds, by its label, its key, or as a column is read."""
    named = {sets.label(key).casefold(): key for key in sets.characteristics} | {
        key: key for key in sets.characteristics
    }
    return named.get(variable.casefold()) or sets.characteristic_of(variable)


def _raw(person: Person) -> RawPerson:
    return RawPerson(
        names=tuple(RawText(name) for name in person.names),
        listed_as=RawText(person.listed_as) if person.listed_as else None,
        role=person.role,
        group=RawText(person.group) if person.group else None,
        identifiers=tuple((kind, RawText(words)) for kind, words in person.identifiers),
        declared=tuple((characteristic, RawText(words)) for characteristic, words in person.declared),
        may_publish=person.may_publish,
    )
