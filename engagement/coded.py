"""What coding reads from the project's database and writes to it: codebooks, codings, groups beyond the codebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from engagement import schema
from engagement.model import Codebook, Coding, EmergentTheme
from engagement.rows import add_rows, audit, now_utc


class Coded:
    """The coders' part of a project; every method that writes is one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save_codebook(self, codebook: Codebook) -> None:
        """The codebook in use; earlier ones stay as history."""
        if self.codebook() == codebook:
            return
        with self._connection.begin():
            row = {"name": codebook.name, "version": codebook.version}
            themes = [asdict(theme) for theme in codebook.themes]
            self._connection.execute(insert(schema.codebooks).values(**row, themes=themes))
            audit(self._connection, "engagement", "codebook saved", codebook.name, row)

    def replace_machine_codings(self, codings: Sequence[Coding]) -> None:
        """The machine's suggestions, in place of its earlier ones. What people decided stays."""
        at = now_utc()
        with self._connection.begin():
            self._connection.execute(delete(schema.codings).where(schema.codings.c.coder.startswith("machine:")))
            add_rows(self._connection, schema.codings, [schema.coding_row(coding, at) for coding in codings])
            audit(self._connection, "machine", "codings suggested", "", {"codings": len(codings)})

    def add_codings(self, codings: Sequence[Coding]) -> None:
        """A person's decisions, added after all earlier ones."""
        at = now_utc()
        with self._connection.begin():
            add_rows(self._connection, schema.codings, [schema.coding_row(coding, at) for coding in codings])
            for coding in codings:
                detail = {"theme": coding.theme_key, "decision": coding.decision}
                audit(self._connection, coding.coder, "coding decided", coding.excerpt_id, detail)

    def replace_emergent(self, themes: Sequence[EmergentTheme]) -> None:
        """The groups that the codebook leaves uncovered, in place of the earlier ones."""
        with self._connection.begin():
            self._connection.execute(delete(schema.emergent))
            add_rows(self._connection, schema.emergent, [asdict(theme) for theme in themes])

    def codings(self) -> tuple[Coding, ...]:
        """Every claim of every coder, the oldest first; `themes.standing` says which hold."""
        coding = schema.codings.c
        query = select(schema.codings).order_by(coding.at, coding.excerpt_id, coding.theme_key)
        return tuple(schema.coding_of(row) for row in self._read(query))

    def codebook(self) -> Codebook | None:
        """The codebook in use, None before the first run."""
        saved = self._read(select(schema.codebooks).order_by(schema.codebooks.c.saved.desc()).limit(1))
        return next((Codebook(row.name, row.version, tuple(map(schema.theme_of, row.themes))) for row in saved), None)

    def emergent(self) -> tuple[EmergentTheme, ...]:
        """The groups that the codebook leaves uncovered, the largest first."""
        themes = [
            EmergentTheme(row.key, row.name, tuple(row.words), tuple(row.excerpt_ids))
            for row in self._read(select(schema.emergent))
        ]
        return tuple(sorted(themes, key=lambda theme: (-len(theme.excerpt_ids), theme.key)))

    def _read(self, query: Any) -> list[Any]:
        with self._connection.begin():
            return list(self._connection.execute(query))
