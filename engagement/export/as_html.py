"""A `Document` as one page of HTML that asks for nothing else: no script, no font, no picture, no request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from engagement.export.blocks import Bars, Block, Document, Heading, Table
from engagement.export.characters import printable
from engagement.export.charts import bars_svg, legend
from engagement.policy import MONTHS

if TYPE_CHECKING:
    from jinja2 import Template

WIDE = 2  # columns: a table of more scrolls by itself on a narrow screen
WHOLE = 12  # rows: a table of no more is printed on one page
DEEPEST = 2  # level of headings that the contents list
NOTHING = "There is nothing to show in this table."


@dataclass(frozen=True, slots=True)
class Place:
    """A heading on the page: its id, and its level there, one below the document's, since the title is the first."""

    id: str
    text: str
    level: int


def to_html(document: Document) -> str:
    """The page, whole in one text; the same document gives the same text."""
    from markupsafe import Markup

    found = list(_blocks(document.blocks))
    drawn = [
        (kind, block, {**more, "svg": Markup(more["svg"])} if kind == "Bars" else more)  # noqa: S704 - bars_svg escapes
        for kind, block, more in found
    ]
    on = document.made_on
    return _template().render(
        page=document,
        made_on=f"{on.day} {MONTHS[on.month - 1]} {on.year}",
        contents=_contents([more for kind, _, more in found if kind == "Heading"]),
        blocks=drawn,
        wide=WIDE,
        whole=WHOLE,
        nothing=NOTHING,
    )


def _blocks(blocks: Sequence[Block]) -> Iterator[tuple[str, Block, Any]]:
    """Each block with the name of its kind and what the page adds: an id and level, a number, a drawing."""
    headings = tables = charts = 0
    for block in blocks:
        more: Any = None
        match block:
            case Heading(level, text):
                headings += 1
                more = Place(f"part-{headings}", text, min(max(level, 1), 4) + 1)
            case Table():
                tables += 1
                more = tables
            case Bars():
                charts += bool(block.bars)
                more = {"number": charts, "svg": bars_svg(block, charts), "legend": legend(block)}
        yield type(block).__name__, block, more


def _contents(headings: Sequence[Place]) -> list[tuple[Place, list[Place]]]:
    """The headings of the first level, each with those of the second below it."""
    found: list[tuple[Place, list[Place]]] = []
    for each in headings:
        if each.level == DEEPEST or not found:
            found.append((each, []))
        elif each.level == DEEPEST + 1:
            found[-1][1].append(each)
    return found


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["words"] = printable
    source = files("engagement").joinpath("data", "document.html").read_text(encoding="utf-8")
    return environment.from_string(source)
