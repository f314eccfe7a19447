"""Who took part, beside the population where the project has one, and whom the numbers do not speak for."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened
from engagement.app.overview_loaded import Beyond, Compared, compared
from engagement.comparing.population import Gap, Presence, missing_in_words
from engagement.model import ALL, Cell, Count, DisclosureRule, SliceRequest

PRESENCE = {
    Presence.FEWER: "Fewer than expected",
    Presence.MORE: "More than expected",
    Presence.UNCLEAR: "No clear difference",
    Presence.TOO_FEW: "Too few to say",
    Presence.NO_FIGURE: "No figure for the area",
}
MEANING = "We say “fewer” or “more than expected” only where chance is an unlikely reason."
OF_THEMSELVES = "People chose to take part. Those who did may think differently from those who did not."
NO_POPULATION = "We have no figures for everyone who lives here, so we cannot say which groups are missing."
ONE_VOICE = "Each is counted as one voice."


def people(project: Opened) -> None:
    """How many took part, by each characteristic that they were asked about."""
    show.section("Who took part")
    total = took_part(project.numbers.table(SliceRequest()).rows[0].base, project.rule)
    if not project.asked:
        show.say(f"{total} They were not asked about themselves.")
        return
    show.say(f"{total} These are the answers that they gave about themselves.")
    found = compared(project)
    if found and found.problem:
        show.say(f"The figures for everyone who lives here could not be used. {show.plain(found.problem)}")
    gaps = found.gaps if found else ()
    beside = [key for key in project.asked if any(gap.characteristic == key for gap in gaps)]
    if beside:
        show.say(f"{show.plain(missing_in_words(gaps, project.value_sets))} {MEANING}")
    for compared_key in beside:
        _beside_population(compared_key, gaps, project)
    alone = [key for key in project.asked if key not in beside]
    for pair in zip(alone[::2], (*alone[1::2], None), strict=False):
        for column, key in zip(st.columns(2, gap="large"), pair, strict=True):
            if key:
                with column:
                    name = project.value_sets.label(key)
                    cells = [(group, show.in_words(cell)) for group, cell in _groups(key, project)]
                    show.table((name, "People"), cells, f"Number of people by {name.lower()}")


def took_part(number: Cell, rule: DisclosureRule) -> str:
    """How many people there were, in a sentence."""
    if isinstance(number, Count):
        return f"{show.about(number, rule).capitalize()} people took part."
    return "So few people took part that their number is hidden."


def _groups(key: str, project: Opened) -> list[tuple[str, Cell]]:
    rows = project.numbers.table(SliceRequest(by=(key,))).rows
    return [(row.categories[0], row.base) for row in rows if row.categories != (ALL,)]


def _beside_population(key: str, gaps: Sequence[Gap], project: Opened) -> None:
    """A characteristic's groups with their share of those who answered and of everyone who lives here."""
    by_category = {gap.category: gap for gap in gaps if gap.characteristic == key}
    rows = [(group, show.in_words(cell), *_set_beside(by_category.get(group))) for group, cell in _groups(key, project)]
    name = project.value_sets.label(key)
    heads = (name, "People", "Share of those who answered", "Share of everyone here", "Took part")
    show.table(heads, rows, f"Number of people by {name.lower()}, beside everyone who lives here")


def _set_beside(gap: Gap | None) -> tuple[str, str, str]:
    if gap is None:
        return "Not compared", "Not compared", "Not compared"
    ours = f"{gap.respondents.value:.0%}" if gap.respondents else "Hidden"
    return ours, f"{gap.population:.0%}" if gap.population is not None else "Not given", PRESENCE[gap.presence]


def not_spoken_for(project: Opened, beyond: Beyond) -> None:
    """Why the numbers are not those of everyone who lives here."""
    show.section("Who these numbers do not speak for")
    show.say(
        "\n".join(f"- {sentence}" for sentence in (OF_THEMSELVES, *_missing(project), *_campaigns(beyond, project)))
    )


def _missing(project: Opened) -> list[str]:
    found: Compared | None = compared(project)
    said = [show.plain(missing_in_words(found.gaps, project.value_sets)) if found and found.gaps else NO_POPULATION]
    sets = project.value_sets
    unasked = [sets.label(key).lower() for key in sets.characteristics if key not in project.asked]
    if unasked and project.asked:
        said.append(
            f"People were not asked about {show.plain(show.listed(unasked))}, so we cannot compare those groups."
        )
    return said


def _campaigns(beyond: Beyond, project: Opened) -> list[str]:
    if not beyond.campaigns:
        return ["We found no campaign: no text that three or more people sent."]
    largest = beyond.sent[0]
    if beyond.campaigns == 1:
        many = show.about(largest, project.rule).capitalize() if isinstance(largest, Count) else "Three or more"
        return [f"{many} people sent the same text, as a campaign. It is counted as one voice."]
    most = f" The largest was sent by {show.about(largest, project.rule)} people." if isinstance(largest, Count) else ""
    return [f"We found {beyond.campaigns} campaigns: texts that three or more people sent. {ONE_VOICE}{most}"]
