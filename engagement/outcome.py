"""What became of the files of a run, and what the project holds after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from engagement.campaigns import CAMPAIGN, sizes
from engagement.language import ENGLISH
from engagement.model import (
    Cell,
    FileCounts,
    RawDocument,
    Role,
    SliceRequest,
    SliceTable,
    Unit,
    Unreadable,
)
from engagement.slices import Slicer
from engagement.store import Store


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file, for the one who brought it: `state` is new, known, withheld or unreadable.

    `sentences` say which parts could not be read, or why the whole was not; all else is in `counts`.
    """

    name: str
    state: str
    counts: FileCounts
    sentences: tuple[str, ...]

    def with_part(self, part: FileReport) -> FileReport:
        """This file with a further part of it: withheld if any part is, new if any is."""
        state = next((each for each in ("withheld", "new") if each in {self.state, part.state}), self.state)
        sentences = tuple(dict.fromkeys(self.sentences + part.sentences))
        return FileReport(self.name, state, self.counts + part.counts, sentences)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did, and what the project holds now; the sentences are for the user."""

    files: tuple[FileReport, ...]
    left_out: tuple[str, ...]
    columns: str
    turns: int
    responses: int
    participants: Cell
    excerpts: int
    copies: int
    campaigns: int
    other_languages: Mapping[str, int]
    replaced: Mapping[str, int]
    removed: Mapping[str, int]
    themes: SliceTable | None
    theme_names: Mapping[str, str]
    emergent: tuple[tuple[str, Cell], ...]
    few_came: bool = False  # fewer people than the rule's threshold, into a project that was coded before

    def of_state(self, *states: str) -> tuple[FileReport, ...]:
        """The files of these states, in order of name."""
        return tuple(file for file in self.files if file.state in states)


def report(taken: RawDocument | Unreadable, withheld: Mapping[str, str], known: Collection[str]) -> FileReport:
    """What became of a file: `withheld` tells why, by source, `known` those that were taken in before."""
    if isinstance(taken, Unreadable):
        return FileReport(taken.name, "unreadable", FileCounts(), (taken.reason,))
    source = taken.source
    if reason := withheld.get(source.source_id):
        return FileReport(source.name, "withheld", taken.counts, (f"{source.name}: withheld, since {reason}.",))
    state = "known" if source.source_id in known else "new"
    return FileReport(source.name, state, taken.counts, tuple(f"{source.name}: {note}" for note in taken.notes))


def whole(reports: Sequence[FileReport]) -> list[FileReport]:
    """The parts of a very long file as the one file that they are."""
    files: dict[str, FileReport] = {}
    for report in reports:
        first = files.get(report.name)
        files[report.name] = first.with_part(report) if first else report
    return list(files.values())


def nameless(reports: Sequence[FileReport]) -> list[tuple[str, str]]:
    """Unreadable files with a number for a name: a file's name can be somebody's."""
    unreadable = [report for report in reports if report.state == "unreadable"]
    named = [(f"unreadable file {place}{PurePath(each.name).suffix}", each) for place, each in enumerate(unreadable, 1)]
    return [(name, each.sentences[0].replace(each.name, name)) for name, each in named]


def people(store: Store) -> frozenset[str]:
    """The ids of the participants of a project."""
    return frozenset(each.participant_id for each in store.participants() if each.role is Role.PARTICIPANT)


def outcome(
    store: Store,
    numbers: Slicer,
    reports: Sequence[FileReport],
    left_out: tuple[str, ...],
    columns: str,
    seen: frozenset[str] | None = None,
) -> Outcome:
    """What the project holds now, read from its store; `left_out` and `columns` are for the user's eyes.

    `seen` are the people of a project that was coded before. The numbers before and after few others came differ by
    what those few said, which rounding hides only where no number crosses a step of it.
    """
    read = [source for source in store.sources() if source.state == "read"]
    codebook = store.coded.codebook()
    here = people(store)
    unit: Unit = "people" if here else "mentions"
    removed: Counter[str] = Counter()
    spoken: Counter[str] = Counter()
    for source in read:
        removed.update(source.removed)
        spoken.update(source.counts.by_language)
    copied = store.copies()
    return Outcome(
        files=tuple(reports),
        left_out=left_out,
        columns=columns,
        turns=sum(source.counts.turns - source.counts.answered for source in read),
        responses=sum(source.counts.answered for source in read),
        participants=numbers.table(SliceRequest()).rows[0].base,
        excerpts=len(store.excerpts()),
        copies=len(copied),
        campaigns=sum(number >= CAMPAIGN for number in sizes(copied).values()),
        other_languages={language: number for language, number in spoken.most_common() if language != ENGLISH},
        replaced=store.replaced_by_kind(),
        removed=dict(removed),
        themes=numbers.table(SliceRequest(unit=unit)) if codebook else None,
        theme_names={theme.key: theme.name for theme in codebook.themes} if codebook else {},
        emergent=tuple((theme.name, numbers.people_behind(theme.excerpt_ids)) for theme in store.coded.emergent()),
        few_came=seen is not None and 0 < len(here - seen) < numbers.rule.threshold,
    )
