"""How a row of a project's database becomes a value of `model.py`, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engagement.anonymise import restore
from engagement.coding.blind import Judged
from engagement.model import (
    About,
    Answer,
    Basis,
    Coding,
    Decision,
    Excerpt,
    FileCounts,
    Kind,
    Participant,
    Role,
    SafeText,
    SafeTurn,
    StanceCoding,
    Stated,
    Tag,
    Theme,
    digest_of,
)
from engagement.storing import schema

Place = tuple[str, int]  # of a turn: its source_id and its position


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source as the project remembers it. `reason` is set where it was not taken in."""

    source_id: str
    name: str
    format: str
    digest: str
    state: str
    reason: str
    counts: FileCounts
    removed: Mapping[str, int]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RedactionRow:
    """A replaced identifier with its place, for the list of what was removed."""

    source: str
    location: str
    start: int
    end: int
    kind: str
    replacement: str
    score: float
    found_by: str


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A stored turn, with what is needed to tell whether it copies another."""

    source_id: str
    position: int
    kind: Kind
    participant_id: str | None
    question_id: str | None
    text: str

    @property
    def place(self) -> Place:
        """The turn's source and its position there."""
        return self.source_id, self.position


def turn_row(source_id: str, turn: SafeTurn) -> dict[str, Any]:
    """A turn of a source as a row of `turns`."""
    columns = ("position", "location", "kind", "role", "participant_id", "question_id", "text", "sha256", "language")
    return {"source_id": source_id, **{column: getattr(turn, column) for column in columns}}


def excerpt_row(excerpt: Excerpt) -> dict[str, Any]:
    """An excerpt as a row of `excerpts`: its place and digest, since the words are in `turns`."""
    return {column.name: getattr(excerpt, column.name) for column in schema.excerpts.columns}


def turn_of(row: Any) -> TurnRow:
    """A row of `turns`."""
    return TurnRow(row.source_id, row.position, Kind(row.kind), row.participant_id, row.question_id, row.text)


def participant_row(source_id: str, person: Participant) -> dict[str, Any]:
    """What a source says of a person as a row of `participants`."""
    return {
        "source_id": source_id,
        "participant_id": person.participant_id,
        "label": person.label,
        "role": person.role,
        "group_name": person.group,
        "answers": [asdict(answer) for answer in person.answers],
        "may_publish": person.may_publish,
    }


def coding_row(coding: Coding, at: str) -> dict[str, Any]:
    """A coding as a row of `codings`, made at the ISO time `at`."""
    start, end = coding.because
    return {
        "excerpt_id": coding.excerpt_id,
        "theme_key": coding.theme_key,
        "coder": coding.coder,
        "decision": coding.decision,
        "score": coding.score,
        "because_start": start,
        "because_end": end,
        "at": at,
    }


def stance_row(one: StanceCoding, at: str) -> dict[str, Any]:
    """A stance as a row of `stances`, made at the ISO time `at`."""
    start, end = one.because
    span = {"because_start": start, "because_end": end}
    return {
        "excerpt_id": one.excerpt_id,
        "stance": one.stance,
        "coder": one.coder,
        "score": one.score,
        **span,
        "at": at,
    }


def judged_row(one: Judged, at: str) -> dict[str, Any]:
    """What a coder judged as a row of `judged`, at the ISO time `at`."""
    return {"excerpt_id": one.excerpt_id, "coder": one.coder, "themes": sorted(one.themes), "at": at}


def safe(text: str) -> SafeText:
    """A stored label or wording, which has no digest of its own."""
    return restore(text, digest_of(text))


def participant_of(row: Any) -> Participant:
    """A row of `participants`."""
    answers = tuple(Answer(**{**answer, "stated": Stated(answer["stated"])}) for answer in row.answers)
    group = safe(row.group_name) if row.group_name else None
    return Participant(row.participant_id, safe(row.label), Role(row.role), group, answers, row.may_publish)


def coding_of(row: Any) -> Coding:
    """A row of `codings`."""
    because = (row.because_start, row.because_end)
    return Coding(row.excerpt_id, row.theme_key, row.coder, Decision(row.decision), row.score, because)


def tag_of(row: Any) -> Tag:
    """A row of `tags`."""
    about = About(row.about) if row.about else None
    return Tag(row.subject, row.characteristic, row.category, Basis(row.basis), row.start, row.end, about)


def excerpt_of(row: Any) -> Excerpt:
    """A row of `excerpts` joined with its turn, cut again. Raises ValueError when the text has changed."""
    text = restore(row.text, row.turn_sha256).cut(row.start, row.end)
    if digest_of(text) != row.sha256:
        raise ValueError(f"excerpt {row.excerpt_id} does not match its digest")
    return Excerpt(
        row.excerpt_id,
        row.source_id,
        row.turn,
        row.position,
        text,
        row.start,
        row.end,
        row.sha256,
        Role(row.role),
        row.participant_id,
        row.question_id,
        row.language,
    )


def theme_of(row: Mapping[str, Any]) -> Theme:
    """A theme as a codebook's row holds it."""
    lists = {field: tuple(row[field]) for field in ("include", "exclude", "examples")}
    return Theme(**{**row, **lists})


def source_of(row: Any) -> SourceRow:
    """A row of `sources`."""
    return SourceRow(
        row.source_id,
        row.name,
        row.format,
        row.digest,
        row.state,
        row.reason,
        FileCounts(**row.counts),
        row.removed,
        tuple(row.notes),
    )


def redaction_of(row: Any) -> RedactionRow:
    """A row of `redactions` joined with its source and turn."""
    return RedactionRow(row.name, row.location, row.start, row.end, row.kind, row.replacement, row.score, row.found_by)
