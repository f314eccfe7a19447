"""How well themes are found: macro-F1 over a codebook's themes, without and with coded examples.

    python bench/themes.py FOLDER

FOLDER holds engagement_corpus/ (A to F as JSON lines, coded with the seven themes of the default codebook
among others) and theme_sets/ (nhs_fft, sentihood_london: codebook.csv and data.csv). Examples are drawn from
A, B and C or from one half of a set with five seeds; what is measured is D, E and F or the other half. The
sets' codebooks are read without their examples, as codebooks that nothing here was made for.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score, f1_score

from engagement import codebook
from engagement.coder import THRESHOLD
from engagement.config import Settings
from engagement.model import Codebook, Theme, digest_of
from engagement.themes import code_texts

MARK = re.compile(r"\[\[[A-Z_]+:(.*?)\]\]")
SIZES = (0, 40, 160, 320)
SEEDS = 5

Coded = list[tuple[str, frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Task:
    name: str
    book: Codebook
    learn: Coded
    measure: Coded


def corpus(folder: Path, files: Iterable[str], keys: frozenset[str]) -> Coded:
    lines = [line for name in files for line in (folder / f"{name}.jsonl").read_text("utf-8").splitlines()]
    rows = [json.loads(line) for line in lines]
    return [(MARK.sub(r"\1", row["text"]), keys & set(row["themes"])) for row in rows]


def theme_set(folder: Path) -> Task:
    with (folder / "codebook.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["code"]: row["definition"] for row in csv.DictReader(file)}
    keys = {code: f"t{number}" for number, code in enumerate(codes)}
    book = Codebook(folder.name, 1, tuple(Theme(keys[code], code, definition) for code, definition in codes.items()))
    halves: tuple[Coded, Coded] = ([], [])
    with (folder / "data.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            labels = frozenset(keys[label] for label in re.split(r"[|;]", row["labels"]) if label in keys)
            halves[int(digest_of(row["text"])[0], 16) % 2].append((row["text"], labels))
    return Task(folder.name, book, *halves)


def measured(task: Task, examples: Coded, cache: Path) -> tuple[float, float]:
    """Macro-F1 at the built-in threshold, and macro average precision."""
    found = code_texts([text for text, _ in task.measure], task.book, examples, Settings(), cache=cache)
    truth = np.array([[key in keys for key in task.book.keys] for _, keys in task.measure])
    scores = np.array([[coding.scores[key] for key in task.book.keys] for coding in found])
    return (
        f1_score(truth, scores > THRESHOLD, average="macro", zero_division=0),
        average_precision_score(truth, scores, average="macro"),
    )


def main(folder: Path) -> None:
    book = codebook.default()
    keys = frozenset(book.keys)
    tasks = [
        Task("seven themes", book, *(corpus(folder / "engagement_corpus", part, keys) for part in ("ABC", "DEF"))),
        *(theme_set(folder / "theme_sets" / name) for name in ("nhs_fft", "sentihood_london")),
    ]
    print(f"{'macro-F1 (average precision)':30}" + "".join(f"{size:>5} examples" for size in SIZES))
    with tempfile.TemporaryDirectory() as cache:
        for task in tasks:
            cells = []
            for size in SIZES:
                figures = []
                for seed in range(SEEDS if size else 1):
                    chosen = np.random.default_rng(seed).choice(len(task.learn), size, replace=False)
                    figures.append(measured(task, [task.learn[place] for place in chosen], Path(cache)))
                f1, precision = np.mean(figures, axis=0)
                cells.append(f"   {f1:.3f} ({precision:.2f})")
            print(f"{task.name:30}" + "".join(cells), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
