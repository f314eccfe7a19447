"""A reader may skip what is clearly a filler, and nothing that means something."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.fillers import skipped, spans


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Um, we need homes.", "we need homes."),
        ("We um need homes.", "We need homes."),
        ("We, um, need homes.", "We need homes."),
        ("We need homes, um.", "We need homes."),
        ("We came, um and left.", "We came, and left."),
        ("We need homes um", "We need homes"),
        ("Erm... the lift broke.", "the lift broke."),
        ("It was er, forty pounds.", "It was forty pounds."),
        ("So uh I rang them uhm twice.", "So I rang them twice."),
        ("It is, you know, damp.", "It is damp."),
        ("You know, it is damp.", "it is damp."),
        ("It is damp, you know.", "It is damp."),
        ("It is damp, if you know what I mean.", "It is damp."),
        ("It's damp. I mean, we rang them.", "It's damp. we rang them."),
        ("They were, sort of, left out.", "They were left out."),
        ("It was, like, freezing.", "It was freezing."),
        ("Like, nobody came.", "nobody came."),
        ("I I rang them.", "I rang them."),
        ("I, I rang them.", "I rang them."),
        ("I... I rang them.", "I rang them."),
        ("I, um, I rang them.", "I rang them."),
        ("The the the lift broke.", "The lift broke."),
        ("They, they said no and and left.", "They said no and left."),
        ("It's it's the rent.", "It's the rent."),
        ("We, um, you know, need homes.", "We need homes."),
        ("I want to to stay.", "I want to stay."),
    ],
)
def test_a_filler_goes_with_its_spaces_and_commas(said: str, left: str) -> None:
    assert skipped(said) == left


@pytest.mark.parametrize(
    "said",
    [
        "I like it here.", "It is a sort of wood.", "You know him.", "Do you know, or not?", "I know what I mean.",
        "That is what I mean, and he knows it.", "People you know, they come.", "Kind of you to ask.",
        "It looks like, to me, a shop.", "I had had enough.", "I told you you were late.", "It was very cold, very.",
        "I said that that was wrong.", "What it was was the rent.", "We carry on on Monday.", "No, no, not there.",
        "There, there.", "It was so so.", "I like it, it is quiet.", "My, my.", "The ER was shut.", "The drum broke.",
        "Uh huh.", "Uh oh, the lift.", "Um.", "Er...", "Mm, yes.", "Bye bye.", "He sat in, in the end.", "", "   ",
        "We-we is a name.", "A to-to do list.", "What I asked for for years.", "The herm said it.",
    ],
)  # fmt: skip
def test_what_means_something_stays(said: str) -> None:
    assert spans(said) == ()
    assert skipped(said) == said


def test_places_are_of_the_text_itself() -> None:
    """The words of each place, cut from the text in code points, are the filler with what goes with it."""
    said = "👍 Um, it is, you know, the the rent."
    assert [said[start:end] for start, end in spans(said)] == ["Um, ", ", you know,", " the"]


@given(st.text(alphabet=st.sampled_from("um er,. Ithe…–'"), max_size=60))
def test_places_are_in_order_apart_and_within_the_text(said: str) -> None:
    ends = [place for span in spans(said) for place in span]
    assert ends == sorted(ends)
    assert len(set(ends)) == len(ends)
    assert all(0 <= place <= len(said) for place in ends)


def test_a_long_turn_takes_no_time() -> None:
    started = time.monotonic()
    for said in ("I " * 20_000, "um, " * 20_000, " " * 20_000, ", " * 20_000, "the " * 20_000 + "end"):
        spans(said)
    assert time.monotonic() - started < 5
