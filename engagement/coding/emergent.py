"""Excerpts that the codebook leaves uncovered -> EmergentThemes: groups to offer, never added by themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engagement.codebook import checked, key_of
from engagement.codebook_history import WHERE, revised
from engagement.coding.coder import definition
from engagement.coding.emergent_groups import groups
from engagement.coding.emergent_names import Named, Voice, named
from engagement.coding.matcher import see
from engagement.config import Settings
from engagement.model import Codebook, Embeddings, EmergentTheme, Excerpt, Role, Theme, content_id, digest_of
from engagement.segment import MARK

FEWEST_TEXTS = 15  # below this there is nothing to group
FEWEST_WORDS = 5  # of an excerpt: shorter ones are yes, no and thanks
FEWEST_PEOPLE = 5  # in a group
REPRESENTATIVE = 5  # excerpts of a group
STABLE = 0.5  # a group that comes back less often is marked

Same = Sequence[Excerpt]  # the excerpts with the same words
Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Group:
    """Texts, the nearest to the centre first, their centre in both models' vectors, and how often they come back."""

    texts: Sequence[Same]
    centre: Vector
    plain: Vector
    stability: float

    def voices(self) -> list[Voice]:
        """The texts with all who said them."""
        return [Voice(same[0].text, frozenset(_people([same]))) for same in self.texts]


def emergent(
    excerpts: Sequence[Excerpt],
    embeddings: Embeddings,
    codebook: Codebook,
    covered: frozenset[str],
    settings: Settings,
    cache: Path | None = None,
) -> tuple[EmergentTheme, ...]:
    """The groups among what participants say that no theme covers, the largest first.

    A text that many sent is one voice. Groups with the words of fewer than five participants are left out, and
    so are words that a single participant uses. The order of `excerpts` changes nothing. Raises ModelMissing.
    """
    texts = _texts(excerpt for excerpt in excerpts if excerpt.excerpt_id not in covered)
    if len(texts) < FEWEST_TEXTS:
        return ()
    found = _groups(texts, embeddings, settings, cache)
    if not found:
        return ()
    names = named([group.voices() for group in found], np.stack([group.plain for group in found]), settings, cache)
    nearest = _nearest(codebook, np.stack([group.centre for group in found]), settings, cache)
    themes = [_theme(*each) for each in zip(found, _apart(names), nearest, strict=True)]
    return tuple(sorted(filter(None, themes), key=lambda theme: (-len(theme.excerpt_ids), theme.key)))


def unstable(theme: EmergentTheme) -> bool:
    """Whether the group may be an accident: it comes back in too few repetitions to be relied on."""
    return theme.stability < STABLE


def accepted(codebook: Codebook, theme: EmergentTheme, excerpts: Sequence[Excerpt], name: str = "") -> Codebook:
    """The next version, with the group as a theme: its words as the definition, representative quotes as examples.

    Only quotes among `excerpts` are taken: give those that may be published, since a codebook is. Raises BadInput.
    """
    called = name.strip() or theme.name
    texts = {excerpt.excerpt_id: excerpt.text for excerpt in excerpts}
    examples = tuple(dict.fromkeys(str(texts[each]) for each in theme.representative if each in texts))
    new = Theme(
        key_of(called, codebook.keys), called, f"What people say of {', '.join(theme.words)}.", examples=examples
    )
    return checked(revised(codebook, replace(codebook, themes=(*codebook.themes, new))), WHERE)


def _groups(texts: Sequence[Same], embeddings: Embeddings, settings: Settings, cache: Path | None) -> list[_Group]:
    """The groups that enough people are behind."""
    vectors = see([same[0].text for same in texts], settings, cache).whole
    row = {excerpt_id: number for number, excerpt_id in enumerate(embeddings.ids)}
    found = groups(vectors, settings.seed)
    kept = []
    for number, stability in enumerate(found.stability):
        inside = np.flatnonzero(found.labels == number)
        centre = _centre(vectors[inside])
        near = np.round(vectors[inside] @ centre, 5)
        order = inside[np.lexsort((inside, -near))].tolist()
        members = [texts[place] for place in order]
        if len(_people(members)) >= FEWEST_PEOPLE:
            plain = _centre(embeddings.matrix[[row[same[0].excerpt_id] for same in members]])
            kept.append(_Group(members, centre, plain, stability))
    return kept


def _theme(group: _Group, name: Named | None, nearest: str | None) -> EmergentTheme | None:
    """The group as a theme, None where it has no name."""
    if name is None:
        return None
    ids = tuple(sorted(excerpt.excerpt_id for same in group.texts for excerpt in same))
    representative: dict[str, str] = {}
    for same in group.texts:
        representative.setdefault(_person(same[0]), same[0].excerpt_id)
    return EmergentTheme(
        content_id("emergent_", *ids),
        name.name,
        name.words,
        ids,
        nearest,
        round(group.stability, 2),
        tuple(representative.values())[:REPRESENTATIVE],
    )


def _nearest(codebook: Codebook, centres: Vector, settings: Settings, cache: Path | None) -> list[str | None]:
    """The key of the theme whose definition lies nearest to each centre; None of a codebook without themes."""
    if not codebook.themes:
        return [None] * len(centres)
    likeness = centres @ see([definition(theme) for theme in codebook.themes], settings, cache).whole.T
    return [codebook.keys[number] for number in likeness.argmax(1).tolist()]


def _apart(names: Sequence[Named | None]) -> list[Named | None]:
    """The names, no two alike: one that is taken gets more of its group's words."""
    taken: set[str] = set()
    found: list[Named | None] = []
    for each in names:
        name = each
        if name and name.name in taken:
            more = (f"{name.name}, {word}" for word in name.words if word.casefold() not in name.name.casefold())
            numbered = (f"{name.name} {number}" for number in range(2, len(names) + 2))
            name = replace(name, name=next(one for one in (*more, *numbered) if one not in taken))
        if name:
            taken.add(name.name)
        found.append(name)
    return found


def _centre(vectors: Vector) -> Vector:
    mean: Vector = vectors.mean(0)
    length = float((mean @ mean) ** 0.5)
    return mean / length if length else mean


def _people(group: Iterable[Same]) -> set[str]:
    return {_person(excerpt) for same in group for excerpt in same}


def _person(excerpt: Excerpt) -> str:
    """Who said it. Where nobody is named, all of a source may be one person."""
    return excerpt.participant_id or f"somebody in {excerpt.source_id}"


def _texts(excerpts: Iterable[Excerpt]) -> list[Same]:
    """Participants' excerpts by what they say, without pseudonyms, in an order that is chance but always the same."""
    texts: Mapping[str, list[Excerpt]] = defaultdict(list)
    for excerpt in sorted(excerpts, key=lambda excerpt: excerpt.excerpt_id):
        said = " ".join(MARK.sub(" ", excerpt.text).lower().split())
        if excerpt.role is Role.PARTICIPANT and len(said.split()) >= FEWEST_WORDS:
            texts[said].append(excerpt)
    return [texts[said] for said in sorted(texts, key=digest_of)]
