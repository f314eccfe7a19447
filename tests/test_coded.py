"""Codebooks with their history, stances and changes of themes come back as they were stored."""

import time

import pytest

from engagement.codebook_history import judged_after, merge, moved
from engagement.coding.blind import Judged
from engagement.model import Choice, Codebook, Coding, Decision, EmergentTheme, Pick, Stance, StanceCoding, Theme
from engagement.store import Store

BOOK = Codebook("book", 1, (Theme("housing", "Housing", "Homes"), Theme("rent", "Rent", "What homes cost")))


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path, create=True) as opened:
        yield opened


def test_a_change_of_themes_is_one_step(store):
    """The new codebook, what was done in words, and every coding under its new theme, with its old time."""
    store.coded.save_codebook(BOOK)
    for excerpt_id, key in (("e1", "rent"), ("e0", "housing")):
        store.coded.add_codings([Coding(excerpt_id, key, "Sam", Decision.ACCEPTED, 1.0, (0, 3))])
        time.sleep(0.002)  # times are to the millisecond
    book, change = merge(BOOK, ["rent"], "housing")
    store.sampled.add_judged([Judged("e1", "Sam", frozenset({"rent"}))])
    store.collected.save_pick(Pick("e1", "rent", Choice.PINNED), "Sam")
    store.collected.add_memo("rent", "Sam", "Is this one theme?")
    judged = judged_after(store.sampled.judged(), change)
    store.coded.change_codebook(book, change, moved(store.coded.codings(), change), judged, "Sam")
    assert store.coded.codebook() == book
    assert store.coded.codebooks() == (BOOK, book)
    assert store.coded.changes() == (change,)
    coded = [(each.excerpt_id, each.theme_key) for each in store.coded.codings()]
    assert coded == [("e1", "housing"), ("e0", "housing")]
    assert store.sampled.judged() == judged
    assert [pick.theme_key for pick in store.collected.picks()] == ["housing"]
    assert [memo.subject for memo in store.collected.memos()] == ["housing"]
    assert store.audit_trail()[-1]["detail"] == {"words": change.words}


def test_stances_of_people_outlive_the_machines(store):
    """The machine's stances are replaced as a whole; what people said stays, in order."""
    sam = [StanceCoding("e1", stance, "Sam", 1.0, (0, 3)) for stance in (Stance.SUPPORT, Stance.MIXED)]
    for each in sam:
        store.coded.add_stances([each])
    for score in (0.7, 0.8):
        store.coded.replace_machine_stances([StanceCoding("e2", Stance.OPPOSE, "machine:1", score, (1, 2))])
    assert [(each.coder, each.stance, each.score) for each in store.coded.stances()] == [
        ("Sam", Stance.SUPPORT, 1.0), ("Sam", Stance.MIXED, 1.0), ("machine:1", Stance.OPPOSE, 0.8),
    ]  # fmt: skip


def decided(excerpt_id, coder, decision=Decision.ACCEPTED):
    return Coding(excerpt_id, "housing", coder, decision, 1.0, (0, 3))


def test_what_people_decide_counts_with_the_next_edition(store):
    """Codings and stances after the machine's last are in none: two views a decision apart could be subtracted."""
    store.coded.replace_machine_codings([decided("e1", "machine:1", Decision.SUGGESTED), decided("e2", "machine:1")])
    store.coded.replace_machine_stances([StanceCoding("e1", Stance.OPPOSE, "machine:1", 0.7, (0, 3))])
    before = store.edition(), store.coded.published(), store.coded.published_stances()
    assert [each.excerpt_id for each in before[1]] == ["e1", "e2"]
    time.sleep(0.002)  # times are to the millisecond
    store.coded.add_codings(
        [decided("e1", "Sam", Decision.REJECTED), decided("e3", "Sam"), decided("e4", "blind:Alex")]
    )
    store.coded.add_stances([StanceCoding("e1", Stance.SUPPORT, "Sam", 1.0, (0, 3))])
    assert (store.edition(), store.coded.published(), store.coded.published_stances()) == before
    assert store.coded.waiting() == 3  # what a blind coder says is compared and never counted
    store.coded.replace_machine_codings([decided("e2", "machine:1", Decision.SUGGESTED)])
    assert store.edition() > before[0]
    assert sorted(each.excerpt_id for each in store.coded.published()) == ["e2", "e3"]
    assert [each.stance for each in store.coded.published_stances()] == [Stance.SUPPORT]
    assert store.coded.waiting() == 0


def test_an_emergent_theme_comes_back_whole(store):
    """With its nearest theme, how stable it is and the excerpts that stand for it."""
    theme = EmergentTheme("emergent_1", "Bus fares", ("bus", "fare"), ("e1", "e2"), "rent", 0.75, ("e2",))
    store.coded.replace_emergent([theme])
    assert store.coded.emergent() == (theme,)
