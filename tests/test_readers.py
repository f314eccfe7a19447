"""Readers give back who said what, where, and count the rest. Everybody and every place here is invented."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st

from engagement.model import Kind, Role
from engagement.readers import cast, clean, columns, docx, paragraphs, responses, roster, sheet, txt, vtt
from engagement.readers.columns import Use
from engagement.readers.reading import CannotRead, Paragraph, Person, Reading, Table
from tests.tables import read_csv, read_workbook


def said(reading: Reading) -> list[tuple[str, str, str]]:
    """Who said what, where: the first name or code of the person, or nobody."""
    names = [(*person.names, person.code)[0] for person in reading.people]
    return [
        (turn.location, names[turn.person] if turn.person is not None else "-", turn.words) for turn in reading.turns
    ]


def asked(reading: Reading) -> list[str]:
    return [reading.questions[turn.question] if turn.question is not None else "" for turn in reading.turns]


# ------------------------------------------------------------------- text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("Café – naïve".encode(), "Café – naïve"),
        (b"\xef\xbb\xbfBOM", "BOM"),
        ("“Quotes” – £5".encode("cp1252"), "“Quotes” – £5"),
        ("বাংলা".encode() + b" \x96 stray", "বাংলা – stray"),
        ("sixteen".encode("utf-16"), "sixteen"),
        ("thirty-two".encode("utf-32"), "thirty-two"),
        (b"old DOS end\x1a", "old DOS end"),
    ],
)
def test_text_is_decoded_whatever_it_was_saved_as(data: bytes, text: str) -> None:
    assert clean.decode(data) == text


@pytest.mark.parametrize("data", [b"a\0b", bytes(range(1, 256)) * 4, b"\x01\x02 words"])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(CannotRead, match="the file holds binary data, not text"):
        clean.decode(data)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("donâ€™t", "don’t"),
        ("cafÃ©", "café"),
        ("two\xa0words \u2009 here", "two words here"),
        ("soft\xadhyphen", "softhyphen"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\u200eleft\u202e", "left"),
        ("join\u200ded", "joined"),
        ("👩‍🦽 wheels 🏳️‍🌈", "👩‍🦽 wheels 🏳️‍🌈"),
        ("می‌خواهم", "می‌خواهم"),
        ("AT&amp;T", "AT&T"),
        ("“kept”", "“kept”"),
        ("one \r\n two\rthree", "one\ntwo\nthree"),
    ],
)
def test_text_is_repaired_and_emoji_stay(written: str, meant: str) -> None:
    assert clean.tidy(written) == meant


@given(st.text())
def test_what_is_tidy_stays_so_in_length(text: str) -> None:
    """Tidying again changes no more than a second mending of mojibake might: it never grows the text."""
    once = clean.tidy(text)
    assert once == once.strip()
    assert not clean.UNSEEN.search(once)


@pytest.mark.parametrize(
    ("answer", "nothing"),
    [
        ("n/a", True), ("N/A.", True), ("NA", True), ("None", True), ("no", True), ("Nothing!", True),
        ("No comments", True), ("no comment.", True), ("See above", True), ("as above", True), ("-", True),
        (".", True), ("…", True), ("nil", True), ("Don't know", False), ("not sure", False),
        ("Don't know, nobody told us", False), ("No buses after six", False), ("none of the above works", False),
        ("👍", False), ("Yes", False), ("5", False), ("nothing but damp", False), ("See above the shop", False),
    ],
)  # fmt: skip
def test_a_non_answer_is_the_whole_of_it(answer: str, nothing: bool) -> None:
    assert clean.is_non_answer(answer) is nothing


# --------------------------------------------------------------- who is who


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("Facilitator", Role.FACILITATOR), ("lead facilitator", Role.FACILITATOR), ("Moderator", Role.FACILITATOR),
        ("Chair", Role.FACILITATOR), ("Q", Role.FACILITATOR), ("Interviewer 2", Role.FACILITATOR),
        ("Note taker", Role.NOTE_TAKER), ("note-taker", Role.NOTE_TAKER), ("notes", Role.NOTE_TAKER),
        ("observer", Role.NOTE_TAKER), ("BSL interpreter", Role.NOTE_TAKER),
        ("tenant rep", None), ("chair of Mill Lane TRA", None), ("participant", None), ("she/her", None), ("", None),
    ],
)  # fmt: skip
def test_roles_are_told_by_their_words(words: str, role: Role | None) -> None:
    assert cast.role_of(words) is role


@pytest.mark.parametrize(
    ("line", "names", "role"),
    [
        ("- Amina Begum (AB), tenant rep", ("Amina Begum", "AB"), Role.PARTICIPANT),
        ("AB - Amina Begum, participant", ("Amina Begum", "AB"), Role.PARTICIPANT),
        ("• Sam Lee (facilitator)", ("Sam Lee",), Role.FACILITATOR),
        ("Sam Lee – note taker", ("Sam Lee",), Role.NOTE_TAKER),
        ("Facilitator: Sam Lee", ("Sam Lee",), Role.FACILITATOR),
        ("Cllr Joan Okafor, Brook ward", ("Cllr Joan Okafor",), Role.PARTICIPANT),
        ("3. Ruth van den Berg", ("Ruth van den Berg",), Role.PARTICIPANT),
        ("Ana-María O’Neil", ("Ana-María O’Neil",), Role.PARTICIPANT),
        ("AB", ("AB",), Role.PARTICIPANT),
    ],
)
def test_a_line_of_an_attendee_list_gives_a_person(line: str, names: tuple[str, ...], role: Role) -> None:
    person = cast.attendee(line)
    assert person is not None
    assert (person.names, person.role) == (names, role)


@pytest.mark.parametrize(
    "line", ["The meeting opened at six", "5 residents", "engagement team", "Riverside Community Centre", ""]
)
def test_a_line_of_prose_gives_nobody(line: str) -> None:
    assert cast.attendee(line) is None


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("Amina Begum", "Amina Begum"), ("amina", "Amina Begum"), ("AB", "Amina Begum"), ("Mrs Begum", "Amina Begum"),
        ("Gita", "Gita Kaur"), ("Sam", None), ("SL", "Sam Lee"), ("SM", "Sam Marsh"), ("Facilitator", "Joan Okafor"),
        ("Note taker", None), ("P4", "P4"), ("P40", None), ("Participant 4", "P4"), ("Begum", None),
    ],
)  # fmt: skip
def test_a_label_means_somebody_only_where_it_can_mean_no_one_else(label: str, found: str | None) -> None:
    people = [Person(names=(name,)) for name in ("Amina Begum", "Gita Kaur", "Sam Lee", "Sam Marsh")]
    room = cast.Cast([*people, Person(names=("Joan Okafor",), role=Role.FACILITATOR), Person(code="P4")])
    place = room.find(label)
    assert (None if place is None else (*room.people[place].names, room.people[place].code)[0]) == found


@pytest.mark.parametrize(
    ("label", "speaker"),
    [
        ("Amina", True), ("Participant 3", True), ("P3 (F, 60s)", True), ("Female participant 2", True), ("All", True),
        ("Interviewer", True), ("Example", False), ("Option 2", False), ("Key points", False), ("we said", False),
        ("http", False), ("The main thing is this", False), ("Housing", False),
    ],
)  # fmt: skip
def test_what_stands_before_a_colon_is_a_speaker_or_not(label: str, speaker: bool) -> None:
    assert cast.is_label(label) is speaker


# ------------------------------------------------------------ plain text

GROUP_NOTES = """Notes of the group
Date: 14 September 2020
Venue: Riverside Hall
Facilitator: Joan Okafor, Engagement Officer
Note taker: Sam Lee
Group: Women of faith

Present:
- Amina Begum (AB), tenant rep
- GK - Gita Kaur, participant
- Ruth Cohen
Apologies: Olu Ade

Q1. What does housing mean to you?

Joan: Welcome, everyone. What about
housing?

AB: We need repairs. My flat
has damp: it is in every room.

I rang them nine times.
Ruth Cohen (she/her): Same here.
GK - said rents are too high.
Participant 3 (F, 60s): Me too.
Example: the lift.
All: Yes!
[laughter]

ACTIONS
Council to reply
"""


@pytest.fixture(scope="module")
def notes() -> Reading:
    return txt.read(GROUP_NOTES.encode())


def test_turns_are_told_from_a_text_with_their_lines(notes: Reading) -> None:
    """Wrapped lines are joined, a paragraph without a label goes on, the title block and lists are nobody's words."""
    assert said(notes) == [
        ("line 16", "Joan Okafor", "Welcome, everyone. What about housing?"),
        ("line 19", "Amina Begum", "We need repairs. My flat has damp: it is in every room.\nI rang them nine times."),
        ("line 23", "Ruth Cohen", "Same here."),
        ("line 24", "Gita Kaur", "said rents are too high."),
        ("line 25", "Participant 3", "Me too. Example: the lift."),
        ("line 27", "-", "Yes!"),
        ("line 31", "-", "Council to reply"),
    ]
    assert [turn.kind for turn in notes.turns] == [Kind.TURN] * 6 + [Kind.ACTION]
    assert notes.counts.turns == 7


def test_the_question_is_that_of_the_heading_above(notes: Reading) -> None:
    assert asked(notes) == ["Q1. What does housing mean to you?"] * 6 + [""]


def test_people_of_a_text_have_names_roles_and_the_group(notes: Reading) -> None:
    assert [(person.names, person.code, person.role) for person in notes.people] == [
        (("Joan Okafor", "Joan"), "", Role.FACILITATOR),
        (("Sam Lee",), "", Role.NOTE_TAKER),
        (("Amina Begum", "AB"), "", Role.PARTICIPANT),
        (("Gita Kaur", "GK"), "", Role.PARTICIPANT),
        (("Ruth Cohen",), "", Role.PARTICIPANT),
        (("Olu Ade",), "", Role.NOBODY),
        ((), "Participant 3", Role.PARTICIPANT),
    ]
    assert {person.group for person in notes.people} == {"Women of faith"}


def test_prose_that_nobody_said_has_no_person() -> None:
    reading = txt.read(b"A walk in the park\nwas dark.\n\nNote: lights were out.\n\nPeople said so.")
    assert said(reading) == [
        ("line 1", "-", "A walk in the park was dark."),
        ("line 4", "-", "Note: lights were out."),
        ("line 6", "-", "People said so."),
    ]
    assert {turn.kind for turn in reading.turns} == {Kind.PROSE}
    assert reading.people == ()


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("Amina: One.\nYusuf: Two.", 0),
        ("Amina: One.\nYusuf: Two.\nAmina: Three.\nYusuf: Four.", 4),
        ("P1: One.\nP2: Two.", 2),
        ("Amina: One.\nRuth: Two.\nAmina: Three.\nRuth: Four.\nYusuf: Five.", 5),
        ("Pros: One.\nCons: Two.\nPros: Three.\nCons: Four.", 0),
        ("[00:01] Amina: One.\n[00:09] Ruth: Two.\n[00:12] Amina: Three.\n[00:15] Ruth: Four.", 4),
        ("Amina Begum  0:03\nOne.\n\nRuth Cohen  0:09\nTwo.\n\nAmina Begum  0:12\nYes.\n\nRuth Cohen  0:15\nNo.", 4),
        ("See https://example.org: it is\nat 10:30 today.\nSee https://example.org: it was.", 0),
    ],
)  # fmt: skip
def test_a_label_nobody_introduced_is_a_speaker_when_it_comes_again(text: str, turns: int) -> None:
    """Or when it is numbered, or stands once in a text in which nearly every paragraph has a speaker."""
    assert sum(turn.kind is Kind.TURN for turn in txt.read(text.encode()).turns) == turns


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("Notes of the group\n\nVenue: Mill Hall\n\nIt is dark.", 1),
        ("Our Town: notes of group 3\nVenue: Mill Hall\n\nIt is dark.", 1),
        ("It is dark.\n\nVenue: Mill Hall\n\nIt is wet.", 0),
        ("- damp\n- mould\n- rats\n- noise\n- rent\n\nVenue: Mill Hall", -1),
    ],
)
def test_only_a_title_above_the_title_block_is_passed_over(text: str, lost: int) -> None:
    """A field far down is a line of the notes; what stands above one and ends a sentence was said."""
    lines = [line for line in text.split("\n") if line and not line.startswith("Venue")]
    assert len(lines) - len(txt.read(text.encode()).turns) == lost


def test_a_label_that_the_roster_knows_needs_no_second_occurrence() -> None:
    known = paragraphs.labels_of(["Yusuf Aydin"])
    assert said(txt.read(b"Yusuf: It is dark.\nAnd wet.", known)) == [("line 1", "Yusuf", "It is dark. And wet.")]


def test_a_facilitator_speaks_at_the_top_and_is_not_taken_for_a_title_block() -> None:
    reading = txt.read(b"Facilitator: Welcome\n\nP1: Hello.\n\nFacilitator: What of the buses?\n\nP1: Late.")
    assert [words for _, _, words in said(reading)] == ["Welcome", "Hello.", "What of the buses?", "Late."]
    assert [person.role for person in reading.people] == [Role.FACILITATOR, Role.PARTICIPANT]
    assert [person.names for person in reading.people] == [(), ()]


def test_an_interview_has_one_participant_whatever_the_labels() -> None:
    reading = txt.read(
        b"Interviewer: Joan Okafor\nRespondent: R4\n\nQ: How long?\nA: Years.\nQ: And now?\nA: Rents rose."
    )
    assert said(reading) == [
        ("line 4", "Joan Okafor", "How long?"),
        ("line 5", "R4", "Years."),
        ("line 6", "Joan Okafor", "And now?"),
        ("line 7", "R4", "Rents rose."),
    ]
    assert [person.role for person in reading.people] == [Role.FACILITATOR, Role.PARTICIPANT]


def test_numbered_people_stay_apart_and_a_title_in_capitals_is_no_question() -> None:
    text = (
        b"YOUNG PEOPLE'S GROUP\n\nFacilitator 1: Hello\nYoung person 1: Closed.\nFacilitator 2: Why?\nSeveral: Money."
    )
    reading = txt.read(text)
    assert [name for _, name, _ in said(reading)] == ["Facilitator 1", "Young person 1", "Facilitator 2", "-"]
    assert asked(reading) == [""] * 4


LETTER = """Mrs Joan Okafor, 14 Mill Lane
Northborough NB1 2CD

Dear Councillor,

I write about the grants. They are
hard to get.

A second paragraph: it is short.

Yours sincerely,

J. Okafor
Mill Lane Tenants
01632 960123
joan@example.org

P.S. The form is far too long, and I have told your colleagues so.
"""


def test_a_letter_is_its_authors_prose() -> None:
    """From the address to the postscript; wrapped lines are one paragraph."""
    reading = txt.read(LETTER.encode())
    assert [(place, words) for place, _, words in said(reading)] == [
        ("line 1", "Mrs Joan Okafor, 14 Mill Lane Northborough NB1 2CD"),
        ("line 4", "Dear Councillor,"),
        ("line 6", "I write about the grants. They are hard to get."),
        ("line 9", "A second paragraph: it is short."),
        ("line 11", "Yours sincerely,"),
        ("line 13", "J. Okafor Mill Lane Tenants 01632 960123 joan@example.org"),
        ("line 18", "P.S. The form is far too long, and I have told your colleagues so."),
    ]
    assert {name for _, name, _ in said(reading)} == {"Mrs Joan Okafor"}
    assert reading.people[0].names == ("Mrs Joan Okafor", "J. Okafor")
    assert {turn.kind for turn in reading.turns} == {Kind.PROSE}
    assert [person.role for person in reading.people] == [Role.PARTICIPANT]
    assert reading.people[0].identifiers == (
        ("POSTCODE", "NB1 2CD"),
        ("PHONE", "01632 960123"),
        ("EMAIL", "joan@example.org"),
    )


@pytest.mark.parametrize("text", [b"Date: today\nVenue: Mill Hall", b"----\n====\n"])
def test_a_text_without_words_of_anybody_is_refused(text: bytes) -> None:
    with pytest.raises(CannotRead):
        txt.read(text)


# ------------------------------------------------------------------- docx


def saved(document: object) -> bytes:
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def add_table(document: object, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(0, len(rows[0]))
    for row in rows:
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = words


@pytest.fixture(scope="module")
def word_notes() -> Reading:
    document = Document()
    document.add_heading("Focus group", 0)
    for line in ("Date: 1 September 2020", "Group: LGBTQIA+ focus group", "Facilitator: Joan Okafor and Pat Grey"):
        document.add_paragraph(line)
    add_table(
        document,
        [
            ("Name", "Initials", "Role", "Organisation", "Ethnicity"),
            ("Amina Begum", "AB", "Participant", "Mill Lane TRA", "Bangladeshi"),
            ("Sam Lee", "SL", "Note-taker", "Council", ""),
            ("Ruth Cohen", "", "participant", "", "White British"),
        ],
    )
    document.add_heading("Housing", 1)
    bold = document.add_paragraph()
    bold.add_run("Amina").bold = True
    bold.add_run(" We need homes.")
    document.add_paragraph("And repairs.")
    bold = document.add_paragraph()
    bold.add_run("Pat: ").bold = True
    bold.add_run("Why is that?")
    document.add_paragraph().add_run("What about racism?").bold = True
    document.add_paragraph("RC: It is there every day.")
    add_table(
        document,
        [
            ("Time", "Speaker", "What was said"),
            ("00:01", "AB", "Rents are up."),
            ("00:02", "Ruth", "Yes they are."),
            ("", "", "Every year."),
            ("00:03", "Olu Ade", "Mine too."),
        ],
    )
    document.add_paragraph("Notes were checked.")
    return docx.read(saved(document))


def test_a_word_document_is_read_in_its_order(word_notes: Reading) -> None:
    assert said(word_notes) == [
        ("paragraph 6", "Amina Begum", "We need homes.\nAnd repairs."),
        ("paragraph 8", "Pat Grey", "Why is that?"),
        ("paragraph 10", "Ruth Cohen", "It is there every day."),
        ("table 2 row 2", "Amina Begum", "Rents are up."),
        ("table 2 row 3", "Ruth Cohen", "Yes they are.\nEvery year."),
        ("table 2 row 5", "Olu Ade", "Mine too.\nNotes were checked."),
    ]
    assert asked(word_notes) == ["Housing"] * 2 + ["What about racism?"] * 4


def test_the_attendee_table_gives_roles_initials_and_declared_characteristics(word_notes: Reading) -> None:
    assert [(person.names, person.role, person.declared) for person in word_notes.people] == [
        (("Joan Okafor",), Role.FACILITATOR, ()),
        (("Pat Grey", "Pat"), Role.FACILITATOR, ()),
        (("Amina Begum", "AB", "Amina"), Role.PARTICIPANT, (("race", "Bangladeshi"),)),
        (("Sam Lee", "SL"), Role.NOTE_TAKER, (("race", ""),)),
        (("Ruth Cohen", "RC", "Ruth"), Role.PARTICIPANT, (("race", "White British"),)),
        (("Olu Ade",), Role.PARTICIPANT, ()),
    ]
    assert {person.group for person in word_notes.people} == {"LGBTQIA+ focus group"}


def test_an_organisation_goes_nowhere(word_notes: Reading) -> None:
    held = [word for person in word_notes.people for word in (*person.names, *(w for _, w in person.identifiers))]
    assert not any("Mill Lane" in word for word in [*held, *(turn.words for turn in word_notes.turns)])


def test_a_list_of_attendees_in_word_and_minutes_that_report_them() -> None:
    """Minutes that only report what people said are nobody's own words, so nobody's turn."""
    document = Document()
    document.add_heading("Attendees", 2)
    for line in ("Amina Begum, Mill Lane TRA", "Cllr Ruth Cohen (Chair)", "Apologies: Olu Ade, Pat Grey"):
        document.add_paragraph(line, style="List Bullet")
    document.add_heading("1. Housing", 2)
    document.add_paragraph("AB reported that repairs take months.")
    reading = docx.read(saved(document))
    assert said(reading) == [("paragraph 6", "-", "AB reported that repairs take months.")]
    assert [turn.kind for turn in reading.turns] == [Kind.REPORTED]
    assert [(person.names[0], person.role) for person in reading.people] == [
        ("Amina Begum", Role.PARTICIPANT),
        ("Cllr Ruth Cohen", Role.FACILITATOR),
        ("Olu Ade", Role.NOBODY),
        ("Pat Grey", Role.NOBODY),
    ]


def test_a_name_and_a_time_above_the_words_are_a_speaker() -> None:
    """As Teams and Otter save transcripts in Word."""
    document = Document()
    for name, time, words in (("Joan Okafor", "0:03", "Hello."), ("Amina Begum", "1:02:03", "Damp.")) * 2:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{name}   {time}").add_break()
        paragraph.add_run(words)
    assert [turn[1:] for turn in said(docx.read(saved(document)))] == [
        ("Joan Okafor", "Hello."), ("Amina Begum", "Damp."), ("Joan Okafor", "Hello."), ("Amina Begum", "Damp.")
    ]  # fmt: skip


def test_tracked_insertions_and_content_controls_are_read_and_deletions_not() -> None:
    document = Document()
    ns = nsdecls("w")
    document.element.body.insert(
        0,
        parse_xml(
            f"<w:p {ns}><w:r><w:t>Rents </w:t></w:r><w:ins><w:r><w:t>really </w:t></w:r></w:ins>"
            "<w:del><w:r><w:delText>never </w:delText></w:r></w:del><w:r><w:t>rose.</w:t></w:r></w:p>"
        ),
    )
    document.element.body.insert(
        1, parse_xml(f"<w:sdt {ns}><w:sdtContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    )
    assert [turn.words for turn in docx.read(saved(document)).turns] == ["Rents really rose.", "In a box."]


def test_parts_that_a_word_document_only_refers_to_are_noted() -> None:
    document = Document()
    document.add_paragraph("Said in the hall.")
    document.element.body.insert(0, parse_xml(f"<w:altChunk {nsdecls('w')}/>"))
    assert docx.read(saved(document)).notes == ("1 embedded file was not read: put the words into the page.",)


def test_a_letter_in_word_is_its_authors() -> None:
    document = Document()
    for line in ("Dear all,", "The grants are hard to get.", "Kind regards,", "Olu Ade"):
        document.add_paragraph(line)
    assert said(docx.read(saved(document)))[1] == ("paragraph 2", "Olu Ade", "The grants are hard to get.")


def test_a_table_of_two_columns_without_headings_is_a_conversation() -> None:
    rows = (("P1", "We need homes."), ("P2", "And buses."))
    assert said(paragraphs.recognise([Table(1, rows)])) == [
        ("table 1 row 1", "P1", "We need homes."),
        ("table 1 row 2", "P2", "And buses."),
    ]


def test_a_topic_column_gives_the_question() -> None:
    rows = (("Topic", "Who", "Comment"), ("Housing", "P1", "Damp."), ("", "P2", "Mould."), ("Buses", "P1", "Late."))
    assert asked(paragraphs.recognise([Table(1, rows)])) == ["Housing", "Housing", "Buses"]


# -------------------------------------------------------------------- vtt


def test_cues_of_one_speaker_are_one_turn_at_its_start() -> None:
    """Voice tags, Teams' cue ids, names turned about, roles in brackets, two voices in a cue, one without a tag."""
    text = """WEBVTT

1a2b-3c/12-0
00:00:03.100 --> 00:00:05.000
<v Joan Okafor (Facilitator)>Welcome &amp; hello</v>

1a2b-3c/12-1
00:00:05.100 --> 00:00:07.000
<v Joan Okafor (Facilitator)>everyone.</v>

00:04:12.000 --> 00:04:15.000
<v Begum, Amina>We need <i>homes</i>.</v> <v Ruth Cohen>Yes.</v>

00:04:16.000 --> 00:04:17.000
And soon.
"""
    reading = vtt.read(text.encode())
    assert said(reading) == [
        ("00:00:03", "Joan Okafor", "Welcome & hello everyone."),
        ("00:04:12", "Amina Begum", "We need homes."),
        ("00:04:12", "Ruth Cohen", "Yes. And soon."),
    ]
    assert [person.role for person in reading.people] == [Role.FACILITATOR, Role.PARTICIPANT, Role.PARTICIPANT]


def test_a_transcript_may_name_its_speakers_in_the_words() -> None:
    cues = ["Amina: We need", "homes. close", "Ruth: Yes.", "Amina: Now.", "Ruth: Please."]
    text = "WEBVTT\n\n" + "\n\n".join(f"00:0{at}.100 --> 00:0{at}.900\n{cue}" for at, cue in enumerate(cues))
    assert said(vtt.read(text.encode()))[0] == ("00:00:00", "Amina", "We need homes. close")
    assert len(vtt.read(text.encode()).turns) == 4


def test_cues_whose_times_are_malformed_are_noted() -> None:
    reading = vtt.read(b"WEBVTT\n\n00:01.000 --> 00:02.000\nIt is dark.\n\n00:03,000 --> 00:04,000\nAnd cold.\n")
    assert reading.notes == ("1 cue was not read: the times are malformed.",)


def test_a_transcript_without_words_is_refused() -> None:
    with pytest.raises(CannotRead) as refusal:
        vtt.read(b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Amina Begum></v>\n")
    assert str(refusal.value) == (
        "the transcript has no words. Check that the recording was transcribed, and save it again."
    )


# ----------------------------------------------------------------- tables

FORM = """\
Response ID,Submitted,Full name,Email,Mobile,Postcode,Age,Ethnicity,May we publish your response?,\
How far do you agree?,Why do you say that?,Any other comments
1,2020-09-14 10:00,Amina Begum,amina@example.org,07700 900123,NB1 2CD,34,Bangladeshi,Yes,Agree,"Homes are
damp",None
2,2020-09-14 10:05,Joan Okafor,joan@example.org,,NB1 2CE,,,No,Strongly agree,We need more places for the young,n/a
3,2020-09-15 09:00,,,,,50,White British,"Yes, but not my name",Disagree,We need more places for the young,
4,2020-09-15 09:30,Anonymous,x@example.org,,NB3 4AA,41,,2,Disagree,we need more places for the young.,\
Mend the lights on Mill Lane
"""


@pytest.fixture(scope="module")
def form() -> Reading:
    return read_csv(FORM.encode())


def test_answers_are_found_under_their_questions_and_rows(form: Reading) -> None:
    assert [(turn.location, turn.kind, turn.person, turn.words) for turn in form.turns] == [
        ("row 2", Kind.RESPONSE, 0, "Homes are\ndamp"),
        ("row 3", Kind.RESPONSE, 1, "We need more places for the young"),
        ("row 4", Kind.RESPONSE, 2, "We need more places for the young"),
        ("row 5", Kind.RESPONSE, 3, "we need more places for the young."),
        ("row 5", Kind.RESPONSE, 3, "Mend the lights on Mill Lane"),
    ]
    assert form.questions == ("Why do you say that?", "Any other comments")
    assert [turn.question for turn in form.turns] == [0, 0, 0, 0, 1]


def test_respondents_keep_identifiers_declared_answers_and_consent_apart(form: Reading) -> None:
    assert [(person.names, person.declared, person.may_publish) for person in form.people] == [
        (("Amina Begum",), (("age", "34"), ("race", "Bangladeshi")), True),
        (("Joan Okafor",), (("age", ""), ("race", "")), False),
        ((), (("age", "50"), ("race", "White British")), True),
        ((), (("age", "41"), ("race", "")), False),
    ]
    assert form.people[0].identifiers == (
        ("EMAIL", "amina@example.org"),
        ("PHONE", "07700 900123"),
        ("POSTCODE", "NB1 2CD"),
    )


def test_everything_of_a_form_is_counted_once(form: Reading) -> None:
    """Three rows sent the same words: two are duplicates, and they are one campaign."""
    counts = form.counts
    assert (counts.rows, counts.turns, counts.answered, counts.non_answers, counts.blank) == (4, 5, 5, 2, 1)
    assert (counts.duplicates, counts.campaigns, counts.consent_refused) == (2, 1, 2)


ANSWERS = st.sampled_from(
    ["", "n/a", "-", "None", "No buses after six o'clock", "It is dark", "Damp", "no comment", " "]
)


@given(st.lists(st.tuples(ANSWERS, ANSWERS), min_size=1, max_size=8))
def test_responses_non_answers_and_blanks_are_all_the_cells_of_open_questions(cells: list[tuple[str, str]]) -> None:
    """Turns + non-answers + blanks = rows x open questions, whatever is in the cells."""
    rows = [
        ("id", "Why do you feel that way about it?", "Any other comments on this?"),
        ("1", "It is too far to walk", ""),
    ]
    rows += [(str(at), *pair) for at, pair in enumerate(cells, start=2)]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    reading = read_csv(text.encode())
    counts = reading.counts
    assert counts.turns + counts.non_answers + counts.blank == counts.rows * len(reading.questions)
    assert counts.rows == len(cells) + 1
    assert counts.turns == len(reading.turns)


SENTENCES = [
    "The bus is late every day",
    "It is too dark to walk home",
    "Our stairs are never cleaned",
    "I like the park",
]


@pytest.mark.parametrize(
    ("heading", "cells", "use", "key"),
    [
        ("What is your e-mail address?", ["a@example.org"], Use.IDENTIFIER, "EMAIL"),
        ("Would you leave an email so that we can tell you about events?", ["a@example.org"], Use.IDENTIFIER, "EMAIL"),
        ("Contact", ["a@example.org", "b@example.org"], Use.IDENTIFIER, "EMAIL"),
        ("Where do you live?", ["NB1 2CD", "NB3"], Use.IDENTIFIER, "POSTCODE"),
        ("Telephone number", ["01632 960123"], Use.IDENTIFIER, "PHONE"),
        ("IP Address", ["192.0.2.7"], Use.IDENTIFIER, "IP_ADDRESS"),
        ("Home address", ["14 Mill Lane, Northborough"], Use.IDENTIFIER, "ADDRESS"),
        ("DOB", ["1 May 1950"], Use.IDENTIFIER, "DATE_OF_BIRTH"),
        ("How should the council address racism?", SENTENCES, Use.OPEN, ""),
        ("What did you think of the email that we sent?", SENTENCES, Use.OPEN, ""),
        ("What did you think of the published plan?", SENTENCES, Use.OPEN, ""),
        ("Your name", ["Amina Begum"], Use.NAME, ""),
        ("Your name (optional)", ["Amina Begum"], Use.NAME, ""),
        ("Name [leave blank to stay anonymous] - optional", ["Amina Begum"], Use.NAME, ""),
        ("First name", ["Amina"], Use.FIRST_NAME, ""),
        ("Surname", ["Begum"], Use.SURNAME, ""),
        ("Respondent ID", ["118"], Use.ROW_ID, ""),
        ("Start time", ["2020-09-14T10:00:00"], Use.TIMESTAMP, ""),
        ("How much time do you spend here?", SENTENCES, Use.OPEN, ""),
        ("Are you happy for us to quote you?", ["yes", "no", "yes"], Use.CONSENT, ""),
        ("Consent to publish (1 = yes)", ["1", "2"], Use.CONSENT, ""),
        ("Ethnic group", ["Indian", "Pakistani"], Use.DEMOGRAPHIC, "race"),
        ("What is your religion?", ["Muslim", ""], Use.DEMOGRAPHIC, "religion_or_belief"),
        ("As a disabled person, what stops you?", SENTENCES, Use.OPEN, ""),
        ("Which service do you use?", ["Library", "Library", "Parks", "Parks"], Use.CLOSED, ""),
        ("How far do you agree?", ["Strongly agree", "Neither agree nor disagree", "Disagree"], Use.CLOSED, ""),
        ("How many children?", ["1", "2", "0"], Use.CLOSED, ""),
        ("What do you use?", ["Bus;Tram", "Tram;Walk", "Bus;Tram;", "Walk;Bus"], Use.CLOSED, ""),
        ("Organisation", ["Mill Lane Tenants and Residents Association"], Use.CLOSED, ""),
        ("Town", ["Northborough", "Eastmarsh"], Use.CLOSED, ""),
        ("Comments", SENTENCES, Use.OPEN, ""),
        ("What one word describes your area?", ["dark", "cold", "mine"], Use.OPEN, ""),
        ("Any other comments?", [], Use.OPEN, ""),
        ("Spare column", [], Use.CLOSED, ""),
        ("Why?", ["no comment", "n/a"], Use.CLOSED, ""),
        ("Tell us why", ["no comment", "n/a"], Use.OPEN, ""),
        ("Why is that?", ["Save our library from the axe"] * 9 + ["It is dark there"], Use.OPEN, ""),
    ],
)
def test_columns_are_told_by_heading_and_cells(heading: str, cells: list[str], use: Use, key: str) -> None:
    (column,) = columns.columns_of([heading], [[cell] for cell in cells])
    assert (column.use, column.key) == (use, key)


def test_a_column_without_a_heading_is_called_by_its_letter() -> None:
    told = columns.columns_of(["", "", "id"], [["", sentence, "1"] for sentence in SENTENCES])
    assert [column.heading for column in told] == ["Column B", "id"]
    assert [columns.letters(at) for at in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert [columns.place_of(name) for name in ("A", "Z", "AA", "ZZ", "AAA")] == [0, 25, 26, 701, 702]


@pytest.mark.parametrize(
    ("heading", "answer", "allowed"),
    [
        ("May we publish it?", "Yes", True), ("May we publish it?", "Y", True), ("May we publish it?", "1", True),
        ("May we publish it?", "TRUE", True), ("May we publish it?", "Yes, anonymously", True),
        ("May we publish it?", "Yes, but not my name", True), ("May we publish it?", "No", False),
        ("May we publish it?", "2", False), ("May we publish it?", "0", False),
        ("May we publish it?", "No, keep it private", False), ("May we publish it?", "I do not agree", False),
        ("May we publish it?", "Yes but don't quote me", False), ("May we publish it?", "", None),
        ("May we publish it?", "maybe", None), ("May we publish it?", "10", None),
        ("Keep my response confidential", "Yes", False), ("Keep my response confidential", "No", True),
        ("Please do not publish", "yes", False), ("Please do not publish", "", None),
    ],
)  # fmt: skip
def test_consent_is_given_only_in_so_many_words(heading: str, answer: str, allowed: bool | None) -> None:
    assert columns.consents(heading, answer) is allowed


def test_a_blank_answer_about_publishing_publishes_nothing_and_is_noted() -> None:
    rows = ["May we quote you?,What would you change?", "yes,The buses are late every day", ",The park is too dark"]
    reading = read_csv("\n".join(rows).encode())
    assert [person.may_publish for person in reading.people] == [True, False]
    assert reading.counts.consent_refused == 0
    assert reading.notes == ("1 row leaves it open whether an answer may be published: no quote is taken from there.",)


def test_where_nobody_was_asked_about_publishing_it_stays_unknown() -> None:
    reading = read_csv(b"id,What would you change?\n1,The buses are late every day")
    assert [person.may_publish for person in reading.people] == [None]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_text(delimiter: str) -> None:
    text = f"id{delimiter}What would you change?\n1{delimiter}The buses are late\n2{delimiter}The park and lights"
    assert [turn.words for turn in read_csv(text.encode()).turns] == [
        "The buses are late",
        "The park and lights",
    ]


def test_a_single_column_keeps_its_commas() -> None:
    reading = read_csv(b"comments\nThe bus is late\nThe park, it is dark\nThe lifts\nMill Lane is too wet")
    assert reading.turns[1].words == "The park, it is dark"


def test_a_title_above_the_headings_is_passed_over_and_rows_keep_their_numbers() -> None:
    reading = read_csv(
        b"Grants consultation\n\nid,age,What would you change?\n1,30,The buses are late\n\n2,40,The dark park"
    )
    assert [turn.location for turn in reading.turns] == ["row 4", "row 6"]


def test_cells_beyond_the_headings_are_noted() -> None:
    reading = read_csv(b"id,What would you change?\n1,The buses are late\n2,The park is dark,and cold")
    assert reading.notes == ("1 row has more cells than there are headings: the cells beyond were not read.",)


def test_a_write_in_column_fills_in_for_other() -> None:
    rows = ["Ethnicity,Ethnicity (other),Why do you say so?", "Other,Uyghur,It is too dark", "Indian,,It is far to go"]
    people = read_csv("\n".join(rows).encode()).people
    assert [person.declared for person in people] == [(("race", "Uyghur"),), (("race", "Indian"),)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            b"a,b\n1,2\n3,4",
            "the table has no column of text. "
            "Check that its first row holds the questions and that one was answered in words.",
        ),
        (b"Why do you say so?,id\n", "the table has headings and no rows. Put the answers in, or take the file away."),
        (b",,\n,,\n", "the table has no rows. Put the answers in, or take the file away."),
        (
            b'id,why\n1,"' + b"x" * 140_000,
            "the quotation marks of the table don't match. "
            "Open it in a spreadsheet and save it again as .csv or .xlsx.",
        ),
    ],
)
def test_a_table_that_holds_no_answers_says_so(text: bytes, sentence: str) -> None:
    with pytest.raises(CannotRead) as refusal:
        read_csv(text)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("id,age,why\n1,2,3\n4,5,6\n", True),
        ("name\twords\nA\tB\nC\tD\n", True),
        ("Well, yes, no.\nOh, so, it is.\nAnd, then, so.\n", False),
        ("Amina: yes, it is\nRuth: no\n", False),
        ("id,age,why\n1,2,3\n", False),
        ('"unclosed, ' + "x" * 200_000, False),
    ],
)
def test_a_text_is_a_table_only_when_its_rows_agree(text: str, table: bool) -> None:
    assert sheet.is_table(text) is table


# ------------------------------------------------------------------- xlsx


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> bytes:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                page.write_row(at, 0, row)
    return path.read_bytes()


def test_codes_are_read_by_the_dictionary_sheet(tmp_path: Path) -> None:
    """A float is a code, a merged column name carries down, Q2 has its wording, a blank has no label."""
    data = workbook(
        tmp_path / "coded.xlsx",
        {
            "Empty": [],
            "Data": [
                ["ID", "Q1", "Q2", "Sex", "Consent to quote"],
                [1, 1, "The buses are late every day", 2, 1],
                [2, 7.0, "no comment", 1, 2],
                [3, "1;7", "I feel unsafe at the stop", 2, 1],
                [4, 1, "", 1, ""],
            ],
            "Codes": [
                ["Column", "Code", "Label"],
                ["Q1", 1, "By bus"],
                ["", 7, "On foot"],
                ["Q2", "", "What is it like to travel here?"],
                ["Sex", 1, "Female"],
                ["Sex", 2, "Male"],
                ["Consent to quote", 1, "No"],
                ["", 2, "Yes"],
            ],
            "More": [["id", "Why?"], [1, "It is dark in there"]],
        },
    )
    reading = read_workbook(data)
    assert [(turn.location, turn.words) for turn in reading.turns] == [
        ("sheet 2 row 2", "The buses are late every day"),
        ("sheet 2 row 4", "I feel unsafe at the stop"),
        ("sheet 4 row 2", "It is dark in there"),
    ]
    assert reading.questions == ("What is it like to travel here?", "Why?")
    assert [person.declared for person in reading.people] == [
        (("sex", "Male"),), (("sex", "Female"),), (("sex", "Male"),), (("sex", "Female"),), ()
    ]  # fmt: skip
    assert [person.may_publish for person in reading.people] == [False, True, False, False, None]
    assert reading.counts.consent_refused == 2


@pytest.mark.parametrize(
    ("cell", "meaning"),
    [("1", "By bus"), ("7.0", "On foot"), ("1; 7", "By bus; On foot"), ("9", "9"), ("1; 9", "1; 9")],
)
def test_a_cell_that_is_no_code_stays_as_it_is(cell: str, meaning: str) -> None:
    assert responses.meaning_of(cell, {"1": "By bus", "7": "On foot"}) == meaning


def test_a_question_column_gives_the_wording_beside_the_codes(tmp_path: Path) -> None:
    data = workbook(
        tmp_path / "wordings.xlsx",
        {
            "Answers": [["Q1", "Q2"], [1, "It is too dark to walk"], [2, "It is too far to walk"]],
            "Key": [
                ["Variable", "Question", "Value", "Meaning"],
                ["Q1", "Do you walk?", 1, "Yes"],
                ["Q2", "Why not?", "", ""],
            ],
        },
    )
    assert read_workbook(data).questions == ("Why not?",)


def test_a_stray_cell_far_off_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    rows: list[list[object]] = [["id", "Why?"], [1, "It is dark in there"]]
    with xlsxwriter.Workbook(tmp_path / "far.xlsx") as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
        page.write(1_048_575, 16_383, "x")
    with pytest.raises(CannotRead) as refusal:
        read_workbook((tmp_path / "far.xlsx").read_bytes())
    assert str(refusal.value) == "a sheet reaches as far as XFD1048576. Delete what stands beyond the answers."


def test_a_cover_sheet_is_not_taken_for_the_answers(tmp_path: Path) -> None:
    cover = [["Grants consultation"], ["These are all the answers that came in"], ["Ask the team about them"]]
    sheets = {"Cover": cover, "Answers": [["id", "Why?"], [1, "It is dark in there"]]}
    assert [turn.location for turn in read_workbook(workbook(tmp_path / "a.xlsx", sheets)).turns] == ["sheet 2 row 2"]


def test_a_workbook_without_answers_says_so(tmp_path: Path) -> None:
    with pytest.raises(CannotRead, match="the workbook has no sheet with a row of headings and rows of answers"):
        read_workbook(workbook(tmp_path / "empty.xlsx", {"Only": [["Why?"]]}))


# ----------------------------------------------------------------- roster

ROSTER = (
    b"Name,Role,Organisation,Group,Initials,Email,Ethnicity,Disability\n"
    b"Amina Begum,participant,Mill Lane TRA,Women of faith,AB,amina@example.org,Bangladeshi,No\n"
    b"Joan Okafor,facilitator,,Women of faith,,,,\n"
    b"Amina Khan,participant,,Young people,AK,,Pakistani,\n"
    b"P3,participant,,Women of faith,,,Irish,Yes\n"
)


def test_a_roster_gives_names_roles_and_declared_characteristics() -> None:
    first, second, _, coded = roster.roster_of(ROSTER)
    assert first == Person(
        names=("Amina Begum", "AB"),
        group="Women of faith",
        identifiers=(("EMAIL", "amina@example.org"),),
        declared=(("race", "Bangladeshi"), ("disability", "No")),
    )
    assert (second.names, second.role) == (("Joan Okafor",), Role.FACILITATOR)
    assert (coded.names, coded.code) == ((), "P3")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            b"who,what\nA,B",
            "no column is headed 'name'. Head the columns name, role, organisation, group, initials, email.",
        ),
        (b"name,role\n,participant", "row 2 has no name. Write the name, or initials, or delete the row."),
        (b"\n\n", "no rows. Write a row of headings and a row for each person, or delete the file."),
    ],
)
def test_a_roster_that_cannot_be_used_says_why(data: bytes, sentence: str) -> None:
    with pytest.raises(CannotRead) as refusal:
        roster.roster_of(data)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("person", "declared"),
    [
        (Person(names=("Amina Begum",)), "Bangladeshi"),
        (Person(names=("amina  BEGUM",), group="Young people"), "Bangladeshi"),
        (Person(names=("Amina",), group="Women of faith group"), "Bangladeshi"),
        (Person(names=("Amina",), group="Young people"), "Pakistani"),
        (Person(names=("AK",), group="Young people"), "Pakistani"),
        (Person(names=("AK",), group="Women of faith"), None),
        (Person(names=("Amina",)), None),
        (Person(names=("Amina Cole",), group="Women of faith"), None),
        (Person(names=("Amina Begum",), identifiers=(("EMAIL", "other@example.org"),)), None),
        (Person(code="P3", group="Women of faith"), "Irish"),
        (Person(code="Participant 3", group="Women of faith"), "Irish"),
        (Person(code="P3", group="Young people"), None),
    ],
)
def test_a_speaker_is_told_by_full_name_or_within_the_group(person: Person, declared: str | None) -> None:
    (joined,) = roster.join(Reading((), (person,)), roster.roster_of(ROSTER)).people
    assert dict(joined.declared).get("race") == declared


def test_a_role_in_either_place_keeps_a_facilitator_uncounted() -> None:
    people = (Person(names=("Joan Okafor",)), Person(names=("Amina Begum",), role=Role.NOTE_TAKER))
    joined = roster.join(Reading((), people), roster.roster_of(ROSTER)).people
    assert [person.role for person in joined] == [Role.FACILITATOR, Role.NOTE_TAKER]


def test_two_speakers_who_are_one_in_the_roster_become_one() -> None:
    known = roster.roster_of(b"name,group,initials\nAmina Begum,Faith,XY\nRuth Cohen,Faith,")
    reading = txt.read(
        b"Group: Faith\n\nAmina Begum: One.\nRuth: Two.\nXY: Three.\nRuth: Four.\nAmina Begum: Five.\nXY: Six."
    )
    joined = roster.join(reading, known)
    assert [name for _, name, _ in said(joined)] == ["Amina Begum", "Ruth Cohen"] * 2 + ["Amina Begum"] * 2
    assert [person.group for person in joined.people] == ["Faith", "Faith"]


def test_a_reading_shows_no_words_when_printed() -> None:
    held = (Person(names=("Amina Begum",)), Paragraph("line 1", "It is dark"), txt.read(b"It is dark."))
    assert not any("Amina" in repr(one) or "dark" in repr(one) for one in held)
