"""A round in which every part of every page has something to show: two rounds, stances, a sample, a vault, a basket."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engagement.anonymise import restore
from engagement.anonymising.review import replaced
from engagement.anonymising.rulings import Judgement, Ruling
from engagement.coding.blind import BLIND, Judged, Sample
from engagement.config import Settings
from engagement.embed import embed
from engagement.model import (
    Answer,
    Choice,
    Codebook,
    Coding,
    Decision,
    Doubt,
    EmergentTheme,
    Excerpt,
    FileCounts,
    Kind,
    Participant,
    Pick,
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
    Withheld,
    content_id,
    digest_of,
)
from engagement.store import Store
from engagement.vault import Vault, open_key

PASSPHRASE = "linnet capstan thursday"
FIRST_BOOK = Codebook(
    "Harbour book",
    1,
    (
        Theme("homes", "Homes", "Having and keeping a home.", ("repairs",), ("care homes",), ("The roof leaks.",)),
        Theme("rents", "Rents", "What a home costs.", parent="homes"),
        Theme("access", "Access", "Getting in and about."),
        Theme("racism", "Racism", "Being treated worse because of race."),
        Theme("parking", "Parking", "Where cars stand."),
        Theme("money", "Community grant funding and who gets to hear of it in time", "Grants and how to get them."),
    ),
)
BOOK = replace(
    FIRST_BOOK,
    version=2,
    themes=(replace(FIRST_BOOK.themes[0], definition="Having, keeping and mending a home."), *FIRST_BOOK.themes[1:]),
)
QUESTIONS = {
    "q1": "What is it like to live in Fair Harbour?",
    "q2": "We propose to close the harbour car park. Do you agree?",
}
# What is said, by the number of the one who says it, the themes in it, and the words that they rest on.
SAID: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("The rent for our flat has gone up {n} times, and it takes most of what I earn", ("homes", "rents"), "rent"),
    ("The ramp at entrance {n} of the hall is too steep for my wheelchair", ("access",), "ramp"),
    ("My roof has leaked for {n} months and the landlord does not answer", ("homes",), "roof"),
    ("Somebody on bus {n} told me to go back to where I came from because I am Black", ("racism",), "told me"),
    ("We heard of the grant for our group {n} days after it had closed", ("money",), "grant"),
    ("The lamps on path {n} by the canal are broken, so I do not walk there", (), ""),
)
OPINIONS = (
    (Stance.OPPOSE, "No. Without the car park my mother, who is {n}, can't get to the clinic", "No"),
    (Stance.SUPPORT, "Yes, close it: {n} more trees would do the harbour good", "Yes"),
    (Stance.MIXED, "I like the trees, but where would the {n} traders leave their vans", "but"),
)
PEOPLE, ANSWERED, BLACK, DISABLED = 144, 60, 4, 3
ALONE = 141  # nobody else tells of themselves what this person does
NAMED = "Rose Hill"  # stays in the vault alone
IN_DOUBT = "Biscuit"
WITH_NAMES, WITH_DOUBTS = range(0, 48, 6), range(2, 48, 12)
SAMPLED, TAUGHT = range(120, 132), range(60)
ONE, OTHER = f"{BLIND}Asha", f"{BLIND}Ben"
FOUND = tuple(number for number in range(PEOPLE) if number % len(SAID) == 5)  # what no theme covers


def build(folder: Path) -> Path:
    """The project in `folder`, and beside it the round before."""
    _round(folder.with_name("before"), "Fair Harbour 2023", people=PEOPLE - 60)
    _round(folder, "Fair Harbour 2025", people=PEOPLE)
    (folder / "settings.toml").write_text('earlier = ["../before"]\n', encoding="utf-8")
    with Store.open(folder) as store:
        store.add_withheld(Withheld("s2", safe("a letter.docx"), "e" * 64, "the anonymiser took too long"))
        store.replace_unreadable([("scan.pdf", "it holds pictures only. Ask for the text.")])
        store.coded.save_codebook(BOOK, "Asha")
        _coded_by_people(store)
        ids = tuple(map(excerpt_id, FOUND))
        store.coded.replace_emergent(
            [
                EmergentTheme("lamps", "lamps and canal", ("lamp", "canal", "dark"), ids, "access", 0.9, ids[:3]),
                EmergentTheme("few", "few", ("ferry",), ids[:3], None, 0.3, ids[:2]),
            ]
        )
        store.reviewed.add_ruling(Ruling("0" * 64, 1, Judgement.REPLACE, "PLACE", "Asha"))
        for place, number in enumerate((0, 12)):
            note = "" if place else "Begin with this one."
            store.collected.save_pick(Pick(excerpt_id(number), "homes", Choice.PINNED, place, note), "Asha")
        texts = [str(one.text) for one in store.excerpts()]
    open_key(folder)
    Vault.create(folder, PASSPHRASE).keep("s1", {place: raw for place, (raw, *_) in enumerate(_said(PEOPLE))})
    embed(texts, Settings(), folder / "cache")  # as a run leaves them: the map, the queue and the search need them
    return folder


def safe(words: str) -> SafeText:
    return restore(words, digest_of(words))


def excerpt_id(number: int) -> str:
    return content_id("w", number)


def _person(number: int) -> Participant:
    race = "African" if number % 6 == BLACK else "Pakistani" if number % 6 == 1 else "Irish"
    race = "Roma" if number == ALONE else race
    disability = "Limited a lot" if number % DISABLED == 1 else "Not disabled"
    given = (("sex", "Female" if number % 2 else "Male"), ("race", race), ("disability", disability))
    answers = tuple(Answer(key, Stated.GIVEN, value) for key, value in given)
    return Participant(f"p{number:03}", safe(f"Person {number + 1}"), Role.PARTICIPANT, None, answers, number != 7)


def _said(people: int) -> list[tuple[str, str, tuple[str, ...], str, Stance | None]]:
    """Of each answer its raw words, its question, its themes, why it has them, and where it stands."""
    said: list[tuple[str, str, tuple[str, ...], str, Stance | None]] = []
    for number in range(people):
        words, themes, because = SAID[number % len(SAID)]
        told = f", near {NAMED}" if number in WITH_NAMES else f", said {IN_DOUBT}" if number in WITH_DOUBTS else ""
        said.append((f"{words.format(n=number + 2)}{told}.", "q1", themes, because, None))
    for number in range(ANSWERED):
        stance, words, because = OPINIONS[number % len(OPINIONS)]
        said.append((f"{words.format(n=number + 40)}.", "q2", ("parking",), because, stance))
    return said


def _round(folder: Path, name: str, people: int) -> None:
    """A round as a run leaves it."""
    turns, excerpts, codings, stances, doubts = [], [], [], [], []
    for place, (raw, asked, themes, because, stance) in enumerate(_said(people)):
        who = f"p{place if asked == 'q1' else place - people:03}"
        at = raw.find(NAMED)
        gone = (Redaction(at, at + len(NAMED), "PLACE", "[place]", 0.6, "ner"),) if at >= 0 else ()
        text = safe(replaced(raw, gone))
        digest = digest_of(text)
        turns.append(SafeTurn(place, f"row {place}", Kind.RESPONSE, text, digest, Role.PARTICIPANT, who, asked, gone))
        excerpts.append(
            Excerpt(excerpt_id(place), "s1", place, place, text, 0, len(text), digest, Role.PARTICIPANT, who, asked)
        )
        if (at := raw.find(IN_DOUBT)) >= 0:
            doubts.append(Doubt(place, at, at + len(IN_DOUBT), "PERSON", 0.4, "capital"))
        rests = (text.index(because), text.index(because) + len(because))
        found = [Coding(excerpt_id(place), key, "machine:test", Decision.SUGGESTED, 0.8, rests) for key in themes]
        codings += found
        if stance:
            stances.append(StanceCoding(excerpt_id(place), stance, "machine:stance", 0.5 + place / 1000, rests))
    counts = FileCounts(turns=len(turns), rows=people, answered=len(turns), blank=people - ANSWERED)
    questions = tuple(Question(key, safe(words)) for key, words in QUESTIONS.items())
    persons = tuple(map(_person, range(people)))
    document = SafeDocument(
        "s1", safe("survey.csv"), "csv", "d" * 64, tuple(turns), persons, questions, counts, {}, doubts=tuple(doubts)
    )
    with Store.open(folder, create=True) as store:
        store.save_round(Round(name, "2025-04-14", "2025-05-02", "To hear what it is like to live here."))
        store.add_document(document, excerpts, (), {})
        store.coded.save_codebook(FIRST_BOOK, "Asha")
        store.coded.replace_machine_codings(codings)
        store.coded.replace_machine_stances(stances)


def _coded_by_people(store: Store) -> None:
    """What Asha has taught the machine, and a sample that she and Ben have coded blind, not all of it alike."""
    said = _said(PEOPLE)
    themes = [found for _, _, found, _, _ in said]
    rests = [(at := raw.index(because), at + len(because)) for raw, _, _, because, _ in said]
    codings = [
        Coding(excerpt_id(number), key, "Asha", _decision(key in themes[number]), 1.0, rests[number])
        for number in TAUGHT
        for key in BOOK.keys
    ]
    for coder, missed in ((ONE, {121}), (OTHER, {120, 126})):
        codings += [
            Coding(excerpt_id(number), key, coder, Decision.ACCEPTED, 1.0, rests[number])
            for number in SAMPLED
            if number not in missed
            for key in themes[number]
        ]
    ids = tuple(map(excerpt_id, SAMPLED))
    everything = frozenset(BOOK.keys)
    store.coded.add_codings(codings)
    store.sampled.save_sample(Sample("b1", ids, (12.0,) * len(ids), 0.1, 1), "Asha")
    store.sampled.add_judged([Judged(each, coder, everything) for each in ids for coder in (ONE, OTHER)])
    store.sampled.add_judged([Judged(excerpt_id(number), "Asha", everything) for number in TAUGHT])


def _decision(there: bool) -> Decision:
    return Decision.ACCEPTED if there else Decision.REJECTED
