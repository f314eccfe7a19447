"""The overview: shares with intervals, what has a theme, who is missing, what is new since the last round."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from engagement.app import overview_rounds
from engagement.app.overview_beyond import steadiness
from engagement.app.overview_rounds import stricter
from engagement.app.show import as_csv
from engagement.app.show_shares import in_percent
from engagement.comparing.intervals import Estimate
from engagement.config import RULES
from engagement.model import Codebook, EmergentTheme, Theme
from engagement.store import Store
from tests.test_app import BOOK, LIVE, OVERVIEW, build_project, drawn, everything, opened, table, texts

# 63 people: 18 Asian, 6 Black and 39 White. Of everybody who lives here half are White, and few are Asian.
POPULATION = "characteristic,category,count\nrace,Asian,50\nrace,Black,400\nrace,White,450\nrace,Other,100\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A round of its own for each test, since each adds something to its folder."""
    made = build_project(tmp_path / "project")
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(made))
    monkeypatch.setattr(overview_rounds, "without_counterpart", lambda groups, *_: tuple(groups))
    return made


def before(folder: Path, housing: int, book: Codebook = BOOK) -> Path:
    """An earlier round in which only so many people raised housing."""
    made = build_project(folder)
    with Store.open(made) as store:
        codings = [one for one in store.coded.codings() if one.coder.startswith("machine:")]
        ours = [one for one in codings if one.theme_key == "housing"][:housing]
        store.coded.save_codebook(book)
        store.coded.replace_machine_codings([*ours, *(one for one in codings if one.theme_key != "housing")])
        store.coded.replace_emergent([])
    return made


# ------------------------------------------------------------------- themes


def test_each_theme_has_its_share_with_the_interval_and_a_hidden_number_has_none(project: Path) -> None:
    app = opened(OVERVIEW)
    assert table(app, "Theme") == {
        "Housing": ["35", "54% (38% to 70%)"],
        "Access": ["15", "23% (12% to 39%)"],
        "Racism": ["Fewer than 10", "Not shown"],
        "Safe spaces": ["Fewer than 10", "Not shown"],
    }
    assert drawn(app) == [
        {"Theme": "Housing", "Share": 0.5385, "Least": 0.3765, "Most": 0.7004, "says": "54%"},
        {"Theme": "Access", "Share": 0.2308, "Least": 0.1171, "Most": 0.3903, "says": "23%"},
    ]


def test_the_chart_and_each_download_are_of_the_table(project: Path) -> None:
    """A line for each theme, with the rule; no cell is a formula."""
    text = as_csv(["Theme", "=1+1"], [["Housing", "35"], ["-cmd", "Hidden"]], RULES["publish"])
    assert list(csv.reader(io.StringIO(text))) == [
        ["Theme", "'=1+1", "Disclosure rule"], ["Housing", "35", "publish"], ["'-cmd", "Hidden", "publish"],
    ]  # fmt: skip
    assert [each.label for each in opened(OVERVIEW).get("download_button")] == ["Download the themes (CSV)"]


def test_300_themes_are_drawn_and_listed_in_part_and_the_rest_is_folded_away(project: Path) -> None:
    with Store.open(project) as store:
        store.coded.save_codebook(Codebook("many", 2, tuple(Theme(f"t{n}", f"Theme {n}" * 9, "") for n in range(300))))
    app = opened(OVERVIEW)
    assert not app.error
    assert [each.label for each in app.expander] == ["The other 280"]


# ----------------------------------------------------------------- coverage


def test_what_has_a_theme_what_is_in_a_group_and_what_needs_a_person_are_told_apart(project: Path) -> None:
    """55 of 63 remarks carry a theme, and the other 8 are in a group: too few to show, so another is hidden too."""
    app = opened(OVERVIEW)
    rows = table(app, "What became of it")
    assert rows["Everything that people said"] == ["65"]
    assert sum(cell.isdecimal() for [cell] in list(rows.values())[:3]) <= 1
    assert any(words.startswith("Of about 65 remarks, ") for words in texts(app))


def test_a_round_of_few_says_that_nothing_can_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(tmp_path, create=True) as store:
        store.coded.save_codebook(BOOK)
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(tmp_path))
    said = texts(opened(OVERVIEW))
    assert "Too few people took part to show how much of what they said has a theme." in "\n".join(said)


@pytest.mark.parametrize(
    ("stability", "words"), [(0.0, "Not measured"), (0.49, "May be chance"), (0.5, "Steady"), (1.0, "Steady")]
)
def test_how_far_a_group_can_be_relied_on_is_told_in_words(stability: float, words: str) -> None:
    assert steadiness(EmergentTheme("k", "n", (), (), stability=stability)) == words


def test_emergent_groups_have_their_names_and_those_of_few_are_not_shown(project: Path) -> None:
    app = opened(OVERVIEW)
    assert table(app, "Group") == {"dogs": ["20", "dog, :material/home:, lamp**s**", "Not measured"]}
    assert "Groups from fewer than 10 people are not shown." in texts(app)


# -------------------------------------------------------------- population


def test_the_people_stand_beside_the_population_where_the_project_has_one(project: Path) -> None:
    (project / "population.csv").write_text(POPULATION)
    app = opened(OVERVIEW)
    rows = table(app, "Race")
    assert rows["White"] == ["40", "62%", "45%", "No clear difference"]
    assert rows["Asian"][2:] == ["5%", "More than expected"]
    assert rows["Black"] == ["Hidden", "Hidden", "40%", "Fewer than expected"]
    assert table(app, "Sex") == {"Female": ["Hidden"], "Male": ["Hidden"]}
    said = "\n".join(texts(app))
    assert said.count("Fewer took part than expected of Black people") == 2  # of who took part, and who is missing
    assert "We have no figures for everyone who lives here" not in said


def test_a_population_that_cannot_be_read_is_told_and_the_page_goes_on(project: Path) -> None:
    (project / "population.csv").write_text("nothing,of,use\n1,2,3\n")
    app = opened(OVERVIEW)
    said = "\n".join(texts(app))
    assert "The figures for everyone who lives here could not be used. population.csv" in said
    assert str(project) not in everything(app)
    assert table(app, "Race")["White"] == ["40"]


def test_without_a_population_the_page_says_that_nobody_can_tell_who_is_missing(project: Path) -> None:
    said = "\n".join(texts(opened(OVERVIEW)))
    assert "We have no figures for everyone who lives here, so we cannot say which groups are missing." in said
    assert "People were not asked about age, " in said
    assert "We found no campaign: no text that three or more people sent." in said


# ---------------------------------------------------------- earlier rounds


def test_nothing_is_said_of_earlier_rounds_where_there_are_none(project: Path) -> None:
    assert not [each for each in opened(OVERVIEW).header if "last round" in each.value]


def test_what_is_new_since_the_last_round_is_told(project: Path, tmp_path: Path) -> None:
    """More often, a new theme, one that is another now, and a group that nobody spoke of then."""
    theme = {one.key: one for one in BOOK.themes}
    other = Theme("access", "Access", "Something else.")
    before(tmp_path / "last", 12, Codebook("Test book", 1, (theme["housing"], other, theme["racism"])))
    (project / "settings.toml").write_text('earlier = ["../last"]\n')
    app = opened(OVERVIEW)
    said = "\n".join(texts(app))
    assert "What is new since the last round" in said
    assert re.search(r"- Housing was raised more often than in Fair Harbour .*: 54% of people against 23%", said)
    assert "- Safe spaces is new: no earlier round had it." in said
    assert "- Outside the themes, people talked about something new: dogs." in said
    rows = {tuple(row) for each in app.table for row in each.value.to_numpy().tolist() if len(row) == 3}
    changed = {row[2] for row in rows}
    assert {"More often", "New this round", "Not the same theme", "Too few to say"} <= changed
    assert not [element for element in app.markdown if LIVE in element.value]  # a round's name is somebody's words


@pytest.mark.parametrize("named", ["../nowhere", "."])
def test_an_earlier_round_that_is_not_there_is_told_without_the_folder_of_the_machine(
    project: Path, named: str
) -> None:
    (project / "settings.toml").write_text(f'earlier = ["{named}"]\n')
    app = opened(OVERVIEW)
    assert not app.error
    assert "named as an earlier round in settings.toml, is not there." in "\n".join(texts(app))
    assert str(project.parent) not in everything(app)


def test_an_earlier_round_shows_no_more_than_the_rule_of_this_one(project: Path, tmp_path: Path) -> None:
    """Its own settings say that all from 5 people may be shown, exactly: here 7 people stay hidden."""
    last = before(tmp_path / "last", 12)
    (last / "settings.toml").write_text('rule = "internal"\n')
    (project / "settings.toml").write_text('earlier = ["../last"]\n')
    cells = [str(cell) for each in opened(OVERVIEW).table for row in each.value.to_numpy().tolist() for cell in row]
    assert not [cell for cell in cells if "11%" in cell]  # 7 of 63
    assert stricter(RULES["internal"], RULES["publish"]) == RULES["publish"]
    assert stricter(RULES["strict"], RULES["publish"]) == RULES["strict"]


# ------------------------------------------------------------------- numbers


def test_what_people_said_is_counted_as_the_rule_lets_through(project: Path) -> None:
    """Answers are people times questions: their exact number would give that of people away. Files are exact."""
    rows = table(opened(OVERVIEW), "What")
    assert [rows[what] for what in ("Files", "Files read")] == [["3"], ["1"]]
    assert rows["Answers to questions"] == ["70"]
    assert rows["Questions left blank"] == ["25"]
    assert rows["Answers that say nothing, such as “n/a”"] == ["Fewer than 10"]
    assert rows["Texts that copy another, counted together with it"] == ["0"]


def test_a_share_that_cannot_be_told_is_not_shown() -> None:
    assert in_percent(None) == "Not shown"
    assert in_percent(Estimate(0.5, 0.4, 0.6)) == "50% (40% to 60%)"
