"""A codebook as a CSV file that a spreadsheet opens: a row a theme, several phrases in a cell between bars."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath

from engagement.codebook import checked, key_of, name_of
from engagement.errors import BadInput
from engagement.model import Codebook, Theme
from engagement.readers.clean import decode
from engagement.readers.reading import CannotRead

COLUMNS = ("key", "name", "definition", "include", "exclude", "examples", "parent")
OR_ELSE = f"{', '.join(COLUMNS[:-1])} or {COLUMNS[-1]}"
# How other tools head such columns -> ours.
ALSO = {
    "code": "name",
    "code name": "name",
    "theme": "name",
    "tag": "name",
    "description": "definition",
    "included": "include",
    "excluded": "exclude",
    "example": "examples",
}
SEPARATORS = (",", ";", "\t")  # what a spreadsheet takes depends on its country
BETWEEN = " | "
PIECE = re.compile(r"\\[\\|]|[^\\|]+|[\\|]")  # of a cell of phrases: a bar inside a phrase has a backslash before it
FORMULA = re.compile(r"'*[=+\-@\t\r]")  # a cell that begins so is a formula to a spreadsheet, unless an apostrophe does


def to_csv(codebook: Codebook) -> bytes:
    """The themes as CSV in UTF-8 with a byte order mark, which `from_csv` reads back the same."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    for theme in codebook.themes:
        phrases = (BETWEEN.join(map(_escaped, each)) for each in (theme.include, theme.exclude, theme.examples))
        cells = (theme.key, theme.name, theme.definition, *phrases, theme.parent or "")
        writer.writerow(f"'{cell}" if FORMULA.match(cell) else cell for cell in cells)
    return sheet.getvalue().encode("utf-8-sig")


def from_csv(data: bytes, file: str) -> Codebook:
    """The codebook in a CSV file that this or another tool wrote, as version 1, named as the file is.

    Without a column of keys they are made from the names; a parent may be told by its name. Raises BadInput, which
    names the row or column.
    """
    rows = _rows(data, file)
    heads = _columns(rows[0][1] if rows else [], file)
    themes: list[Theme] = []
    for number, cells in rows[1:]:
        if any(cells[len(heads) :]):
            found = "it has more cells than the first row"
            raise BadInput(file, found, "Put words that hold a comma in quotation marks", place=f"row {number}")
        themes.append(_theme(dict(zip(heads, cells, strict=False)), {theme.key for theme in themes}, file, number))
    places = {theme.name.casefold(): theme.key for theme in themes} | {theme.key: theme.key for theme in themes}
    placed = (
        replace(theme, parent=places.get(theme.parent.casefold(), theme.parent)) if theme.parent else theme
        for theme in themes
    )
    return checked(Codebook(PurePath(file).stem, 1, tuple(placed)), file)


def _rows(data: bytes, file: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, with their numbers; cells are without what keeps them from being formulas."""
    try:
        text = decode(data)
        first = next((line for line in text.splitlines() if line.strip()), "")
        separator = max(SEPARATORS, key=lambda sign: len(set(COLUMNS) & set(_heads(first.split(sign)))))
        sheet = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except CannotRead as error:
        raise BadInput(file, error.found, "Save the codebook as CSV in UTF-8") from None
    except csv.Error:
        raise BadInput(file, "not valid CSV", "Open it in a spreadsheet and save it as CSV in UTF-8") from None
    cells = ([cell.strip() for cell in row] for row in sheet)
    bare = ([cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell for cell in row] for row in cells)
    return [(number, row) for number, row in enumerate(bare, 1) if any(row)]


def _heads(row: Iterable[str]) -> list[str]:
    """The heads of columns in our words; one that isn't known stays as it is."""
    plain = (" ".join(head.strip(" \"'").casefold().replace("_", " ").split()) for head in row)
    return [ALSO.get(head, head) for head in plain]


def _columns(row: Iterable[str], file: str) -> list[str]:
    """The columns of the first row. Raises BadInput where they don't make a codebook."""
    heads = _heads(row)
    if not {"key", "name"} & set(heads):
        raise BadInput(file, "no column 'key' or 'name'", f"Begin with a row of {', '.join(COLUMNS)}")
    for number, head in enumerate(heads, 1):
        if head and head not in COLUMNS:
            raise BadInput(file, "not a codebook's", f"Call it {OR_ELSE} or remove it", place=f"column {number}")
        if head and head in heads[: number - 1]:
            raise BadInput(file, f"a second column '{head}'", "Keep one of them", place=f"column {number}")
    return heads


def _theme(cells: Mapping[str, str], taken: Collection[str], file: str, row: int) -> Theme:
    """A row as a theme; its parent may still be a name."""
    name, key = cells.get("name", ""), cells.get("key", "")
    if "key" not in cells and name:
        key = key_of(name, taken)
    if not key:
        lacking = "key" if "key" in cells else "name"
        raise BadInput(file, f"no {lacking}", f"Give each theme a {lacking}", place=f"row {row}")
    include, exclude, examples = (_phrases(cells.get(column, "")) for column in ("include", "exclude", "examples"))
    parent = cells.get("parent") or None
    return Theme(key, name or name_of(key), cells.get("definition", ""), include, exclude, examples, parent)


def _escaped(phrase: str) -> str:
    return phrase.replace("\\", "\\\\").replace("|", "\\|")


def _phrases(cell: str) -> tuple[str, ...]:
    """The phrases between the bars of a cell, each once."""
    phrases = [""]
    for piece in PIECE.findall(cell):
        if piece == "|":
            phrases.append("")
        else:
            phrases[-1] += piece[1:] if piece in ("\\\\", "\\|") else piece
    return tuple(dict.fromkeys(phrase.strip() for phrase in phrases if phrase.strip()))
