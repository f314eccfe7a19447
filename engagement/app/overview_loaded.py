"""What the overview shows beside the tables of numbers: worked out once for each edition that was opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from engagement.app.data import Opened, folder
from engagement.campaigns import CAMPAIGN, sizes
from engagement.coding.coverage import cells, coverage
from engagement.comparing import population
from engagement.comparing.population import Gap
from engagement.errors import UserError
from engagement.model import Cell, EmergentTheme, SliceRequest
from engagement.slices import shown
from engagement.store import Store

POPULATION = "population.csv"  # in the project's folder, where the user has put one


@dataclass(frozen=True, slots=True)
class Beyond:
    """What is not in a theme, and what copied another.

    `coverage` is by the fields of `Coverage`, and "total". `sent` is how many sent each campaign, the largest first.
    """

    project: Opened  # held, so that nothing else comes to its place in memory, by which this is cached
    coverage: Mapping[str, Cell]
    groups: tuple[tuple[EmergentTheme, Cell], ...]
    campaigns: int
    sent: tuple[Cell, ...]


@st.cache_resource(max_entries=1, show_spinner=False, hash_funcs={Opened: id})
def beyond(project: Opened) -> Beyond:
    """For the project as it was opened, which is another object in each edition."""
    with Store.open(folder()) as store:
        groups, copied = store.coded.emergent(), store.copies()
    found = coverage(tuple(project.excerpts.values()), project.decided.values(), groups)
    campaigns = sorted((number for number in sizes(copied).values() if number >= CAMPAIGN), reverse=True)
    return Beyond(
        project,
        cells(found, project.numbers),
        tuple((group, project.numbers.people_behind(group.excerpt_ids)) for group in groups),
        len(campaigns),
        tuple(shown(number, project.rule) for number in campaigns),
    )


@dataclass(frozen=True, slots=True)
class Compared:
    """The respondents beside the population; `problem` says why there is nothing to compare, empty where there is."""

    project: Opened
    gaps: tuple[Gap, ...]
    problem: str = ""


def compared(project: Opened) -> Compared | None:
    """Who is missing, None where the project's folder holds no population."""
    path = folder() / POPULATION
    return _compared(project, str(path), path.stat().st_mtime_ns) if path.exists() else None


@st.cache_resource(max_entries=1, show_spinner=False, hash_funcs={Opened: id})
def _compared(project: Opened, path: str, changed: int) -> Compared:  # noqa: ARG001 - a part of the cache's key
    try:
        there = population.load(Path(path), project.value_sets)
    except UserError as error:
        return Compared(project, (), str(error))
    tables = [project.numbers.table(SliceRequest(by=(key,))) for key in project.asked if key in there]
    return Compared(project, population.missing(tables, there, project.value_sets))
