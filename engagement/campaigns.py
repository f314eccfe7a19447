"""Campaigns: which stored turns copy another, so that what many sent has one voice, with its number.

Told from anonymised words, over all sources of a project: it makes no difference by which channel a copy came, or in
which run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from engagement.duplicates import voices
from engagement.model import DisclosureRule, Kind
from engagement.storing.records import Place, TurnRow

SENT = frozenset({Kind.RESPONSE, Kind.PROSE})  # what people say in a room they may well say alike
CAMPAIGN = 3  # the same words from so many


def copies(turns: Sequence[TurnRow]) -> dict[Place, Place]:
    """For each turn that copies an earlier one, answers to the same question alone: its place -> the first's."""
    asked: dict[tuple[Kind, str | None], list[TurnRow]] = defaultdict(list)
    for turn in turns:
        if turn.kind in SENT:
            # Letters that copy each other have headings of their own.
            asked[turn.kind, turn.question_id if turn.kind is Kind.RESPONSE else None].append(turn)
    found: dict[Place, Place] = {}
    for held in asked.values():
        for turn, first in zip(held, voices([turn.text for turn in held]), strict=True):
            if held[first] is not turn:
                found[turn.place] = held[first].place
    return found


def sizes(copied: Mapping[Place, Place]) -> dict[Place, int]:
    """How many sent each text that was sent more than once: the place of the first -> how many, with itself."""
    return {first: number + 1 for first, number in Counter(copied.values()).items()}


def few_sent(copied: Mapping[Place, Place], rule: DisclosureRule) -> bool:
    """Whether any campaign has fewer senders than may be told: how many texts are copies would then tell of it.

    Copies are all senders but one of each campaign, and how many campaigns there are is told.
    """
    return any(CAMPAIGN <= number < rule.threshold for number in sizes(copied).values())
