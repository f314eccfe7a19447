"""Agreement is what Krippendorff, Cohen, NLTK and scikit-learn say it is, and only of what both coders judged."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest

from engagement.agreement import (
    ALWAYS_USED,
    MACRO,
    MICRO,
    NO_CHOICE,
    NOT_JUDGED,
    NOT_USED,
    Measure,
    answers,
    compared,
    reliability,
)
from engagement.coding.blind import Judged, Sample, drawn
from engagement.errors import BadInput
from engagement.model import Codebook, Coding, Decision, Excerpt, Mint, Role, SafeText, Theme

BOOK = Codebook(
    "book",
    1,
    (
        Theme("travel", "Travel", ""),
        Theme("paths", "Paths", "", parent="travel"),
        Theme("shops", "Shops", ""),
    ),
)
ALL = frozenset(BOOK.keys)
MACHINE = "machine:m:1"
YES, NO, MAYBE = Decision.ACCEPTED, Decision.REJECTED, Decision.SUGGESTED


def sample_of(number: int, weights: tuple[float, ...] = (), seed: int = 1) -> Sample:
    return Sample("b", tuple(f"e{place}" for place in range(number)), weights or (1.0,) * number, 0.1, seed)


def said(rows, themes) -> dict[tuple[str, str], bool]:
    """Answers from a table of 1, 0 and None, a row an excerpt and a column a theme."""
    return {
        (f"e{place}", theme): bool(value)
        for place, row in enumerate(rows)
        for theme, value in zip(themes, row, strict=True)
        if value is not None
    }


def chosen(values: str) -> dict[tuple[str, str], bool]:
    """Answers of somebody who chose exactly one of the letters for each excerpt."""
    return {(f"e{place}", theme): theme == value for place, value in enumerate(values) for theme in "abcde"}


def coding(excerpt_id: str, theme: str, coder: str, decision: Decision) -> Coding:
    return Coding(excerpt_id, theme, coder, decision, 0.8, (0, 5))


@pytest.fixture(scope="module")
def tables():
    """Two coders of 150 excerpts by six themes, of every frequency from rare to usual."""
    rng = np.random.default_rng(3)
    there = rng.random((150, 6)) < np.array([0.02, 0.05, 0.1, 0.2, 0.4, 0.7])
    return [(there ^ (rng.random(there.shape) < 0.06)).astype(int) for _ in range(2)]


THEMES = list("uvwxyz")


def rows_of(tables, weights: tuple[float, ...] = ()):
    first, second = (said(table.tolist(), THEMES) for table in tables)
    return compared(first, second, sample_of(len(tables[0]), weights), THEMES)


# measures


def test_alpha_of_published_examples():
    """Krippendorff (2011): .095 for two values, .692 for five, which all themes together come to.

    By hand, for two values: 1 - 19 x 4 / (6 x 14).
    """
    first, second = ([[int(digit)] for digit in digits] for digits in ("0100000010", "1110010000"))
    binary = compared(said(first, "a"), said(second, "a"), sample_of(10), "a")
    assert binary[0].alpha.value == pytest.approx(1 - 19 * 4 / (6 * 14)) == pytest.approx(0.095, abs=5e-4)
    nominal = compared(chosen("aabbdcccedda"), chosen("babbbcccedd" + "d"), sample_of(12), "abcde")
    assert nominal[-2].theme == MICRO
    assert nominal[-2].alpha.value == pytest.approx(0.692, abs=5e-4)


def test_the_measures_are_scikit_learns(tables):
    """Kappa, F1 and agreement of each theme, and F1 of all together and on average, with weights and without."""
    from sklearn.metrics import accuracy_score, cohen_kappa_score, f1_score

    for weights in ((), tuple(np.linspace(0.5, 4, len(tables[0])).tolist())):
        rows, heavy = rows_of(tables, weights), weights or None
        for row, ours, theirs in zip(rows, tables[0].T, tables[1].T, strict=False):
            assert row.kappa.value == pytest.approx(cohen_kappa_score(ours, theirs, sample_weight=heavy))
            assert row.f1.value == pytest.approx(f1_score(ours, theirs, sample_weight=heavy))
            assert row.percent.value == pytest.approx(accuracy_score(ours, theirs, sample_weight=heavy))
        for row, average in zip(rows[-2:], ("micro", "macro"), strict=True):
            assert row.f1.value == pytest.approx(f1_score(*tables, average=average, sample_weight=heavy))


def test_all_together_is_cohens_kappa_where_one_theme_is_chosen():
    """Where each excerpt has exactly one theme, kappa of all together is that of the choice."""
    from sklearn.metrics import cohen_kappa_score

    first, second = "aabbdcccedda", "babbbcccedd" + "d"
    row = compared(chosen(first), chosen(second), sample_of(12), "abcde")[-2]
    assert row.kappa.value == pytest.approx(cohen_kappa_score(list(first), list(second)))


def test_the_measures_are_nltks(tables):
    """Alpha and kappa of each theme, and alpha of a choice among themes, are those of NLTK's AnnotationTask."""
    from nltk.metrics import agreement

    def task(first, second):
        units = [(coder, place, value) for coder in (0, 1) for place, value in enumerate((first, second)[coder])]
        return agreement.AnnotationTask(units)

    for row, ours, theirs in zip(rows_of(tables), tables[0].T.tolist(), tables[1].T.tolist(), strict=False):
        assert row.alpha.value == pytest.approx(task(ours, theirs).alpha())
        assert row.kappa.value == pytest.approx(task(ours, theirs).kappa())
    rng = np.random.default_rng(4)
    first = "".join(rng.choice(list("abcde"), 80))
    kept = zip(first, rng.random(80) < 0.7, first[::-1], strict=True)
    second = "".join(one if keep else other for one, keep, other in kept)
    row = compared(chosen(first), chosen(second), sample_of(80), "abcde")[-2]
    assert row.alpha.value == pytest.approx(task(first, second).alpha())


def test_the_counts_are_of_the_sample(tables):
    """Both, only the first, only the second and neither are plain counts, whatever the weights, and add up."""
    first, second = tables
    row = rows_of(tables, tuple([3.0] * 75 + [1.0] * 75))[2]
    assert (row.theme, row.judged) == ("w", 150)
    assert row.both == int((first[:, 2] & second[:, 2]).sum())
    assert row.only_first == int((first[:, 2] > second[:, 2]).sum())
    assert row.only_second == int((first[:, 2] < second[:, 2]).sum())
    assert row.both + row.only_first + row.only_second + row.neither == 150


def test_the_mean_is_of_the_themes_that_have_a_value():
    """A theme that nobody used neither raises nor lowers the rest."""
    first, second = [[1, 0], [1, 0], [0, 0], [0, 0]], [[1, 0], [0, 0], [0, 0], [1, 0]]
    used, unused, micro, macro = compared(said(first, "ab"), said(second, "ab"), sample_of(4), "ab")
    assert unused.percent == Measure(why=NOT_USED)
    assert macro.theme == MACRO
    for one in (micro, macro):
        assert (one.alpha.value, one.f1.value, one.percent.value) == pytest.approx(
            (used.alpha.value, used.f1.value, used.percent.value)
        )


# no value


@pytest.mark.parametrize(
    ("first", "second", "words", "f1"),
    [
        ([None, None], [1, 0], (NOT_JUDGED,) * 4, None),
        ([1, None], [None, 1], (NOT_JUDGED,) * 4, None),
        ([0, 0], [0, 0], (NOT_USED,) * 4, None),
        ([1, 1], [1, 1], (ALWAYS_USED, ALWAYS_USED, "", ""), 1.0),
        ([1, 0], [0, 0], ("", "", "", ""), 0.0),
        ([1, 1], [0, 0], ("", "", "", ""), 0.0),
    ],
)
def test_what_is_undefined_has_a_word_and_no_number(first, second, words, f1):
    """No excerpt in common, a theme that nobody used, one used always: never 1.0, never NaN."""
    first, second = ([[value] for value in column] for column in (first, second))
    row = compared(said(first, "a"), said(second, "a"), sample_of(2), "a")[0]
    measures = (row.alpha, row.kappa, row.f1, row.percent)
    assert tuple(one.why if one.value is None else "" for one in measures) == words
    assert [one.value is None for one in measures] == [bool(word) for word in words]
    assert row.f1.value == f1


def test_themes_used_always_or_never_have_no_alpha_together():
    """With nothing to vary there is no chance to compare with."""
    answers_ = said([[1, 0], [1, 0]], "ab")
    rows = compared(answers_, answers_, sample_of(2), "ab")
    assert [row.alpha.why for row in rows] == [ALWAYS_USED, NOT_USED, NO_CHOICE, NO_CHOICE]


def test_a_measure_in_words():
    """A measure prints as a number with its interval, or as the word for why there is none."""
    assert str(Measure(0.8123, 0.7, 0.9)) == "0.81 (0.70 to 0.90)"
    assert str(Measure(why=NOT_USED)) == "neither coder used it"


# intervals


def test_an_interval_holds_its_measure_and_is_repeatable(tables):
    """The same sample gives the same limits, around the measure, narrower the more excerpts there are."""
    rows = rows_of(tables)
    assert rows_of(tables) == rows
    for row in rows[2:]:
        for one in (row.alpha, row.kappa, row.f1, row.percent):
            assert one.low < one.value < one.high
    four = rows_of([np.tile(table, (4, 1)) for table in tables])
    for once, often in zip(rows[2:], four[2:], strict=True):
        assert (often.alpha.high - often.alpha.low) / (once.alpha.high - once.alpha.low) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize(
    ("number", "both", "percent", "f1"),
    [
        # by hand: .025 ** (1 / number); of the share p = .025 ** (1 / both) that they still meet on, 2p / (1 + p)
        (10, 1, 0.692, 0.049),
        (100, 2, 0.964, 0.273),
        (100, 30, 0.964, 0.939),
        (300, 150, 0.988, 0.988),
    ],
)
def test_never_differing_is_not_certain(number, both, percent, f1):
    """Two coders who agree on all of a sample have an interval, wide where the theme is rare."""
    same = said([[int(place < both)] for place in range(number)], "a")
    row = compared(same, same, sample_of(number), "a")[0]
    assert [one.high for one in (row.alpha, row.kappa, row.f1, row.percent)] == [1.0] * 4
    assert row.percent.low == pytest.approx(percent, abs=5e-4)
    assert row.f1.low == pytest.approx(f1, abs=5e-4)
    assert row.alpha.low == pytest.approx(row.kappa.low, abs=0.1)
    assert row.alpha.low < row.f1.low + 0.01


def test_never_meeting_is_not_certain():
    """A theme that one coder used once and the other never may still be one on which they would mostly agree."""
    first, second = [[1], *[[0]] * 40], [[0]] * 41
    row = compared(said(first, "a"), said(second, "a"), sample_of(41), "a")[0]
    assert (row.f1.value, row.f1.low) == (0.0, 0.0)
    assert row.f1.high == pytest.approx(2 * 0.975 / (1 + 0.975))
    assert row.alpha.low <= row.alpha.value == 0.0
    assert row.alpha.high > 0.9


def test_weights_stand_for_the_round():
    """A sample with more of a rare theme gives the round's alpha, by its weights, and another without them."""
    mint, rng = Mint(), np.random.default_rng(11)
    there = rng.random(3000) < 0.02
    first, second = (there ^ (rng.random(3000) < 0.01) for _ in range(2))
    found = there ^ (rng.random(3000) < 0.01)
    words = SafeText("Words.", mint)
    excerpts = [
        Excerpt(f"e{place}", "s", place, 0, words, 0, 6, "", Role.PARTICIPANT, None, None) for place in range(3000)
    ]
    codings = [coding(f"e{place}", "a", MACHINE, MAYBE) for place in np.flatnonzero(found)]
    ours, theirs = (said(table[:, None].astype(int).tolist(), "a") for table in (first, second))
    whole = compared(ours, theirs, sample_of(3000), "a")[0].alpha.value
    weighed, plain = [], []
    for seed in range(8):
        sample = drawn(excerpts, codings, 0.1, seed, enough=60)
        weighed.append(compared(ours, theirs, sample, "a")[0].alpha.value)
        same = Sample("b", sample.excerpt_ids, (1.0,) * len(sample.weights), 0.1, seed)
        plain.append(compared(ours, theirs, same, "a")[0].alpha.value)
    assert abs(np.mean(weighed) - whole) < 0.05
    assert abs(np.mean(plain) - whole) > 0.1


def test_a_large_sample_is_quick():
    """A thousand excerpts by 50 themes, with 2,000 resamples, take seconds."""
    rng = np.random.default_rng(3)
    themes = [f"t{number}" for number in range(50)]
    first, second = (said((rng.random((1000, 50)) < 0.1).astype(int).tolist(), themes) for _ in range(2))
    began = time.perf_counter()
    assert len(compared(first, second, sample_of(1000), themes)) == 52
    assert time.perf_counter() - began < 5


# what was judged


@pytest.mark.parametrize(
    ("codings", "judged", "known"),
    [
        # read but not changed: the machine's suggestion stands and nobody decided
        ([], False, {}),
        ([("shops", "Asha", MAYBE)], False, {}),
        # one decision on one theme tells of that theme alone, and of those above it
        ([("shops", "Asha", YES)], False, {"shops": True}),
        ([("shops", "Asha", NO)], False, {"shops": False}),
        ([("paths", "Asha", YES)], False, {"paths": True, "travel": True}),
        ([("paths", "Asha", NO)], False, {"paths": False}),
        # judged as a whole: what was not accepted is not there
        ([], True, {"travel": False, "paths": False, "shops": False}),
        ([("shops", "Asha", MAYBE)], True, {"travel": False, "paths": False, "shops": False}),
        ([("paths", "Asha", YES)], True, {"travel": True, "paths": True, "shops": False}),
        # the last word of several
        ([("shops", "Asha", YES), ("shops", "Asha", NO)], True, {"travel": False, "paths": False, "shops": False}),
        # another coder's, and a theme that is no longer in the codebook
        ([("shops", "Ben", YES)], False, {}),
        ([("ferries", "Asha", YES)], False, {}),
    ],
)
def test_only_decisions_count(codings, judged, known):
    """Known is what a coder accepted or rejected, and all of an excerpt that they judged as a whole."""
    made = [coding("e1", *one) for one in codings]
    whole = [Judged("e1", "Asha", ALL)] if judged else []
    assert answers(made, whole, "Asha", BOOK) == {("e1", key): there for key, there in known.items()}


def test_the_machines_suggestions_are_its_decisions():
    """What the machine suggests is there, what it was given and left is not."""
    made = [coding("e1", "shops", MACHINE, MAYBE)]
    judged = [Judged(each, MACHINE, ALL) for each in ("e1", "e2")]
    found = answers(made, judged, MACHINE, BOOK)
    assert [place for place, there in found.items() if there] == [("e1", "shops")]
    assert len(found) == 6


def test_a_theme_added_later_was_not_judged():
    """Who coded by an earlier codebook has said nothing of a theme that came after."""
    judged = [Judged("e1", "Asha", frozenset({"shops"}))]
    assert answers([], judged, "Asha", BOOK) == {("e1", "shops"): False}


def test_reliability_of_two_people_and_of_the_machine():
    """Any pair of coders is compared, theme by theme in the codebook's order, then together and on average."""
    whole = [Judged(f"e{place}", who, ALL) for place in range(4) for who in ("Asha", "blind:Ben", MACHINE)]
    made = [
        coding("e0", "paths", "Asha", YES),
        coding("e0", "paths", "blind:Ben", YES),
        coding("e1", "shops", "Asha", YES),
        coding("e1", "shops", MACHINE, MAYBE),
        coding("e9", "shops", "Asha", YES),  # not of the sample
    ]
    people = reliability(made, whole, ("Asha", "blind:Ben"), sample_of(4), BOOK)
    assert [row.theme for row in people] == ["travel", "paths", "shops", MICRO, MACRO]
    assert [(row.both, row.only_first, row.only_second, row.neither) for row in people[:3]] == [
        (1, 0, 0, 3),
        (1, 0, 0, 3),
        (0, 1, 0, 3),
    ]
    machine = reliability(made, whole, ("Asha", MACHINE), sample_of(4), BOOK)
    assert [(row.both, row.only_first) for row in machine[:3]] == [(0, 1), (0, 1), (1, 0)]


def test_reading_without_deciding_is_no_agreement():
    """A reviewer who opened every excerpt and changed nothing has not agreed with the machine on any."""
    made = [coding(f"e{place}", "shops", MACHINE, MAYBE) for place in range(3)]
    made += [coding("e0", "shops", "Asha", YES)]
    judged = [Judged(f"e{place}", MACHINE, ALL) for place in range(3)]
    rows = reliability(made, judged, ("Asha", MACHINE), sample_of(3), BOOK)
    assert [row.judged for row in rows[:3]] == [0, 0, 1]


@pytest.mark.parametrize(
    ("coders", "reflexive", "sentence"),
    [
        (("Asha", "Asha"), False, "coders: a coder can't be compared with themselves. Name two coders."),
        (
            ("Asha", "Cy"),
            False,
            "sample: Cy has coded nothing of it. Have both code it, the second one blind.",
        ),
        (
            ("Asha", "blind:Ben"),
            True,
            "settings.toml, setting reflexive: This project is reflexive: coders' readings are not measured against "
            "each other. Remove 'reflexive' to measure agreement.",
        ),
    ],
)
def test_what_cannot_be_measured_is_a_sentence(coders, reflexive, sentence):
    """Who is missing is said; a reflexive project shows no agreement at all."""
    judged = [Judged("e0", "Asha", ALL), Judged("e0", "blind:Ben", ALL), Judged("e9", "Cy", ALL)]
    with pytest.raises(BadInput) as caught:
        reliability([], judged, coders, sample_of(4), BOOK, reflexive=reflexive)
    assert str(caught.value) == sentence


def test_nothing_heavy_loads_with_the_module():
    """The import brings neither torch nor scikit-learn."""
    check = "import sys, engagement.agreement; assert not {'torch', 'spacy', 'sklearn', 'pandas'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_there_is_no_minus_nothing():
    """A measure a hair below nothing is printed as nothing."""
    assert str(Measure(-0.001, -0.004, 0.5)) == "0.00 (0.00 to 0.50)"
