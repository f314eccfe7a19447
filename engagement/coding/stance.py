"""Excerpts x what their questions propose -> StanceCodings: for, against, both or unclear, and why.

A small linear model, trained by bench/train_stance.py, reads what `stance_cues` makes of a text and its sentences.
What people have coded in this project then moves its log-odds, by as much as it is evidence and no more.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engagement.coding.coder import WORD
from engagement.coding.proposals import proposals
from engagement.coding.stance_cues import STANCES, Signs, signs
from engagement.config import Settings
from engagement.model import Excerpt, Question, Role, Stance, StanceCoding, digest_of
from engagement.segment import MARK
from engagement.themes import MACHINE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NAME = f"{MACHINE}stance:1"  # raised when the same input would be coded otherwise
WEIGHTS = Path(str(resources.files("engagement") / "data" / "stance" / "head.npz"))
UNCLEAR = STANCES.index("unclear")
CLEAR_FROM = 0.34  # a stance that is less likely than this is no stance: the text is unclear
# How far coded texts may move the log-odds of all texts, of those that answer the same proposal, of those near to them
# there, of those in the same words there, and of those with the same signs: variances of what is expected beforehand.
OF_ALL, OF_PROPOSAL, OF_NEAR, OF_WORDS, OF_SIGNS = 0.02, 0.3, 4.0, 2.0, 0.02
MOST_EXAMPLES = 3000  # that are learnt from: the time grows with their square
LETTERS = {"analyzer": "char_wb", "ngram_range": (4, 5), "sublinear_tf": True}
CLOSE_ENOUGH, MOST_STEPS = 5e-3, 300  # of the fit to coded texts


@dataclass(frozen=True, slots=True)
class Answer:
    """A text, what its question proposes, and where people say that it stands, None where nobody did."""

    text: str
    proposal: str
    stance: Stance | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Where n answers stand: probabilities in the order of `STANCES` [n, 4], and the span that each rests on."""

    probabilities: Floats
    because: tuple[tuple[int, int], ...]

    def coded(self, place: int) -> tuple[Stance, float]:
        """The stance of an answer and its probability; that of an unclear one is of no clear stance being right."""
        row = self.probabilities[place]
        likeliest = int(row.argmax())
        if likeliest == UNCLEAR or row[likeliest] < CLEAR_FROM:
            return Stance.UNCLEAR, round(1 - float(np.delete(row, UNCLEAR).max()), 4)
        return Stance(STANCES[likeliest]), round(float(row[likeliest]), 4)


def stances(
    excerpts: Sequence[Excerpt],
    questions: Sequence[Question],
    accepted: Sequence[StanceCoding],
    settings: Settings,
    cache: Path | None = None,
) -> tuple[StanceCoding, ...]:
    """Where the machine thinks that participants and documents stand, for answers to questions that propose something.

    In the order of the excerpts. It learns from the stances by people among `accepted`, the oldest first; those by
    machines change nothing, so that coding twice gives the same. Raises ModelMissing.
    """
    proposed = proposals(questions)
    ours = [
        (excerpt, proposed[excerpt.question_id])
        for excerpt in excerpts
        if excerpt.role in (Role.PARTICIPANT, Role.NOBODY) and excerpt.question_id and excerpt.question_id in proposed
    ]
    if not ours:
        return ()
    said = {one.excerpt_id: one.stance for one in accepted if not _by_machine(one)}
    coded = [
        Answer(excerpt.text, words, said[excerpt.excerpt_id]) for excerpt, words in ours if excerpt.excerpt_id in said
    ]
    found = read([Answer(excerpt.text, words) for excerpt, words in ours], coded, settings, cache)
    return tuple(
        StanceCoding(excerpt.excerpt_id, stance, NAME, score, because)
        for (excerpt, _), because, (stance, score) in zip(
            ours, found.because, map(found.coded, range(len(ours))), strict=True
        )
    )


def standing(codings: Sequence[StanceCoding]) -> tuple[StanceCoding, ...]:
    """What holds now: for each excerpt the latest word of a person, else the machine's; one an excerpt.

    `codings` are in the order in which they were made; the answer is in the order of first mention.
    """
    latest: dict[str, StanceCoding] = {}
    for coding in codings:
        before = latest.get(coding.excerpt_id)
        if before is None or _by_machine(before) or not _by_machine(coding):
            latest[coding.excerpt_id] = coding
    return tuple(latest.values())


def read(answers: Sequence[Answer], coded: Sequence[Answer], settings: Settings, cache: Path | None = None) -> Read:
    """Where `answers` stand, having learnt from those that people `coded`. The order of neither changes anything."""
    if not answers:
        return Read(np.zeros((0, len(STANCES))), ())
    lessons = _in_order(coded)
    seen = _signs(answers, settings, cache)
    rows = _head().of(seen.rows)
    starts = seen.vectors.starts
    log_odds = rows[starts[:-1]]
    if lessons:
        log_odds = log_odds + _learnt(lessons, _signs(lessons, settings, cache), answers, seen)
    probabilities = _shares(log_odds)
    for place, answer in enumerate(answers):
        if not WORD.search(MARK.sub(" ", answer.text)):
            probabilities[place] = np.eye(len(STANCES))[UNCLEAR]
    because = []
    for place, (start, end) in enumerate(itertools.pairwise(starts.tolist())):
        first = min(start + 1, end - 1)  # a text of several sentences is before them
        shares = _shares(rows[first:end])[:, probabilities[place].argmax()]
        because.append(seen.vectors.spans[first + int(shares.argmax())])
    return Read(np.round(probabilities, 4), tuple(because))


# ------------------------------------------------------------ the arithmetic


@dataclass(frozen=True, slots=True)
class Head:
    """The trained model: log-odds of signs are (signs - centre) @ weights + bias."""

    weights: Floats  # [features, 4]
    bias: Floats
    centre: Floats

    def of(self, rows: Floats) -> Floats:
        """The log-odds of each stance, up to a constant a row: [rows, 4]."""
        found: Floats = (rows - self.centre) @ self.weights + self.bias
        return found


def _head() -> Head:
    return _loaded(WEIGHTS)


@functools.cache
def _loaded(weights: Path) -> Head:
    with np.load(weights, allow_pickle=False) as file:
        return Head(*(file[name].astype(np.float64) for name in ("weights", "bias", "centre")))


def _signs(answers: Sequence[Answer], settings: Settings, cache: Path | None) -> Signs:
    return signs([answer.text for answer in answers], [answer.proposal for answer in answers], settings, cache)


def _learnt(lessons: Sequence[Answer], known: Signs, answers: Sequence[Answer], seen: Signs) -> Floats:
    """What coded answers add to the log-odds of `answers`, [n, 4], given that they change little.

    A softmax regression that begins at the model's log-odds, fitted by steps on a bound of the loss (Boehning 1992), so
    that one matrix serves all steps and an answer that says what was foreseen moves nothing.
    """
    from scipy.linalg import cho_factor, cho_solve
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(**LETTERS).fit([lesson.text for lesson in lessons])
    kinship = _kinship(words, lessons, known, lessons, known)
    factor = cho_factor(np.eye(len(lessons)) + kinship / 2)
    truth = np.array([[float(stance == lesson.stance) for stance in STANCES] for lesson in lessons])
    before = _head().of(known.whole)
    surprise = np.zeros_like(truth)
    for _ in range(MOST_STEPS):
        step = truth - _shares(before + kinship @ surprise) - surprise
        surprise += cho_solve(factor, step)
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    added: Floats = _kinship(words, answers, seen, lessons, known) @ surprise
    return added


def _kinship(words: Any, ours: Sequence[Answer], one: Signs, theirs: Sequence[Answer], other: Signs) -> Floats:
    """How much what one answer turns out to say tells of another: [ours, theirs]."""
    asked, taught = (np.array([one.proposal for one in side], object) for side in (ours, theirs))
    same = asked[:, None] == taught
    near = (one.vectors.whole @ other.vectors.whole.T).astype(float)
    alike = (words.transform([a.text for a in ours]) @ words.transform([b.text for b in theirs]).T).toarray()
    signs_alike = (one.whole - _head().centre) @ (other.whole - _head().centre).T
    found: Floats = OF_ALL + same * (OF_PROPOSAL + OF_NEAR * near + OF_WORDS * alike) + OF_SIGNS * signs_alike
    return found


def _shares(log_odds: Floats) -> Floats:
    raised = np.exp(log_odds - log_odds.max(1, keepdims=True))
    shares: Floats = raised / raised.sum(1, keepdims=True)
    return shares


def _in_order(coded: Sequence[Answer]) -> list[Answer]:
    """The coded answers, each once, in an order of their own."""
    unique = {(answer.text, answer.proposal, str(answer.stance)): answer for answer in coded if answer.stance}
    kept = sorted(unique, key=lambda key: digest_of("\x1f".join(key)))[:MOST_EXAMPLES]
    return [unique[key] for key in sorted(kept)]


def _by_machine(coding: StanceCoding) -> bool:
    return coding.coder.startswith(MACHINE)
