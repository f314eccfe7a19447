"""What somebody sees who asks for every table of a round and has the rows and quotes that leave of it."""

from __future__ import annotations

import io
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import combinations
from xml.etree import ElementTree

from engagement.characteristics import DEFAULT, categories
from engagement.export.qdpx import to_qdpx
from engagement.guard.profiles import NOT_SHOWN
from engagement.model import ALL, Count, DisclosureRule, Filter, FilterKind, Role, SliceRequest
from engagement.store import Store
from tests import attacker
from tests.exports_made import BOOK, KEYS, Exported

REFI = "{urn:QDA-XML:project:1.0}"


def least(cell: Count, rule: DisclosureRule) -> int:
    return attacker.interval(cell.value, rule)[0]


def question_of(made: Exported, row: dict[str, str]) -> str:
    return "" if row["question"] == NOT_SHOWN else row["question"].removeprefix("What of ").removesuffix("?")


def told_apart(made: Exported) -> tuple[str, ...]:
    return (*KEYS, *(("question",) if len(made.questions) > 1 else ()))


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


def seen(made: Exported, theme: str) -> list[attacker.Seen]:
    """Every cell of every table."""
    found: list[attacker.Seen] = []
    for request in requests(made):
        for row in made.numbers.table(request).rows:
            where = request.where[0].value if request.where else ALL
            names = dict(zip(request.by, row.categories, strict=True))
            at = tuple(where if key == "question" else names.get(key, ALL) for key in told_apart(made))
            if request.unit == "people":
                found.append(attacker.Seen("n", at, row.base))
            found.append(attacker.Seen("p" if request.unit == "people" else "m", at, row.themes[theme]))
    return found


def axes(made: Exported) -> list[attacker.Axis]:
    each = []
    for key in told_apart(made):
        if key == "question":
            names = made.questions
        else:
            names = tuple(row.categories[0] for row in made.numbers.table(SliceRequest(by=(key,))).rows[1:])
        each.append(attacker.Axis({ALL: names, **{name: (name,) for name in names}}))
    return each


def listed(
    made: Exported, theme: str, quotes: Iterable[tuple[str, tuple[str, str]]] | None = None
) -> list[attacker.Listed]:
    """What the rows and quotes show that there is of every combination; `quotes` are those of all files."""
    asked = told_apart(made)
    held: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for row in made.participants:
        said = [(key, row[key]) for key in KEYS if row.get(key, NOT_SHOWN) != NOT_SHOWN]
        for size in range(len(said) + 1):
            for part in combinations(said, size):
                held["n", tuple(dict(part).get(key, ALL) for key in asked)] += 1
    rows_by_id = {row["excerpt_id"]: row for row in made.excerpts}
    for row in made.excerpts:
        if theme in row["themes"].split(";") and row["role"] == Role.PARTICIPANT:
            places = (ALL, question_of(made, row) or ALL)
            held.update({("m", tuple(each if key == "question" else ALL for key in asked)) for each in places})
    labels = {name: key for key in KEYS for name in categories(key)}
    quoted: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for key, (excerpt_id, attribution) in made.quotes if quotes is None else quotes:
        row, who = rows_by_id.get(excerpt_id, {"question": NOT_SHOWN, "themes": ""}), made.speakers.get(excerpt_id)
        if who is None or (key != theme and theme not in row["themes"].split(";")):
            continue
        said = {labels[value]: value for value in attribution.split(", ")[1:]} | {"question": question_of(made, row)}
        for size in range(len(asked) + 1):
            for some in combinations(asked, size):
                quoted[tuple((said.get(each) or ALL) if each in some else ALL for each in asked)].add(who)
    for at, people in quoted.items():
        held["p", at] = len(people)
    return [attacker.Listed(measure, at, number) for (measure, at), number in held.items() if number]


def of_project_file(made: Exported, theme: str) -> list[attacker.Listed]:
    """What a REFI-QDA project shows that there is: cases by what is said of them, codings but for letters' files."""
    with Store.open(made.project) as store:
        held = to_qdpx(store, made.rule, date(2026, 1, 2))
    with zipfile.ZipFile(io.BytesIO(held)) as package:
        root = ElementTree.fromstring(package.read("project.qde"))
    asked, names = told_apart(made), {each.get("guid"): each.get("name") for each in root.iter() if each.get("guid")}
    labels = {DEFAULT.label(key): key for key in KEYS}
    cases: Counter[tuple[str, ...]] = Counter()
    for case in root.iter(f"{REFI}Case"):
        said = {
            labels[str(names[value[0].get("targetGUID")])]: str(value[1].text)
            for value in case.iter(f"{REFI}VariableValue")
            if names[value[0].get("targetGUID")] in labels and value[1].text != NOT_SHOWN
        }
        for size in range(len(said) + 1):
            cases.update(tuple(dict(part).get(key, ALL) for key in asked) for part in combinations(said.items(), size))
    coded = Counter(names[each.get("targetGUID")] for each in root.iter(f"{REFI}CodeRef"))
    (name,) = (each.name for each in BOOK.themes if each.key == theme)
    found = [attacker.Listed("n", at, number) for at, number in cases.items()]
    said_by_all = coded[name] - made.letters[theme]
    return [*found, attacker.Listed("m", tuple(ALL for _ in asked), said_by_all)] if said_by_all > 0 else found
