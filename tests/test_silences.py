"""Prefer not to say, no answer, not recognised and not asked are never the same thing, from the cell to the table."""

from __future__ import annotations

import pytest

from engagement.characteristics import CHARACTERISTICS, answer, merged_people, participant_tags
from engagement.config import RULES
from engagement.guard.profiles import profiles
from engagement.model import Codebook, Count, Mint, Participant, Role, SafeText, SliceRequest, Stated
from engagement.readers.sheet import taken_csv
from engagement.slices import Slicer

CELLS = {"F": "Female", "M": "Male", "prefer not to say": "Prefer not to say", "": "No answer", "x!": "Not recognised"}


def person(number: int, **written: str) -> Participant:
    answers = tuple(answer(key, words) for key, words in written.items())
    return Participant(f"p{number}", SafeText("P", Mint()), Role.PARTICIPANT, None, answers, None)


def test_a_blank_cell_is_an_answer_and_a_column_that_is_not_there_is_none() -> None:
    """Who left it blank was asked; whoever's form had no such column was not."""
    asked = taken_csv(b"Ethnic group,Why do you say so?\nIndian,because it is so\n,for no reason at all\n")
    not_asked = taken_csv(b"Sex,Why do you say so?\nF,because it is so\nM,for no reason at all\n")
    assert [dict(one.declared).get("race") for one in asked.reading.people] == ["Indian", ""]
    assert [dict(one.declared).get("race") for one in not_asked.reading.people] == [None, None]


@pytest.mark.parametrize("key", CHARACTERISTICS)
def test_no_silence_becomes_a_tag(key: str) -> None:
    assert participant_tags(person(1, **{key: "Prefer not to say"})) == ()
    assert participant_tags(person(1, **{key: ""})) == ()
    assert participant_tags(person(1, **{key: "Martian?"})) == ()


def test_a_table_has_a_line_for_each() -> None:
    """Six of each, so that nothing is small; the line of those who were not asked is the last."""
    people = [person(6 * at + number, sex=cell) for at, cell in enumerate(CELLS) for number in range(6)]
    people += [person(100 + number) for number in range(6)]
    slicer = Slicer(people, [], [], [], Codebook("none", 1, ()), RULES["internal"])
    rows = {row.categories: row.base for row in slicer.table(SliceRequest(by=("sex",))).rows}
    lines = (*CELLS.values(), "Not asked")
    assert [rows[(name,)] for name in lines] == [Count(6)] * 6


def test_a_profile_prints_each_in_its_own_words() -> None:
    people = [person(number, sex=cell) for number, cell in enumerate(CELLS)] + [person(9)]
    printed = [held["sex"] for held in profiles(people, RULES["internal"]).values()]
    assert printed == ["Female", "Male", *map(str, (Stated.PREFER_NOT_TO_SAY, Stated.BLANK, Stated.UNMAPPED)), ""]


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("", "Indian", Stated.GIVEN),
        ("Prefer not to say", "Indian", Stated.GIVEN),
        ("Martian", "Indian", Stated.GIVEN),
        ("Indian", "Prefer not to say", Stated.GIVEN),
        ("Prefer not to say", "", Stated.PREFER_NOT_TO_SAY),
        ("", "Prefer not to say", Stated.BLANK),
        ("Martian", "", Stated.UNMAPPED),
    ],
)
def test_of_two_sources_a_given_answer_counts_and_of_two_silences_the_first(
    first: str, second: str, kept: Stated
) -> None:
    (told,) = merged_people(person(1, race=first), person(1, race=second)).answers
    assert told.stated is kept
