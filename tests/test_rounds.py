"""Rounds are compared from published numbers alone, theme by theme, and only where the theme is the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engagement.commands.rounds import app
from engagement.comparing.compare import CHANCE
from engagement.config import RULES, Settings
from engagement.errors import BadInput
from engagement.model import (
    ALL,
    Cell,
    Codebook,
    Count,
    DisclosureRule,
    EmergentTheme,
    Filter,
    FilterKind,
    Hidden,
    Round,
    SliceRequest,
    SliceRow,
    SliceTable,
    Theme,
)
from engagement.rounds import Course, across, in_words, news, unlike, without_counterpart

EXACT = DisclosureRule("exact", threshold=1, rounding=1, k=1)
HIDDEN = Hidden("fewer than 10 people")
HOUSING = Theme("housing", "Housing", "Homes and rents.", ("damp",), ("care homes",))
BUSES = Theme("buses", "Buses", "Getting about by bus.")
BOOK = Codebook("b", 1, (HOUSING, BUSES))
NAMES = {"housing": "Housing", "buses": "Buses"}
RUNNER = CliRunner()

Numbers = dict[str, int | None]


def cell(number: int | None) -> Cell:
    return HIDDEN if number is None else Count(number)


def held(
    name: str, said: Numbers, base: int | None = 100, book: Codebook = BOOK, rule: DisclosureRule = EXACT
) -> tuple[Round, Codebook, SliceTable]:
    """A round of `base` people of whom so many raised each theme; None is hidden."""
    row = SliceRow((), cell(base), {key: cell(number) for key, number in said.items()})
    return Round(name), book, SliceTable(SliceRequest(), rule, (row,))


def of(key: str, *rounds):
    return next(trend for trend in across(rounds) if trend.theme == key)


@pytest.mark.parametrize(
    ("then", "now", "verdict"),
    [
        ((30, 100), (50, 100), Course.MORE),
        ((50, 100), (30, 100), Course.LESS),
        ((40, 100), (44, 100), Course.UNCLEAR),
        ((None, 100), (44, 100), Course.TOO_FEW),
        ((40, 100), (None, 100), Course.TOO_FEW),
        ((40, None), (44, 100), Course.TOO_FEW),
    ],
)
def test_the_verdict_on_two_rounds(then, now, verdict):
    """More, less or not clear is said by the tested difference; where a number is hidden nothing is said."""
    found = of("housing", held("2019", {"housing": then[0]}, then[1]), held("2021", {"housing": now[0]}, now[1]))
    assert (found.verdict, found.since) == (verdict, "2019")
    assert (found.difference is None) == (found.p is None) == (verdict is Course.TOO_FEW)
    if found.difference:
        assert found.difference.value == pytest.approx(now[0] / now[1] - then[0] / then[1])
        assert (found.adjusted_p < CHANCE) == (verdict is not Course.UNCLEAR)


def test_the_published_example():
    """56 of 70 beside 48 of 80 is Newcombe's own example (1998, table II)."""
    found = of("housing", held("then", {"housing": 48}, 80), held("now", {"housing": 56}, 70))
    assert (found.difference.low, found.difference.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_rounded_numbers_widen_the_difference():
    """A published number stands for all that are rounded to it, under each round's own rule."""
    exact = of("housing", held("then", {"housing": 40}), held("now", {"housing": 60}))
    rounded = of(
        "housing", held("then", {"housing": 40}, rule=RULES["publish"]), held("now", {"housing": 60}, rule=EXACT)
    )
    assert rounded.difference.low < exact.difference.low
    assert rounded.difference.high > exact.difference.high


@pytest.mark.parametrize(
    ("then", "why"),
    [
        (HOUSING, ""),
        (replace(HOUSING, name="Homes", examples=("We are six in a two-bed.",)), ""),
        (replace(HOUSING, definition="Homes."), "its definition is another"),
        (replace(HOUSING, include=("damp", "rent")), "what it includes is another"),
        (replace(HOUSING, exclude=()), "what it excludes is another"),
        (replace(HOUSING, key="homes"), "it was not in the codebook then"),
    ],
)
def test_only_the_same_theme_is_compared(then, why):
    """Key, definition, include and exclude make a theme; another name or example does not make another theme."""
    assert unlike("housing", BOOK, Codebook("b", 4, (then, BUSES))) == why


def test_a_theme_with_other_themes_below_it_is_another():
    """What is coded as a child counts as its parent, so that a new grandchild changes what is counted."""
    damp = Theme("damp", "Damp", "Mould.", parent="housing")
    stairs = Theme("stairs", "Stairs", "Damp stairs.", parent="damp")
    two, three = (Codebook("b", 1, (HOUSING, damp, *more)) for more in ((), (stairs,)))
    assert unlike("housing", two, two) == unlike("housing", three, three) == ""
    assert unlike("housing", three, two) == unlike("damp", three, two) == "the themes below it are others"


def test_the_latest_comparable_round_counts():
    """A round in between with another definition is shown with its reason, and passed over."""
    other = Codebook("b", 2, (replace(HOUSING, definition="Homes."), BUSES))
    found = of(
        "housing",
        held("2017", {"housing": 20}),
        held("2019", {"housing": 90}, book=other),
        held("2021", {"housing": 60}),
    )
    assert found.since == "2017"
    assert found.difference.value == pytest.approx(0.4)
    assert [share.unlike for share in found.rounds] == ["", "its definition is another", ""]
    assert [share.share.value for share in found.rounds] == pytest.approx([0.2, 0.9, 0.6])


def test_a_theme_is_new_or_not_the_same():
    """A theme that no earlier codebook had is new; one that was defined otherwise can't be compared."""
    before = Codebook("b", 1, (replace(HOUSING, exclude=()),))
    rounds = (held("2019", {"housing": 30}, book=before), held("2021", {"housing": 60, "buses": 20}))
    housing, buses = across(rounds)
    assert (housing.verdict, buses.verdict) == (Course.NOT_COMPARABLE, Course.NEW)
    assert housing.difference is buses.difference is None
    assert buses.rounds[0].said is buses.rounds[0].base is None
    assert in_words(buses, NAMES) == "Buses is new: no earlier round had it."
    assert in_words(housing, NAMES) == "Housing can't be compared with 2019: what it excludes is another."
    assert news((housing, buses), ["Parks"]).added == ("buses",)


def test_many_themes_are_adjusted_together():
    """What one theme alone would make clear may be chance among twenty."""
    themes = tuple(Theme(f"t{number}", f"T{number}", "") for number in range(20))
    book = Codebook("b", 1, themes)
    then, now = ({theme.key: 40 for theme in themes} for _ in range(2))
    now["t0"] = 56
    alone = of("t0", held("then", {"t0": 40}, book=book), held("now", {"t0": 56}, book=book))
    among = of("t0", held("then", then, book=book), held("now", now, book=book))
    assert (alone.verdict, among.verdict) == (Course.MORE, Course.UNCLEAR)
    assert among.adjusted_p == pytest.approx(20 * among.p)


@pytest.mark.parametrize(
    ("then", "now", "sentence"),
    [
        (
            30,
            50,
            "Housing was raised more often than in 2019: 50% of people against 30%, a difference of 6 to 33",
        ),
        (
            50,
            30,
            "Housing was raised less often than in 2019: 30% of people against 50%, a difference of 6 to 33",
        ),
        (40, 44, "There is no clear difference in Housing since 2019: 44% of people against 40%."),
        (None, 44, "There are too few to say whether Housing was raised more or less often than in 2019."),
    ],
)
def test_a_trend_in_words(then, now, sentence):
    """Each verdict is a sentence with both shares, where they are shown."""
    assert in_words(of("housing", held("2019", {"housing": then}), held("2021", {"housing": now})), NAMES).startswith(
        sentence
    )


def test_what_is_new_this_round():
    """News are the themes added, those clearly more or less often, and groups without a counterpart."""
    rounds = held("2019", {"housing": 20, "buses": 60}), held("2021", {"housing": 60, "buses": 20})
    found = news(across(rounds), ["Parks and benches"])
    assert (found.added, found.groups, found.more, found.less) == (
        (),
        ("Parks and benches",),
        ("housing",),
        ("buses",),
    )


def filtered(round_held):
    where = (Filter(FilterKind.THEME, "buses"),)
    return (*round_held[:2], replace(round_held[2], request=SliceRequest(where=where)))


@pytest.mark.parametrize(
    ("rounds", "message"),
    [
        (lambda: [held("2021", {"housing": 1})], "no earlier round"),
        (lambda: [held("2019", {"housing": 1}), filtered(held("2021", {"housing": 1}))], "a table with filters"),
        (
            lambda: [
                held("2019", {"housing": 1}),
                (*held("", {})[:2], SliceTable(SliceRequest(unit="mentions"), EXACT, ())),
            ],
            "a table that counts mentions",
        ),
    ],
)
def test_what_cannot_be_compared_is_a_sentence(rounds, message):
    """One round, parts of rounds and tables that count no people are refused."""
    with pytest.raises(BadInput, match=message):
        across(rounds())


def test_the_total_row_is_compared():
    """Of a table by a characteristic only everybody's row is looked at."""
    rows = (
        SliceRow(("Disabled",), Count(10), {"housing": Count(9)}),
        SliceRow((ALL,), Count(100), {"housing": Count(50)}),
    )
    now = (Round("2021"), BOOK, SliceTable(SliceRequest(by=("disability",)), EXACT, rows))
    assert of("housing", held("2019", {"housing": 30}), now).rounds[-1].share.value == pytest.approx(0.5)


def group(name: str, *words: str) -> EmergentTheme:
    return EmergentTheme(f"emergent_{name}", name, words, ("e1",))


def test_a_group_has_a_counterpart_by_its_words(tmp_path):
    """An earlier group, or a theme, of the same subject in other words is a counterpart; another subject is none."""
    buses = group("Buses and timetables", "buses", "timetables", "bus stop")
    earlier = group("Late bus", "bus", "bus timetable", "bus stop")
    parks = group("Parks and benches", "parks", "benches", "playground")

    def fresh(earlier, codebooks):
        return without_counterpart((buses, parks), earlier, codebooks, Settings(), tmp_path)

    assert fresh((), ()) == (buses, parks)
    assert fresh((earlier,), ()) == (parks,)
    assert fresh((), (Codebook("b", 1, (replace(BUSES, definition="Buses, bus stops and timetables."),)),)) == (parks,)
    assert without_counterpart((), (earlier,), (), Settings(), tmp_path) == ()


def test_the_command(sample_run, tmp_path):
    """Two projects are set side by side as text and as JSON; the same numbers are no clear difference."""
    earlier = tmp_path / "earlier"
    earlier.mkdir()
    for file in ("project.sqlite", *(path.name for path in Path(sample_run.project).glob("*.sqlite*"))):
        if (Path(sample_run.project) / file).exists():
            (earlier / file).write_bytes((Path(sample_run.project) / file).read_bytes())
    args = ["--project", str(sample_run.project), "--earlier", str(earlier)]
    done = RUNNER.invoke(app, args)
    assert done.exit_code == 0, done.output
    assert "There is no clear difference in Housing" in done.output
    data = json.loads(RUNNER.invoke(app, [*args, "--json"]).stdout)
    assert {one["verdict"] for one in data["trends"]} <= {Course.UNCLEAR, Course.TOO_FEW}
    assert data["new"] == {"added": [], "groups": [], "more": [], "less": []}


def test_the_same_project_is_no_earlier_round(sample_run):
    """A project named as its own earlier round is refused."""
    done = RUNNER.invoke(app, ["--project", str(sample_run.project), "--earlier", str(sample_run.project)])
    assert isinstance(done.exception, BadInput)
    assert "it is the same project" in str(done.exception)
