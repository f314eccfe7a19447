"""How well groups among uncovered texts bring back themes that were left out of the codebook, by several routes.

    python bench/emergent.py FOLDER [--parts ABC] [--matcher FILE] [--only ROUTE] [--names]

FOLDER holds engagement_corpus/ (A to F as JSON lines) and theme_sets/sentihood_london. Of the corpus the seven themes
of the default codebook are known, or the first four of them, and texts without any of these are grouped: what else they
are coded with is planted. What ships was trained on all of the corpus, so that "tuned" vectors are fair there only with
a FILE made by `train_matcher.py` without those parts; sentihood_london nobody has trained on, and nothing of it is
known.

F1: of each planted theme, at least 15 texts, the best that one group does, and how many have half or more. Purity: the
share of a group's texts with its commonest theme. ARI: agreement of two runs, with other seeds, and with a twentieth of
the texts left out.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score

from engagement import codebook
from engagement.coding import emergent_groups, matcher
from engagement.coding.emergent import FEWEST_WORDS
from engagement.coding.emergent_names import Voice, named
from engagement.coding.matcher import see
from engagement.config import Settings
from engagement.embed import embed

MARK = re.compile(r"\[\[[A-Z_]+:(.*?)\]\]")
FEWEST = 15  # texts of a planted theme
SEEDS = (1, 2, 3)
HEADINGS = ("F1", "found", "planted", "purity", "in a group", "groups", "ARI seeds", "ARI 95 %", "seconds")

Route = Callable[[np.ndarray, int], np.ndarray]


@dataclass(frozen=True, slots=True)
class Task:
    """Texts that the codebook leaves uncovered, and the themes that they were coded with."""

    name: str
    texts: list[str]
    themes: list[frozenset[str]]


def tasks(folder: Path, parts: str) -> list[Task]:
    corpus = folder / "engagement_corpus"
    rows = [json.loads(line) for part in parts for line in (corpus / f"{part}.jsonl").read_text("utf-8").splitlines()]
    coded = [(MARK.sub(r"\1", row["text"]), frozenset(row["themes"])) for row in rows]
    known = codebook.default().keys
    with (folder / "theme_sets" / "sentihood_london" / "data.csv").open(encoding="utf-8", newline="") as file:
        london = [(row["text"], frozenset(re.split(r"[|;]", row["labels"])) - {""}) for row in csv.DictReader(file)]
    return [
        *(task(f"{parts}, {number} known", coded, frozenset(known[:number])) for number in (7, 4)),
        task("london", [(text, labels) for text, labels in london[::2] if labels], frozenset()),
    ]


def task(name: str, coded: Sequence[tuple[str, frozenset[str]]], known: frozenset[str]) -> Task:
    left = [(text, themes) for text, themes in coded if not themes & known and len(text.split()) >= FEWEST_WORDS]
    return Task(name, [text for text, _ in left], [themes for _, themes in left])


# ------------------------------------------------------------------ routes


def reduced(vectors: np.ndarray, dimensions: int) -> np.ndarray:
    from sklearn.decomposition import PCA

    found = PCA(min(dimensions, len(vectors) - 1), svd_solver="full").fit_transform(vectors.astype(float))
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def ours(vectors: np.ndarray, seed: int) -> np.ndarray:
    return emergent_groups.groups(vectors, seed).labels


def one_parting(vectors: np.ndarray, seed: int) -> np.ndarray:
    """The communities of one repetition, on all texts."""
    rows = emergent_groups.reduced(vectors, vectors)
    return emergent_groups.repeated(rows @ rows.T - 2 * np.eye(len(rows)), 15, seed, repetitions=1, part=1.0)[0]


def bertopic_default(vectors: np.ndarray, seed: int) -> np.ndarray:
    from hdbscan import HDBSCAN
    from umap import UMAP

    few = UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=seed).fit_transform(vectors)
    return HDBSCAN(min_cluster_size=10, core_dist_n_jobs=1).fit_predict(few)


def before(vectors: np.ndarray, _: int) -> np.ndarray:
    from hdbscan import HDBSCAN

    model = HDBSCAN(
        max(5, round(0.01 * len(vectors))), min_samples=1, cluster_selection_method="leaf", core_dist_n_jobs=1
    )
    return model.fit_predict(reduced(vectors, 10))


def k_means(vectors: np.ndarray, seed: int) -> np.ndarray:
    return KMeans(round(len(vectors) ** 0.5), n_init=4, random_state=seed).fit_predict(reduced(vectors, 30))


def ward(vectors: np.ndarray, _: int) -> np.ndarray:
    return AgglomerativeClustering(round(len(vectors) ** 0.5)).fit_predict(reduced(vectors, 30))


ROUTES: dict[str, Route] = {
    "what ships": ours,
    "one parting, no repetitions": one_parting,
    "PCA, HDBSCAN (before)": before,
    "BERTopic's UMAP, HDBSCAN": bertopic_default,
    "k-means, k = root n": k_means,
    "agglomerative, k = root n": ward,
}

# ----------------------------------------------------------------- figures


def figures(labels: np.ndarray, themes: Sequence[frozenset[str]]) -> list[float]:
    number = Counter(theme for each in themes for theme in each)
    planted = [theme for theme, texts in number.items() if texts >= FEWEST]
    inside = [labels == group for group in np.unique(labels[labels >= 0])]
    best, pure = [], 0
    for theme in planted:
        truth = np.array([theme in each for each in themes])
        best.append(max((2 * (group & truth).sum() / (group.sum() + truth.sum()) for group in inside), default=0.0))
    for group in inside:
        held = Counter(theme for each, there in zip(themes, group, strict=True) if there for theme in each)
        pure += held.most_common(1)[0][1] if held else 0
    covered = sum(int(group.sum()) for group in inside)
    found = sum(f1 >= 0.5 for f1 in best)
    return [
        float(np.mean(best)), found, len(planted), pure / max(covered, 1), covered / len(labels), len(inside)
    ]  # fmt: skip


def agreement(route: Route, vectors: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    seeds, parts = [], []
    for seed in SEEDS:
        seeds.append(adjusted_rand_score(labels, route(vectors, seed)))
        part = np.sort(np.random.default_rng(seed).choice(len(vectors), round(0.95 * len(vectors)), replace=False))
        parts.append(adjusted_rand_score(labels[part], route(vectors[part], 0)))
    return float(np.mean(seeds)), float(np.mean(parts))


def line(name: str, values: Sequence[float]) -> str:
    return f"{name:38}" + "".join(f"{value:>11.2f}" for value in values)


def names(at: Task, labels: np.ndarray, plain: np.ndarray, cache: Path) -> None:
    """What the groups are called, beside the theme that most of their texts have."""
    inside = [np.flatnonzero(labels == group) for group in range(labels.max() + 1)]
    centres = np.stack([plain[rows].mean(0) for rows in inside])
    groups = [
        [Voice(at.texts[row], frozenset({str(row)})) for row in sorted(rows, key=lambda row: -plain[row] @ centre)]
        for rows, centre in zip(inside, centres, strict=True)
    ]
    for rows, name in zip(inside, named(groups, centres, Settings(), cache), strict=True):
        held: Any = Counter(theme for row in rows for theme in at.themes[row]).most_common(2)
        print(f"    {len(rows):4} {name.name if name else '-':44} {held}  {name.words if name else ''}")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parts", default="ABC")
    parser.add_argument("--matcher", type=Path, default=matcher.WEIGHTS)
    parser.add_argument("--only", default="")
    parser.add_argument("--names", action="store_true", help="print what the groups are called")
    wanted = parser.parse_args()
    matcher.WEIGHTS = wanted.matcher
    warnings.filterwarnings("ignore")
    print(f"{'':38}" + "".join(f"{heading:>11}" for heading in HEADINGS))
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        for at in tasks(wanted.folder, wanted.parts):
            plain = embed(at.texts, Settings(), cache)
            for kind, vectors in (("plain", plain), ("tuned", see(at.texts, Settings(), cache).whole)):
                print(f"{at.name}, {len(at.texts)} texts, {kind} vectors")
                for name, route in ROUTES.items():
                    if wanted.only not in name:
                        continue
                    began = time.perf_counter()
                    labels = route(vectors, 0)
                    seconds = time.perf_counter() - began
                    print(line(f"  {name}", [*figures(labels, at.themes), *agreement(route, vectors, labels), seconds]))
                    if wanted.names:
                        names(at, labels, plain, cache)


if __name__ == "__main__":
    main()
