"""What coded texts teach: as much as they foretell of codings that they have not seen, else next to nothing."""

from __future__ import annotations

import numpy as np
import pytest

from engagement.coding.correction import TRIED, _gains, _weights, correction

THEMES, TEXTS, ASKED = 5, 120, 60
SUBJECTS = ("rent", "bus", "clinic", "choir", "grant", "school", "stairs", "lunch")


def round_of(seed: int, texts: int = TEXTS) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Invented texts, vectors of length 1 in which those on one subject lie together, and log-odds."""
    chance = np.random.default_rng(seed)
    subject = chance.integers(0, len(SUBJECTS), texts)
    said = [f"Remark {number} of {seed} on the {SUBJECTS[at]}." for number, at in enumerate(subject.tolist())]
    vectors = np.eye(len(SUBJECTS) + 8)[subject] * 2 + chance.normal(0, 0.3, (texts, len(SUBJECTS) + 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return said, vectors.astype(np.float32), chance.normal(-1.5, 1.2, (texts, THEMES))


def drawn(log_odds: np.ndarray, seed: int) -> np.ndarray:
    """Codings that come true as often as was foreseen, and teach nothing."""
    return (np.random.default_rng(seed).random(log_odds.shape) < 1 / (1 + np.exp(-log_odds))).astype(float)


def moved(seed: int, number: int, codings: np.ndarray | None = None) -> np.ndarray:
    """How far codings of `number` texts move the log-odds of others."""
    said, vectors, log_odds = round_of(seed)
    asked, places, _ = round_of(seed + 1000, ASKED)
    known = drawn(log_odds, seed) if codings is None else codings
    return correction(said[:number], vectors[:number], log_odds[:number], known[:number]).of(asked, places)


@pytest.mark.parametrize(("number", "most"), [(10, 0.5), (20, 0.3), (40, 0.3), (80, 0.3), (120, 0.3)])
def test_codings_that_teach_nothing_change_next_to_nothing(number, most):
    """Examples that come true as foreseen leave the answers where they were: log-odds move by a few tenths."""
    changes = np.stack([moved(seed, number) for seed in range(5)])
    assert np.abs(changes).mean() < most


def test_a_subject_that_people_code_otherwise_is_learnt():
    """Where all texts on one subject carry a theme that nobody foresaw, others on it come to carry it."""
    said, _, log_odds = round_of(1)
    codings = drawn(log_odds, 1)
    codings[:, 0] = ["bus" in text for text in said]
    asked = round_of(1001, ASKED)[0]
    change = moved(1, TEXTS, codings)[:, 0]
    on_it = np.array(["bus" in text for text in asked])
    assert change[on_it].min() > 1
    assert change[~on_it].max() < 0.5


def test_what_one_theme_teaches_moves_the_others_little():
    """A theme that people see otherwise does not drag those along in which they agree."""
    said, _, log_odds = round_of(1)
    codings = drawn(log_odds, 1)
    before = moved(1, TEXTS, codings)
    codings[:, 0] = ["bus" in text for text in said]
    assert np.abs(moved(1, TEXTS, codings)[:, 1:] - before[:, 1:]).max() < 1


def test_each_theme_weighs_every_strength():
    """The weights of a theme's strengths add up to one, whatever was gained; where all is even they are equal."""
    even = _weights(np.zeros((len(TRIED), 30, THEMES)))
    assert even == pytest.approx(1 / len(TRIED))
    gains = np.random.default_rng(0).normal(0, 1, (len(TRIED), 30, THEMES))
    assert _weights(gains).sum(0) == pytest.approx(1)


def test_a_sure_gain_wins_and_an_unsure_one_does_not():
    """A strength that helps every text is taken; one that helps as much in all, but one text alone, is not."""
    gains = np.zeros((len(TRIED), 40, 1))
    gains[3] = 0.3
    assert _weights(gains)[3, 0] > 0.9
    gains[3], gains[3, 0] = 0, 12
    assert _weights(gains)[3, 0] < 0.3


def test_nothing_is_gained_where_nothing_is_known():
    """Themes that nobody decided on are neither judged nor moved."""
    said, vectors, log_odds = round_of(2, 30)
    known = np.full(log_odds.shape, np.nan)
    known[:, 0] = drawn(log_odds, 2)[:, 0]
    ones = np.ones((30, 30))
    gains = _gains((ones, ones, ones), log_odds, known, np.arange(30) % 5)
    assert not gains[:, :, 1:].any()
    assert not correction(said, vectors, log_odds, known).of(said, vectors)[:, 1:].any()


def test_one_coding_is_enough_to_begin_with():
    """A single coded text is learnt from without a warning."""
    said, vectors, log_odds = round_of(3, 1)
    change = correction(said, vectors, log_odds, 1 - drawn(log_odds, 3)).of(said, vectors)
    assert np.isfinite(change).all()
