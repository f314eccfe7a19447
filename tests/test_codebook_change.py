"""Changes to a codebook that the commands and the page share: fields, order, history and files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engagement.codebook_change import added, edited, placed, read, removes, take_in, tree, versions, written
from engagement.codebook_history import rename
from engagement.errors import BadInput
from engagement.model import Codebook, Coding, Decision, Theme
from engagement.store import Store

A, B, C, D = (
    Theme("a", "A", "First.", ("one\ntwo",)),
    Theme("b", "B", "Second."),
    Theme("c", "C", "Third.", parent="a"),
    Theme("d", "D", "Fourth.", parent="a"),
)
BOOK = Codebook("Land", 3, (A, B, C, D))


def test_a_tree_has_each_theme_followed_by_those_under_it():
    """However the themes are listed, and however deep they go."""
    assert [(theme.key, depth) for theme, depth in tree(BOOK)] == [("a", 0), ("c", 1), ("d", 1), ("b", 0)]
    deep = Codebook("Deep", 1, tuple(Theme(f"t{n}", "T", "", parent=f"t{n - 1}" if n else None) for n in range(2000)))
    assert tree(deep)[-1][1] == 1999


@pytest.mark.parametrize(
    ("key", "after", "keys"),
    [
        ("a", "b", ("b", "a", "c", "d")),
        ("b", None, ("b", "a", "c", "d")),
        ("c", "d", ("a", "d", "c", "b")),
        ("d", None, ("a", "d", "c", "b")),
    ],
)
def test_a_theme_is_put_after_another_beside_it(key, after, keys):
    """It takes those under it along, in the next version."""
    new = placed(BOOK, key, after)
    assert (new.keys, new.version) == (keys, 4)


@pytest.mark.parametrize(("key", "after"), [("a", "c"), ("c", "b"), ("x", None), ("a", "x")])
def test_themes_that_do_not_stand_side_by_side_are_a_sentence(key, after):
    """A theme under another, or one that is gone, is no place."""
    with pytest.raises(BadInput, match="these two do not stand side by side any more"):
        placed(BOOK, key, after)


def test_an_edit_changes_the_fields_that_it_touched():
    """What somebody else changed in other fields meanwhile stays; nothing different is no version."""
    theirs = replace(BOOK, themes=(replace(A, definition="Theirs."), B, C, D))
    new = edited(theirs, A, replace(A, name="AA"))
    assert (new.theme("a").name, new.theme("a").definition, new.version) == ("AA", "Theirs.", 4)
    assert edited(theirs, A, A) == theirs
    assert edited(theirs, A, replace(A, definition="Theirs.")) == theirs


@pytest.mark.parametrize(
    ("seen", "wanted", "sentence"),
    [
        (A, replace(A, name=""), "codebook, theme a, field name: it is empty. Give the theme a name."),
        (A, replace(A, parent="c"), "codebook, theme a, field parent: the parents go in a circle."),
        (
            replace(A, definition="Old."),
            replace(A, definition="Mine."),
            "codebook, theme a, field definition: somebody",
        ),
        (replace(A, key="x"), replace(A, key="x"), "codebook, theme x: it is not in the codebook any more."),
    ],
)
def test_an_edit_that_cannot_be_saved_is_a_sentence(seen, wanted, sentence):
    """It names the theme and the field."""
    with pytest.raises(BadInput) as caught:
        edited(BOOK, seen, wanted)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    ("key", "name", "found"), [("", "A", "a_2"), ("e", "A", "e"), ("", "Safe spaces", "safe_spaces")]
)
def test_an_added_theme_has_a_key(key, name, found):
    """Its own, or one made from its name that no other has."""
    assert added(BOOK, Theme(key, name, "")).keys == ("a", "b", "c", "d", found)


def test_the_history_tells_changes_and_differences():
    """The first version has neither; a merge, split, renaming or retirement has its own words besides."""
    second, change = rename(BOOK, "b", "Bee")
    third = replace(second, version=5, themes=second.themes[:2])
    past = versions((BOOK, second, third), (change,))
    assert [each.change for each in past] == ["", change.words, ""]
    assert [each.differences for each in past] == [
        (), ('"B" is now called "Bee".',), ('"C" was removed.', '"D" was removed.'),
    ]  # fmt: skip
    assert versions((), ()) == ()


@pytest.mark.parametrize("kind", [".yaml", ".yml", ".csv", ".qdc"])
def test_what_is_written_reads_back(kind):
    """In every format; a file that names no codebook of its own keeps the name of the one in use."""
    book, notes = read(written(BOOK, kind), f"other{kind.upper()}", BOOK)
    assert (sorted(book.themes, key=lambda theme: theme.key), book.name, notes) == ([A, B, C, D], "Land", ())


def test_what_is_taken_in_keeps_the_codings_of_a_theme_with_a_new_key(tmp_path):
    """Under the name of who did it; a theme that is gone is told."""
    new = replace(BOOK, themes=(A, replace(B, key="bee"), C))
    assert removes(BOOK, new)
    assert not removes(BOOK, replace(new, themes=(*new.themes, D)))
    coding = Coding("e1", "b", "Asha", Decision.ACCEPTED, 1.0, (0, 1))
    with Store.open(tmp_path, create=True) as store:
        store.coded.save_codebook(BOOK)
        store.coded.add_codings([coding])
        saved = take_in(store, BOOK, new, "Asha")
        assert store.coded.codebook() == saved
        assert saved.keys == ("a", "bee", "c")
        assert store.coded.codings() == (replace(coding, theme_key="bee"),)
        assert store.audit_trail()[-1]["who"] == "Asha"
