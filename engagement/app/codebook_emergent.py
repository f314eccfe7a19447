"""Groups of remarks that no theme covers, to look at and to take into the codebook; those left alone stay out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from engagement.app import show
from engagement.app.codebook_held import Held, next_version, paged, saving, told
from engagement.app.data import Opened, folder, opened
from engagement.codebook_change import added
from engagement.coding.emergent import accepted, unstable
from engagement.model import Cell, Codebook, Count, EmergentTheme, Excerpt, Role
from engagement.store import Store

TRIES = 10
TAKEN = "codebook-accepted"  # in the browser's own state: how many were taken in


def emerging(found: Held) -> None:
    """All groups as a table, and one of them in full with the form that takes it in."""
    show.say(
        "The computer looked for groups among remarks that no theme covers. Nothing here is in the codebook until you "
        "add it, and what you leave alone is not kept anywhere."
    )
    if not found.emergent:
        show.say("There are no such groups. They are looked for whenever the computer codes.")
        told("emergent")
        return
    project = opened()
    sizes = {theme.key: project.numbers.people_behind(theme.excerpt_ids) for theme in found.emergent}
    show.say(show.rule_sentence(project.rule))
    rows = [
        (theme.name, show.in_words(sizes[theme.key]), came_back(theme)) for theme in paged(found.emergent, "found-page")
    ]
    show.table(("Group", "People", "Does it come back?"), rows, "Groups of remarks that no theme covers")
    st.subheader("One group in full", anchor=False)
    names = {theme.key: theme.name for theme in found.emergent}
    key = st.selectbox(
        "Choose a group",
        list(names),
        format_func=lambda key: names.get(key, key),
        key="codebook-group",
        width=show.READING_WIDTH,
    )
    one_group(next(theme for theme in found.emergent if theme.key == key), sizes[key], found, project)


def came_back(theme: EmergentTheme) -> str:
    """How stable a group is, in words."""
    tries = f"In about {round(theme.stability * TRIES)} of {TRIES} tries"
    return f"{tries}: unstable, it may be an accident" if unstable(theme) else tries


def one_group(theme: EmergentTheme, size: Cell, found: Held, project: Opened) -> None:
    """A group with what is known of it, what people said, and the form that takes it in."""
    show.say(f"**People behind it:** {show.about(size, project.rule) if isinstance(size, Count) else 'hidden'}")
    show.say(f"**Words in common:** {show.plain(', '.join(theme.words))}")
    show.say(f"**When it was looked for again,** it came back {came_back(theme)[:1].lower()}{came_back(theme)[1:]}.")
    if theme.nearest and theme.nearest in found.names:
        show.say(f"**Nearest theme in the codebook:** {show.plain(found.names[theme.nearest])}")
    said = [project.excerpts[each] for each in theme.representative if each in project.excerpts]
    may = publishable(said, size)
    if said:
        show.say("**What people said,** the most typical first:")
    for excerpt in said:
        with st.container(border=True, width=show.READING_WIDTH, gap="xsmall"):
            show.say_as_typed(f"“{excerpt.text}”")
            if excerpt not in may and isinstance(size, Count):
                show.say("This may not be published, so it does not become an example.")
    if said and not isinstance(size, Count):
        show.say("Too few people are behind this group, so none of these words become examples.")
    if in_codebook(theme, may, found.book):
        show.say("**This group seems to be in the codebook already.** It goes from here when the computer codes again.")
    accepting(theme, may, found)


def publishable(said: list[Excerpt], size: Cell) -> list[Excerpt]:
    """Those whose words may stand in a codebook, which anybody may read: enough people, and consent to publish."""
    with Store.open(folder()) as store:
        edition = store.edition()
    refused = _refused(str(folder()), edition)
    return [
        one
        for one in said
        if isinstance(size, Count) and one.role is Role.PARTICIPANT and one.participant_id not in refused
    ]


@st.cache_resource(max_entries=2, show_spinner=False)
def _refused(named: str, edition: int) -> frozenset[str]:  # noqa: ARG001 - it is part of the cache's key
    with Store.open(Path(named)) as store:
        return frozenset(one.participant_id for one in store.participants() if one.may_publish is False)


def in_codebook(theme: EmergentTheme, said: list[Excerpt], book: Codebook) -> bool:
    """Whether a theme has the group's name or one of its quotes as an example."""
    quotes = {str(excerpt.text) for excerpt in said}
    return any(one.name.casefold() == theme.name.casefold() or quotes & {*one.examples} for one in book.themes)


def accepting(theme: EmergentTheme, said: list[Excerpt], found: Held) -> None:
    """The form that takes a group in as a theme."""
    form = f"codebook-accept-{theme.key}-{st.session_state.get(TAKEN, 0)}"
    offered = accepted(found.book, theme, said).themes[-1]
    with st.form(form, width=show.READING_WIDTH, enter_to_submit=False):
        name = st.text_input("Name of the theme", offered.name, key=f"{form}-name", persist_state="session")
        definition = st.text_area(
            "What it means", offered.definition, key=f"{form}-definition", height=140, persist_state="session"
        )
        pressed = st.form_submit_button("Add it to the codebook", type="primary")
    told("emergent")
    if pressed:
        saving("emergent", partial(_accept, theme, said, name.strip(), definition.strip()))


def _accept(
    theme: EmergentTheme, said: list[Excerpt], name: str, definition: str, store: Store, book: Codebook, who: str
) -> str:
    offered = accepted(book, theme, said, name).themes[-1]
    new = added(book, replace(offered, name=name, definition=definition))
    store.coded.save_codebook(new, who)
    st.session_state[TAKEN] = st.session_state.get(TAKEN, 0) + 1
    return f"{show.plain(name)} was added. {next_version(new.version)}"
