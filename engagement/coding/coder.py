"""How likely a text carries each theme of a codebook, and the sentence that says so.

Two readers agree on a text before anybody has coded one: the matcher (how near it and its sentences lie to the theme's
definition, by a model tuned to that question) and one linear model a theme, learnt from the codebook's own lines (name,
clauses of the definition, included phrases, examples) against those of unrelated themes, the excluded phrases and
everyday remarks. For themes that the field knows a third listens to the words. What people have coded then moves the
log-odds, by as much as it is evidence and no more.
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
from engagement.coding import field
from engagement.coding.correction import LETTERS, Correction, correction
from engagement.coding.matcher import Vectors, see
from engagement.config import Settings
from engagement.model import Codebook, Theme, digest_of
from engagement.segment import MARK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Measured by bench/themes.py; none of them may be re-fitted on texts to be coded.
MARGIN = 0.3  # how much of another theme's lead counts against a theme
BASE_THRESHOLD, THRESHOLD_PER_LOG_THEME = 1.2, 0.42  # the more themes, the rarer is each
WHOLE = 0.4  # how much the text as a whole counts beside its best sentence
EXCLUDED_BY = 0.2  # how far nearer than the definition an excluded phrase must lie to count against a theme
EXCLUDE_WEIGHT = 3.0  # an excluded phrase against a line of the codebook: it stands alone against all that is included
SLOPE, LOG_ODDS_AT_THRESHOLD = 0.9, -1.0  # so that probabilities come true, and F1 is highest
TOLD, ABOVE = 0.9, 0.4  # how much the field's words count beside that, and how much likelier they make its themes
BLOCK = 8192  # sentences whose letters are looked at at once
MOST_EXAMPLES = 4000  # that are learnt from: the time grows with their square
WORD = re.compile(r"[^\W\d_]{2}")  # what a text must have at least one of, outside its marks, to be about anything
THRESHOLD = float(1 / (1 + np.exp(-LOG_ODDS_AT_THRESHOLD)))
LOW_BAR = THRESHOLD * 0.8  # for the likeliest theme of a text that is to have one


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


def definition(theme: Theme) -> str:
    """The line that the matcher holds texts against."""
    return f"{theme.name}: {theme.definition}" if theme.definition else theme.name


class Coder:
    """Reads texts with a codebook, and with what people have coded where there is any. Raises ModelMissing.

    The order of the examples and of the texts to be read changes nothing.
    """

    def __init__(
        self, codebook: Codebook, examples: Iterable[Labelled], settings: Settings, cache: Path | None = None
    ) -> None:
        from scipy.sparse import csr_matrix, hstack
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._keys, self._settings, self._cache = codebook.keys, settings, cache
        self._related = _related(codebook)
        lines, targets, weight = _rows(codebook, self._related)
        coded = _in_order(examples)
        self._letters = TfidfVectorizer(**LETTERS).fit(lines)
        read = hstack([csr_matrix(see(lines, settings, cache).whole), self._letters.transform(lines)]).tocsr()
        self._linear = _fit(read, targets, weight)
        excluded = [(number, phrase) for number, theme in enumerate(codebook.themes) for phrase in theme.exclude]
        held = see([*map(definition, codebook.themes), *(phrase for _, phrase in excluded)], settings, cache).whole.T
        self._themes, phrases = held[:, : len(self._keys)], held[:, len(self._keys) :]
        self._field = field.field(field.WEIGHTS)
        if self._field:
            self._known = self._field.acquaintance(self._themes.T, see(self._field.lines, settings, cache).whole)
        owners = np.array([number for number, _ in excluded])
        self._excluded = {number: phrases[:, owners == number] for number in dict.fromkeys(owners.tolist())}
        usual = self._readings(everyday(), see(everyday(), settings, cache))
        self._usual = [(rows.mean(0), rows.std(0)) for rows in usual]
        self._threshold = BASE_THRESHOLD + THRESHOLD_PER_LOG_THEME * np.log(max(len(self._keys), 5))
        self._learnt = self._learn(coded) if coded else None

    def probabilities(self, texts: Sequence[str]) -> Floats:
        """The probability of every theme, rounded to four places: float64 [len(texts), themes]."""
        return self.read(texts).probabilities

    def read(self, texts: Sequence[str]) -> Reading:
        """The probabilities and the sentences that they rest on."""
        if not texts:
            return Reading(np.zeros((0, len(self._keys))), ())
        vectors = see(texts, self._settings, self._cache)
        by_row = self._by_row(texts, vectors)
        log_odds = self._log_odds(by_row, texts, vectors)
        if self._learnt:
            log_odds += self._learnt.of(texts, vectors.whole)
        probabilities = 1 / (1 + np.exp(-log_odds))
        probabilities[[not WORD.search(MARK.sub(" ", text)) for text in texts]] = 0
        return Reading(np.round(probabilities, 4), _because(by_row, vectors))

    def _readings(self, texts: Sequence[str], vectors: Vectors) -> tuple[Floats, Floats]:
        """What the two readers make of each row, each in its own units: twice [rows, themes]."""
        owners = np.repeat(np.arange(len(texts)), np.diff(vectors.starts)).tolist()
        size = vectors.rows.shape[1]
        linear: Floats = vectors.rows @ self._linear.weights[:size].astype(np.float32) + self._linear.bias
        for first in range(0, len(owners), BLOCK):  # so that the runs of letters of all texts never lie side by side
            block = slice(first, first + BLOCK)
            cut = [texts[at][start:end] for at, (start, end) in zip(owners[block], vectors.spans[block], strict=True)]
            linear[block] += self._letters.transform(cut) @ self._linear.weights[size:]
        near: Floats = (vectors.rows @ self._themes).astype(float)
        for number, phrases in self._excluded.items():
            nearer = (vectors.rows @ phrases).max(1) - near[:, number]
            near[:, number] -= np.maximum(0, nearer - EXCLUDED_BY)
        return linear, near

    def _by_row(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """How far each row lies above everyday remarks, and above its other themes: [rows, themes]."""
        apart = [
            (rows - mean) / np.sqrt(spread * spread.mean() + 1e-9)
            for rows, (mean, spread) in zip(self._readings(texts, vectors), self._usual, strict=True)
        ]
        scores: Floats = (apart[0] + apart[1]) / 2
        lead: Floats = np.maximum(0, _best_rival(scores, self._related) - scores)
        return scores - MARGIN * lead

    def _log_odds(self, by_row: Floats, texts: Sequence[str], vectors: Vectors) -> Floats:
        """Before anything is coded, by each text as a whole, by its best sentence and by its words: [n, themes]."""
        starts = vectors.starts[:-1]
        best = np.maximum.reduceat(by_row, starts, axis=0)
        scores: Floats = WHOLE * by_row[starts] + (1 - WHOLE) * best
        log_odds: Floats = SLOPE * (scores - self._threshold) + LOG_ODDS_AT_THRESHOLD
        if self._field and self._known.any():
            log_odds += (TOLD * self._field.told(texts) + ABOVE) @ self._known
        return log_odds

    def _learn(self, coded: Sequence[Labelled]) -> Correction:
        """What is to be added to the log-odds, as the coded texts have it."""
        texts = [example.text for example in coded]
        vectors = see(texts, self._settings, self._cache)
        known = np.array([[example.carries.get(key, np.nan) for key in self._keys] for example in coded], float)
        log_odds = self._log_odds(self._by_row(texts, vectors), texts, vectors)
        return correction(texts, vectors.whole, log_odds, known)


# ------------------------------------------------------------ the arithmetic


@dataclass(frozen=True, slots=True)
class _Linear:
    weights: Floats  # [features, themes]
    bias: Floats


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


def _because(rows: Floats, vectors: Vectors) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The span of each text's best sentence for each theme: the whole text where it has one sentence."""
    found = []
    for start, end in itertools.pairwise(vectors.starts.tolist()):
        first = min(start + 1, end - 1)
        found.append(tuple(vectors.spans[first + best] for best in rows[first:end].argmax(0)))
    return tuple(found)


def _best_rival(scores: Floats, related: NDArray[np.bool_]) -> Floats:
    """For each theme the highest score of an unrelated one, [n, themes]; minus infinity where there is none."""
    columns = [np.where(kin, -np.inf, scores).max(1) for kin in related]
    return np.stack(columns, 1)


def _in_order(examples: Iterable[Labelled]) -> list[Labelled]:
    """The examples, each once, in an order of their own."""
    unique = {(example.text, tuple(sorted(example.carries.items()))): example for example in examples}
    if len(unique) > MOST_EXAMPLES:
        unique = {key: unique[key] for key in sorted(unique, key=lambda key: digest_of(key[0]))[:MOST_EXAMPLES]}
    return [unique[key] for key in sorted(unique)]
