"""A table of coded texts -> codings: each row's themes on the excerpts that have the same words."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engagement.errors import BadInput
from engagement.long_cells import long_cells
from engagement.model import Codebook, Coding, Decision, Excerpt
from engagement.readers.clean import decode
from engagement.readers.reading import CannotRead

SEPARATORS = (",", ";", "\t")  # what a spreadsheet takes depends on its country
BETWEEN = ";|"  # the themes of a cell
FORMULA = ("'=", "'+", "'-", "'@", "'\t", "'\r")  # the apostrophe keeps a spreadsheet from taking it for a formula
CODER, EXCERPT = "coder", "excerpt_id"  # columns that may be there


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table of coded texts are called."""

    text: str = "text"
    themes: str = "themes"


@dataclass(frozen=True, slots=True)
class Matched:
    """The codings of a table, how many of its rows have a theme, and of how many the words were not found."""

    codings: tuple[Coding, ...]
    rows: int
    unknown: int


def is_coded(data: bytes, file: str, columns: Columns) -> bool:
    """Whether the table has a column of texts and one of themes. Raises BadInput for what is no table."""
    return {columns.text, columns.themes} <= set(next(_rows(data, file))[1])


def matched(
    data: bytes, file: str, columns: Columns, codebook: Codebook, excerpts: Iterable[Excerpt], coder: str
) -> Matched:
    """What the rows say of the excerpts whose words they have, by the row's coder, else by `coder`. Raises BadInput.

    Themes are told by key or by name; a row without any says nothing.
    """
    by_words, by_id = defaultdict[str, list[Excerpt]](list), {}
    for excerpt in excerpts:
        by_words[_plain(excerpt.text)].append(excerpt)
        by_id[excerpt.excerpt_id] = excerpt
    keys = {theme.name.casefold(): theme.key for theme in codebook.themes} | {key: key for key in codebook.keys}
    rows = _rows(data, file)
    heads = next(rows)[1]
    found: dict[tuple[str, str, str], Coding] = {}
    many = unknown = 0
    for number, cells in rows:
        row = dict(zip(heads, cells, strict=False))
        themes = [_key(one, keys, file, number) for one in _parted(row.get(columns.themes, ""))]
        if not themes:
            continue
        many += 1
        words = _plain(row.get(columns.text, ""))
        named = by_id.get(row.get(EXCERPT, ""))
        there = [named] if named and _plain(named.text) == words else by_words.get(words, [])
        unknown += not there
        who = " ".join(row.get(CODER, "").replace(":", " ").split()) or coder
        for excerpt in there:
            for theme in themes:
                key = excerpt.excerpt_id, theme, who
                found[key] = Coding(*key, Decision.ACCEPTED, 1.0, (0, len(excerpt.text)))
    return Matched(tuple(found.values()), many, unknown)


def _rows(data: bytes, file: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with their numbers, the heads first, without what keeps cells from being formulas."""
    try:
        text = decode(data)
        first = next((line for line in text.splitlines() if line.strip()), "")
        separator = max(SEPARATORS, key=first.count)
        with long_cells():
            sheet = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except CannotRead as error:
        raise BadInput(file, error.found, "Save it as CSV in UTF-8") from None
    except csv.Error:
        raise BadInput(file, "not valid CSV", "Open it in a spreadsheet and save it as CSV in UTF-8") from None
    if not any(sheet):
        raise BadInput(file, "it holds no rows", "Give it a row of headings and a row for each text")
    for number, row in enumerate(sheet, 1):
        if row:
            yield number, [cell[1:] if cell.startswith(FORMULA) else cell for cell in row]


def _parted(cell: str) -> list[str]:
    for sign in BETWEEN:
        cell = cell.replace(sign, "\n")
    return [part.strip() for part in cell.split("\n") if part.strip()]


def _key(written: str, keys: Mapping[str, str], file: str, number: int) -> str:
    key = keys.get(written) or keys.get(written.casefold())
    if key is None:
        remedy = "Import the codebook first, or mend the cell; themes are parted by ;"
        raise BadInput(file, "a theme that the codebook doesn't have", remedy, place=f"row {number}")
    return key


def _plain(words: str) -> str:
    return " ".join(words.split())
