"""The app as a browser gets it: with whatever people typed, downloads that are the page's tables, and no way around."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.chromium import OpenPage, go, look_at, serving, unfold
from tests.test_app import LIVE, build_project

pytestmark = pytest.mark.browser

ADDRESSES = {
    "typed-overview": "/",
    "typed-themes": "/themes?theme=Access",
    "typed-intersections": "/intersections?by=Race&by=Sex",
    "typed-search": "/search",
    "typed-evidence": "/evidence",
    "typed-coding": "/coding",
    "typed-codebook": "/codebook",
    "typed-anonymisation": "/anonymisation",
    "typed-intake": "/intake",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app, started as a user starts it, from a folder that is not the repository."""
    with serving(build_project(tmp_path_factory.mktemp("typed") / "project"), "analyst") as served:
        yield served


def test_every_browser_test_hears_what_its_pages_ask_for() -> None:
    """Pages are opened by the fixture that lets none of them ask another machine, and by nothing else."""
    own = ("new_" + "page(", "new_" + "context(")
    tests = {path.name: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")}
    assert [name for name, text in tests.items() if any(word in text for word in own)] == []
    assert [name for name, text in tests.items() if "open_page: OpenPage" not in text] == []


def test_pages_are_accessible_and_fit_a_phone_whatever_people_typed(open_page: OpenPage, address: str) -> None:
    """Markup, addresses and words without an end in names, themes and files: axe finds nothing, nothing is too wide."""
    page, _ = open_page(320)
    for name, path in ADDRESSES.items():
        go(page, address + path)
        unfold(page)
        look_at(page, name)


def test_what_people_typed_shows_as_typed(open_page: OpenPage, address: str) -> None:
    """Script, HTML, Markdown, LaTeX, icons, emoji and addresses stay words, in quotes, headings and tables alike."""
    page, heard = open_page()
    for path, places in (("/", ("h1", "table", "[data-testid=stText]")), ("/themes", ("[data-testid=stText]",))):
        go(page, address + path)
        for place in places:
            shown = "\n".join(page.locator(place).all_inner_texts()).replace("\u2060", "")
            assert LIVE in " ".join(shown.split()), (path, place)
        assert page.title() != "broken"
        for live in ("img[alt=x]", "a[href*='example.com']", "[aria-label='home icon']", ".katex", "h1 b", "td strong"):
            assert page.locator(live).count() == 0, (path, live)
    assert not [url for url in heard.requests if "example.com" in url]


def test_the_download_is_the_table_of_the_page(open_page: OpenPage, address: str) -> None:
    """The same cells, hidden ones in words, with the rule on every line."""
    page, _ = open_page()
    go(page, f"{address}/intersections")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download this table (CSV)").click()
    rows = list(csv.reader(waiting.value.path().read_text(encoding="utf-8").splitlines()))
    cells = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    shown = page.locator("table").first.locator("tr").evaluate_all(cells)
    assert [row[:-1] for row in rows] == shown
    assert {row[-1] for row in rows[1:]} == {"publish"}
    assert ["White", "40", "20", "10", "Hidden", "Hidden", "publish"] in rows
