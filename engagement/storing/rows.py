"""What every part of the store does with rows: reading, adding several, and an entry in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from engagement.storing import schema

# Single decisions, and what changes no number: pages and exports stay as they were before them.
NO_NEW_EDITION = (
    "coding decided", "stance decided", "quote chosen", "memo written", "words ruled on", "sample drawn", "exported%",
    "sign-off page made",
)  # fmt: skip


class Part:
    """A part of the store, over the store's connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _read(self, query: Any) -> list[Any]:
        with self._connection.begin():
            return list(self._connection.execute(query))


def add_rows(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Adds the rows, if there are any, inside the caller's transaction."""
    if rows := list(rows):
        connection.execute(insert(table), rows)


def audit(connection: Connection, who: str, what: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Adds who changed what, just now, inside the caller's transaction."""
    row = {"at": now_utc(), "who": who, "what": what, "subject": subject, "detail": dict(detail)}
    connection.execute(insert(schema.audit).values(**row))


def edition(connection: Connection) -> tuple[int, str]:
    """The number of the project's edition and when it began, inside the caller's transaction; 0 and "" before any."""
    entry = schema.audit.c
    told = [entry.what.not_like(what) for what in NO_NEW_EDITION]
    query = select(entry.entry, entry.at).where(*told).order_by(entry.entry.desc()).limit(1)
    found = connection.execute(query).first()
    return (int(found.entry), str(found.at)) if found else (0, "")


def now_utc() -> str:
    """The time as the database holds it: UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
