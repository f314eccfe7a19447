"""Only what was said in answer to a question, in a source, and so on: the filters that pages share, as `Filter` values.

Everything chosen is from a list, so that an address that is shared holds nothing that anybody typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened
from engagement.model import Filter, FilterKind, Stance

NO_FILTER = "any"  # in an address; no id or key is called that
LABELS = {
    FilterKind.QUESTION: "In answer to",
    FilterKind.SOURCE: "In the file",
    FilterKind.THEME: "Together with the theme",
    FilterKind.MENTIONED: "While talking about",
    FilterKind.STANCE: "While taking the side",
}
STANCES: dict[str, str] = {
    Stance.SUPPORT: "Supports the proposal",
    Stance.OPPOSE: "Opposes the proposal",
    Stance.MIXED: "Both supports and opposes it",
    Stance.UNCLEAR: "Not clear",
}


def filters(project: Opened, page: str, *without: FilterKind) -> tuple[Filter, ...]:
    """The filters that the user sets, in the widgets of `page`; kinds that offer nothing to choose are left out."""
    chosen = []
    with st.expander("Only some of what was said", width=show.READING_WIDTH):
        for kind, named in offered(project).items():
            if kind not in without and len(named) > 1:
                value = st.selectbox(
                    LABELS[kind],
                    [NO_FILTER, *named],
                    format_func=partial(_called, named),
                    key=f"{page}-{kind}",
                    bind="query-params",
                )
                if value != NO_FILTER:
                    chosen.append(Filter(kind, value))
    return tuple(chosen)


def in_words(where: tuple[Filter, ...], project: Opened) -> str:
    """What the filters leave, for a heading or an alternative: "in answer to ..., in the file ..."; empty for none."""
    named = offered(project)
    return ", ".join(f"{LABELS[each.kind].lower()} {named[each.kind].get(each.value, each.value)}" for each in where)


def _called(named: Mapping[str, str], value: str) -> str:
    return named.get(value, "Anything")


def offered(project: Opened) -> Mapping[FilterKind, Mapping[str, str]]:
    """Each kind of filter with its values, as a reader calls them."""
    sets = project.value_sets
    return {
        FilterKind.QUESTION: {one.question_id: str(one.wording) for one in project.questions},
        FilterKind.SOURCE: {one.source_id: one.name for one in project.sources if one.state == "read"},
        FilterKind.THEME: project.names,
        FilterKind.MENTIONED: {key: sets.label(key) for key in project.talked_of},
        FilterKind.STANCE: STANCES if project.stances else {},
    }
