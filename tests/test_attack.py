"""An attacker who asks for every table, by every filter, and reasons over all answers together pins nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engagement.characteristics import CHARACTERISTICS, categories
from engagement.model import (
    ALL,
    Answer,
    Codebook,
    Coding,
    Decision,
    DisclosureRule,
    Excerpt,
    Filter,
    FilterKind,
    Hidden,
    Mint,
    Participant,
    Role,
    SafeText,
    SliceRequest,
    Stated,
    Theme,
    digest_of,
)
from engagement.slices import MOST_CHARACTERISTICS, Slicer
from tests import attacker

RULES = [
    DisclosureRule("publish", threshold=10, rounding=5, k=10),
    DisclosureRule("strict", threshold=20, rounding=10, k=20),
    DisclosureRule("internal", threshold=5, rounding=1, k=1),
    DisclosureRule("small and rounded", threshold=5, rounding=5, k=5),
    DisclosureRule("exact", threshold=10, rounding=1, k=10),
]
BOOK = Codebook("book", 1, (Theme("housing", "Housing", ""),))
WORDS = SafeText("words", Mint())
SOURCES = ("s1", "s2", "s3")


@dataclass(frozen=True)
class Project:
    """A round, and what its tables are cut by: characteristics, or "source" for the filter on it."""

    keys: tuple[str, ...]
    sources: tuple[str, ...]
    rule: DisclosureRule
    slicer: Slicer


@dataclass(frozen=True)
class Clump:
    """People alike: their categories, their source, how many, how many said it, and how often each."""

    answers: tuple[Answer, ...]
    source: str
    people: int
    said: int
    often: int


def project(keys: Sequence[str], clumps: Sequence[Clump], rule: DisclosureRule) -> Project:
    participants: list[Participant] = []
    excerpts: list[Excerpt] = []
    codings: list[Coding] = []
    for clump in clumps:
        for number in range(clump.people):
            name = f"p{len(participants)}"
            participants.append(Participant(name, WORDS, Role.PARTICIPANT, None, clump.answers, None))
            for _ in range(1 + (number % clump.often)):
                excerpt_id = f"e{len(excerpts)}"
                excerpts.append(
                    Excerpt(excerpt_id, clump.source, len(excerpts), 0, WORDS, 0, 5, digest_of("words"),
                            Role.PARTICIPANT, name, None)
                )  # fmt: skip
                if number < clump.said:
                    codings.append(Coding(excerpt_id, "housing", "machine", Decision.SUGGESTED, 0.9, (0, 5)))
    sources = tuple(sorted({clump.source for clump in clumps}))
    return Project(tuple(keys), sources, rule, Slicer(participants, (), excerpts, codings, BOOK, rule))


@st.composite
def projects(draw: st.DrawFn, keys: Sequence[str], rules: Sequence[DisclosureRule] = RULES) -> Project:
    """People come in clumps, so that cells lie on both sides of the threshold."""
    offered = {
        key: [Answer(key, Stated.GIVEN, name) for name in categories(key)][: draw(st.integers(2, 3))]
        + draw(st.sampled_from([[], [Answer(key, Stated.BLANK)]]))
        for key in keys
        if key in CHARACTERISTICS
    }
    clump = st.builds(
        Clump,
        answers=st.tuples(*(st.sampled_from(answers) for answers in offered.values())),
        source=st.sampled_from(SOURCES if "source" in keys else SOURCES[:1]),
        people=st.integers(1, 30),
        said=st.integers(0, 30),
        often=st.integers(1, 3),
    )
    return project(keys, draw(st.lists(clump, min_size=1, max_size=14)), draw(st.sampled_from(rules)))


def requests(made: Project) -> list[SliceRequest]:
    """Every request there is."""
    characteristics = [key for key in made.keys if key in CHARACTERISTICS]
    sources: list[tuple[Filter, ...]] = [()]
    if "source" in made.keys:
        sources += [(Filter(FilterKind.SOURCE, name),) for name in made.sources]
    return [
        SliceRequest(by=by, where=where, unit=unit)
        for size in range(MOST_CHARACTERISTICS + 1)
        for by in combinations(characteristics, size)
        for where in sources
        if len(by) + len(where) <= MOST_CHARACTERISTICS
        for unit in ("people", "mentions")
    ]


def found_out(made: Project) -> list[tuple[str, tuple[str, ...], int]]:
    """What the attacker pins: hidden numbers, and that nobody (or how few) of some people did not say it."""
    seen: list[attacker.Seen] = []
    for request in requests(made):
        for row in made.slicer.table(request).rows:
            where = request.where[0].value if request.where else attacker.EVERYTHING
            names = dict(zip(request.by, row.categories, strict=True))
            at = tuple(where if key == "source" else names.get(key, ALL) for key in made.keys)
            if request.unit == "people":
                seen.append(attacker.Seen("n", at, row.base))
            seen.append(attacker.Seen("p" if request.unit == "people" else "m", at, row.themes["housing"]))
    hidden = {(each.measure, each.at) for each in seen if isinstance(each.cell, Hidden)}
    silent = [("n-p", each.at) for each in seen if each.measure == "n"]
    pins = attacker.Attacker(axes(made), seen, made.rule).pinned([*sorted(hidden), *silent])

    def allowed(measure: str, at: tuple[str, ...], value: int) -> bool:
        """Who did not say it, where they are many, or where exact numbers of others are shown."""
        shown = not {("n", at), ("p", at)} & hidden
        return measure == "n-p" and (value >= made.rule.threshold or (made.rule.rounding == 1 and shown and value > 0))

    return [pin for pin in pins if not allowed(*pin)]


def axes(made: Project) -> list[attacker.Axis]:
    each = []
    for key in made.keys:
        if key == "source":
            total, names = attacker.EVERYTHING, made.sources
        else:
            rows = made.slicer.table(SliceRequest(by=(key,))).rows
            total, names = ALL, tuple(row.categories[0] for row in rows[1:])
        each.append(attacker.Axis({total: names, **{name: (name,) for name in names}}))
    return each


THREE = ("sex", "carer", "disability")
FILTERED = ("sex", "disability", "source")


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=projects(THREE))
def test_all_tables_of_three_characteristics_together_pin_nothing(made: Project) -> None:
    assert found_out(made) == []


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=projects(FILTERED))
def test_tables_of_two_characteristics_with_and_without_a_filter_pin_nothing(made: Project) -> None:
    assert found_out(made) == []


# Rounds that earlier guards gave away: categories, source, people, how many said it, how often at most.
ONCE_LEAKED = {
    "two-way tables whose edges meet inside": (FILTERED, "small and rounded", """
        Male,Disabled,s2,4,0,2      Male,,s2,12,6,1          ,Disabled,s2,9,9,1        Male,Not disabled,s2,7,7,3
        Female,Disabled,s2,12,0,3   Female,,s1,7,0,1         ,Disabled,s1,8,11,2       Male,,s2,10,10,1
        Female,Disabled,s1,12,12,2  Female,Disabled,s1,2,0,2  ,,s1,7,7,1                Male,,s1,12,7,2"""),
    "one-way tables of which all is said": (THREE, "publish", """
        Female,Carer,Not disabled,s1,10,10,3        Female,Not a carer,Not disabled,s1,11,11,3
        Female,Not a carer,Not disabled,s1,4,26,2   Male,Not a carer,Disabled,s1,7,7,3
        Male,Carer,,s1,4,24,1                       Male,Not a carer,Disabled,s1,10,1,1
        Female,Carer,Disabled,s1,2,25,1             Male,Not a carer,,s1,3,3,1
        Male,Not a carer,Not disabled,s1,8,1,2"""),
    "a filter of which all is said": (FILTERED, "small and rounded", """
        Male,Not disabled,s3,23,14,3    Female,,s1,4,0,3                Male,Not disabled,s3,26,0,1
        Female,Not disabled,s3,29,29,1  Female,,s1,25,25,2              Female,Not disabled,s3,23,27,3
        Male,Not disabled,s2,16,27,1    Female,Not disabled,s2,19,19,2  Female,,s1,21,21,2
        Male,Disabled,s3,28,28,1        Female,,s1,1,15,1               Male,Not disabled,s1,24,0,3
        Male,Not disabled,s2,18,0,3     Male,,s1,12,1,3"""),
    "everybody's three-way table": (THREE, "small and rounded", """
        Male,Carer,Not disabled,s1,29,29,3      Female,Carer,Not disabled,s1,12,12,2
        Male,Carer,Disabled,s1,6,6,3            Female,Carer,Disabled,s1,12,12,2
        Female,Not a carer,Not disabled,s1,26,19,2  Male,Carer,Not disabled,s1,13,15,1
        Female,Carer,Disabled,s1,25,16,1"""),
}  # fmt: skip


def clump(keys: Sequence[str], written: str) -> Clump:
    *names, source, people, said, often = written.split(",")
    asked = [key for key in keys if key in CHARACTERISTICS]
    answers = [
        Answer(key, Stated.GIVEN, name) if name else Answer(key, Stated.BLANK)
        for key, name in zip(asked, names, strict=True)
    ]
    return Clump(tuple(answers), source, int(people), int(said), int(often))


@pytest.mark.parametrize("name", ONCE_LEAKED)
def test_a_round_that_once_leaked_pins_nothing(name: str) -> None:
    keys, wanted, written = ONCE_LEAKED[name]
    rule = next(rule for rule in RULES if rule.name == wanted)
    clumps = [clump(keys, each) for each in re.split(r"\s{2,}", written.strip())]
    assert found_out(project(keys, clumps, rule)) == []


@pytest.mark.slow
@settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
@given(made=st.one_of(projects(THREE), projects(FILTERED)))
def test_thousands_of_projects_give_nothing_away(made: Project) -> None:
    assert found_out(made) == []
