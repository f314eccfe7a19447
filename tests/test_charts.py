"""Charts: what they say in words, what they draw, and that they are the same every time."""

import io
from dataclasses import replace

import pytest
from lxml import etree
from PIL import Image

from engagement.export.blocks import Bars
from engagement.export.charts import BAR, MOST, _font, bars_png, bars_svg, legend
from tests.documents_made import CHART, HOSTILE, URDU

SVG = "{http://www.w3.org/2000/svg}"
FILL = tuple(int(BAR[at : at + 2], 16) for at in (1, 3, 5))


def drawn(bars: Bars) -> etree._Element:
    return etree.fromstring(bars_svg(bars).encode())


def blue(bars: Bars) -> int:
    picture = Image.open(io.BytesIO(bars_png(bars))).convert("RGB")
    return sum(1 for dot in picture.get_flattened_data() if dot == FILL)


def of(*values: float) -> Bars:
    return Bars("Chart", "A finding.", "people", tuple((f"Bar {value}", value, None, None) for value in values))


def test_the_svg_tells_its_title_and_finding_and_is_one_picture_to_a_reader():
    """A screen reader is told the title and the finding, and none of the shapes."""
    chart = drawn(CHART)
    assert chart.get("role") == "img"
    told = {each.get("id"): each.text for each in chart if each.tag in {f"{SVG}title", f"{SVG}desc"}}
    assert [told[name] for name in chart.get("aria-labelledby").split()] == [CHART.title, CHART.finding]


def test_the_ids_of_two_charts_differ():
    """Two charts of one page, even of the same numbers, never share an id."""
    assert "chart-1-title" in bars_svg(CHART, 1)
    assert "chart-1-title" not in bars_svg(CHART, 2)


def test_every_bar_has_its_label_and_number_in_words():
    """No bar is told by its length or colour alone."""
    said = [text.text for text in drawn(of(120, 65.5, 0)).iter(f"{SVG}text")]
    assert said == ["Bar 120", "120", "Bar 65.5", "65.5", "Bar 0", "0"]


@pytest.mark.parametrize(
    ("values", "widths"),
    [((100, 50, 0), ["78.00%", "39.00%", "0.00%"]), ((0, 0), ["0.00%", "0.00%"]), ((10, -10), ["39.00%", "39.00%"])],
)
def test_bars_are_as_long_as_their_numbers(values, widths):
    """Lengths are in proportion, of nothing and of negative numbers too."""
    assert [bar.get("width") for bar in drawn(of(*values)).iter(f"{SVG}rect")] == widths


def test_an_interval_is_drawn_where_there_is_one():
    """Three strokes for an interval, none without."""
    both = replace(CHART, bars=(("One", 10.0, 5.0, 15.0), ("Two", 5.0, None, None)))
    assert len(list(drawn(both).iter(f"{SVG}line"))) == 3
    assert "interval" in legend(both)
    assert "interval" not in legend(of(1, 2))


def test_labels_are_never_markup():
    """What a theme is called can't become an element."""
    chart = drawn(replace(CHART, title=HOSTILE, finding=HOSTILE, bars=((HOSTILE, 1.0, None, None),)))
    assert {each.tag for each in chart.iter()} <= {f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "text")}


def test_more_bars_than_a_chart_holds_are_told():
    """What is not drawn is said."""
    many = of(*range(MOST + 5, 0, -1))
    assert f"the first {MOST} of {MOST + 5}" in legend(many)
    assert len(list(drawn(many).iter(f"{SVG}rect"))) == MOST
    assert "first" not in legend(of(*range(MOST, 0, -1)))


def test_the_picture_is_16_cm_at_200_dots_an_inch_and_its_bars_are_in_proportion():
    """The longer the number, the more of the picture is a bar."""
    picture = Image.open(io.BytesIO(bars_png(CHART)))
    assert picture.width == 1260
    assert [round(each) for each in picture.info["dpi"]] == [200, 200]
    assert blue(of(100, 100)) > 1.3 * blue(of(100, 50)) > 1.6 * blue(of(100, 0)) > 0


def test_the_picture_is_the_same_every_time():
    """The same chart gives the same bytes."""
    assert bars_png(CHART) == bars_png(CHART)


def test_the_font_holds_what_britain_writes():
    """Welsh and Polish letters, pounds and dashes are in the font of the picture; Urdu is told by its row."""
    font = _font()
    lacking = bytes(font.getmask("\uffff"))
    assert not [each for each in "ŵŷÂéŁódź£–’“”" if bytes(font.getmask(each)) == lacking]
    row = replace(CHART, bars=((URDU, 20.0, None, None),))
    assert bars_png(row) == bars_png(replace(row, bars=(("Row 1 of the table", 20.0, None, None),)))


def test_a_chart_of_nothing_is_still_a_picture():
    """No bars, and one bar without a label, break nothing."""
    for bars in ((), (("", 0.0, None, None),)):
        empty = replace(CHART, bars=bars)
        assert Image.open(io.BytesIO(bars_png(empty))).width == 1260
        assert drawn(empty).get("role") == "img"


def test_shares_are_told_as_shares():
    """A number of per cent has its sign."""
    said = [text.text for text in drawn(replace(of(38), unit="% of people")).iter(f"{SVG}text")]
    assert said == ["Bar 38", "38%"]
