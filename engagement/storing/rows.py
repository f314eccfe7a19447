"""What every part of the store does with rows: adding several, and an entry in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, insert

from engagement.storing import schema


def add_rows(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Adds the rows, if there are any, inside the caller's transaction."""
    if rows := list(rows):
        connection.execute(insert(table), rows)


def audit(connection: Connection, who: str, what: str, subject: str, detail: Mapping[str, Any]) -> None:
    """Adds who changed what, just now, inside the caller's transaction."""
    row = {"at": now_utc(), "who": who, "what": what, "subject": subject, "detail": dict(detail)}
    connection.execute(insert(schema.audit).values(**row))


def now_utc() -> str:
    """The time as the database holds it: UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
