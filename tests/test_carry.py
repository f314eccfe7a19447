"""Whatever people decided goes with its words: when a source is made anew, and when turns are."""

from dataclasses import replace

import pytest

from engagement.anonymise import restore
from engagement.coding.blind import Judged, Sample
from engagement.model import (
    Choice,
    Coding,
    Decision,
    FileCounts,
    Kind,
    Pick,
    Role,
    SafeDocument,
    SafeTurn,
    Stance,
    StanceCoding,
    Withheld,
    digest_of,
)
from engagement.segment import excerpts
from engagement.store import Store


def document(*words, first=0):
    turns = tuple(
        SafeTurn(
            place, f"line {text}", Kind.TURN, restore(text, digest_of(text)), digest_of(text), Role.PARTICIPANT, None,
            None, (),
        )
        for place, text in enumerate(words, first)
    )  # fmt: skip
    name = restore("a.txt", digest_of("a.txt"))
    return SafeDocument("s1", name, "txt", "d", turns, (), (), FileCounts(), {})


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path, create=True) as opened:
        made = document("The flat is damp.", "Nobody came.")
        opened.add_document(made, excerpts(made, 90), [], {})
        yield opened


def decide(store):
    """One decision of every kind on each excerpt, and what the machine thinks of it."""
    for each in store.excerpts():
        one = each.excerpt_id
        for coder in ("Sam", "machine:1"):
            store.coded.add_codings([Coding(one, "housing", coder, Decision.ACCEPTED, 1.0, (0, 3))])
            store.coded.add_stances([StanceCoding(one, Stance.OPPOSE, coder, 1.0, (0, 3))])
        store.sampled.add_judged([Judged(one, "Sam", frozenset({"housing"}))])
        store.collected.save_pick(Pick(one, "housing", Choice.PINNED, note="first", typed=str(each.text)), "Sam")
        store.collected.add_memo(one, "Sam", "Look again")
    ids = tuple(each.excerpt_id for each in store.excerpts())
    store.sampled.save_sample(Sample("b1", ids, (1.0, 1.0), 0.1, 1), "Sam")
    store.collected.add_memo("housing", "Sam", "On the theme")


def decided_on(store):
    """Where each kind of decision of people lies now."""
    return {
        "codings": {each.excerpt_id for each in store.coded.codings() if each.coder == "Sam"},
        "stances": {each.excerpt_id for each in store.coded.stances() if each.coder == "Sam"},
        "judged": {each.excerpt_id for each in store.sampled.judged()},
        "picks": {each.excerpt_id for each in store.collected.picks()},
        "memos": {each.subject for each in store.collected.memos()} - {"housing"},
    }


def test_every_decision_goes_with_its_words_when_a_source_is_made_anew(store):
    """Those on words that still stand are kept, wherever they stand now, and the rest is counted in the trail."""
    decide(store)
    kept, lost = (each.excerpt_id for each in store.excerpts())
    again = document("The flat is damp.", "Somebody came.", first=4)
    cut = excerpts(again, 90)
    store.add_document(again, cut, [], {})
    assert decided_on(store) == {kind: {cut[0].excerpt_id} for kind in decided_on(store)}
    assert cut[0].excerpt_id != kept
    assert store.sampled.samples()[0].excerpt_ids == (cut[0].excerpt_id, lost)
    assert [each.typed for each in store.collected.picks()] == ["The flat is damp."]
    assert len(store.collected.memos()) == 2
    told = [row["detail"] for row in store.audit_trail() if row["what"] == "decisions without their words"]
    assert told == [{"decisions": 5}]


def test_every_decision_goes_with_its_turn_when_a_reviewer_changes_it(store):
    """A turn made again has other words: what people decided stays, and rests on the whole of them."""
    decide(store)
    before = store.excerpts()
    text = "The [place] is damp."
    turn = replace(store.reviewed.turns()["s1", 0], text=restore(text, digest_of(text)), sha256=digest_of(text))
    cut = excerpts(replace(document(), turns=(turn, store.reviewed.turns()["s1", 1])), 90)
    store.reviewed.replace_turns("s1", [turn], cut, [], before)
    now = {each.excerpt_id for each in cut}
    assert now != {each.excerpt_id for each in before}
    assert decided_on(store) == dict.fromkeys(decided_on(store), now)
    assert set(store.sampled.samples()[0].excerpt_ids) == now
    assert {each.typed for each in store.collected.picks()} == {"[...]", "Nobody came."}
    spans = {each.because for each in store.coded.codings() if each.excerpt_id == cut[0].excerpt_id}
    assert spans == {(0, len(text))}


def test_what_was_made_of_a_quote_goes_when_its_source_is_withheld(store):
    """It holds words of the source; that the quote was pinned stays."""
    decide(store)
    store.add_withheld(Withheld("s1", restore("a.txt", digest_of("a.txt")), "d", "the anonymiser took too long"))
    assert [(each.choice, each.typed) for each in store.collected.picks()] == [(Choice.PINNED, "")] * 2
