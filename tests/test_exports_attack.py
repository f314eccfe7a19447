"""Somebody who has every file of an export beside every table of the project finds out no number that is hidden."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from engagement.anonymise import restore
from engagement.characteristics import categories
from engagement.export.data import export_csv
from engagement.export.quotes_file import as_text, sections
from engagement.guard.profiles import NOT_SHOWN
from engagement.model import (
    ALL,
    Answer,
    Codebook,
    Coding,
    Count,
    Decision,
    DisclosureRule,
    FileCounts,
    Filter,
    FilterKind,
    Hidden,
    Kind,
    Participant,
    Question,
    Role,
    SafeDocument,
    SafeText,
    SafeTurn,
    SliceRequest,
    Stated,
    Theme,
    digest_of,
)
from engagement.pipeline import slicer
from engagement.quotes import QuoteBook
from engagement.segment import excerpts as cut_excerpts
from engagement.slices import Slicer
from engagement.store import Store
from engagement.themes import standing
from tests import attacker

PUBLISH = DisclosureRule("publish", threshold=10, rounding=5, k=10)
SMALL = DisclosureRule("small and rounded", threshold=5, rounding=5, k=5)
KEYS = ("sex", "disability")
THEMES = ("housing", "racism", "access")
BOOK = Codebook("book", 1, tuple(Theme(key, key.title(), "") for key in THEMES))
QUICK = 4  # rounds that every run of the tests looks at
OF_FILES = {"received", "read", "withheld", "unreadable", "campaigns"}
WORDS = ("damp", "cold", "slow", "far", "loud", "dark", "steep", "late", "shut", "full", "kind", "open", "warm", "near")


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
                text = safe(f"Number {source} {len(turns)}: {words}.")
                turns.append(
                    SafeTurn(len(turns), f"row {len(turns)}", Kind.RESPONSE, text, digest_of(text), Role.PARTICIPANT,
                             name, question, ())
                )  # fmt: skip
    asked = tuple(Question(each, safe(f"What of {each}?")) for each in questions)
    counts = FileCounts(turns=len(turns), rows=len(people), answered=len(turns), by_language={"en": len(turns)})
    return SafeDocument(source, safe(f"{source}.csv"), "csv", digest_of(source), tuple(turns), tuple(people), asked,
                        counts, {})  # fmt: skip


def exported(folder: Path, seed: int, rule: DisclosureRule) -> Exported:
    chance = random.Random(seed)
    questions = ["q1", "q2"][: chance.randint(1, 2)]
    with Store.open(folder / "project", create=True) as store:
        for source in ["s1", "s2"][: chance.randint(1, 2)]:
            made = document(chance, source, questions, chance.randint(2, 7))
            store.add_document(made, cut_excerpts(made, 90), [], {})
        store.coded.save_codebook(BOOK)
        often = {key: chance.choice([0.03, 0.15, 0.4, 0.8]) for key in THEMES}
        codings = [
            Coding(each.excerpt_id, key, "machine:x:1", Decision.SUGGESTED, chance.random(), (0, 5))
            for each in store.excerpts()
            for key in THEMES
            if chance.random() < often[key]
        ]
        store.coded.replace_machine_codings(codings)
        numbers = slicer(store, rule)
        excerpts, people = store.excerpts(), store.participants()
        book = QuoteBook(excerpts, standing(store.coded.codings()), people, numbers, rule, store.value_sets())
        export_csv(store, folder / "out", rule)
        text = as_text(sections(book, numbers, BOOK), rule, {each.excerpt_id: each for each in excerpts})
        quoted = tuple(
            (key, (quote.excerpt_id, quote.attribution)) for key in THEMES for quote in book.of_theme(key, 10)
        )
        refused = {one.participant_id for one in people if one.may_publish is False}
        asked = tuple(sorted({each.question_id for each in excerpts if each.question_id}))
        no = frozenset(each.excerpt_id for each in excerpts if each.participant_id in refused)
    assert text.count("—") == len(quoted)
    read = {
        name: list(rows(folder / "out" / f"{name}.csv")) for name in ("excerpts", "participants", "themes", "profile")
    }
    counts = json.loads((folder / "out" / "counts.json").read_text(encoding="utf-8"))
    return Exported(rule, numbers, asked, **read, counts=counts, quotes=quoted, refused=no, project=folder / "project")


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


CASES = [
    pytest.param((seed, rule), id=f"{rule.name} {seed}", marks=[pytest.mark.slow] if seed >= QUICK else [])
    for seed in range(40)
    for rule in (PUBLISH, SMALL)
]


@pytest.fixture(scope="module", params=CASES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Small random rounds under two rules."""
    return exported(tmp_path_factory.mktemp("round"), *request.param)


def least(cell: Count, rule: DisclosureRule) -> int:
    return attacker.interval(cell.value, rule)[0]


def question_of(made: Exported, row: dict[str, str]) -> str:
    return "" if row["question"] == NOT_SHOWN else row["question"].removeprefix("What of ").removesuffix("?")


def test_rows_of_words_say_no_more_than_the_tables(made: Exported) -> None:
    """No row belongs to a hidden cell, and of a shown one there are no more rows than it may stand for."""
    facts = [
        {(FilterKind.THEME, key) for key in row["themes"].split(";") if key}
        | {(FilterKind.QUESTION, question) for question in [question_of(made, row)] if question}
        for row in made.excerpts
    ]
    stated = Counter(
        frozenset(part)
        for each in facts
        for size in range(1, len(each) + 1)
        for part in combinations(sorted(each), size)
    )
    for cell, many in stated.items():
        themes = sorted(value for kind, value in cell if kind is FilterKind.THEME)
        others = tuple(Filter(FilterKind(kind), value) for kind, value in sorted(cell) if kind != FilterKind.THEME)
        for theme in themes:
            where = (*others, *(Filter(FilterKind.THEME, each) for each in themes if each != theme))
            row = made.numbers.table(SliceRequest(themes=(theme,), where=where, unit="mentions")).rows[0]
            assert isinstance(row.themes[theme], Count)
            assert many <= least(row.themes[theme], made.rule)
        if not themes:
            assert isinstance(made.numbers.table(SliceRequest(where=others)).rows[0].base, Count)


def test_rows_of_words_say_nothing_of_their_speakers(made: Exported) -> None:
    """No name, place or characteristic; nobody who refused; no order that tells which are one person's."""
    for row in made.excerpts:
        told = {key: row[key] for key in ("source", "location", "participant", "mentioned", *KEYS) if key in row}
        assert set(told.values()) == {NOT_SHOWN}
    ids = [row["excerpt_id"] for row in made.excerpts]
    assert ids == sorted(ids)
    assert not made.refused & set(ids)


def test_rows_of_people_say_no_more_than_the_tables(made: Exported) -> None:
    """Each printed combination is held by k rows; none of its parts is a hidden cell or has more rows than that."""
    stated: Counter[frozenset[tuple[str, str]]] = Counter()
    printed: Counter[tuple[str, ...]] = Counter()
    for row in made.participants:
        assert (row["participant"], row["may_publish"]) == (NOT_SHOWN, NOT_SHOWN)
        held = [(key, row[key]) for key in KEYS if row.get(key, NOT_SHOWN) != NOT_SHOWN]
        printed[tuple(row.values())] += 1
        stated.update(frozenset(part) for size in range(3) for part in combinations(held, size))
    assert all(number >= made.rule.k for number in printed.values())
    for cell, many in stated.items():
        by = tuple(key for key, _ in sorted(cell))
        table = {row.categories: row.base for row in made.numbers.table(SliceRequest(by=by)).rows}
        base = table[tuple(value for _, value in sorted(cell))]
        assert isinstance(base, Count)
        assert many <= least(base, made.rule)


def test_every_other_number_is_one_of_the_tables_or_rounded_like_them(made: Exported) -> None:
    total = made.numbers.table(SliceRequest()).rows[0]
    assert made.counts["participants"] == told(total.base)
    assert [row["people"] for row in made.themes] == [told(total.themes[key]) for key in THEMES]
    for key in {row["characteristic"] for row in made.profile}:
        table = made.numbers.table(SliceRequest(by=(key,)))
        assert [
            (row["category"], row["people"], *(row[theme] for theme in THEMES))
            for row in made.profile
            if row["characteristic"] == key
        ] == [(row.categories[0], told(row.base), *(told(row.themes[theme]) for theme in THEMES)) for row in table.rows]
    for name, number in walked(made.counts):
        if name not in OF_FILES:
            assert number >= made.rule.threshold, name
            assert number % made.rule.rounding == 0, name


def told(cell: Count | Hidden) -> str:
    return str(cell.value) if isinstance(cell, Count) else cell.reason


def walked(value: Any, name: str = "") -> Iterator[tuple[str, int]]:
    """Every number in a JSON document, by the nearest name."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walked(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from walked(inner, name)
    elif isinstance(value, int) or (isinstance(value, str) and value.isdecimal()):
        yield name, int(value)


@pytest.mark.parametrize("theme", THEMES[:2])
def test_all_files_beside_all_tables_pin_nothing(made: Exported, theme: str) -> None:
    """With rows as the least that there can be, and quotes tied to their rows by their words, nothing is pinned."""
    assert found_out(made, theme) == []


def found_out(made: Exported, theme: str) -> list[tuple[str, tuple[str, ...], int]]:
    seen: list[attacker.Seen] = []
    asked = (*KEYS, *(("question",) if len(made.questions) > 1 else ()))
    for request in requests(made):
        for row in made.numbers.table(request).rows:
            where = request.where[0].value if request.where else ALL
            names = dict(zip(request.by, row.categories, strict=True))
            at = tuple(where if key == "question" else names.get(key, ALL) for key in asked)
            if request.unit == "people":
                seen.append(attacker.Seen("n", at, row.base))
            seen.append(attacker.Seen("p" if request.unit == "people" else "m", at, row.themes[theme]))
    hidden = {(each.measure, each.at) for each in seen if isinstance(each.cell, Hidden)}
    return attacker.Attacker(axes(made, asked), seen, made.rule, listed(made, asked, theme)).pinned(sorted(hidden))


def requests(made: Exported) -> list[SliceRequest]:
    places: list[tuple[Filter, ...]] = [()]
    if len(made.questions) > 1:
        places += [(Filter(FilterKind.QUESTION, each),) for each in made.questions]
    return [
        SliceRequest(by=by, where=where, unit=unit)
        for size in range(len(KEYS) + 1)
        for by in combinations(KEYS, size)
        for where in places
        for unit in ("people", "mentions")
    ]


def axes(made: Exported, asked: tuple[str, ...]) -> list[attacker.Axis]:
    each = []
    for key in asked:
        if key == "question":
            names = made.questions
        else:
            names = tuple(row.categories[0] for row in made.numbers.table(SliceRequest(by=(key,))).rows[1:])
        each.append(attacker.Axis({ALL: names, **{name: (name,) for name in names}}))
    return each


def listed(made: Exported, asked: tuple[str, ...], theme: str) -> list[attacker.Listed]:
    """What the rows and quotes show that there is of every combination."""
    held: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for row in made.participants:
        said = [(key, row[key]) for key in KEYS if row.get(key, NOT_SHOWN) != NOT_SHOWN]
        for size in range(len(said) + 1):
            for part in combinations(said, size):
                held["n", tuple(dict(part).get(key, ALL) for key in asked)] += 1
    rows_by_id = {row["excerpt_id"]: row for row in made.excerpts}
    for row in made.excerpts:
        if theme in row["themes"].split(";"):
            places = (ALL, question_of(made, row) or ALL)
            held.update({("m", tuple(each if key == "question" else ALL for key in asked)) for each in places})
    labels = {name: key for key in KEYS for name in categories(key)}
    quoted: Counter[tuple[str, ...]] = Counter()
    for key, (excerpt_id, attribution) in made.quotes:
        row = rows_by_id.get(excerpt_id, {"question": NOT_SHOWN, "themes": ""})
        said = {labels[value]: value for value in attribution.split(", ")[1:]} | {"question": question_of(made, row)}
        nodes = {
            tuple((said.get(each) or ALL) if each in some else ALL for each in asked)
            for size in range(len(asked) + 1)
            for some in combinations(asked, size)
        }
        if key == theme:
            quoted.update(nodes)
        elif theme in row["themes"].split(";"):
            held.update({("p", at): 1 for at in nodes if ("p", at) not in held})  # perhaps one who is quoted below too
    for at, number in quoted.items():
        held["p", at] = number
    return [attacker.Listed(measure, at, number) for (measure, at), number in held.items() if number]


# ------------------------------------------------------------------ the project file

REFI = "{urn:QDA-XML:project:1.0}"


def test_a_project_file_says_no_more_than_the_tables(made: Exported) -> None:
    """Codings of a file are listed only of themes whose number there is shown, cases in no more rows than are shown."""
    qdpx = pytest.importorskip("engagement.export.qdpx")
    with Store.open(made.project) as store:
        held = qdpx.to_qdpx(store, made.rule, date(2026, 1, 2))
        files = {str(source.name): source.source_id for source in store.sources()}
        sexes = store.value_sets().label("sex")
    with zipfile.ZipFile(io.BytesIO(held)) as package:
        root = ElementTree.fromstring(package.read("project.qde"))
    names = {each.get("guid"): each.get("name") for each in root.iter() if each.get("guid")}
    for source in root.iter(f"{REFI}TextSource"):
        coded = Counter(str(names[each.get("targetGUID")]) for each in source.iter(f"{REFI}CodeRef"))
        place = files.get(str(source.get("name")))
        where = (Filter(FilterKind.SOURCE, place),) if place and len(files) > 1 else ()
        cells = made.numbers.table(SliceRequest(where=where, unit="mentions")).rows[0].themes
        for theme in BOOK.themes:
            cell = cells[theme.key]
            assert coded[theme.name] <= (least(cell, made.rule) if isinstance(cell, Count) else 0)
    bases = {row.categories[0]: row.base for row in made.numbers.table(SliceRequest(by=("sex",))).rows}
    cases: Counter[str] = Counter()
    for value in root.iter(f"{REFI}VariableValue"):
        if names[value[0].get("targetGUID")] == sexes:
            cases[str(value[1].text)] += 1
    for category, base in bases.items():
        assert cases[category] <= (least(base, made.rule) if isinstance(base, Count) else 0)
