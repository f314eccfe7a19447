"""Forms of the Codebook page: change a theme, add one, put them in order."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engagement.app import show
from engagement.app.codebook_held import Held, listed, next_version, saving, told
from engagement.codebook_change import added, edited, placed, tree
from engagement.codebook_history import difference
from engagement.model import Codebook, Theme
from engagement.store import Store

SEEN = (
    "codebook-seen"  # in the browser's own state: a theme's key -> what it was when its form was begun, and how often
)
ADDED = "codebook-added"  # how many were added in this tab: the form begins anew with each
PHRASES = (
    ("include", "It includes, one phrase a line"),
    ("exclude", "It leaves out, one phrase a line"),
    ("examples", "Examples, one a line"),
)
NOBODY = ""  # no theme has an empty key
FIRST = ""


def editing(found: Held) -> None:
    """A form with all fields of one theme but its key."""
    seen: dict[str, tuple[Theme, int]] = st.session_state.setdefault(SEEN, {})
    keys = [theme.key for theme, _ in tree(found.book)]
    last = str(st.session_state.get("codebook-edited", NOBODY))
    key = st.selectbox(
        "Theme to change",
        [*keys, last] if last not in keys and _began(last) else keys,
        format_func=lambda key: found.names.get(key, f"{key} (not in the codebook any more)"),
        key="codebook-edited",
        persist_state="session",
        width=show.READING_WIDTH,
    )
    if key not in seen:
        seen[key] = (found.book.theme(key), 0)
    if key in found.book.keys and found.book.theme(key) != seen[key][0]:
        if _began(key):
            _meanwhile(found, seen[key][0])
        else:
            _begin_again(found.book.theme(key))
    was, form = seen[key][0], _form(key)
    with st.form(form, width=show.READING_WIDTH, enter_to_submit=False):
        wanted = fields(form, was, found)
        pressed = st.form_submit_button("Save this theme", type="primary")
    told("edit")
    if pressed:
        saving("edit", partial(_edit, was, wanted))
    show.say("The key of a theme is changed under “Merge, split, rename or retire”.")


def adding(found: Held) -> None:
    """A form for one theme more."""
    form = f"codebook-add-{st.session_state.get(ADDED, 0)}"
    with st.form(form, width=show.READING_WIDTH, enter_to_submit=False):
        wanted = fields(form, Theme("", "", ""), found)
        key = st.text_input(
            "Key, for files and commands. Leave it empty and one is made from the name",
            key=f"{form}-key",
            persist_state="session",
            placeholder="such as safe_spaces",
        )
        pressed = st.form_submit_button("Add this theme", type="primary")
    told("add")
    if pressed:
        saving("add", partial(_add, wanted, key.strip()))


def ordering(found: Held) -> None:
    """A theme and those under it to another place among those beside it."""
    show.say("The order here is the order of menus and reports. A theme takes those under it along.")
    key = st.selectbox(
        "Theme to move",
        [theme.key for theme, _ in tree(found.book)],
        format_func=lambda key: found.names.get(key, key),
        key="codebook-moved",
        width=show.READING_WIDTH,
    )
    theme = found.book.theme(key)
    beside = [one.key for one in found.book.themes if one.parent == theme.parent and one.key != key]
    if not beside:
        show.say("It is the only one in its place, so there is nothing to move it past.")
        return
    after = st.selectbox(
        "Put it",
        [FIRST, *beside],
        format_func=lambda other: f"After {found.names.get(other, other)}" if other else "First",
        key=f"codebook-after-{key}",
        width=show.READING_WIDTH,
    )
    pressed = st.button("Move it", type="primary")
    told("order")
    if pressed:
        saving("order", partial(_order, key, after or None))


def fields(prefix: str, was: Theme, found: Held) -> Theme:
    """The fields of a theme but its key, with what was typed in them."""
    names = found.names
    name = st.text_input("Name", was.name, key=f"{prefix}-name", persist_state="session")
    definition = st.text_area(
        "What it means", was.definition, key=f"{prefix}-definition", height=140, persist_state="session"
    )
    typed = {
        field: phrases(
            st.text_area(
                label, as_lines(getattr(was, field)), key=f"{prefix}-{field}", height=140, persist_state="session"
            ),
            getattr(was, field),
        )
        for field, label in PHRASES
    }
    options = list(dict.fromkeys([NOBODY, *([was.parent] if was.parent else []), *names]))
    parent = st.selectbox(
        "Under which theme",
        options,
        index=options.index(was.parent or NOBODY),
        format_func=lambda key: names.get(key, key) if key else "None: it stands at the top",
        key=f"{prefix}-parent",
        persist_state="session",
    )
    return Theme(was.key, name.strip(), _unless_same(definition, was.definition), parent=parent or None, **typed)


def as_lines(lines: tuple[str, ...]) -> str:
    """Phrases for a box with one a line."""
    return "\n".join(" ".join(phrase.split()) for phrase in lines)


def phrases(typed: str, was: tuple[str, ...]) -> tuple[str, ...]:
    """The phrases in such a box, each once; those of the theme itself where nobody touched it."""
    lines = tuple(dict.fromkeys(filter(None, (line.strip() for line in typed.splitlines()))))
    return was if lines == tuple(as_lines((phrase,)) for phrase in was) else lines


def _unless_same(typed: str, was: str) -> str:
    return was if typed == was else typed.strip()


def _form(key: str) -> str:
    return f"codebook-edit-{key}-{st.session_state[SEEN][key][1]}"


def _boxes(theme: Theme) -> dict[str, str]:
    """What the boxes of a theme's form hold to begin with."""
    lists = {field: as_lines(getattr(theme, field)) for field, _ in PHRASES}
    return {"name": theme.name, "definition": theme.definition, **lists, "parent": theme.parent or NOBODY}


def _began(key: str) -> bool:
    """Whether something was typed in a theme's form that is not saved."""
    if key not in st.session_state[SEEN]:
        return False
    form, boxes = _form(key), _boxes(st.session_state[SEEN][key][0])
    return any(st.session_state.get(f"{form}-{field}", words) != words for field, words in boxes.items())


def _meanwhile(found: Held, was: Theme) -> None:
    """Says that the theme is another one now, and offers to begin anew."""
    now = found.book.theme(was.key)
    show.say("This theme was changed after you began. What you typed is still here. This was changed:")
    others = tuple(theme for theme in found.book.themes if theme.key != was.key)
    listed(difference(_of(was, others), _of(now, others)))
    if st.button("Start again from what it is now"):
        _begin_again(now)
        st.rerun()


def _of(theme: Theme, others: tuple[Theme, ...]) -> Codebook:
    return Codebook("", 0, (theme, *others))


def _begin_again(theme: Theme) -> None:
    seen = st.session_state[SEEN]
    seen[theme.key] = (theme, seen[theme.key][1] + 1)


def _edit(was: Theme, wanted: Theme, store: Store, book: Codebook, who: str) -> str:
    new = edited(book, was, wanted)
    if new == book:
        return "Nothing is different from what was saved before."
    store.coded.save_codebook(new, who)
    _begin_again(new.theme(was.key))
    return next_version(new.version)


def _add(wanted: Theme, key: str, store: Store, book: Codebook, who: str) -> str:
    new = added(book, Theme(key, wanted.name, wanted.definition, *_lists(wanted), wanted.parent))
    store.coded.save_codebook(new, who)
    st.session_state[ADDED] = st.session_state.get(ADDED, 0) + 1
    return f"{show.plain(wanted.name)} was added. {next_version(new.version)}"


def _lists(theme: Theme) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    return theme.include, theme.exclude, theme.examples


def _order(key: str, after: str | None, store: Store, book: Codebook, who: str) -> str:
    new = placed(book, key, after)
    if new == book:
        return "It stands there already."
    store.coded.save_codebook(new, who)
    return next_version(new.version)
