"""The project's database: anonymised words, people under pseudonyms, tags, codings and who changed what.

SQLite in WAL mode by default. A source is written in one transaction with everything that belongs to it, so that
a crashed run leaves whole sources or nothing, and the next run goes on with the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Self

from sqlalchemy import (
    Connection,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)

from engagement.characteristics import Remit, merged_people
from engagement.duplicates import SAME_WORDS
from engagement.errors import BadInput
from engagement.model import (
    Excerpt,
    Participant,
    Question,
    Round,
    SafeDocument,
    Tag,
    Withheld,
    content_id,
)
from engagement.storing import records, schema
from engagement.storing.carry import laid, lifted
from engagement.storing.coded import Coded
from engagement.storing.collected import Collected
from engagement.storing.reviewed import Reviewed
from engagement.storing.rows import add_rows, audit, edition, now_utc
from engagement.storing.sampled import Sampled
from engagement.tagging.value_set_files import built_in, parsed
from engagement.tagging.value_sets import ValueSets

DATABASE = "project.sqlite"


class Store:
    """One project. Use as a context manager; every method that writes is one transaction."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        self._connection, self.folder = connection, folder
        self.reviewed = Reviewed(connection)
        self.coded = Coded(connection)
        self.sampled = Sampled(connection)
        self.collected = Collected(connection)

    @classmethod
    def open(cls, project: Path, *, create: bool = False) -> Self:
        """The project in the folder `project`. Raises BadInput for none or a newer one."""
        path = project / DATABASE
        if not path.exists() and not create:
            raise BadInput(str(project), "no project is here", "Make one with 'engagement run FOLDER --project DIR'")
        project.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
        engine = create_engine(f"sqlite:///{path}", hide_parameters=True)
        event.listen(engine, "connect", _set_pragmas)
        store = cls(engine.connect(), project)
        store._check_schema(path)
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        engine = self._connection.engine
        self._connection.close()
        engine.dispose()

    def _check_schema(self, path: Path) -> None:
        with self._connection.begin():
            schema.metadata.create_all(self._connection)
            found = self._value("schema_version")
            if found is None:
                self._set("schema_version", schema.SCHEMA_VERSION)
        if found is not None and found > schema.SCHEMA_VERSION:
            raise BadInput(path.name, "it was made by a newer version of engagement", "Install that version")
        if found is not None and found < schema.SCHEMA_VERSION:
            raise BadInput(
                path.name, "it was made before the first release", "Run the round's files into a new project"
            )

    # what a run writes

    def save_round(self, held: Round, value_sets: str = "") -> None:
        """The round's name, dates and purpose, and the text of its own value sets, empty where it has none."""
        with self._connection.begin():
            self._set("round", asdict(replace(held, leave_out=())))
            self._set("value_sets", value_sets)

    def add_document(
        self, document: SafeDocument, excerpts: Sequence[Excerpt], tags: Sequence[Tag], numbers: Mapping[str, int]
    ) -> None:
        """A source with all that came of it, and the pseudonyms given so far."""
        with self._connection.begin():
            decided = lifted(self._connection, document.source_id)
            self._replace_source(
                document.source_id,
                name=document.name,
                format=document.format,
                digest=document.digest,
                state="read",
                reason="",
                counts=asdict(document.counts),
                removed=dict(document.removed),
                notes=list(document.notes),
                made_with=document.made_with,
            )
            for question in document.questions:
                self._upsert(schema.questions, "question_id", question.question_id, wording=question.wording)
            people = [records.participant_row(document.source_id, person) for person in document.participants]
            add_rows(self._connection, schema.participants, people)
            add_rows(
                self._connection, schema.turns, [records.turn_row(document.source_id, turn) for turn in document.turns]
            )
            add_rows(
                self._connection,
                schema.redactions,
                [
                    {"source_id": document.source_id, "turn": turn.position, **asdict(redaction)}
                    for turn in document.turns
                    for redaction in turn.redactions
                ],
            )
            doubts = [{"source_id": document.source_id, **asdict(doubt)} for doubt in document.doubts]
            add_rows(self._connection, schema.doubts, doubts)
            add_rows(self._connection, schema.excerpts, [records.excerpt_row(excerpt) for excerpt in excerpts])
            add_rows(self._connection, schema.tags, [asdict(tag) for tag in tags])
            self._connection.execute(delete(schema.pseudonyms))
            add_rows(
                self._connection,
                schema.pseudonyms,
                [{"digest": key, "number": one} for key, one in numbers.items()],
            )
            if lost := laid(self._connection, decided, document, excerpts):
                audit(
                    self._connection,
                    "engagement",
                    "decisions without their words",
                    document.source_id,
                    {"decisions": lost},
                )
            audit(self._connection, "engagement", "source added", document.source_id, {"excerpts": len(excerpts)})

    def save_remits(self, remits: Mapping[str, Remit]) -> None:
        """What the names of groups say of whom they were convened for."""
        with self._connection.begin():
            for group, said in remits.items():
                self._upsert(schema.remits, "group_name", group, said=said)

    def add_withheld(self, withheld: Withheld) -> None:
        """A source that the anonymiser could not make safe: its name and the reason, to be tried again next time."""
        with self._connection.begin():
            theirs = select(schema.excerpts.c.excerpt_id).where(schema.excerpts.c.source_id == withheld.source_id)
            edited = update(schema.picks).where(schema.picks.c.excerpt_id.in_(theirs)).values(typed="")
            self._connection.execute(edited)  # quotes mended by hand hold its words
            self._replace_source(
                withheld.source_id,
                name=withheld.name,
                format="",
                digest=withheld.digest,
                state="withheld",
                reason=withheld.reason,
                counts={},
                removed={},
                notes=[],
                made_with="",
            )
            audit(self._connection, "engagement", "source withheld", withheld.source_id, {})

    def replace_unreadable(self, files: Sequence[tuple[str, str]]) -> None:
        """The files of the last run that could not be read, each a (name, reason), in place of the earlier ones."""
        with self._connection.begin():
            self._connection.execute(delete(schema.sources).where(schema.sources.c.state == "unreadable"))
            for name, reason in files:
                row = {"name": name, "format": "", "digest": "", "reason": reason, "counts": {}, "removed": {}}
                source_id = content_id("u", name)
                self._upsert(schema.sources, "source_id", source_id, state="unreadable", notes=[], made_with="", **row)

    def replace_copies(self, copies: Mapping[records.Place, records.Place]) -> None:
        """Which turn copies which earlier one, in place of what was known of it."""
        rows = [
            {"source_id": one[0], "turn": one[1], "of_source": first[0], "of_turn": first[1]}
            for one, first in copies.items()
        ]
        with self._connection.begin():
            self._connection.execute(delete(schema.copies))
            add_rows(self._connection, schema.copies, rows)
            audit(self._connection, "engagement", "copies found", "", {"copies": len(rows)})

    def seal(self) -> None:
        """Marks that the key is gone: no more files can be taken in."""
        with self._connection.begin():
            self._set("sealed", now_utc())
            audit(self._connection, "engagement", "project sealed", "", {})

    def note(self, what: str, subject: str = "", detail: Mapping[str, Any] | None = None) -> None:
        """An entry in the audit trail."""
        with self._connection.begin():
            audit(self._connection, "engagement", what, subject, detail or {})

    # what the later stages, the pages and the exports read

    def held_round(self) -> Round:
        """The round that the project holds."""
        return Round(**{**(self._told("round") or {"name": ""}), "leave_out": ()})

    def value_sets(self) -> ValueSets:
        """The value sets of the round."""
        text = self._told("value_sets")
        return parsed(text) if text else built_in()

    def sealed(self) -> bool:
        """Whether the key that ties names to numbers was destroyed."""
        return self._told("sealed") is not None

    def made_with(self) -> dict[str, str]:
        """Every source already taken in, with what it was made with."""
        source = schema.sources.c
        rows = self._rows(select(source.source_id, source.made_with).where(source.state == "read"))
        return {row.source_id: row.made_with for row in rows}

    def sources(self) -> tuple[records.SourceRow, ...]:
        """All sources, by name."""
        return tuple(map(records.source_of, self._rows(select(schema.sources).order_by(schema.sources.c.name))))

    def numbers(self) -> dict[str, int]:
        """The ledger of pseudonyms: digest of a name under the project's key -> number."""
        return {
            row.digest: row.number for row in self._rows(select(schema.pseudonyms).order_by(schema.pseudonyms.c.number))
        }

    def questions(self) -> tuple[Question, ...]:
        """The questions and topics, by id."""
        rows = self._rows(select(schema.questions).order_by(schema.questions.c.question_id))
        return tuple(Question(row.question_id, records.safe(row.wording)) for row in rows)

    def participants(self) -> tuple[Participant, ...]:
        """Everybody of the round under their pseudonyms, facilitators included, by id."""
        person, source = schema.participants.c, schema.sources.c
        query = select(schema.participants).join(schema.sources, source.source_id == person.source_id)
        people: dict[str, Participant] = {}
        for row in self._rows(query.order_by(person.participant_id, source.arrived)):
            new = records.participant_of(row)
            known = people.get(new.participant_id)
            people[new.participant_id] = merged_people(known, new) if known else new
        return tuple(people.values())

    def remits(self) -> dict[str, Remit]:
        """Whom each group was convened for, by the group's name."""
        rows = self._rows(select(schema.remits))
        return {row.group_name: tuple((key, category) for key, category in row.said) for row in rows}

    def excerpts(self) -> tuple[Excerpt, ...]:
        """All excerpts in order, each cut again from its turn and compared with its digest; copies have none.

        Raises ValueError when a stored text no longer matches.
        """
        cut, turn, copy = schema.excerpts.c, schema.turns.c, schema.copies.c
        query = (
            select(schema.excerpts, turn.text, turn.sha256.label("turn_sha256"))
            .add_columns(turn.role, turn.participant_id, turn.question_id, turn.language)
            .join(schema.turns, (turn.source_id == cut.source_id) & (turn.position == cut.turn))
            .join(schema.sources, schema.sources.c.source_id == cut.source_id)
            .outerjoin(schema.copies, (copy.source_id == cut.source_id) & (copy.turn == cut.turn))
            .where(copy.source_id.is_(None))
            .order_by(schema.sources.c.name, schema.sources.c.arrived, cut.position)
        )
        return tuple(records.excerpt_of(row) for row in self._rows(query))

    def turns(self) -> tuple[records.TurnRow, ...]:
        """Every turn with what tells copies of it, in the order of arrival: the first of several stays the first."""
        turn = schema.turns.c
        columns = (turn.source_id, turn.position, turn.kind, turn.participant_id, turn.question_id, turn.text)
        query = select(*columns).join(schema.sources, schema.sources.c.source_id == turn.source_id)
        return tuple(map(records.turn_of, self._rows(query.order_by(schema.sources.c.arrived, turn.position))))

    def copies(self) -> dict[records.Place, records.Place]:
        """Which turn copies which earlier one."""
        return {(row.source_id, row.turn): (row.of_source, row.of_turn) for row in self._rows(select(schema.copies))}

    def echoes(self) -> frozenset[str]:
        """Who sent copies and nothing of their own but a greeting: they are counted with the one whom they copy."""
        turn, copy = schema.turns.c, schema.copies.c
        of_turn = (copy.source_id == turn.source_id) & (copy.turn == turn.position)
        words = func.length(turn.text) - func.length(func.replace(turn.text, " ", "")) + 1
        spoke = select(turn.participant_id).where(turn.participant_id.is_not(None))
        own = spoke.outerjoin(schema.copies, of_turn).where(copy.source_id.is_(None), words >= SAME_WORDS)
        return frozenset(row.participant_id for row in self._rows(spoke.join(schema.copies, of_turn).except_(own)))

    def locations(self) -> dict[tuple[str, int], str]:
        """Where each turn stands in its file: (source_id, turn) -> the reader's words."""
        rows = self._rows(select(schema.turns.c.source_id, schema.turns.c.position, schema.turns.c.location))
        return {(row.source_id, row.position): row.location for row in rows}

    def tags(self) -> tuple[Tag, ...]:
        """What excerpts mention; what participants declared is in their answers."""
        tag = schema.tags.c
        query = select(schema.tags).order_by(tag.subject, tag.characteristic, tag.start, tag.category)
        return tuple(map(records.tag_of, self._rows(query)))

    def replaced_by_kind(self) -> dict[str, int]:
        """How many identifiers were replaced in texts, by kind, the most frequent first."""
        counted = func.count().label("replaced")
        rows = self._rows(select(schema.redactions.c.kind, counted).group_by(schema.redactions.c.kind))
        return dict(sorted(((row.kind, row.replaced) for row in rows), key=lambda pair: (-pair[1], pair[0])))

    def redactions(self) -> tuple[records.RedactionRow, ...]:
        """Every replaced identifier with its place, never what it said."""
        removed, turn = schema.redactions.c, schema.turns.c
        query = (
            select(schema.redactions, schema.sources.c.name, turn.location)
            .join(schema.sources, schema.sources.c.source_id == removed.source_id)
            .join(schema.turns, (turn.source_id == removed.source_id) & (turn.position == removed.turn))
            .order_by(schema.sources.c.name, removed.turn, removed.start)
        )
        return tuple(records.redaction_of(row) for row in self._rows(query))

    def edition(self) -> int:
        """A number that changes with whatever pages and exports show, but not with each single decision of a coder.

        They keep what they showed until the machine has coded again: two views a decision apart could be subtracted.
        """
        with self._connection.begin():
            return edition(self._connection)[0]

    def audit_trail(self) -> list[dict[str, Any]]:
        """Who changed what, when: the oldest first."""
        return [dict(row._mapping) for row in self._rows(select(schema.audit).order_by(schema.audit.c.entry))]

    # inside a transaction

    def _rows(self, query: Any) -> list[Any]:
        with self._connection.begin():
            return list(self._connection.execute(query))

    def _told(self, key: str) -> Any:
        with self._connection.begin():
            return self._value(key)

    def _value(self, key: str) -> Any:
        return self._connection.scalar(select(schema.settings.c.value).where(schema.settings.c.key == key))

    def _set(self, key: str, value: Any) -> None:
        self._upsert(schema.settings, "key", key, value=value)

    def _upsert(self, table: Table, key: str, row_id: str, **columns: Any) -> None:
        self._connection.execute(delete(table).where(table.c[key] == row_id))
        self._connection.execute(insert(table).values({key: row_id, **columns}))

    def _replace_source(self, source_id: str, **columns: Any) -> None:
        arrived = 1 + (self._connection.scalar(select(func.max(schema.sources.c.arrived))) or 0)
        self._upsert(schema.sources, "source_id", source_id, arrived=arrived, **columns)
        old = select(schema.excerpts.c.excerpt_id).where(schema.excerpts.c.source_id == source_id)
        self._connection.execute(delete(schema.tags).where(schema.tags.c.subject.in_(old)))
        for table in (schema.turns, schema.redactions, schema.doubts, schema.excerpts, schema.participants):
            self._connection.execute(delete(table).where(table.c.source_id == source_id))


def _set_pragmas(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")
