"""What the review reads from the project's database and writes to it: turns, doubts and rulings."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields

from sqlalchemy import delete, select, update

from engagement.anonymise import restore
from engagement.anonymising.review import audited, moved
from engagement.anonymising.rulings import Ruling, Rulings, Turn
from engagement.model import Doubt, Excerpt, Kind, Redaction, Role, SafeTurn, Tag
from engagement.policy import PUBLISH, Action
from engagement.storing import records, schema
from engagement.storing.carry import renamed
from engagement.storing.rows import Part, add_rows, audit, now_utc

ACTIONS = "actions"


class Reviewed(Part):
    """The review's part of a project; every method that writes is one transaction."""

    def turns(self) -> dict[Turn, SafeTurn]:
        """Every turn with what was replaced in it, in order. Raises ValueError when a text has changed."""
        with self._connection.begin():
            removed = self._connection.execute(select(schema.redactions).order_by(schema.redactions.c.start)).mappings()
            held: dict[Turn, list[Redaction]] = {}
            names = [field.name for field in fields(Redaction)]
            for row in removed:
                one = Redaction(**{name: row[name] for name in names})
                held.setdefault((row["source_id"], row["turn"]), []).append(one)
            turn = schema.turns.c
            found = self._connection.execute(select(schema.turns).order_by(turn.source_id, turn.position)).all()
        return {
            (row.source_id, row.position): SafeTurn(
                row.position,
                row.location,
                Kind(row.kind),
                restore(row.text, row.sha256),
                row.sha256,
                Role(row.role),
                row.participant_id,
                row.question_id,
                tuple(held.get((row.source_id, row.position), ())),
                row.language,
            )
            for row in found
        }

    def doubts(self) -> list[tuple[str, Doubt]]:
        """What stays in each source's texts and may yet be an identifier."""
        names = [field.name for field in fields(Doubt)]
        with self._connection.begin():
            rows = self._connection.execute(select(schema.doubts)).mappings().all()
        return [(row["source_id"], Doubt(**{name: row[name] for name in names})) for row in rows]

    def save_actions(self, actions: Mapping[str, Action]) -> None:
        """What is done with each kind of identifier; the words that a policy names are somebody's and are not kept."""
        with self._connection.begin():
            self._connection.execute(delete(schema.settings).where(schema.settings.c.key == ACTIONS))
            add_rows(self._connection, schema.settings, [{"key": ACTIONS, "value": dict(actions)}])

    def actions(self) -> dict[str, Action]:
        """What is done with each kind of identifier, as at the last run."""
        with self._connection.begin():
            written = self._connection.scalar(select(schema.settings.c.value).where(schema.settings.c.key == ACTIONS))
        return {**PUBLISH, **{kind: Action(action) for kind, action in (written or {}).items()}}

    def rulings(self) -> list[Ruling]:
        """What was ruled, the oldest first."""
        with self._connection.begin():
            rows = self._connection.execute(select(schema.rulings).order_by(schema.rulings.c.entry)).mappings().all()
        return [Ruling.of_row(dict(row)) for row in rows]

    def add_ruling(self, ruling: Ruling) -> None:
        """A reviewer's ruling, after all earlier ones."""
        source_id = ruling.spot.source_id if ruling.spot else ""
        with self._connection.begin():
            add_rows(self._connection, schema.rulings, [{**ruling.as_row(), "at": now_utc()}])
            audit(self._connection, ruling.coder, "words ruled on", source_id, audited(ruling))

    def replace_turns(
        self,
        source_id: str,
        changed: Sequence[SafeTurn],
        excerpts: Sequence[Excerpt],
        tags: Sequence[Tag],
        before: Sequence[Excerpt],
    ) -> None:
        """Turns made again, with all excerpts and tags of their source; people's codings go with their turn."""
        held, cut = self._connection, schema.excerpts.c
        with held.begin():
            for turn in changed:
                here = (schema.turns.c.source_id == source_id) & (schema.turns.c.position == turn.position)
                held.execute(update(schema.turns).where(here).values(text=turn.text, sha256=turn.sha256))
                of_turn = (schema.redactions.c.source_id == source_id) & (schema.redactions.c.turn == turn.position)
                held.execute(delete(schema.redactions).where(of_turn))
                add_rows(
                    self._connection,
                    schema.redactions,
                    [{"source_id": source_id, "turn": turn.position, **asdict(each)} for each in turn.redactions],
                )
            old = select(cut.excerpt_id).where(cut.source_id == source_id)
            held.execute(delete(schema.tags).where(schema.tags.c.subject.in_(old)))
            renamed(held, moved(before, excerpts), excerpts)
            held.execute(delete(schema.excerpts).where(cut.source_id == source_id))
            add_rows(self._connection, schema.excerpts, [records.excerpt_row(each) for each in excerpts])
            add_rows(self._connection, schema.tags, [asdict(tag) for tag in tags])
            audit(self._connection, "engagement", "turns made again", source_id, {"turns": len(changed)})

    def settled(self, source_ids: Collection[str], rulings: Rulings, numbers: Mapping[str, int]) -> None:
        """These sources are as the rulings say, so that the next run needs not make them again."""
        source = schema.sources.c
        with self._connection.begin():
            for row in self._connection.execute(select(schema.sources).where(source.source_id.in_(source_ids))).all():
                here = update(schema.sources).where(source.source_id == row.source_id)
                self._connection.execute(here.values(made_with=rulings.stamped(row.made_with)))
            self._connection.execute(delete(schema.pseudonyms))
            add_rows(
                self._connection,
                schema.pseudonyms,
                [{"digest": key, "number": one} for key, one in numbers.items()],
            )
