"""What the review stores comes back; turns made again take their codings along; no words lie in the database."""

import json

import pytest

from engagement.anonymise import restore
from engagement.anonymising.review import Passages, again
from engagement.anonymising.rulings import Judgement, Rulings, Spot, ordinary_in
from engagement.model import (
    Basis,
    Coding,
    Decision,
    Doubt,
    FileCounts,
    Kind,
    Redaction,
    Role,
    SafeDocument,
    SafeTurn,
    Tag,
    digest_of,
)
from engagement.policy import PUBLISH, Action
from engagement.segment import cut_turns, excerpts
from engagement.store import Store

KEY = b"k" * 32


def safe(text):
    return restore(text, digest_of(text))


def turn(position, text, *redactions):
    return SafeTurn(
        position, f"line {position}", Kind.TURN, safe(text), digest_of(text), Role.PARTICIPANT, "p1", "q1", redactions
    )


TURNS = (
    turn(0, "Tovi met [Person 1] there.", Redaction(9, 13, "PERSON", "[Person 1]", 0.9, "ner")),
    turn(1, "Nobody came to the hall."),
)
DOUBT = Doubt(0, 0, 4, "UNEXPLAINED", 0.4, "capital")


@pytest.fixture
def store(tmp_path):
    document = SafeDocument(
        "s1", safe("a.txt"), "txt", "d", TURNS, (), (), FileCounts(turns=2), {}, made_with="abc", doubts=(DOUBT,)
    )
    with Store.open(tmp_path, create=True) as opened:
        opened.add_document(document, excerpts(document, 90), [], {"n": 1})
        yield opened


def test_turns_and_doubts_come_back(store):
    """Every turn with what was replaced in it, and every doubt, as they went in."""
    assert store.reviewed.turns() == {("s1", each.position): each for each in TURNS}
    assert store.reviewed.doubts() == [("s1", DOUBT)]


def test_a_source_made_anew_loses_its_old_doubts(store):
    """A source taken in again has the doubts of its new text alone."""
    document = SafeDocument("s1", safe("a.txt"), "txt", "d", TURNS, (), (), FileCounts(turns=2), {})
    store.add_document(document, excerpts(document, 90), [], {})
    assert store.reviewed.doubts() == []


def test_rulings_come_back_in_order_and_are_audited_without_words(store, tmp_path):
    """Each ruling is there again, the oldest first; the trail says who ruled what, and no file says on which words."""
    rulings = Rulings(KEY)
    made = [
        rulings.ruling("Tovi", Judgement.REPLACE, "PERSON", "amira"),
        rulings.ruling("Tovi", Judgement.KEEP, "PERSON", "bo", Spot("s1", 0, 0, 4)),
    ]
    for ruling in made:
        store.reviewed.add_ruling(ruling)
    assert store.reviewed.rulings() == made
    last = store.audit_trail()[-1]
    assert (last["who"], last["what"], last["subject"]) == ("bo", "words ruled on", "s1")
    assert last["detail"] == {"decision": "keep", "kind": "PERSON", "scope": "place", "digest": made[1].digest[:12]}
    assert "tovi" not in json.dumps([store.audit_trail(), [each.as_row() for each in made]], default=str).casefold()


def test_turns_made_again_keep_what_people_decided(store, tmp_path):
    """The new text, redactions, excerpts and tags are there, and the codings of the changed and the unchanged turn."""
    before = store.excerpts()
    decided = [Coding(each.excerpt_id, "housing", "amira", Decision.ACCEPTED, 1.0, (0, 4)) for each in before]
    store.coded.add_codings(decided)
    rulings = Rulings(KEY)
    rulings.add(rulings.ruling("Tovi", Judgement.REPLACE, "PERSON", "amira"))
    passages = Passages(store.reviewed.turns())
    changed = again(passages.turns, passages, rulings, ordinary_in(frozenset()), lambda *_: "[Person 2]")
    after = [changed.get(("s1", each.position), each) for each in TURNS]
    cut = cut_turns("s1", after, 90)
    tag = Tag(cut[0].excerpt_id, "race", "Pakistani", Basis.MENTIONED, 0, 4)
    store.reviewed.replace_turns("s1", list(changed.values()), cut, [tag], before)
    assert [str(each.text) for each in store.excerpts()] == [
        "[Person 2] met [Person 1] there.",
        "Nobody came to the hall.",
    ]
    assert store.reviewed.turns() == {("s1", each.position): each for each in after}
    assert [(each.excerpt_id, each.because) for each in store.coded.codings()] in (
        [(cut[0].excerpt_id, (0, 32)), (cut[1].excerpt_id, (0, 4))],
        [(cut[1].excerpt_id, (0, 4)), (cut[0].excerpt_id, (0, 32))],
    )
    assert store.tags() == (tag,)
    assert store.audit_trail()[-1]["what"] == "turns made again"


def test_a_source_knows_which_rulings_it_has(store):
    """After a review the next run finds the source made with these rulings, and the numbers given in it."""
    rulings = Rulings(KEY)
    rulings.add(rulings.ruling("Tovi", Judgement.REPLACE, "PERSON", "amira"))
    store.reviewed.settled({"s1"}, rulings, {"n": 1, "m": 2})
    assert store.made_with() == {"s1": f"abc+{rulings.version}"}
    assert store.numbers() == {"n": 1, "m": 2}


def test_the_actions_of_the_last_run_come_back(store):
    """What a policy does with each kind is kept, so that a ruling prints as the run did; its words are not."""
    assert store.reviewed.actions() == PUBLISH
    store.reviewed.save_actions({"SCHOOL": Action.KEEP})
    assert store.reviewed.actions()["SCHOOL"] is Action.KEEP
    assert store.reviewed.actions()["PERSON"] is Action.PSEUDONYM
