"""The history of the codebook: every version with who saved it, when, and what it changed."""

from __future__ import annotations

import streamlit as st

from engagement.app import show
from engagement.app.codebook_held import Held, listed, paged
from engagement.codebook_change import Version


def history(found: Held) -> None:
    """Every version, the latest first."""
    show.say("The latest version comes first.")
    for version, (who, at) in paged(list(zip(found.past, found.saved, strict=True))[::-1], "codebook-past"):
        with st.container(border=True, width=show.READING_WIDTH, gap="xsmall"):
            one_version(version, who, at)


def one_version(version: Version, who: str, at: str) -> None:
    """A version with all that changed in it."""
    number = len(version.codebook.themes)
    st.subheader(f"Version {version.codebook.version}", anchor=False)
    show.say_as_typed(f"Saved by {who} on {at}. It has {number} {'theme' if number == 1 else 'themes'}.")
    if version.change:
        show.say_as_typed(version.change)
    if version.differences:
        listed(version.differences, "Other changes")
    elif not version.change:
        show.say("This is where it began." if version.codebook.version < 2 else "The themes are the same as before.")
