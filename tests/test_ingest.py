"""A folder goes in; every file comes back as read, or with the sentence that says why not."""

from __future__ import annotations

import hashlib
import json
import os
import random
import socket
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
import xlsxwriter
import yaml
from docx import Document

from engagement import ingest
from engagement.errors import BadInput
from engagement.ingest import Inbox, open_folder, read_file, read_folder
from engagement.model import Kind, RawDocument, RawText, Role, Round, Unreadable
from engagement.readers import detect, long_csv, mapping

NOTES = (
    "Group: Women of faith\n\nAmina: The stairs are dark.\nRuth: Nobody mends them.\nAmina: Not once.\nRuth: Never.\n"
)
ANSWERS = "id,What would you change here?\n1,The buses are late every day\n2,Nothing\n3,The park is too dark to cross\n"
ROSTER = (
    "name,role,group,initials,ethnicity\nAmina Begum,participant,Women of faith,AB,Bangladeshi\nP9,,Young people,,\n"
)


def write(folder: Path, **files: str | bytes) -> Path:
    """Writes each file, named with its dots and slashes as underscores twice and thrice."""
    for written, content in files.items():
        path = folder / written.replace("___", "/").replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def document_of(path: Path, *lines: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(path)
    return path.read_bytes()


def reasons(inbox: Inbox) -> dict[str, str]:
    return {each.name: each.reason for each in inbox.documents if isinstance(each, Unreadable)}


def read(inbox: Inbox) -> dict[str, RawDocument]:
    return {each.source.name: each for each in inbox.documents if isinstance(each, RawDocument)}


# ------------------------------------------------------------------ folders


def test_every_file_of_a_messy_folder_is_read_or_has_its_sentence(tmp_path: Path) -> None:
    """One bad file never stops the others, and no sentence quotes a file's words."""
    whole = document_of(tmp_path / "whole.docx", "It is dark on the stairs, said Amina.")
    with xlsxwriter.Workbook(tmp_path / "good.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["id", "What would you change?"])
        page.write_row(1, 0, [1, "The buses are late every day"])
    (tmp_path / "whole.docx").unlink()
    folder = write(
        tmp_path,
        notes__txt=NOTES,
        empty__txt="",
        blank__csv="\n \r\n",
        broken__docx=whole[: len(whole) // 2],
        renamed__docx="It is dark on the stairs, said Amina.",
        noise__txt=random.Random(4).randbytes(4000),
        numbers__csv="a,b\n1,2\n3,4\n",
        headings__csv="id,What would you change?\n",
        photo__jpg=b"\xff\xd8\xff\xe0" + bytes(40),
        page__html="It is dark on the stairs, said Amina.",
        scan__pdf=b"%PDF-1.7 said Amina",
        old__doc=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        voice__vtt="WEBVTT\n",
    )
    (folder / "missing.txt").symlink_to(folder / "nowhere.txt")
    inbox = read_folder(folder)

    assert sorted(read(inbox)) == ["good.xlsx", "notes.txt"]
    saving = f"{detect.SAVE_AS}."
    again = "Open it in the program that it came from and save it again."
    assert reasons(inbox) == {
        "blank.csv": "blank.csv: the file is empty. Put the words in, or take the file away.",
        "broken.docx": (
            "broken.docx: the file is damaged: "
            f"it starts like a Word, Excel or OpenDocument file and breaks off. {again}"
        ),
        "empty.txt": "empty.txt: the file is empty. Put the words in, or take the file away.",
        "headings.csv": (
            "headings.csv: the table has headings and no rows. Put the answers in, or take the file away."
        ),
        "missing.txt": "missing.txt: the link leads nowhere. Put the file itself into the folder.",
        "noise.txt": "noise.txt: the file holds binary data, not text. Save it as text (UTF-8), .docx or .csv.",
        "numbers.csv": (
            "numbers.csv: the table has no column of text. "
            "Check that its first row holds the questions and that one was answered in words."
        ),
        "old.doc": f"old.doc: an old Office file of this kind can't be read. {saving}",
        "page.html": f"page.html: the file is called .html and holds something else. {again}",
        "photo.jpg": f"photo.jpg: a picture can't be read. {saving}",
        "renamed.docx": f"renamed.docx: the file is called .docx and holds something else. {again}",
        "scan.pdf": "scan.pdf: the PDF is damaged or breaks off. Save or download it once more.",
        "voice.vtt": (
            "voice.vtt: the transcript has no words. Check that the recording was transcribed, and save it again."
        ),
    }
    names = [each.name if isinstance(each, Unreadable) else each.source.name for each in inbox.documents]
    assert names == sorted(names)


def test_a_folder_is_read_with_the_folders_in_it(tmp_path: Path) -> None:
    folder = write(tmp_path, b__txt=NOTES, A___deep___c__csv=ANSWERS)
    assert [each.source.name for each in read_folder(folder).documents] == ["A/deep/c.csv", "b.txt"]


def test_a_source_is_known_by_the_digest_of_its_bytes(tmp_path: Path) -> None:
    (document,) = read_folder(write(tmp_path, notes__txt=NOTES)).documents
    assert document.source.digest == hashlib.sha256(NOTES.encode()).hexdigest()
    assert document.source.format == "txt"


def test_a_copy_is_read_once_and_said_to_be(tmp_path: Path) -> None:
    """Only of files that could be read: two empty files have a sentence each."""
    inbox = read_folder(write(tmp_path, a__txt=NOTES, b__txt=NOTES, c__txt="", d__txt=""))
    assert sorted(read(inbox)) == ["a.txt"]
    assert inbox.left_out == ("b.txt: same content as a.txt, read once",)
    assert sorted(reasons(inbox)) == ["c.txt", "d.txt"]


def test_hidden_and_lock_files_are_no_sources(tmp_path: Path) -> None:
    folder = write(tmp_path, notes__txt=NOTES, __DS_Store=b"\0", __git___config="x", Thumbs__db=b"\0")
    (folder / "~$notes.docx").write_bytes(b"lock")
    inbox = read_folder(folder)
    assert [each.source.name for each in inbox.documents] == ["notes.txt"]
    assert inbox.left_out == ("~$notes.docx: a lock file of Word or Excel, not a source",)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", secret__txt=NOTES)
    folder = write(tmp_path / "round", notes__txt="It is dark.\n", part___more__txt="And cold.\n")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "linked").symlink_to(outside)
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "part2").symlink_to(folder / "part")
    inbox = read_folder(folder)
    assert sorted(read(inbox)) == ["notes.txt", "part/more.txt"]
    assert reasons(inbox) == {
        "link.txt": "link.txt: the link leads out of the folder. Put the file itself into the folder.",
        "linked": "linked: the link leads out of the folder. Put the file itself into the folder.",
        "loop": "loop: the link leads nowhere. Put the file itself into the folder.",
        "part2": "part2: the link leads to a folder that is read in its own place. Take the link away.",
    }


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(write(tmp_path, notes__txt=NOTES) / "pipe.txt")
    assert reasons(read_folder(tmp_path)) == {"pipe.txt": "pipe.txt: this is no plain file. Take it away."}


@pytest.mark.parametrize(
    ("name", "made", "sentence"),
    [
        ("gone", None, "no such folder. Name the folder that holds the round's files."),
        ("file", "text", "not a folder. Name the folder that holds the round's files."),
        ("bare", {}, "no file to read. Put the round's notes, transcripts and responses in it."),
        ("meant", {"round__yaml": ""}, "no file to read. Put the round's notes, transcripts and responses in it."),
        ("hidden", {"__x": "words"}, "no file to read. Put the round's notes, transcripts and responses in it."),
    ],
)
def test_a_folder_that_cannot_be_read_says_what_to_do(
    tmp_path: Path, name: str, made: dict[str, str] | str | None, sentence: str
) -> None:
    folder = tmp_path / name
    if isinstance(made, str):
        folder.write_text(made)
    elif made is not None:
        folder.mkdir()
        write(folder, **made)
    with pytest.raises(BadInput) as refusal:
        read_folder(folder)
    assert str(refusal.value) == f"{folder}: {sentence}"


# --------------------------------------------------------------- round.yaml

ABOUT = """
name: Grants review
start: 2020-09-01
end: "2020-10-12"
purpose: To hear who is left out
leave_out: [drafts, ./old/notes.txt]
"""


def test_round_yaml_names_the_round_and_what_to_leave_out(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        round__yaml=ABOUT,
        notes__txt=NOTES,
        drafts___a__txt="Dark.",
        old___notes__txt="Cold.",
        drafts2__txt="Wet.",
    )
    inbox = read_folder(folder)
    assert inbox.round == Round(
        "Grants review", "2020-09-01", "2020-10-12", "To hear who is left out", ("drafts", "old/notes.txt")
    )
    assert sorted(read(inbox)) == ["drafts2.txt", "notes.txt"]
    assert inbox.left_out == ("drafts/a.txt: left out by round.yaml", "old/notes.txt: left out by round.yaml")


def test_a_round_without_a_file_about_it_has_the_folders_name(tmp_path: Path) -> None:
    folder = write(tmp_path / "Autumn 2020", notes__txt=NOTES)
    assert read_folder(folder).round == Round("Autumn 2020")


MEND = "Mend the file: name, start, end, purpose, leave_out, all of them optional."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name: [", f"round.yaml, line 1: not valid YAML. {MEND}"),
        (b"name: \xff", f"round.yaml: the file can't be read as UTF-8 text. {MEND}"),
        ("start: soon", f"round.yaml, start: Input should be a valid date or datetime, input is too short. {MEND}"),
        ("nmae: Grants", f"round.yaml, nmae: Extra inputs are not permitted. {MEND}"),
        ("leave_out: drafts", f"round.yaml, leave_out: Input should be a valid list. {MEND}"),
        (
            "start: 2020-10-01\nend: 2020-09-01",
            "round.yaml: the round ends before it starts. Correct start or end.",
        ),
        (
            "leave_out: [draft]",
            "round.yaml, leave_out: 'draft' is not in the folder. Correct the name, or take it out.",
        ),
    ],
)
def test_a_wrong_round_yaml_stops_before_anything_is_read(tmp_path: Path, text: str | bytes, sentence: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read_folder(write(tmp_path, notes__txt=NOTES, round__yaml=text))
    assert str(refusal.value) == sentence


def test_files_with_a_meaning_are_sources_only_below_the_top(tmp_path: Path) -> None:
    folder = write(
        tmp_path, notes__txt=NOTES, roster__csv=ROSTER, codebook__yaml="x", policy__yaml="x", columns__yaml="",
        settings__toml="x", deep___roster__csv=ANSWERS,
    )  # fmt: skip
    inbox = read_folder(folder)
    assert sorted(read(inbox)) == ["deep/roster.csv", "notes.txt"]
    assert reasons(inbox) == {}


# ------------------------------------------------------------------ consent

WITHDRAWN = (
    "Name,I consent to take part,What would you change here?\n"
    "Amina Begum,Yes,The stairs are dark at night\n"
    "Ruth Ade,No,The lift broke on the day of my operation\n"
    "Olu Bello,Yes,Ruth was left on the stairs for an hour\n"
)


def test_whoever_withdrew_is_left_at_the_border(tmp_path: Path) -> None:
    """None of their words go on, they are counted, and their name is still known, to be found in what others said."""
    document = read(read_folder(write(tmp_path, answers__csv=WITHDRAWN)))["answers.csv"]
    assert [words(turn.words) for turn in document.turns] == [
        "The stairs are dark at night", "Ruth was left on the stairs for an hour",
    ]  # fmt: skip
    assert [(words(person.names[0]), person.role) for person in document.people] == [
        ("Amina Begum", Role.PARTICIPANT), ("Ruth Ade", Role.NOBODY), ("Olu Bello", Role.PARTICIPANT),
    ]  # fmt: skip
    counts = document.counts
    assert (counts.rows, counts.answered, counts.withdrawn, counts.withdrawn_turns) == (3, 2, 1, 1)
    assert (counts.participants, counts.speakers, counts.turns) == (2, 2, 2)


def test_whoever_withdrew_by_the_roster_is_left_at_the_border_of_every_file(tmp_path: Path) -> None:
    """A roster that says withdrawn takes a speaker's words out of the notes."""
    roster = "name,group,withdrawn\nAmina Begum,Women of faith,\nRuth Ade,Women of faith,withdrawn\n"
    document = read(read_folder(write(tmp_path, notes__txt=NOTES, roster__csv=roster)))["notes.txt"]
    assert [words(turn.words) for turn in document.turns] == ["The stairs are dark.", "Not once."]
    assert (document.counts.withdrawn, document.counts.withdrawn_turns) == (1, 2)


def test_the_language_of_each_response_is_told_and_counted(tmp_path: Path) -> None:
    """What is not in English is kept, marked and counted."""
    answers = (
        "id,What would you change here?\n1,The buses are late every day and nobody tells us why they are\n"
        "2,Mae angen mwy o dai cymdeithasol i bobl leol yn y dref hon\n"
        "3,Autobusy zawsze się spóźniają i nikt nam nie mówi dlaczego tak jest\n"
    )
    document = read(read_folder(write(tmp_path, answers__csv=answers)))["answers.csv"]
    assert [turn.language for turn in document.turns] == ["en", "cy", "pl"]
    assert document.counts.by_language == {"en": 1, "cy": 1, "pl": 1}


# ------------------------------------------------------------- columns.yaml


def taken_in(folder: Path) -> tuple[list[RawDocument | Unreadable], str]:
    intake = open_folder(folder)
    documents = list(intake.documents())
    return documents, intake.save_columns()


def test_what_the_columns_were_taken_for_is_written_and_used_on_the_next_run(tmp_path: Path) -> None:
    """The guess is put beside the files; amended, it counts, and the file is another one to the project."""
    folder = write(tmp_path, answers__csv="id,Anything else?,Street\n1,The lamp is out,Mill Lane\n2,No,Low Road\n")
    (first,), sentence = taken_in(folder)
    assert sentence == "columns.yaml says what each column was taken for. Look it through, mend it, and run again."
    text = (folder / "columns.yaml").read_text(encoding="utf-8")
    assert "lamp" not in text
    assert "Low Road" not in text
    again, sentence = taken_in(folder)
    assert (again[0].source, sentence) == (first.source, "")
    amended = text.replace("use: open question", "use: closed question", 1).replace(
        "use: identifier", "use: open question"
    )
    (folder / "columns.yaml").write_text(amended.replace("    key: ADDRESS\n", ""), encoding="utf-8")
    (mended,), _ = taken_in(folder)
    assert [words(turn.words) for turn in mended.turns] == ["Mill Lane", "Low Road"]
    assert mended.source.source_id == first.source.source_id
    assert mended.source.read_as != first.source.read_as


def test_new_files_are_added_to_a_columns_file_that_stays_as_it_was(tmp_path: Path) -> None:
    """Not a character of what the user wrote is changed."""
    mine = "# mine\nfiles:\n  a.csv:\n  - heading: What would you change here?\n    use: open question  # yes\n"
    folder = write(tmp_path, a__csv=ANSWERS, b__csv=ANSWERS.replace("park", "path"), columns__yaml=mine)
    taken_in(folder)
    text = (folder / "columns.yaml").read_text(encoding="utf-8")
    assert text.startswith(mine)
    assert set(yaml.safe_load(text)["files"]) == {"a.csv", "b.csv"}


def test_a_folder_that_may_not_be_written_to_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    (tmp_path / "a.csv").write_bytes(ANSWERS.encode())
    documents, sentence = taken_in(tmp_path)
    assert len(documents) == 1
    assert sentence == "columns.yaml could not be written beside the files, so that no column can be amended."


def test_a_columns_file_that_cannot_be_added_to_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read stays read: the fault of the file beside it stops nothing."""

    def refuse(*_: object) -> None:
        raise BadInput("columns.yaml", "no place to add to", "Delete it")

    monkeypatch.setattr(mapping, "added", refuse)
    folder = write(tmp_path, a__csv=ANSWERS, columns__yaml="files: {}\n")
    documents, sentence = taken_in(folder)
    assert (len(documents), sentence) == (1, "columns.yaml: no place to add to. Delete it.")
    assert (folder / "columns.yaml").read_text(encoding="utf-8") == "files: {}\n"


# --------------------------------------------------------------- long tables


def test_a_long_table_is_read_in_parts_that_come_to_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Part by part it has the same answers as at once, each part a source of its own with the file's name."""
    rows = "".join(f"{n},The {n} bus is late on most days of the week and full\n" for n in range(60))
    folder = write(tmp_path, a__csv="id,What would you change here?\n" + rows)
    whole = read(read_folder(folder))["a.csv"]
    monkeypatch.setattr(ingest, "LONG", 1000)
    monkeypatch.setattr(long_csv.parts, "__defaults__", ((), 25))
    documents = [each for each in read_folder(folder).documents if isinstance(each, RawDocument)]
    assert [(each.source.name, each.source.part, len(each.turns)) for each in documents] == [
        ("a.csv", 1, 25), ("a.csv", 2, 25), ("a.csv", 3, 10),
    ]  # fmt: skip
    assert len({each.source.source_id for each in documents}) == 3
    assert [(turn.location, words(turn.words)) for each in documents for turn in each.turns] == [
        (turn.location, words(turn.words)) for turn in whole.turns
    ]
    assert sum(each.counts.rows for each in documents) == whole.counts.rows == 60


# ------------------------------------------------------------- attachments


def test_what_an_e_mail_attaches_is_a_source_of_its_own(tmp_path: Path) -> None:
    """The mail's words and the attached notes are two sources, the second called by both names."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ruth@example.org", "equality@example.org", "The stairs"
    mail["Message-ID"] = "<1@example.org>"
    mail.set_content("The stairs are dark at night, and nobody mends the lamp.")
    mail.add_attachment(NOTES.encode(), maintype="text", subtype="plain", filename="notes.txt")
    documents = read(read_folder(write(tmp_path, mail__eml=mail.as_bytes())))
    assert list(documents) == ["mail.eml", "mail.eml/notes.txt"]
    assert next(words(turn.words) for turn in documents["mail.eml/notes.txt"].turns) == "The stairs are dark."


# ------------------------------------------------------------------- roster


def words(text: RawText | None) -> str:
    assert text is not None
    return text.reveal()


def test_the_roster_tells_who_the_speakers_are(tmp_path: Path) -> None:
    """A first name that one person of the group has is theirs; everybody of the roster is told of."""
    inbox = read_folder(write(tmp_path, notes__txt=NOTES, roster__csv=ROSTER))
    amina, ruth = read(inbox)["notes.txt"].people
    assert [words(name) for name in amina.names] == ["Amina Begum", "AB", "Amina"]
    assert [(key, words(value)) for key, value in amina.declared] == [("race", "Bangladeshi")]
    assert (amina.role, words(amina.group)) == (Role.PARTICIPANT, "Women of faith")
    assert ruth.declared == ()
    assert [[words(name) for name in person.names] for person in inbox.people] == [["Amina Begum", "AB"], []]


def test_a_roster_given_by_itself_stands_before_the_folders_own(tmp_path: Path) -> None:
    own = write(tmp_path, notes__txt=NOTES, roster__csv="name\nOlu Ade\n", people__csv=ROSTER)
    inbox = read_folder(own, own / "people.csv")
    assert sorted(read(inbox)) == ["notes.txt"]
    assert len(inbox.people) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "roster.csv: the file can't be opened. Check its name and that you may read it."),
        ("who\nAmina\n", "roster.csv: no column is headed 'name'. "
         "Head the columns name, role, organisation, group, initials, email."),
        ("name,role\nAmina,\n,chair\n",
         "roster.csv: row 3 has no name. Write the name, or initials, or delete the row."),
        (b"name\n\0\0", "roster.csv: the file holds binary data, not text. Save it as text (UTF-8), .docx or .csv."),
    ],
)  # fmt: skip
def test_a_roster_that_cannot_be_used_stops_before_anything_is_read(
    tmp_path: Path, content: str | bytes | None, sentence: str
) -> None:
    folder = write(tmp_path, notes__txt=NOTES, **({} if content is None else {"roster__csv": content}))
    with pytest.raises(BadInput) as refusal:
        read_folder(folder, folder / "roster.csv")
    assert str(refusal.value) == sentence


# -------------------------------------------------------------------- files


def test_a_file_is_wrapped_so_that_no_word_leaves_plain(tmp_path: Path) -> None:
    path = write(tmp_path, survey__csv=ANSWERS) / "survey.csv"
    document = read_file(path, "round 1/survey.csv")
    assert isinstance(document, RawDocument)
    assert (document.source.name, document.source.format) == ("round 1/survey.csv", "csv")
    assert [(turn.position, turn.location, turn.kind) for turn in document.turns] == [
        (0, "row 2", Kind.RESPONSE), (1, "row 4", Kind.RESPONSE),
    ]  # fmt: skip
    assert (document.counts.rows, document.counts.turns, document.counts.non_answers) == (3, 2, 1)
    assert all(type(text) is RawText for text in (*document.questions, *(turn.words for turn in document.turns)))
    assert "dark" not in repr(document)
    assert "change" not in repr(document)


def test_a_file_may_be_told_by_a_roster_alone(tmp_path: Path) -> None:
    folder = write(tmp_path, notes__txt="Group: Women of faith\n\nAB: It is dark.\n", roster__csv=ROSTER)
    document = read(read_folder(folder))["notes.txt"]
    assert words(document.people[0].names[0]) == "Amina Begum"
    assert words(document.turns[0].words) == "It is dark."


@pytest.mark.parametrize(
    ("name", "content", "form"),
    [
        ("a.txt", NOTES, "txt"), ("a", NOTES, "txt"), ("a.md", NOTES, "md"), ("a.csv", ANSWERS, "csv"),
        ("a.txt", ANSWERS.replace(",", "\t"), "csv"), ("a.tsv", ANSWERS.replace(",", "\t"), "csv"),
        ("a.txt", "\ufeffWEBVTT\n\n00:01.000 --> 00:02.000\n<v Amina>Dark\n", "vtt"),
        ("a.csv", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Amina>Dark\n", "vtt"),
        ("a.CSV", ANSWERS, "csv"),
    ],
)  # fmt: skip
def test_the_format_is_told_by_content_before_name(tmp_path: Path, name: str, content: str, form: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    document = read_file(tmp_path / name, name)
    assert isinstance(document, RawDocument)
    assert document.source.format == form


def test_a_word_file_under_another_name_is_a_word_file(tmp_path: Path) -> None:
    (tmp_path / "notes.bin").write_bytes(document_of(tmp_path / "made.docx", "It is dark."))
    document = read_file(tmp_path / "notes.bin", "notes.bin")
    assert isinstance(document, RawDocument)
    assert document.source.format == "docx"


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    assert read_file(tmp_path / "gone.txt", "gone.txt") == Unreadable(
        "gone.txt", "gone.txt: the file can't be opened. Check its name and that you may read it."
    )


def test_a_readers_failure_gives_its_class_and_not_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(data: bytes, known: frozenset[str]) -> None:
        raise ValueError("Amina said it is dark")

    monkeypatch.setitem(ingest.READERS, "txt", fails)
    path = write(tmp_path, notes__txt=NOTES) / "notes.txt"
    assert read_file(path, "notes.txt") == Unreadable(
        "notes.txt",
        "notes.txt: the file is damaged or not what its name says (ValueError). "
        "Open it in the program that it came from and save it again.",
    )


def test_a_zip_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document_of(tmp_path / "big.docx", "It is dark.")
    monkeypatch.setattr(detect, "LARGEST", 1000)
    taken = read_file(tmp_path / "big.docx", "big.docx")
    assert taken == Unreadable(
        "big.docx",
        "big.docx: the file would unpack to more than 1 GB. Save it without its pictures, or in parts.",
    )


def test_any_damage_to_an_office_file_is_a_sentence_and_never_a_crash(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["id", "What would you change?"])
        page.write_row(1, 0, [1, "The buses are late every day"])
    document_of(tmp_path / "a.docx", "It is dark.")
    chance = random.Random(11)
    for name in ("a.xlsx", "a.docx"):
        whole = (tmp_path / name).read_bytes()
        for _ in range(60):
            bad = bytearray(whole)
            for _ in range(chance.randint(1, 40)):
                bad[chance.randrange(len(bad))] = chance.randrange(256)
            (tmp_path / f"bad {name}").write_bytes(bad[: chance.randint(10, len(bad))])
            taken = read_file(tmp_path / f"bad {name}", name)
            assert isinstance(taken, RawDocument) or taken.reason.startswith(f"{name}: ")


SAMPLE = Path(__file__).parent.parent / "transcripts_sample"
KEY = json.loads((SAMPLE / "answers" / "counts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sample() -> dict[str, RawDocument]:
    return read(read_folder(SAMPLE))


@pytest.mark.parametrize("name", KEY)
def test_the_sample_round_is_counted_as_its_answer_key_says(sample: dict[str, RawDocument], name: str) -> None:
    document = sample[name]
    speakers = {turn.person for turn in document.turns}
    found = {
        field: getattr(document.counts, field)
        for field in ("turns", "rows", "answered", "non_answers", "blank", "consent_refused")
    } | {
        "participants": sum(person.role is Role.PARTICIPANT for person in document.people),
        "speakers": len(speakers),
    }
    assert {field: found[field] for field in KEY[name]} == KEY[name]


def test_every_turn_of_the_sample_round_has_exactly_the_words_of_its_answer_key(sample: dict[str, RawDocument]) -> None:
    """Not a word of the groups and the letter is lost, moved or added; of the forms only non-answers are left out."""
    lines = (SAMPLE / "answers" / "codings.jsonl").read_text(encoding="utf-8").splitlines()
    wanted: dict[str, list[str]] = {}
    for line in map(json.loads, lines):
        wanted.setdefault(line["file"], []).append(" ".join(line["text"].split()))
    for name, document in sample.items():
        got = [" ".join(turn.words.reveal().split()) for turn in document.turns]
        assert sorted(got) == sorted(text for text in wanted[name] if document.counts.rows == 0 or text in got)
        assert len(wanted[name]) == document.counts.turns + document.counts.non_answers


def test_nothing_is_asked_of_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    document_of(tmp_path / "a.docx", "It is dark.")
    assert len(read(read_folder(write(tmp_path, notes__txt=NOTES, a__csv=ANSWERS)))) == 3


def test_importing_ingest_loads_no_heavy_library() -> None:
    code = "import sys, engagement.ingest; print([m for m in ('torch', 'spacy', 'pandas', 'docx') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
