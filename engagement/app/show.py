"""What every page is made of: words as they were typed, headings, tables, and the files that they go away as.

Only cells of a SliceTable reach a table: a browser keeps all that it was sent. Charts are in `show_charts.py`.
"""

from __future__ import annotations

import csv
import io
import logging
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Literal

import pandas as pd
import streamlit as st

from engagement.errors import UserError
from engagement.export.data import harmless
from engagement.model import Cell, Count, DisclosureRule
from engagement.slices import PROTECTING

logger = logging.getLogger(__name__)

READING_WIDTH = 760  # pixels: lines of at most about 80 characters
DASH = "\N{EN DASH}"
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
WORD_JOINER = "\N{WORD JOINER}"
# Of the Unicode Bidirectional Algorithm (UAX 9): what embeds, overrides and isolates, and letters that run leftwards.
DIRECTING = re.compile("[\u202a-\u202e\u2066-\u2069]")
FROM_THE_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
ISOLATE, END_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
BARE = re.compile(r"\u2060\\(?:([',\"();?/%])|(?<=\w\u2060\\)(-)(?=\w))")  # signs that a label needs not escape

# Streamlit indents a table's headings and cells differently, and makes headings pale.
STYLE = """<style>
.stTable table th, .stTable table td {
  padding: 0.4rem 1rem 0.4rem 0 !important; text-align: left !important; vertical-align: top;
}
.stTable table th, .stTable table td { min-width: 4.4rem; }
.stTable table th { color: inherit; font-weight: 600; }
.stTable table tbody th { font-weight: 400; }
.stTable table tbody th *, .stTable table tbody td * { overflow-wrap: anywhere !important; }
.stTable [role="region"] tbody * { white-space: nowrap !important; }
.stTable [role="region"] tbody [data-testid="stMarkdownContainer"] { max-width: none !important; }
.stText *, .stTable td, .stTable td * { unicode-bidi: plaintext; }
</style>"""
WIDE = 4  # a table of so many columns scrolls on a phone, inside a box that the keyboard can reach
ROW, HEADINGS = 39, 80  # pixels of a table: a row, headings of up to two lines
HEADING_LINE, HEADING_LETTERS = 24, 24  # pixels of a line of a heading, and the letters that it holds
MOST_ROWS = 20  # of a table before the rest is folded away

SELF_SELECTED = "People chose to take part, so they do not stand for everyone who lives here."


# ------------------------------------------------------------------- words


def plain(words: str) -> str:
    """`words` so that Streamlit's Markdown shows them as typed, on one line.

    A backslash stops Markdown, HTML and LaTeX; the word joiner, which has no width, stops what Streamlit looks for in
    the finished text: icons, emoji, web addresses, arrows. Words that run from the right are set apart, so that what
    stands beside them keeps its order.
    """
    escaped = PUNCTUATION.sub(rf"{WORD_JOINER}\\\1", undirected(" ".join(words.split())))
    return f"{ISOLATE}{escaped}{END_ISOLATE}" if FROM_THE_RIGHT.search(escaped) else escaped


def undirected(words: str) -> str:
    """`words` without the characters that turn the reading direction of all that follows, ours included."""
    return DIRECTING.sub("", words)


def label(words: str) -> str:
    """`words` as typed in the label of a control: without the backslashes that a screen reader would read aloud.

    What is left bare can't begin anything live: brackets, stars, colons and the like keep theirs.
    """
    return BARE.sub(r"\1\2", plain(words))


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
    st.text(undirected(words), width=READING_WIDTH)


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


# ------------------------------------------------------------------ tables


def ranked(cells: Mapping[str, Cell]) -> list[tuple[str, str]]:
    """Names and numbers, the largest first and hidden ones last."""
    order = sorted(cells.items(), key=lambda pair: -(pair[1].value if isinstance(pair[1], Count) else 0))
    return [(name, in_words(cell)) for name, cell in order]


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], alternative: str, *, names: int = 1) -> None:
    """A plain table whose first `names` columns name the row."""
    frame = pd.DataFrame([[plain(cell) for cell in row] for row in rows], columns=[plain(each) for each in headings])
    frame = frame.set_index(list(frame.columns[:names]))
    height: int | Literal["content"] = _tall(headings) + ROW * len(rows) if len(headings) >= WIDE else "content"
    st.table(frame, border="horizontal", alt=alternative, height=height)


def _tall(headings: Sequence[str]) -> int:
    """The pixels of a wide table's headings, so that long ones do not push the rows out of its box."""
    return HEADINGS + HEADING_LINE * max(0, *(-(-len(each) // HEADING_LETTERS) - 2 for each in headings))


def folded(headings: Sequence[str], rows: Sequence[Sequence[str]], alternative: str) -> None:
    """A plain table, of which what comes after the first `MOST_ROWS` is folded away."""
    table(headings, rows[:MOST_ROWS], alternative)
    if rest := rows[MOST_ROWS:]:
        with st.expander(f"The other {len(rest)}"):
            table(headings, rest, f"{alternative}: the other {len(rest)}")


def download(
    name: str,
    file: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    rule: DisclosureRule | None = None,
    also: Sequence[tuple[str, str]] = (),
) -> None:
    """A button called `name` that gives `as_csv`, made when it is pressed; `file` without its ending."""
    st.download_button(
        f"{name} (CSV)",
        data=lambda: as_csv(headings, rows, rule, also),
        file_name=f"{file}.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"download-{file}",
    )


def as_csv(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    rule: DisclosureRule | None = None,
    also: Sequence[tuple[str, str]] = (),
) -> str:
    """The table as it is on the page; a spreadsheet will take no cell for a formula.

    The rule that its numbers follow, and whatever `also` says of them (heading, words), is on each line.
    """
    more = [*also, *([("Disclosure rule", rule.name)] if rule else [])]
    handle = io.StringIO()
    writer = csv.writer(handle)
    for line in ([*headings, *(name for name, _ in more)], *([*row, *(said for _, said in more)] for row in rows)):
        writer.writerow(harmless(line))
    return handle.getvalue()
