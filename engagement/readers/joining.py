"""Sheets that belong together: the row ids of one say that its rows are of the same people as those of another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from engagement.readers.clean import fold
from engagement.readers.columns import Column, Use
from engagement.readers.dictionary import code_of
from engagement.readers.respondents import OF_PERSON
from engagement.readers.shapes import MOST
from engagement.readers.tables import Answers

Owned = tuple[Answers, Sequence[int]]  # a table, and the person, counted from 0, whose each of its rows is
Places = Sequence[int | None]  # whose each row is; None for somebody who is in no table before

# "No" and "Number" head a count as well: only under the same heading, and where most are found, are they ids.
SURELY_ID = re.compile(r".*(?:id|ref|reference)")
# An id that no two tables give to different people; each may number its own rows from 1.
TELLING_ID = re.compile(r"(?=.*[^\W\d_].*\d|.*\d.*[^\W\d_]).{4,}|\d{5,}")


def same_people(tables: Sequence[Owned], answers: Answers) -> Places:
    """Whose the rows of a further table of answers are: of nobody before, but where an export was cut in two.

    Then most of its ids are in the tables before, could not be anybody else's, and none comes twice.
    """
    others: Places = [None] * len(answers.body)
    asked = {column.question for table, _ in tables for column in table.asked}
    if asked.intersection(column.question for column in answers.asked):
        return others
    for column in answers.columns:
        if column.use is Use.ROW_ID and SURELY_ID.fullmatch(fold(column.heading)):
            given = [code_of(row[column.at]) for _, row in answers.body]
            known = _people(tables, column)
            found = sum(_only(known.get(one)) is not None for one in given)
            telling = sum(bool(TELLING_ID.fullmatch(one)) for one in given)
            if len(set(given)) == len(given) and min(found, telling) >= MOST * len(given):
                return [_only(known.get(one)) for one in given]
    return others


def whose(tables: Sequence[Owned], about: Answers) -> Places | None:
    """Whose the rows of a table without questions are; None for the whole where it tells of nobody, as totals do.

    An id that several people have, since two tables both count from 1, says of none of them who they are.
    """
    if not any(column.use in OF_PERSON and any(row[column.at] for _, row in about.body) for column in about.columns):
        return None
    ids = [column for column in about.columns if column.use is Use.ROW_ID]
    for column in ids:
        known = _people(tables, column)
        given = [code_of(row[column.at]) for _, row in about.body]
        found = sum(_only(known.get(one)) is not None for one in given)
        if found and (SURELY_ID.fullmatch(fold(column.heading)) or found >= MOST * sum(map(bool, given))):
            return [_only(known.get(one)) for one in given]
    alone = any(SURELY_ID.fullmatch(fold(column.heading)) for column in ids) and any(
        column.use in {Use.DEMOGRAPHIC, Use.CONSENT, Use.TAKE_PART} for column in about.columns
    )
    return [None] * len(about.body) if alone else None


def _only(people: set[int] | None) -> int | None:
    return next(iter(people)) if people and len(people) == 1 else None


def _people(tables: Sequence[Owned], column: Column) -> dict[str, set[int]]:
    """The people who have each id, in the column of the same heading, else in the only one of ids."""
    known: dict[str, set[int]] = defaultdict(set)
    sure = SURELY_ID.fullmatch(fold(column.heading))
    for table, owners in tables:
        ids = [one for one in table.columns if one.use is Use.ROW_ID]
        same = [one for one in ids if fold(one.heading) == fold(column.heading)]
        if not same and sure:
            same = [one for one in ids if SURELY_ID.fullmatch(fold(one.heading))]
        if len(same) == 1:
            for (_, row), owner in zip(table.body, owners, strict=True):
                if row[same[0].at]:
                    known[code_of(row[same[0].at])].add(owner)
    return dict(known)
