"""People's decisions, carried over when a source is made anew: they go with the words that they were made on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from engagement import schema
from engagement.model import Excerpt, SafeDocument

Decided = Mapping[str, Any]  # a row of `codings` with the `location` and `sha256` of its excerpt


def lifted(connection: Connection, source_id: str) -> list[Decided]:
    """What people decided on a source's excerpts, taken out of the database."""
    cut, turn, coding = schema.excerpts.c, schema.turns.c, schema.codings.c
    query = (
        select(schema.codings, turn.location, cut.sha256)
        .join(schema.excerpts, cut.excerpt_id == coding.excerpt_id)
        .join(schema.turns, (turn.source_id == cut.source_id) & (turn.position == cut.turn))
        .where(cut.source_id == source_id, coding.coder.not_like("machine:%"))
    )
    decided: list[Decided] = [dict(row._mapping) for row in connection.execute(query)]
    held = [row["excerpt_id"] for row in decided]
    connection.execute(delete(schema.codings).where(coding.excerpt_id.in_(held), coding.coder.not_like("machine:%")))
    return decided


def laid(
    connection: Connection, decided: Sequence[Decided], document: SafeDocument, excerpts: Sequence[Excerpt]
) -> int:
    """Puts back the decisions whose words still stand where they stood; gives how many were lost with their words."""
    places = {turn.position: turn.location for turn in document.turns}
    now = {(places[each.turn], each.sha256): each.excerpt_id for each in excerpts}
    columns = [column.name for column in schema.codings.columns]
    kept = [
        {**{name: row[name] for name in columns}, "excerpt_id": now[row["location"], row["sha256"]]}
        for row in decided
        if (row["location"], row["sha256"]) in now
    ]
    if kept:
        connection.execute(insert(schema.codings), kept)
    return len(decided) - len(kept)
