"""How much of what people said has a theme, and the groups of remarks that no theme covers."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened
from engagement.app.overview_loaded import Beyond
from engagement.coding.emergent import unstable
from engagement.model import Cell, Count, EmergentTheme

# The parts of `Coverage`, as the table names them; the last three say why a remark needs a person.
PARTS = {
    "themes": "Has at least one theme",
    "groups": "Has no theme, but is in a group of similar remarks",
    "person": "Needs a person to read it",
    "foreign": "Of these: not in English",
    "short": "Of these: too short to tell what it is about",
    "nothing": "Of these: fits no theme and no group",
    "total": "Everything that people said",
}
REMARK = "A remark is a sentence or a few that belong together."


def covered(beyond: Beyond, project: Opened) -> None:
    """How much has a theme, is in an emergent group, or needs a person."""
    st.subheader("How much of it has a theme", anchor=False)
    cells = beyond.coverage
    show.say(f"{in_a_sentence(cells, project)} {REMARK}")
    if isinstance(cells["total"], Count):
        with st.container(width=show.READING_WIDTH):
            rows = [(words, show.in_words(cells[part])) for part, words in PARTS.items()]
            show.table(("What became of it", "Remarks"), rows, "How many remarks have a theme")


def in_a_sentence(cells: Mapping[str, Cell], project: Opened) -> str:
    """The finding of the table."""
    total = cells["total"]
    if not isinstance(total, Count):
        return "Too few people took part to show how much of what they said has a theme."
    has, grouped, person = (_many(cells[part], project) for part in ("themes", "groups", "person"))
    return (
        f"Of {show.about(total, project.rule)} remarks, {has} have a theme, {grouped} are in groups outside the "
        f"themes, and {person} need a person to read them."
    )


def _many(cell: Cell, project: Opened) -> str:
    return show.about(cell, project.rule) if isinstance(cell, Count) else "a hidden number"


def emergent(beyond: Beyond, project: Opened) -> None:
    """Groups of remarks that no theme covers, by name, with the words that they share."""
    st.subheader("Other things people said", anchor=False)
    if not beyond.groups:
        show.say("Nothing that people said was left over in groups large enough to look like a new theme.")
        return
    told = [(group, cell) for group, cell in beyond.groups if isinstance(cell, Count)]
    if told:
        show.say(
            "These fit none of the themes. The computer put remarks together that say similar things. It named each "
            "group by the words that mark it. A person decides whether a group becomes a theme."
        )
        rows = [
            (group.name, show.in_words(cell), ", ".join(group.words), steadiness(group))
            for group, cell in sorted(told, key=lambda pair: -pair[1].value)
        ]
        heads = ("Group", "People", "Words in common", "How steady")
        show.table(heads, rows, "Groups of remarks that fit no theme")
        show.say(
            "The computer looks for groups several times, each time a little differently. A steady group comes back "
            "most times. One that does not may be there by chance."
        )
    if len(told) < len(beyond.groups):
        show.say(f"Groups from fewer than {project.rule.threshold} people are not shown.")


def steadiness(group: EmergentTheme) -> str:
    """How far the group can be relied on, in words."""
    if not group.stability:
        return "Not measured"
    return "May be chance" if unstable(group) else "Steady"
