"""Groups are called by noun phrases of their own that several people use, and never by anybody's name or mark."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from engagement.coding.emergent_names import MOST_WORDS, Named, Voice, named
from engagement.config import Settings
from engagement.embed import embed

SETTINGS = Settings()
ROOMS = [
    "We need a prayer room at the station.",
    "There is no prayer room in the college.",
    "A prayer room would help on Fridays.",
    "They closed the prayer room to store chairs.",
    "The carpet of the prayer room is wet.",
]
BUSES = [
    "The evening bus never comes.",
    "Two buses were late and the fares went up.",
    "Bus fares are dear for a family.",
    "Our bus stop has no shelter.",
    "The driver of the bus would not wait.",
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vectors")


def called(*groups: Sequence[str | Voice], cache: Path) -> list[Named | None]:
    """The names of groups of texts, each text said by somebody else."""
    voices = [
        [each if isinstance(each, Voice) else Voice(each, frozenset({f"p{number}"})) for number, each in enumerate(of)]
        for of in groups
    ]
    centres = [embed([voice.text for voice in group], SETTINGS, cache).mean(0) for group in voices]
    return named(voices, np.stack(centres), SETTINGS, cache)


def test_a_phrase_and_not_its_parts(cache):
    """Words that are said together make one name: neither "prayer" nor "room" stands alone."""
    rooms, _ = called(ROOMS, BUSES, cache=cache)
    assert rooms.name == "Prayer room"
    assert rooms.words[0] == "prayer room"
    assert not {"prayer", "room"} & set(rooms.words)


def test_one_word_in_two_forms_is_one(cache):
    """ "Bus" and "buses" are one word of a name."""
    _, buses = called(ROOMS, BUSES, cache=cache)
    assert buses.name.casefold().startswith("bus")
    assert len([word for word in buses.words if "bus" in word]) == 1


@pytest.mark.parametrize(
    ("people", "there"), [(("p1", "p1"), False), (("p1", "p2"), True)], ids=["one person", "two people"]
)
def test_a_word_of_one_person_names_nothing(cache, people, there):
    """However often one participant says a word, it is neither in the name nor among the words; of two it may be."""
    quenby = [
        Voice(text, frozenset({person}))
        for text, person in zip(["The Quenby bus is late.", "No shelter for the Quenby bus."], people, strict=True)
    ]
    found = called([*BUSES[2:], *quenby], ROOMS, cache=cache)[0]
    assert any("quenby" in word.casefold() for word in (*found.words, found.name)) == there


def test_a_capital_makes_no_other_word(cache):
    """A word that begins a line, or is shouted, is the same word: no name says it twice."""
    texts = ["Needles in the park again.", "Needles", "More needles by the swings.", "There were needles there."]
    found = called(texts, ROOMS, cache=cache)[0]
    assert [word.casefold() for word in found.words].count("needles") == 1
    assert found.name.casefold().count("needles") == 1


def test_every_form_of_a_word_has_its_own_users(cache):
    """Where one says "pothole" and another "potholes", neither form is two people's."""
    texts = ["The pothole is deep.", "Fill the potholes.", "Our kerb is broken.", "A broken kerb again."]
    found = called(texts, ROOMS, cache=cache)[0]
    assert "kerb" in found.name.casefold()
    assert not [word for word in (*found.words, found.name) if "pothole" in word]


def test_a_word_that_few_texts_share_names_nothing(cache):
    """Two of thirty texts that share a word are not what all thirty are about."""
    voices = [*BUSES[:1], BUSES[4], *(f"Nothing like it since {number} o'clock." for number in range(28))]
    assert called(voices, ROOMS, cache=cache)[0] is None
    assert called(voices[:8], ROOMS, cache=cache)[0].name == "Bus"


def test_a_campaign_counts_its_people(cache):
    """A text that many sent lends its words to the name, since many stand behind them."""
    sent = [Voice("Save the swimming pool.", frozenset({"p1", "p2", "p3"}))]
    assert called(sent, BUSES, cache=cache)[0].name == "Swimming pool"


def test_marks_are_no_words(cache):
    """What stands for a name or a place is never a word, and no phrase goes across it."""
    texts = [f"[Person {number}] of [Organisation 2] wants a bus [Place 7] shelter." for number in range(6)]
    found = called(texts, ROOMS, cache=cache)[0]
    assert found.words
    assert not {"person", "organisation", "place", "bus shelter"} & {word.casefold() for word in found.words}


@pytest.mark.parametrize(
    "texts",
    [[], ["It was what it was."] * 3, ["12 34 56"] * 3, ["[Person 1] [Person 2]"] * 3, ["Thanks, nice people!"] * 3],
    ids=["no texts", "no nouns", "numbers", "marks", "what all say"],
)
def test_nothing_shared_is_no_name(cache, texts):
    """A group whose texts share no telling phrase has no name."""
    voices = [Voice(text, frozenset({f"p{number}"})) for number, text in enumerate(texts)]
    assert named([voices], np.zeros((1, 384), np.float32), SETTINGS, cache) == [None]


def test_no_groups_are_no_names(cache):
    """Nothing in, nothing out."""
    assert named([], np.zeros((0, 384), np.float32), SETTINGS, cache) == []


def test_initials_keep_their_capitals(cache):
    """Initials are written as people write them, common words small."""
    texts = ["The NHS dentist is full.", "No NHS dentist takes us.", "An NHS dentist, please."]
    assert "NHS" in called(texts, BUSES, cache=cache)[0].name


def test_words_are_few_and_unlike(cache):
    """At most eight words, and no two share one."""
    for found in called(ROOMS * 3, BUSES * 3, cache=cache):
        assert 0 < len(found.words) <= MOST_WORDS
        parts = [part.casefold() for word in found.words for part in word.split()]
        assert len(parts) == len(set(parts))
