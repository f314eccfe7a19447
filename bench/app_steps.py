"""What `app.py` does on each page of the app, and how long the browser waits for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as TookTooLong

# Times are taken in the browser: from the last press of a button or key until the last change on the page is painted.
WATCH = """
(() => {
  const bench = window.bench = {pressed: 0, still: 0, asked: 0};
  new MutationObserver(() => requestAnimationFrame(() => { bench.still = performance.now(); })).observe(
    document, {subtree: true, childList: true, characterData: true, attributes: true}
  );
  for (const kind of ["pointerdown", "keydown"]) {
    addEventListener(kind, () => { bench.pressed = performance.now(); }, true);
  }
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...words) { bench.asked += 1; return send.apply(this, words); };
})()
"""
AT_REST = """([asked, quiet]) => bench.asked > asked
  && document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")
  && performance.now() - Math.max(bench.pressed, bench.still) > quiet"""
OPENED = f"{AT_REST} && document.querySelector('h1') && document.querySelector('table')"
QUIET = 300  # ms without a change, before the page counts as standing still
PATIENCE = 180_000  # ms

TYPED = ("the bus", "damp", "li", "rent", '"no one"', "co -de", "al", "me", "st", "re", "un", "ten", "sa", "no", "ha",
         "en to", "or", "ro", "di", "et")  # fmt: skip
BY = "Characteristics, up to three"
VIEWERS = ("Themes", "Intersections", "Search", "Overview")
ANALYSTS = ("Evidence", "Code", "Codebook", "Anonymisation", "Intake")

Act = Callable[[], Awaitable[None]]
Step = tuple[str, float]  # what was done, milliseconds


@dataclass
class Tab:
    """A browser's tab on the app at `address`; `failed` are the pages that broke."""

    page: Page
    address: str
    times: int
    failed: list[str] = field(default_factory=list)

    async def opened(self, path: str = "") -> float:
        """Milliseconds from navigation until heading and table are there and the page stands still."""
        await self.page.goto(f"{self.address}/{path}")
        await self.page.wait_for_function(OPENED, arg=[0, QUIET], timeout=PATIENCE)
        return float(await self.page.evaluate("bench.still"))

    async def at(self, path: str) -> None:
        """Goes to a page whose opening isn't measured; it may hold no table."""
        await self.page.goto(f"{self.address}/{path}")
        await self.page.wait_for_function(AT_REST, arg=[0, QUIET], timeout=PATIENCE)

    async def took(self, act: Act) -> float:
        """Milliseconds from the last press in `act`, which asks the server, until the page stands still."""
        asked = await self.page.evaluate("bench.asked")
        await act()
        await self.page.wait_for_function(AT_REST, arg=[asked, QUIET], timeout=PATIENCE)
        if await self.page.get_by_text("this page could not be shown").count():
            self.failed.append(self.page.url)
        return float(await self.page.evaluate("Math.max(0, bench.still - bench.pressed)"))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def pick(self, label: str, number: int) -> float:
        """Chooses of a list the option at this place among those that are not chosen, counted around."""
        return await self.took(partial(self._choose, label, number))

    async def _choose(self, label: str, number: int) -> None:
        box, options = self.page.get_by_label(label, exact=True).first, self.page.get_by_role("option", selected=False)
        for patience in (3000, 3000, 30_000):  # ms: a list closes when the page moves under it
            try:
                await box.evaluate("box => box.scrollIntoView({block: 'center'})")
                await box.click(timeout=patience)
                await options.first.wait_for(timeout=patience)
                await options.nth(number % await options.count()).click(timeout=patience)
                return
            except TookTooLong:
                await self.page.keyboard.press("Escape")
        raise TookTooLong(f"the list did not open: {label}")

    async def typed(self, words: str) -> float:
        await self.page.get_by_label("Words to look for").fill(words)
        return await self.took(self.button("Search").click)


Walk = Callable[[Tab], AsyncIterator[Step]]


async def menu(tab: Tab, pages: tuple[str, ...]) -> AsyncIterator[Step]:
    """From page to page by the menu."""
    await tab.at("")
    for _ in range(max(1, tab.times // len(pages))):
        for name in pages:
            yield f"Open {name}", await tab.took(tab.page.get_by_role("link", name=name, exact=True).click)


async def viewers_menu(tab: Tab) -> AsyncIterator[Step]:
    async for step in menu(tab, VIEWERS):
        yield step


async def analysts_menu(tab: Tab) -> AsyncIterator[Step]:
    async for step in menu(tab, ANALYSTS):
        yield step


async def themes(tab: Tab) -> AsyncIterator[Step]:
    await tab.at("themes")
    for number in range(1, tab.times + 1):
        yield "Themes: choose a theme", await tab.pick("Choose a theme", number)


async def characteristics(tab: Tab) -> AsyncIterator[Step]:
    """Each other characteristic beside race, and a third beside two."""
    await tab.at("intersections")
    for number in range(tab.times):
        await tab.at("intersections?by=Race")
        yield "Intersections: choose a second characteristic", await tab.pick(BY, number)
        if number % 4 == 0:
            yield "Intersections: choose a third characteristic", await tab.pick(BY, number)
    for number in range(tab.times):
        name = ("Mentions", "Groups", "People")[number % 3]
        yield "Intersections: count something else", await tab.took(tab.page.get_by_text(name, exact=True).first.click)


async def filters(tab: Tab) -> AsyncIterator[Step]:
    await tab.at("intersections?by=Sex")
    await tab.page.get_by_text("Only some of what was said").click()
    labels = ("In answer to", "In the file", "Together with the theme", "While taking the side")
    for number in range(tab.times):
        label = labels[number % len(labels)]
        yield "Intersections: set a filter", await tab.pick(label, number // len(labels))
        yield "Intersections: take a filter away", await tab.pick(label, 0)


async def groups(tab: Tab) -> AsyncIterator[Step]:
    await tab.at("intersections?by=Race&by=Sex")
    for number in range(tab.times):
        yield "Intersections: look closer at a group", await tab.pick("Group", number)


async def searches(tab: Tab) -> AsyncIterator[Step]:
    await tab.at("search")
    for number in range(tab.times):
        yield "Search: look for words", await tab.typed(TYPED[number % len(TYPED)])
        further = tab.button("Next 20 quotes")
        if await further.count() and await further.is_enabled():
            yield "Search: next page", await tab.took(further.click)
    await tab.typed(TYPED[0])
    await tab.page.get_by_text("Only some of what was said").click()
    for number in range(tab.times):
        label = ("In answer to", "In the file", "Together with the theme", "While talking about")[number % 4]
        yield "Search: set a filter", await tab.pick(label, number // 4)
        await tab.pick(label, 0)


async def many_at_once(tab: Tab) -> AsyncIterator[Step]:
    await tab.at("coding?task=Many+at+once")
    for number in range(1, tab.times + 1):
        yield "Code: choose a theme", await tab.pick("Theme to decide on", number)
        further = tab.page.get_by_test_id("stNumberInputStepUp")
        yield "Code: next page of a list", await tab.took(further.click)
        await tab.page.get_by_text("Answer 1", exact=True).click()
        yield "Code: accept a suggestion", await tab.took(tab.button("The theme is there").click)


async def one_by_one(tab: Tab) -> AsyncIterator[Step]:
    await tab.at("coding")
    yield "Code: find 20 excerpts to code", await tab.took(tab.button("Find 20 excerpts to code").click)
    for _ in range(min(tab.times, 20)):
        yield "Code: save and next", await tab.took(tab.button("Save and next").click)


async def stances(tab: Tab) -> AsyncIterator[Step]:
    await tab.at("coding?task=For+or+against")
    for _ in range(tab.times):
        yield "Code: save for or against", await tab.took(tab.button("Save and next").click)


async def evidence(tab: Tab) -> AsyncIterator[Step]:
    await tab.at("evidence")
    for number in range(1, tab.times + 1):
        yield "Evidence: choose a theme", await tab.pick("Choose a theme", number)
        yield "Evidence: pin a quote", await tab.took(tab.button("Pin offered quote 1").click)


VIEWER: tuple[Walk, ...] = (viewers_menu, themes, characteristics, filters, groups, searches)
ANALYST: tuple[Walk, ...] = (analysts_menu, many_at_once, stances, evidence, one_by_one)


async def bare(tab: Tab) -> AsyncIterator[Step]:
    """The page to compare with, which does nothing."""
    await tab.at("")
    for number in range(1, tab.times + 1):
        yield "A bare page: choose", await tab.pick("Choose", number)
