"""Who could be told apart by what is known of them together, for the analyst alone, and the sign-off page."""

from __future__ import annotations

import sys
import tempfile
from functools import partial
from pathlib import Path

import streamlit as st

from engagement.anonymising.risk import Combination, Risk, as_rows, combinations, counted
from engagement.app import jobs, show
from engagement.app.jobs import Job
from engagement.app.progress import SIGN_OFF, why
from engagement.store import Store
from engagement.tagging.value_sets import ValueSets

PAGE = 20  # people at a time


@st.cache_resource(max_entries=2, show_spinner="Comparing what is known of each person")
def _risk(named: str, edition: int) -> tuple[Risk, tuple[Combination, ...], ValueSets]:  # noqa: ARG001 - the cache's key
    with Store.open(Path(named)) as store:
        participants, sets = store.participants(), store.value_sets()
        found = combinations(participants, store.tags(), store.excerpts(), sets=sets)
        return counted(found, participants), found, sets


def residual(project: Path) -> None:
    """How many share all that is known of them with few, and of each of those what would help."""
    show.section("Residual risks")
    show.say(
        "These are exact numbers, under the rule called **internal**, and each row is about one person. "
        "They are for the analyst only. **Do not share or publish them.**"
    )
    with Store.open(project) as store:
        edition = store.edition()
    numbers, found, sets = _risk(str(project), edition)
    if not found:
        show.say("Everything that is known of each person is shared by enough others, or nothing is known.")
        return
    show.say(
        f"Of **{numbers.participants}** people, **{numbers.few}** share all that is known of them with fewer than "
        f"{numbers.k - 1} others. **{numbers.alone}** are the only one."
    )
    show.say("What is known is what people said of themselves in a form, and what their own words tell.")
    pages = -(-len(found) // PAGE)
    page = st.selectbox("Part of the list", range(1, pages + 1), width=240) if pages > 1 else 1
    rows = [
        (f"{row['participant']}, shared by {row['shared_by']}", row["known"], row["coarsen"])
        for row in as_rows(found[(page - 1) * PAGE : page * PAGE], sets)
    ]
    show.table(("Person", "What is known", "What would help"), rows, "People who could be told apart")


def signing_off(project: Path) -> None:
    """The page for the data-protection officer: made in a process of its own, then downloaded."""
    show.section("Sign-off page")
    show.say(
        "This page is for your data protection officer. It says what was replaced, how often names are found, what was "
        "reviewed and what is left to judge. It has numbers and no one's words. The first time it can take several "
        "minutes to make, as it measures how often names are found, by where they come from."
    )
    job = jobs.latest(project)
    if job and job.what == SIGN_OFF and job.code is not None:
        if job.done and job.output:
            st.success("The sign-off page is ready.")
            st.download_button(
                "Download the sign-off page (HTML)",
                job.output.encode(),
                file_name="sign-off.html",
                mime="text/html",
                on_click="ignore",
                type="primary",
            )
        else:
            st.error("The sign-off page could not be made.")
            show.say_as_typed(why(job))
    if st.button("Make the sign-off page"):
        start(project)
        st.rerun()


def start(project: Path) -> Job:
    """Makes the page in a folder that is gone when it was read. Raises BadInput where something runs already."""
    folder = tempfile.TemporaryDirectory(prefix="engagement-sign-off-")
    out = Path(folder.name) / "sign-off.html"
    command = [sys.executable, "-m", "engagement", "signoff", "--project", str(project), "--out", str(out)]
    try:
        return jobs.start(project, SIGN_OFF, command, afterwards=partial(_fetch, folder, out))
    except Exception:
        folder.cleanup()
        raise


def _fetch(folder: tempfile.TemporaryDirectory[str], out: Path, job: Job) -> None:
    job.output = out.read_text(encoding="utf-8") if job.done and out.exists() else ""
    folder.cleanup()
