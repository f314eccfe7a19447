"""The quotes part of the Evidence page: those pinned in their order, those offered, and those dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from engagement.app import evidence_changes, show
from engagement.app.data import Opened
from engagement.app.evidence_shelf import Looked, Pinned, Shelf, checked, looked_at
from engagement.app.evidence_words import SAID, words_of
from engagement.errors import UserError
from engagement.export.quotes_file import plain
from engagement.model import Pick, Quote, digest_of

MOST_NOTE = 1000  # characters
IN_REPORT, IN_QUOTES = 6, 10  # quotes of a theme: as many of the report as are pinned, in the others no more

Change = Callable[..., str]


def basket(project: Opened, held: Shelf, picks: Sequence[Pick], who: str) -> None:
    """The whole part."""
    if project.codebook is None:
        show.say("Nothing is sorted into themes yet, so there are no quotes. To do it, use Intake, or run: "
                 "`engagement run FOLDER --project DIR`")  # fmt: skip
        return
    show.say(
        "The computer offers quotes for each theme and says why. Pin those that the report should print. Drop those "
        "that it should not. Pinned quotes come first in every file, in your order."
    )
    overview(checked(held, picks), project.names, held, who)
    key = st.selectbox(
        "Choose a theme",
        project.codebook.keys,
        format_func=lambda key: project.names[key],
        key="theme",
        bind="query-params",
        width=show.READING_WIDTH,
    )
    show.section(project.names[key])
    said()
    if not held.numbers.shows(key):
        show.say("Too few people raised this theme. To protect them, nothing that they said is shown.")
    looked = looked_at(held, key, picks)
    pinned(held, key, looked.pinned, who)
    offered(held, key, looked, who)
    dropped(held, key, looked, who)


def overview(found: Mapping[str, Sequence[Pinned]], names: Mapping[str, str], held: Shelf, who: str) -> None:
    """How many quotes are pinned, and which of them may be printed now."""
    each = [one for theirs in found.values() for one in theirs]
    if not each:
        show.say("No quote is pinned yet. The files then hold the quotes that the computer chose.")
        return
    kept_back = sum(one.quote is None for one in each)
    pinned_now = "1 quote is pinned." if len(each) == 1 else f"{len(each)} quotes are pinned."
    if kept_back:
        whose = "1 of them may not be printed" if kept_back == 1 else f"{kept_back} of them may not be printed"
        rest = f"**{whose}** under this rule. No file holds {'it' if kept_back == 1 else 'them'}."
    else:
        rest = "All may be printed under this rule. This was checked just now."
    show.say(f"{pinned_now} {rest}")
    rows = [
        (names.get(key, "A theme that is gone"), str(len(theirs)), str(sum(one.quote is None for one in theirs)))
        for key, theirs in found.items()
    ]
    with st.container(width=show.READING_WIDTH):
        show.table(("Theme", "Pinned", "May not print"), rows, "Pinned quotes by theme")
    gone = [one.pick for key, theirs in found.items() if key not in names for one in theirs]
    for number, pick in enumerate(gone, 1):
        show.say("A pinned quote belongs to a theme that is no longer in the codebook.")
        button(
            f"Take out lost quote {number}", evidence_changes.give_back, held, (pick.excerpt_id, pick.theme_key), who
        )


def said() -> None:
    """What the last change came to, in a place that is always there: what stands below does not move."""
    with st.container():
        if sentence := st.session_state.pop(SAID, ""):
            show.say(show.plain(sentence))
            st.toast(show.plain(sentence))  # for whoever is far down the page


def pinned(held: Shelf, theme: str, each: Sequence[Pinned], who: str) -> None:
    """The pinned quotes of a theme in their order, with their notes; of those that may not be printed only why."""
    st.subheader("Pinned", anchor=False)
    if not each:
        show.say("None yet.")
        return
    if len(each) > IN_REPORT:
        show.say(f"The report prints all of these. Files of quotes only print the first {IN_QUOTES} of a theme.")
    for number, one in enumerate(each, 1):
        subject = (one.pick.excerpt_id, theme)
        with st.container(border=True, width=show.READING_WIDTH, gap="small"):
            if one.quote is None:
                show.say(f"**Pinned quote {number}.** It may not be printed. {one.why_not}")
            else:
                mended = "" if one.unfit or not one.pick.typed else " Its words were changed by hand, with marks."
                words(one.quote, f"Pinned quote {number}.", f"Checked just now: it may be printed.{mended}")
                words_of(held, one, number, who)
                note(held, one.pick, number, who)
            with st.container(horizontal=True, gap="small"):
                if number > 1:
                    button(f"Move {number} up", evidence_changes.move, held, (*subject, -1), who)
                if number < len(each):
                    button(f"Move {number} down", evidence_changes.move, held, (*subject, 1), who)
                button(f"Unpin {number}", evidence_changes.give_back, held, subject, who)
                if one.quote is not None:
                    button(f"Drop {number}", evidence_changes.drop, held, subject, who)


def note(held: Shelf, pick: Pick, number: int, who: str) -> None:
    """A note to a pinned quote, saved when the field is left. Its key changes with what is saved, here or elsewhere."""
    key = f"note-{pick.theme_key}-{pick.excerpt_id}-{digest_of(pick.note)[:8]}"
    st.text_area(
        f"Note to quote {number}",
        pick.note,
        height=68,
        max_chars=MOST_NOTE,
        key=key,
        help="For you and your team. It is in no file. Do not write anybody's name in it.",
        on_change=_noted,
        args=(held, pick, key, who),
    )
    if refused := st.session_state.get(f"refused-{key}", ""):
        show.say(f"**Not saved.** {show.plain(refused)}")


def offered(held: Shelf, theme: str, looked: Looked, who: str) -> None:
    """Quotes that may be pinned, each with why it is offered."""
    if not held.numbers.shows(theme):
        return
    st.subheader("Offered", anchor=False)
    if not looked.offered:
        show.say("There are no more quotes that may be printed.")
        return
    shared = f": only what at least {held.rule.k} people share" if held.rule.k > 1 else ""
    show.say(
        "Square brackets show where a name or a place was taken out. What is said of the speaker is what will be "
        f"printed{shared}. You can shorten a quote once it is pinned."
    )
    for number, one in enumerate(looked.offered, 1):
        subject = (one.quote.excerpt_id, theme)
        with st.container(border=True, width=show.READING_WIDTH, gap="small"):
            words(one.quote, f"Offered quote {number}.", f"Why it is here: {one.reason}.")
            with st.container(horizontal=True, gap="small"):
                button(f"Pin offered quote {number}", evidence_changes.pin, held, subject, who)
                button(f"Drop offered quote {number}", evidence_changes.drop, held, subject, who)


def dropped(held: Shelf, theme: str, looked: Looked, who: str) -> None:
    """Quotes that somebody dropped, to bring back."""
    number_dropped = len(looked.dropped) + looked.kept_back
    if not number_dropped:
        return
    with st.expander(f"Dropped quotes: {number_dropped}", width=show.READING_WIDTH):
        for number, quote in enumerate(looked.dropped, 1):
            words(quote, f"Dropped quote {number}.")
            button(f"Bring back {number}", evidence_changes.give_back, held, (quote.excerpt_id, theme), who)
        if looked.kept_back:
            show.say(f"{looked.kept_back} of them may not be shown under this rule.")


def words(quote: Quote, name: str, about: str = "") -> None:
    """A quote as it prints, with whose it is."""
    show.say(f"**{name}** {about}")
    show.say_as_typed(f"“{plain(quote.printed)}”")
    show.say_as_typed(f"{show.DASH} {quote.attribution}")


def button(label: str, change: Change, held: Shelf, args: tuple[object, ...], who: str) -> None:
    """A button that writes at once."""
    key = "-".join((change.__name__, *map(str, reversed(args))))
    st.button(label, key=key, on_click=_changed, args=(change, held, args, who))


def _changed(change: Change, held: Shelf, args: tuple[object, ...], who: str) -> None:
    try:
        st.session_state[SAID] = change(held.project, *args, who)
    except UserError as error:
        st.session_state[SAID] = str(error)


def _noted(held: Shelf, pick: Pick, key: str, who: str) -> None:
    st.session_state.pop(f"refused-{key}", None)
    try:
        typed = st.session_state[key] or ""
        done = evidence_changes.note(held.project, pick.excerpt_id, pick.theme_key, typed, who)
        st.session_state[SAID] = done
    except UserError as error:
        st.session_state[f"refused-{key}"] = str(error)
