"""The intersections: characteristics taken together, what differs, combinations, and a closer look at one group."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from engagement.anonymise import restore
from engagement.app import intersections_differences
from engagement.app.intersections_charts import combinations, squares
from engagement.app.intersections_choices import problem
from engagement.app.intersections_tables import also
from engagement.app.kept import kept
from engagement.app.show import as_csv, plain
from engagement.characteristics import DEFAULT
from engagement.config import RULES
from engagement.errors import BadInput
from engagement.model import (
    Answer,
    Basis,
    Codebook,
    Coding,
    Count,
    Decision,
    DisclosureRule,
    Excerpt,
    FileCounts,
    Filter,
    FilterKind,
    Kind,
    Participant,
    Role,
    Round,
    SafeDocument,
    SafeText,
    SafeTurn,
    SliceRequest,
    SliceRow,
    SliceTable,
    Stated,
    Theme,
    content_id,
    digest_of,
)
from engagement.segment import excerpts
from engagement.slices import PROTECTING, Slicer
from engagement.store import Store

PAGE = str(Path(__file__).parents[1] / "engagement" / "app" / "intersections.py")
LIVE = '<script>document.title="broken"</script> **bold** :material/home: $x$ [link](http://example.com)'
REFUSED = "Nobody may print these words about our cold rooms"
# 312 people in four discussion groups. Half are women; 78 women and 52 men are disabled. Of the disabled women 72 speak
# of ramps or doors, of all others 65; 3 people speak of buses and 172 of rents. 4 people are Black, 102 Asian. No page
# may hold one of these numbers of people, none of which is a multiple of 5.
EXACT = {312, 156, 78, 52, 104, 182, 72, 26, 13, 137, 172, 102, 206}


BOOK = Codebook(
    "Test book",
    1,
    (
        Theme("housing", f"Housing {LIVE}", "A home."),
        Theme("access", "Access", "Getting in."),
        Theme("bus", "Buses", "Getting about."),
    ),
)


def safe(words: str) -> SafeText:
    return restore(words, digest_of(words))


def person(number: int) -> Participant:
    female, disabled = number % 2 == 0, number % 4 == 0 or number % 6 == 1
    answers = (
        Answer("sex", Stated.GIVEN, "Female" if female else "Male"),
        Answer("disability", Stated.GIVEN, "Limited a lot" if disabled else "Not disabled"),
        Answer("race", Stated.GIVEN, "African" if number < 4 else "Pakistani" if number % 3 == 0 else "Irish"),
    )
    group = safe(f"Group {number % 4 + 1}")
    return Participant(f"p{number:03}", safe(f"Person {number}"), Role.PARTICIPANT, group, answers, number != 8)


def said_by(number: int) -> tuple[str, tuple[str, ...]]:
    """What each person said and the theme that it carries."""
    mark = "".join(chr(97 + int(digit)) for digit in str(number))  # no two say the same, and nobody a number
    if number == 8:
        return REFUSED, ("access",)
    if number % 4 == 0 and number < 288:
        return f"The wheelchair ramps are too steep for chair {mark}.", ("access",)
    if number % 12 in {2, 3} or number % 24 == 1:
        return f"The door was too heavy on day {mark}.", ("access",)
    if number < 8:
        return "A quiet word about the bus.", ("bus",)
    return f"The rents go up and up, {mark} pounds.", ("housing",)


def build(folder: Path) -> Path:
    """A coded project in `folder`."""
    people = [person(number) for number in range(312)]
    turns, excerpts, codings = [], [], []
    for number, one in enumerate(people):
        words, themes = said_by(number)
        text, who, excerpt_id = safe(words), one.participant_id, content_id("e", number)
        digest = digest_of(text)
        turns.append(SafeTurn(number, f"row {number}", Kind.TURN, text, digest, Role.PARTICIPANT, who, None, ()))
        excerpts.append(
            Excerpt(excerpt_id, "s1", number, number, text, 0, len(text), digest, Role.PARTICIPANT, who, None)
        )
        codings += [Coding(excerpt_id, key, "machine:test", Decision.SUGGESTED, 0.9, (0, len(text))) for key in themes]
    with Store.open(folder, create=True) as store:
        store.save_round(Round("Fair Harbour"))
        store.add_document(
            SafeDocument("s1", safe("notes.txt"), "txt", "d" * 64, tuple(turns), tuple(people), (), FileCounts(), {}),
            excerpts,
            (),
            {},
        )
        store.coded.save_codebook(BOOK)
        store.coded.replace_machine_codings(codings)
    return folder


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("intersections") / "project")


def test_what_only_groups_were_held_for_can_be_looked_at(tmp_path, monkeypatch):
    """Nobody was asked anything: the page counts people by the group that they came to."""
    people = [
        Participant(
            f"p{number}", safe(f"Person {number}"), Role.PARTICIPANT, safe(f"Group {number % 2}"), (), may_publish=True
        )
        for number in range(80)
    ]
    words = [safe(f"The rents go up again, {'very ' * number}much.") for number in range(80)]
    turns = tuple(
        SafeTurn(n, f"row {n}", Kind.TURN, text, digest_of(text), Role.PARTICIPANT, f"p{n}", None, ())
        for n, text in enumerate(words)
    )
    source = SafeDocument("s1", safe("notes.txt"), "txt", "d" * 64, turns, tuple(people), (), FileCounts(), {})
    cut = excerpts(source, 90)
    with Store.open(tmp_path / "project", create=True) as store:
        store.save_remits({"Group 0": (("disability", "Disabled"),)})
        store.add_document(source, cut, (), {})
        store.coded.save_codebook(BOOK)
        store.coded.replace_machine_codings(
            [Coding(one.excerpt_id, "housing", "machine:test", Decision.SUGGESTED, 0.9, (0, 4)) for one in cut]
        )
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(tmp_path / "project"))
    app = opened()
    assert (widget(app, "multiselect", "by").value, widget(app, "radio", "basis").value) == (
        ["disability"],
        Basis.GROUP,
    )
    assert "40" in "".join(app.table[0].value.to_string())


@pytest.fixture(autouse=True)
def _started_with(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(project))


def opened(**query: str | list[str]) -> AppTest:
    """The page as a browser would come to it."""
    app = AppTest.from_file(PAGE, default_timeout=90)  # a busy machine is slow to load the charts
    for key, value in query.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> list[str]:
    """Every text of the page outside its tables and charts, as the browser shows it."""
    kinds = ("title", "header", "subheader", "markdown", "text")
    return [as_read(element.value) for kind in kinds for element in app.get(kind)]


def as_read(words: str) -> str:
    return re.sub(r"[\u2060\u2068\u2069\\]", "", words)


def table(app: AppTest, heading: str, last: str = "") -> dict[str, list[str]]:
    """The table with this first heading, and this last one, as {name of the row: its cells}."""
    for element in app.table:
        frame = element.value
        if frame.index.names[0] == plain(heading) and frame.columns[-1].endswith(plain(last)):
            names = [index if isinstance(index, str) else " ".join(index) for index in frame.index]
            rows = [[as_read(cell) for cell in row] for row in frame.to_numpy().tolist()]
            return dict(zip(map(as_read, names), rows, strict=True))
    raise AssertionError(f"no table begins with {heading}")


def drawn(app: AppTest) -> list[dict[str, Any]]:
    """Every row of data that the page's charts were handed."""
    return [
        row
        for chart in app.get("vega_lite_chart")
        for dataset in chart.proto.datasets  # type: ignore[attr-defined]  # AppTest has no class for charts
        for row in pa.ipc.open_stream(dataset.data.data).read_all().to_pylist()
    ]


def heat(app: AppTest) -> dict[tuple[str, str], int | str]:
    """What the squares of the heatmap say."""
    return {(row["row"], row["column"]): row["says"] for row in drawn(app) if "says" in row}


def widget(app: AppTest, kind: str, key: str) -> Any:
    return next(each for each in app.get(kind) if each.key == key)


# -------------------------------------------------------- what the page holds


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"by": ["Sex", "Disability"]},
        {"by": ["Sex", "Disability"], "count": "Mentions", "group": "Female · Disabled", "words": "true"},
        {"by": ["Sex", "Disability", "Race"], "detail-race": "true", "count": "Groups"},
        {"by": ["Race"], "about": ["Access", "Buses"], "intersections-theme": "Access", "group": "Asian"},
    ],
)
def test_nothing_on_the_page_is_an_exact_number_or_words_that_may_not_be_shown(query: dict[str, Any]) -> None:
    app = opened(**query)
    cells = [as_read(cell) for each in app.table for row in each.value.to_numpy() for cell in row]
    shown = [*texts(app), *cells, json.dumps(drawn(app))]
    # Shares and differences are worked out from published numbers, and may be any number.
    bare = [
        re.sub(r"\d+%|\d+(?: points)?(?= more| less)|[\d,]+ of [\d,]+ (?:numbers|comp|comb)", "", each)
        for each in shown
    ]
    assert [words for words in bare if EXACT & {int(number) for number in re.findall(r"\d+", words)}] == []
    assert REFUSED not in "\n".join([*map(str, shown), str(app.main)])
    assert LIVE not in "\n".join(each.value for each in app.markdown)


def test_the_page_names_the_rule_and_says_that_the_sample_chose_itself() -> None:
    said = "\n".join(texts(opened()))
    assert "numbers below 10 are not shown, and the rest are rounded to the nearest 5 (the publish rule)." in said
    assert "People chose to take part, so they do not stand for everyone who lives here." in said


# ------------------------------------------------------------------ the numbers


def test_one_characteristic_gives_a_heatmap_its_table_and_its_finding() -> None:
    app = opened(by="Race")
    assert table(app, "Race") == {
        "All": ["310", "170", "135", "Hidden"],
        "Asian": ["100", "55", "50", "Hidden"],
        "Black": ["Hidden"] * 4,
        "Mixed or multiple": ["Hidden"] * 4,
        "White": ["205", "120", "85", "Hidden"],
        "Other": ["Hidden"] * 4,
    }
    assert heat(app) == {
        ("Asian", f"Housing {LIVE}"): 55, ("Asian", "Access"): 50,
        ("White", f"Housing {LIVE}"): 120, ("White", "Access"): 85,
    }  # fmt: skip
    finding = (
        f"The largest number is for **Housing {LIVE}**: about 120 of about 205 people in the group **White** raised it."
    )
    assert f"{finding} 11 of 15 numbers are hidden." in texts(app)


def test_one_theme_by_one_characteristic_gives_bars_and_by_two_a_square_for_each_pair() -> None:
    assert [row for row in drawn(opened(by="Disability", about="Access")) if "Group" in row] == [
        {"Group": "Disabled", "People": 85}, {"Group": "Not disabled", "People": 50},
    ]  # fmt: skip
    assert heat(opened(by=["Sex", "Race"], about="Access")) == {
        ("Female", "Asian"): 25, ("Female", "White"): 75, ("Male", "Asian"): 25, ("Male", "White"): 10,
    }  # fmt: skip


def test_the_longer_side_of_a_heatmap_goes_down_so_that_it_fits_a_phone() -> None:
    rows = [SliceRow((name,), Count(50), {key: Count(20) for key in ("a", "b", "c")}) for name in ("Female", "Male")]
    names = type("Named", (), {"names": {"a": "Housing", "b": "Access", "c": "Buses"}})()
    assert list(squares(rows, ("a", "b", "c"), names)) == [
        (theme, sex) for theme in ("Housing", "Access", "Buses") for sex in ("Female", "Male")
    ]


def test_detail_is_chosen_for_each_characteristic_that_has_any() -> None:
    app = opened(by=["Race", "Sex"], **{"detail-race": "true"})
    assert [each.label for each in app.checkbox if each.key.startswith("detail")] == ["Race in detail"]
    rows = table(app, "Race")
    assert rows["Asian All"] == rows["Pakistani All"] == ["100", "55", "50", "Hidden"]


def test_groups_with_every_number_hidden_are_left_out_of_a_table_of_several_characteristics() -> None:
    app = opened(by=["Race", "Disability"], about="Access")
    rows = table(app, "Race")
    assert "Groups are left out where every number is hidden." in texts(app)
    assert rows
    assert all(any(cell.isdecimal() for cell in row) for row in rows.values())
    assert "Black Disabled" not in rows


@pytest.mark.parametrize(
    ("count", "heading", "finding"),
    [
        ("People",   "People in the group", "about 100 of about 155 people in the group **Female** raised it."),
        ("Mentions", "People in the group", "people in the group **Female** raised it about 100 times."),
        ("Groups",   "Discussion groups",   "people in the group **Female** raised it in 2 discussion groups."),
    ],
)  # fmt: skip
def test_people_mentions_and_groups_are_told_apart(count: str, heading: str, finding: str) -> None:
    app = opened(by="Sex", about="Access", count=count)
    assert as_read(app.table[0].value.columns[0]) == heading
    assert f"The largest number is for **Access**: {finding}" in texts(app)


def test_the_address_holds_the_choices() -> None:
    app = opened(
        by=["Disability", "Sex"], about=["Access", "Buses"], count="Mentions", group="Disabled · All", raising="Access",
        words="true", **{"detail-disability": "true", "basis": "That, or else the group that they came to"},
    )  # fmt: skip
    assert widget(app, "multiselect", "by").value == ["disability", "sex"]
    assert widget(app, "multiselect", "about").value == ["access", "bus"]
    assert (widget(app, "radio", "count").value, widget(app, "radio", "basis").value) == ("mentions", Basis.GROUP)
    assert widget(app, "checkbox", "detail-disability").value
    assert widget(app, "selectbox", "group").value == ("Disabled", "All")
    assert widget(app, "selectbox", "raising").value == "access"
    assert app.header[0].value == "Themes by disability and sex"
    assert "People who told us nothing count by the group that they came to." in texts(app)


def test_an_address_that_was_tampered_with_falls_back_to_the_first_view() -> None:
    app = opened(by="<script>", about="nobody", count="everything", basis="x", group="<b>", raising="y", words="z")
    assert widget(app, "multiselect", "by").value == ["race"]
    assert widget(app, "selectbox", "group").value is None


def test_no_characteristic_asks_for_one() -> None:
    app = opened()
    widget(app, "multiselect", "by").set_value([]).run()
    assert texts(app)[-1] == "Choose at least one characteristic."
    assert not app.table


def test_more_than_three_characteristics_and_filters_are_refused_kindly() -> None:
    app = opened(by=["Sex", "Race", "Disability"], **{"intersections-theme": "Access"})
    sentence = (
        "You chose 4 things to compare and filter by. Choose at most 3, so that the groups stay large enough to show."
    )
    assert texts(app)[-1] == sentence
    assert not app.table


@pytest.mark.parametrize(
    ("by", "filters", "refused"),
    [(1, 0, False), (3, 0, False), (2, 1, False), (3, 1, True), (2, 2, True), (0, 1, True)],
)
def test_one_to_three_together_may_be_asked_for(by: int, filters: int, refused: bool) -> None:
    where = tuple(Filter(FilterKind.THEME, str(number)) for number in range(filters))
    assert bool(problem(SliceRequest(("sex", "race", "age")[:by], where=where))) == refused


def test_a_filter_is_told_above_the_table_and_the_theme_that_filters_is_not_the_finding() -> None:
    app = opened(by="Sex", **{"intersections-theme": "Access"})
    assert "Only what was said together with the theme Access." in texts(app)
    assert not any("for **Access**" in words for words in texts(app))


def test_a_filter_that_leaves_nobody_who_is_counted_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise BadInput("slice", "no source is called 's2'", "Use one of s1")

    monkeypatch.setattr(Slicer, "table", refuse)
    app = opened(by="Sex")
    assert texts(app)[-1] == "Nobody who is counted said anything there. Choose another filter."


def test_the_download_is_the_table_with_the_rule_and_no_cell_is_a_formula() -> None:
    asked = SliceTable(SliceRequest(("sex",)), DisclosureRule("publish", 10, 5, 10), ())
    text = as_csv(["Sex", "=1+1"], [["Female", "35"], ["Male", "Fewer than 10"]], asked.rule, also(asked))
    assert list(csv.reader(io.StringIO(text))) == [
        ["Sex", "'=1+1", "Disclosure rule"], ["Female", "35", "publish"], ["Male", "Fewer than 10", "publish"],
    ]  # fmt: skip


def test_each_line_of_a_download_says_to_what_it_is_limited() -> None:
    asked = SliceTable(SliceRequest(("sex",), unit="mentions"), DisclosureRule("publish", 10, 5, 10), ())
    text = as_csv(["Sex"], [["Female"]], asked.rule, also(asked, "Only the letters"))
    assert list(csv.reader(io.StringIO(text))) == [
        ["Sex", "Counted", "Limited to", "Disclosure rule"], ["Female", "Mentions", "Only the letters", "publish"],
    ]  # fmt: skip


# --------------------------------------------------------- differs, combinations


def test_what_differs_is_said_once_with_the_shares_and_what_the_combination_adds() -> None:
    app = opened(by=["Sex", "Disability"], about="Access")
    said = "\n".join(texts(app))
    assert "- Disabled women raised Access more often than other people: 88% against 28%." in said
    assert "- Women raised Access more often than other people: 65% against 25%." in said
    assert "- Men raised Access" not in said  # they are all that women are compared with
    assert "- Disabled women raised Access more often than sex and disability explain, taken one by one." in said
    assert said.count("explain, taken one by one") == 1  # the four combinations tell one thing
    assert table(app, "Group", "Difference")["Disabled women Access"] == [
        "70", "80", "88% (73% to 96%)", "28% (21% to 36%)", "More often: 60 points more (41 more to 73 more)",
    ]  # fmt: skip
    added = table(app, "Group", "In words")
    assert added["Disabled women Access"] == ["48 points more (13 more to 77 more)", "More often"]


def test_what_differs_is_about_people_whatever_is_counted() -> None:
    said = texts(opened(by="Sex", about="Access", count="Mentions"))
    assert "- Women raised Access more often than other people: 65% against 25%." in said


def test_too_many_numbers_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intersections_differences, "MOST_COMPARED", 1)
    sentence = "There is too much here to compare. Choose fewer characteristics or themes, or less detail."
    assert sentence in texts(opened(by="Sex"))


def test_combinations_are_drawn_largest_first_and_only_those_that_may_be_shown() -> None:
    app = opened(by=["Sex", "Race"])
    rows = [("Female White", "105"), ("Male White", "105"), ("Female Asian", "50"), ("Male Asian", "50")]
    assert list(table(app, "Sex", "People").items()) == [(name, [number]) for name, number in rows]
    assert [row["People"] for row in drawn(app) if "place" in row and "People" in row] == [105, 105, 50, 50]
    members = {(row["place"], row["category"]) for row in drawn(app) if row.get("member")}
    assert {(0, "Female"), (0, "White"), (3, "Male"), (3, "Asian")} < members
    assert "Black" not in {row.get("category") for row in drawn(app)}
    largest = "The largest group is **Female, White**: about 105 people."
    assert f"{largest} 4 of 10 combinations have a number that may be shown." in texts(app)


def test_combinations_in_detail_hold_no_roll_up_beside_its_parts() -> None:
    app = opened(by=["Sex", "Race"], **{"detail-race": "true"})
    assert set(table(app, "Sex", "People")) == {"Female Irish", "Male Irish", "Female Pakistani", "Male Pakistani"}


def test_a_category_that_two_characteristics_have_is_told_apart_in_the_chart() -> None:
    sets = type("Held", (), {"value_sets": DEFAULT})()
    shown = [(("No answer", "White"), Count(30)), (("No answer", "No answer"), Count(20))]
    chart = combinations(shown, ("sex", "race"), sets).to_dict()
    dots = [row for rows in chart["datasets"].values() for row in rows if row.get("member")]
    assert [(row["place"], row["category"]) for row in dots] == [
        (0, "No answer (sex)"), (0, "White"), (1, "No answer (sex)"), (1, "No answer (race)"),
    ]  # fmt: skip


def test_one_characteristic_has_no_combinations() -> None:
    assert not any("combination" in words.lower() for words in texts(opened(by="Sex")))


# ---------------------------------------------------------------- a closer look


def test_a_group_shows_its_number_and_quotes_of_people_whom_their_attribution_puts_in_it() -> None:
    app = opened(by=["Sex", "Disability"], group="Female · Disabled", raising="Access")
    said = texts(app)
    assert "**Female · Disabled**: about 70 of about 80 people raised Access." in said
    assert said.count("\N{EN DASH} Participant, Female, Disabled") == 6
    assert sum(words.startswith("“The wheelchair ramps") for words in said) == 6
    assert "Why it is here: among the clearest." in said  # a round that no run has left vectors of


def test_a_group_with_a_hidden_number_shows_no_words_and_no_quotes() -> None:
    app = opened(by=["Sex", "Disability"], group="Female · Disabled", raising="Buses", words="true")
    assert f"The number of people is hidden ({PROTECTING}), so nothing that they said is shown." in texts(app)
    assert not any(words.startswith(("“", "\N{EN DASH}")) for words in texts(app))
    assert not [each for each in app.checkbox if each.key == "words"]


def test_only_groups_that_may_be_shown_can_be_chosen() -> None:
    box = widget(opened(by=["Sex", "Race"]), "selectbox", "group")
    assert box.options[:3] == ["Everybody", "All · Asian", "All · White"]
    assert not [option for option in box.options if "Black" in option]


def test_the_words_that_mark_a_group_are_shown_when_asked_for() -> None:
    query = {"by": "Disability", "group": "Disabled"}
    assert "chair, ramps, steep, wheelchair" not in texts(opened(**query))
    assert "chair, ramps, steep, wheelchair" in texts(opened(**query, words="true"))


def test_a_group_without_quotes_says_why() -> None:
    app = opened(by="Race", group="Asian", raising="Access", **{"detail-race": "true"})
    widget(app, "selectbox", "group").set_value(("Pakistani",)).run()
    assert any(words.startswith("There are no quotes of this group that may be shown.") for words in texts(app))


# ------------------------------------------------------------------ every state


def test_an_empty_project_says_something_sensible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(tmp_path, create=True).__exit__()
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(tmp_path))
    assert texts(opened())[-1] == (
        "Nothing is sorted into themes yet. To do it, run: `engagement run FOLDER --project DIR`"
    )


def test_a_project_whose_people_were_asked_nothing_can_be_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(tmp_path, create=True) as store:
        store.coded.save_codebook(Codebook("b", 1, (Theme("one", "Same", "a"), Theme("two", "Same", "b"))))
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(tmp_path))
    assert texts(opened())[-1] == "People were not asked about themselves, so there is nothing to compare."


def test_of_many_themes_those_raised_most_are_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = build(tmp_path / "many")
    with Store.open(folder) as store:
        themes = tuple(Theme(f"t{number}", f"Theme {number}", "") for number in range(28))
        store.coded.save_codebook(Codebook("b", 2, (*themes, *BOOK.themes[:2])))
        machines = [coding for coding in store.coded.codings() if coding.theme_key != "bus"]
        store.coded.replace_machine_codings(machines)
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(folder))
    app = opened(by="Sex")
    assert "These are the 20 themes that were raised most. The download has all of them." in texts(app)
    assert table(app, "Sex")["All"][-2:] == ["170", "135"]
    assert len(table(app, "Sex")["All"]) == 21


def test_a_long_table_comes_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagement.app.intersections_tables.AT_ONCE", 2)
    app = opened(by="Sex", about="Access")
    box = widget(app, "selectbox", "rows")
    assert (box.options, list(table(app, "Sex"))) == (["Rows 1 to 2 of 3", "Rows 3 to 3 of 3"], ["All", "Female"])
    assert list(table(box.set_value(2).run(), "Sex")) == ["Male"]


def test_what_is_kept_goes_with_the_numbers_that_it_rests_on() -> None:
    made: list[int] = []
    numbers = [Slicer((), (), (), (), BOOK, RULES["publish"]) for _ in range(2)]
    for one in (numbers[0], numbers[0], numbers[1]):
        kept(one, "key", lambda: made.append(1))
    assert len(made) == 2
