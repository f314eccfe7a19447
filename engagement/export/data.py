"""The data of a project as a folder of CSV files, for other tools to read.

Under a rule with k above 1 the rows must not be counted into what the tables hide, so words and people are kept apart,
and every row states only what `released.py` lets it:

- excerpts.csv has a row an excerpt that may be published, in the order of its id: no source, place, participant or
  characteristic (counted beside a theme, they are its crosstab), and of question and themes only combinations that the
  tables show, in no more rows than the least number that they may stand for. The rows are a selection, and the file
  doesn't tell how large a part.
- participants.csv has a row a person: two characteristics at most, coarsened until k share them as printed, under the
  same condition, and no name. profile.csv has the numbers for all characteristics, as the tables have them.
- themes.csv and counts.json hold cells of the slicer, or numbers rounded and hidden like them; redactions.csv tells
  what was replaced and not where, since a replaced name would tell in which file an excerpt stands.

Under a rule with k of 1, for the analyst's eyes, all of it is there, and every file says so. A cell that a spreadsheet
would take for a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engagement.anonymising import risk
from engagement.campaigns import sizes
from engagement.errors import BadInput
from engagement.export.counts import counts, received
from engagement.export.last_look import last_look
from engagement.fillers import skipped
from engagement.guard.profiles import NOT_SHOWN, profiles
from engagement.guard.released import excerpts_released, people_released
from engagement.guard.rowlevel import says_whose
from engagement.model import (
    Coding,
    DisclosureRule,
    Excerpt,
    FilterKind,
    Participant,
    Role,
    SliceRequest,
)
from engagement.pipeline import slicer
from engagement.slices import Slicer, shown
from engagement.store import Store
from engagement.summary import in_words
from engagement.tagging.value_sets import ValueSets

__all__ = ["export_csv", "received"]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
INTERNAL_NOTE = "disclosure_rule"  # the column that says, in every file, that nothing was coarsened
WHERE = ("source", "location", "start", "end")  # of a redaction

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Held:
    """What the files are made from, read once."""

    store: Store
    rule: DisclosureRule
    sets: ValueSets
    numbers: Slicer
    people: tuple[Participant, ...]
    excerpts: tuple[Excerpt, ...]
    said_of: Mapping[str, Mapping[str, str]]
    asked: tuple[str, ...]


def export_csv(store: Store, out: Path, rule: DisclosureRule, *, bom: bool = False) -> tuple[Path, ...]:
    """Writes excerpts, themes, participants, redactions, profile and counts into the folder `out`; gives the files.

    With `bom` the tables begin with a byte order mark, by which older spreadsheets know UTF-8. Raises BadInput where an
    identifier is left in a text, or the folder can't be written.
    """
    last_look(store)
    held = _held(store, rule)
    tables = {
        "excerpts.csv": _excerpts(held),
        "themes.csv": _themes(held),
        "participants.csv": _participants(held),
        "profile.csv": _profile(held),
        "redactions.csv": _redactions(held),
    }
    if says_whose(rule):
        rare = risk.combinations(store.participants(), store.tags(), store.excerpts(), sets=held.sets)
        tables["risk.csv"] = risk.as_rows(rare, held.sets)
    told = json.dumps(counts(store, held.numbers), ensure_ascii=False, indent=1)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, rows in tables.items():
            _write(out / name, rows, rule, "utf-8-sig" if bom else "utf-8")
        (out / "counts.json").write_text(told + "\n", encoding="utf-8")
    except OSError as error:
        raise BadInput(str(out), f"can't be written ({error.strerror})", "Choose another place") from None
    store.note("exported as csv", detail={"rule": rule.name})
    return (*(out / name for name in tables), out / "counts.json")


def _held(store: Store, rule: DisclosureRule) -> _Held:
    sets, people = store.value_sets(), store.participants()
    said_of = profiles(people, rule, sets)
    asked = tuple(next(iter(said_of.values()), {}))
    return _Held(store, rule, sets, slicer(store, rule), people, store.excerpts(), said_of, asked)


# --------------------------------------------------------------- excerpts


def _excerpts(held: _Held) -> list[Row]:
    coded: dict[str, list[Coding]] = defaultdict(list)
    that_hold = held.store.coded.published()
    for coding in that_hold:
        coded[coding.excerpt_id].append(coding)
    questions = {question.question_id: str(question.wording) for question in held.store.questions()}
    senders = sizes(held.store.copies())
    by_id = {excerpt.excerpt_id: excerpt for excerpt in held.excerpts}
    facts = None if says_whose(held.rule) else excerpts_released(held.numbers, held.excerpts, that_hold, held.people)
    told = _of_analyst(held) if facts is None else {}
    rows = []
    for excerpt in held.excerpts if facts is None else map(by_id.__getitem__, facts):
        codings = sorted(coded[excerpt.excerpt_id], key=lambda coding: coding.theme_key)
        question = questions.get(excerpt.question_id or "", "")
        if facts is not None:
            stays = facts[excerpt.excerpt_id]
            codings = [one for one in codings if (FilterKind.THEME, one.theme_key) in stays]
            question = question if (FilterKind.QUESTION, excerpt.question_id) in stays else NOT_SHOWN
        rows.append(
            {
                "excerpt_id": excerpt.excerpt_id,
                **dict.fromkeys(("source", "location"), NOT_SHOWN),
                "question": question,
                "participant": NOT_SHOWN,
                "role": str(excerpt.role),
                "text": excerpt.text,
                "themes": ";".join(coding.theme_key for coding in codings),
                "scores": json.dumps({coding.theme_key: round(coding.score, 4) for coding in codings}),
                "mentioned": NOT_SHOWN,
                **dict.fromkeys(held.asked, NOT_SHOWN),
                "clean_verbatim": skipped(excerpt.text),
                "language": excerpt.language,
                "sent_by": _sent_by(senders.get((excerpt.source_id, excerpt.turn), 1), held.rule),
                **told.get(excerpt.excerpt_id, {}),
            }
        )
    return rows


def _of_analyst(held: _Held) -> dict[str, Row]:
    """What an analyst alone may know of each excerpt: where it stands, whose it is, and what of them."""
    sources = {source.source_id: source.name for source in held.store.sources()}
    labels = {person.participant_id: person.label for person in held.people}
    places = held.store.locations()
    mentioned: dict[str, set[str]] = defaultdict(set)
    for tag in held.store.tags():
        mentioned[tag.subject].add(f"{tag.characteristic}={tag.category}")
    return {
        excerpt.excerpt_id: {
            "source": sources[excerpt.source_id],
            "location": places[excerpt.source_id, excerpt.turn],
            "participant": labels.get(excerpt.participant_id or "", ""),
            "mentioned": ";".join(sorted(mentioned[excerpt.excerpt_id])),
            **{key: held.said_of.get(excerpt.participant_id or "", {}).get(key, "") for key in held.asked},
        }
        for excerpt in held.excerpts
    }


def _sent_by(sent: int, rule: DisclosureRule) -> str:
    return "1" if sent == 1 and says_whose(rule) else in_words(shown(sent, rule))


# ----------------------------------------------------------------- themes


def _themes(held: _Held) -> list[Row]:
    codebook = held.store.coded.codebook()
    if codebook is None:
        return []
    people, mentions = (held.numbers.table(SliceRequest(unit=unit)).rows[0].themes for unit in ("people", "mentions"))
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


# ----------------------------------------------------------------- people


def _participants(held: _Held) -> list[Row]:
    people = [person for person in held.people if person.role is Role.PARTICIPANT]
    if says_whose(held.rule):
        consent = {True: "yes", False: "no", None: "not asked"}
        return [
            {
                "participant": person.label,
                "role": str(person.role),
                "may_publish": consent[person.may_publish],
                **{key: held.said_of[person.participant_id].get(key, "") for key in held.asked},
            }
            for person in people
        ]
    return [
        {
            "participant": NOT_SHOWN,
            "role": str(Role.PARTICIPANT),
            "may_publish": NOT_SHOWN,
            **{key: dict(facts).get(key, NOT_SHOWN) for key in held.asked},
        }
        for facts in people_released(held.numbers, people, held.said_of)
    ]


def _profile(held: _Held) -> list[Row]:
    """Who took part and what they raised, one characteristic at a time, as the tables have it."""
    return [
        {
            "characteristic": key,
            "category": row.categories[0],
            "people": in_words(row.base),
            **{theme: in_words(cell) for theme, cell in row.themes.items()},
        }
        for key in held.asked
        for row in held.numbers.table(SliceRequest(by=(key,))).rows
    ]


# ------------------------------------------------------------- redactions


def _redactions(held: _Held) -> list[Row]:
    columns = ("source", "location", "kind", "start", "end", "replacement", "score", "found_by")
    rows = [{column: getattr(row, column) for column in columns} for row in held.store.redactions()]
    if says_whose(held.rule):
        return rows
    bare = [{**row, **dict.fromkeys(WHERE, NOT_SHOWN)} for row in rows]
    return sorted(bare, key=lambda row: (row["kind"], row["replacement"], row["found_by"], row["score"]))


# ---------------------------------------------------------------- writing


def _write(path: Path, rows: Sequence[Mapping[str, Any]], rule: DisclosureRule, encoding: str) -> None:
    note = {INTERNAL_NOTE: f"{rule.name}: for the analyst's eyes, not coarsened"} if says_whose(rule) else {}
    columns = [*(rows[0] if rows else ()), *note]
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(columns)
        writer.writerows(harmless({**row, **note}[column] for column in columns) for row in rows)


def harmless(cells: Iterable[Any]) -> list[Any]:
    """The cells of a row, with an apostrophe before what a spreadsheet would take for a formula."""
    return [f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell for cell in cells]
