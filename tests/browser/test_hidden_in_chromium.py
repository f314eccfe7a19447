"""What a browser receives of a round with small groups: no hidden number, and no words that may not be shown."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Page
from python_calamine import CalamineWorkbook

from engagement.anonymising.rulings import Judgement, Ruling
from engagement.app.evidence_files import FORMS
from engagement.model import Choice, Pick, content_id
from engagement.store import Store
from tests.browser.chromium import Heard, OpenPage, go, serving, settled, unfold
from tests.browser.frames import sent
from tests.browser.steps import Step, as_shown, do
from tests.test_app import EXACT, REFUSED, SECRETIVE, SMALL, build_project, counted

pytestmark = pytest.mark.browser

MAY_NOT_BE_SHOWN = (REFUSED, SMALL, SECRETIVE)
TOTAL = 65  # rounded: where it is found, the search finds what was received
# Where each walk begins, and what is done from there; all parts are unfolded after each step.
WALKS: dict[str, tuple[str, tuple[Step, ...]]] = {
    "overview": ("/", ()),
    "every theme": (
        "/themes",
        tuple(("pick", "Choose a theme", name) for name in ("Access", "Racism", "Safe spaces")),
    ),
    "intersections": (
        "/intersections",
        (
            ("pick", "Characteristics, up to three", "Sex"),
            ("choose", "Race in detail"),
            ("choose", "Mentions"),
            ("choose", "Groups"),
            ("choose", "That, or else the group that they came to"),
            ("pick", "Themes: choose one or more", "Racism"),
        ),
    ),
    "three at once": ("/intersections?by=Race&by=Sex&by=Disability", ()),
    "only some of it": ("/intersections?by=Race", (("pick", "Together with the theme", "Racism"),)),
    "one theme": ("/intersections?by=Race&about=Housing", ()),
    "every group": (
        "/intersections?by=Race&words=true",
        (("pick", "Group", "White"), ("pick", "Group", "Asian"), ("pick", "What they said about", "Racism")),
    ),
    "search": (
        "/search",
        (
            ("type", "Words to look for", "rent"), ("press", "Search"),
            ("pick", "Together with the theme", "Access"),
            ("type", "Words to look for", "word quiet"), ("press", "Search"),
            ("type", "Words to look for", "nobody print cold rooms"), ("press", "Search"),
        ),
    ),
    "sign in": ("/signin", (("choose", "Steering group: explore themes"), ("press", "Save"))),
}  # fmt: skip
# Files with a row an excerpt have the words of all who allow it; that few raised the theme of some, no row tells.
ROW_BY_ROW = {"qdpx", "csv"}
WITHOUT_TOTAL = {"search", "sign in", "one theme"}
QUOTES: tuple[Step, ...] = (
    ("press", "Pin offered quote 1"), ("press", "Drop offered quote 1"), ("press", "Move 2 up"),
    ("pick", "Choose a theme", "Access"), ("pick", "Choose a theme", "Racism"),
    ("pick", "Choose a theme", "Safe spaces"),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The round, with a pinned quote of somebody who refused to be quoted."""
    project = build_project(tmp_path_factory.mktemp("hidden") / "project")
    with Store.open(project) as store:
        store.reviewed.add_ruling(Ruling("0" * 64, 1, Judgement.KEEP, "URL", "Sam"))
        store.collected.save_pick(Pick(content_id("e", 1), "housing", Choice.PINNED), "Sam")
    return project


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """The app as a report writer has it: a viewer's pages and one more."""
    with serving(folder, "reporter") as served:
        yield served


@pytest.mark.parametrize("name", WALKS)
def test_nothing_received_holds_a_hidden_number_or_words_that_may_not_be_shown(
    open_page: OpenPage, address: str, name: str
) -> None:
    """The page's source and every frame of its connection, through every filter and theme, are searched."""
    page, heard = open_page()
    where, steps = WALKS[name]
    go(page, address + where)
    unfold(page)
    for step in steps:
        do(page, step)
        unfold(page)
    numbers = searched(page, heard)
    assert TOTAL in numbers or name in WITHOUT_TOTAL
    assert not numbers & EXACT


def test_a_report_writer_receives_no_more(open_page: OpenPage, address: str) -> None:
    """Quotes are pinned, dropped and ordered, also of themes that are hidden; the one who refused stays unread."""
    page, heard = open_page()
    go(page, f"{address}/evidence")
    for step in QUOTES:
        do(page, step)
        unfold(page)
    numbers = searched(page, heard)
    numbered = set(range(12))  # the quotes are
    assert not numbers & (EXACT - numbered)


def test_no_file_that_a_report_writer_takes_away_holds_more(open_page: OpenPage, address: str) -> None:
    """Every kind of file is made, downloaded and opened: words anywhere in it, numbers in the cells of its tables."""
    page, heard = open_page()
    go(page, f"{address}/evidence?do=Make+files")
    told = []
    for form in FORMS:
        do(page, ("press", f"Make the {form.title}"))
        ready = page.get_by_role("button", name=as_shown(f"Download the {form.title}"))
        ready.wait_for(timeout=180_000)
        with page.expect_download() as waiting:
            ready.click()
        held = parts(form.suffix, waiting.value.path().read_bytes())
        for words in MAY_NOT_BE_SHOWN:
            if words != SMALL or form.name not in ROW_BY_ROW:
                assert not [name for name, content in held.items() if words.encode() in content], (form.name, words)
        lines = [line for content in held.values() for line in content.splitlines() if SMALL.encode() in line]
        assert not [line for line in lines if b"acism" in line], form.name
        cells = {name: numbers_in(name, content) & EXACT for name, content in held.items()}
        assert {name: found for name, found in cells.items() if found} == {}, form.name
        told.append(any("35" in words_of(name, content) for name, content in held.items()))
    assert any(told)  # the search finds what the files hold
    searched(page, heard)


# ------------------------------------------------------------ what is received


def searched(page: Page, heard: Heard) -> set[int]:
    """The numbers in all that a page received, in which no words are that may not be shown."""
    settled(page)
    received = [page.content().encode(), *heard.frames]
    assert len(heard.frames) > 10
    for words in MAY_NOT_BE_SHOWN:
        assert not [1 for each in received if words.encode() in each]
    return {number for words in sent(heard.frames) for number in counted(words)}


# ------------------------------------------------------------------- of files


def parts(suffix: str, content: bytes) -> dict[str, bytes]:
    """A file by its parts, those of a packed one unpacked: name -> content."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {f"file.{suffix}": content}
    found = {f"file.{suffix}": content}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return found | {name: packed.read(name) for name in packed.namelist()}


def words_of(name: str, content: bytes) -> str:
    """The cells of a part that is a table, each on a line; nothing for others."""
    match name.rsplit(".", 1)[-1]:
        case "csv":
            rows: list[list[Any]] = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        case "xlsx":
            book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            rows = [row for sheet in book.sheet_names for row in book.get_sheet_by_name(sheet).to_python()]
        case "html":
            rows = [["".join(cell.itertext())] for cell in etree.HTML(content).iter("td")]
        case "xml" if b"<w:tc>" in content:
            tables = etree.fromstring(content)
            rows = [["".join(cell.itertext())] for cell in tables.iter("{*}tc")]
        case _:
            rows = []
    cells = (
        str(int(cell)) if isinstance(cell, float) and cell == int(cell) else str(cell) for row in rows for cell in row
    )
    return "\n".join(cells)


def numbers_in(name: str, content: bytes) -> set[int]:
    """The numbers that stand alone in cells."""
    return {int(cell) for cell in words_of(name, content).splitlines() if re.fullmatch(r"\d+", cell.strip())}
