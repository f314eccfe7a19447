"""Raw words have no way out but one; safe words keep their type."""

import copy
import json
import logging
import pickle

import pytest

from engagement.errors import RawTextLeak
from engagement.model import Codebook, Hidden, Mint, RawText, SafeText, Theme, content_id

SECRET = "Nasreen lives at 4 Quay Street"
DOORS = [
    ("str", str),
    ("format", lambda raw: f"{raw}"),
    ("percent", lambda raw: "%s" % raw),  # noqa: UP031 - the old way is a door too
    ("pickle", pickle.dumps),
    ("copy", copy.deepcopy),
    ("json", json.dumps),
    ("join", lambda raw: ", ".join([raw])),
    ("add", lambda raw: raw + "x"),
    ("slice", lambda raw: raw[0:3]),
]


@pytest.mark.parametrize(("door", "through"), DOORS, ids=[name for name, _ in DOORS])
def test_raw_text_leaves_by_no_door(door, through):
    """However a programmer tries to turn raw words into text, it fails and the error holds none of them."""
    with pytest.raises(TypeError) as error:
        through(RawText(SECRET))
    assert "Nasreen" not in str(error.value)


def test_raw_text_shows_its_length_alone(caplog):
    """What a debugger or a log sees of raw words is how long they are."""
    assert repr(RawText(SECRET)) == "RawText(<30 characters>)"
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("%r", RawText(SECRET))
    assert "Nasreen" not in caplog.text
    assert RawText(SECRET).reveal() == SECRET
    assert len(RawText(SECRET)) == 30
    assert not RawText("")


def test_safe_text_cuts_stay_safe_and_slices_do_not():
    """`cut` gives safe words by code points; a slice gives a plain string."""
    safe = SafeText("a café 😀 here", Mint())
    assert (safe.cut(2, 8), type(safe.cut(2, 8))) == ("café 😀", SafeText)
    assert type(safe[2:8]) is str


def test_safe_text_is_not_pickled():
    """Safe words that come back from a file pass the digest check, so pickle is closed."""
    with pytest.raises(RawTextLeak, match="restore it with"):
        pickle.dumps(SafeText("words", Mint()))


def test_a_hidden_cell_has_no_number():
    """There is nothing in a hidden cell that could leak."""
    assert Hidden.__slots__ == ("reason",)


def test_ids_depend_on_content_alone():
    """The same parts give the same id, other parts another, whatever they are joined with."""
    assert content_id("e", "a", 1) == content_id("e", "a", 1) != content_id("e", "a1")


def test_a_codebook_knows_its_themes():
    """A theme is found by its key; one that is not there is a KeyError."""
    book = Codebook("b", 1, (Theme("housing", "Housing", "Homes"),))
    assert book.theme("housing").name == "Housing"
    with pytest.raises(KeyError):
        book.theme("grants")
