"""How fast slices are, what suppression costs on a project, and whether the public tool `acro` hides the same cells.

    python bench/slices.py speed
    python bench/slices.py cost PROJECT
    python bench/slices.py acro PROJECT PYTHON

PYTHON is an interpreter with acro installed, in an environment of its own: acro's pins clash with ours. It is given the
exact two-way tables of PROJECT, so let PROJECT be an invented one. acro hides cells below its threshold and no others.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from itertools import combinations
from pathlib import Path

import numpy as np

from engagement.characteristics import categories
from engagement.config import RULES
from engagement.guard.axes import AxisKey, in_order
from engagement.guard.tallies import EVERYBODY
from engagement.model import (
    Answer,
    Codebook,
    Coding,
    Decision,
    Excerpt,
    Filter,
    FilterKind,
    Mint,
    Participant,
    Role,
    SafeText,
    SliceRequest,
    Stated,
    Theme,
    digest_of,
)
from engagement.pipeline import slicer
from engagement.slices import Slicer
from engagement.store import Store

PEOPLE, EXCERPTS, THEMES, SEED = 10_000, 50_000, 15, 3
KEYS = ("race", "age", "disability", "sex", "religion_or_belief", "sexual_orientation", "carer")
WORDS = SafeText("words", Mint())

ACRO = """
import json, os, sys, tempfile
os.chdir(tempfile.mkdtemp())
import pandas as pd
from acro import ACRO
tool, found = ACRO(suppress=True), {}
tool.config["safe_threshold"] = 10
for name, cells in json.load(sys.stdin).items():
    frame = pd.DataFrame([cell[:2] for cell in cells for _ in range(cell[2])], columns=["row", "column"])
    table = tool.crosstab(frame["row"], frame["column"])
    found[name] = [
        [row, column, None if pd.isna(table.loc[row, column]) else int(table.loc[row, column])]
        for row in table.index for column in table.columns
    ]
print()
print(json.dumps(found))
"""


def round_of(people: int, excerpts: int) -> Slicer:
    """An invented round whose people declared seven things and said what they said at random."""
    draw = np.random.default_rng(SEED)
    options = {
        key: [
            *(Answer(key, Stated.GIVEN, name) for name in categories(key, rolled_up=False)),
            Answer(key, Stated.BLANK),
        ]
        for key in KEYS
    }
    chosen = {
        key: draw.choice(len(each), people, p=draw.dirichlet(np.ones(len(each)))) for key, each in options.items()
    }
    participants = [
        Participant(f"p{n}", WORDS, Role.PARTICIPANT, None, tuple(options[key][chosen[key][n]] for key in KEYS), None)
        for n in range(people)
    ]
    speakers, questions = draw.integers(people, size=excerpts), draw.integers(6, size=excerpts)
    digest = digest_of("words")
    made = [
        Excerpt(f"e{n}", f"s{speakers[n] % 8}", n, 0, WORDS, 0, 5, digest, Role.PARTICIPANT, f"p{speakers[n]}",
                f"q{questions[n]}")
        for n in range(excerpts)
    ]  # fmt: skip
    said = draw.choice(THEMES, excerpts, p=draw.dirichlet(np.ones(THEMES)))
    codings = [Coding(f"e{n}", f"t{said[n]}", "machine", Decision.SUGGESTED, 0.9, (0, 5)) for n in range(excerpts)]
    book = Codebook("book", 1, tuple(Theme(f"t{n}", f"Theme {n}", "") for n in range(THEMES)))
    start = time.perf_counter()
    numbers = Slicer(participants, (), made, codings, book, RULES["publish"])
    numbers.prepare()
    print(f"loading {time.perf_counter() - start:.2f} s")
    return numbers


def speed() -> None:
    """Seconds for every kind of slice, each asked for once, of a round of 10,000 people and 50,000 excerpts."""
    numbers = round_of(PEOPLE, EXCERPTS)
    filters = [
        (),
        (Filter(FilterKind.QUESTION, "q1"),),
        (Filter(FilterKind.SOURCE, "s1"),),
        (Filter(FilterKind.THEME, "t1"),),
    ]
    kinds: dict[str, list[float]] = {}
    for where in filters:
        for size in range(4 - len(where)):
            for by in list(combinations(KEYS, size))[:12]:
                for detail in [(), by[:1]] if by and numbers._axes.detailed(by[0]) else [()]:
                    request = SliceRequest(by=by, where=where, detail=detail)
                    start = time.perf_counter()
                    numbers.table(request)
                    kind = f"{size} by{', detail' if detail else ''}{', ' + where[0].kind if where else ''}"
                    kinds.setdefault(kind, []).append(time.perf_counter() - start)
    for kind, times in kinds.items():
        print(f"{kind:24} n {len(times):3}  median {np.median(times):.3f} s  slowest {max(times):.3f} s")


def cost(project: Path) -> None:
    """How many cells of all tables by one, two and three characteristics are hidden, as small ones and for others."""
    with Store.open(project) as store:
        for name, rule in RULES.items():
            numbers = slicer(store, rule)
            for size in (1, 2, 3):
                small = hidden = total = 0
                start = time.perf_counter()
                for by in combinations(numbers._axes.asked, size):
                    mask, people = _table(numbers, by)
                    own = (slice(None), *(slice(1, None) for _ in by))
                    few = people[own] < rule.threshold
                    small, hidden, total = small + few.sum(), hidden + (mask[own] & ~few).sum(), total + few.size
                print(
                    f"{name:9} {size} by: {total:6} cells, small {small / total:.1%}, others hidden "
                    f"{hidden / total:.1%} ({hidden / max(1, total - small):.1%} of what could be shown), "
                    f"{time.perf_counter() - start:.1f} s"
                )


def _table(numbers: Slicer, by: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """What is hidden, and how many people, of everybody and of each theme."""
    keys = in_order(AxisKey(name) for name in by)
    columns = [EVERYBODY, *(frozenset({("theme", key)}) for key in numbers._themes)]
    return numbers._patterns.hidden(keys, columns), numbers._patterns.count(keys, columns).reveal_people()


def acro(project: Path, python: str) -> None:
    """Agreement, cell by cell, with acro's pattern for every two-way table of people that has no empty line."""
    with Store.open(project) as store:
        numbers = slicer(store, RULES["publish"])
    tables = {}
    for by in combinations(numbers._axes.asked, 2):
        mask, people = _table(numbers, by)
        tables[" ".join(by)] = (mask[0, 1:, 1:], people[0, 1:, 1:])
    given = {
        name: [[f"r{r:02}", f"c{c:02}", int(n)] for (r, c), n in np.ndenumerate(each)]
        for name, (_, each) in tables.items()
    }
    done = subprocess.run([python, "-c", ACRO], input=json.dumps(given), text=True, check=True, capture_output=True)
    theirs = json.loads(done.stdout.splitlines()[-1])
    found = {(mine, its): 0 for mine in (True, False) for its in (True, False)}
    small = {True: 0, False: 0}
    for name, (mask, people) in tables.items():
        for row, column, number in theirs[name]:
            at = int(row[1:]), int(column[1:])
            its = number is None
            found[bool(mask[at]), its] += 1
            if people[at] < RULES["publish"].threshold and people[at]:
                small[its] += 1
    print(
        f"hidden by both {found[True, True]}, by us alone {found[True, False]}, by acro alone {found[False, True]}, "
        f"by neither {found[False, False]}; of cells of 1 to 9 people acro shows {small[False]}"
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["speed"]:
            speed()
        case ["cost", folder]:
            cost(Path(folder))
        case ["acro", folder, interpreter]:
            acro(Path(folder), interpreter)
        case _:
            sys.exit(__doc__)
