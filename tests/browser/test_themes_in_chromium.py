"""The themes' page of two rounds and a proposal: the keyboard does it all, and nothing exact is sent."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest

from tests.browser.chromium import FOCUSED, OpenPage, go, look_at, serving, settled, unfold
from tests.browser.frames import sent
from tests.test_page_themes import build_debate

pytestmark = pytest.mark.browser

# Everybody, women, who raised rents and hours, both, and where all and those of rents stand; no percentage.
EXACT = re.compile(r"(?<!\d)(?:121|61|63|54|33|71|41|47|52)(?!\d|%)")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with a round in which people answered a proposal, and a round before it."""
    folder = tmp_path_factory.mktemp("themes")
    build_debate(folder / "before")
    with serving(build_debate(folder / "now", 'earlier = ["../before"]\n')) as served:
        yield f"{served}/themes?theme=Rents"


def test_a_theme_with_all_its_parts_is_accessible_and_fits_and_nothing_exact_is_sent(
    open_page: OpenPage, address: str
) -> None:
    """With every chart drawn, of groups and of rounds, and every part unfolded, dark and narrow."""
    page, heard = open_page(320, "dark")
    go(page, address)
    page.locator("[data-testid=stVegaLiteChart]").nth(1).wait_for(timeout=90_000)
    unfold(page)
    look_at(page, "themes-debate")
    numbers = [re.sub(r"\\u2060|\u2060|\\", "", words) for words in sent(heard.frames) if "People" in words]
    assert [words for words in numbers if "120" in words]  # the search finds what the frames carry
    assert not [words for words in numbers if EXACT.search(words)]


def test_the_keyboard_chooses_a_theme_and_the_download_is_the_list(open_page: OpenPage, address: str) -> None:
    page, _ = open_page()
    go(page, address)
    reached: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
        if len(reached[-1]) < 60 and "Choose a theme" in reached[-1]:
            break
    assert "Download all themes (CSV)" in reached
    page.keyboard.type("Hours")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hours", exact=True).wait_for()
    assert "theme=Hours" in page.url
    settled(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download all themes (CSV)").click()
    rows = list(csv.reader(waiting.value.path().read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["Theme", "People", "Share of people", "Disclosure rule"]
    assert rows[1:3] == [
        ["Homes", "65", "54% (43% to 65%)", "publish"],
        ["\N{EN DASH} Rents (part of Homes)", "65", "54% (43% to 65%)", "publish"],
    ]
