"""What a search of a project looks through, made once for each edition of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from numpy import float32
from numpy.typing import NDArray

from engagement.app.data import Opened
from engagement.config import Settings
from engagement.embed import embed
from engagement.language import ENGLISH
from engagement.quotation.quoting import part_of
from engagement.search import Index
from engagement.search_clear import Clearance
from engagement.slices import Slicer
from engagement.store import Store

MOST = 1  # editions or projects that are held at once


@dataclass(frozen=True, slots=True)
class Ready:
    """What may be found of a project, and the index of it."""

    clearance: Clearance
    index: Index


# By the numbers that it was cleared with: under the number of an edition, which is read a moment later, it could be
# another edition's.
_held: list[tuple[Slicer, Ready]] = []
_lock = Lock()


def ready(project: Opened, folder: Path) -> Ready:
    """The project in `folder`, ready to be searched."""
    with _lock:
        found = next((made for numbers, made in _held if numbers is project.numbers), None)
        if found is None:
            found = _made(project, folder)
            _held.insert(0, (project.numbers, found))
            del _held[MOST:]
        return found


def _made(project: Opened, folder: Path) -> Ready:
    settings = Settings.load(folder)
    with Store.open(folder) as store:
        people = store.participants()
    excerpts, codings = tuple(project.excerpts.values()), tuple(project.decided.values())
    clearance = Clearance(project.quotes, project.numbers, excerpts, codings, people)
    kept = [one.excerpt for one in clearance.cleared.values()]
    english = [excerpt for excerpt in kept if excerpt.language == ENGLISH]  # the only language that the encoder reads

    def encode(words: str) -> NDArray[float32]:
        vector: NDArray[float32] = embed([words], settings)[0]
        return vector

    return Ready(clearance, Index(kept, part_of(project.quotes.embeddings, english), encode))
