"""Files in: a folder or a file -> `RawDocument | Unreadable`. Chooses the reader, and counts what it could not read.

The only place where a reader's plain words become `RawText`. A file that can't be read never stops the others.
"""

from __future__ import annotations

import datetime
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engagement.errors import BadInput
from engagement.model import RawDocument, RawPerson, RawText, RawTurn, Round, Source, Unreadable
from engagement.readers import archive, docx, eml, html, mapping, md, odt, pdf, rtf, sheet, srt, txt, vtt
from engagement.readers.columns import Amendment
from engagement.readers.detect import LARGEST, SAVE_AGAIN, format_of
from engagement.readers.paragraphs import labels_of
from engagement.readers.reading import CannotRead, Reading
from engagement.readers.reading import Person as RosterEntry
from engagement.readers.roster import join, roster_of

Reader = Callable[[bytes, frozenset[str]], Reading]
READERS: dict[str, Reader] = {
    "docx": docx.read,
    "odt": odt.read,
    "rtf": rtf.read,
    "html": html.read,
    "pdf": pdf.read,
    "eml": eml.read,
    "xlsx": sheet.read_workbook,
    "xls": sheet.read_workbook,
    "ods": sheet.read_workbook,
    "vtt": vtt.read,
    "srt": srt.read,
    "csv": sheet.read_csv,
    "md": md.read,
    "txt": txt.read,
}
# Readers of tables, which take what columns.yaml says of a file's columns.
TABLES = {"csv": sheet.read_csv, **dict.fromkeys(("xlsx", "xls", "ods"), sheet.read_workbook)}
LETTER = re.compile(r"[^\W\d_]")

# Files at the top of a folder that say something about the round; none is a source.
ROUND, ROSTER = "round.yaml", "roster.csv"
MEANT = frozenset({ROUND, ROSTER, mapping.COLUMNS, "codebook.yaml", "policy.yaml", "settings.toml"})
HIDDEN = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Inbox:
    """What a folder held: the round, every file as read or the reason why not, and everybody of the roster.

    `left_out` has a sentence for each file that was passed over: left out by round.yaml, a copy, a lock file.
    """

    round: Round
    documents: tuple[RawDocument | Unreadable, ...]
    left_out: tuple[str, ...]
    people: tuple[RawPerson, ...]


class RoundFile(BaseModel):
    """`round.yaml`, as a user writes it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(default="", max_length=200)
    start: datetime.date | None = None
    end: datetime.date | None = None
    purpose: str = ""
    leave_out: list[str] = []


def read_folder(folder: Path, roster: Path | None = None) -> Inbox:
    """Everything in `folder` and the folders in it, in order of name. Raises BadInput.

    Hidden files are no sources. The roster is `roster`, else the folder's own roster.csv, else nobody.
    """
    if not folder.is_dir():
        found = "not a folder" if folder.exists() else "no such folder"
        raise BadInput(str(folder), found, "Name the folder that holds the round's files")
    about = _round(folder)
    entries = _entries(folder, roster)
    paths = {name: path for name, path in _walk(folder) if roster is None or path.resolve() != roster.resolve()}
    names = sorted(set(paths) - MEANT)
    passed = _passed_over(names, about)
    amended = _columns(folder, names)
    if len(passed) == len(names):
        raise BadInput(str(folder), "no file to read", "Put the round's notes, transcripts and responses in it")
    documents: list[RawDocument | Unreadable] = []
    seen: dict[str, str] = {}
    for name in names:
        if name in passed:
            continue
        barred = _barred(folder, paths[name], name)
        for taken in [barred] if barred else _each(paths[name], name, entries, amended):
            if isinstance(taken, Unreadable):
                documents.append(taken)
                continue
            source, reading = taken
            if (first := seen.setdefault(source.digest, source.name)) != source.name:
                passed[source.name] = f"{source.name}: same content as {first}, read once"
            else:
                documents.append(_wrapped(source, reading))
    people = tuple(_person(entry) for entry in entries)
    return Inbox(about, tuple(documents), tuple(passed[name] for name in sorted(passed)), people)


def read_file(path: Path, name: str, roster: Sequence[RosterEntry] = ()) -> RawDocument | Unreadable:
    """One file, called `name` from here on; its people are told by `roster`, as `read_roster` gives it."""
    data = _bytes(path, name)
    taken = data if isinstance(data, Unreadable) else _take(data, name, roster)
    return taken if isinstance(taken, Unreadable) else _wrapped(*taken)


def read_roster(path: Path) -> tuple[RosterEntry, ...]:
    """Everybody of a roster.csv. Raises BadInput."""
    try:
        return roster_of(path.read_bytes())
    except OSError:
        raise BadInput(path.name, "the file can't be opened", "Check its name and that you may read it") from None
    except CannotRead as error:
        raise BadInput(path.name, error.found, error.remedy) from None


def _entries(folder: Path, roster: Path | None) -> tuple[RosterEntry, ...]:
    own = folder / ROSTER
    return read_roster(roster or own) if roster or own.exists() else ()


def _round(folder: Path) -> Round:
    path = folder / ROUND
    remedy = "Mend the file: name, start, end, purpose, leave_out, all of them optional"
    try:
        written = yaml.safe_load(path.read_text(encoding="utf-8-sig")) if path.exists() else None
        about = RoundFile.model_validate({} if written is None else written)
    except (OSError, UnicodeDecodeError):
        raise BadInput(ROUND, "the file can't be read as UTF-8 text", remedy) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadInput(ROUND, "not valid YAML", remedy, place=f"line {mark.line + 1}" if mark else "") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise BadInput(ROUND, first["msg"], remedy, place=".".join(str(part) for part in first["loc"])) from None
    if about.start and about.end and about.end < about.start:
        raise BadInput(ROUND, "the round ends before it starts", "Correct start or end")
    start, end = (day.isoformat() if day else "" for day in (about.start, about.end))
    left_out = tuple(entry.replace("\\", "/").removeprefix("./").strip("/") for entry in about.leave_out)
    return Round(about.name or folder.resolve().name, start, end, about.purpose, left_out)


def _columns(folder: Path, names: Sequence[str]) -> Mapping[str, tuple[Amendment, ...]]:
    """What the folder's columns.yaml says of each file. Raises BadInput, also for a file that is not there."""
    path = folder / mapping.COLUMNS
    try:
        amended = mapping.amended(path.read_text(encoding="utf-8-sig")) if path.exists() else {}
    except (OSError, UnicodeDecodeError):
        raise BadInput(mapping.COLUMNS, "the file can't be read as UTF-8 text", "Save it as UTF-8") from None
    for name in amended:
        # A file in a zip is called "archive.zip/survey.csv".
        if not any(name == held or name.startswith(f"{held}/") for held in names):
            found = f"'{name}' is not in the folder"
            raise BadInput(mapping.COLUMNS, found, "Correct the name, or take it out", place="files")
    return amended


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file with its path inside the folder; a folder only where it is a link or can't be opened."""
    barred: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=barred.append):
        here = Path(place)
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if (here / name).is_symlink()]
        for name in (*files, *links):
            if not name.startswith(".") and name.casefold() not in HIDDEN:
                yield _name(folder, here / name), here / name
    for error in barred:
        yield _name(folder, Path(error.filename)), Path(error.filename)


def _name(folder: Path, path: Path) -> str:
    # A name in another encoding would break whatever prints it.
    return path.relative_to(folder).as_posix().encode("utf-8", "replace").decode()


def _passed_over(names: Sequence[str], about: Round) -> dict[str, str]:
    """The files that are no sources, with the sentence that says why. Raises BadInput for an entry that fits none."""
    locks = (name for name in names if PurePosixPath(name).name.startswith("~$"))
    passed = {name: f"{name}: a lock file of Word or Excel, not a source" for name in locks}
    for entry in about.leave_out:
        fitting = [name for name in names if name == entry or name.startswith(f"{entry}/")]
        if not fitting:
            # A slip here would take in what somebody meant to keep out.
            raise BadInput(
                ROUND, f"'{entry}' is not in the folder", "Correct the name, or take it out", place="leave_out"
            )
        passed |= {name: f"{name}: left out by {ROUND}" for name in fitting}
    return passed


def _barred(folder: Path, path: Path, name: str) -> Unreadable | None:
    """Why a path in the folder can't even be opened; None where it can."""
    if path.is_symlink():
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):  # a link to nothing, or to itself
            return _unreadable(name, "the link leads nowhere", "Put the file itself into the folder")
        if not target.is_relative_to(folder.resolve()):
            return _unreadable(name, "the link leads out of the folder", "Put the file itself into the folder")
        if target.is_dir():
            return _unreadable(name, "the link leads to a folder that is read in its own place", "Take the link away")
    if path.is_dir():
        return _unreadable(name, "the folder can't be opened", "Check that you may read it")
    return None if path.is_file() else _unreadable(name, "this is no plain file", "Take it away")


def _unreadable(name: str, found: str, remedy: str) -> Unreadable:
    return Unreadable(name, str(BadInput(name, found, remedy)))


def _bytes(path: Path, name: str) -> bytes | Unreadable:
    try:
        return path.read_bytes()
    except OSError:
        return _unreadable(name, "the file can't be opened", "Check its name and that you may read it")


def _each(
    path: Path, name: str, roster: Sequence[RosterEntry], amended: Mapping[str, tuple[Amendment, ...]]
) -> Iterator[tuple[Source, Reading] | Unreadable]:
    """What a file of a folder gives: itself, or each file in it where it is a zip of files."""
    data = _bytes(path, name)
    if isinstance(data, Unreadable) or not archive.is_archive(name, data):
        yield data if isinstance(data, Unreadable) else _take(data, name, roster, amended.get(name, ()))
        return
    for member, held in archive.members(name, data, LARGEST):
        if isinstance(held, CannotRead):
            yield _unreadable(member, held.found, held.remedy)
        else:
            yield _take(held, member, roster, amended.get(member, ()))


def _take(
    data: bytes, name: str, roster: Sequence[RosterEntry], amended: Sequence[Amendment] = ()
) -> tuple[Source, Reading] | Unreadable:
    try:
        form = format_of(data, PurePosixPath(name).suffix.lower())
        known = labels_of(name for entry in roster for name in (*entry.names, entry.code) if name)
        table = TABLES.get(form) if amended else None
        reading = join(table(data, known, amended) if table else READERS[form](data, known), roster)
        if not any(LETTER.search(said.words) for said in reading.turns):
            raise CannotRead("no words were found in the file", SAVE_AGAIN)
    except CannotRead as error:
        return _unreadable(name, error.found, error.remedy)
    except Exception as error:  # noqa: BLE001 - whatever a reader trips over is the file's, and the others go on
        problem = type(error).__name__  # never its words, which may quote the file
        return _unreadable(name, f"the file is damaged or not what its name says ({problem})", SAVE_AGAIN)
    return Source(name, form, hashlib.sha256(data).hexdigest()), reading


def _wrapped(source: Source, reading: Reading) -> RawDocument:
    turns = tuple(
        RawTurn(position, said.location, said.kind, RawText(said.words), said.person, said.question)
        for position, said in enumerate(reading.turns)
    )
    people = tuple(_person(person) for person in reading.people)
    questions = tuple(RawText(wording) for wording in reading.questions)
    return RawDocument(source, turns, people, questions, reading.counts, reading.notes)


def _person(person: RosterEntry) -> RawPerson:
    return RawPerson(
        names=tuple(RawText(name) for name in person.names),
        role=person.role,
        group=RawText(person.group) if person.group else None,
        identifiers=tuple((kind, RawText(words)) for kind, words in person.identifiers),
        declared=tuple((characteristic, RawText(words)) for characteristic, words in person.declared),
        may_publish=person.may_publish,
    )
