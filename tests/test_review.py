"""The riskiest decisions are asked first, what is ruled is done, and no words lie outside the vault."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement import vault as vaults
from engagement.anonymise import restore
from engagement.anonymising.review import (
    BLOT,
    Passages,
    again,
    audited,
    blotted,
    dialogue,
    keep,
    moved,
    queue,
    replaced,
    teach,
)
from engagement.anonymising.rulings import Doubt, Judgement, Rulings, Spot, ordinary_in
from engagement.model import FileCounts, Kind, Redaction, Role, SafeDocument, SafeTurn, digest_of
from engagement.recognisers.people import People
from engagement.segment import excerpts
from engagement.store import Store
from engagement.vault import Vault

KEY = b"k" * 32
PASSPHRASE = "linnet capstan thursday"
ordinary = ordinary_in(frozenset({"hill", "bus"}))

# Raw words, with each replaced span as (surface, kind, replacement, score); by source and turn.
SAID = {
    ("s1", 0): ("I saw Tovi at Rose Hill.", [("Rose Hill", "PLACE", "[place]", 0.6)]),
    ("s1", 1): ("Tovi Rackham lives there.", [("Tovi Rackham", "PERSON", "[Person 1]", 0.95)]),
    ("s1", 2): ("Past rose hill again, said Kiri.", [("rose hill", "PLACE", "[place]", 0.55)]),
    ("s2", 0): ("Kiri ate a Biscuit on the bus.", [("Kiri", "PERSON", "[Person 2]", 0.9)]),
}


def redactions_of(words, spans):
    places = ((words.index(surface), surface, kind, text, score) for surface, kind, text, score in spans)
    return tuple(
        Redaction(start, start + len(surface), kind, text, score, "ner") for start, surface, kind, text, score in places
    )


def turn_of(position, words, redactions):
    text = replaced(words, redactions)
    safe = restore(text, digest_of(text))
    return SafeTurn(position, "line 1", Kind.TURN, safe, digest_of(text), Role.PARTICIPANT, "p1", None, redactions)


def doubt(turn, surface, kind="PERSON", score=0.4):
    start = SAID[turn][0].index(surface)
    return turn[0], Doubt(turn[1], start, start + len(surface), kind, score, "capital")


DOUBTS = [doubt(("s1", 0), "Tovi"), doubt(("s1", 2), "Kiri"), doubt(("s2", 0), "Biscuit", score=0.25)]


@pytest.fixture
def turns():
    return {turn: turn_of(turn[1], words, redactions_of(words, spans)) for turn, (words, spans) in SAID.items()}


@pytest.fixture
def vault(tmp_path, monkeypatch):
    monkeypatch.setattr(vaults, "COST", 2**14)
    made = Vault.create(tmp_path, PASSPHRASE)
    for source_id in ("s1", "s2"):
        made.keep(source_id, {turn: words for (source, turn), (words, _) in SAID.items() if source == source_id})
    return made


@pytest.fixture
def open_(turns, vault):
    return Passages(turns, vault)


def surface_of(inquiry):
    spot = inquiry.spots[0]
    return SAID[spot[:2]][0][spot.start : spot.end]


def printed(words, item):
    return f"[{item.kind.lower()}]"


def answering(*answers):
    given_ = iter(answers)
    return lambda prompt: next(given_)


def test_the_riskiest_is_asked_first(open_):
    """A possible leak of somebody who was replaced elsewhere, then a lone one, then words lost for nothing."""
    asked = queue(open_, DOUBTS, Rulings(KEY))
    assert [(surface_of(each), each.kept, len(each.spots)) for each in asked] == [
        ("Kiri", True, 1),
        ("Tovi", True, 1),
        ("Biscuit", True, 1),
        ("Rose Hill", False, 2),
    ]
    assert [each.score for each in asked] == [0.9, 0.4, 0.25, 0.55]
    assert [each.risk for each in asked] == sorted((each.risk for each in asked), reverse=True)


RISKS = [
    (("PERSON", 0.4), ("PLACE", 0.4)),  # the worse to leak
    (("PERSON", 0.4), ("SCHOOL", 0.4)),
    (("SCHOOL", 0.4), ("PLACE", 0.4)),
    (("PERSON", 0.4), ("PERSON", 0.3)),  # the likelier
    (("SCHOOL", 0.4), ("PERSON", 0.2)),  # and both together
]


@pytest.mark.parametrize(("first", "second"), RISKS)
def test_risk_is_harm_by_chance(open_, first, second):
    """The worse and the likelier leak comes first, whatever the order in which they were met."""
    one, two = (doubt(("s1", 0), "saw", *first), doubt(("s1", 1), "there", *second))
    for order in itertools.permutations((one, two)):
        assert [each.kind for each in queue(open_, order, Rulings(KEY)) if each.kept] == [first[0], second[0]]


def test_what_stands_often_is_riskier(open_):
    """The same words in two places, in any case, are one question before another that stands once."""
    doubts = [doubt(("s1", 1), "there"), doubt(("s1", 0), "at"), doubt(("s1", 1), "lives")]
    doubts[2] = ("s1", Doubt(2, 10, 14, "PERSON", 0.4, "ner"))  # hill
    doubts[0] = ("s1", Doubt(0, 19, 23, "PERSON", 0.4, "capital"))  # Hill
    first, second = (each for each in queue(open_, doubts, Rulings(KEY)) if each.kept)
    assert (len(first.spots), len(second.spots), first.reason) == (2, 1, "capital+ner")
    assert first.risk > second.risk


@pytest.mark.parametrize(("score", "asked"), [(0.74, True), (0.75, False)])
def test_a_sure_replacement_is_not_asked_about(vault, turns, score, asked):
    """From a score of 0.75 on, what was replaced needs nobody's word."""
    words = SAID["s2", 0][0]
    turns["s2", 0] = turn_of(0, words, redactions_of(words, [("Kiri", "PERSON", "[Person 2]", score)]))
    found = queue(Passages(turns, vault), [], Rulings(KEY))
    assert ("Kiri" in [surface_of(each) for each in found]) is asked


def test_what_was_ruled_is_not_asked_again(open_):
    """A ruling for the project settles all its places, one for a place that place alone."""
    rulings = Rulings(KEY)
    rulings.add(rulings.ruling("kiri", Judgement.KEEP, "PERSON", "amira"))
    rulings.add(rulings.ruling("Rose Hill", Judgement.REPLACE, "PLACE", "amira", Spot("s1", 0, 14, 23)))
    left = {surface_of(each): each.spots for each in queue(open_, DOUBTS, rulings)}
    assert left.keys() == {"Tovi", "Biscuit", "rose hill"}
    assert left["rose hill"] == (Spot("s1", 2, 5, 14),)


def test_the_list_has_no_words(open_):
    """What `--json` prints says where and why, and nothing that was said."""
    listed = json.dumps([each.as_data() for each in queue(open_, DOUBTS, Rulings(KEY))])
    assert json.loads(listed)[3] == {
        "kind": "PLACE",
        "replaced": True,
        "score": 0.55,
        "found_by": "ner",
        "risk": 0.18,
        "places": [
            {"source_id": "s1", "turn": 0, "start": 14, "end": 23},
            {"source_id": "s1", "turn": 2, "start": 5, "end": 14},
        ],
    }
    assert not any(word in listed.casefold() for word in ("tovi", "kiri", "rose", "biscuit"))


def test_without_the_vault_leaks_are_asked_about(turns):
    """The stored words show what stayed in them; what was replaced is blotted out and can't be asked about."""
    shut = Passages(turns)
    asked = queue(shut, DOUBTS, Rulings(KEY))
    assert [surface_of(each) for each in asked] == ["Tovi", "Kiri", "Biscuit"]
    assert shut.shown(asked[0].spots[0]) == ("I saw ", "Tovi", " at […].")


def test_words_of_another_version_are_not_used(turns, vault):
    """When the vault's words are not those that the stored text was made of, they are not shown nor written."""
    vault.keep("s1", {0: "Now Tovi Rackham sits at Rose Hill", 1: "x"})
    other = Passages(turns, vault)
    assert other.raw(("s1", 0)) is None
    assert other.raw(("s1", 2)) is None
    assert other.raw(("s2", 0)) is not None
    rulings = Rulings(KEY)
    rulings.add(rulings.ruling("Tovi", Judgement.REPLACE, "PERSON", "amira"))
    changed = again(turns, other, rulings, ordinary, printed)
    assert {turn: str(made.text) for turn, made in changed.items()} == {("s1", 0): "I saw [person] at [place]."}


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 6), st.sampled_from(["[place]", "[x]", ""])), max_size=5)


@given(st.text(alphabet="ab 🙂é", max_size=40), SPANS)
def test_a_blotted_text_keeps_every_place(words, spans):
    """Each character that was not replaced stands where it stood in the raw words."""
    redactions, end = [], 0
    for start, length, text in sorted(spans):
        if start >= end and start + length <= len(words):
            redactions.append(Redaction(start, start + length, "PLACE", text, 0.6, "ner"))
            end = start + length
    hidden = {place for each in redactions for place in range(each.start, each.end)}
    expected = "".join(BLOT if place in hidden else letter for place, letter in enumerate(words))
    assert blotted(replaced(words, redactions), redactions) == expected


def test_the_vault_keeps_what_a_file_said(vault, raw_document):
    """Every turn of a document is kept by its position, under the document's id."""
    document = raw_document(("Tovi", "The lift broke."), ("", "Nobody came."))
    keep(document, vault)
    held = vault.turns(document.source.source_id)
    assert {position: words.reveal() for position, words in held.items()} == {0: "The lift broke.", 1: "Nobody came."}


def test_a_further_mention_is_of_the_person_known(open_, turns):
    """A first name that the reviewer adds is of the person whose whole name was replaced."""
    people = People(frozenset())
    teach(people, open_)
    assert people.canonical("Tovi") == "tovi rackham"
    shut = People(frozenset())
    teach(shut, Passages(turns))
    assert shut.canonical("Tovi") == "tovi"


def asked_with(open_, *answers, rulings=None):
    rulings = rulings or Rulings(KEY)
    told = []
    given_ = list(dialogue(queue(open_, DOUBTS, rulings), open_, rulings, "amira", answering(*answers), told.append))
    return given_, told


def test_a_passage_is_shown_with_its_span_marked(open_):
    """The words around, the span between marks, the kind, the score, who found it, what stands there now."""
    _, told = asked_with(open_, "s", "s", "s", "q")
    assert told[:2] == [
        "\n1 of 4: PERSON, stays in the text, score 0.90, found by capital",
        "Past rose hill again, said »Kiri«.",
    ]
    assert told[6:] == [
        "\n4 of 4: PLACE, replaced by [place], score 0.55, found by ner",
        "These words are in doubt in 2 places",
        "I saw Tovi at »Rose Hill«.",
    ]


def test_each_answer_is_a_ruling(open_):
    """Keep and replace speak of the place shown, and with an e of the whole project; skipping says nothing."""
    given_, _ = asked_with(open_, "r", "re place of worship", "s", "k", "ke")
    assert [(each.decision, each.kind, each.spot) for each in given_] == [
        (Judgement.REPLACE, "PERSON", Spot("s1", 2, 27, 31)),
        (Judgement.REPLACE, "PLACE_OF_WORSHIP", None),
        (Judgement.KEEP, "PLACE", Spot("s1", 0, 14, 23)),
        (Judgement.KEEP, "PLACE", None),
    ]
    assert {each.coder for each in given_} == {"amira"}


def test_the_dialogue_forgives(open_):
    """An unknown key or kind is asked again, saying which kinds there are; case and spaces do not matter."""
    given_, told = asked_with(open_, "what", "", " RE   wizard", "RE School", "r  gp practice ", "q")
    assert [each.kind for each in given_] == ["SCHOOL", "GP_PRACTICE"]
    assert told[6].startswith("No kind is called that. Use one of PERSON, EMAIL, PHONE")


def test_a_confirmed_replacement_keeps_its_kind(open_, turns, vault):
    """Of words that stand in two places as two kinds, each place is confirmed as what it is."""
    words = "Rose Hill spoke."
    turns["s2", 0] = turn_of(0, words, redactions_of(words, [("Rose Hill", "PERSON", "[Person 9]", 0.5)]))
    vault.keep("s2", {0: words})
    given_, _ = asked_with(open_, "s", "s", "r", "r", "r", "q")
    assert [each.kind for each in given_] == ["PLACE", "PLACE", "PERSON"]


def test_other_words_can_be_added(open_):
    """Words that nobody found are typed in and replaced from then on; none typed, none added."""
    given_, _ = asked_with(open_, "+ Marsh Wharf", "+", "+ -", "q")
    assert given_ == [Rulings(KEY).ruling("marsh wharf", Judgement.REPLACE, "UNEXPLAINED", "amira")]


def test_quitting_keeps_what_was_ruled(open_):
    """Rulings come one by one, so that a review broken off has lost none."""
    rulings = Rulings(KEY)
    running = dialogue(queue(open_, DOUBTS, rulings), open_, rulings, "amira", answering("r"), lambda _: None)
    assert next(running).spot == Spot("s1", 2, 27, 31)


def test_no_words_command_the_terminal(turns, vault):
    """Escape characters and line ends that somebody typed into an answer are shown as spaces."""
    words = "Ring \x1b[2J\x9b31m Tovi\r\n\u202enow " + "word " * 100
    vault.keep("s2", {0: words})
    turns["s2", 0] = turn_of(0, words, ())
    start = words.index("Tovi")
    before, marked, after = Passages(turns, vault).shown(Spot("s2", 0, start, start + 4))
    assert (before, marked) == ("Ring [2J 31m ", "Tovi")
    assert after.startswith(" now word word")
    assert after.endswith("word …")
    assert len(after) < 180


def test_rulings_change_the_turns_that_they_speak_of(open_, turns):
    """Kept words come back from the vault, replaced ones go; every other turn stays, and spans point into the raw."""
    rulings = Rulings(KEY)
    rulings.add(rulings.ruling("Rose Hill", Judgement.KEEP, "PLACE", "amira"))
    rulings.add(rulings.ruling("Kiri", Judgement.REPLACE, "PERSON", "amira", Spot("s1", 2, 27, 31)))
    changed = again(turns, open_, rulings, ordinary, printed)
    assert {turn: str(made.text) for turn, made in changed.items()} == {
        ("s1", 0): "I saw Tovi at Rose Hill.",
        ("s1", 2): "Past rose hill again, said [person].",
    }
    for turn, made in changed.items():
        assert made.sha256 == digest_of(made.text)
        assert replaced(SAID[turn][0], made.redactions) == made.text
        assert (made.position, made.participant_id) == (turn[1], "p1")
    assert again(changed, Passages({**turns, **changed}, open_._vault), rulings, ordinary, printed) == {}


def test_confirming_changes_no_text(open_, turns):
    """A replacement that the reviewer confirms keeps its pseudonym, and is sure from then on."""
    rulings = Rulings(KEY)
    rulings.add(rulings.ruling("rose hill", Judgement.REPLACE, "PLACE", "amira"))
    changed = again(turns, open_, rulings, ordinary, printed)
    assert changed.keys() == {("s1", 0), ("s1", 2)}
    for turn, made in changed.items():
        assert made.text == turns[turn].text
        assert [(each.score, each.found_by) for each in made.redactions] == [(1.0, "ruling")]


def test_a_known_person_keeps_their_number(open_, turns):
    """What was replaced and isn't ruled on has the same pseudonym in a turn made again."""
    rulings = Rulings(KEY)
    rulings.add(rulings.ruling("Biscuit", Judgement.REPLACE, "PERSON", "amira"))
    (made,) = again(turns, open_, rulings, ordinary, printed).values()
    assert made.text == "[Person 2] ate a [person] on the bus."


def test_without_the_vault_leaks_can_be_mended(turns):
    """More can be replaced in the stored words; nothing that was replaced comes back."""
    rulings = Rulings(KEY)
    rulings.add(rulings.ruling("Tovi", Judgement.REPLACE, "PERSON", "amira"))
    rulings.add(rulings.ruling("Rose Hill", Judgement.KEEP, "PLACE", "amira"))
    changed = again(turns, Passages(turns), rulings, ordinary, printed)
    assert {turn: str(made.text) for turn, made in changed.items()} == {("s1", 0): "I saw [person] at [place]."}
    assert replaced(SAID["s1", 0][0], changed["s1", 0].redactions) == changed["s1", 0].text


def document_of(*texts):
    turns = tuple(turn_of(place, text, ()) for place, text in enumerate(texts))
    name = restore("a", digest_of("a"))
    return SafeDocument("s1", name, "txt", "d", turns, (), (), FileCounts(), {})


MOVED = [
    (("One two. Three four.",), ("One two. Three four.",), {}),
    (("One two. Three four.",), ("One [place]. Three four.",), {0: 0, 1: 1}),
    (("One two. Three four.", "Five."), ("One two. Three [place].", "Five."), {1: 1}),
    (("One two. Three four.",), ("[Person 1].",), {0: 0, 1: 0}),
    (("One two. Three four.", "Five."), ("", "Five."), {}),
]


@pytest.mark.parametrize(("before", "after", "pairs"), MOVED)
def test_codings_find_their_excerpts_again(before, after, pairs):
    """An unchanged excerpt keeps its id, and a changed one hands its codings to the one in its place."""
    old, new = (excerpts(document_of(*texts), 2) for texts in (before, after))
    expected = {old[one].excerpt_id: new[other].excerpt_id for one, other in pairs.items()}
    assert moved(old, new) == expected


def test_the_audit_trail_and_the_database_hold_no_words(open_, vault, tmp_path):
    """What a ruling leaves behind says who, what and when; no file of the project has the words, its log included."""
    with Store.open(tmp_path, create=True) as store:
        given_, _ = asked_with(open_, "r", "re", "+ Marsh Wharf", "ke", "k", "q")
        for ruling in given_:
            store.note("words ruled on", ruling.spot.source_id if ruling.spot else "", audited(ruling))
            store.note("a row", detail=ruling.as_row())
        trail = json.dumps(store.audit_trail())
        held = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert '"decision": "keep"' in trail
    assert '"scope": "project"' in trail
    for word in (b"tovi", b"kiri", b"marsh", b"wharf", b"biscuit", b"rose"):
        assert word not in trail.encode().lower()
        assert word not in held.lower()
    assert b"words ruled on" in held
