"""The same themes in this round and in earlier ones, from each round's own published table.

Rounds ask different people, so that their tables are releases of their own: one number less another isolates nobody in
either. Not protected is somebody who took part in both. Who knows that nobody else was in both, or that all others said
the same again, may learn from two numbers what that person said; no project knows who its people are in another.

A table counts what was found, by people and the machine. A theme is compared only where its key and definition, and
what it includes and excludes, are the same in both rounds, and those of the themes below it, which count as it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from engagement.comparing.compare import CHANCE, check_people, grand_total
from engagement.comparing.intervals import Estimate, Known, Number, Term, adjusted, interval, p_value, span
from engagement.errors import BadInput
from engagement.model import Cell, Codebook, Count, DisclosureRule, EmergentTheme, Round, SliceTable, Theme

if TYPE_CHECKING:
    from pathlib import Path

    from engagement.config import Settings

# What of a theme makes it another theme -> how it is told.
SAME = (
    ("definition", "its definition is another"),
    ("include", "what it includes is another"),
    ("exclude", "what it excludes is another"),
)
NOT_THERE = "it was not in the codebook then"
BELOW = "the themes below it are others"
# Cosine from which two groups' words are of one subject: found in halves of one round, groups of the same themes lay
# at .67 to .79 and others at .37 to .48.
ALIKE = 0.6


class Course(StrEnum):
    """What became of a theme since an earlier round."""

    MORE = "more often"
    LESS = "less often"
    UNCLEAR = "no clear difference"
    TOO_FEW = "too few to say"
    NEW = "new"
    NOT_COMPARABLE = "not the same theme"


@dataclass(frozen=True, slots=True)
class RoundShare:
    """A theme in one round. `unlike` says why it can't be compared with this round's, empty where it can.

    `share` is None where either number is hidden; both are hidden where the round did not have the theme.
    """

    round_name: str
    base: Cell | None
    said: Cell | None
    share: Estimate | None
    unlike: str = ""


@dataclass(frozen=True, slots=True)
class Trend:
    """A theme of this round's codebook over all rounds, the oldest first and this one last.

    `difference` is this round's share less that of `since`, the latest earlier round in which it can be compared.
    """

    theme: str
    rounds: tuple[RoundShare, ...]
    since: str = ""
    difference: Estimate | None = None
    p: float | None = None
    adjusted_p: float | None = None
    verdict: Course = Course.TOO_FEW


@dataclass(frozen=True, slots=True)
class News:
    """What is new this round: keys of themes, and names of emergent groups that no earlier round had the like of."""

    added: tuple[str, ...]
    groups: tuple[str, ...]
    more: tuple[str, ...]
    less: tuple[str, ...]


def across(rounds: Sequence[tuple[Round, Codebook, SliceTable]]) -> tuple[Trend, ...]:
    """Every theme of the last round's codebook beside the earlier rounds, which come in their order of time.

    Only the tables' totals are looked at. The p-values are adjusted together for being so many. Raises BadInput for
    fewer than two rounds, and for tables that count no people or a part of a round.
    """
    if len(rounds) < 2:
        raise BadInput("rounds", "no earlier round to compare with", "Name one with --earlier")
    for _, _, table in rounds:
        check_people(table)
        if table.request.where:
            raise BadInput("rounds", "a table with filters", "Ask for one of the whole round")
    _, codebook, table = rounds[-1]
    found = [_trend(theme.key, rounds) for theme in codebook.themes if theme.key in grand_total(table).themes]
    ps = adjusted([one.p for one in found])
    return tuple(
        replace(one, adjusted_p=p, verdict=_course(one, p)) if one.since else one
        for one, p in zip(found, ps, strict=True)
    )


def unlike(key: str, now: Codebook, then: Codebook) -> str:
    """Why a theme of `now` can't be compared with that of the same key in `then`; empty where it can."""
    if key not in then.keys:
        return NOT_THERE
    ours, theirs = now.theme(key), then.theme(key)
    for field, reason in SAME:
        if getattr(ours, field) != getattr(theirs, field):
            return reason
    return "" if _below(key, now) == _below(key, then) else BELOW


def _below(key: str, codebook: Codebook) -> dict[str, tuple[object, ...]]:
    """What makes each theme below `key` what it is."""
    found: dict[str, tuple[object, ...]] = {}
    above = {key}
    while above:
        children = [theme for theme in codebook.themes if theme.parent in above and theme.key not in found]
        found |= {theme.key: _meaning(theme) for theme in children}
        above = {theme.key for theme in children}
    return found


def _meaning(theme: Theme) -> tuple[object, ...]:
    return tuple(getattr(theme, field) for field, _ in SAME)


def _trend(key: str, rounds: Sequence[tuple[Round, Codebook, SliceTable]]) -> Trend:
    now = rounds[-1][1]
    shares, known = [], []
    for held, codebook, table in rounds:
        total, why = grand_total(table), unlike(key, now, codebook)
        there = key in total.themes
        said = total.themes[key] if there else None
        shared = _known(said, total.base, table.rule) if said else None
        share = interval([(1, shared)]) if shared else None
        shares.append(RoundShare(held.name, total.base if there else None, said, share, why))
        known.append(shared)
    alike = [number for number, share in enumerate(shares[:-1]) if not share.unlike and share.said]
    if not alike:
        there_once = any(share.said or share.unlike != NOT_THERE for share in shares[:-1])
        return Trend(key, tuple(shares), verdict=Course.NOT_COMPARABLE if there_once else Course.NEW)
    ours, theirs = known[-1], known[alike[-1]]
    terms: list[Term] = [(1, ours), (-1, theirs)] if ours and theirs else []
    return Trend(
        key,
        tuple(shares),
        since=shares[alike[-1]].round_name,
        difference=interval(terms) if terms else None,
        p=p_value(terms) if terms else None,
    )


def _known(said: Cell, base: Cell, rule: DisclosureRule) -> Known | None:
    if not isinstance(said, Count) or not isinstance(base, Count) or not span(base, rule)[0]:
        return None
    return Known(Number(said.value, *span(said, rule)), Number(base.value, *span(base, rule)))


def _course(one: Trend, p: float | None) -> Course:
    if one.difference is None or p is None:
        return Course.TOO_FEW
    if p >= CHANCE:
        return Course.UNCLEAR
    return Course.MORE if one.difference.value > 0 else Course.LESS


# ---------------------------------------------------------------------- news


def news(trends: Sequence[Trend], groups: Iterable[str] = ()) -> News:
    """What is new this round; `groups` are the names of emergent groups without a counterpart."""
    of = {course: tuple(one.theme for one in trends if one.verdict is course) for course in Course}
    return News(of[Course.NEW], tuple(groups), of[Course.MORE], of[Course.LESS])


def without_counterpart(
    groups: Sequence[EmergentTheme],
    earlier: Sequence[EmergentTheme],
    codebooks: Sequence[Codebook],
    settings: Settings,
    cache: Path | None = None,
) -> tuple[EmergentTheme, ...]:
    """The groups whose words are like those of no earlier group and of no theme of an earlier codebook.

    Give only groups whose number of people is shown: then what is called new rests on what was published. Raises
    ModelMissing.
    """
    from engagement.coding.coder import definition
    from engagement.coding.matcher import see

    lines = [_words(group) for group in earlier] + [definition(theme) for book in codebooks for theme in book.themes]
    if not groups or not lines:
        return tuple(groups)
    ours, theirs = (see(words, settings, cache).whole for words in ([_words(group) for group in groups], lines))
    near = ours @ theirs.T
    return tuple(group for group, row in zip(groups, near, strict=True) if row.max() < ALIKE)


def _words(group: EmergentTheme) -> str:
    return f"{group.name}: {', '.join(group.words)}"


# ------------------------------------------------------------------ in words


def in_words(one: Trend, names: Mapping[str, str]) -> str:
    """A trend as a sentence; `names` are this round's themes' names by key."""
    theme, now = names[one.theme], one.rounds[-1]
    if one.verdict is Course.NEW:
        return f"{theme} is new: no earlier round had it."
    if one.verdict is Course.NOT_COMPARABLE:
        last = next(share for share in reversed(one.rounds[:-1]) if share.unlike != NOT_THERE or share.said)
        return f"{theme} can't be compared with {last.round_name}: {last.unlike}."
    then = next(share for share in reversed(one.rounds[:-1]) if share.round_name == one.since and not share.unlike)
    if not now.share or not then.share or not one.difference:
        return f"There are too few to say whether {theme} was raised more or less often than in {one.since}."
    beside = f"{now.share.value:.0%} of people against {then.share.value:.0%}"
    if one.verdict is Course.UNCLEAR:
        return f"There is no clear difference in {theme} since {one.since}: {beside}."
    ends = sorted(round(100 * abs(end)) for end in (one.difference.low, one.difference.high))
    return (
        f"{theme} was raised {one.verdict} than in {one.since}: {beside}, a difference of {ends[0]} to "
        f"{ends[1]} percentage points."
    )
