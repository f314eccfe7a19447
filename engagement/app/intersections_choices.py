"""What a user asks of the intersections, as the one `SliceRequest` that every part of the page shares.

Everything is chosen from lists: nothing that anybody types can reach the address.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engagement.app import filters, show
from engagement.app.data import Opened
from engagement.model import Basis, FilterKind, SliceRequest, Unit
from engagement.slices import MOST_CHARACTERISTICS

PAGE = "intersections"
FIRST_CHOICE = "race"
UNITS: dict[Unit, str] = {"people": "People", "mentions": "Mentions", "groups": "Groups"}
BASES: dict[Basis, str] = {
    Basis.DECLARED: "What people told us about themselves",
    Basis.GROUP: "That, or else the group that they came to",
}


def request_of(project: Opened) -> SliceRequest:
    """What the widgets ask for: equal choices give equal requests, in whatever order themes were chosen."""
    by = _characteristics(project)
    detail = _detail(project, by)
    themes = _themes(project)
    unit: Unit = st.radio(
        "Count",
        list(UNITS),
        format_func=lambda unit: UNITS[unit],
        horizontal=True,
        key="count",
        bind="query-params",
        help="People: how many raised the theme. Mentions: how many times it was raised. "
        "Groups: in how many discussion groups it was raised.",
    )
    basis: Basis = st.radio(
        "Who belongs to a group of people",
        list(BASES),
        index=0 if project.asked else 1,
        format_func=lambda basis: BASES[basis],
        key="basis",
        bind="query-params",
        help="Some discussion groups were held for one group of people. The second choice counts those who came to "
        "one and told us nothing themselves as belonging to it.",
    )
    where = filters.filters(project, PAGE)
    return SliceRequest(by, themes, unit, detail, where, basis)


def problem(request: SliceRequest) -> str:
    """Why the request can't be answered and what to do, in a sentence; empty where it can."""
    if not request.by:
        return "Choose at least one characteristic."
    number = len(request.by) + len(request.where)
    if number > MOST_CHARACTERISTICS:
        return (
            f"You chose {number} things to compare and filter by. Choose at most {MOST_CHARACTERISTICS}, so that the "
            "groups stay large enough to show."
        )
    return ""


def limits(request: SliceRequest, project: Opened) -> str:
    """What a table leaves out or adds beside the plain one, for a line above it and in its file; empty for nothing."""
    only = f"Only what was said {filters.in_words(request.where, project)}" if request.where else ""
    group = "People who told us nothing count by the group that they came to" if request.basis is Basis.GROUP else ""
    return ". ".join(filter(None, (only, group)))


def unfiltered(themes: Sequence[str], request: SliceRequest) -> tuple[str, ...]:
    """The themes worth telling of: not one that is filtered by, which all of these people raised."""
    filtered = {each.value for each in request.where if each.kind is FilterKind.THEME}
    return tuple(key for key in themes if key not in filtered)


def _characteristics(project: Opened) -> tuple[str, ...]:
    told = project.asked or project.known
    first = [FIRST_CHOICE if FIRST_CHOICE in told else told[0]]
    return tuple(
        st.multiselect(
            "Characteristics, up to three",
            project.known,
            default=first,
            format_func=project.value_sets.label,
            key="by",
            max_selections=MOST_CHARACTERISTICS,
            select_all=False,
            placeholder="Choose one to three",
            bind="query-params",
            width=show.READING_WIDTH,
        )
    )


def _detail(project: Opened, by: Sequence[str]) -> tuple[str, ...]:
    """Those of `by` that are not rolled up; only those that have a finer level are asked about."""
    sets = project.value_sets
    finer = [key for key in by if len(sets.categories(key, rolled_up=False)) > len(sets.categories(key))]
    if not finer:
        return ()
    with st.container(horizontal=True):
        return tuple(
            key
            for key in finer
            if st.checkbox(f"{show.label(sets.label(key))} in detail", key=f"detail-{key}", bind="query-params")
        )


def _themes(project: Opened) -> tuple[str, ...]:
    """In the codebook's order; empty for all."""
    names = project.names
    chosen = st.multiselect(
        "Themes: choose one or more, or leave empty for all",
        list(names),
        format_func=lambda key: names[key],
        key="about",
        select_all=False,
        placeholder="All themes",
        bind="query-params",
        width=show.READING_WIDTH,
    )
    return tuple(key for key in names if key in chosen)
