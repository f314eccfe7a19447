"""A letter: paragraphs from "Dear ..." to "Yours ...", all of them its author's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from engagement.model import FileCounts, Kind
from engagement.readers.cast import bare, is_name, unique
from engagement.readers.reading import Paragraph, Person, Reading, Said

SALUTATION = re.compile(r"(?:dear|to whom it may concern)\b", re.IGNORECASE)
SIGN_OFF = re.compile(
    r"(?:yours(?: sincerely| faithfully| truly)?|sincerely|(?:with )?(?:(?:kind|kindest|best|warm|warmest) )?regards"
    r"|(?:with )?(?:best|kind|good|warm) wishes|(?:many |with )?thanks|thank you|all the best|in solidarity)"
    r"\b(?P<rest>[,.!]?\s*.*)",
    re.IGNORECASE | re.DOTALL,
)
TOP, TAIL = 25, 12  # lines in which a letter must open, and within which it ends after its sign-off
SIGNATURE_WORDS = 8  # a longer line after the sign-off is no part of the signature
ADDRESSEE = re.compile(r"(?:to|b?cc)\s*:", re.IGNORECASE)

CONTACTS = (
    ("EMAIL", re.compile(r"[\w.+'-]+@[\w-]+\.[\w.-]+\w")),
    ("POSTCODE", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b", re.IGNORECASE)),
    ("PHONE", re.compile(r"(?:\+44|\b0)[\d\s()-]{8,13}\d\b")),
    ("ADDRESS", re.compile(r"^(?:flat \w+,? )?\d+[a-z]? [A-Z]\w+(?: \w+)*", re.IGNORECASE)),
)


def read_letter(lines: Sequence[Paragraph]) -> Reading | None:
    """The letter that `lines` make, with its author as the only person; None where they make none.

    Every paragraph is the author's prose, from the address to the postscript. What stands above the salutation and
    under the sign-off gives the author's name and identifiers besides.
    """
    opens = next((at for at, line in enumerate(lines[:TOP]) if not line.joined and SALUTATION.match(line.text)), None)
    if opens is None or any(line.label is not None for line in lines):
        return None
    ends = [
        (at, found["rest"].strip(" ,.!"))
        for at, line in enumerate(lines)
        if at > opens and (found := SIGN_OFF.fullmatch(line.text)) and len(found["rest"].split()) <= SIGNATURE_WORDS
    ]
    if not ends or len(lines) - ends[-1][0] > TAIL:
        return None
    close, signed = ends[-1]
    above = [line.text for line in lines[:opens] if not ADDRESSEE.match(line.text)]
    under = [signed, *(line.text for line in lines[close + 1 :] if len(line.text.split()) <= SIGNATURE_WORDS)]
    author = Person(
        names=_names(above, [line for line in under if line][:3]),
        identifiers=tuple(
            (kind, match.group().strip())
            for line in (*above, *under)
            for kind, pattern in CONTACTS
            if (match := pattern.search(line))
        ),
    )
    turns = _paragraphs(lines)
    return Reading(turns, (author,), counts=FileCounts(turns=len(turns)))


def _names(above: Sequence[str], under: Sequence[str]) -> tuple[str, ...]:
    """The name under the sign-off, after the fuller one of the same surname that may stand above."""
    signed = next((bare(line) for line in under if is_name(bare(line))), "")
    heads = (bare(line.partition(",")[0]) for line in above)
    fuller = [head for head in heads if signed and is_name(head) and head.split()[-1] == signed.split()[-1]]
    return unique((*fuller, signed)) if signed else ()


def _paragraphs(lines: Sequence[Paragraph]) -> tuple[Said, ...]:
    made: list[Said] = []
    for line in lines:
        if line.joined and made:
            made[-1] = replace(made[-1], words=f"{made[-1].words} {line.text}")
        else:
            made.append(Said(line.location, Kind.PROSE, line.text, person=0))
    return tuple(made)
