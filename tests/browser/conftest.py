"""What every browser test shares: Chromium, and pages of which none may ask another machine for anything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import CHROMIUM, HOST, QUIET, Heard, OpenPage, Scheme, listening
from tests.browser.whole_round import build


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("no chromium: install Debian's, or leave these out with -m 'not browser'")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens a page of a width and a colour scheme, with all that it hears.

    When the test is over, no page may have asked another machine, nor complained.
    """
    opened: list[tuple[Page, Heard]] = []

    def new(width: int = 1280, scheme: Scheme = "light") -> tuple[Page, Heard]:
        opened.append(listening(browser, width, scheme))
        return opened[-1]

    yield new
    for page, heard in opened:
        page.context.close()
        asked = {urlsplit(url).hostname for url in heard.requests if not url.startswith(("data:", "blob:", "file:"))}
        assert asked <= {HOST}
        assert heard.errors == []


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the whole round and the one before it."""
    return build(tmp_path_factory.mktemp("whole") / "project").parent


@pytest.fixture(scope="module")
def whole_round(made_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round in which every part of every page has something to show, for the tests of one file to change."""
    return shutil.copytree(made_once, tmp_path_factory.mktemp("round") / "of") / "project"
