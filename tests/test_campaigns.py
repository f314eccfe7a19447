"""A campaign is one voice with its number, whichever way its copies came, and nobody else's words are taken for it."""

from __future__ import annotations

import pytest

from engagement.app.data import _copies
from engagement.campaigns import copies, few_sent, sizes
from engagement.config import RULES
from engagement.model import Count, Hidden, Kind
from engagement.slices import PROTECTING
from engagement.storing.records import TurnRow

TEXT = "I urge the council to keep the library at Mill Lane open, since it is the one warm and free place in the ward"
OTHER = "Every bus after eight in the evening was taken away, and my shift at the warehouse ends at ten each night"


def row(
    place: int,
    text: str,
    *,
    source: str = "s1",
    kind: Kind = Kind.RESPONSE,
    person: str | None = None,
    question: str | None = "q1",
) -> TurnRow:
    return TurnRow(source, place, kind, person or f"p{place}", question, text)


@pytest.mark.parametrize(
    ("turns", "found"),
    [
        ([], {}),
        ([row(0, TEXT), row(1, OTHER)], {}),
        ([row(0, TEXT), row(1, OTHER), row(2, TEXT)], {("s1", 2): ("s1", 0)}),
        ([row(0, TEXT), row(0, TEXT, source="s2")], {("s2", 0): ("s1", 0)}),
        ([row(0, TEXT), row(1, f"{TEXT}.".upper())], {("s1", 1): ("s1", 0)}),
        ([row(0, f"{TEXT}. [Person 4]"), row(1, f"{TEXT}. [Person 9]")], {("s1", 1): ("s1", 0)}),
        ([row(0, TEXT), row(1, TEXT, question="q2")], {}),
        ([row(0, TEXT, kind=Kind.TURN), row(1, TEXT, kind=Kind.TURN)], {}),
        ([row(0, TEXT, kind=Kind.REPORTED), row(1, TEXT, kind=Kind.REPORTED)], {}),
        (
            [row(0, TEXT, kind=Kind.PROSE, question="q1"), row(1, TEXT, kind=Kind.PROSE, question="q2")],
            {("s1", 1): ("s1", 0)},
        ),
        ([row(0, "Yes"), row(1, "Yes"), row(2, "more buses"), row(3, "more buses")], {}),
    ],
)
def test_copies_have_the_place_of_the_first(turns: list[TurnRow], found: dict[object, object]) -> None:
    """Answers to one question and letters are copies of each other; what is said in a room, or short, never is."""
    assert copies(turns) == found


def test_the_number_of_senders_counts_the_first_too() -> None:
    """Three who sent a text are three, and a text sent once is not listed."""
    turns = [row(0, TEXT), row(1, TEXT), row(2, OTHER), row(3, TEXT)]
    assert sizes(copies(turns)) == {("s1", 0): 3}


@pytest.mark.parametrize(
    ("sent", "few", "told"),
    [
        ((), False, Count(0)),
        ((2,) * 12, False, Count(10)),  # twelve pairs: no campaign
        ((9, 30), True, Hidden(PROTECTING)),
        ((10, 30), False, Count(40)),
        ((5,), True, Hidden(PROTECTING)),
        ((2,), False, Hidden("fewer than 10 people")),
    ],
)
def test_copies_give_no_small_campaign_away(sent: tuple[int, ...], few: bool, told: Count | Hidden) -> None:
    """They are all senders but one of each campaign: beside a campaign of fewer than ten their number is hidden."""
    copied = {(f"s{at}", one): (f"s{at}", 0) for at, number in enumerate(sent) for one in range(1, number)}
    assert few_sent(copied, RULES["publish"]) is few
    assert _copies(copied, RULES["publish"]) == told
