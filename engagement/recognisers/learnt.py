"""Identifiers found by what was learnt from marked texts: a Presidio recogniser over a small network of our own.

The network gives each token a probability for every kind, from its spelling, its word vector and four tokens on each
side. `bench/train_identifiers.py` makes it, with names swapped evenly over many origins, so that the sentence and not
the origin of a name decides.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult

from engagement.errors import ModelMissing
from engagement.recognisers.analyser import LEARNT
from engagement.recognisers.patterns import NUMBERED
from engagement.recognisers.vocabulary import name_words

if TYPE_CHECKING:
    import numpy as np
    from presidio_analyzer.nlp_engine import NlpArtifacts
    from spacy.language import Language
    from spacy.tokens import Doc, Span

FOLDER = Path(__file__).parents[1] / "data" / "identifiers"
COMPONENT = "identifiers"
NOTHING = "O"
TOUCHED = 0.05  # a token beside a likely one belongs to it from this probability on
LIKELY = 0.06  # from here on a finding counts: it becomes the score 0.5
# Kinds whose mistakes are common or whose shape another recogniser knows need more to count.
LIKELY_OF: Mapping[str, float] = dict.fromkeys(
    ["AGE", "EMAIL", "URL", "REFERENCE", "VEHICLE", "NATIONAL_INSURANCE", "NHS_NUMBER"], 0.5
)
# What places and bodies are called runs into one another, so their tokens in a row are one finding.
BODIES = frozenset(["PLACE", "ADDRESS", "ORGANISATION", "SCHOOL", "GP_PRACTICE", "CARE_HOME", "PLACE_OF_WORSHIP"])
# Trained, so that their words are not taken for something else, and not reported: too few examples to be right.
UNREPORTED = frozenset({"UNIQUE_ROLE"})
# Kinds that are no such thing without a digit; "sort code" and a telephone's "oh seven" are not enough.
WITH_DIGITS = NUMBERED | {"PHONE", "REFERENCE"}
# Words that may stand inside an identifier and say nothing at its edge.
EDGES = frozenset(
    "the a an and or at in on of to for from by with my our your his her their as i is was 's ’s".split()  # noqa: SIM905 - words read best as words
)
CHANCES = "identifier_chances"


@cache
def network(folder: Path = FOLDER) -> Any:
    """The trained component, loaded once a process. Raises ModelMissing when it is not in `folder`."""
    if not (folder / "config.cfg").exists():
        raise ModelMissing(f"No identifier recogniser in {folder}. Install engagement again.")
    return loaded(folder, ["tokenizer"]).get_pipe(COMPONENT)


def loaded(folder: Path, unused: Sequence[str]) -> Language:
    """The spaCy pipeline in `folder` without its components `unused`.

    It multiplies by NumPy's library, which on one core takes a third of the time of the one that comes with spaCy.
    """
    import spacy
    from thinc.api import use_ops

    with use_ops("numpy", use_blis=False):
        return spacy.load(folder, exclude=unused)


def chances(doc: Doc, folder: Path = FOLDER) -> np.ndarray:
    """For each token of `doc` its probability of every kind, in the order of the network's labels, rows summing to 1.

    `doc` comes from a spaCy model with word vectors of 300 numbers, such as en_core_web_md. It keeps the answer.
    """
    if CHANCES not in doc.user_data:
        foretell([doc], folder)
    rows: np.ndarray = doc.user_data[CHANCES]
    return rows


def foretell(docs: Sequence[Doc], folder: Path = FOLDER) -> None:
    """Has the network read `docs` together, which takes less time than one by one; they keep its answers."""
    import numpy as np

    component = network(folder)
    worded = [doc for doc in docs if len(doc)]
    for doc, rows in zip(worded, component.model.predict(worded) if worded else (), strict=True):
        doc.user_data[CHANCES] = rows
    for doc in docs:
        doc.user_data.setdefault(CHANCES, np.zeros((0, len(component.labels)), dtype=np.float32))


def chance(span: Span, folder: Path = FOLDER) -> float:
    """The highest probability, over the tokens of `span`, of being part of any identifier."""
    nothing = network(folder).labels.index(NOTHING)
    return 1 - float(chances(span.doc, folder)[span.start : span.end, nothing].min())


class LearntRecognizer(EntityRecognizer):  # type: ignore[misc]  # Presidio carries no types
    """Finds what the network thinks likely; the score rises from 0.5 at the kind's threshold to 1 at certainty."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        kinds = [label for label in network(folder).labels if label not in {NOTHING, *UNREPORTED}]
        super().__init__(supported_entities=kinds, supported_language="en", name=LEARNT)

    def load(self) -> None:
        """Loads the network, unless this process has it already."""
        network(self.folder)

    def analyze(
        self,
        text: str,  # noqa: ARG002 - the form that Presidio calls
        entities: list[str],  # noqa: ARG002 - the form that Presidio calls
        nlp_artifacts: NlpArtifacts | None = None,
    ) -> list[RecognizerResult]:
        """What is likely in the text of `nlp_artifacts`; nothing without them. No two findings overlap."""
        return [self._result(*found) for found in self.find(nlp_artifacts.tokens)] if nlp_artifacts else []

    def find(self, doc: Doc) -> list[tuple[Span, str, float]]:
        """Every likely identifier of `doc`: where, of which kind, how probable."""
        labels = network(self.folder).labels
        nothing = labels.index(NOTHING)
        by_kind = chances(doc, self.folder).copy()
        by_kind[:, nothing] = 0
        anything = by_kind.sum(axis=1)
        best = [labels[place] for place in by_kind.argmax(axis=1)]
        found = []
        for row, tokens in itertools.groupby(range(len(doc)), lambda i: anything[i] >= TOUCHED and _row(best[i])):
            run = _without_edges(doc, list(tokens)) if row else []
            if not run:
                continue
            chances_here = by_kind[run]
            if not any(sign.isdecimal() for i in run for sign in doc[i].text):
                chances_here[:, [labels.index(kind) for kind in labels if kind in WITH_DIGITS]] = 0
            kind = labels[int(chances_here.sum(axis=0).argmax())]
            probability = float(chances_here.sum(axis=1).max())
            if kind in UNREPORTED or (kind == "PERSON" and _titles_only(doc, run)):
                continue
            if probability >= LIKELY_OF.get(kind, LIKELY):
                found.append((_whole_word(doc, run), kind, probability))
        return found

    def _result(self, span: Span, kind: str, probability: float) -> RecognizerResult:
        least = LIKELY_OF.get(kind, LIKELY)
        score = 0.5 + 0.5 * (probability - least) / (1 - least)
        return RecognizerResult(
            entity_type=kind,
            start=span.start_char,
            end=span.end_char,
            score=score,
            analysis_explanation=AnalysisExplanation(recognizer=self.name, original_score=score),
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            },
        )


def _row(kind: str) -> str:
    return "body" if kind in BODIES else kind


def _without_edges(doc: Doc, run: list[int]) -> list[int]:
    telling = [
        i for i in run if doc[i].lower_ not in EDGES and (any(map(str.isalnum, doc[i].text)) or doc[i].text == "@")
    ]
    return [i for i in run if telling[0] <= i <= telling[-1]] if telling else []


def _titles_only(doc: Doc, run: Sequence[int]) -> bool:
    return all(doc[i].lower_.rstrip(".") in name_words()["titles"] for i in run)


def _whole_word(doc: Doc, run: Sequence[int]) -> Span:
    """The tokens of `run` with what hangs on them by a hyphen: spaCy parts "twenty-two" and "Al-Falah"."""
    start, end = run[0], run[-1] + 1
    while (
        start >= 2 and doc[start - 1].text == "-" and not doc[start - 1].whitespace_ and not doc[start - 2].whitespace_
    ):
        start -= 2
    while end + 1 < len(doc) and doc[end].text == "-" and not doc[end - 1].whitespace_ and not doc[end].whitespace_:
        end += 2
    return doc[start:end]
