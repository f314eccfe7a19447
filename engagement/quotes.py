"""Quotes: spans of stored excerpts, checked against their digests and cleared by the disclosure rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engagement.characteristics import DEFAULT
from engagement.model import Coding, DisclosureRule, Excerpt, Participant, Quote, Role, Stated, digest_of
from engagement.profiles import NOT_SHOWN, profiles
from engagement.segment import sentences
from engagement.slices import Slicer
from engagement.value_sets import ValueSets

LONGEST = 60  # words a quote may have before it is cut to the sentences that decided its code
SILENCES = {NOT_SHOWN, "", *(str(stated) for stated in Stated)}


class QuoteBook:
    """Everything that may be quoted of a round under one rule. Built once; `of_theme` is then a look-up."""

    def __init__(
        self,
        excerpts: Sequence[Excerpt],
        codings: Sequence[Coding],
        participants: Sequence[Participant],
        numbers: Slicer,
        rule: DisclosureRule,
        sets: ValueSets = DEFAULT,
    ) -> None:
        self._excerpts = {excerpt.excerpt_id: excerpt for excerpt in excerpts}
        self._codings = sorted(codings, key=lambda coding: (-coding.score, coding.excerpt_id))
        self._refused = {person.participant_id for person in participants if person.may_publish is False}
        self._profiles = profiles(participants, rule, sets)
        self._numbers, self._rule = numbers, rule

    def of_theme(self, theme_key: str, most: int = 10) -> tuple[Quote, ...]:
        """Up to `most` quotes, the surest coding first and one of each person; none where the count is hidden.

        Raises ValueError when an excerpt no longer matches its digest.
        """
        if not self._numbers.shows(theme_key):
            return ()
        return tuple(quote for quote, _ in zip(self._cleared(theme_key), range(most), strict=False))

    def _cleared(self, theme_key: str) -> Iterator[Quote]:
        quoted: set[str] = set()
        for coding in self._codings:
            excerpt = self._excerpts.get(coding.excerpt_id)
            if coding.theme_key != theme_key or excerpt is None or excerpt.role is not Role.PARTICIPANT:
                continue
            person = excerpt.participant_id or excerpt.excerpt_id
            if person not in quoted and person not in self._refused:
                quoted.add(person)
                yield _quote(excerpt, coding, self._attribution(excerpt), self._rule)

    def _attribution(self, excerpt: Excerpt) -> str:
        shown: Mapping[str, str] = self._profiles.get(excerpt.participant_id or "", {})
        said = [value for value in shown.values() if value not in SILENCES]
        return ", ".join(["Participant", *said])


def _quote(excerpt: Excerpt, coding: Coding, attribution: str, rule: DisclosureRule) -> Quote:
    if digest_of(excerpt.text) != excerpt.sha256:
        raise ValueError(f"excerpt {excerpt.excerpt_id} does not match its digest")
    start, end = _span(excerpt.text, coding.because)
    text = excerpt.text.cut(start, end)
    return Quote(excerpt.excerpt_id, text, start, end, digest_of(text), attribution, rule.name)


def _span(text: str, because: tuple[int, int]) -> tuple[int, int]:
    """The whole excerpt, or from a long one the sentences around `because` as far as `LONGEST` words go."""
    if len(text.split()) <= LONGEST:
        return 0, len(text)
    start, end = because
    for _, sentence_end in sentences(text):
        if sentence_end > end and len(text[start:sentence_end].split()) <= LONGEST:
            end = sentence_end
    return start, end
