"""Coded texts -> how far they move the log-odds of all texts, of those near to them and of those in the same words.

Several strengths of learning are tried, nothing at all among them, and judged by how likely they make codings that they
have not seen. Each theme's answer is their mean, weighed by what is sure of the gain, so that examples which teach
nothing change next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.model import digest_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Variances of the change that is expected before any coding is seen: for all texts, by nearness, by shared words.
TRIED = ((0.0, 0.0, 0.0), (0.05, 0.0, 0.0), (0.05, 0.5, 1.0), (0.05, 2.0, 4.0), (0.05, 4.0, 8.0))
LETTERS = {"analyzer": "char_wb", "ngram_range": (4, 5), "sublinear_tf": True}
FOLDS = 5
MOST_JUDGED = 800  # texts that the strengths are judged by: more decide nothing and take time
MOST_NUDGE = 2.0  # in log-likelihood: what other themes' gains may do for a theme that has gained nothing itself
NEGLIGIBLE = 0.01  # the weight of a strength that is left out
CLOSE_ENOUGH, MOST_STEPS = 1e-3, 300  # of the fit to coded texts


@dataclass(frozen=True, slots=True)
class Correction:
    """What coded texts change: for nearness to them [d, themes], for each run of letters [runs, themes], for all."""

    words: Any
    centre: NDArray[np.float32]
    by_nearness: Floats
    by_words: Floats
    for_all: Floats

    def of(self, texts: Sequence[str], whole: NDArray[np.float32]) -> Floats:
        """What is added to the log-odds of each text, by the texts and their vectors: [n, themes]."""
        near, worded = whole - self.centre, self.words.transform(texts)
        added: Floats = near @ self.by_nearness + worded @ self.by_words + self.for_all
        return added


def correction(texts: Sequence[str], whole: NDArray[np.float32], log_odds: Floats, known: Floats) -> Correction:
    """What the codings of `texts` teach beyond `log_odds` [n, themes]; `known` is 1, 0 or NaN (undecided).

    `whole` has the texts' vectors. Which text is in which fold hangs on its words alone.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(**LETTERS).fit(texts)
    centre = whole.mean(0)
    near, alike = whole - centre, words.transform(texts)
    kin = (np.ones((len(texts), len(texts))), (near @ near.T).astype(float), (alike @ alike.T).toarray())
    fold = np.array([int(digest_of(text)[:8], 16) % FOLDS for text in texts])
    weights = _weights(_gains(kin, log_odds, known, fold))
    changes = [np.zeros((1, known.shape[1])), np.zeros((near.shape[1], known.shape[1]))]
    by_words = np.zeros((alike.shape[1], known.shape[1]))
    for tried, weight in zip(TRIED, weights, strict=True):
        if not any(tried) or not weight.any():
            continue
        surprise = _surprise(_kinship(tried, kin), log_odds, known) * weight
        changes[0] += tried[0] * surprise.sum(0)
        changes[1] += tried[1] * (near.T @ surprise)
        by_words += tried[2] * (alike.T @ surprise)
    return Correction(words, centre, changes[1], by_words, changes[0][0])


def _gains(kin: tuple[Floats, ...], log_odds: Floats, known: Floats, fold: NDArray[np.int_]) -> Floats:
    """How much likelier each strength makes each coding that it has not seen: [strengths, n, themes]."""
    judged = slice(MOST_JUDGED)  # texts come in the order of their words, which is no order of what they are about
    kin = tuple(one[judged, judged] for one in kin)
    log_odds, known, fold = log_odds[judged], known[judged], fold[judged]
    before = _likelihood(log_odds, known)
    gains = np.zeros((len(TRIED), *known.shape))
    for number, tried in enumerate(TRIED):
        if not any(tried):
            continue
        kinship = _kinship(tried, kin)
        foreseen = log_odds.copy()
        for at in np.unique(fold):
            told, asked = fold != at, fold == at
            if told.any():
                surprise = _surprise(kinship[np.ix_(told, told)], log_odds[told], known[told])
                foreseen[asked] += kinship[np.ix_(asked, told)] @ surprise
        gains[number] = _likelihood(foreseen, known) - before
    return gains


def _weights(gains: Floats) -> Floats:
    """How much each strength counts for each theme [strengths, themes]: by its own sure gain, nudged by all themes'."""
    from scipy.special import softmax

    nudge = np.clip(_sure(gains.sum(2)) / gains.shape[2], -MOST_NUDGE, MOST_NUDGE)
    likely = softmax(_sure(gains) + nudge[:, None], axis=0)
    kept = np.where(likely < NEGLIGIBLE, 0, likely)
    weights: Floats = kept / kept.sum(0)
    return weights


def _sure(gains: Floats) -> Floats:
    """The total over the texts, less its standard error."""
    total: Floats = gains.sum(1) - gains.std(1) * np.sqrt(gains.shape[1])
    return total


def _likelihood(log_odds: Floats, known: Floats) -> Floats:
    """The log-likelihood of each coding; nought where nothing is known."""
    found: Floats = np.nan_to_num(known * log_odds - np.logaddexp(0, log_odds))
    return found


def _kinship(tried: tuple[float, float, float], kin: tuple[Floats, ...]) -> Floats:
    total: Floats = sum((share * one for share, one in zip(tried, kin, strict=True)), np.zeros_like(kin[0]))
    return total


def _surprise(kinship: Floats, log_odds: Floats, known: Floats) -> Floats:
    """What each coding says beyond what was foreseen: the change's weights on the texts [n, themes].

    The likeliest change, given that it is small: a logistic regression that begins at `log_odds`. Each step minimises a
    bound on the loss (Boehning 1992), so that one matrix serves all steps and themes.
    """
    from scipy.linalg import cho_factor, cho_solve

    factor = cho_factor(np.eye(len(kinship)) + kinship / 4)
    surprise = np.zeros(known.shape)
    for _ in range(MOST_STEPS):
        expected = 1 / (1 + np.exp(-log_odds - kinship @ surprise))
        step = np.nan_to_num(known - expected) - surprise
        surprise += cho_solve(factor, step)
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    return surprise
