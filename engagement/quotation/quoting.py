"""The quotes of a project, with what their choice rests on read from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engagement.coding import stance
from engagement.coding.blind import counted
from engagement.config import Settings
from engagement.embed import model_name, read_cache, weights_digest
from engagement.errors import ModelMissing
from engagement.model import DisclosureRule, Embeddings, Excerpt, digest_of
from engagement.quotes import QuoteBook
from engagement.slices import Slicer
from engagement.store import Store
from engagement.themes import standing


def quote_book(store: Store, rule: DisclosureRule, numbers: Slicer, settings: Settings) -> QuoteBook:
    """Everything that may be quoted of the project.

    A run has cached the vectors of all that it coded; no model is loaded for these.
    """
    excerpts, codings = store.excerpts(), standing(counted(store.coded.codings()))
    return QuoteBook(
        excerpts,
        codings,
        store.participants(),
        numbers,
        rule,
        store.value_sets(),
        picks=store.collected.picks(),
        stances=stance.standing(store.coded.stances()),
        embeddings=cached_vectors(excerpts, settings, store.folder / "cache"),
    )


def cached_vectors(excerpts: Sequence[Excerpt], settings: Settings, cache: Path) -> Embeddings | None:
    """The vectors that the run has left of these excerpts, None where it left none; no model is loaded for others."""
    try:
        path = settings.embedding_path()
        digest = weights_digest(path)
    except ModelMissing:
        return None
    known = read_cache(cache, digest)
    held = [(excerpt.excerpt_id, known[made]) for excerpt in excerpts if (made := digest_of(excerpt.text)) in known]
    if not held:
        return None
    ids, vectors = zip(*held, strict=True)
    return Embeddings(ids, np.stack(vectors), model_name(path), digest)
