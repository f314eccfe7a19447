"""How well themes are found over a codebook's themes, without and with coded examples, beside plain similarity.

    python bench/themes.py FOLDER [--matcher FILE] [--seeds 5] [--only NAME]

FOLDER holds engagement_corpus/ (A to F as JSON lines, coded with the seven themes of the default codebook among
others) and theme_sets/ (nhs_fft, sentihood_london: codebook.csv and data.csv). What ships was trained on all of the
corpus and of nhs_fft: its figures there tell nothing. FILE, made by `train_matcher.py FOLDER --parts ABC --half --out
FILE`, has not seen D, E, F nor the half of nhs_fft measured here, and sentihood_london nobody has trained on. Texts
that are coded and texts that are measured are halves of these, told by their digests; examples are drawn with as many
seeds. The sets' codebooks are read without their examples.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score, f1_score

from engagement import codebook, matcher
from engagement.coder import THRESHOLD, definition
from engagement.config import Settings
from engagement.embed import embed
from engagement.model import Codebook, Theme, digest_of
from engagement.themes import code_texts

MARK = re.compile(r"\[\[[A-Z_]+:(.*?)\]\]")
SIZES = (0, 40, 160, 320)
SURE = 0.6  # of the codings given, the most confident ones
HEADINGS = ("macro-F1", "micro-F1", "AP", "ECE", "sure 60 %", "coded", "seconds")

Coded = list[tuple[str, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Task:
    """A codebook, texts to draw examples from, and texts to measure on."""

    name: str
    book: Codebook
    learn: Coded
    measure: Coded


def corpus(folder: Path, files: Iterable[str], keys: frozenset[str]) -> Coded:
    lines = [line for name in files for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]
    rows = [json.loads(line) for line in lines]
    return [(MARK.sub(r"\1", row["text"]), keys & set(row["themes"])) for row in rows]


def theme_set(folder: Path) -> tuple[Codebook, Coded]:
    with (folder / "codebook.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"]: row["definition"] for row in csv.DictReader(file)}
    keys = {code: f"t{number}" for number, code in enumerate(codes)}
    book = Codebook(folder.name, 1, tuple(Theme(keys[code], code, words) for code, words in codes.items()))
    with (folder / "data.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return book, [
        (row["text"], frozenset(keys[label] for label in re.split(r"[|;]", row["labels"]) if label in keys))
        for row in rows
    ]


def halves(coded: Coded, digit: int) -> tuple[Coded, Coded]:
    """Told by a digit of the texts' digests; the first digit's odd half of a set is what `--half` leaves untrained."""
    odd = [int(digest_of(text)[digit], 16) % 2 == 1 for text, _ in coded]
    even = [one for one, other in zip(coded, odd, strict=True) if not other]
    return even, [one for one, other in zip(coded, odd, strict=True) if other]


def tasks(folder: Path) -> list[Task]:
    book = codebook.default()
    unseen = corpus(folder / "engagement_corpus", "DEF", frozenset(book.keys))
    patients, comments = theme_set(folder / "theme_sets" / "nhs_fft")
    london, streets = theme_set(folder / "theme_sets" / "sentihood_london")
    return [
        Task("seven themes", book, *halves(unseen, 1)),
        Task("nhs_fft", patients, *halves(halves(comments, 0)[1], 1)),
        Task("sentihood_london", london, *halves(streets, 0)),
    ]


def calibration_error(scores: np.ndarray, truth: np.ndarray) -> float:
    """How far probabilities and shares of truth lie apart, over ten bins."""
    place = np.minimum((scores * 10).astype(int), 9).ravel()
    gaps = [abs(scores.ravel()[place == at].sum() - truth.ravel()[place == at].sum()) for at in range(10)]
    return float(sum(gaps) / scores.size)


def figures(scores: np.ndarray, truth: np.ndarray) -> list[float]:
    given = scores > THRESHOLD
    surest = np.argsort(-scores[given], kind="stable")[: round(SURE * given.sum())]
    measurable = truth.any(0)
    return [
        f1_score(truth, given, average="macro", zero_division=0),
        f1_score(truth, given, average="micro", zero_division=0),
        average_precision_score(truth[:, measurable], scores[:, measurable], average="macro"),
        calibration_error(scores, truth),
        truth[given][surest].mean(),
        given.any(1).mean(),
    ]


def row(task: Task, size: int, seed: int, cache: Path) -> list[float]:
    chosen = np.random.default_rng(seed).choice(len(task.learn), size, replace=False)
    examples = [task.learn[place] for place in chosen]
    began = time.perf_counter()
    found = code_texts([text for text, _ in task.measure], task.book, examples, Settings(), cache=cache)
    seconds = time.perf_counter() - began
    scores = np.array([[coding.scores[key] for key in task.book.keys] for coding in found])
    return [*figures(scores, truth_of(task)), seconds]


def truth_of(task: Task) -> np.ndarray:
    return np.array([[key in keys for key in task.book.keys] for _, keys in task.measure])


def nearest_definition(task: Task, cache: Path) -> tuple[float, float]:
    """Macro-F1 of plain similarity at the one threshold that proves best afterwards, and average precision."""
    texts = embed([text for text, _ in task.measure], Settings(), cache)
    near = texts @ embed([definition(theme) for theme in task.book.themes], Settings(), cache).T
    truth = truth_of(task)
    tried = np.quantile(near, np.linspace(0.5, 0.995, 100))
    best = max(f1_score(truth, near > level, average="macro", zero_division=0) for level in tried)
    measurable = truth.any(0)
    return best, average_precision_score(truth[:, measurable], near[:, measurable], average="macro")


def line(name: str, values: Sequence[float]) -> str:
    return f"{name:34}" + "".join(f"{value:>11.3f}" for value in values)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--matcher", type=Path, default=matcher.WEIGHTS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="")
    wanted = parser.parse_args()
    matcher.WEIGHTS = wanted.matcher
    print(f"{'':34}" + "".join(f"{heading:>11}" for heading in HEADINGS))
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name)
        for task in tasks(wanted.folder):
            if wanted.only not in task.name:
                continue
            best, precision = nearest_definition(task, cache)
            print(f"{task.name + ', nearest definition':34}{best:>11.3f}{'':11}{precision:>11.3f}")
            for size in SIZES:
                rows = [row(task, size, seed, cache) for seed in range(wanted.seeds if size else 1)]
                print(line(f"{task.name}, {size} examples", np.mean(rows, axis=0).tolist()), flush=True)


if __name__ == "__main__":
    main()
