"""What sets groups apart: who raised a theme more or less often than the rest, and what a combination adds.

It is about people, whatever else the page counts, and worked out from published numbers alone (`compare.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened
from engagement.app.intersections_choices import limits, unfiltered
from engagement.app.intersections_tables import download, is_shown, part
from engagement.app.kept import kept
from engagement.comparing.compare import Combination, Comparison, Judged, Verdict, beyond_parts, compare
from engagement.comparing.findings import combined_in_words, compared_in_words, people_in_words
from engagement.comparing.intervals import Estimate
from engagement.export.phrases import differing
from engagement.model import ALL, SliceRequest, SliceTable

MOST_COMPARED = 3000  # numbers that are shown: more take seconds
MOST_SENTENCES = 8
CLEAR = (Verdict.MORE, Verdict.LESS)
HEADINGS = ("Group", "Theme", "Raised it", "People in it", "Share", "Other people", "Difference")
ADDED = ("Group", "Theme", "What the combination adds", "In words")


@dataclass(frozen=True, slots=True)
class Differences:
    """A table's groups beside the rest, and its combinations beside their parts."""

    compared: tuple[Comparison, ...]
    combined: tuple[Combination, ...]


def section(project: Opened, request: SliceRequest, themes: Sequence[str]) -> None:
    """The whole part of the page; `themes` are those that the page shows."""
    show.section("What differs")
    told = unfiltered(themes, request)
    if not told:
        show.say("All of these people raised this theme, because you filter by it.")
        return
    table = project.numbers.table(replace(request, unit="people", themes=told))
    if sum(is_shown(cell) for row in table.rows for cell in row.themes.values()) > MOST_COMPARED:
        show.say("There is too much here to compare. Choose fewer characteristics or themes, or less detail.")
        return
    sets = project.value_sets
    with st.spinner("Comparing the groups"):
        found = kept(
            project.numbers,
            ("differences", table.request),
            lambda: Differences(compare(table, sets), beyond_parts(table, sets)),
        )
    groups(project, table, found.compared)
    if len(request.by) > 1:
        st.subheader("What the combination adds", anchor=False)
        together(project, table, found)


def groups(project: Opened, table: SliceTable, compared: Sequence[Comparison]) -> None:
    """Each group beside everybody else."""
    names, by, sets = project.names, table.request.by, project.value_sets
    known = _surest([one for one in compared if one.verdict is not Verdict.TOO_FEW])
    if not known:
        show.say("The numbers are too small for groups to be compared.")
        return
    levels = Counter((_asked(one), one.theme) for one in compared)
    clear = [
        one
        for _, one in differing([(_asked(one), one) for one in known if one.verdict in CLEAR])
        if one.verdict is Verdict.MORE or levels[_asked(one), one.theme] > 2  # of two, each is the other's rest
    ]
    show.say(
        "We compare each group with everybody else who answered the same questions. Where so much is compared, "
        "some of it differs by chance alone. We allow for this, so what is said here is unlikely to be chance."
    )
    if clear:
        _say([compared_in_words(one, by, names, sets) for one in clear])
    else:
        show.say("No group that we can compare raised any theme clearly more or less often than other people did.")
    with st.expander("Shares and differences, as a table"):
        show.say("In brackets is where the true value may lie, allowing for chance (the 95% interval).")
        if len(known) < len(compared):
            show.say(
                f"{len(known)} of {len(compared)} comparisons can be made. For the others a number is hidden or small."
            )
        rows = [_compared(one, project, by) for one in known]
        show.table(HEADINGS, part(rows, "the differences", "differences"), "Shares of each group", names=2)
        _download("Download the differences", "differences", HEADINGS, rows, table, project)


def together(project: Opened, table: SliceTable, found: Differences) -> None:
    """Each combination beside what its parts explain."""
    names, by, sets = project.names, table.request.by, project.value_sets
    known = _surest([one for one in found.combined if one.verdict is not Verdict.TOO_FEW])
    if not known:
        show.say("The numbers are too small to say what a combination adds to its parts.")
        return
    show.say(
        "Some people are in two groups at once. They may raise a theme more often, or less often, than you would "
        "expect from each group alone."
    )
    clear = once(known, found)
    if clear:
        _say([combined_in_words(one, by, names, sets) for one in clear])
    else:
        show.say("No combination clearly differs from what its parts explain, as far as can be shown.")
    with st.expander("What each combination adds, as a table"):
        rows = [
            [_people(by, one.categories, project), names[one.theme], _points(one.difference), _capital(one.verdict)]
            for one in known
        ]
        show.table(ADDED, part(rows, "the combinations", "added"), "What each combination adds to its parts", names=2)
        _download("Download what combinations add", "combinations-add", ADDED, rows, table, project)


def once(known: Sequence[Combination], found: Differences) -> list[Combination]:
    """The clear ones; where each characteristic has two categories, all combinations tell one thing of a theme.

    It is told of the one that raised the theme most.
    """
    levels = {_asked(one): [set[str]() for _ in one.categories] for one in found.combined}
    for one in found.combined:
        for names, name in zip(levels[_asked(one)], one.categories, strict=True):
            names.add(name)
    share = {(one.categories, one.theme): one.share.value for one in found.compared if one.share}
    kept: dict[object, Combination] = {}
    for one in known:
        if one.verdict in CLEAR:
            twos = all(len(names) <= 2 for names in levels[_asked(one)])
            place = (_asked(one), one.theme) if twos else (one.categories, one.theme)
            other = kept.setdefault(place, one)
            if share.get((one.categories, one.theme), 0.0) > share.get((other.categories, other.theme), 0.0):
                kept[place] = one
    return list(kept.values())


def _surest(found: list[Judged]) -> list[Judged]:
    """The clear ones first, of them the surest, then the largest."""
    return sorted(found, key=lambda one: (one.verdict not in CLEAR, one.adjusted_p or 0.0, -_size(one.difference)))


def _asked(one: Comparison | Combination) -> str:
    """Which characteristics the group is of: two groups may be each other's rest only where these are the same."""
    return "".join("-" if name == ALL else "x" for name in one.categories)


def _say(sentences: Sequence[str]) -> None:
    """As a list; the theme's names and the categories in them are somebody else's words."""
    show.say("\n".join(f"- {show.plain(sentence)}" for sentence in sentences[:MOST_SENTENCES]))
    if len(sentences) > MOST_SENTENCES:
        show.say(f"{len(sentences) - MOST_SENTENCES} more are in the table.")


def _compared(one: Comparison, project: Opened, by: Sequence[str]) -> list[str]:
    return [
        _people(by, one.categories, project),
        project.names[one.theme],
        show.in_words(one.said),
        show.in_words(one.base),
        _share(one.share),
        _share(one.rest),
        f"{_capital(one.verdict)}: {_points(one.difference)}",
    ]


def _people(by: Sequence[str], categories: Sequence[str], project: Opened) -> str:
    return _capital(people_in_words(by, categories, project.value_sets))


def _share(share: Estimate | None) -> str:
    return f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%})" if share else "Not known"


def _points(difference: Estimate | None) -> str:
    """A difference of shares with its interval: "28 points more (15 more to 40 more)"."""
    if difference is None:
        return "Not known"
    value, low, high = (round(100 * end) for end in (difference.value, difference.low, difference.high))
    return f"{_signed(value, ' points')} ({_signed(low)} to {_signed(high)})"


def _signed(points: int, unit: str = "") -> str:
    """In words, since a sign looks like a formula to a spreadsheet."""
    return f"{abs(points)}{unit}{' more' if points > 0 else ' less' if points < 0 else ''}"


def _size(difference: Estimate | None) -> float:
    return abs(difference.value) if difference else 0.0


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _download(
    label: str, what: str, headed: Sequence[str], rows: Sequence[Sequence[str]], table: SliceTable, project: Opened
) -> None:
    download(label, f"{'-'.join(table.request.by)}-{what}", headed, rows, table, limits(table.request, project))
