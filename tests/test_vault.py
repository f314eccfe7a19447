"""Pseudonyms are stable with the key and tell nothing without it; raw words lie under a passphrase or nowhere."""

import json
import os
import sqlite3
import stat

import pytest

from engagement import vault as vaults
from engagement.errors import BadInput, RawTextLeak
from engagement.store import DATABASE, Store
from engagement.vault import (
    FOLDER,
    KEY_FILE,
    LOCK,
    Ledger,
    Vault,
    destroy_key,
    destroy_vault,
    has_vault,
    open_key,
)

PASSPHRASE = "linnet capstan thursday"
TURNS = {0: "Nkechi Adeyemi lives at 14 Linnet Close.", 3: "فاطمة 👩🏾‍🦽 said \udce9 no", 4: ""}


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """The real cost is measured once, below; elsewhere the least that a lock may ask for will do."""
    monkeypatch.setattr(vaults, "COST", 2**14)


@pytest.fixture
def vault(tmp_path):
    made = Vault.create(tmp_path, PASSPHRASE)
    made.keep("s0123456789ab", TURNS)
    return made


def opened(vault, source_id="s0123456789ab"):
    return {position: words.reveal() for position, words in vault.turns(source_id).items()}


def everything_in(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


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


def test_words_come_back_as_they_went_in(vault, tmp_path):
    """Every turn, in any script, is the same after the vault was closed and opened, and is RawText."""
    again = Vault.open(tmp_path, PASSPHRASE)
    assert opened(again) == TURNS
    assert again.words("s0123456789ab", 0).reveal() == TURNS[0]
    assert again.sources() == {"s0123456789ab"}
    with pytest.raises(RawTextLeak):
        str(again.words("s0123456789ab", 0))


def test_a_source_is_kept_beside_the_others(vault, tmp_path):
    """A second source leaves the first one's record untouched; the same source again takes the place of the first."""
    first = (tmp_path / FOLDER / "s0123456789ab.enc").read_bytes()
    vault.keep("sffffffffffff.2", {0: "Rose Hill"})
    assert (tmp_path / FOLDER / "s0123456789ab.enc").read_bytes() == first
    vault.keep("s0123456789ab", {0: "again"})
    assert opened(vault) == {0: "again"}
    assert vault.sources() == {"s0123456789ab", "sffffffffffff.2"}


def test_withdrawn_words_are_forgotten(vault):
    """The turns of somebody who withdrew are gone from the record, the others stay."""
    vault.forget("s0123456789ab", [0, 4])
    assert opened(vault) == {3: TURNS[3]}


PASSPHRASES = [
    (PASSPHRASE, True),
    (f" {PASSPHRASE}\n", True),
    (PASSPHRASE.title(), False),
    (PASSPHRASE + "s", False),
    ("", False),
]


@pytest.mark.parametrize(("typed", "opens"), PASSPHRASES)
def test_only_the_passphrase_opens_it(vault, tmp_path, typed, opens):
    """A wrong passphrase gets one sentence, which does not repeat it."""
    if opens:
        assert opened(Vault.open(tmp_path, typed)) == TURNS
        return
    with pytest.raises(BadInput) as error:
        Vault.open(tmp_path, typed)
    sentence = "vault: the passphrase does not open it. Type it again; nobody can recover a lost one."
    assert str(error.value) == sentence


def test_a_passphrase_may_come_in_another_form_of_unicode(tmp_path):
    """The same letters typed on another keyboard open it."""
    Vault.create(tmp_path, "cafe\u0301 lark window").keep("s1", {0: "x"})
    assert opened(Vault.open(tmp_path, "caf\u00e9 lark window"), "s1") == {0: "x"}


@pytest.mark.parametrize(("length", "enough"), [(11, False), (12, True)])
def test_a_short_passphrase_is_refused(tmp_path, length, enough):
    """Twelve characters are enough and eleven are not; nothing is made for them."""
    if enough:
        Vault.create(tmp_path, "x" * length)
        assert has_vault(tmp_path)
        return
    with pytest.raises(BadInput, match="fewer than 12 characters"):
        Vault.create(tmp_path, "x" * length)
    assert list(tmp_path.iterdir()) == []


def test_a_vault_is_not_made_over_another(vault, tmp_path):
    """A second vault in a project is refused, and the first is as it was."""
    with pytest.raises(BadInput, match="has a vault already"):
        Vault.create(tmp_path, "another three words")
    assert opened(Vault.open(tmp_path, PASSPHRASE)) == TURNS


def test_no_vault_is_a_sentence(tmp_path):
    """A project without one says what to do; a source that is not in it too."""
    with pytest.raises(BadInput, match="this project has no vault"):
        Vault.open(tmp_path, PASSPHRASE)
    with pytest.raises(BadInput, match="no words of this source"):
        Vault.create(tmp_path, PASSPHRASE).turns("s999")


@pytest.mark.parametrize("source_id", ["../s1", "s1/../../x", "", "."])
def test_no_source_leads_out_of_the_folder(vault, source_id):
    """What is not an id is never made into a path."""
    with pytest.raises(ValueError, match="not a source_id"):
        vault.keep(source_id, {0: "x"})


def flipped(content, at):
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("at", [0, 18, 19, 30, 31, 60, -1])
def test_a_changed_record_is_not_read(vault, tmp_path, at):
    """One bit changed anywhere in a record, and nothing of it is given."""
    path = tmp_path / FOLDER / "s0123456789ab.enc"
    content = path.read_bytes()
    path.write_bytes(flipped(content, at % len(content)))
    with pytest.raises(BadInput, match=r"^vault/s0123456789ab\.enc: the file is damaged, or somebody changed it\. "):
        Vault.open(tmp_path, PASSPHRASE).turns("s0123456789ab")


@pytest.mark.parametrize("length", [0, 5, 19, 31, 40, -1])
def test_a_truncated_record_is_not_read(vault, tmp_path, length):
    """A record cut off anywhere is damaged."""
    path = tmp_path / FOLDER / "s0123456789ab.enc"
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(BadInput, match="damaged"):
        Vault.open(tmp_path, PASSPHRASE).turns("s0123456789ab")


def test_a_record_cannot_stand_for_another(vault, tmp_path):
    """A record put under another source's name is damaged: words can't be made somebody else's."""
    vault.keep("s2", {0: "x"})
    (tmp_path / FOLDER / "s0123456789ab.enc").replace(tmp_path / FOLDER / "s2.enc")
    with pytest.raises(BadInput, match="damaged"):
        vault.turns("s2")


def changed_lock(**fields):
    return lambda lock: json.dumps({**json.loads(lock), **fields}).encode()


LOCKS = [
    lambda lock: b"",
    lambda lock: lock[: len(lock) // 2],
    lambda lock: b"\xff" + lock,
    changed_lock(n=2**15),
    changed_lock(n=2**40),
    changed_lock(salt="00" * 16),
    changed_lock(key="zz"),
    changed_lock(more="x"),
]


@pytest.mark.parametrize("change", LOCKS)
def test_a_damaged_lock_is_told_from_a_wrong_passphrase(vault, tmp_path, change):
    """A lock that is cut off, garbled or asks for another cost is said to be damaged."""
    path = tmp_path / FOLDER / LOCK
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(BadInput, match=r"^vault/vault\.lock: the file is damaged"):
        Vault.open(tmp_path, PASSPHRASE)


def test_a_lock_made_weaker_does_not_open(vault, tmp_path):
    """Whoever lowers the cost and mends the check has another key, and the encrypted one is bound to the old cost."""
    path = tmp_path / FOLDER / LOCK
    lock = vaults._read_lock(path).model_copy(update={"n": 2**15})
    path.write_text(lock.model_copy(update={"check": lock.digest()}).model_dump_json())
    with pytest.raises(BadInput, match="the passphrase does not open it"):
        Vault.open(tmp_path, PASSPHRASE)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_crash_between_writes_keeps_what_was(vault, tmp_path, monkeypatch, step):
    """If writing a source again fails in the middle, the words kept before are all there, and no unfinished file."""

    def fail(*_):
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(vaults.os if step == "fsync" else vaults.Path, step, fail)
        with pytest.raises(OSError, match="no space"):
            vault.keep("s0123456789ab", {0: "new"})
    assert opened(Vault.open(tmp_path, PASSPHRASE)) == TURNS
    assert {path.name for path in (tmp_path / FOLDER).iterdir()} == {LOCK, "s0123456789ab.enc"}


def test_what_a_killed_run_left_is_swept(vault, tmp_path):
    """An unfinished file of a run that was killed goes when the vault is opened, and is no source."""
    (tmp_path / FOLDER / "s2.enc.0a0a0a0a.part").write_bytes(b"half")
    assert Vault.open(tmp_path, PASSPHRASE).sources() == {"s0123456789ab"}
    assert {path.name for path in (tmp_path / FOLDER).iterdir()} == {LOCK, "s0123456789ab.enc"}


def test_a_vault_half_made_is_made_again(tmp_path):
    """A folder without a lock opens to nobody, so a new vault takes its place."""
    Vault.create(tmp_path, PASSPHRASE).keep("s1", TURNS)
    (tmp_path / FOLDER / LOCK).unlink()
    assert not has_vault(tmp_path)
    assert Vault.create(tmp_path, PASSPHRASE).sources() == frozenset()


def test_nothing_raw_and_no_key_is_in_any_file(vault, tmp_path):
    """No word of a turn, the passphrase or the vault's key can be found in any file, the database's log included."""
    with Store.open(tmp_path, create=True) as store:
        store.note("words kept", "s0123456789ab", {"turns": len(TURNS)})
        held = everything_in(tmp_path)
    assert (tmp_path / DATABASE).exists()
    for secret in (b"Nkechi", b"Linnet", "فاطمة".encode(), PASSPHRASE.encode(), vault._key, vault._key.hex().encode()):
        assert secret not in held
    assert b"words kept" in held  # the search would have found it


def test_everything_is_its_owners_alone(vault, tmp_path):
    """Nobody else on the machine can list or read the vault."""
    assert stat.S_IMODE((tmp_path / FOLDER).stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / FOLDER).iterdir()} == {0o600}


def test_destroying_leaves_nothing(vault, tmp_path):
    """Lock, records and unfinished files are overwritten and gone, and the passphrase opens nothing."""
    (tmp_path / FOLDER / "s2.enc.0a0a0a0a.part").write_bytes(b"half")
    held = os.open(tmp_path / FOLDER / LOCK, os.O_RDONLY)  # as a tool that recovers deleted files would see it
    was = os.pread(held, 10_000, 0)
    assert destroy_vault(tmp_path) is True
    now = os.pread(held, 10_000, 0)
    os.close(held)
    assert len(now) == len(was)
    assert b"salt" not in now
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BadInput, match="no vault"):
        Vault.open(tmp_path, PASSPHRASE)
    assert destroy_vault(tmp_path) is False


def test_records_saved_elsewhere_stay_shut(vault, tmp_path):
    """A copy of the records without the lock can't be opened by the passphrase: the key was in the lock alone."""
    copy = (tmp_path / FOLDER / "s0123456789ab.enc").read_bytes()
    destroy_vault(tmp_path)
    again = Vault.create(tmp_path, PASSPHRASE)
    (tmp_path / FOLDER / "s0123456789ab.enc").write_bytes(copy)
    with pytest.raises(BadInput, match="damaged"):
        again.turns("s0123456789ab")


def test_destroying_goes_for_no_file_of_others(vault, tmp_path):
    """A file that somebody put in the folder, and what a link leads to, are left alone."""
    other, target = tmp_path / FOLDER / "notes.txt", tmp_path / "elsewhere.txt"
    other.write_text("mine")
    target.write_text("mine too")
    (tmp_path / FOLDER / "s3.enc").symlink_to(target)
    assert destroy_vault(tmp_path) is True
    assert (other.read_text(), target.read_text()) == ("mine", "mine too")
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["notes.txt"]


def test_a_vault_tells_nothing_of_itself(vault):
    """Neither its text form nor what it gives shows a word or the key."""
    assert "Nkechi" not in repr(vault) + repr(vault.turns("s0123456789ab"))
    assert vault._key.hex() not in repr(vault)


def test_a_guess_is_dear(tmp_path, monkeypatch):
    """A new vault asks for at least 2**15 rounds of scrypt, with a salt of its own, and the lock says so."""
    monkeypatch.undo()
    Vault.create(tmp_path / "one", PASSPHRASE)
    Vault.create(tmp_path / "two", PASSPHRASE)
    one, two = (json.loads((tmp_path / place / FOLDER / LOCK).read_text()) for place in ("one", "two"))
    assert one["n"] >= 2**15
    assert one["salt"] != two["salt"]
    assert one["key"] != two["key"]


def test_the_test_of_bytes_can_fail(tmp_path):
    """Words written into the database would be found by the search above."""
    with Store.open(tmp_path, create=True), sqlite3.connect(tmp_path / DATABASE) as raw:
        raw.execute("INSERT INTO settings VALUES ('x', '\"Nkechi\"')")
        raw.commit()
        assert b"Nkechi" in everything_in(tmp_path)
