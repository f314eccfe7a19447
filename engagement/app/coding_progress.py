"""How well the machine codes as people code more, and what the next hour is likely to bring."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from engagement.app import show, show_charts
from engagement.app.coding_work import CodingStore, Work
from engagement.coding.blind import lessons
from engagement.coding.learning_curve import Curve, curve

HELD = "coding-curve"  # in the browser's own state
HEADINGS = ("Excerpts coded", "F1")


def progress(work: Work) -> None:
    """The whole part."""
    with CodingStore.open(work.folder) as store:
        coded = store.coded_by_people()
    show.say(f"Excerpts that people have coded so far: {coded}.")
    show.say(
        "How well would the machine code if it had learnt from fewer of them? This is tried out on excerpts that it "
        "has not learnt from. **F1** is 1 where machine and people always find a theme in the same places, 0 where "
        "they never do."
    )
    if st.button("Work out the learning curve", type="primary"):
        with st.spinner("Learning from parts of what people coded. This takes a few seconds, or a minute."):
            st.session_state[HELD] = measured(work)
    found: Curve | None = st.session_state.get(HELD)
    if found is None:
        return
    show.section("The learning curve")
    words = f"{show.plain(found.words)} This was worked out from {found.coded} excerpts."
    if found.points:
        drawing(found, words)
    else:
        show.say(words)


def measured(work: Work) -> Curve:
    """The curve over all that people coded outside the samples."""
    from engagement.coding.coder import Coder
    from engagement.language import ENGLISH
    from engagement.themes import read_by_machine, taught

    with CodingStore.open(work.folder) as store:
        said, judged = lessons(store.coded.codings(), store.sampled.judged(), store.sampled.samples())
    excerpts = [one for one in read_by_machine(work.excerpts.values()) if one.language == ENGLISH]
    known = taught(excerpts, work.codebook, said, judged, work.settings, work.cache)
    return curve(
        known.values(),
        work.codebook,
        lambda examples: Coder(work.codebook, examples, work.settings, work.cache).probabilities,
    )


def drawing(found: Curve, finding: str) -> None:
    """The points as a line, its table and its download."""
    rows = [(str(point.examples), f"{point.f1:.2f}") for point in found.points]
    frame = pd.DataFrame([(point.examples, point.f1) for point in found.points], columns=list(HEADINGS))
    ink = show_charts.ink()
    base = alt.Chart(frame).encode(
        x=alt.X(f"{HEADINGS[0]}:Q", axis=alt.Axis(tickMinStep=1, tickCount=5)),
        y=alt.Y(f"{HEADINGS[1]}:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(tickCount=5)),
    )
    labels = base.mark_text(dy=-14, fontSize=15, color=ink).encode(text=alt.Text(f"{HEADINGS[1]}:Q", format=".2f"))
    chart = (
        alt.layer(base.mark_line(size=3), base.mark_point(size=80, filled=True, opacity=1), labels)
        .properties(height=260)
        .configure_axis(aria=False, labelColor=ink, titleColor=ink, labelFontSize=15, titleFontSize=15, grid=False)
        .configure_mark(aria=False, tooltip=None)
        .configure_view(stroke=None)
    )
    named = "F1 by how many excerpts the machine has learnt from"
    tabled = show_charts.Tabled(HEADINGS, rows, named, "learning_curve", "Download this table")
    show_charts.figure(finding, chart, f"{found.words} The numbers are in the table below.", tabled, None)
