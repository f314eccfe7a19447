"""A sample to be coded twice is drawn by lot, shows no one's codings, and what is settled in it outranks the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

import pytest

from engagement.agreement import answers
from engagement.coding.blind import (
    BLIND,
    SETTLED,
    Disagreement,
    Judged,
    Sample,
    counted,
    disagreements,
    drawn,
    held_out,
    judged_by_machine,
    left_to_code,
    named,
    sample_size,
    settle,
)
from engagement.errors import BadInput
from engagement.model import Codebook, Coding, Decision, Excerpt, Mint, Role, SafeText, Theme, digest_of
from engagement.themes import standing

MINT = Mint()
BOOK = Codebook("book", 1, (Theme("paths", "Paths", ""), Theme("ferries", "Ferries", "")))
ALL = frozenset(BOOK.keys)
MACHINE = "machine:m:1"


def excerpt(number: int, source: str = "s", question: str | None = None, role: Role = Role.PARTICIPANT) -> Excerpt:
    text = SafeText(f"Words of excerpt {number}.", MINT)
    return Excerpt(
        f"e{number:04}", source, number, 0, text, 0, len(text), digest_of(text), role, f"p{number}", question
    )


def coding(excerpt_id: str, theme: str, coder: str, decision: Decision) -> Coding:
    return Coding(excerpt_id, theme, coder, decision, 0.8, (0, 5))


def suggested(excerpt_id: str, *themes: str) -> list[Coding]:
    return [coding(excerpt_id, theme, MACHINE, Decision.SUGGESTED) for theme in themes]


EXCERPTS = [excerpt(number, f"s{number % 4}", f"q{number % 3}") for number in range(1200)]
# Half have the common theme; twelve have the rare one as well.
CODINGS = [
    one
    for number, each in enumerate(EXCERPTS)
    for one in suggested(
        each.excerpt_id, *(["paths"] if number % 2 else []), *(["ferries"] if number % 100 == 1 else [])
    )
]


# size


@pytest.mark.parametrize(
    ("half_width", "population", "share", "size"),
    [
        (0.1, 10**9, 0.5, 139),
        (0.1, 10**9, 0.3, 167),
        (0.1, 10**9, 0.1, 401),  # a rare theme needs more
        (0.05, 10**9, 0.3, 666),  # half the width needs four times as many
        (0.1, 1000, 0.3, 143),  # and fewer are needed of few
        (0.01, 500, 0.3, 486),
        (0.1, 3, 0.3, 3),
        (0.1, 0, 0.3, 0),
    ],
)
def test_the_size_follows_from_the_interval(half_width, population, share, size):
    """The narrower the interval and the rarer the theme, the more excerpts; never more than there are."""
    assert sample_size(half_width, population, share=share) == size


@pytest.mark.parametrize("half_width", [0, -0.1, 1, 10])
def test_a_half_width_is_between_0_and_1(half_width):
    """A half-width that no interval can have is refused in a sentence."""
    with pytest.raises(BadInput) as caught:
        drawn(EXCERPTS, CODINGS, half_width, 1)
    assert str(caught.value) == "sample: the half-width is not between 0 and 1. Give a number such as 0.1."


def test_nothing_to_draw_from_is_a_sentence():
    """A project without excerpts has no sample."""
    with pytest.raises(BadInput, match=r"^sample: there are no excerpts to draw from\. Run "):
        drawn([], [], 0.1, 1)


# drawing


def test_the_draw_depends_on_its_seed_alone():
    """The order of excerpts changes nothing; another seed gives another sample."""
    sample = drawn(EXCERPTS, CODINGS, 0.1, 7)
    assert drawn(EXCERPTS[::-1], CODINGS[::-1], 0.1, 7) == sample
    assert set(drawn(EXCERPTS, CODINGS, 0.1, 8).excerpt_ids) != set(sample.excerpt_ids)
    assert len(set(sample.excerpt_ids)) == len(sample.excerpt_ids)


def test_a_rare_theme_has_enough_and_counts_for_no_more():
    """All themes have ten excerpts or all they have; the weights make the sample stand for the whole round."""
    sample = drawn(EXCERPTS, CODINGS, 0.1, 7)
    weights = dict(zip(sample.excerpt_ids, sample.weights, strict=True))
    rare = {one.excerpt_id for one in CODINGS if one.theme_key == "ferries"}
    assert len(rare) == 12
    assert len(rare & weights.keys()) == 10
    assert sum(weights[one] for one in rare & weights.keys()) == pytest.approx(12)
    assert sum(sample.weights) == pytest.approx(len(EXCERPTS))
    few = drawn(EXCERPTS, CODINGS, 0.1, 7, enough=0)
    assert len(rare & set(few.excerpt_ids)) < 5


def test_sources_and_questions_have_their_share():
    """Every source and every question has its share of the sample, to within two excerpts."""
    sample = drawn(EXCERPTS, [], 0.1, 7)
    chosen = [each for each in EXCERPTS if each.excerpt_id in sample.excerpt_ids]
    for parts in (Counter(one.source_id for one in chosen), Counter(one.question_id for one in chosen)):
        assert max(parts.values()) - min(parts.values()) <= 2


def test_the_order_tells_nothing_of_the_themes():
    """Excerpts of the rare theme come at no particular place of the list."""
    places = []
    for seed in range(20):
        sample = drawn(EXCERPTS, CODINGS, 0.1, seed)
        rare = {one.excerpt_id for one in CODINGS if one.theme_key == "ferries"}
        places += [place / len(sample.excerpt_ids) for place, one in enumerate(sample.excerpt_ids) if one in rare]
    assert 0.4 < sum(places) / len(places) < 0.6


def test_more_than_there_are_is_all_of_them():
    """Of a small round everything is drawn, and stands for itself."""
    sample = drawn(EXCERPTS[:15], CODINGS, 0.05, 1)
    assert sorted(sample.excerpt_ids) == [one.excerpt_id for one in EXCERPTS[:15]]
    assert set(sample.weights) == {1.0}


# blind


def test_a_coder_sees_words_alone():
    """The list to be coded holds no theme, score or coder, and leaves out what this coder has judged, even as empty."""
    sample = drawn(EXCERPTS, CODINGS, 0.1, 7)
    done = sample.excerpt_ids[0]
    mine, another = Judged(done, "blind:Ben", ALL), Judged(sample.excerpt_ids[1], "Asha", ALL)
    todo = left_to_code(sample, EXCERPTS, [mine, another], "blind:Ben")
    assert [one.excerpt_id for one in todo] == list(sample.excerpt_ids[1:])
    assert {type(one) for one in todo} == {Excerpt}
    assert not {"themes", "codings", "score", "coder"} & {field.name for field in fields(Excerpt)}


def test_an_excerpt_that_is_gone_is_not_asked_for():
    """What a withdrawn person said is no longer on the list."""
    sample = Sample("b", ("e0001", "gone"), (1.0, 1.0), 0.1, 1)
    assert [one.excerpt_id for one in left_to_code(sample, EXCERPTS, [], "Ben")] == ["e0001"]


def test_the_machine_judges_what_it_is_given():
    """An excerpt without a suggestion is judged as well, a facilitator's is not."""
    given = [excerpt(1), excerpt(2, role=Role.NOBODY), excerpt(3, role=Role.FACILITATOR)]
    judged = judged_by_machine(given, MACHINE, BOOK.keys)
    assert judged == (Judged("e0001", MACHINE, ALL), Judged("e0002", MACHINE, ALL))


def test_the_machine_does_not_learn_from_the_sample():
    """What was decided in a sample is held out from what the machine learns from."""
    sample = Sample("b", ("e1",), (1.0,), 0.1, 1)
    codings = [coding(each, "paths", "Asha", Decision.ACCEPTED) for each in ("e1", "e2")]
    assert held_out(codings, [sample]) == (codings[1],)
    assert held_out(codings, []) == tuple(codings)


@pytest.mark.parametrize(
    ("wanted", "coder"), [("Asha", "Asha"), ("Ben", "blind:Ben"), ("machine", MACHINE), (MACHINE, MACHINE)]
)
def test_a_coder_is_found_by_their_name(wanted, coder):
    """Ben coded blind, and the machine need not be named in full."""
    assert named(wanted, ["Asha", "blind:Ben", MACHINE]) == coder


@pytest.mark.parametrize(
    ("wanted", "coders", "sentence"),
    [
        ("Cy", ["Asha", "blind:Ben"], "coders: no coder is called 'Cy'. Use one of Asha, blind:Ben."),
        ("Cy", [], "coders: no coder is called 'Cy'. Code the sample first."),
        (
            "machine",
            ["machine:b:1", "machine:a:1"],
            "coders: several coders are called 'machine'. Use one of machine:a:1, machine:b:1.",
        ),
    ],
)
def test_a_coder_who_is_not_there_is_a_sentence(wanted, coders, sentence):
    """Who can be named is said."""
    with pytest.raises(BadInput) as caught:
        named(wanted, coders)
    assert str(caught.value) == sentence


# adjudication

ASHA, BEN = "Asha", f"{BLIND}Ben"
TWICE = [
    coding("e1", "paths", ASHA, Decision.ACCEPTED),
    coding("e2", "ferries", BEN, Decision.ACCEPTED),
    coding("e2", "paths", ASHA, Decision.ACCEPTED),
    coding("e2", "paths", BEN, Decision.ACCEPTED),
]
BOTH = [Judged(each, who, ALL) for each in ("e1", "e2") for who in (ASHA, BEN)]
PAIR = Sample("b", ("e2", "e1"), (1.0, 1.0), 0.1, 1)


def differing(codings):
    return disagreements(codings, {who: answers(codings, BOTH, who, BOOK) for who in (ASHA, BEN)}, PAIR)


def test_disagreements_are_listed_in_the_samples_order():
    """Every place where one of the two found a theme and the other did not, and nothing else."""
    assert differing(TWICE) == (Disagreement("e2", "ferries", BEN, ASHA), Disagreement("e1", "paths", ASHA, BEN))


def test_a_third_decision_settles():
    """It is listed as settled, outranks both coders, and changes nothing of how far they agreed."""
    ferries, paths = differing(TWICE)
    third = [settle(ferries, Decision.ACCEPTED, "Cy"), settle(paths, Decision.REJECTED, ASHA)]
    assert [one.coder for one in third] == [f"{SETTLED}Cy", f"{SETTLED}Asha"]
    after = [*TWICE, *third]
    assert [one.settled for one in differing(after)] == [Decision.ACCEPTED, Decision.REJECTED]
    holds = {(one.excerpt_id, one.theme_key) for one in standing(counted(after))}
    assert holds == {("e2", "ferries"), ("e2", "paths")}
    assert answers(after, BOTH, ASHA, BOOK) == answers(TWICE, BOTH, ASHA, BOOK)


def test_what_a_blind_coder_says_is_compared_and_not_counted():
    """Until it is settled, the first coder's decision holds."""
    assert {(one.excerpt_id, one.theme_key) for one in standing(counted(TWICE))} == {("e1", "paths"), ("e2", "paths")}


def test_what_is_decided_after_the_settling_holds():
    """A later correction by a person is not overruled; the machine's later suggestion is."""
    third = settle(Disagreement("e1", "paths", ASHA, BEN), Decision.REJECTED, "Cy")
    later = coding("e1", "paths", MACHINE, Decision.SUGGESTED)
    assert standing(counted([TWICE[0], third, later])) == ()
    mended = coding("e1", "paths", ASHA, Decision.ACCEPTED)
    assert standing(counted([TWICE[0], third, later, mended])) == (mended,)


def test_a_new_theme_brings_the_sample_back():
    """What was judged before a theme came into the codebook is coded again; what was judged by all of it is not."""
    judged = [Judged("e0000", f"{BLIND}Ben", frozenset({"paths"})), Judged("e0001", f"{BLIND}Ben", ALL)]
    sample = Sample("b", ("e0000", "e0001"), (1.0, 1.0), 0.1, 1)
    left = left_to_code(sample, EXCERPTS[:2], judged, f"{BLIND}Ben", BOOK.keys)
    assert [one.excerpt_id for one in left] == ["e0000"]
    assert left_to_code(sample, EXCERPTS[:2], judged, f"{BLIND}Ben") == ()


def test_what_was_settled_and_taken_back_is_open_again():
    """A third decision that waits to be made again, since its theme was split, settles nothing and hides nothing."""
    made = [coding("e1", "paths", "Asha", Decision.ACCEPTED)]
    again = coding("e1", "paths", f"{SETTLED}Cy", Decision.SUGGESTED)
    assert counted([*made, again]) == (*made, again)
    said = {"Asha": {("e1", "paths"): True}, f"{BLIND}Ben": {("e1", "paths"): False}}
    sample = Sample("b", ("e1",), (1.0,), 0.1, 1)
    (one,) = disagreements([*made, again], said, sample)
    assert one.settled is None
