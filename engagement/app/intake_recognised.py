"""What was recognised in the files, and the analyst's say in it: the columns of each table and what the round is.

Headings and names of files show as typed: they are the analyst's own, and this page is for nobody else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import streamlit as st

from engagement.app import show
from engagement.app.intake_files import Seen, SeenFile, columns_of
from engagement.app.intake_yaml import needs_key, save, with_column, with_round
from engagement.errors import BadInput
from engagement.folder import ROUND
from engagement.policy import PRINTED
from engagement.readers.columns import KINDS, Use
from engagement.readers.mapping import COLUMNS, Entry
from engagement.tagging.value_sets import ValueSets

USES = {
    Use.NAME: "Name of the person",
    Use.FIRST_NAME: "First name",
    Use.SURNAME: "Surname",
    Use.IDENTIFIER: "Something that identifies them",
    Use.ROW_ID: "Number of the row",
    Use.TIMESTAMP: "Time of the answer",
    Use.CONSENT: "Whether we may publish it",
    Use.TAKE_PART: "Whether they take part",
    Use.DEMOGRAPHIC: "About the person",
    Use.OPEN: "Question answered in own words",
    Use.CLOSED: "Left aside: options, figures, notes of staff",
}
EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)
SAID = "intake-said"  # in the tab's own state: a sentence
Again = Callable[[], None]  # looks at the files again


def files(seen: Seen) -> None:
    """A row for each file, and a sentence for what is wrong or left out."""
    show.section("What was recognised")
    read = [file for file in seen.files if not file.reason]
    people = f" {seen.roster} people are listed in roster.csv." if seen.roster else ""
    show.say(f"**{len(read)}** of {len(seen.files)} files can be read.{people} Nothing was run yet.")
    rows = [(file.name, f"{file.format}: {_held(file)}", "Already there" if file.known else "New") for file in read]
    show.table(("File", "What it holds", "In the project"), rows, "Files as they were recognised")
    if wrong := [file for file in seen.files if file.reason]:
        st.subheader("Files that cannot be read", anchor=False)
        show.table(("File", "Why"), [(file.name, file.reason) for file in wrong], "Files that cannot be read")
    if seen.beside:
        show.say(f"They are read together with {show.listed(seen.beside)}.")
    if seen.said:
        show.say_as_typed(seen.said)
    notes = [note for file in seen.files for note in file.notes]
    if more := [*notes, *seen.left_out]:
        with st.expander("Files left out, and parts that cannot be read", width=show.READING_WIDTH):
            for sentence in more:
                show.say_as_typed(sentence)


def _held(file: SeenFile) -> str:
    """What a file holds; who led a group or took notes is named apart."""
    return "; and ".join(filter(None, (file.held or "nothing", file.people)))


# ----------------------------------------------------------------- the columns


def taken_for(entry: Entry, sets: ValueSets) -> str:
    """What a column is, in words."""
    if needs_key(entry.use):
        return f"{USES[entry.use]}: {key_in_words(sets, entry.key)}"
    if entry.question and entry.question != entry.heading:
        return f"{USES[entry.use]}, read as: {entry.question}"
    return USES[entry.use]


def key_in_words(sets: ValueSets, key: str) -> str:
    """A kind of identifier or a characteristic as a reader calls it."""
    return PRINTED[key] if key in PRINTED else sets.label(key) if key in sets.characteristics else key


def columns(seen: Seen, again: Again) -> None:
    """What each column of a table was taken for, and a form to change one."""
    tables = {name: held for name, held in seen.columns.items() if held}
    if not tables:
        return
    show.section("Columns of the tables")
    show.say(
        "This is what each column was taken for. If one is wrong, change it: people's words and names must be found. "
        "What you say is written to columns.yaml beside the files."
    )
    for name, held in tables.items():
        with st.expander(f"{show.label(name)}: {len(held)} columns", width=show.READING_WIDTH):
            rows = [(each.heading, taken_for(each, seen.sets), each.because) for each in held]
            show.table(("Heading", "Taken for", "Why"), rows, f"Columns of {name}")
    with st.expander("Change a column", width=show.READING_WIDTH, key="intake-change", on_change="rerun"):
        _change(seen, list(tables), again)


def _change(seen: Seen, names: list[str], again: Again) -> None:
    name = st.selectbox("Table", names, key="intake-table")
    held = seen.columns[name]
    number = st.selectbox(
        "Column", range(len(held)), format_func=partial(_heading, held), key=f"intake-column-{names.index(name)}"
    )
    entry, mark = held[number], f"{names.index(name)}-{number}"
    uses = list(Use)
    use = st.selectbox(
        "What it is", uses, uses.index(entry.use), format_func=USES.__getitem__, key=f"intake-use-{mark}"
    )
    key, question = "", ""
    if needs_key(use):
        keys = list(KINDS if use is Use.IDENTIFIER else seen.sets.characteristics)
        at = keys.index(entry.key) if entry.key in keys else 0
        called = partial(key_in_words, seen.sets)
        key = st.selectbox("Which one", keys, at, format_func=called, key=f"intake-key-{mark}-{use}")
    if use is Use.OPEN:
        question = st.text_input(
            "The question as it is reported. Give questions of several files the same words to read them as one.",
            entry.question,
            max_chars=500,
            key=f"intake-question-{mark}",
        )
    if st.button("Save this column", key="intake-save-column"):
        try:
            path = seen.place / COLUMNS
            text = path.read_bytes().decode("utf-8-sig")
            if columns_of(seen.place) != seen.columns:
                raise BadInput(COLUMNS, "somebody changed it meanwhile", "Look at the files again first")
            said = {"use": use.value, "key": key, "question": question.strip()}
            save(path, with_column(text, name, number, said, seen.sets))
        except BadInput as error:
            st.error(show.plain(str(error)))
            return
        st.session_state[SAID] = "Saved in columns.yaml, and the files were read again."
        again()


def _heading(held: tuple[Entry, ...], number: int) -> str:
    entry = held[number]
    return f"{number + 1}. {entry.heading}" + (f" (sheet {entry.sheet})" if entry.sheet else "")


# ------------------------------------------------------------------- the round


def round_of(seen: Seen, again: Again) -> None:
    """What the round is called, when it was and what for."""
    show.section("About the round")
    show.say("These words head the first page. They are written to round.yaml beside the files.")
    with st.form("intake-round", width=show.READING_WIDTH):
        name = st.text_input("Name of the round", seen.round.name, max_chars=200)
        start = _asked_day("First day", seen.round.start)
        end = _asked_day("Last day", seen.round.end)
        purpose = st.text_area("What it was for", seen.round.purpose)
        sent = st.form_submit_button("Save")
    if not sent:
        return
    now = {"name": name, "start": _iso(start), "end": _iso(end), "purpose": purpose}
    said = {field: value.strip() for field, value in now.items() if value.strip() != getattr(seen.round, field).strip()}
    try:
        path = seen.place / ROUND
        text = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        save(path, with_round(text, said))
    except BadInput as error:
        st.error(show.plain(str(error)))
        return
    st.session_state[SAID] = "Saved in round.yaml."
    again()


def _asked_day(label: str, iso: str) -> object:
    """A day to choose; one that stands in the file is never out of bounds."""
    day = _day(iso)
    first, last = (min(filter(None, (day, EARLIEST))), max(filter(None, (day, LATEST))))
    return st.date_input(label, day, first, last, format="DD/MM/YYYY")


def _day(iso: str) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _iso(day: object) -> str:
    return day.isoformat() if isinstance(day, date) else ""
