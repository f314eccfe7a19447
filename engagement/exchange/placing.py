"""Codings of raw words -> codings of excerpts, by what the anonymiser replaced before them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from engagement.exchange.qdpx_in import RawCoding
from engagement.model import Coding, Decision, Excerpt, Redaction
from engagement.themes import MACHINE

Place = tuple[str, int]  # of a turn: its source and its position
EVEN = 0.5  # a machine's probability, which no file tells; a person's is 1


def placed(
    codings: Iterable[RawCoding], replaced: Mapping[Place, Sequence[Redaction]], excerpts: Collection[Excerpt]
) -> tuple[Coding, ...]:
    """The codings on every excerpt of which they hold half, or on the one of which they hold the most.

    `replaced` tells what was replaced in each turn that was let through.

    One that lies on no excerpt, such as on what officers are to do, gives none; one that a coder made twice is one.
    """
    cut: dict[Place, list[Excerpt]] = defaultdict(list)
    for excerpt in excerpts:
        cut[excerpt.source_id, excerpt.turn].append(excerpt)
    found: dict[tuple[str, str, str], Coding] = {}
    for coding in codings:
        held = []
        for turn, start, end in coding.parts:
            place = coding.source_id, turn
            if place in replaced:
                first, last = moved(start, end, replaced[place])
                over = ((max(first, each.start), min(last, each.end), each) for each in cut[place])
                held += [(to - at, each, (at - each.start, to - each.start)) for at, to, each in over if at < to]
        most = max((letters for letters, _, _ in held), default=0)
        half = [one for one in held if 2 * one[0] >= len(one[1].text)] or [one for one in held if one[0] == most][:1]
        for _, excerpt, because in half:
            key = excerpt.excerpt_id, coding.theme_key, coding.coder
            by_machine = coding.coder.startswith(MACHINE)
            decision, score = (Decision.SUGGESTED, EVEN) if by_machine else (Decision.ACCEPTED, 1.0)
            found.setdefault(key, Coding(*key, decision, score, because))
    return tuple(found.values())


def moved(start: int, end: int, redactions: Sequence[Redaction]) -> tuple[int, int]:
    """A span of raw words as it stands in the safe ones; what begins or ends in a replaced word takes in all of it."""
    return _moved(start, redactions, up=False), _moved(end, redactions, up=True)


def _moved(place: int, redactions: Sequence[Redaction], *, up: bool) -> int:
    shift = 0
    for one in sorted(redactions, key=lambda each: each.start):
        if one.end <= place:
            shift += len(one.replacement) - (one.end - one.start)
        elif one.start < place:
            return one.start + shift + (len(one.replacement) if up else 0)
    return place + shift
