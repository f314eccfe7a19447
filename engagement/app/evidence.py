"""Quotes collected for a report, and the files to take away: for report writers and analysts."""

from __future__ import annotations

import streamlit as st

from engagement.app import roles, show
from engagement.app.data import Opened, folder, opened
from engagement.app.evidence_basket import basket
from engagement.app.evidence_exports import files
from engagement.app.evidence_files import rules_for
from engagement.app.evidence_shelf import shelf, version
from engagement.app.roles import Profile
from engagement.model import DisclosureRule
from engagement.store import Store

CHOOSE, MAKE = "Choose quotes", "Make files"


def page(project: Opened, who: Profile, version: tuple[int, int]) -> None:
    """The whole page; `version` is what `evidence_shelf.version` gave before the project was opened."""
    show.title("Evidence")
    show.say(
        "Choose the quotes for a report, and make its files. What you choose is saved at once, for everybody who "
        "works on this round."
    )
    held = shelf(rule(project, who), project, version)
    with Store.open(folder()) as store:
        picks = store.collected.picks()
    do = st.radio("What do you want to do?", [CHOOSE, MAKE], key="do", horizontal=True, bind="query-params")
    if do == MAKE:
        files(project, held, picks)
    else:
        basket(project, held, picks, who.name)


def rule(project: Opened, who: Profile) -> DisclosureRule:
    """The rule that everything on the page follows, of those that the user's role may choose."""
    offered = {one.name: one for one in rules_for(who.role, project.rule)}
    if len(offered) > 1:
        name = st.selectbox(
            "How strictly to protect people",
            list(offered),
            key="rule",
            bind="query-params",
            width=show.READING_WIDTH,
        )
    else:
        name = next(iter(offered))
    chosen = offered[name]
    show.how_to_read(chosen)
    if chosen.k <= 1:
        show.say(
            "**For the analyst's eyes only.** This rule does not protect people: it shows small numbers, and says of a "
            "speaker all that they told. Do not pass on what you see here, or a file that is made with it."
        )
    return chosen


if __name__ == "__main__":
    allowed, before = roles.require("evidence"), version()
    page(opened(), allowed, before)
