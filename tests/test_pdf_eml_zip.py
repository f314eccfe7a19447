"""PDFs, e-mails and zip files: read whole, or refused with a sentence. Everybody and every place here is invented."""

from __future__ import annotations

import contextlib
import io
import random
import stat
import time
import zipfile
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from pathlib import Path

import pytest

from engagement.ingest import read_file, read_folder
from engagement.model import Kind, RawDocument, Role, Unreadable
from engagement.readers import archive, eml, pdf
from engagement.readers.reading import CannotRead, Reading

MUTANTS = 60
LONGEST = 5.0  # seconds a damaged file may take
OCR = "Have its text recognised (OCR), or type it in"


def mutants(whole: bytes, seed: int) -> list[bytes]:
    """Copies of `whole` with up to 40 bytes changed, every other one of them cut short."""
    chance, made = random.Random(seed), []
    for number in range(MUTANTS):
        bad = bytearray(whole)
        for _ in range(chance.randint(1, 40)):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        made.append(bytes(bad[: chance.randint(10, len(bad)) if number % 2 else len(bad)]))
    return made


def survives(read: Callable[[bytes], object], whole: bytes, seed: int) -> None:
    for bad in mutants(whole, seed):
        start = time.monotonic()
        with contextlib.suppress(CannotRead):
            read(bad)
        assert time.monotonic() - start < LONGEST


def refusal_of(read: Callable[[bytes], object], data: bytes) -> str:
    with pytest.raises(CannotRead) as refusal:
        read(data)
    return str(refusal.value)


def words(reading: Reading) -> list[tuple[str, str]]:
    return [(turn.location, turn.words) for turn in reading.turns]


# --------------------------------------------------------------------- pdf

Placed = tuple[float, float, str]  # the height in points, the size of the letters, the line; bold if it starts with "*"


def pdf_of(*pages: Sequence[Placed], trailer: str = "", extra: str = "") -> bytes:
    """A PDF with these lines on its pages, each at x = 72 unless it says "x=300|"."""
    kids = " ".join(f"{5 + 2 * at} 0 R" for at in range(len(pages)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        font.format("Helvetica"),
        font.format("Helvetica-Bold"),
    ]
    for at, lines in enumerate(pages):
        drawn = "\n".join(map(drawn_line, lines))
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> "
            f"/Contents {6 + 2 * at} 0 R {extra} >>"
        )
        objects.append(f"<< /Length {len(drawn.encode('cp1252'))} >>\nstream\n{drawn}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for number, held in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{held}\nendobj\n".encode("cp1252")
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{at:010d} 00000 n \n" for at in places)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + (table + end).encode()


def drawn_line(line: Placed) -> str:
    height, size, text = line
    left, _, text = text.rpartition("|") if text.startswith("x=") else ("x=72", "", text)
    font = "F2" if text.startswith("*") else "F1"
    escaped = text.removeprefix("*").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf 1 0 0 1 {left[2:]} {height} Tm ({escaped}) Tj ET"


def column(*lines: str, top: float = 760, size: float = 11) -> list[Placed]:
    """Lines right under each other; an empty one leaves a gap."""
    return [(top - 14 * at, size, line) for at, line in enumerate(lines) if line]


LONG = "It takes an hour to come from Mill Lane to the clinic, and the last one leaves"
GROUP = (
    [
        (800.0, 9.0, "Mill Hall group, draft"),
        (770.0, 18.0, "*Notes of the group"),
        (735.0, 11.0, "Facilitator: Joan Okafor"),
        (700.0, 14.0, "*What do the buses mean to you?"),
        (680.0, 11.0, f"Amina: {LONG}"),
        (666.0, 11.0, "before six."),
        (652.0, 11.0, "Ruth: Never on time."),
        (638.0, 11.0, "Amina: And the stop by the park is dark, so that no one I know of"),
        (30.0, 9.0, "Page 1 of 2"),
    ],
    [
        (800.0, 9.0, "Mill Hall group, draft"),
        (770.0, 11.0, "waits there at night."),
        (750.0, 11.0, "Ruth: I walk (caf\xe9 side)."),
        (30.0, 9.0, "Page 2 of 2"),
    ],
)


def test_a_pdf_of_notes_is_read_as_turns_on_their_pages() -> None:
    """Wrapped lines are joined, over the page too; running heads and page numbers are left out and told of."""
    reading = pdf.read(pdf_of(*GROUP))
    assert words(reading) == [
        ("page 1", f"{LONG} before six."),
        ("page 1", "Never on time."),
        ("page 1", "And the stop by the park is dark, so that no one I know of waits there at night."),
        ("page 2", "I walk (café side)."),
    ]
    assert reading.questions == ("What do the buses mean to you?",)
    assert [person.role for person in reading.people] == [Role.FACILITATOR, Role.PARTICIPANT, Role.PARTICIPANT]
    assert reading.notes == ("4 lines were left out: headers, footers and page numbers that stand on most pages.",)


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        (["They closed the com-", "munity room."], ["They closed the community room."]),
        (["We speak of well-", "being in a well-being plan."], ["We speak of well-being in a well-being plan."]),
        (["A word to the mayor of Mill-", "Brook, on lamps."], ["A word to the mayor of Mill-Brook, on lamps."]),
        (["It is dark.", "Nobody mends the lamps on the stairs."],
         ["It is dark.", "Nobody mends the lamps on the stairs."]),
        ([f"{LONG} far", "too early.", "", "The park is dark."], [f"{LONG} far too early.", "The park is dark."]),
        ([f"- {LONG}", "- The park is dark."], [LONG, "The park is dark."]),
    ],
)  # fmt: skip
def test_lines_are_paragraphs_as_their_writer_meant(lines: list[str], read: list[str]) -> None:
    assert [said for _, said in words(pdf.read(pdf_of(column(*lines))))] == read


def test_columns_are_read_one_after_the_other_and_shuffled_lines_from_the_top() -> None:
    left = column("One is dark.", "Two is cold.", "Three is bare.")
    right = column("x=320|Four is wet.", "x=320|Five is loud.", top=756)
    assert [said for _, said in words(pdf.read(pdf_of([*left, *right])))] == [
        "One is dark.", "Two is cold.", "Three is bare.", "Four is wet.", "Five is loud.",
    ]  # fmt: skip
    assert [said for _, said in words(pdf.read(pdf_of(left[::-1])))] == [
        "One is dark.",
        "Two is cold.",
        "Three is bare.",
    ]


@pytest.mark.parametrize(
    ("pages", "sentence"),
    [
        (([],), f"a scan of 1 page without text. {OCR}."),
        (([], [], [], []), f"a scan of 4 pages without text. {OCR}."),
        (([(30, 9, "Page 1 of 2")], [(30, 9, "Page 2 of 2")]), f"a scan of 2 pages without text. {OCR}."),
    ],
)
def test_a_scan_is_called_a_scan_with_its_pages(pages: Sequence[Sequence[Placed]], sentence: str) -> None:
    """Even where a scanner printed page numbers."""
    assert refusal_of(pdf.read, pdf_of(*pages)) == sentence


@pytest.mark.parametrize(
    ("silent", "note"),
    [
        ([2], f"page 2 has no text: a scan or blank. {OCR}."),
        ([2, 3], f"pages 2 and 3 have no text: scans or blank. {OCR}."),
        ([1, 3, 4], f"pages 1, 3 and 4 have no text: scans or blank. {OCR}."),
    ],
)
def test_pages_without_text_are_named(silent: list[int], note: str) -> None:
    pages = [[] if number in silent else column(f"It is dark at stop {number}.") for number in range(1, 5)]
    reading = pdf.read(pdf_of(*pages))
    assert reading.notes == (note,)
    assert len(reading.turns) == 4 - len(silent)


def test_a_heading_that_only_looks_alike_is_no_running_head() -> None:
    """ "Group 1" and "Group 2" at the top of their pages are two headings."""
    pages = [[(780.0, 16.0, f"Group {number}"), *column(f"It is dark at stop {number}.", top=700)] for number in (1, 2)]
    reading = pdf.read(pdf_of([(800.0, 20.0, "Notes"), *pages[0]], [(800.0, 11.0, "And more."), *pages[1]]))
    assert reading.questions == ("Group 1", "Group 2")


LOCKED = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'11' * 32}> /U <{'22' * 32}> /P -4 >> /ID [<00><00>]"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (pdf_of(*GROUP, trailer=LOCKED),
         "the PDF is protected by a password. Save a copy of it without the password."),
        (pdf_of(*GROUP)[:300], "the PDF is damaged or breaks off. Save or download it once more."),
        (b"%PDF-1.7 It is dark", "the PDF is damaged or breaks off. Save or download it once more."),
    ],
)  # fmt: skip
def test_a_locked_or_damaged_pdf_has_its_own_sentence(data: bytes, sentence: str) -> None:
    assert refusal_of(pdf.read, data) == sentence


def test_a_pdf_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MOST_PAGES", 2)
    assert words(pdf.read(pdf_of(*GROUP)))
    assert refusal_of(pdf.read, pdf_of([], [], [])) == "the PDF has 3 pages. Save it in parts of up to 2 pages."


def test_a_comment_in_a_pdf_is_told_of() -> None:
    note = "/Annots [<< /Type /Annot /Subtype /Text /Rect [10 10 20 20] /Contents (It is dark) >>]"
    reading = pdf.read(pdf_of(column("It is dark."), extra=note))
    assert reading.notes == ("1 comment was not read: put the words into the page.",)


def test_letters_of_no_size_are_no_crash() -> None:
    """As a damaged font gives them."""
    lines = [pdf.Line(1, text, 72.0, 72.0, 700.0 - at, 0.0, bold=False) for at, text in enumerate(["It is", "dark."])]
    assert [paragraph.text for paragraph in pdf._paragraphs(lines)] == ["It is dark."]


def test_a_damaged_pdf_never_crashes_the_reader() -> None:
    survives(pdf.read, pdf_of(*GROUP), seed=3)


# --------------------------------------------------------------------- eml


def mail(body: str = "The buses are late.\n", **headers: str) -> EmailMessage:
    message = EmailMessage()
    known = {"From": "Amina Begum <amina@example.org>", "To": "The Grants Team <grants@example.org>"}
    for name, value in {**known, "Subject": "Buses", **headers}.items():
        if value:
            message[name] = value
    message["Message-ID"] = "<1@example.org>"
    message.set_content(body)
    return message


WHOLE = mail(
    "Dear team,\n\nThe buses to Mill Lane\nare late: I have waited.\n\n- no lamps\n- no seats\n\nAmina\n\n"
    "On Mon, 14 Sep 2020 at 10:02, Joan Okafor\n<joan@example.org> wrote:\n> What of the buses?\n>\n> Joan\n",
    Subject="Re: [Grants] FW: The buses",
    To='"Okafor, Joan" <joan@example.org>, The Grants Team <grants@example.org>',
    Cc="Olu Ade <olu@example.org>, Amina <amina@example.org>",
)


def test_an_email_is_its_senders_words_on_the_topic_of_its_subject() -> None:
    reading = eml.read(bytes(WHOLE))
    assert words(reading) == [
        ("line 1", "Dear team,"),
        ("line 3", "The buses to Mill Lane are late: I have waited."),
        ("line 6", "- no lamps"),
        ("line 7", "- no seats"),
        ("line 9", "Amina"),
    ]
    assert {(turn.kind, turn.person, turn.question) for turn in reading.turns} == {(Kind.PROSE, 0, 0)}
    assert reading.questions == ("The buses",)
    assert reading.counts.turns == 5
    assert reading.notes == (
        "5 lines of earlier e-mails were quoted and not read: save that e-mail as a file of its own if it is a source.",
    )


def test_the_sender_is_the_one_participant_and_the_others_are_only_known() -> None:
    """A name that a team's mailbox has is nobody's."""
    assert [(person.names, person.role, dict(person.identifiers)) for person in eml.read(bytes(WHOLE)).people] == [
        (("Amina Begum",), Role.PARTICIPANT, {"EMAIL": "amina@example.org"}),
        (("Joan Okafor", "Okafor, Joan"), Role.NOBODY, {"EMAIL": "joan@example.org"}),
        ((), Role.NOBODY, {"EMAIL": "grants@example.org"}),
        (("Olu Ade",), Role.NOBODY, {"EMAIL": "olu@example.org"}),
    ]


@pytest.mark.parametrize(
    ("sender", "names", "address"),
    [
        ("amina@example.org", (), "amina@example.org"),
        ('"amina@example.org" <amina@example.org>', (), "amina@example.org"),
        ("=?utf-8?b?QW5hLU1hcsOtYSBPJ05laWw=?= <ana@example.org>", ("Ana-María O'Neil",), "ana@example.org"),
        ("Begum, Amina <amina@example.org>", ("Amina Begum",), ""),
    ],
)
def test_a_sender_is_told_from_the_header(sender: str, names: tuple[str, ...], address: str) -> None:
    data = b"From: " + sender.encode() + b"\nMIME-Version: 1.0\n\nIt is dark.\n"
    person = eml.read(data).people[0]
    assert person.role is Role.PARTICIPANT
    if address:
        assert (person.names, dict(person.identifiers)) == (names, {"EMAIL": address})


def test_an_email_without_a_sender_says_so() -> None:
    reading = eml.read(b"Subject: Lamps\nMIME-Version: 1.0\n\nIt is dark.\n")
    assert reading.notes == ("the e-mail names no sender.",)
    assert words(reading) == [("line 1", "It is dark.")]


OUTLOOK = "From: Joan Okafor\nSent: 14 September 2020 10:02\nTo: Amina Begum\nSubject: Lamps\n\nWhat of lamps?\n"


@pytest.mark.parametrize(
    ("body", "own", "quoted"),
    [
        ("It is dark.\n> Is it?\nYes.\n> Where?\nHere.", ["It is dark.", "Yes.", "Here."], 2),
        ("It is dark.\n\nOn 14 Sep 2020, Joan wrote:\n\nIs it?\n\nJoan", ["It is dark."], 3),
        ("It is dark.\n\n-----Original Message-----\nFrom: Joan\n\nIs it?", ["It is dark."], 3),
        ("It is dark.\n\nBegin forwarded message:\n\nIs it?", ["It is dark."], 2),
        (f"It is dark.\n\n{OUTLOOK}", ["It is dark."], 5),
        ("On buses nobody wrote: they rang.", ["On buses nobody wrote: they rang."], 0),
        ("From: the park\nto the lane it is dark.", ["From: the park to the lane it is dark."], 0),
    ],
)
def test_earlier_mails_are_kept_apart(body: str, own: list[str], quoted: int) -> None:
    reading = eml.read(bytes(mail(body)))
    assert [said for _, said in words(reading)] == own
    were = "1 line of an earlier e-mail was" if quoted == 1 else f"{quoted} lines of earlier e-mails were"
    assert [note for note in reading.notes if "quoted" in note] == (
        [f"{were} quoted and not read: save that e-mail as a file of its own if it is a source."] if quoted else []
    )


def test_an_html_body_is_read_without_scripts_and_quotes() -> None:
    message = mail()
    message.set_content(
        "<html><head><title>Lost</title><style>p{}</style></head><body><p>The <b>buses</b>\nare late.</p>"
        "<script>alert(1)</script><div>No seats.<br>No lamps.</div><ul><li>cold</li><li>wet</li></ul><!-- hidden -->"
        "<div class='gmail_quote'>On Monday Joan wrote:<blockquote>Why?</blockquote></div></body></html>",
        subtype="html",
    )
    reading = eml.read(bytes(message))
    assert [said for _, said in words(reading)] == ["The buses are late.", "No seats. No lamps.", "- cold", "- wet"]
    assert len(reading.notes) == 1


def test_the_plain_body_stands_before_the_html_one() -> None:
    message = mail("It is dark.\n")
    message.add_alternative("<p>It is dark, in colour.</p>", subtype="html")
    assert words(eml.read(bytes(message))) == [("line 1", "It is dark.")]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "x-unheard-of"])
def test_a_body_is_decoded_by_its_charset_or_else_by_its_bytes(encoding: str) -> None:
    body = "Café – dark".encode("utf-8" if encoding == "utf-8" else "cp1252")
    head = f"From: a@example.org\nContent-Type: text/plain; charset={encoding}\nContent-Transfer-Encoding: 8bit\n\n"
    assert words(eml.read(head.encode() + body)) == [("line 1", "Café – dark")]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (bytes(mail("\n")),
         "the e-mail has no words. Check that it is whole, or put its words into the folder."),
        (bytes(mail("> It is dark.\n")),
         "the e-mail holds quoted e-mails alone. Check that it is whole, or save what it quotes as a file of its own."),
        (b"From: a@example.org\nContent-Type: application/pkcs7-mime\n\nAAAA",
         "the e-mail is encrypted. Open it in the mail program and save its words as .txt."),
        (b"It is dark on the stairs.",
         "the file does not start as an e-mail does. Save the e-mail once more from the mail program."),
        (b"From: " + b"a@example.org, " * 2000 + b"\n\nIt is dark.",
         "the file does not start as an e-mail does. Save the e-mail once more from the mail program."),
    ],
)  # fmt: skip
def test_an_email_that_cannot_be_read_says_why(data: bytes, sentence: str) -> None:
    assert refusal_of(eml.read, data) == sentence


@pytest.mark.parametrize(
    ("data", "yes"),
    [
        (bytes(WHOLE), True),
        (b"Received: from x\r\nFrom: a@example.org\r\n\r\nHello", True),
        (b"Date: 14 September\nFrom: the group\n\nAmina: It is dark.", False),
        (b"Hello\n\nFrom: a@example.org\nMIME-Version: 1.0\n", False),
        (b"", False),
    ],
)
def test_an_email_is_known_by_how_it_starts(data: bytes, yes: bool) -> None:
    assert eml.is_mail(data) is yes


def test_a_damaged_email_never_crashes_the_reader() -> None:
    message = mail("It is dark.\n", Cc="Olu Ade <olu@example.org>")
    message.add_alternative("<p>It is <b>dark</b></p><blockquote>Why?</blockquote>", subtype="html")
    message.add_attachment("The lamp broke.\n", filename="a.txt")
    survives(eml.read, bytes(message), seed=5)
    survives(eml.read, bytes(WHOLE), seed=7)


# --------------------------------------------------------------------- zip

LARGEST = 10_000_000
UNPACK = "Unpack it and put its files into the folder"


def zip_of(*held: tuple[str | zipfile.ZipInfo, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as made:
        for name, data in held:
            made.writestr(name, data)
    return out.getvalue()


def opened(data: bytes, largest: int = LARGEST) -> dict[str, bytes | str]:
    """Every member's bytes, or the sentence why not."""
    return {
        name: str(held) if isinstance(held, CannotRead) else held for name, held in archive.held("a.zip", data, largest)
    }


def linked(name: str, target: str) -> tuple[zipfile.ZipInfo, bytes]:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry, target.encode()


def test_a_zips_files_have_its_name_before_theirs() -> None:
    """Folders and hidden files are none; a zip in it is opened too, one in that is not."""
    third = zip_of(("c.txt", b"three"))
    inner = zip_of(("b.txt", b"two"), ("third.zip", third))
    data = zip_of(
        ("notes/a.txt", b"one"), ("notes/", b""), (".hidden/x", b"x"), ("__MACOSX/._a.txt", b"x"), ("~$a.docx", b"x"),
        ("inner.zip", inner), ("two\\d.txt", b"four"),
    )  # fmt: skip
    assert opened(data) == {
        "a.zip/notes/a.txt": b"one",
        "a.zip/inner.zip/b.txt": b"two",
        "a.zip/inner.zip/third.zip": f"a zip within a zip within a zip is not opened. {UNPACK}.",
        "a.zip/two/d.txt": b"four",
    }


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "a.zip/passwd"),
        ("notes/../../up.txt", "a.zip/up.txt"),
        ("/etc/passwd", "a.zip/passwd"),
        ("\\\\server\\share.txt", "a.zip/share.txt"),
        ("..\\up.txt", "a.zip/up.txt"),
        ("C:\\up.txt", "a.zip/up.txt"),
        ("x/..", "a.zip/.."),
    ],
)
def test_a_name_that_leads_out_is_refused_and_not_repeated(name: str, shown: str) -> None:
    sentence = f"its name leads out of the zip file. {UNPACK}."
    assert opened(zip_of((name, b"It is dark."), ("b.txt", b"two"))) == {shown: sentence, "a.zip/b.txt": b"two"}


def test_a_link_in_a_zip_is_not_followed() -> None:
    assert opened(zip_of(linked("a.txt", "/etc/passwd"), ("b.txt", b"two"))) == {
        "a.zip/a.txt": "a link in a zip file is not followed. Put the file itself into the folder.",
        "a.zip/b.txt": b"two",
    }


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        (archive.SMALL, None),
        (archive.SMALL + 1, f"it would unpack to more than 200 times its size. {UNPACK}."),
    ],
)
def test_a_member_that_unpacks_to_far_more_than_it_is_stays_closed(size: int, sentence: str | None) -> None:
    """A small one may: it fills no memory."""
    assert opened(zip_of(("a.txt", b"\0" * size)))["a.zip/a.txt"] == (sentence or b"\0" * size)


def test_a_zip_bomb_is_refused_as_a_whole_before_it_is_opened() -> None:
    """By what its members make together, in zips within it too."""
    part = random.Random(2).randbytes(600)
    sentence = "the zip file would unpack to more than 1 GB. Make it anew in parts."
    many = zip_of(*((f"{at}.txt", part) for at in range(3)))
    assert opened(many, 1800) == {f"a.zip/{at}.txt": part for at in range(3)}
    assert opened(many, 1799) == {"a.zip": sentence}
    nested = zip_of(("a.zip", many), ("b.zip", many), packed=zipfile.ZIP_STORED)
    found = opened(nested, len(many) * 2 + 1800)
    assert found["a.zip/b.zip"] == sentence
    assert found["a.zip/a.zip/0.txt"] == part


def locked() -> bytes:
    data = bytearray(zip_of(("a.txt", b"It is dark.")))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return zip_of(("a.txt", b"one"), ("a.txt", b"two"))


def torn() -> bytes:
    data = bytearray(zip_of(("a.txt", b"It is dark."), packed=zipfile.ZIP_STORED))
    data[data.index(b"dark")] ^= 255
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (zip_of(), [("a.zip", "the zip file holds no files. Put the files in, or take it away.")]),
        (zip_of(("a.txt", b"one"))[:40], [
            ("a.zip", "the zip file is damaged or breaks off. Make or download it once more.")]),
        (locked(), [("a.zip/a.txt", f"it is protected by a password. {UNPACK}.")]),
        (twice(), [("a.zip/a.txt", b"one"), ("a.zip/a.txt", f"the zip file holds two files of this name. {UNPACK}.")]),
        (torn(), [("a.zip/a.txt", "it is damaged in the zip file. Make or download the zip file once more.")]),
    ],
)  # fmt: skip
def test_a_zip_or_a_member_that_cannot_be_opened_says_why(data: bytes, found: list[tuple[str, bytes | str]]) -> None:
    held = archive.held("a.zip", data, LARGEST)
    assert [(name, str(one) if isinstance(one, CannotRead) else one) for name, one in held] == found


def nameless() -> bytes:
    data = bytearray(zip_of(("a.txt", b"It is dark."), packed=zipfile.ZIP_STORED))
    start = data.index(b"PK\x01\x02")
    data[start + 28] = 0  # the length of the name in the list of members
    del data[start + 46 : start + 51]
    data[data.index(b"PK\x05\x06") + 12] -= 5  # the length of the list
    return bytes(data)


def test_a_member_without_a_name_is_no_crash() -> None:
    damaged = "it is damaged in the zip file. Make or download the zip file once more."
    assert opened(nameless()) == {"a.zip/": damaged}


def packed_otherwise() -> bytes:
    data = bytearray(zip_of(("a.txt", b"It is dark.")))
    data[8] = data[data.index(b"PK\x01\x02") + 10] = 98  # PPMd
    return bytes(data)


def test_a_member_packed_in_an_unknown_way_says_so() -> None:
    assert opened(packed_otherwise()) == {"a.zip/a.txt": f"it is packed in a way that can't be read. {UNPACK}."}


def test_a_zip_of_very_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 2)
    files = [(f"{at}.txt", b"x") for at in range(3)]
    assert len(opened(zip_of(*files[:2]))) == 2
    assert opened(zip_of(*files)) == {"a.zip": f"the zip file holds more than 2 files. {UNPACK}."}


@pytest.mark.parametrize(
    ("name", "data", "yes"),
    [
        ("a.zip", zip_of(("a.txt", b"one")), True),
        ("a", zip_of(("a.txt", b"one")), True),
        ("a.zip", zip_of(), True),
        ("a.zip", zip_of(("a.txt", b"one"))[:40], True),
        ("a.docx", zip_of(("a.txt", b"one"))[:40], False),
        ("a.zip", zip_of(("word/document.xml", b"one")), False),
        ("a.zip", zip_of(("mimetype", b"one"), ("content.xml", b"x")), False),
        ("a.zip", b"It is dark.", False),
    ],
)
def test_a_zip_of_files_is_told_from_a_document(name: str, data: bytes, yes: bool) -> None:
    assert archive.is_archive(name, data) is yes


def test_a_damaged_zip_never_crashes_the_reader() -> None:
    whole = zip_of(("a.txt", b"It is dark. " * 50), ("b/inner.zip", zip_of(("c.txt", b"cold " * 40))))
    for bad in mutants(whole, seed=9):
        start = time.monotonic()
        assert all(isinstance(held, bytes | CannotRead) for _, held in archive.held("a.zip", bad, LARGEST))
        assert time.monotonic() - start < LONGEST


# ---------------------------------------------------------------- together


def taken(folder: Path) -> dict[str, str]:
    """The format of every file that was read, and the reason of every other."""
    return {
        each.name if isinstance(each, Unreadable) else each.source.name: each.reason
        if isinstance(each, Unreadable)
        else each.source.format
        for each in read_folder(folder).documents
    }


def test_a_folder_of_pdfs_emails_and_zips_is_read_whole(tmp_path: Path) -> None:
    """Each member is a file of the folder: read, a copy, or refused with its sentence, and none stops the others."""
    notes, letter = pdf_of(*GROUP), bytes(WHOLE)
    (tmp_path / "notes.pdf").write_bytes(notes)
    (tmp_path / "mail.txt").write_bytes(letter)
    (tmp_path / "not.pdf").write_bytes(b"It is dark.")
    (tmp_path / "not.eml").write_bytes(b"It is dark.")
    (tmp_path / "torn.zip").write_bytes(b"PK\x03\x04 torn")
    (tmp_path / "hidden.zip").write_bytes(zip_of((".x", b"It is dark.")))
    inner = zip_of(("park.txt", b"The park is dark."), ("scan.pdf", pdf_of([])))
    (tmp_path / "a.zip").write_bytes(zip_of(
        ("copy.pdf", notes), ("../up.txt", b"It is wet."), linked("l.txt", "/etc/hostname"), ("b.zip", inner),
        ("roster.csv", b"name\nAmina Begum\n"),
    ))  # fmt: skip
    again = "Open it in the program that it came from and save it again"
    more = "Make or download it once more"
    assert taken(tmp_path) == {
        "a.zip/up.txt": f"a.zip/up.txt: its name leads out of the zip file. {UNPACK}.",
        "a.zip/b.zip/park.txt": "txt",
        "a.zip/b.zip/scan.pdf": f"a.zip/b.zip/scan.pdf: a scan of 1 page without text. {OCR}.",
        "a.zip/copy.pdf": "pdf",
        "a.zip/l.txt": ("a.zip/l.txt: a link in a zip file is not followed. Put the file itself into the folder."),
        "a.zip/roster.csv": (
            "a.zip/roster.csv: the table has no column of text. Check that its first row holds the questions and that "
            "one was answered in words."
        ),
        "hidden.zip": "hidden.zip: the zip file holds no files. Put the files in, or take it away.",
        "mail.txt": "eml",
        "not.eml": (
            "not.eml: the file does not start as an e-mail does. Save the e-mail once more from the mail program."
        ),
        "not.pdf": f"not.pdf: the file is called .pdf and holds something else. {again}.",
        "torn.zip": f"torn.zip: the zip file is damaged or breaks off. {more}.",
    }
    assert read_folder(tmp_path).left_out == ("notes.pdf: same content as a.zip/copy.pdf, read once",)
    assert not [path for path in tmp_path.rglob("*") if path.name in {"up.txt", "park.txt", "copy.pdf"}]


@pytest.mark.parametrize(("name", "whole"), [("a.pdf", pdf_of(*GROUP)), ("a.eml", bytes(WHOLE))])
def test_any_damage_is_read_or_has_a_sentence(tmp_path: Path, name: str, whole: bytes) -> None:
    for bad in mutants(whole, seed=13):
        (tmp_path / name).write_bytes(bad)
        found = read_file(tmp_path / name, name)
        assert isinstance(found, RawDocument) or found.reason.startswith(f"{name}: ")


def test_a_damaged_zip_stops_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"It is dark.")
    whole = zip_of(("a.txt", b"It is wet. " * 50), ("b.eml", bytes(WHOLE)))
    for bad in mutants(whole, seed=17)[:20]:
        (tmp_path / "a.zip").write_bytes(bad)
        assert taken(tmp_path)["b.txt"] == "txt"
