"""The themes' page in a browser: the keyboard does it all, the download is the table, and nothing exact is sent."""

from __future__ import annotations

import csv
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.test_app_in_chromium import WCAG, _wait_for, browser, go, new_page, sent
from tests.test_page_themes import build_debate

__all__ = ["browser"]
pytestmark = pytest.mark.browser

# Everybody, women, who raised rents and hours, both, and where all and those of rents stand; no percentage.
EXACT = re.compile(r"(?<!\d)(?:121|61|63|54|33|71|41|47|52)(?!\d|%)")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with a round in which people answered a proposal, and a round before it."""
    folder = tmp_path_factory.mktemp("themes")
    build_debate(folder / "before")
    project = build_debate(folder / "now", 'earlier = ["../before"]\n')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "engagement", "app", "--project", str(project), "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as app:
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", app)
            yield f"http://127.0.0.1:{port}/themes?theme=Rents"
        finally:
            app.terminate()


def test_a_theme_with_all_its_parts_is_accessible_and_fits(browser: Browser, address: str) -> None:
    """Axe finds nothing with every chart drawn and every part unfolded, dark and narrow."""
    page, heard = new_page(browser, "dark", 320)
    go(page, address)
    page.locator("[data-testid=stVegaLiteChart]").nth(1).wait_for(timeout=90_000)  # groups, rounds
    for expander in page.query_selector_all("[data-testid=stExpander] summary"):
        expander.click()
    violations = Axe().run(page, options=WCAG).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 320
    assert heard.errors == []
    page.context.close()


def test_no_frame_of_a_theme_holds_a_number_that_is_not_published(browser: Browser, address: str) -> None:
    page, heard = new_page(browser)
    go(page, address)
    page.locator("[data-testid=stVegaLiteChart]").nth(1).wait_for(timeout=90_000)
    numbers = [re.sub(r"\\u2060|\u2060|\\", "", words) for words in sent(heard.frames) if "People" in words]
    assert [words for words in numbers if "120" in words]  # the search finds what the frames carry
    assert not [words for words in numbers if EXACT.search(words)]
    page.context.close()


def test_the_keyboard_chooses_a_theme_and_the_download_is_the_list(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    page, _ = new_page(browser)
    go(page, address)
    reached: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("(document.activeElement.ariaLabel || document.activeElement.innerText).trim()"))
        if len(reached[-1]) < 60 and "Choose a theme" in reached[-1]:
            break
    assert "Download all themes (CSV)" in reached
    page.keyboard.type("Hours")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hours", exact=True).wait_for()
    assert "theme=Hours" in page.url
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download all themes (CSV)").click()
    rows = list(csv.reader(waiting.value.path().read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["Theme", "People", "Share of people", "Disclosure rule"]
    assert rows[1:3] == [
        ["Homes", "65", "54% (43% to 65%)", "publish"],
        ["\N{EN DASH} Rents (part of Homes)", "65", "54% (43% to 65%)", "publish"],
    ]
    page.context.close()
