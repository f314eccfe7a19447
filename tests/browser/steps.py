"""What a user does on a page, as data: ("press", "Save"), ("type", "Name", "Sam"), and so on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from playwright.sync_api import FilePayload, Page
from playwright.sync_api import TimeoutError as NotThere

from tests.browser.chromium import settled
from tests.test_page_intake import NOTES, SURVEY

Step = tuple[str, ...]
ROUND_FILES: tuple[FilePayload, ...] = (
    {"name": "survey.csv", "mimeType": "text/csv", "buffer": SURVEY},
    {"name": "notes.txt", "mimeType": "text/plain", "buffer": NOTES},
)


class Act(Protocol):
    """Something done on a page with the words of a step."""

    def __call__(self, page: Page, *words: str) -> None: ...


def do(page: Page, step: Step) -> None:
    """Takes a step and waits until the page has come to rest."""
    act, *words = step
    ACTS[act](page, *words)
    if act != "see":
        settled(page)


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).first.click()


def choose(page: Page, label: str) -> None:
    """One of several that are all in sight, or a box to tick."""
    page.locator("label", has_text=re.compile(f"^{re.escape(label)}$")).first.click()


def pick(page: Page, label: str, option: str) -> None:
    """One of a list that opens."""
    choice = page.get_by_role("option", name=option, exact=True)
    for _ in range(3):  # Streamlit now and then loses the first press after a change of view
        page.get_by_role("combobox", name=re.compile(re.escape(label))).first.click()
        with suppress(NotThere):
            choice.click(timeout=5_000)
            break
    page.keyboard.press("Escape")


def fill(page: Page, label: str, words: str) -> None:
    page.get_by_role("textbox", name=label, exact=True).first.fill(words)


def key(page: Page, name: str) -> None:
    page.keyboard.press(name)


def see(page: Page, words: str) -> None:
    page.get_by_text(as_shown(words)).first.wait_for(timeout=90_000)


def as_shown(words: str) -> re.Pattern[str]:
    """Words as a page has them, with the joiners that keep Markdown out."""
    return re.compile("\u2060?".join(map(re.escape, words)))


def upload(page: Page) -> None:
    page.locator("input[type=file]").first.set_input_files(list(ROUND_FILES))


ACTS: Mapping[str, Act] = {
    "press": press, "choose": choose, "pick": pick, "type": fill, "key": key, "see": see,
    "upload": upload,
}  # fmt: skip
