"""Trains the small model that ships in `engagement/data/stance`: where does this answer stand on what was proposed?

    python bench/train_stance.py FOLDER [--parts ABC] [--out FILE]

FOLDER holds engagement_corpus/ (A.jsonl .. as JSON lines with `stance` and `proposal`). Learns from the answers of
those parts, whose "none" is unclear, and from stance_remarks.yaml. A softmax regression on signs; its log-odds are
stretched so that the probabilities come true on parts left out. Nothing in it is drawn by chance: it needs no seed.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from engagement.coding.stance import WEIGHTS, Answer, Head
from engagement.coding.stance_cues import STANCES, signs
from engagement.config import Settings
from engagement.model import Stance

REMARKS = Path(__file__).with_name("stance_remarks.yaml")
TAG = re.compile(r"\[\[[A-Z_]+:(.*?)\]\]")
STRENGTH = 0.1  # of the regression: the inverse of its penalty
STRETCHES = np.linspace(0.4, 1.6, 25)


def answers(folder: Path, part: str) -> list[Answer]:
    """The answers to proposals in a part of the corpus."""
    rows = map(json.loads, (folder / "engagement_corpus" / f"{part}.jsonl").read_text("utf-8").splitlines())
    return [
        Answer(TAG.sub(r"\1", row["text"]), row["proposal"], Stance(row["stance"].replace("none", "unclear")))
        for row in rows
        if row["proposal"]
    ]


def remarks() -> list[Answer]:
    """Invented answers, above all closed and unclear ones."""
    groups = yaml.safe_load(REMARKS.read_text("utf-8"))
    return [Answer(text, group["proposal"], Stance(key)) for group in groups for key in STANCES for text in group[key]]


def wholes(coded: Sequence[Answer], cache: Path) -> np.ndarray:
    return signs([one.text for one in coded], [one.proposal for one in coded], Settings(), cache).whole


def places(coded: Sequence[Answer]) -> np.ndarray:
    return np.array([STANCES.index(str(one.stance)) for one in coded])


def fit(coded: Sequence[Answer], cache: Path, stretch: float = 1.0) -> Head:
    rows = wholes(coded, cache)
    centre = rows.mean(0)
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit(rows - centre, places(coded))
    order = np.argsort(model.classes_)
    return Head(model.coef_[order].T * stretch, model.intercept_[order] * stretch, centre)


def stretch(parts: Sequence[Sequence[Answer]], cache: Path) -> float:
    """By how much log-odds must be stretched for the likeliest truth, each part read by a model of the others."""
    log_odds, truth = [], []
    for number, part in enumerate(parts):
        others = [one for place, other in enumerate(parts) if place != number for one in other]
        log_odds.append(fit([*others, *remarks()], cache).of(wholes(part, cache)))
        truth.append(places(part))
    found, true = np.vstack(log_odds), np.concatenate(truth)
    losses = []
    for by in STRETCHES:
        scaled = found * by
        losses.append((np.log(np.exp(scaled).sum(1)) - scaled[np.arange(len(true)), true]).mean())
    return float(STRETCHES[int(np.argmin(losses))])


def train(parts: Sequence[Sequence[Answer]], cache: Path) -> Head:
    """The model of those parts and the remarks; with one part alone its log-odds stay as they are."""
    by = stretch(parts, cache) if len(parts) > 1 else 1.0
    return fit([*(one for part in parts for one in part), *remarks()], cache, by)


def write(head: Head, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(out, **{name: getattr(head, name).astype(np.float32) for name in Head.__dataclass_fields__})


def main() -> None:
    """Trains and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parts", default="ABC")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        head = train([answers(wanted.folder, part) for part in wanted.parts], Path(name))
    write(head, wanted.out)
    print(f"{wanted.out.name}: {wanted.out.stat().st_size} bytes, {len(head.centre)} signs")


if __name__ == "__main__":
    main()
