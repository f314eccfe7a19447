"""Copies are found whole, near copies nearly all, and nobody's own words are taken for a copy."""

from __future__ import annotations

import random
import time

import pytest

from engagement.duplicates import ALIKE, SHINGLE, grouped

CAMPAIGN = (
    "I urge the council to keep the Mill Lane library open because it is the only warm and free place for young "
    "families and older people in the ward and closing it would cost us far more than it would ever save"
)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word(number: int) -> str:
    return LETTERS[number // 676 % 26] + LETTERS[number // 26 % 26] + LETTERS[number % 26]


def words(first: int, number: int) -> list[str]:
    return [word(at) for at in range(first, first + number)]


def jaccard(one: list[str], other: list[str]) -> float:
    sets = [{tuple(text[at : at + SHINGLE]) for at in range(len(text) - SHINGLE + 1)} for text in (one, other)]
    return len(sets[0] & sets[1]) / len(sets[0] | sets[1])


@pytest.mark.parametrize(
    ("texts", "groups"),
    [
        ([], ()),
        (["It is dark."], ()),
        (["It is dark.", "It is cold."], ()),
        (["It is dark.", "it is  DARK", "It is cold."], ((0, 1),)),
        (["Café", "cafe!", "tea", "Tea"], ((0, 1), (2, 3))),
        (["", "", "-", "-"], ()),
        (["one two three four five six seven", "one two three four five six eight"], ()),
        ([CAMPAIGN, "It is dark.", f"Dear all, {CAMPAIGN}", CAMPAIGN.upper() + "!"], ((0, 2, 3),)),
        ([CAMPAIGN, CAMPAIGN.replace("library", "museum")], ((0, 1),)),
        ([CAMPAIGN, " ".join(reversed(CAMPAIGN.split()))], ()),
    ],
)
def test_copies_are_grouped_by_their_places(texts: list[str], groups: tuple[tuple[int, ...], ...]) -> None:
    assert grouped(texts) == groups


@pytest.mark.parametrize(
    ("shared", "own", "alike"), [(18, 3, True), (18, 2, True), (18, 4, False), (8, 1, True), (8, 2, False)]
)
def test_texts_are_copies_from_seven_tenths_of_their_shingles(shared: int, own: int, alike: bool) -> None:
    """Both sides of the boundary: 14 of 20 shingles shared (0.7) and 14 of 22 (0.64), 4 of 5-6 in a short answer."""
    one = words(0, shared) + words(100, own)
    other = words(0, shared) + (words(200, own) if shared > 8 else [])
    assert (jaccard(one, other) >= ALIKE) is alike
    assert bool(grouped([" ".join(one), " ".join(other)])) is alike


@pytest.mark.parametrize(("length", "groups"), [(7, ()), (30, ((0, 1),))])
def test_a_short_answer_is_a_copy_only_when_it_is_the_same(length: int, groups: tuple[tuple[int, ...], ...]) -> None:
    text = words(0, length)
    assert grouped([" ".join(text), " ".join([*text[:-1], "other"])]) == groups


def test_a_copy_of_a_copy_is_in_the_group() -> None:
    """The first and the last share too few shingles; the one between is like both."""
    chain = [words(at, 60) for at in (0, 8, 16)]
    assert jaccard(chain[0], chain[2]) < ALIKE <= jaccard(chain[0], chain[1])
    assert grouped([" ".join(text) for text in chain]) == ((0, 1, 2),)


def test_the_groups_do_not_depend_on_the_order() -> None:
    texts = [" ".join([*words(at % 5 * 40, 40), word(3000 + at)]) for at in range(50)]
    order = random.Random(3).sample(range(50), 50)
    back = sorted(tuple(sorted(order[at] for at in group)) for group in grouped([texts[at] for at in order]))
    assert tuple(back) == grouped(texts)
    assert [len(group) for group in back] == [10] * 5


def test_fifty_thousand_answers_are_grouped_in_twenty_seconds() -> None:
    """A tenth are copies of ten campaigns with a name changed; no other answer is taken for one."""
    chance = random.Random(5)
    vocabulary = [word(number) for number in range(5000)]
    campaigns = [chance.choices(vocabulary, k=60) for _ in range(10)]
    texts = []
    for at in range(50_000):
        text = list(campaigns[at // 10 % 10]) if at % 10 == 0 else chance.choices(vocabulary, k=40)
        text[chance.randrange(len(text))] = chance.choice(vocabulary)
        texts.append(" ".join(text))
    begun = time.perf_counter()
    groups = grouped(texts)
    assert time.perf_counter() - begun < 20
    assert sorted(len(group) for group in groups) == [500] * 10
    assert all(place % 10 == 0 for group in groups for place in group)
