"""A ruling outranks every recogniser, holds no words, and needs the project's key; what may be wrong is doubted."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.anonymising.rulings import Doubt, Judgement, Ruling, Rulings, Spot, doubts, ordinary_in
from engagement.model import Redaction
from engagement.recognisers.analyser import Found

KEY = b"k" * 32
ordinary = ordinary_in(frozenset({"hill", "bus", "lane", "finest"}))


def found(text, surface, kind="PERSON", score=0.6, by="ner"):
    start = text.index(surface)
    return Found(start, start + len(surface), kind, score, by)


def ruled(*rulings, key=KEY):
    made = Rulings(key)
    for surface, decision, kind, *spot in rulings:
        made.add(made.ruling(surface, Judgement(decision), kind, "amira", *spot))
    return made


def gone(rulings, text, *items, turn=None):
    """What of `text` is replaced, each as (kind, words)."""
    return [
        (item.kind, text[item.start : item.end])
        for item in rulings.applied(text, sorted(items, key=lambda each: each.start), ordinary, turn)
    ]


# ruling, text, what was found in it, what is replaced
PROJECT = [
    (("Rose Hill", "keep", "PLACE"), "I live in Rose Hill now", ["Rose Hill"], []),
    (("Rose Hill", "keep", "PLACE"), "I live in rose  hill now", ["rose  hill"], []),
    (("Rose Hill", "keep", "PLACE"), "Rose Hill's buses", ["Rose Hill"], []),
    (("Rose Hill", "keep", "PLACE"), "I live in Rose Hill now", ["Rose", "Hill"], []),
    (("Rose Hill", "keep", "PLACE"), "Rose Hillman said so", ["Rose Hillman"], ["Rose Hillman"]),
    (("Rose Hill", "keep", "PLACE"), "At Rose Hill Primary", ["Rose Hill Primary"], ["Rose Hill Primary"]),
    (("Rose", "keep", "PERSON"), "Rose Adeyemi spoke", ["Rose Adeyemi"], ["Rose Adeyemi"]),
    (("Rose Hill", "keep", "PLACE"), "Rose climbed a hill", ["Rose"], ["Rose"]),
    (("Rose Hill", "keep", "PLACE"), "Nothing of it here", [], []),
    (("zorbing", "replace", "ORGANISATION"), "We did Zorbing and zorbing.", [], ["Zorbing", "zorbing"]),
    (("Tovi", "replace", "PERSON"), "So tovi's mum, TOVI’S mum", [], ["tovi", "TOVI"]),
    (("Tovi", "replace", "PERSON"), "Tovil is a village", [], []),
    (("Will", "replace", "PERSON"), "It will do. Will it? But Will came", [], ["Will"]),
    (("Lollipop lady", "replace", "UNIQUE_ROLE"), "the lollipop lady waved", [], ["lollipop lady"]),
    (("14 Linnet Close", "replace", "ADDRESS"), "At 14 Linnet Close, upstairs", [], ["14 Linnet Close"]),
    (("nb.x@example.org", "replace", "EMAIL"), "to nb.x@example.org please", [], ["nb.x@example.org"]),
    (("07700 900123", "replace", "PHONE"), "ring 07700 900123", [], ["07700 900123"]),
    (("Anne-Marie", "replace", "PERSON"), "Anne Marie and anne-marie", [], ["Anne Marie", "anne-marie"]),
    (("Mara Obi", "replace", "PERSON"), "Mara, Obi and Sam", [], []),
    (("Mara", "replace", "PERSON"), "Mara Obi spoke", ["Mara Obi"], ["Mara Obi"]),
    (("Mara Obi", "replace", "PERSON"), "Mara Obi spoke", ["Mara"], ["Mara Obi"]),
    (("Mara Obi", "replace", "PERSON"), "Mara Obi Quay spoke", ["Obi Quay"], ["Mara Obi Quay"]),
    (("Person", "replace", "PERSON"), "[Person 3] said a Person came", [], ["Person"]),
    (("🙂", "keep", "PERSON"), "a 🙂 here", ["🙂"], []),
]


@pytest.mark.parametrize(("ruling", "text", "surfaces", "expected"), PROJECT)
def test_a_ruling_for_the_project(ruling, text, surfaces, expected):
    """Words are kept or replaced wherever they stand whole; a part of a longer name never takes it apart."""
    items = [found(text, surface) for surface in surfaces]
    assert [words for _, words in gone(ruled(ruling), text, *items)] == expected


def test_a_ruling_says_the_kind():
    """What was taken for a person is replaced as what the reviewer says."""
    text = "We met at Tideway again"
    rulings = ruled(("tideway", "replace", "SCHOOL"))
    assert gone(rulings, text, found(text, "Tideway")) == [("SCHOOL", "Tideway")]


def test_of_two_rulings_the_longer_words_count():
    """Rose is a person and Rose Hill is a place: each is ruled for itself, in either order."""
    rulings = [("Rose", "replace", "PERSON"), ("Rose Hill", "keep", "PLACE")]
    for order in itertools.permutations(rulings):
        assert gone(ruled(*order), "Near Rose Hill met Rose") == [("PERSON", "Rose")]


def test_a_later_ruling_takes_the_place_of_an_earlier():
    """Who changes their mind is heard."""
    rulings = ruled(("Tovi", "replace", "PERSON"), ("TOVI", "keep", "PERSON"))
    assert gone(rulings, "Tovi came") == []


def test_a_ruling_for_one_place_holds_there_alone():
    """At its spot it outranks the ruling for the project; in another turn, file or place it says nothing."""
    text = "Then Will said Will would"
    here = Spot("s1", 2, 15, 19)
    rulings = ruled(("Will", "replace", "PERSON"), ("Will", "keep", "PERSON", here))
    assert [item.start for item in rulings.applied(text, [], ordinary, ("s1", 2))] == [5]
    assert [item.start for item in rulings.applied(text, [], ordinary, ("s1", 3))] == [5, 15]
    only = ruled(("Will", "replace", "PERSON", here))
    assert [item.start for item in only.applied(text, [], ordinary, ("s1", 2))] == [15]
    assert only.applied(text, [], ordinary) == []


def test_a_ruling_for_one_place_needs_its_words():
    """When a file is read in another way and other words stand at the spot, the ruling says nothing."""
    rulings = ruled(("Will", "replace", "PERSON", Spot("s1", 0, 0, 4)))
    assert gone(rulings, "Will came", turn=("s1", 0)) == [("PERSON", "Will")]
    assert gone(rulings, "They came", turn=("s1", 0)) == []
    assert gone(rulings, "", turn=("s1", 0)) == []


def test_without_rulings_nothing_changes():
    """What was found comes back as it was."""
    text = "Amina met Tom"
    items = [found(text, "Amina"), found(text, "Tom")]
    assert Rulings(KEY).applied(text, items, ordinary) == items


def test_another_key_knows_nothing():
    """The rulings of a project can't be applied, nor tried out, without its key."""
    rulings = ruled(("Tovi", "replace", "PERSON"))
    (ruling,) = rulings._project.values()
    other = Rulings(b"x" * 32, [ruling])
    assert gone(rulings, "Tovi came") == [("PERSON", "Tovi")]
    assert gone(other, "Tovi came") == []
    assert other.digest("Tovi") != rulings.digest("Tovi")


@pytest.mark.parametrize("spot", [None, Spot("s1", 2, 4, 8), Spot("s1", 0, 0, 4)])
def test_a_ruling_is_stored_and_read_back(spot):
    """A row of the database gives the same ruling, and has no word of what was ruled on."""
    ruling = Rulings(KEY).ruling("Tovi Rackham", Judgement.REPLACE, "PERSON", "amira", spot)
    row = ruling.as_row()
    assert Ruling.of_row({**row, "at": "2025-01-01", "entry": 4}) == ruling
    assert "tovi" not in repr(row).casefold()
    assert all(value is None or isinstance(value, int | str) for value in row.values())


def test_the_version_tells_rulings_apart():
    """The same rulings have the same version in any order, one more or a change of mind has another, none has none."""
    one, two = ("Tovi", "replace", "PERSON"), ("Rose Hill", "keep", "PLACE", Spot("s1", 0, 0, 9))
    assert ruled().version == ""
    assert ruled(one, two).version == ruled(two, one).version == Rulings(KEY, ruled(one, two)).version
    others = [ruled(one), ruled(two), ruled(one, two), ruled(one, two, ("tovi", "keep", "PERSON"))]
    assert len({each.version for each in others}) == 4


def test_a_source_is_stamped_with_its_rulings():
    """What a source was made with changes with the rulings, and is as it was where there are none."""
    some = ruled(("Tovi", "replace", "PERSON"))
    assert some.stamped("abc") == f"abc+{some.version}" == some.stamped("abc+0123")
    assert Rulings(KEY).stamped("abc+0123") == "abc"


SURFACES = ["Tovi", "Rose Hill", "tovi", "Rose", "Will", "14 Linnet", "hill"]
TEXT = "Rose met Tovi at 14 Linnet, Rose Hill. Will it be Will's hill? [Person 3] asked Tovi Rose"
SPANS = st.lists(st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 12)), max_size=6)


@given(
    SPANS,
    st.lists(st.tuples(st.sampled_from(SURFACES), st.sampled_from(["keep", "replace"]), st.just("PERSON")), max_size=5),
)
def test_what_is_ruled_never_overlaps(spans, rulings):
    """Whatever was found and ruled, the spans are in order and apart, and no placeholder is touched by a ruling."""
    mark = TEXT.index("[Person 3]")
    items, end = [], 0
    for start, length in sorted(spans):
        marked = start < mark + 10 and mark < start + length  # resolve hands on nothing that touches a placeholder
        if start >= end and start + length <= len(TEXT) and not marked:
            items.append(Found(start, start + length, "PLACE", 0.6, "test"))
            end = start + length
    after = ruled(*rulings).applied(TEXT, items, ordinary)
    assert all(one.end <= two.start for one, two in itertools.pairwise(after))
    assert all(0 <= item.start < item.end <= len(TEXT) for item in after)
    assert all("ruling" not in item.found_by or item.end <= mark or item.start >= mark + 10 for item in after)


# text, what was found and its score, doubts as (words, score)
DOUBTED = [
    ("then we saw Tovi there", [], [("Tovi", 0.4)]),
    ("then we saw Hill there", [], [("Hill", 0.25)]),
    ("then we saw Grace there", [], [("Grace", 0.45)]),
    ("then we saw tovi there", [("tovi", 0.3)], [("tovi", 0.3)]),
    ("then we saw tovi there", [("tovi", 0.19)], []),
    ("then we saw tovi there", [("tovi", 0.2)], [("tovi", 0.2)]),
    ("then we saw tovi there", [("tovi", 0.5)], [("tovi", 0.2)]),
    ("then we saw tovi there", [("tovi", 0.49)], [("tovi", 0.49)]),
    ("We saw it. Tovi there", [], []),
    ("Tovi there", [], []),
    ("a Bus is a bus", [], []),
    ("it was a Tuesday in September", [], []),
    ("the Housing Team", [], []),
    ("Our Tovi And Their Plan", [], []),
    ("I think I'm and I’ve", [], []),
    ("it was X.", [("X", 0.9)], []),
    ("so [Person 4] spoke", [("Person", 0.4)], []),
    ("we are Pakistani here", [("Pakistani", 0.4)], []),
    ("then Amina came", [("Amina", 0.4)], []),
]


@pytest.mark.parametrize(("text", "items", "expected"), DOUBTED)
def test_what_is_doubted(text, items, expected):
    """Faint findings and capitals that nothing explains; not what was replaced, protected, or begins a sentence."""
    replaced = [Redaction(5, 10, "PERSON", "[Person 1]", 0.9, "ner")] if "Amina" in text else []
    protected = [(text.index("Pakistani"), text.index("Pakistani") + 9)] if "Pakistani" in text else []
    given_ = [found(text, surface, score=score) for surface, score in items]
    answer = doubts(7, text, given_, replaced, protected, ordinary, 0.5)
    assert [(text[each.start : each.end], each.score) for each in answer] == expected
    assert all(each.turn == 7 and each.kept for each in answer)


def test_a_doubt_holds_no_words():
    """A doubt is a place and a reason."""
    (doubt,) = doubts(0, "then we saw Tovi there", [], [], [], ordinary, 0.5)
    assert doubt == Doubt(0, 12, 16, "UNEXPLAINED", 0.4, "capital", kept=True)
    assert "Tovi" not in repr(doubt)
