"""A codebook goes out as CSV and comes back the same, from a spreadsheet or from another tool."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.codebook import default
from engagement.errors import BadInput
from engagement.export.codebook_csv import COLUMNS, from_csv, to_csv
from engagement.model import Codebook, Theme

ODD = st.text(st.sampled_from("ab ,;|\\'\"=+-@\n\té€"), max_size=8).map(str.strip)
LISTS = st.lists(ODD.filter(bool), unique=True, max_size=3).map(tuple)


@st.composite
def codebooks(draw) -> Codebook:
    keys = draw(st.lists(st.from_regex(r"[a-z0-9_]{1,4}", fullmatch=True), min_size=1, max_size=4, unique=True))
    themes = tuple(
        Theme(key, draw(ODD) or key, draw(ODD), draw(LISTS), draw(LISTS), draw(LISTS), parent)
        for place, key in enumerate(keys)
        for parent in [draw(st.sampled_from([None, *keys[:place]]))]
    )
    return Codebook("book", 1, themes)


@given(codebooks())
def test_what_goes_out_comes_back(book):
    """Bars, quotation marks, line breaks and signs of formulas included."""
    assert from_csv(to_csv(book), "book.csv") == book


def test_the_default_codebook_comes_back():
    """The codebook to begin with, in UTF-8 with the mark by which a spreadsheet knows it."""
    written = to_csv(default())
    assert written.startswith(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n")
    assert from_csv(written, "Equality engagement.csv") == default()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "'=", "''@"])
def test_no_cell_is_a_formula(start):
    """A cell that a spreadsheet would reckon with begins with an apostrophe, and is read without it."""
    words = f'{start}HYPERLINK("https://example.org")'
    book = Codebook("book", 1, (Theme("a", words, words, (words,), (words,), (words, "b")),))
    cells = list(csv.reader(io.StringIO(to_csv(book).decode("utf-8-sig"))))[1]
    assert cells[1:6] == [*[f"'{words}"] * 4, f"'{words} | b"]
    assert from_csv(to_csv(book), "book.csv") == book


def test_phrases_stand_between_bars():
    """Several phrases are one cell; a bar inside a phrase has a backslash before it."""
    book = Codebook("book", 1, (Theme("a", "A", "", ("x", "y|z")),))
    assert to_csv(book).decode("utf-8-sig").splitlines()[1] == "a,A,,x | y\\|z,,,"


@pytest.mark.parametrize(
    "text",
    [
        "key,name,definition,parent\r\nup,Up,Above.,\r\ndown,Down,,up\r\n",
        "KEY;Name;Definition;Parent\nup;Up;Above.;\n\n;;;\ndown;Down;;up\n",
        "key\tname\tdefinition\tparent\nup\tUp\tAbove.\ndown\tDown\t\tup\n",
        '\n"name","key","description","parent"\n" Up ","up","Above.",""\nDown,down,,Up\n',  # a parent by its name
        "Code,Description,Parent\nUp,Above.,\nDown,,UP\n",  # keys are made of the names
        "key,definition,parent,\nup,Above.,,\ndown,,up,\n",  # names are made of the keys
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_csv_is_read_as_it_was_meant(text, encoding):
    """Any separator, encoding, order of columns and another tool's heads."""
    themes = (Theme("up", "Up", "Above."), Theme("down", "Down", "", parent="up"))
    assert from_csv(text.encode(encoding), "town.csv") == Codebook("town", 1, themes)


def test_names_that_give_the_same_key_are_told_apart():
    """Accents, apostrophes and other scripts make keys too."""
    names = ["Communities’ access", "Communities' access", "Café", "住房", "communities_access"]
    book = from_csv("name\n{}".format("\n".join(names)).encode(), "c.csv")
    assert book.keys == ("communities_access", "communities_access_2", "cafe", "theme", "communities_access_3")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "c.csv: no column 'key' or 'name'. Begin with a row of key, name, definition, include, exclude, examples, "
         "parent."),
        ("housing,rents\n", "c.csv: no column 'key' or 'name'. Begin with a row of key, name, definition, include, "
         "exclude, examples, parent."),
        ("key,colour\na,red\n", "c.csv, column 2: not a codebook's. Call it key, name, definition, include, exclude, "
         "examples or parent or remove it."),
        ("key,name,code\na,A,A\n", "c.csv, column 3: a second column 'name'. Keep one of them."),
        ("key,name\n", "c.csv: no themes. Give it one at least."),
        ("key,name\na,A,more\n", "c.csv, row 2: it has more cells than the first row. Put words that hold a comma in "
         "quotation marks."),
        ("key,name\na,A\n,B\n", "c.csv, row 3: no key. Give each theme a key."),
        ("name,definition\n,B\n", "c.csv, row 2: no name. Give each theme a name."),
        ("key\na\na\n", "c.csv, theme a, field key: another theme has the same. Give each theme a key of its own."),
        ("key\nA-b\n", "c.csv, theme A-b, field key: not a key. Use small letters, digits and underscores only."),
        ("key,parent\na,b\n", "c.csv, theme a, field parent: no theme has the key 'b'. Name a theme's key or "
         "remove it."),
        ("key,parent\na,b\nb,a\n", "c.csv, theme a, field parent: the parents go in a circle. Let one of them have no "
         "parent."),
        ("key\na\0\n", "c.csv: the file holds binary data, not text. Save the codebook as CSV in UTF-8."),
        ('key,name\na,"' + "x" * 200_000 + '"\n', "c.csv: not valid CSV. Open it in a spreadsheet and save it as CSV "
         "in UTF-8."),
    ],
)  # fmt: skip
def test_a_bad_file_is_a_sentence(text, sentence):
    """What is wrong is said with its place and what to do."""
    with pytest.raises(BadInput) as caught:
        from_csv(text.encode(), "c.csv")
    assert str(caught.value) == sentence


def test_two_hundred_themes():
    """A large codebook goes out and comes back."""
    book = Codebook("many", 1, tuple(Theme(f"t{number}", f"T{number}", "") for number in range(200)))
    assert from_csv(to_csv(book), "many.csv") == book
