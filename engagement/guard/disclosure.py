"""Which cells of a table are hidden: the one place where that is decided.

1. Primary: fewer people than the rule's threshold, nought too. Where a table is cut by source or question, or a column
   narrows another, also a cell that leaves fewer than the threshold outside it: the two could be subtracted. Where
   numbers are exact, also a theme that everybody said.
2. Secondary: along every additive line (a total and its parts) no part is hidden alone, and a hidden total has a hidden
   part; where numbers are exact, the hidden parts of a line come to the threshold. What else is hidden is the fewest
   cells (`least.py`) in two-way tables up to 12 by 12, and beyond them the smallest that serve most lines.
3. Audit: every hidden number must have a second value that fits everything that is published (`audit.py`).

Margins come decided, as the smaller tables that they are, and stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engagement.guard.audit import Published, given_away
from engagement.guard.axes import Axis, Mask, Numbers, Places
from engagement.guard.least import MOST_CATEGORIES, Cut, fewest
from engagement.guard.tallies import Exact
from engagement.model import DisclosureRule

MOST_INSIDE = 100  # nodes of three rounded two-way tables: larger ones are taken to have room enough inside
MOST_CUTS = 8  # of an integer programme, before the nearest cells are hidden, twice as many each time


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """Columns of a table to be decided, [columns, nodes ...], each with its whole: who could have said it.

    `own` [nodes ...] are the cells that no smaller table has, `given` what of the others is hidden. for each column
    `beside` has the people of those that it narrows, from which it may be subtracted. Everybody's column has no whole.
    """

    axes: tuple[Axis, ...]
    exact: Exact
    own: Mask
    given: Mask
    whole: Exact | None = None
    hidden_whole: Mask | None = None
    beside: Sequence[Sequence[Numbers]] = ()

    def published(self, hidden: Mask) -> Published:
        """What an attacker sees when `hidden` is."""
        people, mentions = self.exact.reveal_people(), self.exact.reveal_mentions()
        if self.whole is None or self.hidden_whole is None:
            return Published(self.axes, people, people, people, hidden, hidden, alone=True)
        return Published(self.axes, self.whole.reveal_people(), people, mentions, self.hidden_whole, hidden)


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """The same columns cut by a further, last axis: other tables of the project that share two of the three axes."""

    draft: Draft
    hidden: Mask

    def given_away(self, table: Mask, own: Mask, rule: DisclosureRule, columns: Mask) -> Mask:
        """Under which cells of a two-way table the three two-way tables together give away what it could hide."""
        away = self._given_away(table, rule, columns, thorough=False)
        if away.any():  # what stays given away when all its own cells are hidden is for another table to hide
            away[away.any(axis=tuple(range(1, away.ndim)))] &= ~self._given_away(
                table | own, rule, columns, thorough=True
            )[away.any(axis=tuple(range(1, away.ndim)))]
        return np.asarray(away.any(axis=-1))

    def _given_away(self, table: Mask, rule: DisclosureRule, columns: Mask, *, thorough: bool) -> Mask:
        hidden = self.hidden.copy()
        hidden[..., 0] = table
        among = np.ones(hidden.shape[1:], bool)
        if rule.rounding > 1 and hidden[0].size > MOST_INSIDE:
            among[..., 1:] = False
        return given_away(self.draft.published(hidden).columns(columns), rule, among, thorough=thorough)


@dataclass(frozen=True, slots=True, eq=False)
class Within:
    """Themes of a table of which everybody's column is being decided; only their margins are shown as yet."""

    draft: Draft
    exact: Exact
    hidden: Mask

    def given_away(self, table: Mask, own: Mask, rule: DisclosureRule, columns: Mask) -> Mask:  # noqa: ARG002 - of one
        """What everybody's shown cells would give away of some theme, whatever of it is hidden."""
        people, mentions = self.exact.reveal_people(), self.exact.reveal_mentions()
        whole = np.broadcast_to(self.draft.exact.reveal_people(), people.shape)
        seen = np.broadcast_to(table, people.shape)
        published = Published(self.draft.axes, whole, people, mentions, seen, self.hidden)
        return np.asarray(given_away(published, rule, np.ones(people.shape[1:], bool)).any(axis=0))[None]


def primary(draft: Draft, rule: DisclosureRule) -> Mask:
    """The cells that are hidden for what they are: [columns, nodes ...]."""
    people = draft.exact.reveal_people()
    hidden: Mask = people < rule.threshold
    if rule.rounding == 1 and draft.whole is not None:
        hidden |= people == draft.whole.reveal_people()
    for column, wider in enumerate(draft.beside):
        for numbers in wider:
            hidden[column] |= (numbers >= rule.threshold) & (numbers - people[column] < rule.threshold)
    for number, axis in enumerate(draft.axes):
        if axis.of_excerpts:
            everywhere = np.take(people, [0], 1 + number)
            outside = (everywhere >= rule.threshold) & (everywhere - people < rule.threshold)
            np.moveaxis(outside, 1 + number, 0)[0] = False
            hidden |= outside
    return hidden


def decide(
    draft: Draft, rule: DisclosureRule, *, extra: Mask | None = None, around: Sequence[Around | Within] = ()
) -> Mask:
    """What is hidden, [columns, nodes ...]; `extra` is hidden whatever it holds."""
    must = primary(draft, rule) if extra is None else primary(draft, rule) | extra
    forced: Mask = np.where(draft.own, must, draft.given)
    if not draft.axes or not draft.own.any():
        return forced
    people, together = draft.exact.reveal_people(), _together(rule)
    hidden = forced.copy()
    _complete(hidden, people, draft, together)
    small = _small(draft)
    if small:
        for column in np.flatnonzero(_more_than_needed(forced, hidden, people, draft, together)):
            if (found := fewest(forced[column], people[column], draft.own, together)) is not None:
                hidden[column] = found
    cuts: list[list[Cut]] = [[] for _ in hidden]
    waiting = np.ones(len(hidden), bool)
    while waiting.any():
        away = _given_away(draft, hidden, rule, around, waiting)
        for column in np.flatnonzero(waiting):
            spare = draft.own & ~hidden[column]
            waiting[column] = away[column].any() and spare.any()
            if not waiting[column]:
                continue
            cell = int(np.flatnonzero(away[column])[0])
            cuts[column].append((cell if hidden[column].flat[cell] and not around else None, spare))
            found = None
            if small and len(cuts[column]) <= MOST_CUTS:
                found = fewest(forced[column], people[column], draft.own, together, cuts[column])
            if found is None:
                _hide_nearest(hidden[column], people[column], spare, cell, 2 ** max(0, len(cuts[column]) - MOST_CUTS))
                _complete(hidden[column : column + 1], people[column : column + 1], draft, together)
            else:
                hidden[column] = found
    return hidden


def _given_away(
    draft: Draft, hidden: Mask, rule: DisclosureRule, around: Sequence[Around | Within], columns: Mask
) -> Mask:
    away = np.zeros_like(hidden)
    everywhere = np.ones(draft.own.shape, bool)
    away[columns] = given_away(draft.published(hidden).columns(columns), rule, everywhere)
    for other in around:
        away[columns] |= other.given_away(hidden, draft.own, rule, columns)
    return away


def _together(rule: DisclosureRule) -> int:
    """What the hidden cells of a line come to: their sum can be told to the person where numbers are exact."""
    return rule.threshold if rule.rounding == 1 else 0


def _small(draft: Draft) -> bool:
    return len(draft.axes) == 2 and all(
        len(axis.parents) <= 1 + MOST_CATEGORIES and axis.depths.max() == 1 for axis in draft.axes
    )


def _more_than_needed(forced: Mask, hidden: Mask, people: Numbers, draft: Draft, together: int) -> Mask:
    """Which columns may have more hidden than they need: one cell serves at most one line of each axis."""
    broken = np.zeros((len(draft.axes), len(hidden)), np.intp)
    for number, _, exposed in _exposed(forced, people, draft, together):
        broken[number] += exposed.reshape(len(hidden), -1).sum(axis=1)
    more: Mask = (hidden & ~forced).reshape(len(hidden), -1).sum(axis=1) > broken.max(axis=0)
    return more


def _complete(hidden: Mask, people: Numbers, draft: Draft, together: int) -> None:
    """Hides own cells, in place, until every line is kept: those that serve most lines, of them the smallest."""
    while True:
        demand = np.zeros(hidden.shape, np.int64)
        for number, children, exposed in _exposed(hidden, people, draft, together):
            np.moveaxis(demand, 1 + number, -1)[..., children] += exposed[..., None]
        if not demand.any():
            return
        score = people - demand * (1 + people.max())
        for number, children, exposed in _exposed(hidden, people, draft, together):
            turned = np.moveaxis(hidden, 1 + number, -1)
            free = ~turned & np.moveaxis(np.broadcast_to(draft.own, hidden.shape), 1 + number, -1)
            worth = np.where(free, np.moveaxis(score, 1 + number, -1), np.iinfo(np.int64).max)[..., children]
            best = children[worth.argmin(axis=-1)]
            at = np.nonzero(exposed)
            turned[(*at, best[at])] = True


def _exposed(hidden: Mask, people: Numbers, draft: Draft, together: int) -> Iterator[tuple[int, Places, Mask]]:
    """Which lines give a part away and can be mended: (axis, its parts, [columns, other nodes ...]),"""
    for number, axis in enumerate(draft.axes):
        for parent in np.unique(axis.parents[1:]):
            children = np.flatnonzero(axis.parents == parent)
            turned, counts = np.moveaxis(hidden, 1 + number, -1), np.moveaxis(people, 1 + number, -1)
            parts = turned[..., children]
            many = parts.sum(axis=-1)
            alone = (many == 1) | ((many > 1) & ((counts[..., children] * parts).sum(axis=-1) < together))
            spare = np.moveaxis(draft.own & ~hidden, 1 + number, -1)[..., children].any(axis=-1)
            yield number, children, np.where(turned[..., parent], many == 0, alone) & spare


def _hide_nearest(hidden: Mask, people: Numbers, spare: Mask, cell: int, many: int) -> None:
    """Hides, in place, so many spare cells that share most categories with the one given away, the smallest first."""
    at = np.array(np.unravel_index(cell, hidden.shape))
    places = np.argwhere(spare)
    nearest = np.lexsort((people[spare], (places != at).sum(axis=1)))[:many]
    hidden[tuple(places[nearest].T)] = True
