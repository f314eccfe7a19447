"""The Evidence page as a browser gets it: what may not be printed stays out, and a file comes down whole."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from engagement.anonymising.rulings import Judgement, Ruling
from engagement.store import Store
from tests.browser.chromium import OpenPage, go, look_at, serving, settled, tab_to
from tests.test_app import REFUSED, WHY, build_project

pytestmark = pytest.mark.browser

TEMPLATE = "our-template.docx"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = build_project(tmp_path_factory.mktemp("evidence") / "project")
    with Store.open(project) as store:
        store.reviewed.add_ruling(Ruling("0" * 64, 1, Judgement.KEEP, "URL", "Sam"))
    return project


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with serving(folder, "reporter") as served:
        yield served


def test_the_keyboard_pins_on_a_phone(open_page: OpenPage, address: str, folder: Path) -> None:
    """A rule that an address asks for and a report writer may not have is not used."""
    page, _ = open_page(320)
    go(page, f"{address}/evidence?rule=internal")
    tab_to(page, "Pin offered quote 1")
    page.keyboard.press("Enter")
    page.get_by_text("Pinned quote 1.").wait_for()
    with Store.open(folder) as store:
        assert len(store.collected.picks()) == 1
    go(page, f"{address}/evidence?theme=Racism&rule=internal")
    page.get_by_text("Too few people raised this theme.").wait_for()
    look_at(page, "evidence-hidden")


def test_a_file_is_made_with_the_users_template_and_comes_down_whole(
    open_page: OpenPage, address: str, tmp_path: Path
) -> None:
    """The template stays while the user is at the quotes."""
    docx.Document().save(str(tmp_path / TEMPLATE))
    page, _ = open_page()
    go(page, f"{address}/evidence?do=Make+files")
    page.get_by_text("Choices for the files").click()
    page.locator("input[type=file]").first.set_input_files(tmp_path / TEMPLATE)
    page.get_by_text("The template in use:").wait_for()
    page.get_by_text("Choose quotes", exact=True).click()
    page.get_by_text("Choose a theme", exact=True).wait_for()
    page.get_by_text("Make files", exact=True).click()
    page.get_by_text("The template in use:").wait_for()
    settled(page)
    told = page.get_by_text("ours are used for these")  # what the template lacks
    for _ in range(4):  # Streamlit now and then loses the first press after a change of view
        page.get_by_role("button", name="Make the quotes, Word").click()
        settled(page)
        if told.is_visible():
            break
    told.wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the quotes, Word").click()
    assert re.fullmatch(r"quotes-docx-publish-\d{4}-\d\d-\d\d\.docx", waiting.value.suggested_filename)
    with zipfile.ZipFile(waiting.value.path()) as held:
        words = held.read("word/document.xml").decode()
    assert WHY in words
    assert REFUSED not in words
