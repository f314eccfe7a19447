"""Which format a file is of, told by its content first and by its name where the content leaves it open."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from engagement.readers import eml, html, mail_parts, odt, sheet, srt
from engagement.readers.clean import decode
from engagement.readers.docx_package import OLE, locked
from engagement.readers.reading import CannotRead

IN_ZIP = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"))
OPEN_DOCUMENTS = {odt.MIMETYPE: "odt", b"application/vnd.oasis.opendocument.spreadsheet": "ods"}
TABLE_SUFFIXES = frozenset({".csv", ".tsv"})
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})
PAGE_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
TEXT_SUFFIXES = frozenset({"", ".txt", ".text"})
# Known by how they start.
CONTENT_SUFFIXES = frozenset(
    {".docx", ".docm", ".odt", ".ott", ".rtf", ".xlsx", ".xlsm", ".xls", ".ods", ".vtt", ".srt", ".pdf", ".zip"}
)
UTF_16_SUFFIXES = frozenset({".vtt", ".srt"})  # texts, which may be saved in it
HEAD = 1024  # characters by which the format of a text is told
TAG = re.compile(r"<[!/?a-z]", re.IGNORECASE)
OUTLOOK = "__substg1.0_"  # what the parts of a .msg are called
SAVE_MAIL = "Save it from the mail program as .eml, or its words as .txt"
# How files that have no reader start, and what a person calls them.
FOREIGN = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"ID3", "a recording"),
    (b"RIFF", "a recording"),
    (b"OggS", "a recording"),
    (mail_parts.TNEF, "an attachment that Outlook alone opens (winmail.dat)"),
)
SAVE_AGAIN = "Open it in the program that it came from and save it again"
SAVE_AS = "Save its words as .docx, .odt, .rtf, .txt, .html, .vtt, .srt, .csv, .xlsx, .ods, .eml or .pdf"
UNLOCK = "Open it with its password, take the password off and save it again"
LARGEST = 1_000_000_000  # bytes that a zip may hold unpacked; one that would hold more is no document


def format_of(data: bytes, suffix: str) -> str:
    """The format of a file, the name of its reader, told by its content first. Raises CannotRead."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise CannotRead("the file is empty", "Put the words in, or take the file away")
    if foreign := next((kind for start, kind in FOREIGN if data.startswith(start)), None):
        raise CannotRead(f"{foreign} can't be read", SAVE_AS)
    if container := next((inside for start, inside in CONTAINERS if data.startswith(start)), None):
        return container(data)
    mail = "eml" if suffix == ".eml" or eml.is_mail(data) else None
    start = _by_start(data.removeprefix(b"\xef\xbb\xbf")[:HEAD].decode("latin-1"))
    return start or mail or _by_suffix(data, suffix)


def _by_suffix(data: bytes, suffix: str) -> str:
    written = TEXT_SUFFIXES | TABLE_SUFFIXES | MARKDOWN_SUFFIXES | PAGE_SUFFIXES
    if suffix not in written | CONTENT_SUFFIXES:
        kind = f"a {suffix} file" if re.fullmatch(r"\.[a-z0-9]{1,5}", suffix) else "a file of this type"
        raise CannotRead(f"{kind} can't be read", SAVE_AS)
    text = "" if suffix in CONTENT_SUFFIXES - UTF_16_SUFFIXES else decode(data)
    if form := _by_start(text[:HEAD]):
        return form
    if suffix in PAGE_SUFFIXES and TAG.search(text[:HEAD]):
        return "html"  # a part of a page, as mail programs save them
    if suffix in CONTENT_SUFFIXES | PAGE_SUFFIXES:
        raise CannotRead(f"the file is called {suffix} and holds something else", SAVE_AGAIN)
    if suffix in MARKDOWN_SUFFIXES:
        return "md"
    return "csv" if suffix in TABLE_SUFFIXES or sheet.is_table(text) else "txt"


def _by_start(text: str) -> str | None:
    """The format that the start of a file shows, whatever the file is called."""
    if text.startswith("WEBVTT"):
        return "vtt"
    if text.lstrip().startswith("%PDF"):
        return "pdf"
    if text.lstrip().startswith("{\\rtf"):
        return "rtf"
    if srt.FIRST_CUE.match(text):
        return "srt"
    page = html.START.match(text) or (text.lstrip().startswith("<") and "<html" in text.lower())
    return "html" if page else None


def _in_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            held, unpacked = set(opened.namelist()), sum(entry.file_size for entry in opened.infolist())
            mimetype = _start_of(opened, "mimetype") if "mimetype" in held else b""
    except zipfile.BadZipFile:
        raise CannotRead(
            "the file is damaged: it starts like a Word, Excel or OpenDocument file and breaks off", SAVE_AGAIN
        ) from None
    if unpacked > LARGEST:
        raise CannotRead("the file would unpack to more than 1 GB", "Save it without its pictures, or in parts")
    open_document = next((form for start, form in OPEN_DOCUMENTS.items() if mimetype.strip() == start), None)
    form = open_document or next((form for part, form in IN_ZIP if part in held), None)
    if form is None:
        raise CannotRead("a zip file that is no Word, Excel or OpenDocument file can't be read", SAVE_AS)
    return form


def _start_of(document: zipfile.ZipFile, part: str) -> bytes:
    try:
        with document.open(part) as opened:
            return opened.read(HEAD)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        return b""  # the reader of whatever else it holds tells that it is damaged


def _in_ole(data: bytes) -> str:
    if found := locked(data):
        raise CannotRead(found, UNLOCK if "password" in found else "Open it in Word and save it as .docx")
    if any(name.encode("utf-16-le") in data for name in ("Workbook", "Book")):
        return "xls"
    if OUTLOOK.encode("utf-16-le") in data:
        raise CannotRead("an e-mail in Outlook's own form (.msg) can't be read", SAVE_MAIL)
    raise CannotRead("an old Office file of this kind can't be read", SAVE_AS)


CONTAINERS = ((b"PK\x03\x04", _in_zip), (OLE, _in_ole))
