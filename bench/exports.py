"""How long a whole report takes: evidence gathered from a project of 10,000 invented excerpts, then both documents.

    python bench/exports.py [EXCERPTS [THEMES]]

The people declared seven things and said what they said at random, the hardest case for the guard. The vectors that a
run would have left are random too; no model is loaded.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np

from engagement.anonymise import restore
from engagement.characteristics import categories
from engagement.config import RULES, Settings
from engagement.embed import DIMENSIONS, weights_digest, write_cache
from engagement.export.equality import equality
from engagement.export.evidence import Options
from engagement.export.gather import gather
from engagement.export.report import report
from engagement.model import (
    Answer,
    Codebook,
    Coding,
    Decision,
    Excerpt,
    FileCounts,
    Kind,
    Participant,
    Question,
    Role,
    Round,
    SafeDocument,
    SafeText,
    SafeTurn,
    Stated,
    Theme,
    digest_of,
)
from engagement.store import Store

EXCERPTS, THEMES, SEED = 10_000, 15, 3
KEYS = ("race", "age", "disability", "sex", "religion_or_belief", "sexual_orientation", "carer")
VOCABULARY = ("the", "flat", "library", "bus", "hall", "damp", "lift", "form", "we", "they", "never", "open", "cold")
QUESTIONS = 5


def safe(words: str) -> SafeText:
    return restore(words, digest_of(words))


def project(folder: Path, excerpts: int, themes: int) -> Store:
    """A project of one long table of answers, three to a person, each coded with one theme or two."""
    draw = np.random.default_rng(SEED)
    people = excerpts // 3
    options = {
        key: [
            *(Answer(key, Stated.GIVEN, name) for name in categories(key, rolled_up=False)),
            Answer(key, Stated.BLANK),
        ]
        for key in KEYS
    }
    weights = {key: draw.dirichlet(np.ones(len(each))) for key, each in options.items()}
    chosen = {key: draw.choice(len(each), people, p=weights[key]) for key, each in options.items()}
    persons = tuple(
        Participant(
            f"p{n:05}",
            safe(f"Person {n}"),
            Role.PARTICIPANT,
            None,
            tuple(options[key][chosen[key][n]] for key in KEYS),
            bool(n % 10),
        )
        for n in range(people)
    )
    book = Codebook("book", 1, tuple(Theme(f"t{n}", f"Theme {n}", "What people say of it.") for n in range(themes)))
    turns, cut, codings = [], [], []
    popular = draw.dirichlet(np.ones(themes))
    for place in range(excerpts):
        words = f"{' '.join(draw.choice(VOCABULARY, draw.integers(8, 60)))} {place}."
        text, digest, person, question = safe(words), digest_of(words), f"p{place % people:05}", f"q{place % QUESTIONS}"
        turns.append(
            SafeTurn(place, f"row {place}", Kind.RESPONSE, text, digest, Role.PARTICIPANT, person, question, ())
        )
        cut.append(
            Excerpt(f"e{place}", "s1", place, place, text, 0, len(text), digest, Role.PARTICIPANT, person, question)
        )
        for key in {int(each) for each in draw.choice(themes, draw.integers(1, 3), p=popular)}:
            score = float(draw.uniform(0.5, 1.0))
            codings.append(Coding(f"e{place}", f"t{key}", "machine:m:1", Decision.SUGGESTED, score, (0, 8)))
    store = Store.open(folder, create=True)
    store.save_round(Round("Invented", "2026-01-05", "2026-02-06", "To measure."))
    questions = tuple(Question(f"q{n}", safe(f"Question {n}?")) for n in range(QUESTIONS))
    counts = FileCounts(turns=excerpts, answered=excerpts, by_language={"en": excerpts})
    document = SafeDocument(
        "s1", safe("answers.csv"), "csv", digest_of("s1"), tuple(turns), persons, questions, counts, {}
    )
    store.add_document(document, cut, (), {})
    store.coded.save_codebook(book)
    store.coded.replace_machine_codings(codings)
    vectors = draw.normal(size=(excerpts, DIMENSIONS)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    write_cache(folder / "cache", weights_digest(Settings().embedding_path()), [one.sha256 for one in cut], vectors)
    return store


def main(excerpts: int, themes: int) -> None:
    with tempfile.TemporaryDirectory() as folder, project(Path(folder), excerpts, themes) as store:
        options = Options(date(2026, 3, 1), crossed=(("disability", "sex"), ("race", "age")))
        for opening in ("first opening", "opened again"):
            start = time.perf_counter()
            evidence = gather(store, RULES["publish"], Settings(), options)
            gathered = time.perf_counter()
            documents = [report(evidence), equality(evidence)]
            made = time.perf_counter()
            sizes = " and ".join(f"{len(each.blocks):,}" for each in documents)
            print(
                f"{excerpts:,} excerpts, {themes} themes, {opening}: gathered in {gathered - start:.1f} s, "
                f"documents of {sizes} blocks in {made - gathered:.2f} s"
            )
    print(f"most memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]) if len(sys.argv) == 3 else (EXCERPTS, THEMES))
