"""What the anonymiser decided, for a person to check: the one page that may show words as they were said.

It does so only while the vault is open in this tab. What was ruled is kept at once and put into the texts later, in a
process of its own.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import streamlit as st

from engagement.app import jobs, roles, show
from engagement.app.anonymisation_apply import CODE_AGAIN
from engagement.app.anonymisation_desk import (
    CLOSED,
    EVERY,
    IDLE,
    Desk,
    close_vault,
    closed_by_itself,
    desk,
    open_vault,
    vault_of_tab,
)
from engagement.app.anonymisation_risks import residual, signing_off
from engagement.app.anonymisation_ruling import deciding, ruled
from engagement.app.data import folder
from engagement.app.jobs import Job
from engagement.app.progress import APPLY, going_on, why
from engagement.errors import BadInput
from engagement.store import Store
from engagement.vault import has_vault

CHECK, RULED, RISKS, SIGN = "check", "ruled", "risks", "signoff"
PARTS = {CHECK: "Check decisions", RULED: "See what was ruled", RISKS: "Residual risks", SIGN: "Sign-off page"}


def page(project: Path) -> None:
    """The whole page."""
    show.title("Anonymisation")
    with Store.open(project) as store:
        sealed, empty = store.sealed(), not store.sources()
    if empty:
        show.say("No file was taken in yet, so there is nothing to check. Start on the Intake page.")
        return
    show.say("Check what the computer replaced to protect people, and what it left. You decide; it does as you say.")
    part = st.radio(
        "What you want to do",
        list(PARTS),
        format_func=PARTS.__getitem__,
        key="part",
        bind="query-params",
        horizontal=True,
    )
    opened = vault_of_tab(project) is not None
    if opened:
        vault(project)  # whatever else the page shows, it can be closed
    if going_on(project):
        return
    if part in (RISKS, SIGN):
        residual(project) if part == RISKS else signing_off(project)
        return
    if sealed:
        show.say(
            "This project is **sealed**: the key that ties names to numbers is gone, and so are the words as said. "
            "Nothing in its texts can be changed any more. You can still see the residual risks and make a sign-off."
        )
        return
    if not opened:
        vault(project)
    held = desk(project)
    if part == CHECK:
        deciding(project, held)
    else:
        ruled(project, held)
    applying(project, held)


def vault(project: Path) -> None:
    """Whether words are shown as they were said, and the way in and out."""
    if not has_vault(project):
        show.say(
            "This project keeps no words as they were said, so only what **stayed** in the texts can be checked. "
            "To check what was replaced too, run the files again on the Intake page and keep the words, encrypted."
        )
        return
    if vault_of_tab(project):
        show.say(
            "**The vault is open.** You see words as they were said. Make sure that nobody looks over your shoulder. "
            f"It closes by itself when you do nothing here for {IDLE // 60} minutes."
        )
        _watching()
        if st.button("Close the vault"):
            close_vault()
            st.rerun()
        return
    if st.session_state.get(CLOSED):
        show.say(f"**The vault was closed**, since nobody did anything here for {IDLE // 60} minutes.")
    show.say(
        "The vault is **closed**: you see only what stayed in the texts. Open it to see what was replaced. It stays "
        f"open in this tab only, until you close it, leave, or do nothing here for {IDLE // 60} minutes."
    )
    with st.form("anonymisation-open", clear_on_submit=True, width=show.READING_WIDTH):
        passphrase = st.text_input("Passphrase of the vault", type="password", autocomplete="off")
        sent = st.form_submit_button("Open the vault")
    if sent:
        try:
            open_vault(project, passphrase)
        except BadInput as error:
            st.error(show.plain(str(error)))
            return
        st.rerun()


@st.fragment(run_every=EVERY)
def _watching() -> None:
    """Takes words as said off a screen that was left."""
    if closed_by_itself():
        st.rerun()


def applying(project: Path, held: Desk) -> None:
    """Rulings are put into the texts, on a button; what came of it."""
    show.section("Apply the rulings")
    job = jobs.latest(project)
    if job and job.what == APPLY and job.code is not None:
        _applied(job)
    if not held.waiting:
        show.say(
            "Every ruling is in the texts." if held.made else "Nothing was ruled yet, so there is nothing to apply."
        )
        return
    waiting = "1 ruling is" if held.waiting == 1 else f"{held.waiting} rulings are"
    show.say(f"{waiting} not in the texts yet. Applying takes a minute or more, and you can go on working elsewhere.")
    with st.form("anonymisation-apply", clear_on_submit=True, width=show.READING_WIDTH):
        locked = has_vault(project)
        passphrase = ""
        if locked:
            passphrase = st.text_input(
                "Passphrase of the vault, once more (it is not kept)", type="password", autocomplete="off"
            )
        again = st.checkbox("Then sort the texts into themes again, so that numbers fit the new texts", value=True)
        sent = st.form_submit_button("Apply the rulings", type="primary")
    if sent and locked and not passphrase.strip():
        st.error("Type the passphrase of the vault.")
    elif sent:
        command = [sys.executable, "-m", "engagement.app.anonymisation_apply", str(project)]
        jobs.start(project, APPLY, [*command, *([CODE_AGAIN] if again else [])], passphrase)
        st.rerun()


def _applied(job: Job) -> None:
    """What came of it."""
    if job.output:
        turns = json.loads(job.output)["turns"]
        st.success(f"The rulings are in the texts. Passages that changed: {turns}.")
        if job.done:
            return
        st.error("The texts were not sorted into themes again. To do it, run: engagement code-again --project DIR")
    else:
        st.error("The rulings could not be put into the texts. They are kept: try again.")
    show.say_as_typed(why(job))


if __name__ == "__main__":
    roles.require("anonymisation")
    page(folder())
