"""The Codebook page: an analyst reads, changes and exchanges themes, and nothing that was typed or coded is lost."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engagement.anonymise import restore
from engagement.app import codebook as page_module
from engagement.app import roles
from engagement.app.roles import As, Entry
from engagement.app.serve import ROLE_VARIABLE
from engagement.codebook_change import read, written
from engagement.model import (
    Codebook,
    Coding,
    Decision,
    EmergentTheme,
    Excerpt,
    FileCounts,
    Kind,
    Participant,
    Role,
    Round,
    SafeDocument,
    SafeText,
    SafeTurn,
    Theme,
    content_id,
    digest_of,
)
from engagement.store import Store

PAGE = str(Path(page_module.__file__))
SCRIPT = str(Path(__file__).parents[1] / "app_streamlit.py")
LIVE = '<b>b</b> **bold** :material/home: $x$ [link](http://example.org) ":smile:'
ARABIC = "السكن"
BOOK = Codebook(
    "Land",
    1,
    (
        Theme("housing", "Housing", "Having a home.", ("rents go up",), ("care homes",), ("The roof leaks.",)),
        Theme("rents", "Rents", "What a home costs.", parent="housing"),
        Theme("boats", f"Boats {LIVE}", ""),
        Theme("arabic", ARABIC, "Said in Arabic."),
    ),
)
SAID = ("Mend the lamp by the canal", "Two lamps are out on our street", "It is dark by the locks")
REFUSED = SAID[1]


def safe(words: str) -> SafeText:
    return restore(words, digest_of(words))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A round of 14 people whose remarks on lamps no theme covers; the second refused publication."""
    folder = tmp_path / "project"
    people, turns, excerpts = [], [], []
    for number in range(14):
        words = safe(SAID[number] if number < len(SAID) else f"Lamp number {number} is broken")
        who, digest = f"p{number:02}", digest_of(words)
        people.append(Participant(who, safe(f"Person {number}"), Role.PARTICIPANT, None, (), number != 1))
        turns.append(SafeTurn(number, f"row {number}", Kind.RESPONSE, words, digest, Role.PARTICIPANT, who, None, ()))
        excerpts.append(
            Excerpt(
                content_id("e", number), "s1", number, number, words, 0, len(words), digest, Role.PARTICIPANT, who, None
            )
        )
    ids = tuple(one.excerpt_id for one in excerpts)
    with Store.open(folder, create=True) as store:
        store.save_round(Round("Fair Harbour"))
        counts = FileCounts(turns=14, rows=14, answered=14)
        document = SafeDocument("s1", safe("survey.csv"), "csv", "d" * 64, tuple(turns), tuple(people), (), counts, {})
        store.add_document(document, excerpts, (), {})
        store.coded.save_codebook(BOOK, "Asha")
        store.coded.add_codings([Coding(ids[5], "housing", "Asha", Decision.ACCEPTED, 1.0, (0, 4))])
        store.coded.replace_emergent(
            [
                EmergentTheme("emergent_lamps", f"Lamps {LIVE}", ("lamp", "dark"), ids, "housing", 0.85, ids[:3]),
                EmergentTheme("emergent_few", "Few", ("locks",), ids[:3], None, 0.3, ids[:2]),
            ]
        )
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(folder))
    monkeypatch.setenv(ROLE_VARIABLE, "analyst")
    if "codebook" not in {entry.file for entry in roles.PAGES}:
        entry = Entry("codebook", "Codebook", frozenset({As.ANALYST}))
        monkeypatch.setattr(roles, "PAGES", (*roles.PAGES, entry))
    return folder


def at(view: str = "Read", change: str = "") -> AppTest:
    """The page as an address opens it."""
    app = AppTest.from_file(PAGE, default_timeout=30)
    app.query_params["do"] = view
    if change:
        app.query_params["change"] = change
    app.run()
    assert not app.exception
    return app


def book(project: Path) -> Codebook:
    with Store.open(project) as store:
        found = store.coded.codebook()
    assert found
    return found


def texts(app: AppTest) -> list[str]:
    kinds = ("title", "header", "subheader", "markdown", "text", "success", "error")
    return [as_read(element.value) for kind in kinds for element in app.get(kind)]


def as_read(words: str) -> str:
    return re.sub(r"[\u2060\u2068\u2069\\]", "", words)


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def field(app: AppTest, label: str):
    """The box with this label."""
    return next(box for box in (*app.text_input, *app.text_area, *app.selectbox) if box.label == label)


def error(app: AppTest) -> str:
    assert len(app.error) == 1
    return as_read(app.error[0].value)


# ------------------------------------------------------------------- read


def test_the_themes_are_told_with_where_they_stand_and_what_to_mind(project):
    """A table in the order of the hierarchy, one theme in full, and the remarks; names show as typed."""
    app = at()
    frame = app.table[0].value
    rows = [
        [as_read(cell) for cell in (index, *cells)] for index, cells in zip(frame.index, frame.to_numpy(), strict=True)
    ]
    assert rows[:2] == [["Housing", "Having a home."], ["Rents, under Housing", "What a home costs."]]
    assert [row[0] for row in rows[2:]] == [" ".join(f"Boats {LIVE}".split()), ARABIC]
    said = texts(app)
    assert {"- rents go up", "- care homes", "- The roof leaks."} <= set(said)
    assert any(f'"Boats {LIVE}" has no definition' in words for words in said)
    assert LIVE not in "".join(element.value for element in app.markdown)


@pytest.mark.parametrize("number", [200, 300])
def test_many_themes_come_twenty_at_a_time(project, number):
    """Hundreds of themes are paged, and each can be chosen."""
    with Store.open(project) as store:
        store.coded.save_codebook(
            Codebook("Many", 2, tuple(Theme(f"t{one}", f"T {one}", "x") for one in range(number)))
        )
    app = at()
    assert len(app.table[0].value) == 20
    app.pagination(key="codebook-page").set_value(number // 20).run()
    assert app.table[0].value.index[-1].endswith(str(number - 1))
    assert len(app.selectbox(key="theme").options) == number


def test_without_a_codebook_the_page_says_what_to_do(project, tmp_path, monkeypatch):
    """An empty project is no error."""
    Store.open(tmp_path / "empty", create=True).__exit__()
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(tmp_path / "empty"))
    assert "Nothing is sorted into themes yet. To do it, run: `engagement run FOLDER --project DIR`" in texts(at())


# ----------------------------------------------------------- edit, add, order


def test_a_theme_is_edited_and_the_page_says_what_comes_next(project):
    """All fields are saved as one version under the name of who did it; the form shows what was saved."""
    app = at("Change")
    field(app, "Name").set_value("Homes")
    field(app, "It includes, one phrase a line").set_value("rents go up\n\n damp \ndamp")
    press(app, "Save this theme")
    theme = book(project).themes[0]
    assert (theme.key, theme.name, theme.include, theme.exclude) == (
        "housing",
        "Homes",
        ("rents go up", "damp"),
        ("care homes",),
    )
    assert book(project).version == 2
    assert [field(app, "Name").value] == ["Homes"]
    assert "the codebook is version 2 now" in app.success[0].value
    assert "`engagement code-again --project DIR`" in app.success[0].value
    press(app, "Save this theme")
    assert book(project).version == 2
    with Store.open(project) as store:
        row = store.audit_trail()[-1]
    assert row["who"] == roles.profile().name


@pytest.mark.parametrize(
    ("label", "typed", "sentence"),
    [
        ("Name", " ", "Nothing was saved. Codebook, theme housing, field name: it is empty. Give the theme a name."),
        (
            "Under which theme",
            "rents",
            "Nothing was saved. Codebook, theme housing, field parent: the parents go in a circle. "
            "Let one of them have no parent.",
        ),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_typed_is_lost(project, label, typed, sentence):
    """An empty name or a circle of parents is a sentence; every box keeps its words, through another view and back."""
    app = at("Change")
    field(app, "What it means").set_value("A long thought")
    field(app, label).set_value(typed)
    press(app, "Save this theme")
    assert error(app) == sentence
    assert book(project) == BOOK
    assert (field(app, "What it means").value, field(app, label).value) == ("A long thought", typed)
    app.radio(key="do").set_value("History").run()
    app.radio(key="do").set_value("Change").run()
    assert field(app, "What it means").value == "A long thought"


def test_two_who_edit_one_theme_lose_nothing(project):
    """Another's change to another field stays; to the same field it is a sentence, and a new beginning is offered."""
    app = at("Change")
    with Store.open(project) as store:
        theirs = replace(BOOK.themes[0], definition="Theirs.")
        store.coded.save_codebook(replace(BOOK, version=2, themes=(theirs, *BOOK.themes[1:])), "Sam")
    field(app, "Name").set_value("Homes")
    press(app, "Save this theme")
    assert (book(project).themes[0].name, book(project).themes[0].definition) == ("Homes", "Theirs.")
    with Store.open(project) as store:
        theirs = replace(book(project), version=4, themes=(replace(theirs, name="Houses"), *BOOK.themes[1:]))
        store.coded.save_codebook(theirs, "Sam")
    field(app, "Name").set_value("Dwellings")
    press(app, "Save this theme")
    assert "theme housing, field name: somebody else changed it while you wrote." in error(app)
    assert field(app, "Name").value == "Dwellings"
    press(app, "Start again from what it is now")
    assert field(app, "Name").value == "Houses"


def test_a_theme_that_goes_while_it_is_edited_leaves_its_words_to_copy(project):
    """Another tab's retirement is a sentence, and the form stays."""
    app = at("Change")
    field(app, "What it means").set_value("A long thought")
    with Store.open(project) as store:
        gone = replace(BOOK.themes[1], parent=None)
        store.coded.save_codebook(replace(BOOK, version=2, themes=(gone, *BOOK.themes[2:])), "Sam")
    press(app, "Save this theme")
    assert "theme housing: it is not in the codebook any more. Copy your words and add it again." in error(app)
    assert field(app, "What it means").value == "A long thought"
    field(app, "Theme to change").set_value("rents").run()
    assert field(app, "What it means").value == "What a home costs."


@pytest.mark.parametrize(
    ("name", "key", "found"),
    [
        ("Safe spaces", "", "safe_spaces"),
        ("Housing", "", "housing_2"),
        (f"{ARABIC} {ARABIC}", "", "theme"),
        ("A", "b_1", "b_1"),
    ],
)
def test_a_theme_is_added(project, name, key, found):
    """With the key that is given, or one made from its name."""
    app = at("Add")
    field(app, "Name").set_value(name)
    next(box for box in app.text_input if box.label.startswith("Key")).set_value(key)
    press(app, "Add this theme")
    assert (book(project).themes[-1].key, book(project).themes[-1].name) == (found, name)
    assert field(app, "Name").value == ""


@pytest.mark.parametrize(
    ("name", "key", "sentence"),
    [
        ("More", "housing", "theme housing, field key: another theme has the same. Give each theme a key of its own."),
        ("More", "Big Top", "theme Big Top, field key: not a key. Use small letters, digits and underscores only."),
        ("", "", "the new theme, field name: it is empty. Give the theme a name."),
    ],
)
def test_a_theme_that_cannot_be_added_is_a_sentence(project, name, key, sentence):
    """A key that is taken, one that can't serve, no name: said in place, with the words kept."""
    app = at("Add")
    field(app, "Name").set_value(name)
    field(app, "What it means").set_value("Words")
    next(box for box in app.text_input if box.label.startswith("Key")).set_value(key)
    press(app, "Add this theme")
    assert error(app) == f"Nothing was saved. Codebook, {sentence}"
    assert field(app, "What it means").value == "Words"
    assert book(project) == BOOK


def test_a_theme_moves_with_those_under_it(project):
    """Housing goes after Boats, and Rents with it."""
    app = at("Put in order")
    field(app, "Put it").set_value("boats").run()
    press(app, "Move it")
    assert book(project).keys == ("boats", "housing", "rents", "arabic")


# ------------------------------------------------------------------ reshape


def test_a_merge_is_told_then_made_with_its_codings(project):
    """Nothing is saved before it is confirmed; then codings go along and the audit trail has who did it."""
    app = at("Merge, split, rename or retire")
    app.multiselect[0].set_value(["housing", "boats"]).run()
    field(app, "Which one stays").set_value("boats")
    press(app, "Show what this does")
    words = "Whatever was coded as one of them is coded as that; it is ruled out where all of them were."
    assert any(words in each for each in texts(app))
    assert any('"Housing" was removed.' in each for each in texts(app))
    assert book(project) == BOOK
    press(app, "Yes, merge them")
    assert book(project).keys == ("boats", "rents", "arabic")
    assert "version 2" in app.success[0].value
    with Store.open(project) as store:
        assert {coding.theme_key for coding in store.coded.codings()} == {"boats"}
        assert [row["who"] for row in store.audit_trail() if row["what"] == "theme merged"] == [roles.profile().name]


def test_a_merge_needs_two_themes_and_a_new_one_a_name(project):
    """Nothing can be confirmed before, and what was chosen stays."""
    app = at("Merge, split, rename or retire")
    app.multiselect[0].set_value(["housing"]).run()
    assert not app.button
    app.multiselect[0].set_value(["housing", "rents"]).run()
    assert field(app, "Which one stays").value == "housing"
    field(app, "Which one stays").set_value("")
    press(app, "Show what this does")
    assert error(app).startswith("Nothing was saved. Codebook: the new theme has no name. Give it one")
    assert not [button for button in app.button if button.label.startswith("Yes")]
    next(box for box in app.text_input if box.label.startswith("Its name")).set_value("Homes")
    press(app, "Show what this does")
    press(app, "Yes, merge them")
    assert book(project).keys == ("homes", "boats", "arabic")


def test_a_split_waits_for_people(project):
    """The parts take the theme's place, and what people coded waits for them to say which."""
    app = at("Merge, split, rename or retire", "Split a theme")
    field(app, "Part 1: name").set_value("Housing")
    press(app, "Show what this does")
    assert error(app) == "Nothing was saved. Codebook, part 2: it has no name. Give each part a name."
    field(app, "Part 2: name").set_value("Repairs")
    press(app, "Show what this does")
    press(app, "Yes, split it")
    assert book(project).keys == ("housing", "repairs", "rents", "boats", "arabic")
    assert "1 excerpt waits for a decision" in app.success[0].value


def test_a_theme_is_renamed_and_another_retired(project):
    """A new key that is taken is a sentence; leaving a change makes nothing."""
    app = at("Merge, split, rename or retire", "Rename a theme")
    keys = next(box for box in app.text_input if box.label.startswith("New key"))
    keys.set_value("rents")
    press(app, "Show what this does")
    assert "theme rents, field key: another theme has the same" in error(app)
    next(box for box in app.text_input if box.label.startswith("New key")).set_value("homes")
    press(app, "Show what this does")
    press(app, "Yes, rename it")
    assert book(project).keys == ("homes", "rents", "boats", "arabic")
    app.radio(key="change").set_value("retired").run()
    press(app, "Show what this does")
    press(app, "No, leave it")
    assert book(project).version == 2
    press(app, "Show what this does")
    press(app, "Yes, retire it")
    assert book(project).keys == ("rents", "boats", "arabic")
    with Store.open(project) as store:
        assert store.coded.codings() == ()


def test_a_codebook_that_changed_in_the_meantime_is_looked_at_again(project):
    """What somebody else saved after the preview is never overwritten unseen."""
    app = at("Merge, split, rename or retire", "Retire a theme")
    press(app, "Show what this does")
    with Store.open(project) as store:
        store.coded.save_codebook(replace(BOOK, version=2, themes=BOOK.themes[:3]), "Sam")
    press(app, "Yes, retire it")
    assert "somebody changed it in the meantime" in error(app)
    assert book(project).version == 2
    press(app, "Yes, retire it")
    assert book(project).keys == ("rents", "boats")


# --------------------------------------------------------- history and files


def test_the_history_has_every_version_with_who_and_what(project):
    """The latest first, changes in words."""
    app = at("Change")
    field(app, "What it means").set_value("A roof.")
    press(app, "Save this theme")
    said = texts(at("History"))
    assert [words for words in said if words.startswith("Version")] == ["Version 2", "Version 1"]
    assert any(words.startswith(f"Saved by {roles.profile().name} on ") for words in said)
    assert any(words.startswith("Saved by Asha on ") for words in said)
    assert '- The definition of "Housing" was "Having a home." and is now "A roof.".' in said
    assert "This is where it began." in said


@pytest.mark.parametrize("kind", [".yaml", ".csv", ".qdc"])
def test_a_file_is_told_before_it_is_saved(project, kind):
    """A theme that is gone and one that is new are in words, then the next version has them; the same file is none."""
    new = replace(BOOK, themes=(*BOOK.themes[:3], Theme("trees", "Trees", "Shade.")))
    app = at("Files")
    app.file_uploader[0].set_value((f"Land{kind}", written(new, kind), "text/plain")).run()
    said = texts(app)
    assert {f'- "{ARABIC}" was removed.', '- "Trees" was added.'} <= set("\n".join(said).split("\n"))
    assert "Codings of removed themes count no longer. They count again if the theme comes back." in said
    assert book(project) == BOOK
    press(app, "Save it as the next version")
    assert book(project).keys == ("housing", "rents", "boats", "trees")
    assert not app.exception
    assert "version 2" in app.success[0].value


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("b.csv", b"key,name\n,Housing\n", "B.csv, row 2: no key. Give each theme a key."),
        ("b.csv", b"key,name\na,A\na,B\n", "B.csv, theme a, field key: another theme has the same."),
        (
            "b.yaml",
            b"themes: [{key: a, parent: b}, {key: b, parent: a}]",
            "B.yaml, theme a, field parent: the parents go",
        ),
        ("b.yaml", b"\xff\xfe\x00", "B.yaml: not a text file in UTF-8."),
        ("b.qdc", b"<html/>", "B.qdc: not a REFI-QDA codebook."),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(project, name, data, sentence):
    """It names the file and the place, and offers nothing to save."""
    app = at("Files")
    app.file_uploader[0].set_value((name, data, "text/plain")).run()
    assert sentence in error(app)
    assert not app.button


def test_the_downloads_read_back_the_same(project):
    """Each kind of file holds the codebook in use."""
    app = at("Files")
    assert [button.label.split(":")[0] for button in app.get("download_button")] == [
        "Download as YAML", "Download as CSV", "Download as QDC",
    ]  # fmt: skip
    for kind in (".yaml", ".csv", ".qdc"):
        assert read(written(BOOK, kind), f"Land{kind}", BOOK)[0].themes == BOOK.themes


# ----------------------------------------------------------------- emergent


def test_a_group_is_taken_into_the_codebook_with_quotes_that_may_be_published(project):
    """Words, size, stability and nearest theme are told; who refused publication is in no example."""
    app = at("New themes found")
    frame = app.table[0].value
    assert [as_read(cell) for row in frame.to_numpy() for cell in row] == [
        "15", "In about 8 of 10 tries", "Fewer than 10", "In about 3 of 10 tries: unstable, it may be an accident",
    ]  # fmt: skip
    said = texts(app)
    assert "Nearest theme in the codebook: Housing" in "\n".join(said).replace("**", "")
    assert {f"“{words}”" for words in SAID} <= set(said)
    assert "This may not be published, so it does not become an example." in said
    field(app, "Name of the theme").set_value("Street lamps")
    field(app, "What it means").set_value("Light at night.")
    press(app, "Add it to the codebook")
    assert book(project).themes[-1] == Theme(
        "street_lamps", "Street lamps", "Light at night.", examples=(SAID[0], SAID[2])
    )
    assert any("seems to be in the codebook already" in words for words in texts(app))


def test_a_group_with_a_hidden_size_gives_no_examples(project):
    """Too few people are behind it for a single quote to go out."""
    app = at("New themes found")
    app.selectbox(key="codebook-group").set_value("emergent_few").run()
    assert "Too few people are behind this group, so none of these words become examples." in texts(app)
    field(app, "Name of the theme").set_value("")
    press(app, "Add it to the codebook")
    assert "field name: it is empty" in error(app)
    field(app, "Name of the theme").set_value("Few")
    press(app, "Add it to the codebook")
    assert book(project).themes[-1].examples == ()


def test_a_round_without_groups_says_so(project):
    """Nothing to offer is no error."""
    with Store.open(project) as store:
        store.coded.replace_emergent([])
    assert "There are no such groups. They are looked for whenever the computer codes." in texts(at("New themes found"))


# -------------------------------------------------------------------- roles


@pytest.mark.parametrize("role", ["viewer", "reporter", "coder"])
def test_nobody_but_an_analyst_reaches_the_page(project, monkeypatch, role):
    """It refuses by itself, and the app does not list it."""
    monkeypatch.setenv(ROLE_VARIABLE, role)
    app = AppTest.from_file(PAGE, default_timeout=30).run()
    assert len(app.exception) == 1
    assert not app.table
    assert not texts(app)
    assert "codebook" not in {entry.file for entry in roles.pages(As(role))}
