"""A theme over the rounds in which it was the same theme: a chart of shares with intervals, and its table."""

from __future__ import annotations

import streamlit as st

from engagement.app import show, show_charts
from engagement.app.data import Opened
from engagement.app.overview_rounds import MEANING, beside, in_a_cell
from engagement.app.show_shares import WHISKERS, chart
from engagement.model import Theme
from engagement.rounds import in_words

HEADS = ("Round", "People who raised it", "Share of people")


def trend(theme: Theme, project: Opened) -> None:
    """Nothing where there is no earlier round."""
    found = beside(project)
    if found is None:
        return
    st.subheader("Over the rounds", anchor=False)
    one = found.of(theme.key)
    if one is None:
        show.say(found.problem or "This theme cannot be compared.")
        return
    comparable = [
        (f"{number}. {each.round_name}", each.share)
        for number, each in enumerate(one.rounds, 1)
        if each.share and not each.unlike
    ]
    rows = [
        (
            f"{number}. {each.round_name}",
            show.in_words(each.said) if each.said and not each.unlike else "Not compared",
            in_a_cell(each),
        )
        for number, each in enumerate(one.rounds, 1)
    ]
    named = "Share of people who raised the theme in each round"
    alternative = f"Bar chart of the share of people who raised {project.names[theme.key]} in each round."
    show_charts.figure(
        f"{show.plain(in_words(one, project.names))} {MEANING}",
        chart(comparable, "Round") if len(comparable) > 1 else None,
        f"{alternative} The table below has the same.",
        show_charts.Tabled(HEADS, rows, named, f"{theme.key}-rounds", "Download the rounds"),
        project.rule,
        notes=[WHISKERS],
    )
