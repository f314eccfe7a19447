"""The data, in the order they are made.

    RawDocument -> SafeDocument -> Excerpt -> Tag -> Embeddings -> Coding -> SliceTable -> Quote

Words change type once: `RawText` is what a person said, `SafeText` is what the
anonymiser let through. No later stage accepts the first.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, SupportsIndex

from engagement.errors import RawTextLeak

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def content_id(prefix: str, *parts: object) -> str:
    """A short identifier that depends on `parts` alone: the same content gives the same id on any machine."""
    joined = "\x1f".join(str(part) for part in parts)
    return prefix + hashlib.sha256(joined.encode()).hexdigest()[:12]


def digest_of(text: str) -> str:
    """The SHA-256 of `text` in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# ------------------------------------------------------------------ words


class RawText:
    """A person's words before anonymisation. It is not a `str`: it cannot be joined, dumped, pickled or embedded."""

    __slots__ = ("__words",)

    def __init__(self, words: str) -> None:
        self.__words = words

    def reveal(self) -> str:
        """The words. Only the anonymiser and the review page call this; a test looks for others."""
        return self.__words

    def __bool__(self) -> bool:
        return bool(self.__words)

    def __len__(self) -> int:
        return len(self.__words)

    def __repr__(self) -> str:
        return f"RawText(<{len(self.__words)} characters>)"

    def __str__(self) -> NoReturn:
        raise RawTextLeak("RawText has no text form; only the anonymiser may open it")

    def __format__(self, spec: str) -> NoReturn:
        raise RawTextLeak("RawText can't be formatted; only the anonymiser may open it")

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise RawTextLeak("RawText can't be pickled or copied; only the anonymiser may open it")


class Mint:
    """The right to make `SafeText`. The anonymiser holds the only one; a test looks for others."""


class SafeText(str):
    """Words that the anonymiser let through. Slicing gives a plain `str`; `cut` keeps the type."""

    __slots__ = ("__mint",)
    __mint: Mint

    def __new__(cls, words: str, mint: Mint) -> Self:  # noqa: D102 - the class tells of its making
        safe = super().__new__(cls, words)
        safe.__mint = mint
        return safe

    def cut(self, start: int, end: int) -> SafeText:
        """The span from `start` up to `end`, in code points."""
        return SafeText(self[start:end], self.__mint)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise RawTextLeak("SafeText can't be pickled: restore it with anonymise.restore, which checks its digest")


# ------------------------------------------------------------------ ingest


@dataclass(frozen=True, slots=True)
class Round:
    """One engagement exercise. `start`, `end`: ISO dates or empty; `leave_out`: files that are not sources."""

    name: str
    start: str = ""
    end: str = ""
    purpose: str = ""
    leave_out: tuple[str, ...] = ()


class Role(StrEnum):
    """What a person did in the room. Only participants are ever counted."""

    PARTICIPANT = "participant"
    FACILITATOR = "facilitator"
    NOTE_TAKER = "note taker"
    NOBODY = "document"  # prose that no one person said


class Kind(StrEnum):
    """How the words came about."""

    TURN = "turn"  # uninterrupted words in a group
    RESPONSE = "response"  # one respondent's answer to one question
    PROSE = "prose"  # a paragraph of a letter or a document
    REPORTED = "reported"  # what a note taker wrote of what people said: nobody's own words
    ACTION = "action"  # what was agreed to be done: not evidence of anybody


@dataclass(frozen=True, slots=True)
class Source:
    """One file taken in, or a part of a very long one, counted from 1.

    `name` is its path inside the folder, `digest` the SHA-256 of the whole file's bytes. `read_as` changes whenever
    what a user said of it does, in the roster or in columns.yaml: it is then read anew.
    """

    name: str
    format: str
    digest: str
    part: int = 1
    read_as: str = ""

    @property
    def source_id(self) -> str:
        """The same bytes have the same id, whatever the file is called."""
        return f"s{self.digest[:12]}" + (f".{self.part}" if self.part > 1 else "")


@dataclass(frozen=True, slots=True)
class RawPerson:
    """Somebody that a source names: an attendee, a speaker, a respondent.

    `names` are all ways in which they are written, the fullest first; empty where the source gives none.
    `identifiers` are (kind, words) of columns such as e-mail or telephone, known to be theirs.
    `declared` are (characteristic, words as written), an empty text for a blank answer.
    `may_publish` is their answer to "may we publish?", None where it was not asked. `listed_as` tells apart those whom
    the roster lists without a name, by group and code, so that they are the same person in every file.
    """

    names: tuple[RawText, ...] = ()
    listed_as: RawText | None = None
    role: Role = Role.PARTICIPANT
    group: RawText | None = None
    identifiers: tuple[tuple[str, RawText], ...] = ()
    declared: tuple[tuple[str, RawText], ...] = ()
    may_publish: bool | None = None


@dataclass(frozen=True, slots=True)
class RawTurn:
    """One turn, response or paragraph. `person` and `question` are places in the document's tuples.

    `location` says where in the file, in a reader's words: "row 17", "table 2 row 3", "00:04:12". `language` is an
    ISO 639-1 code; words too few to tell are in the language of their file.
    """

    position: int
    location: str
    kind: Kind
    words: RawText
    person: int | None = None
    question: int | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What a file held; everything in it is in exactly one of these.

    Of a table, answered + non_answers + blank + withdrawn_turns are rows times open questions. `duplicates` are the
    answers in it that copy an earlier one, `campaigns` the texts that three or more sent; both stay in `turns`.
    """

    turns: int = 0  # turns, responses and paragraphs that go on
    speakers: int = 0  # people with words of their own
    participants: int = 0  # participants that it names or lists, with words or without
    rows: int = 0
    answered: int = 0
    non_answers: int = 0
    blank: int = 0
    duplicates: int = 0
    campaigns: int = 0
    consent_refused: int = 0  # people who may not be published
    withdrawn: int = 0  # people who refused or withdrew their consent to take part: no word of theirs goes on
    withdrawn_turns: int = 0
    aside: Mapping[str, int] = field(default_factory=dict)  # read, and nobody's words: "heading", "closed question"
    by_language: Mapping[str, int] = field(default_factory=dict)  # of `turns`

    def __add__(self, other: FileCounts) -> FileCounts:
        """What two files held together; somebody in both is counted twice."""
        return FileCounts(
            **{each.name: _added(getattr(self, each.name), getattr(other, each.name)) for each in fields(self)}
        )


def _added(one: Any, other: Any) -> Any:
    return one + other if isinstance(one, int) else dict(Counter(one) + Counter(other))


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A source as read, before anything is made safe."""

    source: Source
    turns: tuple[RawTurn, ...]
    people: tuple[RawPerson, ...] = ()
    questions: tuple[RawText, ...] = ()
    counts: FileCounts = FileCounts()
    notes: tuple[str, ...] = ()  # parts that could not be read, a sentence each


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be taken in, with the sentence that says why and what to do."""

    name: str
    reason: str


# --------------------------------------------------------------- anonymise


@dataclass(frozen=True, slots=True)
class Redaction:
    """One replaced identifier: where it stood in the raw text (code points, end exclusive), never what it said."""

    start: int
    end: int
    kind: str
    replacement: str
    score: float
    found_by: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A decision that may be wrong: where it stands in the raw text, never what it says.

    `kept` tells a candidate that stays in the text, perhaps a leak, from one that was replaced, perhaps for nothing.
    """

    turn: int
    start: int
    end: int
    kind: str
    score: float
    found_by: str
    kept: bool = True


class Stated(StrEnum):
    """How a person answered a question about themselves; the three silences are never the same."""

    GIVEN = "given"
    PREFER_NOT_TO_SAY = "prefer not to say"
    BLANK = "blank"
    UNMAPPED = "not recognised"


@dataclass(frozen=True, slots=True)
class Answer:
    """A declared characteristic. `category` is set where `stated` is given; `confidence` is of the mapping, 0 to 1."""

    characteristic: str
    stated: Stated
    category: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Participant:
    """A person of the round as the project knows them: a pseudonym and what they declared."""

    participant_id: str
    label: SafeText
    role: Role
    group: SafeText | None
    answers: tuple[Answer, ...]
    may_publish: bool | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question or topic that turns answer."""

    question_id: str
    wording: SafeText


@dataclass(frozen=True, slots=True)
class SafeTurn:
    """A turn after anonymisation. `redactions` tell what was replaced; `sha256` is of `text`."""

    position: int
    location: str
    kind: Kind
    text: SafeText
    sha256: str
    role: Role
    participant_id: str | None
    question_id: str | None
    redactions: tuple[Redaction, ...]
    language: str = "en"


@dataclass(frozen=True, slots=True)
class SafeDocument:
    """A source that may go on."""

    source_id: str
    name: SafeText
    format: str
    digest: str
    turns: tuple[SafeTurn, ...]
    participants: tuple[Participant, ...]
    questions: tuple[Question, ...]
    counts: FileCounts
    removed: Mapping[str, int]  # identifiers of columns and labels, by kind: read, used to find mentions, kept nowhere
    notes: tuple[SafeText, ...] = ()  # parts that could not be read, a sentence each
    made_with: str = ""  # changes with the policy and with what a user said of the file
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Withheld:
    """A source that the anonymiser could not make safe. None of its words go on."""

    source_id: str
    name: SafeText
    digest: str
    reason: str


# ------------------------------------------------------- segment, characterise


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The smallest thing that is coded, counted and quoted: `text` is `start` to `end` of its turn, in code points."""

    excerpt_id: str
    source_id: str
    turn: int
    position: int
    text: SafeText
    start: int
    end: int
    sha256: str
    role: Role
    participant_id: str | None
    question_id: str | None
    language: str = "en"


class Basis(StrEnum):
    """Where a tag comes from. Nothing is ever inferred from a name, a voice or a spelling."""

    DECLARED = "declared"
    GROUP = "group"
    MENTIONED = "mentioned"


class About(StrEnum):
    """Whom a mention is of: the one who speaks, somebody else, or the subject at large ("the mosque")."""

    SELF = "self"
    OTHER = "other"
    GENERAL = "general"


@dataclass(frozen=True, slots=True)
class Tag:
    """A characteristic of a participant (declared, group) or of an excerpt (mentioned, with its evidence span)."""

    subject: str
    characteristic: str
    category: str
    basis: Basis
    start: int | None = None
    end: int | None = None
    about: About | None = None  # of a mention


# ------------------------------------------------------------ embed, themes


@dataclass(frozen=True, slots=True)
class Embeddings:
    """One vector a text, of length 1: float32 [len(ids), d], made by the model whose weights have `digest`."""

    ids: tuple[str, ...]
    matrix: NDArray[np.float32]
    model: str
    digest: str


@dataclass(frozen=True, slots=True)
class Theme:
    """An entry of the codebook."""

    key: str
    name: str
    definition: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Codebook:
    """The themes in use, in the order in which they are shown."""

    name: str
    version: int
    themes: tuple[Theme, ...]

    def theme(self, key: str) -> Theme:
        """The theme with this key. Raises KeyError."""
        return {theme.key: theme for theme in self.themes}[key]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the themes, in the codebook's order."""
        return tuple(theme.key for theme in self.themes)


class Decision(StrEnum):
    """What a coder says of a theme on an excerpt."""

    SUGGESTED = "suggested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Coding:
    """A coder's claim that an excerpt carries a theme. `because` is the span of the excerpt that it rests on."""

    excerpt_id: str
    theme_key: str
    coder: str
    decision: Decision
    score: float
    because: tuple[int, int]


class Stance(StrEnum):
    """What an excerpt says of the proposal that its question puts."""

    SUPPORT = "support"
    OPPOSE = "oppose"
    MIXED = "mixed"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class StanceCoding:
    """A coder's claim of where an excerpt stands on a proposal; `score` is the probability, 1 of a person's."""

    excerpt_id: str
    stance: Stance
    coder: str
    score: float
    because: tuple[int, int]


@dataclass(frozen=True, slots=True)
class EmergentTheme:
    """A group of excerpts that the codebook leaves uncovered; offered, never added.

    `nearest` is the key of the codebook's most similar theme. `stability` is the share of repetitions, with other seeds
    and on parts of the texts, in which the group comes back. `representative` are the excerpts nearest its centre.
    """

    key: str
    name: str
    words: tuple[str, ...]
    excerpt_ids: tuple[str, ...]
    nearest: str | None = None
    stability: float = 0.0
    representative: tuple[str, ...] = ()


# ----------------------------------------------------------- slices, quotes


@dataclass(frozen=True, slots=True)
class DisclosureRule:
    """Counts of people below `threshold` are hidden, the rest rounded to the nearest `rounding`.

    `k` is how many people of the round must share a printed combination of characteristics.
    """

    name: str
    threshold: int
    rounding: int
    k: int


@dataclass(frozen=True, slots=True)
class Count:
    """A number that may be shown: rounded as the rule says."""

    value: int


@dataclass(frozen=True, slots=True)
class Hidden:
    """A number that may not. It holds no value, so there is nothing to leak."""

    reason: str


Cell = Count | Hidden
Unit = Literal["people", "mentions", "groups"]


class FilterKind(StrEnum):
    """What a filter looks at: question answered, source, another theme, characteristic talked about, or stance."""

    QUESTION = "question"
    SOURCE = "source"
    THEME = "theme"
    MENTIONED = "mentioned"
    STANCE = "stance"


@dataclass(frozen=True, slots=True)
class Filter:
    """Only what was said in answer to a question, in a source, and so on; `value` is its id or key."""

    kind: FilterKind
    value: str


@dataclass(frozen=True, slots=True)
class SliceRequest:
    """What to count, for all themes or some: the one value that the app, the command line and exports share.

    `by` and `where` come to three at most. Those of `by` that are in `detail` are not rolled up. With
    `Basis.GROUP` a person who declared nothing has the characteristic that their group was convened for.
    """

    by: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    unit: Unit = "people"
    detail: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    basis: Basis = Basis.DECLARED


@dataclass(frozen=True, slots=True)
class SliceRow:
    """One combination of categories, `ALL` where summed over. `base` is who could have said it."""

    categories: tuple[str, ...]
    base: Cell
    themes: Mapping[str, Cell]


ALL = "All"


@dataclass(frozen=True, slots=True)
class SliceTable:
    """The answer to a request: what every page, chart and file shows."""

    request: SliceRequest
    rule: DisclosureRule
    rows: tuple[SliceRow, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A span of a stored excerpt, checked against its digest and cleared by the rule in `cleared_by`.

    `text` is the whole span and `sha256` its digest. `spans` are the parts of it that are printed, in code points of
    the excerpt, and `marks` what is printed before, between and after them: "[...]", "[sic]", "[word]" or nothing.
    Without them all of `text` is.
    """

    excerpt_id: str
    text: SafeText
    start: int
    end: int
    sha256: str
    attribution: str
    cleared_by: str
    spans: tuple[tuple[int, int], ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def printed(self) -> str:
        """The words as they are printed."""
        spans = self.spans or ((self.start, self.end),)
        marks = self.marks or ("",) * (len(spans) + 1)
        pieces = [marks[0]]
        for (start, end), mark in zip(spans, marks[1:], strict=True):
            pieces += [self.text[start - self.start : end - self.start].strip(), mark]
        words = ""
        for piece in filter(None, pieces):
            words += piece if not words or piece[0] in ",.;:?!)" else f" {piece}"
        return words


class Choice(StrEnum):
    """What somebody did with a quote that was chosen for them."""

    PINNED = "pinned"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Pick:
    """A quote of a theme that a person pinned, for the report, or dropped; `place` is its order among the pinned.

    `typed` is the quote as they shortened or mended it, every change marked; empty where it prints as it was said.
    """

    excerpt_id: str
    theme_key: str
    choice: Choice
    place: int = 0
    note: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Memo:
    """What a person wrote on an excerpt, a theme (`subject` is its id or key) or the project (an empty subject)."""

    subject: str
    coder: str
    text: str
    at: str
