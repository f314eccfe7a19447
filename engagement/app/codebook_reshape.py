"""Merge, split, rename and retire themes: what becomes of them and their codings is told first, then confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from engagement.app import show
from engagement.app.codebook_edit import phrases
from engagement.app.codebook_held import Held, complain, listed, next_version, saving, told
from engagement.codebook import key_of
from engagement.codebook_change import apply, tree
from engagement.codebook_history import WHERE, Change, ChangeKind, difference, merge, rename, retire, split
from engagement.errors import BadInput
from engagement.model import Codebook, Theme
from engagement.store import Store

PLAN = "codebook-plan"  # in the browser's own state: the change that is asked for
DONE = "codebook-done"  # how many were made in this tab: the form begins anew with each
SAID = {
    ChangeKind.MERGED: "Merge themes",
    ChangeKind.SPLIT: "Split a theme",
    ChangeKind.RENAMED: "Rename a theme",
    ChangeKind.RETIRED: "Retire a theme",
}
DO_IT = {
    ChangeKind.MERGED: "Yes, merge them",
    ChangeKind.SPLIT: "Yes, split it",
    ChangeKind.RENAMED: "Yes, rename it",
    ChangeKind.RETIRED: "Yes, retire it",
}
PREVIEW = "Show what this does"
NEW = ""  # no theme has an empty key
MOST_PARTS = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """A change that somebody looks at before it is made, on the `version` of the codebook that they see.

    `into` is what themes are merged into or the new key of a renamed one; NEW for a new theme or the same key.
    """

    kind: ChangeKind
    version: int
    keys: tuple[str, ...]
    into: str = NEW
    name: str = ""
    parts: tuple[Theme, ...] = ()

    def made(self, book: Codebook) -> tuple[Codebook, Change]:
        """The codebook and the change that this would make. Raises BadInput."""
        match self.kind:
            case ChangeKind.MERGED:
                return merge(book, self.keys, self.into or self._new_key(book), self.name)
            case ChangeKind.SPLIT:
                return split(book, self.keys[0], self._parts(book))
            case ChangeKind.RENAMED:
                return rename(book, self.keys[0], self.name, self.into)
            case ChangeKind.RETIRED:
                return retire(book, self.keys[0])

    def _new_key(self, book: Codebook) -> str:
        if not self.name:
            raise BadInput(WHERE, "the new theme has no name", "Give it one, or let one of the others stay")
        return key_of(self.name, book.keys)

    def _parts(self, book: Codebook) -> Sequence[Theme]:
        """The parts with keys of their own, under what the theme was under; one of its name keeps its key."""
        if self.keys[0] not in book.keys:
            return self.parts
        old, taken, parts = book.theme(self.keys[0]), {*book.keys} - {*self.keys}, []
        for number, part in enumerate(self.parts, 1):
            if not part.name:
                raise BadInput(WHERE, "it has no name", "Give each part a name", place=f"part {number}")
            key = old.key if part.name == old.name and old.key not in taken else key_of(part.name, taken)
            parts.append(replace(part, key=key, parent=old.parent))
            taken.add(key)
        return parts


def reshaping(found: Held) -> None:
    """A change to choose, its form, what it does, and the button that makes it."""
    kind = st.radio(
        "Which change?",
        list(SAID),
        format_func=lambda kind: SAID[kind],
        horizontal=True,
        key="change",
        bind="query-params",
    )
    form = f"codebook-{kind}-{st.session_state.get(DONE, 0)}"
    asked = FORMS[kind](found, form)
    if asked:
        st.session_state[PLAN] = asked
    told("change")
    plan: Plan | None = st.session_state.get(PLAN)
    if plan and plan.kind is kind:
        previewed(found, plan)


def merging(found: Held, form: str) -> Plan | None:
    """Two themes or more, which of them stays, and its name."""
    keys = st.multiselect(
        "Themes to merge, two or more",
        [theme.key for theme, _ in tree(found.book)],
        format_func=lambda key: found.names.get(key, key),
        key=f"{form}-keys",
        placeholder="Choose two or more",
        select_all=False,
        persist_state="session",
        width=show.READING_WIDTH,
    )
    if len(keys) < 2:
        return None
    with st.form(form, width=show.READING_WIDTH, enter_to_submit=False):
        into = st.selectbox(
            "Which one stays",
            [*keys, NEW],
            format_func=lambda key: found.names.get(key, key) if key else "None: a new theme takes their place",
            key=f"{form}-into",
            persist_state="session",
        )
        name = st.text_input(
            "Its name. Leave it empty to keep the name it has", key=f"{form}-name", persist_state="session"
        )
        if st.form_submit_button(PREVIEW):
            return Plan(ChangeKind.MERGED, found.book.version, tuple(keys), into, name.strip())
    return None


def splitting(found: Held, form: str) -> Plan | None:
    """A theme and what it becomes."""
    key = _one(found, form, "Theme to split")
    number = st.selectbox(
        "Into how many", range(2, MOST_PARTS + 1), key=f"{form}-number", persist_state="session", width=160
    )
    with st.form(form, width=show.READING_WIDTH, enter_to_submit=False):
        show.say(
            "A part with the old name stays the old theme. The parts begin without examples, and with nothing in “It "
            "leaves out”."
        )
        parts = [_part(f"{form}-{place}", place) for place in range(1, number + 1)]
        if st.form_submit_button(PREVIEW):
            return Plan(ChangeKind.SPLIT, found.book.version, (key,), parts=tuple(parts))
    return None


def _part(prefix: str, place: int) -> Theme:
    name = st.text_input(f"Part {place}: name", key=f"{prefix}-name", persist_state="session")
    definition = st.text_area(
        f"Part {place}: what it means", key=f"{prefix}-definition", height=100, persist_state="session"
    )
    include = st.text_area(
        f"Part {place}: it includes, one phrase a line", key=f"{prefix}-include", height=100, persist_state="session"
    )
    return Theme("", name.strip(), definition.strip(), phrases(include, ()))


def renaming(found: Held, form: str) -> Plan | None:
    """A theme and its new name, key or both."""
    key = _one(found, form, "Theme to rename")
    with st.form(form, width=show.READING_WIDTH, enter_to_submit=False):
        name = st.text_input(
            "New name. Leave it empty to keep the old one", key=f"{form}-name", persist_state="session"
        )
        new = st.text_input(
            "New key, for files and commands. Leave it empty to keep the old one",
            key=f"{form}-key",
            persist_state="session",
        )
        if st.form_submit_button(PREVIEW):
            return Plan(ChangeKind.RENAMED, found.book.version, (key,), new.strip(), name.strip())
    return None


def retiring(found: Held, form: str) -> Plan | None:
    """A theme to take out of use."""
    key = _one(found, form, "Theme to retire")
    if st.button(PREVIEW, key=f"{form}-preview"):
        return Plan(ChangeKind.RETIRED, found.book.version, (key,))
    return None


FORMS = {
    ChangeKind.MERGED: merging,
    ChangeKind.SPLIT: splitting,
    ChangeKind.RENAMED: renaming,
    ChangeKind.RETIRED: retiring,
}


def _one(found: Held, form: str, label: str) -> str:
    return st.selectbox(
        label,
        [theme.key for theme, _ in tree(found.book)],
        format_func=lambda key: found.names.get(key, key),
        key=f"{form}-one",
        persist_state="session",
        width=show.READING_WIDTH,
    )


def previewed(found: Held, plan: Plan) -> None:
    """What a change does to the codebook and to codings, and the buttons that make it or leave it."""
    try:
        book, change = plan.made(found.book)
    except BadInput as error:
        complain(error)
        return
    st.subheader("What this does", anchor=False)
    show.say_as_typed(change.words)
    if said := difference(found.book, book):
        show.say("In the codebook:")
        listed(said, "Other changes")
    show.say("Nothing is saved yet.")
    with st.container(horizontal=True):
        agreed = st.button(DO_IT[plan.kind], type="primary")
        if st.button("No, leave it"):
            del st.session_state[PLAN]
            st.rerun()
    if agreed:
        st.session_state[PLAN] = replace(plan, version=found.book.version)
        saving("change", partial(_make, plan))


def _make(plan: Plan, store: Store, book: Codebook, who: str) -> str:
    if book.version != plan.version:
        raise BadInput(WHERE, "somebody changed it in the meantime", "Look again at what this does, then confirm")
    new, change = plan.made(book)
    waiting = apply(store, new, change, who)
    del st.session_state[PLAN]
    st.session_state[DONE] = st.session_state.get(DONE, 0) + 1
    told_of = [show.plain(change.words), next_version(new.version)]
    if waiting:
        wait = "1 excerpt waits" if waiting == 1 else f"{waiting} excerpts wait"
        told_of.insert(1, f"{wait} for a decision: the Code page offers them first.")
    return " ".join(told_of)
