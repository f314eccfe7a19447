"""One decision of the anonymiser at a time, the riskiest first; what a reviewer rules on it, and how that is undone."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import streamlit as st

from engagement.anonymising.review import Inquiry
from engagement.anonymising.rulings import Judgement, Ruling, Spot
from engagement.app import roles, show
from engagement.app.anonymisation_desk import AT, Desk, rule, undone
from engagement.app.anonymisation_passage import show_passage
from engagement.export.signoff import BY_PATTERN, FINDERS
from engagement.policy import PRINTED
from engagement.recognisers.resolve import WORD

SAID = "anonymisation-said"  # in the tab's own state: a sentence without words
FOUND_BY = {**FINDERS, "capital": "A capital letter inside a sentence"}
PAGE = 20  # rulings at a time
HOW = {Judgement.KEEP: "Keep", Judgement.REPLACE: "Replace"}


def kind_in_words(kind: str) -> str:
    """A kind of identifier as a reader calls it."""
    printed = PRINTED.get(kind, kind)
    return printed[:1].upper() + printed[1:]


def tell_saved() -> None:
    """The sentence about what was just saved, once."""
    if sentence := st.session_state.pop(SAID, ""):
        st.success(sentence)


def deciding(project: Path, desk: Desk) -> None:
    """The queue, and the decision in turn."""
    show.section("Decisions to check")
    tell_saved()
    leaks = sum(each.kept for each in desk.open)
    if not desk.open:
        show.say("No decision waits for you. You can still look at what was ruled, or replace other words below.")
        other_words(project, desk)
        return
    show.say(waiting(len(desk.open), leaks))
    if desk.with_vault:
        show.say("After other words between » and «, brackets say what is printed instead of them.")
    else:
        show.say("You see only words that stayed in the texts. What was replaced cannot be shown or brought back.")
    st.session_state[AT] = min(st.session_state.get(AT, 0), len(desk.open) - 1)
    one_decision(project, desk, desk.open[st.session_state[AT]])
    _walking(len(desk.open))
    _by_kind(desk)
    other_words(project, desk)


def waiting(decisions: int, leaks: int) -> str:
    """What the decisions that wait are about; in `leaks` of them words stay in the texts."""
    if decisions == 1:
        about = (
            "Words stay in a text that may give somebody away."
            if leaks
            else "Words may have been replaced for nothing."
        )
        return f"**1** decision waits. {about}"
    return (
        f"**{decisions}** decisions wait. In {leaks} of them, words stay in the texts that may give somebody away. "
        f"In {decisions - leaks}, words may have been replaced for nothing. The riskiest comes first."
    )


def one_decision(project: Path, desk: Desk, inquiry: Inquiry) -> None:
    """The passage, why it is asked about, and the four rulings."""
    # The same words may stay in one place and be replaced in another: first comes what the risk is about.
    standing = (spot for spot in inquiry.spots if (desk.passages.replacing(spot) is None) is inquiry.kept)
    spot = next(standing, inquiry.spots[0])
    now = desk.passages.replacing(spot)
    st.subheader(f"Decision {st.session_state[AT] + 1} of {len(desk.open)}", anchor=False)
    kind = kind_in_words(now.kind if now else inquiry.kind)
    if now:
        show.say(f"The words in bold were replaced as: **{kind}**. Was that right?")
    else:
        show.say(f"The words in bold stay in the text. They may be: **{kind}**. Should they be replaced?")
    if desk.rulings.decide(inquiry.digest, spot):
        show.say(
            "You ruled to replace these words everywhere. As an everyday word starts the sentence, it was left here."
        )
    show_passage(desk.passages, spot)
    stored = desk.texts.turns[spot[:2]]
    show.say_as_typed(f"From {desk.texts.names.get(spot.source_id, 'a file')}, {stored.location}.")
    found = dict.fromkeys(FOUND_BY.get(by, BY_PATTERN) for by in inquiry.reason.split("+"))
    show.say(f"Found by: {'; '.join(found).lower()}. How sure the computer was: {inquiry.score:.0%}.")
    if len(inquiry.spots) > 1:
        show.say(f"The same words are in doubt in **{len(inquiry.spots)}** places. This is the first of them.")
    kinds = list(PRINTED)
    chosen = st.selectbox(
        "If they are replaced, say that they are",
        kinds,
        index=kinds.index(now.kind if now else inquiry.kind),
        format_func=kind_in_words,
        key=f"anonymisation-kind-{inquiry.digest[:12]}-{spot.turn}-{spot.start}",
        width=show.READING_WIDTH,
    )
    with st.container(horizontal=True, gap="small"):
        for decision, everywhere, label in (
            (Judgement.REPLACE, False, "Replace here"),
            (Judgement.REPLACE, True, "Replace everywhere"),
            (Judgement.KEEP, False, "Keep here"),
            (Judgement.KEEP, True, "Keep everywhere"),
        ):
            if st.button(label, key=f"anonymisation-{decision}-{everywhere}"):
                _save(project, inquiry, spot, decision, chosen, everywhere=everywhere)
    show.say("“Here” is this one place. “Everywhere” is every place in the project, and every file that comes later.")


def _save(project: Path, inquiry: Inquiry, spot: Spot, decision: Judgement, kind: str, *, everywhere: bool) -> None:
    coder = roles.profile().name
    rule(project, Ruling(inquiry.digest, inquiry.words, decision, kind, coder, None if everywhere else spot))
    done = f"replaced as: {kind_in_words(kind)}" if decision is Judgement.REPLACE else "kept"
    where = "everywhere" if everywhere else "in this place"
    st.session_state[SAID] = f"Saved: the words are {done}, {where}. The texts change when you apply the rulings."
    st.rerun()


def _walking(number: int) -> None:
    """Forward and back in the queue without ruling."""
    at = st.session_state[AT]
    with st.container(horizontal=True, gap="small"):
        if st.button("Skip this one", disabled=at >= number - 1):
            st.session_state[AT] = at + 1
            st.rerun()
        if st.button("Go back one", disabled=at == 0):
            st.session_state[AT] = at - 1
            st.rerun()


def _by_kind(desk: Desk) -> None:
    with st.expander("What is waiting, by kind", width=show.READING_WIDTH):
        stays, went = (Counter(each.kind for each in desk.open if each.kept is kept) for kept in (True, False))
        order = sorted({*stays, *went}, key=lambda kind: -stays[kind] - went[kind])
        rows = [(kind_in_words(kind), str(stays[kind]), str(went[kind])) for kind in order]
        show.table(("Kind", "Stays", "Replaced"), rows, "Decisions that wait, by kind")


def other_words(project: Path, desk: Desk) -> None:
    """Words that nobody marked, typed by the reviewer: only their keyed digest is kept."""
    with st.expander("Replace other words everywhere", width=show.READING_WIDTH):
        show.say("Type a name, a place or other words that nobody marked. The words themselves are not stored.")
        with st.form("anonymisation-other", clear_on_submit=True, border=False):
            words = st.text_input("Words to replace", max_chars=200, autocomplete="off")
            kinds = list(PRINTED)
            kind = st.selectbox("What they are", kinds, kinds.index("UNEXPLAINED"), format_func=kind_in_words)
            sent = st.form_submit_button("Replace these words everywhere")
        if sent and not WORD.search(words):
            st.error("Type at least one word.")
        elif sent:
            rule(project, desk.rulings.ruling(words, Judgement.REPLACE, kind, roles.profile().name))
            st.session_state[SAID] = "Saved: these words are replaced everywhere when you apply the rulings."
            st.rerun()


def ruled(project: Path, desk: Desk) -> None:
    """What was ruled, the newest first, each with the opposite to rule."""
    show.section("What was ruled")
    tell_saved()
    held = desk.holding()
    if not held:
        show.say("Nothing was ruled yet.")
        return
    show.say(
        f"**{len(held)}** rulings hold. None is ever wiped: to undo one, rule the opposite, which takes its place."
    )
    if not desk.with_vault:
        show.say("With the vault closed, words that a ruling took out of the texts cannot be shown or brought back.")
    pages = -(-len(held) // PAGE)
    page = 1
    if pages > 1:
        page = st.selectbox("Part of the list", range(1, pages + 1), format_func=partial(_part, pages), width=240)
    for number, ruling in enumerate(held[(page - 1) * PAGE : page * PAGE], (page - 1) * PAGE + 1):
        with st.container(border=True, width=show.READING_WIDTH, gap="xsmall"):
            _one_ruling(project, desk, number, ruling)


def _part(pages: int, page: int) -> str:
    return f"Part {page} of {pages}"


def _one_ruling(project: Path, desk: Desk, number: int, ruling: Ruling) -> None:
    replaced = ruling.decision is Judgement.REPLACE
    what = f"Replaced as: {kind_in_words(ruling.kind)}" if replaced else "Kept as they are"
    where = "in this place" if ruling.spot else "everywhere"
    show.say_as_typed(f"{number}. {what}, {where}. Ruled by {ruling.coder}.")
    spot = desk.where(ruling)
    if spot:
        show_passage(desk.passages, spot)
    else:
        show.say("The words cannot be shown: they are stored nowhere outside the vault.")
    label = HOW[Judgement.KEEP if replaced else Judgement.REPLACE]
    if st.button(f"{label} instead (ruling {number})", key=f"anonymisation-undo-{number}"):
        rule(project, undone(ruling, roles.profile().name))
        st.session_state[SAID] = f"Saved: ruling {number} is undone. The texts change when you apply the rulings."
        st.rerun()
