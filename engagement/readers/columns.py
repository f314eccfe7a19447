"""What each column of a table of responses holds, told by its heading and checked against its cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from engagement.readers.clean import fold, has_words, is_non_answer, phrases
from engagement.readers.options import is_ticked, option_of


class Use(StrEnum):
    """What becomes of a column."""

    NAME = "name"
    FIRST_NAME = "first name"
    SURNAME = "surname"
    IDENTIFIER = "identifier"
    ROW_ID = "row id"
    TIMESTAMP = "timestamp"
    CONSENT = "consent to publish"
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


@dataclass(frozen=True, slots=True, repr=False)
class Amendment:
    """What a user says of a column, which outranks any guess; `sheet` is None where the file has but one."""

    heading: str
    use: Use
    key: str = ""
    question: str = ""
    sheet: int | None = None


# The first rule that fits a folded heading is asked; a heading of more words than these must be borne out by its cells.
SHORT_HEADING = 6
HEADINGS = tuple(
    (HeadingUse(use, key), re.compile(pattern))
    for use, key, pattern in (
        (Use.CONSENT, "", r"\b(?:publish\w*|quot(?:e|ed|es|ing|ation|ations)|confidential\w*|made public)\b"),
        (Use.IDENTIFIER, "EMAIL", r"\be ?mail\b"),
        (Use.IDENTIFIER, "IP_ADDRESS", r"\bip(?: address)?\b"),
        (Use.IDENTIFIER, "PHONE", r"\b(?:tele)?phone\b|\bmobile\b|\btel\b|\bcontact number\b"),
        (Use.IDENTIFIER, "POSTCODE", r"\bpost ?codes?\b"),
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
            r"|^(?:progress|finished|duration(?: in seconds)?|tracking(?: link)?)$",
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
OF_QUESTION = frozenset({Use.DEMOGRAPHIC, Use.CONSENT, Use.IDENTIFIER, Use.NAME})
KINDS = tuple(dict.fromkeys(said.key for said, _ in HEADINGS if said.use is Use.IDENTIFIER))

# What the cells of an identifier look like, whatever its heading says.
SHAPES = {
    "EMAIL": re.compile(r"\S+@\S+\.\S+"),
    "POSTCODE": re.compile(r"[A-Za-z]{1,2}\d[A-Za-z\d]?(?: ?\d[A-Za-z]{2})?"),
    "PHONE": re.compile(r"(?=(?:\D*\d){10,13}\D*$)\+?[\d\s()./-]+"),
    "IP_ADDRESS": re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|[\da-fA-F]{0,4}(?::[\da-fA-F]{0,4}){3,7}"),
    "ADDRESS": re.compile(r"(?:flat \w+|\d+\w?)[, ]+\w.*", re.IGNORECASE | re.DOTALL),
    "NHS_NUMBER": re.compile(r"\d{3}[ -]?\d{3}[ -]?\d{4}"),
}
TELLING_SHAPES = ("EMAIL", "POSTCODE", "PHONE", "IP_ADDRESS")  # alone enough, with no word in the heading
ENOUGH = 2000  # cells of a column, taken evenly from all of them, by which it is judged
MOST = 0.6  # of the cells that hold anything
WORDY = 8  # mean words in a cell above which it is somebody's answer, not an identifier or a category

ASKS = re.compile(
    r"\b(?:why|what|how|tell us|tell me|describe|explain|comments?|suggest\w*|reasons?|anything|feedback"
    r"|views?|thoughts?|experiences?|please (?:say|give|share|specify)|other|responses?|statement|concerns?|ideas?"
    r"|improve\w*|details?)\b"
)
# An answer of these words alone was ticked on a scale: "Neither agree nor disagree", "Yes, a lot".
SCALE_WORDS = phrases("""
    strongly | somewhat | slightly | tend | to | neither | nor | very | fairly | quite | extremely | not | at | all |
    agree | disagree | yes | no | maybe | don | t | dont | know | sure | unsure | always | often | sometimes | rarely |
    never | good | poor | excellent | fair | average | satisfied | dissatisfied | neutral | support | oppose | about |
    the | same | much | better | worse | a | lot | little | high | medium | low | important | unimportant | daily |
    weekly | monthly | yearly | true | false | safe | unsafe | likely | unlikely | or | and | of | time | most
""")
FIGURE = re.compile(r"[\d.,:/%£$+ -]+|\d{4}-\d\d-\d\d[ T].*")
FEW_OPTIONS = 10
SHORT_OPTION, LONG_OPTION = 5, 12  # words
MANY_ROWS = 20
OPEN_WORDS = 3

YES = re.compile(
    r"(?:yes|y|true|1|ok|okay|agree|i agree|consent|i consent|happy|i am happy|permission given|granted)\b"
)
NO = re.compile(r"(?:no|n|false|0|2|never|decline|refuse|refused|disagree)\b|.*\b(?:not|dont|don t)\b")
# "Yes, but not my name" allows an unnamed quote, the only kind made here; "Yes, but don't quote me" does not.
BUT_NOT = re.compile(r".*\b(?:not|dont|don t)\b(?!.*\bname)")
ASKS_SECRECY = re.compile(r"\bconfidential\w*\b|\b(?:not|dont|don t) (?:to )?(?:be )?(?:publish|quot)\w*")


def heading_use(heading: str) -> HeadingUse | None:
    """What a heading says of its column, by the rules above and the characteristics; None where it may be asking."""
    from engagement.characteristics import characteristic_of

    if key := characteristic_of(heading):
        return HeadingUse(Use.DEMOGRAPHIC, key)
    words = _bare(heading)
    return next((use for use, pattern in HEADINGS if pattern.search(words)), None)


def _bare(heading: str) -> str:
    """A folded heading without what stands in brackets: "your name" of "Your name (optional)"."""
    return fold(re.sub(r"[(\[].*?[)\]]|\boptional\b", " ", heading, flags=re.IGNORECASE)) or fold(heading)


def columns_of(
    headings: Sequence[str], rows: Sequence[Sequence[str]], amended: Sequence[Amendment] = ()
) -> tuple[Column, ...]:
    """Every column that has a heading or a cell, in order; a column without a heading is called by its letter.

    Of several columns of the same heading the first amendment is for the first, the second for the second.
    """
    columns = []
    waiting = list(amended)
    for at, heading in enumerate(headings):
        cells = [row[at] for row in rows if row[at]]
        if not heading and not cells:
            continue
        named = heading or f"Column {letters(at)}"
        option = option_of(heading)[1]
        said = next((one for one in waiting if fold(one.heading) == fold(named)), None)
        if said:
            waiting.remove(said)
            columns.append(Column(at, named, said.use, said.key, "you said so", option, said.question or named))
        else:
            guess = _guess(heading, cells[:: len(cells) // ENOUGH + 1])
            columns.append(Column(at, named, guess.used.use, guess.used.key, guess.because, option, named))
    return tuple(columns)


def describe(column: Column) -> str:
    """What a column was taken for and why: "race, because the heading asks for it"."""
    return f"{column.use.value}{f' ({column.key})' if column.key else ''}, because {column.because}"


def _guess(heading: str, cells: Sequence[str]) -> Guess:
    question, option = option_of(heading)
    said = heading_use(heading)
    if said is None and (asked := heading_use(question)) and asked.use in OF_QUESTION:
        said = asked
    of_options = said is not None and said.use in {Use.DEMOGRAPHIC, Use.CONSENT}
    if option and cells and not of_options and is_ticked(option, cells):
        return Guess(HeadingUse(Use.CLOSED), "its cells do no more than tick an option")
    if said and _borne_out(said, heading, cells):
        return Guess(said, "the heading asks for it" if cells else "the heading asks for it, and nobody answered")
    for kind in TELLING_SHAPES:
        if _share(cells, SHAPES[kind]) >= MOST:
            return Guess(HeadingUse(Use.IDENTIFIER, kind), "most of its cells have the shape of one")
    if _is_open(heading, cells):
        asks = "people answer in their own words" if cells else "the heading asks for words, and nobody answered"
        return Guess(HeadingUse(Use.OPEN), asks)
    if not cells:
        return Guess(HeadingUse(Use.CLOSED), "nobody answered, and the heading does not ask for words")
    return Guess(HeadingUse(Use.CLOSED), "its cells are figures, a few options or single words")


def _borne_out(said: HeadingUse, heading: str, cells: Sequence[str]) -> bool:
    """Whether the cells allow what the heading says: a question that speaks of an address is not one."""
    if not cells:
        return said.use is not Use.TIMESTAMP
    if said.use is Use.CONSENT:
        return sum(consents(heading, cell) is not None for cell in cells) >= MOST * len(cells)
    if said.key in SHAPES and _share(cells, SHAPES[said.key]) >= MOST:
        return True
    if said.use is Use.DEMOGRAPHIC:
        return _mean_words(cells) <= WORDY or len(set(cells)) <= max(len(cells) / 2, 1)
    return len(_bare(heading).split()) <= SHORT_HEADING and _mean_words(cells) <= WORDY


def _is_open(heading: str, cells: Sequence[str]) -> bool:
    """Whether people answer in their own words: more than three on average, or most of them each their own way."""
    words = fold(heading)
    asks = bool(ASKS.search(words)) and " " in words
    cells = [cell for cell in cells if not is_non_answer(cell)]
    if not cells:
        return asks
    said = [fold(cell) or cell for cell in cells]
    if sum(SCALE_WORDS.issuperset(cell.split()) for cell in said) >= MOST * len(said) or _share(cells, FIGURE) >= MOST:
        return False
    if sum(cell.endswith(";") for cell in cells) >= MOST * len(cells):
        return False  # as Microsoft Forms ends a list of what was ticked
    ticked = [option.strip() for cell in cells for option in cell.split(";") if has_words(option)]
    if len(ticked) > len(cells) and len(set(ticked)) <= min(len(ticked) / 2, 2 * FEW_OPTIONS):
        return False
    times = Counter(said)
    if len(times) <= FEW_OPTIONS and _are_options(times, asks):
        return False
    longest = max(len(answer.split()) for answer in times)
    return _mean_words(said) > OPEN_WORDS or (asks and (len(times) > len(said) / 2 or longest > SHORT_OPTION))


def _are_options(times: Counter[str], asks: bool) -> bool:
    """Whether answers come from a list: most of them again and again, not one text of a campaign among others."""
    rows, again = times.total(), sum(number > 1 for number in times.values())
    if len(times) > rows / 2 or again < len(times) / 2:
        return False
    if asks and rows < MANY_ROWS:
        return max(len(answer.split()) for answer in times) <= SHORT_OPTION
    return _mean_words(list(times)) <= LONG_OPTION


def _share(cells: Sequence[str], pattern: re.Pattern[str]) -> float:
    """The share of the cells with something in them that have this shape."""
    told = [cell.strip() for cell in cells if not is_non_answer(cell)]
    return sum(bool(pattern.fullmatch(cell)) for cell in told) / len(told) if told else 0.0


def _mean_words(cells: Sequence[str]) -> float:
    return sum(len(cell.split()) for cell in cells) / len(cells)


def consents(heading: str, answer: str) -> bool | None:
    """Whether an answer to a question such as "May we publish your response?" allows it; None where it doesn't say.

    Uncoded 1 and 2 are yes and no, as forms number them. A question that asks for secrecy is turned about.
    """
    words = fold(answer)
    allowed = None
    if YES.match(words):
        allowed = not BUT_NOT.match(words)
    elif NO.match(words):
        allowed = False
    if allowed is not None and ASKS_SECRECY.search(fold(heading)):
        return not allowed
    return allowed


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
