"""The review of the anonymiser's decisions: what to ask first, the dialogue, and turns made again as ruled.

With the vault open a reviewer sees the words as they were said. Without it they see the stored words, what was
replaced blotted out: leaks can be found and mended, but what was replaced for nothing can't be brought back.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import regex

from engagement.anonymise import restore
from engagement.anonymising.rulings import RULED, Judgement, Ordinary, Ruling, Rulings, Spot, Turn
from engagement.model import Doubt, Excerpt, RawDocument, RawText, Redaction, SafeTurn, digest_of
from engagement.policy import PRINTED
from engagement.recognisers.analyser import Found
from engagement.recognisers.people import People
from engagement.recognisers.resolve import WORD
from engagement.vault import Vault

SURE = 0.75  # a replacement from this score on is not asked about
# How bad it is when one slips through. What is in neither list is an identifier of one person: the worst.
QUASI = frozenset({"AGE", "POSTCODE", "SCHOOL", "GP_PRACTICE", "CARE_HOME", "PLACE_OF_WORSHIP", "UNIQUE_ROLE"})
FAINT = frozenset({"PLACE", "ORGANISATION", "URL", "DATE"})
HARM = {**dict.fromkeys(QUASI, 2.0), **dict.fromkeys(FAINT, 1.0)}
WORST = 3.0
LOST_WORDS = 0.25  # words replaced for nothing are that much less bad than the same words leaked
BLOT = "\ufffc"  # stands for each character that was replaced
BLOTS = regex.compile(f"{BLOT}+")
AROUND = 160  # characters of a passage shown before and after its span
UNPRINTABLE = regex.compile(r"[\p{C}\s]+")  # nothing that a participant wrote may command a terminal
ANSWERS = "k keep, r replace, ke keep everywhere, re replace everywhere (r and re: as a KIND), + WORDS, s skip, q quit"
JUDGEMENTS = {key: Judgement.KEEP if key[0] == "k" else Judgement.REPLACE for key in ("k", "ke", "r", "re")}
KINDS = {kind.casefold(): kind for kind in PRINTED}

Ask = Callable[[str], str]
Tell = Callable[[str], None]
Replacement = Callable[[str, Found], str]  # a text and a span in it -> what is printed in its place


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One thing to ask: the same words wherever they leave room for doubt, at `spots` in the order of the round.

    `kept` tells a possible leak from a possible loss; `score` is of the most doubtful spot, `reason` who found it.
    `digest` and `words` (how many) are those of `Ruling`.
    """

    digest: str
    words: int
    kind: str
    kept: bool
    score: float
    reason: str
    spots: tuple[Spot, ...]
    risk: float

    def as_data(self) -> dict[str, Any]:
        """For a list without any words."""
        return {
            "kind": self.kind,
            "replaced": not self.kept,
            "score": round(self.score, 3),
            "found_by": self.reason,
            "risk": round(self.risk, 2),
            "places": [spot._asdict() for spot in self.spots],
        }


class Passages:
    """The words of a project's turns as far as they may be seen: raw from the vault, else stored and blotted."""

    def __init__(self, turns: Mapping[Turn, SafeTurn], vault: Vault | None = None) -> None:
        self.turns = turns
        self._vault = vault
        self._kept = vault.sources() if vault else frozenset[str]()

    def raw(self, turn: Turn) -> RawText | None:
        """The words as said; None where the vault has none, or others than those that the stored text was made of.

        Raises BadInput for a damaged vault.
        """
        if self._vault is None or turn[0] not in self._kept:
            return None
        stored, words = self.turns[turn], self._vault.turns(turn[0]).get(turn[1])
        # With words of another version of the file the offsets would point beside what has to go.
        fits = words is not None and replaced(words.reveal(), stored.redactions) == stored.text
        return words if fits else None

    def held(self, turn: Turn) -> bool:
        """Whether the words as said are there, so that what was replaced can come back."""
        return self.raw(turn) is not None

    def words(self, turn: Turn) -> RawText:
        """The words of a turn as far as they may be seen: raw offsets hold in them. Raises BadInput as `raw`."""
        stored = self.turns[turn]
        return self.raw(turn) or RawText(blotted(stored.text, stored.redactions))

    def replacing(self, spot: Spot) -> Redaction | None:
        """What stands in the place of a span now."""
        held = self.turns[spot[:2]].redactions
        return next((each for each in held if each.start <= spot.start and spot.end <= each.end), None)

    def shown(self, spot: Spot) -> tuple[str, str, str]:
        """What stands before a span, in it and after it, fit for a terminal or a page."""
        words = self.words(spot[:2]).reveal()
        before, marked, after = words[: spot.start], words[spot.start : spot.end], words[spot.end :]
        if len(before) > AROUND:
            before = f"… {before[-AROUND:].partition(' ')[2]}"
        if len(after) > AROUND:
            after = f"{after[:AROUND].rpartition(' ')[0]} …"
        return _plain(before), _plain(marked), _plain(after)


def _plain(words: str) -> str:
    return UNPRINTABLE.sub(" ", BLOTS.sub("[…]", words))


def keep(document: RawDocument, vault: Vault) -> None:
    """Hands the words of a document's turns to the vault: the one way by which they get there."""
    vault.keep(document.source.source_id, {turn.position: turn.words.reveal() for turn in document.turns})


def teach(people: People, passages: Passages) -> None:
    """Makes known who was replaced so far, so that a further mention of somebody gets the number that they have."""
    for turn, stored in passages.turns.items():
        if words := passages.raw(turn):
            for one in stored.redactions:
                if one.kind == "PERSON":
                    people.learn(words.reveal()[one.start : one.end], certain=True)


def blotted(text: str, redactions: Sequence[Redaction]) -> str:
    """Stored words at the places that they had in the raw ones: each replaced character is a blot."""
    pieces, at, raw = [], 0, 0
    for redaction in redactions:
        plain = redaction.start - raw
        pieces += [text[at : at + plain], BLOT * (redaction.end - redaction.start)]
        at, raw = at + plain + len(redaction.replacement), redaction.end
    return "".join([*pieces, text[at:]])


def replaced(words: str, redactions: Sequence[Redaction]) -> str:
    """Raw words with each span's replacement in its place."""
    pieces, end = [], 0
    for redaction in redactions:
        pieces += [words[end : redaction.start], redaction.replacement]
        end = redaction.end
    return "".join([*pieces, words[end:]])


@dataclass(frozen=True, slots=True)
class _Doubtful:
    """A decision in doubt, with what tells the same words elsewhere."""

    spot: Spot
    doubt: Doubt
    words: int


def queue(passages: Passages, doubts: Iterable[tuple[str, Doubt]], rulings: Rulings) -> tuple[Inquiry, ...]:
    """What to ask a reviewer, the riskiest first: how bad a mistake would be x how likely x how often.

    `doubts` are those of each source that stay in its texts. Replacements with a low score are taken from the turns,
    where the vault has their words. What was ruled on is left out.
    """
    together: dict[str, list[_Doubtful]] = defaultdict(list)
    surest: dict[str, float] = {}  # by digest, the best score by which the same words were replaced elsewhere
    for turn, stored in passages.turns.items():
        if not stored.redactions or (raw := passages.raw(turn)) is None:
            continue
        words = raw.reveal()
        for one in stored.redactions:
            surface = words[one.start : one.end]
            digest = rulings.digest(surface)
            surest[digest] = max(one.score, surest.get(digest, 0.0))
            if one.score < SURE and RULED not in one.found_by:
                doubt = Doubt(turn[1], one.start, one.end, one.kind, one.score, one.found_by, kept=False)
                together[digest].append(_Doubtful(Spot(*turn, one.start, one.end), doubt, _count(surface)))
    for source_id, doubt in doubts:
        turn = (source_id, doubt.turn)
        if turn not in passages.turns:
            continue
        surface = passages.words(turn).reveal()[doubt.start : doubt.end]
        spot = Spot(*turn, doubt.start, doubt.end)
        if BLOT not in surface:
            together[rulings.digest(surface)].append(_Doubtful(spot, doubt, _count(surface)))
    inquiries = (
        _inquiry(digest, open_, surest.get(digest, 0.0))
        for digest, held in together.items()
        if (open_ := [each for each in held if rulings.decide(digest, each.spot) is None])
    )
    return tuple(sorted(inquiries, key=lambda each: (-each.risk, each.spots)))


def _harm(kind: str) -> float:
    return HARM.get(kind, WORST)


def _count(surface: str) -> int:
    return len(WORD.findall(surface))


def _inquiry(digest: str, held: Sequence[_Doubtful], surest: float) -> Inquiry:
    """`surest` is the best score by which the same words were replaced elsewhere: then a kept one is hardly right."""
    kept = [each.doubt for each in held if each.doubt.kept]
    asked = kept or [each.doubt for each in held]
    if kept:
        worst = max(kept, key=lambda doubt: _harm(doubt.kind) * doubt.score)
        score = max(worst.score, surest)
        risk = _harm(worst.kind) * score
    else:
        worst = min(asked, key=lambda doubt: doubt.score)
        score = worst.score
        risk = _harm(worst.kind) * (1 - score) * LOST_WORDS
    return Inquiry(
        digest=digest,
        words=held[0].words,
        kind=worst.kind,
        kept=bool(kept),
        score=score,
        reason="+".join(sorted({by for doubt in asked for by in doubt.found_by.split("+")})),
        spots=tuple(sorted(each.spot for each in held)),
        risk=risk * math.log2(1 + len(held)),
    )


def dialogue(
    inquiries: Sequence[Inquiry], passages: Passages, rulings: Rulings, coder: str, ask: Ask, tell: Tell
) -> Iterator[Ruling]:
    """The reviewer's rulings, each given as it is made, so that who stops loses none.

    One passage at a time: `k` and `r` rule on its span alone, `ke` and `re` on these words in the whole project, `+`
    on other words in the whole project. "re school" replaces them as a school.
    """
    for number, inquiry in enumerate(inquiries, 1):
        open_ = list(inquiry.spots)
        while open_:
            _show(inquiry, open_, passages, f"{number} of {len(inquiries)}", tell)
            answer, _, rest = ask(ANSWERS).strip().partition(" ")
            answer = answer.casefold()
            if answer == "q":
                return
            if answer == "s":
                break
            now = passages.replacing(open_[0])
            kind = KINDS.get(rest.strip().casefold().replace(" ", "_")) if rest else now.kind if now else inquiry.kind
            if answer == "+" and WORD.search(rest):
                yield rulings.ruling(rest, Judgement.REPLACE, "UNEXPLAINED", coder)
            elif answer in JUDGEMENTS and kind is None:
                tell(f"No kind is called that. Use one of {', '.join(PRINTED)}")
            elif answer in JUDGEMENTS and kind is not None:
                everywhere = len(answer) > 1
                spot = None if everywhere else open_.pop(0)
                yield Ruling(inquiry.digest, inquiry.words, JUDGEMENTS[answer], kind, coder, spot)
                if everywhere:
                    break


def _show(inquiry: Inquiry, left: Sequence[Spot], passages: Passages, number: str, tell: Tell) -> None:
    before, marked, after = passages.shown(left[0])
    now = passages.replacing(left[0])
    state = f"replaced by {now.replacement}" if now else "stays in the text"
    tell(f"\n{number}: {inquiry.kind}, {state}, score {inquiry.score:.2f}, found by {inquiry.reason}")
    if len(left) > 1:
        tell(f"These words are in doubt in {len(left)} places")
    tell(f"{before}»{marked}«{after}")


def audited(ruling: Ruling) -> dict[str, Any]:
    """What the audit trail says of a ruling: never the words, nor how many."""
    scope = "project" if ruling.spot is None else "place"
    return {"decision": ruling.decision.value, "kind": ruling.kind, "scope": scope, "digest": ruling.digest[:12]}


def again(
    turns: Iterable[Turn], passages: Passages, rulings: Rulings, ordinary: Ordinary, replacement: Replacement
) -> dict[Turn, SafeTurn]:
    """Those of `turns` that the rulings change, made again; what no ruling speaks of stays to the character.

    Raises BadInput for a damaged vault. Without the vault nothing that was replaced comes back.
    """
    changed = {}
    for turn in turns:
        stored = passages.turns[turn]
        words = passages.words(turn).reveal()
        before = [Found(each.start, each.end, each.kind, each.score, each.found_by) for each in stored.redactions]
        after = rulings.applied(words, before, ordinary, turn)
        if after == before:
            continue
        printed = {(each.start, each.end, each.kind): each.replacement for each in stored.redactions}
        redactions = tuple(
            Redaction(
                each.start,
                each.end,
                each.kind,
                printed.get((each.start, each.end, each.kind)) or replacement(words, each),
                each.score,
                each.found_by,
            )
            for each in after
        )
        text = replaced(words, redactions)
        digest = digest_of(text)
        changed[turn] = replace(stored, text=restore(text, digest), sha256=digest, redactions=redactions)
    return changed


def moved(before: Sequence[Excerpt], after: Sequence[Excerpt]) -> dict[str, str]:
    """Which excerpt of a turn made again takes over the codings of which earlier one: old id -> new id.

    Excerpts whose id is the same are left out, and so are those whose turn has no words any more.
    """
    old, new = _by_turn(before), _by_turn(after)
    pairs = {
        one.excerpt_id: others[min(len(others) - 1, place * len(others) // len(held))].excerpt_id
        for turn, held in old.items()
        if (others := new.get(turn))
        for place, one in enumerate(held)
    }
    same = {excerpt.excerpt_id for excerpt in after}
    return {one: other for one, other in pairs.items() if one not in same}


def _by_turn(excerpts: Sequence[Excerpt]) -> dict[Turn, list[Excerpt]]:
    held: dict[Turn, list[Excerpt]] = defaultdict(list)
    for excerpt in sorted(excerpts, key=lambda each: (each.source_id, each.turn, each.start)):
        held[excerpt.source_id, excerpt.turn].append(excerpt)
    return held
