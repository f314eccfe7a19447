"""The readers of odt, rtf, html, md and srt give what docx, txt and vtt give. Everybody here is invented."""

from __future__ import annotations

import contextlib
import io
import random
import re
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import odfdo
import pytest

from engagement.anonymise import restore
from engagement.export.document import write_document
from engagement.ingest import READERS, read_file
from engagement.model import (
    FileCounts,
    Kind,
    Participant,
    RawDocument,
    Role,
    SafeDocument,
    SafeText,
    SafeTurn,
    Unreadable,
    digest_of,
)
from engagement.readers import html, md, odt, rtf, srt, vtt
from engagement.readers.reading import CannotRead, Reading

AGAIN = "Open it in the program that it came from and save it again."
EMPTY = "the file is empty. Put the words in, or take the file away."


def odt_of(*, damage: Callable[[str, bytes], bytes] = lambda _, part: part) -> bytes:
    """An odt by odfdo, each part of which `damage` may change."""
    document = odfdo.Document("text")
    body = document.body
    body.clear()
    document.insert_style(odfdo.Style("text", name="Loud", bold=True), automatic=True)
    for line in ("Facilitator: Joan Okafor", "Group: Women of faith"):
        body.append(odfdo.Paragraph(line))
    roster = odfdo.Table("Roster")
    roster.set_values([["Name", "Role"], ["Amina Begum", "Participant"], ["Sam Lee", "Note taker"]])
    body.append(roster)
    body.append(odfdo.Header(1, "What about housing?"))
    first = odfdo.Paragraph("Amina We need homes.")
    first.set_span("Loud", regex="Amina")
    first.insert_note(after="homes", note_class="footnote", note_id="n1", citation="1", body="See the plan.")
    body.append(first)
    second = odfdo.Paragraph("Joan: Why is that?")
    second.insert_annotation(after="that", body="Ask the warden.", creator="Zed Young")
    body.append(second)
    talk = odfdo.Table("Talk")
    talk.set_values([["Speaker", "What was said"], ["Amina", "Rents rose."]])
    body.append(talk)
    held, made = io.BytesIO(), io.BytesIO()
    document.save(held)
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, damage(name, old.read(name)))
    return made.getvalue()


def with_content(change: Callable[[bytes], bytes], part: str = "content.xml") -> bytes:
    return odt_of(damage=lambda name, held: change(held) if name == part else held)


RTF = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss\fcharset0 Arial;}}
{\stylesheet{\ql Normal;}{\s1\b heading 1;}}{\info{\author Zed Young}}
\pard Facilitator: Joan Okafor\par
Group: Women of faith\par
\trowd\cellx100\cellx200\pard\intbl Name\cell Role\cell\row
\trowd\cellx100\cellx200\pard\intbl Amina Begum\cell Participant\cell\row
\trowd\cellx100\cellx200\pard\intbl Sam Lee\cell Note taker\cell\row
\pard\plain\s1\b What about housing?\par
\pard\plain{\b Amina} We need homes{\footnote \pard See the plan.}.\par
Joan: Why is that?{\*\annotation Ask the warden.}\par
\trowd\cellx100\cellx200\pard\intbl Speaker\cell What was said\cell\row
\trowd\cellx100\cellx200\pard\intbl Amina\cell Rents rose.\cell\row
}"""

HTML = b"""<!DOCTYPE html><html><head><title>Unsaid</title><style>p {color: red}</style></head><body>
<p>Facilitator: Joan Okafor<br>Group: Women of faith</p>
<table><tr><th>Name<th>Role</tr><tr><td>Amina Begum<td>Participant<tr><td>Sam Lee<td>Note taker</table>
<h2>What about <i>housing</i>?</h2>
<p><b>Amina:</b> We   need
homes.</p><script>unsaid()</script><p hidden>Unsaid.</p><div style="display: none">Unsaid.</div><!-- Unsaid. -->
<ul><li>Joan: Why is that?</ul>
<table><tr><td>Speaker<td>What was said<tr><td>Amina<td>Rents rose.</table></body></html>"""

MD = b"""Facilitator: Joan Okafor
Group: Women of faith

| Name | Role |
|------|:----:|
| Amina Begum | Participant |
| Sam Lee | Note taker |

## What about *housing*?

- **Amina:** We need
  [homes](https://example.org/unsaid)[^1].
- **Joan** Why is that?

Speaker | What was said
--- | ---
Amina | Rents rose.

[^1]: See the plan.
<!-- Unsaid. -->
"""

SRT = b"""1
00:00:01,000 --> 00:00:02,500
{\\an8}<i>Speaker 1:</i> We need

2
00:00:02,600 --> 00:00:04,000
homes &amp; buses.
Speaker 2: Why is that?

3
00:00:05,000 --> 00:00:06,000
Speaker 1: Rents rose.
"""

GOOD: dict[str, Callable[[], bytes]] = {
    "odt": cache(odt_of), "rtf": lambda: RTF, "html": lambda: HTML, "md": lambda: MD, "srt": lambda: SRT
}  # fmt: skip


def said(reading: Reading) -> list[tuple[str, str, str]]:
    names = [(*person.names, person.code)[0] for person in reading.people]
    return [
        (turn.location, names[turn.person] if turn.person is not None else "-", turn.words) for turn in reading.turns
    ]


def words(reading: Reading) -> list[str]:
    return [turn.words for turn in reading.turns]


# -------------------------------------------------------------- what is recovered


@pytest.mark.parametrize(
    ("form", "homes", "why", "asides"),
    [
        ("odt", "paragraph 4", "paragraph 5", [("paragraph 4 note", "See the plan."),
                                               ("paragraph 5 comment", "Ask the warden.")]),
        ("rtf", "paragraph 4", "paragraph 5", [("paragraph 4 note", "See the plan."),
                                               ("paragraph 5 comment", "Ask the warden.")]),
        ("html", "paragraph 4", "paragraph 5", []),
        ("md", "line 11", "line 13", [("line 19 note", "See the plan.")]),
    ],
)  # fmt: skip
def test_speakers_questions_tables_and_the_roster_are_recovered(
    form: str, homes: str, why: str, asides: list[tuple[str, str]]
) -> None:
    """Notes and comments follow as nobody's prose with their place; what is hidden is not read."""
    reading = READERS[form](GOOD[form](), frozenset())
    assert said(reading) == [
        (homes, "Amina Begum", "We need homes."),
        (why, "Joan Okafor", "Why is that?"),
        ("table 2 row 2", "Amina Begum", "Rents rose."),
        *((place, "-", text) for place, text in asides),
    ]
    assert reading.questions == ("What about housing?",)
    assert [turn.question for turn in reading.turns] == [0, 0, 0] + [None] * len(asides)
    assert [(person.names[0], person.role, person.group) for person in reading.people] == [
        ("Joan Okafor", Role.FACILITATOR, "Women of faith"),
        ("Amina Begum", Role.PARTICIPANT, "Women of faith"),
        ("Sam Lee", Role.NOTE_TAKER, "Women of faith"),
        *([("Zed Young", Role.NOBODY, "")] if form in {"odt", "rtf"} else []),  # the author of the file, or of a remark
    ]
    assert reading.counts.turns == len(reading.turns)


def test_sentences_that_break_across_cues_are_mended_and_numbered_speakers_stay_codes() -> None:
    reading = srt.read(SRT)
    assert said(reading) == [
        ("00:00:01", "Speaker 1", "We need homes & buses."),
        ("00:00:02", "Speaker 2", "Why is that?"),
        ("00:00:05", "Speaker 1", "Rents rose."),
    ]
    assert [(person.names, person.code) for person in reading.people] == [((), "Speaker 1"), ((), "Speaker 2")]


@pytest.mark.parametrize(
    ("start", "paragraphs"), [("00:00:05", 1), ("00:00:06", 2)]
)  # the sentence before ends at 00:00:04
def test_a_pause_after_a_whole_sentence_parts_prose_that_nobody_is_named_for(start: str, paragraphs: int) -> None:
    cues = ("00:00:01", "00:00:04", "The stairs are dark."), (start, "00:00:09", "We need a great many more lights.")
    text = "\n".join(f"{at}\n{a},000 --> {b},000\n{line}\n" for at, (a, b, line) in enumerate(cues, start=1))
    assert len(srt.read(text.encode()).turns) == paragraphs
    assert len(vtt.read(f"WEBVTT\n\n{text}".replace(",", ".").encode()).turns) == paragraphs


def test_cues_whose_times_are_malformed_are_noted() -> None:
    reading = srt.read(SRT + b"\n4\n00:00:09 --> 00:00:10\nLost.\n")
    assert reading.notes == ("1 cue was not read: the times are malformed.",)


def test_tracked_deletions_of_an_odt_are_not_read_and_insertions_are() -> None:
    tracked = (
        b'<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>Unsaid.</text:p>'
        b"</text:deletion></text:changed-region></text:tracked-changes>"
        b'<text:p>P1: Rents <text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>really'
        b'<text:change-end text:change-id="c2"/><text:s text:c="2"/>rose.<text:line-break/>Twice.</text:p>'
    )
    data = with_content(lambda part: part.replace(b"<office:text>", b"<office:text>" + tracked))
    assert words(odt.read(data))[0] == "Rents really rose.\nTwice."
    assert not any("Unsaid" in each for each in words(odt.read(data)))


def test_lists_and_text_boxes_of_an_odt_are_read() -> None:
    listed = (
        b"<text:list><text:list-item><text:p>P1: Damp.</text:p></text:list-item></text:list>"
        b"<text:p>P2: Mould.<draw:frame><draw:text-box><text:p>Boxed.</text:p></draw:text-box></draw:frame></text:p>"
    )
    data = with_content(lambda part: part.replace(b"<office:text>", b"<office:text>" + listed))
    assert words(odt.read(data))[:2] == ["Damp.", "Mould."]
    assert said(odt.read(data))[-3:] == [
        ("paragraph 2 text box", "-", "Boxed."),
        ("paragraph 6 note", "-", "See the plan."),
        ("paragraph 7 comment", "-", "Ask the warden."),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (rb"caf\'e9 \emdash  \u8217?s", "café — ’s"),
        (rb"\u-10179?\u-8704? up", "\U0001f600 up"),
        (rb"{\field{\*\fldinst{HYPERLINK \"https://example.org\"}}{\fldrslt the site}} here", "the site here"),
        (rb"{\pict\wmetafile8\bin4 }}}}} seen", "seen"),
        (rb"{\v0 a}{\*\unknown b}c", "ac"),
        (rb"\{braces\} and \\", "{braces} and \\"),
    ],
)
def test_the_characters_of_rich_text(written: bytes, read: str) -> None:
    assert words(rtf.read(rb"{\rtf1\ansi\ansicpg1252 P1: One.\par P2: " + written + rb"\par}"))[1] == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("**bold** and __so__", "bold and so"), ("a_b_c *x* _y_", "a_b_c x y"), ("2 \\* 3 \\_ 4", "2 * 3 _ 4"),
        ("![a lamp](lamp.png) `code`", "a lamp code"), ("<https://example.org/x>", "https://example.org/x"),
        ("~~gone~~ &amp; back", "gone & back"), ("5 < 6 > 4", "5 < 6 > 4"), ("[text][ref]", "text"),
    ],
)  # fmt: skip
def test_the_marks_of_markdown_go(written: str, read: str) -> None:
    assert words(md.read(f"P1: One.\n\nP2: {written}\n\n[ref]: https://example.org\n".encode()))[1] == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("caf&eacute; &#8211; &nbsp;x", "café – x"), ("one<br/>two", "one two"), ("a<b>b</b>c", "abc"),
        ("<pre>kept\nline</pre>", "kept line"), ("x<template>no</template><noscript>no</noscript>", "x"),
        ('x<span style="visibility:hidden">no</span>y', "xy"), ("<table><tr><td>laid out</table>", "laid out"),
        ("<table><tr><td>a&#1;<br>b<script>no</script><td>c<tr hidden><td>no<td>no</table>", "a\nb: c"),
        ("a\x0b<b hidden>no</b>b", "a b"),
    ],
)  # fmt: skip
def test_the_characters_and_hidden_parts_of_a_page(written: str, read: str) -> None:
    reading = html.read(f"<html><p>P1: One.</p><p>P2: Two.</p><p>P1: x</p><h2>Buses</h2><p>{written}".encode())
    assert words(reading)[3:] == [read]


def test_a_page_says_in_which_encoding_it_is() -> None:
    page = '<html><meta charset="windows-1251"><p>Привет всем.'
    assert words(html.read(page.encode("cp1251"))) == ["Привет всем."]


# ------------------------------------------------ everything in is accounted for

EDGES = (
    b"<office:master-styles><style:master-page style:name='Standard' style:page-layout-name='x'><style:header><text:p>"
    b"Held for Zqaa</text:p></style:header><style:footer><text:p>Page <text:page-number>1</text:page-number></text:p>"
    b"</style:footer></style:master-page><style:master-page style:name='Again' style:page-layout-name='x'>"
    b"<style:header><text:p>Held for Zqaa</text:p></style:header><style:footer><text:p>Kept by Zqab</text:p>"
    b"</style:footer></style:master-page></office:master-styles>"
)
RTF_WHOLE = (
    rb"{\rtf1\ansi{\stylesheet{\s1\b heading 1;}}{\*\revtbl {Unknown;}{Zed Zqaa;}}"
    rb"{\info{\author Olu Zqab}{\title Zqac}}"
    rb"{\header\pard Held for Zqad\par}{\headerf\pard Held for Zqad\par}{\footer\pard Page \chpgn\par}"
    rb"{\footerf\pard Kept by Zqae\par}\pard\plain\s1 Zqaf\par\pard\plain\s1 Zqag\par\pard\plain "
    rb"P1: Damp Zqah{\footnote\pard Zqai.}{\v  unseen Zqaj}{\deleted  cut}.\par "
    rb"{\shp{\*\shpinst\shpleft1{\shptxt\pard Boxed Zqak.\par}}}P2: Yes Zqal.{\*\atnauthor Pat Zqam}"
    rb"{\*\annotation\pard Zqan?\par}\par\trowd\cellx100\cellx200\pard\intbl P1\cell Zqao.\v  Zqap\v0\cell\row}"
)
HTML_WHOLE = (
    b"<html><head><title>Zqaa</title><style>Zq</style></head><body><!-- Zqab --><h1>Zqac</h1><h2>Zqad</h2>"
    b"<p>P1: Damp Zqae.<p hidden>Zqaf<ul><li>P2: Yes Zqag.</ul><table><tr><td>P1<td>Zqah</table></body></html>"
)


def odt_whole() -> bytes:
    """An odt with page headers, footers, hidden text and properties."""

    def change(name: str, part: bytes) -> bytes:
        if name == "styles.xml":
            return re.sub(rb"<office:master-styles>.*</office:master-styles>", EDGES, part, flags=re.DOTALL)
        if name == "meta.xml":
            return part.replace(
                b"</office:meta>", b"<dc:creator>Olu Zqac</dc:creator><dc:title>Zqad</dc:title></office:meta>"
            )
        if name == "content.xml":
            veil = b'<style:style style:name="Veil" style:family="text"><style:text-properties text:display="none"/>'
            part = part.replace(b"</office:automatic-styles>", veil + b"</style:style></office:automatic-styles>")
            return part.replace(b"Why is that", b'Why<text:span text:style-name="Veil">Zqae</text:span> is that')
        return part

    return odt_of(damage=change)


@pytest.mark.parametrize(
    ("form", "data", "aside", "lost"),
    [
        ("odt", odt_whole,
         {"table heading": 4, "about an attendee": 2, "page number": 1, "header or footer that repeats": 1,
          "document property": 1}, "Zqad"),
        ("rtf", lambda: RTF_WHOLE,
         {"page number": 1, "header or footer that repeats": 1, "document property": 1, "heading": 1}, "Zqac Zqaf"),
        ("html", lambda: HTML_WHOLE,
         {"page title": 1, "comment in the page's code": 1, "hidden part of the page": 1, "heading": 1},
         "Zqaa Zqab Zqac Zqaf"),
    ],
)  # fmt: skip
def test_every_part_of_a_file_is_in_one_place(
    form: str, data: Callable[[], bytes], aside: dict[str, int], lost: str
) -> None:
    """Each has a word of its own: it is a turn's, a person's, a question's, or its part is counted."""
    reading = READERS[form](data(), frozenset())
    people = [word for one in reading.people for word in (*one.names, *(w for _, w in one.identifiers))]
    kept = "\n".join([*words(reading), *reading.questions, *people])
    raw = {"odt": "Zqaa Zqab Zqac Zqad Zqae", "rtf": RTF_WHOLE.decode(), "html": HTML_WHOLE.decode()}[form]
    assert dict(reading.counts.aside) == aside
    assert {one for one in re.findall(r"Zqa[a-z]", raw) if one not in kept} == set(lost.split())


def test_page_headers_footers_and_hidden_text_have_their_places() -> None:
    assert said(odt.read(odt_whole()))[3:] == [
        ("paragraph 4 note", "-", "See the plan."),
        ("paragraph 5 hidden text", "-", "Zqae"),
        ("paragraph 5 comment", "-", "Ask the warden."),
        ("header 1", "-", "Held for Zqaa"),
        ("footer 1", "-", "Kept by Zqab"),
    ]
    reading = rtf.read(RTF_WHOLE)
    assert {(place, text) for place, _, text in said(reading)} == {
        ("paragraph 3", "Damp Zqah."), ("paragraph 4", "Yes Zqal."), ("table 1 row 1", "Zqao."),
        ("header 1", "Held for Zqad"), ("footer 1", "Kept by Zqae"), ("paragraph 3 note", "Zqai."),
        ("paragraph 3 hidden text", "unseen Zqaj"), ("paragraph 4 text box", "Boxed Zqak."),
        ("paragraph 4 comment", "Zqan?"), ("table 1 row 1 hidden text", "Zqap"),
    }  # fmt: skip
    assert reading.notes == ("1 tracked deletion was left out.",)


# -------------------------------------------------------------------- bad input


def reason(tmp_path: Path, name: str, data: bytes) -> str:
    (tmp_path / name).write_bytes(data)
    document = read_file(tmp_path / name, name)
    assert isinstance(document, Unreadable)
    return document.reason


def encrypted() -> bytes:
    return with_content(
        lambda part: part.replace(b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>"),
        "META-INF/manifest.xml",
    )


def laughing() -> bytes:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 9 if n else b"ha") for n in range(12))
    return with_content(
        lambda part: part.replace(b"?>", b"?><!DOCTYPE x [" + laughs + b"]>", 1).replace(b"Rents", b"&l11;")
    )


def outside(path: Path) -> bytes:
    entity = f'?><!DOCTYPE x [<!ENTITY e SYSTEM "{path.as_uri()}">]>'.encode()
    return with_content(lambda part: part.replace(b"?>", entity, 1).replace(b"Rents", b"&e;"))


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.odt", lambda: GOOD["odt"]()[:2000],
         f"the file is damaged: it starts like a Word, Excel or OpenDocument file and breaks off. {AGAIN}"),
        ("a.odt", lambda: with_content(lambda part: part[:-20]),
         f"the file is damaged: its text is malformed. {AGAIN}"),
        ("a.odt", encrypted, "the file is locked with a password. Save it without the password."),
        ("a.odt", laughing, f"the file declares a document type, which no document needs. {AGAIN}"),
        ("a.odt", lambda: outside(Path(__file__).resolve()),
         f"the file declares a document type, which no document needs. {AGAIN}"),
        ("a.odt", lambda: RTF[1:], f"the file is called .odt and holds something else. {AGAIN}"),
        ("a.odt", lambda: b"", EMPTY),
        ("a.rtf", lambda: RTF[:-300], f"the file is damaged: it breaks off before its end. {AGAIN}"),
        ("a.rtf", lambda: RTF.replace(b"homes", rb"\u9999999?"),
         f"the file is damaged: a character or an encoding in it is malformed. {AGAIN}"),
        ("a.rtf", lambda: MD, f"the file is called .rtf and holds something else. {AGAIN}"),
        ("a.rtf", lambda: b"\n", EMPTY),
        ("a.html", lambda: MD.replace(b"<!--", b"").replace(b"\n", b" "),
         f"the file is called .html and holds something else. {AGAIN}"),
        ("a.html", lambda: b"<html><body><script>x = 1</script></body></html>",
         "there are no words of a conversation, letter or note in the file. Check that it is the right file."),
        ("a.html", lambda: b"<html>" + b"<div>" * 5_000 + b"deep",
         "the page is nested too deeply. Copy its words into a text or Word file."),
        ("a.html", lambda: b"", EMPTY),
        ("a.srt", lambda: SRT[40:], f"the file is called .srt and holds something else. {AGAIN}"),
        ("a.srt", lambda: SRT[:30] + b"\n",
         "the transcript is damaged: its first cue or a time is malformed. Save it again as .srt or .vtt."),
        ("a.srt", lambda: b"1\n00:00:01,000 --> 00:00:02,000\n<i></i>\n",
         "the transcript has no words. Check that the recording was transcribed, and save it again."),
        ("a.srt", lambda: b"", EMPTY),
        ("a.md", lambda: b"---\n***\n", "the file has no words. Put the words in, or take the file away."),
        ("a.md", lambda: b"", EMPTY),
        ("a.md", lambda: bytes(range(256)) * 4,
         "the file holds binary data, not text. Save it as text (UTF-8), .docx or .csv."),
    ],
)  # fmt: skip
def test_a_bad_file_has_its_sentence(tmp_path: Path, name: str, data: Callable[[], bytes], found: str) -> None:
    assert reason(tmp_path, name, data()) == f"{name}: {found}"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.odt", "odt"), ("a.docx", "odt"), ("a.bin", "odt"), ("a.rtf", "rtf"), ("a.doc", "rtf"), ("a.txt", "rtf"),
        ("a.html", "html"), ("a.htm", "html"), ("a.txt", "html"), ("a.srt", "srt"), ("a.txt", "srt"), ("a.vtt", "srt"),
        ("a.md", "md"), ("a.markdown", "md"),
    ],
)  # fmt: skip
def test_the_format_is_told_by_content_before_name(tmp_path: Path, name: str, form: str) -> None:
    (tmp_path / name).write_bytes(GOOD[form]())
    document = read_file(tmp_path / name, name)
    assert isinstance(document, RawDocument)
    assert document.source.format == form


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("a.html", "<p>P1: It is dark.", "html"), ("a.txt", "<p>P1: It is dark.", "txt"),
        ("a.srt", "\ufeff" + SRT.decode(), "srt"), ("a.txt", "1\nP1: It is dark.", "txt"),
    ],
)  # fmt: skip
def test_what_almost_has_the_shape_of_a_format(tmp_path: Path, name: str, text: str, form: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    document = read_file(tmp_path / name, name)
    assert isinstance(document, RawDocument)
    assert document.source.format == form


def mutants(data: bytes, number: int) -> list[bytes]:
    chance = random.Random(20200914)
    made = []
    for _ in range(number):
        held = bytearray(data)
        for _ in range(chance.choice([1, 4, 40])):
            at = chance.randrange(len(held) or 1)
            match chance.randrange(4):
                case 0:
                    held[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del held[at : at + chance.randrange(1, 60)]
                case 2:
                    held[at:at] = held[at : at + chance.randrange(1, 60)]
                case 3:
                    held[at:at] = chance.choice([b"{", b"}", b"<", b"\\", b"*", b"|", b"-->", b"\0", b"\\bin9"])
        made.append(bytes(held))
    return made


@pytest.mark.parametrize("form", list(GOOD))
def test_a_mutant_is_read_or_refused_in_time(form: str) -> None:
    """Sixty damaged copies of a good file: no failure but CannotRead, none that takes 5 seconds."""
    for number, mutant in enumerate(mutants(GOOD[form](), 60)):
        started = time.monotonic()
        with contextlib.suppress(CannotRead):
            READERS[form](mutant, frozenset())
        assert time.monotonic() - started < 5, number


def test_a_mutant_of_the_words_inside_an_odt_is_read_or_refused() -> None:
    """A zip's checksum stops most mutants of it: these are wrapped anew."""
    with zipfile.ZipFile(io.BytesIO(GOOD["odt"]())) as archive:
        content = archive.read("content.xml")
    for mutant in mutants(content, 60):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("content.xml", mutant)
        with contextlib.suppress(CannotRead):
            odt.read(held.getvalue())


def test_the_longest_line_takes_no_time() -> None:
    """A text of one endless line of marks is read in about the time that its length needs."""
    started = time.monotonic()
    for line in ("*a " * 20_000, "[" * 20_000, "**" * 20_000, "`" * 20_001, "_x" * 20_000, "<" * 20_000, ">" * 20_000):
        md.read(b"P1: One.\n\n" + line.encode())
    assert words(html.read(b"<html>" + b"<div>" * 1_000 + b"deep")) == ["deep"]
    rtf.read(rb"{\rtf1 " + b"{" * 2_000 + b"deep" + b"}" * 2_001)
    assert time.monotonic() - started < 5


# ------------------------------------------------------------------ written again


def safe(text: str) -> SafeText:
    return restore(text, digest_of(text))


def document(form: str) -> SafeDocument:
    turns = tuple(
        SafeTurn(at, place, Kind.TURN, safe(text), digest_of(text), Role.PARTICIPANT, "p1", None, ())
        for at, (place, text) in enumerate([("00:00:01", "It is dark."), ("00:00:05", "And cold.")])
    )
    person = Participant("p1", safe("Person 1"), Role.PARTICIPANT, None, (), None)
    return SafeDocument("s1", safe(f"a.{form}"), form, "d" * 64, turns, (person,), (), FileCounts(), {})


@pytest.mark.parametrize("form", ["odt", "rtf", "html", "md", "pdf", "eml"])
def test_a_format_without_a_writer_is_written_as_text_under_its_name(tmp_path: Path, form: str) -> None:
    write_document(document(form), tmp_path / f"a.{form}")
    (written,) = tmp_path.iterdir()
    assert written.name == f"a.{form}.txt"
    assert written.read_text(encoding="utf-8") == "[Person 1]: It is dark.\n\n[Person 1]: And cold.\n"


def test_a_name_that_is_a_texts_already_stays(tmp_path: Path) -> None:
    write_document(document("odt"), tmp_path / "safe.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["safe.txt"]


def test_an_srt_is_written_with_numbered_cues(tmp_path: Path) -> None:
    write_document(document("srt"), tmp_path / "a.srt")
    assert (tmp_path / "a.srt").read_text(encoding="utf-8") == (
        "1\n00:00:01,000 --> 00:00:05,000\n[Person 1]: It is dark.\n\n"
        "2\n00:00:05,000 --> 99:59:59,000\n[Person 1]: And cold.\n"
    )
