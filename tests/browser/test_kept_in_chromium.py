"""A lost connection, a server that was started again, or a second tab: no decision is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from engagement.model import Decision
from engagement.store import Store
from tests.browser.chromium import OpenPage, free_port, go, serving, settled
from tests.browser.steps import do, see
from tests.browser.whole_round import PASSPHRASE

pytestmark = pytest.mark.browser

# Keeps hold of the connections of a page, so that a test can cut them.
HELD = """(() => {
  const Own = window.WebSocket;
  window.held = [];
  window.WebSocket = class extends Own { constructor(...told) { super(...told); window.held.push(this); } };
})()"""
CUT = "window.held.splice(0).forEach(each => each.close())"
ANEW = "window.held.length > 0 && window.held.at(-1).readyState === WebSocket.OPEN"
GRID = "/coding?task=Many+at+once&grid-theme=Access"


def decided(project: Path, theme: str, by: str) -> set[tuple[str, Decision]]:
    """What somebody decided of a theme, by excerpt."""
    with Store.open(project) as store:
        codings = store.coded.codings()
    return {(one.excerpt_id, one.decision) for one in codings if (one.theme_key, one.coder) == (theme, by)}


def named(page: Page, address: str, name: str) -> None:
    """Somebody who codes as an analyst, in a tab of their own."""
    go(page, f"{address}/signin")
    do(page, ("type", "Your name, as your coding will be kept under", name))
    do(page, ("press", "Save"))


def to_grid(page: Page) -> None:
    """The part in which many answers are decided at once, without losing who one is."""
    page.get_by_role("link", name="Code", exact=True).first.click()
    settled(page)
    do(page, ("choose", "Many at once"))
    do(page, ("pick", "Theme to decide on", "Access"))


def decide(page: Page, answer: str, how: str) -> None:
    do(page, ("choose", answer))
    do(page, ("press", how))
    see(page, "Saved, answers decided on: 1.")


def test_two_tabs_decide_and_a_cut_connection_loses_nothing(open_page: OpenPage, whole_round: Path) -> None:
    """What each of two people decided is kept; whose connection was cut goes on as who they are."""
    with serving(whole_round, "analyst") as address:
        (first, of_first), (second, _) = open_page(), open_page()
        first.add_init_script(HELD)
        for page, name in ((first, "Mo"), (second, "Jo")):
            named(page, address, name)
            to_grid(page)
        decide(first, "Answer 1", "The theme is there")
        mine = decided(whole_round, "access", "Mo")
        assert len(mine) == 1
        decide(second, "Answer 2", "The theme is not there")
        theirs = decided(whole_round, "access", "Jo")
        assert {each for each, _ in theirs}.isdisjoint(each for each, _ in mine)
        first.evaluate(CUT)
        first.wait_for_function(ANEW)
        settled(first)
        see(first, "You code as Mo.")
        decide(first, "Answer 3", "The theme is there")
        assert decided(whole_round, "access", "Mo") > mine
        assert decided(whole_round, "access", "Jo") == theirs
        of_first.errors.clear()  # a browser complains of a connection that is cut


def test_what_was_decided_is_there_when_the_server_comes_back(open_page: OpenPage, whole_round: Path) -> None:
    """A decision, a pinned quote and a ruling; the tab finds them by itself, and the vault is closed again."""
    port = free_port()
    page, heard = open_page()
    with serving(whole_round, "analyst", port=port) as address:
        go(page, f"{address}/coding?task=For+or+against")
        do(page, ("press", "Save and next"))
        see(page, "People have decided on 1 of 60 answers.")
        go(page, f"{address}/evidence?theme=Access")
        do(page, ("press", "Pin offered quote 1"))
        see(page, "3 quotes are pinned.")
        go(page, f"{address}/anonymisation")
        do(page, ("type", "Passphrase of the vault", PASSPHRASE))
        do(page, ("press", "Open the vault"))
        do(page, ("press", "Keep everywhere"))
        see(page, "Saved: the words are kept")
    with serving(whole_round, "analyst", port=port) as address:
        see(page, "The vault is closed")
        see(page, "2 rulings are not in the texts yet.")
        go(page, f"{address}/evidence?theme=Access")
        see(page, "3 quotes are pinned.")
        go(page, f"{address}/coding?task=For+or+against")
        see(page, "People have decided on 1 of 60 answers.")
        heard.errors.clear()  # as above
