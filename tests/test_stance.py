"""An answer to a proposal is for it, against it, both or unclear; people teach the machine and outrank it."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from engagement.coding.proposals import proposal, proposals
from engagement.coding.stance import NAME, STANCES, Answer, Read, read, stances, standing
from engagement.coding.stance_cues import cue_row
from engagement.config import Settings
from engagement.model import (
    Excerpt,
    Mint,
    Question,
    Role,
    SafeText,
    Stance,
    StanceCoding,
    content_id,
    digest_of,
)

SETTINGS = Settings()
MINT = Mint()
TIP = Question("q_tip", SafeText("Do you support the proposal to close the Harrow Lane tip on weekdays?", MINT))
RENT = Question("q_rent", SafeText("What is it like to rent here?", MINT))
FOR, AGAINST, BOTH, NEITHER = Stance.SUPPORT, Stance.OPPOSE, Stance.MIXED, Stance.UNCLEAR


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vectors")


def excerpt(text: str, question: Question | None = TIP, role: Role = Role.PARTICIPANT) -> Excerpt:
    return Excerpt(
        content_id("e", text, question and question.question_id, role),
        "s1",
        0,
        0,
        SafeText(text, MINT),
        0,
        len(text),
        digest_of(text),
        role,
        "p1" if role is Role.PARTICIPANT else None,
        question and question.question_id,
    )


def by(coder: str, text: str, stance: Stance) -> StanceCoding:
    return StanceCoding(excerpt(text).excerpt_id, stance, coder, 1.0, (0, len(text)))


# ------------------------------------------------------------ what proposes


@pytest.mark.parametrize(
    ("wording", "proposed"),
    [
        ("Do you support the proposal to close the library on Saturdays?", "close the library on Saturdays"),
        ("What do you think of our plan to plant trees in Mill Road?", "plant trees in Mill Road"),
        ("Q4. Should the council introduce a 20mph limit? Please tell us why.", "introduce a 20mph limit"),
        ("Should the library be shut on Mondays?", "the library be shut on Mondays"),
        ("Do you agree or disagree with the proposed charge for bins?", "the proposed charge for bins"),
        ("We propose to merge the two centres. What do you think?", "merge the two centres"),
        ("How do you feel about closing the tip on weekdays?", "closing the tip on weekdays"),
        ("Do you agree that all grants should last three years?", "all grants should last three years"),
        ("Proposal 3: Sell the depot", "Sell the depot"),
        ("Are you in favour of Sunday trading, and why?", "Sunday trading"),
        ("Do you support a 20mph limit in Mill Road?", "a 20mph limit in Mill Road"),
        ("The library would close at weekends. Do you support this?", "The library would close at weekends"),
        ("Do you support or oppose these changes?", "Do you support or oppose these changes"),
    ],
)
def test_a_question_that_proposes_something_tells_what(wording: str, proposed: str) -> None:
    assert proposal(wording) == proposed


@pytest.mark.parametrize(
    "wording",
    [
        "What is it like to rent here?",
        "Do you support anyone at home?",
        "Do you support someone who is ill?",
        "What should the council do about damp?",
        "How should we spend the grant?",
        "What do you think of the library?",
        "Do you agree that staff were polite?",
        "What are your plans for the summer?",
        "Is there anything else you would like to tell us?",
        "Do you agree with the following statement: my home is warm?",
        "How do you feel about living here?",
        "Do you have any comments on the opening hours?",
        "Should you need help, who do you ask?",
        "",
    ],
)
def test_a_question_that_proposes_nothing_has_no_proposal(wording: str) -> None:
    assert proposal(wording) == ""


def test_only_questions_that_propose_are_named() -> None:
    """A round's proposals are keyed by the id of their question."""
    assert proposals([RENT, TIP]) == {"q_tip": "close the Harrow Lane tip on weekdays"}


# ------------------------------------------------------------ what is said

PLAIN = [
    ("Strongly agree", FOR),
    ("Yes please, this is long overdue.", FOR),
    ("I fully support this, it is never busy on a Tuesday.", FOR),
    ("Strongly disagree - because we have no car at weekends.", AGAINST),
    ("I object to this. Leave it as it is.", AGAINST),
    ("No. There will be fly-tipping in every lane.", AGAINST),
    ("Yes, but only if it stays open late on Saturdays.", BOTH),
    ("In principle I agree, but it depends which days you choose.", BOTH),
    ("Don't know", NEITHER),
    ("No strong view either way.", NEITHER),
    ("Neither agree nor disagree", NEITHER),
    ("n/a", NEITHER),
    ("[Person 1]", NEITHER),
    ("...", NEITHER),
]


@pytest.fixture(scope="session")
def found(cache: Path) -> dict[str, StanceCoding]:
    texts = [text for text, _ in PLAIN]
    given = stances([excerpt(text) for text in texts], [TIP], [], SETTINGS, cache)
    return dict(zip(texts, given, strict=True))


@pytest.mark.parametrize(("text", "stance"), PLAIN)
def test_plain_answers_are_read_as_they_are_meant(text: str, stance: Stance, found: dict[str, StanceCoding]) -> None:
    assert found[text].stance is stance


def test_every_stance_has_a_probability_and_a_span_of_its_text(found: dict[str, StanceCoding]) -> None:
    """What the analyst is shown lies inside the excerpt."""
    for text, coding in found.items():
        start, end = coding.because
        assert coding.coder == NAME
        assert 0 <= coding.score <= 1
        assert 0 <= start < end <= len(text)


def test_the_sentence_that_decides_is_shown(cache: Path) -> None:
    """Of several sentences it is the one with the stance in it."""
    text = "I have lived in the lane since I was a girl. I strongly object to this."
    (coding,) = stances([excerpt(text)], [TIP], [], SETTINGS, cache)
    assert coding.stance is AGAINST
    assert text[slice(*coding.because)] == "I strongly object to this."


def test_words_turn_with_what_is_proposed() -> None:
    """ "Keep it open" is read otherwise beside a closure than beside an opening."""
    assert cue_row("Keep it open", "Close the tip") != cue_row("Keep it open", "Open the tip")


@pytest.mark.parametrize(
    "unasked",
    [
        excerpt("I object to the damp in my flat.", RENT),
        excerpt("I object to this.", None),
        excerpt("I support this.", TIP, Role.FACILITATOR),
        excerpt("I support this.", TIP, Role.NOTE_TAKER),
    ],
)
def test_complaints_without_a_proposal_and_officers_have_no_stance(unasked: Excerpt, cache: Path) -> None:
    assert stances([unasked], [TIP, RENT], [], SETTINGS, cache) == ()


def test_a_document_that_answers_has_a_stance(cache: Path) -> None:
    """A letter in answer to the proposal is read as a respondent's words are."""
    (coding,) = stances([excerpt("We strongly oppose this.", TIP, Role.NOBODY)], [TIP], [], SETTINGS, cache)
    assert coding.stance is AGAINST


def test_nothing_gives_nothing(cache: Path) -> None:
    """No excerpts, or no question that proposes anything, is no error."""
    assert stances([], [], [], SETTINGS, cache) == ()
    assert stances([excerpt("Yes")], [], [], SETTINGS, cache) == ()
    assert read([], [], SETTINGS, cache).because == ()


# ------------------------------------------------------------ what people say

CODED = [by("ada", text, AGAINST) for text in ("The gulls will have a feast.", "A feast for the gulls, that is.")]
GULLS = "More of a feast for the gulls."


def test_people_teach_the_machine(cache: Path) -> None:
    """A text like those that somebody coded becomes likelier to be read as they read them."""
    proposed = proposal(TIP.wording)
    lessons = [Answer("The gulls will have a feast.", proposed, AGAINST), Answer("A gull feast.", proposed, AGAINST)]
    before = read([Answer(GULLS, proposed)], [], SETTINGS, cache).probabilities
    after = read([Answer(GULLS, proposed)], lessons, SETTINGS, cache).probabilities
    place = STANCES.index("oppose")
    assert after[0, place] > before[0, place] + 0.03


def test_a_stance_on_another_proposal_teaches_less(cache: Path) -> None:
    """The same words may be for one proposal and against another."""
    asked, other = "close the tip on weekdays", "plant trees in Mill Road"
    place = STANCES.index("oppose")
    of_same, of_other = (
        read([Answer(GULLS, asked)], [Answer(GULLS, held, AGAINST)], SETTINGS, cache).probabilities[0, place]
        for held in (asked, other)
    )
    assert of_same > of_other


def test_coding_twice_gives_the_same_in_any_order(cache: Path) -> None:
    """The machine's own stances teach it nothing, and the order of files and of codings changes nothing."""
    excerpts = [excerpt(text) for text, _ in PLAIN] + [excerpt(GULLS)] + [excerpt("The gulls will have a feast.")]
    first = stances(excerpts, [RENT, TIP], CODED, SETTINGS, cache)
    again = stances(excerpts, [RENT, TIP], [*CODED, *first], SETTINGS, cache)
    assert again == first
    mixed = random.Random(1).sample(excerpts, len(excerpts))
    turned = stances(mixed, [TIP, RENT], CODED[::-1], SETTINGS, cache)
    assert {one.excerpt_id: one for one in turned} == {one.excerpt_id: one for one in first}


def test_the_latest_word_of_a_person_stands() -> None:
    """A person's stance outranks the machine's whenever each was given; of two people's the later one holds."""
    machine, ada, ben = by(NAME, "Yes", FOR), by("ada", "Yes", AGAINST), by("ben", "Yes", BOTH)
    other = by(NAME, "No", AGAINST)
    assert standing([machine, other]) == (machine, other)
    assert standing([machine, ada, other]) == (ada, other)
    assert standing([ada, machine]) == (ada,)
    assert standing([ada, ben, machine]) == (ben,)
    assert standing([]) == ()


def test_where_nothing_is_likely_the_text_is_unclear() -> None:
    """Below the least probability a stance is not given; the score is then of no clear stance being right."""
    import numpy as np

    rows = Read(np.array([[0.33, 0.32, 0.2, 0.15], [0.7, 0.1, 0.1, 0.1], [0.1, 0.1, 0.1, 0.7]]), ((0, 1),) * 3)
    assert [rows.coded(place) for place in range(3)] == [(NEITHER, 0.67), (FOR, 0.7), (NEITHER, 0.9)]


def test_importing_loads_nothing_heavy() -> None:
    """The command line's help must not wait for torch, spaCy or scikit-learn."""
    told = "import sys, engagement.coding.stance; print([m for m in ('torch', 'spacy', 'sklearn') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
