"""Texts -> vectors in which a theme's definition lies near the texts that it applies to.

The packaged embedding model with its upper layers tuned by bench/train_matcher.py to answer 'does this theme apply
to this text?'. A text is read once; each sentence's vector is the mean over its own words, read in their context.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.config import Settings
from engagement.embed import BATCH, BLOCK, DIMENSIONS, embed, read_cache, weights_digest, write_cache
from engagement.model import digest_of
from engagement.segment import sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WEIGHTS = Path(str(resources.files("engagement") / "data" / "matcher" / "layers.safetensors"))
MOST_TOKENS = 256  # what lies beyond in one text is not read; excerpts are far shorter


@dataclass(frozen=True, slots=True)
class Vectors:
    """n texts as `rows` of length 1, float32 [m, d]: text i's from `starts[i]`, itself first, then its sentences.

    `spans` has for each row where in its text it is; `starts` ends with m.
    """

    rows: NDArray[np.float32]
    spans: tuple[tuple[int, int], ...]
    starts: NDArray[np.intp]

    @property
    def whole(self) -> NDArray[np.float32]:
        """The texts' own vectors: float32 [n, d]."""
        return self.rows[self.starts[:-1]]


def fits(settings: Settings) -> bool:
    """Whether the tuned layers belong to the embedding model of `settings`."""
    return WEIGHTS.exists() and _header()["base"] == weights_digest(settings.embedding_path())


def see(texts: Sequence[str], settings: Settings, cache: Path | None = None) -> Vectors:
    """The vectors of `texts` and of their sentences, by the tuned model where it fits and else by the plain one.

    A text's vectors depend on the text alone. `cache` is as in `embed`. Raises ModelMissing.
    """
    parts = {text: _parts(text) for text in texts}
    read = _tuned if fits(settings) else _plain
    rows = read([(text, span) for text in parts for span in parts[text]], settings, cache)
    bounds = np.cumsum([0, *(len(spans) for spans in parts.values())])
    first = dict(zip(parts, bounds.tolist(), strict=False))
    places = [first[text] + number for text in texts for number in range(len(parts[text]))]
    starts = np.cumsum([0, *(len(parts[text]) for text in texts)])
    return Vectors(rows[places], tuple(span for text in texts for span in parts[text]), starts)


def _parts(text: str) -> tuple[tuple[int, int], ...]:
    """The span of the whole text, and those of its sentences where it has several."""
    found = sentences(text)
    return ((0, len(text)), *found) if len(found) > 1 else (found or ((0, len(text)),))


def _plain(parts: Sequence[tuple[str, tuple[int, int]]], settings: Settings, cache: Path | None) -> Any:
    return embed([text[start:end] for text, (start, end) in parts], settings, cache)


def _tuned(parts: Sequence[tuple[str, tuple[int, int]]], settings: Settings, cache: Path | None) -> Any:
    path = settings.embedding_path()
    weights = _digest()
    digests = [digest_of(f"{start}:{end}:{text}") for text, (start, end) in parts]
    known = read_cache(cache, weights, set(digests)) if cache else {}
    missing = {text for (text, _), digest in zip(parts, digests, strict=True) if digest not in known}
    todo = sorted(missing, key=lambda text: (len(text), digest_of(text)))
    for begin in range(0, len(todo), BLOCK):
        block = todo[begin : begin + BLOCK]
        made = [digest_of(f"{start}:{end}:{text}") for text in block for start, end in _parts(text)]
        matrix = np.vstack([_encode(block[at : at + BATCH], path) for at in range(0, len(block), BATCH)])
        if cache:
            write_cache(cache, weights, made, matrix)
        known.update(zip(made, matrix, strict=True))
    return np.stack([known[digest] for digest in digests]) if parts else np.zeros((0, DIMENSIONS), np.float32)


def _encode(texts: Sequence[str], path: Path) -> NDArray[np.float32]:
    """The vectors of the parts of `texts`, one after another."""
    import torch

    tokenizer, model = _model(path)
    read = tokenizer(
        list(texts),
        truncation=True,
        max_length=MOST_TOKENS,
        padding=True,
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = read.pop("offset_mapping").numpy()
    with torch.inference_mode():
        states = model(**read).last_hidden_state.numpy()
    rows = []
    for text, at, words, there in zip(texts, offsets, states, read["attention_mask"].numpy() > 0, strict=True):
        for number, (start, end) in enumerate(_parts(text)):
            inside = there if number == 0 else (at[:, 1] > at[:, 0]) & (at[:, 0] >= start) & (at[:, 1] <= end)
            rows.append(words[inside if inside.any() else there].mean(0))
    matrix = np.stack(rows)
    unit: NDArray[np.float32] = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    return unit


@functools.cache
def _model(path: Path) -> Any:
    """The tokenizer and the tuned model."""
    from safetensors.torch import load_file
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    model = AutoModel.from_pretrained(path, local_files_only=True, add_pooling_layer=False)
    tuned = {name: values.float() for name, values in load_file(WEIGHTS).items()}
    model.load_state_dict(tuned, strict=False)
    return AutoTokenizer.from_pretrained(path, local_files_only=True), model.eval()


@functools.cache
def _header() -> dict[str, str]:
    """What the tuned layers say of themselves: `base`, the digest of the weights that they belong to."""
    from safetensors import safe_open

    with safe_open(WEIGHTS, "numpy") as file:
        return dict(file.metadata())


@functools.cache
def _digest() -> str:
    """The SHA-256 of the tuned layers; since they belong to one model, it tells of all the weights."""
    with WEIGHTS.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
