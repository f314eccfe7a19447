"""What the Codebook page reads and how it writes: each change at once, its result told where it was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import streamlit as st

from engagement.app import roles, show
from engagement.app.data import folder
from engagement.codebook_change import Version, versions
from engagement.codebook_history import WHERE
from engagement.errors import BadInput
from engagement.model import Codebook, EmergentTheme
from engagement.store import Store

AT_ONCE = 20  # of anything long
TOLD = "codebook-told"  # in the browser's own state: where something was saved, and the words on it
AGAIN = (
    "Codings follow when the computer codes again: choose “Code again” on the Code page, or run "
    "`engagement code-again --project DIR`."
)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Held:
    """A project's codebook with its past; `saved` tells of each version who saved it and when.

    `names` has what a reader calls each theme by its key, no two alike.
    """

    book: Codebook
    names: Mapping[str, str]
    past: tuple[Version, ...]
    saved: tuple[tuple[str, str], ...]
    emergent: tuple[EmergentTheme, ...]


def held() -> Held | None:
    """The codebook of the project that the app was started with, None before there is one. Raises NoProject."""
    project = folder()
    with Store.open(project) as store:
        edition = store.edition()
    return _load(str(project), edition)


@st.cache_resource(max_entries=2, show_spinner="Opening the codebook")
def _load(named: str, edition: int) -> Held | None:  # noqa: ARG001 - it is part of the cache's key
    with Store.open(Path(named)) as store:
        books = store.coded.codebooks()
        if not books:
            return None
        saved = [(row["who"], _when(row["at"])) for row in store.audit_trail() if row["what"] == "codebook saved"]
        past = versions(books, store.coded.changes())
        return Held(books[-1], _names(books[-1]), past, tuple(saved[-len(past) :]), store.coded.emergent())


def _names(book: Codebook) -> dict[str, str]:
    used = Counter(theme.name for theme in book.themes)
    return {theme.key: theme.name if used[theme.name] == 1 else f"{theme.name} ({theme.key})" for theme in book.themes}


def _when(at: str) -> str:
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return at
    return f"{moment.day} {moment:%B %Y at %H:%M} UTC"


# ----------------------------------------------------------------- writing


def saving(place: str, act: Callable[[Store, Codebook, str], str]) -> None:
    """Makes a change to the codebook as it is now, under the name of whoever looks; `act` gives a sentence on it.

    The page is drawn again with the sentence where `told` has the same `place`. What cannot be saved is said here, and
    whatever was typed stays as it is.
    """
    try:
        with Store.open(folder()) as store:
            book = store.coded.codebook()
            if book is None:
                raise BadInput(WHERE, "there is none yet", "Sort the round into themes first")
            sentence = act(store, book, roles.profile().name)
    except BadInput as error:
        complain(error)
        return
    st.session_state[TOLD] = (place, sentence)
    st.rerun()


def told(place: str) -> None:
    """What was saved here a moment ago, and what comes next."""
    where, sentence = st.session_state.get(TOLD, ("", ""))
    if where == place:
        del st.session_state[TOLD]
        st.success(sentence, width=show.READING_WIDTH)


def complain(error: BadInput) -> None:
    """Why nothing was saved; the key or file in it is shown as typed."""
    st.error(f"Nothing was saved. {show.plain(_opened(str(error)))}", width=show.READING_WIDTH)


def next_version(version: int) -> str:
    """What is said after every change."""
    return f"Saved: the codebook is version {version} now. {AGAIN}"


def _opened(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


# ----------------------------------------------------------------- showing


def paged(items: Sequence[Item], key: str) -> Sequence[Item]:
    """The items of one page of a long list, with the way to the others."""
    pages = -(-len(items) // AT_ONCE)
    if pages < 2:
        return items
    show.say(f"There are {len(items)}, {AT_ONCE} on a page.")
    start = AT_ONCE * (min(st.pagination(pages, key=key), pages) - 1)
    return items[start : start + AT_ONCE]


def listed(sentences: Sequence[str], rest: str = "The others") -> None:
    """Sentences that hold other people's words, as a list; beyond the first twenty in a part that opens."""
    _points(sentences[:AT_ONCE])
    if more := sentences[AT_ONCE:]:
        with st.expander(f"{rest} ({len(more)})", width=show.READING_WIDTH):
            _points(more)


def _points(sentences: Sequence[str]) -> None:
    if sentences:
        show.say("\n".join(f"- {show.plain(each)}" for each in sentences))
