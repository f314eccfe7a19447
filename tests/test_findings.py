"""A table in one sentence, in words that a reader of twelve knows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engagement.comparing.compare import Combination, Comparison, Verdict
from engagement.comparing.findings import combined_in_words, compared_in_words, finding, people_in_words
from engagement.comparing.intervals import Estimate
from engagement.model import ALL, Count, DisclosureRule, Filter, FilterKind, Hidden, SliceRequest, SliceRow, SliceTable

EXACT = DisclosureRule("exact", threshold=1, rounding=1, k=1)
PUBLISH = DisclosureRule("publish", threshold=10, rounding=5, k=10)
NAMES = {"housing": "Housing", "access": "Access", "racism": "Racism"}
HIDDEN = Hidden("too few people")


def table(by, rows, rule=EXACT, unit="people") -> SliceTable:
    """`rows`: categories to (base, housing, access); None is hidden."""

    def cell(number):
        return HIDDEN if number is None else Count(number)

    request = SliceRequest(by=by, themes=("housing", "access"), unit=unit)
    return SliceTable(
        request,
        rule,
        tuple(
            SliceRow(at, cell(base), {"housing": cell(housing), "access": cell(access)})
            for at, (base, housing, access) in rows.items()
        ),
    )


def of_sex(women, men, everybody, rule=EXACT) -> SliceTable:
    return table(("sex",), {(ALL,): everybody, ("Female",): women, ("Male",): men}, rule)


@pytest.mark.parametrize(
    ("of", "sentence"),
    [
        (
            of_sex((100, 60, 20), (100, 30, 25), (200, 90, 45)),
            "Women raised Housing more often than other people: 60% against 30%.",
        ),
        # of two groups, the one that raised it more often is named, though the other comes first
        (
            of_sex((100, 30, 20), (100, 60, 25), (200, 90, 45)),
            "Men raised Housing more often than other people: 60% against 30%.",
        ),
        (
            of_sex((100, 32, 20), (100, 30, 25), (200, 62, 45)),
            "No group raised any theme clearly more or less often than other people did.",
        ),
        (
            of_sex((100, None, None), (100, None, None), (200, 90, 45)),
            "Too few of the numbers can be shown for the groups to be compared.",
        ),
        (table((), {(): (120, 45, 20)}), "Housing was raised most: by 45 of 120 people."),
        (table((), {(): (1200, 45, 20)}, PUBLISH), "Housing was raised most: by about 45 of 1,200 people."),
        (table((), {(): (120, 45, 45)}), "Housing and Access were raised most: by 45 of 120 people each."),
        (table((), {(): (120, 45, None)}), "Housing was raised most: by 45 of 120 people."),
        (table((), {(): (None, None, None)}), "Too few people raised any theme for a number to be shown."),
        (table((), {(): (120, 45, 20)}, unit="mentions"), "Housing was raised most: 45 times."),
        (table((), {(): (12, 5, 2)}, unit="groups"), "Housing was raised most: in 5 groups."),
        # up to the threshold a number of groups isn't rounded
        (table((), {(): (12, 10, 2)}, PUBLISH, "groups"), "Housing was raised most: in 10 groups."),
        (table((), {(): (15, 15, 2)}, PUBLISH, "groups"), "Housing was raised most: in about 15 groups."),
        (table((), {(): (3, 1, 1)}, unit="groups"), "Housing and Access were raised most: in 1 group each."),
        (table((), {(): (0, 0, None)}, unit="groups"), "No theme whose number can be shown was raised in a group."),
        (
            of_sex((100, 32, None), (100, 30, None), (200, 62, 45)),
            "No group that can be compared raised any theme clearly more or less often than other people did.",
        ),
        (
            table(("sex",), {(ALL,): (120, 45, 20), ("Female",): (60, 20, 10)}, unit="mentions"),
            "Housing was raised most: 45 times.",
        ),
    ],
)
def test_finding(of, sentence):
    """The surest difference, or that there is none, or the theme raised most where no groups are compared."""
    assert finding(of, NAMES) == sentence


def test_a_finding_of_one_theme():
    """Where one theme alone is asked for, it isn't said to be the most."""
    asked = table((), {(): (120, 45, 20)})
    (row,) = asked.rows
    one = replace(asked, rows=(replace(row, themes={"housing": Count(45)}),))
    assert finding(one, NAMES) == "Housing was raised: by 45 of 120 people."


@pytest.mark.parametrize(
    ("of", "sentence"),
    [
        (table((), {(): (45, 45, 20)}), "Access was raised: by 20 of 45 people."),
        (table((), {(): (45, 45, None)}), "Too few people raised any other theme for a number to be shown."),
        (
            of_sex((50, 50, None), (60, 60, None), (110, 110, 45)),
            "Too few of the numbers can be shown for the groups to be compared.",
        ),
    ],
)
def test_a_finding_among_those_who_raised_a_theme(of, sentence):
    """That everybody who raised Housing raised Housing is no finding."""
    only = replace(of, request=replace(of.request, where=(Filter(FilterKind.THEME, "housing"),)))
    assert finding(only, NAMES) == sentence


HALF, THIRD = Estimate(0.5, 0.4, 0.6), Estimate(0.333, 0.3, 0.4)


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (Verdict.MORE, "Disabled women raised Housing more often than other people: 50% against 33%."),
        (Verdict.LESS, "Disabled women raised Housing less often than other people: 50% against 33%."),
        (
            Verdict.UNCLEAR,
            "There is no clear difference: 50% of disabled women and 33% of other people raised Housing.",
        ),
        (
            Verdict.TOO_FEW,
            "There are too few to say whether disabled women raised Housing more or less often than other people.",
        ),
    ],
)
def test_a_comparison_in_words(verdict, sentence):
    """Each verdict has its sentence, with the shares where they can be told."""
    one = Comparison(
        ("Disabled", "Female"), "housing", Count(50), Count(25), HALF, THIRD, HALF, 0.01, 0.02, verdict
    )  # fmt: skip
    assert compared_in_words(one, ("disability", "sex"), NAMES) == sentence


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [
        (Verdict.MORE, "Disabled women raised Housing more often than disability and sex explain, taken one by one."),
        (Verdict.LESS, "Disabled women raised Housing less often than disability and sex explain, taken one by one."),
        (
            Verdict.UNCLEAR,
            "It is not clear that disabled women raised Housing more or less often than disability and sex explain, "
            "taken one by one.",
        ),
        (
            Verdict.TOO_FEW,
            "There are too few to say whether disabled women raised Housing more or less often than disability and sex "
            "explain, taken one by one.",
        ),
    ],
)
def test_a_combination_in_words(verdict, sentence):
    """A combination is said to be more than its parts, less, or not clearly either."""
    one = Combination(("Disabled", "Female"), "housing", HALF, 0.01, 0.02, verdict)
    assert combined_in_words(one, ("disability", "sex"), NAMES) == sentence


def test_three_together_in_words():
    """Of three, what each two of them explain is taken off too, and the sentence says so."""
    one = Combination(("Disabled", "Female", "Black"), "housing", HALF, 0.01, 0.02, Verdict.MORE)
    assert combined_in_words(one, ("disability", "sex", "race"), NAMES) == (
        "Disabled Black women raised Housing more often than disability, sex and race explain, "
        "taken one or two at a time."
    )


def test_a_combination_with_caring_in_words():
    """A characteristic whose label doesn't read on has words of its own."""
    one = Combination(("Disabled", "Carer"), "housing", HALF, 0.01, 0.02, Verdict.MORE)
    assert combined_in_words(one, ("disability", "carer"), NAMES) == (
        "Disabled people who are unpaid carers raised Housing more often than disability and being an unpaid carer "
        "explain, taken one by one."
    )


@pytest.mark.parametrize(
    ("by", "categories", "words"),
    [
        ((), (), "people"),
        (("sex",), (ALL,), "people"),
        (("disability", "sex", "age"), ("Disabled", "Female", "25 to 64"), "disabled women aged 25 to 64"),
        (("disability", "sex"), ("Not disabled", ALL), "non-disabled people"),
        (("age",), ("Under 25",), "people aged under 25"),
        (("age",), ("Under 25, all",), "people aged under 25"),
        (("age",), ("75 or over",), "people aged 75 or over"),
        (("race", "religion_or_belief"), ("Asian", "Muslim"), "Asian Muslim people"),
        (
            ("race", "religion_or_belief"),
            ("Other", "No religion"),
            "people of other ethnic groups and with no religion",
        ),
        (("sexual_orientation",), ("LGB+",), "LGB+ people"),
        (("marriage_civil_partnership",), ("Married, all",), "married people"),
        (("carer", "sex"), ("Carer", "Male"), "men who are unpaid carers"),
        (("race",), ("Black, no more said",), "people who answered “Black” to race and said no more"),
        (("age",), ("Under 25, no more said",), "people aged under 25 who said no more"),
        (("race",), ("Pakistani",), "people who answered “Pakistani” to race"),
        (("pregnancy_maternity",), ("Yes",), "people who answered “Yes” to pregnancy and maternity"),
        (("group",), ("Elders",), "people in the group “Elders”"),
        (("group", "sex"), ("In no group", "Female"), "women in no group"),
    ],
)
def test_people_in_words(by, categories, words):
    """People are named as one would name them, or else by what they answered."""
    assert people_in_words(by, categories) == words
