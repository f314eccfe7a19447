"""Bytes to text, and text as its writer meant it: encodings, mojibake, unseen characters, silences."""

from __future__ import annotations

import codecs
import re
import unicodedata

from engagement.readers.reading import CannotRead


def phrases(text: str) -> frozenset[str]:
    """The phrases of a list that is parted by upright strokes."""
    return frozenset(re.split(r"\s*\|\s*", text.strip()))


BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
MOST_CONTROLS = 0.01  # of the bytes; a text has next to none, random bytes have a tenth

# Soft hyphen, zero-width space and joiner marks, marks of writing direction, and controls that nobody sees.
UNSEEN = re.compile(
    r"[\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\x00-\x08\x0e-\x1b\x7f-\x9f]"
)
# A joiner shapes an emoji, a Persian or a Bengali word; beside a Latin letter or a space it is litter.
JOINERS = re.compile(r"(?:^|(?<=[\u0000-\u024f]))[\u200c\u200d]+|[\u200c\u200d]+(?=[\u0000-\u024f]|$)")

# "Don't know" is none of them: who writes it was asked, and answers that they don't.
NON_ANSWERS = phrases("""
    n a | na | none | none at all | no | nope | nil | nothing | nothing at all | nothing else | nothing to add |
    nothing further | not applicable | no comment | no comments | no comment to make | no comments to make |
    no further comment | no further comments | no other comments | no answer | no reply | no response | no thanks |
    no thank you | see above | as above | as before | see previous | see previous answer | same as above | ditto |
    blank | null | nan
""")


def decode(data: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else Windows-1252, else the likeliest encoding.

    A stray Windows-1252 byte in a UTF-8 file is read as such, so the rest of the file stays right. Raises CannotRead
    for bytes that are no text.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    data = data.rstrip(b"\x1a")  # how DOS ended a text
    if b"\0" in data or len(CONTROLS.findall(data)) > MOST_CONTROLS * len(data):
        raise CannotRead("the file holds binary data, not text", "Save it as text (UTF-8), .docx or .csv")
    try:
        return data.decode("utf-8", "windows-1252-byte")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
    if best is None:
        raise CannotRead("the encoding of the text can't be told", "Save it as text in UTF-8")
    return str(best)


def _windows_byte(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252"), error.end


codecs.register_error("windows-1252-byte", _windows_byte)


def tidy(text: str) -> str:
    """`text` with mojibake mended, unseen characters gone and spaces single; line breaks, curly quotes, emoji stay."""
    if not text.isascii() or "&" in text:
        import ftfy

        text = ftfy.fix_text(text, uncurl_quotes=False, fix_character_width=False)
    text = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = JOINERS.sub("", text)
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r" ?\n ?", "\n", text).strip()


def fold(text: str) -> str:
    """`text` for comparing: lower case, no accents, letters and digits parted by single spaces."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    plain = re.sub(r"(?<=\w)['’](?=\w)", "", plain.casefold())
    return " ".join(re.sub(r"[^\w]|_", " ", plain).split())


def has_words(text: str) -> bool:
    """Whether there is a letter, a digit or an emoji in `text`."""
    return any(char.isalnum() or unicodedata.category(char) == "So" for char in text)


def is_non_answer(text: str) -> bool:
    """Whether these words answer nothing: "n/a", "no comment", a dash. An emoji by itself is an answer."""
    return not has_words(text) or " ".join(re.sub(r"[\W_]", " ", text.casefold()).split()) in NON_ANSWERS
