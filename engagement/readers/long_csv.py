"""A csv file of any length, read in parts: what its columns are is told once, by rows from the whole of it."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path

from engagement.characteristics import DEFAULT
from engagement.readers.clean import BYTE_ORDER_MARKS, CONTROLS, MOST_CONTROLS
from engagement.readers.columns import Amendment, Column, Samples, judged
from engagement.readers.headings import HEAD_ROWS, Frame, Row, body_of, frame_of
from engagement.readers.reading import CannotRead
from engagement.readers.responses import ASK_IN_WORDS, NO_TEXT, above, notes_on, reading_of, unused
from engagement.readers.sheet import HEAD, delimiter_of, rows_in
from engagement.readers.tables import Answers, Taken, Told
from engagement.readers.values import tally
from engagement.tagging.value_sets import ValueSets

ROWS_A_PART = 20_000
BLOCK = 1 << 20  # bytes read at a time; of one block the encoding is told where it is neither UTF-8 nor Windows-1252
LONGEST = 10_000_000  # characters of a line, above which the file is no table
SURVEYED = 1000  # rows looked at together


def parts(
    path: Path,
    amended: Sequence[Amendment] = (),
    rows_a_part: int = ROWS_A_PART,
    *,
    sets: ValueSets = DEFAULT,
) -> Iterator[Taken]:
    """A csv or tsv file, `rows_a_part` rows at a time, each part a reading with people and counts of its own.

    All parts together have the columns and the turns of `taken_csv`, located by the rows of the whole file, but copies
    are told within a part alone. Only a part is held in memory. Raises CannotRead, before the first part.
    """
    encoding = _encoding(path)
    with _opened(path, encoding) as text:
        delimiter = delimiter_of(text.read(HEAD))
    with _opened(path, encoding) as text:
        frame, columns = _surveyed(rows_in(_lines(text), delimiter), amended, sets)
    with _opened(path, encoding) as text:
        rows = rows_in(_lines(text), delimiter)
        chunks = _chunks(islice(rows, frame.under, None), SURVEYED)
        told = (Told(None, columns, tally(columns, (row for each in chunks for _, row in body_of(frame, each).rows))),)
    with _opened(path, encoding) as text:
        rows = rows_in(_lines(text), delimiter)
        aside = Counter({"heading row": above(frame, list(islice(rows, frame.under)))})
        notes = unused([columns], amended)
        for at, chunk in enumerate(_chunks(rows, rows_a_part)):
            body = body_of(frame, chunk)
            notes += notes_on(frame, body)[at > 0 and not frame.headed :]  # it is said once that headings are missing
            answers = Answers(columns, body.rows, aside=body.aside + aside)
            yield Taken(reading_of([(answers, range(len(body.rows)))], notes), told)
            aside, notes = Counter(), []


def _surveyed(rows: Iterator[Row], amended: Sequence[Amendment], sets: ValueSets) -> tuple[Frame, tuple[Column, ...]]:
    head = list(islice(rows, HEAD_ROWS))
    frame = frame_of(head)
    samples = Samples(frame.headings)
    for chunk in _chunks(chain(head[frame.under :], rows), SURVEYED):
        for _, cells in body_of(frame, chunk).rows:
            samples.add(cells)
    columns = judged(frame.headings, samples, amended, sets)
    if not Answers(columns, ()).asked:
        raise CannotRead(NO_TEXT, ASK_IN_WORDS)
    return frame, columns


def _chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    waiting = iter(rows)
    while chunk := list(islice(waiting, size)):
        yield chunk


def _lines(text: TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST):
        if len(line) == LONGEST:
            raise CannotRead("a line of the table is too long", "Check that it is a table, and save it again as .csv")
        yield line


@contextmanager
def _opened(path: Path, encoding: tuple[str, str]) -> Iterator[TextIOWrapper]:
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(next((len(mark) for mark, _ in BYTE_ORDER_MARKS if start.startswith(mark)), 0))
        with TextIOWrapper(file, encoding[0], encoding[1], newline="") as text:
            yield text


def _encoding(path: Path) -> tuple[str, str]:
    """The encoding of a file and what becomes of bytes that are not in it, as `clean.decode` tells them."""
    with path.open("rb") as file:
        first = file.read(BLOCK)
        for mark, encoding in BYTE_ORDER_MARKS:
            if first.startswith(mark):
                return encoding, "replace"
        decoder = codecs.getincrementaldecoder("utf-8")("windows-1252-byte")
        mixed, size, controls, block = True, 0, 0, first
        while block:
            size += len(block)
            controls += len(CONTROLS.findall(block))
            if b"\0" in block:
                controls = size = max(size, 1)
                break
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                mixed = False
            block = file.read(BLOCK)
    if controls > MOST_CONTROLS * size:
        raise CannotRead("the file holds binary data, not text", "Save it as text (UTF-8), .docx or .csv")
    if mixed:
        return "utf-8", "windows-1252-byte"
    from charset_normalizer import from_bytes

    best = from_bytes(first).best()
    if best is None:
        raise CannotRead("the encoding of the text can't be told", "Save it as text in UTF-8")
    return best.encoding, "replace"
