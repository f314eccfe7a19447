"""The codebook for analysts: every theme as it is now, and the ways to change it."""

from __future__ import annotations

import streamlit as st

from engagement.app import roles, show
from engagement.app.codebook_edit import adding, editing, ordering
from engagement.app.codebook_emergent import emerging
from engagement.app.codebook_files import files
from engagement.app.codebook_held import Held, held, listed, paged
from engagement.app.codebook_past import history
from engagement.app.codebook_reshape import reshaping
from engagement.codebook import remarks
from engagement.codebook_change import tree
from engagement.model import Theme

# Beside long definitions a phone would break names inside a word.
STYLE = "<style>.stTable table tbody th { min-width: 6.5rem; }</style>"
FIELDS = (("include", "It includes"), ("exclude", "It leaves out"), ("examples", "Examples"))


def page(found: Held | None) -> None:
    """The whole page."""
    show.title("Codebook")
    if found is None:
        show.say("Nothing is sorted into themes yet. To do it, run: `engagement run FOLDER --project DIR`")
        return
    number = len(found.book.themes)
    themes = "1 theme" if number == 1 else f"{number} themes"
    show.say(f"The codebook says what each theme means. It is version {found.book.version} and has {themes}.")
    views = {
        "Read": ("Read the themes", reading),
        "Change": ("Change a theme", editing),
        "Add": ("Add a theme", adding),
        "Merge, split, rename or retire": ("Merge, split, rename or retire", reshaping),
        "Put in order": ("Put the themes in order", ordering),
        "New themes found": ("New themes found", emerging),
        "History": ("History", history),
        "Files": ("Files", files),
    }
    chosen = st.radio("What do you want to do?", list(views), horizontal=True, key="do", bind="query-params")
    heading, view = views[chosen]
    show.section(heading)
    view(found)


def reading(found: Held) -> None:
    """Every theme with where it stands, one in full, and what to mind."""
    st.html(STYLE)
    show.say("Each theme is followed by the themes under it.")
    page_of = paged([theme for theme, _ in tree(found.book)], "codebook-page")
    rows = [(placed_name(theme, found), theme.definition or "None yet") for theme in page_of]
    show.table(("Theme", "What it means"), rows, "The themes of the codebook")
    st.subheader("One theme in full", anchor=False)
    key = st.selectbox(
        "Choose a theme",
        [theme.key for theme, _ in tree(found.book)],
        format_func=lambda key: found.names.get(key, key),
        key="theme",
        bind="query-params",
        width=show.READING_WIDTH,
    )
    in_full(found.book.theme(key), found)
    if said := remarks(found.book):
        st.subheader("What to mind", anchor=False)
        listed(said, "More to mind")


def placed_name(theme: Theme, found: Held) -> str:
    """A theme's name, with the one that it is under."""
    name = found.names[theme.key]
    return f"{name}, under {found.names[theme.parent]}" if theme.parent else name


def in_full(theme: Theme, found: Held) -> None:
    """A theme with all that the codebook says of it."""
    show.say_as_typed(placed_name(theme, found))
    show.say_as_typed(theme.definition or "It has no definition yet.")
    for name, heading in FIELDS:
        if phrases := getattr(theme, name):
            show.say(f"**{heading}:**")
            listed(phrases)
    show.say(f"Its key, in files and commands: `{theme.key}`")


if __name__ == "__main__":
    roles.require("codebook")
    page(held())
