"""How well themes are found, how steadily and how fast, beside BERTopic and plain nearest definition.

    python3 dev.py bench themes [FOLDER --matcher FILE] [--seeds 5] [--only NAME] [--cache DIR]
        [--codings 0,40,160,320] [--alone] [--sizes 1000,10000,50000]

Prints a table in Markdown. Without a FOLDER the invented round of transcripts_sample is coded, by what ships, and held
against its answer key. FOLDER holds engagement_corpus/ (A to F as JSON lines, coded with the seven themes of the
default codebook among others) and theme_sets/ (nhs_fft, sentihood_london: codebook.csv and data.csv). What ships was
trained on all of the corpus and of nhs_fft: its figures there tell nothing. FILE, made by `train_matcher.py FOLDER
--parts ABC --half --out FILE`, has not seen D, E, F nor the half of nhs_fft measured here, the words of the field are
learnt here from A to C, and sentihood_london nobody has trained on. Texts that are coded and texts that are measured
are halves of these, told by their digests; examples are drawn with as many seeds. The sets' codebooks are read without
their examples.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score
from theme_baselines import best_level, default_topics, zero_shot
from theme_sizes import ANSWERS
from train_field import train as train_field

from engagement import codebook
from engagement.coding import field, matcher
from engagement.coding.coder import THRESHOLD, definition
from engagement.config import Settings
from engagement.embed import embed
from engagement.model import Codebook, Theme, digest_of
from engagement.themes import code_texts

MARK = re.compile(r"\[\[[A-Z_]+:(.*?)\]\]")
SURE = 0.6  # of the codings given, the most confident ones
HEADINGS = ("set", "what", "macro-F1", "lowest, highest", "micro-F1", "ECE", "surest 60 % right", "with a theme")
LEAST = (0.7, 0.3)  # similarities of BERTopic's zero-shot: its default, and one that MiniLM reaches
MOST_SECONDS = 1200  # that a size may be expected to take

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


def invented() -> Task:
    """The round of transcripts_sample, each text of three words or more once."""
    book = codebook.default()
    rows = [json.loads(row) for row in ANSWERS.read_text("utf-8").splitlines()]
    coded = {row["text"]: frozenset(row["themes"]) for row in reversed(rows) if len(row["text"].split()) > 2}
    return Task("invented round", book, *halves(list(coded.items()), 1))


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
    return [*shares(given, truth), calibration_error(scores, truth), truth[given][surest].mean(), given.any(1).mean()]


def shares(given: np.ndarray, truth: np.ndarray) -> list[float]:
    return [float(f1_score(truth, given, average=average, zero_division=0)) for average in ("macro", "micro")]


def drawn(task: Task, size: int, seed: int) -> Coded:
    return [task.learn[at] for at in np.random.default_rng(seed).choice(len(task.learn), size, replace=False)]


def scores_of(task: Task, texts: Sequence[str], examples: Coded, cache: Path) -> np.ndarray:
    found = code_texts(texts, task.book, examples, Settings(), cache=cache)
    return np.array([[coded.scores[key] for key in task.book.keys] for coded in found])


def truth_of(task: Task) -> np.ndarray:
    return np.array([[key in keys for key in task.book.keys] for _, keys in task.measure])


def row(*cells: str | float) -> str:
    return "| " + " | ".join(cell if isinstance(cell, str) else f"{cell:.3f}" for cell in cells) + " |"


def ours(task: Task, codings: Sequence[int], seeds: int, cache: Path) -> Iterator[str]:
    """A row for each number of codings."""
    texts, truth = [text for text, _ in task.measure], truth_of(task)
    for size in codings:
        if size > len(task.learn):
            yield row(task.name, f"{size} codings", f"there are {len(task.learn)} to learn from", *[""] * 5)
            continue
        runs = [
            figures(scores_of(task, texts, drawn(task, size, seed), cache), truth)
            for seed in range(seeds if size else 1)
        ]
        mean, macro = np.mean(runs, axis=0).tolist(), [run[0] for run in runs]
        yield row(task.name, f"{size} codings", mean[0], f"{min(macro):.3f}, {max(macro):.3f}", *mean[1:])


def beside(task: Task, seeds: int, cache: Path) -> Iterator[str]:
    """A row for each of the others."""
    texts, truth = [text for text, _ in task.measure], truth_of(task)
    lines = [definition(theme) for theme in task.book.themes]
    vectors, themes = embed(texts, Settings(), cache), embed(lines, Settings(), cache)
    near = vectors @ themes.T
    named = {"nearest definition, best threshold afterwards": [(near > best_level(near, truth)).astype(float)]}
    named["BERTopic"] = [default_topics(texts, vectors, themes, seed) for seed in range(seeds)]
    for least in LEAST:
        named[f"BERTopic zero-shot from {least}"] = [zero_shot(texts, vectors, lines, least, 0)]
    for name, runs in named.items():
        macro, micro = np.array([shares(given, truth) for given in runs]).T
        spread = f"{macro.min():.3f}, {macro.max():.3f}"
        yield row(task.name, name, macro.mean(), spread, micro.mean(), "", "", np.mean([one.any(1) for one in runs]))


def steadiness(task: Task, cache: Path) -> Iterator[str]:
    """What 5 % more texts, and another order of texts and examples, change: of the codings of texts that were there."""
    texts = [text for text, _ in task.measure]
    old, examples = round(len(texts) / 1.05), drawn(task, min(160, len(task.learn)), 0)
    before = scores_of(task, texts[:old], examples, cache) > THRESHOLD
    after = scores_of(task, texts, examples, cache)
    turned = scores_of(task, texts[::-1], examples[::-1], cache)[::-1]
    changed = (before != (after[:old] > THRESHOLD)).sum() / before.sum()
    other = ((turned > THRESHOLD) != (after > THRESHOLD)).sum() / before.sum()
    yield f"5 % new texts change {changed:.1%} of the coder's old codings of {task.name}, another order {other:.1%}."
    vectors = embed(texts, Settings(), cache)
    themes = embed([definition(theme) for theme in task.book.themes], Settings(), cache)
    first = default_topics(texts[:old], vectors[:old], themes, 0)
    then = default_topics(texts, vectors, themes, 0)[:old]
    seed = default_topics(texts[:old], vectors[:old], themes, 1)
    shares = [(first > other).sum() / max(1, first.sum()) for other in (then, seed)]
    yield f"Of BERTopic's, 5 % new texts take away {shares[0]:.1%} and another seed {shares[1]:.1%}."


def sizes(wanted: Sequence[int]) -> Iterator[str]:
    """Seconds and memory, each in a process of its own; a size that would take too long is left out and named."""
    if not wanted:
        return
    yield row("way", "texts", "seconds", "of processors", "seconds again, with 160 codings", "MB at most")
    yield row(*["---"] * 6)
    for way, name in (("coder", "this tool"), ("nearest", "nearest definition"), ("bertopic", "BERTopic")):
        pace = 0.0
        for number in wanted:
            if pace * number > MOST_SECONDS:
                yield row(name, f"{number:,}", f"left out: about {pace * number:,.0f}", "", "", "")
                continue
            call = [sys.executable, str(Path(__file__).parent / "theme_sizes.py"), way, str(number)]
            done = json.loads(subprocess.run(call, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
            pace = done["seconds"] / number
            again = f"{done['again']:.1f}" if done["again"] else ""
            spent = f"{done['spent']:.1f}"
            yield row(name, f"{number:,}", f"{done['seconds']:.1f}", spent, again, f"{done['megabytes']:,.0f}")


def numbers(listed: str) -> list[int]:
    return [int(number) for number in listed.split(",") if number.isdigit()]


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--matcher", type=Path, default=matcher.WEIGHTS)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="")
    parser.add_argument("--cache", type=Path, help="keeps the vectors here for another run")
    parser.add_argument("--codings", default="0,40,160,320")
    parser.add_argument("--alone", action="store_true", help="without BERTopic and nearest definition")
    parser.add_argument("--sizes", default="1000,10000,50000", help="numbers of texts to take the time of; or none")
    wanted = parser.parse_args()
    folder = wanted.folder
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        cache, chosen = wanted.cache or Path(name) / "cache", [invented()]
        if folder and (folder / "engagement_corpus").is_dir():
            if wanted.matcher == matcher.WEIGHTS:
                print("What ships has learnt from the seven themes' and the patients' texts: their figures flatter.\n")
            else:
                matcher.WEIGHTS, field.WEIGHTS = wanted.matcher, Path(name) / "field.npz"
                train_field(folder / "engagement_corpus", "ABC", field.WEIGHTS)
            chosen = [*tasks(folder), *chosen]
        else:
            print("There is no folder with the field's texts here: the invented round alone is measured.\n")
        chosen = [task for task in chosen if wanted.only in task.name]
        print(row(*HEADINGS), row(*["---"] * len(HEADINGS)), sep="\n")
        for task in chosen:
            for line in ours(task, numbers(wanted.codings), wanted.seeds, cache):
                print(line, flush=True)
            for line in () if wanted.alone else beside(task, wanted.seeds, cache):
                print(line, flush=True)
        print()
        for task in () if wanted.alone else chosen:
            print(*steadiness(task, cache), sep="\n", flush=True)
    print()
    for line in sizes(numbers(wanted.sizes)):
        print(line, flush=True)
    print(f"\nIn {time.perf_counter() - began:,.0f} seconds.")


if __name__ == "__main__":
    main()
