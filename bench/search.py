"""How long a search takes over 50,000 excerpts of 10,000 people, beside a plain look through all of them.

    python bench/search.py

The words are drawn at random from 20,000 made ones, the frequent ones often; vectors of excerpts are random too, that
of a query is the sentence encoder's. The plain look reads every text and compares every vector in turn.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np

from engagement.characteristics import categories
from engagement.config import RULES, Settings
from engagement.embed import embed
from engagement.model import (
    Answer,
    Codebook,
    Coding,
    Decision,
    Embeddings,
    Excerpt,
    Filter,
    FilterKind,
    Mint,
    Participant,
    Role,
    SafeText,
    Stated,
    Theme,
    digest_of,
)
from engagement.quotes import QuoteBook
from engagement.search import Index, find
from engagement.search_clear import Clearance
from engagement.search_words import asked, tokens
from engagement.slices import Slicer

PEOPLE, EXCERPTS, THEMES, VOCABULARY, SEED = 10_000, 50_000, 15, 20_000, 3
KEYS = ("race", "age", "disability", "sex", "religion_or_belief")
MINT = Mint()
TIMES = 15

T = TypeVar("T")


def main() -> None:
    draw = np.random.default_rng(SEED)
    words = vocabulary(draw)
    people, excerpts, codings = a_round(draw, words)
    book = Codebook("book", 1, tuple(Theme(f"t{n}", f"Theme {n}", "") for n in range(THEMES)))
    rule = RULES["publish"]
    numbers, _ = timed("slicer", lambda: Slicer(people, (), excerpts, codings, book, rule))
    timed("slicer, prepared", numbers.prepare)
    quotes, _ = timed("quotes", lambda: QuoteBook(excerpts, codings, people, numbers, rule))
    clearance, _ = timed("what may be found", lambda: Clearance(quotes, numbers, excerpts, codings, people))
    kept = [one.excerpt for one in clearance.cleared.values()]
    print(f"{len(kept)} of {len(excerpts)} excerpts may be found; groups: {len(clearance.told)}")
    matrix = draw.normal(size=(EXCERPTS, 384)).astype(np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    vectors = Embeddings(tuple(one.excerpt_id for one in excerpts), matrix, "random", "0")
    settings = Settings()
    index, _ = timed("index", lambda: Index(excerpts, vectors, lambda typed: np.asarray(embed([typed], settings)[0])))
    timed("first query, which loads the model", lambda: find(index, words[50]))
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    some = {
        "a frequent word": words[3],
        "a word of the middle": words[300],
        "a rare word": words[15_000],
        "two words": f"{words[3]} {words[9]}",
        "a beginning": words[40][:3],
        "a phrase": f'"{words[1]} {words[2]}"',
        "a word left out": f"{words[40]} -{words[1]}",
    }
    among = set(list(clearance.cleared)[::3])
    for name, typed in some.items():
        quick = [timed("", lambda typed=typed: find(index, typed))[1] for _ in range(TIMES)]
        narrow = [timed("", lambda typed=typed: find(index, typed, among))[1] for _ in range(TIMES)]
        slow = timed("", lambda typed=typed: plain_look(index, typed))[1]
        print(
            f"{name:22} median {np.median(quick) * 1000:6.1f} ms  p95 {np.quantile(quick, 0.95) * 1000:6.1f} ms  "
            f"among a third {np.median(narrow) * 1000:6.1f} ms  plain look {slow * 1000:7.0f} ms, "
            f"{slow / np.median(quick):5.0f} times"
        )
    for where in (
        (Filter(FilterKind.QUESTION, "q1"),),
        (Filter(FilterKind.THEME, "t1"), Filter(FilterKind.SOURCE, "s1")),
    ):
        name = ", ".join(each.kind for each in where)
        (let, first), (_, again) = (timed("", lambda where=where: clearance.among(where)) for _ in range(2))
        print(f"filter {name}: {len(let or ())} excerpts, first {first * 1000:.0f} ms, again {again * 1000:.1f} ms")


def vocabulary(draw: np.random.Generator) -> list[str]:
    letters = list("aabcdeeefghiiklmnnoooprsttuvwy")
    return list(dict.fromkeys("".join(draw.choice(letters, size)) for size in draw.integers(3, 10, VOCABULARY * 2)))[
        :VOCABULARY
    ]


def a_round(draw: np.random.Generator, words: list[str]) -> tuple[list[Participant], list[Excerpt], list[Coding]]:
    """Everybody declares five things; an excerpt has 30 words and one theme."""
    options = {
        key: [
            *(Answer(key, Stated.GIVEN, name) for name in categories(key, rolled_up=False)),
            Answer(key, Stated.BLANK),
        ]
        for key in KEYS
    }
    chosen = {key: draw.choice(len(one), PEOPLE, p=draw.dirichlet(np.ones(len(one)))) for key, one in options.items()}
    label = SafeText("Person", MINT)
    people = [
        Participant(f"p{n}", label, Role.PARTICIPANT, None, tuple(options[key][chosen[key][n]] for key in KEYS), None)
        for n in range(PEOPLE)
    ]
    often = 1 / np.arange(1, VOCABULARY + 1)
    said = draw.choice(VOCABULARY, (EXCERPTS, 30), p=often / often.sum())
    speakers, questions = draw.integers(PEOPLE, size=EXCERPTS), draw.integers(6, size=EXCERPTS)
    excerpts = []
    for n in range(EXCERPTS):
        text = SafeText(" ".join(words[each] for each in said[n]) + ".", MINT)
        excerpts.append(
            Excerpt(f"e{n}", f"s{speakers[n] % 8}", n, 0, text, 0, len(text), digest_of(text), Role.PARTICIPANT,
                    f"p{speakers[n]}", f"q{questions[n]}")
        )  # fmt: skip
    themes = draw.choice(THEMES, EXCERPTS, p=draw.dirichlet(np.ones(THEMES)))
    return (
        people,
        excerpts,
        [Coding(f"e{n}", f"t{themes[n]}", "machine", Decision.SUGGESTED, 0.9, (0, 5)) for n in range(EXCERPTS)],
    )


def plain_look(index: Index, typed: str) -> list[str]:
    """The ids of excerpts with any of the words, and of the 100 nearest, without any index."""
    sought = [word for term in asked(typed).terms for word in term.tokens]
    found = [
        one.excerpt_id
        for one in index.excerpts
        if any(word.startswith(each) for each in sought for word, _, _ in tokens(one.text))
    ]
    if index.encode:
        asked_for = index.encode(typed)
        near = sorted(((float(vector @ asked_for), at) for at, vector in enumerate(index.matrix)), reverse=True)
        found += [index.excerpts[at].excerpt_id for _, at in near[:100]]
    return found


def timed(name: str, make: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    made = make()
    took = time.perf_counter() - start
    if name:
        print(f"{name} {took:.2f} s", flush=True)
    return made, took


if __name__ == "__main__":
    main()
