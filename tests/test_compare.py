"""Each group beside the rest, and combinations beside their parts: worked out from published numbers alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from engagement.comparing.compare import Comparison, Verdict, beyond_parts, compare
from engagement.errors import BadInput
from engagement.model import ALL, Cell, Count, DisclosureRule, Hidden, SliceRequest, SliceRow, SliceTable

EXACT = DisclosureRule("exact", threshold=1, rounding=1, k=1)
PUBLISH = DisclosureRule("publish", threshold=10, rounding=5, k=10)
HIDDEN = Hidden("too few people")
MORE, LESS, UNCLEAR, TOO_FEW = Verdict

People = dict[tuple[str, ...], tuple[int, int]]  # by their categories, how many said housing of how many


def shown(number: int, rule: DisclosureRule) -> Cell:
    """A number as the rule publishes it: hidden below the threshold, else in multiples, a half upwards."""
    if number < rule.threshold:
        return HIDDEN
    return Count(max((number + rule.rounding // 2) // rule.rounding * rule.rounding, rule.threshold))


def table_of(by: tuple[str, ...], people: People, rule: DisclosureRule = EXACT, themes: int = 1) -> SliceTable:
    """The table of these people with all its margins; every theme was said by the same."""
    said, base = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for categories, (some, of) in people.items():
        for kept in product((True, False), repeat=len(by)):
            at = tuple(name if keep else ALL for name, keep in zip(categories, kept, strict=True))
            said[at] += some
            base[at] += of
    names = ("housing", "access", "racism")[:themes]
    rows = tuple(
        SliceRow(at, shown(base[at], rule), {name: shown(said[at], rule) for name in names}) for at in sorted(base)
    )
    return SliceTable(SliceRequest(by=by, themes=names), rule, rows)


def one_way(people: dict[str, tuple[int, int]], rule: DisclosureRule = EXACT, themes: int = 1) -> SliceTable:
    return table_of(("disability",), {(name,): numbers for name, numbers in people.items()}, rule, themes)


def of(found, *categories: str, theme: str = "housing"):
    """The one of these categories."""
    return next(one for one in found if one.categories == categories and one.theme == theme)


def hiding(table: SliceTable, *categories: str, base: Cell | None = None, said: Cell | None = None) -> SliceTable:
    """The table with other cells in a row."""
    rows = tuple(
        replace(row, base=base or row.base, themes={key: said or cell for key, cell in row.themes.items()})
        if row.categories == categories
        else row
        for row in table.rows
    )
    return replace(table, rows=rows)


def test_two_groups_as_published():
    """Each of two groups is the other's rest: 56 of 70 beside 48 of 80 is Newcombe's own example (1998, table II)."""
    found = compare(one_way({"Disabled": (56, 70), "Not disabled": (48, 80)}))
    assert [one.categories for one in found] == [("Disabled",), ("Not disabled",)]
    disabled, others = found
    assert disabled.difference is not None
    assert others.difference is not None
    assert (disabled.base, disabled.said) == (Count(70), Count(56))
    assert disabled.difference.value == pytest.approx(0.2)
    assert (disabled.difference.low, disabled.difference.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert (others.difference.low, others.difference.high) == pytest.approx((-0.3339, -0.0524), abs=5e-5)
    assert (disabled.verdict, others.verdict) == (MORE, LESS)
    assert (disabled.share, disabled.rest) == (others.rest, others.share)


def test_the_rest_is_everybody_else():
    """With three groups the rest of one is the other two together."""
    found = compare(one_way({"Asian": (30, 100), "Black": (20, 50), "White": (30, 150)}))
    assert of(found, "Asian").rest.value == pytest.approx(50 / 200)
    assert of(found, "Black").rest.value == pytest.approx(60 / 250)
    assert of(found, "White").rest.value == pytest.approx(50 / 150)


@pytest.mark.parametrize(
    ("disabled", "others", "verdict"),
    [
        ((56, 70), (48, 80), MORE),
        ((30, 70), (60, 80), LESS),
        ((40, 70), (46, 80), UNCLEAR),
        ((0, 70), (46, 80), TOO_FEW),  # nobody is hidden too
        ((40, 70), (0, 80), TOO_FEW),
    ],
)
def test_verdicts(disabled, others, verdict):
    """The verdict says in words which way the difference goes, where it is clear."""
    found = of(compare(one_way({"Disabled": disabled, "Not disabled": others})), "Disabled")
    assert found.verdict is verdict
    assert (found.difference is None) == (found.p is None) == (found.adjusted_p is None) == (verdict is TOO_FEW)


@pytest.mark.parametrize("silence", ["Prefer not to say", "No answer", "Not recognised", "Not asked"])
def test_silences_are_not_compared(silence):
    """Those who did not say what they are are neither a group nor part of anybody's rest."""
    groups = {"Disabled": (56, 70), "Not disabled": (48, 80)}
    assert compare(one_way({**groups, silence: (40, 40)})) == compare(one_way(groups))


def test_hidden_in_none_out():
    """A hidden number gives no share, and so no difference; the other groups are compared as far as they can be."""
    people = {"Asian": (30, 100), "Black": (20, 50), "White": (30, 150)}
    table = hiding(one_way(people, PUBLISH), "Black", said=HIDDEN)
    found = compare(table)
    black = of(found, "Black")
    assert (black.share, black.difference, black.p, black.verdict) == (None, None, None, TOO_FEW)
    assert black.base == Count(50)
    assert black.said == HIDDEN
    assert of(found, "Asian").difference is not None


def test_a_rest_that_is_all_hidden_is_not_told():
    """Of two groups, one hidden: the other has no rest, however well the total would tell it."""
    table = hiding(one_way({"Disabled": (56, 70), "Not disabled": (48, 80)}), "Disabled", said=HIDDEN)
    found = of(compare(table), "Not disabled")
    assert found.share is not None
    assert (found.rest, found.difference, found.verdict) == (None, None, TOO_FEW)


def test_many_comparisons_are_adjusted_together():
    """The p-values of a table, all themes and margins, are adjusted for one another; the verdict rests on that."""
    people = {(race, sex): (20 + 3 * number, 60) for number, (race, sex) in enumerate(product("ABC", ("F", "M")))}
    found = compare(table_of(("race", "sex"), people, themes=3))
    assert len(found) == 3 * (3 * 2 + 3 + 2)
    ranked = sorted(found, key=lambda one: one.p)
    smallest = 1.0
    for rank in range(len(ranked), 0, -1):
        smallest = min(smallest, ranked[rank - 1].p * len(ranked) / rank)
        assert ranked[rank - 1].adjusted_p == pytest.approx(smallest)
    by_itself = [one for one in found if one.p < 0.05 <= one.adjusted_p]
    assert by_itself
    assert {one.verdict for one in by_itself} == {UNCLEAR}


def test_rounded_numbers_tell_less():
    """The same people published in fives give a wider interval that holds the exact one, and a larger p-value."""
    people = {"Disabled": (56, 70), "Not disabled": (48, 80)}
    exact, rounded = (of(compare(one_way(people, rule)), "Disabled") for rule in (EXACT, PUBLISH))
    assert rounded.difference.low < exact.difference.low < exact.difference.high < rounded.difference.high
    assert rounded.p > exact.p


@pytest.mark.parametrize("unit", ["mentions", "groups"])
@pytest.mark.parametrize("judge", [compare, beyond_parts])
def test_only_people_are_compared(unit, judge):
    """A table of mentions or groups is refused with a sentence: its numbers are no share of its people."""
    table = one_way({"Disabled": (56, 70), "Not disabled": (48, 80)})
    counted = replace(table, request=replace(table.request, unit=unit))
    with pytest.raises(BadInput) as refused:
        judge(counted)
    assert str(refused.value) == f"compare: a table that counts {unit}. Ask for one that counts people."


def test_a_total_alone_has_nothing_to_compare():
    """A table without a characteristic has no groups, and one with a single characteristic no combinations."""
    assert compare(table_of((), {(): (5, 9)})) == ()
    assert beyond_parts(one_way({"Disabled": (56, 70), "Not disabled": (48, 80)})) == ()


SEX_BY_DISABILITY: People = {
    ("Disabled", "Female"): (60, 100),
    ("Disabled", "Male"): (30, 100),
    ("Not disabled", "Female"): (30, 100),
    ("Not disabled", "Male"): (20, 100),
}


def test_a_combination_beyond_its_parts():
    """Disabled women: 60% less 30% less 30% plus 20% is 20 points more than disability and sex explain.

    The interval is that of four shares together (Zou, Huang and Zhang 2009), from Wilson's as scipy gives them.
    """
    found = of(beyond_parts(table_of(("disability", "sex"), SEX_BY_DISABILITY)), "Disabled", "Female")
    assert found.difference.value == pytest.approx(0.2)
    below = above = 0.0
    for (said, base), sign in zip(SEX_BY_DISABILITY.values(), (1, -1, -1, 1), strict=True):
        theirs, share = binomtest(said, base).proportion_ci(method="wilson"), said / base
        down, up = share - theirs.low, theirs.high - share
        below += (down if sign > 0 else up) ** 2
        above += (up if sign > 0 else down) ** 2
    assert (found.difference.low, found.difference.high) == pytest.approx((0.2 - sqrt(below), 0.2 + sqrt(above)))
    assert found.verdict is MORE
    assert found.p < 0.05


def test_a_combination_that_its_parts_explain():
    """Where each adds its own, nothing is beyond: 50% is 40% and 30% less 20%."""
    people = {**SEX_BY_DISABILITY, ("Disabled", "Female"): (50, 100), ("Disabled", "Male"): (40, 100)}
    found = of(beyond_parts(table_of(("disability", "sex"), people)), "Disabled", "Female")
    assert found.difference.value == pytest.approx(0.0)
    assert (found.p, found.verdict) == (1.0, UNCLEAR)


def test_a_combination_with_a_hidden_part():
    """Where one of the four groups is hidden nothing is said of the combination."""
    few = {**SEX_BY_DISABILITY, ("Not disabled", "Female"): (9, 100)}
    found = beyond_parts(table_of(("disability", "sex"), few, PUBLISH))
    assert {(one.difference, one.p, one.verdict) for one in found} == {(None, None, TOO_FEW)}
    assert len(found) == 4


def test_silences_are_no_part_of_a_combination():
    """Those who did not say one of the two things are left out of all four groups."""
    silent = {("Disabled", "No answer"): (15, 20), ("Not asked", "Male"): (40, 50), ("Not asked", "No answer"): (1, 9)}
    by = ("disability", "sex")
    assert beyond_parts(table_of(by, {**SEX_BY_DISABILITY, **silent})) == beyond_parts(table_of(by, SEX_BY_DISABILITY))


def test_three_characteristics():
    """Of three, what the pairs explain is taken off as well; the pairs themselves are told beside."""
    people = {
        (*pair, carer): (said + (10 if pair == ("Disabled", "Female") and carer == "Carer" else 0), base)
        for pair, (said, base) in SEX_BY_DISABILITY.items()
        for carer in ("Carer", "Not a carer")
    }
    found = beyond_parts(table_of(("disability", "sex", "carer"), people))
    assert of(found, "Disabled", "Female", "Carer").difference.value == pytest.approx(0.1)
    assert of(found, "Disabled", "Female", "Not a carer").difference.value == pytest.approx(-0.1)
    assert of(found, "Disabled", "Female", ALL).difference.value == pytest.approx(0.25)
    assert len(found) == 8 + 3 * 4


@st.composite
def rounds(draw: st.DrawFn) -> People:
    """People by race and sex, silences among them, in numbers on both sides of the threshold."""
    people: People = {}
    for at in product(("Asian", "Black", "White", "No answer"), ("Female", "Male", "Prefer not to say")):
        most = 25 if {"No answer", "Prefer not to say"} & set(at) else 120
        base = draw(st.integers(0, most))
        people[at] = draw(st.integers(0, base)), base
    return people


def true_share(people: People, wanted) -> float | None:
    """The share of those answered whose categories are wanted, from exact numbers."""
    kept = [
        numbers
        for at, numbers in people.items()
        if not {"No answer", "Prefer not to say"} & set(at) and wanted(at)
    ]  # fmt: skip
    base = sum(of for _, of in kept)
    return sum(said for said, _ in kept) / base if base else None


@settings(max_examples=40, deadline=None)
@given(rounds())
def test_what_is_told_is_true(people):
    """Whatever is rounded and hidden: the true difference of the people asked lies in the interval told of it."""
    table = table_of(("race", "sex"), people, PUBLISH)
    for one in compare(table):
        if one.difference is None or ALL in one.categories:
            continue
        group = true_share(people, lambda at, one=one: at == one.categories)
        rest = true_share(people, lambda at, one=one: at != one.categories)
        assert one.difference.low <= group - rest <= one.difference.high
        assert one.rest.low <= rest <= one.rest.high
    for one in beyond_parts(table):
        if one.difference is None:
            continue
        race, sex = one.categories
        both = true_share(people, lambda at, race=race, sex=sex: at == (race, sex))
        first = true_share(people, lambda at, race=race, sex=sex: at[0] == race and at[1] != sex)
        second = true_share(people, lambda at, race=race, sex=sex: at[0] != race and at[1] == sex)
        neither = true_share(people, lambda at, race=race, sex=sex: at[0] != race and at[1] != sex)
        assert one.difference.low <= both - first - second + neither <= one.difference.high


@settings(max_examples=20, deadline=None)
@given(rounds(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(people, randomly):
    """Rows in another order give the same comparisons, in that order."""
    table = table_of(("race", "sex"), people, PUBLISH)
    shuffled = list(table.rows)
    randomly.shuffle(shuffled)
    other = replace(table, rows=tuple(shuffled))
    for judge in (compare, beyond_parts):
        mine, theirs = judge(table), judge(other)
        assert sorted(mine, key=repr) == sorted(theirs, key=repr)
        places = [row.categories for row in other.rows]
        assert [places.index(one.categories) for one in theirs] == sorted(
            places.index(one.categories) for one in theirs
        )


def test_one_comparison_has_all_that_is_printed():
    """A comparison carries its base and number as published, so that a page needs nothing else."""
    (one, _) = compare(one_way({"Disabled": (56, 70), "Not disabled": (48, 80)}, PUBLISH))
    assert isinstance(one, Comparison)
    assert (one.base, one.said) == (Count(70), Count(55))


def test_details_are_compared_with_details():
    """In a detailed table a roll-up is judged beside roll-ups, a detail beside details, and each once."""
    numbers = {"Indian": (10, 40), "Pakistani": (30, 40), "Asian, no more said": (5, 20), "White": (40, 100)}
    sums = {ALL: (85, 200), "Asian": (45, 100)}
    rows = tuple(
        SliceRow((name,), Count(base), {"housing": Count(said)})
        for name, (said, base) in {**sums, **numbers, "No answer": (7, 10)}.items()
    )
    rows = (replace(rows[0], base=Count(210), themes={"housing": Count(92)}), *rows[1:])
    found = compare(SliceTable(SliceRequest(by=("race",), detail=("race",)), EXACT, rows))
    shares = {one.categories[0]: (one.share.value, one.rest.value) for one in found}
    assert shares == {
        "Asian": (0.45, 0.4),
        "Indian": (0.25, pytest.approx(75 / 160)),
        "Pakistani": (0.75, pytest.approx(55 / 160)),
        "Asian, no more said": (0.25, pytest.approx(80 / 180)),
        "White": (0.4, 0.45),
    }


def test_a_roll_up_named_like_its_detail():
    """Where a roll-up and a detail have one name, the table calls the first "all"; they stay apart."""
    numbers = {
        ALL: (60, 100),
        "Married, all": (30, 40),
        "Married": (20, 25),
        "Separated, but still legally married": (10, 15),
        "Single": (30, 60),
    }
    rows = tuple(SliceRow((name,), Count(base), {"housing": Count(said)}) for name, (said, base) in numbers.items())
    by = ("marriage_civil_partnership",)
    found = compare(SliceTable(SliceRequest(by=by, detail=by), EXACT, rows))
    assert of(found, "Married, all").rest.value == pytest.approx(30 / 60)
    assert of(found, "Married").rest.value == pytest.approx(40 / 75)
    assert len(found) == 4
