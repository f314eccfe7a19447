"""What exported documents say of numbers, as facts; whatever nobody has thought of is left unexplained.

A sentence is explained where it is the same in every document (a literal of our code), where it follows from tables
that are published anyway (`documents_follow.py`), or where it is of a form below, each number of which then is a fact.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from engagement.characteristics import DEFAULT
from engagement.comparing import findings
from engagement.comparing.compare import Verdict
from engagement.comparing.population import Presence
from engagement.export import (
    charts,
    equality,
    equality_groups,
    equality_workbook,
    evidence_quotes,
    phrases,
    quantifiers,
    report,
    report_back,
    report_method,
    sheets,
    workbook,
)
from engagement.model import ALL, Count, DisclosureRule, FilterKind
from engagement.slices import Slicer
from tests import attacker
from tests.documents_follow import NAMES, Follows, Key, Printed
from tests.documents_read import Grid, Read, Sentences
from tests.exports_made import KEYS

OURS = (charts, equality, equality_groups, equality_workbook, evidence_quotes, findings, phrases, quantifiers, report,
        report_back, report_method, sheets, workbook)  # fmt: skip
LABELS = {DEFAULT.label(key): key for key in KEYS}
STANCES = {words: str(stance) for stance, words in phrases.STANCES.items()}
TELLS = re.compile(r"\d|\b(?:nearly all|most|half|some|minority|few)\b", re.IGNORECASE)
WORDS_FOR = "|".join(band.words for band in quantifiers.SCALE) + "|a few"
T = f"({'|'.join(NAMES)})"
N, P = r"(?:about )?([\d,]+)", r"(\d+)%"
QUESTION = re.compile(r"What of (q\d)\?")
TITLES = re.compile(
    rf"^(?:Themes raised: What of q\d\?|How many people raised each theme|{T}, by (?:sex|disability))\. "
)
HIDES = re.compile(r"Hidden|Fewer than \d+|Not asked", re.IGNORECASE)
NEARLY = 1e-9


@dataclass
class Told:
    """What a document tells. Shares are of a key; a word of the scale is of people raised, of people asked."""

    numbers: list[tuple[Key, int | None]] = field(default_factory=list)
    parts: list[tuple[Key, Printed]] = field(default_factory=list)
    words: list[tuple[str, Key, Key]] = field(default_factory=list)
    alone: dict[str, list[Printed]] = field(default_factory=lambda: defaultdict(list))
    unexplained: list[str] = field(default_factory=list)

    def number(self, key: Key, printed: Printed) -> None:
        if isinstance(printed, str) and HIDES.fullmatch(printed):
            self.numbers.append((key, None))
        elif isinstance(printed, (int, float)) or re.fullmatch(r"[\d,]+", printed):
            self.numbers.append((key, int(str(printed).replace(",", "").removesuffix(".0"))))
        else:
            self.unexplained.append(f"{key}: {printed}")


def literals() -> frozenset[str]:
    """Every string in our exports' code: what stands in a document word for word says nothing of a round."""
    trees = (ast.parse(Path(inspect.getfile(module)).read_text(encoding="utf-8")) for module in OURS)
    found = {each.value for tree in trees for each in ast.walk(tree) if isinstance(each, ast.Constant)}
    return frozenset(" ".join(each.split()) for each in found if isinstance(each, str))


# ------------------------------------------------------------------ sentences

# Of each form: what its numbers are. "n" and "p" are cells, at the question and the theme above where none is named;
# "%" a share of the last "p"; other names are numbers that stand alone, and "-" tells of no person and no mention.
FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (rf"{N} (?:people|person) took part\.", ("n",)),
    (rf"({WORDS_FOR}) people who took part raised {T}: {N} of {N} \({P}\)\.", ("word", "T", "p", "n", "%")),
    (rf"{N} of {N} (?:people|person) raised {T} \({P}\)\.", ("p", "n", "T", "%")),
    (rf"{N} (?:people|person) raised {T}\.", ("p", "T")),
    (rf"{T} came up in {N} passages?\. The number of people is hidden\.", ("T", "m")),
    (rf"Too few people raised {T} for their number to be shown, or showing it would give away another\.", ("T",)),
    (rf"Shares are of everyone who took part: {N} people\. .*100%\.", ("n",)),
    (rf"{T} was raised by the most people: {N} of {N} people\.", ("T", "p", "n")),
    (rf"{T} was raised by the most people: {N} people\.", ("T", "p")),
    (rf"{T}(?:, {T})? and {T} were raised by the most people: {N} of {N} people each\.", ("T", "T", "T", "p", "n")),
    (rf"{T}(?:, {T})? and {T} were raised by the most people: {N} people each\.", ("T", "T", "T", "p")),
    (rf"{N} (?:people|person) answered this question or spoke on this topic\.", ("n",)),
    (rf"It came up in {N} passages?\.(?: Allowing for chance, the share is between {P} and {P}\.)?", ("m", "%", "%")),
    (rf"Allowing for chance, the share is between {P} and {P}\.", ("%", "%")),
    (rf"{T}: {N} people", ("beside", "p")),
    (rf"{T} \({N} people\)", ("T", "p")),
    (rf"{T}(?:, {T})? and {T} \({N} people\)", ("T", "T", "T", "p")),
    (rf"We cut what people said into short passages\. There (?:are|is) {N} passages?\.", ("excerpts",)),
    (r"We cut what people said into short passages\. There are fewer than \d+ passages\.", ()),
    (rf"{N} passages? (?:carry|carries) none of the themes(?: whose number is shown)?\.", ("uncoded",)),
    (rf"In all, {N} texts? copied another one and counted with it\.", ("copies",)),
    (r"We found (\d+) campaigns?: the same text from three or more people\. Each is counted as one voice\.",
     ("campaigns",)),
    (rf"A computer .* (\d+) (?:person has|people have) decided on {N} of {N} that are counted here \({P}\)\.",
     ("coders", "decided", "codings", "-")),
    (rf"A computer .* (\d+) (?:person has|people have) decided on fewer than \d+ of {N} that are counted here\. .*",
     ("coders", "codings")),
    (rf".* each coded (?:{N}|fewer than \d+) passages?, the same ones\. (?:Over all themes together alpha is "
     r"(-?\d\.\d\d)\.|There is too .*|The table says how far they agree on each theme\.)", ("sampled", "alpha")),
    (r"(\d+) themes? (?:is|are) not in the table, because too few people raised (?:it|them)\."
     r"(?: So there is no measure of all themes together either\.)?", ("themes hidden",)),
    (r"(\d+) more themes? (?:was|were) raised by too few people for a number\. Take .* into account too\.",
     ("themes hidden",)),
    (r"(\d+) more groups? (?:is|are) not shown, because too few people are behind (?:it|them)\.", ("groups hidden",)),
    (r"One person can raise more than one theme\. (\d+) other themes? (?:is|are) in the rest of this report\.", ("-",)),
    (r"For (\d+) groups? there is no number that we can show: .*", ("-",)),
    (r"(\d+) combinations? (?:is|are) hidden, to protect people\.", ("-",)),
    (r"We read (?:all )?(\d+) files?(?: that we received)?\.", ("-",)),
    (r"We used a list of (\d+) themes, called a codebook: “book”, version (\d+)\. It is in the appendix\.", ("-", "-")),
    (r"“book”, version (\d+), has (\d+) themes\.", ("-", "-")),
    (r"book, version (\d+)\.", ("-",)),
    (r"Some answers are in .* The program reads English alone, so these are left for people to sort\.", ()),
    (r"(?:Anytown Council, )?2 January 2026|.*(?:on|Made on) 2 January 2026.*|.*: page \d+ of \d+", ()),
    (r"We do not show any number of people below (\d+)\.", ("-",)),
    (r"All other numbers of people are rounded to the nearest (\d+)\.", ("-",)),
    (r"We describe a person who is quoted only in words that fit at least (\d+) people who took part\.", ("-",)),
    (r"(?:Themes raised: |Where people stand: |People who raised each theme: )?What of q\d\?", ()),
    (r"(?:Coder \d \(blind\) and the computer|Agreement between coder \d \(blind\) and the computer)", ()),
    (r"We use them only when at least .*|These words are our own scale\. .*", ()),
    (r".*: the number of people is hidden for .*\.", ()),
)  # fmt: skip
COMPILED = tuple((re.compile(form, re.IGNORECASE), what) for form, what in FORMS)


def tell(read: Read, known: Follows, fixed: frozenset[str]) -> Told:
    """Everything that a file says."""
    told = Told()
    for each in read.sentences:
        for text in _singly(each.text, known, fixed):
            _sentence(text, each, told)
    for grid in read.grids:
        _grid(grid, told, known, fixed)
    for _, attribution in read.quotes:
        if re.search(r"\d", attribution):
            told.unexplained.append(attribution)
    return told


def _singly(text: str, known: Follows, fixed: frozenset[str]) -> Iterator[str]:
    """What is left to explain of a text; a picture's words are its title and then its finding."""
    text = TITLES.sub("", text)
    for words in sorted(known.sentences, key=len, reverse=True):
        text = text.replace(words, "").strip()
    if TELLS.search(text) and text not in fixed:
        yield text


def _sentence(text: str, where: Sentences, told: Told, context: Key | None = None) -> None:
    found = next((hit for form, what in COMPILED if (hit := (form.fullmatch(text), what))[0]), None)
    if found is None:
        told.unexplained.append(f"{where.place.headings} {text}")
        return
    match, what = found
    at = context or _context(" ".join(where.place.headings))
    groups = dict(enumerate(match.groups()))
    themes = [NAMES[groups[place].title()] for place, kind in enumerate(what) if kind == "T" and groups[place]]
    keys = [Key("p", theme, at.held, at.where) for theme in themes] or [Key("p", at.theme, at.held, at.where)]
    base = Key("n", "", at.held, at.where)
    for place, kind in enumerate(what):
        value = groups[place]
        if value is None or kind in ("-", "T"):
            continue
        if kind == "word":
            told.words.append((value.casefold(), keys[0], base))
        elif kind == "beside":
            keys = [Key("p", NAMES[value], at.held, at.where | {(str(FilterKind.THEME), at.theme)})]
        elif kind in ("p", "m", "n"):
            for key in keys if kind != "n" else [base]:
                told.number(Key(kind, key.theme if kind != "n" else "", key.held, key.where), value)
        elif kind == "%":
            told.parts += [(key, f"{value}%") for key in keys]
        else:
            told.alone[kind].append(value)


def _context(words: str) -> Key:
    """The theme and the question that headings or a caption name."""
    question = QUESTION.search(words)
    theme = next((key for name, key in NAMES.items() if re.search(rf"\b{name}\b", words)), "")
    where = {(str(FilterKind.QUESTION), question[1])} if question else set()
    return Key("p", theme, frozenset(), frozenset(where))


# --------------------------------------------------------------------- tables

ASKED = {"People", "People in the group", "People who answered", "People who took part"}
RAISED = {"People who raised it", "People who raised both"}
OFTEN = {"Passages", "Mentions"}
SHARED = re.compile(r"(?:.*\b)?share\b.*|95% interval|.*limit|difference|added|number", re.IGNORECASE)
SILENT = re.compile(r"Not known|Not compared|Not given|Hidden|Not measured")
SCALE = ("Word", "Share of people")
NAMED = {"Theme", "Question", "Characteristic", "Characteristics", "Group", "Combination", "Bar", "Other theme",
         "Where they stand", *LABELS}  # fmt: skip
OPEN = re.compile(r".*for the author to fill in|.*for the people who decide to fill in|Contents|"
                  r"What people were asked .*|Quotes, theme by theme|In people’s own words|What each theme means|"
                  r"Characteristics without evidence")  # fmt: skip
ALONE = re.compile(r"What we received|What was left out|How many sent each campaign’s text|What came in, and .*|"
                   r"Groups of passages that fit no theme|What people said beyond the themes|"
                   r"Agreement between .*|How far coders agree")  # fmt: skip


def _grid(grid: Grid, told: Told, known: Follows, fixed: frozenset[str]) -> None:
    if grid.headings == SCALE:
        return  # `bands` reads it
    if OPEN.fullmatch(grid.caption):
        _open(grid, told, known, fixed)
    elif ALONE.fullmatch(grid.caption):
        for row in grid.rows:
            for head, value in zip(grid.headings[1:], row[1:], strict=True):
                several = len(grid.headings) > 2
                name = " / ".join(map(str, (*(row[:3] if "First coder" in grid.headings else row[:1]),)))
                told.alone[f"{name} / {head}" if several else name].append(value)
    else:
        for line in grid.lines():
            _line(line, grid, told)


def _open(grid: Grid, told: Told, known: Follows, fixed: frozenset[str]) -> None:
    """A table of words: each is explained as a sentence is, but for quotes and definitions."""
    skipped = {"Quote", "Excerpt"}
    for line in grid.lines():
        for head, value in line.items():
            for text in _singly(str(value), known, fixed) if head not in skipped else ():
                _sentence(text, Sentences(grid.place, text), told)


def _line(line: Mapping[str, Printed], grid: Grid, told: Told) -> None:
    at = _named(line, grid)
    base = Key("n", "", at.held, at.where)
    for head, value in line.items():
        if head in ASKED:
            told.number(at if head == "People" and at.theme else base, value)
        elif head in RAISED or head in OFTEN:
            told.number(replace(at, measure="m" if head in OFTEN else "p"), value)
        elif head in NAMES:
            told.number(replace(at, theme=NAMES[head]), value)
        elif head in STANCES:
            told.number(replace(at, where=frozenset({(str(FilterKind.STANCE), STANCES[head])})), value)
        elif head == "Raised most" and value != "Hidden":
            _sentence(str(value), Sentences(grid.place, ""), told, replace(at, theme=""))
        elif SHARED.fullmatch(head):
            told.parts += [] if SILENT.fullmatch(str(value)) else [(at if at.theme else base, value)]
        elif head not in NAMED and TELLS.search(str(value)) and str(value) not in VERDICTS:
            told.unexplained.append(f"{grid.caption} / {head}: {value}")


def _named(line: Mapping[str, Printed], grid: Grid) -> Key:
    """What the row's own words and the words above say that its numbers are of."""
    at = _context(f"{' '.join(grid.place.headings)} {grid.caption}")
    theme, held, where = at.theme, set(at.held), set(at.where)
    for head, words in ((head, str(value)) for head, value in line.items()):
        if head == "Theme" or (head == "Bar" and words in NAMES):
            theme = NAMES[words]
        elif head == "Other theme":
            where.add((str(FilterKind.THEME), NAMES[words]))
        elif head == "Question":
            where = {(str(FilterKind.QUESTION), QUESTION.fullmatch(words)[1])}
        elif head == "Where they stand":
            where.add((str(FilterKind.STANCE), STANCES[words]))
        else:
            held |= _categories(head, words, line, grid)
    return Key("p", theme, frozenset(held), frozenset(where))


def _categories(head: str, words: str, line: Mapping[str, Printed], grid: Grid) -> set[tuple[str, str]]:
    """Which people a cell names, by the heading above it, by the caption or by another cell."""
    if head in LABELS and words != ALL:
        return {(LABELS[head], words)}
    if head == "Bar":
        return {(key, words) for label, key in LABELS.items() if grid.caption.endswith(label.lower())}
    if head in ("Group", "Combination"):
        kinds = str(line.get("Characteristic", line.get("Characteristics"))).split(" and ")
        return set(zip((LABELS[label] for label in kinds), words.split(", "), strict=True))
    return set()


VERDICTS = {str(each)[:1].upper() + str(each)[1:] for each in (*Verdict, *Presence)}


def disagree(told: Told, numbers: Slicer, known: Follows) -> list[str]:
    """The facts that are no cell of the slicer, nor follow from its cells."""
    found = list(told.unexplained)
    for key, value in told.numbers:
        cell = key.of(numbers)
        if (cell.value if isinstance(cell, Count) else None) != value:
            found.append(f"{key} is told to be {value}")
    for key, value in told.parts:
        held = known.parts.get(key, frozenset())
        near = isinstance(value, float) and any(isinstance(each, float) and abs(each - value) < NEARLY for each in held)
        if value not in held and not near:
            found.append(f"{value} of {key} does not follow")
    return found


def bands(read: Read) -> dict[str, tuple[float, float, float]]:
    """The printed scale: word -> least and greatest share (not reached), and the most people."""
    grid = next(each for each in read.grids if each.headings == SCALE)
    found = {}
    for word, meaning in grid.rows:
        numbers = [float(each) for each in re.findall(r"(\d+)%", str(meaning))]
        people = re.search(r"no more than (\d+) people", str(meaning))
        low, high = (0.0, numbers[0]) if str(meaning).startswith("less") else (numbers[0], (*numbers, 100.1)[1])
        found[str(word).casefold()] = (low / 100, high / 100, float(people[1]) if people else float("inf"))
    return found


def interval_of(printed_as: Printed, rule: DisclosureRule, least: int = 0) -> tuple[int, int | None]:
    """The least and the greatest number that one that stands alone may be; "Hidden" may be any."""
    text = str(printed_as).replace(",", "").removesuffix(".0")
    if text.isdecimal():
        return attacker.interval(int(text), rule)
    return least, None if text == "Hidden" else rule.threshold - 1
