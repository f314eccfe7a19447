"""The app as a browser gets it: accessible, on this machine alone, and with nothing that may not be shown."""

from __future__ import annotations

import csv
import json
import runpy
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import pyarrow as pa
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, WebSocket, sync_playwright
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
ADDRESSES = {
    "overview": "/",
    "themes": "/themes",
    "hidden theme": "/themes?theme=Racism",
    "intersections": "/intersections",
    "three at once": "/intersections?by=Race&by=Sex&by=Disability",
    "one theme": "/intersections?by=Race&about=Housing",
    "search": "/search",
    "a group": "/intersections?by=Race&group=White&words=true",
}
FOR_ANALYSTS = {
    "evidence": "/evidence",
    "coding": "/coding",
    "codebook": "/codebook",
    "anonymisation": "/anonymisation",
    "intake": "/intake",
    "sign in": "/signin",
}
# Streamlit asks for these under the address of a page, before it finds out where the app's root is.
LOOKED_FOR_IN_VAIN = ("/_stcore/health", "/_stcore/host-config")
# Test files are no package: the round is made by the one that made it for AppTest.
ROUND = runpy.run_path(str(Path(__file__).parents[1] / "test_app.py"))
Scheme = Literal["light", "dark"]
MAY_NOT_BE_SHOWN = (ROUND["REFUSED"], ROUND["SMALL"], ROUND["SECRETIVE"])


@dataclass
class Heard:
    """All that a page received and asked for while it was open."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app, started as a user starts it, from a folder that is not the repository."""
    with _served(tmp_path_factory.mktemp("browser"), "viewer") as served:
        yield served


@pytest.fixture(scope="module")
def analysts_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same, as an analyst starts it."""
    with _served(tmp_path_factory.mktemp("analyst"), "analyst") as served:
        yield served


@contextmanager
def _served(folder: Path, role: str) -> Iterator[str]:
    project = ROUND["build_project"](folder / "project")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "engagement", "app", "--project", str(project), "--port", str(port)]
    with subprocess.Popen(
        [*command, "--role", role], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as app:
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", app)
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()


def _wait_for(url: str, app: subprocess.Popen[bytes]) -> None:
    for _ in range(120):
        if app.poll() is not None:
            raise AssertionError(f"the app stopped: {app.stderr.read().decode() if app.stderr else ''}")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the app did not start in 30 seconds")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail("no chromium: install Debian's, or leave these out with -m 'not browser'")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(params=[1280, 320])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def new_page(browser: Browser, scheme: Scheme = "light", width: int = 1280) -> tuple[Page, Heard]:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    heard = Heard()

    def on_frame(frame: bytes | str) -> None:
        heard.frames.append(frame if isinstance(frame, bytes) else frame.encode())

    def on_socket(opened: WebSocket) -> None:
        heard.requests.append(opened.url)
        opened.on("framereceived", on_frame)

    def on_console(message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and not where.endswith(LOOKED_FOR_IN_VAIN):
            heard.errors.append(f"{message.text} {where}")

    page.on("request", lambda request: heard.requests.append(request.url))
    page.on("websocket", on_socket)
    page.on("console", on_console)
    page.on("pageerror", lambda error: heard.errors.append(str(error)))
    return page, heard


def go(page: Page, url: str) -> None:
    """Opens `url` and waits until the page has been drawn whole."""
    page.goto(url)
    page.wait_for_selector("h1")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    charts = "[...document.querySelectorAll('[data-testid=stVegaLiteChart]')]"
    page.wait_for_function(f"{charts}.every(chart => chart.querySelector('svg, canvas'))")
    page.wait_for_load_state("networkidle")


def test_pages_are_accessible_fit_and_ask_nobody_else(
    browser: Browser, address: str, scheme: Scheme, width: int
) -> None:
    """axe finds nothing against WCAG 2.2 AA, nothing scrolls sideways, no error, and no request leaves the machine."""
    _look_through(browser, address, ADDRESSES, scheme, width)


def test_the_analysts_pages_are_so_too(browser: Browser, analysts_address: str, scheme: Scheme, width: int) -> None:
    """Those to collect, code, change the codebook, check the anonymisation and bring files in."""
    _look_through(browser, analysts_address, FOR_ANALYSTS, scheme, width)


def _look_through(browser: Browser, address: str, paths: dict[str, str], scheme: Scheme, width: int) -> None:
    page, heard = new_page(browser, scheme, width)
    for name, path in paths.items():
        go(page, address + path)
        for expander in page.query_selector_all("[data-testid=stExpander] summary"):
            expander.click()
        violations = Axe().run(page, options=WCAG).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == [], name
        widest = page.evaluate(
            "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
        )
        assert widest <= width, name
    assert {urlsplit(url).hostname for url in heard.requests if not url.startswith(("data:", "blob:"))} == {"127.0.0.1"}
    assert heard.errors == []
    page.context.close()


@pytest.mark.parametrize("name", ADDRESSES)
def test_nothing_received_holds_a_hidden_number_or_words_that_may_not_be_shown(
    browser: Browser, address: str, name: str
) -> None:
    """The page's source and every frame of its connection, tables and charts opened, are searched."""
    page, heard = new_page(browser)
    go(page, address + ADDRESSES[name])
    received = [page.content().encode(), *heard.frames]
    assert len(heard.frames) > 10
    for words in MAY_NOT_BE_SHOWN:
        assert not [1 for each in received if words.encode() in each]
    numbers = {number for words in sent(heard.frames) for number in ROUND["counted"](words)}
    # The rounded total: the search finds what the frames carry.
    assert 65 in numbers or name in {"hidden theme", "search"}
    assert not numbers & ROUND["EXACT"]
    page.context.close()


def sent(frames: list[bytes]) -> list[str]:
    """The words and numbers that the frames carry: texts, the cells of tables, the data of charts."""
    found: list[str] = []
    for frame in frames:
        element = ForwardMsg.FromString(frame).delta.new_element
        match element.WhichOneof("type"):
            case "markdown" | "heading" | "text" | "alert" as kind:
                found.append(getattr(element, kind).body)
            case "table":
                found.append(_opened(element.table.arrow_data.data))
            case "vega_lite_chart":
                found += [_opened(dataset.data.data) for dataset in element.vega_lite_chart.datasets]
                assert '"values"' not in element.vega_lite_chart.spec  # all data are in the datasets
    return found


def _opened(arrow: bytes) -> str:
    return json.dumps(pa.ipc.open_stream(arrow).read_all().to_pylist(), ensure_ascii=False)


def test_what_people_typed_shows_as_typed(browser: Browser, address: str) -> None:
    """Script, HTML, Markdown, LaTeX, icons, emoji and addresses stay words, in quotes, headings and tables alike."""
    page, heard = new_page(browser)
    for path, places in (("/", ("h1", "table", "[data-testid=stText]")), ("/themes", ("[data-testid=stText]",))):
        go(page, address + path)
        for place in places:
            shown = "\n".join(page.locator(place).all_inner_texts()).replace("\u2060", "")
            assert ROUND["LIVE"] in " ".join(shown.split()), (path, place)
        assert page.title() != "broken"
        for live in ("img[alt=x]", "a[href*='example.com']", "[aria-label='home icon']", ".katex", "h1 b", "td strong"):
            assert page.locator(live).count() == 0, (path, live)
    assert not [url for url in heard.requests if "example.com" in url]
    page.context.close()


def test_the_download_is_the_table_of_the_page(browser: Browser, address: str) -> None:
    """The same cells, hidden ones in words, with the rule on every line."""
    page, _ = new_page(browser)
    go(page, address + ADDRESSES["intersections"])
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download this table (CSV)").click()
    rows = list(csv.reader(waiting.value.path().read_text(encoding="utf-8").splitlines()))
    cells = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText.trim()))"
    shown = page.locator("table").first.locator("tr").evaluate_all(cells)
    assert [row[:-1] for row in rows] == shown
    assert {row[-1] for row in rows[1:]} == {"publish"}
    assert ["White", "40", "20", "10", "Hidden", "Hidden", "publish"] in rows
    page.context.close()


def test_the_keyboard_reaches_every_control_and_the_table_that_scrolls(browser: Browser, address: str) -> None:
    """Tab walks from the choices to the table's box and the download."""
    page, _ = new_page(browser, width=320)
    go(page, address + ADDRESSES["intersections"])
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("(document.activeElement.ariaLabel || document.activeElement.innerText || '').trim()")
        )
    assert {"Scrollable table", "Download this table (CSV)"} <= reached
    assert any("Theme" in name for name in reached)
    page.context.close()
