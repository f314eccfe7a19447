"""A word for a share is said only where it is certain, and every word is on the printed scale."""

from __future__ import annotations

from itertools import pairwise

import pytest

from engagement.comparing.intervals import span
from engagement.config import RULES
from engagement.export.quantifiers import A_FEW, LEAST_BASE, SCALE, quantifier, scale, share
from engagement.model import Count, DisclosureRule, Hidden

EXACT = DisclosureRule("exact", threshold=1, rounding=1, k=1)
PUBLISH = RULES["publish"]
HIDDEN = Hidden("fewer than 10 people")


@pytest.mark.parametrize(
    ("said", "base", "words"),
    [
        # said  base  word: both sides of each limit, of exact numbers
        (100, 100, "nearly all"),
        (90, 100, "nearly all"),
        (89, 100, "most"),
        (60, 100, "most"),
        (59, 100, "about half of"),
        (40, 100, "about half of"),
        (39, 100, "some"),
        (15, 100, "some"),
        (14, 100, "a few"),
        (30, 1000, "a few"),
        (31, 1000, "a small minority of"),
        (1, 30, "a few"),
        (15, 30, "about half of"),
        (15, 29, None),  # one of 29 people moves the share too far
    ],
)
def test_exact_numbers_fall_into_one_band(said, base, words):
    """Under a rule that doesn't round, the word follows the share and the base alone."""
    assert quantifier(Count(said), Count(base), EXACT) == words


@pytest.mark.parametrize(
    ("said", "base", "words"),
    [
        (90, 200, "about half of"),
        (75, 200, "some"),
        (80, 200, None),  # 78 of 202 is some, 82 of 198 about half
        (120, 200, None),
        (130, 200, "most"),
        (180, 200, None),
        (190, 200, "nearly all"),
        (200, 200, "nearly all"),
        (10, 200, "a few"),
        (30, 400, "a small minority of"),  # it may stand for 32 people
        (15, 30, None),  # the base may be 28
        (20, 35, None),  # 18 of 37 is about half, 22 of 33 most
    ],
)
def test_a_rounded_number_gets_a_word_only_where_none_of_its_true_numbers_has_another(said, base, words):
    assert quantifier(Count(said), Count(base), PUBLISH) == words


def test_every_word_holds_for_every_true_number():
    """Whatever the rounded numbers stand for, the word is that of the true share."""
    for base in range(30, 300, 5):
        for said in range(10, base + 1, 5):
            words = quantifier(Count(said), Count(base), PUBLISH)
            (low, high), (least, most) = span(Count(said), PUBLISH), span(Count(base), PUBLISH)
            for true_said, true_base in ((low, most), (high, least), (low, least), (high, most)):
                true = quantifier(Count(int(min(true_said, true_base))), Count(int(true_base)), EXACT)
                assert words in {None, true, "a small minority of"}
                assert words != "a small minority of" or true in {"a few", words}


@pytest.mark.parametrize(("said", "base"), [(HIDDEN, Count(200)), (Count(50), HIDDEN), (HIDDEN, HIDDEN)])
def test_a_hidden_number_has_neither_a_word_nor_a_share(said, base):
    assert quantifier(said, base, PUBLISH) is None
    assert share(said, base, PUBLISH) is None


def test_a_share_has_an_interval_around_it():
    found = share(Count(75), Count(200), PUBLISH)
    assert found is not None
    assert found.value == 0.375
    assert 0.29 < found.low < 0.32
    assert 0.43 < found.high < 0.47


def test_the_printed_scale_has_every_word_that_may_be_said():
    """What the report prints is what the code says: the words, and their limits in the same order."""
    printed = dict(scale())
    assert list(printed) == ["Nearly all", "Most", "About half", "Some", "A small minority", "A few"]
    assert {band.words.removesuffix(" of").capitalize() for band in SCALE} | {A_FEW.capitalize()} == set(printed)
    for band in SCALE[:-1]:
        assert f"{band.least:.0%} or more" in band.meaning
    for above, band in pairwise(SCALE):
        assert f"less than {above.least:.0%}" in band.meaning
    assert LEAST_BASE == 30
