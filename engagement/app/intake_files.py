"""The files that an analyst brings: where they lie, and what is recognised in them before anything is run.

Nothing of them goes into the project's folder. Files that were dropped lie in a folder of this user's alone, from when
they are looked at until a run took them in; names and headings are for the analyst's eyes and are kept nowhere.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO

from engagement.app.intake_yaml import entries, save, with_round
from engagement.errors import BadInput
from engagement.folder import MEANT, ROUND
from engagement.ingest import open_folder
from engagement.model import RawDocument, Role, Round, Unreadable
from engagement.readers.mapping import COLUMNS, Entry
from engagement.summary import held as held_in_words
from engagement.tagging.value_sets import ValueSets

PREFIX = "engagement-files-"  # of a folder of dropped files; then the number of the server's process
ROUND_FOLDER = "round"
CALLED = {Role.FACILITATOR: "facilitator", Role.NOTE_TAKER: "note taker"}  # never counted as taking part


@dataclass(frozen=True, slots=True)
class SeenFile:
    """One file as it was recognised. `known`: the project has it already. `notes` say what could not be read."""

    name: str
    format: str
    held: str
    people: str
    known: bool
    notes: tuple[str, ...] = ()
    reason: str = ""  # why it can't be read


@dataclass(frozen=True, slots=True)
class Seen:
    """A folder as it was recognised, and what its columns were taken for; `said` is about columns.yaml."""

    place: Path
    dropped: bool
    round: Round
    roster: int
    files: tuple[SeenFile, ...]
    left_out: tuple[str, ...]
    said: str
    columns: Mapping[str, tuple[Entry, ...]]
    sets: ValueSets
    beside: tuple[str, ...] = ()  # the files that say something about the round, such as a codebook


def chosen(written: str, project: Path) -> Path:
    """The folder that somebody typed. Raises BadInput: not there, or no place for raw files."""
    words = written.strip().strip("'\"")
    if not words:
        raise BadInput("folder", "nothing is typed", "Type where the round's files are")
    place = Path(words).expanduser()
    if not place.is_absolute():
        raise BadInput(words, "this is only a part of an address", "Type the whole of it, from the first slash on")
    if not place.is_dir():
        raise BadInput(words, "not a folder" if place.exists() else "no such folder", "Correct it")
    if place.resolve().is_relative_to(project.resolve()):
        found = "it is inside the project's folder, where no raw file may lie"
        raise BadInput(words, found, "Move the files to a folder of their own")
    if project.resolve().is_relative_to(place.resolve()):
        raise BadInput(words, "the project itself is inside it", "Move the files to a folder of their own")
    return place


def look(place: Path, known: Iterable[str], *, dropped: bool = False) -> Seen:
    """Reads every file and says what was recognised; writes columns.yaml beside them, as a run does. Raises BadInput.

    `known` are the ids of the sources that the project has.
    """
    intake = open_folder(place)
    had = frozenset(known)
    files = _whole([_seen(each, had) for each in intake.documents()])
    said = intake.save_columns()
    return Seen(
        place,
        dropped,
        intake.round,
        len(intake.people),
        tuple(files),
        intake.left_out,
        said,
        columns_of(place),
        intake.folder.value_sets,
        tuple(sorted(name for name in MEANT if (place / name).is_file())),
    )


def columns_of(place: Path) -> Mapping[str, tuple[Entry, ...]]:
    """What columns.yaml says now. Raises BadInput."""
    path = place / COLUMNS
    return entries(path.read_text(encoding="utf-8-sig")) if path.exists() else {}


def _seen(taken: RawDocument | Unreadable, known: frozenset[str]) -> SeenFile:
    if isinstance(taken, Unreadable):
        return SeenFile(taken.name, "", "", "", known=False, reason=taken.reason.removeprefix(f"{taken.name}: "))
    source = taken.source
    notes = tuple(f"{source.name}: {note}" for note in taken.notes)
    people = Counter(person.role for person in taken.people)
    named = ", ".join(
        f"{people[role]} {called}{'' if people[role] == 1 else 's'}" for role, called in CALLED.items() if people[role]
    )
    held = held_in_words(taken.counts)
    return SeenFile(source.name, source.format, held, named, source.source_id in known, notes)


def _whole(files: Iterable[SeenFile]) -> list[SeenFile]:
    """Of a very long file, which is read in parts, the first part tells; that there are more is said."""
    whole: dict[str, SeenFile] = {}
    parts: Counter[str] = Counter()
    for file in files:
        parts[file.name] += 1
        whole.setdefault(file.name, file)
    return [
        file
        if parts[file.name] == 1
        else SeenFile(
            file.name,
            file.format,
            f"{file.held}; and {parts[file.name] - 1} more parts of this length",
            file.people,
            file.known,
            file.notes,
        )
        for file in whole.values()
    ]


# --------------------------------------------------------------- dropped files


def keep(uploads: Iterable[tuple[str, IO[bytes]]], name: str) -> Path:
    """Puts dropped files into a folder that only this user can open. `name` is the round's, where no round.yaml is.

    Raises BadInput for a name that can't be a file's, or that two have.
    """
    tidy()
    place = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")) / ROUND_FOLDER  # mkdtemp: 0700
    try:
        place.mkdir(mode=0o700)
        for written, content in uploads:
            file = PurePath(written.replace("\\", "/")).name
            if not file or file.startswith(".") or re.search(r"[\x00-\x1f]", file):
                raise BadInput("dropped file", "its name can't be a file's name", "Give it another name")
            try:
                descriptor = os.open(place / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                raise BadInput(file, "two files have this name", "Give one of them another name") from None
            with os.fdopen(descriptor, "wb") as handle:
                shutil.copyfileobj(content, handle)
        if not (place / ROUND).exists():
            save(place / ROUND, with_round("", {"name": name}))
    except BaseException:
        throw_away(place)
        raise
    return place


def throw_away(place: Path) -> None:
    """Removes dropped files with their folder; a folder that is not one of ours is left alone."""
    if place.name == ROUND_FOLDER and place.parent.name.startswith(PREFIX):
        shutil.rmtree(place.parent, ignore_errors=True)


def tidy() -> None:
    """Removes what a server that is gone left behind."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        with suppress(OSError, ValueError):
            if left.stat().st_uid == os.getuid() and not _alive(int(left.name.removeprefix(PREFIX).split("-")[0])):
                shutil.rmtree(left, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@atexit.register
def _leave_none() -> None:
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}{os.getpid()}-*"):
        shutil.rmtree(left, ignore_errors=True)
