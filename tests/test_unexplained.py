"""Strict: whatever may be a name and nothing explains is found; what is explained is left alone."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.policy import PRINTED
from engagement.recognisers.unexplained import Dictionary, unexplained
from engagement.recognisers.vocabulary import Vocabulary

ORDINARY = """
we saw there it is and the on of by was not ask tell bash happy very i i'm sit quick visit late shift again
"""
NOUNS = "gate hope linnet meeting window queue party"
DICTIONARY = Dictionary(frozenset(ORDINARY.split()), frozenset(NOUNS.split()))
KEPT = Vocabulary(["Muslim", "Home Office", "Pride"], ["Leeds"])

FOUND = [
    # text                                          what goes
    ("We saw Nkechi there.",                        ["Nkechi"]),
    ("Nkechi saw it.",                              ["Nkechi"]),
    ("We saw Nkechi Adeyemi-Brown by the gate.",    ["Nkechi Adeyemi-Brown"]),
    ("Tell Bash on the late shift.",                ["Bash"]),
    ("We sit by Linnet Parker.",                    ["Linnet Parker"]),
    ("Ask Thistledown Steel Pan again.",            ["Thistledown Steel Pan"]),
    ("It was TMBX and not the meeting.",            ["TMBX"]),
    ("WE SAW NKECHI BY THE GATE AGAIN",             ["NKECHI"]),
    ("we saw nkechi there",                         ["nkechi"]),
    ("we saw nkechi adeyemi there",                 ["nkechi adeyemi"]),
    ("It is Nκechi.",                               ["Nκechi"]),
    ("We ask: আমাদের বাড়িতে again.",               ["আমাদের বাড়িতে"]),
    ("We saw McDonagh's window.",                   ["McDonagh's"]),
]  # fmt: skip
EXPLAINED = [
    "",
    "Happy? Very. I'm not. “Ask again.” It isn't.",
    "The Muslim meeting by the Home Office in Leeds was Pride.",
    "Queues and meetings on Thursday by the Committee.",
    "It was the GCSE meeting and Mrs was not there.",
    "Unhappy. Happier. Visiting. Queued. Visited. Parties.",
    "IT IS VERY LATE AND WE SIT BY THE WINDOW",
    "we saw the window and i'm happy",
    "- Ask again\n- Tell the party",
    "12 3/4 … !?",
]


def surfaces(text, explained=()):
    return [text[found.start : found.end] for found in unexplained(text, DICTIONARY, [*KEPT.spans(text), *explained])]


@pytest.mark.parametrize(("text", "goes"), FOUND)
def test_what_nothing_explains_is_found(text, goes):
    """Names within and at the start of sentences, in any case, of any script; a run of capitals is one name."""
    assert surfaces(text) == goes


@pytest.mark.parametrize("text", EXPLAINED)
def test_what_is_explained_stays(text):
    """Sentence starts, protected words, abbreviations, titles, days and bent forms of listed words are left."""
    assert surfaces(text) == []


def test_what_was_found_already_is_left():
    """No finding touches a span that another recogniser or a placeholder holds."""
    text = "We saw Nkechi and Amina."
    assert surfaces(text, [(7, 13)]) == ["Amina"]


def test_its_kind_has_a_printed_word():
    """What is found can be printed by a policy."""
    assert {found.kind for found in unexplained("We saw Nkechi.", DICTIONARY, [])} <= set(PRINTED)


@given(st.text("aBcЖ আd'’-. \n\u200b😀[]", max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_spans_are_in_order_apart_and_free(text, explained):
    """Whatever the text: spans lie inside it, in order, and touch nothing that was explained."""
    taken = [(start, end) for start, end in explained if start < end]
    spans = [(found.start, found.end) for found in unexplained(text, DICTIONARY, taken)]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    assert not any(start < other[1] and other[0] < end for start, end in spans for other in taken)


@pytest.mark.parametrize("text", ["x" * 300_000, "Nkechi Adeyemi " * 20_000, "NKECHI SAID IT. " * 20_000])
def test_time_grows_with_length_alone(text):
    """A third of a megabyte of one word, of names or of capitals takes seconds at most."""
    began = time.perf_counter()
    unexplained(text, DICTIONARY, [])
    assert time.perf_counter() - began < 10
