"""Quotes pinned, mended and dropped, and memos, come back as they were left; no word is changed without a mark."""

from dataclasses import replace

import pytest

from engagement.codebook_history import Change, ChangeKind, Moved
from engagement.errors import BadInput
from engagement.model import Choice, Codebook, Pick, Theme
from engagement.segment import excerpts
from engagement.store import Store
from tests.test_carry import document


@pytest.fixture
def store(tmp_path):
    """Two excerpts, "The flat is damp." and "Nobody came."."""
    with Store.open(tmp_path, create=True) as opened:
        made = document("The flat is damp.", "Nobody came.")
        opened.add_document(made, excerpts(made, 90), [], {})
        yield opened


def mended(store, typed="The [...] is damp."):
    """The first excerpt, pinned as somebody mended it."""
    return Pick(store.excerpts()[0].excerpt_id, "housing", Choice.PINNED, 1, "opens the chapter", typed)


def test_a_quote_has_one_choice_a_theme(store):
    """The last choice of a quote under a theme stands; under another theme it has its own; taken back it has none."""
    for pick in (
        Pick("e1", "housing", Choice.DROPPED),
        Pick("e1", "access", Choice.PINNED, 2),
        Pick("e1", "housing", Choice.PINNED, 1, "opens the chapter"),
    ):
        store.collected.save_pick(pick, "Sam")
    assert store.collected.picks() == (
        Pick("e1", "housing", Choice.PINNED, 1, "opens the chapter"),
        Pick("e1", "access", Choice.PINNED, 2),
    )
    store.collected.remove_pick("e1", "housing", "Sam")
    assert [pick.theme_key for pick in store.collected.picks()] == ["access"]
    trail = [row["detail"]["choice"] for row in store.audit_trail() if row["what"] == "quote chosen"]
    assert trail == ["dropped", "pinned", "pinned", "none"]


def test_a_mended_quote_is_kept_and_the_trail_does_not_repeat_it(store):
    """It comes back with its words, also when its place changes; the trail says that it was mended, and no word."""
    pick = mended(store)
    store.collected.save_pick(pick, "Sam")
    store.collected.save_pick(replace(pick, place=2), "Sam")
    assert store.collected.picks() == (replace(pick, place=2),)
    assert store.audit_trail()[-1]["detail"] == {"theme": "housing", "choice": "pinned", "mended": True}
    assert "damp" not in str(store.audit_trail())
    assert store.collected.unfit() == ()


@pytest.mark.parametrize(
    "typed", ["The flat is wet.", "The is damp.", "Nobody came.", "The flat [07700 900123] is damp."]
)
def test_no_change_without_its_mark_gets_into_the_database(store, typed):
    """Whatever page or program asks: the words are compared with those that are stored."""
    with pytest.raises(BadInput):
        store.collected.save_pick(mended(store, typed), "Sam")
    with pytest.raises(BadInput, match="its words are no longer in the project"):
        store.collected.save_pick(replace(mended(store), excerpt_id="e-gone"), "Sam")
    assert store.collected.picks() == ()


def test_a_mended_quote_goes_with_its_theme(store):
    """A theme that is renamed or merged takes what was made of its quotes along."""
    book = Codebook("b", 2, (Theme("homes", "Homes", ""),))
    store.collected.save_pick(mended(store), "Sam")
    change = Change(ChangeKind.RENAMED, ("housing",), ("homes",), 2, "Housing is Homes now.")
    store.coded.change_codebook(book, change, Moved((), ()), (), "Sam")
    assert store.collected.picks() == (replace(mended(store), theme_key="homes"),)


def test_what_was_made_of_a_quote_is_gone_once_its_words_are(store):
    """A reviewer has a word replaced: it stays nowhere, the quote stays pinned, and is told among those unfit."""
    store.collected.save_pick(mended(store), "Sam")
    other = replace(mended(store, "Nobody [ever] came."), excerpt_id=store.excerpts()[1].excerpt_id, place=2)
    store.collected.save_pick(other, "Sam")
    again = document("The flat is [place].", "Nobody came.")
    turn, before = again.turns[0], store.excerpts()
    cut = excerpts(again, 90)
    store.reviewed.replace_turns("s1", [turn], cut, [], before)
    first, second = store.collected.picks()
    assert (first.choice, first.note, first.typed) == (Choice.PINNED, "opens the chapter", "[...]")
    assert second.typed == "Nobody [ever] came."
    assert store.collected.unfit() == (first,)
    store.collected.save_pick(replace(first, place=3), "Sam")
    assert "damp" not in str(store.collected.picks())


def test_memos_are_kept_in_order_and_the_trail_does_not_repeat_them(store):
    """Every memo on a subject stays; the audit says how long it is, not what it says."""
    store.collected.add_memo("e1", "Sam", "Sarcasm?")
    store.collected.add_memo("", "Bo", "Start with the letters")
    store.collected.add_memo("e1", "Sam", "Yes")
    assert [(memo.subject, memo.coder, memo.text) for memo in store.collected.memos()] == [
        ("e1", "Sam", "Sarcasm?"), ("", "Bo", "Start with the letters"), ("e1", "Sam", "Yes"),
    ]  # fmt: skip
    assert store.audit_trail()[1]["detail"] == {"characters": 8}
    assert "Sarcasm" not in str(store.audit_trail())
