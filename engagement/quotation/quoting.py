"""The quotes of a project, with what their choice rests on read from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engagement.config import Settings
from engagement.embed import model_name, read_cache, weights_digest
from engagement.errors import ModelMissing
from engagement.model import DisclosureRule, Embeddings, Excerpt, digest_of
from engagement.quotes import QuoteBook
from engagement.slices import Slicer
from engagement.store import Store


def quote_book(store: Store, rule: DisclosureRule, numbers: Slicer, settings: Settings) -> QuoteBook:
    """Everything that may be quoted of the project.

    A run has cached the vectors of all that it coded; no model is loaded for these.
    """
    excerpts, codings = store.excerpts(), store.coded.published()
    return QuoteBook(
        excerpts,
        codings,
        store.participants(),
        numbers,
        rule,
        store.value_sets(),
        picks=store.collected.picks(),
        stances=store.coded.published_stances(),
        embeddings=cached_vectors(excerpts, settings, store.folder / "cache"),
    )


def cached_vectors(excerpts: Sequence[Excerpt], settings: Settings, cache: Path) -> Embeddings | None:
    """The vectors that the run has left of these excerpts, None where it left none; no model is loaded for others."""
    try:
        path = settings.embedding_path()
        digest = weights_digest(path)
    except ModelMissing:
        return None
    digests = [digest_of(excerpt.text) for excerpt in excerpts]
    known = read_cache(cache, digest, set(digests))
    held = [(one.excerpt_id, known[made]) for one, made in zip(excerpts, digests, strict=True) if made in known]
    if not held:
        return None
    ids, vectors = zip(*held, strict=True)
    return Embeddings(ids, np.stack(vectors), model_name(path), digest)


def part_of(vectors: Embeddings | None, excerpts: Iterable[Excerpt]) -> Embeddings | None:
    """Those of the vectors that are of these excerpts, in their order; None where there are none."""
    if vectors is None:
        return None
    rows = {excerpt_id: row for row, excerpt_id in enumerate(vectors.ids)}
    ids = tuple(excerpt.excerpt_id for excerpt in excerpts if excerpt.excerpt_id in rows)
    if ids == vectors.ids:
        return vectors
    return replace(vectors, ids=ids, matrix=vectors.matrix[[rows[each] for each in ids]]) if ids else None
