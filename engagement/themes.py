"""Excerpts x Codebook -> Codings: the themes that the machine suggests, and what holds once people have decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engagement.codebook import with_parents
from engagement.coding.coder import LOW_BAR, THRESHOLD, Coder, Labelled
from engagement.config import Settings
from engagement.errors import BadInput
from engagement.model import Codebook, Coding, Decision, Embeddings, Excerpt, Role

if TYPE_CHECKING:
    from engagement.coding.blind import Judged

MACHINE = "machine:"  # begins the name of every coder that is no person
VERSION = 3  # raised when the same input would be coded otherwise


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
    judged: Sequence[Judged] = (),
) -> tuple[Coding, ...]:
    """The machine's suggestions for what participants and documents say, in the order of excerpts and codebook.

    It learns from the codings by people among `accepted`, and from the excerpts that they `judged` as a whole;
    `blind.lessons` gives both. Those by machines change nothing, so that coding twice gives the same. Raises
    ModelMissing.
    """
    ours = read_by_machine(excerpts)
    if not ours:
        return ()
    examples = list(taught(ours, codebook, accepted, judged, settings, cache).values())
    name = f"{MACHINE}{embeddings.model}:{VERSION}"
    return _suggested(ours, Coder(codebook, examples, settings, cache), codebook, name)


def read_by_machine(excerpts: Iterable[Excerpt]) -> list[Excerpt]:
    """What participants and documents say: a facilitator's and a note taker's own words are nobody's evidence."""
    return [excerpt for excerpt in excerpts if excerpt.role in (Role.PARTICIPANT, Role.NOBODY)]


def taught(
    excerpts: Sequence[Excerpt],
    codebook: Codebook,
    accepted: Sequence[Coding],
    judged: Sequence[Judged],
    settings: Settings,
    cache: Path | None = None,
) -> dict[str, Labelled]:
    """What people's codings say of the excerpts, by excerpt_id, for those of which they say anything.

    Of an excerpt that somebody judged for some themes, those that nobody accepted are not there. Of others, somebody
    who accepts a theme has read the excerpt too: the themes that they leave out are not there, except those that the
    codebook alone suggests and nobody has decided on. A rejection tells of its own theme only.
    """
    people, keys = [coding for coding in accepted if not _by_machine(coding)], set(codebook.keys)
    whole: dict[str, frozenset[str]] = defaultdict(frozenset)
    for each in judged:
        whole[each.excerpt_id] |= each.themes
    said: dict[tuple[str, Decision], set[str]] = defaultdict(set)
    for (excerpt_id, key), last in _last_words(people).items():
        said[excerpt_id, last.decision] |= {key} & keys
    touched = {*whole, *(excerpt_id for excerpt_id, _ in said)}
    coded = [one for one in excerpts if one.excerpt_id in touched]
    unsure: dict[str, set[str]] = defaultdict(set)
    partly = [one for one in coded if said[one.excerpt_id, Decision.ACCEPTED] and one.excerpt_id not in whole]
    for coding in _suggested(partly, Coder(codebook, [], settings, cache), codebook, MACHINE) if partly else ():
        unsure[coding.excerpt_id].add(coding.theme_key)
    examples = {}
    for one in coded:
        there = with_parents(codebook, said[one.excerpt_id, Decision.ACCEPTED])
        left_out = whole.get(one.excerpt_id, keys - unsure[one.excerpt_id] if there else frozenset())
        known = there | said[one.excerpt_id, Decision.REJECTED] | (left_out - said[one.excerpt_id, Decision.SUGGESTED])
        carries = {key: key in there for key in known & keys}
        if carries:
            examples[one.excerpt_id] = Labelled(one.text, carries)
    return examples


def _suggested(excerpts: Sequence[Excerpt], coder: Coder, codebook: Codebook, name: str) -> tuple[Coding, ...]:
    reading = coder.read([excerpt.text for excerpt in excerpts])
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


def standing(codings: Sequence[Coding]) -> tuple[Coding, ...]:
    """What holds now: for each excerpt and theme the latest word of a person, else the machine's; no rejections.

    A person's suggestion takes back what they said before: it is theirs to decide again. `codings` are in the order in
    which they were made; the answer is in the order of first mention.
    """
    last = _last_words(codings).values()
    return tuple(coding for coding in last if coding.decision is not Decision.REJECTED and not _taken_back(coding))


def waiting(codings: Iterable[Coding]) -> tuple[Coding, ...]:
    """What a person has to decide again, since their theme was split or they took their decision back."""
    people = (coding for coding in codings if not _by_machine(coding))
    return tuple(coding for coding in _last_words(people).values() if _taken_back(coding))


def _last_words(codings: Iterable[Coding]) -> dict[tuple[str, str], Coding]:
    """Of each excerpt and theme the last decision of a person, else the machine's, else what was taken back."""
    words: dict[tuple[str, str], dict[str, Coding]] = defaultdict(dict)
    for coding in codings:
        said = words[coding.excerpt_id, coding.theme_key]
        said.pop(coding.coder, None)
        said[coding.coder] = coding
    return {
        place: max(enumerate(said.values()), key=lambda one: (_rank(one[1]), one[0]))[1]
        for place, said in words.items()
    }


def _taken_back(coding: Coding) -> bool:
    return coding.decision is Decision.SUGGESTED and not _by_machine(coding)


def _by_machine(coding: Coding) -> bool:
    return coding.coder.startswith(MACHINE)


def _rank(coding: Coding) -> int:
    """A person's decision before the machine's, and that before what was taken back."""
    return 1 if _by_machine(coding) else 0 if coding.decision is Decision.SUGGESTED else 2


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
