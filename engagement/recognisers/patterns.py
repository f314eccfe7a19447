"""UK identifiers found by their shape: Presidio recognisers whose rules are the data in `patterns.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import regex
import yaml
from presidio_analyzer import AnalysisExplanation, EntityRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts

HERE = Path(__file__).parent
SECONDS_PER_PATTERN = 20.0
DIGIT = regex.compile(r"\d")
# Kinds all of whose patterns ask for a digit: a text without one is not searched for them.
NUMBERED = frozenset(
    [
        "POSTCODE",
        "NHS_NUMBER",
        "NATIONAL_INSURANCE",
        "DRIVING_LICENCE",
        "PASSPORT",
        "VEHICLE",
        "BANK_ACCOUNT",
        "CARD",
        "IBAN",
        "DATE_OF_BIRTH",
        "REFERENCE",
    ]
)
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # as Chinese and Japanese keyboards type


class ShapeRecognizer(EntityRecognizer):  # type: ignore[misc]  # Presidio carries no types
    """Finds one kind of identifier by patterns; where a pattern has a group, the group is the identifier.

    Unlike Presidio's own pattern recogniser it lets a time-out raise, so that a text
    that could not be searched is withheld and not let through.
    """

    def __init__(self, kind: str, patterns: list[tuple[regex.Pattern[str], float]], context: list[str]) -> None:
        super().__init__(supported_entities=[kind], supported_language="en", name=f"shape:{kind}", context=context)
        self.kind, self.patterns = kind, patterns

    def load(self) -> None:
        """Nothing to load: the patterns are compiled already."""

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 - the form that Presidio calls
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002 - the form that Presidio calls
    ) -> list[RecognizerResult]:
        """Every match in `text`. Raises TimeoutError when a pattern takes over `SECONDS_PER_PATTERN`."""
        plain, places = plainly(text)
        if self.kind in NUMBERED and not DIGIT.search(plain):
            return []
        return [
            RecognizerResult(
                entity_type=self.kind,
                start=places[match.start(match.re.groups)],
                end=places[match.end(match.re.groups) - 1] + 1,
                score=score,
                analysis_explanation=AnalysisExplanation(recognizer=self.name, original_score=score),
                recognition_metadata={
                    RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                },
            )
            for pattern, score in self.patterns
            for match in pattern.finditer(plain, timeout=SECONDS_PER_PATTERN)
            if match.end(match.re.groups) > match.start(match.re.groups)
        ]


class WordContext(LemmaContextAwareEnhancer):  # type: ignore[misc]  # Presidio carries no types
    """Presidio's rule for context words, asked only where a recogniser that has such words found something.

    It goes by the words of the text in small letters: Presidio looks for a context word inside them, so that no lemma
    is needed to see "account" in "accounts".
    """

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """`raw_results`, with a higher score where a context word of their recogniser stands near."""
        asking = {recogniser.id for recogniser in recognizers if recogniser.context}
        asked: list[RecognizerResult] = []
        others: list[RecognizerResult] = []
        for result in raw_results:
            by = result.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY]
            (asked if by in asking else others).append(result)
        if asked:
            doc, engine = nlp_artifacts.tokens, nlp_artifacts.nlp_engine
            words, places = [token.lower_ for token in doc], [token.idx for token in doc]
            read = NlpArtifacts([], doc, places, words, engine, doc.lang_)
            asked = super().enhance_using_context(text, asked, read, recognizers, context)
        return others + asked


@lru_cache(maxsize=4)
def plainly(text: str) -> tuple[str, Sequence[int]]:
    """`text` as a reader sees it, without unseen characters and with look-alike letters as ours, and for each
    character its place in `text`.
    """
    strange, unseen, alike = _strange()
    if not strange.search(text):
        return text, range(len(text))
    places = [place for place, letter in enumerate(text) if letter not in unseen]
    return "".join(text[place] for place in places).translate(alike), places


@cache
def _strange() -> tuple[regex.Pattern[str], frozenset[str], dict[int, str | int]]:
    """A pattern for every unseen or look-alike character, those unseen, and what the others look like."""
    rules = _rules()
    unseen = frozenset(rules["unseen"])
    alike = {ord(other): ours for ours, others in rules["lookalikes"].items() for other in others} | FULL_WIDTH
    return regex.compile("[" + "".join(map(regex.escape, [*unseen, *map(chr, alike)])) + "]"), unseen, alike


@cache
def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = yaml.safe_load((HERE / "patterns.yaml").read_text(encoding="utf-8"))
    return rules


@cache
def shape_recognisers() -> tuple[ShapeRecognizer, ...]:
    """One recogniser for each entry of `patterns.yaml`."""
    rules = _rules()
    return tuple(
        ShapeRecognizer(
            entry["kind"],
            [(_compile(pattern["regex"], rules, entry), pattern["score"]) for pattern in entry["patterns"]],
            entry.get("context", []),
        )
        for entry in rules["recognisers"]
    )


def _compile(source: str, rules: dict[str, Any], entry: dict[str, Any]) -> regex.Pattern[str]:
    fragments = {**rules["fragments"], "WORDNUM": "(?:" + "|".join(rules["numbers"]) + ")"}
    for _ in range(3):  # NAME is itself written with CAP, and YEARS with WORDNUM
        for name, fragment in fragments.items():
            source = source.replace(f"<{name}>", fragment)
    return regex.compile(source, regex.IGNORECASE if entry.get("any_case") else 0)
