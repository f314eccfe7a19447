"""Files on their way in: brought, looked at, amended, taken in by a process of its own, and what became of each."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from engagement.app import intake_recognised as recognised
from engagement.app import jobs, roles, show
from engagement.app.data import folder
from engagement.app.intake_files import Seen, chosen, keep, look, throw_away
from engagement.app.jobs import Job
from engagement.app.progress import RUN, going_on, why
from engagement.errors import BadInput
from engagement.model import FileCounts
from engagement.policy import PRINTED
from engagement.store import Store
from engagement.summary import held as held_in_words
from engagement.vault import SHORTEST_PASSPHRASE, has_vault

SEEN, DROPPED = "intake-seen", "intake-dropped"  # in the tab's own state
HERE, DROP = "here", "drop"
WAYS = {HERE: "They are in a folder on this computer", DROP: "I drop them here"}
UNNAMED = "Round without a name"
STATES = {
    "new": "Taken in",
    "known": "Was in the project already",
    "withheld": "Held back: it could not be made safe",
    "unreadable": "Could not be read",
}


def page(project: Path) -> None:
    """The whole page."""
    show.title("Intake")
    show.say(
        "Bring the notes, transcripts and responses of a round. You see what is recognised before anything is run."
    )
    with Store.open(project) as store:
        sealed, known = store.sealed(), frozenset(store.made_with())
        name = store.held_round().name
    if going_on(project):
        return
    if sealed:
        show.say("This project is **sealed**: it takes in no more files. Start a new project for new files.")
        return
    if (job := jobs.latest(project)) and job.what == RUN:
        outcome(project, job)
    if sentence := st.session_state.pop(recognised.SAID, ""):
        st.success(sentence)
    seen: Seen | None = st.session_state.get(SEEN)
    if seen is not None and not seen.place.is_dir():
        seen = st.session_state.pop(SEEN) and None  # dropped files that a run took in, or a folder that was moved
    bringing(project, known, name)
    if seen is not None:
        again = partial(_look, seen.place, known, dropped=seen.dropped)
        recognised.files(seen)
        recognised.columns(seen, again)
        recognised.round_of(seen, again)
        running(project, seen)


def bringing(project: Path, known: frozenset[str], name: str) -> None:
    """The two ways to bring files: a folder of this machine, which is the usual one, or dropped into the page."""
    show.section("The files")
    way = st.radio("Where are the files?", list(WAYS), format_func=WAYS.__getitem__, key="intake-way")
    try:
        if way == HERE:
            _from_folder(project, known)
        else:
            _from_drop(known, name)
    except BadInput as error:
        st.error(show.plain(str(error)))


def _from_folder(project: Path, known: frozenset[str]) -> None:
    show.say("This is the usual way. The files stay where they are, and what you change is kept beside them.")
    with st.form("intake-folder", width=show.READING_WIDTH):
        written = st.text_input("Folder, in full", placeholder="/data/round", autocomplete="off")
        sent = st.form_submit_button("Look at the files", type="primary")
    if sent:
        _look(chosen(written, project), known)


def _from_drop(known: frozenset[str], name: str) -> None:
    show.say(
        "Dropped files lie in a folder that only you can open. They are deleted once a run has taken them in, you "
        "throw them away or the app is stopped. You can drop a roster.csv, codebook.yaml or columns.yaml with them."
    )
    number = st.session_state.setdefault(DROPPED, 0)
    dropped = st.file_uploader(
        "Files of the round",
        accept_multiple_files=True,
        key=f"intake-files-{number}",
        width=show.READING_WIDTH,
    )
    held: Seen | None = st.session_state.get(SEEN)
    if st.button("Look at the files", type="primary", disabled=not dropped):
        if held and held.dropped:
            throw_away(held.place)
        place = keep(((each.name, each) for each in dropped), name or UNNAMED)
        st.session_state[DROPPED] = number + 1  # an empty box: the server lets go of what it held
        try:
            _look(place, known, dropped=True)
        except BadInput:
            throw_away(place)
            raise
    if held and held.dropped and st.button("Throw the dropped files away"):
        throw_away(held.place)
        del st.session_state[SEEN]
        st.rerun()


def _look(place: Path, known: frozenset[str], *, dropped: bool = False) -> None:
    """Reads the files and shows the page anew. Raises BadInput."""
    with st.spinner("Reading the files"):
        st.session_state[SEEN] = look(place, known, dropped=dropped)
    st.rerun()


# ---------------------------------------------------------------------- a run


def running(project: Path, seen: Seen) -> None:
    """Starts the run."""
    show.section("Run")
    show.say(
        "The run makes the words safe, stores them, and sorts them into themes. It takes from half a minute to hours, "
        "by how much there is. If it stops, run it again: what was done is not done twice."
    )
    locked = has_vault(project)
    with st.form("intake-run", clear_on_submit=True, width=show.READING_WIDTH):
        if locked:
            show.say("This project keeps words as they were said, encrypted in its vault. New words go there too.")
        else:
            show.say("You can keep the words as they were said, encrypted, to check the anonymisation against them.")
        vault = locked or st.checkbox("Keep them in a vault, under a passphrase")
        passphrase = st.text_input("Passphrase of the vault", type="password", autocomplete="off")
        once_more = ""
        if not locked:
            once_more = st.text_input("The passphrase once more", type="password", autocomplete="off")
            show.say(f"Take three random words, {SHORTEST_PASSPHRASE} letters or more. Nobody can recover a lost one.")
        sent = st.form_submit_button("Run", type="primary")
    if not sent:
        return
    if vault and (wrong := _wrong(passphrase, once_more, new=not locked)):
        st.error(wrong)
        return
    command = [sys.executable, "-m", "engagement", "run", str(seen.place), "--project", str(project), "--json"]
    after = partial(_after, seen) if seen.dropped else None
    jobs.start(project, RUN, [*command, *(["--vault"] if vault else [])], passphrase if vault else "", after)
    st.rerun()


def _wrong(passphrase: str, once_more: str, *, new: bool) -> str:
    """What is wrong with a passphrase; empty where nothing is."""
    if not passphrase.strip():
        return "Type the passphrase of the vault."
    if new and len(passphrase.strip()) < SHORTEST_PASSPHRASE:
        return f"The passphrase has fewer than {SHORTEST_PASSPHRASE} letters. Take three or more random words."
    return "The two passphrases differ. Type both again." if new and passphrase != once_more else ""


def _after(seen: Seen, job: Job) -> None:
    """Dropped files go once they were taken in; after a failed run they wait for the next try."""
    if job.done:
        throw_away(seen.place)


# ------------------------------------------------------------------ its outcome


def outcome(project: Path, job: Job) -> None:
    """What became of a run that is over."""
    show.section("The last run")
    told = _told(job)
    if told is None:
        st.error("The run did not come to its end. You can run it again: what was done is not done twice.")
        show.say_as_typed(why(job))
    else:
        _summary(told)
    if st.button("Close this summary"):
        jobs.forget(project)
        st.rerun()


def _told(job: Job) -> Mapping[str, Any] | None:
    try:
        told: Mapping[str, Any] | None = json.loads(job.output) if job.done else None
    except ValueError:
        return None
    return told


def _summary(told: Mapping[str, Any]) -> None:
    states = [file["state"] for file in told["files"]]
    taken, known = states.count("new"), states.count("known")
    stopped = len(states) - taken - known
    st.success(f"The run is over. Files taken in: {taken}. In the project already: {known}. Not used: {stopped}.")
    rows = [(file["name"], STATES.get(file["state"], file["state"]), _held(file)) for file in told["files"]]
    show.table(("File", "What became of it", "What it holds"), rows, "What became of each file")
    for sentence in [each for file in told["files"] for each in file["sentences"]]:
        show.say_as_typed(sentence)
    if told["columns"]:
        show.say_as_typed(told["columns"])
    if told["left_out"]:
        with st.expander("Files left out", width=show.READING_WIDTH):
            for sentence in told["left_out"]:
                show.say_as_typed(sentence)
    replaced = sum(told["replaced"].values())
    show.say(
        f"In the whole project, **{replaced}** names and other details were replaced. "
        "Check them on the Anonymisation page."
    )
    if told["removed"]:
        kinds = ", ".join(f"{PRINTED.get(kind, kind)} {number}" for kind, number in sorted(told["removed"].items()))
        show.say_as_typed(f"Kept out of it altogether, from labels and columns: {kinds}.")


def _held(file: Mapping[str, Any]) -> str:
    """What a file held, in a line."""
    names = FileCounts.__dataclass_fields__
    counts = FileCounts(**{name: value for name, value in file.items() if name in names})
    return held_in_words(counts) or "nothing"


if __name__ == "__main__":
    roles.require("intake")
    page(folder())
