"""Trains the matcher that ships in `engagement/data/matcher`: does this theme's definition apply to this text?

    python bench/train_matcher.py FOLDER [--parts ABCDEF] [--half] [--hold] [--out FILE] [--epochs 5] [--seed 1]

FOLDER holds engagement_corpus/ (A.jsonl .. and codebook.yaml) and theme_sets/ (nhs_fft, argkp). The upper layers of
the packaged embedding model are tuned so that a text, or a sentence of it, lies near the definitions of the themes that
it carries and far from those of all others; definitions are worded anew every time, so that it is wordings in general
that are understood and not these ones. The patients' comments and the arguments keep it from narrowing to one field.
`--half` leaves out the half of the patients' comments that bench/themes.py measures on, `--hold` every third theme that
is no seed theme: for measuring. Writes the changed layers in half precision. About a quarter of an hour on two cores;
the same seed gives the same weights on the same machine with the same number of threads.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import yaml
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

from engagement import codebook
from engagement.coding.coder import clauses
from engagement.coding.matcher import WEIGHTS
from engagement.config import Settings
from engagement.embed import weights_digest
from engagement.model import digest_of
from engagement.segment import sentences

FROZEN = 2  # layers, and the words' own vectors: what they know of English is not to be forgotten
RATE, HEAD_RATE, DECAY, WARM_UP = 2e-4, 5e-3, 0.01, 0.06
BATCH, THEMES = 64, 40  # texts, and themes that they are held against, at a step
JOINED = 0.15  # share of texts that another is joined to: they carry the themes of both
MARKED = 0.3  # share of texts in which identifiers are marks, as the anonymiser leaves them
EXAMPLE = 0.2  # share of wordings that a text with the theme is part of
SHORT = 60  # tokens: texts that may be joined or may stand for a theme
SHARPNESS = 20.0  # of the soft maximum over the sentences of a text
MOST_TOKENS, MOST_LINE, MOST_PARTS = 200, 64, 12
SHARE = {"patients": 0.5, "arguments": 0.12}  # of a set, drawn anew every epoch
AVERAGED_FROM, AVERAGING = 0.4, 0.02  # of the run; the weights' moving average is what is written,
CHANGE = 0.75  # this much of its way from the model as it was: other fields are read better, and this one as well
TAG = re.compile(r"\[\[([A-Z_]+):(.*?)\]\]")
MARKS = {"PERSON": "Person 1", "PLACE_SMALL": "place", "ORG_SMALL": "organisation"}


@dataclass(frozen=True, slots=True)
class Read:
    """A text as tokens, with the tokens of each sentence where it has several."""

    tokens: list[int]
    parts: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Set:
    """Texts, the lines that word each theme (whole ones, then parts), and 1, 0 or NaN (unknown) [texts, themes].

    `asked` has for each text what it answers, and for each theme what it is a theme of: they are held against each
    other alone.
    """

    name: str
    texts: list[str]
    marked: list[str]
    wordings: list[tuple[list[str], list[str]]]
    carries: np.ndarray
    asked: tuple[list[str], list[str]] | None = None


# ------------------------------------------------------------------ the sets


def field(folder: Path, parts: str, hold: bool) -> Set:
    """The corpus, with the definitions of its codebook and, for the seed themes, of the default one too."""
    themes = yaml.safe_load((folder / "codebook.yaml").read_text("utf-8"))["themes"]
    others = [theme["key"] for theme in themes if not theme.get("seed") and not theme.get("parent")]
    themes = [theme for theme in themes if not (hold and theme["key"] in others[::3])]
    ours = {theme.key: theme for theme in codebook.default().themes}
    rows = [json.loads(line) for part in parts for line in (folder / f"{part}.jsonl").read_text("utf-8").splitlines()]
    texts = [TAG.sub(r"\2", row["text"]) for row in rows]
    marked = [TAG.sub(lambda tag: f"[{MARKS.get(tag[1], tag[1].split('_')[0].lower())}]", row["text"]) for row in rows]
    carries = [[float(theme["key"] in row["themes"]) for theme in themes] for row in rows]
    wordings = []
    for number, theme in enumerate(themes):
        name, definition = theme["name"], theme["definition"]
        whole = [f"{name}: {definition}", name]
        part = [f"{name}: {clause}" for clause in clauses(definition)] + clauses(definition)
        if own := ours.get(theme["key"]):
            whole.append(f"{own.name}: {own.definition}")
            part += [*clauses(own.definition), *own.include]
            for example in own.examples:
                texts.append(example)
                marked.append(example)
                carries.append([1.0 if at == number else math.nan for at in range(len(themes))])
        wordings.append((whole, part))
    return Set("field", texts, marked, wordings, np.array(carries, np.float32))


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def patients(folder: Path, half: bool) -> Set:
    codes = {row["code"]: row["definition"] for row in rows_of(folder / "codebook.csv")}
    rows = [row for row in rows_of(folder / "data.csv") if not (half and int(digest_of(row["text"])[0], 16) % 2)]
    texts = [row["text"] for row in rows]
    carries = [[float(code in row["labels"].split("|")) for code in codes] for row in rows]
    wordings = []
    for code, words in codes.items():
        parts = [part.strip() for part in re.split(r"(?<=[.;:])\s", words) if len(part.strip()) > 8]
        wordings.append(([f"{code}: {words}", code, words], [f"{code}: {part}" for part in parts]))
    return Set("patients", texts, texts, wordings, np.array(carries, np.float32))


def arguments(folder: Path) -> Set:
    """Arguments and the key points that people held each against; of all others nothing is known."""
    points, rows = rows_of(folder / "codebook.csv"), rows_of(folder / "data.csv")
    column = {row["code"]: number for number, row in enumerate(points)}
    place = {row["id"]: number for number, row in enumerate(rows)}
    carries = np.full((len(rows), len(points)), np.nan, np.float32)
    for row in rows_of(folder / "labels.csv"):
        carries[place[row["arg_id"]], column[row["key_point_id"]]] = float(row["label"])
    texts = [row["text"].strip("` ") for row in rows]
    asked = ([question(row) for row in rows], [question(row) for row in points])
    return Set("arguments", texts, texts, [([row["definition"]], []) for row in points], carries, asked)


def question(row: dict[str, str]) -> str:
    return f"{row['question']} {row['stance']}"


# ------------------------------------------------------------------ the model


def halves(order: list[int]) -> list[list[int]]:
    """The shorter and the longer ones: read apart, they are padded less."""
    return [half for half in (order[: len(order) // 2], order[len(order) // 2 :]) if half]


class Matcher(nn.Module):
    """The embedding model, and how a likeness is turned into log-odds."""

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        super().__init__()
        self.tokenizer = AutoTokenizer.from_pretrained(path, local_files_only=True)
        self.words = AutoModel.from_pretrained(path, local_files_only=True, add_pooling_layer=False)
        for name, weights in self.words.named_parameters():
            layer = re.search(r"layer\.(\d+)\.", name)
            weights.requires_grad = layer is not None and int(layer[1]) >= FROZEN
        self.scale = nn.Parameter(torch.tensor(math.log(15.0)))
        self.bias = nn.ParameterDict({name: nn.Parameter(torch.tensor(-7.0)) for name in names})

    def read(self, text: str, most: int = MOST_TOKENS) -> Read:
        found = self.tokenizer(text, truncation=True, max_length=most, return_offsets_mapping=True)
        spans = sentences(text)
        parts = []
        for start, end in spans if len(spans) > 1 else ():
            inside = [i for i, (a, b) in enumerate(found["offset_mapping"]) if b > a >= start and b <= end]
            if inside:
                parts.append((inside[0], inside[-1] + 1))
        return Read(found["input_ids"], parts[:MOST_PARTS])

    def vectors(self, texts: Sequence[Read]) -> tuple[Tensor, Tensor]:
        """Each text's vector and its sentences' [texts, parts, d], and which of them there are [texts, parts]."""
        longest, most = max(len(text.tokens) for text in texts), 1 + max(len(text.parts) for text in texts)
        tokens = torch.full((len(texts), longest), self.tokenizer.pad_token_id)
        mean, there = torch.zeros(len(texts), most, longest), torch.zeros(len(texts), most, dtype=torch.bool)
        for number, text in enumerate(texts):
            tokens[number, : len(text.tokens)] = torch.tensor(text.tokens)
            for part, (start, end) in enumerate([(0, len(text.tokens)), *text.parts]):
                mean[number, part, start:end] = 1 / (end - start)
                there[number, part] = True
        with torch.autocast("cpu", dtype=torch.bfloat16):
            states = self.words(input_ids=tokens, attention_mask=(mean[:, 0] > 0).long()).last_hidden_state
        return nn.functional.normalize(torch.bmm(mean, states.float()), dim=-1), there

    def themes(self, wordings: Sequence[Sequence[str]]) -> Tensor:
        """A vector for each theme, the mean of its lines': [themes, d]."""
        lines = [self.read(line, MOST_LINE) for wording in wordings for line in wording]
        order = sorted(range(len(lines)), key=lambda at: len(lines[at].tokens))
        found = torch.cat([self.vectors([lines[at] for at in half])[0][:, 0] for half in halves(order)])
        found = found[torch.argsort(torch.tensor(order))]
        means = [part.mean(0) for part in found.split([len(wording) for wording in wordings])]
        return nn.functional.normalize(torch.stack(means), dim=-1)

    def forward(self, texts: Sequence[Read], themes: Tensor, name: str) -> Tensor:
        vectors, there = self.vectors(texts)
        near = vectors @ themes.T
        parts = (near * SHARPNESS).masked_fill(~there[:, :, None], -math.inf)
        likeness = (near[:, 0] + torch.logsumexp(parts, 1) / SHARPNESS) / 2
        return self.scale.exp() * likeness + self.bias[name]


# ---------------------------------------------------------------- the training


@dataclass(frozen=True, slots=True)
class Lesson:
    """A set as the model reads it, and for each theme the short texts that carry it."""

    of: Set
    plain: list[Read]
    marked: list[Read]
    short: list[list[int]]


def lesson(model: Matcher, of: Set) -> Lesson:
    plain = [model.read(text) for text in of.texts]
    marked = plain if of.marked is of.texts else [model.read(text) for text in of.marked]
    brief = np.array([len(text.tokens) < SHORT for text in plain])
    return Lesson(of, plain, marked, [np.flatnonzero((column == 1) & brief).tolist() for column in of.carries.T])


def batches(this: Lesson, rng: random.Random) -> Iterator[tuple[Lesson, list[int], list[int]]]:
    """One epoch: texts of like length, and the themes to hold them against; arguments by their question."""
    texts = list(range(len(this.of.texts)))
    rng.shuffle(texts)
    texts = texts[: round(len(texts) * SHARE.get(this.of.name, 1))]
    if this.of.asked:
        answers, points = this.of.asked
        for one in dict.fromkeys(answers):
            chosen = [text for text in texts if answers[text] == one][:BATCH]
            themes = [theme for theme, of in enumerate(points) if of == one]
            if chosen and themes:
                yield this, chosen, themes
        return
    for start in range(0, len(texts), BATCH * 8):
        some = sorted(texts[start : start + BATCH * 8], key=lambda text: len(this.plain[text].tokens))
        for first in range(0, len(some), BATCH):
            chosen = some[first : first + BATCH]
            there = np.nansum(this.of.carries[chosen], 0) > 0
            absent = np.flatnonzero(~there).tolist()
            rng.shuffle(absent)
            yield this, chosen, [*np.flatnonzero(there).tolist(), *absent[: max(0, THEMES - int(there.sum()))]]


def wording(this: Lesson, theme: int, apart_from: Sequence[int], rng: random.Random) -> list[str]:
    whole, parts = this.of.wordings[theme]
    lines = [rng.choice(whole)] if rng.random() < 0.8 or not parts else []
    if parts and (not lines or rng.random() < 0.5):
        lines += rng.sample(parts, min(len(parts), rng.choice((1, 2))))
    if this.short[theme] and not this.of.asked and rng.random() < EXAMPLE:
        example = rng.choice(this.short[theme])
        lines += [] if example in apart_from else [this.of.texts[example]]
    return lines


def joined(first: Read, second: Read) -> Read:
    shift = len(first.tokens) - 2  # the end mark of the first and the start mark of the second go
    ours = first.parts or [(1, len(first.tokens) - 1)]
    theirs = second.parts or [(1, len(second.tokens) - 1)]
    parts = [*ours, *((start + shift, end + shift) for start, end in theirs)]
    return Read([*first.tokens[:-1], *second.tokens[1:]], parts[:MOST_PARTS])


def loss(model: Matcher, this: Lesson, chosen: list[int], themes: list[int], rng: random.Random) -> Tensor:
    texts, carries = [], this.of.carries[chosen].copy()
    for number, text in enumerate(chosen):
        read = (this.marked if rng.random() < MARKED else this.plain)[text]
        other = rng.randrange(len(this.plain))
        both = np.maximum(carries[number], this.of.carries[other])
        short = max(len(read.tokens), len(this.plain[other].tokens)) < SHORT
        if rng.random() < JOINED and short and not np.isnan(both).any():
            read, carries[number] = joined(read, this.plain[other]), both
        texts.append(read)
    vectors = model.themes([wording(this, theme, chosen, rng) for theme in themes])
    order = sorted(range(len(texts)), key=lambda at: len(texts[at].tokens))
    odds = torch.cat([model([texts[at] for at in half], vectors, this.of.name) for half in halves(order)])
    truth = torch.tensor(carries[order][:, themes])
    found = nn.functional.binary_cross_entropy_with_logits(odds, truth.nan_to_num(), reduction="none")
    return (found * ~truth.isnan()).sum() / len(texts)


def train(sets: Sequence[Set], epochs: int, seed: int, out: Path) -> None:
    torch.manual_seed(seed)
    rng = random.Random(seed)
    path = Settings().embedding_path()
    model = Matcher(path, [one.name for one in sets])
    before = {name: weights.clone() for name, weights in model.words.state_dict().items()}
    lessons = [lesson(model, one) for one in sets]
    tuned = [weights for weights in model.words.parameters() if weights.requires_grad]
    head = [model.scale, *model.bias.values()]
    groups: list[Any] = [{"params": tuned, "lr": RATE}, {"params": head, "lr": HEAD_RATE, "weight_decay": 0}]
    optimizer = torch.optim.AdamW(groups, weight_decay=DECAY)
    steps = epochs * sum(len(list(batches(this, random.Random(seed)))) for this in lessons)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (WARM_UP * steps), max(0.02, 1 - step / steps))
    )
    averaged: list[Tensor] = []
    step, began = 0, time.perf_counter()
    for epoch in range(epochs):
        model.train()
        todo = [batch for this in lessons for batch in batches(this, rng)]
        rng.shuffle(todo)
        total = 0.0
        for batch in todo:
            found = loss(model, *batch, rng)
            optimizer.zero_grad()
            found.backward()
            nn.utils.clip_grad_norm_([*tuned, *head], 1.0)
            optimizer.step()
            pace.step()
            step += 1
            total += found.item()
            if step > steps * AVERAGED_FROM:
                averaged = averaged or [weights.detach().clone() for weights in tuned]
                for mean, weights in zip(averaged, tuned, strict=True):
                    mean.lerp_(weights.detach(), AVERAGING)
        print(f"epoch {epoch + 1}: loss {total / len(todo):.3f}, {time.perf_counter() - began:.0f} s", flush=True)
    for mean, weights in zip(averaged, tuned, strict=True):
        weights.data.copy_(mean)
    after = model.words.state_dict()
    changed = {
        name: before[name].lerp(after[name], CHANGE).half()
        for name in sorted(after)
        if not torch.equal(after[name], before[name])
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    save_file(changed, out, metadata={"base": weights_digest(path)})


def main() -> None:
    """Trains and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--parts", default="ABCDEF")
    parser.add_argument("--half", action="store_true")
    parser.add_argument("--hold", action="store_true")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    sets = [
        field(wanted.folder / "engagement_corpus", wanted.parts, wanted.hold),
        patients(wanted.folder / "theme_sets" / "nhs_fft", wanted.half),
        arguments(wanted.folder / "theme_sets" / "argkp"),
    ]
    train(sets, wanted.epochs, wanted.seed, wanted.out)


if __name__ == "__main__":
    main()
