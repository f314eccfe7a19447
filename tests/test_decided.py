"""What the guard decided is kept: the next opening reads it, and nothing of another state is ever believed."""

from dataclasses import replace

import numpy as np
import pytest

from engagement.characteristics import answer
from engagement.guard import patterns
from engagement.guard.axes import AxisKey
from engagement.guard.decided import MOST_STATES, SUFFIX, Decided
from engagement.model import (
    Codebook,
    Coding,
    Decision,
    DisclosureRule,
    Excerpt,
    Mint,
    Participant,
    Role,
    SafeText,
    SliceRequest,
    Theme,
    digest_of,
)
from engagement.slices import Slicer

RULE = DisclosureRule("publish", threshold=10, rounding=5, k=10)
BOOK = Codebook("book", 1, (Theme("housing", "Housing", ""),))
WORDS = SafeText("words", Mint())
PEOPLE = [
    Participant(f"p{n}", WORDS, Role.PARTICIPANT, None, (answer("sex", "F" if n % 3 else "M"),), None)
    for n in range(40)
]
EXCERPTS = [
    Excerpt(f"e{n}", "s1", n, 0, WORDS, 0, 5, digest_of("words"), Role.PARTICIPANT, f"p{n}", None) for n in range(40)
]
CODINGS = [Coding(f"e{n}", "housing", "machine", Decision.SUGGESTED, 0.9, (0, 5)) for n in range(0, 40, 2)]
BY_SEX = SliceRequest(by=("sex",))
TABLE = ((AxisKey("sex"),), frozenset(), True)


def slicer(cache, people=PEOPLE, excerpts=EXCERPTS, codings=CODINGS, rule=RULE):
    return Slicer(people, [], excerpts, codings, BOOK, rule, cache=cache)


@pytest.fixture
def decided(monkeypatch):
    """Counts the times that the guard decides."""
    calls = []
    plain = patterns.decide
    monkeypatch.setattr(patterns, "decide", lambda *args, **kwargs: calls.append(1) or plain(*args, **kwargs))
    return calls


def test_the_next_opening_decides_nothing_and_says_the_same(tmp_path, decided):
    """The same state is read back, and gives the same table."""
    first = slicer(tmp_path).table(BY_SEX)
    assert decided
    decided.clear()
    assert slicer(tmp_path).table(BY_SEX) == first
    assert decided == []


@pytest.mark.parametrize(
    "change",
    [
        {"people": [replace(PEOPLE[0], answers=()), *PEOPLE[1:]]},
        {"people": [replace(PEOPLE[0], group=WORDS), *PEOPLE[1:]]},
        {"excerpts": [replace(EXCERPTS[0], question_id="q1"), *EXCERPTS[1:]]},
        {"excerpts": EXCERPTS[1:]},
        {"codings": CODINGS[1:]},
        {"codings": [*CODINGS[1:], replace(CODINGS[0], excerpt_id="e1")]},
        {"rule": replace(RULE, rounding=1)},
    ],
)
def test_whatever_changes_all_is_decided_anew(tmp_path, decided, change):
    """An answer, a group, a question, an excerpt, a coding or the rule: nothing kept is believed."""
    slicer(tmp_path).table(BY_SEX)
    decided.clear()
    slicer(tmp_path, **change).table(BY_SEX)
    assert decided


def test_a_damaged_file_is_decided_anew(tmp_path, decided):
    """A file that is no database costs time, nothing else."""
    first = slicer(tmp_path).table(BY_SEX)
    (file,) = tmp_path.glob(f"*{SUFFIX}")
    file.write_bytes(b"no database")
    decided.clear()
    assert slicer(tmp_path).table(BY_SEX) == first
    assert decided


def test_only_masks_are_kept_and_of_the_last_states_alone(tmp_path):
    """The bits come back in their shape; of many states the latest stay."""
    masks = {TABLE: np.array([[False, True, True], [True, False, False]]), ((), frozenset(), False): np.ones((), bool)}
    for number in range(MOST_STATES + 2):
        Decided.of(number, tmp_path).add(masks)
        again = Decided.of(number, tmp_path)
        assert all(np.array_equal(again[table], mask) and again[table].dtype == bool for table, mask in masks.items())
    assert len(list(tmp_path.glob(f"*{SUFFIX}"))) == MOST_STATES
    assert TABLE not in Decided.of(0, tmp_path)


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path):
    """Where nothing can be kept the table is the same."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    assert slicer(blocked).table(BY_SEX) == slicer(None).table(BY_SEX)
