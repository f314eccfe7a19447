"""What became of every excerpt: it has themes, is in an emergent group, or needs a person. None vanishes.

What a machine cannot read is for a person: another language than English, and remarks too short to say what they are
about. So is whatever no theme and no group was found for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engagement.language import ENGLISH
from engagement.model import Cell, Coding, Count, EmergentTheme, Excerpt, Hidden, Role
from engagement.segment import MARK
from engagement.slices import PROTECTING, Slicer, shown

FEWEST_WORDS = 5  # of an excerpt: shorter ones are yes, no and thanks
OURS = (Role.PARTICIPANT, Role.NOBODY)  # who is coded: people and documents


@dataclass(frozen=True, slots=True)
class Coverage:
    """Ids of excerpts in the order of the excerpts, each in exactly one of `themes`, `groups` and `person`.

    Each of `person` is in exactly one of `foreign`, `short` and `nothing` (nothing found).
    """

    themes: tuple[str, ...]
    groups: tuple[str, ...]
    person: tuple[str, ...]
    foreign: tuple[str, ...]
    short: tuple[str, ...]
    nothing: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many excerpts there are."""
        return len(self.themes) + len(self.groups) + len(self.person)


def coverage(excerpts: Sequence[Excerpt], codings: Iterable[Coding], emergent: Iterable[EmergentTheme]) -> Coverage:
    """Every excerpt of a participant or a document, once; `codings` are those that stand."""
    coded = {coding.excerpt_id for coding in codings}
    grouped = {excerpt_id for group in emergent for excerpt_id in group.excerpt_ids}
    parts: dict[str, list[str]] = {part: [] for part in ("themes", "groups", "person", "foreign", "short", "nothing")}
    for excerpt in excerpts:
        if excerpt.role not in OURS:
            continue
        if excerpt.excerpt_id in coded:
            parts["themes"].append(excerpt.excerpt_id)
        elif excerpt.excerpt_id in grouped:
            parts["groups"].append(excerpt.excerpt_id)
        else:
            parts["person"].append(excerpt.excerpt_id)
            parts[_why(excerpt)].append(excerpt.excerpt_id)
    return Coverage(**{part: tuple(ids) for part, ids in parts.items()})


def _why(excerpt: Excerpt) -> str:
    """What keeps the machine from an excerpt."""
    if excerpt.language != ENGLISH:
        return "foreign"
    return "short" if len(MARK.sub(" ", excerpt.text).split()) < FEWEST_WORDS else "nothing"


def cells(found: Coverage, numbers: Slicer) -> dict[str, Cell]:
    """How many excerpts are in each part, as anybody may see it: those of the fields of `Coverage`, and "total".

    A number is shown where enough people are behind it, and rounded as the rule says. The three parts add up to the
    total, and the three reasons to `person`: where one of three is hidden, so is the smallest of the others, lest it be
    subtracted; where `person` is, so are its reasons.
    """
    whole = {"themes": found.themes, "groups": found.groups, "person": found.person}
    reasons = {"foreign": found.foreign, "short": found.short, "nothing": found.nothing}
    everything = (*found.themes, *found.groups, *found.person)
    total = _cell(everything, numbers)
    parts = _guarded(whole, numbers, total)
    return {**parts, **_guarded(reasons, numbers, parts["person"]), "total": total}


def _guarded(parts: Mapping[str, Sequence[str]], numbers: Slicer, whole: Cell) -> dict[str, Cell]:
    """Each part's cell, so that no hidden one follows from the others and their sum."""
    if isinstance(whole, Hidden):
        return dict.fromkeys(parts, Hidden(PROTECTING))
    told = {name: _cell(ids, numbers) for name, ids in parts.items()}
    unseen = [name for name, cell in told.items() if isinstance(cell, Hidden)]
    if len(unseen) == 1:
        smallest = min((name for name in told if name not in unseen), key=lambda name: (len(parts[name]), name))
        told[smallest] = Hidden(PROTECTING)
    return told


def _cell(ids: Sequence[str], numbers: Slicer) -> Cell:
    """A number of excerpts where the people behind them are enough to be told."""
    people = numbers.people_behind(ids)
    return shown(len(ids), numbers.rule) if isinstance(people, Count) else people
