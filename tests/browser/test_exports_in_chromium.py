"""The exported page as a browser shows it: accessible, on any width, in both schemes, and asking nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from engagement.export.as_html import to_html
from tests.browser.chromium import OpenPage, Scheme
from tests.documents_made import document

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(to_html(document()), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_is_accessible_fits_and_asks_for_nothing(
    open_page: OpenPage, address: str, width: int, scheme: Scheme
) -> None:
    """axe finds nothing at all, nothing scrolls sideways, and the only request is for the page itself."""
    page, heard = open_page(width, scheme)
    page.goto(address)
    violations = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert heard.requests == [address]


def test_what_a_narrow_screen_cannot_hold_scrolls_by_keyboard_in_its_own_region(
    open_page: OpenPage, address: str
) -> None:
    """A wide table moves under the arrow keys, and the page stays."""
    page, _ = open_page(320, "light")
    page.goto(address)
    region = page.locator("[role=region]").last
    assert region.evaluate("each => each.scrollWidth > each.clientWidth")
    region.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("each => each.scrollLeft > 0", arg=region.element_handle())
    assert page.evaluate("window.scrollX") == 0


def test_letters_of_a_chart_keep_their_size_and_stay_inside_on_a_narrow_screen(
    open_page: OpenPage, address: str
) -> None:
    """A chart is read on a telephone as on a desk."""
    for width in (1280, 320):
        page, _ = open_page(width, "light")
        page.goto(address)
        chart = page.locator("svg.chart")
        height = chart.locator("text").first.evaluate("each => each.getBoundingClientRect().height")
        assert height >= 16
        edge = chart.evaluate("each => each.getBoundingClientRect().right")
        ends = chart.locator("text").evaluate_all("all => all.map(each => each.getBoundingClientRect().right)")
        assert max(ends) <= edge + 1


def test_the_first_key_leads_past_the_contents(open_page: OpenPage, address: str) -> None:
    """Tab and Enter bring a keyboard to the text."""
    page, _ = open_page(1280, "light")
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_printed_page_is_light_and_begins_each_part_anew(open_page: OpenPage, address: str) -> None:
    """Paper has no dark scheme, and each heading of the first level begins a sheet."""
    import pypdfium2

    page, _ = open_page(1280, "dark")
    page.goto(address)
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    beginnings = [each.get_textpage().get_text_range().split("\n")[0].strip() for each in printed]
    assert [each for each in ("Summary", "Appendix") if each not in beginnings] == []
    corner = printed[0].render(scale=0.2).to_pil().convert("RGB").getpixel((5, 5))
    assert corner == (255, 255, 255)
