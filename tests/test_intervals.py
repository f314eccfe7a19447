"""Intervals agree with the published ones, and hold whatever true numbers the rounded and hidden ones stand for."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2_contingency

from engagement.comparing.intervals import Known, Number, adjusted, interval, p_value, span, together, wilson
from engagement.model import Cell, Count, DisclosureRule, Hidden

EXACT = DisclosureRule("exact", threshold=1, rounding=1, k=1)
PUBLISH = DisclosureRule("publish", threshold=10, rounding=5, k=10)
ODD = DisclosureRule("odd", threshold=12, rounding=5, k=12)
STRICT = DisclosureRule("strict", threshold=20, rounding=10, k=20)
RULES = (EXACT, PUBLISH, ODD, STRICT)

HIDDEN = Hidden("too few people")


def shown(number: int, rule: DisclosureRule) -> Cell:
    """A number as the rule publishes it: hidden below the threshold, else the nearest multiple that is not below it."""
    if number < rule.threshold:
        return HIDDEN
    multiples = range(0, number + 2 * rule.threshold + rule.rounding, rule.rounding)
    nearest = max(multiples, key=lambda multiple: (-abs(multiple - number), multiple))
    return Count(max(nearest, min(each for each in multiples if each >= rule.threshold)))


def exactly(said: int, base: int) -> Known:
    return Known(Number(said, said, said), Number(base, base, base))


def published(said: int, base: int, rule: DisclosureRule) -> Known:
    """What is known of a share whose two numbers are both shown."""
    numbers = [shown(number, rule) for number in (said, base)]
    assert all(isinstance(cell, Count) for cell in numbers)
    return Known(*(together([cell], cell, [], rule) for cell in numbers))  # type: ignore[arg-type]


@st.composite
def shares(draw: st.DrawFn, least: int = 20, most: int = 400) -> tuple[int, int]:
    """Numbers who said it, and who could have, both large enough to be shown under every rule."""
    base = draw(st.integers(least, most))
    return draw(st.integers(least, base)), base


# Newcombe 1998, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 857: table I,
# method 3.
@pytest.mark.parametrize(
    ("said", "base", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(said, base, low, high):
    """A share's interval is Wilson's."""
    assert wilson(said, base) == pytest.approx((low, high), abs=5e-5)


# Newcombe 1998, Statistics in Medicine 17, 873: table II, method 10.
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_as_published(first, second, low, high):
    """A difference's interval is Newcombe's tenth."""
    found = interval([(1, exactly(*first)), (-1, exactly(*second))])
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert found.value == pytest.approx(first[0] / first[1] - second[0] / second[1])


@settings(max_examples=60, deadline=None)
@given(shares(least=1))
def test_wilson_as_scipy_has_it(share):
    """A share's interval is the one that scipy works out by itself."""
    said, base = share
    theirs = binomtest(said, base).proportion_ci(method="wilson")
    assert wilson(said, base) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(shares(), shares(), st.sampled_from(RULES))
def test_an_interval_holds_its_value_and_turns_with_the_sides(first, second, rule):
    """The difference lies in its interval; with the sides changed over all three are the same below nought."""
    one, other = published(*first, rule), published(*second, rule)
    found, turned = interval([(1, one), (-1, other)]), interval([(1, other), (-1, one)])
    assert -1 <= found.low <= found.value <= found.high <= 1
    assert (turned.low, turned.value, turned.high) == pytest.approx((-found.high, -found.value, -found.low))
    share = interval([(1, one)])
    assert 0 <= share.low <= share.value <= share.high <= 1


@settings(max_examples=60, deadline=None)
@given(shares(), shares(), st.sampled_from(RULES), st.integers(2, 5))
def test_more_people_narrower(first, second, rule, times):
    """The same shares of more people are known better."""
    few = interval([(1, published(*first, rule)), (-1, published(*second, rule))])
    bigger = [(said * times, base * times) for said, base in (first, second)]
    exact_few = interval([(1, exactly(*first)), (-1, exactly(*second))])
    exact_many = interval([(1, exactly(*bigger[0])), (-1, exactly(*bigger[1]))])
    assert exact_many.high - exact_many.low < exact_few.high - exact_few.low <= few.high - few.low + 1e-12


@settings(max_examples=60, deadline=None)
@given(shares(), shares(), shares(), shares(), st.sampled_from(RULES))
def test_rounding_is_no_excuse(first, second, third, fourth, rule):
    """The interval of rounded numbers holds that of the true ones, and their p-value is no smaller."""
    signs, all_four = (1, -1, -1, 1), (first, second, third, fourth)
    for terms in (2, 4):
        rounded = [(sign, published(*each, rule)) for sign, each in zip(signs[:terms], all_four, strict=False)]
        true = [(sign, exactly(*each)) for sign, each in zip(signs[:terms], all_four, strict=False)]
        wide, narrow = interval(rounded), interval(true)
        assert wide.low <= narrow.low + 1e-12
        assert wide.high >= narrow.high - 1e-12
        assert p_value(rounded) >= p_value(true) - 1e-9


@settings(max_examples=60, deadline=None)
@given(shares(least=1), shares(least=1))
def test_p_and_interval_agree(first, second):
    """A p-value is below 5% where the interval leaves nought out, and only there."""
    terms = [(1, exactly(*first)), (-1, exactly(*second))]
    found = interval(terms)
    assert (p_value(terms) < 0.05) == (found.low > 0 or found.high < 0)


def test_p_is_near_the_usual_one():
    """For a common table the p-value is nearly that of the chi-squared test."""
    usual = chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue
    assert p_value([(1, exactly(56, 70)), (-1, exactly(48, 80))]) == pytest.approx(usual, rel=0.02)
    assert p_value([(1, exactly(30, 60)), (-1, exactly(30, 60))]) == 1.0


def test_p_against_a_fixed_share():
    """One share beside a known one: 8 of 20 lies 2 standard errors from a share at the end of its own interval."""
    low, high = wilson(8, 20)
    assert p_value([(1, exactly(8, 20))], low) == pytest.approx(0.05, abs=1e-6)
    assert p_value([(1, exactly(8, 20))], high) == pytest.approx(0.05, abs=1e-6)
    assert p_value([(1, exactly(8, 20))], 0.4) == 1.0


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_cell_stands_for_what_is_rounded_to_it(rule):
    """The span of a cell is exactly the numbers that the rule shows as that cell."""
    becomes: dict[int, list[int]] = {}
    for number in range(rule.threshold, 301):
        becomes.setdefault(shown(number, rule).value, []).append(number)
    becomes.popitem()  # the last may go on beyond 300
    for value, numbers in becomes.items():
        assert span(Count(value), rule) == (numbers[0], numbers[-1])


def test_a_hidden_cell_may_be_anything():
    """A number may be hidden to protect another, so it tells nothing of itself."""
    assert span(HIDDEN, PUBLISH) == (0, inf)


@pytest.mark.parametrize(
    ("members", "total", "others", "low", "value", "high"),
    [
        ([Count(40)], Count(40), [], 38, 40, 42),
        ([Count(40), Count(30)], Count(100), [Count(30)], 66, 70, 74),
        # the total less the others is closer than the sum of many
        ([Count(20)] * 5, Count(130), [Count(30)], 96, 100, 104),
        # hidden ones: what is shown at least, what the others leave at most
        ([Count(40), HIDDEN], Count(100), [Count(50)], 46, 50, 54),
        ([Count(40), HIDDEN], Count(100), [HIDDEN, Count(45)], 38, 48.5, 59),
    ],
)
def test_together(members, total, others, low, value, high):
    """A sum is known from both sides: by its parts, and by the total less the others."""
    assert together(members, total, others, PUBLISH) == Number(value, low, high)


@pytest.mark.parametrize(
    ("members", "total", "others"),
    [
        ([HIDDEN], Count(100), [Count(90)]),  # a hidden cell by itself stays hidden, however well the total tells it
        ([HIDDEN, HIDDEN], Count(100), [Count(60)]),
        ([Count(10), HIDDEN], Count(100), [Count(20), HIDDEN]),
        ([Count(10), HIDDEN], HIDDEN, []),
    ],
)
def test_not_together(members, total, others):
    """No sum is told of hidden cells alone, or where most of it may be hidden."""
    assert together(members, total, others, PUBLISH) is None


@pytest.mark.parametrize(
    ("given_ps", "expected"),
    [
        ([0.01, 0.04, 0.03, 0.005], [0.02, 0.04, 0.04, 0.02]),  # 4 p / rank, and never more than a larger one's
        ([0.01, None, 0.04], [0.02, None, 0.04]),
        ([0.3], [0.3]),
        ([None], [None]),
        ([], []),
    ],
)
def test_adjusted(given_ps, expected):
    """Benjamini and Hochberg's adjustment over those that are told."""
    assert adjusted(given_ps) == pytest.approx(expected)
