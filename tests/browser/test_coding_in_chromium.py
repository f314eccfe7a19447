"""Coding as a browser gets it: by the keyboard alone, accessible, and blind where it has to be."""

from __future__ import annotations

import os
import runpy
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, WebSocket, expect, sync_playwright

pytestmark = pytest.mark.browser

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ROUND = runpy.run_path(str(HERE.parent / "test_page_coding.py"))
APP = runpy.run_path(str(HERE / "test_app_in_chromium.py"))
# The page by itself, whatever else the app lists.
SCRIPT = """
import streamlit as st
from engagement.app import roles
roles.PAGES = (roles.Entry("coding", "Code", frozenset({roles.As.ANALYST, roles.As.CODER})),)
st.set_page_config(page_title="Engagement", layout="wide")
st.navigation([st.Page(PAGE, title="Code", url_path="coding", default=True)]).run()
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built: Path = ROUND["build"](tmp_path_factory.mktemp("coding") / "project")
    return built


@pytest.fixture(scope="module")
def address(project: Path) -> Iterator[str]:
    script = project.parent / "app.py"
    script.write_text(f"PAGE = {ROUND['PAGE']!r}\n{SCRIPT}", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.headless=true", f"--server.port={port}"]
    told = {"ENGAGEMENT_PROJECT": str(project), "ENGAGEMENT_ROLE": "coder", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | told, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as app:
        try:
            APP["_wait_for"](f"http://127.0.0.1:{port}/_stcore/health", app)
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(APP["QUIET"]))
        yield opened
        opened.close()


def active(page: Page) -> str:
    return str(page.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText || ''"))


def test_a_sample_is_coded_by_the_keyboard_alone_and_blind(browser: Browser, address: str, project: Path) -> None:
    """Tab, Space and Enter save one excerpt after another; no frame holds what the machine or anybody found."""
    frames: list[Any] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.append(frame if isinstance(frame, bytes) else frame.encode()))

    page = browser.new_context(viewport={"width": 320, "height": 900}, color_scheme="dark").new_page()
    page.on("websocket", listen)
    page.goto(address)
    expect(page.get_by_text("You have coded 0 of 6.")).to_be_visible(timeout=20_000)
    for number in (1, 2):
        for _ in range(30):
            if active(page) == "Housing":
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        for _ in range(10):
            page.keyboard.press("Tab")
            if "Save and next" in active(page):
                break
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"You have coded {number} of 6.")).to_be_visible()
        page.wait_for_function("document.activeElement.ariaLabel === 'Housing'")
        expect(page.get_by_role("checkbox", name="Housing")).not_to_be_checked()
    assert Axe().run(page, options=APP["WCAG"]).response["violations"] == []
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 320
    assert not [1 for frame in frames for found in (b"suggests", b"likely", b"machine:") if found in frame]
    assert [one[1:] for one in ROUND["decisions"](project, "e25")] == [("housing", "accepted")]
    page.context.close()
