"""Large invented projects for the benches: people who declared seven things and said what they said at random.

That is the hardest case for the guard. No text was ever raw, so no anonymiser runs; the vectors that a run would have
left are random too, so no model is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engagement.anonymise import restore
from engagement.characteristics import categories
from engagement.coding import matcher
from engagement.config import Settings
from engagement.embed import BLOCK, DIMENSIONS, weights_digest, write_cache
from engagement.model import (
    Answer,
    Basis,
    Codebook,
    Coding,
    Decision,
    EmergentTheme,
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
    Stance,
    StanceCoding,
    Stated,
    Tag,
    digest_of,
)
from engagement.store import Store

SEED = 3
KEYS = ("race", "age", "disability", "sex", "religion_or_belief", "sexual_orientation", "carer")
QUESTIONS = (
    "Should the council close the library on Sundays?",
    "What is it like to live here?",
    "What would you change?",
    "Who was left out?",
    "What else?",
)
ANSWERED = (0.3, 0.25, 0.2, 0.15, 0.1)
MENTIONED = (("religion_or_belief", "Muslim"), ("disability", "Disabled"), ("age", "75 and over"))
STANCES = (Stance.SUPPORT, Stance.OPPOSE, Stance.MIXED, Stance.UNCLEAR)
LETTERS = list("aabcdeeefghiiklmnnoooprsttuvwy")
WORDS, A_SENTENCE = 5_000, 12
MACHINE = "machine:m:1"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is said, by how many, in how many files. `sentences`: the vectors of sentences are left too."""

    people: int
    excerpts: int
    sources: int = 1
    sentences: bool = False


def project(folder: Path, size: Size, book: Codebook) -> Store:
    """A project of long tables of answers, each answer coded with one theme or two."""
    draw = np.random.default_rng(SEED)
    people, words = persons(draw, size.people), vocabulary(draw)
    popular = draw.dirichlet(np.ones(len(book.themes)))
    turns: list[list[SafeTurn]] = [[] for _ in range(size.sources)]
    cut: list[list[Excerpt]] = [[] for _ in range(size.sources)]
    codings, stances = [], []
    for place in range(size.excerpts):
        spoken = text(draw, words, place)
        digest, who = digest_of(spoken), place % size.people
        source, question = who % size.sources, int(draw.choice(len(QUESTIONS), p=ANSWERED))
        at, excerpt_id = len(turns[source]), f"e{place}"
        person, asked = f"p{who:05}", f"q{question}"
        turns[source].append(
            SafeTurn(at, f"row {at}", Kind.RESPONSE, spoken, digest, Role.PARTICIPANT, person, asked, ())
        )
        cut[source].append(
            Excerpt(excerpt_id, f"s{source}", at, at, spoken, 0, len(spoken), digest, Role.PARTICIPANT, person, asked)
        )
        for key in {int(each) for each in draw.choice(len(popular), draw.integers(1, 3), p=popular)}:
            score = float(draw.uniform(0.5, 1.0))
            codings.append(Coding(excerpt_id, book.keys[key], MACHINE, Decision.SUGGESTED, score, (0, 8)))
        if question == 0:
            stance, score = STANCES[draw.choice(4, p=(0.4, 0.35, 0.05, 0.2))], float(draw.uniform(0.4, 1.0))
            stances.append(StanceCoding(excerpt_id, stance, MACHINE, score, (0, 8)))
    store = Store.open(folder, create=True)
    store.save_round(Round("Invented", "2026-01-05", "2026-02-06", "To measure."))
    for number, (said, excerpts) in enumerate(zip(turns, cut, strict=True)):
        counts = FileCounts(turns=len(said), answered=len(said), by_language={"en": len(said)})
        theirs = tuple(people[number :: size.sources])
        asked_in = tuple(Question(f"q{at}", safe(wording)) for at, wording in enumerate(QUESTIONS))
        document = SafeDocument(
            f"s{number}", safe(f"answers {number}.csv"), "csv", digest_of(f"s{number}"), tuple(said), theirs, asked_in,
            counts, {},
        )  # fmt: skip
        store.add_document(document, excerpts, mentions(draw, excerpts), {})
    store.coded.save_codebook(book)
    store.coded.replace_machine_codings(codings)
    store.coded.replace_machine_stances(stances)
    held = [excerpt for excerpts in cut for excerpt in excerpts]
    groups = [
        EmergentTheme(f"g{n}", f"Group {n}", ("word",), tuple(one.excerpt_id for one in held[n::4000]), None, 0.9)
        for n in range(3)
    ]
    store.coded.replace_emergent(groups)
    leave_vectors(draw, folder / "cache", held, sentences=size.sentences)
    return store


def persons(draw: np.random.Generator, people: int) -> list[Participant]:
    """Everybody declares seven things, or leaves them blank; one in ten does not want to be quoted."""
    options = {
        key: [
            *(Answer(key, Stated.GIVEN, name) for name in categories(key, rolled_up=False)),
            Answer(key, Stated.BLANK),
        ]
        for key in KEYS
    }
    weights = {key: draw.dirichlet(np.ones(len(each))) for key, each in options.items()}
    chosen = {key: draw.choice(len(each), people, p=weights[key]) for key, each in options.items()}
    return [
        Participant(
            f"p{n:05}",
            safe(f"Person {n}"),
            Role.PARTICIPANT,
            None,
            tuple(options[key][chosen[key][n]] for key in KEYS),
            bool(n % 10),
        )
        for n in range(people)
    ]


def vocabulary(draw: np.random.Generator) -> list[str]:
    """Made words, those that are said most often first."""
    made = ("".join(draw.choice(LETTERS, size)) for size in draw.integers(2, 10, WORDS * 2))
    return list(dict.fromkeys(made))[:WORDS]


def text(draw: np.random.Generator, words: Sequence[str], place: int) -> SafeText:
    """Some sentences that nobody else said: the more often a word is said, the sooner it stands in `words`."""
    often = (len(words) ** draw.random(draw.integers(8, 60))).astype(int) - 1
    said = [words[each] for each in often]
    parts = [" ".join(said[at : at + A_SENTENCE]).capitalize() for at in range(0, len(said), A_SENTENCE)]
    return safe(f"{'. '.join(parts)} {place}.")


def mentions(draw: np.random.Generator, excerpts: Sequence[Excerpt]) -> list[Tag]:
    """One excerpt in ten talks of a characteristic."""
    talking = [one for one in excerpts if draw.random() < 0.1]
    return [Tag(one.excerpt_id, *MENTIONED[draw.integers(len(MENTIONED))], Basis.MENTIONED, 0, 8) for one in talking]


def leave_vectors(draw: np.random.Generator, cache: Path, excerpts: Sequence[Excerpt], *, sentences: bool) -> None:
    """Random vectors where a run leaves those of the excerpts, and the tuned model's of them and their sentences."""
    left = {weights_digest(Settings().embedding_path()): [one.sha256 for one in excerpts]}
    if sentences:
        parts = ((one.text, span) for one in excerpts for span in matcher._parts(one.text))
        left[matcher._digest()] = [digest_of(f"{start}:{end}:{words}") for words, (start, end) in parts]
    for weights, digests in left.items():
        for at in range(0, len(digests), BLOCK):
            some = digests[at : at + BLOCK]
            vectors = draw.normal(size=(len(some), DIMENSIONS)).astype(np.float32)
            write_cache(cache, weights, some, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def safe(words: str) -> SafeText:
    return restore(words, digest_of(words))
