"""What an e-mail attaches is read as files of its own, or refused with a sentence. Everybody here is invented."""

from __future__ import annotations

import io
import time
import zipfile
from email.message import EmailMessage

import pytest

from engagement.readers import archive, detect, eml, mail_parts
from engagement.readers.docx_package import OLE
from engagement.readers.reading import CannotRead, Reading

LARGEST = 10_000_000
SAVE_IT = "Save it into the folder as a file of its own if it is a source"
WORD = "vnd.openxmlformats-officedocument.wordprocessingml.document"


def mail(body: str = "It is dark.\n", subject: str = "Lamps") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Amina Begum <amina@example.org>"
    message["Subject"] = subject
    message["Message-ID"] = "<1@example.org>"
    message.set_content(body)
    return message


def attach(message: EmailMessage, data: bytes, name: str | None = None, kind: str = "application/octet-stream") -> None:
    main, _, sub = kind.partition("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)


def zip_of(*held: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in held:
            made.writestr(name, data)
    return out.getvalue()


def held(data: bytes, name: str = "m.eml", largest: int = LARGEST) -> dict[str, bytes | str]:
    """Every source but the file itself: its bytes, or the sentence why not."""
    found = list(archive.held(name, data, largest))
    assert len({each for each, _ in found}) == len(found), "two sources of one name"
    return {each: str(got) if isinstance(got, CannotRead) else got for each, got in found if each != name}


def read(message: EmailMessage) -> Reading:
    return eml.read(bytes(message))


def test_an_email_is_a_source_and_so_is_each_file_attached() -> None:
    message = mail()
    attach(message, b"PK letter", "letter.docx", f"application/{WORD}")
    message.add_attachment("The lamp broke.\n\nTwice.\n", filename="more.txt")
    data = bytes(message)
    assert list(archive.held("in/m.eml", data, LARGEST)) == [
        ("in/m.eml", data),
        ("in/m.eml/letter.docx", b"PK letter"),
        ("in/m.eml/more.txt", b"The lamp broke.\n\nTwice.\n"),
    ]


def test_the_email_itself_holds_the_senders_words_alone() -> None:
    """What is attached is counted, and there is no note that it was not read."""
    message = mail("It is dark.\n> Is it?\n")
    message.add_attachment("The lamp broke.\n", filename="more.txt")
    reading = read(message)
    assert [(turn.location, turn.words) for turn in reading.turns] == [("line 1", "It is dark.")]
    assert reading.counts.aside == {"quoted line": 1, "attachment": 1}
    assert [note for note in reading.notes if "attach" in note] == []


def test_an_email_that_only_attaches_says_that_nothing_is_lost() -> None:
    message = mail("\n")
    attach(message, b"%PDF-1.4", "letter.pdf", "application/pdf")
    with pytest.raises(CannotRead) as refusal:
        read(message)
    assert str(refusal.value) == "the e-mail has no words of its own. What is attached to it is read by itself."


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (f"application/{WORD}", "attachment 1.docx"),
        ("application/pdf", "attachment 1.pdf"),
        ("text/csv", "attachment 1.csv"),
        ("application/octet-stream", "attachment 1"),
    ],
)
def test_a_file_without_a_name_is_called_after_its_type(kind: str, name: str) -> None:
    message = mail()
    attach(message, b"It is dark.", None, kind)
    assert held(bytes(message)) == {f"m.eml/{name}": b"It is dark."}


@pytest.mark.parametrize(
    ("written", "shown", "refused"),
    [
        ("notes.txt", "m.eml/notes.txt", False),
        ("Żółć – notatki.txt", "m.eml/Żółć – notatki.txt", False),
        ("05/06.txt", "m.eml/05/06.txt", False),
        ("../../etc/passwd", "m.eml/passwd", True),
        ("/etc/passwd", "m.eml/passwd", True),
        ("C:\\up.txt", "m.eml/up.txt", True),
        ("..\\up.txt", "m.eml/up.txt", True),
    ],
)
def test_a_name_that_leads_out_is_refused_and_not_repeated(written: str, shown: str, refused: bool) -> None:
    message = mail()
    attach(message, b"It is dark.", written)
    sentence = f"its name leads out of the e-mail. {SAVE_IT}."
    assert held(bytes(message)) == {shown: sentence if refused else b"It is dark."}


def test_files_of_one_name_are_numbered_and_hidden_ones_passed_over() -> None:
    message = mail()
    for name, data in [("a.txt", b"1"), ("a.txt", b"2"), ("a.txt", b"3"), (".x", b"4"), ("Thumbs.db", b"5")]:
        attach(message, data, name)
    assert held(bytes(message)) == {"m.eml/a.txt": b"1", "m.eml/a (2).txt": b"2", "m.eml/a (3).txt": b"3"}


def test_an_attached_email_is_a_source_with_files_of_its_own() -> None:
    """Its bytes are those that it has as a file, so that the same e-mail in the folder is known for a copy."""
    inner = mail("It is wet.\n", "Rain")
    attach(inner, b"It is cold.", "cold.txt")
    outer = mail()
    outer.add_attachment(inner)
    found = held(bytes(outer))
    assert list(found) == ["m.eml/attachment 1.eml", "m.eml/attachment 1.eml/cold.txt"]
    assert found["m.eml/attachment 1.eml"] == bytes(inner)
    assert found["m.eml/attachment 1.eml/cold.txt"] == b"It is cold."


def test_emails_within_emails_are_opened_three_deep() -> None:
    message = mail("innermost\n")
    for _ in range(6):
        attach(message, b"It is dark.", "a.txt")
        outer = mail()
        outer.add_attachment(message)
        message = outer
    found = held(bytes(message))
    refused = {name for name, got in found.items() if isinstance(got, str)}
    assert {name.count(".eml/") for name in refused} == {4}
    assert max(name.count(".eml/") for name in found) == 4
    assert {found[name] for name in refused} == {f"an e-mail so deep within others is not opened. {SAVE_IT}."}


def test_a_zip_in_an_email_and_an_email_in_a_zip_are_opened() -> None:
    message = mail()
    attach(message, zip_of(("b.txt", b"two")), "b.zip", "application/zip")
    assert held(zip_of(("m.eml", bytes(message))), "a.zip") == {
        "a.zip/m.eml": bytes(message),
        "a.zip/m.eml/b.zip/b.txt": b"two",
    }


def test_a_zip_bomb_in_an_email_is_refused() -> None:
    message = mail()
    attach(message, zip_of(("a.txt", b"x" * 5000)), "a.zip")
    attach(message, b"y" * 3000, "b.txt")
    found = held(bytes(message), largest=4000)
    assert found["m.eml/a.zip"] == "with it the file would unpack to more than 1 GB. " + SAVE_IT + "."
    assert found["m.eml/b.txt"] == b"y" * 3000


def test_an_email_of_very_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 2)
    message = mail()
    for at in range(3):
        attach(message, b"x", f"{at}.txt")
    assert held(bytes(message)) == {"m.eml/attachments": f"the e-mail attaches more than 2 files. {SAVE_IT}."}


def test_pictures_within_the_words_are_counted_in_one_note() -> None:
    """Logos and signatures are refused to nobody; a picture attached as a file is one."""
    message = mail()
    message.add_alternative('<p>It is dark.</p><img src="cid:1"><img src="cid:2">', subtype="html")
    html = message.get_payload()[1]
    for number in (1, 2):
        html.add_related(b"\x89PNG", "image", "png", cid=f"<{number}>", filename=f"image00{number}.png")
    attach(message, b"\x89PNG", "photo.png", "image/png")
    reading = read(message)
    assert held(bytes(message)) == {"m.eml/photo.png": b"\x89PNG"}
    assert reading.counts.aside == {"attachment": 1, "picture in an e-mail": 2}
    assert reading.notes == (
        "2 pictures in the e-mail were not read: save them into the folder as text if they hold words, "
        "as no logo or signature does.",
    )


@pytest.mark.parametrize(
    "kind", ["application/pgp-signature", "application/pkcs7-signature", "text/vcard", "text/x-vcard"]
)
def test_parts_for_machines_are_counted_and_no_files(kind: str) -> None:
    message = mail()
    attach(message, b"BEGIN", "x.y", kind)
    assert held(bytes(message)) == {}
    assert read(message).counts.aside == {"technical part of an e-mail": 1}


def test_the_other_form_of_the_words_is_no_file_and_a_page_attached_is() -> None:
    message = mail()
    message.add_alternative("<p>It is dark.</p>", subtype="html")
    message.add_attachment("<html><p>It is wet.</p></html>", subtype="html", filename="page.html")
    assert list(held(bytes(message))) == ["m.eml/page.html"]


@pytest.mark.parametrize(
    ("data", "kind"),
    [(b"\x78\x9f\x3e\x22 rest", "application/octet-stream"), (b"rest", "application/ms-tnef")],
)
def test_outlooks_own_form_of_attachments_has_its_sentence(data: bytes, kind: str) -> None:
    message = mail()
    attach(message, data, "winmail.dat", kind)
    assert held(bytes(message)) == {
        "m.eml/winmail.dat": "the attachment is kept in a way that Outlook alone opens (winmail.dat). "
        "Open the e-mail in Outlook and save the attachment into the folder."
    }


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (OLE + "__substg1.0_0E04001F".encode("utf-16-le"),
         "an e-mail in Outlook's own form (.msg) can't be read. "
         "Save it from the mail program as .eml, or its words as .txt."),
        (mail_parts.TNEF + b" rest",
         f"an attachment that Outlook alone opens (winmail.dat) can't be read. {detect.SAVE_AS}."),
    ],
)  # fmt: skip
def test_what_outlook_alone_opens_is_called_so(data: bytes, sentence: str) -> None:
    with pytest.raises(CannotRead) as refusal:
        detect.format_of(data, ".msg")
    assert str(refusal.value) == sentence


def test_an_attachment_that_makes_the_parser_stumble_is_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    message = mail()
    attach(message, b"1", "a.txt")
    attach(message, b"2", "b.txt")
    tidy = mail_parts.tidy
    monkeypatch.setattr(mail_parts, "tidy", lambda text: tidy(text) if text != "a.txt" else 1 // 0)
    assert held(bytes(message)) == {
        "m.eml/attachment 1": "the attachment is damaged. Open the e-mail and save what it attaches into the folder.",
        "m.eml/b.txt": b"2",
    }


def test_a_text_in_an_encoding_that_the_email_alone_tells_is_turned_into_utf_8() -> None:
    message = mail()
    message.add_attachment("Zażółć gęślą jaźń.\n", charset="iso-8859-2", filename="a.txt")
    assert held(bytes(message)) == {"m.eml/a.txt": "Zażółć gęślą jaźń.\n".encode()}


def test_a_text_that_goes_on_after_a_file_is_a_source() -> None:
    """As some mail programs write it: nothing of it may be lost."""
    message = mail()
    attach(message, b"%PDF-1.4", "a.pdf", "application/pdf")
    more = EmailMessage()
    more.set_content("And the stairs are wet.\n")
    message.attach(more)
    assert held(bytes(message))["m.eml/attachment 2.txt"] == b"And the stairs are wet.\n"


@pytest.mark.parametrize("data", [b"", b"It is dark.", b"From: " + b"a@example.org, " * 2000 + b"\n\nx"])
def test_what_is_no_email_attaches_nothing(data: bytes) -> None:
    assert mail_parts.attached(data) == []
    assert list(archive.held("m.eml", data, LARGEST)) == [("m.eml", data)]


def test_a_very_long_header_of_a_part_takes_no_time() -> None:
    message = mail()
    attach(message, b"It is dark.", "a.txt")
    long = b"Content-Disposition: attachment; " + b"".join(b"x%d=y; " % at for at in range(20_000))
    data = bytes(message).replace(b"Content-Disposition: attachment;", long)
    begun = time.monotonic()
    with pytest.raises(CannotRead):
        eml.read(data)
    assert held(data) == {}
    assert time.monotonic() - begun < 2
