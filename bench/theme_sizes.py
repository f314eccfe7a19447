"""Seconds and memory of one way to code a number of texts, in a process of its own.

    python bench/theme_sizes.py WAY NUMBER

WAY is `coder` (no example; then again with 160, all vectors at hand), `nearest` (plain vectors and definitions) or
`bertopic` (its default). The texts are pairs of sentences of the invented round's, no two the same, as long as excerpts
are. Prints one line of JSON: seconds, those of the processors (which tell more on a busy machine), seconds again,
megabytes at most.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from theme_baselines import default_topics

from engagement import codebook
from engagement.coding.coder import definition
from engagement.config import Settings
from engagement.embed import embed
from engagement.segment import sentences
from engagement.themes import code_texts

ANSWERS = Path(__file__).parents[1] / "transcripts_sample" / "answers" / "codings.jsonl"
LEARNT = 160


def texts_of(number: int) -> list[str]:
    """So many texts, no two the same, in the same order every time."""
    said = [json.loads(line)["text"] for line in ANSWERS.read_text("utf-8").splitlines()]
    parts = sorted({text[start:end] for text in said for start, end in sentences(text)})
    chance = np.random.default_rng(0)
    texts: dict[str, None] = {}
    while len(texts) < number:
        first, second = chance.integers(0, len(parts), 2).tolist()
        texts[f"{parts[first]} {parts[second]}"] = None
    return list(texts)


def measure(way: str, number: int) -> dict[str, float]:
    book, texts = codebook.default(), texts_of(number)
    lines = [definition(theme) for theme in book.themes]
    again = 0.0
    with tempfile.TemporaryDirectory() as name:
        cache, began, busy = Path(name), time.perf_counter(), time.process_time()
        if way == "coder":
            found = code_texts(texts, book, [], Settings(), cache=cache)
        else:
            vectors, themes = embed(texts, Settings(), cache), embed(lines, Settings(), cache)
            if way == "nearest":
                (vectors @ themes.T).argmax(1)
            else:
                default_topics(texts, vectors, themes, 0)
        seconds, spent = time.perf_counter() - began, time.process_time() - busy
        if way == "coder":
            examples = [(text, frozenset(coded.keys)) for text, coded in zip(texts[:LEARNT], found, strict=False)]
            began = time.perf_counter()
            code_texts(texts, book, examples, Settings(), cache=cache)
            again = time.perf_counter() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "spent": spent, "again": again, "megabytes": most}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
