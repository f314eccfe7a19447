"""Notes, minutes and transcripts: who spoke, what was reported, what was agreed. Everybody here is invented."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence

import odfdo
import pytest
from docx import Document

from engagement.model import Kind, Role
from engagement.readers import cast, docx, html, md, odt, paragraphs, pdf, roster, rtf, srt, txt, vtt
from engagement.readers.reading import CannotRead, Paragraph, Person, Reading, Table

T, R, A, P = Kind.TURN, Kind.REPORTED, Kind.ACTION, Kind.PROSE


def heard(reading: Reading) -> list[tuple[Kind, str, str]]:
    """The kind of each turn, its speaker's first name or code, and its words."""
    names = [(*person.names, person.code)[0] for person in reading.people]
    return [(turn.kind, names[turn.person] if turn.person is not None else "-", turn.words) for turn in reading.turns]


def roles(reading: Reading) -> dict[str, Role]:
    return {(*person.names, person.code)[0]: person.role for person in reading.people}


def kinds(text: str) -> list[Kind]:
    return [turn.kind for turn in txt.read(text.encode()).turns]


# ------------------------------------------------------- reported, agreed, said

NOTES = """Notes of the Riverside focus group
Date: 3 May 2025
Venue: Amina Begum's house
Facilitator: Joan Okafor, Mill Trust
Notes by Sam Lee
Apologies for absence: Olu Ade, Pat Grey

Housing
- Several felt the waiting list was unfair
- Participants said repairs take months. One person said: "I rang nine times."
  and nobody came

Transport:
- Buses are late
- ACTION: Sam to ring the bus company
Amina: Mine never comes.
- Most people agreed that it was worse at night

Key points:
- damp

Next steps
- Sam to ring housing
- Joan: circulate notes by Friday

The meeting closed at 8.15pm.
Date of next meeting: 4 June
"""


def test_bullets_by_nobody_are_reported_and_actions_are_no_evidence() -> None:
    reading = txt.read(NOTES.encode(), frozenset({"amina"}))
    assert heard(reading) == [
        (R, "-", "Several felt the waiting list was unfair"),
        (R, "-", 'Participants said repairs take months. One person said: "I rang nine times." and nobody came'),
        (R, "-", "Buses are late"),
        (A, "-", "ACTION: Sam to ring the bus company"),
        (T, "Amina", "Mine never comes."),
        (R, "-", "Most people agreed that it was worse at night"),
        (R, "-", "damp"),
        (A, "-", "Sam to ring housing"),
        (A, "-", "Joan: circulate notes by Friday"),
    ]
    assert reading.questions == ("Housing", "Transport")
    assert [turn.question for turn in reading.turns] == [0, 0, 1, 1, 1, 1, 1, None, None]


def test_who_was_away_is_known_and_never_counted() -> None:
    assert roles(txt.read(NOTES.encode())) == {
        "Joan Okafor": Role.FACILITATOR,
        "Sam Lee": Role.NOTE_TAKER,
        "Olu Ade": Role.NOBODY,
        "Pat Grey": Role.NOBODY,
        "Amina Begum": Role.NOBODY,  # of the venue; a line of the roster or a label of hers would count her
    }


MINUTES = """NORTHBOROUGH COUNCIL
MINUTES OF THE RESIDENTS' MEETING
Date: 1 May 2025

Present: Cllr Ruth Cohen (Chair), Amina Begum (AB), John Marsh (JM), Sam Lee (SL) (minutes)
In attendance: Dev Shah, council officer presenting

1. Apologies for absence

1.1 Apologies were received from Olu Ade and Pat Grey.

2. Housing

2.1 JM reported that the lifts in Mill Court had been out for six weeks.

2.2 AB said: "My mother cannot get out." Several residents agreed.

ACTION: DS to ring housing

2.3 It was noted that 2.5 million had been set aside.

3. Any other business

3.1 None.

RESOLVED: that the report be noted.

Minutes taken by Pat Moss
"""


def test_numbered_minutes_report_and_nobody_of_them_speaks() -> None:
    reading = txt.read(MINUTES.encode())
    assert heard(reading) == [
        (R, "-", "JM reported that the lifts in Mill Court had been out for six weeks."),
        (R, "-", 'AB said: "My mother cannot get out." Several residents agreed.'),
        (A, "-", "ACTION: DS to ring housing"),
        (R, "-", "It was noted that 2.5 million had been set aside."),
        (A, "-", "RESOLVED: that the report be noted."),
    ]
    assert reading.questions == ("Housing",)
    assert roles(reading) == {
        "Cllr Ruth Cohen": Role.FACILITATOR,
        "Amina Begum": Role.PARTICIPANT,
        "John Marsh": Role.PARTICIPANT,
        "Sam Lee": Role.NOTE_TAKER,
        "Dev Shah": Role.FACILITATOR,
        "Olu Ade": Role.NOBODY,
        "Pat Grey": Role.NOBODY,
        "Pat Moss": Role.NOTE_TAKER,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Meeting notes\n\nIt is dark in the park.", [R]),
        ("Focus group 2\n\nKey points:\n- damp\n- rent", [R, R]),
        ("Key points:\n\n- Several felt unheard\n- rent", [R, R]),
        ("Participants said it is dark.\n\nMost felt unsafe.\n\nLights are out.", [R, R, R]),
        ("Participants said it is dark.\n\nThe plan is old.\n\nLights are out.\n\nIt is 2020.", [P, P, P, P]),
        ("The borough has parks.\n\nResidents use them.\n\nThey are dark.", [P, P, P]),
        ("Dear all,\n\nParticipants said it is dark.\n\nMost felt unsafe.\n\nYours,\n\nOlu Ade", [P] * 5),
        ("P1: It is dark.\n\nP2: Yes.\n\nSummary: People felt unsafe.", [T, T, R]),
        ("P1: It is dark.\n\nPeople are scared of it.", [T]),
        ("P1: It is dark.\n\nParticipants agreed that it was.", [T, R]),
        ("P1: It is dark.\n\nPeople said I was mad.", [T]),
        ("P1: It is dark.\n\nSome people said it was fine.", [T]),
        ("P1: It is dark.\n\n- Some people said it was fine.", [T, R]),
        ("P1: It is dark.\n\nSeveral felt unsafe.", [T, R]),
        ("P1: It is dark.\n\nSeveral told me so.", [T]),
        ('P1: It is dark.\n\nOne said: "I am scared."', [T, R]),
        ("P1: It is dark.\n\nGP said no.", [T]),
        ("Present: John Marsh (JM)\n\nP1: It is dark.\n\nJM said no.", [T, R]),
        ("P1: It is dark.\nParticipants agreed, I think.", [T]),
        ("P1: It is dark.\n\nACTIONS\n\nP1: I will ring them.\n\nP2: So will I.", [T, T, T]),
        ("P1: It is dark.\n\nACTIONS\n\nP1: ring them.\n\nP2 to write", [T, A, A]),
        ("P1: It is dark.\nP2: Yes.\nACTION (JM): mend it\nP1: Good.", [T, T, A, T]),
        ("P1: It is dark.\n\nAction 3 - Sam Lee: mend it by May", [T, A]),
        ("P1: It is dark.\n\nAction-packed days were had.", [T]),
        ("P1: It is dark.\n\nAGREED: to mend it", [T, A]),
        ("About the park\n\nWhat people said:\n* It is dark.\n\nWhat we will do:\n* Mend it", [R, R, A]),
        ("Annual report by Joan Okafor\nVersion: 2\n\nIt is dark in the park.", [P, P]),
        ("Notes of group 1\n\nDecisions\n- mend it\n\nHousing\n- damp", [A, R]),
    ],
)
def test_the_kind_of_words_is_told_by_who_wrote_them_and_where(text: str, expected: list[Kind]) -> None:
    """A labelled speaker's words are a turn, a meeting's other lines are reported, another document's are prose."""
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Apologies: Olu Ade, Pat Grey", "Apologies for absence: Olu Ade and Pat Grey",
        "Apologies\n- Olu Ade\n- Pat Grey",
        "Apologies received from: Olu Ade; Pat Grey", "Apologies were received from Olu Ade and Pat Grey.",
        "Olu Ade and Pat Grey sent their apologies.", "1. Apologies for absence\n\nOlu Ade\nPat Grey",
        "Absent: Olu Ade, Pat Grey",
    ],
)  # fmt: skip
def test_apologies_are_told_however_they_are_written(line: str) -> None:
    reading = txt.read(f"Present: Amina Begum\n{line}\n\nIt is dark.".encode())
    assert roles(reading) == {
        "Amina Begum": Role.PARTICIPANT, "Olu Ade": Role.NOBODY, "Pat Grey": Role.NOBODY
    }  # fmt: skip
    assert heard(reading) == [(R, "-", "It is dark.")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Present: Amina Begum (resident), Dev Shah (NCC), Joan Okafor – facilitator",
         {"Amina Begum": Role.PARTICIPANT, "Dev Shah": Role.PARTICIPANT, "Joan Okafor": Role.FACILITATOR}),
        ("Present: Councillors A. Begum, R. Cohen and J. Marsh",
         {"Councillors A. Begum": Role.PARTICIPANT, "R. Cohen": Role.PARTICIPANT, "J. Marsh": Role.PARTICIPANT}),
        ("Officers present: Dev Shah, Pat Moss", {"Dev Shah": Role.FACILITATOR, "Pat Moss": Role.FACILITATOR}),
        ("**Apologies** Olu Ade", {"Olu Ade": Role.NOBODY}),
        ("**Note taker** Sam Lee", {"Sam Lee": Role.NOTE_TAKER}),
        ("Prepared for: Dev Shah", {"Dev Shah": Role.NOBODY}),
    ],
)  # fmt: skip
def test_a_line_above_the_talk_loses_nobody(line: str, expected: dict[str, Role]) -> None:
    """Whoever it names is known, be it as nobody who speaks, so that mentions of them are found."""
    reading = md.read(f"# Notes\n\n{line}\n\nVenue: Mill Hall\n\nIt is dark.".encode())
    assert roles(reading) == expected
    assert heard(reading) == [(R, "-", "It is dark.")]


def test_who_sent_apologies_and_came_after_all_is_a_participant() -> None:
    """A full name is theirs; a first name may be another's."""
    reading = txt.read(b"Apologies: Olu Ade\n\nOlu Ade: Late.\nP1: Yes.\nOlu Ade: Sorry.")
    assert roles(reading)["Olu Ade"] is Role.PARTICIPANT
    reading = txt.read(b"Apologies: Olu Ade\n\nOlu: Late.\nP1: Yes.\nOlu: Sorry.")
    assert roles(reading) == {"Olu Ade": Role.NOBODY, "Olu": Role.PARTICIPANT, "P1": Role.PARTICIPANT}


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("Chairperson", Role.FACILITATOR), ("in the chair", Role.FACILITATOR), ("Moderator 2", Role.FACILITATOR),
        ("council officer", Role.FACILITATOR), ("officer presenting", Role.FACILITATOR),
        ("presenter", Role.FACILITATOR), ("guest speaker", Role.FACILITATOR), ("Scribe", Role.NOTE_TAKER),
        ("minutes taken by", Role.NOTE_TAKER), ("minute secretary", Role.NOTE_TAKER), ("clerk", Role.NOTE_TAKER),
        ("housing officer", None), ("presenting problem", None), ("host family", None), ("secretary", None),
    ],
)  # fmt: skip
def test_who_runs_or_records_a_meeting_is_never_a_participant(words: str, role: Role | None) -> None:
    assert cast.role_of(words) is role


# ------------------------------------------------------------------ tables


def word(*blocks: str | Sequence[Sequence[str]]) -> Reading:
    """A Word file of these paragraphs and tables, read."""
    document = Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(0, len(block[0]))
        for row in block:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = words
    held = io.BytesIO()
    document.save(held)
    return docx.read(held.getvalue())


def page(rows: Sequence[Sequence[str]]) -> Reading:
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>'.replace(chr(10), '<br>') for cell in row)}</tr>" for row in rows)
    return html.read(f"<html><body><table>{cells}</table><p>P1: Yes.</p></body></html>".encode())


INITIALS = (("AB", "Amina Begum"), ("SL", "Sam Lee"))
IN_COLUMNS = (
    ("Item", "Discussion", "Action", "Who", "By when"),
    ("1. Housing", "Damp was raised.\nRepairs take months.", "Ring housing", "SL", "May"),
    ("2. Buses", "Amina: They are late.", "", "", ""),
)


@pytest.mark.parametrize("read", [lambda rows: word(rows, "P1: Yes."), page])
def test_minutes_in_columns_are_read_by_their_headings(read: object) -> None:
    assert callable(read)
    reading = read(IN_COLUMNS)
    assert heard(reading)[:3] == [
        (R, "-", "Damp was raised."),
        (R, "-", "Repairs take months."),
        (A, "-", "Action: Ring housing (SL; May)"),
    ]
    assert reading.questions == ("Housing", "Buses")
    assert reading.counts.aside["table heading"] == 5


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((("Action", "Owner"), ("Ring housing", "Sam"), ("Write", "Pat")),
         [(A, "-", "Action: Ring housing (Sam)"), (A, "-", "Action: Write (Pat)")]),
        ((("No.", "Topic", "Notes"), ("1", "Housing", "It is damp."), ("2", "Buses", "They are late.")),
         [(R, "-", "It is damp."), (R, "-", "They are late.")]),
        ((("Time", "Speaker", "Words", "Action"), ("0:01", "P2", "It is damp.", "Mend it")),
         [(T, "P2", "It is damp."), (A, "-", "Action: Mend it")]),
        ((("P2", "It is damp."), ("P3", "They are late.")), [(T, "P2", "It is damp."), (T, "P3", "They are late.")]),
    ],
)  # fmt: skip
def test_tables_of_a_meeting(rows: Sequence[Sequence[str]], expected: list[tuple[Kind, str, str]]) -> None:
    assert heard(word("Notes of the meeting", rows, "P1: Yes."))[: len(expected)] == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (INITIALS, {"Amina Begum": Role.PARTICIPANT, "Sam Lee": Role.PARTICIPANT}),
        (tuple((name, short) for short, name in INITIALS),
         {"Amina Begum": Role.PARTICIPANT, "Sam Lee": Role.PARTICIPANT}),
        ((("Amina Begum", "resident"), ("Sam Lee", "Note taker")),
         {"Amina Begum": Role.PARTICIPANT, "Sam Lee": Role.NOTE_TAKER}),
        ((("Present", "Amina Begum (AB)\nSam Lee (scribe)"), ("Apologies", "Olu Ade")),
         {"Amina Begum": Role.PARTICIPANT, "Sam Lee": Role.NOTE_TAKER, "Olu Ade": Role.NOBODY}),
        ((("Present", "Apologies"), ("Amina Begum", "Olu Ade"), ("Sam Lee", "")),
         {"Amina Begum": Role.PARTICIPANT, "Sam Lee": Role.PARTICIPANT, "Olu Ade": Role.NOBODY}),
        ((("Name", "Role", "Attendance"), ("Amina Begum", "", "Yes"), ("Olu Ade", "", "Apologies")),
         {"Amina Begum": Role.PARTICIPANT, "Olu Ade": Role.NOBODY}),
    ],
)  # fmt: skip
def test_tables_of_who_was_there(rows: Sequence[Sequence[str]], expected: dict[str, Role]) -> None:
    reading = word(rows, "Q1. What of the damp?", "AB: It is bad.", "AB: It is worse.")
    assert {name: role for name, role in roles(reading).items() if name != "AB"} == expected
    assert [kind for kind, *_ in heard(reading)] == [T, T]


def test_a_short_conversation_in_a_table_is_no_list_of_roles() -> None:
    rows = (("Joan Okafor", "I am the facilitator."), ("Amina Begum", "Hello."), ("Joan Okafor", "Hi."))
    assert [kind for kind, *_ in heard(paragraphs.recognise([Table(1, (*rows, rows[1]))]))] == [T] * 4


def test_a_bold_name_speaks_unless_it_is_told_what_they_said() -> None:
    text = b"Present: John Marsh (JM), Amina Begum\n\n3.1 **JM** reported that it is dark.\n\n**Amina** It is damp."
    assert heard(md.read(text)) == [
        (R, "-", "JM reported that it is dark."),
        (T, "Amina Begum", "It is damp."),
    ]


def test_a_table_in_a_letter_is_its_authors_too() -> None:
    reading = word("Dear all,", "The rents:", (("2019", "£400"), ("2020", "£500")), "Yours,", "Olu Ade")
    assert (P, "Olu Ade", "2019: £400") in heard(reading)


def odt_lines(lines: Sequence[str]) -> bytes:
    document = odfdo.Document("text")
    document.body.clear()
    for line in lines:
        document.body.append(odfdo.Paragraph(line))
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


@pytest.mark.parametrize(
    "read",
    [
        lambda lines: word(*lines),
        lambda lines: odt.read(odt_lines(lines)),
        lambda lines: html.read(("<html><body><p>" + "<p>".join(lines)).encode()),
        lambda lines: md.read("\n\n".join(lines).encode()),
        lambda lines: rtf.read(("{\\rtf1\\ansi " + "\\par ".join(lines) + "\\par}").encode()),
    ],
    ids=["docx", "odt", "html", "md", "rtf"],
)
def test_numbered_minutes_are_the_same_in_every_format(read: Callable[[list[str]], Reading]) -> None:
    text = txt.read(MINUTES.encode())
    reading = read([line for line in MINUTES.split("\n") if line])
    assert (heard(reading), reading.questions) == (heard(text), text.questions)
    assert {name: role for name, role in roles(reading).items() if name != "python-docx"} == roles(text)


# ------------------------------------------------------------- transcripts


def cues(*texts: str) -> str:
    return "\n".join(
        f"{at}\n00:00:{at:02},000 --> 00:00:{at:02},900\n{words}\n" for at, words in enumerate(texts, start=1)
    )


@pytest.mark.parametrize(
    ("texts", "turns"),
    [
        (["- Hello.\n- Hi."], ["Hello.", "Hi."]),
        (["- Hello.\n- Hi, I, um,", "need homes.", "Why?"], ["Hello.", "Hi, I, um, need homes.", "Why?"]),
        (["– Hello\nto all.\n– Hi."], ["Hello to all.", "Hi."]),
        ([">> Hello.\n>> Hi."], ["Hello.", "Hi."]),
        (["- Hello.", "- Hi."], ["Hello.", "Hi."]),
        (["Hello. It is -", "- dark."], ["Hello. It is -", "dark."]),
        (["It was -5 outside", "that day."], ["It was -5 outside that day."]),
        (["Hello.\n\nIt is dark."], ["Hello. It is dark."]),
        (["[laughter]", "It is dark."], ["It is dark."]),
        (["Time: it was late.", "And dark."], ["Time: it was late. And dark."]),
        (["Welcome to the focus group", "of May."], ["Welcome to the focus group of May."]),
    ],
)  # fmt: skip
def test_words_of_unknown_speakers_are_turns_and_a_dash_parts_them(texts: list[str], turns: list[str]) -> None:
    """Fillers stay; a pause within a cue, an empty line and words like a title block lose nothing."""
    text = cues(*texts)
    timed = re.sub(r"(:\d\d),(\d)", r"\1.\2", text)
    for reading in (srt.read(text.encode()), vtt.read(f"WEBVTT\n\n{timed}".encode())):
        assert [words for _, _, words in heard(reading)] == turns
        assert {(turn.kind, turn.person) for turn in reading.turns} == {(T, None)}


def test_a_dash_before_a_name_is_that_persons() -> None:
    text = cues("- Amina: Hello.\n- Ruth: Hi.", "- Amina: It is dark.\n- Ruth: Yes.")
    assert [name for _, name, _ in heard(srt.read(text.encode()))] == ["Amina", "Ruth", "Amina", "Ruth"]


# ------------------------------------------------ everything in is accounted for

MARK = re.compile(r"Zq[a-z]{2}")


def kept(reading: Reading) -> str:
    """All words that a reading keeps: of turns, people and questions."""
    people = [
        (*person.names, person.code, person.group, *(words for _, words in (*person.identifiers, *person.declared)))
        for person in reading.people
    ]
    return "\n".join([*(turn.words for turn in reading.turns), *reading.questions, *(w for one in people for w in one)])


TEXT = """Notes of the Zqaa group
Date: 3 May Zqab
Venue: Zqac Hall
Group: Zqad
Facilitator: Joan Zqae, Zqaf Trust
Apologies: Olu Zqag

Present:
- Amina Zqah (AZ), Zqai Tenants
- Ruth Zqaj

Q1. What of Zqak?

Joan: Welcome Zqal.
Amina (Zqam): Damp Zqan.
[00:01:02] Ruth: Yes Zqao.
[laughter]
All: Agreed Zqap.

Q2. And Zqaq?

Q3. Or Zqar?

Several felt Zqas.
ACTION: Zqat to ring

Next steps
- Zqau to write

The meeting closed at 8 by Zqav.
"""


def test_every_line_of_a_text_is_in_one_place() -> None:
    """Each has a word of its own: it is a turn's, a person's, a question's, or its line is counted."""
    reading = txt.read(TEXT.encode())
    lost = set(MARK.findall(TEXT)) - set(MARK.findall(kept(reading)))
    assert reading.counts.aside == {
        "title": 1,
        "title block": 2,
        "about an attendee": 2,
        "attendance list": 1,
        "about a speaker": 1,
        "timestamp": 1,
        "sound or pause": 1,
        "speaker without a name": 1,
        "heading": 2,
        "opening or closing line": 1,
    }
    assert lost == {"Zqaa", "Zqab", "Zqac", "Zqaf", "Zqai", "Zqam", "Zqaq", "Zqav"}
    # Without a word of their own: "Present:", the time, the laughter, "All", "Next steps".
    assert sum(reading.counts.aside.values()) == len(lost) + 5


def test_every_part_of_a_transcript_is_in_one_place() -> None:
    text = (
        "WEBVTT - Zqaa\nKind: Zqab\n\nNOTE Zqac\n\nSTYLE\n::cue {}\n\n00:01.000 --> 00:02.000\n"
        "<v Joan Zqad>Welcome Zqae\n\nZqaf too</v>\n\nid\n00:03.000 --> 00:04.000\n<v Ruth Zqag>Yes Zqah.\n"
    )
    reading = vtt.read(text.encode())
    lost = set(MARK.findall(text)) - set(MARK.findall(kept(reading)))
    assert reading.counts.aside == {"title block": 2, "note in the transcript's code": 1, "timestamp": 2}
    assert lost == {"Zqaa", "Zqab", "Zqac"}


def test_every_cell_of_a_table_is_in_one_place() -> None:
    rows = [
        ("Zqaa", "Speaker", "What was said", "Topic", "Time"),
        ("Zqab", "P1", "Damp Zqac.", "Zqad", "00:01"),
        ("", "P2", "Yes Zqae.", "Zqad", "00:02"),
    ]
    listed = [
        ("Name", "Role", "Zqaf", "Ethnicity", "Email"),
        ("Amina Zqag", "Zqah", "Zqai", "Zqaj", "zq@example.org"),
    ]
    reading = paragraphs.recognise([Table(1, tuple(listed)), Table(2, tuple(rows))])
    text = " ".join(cell for row in (*rows, *listed) for cell in row)
    lost = set(MARK.findall(text)) - set(MARK.findall(kept(reading)))
    assert reading.counts.aside == {
        "table heading": 10,
        "other column of a table": 1,
        "timestamp": 2,
        "about an attendee": 2,
    }
    assert lost == {"Zqaa", "Zqab", "Zqaf", "Zqah", "Zqai"}


def test_a_table_of_markdown_and_its_links_are_accounted_for() -> None:
    text = (
        "# Zqaa\n\nP1: Damp Zqab[^1].\n\nP2: Yes Zqac.\n\n[^1]: Zqad.\n[x]: https://example.org/Zqae\n<!-- Zqaf -->\n"
    )
    reading = md.read(text.encode())
    lost = set(MARK.findall(text)) - set(MARK.findall(kept(reading)))
    assert reading.counts.aside == {"target of a link": 1, "comment in the text's code": 1}
    assert lost == {"Zqae", "Zqaf"}


def pdf_of(pages: Sequence[Sequence[tuple[int, str]]], info: str) -> bytes:
    """A PDF of lines, each at its height in points; pdfium mends what a full file has besides."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]/MediaBox[0 0 595 842]"
        "/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        3: f"<<{info}>>",
    }
    for at, lines in enumerate(pages):
        drawn = "".join(f"BT /F 11 Tf 72 {height} Td ({words}) Tj ET " for height, words in lines)
        objects[4 + 2 * at] = f"<</Type/Page/Parent 2 0 R/Contents {5 + 2 * at} 0 R>>"
        objects[5 + 2 * at] = f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream"
    body = "".join(f"{number} 0 obj\n{words}\nendobj\n" for number, words in objects.items())
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R/Info 3 0 R>>\n%%EOF".encode()


def test_every_line_of_a_pdf_is_in_one_place() -> None:
    pages = [
        [(800, "Zqaa"), (700, f"P1: Damp {one}."), (600, f"P2: Yes {two}."), (40, f"Page {at}")]
        for at, (one, two) in enumerate([("Zqab", "Zqac"), ("Zqad", "Zqae")], start=1)
    ]
    reading = pdf.read(pdf_of(pages, "/Title(Zqaf)/Author(Olu Zqag)"))
    lost = {f"Zqa{letter}" for letter in "abcdefg"} - set(MARK.findall(kept(reading)))
    assert reading.counts.aside == {"header, footer or page number": 4, "document property": 1}
    assert lost == {"Zqaa", "Zqaf"}
    assert roles(reading)["Olu Zqag"] is Role.NOBODY


# ----------------------------------------------------------------- roster

ROSTER = b"""name,group,consent to take part,May we quote you?
Amina Begum,Faith,yes,yes
Ruth Cohen,Faith,withdrawn,
Ruth Ade,Young people,yes,no
P3,Young people,No,
"""


def test_a_roster_says_who_withdrew_and_who_may_be_quoted() -> None:
    """Where it was asked, silence is no consent to publish."""
    told = [(entry.withdrawn, entry.may_publish, entry.listed_as) for entry in roster.roster_of(ROSTER)]
    assert told == [
        (False, True, ""), (True, False, ""), (False, False, ""), (True, False, "young people/p3")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "cell", "withdrawn"),
    [
        ("withdrawn", "yes", True), ("withdrawn", "no", False), ("withdrawn", "", False),
        ("Withdrawn on", "3/5/2025", True),
        ("consent", "no", True), ("consent", "yes", False), ("consent", "", False), ("consent", "withdrawn", True),
        ("took part consent", "no", True), ("status", "withdrawn", True), ("status", "confirmed", False),
        ("notes", "withdrawn", False), ("phone", "no", False),
    ],
)  # fmt: skip
def test_consent_to_take_part_is_told_by_heading_and_cell(heading: str, cell: str, withdrawn: bool) -> None:
    (entry,) = roster.roster_of(f"name,{heading}\nAmina Begum,{cell}".encode())
    assert entry.withdrawn is withdrawn


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"name,consent\nAmina Begum,pending",
         "row 2 doesn't say plainly under 'consent' whether they take part. Write yes or no, or withdrawn."),
        (b"name,withdrawn\nAmina Begum,\"Yes, by phone\"",
         "row 2 doesn't say plainly under 'withdrawn' whether they take part. Write yes or no, or withdrawn."),
        (b"name,May we quote you?\nAmina Begum,maybe",
         "row 2 says neither yes nor no under 'May we quote you?'. Write yes or no."),
    ],
)  # fmt: skip
def test_a_consent_that_says_nothing_plainly_stops_the_roster(data: bytes, sentence: str) -> None:
    with pytest.raises(CannotRead) as refusal:
        roster.roster_of(data)
    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("person", "withdrawn", "may_publish"),
    [
        (Person(names=("Ruth Cohen",)), True, False),
        (Person(names=("Ruth",), group="Faith"), True, False),
        (Person(names=("Ruth",), group="Young people"), False, False),
        (Person(names=("Amina Begum",)), False, True),
        (Person(names=("Amina Begum",), may_publish=False), False, False),
        (Person(code="Participant 3", group="Young people"), True, False),
        (Person(names=("Olu Cole",), may_publish=True), False, True),
    ],
)
def test_a_refusal_is_carried_over_and_outranks(person: Person, withdrawn: bool, may_publish: bool) -> None:
    (joined,) = roster.join(Reading((), (person,)), roster.roster_of(ROSTER)).people
    assert (joined.withdrawn, joined.may_publish) == (withdrawn, may_publish)


def test_who_may_be_somebody_who_withdrew_is_left_out_with_a_note() -> None:
    known = roster.roster_of(b"name,group,withdrawn\nRuth Cohen,Faith,yes\nRuth Ade,Faith,")
    joined = roster.join(Reading((), (Person(names=("Ruth",), group="Faith"),)), known)
    assert [person.withdrawn for person in joined.people] == [True]
    assert joined.notes == (
        "1 speaker was left out: the roster has several people so called, one of whom withdrew. Write the full names.",
    )


def test_whom_the_roster_lists_without_a_name_is_the_same_person_in_every_file() -> None:
    known = roster.roster_of(b"name,group\nP3,Young people")
    for code in ("P3", "Participant 3", "p3"):
        (joined,) = roster.join(Reading((), (Person(code=code, group="Young people group"),)), known).people
        assert joined.listed_as == "young people/p3"


def test_a_paragraph_that_the_format_labels_is_a_turn_whatever_it_says() -> None:
    reading = paragraphs.recognise([Paragraph("row 1", "Action: mend it", label="P1")])
    assert heard(reading) == [(T, "P1", "Action: mend it")]


def test_people_who_speak_once_each_are_not_taken_for_the_facilitator() -> None:
    """After one sure speaker, names that stand before most lines are speakers', without a roster and once each."""
    text = "Facilitator: Joan Okafor\n\nJoan: Who begins?\nAmina: The stairs are dark.\nRuth: The lift is broken.\n"
    reading = txt.read(text.encode())
    assert [(reading.people[turn.person].names[-1], turn.words) for turn in reading.turns] == [
        ("Joan", "Who begins?"), ("Amina", "The stairs are dark."), ("Ruth", "The lift is broken."),
    ]  # fmt: skip
    assert [person.role for person in reading.people] == [Role.FACILITATOR, Role.PARTICIPANT, Role.PARTICIPANT]
