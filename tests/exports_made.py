"""Small random rounds with everything that leaves of them, for the attacks on exports."""

from __future__ import annotations

import csv
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engagement.anonymise import restore
from engagement.campaigns import copies
from engagement.characteristics import categories
from engagement.coding.blind import BLIND, Judged, drawn
from engagement.export.data import export_csv
from engagement.export.quotes_file import as_text, sections
from engagement.model import (
    Answer,
    Codebook,
    Coding,
    Decision,
    DisclosureRule,
    EmergentTheme,
    FileCounts,
    Kind,
    Participant,
    Question,
    Role,
    SafeDocument,
    SafeText,
    SafeTurn,
    Stance,
    StanceCoding,
    Stated,
    Theme,
    digest_of,
)
from engagement.pipeline import slicer
from engagement.quotes import QuoteBook
from engagement.segment import excerpts as cut_excerpts
from engagement.slices import Slicer
from engagement.store import Store

PUBLISH = DisclosureRule("publish", threshold=10, rounding=5, k=10)
SMALL = DisclosureRule("small and rounded", threshold=5, rounding=5, k=5)
KEYS = ("sex", "disability")
THEMES = ("housing", "racism", "access")
BOOK = Codebook("book", 1, tuple(Theme(key, key.title(), "") for key in THEMES))
MACHINE = "machine:x:1"
WORDS = ("damp", "cold", "slow", "far", "loud", "dark", "steep", "late", "shut", "full", "kind", "open", "warm", "near")
FEW_OR_MANY = (0, 1, 4, 9, 10, 12, 40)


@dataclass(frozen=True)
class Exported:
    """A round and everything that leaves of it."""

    rule: DisclosureRule
    numbers: Slicer
    questions: tuple[str, ...]  # that somebody answered
    excerpts: list[dict[str, str]]
    participants: list[dict[str, str]]
    themes: list[dict[str, str]]
    profile: list[dict[str, str]]
    counts: dict[str, Any]
    quotes: tuple[tuple[str, tuple[str, str]], ...]  # theme, (excerpt_id, attribution)
    refused: frozenset[str]
    speakers: dict[str, str]  # of excerpts: the strongest attacker knows which two are one person's
    letters: dict[str, int]  # theme -> excerpts of nobody known that carry it
    project: Path


def safe(text: str) -> SafeText:
    return restore(text, digest_of(text))


def document(chance: random.Random, source: str, questions: list[str], clumps: int) -> SafeDocument:
    """People in clumps alike, so that cells lie on both sides of the threshold; each answers one question."""
    turns: list[SafeTurn] = []
    people: list[Participant] = []
    offered = {key: [Answer(key, Stated.GIVEN, name) for name in categories(key)][:2] for key in KEYS}
    for _ in range(clumps):
        answers = tuple(chance.choice([*offered[key], Answer(key, Stated.BLANK)]) for key in KEYS)
        question = chance.choice(questions)
        for _ in range(chance.randint(1, 22)):
            name = f"p-{source}-{len(people)}"
            may = chance.random() > 0.1
            people.append(Participant(name, safe(f"Person {name}"), Role.PARTICIPANT, None, answers, may))
            for _ in range(chance.choice([1, 1, 1, 2])):
                words = " ".join(chance.choice(WORDS) for _ in range(12))
                turns.append(turn(len(turns), f"Number {source} {len(turns)}: {words}.", name, question))
    asked = tuple(Question(each, safe(f"What of {each}?")) for each in questions)
    counts = FileCounts(turns=len(turns), rows=len(people), answered=len(turns), by_language={"en": len(turns)})
    return SafeDocument(source, safe(f"{source}.csv"), "csv", digest_of(source), tuple(turns), tuple(people), asked,
                        counts, {})  # fmt: skip


def turn(position: int, words: str, who: str | None, question: str | None, language: str = "en") -> SafeTurn:
    text, kind, role = safe(words), Kind.RESPONSE if who else Kind.PROSE, Role.PARTICIPANT if who else Role.NOBODY
    return SafeTurn(position, f"row {position}", kind, text, digest_of(text), role, who, question, (), language)


def with_more(made: SafeDocument, chance: random.Random) -> SafeDocument:
    """The document with campaigns, answers in another language, words of nobody known, and what was left out."""
    turns, people = [*made.turns], [*made.participants]
    question = made.questions[0].question_id

    def says(words: str, language: str = "en") -> None:
        name = f"p-{made.source_id}-{len(people)}"
        may = chance.random() > 0.1
        answers = tuple(Answer(key, Stated.GIVEN, chance.choice(categories(key)[:2])) for key in KEYS)
        people.append(Participant(name, safe(f"Person {name}"), Role.PARTICIPANT, None, answers, may))
        turns.append(turn(len(turns), words, name, question, language))

    for campaign in range(chance.randint(0, 2)):
        words = " ".join(f"{word}{campaign}" for word in chance.sample(WORDS, 12))
        for _ in range(chance.choice([2, 3, 4, 8, 12])):
            says(f"Campaign {made.source_id} {words}.")
    for number in range(chance.choice([0, 0, 1, 2, 11])):
        says(f"Numer {made.source_id} {number} {chance.choice(WORDS)} mieszkania.", "pl")
    for number in range(chance.choice([0, 0, 3, 11])):
        words = " ".join(chance.choice(WORDS) for _ in range(12))
        turns.append(turn(len(turns), f"Letter {made.source_id} {number}: {words}.", None, None))
    unused = {name: chance.choice(FEW_OR_MANY) for name in ("blank", "non_answers", "withdrawn", "withdrawn_turns")}
    tongues = {name: sum(each.language == name for each in turns) for name in ("en", "pl")}
    counts = FileCounts(
        turns=len(turns), rows=len(people), answered=len(turns), aside={"heading": chance.choice(FEW_OR_MANY)},
        by_language={name: number for name, number in tongues.items() if number}, **unused,
    )  # fmt: skip
    return replace(made, turns=tuple(turns), participants=tuple(people), counts=counts)


def coded_more(store: Store, chance: random.Random) -> None:
    """Adds stances, groups beyond the codebook, and a sample that a second person has coded blind."""
    excerpts, codings = store.excerpts(), store.coded.codings()
    asked = [each.excerpt_id for each in excerpts if each.question_id == "q1"]
    sides = [Stance.SUPPORT] * chance.randint(1, 6) + [Stance.OPPOSE] * 2 + [Stance.MIXED, Stance.UNCLEAR]
    stances = [StanceCoding(each, chance.choice(sides), MACHINE, 0.9, (0, 5)) for each in asked]
    store.coded.replace_machine_stances(stances if chance.random() < 0.7 else [])
    carry = {each.excerpt_id for each in codings}
    left = [each.excerpt_id for each in excerpts if each.excerpt_id not in carry]
    chance.shuffle(left)
    sizes = [chance.choice([3, 8, 11, 14]) for _ in range(2)]
    groups = [left[sum(sizes[:place]) : sum(sizes[: place + 1])] for place in range(2)]
    store.coded.replace_emergent(
        [EmergentTheme(f"g{place}", f"group {name}", (), tuple(ids), stability=0.5)
         for place, (name, ids) in enumerate(zip(("one", "two"), groups, strict=True)) if ids]
    )  # fmt: skip
    sample = drawn(excerpts, codings, chance.choice([0.02, 0.2]), seed=chance.randint(1, 99))
    store.sampled.save_sample(sample, "Ana")
    store.sampled.add_judged([Judged(each, f"{BLIND}Ben", frozenset(THEMES)) for each in sample.excerpt_ids])
    said = [(each, key) for each in sample.excerpt_ids for key in THEMES]
    there = {(each.excerpt_id, each.theme_key) for each in codings}
    blind = [place for place in said if (place in there) != (chance.random() < 0.1)]
    store.coded.add_codings([Coding(*place, f"{BLIND}Ben", Decision.ACCEPTED, 1.0, (0, 5)) for place in blind])
    looked_at = chance.sample(codings, int(len(codings) * chance.choice([0, 0, 0.1, 0.5])))
    decided = [Decision.ACCEPTED if chance.random() < 0.8 else Decision.REJECTED for _ in looked_at]
    store.coded.add_codings(
        [Coding(one.excerpt_id, one.theme_key, "Ana", each, 1.0, (0, 5))
         for one, each in zip(looked_at, decided, strict=True)]
    )  # fmt: skip


def exported(folder: Path, seed: int, rule: DisclosureRule, *, more: bool = False) -> Exported:
    """A round by its seed, exported as csv and quotes; with `more`, all that a report tells of is in it."""
    chance, further = random.Random(seed), random.Random(seed + 1000)
    questions = ["q1", "q2"][: chance.randint(1, 2)]
    with Store.open(folder / "project", create=True) as store:
        for source in ["s1", "s2"][: chance.randint(1, 2)]:
            made = document(chance, source, questions, chance.randint(2, 7))
            made = with_more(made, further) if more else made
            store.add_document(made, cut_excerpts(made, 90), [], {})
        if more:
            store.replace_copies(copies(store.turns()))
        store.coded.save_codebook(BOOK)
        often = {key: chance.choice([0.03, 0.15, 0.4, 0.8]) for key in THEMES}
        codings = [
            Coding(each.excerpt_id, key, MACHINE, Decision.SUGGESTED, chance.random(), (0, 5))
            for each in store.excerpts()
            for key in THEMES
            if chance.random() < often[key]
        ]
        store.coded.replace_machine_codings(codings)
        if more:
            coded_more(store, further)
        return left(store, folder, rule)


def left(store: Store, folder: Path, rule: DisclosureRule) -> Exported:
    """Writes the csv folder and the quotes under a rule, and reads them."""
    numbers = slicer(store, rule)
    excerpts, people = store.excerpts(), store.participants()
    book = QuoteBook(excerpts, store.coded.published(), people, numbers, rule, store.value_sets())
    export_csv(store, folder / f"out {rule.name}", rule)
    text = as_text(sections(book, numbers, BOOK), rule, {each.excerpt_id: each for each in excerpts})
    quoted = tuple((key, (quote.excerpt_id, quote.attribution)) for key in THEMES for quote in book.of_theme(key, 10))
    refused = {one.participant_id for one in people if one.may_publish is False}
    asked = tuple(sorted({each.question_id for each in excerpts if each.question_id}))
    no = frozenset(each.excerpt_id for each in excerpts if each.participant_id in refused)
    assert text.count("—") == len(quoted)
    out = folder / f"out {rule.name}"
    read = {name: list(rows(out / f"{name}.csv")) for name in ("excerpts", "participants", "themes", "profile")}
    counts = json.loads((out / "counts.json").read_text(encoding="utf-8"))
    speakers = {each.excerpt_id: each.participant_id for each in excerpts if each.participant_id}
    nobodys = {each.excerpt_id for each in excerpts if each.participant_id is None}
    carried = Counter(one.theme_key for one in store.coded.published() if one.excerpt_id in nobodys)
    letters = {key: carried[key] for key in THEMES}
    return Exported(
        rule, numbers, asked, **read, counts=counts, quotes=quoted, refused=no, speakers=speakers,
        letters=letters, project=folder / "project",
    )  # fmt: skip


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)
