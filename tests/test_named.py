"""Words in brackets may name nobody whom the project knows under a number, nor words that a reviewer had replaced."""

import hashlib
import hmac

import pytest

from engagement.anonymising.rulings import Judgement, Rulings
from engagement.errors import BadInput
from engagement.export.last_look import last_look
from engagement.model import Choice, Pick
from engagement.quotation.named import check_brackets, names_of
from engagement.segment import excerpts
from engagement.store import Store
from engagement.vault import KEY_FILE, open_key
from tests.test_carry import document

SAID = "She said that [Person 1] knew of the damp flat."


@pytest.fixture
def store(tmp_path):
    """A project that knows Nkechi Adeyemi and Tovi under numbers, and where "Rose Hill" was ruled to be replaced."""
    key = open_key(tmp_path)
    numbers = {
        hmac.new(key, name.encode(), hashlib.sha256).hexdigest(): number
        for number, name in enumerate(["nkechi adeyemi", "tovi"], 1)
    }
    with Store.open(tmp_path, create=True) as opened:
        made = document(SAID)
        opened.add_document(made, excerpts(made, 90), [], numbers)
        rulings = Rulings(key)
        opened.reviewed.add_ruling(rulings.ruling("Rose Hill", Judgement.REPLACE, "PLACE", "sam"))
        opened.reviewed.add_ruling(rulings.ruling("Quay", Judgement.KEEP, "PLACE", "sam"))
        yield opened


NAMES = [
    ("Nkechi Adeyemi", True), ("my aunt, Nkechi Adeyemi's", True), ("Tovi", True), ("TOVI", True), ("rose hill", True),
    ("Rose", False), ("the Quay", False), ("they", False), ("T", False), ("Nkechi", False),
]  # fmt: skip


@pytest.mark.parametrize(("words", "named"), NAMES)
def test_who_is_known_under_a_number_is_told_by_name(store, words, named):
    """Whole names only, in any case; a part of one is anybody's."""
    assert names_of(store)(words) is named
    typed = f"She [{words}] said that [Person 1] knew"
    if named:
        with pytest.raises(BadInput, match=r"^the words in brackets: they name somebody of the project") as refusal:
            check_brackets(typed, SAID, store)
        assert words not in str(refusal.value)
    else:
        check_brackets(typed, SAID, store)


def test_marks_of_the_passage_itself_are_no_names(store):
    check_brackets("She said that [Person 1] knew [...] the damp flat.", SAID, store)


def test_a_project_without_its_key_tells_nothing(store):
    """And no key is made by asking."""
    (store.folder / KEY_FILE).unlink()
    assert not names_of(store)("Tovi")
    assert not (store.folder / KEY_FILE).exists()
    store.seal()
    assert not names_of(store)("Tovi")


def test_a_name_that_was_ruled_on_since_stops_every_export(store):
    """The sentence says what to do, and not the name."""
    (excerpt,) = store.excerpts()
    pick = Pick(excerpt.excerpt_id, "housing", Choice.PINNED, typed="She [of Marsh Wharf] said that [Person 1] knew")
    store.collected.save_pick(pick, "Sam")
    last_look(store)
    rulings = Rulings(open_key(store.folder))
    store.reviewed.add_ruling(rulings.ruling("Marsh Wharf", Judgement.REPLACE, "PLACE", "sam"))
    with pytest.raises(BadInput) as refusal:
        last_look(store)
    assert str(refusal.value) == (
        "the words in brackets: they name somebody of the project. "
        "Take the name out of the quote, on the Evidence page."
    )
