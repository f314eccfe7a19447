"""Quotes pinned and dropped, and memos, come back as they were left."""

import pytest

from engagement.model import Choice, Pick
from engagement.store import Store


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path, create=True) as opened:
        yield opened


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
    assert [row["detail"]["choice"] for row in store.audit_trail()] == ["dropped", "pinned", "pinned", "none"]


def test_memos_are_kept_in_order_and_the_trail_does_not_repeat_them(store):
    """Every memo on a subject stays; the audit says how long it is, not what it says."""
    store.collected.add_memo("e1", "Sam", "Sarcasm?")
    store.collected.add_memo("", "Bo", "Start with the letters")
    store.collected.add_memo("e1", "Sam", "Yes")
    assert [(memo.subject, memo.coder, memo.text) for memo in store.collected.memos()] == [
        ("e1", "Sam", "Sarcasm?"), ("", "Bo", "Start with the letters"), ("e1", "Sam", "Yes"),
    ]  # fmt: skip
    assert store.audit_trail()[0]["detail"] == {"characters": 8}
    assert "Sarcasm" not in str(store.audit_trail())
