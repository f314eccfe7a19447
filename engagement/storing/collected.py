"""What people collected in a project: quotes that they pinned or dropped, and memos, as its database holds them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, select

from engagement.model import Choice, Memo, Pick
from engagement.storing import schema
from engagement.storing.rows import audit, now_utc


class Collected:
    """The collectors' part of a project; every method that writes is one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save_pick(self, pick: Pick, who: str) -> None:
        """A quote pinned or dropped, in place of what was chosen of it before."""
        with self._connection.begin():
            self._remove(pick.excerpt_id, pick.theme_key)
            row = {name: getattr(pick, name) for name in ("excerpt_id", "theme_key", "choice", "place", "note")}
            self._connection.execute(insert(schema.picks).values(**row))
            detail = {"theme": pick.theme_key, "choice": pick.choice}
            audit(self._connection, who, "quote chosen", pick.excerpt_id, detail)

    def remove_pick(self, excerpt_id: str, theme_key: str, who: str) -> None:
        """A quote that is neither pinned nor dropped any more."""
        with self._connection.begin():
            self._remove(excerpt_id, theme_key)
            audit(self._connection, who, "quote chosen", excerpt_id, {"theme": theme_key, "choice": "none"})

    def picks(self) -> tuple[Pick, ...]:
        """Quotes that were pinned or dropped, in their order."""
        pick = schema.picks.c
        rows = self._read(select(schema.picks).order_by(pick.place, pick.theme_key, pick.excerpt_id))
        return tuple(Pick(row.excerpt_id, row.theme_key, Choice(row.choice), row.place, row.note) for row in rows)

    def add_memo(self, subject: str, coder: str, text: str) -> None:
        """A memo on an excerpt, a theme or the project; it is kept beside earlier ones."""
        with self._connection.begin():
            row = {"excerpt_id": subject, "coder": coder, "text": text, "at": now_utc()}
            self._connection.execute(insert(schema.memos).values(**row))
            audit(self._connection, coder, "memo written", subject, {"characters": len(text)})

    def memos(self) -> tuple[Memo, ...]:
        """All memos, the oldest first."""
        rows = self._read(select(schema.memos).order_by(schema.memos.c.entry))
        return tuple(Memo(row.excerpt_id, row.coder, row.text, row.at) for row in rows)

    def _remove(self, excerpt_id: str, theme_key: str) -> None:
        pick = schema.picks.c
        here = (pick.excerpt_id == excerpt_id) & (pick.theme_key == theme_key)
        self._connection.execute(delete(schema.picks).where(here))

    def _read(self, query: Any) -> list[Any]:
        with self._connection.begin():
            return list(self._connection.execute(query))
