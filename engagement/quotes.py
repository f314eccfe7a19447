"""Quotes: what may be quoted of a round under one rule, and as whose words.

What is said of a speaker is the same wherever they are quoted, so that no two quotes tell more than one does. It is
coarsened until at least k of the round share it and, for every theme that they raised, the number of people who share
it and raised that theme is one that `slices.py` shows: a quote never speaks for a hidden cell. Nobody appears who
refused publication or withdrew, nor an excerpt in a language that too few speak here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from itertools import combinations
from typing import Self

import numpy as np

from engagement.characteristics import DEFAULT
from engagement.guard.axes import GROUP
from engagement.guard.profiles import GIVEN_UP_IN_ORDER, NOT_SHOWN, profiles
from engagement.model import (
    ALL,
    Choice,
    Coding,
    Count,
    Decision,
    DisclosureRule,
    Embeddings,
    Excerpt,
    Filter,
    FilterKind,
    Participant,
    Pick,
    Quote,
    Role,
    SliceRequest,
    SliceRow,
    Stance,
    StanceCoding,
    Stated,
)
from engagement.quotation.choosing import Candidate, Chosen, choose
from engagement.quotation.quoted import LONGEST, mended, quote_of, verified
from engagement.slices import Slicer
from engagement.tagging.value_sets import ValueSets

__all__ = ["LONGEST", "QuoteBook", "verified"]

SILENCES = {NOT_SHOWN, "", *(str(stated) for stated in Stated)}
MOST_SAID = 2  # characteristics of one speaker, where the rule does not print single people
UNCOMMON = 0.15  # a theme that fewer of another theme's excerpts carry
OTHER_SIDE = {Stance.SUPPORT: Stance.OPPOSE, Stance.OPPOSE: Stance.SUPPORT}

Facts = tuple[tuple[str, str], ...]  # (characteristic or "group", what is said)


class QuoteBook:
    """Everything that may be quoted of a round under one rule. Built once.

    `picks` are what people pinned, mended and dropped, `stances` at most one an excerpt, `embeddings` of excerpts;
    without them quotes are chosen by the coder's score.
    """

    def __init__(  # noqa: PLR0913 - all that a quote rests on comes together here
        self,
        excerpts: Sequence[Excerpt],
        codings: Sequence[Coding],
        participants: Sequence[Participant],
        numbers: Slicer,
        rule: DisclosureRule,
        sets: ValueSets = DEFAULT,
        *,
        picks: Sequence[Pick] = (),
        stances: Sequence[StanceCoding] = (),
        embeddings: Embeddings | None = None,
    ) -> None:
        self._numbers, self._rule, self._picks = numbers, rule, picks
        self._rows: dict[tuple[str, ...], dict[tuple[str, ...], SliceRow]] = {}
        self._people = {person.participant_id: person for person in participants}
        self._excerpts = {one.excerpt_id: one for one in excerpts if one.role is Role.PARTICIPANT}
        speakers: dict[str, set[str]] = defaultdict(set)
        for one in self._excerpts.values():
            speakers[one.language].add(one.participant_id or one.excerpt_id)
        self._spoken = {language for language, who in speakers.items() if len(who) >= rule.k}
        self._codings: dict[str, dict[str, Coding]] = defaultdict(dict)  # theme -> excerpt -> the surest coding
        for coding in sorted(codings, key=lambda coding: coding.score):
            self._codings[coding.theme_key][coding.excerpt_id] = coding
        self._shown_themes = {key for key, cell in self._row((), ()).themes.items() if isinstance(cell, Count)}
        self._raised: dict[str, set[str]] = defaultdict(set)  # theme -> participants
        for theme, by_excerpt in self._codings.items():
            carrying = (self._excerpts[each] for each in by_excerpt.keys() & self._excerpts.keys())
            self._raised[theme] = {one.participant_id for one in carrying if one.participant_id}
        self._stances = {one.excerpt_id: one.stance for one in stances}
        self._vectors = embeddings
        self._at = {excerpt_id: row for row, excerpt_id in enumerate(embeddings.ids)} if embeddings else {}
        self._profiles = profiles(participants, rule, sets)
        self._sharing: dict[tuple[str, str], set[str]] = defaultdict(set)
        for participant_id, said in self._profiles.items():
            for fact in said.items():
                self._sharing[fact].add(participant_id)
        self._said: dict[tuple[Facts, frozenset[str], str], Facts] = {}
        self._facts: dict[str | None, Facts] = {}
        self._sharers: dict[Facts, set[str]] = {}
        self._sharing_and_raising: dict[tuple[Facts, str], int] = {}
        self._by_group: dict[str, SliceRow] | None = None

    @property
    def embeddings(self) -> Embeddings | None:
        """The vectors by which quotes are chosen, None where there are none."""
        return self._vectors

    def with_picks(self, picks: Sequence[Pick]) -> Self:
        """The same quotes, chosen with these picks."""
        book = copy(self)
        book._picks = picks
        return book

    def of_theme(self, theme_key: str, most: int = 10) -> tuple[Quote, ...]:
        """Up to `most` quotes, those first that say most of the theme; none where its count is hidden.

        Raises ValueError when an excerpt no longer matches its digest.
        """
        return tuple(chosen.quote for chosen in self.chosen(theme_key, most))

    def chosen(self, theme_key: str, most: int = 10) -> tuple[Chosen, ...]:
        """The same with a word on why each was chosen."""
        if not self._numbers.shows(theme_key):
            return ()
        return self._chosen(self._codings[theme_key], theme_key, most)

    def of_slice(
        self, request: SliceRequest, categories: Sequence[str] = (), theme: str | None = None, most: int = 6
    ) -> tuple[Chosen, ...]:
        """Quotes behind a cell, of those whose attribution says its categories anyway, so that none says more by it.

        None where the number is hidden, or too few people are behind the words; where no theme is named, none whose
        themes are all too rare to be shown. Raises BadInput for a row that the request's table doesn't have.
        """
        behind = self._numbers.excerpts_of(request, categories, theme)
        speakers = {self._excerpts[each].participant_id for each in behind if each in self._excerpts} - {None}
        if len(speakers) < self._rule.threshold:
            return ()
        wanted = {fact for fact in zip(request.by, categories, strict=False) if fact[1] != ALL}
        sources = {each.value for each in request.where if each.kind is FilterKind.SOURCE}
        told = [
            each
            for each in behind
            if each in self._excerpts
            and self._tells(self._excerpts[each], wanted, sources)
            and (theme or not self._only_rare(each))
        ]
        named = {theme} if theme else {each.value for each in request.where if each.kind is FilterKind.THEME}
        coded = {excerpt_id: self._best(excerpt_id, named) for excerpt_id in told}
        return self._chosen(coded, theme or "", most)

    def attribution(self, excerpt: Excerpt) -> str:
        """Whose words they are, as it may be printed."""
        return ", ".join(["Participant", *(value for _, value in self.facts(excerpt.participant_id))])

    # ----------------------------------------------------------- choosing

    def _chosen(self, coded: Mapping[str, Coding], theme: str, most: int) -> tuple[Chosen, ...]:
        picked = {pick.excerpt_id: pick for pick in self._picks if pick.theme_key == theme}
        pinned = sorted((one.place, one.excerpt_id) for one in picked.values() if one.choice is Choice.PINNED)
        dropped = {one.excerpt_id for one in picked.values() if one.choice is Choice.DROPPED}
        offered = [each for each in coded if each not in dropped and self.may_be_quoted(each)]
        found = choose(
            self._candidates(offered, coded, theme), most, self._matrix(offered), [each for _, each in pinned]
        )
        typed = {excerpt_id: pick.typed for excerpt_id, pick in picked.items() if pick.choice is Choice.PINNED}
        return tuple(
            Chosen(mended(said, words, self._excerpts[excerpt_id]) if words else said, reason, said if words else None)
            for excerpt_id, reason in found
            for words in [typed.get(excerpt_id, "")]
            for said in [self._said_by(excerpt_id, coded[excerpt_id].because)]
        )

    def _said_by(self, excerpt_id: str, because: tuple[int, int]) -> Quote:
        excerpt = self._excerpts[excerpt_id]
        return quote_of(excerpt, because, self.attribution(excerpt), self._rule.name)

    def may_be_quoted(self, excerpt_id: str) -> bool:
        """Whether the one who said it agreed, and enough people speak that language here."""
        excerpt = self._excerpts.get(excerpt_id)
        if excerpt is None or excerpt.language not in self._spoken:
            return False
        if excerpt.participant_id is None:
            return True
        person = self._people.get(excerpt.participant_id)
        return person is not None and person.may_publish is not False

    def _only_rare(self, excerpt_id: str) -> bool:
        """Whether it carries themes, and too few people raised each of them for its number to be shown."""
        carried = {key for key, by_excerpt in self._codings.items() if excerpt_id in by_excerpt}
        return bool(carried) and not carried & self._shown_themes

    def _candidates(self, offered: Sequence[str], coded: Mapping[str, Coding], theme: str) -> list[Candidate]:
        other = self._other_side(offered, theme)
        rare = self._uncommon(offered, theme)
        return [
            Candidate(
                excerpt_id=excerpt_id,
                person=excerpt.participant_id or excerpt_id,
                source=excerpt.source_id,
                said=self.attribution(excerpt),
                score=1.0 if coded[excerpt_id].decision is Decision.ACCEPTED else coded[excerpt_id].score,
                words=len(excerpt.text.split()),
                opposes=other is not None and self._stances.get(excerpt_id) is other,
                rare=excerpt_id in rare,
            )
            for excerpt_id in offered
            for excerpt in [self._excerpts[excerpt_id]]
        ]

    def _other_side(self, offered: Sequence[str], theme: str) -> Stance | None:
        """The stance that fewer take, where the number of people who raise the theme and take it is shown."""
        taken = Counter(self._stances.get(each) for each in offered)
        most = max(OTHER_SIDE, key=lambda stance: (taken[stance], stance))
        other = OTHER_SIDE[most]
        if not theme or not taken[most] or not taken[other]:
            return None
        where = (Filter(FilterKind.STANCE, other),)
        return other if self._numbers.answers(SliceRequest(themes=(theme,), where=where)) else None

    def _uncommon(self, offered: Sequence[str], theme: str) -> set[str]:
        """Those that carry another theme which few of the others do."""
        among, found = set(offered), set()
        for key, by_excerpt in self._codings.items():
            both = among & by_excerpt.keys()
            if key != theme and len(both) < UNCOMMON * len(among):
                found |= both
        return found

    def _matrix(self, offered: Sequence[str]) -> np.ndarray | None:
        if self._vectors is None or not offered or not self._at.keys() >= set(offered):
            return None
        return np.asarray(self._vectors.matrix[[self._at[each] for each in offered]])

    def _best(self, excerpt_id: str, themes: Iterable[str]) -> Coding:
        """The surest coding of an excerpt, of the themes asked for; of one without, the whole of it stands."""
        held = [by_excerpt[excerpt_id] for by_excerpt in self._codings.values() if excerpt_id in by_excerpt]
        among = [coding for coding in held if coding.theme_key in set(themes)] or held
        whole = Coding(excerpt_id, "", "", Decision.SUGGESTED, 0.0, (0, 0))
        return max(among, key=lambda coding: (coding.score, coding.theme_key), default=whole)

    # -------------------------------------------------------- attribution

    def _tells(self, excerpt: Excerpt, wanted: set[tuple[str, str]], sources: set[str]) -> bool:
        """Whether a quote of it under these headings says no more than its attribution does."""
        if self._rule.k <= 1:
            return True
        facts = self.facts(excerpt.participant_id)
        if not wanted <= set(facts):
            return False
        if not sources:
            return True
        there = {one.participant_id for one in self._excerpts.values() if one.source_id in sources}
        return len(self._who(facts) & there) >= self._rule.k

    def facts(self, participant_id: str | None) -> Facts:
        """What is said of a speaker: as much as may be, of equally much what fewest share."""
        if participant_id not in self._facts:
            self._facts[participant_id] = self._said_of(participant_id)
        return self._facts[participant_id]

    def _said_of(self, participant_id: str | None) -> Facts:
        said = self._profiles.get(participant_id or "", {})
        given = tuple(fact for fact in said.items() if fact[1] not in SILENCES)
        if self._rule.k <= 1:
            return given
        themes = frozenset(key for key in self._shown_themes if participant_id in self._raised[key])
        person = self._people.get(participant_id or "")
        group = str(person.group) if person and person.group else ""
        wanted = (given, themes, group)
        if wanted not in self._said:
            offered = sorted(given, key=lambda fact: _order(fact[0]), reverse=True)
            ways = [way for size in range(MOST_SAID, 0, -1) for way in self._by_rarity(combinations(offered, size))]
            grouped = [((GROUP, group),)] if group and self._group_shown(group, themes) else []
            self._said[wanted] = next((way for way in ways if self._shown(way, themes)), grouped[0] if grouped else ())
        return self._said[wanted]

    def _by_rarity(self, ways: Iterable[Facts]) -> list[Facts]:
        return sorted(ways, key=lambda way: (-len(way), len(self._who(way))))

    def _who(self, facts: Facts) -> set[str]:
        if facts not in self._sharers:
            held = [self._sharing[fact] for fact in facts if fact[0] != GROUP]
            self._sharers[facts] = set.intersection(*held) if held else set(self._people)
        return self._sharers[facts]

    def _shown(self, facts: Facts, themes: frozenset[str]) -> bool:
        """Whether k share it, and the numbers of those who do, all and by each theme, are shown, and of each part."""
        who = self._who(facts)
        if len(who) < self._rule.k or any(self._raising(facts, key) < self._rule.threshold for key in themes):
            return False
        parts = (some for size in range(1, len(facts) + 1) for some in combinations(facts, size))
        rows = (self._row(*zip(*some, strict=True)) for some in parts)
        return all(isinstance(cell, Count) for row in rows for cell in (row.base, *(row.themes[key] for key in themes)))

    def _raising(self, facts: Facts, theme: str) -> int:
        """How many of those who share it raised the theme."""
        if (facts, theme) not in self._sharing_and_raising:
            self._sharing_and_raising[facts, theme] = len(self._who(facts) & self._raised[theme])
        return self._sharing_and_raising[facts, theme]

    def _row(self, by: tuple[str, ...], categories: tuple[str, ...]) -> SliceRow:
        if by not in self._rows:
            self._rows[by] = {row.categories: row for row in self._numbers.table(SliceRequest(by=by)).rows}
        return self._rows[by][categories]

    def _group_shown(self, group: str, themes: frozenset[str]) -> bool:
        if self._by_group is None:
            self._by_group = {row.categories[0]: row for row in self._numbers.framework()}
        row = self._by_group.get(group)
        return row is not None and all(
            isinstance(cell, Count) for cell in (row.base, *(row.themes[key] for key in themes))
        )


def _order(characteristic: str) -> int:
    return GIVEN_UP_IN_ORDER.index(characteristic) if characteristic in GIVEN_UP_IN_ORDER else -1
