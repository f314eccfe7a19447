"""The words of a slice: those that it surely uses more and that enough people said, the most telling first."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from math import log, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.characteristics import answer
from engagement.comparing import words as words_of
from engagement.comparing.words import distinctive, marking
from engagement.errors import BadInput
from engagement.model import (
    ALL,
    Codebook,
    Coding,
    Decision,
    DisclosureRule,
    Excerpt,
    Filter,
    FilterKind,
    Mint,
    Participant,
    Role,
    SafeText,
    SliceRequest,
    Theme,
    digest_of,
)
from engagement.slices import Slicer

PUBLISH = DisclosureRule("publish", threshold=10, rounding=5, k=10)
INTERNAL = DisclosureRule("internal", threshold=5, rounding=1, k=1)

BUSES = "The buses are always late where we live."
RAMPS = "There are no ramps at the library, so wheelchairs stay outside."
PLAIN = "The library should open later in the evening."


def crowd(name: str, number: int, *texts: str) -> dict[str, list[str]]:
    """So many people who each said something of their own beside these texts."""
    return {
        f"{name}{person}": [f"{text} {'so ' * person}" for text in texts] for person in range(number)
    }  # fmt: skip


def test_what_a_slice_says_more():
    """The words of the slice come first that are surest its own; what everybody says is not among them."""
    found = distinctive(crowd("a", 30, RAMPS, PLAIN), crowd("b", 60, BUSES, PLAIN), PUBLISH)
    assert "ramps" in found
    assert not {"library", "evening", "buses", "late"} & set(found)


def test_pairs_of_words():
    """A pair that stands together in the text is a word too; one that a stop word or a full stop parts is not."""
    said = crowd(
        "a", 30, "We need safe spaces. Shops close", "A lack of safe spaces", "spaces we have, safe we are not"
    )
    found = distinctive(said, crowd("b", 60, "spaces for cars", "spaces for prams", "safe roads"), PUBLISH)
    assert "safe spaces" in found
    assert not {"spaces shops", "lack safe", "spaces safe"} & set(found)


@pytest.mark.parametrize(
    ("speakers", "threshold", "given_out"), [(9, 10, False), (10, 10, True), (4, 5, False), (5, 5, True)]
)
def test_a_word_of_too_few_people(speakers, threshold, given_out):
    """A word is given where as many people of the slice said it as the threshold, and not where one fewer did."""
    rule = DisclosureRule("rule", threshold=threshold, rounding=1, k=1)
    said = crowd("a", 40, PLAIN) | crowd("a", speakers, PLAIN, "Ramps everywhere")
    assert ("ramps" in distinctive(said, crowd("b", 300, PLAIN), rule)) is given_out


@pytest.mark.parametrize(("here", "there", "some"), [(9, 60, False), (10, 60, True), (30, 9, False), (30, 10, True)])
def test_too_few_people(here, there, some):
    """Nothing is given of a slice of fewer people than the threshold, or beside a rest of fewer."""
    talk = (
        "Buses, trains, trams, taxis, bikes, lorries, vans, prams, scooters, roads, kerbs, lights, signs and bridges."
    )
    assert bool(distinctive(crowd("a", here, RAMPS), crowd("b", there, talk), PUBLISH)) is some


def test_people_with_no_words_are_no_people():
    """Somebody who said nothing does not make a slice large enough."""
    silent = {f"c{number}": ["", "  "] for number in range(20)}
    assert distinctive(crowd("a", 9, RAMPS) | silent, crowd("b", 60, BUSES), PUBLISH) == ()


def test_a_loud_voice_counts_once():
    """One person who says a word a hundred times says it once, and one text that many sent is one voice."""
    loud = crowd("a", 30, PLAIN)
    loud["a0"] = [f"Hedgehogs! {number}" for number in range(100)]
    assert "hedgehogs" not in distinctive(loud, crowd("b", 60, PLAIN), PUBLISH)
    campaign = {person: [*texts, "Save the hedgehogs"] for person, texts in crowd("a", 30, PLAIN).items()}
    assert distinctive(campaign, crowd("b", 60, PLAIN), PUBLISH) == ()


@pytest.mark.parametrize(
    ("words", "never"),
    [
        ("[Person 3] ramps [postcode area AB] ramps", {"person", "postcode", "postcode area", "area", "ramps ramps"}),
        ("ramps [role: head of the Elm Street school] here", {"role", "head", "elm", "school", "elm street"}),
        ("they've ramps and don't we've", {"ve", "don", "they", "they've", "don't"}),
        ("ramps 0790 x 12 14th 3rd B12", {"0790", "x", "12", "th", "rd", "b"}),
    ],
)
def test_what_is_no_word(words, never):
    """What the anonymiser put for a name, numbers, single letters and words that only hold a sentence are left out."""
    found = distinctive(crowd("a", 40, words), crowd("b", 60, BUSES), PUBLISH, most=100)
    assert "ramps" in found
    assert not never & set(found)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("The council’s ramps", "council"),
        ("My neighbours' ramps", "neighbours"),
        ("Face-to-face appointments", "face-to-face"),
        ("A GP appointment", "gp"),
        ("Ramps for WHEELCHAIRS", "wheelchairs"),
        ("Café tables", "café"),
    ],
)
def test_what_is_a_word(text, word):
    """Words are found in lower case, without a possessive, joined by their hyphens, in any alphabet."""
    found = distinctive(crowd("a", 40, text), crowd("b", 60, BUSES), PUBLISH, most=100)
    assert any(word in each.split() for each in found)


@pytest.mark.parametrize("many", [30, 36, 37, 38, 39, 40, 60])
def test_the_score_by_hand(many):
    """A word is given where its z-score, worked out here, is beyond what chance explains.

    Monroe, Colaresi and Quinn (2008), equations 15 to 22: the log-odds of each side with the prior added, their
    difference, and that divided by the root of its variance.
    """

    def sides(name: str, number: int) -> dict[str, list[str]]:
        return {f"{name}{n}": [f"{'apples' if n < number else 'pears'} {'so ' * n}"] for n in range(60)}

    alpha = 0.1 * (many + 30)  # a tenth of the voices with the word
    own, other, whole = many + alpha, 30 + alpha, 60 + 0.1 * 120
    odds = log(own / (whole - own)) - log(other / (whole - other))
    z = odds / sqrt(1 / own + 1 / other)
    found = distinctive(sides("a", many), sides("b", 30), PUBLISH)
    assert found == (("apples",) if z > 1.96 else ())


def test_most():
    """No more words are given than asked for, the surest first."""
    said = crowd("a", 40, "apples", "pears", "plums", "figs")
    every = distinctive(said, crowd("b", 60, BUSES), PUBLISH)
    assert set(every) == {"apples", "pears", "plums", "figs"}
    assert distinctive(said, crowd("b", 60, BUSES), PUBLISH, most=2) == every[:2]


def test_nobody_is_on_both_sides():
    """To put somebody in the slice and in the rest is a programmer's mistake."""
    both = crowd("a", 20, RAMPS)
    with pytest.raises(ValueError, match="somebody is both in the slice and in the rest"):
        distinctive(both, both, PUBLISH)


WORDS = st.sampled_from(["ramps", "buses", "library", "housing", "rent", "damp", "racism", "the", "[Person 1]"])
TEXTS = st.lists(st.lists(WORDS, max_size=6).map(" ".join), max_size=3)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(TEXTS, min_size=5, max_size=30),
    st.lists(TEXTS, min_size=5, max_size=30),
    st.randoms(use_true_random=False),
)
def test_order_changes_nothing_and_few_are_never_shown(here, there, randomly):
    """The order of people and of their texts changes nothing, and no word of too few people is ever given."""
    said = {f"a{number}": texts for number, texts in enumerate(here)}
    rest = {f"b{number}": texts for number, texts in enumerate(there)}
    found = distinctive(said, rest, INTERNAL)
    for word in found:
        assert sum(any(word in text for text in texts) for texts in here) >= 5
    people = list(said.items())
    randomly.shuffle(people)
    assert distinctive({person: texts[::-1] for person, texts in people}, rest, INTERNAL) == found


def test_nothing_heavy_loads_early():
    """The rooms that compare start without torch, spaCy and scikit-learn."""
    heavy = "{'torch', 'spacy', 'presidio_analyzer', 'bertopic', 'streamlit', 'sentence_transformers', 'sklearn'}"
    rooms = "engagement.comparing.words, engagement.comparing.findings, engagement.comparing.population"
    check = f"import sys, {rooms}; found = {heavy} & set(sys.modules); assert not found, found"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# --------------------------------------------------- the words of a row

BOOK = Codebook("book", 1, (Theme("housing", "Housing", ""), Theme("access", "Access", "")))
BY_SEX = SliceRequest(by=("sex",))
DAMP, RENT, LATE = "The flat: damp, mould.", "The flat: rent, bills.", "The trams, late."


def a_round(*crowds: tuple[int, str, tuple[tuple[str, str], ...]], rule=PUBLISH) -> tuple[Slicer, list[Excerpt]]:
    """So many people of a sex who each say these (words, theme); what they say differs in a word that says nothing."""
    people, excerpts, codings = [], [], []
    for number, sex, says in crowds:
        for _ in range(number):
            name = f"p{len(people)}"
            given = (answer("sex", sex),)
            people.append(Participant(name, SafeText(name, Mint()), Role.PARTICIPANT, None, given, None))
            for said, theme in says:
                text = f"{said} {'so ' * len(people)}"
                key = f"e{len(excerpts)}"
                safe = SafeText(text, Mint())
                whose = (Role.PARTICIPANT, name, None)
                excerpts.append(Excerpt(key, "s", len(excerpts), 0, safe, 0, len(text), digest_of(text), *whose))
                if theme:
                    codings.append(Coding(key, theme, "machine", Decision.SUGGESTED, 0.9, (0, 4)))
    return Slicer(people, (), excerpts, codings, BOOK, rule), excerpts


WOMEN, MEN = (30, "F", ((DAMP, "housing"),)), (30, "M", ((LATE, ""), (RENT, "housing")))


def test_the_words_of_a_row_beside_everybody_else_s():
    """What women said more than everybody else, and men; nothing marks everybody, beside whom there is nobody."""
    numbers, excerpts = a_round(WOMEN, MEN)
    assert "damp" in marking(numbers, excerpts, BY_SEX, ("Female",))
    assert set(marking(numbers, excerpts, BY_SEX, ("Male",))) >= {"late", "rent"}
    assert marking(numbers, excerpts, BY_SEX) == marking(numbers, excerpts, BY_SEX, (ALL,)) == ()


@pytest.mark.parametrize(("women", "others", "some"), [(10, 40, True), (9, 40, False), (40, 10, True), (40, 9, False)])
def test_no_words_of_a_row_that_is_hidden(women, others, some):
    """Both sides of the threshold, of the row and of what protects it: words are out where the number is."""
    numbers, excerpts = a_round((women, "F", ((DAMP, ""),)), (others, "M", ((LATE, ""),)))
    assert bool(numbers.excerpts_of(BY_SEX, ("Female",))) is some
    assert bool(marking(numbers, excerpts, BY_SEX, ("Female",))) is some


def test_no_words_of_a_theme_that_is_hidden_in_a_shown_row():
    """Nine of forty women said it: women's words are shown, and those on the theme are not."""
    few = a_round((9, "F", ((DAMP, "housing"),)), (31, "F", ((DAMP, ""),)), (40, "M", ((RENT, "housing"),)))
    assert marking(*few, SliceRequest(by=("sex",), themes=("housing",)), ("Female",)) == ()
    assert "damp" in marking(*few, BY_SEX, ("Female",))


def test_a_theme_narrows_both_sides():
    """Of what was said on housing, "damp" is women's and "rent" men's; trams are off it, and all spoke of flats."""
    numbers, excerpts = a_round(WOMEN, MEN)
    on_housing = SliceRequest(by=("sex",), themes=("housing",))
    assert set(marking(numbers, excerpts, on_housing, ("Male",))) == {"bills", "rent"}
    assert marking(numbers, excerpts, on_housing, ("Female",)) == ("damp", "mould")
    several = SliceRequest(by=("sex",), themes=("housing", "access"))  # two themes narrow nothing
    assert "late" in marking(numbers, excerpts, several, ("Male",))


def test_the_words_of_a_theme_among_everybody():
    """With no group and no filter, a theme's words are those that who said it used more than who did not."""
    numbers, excerpts = a_round((30, "F", ((DAMP, "housing"),)), (30, "M", ((LATE, ""),)))
    assert set(marking(numbers, excerpts, SliceRequest(themes=("housing",)))) == {"flat", "damp", "mould"}


@pytest.mark.parametrize(
    ("request_", "categories"),
    [
        (BY_SEX, ("Female",)),
        (SliceRequest(by=("sex",), themes=("housing",)), ("Male",)),
        (SliceRequest(themes=("housing",)), ()),
        (SliceRequest(where=(Filter(FilterKind.THEME, "access"),)), ()),
    ],
)
def test_somebody_is_never_on_both_sides(monkeypatch, request_, categories):
    """Whoever is in the row is not beside it with their other words; excerpts of nobody known are on neither side."""
    both = ((DAMP, "housing"), (LATE, "access"), (RENT, ""))
    numbers, excerpts = a_round(
        (20, "F", both), (20, "M", both), (20, "M", ((LATE, ""),)), (20, "F", ((RENT, "housing"),))
    )
    sides = []
    monkeypatch.setattr(words_of, "distinctive", lambda said, rest, *_: sides.append((said, rest)) or ())
    marking(numbers, [*excerpts, replace(excerpts[0], excerpt_id="x", participant_id=None)], request_, categories)
    ((said, rest),) = sides
    assert said
    assert rest
    assert said.keys().isdisjoint(rest)
    assert all(not person or person.startswith("p") for person in (*said, *rest))
    assert {text for texts in said.values() for text in texts} <= {each.text for each in excerpts}


def test_the_words_of_a_row_that_is_not_there():
    """A row that the table doesn't have gets the sentence that the slicer gives."""
    with pytest.raises(BadInput, match="no row of the table is called that"):
        marking(*a_round(WOMEN, MEN), BY_SEX, ("Martian",))
