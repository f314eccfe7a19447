"""The search page: it finds quotes that may be shown and nothing else, and says what to do where it finds none."""

from __future__ import annotations

import logging
import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engagement.app import search
from engagement.app.show import plain
from engagement.config import Settings
from engagement.embed import weights_digest, write_cache
from engagement.model import Basis, SafeDocument, Tag, digest_of
from engagement.quotation.quoting import cached_vectors
from engagement.store import Store

# Test files are no package: the round is the one of the app's other pages.
ROUND = runpy.run_path(str(Path(__file__).parent / "test_app.py"))
PAGE = str(Path(search.__file__))
DASH = "\N{EN DASH}"


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    return ROUND["build_project"](tmp_path_factory.mktemp("search") / "project")


@pytest.fixture(autouse=True)
def _started_with(project, monkeypatch):
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(project))
    monkeypatch.setattr("engagement.quotation.quoting.cached_vectors", lambda *_: None)


def opened() -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=30).run()
    assert not app.exception
    return app


def looked_for(words: str, app: AppTest | None = None) -> AppTest:
    app = app or opened()
    app.text_input(key="search-words").set_value(words)
    app.button[0].click().run()
    assert not app.exception
    return app


def texts(app: AppTest) -> list[str]:
    kinds = ("title", "header", "markdown", "text")
    return [ROUND["as_read"](element.value) for kind in kinds for element in app.get(kind)]


def quotes(app: AppTest) -> list[str]:
    return [each.value for each in app.text if each.value.startswith("“")]


def abouts(app: AppTest) -> list[str]:
    """What stands under each quote: who said it, its themes, and how it was found."""
    return [each.value for each in app.text if each.value.startswith(DASH)]


# ------------------------------------------------------------------- found


def test_a_quote_is_found_by_its_words_with_who_said_it_its_themes_and_why():
    app = looked_for("earn heat")
    (quote,) = quotes(app)
    assert quote == f"“After food and heating {ROUND['WHY']} that I earn.”"
    (about,) = abouts(app)
    assert about.startswith(f"{DASH} Participant")
    assert about.splitlines()[1:] == ["Theme: Housing", "Found by its words: “heating” and “earn”."]
    assert any(words.startswith("Found 1 quote.") for words in texts(app))


@pytest.mark.parametrize("words", ["Nobody may print", "cold rooms", '"may print these words"', "nobody"])
def test_the_words_of_somebody_who_refused_find_nothing(words):
    app = looked_for(words)
    assert quotes(app) == []
    assert ROUND["REFUSED"] not in ROUND["everything"](app)
    assert "Nothing was found" in texts(app)


def test_nothing_of_them_is_suggested():
    """Words that stand only in what may not be shown are like no word that is typed."""
    assert "print" not in str(looked_for("prlnt").main)
    (suggested,) = [each.value for each in looked_for("entranse").text]
    assert suggested == "Words that people used and that look like yours: entrance."


def test_a_quote_of_a_theme_whose_number_is_hidden_does_not_name_the_theme():
    app = looked_for("quiet")
    assert quotes(app) == [f"“{ROUND['SMALL']}”"]
    assert not [each for each in abouts(app) if "Theme" in each]


def test_a_filter_on_a_theme_whose_number_is_hidden_shows_nothing_and_says_so():
    app = opened()
    app.selectbox(key="search-theme").set_value("racism").run()
    looked_for("quiet", app)
    hidden = "Too few people are behind these filters, so nothing that they said is shown. Take a filter away."
    assert hidden in texts(app)
    assert quotes(app) == []


def test_a_filter_on_a_theme_leaves_its_quotes():
    app = opened()
    app.selectbox(key="search-theme").set_value("access").run()
    assert quotes(looked_for("ramp", app)) == ["“The ramp at the entrance is too steep.”"]
    assert "With a filter some quotes are left out, so that nobody can be picked out by it." in texts(app)
    assert quotes(looked_for("heating", app)) == []
    assert any("take a filter away" in words for words in texts(app))


def test_only_groups_that_quotes_are_printed_as_can_be_chosen():
    app = opened()
    offered = app.selectbox(key="search-said-by").options
    assert offered[0] == "Anybody"
    assert not [name for name in offered if "Black" in name or "African" in name or "Pakistani" in name]
    app.selectbox(key="search-said-by").set_value(offered[1]).run()
    printed = [about.splitlines()[0] for word in ("heating", "ramp", "dog") for about in abouts(looked_for(word, app))]
    assert printed
    assert all(offered[1].partition(": ")[2] in who.split(", ") for who in printed)


# -------------------------------------------------------------- as it shows


def test_what_people_typed_shows_as_plain_text_and_what_is_typed_is_never_shown():
    app = looked_for("script")
    assert quotes(app) == [f"“{ROUND['LIVE']}”"]
    assert not [each for each in app.markdown if "script" in each.value]
    assert plain("<b>unheard</b>") not in str(looked_for("<b>unheard</b>").markdown)


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        ("a", "Type a word of two letters or more."),
        ("?", "Type a word to look for, or a few words that say what you mean."),
        ("-ramp", "Add a word to look for. A minus sign only leaves things out."),
        ("[Person 3]", "Names and places were taken out, so you cannot look for what stands in square brackets. "
         "Type another word."),
    ],
)  # fmt: skip
def test_what_cannot_be_looked_for_is_told(words, remedy):
    assert remedy in texts(looked_for(words))


def test_before_anything_is_typed_the_page_says_what_it_is_for():
    app = opened()
    assert quotes(app) == []
    assert any(words.startswith("Find what people said, by the words in it.") for words in texts(app))
    assert not [words for words in texts(app) if "Nothing was found" in words]


@pytest.mark.parametrize("words", ["ramp", "nowhere", "cold rooms"])
def test_what_is_typed_is_in_no_address_and_no_log(words, caplog):
    with caplog.at_level(logging.DEBUG, logger="engagement"):
        app = looked_for(words)
    assert dict(app.query_params) == {}
    assert words not in caplog.text


def test_no_page_of_what_was_found_holds_an_exact_number_of_people():
    """Not even by telling how many are behind what was found."""
    for words in ("the", "heating", "ramp", "dog"):
        numbers = {each for words in texts(looked_for(words)) for each in words.split() if each.isdecimal()}
        assert not numbers & {str(number) for number in ROUND["EXACT"]}


# ------------------------------------------------------------------- pages


@pytest.fixture
def many(project, tmp_path, monkeypatch) -> Path:
    """The same people, each with words of their own; 12 of them talk of disability and age."""
    folder = ROUND["build_project"](tmp_path / "project")
    with Store.open(folder) as store:
        told = store.excerpts()
        people = store.participants()
        turns = []
        excerpts = []
        for number, one in enumerate(told):
            text = ROUND["safe"](f"Remark {number} is about the harbour and its ferries.")
            turns.append(
                ROUND["SafeTurn"](number, f"row {number}", ROUND["Kind"].RESPONSE, text, digest_of(text), one.role,
                                  one.participant_id, None, ())
            )  # fmt: skip
            excerpts.append(
                replace(one, excerpt_id=f"x{number}", source_id="s9", text=text, end=len(text), sha256=digest_of(text))
            )
        tags = [
            Tag(f"x{number}", key, category, Basis.MENTIONED, 0, 6)
            for number in range(5, 17)
            for key, category in (("disability", "Disabled"), ("age", "65-74"))
        ]
        document = SafeDocument(
            "s9", ROUND["safe"]("more.csv"), "csv", "f" * 64, tuple(turns), tuple(people), (), ROUND["FileCounts"](), {}
        )
        store.add_document(document, excerpts, tags, {})
        store.coded.replace_machine_codings(
            [each for each in store.coded.codings() if each.coder.startswith("machine:")]
        )
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(folder))
    return folder


def test_twenty_are_shown_at_a_time_and_a_new_search_begins_again(many):
    app = looked_for("ferries")
    first = quotes(app)
    assert len(first) == 20
    assert any("These are 1 to 20." in words for words in texts(app))
    previous, following = (
        next(each for each in app.button if each.label == f"{name} 20 quotes") for name in ("Previous", "Next")
    )
    assert previous.disabled
    following.click().run()
    second = quotes(app)
    assert len(second) == 20
    assert not set(first) & set(second)
    assert quotes(looked_for("harbour", app)) == quotes(looked_for("harbour"))


def test_too_many_filters_at_once_are_answered_with_how_many_may_be(many):
    too_many = "Choose at most 3 filters at once. The group of people is one of them."
    app = opened()
    for key, value in (("theme", "housing"), ("source", "s9"), ("mentioned", "age")):
        app.selectbox(key=f"search-{key}").set_value(value).run()
    assert too_many not in texts(looked_for("ferries", app))
    said_by = app.selectbox(key="search-said-by")
    said_by.set_value(said_by.options[1]).run()
    assert too_many in texts(looked_for("ferries", app))
    assert quotes(app) == []


# ----------------------------------------------------------------- meaning


def test_a_quote_is_found_by_its_meaning_and_says_so(tmp_path, monkeypatch):
    """The encoder is asked for what is typed alone, and nothing is kept of that."""
    folder = ROUND["build_project"](tmp_path / "project")
    with Store.open(folder) as store:
        ramp = next(one.text for one in store.excerpts() if "ramp" in one.text)
    vector = np.zeros((1, 384), np.float32)
    vector[0, 0] = 1
    settings = Settings()
    write_cache(folder / "cache", weights_digest(settings.embedding_path()), [digest_of(ramp)], vector)
    before = set(folder.rglob("*"))
    asked_for: list[str] = []
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(folder))
    monkeypatch.setattr("engagement.quotation.quoting.cached_vectors", cached_vectors)
    monkeypatch.setattr("engagement.app.search_ready.embed", lambda words, *_: asked_for.extend(words) or vector)
    app = looked_for("wheelchairs")
    assert quotes(app) == [f"“{ramp}”"]
    assert abouts(app)[0].endswith("Found by its meaning. It has none of your words.")
    assert asked_for == ["wheelchairs"]
    assert [each.suffixes for each in set(folder.rglob("*")) - before] == [[".decided", ".sqlite"]]


# ------------------------------------------------------------------- empty


def test_an_empty_project_says_what_to_do(tmp_path, monkeypatch):
    Store.open(tmp_path, create=True).__exit__()
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(tmp_path))
    app = opened()
    assert "Nothing has been taken in yet. To do it, run: `engagement run FOLDER --project DIR`" in texts(app)
    assert not app.text_input
