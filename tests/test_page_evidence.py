"""The Evidence page: quotes are pinned, dropped, ordered and noted at once, and files are what the exports give."""

from __future__ import annotations

import io
import logging
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engagement.anonymising.rulings import Judgement, Ruling
from engagement.app import data, evidence_changes, evidence_files, evidence_shelf, roles
from engagement.app.evidence_files import FORMS, Asked, Upload, make, rules_for, size_in_words
from engagement.app.evidence_shelf import Shelf, checked, looked_at
from engagement.app.roles import As, Entry, Profile
from engagement.config import RULES, Settings
from engagement.export import formats
from engagement.export.evidence import Options
from engagement.model import Choice, Coding, Decision, DisclosureRule, Pick, content_id
from engagement.store import Store
from tests.test_app import REFUSED, SMALL, as_read, build_project, everything, texts

PAGE = str(Path(roles.__file__).parent / "evidence.py")
ON = date(2026, 3, 4)
PUBLISH = RULES["publish"]
BY_NAME = {form.name: form for form in FORMS}
HERS = content_id("e", 1)  # of her who refused, on housing
IDS = [content_id("e", number) for number in range(63)]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The round of the app's other tests, in which an analyst has kept the web address that somebody typed."""
    folder = build_project(tmp_path_factory.mktemp("evidence") / "project")
    with Store.open(folder) as store:
        store.reviewed.add_ruling(Ruling("0" * 64, 1, Judgement.KEEP, "URL", "Sam"))
    return folder


@pytest.fixture
def project(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the test's own, opened by a report writer."""
    folder = tmp_path / "project"
    shutil.copytree(made_once, folder)
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(folder))
    monkeypatch.setenv("ENGAGEMENT_ROLE", "reporter")
    if "evidence" not in {entry.file for entry in roles.PAGES}:
        own = Entry("evidence", "Evidence", frozenset({As.REPORTER, As.ANALYST}))
        monkeypatch.setattr(roles, "PAGES", (*roles.PAGES, own))
    return folder


def opened(query: dict[str, str] | None = None) -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=30)
    for key, value in (query or {}).items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def shelf(rule: DisclosureRule) -> Shelf:
    before = evidence_shelf.version()
    return evidence_shelf.shelf(rule, data.opened(), before)


def press(app: AppTest, label: str) -> AppTest:
    next(each for each in app.button if each.label == label).click().run()
    assert not app.exception
    return app


def box(app: AppTest, label: str = "Note to quote 1") -> Any:
    return next(each for each in app.text_area if each.label == label)


def labels(app: AppTest) -> set[str]:
    return {each.label for each in app.button}


def picks(project: Path) -> tuple[Pick, ...]:
    with Store.open(project) as store:
        return store.collected.picks()


def order(project: Path) -> list[str]:
    return [pick.excerpt_id for pick in picks(project) if pick.choice is Choice.PINNED]


def shown_as(app: AppTest, about: str) -> str:
    """The words that stand under a card's first line."""
    said = [as_read(element.value) for element in app.main if element.type in {"markdown", "text"}]
    return said[next(place for place, words in enumerate(said) if words.startswith(f"**{about}")) + 1]


def text_of(project: Path, form: str = "quotes-txt", rule: DisclosureRule = PUBLISH) -> str:
    made = make(project, BY_NAME[form], Asked(rule, ON))
    assert not made.failed
    return made.content.decode()


# ------------------------------------------------------------------ quotes


def test_a_quote_is_pinned_at_once_and_a_second_tab_sees_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "profile", lambda: Profile("Sam", As.REPORTER))
    second, first = opened(), opened()
    words = shown_as(first, "Offered quote 1.")
    press(first, "Pin offered quote 1")
    assert "Saved: the quote is pinned." in texts(first)
    (pick,) = picks(project)
    assert (pick.theme_key, pick.choice, pick.place) == ("housing", Choice.PINNED, 0)
    with Store.open(project) as store:
        assert (store.audit_trail()[-1]["who"], store.audit_trail()[-1]["what"]) == ("Sam", "quote chosen")
    second.run()
    for app in (first, second):
        assert shown_as(app, "Pinned quote 1.** Checked just now") == words
        assert "1 quote is pinned. All may be printed under this rule. This was checked just now." in texts(app)


def test_a_dropped_quote_is_offered_no_more_until_it_is_brought_back(project: Path) -> None:
    app = press(opened(), "Drop offered quote 1")
    (pick,) = picks(project)
    assert pick.choice is Choice.DROPPED
    held = shelf(PUBLISH)
    assert pick.excerpt_id not in {one.quote.excerpt_id for one in looked_at(held, "housing", picks(project)).offered}
    press(app, "Bring back 1")
    assert picks(project) == ()
    assert pick.excerpt_id in {one.quote.excerpt_id for one in looked_at(held, "housing", ()).offered}


def test_pinned_quotes_keep_the_order_that_they_are_given(project: Path) -> None:
    app = opened()
    for _ in range(3):
        press(app, "Pin offered quote 1")
    one, two, three = order(project)
    assert {"Move 1 up", "Move 3 down"}.isdisjoint(labels(app))
    press(app, "Move 3 up")
    assert order(project) == [one, three, two]
    press(app, "Move 1 down")
    assert order(project) == [three, one, two]
    press(app, "Unpin 2")
    assert order(project) == [three, two]
    with Store.open(project) as store:
        book = shelf(PUBLISH).book.with_picks(store.collected.picks())
    assert [quote.excerpt_id for quote in book.of_theme("housing", 2)] == [three, two]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Good to begin the chapter with.", "Good to begin the chapter with."),
        ("  Space around it is not kept. ", "Space around it is not kept."),
        ("<b>**As typed**</b>", "<b>**As typed**</b>"),
        ("Ring her on 07700 900123", ""),
        ("Write to sam@example.org", ""),
    ],
)
def test_a_note_is_kept_unless_it_holds_an_identifier(project: Path, typed: str, kept: str) -> None:
    app = press(opened(), "Pin offered quote 1")
    box(app).set_value(typed).run()
    (pick,) = picks(project)
    assert pick.note == kept
    if kept:
        assert "Saved: the note." in texts(app)
        assert box(opened()).value == kept
        assert kept not in text_of(project)
    else:
        assert any(words.startswith("**Not saved.** the note: it seems to hold an identifier") for words in texts(app))
        assert box(app).value == typed


def test_a_note_stays_with_a_quote_that_is_moved_or_dropped(project: Path) -> None:
    app = press(press(opened(), "Pin offered quote 1"), "Pin offered quote 1")
    box(app).set_value("First of all").run()
    press(app, "Move 1 down")
    assert [pick.note for pick in picks(project)] == ["", "First of all"]
    press(app, "Drop 2")
    assert {pick.choice: pick.note for pick in picks(project)}[Choice.DROPPED] == "First of all"


def test_a_change_of_a_quote_that_somebody_else_took_out_changes_nothing(project: Path) -> None:
    assert evidence_changes.move(project, IDS[2], "housing", -1, "Sam") == evidence_changes.NOT_PINNED
    assert evidence_changes.note(project, IDS[2], "housing", "A note", "Sam") == evidence_changes.NOT_PINNED
    assert picks(project) == ()


def test_words_of_somebody_who_refused_are_never_there(project: Path) -> None:
    """Not offered, and where they were pinned before, only why they may not be printed; no file holds them."""
    with Store.open(project) as store:
        store.collected.save_pick(Pick(HERS, "housing", Choice.PINNED, note="Her words"), "Sam")
        store.collected.save_pick(Pick(HERS, "access", Choice.DROPPED), "Sam")
    for theme in ("Housing", "Access"):
        assert REFUSED not in everything(opened({"theme": theme}))
    app = opened()
    assert f"**Pinned quote 1.** It may not be printed. {evidence_shelf.REFUSED}" in texts(app)
    assert "1 quote is pinned. **1 of them may not be printed** under this rule. No file holds it." in texts(app)
    assert "Her words" not in everything(app)
    for form in ("quotes-txt", "quotes-md", "report-html"):
        assert REFUSED not in text_of(project, form)


def test_a_theme_whose_number_is_hidden_has_no_quotes(project: Path) -> None:
    with Store.open(project) as store:
        store.collected.save_pick(Pick(IDS[50], "racism", Choice.PINNED), "Sam")
    app = opened({"theme": "Racism"})
    assert "Too few people raised this theme. To protect them, nothing that they said is shown." in texts(app)
    assert f"**Pinned quote 1.** It may not be printed. {evidence_shelf.FEW}" in texts(app)
    assert not [label for label in labels(app) if "offered" in label]
    assert SMALL not in everything(app) + text_of(project)


@pytest.mark.parametrize(
    ("excerpt_id", "theme", "why"),
    [
        (IDS[2], "housing", ""),
        (IDS[60], "housing", evidence_shelf.NOT_CODED),
        (HERS, "housing", evidence_shelf.REFUSED),
        (IDS[50], "racism", evidence_shelf.FEW),
        (IDS[2], "gone", evidence_shelf.NO_THEME),
        ("e-gone", "housing", evidence_shelf.GONE),
    ],
)
def test_each_pinned_quote_is_cleared_now_or_says_why_not(project: Path, excerpt_id: str, theme: str, why: str) -> None:
    (found,) = checked(shelf(PUBLISH), [Pick(excerpt_id, theme, Choice.PINNED)])[theme]
    assert found.why_not == why
    assert (found.quote is None) is bool(why)


def test_a_quote_whose_stored_words_are_others_is_not_printed(project: Path) -> None:
    held = shelf(PUBLISH)
    other = replace(held, excerpts={**held.excerpts, IDS[2]: held.excerpts[IDS[40]]}, version=(-1, 0))
    (found,) = checked(other, [Pick(IDS[2], "housing", Choice.PINNED)])["housing"]
    assert found.quote is None
    assert IDS[2] not in {one.quote.excerpt_id for one in looked_at(other, "housing", ()).offered}


def test_a_stricter_rule_is_checked_too(project: Path) -> None:
    """Housing is raised by enough people for both rules, access for the project's own alone."""
    pinned = [Pick(IDS[40], "access", Choice.PINNED)]
    assert checked(shelf(PUBLISH), pinned)["access"][0].quote
    assert checked(shelf(RULES["strict"]), pinned)["access"][0].why_not == evidence_shelf.FEW


def test_a_pinned_quote_of_a_theme_that_is_gone_can_be_taken_out(project: Path) -> None:
    with Store.open(project) as store:
        store.collected.save_pick(Pick(IDS[2], "gone", Choice.PINNED), "Sam")
    press(opened(), "Take out lost quote 1")
    assert picks(project) == ()


# ------------------------------------------------------------- roles and rules


@pytest.mark.parametrize(
    ("role", "own", "names"),
    [
        (As.REPORTER, "publish", ["publish", "strict"]),
        (As.REPORTER, "strict", ["strict"]),
        (As.REPORTER, "internal", ["publish", "strict"]),
        (None, "publish", ["publish", "strict"]),
        (As.ANALYST, "publish", ["publish", "strict", "internal"]),
    ],
)
def test_nobody_but_an_analyst_has_a_weaker_rule(role: As | None, own: str, names: list[str]) -> None:
    assert [rule.name for rule in rules_for(role, RULES[own])] == names


def test_a_report_writer_does_not_get_the_internal_rule_by_its_address(project: Path) -> None:
    app = opened({"rule": "internal"})
    assert app.selectbox(key="rule").options == ["publish", "strict"]
    assert any("(the publish rule)" in words for words in texts(app))


def test_a_rule_that_was_chosen_in_another_role_is_forgotten(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_ROLE", "analyst")
    app = opened()
    app.selectbox(key="rule").set_value("internal").run()
    assert any(words.startswith("**For the analyst's eyes only.**") for words in texts(app))
    monkeypatch.setenv("ENGAGEMENT_ROLE", "reporter")
    app.run()
    assert not app.exception
    assert app.selectbox(key="rule").value == "publish"


@pytest.mark.parametrize("role", ["viewer", "coder"])
def test_the_page_is_not_for_other_roles(project: Path, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    monkeypatch.setenv("ENGAGEMENT_ROLE", role)
    app = AppTest.from_file(PAGE, default_timeout=30).run()
    assert app.exception
    assert not app.title
    assert not app.text


def test_an_empty_project_says_something_sensible(project: Path, tmp_path: Path, monkeypatch) -> None:
    Store.open(tmp_path / "empty", create=True).__exit__()
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(tmp_path / "empty"))
    app = opened()
    assert any(words.startswith("Nothing is sorted into themes yet") for words in texts(app))


# ------------------------------------------------------------------- files


def test_every_format_has_its_button() -> None:
    assert sorted(form.name for form in FORMS) == sorted(formats.FORMATS)
    assert len({form.title for form in FORMS}) == len(FORMS)


@pytest.mark.parametrize("form", [form for form in FORMS if form.name in formats.FILES], ids=lambda form: form.name)
def test_a_file_is_what_the_export_gives(made_once: Path, form: evidence_files.Form) -> None:
    asked = Asked(PUBLISH, ON, crossed=(("sex", "race"),))
    with Store.open(made_once) as store:
        wanted = formats.Wanted(PUBLISH, Settings.load(made_once), Options(ON, (("sex", "race"),)))
        assert make(made_once, form, asked).content == formats.made(store, form.name, wanted)


def test_the_data_are_a_zip_of_the_exports_files(made_once: Path, tmp_path: Path) -> None:
    made = make(made_once, BY_NAME[formats.FOLDER], Asked(PUBLISH, ON))
    with Store.open(made_once) as store:
        files = formats.written(
            store, formats.FOLDER, tmp_path / "csv", formats.Wanted(PUBLISH, Settings.load(made_once), Options(ON))
        )
    with zipfile.ZipFile(io.BytesIO(made.content)) as held:
        assert {name: held.read(name) for name in held.namelist()} == {path.name: path.read_bytes() for path in files}


def test_the_project_for_other_tools_is_the_exports(made_once: Path, tmp_path: Path) -> None:
    with Store.open(made_once) as store:
        wanted = formats.Wanted(PUBLISH, Settings.load(made_once), Options(ON))
        (path,) = formats.written(store, formats.STREAMED, tmp_path / "made.qdpx", wanted)
    assert make(made_once, BY_NAME[formats.STREAMED], Asked(PUBLISH, ON)).content == path.read_bytes()


def test_a_file_is_made_on_a_click_with_its_size_and_gone_when_a_pin_changes(project: Path) -> None:
    app = press(opened({"do": "Make files"}), "Make the quotes, plain text")
    (button,) = app.get("download_button")
    assert button.proto.label == f"Download the quotes, plain text ({size_in_words(text_of(project).encode())})"
    app.radio(key="do").set_value("Choose quotes").run()
    app.radio(key="do").set_value("Make files").run()
    assert app.get("download_button")
    evidence_changes.pin(project, IDS[2], "housing", "Sam")
    assert not app.run().get("download_button")


def test_a_template_is_in_use_until_the_user_does_without_it(project: Path) -> None:
    """The field that took it is empty again, so that nothing that Streamlit tells of the field takes it away."""
    app = opened({"do": "Make files"})
    for name in ("ours.docx", "newer.docx"):
        app.file_uploader[0].set_value((name, b"no Word", "application/octet-stream")).run()
        assert f"The template in use: {name}." in texts(app)
        assert app.file_uploader[0].value is None
    app.file_uploader[0].set_value(None).run()
    app.radio(key="do").set_value("Choose quotes").run()
    app.radio(key="do").set_value("Make files").run()
    press(app, "Make the quotes, Word")
    assert any("newer.docx: it is no Word document." in words for words in texts(app))
    press(press(app, "Do without this template"), "Make the quotes, Word")
    assert not any("newer.docx" in words for words in texts(app))
    assert app.get("download_button")


def test_all_that_are_pinned_are_in_the_report(project: Path) -> None:
    app = opened()
    for _ in range(8):
        press(app, "Pin offered quote 1")
    app.radio(key="do").set_value("Make files").run()
    press(app, "Make the report, web page")
    asked = replace(Asked(PUBLISH, date.today()), quotes=8)
    assert (
        app.session_state["evidence-made"]["report-html"][1].content
        == make(project, BY_NAME["report-html"], asked).content
    )


@pytest.mark.parametrize(
    ("form", "given", "sentence"),
    [
        ("report-docx", {"template": Upload("ours.docx", b"no Word")}, "ours.docx: it is no Word document."),
        ("report-docx", {"template": Upload("../../..", b"no Word")}, "file: it is no Word document."),
        ("xlsx", {"population": Upload("census.csv", b"\xff\xfe\x00")}, "census.csv"),
    ],
)
def test_a_file_that_cant_be_made_is_a_sentence(made_once: Path, form: str, given: dict, sentence: str) -> None:
    made = make(made_once, BY_NAME[form], Asked(PUBLISH, ON, **given))
    assert made.failed.startswith(sentence)
    assert made.content == b""


def test_an_unforeseen_failure_is_a_sentence_with_an_id_and_nobodys_words(
    project: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> bytes:
        raise RuntimeError(REFUSED)

    monkeypatch.setattr(formats, "made", fail)
    with caplog.at_level(logging.INFO):
        app = press(opened({"do": "Make files"}), "Make the workbook")
    assert any(words.startswith("**No file was made.** Sorry, this file could not be made.") for words in texts(app))
    assert "file not made: xlsx RuntimeError" in caplog.text
    assert REFUSED not in caplog.text + everything(app)


def test_a_file_tells_of_pins_that_coders_have_taken_the_theme_from(project: Path) -> None:
    """Decisions of coders count with the next edition, in files and on the page."""
    evidence_changes.pin(project, IDS[3], "housing", "Sam")
    with Store.open(project) as store:
        store.coded.add_codings([Coding(IDS[3], "housing", "Sam", Decision.REJECTED, 1.0, (0, 4))])
        store.note("codings imported")
    told = ("Left out because it no longer carries its theme: 1 of the pinned quotes.",)
    assert make(project, BY_NAME["quotes-txt"], Asked(PUBLISH, ON)).notes == told
    assert make(project, BY_NAME["qdc"], Asked(PUBLISH, ON)).notes == ()


@pytest.mark.parametrize(("size", "words"), [(1, "1 KB"), (1499, "1 KB"), (999_000, "999 KB"), (1_250_000, "1.2 MB")])
def test_a_size_is_told_in_words(size: int, words: str) -> None:
    assert size_in_words(b"x" * size) == words
