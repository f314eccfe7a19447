"""Markdown: notes, transcripts and letters, a line at a time, with its marks stripped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engagement.readers.clean import decode, has_words, tidy
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import Block, CannotRead, Reading
from engagement.readers.runs import Run, paragraph_of, table_of, with_asides

ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
ESCAPES = {0xE000 + code: chr(code) for code in range(33, 127)}  # an escaped mark, until the marks are gone
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
HEADING = re.compile(r"#{1,6}\s+(?P<words>.*?)\s*#*\s*")
UNDERLINE = re.compile(r"=+|-{2,}")  # right under a line, which it makes a heading
RULE = re.compile(r"(?:[-*_~=]\s*){3,}")
FENCE = re.compile(r"(?:`{3,}|~{3,})[^`]*")
QUOTED = re.compile(r"^(?:>\s?)+")
LISTED = re.compile(r"(?P<mark>[-*+]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?(?P<words>.*)")
NOTE = re.compile(r"\[\^[^\]]{1,40}\]:\s*(?P<words>.*)")
TARGET = re.compile(r"\[[^\]]{1,80}\]:\s*\S+.*")  # where the links of the text lead
DASHES = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
BOLD = re.compile(r"(\*\*\*|\*\*|__)(?=\S)(.+?)(?<=\S)\1")
# Marks within a line, and what stays of each.
MARKS = (
    (re.compile(r"\[\^[^\]]{1,40}\]"), ""),
    (re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s[^()]*)?\)"), r"\1"),
    (re.compile(r"!?\[([^\[\]]+)\]\[[^\[\]]*\]"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)?[^\s<>]+[.@][^\s<>]+)>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), " "),
    (re.compile(r"(`+)(.+?)\1"), r"\2"),
    (re.compile(r"~~(?=\S)(.+?)~~"), r"\1"),
    (re.compile(r"\*(?=\S)([^*]+?)(?<=\S)\*"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)"), r"\1"),
)


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """The text's turns, people and questions; footnotes follow as prose. Raises CannotRead."""
    text = ESCAPED.sub(lambda mark: chr(0xE000 + ord(mark[1])), decode(data))
    comments = COMMENT.findall(text)
    text = COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)
    lines = [QUOTED.sub("", line.strip()).strip() for line in re.split(r"\r\n|\r|\n", text)]
    notes = [(number, found["words"]) for number, line in enumerate(lines, start=1) if (found := NOTE.fullmatch(line))]
    blocks = list(_blocks(lines))
    if not blocks:
        raise CannotRead("the file has no words", "Put the words in, or take the file away")
    aside = {
        "comment in the text's code": len([comment for comment in comments if has_words(comment.strip("<!->"))]),
        "target of a link": sum(bool(TARGET.fullmatch(line)) and not NOTE.fullmatch(line) for line in lines),
    }
    held = [(f"line {number} note", _plain(words)) for number, words in notes]
    return with_asides(recognise(blocks, known), held, aside=aside)


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    tables, end, joined = 0, 0, False
    for number, line in enumerate(lines, start=1):
        if number <= end:
            continue
        below = lines[number] if number < len(lines) else ""
        if "|" in line and "|" in below and DASHES.fullmatch(below):
            end = next((at for at in range(number + 1, len(lines)) if "|" not in lines[at]), len(lines))
            tables += 1
            yield table_of(tables, [_cells(row) for row in (line, *lines[number + 1 : end])])
            joined = False
            continue
        heading, listed = HEADING.fullmatch(line), LISTED.fullmatch(line)
        if RULE.fullmatch(line) or FENCE.fullmatch(line) or (joined and UNDERLINE.fullmatch(line)):
            joined = False
        elif not NOTE.fullmatch(line) and not TARGET.fullmatch(line):
            under = UNDERLINE.fullmatch(below) and not joined and not listed
            words = heading["words"] if heading else listed["words"] if listed else line
            style = "heading" if heading or under else ""
            made = paragraph_of(f"line {number}", _runs(words), style, joined and not heading and not listed)
            if made:
                # The mark is no part of the bold name that may follow it.
                yield replace(made, text=f"{_bullet(listed['mark'])} {made.text}") if listed else made
            joined = made is not None and not heading


def _bullet(mark: str) -> str:
    return mark if mark[0].isdigit() else "-"


def _cells(row: str) -> tuple[str, ...]:
    return tuple(tidy(_plain(cell)) for cell in row.removeprefix("|").removesuffix("|").split("|"))


def _runs(words: str) -> list[Run]:
    first, *rest = BOLD.split(words)
    runs = [(_plain(first), False)]
    for strong, after in zip(rest[1::3], rest[2::3], strict=True):
        runs += [(_plain(strong), True), (_plain(after), False)]
    return [run for run in runs if run[0]]


def _plain(words: str) -> str:
    words = BOLD.sub(r"\2", words)
    for mark, stays in MARKS:
        words = mark.sub(stays, words)
    return html.unescape(words).translate(ESCAPES)
