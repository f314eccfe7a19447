"""A Word file is read whole: what stands beside its body too, each with where it was. Everybody here is invented."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from collections.abc import Mapping

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from engagement.model import Kind, Role
from engagement.readers import docx
from engagement.readers.docx_package import locked
from engagement.readers.reading import CannotRead, Reading

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
BOX = (
    "<w:r><mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
    "<mc:Choice Requires='wps'><wps:txbx xmlns:wps='urn:wps'><w:txbxContent>{0}</w:txbxContent></wps:txbx></mc:Choice>"
    "<mc:Fallback><w:pict><w:txbxContent>{0}</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
SEPARATOR = "<w:{0} w:type='separator' w:id='-1'><w:p><w:r><w:t>line</w:t></w:r></w:p></w:{0}>"


def run(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


def para(*runs: str) -> str:
    return "<w:p>" + "".join(one if one.startswith("<") else run(one) for one in runs) + "</w:p>"


def mark(kind: str, number: int) -> str:
    return f"<w:r><w:{kind}Reference w:id='{number}'/></w:r>"


def note(kind: str, number: int, *paragraphs: str) -> str:
    return f"<w:{kind} w:id='{number}'>{''.join(paragraphs)}</w:{kind}>"


def field(code: str, result: str) -> str:
    char = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>".format
    return f"{char('begin')}<w:r><w:instrText>{code}</w:instrText></w:r>{char('separate')}{result}{char('end')}"


def edited(data: bytes, members: Mapping[str, bytes | None]) -> bytes:
    """The zip with these members put in, or taken out where None."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [name for name in old.namelist() if name not in members]:
            new.writestr(name, old.read(name))
        for name, content in members.items():
            if content is not None:
                new.writestr(name, content)
    return held.getvalue()


def member(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def word_file(
    *body: str, author: str = "", company: str = "", manager: str = "", last: str = "", **parts: str
) -> bytes:
    """A Word file of these paragraphs (XML), with parts such as footnotes, comments, header1 and footer1 (XML)."""
    document = Document()
    document.core_properties.author, document.core_properties.last_modified_by = author, last
    for place, one in enumerate(body):
        document.element.body.insert(place, parse_xml(re.sub(r"^<w:\w+", rf"\g<0> {nsdecls('w')}", one)))
    saved = io.BytesIO()
    document.save(saved)
    data = saved.getvalue()
    relations, types, members = "", "", {}
    for name, content in parts.items():
        kind = name.rstrip("0123456789")
        root = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
        members[f"word/{name}.xml"] = f"<w:{root} {W}>{content}</w:{root}>".encode()
        relations += f'<Relationship Id="rP{name}" Type="{RELATION}{kind}" Target="{name}.xml"/>'
        types += (
            f'<Override PartName="/word/{name}.xml" ContentType='
            f'"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
        )
    for name, end, more in (
        ("word/_rels/document.xml.rels", "</Relationships>", relations),
        ("[Content_Types].xml", "</Types>", types),
        ("docProps/app.xml", "</Properties>", f"<Manager>{manager}</Manager>"),
    ):
        members[name] = member(data, name).replace(end.encode(), f"{more}{end}".encode())
    members["docProps/app.xml"] = re.sub(
        rb"<Company>.*</Company>|<Company/>", b"", members["docProps/app.xml"]
    ).replace(b"</Properties>", f"<Company>{company}</Company></Properties>".encode())
    return edited(data, members)


def beside(reading: Reading) -> list[tuple[str, str]]:
    """The turns that are nobody's, after those of the body."""
    return [
        (turn.location, turn.words) for turn in reading.turns if not turn.location.startswith(("paragraph", "table"))
    ]


def rich() -> bytes:
    return word_file(
        para("Joan: Why is that?"),
        para("Amina: Rents are up.", mark("footnote", 7), BOX.format(para("Mill Lane rose most."))),
        para("And the damp.", mark("footnote", 3), mark("comment", 1)),
        para(BOX.format(para("By the door.") + para("No entry."))),
        para("Joan: Go on.", mark("endnote", 2)),
        f"<w:tbl><w:tr><w:tc>{para('Amina: Every year.', mark('comment', 0))}</w:tc></w:tr></w:tbl>",
        para("Joan: Thank you. ", run("She cried.", "<w:vanish/>")),
        footnotes=SEPARATOR.format("footnote")
        + note("footnote", 3, para("Seen by the officer."))
        + note("footnote", 7, para("By a tenth."), para("Since May.")),
        endnotes=note("endnote", 2, para("Asked twice.")),
        comments="<w:comment w:id='0' w:author='Olu Ade'>" + para("Check this.") + "</w:comment>"
        "<w:comment w:id='1' w:author='Pat Grey'>" + para("Which flat?") + "</w:comment>",
        header1=para("Amina: held at Mill Hall", BOX.format(para("Draft."))),
        header2=para("Amina: held at Mill Hall"),
        footer1=para("Page 2 of 3"),
        footer2=para("Kept until 2030"),
        author="Ruth Cohen",
        last="Cole, Dee",
        manager="Microsoft Office User",
        company="Aldermouth Borough Council",
    )


@pytest.fixture(scope="module")
def reading() -> Reading:
    return docx.read(rich())


def test_every_part_is_read_once_with_where_it_was(reading: Reading) -> None:
    """Notes are numbered as on the page; a page number is no words; a header that comes twice is read once."""
    assert beside(reading) == [
        ("text box 1 (paragraph 2)", "Mill Lane rose most."),
        ("text box 2 (after paragraph 3)", "By the door.\nNo entry."),
        ("text box 3 (header 1)", "Draft."),
        ("footnote 1", "By a tenth.\nSince May."),
        ("footnote 2", "Seen by the officer."),
        ("endnote 1", "Asked twice."),
        ("header 1", "Amina: held at Mill Hall"),
        ("footer 2", "Kept until 2030"),
        ("comment 1 (paragraph 3)", "Which flat?"),
        ("comment 2 (table 1 row 1)", "Check this."),
        ("hidden text 1 (paragraph 5)", "She cried."),
    ]
    assert reading.notes == ()


def test_every_part_of_a_word_file_is_in_one_place() -> None:
    """Each has a word of its own: it is a turn's, a person's, a question's, or its part is counted."""
    head = "<w:pPr><w:pStyle w:val='{}'/></w:pPr>".format
    whole = word_file(
        f"<w:p>{head('Title')}{run('Zqaa')}</w:p>",
        para("Venue: Zqab"),
        para("Facilitator: Joan Zqac"),
        f"<w:p>{head('Heading1')}{run('Zqad')}</w:p>",
        f"<w:p>{head('Heading1')}{run('Zqae')}</w:p>",
        para("Joan: Hello Zqaf.", mark("footnote", 3), mark("comment", 1), BOX.format(para("Zqag."))),
        para("P1: Yes Zqah.", mark("endnote", 2), run("Zqai.", "<w:vanish/>")),
        f"<w:tbl><w:tr><w:tc>{para('P2: Zqaj')}</w:tc></w:tr></w:tbl>",
        footnotes=note("footnote", 3, para("Zqak.")),
        endnotes=note("endnote", 2, para("Zqal.")),
        comments="<w:comment w:id='1' w:author='Pat Zqam'>" + para("Zqan?") + "</w:comment>",
        header1=para("Zqao"), header2=para("Zqao"), footer1=para("Page 2"), footer2=para("Zqap"),
        author="Ruth Zqaq", last="Dee Zqar", manager="Olu Zqas", company="Zqat Council",
    )  # fmt: skip
    core = member(whole, "docProps/core.xml")
    titled = re.sub(rb"<dc:title>.*?</dc:title>|<dc:title/>", b"<dc:title>Zqau</dc:title>", core)
    assert titled != core
    reading = docx.read(edited(whole, {"docProps/core.xml": titled.replace(b"generated by python-docx", b"")}))
    people = [word for one in reading.people for word in (*one.names, *(w for _, w in one.identifiers))]
    kept = "\n".join([*(turn.words for turn in reading.turns), *reading.questions, *people])
    assert dict(reading.counts.aside) == {
        "title": 1, "title block": 1, "heading": 1, "document property": 1, "page number": 1,
        "header or footer that repeats": 1,
    }  # fmt: skip
    marks = {f"Zqa{letter}" for letter in "abcdefghijklmnopqrstu"}
    assert {one for one in marks if one not in kept} == {"Zqaa", "Zqab", "Zqad", "Zqau"}


def test_what_stands_beside_the_body_is_no_speakers_and_comes_after_the_bodys_turns(reading: Reading) -> None:
    body = [turn for turn in reading.turns if turn.person is not None]
    assert [(turn.location, reading.people[turn.person or 0].names[0], turn.words) for turn in body] == [
        ("paragraph 1", "Joan", "Why is that?"),
        ("paragraph 2", "Amina", "Rents are up.\nAnd the damp."),
        ("paragraph 4", "Joan", "Go on."),
        ("table 1 row 1", "Amina", "Every year."),
        ("paragraph 5", "Joan", "Thank you."),
    ]
    rest = reading.turns[len(body) :]
    assert {(turn.kind, turn.person, turn.question) for turn in rest} == {(Kind.PROSE, None, None)}
    assert reading.counts.turns == len(reading.turns) == 16


def test_authors_are_known_and_never_counted(reading: Reading) -> None:
    """An author's name is learnt in both its orders; a company is an identifier, so that its words stay words."""
    assert [(person.names, person.identifiers) for person in reading.people if person.role is Role.NOBODY] == [
        (("Ruth Cohen",), ()),
        (("Dee Cole", "Cole, Dee"), ()),
        (("Olu Ade",), ()),
        (("Pat Grey",), ()),
        ((), (("ORGANISATION", "Aldermouth Borough Council"),)),
    ]
    assert [person.names for person in reading.people if person.role is not Role.NOBODY] == [("Joan",), ("Amina",)]


@pytest.mark.parametrize(
    ("author", "names", "identifiers"),
    [
        ("Ruth Cohen", ("Ruth Cohen",), ()),
        ("ruth cohen", ("ruth cohen",), ()),
        ("Ruth Cohen (Housing)", ("Ruth Cohen",), ()),
        ("rcohen", (), (("PERSON", "rcohen"),)),
        ("ruth@example.org", (), (("EMAIL", "ruth@example.org"),)),
        ("Amina Khan", (), (("PERSON", "Amina Khan"),)),  # perhaps the speaker, perhaps not
    ],
)
def test_an_authors_name_is_known_as_it_is_written(author: str, names: tuple[str, ...], identifiers: object) -> None:
    (person,) = docx.read(word_file(para("Amina: Yes."), para("Amina: No."), author=author)).people[1:]
    assert (person.names, person.identifiers, person.role) == (names, identifiers, Role.NOBODY)


@pytest.mark.parametrize("author", ["", "python-docx", "Author", "Windows User", "Amina Begum", "A"])
def test_a_program_or_a_speaker_is_no_further_person(author: str) -> None:
    read = docx.read(word_file(para("Amina Begum: Yes."), para("Amina Begum: No."), author=author))
    assert [(person.names, person.role) for person in read.people] == [(("Amina Begum",), Role.PARTICIPANT)]


def test_a_letters_author_stays_its_author() -> None:
    lines = ("Dear all,", "The grants are hard to get.", "Kind regards,", "Olu Ade")
    data = word_file(*(para(line) for line in lines), author="Olu Ade", footer1=para("Registered in Aldermouth"))
    read = docx.read(data)
    assert [(person.names, person.role) for person in read.people] == [(("Olu Ade",), Role.PARTICIPANT)]
    assert (read.turns[-1].location, read.turns[-1].person) == ("footer 1", None)


def test_tracked_changes_are_read_as_they_would_be_accepted() -> None:
    """Insertions and moved text stand once, deletions are counted, and who made them is known."""
    data = word_file(
        para(
            "Rents ",
            "<w:ins w:author='Olu Ade'>" + run("really ") + "</w:ins>",
            "<w:del w:author='Pat Grey'><w:r><w:delText>never </w:delText></w:r></w:del>",
            "<w:moveFrom w:author='Pat Grey'>" + run("in May ") + "</w:moveFrom>",
            "rose ",
            "<w:moveTo w:author='Pat Grey'>" + run("in May") + "</w:moveTo>",
        ),
        para("Twice.", "<w:del w:author='Pat Grey'><w:r><w:delText>Once.</w:delText></w:r></w:del>"),
    )
    read = docx.read(data)
    assert [turn.words for turn in read.turns] == ["Rents really rose in May", "Twice."]
    assert read.notes == ("2 tracked deletions were left out.",)
    assert [person.names for person in read.people] == [("Olu Ade",), ("Pat Grey",)]


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        (("On ", field("DATE", run("1 May")), " we met."), "On 1 May we met."),
        (("See ", field("IF " + field("REF a", run("inner")), run("outer")), "."), "See outer."),
        (("See ", field("IF", field("REF a", run("inner"))), "."), "See inner."),
        (("Left ", "<w:r><w:fldChar w:fldCharType='begin'/></w:r>", "open."), "Left open."),
        (("At ", "<w:fldSimple w:instr='PAGE'>" + run("last") + "</w:fldSimple>", "."), "At last."),
    ],
)
def test_a_fields_code_is_no_words_and_its_result_is(runs: tuple[str, ...], words: str) -> None:
    assert [turn.words for turn in docx.read(word_file(para(*runs))).turns] == [words]


@pytest.mark.parametrize(
    ("properties", "hidden"),
    [
        ("<w:vanish/>", True), ("<w:vanish w:val='1'/>", True), ("<w:vanish w:val='0'/>", False),
        ("<w:webHidden/>", False), ("<w:rStyle w:val='Veil'/>", True), ("<w:rStyle w:val='Son'/>", True),
        ("<w:rStyle w:val='Veil'/><w:vanish w:val='false'/>", False), ("<w:rStyle w:val='Loop'/>", False),
    ],
)  # fmt: skip
def test_hidden_text_is_told_by_run_and_style(properties: str, hidden: bool) -> None:
    data = word_file(para("Seen. ", run("Unseen.", properties)))
    styles = (
        "<w:style w:type='character' w:styleId='Veil'><w:rPr><w:vanish/></w:rPr></w:style>"
        "<w:style w:type='character' w:styleId='Son'><w:basedOn w:val='Veil'/></w:style>"
        "<w:style w:type='character' w:styleId='Loop'><w:basedOn w:val='Loop'/></w:style></w:styles>"
    )
    more = member(data, "word/styles.xml").replace(b"</w:styles>", styles.encode())
    read = docx.read(edited(data, {"word/styles.xml": more}))
    told = [("paragraph 1", "Seen."), ("hidden text 1 (paragraph 1)", "Unseen.")]
    assert [(turn.location, turn.words) for turn in read.turns] == (
        told if hidden else [("paragraph 1", "Seen. Unseen.")]
    )


def test_a_box_in_a_cell_is_not_the_cells_words_and_an_emoji_is_read_once() -> None:
    cell = para("We need homes.", BOX.format(para("Boxed.")))
    emoji = (
        "<w:r><mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><mc:Choice "
        "Requires='w16se'><x xmlns='urn:x'/></mc:Choice><mc:Fallback><w:t>😊</w:t></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    data = word_file(f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>", para("Good ", emoji))
    assert [(turn.location, turn.words) for turn in docx.read(data).turns] == [
        ("table 1 row 1", "We need homes."),
        ("paragraph 1", "Good 😊"),
        ("text box 1 (table 1 row 1)", "Boxed."),
    ]


def test_comments_and_headers_as_python_docx_writes_them_are_read() -> None:
    document = Document()
    paragraph = document.add_paragraph("Said in the hall.")
    document.add_comment(paragraph.runs, text="Which hall?", author="Olu Ade", initials="OA")
    document.sections[0].header.paragraphs[0].text = "Our Aldermouth"
    document.sections[0].footer.add_table(1, 1, 100).cell(0, 0).text = "Draft"
    saved = io.BytesIO()
    document.save(saved)
    read = docx.read(saved.getvalue())
    assert [(turn.location, turn.words) for turn in read.turns] == [
        ("paragraph 1", "Said in the hall."),
        ("header 1", "Our Aldermouth"),
        ("footer 1", "Draft"),
        ("comment 1 (paragraph 1)", "Which hall?"),
    ]
    assert [(person.names, person.role) for person in read.people] == [(("Olu Ade",), Role.NOBODY)]


def test_a_leaflet_of_boxes_alone_is_read_and_keeps_whom_it_lists() -> None:
    read = docx.read(word_file(para("Attendees: Amina Begum"), para(BOX.format(para("Come and say.")))))
    assert beside(read) == [("text box 1 (after paragraph 1)", "Come and say.")]
    assert [person.names for person in read.people] == [("Amina Begum",)]
    assert beside(docx.read(word_file(para(BOX.format(para("Come.")))))) == [("text box 1 (start)", "Come.")]


def test_what_no_mark_refers_to_is_read_and_what_the_file_lacks_is_noted() -> None:
    data = word_file(
        para("Damp.", mark("footnote", 5), mark("endnote", 1)),
        footnotes=note("footnote", 9, para("Left over.")),
        comments="<w:comment w:id='4'>" + para("Loose.") + "</w:comment>",
    )
    read = docx.read(data)
    assert beside(read) == [("footnote 2", "Left over."), ("comment 1", "Loose.")]
    assert read.notes == (
        "footnote 1 was not read: the file doesn't hold it.",
        "every endnote was not read: its part of the file is damaged.",
    )


DTD = b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b "bbbbbbbbbb">]>'
ENTITY = DTD + f"<w:hdr {W}><w:p><w:r><w:t>&a;&b;</w:t></w:r></w:p></w:hdr>".encode()


DAMAGED = "its part of the file is damaged"
ENTITIES = "its part of the file defines XML entities, which no Word file needs"


@pytest.mark.parametrize(
    ("name", "content", "lost", "called", "why"),
    [
        ("word/footnotes.xml", b"<w:footnotes", "footnote", "every footnote", DAMAGED),
        ("word/comments.xml", b"", "comment", "every comment", DAMAGED),
        ("word/endnotes.xml", None, "endnote", "every endnote", DAMAGED),
        ("word/footer2.xml", b"\0\1", "footer", "footer 2", DAMAGED),
        ("word/styles.xml", b"<a>", "", "the list of styles", DAMAGED),
        ("docProps/core.xml", b"<a>", "", "a part of the document's properties", DAMAGED),
        ("word/header1.xml", ENTITY, "header", "header 1", ENTITIES),
    ],
)
def test_a_part_that_cannot_be_read_costs_that_part_alone(
    reading: Reading, name: str, content: bytes | None, lost: str, called: str, why: str
) -> None:
    read = docx.read(edited(rich(), {name: content}))
    kept = {words for location, words in beside(reading) if not (lost and lost in location)}
    assert read.notes == (f"{called} was not read: {why}.",)
    assert kept <= {words for _, words in beside(read)}
    assert read.turns[:5] == reading.turns[:5]


@pytest.mark.parametrize("name", ["_rels/.rels", "word/_rels/document.xml.rels"])
def test_parts_are_found_by_their_usual_names_where_the_index_is_damaged(reading: Reading, name: str) -> None:
    assert docx.read(edited(rich(), {name: b"<"})) == reading


def test_strict_open_xml_reads_the_same(reading: Reading) -> None:
    usual, strict = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/"
    names = [name for name in zipfile.ZipFile(io.BytesIO(rich())).namelist() if name.startswith("word/")]
    changed = {name: member(rich(), name).replace(usual, strict + b"wordprocessingml/main") for name in names}
    assert changed["word/document.xml"] != member(rich(), "word/document.xml")
    assert docx.read(edited(rich(), changed)) == reading


def test_a_hidden_paragraph_leaves_the_turn_around_it_whole() -> None:
    data = word_file(para("Amina: Damp."), para(run("Unseen.", "<w:vanish/>")), para("And cold."), para("Amina: Yes."))
    assert [(turn.location, turn.words) for turn in docx.read(data).turns] == [
        ("paragraph 1", "Damp.\nAnd cold."),
        ("paragraph 4", "Yes."),
        ("hidden text 1 (paragraph 2)", "Unseen."),
    ]


def test_pictures_charts_and_embedded_files_are_noted_wherever_they_stand() -> None:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/"
    picture = f"<w:r><pic:pic xmlns:pic='{drawing}picture'/></w:r>"
    chart = f"<w:r><c:chart xmlns:c='{drawing}chart'/></w:r>"
    read = docx.read(word_file(para("Damp.", picture, chart), "<w:altChunk/>", header1=para("Hall", picture)))
    assert read.notes == (
        "2 pictures were not read: put the words into the page.",
        "1 chart or diagram was not read: put the words into the page.",
        "1 embedded file was not read: put the words into the page.",
    )


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"<w:document", f"the document's main text can't be read: {DAMAGED}"),
        (None, f"the document's main text can't be read: {DAMAGED}"),
        (
            DTD + f"<w:document {W}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>".encode(),
            f"the document's main text can't be read: {ENTITIES}",
        ),
        (b"<a/>", "the document has no main text"),
    ],
)  # fmt: skip
def test_a_main_part_that_cannot_be_read_costs_the_file(content: bytes | None, found: str) -> None:
    with pytest.raises(CannotRead) as refusal:
        docx.read(edited(rich(), {"word/document.xml": content}))
    assert refusal.value.found == found


def test_entities_that_multiply_end_at_once() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = (
        f'<!DOCTYPE w [<!ENTITY l0 "ha">{laughs}]><w:hdr {W} w:x="&l11;"><w:p><w:r><w:t>&l11;</w:t></w:r></w:p></w:hdr>'
    )
    started = time.monotonic()
    read = docx.read(edited(rich(), {"word/header1.xml": bomb.encode()}))
    assert len(read.notes) == 1
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("start", "stream", "found"),
    [
        ("d0cf11e0", "EncryptedPackage", "the file is locked with a password"),
        ("d0cf11e0", "WordDocument", "an old Word file (.doc) can't be read"),
        ("d0cf11e0", "Workbook", None),
        ("504b0304", "EncryptedPackage", None),
    ],
)
def test_a_locked_and_an_old_word_file_are_told_apart(start: str, stream: str, found: str | None) -> None:
    assert locked(bytes.fromhex(start) + bytes(600) + stream.encode("utf-16-le") + bytes(100)) == found
    assert locked(bytes.fromhex(start) + bytes(600) + stream.encode() + bytes(100)) is None


def test_any_damage_inside_a_rich_file_is_a_sentence_and_never_a_crash() -> None:
    whole = rich()
    names = [name for name in zipfile.ZipFile(io.BytesIO(whole)).namelist() if name.endswith((".xml", ".rels"))]
    small = [name for name in names if not name.startswith(("word/styles", "word/theme"))]
    chance, refused = random.Random(3), 0
    for turn in range(80):
        name = ("word/document.xml", chance.choice(small))[turn % 2]
        bad = bytearray(member(whole, name))
        for _ in range(chance.randint(1, 6)):
            bad[chance.randrange(len(bad))] = chance.choice(b"0129<>/&\"' awxyz\0\xff")
        started = time.monotonic()
        try:
            assert docx.read(edited(whole, {name: bytes(bad)})).turns
        except CannotRead:
            refused += 1
        assert time.monotonic() - started < 5
    assert 0 < refused < 80
