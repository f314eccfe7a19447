"""Who was there: title blocks, lists of attendees and attendee tables, taken out of a document's blocks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from engagement.model import Role
from engagement.readers.cast import (
    BULLET,
    LABEL,
    THE_ONE,
    Cast,
    attendee,
    bare,
    is_label,
    is_name,
    is_plain,
    role_of,
)
from engagement.readers.clean import fold, has_words, phrases
from engagement.readers.listed import ITEM_WORDS, beside_names, people_of_line, people_of_table
from engagement.readers.minutes import is_title
from engagement.readers.reading import Block, Paragraph, Person, Table

# Lines at the top that describe the meeting; those whose field names a role name people.
FIELDS = phrases("""
    date | dates | time | times | start time | end time | date and time | date and venue | date and place | venue |
    location | place | group | focus group | session | meeting | event | round | project | reference | organisation |
    language | duration | recording | facilitator | facilitators | facilitated by | moderator | moderators |
    moderated by | interviewer | interviewers | chair | chaired by | chairperson | in the chair | note taker |
    note takers | notetaker | notetakers | notes | notes by | notes taken by | minutes | minutes by | minutes taken by |
    minuted by | minute taker | minute takers | scribe | clerk | observer | observers | interpreter | interpreters |
    transcribed by | recorded by | written up by | led by | hosted by | host | presenter | presenters | presented by |
    council officer | council officers | respondent | interviewee | participant
""")
GROUP_FIELDS = frozenset({"group", "focus group"})
LISTS = re.compile(
    r"(?P<list>(?:(?:people|those|members|also) )?(?:present|in attendance)|(?:list of )?attendees|attendance|attending"
    r"|attended|participants|who was there"
    r"|(?:council )?officers(?: (?:present|in attendance))?"
    r"|(?:apologies|absent)(?: for absence)?(?: (?:were )?received)?(?: from)?)"
    r"(?: \(\d+\))?\s*(?::\s*(?P<names>.*))?",
    re.IGNORECASE | re.DOTALL,
)
# "Apologies were received from Olu Ade and Pat Grey.", "Olu Ade sent apologies.", "Notes taken by Sam Lee".
APOLOGISE = re.compile(
    r"(?:apologies(?: for absence)? (?:(?:were|was|had been|have been) )?(?:received|given|sent|noted)?\s*"
    r"(?:from|by|for)\s+(?P<after>.{1,400}?)"
    r"|(?P<before>.{1,400}?) (?:had |have |has )?(?:sent|gave|given) (?:(?:his|her|their) )?apologies)\.?",
    re.IGNORECASE | re.DOTALL,
)
BY = re.compile(
    r"(?P<label>(?:notes|minutes|facilitated|chaired|moderated|transcribed|recorded|written up|led)(?: taken)? by)"
    r"\s+(?P<words>(?-i:[A-Z]).{1,80})",
    re.IGNORECASE,
)
NONE_OF_THEM = phrases("none | none received | no apologies | nil | n a | no one | nobody | none were received")
# A person's name in a line that is no list: of a title ("Interview with Ruth Cohen") or a place ("Ruth Cohen's flat").
NAME = r"(?-i:[A-Z][\w’'-]*\w(?: [A-Z][\w’'-]*\w){1,3})"
NAMED_IN = (
    re.compile(rf"\b(?:interview with|home of|house of|flat of|by|c/o|care of|contact)[: ]+(?P<name>{NAME})", re.I),
    re.compile(r"(?P<name>[A-Z][\w-]+ [A-Z][\w-]+)[’']s? (?:home|house|flat|place|front room|garden)\b"),
)
TITLE_WORDS = 25  # a longer paragraph ends the title block
TITLE_LINES = 4  # as do more lines than a title and its subtitles
OF_MEETINGS = phrases(
    "venue | location | place | focus group | group | session | meeting | event | recording | duration"
)
PLAIN_ROLES = phrases("participant | participants | respondent | interviewee")
PARTS = re.compile(r"\s+[-–—]+\s+|[,;()\[\]\n\t|&]|:\s|\band\b")


@dataclass(slots=True, repr=False)
class Attendance:
    """The people whom a document lists, the group's name, and the blocks that are left: what was said.

    `aside` counts the lines and cells that are read and stand in none of these. `described` says that the lines above
    the talk tell of a meeting.
    """

    cast: Cast = field(default_factory=Cast)
    group: str = ""
    blocks: list[Paragraph] = field(default_factory=list)
    aside: Counter[str] = field(default_factory=Counter)
    described: bool = False


def take_attendance(blocks: Sequence[Block]) -> Attendance:
    """`blocks` parted into who was there and what was said. Tables of attendees go; other tables are not expected."""
    found = Attendance()
    labels = Counter(fold(bare(match["label"])) for block in blocks if (match := _label(block)))
    on_top, listing = True, ""
    for block in map(_with_colon, blocks):
        if isinstance(block, Table):
            _call_titles(found, on_top)
            found.aside.update(beside_names(block))
            for person in people_of_table(block) or ():
                found.cast.add(person)
            continue
        text = BULLET.sub("", block.text)
        if (names := _apologies(block, text)) is not None:
            _list_names(found, names, text, "apologies")
            listing = ""
            continue
        listed = LISTS.fullmatch(text) if block.label is None else None
        people = people_of_line(listed["names"] or "") if listed else []
        nobody = listed is not None and fold(listed["names"] or "") in NONE_OF_THEM
        if listed and (people or not listed["names"] or nobody):
            _call_titles(found, on_top)
            listing = fold(listed["list"])
            _list_names(found, people, listed["names"] or "", listing)
        elif listing and (one := _listed(block)):
            _list_names(found, [one], text, listing)
        elif listing and fold(text) in NONE_OF_THEM:
            found.aside["attendance list"] += 1
        elif _take_field(found, block, labels, on_top):
            _call_titles(found, on_top)
            listing = ""
        else:
            listing = ""
            found.blocks.append(block)
            on_top = (
                on_top and len(found.blocks) <= TITLE_LINES and block.label is None and not _starts_talk(block, labels)
            )
    if len(found.blocks) > 1 and is_title(found.blocks[0]):
        found.blocks[0] = replace(found.blocks[0], style="title")
    for block in found.blocks:
        if block.style == "title":
            _know(found, block.text)
    return found


def _with_colon(block: Block) -> Block:
    """A line such as "Apologies Olu Ade", whose bold start stands for a colon."""
    bold = block.bold.rstrip(" :") if isinstance(block, Paragraph) else ""
    if isinstance(block, Table) or not bold or not (LISTS.fullmatch(bold) or fold(bold) in FIELDS):
        return block
    words = block.text.removeprefix(block.bold).lstrip(" :–-")
    return block if words == block.text else replace(block, text=f"{bold}: {words}", bold="")


def _apologies(block: Paragraph, text: str) -> list[Person] | None:
    """Whom a sentence such as "Apologies were received from Olu Ade." excuses; None for any other line."""
    sentence = APOLOGISE.fullmatch(text) if block.label is None else None
    return (people_of_line(sentence["after"] or sentence["before"]) or None) if sentence else None


def _list_names(found: Attendance, people: Sequence[Person], line: str, listing: str) -> None:
    found.described = True
    # Whoever sent apologies wasn't there, and may yet be spoken of: known by name, never counted.
    away, officers = listing.startswith(("apologies", "absent")), "officers" in listing
    for person in people:
        role = Role.NOBODY if away else Role.FACILITATOR if officers else person.role
        found.cast.add(replace(person, role=role))
    if not people:
        found.aside["attendance list"] += 1
    elif listing != "apologies" or not APOLOGISE.fullmatch(line):
        found.aside["about an attendee"] += _rest_of(line, people)


def _rest_of(line: str, people: Sequence[Person]) -> int:
    """How many parts of a line that lists people are neither a name nor what they did in the room."""
    held = {fold(name) for person in people for name in (*person.names, person.code)}
    parts = (bare(part) for part in PARTS.split(BULLET.sub("", line)))
    return sum(has_words(part) and fold(part) not in held | PLAIN_ROLES and role_of(part) is None for part in parts)


def _know(found: Attendance, line: str) -> None:
    """Somebody whom a line names that is nobody's words: known by name, so that mentions of them are found."""
    names = [match["name"] for pattern in NAMED_IN for match in pattern.finditer(line) if is_name(match["name"])]
    if labelled := LABEL.fullmatch(line):
        names += [name for person in people_of_line(labelled["words"]) for name in person.names[:1] if " " in name]
    for name in names:
        if found.cast.find(name) is None:
            found.cast.add(Person(names=(name,), role=Role.NOBODY))


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


def _take_field(found: Attendance, block: Paragraph, labels: Counter[str], on_top: bool) -> bool:
    """Takes a line of the title block; further down only one that says who took the notes or led the meeting."""
    match = (BY.fullmatch(block.text) or LABEL.fullmatch(block.text)) if block.label is None else None
    if match is None or len(match["words"].split()) > TITLE_WORDS:
        return False
    name, words = fold(match["label"]), match["words"].strip()
    by = match.re is BY
    if not by and name not in FIELDS:
        return False
    role = Role.PARTICIPANT if name in THE_ONE else role_of(name)
    if role is not None and words:
        return _take_roles(found, role, words, on_top, labels[name])
    if not on_top or (role is not None and labels[name] > 1):
        return False
    grouped = name in GROUP_FIELDS and not found.group
    found.described = found.described or name in OF_MEETINGS
    found.group = words if grouped else found.group
    found.aside["title block"] += not grouped
    _know(found, words)
    return True


def _take_roles(found: Attendance, role: Role, words: str, on_top: bool, seen: int) -> bool:
    """Takes the people of a line that names their role; `seen` is how often its label stands in the document."""
    people = people_of_line(words)
    # "Facilitator: Welcome" opens a talk: one word, of a label that comes again.
    if words.endswith(("?", "!")) or not people or (seen > 1 and " " not in words):
        return False
    # Far down, where people speak, a line that holds more than names is somebody's.
    rest = _rest_of(words, people)
    if not on_top and (rest or not all(" " in person.names[0] for person in people if person.names)):
        return False
    for person in people:
        found.cast.add(replace(person, role=role if person.role is Role.PARTICIPANT else person.role))
    found.aside["about an attendee"] += rest
    return True
