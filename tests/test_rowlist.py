"""Rows are listed so that counting them tells no more than the tables: both sides of every limit."""

from __future__ import annotations

from collections import Counter

import pytest

from engagement.anonymise import restore
from engagement.config import RULES
from engagement.guard.profiles import profiles
from engagement.guard.released import excerpts_released, people_released
from engagement.guard.rowlist import MANY, listed, shared_by, stated
from engagement.model import (
    Answer,
    Codebook,
    Coding,
    Decision,
    Excerpt,
    FilterKind,
    Participant,
    Role,
    Stated,
    Theme,
    digest_of,
)
from engagement.slices import Slicer

A, B, C = ("theme", "a"), ("theme", "b"), ("question", "q")


def room_of(cells: dict[frozenset[tuple[str, str]], int]):  # type: ignore[no-untyped-def]
    return lambda facts: cells.get(frozenset(facts), MANY)


@pytest.mark.parametrize(
    ("hidden", "most", "kept"),
    [
        ([], 4, (A, B, C)),
        ([], 2, (A, B)),
        ([], 0, ()),
        ([{A}], 4, (B, C)),
        ([{A, B}], 4, (A, C)),
        ([{A, C}], 4, (A, B)),
        ([{A, B, C}], 4, (A, B)),
        ([{A}, {B}, {C}], 4, ()),
    ],
)
def test_a_row_states_no_hidden_combination(hidden: list[set], most: int, kept: tuple) -> None:  # type: ignore[type-arg]
    """The first of its facts before the later ones."""
    assert stated([A, B, C], room_of({frozenset(each): 0 for each in hidden}), most) == kept


@pytest.mark.parametrize(("room", "many"), [(0, 0), (1, 1), (7, 7), (8, 8), (9, 8)])
def test_no_more_rows_are_listed_than_there_is_room(room: int, many: int) -> None:
    rows = {f"e{n}": (A,) for n in range(8)}
    assert len(listed(rows, room_of({frozenset({A}): room}))) == many


def test_which_rows_are_listed_depends_on_their_ids_alone() -> None:
    rows = {f"e{n}": (A, B) if n % 2 else (A,) for n in range(20)}
    room = room_of({frozenset({A}): 12, frozenset({A, B}): 5})
    kept = listed(rows, room)
    assert listed(dict(reversed(rows.items())), room) == kept
    stating = Counter(part for row in kept for part in ([(A,), (A, B)] if B in rows[row] else [(A,)]))
    assert stating == {(A,): 12, (A, B): 5}


def test_rows_that_few_share_are_left_out() -> None:
    rows = {f"p{n}": (A,) if n < 3 else (B,) for n in range(5)}
    assert set(shared_by(rows, 3)) == {"p0", "p1", "p2"}


# -------------------------------------------------------------- a small round

BOOK = Codebook("b", 1, (Theme("housing", "Housing", ""), Theme("rare", "Rare", "")))


def made(women: int, men: int, *, few: int = 4):  # type: ignore[no-untyped-def]
    """Everybody speaks of housing once, and so many of the rare theme."""
    people, excerpts, codings = [], [], []
    for n in range(women + men):
        answers = (Answer("sex", Stated.GIVEN, "Female" if n < women else "Male"),)
        label, text = (restore(each, digest_of(each)) for each in (f"Person {n}", f"The flat number {n} is damp."))
        people.append(Participant(f"p{n}", label, Role.PARTICIPANT, None, answers, n != 0))
        excerpts.append(
            Excerpt(f"e{n}", "s1", n, n, text, 0, len(text), digest_of(text), Role.PARTICIPANT, f"p{n}", None)
        )
        keys = ["housing", *(["rare"] if n < few else [])]
        codings += [Coding(f"e{n}", key, "machine:x:1", Decision.SUGGESTED, 0.8, (0, 5)) for key in keys]
    numbers = Slicer(people, (), excerpts, codings, BOOK, RULES["publish"])
    return numbers, people, excerpts, codings


def test_an_excerpt_states_its_themes_that_are_shown() -> None:
    """29 people of whom 28 may be published: printed as 30, which may stand for 28; none states the rare theme."""
    numbers, people, excerpts, codings = made(15, 14)
    rows = excerpts_released(numbers, excerpts, codings, people)
    assert len(rows) == 28
    assert set(rows.values()) == {((FilterKind.THEME, "housing"),)}
    assert "e0" not in rows
    assert list(rows) == sorted(rows)


def test_a_round_of_few_lists_nothing() -> None:
    numbers, people, excerpts, codings = made(5, 4)
    assert excerpts_released(numbers, excerpts, codings, people) == {}
    assert people_released(numbers, people, profiles(people, RULES["publish"])) == ()


def test_people_are_listed_by_what_k_of_them_share() -> None:
    """15 women and 14 men are printed as 15 each, which may stand for 13; 9 men among 20 are told of in no row."""
    numbers, people, _, _ = made(15, 14)
    rows = people_released(numbers, people, profiles(people, RULES["publish"]))
    assert Counter(rows) == {(("sex", "Female"),): 13, (("sex", "Male"),): 13}
    numbers, people, _, _ = made(11, 9)
    rows = people_released(numbers, people, profiles(people, RULES["publish"]))
    assert set(rows) == {()}


def test_a_language_of_few_and_people_who_are_gone_are_left_out() -> None:
    from dataclasses import replace

    numbers, people, excerpts, codings = made(15, 14)
    excerpts[5] = replace(excerpts[5], language="ti")
    rows = excerpts_released(numbers, excerpts, codings, people[:-1])
    assert {"e5", "e28"} & set(rows) == set()
    assert len(rows) == 26
