"""What a process of the anonymiser does with words, so that every text can be read by itself and beside others.

Two passes. The first asks Presidio what a text holds and tells the names that it is confident of. The second, given
everybody who was learnt, settles what goes and what is printed in its place, and scans what would be left.
A pass knows no pseudonym's number and makes no safe text: the anonymiser gives the numbers, in order, and cuts.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from engagement.anonymising import residual
from engagement.anonymising.rulings import Judgement, Ordinary, Rulings, Turn, doubts, ordinary_in
from engagement.model import Doubt, Redaction
from engagement.policy import PLACEHOLDER, PRINTED, Action, Policy, generalised
from engagement.recognisers.analyser import Analyser, Found
from engagement.recognisers.people import Lesson, People
from engagement.recognisers.resolve import resolve
from engagement.recognisers.unexplained import Dictionary, unexplained
from engagement.recognisers.vocabulary import Vocabulary, dictionary_nouns, ordinary_words, protected

CONFIDENT = 0.55  # from this score on a name found once is looked for everywhere
TITLED = 0.85  # and from this one even an ordinary word is learnt: "Mrs Cook"
SOMEBODY = "[Person 1]"  # stands for every pseudonym in what is scanned: the scan looks away from marks


class Text(NamedTuple):
    """Words of a document with what the first pass `found` in them.

    `turn` is where a ruling may speak of them; doubts are told for texts with a `position`, that of their turn.
    """

    words: str
    found: Sequence[Found] = ()
    turn: Turn | None = None
    position: int | None = None


class Read(NamedTuple):
    """What the first pass found in a text, and the names among it that are to be learnt."""

    found: list[Found]
    names: list[Lesson]


class Cut(NamedTuple):
    """A span that goes: what is `printed` in its place, or, where that is empty, `whose` number."""

    span: Found
    printed: str
    whose: str


class Settled(NamedTuple):
    """What the second pass made of a text: `left` are the kinds that the scan still finds after the cuts."""

    cuts: list[Cut]
    doubts: tuple[Doubt, ...]
    left: tuple[str, ...]


@dataclass(slots=True)
class Resolver:
    """What goes and what is printed instead, by the policy, the rulings and the people known so far."""

    policy: Policy
    people: People
    protected: Vocabulary
    identity: Vocabulary  # the protected words without the places
    rulings: Rulings
    ordinary: Ordinary
    year: int | None = None  # of the round, to tell an age from a year of birth

    def cuts(self, words: str, found: Sequence[Found], turn: Turn | None = None) -> list[Cut]:
        """Every identifier of `words`, in order and apart."""
        settled = self.resolved(words, [*found, *self.people.find(words)], turn, strictly=True)
        return [self.cut(words, item) for item in settled]

    def cut(self, words: str, item: Found) -> Cut:
        """What is printed in the place of a span."""
        action = self.policy.actions[item.kind]
        surface = words[item.start : item.end]
        if item.kind == "PERSON" and action is Action.PSEUDONYM:
            return Cut(item, "", self.people.canonical(surface))
        if action is Action.GENERALISE and item.kind == "UNIQUE_ROLE":
            # Nobody is told by being Black or a woman, and both are evidence; the rest says who it is.
            kept = " ".join(surface[start:end] for start, end in self.identity.spans(surface))
            return Cut(item, f"[{PRINTED[item.kind]}: {kept}]" if kept else f"[{PRINTED[item.kind]}]", "")
        if action is Action.GENERALISE and (coarser := generalised(item.kind, surface, self.year)):
            return Cut(item, f"[{coarser}]", "")
        return Cut(item, f"[{PRINTED[item.kind]}]", "")

    def resolved(
        self, words: str, found: Sequence[Found], turn: Turn | None = None, *, strictly: bool = False
    ) -> list[Found]:
        """What of `found` goes; `strictly`, by a policy that acts on them, the words that nothing explains too."""
        settled = resolve(words, found, self.policy, self.protected, self.people.ordinary)
        settled = self._with_unexplained(words, settled) if strictly else settled
        return self.rulings.applied(words, settled, self.ordinary, turn)

    def names_among(self, words: str, found: Sequence[Found]) -> list[Lesson]:
        """The names that a first pass is confident of, less protected words."""
        return [
            Lesson(words[each.start : each.end], certain="shape" in each.found_by and each.score >= TITLED)
            for each in self.resolved(words, found)  # a street's name is nobody's, though it may look like one
            if each.kind == "PERSON" and each.score >= CONFIDENT
        ]

    def doubts(self, text: Text, cuts: Sequence[Cut]) -> tuple[Doubt, ...]:
        """What stays in a text and may yet be an identifier."""
        if text.position is None:
            return ()
        actions = self.policy.actions
        asked = [each for each in text.found if each.kind == "UNEXPLAINED" or actions[each.kind] is not Action.KEEP]
        gone = [Redaction(span.start, span.end, span.kind, "", span.score, span.found_by) for span, _, _ in cuts]
        spans = self.protected.spans(text.words)
        return doubts(text.position, text.words, asked, gone, spans, self.ordinary, self.policy.threshold)

    def left(self, words: str) -> tuple[str, ...]:
        """The kinds still found in words that were cut."""
        return residual.remaining(words, self.known, residual.looked_for(self.policy), self.stays)

    def known(self, words: str) -> list[Found]:
        """Whoever of the round is still in `words`, for the residual scan; a likeness to a name is not enough."""
        found = [each for each in self.people.find(words) if each.found_by == "known"]
        return self.resolved(words, found) if found else []

    def stays(self, words: str) -> bool:
        """Whether somebody ruled that `words` stay."""
        kept = (each.digest for each in self.rulings if each.decision is Judgement.KEEP)
        return self.rulings.digest(words) in kept

    def _with_unexplained(self, words: str, settled: list[Found]) -> list[Found]:
        if self.policy.actions["UNEXPLAINED"] is Action.KEEP:
            return settled
        explained = [*self.protected.spans(words), *((item.start, item.end) for item in settled)]
        explained += [match.span() for match in PLACEHOLDER.finditer(words)]
        more = unexplained(words, Dictionary(self.people.ordinary, self.people.nouns), explained)
        return sorted([*settled, *more], key=lambda item: item.start)


def resolver_for(policy: Policy, model: Path, rulings: Rulings | None = None, year: int | None = None) -> Resolver:
    """What resolves the texts of one run, and knows nobody yet but the words that the policy removes."""
    words, places = protected()
    places = (*places, *policy.keep)
    folded = frozenset(phrase.casefold() for phrase in (*words, *places))
    known, nouns = ordinary_words(model), dictionary_nouns(model)
    people = People(known, nouns, folded)
    for surface in policy.remove:
        people.learn_surface("PERSON", surface)
    kept, identity = Vocabulary(words, places), Vocabulary(words)
    return Resolver(policy, people, kept, identity, rulings or Rulings(b""), ordinary_in(known | nouns), year)


def replaced(words: str, cuts: Sequence[Cut], mark: Callable[[Cut], str]) -> str:
    """`words` with the `mark` of each cut in its place."""
    pieces, end = [], 0
    for cut in cuts:
        pieces += [words[end : cut.span.start], mark(cut)]
        end = cut.span.end
    return "".join([*pieces, words[end:]])


@dataclass(slots=True)
class _Reading:
    """What one process holds: its models, and whoever it was last told of."""

    analyser: Analyser
    resolver: Resolver
    nobody: People
    told: bytes = b""


_reading: _Reading | None = None


def load(model: Path, policy: Policy, rulings: Rulings | None, year: int | None) -> None:
    """Readies this process for both passes."""
    global _reading  # noqa: PLW0603 - one model a process, loaded when the process starts
    resolver = resolver_for(policy, model, rulings, year)
    _reading = _Reading(Analyser(model), resolver, resolver.people)


def first(texts: Sequence[Text]) -> list[Read]:
    """What each text holds. Raises whatever the analyser raises."""
    reading = _loaded()
    found = reading.analyser.find([text.words for text in texts])
    names = [reading.resolver.names_among(text.words, each) for text, each in zip(texts, found, strict=True)]
    return [Read(each, names) for each, names in zip(found, names, strict=True)]


def second(told: bytes, texts: Sequence[Text]) -> list[Settled]:
    """What of each text goes, once everybody of the lessons in `told` (see `tell`) is known."""
    resolver = _taught(told)
    return [settle(resolver, text) for text in texts]


def settle(resolver: Resolver, text: Text) -> Settled:
    """The second pass over one text. Raises TimeoutError when a pattern takes too long: the caller withholds."""
    cuts = resolver.cuts(text.words, text.found, text.turn)
    left = resolver.left(replaced(text.words, cuts, lambda cut: cut.printed or SOMEBODY))
    return Settled(cuts, resolver.doubts(text, cuts), left)


def tell(people: People) -> bytes:
    """Everybody known, for `second`: packed once, so that a process which knows them already need not unpack."""
    return pickle.dumps(people.lessons)


def _taught(told: bytes) -> Resolver:
    reading = _loaded()
    if reading.told != told:
        base = reading.nobody
        people = People(base.ordinary, base.nouns, base.kept)
        people.teach(pickle.loads(told))  # noqa: S301 - packed by `tell` in the process that started this one
        reading.resolver.people, reading.told = people, told
    return reading.resolver


def _loaded() -> _Reading:
    if _reading is None:
        raise RuntimeError("this process was not loaded")
    return _reading
