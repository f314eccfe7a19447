"""The files part of the Evidence page: what to ask of them, and a button for each."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date
from itertools import combinations

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened
from engagement.app.evidence_files import FORMS, Asked, Form, Made, Upload, file_name, make, size_in_words
from engagement.app.evidence_shelf import Shelf
from engagement.export.evidence import Options
from engagement.model import Choice, Pick

MADE = "evidence-made"  # form -> (what it was made from, the file)
MOST_QUOTES = 40  # of a theme in a report
TEMPLATE, POPULATION = "template", "population"
TEMPLATE_MB, POPULATION_MB = 20, 5


def files(project: Opened, held: Shelf, picks: Sequence[Pick]) -> None:
    """The whole part."""
    show.say(
        "Make a file, then download it. Each is made from what is in the project at that moment, and checked for "
        f"personal details first. All of them follow the {show.plain(held.rule.name)} rule. Files and pages "
        "count the same. What coders decide is counted once the computer codes again."
    )
    wanted = asked(project, held, picks)
    made_from = (held.version, tuple(picks), wanted)
    for form in FORMS:
        with st.container(border=True, width=show.READING_WIDTH, gap="small"):
            one(form, held, wanted, made_from)


def asked(project: Opened, held: Shelf, picks: Sequence[Pick]) -> Asked:
    """What the user wants of the files."""
    with st.expander("Choices for the files", width=show.READING_WIDTH):
        made_on = st.date_input(
            "Date on the files", date.today(), format="DD/MM/YYYY", key="date", persist_state="page"
        )
        sets = project.value_sets
        pairs = st.multiselect(
            "Pairs of characteristics to compare, such as race and sex",
            list(combinations(project.asked, 2)),
            format_func=lambda pair: f"{sets.label(pair[0])} and {sets.label(pair[1]).lower()}",
            key="crossed",
            placeholder="None",
            select_all=False,
            persist_state="page",
        )
        offer("Your own Word template, for the Word files", ["docx", "dotx"], TEMPLATE, TEMPLATE_MB)
        offer("A table of the population, to see who is missing", ["csv"], POPULATION, POPULATION_MB)
    return Asked(
        rule=held.rule,
        made_on=made_on if isinstance(made_on, date) else date.today(),
        crossed=tuple(pairs),
        template=in_use(TEMPLATE),
        population=in_use(POPULATION),
        quotes=quotes_wanted(picks),
    )


def offer(label: str, suffixes: list[str], kind: str, most: int) -> None:
    """Takes a file of at most so many megabytes, or what the server takes at most: it refuses more."""
    most = min(most, int(st.get_option("server.maxUploadSize")))
    key = _key(kind)
    st.file_uploader(label, suffixes, key=key, max_upload_size=most, on_change=_keep, args=(kind, key))


def in_use(kind: str) -> Upload | None:
    """The file that the user gave, kept while they are at the quotes, with a way to do without it."""
    kept: Upload | None = st.session_state.get(f"kept-{kind}")
    if kept:
        show.say(f"The {kind} in use: {show.plain(kept.name)}.")
        st.button(f"Do without this {kind}", on_click=st.session_state.pop, args=(f"kept-{kind}",))
    return kept


def quotes_wanted(picks: Sequence[Pick]) -> int:
    """How many quotes of a theme a report prints: all that are pinned, as far as a report can."""
    pinned = [pick.theme_key for pick in picks if pick.choice is Choice.PINNED]
    most = max((pinned.count(key) for key in set(pinned)), default=0)
    return min(MOST_QUOTES, max(Options(date.today()).quotes, most))


def one(form: Form, held: Shelf, wanted: Asked, made_from: Hashable) -> None:
    """A kind of file: what it is for, a button that makes it, and the file with its size, or why there is none."""
    title = form.title[:1].upper() + form.title[1:]
    show.say(f"**{title}.** {form.purpose}")
    ready: dict[str, tuple[Hashable, Made]] = st.session_state.setdefault(MADE, {})
    if st.button(f"Make the {form.title}", key=f"make-{form.name}"):
        with st.spinner("Making the file"):
            ready[form.name] = (made_from, make(held.project, form, wanted))
    known, made = ready.get(form.name, (None, Made()))
    if known != made_from:
        ready.pop(form.name, None)  # something has changed since: it would be another file now
        return
    if made.failed:
        show.say(f"**No file was made.** {show.plain(made.failed)}")
        return
    for each in made.notes:
        show.say(show.plain(each))
    st.download_button(
        f"Download the {form.title} ({size_in_words(made.content)})",
        data=lambda: made.content,
        file_name=file_name(form, wanted),
        mime=form.mime,
        key=f"download-{form.name}",
        on_click="ignore",
    )


def _key(kind: str) -> str:
    return f"{kind}-{st.session_state.get(f'{kind}-taken', 0)}"


def _keep(kind: str, key: str) -> None:
    """Keeps the file, and puts an empty field in the place of the one that took it.

    When its view comes back, a field of Streamlit's first has the file and then none, as if the user had taken it away.
    """
    if held := st.session_state.get(key):
        st.session_state[f"kept-{kind}"] = Upload(held.name, held.getvalue())
        st.session_state[f"{kind}-taken"] = st.session_state.get(f"{kind}-taken", 0) + 1
