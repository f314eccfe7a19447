"""The matcher's vectors: one for a text and one for each of its sentences, tuned where the weights fit, cached."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from engagement.coding import matcher
from engagement.coding.matcher import fits, see
from engagement.config import Settings
from engagement.embed import embed

SETTINGS = Settings()
TEXTS = ["The rent is too high.", "Damp on every wall. And the agent only laughs!", "", "no stop at the end"]
SPANS = ((0, 21), (0, 46), (0, 19), (20, 46), (0, 0), (0, 18))


@pytest.fixture(scope="module")
def seen() -> matcher.Vectors:
    return see(TEXTS, SETTINGS)


def test_a_text_has_a_row_and_its_sentences_have_theirs(seen):
    """A text comes first, then its sentences if it has several; the rows are of length 1."""
    assert seen.spans == SPANS
    assert seen.starts.tolist() == [0, 1, 4, 5, 6]
    assert seen.rows.shape == (6, 384)
    assert seen.rows.dtype == np.float32
    assert np.linalg.norm(seen.rows, axis=1) == pytest.approx(1, abs=1e-5)
    assert (seen.whole == seen.rows[[0, 1, 4, 5]]).all()


def test_the_company_of_a_text_changes_nothing(seen):
    """A text has the same vectors in any order, number and repetition of texts."""
    again = see([*TEXTS[::-1], TEXTS[1]], SETTINGS)
    assert again.whole[:-1][::-1] == pytest.approx(seen.whole, abs=1e-5)
    assert (again.rows[-3:] == again.rows[2:5]).all()


def test_a_text_is_nearest_to_the_definition_that_applies():
    """The tuned vectors tell what a remark is about where the plain ones don't, also in words of another kind."""
    themes = ["Lack of safe spaces: places where people can meet and be themselves", "Debt: owing money", "Racism"]
    remarks = [
        "Since the bar closed there is nowhere to hold my girlfriend's hand.",
        "Bailiffs at seven.",
        "Go home!",
    ]
    near = see(remarks, SETTINGS).whole @ see(themes, SETTINGS).whole.T
    assert near.argmax(1).tolist() == [0, 1, 2]


def test_a_sentence_is_read_in_its_context():
    """What a sentence means hangs on those beside it."""
    first, second = (see([text], SETTINGS).rows[2] for text in ("We rent. It leaks.", "I have a boat. It leaks."))
    assert 0.2 < first @ second < 0.99


def test_the_cache_gives_the_same_vectors(seen, tmp_path, monkeypatch):
    """What was read once is not read again, and no words are kept."""
    first = see(TEXTS, SETTINGS, tmp_path)
    monkeypatch.setattr("engagement.coding.matcher._encode", None)
    again = see(TEXTS[::-1], SETTINGS, tmp_path)
    assert (again.whole[::-1] == first.whole).all()
    assert first.rows == pytest.approx(seen.rows, abs=1e-5)
    assert all(b"damp" not in file.read_bytes().lower() for file in tmp_path.iterdir())


def test_no_texts_no_vectors():
    """Nothing to see gives no rows."""
    nothing = see([], SETTINGS)
    assert nothing.rows.shape == (0, 384)
    assert nothing.starts.tolist() == [0]


def test_the_weights_are_small_and_fit_the_packaged_model():
    """What ships is under 30 MB and says which model it belongs to."""
    assert matcher.WEIGHTS.stat().st_size < 30_000_000
    assert fits(SETTINGS)


def test_with_another_model_the_plain_vectors_serve(tmp_path, monkeypatch):
    """Tuned layers are never put on a model that they do not belong to: sentences are embedded by themselves."""
    monkeypatch.setattr("engagement.coding.matcher.weights_digest", lambda _: "f" * 64)
    assert not fits(SETTINGS)
    plain = see(TEXTS[:2], SETTINGS)
    assert plain.spans == SPANS[:4]
    assert plain.rows[2] == pytest.approx(embed(["Damp on every wall."], SETTINGS)[0], abs=1e-5)


def test_without_weights_the_plain_vectors_serve(tmp_path, monkeypatch):
    """A package without the tuned layers still codes."""
    monkeypatch.setattr(matcher, "WEIGHTS", tmp_path / "none")
    assert not fits(SETTINGS)
    assert see(TEXTS[:1], SETTINGS).rows == pytest.approx(embed(TEXTS[:1], SETTINGS), abs=1e-5)


def test_a_model_elsewhere_with_the_same_weights_is_tuned(tmp_path: Path):
    """It is the weights that count, not the folder."""
    elsewhere = tmp_path / "copy"
    shutil.copytree(SETTINGS.embedding_path(), elsewhere)
    assert fits(Settings(embedding_model=elsewhere))
