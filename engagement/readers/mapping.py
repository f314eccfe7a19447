"""`columns.yaml`: what every column of the exports was taken for, written for the user to amend, and read again.

Of a demographics column it also holds what each answer was mapped to and how sure that is; see `values.py` for what
is never written.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engagement.characteristics import DEFAULT
from engagement.errors import BadInput
from engagement.readers.columns import KINDS, Amendment, Column, Use
from engagement.readers.tables import Told
from engagement.readers.values import UNSAID, Mapped, Value
from engagement.tagging.value_sets import ValueSets
from engagement.tagging.wordings import How, normal
from engagement.yaml_text import yaml_of

COLUMNS = "columns.yaml"
REMEDY = "Mend that entry, or delete it to have the column guessed"
PREFACE = f"""\
# What each column of the responses was taken for, and why. Change what is wrong, save, and run again: what stands
# here counts. An entry taken out is guessed anew. The headings must stay as they are in the files.
#   use: {", ".join(Use)}
#   key: of an identifier one of {", ".join(KINDS)}; of a demographic the characteristic
#   question: give open questions of several files the same wording here, and they are read as one question
"""
NO_WAY = "none"  # by which an answer without a category was mapped
VALUES_PREFACE = f"""\
#   values: what each answer was mapped to; write another category where it is wrong, or one of {", ".join(UNSAID)}.
#     how: {", ".join((*How, NO_WAY))}. Your own: change the category, or write "answer: category" on one line
#   not_listed: how many answers are not written down here, being exact ages or people's own words
"""
Answers = Mapping[str, Sequence[Mapping[int, Mapped]]]  # of each file: for each table, by the place of the column


class ValueEntry(BaseModel):
    """What an answer was mapped to; `confidence` and `check` are for reading only."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    category: str = Field(min_length=1)
    confidence: float = 1.0
    how: str = How.USER.value
    check: str = ""


class Entry(BaseModel):
    """One column, as a user writes it; `because` and `not_listed` are for reading only."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)

    heading: str = Field(min_length=1)
    use: Use
    key: str = ""
    question: str = ""
    sheet: int | None = Field(default=None, ge=1)
    because: str = ""
    values: dict[str, str | ValueEntry] = {}
    not_listed: dict[str, int] = {}


class ColumnsFile(BaseModel):
    """The whole file: the columns of each response export, by the file's name."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    files: dict[str, list[Entry]] = {}


def written(files: Mapping[str, Sequence[Told]], answers: Answers | None = None) -> str:
    """The text of `columns.yaml` for these files: their headings, and of what stands below them no more than `answers`.

    `answers` has, for each file and each of its tables in order, what the columns of demographics were mapped to.
    """
    return PREFACE + (VALUES_PREFACE if answers else "") + _dumped({"files": _listed(files, answers or {})})


def added(
    text: str, files: Mapping[str, Sequence[Told]], answers: Answers | None = None, sets: ValueSets = DEFAULT
) -> str | None:
    """A user's `columns.yaml` with the files that it does not mention; None where it mentions all of them.

    Not a character of the user's is changed. Raises BadInput where the text is not valid, or leaves no place to add to.
    """
    before = amended(text, sets)
    listed = _listed({name: tables for name, tables in files.items() if name not in before}, answers or {})
    if not listed:
        return None
    for after in _with(text, listed):
        try:
            told = amended(after, sets)
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


class _Line(dict[str, Any]):
    """A mapping that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """The safe dumper, which writes a `_Line` on one line."""


_Dumper.add_representer(
    _Line, lambda dumper, line: dumper.represent_mapping("tag:yaml.org,2002:map", line.items(), flow_style=True)
)


def _dumped(told: Mapping[str, Any]) -> str:
    return yaml.dump(told, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def _listed(files: Mapping[str, Sequence[Told]], answers: Answers) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [
            _entry(column, told.sheet if len(tables) > 1 else None, held.get(column.at, Mapped()))
            for told, held in zip(tables, answers.get(name, [{}] * len(tables)), strict=True)
            for column in told.columns
        ]
        for name, tables in files.items()
    }


def _entry(column: Column, sheet: int | None, held: Mapped) -> dict[str, Any]:
    told = {
        "heading": column.heading,
        "sheet": sheet,
        "use": column.use.value,
        "key": column.key,
        "question": column.question if column.use is Use.OPEN else "",
        "because": column.because,
        "values": {value.written: _value(value) for value in held.values},
        "not_listed": dict(held.not_listed or {}),
    }
    return {name: value for name, value in told.items() if value}


def line_of(value: Value) -> str:
    """An answer and what it was mapped to as YAML on one line, to stand in braces or on a line of its own."""
    told = {value.written: _value(value)}
    text: str = yaml.dump(told, Dumper=_Dumper, default_flow_style=True, allow_unicode=True, width=100_000)
    return text.strip()[1:-1]


def _value(value: Value) -> _Line:
    sure = value.meaning.answer.confidence
    told = {
        "category": value.category,
        "confidence": round(sure, 2) if sure else None,
        "how": value.meaning.how.value if value.meaning.how else NO_WAY,
        "check": value.check,
    }
    return _Line({name: held for name, held in told.items() if held})


def amended(text: str, sets: ValueSets = DEFAULT) -> Mapping[str, tuple[Amendment, ...]]:
    """What a user's `columns.yaml` says of the columns of each file. Raises BadInput, which says at which entry."""
    return {
        name: tuple(_amendment(name, number, entry, sets) for number, entry in enumerate(entries, start=1))
        for name, entries in _read(text).files.items()
    }


def told_values(text: str, value_sets: ValueSets) -> Mapping[str, tuple[Mapping[str, str], ...]]:
    """What a user's `columns.yaml` maps answers to: of each file, for each entry, the category of a normalised answer.

    An entry of ours that nobody changed tells nothing new, and is left out. Raises BadInput for no such category.
    """
    return {
        name: tuple(_told(name, number, entry, value_sets) for number, entry in enumerate(entries, start=1))
        for name, entries in _read(text).files.items()
    }


def _told(name: str, number: int, entry: Entry, value_sets: ValueSets) -> Mapping[str, str]:
    if entry.use is not Use.DEMOGRAPHIC or entry.key not in value_sets.characteristics:
        return {}
    offered = (*value_sets.names(entry.key), *UNSAID)
    told = {}
    for place, (answer, said) in enumerate(entry.values.items(), start=1):
        category, how = (said, How.USER.value) if isinstance(said, str) else (said.category, said.how)
        if category not in offered:
            found = f"'{category}' is no category of {entry.key}"
            where = f"{name}, entry {number}, value {place}"
            raise BadInput(COLUMNS, found, f"Write one of {', '.join(offered)}", place=where)
        ours = value_sets.answer(entry.key, answer)
        if how == How.USER or category != (ours.category or ours.stated):
            told[normal(answer)] = category
    return told


def _read(text: str) -> ColumnsFile:
    try:
        return ColumnsFile.model_validate(yaml_of(text, COLUMNS) or {})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadInput(COLUMNS, first["msg"], REMEDY, place=_place(first["loc"])) from None


def _place(where: Sequence[str | int]) -> str:
    """Where a fault is: "survey.csv, entry 3, use"."""
    told = where[: where.index("values") + 1] if "values" in where else where  # what follows is somebody's answer
    return ", ".join(f"entry {part + 1}" if isinstance(part, int) else part for part in told if part != "files")


def _amendment(name: str, number: int, entry: Entry, sets: ValueSets) -> Amendment:
    if (keys := _keys(entry.use, sets)) and entry.key not in keys:
        found = f"a column of use '{entry.use}' needs a key that is known"
        raise BadInput(COLUMNS, found, f"Write one of {', '.join(keys)}", place=f"{name}, entry {number}, key")
    values = _told(name, number, entry, sets)
    return Amendment(entry.heading, entry.use, entry.key if keys else "", entry.question, entry.sheet, values)


def _keys(use: Use, sets: ValueSets) -> tuple[str, ...]:
    """The keys that a use may have; none where it takes no key."""
    return {Use.IDENTIFIER: KINDS, Use.DEMOGRAPHIC: sets.characteristics}.get(use, ())
