"""What coders made of a project's excerpts, as its database holds it: codebook, codings, stances, emergent themes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from engagement.codebook_history import Change, ChangeKind, Moved
from engagement.coding import stance
from engagement.coding.blind import BLIND, Judged, counted
from engagement.model import Codebook, Coding, EmergentTheme, Stance, StanceCoding
from engagement.storing import records, schema
from engagement.storing.rows import Part, add_rows, audit, edition, now_utc
from engagement.themes import standing

MACHINES = "machine:%"


class Coded(Part):
    """The coders' part of a project; every method that writes is one transaction."""

    def save_codebook(self, codebook: Codebook, who: str = "engagement") -> None:
        """The codebook in use; earlier ones stay as history."""
        if self.codebook() == codebook:
            return
        with self._connection.begin():
            self._add_codebook(codebook, who)

    def change_codebook(
        self, codebook: Codebook, change: Change, moved: Moved, judged: Sequence[Judged], who: str
    ) -> None:
        """A codebook after a merge, split, renaming or retirement, with all codings as `moved` has them.

        `moved` is of `codings()`, and codings keep their times; `judged` is all that was judged, as the change leaves
        it. Pinned quotes and memos go with a theme whose key changes.
        """
        with self._connection.begin():
            times = [row.at for row in self._connection.execute(self._in_order())]
            self._add_codebook(codebook, who)
            row = {**asdict(change), "before": list(change.before), "after": list(change.after), "at": now_utc()}
            self._connection.execute(insert(schema.codebook_changes).values(**row))
            self._connection.execute(delete(schema.codings))
            pairs = zip(moved.codings, moved.origin, strict=True)
            add_rows(self._connection, schema.codings, [records.coding_row(one, times[at]) for one, at in pairs])
            self._connection.execute(delete(schema.judged))
            add_rows(self._connection, schema.judged, [records.judged_row(one, now_utc()) for one in judged])
            if len(change.after) == 1:
                self._move_collected(change.before, change.after[0])
            audit(self._connection, who, f"theme {change.kind}", "", {"words": change.words})

    def replace_machine_codings(self, codings: Sequence[Coding]) -> None:
        """The machine's suggestions, in place of its earlier ones. What people decided stays."""
        at = now_utc()
        with self._connection.begin():
            self._connection.execute(delete(schema.codings).where(schema.codings.c.coder.like(MACHINES)))
            add_rows(self._connection, schema.codings, [records.coding_row(coding, at) for coding in codings])
            audit(self._connection, "machine", "codings suggested", "", {"codings": len(codings)})

    def add_codings(self, codings: Sequence[Coding]) -> None:
        """A person's decisions, added after all earlier ones."""
        at = now_utc()
        with self._connection.begin():
            add_rows(self._connection, schema.codings, [records.coding_row(coding, at) for coding in codings])
            for coding in codings:
                detail = {"theme": coding.theme_key, "decision": coding.decision}
                audit(self._connection, coding.coder, "coding decided", coding.excerpt_id, detail)

    def replace_machine_stances(self, stances: Sequence[StanceCoding]) -> None:
        """Where the machine thinks that excerpts stand, in place of what it thought before."""
        at = now_utc()
        with self._connection.begin():
            self._connection.execute(delete(schema.stances).where(schema.stances.c.coder.like(MACHINES)))
            add_rows(self._connection, schema.stances, [records.stance_row(one, at) for one in stances])
            audit(self._connection, "machine", "stances suggested", "", {"stances": len(stances)})

    def add_stances(self, stances: Sequence[StanceCoding]) -> None:
        """Where a person says that excerpts stand, added after all earlier ones."""
        at = now_utc()
        with self._connection.begin():
            add_rows(self._connection, schema.stances, [records.stance_row(one, at) for one in stances])
            for one in stances:
                audit(self._connection, one.coder, "stance decided", one.excerpt_id, {"stance": one.stance})

    def replace_emergent(self, themes: Sequence[EmergentTheme]) -> None:
        """The groups that the codebook leaves uncovered, in place of the earlier ones."""
        with self._connection.begin():
            self._connection.execute(delete(schema.emergent))
            add_rows(self._connection, schema.emergent, [asdict(theme) for theme in themes])
            audit(self._connection, "machine", "emergent themes found", "", {"themes": len(themes)})

    def codings(self) -> tuple[Coding, ...]:
        """Every claim of every coder, the oldest first; `themes.standing` says which hold."""
        return tuple(records.coding_of(row) for row in self._read(self._in_order()))

    def stances(self) -> tuple[StanceCoding, ...]:
        """Every claim of a stance, the oldest first; `stance.standing` says which hold."""
        return tuple(_stance_of(row) for row in self._read(self._stances()))

    def published(self) -> tuple[Coding, ...]:
        """The codings that stand in the project's edition: what people decided after it counts with the next."""
        coding = schema.codings.c
        rows = self._of_the_edition(self._in_order(), coding)
        return standing(counted([records.coding_of(row) for row in rows]))

    def published_stances(self) -> tuple[StanceCoding, ...]:
        """The stances that stand in the project's edition."""
        return stance.standing([_stance_of(row) for row in self._of_the_edition(self._stances(), schema.stances.c)])

    def waiting(self) -> int:
        """How many codings and stances people decided after the edition: no page or export counts them yet."""
        with self._connection.begin():
            since = edition(self._connection)[1]
            tables = (schema.codings, schema.stances)
            queries = [
                select(func.count()).select_from(each).where(*_by_people(each.c), each.c.at > since) for each in tables
            ]
            return sum(self._connection.execute(query).scalar_one() for query in queries)

    def codebook(self) -> Codebook | None:
        """The codebook in use, None before the first run."""
        return next(iter(self.codebooks()[-1:]), None)

    def codebooks(self) -> tuple[Codebook, ...]:
        """Every codebook that was in use, the oldest first."""
        saved = self._read(select(schema.codebooks).order_by(schema.codebooks.c.saved))
        return tuple(Codebook(row.name, row.version, tuple(map(records.theme_of, row.themes))) for row in saved)

    def changes(self) -> tuple[Change, ...]:
        """The merges, splits, renamings and retirements so far, the oldest first."""
        rows = self._read(select(schema.codebook_changes).order_by(schema.codebook_changes.c.entry))
        return tuple(
            Change(ChangeKind(row.kind), tuple(row.before), tuple(row.after), row.version, row.words) for row in rows
        )

    def emergent(self) -> tuple[EmergentTheme, ...]:
        """The groups that the codebook leaves uncovered, the largest first."""
        themes = [
            EmergentTheme(
                row.key,
                row.name,
                tuple(row.words),
                tuple(row.excerpt_ids),
                row.nearest,
                row.stability,
                tuple(row.representative),
            )
            for row in self._read(select(schema.emergent))
        ]
        return tuple(sorted(themes, key=lambda theme: (-len(theme.excerpt_ids), theme.key)))

    def _add_codebook(self, codebook: Codebook, who: str) -> None:
        row = {"name": codebook.name, "version": codebook.version}
        themes = [asdict(theme) for theme in codebook.themes]
        self._connection.execute(insert(schema.codebooks).values(**row, themes=themes))
        audit(self._connection, who, "codebook saved", codebook.name, row)

    def _move_collected(self, before: Sequence[str], after: str) -> None:
        pick, memo = schema.picks.c, schema.memos.c
        for key in (key for key in before if key != after):
            here = update(schema.picks).where(pick.theme_key == key).values(theme_key=after)
            self._connection.execute(here.prefix_with("OR REPLACE", dialect="sqlite"))
            self._connection.execute(update(schema.memos).where(memo.excerpt_id == key).values(excerpt_id=after))

    def _in_order(self) -> Any:
        coding = schema.codings.c
        return select(schema.codings).order_by(coding.at, coding.excerpt_id, coding.theme_key)

    def _stances(self) -> Any:
        return select(schema.stances).order_by(schema.stances.c.at, schema.stances.c.entry)

    def _of_the_edition(self, query: Any, columns: Any) -> list[Any]:
        with self._connection.begin():
            begun = edition(self._connection)[1]
            return list(self._connection.execute(query.where(columns.at <= begun)))


def _stance_of(row: Any) -> StanceCoding:
    because = (row.because_start, row.because_end)
    return StanceCoding(row.excerpt_id, Stance(row.stance), row.coder, row.score, because)


def _by_people(columns: Any) -> tuple[Any, ...]:
    return columns.coder.not_like(MACHINES), columns.coder.not_like(f"{BLIND}%")
