"""Quotes only: as text, Markdown or a document, each cut again from the stored excerpt as it is written.

Markdown shows what was said as it was typed: every character that could be markup is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engagement.errors import BadInput
from engagement.export.blocks import Block, Document, Heading, Paragraph, Quotation
from engagement.model import Codebook, DisclosureRule, Excerpt
from engagement.quotation.choosing import Chosen
from engagement.quotation.quoted import verified
from engagement.quotes import QuoteBook
from engagement.slices import Slicer

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&$^=:@\"'])")
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")  # in XML 1.0, and of no use in text
HIDDEN = "Too few people raised this for their words to be shown."
NONE = "There are no quotes that may be shown."

Excerpts = Mapping[str, Excerpt]


@dataclass(frozen=True, slots=True)
class Section:
    """A theme's name with its quotes; `shown` is false where its number of people is hidden."""

    name: str
    quotes: tuple[Chosen, ...]
    shown: bool = True


def sections(book: QuoteBook, numbers: Slicer, codebook: Codebook, most: int = 10) -> tuple[Section, ...]:
    """Every theme of the codebook with up to `most` quotes, in its order."""
    shown = {key for key in codebook.keys if numbers.shows(key)}
    return tuple(Section(theme.name, book.chosen(theme.key, most), theme.key in shown) for theme in codebook.themes)


def as_text(found: Sequence[Section], rule: DisclosureRule, excerpts: Excerpts) -> str:
    """The quotes as plain text. Raises ValueError for one that isn't what is stored."""
    blocks = [rule_told(rule)]
    for section in found:
        blocks.append(section.name.upper())
        blocks += [_without(section)] if not section.quotes else []
        blocks += [
            f"“{plain(verified(one.quote, excerpts))}”\n— {one.quote.attribution} ({one.reason})"
            for one in section.quotes
        ]
    return "\n\n".join(blocks) + "\n"


def as_markdown(found: Sequence[Section], rule: DisclosureRule, excerpts: Excerpts) -> str:
    """The quotes as Markdown, shown as they were typed. Raises ValueError for one that isn't what is stored."""
    blocks = [f"# Quotes\n\n{escaped(rule_told(rule))}"]
    for section in found:
        blocks.append(f"## {escaped(section.name)}")
        blocks += [escaped(_without(section))] if not section.quotes else []
        blocks += [
            f"{_quoted_lines(verified(one.quote, excerpts))}\n>\n> — {escaped(one.quote.attribution)} "
            f"({escaped(one.reason)})"
            for one in section.quotes
        ]
    return "\n\n".join(blocks) + "\n"


def as_document(
    found: Sequence[Section], rule: DisclosureRule, excerpts: Excerpts, *, title: str, organisation: str, made_on: date
) -> Document:
    """The quotes as a document. Raises ValueError for one that isn't what is stored."""
    blocks: list[Block] = [Paragraph(rule_told(rule), "note")]
    for section in found:
        blocks.append(Heading(1, section.name))
        blocks += [Paragraph(_without(section), "note")] if not section.quotes else []
        blocks += [
            Quotation(plain(verified(one.quote, excerpts)), f"{one.quote.attribution} ({one.reason})")
            for one in section.quotes
        ]
    return Document(title, "Quotes", organisation, made_on, tuple(blocks))


def write_quotes(text: str, path: Path) -> None:
    """Writes `text` at `path`. Raises BadInput where that can't be."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(str(path), f"can't be written ({error.strerror})", "Choose another place") from None


def rule_told(rule: DisclosureRule) -> str:
    """What a reader of quotes is told of the rule."""
    if rule.k <= 1:
        return f'Disclosure rule "{rule.name}": for the analyst\'s eyes. Do not pass these quotes on.'
    return (
        f'Disclosure rule "{rule.name}": a theme that fewer than {rule.threshold} people raised has no quotes, and '
        f"what is said of a speaker is shared by at least {rule.k} people. Where words were left out it says [...], "
        "and after a speaker's own slip [sic]; other square brackets stand for a name, a place or a number that was "
        "taken out, or for a few words of whoever quotes."
    )


def plain(words: str) -> str:
    """Words without the control characters that no file may hold."""
    return FORBIDDEN.sub(" ", words)


def escaped(words: str) -> str:
    """Words on one line of Markdown, every character shown as it is."""
    return MARKUP.sub(r"\\\1", " ".join(plain(words).split()))


def _quoted_lines(words: str) -> str:
    """A block quotation; lines stay lines."""
    lines = [escaped(line) for line in plain(words).splitlines() if line.strip()]
    lines = [*lines[:-1], f"{lines[-1]}”"]
    return "\n".join(
        f"> {'“' if place == 0 else ''}{line}{chr(92) if place < len(lines) - 1 else ''}"
        for place, line in enumerate(lines)
    )


def _without(section: Section) -> str:
    return NONE if section.shown else HIDDEN
