"""A quote prints its speaker's own words, and every change of them has a mark: nobody can misquote by typing."""

import time
from dataclasses import replace

import pytest

from engagement.errors import BadInput
from engagement.model import Quote, digest_of
from engagement.quotation.memoguard import clean
from engagement.quotation.quoted import edited, quote_of, verified
from engagement.quotation.unmarked import Unmarked, Why, unmarked
from tests.test_quotes import excerpt, safe

PASSAGE = "Well, um, the flats is damp, and [Person 3] from the council never came back to us. Nobody cares."


def passage(text=PASSAGE):
    held = excerpt(1, text)
    return quote_of(held, (0, 4), "Participant", "publish"), held


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        (PASSAGE, PASSAGE),
        ("the flats is [sic] damp", "[...] the flats is [sic] damp [...]"),
        ("the flats is damp [...] never came back", "[...] the flats is damp [...] never came back [...]"),
        ("[...] the flats [are] damp, and [Person 3]", "[...] the flats [are] damp, and [Person 3] [...]"),
        ("never came back to us [at all]. Nobody", "[...] never came back to us [at all]. Nobody [...]"),
        ("Nobody cares. [sic]", "[...] Nobody cares. [sic]"),
        ("and  [Person 3]\nfrom", "[...] and [Person 3] from [...]"),
        ("the flats is damp […] never came", "[...] the flats is damp [...] never came [...]"),
        ("the flats is damp [. . .] never came", "[...] the flats is damp [...] never came [...]"),
    ],
)
def test_a_quote_is_shortened_and_mended_only_by_marks(typed, printed):
    """What somebody types is the speaker's words in their order, and every gap in them has its mark."""
    quote, held = passage()
    made = edited(quote, typed, held)
    assert made.printed == printed
    assert verified(made, {"e1": held}) == printed


@pytest.mark.parametrize(
    "typed",
    [
        "the flats are damp",  # another word
        "the flats damp",  # a gap without a mark
        "damp, the flats",  # another order
        "the fl",  # half a word
        "the flats is damp, and [he] never came",  # five words for one
        "[not] damp", "[...]", "[sic]", "",
        "the flats [sic] [...] damp",  # two marks in one place
        "the [Person 9] flats is damp [Person 3] never",
        "[...] " * 40,
        "the flats is damp[...",  # a mark that is not closed
    ],
)  # fmt: skip
def test_other_words_are_refused(typed):
    quote, held = passage()
    with pytest.raises(BadInput) as refusal:
        edited(quote, typed, held)
    assert str(refusal.value) == (
        "quote: the words are not those of the passage. "
        "Leave words out with [...], mark a slip with [sic], and put words of your own in brackets."
    )


HALVES = "We can't get non-disabled help. It cost £1,500 or 20% at -5 degrees in the flat's damp and/or cold, she said."


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("We can", None), ("We can't", "We can't [...]"), ("We can’t get", "We can't get [...]"), ("'t get", None),
        ("disabled help", None), ("non-disabled help", "[...] non-disabled help [...]"),
        ("500 or", None), ("It cost £1", None), ("1,500 or", None), ("£1,500 or", "[...] £1,500 or [...]"),
        ("or 20", None), ("20% at", "[...] 20% at [...]"),
        ("5 degrees", None), ("-5 degrees", "[...] -5 degrees [...]"),
        ("the flat", None), ("the flat's", "[...] the flat's [...]"), ("or cold", None), ("cold", "[...] cold [...]"),
    ],
)  # fmt: skip
def test_half_a_word_is_another_word(typed, printed):
    """What hangs together by an apostrophe, a hyphen or inside a number is whole, or marked: "can" isn't "can't"."""
    quote, held = passage(HALVES)
    if printed is None:
        with pytest.raises(BadInput, match="are not those of the passage"):
            edited(quote, typed, held)
    else:
        assert edited(quote, typed, held).printed == printed


UNMARKED = [
    ("the flats are damp", Unmarked(Why.OTHER, "are")),
    ("the flats damp", Unmarked(Why.GAP, "damp")),
    ("damp, flats", Unmarked(Why.ORDER, "flats")),
    ("the fl", Unmarked(Why.OTHER, "fl")),
    ("the flats is damp.", Unmarked(Why.SPELT, "damp.")),
    ("Well, Um, the", Unmarked(Why.SPELT, "Um,")),
    ("damp, and [he] never came", Unmarked(Why.FAR, "never", "[he]")),
    ("the flats [sic] damp", Unmarked(Why.FAR, "damp", "[sic]")),
    ("[not] damp", Unmarked(Why.EDGE)),
    ("the flats [sic] [...] damp", Unmarked(Why.EDGE)),
    ("the flats [is damp", Unmarked(Why.OPEN, "[is")),
    ("damp [...] [Person 3] never", Unmarked(Why.GAP, "never")),
    ("the [...] " * 11 + "us", Unmarked(Why.MANY)),
    ("[sic]", Unmarked(Why.NOTHING)),
    (" ", Unmarked(Why.NOTHING)),
    ("the flats [are] damp [...] never came", None),
]


@pytest.mark.parametrize(("typed", "amiss"), UNMARKED)
def test_the_first_word_without_a_mark_is_told(typed, amiss):
    """With why; and nothing is told of a quote exactly where it may be saved."""
    quote, held = passage()
    assert unmarked(typed, held.text) == amiss
    if amiss is None:
        assert edited(quote, typed, held).printed
    else:
        with pytest.raises(BadInput):
            edited(quote, typed, held)


def test_a_search_for_what_is_amiss_ends_soon():
    began = time.monotonic()
    assert unmarked(" [...] ".join(["so"] * 9 + ["never"]), "so " * 300 + "it is.") == Unmarked(Why.OTHER, "never")
    assert unmarked(" [x] ".join(["so"] * 9 + ["never"]), "so " * 300 + "it is.").word == "never"
    assert time.monotonic() - began < 10


def test_a_search_among_very_many_ways_ends():
    """Nobody can hold up the program by what they type."""
    quote, held = passage("so " * 300 + "it is.")
    with pytest.raises(BadInput):
        edited(quote, " [...] ".join(["so"] * 9 + ["never"]), held)


def test_words_in_brackets_bring_no_identifier_in():
    quote, held = passage()
    with pytest.raises(BadInput, match=r"^the words in brackets: it seems to hold an identifier \(phone number\)"):
        edited(quote, "damp, and [01632 960123] from", held)


@pytest.mark.parametrize("typed", ["damp, and [\u202ethey] from", "damp, and [\x07] from"])
def test_words_in_brackets_hold_nothing_that_turns_or_hides(typed):
    quote, held = passage()
    with pytest.raises(BadInput, match="they hold a character that can't be printed"):
        edited(quote, typed, held)


def changed(**fields):
    quote, held = passage()
    return replace(edited(quote, "the flats is damp [...] never came", held), **fields)


@pytest.mark.parametrize(
    "quote",
    [
        changed(start=0),
        changed(sha256=digest_of("something else")),
        changed(text=safe("the flats is dry, and [Person 3] from the council never came")),
        changed(excerpt_id="e2"),
        changed(marks=("[...]", "", "[...]")),
        changed(marks=("", "[...]", "[...]")),
        changed(marks=("[...]", "[...]", "")),
        changed(marks=("[...]", "[sic]", "[...]")),
        changed(marks=("[...]", "[they]", "[...]")),
        changed(marks=("[...]", "and so", "[...]")),
        changed(marks=("[...]", "[...]")),
        changed(spans=((10, 27), (20, 71))),
        changed(spans=((10, 71),), marks=()),
    ],
)
def test_a_quote_that_is_not_what_is_stored_is_not_printed(quote: Quote):
    """Whatever of it was changed: place, words, digest, spans or marks."""
    with pytest.raises(ValueError, match=r"excerpt e[12]"):
        verified(quote, {"e1": passage()[1]})


def test_a_changed_excerpt_is_found_when_it_is_printed():
    quote, held = passage()
    with pytest.raises(ValueError, match="e1 does not match its digest"):
        verified(quote, {"e1": replace(held, text=safe(PASSAGE + " "))})


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Call 07700 900123", "phone number"), ("a@example.org wrote", "email"), ("NHS 999 000 0018", "NHS number")],
)
def test_notes_with_an_identifier_are_refused(text, kind):
    """The sentence names the kind, and never the words."""
    with pytest.raises(BadInput) as refusal:
        clean(text)
    assert kind in str(refusal.value)
    assert text not in str(refusal.value)


def test_a_note_is_kept_as_it_was_typed():
    assert clean("  See [Person 3] on housing:\n- damp\x00 ") == "See [Person 3] on housing:\n- damp"
    with pytest.raises(BadInput, match="longer than 10000 characters"):
        clean("a" * 10_001)
