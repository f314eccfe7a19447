"""The small round that the golden files are exported from: every id, word and decision is given, none is by chance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engagement.coding.blind import Judged, Sample
from engagement.config import Settings
from engagement.export.evidence import Options
from engagement.model import (
    Choice,
    Coding,
    Decision,
    EmergentTheme,
    Pick,
    Redaction,
    Role,
    Stance,
    StanceCoding,
    Withheld,
)
from engagement.store import Store
from tests.evidence_made import ON, project, safe
from tests.qdpx import add, person, turn

# No model is there, so that quotes are chosen by what every machine has.
SETTINGS = Settings(organisation="Anytown Council", embedding_model=Path("nowhere"))
CENSUS = "characteristic,category,count\nsex,Female,510\nsex,Male,490\n"
PEOPLE = 60  # enough for numbers to be shown; in an analyst's files, which show every one, few are enough
FIRST_SENDER = 48  # from here on all answer the first question with the same words
CAMPAIGN = "Keep the fountain on the square."
HOMES = (
    "The flat has been damp since {month} and nobody comes.",
    "We waited from {month} for the boiler to be mended.",
    "The rent went up in {month}; my wages didn’t. I don’t know how we’ll manage.",
    "Repairs are booked for {month} & then cancelled <again>.",
)
STEPS = (
    "There are steps up to the library, and since {month} the lift is out.",
    "I can’t read the forms. In {month} I asked for large print and got *nothing*.",
    "=The bus with the ramp stopped running in {month}.",
    "مجھے {month} سے گھر میں نمی کا مسئلہ ہے",
)
ELSE = (
    "Our street was swept in {month}, thank you \U0001f44d\U0001f3fd",
    "The shop on the square is shut since {month}.",
    "Bells ring at night, more so in {month}.",
)
MONTHS = ("January", "March", "May", "June", "August", "October", "December")


def made(folder: Path, people: int = PEOPLE) -> Store:
    """The project, open: people who each answer two questions, a small group, and all that somebody decides of both."""
    declared = [_declared(number) for number in range(people)]
    store = project(folder, declared, [each for number in range(people) for each in _answers(number)])
    _group(store)
    _decided(store, tuple(f"e{place}" for place in range(2 * people)))
    senders = range(FIRST_SENDER + 1, people)
    store.replace_copies({("s1", 2 * number): ("s1", 2 * FIRST_SENDER) for number in senders})
    reason = "the analyser took over 300 seconds"
    store.add_withheld(Withheld("s2", safe("minutes of a meeting.docx"), "0" * 64, reason))
    store.replace_unreadable([("scan.pdf", "the file has pictures and no words")])
    return store


def options(folder: Path) -> Options:
    """The fixed date, one crossing, and a population of two lines that is written into `folder`."""
    path = folder / "census.csv"
    path.write_text(CENSUS, encoding="utf-8")
    return Options(ON, crossed=(("disability", "sex"),), population=path)


def _declared(number: int) -> dict[str, str]:
    said = {"disability": "Disabled" if number % 3 == 0 else "Not disabled", "sex": ("Female", "Male")[number % 2]}
    return said | ({"race": ("Indian", "Irish", "Irish", "Caribbean")[number % 5 - 1]} if number % 5 else {})


def _answers(number: int) -> list[tuple[int, str, tuple[str, ...]]]:
    """40 of 60 speak of their home; all disabled people and some others of getting in; four of what is too rare."""
    month = MONTHS[number % len(MONTHS)]
    housing, access, rare = number < 40, number % 3 == 0 or number < 18, number in {19, 20, 22, 23}
    first = (HOMES if housing else ELSE)[number % 3 + housing].format(month=month) + f" That is {number}."
    second = (STEPS if access else ELSE)[(number + number // 3) % 3 + access].format(month=month)
    keys = ("access",) if access else ("rare",) if rare else ()
    return [
        (number, first if number < FIRST_SENDER else CAMPAIGN, ("housing",) * housing),
        (number, f"{second} I say it as number {number}.", keys),
    ]


def _group(store: Store) -> None:
    """Notes of a group that somebody leads, and one of whom may not be published; a name and a place were replaced."""
    led = person(100, role=Role.FACILITATOR)
    spoke = (
        person(101, group="Library group", disability="Disabled", sex="Female", race="Irish"),
        person(102, may_publish=False, disability="Disabled", sex="Male", race="Irish"),
    )
    replaced = (
        Redaction(4, 16, "PERSON", "[Person 1]", 0.9, "known+ner"),
        Redaction(27, 35, "POSTCODE", "AN1", 1.0, "postcode"),
    )
    turns = (
        turn(0, "What would help you here?", led),
        replace(turn(1, "Ask [Person 1] of the AN1 area: the door is too heavy.", spoke[0]), redactions=replaced),
        turn(2, "I would rather that nobody quotes me.", spoke[1]),
    )
    add(store, "notes of the library group.txt", turns, (led, *spoke))


def _decided(store: Store, ids: tuple[str, ...]) -> None:
    """An analyst's and a blind coder's decisions, a group beyond the codebook, quotes picked, memos."""
    coded = store.coded
    coded.add_codings([Coding(each, "housing", "Ann", Decision.ACCEPTED, 1.0, (0, 3)) for each in ids[:20:2]])
    coded.add_codings([Coding(ids[22], "housing", "Ann", Decision.REJECTED, 1.0, (0, 3))])
    stands = [(each, Stance.OPPOSE if place // 2 % 3 else Stance.SUPPORT) for place, each in enumerate(ids)]
    coded.add_stances([StanceCoding(each, stance, "Ann", 1.0, (0, 3)) for each, stance in stands])
    beyond = ("street", "swept", "square"), ids[83::2]
    coded.replace_emergent([EmergentTheme("x1", "Street and square", *beyond, "access", 0.8, ids[83:89:2])])
    sample, keys = ids[:40], frozenset({"housing", "access", "rare"})
    store.sampled.save_sample(Sample("b1", sample, (2.0,) * len(sample), 0.2, 1), "Ann")
    store.sampled.add_judged([Judged(each, "blind:Ben", keys) for each in sample])
    found = [*((each, "housing") for each in sample[:34:2]), *((each, "access") for each in sample[1:16:2])]
    coded.add_codings([Coding(each, key, "blind:Ben", Decision.ACCEPTED, 1.0, (0, 3)) for each, key in found])
    store.collected.save_pick(Pick(ids[4], "housing", Choice.PINNED, 1, "says it plainly"), "Ann")
    store.collected.save_pick(Pick(ids[8], "housing", Choice.DROPPED), "Ann")
    store.collected.add_memo("housing", "Ann", "Ask the housing team about repairs.")
    store.collected.add_memo(ids[1], "Ann", "Compare with the last round.")
