"""Somebody who has every file of data beside every table of the project finds out no number that is hidden."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import pytest

from engagement.guard.profiles import NOT_SHOWN
from engagement.model import Count, Filter, FilterKind, Hidden, SliceRequest
from engagement.store import Store
from tests import attacker
from tests.exports_made import BOOK, KEYS, PUBLISH, SMALL, THEMES, Exported, exported
from tests.exports_seen import axes, least, listed, question_of, seen

QUICK = 4  # rounds that every run of the tests looks at
OF_FILES = {"received", "read", "withheld", "unreadable", "campaigns"}

CASES = [
    pytest.param((seed, rule), id=f"{rule.name} {seed}", marks=[pytest.mark.slow] if seed >= QUICK else [])
    for seed in range(40)
    for rule in (PUBLISH, SMALL)
]


@pytest.fixture(scope="module", params=CASES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Small random rounds under two rules."""
    return exported(tmp_path_factory.mktemp("round"), *request.param)


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
    every = seen(made, theme)
    hidden = {(each.measure, each.at) for each in every if isinstance(each.cell, Hidden)}
    return attacker.Attacker(axes(made), every, made.rule, listed(made, theme)).pinned(sorted(hidden))


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
