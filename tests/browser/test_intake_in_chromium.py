"""The two pages that only an analyst has, in a browser: the vault's words reach one tab alone, and dropped files go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import OpenPage, go, look_at, serving, settled, tab_to
from tests.browser.steps import do, see
from tests.test_page_anonymisation import PASSPHRASE, RAW, build

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's temporary files lie."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, place: Path) -> Iterator[str]:
    with serving(build(tmp_path_factory.mktemp("analyst") / "project"), "analyst", TMPDIR=str(place)) as served:
        yield served


def raw_in(frames: list[bytes]) -> list[str]:
    return [words for words in RAW if any(words.encode() in frame for frame in frames)]


def enter(page: Page, label: str) -> None:
    tab_to(page, label)
    page.keyboard.press("Enter")
    settled(page)


def test_the_keyboard_opens_the_vault_and_its_words_reach_this_tab_alone(open_page: OpenPage, address: str) -> None:
    page, heard = open_page()
    go(page, f"{address}/anonymisation")
    assert raw_in(heard.frames) == []
    tab_to(page, "Passphrase of the vault")
    page.keyboard.type(PASSPHRASE)
    page.keyboard.press("Enter")
    see(page, "The vault is open")
    for _ in range(2):
        enter(page, "Skip this one")
    see(page, "»Rose Hill«")
    assert "Rose Hill" in raw_in(heard.frames)
    other, heard_by_other = open_page()
    go(other, f"{address}/anonymisation")
    assert raw_in(heard_by_other.frames) == []
    before = len(heard.frames)
    enter(page, "Close the vault")
    see(page, "The vault is closed")
    settled(page)
    assert raw_in([*heard.frames[before:], page.content().encode()]) == []
    assert PASSPHRASE not in page.url


def test_dropped_files_are_recognised_and_thrown_away(open_page: OpenPage, address: str, place: Path) -> None:
    page, _ = open_page()
    go(page, f"{address}/intake")
    do(page, ("choose", "I drop them here"))
    do(page, ("upload",))
    do(page, ("press", "Look at the files"))
    see(page, "What was recognised")
    look_at(page, "intake-dropped")
    assert page.locator("td", has_text="4 rows").count() == 1
    assert len(list(place.glob("engagement-files-*"))) == 1
    do(page, ("press", "Throw the dropped files away"))
    page.wait_for_selector("text=What was recognised", state="detached")
    assert not list(place.glob("engagement-files-*"))
