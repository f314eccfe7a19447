"""People's decisions, carried over when a source is made anew: they go with the words that they were made on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from engagement.errors import BadInput
from engagement.model import Excerpt, SafeDocument
from engagement.quotation.quoted import OMISSION, marked
from engagement.storing import schema

MADE_BY_PEOPLE = (schema.codings, schema.stances, schema.judged, schema.picks, schema.memos)
BY_MACHINE = "machine:%"
Stood = tuple[str, str]  # an excerpt's place in its file, in a reader's words, and the digest of its text


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided on a source's excerpts: the rows of each table, and where each excerpt stood."""

    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    stood: Mapping[str, Stood]


def lifted(connection: Connection, source_id: str) -> Decided:
    """What people decided on a source's excerpts, taken out of the database."""
    cut, turn = schema.excerpts.c, schema.turns.c
    places = (
        select(cut.excerpt_id, turn.location, cut.sha256)
        .join(schema.turns, (turn.source_id == cut.source_id) & (turn.position == cut.turn))
        .where(cut.source_id == source_id)
    )
    stood = {row.excerpt_id: (row.location, row.sha256) for row in connection.execute(places)}
    rows = {}
    for table in MADE_BY_PEOPLE:
        theirs = _of_people(table) & table.c.excerpt_id.in_(list(stood))
        rows[table.name] = [_without_entry(table, row) for row in connection.execute(select(table).where(theirs))]
        connection.execute(delete(table).where(theirs))
    return Decided(rows, stood)


def laid(connection: Connection, decided: Decided, document: SafeDocument, excerpts: Sequence[Excerpt]) -> int:
    """Puts back the decisions whose words still stand where they stood; gives how many were lost with their words."""
    places = {turn.position: turn.location for turn in document.turns}
    there = {(places[each.turn], each.sha256): each.excerpt_id for each in excerpts}
    now = {one: there[stood] for one, stood in decided.stood.items() if stood in there}
    lost = 0
    for table in MADE_BY_PEOPLE:
        rows = decided.rows[table.name]
        kept = [{**row, "excerpt_id": now[row["excerpt_id"]]} for row in rows if row["excerpt_id"] in now]
        if kept:
            connection.execute(insert(table), kept)
        lost += len(rows) - len(kept)
    _resample(connection, now)
    return lost


def renamed(connection: Connection, new_ids: Mapping[str, str], excerpts: Sequence[Excerpt]) -> None:
    """Decisions of people on excerpts that were cut anew, moved to those that took their place."""
    length = {each.excerpt_id: len(each.text) for each in excerpts}
    for one, other in new_ids.items():
        for table in MADE_BY_PEOPLE:
            whole = {"because_start": 0, "because_end": length[other]} if "because_start" in table.c else {}
            moved = update(table).where(table.c.excerpt_id == one).values(excerpt_id=other, **whole)
            connection.execute(moved.prefix_with("OR IGNORE", dialect="sqlite"))
    _put_back(connection, excerpts)
    _resample(connection, new_ids)


def _put_back(connection: Connection, excerpts: Sequence[Excerpt]) -> None:
    """What people made of a quote is kept no longer where it holds words that its source no longer has.

    Its place is taken by what fits nothing, so that they are told.
    """
    pick, cut = schema.picks.c, schema.excerpts.c
    texts = {each.excerpt_id: each.text for each in excerpts}
    of_source = select(cut.excerpt_id).where(cut.source_id.in_({each.source_id for each in excerpts}))
    theirs = (pick.excerpt_id.in_(of_source) | pick.excerpt_id.in_(list(texts))) & (pick.typed != "")
    for row in connection.execute(select(schema.picks).where(theirs)).all():
        if not _fits(row.typed, texts.get(row.excerpt_id, "")):
            here = (pick.excerpt_id == row.excerpt_id) & (pick.theme_key == row.theme_key)
            connection.execute(update(schema.picks).where(here).values(typed=OMISSION))


def _fits(typed: str, text: str) -> bool:
    try:
        marked(typed, text)
    except BadInput:
        return False
    return True


def _resample(connection: Connection, new_ids: Mapping[str, str]) -> None:
    for row in connection.execute(select(schema.samples)).all():
        ids = [new_ids.get(excerpt_id, excerpt_id) for excerpt_id in row.excerpt_ids]
        if ids != row.excerpt_ids:
            here = schema.samples.c.sample_id == row.sample_id
            connection.execute(update(schema.samples).where(here).values(excerpt_ids=ids))


def _of_people(table: Table) -> Any:
    return table.c.coder.not_like(BY_MACHINE) if "coder" in table.c else table.c.excerpt_id.is_not(None)


def _without_entry(table: Table, row: Any) -> dict[str, Any]:
    """A row that is numbered again when it is put back."""
    return {column.name: getattr(row, column.name) for column in table.columns if column.name != "entry"}
