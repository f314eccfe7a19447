"""What may be said of one person: their characteristics, coarsened until at least k people share the combination.

Local suppression to k-anonymity (Samarati and Sweeney, 1998): people whose combination is rarer than k lose one
characteristic after another, in a fixed order, until every printed combination is held by k of the round or says
nothing. Categories are rolled up first. A rule with k of 1 prints everything, in full detail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from engagement.characteristics import DEFAULT
from engagement.model import DisclosureRule, Participant, Role, Stated
from engagement.tagging.value_sets import ValueSets

NOT_SHOWN = "not shown"
# The first goes first. What consultations ask about most is kept longest.
GIVEN_UP_IN_ORDER = (
    "pregnancy_maternity",
    "marriage_civil_partnership",
    "carer",
    "gender_reassignment",
    "sexual_orientation",
    "religion_or_belief",
    "age",
    "disability",
    "sex",
    "race",
)

Profile = tuple[str, ...]


def profiles(
    participants: Sequence[Participant], rule: DisclosureRule, sets: ValueSets = DEFAULT
) -> dict[str, dict[str, str]]:
    """Participant id -> characteristic -> what may be printed, for every characteristic that somebody was asked."""
    people = [person for person in participants if person.role is Role.PARTICIPANT]
    exact = rule.k <= 1
    coarser = None if exact else sets
    asked = [key for key in sets.characteristics if any(_written(person, key, coarser) for person in people)]
    held = {person.participant_id: tuple(_written(person, key, coarser) for key in asked) for person in people}
    if not exact:
        held = _coarsened(held, asked, rule.k)
    return {person: dict(zip(asked, profile, strict=True)) for person, profile in held.items()}


def _coarsened(held: Mapping[str, Profile], asked: Sequence[str], k: int) -> dict[str, Profile]:
    result = dict(held)
    order = sorted(asked, key=lambda key: GIVEN_UP_IN_ORDER.index(key) if key in GIVEN_UP_IN_ORDER else -1)
    for key in order:
        sizes = Counter(result.values())
        place = asked.index(key)
        for person, profile in result.items():
            if sizes[profile] < k:
                result[person] = (*profile[:place], NOT_SHOWN, *profile[place + 1 :])
    return _without_rest(result, k)


def _without_rest(held: dict[str, Profile], k: int) -> dict[str, Profile]:
    """Where too few are left with nothing shown, others join them, so that they are not the odd ones.

    They come from the largest groups as far as those can spare them, then a smallest group joins whole.
    """
    result = dict(held)
    nothing = tuple(NOT_SHOWN for _ in next(iter(held.values()), ()))
    while 0 < (few := sum(profile == nothing for profile in result.values())) < k:
        sizes = Counter(profile for profile in result.values() if profile != nothing)
        if not sizes:
            break
        largest, smallest = (pick(sizes, key=lambda each: (sizes[each], each)) for pick in (max, min))
        spare = sizes[largest] - k
        giving, many = (largest, min(spare, k - few)) if spare > 0 else (smallest, sizes[smallest])
        for person in [person for person, profile in sorted(result.items()) if profile == giving][:many]:
            result[person] = nothing
    return result


def _written(person: Participant, characteristic: str, coarser: ValueSets | None) -> str:
    """A person's answer, rolled up by `coarser`; a category that it doesn't know is not shown."""
    for answer in person.answers:
        if answer.characteristic == characteristic:
            if answer.stated is not Stated.GIVEN or answer.category is None:
                return str(answer.stated)
            return answer.category if coarser is None else coarser.rolled(characteristic, answer.category) or NOT_SHOWN
    return ""
