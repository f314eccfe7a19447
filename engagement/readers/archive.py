"""What a file holds: each member of a zip and each file attached to an e-mail, in memory, or why it is left closed."""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from engagement.readers import eml, mail_parts
from engagement.readers.reading import CannotRead

# What Word, Excel, PowerPoint, Writer and Calc keep in the zip files that theirs are.
OFFICE = frozenset({"[Content_Types].xml", "word/document.xml", "xl/workbook.xml", "content.xml", "mimetype"})
STARTS = (b"PK\x03\x04", b"PK\x05\x06")  # with members, without
ZIP, MAIL = "zip", "e-mail"
DEEPEST = {ZIP: 2, MAIL: 3}  # a zip within a zip; an e-mail attached to one that is attached to another
MOST_MEMBERS = 10_000
DENSEST = 200  # bytes unpacked for each byte packed; text packs to a tenth or so
SMALL = 1_000_000  # bytes unpacked; a member below fills no memory, however dense
PASSED_OVER = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
MAIL_SUFFIX = ".eml"
SAVE_IT = "Save it into the folder as a file of its own if it is a source"
UNPACK = "Unpack it and put its files into the folder"
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

Member = tuple[str, bytes | CannotRead]


@dataclass(slots=True)
class _Allowance:
    """Bytes that may yet be unpacked, of all archives within one."""

    left: int


def is_archive(name: str, data: bytes) -> bool:
    """Whether the file is a zip of files, and not a document that happens to be kept as one."""
    if not data.startswith(STARTS):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return OFFICE.isdisjoint(archive.namelist())
    except Exception:  # noqa: BLE001 - zipfile raises many kinds for a damaged list of members
        return name.lower().endswith(".zip")


def is_mail(name: str, data: bytes) -> bool:
    """Whether the file is an e-mail, which may hold files besides its own words."""
    return not data.startswith(STARTS) and (name.lower().endswith(MAIL_SUFFIX) or eml.is_mail(data))


def held(name: str, data: bytes, largest: int) -> Iterator[Member]:
    """Every source in the file `name`, in order, with its bytes or the refusal: the file itself unless it is a zip.

    After an e-mail come the files attached to it, as "mail.eml/letter.docx"; of a zip there are its members alone, as
    "archive.zip/notes.docx". Hidden files are passed over. `largest` is how many bytes all that is in the file may
    unpack to; nothing is written to disk.
    """
    yield from _held(name, data, _Allowance(largest), ())


def _held(name: str, data: bytes, allowance: _Allowance, within: tuple[str, ...]) -> Iterator[Member]:
    """What one file gives; `within` are the kinds of the files that it is in."""
    if is_archive(name, data):
        if within.count(ZIP) == DEEPEST[ZIP]:
            yield name, CannotRead("a zip within a zip within a zip is not opened", UNPACK)
        else:
            yield from _members(name, data, allowance, (*within, ZIP))
        return
    yield name, data
    if is_mail(name, data):
        yield from _attached(name, data, allowance, (*within, MAIL))


def _attached(name: str, data: bytes, allowance: _Allowance, within: tuple[str, ...]) -> Iterator[Member]:
    files = mail_parts.attached(data)
    if len(files) > MOST_MEMBERS:
        yield f"{name}/attachments", CannotRead(f"the e-mail attaches more than {MOST_MEMBERS:,} files", SAVE_IT)
        return
    seen: set[str] = set()
    for written, attached in files:
        parts = written.replace("\\", "/").split("/")
        if _is_passed_over(parts):
            continue
        inside = _another(UNPRINTABLE.sub("�", "/".join(parts)), seen)
        seen.add(inside)
        size = 0 if isinstance(attached, CannotRead) else len(attached)
        reasons = (
            (not _is_inside(inside), "its name leads out of the e-mail", SAVE_IT),
            (within.count(MAIL) > DEEPEST[MAIL], "an e-mail so deep within others is not opened", SAVE_IT),
            (size > allowance.left, "with it the file would unpack to more than 1 GB", SAVE_IT),
        )
        refusal = next((CannotRead(found, remedy) for holds, found, remedy in reasons if holds), None)
        if refusal or isinstance(attached, CannotRead):
            yield _named(name, inside), refusal or attached
            continue
        allowance.left -= size
        yield from _held(f"{name}/{inside}", attached, allowance, within)


def _another(name: str, seen: set[str]) -> str:
    """`name`, numbered where a file before is called the same, as an e-mail's may be."""
    stem, dot, suffix = name.rpartition(".")
    numbered = (f"{stem} ({number}).{suffix}" if dot else f"{name} ({number})" for number in count(2))
    return name if name not in seen else next(other for other in numbered if other not in seen)


def _named(name: str, inside: str) -> str:
    """The name of a file in another. A path that leads out is not repeated: nothing may take it for a place."""
    return f"{name}/{inside}" if _is_inside(inside) else f"{name}/{inside.rpartition('/')[2] or 'a file'}"


def _members(name: str, data: bytes, allowance: _Allowance, within: tuple[str, ...]) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception:  # noqa: BLE001 - as above; the archive is refused either way
        yield name, CannotRead("the zip file is damaged or breaks off", "Make or download it once more")
        return
    with archive:
        entries = sorted(
            (
                entry
                for entry in archive.infolist()
                if not entry.filename.endswith("/") and not _is_passed_over(_parts(entry))
            ),
            key=lambda entry: entry.filename,
        )
        if refusal := _too_much(entries, allowance):
            yield name, refusal
            return
        seen: set[str] = set()
        for entry in entries:
            inside = UNPRINTABLE.sub("�", "/".join(_parts(entry)))
            refusal = _refused(entry, inside, seen)
            named = _named(name, inside)
            seen.add(inside)
            yield from [(named, refusal)] if refusal else _opened(archive, entry, named, allowance, within)


def _too_much(held: list[zipfile.ZipInfo], allowance: _Allowance) -> CannotRead | None:
    """Why an archive is not opened at all; None where it may be."""
    if not held:
        return CannotRead("the zip file holds no files", "Put the files in, or take it away")
    if len(held) > MOST_MEMBERS:
        return CannotRead(f"the zip file holds more than {MOST_MEMBERS:,} files", UNPACK)
    if sum(entry.file_size for entry in held) > allowance.left:
        return CannotRead("the zip file would unpack to more than 1 GB", "Make it anew in parts")
    return None


def _parts(entry: zipfile.ZipInfo) -> list[str]:
    return entry.filename.replace("\\", "/").split("/")


def _is_passed_over(parts: list[str]) -> bool:
    hidden = any(part.startswith(".") and part.strip(".") for part in parts)
    return hidden or any(part.casefold() in PASSED_OVER for part in parts) or parts[-1].startswith("~$")


def _is_inside(inside: str) -> bool:
    parts = inside.split("/")
    return not (inside.startswith("/") or ".." in parts or re.match(r"[A-Za-z]:", inside))


def _refused(entry: zipfile.ZipInfo, inside: str, seen: set[str]) -> CannotRead | None:
    """Why a member is not read, told by the archive's list alone; None where it may be."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    dense = entry.file_size > max(SMALL, DENSEST * entry.compress_size)
    reasons = (
        (not _is_inside(inside), "its name leads out of the zip file", UNPACK),
        (kind == stat.S_IFLNK, "a link in a zip file is not followed", "Put the file itself into the folder"),
        (kind not in {0, stat.S_IFREG}, "this is no plain file", "Take it away"),
        (entry.flag_bits & 1, "it is protected by a password", UNPACK),
        (inside in seen, "the zip file holds two files of this name", UNPACK),
        (dense, f"it would unpack to more than {DENSEST} times its size", UNPACK),
    )
    return next((CannotRead(found, remedy) for holds, found, remedy in reasons if holds), None)


def _opened(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, named: str, allowance: _Allowance, within: tuple[str, ...]
) -> Iterator[Member]:
    try:
        data = archive.read(entry)
    except NotImplementedError:
        yield named, CannotRead("it is packed in a way that can't be read", UNPACK)
        return
    except Exception:  # noqa: BLE001 - as above
        yield named, CannotRead("it is damaged in the zip file", "Make or download the zip file once more")
        return
    allowance.left -= len(data)
    yield from _held(named, data, allowance, within)
