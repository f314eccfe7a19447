"""The data of a project as a folder of CSV files, for other tools to read.

What is said of a person obeys the disclosure rule: see `profiles.py`. A cell that a spreadsheet would take for a
formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from engagement import residual, risk
from engagement.campaigns import CAMPAIGN, sizes
from engagement.fillers import skipped
from engagement.model import Coding, DisclosureRule, FileCounts, Role, SliceRequest
from engagement.pipeline import slicer
from engagement.policy import Policy
from engagement.profiles import profiles
from engagement.records import SourceRow
from engagement.rulings import Judgement
from engagement.slices import shown
from engagement.store import Store
from engagement.summary import in_words
from engagement.themes import standing

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
INTERNAL_NOTE = "disclosure_rule"  # the column that says, in every file, that nothing was coarsened


def export_csv(store: Store, out: Path, rule: DisclosureRule) -> tuple[Path, ...]:
    """Writes excerpts, themes, participants, redactions and counts into the folder `out`; gives the files."""
    residual.check_project(store, kinds=_never(store))
    out.mkdir(parents=True, exist_ok=True)
    sets = store.value_sets()
    said_of = profiles(store.participants(), rule, sets)
    tables = {
        "excerpts.csv": _excerpts(store, said_of, rule),
        "themes.csv": _themes(store, rule),
        "participants.csv": _participants(store, said_of),
        "redactions.csv": _redactions(store),
    }
    if rule.k <= 1:
        rare = risk.combinations(store.participants(), store.tags(), store.excerpts(), sets=sets)
        tables["risk.csv"] = risk.as_rows(rare, sets)
    for name, rows in tables.items():
        _write(out / name, rows, rule)
    counts = json.dumps(_counts(store, rule), ensure_ascii=False, indent=1)
    (out / "counts.json").write_text(counts + "\n", encoding="utf-8")
    store.note("exported as csv", detail={"rule": rule.name})
    return (*(out / name for name in tables), out / "counts.json")


def _never(store: Store) -> frozenset[str]:
    """The kinds that no text may hold, but those that the policy or a reviewer kept on purpose."""
    kept = {ruling.kind for ruling in store.reviewed.rulings() if ruling.decision is Judgement.KEEP}
    return residual.looked_for(Policy(store.reviewed.actions())) - kept


def _excerpts(store: Store, said_of: Mapping[str, Mapping[str, str]], rule: DisclosureRule) -> list[dict[str, Any]]:
    sources = {source.source_id: source.name for source in store.sources()}
    questions = {question.question_id: question.wording for question in store.questions()}
    labels = {person.participant_id: person.label for person in store.participants()}
    places = store.locations()
    held: dict[str, list[Coding]] = defaultdict(list)
    for coding in standing(store.coded.codings()):
        held[coding.excerpt_id].append(coding)
    mentioned: dict[str, set[str]] = defaultdict(set)
    for tag in store.tags():
        mentioned[tag.subject].add(f"{tag.characteristic}={tag.category}")
    senders = sizes(store.copies())
    asked = _asked(said_of)
    rows = []
    for excerpt in store.excerpts():
        codings = sorted(held[excerpt.excerpt_id], key=lambda coding: coding.theme_key)
        said = said_of.get(excerpt.participant_id or "", {})
        sent = senders.get((excerpt.source_id, excerpt.turn), 1)
        rows.append(
            {
                "excerpt_id": excerpt.excerpt_id,
                "source": sources[excerpt.source_id],
                "location": places[excerpt.source_id, excerpt.turn],
                "question": questions.get(excerpt.question_id or "", ""),
                "participant": labels.get(excerpt.participant_id or "", ""),
                "role": str(excerpt.role),
                "text": excerpt.text,
                "themes": ";".join(coding.theme_key for coding in codings),
                "scores": json.dumps({coding.theme_key: round(coding.score, 4) for coding in codings}),
                "mentioned": ";".join(sorted(mentioned[excerpt.excerpt_id])),
                **{key: said.get(key, "") for key in asked},
                "clean_verbatim": skipped(excerpt.text),
                "language": excerpt.language,
                "sent_by": in_words(shown(sent, rule)) if sent > 1 else "1",
            }
        )
    return rows


def _themes(store: Store, rule: DisclosureRule) -> list[dict[str, Any]]:
    codebook = store.coded.codebook()
    if codebook is None:
        return []
    numbers = slicer(store, rule)
    people, mentions = (numbers.table(SliceRequest(unit=unit)).rows[0].themes for unit in ("people", "mentions"))
    return [
        {
            "key": theme.key,
            "name": theme.name,
            "definition": theme.definition,
            "parent": theme.parent or "",
            "people": in_words(people[theme.key]),
            "mentions": in_words(mentions[theme.key]),
        }
        for theme in codebook.themes
    ]


def _participants(store: Store, said_of: Mapping[str, Mapping[str, str]]) -> list[dict[str, Any]]:
    consent = {True: "yes", False: "no", None: "not asked"}
    asked = _asked(said_of)
    return [
        {
            "participant": person.label,
            "role": str(person.role),
            "may_publish": consent[person.may_publish],
            **{key: said_of[person.participant_id].get(key, "") for key in asked},
        }
        for person in store.participants()
        if person.role is Role.PARTICIPANT
    ]


def _redactions(store: Store) -> list[dict[str, Any]]:
    columns = ("source", "location", "kind", "start", "end", "replacement", "score", "found_by")
    return [{column: getattr(row, column) for column in columns} for row in store.redactions()]


def _counts(store: Store, rule: DisclosureRule) -> dict[str, Any]:
    """What came in and what became of it, over all files and for each.

    How many wrote in which language goes through the rule: a language of one is a person.
    """
    files = received(store)
    read = [file.counts for file in files if file.state == "read"]
    answered: dict[str, int] = defaultdict(int)
    questions = {question.question_id: question.wording for question in store.questions()}
    for excerpt in store.excerpts():
        if excerpt.question_id and excerpt.start == 0:
            answered[questions[excerpt.question_id]] += 1
    copied = store.copies()
    return {
        "disclosure_rule": rule.name,
        "received": len(files),
        "read": len(read),
        "withheld": sum(file.state == "withheld" for file in files),
        "unreadable": sum(file.state == "unreadable" for file in files),
        **_shown(sum(read, FileCounts()), rule),
        "copies": len(copied),
        "campaigns": sum(number >= CAMPAIGN for number in sizes(copied).values()),
        "answered_by_question": dict(sorted(answered.items())),
        "files": [
            {
                "name": file.name,
                "format": file.format,
                "state": file.state,
                "reason": file.reason,
                "parts_not_read": list(file.notes),
                **(_shown(file.counts, rule) if file.state == "read" else {}),
            }
            for file in files
        ],
    }


def received(store: Store) -> list[SourceRow]:
    """The files as they came, by name: the parts of a very long one are one file again."""
    files: dict[str, SourceRow] = {}
    for source in store.sources():
        first = files.get(source.digest or source.source_id)
        whole = (
            replace(first, counts=first.counts + source.counts, notes=first.notes + source.notes) if first else source
        )
        files[source.digest or source.source_id] = whole
    return list(files.values())


def _shown(counts: FileCounts, rule: DisclosureRule) -> dict[str, Any]:
    languages = {language: in_words(shown(number, rule)) for language, number in counts.by_language.items()}
    return {**asdict(counts), "by_language": languages}


def _asked(said_of: Mapping[str, Mapping[str, str]]) -> list[str]:
    return list(next(iter(said_of.values()), {}))


def _write(path: Path, rows: Sequence[Mapping[str, Any]], rule: DisclosureRule) -> None:
    note = {INTERNAL_NOTE: f"{rule.name}: for the analyst's eyes, not coarsened"} if rule.k <= 1 else {}
    columns = [*(rows[0] if rows else ()), *note]
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(columns)
        writer.writerows(_harmless({**row, **note}[column] for column in columns) for row in rows)


def _harmless(cells: Iterable[Any]) -> list[Any]:
    return [f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell for cell in cells]
