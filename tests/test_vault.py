"""Pseudonyms are stable with the key, tell nothing without it, and the key can be destroyed."""

import stat

from engagement.vault import KEY_FILE, Ledger, destroy_key, open_key


def test_numbers_go_by_first_appearance():
    """The first person met is 1, the second 2, and each stays what they were."""
    ledger = Ledger(b"key")
    assert [ledger.number(name) for name in ("amina begum", "tom reid", "amina begum")] == [1, 2, 1]


def test_the_ledger_holds_no_name_and_needs_the_key():
    """What is stored is a keyed digest: another key gives another one, and no name can be read from it."""
    first, second = Ledger(b"key"), Ledger(b"other")
    first.number("amina begum")
    second.number("amina begum")
    assert first.numbers.keys().isdisjoint(second.numbers)
    assert all(len(digest) == 64 and "amina" not in digest for digest in first.numbers)


def test_a_ledger_goes_on_where_it_stopped():
    """A second run with the stored numbers knows the people of the first, and counts on from there."""
    first = Ledger(b"key")
    first.number("amina begum")
    second = Ledger(b"key", first.numbers)
    assert (second.number("amina begum"), second.number("tom reid")) == (1, 2)


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path):
    """The key is 32 random bytes that nobody else on the machine can read, the same at every opening."""
    key = open_key(tmp_path)
    assert len(key) == 32
    assert open_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600


def test_destroying_the_key_leaves_none(tmp_path):
    """After destruction no key exists, and a second destruction says that there was none."""
    open_key(tmp_path)
    assert destroy_key(tmp_path) is True
    assert list(tmp_path.iterdir()) == []
    assert destroy_key(tmp_path) is False
