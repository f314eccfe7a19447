"""The two pages that only an analyst has, in a browser: the vault's words reach one tab alone, and dropped files go."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from tests.test_page_anonymisation import PASSPHRASE, RAW, build
from tests.test_page_intake import NOTES, SURVEY

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
# Both pages, whatever the app itself lists; the first one has no address of its own.
SCRIPT = """
from pathlib import Path
import streamlit as st
from engagement.app import roles
from engagement.app.show import failing_plainly
names = ("signin", "intake", "anonymisation")
roles.PAGES = tuple(roles.Entry(name, name.title(), frozenset({roles.As.ANALYST})) for name in names)
st.set_page_config(page_title="Engagement", layout="wide", initial_sidebar_state="collapsed")
with failing_plainly():
    folder = Path(roles.__file__).parent
    st.navigation([st.Page(folder / f"{name}.py", title=name.title(), url_path=name) for name in names]).run()
"""
FOCUSED = "(document.activeElement.ariaLabel || document.activeElement.innerText || '').trim()"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server's temporary files lie."""
    return tmp_path_factory.mktemp("temporary")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, place: Path) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("analyst")
    (folder / "app.py").write_text(SCRIPT, encoding="utf-8")
    project = build(folder / "project")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ, "ENGAGEMENT_PROJECT": str(project), "ENGAGEMENT_ROLE": "analyst", "TMPDIR": str(place)
    }  # fmt: skip
    command = [sys.executable, "-m", "streamlit", "run", str(folder / "app.py"), "--server.headless", "true"]
    options = ["--server.port", str(port), "--server.maxUploadSize", "200"]
    with subprocess.Popen([*command, *options], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL) as app:
        try:
            for _ in range(120):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.25)
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("no chromium: install Debian's, or leave these out with -m 'not browser'")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def new_page(browser: Browser, width: int = 1280, scheme: Any = "light") -> tuple[Page, list[bytes]]:
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    frames: list[bytes] = []

    def on_socket(opened: WebSocket) -> None:
        opened.on("framereceived", lambda frame: frames.append(frame if isinstance(frame, bytes) else frame.encode()))

    page.on("websocket", on_socket)
    return page, frames


def settled(page: Page) -> None:
    page.wait_for_selector("h1")
    page.wait_for_timeout(300)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")


def accessible(page: Page, width: int) -> None:
    violations = Axe().run(page, options=WCAG).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def tab_to(page: Page, label: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == label:
            return
    raise AssertionError(f"the keyboard does not reach {label}")


def raw_in(frames: list[bytes]) -> list[str]:
    return [words for words in RAW if any(words.encode() in frame for frame in frames)]


def test_the_keyboard_opens_the_vault_and_its_words_reach_this_tab_alone(browser: Browser, address: str) -> None:
    page, frames = new_page(browser)
    page.goto(f"{address}/anonymisation")
    settled(page)
    accessible(page, 1280)
    assert raw_in(frames) == []
    tab_to(page, "Passphrase of the vault")
    page.keyboard.type(PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=The vault is open")
    for _ in range(2):
        tab_to(page, "Skip this one")
        page.keyboard.press("Enter")
        settled(page)
    page.wait_for_selector("text=»Rose Hill«")
    assert "Rose Hill" in raw_in(frames)
    other, of_other = new_page(browser)
    other.goto(f"{address}/anonymisation")
    settled(other)
    assert raw_in(of_other) == []
    tab_to(page, "Close the vault")
    before = len(frames)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=The vault is closed")
    settled(page)
    assert raw_in([*frames[before:], page.content().encode()]) == []
    assert PASSPHRASE not in page.url
    page.context.close()
    other.context.close()


def test_both_pages_fit_a_phone_in_the_dark(browser: Browser, address: str) -> None:
    page, _ = new_page(browser, 320, "dark")
    for path in ("anonymisation", "anonymisation?part=Residual+risks", "anonymisation?part=Sign-off+page", "intake"):
        page.goto(f"{address}/{path}")
        settled(page)
        accessible(page, 320)
    page.context.close()


def test_dropped_files_are_recognised_and_thrown_away(browser: Browser, address: str, place: Path) -> None:
    page, _ = new_page(browser)
    page.goto(f"{address}/intake")
    settled(page)
    page.get_by_text("I drop them here").click()
    settled(page)
    page.locator("input[type=file]").set_input_files(
        [
            {"name": "survey.csv", "mimeType": "text/csv", "buffer": SURVEY},
            {"name": "notes.txt", "mimeType": "text/plain", "buffer": NOTES},
        ]
    )
    settled(page)
    page.get_by_role("button", name="Look at the files").click()
    page.wait_for_selector("text=What was recognised")
    settled(page)
    accessible(page, 1280)
    assert page.locator("td", has_text="4 rows").count() == 1
    assert len(list(place.glob("engagement-files-*"))) == 1
    page.get_by_role("button", name="Throw the dropped files away").click()
    page.wait_for_selector("text=What was recognised", state="detached")
    assert not list(place.glob("engagement-files-*"))
    page.context.close()
