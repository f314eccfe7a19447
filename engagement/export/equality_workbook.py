"""Equality evidence as a spreadsheet: a sheet for each characteristic, with cells for the author to fill in."""

from __future__ import annotations

from collections.abc import Iterator

from engagement.comparing.findings import people_in_words
from engagement.export.evidence import Evidence
from engagement.export.phrases import name_of, sentence
from engagement.export.sheets import Column, Sheet, Value, to_xlsx
from engagement.export.workbook import book_of, columns, estimate, label_of, value

TO_WRITE = "[for you to write]"
AUTHOR = ("What the decision does to them", "What will be done about it")
SHARES = ("Share", "Share of the others", "Difference")
COUNTS = ("People who raised it", "People in the group")
NOTE = f"Cells that say {TO_WRITE} are for the author: no program can judge what a decision does to people."


def equality_workbook(evidence: Evidence) -> bytes:
    """The evidence by characteristic as an .xlsx file: what each group raised, beside the others, and their words."""
    sheets = [*_characteristics(evidence), *_together(evidence), *_spoken(evidence), _gaps(evidence)]
    return to_xlsx(book_of(evidence, f"{name_of(evidence)}: equality evidence", sheets))


def _characteristics(evidence: Evidence) -> Iterator[Sheet]:
    for key in evidence.profiles:
        label = label_of(evidence, key)
        head = columns(
            label, "Theme", *COUNTS, *SHARES, "Beside other people", *AUTHOR, numbers=COUNTS, percents=SHARES
        )
        rows: tuple[tuple[Value, ...], ...] = tuple(
            (
                one.categories[0],
                found.name,
                value(one.said),
                value(one.base),
                estimate(one.share)[0],
                estimate(one.rest)[0],
                estimate(one.difference)[0],
                sentence(one.verdict),
                *(TO_WRITE for _ in AUTHOR),
            )
            for found in evidence.found
            for name, one in found.compared
            if name == key
        )
        places = {row.categories[0]: place for place, row in enumerate(evidence.profiles[key].rows)}
        rows = tuple(sorted(rows, key=lambda row: places.get(str(row[0]), len(places))))
        yield Sheet(label, f"{label}: what each group raised", head, rows, (NOTE,))


def _together(evidence: Evidence) -> Iterator[Sheet]:
    for by, table in evidence.crossed.items():
        labels = [label_of(evidence, key) for key in by]
        keys = list(table.rows[0].themes) if table.rows else []
        clear = {(one.categories, one.theme): one.verdict for one in evidence.combined.get(by, ())}
        rows = tuple(
            (
                *row.categories,
                evidence.names.get(key, key),
                value(row.themes[key]),
                value(row.base),
                sentence(clear.get((row.categories, key), "Not compared")),
                *(TO_WRITE for _ in AUTHOR),
            )
            for row in table.rows
            for key in keys
        )
        heads = (*map(Column, labels), *columns("Theme", *COUNTS, "Beyond both by themselves", *AUTHOR, numbers=COUNTS))
        title = f"{' and '.join(labels)}: what people of both raised"
        yield Sheet(" x ".join(labels), title, heads, rows, (NOTE,))


def _spoken(evidence: Evidence) -> Iterator[Sheet]:
    rows = tuple(
        (
            label_of(evidence, key),
            sentence(people_in_words((key,), (category,), evidence.sets)),
            evidence.names.get(theme, theme),
            quote.printed,
            quote.attribution,
        )
        for (key, category), quotes in evidence.spoken.items()
        for quote, theme in quotes
    )
    heads = columns("Characteristic", "Who", "Theme", "Quote", "Said by")
    yield Sheet("Quotes", "In people’s own words", heads, rows)


def _gaps(evidence: Evidence) -> Sheet:
    """What the round can say nothing about, which is a gap and no sign that nothing is amiss."""
    silent = [key for key in evidence.sets.characteristics if key not in evidence.profiles]
    rows = tuple((label_of(evidence, key), "People were not asked", TO_WRITE) for key in silent)
    heads = columns("Characteristic", "Evidence of this round", "Other evidence")
    note = "A gap is not a sign that there is no effect: look for other evidence."
    return Sheet("Not asked", "Characteristics without evidence", heads, rows, (note,))
