"""The people of one line or one table that lists who was there, and what it says besides."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from engagement.model import Role
from engagement.readers.cast import ASIDE, INITIALS, attendee, bare, is_code, is_name, role_of, unique
from engagement.readers.clean import fold, phrases
from engagement.readers.columns import Use, heading_use
from engagement.readers.reading import Person, Table

ITEM_WORDS = 14
AWAY = phrases("apologies | apology | sent apologies | apologies sent | absent | did not attend | apologies received")
NAME_HEADINGS = frozenset({"name", "full name", "attendee", "attendees", "participant", "participants", "present"})
ABOUT_HEADINGS = {"role": "role", "job": "role", "job title": "role", "capacity": "role", "position": "role"}
ABOUT_HEADINGS |= {"initials": "initials", "initial": "initials", "abbreviation": "initials"}
ABOUT_HEADINGS |= {"group": "group", "focus group": "group", "session": "group"}
ABOUT_HEADINGS |= {"organisation": "", "organization": "", "organisation group": "", "representing": ""}


def people_of_line(line: str) -> list[Person]:
    """The people of "Amina Begum (AB), tenant rep; Joan Okafor and Sam Lee (facilitator)"."""
    people: list[Person] = []
    for chunk in re.split(r"\s*(?:;|&|\band\b|\n)\s*", line):
        parts = [part.strip(" .") for part in re.split(r",(?![^(]*\))", chunk) if part.strip(" .")]
        all_short = all(len(ASIDE.sub("", part).split()) == 1 for part in parts)
        for place, part in enumerate(parts):
            person = attendee(part)
            name = person.names[0] if person and person.names else ""
            if person and (place == 0 or all_short or (" " in name and is_name(name))):
                people.append(person)
            elif people and (role := role_of(part)):
                people[-1] = replace(people[-1], role=role)
    return people


def people_of_table(table: Table) -> list[Person] | None:
    """The people of a table headed Name and one of Role, Organisation, Initials or Group; None for another table.

    Further columns may hold what they declared (Ethnicity, Age) or identifiers (E-mail).
    """
    header, rows = _headed(table)
    headings = [fold(heading) for heading in header]
    name_at = next((at for at, heading in enumerate(headings) if heading in NAME_HEADINGS), None)
    if name_at is None or not set(headings) & set(ABOUT_HEADINGS):
        return None
    people = []
    for row in rows:
        about = {ABOUT_HEADINGS.get(heading, ""): cell for heading, cell in zip(headings, row, strict=False)}
        person = attendee(row[name_at]) or _unlisted(row[name_at])
        initials = tuple(filter(None, [about.get("initials")]))
        uses = [(heading_use(heading), cell) for heading, cell in zip(header, row, strict=False)]
        if not person.names and not person.code and not initials:
            continue
        people.append(
            replace(
                person,
                names=unique((*person.names, *initials)),
                role=Role.NOBODY
                if any(fold(cell) in AWAY for cell in row)
                else role_of(about.get("role", "")) or person.role,
                group=about.get("group", ""),
                identifiers=tuple((use.key, cell) for use, cell in uses if use and use.use is Use.IDENTIFIER and cell),
                declared=tuple((use.key, cell) for use, cell in uses if use and use.use is Use.DEMOGRAPHIC),
            )
        )
    return people


def _headed(table: Table) -> tuple[tuple[str, ...], Sequence[tuple[str, ...]]]:
    """The headings and rows of a table; headings of ours for one of names beside initials or roles that has none."""
    first, *rest = table.rows
    rows = table.rows
    columns = list(zip(*rows, strict=False))
    full = [at for at, cells in enumerate(columns) if all(" " in cell and is_name(bare(cell)) for cell in cells)]
    short = [at for at, cells in enumerate(columns) if all(INITIALS.fullmatch(cell) for cell in cells)]
    parts = [at for at, cells in enumerate(columns) if any(role_of(cell) for cell in cells) and at not in full]
    brief = all(len(cell.split()) <= ITEM_WORDS and not cell.endswith((".", "?", "!")) for row in rows for cell in row)
    if len(full) != 1 or not (short or parts) or not brief or role_of(first[full[0]]) is not None:
        return first, rest
    names = {**dict.fromkeys(parts, "Role"), **dict.fromkeys(short, "Initials"), full[0]: "Name"}
    return tuple(names.get(at, "") for at in range(len(first))), table.rows


def _unlisted(name: str) -> Person:
    if is_code(name):
        return Person(code=name, role=role_of(name) or Role.PARTICIPANT)
    return Person(names=(name,) if name else ())


def beside_names(table: Table) -> Counter[str]:
    """The cells of a table of attendees that give no name, identifier or declared characteristic."""
    aside: Counter[str] = Counter()
    header, rows = _headed(table)
    kept = [
        fold(heading) in NAME_HEADINGS
        or ABOUT_HEADINGS.get(fold(heading)) in {"initials", "group"}
        or bool((use := heading_use(heading)) and use.use in {Use.IDENTIFIER, Use.DEMOGRAPHIC})
        for heading in header
    ]
    if len(rows) < len(table.rows):
        aside["table heading"] += sum(map(bool, header))
    for row in rows:
        aside["about an attendee"] += sum(bool(cell) and not holds for cell, holds in zip(row, kept, strict=False))
    return +aside
