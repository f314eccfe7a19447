"""The Evidence page as a browser gets it: the keyboard pins, a file comes down whole, nothing hidden is received."""

from __future__ import annotations

import re
import runpy
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from engagement.anonymising.rulings import Judgement, Ruling
from engagement.model import Choice, Pick, content_id
from engagement.store import Store

pytestmark = pytest.mark.browser

SHARED = runpy.run_path(str(Path(__file__).parent / "test_app_in_chromium.py"))
ROUND = SHARED["ROUND"]
# The page is served as a report writer has it, also before it is one of the app's own.
LAUNCH = """
import sys
from pathlib import Path
from engagement.app import roles, serve
if "evidence" not in {entry.file for entry in roles.PAGES}:
    own = roles.Entry("evidence", "Evidence", frozenset({roles.As.REPORTER, roles.As.ANALYST}))
    roles.PAGES = (*roles.PAGES, own)
serve.serve(Path(sys.argv[1]), int(sys.argv[2]), "reporter")
"""
TEMPLATE = "our-template.docx"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round with a pinned quote that may not be printed: she who said it refused."""
    project: Path = ROUND["build_project"](tmp_path_factory.mktemp("evidence") / "project")
    with Store.open(project) as store:
        store.reviewed.add_ruling(Ruling("0" * 64, 1, Judgement.KEEP, "URL", "Sam"))
        store.collected.save_pick(Pick(content_id("e", 1), "housing", Choice.PINNED), "Sam")
    return project


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", LAUNCH, str(folder), str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as app:
        try:
            SHARED["_wait_for"](f"http://127.0.0.1:{port}/_stcore/health", app)
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=SHARED["CHROMIUM"], args=list(SHARED["QUIET"]))
        yield opened
        opened.close()


def press(page: Page, name: str) -> None:
    """Presses a button by the keyboard alone: it can be reached, and Enter is enough."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("(document.activeElement.innerText || '').trim()") == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab does not reach {name}")


def test_the_keyboard_pins_and_nothing_received_holds_what_may_not_be_shown(
    browser: Browser, address: str, folder: Path
) -> None:
    page, heard = SHARED["new_page"](browser, width=320)
    SHARED["go"](page, f"{address}/evidence?rule=internal")
    press(page, "Pin offered quote 1")
    page.get_by_text("Pinned quote 2.").wait_for()
    with Store.open(folder) as store:
        assert len(store.collected.picks()) == 2
    SHARED["go"](page, f"{address}/evidence?theme=Racism&rule=internal")
    received = [page.content().encode(), *heard.frames]
    for words in SHARED["MAY_NOT_BE_SHOWN"]:
        assert not [1 for each in received if words.encode() in each]
    numbers = {int(number) for words in SHARED["sent"](heard.frames) for number in re.findall(r"\d+", words)}
    assert not numbers & (ROUND["EXACT"] - {6, 7})  # the numbers of quotes offered
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 320
    assert Axe().run(page, options=SHARED["WCAG"]).response["violations"] == []
    page.context.close()


def test_a_file_is_made_with_the_users_template_and_comes_down_whole(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    """The template stays while the user is at the quotes."""
    import docx

    docx.Document().save(str(tmp_path / TEMPLATE))
    page, heard = SHARED["new_page"](browser)
    SHARED["go"](page, f"{address}/evidence?do=Make+files")
    page.get_by_text("Choices for the files").click()
    page.locator("input[type=file]").first.set_input_files(tmp_path / TEMPLATE)
    page.get_by_text("The template in use:").wait_for()
    page.get_by_text("Choose quotes", exact=True).click()
    page.get_by_text("Choose a theme", exact=True).wait_for()
    page.get_by_text("Make files", exact=True).click()
    page.get_by_text("The template in use:").wait_for()
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_load_state("networkidle")
    told = page.get_by_text("ours are used for these")  # what the template lacks
    for _ in range(4):  # Streamlit now and then loses the first press after a change of view
        page.get_by_role("button", name="Make the quotes, Word").click()
        page.wait_for_timeout(6_000)
        if told.is_visible():
            break
    told.wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the quotes, Word").click()
    assert re.fullmatch(r"quotes-docx-publish-\d{4}-\d\d-\d\d\.docx", waiting.value.suggested_filename)
    with zipfile.ZipFile(waiting.value.path()) as held:
        words = held.read("word/document.xml").decode()
    assert ROUND["WHY"] in words
    assert ROUND["REFUSED"] not in words
    assert heard.errors == []
    page.context.close()
