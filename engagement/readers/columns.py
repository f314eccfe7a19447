"""What each column of a table of responses holds, told by its heading and checked against its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from engagement.characteristics import DEFAULT
from engagement.readers.clean import fold
from engagement.readers.consent import answered, asks_to_take_part, consents, is_scale, is_status, takes_part
from engagement.readers.options import is_ticked, option_of, parts_of
from engagement.readers.shapes import MOST, SHAPES, TELLING_SHAPES, mean_words, share
from engagement.readers.worded import is_open
from engagement.tagging.value_sets import ValueSets


class Use(StrEnum):
    """What becomes of a column."""

    NAME = "name"
    FIRST_NAME = "first name"
    SURNAME = "surname"
    IDENTIFIER = "identifier"
    ROW_ID = "row id"
    TIMESTAMP = "timestamp"
    CONSENT = "consent to publish"
    TAKE_PART = "consent to take part"
    DEMOGRAPHIC = "demographic"
    OPEN = "open question"
    CLOSED = "closed question"


@dataclass(frozen=True, slots=True)
class HeadingUse:
    """A use, with the kind of the identifier or the key of the characteristic."""

    use: Use
    key: str = ""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column seems to be, and why, in words that quote no answer."""

    used: HeadingUse
    because: str


@dataclass(frozen=True, slots=True, repr=False)
class Column:
    """A column of the answers; `at` is its place, `heading` its whole wording, `because` why it has its use.

    `option` is what the column stands for where a question takes several. `question` is the wording under which an
    open question is reported.
    """

    at: int
    heading: str
    use: Use
    key: str = ""
    because: str = ""
    option: str = ""
    question: str = ""
    values: Mapping[str, str] = field(default_factory=dict)  # what a user maps answers to, by normalised words


@dataclass(frozen=True, slots=True, repr=False)
class Amendment:
    """What a user says of a column, which outranks any guess; `sheet` is None where the file has but one."""

    heading: str
    use: Use
    key: str = ""
    question: str = ""
    sheet: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)


# The first rule that fits a folded heading is asked; a heading of more words than these must be borne out by its cells.
SHORT_HEADING = 6
HEADINGS = tuple(
    (HeadingUse(use, key), re.compile(pattern))
    for use, key, pattern in (
        (Use.CONSENT, "", r"\b(?:publish\w*|quot(?:e|ed|es|ing|ation|ations)|confidential\w*|made public)\b"),
        (Use.IDENTIFIER, "EMAIL", r"\be ?mail\b"),
        (Use.IDENTIFIER, "IP_ADDRESS", r"\bip(?: address)?\b"),
        (Use.IDENTIFIER, "PHONE", r"\b(?:tele)?phone\b|\bmobile\b|\btel\b|\bcontact number\b"),
        (Use.IDENTIFIER, "POSTCODE", r"\bpost(?:al)? ?codes?\b"),
        (Use.IDENTIFIER, "DATE_OF_BIRTH", r"\b(?:date of birth|dob|birth ?(?:date|day))\b"),
        (Use.IDENTIFIER, "NHS_NUMBER", r"\bnhs (?:number|no)\b"),
        (Use.IDENTIFIER, "NATIONAL_INSURANCE", r"\bnational insurance\b|\bni (?:number|no)\b"),
        (Use.IDENTIFIER, "HANDLE", r"^(?:twitter|instagram|social media)(?: (?:handle|name|account))?$"),
        (
            Use.IDENTIFIER,
            "ADDRESS",
            r"^(?:address|street|house (?:name|number))(?: (?:line )?\d)?$"
            r"|\b(?:your|home|postal|street|full|current|contact) address\b",
        ),
        (Use.FIRST_NAME, "", r"\b(?:first|fore|given|christian) ?names?$"),
        (Use.SURNAME, "", r"\bsurname$|\b(?:last|family) name$"),
        (
            Use.NAME,
            "",
            r"^(?:(?:what is|please (?:give|enter)) )?(?:(?:your|full|respondents?|participants?|contact) )*name$",
        ),
        (
            Use.CLOSED,
            "",
            r"\b(?:organisation|organization|company|employer|town|city|county|ward|parish|title|language|status|device"
            r"|latitude|longitude|distribution channel|response type)$|^(?:points|feedback) .*|^custom data \d+$"
            r"|^(?:progress|finished|duration(?: in seconds)?|tracking(?: link)?|total points|quiz feedback)$",
        ),
        (
            Use.ROW_ID,
            "",
            r"^(?:(?:response|respondent|submission|row|user|collector|participant|anonymous|unique|external data) )*"
            r"(?:id|number|no|ref|reference)$|^(?:response|respondent|row|submission|user ?id|user ?no)$",
        ),
        (
            Use.TIMESTAMP,
            "",
            r"\btime ?stamp$|^(?:(?:start|end|submission|completion|response|submitted|started|completed|recorded"
            r"|created|last modified) )?(?:date|time|date (?:and )?time)(?: (?:submitted|started|completed|created))?$"
            r"|^(?:submitted|started|ended|completed|created|last modified)(?: at| on)?$",
        ),
    )
)

# Uses that a question gives to the column of each of its options ("What is your name? - Name").
OF_QUESTION = frozenset({Use.DEMOGRAPHIC, Use.CONSENT, Use.TAKE_PART, Use.IDENTIFIER, Use.NAME})
# Uses that the column itself names, where a question takes several answers ("Your details: - Email address").
OF_DETAIL = frozenset({Use.IDENTIFIER, Use.NAME, Use.FIRST_NAME, Use.SURNAME})
KINDS = tuple(dict.fromkeys(said.key for said, _ in HEADINGS if said.use is Use.IDENTIFIER))

# What those wrote who handle the responses: Citizen Space exports its analysts' notes beside the answers.
STAFF = re.compile(r"\b(?:analysts?|moderators?|admin|internal|office) (?:notes?|comments?|tags?)\b")
ENOUGH = 2000  # cells of a column, taken evenly from all of them, by which it is judged
WORDY = 8  # mean words in a cell above which it is somebody's answer, not an identifier or a category
NUMBERED = re.compile(
    r"\s*(?:page\s*\d+\s*[:.)-]\s*)?(?:(?:question\s*|q)?\d+[a-z]?\s*[:.)-]\s+|question\s*\d+\s+)?", re.IGNORECASE
)


def heading_use(heading: str, sets: ValueSets = DEFAULT) -> HeadingUse | None:
    """What a heading says of its column, by the rules above and the characteristics; None where it may be asking."""
    if key := sets.characteristic_of(heading) or sets.characteristic_of(_unnumbered(heading)):
        return HeadingUse(Use.DEMOGRAPHIC, key)
    words = _bare(heading)
    if asks_to_take_part(words):
        return HeadingUse(Use.TAKE_PART)
    return next((use for use, pattern in HEADINGS if pattern.search(words)), None)


def _unnumbered(heading: str) -> str:
    """A heading without what a form puts before a question: "Page 1: Q1. "."""
    number = NUMBERED.match(heading)
    return heading[number.end() :] if number else heading


def _bare(heading: str) -> str:
    """A folded heading without its number and what stands in brackets: "your name" of "Q1. Your name (optional)"."""
    plain = _unnumbered(heading)
    return fold(re.sub(r"[(\[].*?[)\]]|\boptional\b", " ", plain, flags=re.IGNORECASE)) or fold(heading)


class Samples:
    """Cells of every column by which it is judged: all of a short column's, every so many of a long one's."""

    def __init__(self, headings: Sequence[str]) -> None:
        self.cells: list[list[str]] = [[] for _ in headings]
        self._seen, self._step = [0] * len(headings), [1] * len(headings)
        self._statuses = [at for at, heading in enumerate(headings) if is_status(_bare(heading))]

    def add(self, row: Sequence[str]) -> None:
        """Take a row in, as wide as the headings. The same rows give the same samples, however many there are."""
        for at, cell in enumerate(row):
            if not cell:
                continue
            if self._seen[at] % self._step[at] == 0:
                held = self.cells[at]
                held.append(cell)
                if len(held) > ENOUGH:
                    del held[1::2]
                    self._step[at] *= 2
            self._seen[at] += 1
        for at in list(self._statuses):
            if takes_part("status", row[at]) is False:
                self.cells[at].insert(0, row[at])  # one is enough to tell, and it must not be passed over
                self._statuses.remove(at)


def columns_of(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    amended: Sequence[Amendment] = (),
    sets: ValueSets = DEFAULT,
) -> tuple[Column, ...]:
    """Every column that has a heading or a cell, in order, told by `rows`; see `judged`."""
    samples = Samples(headings)
    for row in rows:
        samples.add(row)
    return judged(headings, samples, amended, sets)


def judged(
    headings: Sequence[str], samples: Samples, amended: Sequence[Amendment] = (), sets: ValueSets = DEFAULT
) -> tuple[Column, ...]:
    """Every column that has a heading or a cell, in order; a column without a heading is called by its letter.

    Of several columns of the same heading the first amendment is for the first, the second for the second.
    """
    columns = []
    waiting = list(amended)
    for at, (heading, cells) in enumerate(zip(headings, samples.cells, strict=True)):
        if not heading and not cells:
            continue
        named = heading or f"Column {letters(at)}"
        asked, option = _asked(heading, sets)
        said = next((one for one in waiting if fold(one.heading) == fold(named)), None)
        if said:
            waiting.remove(said)
            question = said.question or named
            columns.append(Column(at, named, said.use, said.key, "you said so", option, question, said.values))
        else:
            guess = _guess(heading, asked, option, cells, sets)
            columns.append(Column(at, named, guess.used.use, guess.used.key, guess.because, option, named))
    return tuple(columns)


def describe(column: Column) -> str:
    """What a column was taken for and why: "race, because the heading asks for it"."""
    return f"{column.use.value}{f' ({column.key})' if column.key else ''}, because {column.because}"


def _asked(heading: str, sets: ValueSets) -> tuple[HeadingUse | None, str]:
    """What the question of a heading asks for where its column is one of several, and the option of this one.

    Options may have dashes of their own: "Ethnic group - Asian or Asian British - Indian".
    """
    question, option = option_of(heading)
    if option:
        parts = parts_of(heading)
        for at in range(1, len(parts)):
            if (asked := heading_use(" - ".join(parts[:at]), sets)) and asked.use in OF_QUESTION:
                return asked, " - ".join(parts[at:])
        if (own := heading_use(option, sets)) and own.use in OF_DETAIL:
            return own, option
    asked = heading_use(question, sets)
    return (asked if asked and asked.use in OF_QUESTION else None), option


def _guess(heading: str, asked: HeadingUse | None, option: str, cells: Sequence[str], sets: ValueSets) -> Guess:
    said = heading_use(heading, sets) or asked
    of_options = said is not None and said.use in {Use.DEMOGRAPHIC, Use.CONSENT, Use.TAKE_PART}
    if option and cells and not of_options and is_ticked(option, cells):
        return Guess(HeadingUse(Use.CLOSED), "its cells do no more than tick an option")
    if is_status(_bare(heading)) and any(takes_part(heading, cell) is False for cell in cells):
        return Guess(HeadingUse(Use.TAKE_PART), "its cells say who withdrew")
    if said and _borne_out(said, heading, option, cells):
        return Guess(said, "the heading asks for it" if cells else "the heading asks for it, and nobody answered")
    if kind := next((kind for kind in TELLING_SHAPES if share(cells, SHAPES[kind]) >= MOST), ""):
        return Guess(HeadingUse(Use.IDENTIFIER, kind), "most of its cells have the shape of one")
    by_staff = bool(STAFF.search(_bare(heading)))
    if not by_staff and is_open(heading, cells):
        asks = "people answer in their own words" if cells else "the heading asks for words, and nobody answered"
        return Guess(HeadingUse(Use.OPEN), asks)
    figures = "its cells are figures, a few options or single words"
    because = figures if cells else "nobody answered, and the heading does not ask for words"
    return Guess(HeadingUse(Use.CLOSED), "the heading says that staff wrote it" if by_staff else because)


def _borne_out(said: HeadingUse, heading: str, option: str, cells: Sequence[str]) -> bool:
    """Whether the cells allow what the heading says: a question that speaks of an address is not one."""
    if not cells:
        return said.use is not Use.TIMESTAMP
    if said.use in {Use.CONSENT, Use.TAKE_PART}:
        answers = [answer for cell in cells if (answer := answered(option, cell))]
        if said.use is Use.TAKE_PART:
            told = [takes_part(heading, answer) for answer in answers]
            return not any(map(is_scale, answers)) and sum(one is not None for one in told) >= MOST * len(told)
        return sum(consents(heading, answer) is not None for answer in answers) >= MOST * len(answers)
    if said.key in SHAPES and share(cells, SHAPES[said.key]) >= MOST:
        return True
    if said.use is Use.DEMOGRAPHIC:
        return mean_words(cells) <= WORDY or len(set(cells)) <= max(len(cells) / 2, 1)
    return len(_bare(heading).split()) <= SHORT_HEADING and mean_words(cells) <= WORDY


def letters(at: int) -> str:
    """The letters that a spreadsheet gives the column in place `at`, counted from 0."""
    high, low = divmod(at, 26)
    return (letters(high - 1) if high else "") + chr(ord("A") + low)


def place_of(letters: str) -> int:
    """The place, counted from 0, of the column that a spreadsheet calls by these letters."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
