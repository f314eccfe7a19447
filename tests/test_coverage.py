"""No text vanishes: each has themes, is in an emergent group or needs a person, and the three add up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.anonymise import restore
from engagement.coding.coverage import Coverage, cells, coverage
from engagement.config import RULES
from engagement.model import (
    Codebook,
    Coding,
    Count,
    Decision,
    EmergentTheme,
    Excerpt,
    Hidden,
    Participant,
    Role,
    Theme,
    digest_of,
)
from engagement.slices import Slicer

BOOK = Codebook("b", 1, (Theme("housing", "Housing", ""),))
LONG = "The flat above ours is damp too."


def excerpt(
    number: int, text: str = LONG, role: Role = Role.PARTICIPANT, language: str = "en", who: str | None = ""
) -> Excerpt:
    words = restore(text, digest_of(text))
    person = f"p{number}" if who == "" else who
    return Excerpt(
        f"e{number}", "s1", number, number, words, 0, len(text), digest_of(text), role, person, None, language
    )


def coding(number: int) -> Coding:
    return Coding(f"e{number}", "housing", "machine:x:1", Decision.SUGGESTED, 0.8, (0, 4))


def group(*numbers: int) -> EmergentTheme:
    return EmergentTheme("emergent_1", "Buses", ("buses",), tuple(f"e{number}" for number in numbers))


@pytest.mark.parametrize(
    ("one", "codings", "groups", "part"),
    [
        (excerpt(0), [coding(0)], [], "themes"),
        (excerpt(0), [], [group(0)], "groups"),
        (excerpt(0), [coding(0)], [group(0)], "themes"),
        (excerpt(0), [], [], "nothing"),
        (excerpt(0, language="pl"), [], [], "foreign"),
        (excerpt(0, "Tak.", language="pl"), [], [], "foreign"),
        (excerpt(0, language="pl"), [coding(0)], [], "themes"),  # a person has read it
        (excerpt(0, "Not much to say"), [], [], "short"),
        (excerpt(0, "Not much to say here"), [], [], "nothing"),
        (excerpt(0, "[Person 3] has [Organisation 2] it all"), [], [], "short"),
        (excerpt(0, "Yes, damp."), [coding(0)], [], "themes"),
        (excerpt(0, role=Role.NOBODY, who=None), [], [], "nothing"),
    ],
)
def test_where_an_excerpt_belongs(one, codings, groups, part):
    """A theme comes before a group, a group before a person; what needs a person has one reason."""
    found = coverage([one], codings, groups)
    needs = part in ("foreign", "short", "nothing")
    assert {name for name in Coverage.__slots__ if getattr(found, name)} == ({part, "person"} if needs else {part})
    assert found.total == 1


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.NOTE_TAKER])
def test_only_participants_and_documents_are_counted(role):
    """What a facilitator or note taker says is no evidence, and waits for nobody."""
    assert coverage([excerpt(0, role=role)], [coding(0)], [group(0)]).total == 0


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans())))
def test_the_three_add_up(states):
    """However excerpts are coded, grouped, short or in another language, each is in one part, in its own order."""
    excerpts = [
        excerpt(number, "Yes." if short else LONG, language="pl" if foreign else "en")
        for number, (_, _, short, foreign) in enumerate(states)
    ]
    codings = [coding(number) for number, (coded, *_) in enumerate(states) if coded]
    found = coverage(excerpts, codings, [group(*(number for number, state in enumerate(states) if state[1]))])
    order = {each.excerpt_id: place for place, each in enumerate(excerpts)}
    assert sorted((*found.themes, *found.groups, *found.person), key=order.get) == list(order)
    assert sorted((*found.foreign, *found.short, *found.nothing), key=order.get) == list(found.person)
    assert found.total == len(excerpts)


def numbers_of(excerpts, rule="publish") -> Slicer:
    ids = dict.fromkeys(each.participant_id for each in excerpts if each.participant_id)
    label = restore("Person 1", digest_of("Person 1"))
    people = [Participant(each, label, Role.PARTICIPANT, None, (), None) for each in ids]
    return Slicer(people, [], excerpts, [], BOOK, RULES[rule])


def shown(coded: int, grouped: int, foreign: int, short: int, nothing: int, rule: str = "publish"):
    """The cells of so many excerpts in each part, each of somebody else."""
    total = coded + grouped + foreign + short + nothing
    excerpts = [excerpt(number) for number in range(total)]
    end = coded + grouped + foreign
    excerpts[coded + grouped : end] = [replace(each, language="pl") for each in excerpts[coded + grouped : end]]
    excerpts[end : end + short] = [excerpt(number, "Yes.") for number in range(end, end + short)]
    groups = [group(*range(coded, coded + grouped))]
    return cells(coverage(excerpts, [coding(number) for number in range(coded)], groups), numbers_of(excerpts, rule))


def test_large_parts_are_shown_rounded():
    """Enough people behind every part: all numbers are told, to the nearest five."""
    assert shown(42, 33, 21, 12, 17) == {
        "themes": Count(40),
        "groups": Count(35),
        "person": Count(50),
        "foreign": Count(20),
        "short": Count(10),
        "nothing": Count(15),
        "total": Count(125),
    }


@pytest.mark.parametrize(
    ("parts", "unseen"),
    [
        ((42, 3, 21, 12, 17), {"groups", "themes"}),  # 42 is less than the 50 that need a person
        ((42, 33, 21, 12, 3), {"nothing", "short"}),
        ((42, 33, 21, 3, 3), {"nothing", "short"}),
        ((42, 33, 3, 1, 1), {"person", "groups", "foreign", "short", "nothing"}),
        ((3, 2, 1, 1, 1), {"themes", "groups", "person", "foreign", "short", "nothing", "total"}),
    ],
)
def test_a_small_part_is_hidden_and_not_to_be_subtracted(parts, unseen):
    """One small part takes the smallest other one along; a hidden whole takes its reasons along."""
    found = shown(*parts)
    assert {name for name, cell in found.items() if isinstance(cell, Hidden)} == unseen


def test_excerpts_of_few_people_are_hidden():
    """Forty excerpts of nine people are as few as nine; of ten they are told."""
    for people, hidden in ((9, True), (10, False)):
        excerpts = [excerpt(number, who=f"p{number % people}") for number in range(40)]
        told = cells(coverage(excerpts, [], []), numbers_of(excerpts))
        assert isinstance(told["total"], Hidden) == hidden


def test_nothing_at_all():
    """A round without excerpts is no crash, and tells no number."""
    found = coverage([], [], [])
    assert found.total == 0
    assert all(isinstance(cell, Hidden) for cell in cells(found, numbers_of([])).values())
