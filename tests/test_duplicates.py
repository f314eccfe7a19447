"""Copies are found whole, near copies nearly all, and nobody's own words are taken for a copy."""

from __future__ import annotations

import random
import time

import pytest

from engagement.duplicates import ALIKE, MUCH, SAME_WORDS, SHINGLE, grouped, voices

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


ABOUT_ME = (
    "My own daughter learnt to read at its long tables while I did a night shift in the laundry and I do not know how "
    "we would have managed that winter otherwise"
)


@pytest.mark.parametrize(
    ("texts", "firsts"),
    [
        ([], []),
        (["It is dark.", "It is dark."], [0, 1]),
        ([CAMPAIGN, CAMPAIGN, "It is cold.", CAMPAIGN.upper()], [0, 0, 2, 0]),
        ([f"Dear [Person 3], {CAMPAIGN}", f"Dear [Person 12], {CAMPAIGN}. Yours, [Person 4], [postcode]"], [0, 0]),
        ([CAMPAIGN.replace("Mill Lane", "[place 2]"), CAMPAIGN.replace("Mill Lane", "[place 9]")], [0, 0]),
        ([CAMPAIGN, f"{CAMPAIGN}. {ABOUT_ME}"], [0, 0]),
        ([f"{CAMPAIGN}. {ABOUT_ME}", CAMPAIGN], [0, 0]),
        ([CAMPAIGN, f"{CAMPAIGN}. {ABOUT_ME}. {' '.join(words(0, 12))}"], [0, 1]),
        ([CAMPAIGN, ABOUT_ME, f"{CAMPAIGN}. {ABOUT_ME}"], [0, 1, 0]),
        (["[Person 3] [postcode] [Person 4] [email] [place]", "[Person 3] [postcode]"], [0, 1]),
        (["", "", "-"], [0, 1, 2]),
    ],
)  # fmt: skip
def test_a_copy_has_the_voice_of_the_first(texts: list[str], firsts: list[int]) -> None:
    """A name, a greeting or a paragraph of one's own makes no new voice; more of one's own than of the letter does."""
    assert voices(texts) == firsts


@pytest.mark.parametrize(("own", "copied"), [(38, True), (39, False)])
def test_more_than_half_of_ones_own_is_a_voice(own: int, copied: bool) -> None:
    """Both sides of the boundary, whichever came first."""
    letter = words(0, 38)
    texts = [" ".join(letter), " ".join([*letter, *words(500, own)])]
    for pair in (texts, texts[::-1]):
        assert (voices(pair) == [0, 0]) is copied


@pytest.mark.parametrize(("length", "copied"), [(SAME_WORDS - 1, False), (SAME_WORDS, True)])
def test_short_answers_that_agree_are_voices_of_their_own(length: int, copied: bool) -> None:
    text = " ".join(words(0, length))
    assert (voices([text, text]) == [0, 0]) is copied


@pytest.mark.parametrize(("shared", "copied"), [(MUCH - 1, False), (MUCH, True)])
def test_an_opening_that_two_share_by_chance_makes_no_copy(shared: int, copied: bool) -> None:
    texts = [" ".join([*words(0, shared), *words(first, 18)]) for first in (300, 600)]
    assert (voices(texts) == [0, 0]) is copied


def test_a_letter_of_which_everybody_added_their_own_is_one_voice() -> None:
    """Up to half of each letter is its sender's own, at its start, end or in its middle."""
    chance = random.Random(7)
    letter = words(0, 40)
    texts = []
    for at in range(200):
        cut = chance.choice([0, 20, 40])
        texts.append(" ".join([*letter[:cut], *words(1000 + 40 * at, chance.randrange(38)), *letter[cut:]]))
    assert voices(texts) == [0] * 200


def test_the_first_of_a_copy_is_no_copy() -> None:
    chain = [" ".join(words(at, 60)) for at in range(0, 200, 20)]
    told = voices(chain)
    assert all(told[first] == first for first in told)


@pytest.mark.parametrize(
    ("number", "opening"), [(50_000, ""), (10_000, "i think that the council should make sure that there is ")]
)
def test_fifty_thousand_answers_have_their_voices_in_twenty_seconds(number: int, opening: str) -> None:
    """Also where all of them start with the same phrase."""
    chance = random.Random(11)
    vocabulary = [word(number) for number in range(5000)]
    letter = chance.choices(vocabulary, k=40)
    texts = [
        " ".join([*letter, *chance.choices(vocabulary, k=10)])
        if at % 10 == 0
        else opening + " ".join(chance.choices(vocabulary, k=30))
        for at in range(number)
    ]
    begun = time.perf_counter()
    told = voices(texts)
    assert time.perf_counter() - begun < 20
    assert [at for at, first in enumerate(told) if first != at] == list(range(10, number, 10))
