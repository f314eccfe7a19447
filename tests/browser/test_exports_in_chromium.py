"""The exported page as a browser shows it: accessible, on any width, in both schemes, and asking nobody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from engagement.export.as_html import to_html
from tests.documents_made import document

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("no chromium: install Debian's, or leave these out with -m 'not browser'")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(to_html(document()), encoding="utf-8")
    return path.as_uri()


def opened(browser: Browser, address: str, width: int, scheme: str) -> tuple[Page, list[str], list[str]]:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()  # type: ignore[arg-type]
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address)
    return page, asked, complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_is_accessible_fits_and_asks_for_nothing(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    """axe finds nothing at all, nothing scrolls sideways, and the only request is for the page itself."""
    page, asked, complaints = opened(browser, address, width, scheme)
    violations = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [address]
    assert complaints == []
    page.context.close()


def test_what_a_narrow_screen_cannot_hold_scrolls_by_keyboard_in_its_own_region(browser: Browser, address: str) -> None:
    """A wide table moves under the arrow keys, and the page stays."""
    page, *_ = opened(browser, address, 320, "light")
    region = page.locator("[role=region]").last
    assert region.evaluate("each => each.scrollWidth > each.clientWidth")
    region.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.wait_for_function("each => each.scrollLeft > 0", arg=region.element_handle())
    assert page.evaluate("window.scrollX") == 0
    page.context.close()


def test_letters_of_a_chart_keep_their_size_and_stay_inside_on_a_narrow_screen(browser: Browser, address: str) -> None:
    """A chart is read on a telephone as on a desk."""
    for width in (1280, 320):
        page, *_ = opened(browser, address, width, "light")
        chart = page.locator("svg.chart")
        height = chart.locator("text").first.evaluate("each => each.getBoundingClientRect().height")
        assert height >= 16
        edge = chart.evaluate("each => each.getBoundingClientRect().right")
        ends = chart.locator("text").evaluate_all("all => all.map(each => each.getBoundingClientRect().right)")
        assert max(ends) <= edge + 1
        page.context.close()


def test_the_first_key_leads_past_the_contents(browser: Browser, address: str) -> None:
    """Tab and Enter bring a keyboard to the text."""
    page, *_ = opened(browser, address, 1280, "light")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.context.close()


def test_the_printed_page_is_light_and_begins_each_part_anew(browser: Browser, address: str) -> None:
    """Paper has no dark scheme, and each heading of the first level begins a sheet."""
    import pypdfium2

    page, *_ = opened(browser, address, 1280, "dark")
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    beginnings = [each.get_textpage().get_text_range().split("\n")[0].strip() for each in printed]
    assert [each for each in ("Summary", "Appendix") if each not in beginnings] == []
    corner = printed[0].render(scale=0.2).to_pil().convert("RGB").getpixel((5, 5))
    assert corner == (255, 255, 255)
    page.context.close()
