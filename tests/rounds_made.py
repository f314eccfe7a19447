"""Small rounds in odd states, made by hand: nothing is anonymised or read from files, so that they cost little."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engagement.anonymise import restore
from engagement.model import (
    Answer,
    Codebook,
    Coding,
    Decision,
    Doubt,
    EmergentTheme,
    Excerpt,
    FileCounts,
    Kind,
    Participant,
    Question,
    Redaction,
    Role,
    Round,
    SafeDocument,
    SafeText,
    SafeTurn,
    Stance,
    StanceCoding,
    Stated,
    Theme,
    content_id,
    digest_of,
)
from engagement.store import Store

MACHINE = "machine:test"
THEMES = (
    Theme("housing", "Housing", "Having and keeping a home."),
    Theme("access", "Access", "Getting in and about."),
    Theme("ramps", "Ramps", "Ways in without steps.", parent="access"),
)
ASKED = ("What is it like to live here?", "We propose to close the harbour car park. Do you agree?")
SAID = tuple(f"The ramp number {number} is too steep and the rent is too high." for number in range(60))

HELD = Round("Fair Harbour", "2025-04-14", "2025-05-02", "To hear from people.")


@dataclass(frozen=True, slots=True)
class Made:
    """A round: what each person said, in answer to which questions, and what was made of it.

    `themes` is None before there is a codebook. The first theme is everybody's, the others are dealt out in turn.
    `told` is a characteristic of the round's own `value_sets` with the two categories that people gave in turn.
    """

    said: tuple[str, ...] = SAID
    themes: tuple[Theme, ...] | None = THEMES
    language: str = "en"
    coded: bool = True
    asked: bool = True
    questions: tuple[str, ...] = ASKED
    copies: bool = False
    sealed: bool = False
    round: Round = HELD
    file: str = "survey.csv"
    groups: tuple[EmergentTheme, ...] = ()
    value_sets: str = ""
    told: tuple[str, str, str] | None = None


def safe(words: str) -> SafeText:
    return restore(words, digest_of(words))


def build(folder: Path, made: Made) -> Path:
    """The project of a round in `folder`."""
    questions = tuple(Question(f"q{number}", safe(words)) for number, words in enumerate(made.questions))
    turns, excerpts, people = [], [], []
    for number, words in enumerate(made.said):
        text, who, asked = safe(words), f"p{number:03}", f"q{number % len(questions)}" if questions else None
        digest = digest_of(text)
        removed = (Redaction(0, 3, "PLACE", "[place]", 0.9, "test"),) if number == 1 else ()
        answers = (
            Answer("sex", Stated.GIVEN, "Female" if number % 3 else "Male"),
            Answer("race", Stated.GIVEN, "Irish" if number % 2 else "Pakistani"),
        )
        if made.told:
            answers = (*answers, Answer(made.told[0], Stated.GIVEN, made.told[1 + number % 2]))
        people.append(
            Participant(
                who, safe(f"Person {number}"), Role.PARTICIPANT, None, answers if made.asked else (), may_publish=True
            )
        )
        turns.append(
            SafeTurn(number, f"row {number}", Kind.RESPONSE, text, digest, Role.PARTICIPANT, who, asked, removed)
        )
        excerpts.append(
            Excerpt(
                content_id("e", number), "s1", number, number, text, 0, len(text), digest, Role.PARTICIPANT, who, asked,
                made.language,
            )
        )  # fmt: skip
    counts = FileCounts(turns=len(turns), rows=len(turns), answered=len(turns))
    document = SafeDocument(
        "s1", safe(made.file), "csv", "d" * 64, tuple(turns), tuple(people), questions, counts, {},
        doubts=tuple(Doubt(0, 4, 8, "PERSON", 0.5, "test") for _ in made.said[:1]),
    )  # fmt: skip
    with Store.open(folder, create=True) as store:
        store.save_round(made.round, made.value_sets)
        store.add_document(document, excerpts, (), {})
        if made.copies:
            store.replace_copies({("s1", number): ("s1", 0) for number in range(1, len(turns))})
        if made.themes is not None:
            store.coded.save_codebook(Codebook("Test book", 1, made.themes))
            store.coded.replace_machine_codings(list(_codings(made, excerpts)) if made.coded else [])
            store.coded.replace_machine_stances(_stances(excerpts) if made.coded else [])
            store.coded.replace_emergent(made.groups)
        if made.sealed:
            store.seal()
    return folder


def _codings(made: Made, excerpts: list[Excerpt]) -> list[Coding]:
    first, *others = [theme.key for theme in made.themes or ()]
    found = []
    for number, excerpt in enumerate(excerpts):
        keys = [first, *([others[number % len(others)]] if others else [])]
        because = (0, min(12, len(excerpt.text)))
        found += [Coding(excerpt.excerpt_id, key, MACHINE, Decision.SUGGESTED, 0.8, because) for key in keys]
    return found


def _stances(excerpts: list[Excerpt]) -> list[StanceCoding]:
    return [
        StanceCoding(one.excerpt_id, Stance.OPPOSE if number % 4 else Stance.SUPPORT, "machine:stance", 0.7, (0, 4))
        for number, one in enumerate(excerpts)
        if one.question_id == "q1"
    ]
