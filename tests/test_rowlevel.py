"""A file with a row a person or an excerpt keeps the two apart, and says what it left out."""

from __future__ import annotations

import pytest

from engagement.anonymise import restore
from engagement.config import RULES
from engagement.guard import rowlevel
from engagement.model import (
    Answer,
    Codebook,
    Coding,
    Count,
    Decision,
    Excerpt,
    Hidden,
    Participant,
    Role,
    Stated,
    Theme,
    digest_of,
)
from engagement.slices import Slicer

PUBLISH, INTERNAL = RULES["publish"], RULES["internal"]
BOOK = Codebook("book", 1, (Theme("bus", "Buses", ""), Theme("lift", "Lifts", "")))


def safe(text):
    return restore(text, digest_of(text))


def person(number, may_publish=None, sex="Female"):
    answers = (Answer("sex", Stated.GIVEN, sex),)
    return Participant(f"p{number:03}", safe(f"Person {number}"), Role.PARTICIPANT, None, answers, may_publish)


def said(number):
    text = safe(f"What person number {number} said.")
    span = (0, len(text))
    return Excerpt(
        f"e{number}", "s1", number, number, text, *span, digest_of(text), Role.PARTICIPANT, f"p{number:03}", "q"
    )


def coding(number, theme):
    return Coding(f"e{number}", theme, "machine:x:1", Decision.SUGGESTED, 0.9, (0, 4))


def slicer(rule, bus, lift):
    codings = [*(coding(n, "bus") for n in range(bus)), *(coding(n, "lift") for n in range(lift))]
    people = [person(n) for n in range(40)]
    return Slicer(people, [], [said(n) for n in range(40)], codings, BOOK, rule)


@pytest.mark.parametrize(
    ("rule",   "bus", "lift", "shown"),
    [
        (PUBLISH,  20, 20, {"bus", "lift"}),
        (PUBLISH,  20, 10, {"bus", "lift"}),
        (PUBLISH,  20, 9,  {"bus"}),
        (PUBLISH,  20, 0,  {"bus"}),
        (PUBLISH,  3,  3,  set()),
        (INTERNAL, 20, 1,  {"bus", "lift"}),
    ],
)  # fmt: skip
def test_a_theme_is_on_excerpts_where_its_people_are_shown(rule, bus, lift, shown):
    """Below the threshold no excerpt carries it; an analyst sees all."""
    assert rowlevel.themes_shown(slicer(rule, bus, lift), BOOK) == shown


@pytest.mark.parametrize(
    ("rule",   "consent", "leaves"),
    [
        (PUBLISH,  True,  True),
        (PUBLISH,  None,  True),
        (PUBLISH,  False, False),
        (INTERNAL, False, True),
    ],
)  # fmt: skip
def test_who_refused_leaves_no_words(rule, consent, leaves):
    """Not to have been asked is no refusal; what an analyst sees is not published."""
    assert rowlevel.may_leave(person(1, consent), rule) is leaves


def test_words_of_nobody_known_may_leave():
    """A document's paragraph has nobody who could have refused."""
    assert rowlevel.may_leave(None, PUBLISH)


@pytest.mark.parametrize(("name", "whose"), [("publish", False), ("strict", False), ("internal", True)])
def test_words_say_whose_they_are_under_a_rule_of_k_1_alone(name, whose):
    """Else the people behind words could be added up."""
    assert rowlevel.says_whose(RULES[name]) is whose


@pytest.mark.parametrize(("refusing", "cell"), [(0, Hidden), (9, Hidden), (10, Count), (12, Count)])
def test_how_many_refused_goes_through_the_rule(refusing, cell):
    """A number of people is a cell, nought and nine alike."""
    people = [person(n, may_publish=n >= refusing) for n in range(30)]
    assert isinstance(rowlevel.refused(people, PUBLISH), cell)


def test_a_file_tells_what_was_left_out():
    """The rule, the coarsening, the hidden themes by name, and how many refused."""
    told = rowlevel.left_out(BOOK, frozenset({"bus"}), Count(10), PUBLISH)
    assert told == (
        'Disclosure rule "publish": numbers of people below 10 are hidden and the rest rounded to the nearest 5.',
        "The passages, their codings and the people are a selection, so that counting them tells no hidden number: "
        "take numbers from the tables.",
        "What is said of a person was coarsened until at least 10 people share it, or is left out.",
        "People and words are kept apart: no passage says who said it or in which file, and no person's row leads to "
        "their words.",
        "Codings of themes that too few people raised were left out: Lifts.",
        "10 of the people refused that their words be published; their words were left out.",
    )
    assert "Some or none" in rowlevel.left_out(BOOK, frozenset(BOOK.keys), Hidden("few"), PUBLISH)[-1]
    assert "nothing was coarsened" in rowlevel.left_out(BOOK, frozenset(), Count(1), INTERNAL)[0]
