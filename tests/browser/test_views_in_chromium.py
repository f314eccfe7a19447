"""Every view of every page, in both widths and both colour schemes: accessible, and no wider than the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import OpenPage, Scheme, go, look_at, serving, settled, unfold
from tests.browser.steps import do
from tests.browser.views import VIEWS

pytestmark = pytest.mark.browser

PAPER = "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
WAYS: tuple[tuple[int, Scheme], ...] = ((1280, "light"), (320, "light"), (320, "dark"), (1280, "dark"))


@pytest.fixture(scope="module")
def address(whole_round: Path) -> Iterator[str]:
    """The app as an analyst has it."""
    with serving(whole_round, "analyst") as served:
        yield served


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_is_accessible_and_fits_in_both_widths_and_schemes(
    open_page: OpenPage, address: str, name: str
) -> None:
    """Axe finds nothing against WCAG 2.2 AA with every part unfolded, nothing scrolls sideways, a picture is kept."""
    page, _ = open_page()
    ways = WAYS
    for view in VIEWS[name]:
        if view.address:
            go(page, address + view.address)
        for step in view.steps:
            do(page, step)
        if view.at_once:
            look_at(page, view.name)
            continue
        unfold(page)
        for width, scheme in ways:
            shown_as(page, width, scheme)
            look_at(page, view.name)
        ways = ways[::-1]  # the next one begins as this one ends


def shown_as(page: Page, width: int, scheme: Scheme) -> None:
    """Another width, and another scheme, in which charts are drawn anew."""
    page.set_viewport_size({"width": width, "height": 900})
    before = page.evaluate(PAPER)
    if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") != (scheme == "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"before => {PAPER} !== before", arg=before)
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("r")  # Streamlit's key to run a page again: of a change of scheme alone it does not
        settled(page)
    settled(page, 100)
