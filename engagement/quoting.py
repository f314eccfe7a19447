"""The quotes of a project, with what their choice rests on read from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engagement import stance
from engagement.blind import counted
from engagement.config import Settings
from engagement.embed import embed_excerpts
from engagement.errors import ModelMissing
from engagement.model import Coding, DisclosureRule, Embeddings, Excerpt
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
        embeddings=coded_embeddings(excerpts, codings, settings, store.folder / "cache"),
    )


def coded_embeddings(
    excerpts: Sequence[Excerpt], codings: Sequence[Coding], settings: Settings, cache: Path | None
) -> Embeddings | None:
    """The vectors of the excerpts that carry a theme; None without a model, and quotes go by the coder's score."""
    coded = {coding.excerpt_id for coding in codings}
    try:
        return embed_excerpts([each for each in excerpts if each.excerpt_id in coded], settings, cache)
    except ModelMissing:
        return None
