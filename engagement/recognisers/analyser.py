"""Presidio with a local spaCy model, the UK recognisers it has and ours: text -> what was found in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import regex

from engagement.recognisers.vocabulary import dictionary_nouns, is_ordinary, name_words, ordinary_words

if TYPE_CHECKING:
    from presidio_analyzer import RecognizerResult
    from spacy.tokens import Doc, Span, Token

# Presidio's names for what its own recognisers find, in our words. Kinds that are not here are not identifiers.
KINDS = {
    "PERSON": "PERSON",
    "ORGANIZATION": "ORGANISATION",
    "LOCATION": "PLACE",
    "EMAIL_ADDRESS": "EMAIL",
    "CREDIT_CARD": "CARD",
    "IBAN_CODE": "IBAN",
    "IP_ADDRESS": "IP_ADDRESS",
    "UK_NHS": "NHS_NUMBER",
    "UK_NINO": "NATIONAL_INSURANCE",
    "UK_DRIVING_LICENCE": "DRIVING_LICENCE",
    "UK_PASSPORT": "PASSPORT",
    "UK_POSTCODE": "POSTCODE",
    "UK_VEHICLE_REGISTRATION": "VEHICLE",
}
SURE = 0.8  # a pattern for a name below this needs words that no dictionary has, or the learnt recogniser's word
BACKED = 0.6
UNEXPLAINED = 0.5
COPULAS = frozenset({"is", "was", "has", "had", "got", "'s", "’s", "and"})
BATCH = 64  # texts that the models read together
UNUSED = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")  # all but the finder of names
LEARNT = "learnt"  # the recogniser that `learnt.py` makes
DOUBTED = 0.02  # a guess goes when the learnt recogniser gives the words less than this chance of being an identifier
TRACE = 0.005  # a text with no word of at least this chance, and no capital to explain, names nobody
GUESSES = frozenset({"ner", "shape:PERSON", "shape:ORGANISATION"})  # by these, with at most the score BACKED
SHORTEST_NAME = 3  # letters
SHORTEST_ENTITY = 2  # characters
LONGEST_NAME = 3  # words
PLACE_WORDS = frozenset(
    [
        "in",
        "at",
        "from",
        "to",
        "near",
        "around",
        "outside",
        "across",
        "through",
        "into",
        "behind",
        "opposite",
        "by",
        "of",
        "off",
        "towards",
    ]
)
NAMES_TAKEN_FOR = frozenset({"PERSON", "ORG", "GPE", "LOC"})
BEFORE_NUMBER = regex.compile(r"(?:[^\d\s-]+(?:[\s-]+(?=[^\d\s-]+(?!\S*\d)))?)*")


@dataclass(frozen=True, slots=True)
class Found:
    """A span (code points, end exclusive) that looks like an identifier, and who says so."""

    start: int
    end: int
    kind: str
    score: float
    found_by: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the language knows: `ordinary` words are no evidence of a name, `nouns` may yet be names."""

    ordinary: frozenset[str]
    nouns: frozenset[str]


class Analyser:
    """Loads the model once; `find` is then a pure function of the text."""

    def __init__(self, model: Path) -> None:
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
        from presidio_analyzer.nlp_engine import SpacyNlpEngine
        from presidio_analyzer.predefined_recognizers import (
            CreditCardRecognizer,
            EmailRecognizer,
            IbanRecognizer,
            IpRecognizer,
            NhsRecognizer,
            UkDrivingLicenceRecognizer,
            UkNinoRecognizer,
            UkPassportRecognizer,
            UkPostcodeRecognizer,
            UkVehicleRegistrationRecognizer,
        )

        from engagement.recognisers.learnt import LearntRecognizer, loaded
        from engagement.recognisers.patterns import WordContext, shape_recognisers

        self._words = Words(ordinary_words(model), dictionary_nouns(model))
        engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": str(model)}])
        self._nlp = loaded(model, UNUSED)
        engine.nlp = {"en": self._nlp}
        registry = RecognizerRegistry(supported_languages=["en"])
        for recogniser in (
            EmailRecognizer(),
            CreditCardRecognizer(),
            IbanRecognizer(),
            IpRecognizer(),
            NhsRecognizer(),
            UkNinoRecognizer(),
            UkDrivingLicenceRecognizer(),
            UkPassportRecognizer(),
            UkPostcodeRecognizer(),
            UkVehicleRegistrationRecognizer(),
            *shape_recognisers(),
            LearntRecognizer(),
        ):
            registry.add_recognizer(recogniser)
        self._engine = engine
        self._presidio = AnalyzerEngine(
            registry=registry,
            nlp_engine=engine,
            supported_languages=["en"],
            context_aware_enhancer=WordContext(),
            log_decision_process=False,
        )

    def find(self, texts: Sequence[str]) -> list[list[Found]]:
        """What each text holds, in the order of `texts`, overlaps included.

        Raises whatever Presidio or spaCy raise, and TimeoutError from a pattern: the caller withholds.
        """
        from threadpoolctl import threadpool_limits

        from engagement.recognisers.learnt import foretell

        with threadpool_limits(1, user_api="blas"):  # the pool has a process for each core
            found: list[list[Found]] = []
            for start in range(0, len(texts), BATCH):
                batch = texts[start : start + BATCH]
                docs = [self._nlp.make_doc(text) for text in batch]
                foretell(docs)
                for _ in self._nlp.pipe([doc for doc in docs if _promising(doc, self._words)], batch_size=BATCH):
                    pass  # the finder of names writes into the documents
                found += [
                    _judge(doc, text, self._words, self._recognised(text, doc))
                    for text, doc in zip(batch, docs, strict=True)
                ]
            return found

    def _recognised(self, text: str, doc: Doc) -> list[RecognizerResult]:
        from presidio_analyzer.nlp_engine import NlpArtifacts

        read = NlpArtifacts([], doc, [], [], self._engine, "en")
        results: list[RecognizerResult] = self._presidio.analyze(text, language="en", nlp_artifacts=read)
        return results


def _promising(doc: Doc, known: Words) -> bool:
    """Whether spaCy's finder of names may find any: the learnt recogniser sees a trace, or a capital is unexplained."""
    from engagement.recognisers.learnt import chance

    if len(doc) and chance(doc[:]) >= TRACE:
        return True
    capitals = [token for token in doc if token.is_title or token.is_upper]
    return any(token.lower_ in name_words()["ambiguous"] or _like_a_name(token, known) for token in capitals)


def _judge(doc: Doc, text: str, known: Words, results: list[RecognizerResult]) -> list[Found]:
    found = [judged for entity in doc.ents if (judged := _judge_entity(entity, text, known))]
    found += [
        Found(token.idx, token.idx + len(token), "PERSON", UNEXPLAINED, "proper noun")
        for token in doc
        if token.is_title and token.ent_type_ not in NAMES_TAKEN_FOR and _unexplained(token, known)
    ]
    for result in results:
        by = (result.recognition_metadata or {}).get("recognizer_name", "presidio")
        kind, score = KINDS.get(result.entity_type, result.entity_type), result.score
        if by == LEARNT:
            found.append(Found(result.start, result.end, kind, score, by))  # it has weighed what stands around
            continue
        if kind == "PERSON" and score < SURE:
            span = doc.char_span(result.start, result.end, alignment_mode="expand")
            if span is None or not all(_like_a_name(token, known) for token in span):
                continue
            score = max(score, BACKED)
        found.append(Found(result.start, result.end, kind, score, by))
    return [each for each in found if not _doubted(doc, each)]


def _doubted(doc: Doc, found: Found) -> bool:
    """Whether `found` is no more than a guess and the learnt recogniser sees nothing there."""
    from engagement.recognisers.learnt import chance

    if found.found_by not in GUESSES or found.score > BACKED:
        return False
    span = doc.char_span(found.start, found.end, alignment_mode="expand")
    return span is not None and chance(span) < DOUBTED


def _like_a_name(token: Token, known: Words) -> bool:
    from engagement.recognisers.learnt import chance

    if token.lower_ in name_words()["ambiguous"]:
        named = token.is_title and (token.ent_type_ == "PERSON" or _used_as_a_name(token, known))
        return named or chance(token.doc[token.i : token.i + 1]) >= DOUBTED
    proper = token.ent_type_ in NAMES_TAKEN_FOR
    return not is_ordinary(token.text, known.ordinary) and (proper or not is_ordinary(token.text, known.nouns))


def _unexplained(token: Token, known: Words) -> bool:
    """A capitalised word that the language does not know: most often a name that the model was never taught."""
    if not token.is_alpha or not token.is_title or len(token) < SHORTEST_NAME:
        return False
    if token.lower_ in name_words()["ambiguous"]:
        return _used_as_a_name(token, known)
    return _like_a_name(token, known)


def _used_as_a_name(token: Token, known: Words) -> bool:
    """Whether a word that may be a name or not has a capital without need, a family name, or does what people do."""
    if token.i > 0 and token.nbor(-1).is_alpha and token.nbor(-1).is_lower:
        return True
    if token.i + 1 == len(token.doc):
        return False
    following = token.nbor(1)
    if following.is_title:
        ambiguous = following.lower_ in name_words()["ambiguous"]
        return ambiguous or not any(is_ordinary(following.text, words) for words in (known.ordinary, known.nouns))
    acts = following.lower_ in name_words()["what_people_do"]
    return acts or (following.lower_ in COPULAS and token.lower_ not in name_words()["virtues"])


def _judge_entity(entity: Span, text: str, known: Words) -> Found | None:
    """A named entity as an identifier: the model often calls a rarer name an organisation or a place."""
    label, first = entity.label_, entity[0]
    if label not in {*NAMES_TAKEN_FOR, "FAC"} or not any(_like_a_name(token, known) for token in entity):
        return None
    opens = entity.start == 0 or first.nbor(-1).is_punct
    verb_first = opens and len(entity) > 1 and is_ordinary(first.text, known.ordinary)
    start = entity[1].idx if verb_first and first.lower_ not in name_words()["ambiguous"] else entity.start_char
    leading = BEFORE_NUMBER.match(text, start, entity.end_char)
    end = leading.end() if leading else start
    if end - start < SHORTEST_ENTITY:
        return None
    if label == "PERSON":
        return Found(start, end, "PERSON", 0.85, "ner")
    before = entity.doc[entity.start - 1].lower_ if entity.start else ""
    if label == "ORG":
        named = before in {"the", "at", "for"} or entity[0].lower_ == "the" or len(entity) > LONGEST_NAME
        return Found(start, end, "ORGANISATION" if named else "PERSON", BACKED, "ner")
    return Found(start, end, "PLACE" if before in PLACE_WORDS or before == "the" else "PERSON", BACKED, "ner")
