"""The parts of an e-mail: which one holds its words, which are files attached, and which are neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from engagement.readers.clean import decode, has_words, tidy
from engagement.readers.reading import CannotRead

HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:")
LONGEST_HEADER = 20_000  # bytes; the standard library's reading of a longer one may take minutes
ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})

# What a file attached without a name is called after its type.
SUFFIXES = {
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/zip": ".zip",
    "message/rfc822": ".eml",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/markdown": ".md",
    "text/plain": ".txt",
    "text/vtt": ".vtt",
}
# Parts that a mail program adds for another: signatures, visiting cards, reports of delivery.
TECHNICAL = frozenset({
    "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-keys",
    "text/vcard", "text/x-vcard", "text/directory", "text/rfc822-headers", "message/delivery-status",
    "message/disposition-notification", "message/feedback-report", "message/external-body", "message/partial",
})  # fmt: skip
TNEF = b"\x78\x9f\x3e\x22"
TNEF_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
OPEN_AND_SAVE = "Open the e-mail and save what it attaches into the folder"
OPEN_IN_OUTLOOK = "Open the e-mail in Outlook and save the attachment into the folder"
DAMAGED = ("the e-mail is damaged", "Save it from the mail program once more")
DEEPEST = 20  # parts within parts
GUESSED = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})  # by `clean.decode`
AS_WRITTEN = default.clone(refold_source="none")
CONTENT_HEADER = re.compile(rb"^content-[a-z-]+:[^\n]*(?:\n[ \t][^\n]*)*", re.I | re.M)

Attached = tuple[str, bytes | CannotRead]
Above = tuple[EmailMessage, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Parts:
    """What an e-mail is made of: its words, the files attached, pictures within the words, parts for machines."""

    body: EmailMessage | None
    attached: tuple[EmailMessage, ...]
    pictures: int
    technical: int


def message_of(data: bytes) -> EmailMessage:
    """The e-mail in the bytes of a file. Raises CannotRead, and whatever the standard library trips over."""
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    head = re.split(rb"\r?\n\r?\n", data, maxsplit=1)[0]
    headers = [*re.split(rb"\n(?![ \t])", head), *CONTENT_HEADER.findall(data)]
    if not HEADER.match(head) or max(map(len, headers)) > LONGEST_HEADER:
        raise CannotRead("the file does not start as an e-mail does", "Save the e-mail once more from the mail program")
    message = message_from_bytes(data, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def attached(data: bytes) -> list[Attached]:
    """The files that the e-mail attaches, in order: a name, perhaps made up, and the bytes or the refusal.

    An attached e-mail is called .eml. Pictures within the words and technical parts are none. An e-mail that can't be
    read attaches nothing: `read` says why.
    """
    try:
        held = parts_of(message_of(data)).attached
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the standard library's parser raises many kinds for malformed headers
        return []
    return [_file_of(part, number) for number, part in enumerate(held, start=1)]


def text_of(part: EmailMessage) -> str:
    """The text of a part, in the encoding that it names if that fits."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload:
        return ""
    try:
        return payload.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeError):
        return decode(payload)


def parts_of(message: EmailMessage) -> Parts:
    """The parts by what they are. Raises CannotRead for an encrypted e-mail."""
    held = list(_leaves(message))
    if any(part.get_content_type() in ENCRYPTED for leaf, above in held for part in (leaf, *above)):
        raise CannotRead("the e-mail is encrypted", "Open it in the mail program and save its words as .txt")
    body = next((part for part in map(message.get_body, (("plain",), ("html",))) if _has_text(part)), None)
    forms = {id(part) for leaf, above in held if leaf is body for part in above if _is(part, "multipart/alternative")}
    files: list[EmailMessage] = []
    pictures = technical = 0
    for part, above in held:
        kind = part.get_content_type()
        another_form = kind != "text/calendar" and any(id(each) in forms for each in above)
        related = any(_is(each, "multipart/related") for each in above)
        if part.get_content_maintype() == "image" and (related or not part.is_attachment()):
            pictures += 1
        elif kind in TECHNICAL:
            technical += 1
        elif part is not body and not (part.get_content_maintype() == "text" and another_form) and not _is_blank(part):
            files.append(part)
    return Parts(body if isinstance(body, EmailMessage) else None, tuple(files), pictures, technical)


def _is(part: EmailMessage, kind: str) -> bool:
    return part.get_content_type() == kind


def _leaves(part: EmailMessage, above: tuple[EmailMessage, ...] = ()) -> Iterator[tuple[EmailMessage, Above]]:
    """Every part that holds no others, with those that hold it; an attached e-mail is one."""
    if part.get_content_maintype() != "multipart" or not part.is_multipart():
        yield part, above
        return
    for inner in part.iter_parts():
        if isinstance(inner, EmailMessage) and len(above) < DEEPEST:
            yield from _leaves(inner, (*above, part))


def _has_text(part: Any) -> bool:
    return isinstance(part, EmailMessage) and has_words(text_of(part))


def _is_blank(part: EmailMessage) -> bool:
    """Whether it is the nothing that some programs put before or after a file, not a file."""
    return part.get_content_maintype() in {"text", "multipart"} and not part.get_filename() and not _has_text(part)


def _file_of(part: EmailMessage, number: int) -> Attached:
    try:
        return _name_of(part, number), _bytes_of(part)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return f"attachment {number}", CannotRead("the attachment is damaged", OPEN_AND_SAVE)


def _name_of(part: EmailMessage, number: int) -> str:
    """The name that the e-mail gives a file, or one after its type."""
    kind = part.get_content_type()
    name = tidy(str(part.get_filename() or "")).replace("\n", " ")
    if _is(part, "message/rfc822") and not name.lower().endswith(".eml"):
        name = f"{name}.eml" if name else ""
    return name or f"attachment {number}{SUFFIXES.get(kind, '')}"


def _bytes_of(part: EmailMessage) -> bytes | CannotRead:
    if _is(part, "message/rfc822"):
        inner = part.get_payload()
        inner = inner[0] if isinstance(inner, list) and inner else inner
        return inner.as_bytes(policy=AS_WRITTEN) if isinstance(inner, EmailMessage) else b""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    if part.get_content_type() in TNEF_TYPES or data.startswith(TNEF):
        return CannotRead("the attachment is kept in a way that Outlook alone opens (winmail.dat)", OPEN_IN_OUTLOOK)
    named = part.get_content_charset("utf-8").lower().replace("_", "-")
    if part.get_content_type() in {"text/plain", "text/csv"} and named not in GUESSED:
        return text_of(part).encode("utf-8", "replace")  # the file alone would not tell its encoding
    return data
