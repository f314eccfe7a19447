"""The reader of words: it speaks of the themes that the field knows, told by their definitions, and of no others."""

from __future__ import annotations

import numpy as np
import pytest

from engagement.codebook import default
from engagement.coding import field, matcher
from engagement.coding.coder import Coder, definition
from engagement.config import Settings
from engagement.model import Codebook, Theme

SETTINGS = Settings()
BOOK = default()
FOREIGN = Codebook(
    "allotment",
    1,
    (Theme("slugs", "Slugs", "Snails and slugs eating plants."), Theme("water", "Water", "Hosepipes, drought.")),
)


@pytest.fixture(scope="module")
def known() -> field.Field:
    found = field.field(field.WEIGHTS)
    assert found
    return found


@pytest.fixture(scope="module")
def acquaintance(known):
    lines = matcher.see(known.lines, SETTINGS).whole

    def of(wordings: list[str]) -> np.ndarray:
        return known.acquaintance(matcher.see(wordings, SETTINGS).whole, lines)

    return of


def test_the_seed_themes_are_known(acquaintance, known):
    """Each theme of the default codebook is one known theme, for sure, and each another one."""
    found = acquaintance([definition(theme) for theme in BOOK.themes])
    assert (found.max(0) == 1).all()
    assert len(set(found.argmax(0).tolist())) == len(BOOK.themes)
    assert known.weights.shape[1] == len(known.bias) == found.shape[0]


@pytest.mark.parametrize(
    ("wording", "least", "most"),
    [
        ("Homes: affording, finding and keeping somewhere decent to live; damp, repairs, landlords", 0.3, 1),
        ("Public transport: buses and trains, their fares and routes", 0.3, 1),
        ("Snails and slugs eating plants", 0, 0),
        ("Waiting time: how long patients wait for their appointment in clinic", 0, 0.5),
    ],
)
def test_a_theme_is_known_by_what_it_means(acquaintance, wording, least, most):
    """Other words for a known theme find it; themes of other fields find none."""
    assert least <= acquaintance([wording]).max() <= most


def test_words_tell(known):
    """A remark on rent scores highest for housing among the known themes' own order of the codebook."""
    owners = [known.owners[known.lines.index(definition(theme))] for theme in BOOK.themes]
    rent, grant = known.told(["The landlord put the rent up.", "Our grant application to the fund was refused."])
    assert BOOK.keys[int(rent[owners].argmax())] == "housing"
    assert BOOK.keys[int(grant[owners].argmax())] == "community_grant_funding"


def test_marks_tell_nothing(known):
    """What the anonymiser puts for a name or place is not read: "[place]" is no word about places."""
    plain, marked = known.told(["We met at the hall.", "We met [Person 3] [place] at the hall."])
    assert marked == pytest.approx(plain)


def test_a_foreign_codebook_is_read_as_if_nothing_were_known(monkeypatch, tmp_path):
    """Where no theme is known, or the file is missing, the other readers decide alone."""
    asked = ["Every lettuce has holes in it by morning."]
    first = Coder(FOREIGN, [], SETTINGS, tmp_path).probabilities(asked)
    monkeypatch.setattr(field, "WEIGHTS", tmp_path / "none")
    assert (Coder(FOREIGN, [], SETTINGS, tmp_path).probabilities(asked) == first).all()
    assert Coder(BOOK, [], SETTINGS, tmp_path).probabilities(["The rent is too high."])[0].argmax() == 0


def test_what_ships_is_small():
    """All that was learnt for the field is under 30 MB together."""
    assert field.WEIGHTS.stat().st_size + matcher.WEIGHTS.stat().st_size < 30_000_000
