"""Who is who in one document: names, initials, labels and roles as note-takers write them."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from engagement.model import Role
from engagement.readers.clean import fold, phrases
from engagement.readers.reading import Person

# Observers and interpreters sit in the room without speaking for themselves: like note-takers, they are never counted.
ROLES = (
    (Role.FACILITATOR, re.compile(r"\b(?:facilitat\w*|moderat\w*|interviewer|convenor|convener|presenter)\b")),
    (Role.FACILITATOR, re.compile(r"^(?:vice |co |meeting )?(?:chair|chairman|chairwoman|chairperson)(?: \d+)?$")),
    (
        Role.FACILITATOR,
        re.compile(r"^(?:chaired by|chairing|in the chair|led by|host|hosted by|int|fac|mod|q)(?: \d+)?$"),
    ),
    (
        Role.FACILITATOR,
        re.compile(
            r"^(?:(?:council|engagement|lead|presenting) officers?|(?:\w+ )?officers? presenting"
            r"|presenting|presented by|guest speaker)(?: \d+)?$"
        ),
    ),
    (
        Role.NOTE_TAKER,
        re.compile(
            r"\bnotes? ?tak\w*|\bminutes? ?tak\w*|\b(?:scribe|observer|interpreter|transcriber|minutes? secretary)\b"
        ),
    ),
    (
        Role.NOTE_TAKER,
        re.compile(
            r"^(?:notes|notes (?:taken )?by|minutes|minutes (?:taken )?by|minuted by|transcribed by|recorded by"
            r"|written up by|clerk)$"
        ),
    ),
)
TITLES = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|cllrs?|councillors?|rev|revd|reverend|prof|professor|sir|dame|imam|rabbi|pastor|sister|father)"
    r"\b\.?\s+",
    re.IGNORECASE,
)
PARTICLES = phrases(
    "de | da | del | der | den | di | la | le | van | von | bin | bint | ibn | ben | al | el | ap | ab | ferch | abu"
)
NOT_IN_NAMES = phrases("""
    association | ta | tra | tara | group | team | trust | centre | center | mosque | temple | gurdwara | synagogue |
    community | housing | service | services | society | forum | network | ltd | cic | plc | charity | school |
    college | academy | university | council | nhs | police | officer | manager | leader | rep | representative |
    coordinator | worker | director | chair | secretary | treasurer | volunteer | resident | residents | tenant |
    tenants | participant | participants | member | members | staff | apologies | everyone | all | none | the |
    present | attendees | attendance | date | time | venue | location | agenda | minutes | notes | meeting | session |
    project | report
""")
# What a source calls people whom it does not name. With a number it is a code for one person.
NOUNS = (
    r"(?:participant|respondent|resident|tenant|speaker|person|woman|man|male|female|voice|member|parent|carer|officer"
    r"|volunteer|attendee|interviewee|patient|student|worker|pupil|adult|youth)"
)
CODE = re.compile(rf"(?:\w+ )?{NOUNS}(?: (?:\d+|[a-z]))?|[a-z]{{1,3}} ?\d{{1,3}}|[a-z]|fg ?\d+ p ?\d+")
NUMBERED = re.compile(rf"(?:\w+ )?{NOUNS} (?:\d+|[a-z])|[pr] ?\d{{1,3}}|fg ?\d+ p ?\d+")
THE_ONE = phrases("a | r | answer | respondent | interviewee | participant")  # of an interview
NOBODY = phrases("""
    all | several | several people | several voices | everyone | everybody | group | whole group | various | many |
    others | room | unknown | unknown speaker | unidentified | unidentified speaker | inaudible | multiple speakers |
    multiple voices
""")
# Words before a colon that name no speaker, with or without a number ("Option 2:").
NOT_SPEAKERS = phrases("""
    action | actions | action point | action points | note | notes | nb | ps | re | cc | to | from | subject | summary |
    key point | key points | agenda | agenda item | item | next step | next steps | apologies | attendees | present |
    in attendance | question | questions | topic | theme | themes | example | examples | eg | ie | source | tel |
    phone | mobile | email | e mail | address | website | web | option | options | priority | priorities |
    recommendation |
    recommendations | conclusion | conclusions | background | introduction | aim | aims | context | issue | issues |
    problem | problems | solution | solutions | suggestion | suggestions | comment | comments | feedback | response |
    responses | answer | answers | pro | pros | con | cons | positive | positives | negative | negatives | strength |
    strengths | weakness | weaknesses | result | results | yes | no | owner | deadline | due | date | time | venue |
    location | place | focus group | session | meeting | event | title | reference | ref | table | figure | appendix |
    annex | part | section | page | housing | transport | safety | health | education | money | access | funding |
    community | communities | racism | employment | parking | crime | schools | jobs | environment | discussion | aob |
    any other business | also | but | and | so | however | first | second | third | finally | then | quote | quotes |
    overall |
    other | minutes | reason | reasons | important | update | organisation | project | purpose | status | contact
""")

STAMP = r"[\[(]?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?[\])]?"
LABEL = re.compile(
    rf"(?:{STAMP}[\s–-]*)?(?P<label>[^:\n]{{1,60}}?)\s*(?:{STAMP})?\s*:(?![/\d])\s*(?P<words>.*)", re.DOTALL
)
STAMPED = re.compile(rf"(?P<label>[^:\n]{{1,60}}?)\s+{STAMP}(?:\n(?P<words>.*))?", re.DOTALL)
DASHED = re.compile(r"(?P<label>[^:\n]{1,40}?)\s+[-–—]\s+(?P<words>.+)", re.DOTALL)
ASIDE = re.compile(r"\s*[(\[]([^)\]]*)[)\]]")
NAME_WORD = re.compile(r"[^\W\d_](?:[\w'’.-]*\w)?\.?")
REVERSED = re.compile(r"\s*([^,]+),\s*([^,]+?)\s*")
INITIALS = re.compile(r"[A-Z]{2,4}")
# "2.5 million" is no mark of a list: a numbered item's words start with a capital.
BULLET = re.compile(
    r"^(?:[-–—•*·▪◦●○‣❖➢✓☐☑\uf0b7\uf0a7o]|\d{1,2}[.)]|\([\da-z]{1,2}\)|[a-z]\)|\d{1,2}(?:\.\d{1,2}){1,2}\.?(?=\s+[A-Z“\"‘]))\s+"
)


def role_of(text: str) -> Role | None:
    """The role that these words name; None for words such as "tenant rep", which leave somebody a participant."""
    words = fold(text)
    return next((role for role, pattern in ROLES if pattern.search(words)), None)


def bare(label: str) -> str:
    """A label without what stands in brackets: "P3" of "P3 (F, 60s)"."""
    return ASIDE.sub("", label).strip(" .,;–-*")


def is_name(text: str) -> bool:
    """Whether the words could be a person's name: one to five, capitalised, none of an organisation or a job."""
    words = TITLES.sub("", text.strip()).split()
    if not 1 <= len(words) <= 5 or words[0].islower() or any(fold(word) in NOT_IN_NAMES for word in words):
        return False
    return all(word in PARTICLES or (NAME_WORD.fullmatch(word) and not word[0].islower()) for word in words)


def is_code(label: str) -> bool:
    """Whether a label stands for somebody whom the source does not name: "Participant 3", "P3", "Facilitator"."""
    return bool(CODE.fullmatch(fold(label))) or role_of(label) is not None


def is_label(label: str) -> bool:
    """Whether the words before a colon look like a speaker."""
    words = fold(bare(label))
    if not words or re.sub(r" \d+$", "", words) in NOT_SPEAKERS:
        return False
    return is_name(bare(label)) or words in NOBODY or is_code(bare(label))


def is_plain(label: str) -> bool:
    """Whether a label is so plainly a speaker's that one occurrence is enough: "Participant 3:", "Facilitator:"."""
    words = fold(bare(label))
    return bool(NUMBERED.fullmatch(words)) or words in NOBODY or role_of(words) is not None


def ways(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """How `name` may be written: in full, and in short (first name, initials, title and surname as "~surname")."""
    titled = TITLES.match(name)
    words = fold(TITLES.sub("", name)).split()
    if not words:
        return frozenset(), frozenset()
    if len(words) == 1:
        return frozenset(), frozenset({f"~{words[0]}"} if titled else words)
    if words[-1].isdigit():
        return frozenset({" ".join(words)}), frozenset({words[-2][0] + words[-1]})
    initials = "".join(word[0] for word in words)
    return frozenset({" ".join(words)}), frozenset({words[0], initials, f"~{words[-1]}"})


def ways_of(person: Person) -> tuple[frozenset[str], frozenset[str]]:
    """How the person may be written, by all their names and their code."""
    each = [ways(name) for name in (*person.names, person.code) if name]
    return frozenset().union(*(full for full, _ in each)), frozenset().union(*(short for _, short in each))


def attendee(item: str) -> Person | None:
    """The person of a line such as "- Amina Begum (AB), tenant rep" or "AB - Amina Begum"; None for prose."""
    text = BULLET.sub("", item.strip()).strip(" .;*")
    outside = [part.strip() for part in re.split(r"\s+[-–—]+\s+|[,\t;|]|:\s", ASIDE.sub("", text))]
    inside = [part.strip() for aside in ASIDE.findall(text) for part in re.split(r"[,;/]", aside)]
    initials = [part for part in (*outside, *inside) if INITIALS.fullmatch(part)]
    roles = [role for part in (*outside, *inside) if (role := role_of(part))]
    codes = [part for part in outside if NUMBERED.fullmatch(fold(part))]
    others = [part for part in outside if part not in (*initials, *codes) and role_of(part) is None]
    names = [part for part in others if is_name(part)]
    if not names and not codes and not (initials and len(outside) == 1):
        return None
    role = roles[0] if roles else Role.PARTICIPANT
    # "Dev Shah (NCC)" is of the council, not written so.
    initials = [
        one for one in initials if one in outside or not names or fold(TITLES.sub("", names[0]))[:1] == fold(one)[0]
    ]
    if codes and not names:
        return Person(code=codes[0], role=role)
    return Person(names=(*names[:1], *initials), role=role)


@dataclass(slots=True, repr=False)
class Cast:
    """The people of one document, in the order in which they are met."""

    people: list[Person] = field(default_factory=list)
    _places: dict[str, int | None] = field(default_factory=dict)

    def add(self, person: Person) -> int:
        """The place of `person`, who joins somebody of the same full name that is there already."""
        full, _ = ways_of(person)
        self._places.clear()
        for place, other in enumerate(self.people):
            if full & ways_of(other)[0]:
                self.people[place] = _joined(other, person)
                return place
        self.people.append(person)
        return len(self.people) - 1

    def find(self, label: str) -> int | None:
        """The one person whom a label can mean: by full name, else by initials, first name, title or role.

        Somebody who wasn't there is found by their full name alone.
        """
        if label not in self._places:
            self._places[label] = self._look_for(label)
        return self._places[label]

    def _look_for(self, label: str) -> int | None:
        full, short = ways(bare(label))
        everybody = [ways_of(person) for person in self.people]
        fitting = [place for place, (names, _) in enumerate(everybody) if full & names]
        if not fitting:
            fitting = [
                at
                for at, (names, shorts) in enumerate(everybody)
                if short & shorts and not (full and names) and self.people[at].role is not Role.NOBODY
            ]
        role = Role.PARTICIPANT if fold(bare(label)) in THE_ONE else role_of(bare(label))
        if not fitting and role and not re.search(r"\d", label):
            fitting = [place for place, person in enumerate(self.people) if person.role is role]
        return fitting[0] if len(fitting) == 1 else None

    def speaker(self, label: str) -> int | None:
        """The place of whoever the label means, met here for the first time if need be; None for "All:"."""
        if fold(bare(label)) in NOBODY or not fold(bare(label)):
            return None
        person = _labelled(label)
        place = self.find(person.names[0] if person.names else person.code)
        if place is None:
            return self.add(person)
        joined = _joined(self.people[place], person)
        if joined.role is Role.NOBODY:  # who sent apologies came after all
            joined = replace(joined, role=person.role)
        if joined != self.people[place]:
            self.people[place] = joined
            self._places.clear()
        return place


def _labelled(label: str) -> Person:
    base = bare(label)
    asides = [part.strip() for aside in ASIDE.findall(label) for part in re.split(r"[,;/]", aside)]
    if is_code(base):
        named = [part for part in asides if INITIALS.fullmatch(part) or (" " in part and is_name(part))]
        role = next((role for part in (base, *asides) if (role := role_of(part))), Role.PARTICIPANT)
        return Person(names=tuple(named), code=base, role=role)
    turned = REVERSED.fullmatch(base)
    if turned and is_name(turned[1]) and is_name(turned[2]):
        listed = attendee(label.replace(base, f"{turned[2]} {turned[1]}"))
        return replace(listed, names=(*listed.names, base)) if listed else Person(names=(base,))
    return attendee(label) or Person(names=(base,))


def _joined(known: Person, more: Person) -> Person:
    return replace(
        known,
        names=tuple(sorted(unique((*known.names, *more.names)), key=lambda name: -len(name.split()))),
        code=known.code or more.code,
        role=more.role if known.role is Role.PARTICIPANT else known.role,
        group=known.group or more.group,
        identifiers=unique((*known.identifiers, *more.identifiers)),
        declared=known.declared or more.declared,
    )


Item = TypeVar("Item", bound=Hashable)


def unique(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items without repeats, in order."""
    return tuple(dict.fromkeys(items))
