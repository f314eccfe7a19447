"""Texts -> how their words tell of the themes that the field knows best: a reader of its own beside the matcher.

One linear model of words and runs of letters for each of the themes that bench/train_field.py has learnt from texts of
the field. A theme of a codebook is one of those where its definition lies next to theirs; for all others the reader is
silent.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.segment import MARK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WEIGHTS = Path(str(resources.files("engagement") / "data" / "matcher" / "field.npz"))
# Two wordings of one theme lie .94 or nearer in the matcher's vectors, a name alone .75 or nearer to its theme's
# definition, and different themes .69 or further.
STRANGER, KNOWN = 0.7, 0.85
BLOCK = 8192  # texts looked at at once
WORDS = {"ngram_range": (1, 2), "sublinear_tf": True}
LETTERS = {"analyzer": "char_wb", "ngram_range": (3, 5), "sublinear_tf": True}


@dataclass(frozen=True, slots=True)
class Field:
    """What was learnt: the two sorts of features, weights [features, themes], and lines that word the themes."""

    words: Any
    letters: Any
    weights: Floats
    bias: Floats
    lines: tuple[str, ...]
    owners: NDArray[np.intp]  # the theme of each line

    def told(self, texts: Sequence[str]) -> Floats:
        """How far each text lies above the usual beginning of each theme, in log-odds: [n, themes]."""
        size = len(self.words.vocabulary)
        scores = np.tile(self.bias, (len(texts), 1))
        for first in range(0, len(texts), BLOCK):
            said = [MARK.sub(" ", text) for text in texts[first : first + BLOCK]]
            scores[first : first + BLOCK] += self.words.transform(said) @ self.weights[:size]
            scores[first : first + BLOCK] += self.letters.transform(said) @ self.weights[size:]
        return scores

    def acquaintance(self, themes: NDArray[np.float32], lines: NDArray[np.float32]) -> Floats:
        """How surely each theme of a codebook is the known one nearest to it, by vectors: [known, themes]."""
        near = np.stack([(lines[self.owners == at] @ themes.T).max(0) for at in range(len(self.bias))])
        sure = np.clip((near - STRANGER) / (KNOWN - STRANGER), 0, 1)
        nearest: Floats = np.where(near == near.max(0), sure, 0)
        return nearest


@functools.cache
def field(path: Path) -> Field | None:
    """What lies in the file `path`; None where there is none."""
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as held:
        words, letters = (
            _vectorizer(options, held[name], held[f"{name}_idf"])
            for options, name in ((WORDS, "words"), (LETTERS, "letters"))
        )
        weights, bias = held["weights"].astype(float), held["bias"].astype(float)
        return Field(words, letters, weights, bias, tuple(held["lines"].tolist()), held["owners"])


def _vectorizer(options: dict[str, Any], vocabulary: NDArray[np.str_], idf: Floats) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    made = TfidfVectorizer(**options, vocabulary=vocabulary.tolist())
    made.idf_ = idf.astype(float)
    return made
