"""Words in bold and plain runs to paragraphs, and words beside the text: what odt, rtf, html and md share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from types import MappingProxyType

from engagement.model import Kind
from engagement.readers.clean import has_words, tidy
from engagement.readers.reading import Paragraph, Person, Reading, Said, Table

NONE: Mapping[str, int] = MappingProxyType({})
PAGE_NUMBER = re.compile(r"(?:page )?\d+(?: ?(?:of|/) ?\d+)?", re.IGNORECASE)
Run = tuple[str, bool]  # the words, and whether they are bold


def paragraph_of(location: str, runs: Sequence[Run], style: str = "", joined: bool = False) -> Paragraph | None:
    """The paragraph that the runs make, with the bold text it starts with; None where it has no words."""
    text = tidy("".join(words for words, _ in runs))
    if not text:
        return None
    bold = tidy("".join(words for words, _ in takewhile(lambda run: run[1] or not run[0].strip(), runs)))
    whole = bold == text
    return Paragraph(location, text, style or ("bold" if whole else ""), joined, bold="" if whole else bold)


def lines_of(runs: Iterable[Run]) -> Iterator[list[Run]]:
    """The runs of each line, parted where their words break."""
    line: list[Run] = []
    for words, bold in runs:
        first, *others = words.split("\n")
        line.append((first, bold))
        for other in others:
            yield line
            line = [(other, bold)]
    yield line


def table_of(number: int, rows: Iterable[tuple[str, ...]]) -> Table:
    """A table whose rows have the same number of cells, the missing ones empty; rows without words are left out."""
    held = [row for row in rows if any(row)]
    width = max(map(len, held), default=0)
    return Table(number, tuple(row + ("",) * (width - len(row)) for row in held))


def with_asides(
    reading: Reading, asides: Iterable[tuple[str, str]], people: Iterable[Person] = (), aside: Mapping[str, int] = NONE
) -> Reading:
    """`reading` followed by notes and comments as prose, each with its place: no speaker says them.

    `people` are named beside the text, and `aside` counts what is nobody's words.
    """
    beside = (Said(place, Kind.PROSE, text) for place, words in asides if has_words(text := tidy(words)))
    turns = (*reading.turns, *beside)
    counts = replace(reading.counts, turns=len(turns), aside=dict(+(Counter(reading.counts.aside) + Counter(aside))))
    return replace(reading, turns=turns, people=(*reading.people, *people), counts=counts)
