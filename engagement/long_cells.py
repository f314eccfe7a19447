"""CSV files of our own making may have long cells; what others bring keeps Python's limit, which tells a lost quote."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_CELL = 10_000_000  # characters


@contextmanager
def long_cells() -> Iterator[None]:
    """Lets `csv` read cells of up to `LONGEST_CELL` characters, in here alone: the limit is the whole process's."""
    before = csv.field_size_limit(LONGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)
