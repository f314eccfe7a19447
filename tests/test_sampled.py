"""Samples for double coding, and who judged what, come back as they were stored."""

import pytest

from engagement.coding.blind import Judged, Sample
from engagement.store import Store


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path, create=True) as opened:
        yield opened


def test_a_sample_is_stored_once(store):
    """With its order and weights; the same one drawn again changes nothing."""
    one = Sample("b1", ("e2", "e1"), (1.5, 2.0), 0.1, 7)
    other = Sample("b2", ("e3",), (1.0,), 0.2, 8)
    for each in (one, one, other):
        store.sampled.save_sample(each, "Sam")
    assert store.sampled.samples() == (one, other)
    assert [row["what"] for row in store.audit_trail()] == ["sample drawn"] * 2


def test_what_was_judged_comes_back(store):
    """Each judgement with its themes."""
    first = Judged("e1", "blind:Bo", frozenset({"housing", "rent"}))
    store.sampled.add_judged([first])
    store.sampled.add_judged([Judged("e1", "Sam", frozenset())])
    assert set(store.sampled.judged()) == {first, Judged("e1", "Sam", frozenset())}
