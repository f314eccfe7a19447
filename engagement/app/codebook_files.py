"""The codebook as files: taken out, and brought in once its changes have been read."""

from __future__ import annotations

from functools import partial

import streamlit as st

from engagement.app import show
from engagement.app.codebook_held import Held, complain, listed, next_version, saving, told
from engagement.codebook_change import FORMATS, GONE, read, removes, take_in, written
from engagement.codebook_history import difference
from engagement.errors import BadInput
from engagement.model import Codebook
from engagement.store import Store

TAKEN = "codebook-taken"  # in the browser's own state: how many files were brought in
KINDS = {
    ".yaml": ("YAML: for this program", "application/yaml"),
    ".csv": ("CSV: for a spreadsheet", "text/csv"),
    ".qdc": ("QDC: for NVivo, ATLAS.ti, MAXQDA", "application/xml"),
}


def files(found: Held) -> None:
    """Take it out, bring it in."""
    st.subheader("Take it out", anchor=False)
    for kind, (label, mime) in KINDS.items():
        st.download_button(
            f"Download as {label}",
            data=partial(written, found.book, kind),
            file_name=f"codebook-version-{found.book.version}{kind}",
            mime=mime,
            on_click="ignore",
        )
    st.subheader("Bring one in", anchor=False)
    show.say("You see what would change before anything is saved.")
    file = st.file_uploader(
        "A codebook as .yaml, .csv or .qdc (REFI-QDA), up to 1 MB",
        type=[kind.removeprefix(".") for kind in FORMATS],
        max_upload_size=1,
        key=f"codebook-file-{st.session_state.get(TAKEN, 0)}",
        width=show.READING_WIDTH,
    )
    if file is not None:
        try:
            brought(found, *read(file.getvalue(), file.name, found.book))
        except BadInput as error:
            complain(error)
    told("file")


def brought(found: Held, new: Codebook, notes: tuple[str, ...]) -> None:
    """What a file would change, and the button that saves it."""
    said = difference(found.book, new)
    listed(notes, "More of what has no place here")
    if not said:
        show.say("The file has the same codebook as the one in use: there is nothing to save.")
        return
    show.say(f"**This would change** ({len(said)}):")
    listed(said, "Other changes")
    if removes(found.book, new):
        show.say(GONE)
    if st.button("Save it as the next version", type="primary"):
        saving("file", partial(_take_in, new, found.book.version))


def _take_in(new: Codebook, version: int, store: Store, book: Codebook, who: str) -> str:
    if book.version != version:
        raise BadInput("codebook", "somebody changed it in the meantime", "Read what the file changes now, then save")
    saved = take_in(store, book, new, who)
    st.session_state[TAKEN] = st.session_state.get(TAKEN, 0) + 1
    return next_version(saved.version)
