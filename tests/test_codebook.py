"""A codebook file is read forgivingly, checked strictly, and written so that it reads back the same."""

from __future__ import annotations

import pytest

from engagement.codebook import checked, default, key_of, load, name_of, parse, remarks, save, with_parents
from engagement.errors import BadInput
from engagement.model import Codebook, Theme

SEEDS = [
    ("housing", "Housing"),
    ("community_grant_funding", "Community grant funding"),
    ("siloed_communities", "Siloed communities"),
    ("access_to_money", "Communities' access to money"),
    ("racism", "Racism"),
    ("access", "Access"),
    ("safe_spaces", "Lack of safe spaces"),
]


def test_the_default_codebook_is_the_seven_themes():
    """The codebook to begin with holds the seven themes, each written out in full."""
    book = default()
    assert [(theme.key, theme.name) for theme in book.themes] == SEEDS
    for theme in book.themes:
        assert len(theme.definition.split()) > 20
        assert 6 <= len(theme.include) <= 10
        assert 3 <= len(theme.exclude) <= 5
        assert 8 <= len(theme.examples) <= 10
        assert theme.parent is None


def test_what_is_saved_reads_back(tmp_path):
    """A codebook that was saved is the same codebook when loaded."""
    awkward = Theme(
        "no", "No: \u201cyes\u201d # 2020", "a: b\n- c", ("null", "1.0"), ("- x",), ("'It\u2019s', she said",), "up"
    )
    book = Codebook("Round: 2", 7, (Theme("up", "1", ""), awkward, *default().themes))
    save(book, tmp_path / "codebook.yaml")
    assert load(tmp_path / "codebook.yaml") == book


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("{key: a, name: A}", Theme("a", "A", "")),
        ("{key: 2020, name: 2020, definition: 1.10}", Theme("2020", "2020", "1.10")),
        ("{key: no, name: yes}", Theme("no", "yes", "")),
        ("{key: long_walks}", Theme("long_walks", "Long walks", "")),
        ("{key: a, name: A, include: one phrase}", Theme("a", "A", "", ("one phrase",))),
        ("{key: a, name: A, include: [x, x, '', 3]}", Theme("a", "A", "", ("x", "3"))),
        ("{key: a, name: A, include: , exclude: null, examples: ~, parent: null}", Theme("a", "A", "")),
        ("{key: ' a ', name: ' A ', parent: ''}", Theme("a", "A", "")),
    ],
)
def test_yaml_is_read_as_it_was_meant(text, theme):
    """Numbers, yes and no, empty values and single phrases become the words that were written."""
    assert parse(f"themes: [{text}]", "c.yaml") == Codebook("Codebook", 1, (theme,))


@pytest.mark.parametrize(("written", "version"), [("3", 3), ("'3'", 3), ("3.0", 3), ("0", 0)])
def test_a_version_is_a_whole_number(written, version):
    """A version may be written as a number or as text."""
    assert parse(f"version: {written}\nthemes: [{{key: a}}]", "c.yaml").version == version


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        # not a codebook
        ("a: [", "c.yaml, line 1: not valid YAML. Check the indentation, colons and quotation marks."),
        ("", "c.yaml: no themes. List them under 'themes:', each with a key, a name and a definition."),
        ("just words", "c.yaml: no themes. List them under 'themes:', each with a key, a name and a definition."),
        ("themes:", "c.yaml: no themes. List them under 'themes:', each with a key, a name and a definition."),
        ("themes: []", "c.yaml: no themes. List them under 'themes:', each with a key, a name and a definition."),
        ("themes: {a: b}", "c.yaml, field themes: not a list. Begin each theme with a hyphen."),
        # fields
        (
            "themes: [{key: a, colour: red}]",
            "c.yaml, theme a, field colour: no such field. Remove it or mend its spelling.",
        ),
        ("themes: [{key: a}]\nmood: x", "c.yaml, field mood: no such field. Remove it or mend its spelling."),
        ("version: new\nthemes: [{key: a}]", "c.yaml, field version: not a whole number. Write a number such as 1."),
        ("version: -1\nthemes: [{key: a}]", "c.yaml, field version: not a whole number. Write a number such as 1."),
        (
            "themes: [{key: a, examples: [{My landlord: never came}]}]",
            "c.yaml, theme a, field examples 1: not a line of words. Put it in quotation marks if it holds a colon.",
        ),
        (
            "themes: [{key: a, include: {b: c}}]",
            "c.yaml, theme a, field include: not a list of phrases. Give each phrase a line that begins with a hyphen.",
        ),
        (
            "themes: [words]",
            "c.yaml, theme number 1: not a theme. Give it key, name, definition, include, exclude, examples or parent.",
        ),
        # keys
        ("themes: [{key: a}, {name: B}]", "c.yaml, theme number 2, field key: there is none. Add it."),
        ("themes: [{key: ''}]", "c.yaml, theme number 1, field key: it is empty. Give each theme a key of its own."),
        (
            "themes: [{key: Big-Top}]",
            "c.yaml, theme Big-Top, field key: not a key. Use small letters, digits and underscores only.",
        ),
        (
            "themes: [{key: a}, {key: a}]",
            "c.yaml, theme a, field key: another theme has the same. Give each theme a key of its own.",
        ),
        # parents
        (
            "themes: [{key: a, parent: b}]",
            "c.yaml, theme a, field parent: no theme has the key 'b'. Name a theme's key or remove it.",
        ),
        (
            "themes: [{key: a, parent: a}]",
            "c.yaml, theme a, field parent: the parents go in a circle. Let one of them have no parent.",
        ),
        (
            "themes: [{key: c, parent: a}, {key: a, parent: b}, {key: b, parent: a}]",
            "c.yaml, theme c, field parent: the parents go in a circle. Let one of them have no parent.",
        ),
    ],
)
def test_a_bad_codebook_is_a_sentence(text, sentence):
    """What is wrong is said with the theme, the field and what to do."""
    with pytest.raises(BadInput) as caught:
        parse(text, "c.yaml")
    assert str(caught.value) == sentence


def test_a_file_that_cannot_be_read_is_a_sentence(tmp_path):
    """A missing file and one that is no text are told apart."""
    with pytest.raises(BadInput, match=r"^none\.yaml: there is no such codebook"):
        load(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_bytes(b"name: caf\xe9")
    with pytest.raises(BadInput, match=r"^bad\.yaml: not a text file in UTF-8"):
        load(tmp_path / "bad.yaml")


@pytest.mark.parametrize(
    ("keys", "closed"),
    [([], set()), (["c"], {"a", "b", "c"}), (["b", "d"], {"a", "b", "d"}), (["a"], {"a"})],
)
def test_a_theme_brings_its_parents(keys, closed):
    """A text with a theme has every theme above it."""
    book = parse("themes: [{key: c, parent: b}, {key: b, parent: a}, {key: a}, {key: d}]", "c.yaml")
    assert with_parents(book, keys) == closed


@pytest.mark.parametrize(
    ("themes", "sentences"),
    [
        ("[{key: a, definition: x}, {key: b, definition: y}]", []),
        (
            "[{key: a, definition: x}]",
            ["The codebook has one theme: an excerpt has it or nothing. Add the others that you look for."],
        ),
        (
            "[{key: a, name: Damp}, {key: b, definition: y}]",
            ['"Damp" has no definition: coders may read it differently. Say what it means.'],
        ),
        (
            "[{key: a, name: Damp, definition: x}, {key: b, name: damp, definition: y}]",
            ['"damp" is the name of another theme too: a table can\'t tell them apart. Rename one.'],
        ),
    ],
)
def test_what_to_mind_in_a_codebook(themes, sentences):
    """What can be coded by but not well is no error: it is said."""
    assert remarks(parse(f"themes: {themes}", "c.yaml")) == tuple(sentences)


def test_two_hundred_themes_are_read_and_remarked_on(tmp_path):
    """A codebook may be as large as somebody likes; beyond what a person can keep in mind it is said."""
    book = Codebook("many", 1, tuple(Theme(f"t{number}", f"T{number}", "Words.") for number in range(200)))
    save(book, tmp_path / "many.yaml")
    assert load(tmp_path / "many.yaml") == book
    assert remarks(book) == ("The codebook has 200 themes, more than a person can keep in mind. Merge some.",)
    assert remarks(Codebook("some", 1, book.themes[:60])) == ()


def test_a_codebook_made_in_the_app_is_checked_like_a_file():
    """No themes, a key that can't serve and a circle are told in the same sentences."""
    with pytest.raises(BadInput, match=r"^the codebook: no themes\. Give it one at least\.$"):
        checked(Codebook("empty", 1, ()), "the codebook")
    with pytest.raises(BadInput, match=r"^the codebook, theme a, field parent: the parents go in a circle\."):
        checked(
            Codebook("round", 1, (Theme("a", "A", "", parent="b"), Theme("b", "B", "", parent="a"))), "the codebook"
        )


@pytest.mark.parametrize(
    ("name", "taken", "key"),
    [
        ("Lack of safe spaces", [], "lack_of_safe_spaces"),
        ("Communities' access", [], "communities_access"),
        ("Café & bar: 2020", [], "cafe_bar_2020"),
        ("!", [], "theme"),
        ("A", ["a"], "a_2"),
        ("A", ["a", "a_2", "a_3"], "a_4"),
    ],
)
def test_a_key_is_made_of_a_name(name, taken, key):
    """Small letters, digits and underscores, unlike any key in use."""
    assert key_of(name, taken) == key


def test_a_name_is_made_of_a_key():
    """A key in words."""
    assert name_of("lack_of_safe_spaces") == "Lack of safe spaces"
