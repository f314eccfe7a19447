"""The whole flow: files in, safe evidence out.

ingest -> anonymise -> segment -> tag -> embed -> themes -> slices
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from engagement import codebook as codebooks
from engagement import policy as policies
from engagement.anonymise import anonymise
from engagement.characteristics import mentioned_tags, participant_tags
from engagement.config import Settings
from engagement.embed import embed_excerpts
from engagement.emergent import emergent
from engagement.errors import BadInput
from engagement.ingest import Inbox, read_folder
from engagement.model import (
    Cell,
    Codebook,
    DisclosureRule,
    RawDocument,
    Role,
    SliceRequest,
    SliceTable,
    Unit,
    Unreadable,
    Withheld,
)
from engagement.policy import Policy
from engagement.segment import excerpts as cut_excerpts
from engagement.slices import Slicer
from engagement.store import Store
from engagement.themes import code, standing
from engagement.vault import Ledger, destroy_key, open_key

STAGES = ("ingest", "anonymise", "code")
Tell = Callable[[str], None]


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did, and what the project holds now; the sentences are for the user."""

    new_sources: int
    known_sources: int
    unreadable: tuple[str, ...]
    withheld: tuple[str, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
    turns: int
    responses: int
    participants: Cell
    excerpts: int
    replaced: dict[str, int]
    removed: dict[str, int]
    themes: SliceTable | None
    theme_names: dict[str, str]
    emergent: tuple[tuple[str, Cell], ...]


def run(request: Request, tell: Tell) -> Outcome:
    """The main job, from a folder of files to a project ready to explore. Raises BadInput, ModelMissing.

    `tell` is given a sentence as each stage begins.
    """
    settings = Settings.load(request.project)
    policy = _policy(request)
    tell(f"Reading {request.folder.name}")
    inbox = read_folder(request.folder, request.roster)
    with Store.open(request.project, create=True) as store:
        if store.sealed():
            raise BadInput(request.project.name, "this project is sealed", "Start a new one for new files")
        new = _new_documents(store, inbox)
        withheld: list[str] = []
        if request.until != "ingest":
            withheld = _take_in(store, inbox, new, policy, settings, request, tell)
        if request.until == "code":
            recode(store, _codebook(request, store), settings, request.project, tell)
        return _outcome(store, inbox, len(new), withheld, settings.disclosure_rule())


def recode(store: Store, codebook: Codebook, settings: Settings, project: Path, tell: Tell) -> None:
    """Codes every excerpt by `codebook`, learning from what people decided, and looks for emergent themes."""
    excerpts = store.excerpts()
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
    """The one source of numbers for every page, table and file of this project."""
    codebook = store.codebook() or codebooks.default()
    people = store.participants()
    tags = [*store.tags(), *(tag for person in people for tag in participant_tags(person))]
    return Slicer(people, tags, store.excerpts(), standing(store.codings()), codebook, rule)


def seal(project: Path) -> bool:
    """Destroys the key that ties names to numbers; false when there was none. The project takes in no more files."""
    with Store.open(project) as store:
        destroyed = destroy_key(project)
        store.seal()
        return destroyed


def _take_in(
    store: Store,
    inbox: Inbox,
    new: Sequence[RawDocument],
    policy: Policy,
    settings: Settings,
    request: Request,
    tell: Tell,
) -> list[str]:
    """Makes each new document safe and stores it whole; gives a sentence for each that was withheld."""
    tell(f"Anonymising {len(new)} of {len(inbox.documents)} files")
    ledger = Ledger(open_key(request.project), store.numbers())
    year = int(inbox.round.start[:4]) if inbox.round.start[:4].isdecimal() else None
    store.save_round(inbox.round)
    sentences = []
    safe = anonymise(new, inbox.people, policy, ledger, settings, year=year, workers=request.workers)
    for raw, document in zip(new, safe, strict=True):
        if isinstance(document, Withheld):
            sentences.append(f"{raw.source.name}: withheld, since {document.reason}.")
            store.add_withheld(document)
            continue
        excerpts = cut_excerpts(document, settings.excerpt_words)
        tags = [tag for excerpt in excerpts for tag in mentioned_tags(excerpt)]
        store.add_document(document, excerpts, tags, ledger.numbers)
    store.replace_unreadable(_nameless(inbox.documents))
    return sentences


def _new_documents(store: Store, inbox: Inbox) -> list[RawDocument]:
    known = store.digests()
    return [each for each in inbox.documents if isinstance(each, RawDocument) and each.source.digest not in known]


def _nameless(documents: Sequence[RawDocument | Unreadable]) -> list[tuple[str, str]]:
    """Unreadable files with a number for a name: a file's name can be somebody's."""
    unreadable = [each for each in documents if isinstance(each, Unreadable)]
    named = [(f"unreadable file {place}{PurePath(each.name).suffix}", each) for place, each in enumerate(unreadable, 1)]
    return [(name, each.reason.replace(each.name, name)) for name, each in named]


def _policy(request: Request) -> Policy:
    path = request.policy or request.folder / "policy.yaml"
    return policies.load(path) if request.policy or path.exists() else Policy()


def _codebook(request: Request, store: Store) -> Codebook:
    path = request.codebook or request.folder / "codebook.yaml"
    if request.codebook or path.exists():
        return codebooks.load(path)
    return store.codebook() or codebooks.default()


def _outcome(store: Store, inbox: Inbox, new: int, withheld: Sequence[str], rule: DisclosureRule) -> Outcome:
    read = [source for source in store.sources() if source.state == "read"]
    documents = [each for each in inbox.documents if isinstance(each, RawDocument)]
    codebook = store.codebook()
    numbers = slicer(store, rule)
    unit: Unit = "people" if any(person.role is Role.PARTICIPANT for person in store.participants()) else "mentions"
    removed: Counter[str] = Counter()
    for source in read:
        removed.update(source.removed)
    return Outcome(
        new_sources=new - len(withheld),
        known_sources=len(documents) - new,
        unreadable=tuple(each.reason for each in inbox.documents if isinstance(each, Unreadable)),
        withheld=tuple(withheld),
        left_out=inbox.left_out,
        notes=tuple(f"{each.source.name}: {note}" for each in documents for note in each.notes),
        turns=sum(source.counts.turns - source.counts.answered for source in read),
        responses=sum(source.counts.answered for source in read),
        participants=numbers.table(SliceRequest()).rows[0].base,
        excerpts=len(store.excerpts()),
        replaced=store.replaced_by_kind(),
        removed=dict(removed),
        themes=numbers.table(SliceRequest(unit=unit)) if codebook else None,
        theme_names={theme.key: theme.name for theme in codebook.themes} if codebook else {},
        emergent=tuple((theme.name, numbers.people_behind(theme.excerpt_ids)) for theme in store.emergent()),
    )
