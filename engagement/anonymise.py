"""RawDocument -> SafeDocument | Withheld: the only room where raw words are opened, and the only maker of SafeText.

Two passes. The first asks Presidio what each text holds and learns who is in the round, from rosters,
speaker labels and confident findings. The second looks for every mention of them, in all texts, and replaces.
Whatever goes wrong on the way, the document is withheld: there is no path on which raw words go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from engagement import characteristics, residual
from engagement.config import Settings
from engagement.model import (
    Answer,
    Doubt,
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
from engagement.policy import PLACEHOLDER, PRINTED, Action, Policy, generalised
from engagement.recognisers.analyser import Found
from engagement.recognisers.people import People
from engagement.recognisers.pool import AnalyserFailed, AnalyserPool, Answers
from engagement.recognisers.resolve import resolve
from engagement.recognisers.unexplained import Dictionary, unexplained
from engagement.recognisers.vocabulary import Vocabulary, dictionary_nouns, ordinary_words, protected
from engagement.rulings import Judgement, Ordinary, Rulings, Turn, doubts, ordinary_in
from engagement.vault import Ledger

_MINT = Mint()
BATCH = 64  # loose texts that go to a worker together
CONFIDENT = 0.55  # from this score on a name found once is looked for everywhere
TITLED = 0.85  # and from this one even an ordinary word is learnt: "Mrs Cook"
LEFT_OVER = "nothing of it was kept. Add those words to 'remove' in policy.yaml, or mend the file, and run it again"
SEPARATORS = regex.compile(r"[_.\-]+")


def restore(text: str, sha256: str) -> SafeText:
    """Anonymised text that comes back from the store. Raises ValueError when its digest has changed."""
    if digest_of(text) != sha256:
        raise ValueError("stored text does not match its digest")
    return SafeText(text, _MINT)


def made_with(source: Source, policy: Policy, rulings: Rulings) -> str:
    """What a source is made with: it changes with the policy, the rulings and what a user said of the file."""
    written = (dict(policy.actions), policy.threshold, policy.keep, policy.remove)
    return rulings.stamped(digest_of(f"{source.read_as}{written}")[:16])


@dataclass(slots=True)
class Anonymiser:
    """The policy, the people known so far and the ledger of pseudonyms, for one run over a project."""

    policy: Policy
    ledger: Ledger
    people: People
    protected: Vocabulary
    identity: Vocabulary  # the protected words without the places
    rulings: Rulings
    ordinary: Ordinary
    year: int | None = None  # of the round, to tell an age from a year of birth

    def replace(
        self, words: str, found: Sequence[Found], turn: Turn | None = None
    ) -> tuple[SafeText, tuple[Redaction, ...]]:
        """`words` with every identifier replaced, and what was replaced where."""
        everything = [*found, *self.people.find(words)]
        redactions = tuple(
            Redaction(
                item.start, item.end, item.kind, self.replacement(words, item), round(item.score, 3), item.found_by
            )
            for item in self._resolve(words, everything, turn, strictly=True)
        )
        pieces, end = [], 0
        for redaction in redactions:
            pieces += [words[end : redaction.start], redaction.replacement]
            end = redaction.end
        return SafeText("".join([*pieces, words[end:]]), _MINT), redactions

    def person(self, name: str) -> str:
        """The pseudonym of the person that `name` means."""
        return f"Person {self.ledger.number(self.people.canonical(name))}"

    def file_name(self, name: str) -> SafeText:
        """A file's name, in which only people known to be in the round are replaced."""
        return self._without_people(name, SEPARATORS.sub(lambda match: " " * len(match.group()), name))

    def note(self, sentence: str) -> SafeText:
        """A reader's own sentence about its file, in which only people known to be in the round could be named."""
        return self._without_people(sentence, sentence)

    def _without_people(self, name: str, spaced: str) -> SafeText:
        safe, end = [], 0
        for item in self._resolve(spaced, self.people.find(spaced)):
            safe += [name[end : item.start], self.replacement(spaced, item)]
            end = item.end
        return SafeText("".join([*safe, name[end:]]), _MINT)

    def names_among(self, words: str, found: Sequence[Found]) -> list[Found]:
        """The names that a first pass is confident of, less protected words."""
        settled = self._resolve(words, found)  # a street's or a school's name is nobody's, though it may look like one
        return [each for each in settled if each.kind == "PERSON" and each.score >= CONFIDENT]

    def doubts(
        self, turn: int, words: str, found: Sequence[Found], redactions: Sequence[Redaction]
    ) -> tuple[Doubt, ...]:
        """What stays in a text and may yet be an identifier."""
        actions = self.policy.actions
        asked = [each for each in found if each.kind == "UNEXPLAINED" or actions[each.kind] is not Action.KEEP]
        spans = self.protected.spans(words)
        return doubts(turn, words, asked, redactions, spans, self.ordinary, self.policy.threshold)

    def known(self, words: str) -> list[Found]:
        """Whoever of the round is still in `words`, for the residual scan; a likeness to a name is not enough."""
        found = [each for each in self.people.find(words) if each.found_by == "known"]
        return self._resolve(words, found) if found else []

    def stays(self, words: str) -> bool:
        """Whether somebody ruled that `words` stay."""
        kept = (each.digest for each in self.rulings if each.decision is Judgement.KEEP)
        return self.rulings.digest(words) in kept

    def _with_unexplained(self, words: str, settled: list[Found]) -> list[Found]:
        """By a policy that acts on them, the words that nothing explains too."""
        if self.policy.actions["UNEXPLAINED"] is Action.KEEP:
            return settled
        explained = [*self.protected.spans(words), *((item.start, item.end) for item in settled)]
        explained += [match.span() for match in PLACEHOLDER.finditer(words)]
        more = unexplained(words, Dictionary(self.people.ordinary, self.people.nouns), explained)
        return sorted([*settled, *more], key=lambda item: item.start)

    def _resolve(
        self, words: str, found: Sequence[Found], turn: Turn | None = None, *, strictly: bool = False
    ) -> list[Found]:
        settled = resolve(words, found, self.policy, self.protected, self.people.ordinary)
        settled = self._with_unexplained(words, settled) if strictly else settled
        return self.rulings.applied(words, settled, self.ordinary, turn)

    def replacement(self, words: str, item: Found) -> str:
        """What is printed in the place of a span."""
        action = self.policy.actions[item.kind]
        surface = words[item.start : item.end]
        if item.kind == "PERSON" and action is Action.PSEUDONYM:
            return f"[{self.person(surface)}]"
        if action is Action.GENERALISE and item.kind == "UNIQUE_ROLE":
            # Nobody is told by being Black or a woman, and both are evidence; the rest says who it is.
            kept = " ".join(surface[start:end] for start, end in self.identity.spans(surface))
            return f"[{PRINTED[item.kind]}: {kept}]" if kept else f"[{PRINTED[item.kind]}]"
        if action is Action.GENERALISE and (coarser := generalised(item.kind, surface, self.year)):
            return f"[{coarser}]"
        return f"[{PRINTED[item.kind]}]"


def anonymise(  # noqa: PLR0913 - what a run is made of
    documents: Sequence[RawDocument],
    roster: Sequence[RawPerson],
    policy: Policy,
    ledger: Ledger,
    settings: Settings,
    *,
    rulings: Rulings | None = None,
    year: int | None = None,
    workers: int = 1,
) -> Iterator[SafeDocument | Withheld]:
    """Each document made safe, or withheld, in order. Raises ModelMissing before anything is read."""
    texts = [_texts(document) for document in documents]
    anonymiser = anonymiser_for(policy, ledger, settings, rulings, year)
    with AnalyserPool(settings.ner_path(), workers, settings.anonymiser_timeout) as pool:
        found = list(pool.analyse(texts))
    _learn_people(anonymiser.people, roster)
    for document in documents:
        _learn_people(anonymiser.people, document.people)
    found = [_learnt(anonymiser, words, answers) for words, answers in zip(texts, found, strict=True)]
    for document, words, answers in zip(documents, texts, found, strict=True):
        yield _one(anonymiser, document, words, answers)


def anonymise_texts(
    texts: Sequence[str], policy: Policy, ledger: Ledger, settings: Settings, *, workers: int = 1
) -> list[tuple[SafeText, tuple[Redaction, ...]] | AnalyserFailed]:
    """Loose texts of one file, each made safe or refused, for the stand-alone command."""
    anonymiser = anonymiser_for(policy, ledger, settings)
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
    found: list[Answers | AnalyserFailed] = []
    with AnalyserPool(settings.ner_path(), workers, settings.anonymiser_timeout) as pool:
        for batch, answers in zip(batches, list(pool.analyse(batches)), strict=True):
            if isinstance(answers, AnalyserFailed):
                found += pool.analyse([[text] for text in batch])  # one bad text must not cost its neighbours
            else:
                found += [[items] for items in answers]
    found = [_learnt(anonymiser, [text], answers) for text, answers in zip(texts, found, strict=True)]
    return [_one_text(anonymiser, text, answers) for text, answers in zip(texts, found, strict=True)]


def _one_text(
    anonymiser: Anonymiser, text: str, answers: Answers | AnalyserFailed
) -> tuple[SafeText, tuple[Redaction, ...]] | AnalyserFailed:
    if isinstance(answers, AnalyserFailed):
        return answers
    try:
        safe = anonymiser.replace(text, answers[0])
        hard = residual.looked_for(anonymiser.policy)
        if left := residual.remaining(safe[0], anonymiser.known, hard, anonymiser.stays):
            return AnalyserFailed(str(residual.StillIdentifying(left[0], "it")))
        return safe
    except Exception as error:  # noqa: BLE001 - whatever it is, the text must not go on, nor its words in a message
        return AnalyserFailed(type(error).__name__)


def _learnt(anonymiser: Anonymiser, texts: Sequence[str], found: Answers | AnalyserFailed) -> Answers | AnalyserFailed:
    """`found`, after the names that it is confident of were taken into the people known."""
    if isinstance(found, AnalyserFailed):
        return found
    try:
        _learn_names(anonymiser, texts, found)
    except Exception as error:  # noqa: BLE001 - whatever it is, the document must not go on, nor its words in a message
        return AnalyserFailed(type(error).__name__)
    return found


def _learn_names(anonymiser: Anonymiser, texts: Sequence[str], found: Answers) -> None:
    for words, items in zip(texts, found, strict=True):
        for item in anonymiser.names_among(words, items):
            titled = "shape" in item.found_by and item.score >= TITLED
            anonymiser.people.learn(words[item.start : item.end], certain=titled)


def _one(
    anonymiser: Anonymiser,
    document: RawDocument,
    texts: Sequence[str],
    answers: Answers | AnalyserFailed,
) -> SafeDocument | Withheld:
    source = document.source
    unnamed = name = SafeText(f"withheld file {source.source_id}", _MINT)
    try:
        name = anonymiser.file_name(source.name)
        if isinstance(answers, AnalyserFailed):
            return Withheld(source.source_id, name, source.digest, _withheld_because(answers))
        safe = _safe_document(anonymiser, document, name, texts, answers)
        residual.check(safe, anonymiser.known, residual.looked_for(anonymiser.policy), anonymiser.stays)
        return safe
    except residual.StillIdentifying as left:
        return Withheld(source.source_id, unnamed, source.digest, f"{left}; {LEFT_OVER}")
    except Exception as error:  # noqa: BLE001 - whatever it is, the document must not go on, nor its words in a message
        return Withheld(source.source_id, name, source.digest, _withheld_because(type(error).__name__))


def _safe_document(
    anonymiser: Anonymiser,
    document: RawDocument,
    name: SafeText,
    texts: Sequence[str],
    found: Answers,
) -> SafeDocument:
    source_id = document.source.source_id
    # People come first, so that their numbers go by the attendance list and then by mention.
    numbers = [_number(anonymiser, source_id, place, person) for place, person in enumerate(document.people)]
    replaced = [
        anonymiser.replace(words, items, (source_id, place))
        for place, (words, items) in enumerate(zip(texts, found, strict=True))
    ]
    turn_texts = replaced[: len(document.turns)]
    question_texts = replaced[len(document.turns) :][: len(document.questions)]
    groups = dict(zip(texts, (text for text, _ in replaced), strict=True))
    people = [
        _participant(number, person, groups, anonymiser.year)
        for number, person in zip(numbers, document.people, strict=True)
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
        made_with=made_with(document.source, anonymiser.policy, anonymiser.rulings),
        doubts=tuple(
            doubt
            for turn, words, items, (_, redactions) in zip(document.turns, texts, found, replaced, strict=False)
            for doubt in anonymiser.doubts(turn.position, words, items, redactions)
        ),
    )


def _number(anonymiser: Anonymiser, source_id: str, place: int, person: RawPerson) -> int:
    """A person's number; whoever is named, or listed in the roster, has the same in every file."""
    if person.names:
        return anonymiser.ledger.number(anonymiser.people.canonical(person.names[0].reveal()))
    return anonymiser.ledger.number(
        f"roster#{person.listed_as.reveal()}" if person.listed_as else f"{source_id}#{place}"
    )


def _participant(number: int, person: RawPerson, groups: Mapping[str, SafeText], year: int | None) -> Participant:
    """A person as the project may know them. `groups` has the safe text of each group's name."""
    return Participant(
        participant_id=f"p{number:05d}",
        label=SafeText(f"Person {number}", _MINT),
        role=person.role,
        group=groups[person.group.reveal()] if person.group else None,
        answers=tuple(_answer(characteristic, words, year) for characteristic, words in person.declared),
        may_publish=person.may_publish,
    )


def _answer(characteristic: str, words: RawText, year: int | None) -> Answer:
    """A declared characteristic as a category of its value set: what was written does not go on."""
    if not words:
        return Answer(characteristic, Stated.BLANK)
    return characteristics.answer(characteristic, words.reveal(), year=year)


def _removed(people: Sequence[RawPerson]) -> Mapping[str, int]:
    kinds = Counter(kind for person in people for kind, words in person.identifiers if words)
    kinds["PERSON"] += sum(1 for person in people if person.names)
    return +kinds


def _texts(document: RawDocument) -> list[str]:
    """Every text of a document that goes on: its turns, its questions, and the names of its groups."""
    groups = dict.fromkeys(person.group.reveal() for person in document.people if person.group)
    turns, questions = document.turns, document.questions
    return [*(turn.words.reveal() for turn in turns), *(wording.reveal() for wording in questions), *groups]


def _learn_people(people: People, persons: Sequence[RawPerson]) -> None:
    for person in persons:
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
    words, places = protected()
    places = (*places, *policy.keep)
    model = settings.ner_path()
    folded = frozenset(phrase.casefold() for phrase in (*words, *places))
    known, nouns = ordinary_words(model), dictionary_nouns(model)
    people = People(known, nouns, folded)
    for surface in policy.remove:
        people.learn_surface("PERSON", surface)
    held = rulings or Rulings(b"")
    kept, identity = Vocabulary(words, places), Vocabulary(words)
    return Anonymiser(policy, ledger, people, kept, identity, held, ordinary_in(known | nouns), year)


def _withheld_because(reason: object) -> str:
    return f"{reason}; nothing of it was kept. Run it again by itself, or split the file and try the parts"
