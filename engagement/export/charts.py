"""Charts of bars: as SVG, whose words flow with a page, and as PNG for files that take nothing else.

No colour means anything: what a bar is and how long it is stands beside it in words.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagement.export.blocks import Bars
from engagement.export.characters import printable

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

MOST = 20  # bars that one chart draws; its table has them all
WHISKERS = "The line across the end of a bar is its interval."
BAR, INK, PAPER, RULE = "#4a86c5", "#1b1b1b", "#ffffff", "#767676"  # a line of ink is seen on the bar and beside it

LINE, THICK, GAP = 22, 16, 12  # of the SVG, in pixels
LETTERS = 36  # of a label in one line, which a screen of 320 pixels still shows
LONGEST = 78  # per cent of the width that the longest bar takes: its number stands after it

DPI = 200
WIDTH = 1260  # pixels: 16 cm
LABELS = 500  # pixels of it for the labels
SIZE, STEP, HIGH, APART = 31, 40, 34, 22  # pixels: letters of 11 points, a line, a bar, between bars


@dataclass(frozen=True, slots=True)
class Scale:
    """Where a number lies between the ends of the chart, as a part of 1; nought is always within."""

    least: float
    most: float

    def __call__(self, value: float) -> float:
        """The place of `value`."""
        return (value - self.least) / (self.most - self.least)


def scale_of(bars: Bars) -> Scale:
    """The scale on which every bar and interval fits."""
    ends = [0.0, *(number for _, *numbers in bars.bars[:MOST] for number in numbers if number is not None)]
    least, most = min(ends), max(ends)
    return Scale(least, most if most > least else least + 1)


def legend(bars: Bars) -> str:
    """What is counted, whether intervals are drawn, and how many bars are not, in words."""
    drawn = any(low is not None for _, _, low, _ in bars.bars[:MOST])
    rest = f"Drawn are the first {MOST} of {len(bars.bars)}; the table has them all." if len(bars.bars) > MOST else ""
    unit = printable(bars.unit)
    return " ".join(part for part in (f"{unit[:1].upper()}{unit[1:]}.", WHISKERS if drawn else "", rest) if part)


def bars_svg(bars: Bars, place: int = 1) -> str:
    """The chart as an SVG element for a page of HTML; `place` among the page's charts makes its ids unique.

    Lengths across are parts of the width, so that letters keep their size on a narrow screen. Colours follow the
    page's variables --bar and --ink where it has them.
    """
    scale, top, parts = scale_of(bars), 0, []
    zero = scale(0) * LONGEST
    for label, value, low, high in bars.bars[:MOST]:
        lines = textwrap.wrap(printable(label), LETTERS) or [""]
        parts += [_svg_text(line, 0, top + LINE * number + 16) for number, line in enumerate(lines)]
        top += LINE * len(lines)
        end = scale(value) * LONGEST
        left, wide, middle = min(zero, end), abs(end - zero), top + THICK // 2
        parts.append(f'<rect x="{left:.2f}%" y="{top}" width="{wide:.2f}%" height="{THICK}" {_style("fill", "bar")}/>')
        if low is not None and high is not None:
            ends = [scale(low) * LONGEST, scale(high) * LONGEST]
            parts += [_svg_line(ends[0], middle, ends[1], middle)]
            parts += [_svg_line(at, top + 2, at, top + THICK - 2) for at in ends]
            end = max(end, ends[1])
        parts.append(_svg_text(_number(value, bars), max(end, zero) + 1.5, top + 14))
        top += THICK + GAP
    ids = f"chart-{place}-title", f"chart-{place}-finding"
    return (
        f'<svg class="chart" role="img" aria-labelledby="{ids[0]} {ids[1]}" width="100%" height="{top}" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{ids[0]}">{escape(printable(bars.title))}</title>'
        f'<desc id="{ids[1]}">{escape(printable(bars.finding))}</desc>{"".join(parts)}</svg>'
    )


def _style(what: str, name: str) -> str:
    return f'style="{what}:var(--{name},{ {"bar": BAR, "ink": INK}[name] })"'.replace(" ", "")


def _svg_text(words: str, across: float, down: int) -> str:
    return f'<text x="{across:.2f}%" y="{down}" font-size="16" {_style("fill", "ink")}>{escape(words)}</text>'


def _svg_line(left: float, top: int, right: float, bottom: int) -> str:
    ends = f'x1="{left:.2f}%" y1="{top}" x2="{right:.2f}%" y2="{bottom}"'
    return f'<line {ends} stroke-width="2" {_style("stroke", "ink")}/>'


def _number(value: float, bars: Bars) -> str:
    return f"{value:,.1f}".removesuffix(".0") + ("%" if bars.unit.startswith("%") else "")


def bars_png(bars: Bars) -> bytes:
    """The same chart as a PNG, 16 cm wide at 200 dots an inch, for black letters on white paper.

    A label with letters that the font lacks is told by its place: "Row 3 of the table".
    """
    from PIL import Image, ImageDraw
    from PIL.Image import Dither

    font, scale = _font(), scale_of(bars)
    said = [_wrapped(_drawable(label, row, font), font) for row, (label, *_) in enumerate(bars.bars[:MOST], start=1)]
    heights = [max(len(lines) * STEP, HIGH) + APART for lines in said]
    picture = Image.new("RGB", (WIDTH, max(sum(heights) - APART, 1)), PAPER)
    draw = ImageDraw.Draw(picture)
    room = (
        WIDTH
        - LABELS
        - max((font.getlength(_number(value, bars)) for _, value, *_ in bars.bars[:MOST]), default=0)
        - 60
    )

    def across(number: float) -> float:
        return LABELS + 20 + scale(number) * room

    top = 0
    for lines, height, (_, value, low, high) in zip(said, heights, bars.bars[:MOST], strict=True):
        middle = top + (height - APART) / 2
        for number, line in enumerate(lines):
            down = middle + (number - (len(lines) - 1) / 2) * STEP
            draw.text((LABELS, down), line, font=font, fill=INK, anchor="rm")
        ends = sorted((across(0), across(value)))
        draw.rectangle((ends[0], middle - HIGH / 2, ends[1], middle + HIGH / 2), fill=BAR)
        last = ends[1]
        if low is not None and high is not None:
            _whisker(draw, (across(low), across(high)), middle)
            last = max(last, across(high))
        draw.text((last + 16, middle), _number(value, bars), font=font, fill=INK, anchor="lm")
        top += height
    draw.line((across(0), 0, across(0), top - APART - 1), fill=RULE, width=3)
    written = io.BytesIO()
    picture.quantize(palette=_palette(), dither=Dither.NONE).save(written, "PNG", dpi=(DPI, DPI))
    return written.getvalue()


def _whisker(draw: Any, ends: tuple[float, float], middle: float) -> None:
    draw.line((ends[0], middle, ends[1], middle), fill=INK, width=4)
    for end in ends:
        draw.line((end, middle - HIGH / 3, end, middle + HIGH / 3), fill=INK, width=4)


def _drawable(label: str, row: int, font: FreeTypeFont) -> str:
    words = " ".join(printable(label).split())
    lacking = bytes(font.getmask("\uffff"))
    return f"Row {row} of the table" if any(bytes(font.getmask(each)) == lacking for each in set(words)) else words


def _wrapped(words: str, font: FreeTypeFont) -> Sequence[str]:
    """The words in lines that fit beside the bars; a word longer than a line is broken."""

    def fits(line: str) -> bool:
        return font.getlength(line) <= LABELS - 20

    lines = [""]
    for word in words.split():
        rest = word
        if lines[-1] and not fits(f"{lines[-1]} {rest}"):
            lines.append("")
        while not fits(rest):
            most = next(length for length in range(len(rest), 0, -1) if fits(rest[:length]))
            lines[-1:] = [rest[:most], ""]
            rest = rest[most:]
        lines[-1] = f"{lines[-1]} {rest}".strip()
    return lines


@cache
def _palette() -> Image:
    """The colours of a chart, and those between ink and paper that the edges of letters have."""
    from PIL import Image, ImageColor

    ink, paper = (ImageColor.getrgb(name)[:3] for name in (INK, PAPER))
    ramp = [tuple(round(a + (b - a) * step / 31) for a, b in zip(ink, paper, strict=True)) for step in range(32)]
    colours = [*ramp, ImageColor.getrgb(BAR)[:3], ImageColor.getrgb(RULE)[:3]]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in colours for part in colour])
    return palette


@cache
def _font() -> FreeTypeFont:
    """Source Sans as Streamlit carries it; Pillow's own small font where it does not."""
    from PIL import ImageFont

    found = find_spec("streamlit")
    folder = Path(found.origin).parent if found and found.origin else Path()
    for path in sorted(folder.glob("static/static/media/SourceSansVF-Upright*.woff2")):
        font = ImageFont.truetype(str(path), SIZE)
        font.set_variation_by_axes([400])
        return font
    own = ImageFont.load_default(SIZE)
    assert isinstance(own, ImageFont.FreeTypeFont)
    return own
