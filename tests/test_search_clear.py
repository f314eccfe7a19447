"""All that any search can bring out tells no more than the tables do."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from engagement.anonymise import restore
from engagement.config import RULES
from engagement.errors import BadInput
from engagement.model import (
    Answer,
    Basis,
    Codebook,
    Coding,
    Count,
    Decision,
    Excerpt,
    Filter,
    FilterKind,
    Participant,
    Role,
    SliceRequest,
    Stated,
    Tag,
    Theme,
    digest_of,
)
from engagement.quotes import QuoteBook
from engagement.search import Index, find
from engagement.search_clear import Clearance, _parts
from engagement.slices import Slicer

BOOK = Codebook("b", 1, (Theme("housing", "Housing", ""), Theme("rare", "Rare", "")))
QUESTION, SOURCE, MENTIONED = FilterKind.QUESTION, FilterKind.SOURCE, FilterKind.MENTIONED


def safe(text):
    return restore(text, digest_of(text))


def person(number, sex="Female", may_publish=None, group=None):
    answers = (Answer("sex", Stated.GIVEN, sex),)
    return Participant(f"p{number}", safe(f"Person {number}"), Role.PARTICIPANT, group, answers, may_publish)


def excerpt(number, text, who=None, **where):
    words = safe(text)
    places = {"source_id": "s1", "question_id": None, "language": "en", "role": Role.PARTICIPANT} | where
    who = f"p{number}" if who is None else who or None
    return Excerpt(
        excerpt_id=f"e{number}", turn=number, position=number, text=words, start=0, end=len(words),
        sha256=digest_of(words), participant_id=who, **places,
    )  # fmt: skip


def coding(number, theme="housing"):
    return Coding(f"e{number}", theme, "machine", Decision.SUGGESTED, 0.9, (0, 4))


def cleared(people, excerpts, codings=(), tags=(), rule="publish"):
    numbers = Slicer(people, tags, excerpts, codings, BOOK, RULES[rule])
    return Clearance(QuoteBook(excerpts, codings, people, numbers, RULES[rule]), numbers, excerpts, codings, people)


def searched(clearance, words, *among):
    index = Index([one.excerpt for one in clearance.cleared.values()])
    allowed = clearance.among(*among)
    return None if allowed is None else {hit.excerpt_id for hit in find(index, words, allowed)}


@pytest.fixture
def forty():
    """Thirty women and ten men; one answer each."""
    people = [person(n, "Male" if n >= 30 else "Female") for n in range(40)]
    return people, [excerpt(n, f"The flat number{n} is damp.") for n in range(40)]


# ------------------------------------------------------------------- whose


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("refused", {"may_publish": False}),
        ("agreed", {"may_publish": True}),
        ("unasked", {"may_publish": None}),
    ],
)
def test_the_words_of_who_refused_are_not_found(forty, words, changed):
    people, excerpts = forty
    people[0], excerpts[0] = person(0, **changed), excerpt(0, f"A singular {words} remark.")
    found = searched(cleared(people, excerpts), "singular")
    assert found == (set() if words == "refused" else {"e0"})


@pytest.mark.parametrize(
    "changed",
    [
        {"who": "nobody-known"},  # forgotten: the person is gone
        {"role": Role.FACILITATOR},
        {"role": Role.NOBODY},
        {"language": "pl"},  # the only one who speaks it
    ],
)
@pytest.mark.parametrize("rule", ["publish", "internal"])
def test_what_may_not_be_quoted_is_not_found(forty, changed, rule):
    people, excerpts = forty
    excerpts[0] = excerpt(0, "A singular remark.", **changed)
    clearance = cleared(people, excerpts, rule=rule)
    alone_in_a_language = rule == "internal" and "language" in changed  # which a rule with k of 1 allows
    assert searched(clearance, "singular") == ({"e0"} if alone_in_a_language else set())


def test_of_too_few_people_nothing_is_found():
    people = [person(n) for n in range(10)]
    excerpts = [excerpt(n, "The flat is damp.") for n in range(10)]
    assert len(cleared(people, excerpts).cleared) == 10
    assert not cleared(people[:9], excerpts[:9]).cleared


def test_words_that_may_not_be_found_are_in_no_index(forty):
    """Nor are they suggested."""
    people, excerpts = forty
    people[0], excerpts[0] = person(0, may_publish=False), excerpt(0, "A singular remark.")
    index = Index([one.excerpt for one in cleared(people, excerpts).cleared.values()])
    assert "singular" not in index.vocabulary


# ------------------------------------------------------------------ themes


def test_an_excerpt_does_not_say_that_it_carries_a_theme_whose_number_is_hidden(forty):
    """It may be found by its words, and the filter on that theme finds nothing."""
    people, excerpts = forty
    codings = [*(coding(n) for n in range(12, 40)), *(coding(n, "rare") for n in range(9))]
    clearance = cleared(people, excerpts, codings)
    assert {theme for one in clearance.cleared.values() for theme in one.themes} == {"housing"}
    assert clearance.among((Filter(FilterKind.THEME, "rare"),)) is None
    shown = cleared(people, excerpts, [*codings, coding(9, "rare")])
    assert 8 <= len(shown.among((Filter(FilterKind.THEME, "rare"),))) <= 10


def test_of_a_theme_no_more_are_found_than_its_shown_number_may_stand_for():
    """37 people are shown as 35, which 33 may be as well."""
    people = [person(n) for n in range(60)]
    excerpts = [excerpt(n, f"The flat number{n} is damp.") for n in range(60)]
    clearance = cleared(people, excerpts, [coding(n) for n in range(37)])
    assert clearance._numbers.table(SliceRequest()).rows[0].themes["housing"].value == 35
    assert len(clearance.among((Filter(FilterKind.THEME, "housing"),))) == 33
    assert clearance.among((Filter(FilterKind.THEME, "housing"),)) == {
        each for each, one in clearance.cleared.items() if one.themes
    }


# ---------------------------------------------------------------- speakers


def test_a_filter_on_people_finds_those_whose_quotes_say_so_and_no_others(forty):
    people, excerpts = forty
    clearance = cleared(people, excerpts, [coding(n) for n in range(40)])
    assert clearance.told == (("sex", "Female"), ("sex", "Male"))
    found = clearance.among((), ("sex", "Female"))
    assert {clearance.quote(each).attribution for each in found} == {"Participant, Female"}
    assert found < {f"e{n}" for n in range(30)}


def test_a_filter_on_a_hidden_group_finds_nothing():
    people = [person(n, "Male" if n >= 36 else "Female") for n in range(40)]
    clearance = cleared(people, [excerpt(n, f"damp {n}") for n in range(40)])
    assert ("sex", "Male") not in clearance.told
    assert clearance.among((), ("sex", "Male")) is None
    assert {clearance.quote(f"e{n}").attribution for n in range(36, 40) if f"e{n}" in clearance.cleared} == {
        "Participant"
    }


def test_of_a_group_no_more_people_are_quoted_than_its_number_may_stand_for(forty):
    """By the group alone and by the theme, however many excerpts each of them has."""
    people, excerpts = forty
    more = [excerpt(100 + n, f"The stairs number{n} are broken.", who=f"p{n}") for n in range(30)]
    clearance = cleared(people, [*excerpts, *more], [coding(n) for n in range(40)])
    least = {"Female": 28, "Male": 10}
    for sex, most in least.items():
        found = clearance.among((), ("sex", sex))
        assert 0 < len({clearance.cleared[each].excerpt.participant_id for each in found}) <= most
        assert len(found & clearance.among((Filter(FilterKind.THEME, "housing"),))) <= most
    assert len(clearance.among((), ("sex", "Female"))) > least["Female"]


# ----------------------------------------------------------------- filters


@pytest.mark.parametrize(("many", "shown"), [(9, False), (10, True)])
@pytest.mark.parametrize("kind", [QUESTION, SOURCE, MENTIONED])
def test_a_filter_finds_something_only_where_its_number_is_shown(kind, many, shown):
    people = [person(n) for n in range(60)]
    excerpts = [
        excerpt(n, f"damp {n}", question_id="q1" if n < many else "q2", source_id="s2" if n < many else "s1")
        for n in range(60)
    ]
    tags = [Tag(f"e{n}", "disability", "Disabled", Basis.MENTIONED, 0, 1) for n in range(many)]
    value = {QUESTION: "q1", SOURCE: "s2", MENTIONED: "disability"}[kind]
    found = cleared(people, excerpts, [coding(n) for n in range(60)], tags).among((Filter(kind, value),))
    assert found == ({f"e{n}" for n in range(many)} if shown else None)


def test_under_a_filter_no_quote_speaks_for_a_hidden_part_of_it():
    """Of the 22 people of a file 4 are men: none is found there as a man, nor are the women, who would give them away.

    Without the filter both are found.
    """
    people = [person(n, "Male" if n < 4 or n > 44 else "Female") for n in range(60)]
    excerpts = [excerpt(n, f"damp {n}", source_id="s2" if n < 22 else "s1") for n in range(60)]
    clearance = cleared(people, excerpts, [coding(n) for n in range(60)])
    assert {clearance.quote(f"e{n}").attribution for n in (0, 1, 2, 3)} == {"Participant, Male"}
    where = (Filter(SOURCE, "s2"),)
    rows = {
        row.categories[0]: row.base for row in clearance._numbers.table(SliceRequest(by=("sex",), where=where)).rows
    }
    for each in clearance.among(where):
        for _, value in clearance.cleared[each].said:
            assert hasattr(rows[value], "value")
    assert not clearance.among(where) & {f"e{n}" for n in range(4)}
    assert clearance.among(where, ("sex", "Male")) is None


def test_a_question_that_an_excerpt_may_not_state_does_not_find_it(forty):
    people, _ = forty
    excerpts = [excerpt(n, f"damp {n}", question_id="q1" if n < 5 else "q2") for n in range(40)]
    clearance = cleared(people, excerpts, [coding(n) for n in range(40)])
    assert clearance.among((Filter(QUESTION, "q1"),)) is None
    assert all(clearance.cleared[each].question != "q1" for each in clearance.cleared)


def test_more_filters_than_a_table_can_have_are_refused(forty):
    clearance = cleared(*forty)
    where = tuple(Filter(MENTIONED, key) for key in ("age", "race", "sex"))
    with pytest.raises(BadInput):
        clearance.among(where, ("sex", "Female"))


# ---------------------------------------------------------------- the rest


def test_what_may_be_found_does_not_depend_on_the_order_of_the_excerpts(forty):
    people, excerpts = forty
    codings = [coding(n) for n in range(37)]
    one, other = cleared(people, excerpts, codings), cleared(people[::-1], excerpts[::-1], codings[::-1])
    assert one.cleared.keys() == other.cleared.keys()


def test_under_the_analysts_own_rule_all_that_may_be_quoted_is_found(forty):
    people, excerpts = forty
    clearance = cleared(people, excerpts, [coding(n, "rare") for n in range(5)], rule="internal")
    assert len(clearance.cleared) == 40
    assert len(clearance.among((Filter(FilterKind.THEME, "rare"),))) == 5


def test_a_long_excerpt_is_quoted_around_the_words_that_match(forty):
    people, excerpts = forty
    long = " ".join(f"This is sentence {n} about the bins and the street." for n in range(20)) + " Owls hoot at night."
    excerpts[0] = excerpt(0, long)
    quote = cleared(people, excerpts).quote("e0", (long.index("Owls"), long.index("Owls") + 4))
    assert quote.printed == "[...] Owls hoot at night."


def test_words_of_nobody_known_are_found_beside_enough_people(forty):
    people, excerpts = forty
    unknown = [excerpt(100 + n, f"quiet {n}", who="") for n in range(3)]
    assert searched(cleared(people, [*excerpts, *unknown]), "quiet") == {"e100", "e101", "e102"}


@pytest.mark.parametrize("seed", [1, 2])
def test_counting_all_that_can_be_found_tells_no_more_than_the_tables(seed):
    """Under no filter are more people quoted of a group, by what is said of them, than its shown number may stand for.

    Of a hidden one there is nobody.
    """
    draw = Random(seed)
    people = [
        Participant(
            f"p{n}",
            safe(f"Person {n}"),
            Role.PARTICIPANT,
            None,
            (
                Answer("sex", Stated.GIVEN, draw.choice(["Female", "Female", "Male"])),
                Answer("race", Stated.GIVEN, draw.choice(["Irish", "Irish", "Pakistani", "African"])),
                Answer("disability", Stated.GIVEN, draw.choice(["Limited a lot", "Not disabled", "Not disabled"])),
            ),
            draw.random() > 0.1 or None,
        )
        for n in range(110)
    ]
    excerpts = [
        excerpt(n, f"damp {n}", f"p{n % 110}", question_id=f"q{draw.randint(1, 3)}", source_id=f"s{draw.randint(1, 2)}")
        for n in range(200)
    ]
    codings = [coding(n, draw.choice(["housing", "housing", "rare"])) for n in range(200) if draw.random() < 0.7]
    tags = [Tag(f"e{n}", "age", "65-74", Basis.MENTIONED, 0, 1) for n in range(200) if draw.random() < 0.2]
    clearance = cleared(people, excerpts, codings, tags)
    numbers = clearance._numbers
    one = [Filter(QUESTION, f"q{n}") for n in (1, 2, 3)] + [Filter(SOURCE, "s1"), Filter(MENTIONED, "age")]
    themed = [Filter(FilterKind.THEME, key) for key in ("housing", "rare")]
    ways = [(), *((each,) for each in one + themed), *product(one[:1], one[3:]), *product(one[:2] + one[3:], themed)]
    seen = 0
    for where in ways:
        found = clearance.among(where)
        assert (found is None) == (not numbers.answers(SliceRequest(where=where)))
        quoted = {
            (clearance.cleared[each].excerpt.participant_id, clearance.cleared[each].said) for each in found or ()
        }
        for said in {part for _, facts in quoted for part in _parts(facts)}:
            many = len({who for who, facts in quoted if set(said) <= set(facts)})
            by, categories = tuple(key for key, _ in said), tuple(value for _, value in said)
            themes = tuple(each.value for each in where if each.kind is FilterKind.THEME)
            others = tuple(each for each in where if each.kind is not FilterKind.THEME)
            table = numbers.table(SliceRequest(by=by, themes=themes, where=others))
            row = next(row for row in table.rows if row.categories == categories)
            cell = row.themes[themes[0]] if themes else row.base
            assert isinstance(cell, Count)
            assert many <= max(10, cell.value - 2)
            seen += bool(said)
        for fact in clearance.told if found and len(where) < 3 else ():
            assert (clearance.among(where, fact) or frozenset()) <= found
    assert seen > 20
