"""Somebody who reads every report, evidence and workbook beside all data finds out no number that is hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from engagement.config import RULES, Settings
from engagement.export.as_docx import to_docx
from engagement.export.as_html import to_html
from engagement.export.equality import equality
from engagement.export.equality_workbook import equality_workbook
from engagement.export.evidence import Evidence, Options
from engagement.export.gather import gather
from engagement.export.report import report
from engagement.export.workbook import workbook
from engagement.model import Count, DisclosureRule, Hidden
from engagement.store import Store
from tests import attacker, documents_read
from tests.documents_facts import Told, bands, disagree, literals, tell
from tests.documents_follow import Follows, follows
from tests.documents_read import Read
from tests.exports_alone import all_told, bounds, hidden_alone, letters_listed, under, without_letters
from tests.exports_made import KEYS, PUBLISH, SMALL, THEMES, Exported, exported, left
from tests.exports_seen import axes, listed, of_project_file, seen
from tests.joint_attacker import Joint

QUICK, ONCE = 3, 2  # rounds that every run of the tests looks at, and of two rules
ROUNDS = 40
PLACE = re.compile(r"(?:Table|Figure) \d+: .*|\d+|.*![$]\d+:[$]\d+|2 January 2026")  # of tables, pages, repeated rows
OF_FILES = {  # of files, texts, themes and coders: of no person and no mention
    "Files received", "Files read", "Files not read", "campaigns", "themes hidden", "groups hidden", "coders",
}  # fmt: skip
MEASURE = re.compile("alpha|kappa|F1|Same decision|comes back", re.IGNORECASE)
OPTIONS = Options(date(2026, 1, 2), crossed=(KEYS,))
POPULATION = """characteristic,category,count
sex,Female,5000
sex,Male,4000
disability,Disabled,2000
disability,Not disabled,8000
"""
FORMS = {
    "report.docx": (lambda evidence: to_docx(report(evidence)), documents_read.docx),
    "report.html": (lambda evidence: to_html(report(evidence)).encode(), documents_read.html),
    "equality.docx": (lambda evidence: to_docx(equality(evidence)), documents_read.docx),
    "equality.xlsx": (equality_workbook, documents_read.xlsx),
    "workbook.xlsx": (workbook, documents_read.xlsx),
}


@dataclass(frozen=True)
class Round:
    """A round with its documents, read."""

    made: Exported
    evidence: Evidence
    known: Follows
    read: dict[str, Read]
    told: dict[str, Told]
    folder: Path

    @property
    def quotes(self) -> set[tuple[str, tuple[str, str]]]:
        """Theme, (excerpt_id, attribution) of every quote in any file; words tell which row they are of."""
        found = {(each.theme.key, quote) for each in self.evidence.found for quote, _ in each.quotes}
        found |= {(theme, quote) for quotes in self.evidence.spoken.values() for quote, theme in quotes}
        return {(theme, (quote.excerpt_id, quote.attribution)) for theme, quote in found} | set(self.made.quotes)


def documents(folder: Path, made: Exported) -> Round:
    folder.mkdir(exist_ok=True)
    population = folder / "population.csv"
    population.write_text(POPULATION, encoding="utf-8")
    with Store.open(made.project) as store:
        settings = Settings(organisation="Anytown Council")
        evidence = gather(store, made.rule, settings, replace(OPTIONS, population=population))
    known, fixed = follows(made.numbers, made.questions, population), literals()
    read = {name: reader(writer(evidence)) for name, (writer, reader) in FORMS.items()}
    told = {name: tell(each, known, fixed) for name, each in read.items()}
    return Round(made, evidence, known, read, told, folder)


def cases(rules: tuple[DisclosureRule, ...]) -> list[object]:
    return [
        pytest.param((seed, rule), id=f"{rule.name} {seed}", marks=[pytest.mark.slow] if seed >= QUICK else [])
        for seed in range(ROUNDS)
        for rule in rules
    ]


@pytest.fixture(scope="module", params=cases((PUBLISH, SMALL)))
def held(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Round:
    """Small random rounds in which everything is that a report tells of."""
    folder = tmp_path_factory.mktemp("round")
    seed, rule = request.param
    return documents(folder, exported(folder, seed, rule, more=True))


def test_every_number_in_every_document_is_a_cell_or_follows_from_cells(held: Round) -> None:
    """Tables, sentences, charts and their alternative texts: nothing is told that the tables do not tell."""
    wrong = {name: disagree(told, held.made.numbers, held.known) for name, told in held.told.items()}
    assert {name: found for name, found in wrong.items() if found} == {}
    assert all(told.numbers for told in held.told.values())


def test_no_number_stands_in_a_file_that_was_not_read(held: Round) -> None:
    """Text boxes, notes, hidden parts: every piece of text with a figure is in what the facts are made from."""
    for name, (write, _) in FORMS.items():
        read = documents_read.everything(held.read[name])
        pieces = {each for each in documents_read.in_file(write(held.evidence)) if re.search(r"\d", each)}
        assert {each for each in pieces if each.removeprefix(": ") not in read and not PLACE.fullmatch(each)} == set()


def test_words_for_a_share_are_certain_from_the_numbers_beside_them(held: Round) -> None:
    """ "Most" or "a few" is said only where every pair of numbers that may be behind the cells is of that word."""
    scale = bands(held.read["report.html"])
    for word, said, base in (each for told in held.told.values() for each in told.words):
        low, high, most = scale[word.removesuffix(" of")]
        numbers = [key.of(held.made.numbers) for key in (said, base)]
        assert all(isinstance(cell, Count) for cell in numbers)
        said_by, asked = (attacker.interval(cell.value, held.made.rule) for cell in numbers)
        assert all(
            low <= one / other < high or one == other == high * other
            for one in said_by for other in asked if one <= other
        )  # fmt: skip
        assert said_by[1] <= most


def test_numbers_that_stand_alone_are_printed_alike_and_rounded_like_cells(held: Round) -> None:
    """Totals, what was left out, copies, samples: told in two ways they would be told twice."""
    rule, told = held.made.rule, all_told([*held.told.values()])
    for name, values in told.items():
        numbers = {int(each) for each in values if each.isdecimal()}
        if name not in OF_FILES and not MEASURE.search(name):
            assert len(numbers) <= 1, name
            assert all(each >= rule.threshold and each % rule.rounding == 0 for each in numbers), name
    assert {"excerpts", "people", "total", "refused"} <= {*told}


@pytest.mark.parametrize("theme", THEMES[:2])
def test_all_documents_beside_all_data_pin_nothing(held: Round, theme: str) -> None:
    """Report, evidence, workbook, rows of words and of people, quotes and the project file, with all tables."""
    assert found_out(held, theme) == []


@pytest.mark.parametrize(
    "seed",
    [pytest.param(seed, marks=[pytest.mark.slow] if seed >= ONCE else []) for seed in range(ROUNDS)],
)
def test_files_under_two_rules_pin_no_more_than_those_under_one(seed: int, tmp_path: Path) -> None:
    """All documents and rows for publishing, and all of the strict preset, by the same person."""
    publish, strict = under_both(tmp_path, seed)
    assert [found_out(publish, theme, strict) for theme in THEMES] == [[] for _ in THEMES]


def under_both(folder: Path, seed: int) -> tuple[Round, Round]:
    """The same round under the preset for publishing, and under the strict one."""
    made = exported(folder, seed, RULES["publish"], more=True)
    with Store.open(made.project) as store:
        strict = left(store, folder, RULES["strict"])
    return documents(folder / "publish", made), documents(folder / "strict", strict)


def found_out(held: Round, theme: str, *others: Round) -> list[tuple[str, tuple[str, ...], int]]:
    """What is pinned of all that the round hides, for somebody who also has its files under other rules."""
    made, told = held.made, all_told([*held.told.values()])
    every = without_letters(made, seen(made, theme), theme)
    tied, rows = [*bounds(made, told, theme)], []
    for one in (held, *others):
        rows += [*listed(one.made, theme, one.quotes), *of_project_file(one.made, theme)]
        tied.append(letters_listed(one.made, theme))
    for one in others:
        tied += under(one.made, all_told([*one.told.values()]), theme)
    known = {target for each in tied for target in each.terms}
    hidden = sorted({(each.measure, each.at) for each in every if isinstance(each.cell, Hidden)})
    alone = [target for target in hidden_alone(told) if target in known]
    return Joint(axes(made), every, made.rule, rows, tied).pinned([*hidden, *alone])
