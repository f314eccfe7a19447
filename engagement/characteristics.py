"""The characteristics of people, by the value sets of England and Wales; a project's own are `value_set_files.load`'s.

Nothing here infers anything about a person: a tag is what they declared (`Basis.DECLARED`) or what their group was
convened for (`Basis.GROUP`). What an excerpt talks about is found in `mentions.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from engagement.model import Basis, Participant, Role, Stated, Tag
from engagement.tagging.mentions import mentions_in
from engagement.tagging.value_set_files import built_in
from engagement.tagging.value_sets import ValueSets

DEFAULT = built_in()
VALUE_SET_NAME = DEFAULT.name
CHARACTERISTICS = DEFAULT.characteristics

Remit = tuple[tuple[str, str], ...]  # (characteristic, category) pairs, of the patterns of mentions

label = DEFAULT.label
categories = DEFAULT.categories
roll_up = DEFAULT.roll_up
characteristic_of = DEFAULT.characteristic_of
answer = DEFAULT.answer


def merged_people(old: Participant, new: Participant) -> Participant:
    """One person met in two sources: a given answer outranks a silence, and a refusal to be published any consent."""
    answers = {answer.characteristic: answer for answer in old.answers}
    for answer in new.answers:
        known = answers.get(answer.characteristic)
        if known is None or (known.stated is not Stated.GIVEN and answer.stated is Stated.GIVEN):
            answers[answer.characteristic] = answer
    consents = [each.may_publish for each in (old, new) if each.may_publish is not None]
    return replace(
        old,
        role=Role.PARTICIPANT if Role.PARTICIPANT in (old.role, new.role) else old.role,
        group=old.group or new.group,
        answers=tuple(answers[key] for key in sorted(answers)),
        may_publish=all(consents) if consents else None,
    )


def participant_tags(
    participant: Participant, sets: ValueSets = DEFAULT, remits: Mapping[str, Remit] | None = None
) -> tuple[Tag, ...]:
    """What a participant declared, and, marked `Basis.GROUP`, what the group they sat in was convened for.

    Nothing about the person follows from a group's remit, so a slice counts such a tag only when asked to. Silences
    give no tag; nor does anybody but a participant. `remits` are those of groups that are known already.
    """
    if participant.role is not Role.PARTICIPANT:
        return ()
    subject = participant.participant_id
    declared = tuple(
        Tag(subject, given.characteristic, given.category, Basis.DECLARED)
        for given in participant.answers
        if given.stated is Stated.GIVEN and given.category
    )
    group, known = participant.group, remits or {}
    said = (known[group] if group in known else remit_of(group)) if group else ()
    placed = ((key, sets.placed(key, category)) for key, category in said)
    convened = dict.fromkeys(Tag(subject, key, category, Basis.GROUP) for key, category in placed if category)
    return (*declared, *convened)


@lru_cache(maxsize=256)
def remit_of(group: str) -> Remit:
    """The characteristics and categories that a group's name speaks of, each once: "Disabled women" has two.

    It is read like an excerpt's words, which takes the language rules.
    """
    return tuple(dict.fromkeys((key, category) for key, category, _, _ in mentions_in(group)))
