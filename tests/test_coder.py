"""The coder's probabilities: by the codebook alone, and moved by what people have coded as far as that is evidence."""

from __future__ import annotations

import numpy as np
import pytest

from engagement.codebook import default
from engagement.coding.coder import THRESHOLD, Coder, Labelled, definition
from engagement.config import Settings
from engagement.model import Codebook, Theme

SETTINGS = Settings()
BOOK = default()
# Invented remarks with what they are plainly about, in other words than the codebook's.
PLAIN = [
    ("Five of us in one room and the ceiling drips on the cot.", "housing"),
    ("The bid took three months to write and they turned us down in one line.", "community_grant_funding"),
    ("The Poles drink at one end, we drink at the other, nobody crosses the room.", "siloed_communities"),
    ("The bank laughed at my loan and the meter eats what is left.", "access_to_money"),
    ("He shouted at my mother to go back to her own country.", "racism"),
    ("The office is up two flights and the form is only on the website.", "access"),
    ("There is nowhere in this town where two lads can hold hands and feel safe.", "safe_spaces"),
]
PAIRED = "My landlord won't mend the boiler. The grant panel turned our choir down."


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture(scope="module")
def coder(cache):
    return Coder(BOOK, [], SETTINGS, cache)


def carried(key: str) -> dict[str, bool]:
    return {theme: theme == key for theme in BOOK.keys}


@pytest.mark.parametrize(("text", "key"), PLAIN)
def test_the_likeliest_theme_is_the_one_meant(coder, text, key):
    """The likeliest theme of a plain remark is its own, and likely enough to be given."""
    (row,) = coder.probabilities([text])
    assert BOOK.keys[row.argmax()] == key
    assert row.max() > THRESHOLD


def test_each_theme_rests_on_its_own_sentence(coder):
    """Two themes in one text rest on the sentences that speak of them."""
    (because,) = coder.read([PAIRED]).because
    spans = dict(zip(BOOK.keys, because, strict=True))
    assert PAIRED[slice(*spans["housing"])] == "My landlord won't mend the boiler."
    assert PAIRED[slice(*spans["community_grant_funding"])] == "The grant panel turned our choir down."


def test_another_themes_sentence_counts_against_none(coder):
    """A theme that leads in one sentence takes nothing from the theme of another."""
    apart = [part + "." for part in PAIRED.rstrip(".").split(". ")]
    together = coder.probabilities([PAIRED])[0]
    assert (together[[0, 1]] > THRESHOLD).all()
    assert (coder.probabilities(apart).max(0)[[0, 1]] > THRESHOLD).all()


def test_what_was_foreseen_moves_little(coder, cache):
    """Codings that say what the codebook says already leave the machine's mind nearly as it was."""
    asked = [text for text, _ in PLAIN[:3]]
    agreed = [Labelled(text, carried(key)) for text, key in PLAIN[3:]]
    moved = Coder(BOOK, agreed, SETTINGS, cache).probabilities(asked) - coder.probabilities(asked)
    assert np.abs(moved).max() < 0.1


def test_what_nobody_decided_on_moves_nothing(coder, cache):
    """A coding tells of its own themes: the probabilities of the others stay as they were."""
    decided = [Labelled(text, {"housing": False}) for text, _ in PLAIN]
    asked = [text for text, _ in PLAIN]
    before, after = (one.probabilities(asked) for one in (coder, Coder(BOOK, decided, SETTINGS, cache)))
    assert (after[:, 1:] == before[:, 1:]).all()
    assert after[0, 0] / (1 - after[0, 0]) < before[0, 0] / (1 - before[0, 0]) / 3


def test_codings_dealt_out_at_random_change_no_answer(coder, cache):
    """Forty examples whose themes have nothing to do with their words leave the answers as they were."""
    openings = ("On Monday", "In the queue", "At the hall", "Last winter", "By the river", "With my son", "On the bus")
    doings = (
        "I counted ducks",
        "she told a joke",
        "we ate an apple",
        "he dropped a spoon",
        "it began to snow",
        "I sang",
    )
    chance = np.random.default_rng(4)
    texts = [f"{opening} {doing}." for opening in openings for doing in doings][:40]
    dealt = chance.random((len(texts), len(BOOK.keys))) < 0.02
    examples = [
        Labelled(text, dict(zip(BOOK.keys, row, strict=True))) for text, row in zip(texts, dealt.tolist(), strict=True)
    ]
    asked = [text for text, _ in PLAIN]
    before, after = (one.probabilities(asked) for one in (coder, Coder(BOOK, examples, SETTINGS, cache)))
    assert ((after > THRESHOLD) == (before > THRESHOLD)).all()
    assert np.abs(after - before).max() < 0.15


def test_more_of_the_same_evidence_moves_further(cache):
    """Ten codings against the machine move it further than two, in the direction of the people."""
    remarks = [f"The {thing} at the harbour is rusty." for thing in ("crane", "rail", "gate", "buoy", "hook", "bolt")]
    asked = ["The chain at the harbour is rusty."]
    at = [
        Coder(BOOK, [Labelled(text, {"access": True}) for text in remarks[:number]], SETTINGS, cache).probabilities(
            asked
        )[0, BOOK.keys.index("access")]
        for number in (0, 2, 6)
    ]
    assert at[0] + 0.05 < at[1] < at[2]


def test_a_theme_that_all_agree_on_is_learnt_without_a_warning(cache, recwarn):
    """One class among the codings is no trouble, nor is one coding."""
    Coder(BOOK, [Labelled("Yes.", dict.fromkeys(BOOK.keys, False))], SETTINGS, cache).probabilities(["No."])
    assert not recwarn.list


def test_very_many_codings_are_learnt_from_in_part(cache, monkeypatch):
    """Beyond a number of codings a part is learnt from, the same one in any order."""
    monkeypatch.setattr("engagement.coding.coder.MOST_EXAMPLES", 3)
    examples = [Labelled(text, carried(key)) for text, key in PLAIN]
    asked = [text for text, _ in PLAIN]
    first, second = (Coder(BOOK, some, SETTINGS, cache).probabilities(asked) for some in (examples, examples[::-1]))
    assert (first == second).all()


def test_new_texts_change_no_old_codings(coder):
    """A text's probabilities are its own: what is read beside it changes them by less than a thousandth."""
    old = [text for text, _ in PLAIN]
    new = [f"Another remark, number {number}, about nothing much." for number in range(20)]
    assert coder.probabilities([*new, *old])[20:] == pytest.approx(coder.probabilities(old), abs=1e-3)


def test_the_line_of_a_theme():
    """A theme is held against its name and definition, or its name alone."""
    assert definition(Theme("a", "Ash", "Trees.")) == "Ash: Trees."
    assert definition(Theme("a", "Ash", "")) == "Ash"


def test_a_codebook_of_another_field_is_read(cache):
    """Themes that nothing here was made for are told apart by their definitions."""
    book = Codebook(
        "allotment",
        1,
        (Theme("slugs", "Slugs", "Snails and slugs eating plants."), Theme("water", "Water", "Hosepipes, drought.")),
    )
    found = Coder(book, [], SETTINGS, cache).probabilities(
        ["Every lettuce has holes in it by morning.", "It's so dry."]
    )
    assert found.argmax(1).tolist() == [0, 1]
