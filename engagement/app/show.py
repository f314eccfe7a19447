"""Numbers as charts with their sentence, table and text alternative, and words as they were typed.

Only cells of a SliceTable reach a chart or a table: a browser keeps all that it was sent, menus and tooltips or not.
"""

from __future__ import annotations

import logging
import re
import textwrap
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Literal

import altair as alt
import pandas as pd
import streamlit as st

from engagement.errors import UserError
from engagement.model import Cell, Count, DisclosureRule
from engagement.slices import PROTECTING

logger = logging.getLogger(__name__)

READING_WIDTH = 760  # pixels: lines of at most about 80 characters
DASH = "\N{EN DASH}"
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
WORD_JOINER = "\N{WORD JOINER}"

INK = {"light": "#0b0c0c", "dark": "#f3f2f1"}  # of charts' labels, as in .streamlit/config.toml
# Dark words on each of these have a contrast of 8 or more; they are the same on a light page and a dark one.
FEWEST, MOST, HIDDEN, ON_SQUARES = "#e4eff8", "#7fb8e6", "#d3d6d8", "#0b0c0c"

# Streamlit indents a table's headings and cells differently, and makes headings pale.
STYLE = """<style>
.stTable table th, .stTable table td {
  padding: 0.4rem 1rem 0.4rem 0 !important; text-align: left !important; vertical-align: top;
}
.stTable table th { color: inherit; font-weight: 600; }
.stTable table tbody th { font-weight: 400; }
.stTable table tbody th *, .stTable table tbody td * { overflow-wrap: anywhere !important; }
.stTable [role="region"] tbody * { white-space: nowrap !important; }
</style>"""
WIDE = 4  # a table of so many columns scrolls on a phone, inside a box that the keyboard can reach
ROW, HEADINGS = 39, 80  # pixels of a table
BAR, LINE, LETTER = 18, 20, 5.2  # pixels of a chart: a row's bar, a line of its label, a letter of a slanting one

Chart = alt.LayerChart | alt.FacetChart  # what Altair's layers are typed as

SELF_SELECTED = "People chose to take part, so they do not stand for everyone who lives here."


# ------------------------------------------------------------------- words


def plain(words: str) -> str:
    """`words` so that Streamlit's Markdown shows them as typed, on one line.

    A backslash stops Markdown, HTML and LaTeX; the word joiner, which has no width, stops what Streamlit looks for in
    the finished text: icons, emoji, web addresses, arrows.
    """
    return PUNCTUATION.sub(rf"{WORD_JOINER}\\\1", " ".join(words.split()))


def in_words(cell: Cell) -> str:
    """What a table holds: the number, or in short why there is none; `how_to_read` tells the rest."""
    if isinstance(cell, Count):
        return str(cell.value)
    return "Hidden" if cell.reason == PROTECTING else cell.reason.removesuffix(" people").capitalize()


def about(cell: Cell, rule: DisclosureRule) -> str:
    """The cell inside a sentence: "about 75", or "a hidden number of"; the reason is the table's to tell."""
    if isinstance(cell, Count):
        return f"about {cell.value}" if rule.rounding > 1 else str(cell.value)
    return "a hidden number of"


def rule_sentence(rule: DisclosureRule) -> str:
    """What the disclosure rule does to the numbers on a page."""
    rest = f", and the rest are rounded to the nearest {rule.rounding}" if rule.rounding > 1 else ""
    return f"To protect people, numbers below {rule.threshold} are not shown{rest} (the {plain(rule.name)} rule)."


def listed(words: Sequence[str]) -> str:
    """Words in a row: "race, age and sex"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def dates(start: str, end: str) -> str:
    """ISO dates as a reader writes them; empty where there are none."""
    try:
        days = [date.fromisoformat(day) for day in dict.fromkeys((start, end)) if day]
    except ValueError:
        return " to ".join(filter(None, (start, end)))
    last = days[-1] if days else None
    return " to ".join(
        f"{day.day} {day:%B}" if last and day.year == last.year and day != last else f"{day.day} {day:%B %Y}"
        for day in days
    )


# -------------------------------------------------------------------- page


def title(name: str) -> None:
    """The page's heading."""
    st.html(STYLE)
    st.title(plain(name), anchor=False)


def section(name: str) -> None:
    """The heading of a part of the page."""
    st.header(plain(name), anchor=False)


def say(sentence: str) -> None:
    """Our own words, in lines short enough to read. Not for anybody else's: Markdown in them is live."""
    st.markdown(sentence, width=READING_WIDTH, anchors=False)


def say_as_typed(words: str) -> None:
    """Somebody else's words, in lines short enough to read: nothing in them is live."""
    st.text(words, width=READING_WIDTH)


def how_to_read(rule: DisclosureRule) -> None:
    """What every page says of its numbers."""
    say(f"{SELF_SELECTED} {rule_sentence(rule)} Some others are hidden too, so that nobody can work out a small one.")


@contextmanager
def failing_plainly() -> Iterator[None]:
    """A page that fails shows one sentence; what went wrong inside is logged by its class and an id, without words."""
    try:
        yield
    except UserError as error:
        title("Nothing to show")
        say(plain(str(error)))
    except Exception as error:  # noqa: BLE001 - the message of an unforeseen error may hold a participant's words
        mark = uuid.uuid4().hex[:8]
        logger.error("page failed: %s %s", type(error).__name__, mark)
        st.error(f"Sorry, this page could not be shown. Nothing was lost. If you report it, give this number: {mark}.")


# ---------------------------------------------------------- charts and tables


def bars(cells: Mapping[str, Cell], counted: str, name: str) -> Chart:
    """A bar for each number that may be shown, the longest first; hidden ones are in the table."""
    shown = {_wrapped(label): cell.value for label, cell in cells.items() if isinstance(cell, Count)}
    order = sorted(shown, key=lambda label: -shown[label])
    frame = pd.DataFrame({name: order, counted: [shown[label] for label in order]})
    base = alt.Chart(frame).encode(
        y=alt.Y(f"{name}:N", scale=alt.Scale(domain=order), axis=_down()),
        x=alt.X(f"{counted}:Q", axis=None, scale=alt.Scale(domain=[0, max(shown.values(), default=0) * 1.1])),
    )
    numbers = base.mark_text(align="left", dx=6, fontSize=15, color=_ink()).encode(text=f"{counted}:Q")
    return _finished(alt.layer(base.mark_bar(size=24), numbers), _height(order))


def heatmap(cells: Mapping[tuple[str, str], Cell]) -> Chart:
    """A square for each (row, column): its number, or a dash where that is hidden."""
    wrapped = {(_wrapped(row), column): cell for (row, column), cell in cells.items()}
    rows, columns = (list(dict.fromkeys(labels)) for labels in zip(*wrapped, strict=True))
    shown = [(row, column, cell.value) for (row, column), cell in wrapped.items() if isinstance(cell, Count)]
    hidden = [(row, column, DASH) for (row, column), cell in wrapped.items() if not isinstance(cell, Count)]
    numbers = [value for _, _, value in shown]
    shade = alt.Scale(domain=[min(numbers, default=0), max(numbers, default=1)], range=[FEWEST, MOST])
    across = alt.Axis(title=None, orient="top", labelAngle=-40, labelLimit=400, labelOverlap=False)
    layers = []
    for part, colour in ((shown, alt.Color("says:Q", scale=shade, legend=None)), (hidden, alt.value(HIDDEN))):
        if part:
            base = alt.Chart(pd.DataFrame(part, columns=["row", "column", "says"])).encode(
                y=alt.Y("row:N", scale=alt.Scale(domain=rows, paddingInner=0.06), axis=_down()),
                x=alt.X("column:N", scale=alt.Scale(domain=columns, paddingInner=0.02), axis=across),
            )
            layers += [
                base.mark_rect().encode(color=colour),
                base.mark_text(fontSize=15, color=ON_SQUARES).encode(text="says:N"),
            ]
    return _finished(alt.layer(*layers), _height(rows) + 30 + round(LETTER * max(map(len, columns))))


def _wrapped(label: str) -> str:
    return textwrap.fill(label, 18)


def _down() -> alt.Axis:
    return alt.Axis(title=None, labelExpr="split(datum.label, '\\n')", labelLimit=200, labelOverlap=False)


def _height(labels: Sequence[str]) -> int:
    lines = max((label.count("\n") + 1 for label in labels), default=1)
    return (BAR + LINE * lines) * len(labels)


def _finished(chart: Chart, height: int) -> Chart:
    """Readable labels, no tooltip, and silent to a screen reader: the page gives a text alternative and the table."""
    ink = _ink()
    finished: Chart = (
        chart.properties(height=height)
        .configure_axis(
            aria=False, labelColor=ink, labelFontSize=15, labelPadding=8, ticks=False, domain=False, grid=False
        )
        .configure_mark(aria=False, tooltip=None)
        .configure_view(stroke=None)
    )
    return finished


def _ink() -> str:
    return INK[st.context.theme.type or "light"]


def ranked(cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    """Names and numbers, the largest first and hidden ones last."""
    order = sorted(cells.items(), key=lambda pair: -(pair[1].value if isinstance(pair[1], Count) else 0))
    return [(name, in_words(cell)) for name, cell in order]


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], alternative: str, *, names: int = 1) -> None:
    """A plain table whose first `names` columns name the row."""
    frame = pd.DataFrame([[plain(cell) for cell in row] for row in rows], columns=[plain(each) for each in headings])
    frame = frame.set_index(list(frame.columns[:names]))
    height: int | Literal["content"] = HEADINGS + ROW * len(rows) if len(headings) >= WIDE else "content"
    st.table(frame, border="horizontal", alt=alternative, height=height)
