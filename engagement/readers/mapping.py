"""`columns.yaml`: what every column of the exports was taken for, written for the user to amend, and read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engagement.errors import BadInput
from engagement.readers.columns import KINDS, Amendment, Column, Use
from engagement.readers.responses import Answers

COLUMNS = "columns.yaml"
REMEDY = "Mend that entry, or delete it to have the column guessed"
PREFACE = f"""\
# What each column of the responses was taken for, and why. Change what is wrong, save, and run again: what stands
# here counts. An entry taken out is guessed anew. The headings must stay as they are in the files.
#   use: {", ".join(Use)}
#   key: of an identifier one of {", ".join(KINDS)}; of a demographic the characteristic
#   question: give open questions of several files the same wording here, and they are read as one question
"""


class Entry(BaseModel):
    """One column, as a user writes it; `because` is for reading only."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    heading: str = Field(min_length=1)
    use: Use
    key: str = ""
    question: str = ""
    sheet: int | None = Field(default=None, ge=1)
    because: str = ""


class ColumnsFile(BaseModel):
    """The whole file: the columns of each response export, by the file's name."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    files: dict[str, list[Entry]] = {}


def written(files: Mapping[str, Sequence[Answers]]) -> str:
    """The text of `columns.yaml` for these files; of them it holds the headings, and nothing that stands below them."""
    listed = {
        name: [
            _entry(column, answers.sheet.number if len(sheets) > 1 else None)
            for answers in sheets
            for column in answers.columns
        ]
        for name, sheets in files.items()
    }
    return PREFACE + yaml.safe_dump({"files": listed}, sort_keys=False, allow_unicode=True, width=120)


def _entry(column: Column, sheet: int | None) -> dict[str, Any]:
    told = {
        "heading": column.heading,
        "sheet": sheet,
        "use": column.use.value,
        "key": column.key,
        "question": column.question if column.use is Use.OPEN else "",
        "because": column.because,
    }
    return {name: value for name, value in told.items() if value}


def amended(text: str) -> Mapping[str, tuple[Amendment, ...]]:
    """What a user's `columns.yaml` says of the columns of each file. Raises BadInput, which says at which entry."""
    try:
        loaded = yaml.safe_load(text)
        told = ColumnsFile.model_validate({} if loaded is None else loaded)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadInput(
            COLUMNS,
            "not valid YAML",
            "Mend the line, or delete the file",
            place=f"line {mark.line + 1}" if mark else "",
        ) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadInput(COLUMNS, first["msg"], REMEDY, place=_place(first["loc"])) from None
    return {
        name: tuple(_amendment(name, number, entry) for number, entry in enumerate(entries, start=1))
        for name, entries in told.files.items()
    }


def _place(where: Sequence[str | int]) -> str:
    """Where a fault is: "survey.csv, entry 3, use"."""
    return ", ".join(f"entry {part + 1}" if isinstance(part, int) else part for part in where if part != "files")


def _amendment(name: str, number: int, entry: Entry) -> Amendment:
    if (keys := _keys(entry.use)) and entry.key not in keys:
        found = f"a column of use '{entry.use}' needs a key that is known"
        raise BadInput(COLUMNS, found, f"Write one of {', '.join(keys)}", place=f"{name}, entry {number}, key")
    return Amendment(entry.heading, entry.use, entry.key if keys else "", entry.question, entry.sheet)


def _keys(use: Use) -> tuple[str, ...]:
    """The keys that a use may have; none where it takes no key."""
    from engagement.characteristics import CHARACTERISTICS

    return {Use.IDENTIFIER: KINDS, Use.DEMOGRAPHIC: tuple(CHARACTERISTICS)}.get(use, ())
