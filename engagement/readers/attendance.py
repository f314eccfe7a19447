"""Who was there: title blocks, lists of attendees and attendee tables, taken out of a document's blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engagement.model import Role
from engagement.readers.cast import (
    ASIDE,
    BULLET,
    LABEL,
    THE_ONE,
    Cast,
    attendee,
    bare,
    is_code,
    is_label,
    is_name,
    is_plain,
    role_of,
    unique,
)
from engagement.readers.clean import fold, phrases
from engagement.readers.columns import Use, heading_use
from engagement.readers.reading import Block, Paragraph, Person, Table

# Lines at the top that describe the meeting; those whose field names a role name people.
FIELDS = phrases("""
    date | dates | time | times | start time | end time | date and time | date and venue | date and place | venue |
    location | place | group | focus group | session | meeting | event | round | project | reference | organisation |
    language | duration | recording | facilitator | facilitators | facilitated by | moderator | moderators |
    moderated by | interviewer | interviewers | chair | chaired by | note taker | note takers | notetaker | notetakers |
    notes by | notes taken by | minutes by | minutes taken by | scribe | observer | observers | interpreter |
    interpreters | transcribed by | recorded by | respondent | interviewee | participant
""")
GROUP_FIELDS = frozenset({"group", "focus group"})
LISTS = re.compile(
    r"(?P<list>(?:(?:people|those) )?(?:present|in attendance)|(?:list of )?attendees|attendance|attending|participants"
    r"|who was there|apologies)(?: \(\d+\))?\s*(?::\s*(?P<names>.*))?",
    re.IGNORECASE | re.DOTALL,
)
TITLE_WORDS = 25  # a longer paragraph ends the title block
TITLE_LINES = 4  # as do more lines than a title and its subtitles
ITEM_WORDS = 14

NAME_HEADINGS = frozenset({"name", "full name", "attendee", "attendees", "participant", "participants", "present"})
ABOUT_HEADINGS = {"role": "role", "job": "role", "job title": "role", "capacity": "role", "position": "role"}
ABOUT_HEADINGS |= {"initials": "initials", "initial": "initials", "abbreviation": "initials"}
ABOUT_HEADINGS |= {"group": "group", "focus group": "group", "session": "group"}
ABOUT_HEADINGS |= {"organisation": "", "organization": "", "organisation group": "", "representing": ""}


@dataclass(slots=True, repr=False)
class Attendance:
    """The people whom a document lists, the group's name, and the blocks that are left: what was said."""

    cast: Cast = field(default_factory=Cast)
    group: str = ""
    blocks: list[Paragraph] = field(default_factory=list)


def take_attendance(blocks: Sequence[Block]) -> Attendance:
    """`blocks` parted into who was there and what was said. Tables of attendees go; other tables are not expected."""
    found = Attendance()
    labels = Counter(fold(bare(match["label"])) for block in blocks if (match := _label(block)))
    on_top, listing = True, ""
    for block in blocks:
        if isinstance(block, Table):
            _call_titles(found, on_top)
            for person in people_of_table(block) or ():
                found.cast.add(person)
            continue
        text = BULLET.sub("", block.text)
        listed = LISTS.fullmatch(text) if block.label is None else None
        people = people_of_line(listed["names"] or "") if listed else []
        if listed and (people or not listed["names"]):
            _call_titles(found, on_top)
            listing = fold(listed["list"])
            _add_all(found.cast, people, listing)
        elif listing and (one := _listed(block)):
            _add_all(found.cast, [one], listing)
        elif on_top and _take_field(found, block, labels):
            _call_titles(found, on_top)
            listing = ""
        else:
            listing = ""
            found.blocks.append(block)
            on_top = (
                on_top and len(found.blocks) <= TITLE_LINES and block.label is None and not _starts_talk(block, labels)
            )
    return found


def _call_titles(found: Attendance, on_top: bool) -> None:
    """Lines above the title block that end no sentence are the document's title, not a question or anybody's words."""
    if on_top:
        found.blocks = [
            block if block.text.endswith((".", "?", "!")) else replace(block, style="title") for block in found.blocks
        ]


def _label(block: Block) -> re.Match[str] | None:
    return LABEL.fullmatch(block.text) if isinstance(block, Paragraph) else None


def _starts_talk(block: Paragraph, labels: Counter[str]) -> bool:
    """Whether somebody speaks here; "Our Town: group 3" is a title, since nobody of that name comes again."""
    match = LABEL.fullmatch(block.text)
    if match is None or not is_label(match["label"]):
        return len(block.text.split()) > TITLE_WORDS
    return labels[fold(bare(match["label"]))] > 1 or is_plain(match["label"])


def _listed(block: Paragraph) -> Person | None:
    if (
        block.style == "heading"
        or block.label is not None
        or len(block.text.split()) > ITEM_WORDS
        or block.text.rstrip().endswith(("?", "!"))
    ):
        return None
    match = LABEL.fullmatch(BULLET.sub("", block.text))
    if match and role_of(match["label"]) is None:
        return None
    return attendee(block.text)


def _add_all(cast: Cast, people: Sequence[Person], listing: str) -> None:
    for person in people:
        # Whoever sent apologies wasn't there, and may yet be spoken of: known by name, never counted.
        cast.add(replace(person, role=Role.NOBODY) if listing == "apologies" else person)


def _take_field(found: Attendance, block: Paragraph, labels: Counter[str]) -> bool:
    match = LABEL.fullmatch(block.text) if block.label is None else None
    if match is None or fold(match["label"]) not in FIELDS or len(match["words"].split()) > TITLE_WORDS:
        return False
    name, words = fold(match["label"]), match["words"].strip()
    role = Role.PARTICIPANT if name in THE_ONE else role_of(name)
    if role is None:
        found.group = found.group or (words if name in GROUP_FIELDS else "")
        return True
    if not words:
        return labels[name] == 1
    people = people_of_line(words)
    # "Facilitator: Welcome" opens a talk: one word, of a label that comes again.
    if words.endswith(("?", "!")) or not people or (labels[name] > 1 and " " not in words):
        return False
    for person in people:
        found.cast.add(replace(person, role=role if person.role is Role.PARTICIPANT else person.role))
    return True


def people_of_line(line: str) -> list[Person]:
    """The people of "Amina Begum (AB), tenant rep; Joan Okafor and Sam Lee (facilitator)"."""
    people: list[Person] = []
    for chunk in re.split(r"\s*(?:;|&|\band\b|\n)\s*", line):
        parts = [part.strip(" .") for part in re.split(r",(?![^(]*\))", chunk) if part.strip(" .")]
        all_short = all(len(ASIDE.sub("", part).split()) == 1 for part in parts)
        for place, part in enumerate(parts):
            person = attendee(part)
            if person and (place == 0 or all_short or (" " in ASIDE.sub("", part).strip() and is_name(bare(part)))):
                people.append(person)
            elif people and (role := role_of(part)):
                people[-1] = replace(people[-1], role=role)
    return people


def people_of_table(table: Table) -> list[Person] | None:
    """The people of a table headed Name and one of Role, Organisation, Initials or Group; None for another table.

    Further columns may hold what they declared (Ethnicity, Age) or identifiers (E-mail).
    """
    header, *rows = table.rows
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
                role=role_of(about.get("role", "")) or person.role,
                group=about.get("group", ""),
                identifiers=tuple((use.key, cell) for use, cell in uses if use and use.use is Use.IDENTIFIER and cell),
                declared=tuple((use.key, cell) for use, cell in uses if use and use.use is Use.DEMOGRAPHIC),
            )
        )
    return people


def _unlisted(name: str) -> Person:
    if is_code(name):
        return Person(code=name, role=role_of(name) or Role.PARTICIPANT)
    return Person(names=(name,) if name else ())
