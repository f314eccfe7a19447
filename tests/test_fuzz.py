"""Any damage to any file is read or refused with one sentence that quotes nothing. Everybody here is invented.

A mutant is made from its format and number alone: `mutant(path, "docx", 17)` has the same damage on any machine.
"""

from __future__ import annotations

import io
import random
import resource
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import pytest

from engagement.ingest import read_file
from engagement.model import RawDocument, Unreadable
from engagement.readers import archive
from engagement.readers.detect import LARGEST
from engagement.readers.reading import CannotRead
from tests.test_exports import ods, text_of, xls, xlsx
from tests.test_more_readers import odt_of
from tests.test_pdf_eml_zip import pdf_of, zip_of

MARKER = "Zanzibrooke"  # stands in every file, and may stand in no sentence
NUMBER = 340  # mutants of each format, over 5,000 in all
SOON = NUMBER // 10
LONGEST = 10.0  # seconds of a processor that a file may take
MOST = 500_000_000  # bytes that all of them together may add to the process

TALK = (
    f"Notes of the {MARKER} group\n\nFacilitator: Joan Okafor\n\nJoan: What do the buses mean to {MARKER}?\n\n"
    f"Amina: In {MARKER} they are never on time, and my number is 07700 900123.\n\nRuth: I walk to {MARKER} instead.\n"
)
CUES = (
    (1, "00:00:01{}000", "00:00:04{}000", f"Joan: What do the buses mean to {MARKER}?"),
    (2, "00:00:05{}000", "00:00:09{}000", f"Amina: In {MARKER} they are never on time."),
)
ROWS = [
    ["Name", f"What would you change in {MARKER}?", "Age group", "May we publish?"],
    ["Amina Begum", f"The buses to {MARKER} are late, every day of the week.", "25-34", "Yes"],
    ["Ruth Ade", f"The lamps on {MARKER} stairs are never mended.", "35-44", "No"],
    ["Olu Ade", "n/a", "", ""],
]


def cues(mark: str, start: str) -> bytes:
    blocks = (f"{at}\n{first} --> {last}\n{said}\n" for at, first, last, said in CUES)
    return (start + "\n".join(blocks).format(*[mark] * 4)).encode()


def docx() -> bytes:
    from docx import Document

    document, out = Document(), io.BytesIO()
    for line in TALK.split("\n\n"):
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=2)
    for at, text in enumerate(("Name", "Role", f"Mrs {MARKER}", "Chair")):
        table.cell(at // 2, at % 2).text = text
    document.save(out)
    return out.getvalue()


def mail() -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = f"Amina {MARKER} <amina@example.org>", f"The buses of {MARKER}"
    message["Message-ID"] = "<1@example.org>"
    message.set_content(f"{TALK}\nOn Mon, 14 Sep 2020 at 10:02, Joan wrote:\n> What of {MARKER}?\n")
    message.add_alternative(f"<p>The buses of {MARKER}</p><blockquote>Why?</blockquote>", subtype="html")
    message.add_attachment(docx(), maintype="application", subtype="octet-stream", filename=f"{MARKER}.docx")
    message.add_attachment(f"The lamp of {MARKER} broke.\n", filename="lamp.txt")
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"part{number}")
    return bytes(message)


def made_by(path: Path) -> dict[str, Callable[[], bytes]]:
    return {
        "docx": docx,
        "odt": odt_of,
        "rtf": ("{\\rtf1\\ansi " + TALK.replace("\n\n", "\\par ") + "{\\footnote more}}").encode,
        "html": ("<html><body><p>" + TALK.replace("\n\n", "</p><p>") + "</p></body></html>").encode,
        "pdf": lambda: pdf_of([(760.0 - 20 * at, 11.0, line) for at, line in enumerate(TALK.split("\n\n"))]),
        "eml": mail,
        "xlsx": lambda: xlsx(path / "made.xlsx", {"Answers": ROWS, MARKER: ROWS}),
        "xls": lambda: xls({"Answers": ROWS}),
        "ods": lambda: ods({"Answers": ROWS}),
        "vtt": lambda: cues(".", "WEBVTT\n\n"),
        "srt": lambda: cues(",", ""),
        "csv": lambda: text_of(ROWS),
        "md": ("# " + TALK).encode,
        "txt": TALK.encode,
        "zip": lambda: packed({"notes.txt": TALK.encode(), "in/b.zip": packed({"a.csv": text_of(ROWS)})}),
    }


FORMATS = tuple(made_by(Path()))


@cache
def whole(path: Path, form: str) -> bytes:
    return made_by(path)[form]()


# ------------------------------------------------------------------ damage


def flipped(data: bytes, chance: random.Random) -> bytes:
    bad = bytearray(data)
    for _ in range(chance.randint(1, 40)):
        bad[chance.randrange(len(bad))] = chance.randrange(256)
    return bytes(bad)


def cut(data: bytes, chance: random.Random) -> bytes:
    first, last = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return chance.choice([data[:last], data[first:], data[:first] + data[last:]])


def repeated(data: bytes, chance: random.Random) -> bytes:
    first = chance.randrange(len(data))
    piece = data[first : first + chance.choice([1, 3, 20, 300])]
    return data[:first] + piece * min(chance.choice([2, 50, 2000, 50_000]), 400_000 // len(piece)) + data[first:]


def strange(data: bytes, chance: random.Random) -> bytes:
    """With signs in it that formats give a meaning."""
    signs = (
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b'"',
        b"<",
        b"]]>",
        b"&#0;",
        b"{",
        b"}",
        b"\\bin9999999 ",
        b"\r",
        b"\n\n",
    )
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(signs) * chance.choice([1, 1, 400]) + data[at:]
    return data


DAMAGE = (flipped, cut, repeated, strange)


def inside(data: bytes, chance: random.Random) -> bytes:
    """A zip of which one member is damaged, so that the damage is met behind a list and sums that are right."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            members = {name: opened.read(name) for name in opened.namelist()}
    except Exception:  # noqa: BLE001 - no zip, or one that is damaged already
        return flipped(data, chance)
    if chosen := [name for name, held in members.items() if held]:
        name = chance.choice(chosen)
        members[name] = chance.choice(DAMAGE)(members[name], chance)
    return packed(members)


def packed(members: dict[str, bytes]) -> bytes:
    """A zip that does not tell when it was made."""
    return zip_of(*((zipfile.ZipInfo(name), held) for name, held in members.items()))


def mutant(path: Path, form: str, number: int) -> tuple[str, bytes]:
    """The name and the bytes of a damaged file."""
    chance = random.Random(f"{form} {number}")
    name, data = f"a.{form}", whole(path, form)
    for _ in range(chance.choice([1, 1, 2])):
        data = chance.choice([*DAMAGE, inside, inside])(data, chance) or b"x"
    match chance.randrange(10):
        case 0:
            name = f"a.{chance.choice([*FORMATS, 'doc', 'png', 'eml.txt'])}"
        case 1:
            other = whole(path, chance.choice(FORMATS))
            at = chance.randrange(len(data) + 1)
            data = data[:at] + other[chance.randrange(len(other)) :] + data[at:]
        case 2:
            data, name = packed({f"in/{name}": data, "b.txt": TALK.encode()}), "a.zip"
        case 3:
            message = EmailMessage()
            message["From"], message["MIME-Version"] = "amina@example.org", "1.0"
            message.set_content("See what is attached.\n")
            message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
            data, name = bytes(message), "a.eml"
    return name, data


# ----------------------------------------------------------------- reading


class TooLong(BaseException):
    """No reader may catch it."""


@contextmanager
def in_time() -> Iterator[None]:
    def stop(_signal: int, _frame: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    begun = time.process_time()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    assert time.process_time() - begun < LONGEST


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def taken(path: Path, name: str, data: bytes) -> list[RawDocument | Unreadable | CannotRead]:
    """What a file gives, and each file in it."""
    found: list[RawDocument | Unreadable | CannotRead] = []
    for number, (member, held) in enumerate(archive.held(name, data, LARGEST)):
        if isinstance(held, CannotRead):
            found.append(held)
            continue
        written = path / f"{number}{Path(member).suffix[:20]}"
        written.write_bytes(held)
        found.append(read_file(written, written.name))
        written.unlink()
    return found


def faults(path: Path, form: str, numbers: range) -> list[str]:
    """What was wrong with the reading of each mutant."""
    wrong: list[str] = []
    before = memory()
    for number in numbers:
        name, data = mutant(path, form, number)
        try:
            with in_time():
                found = taken(path, name, data)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            wrong.append(f"{form} {number}: {type(error).__name__}: {error}")
            continue
        except TooLong:
            wrong.append(f"{form} {number}: takes too long")
            continue
        for each in found:
            sentences = each.notes if isinstance(each, RawDocument) else [getattr(each, "reason", str(each))]
            wrong += [
                f"{form} {number}: {sentence!r}"
                for sentence in sentences
                if MARKER.casefold()[:6] in sentence.casefold() or not sentence.endswith(".") or "\n" in sentence
            ]
        if memory() - before > MOST:
            wrong.append(f"{form} {number}: takes {(memory() - before) // 1_000_000} MB")
            before = memory()
    return wrong


@pytest.mark.parametrize("form", FORMATS)
def test_a_whole_file_of_each_format_is_read(tmp_path: Path, form: str) -> None:
    """Else damage would prove nothing."""
    found = taken(tmp_path, f"a.{form}", whole(tmp_path, form))
    assert all(isinstance(each, RawDocument) for each in found), found
    assert form == "zip" or f"{found[0].source.format}" == form


@pytest.mark.parametrize("form", FORMATS)
def test_damage_is_read_or_has_a_sentence(tmp_path: Path, form: str) -> None:
    assert faults(tmp_path, form, range(SOON)) == []


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_any_damage_is_read_or_has_a_sentence(tmp_path: Path, form: str) -> None:
    assert faults(tmp_path, form, range(SOON, NUMBER)) == []
