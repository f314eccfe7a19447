"""What runs on the project, told while it runs and when it is over, in whatever tab one looks."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from engagement.app import jobs, show
from engagement.app.jobs import Job

RUN, APPLY, SIGN_OFF = "run", "apply", "sign-off"
CALLED: Mapping[str, str] = {
    RUN: "Files are being taken in.",
    APPLY: "Rulings are being put into the texts.",
    SIGN_OFF: "The sign-off page is being made.",
}
EVERY = 2  # seconds
SHOWN = 8  # lines


def going_on(project: Path) -> bool:
    """Shows what runs now, and comes back by itself when it is over; false where nothing runs."""
    what, job = jobs.running(project), jobs.latest(project)
    if job is not None and job.code is None:
        what = job.what
    if what is None:
        return False
    show.section("Running now")
    show.say(f"{CALLED.get(what, 'Something is running.')} You can leave this page: it goes on by itself.")
    _ticking(str(project))
    return True


@st.fragment(run_every=EVERY)
def _ticking(named: str) -> None:
    project = Path(named)
    job = jobs.latest(project)
    if job is None or job.code is not None:
        if jobs.running(project) is None:
            st.rerun()
        show.say("It was started in another window or before the app was started again, so its steps are not shown.")
        return
    lines = list(job.lines)
    show.say(f"Running for {lasting(time.monotonic() - job.began)}.")
    for line in lines[-SHOWN:]:
        show.say_as_typed(line)
    if st.button("Stop it", key="stop-running"):
        job.stop()
        show.say("Stopping. What was done so far is kept.")


def lasting(seconds: float) -> str:
    """A time in words."""
    minutes = int(seconds) // 60
    if minutes < 1:
        return "less than a minute"
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def why(job: Job) -> str:
    """Why a command that is over did not do its work, as it said itself. Somebody's words may be in it: as typed."""
    if job.stopped:
        return "It was stopped. What was done so far is kept."
    if job.code is not None and job.code < 0:
        return "It ended in the middle, perhaps for want of memory. Nothing was lost."
    return job.lines[-1] if job.lines else "It ended without a word."
