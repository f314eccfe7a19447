"""Which quotes are shown: typical, another view, a less common one, then what differs; always the same, and why."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest

from engagement.anonymise import restore
from engagement.config import RULES
from engagement.model import (
    Codebook,
    Coding,
    Decision,
    Excerpt,
    Participant,
    Role,
    Stance,
    StanceCoding,
    Theme,
    digest_of,
)
from engagement.quotation.choosing import (
    ALIKE,
    DIFFERENT,
    MINORITY,
    OPPOSING,
    PINNED,
    SUREST,
    TYPICAL,
    Candidate,
    choose,
)
from engagement.quotes import QuoteBook
from engagement.slices import Slicer


def candidate(number: int, **fields: object) -> Candidate:
    given = {"person": f"p{number}", "source": "s1", "said": "Participant", "score": 0.8, "words": 20, **fields}
    return Candidate(f"e{number:03}", **given)  # type: ignore[arg-type]  # fields of a table


def unit(*values: float) -> np.ndarray:
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


# Six near one direction, e002 the nearest to their middle; e006 and e007 say the same as each other; e008 is far off.
VECTORS = np.stack([
    unit(1, 0.3, 0, 0), unit(1, 0.35, 0, 0.1), unit(1, 0, 0.02, 0), unit(1, -0.3, 0.1, 0), unit(1, 0, -0.6, 0),
    unit(1, -0.35, 0, 0), unit(0.6, 0, 0.8, 0), unit(0.6, 0, 0.81, 0), unit(0.1, 0, 0, -1),
])  # fmt: skip
EACH = [candidate(number) for number in range(9)]


def test_first_what_is_typical_then_what_is_less_common_then_what_differs() -> None:
    found = choose(EACH, 4, VECTORS)
    assert found[0] == ("e002", TYPICAL)
    assert found[1] == ("e008", MINORITY)
    assert [reason for _, reason in found[2:]] == [DIFFERENT, DIFFERENT]


def test_what_says_the_same_is_not_shown_twice() -> None:
    """As long as anything else is left."""
    assert VECTORS[6] @ VECTORS[7] > ALIKE
    found = [excerpt_id for excerpt_id, _ in choose(EACH, 4, VECTORS)]
    assert len({"e006", "e007"} & set(found)) == 1
    assert len(choose(EACH, 9, VECTORS)) == 9


def test_another_view_is_shown_where_there_is_one() -> None:
    """The most typical of those who oppose what most support."""
    each = [candidate(number, opposes=number in {4, 7}) for number in range(9)]
    assert choose(each, 2, VECTORS) == (("e002", TYPICAL), ("e004", OPPOSING))


def test_a_less_common_view_is_one_that_is_surely_of_the_theme() -> None:
    each = [candidate(number, score=0.3 if number == 8 else 0.8) for number in range(9)]
    assert ("e008", MINORITY) not in choose(each, 9, VECTORS)


def test_nobody_is_shown_twice_but_by_pins() -> None:
    each = [candidate(number, person="p0" if number < 5 else f"p{number}") for number in range(9)]
    found = choose(each, 9, VECTORS)
    assert len(found) == 5
    assert [excerpt_id for excerpt_id, reason in choose(each, 9, VECTORS, ["e001", "e003"]) if reason == PINNED] == [
        "e001", "e003",
    ]  # fmt: skip


def test_it_is_spread_over_sources_and_attributions() -> None:
    """Of two that are as near and as different, the one of another source comes first."""
    vectors = np.stack([unit(1, 0, 0), unit(0.8, 0.6, 0), unit(0.8, -0.6, 0), unit(0.8, 0, 0.6), unit(0.8, 0, -0.6)])
    each = [candidate(number, source="s2" if number == 4 else "s1") for number in range(5)]
    assert "e004" in [excerpt_id for excerpt_id, _ in choose(each, 2, vectors)]
    each = [candidate(number, said="Participant, Female" if number == 3 else "Participant") for number in range(5)]
    assert "e003" in [excerpt_id for excerpt_id, _ in choose(each, 2, vectors)]


@pytest.mark.parametrize(("most", "many"), [(0, 0), (-1, 0), (1, 1), (9, 9), (50, 9)])
def test_there_are_no_more_than_asked_for(most: int, many: int) -> None:
    assert len(choose(EACH, most, VECTORS)) == many


def test_nothing_gives_nothing() -> None:
    assert choose([], 5) == ()


def test_without_vectors_the_surest_come_first() -> None:
    each = [candidate(number, score=0.5 + number / 100) for number in range(9)]
    assert choose(each, 3) == (("e008", SUREST), ("e007", SUREST), ("e006", SUREST))


def test_the_order_of_the_candidates_changes_nothing() -> None:
    wanted = choose(EACH, 9, VECTORS)
    for seed in range(5):
        order = list(range(9))
        random.Random(seed).shuffle(order)
        assert choose([EACH[place] for place in order], 9, VECTORS[order]) == wanted


def test_a_theme_of_five_thousand_is_chosen_from_at_once() -> None:
    draw = np.random.default_rng(3)
    vectors = draw.normal(size=(5000, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    each = [candidate(number, score=0.5 + (number % 40) / 100) for number in range(5000)]
    begun = time.perf_counter()
    assert len(choose(each, 10, vectors)) == 10
    assert time.perf_counter() - begun < 2


# ------------------------------------------------------------ what a book passes on


BOOK = Codebook("b", 1, (Theme("housing", "Housing", ""),))


def book(opposing: int) -> QuoteBook:
    """Thirty speak of housing; so many of them oppose the proposal, and the others support it."""
    people = [
        Participant(f"p{n}", restore(f"P {n}", digest_of(f"P {n}")), Role.PARTICIPANT, None, (), None)
        for n in range(40)
    ]
    texts = [restore(text := f"The flat number {n} is damp and cold.", digest_of(text)) for n in range(40)]
    excerpts = [
        Excerpt(f"e{n}", "s1", n, n, text, 0, len(text), digest_of(text), Role.PARTICIPANT, f"p{n}", None)
        for n, text in enumerate(texts)
    ]
    codings = [Coding(f"e{n}", "housing", "machine:x:1", Decision.SUGGESTED, 0.8, (0, 4)) for n in range(30)]
    stances = [
        StanceCoding(f"e{n}", Stance.OPPOSE if n < opposing else Stance.SUPPORT, "machine:x:1", 0.9, (0, 4))
        for n in range(40)
    ]
    numbers = Slicer(people, [], excerpts, codings, BOOK, RULES["publish"], stances=stances)
    return QuoteBook(excerpts, codings, people, numbers, RULES["publish"], stances=stances)


@pytest.mark.parametrize(("opposing", "told"), [(12, True), (9, False), (0, False)])
def test_another_view_of_few_is_not_told(opposing: int, told: bool) -> None:
    """A quote as another view speaks for those who take it: their number must be one that is shown."""
    reasons = {chosen.reason for chosen in book(opposing).chosen("housing", 5)}
    assert (OPPOSING in reasons) is told
