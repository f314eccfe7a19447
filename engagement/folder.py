"""The folder of a round: which of its files are sources, and what round.yaml and columns.yaml say of them."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engagement.errors import BadInput
from engagement.model import Round, Unreadable
from engagement.readers import mapping
from engagement.readers.columns import Amendment
from engagement.readers.new_answers import with_new_answers
from engagement.readers.tables import Told
from engagement.readers.values import mapped_columns
from engagement.tagging.value_set_files import VALUE_SETS, load
from engagement.tagging.value_sets import ValueSets

# Files at the top of a folder that say something about the round; none is a source.
ROUND, ROSTER = "round.yaml", "roster.csv"
MEANT = frozenset({ROUND, ROSTER, VALUE_SETS, mapping.COLUMNS, "codebook.yaml", "policy.yaml", "settings.toml"})
HIDDEN = frozenset({"thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Folder:
    """A round's folder as found. `paths` are its sources by name, in order; `passed_over` says why of each other file.

    `columns` is what columns.yaml says of the columns of each file.
    """

    place: Path
    round: Round
    paths: Mapping[str, Path]
    passed_over: Mapping[str, str]
    columns: Mapping[str, tuple[Amendment, ...]]
    value_sets: ValueSets


class RoundFile(BaseModel):
    """`round.yaml`, as a user writes it."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str = Field(default="", max_length=200)
    start: datetime.date | None = None
    end: datetime.date | None = None
    purpose: str = ""
    leave_out: list[str] = []


def find(place: Path, roster: Path | None = None) -> Folder:
    """What `place` and the folders in it hold, in order of name; hidden files are no sources. Raises BadInput."""
    if not place.is_dir():
        found = "not a folder" if place.exists() else "no such folder"
        raise BadInput(str(place), found, "Name the folder that holds the round's files")
    about = _round(place)
    paths = {name: path for name, path in _walk(place) if roster is None or path.resolve() != roster.resolve()}
    names = sorted(set(paths) - MEANT)
    passed = _passed_over(names, about)
    value_sets = load(place / VALUE_SETS)
    columns = _columns(place, names, value_sets)
    if len(passed) == len(names):
        raise BadInput(str(place), "no file to read", "Put the round's notes, transcripts and responses in it")
    return Folder(
        place, about, {name: paths[name] for name in names if name not in passed}, passed, columns, value_sets
    )


def barred(folder: Path, path: Path, name: str) -> Unreadable | None:
    """Why a path in the folder can't even be opened; None where it can."""
    if path.is_symlink():
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):  # a link to nothing, or to itself
            return unreadable(name, "the link leads nowhere", "Put the file itself into the folder")
        if not target.is_relative_to(folder.resolve()):
            return unreadable(name, "the link leads out of the folder", "Put the file itself into the folder")
        if target.is_dir():
            return unreadable(name, "the link leads to a folder that is read in its own place", "Take the link away")
    if path.is_dir():
        return unreadable(name, "the folder can't be opened", "Check that you may read it")
    return None if path.is_file() else unreadable(name, "this is no plain file", "Take it away")


def save_columns(folder: Folder, told: Mapping[str, Sequence[Told]]) -> str:
    """Writes columns.yaml, or adds to it tables and answers that it does not mention; gives the sentence for its user.

    It is written where the raw files are: the headings of a table may hold what may not leave them. A file that can't
    be added to stops nothing: its sentence says why.
    """
    path = folder.place / mapping.COLUMNS
    sets = folder.value_sets
    year = int(folder.round.start[:4]) if folder.round.start else None
    answers = {name: [mapped_columns(table, sets, year) for table in tables] for name, tables in told.items()}
    try:
        if path.exists():
            text = path.read_bytes().decode()
            more = with_new_answers(text, told, answers, sets)
            new = mapping.added(more or text, told, answers, sets) or more
        else:
            new = mapping.written(told, answers)
        if not told or new is None:
            return ""
        scratch = path.with_suffix(".new")
        scratch.write_bytes(new.encode())
        scratch.replace(path)
    except BadInput as error:
        return str(error)
    except OSError:
        return f"{mapping.COLUMNS} could not be written beside the files, so that no column can be amended."
    return f"{mapping.COLUMNS} says what each column was taken for. Look it through, mend it, and run again."


def unreadable(name: str, found: str, remedy: str) -> Unreadable:
    """A file that can't be taken in, with the sentence for its user."""
    return Unreadable(name, str(BadInput(name, found, remedy)))


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


def _columns(folder: Path, names: Sequence[str], sets: ValueSets) -> Mapping[str, tuple[Amendment, ...]]:
    """What the folder's columns.yaml says of each file. Raises BadInput, also for a file that is not there."""
    path = folder / mapping.COLUMNS
    try:
        amended = mapping.amended(path.read_text(encoding="utf-8-sig"), sets) if path.exists() else {}
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
    errors: list[OSError] = []
    for place, folders, files in os.walk(folder, onerror=errors.append):
        here = Path(place)
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if (here / name).is_symlink()]
        for name in (*files, *links):
            if not name.startswith(".") and name.casefold() not in HIDDEN:
                yield _name(folder, here / name), here / name
    for error in errors:
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
