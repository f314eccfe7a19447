"""Trains the reader of words that ships in `engagement/data/matcher/field.npz`: which words tell of which theme.

    python bench/train_field.py FOLDER [--parts ABCDEF] [--out FILE]

FOLDER holds engagement_corpus/ (A.jsonl .. and codebook.yaml). For each theme of its codebook with enough texts a
logistic regression on words, pairs of words and runs of letters; for the seed themes the default codebook's phrases
and examples are texts too. Identifiers are left out, so that nobody's name tells of anything. What each model gives is
moved so that it is above nought for as many of the texts that it has not learnt from (five folds) as carry the theme.
No chance is in it. A few minutes on one core.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from engagement import codebook
from engagement.coding.coder import definition
from engagement.coding.field import LETTERS, WEIGHTS, WORDS
from engagement.model import digest_of

TAG = re.compile(r"\[\[[A-Z_]+:.*?\]\]")
FEWEST = 10  # texts with a theme
FOLDS = 5
STRENGTH = 2.0  # of the fit: less is nearer to nought


def texts_of(folder: Path, parts: str) -> tuple[list[dict[str, str]], list[str], np.ndarray]:
    """The themes, the texts, and 1, 0 or NaN (unknown) [texts, themes]."""
    themes = yaml.safe_load((folder / "codebook.yaml").read_text("utf-8"))["themes"]
    rows = [json.loads(line) for part in parts for line in (folder / f"{part}.jsonl").read_text("utf-8").splitlines()]
    carries = np.array([[float(theme["key"] in row["themes"]) for theme in themes] for row in rows])
    enough = np.flatnonzero(carries.sum(0) >= FEWEST)
    themes = [themes[at] for at in enough]
    keys = [theme["key"] for theme in themes]
    texts, targets = [TAG.sub(" ", row["text"]) for row in rows], [carries[:, enough]]
    seeds = np.array([theme.get("seed", False) for theme in themes])
    for ours in codebook.default().themes:
        target = np.where(seeds, 0.0, np.nan)
        target[keys.index(ours.key)] = 1
        lines = [*ours.include, *ours.examples]
        texts += lines
        targets.append(np.tile(target, (len(lines), 1)))
    return themes, texts, np.vstack(targets)


def fit(rows: csr_matrix, target: np.ndarray) -> LogisticRegression:
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear")
    return model.fit(rows, target)


def beginning(rows: csr_matrix, target: np.ndarray, fold: np.ndarray) -> float:
    """The score that as many unlearnt texts exceed as carry the theme."""
    scores = np.zeros(len(target))
    for at in range(FOLDS):
        scores[fold == at] = fit(rows[fold != at], target[fold != at]).decision_function(rows[fold == at])
    return float(np.quantile(scores, 1 - target.mean()))


def train(folder: Path, parts: str, out: Path) -> None:
    themes, texts, carries = texts_of(folder, parts)
    words, letters = (TfidfVectorizer(**options, min_df=2).fit(texts) for options in (WORDS, LETTERS))
    rows = hstack([words.transform(texts), letters.transform(texts)]).tocsr()
    fold = np.array([int(digest_of(text)[:8], 16) % FOLDS for text in texts])
    weights, bias = [], []
    for target in carries.T:
        known = np.flatnonzero(~np.isnan(target))
        model = fit(rows[known], target[known])
        weights.append(model.coef_[0])
        bias.append(model.intercept_[0] - beginning(rows[known], target[known], fold[known]))
    ours = {theme.key: definition(theme) for theme in codebook.default().themes}
    wordings = [
        (f"{theme['name']}: {theme['definition']}", *([ours[theme["key"]]] if theme["key"] in ours else []))
        for theme in themes
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        out,
        words=words.get_feature_names_out().astype(str),
        words_idf=words.idf_.astype(np.float32),
        letters=letters.get_feature_names_out().astype(str),
        letters_idf=letters.idf_.astype(np.float32),
        weights=np.stack(weights, 1).astype(np.float16),
        bias=np.array(bias, np.float32),
        lines=np.array([line for lines in wordings for line in lines]),
        owners=np.array([number for number, lines in enumerate(wordings) for _ in lines]),
    )


def main() -> None:
    """Trains and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parts", default="ABCDEF")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    wanted = parser.parse_args()
    train(wanted.folder / "engagement_corpus", wanted.parts, wanted.out)


if __name__ == "__main__":
    main()
