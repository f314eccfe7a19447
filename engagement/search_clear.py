"""What a search may bring out, whoever looks for whatever: one list of excerpts, with what is said of each, made once.

Whoever may type anything can have every excerpt of that list, so all answers together tell what the list tells, and
nothing else may be asked: an index is made of these excerpts alone. It is drawn up as the files with a row an excerpt
are (`released.py`): nobody is in it who refused publication or is gone, nobody whom their language tells apart, and no
more excerpts carry a theme than its shown number may stand for. An excerpt states only the themes and the question
that its row in such a file states, so that words of a theme whose number is hidden may be found, but not as that theme.

Files keep words and people apart; here a quote has its attribution, the one that it has everywhere. What is said of
people and themes is therefore rationed together as well: of no group, all it said or what it said on a theme, are more
people quoted, or more excerpts, than its shown cell may stand for. Where a cell is hidden there is none, `QuoteBook`
saw to that.

Filters let through what a cell of `slices.py` stands for: none where it is hidden, and then none that an attribution
makes one of a hidden part of it, nor more people than the part's number may stand for. Who says it is what is printed:
a filter on a group finds those whose attribution names it. How many people are behind a search is never told, not even
rounded: who may choose any set of excerpts could find out by the threshold which two are one person's. For the same
reason marks such as "[Person 3]" are not looked for.

Not protected: that an excerpt met under one filter is met under another too, where the two taken together are hidden;
and what a reader makes of the words themselves.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from engagement.errors import BadInput
from engagement.guard.audit import interval
from engagement.guard.axes import GROUP
from engagement.guard.released import excerpts_released
from engagement.guard.rowlevel import says_whose
from engagement.guard.rowlist import MANY, Fact, Facts
from engagement.model import (
    Cell,
    Coding,
    Count,
    Excerpt,
    Filter,
    FilterKind,
    Participant,
    Quote,
    SliceRequest,
    SliceRow,
    Unit,
    digest_of,
)
from engagement.quotation.quoted import quote_of
from engagement.quotes import QuoteBook
from engagement.slices import Slicer

MOST_KEPT = 100  # combinations of filters whose excerpts are remembered

Where = tuple[Filter, ...]
Least = tuple[int, int]  # people and excerpts that a cell's shown numbers stand for at the least


@dataclass(frozen=True, slots=True)
class Cleared:
    """An excerpt that may be found and what may be said of it: `said` of the speaker, as `attribution` prints it."""

    excerpt: Excerpt
    attribution: str
    said: Facts
    themes: tuple[str, ...]
    question: str | None


class Clearance:
    """The excerpts that a search may bring out of a round. Built once; `codings` are those that hold.

    `told` is what attributions say of people, (characteristic, category), but for the group that they met in.
    """

    def __init__(
        self,
        book: QuoteBook,
        numbers: Slicer,
        excerpts: Sequence[Excerpt],
        codings: Sequence[Coding],
        people: Sequence[Participant],
    ) -> None:
        self._numbers = numbers
        self._rows: dict[SliceRequest, dict[tuple[str, ...], SliceRow]] = {}
        self._groups: dict[str, SliceRow] | None = None
        self._least: dict[tuple[Facts, Where, str], Least] = {}
        self._let_through: dict[Where, frozenset[str]] = {}
        offered = {one.excerpt.excerpt_id: one for one in _clear(book, numbers, excerpts, codings, people)}
        themes = {each: (*cleared.themes, "") for each, cleared in offered.items()}
        self.cleared = {each: offered[each] for each in self._rationed(offered, themes, ())}
        self.told = tuple(sorted({fact for one in self.cleared.values() for fact in one.said if fact[0] != GROUP}))

    def among(self, where: Where = (), said: Fact | None = None) -> frozenset[str] | None:
        """The excerpts that filters and a characteristic let through; None where too few people are behind that.

        Raises BadInput for more filters than a table can have, or one that there is not.
        """
        by, categories = ((said[0],), (said[1],)) if said else ((), ())
        request = SliceRequest(by=by, where=where)
        if not self._numbers.answers(request, categories):
            return None
        if where not in self._let_through:
            if len(self._let_through) == MOST_KEPT:
                self._let_through.clear()
            self._let_through[where] = self._through(where)
        through = self._let_through[where]
        return frozenset(each for each in through if said in self.cleared[each].said) if said else through

    def quote(self, excerpt_id: str, around: tuple[int, int] = (0, 0)) -> Quote:
        """The excerpt as a quote; of a long one the sentences around a span.

        Raises KeyError for one that may not be found, ValueError when it no longer matches its digest.
        """
        cleared = self.cleared[excerpt_id]
        return quote_of(cleared.excerpt, around, cleared.attribution, self._numbers.rule.name)

    def _through(self, where: Where) -> frozenset[str]:
        if not where:
            return frozenset(self.cleared)
        themes = {each.value for each in where if each.kind is FilterKind.THEME}
        question = next((each.value for each in where if each.kind is FilterKind.QUESTION), None)
        found = {
            each: one
            for each in self._numbers.excerpts_of(SliceRequest(where=where))
            if (one := self.cleared.get(each)) is not None
            and themes <= set(one.themes)
            and question in (None, one.question)
        }
        column = min(themes, default="")  # a theme is a column of the table, so that one filter more fits in
        others = tuple(each for each in where if each != Filter(FilterKind.THEME, column))
        return self._rationed(found, dict.fromkeys(found, (column,)), others)

    # ------------------------------------------------------------- rations

    def _rationed(
        self, offered: Mapping[str, Cleared], themes: Mapping[str, Sequence[str]], where: Where
    ) -> frozenset[str]:
        """The ids of those that leave no group, by each of their `themes` or none (""), with more than its ration.

        Which are left out depends on the digest of their ids alone.
        """
        if says_whose(self._numbers.rule):
            return frozenset(offered)
        people: dict[tuple[Facts, str], set[str]] = defaultdict(set)
        excerpts: Counter[tuple[Facts, str]] = Counter()
        kept = set()
        for excerpt_id in sorted(offered, key=digest_of):
            one = offered[excerpt_id]
            who = one.excerpt.participant_id
            if who is None:  # stands in no table of people
                kept.add(excerpt_id)
                continue
            cells = [(part, theme) for part in _parts(one.said) for theme in themes[excerpt_id]]
            least = [self._ration(part, where, theme) for part, theme in cells]
            if all(
                (who in people[cell] or len(people[cell]) < most) and excerpts[cell] < mentions
                for cell, (most, mentions) in zip(cells, least, strict=True)
            ):
                kept.add(excerpt_id)
                excerpts.update(cells)
                for cell in cells:
                    people[cell].add(who)
        return frozenset(kept)

    def _ration(self, said: Facts, where: Where, theme: str) -> Least:
        if (said, where, theme) not in self._least:
            people = self._cell(said, where, theme, "people")
            told = theme and [key for key, _ in said] != [GROUP]  # how often it was said, too
            many = _least(self._cell(said, where, theme, "mentions"), self._numbers) if told else MANY
            self._least[said, where, theme] = (_least(people, self._numbers), many)
        return self._least[said, where, theme]

    def _cell(self, said: Facts, where: Where, theme: str, unit: Unit) -> Cell | None:
        """Who said it, on a theme if one is named; None where no table holds it."""
        by, categories = tuple(key for key, _ in said), tuple(value for _, value in said)
        if by == (GROUP,):  # by which no filter can be asked
            row = None if where else self._of_groups().get(categories[0])
            return None if row is None else row.themes.get(theme) if theme else row.base
        try:
            if not theme:
                return self._numbers.bases(SliceRequest(by=by, where=where)).get(categories)
            wanted = (theme,) if where else ()  # a table without a filter is wanted for every theme
            row = self._table(SliceRequest(by=by, themes=wanted, where=where, unit=unit)).get(categories)
        except BadInput:  # more at once than a table can have
            return None
        return row.themes.get(theme) if row else None

    def _table(self, request: SliceRequest) -> dict[tuple[str, ...], SliceRow]:
        if request not in self._rows:
            self._rows[request] = {row.categories: row for row in self._numbers.table(request).rows}
        return self._rows[request]

    def _of_groups(self) -> dict[str, SliceRow]:
        if self._groups is None:
            self._groups = {row.categories[0]: row for row in self._numbers.framework()}
        return self._groups


def _clear(
    book: QuoteBook,
    numbers: Slicer,
    excerpts: Sequence[Excerpt],
    codings: Sequence[Coding],
    people: Sequence[Participant],
) -> Iterator[Cleared]:
    """The excerpts that may be quoted at all, before any ration."""
    stated = _stated(numbers, excerpts, codings, people)
    said_of: dict[str | None, tuple[str, Facts]] = {}
    for excerpt in excerpts:
        if excerpt.excerpt_id in stated and book.may_be_quoted(excerpt.excerpt_id):
            facts, who = stated[excerpt.excerpt_id], excerpt.participant_id
            if who not in said_of:
                said_of[who] = (book.attribution(excerpt), tuple(sorted(book.facts(who))))
            attribution, said = said_of[who]
            yield Cleared(
                excerpt,
                attribution,
                said,
                tuple(value for kind, value in facts if kind == FilterKind.THEME),
                next((value for kind, value in facts if kind == FilterKind.QUESTION), None),
            )


def _stated(
    numbers: Slicer, excerpts: Sequence[Excerpt], codings: Sequence[Coding], people: Sequence[Participant]
) -> Mapping[str, Facts]:
    """Excerpt id -> the themes and the question that may be told of it; everything where single people may be."""
    if not says_whose(numbers.rule):
        return excerpts_released(numbers, excerpts, codings, people)
    facts: dict[str, list[Fact]] = {
        one.excerpt_id: [(FilterKind.QUESTION, one.question_id)] if one.question_id else [] for one in excerpts
    }
    for coding in sorted(codings, key=lambda one: (-one.score, one.theme_key)):
        if coding.excerpt_id in facts:
            facts[coding.excerpt_id].append((FilterKind.THEME, coding.theme_key))
    return {excerpt_id: tuple(each) for excerpt_id, each in facts.items()}


def _least(cell: Cell | None, numbers: Slicer) -> int:
    return int(interval(np.array(cell.value), numbers.rule)[0]) if isinstance(cell, Count) else 0


def _parts(facts: Facts) -> list[Facts]:
    """Every combination of the facts, the empty one first."""
    return [part for size in range(len(facts) + 1) for part in combinations(facts, size)]
