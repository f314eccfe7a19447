"""How well stances are found, without and with coded answers, beside the commonest stance and plain similarity.

    python bench/stance.py FOLDER [--unseen] [--seeds 5]

FOLDER holds engagement_corpus/ (A to F as JSON lines with `stance` and `proposal`). Parts A, B and C are each read by a
model of the other two; `--unseen` reads D, E and F by the model that ships, which was trained on A, B and C. The rules
in cues.yaml were written by somebody who had read A to C: only the unseen parts tell how they fare elsewhere. (The
tuned vectors have seen all six, with themes and without stances.) An answer whose "none" stands by a proposal is
unclear; macro-F1 is over the stances that there are. "ECE" is of the probability of the stance given, "turned" the
answers against that are called support and those for that are called oppose. Learning: coded answers are drawn with as
many seeds, all others measured. The corpus has two or three answers a proposal; how one question with hundreds of
answers is learnt is measured on every fifth debate of theme_sets/argkp, which no stance was trained on, with the plain
vectors, since the tuned ones have seen these arguments. Nothing of a text is printed.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score
from train_stance import answers, places, remarks, train, write

from engagement.coding import matcher, stance, stance_cues
from engagement.coding.matcher import see
from engagement.coding.stance import Answer, Read, read
from engagement.coding.stance_cues import PROMPTS, STANCES
from engagement.config import Settings
from engagement.model import Stance

SIZES = (20, 80)
HEADINGS = (*STANCES, "macro-F1", "right", "ECE", "turned", "n")
Coded = Sequence[Answer]


def stances_of(found: Read) -> tuple[np.ndarray, np.ndarray]:
    """The stance given to each answer, by its place in STANCES, and its probability."""
    coded = [found.coded(number) for number in range(len(found.because))]
    return np.array([STANCES.index(str(one)) for one, _ in coded]), np.array([score for _, score in coded])


def figures(truth: np.ndarray, given: np.ndarray, scores: np.ndarray | None = None) -> list[float]:
    by_class = f1_score(truth, given, labels=range(4), average=None, zero_division=0)
    right = truth == given
    error = np.nan
    if scores is not None:
        place = np.minimum((scores * 10).astype(int), 9)
        error = sum(abs(scores[place == at].sum() - right[place == at].sum()) for at in range(10)) / len(right)
    turned = ((truth == 1) & (given == 0)).sum() + ((truth == 0) & (given == 1)).sum()
    return [*by_class, by_class[np.unique(truth)].mean(), right.mean(), error, turned, len(truth)]


def line(name: str, values: Sequence[float]) -> str:
    shown = [
        f"{value:>10.0f}" if name in ("turned", "n") else f"{value:>10.3f}"
        for name, value in zip(HEADINGS, values, strict=True)
    ]
    return f"{name:34}" + "".join(shown)


def by_prompt(coded: Coded, cache: Path) -> np.ndarray:
    """The stance whose prompt, on the proposal, is nearest to the text."""
    own = see([one.text for one in coded], Settings(), cache).whole
    prompts = [see([PROMPTS[key][0].format(one.proposal) for one in coded], Settings(), cache).whole for key in STANCES]
    return np.stack([(own * held).sum(1) for held in prompts], 1).argmax(1)


def plain(coded: Coded) -> list[Answer]:
    return [Answer(one.text, one.proposal) for one in coded]


def learning(name: str, coded: list[Answer], seeds: int, cache: Path) -> None:
    """After 0, 20 and 80 human stances, the same answers measured with and without."""
    for size in SIZES:
        rows: dict[int, list[list[float]]] = {0: [], size: []}
        if size * 1.2 > len(coded):
            continue
        for seed in range(seeds):
            order = np.random.default_rng(seed).permutation(len(coded))
            lessons, rest = [coded[at] for at in order[:size]], [coded[at] for at in order[size:]]
            for number, known in ((0, []), (size, lessons)):
                rows[number].append(figures(places(rest), *stances_of(read(plain(rest), known, Settings(), cache))))
        print(line(f"{name}: not yet taught", np.mean(rows[0], 0).tolist()))
        print(line(f"{name}: after {size} stances", np.mean(rows[size], 0).tolist()), flush=True)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--unseen", action="store_true")
    parser.add_argument("--seeds", type=int, default=5)
    wanted = parser.parse_args()
    print(f"{'F1 of':34}" + "".join(f"{heading:>10}" for heading in HEADINGS))
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder)
        if wanted.unseen:
            coded = [one for part in "DEF" for one in answers(wanted.folder, part)]
            found, scores, usual = (
                *stances_of(read(plain(coded), [], Settings(), cache)),
                commonest(wanted.folder, "ABC"),
            )
        else:
            parts = {part: answers(wanted.folder, part) for part in "ABC"}
            coded = [one for part in parts.values() for one in part]
            halves, usual = [], commonest(wanted.folder, "ABC")
            for number, (name, part) in enumerate(parts.items()):
                stance.WEIGHTS = cache / f"without_{name}_{number}.npz"
                write(train([other for key, other in parts.items() if key != name], cache), stance.WEIGHTS)
                halves.append(stances_of(read(plain(part), [], Settings(), cache)))
                learning(f"part {name}", part, wanted.seeds, cache)
            found, scores = (np.concatenate(each) for each in zip(*halves, strict=True))
        truth = places(coded)
        print(line("the commonest stance", figures(truth, np.full(len(truth), usual))))
        print(line("nearest prompt", figures(truth, by_prompt(coded, cache))))
        print(line("stance", figures(truth, found, scores)))
        print("said (rows) and given:\n" + "\n".join(str(row) for row in table(truth, found)))
        if wanted.unseen:
            learning("unseen", coded, wanted.seeds, cache)
            taught_debates(wanted.folder, cache)
        began = time.perf_counter()
        read(plain([*coded, *remarks()]), coded, Settings(), cache)
        seconds = time.perf_counter() - began
        print(f"{len(coded) + len(remarks())} answers read again after {len(coded)} stances: {seconds:.1f} s")


def debates(folder: Path) -> list[list[Answer]]:
    """Every fifth debate: arguments for and against one proposal."""
    with (folder / "theme_sets" / "argkp" / "data.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    said = {"1": Stance.SUPPORT, "-1": Stance.OPPOSE}
    return [
        [Answer(row["text"].strip("` "), name, said[row["stance"]]) for row in rows if row["question"] == name]
        for name in sorted({row["question"] for row in rows})[::5]
    ]


def taught_debates(folder: Path, cache: Path) -> None:
    matcher.fits = stance_cues.fits = lambda _: False  # no vectors that have seen these arguments
    for size in (0, *SIZES):
        right = []
        for coded in debates(folder):
            order = np.random.default_rng(0).permutation(len(coded))
            rest = [coded[at] for at in order[size:]]
            given, _ = stances_of(read(plain(rest), [coded[at] for at in order[:size]], Settings(), cache))
            right.append((given == places(rest)).mean())
        print(f"debates after {size} stances: right {np.mean(right):.3f}", flush=True)


def commonest(folder: Path, parts: str) -> int:
    return int(np.bincount(places([one for part in parts for one in answers(folder, part)])).argmax())


def table(truth: np.ndarray, given: np.ndarray) -> list[list[int]]:
    return [[int(((truth == row) & (given == column)).sum()) for column in range(4)] for row in range(4)]


if __name__ == "__main__":
    main()
