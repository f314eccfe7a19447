"""The machine codes again while the app goes on: one at a time for a project, with what it is doing now.

It works in a thread with its own connection. People's decisions are only ever added to, so none is lost: those taken
meanwhile count the next time. If the server stops midway, what is half written is undone by the database.
"""

from __future__ import annotations

import logging
import threading
import uuid
from pathlib import Path

import streamlit as st

from engagement.app import show
from engagement.config import Settings
from engagement.errors import UserError
from engagement.store import Store

logger = logging.getLogger(__name__)

DONE = "The machine has coded again. The numbers on all pages are new."
EVERY = 2.0  # seconds after which the page looks how far it is


class Recoding:
    """The coding of one project by this server, now or last."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._lock = folder, threading.Lock()
        self._thread: threading.Thread | None = None
        self.words = ""  # what is being done, or how it ended

    @property
    def running(self) -> bool:
        """Whether it is going on."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> bool:
        """Begins, unless it is going on: whether it did."""
        with self._lock:
            if self.running:
                return False
            self.words = "Starting"
            self._thread = threading.Thread(target=self._work, name="code again", daemon=True)
            self._thread.start()
            return True

    def wait(self) -> None:
        """Until it has ended."""
        if self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        from engagement.pipeline import recode

        try:
            with Store.open(self._folder) as store:
                while (codebook := store.coded.codebook()) is not None:
                    recode(store, codebook, Settings.load(self._folder), self._folder, self._tell)
                    if store.coded.codebook() == codebook:  # else a theme was changed meanwhile
                        break
            self.words = DONE
        except UserError as error:
            self.words = f"It could not be done. {error}"
        except Exception as error:  # noqa: BLE001 - the message of an unforeseen error may hold a participant's words
            mark = uuid.uuid4().hex[:8]
            logger.error("coding again failed: %s %s", type(error).__name__, mark)
            self.words = f"It could not be done. Nothing was lost. If you report it, give this number: {mark}."

    def _tell(self, sentence: str) -> None:
        self.words = sentence


@st.cache_resource(show_spinner=False)
def recoding(named: str) -> Recoding:
    """The one of a project, shared by everybody at this server."""
    return Recoding(Path(named))


def again(folder: Path) -> None:
    """The button, and how far it is."""
    show.section("Code again")
    show.say(
        "The machine learns from what people decided. Then it codes everything again. It takes a minute or more. "
        "You can go on working. What is decided meanwhile is kept and counts the next time. "
        "**The numbers that everybody sees change when it is done.**"
    )
    with Store.open(folder) as store:
        decided = store.coded.waiting()
    if decided:
        show.say("1 decision waits to be counted." if decided == 1 else f"{decided} decisions wait to be counted.")
    mine = recoding(str(folder))
    if st.button("Code again", disabled=mine.running) and mine.start():
        st.rerun()
    st.fragment(_state, run_every=EVERY if mine.running else None)(str(folder))


def _state(named: str) -> None:
    mine = recoding(named)
    if mine.running:
        show.say(f"The machine is coding again: {show.plain(mine.words)}.")
    elif mine.words:
        show.say(show.plain(mine.words))
