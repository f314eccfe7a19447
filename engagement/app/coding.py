"""Coding by people: teaching the machine, many answers at once, for or against, blind, and how far coders agree."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import streamlit as st

from engagement.app import coding_sheets as sheets
from engagement.app import roles, show
from engagement.app.coding_again import again
from engagement.app.coding_agreement import agreement
from engagement.app.coding_blind import blind
from engagement.app.coding_grid import grid
from engagement.app.coding_progress import progress
from engagement.app.coding_stance import stances
from engagement.app.coding_teach import teach
from engagement.app.coding_work import Work, work
from engagement.app.roles import As, Profile
from engagement.coding.coding_sheet import coder_named


class Task(StrEnum):
    """What a coder does, as it is called on the page."""

    TEACH = "Teach the machine"
    GRID = "Many at once"
    STANCE = "For or against"
    BLIND = "Blind coding"
    AGREEMENT = "Agreement"
    PROGRESS = "Progress"


def page(who: Profile, held: Work | None) -> None:
    """The whole page. Raises BadInput for somebody whose name can't be a coder's."""
    show.title("Code")
    if held is None:
        show.say("Nothing is sorted into themes yet. To do it, run: `engagement run FOLDER --project DIR`")
        return
    name = coder_named(who.name)
    if not held.excerpts:
        show.say("There are no words to code in this project yet.")
        return
    show.say_as_typed(f"You code as {name}. Each decision is saved at once.")
    sheets.told()
    tasks = [one for one in Task if one is not Task.STANCE or held.proposed]
    task = st.radio(
        "What to do",
        tasks,
        index=tasks.index(Task.BLIND if who.role is As.CODER else Task.TEACH),
        key="task",
        bind="query-params",
        horizontal=True,
    )
    parts: dict[Task, Callable[[], None]] = {
        Task.TEACH: lambda: teach(held, name),
        Task.GRID: lambda: grid(held, name),
        Task.STANCE: lambda: stances(held, name),
        Task.BLIND: lambda: blind(held, name, who),
        Task.AGREEMENT: lambda: agreement(held, name, who),
        Task.PROGRESS: lambda: progress(held),
    }
    parts[Task(task)]()
    sheets.stayed()
    if who.role is As.ANALYST and task is not Task.BLIND:
        again(held.folder)


if __name__ == "__main__":
    page(roles.require("coding"), work())
