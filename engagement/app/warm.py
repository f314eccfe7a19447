"""Makes ready, while the server waits for its first visitor, what that visitor would have to wait for.

It goes on beside the pages, in a thread of its own. A page that wants the same meanwhile waits for it and does no more.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import streamlit as st

from engagement.app.data import Opened, folder, opened
from engagement.app.filters import offered
from engagement.app.overview_loaded import beyond
from engagement.app.search_ready import ready
from engagement.app.themes_map import drawn
from engagement.app.themes_people import comparisons
from engagement.errors import BadInput, UserError
from engagement.model import Filter, SliceRequest

logger = logging.getLogger(__name__)

MOST_FILTERS = 60  # of many files and themes the rest when they are looked at
REST = 1.0  # seconds for each that was worked, so that whoever is at a page has most of the machine


def begin() -> threading.Thread:
    """Starts it; it stops with the server."""
    thread = threading.Thread(target=_all, name="make ready", daemon=True)
    thread.start()
    return thread


def _all() -> None:
    try:
        _opening(str(folder()))
        for step in _later(opened()):
            begun = time.monotonic()
            with suppress(BadInput):  # the list of files has some in which nobody who is counted spoke
                step()
            time.sleep(REST * (time.monotonic() - begun))
    except UserError as error:  # the page says the same, where somebody reads it
        logger.info("nothing made ready: %s", type(error).__name__)
    except Exception as error:  # noqa: BLE001 - the message of an unforeseen error may hold a participant's words
        logger.error("not made ready: %s", type(error).__name__)


@st.cache_resource(max_entries=1, show_spinner=False)  # inside of it nothing shows a spinner, which needs a page
def _opening(named: str) -> None:  # noqa: ARG001 - the cache's key
    project = opened()
    if project.codebook is not None:
        beyond(project)
        comparisons(project)
        drawn(project)
        held = ready(project, folder())
        if len(held.index.placed) and held.index.encode:
            held.index.encode("anything")  # loads the model


def _later(project: Opened) -> Iterator[Callable[[], object]]:
    """What the filters let through, and each characteristic under each filter: the guard keeps what it decides."""
    if project.codebook is None:
        return
    held, numbers = ready(project, folder()), project.numbers
    filters = [Filter(kind, value) for kind, named in offered(project).items() if len(named) > 1 for value in named]
    for one in filters[:MOST_FILTERS]:
        yield partial(held.clearance.among, (one,))
    for one in filters[:MOST_FILTERS]:
        for key in project.asked:
            yield partial(numbers.table, SliceRequest(by=(key,), where=(one,)))
