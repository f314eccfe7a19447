"""`engagement import`: another tool's project, codebook or codings into a project of ours, told in sentences.

Words pass through the anonymiser like any source's. Where all of a text is in the project already, as when a second
coder sends our own file back, only the codings come in. Nothing is taken out of the project: themes are added to its
codebook, or redefined, and codings to those that it has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path

from engagement.anonymise import anonymise
from engagement.anonymising.rulings import Rulings
from engagement.campaigns import copies
from engagement.config import Settings
from engagement.errors import BadInput
from engagement.exchange import coded_csv
from engagement.exchange.coded_csv import Columns
from engagement.exchange.merging import called_alike, merged, rekeyed
from engagement.exchange.placing import Place, placed
from engagement.exchange.qdpx_in import Here, Imported, import_qdpx
from engagement.export.codebook_csv import from_csv
from engagement.export.codebook_qdc import from_qdc
from engagement.model import Codebook, Coding, Excerpt, RawDocument, Redaction, SafeDocument, Withheld, digest_of
from engagement.pipeline import Tell
from engagement.policy import Policy
from engagement.segment import excerpts as cut_excerpts
from engagement.store import Store
from engagement.tagging.mentions import mentioned_tags
from engagement.themes import MACHINE
from engagement.vault import Ledger, open_key

Cut = tuple[Excerpt, ...]  # the excerpts of a turn
SEALED = "Import the codings as CSV, or start a new project"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an import is asked to do. `coder` codes a table's rows that name nobody; no `policy` means the project's."""

    path: Path
    coder: str
    policy: Policy | None = None
    columns: Columns = field(default_factory=Columns)


def import_project(store: Store, asked: Asked, project: Path, settings: Settings, tell: Tell) -> tuple[str, ...]:
    """Takes a .qdpx, .qdc or .csv file in and says what came of it, a sentence each. Raises BadInput, ModelMissing."""
    kind = asked.path.suffix.casefold()
    if kind == ".qdpx":
        return _project(store, asked, project, settings, tell)
    try:
        data = asked.path.read_bytes()
    except OSError:
        raise BadInput(asked.path.name, "the file can't be opened", "Check its name and that you may read it") from None
    held = store.coded.codebook()
    if kind == ".qdc":
        read = from_qdc(data, asked.path.name, held.keys if held else ())
        return (*read.notes, *_save(store, read.codebook, asked.coder))
    if kind != ".csv":
        raise BadInput(asked.path.name, "no file that can be imported", "Give a .qdpx, .qdc or .csv file")
    if coded_csv.is_coded(data, asked.path.name, asked.columns):
        return _coded(store, asked, data)
    return _save(store, from_csv(data, asked.path.name), asked.coder)


def _coded(store: Store, asked: Asked, data: bytes) -> tuple[str, ...]:
    if (codebook := store.coded.codebook()) is None:
        raise BadInput(asked.path.name, "the project has no codebook yet", "Import the codebook first")
    found = coded_csv.matched(data, asked.path.name, asked.columns, codebook, store.excerpts(), asked.coder)
    new = _add(store, found.codings)
    store.note("codings imported", detail={"codings": new})  # a new edition: they count at once
    there = len(found.codings) - new
    sentences = [f"Rows with themes: {found.rows}. Codings: {new} new, {there} that were there already."]
    if found.unknown:
        sentences.append(f"Rows whose words are not in the project: {found.unknown}.")
    return tuple(sentences)


def _save(store: Store, read: Codebook, who: str) -> tuple[str, ...]:
    """The codebook with the themes of another: those it has are redefined, the others come last."""
    held = store.coded.codebook()
    if held is None:
        store.coded.save_codebook(read, who)
        return (f"The codebook is new. Themes: {len(read.themes)}.",)
    after = merged(held, rekeyed(read, called_alike(held, read)))
    if after.themes == held.themes:
        return ("The codebook has all of its themes already.",)
    store.coded.save_codebook(after, who)
    new, was = len(after.themes) - len(held.themes), {theme.key: theme for theme in held.themes}
    changed = sum(theme.key in was and theme != was[theme.key] for theme in after.themes)
    return (f"The codebook is now version {after.version}. Themes: {new} new, {changed} changed.",)


def _project(store: Store, asked: Asked, project: Path, settings: Settings, tell: Tell) -> tuple[str, ...]:
    held = store.coded.codebook()
    tell(f"Reading {asked.path.name}")
    ours = _by_words(store)
    wordings = {digest_of(question.wording) for question in store.questions()}
    read = import_qdpx(asked.path, Here(store.value_sets(), held.keys if held else (), ours, wordings))
    if read.documents and store.sealed():
        raise BadInput(asked.path.name, "this project is sealed, so that no new words can come in", SEALED)
    sentences = list(read.notes)
    replaced: dict[Place, Sequence[Redaction]] = {}
    origins = _origins(read.returned, ours)
    replaced |= dict.fromkeys(origins, ())
    if read.documents:
        tell(f"Anonymising {len(read.documents)} texts")
    for safe in _safe(store, asked, read.documents, project, settings) if read.documents else ():
        if isinstance(safe, Withheld):
            sentences.append(f"{safe.name}: withheld, since {safe.reason}.")
        else:
            replaced |= {(safe.source_id, turn.position): turn.redactions for turn in safe.turns}
    store.replace_copies(copies(store.turns()))
    if read.codebook and not (held and all(theme in held.themes for theme in read.codebook.themes)):
        sentences += _save(store, read.codebook, asked.coder)
    # What a machine once thought of words that are here is no news.
    news = [one for one in read.codings if not (one.coder.startswith(MACHINE) and one.source_id in read.returned)]
    if held and read.codebook:
        ours_of = called_alike(held, read.codebook)
        news = [replace(one, theme_key=ours_of.get(one.theme_key, one.theme_key)) for one in news]
    codings = placed(news, replaced, _excerpts(store, replaced, origins))
    new = _add(store, codings)
    store.note("project imported", detail={"texts": len(read.documents), "codings": new})
    return (*sentences, *_told(read, new, len(codings) - new))


def _told(read: Imported, new: int, there: int) -> Iterator[str]:
    yield f"Texts: {len(read.documents)} new, {len(read.returned)} that the project has already."
    yield f"Codings read: {len(read.codings)}. Codings of excerpts: {new} new, {there} that were there already."


def _by_words(store: Store) -> dict[str, list[Cut]]:
    """The project's turns, by the digest of their words, and the excerpts of those that are cut in several."""
    cut = _cut(store)
    copied = store.copies()
    found: dict[str, list[Cut]] = defaultdict(list)
    for turn in store.turns():
        there = tuple(cut[copied.get(turn.place, turn.place)])
        found[digest_of(turn.text)].append(there)
        for each in there if len(there) > 1 and turn.place not in copied else ():
            found[each.sha256].append((replace(each, start=0, end=len(each.text)),))
    return found


def _origins(returned: Mapping[str, Sequence[str]], ours: Mapping[str, Sequence[Cut]]) -> dict[Place, Cut]:
    """The excerpts of each turn of the texts that came back; turns of the same words are taken one after the other."""
    found: dict[Place, Cut] = {}
    left = {digest: cycle(ours[digest]) for digests in returned.values() for digest in digests}
    for source_id, digests in returned.items():
        found |= {(source_id, position): next(left[digest]) for position, digest in enumerate(digests)}
    return found


def _safe(
    store: Store, asked: Asked, documents: Sequence[RawDocument], project: Path, settings: Settings
) -> Iterator[SafeDocument | Withheld]:
    """Each document made safe, and stored if it is new or made otherwise than before."""
    policy, sets = asked.policy or Policy(store.reviewed.actions()), store.value_sets()
    key, made_with = open_key(project), store.made_with()
    rulings, ledger = Rulings(key, store.reviewed.rulings()), Ledger(key, store.numbers())
    if not made_with:
        held = store.held_round()
        store.save_round(replace(held, name=held.name or asked.path.stem), sets.text)
        store.reviewed.save_actions(policy.actions)
    start = store.held_round().start[:4]
    year = int(start) if start.isdecimal() else None
    for safe in anonymise(documents, (), policy, ledger, settings, rulings=rulings, year=year, sets=sets):
        if isinstance(safe, Withheld):
            store.add_withheld(safe)
        elif made_with.get(safe.source_id) != safe.made_with:
            cut = cut_excerpts(safe, settings.excerpt_words)
            store.add_document(safe, cut, [tag for each in cut for tag in mentioned_tags(each)], ledger.numbers)
        yield safe


def _excerpts(store: Store, turns: Collection[Place], origins: Mapping[Place, Cut]) -> list[Excerpt]:
    """The excerpts of these turns; of one that copies another, or came back, the other's, as if cut from it."""
    cut, copied = _cut(store), store.copies()
    found = []
    for place in turns:
        there = origins[place] if place in origins else cut[copied.get(place, place)]
        found += [replace(each, source_id=place[0], turn=place[1]) for each in there]
    return found


def _cut(store: Store) -> dict[Place, list[Excerpt]]:
    found: dict[Place, list[Excerpt]] = defaultdict(list)
    for excerpt in store.excerpts():
        found[excerpt.source_id, excerpt.turn].append(excerpt)
    return found


def _add(store: Store, codings: Sequence[Coding]) -> int:
    """Adds the codings that their coders have not made yet; gives how many."""
    there = {(one.excerpt_id, one.theme_key, one.coder, one.decision) for one in store.coded.codings()}
    new = [one for one in codings if (one.excerpt_id, one.theme_key, one.coder, one.decision) not in there]
    if new:
        store.coded.add_codings(new)
    return len(new)
