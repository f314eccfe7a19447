"""This round beside the earlier ones that its settings name: every number by the rule, as each round's own release."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from engagement.app import show
from engagement.app.data import Opened, folder
from engagement.app.show_shares import in_percent
from engagement.config import RULES, Settings
from engagement.errors import BadInput, ModelMissing, UserError
from engagement.model import Codebook, Count, DisclosureRule, EmergentTheme, Round, SliceRequest, SliceTable
from engagement.pipeline import slicer
from engagement.rounds import Course, News, RoundShare, Trend, across, in_words, news, without_counterpart
from engagement.store import DATABASE, Store

THIS_ROUND = "This round"
NOTHING_NEW = News((), (), (), ())
VERDICTS = {
    Course.MORE: "More often",
    Course.LESS: "Less often",
    Course.UNCLEAR: "No clear difference",
    Course.TOO_FEW: "Too few to say",
    Course.NEW: "New this round",
    Course.NOT_COMPARABLE: "Not the same theme",
}
MEANING = (
    "We call a change clear only where chance is an unlikely reason for it. Each round asked different people, so a "
    "change in who took part can look like a change in what people think."
)


@dataclass(frozen=True, slots=True)
class Beside:
    """The trends of this round's themes and what is new; `problem` says why there are none, empty where there are."""

    project: Opened  # held, so that nothing else comes to its place in memory, by which this is cached
    trends: tuple[Trend, ...] = ()
    new: News = NOTHING_NEW
    problem: str = ""

    def of(self, theme: str) -> Trend | None:
        """The trend of a theme."""
        return next((one for one in self.trends if one.theme == theme), None)


@dataclass(frozen=True, slots=True)
class _Release:
    """What an earlier round has published: its codebook, totals, and the groups that enough people are behind."""

    held: Round
    codebook: Codebook
    table: SliceTable
    groups: tuple[EmergentTheme, ...]


def beside(project: Opened) -> Beside | None:
    """This round beside the earlier ones, None where the settings name none or nothing is coded."""
    home = folder()
    earlier = tuple(home / path for path in Settings.load(home).earlier)
    if not earlier or project.codebook is None:
        return None
    for path in earlier:
        if not (path / DATABASE).exists() or path.resolve() == home.resolve():
            named = show.plain(path.name)
            return Beside(project, problem=f"“{named}”, named as an earlier round in settings.toml, is not there.")
    return _beside(project, str(home), tuple((str(path), _edition(path)) for path in earlier))


def _edition(path: Path) -> int:
    with Store.open(path) as store:
        return store.edition()


@st.cache_resource(max_entries=1, show_spinner="Opening the earlier rounds", hash_funcs={Opened: id})
def _beside(project: Opened, home: str, earlier: tuple[tuple[str, int], ...]) -> Beside:
    try:
        releases = [_release(path, edition, project.rule.name) for path, edition in earlier]
    except UserError:  # it may name a folder of this machine
        return Beside(project, problem="An earlier round could not be opened. Its own pages tell why.")
    assert project.codebook is not None
    now = replace(project.held, name=project.held.name or THIS_ROUND)
    ours = (now, project.codebook, project.numbers.table(SliceRequest()))
    trends = across([*((one.held, one.codebook, one.table) for one in releases), ours])
    return Beside(project, trends, news(trends, _new_groups(project, Path(home), releases)))


@st.cache_resource(max_entries=4, show_spinner=False)
def _release(named: str, edition: int, rule: str) -> _Release:  # noqa: ARG001 - the edition is a part of the key
    """Raises BadInput where nothing is coded."""
    path = Path(named)
    chosen = stricter(Settings.load(path).disclosure_rule(), RULES[rule])
    with Store.open(path) as store:
        codebook = store.coded.codebook()
        if codebook is None:
            raise BadInput(path.name, "nothing is coded yet", "Run 'engagement run FOLDER --project DIR'")
        numbers, held = slicer(store, chosen), store.held_round()
        groups = tuple(
            one for one in store.coded.emergent() if isinstance(numbers.people_behind(one.excerpt_ids), Count)
        )
        return _Release(
            replace(held, name=held.name or path.resolve().name), codebook, numbers.table(SliceRequest()), groups
        )


def stricter(one: DisclosureRule, other: DisclosureRule) -> DisclosureRule:
    """The rule that shows less: a page never shows more of an earlier round than of its own."""
    return max(one, other, key=lambda rule: (rule.threshold, rule.rounding))


def _new_groups(project: Opened, home: Path, releases: list[_Release]) -> list[str]:
    """The names of this round's groups that no earlier round had the like of; none where no model is there to tell."""
    with Store.open(home) as store:
        groups = [
            one for one in store.coded.emergent() if isinstance(project.numbers.people_behind(one.excerpt_ids), Count)
        ]
    before = [group for one in releases for group in one.groups]
    try:
        books = [one.codebook for one in releases]
        return [one.name for one in without_counterpart(groups, before, books, Settings.load(home), home / "cache")]
    except ModelMissing:
        return []


# ------------------------------------------------------------------ the overview's part


def whats_new(project: Opened) -> None:
    """What is new since the last round; nothing where there was none."""
    found = beside(project)
    if found is None:
        return
    show.section("What is new since the last round")
    if found.problem or not found.trends:
        show.say(found.problem or "There are no themes to compare.")
        return
    names = project.names
    told = {*found.new.added, *found.new.more, *found.new.less}
    sentences = [in_words(one, names) for one in found.trends if one.theme in told]
    sentences += [f"Outside the themes, people talked about something new: {name}." for name in found.new.groups]
    if sentences:
        show.say("\n".join(f"- {show.plain(sentence)}" for sentence in sentences))
    if not found.new.more and not found.new.less:
        show.say("No theme was raised clearly more or less often than before.")
    show.say(MEANING)
    with st.expander("Every theme beside the earlier rounds"):
        rounds = [f"{number}. {one.round_name}" for number, one in enumerate(found.trends[0].rounds, 1)]
        heads = ("Theme", *rounds, "What changed")
        rows = [(names[one.theme], *map(in_a_cell, one.rounds), VERDICTS[one.verdict]) for one in found.trends]
        show.folded(heads, rows, "Share of people who raised each theme, by round")


def in_a_cell(one: RoundShare) -> str:
    """The share of people in a round, or why there is none to compare."""
    return f"Not compared: {one.unlike}" if one.unlike else in_percent(one.share)
