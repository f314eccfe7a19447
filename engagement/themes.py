"""Excerpts x Codebook -> Codings: the themes that the machine suggests, and what holds once people have decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engagement.codebook import with_parents
from engagement.coder import LOW_BAR, THRESHOLD, Coder, Labelled
from engagement.config import Settings
from engagement.errors import BadInput
from engagement.model import Codebook, Coding, Decision, Embeddings, Excerpt, Role

MACHINE = "machine:"  # begins the name of every coder that is no person
VERSION = 2  # raised when the same input would be coded otherwise


@dataclass(frozen=True, slots=True)
class TextCoding:
    """The themes of a text, in the codebook's order, and the probability of every theme."""

    keys: tuple[str, ...]
    scores: Mapping[str, float]


def code(
    excerpts: Sequence[Excerpt],
    embeddings: Embeddings,
    codebook: Codebook,
    accepted: Sequence[Coding],
    settings: Settings,
    cache: Path | None = None,
) -> tuple[Coding, ...]:
    """The machine's suggestions for what participants and documents say, in the order of excerpts and codebook.

    It learns from the codings by people among `accepted`; those by machines change nothing, so that coding
    twice gives the same. Raises ModelMissing.
    """
    ours = [excerpt for excerpt in excerpts if excerpt.role in (Role.PARTICIPANT, Role.NOBODY)]
    people = [coding for coding in accepted if not _by_machine(coding)]
    if not ours:
        return ()
    suggested = _suggested(ours, embeddings, codebook, [], settings, cache)
    if people:
        suggested = _suggested(
            ours, embeddings, codebook, _labelled(ours, people, suggested, codebook), settings, cache
        )
    return suggested


def _suggested(
    excerpts: Sequence[Excerpt],
    embeddings: Embeddings,
    codebook: Codebook,
    examples: Sequence[Labelled],
    settings: Settings,
    cache: Path | None,
) -> tuple[Coding, ...]:
    reading = Coder(codebook, examples, settings, cache).read([excerpt.text for excerpt in excerpts])
    name = f"{MACHINE}{embeddings.model}:{VERSION}"
    codings = []
    for excerpt, scores, because in zip(excerpts, reading.probabilities, reading.because, strict=True):
        spans = dict(zip(codebook.keys, because, strict=True))
        for key, (score, source) in _lifted(codebook, scores.tolist()).items():
            if score > THRESHOLD:
                codings.append(Coding(excerpt.excerpt_id, key, name, Decision.SUGGESTED, score, spans[source]))
    return tuple(codings)


def _lifted(codebook: Codebook, scores: Sequence[float]) -> dict[str, tuple[float, str]]:
    """Each theme's score and key, or those of a likelier theme below it: a child implies its parent."""
    lifted = {key: (score, key) for key, score in zip(codebook.keys, scores, strict=True)}
    for key, score in zip(codebook.keys, scores, strict=True):
        for above in with_parents(codebook, [key]):
            lifted[above] = max(lifted[above], (score, key), key=lambda found: found[0])
    return lifted


def _labelled(
    excerpts: Sequence[Excerpt], people: Sequence[Coding], suggested: Sequence[Coding], codebook: Codebook
) -> list[Labelled]:
    """What people's codings say of the excerpts.

    Somebody who accepts a theme has read the excerpt: the themes that they leave out are not there, except
    those that the codebook alone suggests and nobody has decided on. A rejection tells of its own theme only.
    """
    latest = {(coding.excerpt_id, coding.theme_key): coding for coding in (*suggested, *people)}
    said: dict[tuple[str, Decision], set[str]] = defaultdict(set)
    for coding in latest.values():
        said[coding.excerpt_id, coding.decision].add(coding.theme_key)
    labelled = []
    for excerpt in excerpts:
        there = with_parents(codebook, said[excerpt.excerpt_id, Decision.ACCEPTED])
        known = there | said[excerpt.excerpt_id, Decision.REJECTED]
        if there:
            known |= set(codebook.keys) - said[excerpt.excerpt_id, Decision.SUGGESTED]
        carries = {key: key in there for key in known & set(codebook.keys)}
        if carries:
            labelled.append(Labelled(excerpt.text, carries))
    return labelled


def standing(codings: Sequence[Coding]) -> tuple[Coding, ...]:
    """What holds now: for each excerpt and theme the latest word of a person, else the machine's; no rejections.

    `codings` are in the order in which they were made; the answer is in the order of first mention.
    """
    latest: dict[tuple[str, str], Coding] = {}
    for coding in codings:
        place = (coding.excerpt_id, coding.theme_key)
        if place not in latest or _rank(coding) >= _rank(latest[place]):
            latest[place] = coding
    return tuple(coding for coding in latest.values() if coding.decision is not Decision.REJECTED)


def _by_machine(coding: Coding) -> bool:
    return coding.coder.startswith(MACHINE)


def _rank(coding: Coding) -> int:
    return 0 if _by_machine(coding) or coding.decision is Decision.SUGGESTED else 1


def code_texts(
    texts: Sequence[str],
    codebook: Codebook,
    examples: Sequence[tuple[str, frozenset[str]]],
    settings: Settings,
    *,
    multi: bool = True,
    cache: Path | None = None,
) -> list[TextCoding]:
    """The themes of texts that are safe already; `examples` are coded texts, with the keys of all their themes.

    With `multi` a text has every theme that is likely enough, and their parents; without it the likeliest one,
    or none where even that is far-fetched. Raises BadInput for a key that the codebook lacks, and ModelMissing.
    """
    for number, (_, keys) in enumerate(examples, 1):
        unknown = sorted(keys - set(codebook.keys))
        if unknown:
            raise BadInput(
                "examples", f"no theme has the key '{unknown[0]}'", "Use the codebook's keys", place=f"example {number}"
            )
    labelled = [
        Labelled(text, {key: key in with_parents(codebook, keys) for key in codebook.keys}) for text, keys in examples
    ]
    if not texts:
        return []
    found = []
    for row in Coder(codebook, labelled, settings, cache).probabilities(texts).tolist():
        scores = {key: score for key, (score, _) in _lifted(codebook, row).items()}
        best, likeliest = max(row), codebook.keys[row.index(max(row))]
        single = (likeliest,) if best > LOW_BAR else ()
        found.append(TextCoding(_likely(scores) if multi else single, scores))
    return found


def _likely(scores: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(key for key, score in scores.items() if score > THRESHOLD)
