"""Coding as a browser gets it: by the keyboard alone, accessible, and blind where it has to be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import FOCUSED, OpenPage, go, look_at, serving, settled, tab_to
from tests.test_page_coding import build, decisions

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("coding") / "project")


@pytest.fixture(scope="module")
def address(project: Path) -> Iterator[str]:
    with serving(project, "coder") as served:
        yield served


def test_a_sample_is_coded_by_the_keyboard_alone_and_blind(open_page: OpenPage, address: str, project: Path) -> None:
    """Tab, Space and Enter save one excerpt after another; no frame holds what the machine or anybody found."""
    page, heard = open_page(320, "dark")
    go(page, f"{address}/coding")
    expect(page.get_by_text("You have coded 0 of 6.")).to_be_visible()
    for number in (1, 2):
        if page.evaluate(FOCUSED) != "Housing":
            tab_to(page, "Housing")
        page.keyboard.press("Space")
        tab_to(page, "Save and next")
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"You have coded {number} of 6.")).to_be_visible(timeout=30_000)
        came_by_itself(page)
    settled(page)
    look_at(page, "code-blind-next")
    assert not [1 for frame in heard.frames for found in (b"suggests", b"likely", b"machine:") if found in frame]
    assert [one[1:] for one in decisions(project, "e25")] == [("housing", "accepted")]


def came_by_itself(page: Page) -> None:
    """The keyboard is on the first theme of the next excerpt, which has no tick."""
    page.wait_for_function("document.activeElement.ariaLabel === 'Housing'")
    expect(page.get_by_role("checkbox", name="Housing")).not_to_be_checked()
