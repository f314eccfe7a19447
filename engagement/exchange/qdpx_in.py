"""QDPX -> RawDocuments with the codings on their words, the codebook, and what of the file has no place here.

A text is read as any text file is, with its speakers; a case whose words it holds says who they are and what they
declared. Our own files are taken turn by turn, as they went out. This is, beside ingest, the door at which plain words
become `RawText`: what comes of it goes to the anonymiser and nowhere else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engagement.characteristics import DEFAULT
from engagement.exchange.aligned import Aligned, blocks, paragraphs, talk
from engagement.exchange.persons import Spoken, speakers
from engagement.exchange.project_file import Opened, Written, bare, local, opened
from engagement.exchange.units import counted_in, fitting
from engagement.export.codebook_qdc import from_codes
from engagement.export.qdpx import QUESTION
from engagement.export.qdpx_xml import ORIGIN
from engagement.language import languages
from engagement.model import Codebook, Kind, RawDocument, RawText, RawTurn, Role, Source, content_id, digest_of
from engagement.readers.clean import has_words
from engagement.readers.reading import CannotRead, Said
from engagement.tagging.value_sets import ValueSets
from engagement.themes import MACHINE

FORMAT = "qdpx"
MOST = 0.9  # of the turns of a text that are the project's own: the others were changed in another program
NOBODY = "imported"  # the coder of a coding that names none
Within = tuple[int, int, int]  # a part of a coding: the turn, and from where to where in its raw words


@dataclass(frozen=True, slots=True)
class RawCoding:
    """A coding of words that are not safe yet: the parts of turns that it lies on, in code points of the raw words."""

    source_id: str
    parts: tuple[Within, ...]
    theme_key: str
    coder: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a project file holds for us. `codebook` is None where it has no codes; `notes` are a sentence each.

    `returned` are texts that went out from here, told by their digests: their words need not come in again. Each is
    known by a source id, and has the digests of its turns.
    """

    documents: tuple[RawDocument, ...]
    returned: Mapping[str, tuple[str, ...]]
    codebook: Codebook | None
    codings: tuple[RawCoding, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Here:
    """What the project has that the file comes to: its value sets, theme keys, and digests of turns and questions."""

    sets: ValueSets = DEFAULT
    themes: Collection[str] = ()
    turns: Collection[str] = ()
    questions: Collection[str] = ()


def import_qdpx(path: Path, here: Here | None = None) -> Imported:
    """The project in the file `path`, for the project that `here` tells of. Raises BadInput."""
    here = here or Here()
    held = opened(path)
    ours = held.origin.startswith(f"{ORIGIN} ")
    codebook, keys, notes = _codes(held, path.name, here.themes)
    unit = fitting([(text.text, [one.span for one in text.picked]) for text in held.texts])
    notes += list(held.notes)
    if any("\r\n" in text.text.written or text.text.marked for text in held.texts):
        notes.append(f"Positions in it were taken to count {unit}: so the selections fall on whole words best.")
    documents, codings = [], []
    returned: dict[str, tuple[str, ...]] = {}
    lost: Counter[str] = Counter()
    silent = {case.guid for case in held.cases}
    for text in held.texts:
        own = went_out(text.text.plain, here)
        try:
            aligned = blocks(own) if own else _read(text, _questions(held, text) if ours else None)
        except CannotRead as error:
            notes.append(f'"{text.name}": {error}')
            continue
        placed = counted_in(text.text, unit, [one.span for one in text.picked])
        spans = {one.guid: span for one, span in zip(text.picked, placed, strict=True) if span}
        if own:
            source_id = content_id("r", text.guid, text.name)
            returned[source_id] = tuple(digest_of(said.words) for said in aligned.reading.turns)
        else:
            spoken = speakers(text, aligned, spans, held.cases, here.sets, ours=ours)
            silent -= spoken.cases
            documents.append(_wrapped(f"{path.name}/{text.name}", text, aligned, spoken))
            source_id = documents[-1].source.source_id
        for one, span in zip(text.picked, placed, strict=True):
            parts = tuple(aligned.over(*span)) if span else ()
            for code, user in one.codings:
                if code not in keys:
                    continue
                lost["out of the text" if not span else "on words that are nobody's evidence"] += not parts
                if parts:
                    coder = _coder(held.users.get(user, ""), ours=ours)
                    codings.append(RawCoding(source_id, parts, keys[code], coder))
    notes += [f"Codings that were left out, since they lie {why}: {many}." for why, many in (+lost).items()]
    if silent and not returned:
        notes.append(f"Cases that were left out, since no text is known to hold words of theirs: {len(silent)}.")
    return Imported(tuple(documents), returned, codebook, tuple(dict.fromkeys(codings)), tuple(notes))


def went_out(words: str, here: Here) -> list[tuple[int, str]]:
    """The turns of a text, each with its place, if most of them are the project's own; nothing for another text.

    Other programs keep the words and the blank lines between turns, and not always those at the end.
    """
    for length in sorted({len(run) for run in re.findall(r"\n{2,}", words)} or {2}, reverse=True):
        parts, at = [], 0
        for part in words.split("\n" * length):
            stripped = part.strip("\n")
            parts.append((at + part.index(stripped), stripped))
            at += len(part) + length
        told = [(place, part) for place, part in parts if has_words(part) and digest_of(part) not in here.questions]
        own = [(place, part) for place, part in told if digest_of(part) in here.turns]
        if own and len(own) >= MOST * len(told):
            return own
    return []


def _codes(held: Opened, file: str, known: Collection[str]) -> tuple[Codebook | None, dict[str, str], list[str]]:
    """The codebook, the key of each code by its GUID, and sentences; NVivo's codes that stand for cases are none."""
    cases = {case.guid for case in held.cases}
    for code in [each for each in held.root.iter() if local(each) == "Code" and bare(each.get("guid")) in cases]:
        code.getparent().remove(code)
    codes = [each for each in held.root.iter() if local(each) == "Code"]
    if not codes:
        return None, {}, ["The file has no codes."]
    read = from_codes(held.root, file, known)
    keys = {bare(code.get("guid")): theme.key for code, theme in zip(codes, read.codebook.themes, strict=True)}
    return read.codebook, keys, list(read.notes)


def _read(text: Written, questions: Sequence[str] | None) -> Aligned:
    """The turns of a text; `questions` are those of a file of ours, in which they stand before what answers them."""
    if text.rich is not None:
        return Aligned.of(text.rich, [()] * len(text.rich.turns))
    words = text.text.plain
    if questions is None:
        return talk(words)
    end = "\n" * (len(words) - len(words.rstrip("\n")))
    if len(end) < 2:  # another program has changed it
        return paragraphs(words)
    parts, at, asked, answers = [], 0, None, []
    for part in words.split(end)[:-1]:
        if part in questions:
            asked = questions.index(part)
        else:
            parts.append((at, part))
            answers.append(asked)
        at += len(part) + len(end)
    whole = blocks(parts)
    turns = (replace(said, question=question) for said, question in zip(whole.reading.turns, answers, strict=True))
    return Aligned.of(replace(whole.reading, turns=tuple(turns), questions=tuple(questions)), whole.places)


def _questions(held: Opened, text: Written) -> list[str]:
    head = f"{QUESTION}: "
    return [name.removeprefix(head) for name, sources in held.sets if name.startswith(head) and text.guid in sources]


def _coder(name: str, *, ours: bool) -> str:
    """Who coded; another program's user can't pass for a blind or a third coder of ours, nor a machine for a person."""
    kept = (ours and name) or name.startswith(MACHINE)
    return name if kept else " ".join(name.replace(":", " ").split()) or NOBODY


def _wrapped(name: str, text: Written, aligned: Aligned, spoken: Spoken) -> RawDocument:
    said = aligned.reading.turns
    words = [each.words for each in said]
    spoken_in = languages(words)
    turns = tuple(
        RawTurn(position, each.location, _kind(each, person), RawText(each.words), person, each.question, language)
        for position, (each, person, language) in enumerate(zip(said, spoken.turns, spoken_in, strict=True))
    )
    counts = replace(
        aligned.reading.counts,
        turns=len(turns),
        speakers=len({person for person in spoken.turns if person is not None}),
        participants=sum(person.role is Role.PARTICIPANT for person in spoken.people),
        by_language=dict(Counter(spoken_in).most_common()),
    )
    digest = digest_of("\x1f".join((FORMAT, text.name, text.text.written, *words)))
    source = Source(name, FORMAT, digest, read_as=spoken.digest)
    questions = tuple(RawText(wording) for wording in aligned.reading.questions)
    return RawDocument(source, turns, spoken.people, questions, counts, aligned.reading.notes)


def _kind(said: Said, person: int | None) -> Kind:
    return Kind.TURN if person is not None and said.kind in (Kind.PROSE, Kind.REPORTED) else said.kind
