"""The whole flow: files in, safe evidence out.

ingest -> anonymise -> segment -> tag -> embed -> themes -> slices
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from engagement import codebook as codebooks
from engagement import policy as policies
from engagement import review
from engagement.anonymise import anonymise, anonymiser_for, made_with
from engagement.campaigns import CAMPAIGN, copies, sizes
from engagement.characteristics import mentioned_tags, participant_tags
from engagement.config import Settings
from engagement.embed import embed_excerpts
from engagement.emergent import emergent
from engagement.errors import BadInput
from engagement.ingest import Intake, open_folder
from engagement.model import (
    Cell,
    Codebook,
    DisclosureRule,
    FileCounts,
    RawDocument,
    Role,
    SliceRequest,
    SliceTable,
    Unit,
    Unreadable,
    Withheld,
)
from engagement.policy import Policy
from engagement.review import Passages
from engagement.rulings import Rulings, Turn
from engagement.segment import cut_turns
from engagement.segment import excerpts as cut_excerpts
from engagement.slices import Slicer
from engagement.store import Store
from engagement.themes import code, standing
from engagement.vault import Ledger, Vault, destroy_key, destroy_vault, open_key

STAGES = ("ingest", "anonymise", "code")
BATCH = 10_000_000  # characters of words that are anonymised together
ENGLISH = "en"
Tell = Callable[[str], None]
Taken = RawDocument | Unreadable


@dataclass(frozen=True, slots=True)
class Request:
    """What a run is asked to do. A file that is not named is looked for in the folder, then the default is used."""

    folder: Path
    project: Path
    codebook: Path | None = None
    policy: Path | None = None
    roster: Path | None = None
    workers: int = 1
    until: str = "code"
    vault: Vault | None = None


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

    def of_state(self, *states: str) -> tuple[FileReport, ...]:
        """The files of these states, in order of name."""
        return tuple(file for file in self.files if file.state in states)


def run(request: Request, tell: Tell) -> Outcome:
    """The main job, from a folder of files to a project ready to explore. Raises BadInput, ModelMissing.

    `tell` is given a sentence as each stage begins.
    """
    settings = Settings.load(request.project)
    policy = _policy(request)
    intake = open_folder(request.folder, request.roster)
    with Store.open(request.project, create=True) as store:
        if store.sealed():
            raise BadInput(request.project.name, "this project is sealed", "Start a new one for new files")
        reports: list[FileReport] = []
        for batch in _batches(intake.documents(), tell):
            reports += _take_in(store, intake, batch, policy, settings, request, tell)
        columns = intake.save_columns()
        if request.until != "ingest":
            store.replace_unreadable(_nameless(reports))
            store.replace_copies(copies(store.turns()))
        if request.until == "code":
            recode(store, _codebook(request, store), settings, request.project, tell)
        return _outcome(store, _whole(reports), intake.left_out, columns, settings.disclosure_rule())


def recode(store: Store, codebook: Codebook, settings: Settings, project: Path, tell: Tell) -> None:
    """Codes every excerpt by `codebook`, learning from what people decided, and looks for emergent themes.

    What is not in English is left to people: the models are near chance on it.
    """
    excerpts = [excerpt for excerpt in store.excerpts() if excerpt.language == ENGLISH]
    tell(f"Embedding {len(excerpts)} excerpts")
    cache = project / "cache"
    embeddings = embed_excerpts(excerpts, settings, cache)
    tell(f"Coding by {len(codebook.themes)} themes")
    store.save_codebook(codebook)
    store.replace_machine_codings(code(excerpts, embeddings, codebook, store.codings(), settings, cache))
    covered = frozenset(coding.excerpt_id for coding in standing(store.codings()))
    tell(f"Looking for themes beyond the codebook in {len(excerpts) - len(covered)} excerpts")
    store.replace_emergent(emergent(excerpts, embeddings, covered, settings))


def slicer(store: Store, rule: DisclosureRule) -> Slicer:
    """The one source of numbers for every page, table and file of this project; a campaign has one voice in it."""
    codebook = store.codebook() or codebooks.default()
    echoes = store.echoes()
    people = [person for person in store.participants() if person.participant_id not in echoes]
    tags = [*store.tags(), *(tag for person in people for tag in participant_tags(person))]
    return Slicer(people, tags, store.excerpts(), standing(store.codings()), codebook, rule)


def apply_rulings(store: Store, passages: Passages, rulings: Rulings, project: Path, tell: Tell) -> int:
    """Makes the turns again that the rulings change, and gives how many. Raises BadInput for a damaged vault."""
    settings, ledger = Settings.load(project), Ledger(open_key(project), store.numbers())
    anonymiser = anonymiser_for(Policy(store.reviewed.actions()), ledger, settings, rulings)
    review.teach(anonymiser.people, passages)
    changed = review.again(passages.turns, passages, rulings, anonymiser.ordinary, anonymiser.replacement)
    kept = store.reviewed
    kept.settled((), rulings, ledger.numbers)  # first, so that after a crash no number is given twice
    of_source: dict[str, list[Turn]] = {}
    for turn in passages.turns:
        of_source.setdefault(turn[0], []).append(turn)
    for source_id in sorted({turn[0] for turn in changed}):
        before = [passages.turns[turn] for turn in of_source[source_id]]
        after = [changed.get(turn, passages.turns[turn]) for turn in of_source[source_id]]
        remade = [changed[turn] for turn in of_source[source_id] if turn in changed]
        old, new = (cut_turns(source_id, turns, settings.excerpt_words) for turns in (before, after))
        tags = [tag for excerpt in new for tag in mentioned_tags(excerpt)]
        kept.replace_turns(source_id, remade, new, tags, old)
    # A source that the vault does not have is made again from its file, for what was replaced for nothing.
    complete = {source_id for source_id, turns in of_source.items() if all(map(passages.held, turns))}
    kept.settled(complete, rulings, ledger.numbers)
    store.replace_copies(copies(store.turns()))
    tell(f"{len(changed)} turns made again" + (". Run 'engagement code-again'" if changed else ""))
    return len(changed)


def seal(project: Path) -> bool:
    """Destroys the key that ties names to numbers; false when there was none. The project takes in no more files."""
    with Store.open(project) as store:
        destroyed = [destroy_vault(project), destroy_key(project)]
        store.seal()
        return any(destroyed)


def _batches(documents: Iterator[Taken], tell: Tell) -> Iterator[list[Taken]]:
    """The files a good many at a time: names are found across a batch, and no more than one lies in memory."""
    batch: list[Taken] = []
    held = 0
    for document in documents:
        tell(f"Reading {document.source.name if isinstance(document, RawDocument) else document.name}")
        batch.append(document)
        held += sum(len(turn.words) for turn in document.turns) if isinstance(document, RawDocument) else 0
        if held > BATCH:
            yield batch
            batch, held = [], 0
    yield batch


def _take_in(
    store: Store,
    intake: Intake,
    batch: Sequence[Taken],
    policy: Policy,
    settings: Settings,
    request: Request,
    tell: Tell,
) -> list[FileReport]:
    """Makes each new document of a batch safe and stores it whole; tells what became of every file."""
    held, rulings = store.made_with(), Rulings(open_key(request.project), store.reviewed.rulings())
    known = {
        each.source.source_id
        for each in batch
        if isinstance(each, RawDocument) and held.get(each.source.source_id) == made_with(each.source, policy, rulings)
    }
    new = [each for each in batch if isinstance(each, RawDocument) and each.source.source_id not in known]
    reasons = {}
    if request.until != "ingest":
        tell(f"Anonymising {len(new)} files")
        reasons = _anonymise(store, intake, new, policy, rulings, settings, request)
    return [_report(each, reasons, known) for each in batch]


def _anonymise(
    store: Store,
    intake: Intake,
    new: Sequence[RawDocument],
    policy: Policy,
    rulings: Rulings,
    settings: Settings,
    request: Request,
) -> dict[str, str]:
    """Stores each new document as made safe; gives the reason for each that was withheld, by its source's id."""
    ledger = Ledger(open_key(request.project), store.numbers())
    year = int(intake.round.start[:4]) if intake.round.start[:4].isdecimal() else None
    store.save_round(intake.round)
    store.reviewed.save_actions(policy.actions)
    reasons = {}
    raw = {each.source.source_id: each for each in new}
    safe = anonymise(new, intake.people, policy, ledger, settings, rulings=rulings, year=year, workers=request.workers)
    for document in safe:
        if isinstance(document, Withheld):
            reasons[document.source_id] = document.reason
            store.add_withheld(document)
            continue
        excerpts = cut_excerpts(document, settings.excerpt_words)
        tags = [tag for excerpt in excerpts for tag in mentioned_tags(excerpt)]
        if request.vault:
            review.keep(raw[document.source_id], request.vault)
        store.add_document(document, excerpts, tags, ledger.numbers)
    return reasons


def _report(taken: Taken, withheld: Mapping[str, str], known: Collection[str]) -> FileReport:
    if isinstance(taken, Unreadable):
        return FileReport(taken.name, "unreadable", FileCounts(), (taken.reason,))
    source = taken.source
    if reason := withheld.get(source.source_id):
        return FileReport(source.name, "withheld", taken.counts, (f"{source.name}: withheld, since {reason}.",))
    state = "known" if source.source_id in known else "new"
    return FileReport(source.name, state, taken.counts, tuple(f"{source.name}: {note}" for note in taken.notes))


def _whole(reports: Sequence[FileReport]) -> list[FileReport]:
    """The parts of a very long file as the one file that they are."""
    files: dict[str, FileReport] = {}
    for report in reports:
        first = files.get(report.name)
        files[report.name] = first.with_part(report) if first else report
    return list(files.values())


def _nameless(reports: Sequence[FileReport]) -> list[tuple[str, str]]:
    """Unreadable files with a number for a name: a file's name can be somebody's."""
    unreadable = [report for report in reports if report.state == "unreadable"]
    named = [(f"unreadable file {place}{PurePath(each.name).suffix}", each) for place, each in enumerate(unreadable, 1)]
    return [(name, each.sentences[0].replace(each.name, name)) for name, each in named]


def _policy(request: Request) -> Policy:
    path = request.policy or request.folder / "policy.yaml"
    return policies.load(path) if request.policy or path.exists() else Policy()


def _codebook(request: Request, store: Store) -> Codebook:
    path = request.codebook or request.folder / "codebook.yaml"
    if request.codebook or path.exists():
        return codebooks.load(path)
    return store.codebook() or codebooks.default()


def _outcome(
    store: Store, reports: Sequence[FileReport], left_out: tuple[str, ...], columns: str, rule: DisclosureRule
) -> Outcome:
    read = [source for source in store.sources() if source.state == "read"]
    codebook = store.codebook()
    numbers = slicer(store, rule)
    unit: Unit = "people" if any(person.role is Role.PARTICIPANT for person in store.participants()) else "mentions"
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
        emergent=tuple((theme.name, numbers.people_behind(theme.excerpt_ids)) for theme in store.emergent()),
    )
