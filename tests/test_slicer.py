"""What the slicer gives beside plain tables: filters, details, groups, the framework, themes together and words."""

from __future__ import annotations

import copy
import pickle
import random
import re
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from engagement.characteristics import CHARACTERISTICS, DEFAULT, answer, participant_tags
from engagement.errors import BadInput
from engagement.guard.tallies import Exact
from engagement.model import (
    ALL,
    Basis,
    Cell,
    Codebook,
    Coding,
    Count,
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
    SliceTable,
    Stance,
    StanceCoding,
    Tag,
    Theme,
    digest_of,
)
from engagement.slices import PROTECTING, Slicer
from engagement.tagging.value_set_files import parsed
from engagement.tagging.value_sets import ValueSets

EXACT = DisclosureRule("exact", threshold=10, rounding=1, k=10)
PUBLISH = DisclosureRule("publish", threshold=10, rounding=5, k=10)
INTERNAL = DisclosureRule("internal", threshold=5, rounding=1, k=1)
BOOK = Codebook("book", 1, (Theme("housing", "Housing", ""), Theme("access", "Access", ""), Theme("unsaid", "U", "")))

HOUSING, ACCESS = Filter(FilterKind.THEME, "housing"), Filter(FilterKind.THEME, "access")
RACE_TALK = Filter(FilterKind.MENTIONED, "race")
OPPOSED = Filter(FilterKind.STANCE, "oppose")

OWN = parsed("""\
name: Aldermouth 2025
version: 1
date: 2025-04-01
source: Aldermouth City Council
characteristics:
  - key: ward
    label: Ward
    headings: ["Which ward do you live in?"]
    categories:
      - {name: Hill, roll_up: North}
      - {name: Vale, roll_up: North}
      - {name: Quay, roll_up: South}
      - {name: Isle}
""")


@dataclass(frozen=True)
class Said:
    """An excerpt: the themes that it carries, the characteristics that it talks of, and where it stands."""

    themes: str = ""
    talks_of: str = ""
    source: str = "s1"
    question: str | None = None
    stance: str = ""


@dataclass(frozen=True)
class Crowd:
    """So many people, who are alike and each say all of this."""

    number: int
    answers: tuple[tuple[str, str], ...] = ()
    group: str | None = None
    says: tuple[Said, ...] = ()


def safe(words: str) -> SafeText:
    return SafeText(words, Mint())


@dataclass(frozen=True)
class Made:
    """What a slicer is built from."""

    people: list[Participant]
    tags: list[Tag]
    excerpts: list[Excerpt]
    codings: list[Coding]
    stances: list[StanceCoding]

    def slicer(self, rule: DisclosureRule = EXACT, sets: ValueSets = DEFAULT, book: Codebook = BOOK) -> Slicer:
        return Slicer(self.people, self.tags, self.excerpts, self.codings, book, rule, sets, self.stances)


def made(*crowds: Crowd, sets: ValueSets = DEFAULT) -> Made:
    held = Made([], [], [], [], [])
    for crowd in crowds:
        for _ in range(crowd.number):
            name = f"p{len(held.people)}"
            given = tuple((sets.answer if sets is not DEFAULT else answer)(*each) for each in crowd.answers)
            group = safe(crowd.group) if crowd.group else None
            one = Participant(name, safe(name.upper()), Role.PARTICIPANT, group, given, None)
            held.people.append(one)
            held.tags.extend(participant_tags(one, sets))
            for said in crowd.says:
                number = len(held.excerpts)
                held.excerpts.append(
                    Excerpt(f"e{number}", said.source, number, 0, safe("words"), 0, 5, digest_of("words"),
                            Role.PARTICIPANT, name, said.question)
                )  # fmt: skip
                held.codings.extend(coding(number, theme) for theme in said.themes.split())
                held.tags.extend(Tag(f"e{number}", key, "Any", Basis.MENTIONED, 0, 5) for key in said.talks_of.split())
                if said.stance:
                    stance = StanceCoding(f"e{number}", Stance(said.stance), "machine", 0.9, (0, 5))
                    held.stances.append(stance)
    return held


def coding(number: int, theme: str) -> Coding:
    return Coding(f"e{number}", theme, "machine", Decision.SUGGESTED, 0.9, (0, 5))


def plain(cell: Cell) -> int | None:
    return cell.value if isinstance(cell, Count) else None


def bases(table: SliceTable) -> dict[tuple[str, ...], int | None]:
    return {row.categories: plain(row.base) for row in table.rows}


def said(table: SliceTable, theme: str = "housing") -> dict[tuple[str, ...], int | None]:
    return {row.categories: plain(row.themes[theme]) for row in table.rows}


def total(of: Slicer, *where: Filter, theme: str = "housing") -> tuple[int | None, int | None]:
    """The base and a theme of the grand total."""
    row = of.table(SliceRequest(where=where)).rows[0]
    return plain(row.base), plain(row.themes[theme])


WOMEN, MEN = (("sex", "F"),), (("sex", "M"),)
ON_HOUSING, ON_ACCESS = Said("housing"), Said("access")

# -------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("alone", "rest", "expected"),
    [
        (10, 10, 10),
        (9,  20, None),  # too few
        (20, 9,  None),  # all others who said housing would be nine
        (26, 40, 25),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", [RACE_TALK, ACCESS, OPPOSED])
def test_a_filter_is_answered_where_enough_are_inside_and_outside(alone, rest, expected, kind):
    """A filtered cell is hidden where fewer than the threshold are in it, or are left in the unfiltered one."""
    inside = Said("housing access", talks_of="race", stance="oppose")
    round_ = made(
        Crowd(alone, says=(inside, Said())), Crowd(rest, says=(ON_HOUSING, Said("access"))), Crowd(30)
    ).slicer(PUBLISH)
    assert total(round_, kind)[1] == expected


def test_the_base_of_a_filter_is_who_said_anything_that_it_lets_through():
    """60 people, 40 of whom said anything, 25 of them of race: the base is 60, and 25 with the filter."""
    round_ = made(
        Crowd(14, says=(Said("housing", "race"),)), Crowd(11, says=(Said("access", "race"),)),
        Crowd(15, says=(ON_HOUSING, ON_ACCESS)), Crowd(20),
    ).slicer()  # fmt: skip
    assert total(round_) == (60, 29)
    assert total(round_, RACE_TALK) == (25, 14)
    assert total(round_, RACE_TALK, theme="access") == (25, 11)


def test_a_filter_and_a_theme_are_met_by_one_excerpt():
    """Somebody who spoke of race in one excerpt, and of housing in another, did not say housing while on race."""
    round_ = made(
        Crowd(12, says=(Said("housing", "race"),)), Crowd(15, says=(Said("housing"), Said("access", "race"))),
        Crowd(10, says=(ON_ACCESS,)), Crowd(30),
    ).slicer()  # fmt: skip
    assert total(round_) == (67, 27)
    assert total(round_, RACE_TALK) == (27, 12)
    assert total(round_, RACE_TALK, ACCESS) == (15, None)
    assert total(round_, HOUSING, theme="housing") == (27, 27)


@pytest.mark.parametrize("kind", [FilterKind.SOURCE, FilterKind.QUESTION])
@pytest.mark.parametrize(("only_first", "expected"), [(10, (25, 25)), (9, (None, None))])
def test_people_in_several_places_are_in_each_and_once_in_the_total(kind, only_first, expected):
    """15 in both and 10 in the second alone are 25 there; nine others would be told by subtraction."""

    def at(place):
        return Said("housing", source=place if kind is FilterKind.SOURCE else "s1", question=place)

    round_ = made(
        Crowd(15, says=(at("a"), at("b"), at("b"))), Crowd(only_first, says=(at("a"),)), Crowd(10, says=(at("b"),))
    ).slicer()
    everybody = 25 + only_first
    assert total(round_)[0] == everybody
    assert total(round_, Filter(kind, "b"))[0] == expected[0]
    request = SliceRequest(where=(Filter(kind, "b"),), unit="mentions", themes=("housing",))
    mentions = round_.table(request).rows[0].themes["housing"]
    assert plain(mentions) in (None, 40)  # 15 twice, and 10


def test_who_answered_no_question_is_in_no_part_that_can_be_asked_for():
    """An excerpt outside all questions is counted in the total and in no question."""
    round_ = made(
        Crowd(20, says=(Said("housing", question="q1"),)), Crowd(21, says=(Said("housing", question="q2"),)),
        Crowd(22, says=(ON_HOUSING,)), Crowd(30),
    ).slicer()  # fmt: skip
    assert total(round_) == (93, 63)
    assert total(round_, Filter(FilterKind.QUESTION, "q1"))[0] == 20
    with pytest.raises(BadInput, match="no question is called ''"):
        round_.table(SliceRequest(where=(Filter(FilterKind.QUESTION, ""),)))


def test_a_filter_on_the_only_source_lets_everybody_through():
    """Where everything is in one source the filter says nothing, so the table is the unfiltered one."""
    round_ = made(Crowd(20, says=(ON_HOUSING,)), Crowd(15)).slicer()
    assert total(round_, Filter(FilterKind.SOURCE, "s1")) == total(round_) == (35, 20)


# ------------------------------------------------------- bases and details


@pytest.mark.parametrize(
    ("words", "silence"),
    [(("sex", ""), "No answer"), (("sex", "prefer not to say"), "Prefer not to say"),
     (("sex", "martian"), "Not recognised"), (None, "Not asked")],
)  # fmt: skip
@pytest.mark.parametrize(("filled", "shown"), [(10, True), (9, False)])
def test_a_group_s_tag_fills_every_silence_and_never_a_declared_answer(words, silence, filled, shown):
    """12 men in a group of women stay men; the silent there count as women, where enough to be told apart by that."""
    answers = (words,) if words else ()
    round_ = made(
        Crowd(20, WOMEN), Crowd(20, MEN), Crowd(12, MEN, "Women"), Crowd(filled, answers, "Women"), Crowd(15, answers)
    ).slicer()
    declared = bases(round_.table(SliceRequest(by=("sex",))))
    assert declared == {(ALL,): 67 + filled, ("Female",): 20, ("Male",): 32, (silence,): 15 + filled}
    by_group = bases(round_.table(SliceRequest(by=("sex",), basis=Basis.GROUP)))
    assert by_group[ALL,] == 67 + filled
    assert by_group["Male",] == 32
    assert (by_group["Female",], by_group[silence,]) == ((20 + filled, 15) if shown else (None, None))


def test_a_table_by_groups_has_the_rows_of_the_declared_one():
    """Both bases have the same rows in the same order, though one of them is then of nobody."""
    round_ = made(Crowd(20, WOMEN), Crowd(20, MEN), Crowd(20, (("sex", ""),), "Women")).slicer()
    tables = [round_.table(SliceRequest(by=("sex",), basis=basis)) for basis in (Basis.DECLARED, Basis.GROUP)]
    assert [list(bases(table)) for table in tables] == [[(ALL,), ("Female",), ("Male",), ("No answer",)]] * 2


def in_wards(**numbers: int) -> Made:
    return made(*(Crowd(number, (("ward", name),), says=(ON_HOUSING,)) for name, number in numbers.items()),
                Crowd(30), sets=OWN)  # fmt: skip


def test_details_stand_under_their_roll_up_and_come_to_it():
    """A project's own characteristic: details sum to their roll-up; a lone detail is its category, and no row twice."""
    round_ = in_wards(Hill=11, Vale=12, Quay=13, Isle=14).slicer(sets=OWN)
    assert bases(round_.table(SliceRequest(by=("ward",)))) == {
        (ALL,): 80, ("North",): 23, ("South",): 13, ("Isle",): 14, ("Not asked",): 30
    }  # fmt: skip
    assert bases(round_.table(SliceRequest(by=("ward",), detail=("ward",)))) == {
        (ALL,): 80, ("North",): 23, ("Hill",): 11, ("Vale",): 12, ("South",): 13, ("Isle",): 14,
        ("Not asked",): 30,
    }  # fmt: skip


def test_who_said_no_more_than_the_roll_up_is_a_detail_of_it():
    """Somebody tagged "South" is beside the Quay, which is no longer all of it."""
    held = in_wards(Hill=11, Vale=12, Quay=13, Isle=14)
    held.tags.extend(Tag(f"p{number}", "ward", "South", Basis.DECLARED) for number in range(50, 65))
    table = held.slicer(sets=OWN).table(SliceRequest(by=("ward",), detail=("ward",)))
    found = bases(table)
    assert {at[0]: number for at, number in found.items() if "South" in at[0] or at[0] == "Quay"} == {
        "South": 28, "Quay": 13, "South, no more said": 15
    }  # fmt: skip
    assert list(found)[4:7] == [("South",), ("Quay",), ("South, no more said",)]


@pytest.mark.parametrize(
    ("hill", "hidden"),
    [(10, set()), (9, {"Hill", "Vale"})],
)
def test_a_small_detail_takes_another_of_its_roll_up_with_it_and_not_the_roll_up(hill, hidden):
    """Both sides of the threshold, one level down."""
    round_ = in_wards(Hill=hill, Vale=12, Quay=13, Isle=14).slicer(sets=OWN)
    found = bases(round_.table(SliceRequest(by=("ward",), detail=("ward",))))
    assert found["North",] == hill + 12
    assert {at[0] for at, number in found.items() if number is None} == hidden


def test_a_detailed_table_of_a_characteristic_without_details_is_the_plain_one():
    """Detail changes nothing where there is none."""
    round_ = made(Crowd(20, WOMEN, says=(ON_HOUSING,)), Crowd(20, MEN)).slicer()
    rows = [round_.table(SliceRequest(by=("sex",), detail=detail)).rows for detail in ((), ("sex",))]
    assert rows[0] == rows[1]


def test_details_that_are_shown_sum_to_what_they_are_details_of():
    """In every table by two characteristics in detail, of any crowd, a shown roll-up is the sum of its shown parts."""
    draw = random.Random(7)
    wards = ["Hill", "Vale", "Quay", "Isle", "Hill", "North"]
    held = made(
        *(Crowd(draw.randint(1, 40), (("ward", ward),), says=(Said(theme),)) for ward, theme in
          product(wards, ("housing", "access", "")))
    , sets=OWN)  # fmt: skip
    table = held.slicer(sets=OWN).table(SliceRequest(by=("ward",), detail=("ward",)))
    parts = {"North": ["Hill", "Vale", "North, no more said"], ALL: ["North", "South", "Isle"]}
    summed = 0
    for cells in (bases(table), said(table), said(table, "access")):
        for whole, names in parts.items():
            numbers = [cells[whole,], *(cells.get((name,), 0) for name in names)]
            if None not in numbers:
                assert numbers[0] == sum(numbers[1:])
                summed += 1
    assert summed


# --------------------------------------------------------- groups of people


@pytest.mark.parametrize(
    ("groups", "each", "expected"),
    [
        (1,  10, 1),
        (7,  2,  7),     # up to the threshold groups are told as they are
        (10, 2,  10),
        (11, 2,  10),    # beyond it they are rounded
        (13, 2,  15),
        (9,  1,  None),  # nine people are hidden, so their groups are
        (13, 1,  13),    # 13 people print as 15, so they may be 13: no more groups than that
        (18, 1,  18),
        (12, 1,  10),
    ],
)  # fmt: skip
def test_groups_are_counted_where_people_are(groups, each, expected):
    """How many groups said it, and no number that would tell how many people are in them."""
    crowds = [Crowd(each, group=f"Group {number}", says=(ON_HOUSING,)) for number in range(groups)]
    table = made(*crowds, Crowd(40, says=(ON_ACCESS,))).slicer(PUBLISH).table(SliceRequest(unit="groups"))
    assert said(table)[()] == expected
    assert said(table, "access")[()] == 0  # people in no group are 40, and no group


def test_a_number_of_groups_is_hidden_where_it_would_tell_of_a_hidden_part():
    """Three men of a second group: 2 groups in all, and 1 of women, would say that somebody else is in the other."""

    def found(men_s_group):
        round_ = made(
            Crowd(60, WOMEN, "A"), Crowd(3, MEN, men_s_group), Crowd(3, (("sex", "non-binary"),), "A")
        ).slicer(PUBLISH)
        return bases(round_.table(SliceRequest(by=("sex",), unit="groups")))

    assert found("A") == {(ALL,): 1, ("Female",): 1, ("Male",): None, ("Another description",): None}
    assert found("B") == {(ALL,): 2, ("Female",): None, ("Male",): None, ("Another description",): None}


def test_mentions_and_groups_are_shown_where_people_are_and_nowhere_else():
    """Of any unit, a cell of a theme that people's table hides is hidden."""
    held = random_round(5)
    for rule in (PUBLISH, INTERNAL):
        of = held.slicer(rule)
        for by in ((), ("sex",), ("sex", "carer")):
            people, mentions, groups = (
                of.table(SliceRequest(by=by, unit=unit)) for unit in ("people", "mentions", "groups")
            )
            for theme in BOOK.keys:
                hidden = {at for at, number in said(people, theme).items() if number is None}
                assert {at for at, number in said(mentions, theme).items() if number is None} == hidden
                assert {at for at, number in said(groups, theme).items() if number is None} >= hidden


def test_the_framework_is_of_groups_by_themes():
    """The total first, then groups by name, then who is in none; a small group hides another."""
    crowds = (Crowd(14, group="B", says=(ON_HOUSING,)), Crowd(12, group="A"), Crowd(11, says=(ON_HOUSING,)))
    rows = made(*crowds).slicer().framework()
    assert [(row.categories, plain(row.base)) for row in rows] == [
        ((ALL,), 37), (("A",), 12), (("B",), 14), (("In no group",), 11)
    ]  # fmt: skip
    assert [plain(row.themes["unsaid"]) for row in rows] == [None] * 4
    assert plain(rows[0].themes["housing"]) == 25
    rows = made(*crowds, Crowd(9, group="C")).slicer().framework()
    assert sum(isinstance(row.base, Hidden) for row in rows) == 2


@pytest.mark.parametrize(("k", "single"), [(0, True), (1, True), (2, False), (10, False)])
@pytest.mark.parametrize("threshold", [1, 5, 10])
def test_the_framework_has_rows_of_single_people_only_where_single_people_may_be_printed(k, single, threshold):
    """With a k of 1 each person follows by their pseudonym, with 1 for what they said and 0 for what they did not."""
    rule = DisclosureRule("rule", threshold, rounding=1, k=k)
    rows = made(Crowd(2, group="A", says=(ON_HOUSING, ON_HOUSING)), Crowd(1, group="B")).slicer(rule).framework()
    assert [row.categories for row in rows[:4]] == [(ALL,), ("A",), ("B",), ("In no group",)]
    people = [(row.categories, plain(row.base), plain(row.themes["housing"]), plain(row.themes["access"]))
              for row in rows[4:]]  # fmt: skip
    assert people == ([(("P0",), 1, 1, 0), (("P1",), 1, 1, 0), (("P2",), 1, 0, 0)] if single else [])


# --------------------------------------------------------- themes together


@pytest.mark.parametrize(
    ("both", "first", "second", "expected"),
    [
        (10, 10, 12, 10),
        (9,  20, 20, None),  # too few said both
        (12, 9,  20, None),  # nine would be left of the first theme
        (12, 20, 9,  None),  # and of the second
        (12, 0,  20, None),
    ],
)  # fmt: skip
def test_two_themes_are_together_where_one_excerpt_carries_both(both, first, second, expected):
    """Who said them apart, in two excerpts, counts for neither; the table is symmetrical and has themes themselves."""
    apart = (ON_HOUSING, ON_ACCESS)
    held = made(Crowd(both, says=(Said("housing access"),)), Crowd(first, says=(ON_HOUSING,)),
                Crowd(second, says=(ON_ACCESS,)), Crowd(30))  # fmt: skip
    found = held.slicer().cooccurrence()
    assert list(found) == list(product(BOOK.keys, repeat=2))
    assert plain(found["housing", "access"]) == expected
    assert plain(found["housing", "housing"]) == both + first
    assert plain(found["access", "access"]) == both + second
    assert isinstance(found["unsaid", "unsaid"], Hidden)
    assert all(found[one, other] == found[other, one] for one, other in found)
    parted = made(Crowd(30, says=apart), Crowd(30)).slicer().cooccurrence()
    assert isinstance(parted["housing", "access"], Hidden)


@pytest.mark.parametrize("rule", [EXACT, PUBLISH, INTERNAL])
def test_themes_together_are_the_same_whichever_comes_first(rule):
    """Symmetrical under every rule, in any round, and its diagonal is the grand total."""
    of = random_round(11).slicer(rule)
    found = of.cooccurrence()
    assert all(found[one, other] == found[other, one] for one, other in found)
    row = of.table(SliceRequest()).rows[0]
    assert {key: plain(found[key, key]) for key in BOOK.keys} == {key: plain(row.themes[key]) for key in BOOK.keys}


# ------------------------------------------------------ words behind a cell


def random_round(seed: int) -> Made:
    """People by sex and carer, in groups convened for either; what they say is in three sources, to two questions."""
    draw = random.Random(seed)
    crowds = []
    for sex, carer, group in product(("F", "M", ""), ("yes", "no"), ("Women", "Carers", None)):
        for _ in range(3):
            says = tuple(
                Said(
                    " ".join(theme for theme in ("housing", "access") if draw.random() < 0.4),
                    "race" if draw.random() < 0.4 else "",
                    draw.choice(["s1", "s2", "s3"]),
                    draw.choice(["q1", "q2", None]),
                )
                for _ in range(draw.randint(0, 3))
            )
            crowds.append(Crowd(draw.choice([1, 2, 3, 6, 9]), (("sex", sex), ("carer", carer)), group, says))
    return made(*crowds)


WHERES: list[tuple[Filter, ...]] = [
    (), (HOUSING,), (RACE_TALK,), (Filter(FilterKind.SOURCE, "s2"),), (Filter(FilterKind.QUESTION, "q1"), RACE_TALK),
]  # fmt: skip


@pytest.mark.parametrize("basis", [Basis.DECLARED, Basis.GROUP])
@pytest.mark.parametrize(
    ("by", "where"),
    [(by, where) for by in ((), ("sex",), ("carer", "sex")) for where in WHERES if len(by) + len(where) <= 3],
)
def test_words_are_behind_every_number_that_is_shown_and_behind_no_other(by, where, basis):
    """The people of the excerpts are as many as the cell says; of a hidden cell there are none, by any unit."""
    held = random_round(3)
    of = held.slicer(INTERNAL)
    speaker = {each.excerpt_id: each.participant_id for each in held.excerpts}
    seen = set()
    for unit in ("people", "mentions", "groups"):
        request = SliceRequest(by=by, where=where, unit=unit, basis=basis)
        for row in of.table(SliceRequest(by=by, where=where, basis=basis)).rows:
            for theme in (None, *BOOK.keys):
                cell = row.base if theme is None else row.themes[theme]
                found = of.excerpts_of(request, row.categories, theme)
                people = {speaker[each] for each in found}
                seen.add(type(cell))
                assert len(set(found)) == len(found)
                if theme is None and not where:
                    assert len(people) <= (plain(cell) or 0)  # the base is of those too who said nothing
                else:
                    assert len(people) == (plain(cell) or 0)
                asked = replace(request, themes=(theme,) if theme else ())
                assert of.answers(asked, row.categories) is isinstance(cell, Count)
    assert Hidden in seen


def test_words_behind_a_cell_by_hand():
    """By sex, theme, source and what is talked of, in the order of the excerpts."""
    held = made(
        Crowd(10, WOMEN, says=(ON_HOUSING, Said("access", "race", "s2"))), Crowd(10, MEN, says=(ON_HOUSING,)),
        Crowd(10, WOMEN, says=(ON_ACCESS,)), Crowd(20, MEN, says=(Said("", "race", "s2"),)),
    )  # fmt: skip
    of = held.slicer()
    evens, odds = tuple(f"e{n}" for n in range(0, 20, 2)), tuple(f"e{n}" for n in range(1, 20, 2))
    men, late = tuple(f"e{n}" for n in range(20, 30)), tuple(f"e{n}" for n in range(30, 40))
    by_sex = SliceRequest(by=("sex",))
    assert of.excerpts_of(by_sex, ("Female",), "housing") == evens
    assert of.excerpts_of(by_sex, ("Male",), "housing") == men
    assert of.excerpts_of(by_sex, (), "housing") == (*evens, *men)
    assert of.excerpts_of(SliceRequest(), (), "access") == (*odds, *late)
    assert of.excerpts_of(SliceRequest(), (), "unsaid") == ()
    assert of.excerpts_of(SliceRequest(where=(RACE_TALK,)), (), "access") == odds
    assert of.excerpts_of(SliceRequest(where=(Filter(FilterKind.SOURCE, "s1"),))) == (*evens, *men, *late)
    assert of.excerpts_of(SliceRequest()) == tuple(f"e{n}" for n in range(60))


@pytest.mark.parametrize(
    ("themes", "expected"),
    [((), True), (("housing",), True), (("access",), False), (("housing", "access"), False)],
)
def test_words_of_a_slice_may_be_shown_where_all_its_numbers_are(themes, expected):
    """Each theme that is named must be shown; where none is, the base."""
    round_ = made(Crowd(12, says=(ON_HOUSING,)), Crowd(9, says=(ON_ACCESS,)), Crowd(20)).slicer()
    assert round_.answers(SliceRequest(themes=themes)) is expected


@pytest.mark.parametrize(("people", "expected"), [(9, None), (10, 10)])
def test_people_behind_excerpts_are_counted_once_each(people, expected):
    """Two excerpts of a person are one; excerpts that the round doesn't know, or of nobody, are one each."""
    of = made(Crowd(8, says=(ON_HOUSING, ON_HOUSING)), Crowd(20)).slicer()
    known, strangers = [f"e{number}" for number in range(16)], [f"x{number}" for number in range(people - 8)]
    assert plain(of.people_behind([*known, *strangers, *strangers])) == expected


# -------------------------------------------------------------- the edges


@pytest.mark.parametrize("rule", [EXACT, PUBLISH, INTERNAL])
def test_a_round_of_nobody_has_its_tables_all_hidden(rule):
    """No people, no excerpts: every table has its rows, and no number."""
    of = made().slicer(rule)
    for unit, by in product(("people", "mentions", "groups"), ((), ("sex",), ("sex", "age"))):
        cells = [
            cell for row in of.table(SliceRequest(by=by, unit=unit)).rows for cell in (row.base, *row.themes.values())
        ]
        assert cells
        assert all(isinstance(cell, Hidden) for cell in cells)
    assert not of.shows("housing")
    assert all(isinstance(cell, Hidden) for cell in of.cooccurrence().values())
    assert of.excerpts_of(SliceRequest()) == ()
    assert [row.categories for row in of.framework()] == [(ALL,), ("In no group",)]
    of.prepare()


def test_a_slice_of_nobody_is_hidden_and_the_rest_not_lost():
    """A category that nobody is in, a filter that nobody meets: hidden, not nought."""
    of = made(Crowd(30, WOMEN, says=(ON_HOUSING,)), Crowd(30, MEN)).slicer()
    assert total(of, RACE_TALK) == (None, None)
    assert bases(of.table(SliceRequest(by=("carer",))))["Carer",] is None
    assert total(of) == (60, 30)


@pytest.mark.parametrize(("silent", "expected"), [(0, None), (1, 30)])
def test_what_everybody_said_is_hidden_where_numbers_are_exact(silent, expected):
    """Else each person is known to have said it; its reason says neither that few did nor that all."""
    held = made(Crowd(30, says=(ON_HOUSING,)), Crowd(silent))
    of = held.slicer()
    assert total(of) == (30 + silent, expected)
    assert total(of, HOUSING)[0] == expected
    row = of.table(SliceRequest()).rows[0]
    if expected is None:
        assert row.themes["housing"] == row.themes["unsaid"] == Hidden(PROTECTING)
    assert total(held.slicer(PUBLISH)) == (30, 30)
    assert held.slicer(PUBLISH).table(SliceRequest()).rows[0].themes["unsaid"] == Hidden("fewer than 10 people")


def test_a_book_of_no_themes_and_a_round_with_nothing_said():
    """No theme, nothing said, nothing coded: bases alone."""
    of = made(Crowd(20, WOMEN), Crowd(20, MEN)).slicer(book=Codebook("empty", 1, ()))
    table = of.table(SliceRequest(by=("sex",)))
    assert bases(table) == {(ALL,): 40, ("Female",): 20, ("Male",): 20}
    assert all(not row.themes for row in table.rows)
    assert of.cooccurrence() == {}
    silent = made(Crowd(20, WOMEN), Crowd(20, MEN)).slicer()
    assert bases(silent.table(SliceRequest(by=("sex",)))) == bases(table)
    assert said(silent.table(SliceRequest())) == {(): None}


def test_codings_and_tags_of_what_the_round_does_not_know_change_nothing():
    """Excerpts, themes and people that are gone leave no number behind."""
    held = made(Crowd(20, WOMEN, says=(ON_HOUSING,)), Crowd(20, MEN))
    before = held.slicer().table(SliceRequest(by=("sex",), where=(RACE_TALK,))).rows
    plainly = held.slicer().table(SliceRequest(by=("sex",))).rows
    held.codings.extend([coding(999, "housing"), coding(1, "gone"), coding(2, "housing")])
    held.tags.extend([Tag("e999", "race", "Any", Basis.MENTIONED), Tag("p999", "sex", "Female", Basis.DECLARED)])
    assert held.slicer().table(SliceRequest(by=("sex",), where=(RACE_TALK,))).rows == before
    assert held.slicer().table(SliceRequest(by=("sex",))).rows == plainly


@pytest.mark.parametrize("rule", [PUBLISH, INTERNAL])
def test_every_page_agrees_whatever_was_asked_before(rule):
    """The same tables in another order, after another request or after preparation are the same."""
    requests = [
        SliceRequest(by=by, where=where, basis=basis)
        for by in ((), ("sex",), ("carer", "sex")) for where in WHERES[:4] for basis in (Basis.DECLARED, Basis.GROUP)
        if len(by) + len(where) <= 3
    ]  # fmt: skip
    held = random_round(2)
    one, other, prepared = (held.slicer(rule) for _ in range(3))
    prepared.prepare()
    straight = {request: one.table(request).rows for request in requests}
    turned = {request: other.table(request).rows for request in requests[::-1]}
    assert straight == turned
    assert straight[requests[-1]] == prepared.table(requests[-1]).rows


@pytest.mark.parametrize("rule", [PUBLISH, INTERNAL])
def test_bases_alone_are_those_of_the_table_whichever_is_asked_first(rule):
    """Deciding on fewer columns hides no more and no fewer of them, and what is decided later agrees."""
    held = random_round(2)
    alone, whole, after = (held.slicer(rule) for _ in range(3))
    for by, where in product(((), ("sex",), ("carer", "sex")), WHERES):
        if len(by) + len(where) <= 3:
            request = SliceRequest(by=by, where=where)
            found = {row.categories: row.base for row in whole.table(request).rows}
            assert alone.bases(replace(request, unit="mentions", themes=("access",))) == found
            after.bases(request)
            assert after.table(request).rows == whole.table(request).rows
            assert alone.answers(request) is isinstance(found[(ALL,) * len(by)], Count)


# ------------------------------------------------------------ refusals

NO_SHOES = f"slice: no characteristic is called 'shoes'. Use one of {', '.join(CHARACTERISTICS)}."


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (SliceRequest(by=("sex", "age"), where=(HOUSING, ACCESS)),
         "slice: 4 characteristics and filters at once. Ask for at most 3."),
        (SliceRequest(where=(HOUSING, HOUSING)), "slice: the same filter twice. Name each filter once."),
        (SliceRequest(by=("sex",), detail=("age",)),
         "slice: detail of 'age', which the table isn't by. Name it with --by too."),
        (SliceRequest(by=("sex",), detail=("shoes",)), NO_SHOES),
        (SliceRequest(by=("group",)), NO_SHOES.replace("shoes", "group")),
        (SliceRequest(basis=Basis.MENTIONED),
         "slice: a table of people by what they mention. Use the filter for what is talked about."),
        (SliceRequest(where=(Filter(FilterKind.SOURCE, "s1"), Filter(FilterKind.SOURCE, "s2"))),
         "slice: two filters on the source. An excerpt has one source: name one."),
        (SliceRequest(where=(Filter(FilterKind.QUESTION, "q1"), Filter(FilterKind.QUESTION, "q2"))),
         "slice: two filters on the question. An excerpt has one question: name one."),
        (SliceRequest(where=(Filter(FilterKind.SOURCE, "s9"),)),
         "slice: no source is called 's9'. Use one of s1, s2."),
        (SliceRequest(where=(Filter(FilterKind.QUESTION, "q9"),)),
         "slice: no question is called 'q9'. There is none in this project."),
        (SliceRequest(where=(Filter(FilterKind.THEME, "weather"),)),
         "slice: no theme is called 'weather'. Use one of housing, access, unsaid."),
        (SliceRequest(where=(Filter(FilterKind.MENTIONED, "shoes"),)), NO_SHOES),
        (SliceRequest(where=(Filter(FilterKind.STANCE, "angry"),)),
         "slice: no stance is called 'angry'. Use one of support, oppose, mixed, unclear."),
        (SliceRequest(where=(OPPOSED, Filter(FilterKind.STANCE, "support"))),
         "slice: two filters on the stance. An excerpt has one stance: name one."),
    ],
)  # fmt: skip
def test_a_refusal_is_a_whole_sentence_that_says_what_to_do(request_, sentence):
    """By the table, and by whatever else takes a request."""
    of = made(Crowd(20, says=(ON_HOUSING, Said(source="s2")))).slicer()
    for ask in (of.table, of.answers, of.excerpts_of):
        with pytest.raises(BadInput) as raised:
            ask(request_)
        assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("categories", "theme", "sentence"),
    [
        (("Martian",), None, "slice: no row of the table is called that. Use the categories of one of its rows."),
        (("Female", "Male"), None, "slice: no row of the table is called that. Use the categories of one of its rows."),
        (("Female",), "weather", "slice: no theme is called 'weather'. Use one of housing, access, unsaid."),
    ],
)
def test_words_of_a_row_that_is_not_there_are_refused(categories, theme, sentence):
    """A row or a theme that the table doesn't have gets a sentence, also where the rest is hidden."""
    for crowd in (Crowd(20, WOMEN), Crowd(2, WOMEN)):
        with pytest.raises(BadInput) as raised:
            made(crowd, Crowd(20, MEN)).slicer().excerpts_of(SliceRequest(by=("sex",)), categories, theme)
        assert str(raised.value) == sentence


def test_a_project_s_own_characteristics_are_the_ones_that_may_be_asked_for():
    """By its own value sets, and not by those of England and Wales that it has not taken in."""
    of = in_wards(Hill=11, Vale=12).slicer(sets=OWN)
    offered = OWN.characteristics
    assert "ward" in offered
    with pytest.raises(BadInput) as raised:
        of.table(SliceRequest(by=("shoes",)))
    assert str(raised.value) == NO_SHOES.replace(", ".join(CHARACTERISTICS), ", ".join(offered))
    with pytest.raises(BadInput, match="no characteristic is called 'ward'"):
        made(Crowd(20)).slicer().table(SliceRequest(by=("ward",)))


# ------------------------------------------------------ exact numbers

PACKAGE = Path(__file__).parents[1] / "engagement"
GUARD = {"slices.py", "guard/patterns.py", "guard/disclosure.py", "guard/audit.py"}


@pytest.mark.parametrize(
    ("pattern", "rooms"),
    [
        (r"\.tallies import|import tallies", GUARD),
        (r"\breveal_\w+", GUARD | {"guard/tallies.py"}),
        (r"\bExact\b", GUARD | {"guard/tallies.py"}),
        (r"\b(numbers|slicer)\._|\._tallies\b", {"slices.py", "guard/patterns.py"}),
    ],
)
def test_outside_the_guard_no_room_sees_an_exact_number(pattern, rooms):
    """They are imported, opened and reached for in the guard and the slicer alone: by grep, in every room."""
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(pattern, path.read_text(encoding="utf-8"))
    }
    assert found
    assert found <= rooms


THREE = Exact(np.array([3]), np.array([7]))
USES = {
    "add": lambda one: one + 1, "sum": lambda one: sum([one]), "compare": lambda one: one < 10,
    "float": float, "index": lambda one: [0, 1][one], "item": lambda one: one[0], "round": round,
    "iterate": list, "join": "".join, "format": "{:d}".format, "print": str, "copy": copy.copy,
    "deep copy": copy.deepcopy, "pickle": pickle.dumps, "its attributes": vars, "length": len,
    "add as an array": lambda one: np.add(one, 1), "as an array of numbers": lambda one: np.asarray(one, dtype=float),
}  # fmt: skip


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_exact_numbers_have_no_use_but_to_be_revealed(use):
    """Whatever would turn them into text, a number or a file fails."""
    with pytest.raises(TypeError):
        use(THREE)


def test_two_exact_numbers_are_never_found_equal():
    """Not even by trying: equal numbers are different things."""
    assert Exact(np.array([3]), np.array([7])) != THREE
    assert THREE != 3


def whole_numbers(value: object) -> list[int]:
    """Everything whole that hangs on a value's public names."""
    names = [name for name in dir(value) if not name.startswith("_")]
    return [getattr(value, name) for name in names if isinstance(getattr(value, name), int)]


def test_hidden_cells_are_alike_whatever_is_behind_them():
    """One woman or nine beside 40 men, in people, mentions or groups: what is hidden is one and the same value."""
    hidden = {
        cell
        for women, unit in product(range(10), ("people", "mentions", "groups"))
        for row in made(Crowd(women, WOMEN, says=(ON_HOUSING, ON_HOUSING)), Crowd(40, MEN, says=(ON_ACCESS,)))
        .slicer()
        .table(SliceRequest(by=("sex",), unit=unit))
        .rows
        for cell in (row.base, *row.themes.values())
        if isinstance(cell, Hidden)
    }
    assert hidden == {Hidden(PROTECTING)}
    assert whole_numbers(Hidden(PROTECTING)) == []
    assert whole_numbers(Count(7)) == [7]
