"""What the guard has decided of a project, kept from one opening to the next, since deciding takes longer than reading.

Only which cells are hidden is kept, never a number. A file belongs to exactly one state of a project, one rule and one
version of the guard's own code: whatever changes, all is decided anew.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Self

import numpy as np

from engagement.guard.axes import AxisKey, Mask

Column = frozenset[tuple[str, str]]
Table = tuple[tuple[AxisKey, ...], Column, bool]  # the axes, the column, and whether third axes were looked at
HERE = Path(__file__).parent
GUARD = [*sorted(HERE.glob("*.py")), HERE.parent / "slices.py"]
SUFFIX = ".decided.sqlite"
MOST_STATES = 4  # a project is seen under three rules, and changes


class Decided:
    """The masks of the tables decided so far, [nodes ...]; beside memory in `file`, if that can be written."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._held = _read(file) if file else {}

    @classmethod
    def of(cls, state: object, cache: Path | None) -> Self:
        """What is kept in the folder `cache` for this state, in memory alone where there is none.

        `state` is everything that a decision depends on, with a telling `repr`.
        """
        return cls(_file(cache, state) if cache else None)

    def __contains__(self, table: Table) -> bool:
        return _name(table) in self._held

    def __getitem__(self, table: Table) -> Mask:
        return self._held[_name(table)]

    def add(self, masks: Mapping[Table, Mask]) -> None:
        """Keeps newly decided tables."""
        named = {_name(table): mask for table, mask in masks.items()}
        self._held |= named
        if self._file:
            _write(self._file, named)


def _file(cache: Path, state: object) -> Path:
    digest = hashlib.sha256(repr(state).encode("utf-8", "surrogatepass"))
    for source in GUARD:
        digest.update(source.read_bytes())
    return cache / f"{digest.hexdigest()[:24]}{SUFFIX}"


def _name(table: Table) -> str:
    keys, column, last = table
    return json.dumps([[[key.name, key.detail, str(key.basis)] for key in keys], sorted(column), last])


def _read(file: Path) -> dict[str, Mask]:
    if not file.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute("SELECT name, shape, bits FROM masks").fetchall()
    except sqlite3.Error:
        return {}
    return {name: _mask(bits, json.loads(shape)) for name, shape, bits in rows}


def _write(file: Path, masks: Mapping[str, Mask]) -> None:
    rows = [(name, json.dumps(mask.shape), np.packbits(mask).tobytes()) for name, mask in masks.items()]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _make_room(file)
        with closing(sqlite3.connect(file, timeout=1)) as database, database:
            database.execute("CREATE TABLE IF NOT EXISTS masks (name TEXT PRIMARY KEY, shape TEXT, bits BLOB)")
            database.executemany("INSERT OR IGNORE INTO masks VALUES (?, ?, ?)", rows)
    except (sqlite3.Error, OSError):  # a folder that can't be written costs time, nothing else
        return


def _mask(bits: bytes, shape: list[int]) -> Mask:
    size = int(np.prod(shape, dtype=np.int64))
    return np.unpackbits(np.frombuffer(bits, np.uint8), count=size).astype(bool).reshape(shape)


def _make_room(file: Path) -> None:
    """Removes what was decided on the earliest states, where this one is new."""
    if not file.exists():
        others = sorted(file.parent.glob(f"*{SUFFIX}"), key=lambda each: each.stat().st_mtime, reverse=True)
        for each in others[MOST_STATES - 1 :]:
            each.unlink(missing_ok=True)
