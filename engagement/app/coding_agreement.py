"""How far two coders agree on the sample, in words, and what a third decision has to settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from engagement.agreement import MACRO, MICRO, REFLEXIVE, Measure, ThemeAgreement, answers, reliability
from engagement.app import coding_sheets as sheets
from engagement.app import show
from engagement.app.coding_blind import finished
from engagement.app.coding_work import CodingStore, Work, newest_sample
from engagement.app.roles import As, Profile
from engagement.coding.blind import (
    BLIND,
    SETTLED,
    Disagreement,
    Judged,
    Sample,
    disagreements,
    judged_by_machine,
    settle,
)
from engagement.coding.coding_sheet import agreed, plain_name
from engagement.coding.learning import undo
from engagement.errors import BadInput
from engagement.language import ENGLISH
from engagement.model import Coding, Decision
from engagement.themes import MACHINE

# Of alpha: what to rely on, and what allows careful conclusions. Source: Krippendorff (2004), Content Analysis.
RELY, CAREFUL = 0.8, 0.667
GOOD = "Good: you can rely on it"
TOO_FEW = "Looks good, but too few were coded to be sure"
FAIR = "Fair: draw careful conclusions only"
POOR = "Not good enough: agree on its meaning first"
HEADINGS = ("Theme", "In words", "Alpha", "Kappa", "F1", "Same answer")
LATER, LAST, NOW = "coding-later", "coding-settled", "coding-settling"  # in the browser's own state


@dataclass(frozen=True, slots=True)
class Compared:
    """All that was said of a sample, and by which two coders it is compared."""

    sample: Sample
    codings: tuple[Coding, ...]
    judged: tuple[Judged, ...]
    pair: tuple[str, str]


def agreement(work: Work, name: str, who: Profile) -> None:
    """The whole part; a coder who is not done with the sample sees nothing of it."""
    if work.settings.reflexive:
        show.say(f"{REFLEXIVE}.")
        return
    with CodingStore.open(work.folder) as store:
        sample = newest_sample(store)
        if sample is None:
            show.say("No sample is drawn yet, so there is nothing to compare. An analyst draws it under Blind coding.")
            return
        codings = store.codings_of(sample.excerpt_ids)
        judged = [*store.sampled.judged(), *_by_machine(work, sample, codings)]
    if not finished(work, sample, name, must=who.role is not As.ANALYST):
        show.say("Finish coding the sample first. Until then you see nothing of what others found in it.")
        return
    pair = coders(codings, judged, sample)
    if pair is None:
        return
    compared = Compared(sample, codings, tuple(judged), pair)
    try:
        rows = _measured(
            compared, work, (str(work.folder), work.edition, *pair, sample.sample_id, len(codings), len(judged))
        )
    except BadInput as error:
        show.say(show.plain(str(error)))
        return
    measures(rows, work)
    if who.role is As.ANALYST:
        settling(work, name, compared)


def coders(codings: Sequence[Coding], judged: Sequence[Judged], sample: Sample) -> tuple[str, str] | None:
    """The two who are compared, who coded blind first; None where there are no two."""
    sampled = set(sample.excerpt_ids)
    there = {one.coder for one in judged if one.excerpt_id in sampled} | {one.coder for one in codings}
    order = sorted(
        (one for one in there if not one.startswith(SETTLED)),
        key=lambda one: (one.startswith(MACHINE), not one.startswith(BLIND), one),
    )
    if len(order) < 2:
        show.say("Two coders are needed. Code the sample under Blind coding first.")
        return None
    first = st.selectbox("First coder", order, format_func=_called, key="agree-first", width=show.READING_WIDTH)
    others = [one for one in order if one != first]
    second = st.selectbox("Second coder", others, format_func=_called, key="agree-second", width=show.READING_WIDTH)
    return first, second


def measures(rows: Sequence[ThemeAgreement], work: Work) -> None:
    """The finding, the table, what its words mean and the download."""
    names = work.names | {MICRO: "All themes together", MACRO: "Mean of the themes"}
    overall = next(row for row in rows if row.theme == MICRO)
    themes = [row for row in rows if row.theme not in (MICRO, MACRO)]
    weak = [names[row.theme] for row in themes if verdict(row.alpha) == POOR]
    show.section("How far they agree")
    show.say(f"All themes together: **{verdict(overall.alpha)}**.")
    if weak:
        show.say(f"Talk about these first, then code a new sample: {show.listed([show.plain(one) for one in weak])}.")
    lines = [
        (names[row.theme], verdict(row.alpha), *map(_interval, (row.alpha, row.kappa, row.f1)), _share(row.percent))
        for row in rows
    ]
    show.table(HEADINGS, lines, "How far two coders agree, theme by theme, with intervals of 95 percent")
    with st.expander("What the numbers mean", width=show.READING_WIDTH):
        show.say(
            "**Alpha** says how much better the two agree than by chance: 1 is full agreement, 0 is chance. "
            f"From {RELY} you can rely on a theme, from {CAREFUL} you can draw careful conclusions. "
            "**Kappa** says nearly the same. **F1** says how often they found the theme in the same place. "
            "**Same answer** is the share of excerpts where both said yes or both said no. For a rare theme it is "
            "high even where they never agree on it. In brackets is the range in which the number would "
            "most likely be if everything were coded twice."
        )
    show.download("Download this table", "agreement", HEADINGS, lines)


def verdict(alpha: Measure) -> str:
    """What a theme's alpha allows, in words."""
    if alpha.value is None or alpha.low is None:
        return f"Cannot be told: {alpha.why}"
    if alpha.value >= RELY:
        return GOOD if alpha.low >= CAREFUL else TOO_FEW
    return FAIR if alpha.value >= CAREFUL else POOR


def settling(work: Work, name: str, compared: Compared) -> None:
    """Where the two differ: both views, and a third decision, one after another."""
    first, second = compared.pair
    said = {one: answers(compared.codings, compared.judged, one, work.codebook) for one in (first, second)}
    every = [one for one in disagreements(compared.codings, said, compared.sample) if one.excerpt_id in work.excerpts]
    differ = [one for one in every if one.settled is None]
    both = agreed(compared.codings, said, compared.sample, name)
    show.section("What is left to settle")
    if both:
        show.say("What blind coders say counts nowhere until it is settled. What both said alike can be kept at once.")
        if st.button("Keep what both said"):
            keep(work, both, "What both coders said is kept.")
    if (last := st.session_state.get(LAST)) and st.button("Undo the last settled one"):
        with CodingStore.open(work.folder) as store:
            codings = store.codings_of([last[0]])
        st.session_state.pop(LAST)
        keep(work, undo([last[0]], last[1], f"{SETTLED}{name}", codings), "Your last decision is taken back.")
    later: frozenset[tuple[str, str]] = st.session_state.get(LATER, frozenset())
    show.say(f"Places where the two differ and that nobody has settled yet: {len(differ)}.")
    order = sorted(differ, key=lambda one: _place(one) in later)
    # What is on the page stays there until a button is pressed, even where somebody else settles it meanwhile.
    now = next((one for one in every if _place(one) == st.session_state.get(NOW)), next(iter(order), None))
    if now:
        st.session_state[NOW] = _place(now)
        third(work, name, now)


def third(work: Work, name: str, one: Disagreement) -> None:
    """One difference, with both views."""
    theme, place = work.codebook.theme(one.theme_key), _place(one)
    sheets.words(work.excerpts[one.excerpt_id], work)
    with st.form(f"settle-{one.excerpt_id}-{one.theme_key}", width=show.READING_WIDTH):
        show.say_as_typed(f"Theme: {work.names[theme.key]}. {theme.definition}")
        show.say_as_typed(f"{_name(one.found_by)} found it. {_name(one.not_by)} did not.")
        with st.container(horizontal=True):
            yes = st.form_submit_button("It is there", type="primary")
            no = st.form_submit_button("It is not there")
            later = st.form_submit_button("Later")
    if yes or no or later:
        st.session_state.pop(NOW)
    if yes or no:
        st.session_state[LAST] = place
        decision = Decision.ACCEPTED if yes else Decision.REJECTED
        keep(
            work,
            [settle(one, decision, name)],
            f"Settled: {work.names[theme.key]} is {'there' if yes else 'not there'}.",
        )
    elif later:
        st.session_state[LATER] = st.session_state.get(LATER, frozenset()) | {place}
        st.rerun()


def keep(work: Work, codings: Sequence[Coding], sentence: str) -> None:
    """Adds third decisions and says so."""
    with CodingStore.open(work.folder) as store:
        store.coded.add_codings(codings)
    sheets.tell(sentence)
    st.rerun()


@st.cache_resource(max_entries=20, show_spinner="Comparing the two")
def _measured(_compared: Compared, _work: Work, said: tuple[object, ...]) -> tuple[ThemeAgreement, ...]:  # noqa: ARG001
    one = _compared
    return reliability(one.codings, one.judged, one.pair, one.sample, _work.codebook)


def _by_machine(work: Work, sample: Sample, codings: Sequence[Coding]) -> list[Judged]:
    """The machine judges what it can read, for every theme."""
    excerpts = [work.excerpts[each] for each in sample.excerpt_ids if each in work.excerpts]
    read = [one for one in excerpts if one.language == ENGLISH]
    machines = dict.fromkeys(one.coder for one in codings if one.coder.startswith(MACHINE))
    return [one for each in machines for one in judged_by_machine(read, each, work.codebook.keys)]


def _called(coder: str) -> str:
    return f"{_name(coder)}, blind" if coder.startswith(BLIND) else _name(coder)


def _name(coder: str) -> str:
    return "The machine" if coder.startswith(MACHINE) else plain_name(coder)


def _place(one: Disagreement) -> tuple[str, str]:
    return one.excerpt_id, one.theme_key


def _interval(measure: Measure) -> str:
    return show.DASH if measure.value is None else str(measure)


def _share(measure: Measure) -> str:
    if measure.value is None or measure.low is None or measure.high is None:
        return show.DASH
    return f"{100 * measure.value:.0f} % ({100 * measure.low:.0f} to {100 * measure.high:.0f})"
