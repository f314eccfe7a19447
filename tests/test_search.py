"""Searching finds what was said by its words and by what it means, and nothing that is not in the index."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from engagement.anonymise import restore
from engagement.model import Embeddings, Excerpt, Role, digest_of
from engagement.search import Index, find, suggestions
from engagement.search_words import LONGEST, Lack, asked, spans, tokens, words_of

TEXTS = {
    "damp": "The flat is damp and the landlord won't mend it.",
    "parks": "More benches in the parks, please.",
    "parking": "Parking near the clinic costs too much.",
    "park": "The park closes at dusk.",
    "bus": "The bus stop has no shelter. [Person 3] said the same of the stop by the bus garage.",
    "stop": "Stop the bus company from cutting routes.",
    "night": "I do not feel safe walking home in the dark.",
    "cafe": "The Café at the library is lovely.",
    "polish": "Czynsz jest za wysoki, a mieszkanie jest wilgotne.",
    "arabic": "الإيجار مُرتفع جداً في هذا الحي",
    "chinese": "我们的房租太高了。",
    "hindi": "किराया बहुत ज़्यादा है",
}
MEANS = {"night": (1, 0), "damp": (0.5, 0.8), "parks": (0, 1)}


def excerpt(name: str, text: str) -> Excerpt:
    words = restore(text, digest_of(text))
    return Excerpt(name, "s1", 0, 0, words, 0, len(words), digest_of(words), Role.PARTICIPANT, "p", None)


def index(texts: dict[str, str] | None = None, encode=None) -> Index:
    vectors = np.array([np.array(each) / np.hypot(*each) for each in MEANS.values()], np.float32)
    made = [excerpt(*each) for each in (TEXTS if texts is None else texts).items()]
    return Index(made, Embeddings(tuple(MEANS), vectors, "made", "0"), encode)


@pytest.fixture(scope="module")
def held() -> Index:
    return index()


def ids(found) -> list[str]:
    return [hit.excerpt_id for hit in found]


# ------------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("damp", ["damp"]),
        ("DAMP", ["damp"]),
        ("park", ["park", "parks", "parking"]),  # the whole word first, then what begins with it
        ("parki", ["parking"]),
        ("pa", []),  # too short to be a beginning
        ("arking", []),  # an end is no beginning
        ('"park"', ["park"]),
        ('"bus stop"', ["bus"]),
        ("“bus stop”", ["bus"]),
        ('"bus stop', ["bus"]),  # the last mark was forgotten
        ('"stop bus"', []),
        ("bus stop", ["stop", "bus"]),  # both, in any order
        ("bus damp", ["damp", "stop", "bus"]),  # any of them
        ("shelter damp bus", ["bus", "damp", "stop"]),  # most of them come first
        ('"bus" routes', ["stop", "bus"]),  # what is in quotation marks must be there
        ('"routes" bus', ["stop"]),
        ("park -dusk", ["parks", "parking"]),
        ('bus -"bus stop"', ["stop"]),
        ("bus \N{MINUS SIGN}routes", ["bus"]),
        ("well-known damp", ["damp"]),
        ("won't", ["damp"]),
        ("won’t", ["damp"]),
        ("wont", ["damp"]),
        ("cafe", ["cafe"]),
        ("CAFÉ", ["cafe"]),
        ("a landlord", ["damp"]),  # "a" is not looked for beside another word
        ('"a landlord"', []),
        ("dark the", ["night"]),
        ("Mieszkanie", ["polish"]),
        ("مرتفع", ["arabic"]),  # without the vowel mark that the text has
        ("房租", ["chinese"]),
        ("租房", []),
        ("किराया", ["hindi"]),
        ("[Person 3] shelter", ["bus"]),  # what the anonymiser put is not looked for
        ("person", []),
        ("stop said", ["bus", "stop"]),
        ('"shelter said"', []),  # no phrase goes across a mark
        ('damp" OR "bus', []),
        ("damp* NEAR(x) none:x ^y", ["damp"]),  # nothing that is typed is a command
        ("';DROP TABLE damp;--", ["damp"]),
        ("NOT damp", ["damp"]),
        ("nowhere", []),
    ],
)
def test_words_find_what_has_them(held, words, found):
    """Any word will do, beginnings count, what is in quotation marks must be there, a minus sign leaves out."""
    assert sorted(ids(find(held, words))) == sorted(found)
    assert ids(find(held, words))[:1] == found[:1]


@pytest.mark.parametrize(
    ("words", "text", "marked"),
    [
        ("park", "Parks, a park, a spark.", ["Parks", "park"]),
        ('"bus stop"', "The bus  stop. Bus-stop!", ["bus  stop", "Bus-stop"]),
        ("cafe", "Our CAFÉ’s café", ["CAFÉ’s", "café"]),
        ("房租", "我们的房租太高了", ["房租"]),
        ("مرتفع", "الإيجار مُرتفع جداً", ["مُرتفع"]),
        ("person", "[Person 3] is a person", ["person"]),
        ("a-b c", "a b c", ["a b", "c"]),
    ],
)
def test_the_words_that_match_are_given_where_they_stand(words, text, marked):
    assert [text[start:end] for start, end in spans(asked(words).terms, text)] == marked


@pytest.mark.parametrize(
    "text", [*TEXTS.values(), "", "'", "O'Neil's 'quoted' dogs''ears", "A1 b-2_c", "[Person 3]'s flat", "x" * 5000]
)
def test_the_quick_way_of_plain_english_takes_the_same_words(text):
    assert words_of(text) == [word for word, _, _ in tokens(text)]


@pytest.mark.parametrize(
    ("words", "lack"),
    [
        ("", Lack.EMPTY),
        ("  ", Lack.EMPTY),
        ('""', Lack.EMPTY),
        ("?!", Lack.EMPTY),
        ("a", Lack.SHORT),
        ("x y", Lack.SHORT),
        ("ab", None),
        ("房", None),
        ("-damp", Lack.ONLY_LEFT_OUT),
        ("[Person 3]", Lack.ONLY_MARKS),
        ("[Person 3] -x", Lack.ONLY_LEFT_OUT),
        ("the", None),
    ],
)
def test_what_cannot_be_looked_for_is_told(held, words, lack):
    assert asked(words).lack is lack
    if lack:
        assert find(held, words) == ()


def test_only_so_much_of_what_is_typed_is_looked_at(held):
    assert ids(find(held, "damp" + " " * LONGEST + "bus")) == ["damp"]
    assert ids(find(held, "x" * LONGEST * 1000 + " bus")) == []


def test_a_text_that_many_sent_is_found_once():
    """Copies differ in nothing but their spaces and capitals."""
    found = find(index({"one": "The flat is damp.", "two": "the  flat is DAMP.", "three": "Damp flat."}), "damp")
    assert len(found) == 2
    assert len(find(index({f"e{n}": f"damp {n}" for n in range(30)}), "damp", most=7)) == 7


def test_only_those_asked_for_are_looked_through(held):
    assert ids(find(held, "park", among={"parks", "bus", "elsewhere"})) == ["parks"]
    assert find(held, "park", among=()) == ()


# ----------------------------------------------------------------- meaning


def test_meaning_finds_what_has_none_of_the_words():
    """A hit says whether it is by word, by meaning or both; what is both comes first."""
    found = find(index(encode=lambda _: np.array([0.6, 0.8], np.float32)), "damp")
    assert [(hit.excerpt_id, hit.by_words, hit.by_meaning) for hit in found] == [
        ("damp", True, True), ("parks", False, True), ("night", False, True),
    ]  # fmt: skip
    assert found[1].spans == ()
    assert found[0].score > found[1].score


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("scared", ["night"]),
        ("scared -dark", []),  # what is left out is left out of both
        ('"scared"', []),  # in quotation marks only the words themselves
        ("страшно", []),  # a script that the model does not read
    ],
)
def test_meaning_keeps_to_what_was_asked(words, found):
    assert ids(find(index(encode=lambda _: np.array([1, -0.5], np.float32)), words)) == found


def test_what_means_nothing_like_it_is_not_found():
    assert find(index(encode=lambda _: np.array([-1, 0], np.float32)), "scared") == ()


def test_meaning_is_looked_for_among_those_asked_for_alone():
    near = index(encode=lambda _: np.array([0.6, 0.8], np.float32))
    assert ids(find(near, "scared", among={"parks"})) == ["parks"]


# ---------------------------------------------------------------- the rest


def test_a_slip_is_answered_with_words_that_are_there(held):
    assert suggestions(held, "landlrod")[0] == "landlord"
    assert suggestions(held, "damp") == ()
    assert suggestions(held, "[Person 3]") == ()


def test_an_empty_index_finds_nothing():
    assert find(index({}), "damp") == ()


def test_nothing_of_what_is_typed_is_kept(held, caplog):
    """Neither in a log nor in the index."""
    before = set(held.vocabulary)
    with caplog.at_level(logging.DEBUG):
        find(held, "unheardofword")
        suggestions(held, "unheardofword")
    assert caplog.text == ""
    assert held.vocabulary == before
    assert held.matching('"unheardofword"') == []
