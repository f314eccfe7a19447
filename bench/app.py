"""How long a browser waits for the app on a project of 50,000 excerpts of 10,000 people, and what memory it needs.

    python bench/app.py [TIMES [EXCERPTS [PART ...]]]

PART is viewer, analyst, five or one of their walks, such as themes; all without. Times are taken in Debian's Chromium,
as `app_steps.py` says; the menu's pages, lists and buttons are pressed one after another, five users with a second
between. Beside them stands a bare Streamlit page with one list and one table, in the same browser and the same minutes.
The project is one of `invented.py`, made once and kept beside other temporary files; each run works on a copy.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import app_steps as steps
import numpy as np
from invented import Size, project
from playwright.async_api import Browser, async_playwright

from engagement import codebook, pipeline
from engagement.config import Settings
from engagement.store import DATABASE, Store

PEOPLE_EACH, SOURCES = 5, 8  # excerpts a person, files
TIMES, EXCERPTS, USERS, PAUSE = 20, 50_000, 5, 1.0
FIRST, MIDDLE, SLOW, MEMORY = 3000, 500, 1000, 1500  # the goals: ms of the first page, of the median, of the p95; MB
IDLE = 0.1  # seconds of a core in two seconds, below which a server is at rest
LONG = ("Code: find 20 excerpts to code",)  # jobs that say that they take a while
ROOT = Path(__file__).resolve().parents[1]
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
BARE = """
import pandas as pd
import streamlit as st

st.title("Bare")
number = st.selectbox("Choose", range(10))
st.table(pd.DataFrame({"Theme": [f"{number} {n}" for n in range(7)], "People": range(7), "Share": range(7)}))
"""
SERVE = """
import sys
import streamlit as st
from engagement.app.serve import settings
st.App(sys.argv[1]).run(config={**settings(), "server.port": int(sys.argv[2])})
"""


class Waits:
    """Milliseconds by what was done."""

    def __init__(self) -> None:
        self.of: dict[str, list[float]] = defaultdict(list)

    def every(self) -> list[float]:
        """Those of interactions: neither first pages nor long jobs."""
        left_out = (*LONG, "First page", "A bare page")
        return [wait for name, waits in self.of.items() if not name.startswith(left_out) for wait in waits]

    def table(self, title: str, bare: Waits, *, users: int = 1) -> None:
        print(
            f"\n{title}; load {os.getloadavg()[0]:.1f}\n{'':48}{'n':>4}{'median':>9}{'p95':>9}{'goal':>14}{'x bare':>8}"
        )
        factor = 1 if users == 1 else 2
        for name, waits in [*self.of.items(), ("Every interaction", self.every()), *bare.of.items()]:
            if waits:
                first = name.endswith("irst page")
                own = np.median(bare.of["A bare page: first page" if first else "A bare page: choose"])
                limits = f"{FIRST * factor}" if first else f"{MIDDLE * factor} / {SLOW * factor}"
                goal = "" if name.startswith((*LONG, "A bare")) else limits
                middle, slow = np.median(waits), np.quantile(waits, 0.95)
                print(f"{name:48}{len(waits):4}{middle:9.0f}{slow:9.0f}{goal:>14}{middle / own:8.1f}", flush=True)


def made(excerpts: int) -> Path:
    """The project of this size, with all that a run has the guard decide."""
    source = (Path(__file__).parent / "invented.py").read_bytes() + (ROOT / "engagement/storing/schema.py").read_bytes()
    folder = Path(tempfile.gettempdir()) / f"engagement-bench-{excerpts}-{hashlib.sha256(source).hexdigest()[:12]}"
    start = time.perf_counter()
    if not (folder / DATABASE).exists():
        unfinished = folder.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        size = Size(excerpts // PEOPLE_EACH, excerpts, SOURCES, sentences=True)
        with project(unfinished, size, codebook.default()):
            pass
        unfinished.rename(folder)
    with Store.open(folder) as store:
        pipeline._decide(store, Settings())
    print(f"{excerpts:,} excerpts in {folder}, made ready in {time.perf_counter() - start:.0f} s", flush=True)
    return folder


@contextmanager
def served(command: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The address and the process of a server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, *(each.replace("PORT", str(port)) for each in command)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(240):
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.25)
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()


def memory(process: int) -> float:
    """The most that a process has held, and what its children hold, in MB."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return int(status["VmHWM"].split()[0]) / 1024 + sum(memory(int(child)) for child in children)


async def warmed(process: int) -> None:
    """Waits until the server has made ready what it makes ready by itself."""
    before = -IDLE
    while (now := _busy(process)) - before >= IDLE:
        before = now
        await asyncio.sleep(2)


def _busy(process: int) -> float:
    """Seconds of a core that a process has had."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


async def walked(browser: Browser, address: str, walks: Sequence[steps.Walk], times: int, pause: float = 0) -> Waits:
    """One user, who opens the app and goes through the walks."""
    waits, failed = Waits(), []
    bare = walks == (steps.bare,)
    for _ in range(times if not pause else 1):
        context = await browser.new_context(viewport={"width": 1280, "height": 900})
        await context.add_init_script(steps.WATCH)
        tab = steps.Tab(await context.new_page(), address, times)
        waits.of["A bare page: first page" if bare else "First page"].append(await tab.opened())
        await context.close()
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    await context.add_init_script(steps.WATCH)
    tab = steps.Tab(await context.new_page(), address, times)
    for walk in walks:
        async for name, wait in walk(tab):
            waits.of[name].append(wait)
            await asyncio.sleep(pause)
    failed += tab.failed
    await context.close()
    if failed:
        print(f"broke: {', '.join(failed)}")
    return waits


async def together(browser: Browser, address: str, walks: Sequence[steps.Walk], times: int, users: int) -> Waits:
    """Several users at once, each beginning with another walk."""
    turned = [(*walks[at % len(walks) :], *walks[: at % len(walks)]) for at in range(users)]
    everybody = await asyncio.gather(*(walked(browser, address, each, times, PAUSE) for each in turned))
    waits = Waits()
    for one in everybody:
        for name, their in one.of.items():
            waits.of[name] += their
    return waits


async def measured(folder: Path, bare_page: Path, times: int, parts: Sequence[str]) -> None:
    """Prints a table for a viewer, for an analyst, and for five users at once."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
        with served(["-c", SERVE, str(bare_page), "PORT"]) as (bare_address, _):
            for role, walks in (("viewer", steps.VIEWER), ("analyst", steps.ANALYST)):
                chosen = tuple(each for each in walks if not parts or {role, each.__name__} & set(parts))
                alone, several = bool(chosen), role == "viewer" and (not parts or "five" in parts)
                if not alone and not several:
                    continue
                command = ["-m", "engagement", "app", "--project", str(folder), "--port", "PORT", "--role", role]
                with served(command) as (address, process):
                    tab = steps.Tab(await browser.new_page(), address, 1)
                    await tab.page.add_init_script(steps.WATCH)
                    cold, begun = await tab.opened(), time.perf_counter()
                    await tab.page.close()
                    await warmed(process)
                    ready = time.perf_counter() - begun
                    print(f"\nfirst page of a cold server: {cold / 1000:.1f} s; warm {ready:.0f} s later", flush=True)
                    if alone:
                        bare = await walked(browser, bare_address, (steps.bare,), times)
                        waits = await walked(browser, address, chosen, times)
                        waits.table(f"One {role}, milliseconds", bare)
                    if several:
                        bare = await together(browser, bare_address, (steps.bare,), times // 2, USERS)
                        waits = await together(browser, address, steps.VIEWER, max(4, times // 5), USERS)
                        waits.table(f"{USERS} viewers at once, milliseconds", bare, users=USERS)
                    print(f"most memory of the server: {memory(process):.0f} MB; the goal is {MEMORY}", flush=True)
        await browser.close()


def main(times: int = TIMES, excerpts: int = EXCERPTS, *parts: str) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "project"
        shutil.copytree(made(excerpts), copy)
        bare_page = Path(scratch) / "bare.py"
        bare_page.write_text(BARE, encoding="utf-8")
        asyncio.run(measured(copy, bare_page, times, parts))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), *sys.argv[3:])
