"""RawDocument -> SafeDocument | Withheld: the only room where raw words are opened, and the only maker of SafeText.

Two passes over all texts, in processes of their own (`passes.py`). The first asks Presidio what each holds; from it,
from rosters and from speaker labels is learnt who is in the round. The second looks for every mention of them, settles
what goes and scans what is left. Here pseudonyms get their numbers, by first appearance, and the words are cut.
Whatever goes wrong on the way, the document is withheld: there is no path on which raw words go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import regex

from engagement.anonymising import passes, residual
from engagement.anonymising.passes import Cut, Read, Resolver, Settled, Text, replaced, resolver_for
from engagement.anonymising.rulings import Ordinary, Rulings
from engagement.characteristics import DEFAULT
from engagement.config import Settings
from engagement.model import (
    Answer,
    Mint,
    Participant,
    Question,
    RawDocument,
    RawPerson,
    RawText,
    Redaction,
    Role,
    SafeDocument,
    SafeText,
    SafeTurn,
    Source,
    Stated,
    Withheld,
    content_id,
    digest_of,
)
from engagement.policy import Policy
from engagement.recognisers.analyser import Found
from engagement.recognisers.people import People
from engagement.recognisers.pool import AnalyserFailed, AnalyserPool, Work
from engagement.tagging.value_sets import ValueSets
from engagement.vault import Ledger

_MINT = Mint()
BATCH = 64  # loose texts that go to a worker together
LEFT_OVER = "nothing of it was kept. Add those words to 'remove' in policy.yaml, or mend the file, and run it again"
Answered = TypeVar("Answered", Read, Settled)
SEPARATORS = regex.compile(r"[_.\-]+")


def restore(text: str, sha256: str) -> SafeText:
    """Anonymised text that comes back from the store. Raises ValueError when its digest has changed."""
    if digest_of(text) != sha256:
        raise ValueError("stored text does not match its digest")
    return SafeText(text, _MINT)


def made_with(source: Source, policy: Policy, rulings: Rulings, sets: ValueSets = DEFAULT) -> str:
    """What a source is made with: it changes with policy, rulings, value sets and what a user said of the file."""
    written = (dict(policy.actions), policy.threshold, policy.keep, policy.remove)
    return rulings.stamped(digest_of(f"{source.read_as}{sets.digest}{written}")[:16])


@dataclass(slots=True)
class Anonymiser:
    """What resolves texts, and the ledger of pseudonyms, for one run over a project."""

    resolver: Resolver
    ledger: Ledger

    @property
    def people(self) -> People:
        """The people known so far."""
        return self.resolver.people

    @property
    def ordinary(self) -> Ordinary:
        """Tells words of the language."""
        return self.resolver.ordinary

    def cut(self, words: str, cuts: Sequence[Cut]) -> tuple[SafeText, tuple[Redaction, ...]]:
        """`words` with every cut replaced, and what was replaced where."""
        redactions = tuple(
            Redaction(span.start, span.end, span.kind, self._mark(cut), round(span.score, 3), span.found_by)
            for cut in cuts
            for span in [cut.span]
        )
        return SafeText(replaced(words, cuts, self._mark), _MINT), redactions

    def file_name(self, name: str) -> SafeText:
        """A file's name, in which only people known to be in the round are replaced."""
        return self._without_people(name, SEPARATORS.sub(lambda match: " " * len(match.group()), name))

    def note(self, sentence: str) -> SafeText:
        """A reader's own sentence about its file, in which only people known to be in the round could be named."""
        return self._without_people(sentence, sentence)

    def replacement(self, words: str, item: Found) -> str:
        """What is printed in the place of a span."""
        return self._mark(self.resolver.cut(words, item))

    def _mark(self, cut: Cut) -> str:
        return cut.printed or f"[Person {self.ledger.number(cut.whose)}]"

    def _without_people(self, name: str, spaced: str) -> SafeText:
        people = self.resolver.resolved(spaced, self.people.find(spaced))
        return SafeText(replaced(name, [self.resolver.cut(spaced, item) for item in people], self._mark), _MINT)


def anonymise(  # noqa: PLR0913 - what a run is made of
    documents: Sequence[RawDocument],
    roster: Sequence[RawPerson],
    policy: Policy,
    ledger: Ledger,
    settings: Settings,
    *,
    rulings: Rulings | None = None,
    year: int | None = None,
    sets: ValueSets = DEFAULT,
    workers: int = 1,
) -> Iterator[SafeDocument | Withheld]:
    """Each document made safe, or withheld, in order. Raises ModelMissing before anything is read."""
    anonymiser = anonymiser_for(policy, ledger, settings, rulings, year)
    texts = [_texts(document) for document in documents]
    with _pool(anonymiser.resolver, settings, workers) as pool:
        read = list(pool.each(passes.first, texts))
        for person in (*roster, *(person for document in documents for person in document.people)):
            _learn_person(anonymiser.people, person)
        for answers in read:
            _learn_names(anonymiser.people, [] if isinstance(answers, AnalyserFailed) else answers)
        again = [_all_with_found(words, answers) for words, answers in zip(texts, read, strict=True)]
        settled = pool.each(partial(passes.second, passes.tell(anonymiser.people)), again)
        for document, answers, ends in zip(documents, read, settled, strict=True):
            yield _one(anonymiser, document, answers if isinstance(answers, AnalyserFailed) else ends, sets)


def anonymise_texts(
    texts: Sequence[str], policy: Policy, ledger: Ledger, settings: Settings, *, workers: int = 1
) -> list[tuple[SafeText, tuple[Redaction, ...]] | AnalyserFailed]:
    """Loose texts of one file, each made safe or refused, for the stand-alone command."""
    anonymiser = anonymiser_for(policy, ledger, settings)
    with _pool(anonymiser.resolver, settings, workers) as pool:
        read = _each_text(pool, passes.first, [Text(words) for words in texts])
        _learn_names(anonymiser.people, read)
        again = [_with_found(Text(words), answer) for words, answer in zip(texts, read, strict=True)]
        settled = _each_text(pool, partial(passes.second, passes.tell(anonymiser.people)), again)
    return [_one_text(anonymiser, words, answer) for words, answer in zip(texts, settled, strict=True)]


def _pool(resolver: Resolver, settings: Settings, workers: int) -> AnalyserPool:
    given = (settings.ner_path(), resolver.policy, resolver.rulings, resolver.year)
    return AnalyserPool(workers, settings.anonymiser_timeout, passes.load, *given)


def _each_text(
    pool: AnalyserPool, work: Work[Text, Answered], texts: Sequence[Text | AnalyserFailed]
) -> list[Answered | AnalyserFailed]:
    """The answer for each text; those that failed before stay failed."""
    answers: list[Answered | AnalyserFailed] = []
    sound = [text for text in texts if isinstance(text, Text)]
    batches = [sound[start : start + BATCH] for start in range(0, len(sound), BATCH)]
    for batch, found in zip(batches, list(pool.each(work, batches)), strict=True):
        if isinstance(found, AnalyserFailed):  # one bad text must not cost its neighbours
            alone = pool.each(work, [[text] for text in batch])
            answers += [each if isinstance(each, AnalyserFailed) else each[0] for each in alone]
        else:
            answers += found
    answered = iter(answers)
    return [next(answered) if isinstance(text, Text) else text for text in texts]


def _all_with_found(texts: Sequence[Text], read: Sequence[Read] | AnalyserFailed) -> list[Text]:
    """A document's texts for the second pass; none of one that failed in the first."""
    if isinstance(read, AnalyserFailed):
        return []
    return [text._replace(found=answer.found) for text, answer in zip(texts, read, strict=True)]


def _with_found(text: Text, read: Read | AnalyserFailed) -> Text | AnalyserFailed:
    return read if isinstance(read, AnalyserFailed) else text._replace(found=read.found)


def _one_text(
    anonymiser: Anonymiser, words: str, settled: Settled | AnalyserFailed
) -> tuple[SafeText, tuple[Redaction, ...]] | AnalyserFailed:
    if isinstance(settled, AnalyserFailed):
        return settled
    safe = anonymiser.cut(words, settled.cuts)
    return AnalyserFailed(str(residual.StillIdentifying(settled.left[0], "it"))) if settled.left else safe


def _learn_names(people: People, read: Iterable[Read | AnalyserFailed]) -> None:
    for answer in read:
        if isinstance(answer, Read):
            people.teach(answer.names)


def _one(
    anonymiser: Anonymiser, document: RawDocument, settled: Sequence[Settled] | AnalyserFailed, sets: ValueSets
) -> SafeDocument | Withheld:
    source = document.source
    unnamed = name = SafeText(f"withheld file {source.source_id}", _MINT)
    try:
        name = anonymiser.file_name(source.name)
        if isinstance(settled, AnalyserFailed):
            return Withheld(source.source_id, name, source.digest, _withheld_because(settled))
        safe = _safe_document(anonymiser, document, name, settled, sets)
        resolver = anonymiser.resolver
        left = zip(_places(document), (each.left for each in settled), strict=True)
        residual.check(safe, left, resolver.known, residual.looked_for(resolver.policy), resolver.stays)
        return safe
    except residual.StillIdentifying as left_over:
        return Withheld(source.source_id, unnamed, source.digest, f"{left_over}; {LEFT_OVER}")
    except Exception as error:  # noqa: BLE001 - whatever it is, the document must not go on, nor its words in a message
        return Withheld(source.source_id, name, source.digest, _withheld_because(type(error).__name__))


def _safe_document(
    anonymiser: Anonymiser, document: RawDocument, name: SafeText, settled: Sequence[Settled], sets: ValueSets
) -> SafeDocument:
    source_id = document.source.source_id
    # People come first, so that their numbers go by the attendance list and then by mention.
    numbers = [_number(anonymiser, source_id, place, person) for place, person in enumerate(document.people)]
    texts = [text.words for text in _texts(document)]
    cut = [anonymiser.cut(words, each.cuts) for words, each in zip(texts, settled, strict=True)]
    turn_texts = cut[: len(document.turns)]
    question_texts = cut[len(document.turns) :][: len(document.questions)]
    groups = dict(zip(texts, (text for text, _ in cut), strict=True))
    meaning = partial(_answer, sets, anonymiser.resolver.year)
    people = [
        _participant(number, person, groups, meaning) for number, person in zip(numbers, document.people, strict=True)
    ]
    questions = tuple(Question(content_id("q", wording), wording) for wording, _ in question_texts)
    turns = tuple(
        SafeTurn(
            position=turn.position,
            location=turn.location,
            kind=turn.kind,
            text=text,
            sha256=digest_of(text),
            role=people[turn.person].role if turn.person is not None else Role.NOBODY,
            participant_id=people[turn.person].participant_id if turn.person is not None else None,
            question_id=questions[turn.question].question_id if turn.question is not None else None,
            redactions=redactions,
            language=turn.language,
        )
        for turn, (text, redactions) in zip(document.turns, turn_texts, strict=True)
    )
    return SafeDocument(
        source_id=source_id,
        name=name,
        format=document.source.format,
        digest=document.source.digest,
        turns=turns,
        participants=tuple(dict.fromkeys(people)),
        questions=tuple(dict.fromkeys(questions)),
        counts=document.counts,
        removed=_removed(document.people),
        notes=tuple(anonymiser.note(sentence) for sentence in document.notes),
        made_with=made_with(document.source, anonymiser.resolver.policy, anonymiser.resolver.rulings, sets),
        doubts=tuple(doubt for each in settled for doubt in each.doubts),
    )


def _number(anonymiser: Anonymiser, source_id: str, place: int, person: RawPerson) -> int:
    """A person's number; whoever is named, or listed in the roster, has the same in every file."""
    if person.names:
        return anonymiser.ledger.number(anonymiser.people.canonical(person.names[0].reveal()))
    return anonymiser.ledger.number(
        f"roster#{person.listed_as.reveal()}" if person.listed_as else f"{source_id}#{place}"
    )


def _participant(
    number: int, person: RawPerson, groups: Mapping[str, SafeText], meaning: Callable[[str, RawText], Answer]
) -> Participant:
    """A person as the project may know them. `groups` has the safe text of each group's name."""
    return Participant(
        participant_id=f"p{number:05d}",
        label=SafeText(f"Person {number}", _MINT),
        role=person.role,
        group=groups[person.group.reveal()] if person.group else None,
        answers=tuple(meaning(characteristic, words) for characteristic, words in person.declared),
        may_publish=person.may_publish,
    )


def _answer(sets: ValueSets, year: int | None, characteristic: str, words: RawText) -> Answer:
    """A declared characteristic as a category of its value set: what was written does not go on."""
    if not words:
        return Answer(characteristic, Stated.BLANK)
    return sets.answer(characteristic, words.reveal(), year=year)


def _removed(people: Sequence[RawPerson]) -> Mapping[str, int]:
    kinds = Counter(kind for person in people for kind, words in person.identifiers if words)
    kinds["PERSON"] += sum(1 for person in people if person.names)
    return +kinds


def _texts(document: RawDocument) -> list[Text]:
    """Every text of a document that goes on: its turns, its questions, and the names of its groups."""
    turns, questions = document.turns, document.questions
    words = [*(turn.words.reveal() for turn in turns), *(wording.reveal() for wording in questions), *_groups(document)]
    positions = [*(turn.position for turn in turns), *[None] * (len(words) - len(turns))]
    source_id = document.source.source_id
    return [Text(each, (), (source_id, place), positions[place]) for place, each in enumerate(words)]


def _places(document: RawDocument) -> list[str]:
    """What each of `_texts` is called in a sentence."""
    questions = [f"question {number}" for number in range(1, len(document.questions) + 1)]
    return [*(turn.location for turn in document.turns), *questions, *["the name of a group"] * len(_groups(document))]


def _groups(document: RawDocument) -> list[str]:
    return list(dict.fromkeys(person.group.reveal() for person in document.people if person.group))


def _learn_person(people: People, person: RawPerson) -> None:
    for written in person.names:
        name = written.reveal()
        if len(name) <= 3 and name.isupper():
            people.learn_surface("PERSON", name)
        else:
            people.learn(name, certain=True)
    for kind, words in person.identifiers:
        people.learn_surface(kind, words.reveal())


def anonymiser_for(
    policy: Policy, ledger: Ledger, settings: Settings, rulings: Rulings | None = None, year: int | None = None
) -> Anonymiser:
    """What makes the texts of one run safe."""
    return Anonymiser(resolver_for(policy, settings.ner_path(), rulings, year), ledger)


def _withheld_because(reason: object) -> str:
    return f"{reason}; nothing of it was kept. Run it again by itself, or split the file and try the parts"
