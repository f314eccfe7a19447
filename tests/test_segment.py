"""Turns become excerpts: short ones whole, long ones cut at sentence ends into even pieces."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.model import FileCounts, Kind, Mint, Role, SafeDocument, SafeText, SafeTurn, content_id, digest_of
from engagement.segment import excerpts, sentences

MINT = Mint()


def document(*turns: str) -> SafeDocument:
    return SafeDocument(
        source_id="s1",
        name=SafeText("notes.txt", MINT),
        format="txt",
        digest="0",
        turns=tuple(
            SafeTurn(
                position,
                "",
                Kind.TURN,
                SafeText(text, MINT),
                digest_of(text),
                Role.PARTICIPANT,
                "p1",
                "q1",
                redactions=(),
            )
            for position, text in enumerate(turns)
        ),
        participants=(),
        questions=(),
        counts=FileCounts(),
        removed={},
    )


def texts(spans: Sequence[tuple[int, int]], text: str) -> list[str]:
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    "expected",
    [
        # ends of sentences
        ["It rained.", "We went home."],
        ["Really?!", "Yes!", "No."],
        ["no capitals here.", "none there either"],
        ['She said "Go."', "He went."],
        ["(It was shut.)", "We left."],
        ["So did I.", "Then we left."],
        ["the answer was no.", "we left"],
        ["Rent, food, etc.", "The rest is gone."],
        ["[Person 3] came.", "[Person 4] did not."],
        # not ends of sentences
        ["Ask Cllr. [Person 2] or Mrs. Mills about it."],
        ["We need e.g. ramps, i.e. a way in."],
        ["J. K. Mills and W.H. Mills came."],
        ["It is by St. Anne's Rd. near the shops."],
        ["They open at 9 a.m. on weekdays."],
        ["It costs 3.50 at no. 5 now."],
        ["I waited... and waited… and left."],
        ["I... I don't know."],
        ['He shouted "why?" and left.'],
        ["1. Housing", "2. Buses"],
        ["[Person 3. Jr.] came."],
        # ends of lines
        ["First point", "Second point"],
        ["- a heading", "- another"],
    ],
)
def test_sentences(expected):
    """Sentences end where a reader would say that they end."""
    separator = "\n" if expected[0][-1] not in ".!?\"')" else " "
    text = separator.join(expected)
    assert texts(sentences(text), text) == expected


def test_a_wrapped_line_ends_no_sentence():
    """A line that runs on in small letters is one sentence with the next."""
    text = "The rent is too high\nfor a family like ours."
    assert sentences(text) == ((0, len(text)),)


def test_no_words_no_sentences():
    """Space alone holds no sentence."""
    assert sentences("") == sentences(" \n ") == ()


WORDS = st.lists(
    st.sampled_from(
        ["a", "Bus.", "why?", "[Person 3]", "Dr.", "…", "\n", "\n\n", "e.g.", "I.", "(so)", "“Go.”", "🙂", "5."]
    ),
    max_size=60,
)


@given(WORDS.map(" ".join) | st.text(max_size=200))
def test_sentences_hold_every_character_once_in_order(text):
    """Every character that is not space lies in exactly one sentence, in order."""
    assert_covers(text, list(sentences(text)))


@given(WORDS.map(" ".join) | st.text(max_size=200), st.integers(1, 12))
def test_excerpts_hold_every_character_once_in_order(text, max_words):
    """Every character of a turn that is not space lies in exactly one excerpt, in order."""
    found = excerpts(document(text), max_words)
    assert_covers(text, [(excerpt.start, excerpt.end) for excerpt in found])
    for excerpt in found:
        assert excerpt.text == text[excerpt.start : excerpt.end] == excerpt.text.strip()
        whole = any(start <= excerpt.start and excerpt.end <= end for start, end in sentences(text))
        assert whole or len(excerpt.text.split()) <= max_words


def assert_covers(text: str, spans: list[tuple[int, int]]) -> None:
    ends = [0, *(at for span in spans for at in span), len(text)]
    assert ends == sorted(ends)
    assert all(start < end for start, end in spans)
    assert not "".join(text[end:start] for end, start in zip(ends[::2], ends[1::2], strict=True)).strip()


@pytest.mark.parametrize(
    ("lengths", "most", "pieces"),
    [
        ([4], 4, [4]),  # up to the limit: whole
        ([3, 2], 5, [5]),
        ([3, 3], 5, [3, 3]),  # one over: cut
        ([2, 2, 2, 2], 6, [4, 4]),  # even, not 6 and 2
        ([9], 5, [9]),  # a long sentence stays whole
        ([2, 9, 2], 5, [2, 9, 2]),
        ([5, 1, 5, 1], 6, [6, 6]),
    ],
)
def test_pieces_are_few_and_even(lengths, most, pieces):
    """A long turn is cut at sentence ends into as few and as even pieces as the limit allows."""
    text = " ".join(" ".join(["word"] * length) + "." for length in lengths)
    assert [len(excerpt.text.split()) for excerpt in excerpts(document(text), most)] == pieces


def test_an_excerpt_says_where_it_came_from():
    """An excerpt's id, place, digest, role and participant follow from its source and turn."""
    text = "  One two three. Four five six.  "
    found = excerpts(document("Hello.", " \n", text), 3)
    assert [(excerpt.turn, excerpt.position, excerpt.text) for excerpt in found] == [
        (0, 0, "Hello."),
        (2, 1, "One two three."),
        (2, 2, "Four five six."),
    ]
    last = found[-1]
    assert (last.start, last.end) == (17, 31)
    assert last.excerpt_id == content_id("e", "s1", 2, 17, 31)
    assert last.sha256 == digest_of("Four five six.")
    assert isinstance(last.text, SafeText)
    assert (last.source_id, last.role, last.participant_id, last.question_id) == ("s1", Role.PARTICIPANT, "p1", "q1")


def test_offsets_are_code_points():
    """A character outside the basic plane counts as one."""
    first, second = excerpts(document("🙂🙂 yes indeed. No never."), 3)
    assert (first.start, first.end, second.start) == (0, 14, 15)
