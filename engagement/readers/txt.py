"""Plain text: notes, transcripts and letters, a line at a time."""

from __future__ import annotations

import re

from engagement.readers.cast import BULLET
from engagement.readers.clean import decode, tidy
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import CannotRead, Paragraph, Reading

MARKED = re.compile(r"#{1,6}\s+(?P<heading>.+?)\s*#*")
UNDERLINE = re.compile(r"={3,}|-{3,}|~{3,}|_{3,}|\*{3,}")
CAPITALS = re.compile(r"[^a-z:]*[A-Z]{2}[^a-z:]*\s[^a-z:]+:?")  # two words or more, so that "AB" stays initials
HEADING_LENGTH = 120  # characters


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """The text's turns, people and questions. A line right under another goes on with it. Raises CannotRead."""
    lines = [tidy(line) for line in re.split(r"\r\n|\r|\n", decode(data))]
    paragraphs: list[Paragraph] = []
    for number, line in enumerate(lines, start=1):
        if not line or UNDERLINE.fullmatch(line):
            continue
        below = lines[number] if number < len(lines) else ""
        above = lines[number - 2] if number > 1 else ""
        style = _style(line, above, below)
        if not paragraphs and CAPITALS.fullmatch(line) and not line.endswith("?"):
            style = "title"
        marked = MARKED.fullmatch(line)
        text = marked["heading"] if marked else line
        ended = not above or UNDERLINE.fullmatch(above) or (paragraphs and paragraphs[-1].style == "heading")
        joined = not (ended or style or BULLET.match(line))
        paragraphs.append(Paragraph(f"line {number}", text, style, joined))
    if not paragraphs:
        raise CannotRead("the file has no words", "Put the words in, or take the file away")
    return recognise(paragraphs, known)


def _style(line: str, above: str, below: str) -> str:
    if MARKED.fullmatch(line):
        return "heading"
    if len(line) > HEADING_LENGTH or above:
        return ""
    return "heading" if UNDERLINE.fullmatch(below) or (not below and CAPITALS.fullmatch(line)) else ""
