"""What the browser tests stand on: the app as a user starts it, a page that hears everything, and a look at it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, WebSocket

Scheme = Literal["light", "dark"]

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
HOST = "127.0.0.1"
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
# Streamlit asks for these under the address of a page, before it finds out where the app's root is.
LOOKED_FOR_IN_VAIN = ("/_stcore/health", "/_stcore/host-config")
ARTEFACTS = Path(__file__).parents[2] / "artefacts"  # pictures of the run, not in git
TALLEST = 12_000  # pixels of a picture
CALM = 250  # milliseconds without work, after which a page is taken to have come to rest
# Nothing runs, nothing is stale, every chart is drawn, and all of this for a while.
AT_REST = """calm => {
  const now = performance.now(), app = document.querySelector("[data-testid=stApp]");
  const charts = [...document.querySelectorAll("[data-testid=stVegaLiteChart]")];
  const rests = app?.dataset.testScriptState === "notRunning" && document.querySelector("h1")
    && !document.querySelector("[data-testid=stSpinner]") && charts.every(chart => chart.querySelector("svg, canvas"));
  if (!rests || window.restsSince === undefined) window.restsSince = now;
  return now - window.restsSince > calm;
}"""
WIDEST = "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
TALL = "document.querySelector('[data-testid=stMain]').scrollHeight"
FOCUSED = "(document.activeElement.ariaLabel || document.activeElement.innerText || '').trim()"


@dataclass
class Heard:
    """All that a page received and asked for while it was open."""

    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    frames: list[bytes] = field(default_factory=list)


OpenPage = Callable[..., tuple[Page, Heard]]


# ------------------------------------------------------------------ the app


@contextmanager
def serving(project: Path, role: str = "viewer", *, port: int = 0, **environment: str) -> Iterator[str]:
    """The address of the app, started by the command line from a folder that is not the repository."""
    port = port or free_port()
    command = [sys.executable, "-m", "engagement", "app", "--project", str(project), "--port", str(port)]
    with subprocess.Popen(
        [*command, "--role", role],
        cwd=project.parent,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as app:
        try:
            _wait_for(f"http://{HOST}:{port}/_stcore/health", app)
            yield f"http://{HOST}:{port}"
        finally:
            app.terminate()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


def _wait_for(url: str, app: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if app.poll() is not None:
            raise AssertionError(f"the app stopped: {app.stderr.read().decode() if app.stderr else ''}")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the app did not start in a minute")


# ------------------------------------------------------------------- a page


def listening(browser: Browser, width: int = 1280, scheme: Scheme = "light") -> tuple[Page, Heard]:
    """A page with a browser's state of its own, and what it hears. Tests open theirs with the fixture `open_page`."""
    page = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
    page.set_default_timeout(60_000)  # the machine may be busy with much else
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
    settled(page)
    page.wait_for_load_state("networkidle")


def settled(page: Page, calm: int = CALM) -> None:
    """Waits until the page has come to rest, for so many milliseconds."""
    page.evaluate("window.restsSince = undefined")
    page.wait_for_function(AT_REST, arg=calm)


def unfold(page: Page) -> None:
    """Opens every folded part, those inside others too."""
    for _ in range(3):
        folded = page.query_selector_all("[data-testid=stExpander] details:not([open]) > summary")
        for summary in folded:
            summary.click()
        if not folded:
            return
        settled(page)


def tab_to(page: Page, label: str, most: int = 120) -> None:
    """Walks by the keyboard to what is called `label`."""
    called = re.compile(rf"(\w+\n+)?{re.escape(label)}")  # an icon's name may be before it
    for _ in range(most):
        page.keyboard.press("Tab")
        if called.fullmatch(page.evaluate(FOCUSED)):
            return
    raise AssertionError(f"the keyboard does not reach {label}")


# ------------------------------------------------------------------- a look


def look_at(page: Page, name: str) -> None:
    """Axe finds nothing against WCAG 2.2 AA, nothing scrolls sideways, and a picture is kept; whatever the width."""
    assert page.viewport_size
    width, tall = page.viewport_size["width"], min(page.evaluate(TALL), TALLEST)
    page.set_viewport_size({"width": width, "height": max(900, tall)})  # what is out of sight can't be judged
    violations = Axe().run(page, options=WCAG).response["violations"]
    scheme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    ARTEFACTS.mkdir(exist_ok=True)
    page.mouse.move(0, 0)  # nothing is pointed at
    page.screenshot(path=ARTEFACTS / f"{name}-{width}-{scheme}.png")
    page.set_viewport_size({"width": width, "height": 900})
    assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == [], (name, width, scheme)
    assert page.evaluate(WIDEST) <= width, (name, width, scheme)
