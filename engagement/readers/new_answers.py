"""Answers that a file has only now, added to what a user's `columns.yaml` lists of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import yaml

from engagement.characteristics import DEFAULT
from engagement.errors import BadInput
from engagement.readers.mapping import COLUMNS, Answers, amended, line_of
from engagement.readers.tables import Told
from engagement.readers.values import Mapped, Value
from engagement.tagging.value_sets import ValueSets
from engagement.tagging.wordings import normal

Addition = tuple[int, str]  # a place in the text, and what goes in there


def with_new_answers(
    text: str, files: Mapping[str, Sequence[Told]], answers: Answers, sets: ValueSets = DEFAULT
) -> str | None:
    """A user's `columns.yaml` with the answers that its files did not have before; None where there are none.

    Not a character of the user's is changed. Raises BadInput where the text leaves no place to add to.
    """
    root = yaml.compose(text, yaml.SafeLoader)
    additions = [
        addition
        for name, entries in _entries(root)
        if name in files
        for addition in _of_file(entries, files[name], answers[name])
    ]
    if not additions:
        return None
    after = text
    for place, words in sorted(additions, reverse=True):
        after = after[:place] + words + after[place:]
    try:
        if amended(after, sets) == amended(text, sets):
            return after
    except BadInput:
        pass
    raise BadInput(
        COLUMNS, "new answers can't be added to it", "Delete the entries of that file to have them written anew"
    )


def _of_file(
    entries: Sequence[yaml.MappingNode], tables: Sequence[Told], held: Sequence[Mapping[int, Mapped]]
) -> Iterator[Addition]:
    for table, of_table in zip(tables, held, strict=True):
        for column in table.columns:
            mine = [each for each in entries if _is_of(each, column.heading, table.sheet)]
            if column.at in of_table and mine:
                yield from _new(mine[0], of_table[column.at].values)


def _new(entry: yaml.MappingNode, values: Sequence[Value]) -> Iterator[Addition]:
    listed = _under(entry, "values")
    known = {normal(str(key.value)) for key, _ in listed.value} if isinstance(listed, yaml.MappingNode) else set()
    lines = [line_of(value) for value in values if normal(value.written) not in known]
    if not lines:
        return
    if isinstance(listed, yaml.MappingNode) and listed.value:
        yield _before(listed, lines)
    elif listed is None:
        yield _before(entry, [f"values: {{{', '.join(lines)}}}"])


def _before(node: yaml.MappingNode, lines: Sequence[str]) -> Addition:
    """Where the first key of a mapping stands, and lines to go before it."""
    if node.flow_style:
        return node.start_mark.index + 1, "".join(f"{line}, " for line in lines)
    indent = "\n" + " " * node.start_mark.column
    return node.start_mark.index, "".join(line + indent for line in lines)


def _entries(root: yaml.Node | None) -> Iterator[tuple[str, list[yaml.MappingNode]]]:
    files = _under(root, "files")
    for name, entries in files.value if isinstance(files, yaml.MappingNode) else ():
        held = entries.value if isinstance(entries, yaml.SequenceNode) else ()
        yield str(name.value), [each for each in held if isinstance(each, yaml.MappingNode)]


def _is_of(entry: yaml.MappingNode, heading: str, sheet: int | None) -> bool:
    named, on = _under(entry, "heading"), _under(entry, "sheet")
    return named is not None and str(named.value).strip() == heading and (on is None or str(on.value) == str(sheet))


def _under(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for name, value in pairs if name.value == key), None)
