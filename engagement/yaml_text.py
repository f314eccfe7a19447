"""A YAML file that a user wrote, as plain text, lists and mappings."""

from __future__ import annotations

from typing import Any

import yaml

from engagement.errors import BadInput

LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the first is the same in C, where PyYAML was built with it


def yaml_of(text: str, file: str, remedy: str = "Mend the line, or delete the file") -> Any:
    """What `text` holds, every scalar as it is written: a bare yes is "yes", 007 is "007"; None where it holds nothing.

    Raises BadInput, which names `file` and the line.
    """
    try:
        loaded = yaml.load(text, LOADER)  # noqa: S506 - the plainest loader: it makes no objects
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {min(mark.line + 1, len(text.splitlines()))}" if mark else ""  # not beyond the last
        raise BadInput(file, "not valid YAML", remedy, place=place) from None
    return None if loaded in ("", "null", "~") else loaded
