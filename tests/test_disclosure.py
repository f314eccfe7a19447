"""The guard by itself: what is hidden, that it is the fewest cells, and that no other room holds an exact number."""

from __future__ import annotations

import ast
import pickle
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from engagement.guard import audit
from engagement.guard.axes import Axis, Mask, Numbers
from engagement.guard.disclosure import Draft, decide
from engagement.guard.least import fewest
from engagement.guard.tallies import Exact
from engagement.model import DisclosureRule

PACKAGE = Path(__file__).parents[1] / "engagement"
MAY_COUNT = {"slices.py", "patterns.py", "disclosure.py"}

PUBLISH = DisclosureRule("publish", threshold=10, rounding=5, k=10)
STRICT = DisclosureRule("strict", threshold=20, rounding=10, k=20)
EXACT = DisclosureRule("exact", threshold=10, rounding=1, k=10)


def axis(leaves: int) -> Axis:
    parents = np.array([-1, *[0] * leaves])
    numbers = np.arange(1, leaves + 1)
    above = (np.arange(leaves + 1)[:, None] == numbers).astype(np.int64)
    above[0] = 1
    names = tuple(f"n{number}" for number in range(leaves + 1))
    return Axis(names, parents, np.zeros(0, np.intp), numbers, np.minimum(1, np.arange(leaves + 1)), above,
                tuple(range(leaves + 1)))  # fmt: skip


def table(inner: Numbers) -> Numbers:
    for place in range(inner.ndim):
        inner = np.concatenate([inner.sum(axis=place, keepdims=True), inner], axis=place)
    return inner


def pattern(inner: list[list[int]], rule: DisclosureRule) -> Mask:
    """What is hidden of a two-way table of people whose margins are shown."""
    people = table(np.array(inner))[None]
    own = np.zeros(people.shape[1:], bool)
    own[1:, 1:] = True
    axes = tuple(axis(length - 1) for length in people.shape[1:])
    return decide(Draft(axes, Exact(people, people), own, np.zeros(people.shape, bool)), rule)[0]


# ------------------------------------------------------------ exact numbers


def test_only_the_guard_and_the_slicer_import_exact_numbers() -> None:
    importers = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            named += [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            if any(name.split(".")[-1] == "tallies" for name in named):
                importers.add(path.name)
    assert importers == MAY_COUNT


@pytest.mark.parametrize("use", [str, format, pickle.dumps, int, len, iter])
def test_exact_numbers_have_no_other_form(use) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TypeError):
        use(Exact(np.array([3]), np.array([7])))


def test_exact_numbers_do_not_show_when_they_are_represented() -> None:
    assert repr(Exact(np.array([3]), np.array([7]))) == "Exact(<numbers>)"


# ------------------------------------------------------------------- rounding


@pytest.mark.parametrize("rule", [PUBLISH, STRICT, EXACT, DisclosureRule("odd", threshold=7, rounding=5, k=7)])
def test_an_interval_holds_the_numbers_that_print_alike_and_no_others(rule: DisclosureRule) -> None:
    numbers = np.arange(rule.threshold, 200)
    printed = audit.rounded(numbers, rule)
    least, most = audit.interval(numbers, rule)
    for number, low, high in zip(numbers, least, most, strict=True):
        alike = numbers[printed == printed[number - rule.threshold]]
        if alike[-1] < 190:
            assert (low, high) == (alike[0], alike[-1])


# ------------------------------------------------------------------- patterns


@pytest.mark.parametrize(
    ("inner", "rule", "hidden"),
    [
        ([[20, 20], [20, 20]],             PUBLISH, 0),
        ([[20, 20], [20, 9]],              PUBLISH, 4),
        ([[9, 20, 20], [20, 9, 20], [20, 20, 20]], PUBLISH, 4),
        ([[9, 8, 30], [30, 30, 30], [7, 9, 30]],   PUBLISH, 4),
        ([[9, 30, 30], [30, 30, 30], [30, 30, 30]], EXACT, 4),
    ],
)  # fmt: skip
def test_a_small_number_takes_as_few_others_with_it_as_can_be(
    inner: list[list[int]], rule: DisclosureRule, hidden: int
) -> None:
    assert pattern(inner, rule).sum() == hidden


def test_a_rounded_line_whose_parts_are_all_at_an_edge_does_not_give_a_nought_away() -> None:
    """A total of 52 is printed as 50, and four parts of 13 as 15: what is left of it could only be nought."""
    people = np.array([[52, 13, 13, 13, 13, 0, 0]])
    hidden = np.array([[False, False, False, False, False, True, True]])
    published = audit.Published((axis(6),), people, people, people, hidden, hidden, alone=True)
    assert audit.given_away(published, PUBLISH, np.ones(7, bool))[0].tolist() == [False] * 5 + [True, True]
    own = np.array([False, *[True] * 6])
    safe = decide(Draft((axis(6),), Exact(people, people), own, np.zeros_like(hidden)), PUBLISH)[0]
    assert safe.sum() > 2


def test_a_bridge_between_two_safe_blocks_is_not_left_to_be_solved() -> None:
    """Every line has two hidden cells or none, yet one follows from two rows less two columns."""
    hidden = np.zeros((1, 6, 6), bool)
    for at in [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (3, 3), (3, 4), (4, 3), (4, 4)]:
        hidden[0, *at] = True
    people = table(np.full((5, 5), 20))[None]
    published = audit.Published((axis(5), axis(5)), people, people, people, hidden, hidden, alone=True)
    away = audit.given_away(published, EXACT, np.ones((6, 6), bool))[0]
    assert {tuple(at) for at in np.argwhere(away)} == {(2, 3)}


def brute(forced: Mask, own: Mask) -> int:
    """The fewest more cells that leave no inner line with one hidden, by trying all."""
    free = [tuple(at) for at in np.argwhere(own & ~forced)]
    for many in range(len(free) + 1):
        for chosen in combinations(free, many):
            hidden = forced.copy()
            for at in chosen:
                hidden[at] = True
            if all((hidden[1:, 1:].sum(axis=way) != 1).all() for way in (0, 1)):
                return many
    raise AssertionError("no pattern at all")


@pytest.mark.parametrize("seed", range(25))
def test_the_pattern_has_as_few_cells_as_trying_all_of_them_finds(seed: int) -> None:
    draw = np.random.default_rng(seed)
    people = table(draw.integers(10, 60, size=(3, int(draw.integers(3, 5)))))
    own = np.zeros(people.shape, bool)
    own[1:, 1:] = True
    forced = own & (draw.random(people.shape) < 0.25)
    found = fewest(forced, people, own, 0)
    assert found is not None
    assert (found & ~forced).sum() == brute(forced, own)
