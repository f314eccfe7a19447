"""Tables as tests read them: the reading alone, without what the columns were taken for."""

from __future__ import annotations

from collections.abc import Sequence

from engagement.readers import sheet
from engagement.readers.columns import Amendment
from engagement.readers.reading import Reading


def read_csv(data: bytes, amended: Sequence[Amendment] = ()) -> Reading:
    return sheet.taken_csv(data, amended).reading


def read_workbook(data: bytes, amended: Sequence[Amendment] = ()) -> Reading:
    return sheet.taken_workbook(data, amended).reading
