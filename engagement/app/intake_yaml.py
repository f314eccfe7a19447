"""What an analyst says of a round and of a column, put into round.yaml and columns.yaml where it belongs.

Not a character beside what was changed is touched, so that notes which somebody made in these files stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from engagement.errors import BadInput
from engagement.folder import ROUND, RoundFile
from engagement.readers.columns import Use
from engagement.readers.mapping import COLUMNS, ColumnsFile, Entry, amended
from engagement.tagging.value_sets import ValueSets
from engagement.yaml_text import yaml_of

BY_HAND = "Change it in the file itself"
SAID = "an analyst said so"  # why a column is what it is


def entries(text: str) -> Mapping[str, tuple[Entry, ...]]:
    """The columns of each file, in the order of columns.yaml. Raises BadInput."""
    try:
        return {
            name: tuple(held) for name, held in ColumnsFile.model_validate(yaml_of(text, COLUMNS) or {}).files.items()
        }
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadInput(COLUMNS, first["msg"], BY_HAND) from None


def with_column(text: str, file: str, number: int, said: Mapping[str, str], sets: ValueSets) -> str:
    """columns.yaml with `said` (use, key, question) of the column in place `number` of a file, counted from 0.

    What the answers were mapped to is left out then: the next reading lists them anew.
    Raises BadInput for what can't be, such as a demographic column without a characteristic.
    """
    was = entries(text)[file][number]
    if (was.use, was.key, was.question) == tuple(said.get(name, "") for name in ("use", "key", "question")):
        return text
    told = {"heading": was.heading, "sheet": was.sheet, **said, "because": SAID}
    told = {name: value for name, value in told.items() if value}
    node = _entry(text, file, number)
    start, end = node.start_mark.index, _end(node)
    if node.flow_style:
        written = json.dumps(told, ensure_ascii=False)
    else:
        lines = yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=10**6).rstrip("\n")
        written = lines.replace("\n", "\n" + " " * node.start_mark.column)
    after = f"{text[:start]}{written}{_line_end(text[start:end])}{text[end:]}"
    amended(after, sets)  # says what is wrong with it
    before, now = (_others(entries(each), file, number) for each in (text, after))
    if before != now:
        raise BadInput(COLUMNS, "this column can't be changed here", BY_HAND)
    return after


def with_round(text: str, said: Mapping[str, str]) -> str:
    """round.yaml with these of its fields; an empty one is taken back. Raises BadInput for dates that can't be."""
    root = _composed(text, ROUND)
    pairs = {key.value: value for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
    after, added = text, ""
    for name, value in sorted(said.items(), key=lambda pair: -_at(pairs.get(pair[0]))):
        written = _scalar(value) if value else "null" if name in {"start", "end"} else '""'
        if node := pairs.get(name):
            start, end = node.start_mark.index, _end(node)
            after = f"{after[:start]}{written}{_line_end(after[start:end])}{after[end:]}"
    for name, value in said.items():
        if value and name not in pairs:
            added += f"{name}: {_scalar(value)}\n"
    if added:
        after = f"{after}{'' if not after or after.endswith(chr(10)) else chr(10)}{added}"
    checked = _checked(after)
    now = {"name": checked.name, "purpose": checked.purpose, "start": _iso(checked.start), "end": _iso(checked.end)}
    if any(now[name] != " ".join(value.split()) for name, value in said.items()):
        raise BadInput(ROUND, "it can't be changed here", BY_HAND)
    return after


def save(path: Path, text: str) -> None:
    """Writes a file whole or not at all. Raises BadInput where it can't be written."""
    scratch = path.with_suffix(".new")
    try:
        scratch.write_bytes(text.encode())
        scratch.replace(path)
    except OSError:
        raise BadInput(
            path.name, "it could not be written beside the files", "Check that you may write there"
        ) from None


def _checked(text: str) -> RoundFile:
    try:
        held = RoundFile.model_validate(yaml.safe_load(text) or {})
    except yaml.YAMLError:
        raise BadInput(ROUND, "it can't be changed here", BY_HAND) from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadInput(ROUND, first["msg"], "Write it as in 2025-04-30", place=where) from None
    if held.start and held.end and held.end < held.start:
        raise BadInput(ROUND, "the round ends before it starts", "Correct start or end")
    return held


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""


def _scalar(value: str) -> str:
    """Words on one line in double quotes, as YAML and JSON write them alike."""
    return json.dumps(" ".join(value.split()), ensure_ascii=False)


def _at(node: yaml.Node | None) -> int:
    return node.start_mark.index if node else -1


def _composed(text: str, name: str) -> yaml.Node | None:
    try:
        composed: yaml.Node | None = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError:
        raise BadInput(name, "not valid YAML", BY_HAND) from None
    return composed


def _entry(text: str, file: str, number: int) -> yaml.MappingNode:
    node: Any = _composed(text, COLUMNS)
    for key in ("files", file):
        node = next(value for name, value in node.value if name.value == key)
    entry: yaml.MappingNode = node.value[number]
    return entry


def _end(node: yaml.Node) -> int:
    """Where the last of a node stands: the mark of a block is only where the next thing begins."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _end(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and not node.flow_style and node.value:
        return _end(node.value[-1])
    end: int = node.end_mark.index
    return end


def _line_end(replaced: str) -> str:
    """The line end that a block of text had at its end."""
    found = re.search(r"\s*\n\Z", replaced)
    return found.group() if found else ""


def _others(held: Mapping[str, tuple[Entry, ...]], file: str, number: int) -> list[tuple[str, int, Entry | str]]:
    """All columns but one, and the heading of that one."""
    return [
        (name, place, entry.heading if (name, place) == (file, number) else entry)
        for name, columns in held.items()
        for place, entry in enumerate(columns)
    ]


def needs_key(use: Use) -> bool:
    """Whether a column of this use says what kind of it: of an identifier, or which characteristic."""
    return use in {Use.IDENTIFIER, Use.DEMOGRAPHIC}
