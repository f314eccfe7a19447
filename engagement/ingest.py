"""Files in: a folder or a file -> `RawDocument | Unreadable`. Chooses the reader, and counts what it could not read.

The only place where a reader's plain words become `RawText`, and the border at which those who withdrew their consent
are left behind. A file that can't be read never stops the others.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from engagement.characteristics import DEFAULT
from engagement.errors import BadInput
from engagement.folder import ROSTER, Folder, barred, find, save_columns, unreadable
from engagement.language import languages
from engagement.model import (
    Kind,
    RawDocument,
    RawPerson,
    RawText,
    RawTurn,
    Role,
    Round,
    Source,
    Unreadable,
    digest_of,
)
from engagement.readers import archive, docx, eml, html, long_csv, md, odt, pdf, rtf, sheet, srt, txt, vtt
from engagement.readers.columns import Amendment
from engagement.readers.detect import LARGEST, SAVE_AGAIN, format_of
from engagement.readers.paragraphs import labels_of
from engagement.readers.reading import CannotRead, Reading
from engagement.readers.reading import Person as RosterEntry
from engagement.readers.roster import join, roster_of
from engagement.readers.tables import Taken, Told
from engagement.tagging.value_sets import ValueSets

Reader = Callable[[bytes, frozenset[str]], Reading]
READERS: dict[str, Reader] = {
    "docx": docx.read,
    "odt": odt.read,
    "rtf": rtf.read,
    "html": html.read,
    "pdf": pdf.read,
    "eml": eml.read,
    "vtt": vtt.read,
    "srt": srt.read,
    "md": md.read,
    "txt": txt.read,
}
# Readers of tables take what columns.yaml says of a file's columns, and tell what they took them for.
TABLES = {"csv": sheet.taken_csv, **dict.fromkeys(("xlsx", "xls", "ods"), sheet.taken_workbook)}
LETTER = re.compile(r"[^\W\d_]")
LONG = 50_000_000  # bytes of a csv file, from which it is read in parts
TOLD_BY = 100_000  # bytes by which the format of a long file is told


@dataclass(frozen=True, slots=True, repr=False)
class Roster:
    """Everybody of a roster.csv, and the digest of its bytes."""

    entries: tuple[RosterEntry, ...] = ()
    digest: str = ""

    @property
    def labels(self) -> frozenset[str]:
        """The folded labels under which they may speak."""
        return labels_of(name for entry in self.entries for name in (*entry.names, entry.code) if name)


NOBODY = Roster()
Found = tuple[Source, Taken]


@dataclass(slots=True)
class Intake:
    """A round's folder on its way in, and everybody of its roster.

    `documents` reads a file at a time, so that a large folder never lies in memory whole; when it is through,
    `left_out` has a sentence for each file that was passed over: left out by round.yaml, a copy, a lock file.
    """

    folder: Folder
    people: tuple[RawPerson, ...]
    _roster: Roster
    _copies: dict[str, str] = field(default_factory=dict)
    _told: dict[str, tuple[Told, ...]] = field(default_factory=dict)

    @property
    def round(self) -> Round:
        """The engagement exercise."""
        return self.folder.round

    @property
    def left_out(self) -> tuple[str, ...]:
        """A sentence for each file that was passed over so far."""
        passed = {**self.folder.passed_over, **self._copies}
        return tuple(passed[name] for name in sorted(passed))

    def documents(self) -> Iterator[RawDocument | Unreadable]:
        """Every file as read, in order of name, or the reason why not."""
        seen: dict[str, str] = {}
        for name, path in self.folder.paths.items():
            stopped = barred(self.folder.place, path, name)
            for found in [stopped] if stopped else _each(path, name, self._roster, self.folder):
                if isinstance(found, Unreadable):
                    yield found
                    continue
                source, taken = found
                if (first := seen.setdefault(source.source_id, source.name)) != source.name:
                    self._copies[source.name] = f"{source.name}: same content as {first}, read once"
                else:
                    if taken.told:
                        self._told[source.name] = taken.told
                    yield _wrapped(source, taken.reading)

    def save_columns(self) -> str:
        """Writes what the columns of each table were taken for beside the files; gives a sentence, or none.

        What stands in a columns.yaml stays as it is to the character.
        """
        return save_columns(self.folder, self._told)


@dataclass(frozen=True, slots=True)
class Inbox:
    """What a folder held, read whole: see `Intake`."""

    round: Round
    documents: tuple[RawDocument | Unreadable, ...]
    left_out: tuple[str, ...]
    people: tuple[RawPerson, ...]


def open_folder(place: Path, roster: Path | None = None) -> Intake:
    """The folder `place`, ready to be read. The roster is `roster`, else the folder's own, else nobody.

    Raises BadInput for what stops the whole folder: no file in it, a roster or a round.yaml that can't be read.
    """
    own = place / ROSTER
    folder = find(place, roster)
    read = read_roster(roster or own, folder.value_sets) if roster or own.exists() else NOBODY
    return Intake(folder, tuple(_person(entry) for entry in read.entries), read)


def read_folder(place: Path, roster: Path | None = None) -> Inbox:
    """All of a folder at once, for those who need no more than a few files. Raises BadInput."""
    intake = open_folder(place, roster)
    documents = tuple(intake.documents())
    return Inbox(intake.round, documents, intake.left_out, intake.people)


def read_file(path: Path, name: str) -> RawDocument | Unreadable:
    """One file, called `name` from here on, by itself."""
    data = _bytes(path, name)
    found = data if isinstance(data, Unreadable) else _take(data, name, NOBODY)
    return found if isinstance(found, Unreadable) else _wrapped(found[0], found[1].reading)


def read_roster(path: Path, sets: ValueSets = DEFAULT) -> Roster:
    """Everybody of a roster.csv. Raises BadInput."""
    try:
        data = path.read_bytes()
        return Roster(roster_of(data, sets), hashlib.sha256(data).hexdigest())
    except OSError:
        raise BadInput(path.name, "the file can't be opened", "Check its name and that you may read it") from None
    except CannotRead as error:
        raise BadInput(path.name, error.found, error.remedy) from None


def _bytes(path: Path, name: str) -> bytes | Unreadable:
    try:
        return path.read_bytes()
    except OSError:
        return unreadable(name, "the file can't be opened", "Check its name and that you may read it")


def _each(path: Path, name: str, roster: Roster, folder: Folder) -> Iterator[Found | Unreadable]:
    """What a file of a folder gives: itself, each file in it where it holds others, its parts where it is very long."""
    if _is_long_table(path):
        yield from _parts(path, name, roster, folder.columns.get(name, ()), folder.value_sets)
        return
    data = _bytes(path, name)
    if isinstance(data, Unreadable):
        yield data
        return
    for member, held in archive.held(name, data, LARGEST):
        if isinstance(held, CannotRead):
            yield unreadable(member, held.found, held.remedy)
        else:
            yield _take(held, member, roster, folder.columns.get(member, ()), folder.value_sets)


def _is_long_table(path: Path) -> bool:
    try:
        if path.stat().st_size < LONG:
            return False
        with path.open("rb") as file:
            return format_of(file.read(TOLD_BY), path.suffix.lower()) == "csv"
    except (OSError, CannotRead):
        return False  # read like any other file, which tells what is wrong with it


def _parts(
    path: Path, name: str, roster: Roster, amended: Sequence[Amendment], sets: ValueSets
) -> Iterator[Found | Unreadable]:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        for part, taken in enumerate(long_csv.parts(path, amended, sets=sets), start=1):
            yield Source(name, "csv", digest, part, _read_as(roster, taken, sets)), _joined(taken, roster)
    except CannotRead as error:
        yield unreadable(name, error.found, error.remedy)
    except Exception as error:  # noqa: BLE001 - as below
        yield _damaged(name, error)


def _take(
    data: bytes, name: str, roster: Roster, amended: Sequence[Amendment] = (), sets: ValueSets = DEFAULT
) -> Found | Unreadable:
    try:
        form = format_of(data, PurePosixPath(name).suffix.lower())
        table = TABLES.get(form)
        taken = table(data, amended, sets) if table else Taken(READERS[form](data, roster.labels), ())
        taken = _joined(taken, roster)
        if not any(LETTER.search(said.words) for said in taken.reading.turns):
            raise CannotRead("no words were found in the file", SAVE_AGAIN)
    except CannotRead as error:
        return unreadable(name, error.found, error.remedy)
    except Exception as error:  # noqa: BLE001 - whatever a reader trips over is the file's, and the others go on
        return _damaged(name, error)
    return Source(name, form, hashlib.sha256(data).hexdigest(), read_as=_read_as(roster, taken, sets)), taken


def _damaged(name: str, error: Exception) -> Unreadable:
    problem = type(error).__name__  # never its words, which may quote the file
    return unreadable(name, f"the file is damaged or not what its name says ({problem})", SAVE_AGAIN)


def _joined(taken: Taken, roster: Roster) -> Taken:
    return replace(taken, reading=join(taken.reading, roster.entries))


def _read_as(roster: Roster, taken: Taken, sets: ValueSets) -> str:
    """What changes with the roster, with what the columns and answers were taken for and with a user's value sets."""
    columns = [
        (told.sheet, [(one.heading, one.use, one.key, one.question, *one.values.items()) for one in told.columns])
        for told in taken.told
    ]
    return digest_of(f"{roster.digest}{columns}{'' if sets is DEFAULT else sets.digest}")


def _consented(reading: Reading) -> Reading:
    """`reading` without the words and answers of those who refused to take part or withdrew.

    Their names are kept to be found in what others said, and are counted nowhere.
    """
    gone = {place for place, person in enumerate(reading.people) if person.withdrawn}
    if not gone:
        return reading
    left = [said for said in reading.turns if said.person in gone]
    answers = sum(said.kind is Kind.RESPONSE for said in left)
    counts = reading.counts
    return replace(
        reading,
        turns=tuple(said for said in reading.turns if said.person not in gone),
        people=tuple(
            replace(person, role=Role.NOBODY, declared=()) if person.withdrawn else person for person in reading.people
        ),
        counts=replace(counts, answered=counts.answered - answers, withdrawn=len(gone), withdrawn_turns=len(left)),
    )


def _wrapped(source: Source, reading: Reading) -> RawDocument:
    kept = _consented(reading)
    spoken = languages([said.words for said in kept.turns])
    turns = tuple(
        RawTurn(position, said.location, said.kind, RawText(said.words), said.person, said.question, language)
        for position, (said, language) in enumerate(zip(kept.turns, spoken, strict=True))
    )
    counts = replace(
        kept.counts,
        turns=len(turns),
        speakers=len({said.person for said in kept.turns if said.person is not None}),
        participants=sum(person.role is Role.PARTICIPANT for person in kept.people),
        by_language=dict(Counter(spoken).most_common()),
    )
    people = tuple(_person(person) for person in kept.people)
    questions = tuple(RawText(wording) for wording in kept.questions)
    return RawDocument(source, turns, people, questions, counts, kept.notes)


def _person(person: RosterEntry) -> RawPerson:
    return RawPerson(
        names=tuple(RawText(name) for name in person.names),
        listed_as=RawText(person.listed_as) if person.listed_as else None,
        role=person.role,
        group=RawText(person.group) if person.group else None,
        identifiers=tuple((kind, RawText(words)) for kind, words in person.identifiers),
        declared=tuple((characteristic, RawText(words)) for characteristic, words in person.declared),
        may_publish=person.may_publish,
    )
