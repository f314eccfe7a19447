"""How long a project of 50,000 codings takes to go out as QDPX and to be read, and the most memory it holds.

    python bench/qdpx.py

Beside it stands what no exporter can do without: the same texts read from the project and put into a zip file.
"""

from __future__ import annotations

import io
import random
import resource
import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path

from engagement.anonymise import restore
from engagement.config import RULES
from engagement.exchange.qdpx_in import Here, import_qdpx
from engagement.export.qdpx import to_qdpx
from engagement.model import (
    Answer,
    Codebook,
    Coding,
    Decision,
    FileCounts,
    Kind,
    Participant,
    Question,
    Role,
    SafeDocument,
    SafeText,
    SafeTurn,
    Stated,
    Theme,
    digest_of,
)
from engagement.segment import excerpts as cut
from engagement.store import Store

SOURCES, TURNS, THEMES, CODINGS, SEED = 25, 1_000, 20, 50_000, 7
WORDS = ("the", "bus", "lift", "council", "garden", "lane", "market", "late", "broken", "dark", "safe", "rent", "damp")
RACES = ("Pakistani", "Indian", "African", "Irish")
DAY = date(2026, 9, 14)


def safe(text: str) -> SafeText:
    return restore(text, digest_of(text))


def filled(store: Store) -> None:
    """25 surveys of 1,000 answers by 25,000 people, and two codings of each answer."""
    lot = random.Random(SEED)
    book = Codebook("bench", 1, tuple(Theme(f"t{n}", f"Theme {n}", "What it is.") for n in range(THEMES)))
    store.coded.save_codebook(book)
    asked = Question("q1", safe("What would you change?"))
    codings: list[Coding] = []
    for number in range(SOURCES):
        people, turns = [], []
        for place in range(TURNS):
            who = f"p{number * TURNS + place:06d}"
            answers = (Answer("race", Stated.GIVEN, lot.choice(RACES)), Answer("sex", Stated.GIVEN, "Female"))
            people.append(Participant(who, safe(f"Person {who}"), Role.PARTICIPANT, None, answers, may_publish=True))
            text = safe(" ".join(lot.choices(WORDS, k=40)).capitalize() + ".")
            turns.append(
                SafeTurn(place, f"row {place}", Kind.RESPONSE, text, digest_of(text), Role.PARTICIPANT, who, "q1", ())
            )
        source_id = f"s{number:03d}"
        document = SafeDocument(
            source_id, safe(f"survey {number}.csv"), "csv", digest_of(source_id), tuple(turns), tuple(people), (asked,),
            FileCounts(turns=TURNS), {},
        )  # fmt: skip
        excerpts = cut(document, 90)
        store.add_document(document, excerpts, [], {})
        for excerpt in excerpts:
            for key in lot.sample(book.keys, CODINGS // (SOURCES * TURNS)):
                codings.append(Coding(excerpt.excerpt_id, key, "machine:m:1", Decision.SUGGESTED, 0.9, (0, 5)))
    store.coded.replace_machine_codings(codings)


def plain(store: Store) -> bytes:
    """The texts of all sources in a zip file, and nothing else."""
    held: dict[str, list[str]] = {}
    for (source_id, _), turn in store.reviewed.turns().items():
        held.setdefault(source_id, []).append(turn.text)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for source_id, texts in held.items():
            archive.writestr(f"{source_id}.txt", "\n\n".join(texts))
    return out.getvalue()


def most_memory() -> float:
    """The most that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Prints what was measured, a line each."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "project", create=True) as store:
        filled(store)
        print(f"made: {len(store.coded.codings())} codings; {most_memory():.0f} MB so far")
        for name, make in (
            ("texts alone", lambda: plain(store)),
            ("qdpx, internal", lambda: to_qdpx(store, RULES["internal"], DAY)),
            ("qdpx, publish", lambda: to_qdpx(store, RULES["publish"], DAY)),
        ):
            started, busy = time.perf_counter(), time.process_time()
            data = make()
            seconds, busy = time.perf_counter() - started, time.process_time() - busy
            took = f"{seconds:.1f} s ({busy:.1f} s of a core)"
            print(f"{name}: {took}, {len(data) / 1e6:.1f} MB written; {most_memory():.0f} MB so far", flush=True)
            path = Path(folder) / f"{name}.qdpx"
            path.write_bytes(data)
            if name != "texts alone":
                for what, here in (("a new project", Here()), ("its own", _here(store))):
                    started = time.process_time()
                    read = import_qdpx(path, here)
                    busy = time.process_time() - started
                    told = f"{len(read.codings)} codings, {busy:.1f} s of a core; {most_memory():.0f} MB so far"
                    print(f"  read for {what}: {told}", flush=True)


def _here(store: Store) -> Here:
    book = store.coded.codebook()
    wordings = {digest_of(question.wording) for question in store.questions()}
    keys = book.keys if book else ()
    return Here(store.value_sets(), keys, {digest_of(turn.text) for turn in store.turns()}, wordings)


if __name__ == "__main__":
    main()
