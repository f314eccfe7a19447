"""The whole flow: files in, safe evidence out.

ingest -> anonymise -> segment -> tag -> embed -> themes -> slices
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engagement import codebook as codebooks
from engagement import policy as policies
from engagement.anonymise import anonymise, made_with
from engagement.anonymising import review
from engagement.anonymising.rulings import Rulings
from engagement.campaigns import copies
from engagement.characteristics import participant_tags, remit_of
from engagement.coding import stance
from engagement.coding.blind import counted, lessons
from engagement.coding.emergent import emergent
from engagement.config import Settings
from engagement.embed import embed_excerpts
from engagement.errors import BadInput
from engagement.ingest import Intake, open_folder
from engagement.language import ENGLISH
from engagement.model import (
    Codebook,
    DisclosureRule,
    RawDocument,
    Unreadable,
    Withheld,
)
from engagement.outcome import FileReport, Outcome, nameless, outcome, people, report, whole
from engagement.policy import Policy
from engagement.quotation.quoting import quote_book
from engagement.segment import excerpts as cut_excerpts
from engagement.slices import Slicer
from engagement.store import Store
from engagement.tagging.mentions import mentioned_tags
from engagement.themes import code, standing
from engagement.vault import Ledger, Vault, destroy_key, destroy_vault, open_key

STAGES = ("ingest", "anonymise", "code")
READY_THEMES = 20  # whose quotes are decided on by the run; of a longer codebook the rest when they are looked at
BATCH = 10_000_000  # characters of words that are anonymised together
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
        seen = people(store) if store.coded.codebook() else None  # whose numbers somebody may have seen
        reports: list[FileReport] = []
        for batch in _batches(intake.documents(), tell):
            reports += _take_in(store, intake, batch, policy, settings, request, tell)
        columns = intake.save_columns()
        if request.until != "ingest":
            store.replace_unreadable(nameless(reports))
            store.replace_copies(copies(store.turns()))
        if request.until == "code":
            recode(store, _codebook(request, store), settings, request.project, tell)
        numbers = slicer(store, settings.disclosure_rule())
        return outcome(store, numbers, whole(reports), intake.left_out, columns, seen)


def recode(store: Store, codebook: Codebook, settings: Settings, project: Path, tell: Tell) -> None:
    """Codes every excerpt by `codebook`, and where it stands, learning from people; looks for emergent themes.

    What is not in English is left to people: the models are near chance on it.
    """
    store.coded.save_codebook(codebook)  # first: whoever changes it while this goes on keeps the last word
    excerpts = [excerpt for excerpt in store.excerpts() if excerpt.language == ENGLISH]
    tell(f"Embedding {len(excerpts)} excerpts")
    cache = project / "cache"
    embeddings = embed_excerpts(excerpts, settings, cache)
    tell(f"Coding by {len(codebook.themes)} themes")
    accepted, judged = lessons(store.coded.codings(), store.sampled.judged(), store.sampled.samples())
    store.coded.replace_machine_codings(code(excerpts, embeddings, codebook, accepted, settings, cache, judged))
    covered = frozenset(coding.excerpt_id for coding in standing(counted(store.coded.codings())))
    store.coded.replace_machine_stances(
        stance.stances(excerpts, store.questions(), store.coded.stances(), settings, cache)
    )
    tell(f"Looking for themes beyond the codebook in {len(excerpts) - len(covered)} excerpts")
    store.coded.replace_emergent(emergent(excerpts, embeddings, codebook, covered, settings, cache))
    tell("Deciding which numbers and quotes may be shown")
    _decide(store, settings)


def _decide(store: Store, settings: Settings) -> None:
    """Has the guard decide, and keep, what the pages and reports ask for first: so that nobody waits for it there."""
    numbers = slicer(store, settings.disclosure_rule())
    numbers.prepare()
    book = quote_book(store, numbers.rule, numbers, settings)
    for key in (store.coded.codebook() or codebooks.default()).keys[:READY_THEMES]:
        book.chosen(key, 1)


def slicer(store: Store, rule: DisclosureRule) -> Slicer:
    """The one source of numbers for every page, table and file of this project; a campaign has one voice in it."""
    codebook = store.coded.codebook() or codebooks.default()
    echoes, sets, remits = store.echoes(), store.value_sets(), store.remits()
    people = [person for person in store.participants() if person.participant_id not in echoes]
    tags = [*store.tags(), *(tag for person in people for tag in participant_tags(person, sets, remits))]
    codings, cache = store.coded.published(), store.folder / "cache"
    stances = store.coded.published_stances()
    return Slicer(people, tags, store.excerpts(), codings, codebook, rule, sets, stances, cache)


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
    sets = intake.folder.value_sets
    held, rulings = store.made_with(), Rulings(open_key(request.project), store.reviewed.rulings())
    known = {
        each.source.source_id
        for each in batch
        if isinstance(each, RawDocument)
        and held.get(each.source.source_id) == made_with(each.source, policy, rulings, sets)
    }
    new = [each for each in batch if isinstance(each, RawDocument) and each.source.source_id not in known]
    reasons = {}
    if request.until != "ingest":
        tell(f"Anonymising {len(new)} files")
        reasons = _anonymise(store, intake, new, policy, rulings, settings, request)
    return [report(each, reasons, known) for each in batch]


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
    store.save_round(intake.round, intake.folder.value_sets.text)
    store.reviewed.save_actions(policy.actions)
    reasons = {}
    raw = {each.source.source_id: each for each in new}
    sets, workers = intake.folder.value_sets, request.workers
    safe = anonymise(
        new, intake.people, policy, ledger, settings, rulings=rulings, year=year, sets=sets, workers=workers
    )
    for document in safe:
        if isinstance(document, Withheld):
            reasons[document.source_id] = document.reason
            store.add_withheld(document)
            continue
        excerpts = cut_excerpts(document, settings.excerpt_words)
        tags = [tag for excerpt in excerpts for tag in mentioned_tags(excerpt)]
        if request.vault:
            review.keep(raw[document.source_id], request.vault)
        store.save_remits({group: remit_of(group) for person in document.participants if (group := person.group)})
        store.add_document(document, excerpts, tags, ledger.numbers)
    return reasons


def _policy(request: Request) -> Policy:
    path = request.policy or request.folder / "policy.yaml"
    return policies.load(path) if request.policy or path.exists() else Policy()


def _codebook(request: Request, store: Store) -> Codebook:
    path = request.codebook or request.folder / "codebook.yaml"
    if request.codebook or path.exists():
        return codebooks.load(path)
    return store.coded.codebook() or codebooks.default()
