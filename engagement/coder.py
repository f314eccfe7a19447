"""How likely a text carries each theme of a codebook, and the sentence that says so.

One linear model a theme reads a text by its vector and by its runs of letters. It learns from the
codebook's own words (name, clauses of the definition, included phrases, examples) against those of
unrelated themes, the excluded phrases and everyday remarks; then from texts that people have coded.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.codebook import with_parents
from engagement.config import Settings
from engagement.embed import embed
from engagement.model import Codebook, Theme, digest_of
from engagement.segment import MARK, sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Measured on five pairs of codebook and texts by bench/themes.py; none of them may be re-fitted on texts to be coded.
MARGIN = 0.3  # how much of another theme's lead counts against a theme
BASE_THRESHOLD, THRESHOLD_PER_LOG_THEME = 1.2, 0.42  # the more themes, the rarer is each
LABEL_WEIGHT = 2.0  # a coded text against a line of the codebook
EXCLUDE_WEIGHT = 3.0  # an excluded phrase likewise: it stands alone against all that is included
MOST_FROM_EXAMPLES, HALF_AT = 0.75, 3.0  # share of the learnt score in the blend, by the number of telling examples
TRUST_AT = 8.0  # telling examples at which a learnt threshold weighs as much as the prior one
EAGERNESS = 0.9  # themes to give out for each that people gave, while probabilities are uncertain
SLOPE, LOG_ODDS_AT_THRESHOLD = 0.9, -1.0  # so that probabilities come true, and F1 is highest
WORD = re.compile(r"[^\W\d_]{2}")  # what a text must have at least one of, outside its marks, to be about anything
THRESHOLD = float(1 / (1 + np.exp(-LOG_ODDS_AT_THRESHOLD)))
LOW_BAR = THRESHOLD * 2 / 3  # for the likeliest theme of a text that is to have one
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text that people coded: whether it carries a theme, for the themes of which that is known."""

    text: str
    carries: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a coder makes of n texts: probabilities [n, themes], and the spans that they rest on [n][themes]."""

    probabilities: Floats
    because: tuple[tuple[tuple[int, int], ...], ...]


@functools.cache
def everyday() -> tuple[str, ...]:
    """Invented remarks on everything and nothing: what a theme's score is compared with."""
    text = (resources.files("engagement") / "data" / "everyday.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line)


def clauses(text: str) -> list[str]:
    """The parts of a definition or phrase between its commas, colons and full stops."""
    return [clause.strip() for clause in re.split(r"[:;,.]", text) if clause.strip()]


def parts(theme: Theme) -> list[str]:
    """The lines that stand for a theme, each once."""
    named = [f"{theme.name}: {words}" for words in (theme.definition, *clauses(theme.definition)) if words]
    phrases = [line for phrase in theme.include for line in (phrase, *clauses(phrase))]
    return list(dict.fromkeys([theme.name, *named, *clauses(theme.definition), *phrases, *theme.examples]))


class Coder:
    """Reads texts with a codebook, and with what people have coded where there is any. Raises ModelMissing.

    The order of the examples and of the texts to be read changes nothing.
    """

    def __init__(
        self, codebook: Codebook, examples: Iterable[Labelled], settings: Settings, cache: Path | None = None
    ) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._keys, self._settings, self._cache = codebook.keys, settings, cache
        self._related = _related(codebook)
        lines, targets, weight = _rows(codebook, self._related)
        coded = _in_order(examples)
        self._letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(4, 5), sublinear_tf=True)
        self._letters.fit([*lines, *(example.text for example in coded)])
        rows = self._features(lines)
        self._everyday = self._features(everyday())
        self._plain = self._learnt = _fit(rows, targets, weight)
        self._share = np.zeros(len(self._keys))
        prior = BASE_THRESHOLD + THRESHOLD_PER_LOG_THEME * np.log(max(len(self._keys), 5))
        self._thresholds = np.full(len(self._keys), prior)
        if coded:
            self._learn(rows, targets, weight, coded)

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """The probability of every theme, rounded to four places: float64 [len(texts), themes]."""
        return self.read(texts).probabilities

    def read(self, texts: Sequence[str], vectors: NDArray[np.float32] | None = None) -> Reading:
        """The probabilities and what they rest on; `vectors` are the texts' embeddings where they are at hand."""
        if not texts:
            return Reading(np.zeros((0, len(self._keys))), ())
        seen = self._see(texts, vectors)
        scores = self._blend(self._scores(self._plain, seen), self._scores(self._learnt, seen))
        probabilities = 1 / (1 + np.exp(-SLOPE * (scores - self._thresholds) - LOG_ODDS_AT_THRESHOLD))
        probabilities[[not WORD.search(MARK.sub(" ", text)) for text in texts]] = 0
        by_sentence = seen.sentences @ self._learnt.weights + self._learnt.bias
        because = tuple(
            tuple(seen.spans[first + best] for best in by_sentence[first:last].argmax(0))
            for first, last in itertools.pairwise(seen.starts)
        )
        return Reading(np.round(probabilities, 4), because)

    def _learn(self, rows: Any, targets: Floats, weight: Floats, coded: Sequence[Labelled]) -> None:
        from scipy.sparse import vstack

        seen = self._see([example.text for example in coded])
        known = np.array([[example.carries.get(key, np.nan) for key in self._keys] for example in coded], float)
        everything, all_targets = vstack([rows, seen.whole]).tocsr(), np.vstack([targets, known])
        weight = np.r_[weight, np.full(len(coded), LABEL_WEIGHT)]
        # A text's fold hangs on its words, so that copies of a text are held out together.
        fold = np.array([int(digest_of(example.text)[:8], 16) % FOLDS for example in coded])
        held_out = np.zeros(known.shape)
        for number in range(FOLDS):
            kept = np.r_[np.ones(len(targets), bool), fold != number]
            linear = _fit(everything[kept], all_targets[kept], weight[kept])
            held_out[fold == number] = self._scores(linear, seen)[fold == number]
        self._learnt = _fit(everything, all_targets, weight)
        plain = self._scores(self._plain, seen)
        # What teaches: texts that carry the theme, and texts on which the codebook alone raises a false alarm.
        telling = np.sum((known == 1) | ((known == 0) & (plain > self._thresholds)), axis=0)
        self._share = MOST_FROM_EXAMPLES * telling / (telling + HALF_AT)
        blended = self._blend(plain, held_out)
        self._thresholds = np.array(
            [
                _threshold(score, truth, number, prior)
                for score, truth, number, prior in zip(blended.T, known.T, telling, self._thresholds, strict=True)
            ]
        )

    def _features(self, texts: Sequence[str], vectors: NDArray[np.float32] | None = None) -> Any:
        from scipy.sparse import csr_matrix, hstack

        if vectors is None:
            vectors = embed(texts, self._settings, self._cache)
        return hstack([csr_matrix(vectors), self._letters.transform(texts)]).tocsr()

    def _see(self, texts: Sequence[str], vectors: NDArray[np.float32] | None = None) -> _Seen:
        spans = [sentences(text) or ((0, len(text)),) for text in texts]
        cut = [text[start:end] for text, found in zip(texts, spans, strict=True) for start, end in found]
        starts = np.cumsum([0, *(len(found) for found in spans)])
        flat = [span for found in spans for span in found]
        return _Seen(self._features(texts, vectors), self._features(cut), flat, starts.tolist())

    def _scores(self, linear: _Linear, seen: _Seen) -> Floats:
        """How far each text lies above everyday remarks, [n, themes]: half the whole text, half its best sentence."""
        whole = seen.whole @ linear.weights + linear.bias
        best = np.maximum.reduceat(seen.sentences @ linear.weights + linear.bias, seen.starts[:-1], axis=0)
        ordinary = self._everyday @ linear.weights + linear.bias
        spread = ordinary.std(0)
        scores: Floats = ((whole + best) / 2 - ordinary.mean(0)) / np.sqrt(spread * spread.mean() + 1e-9)
        lead: Floats = np.maximum(0, _best_rival(scores, self._related) - scores)
        return scores - MARGIN * lead

    def _blend(self, plain: Floats, learnt: Floats) -> Floats:
        return (1 - self._share) * plain + self._share * learnt


# ------------------------------------------------------------ the arithmetic


@dataclass(frozen=True, slots=True)
class _Linear:
    weights: Floats  # [features, themes]
    bias: Floats


@dataclass(frozen=True, slots=True)
class _Seen:
    """Texts as features: `spans` and `sentences` run on from text to text, a text's first is at `starts`."""

    whole: Any
    sentences: Any
    spans: list[tuple[int, int]]
    starts: list[int]


def _related(codebook: Codebook) -> NDArray[np.bool_]:
    """Whether two themes are the same or one stands above the other: [themes, themes]."""
    above = {key: with_parents(codebook, [key]) for key in codebook.keys}
    return np.array([[a in above[b] or b in above[a] for b in codebook.keys] for a in codebook.keys])


def _rows(codebook: Codebook, related: NDArray[np.bool_]) -> tuple[list[str], Floats, Floats]:
    """The lines to learn a codebook from, for each theme 1, 0 or NaN (neither) [lines, themes], and their weights."""
    lines: list[str] = []
    targets: list[Floats] = []
    weights: list[float] = []
    for number, theme in enumerate(codebook.themes):
        own = np.where(related[number], np.nan, 0.0)
        own[number] = 1
        against = np.full(len(codebook.themes), np.nan)
        against[number] = 0
        excluded = [line for phrase in theme.exclude for line in dict.fromkeys((phrase, *clauses(phrase)))]
        for group, target, weight in ((parts(theme), own, 1.0), (excluded, against, EXCLUDE_WEIGHT)):
            lines += group
            targets += [target] * len(group)
            weights += [weight] * len(group)
    remarks = everyday()
    nothing = np.zeros((len(remarks), len(codebook.themes)))
    return [*lines, *remarks], np.vstack([*targets, nothing]), np.array([*weights, *[1.0] * len(remarks)])


def _fit(rows: Any, targets: Floats, weight: Floats) -> _Linear:
    """A logistic regression a theme, on the rows whose target is known; its positives weigh as much as the rest."""
    from sklearn.linear_model import LogisticRegression

    fitted = []
    for target in targets.T:
        known = ~np.isnan(target)
        model = LogisticRegression(class_weight="balanced", solver="liblinear", max_iter=1000)
        fitted.append(model.fit(rows[known], target[known], sample_weight=weight[known]))
    return _Linear(np.stack([one.coef_[0] for one in fitted], 1), np.array([one.intercept_[0] for one in fitted]))


def _best_rival(scores: Floats, related: NDArray[np.bool_]) -> Floats:
    """For each theme the highest score of an unrelated one, [n, themes]; minus infinity where there is none."""
    columns = [np.where(kin, -np.inf, scores).max(1) for kin in related]
    return np.stack(columns, 1)


def _threshold(scores: Floats, truth: Floats, telling: int, prior: float) -> float:
    """The score above which about as many known texts lie as carry the theme, drawn to `prior` while few tell."""
    if not telling:
        return prior
    ranked = np.sort(scores[~np.isnan(truth)])[::-1]
    learnt = ranked[min(len(ranked) - 1, round(EAGERNESS * np.nansum(truth)))]
    return float((learnt * telling + prior * TRUST_AT) / (telling + TRUST_AT))


def _in_order(examples: Iterable[Labelled]) -> list[Labelled]:
    """The examples, each once, in an order of their own."""
    unique = {(example.text, tuple(sorted(example.carries.items()))): example for example in examples}
    return [unique[key] for key in sorted(unique)]
