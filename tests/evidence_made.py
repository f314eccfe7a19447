"""Evidence made by hand, a small project to gather it from, and the plain text of a document: for tests of exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from engagement.agreement import MICRO, Measure, ThemeAgreement
from engagement.anonymise import restore
from engagement.characteristics import DEFAULT
from engagement.comparing.compare import beyond_parts, compare
from engagement.config import RULES
from engagement.export.blocks import Bars, Document, Heading, Listing, Paragraph, Quotation, Table
from engagement.export.evidence import Asked, Checked, Evidence, Found, Received, Reliability
from engagement.model import (
    ALL,
    Answer,
    Cell,
    Codebook,
    Coding,
    Count,
    Decision,
    Excerpt,
    FileCounts,
    Hidden,
    Kind,
    Participant,
    Question,
    Quote,
    Role,
    Round,
    SafeDocument,
    SafeText,
    SafeTurn,
    SliceRequest,
    SliceRow,
    SliceTable,
    Stance,
    Stated,
    Theme,
    digest_of,
)
from engagement.store import Store

PUBLISH = RULES["publish"]
FEW = Hidden("fewer than 10 people")
ON = date(2026, 3, 4)
BOOK = Codebook(
    "Invented codebook",
    2,
    (
        Theme("housing", "Housing", "Having and keeping a home", ("rents", "repairs"), ("hall hire",)),
        Theme("access", "Access", "Barriers to a service or a building", parent="housing"),
        Theme("rare", "Rare thing", ""),
    ),
)


def safe(words: str) -> SafeText:
    return restore(words, digest_of(words))


def quote(number: int, words: str, attribution: str = "Participant") -> Quote:
    text = safe(words)
    return Quote(f"e{number}", text, 0, len(text), digest_of(text), attribution, PUBLISH.name)


def table(by: tuple[str, ...], rows: Mapping[tuple[str, ...], Sequence[Cell]], keys: Sequence[str]) -> SliceTable:
    """A table of people; of each row the base, then the themes of `keys`."""
    made = tuple(SliceRow(at, base, dict(zip(keys, said, strict=True))) for at, (base, *said) in rows.items())
    return SliceTable(SliceRequest(by=by), PUBLISH, made)


DISABILITY = table(
    ("disability",),
    {
        (ALL,): (Count(200), Count(75), Count(50), FEW),
        ("Disabled",): (Count(70), Count(25), Count(40), FEW),
        ("Not disabled",): (Count(130), Count(50), Count(10), FEW),
    },
    BOOK.keys,
)
CROSSED = table(
    ("disability", "sex"),
    {
        (ALL, ALL): (Count(200), Count(75), Count(50), FEW),
        (ALL, "Female"): (Count(100), Count(40), Count(25), FEW),
        (ALL, "Male"): (Count(100), Count(35), Count(25), FEW),
        ("Disabled", ALL): (Count(70), Count(25), Count(40), FEW),
        ("Disabled", "Female"): (Count(40), Count(15), Count(30), FEW),
        ("Disabled", "Male"): (Count(30), Count(10), Count(10), FEW),
        ("Not disabled", ALL): (Count(130), Count(50), Count(10), FEW),
        ("Not disabled", "Female"): (Count(60), Count(25), FEW, FEW),
        ("Not disabled", "Male"): (Count(70), Count(25), FEW, FEW),
    },
    BOOK.keys,
)
QUOTES = {
    "housing": ((quote(1, "The lift is broken again.", "Participant, Disabled"), ""),),
    "access": ((quote(2, "Steps, everywhere.", "Participant, Disabled"), "typical"),),
}


def received(**changes: Any) -> Received:
    made = Received(
        files=4,
        read=3,
        reasons=("unreadable file 1.pdf: the file is empty.",),
        people=Count(230),
        excerpts=Count(640),
        copies=Count(30),
        campaigns=1,
        refused=Count(15),
        withdrawn=FEW,
        languages={"pl": Count(40)},
        left_out={"heading": FEW, "row id": Count(140)},
        replaced={"PERSON": 41, "POSTCODE": 1},
        sent=(Count(30),),
        unused={"answers left blank": Count(45)},
    )
    return replace(made, **changes)


def made(book: Codebook = BOOK, disability: SliceTable = DISABILITY, **changes: Any) -> Evidence:
    """A round of 200 people with two themes that are shown and one that is not; `changes` are of its fields."""
    total = disability.rows[0]
    compared = compare(disability)
    found = tuple(
        Found(
            theme,
            theme.name,
            total.themes[theme.key],
            total.themes[theme.key],
            {Stance.SUPPORT: Count(30), Stance.OPPOSE: FEW} if theme.key == "housing" else {},
            tuple(("disability", one) for one in compared if one.theme == theme.key),
            QUOTES.get(theme.key, ()),
        )
        for theme in book.themes
    )
    evidence = Evidence(
        held=Round("Fair Anytown", "2026-01-05", "2026-02-06", "to hear what people need"),
        organisation="Anytown Council",
        rule=PUBLISH,
        sets=DEFAULT,
        codebook=book,
        made_on=ON,
        version="0.0.1",
        received=received(),
        total=total.base,
        found=found,
        asked=(Asked("What should change?", Count(120), dict(total.themes), {Stance.SUPPORT: Count(60)}),),
        profiles={"disability": disability},
        crossed={("disability", "sex"): CROSSED},
        combined={("disability", "sex"): beyond_parts(CROSSED)},
        together={("housing", "access"): Count(20), ("housing", "rare"): FEW, ("access", "rare"): FEW},
        gaps=(),
        emergent=(("bus, timetable, stop", Count(15)),),
        uncoded=Count(90),
        reliability=(),
        reflexive=False,
        changes=("Version 2: “Homes” became “Housing”.",),
        checked=Checked(Count(125), Count(25), 1),
        stability={"bus, timetable, stop": 0.8},
        few=2,
        spoken={("disability", "Disabled"): ((QUOTES["access"][0][0], "access"),)},
    )
    return replace(evidence, **changes)


def uncoded() -> Evidence:
    """The same round before anything is coded."""
    empty = {
        "found": (),
        "asked": (),
        "combined": {},
        "together": {},
        "emergent": (),
        "changes": (),
        "few": 0,
        "spoken": {},
    }
    return made(codebook=Codebook("", 0, ()), uncoded=Count(640), checked=None, stability={}, **empty)


def agreed(value: float = 0.81) -> Reliability:
    """Two coders on two themes, one of which neither used."""
    number = Measure(value, value - 0.1, value + 0.1)
    none = Measure(why="neither coder used it")
    rows = (
        ThemeAgreement("housing", 60, 20, 3, 2, 35, number, number, number, number),
        ThemeAgreement("access", 60, 0, 0, 0, 60, none, none, none, none),
        ThemeAgreement(MICRO, 120, 20, 3, 2, 95, number, number, number, number),
    )
    return Reliability("coder 1 (blind)", "the computer", 60, rows, 1)


def texts(document: Document) -> list[str]:
    """Everything that the document says, piece by piece."""
    found = [document.title, document.subtitle, document.organisation]
    for block in document.blocks:
        match block:
            case Heading(_, text) | Paragraph(text, _):
                found.append(text)
            case Listing(items, _):
                found += items
            case Table(caption, headings, rows):
                found += [caption, *headings, *(cell for row in rows for cell in row)]
            case Bars(title, finding, unit, bars):
                found += [title, finding, unit, *(f"{name} {numbers}" for name, *numbers in bars)]
            case Quotation(text, attribution):
                found += [text, attribution]
    return found


def project(
    folder: Path, people: Sequence[Mapping[str, str]], said: Sequence[tuple[int, str, tuple[str, ...]]]
) -> Store:
    """A project of a round in which these people, by what they declared, said these words on these themes.

    `said` are (place of the person, words, keys of BOOK).
    """
    store = Store.open(folder, create=True)
    store.save_round(Round("Fair Anytown", "2026-01-05", "2026-02-06", "to hear what people need"))
    persons = tuple(
        Participant(
            f"p{number:05}",
            safe(f"Person {number}"),
            Role.PARTICIPANT,
            None,
            tuple(Answer(key, Stated.GIVEN, category) for key, category in declared.items()),
            None,
        )
        for number, declared in enumerate(people)
    )
    turns, excerpts, codings = [], [], []
    for place, (number, words, keys) in enumerate(said):
        text, digest, person = safe(words), digest_of(words), f"p{number:05}"
        kind, role = Kind.RESPONSE, Role.PARTICIPANT
        question = f"q{place % 2}"
        turns.append(SafeTurn(place, f"row {place}", kind, text, digest, role, person, question, ()))
        excerpts.append(Excerpt(f"e{place}", "s1", place, place, text, 0, len(text), digest, role, person, question))
        codings += [Coding(f"e{place}", key, "machine:m:1", Decision.SUGGESTED, 0.8, (0, 4)) for key in keys]
    questions = (Question("q0", safe("What is hard?")), Question("q1", safe("What should change?")))
    counts = FileCounts(turns=len(turns), answered=len(turns), by_language={"en": len(turns)})
    name = safe("responses.csv")
    document = SafeDocument("s1", name, "csv", digest_of("s1"), tuple(turns), persons, questions, counts, {})
    store.add_document(document, excerpts, (), {})
    store.coded.save_codebook(BOOK)
    store.coded.replace_machine_codings(codings)
    return store
