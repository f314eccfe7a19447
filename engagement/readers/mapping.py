"""`columns.yaml`: what every column of the exports was taken for, written for the user to amend, and read again."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engagement.errors import BadInput
from engagement.readers.columns import KINDS, Amendment, Column, Use
from engagement.readers.tables import Told

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

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

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


def written(files: Mapping[str, Sequence[Told]]) -> str:
    """The text of `columns.yaml` for these files; of them it holds the headings, and nothing that stands below them."""
    return PREFACE + _dumped({"files": _listed(files)})


def added(text: str, files: Mapping[str, Sequence[Told]]) -> str | None:
    """A user's `columns.yaml` with the files that it does not mention; None where it mentions all of them.

    Not a character of the user's is changed. Raises BadInput where the text is not valid, or leaves no place to add to.
    """
    before = amended(text)
    listed = _listed({name: tables for name, tables in files.items() if name not in before})
    if not listed:
        return None
    for after in _with(text, listed):
        try:
            told = amended(after)
        except BadInput:
            continue
        if {name: told.get(name) for name in before} == before and set(told) == {*before, *listed}:
            return after
    raise BadInput(
        COLUMNS,
        "the columns of new files can't be added to it",
        "Write a file's name and its columns on lines of their own, or delete the file to have it written anew",
    )


def _with(text: str, listed: Mapping[str, Any]) -> Iterator[str]:
    """Ways to add these files to a text, the likeliest first."""
    root = yaml.compose(text, yaml.SafeLoader)
    held = root.value if isinstance(root, yaml.MappingNode) else []
    files = next((value for key, value in held if key.value == "files"), None)
    line = "\r\n" if "\r\n" in text else "\n"
    base = text if not text or text.endswith("\n") else text + line
    # Inside braces, before the last of them.
    braced = files if isinstance(files, yaml.MappingNode) and files.flow_style else None
    inner = json.dumps(listed, ensure_ascii=False)[1:-1]
    if braced is None and isinstance(root, yaml.MappingNode) and root.flow_style:
        braced, inner = root, f'"files": {{{inner}}}'
    if braced:
        end = braced.end_mark.index - 1
        for comma in (", ", "") if braced.value else ("",):
            yield f"{text[:end]}{comma}{inner}{text[end:]}"
    elif isinstance(files, yaml.MappingNode):
        indent = " " * files.start_mark.column
        yield base + textwrap.indent(_dumped(listed), indent).replace("\n", line)
    else:
        yield base + _dumped({"files": listed}).replace("\n", line)


def _dumped(told: Mapping[str, Any]) -> str:
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=120)


def _listed(files: Mapping[str, Sequence[Told]]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [_entry(column, told.sheet if len(tables) > 1 else None) for told in tables for column in told.columns]
        for name, tables in files.items()
    }


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
