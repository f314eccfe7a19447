"""The keyboard alone: it reaches all there is in the order of reading, one sees where it is, and it does whole jobs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from engagement.store import Store
from tests.browser.chromium import FOCUSED, OpenPage, go, serving, settled, tab_to, unfold
from tests.browser.steps import ROUND_FILES, do, see
from tests.browser.whole_round import PASSPHRASE

pytestmark = pytest.mark.browser

PLACES = {
    "overview": "/",
    "themes": "/themes?theme=Parking",
    "intersections": "/intersections?by=Race&by=Sex&group=White · Female",
    "search": "/search",
    "evidence": "/evidence",
    "evidence files": "/evidence?do=Make+files",
    "code": "/coding?task=Many+at+once",
    "agreement": "/coding?task=Agreement",
    "codebook": "/codebook?do=Change",
    "codebook history": "/codebook?do=History",
    "anonymisation": "/anonymisation",
    "intake": "/intake",
    "sign in": "/signin",
}
# Gives every control that can be seen and used its number in the page, and tells their names.
NUMBERED = """() => {
  const every = "a[href], button, input, select, textarea, summary, [tabindex]";
  const box = each => (each.matches("[type=radio], [type=checkbox]") ? each.closest("label") : each)
    .getBoundingClientRect();
  const groups = new Set();
  const found = [...document.querySelectorAll(every)].filter(each => {
    const {width, height} = box(each);
    if (each.disabled || each.tabIndex < 0 || !width || !height || each.type === "file") return false;
    if (!each.checkVisibility({visibilityProperty: true})) return false;
    if (each.type !== "radio") return true;
    const group = [...each.closest("[role=radiogroup]").querySelectorAll("input")];
    return each === (group.find(one => one.checked) || group[0]);  // the arrows lead to the others
  });
  found.forEach((each, number) => { each.dataset.number = number; });
  return found.map(each => (each.ariaLabel || each.innerText || each.dataset.testid || each.tagName).slice(0, 60));
}"""
# Controls that can be seen and that Tab passes by: those beside one that does the same by other keys are left out.
PASSED_BY = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter(each => each.tabIndex < 0 && !each.disabled && !each.matches("[type=radio], [type=date], [type=file]")
    && each.checkVisibility({visibilityProperty: true}) && each.getBoundingClientRect().width)
  .map(each => each.ariaLabel || each.innerText || each.outerHTML)
  .filter(name => !/^(Open|Increment|Decrement|Remove .+)$/.test(name))"""
# Where the keyboard is, how that looks, and how what it left looks now.
AT = """() => {
  const looks = each => {
    if (!each) return "";
    const around = each.closest("[data-testid=stElementContainer], header, details") || each.parentElement;
    return JSON.stringify([each, ...around.querySelectorAll("*")].map(one => {
      const is = getComputedStyle(one);
      return [is.outline, is.boxShadow, is.borderColor, is.backgroundColor, is.textDecorationLine, is.opacity];
    }));
  };
  const now = document.activeElement, left = window.wasAt;
  window.wasAt = now;
  const {top, bottom, left: start, right} = now.getBoundingClientRect();
  const main = now.parentElement?.closest("[data-testid=stMain]"), down = main ? main.scrollTop : 0;
  return {
    number: now.dataset.number === undefined ? -1 : Number(now.dataset.number), nothing: now === document.body,
    looks: looks(now), leftLooks: looks(left), top: top + down, bottom: bottom + down, start, right,
    name: (now.ariaLabel || now.innerText || now.outerHTML).slice(0, 60), inMain: !!main,
  };
}"""
STILL = "*, *::before, *::after { transition: none !important; animation: none !important; }"


@dataclass(frozen=True)
class Walk:
    """Where Tab led, in order, until it came round."""

    steps: list[dict[str, Any]]
    unseen: list[str]


@pytest.fixture(scope="module")
def address(whole_round: Path) -> Iterator[str]:
    with serving(whole_round, "analyst") as served:
        yield served


# ------------------------------------------------------------------ a walk


@pytest.mark.parametrize("width", [1280, 320])
def test_tab_reaches_all_that_can_be_used_in_the_order_of_reading_and_is_seen(
    open_page: OpenPage, address: str, width: int
) -> None:
    """Every control, link, download and table that scrolls, on every page; nothing keeps the keyboard for itself."""
    page, _ = open_page(width)
    for name, place in PLACES.items():
        go(page, address + place)
        unfold(page)
        names = page.evaluate(NUMBERED)
        assert page.evaluate(PASSED_BY) == [], name
        walk = walked(page, len(names))
        reached = [step["number"] for step in walk.steps if step["number"] >= 0]
        assert [names[number] for number in range(len(names)) if number not in reached] == [], name
        assert reached == sorted(reached), name
        assert upwards(walk.steps) == [], name
        assert walk.unseen == [], name


def walked(page: Page, most: int) -> Walk:
    """Tab until it comes round to where it was first; told from the first control of the page."""
    page.add_style_tag(content=STILL)
    page.evaluate("window.wasAt = undefined")
    steps: list[dict[str, Any]] = []
    unseen: list[str] = []
    for _ in range(2 * most + 20):
        page.keyboard.press("Tab")
        step = page.evaluate(AT)
        if steps and not steps[-1]["nothing"] and step["leftLooks"] == steps[-1]["looks"]:
            unseen.append(steps[-1]["name"])
        if steps and step["number"] == steps[0]["number"] >= 0:
            first = next((place for place, one in enumerate(steps) if one["number"] == 0), 0)
            return Walk([one for one in (*steps[first:], *steps[:first]) if not one["nothing"]], unseen)
        steps.append(step)
    raise AssertionError(f"the keyboard is kept at {steps[-1]['name']}")


def upwards(steps: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Steps that lead up the page without leading to the right, as into the next column."""
    pairs = [(before, after) for before, after in pairwise(steps) if before["inMain"]]
    return [
        (before["name"], after["name"])
        for before, after in pairs
        if after["inMain"] and after["bottom"] <= before["top"] and after["start"] < before["right"]
    ]


# -------------------------------------------------------------------- jobs


def enter(page: Page, label: str) -> None:
    """Presses what is called `label` by the keyboard."""
    tab_to(page, label)
    page.keyboard.press("Enter")
    settled(page)


def come_as(page: Page, address: str, role: str, to: str) -> None:
    """Takes a role on the page for it, and goes to a page of that role, by the keyboard."""
    go(page, f"{address}/signin")
    tab_to_one_of(page, "What you want to do")
    arrow_to(page, role)
    enter(page, "Save")
    enter(page, to)
    page.get_by_role("heading", name=to, exact=True).first.wait_for()


def tab_to_one_of(page: Page, label: str) -> None:
    """Walks to the choice called `label`, on the one that is chosen."""
    inside = "(label => (document.activeElement.closest('[role=radiogroup]') || {}).ariaLabel === label)"
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(inside, label):
            return
    raise AssertionError(f"the keyboard does not reach {label}")


def arrow_to(page: Page, choice: str) -> None:
    """Goes down through a choice until `choice` is chosen."""
    for _ in range(12):
        if page.evaluate("(document.activeElement.closest('label') || {}).innerText") == choice:
            settled(page)
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"the arrows do not reach {choice}")


def pick_typed(page: Page, label: str, words: str) -> None:
    """Walks to a list that opens, types an entry and takes it once it is offered."""
    for _ in range(120):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if len(focused) < 200 and focused.endswith(label):
            page.keyboard.type(words, delay=20)
            page.get_by_role("option", name=words, exact=True).wait_for()
            page.keyboard.press("Enter")
            settled(page)
            return
    raise AssertionError(f"the keyboard does not reach {label}")


def test_a_steering_group_opens_a_theme_and_looks_closer_at_a_group(open_page: OpenPage, address: str) -> None:
    page, _ = open_page()
    come_as(page, address, "Steering group: explore themes", "Themes")
    pick_typed(page, "Choose a theme", "Parking")
    page.get_by_role("heading", name="Parking", exact=True).wait_for()
    enter(page, "Intersections")
    pick_typed(page, "Group", "White")
    see(page, "White: about 95 people")
    tab_to(page, "Overview")  # once round
    with page.expect_download() as waiting:
        enter(page, "Download this table (CSV)")
    assert "White" in waiting.value.path().read_text(encoding="utf-8")


def test_a_report_writer_pins_a_quote_and_takes_a_file_away(
    open_page: OpenPage, address: str, whole_round: Path
) -> None:
    page, _ = open_page()
    come_as(page, address, "Report writer: collect quotes and export", "Evidence")
    enter(page, "Pin offered quote 1")
    see(page, "Saved: the quote is pinned.")
    with Store.open(whole_round) as store:
        assert len(store.collected.picks()) == 3
    go(page, f"{address}/evidence?do=Make+files")
    enter(page, "Make the quotes, plain text")
    see(page, "Download the quotes, plain text")
    name = page.get_by_role("button", name="Download the quotes, plain text").inner_text().strip()
    with page.expect_download() as waiting:
        enter(page, name)
    assert "The rent for our flat" in waiting.value.path().read_text(encoding="utf-8")


def test_a_coder_accepts_a_suggestion_and_adds_a_theme(open_page: OpenPage, address: str, whole_round: Path) -> None:
    page, _ = open_page()
    come_as(page, address, "Second coder: code excerpts", "Code")
    go(page, f"{address}/coding?task=Teach+the+machine")
    enter(page, "Find 20 excerpts to code")
    see(page, "Excerpt 1 of")
    with Store.open(whole_round) as store:
        before = len(store.coded.codings())
    pick_typed(page, "Add other themes", "Racism")
    tab_to(page, "Save and next")
    page.keyboard.press("Enter")
    see(page, "Excerpt 2 of")
    with Store.open(whole_round) as store:
        made = store.coded.codings()[before:]
    assert ("racism", "accepted") in {(one.theme_key, str(one.decision)) for one in made}
    assert len({one.theme_key for one in made if str(one.decision) == "accepted"}) > 1


def test_an_analyst_rules_on_a_passage_defines_a_theme_and_brings_files(
    open_page: OpenPage, address: str, whole_round: Path
) -> None:
    page, _ = open_page()
    come_as(page, address, "Analyst: everything, the anonymisation included", "Anonymisation")
    tab_to(page, "Passphrase of the vault")
    page.keyboard.type(PASSPHRASE)
    page.keyboard.press("Enter")
    see(page, "The vault is open.")
    enter(page, "Replace here")
    see(page, "Saved: the words are replaced")
    with Store.open(whole_round) as store:
        assert len(store.reviewed.rulings()) == 2
    enter(page, "Codebook")
    tab_to_one_of(page, "What do you want to do?")
    arrow_to(page, "Change")
    tab_to(page, "What it means")
    page.keyboard.press("End")
    page.keyboard.type(" Of any kind.")
    enter(page, "Save this theme")
    see(page, "Saved: the codebook is version 3 now.")
    enter(page, "Intake")
    tab_to_one_of(page, "Where are the files?")
    arrow_to(page, "I drop them here")
    tab_to(page, "Upload")
    with page.expect_file_chooser() as choosing:
        page.keyboard.press("Enter")
    choosing.value.set_files(list(ROUND_FILES))
    settled(page)
    enter(page, "Look at the files")
    see(page, "What was recognised")
    do(page, ("press", "Throw the dropped files away"))
