"""Long cells are read where they are ours, and nowhere else: the limit is the whole process's."""

import csv

import pytest

from engagement.long_cells import LONGEST_CELL, long_cells


def test_the_limit_is_raised_inside_alone():
    """It is back as it was afterwards, also where reading failed."""
    before = csv.field_size_limit()
    with long_cells():
        assert csv.field_size_limit() == LONGEST_CELL
        assert next(csv.reader(["a" * (before + 1)]))
    assert csv.field_size_limit() == before
    with pytest.raises(ZeroDivisionError), long_cells():
        _ = 1 / 0
    assert csv.field_size_limit() == before
