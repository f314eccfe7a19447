"""Whose a theme is: where people stand on what was proposed, who raises it more and less, what it comes with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened
from engagement.app.filters import STANCES
from engagement.app.show_shares import WHISKERS, chart, in_percent, largest_first, shares
from engagement.codebook import with_parents
from engagement.coding.proposals import proposals
from engagement.comparing.compare import Comparison, Verdict, compare
from engagement.comparing.findings import compared_in_words
from engagement.model import Cell, Codebook, Count, Filter, FilterKind, SliceRequest, Stance, Theme

MOST_PROPOSALS = 5
MOST_CHARTS = 3
VERDICTS = {
    Verdict.MORE: "More often",
    Verdict.LESS: "Less often",
    Verdict.UNCLEAR: "No clear difference",
    Verdict.TOO_FEW: "Too few to say",
}
TWO_VIEWS = "These are two views of one theme, so they are counted apart: people who raise the same thing may disagree."
CLEAR = (
    "We call a difference clear only where it is unlikely to be chance. We allow for having compared many groups. "
    "A clear difference is not the same as a large one or an important one."
)


# ------------------------------------------------------------------ where people stand


def stances(theme: Theme, raised: Count, project: Opened) -> None:
    """Who supports and who opposes what a question proposes, of those who raised the theme; nothing where none does."""
    proposed = proposals(project.questions)
    asked = [one for one in project.questions if one.question_id in proposed]
    if not asked or not project.stances:
        return
    st.subheader("Where people stand", anchor=False)
    for question in asked[:MOST_PROPOSALS]:
        show.say_as_typed(f"The question was: {question.wording}")
        # One proposal needs no filter by question: all that is for or against something is about it.
        where = (Filter(FilterKind.QUESTION, question.question_id),) if len(asked) > 1 else ()
        base = project.numbers.table(SliceRequest(themes=(theme.key,), where=where)).rows[0].themes[theme.key]
        _one_proposal(theme, base if where else raised, where, project)
    if len(asked) > MOST_PROPOSALS:
        show.say(f"Shown are the first {MOST_PROPOSALS} of {len(asked)} questions that propose something.")


def _one_proposal(theme: Theme, base: Cell, where: tuple[Filter, ...], project: Opened) -> None:
    cells = {
        each: project.numbers.table(SliceRequest(themes=(theme.key,), where=(*where, Filter(FilterKind.STANCE, each))))
        .rows[0]
        .themes[theme.key]
        for each in Stance
    }
    show.say(apart(cells, project))
    if any(isinstance(cell, Count) for cell in cells.values()):
        found = shares([(STANCES[each], cell) for each, cell in cells.items()], base, project.rule)
        heads = ("Where they stand", "People", "Share of those who raised it")
        with st.container(width=show.READING_WIDTH):
            show.table(heads, [one.row for one in found], "Where people who raised the theme stand")


def apart(cells: Mapping[Stance, Cell], project: Opened) -> str:
    """A sentence that keeps those who agree apart from those who do not."""
    support, oppose = cells[Stance.SUPPORT], cells[Stance.OPPOSE]
    if not isinstance(support, Count) and not isinstance(oppose, Count):
        return "Too few people raised this theme for or against it for a number to be shown."
    for_it, against = (show.about(cell, project.rule) for cell in (support, oppose))
    return (
        f"**{for_it.capitalize()}** people raised it while they supported what was proposed, and **{against}** people "
        f"while they opposed it. {TWO_VIEWS}"
    )


# ------------------------------------------------------- who raises it more, and who less


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Each theme's comparisons of the groups of single characteristics, with the characteristic."""

    project: Opened  # held, so that nothing else comes to its place in memory, by which this is cached
    of: Mapping[str, Sequence[tuple[str, Comparison]]]


@st.cache_resource(max_entries=1, show_spinner="Comparing groups", hash_funcs={Opened: id})
def comparisons(project: Opened) -> Comparisons:
    """For the project as it was opened, which is another object in each edition."""
    found: dict[str, list[tuple[str, Comparison]]] = defaultdict(list)
    for key in project.asked:
        for one in compare(project.numbers.table(SliceRequest(by=(key,))), project.value_sets):
            found[one.theme].append((key, one))
    return Comparisons(project, found)


def who(theme: Theme, project: Opened) -> None:
    """The groups that raise it clearly more or less often as sentences, and all of them in a table."""
    st.subheader("Who raises it more, and who less", anchor=False)
    if not project.asked:
        show.say("People were not asked about themselves, so we cannot compare groups.")
        return
    compared = comparisons(project).of.get(theme.key, ())
    clear = clearly(compared)
    if clear:
        words = [compared_in_words(one, (key,), project.names, project.value_sets) for key, one in clear]
        show.say("\n".join(f"- {show.plain(sentence)}" for sentence in words))
    elif all(one.verdict is Verdict.TOO_FEW for _, one in compared):
        show.say("The numbers are too small for groups to be compared.")
        return
    else:
        show.say("No group that we can compare raised this clearly more or less often than other people did.")
    for key in list(dict.fromkeys(key for key, _ in clear))[:MOST_CHARTS]:
        _groups(theme, key, compared, project)
    if clear:
        show.say(WHISKERS)
    with st.expander("All groups, with their numbers"):
        show.say(CLEAR)
        heads = ("Group", "People in the group", "Raised it", "Share of the group", "Beside other people")
        rows = [
            (
                f"{project.value_sets.label(key)}: {one.categories[0]}",
                show.in_words(one.base),
                show.in_words(one.said),
                in_percent(one.share),
                VERDICTS[one.verdict],
            )
            for key, one in compared
        ]
        show.table(heads, rows, "People of each group who raised the theme")
        show.download("Download the groups", f"{theme.key}-groups", heads, rows, project.rule)


def clearly(compared: Sequence[tuple[str, Comparison]]) -> list[tuple[str, Comparison]]:
    """The clear differences; of two groups that are each other's rest, the one that raised it more often."""
    groups = Counter(key for key, _ in compared)
    more = {key for key, one in compared if one.verdict is Verdict.MORE and groups[key] == 2}
    return [
        (key, one)
        for key, one in compared
        if one.verdict is Verdict.MORE or (one.verdict is Verdict.LESS and key not in more)
    ]


def _groups(theme: Theme, key: str, compared: Sequence[tuple[str, Comparison]], project: Opened) -> None:
    """A chart of the groups of one characteristic; the table of all groups has its numbers."""
    parts = [(one.categories[0], one.share) for name, one in compared if name == key and one.share]
    if len(parts) < 2:
        return
    label = project.value_sets.label(key)
    with st.container(width=show.READING_WIDTH):
        alternative = f"Bar chart of the share of people who raised {project.names[theme.key]}, by {label.lower()}."
        st.altair_chart(
            chart(sorted(parts, key=lambda part: -part[1].value), "Group"),
            alt=f"{alternative} The table of all groups has the same numbers.",
        )


# ------------------------------------------------------------------ what it comes with


def together(theme: Theme, codebook: Codebook, project: Opened) -> None:
    """The themes that people raised in the same remark; not those above and below it, which come with it anyway."""
    row = project.numbers.table(SliceRequest(where=(Filter(FilterKind.THEME, theme.key),))).rows[0]
    names, above = project.names, with_parents(codebook, [theme.key])
    others = [
        (names[key], cell)
        for key, cell in row.themes.items()
        if key not in above and theme.key not in with_parents(codebook, [key])
    ]
    told = [one for one in largest_first(shares(others, row.base, project.rule)) if isinstance(one.people, Count)]
    st.subheader("Raised together with", anchor=False)
    if not told:
        show.say("No other theme was raised in the same remark by enough people for its number to be shown.")
        return
    most = told[0]
    show.say(
        f"Most often it came with **{show.plain(most.name)}**: {show.about(most.people, project.rule)} people raised "
        "both in one remark."
    )
    with st.container(width=show.READING_WIDTH):
        heads = ("Theme", "People who raised both")
        show.folded(heads, [one.row[:2] for one in told], "Themes raised in the same remark")
        if len(told) < len(others):
            show.say("Themes are left out where this number is hidden.")
