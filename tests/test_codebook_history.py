"""A codebook changes from version to version: each change is said in words, and codings follow it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.codebook import default
from engagement.codebook_history import (
    Change,
    ChangeKind,
    Moved,
    difference,
    judged_after,
    merge,
    moved,
    rename,
    retire,
    revised,
    split,
)
from engagement.coding.blind import Judged
from engagement.errors import BadInput
from engagement.model import Codebook, Coding, Decision, Theme

TRAVEL = Theme("travel", "Travel", "Getting about.", ("buses",), ("holidays",), ("The bus never came.",))
PATHS = Theme("paths", "Paths", "Walking and cycling", ("kerbs", "holidays"), (), ("Mind the kerb.",), "travel")
STEPS = Theme("steps", "Steps", "Stairs and steps.", parent="paths")
SHOPS = Theme("shops", "Shops", "")
BOOK = Codebook("Town", 4, (TRAVEL, PATHS, STEPS, SHOPS))
YES, NO, MAYBE = Decision.ACCEPTED, Decision.REJECTED, Decision.SUGGESTED
MACHINE = "machine:m:1"


def coding(theme: str, decision: Decision, coder: str = "Asha", excerpt_id: str = "e1", score: float = 1.0) -> Coding:
    return Coding(excerpt_id, theme, coder, decision, score, (0, 4))


# merge


def test_merged_themes_are_one():
    """The theme that stays has all phrases, excludes nothing that it includes, and takes the others' place in words."""
    new, change = merge(BOOK, ["travel", "shops"], "travel")
    assert new == Codebook("Town", 5, (replace(TRAVEL), PATHS, STEPS))
    assert change == Change(
        ChangeKind.MERGED,
        ("travel", "shops"),
        ("travel",),
        5,
        '"Shops" became "Travel". Whatever was coded as one of them is coded as that; it is ruled out where all of '
        "them were.",
    )
    new, _ = merge(BOOK, ["paths", "travel"], "travel")
    assert new.theme("travel") == Theme(
        "travel",
        "Travel",
        "Getting about. Walking and cycling.",
        ("buses", "kerbs", "holidays"),
        (),
        ("The bus never came.", "Mind the kerb."),
    )
    assert new.theme("steps").parent == "travel"


@pytest.mark.parametrize(
    ("keys", "into", "keys_after", "parents"),
    [
        (["travel", "paths"], "travel", ("travel", "steps", "shops"), [None, "travel", None]),
        (["travel", "steps"], "steps", ("steps", "paths", "shops"), [None, "steps", None]),  # no circle
        (["paths", "steps"], "steps", ("travel", "steps", "shops"), [None, "travel", None]),
        (["paths", "shops"], "new", ("travel", "new", "steps"), [None, None, "new"]),
        (["paths", "steps"], "new", ("travel", "new", "shops"), [None, "travel", None]),
        (["travel"], "shops", ("shops", "paths", "steps"), [None, "shops", "paths"]),
    ],
)
def test_a_merge_keeps_the_tree(keys, into, keys_after, parents):
    """What was below a merged theme is below the new one, and the parents never go in a circle."""
    new, change = merge(BOOK, keys, into)
    assert new.keys == keys_after
    assert [theme.parent for theme in new.themes] == parents
    assert set(change.before) == {*keys, into} & set(BOOK.keys)
    assert change.after == (into,)


def test_a_new_theme_has_a_name():
    """The name that is given, or else the key in words."""
    assert merge(BOOK, ["paths", "shops"], "high_street")[0].theme("high_street").name == "High street"
    new, change = merge(BOOK, ["paths", "shops"], "high_street", "The high street")
    assert new.theme("high_street").name == "The high street"
    assert change.words.startswith('"Paths" and "Shops" became "The high street". ')


@pytest.mark.parametrize(
    ("codings", "after", "origin"),
    [
        # one of the two is enough; the coder's latest stays in its place
        ([coding("travel", YES)], [coding("all", YES)], [0]),
        ([coding("travel", YES), coding("shops", NO)], [coding("all", YES)], [0]),
        ([coding("travel", YES), coding("shops", YES)], [coding("all", YES)], [1]),
        ([coding("travel", YES), coding("shops", YES), coding("travel", YES)], [coding("all", YES)], [2]),
        # ruled out only where all of them were
        ([coding("travel", NO)], [], []),
        ([coding("travel", NO), coding("shops", NO)], [coding("all", NO)], [1]),
        # the last word of several
        ([coding("travel", YES), coding("travel", NO), coding("shops", NO)], [coding("all", NO)], [2]),
        ([coding("travel", NO), coding("travel", YES)], [coding("all", YES)], [1]),
        # coders and excerpts apart, the rest untouched and in order
        (
            [coding("paths", NO), coding("travel", YES, "Ben"), coding("shops", NO), coding("shops", YES, "Ben", "e2")],
            [coding("paths", NO), coding("all", YES, "Ben"), coding("all", YES, "Ben", "e2")],
            [0, 1, 3],
        ),
        # the machine's likeliest
        (
            [coding("travel", MAYBE, MACHINE, score=0.9), coding("shops", MAYBE, MACHINE, score=0.6)],
            [coding("all", MAYBE, MACHINE, score=0.9)],
            [0],
        ),
    ],
)
def test_codings_follow_a_merge(codings, after, origin):
    """Each coder's last word on each part counts: found in one, or ruled out in all."""
    _, change = merge(BOOK, ["travel", "shops"], "all")
    assert moved(codings, change) == Moved(tuple(after), tuple(origin))


# split


def test_a_split_theme_is_decided_again():
    """The parts stand in its place; accepted codings wait for a person, rejected ones hold for every part."""
    parts = [Theme("trains", "Trains", "Rail."), Theme("buses", "Buses", "Buses.")]
    new, change = split(BOOK, "travel", parts)
    assert new.keys == ("trains", "buses", "paths", "steps", "shops")
    assert (new.version, new.theme("paths").parent) == (5, None)
    assert change.words == (
        '"Travel" became "Trains" and "Buses". Whatever people coded as the old theme waits for them to say which of '
        "the new ones it is."
    )
    codings = [
        coding("travel", YES),
        coding("travel", NO, "Ben"),
        coding("paths", YES),
        coding("travel", MAYBE, MACHINE),
    ]
    assert moved(codings, change) == Moved(
        (
            coding("trains", MAYBE),
            coding("buses", MAYBE),
            coding("trains", NO, "Ben"),
            coding("buses", NO, "Ben"),
            coding("paths", YES),
        ),
        (0, 0, 1, 1, 2),
        (codings[0],),
    )


def test_a_part_may_keep_the_key():
    """Those below it stay, and what was coded by the wider theme is decided again all the same."""
    new, change = split(BOOK, "travel", [TRAVEL, Theme("parking", "Parking", "Cars at rest.")])
    assert new.keys == ("travel", "parking", "paths", "steps", "shops")
    assert new.theme("paths").parent == "travel"
    assert moved([coding("travel", YES)], change) == Moved(
        (coding("travel", MAYBE), coding("parking", MAYBE)), (0, 0), (coding("travel", YES),)
    )


# rename, retire


def test_a_renamed_theme_keeps_its_codings():
    """Name, key or both; parents and codings follow the key."""
    new, change = rename(BOOK, "travel", "Getting about")
    assert (new.theme("travel").name, new.version) == ("Getting about", 5)
    assert change.words == '"Travel" became "Getting about". Its codings stay with it.'
    new, change = rename(BOOK, "travel", new_key="moving")
    assert new.keys == ("moving", "paths", "steps", "shops")
    assert new.theme("paths").parent == "moving"
    assert change.words == '"Travel" became "Travel", its key travel became moving. Its codings stay with it.'
    held = [coding("travel", YES), coding("travel", NO, "Ben"), coding("shops", YES)]
    after = (coding("moving", YES), coding("moving", NO, "Ben"), coding("shops", YES))
    assert moved(held, change) == Moved(after, (0, 1, 2))


def test_a_retired_theme_is_gone():
    """What was below it goes up, and its codings count no longer."""
    new, change = retire(BOOK, "paths")
    assert new.keys == ("travel", "steps", "shops")
    assert new.theme("steps").parent == "travel"
    assert change.words == '"Paths" was retired. Its codings count no longer.'
    assert moved([coding("paths", YES), coding("shops", YES)], change) == Moved((coding("shops", YES),), (1,))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda: merge(BOOK, ["travel", "ferries"], "travel"),
            "codebook: no theme has the key 'ferries'. Check its spelling.",
        ),
        (
            lambda: merge(BOOK, ["travel"], "travel"),
            "codebook: there is nothing to merge. Name two themes or more.",
        ),
        (lambda: merge(BOOK, ["travel"], "new"), "codebook: there is nothing to merge. Name two themes or more."),
        (
            lambda: merge(BOOK, ["travel", "shops"], "All of it"),
            "codebook, theme All of it, field key: not a key. Use small letters, digits and underscores only.",
        ),
        (
            lambda: split(BOOK, "travel", [SHOPS]),
            "codebook, theme travel: there is nothing to split it into. Give two themes or more.",
        ),
        (
            lambda: split(BOOK, "travel", [SHOPS, TRAVEL]),
            "codebook, theme shops, field key: another theme has the same. Give each theme a key of its own.",
        ),
        (
            lambda: rename(BOOK, "travel", "Travel"),
            "codebook, theme travel: it has that name already. Give another name or key.",
        ),
        (
            lambda: rename(BOOK, "travel", new_key="shops"),
            "codebook, theme shops, field key: another theme has the same. Give each theme a key of its own.",
        ),
        (lambda: retire(BOOK, "ferries"), "codebook: no theme has the key 'ferries'. Check its spelling."),
        (
            lambda: retire(Codebook("One", 1, (SHOPS,)), "shops"),
            "codebook, theme shops: it is the only theme. Add another before you retire it.",
        ),
    ],
)
def test_a_change_that_cannot_be_made_is_a_sentence(change, sentence):
    """What stands in the way is said with what to do."""
    with pytest.raises(BadInput) as caught:
        change()
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("change", "themes", "after"),
    [
        (merge(BOOK, ["travel", "shops"], "all")[1], {"travel", "shops", "paths"}, {"all", "paths"}),
        (merge(BOOK, ["travel", "shops"], "all")[1], {"travel", "paths"}, {"paths"}),
        (split(BOOK, "travel", [TRAVEL, Theme("cars", "Cars", "")])[1], {"travel", "paths"}, {"paths"}),
        (rename(BOOK, "travel", new_key="moving")[1], {"travel"}, {"moving"}),
        (retire(BOOK, "travel")[1], {"travel", "paths"}, {"paths"}),
    ],
)
def test_what_was_judged_follows(change, themes, after):
    """A merged theme was judged where all its parts were; the parts of a split one have not been judged yet."""
    assert judged_after([Judged("e1", "Asha", frozenset(themes))], change) == (Judged("e1", "Asha", frozenset(after)),)


# differences


def changed(**fields) -> Codebook:
    return Codebook("Town", 5, (replace(TRAVEL, **fields), *BOOK.themes[1:]))


@pytest.mark.parametrize(
    ("new", "sentences"),
    [
        (replace(BOOK, version=9), []),
        (replace(BOOK, name="City"), ['The codebook "Town" is now called "City".']),
        (replace(BOOK, themes=BOOK.themes[:3]), ['"Shops" was removed.']),
        (
            replace(BOOK, themes=(*BOOK.themes, Theme("parks", "Parks", "", parent="shops"), Theme("a", "A", ""))),
            ['"Parks" was added under "Shops".', '"A" was added.'],
        ),
        (replace(BOOK, themes=(SHOPS, *BOOK.themes[:3])), ["The themes are in another order."]),
        (changed(name="Trips"), ['"Travel" is now called "Trips".']),
        (changed(definition=""), ['"Travel" has no definition any more.']),
        (changed(definition="Going."), ['The definition of "Travel" was "Getting about." and is now "Going.".']),
        (
            Codebook("Town", 5, (*BOOK.themes[:3], replace(SHOPS, definition="Buying."))),
            ['"Shops" has a definition now: "Buying.".'],
        ),
        (
            changed(include=("trams", "trains"), exclude=(), examples=("The bus never came.", "Late.")),
            [
                '"Travel" now includes "trams" and "trains".',
                '"Travel" no longer includes "buses".',
                '"Travel" no longer excludes "holidays".',
                '"Travel" now has as example "Late.".',
            ],
        ),
        (changed(parent="shops"), ['"Travel" is now under "Shops".']),
        (
            replace(BOOK, themes=(TRAVEL, PATHS, replace(STEPS, parent=None), SHOPS)),
            ['"Steps" is no longer under another theme.'],
        ),
        # another key for the same theme is no removal; those below it have not moved
        (rename(BOOK, "travel", new_key="moving")[0], ['The key of "Travel" was travel and is now moving.']),
    ],
)
def test_a_difference_is_said_in_words(new, sentences):
    """Every change is a sentence, and what stayed the same is none."""
    assert difference(BOOK, new) == tuple(sentences)


def test_phrases_in_another_order():
    """The order of phrases, which an analyst may have chosen, is told as well."""
    new = replace(BOOK, themes=(TRAVEL, replace(PATHS, include=PATHS.include[::-1]), STEPS, SHOPS))
    assert difference(BOOK, new) == ('The included phrases of "Paths" are in another order.',)


WORDS = st.sampled_from(["", "a", "b", "c"])
PHRASES = st.lists(st.sampled_from("abc"), unique=True, max_size=3).map(tuple)


@st.composite
def codebooks(draw) -> Codebook:
    keys = draw(st.lists(st.sampled_from("stuvw"), min_size=1, max_size=4, unique=True))
    themes = [
        Theme(key, draw(WORDS) or key, draw(WORDS), draw(PHRASES), draw(PHRASES), draw(PHRASES), parent)
        for place, key in enumerate(keys)
        for parent in [draw(st.sampled_from([None, *keys[:place]]))]
    ]
    return Codebook(draw(st.sampled_from(["x", "y"])), draw(st.integers(1, 3)), tuple(themes))


@given(codebooks(), codebooks())
def test_no_change_is_passed_over(old, new):
    """Two codebooks differ by no sentence only if they are the same but for the version."""
    same = replace(old, version=0) == replace(new, version=0)
    assert (difference(old, new) == ()) == same
    assert all(sentence.endswith(".") for sentence in difference(old, new))


@given(codebooks(), st.data())
def test_merging_makes_a_codebook_that_can_serve(book, data):
    """Whatever is merged, into whatever key, no circle comes of it and only the merged themes go."""
    keys = data.draw(st.lists(st.sampled_from(book.keys), min_size=2, max_size=3))
    into = data.draw(st.sampled_from([*book.keys, "new"]))
    if len({*keys, into} & set(book.keys)) < 2:
        return
    new, change = merge(book, keys, into)
    assert set(new.keys) == (set(book.keys) - set(change.before)) | {into}


def test_a_saved_edit_is_the_next_version():
    """An edited codebook has the next number whatever its file says; one that wasn't edited is the old one."""
    book = default()
    assert revised(book, replace(book, version=9)) is book
    edited = replace(book, themes=book.themes[:3])
    assert revised(book, edited) == replace(edited, version=2)
