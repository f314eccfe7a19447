"""A codebook goes out as REFI-QDA's QDC and comes back the same; another program's is taken as far as it goes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engagement.codebook import default
from engagement.errors import BadInput
from engagement.export.codebook_qdc import NAMESPACE, described, from_qdc, guid_of, to_qdc
from engagement.model import Codebook, Theme

GUID = re.compile(r"[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")  # the schema's GUIDType
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")  # its RGBType
LINES = st.lists(
    st.sampled_from(["", "a", "Include:", "exclude:", "Key: a", "- x", "  y", "\\", "\\Key: b", "<&>\"'", "é€😀"]),
    max_size=5,
)
ODD = LINES.map("\n".join).map(str.strip)
PHRASES = st.lists(ODD.filter(bool), unique=True, max_size=3).map(tuple)


@st.composite
def codebooks(draw) -> Codebook:
    """Codebooks whose children come after their parents, as nested codes do."""
    parents = draw(st.lists(st.sampled_from([None, 0, 1]), min_size=1, max_size=4))
    keys = [f"k{number}" for number in range(len(parents))]
    tree: dict[int | None, list[int]] = {}
    for number, parent in enumerate(parents):
        tree.setdefault(parent if parent is not None and parent < number else None, []).append(number)

    def below(parent: int | None) -> list[Theme]:
        return [
            theme
            for number in tree.get(parent, [])
            for theme in (
                Theme(
                    keys[number],
                    draw(st.sampled_from(["A", "b & c", '"d"', "é"])),
                    draw(ODD),
                    draw(PHRASES),
                    draw(PHRASES),
                    draw(PHRASES),
                    None if parent is None else keys[parent],
                ),
                *below(number),
            )
        ]

    return Codebook("book", 1, tuple(below(None)))


def qdc(codes: str, more: str = "", namespace: str = NAMESPACE) -> bytes:
    return f'<CodeBook xmlns="{namespace}" origin="Other 1.0"><Codes>{codes}</Codes>{more}</CodeBook>'.encode()


CODE = '<Code guid="1FF58B12-6F6F-4B0C-8BE5-BBDC91F55294" name="{}" isCodable="true">{}</Code>'.format


@given(codebooks())
def test_what_goes_out_comes_back(book):
    """Definitions, lists, keys and parents, whatever the lines of a definition look like."""
    assert from_qdc(to_qdc(book), "book.qdc").codebook == book


def test_the_default_codebook_comes_back():
    """The codebook to begin with, and nothing of it left out."""
    read = from_qdc(to_qdc(default()), "Equality engagement.qdc")
    assert (read.codebook, read.notes) == (default(), ())


def test_the_file_is_as_the_standard_has_it():
    """The namespace, the root, the required attributes in their form, a description before the codes inside."""
    book = Codebook("book", 1, (Theme("up", "Up", "Above."), Theme("down", "Down", "", parent="up")))
    root = etree.fromstring(to_qdc(book))
    tags = {name: f"{{{NAMESPACE}}}{name}" for name in ("CodeBook", "Codes", "Code", "Description")}
    assert root.tag == tags["CodeBook"]
    assert root.get("origin").startswith("engagement ")
    assert [child.tag for child in root] == [tags["Codes"]]
    (up,) = root[0]
    assert [child.tag for child in up] == [tags["Description"], tags["Code"]]
    for code, name in ((up, "Up"), (up[1], "Down")):
        assert (code.get("name"), code.get("isCodable")) == (name, "true")
        assert GUID.fullmatch(code.get("guid"))
        assert COLOUR.fullmatch(code.get("color"))


def test_a_theme_has_the_same_guid_in_every_file():
    """Another program that read the codebook before knows its codes again."""
    assert guid_of("housing") == "446B8700-1F2D-5AD1-BC84-3CF6C59AFE4F"
    assert to_qdc(default()) == to_qdc(default())


def test_a_description_can_be_read_by_a_person():
    """The definition, then each list under its heading, then the key."""
    theme = Theme("up", "Up", "Above.", ("roof", "sky\nand stars"), (), ("We looked up.",))
    assert described(theme) == (
        "Above.\n\nInclude:\n- roof\n- sky\n  and stars\n\nExamples:\n- We looked up.\n\nKey: up"
    )


# from other programs


@pytest.mark.parametrize(
    ("codes", "themes"),
    [
        (CODE("Bus stops", ""), [Theme("bus_stops", "Bus stops", "")]),
        (CODE("A", "<Description>Words\r\nof  two lines.</Description>"), [Theme("a", "A", "Words\nof  two lines.")]),
        ('<Code name=" A "/>', [Theme("a", "A", "")]),  # nothing but a name
        ('<Code name="A" guid="{x}" color="red" isCodable="maybe" other="1"><Other/></Code>', [Theme("a", "A", "")]),
        (
            CODE("A", CODE("B", CODE("C", "")) + CODE("B", "")),
            [
                Theme("a", "A", ""),
                Theme("b", "B", "", parent="a"),
                Theme("c", "C", "", parent="b"),
                Theme("b_2", "B", "", parent="a"),
            ],
        ),
        (
            CODE("A", "<Description>Is.\nINCLUDE:\n- x\n\n- y\nand more\nKey: Not One</Description>"),
            [Theme("a", "A", "Is.\nand more\nKey: Not One", ("x", "y"))],
        ),
        # a code that was copied there, with its description: the first keeps the key, also from a name
        (
            CODE("Zoo", "")
            + CODE("A", "<Description>Key: zoo</Description>")
            + CODE("B", "<Description>Key: zoo</Description>"),
            [Theme("zoo_2", "Zoo", ""), Theme("zoo", "A", ""), Theme("b", "B", "")],
        ),
    ],
)
@pytest.mark.parametrize("namespace", [NAMESPACE, "urn:QDA-XML:codebook:0:4", ""])
def test_other_programs_files_are_read(codes, themes, namespace):
    """Missing identifiers, nesting, other namespaces and lists in a description."""
    assert from_qdc(qdc(codes, namespace=namespace), "town.qdc").codebook == Codebook("town", 1, tuple(themes))


def test_a_code_that_went_out_from_here_keeps_its_key():
    """Another program may change name and description: the identifier tells which theme it is, in any writing."""
    codes = (
        f'<Code guid="{{{guid_of("safe_spaces").lower()}}}" name="Rooms"/><Code guid="{guid_of("other")}" name="X"/>'
    )
    assert from_qdc(qdc(codes), "c.qdc", known=["safe_spaces", "access"]).codebook.keys == ("safe_spaces", "x")


def test_what_has_no_place_here_is_listed():
    """Sets with members are named, and codes that could not be coded."""
    sets = (
        '<Sets><Set name="Group 1" guid="a"><MemberCode guid="b"/><MemberCode guid="c"/></Set><Set name="None"/></Sets>'
    )
    codes = '<Code name="Folder" isCodable="false"><Code name="A" isCodable="true"/></Code>'
    assert from_qdc(qdc(codes, sets), "c.qdc").notes == (
        'The set "Group 1" of 2 codes was left out: themes here know no sets.',
        '"Folder" only held other codes; here it is a theme that can be coded.',
    )


AGAIN = "Export the codebook as REFI-QDA (.qdc) again"
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><CodeBook><Codes><Code name="&b;"/></Codes></CodeBook>'
FETCH = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><CodeBook><Code name="A">&a;</Code></CodeBook>'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", f"c.qdc: not valid XML. {AGAIN}."),
        (b"PK\x03\x04", f"c.qdc: not valid XML. {AGAIN}."),
        (b"<CodeBook>", f"c.qdc: not valid XML. {AGAIN}."),
        (BOMB, f"c.qdc: it defines XML entities, which no codebook needs. {AGAIN}."),
        (FETCH, f"c.qdc: it defines XML entities, which no codebook needs. {AGAIN}."),
        (b"<html/>", f"c.qdc: not a REFI-QDA codebook. {AGAIN}."),
        (qdc(""), f"c.qdc: no codes. {AGAIN}."),
        (
            qdc('<Code name="A"/><Code name=" "/>'),
            "c.qdc, code number 2: it has no name. Name it in the program that it came from.",
        ),
        (qdc('<Code name="A">' * 300 + "</Code>" * 300), f"c.qdc: not valid XML. {AGAIN}."),
    ],
)
def test_a_bad_file_is_a_sentence(data, sentence):
    """Damaged, hostile or other files are told in a sentence; nothing is fetched or expanded."""
    with pytest.raises(BadInput) as caught:
        from_qdc(data, "c.qdc")
    assert str(caught.value) == sentence


def test_two_hundred_themes_and_a_deep_tree():
    """A large codebook and one nested a hundred deep go out and come back; what XML can't hold is left out."""
    many = Codebook("many", 1, tuple(Theme(f"t{number}", f"T{number}", "") for number in range(200)))
    assert from_qdc(to_qdc(many), "many.qdc").codebook == many
    deep = tuple(Theme(f"t{number}", "T", "", parent=f"t{number - 1}" if number else None) for number in range(100))
    assert from_qdc(to_qdc(Codebook("deep", 1, deep)), "deep.qdc").codebook.themes == deep
    control = Codebook("c", 1, (Theme("a", "A\x07", "b\x00c\ud800"),))
    assert from_qdc(to_qdc(control), "c.qdc").codebook.themes == (Theme("a", "A", "bc"),)
