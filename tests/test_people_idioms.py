"""A sentence that opens with an idiom names nobody; the same word as a name still does."""

import pytest

from engagement.policy import Policy
from engagement.recognisers.analyser import Found
from engagement.recognisers.people import People, begins_idiom
from engagement.recognisers.resolve import resolve
from engagement.recognisers.vocabulary import Vocabulary

IDIOMS = [
    "Mark my words, it will flood again.",
    "Will do, but the lift is still out.",
    "Grace period ended and they fined us.",
    "May I ask about the bins?",
    "Rose Hill is a long walk from the bus.",
    "It floods. Mark my words.",
    "Joy riders come every night.",
    "Dawn raids again.",
    "Bill payers get nothing.",
]
NAMES = [
    # text                                  who is in it
    ("Mark says the lift is out.",          "Mark"),
    ("Mark Tanner rang me.",                "Mark Tanner"),
    ("Rose Hill said she would ring.",      "Rose Hill"),
    ("Grace told me about the grants.",     "Grace"),
    ("I asked Will about the lift.",        "Will"),
    ("We met Mark my neighbour there.",     "Mark"),
    ("Then May and I went home.",           "May"),
    ("Joy rides the bus.",                  "Joy"),
    ("Bill paid for us.",                   "Bill"),
    ("Dawn rang again.",                    "Dawn"),
    ("Grace Okafor is up on Friday.",       "Grace Okafor"),
]  # fmt: skip


def first_capitals(text):
    """What a model would guess: the first name in the text, or what it opens with."""
    words = next((words for sentence, words in NAMES if sentence == text), None) or " ".join(text.split()[:2])
    start = text.find("Mark") if text.startswith("It floods") else text.find(words)
    return Found(start, start + len(words), "PERSON", 0.85, "ner")


def settled(text, *found):
    return [text[each.start : each.end] for each in resolve(text, found, Policy(), Vocabulary([]), frozenset())]


@pytest.mark.parametrize("text", IDIOMS)
def test_an_idiom_is_nobody(text):
    """A guess of a model at the start of an idiom is not taken, nor learnt from."""
    guess = first_capitals(text)
    assert begins_idiom(text, guess.start)
    assert settled(text, guess) == []


@pytest.mark.parametrize(("text", "whom"), NAMES)
def test_a_name_is_somebody(text, whom):
    """With a family name, a verb of what people do, or within a sentence the same words are a name."""
    assert settled(text, first_capitals(text)) == [whom]


def test_who_is_known_is_somebody_even_so():
    """An idiom's word is still replaced where it is known to be the name of somebody of the round."""
    people = People(frozenset({"words"}))
    people.learn("Rose Hill", certain=True)
    assert settled("Rose Hill is late.", *people.find("Rose Hill is late.")) == ["Rose Hill"]
