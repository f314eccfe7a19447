"""The app's three pages, on a small round made by hand: what is hidden stays hidden, and words show as typed."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from engagement.anonymise import restore
from engagement.app import serve
from engagement.app.show import plain
from engagement.errors import BadInput
from engagement.model import (
    Answer,
    Codebook,
    Coding,
    Decision,
    EmergentTheme,
    Excerpt,
    FileCounts,
    Kind,
    Participant,
    Redaction,
    Role,
    Round,
    SafeDocument,
    SafeText,
    SafeTurn,
    Stated,
    Theme,
    Withheld,
    content_id,
    digest_of,
)
from engagement.store import Store

SCRIPT = str(Path(__file__).parents[1] / "app_streamlit.py")
OVERVIEW, THEMES, INTERSECTIONS = (f"engagement/app/{name}.py" for name in ("overview", "themes", "intersections"))

LIVE = (
    '<script>document.title="broken"</script> **bold** ![x](http://example.com/x.png) :material/home: $x$ '
    "[link](http://example.com) :red[red] :smile: www.example.com -> <b>b</b>"
)
REFUSED = "Nobody may print these words about our cold rooms"
WHY = "the rent takes everything"
SMALL = "A quiet word that too few people said"
SECRETIVE = "secretive"  # of a group beyond the codebook that too few are behind
# Exact counts of people: everybody, women and men, by race, by theme, housing by race. None of them is a multiple of 5
# and nothing else in the round has the same number, so that none may be on any page.
EXACT = {63, 57, 6, 39, 18, 33, 16, 7, 22, 11}

BOOK = Codebook(
    "Test book",
    1,
    (
        Theme("housing", "Housing", "Having and keeping a home.", ("rents *going* up",), ("care homes",)),
        Theme("access", "Access", f"Getting in and about. {LIVE}"),
        Theme("racism", "Racism", "Being treated worse because of race."),
        Theme("empty", "Safe spaces", "Where people feel safe."),
    ),
)


def safe(words: str) -> SafeText:
    return restore(words, digest_of(words))


def person(number: int) -> Participant:
    """57 women and 6 men; 39 White, 18 Asian and 6 Black people; every other one disabled. One refused to be quoted."""
    race = "African" if number >= 57 else "Pakistani" if number % 3 == 1 and number < 54 else "Irish"
    answers = (
        Answer("sex", Stated.GIVEN, "Male" if number % 10 == 9 else "Female"),
        Answer("race", Stated.GIVEN, race),
        Answer("disability", Stated.GIVEN, "Limited a lot" if number % 2 else "Not disabled"),
    )
    return Participant(f"p{number:02}", safe(f"Person {number}"), Role.PARTICIPANT, None, answers, number != 1)


def said_by(number: int) -> tuple[str, tuple[str, ...]]:
    """What each person said and the themes that it carries: 33 people housing, 16 access, 7 racism."""
    if number == 0:
        return LIVE, ("housing",)
    if number == 1:
        return REFUSED, ("housing", "access")
    if number < 33:
        return f"After food and heating {WHY} that I earn.", ("housing",)
    if number < 48:
        return "The ramp at the entrance is too steep.", ("access",)
    if number < 55:
        return SMALL, ("racism",)
    return "The dog walkers meet at the lamp post.", ()


def build_project(folder: Path) -> Path:
    """A coded project in `folder`: 63 people, a file withheld, a file unreadable, two groups beyond the codebook."""
    people = [person(number) for number in range(63)]
    turns, excerpts, codings = [], [], []
    for number, one in enumerate(people):
        words, themes = said_by(number)
        text, who = safe(words), one.participant_id
        digest, excerpt_id = digest_of(text), content_id("e", number)
        removed = (Redaction(0, 4, "NHS_NUMBER", "[NHS number]", 0.9, "test"),) if number < 12 else ()
        turns.append(
            SafeTurn(number, f"row {number}", Kind.RESPONSE, text, digest, Role.PARTICIPANT, who, None, removed)
        )
        excerpts.append(
            Excerpt(excerpt_id, "s1", number, number, text, 0, len(text), digest, Role.PARTICIPANT, who, None)
        )
        because = (words.index(WHY), words.index(WHY) + len(WHY)) if WHY in words else (0, len(words))
        score = 0.99 if number < 3 else 0.5
        codings += [Coding(excerpt_id, key, "machine:test", Decision.SUGGESTED, score, because) for key in themes]
    counts = FileCounts(turns=80, rows=63, answered=71, non_answers=4, blank=24)
    left = tuple(excerpt.excerpt_id for excerpt in excerpts[45:])
    with Store.open(folder, create=True) as store:
        store.save_round(Round(f"Fair Harbour {LIVE}", "2025-04-14", "2025-05-02", f"To hear from people. {LIVE}"))
        store.add_document(
            SafeDocument("s1", safe("survey.csv"), "csv", "d" * 64, tuple(turns), tuple(people), (), counts, {}),
            excerpts,
            (),
            {},
        )
        store.add_withheld(Withheld("s2", safe(f"notes {LIVE}.docx"), "e" * 64, "the anonymiser took too long"))
        store.replace_unreadable([("scan.pdf", "it holds pictures only. Ask for the text.")])
        store.coded.save_codebook(BOOK)
        store.coded.replace_machine_codings(codings)
        accepted = Coding(content_id("e", 2), "housing", "Sam", Decision.ACCEPTED, 1.0, codings[3].because)
        store.coded.add_codings([accepted])
        store.coded.replace_emergent(
            [
                EmergentTheme("dogs", "dogs", ("dog", ":material/home:", "lamp**s**"), left),
                EmergentTheme("few", "few", (SECRETIVE,), left[:3]),
            ]
        )
    return folder


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_project(tmp_path_factory.mktemp("app") / "project")


@pytest.fixture(autouse=True)
def _started_with(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(project))


def opened(page: str, query: dict[str, str | list[str]] | None = None) -> AppTest:
    """The app at a page, as a browser would come to it."""
    app = AppTest.from_file(SCRIPT, default_timeout=30).run()
    app.switch_page(page)
    for key, value in (query or {}).items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def texts(app: AppTest) -> list[str]:
    """Every text of the page outside its tables and charts, without what `plain` adds."""
    kinds = ("title", "header", "subheader", "markdown", "text")
    return [as_read(element.value) for kind in kinds for element in app.get(kind)]


def counted(words: str) -> set[int]:
    """The numbers in words that are no share or difference of shares: those come from published numbers alone."""
    worked_out = r"\d+\.\d+|\d+(?=%)|\d+(?: points)?(?= more| less)|\d+ of \d+ (?:numbers|comparisons|combinations)"
    return {int(number) for number in re.findall(r"\d+", re.sub(worked_out, "", as_read(words)))}


def as_read(words: str) -> str:
    """Words as the browser shows them, once Markdown has taken the backslashes away."""
    return re.sub(r"[\u2060\u2068\u2069\\]", "", words)


def table(app: AppTest, heading: str) -> dict[str, list[str]]:
    """The table whose first heading is this, as {name of the row: its cells}."""
    for element in app.table:
        frame = element.value
        if frame.index.names[0] == plain(heading):
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


def everything(app: AppTest) -> str:
    """All that the page would send to a browser, tables and charts opened."""
    return "\n".join([*texts(app), *(each.value.to_csv() for each in app.table), json.dumps(drawn(app)), str(app.main)])


PAGES = pytest.mark.parametrize("page", [OVERVIEW, THEMES, INTERSECTIONS])


# -------------------------------------------------------------- every page


@PAGES
def test_every_page_names_the_rule_and_says_that_the_sample_chose_itself(page: str) -> None:
    said = "\n".join(texts(opened(page)))
    assert "numbers below 10 are not shown, and the rest are rounded to the nearest 5 (the publish rule)." in said
    assert "People chose to take part, so they do not stand for everyone who lives here." in said


@pytest.mark.parametrize(
    ("page", "query"),
    [
        (OVERVIEW, {}),
        (THEMES, {}),
        (THEMES, {"theme": "Access"}),
        (THEMES, {"theme": "Racism"}),
        (INTERSECTIONS, {}),
        (INTERSECTIONS, {"by": ["Sex", "Race", "Disability"], "count": "Mentions"}),
        (INTERSECTIONS, {"by": ["Sex"], "about": "Racism"}),
    ],
)
def test_no_page_holds_an_exact_count_or_words_that_may_not_be_shown(page: str, query: dict[str, str]) -> None:
    app = opened(page, query)
    assert app.title
    sent = everything(app)
    for words in (REFUSED, SMALL, SECRETIVE):
        assert words not in sent
    shown = [*texts(app), *(cell for each in app.table for row in each.value.to_numpy() for cell in row)]
    assert not {number for words in [*shown, json.dumps(drawn(app))] for number in counted(words)} & EXACT


@PAGES
def test_without_a_project_a_page_says_what_to_do(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENGAGEMENT_PROJECT")
    app = opened(page)
    sentence = "No project is open. Close this page and start the app with: engagement app --project FOLDER"
    assert texts(app) == ["Nothing to show", sentence]
    assert not app.table


@PAGES
def test_a_page_that_fails_shows_a_sentence_and_an_id_and_nobodys_words(
    page: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError(REFUSED)

    monkeypatch.setattr("engagement.app.show.how_to_read", fail)
    with caplog.at_level(logging.INFO):
        app = opened(page)
    sentence = r"Sorry, this page could not be shown. Nothing was lost. If you report it, give this number: (\w{8})\."
    found = re.fullmatch(sentence, app.error[0].value)
    assert found
    assert f"page failed: RuntimeError {found[1]}" in caplog.messages
    assert REFUSED not in everything(app) + caplog.text


@PAGES
def test_an_empty_project_says_something_sensible(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(tmp_path, create=True).__exit__()
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(tmp_path))
    app = opened(page)
    assert not app.error
    assert "Nothing is sorted into themes yet. To do it, run: `engagement run FOLDER --project DIR`" in texts(app)


@PAGES
def test_a_project_without_people_or_with_two_themes_of_one_name_can_be_shown(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(tmp_path, create=True) as store:
        store.coded.save_codebook(Codebook("b", 1, (Theme("one", "Same", "a"), Theme("two", "Same", "b"))))
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(tmp_path))
    app = opened(page)
    assert not app.error
    assert len(texts(app)) > 2


def test_decisions_show_when_the_machine_has_coded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one by one: what two views a decision apart show could be subtracted."""
    project = build_project(tmp_path / "changing")
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(project))
    before = table(opened(OVERVIEW), "Theme")
    rejected = [
        Coding(content_id("e", number), "housing", "Sam", Decision.REJECTED, 1.0, (0, 1)) for number in range(33)
    ]
    with Store.open(project) as store:
        store.coded.add_codings(rejected)
    between = table(opened(OVERVIEW), "Theme")
    with Store.open(project) as store:
        machines = [coding for coding in store.coded.codings() if coding.coder.startswith("machine:")]
        store.coded.replace_machine_codings(machines)
    after = table(opened(OVERVIEW), "Theme")
    assert [each["Housing"][0] for each in (before, between, after)] == ["35", "35", "Fewer than 10"]


# ---------------------------------------------------------------- overview


def test_the_overview_gives_themes_by_people_with_the_finding_and_hidden_numbers_in_words() -> None:
    app = opened(OVERVIEW)
    assert table(app, "Theme") == {
        "Housing": ["35", "54% (38% to 70%)"],
        "Access": ["15", "23% (12% to 39%)"],
        "Racism": ["Fewer than 10", "Not shown"],
        "Safe spaces": ["Fewer than 10", "Not shown"],
    }
    assert [(row["Theme"], row["says"]) for row in drawn(app)[:2]] == [("Housing", "54%"), ("Access", "23%")]
    finding = "**Housing** was raised by the most people: about 35 of about 65 people."
    assert any(words.startswith(finding) for words in texts(app))


def test_the_overview_gives_the_round_who_took_part_what_came_in_and_what_was_replaced() -> None:
    app = opened(OVERVIEW)
    assert app.title[0].value == plain(f"Fair Harbour {LIVE}")
    assert "14 April to 2 May 2025" in texts(app)
    assert "About 65 people took part. These are the answers that they gave about themselves." in texts(app)
    assert table(app, "Sex") == {"Female": ["Hidden"], "Male": ["Hidden"]}
    assert table(app, "Race")["White"] == ["40"]
    assert table(app, "Disability") == {"Disabled": ["30"], "Not disabled": ["30"]}
    few = "Fewer than 10"
    assert [cell for [cell] in table(app, "What").values()] == ["3", "1", "1", "1", few, "70", "25", few, "0", "0"]
    assert table(app, "File") == {
        f"notes {LIVE}.docx": ["the anonymiser took too long"],
        "scan.pdf": ["it holds pictures only. Ask for the text."],
    }
    assert table(app, "Kind") == {"NHS number": ["12"]}


def test_groups_beyond_the_codebook_show_only_where_enough_people_are_behind_them() -> None:
    app = opened(OVERVIEW)
    assert table(app, "Group") == {"dogs": ["20", "dog, :material/home:, lamp**s**", "Not measured"]}
    assert "Groups from fewer than 10 people are not shown." in texts(app)


# ------------------------------------------------------------------ themes


def test_a_theme_shows_its_meaning_its_number_and_quotes_with_who_and_why() -> None:
    said = texts(opened(THEMES))
    assert "Having and keeping a home." in said
    assert "**About 35** of about 65 people raised this theme." in said
    first = said.index(f"“After food and heating {WHY} that I earn.”")
    assert said[first + 1].startswith("\N{EN DASH} Participant")
    assert said[first + 2] == f"A person agreed with the theme for these words: “{WHY}”"
    assert f"The computer chose it for these words: “{WHY}”" in said
    assert sum(words.startswith("\N{EN DASH} Participant") for words in said) == 10


def test_what_people_typed_reaches_the_page_only_as_plain_text() -> None:
    app = opened(THEMES)
    assert f"“{LIVE}”" in [element.value for element in app.text]
    assert not [element for element in app.markdown if "script" in element.value]
    live = opened(THEMES, {"theme": "Access"})
    assert f"Getting in and about. {LIVE}" in [element.value for element in live.text]


def test_a_theme_with_a_hidden_number_shows_no_quotes() -> None:
    app = opened(THEMES, {"theme": "Racism"})
    assert app.selectbox[0].value == "racism"
    hidden = "The number of people is hidden (fewer than 10 people), so nothing that they said is shown."
    assert {hidden, "Being treated worse because of race."} <= set(texts(app))
    assert not [words for words in texts(app) if words.startswith("“")]


# ------------------------------------------------------------------- serve


def test_the_settings_keep_the_app_on_this_machine_and_errors_silent() -> None:
    settings = serve.settings()
    assert settings["server.address"] == "127.0.0.1"
    assert settings["browser.gatherUsageStats"] is False
    assert settings["client.showErrorDetails"] == "none"
    assert settings["server.enableStaticServing"] is False


def test_an_app_that_is_not_there_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "APP", tmp_path / "app_streamlit.py")
    with pytest.raises(BadInput) as raised:
        serve.serve(tmp_path, 8501)
    sentence = "app_streamlit.py: the app is not beside the engagement package. Start it from a source checkout."
    assert str(raised.value) == sentence
