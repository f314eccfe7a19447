"""The project's database: anonymised words, people under pseudonyms, tags, codings and who changed what.

SQLite in WAL mode by default. A source is written in one transaction with everything that belongs to it, so that
a crashed run leaves whole sources or nothing, and the next run goes on with the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
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
)

from engagement import schema
from engagement.carry import laid, lifted
from engagement.characteristics import merged_people
from engagement.duplicates import SAME_WORDS
from engagement.errors import BadInput
from engagement.model import (
    Basis,
    Codebook,
    Coding,
    EmergentTheme,
    Excerpt,
    Participant,
    Question,
    Round,
    SafeDocument,
    Tag,
    Withheld,
    content_id,
)
from engagement.reviewed import Reviewed

DATABASE = "project.sqlite"


class Store:
    """One project. Use as a context manager; every method that writes is one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.reviewed = Reviewed(connection)

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
        store = cls(engine.connect())
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

    def save_round(self, held: Round) -> None:
        """The round's name, dates and purpose."""
        with self._connection.begin():
            self._set("round", asdict(replace(held, leave_out=())))

    def add_document(
        self, document: SafeDocument, excerpts: Sequence[Excerpt], tags: Sequence[Tag], numbers: Mapping[str, int]
    ) -> None:
        """A source with all that came of it, and the pseudonyms given so far."""
        rows = self._connection
        with rows.begin():
            decided = lifted(rows, document.source_id)
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
            people = [schema.participant_row(document.source_id, person) for person in document.participants]
            _insert_all(rows, schema.participants, people)
            _insert_all(rows, schema.turns, [schema.turn_row(document.source_id, turn) for turn in document.turns])
            _insert_all(
                rows,
                schema.redactions,
                [
                    {"source_id": document.source_id, "turn": turn.position, **asdict(redaction)}
                    for turn in document.turns
                    for redaction in turn.redactions
                ],
            )
            doubts = [{"source_id": document.source_id, **asdict(doubt)} for doubt in document.doubts]
            _insert_all(rows, schema.doubts, doubts)
            _insert_all(rows, schema.excerpts, [schema.excerpt_row(excerpt) for excerpt in excerpts])
            _insert_all(rows, schema.tags, [asdict(tag) for tag in tags])
            rows.execute(delete(schema.pseudonyms))
            _insert_all(rows, schema.pseudonyms, [{"digest": key, "number": number} for key, number in numbers.items()])
            if lost := laid(rows, decided, document, excerpts):
                self._audit("engagement", "decisions without their words", document.source_id, {"codings": lost})
            self._audit("engagement", "source added", document.source_id, {"excerpts": len(excerpts)})

    def add_withheld(self, withheld: Withheld) -> None:
        """A source that the anonymiser could not make safe: its name and the reason, to be tried again next time."""
        with self._connection.begin():
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
            self._audit("engagement", "source withheld", withheld.source_id, {})

    def replace_unreadable(self, files: Sequence[tuple[str, str]]) -> None:
        """The files of the last run that could not be read, each a (name, reason), in place of the earlier ones."""
        with self._connection.begin():
            self._connection.execute(delete(schema.sources).where(schema.sources.c.state == "unreadable"))
            for name, reason in files:
                row = {"name": name, "format": "", "digest": "", "reason": reason, "counts": {}, "removed": {}}
                source_id = content_id("u", name)
                self._upsert(schema.sources, "source_id", source_id, state="unreadable", notes=[], made_with="", **row)

    def replace_copies(self, copies: Mapping[schema.Place, schema.Place]) -> None:
        """Which turn copies which earlier one, in place of what was known of it."""
        rows = [
            {"source_id": one[0], "turn": one[1], "of_source": first[0], "of_turn": first[1]}
            for one, first in copies.items()
        ]
        with self._connection.begin():
            self._connection.execute(delete(schema.copies))
            _insert_all(self._connection, schema.copies, rows)

    def seal(self) -> None:
        """Marks that the key is gone: no more files can be taken in."""
        with self._connection.begin():
            self._set("sealed", _now())
            self._audit("engagement", "project sealed", "", {})

    def save_codebook(self, codebook: Codebook) -> None:
        """The codebook in use; earlier ones stay as history."""
        if self.codebook() == codebook:
            return
        with self._connection.begin():
            row = {"name": codebook.name, "version": codebook.version}
            themes = [asdict(theme) for theme in codebook.themes]
            self._connection.execute(insert(schema.codebooks).values(**row, themes=themes))
            self._audit("engagement", "codebook saved", codebook.name, row)

    def replace_machine_codings(self, codings: Sequence[Coding]) -> None:
        """The machine's suggestions, in place of its earlier ones. What people decided stays."""
        at = _now()
        with self._connection.begin():
            self._connection.execute(delete(schema.codings).where(schema.codings.c.coder.startswith("machine:")))
            _insert_all(self._connection, schema.codings, [schema.coding_row(coding, at) for coding in codings])
            self._audit("machine", "codings suggested", "", {"codings": len(codings)})

    def add_codings(self, codings: Sequence[Coding]) -> None:
        """A person's decisions, added after all earlier ones."""
        at = _now()
        with self._connection.begin():
            _insert_all(self._connection, schema.codings, [schema.coding_row(coding, at) for coding in codings])
            for coding in codings:
                detail = {"theme": coding.theme_key, "decision": coding.decision}
                self._audit(coding.coder, "coding decided", coding.excerpt_id, detail)

    def replace_emergent(self, themes: Sequence[EmergentTheme]) -> None:
        """The groups that the codebook leaves uncovered, in place of the earlier ones."""
        with self._connection.begin():
            self._connection.execute(delete(schema.emergent))
            _insert_all(self._connection, schema.emergent, [asdict(theme) for theme in themes])

    def note(self, what: str, subject: str = "", detail: Mapping[str, Any] | None = None) -> None:
        """An entry in the audit trail."""
        with self._connection.begin():
            self._audit("engagement", what, subject, detail or {})

    # what the later stages, the pages and the exports read

    def held_round(self) -> Round:
        """The round that the project holds."""
        return Round(**{**(self._told("round") or {"name": ""}), "leave_out": ()})

    def sealed(self) -> bool:
        """Whether the key that ties names to numbers was destroyed."""
        return self._told("sealed") is not None

    def made_with(self) -> dict[str, str]:
        """Every source already taken in, with what it was made with."""
        source = schema.sources.c
        rows = self._rows(select(source.source_id, source.made_with).where(source.state == "read"))
        return {row.source_id: row.made_with for row in rows}

    def sources(self) -> tuple[schema.SourceRow, ...]:
        """All sources, by name."""
        return tuple(map(schema.source_of, self._rows(select(schema.sources).order_by(schema.sources.c.name))))

    def numbers(self) -> dict[str, int]:
        """The ledger of pseudonyms: digest of a name under the project's key -> number."""
        return {
            row.digest: row.number for row in self._rows(select(schema.pseudonyms).order_by(schema.pseudonyms.c.number))
        }

    def questions(self) -> tuple[Question, ...]:
        """The questions and topics, by id."""
        rows = self._rows(select(schema.questions).order_by(schema.questions.c.question_id))
        return tuple(Question(row.question_id, schema.safe(row.wording)) for row in rows)

    def participants(self) -> tuple[Participant, ...]:
        """Everybody of the round under their pseudonyms, facilitators included, by id."""
        person, source = schema.participants.c, schema.sources.c
        query = select(schema.participants).join(schema.sources, source.source_id == person.source_id)
        people: dict[str, Participant] = {}
        for row in self._rows(query.order_by(person.participant_id, source.arrived)):
            new = schema.participant_of(row)
            known = people.get(new.participant_id)
            people[new.participant_id] = merged_people(known, new) if known else new
        return tuple(people.values())

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
        return tuple(schema.excerpt_of(row) for row in self._rows(query))

    def turns(self) -> tuple[schema.TurnRow, ...]:
        """Every turn with what tells copies of it, in the order of arrival: the first of several stays the first."""
        turn = schema.turns.c
        columns = (turn.source_id, turn.position, turn.kind, turn.participant_id, turn.question_id, turn.text)
        query = select(*columns).join(schema.sources, schema.sources.c.source_id == turn.source_id)
        return tuple(map(schema.turn_of, self._rows(query.order_by(schema.sources.c.arrived, turn.position))))

    def copies(self) -> dict[schema.Place, schema.Place]:
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
        return tuple(
            Tag(row.subject, row.characteristic, row.category, Basis(row.basis), row.start, row.end)
            for row in self._rows(query)
        )

    def codings(self) -> tuple[Coding, ...]:
        """Every claim of every coder, the oldest first; `themes.standing` says which hold."""
        coding = schema.codings.c
        query = select(schema.codings).order_by(coding.at, coding.excerpt_id, coding.theme_key)
        return tuple(schema.coding_of(row) for row in self._rows(query))

    def codebook(self) -> Codebook | None:
        """The codebook in use, None before the first run."""
        rows = self._rows(select(schema.codebooks).order_by(schema.codebooks.c.saved.desc()).limit(1))
        return next((Codebook(row.name, row.version, tuple(map(schema.theme_of, row.themes))) for row in rows), None)

    def emergent(self) -> tuple[EmergentTheme, ...]:
        """The groups that the codebook leaves uncovered, the largest first."""
        themes = [
            EmergentTheme(row.key, row.name, tuple(row.words), tuple(row.excerpt_ids))
            for row in self._rows(select(schema.emergent))
        ]
        return tuple(sorted(themes, key=lambda theme: (-len(theme.excerpt_ids), theme.key)))

    def replaced_by_kind(self) -> dict[str, int]:
        """How many identifiers were replaced in texts, by kind, the most frequent first."""
        counted = func.count().label("replaced")
        rows = self._rows(select(schema.redactions.c.kind, counted).group_by(schema.redactions.c.kind))
        return dict(sorted(((row.kind, row.replaced) for row in rows), key=lambda pair: (-pair[1], pair[0])))

    def redactions(self) -> tuple[schema.RedactionRow, ...]:
        """Every replaced identifier with its place, never what it said."""
        removed, turn = schema.redactions.c, schema.turns.c
        query = (
            select(schema.redactions, schema.sources.c.name, turn.location)
            .join(schema.sources, schema.sources.c.source_id == removed.source_id)
            .join(schema.turns, (turn.source_id == removed.source_id) & (turn.position == removed.turn))
            .order_by(schema.sources.c.name, removed.turn, removed.start)
        )
        return tuple(schema.redaction_of(row) for row in self._rows(query))

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

    def _audit(self, who: str, what: str, subject: str, detail: Mapping[str, Any]) -> None:
        row = {"at": _now(), "who": who, "what": what, "subject": subject, "detail": dict(detail)}
        self._connection.execute(insert(schema.audit).values(**row))


def _set_pragmas(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _insert_all(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    if rows := list(rows):
        connection.execute(insert(table), rows)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
