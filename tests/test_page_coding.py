"""The page on which people code: what they decide is kept as they saw it, and a blind coder sees nobody's findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engagement.agreement import Measure
from engagement.anonymise import restore
from engagement.app import coding_again, coding_grid, coding_teach, coding_work, roles
from engagement.app.coding_again import Recoding
from engagement.app.coding_agreement import FAIR, GOOD, POOR, TOO_FEW, verdict
from engagement.app.roles import As, Entry, Profile
from engagement.app.show import plain
from engagement.coding.blind import Judged, Sample, counted
from engagement.coding.learning import Queue
from engagement.model import (
    Answer,
    Codebook,
    Coding,
    Decision,
    Excerpt,
    FileCounts,
    Kind,
    Participant,
    Question,
    Role,
    Round,
    SafeDocument,
    SafeText,
    SafeTurn,
    Stance,
    StanceCoding,
    Stated,
    Theme,
    digest_of,
)
from engagement.store import Store
from engagement.themes import standing

PAGE = str(Path(coding_teach.__file__).parent / "coding.py")
BOOK = Codebook(
    "Test book",
    1,
    (
        Theme("housing", "Housing", "Having and keeping a home."),
        Theme("access", "Access", "Getting in and about."),
        Theme("racism", "Racism", "Being treated worse because of race."),
        Theme("steps", "Steps *up*", "Steps in the way.", parent="access"),
    ),
)
LIVE = "**The rent** takes [everything](http://example.org) :material/home: that I earn"
SAID = [LIVE, *(f"The ramp number {number} is too steep for my chair" for number in range(1, 30))]
SECRET = "The ramp number 25 is too steep for my chair"  # in the sample
MACHINE = "machine:test"


def safe(words: str) -> SafeText:
    return restore(words, digest_of(words))


def build(folder: Path) -> Path:
    """30 answers of 30 people, the last 6 of them drawn as a sample; the machine finds access in all but the first."""
    questions = (
        Question("q1", safe("What is it like to live here?")),
        Question("q2", safe("We propose to close the harbour car park. Do you agree?")),
    )
    turns, excerpts, codings, stances, people = [], [], [], [], []
    for number, said in enumerate(SAID):
        text, who, asked = safe(said), f"p{number}", "q2" if number % 2 else "q1"
        digest = digest_of(said)
        answers = (Answer("race", Stated.GIVEN, "African" if number == 3 else "Irish"),)
        people.append(Participant(who, safe(f"Person {number}"), Role.PARTICIPANT, None, answers, may_publish=True))
        turns.append(SafeTurn(number, f"row {number}", Kind.RESPONSE, text, digest, Role.PARTICIPANT, who, asked, ()))
        excerpts.append(
            Excerpt(f"e{number}", "s1", number, number, text, 0, len(text), digest, Role.PARTICIPANT, who, asked)
        )
        key, because = ("access", (4, 8)) if number else ("housing", (0, 12))
        codings.append(Coding(f"e{number}", key, MACHINE, Decision.SUGGESTED, 0.8, because))
        if asked == "q2":
            stances.append(StanceCoding(f"e{number}", Stance.OPPOSE, "machine:stance", 0.5 + number / 100, (4, 8)))
    ids = tuple(f"e{number}" for number in range(24, 30))
    with Store.open(folder, create=True) as store:
        store.save_round(Round("Fair Harbour"))
        store.add_document(
            SafeDocument(
                "s1", safe("a.csv"), "csv", "d" * 64, tuple(turns), tuple(people), questions, FileCounts(), {}
            ),
            excerpts,
            (),
            {},
        )
        store.coded.save_codebook(BOOK)
        store.coded.replace_machine_codings(codings)
        store.coded.replace_machine_stances(stances)
        store.sampled.save_sample(Sample("b1", ids, (5.0,) * 6, 0.1, 1), "Ann")
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = build(tmp_path / "project")
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(folder))
    both = frozenset({As.ANALYST, As.CODER})
    monkeypatch.setattr(roles, "PAGES", (Entry("coding", "Code", both), Entry("signin", "Sign in")))
    monkeypatch.setattr(coding_teach, "next_to_code", first_three)
    return folder


def first_three(excerpts, codebook, said, *_) -> Queue:
    """Stands for the machine, which would choose: the first three, an accepted example beside the second."""
    there = list(excerpts)
    alike = {("e1", "access"): there[5], ("e2", "access"): there[25]}
    return Queue(tuple(there[:3]), alike)


def opened(task: str, *, who: str = "Sam", role: As = As.ANALYST) -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=20)
    app.session_state["profile"] = Profile(who, role)
    app.query_params["task"] = task
    app.run()
    assert not app.exception
    assert not app.error
    return app


def teaching(who: str = "Sam") -> AppTest:
    return press(opened("Teach the machine", who=who), "Find 20 excerpts to code")


def press(app: AppTest, label: str) -> AppTest:
    next(each for each in app.button if each.label == label).click()
    app.run()
    assert not app.exception
    return app


def ticks(app: AppTest) -> dict[str, bool]:
    return {each.label.replace("\\", "").replace("\u2060", ""): each.value for each in app.checkbox}


def tick(app: AppTest, label: str) -> AppTest:
    box = next(each for each in app.checkbox if each.label == plain(label))
    box.set_value(not box.value)
    return app


def texts(app: AppTest) -> str:
    kinds = ("title", "header", "markdown", "text", "success", "error")
    return "\n".join(each.value for kind in kinds for each in app.get(kind)).replace("\\", "").replace("\u2060", "")


def labels(app: AppTest) -> set[str]:
    return {each.label for each in app.button}


def decisions(project: Path, excerpt_id: str) -> list[tuple[str, str, str]]:
    """What people decided on an excerpt: (coder, theme, decision), the oldest first."""
    with Store.open(project) as store:
        return [
            (one.coder, one.theme_key, str(one.decision))
            for one in store.coded.codings()
            if one.excerpt_id == excerpt_id and one.coder != MACHINE
        ]


def holds(project: Path, excerpt_id: str) -> set[str]:
    with Store.open(project) as store:
        codings = counted(store.coded.codings())
    return {one.theme_key for one in standing(codings) if one.excerpt_id == excerpt_id}


def judged(project: Path) -> list[tuple[str, str]]:
    with Store.open(project) as store:
        return [(one.excerpt_id, one.coder) for one in store.sampled.judged()]


# --------------------------------------------------------------------- who


@pytest.mark.parametrize("role", [As.VIEWER, As.REPORTER])
def test_who_does_not_code_is_refused(project, role):
    app = AppTest.from_file(PAGE, default_timeout=20)
    app.session_state["profile"] = Profile("Vic", role)
    app.run()
    assert app.exception
    assert not app.title
    assert SAID[1] not in texts(app)


def test_a_coder_comes_to_the_sample_and_can_neither_settle_nor_code_again(project):
    app = AppTest.from_file(PAGE, default_timeout=20)
    app.session_state["profile"] = Profile("Ben", As.CODER)
    app.run()
    assert app.radio(key="task").value == "Blind coding"
    assert "Code again" not in labels(opened("Progress", who="Ben", role=As.CODER))
    assert "Code again" in labels(opened("Progress"))


def test_before_anything_is_coded_the_page_says_what_to_do(tmp_path, monkeypatch, project):
    Store.open(tmp_path / "empty", create=True).__exit__()
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(tmp_path / "empty"))
    assert "Nothing is sorted into themes yet." in texts(opened("Progress"))


# ------------------------------------------------------------------- teach


def test_an_excerpt_comes_as_typed_with_its_question_and_the_reason_for_each_suggestion(project):
    app = teaching()
    assert LIVE in [each.value for each in app.text]
    assert "Question: What is it like to live here?" in [each.value for each in app.text]
    assert ticks(app) == {"Housing": True}
    assert "The machine suggests it (80 % likely) because of: “**The rent**”" in [each.value for each in app.text]
    press(app, "Save and next")
    assert f"It is like this one, where a person accepted the theme: “{SAID[5]}”" in [each.value for each in app.text]


def test_accepting_as_suggested_is_one_button(project):
    app = press(teaching(), "Save and next")
    assert decisions(project, "e0") == [("Sam", "housing", "accepted")]
    assert judged(project) == [("e0", "Sam")]
    assert "Excerpt 2 of 3" in texts(app)
    assert "Saved: Housing." in texts(app)
    assert "Excerpts that people have coded so far: 1." in texts(app)


def test_a_tick_taken_away_rejects_and_a_theme_that_is_added_brings_the_one_above_it(project):
    app = tick(teaching(), "Housing")
    app.multiselect[0].set_value(["steps"])
    press(app, "Save and next")
    assert sorted(decisions(project, "e0")) == [
        ("Sam", "access", "accepted"), ("Sam", "housing", "rejected"), ("Sam", "steps", "accepted"),
    ]  # fmt: skip
    assert holds(project, "e0") == {"access", "steps"}


def test_a_memo_is_kept_and_shown_to_the_next_coder(project):
    app = teaching()
    app.text_area[0].set_value("Is this about rent or about wages?")
    press(app, "Save and next")
    assert "Sam noted: Is this about rent or about wages?" in texts(teaching("Ann"))


def test_a_memo_with_an_identifier_keeps_nothing_and_says_so(project):
    app = teaching()
    app.text_area[0].set_value("Ring 07700 900123")
    press(app, "Save and next")
    assert "Nothing is saved yet. the memo: it seems to hold an identifier" in app.error[0].value.replace(
        "\\", ""
    ).replace("\u2060", "")
    assert "Excerpt 1 of 3" in texts(app)
    assert decisions(project, "e0") == []
    assert judged(project) == []


def test_the_last_one_can_be_undone_and_comes_again(project):
    app = press(tick(teaching(), "Housing"), "Save and next")
    assert holds(project, "e0") == set()
    press(app, "Undo the last one")
    assert "Excerpt 1 of 3" in texts(app)
    assert holds(project, "e0") == {"housing"}  # the machine's again
    assert ticks(app) == {"Housing": True}
    assert "Undo the last one" not in labels(app)


def test_skipping_says_nothing_and_the_end_offers_more(project):
    app = teaching()
    for _ in range(3):
        press(app, "Skip")
    assert judged(project) == []
    assert "You are through these 3." in texts(app)
    assert "Find 20 excerpts to code" in labels(app)


def test_what_somebody_else_decides_meanwhile_stands_beside_and_the_last_word_counts(project):
    """Two tabs: what one coder never saw they do not overrule, and where both decided the later word holds."""
    slow, quick = teaching("Sam"), teaching("Ann")
    tick(quick, "Housing").multiselect[0].set_value(["racism"])
    press(quick, "Save and next")
    press(slow, "Save and next")
    assert holds(project, "e0") == {"housing", "racism"}
    assert decisions(project, "e0") == [
        ("Ann", "housing", "rejected"), ("Ann", "racism", "accepted"), ("Sam", "housing", "accepted"),
    ]  # fmt: skip
    assert "Somebody else decided on Housing and Racism while you had it open. Both are kept" in texts(slow)


def test_ticks_survive_a_change_of_the_codebook_and_are_saved_only_after_another_look(project):
    app = tick(teaching(), "Housing")
    app.multiselect[0].set_value(["racism"])
    with Store.open(project) as store:
        store.coded.save_codebook(Codebook("Test book", 2, (*BOOK.themes, Theme("new", "New", "Something."))))
    press(app, "Save and next")
    assert "Please look again before you save." in texts(app)
    assert decisions(project, "e0") == []
    assert ticks(app) == {"Housing": False}
    assert app.multiselect[0].value == ["racism"]
    press(app, "Save and next")
    assert holds(project, "e0") == {"racism"}


def test_an_example_from_the_sample_is_not_shown_to_who_has_still_to_code_it(project):
    app = press(press(teaching(), "Skip"), "Skip")
    assert ticks(app) == {"Access": True}
    assert SECRET not in texts(app)


def test_an_excerpt_that_came_into_a_sample_since_is_passed_over(project):
    app = teaching()
    with Store.open(project) as store:
        store.sampled.save_sample(Sample("b2", ("e1",), (1.0,), 0.1, 2), "Ann")
    press(app, "Save and next")
    assert "Excerpt 3 of 3" in texts(app)
    assert SAID[2] in texts(app)


def test_a_decision_loads_nothing_again(project, monkeypatch):
    """The words are read once an edition, and what other pages show is not opened at all."""
    loads = []
    monkeypatch.setattr(coding_work, "profiles", lambda *given: loads.append(1) or {})
    monkeypatch.setattr("engagement.app.data._load", None)
    app = teaching()
    for label in ("Save and next", "Save and next", "Undo the last one"):
        press(app, label)
    assert loads == [1]


# -------------------------------------------------------------------- grid


def test_several_answers_are_decided_at_once_and_taken_back(project, monkeypatch):
    monkeypatch.setattr(coding_grid, "PAGE", 5)
    app = opened("Many at once")
    app.selectbox(key="grid-theme").set_value("access")
    app.run()
    assert SAID[2] in texts(app)
    press(tick(tick(app, "Answer 1"), "Answer 3"), "The theme is not there")
    assert "Saved, answers decided on: 2. Access is not there." in texts(app)
    assert [key for key in ("e1", "e2", "e3", "e4", "e5", "e6") if "access" not in holds(project, key)] == ["e2", "e6"]
    press(app, "Undo the last decision on several")
    assert all("access" in holds(project, f"e{number}") for number in range(1, 24))


def test_all_on_a_page_are_those_that_were_on_it(project, monkeypatch):
    """An answer that somebody else decides meanwhile makes no other one slip under the tick."""
    monkeypatch.setattr(coding_grid, "PAGE", 5)
    app = opened("Many at once")
    app.selectbox(key="grid-theme").set_value("access")
    app.run()
    with Store.open(project) as store:
        store.coded.add_codings([Coding("e2", "access", "Ann", Decision.REJECTED, 1.0, (0, 0))])
    press(tick(app, "Choose all 5 answers on this page"), "The theme is there")
    with Store.open(project) as store:
        decided = {one.excerpt_id for one in store.coded.codings() if one.coder == "Sam"}
    assert decided == {"e2", "e4", "e6", "e8", "e10"}
    assert decisions(project, "e2") == [("Ann", "access", "rejected"), ("Sam", "access", "accepted")]


def test_attributes_obey_the_rule_and_nobody_is_named(project):
    app = opened("Many at once")
    app.selectbox(key="grid-theme").set_value("access")
    app.run()
    said = texts(app)
    assert "Race: White" in said
    for identity in ("African", "Black", "Irish", "Person 2", "p2"):
        assert identity not in said
    assert SECRET not in said
    assert "Answers in the sample that you have still to code blind are left out." in said


def test_a_list_that_changed_under_a_tick_for_the_whole_page_saves_nothing(project):
    """The machine coded again between the look and the press."""
    app = opened("Many at once")
    app.selectbox(key="grid-theme").set_value("access")
    app.run()
    with Store.open(project) as store:
        store.coded.replace_machine_codings([Coding("e5", "access", MACHINE, Decision.SUGGESTED, 0.8, (0, 3))])
    press(tick(app, "Choose all 20 answers on this page"), "The theme is there")
    assert app.error[0].value == "Nothing is saved: the list has changed. Please look at it again."
    assert decisions(project, "e5") == []


def test_nothing_ticked_is_nothing_saved(project):
    app = press(opened("Many at once"), "The theme is there")
    assert app.error[0].value == "Nothing is saved: tick at least one answer first."


# ------------------------------------------------------------------ stance


def test_a_stance_comes_with_its_reason_and_the_least_sure_first(project):
    app = opened("For or against")
    said = texts(app)
    assert "The machine suggests: Opposes the proposal (51 % likely), because of: “ramp”" in said
    assert "close the harbour car park" in said
    app.radio[1].set_value(Stance.SUPPORT)
    press(app, "Save and next")
    with Store.open(project) as store:
        assert [(one.excerpt_id, one.stance, one.coder) for one in store.coded.stances()][-1] == (
            "e1",
            "support",
            "Sam",
        )
    assert SAID[3] in texts(app)
    press(app, "Change the last one")
    assert SAID[1] in texts(app)
    assert app.radio[1].value == Stance.SUPPORT


def test_a_stance_is_kept_where_somebody_else_decided_meanwhile(project):
    slow, quick = opened("For or against", who="Sam"), opened("For or against", who="Ann")
    quick.radio[1].set_value(Stance.MIXED)
    press(quick, "Save and next")
    slow.radio[1].set_value(Stance.SUPPORT)
    press(slow, "Save and next")
    with Store.open(project) as store:
        said = [(one.coder, one.stance) for one in store.coded.stances() if one.excerpt_id == "e1"]
    assert said[1:] == [("Ann", "mixed"), ("Sam", "support")]


# ------------------------------------------------------------------- blind


def test_a_blind_coder_sees_no_suggestion_and_nobodys_decision(project):
    """Every theme without a tick, and no reason, memo or example."""
    with Store.open(project) as store:
        store.coded.add_codings([Coding("e24", "racism", "Ann", Decision.ACCEPTED, 1.0, (0, 0))])
        store.collected.add_memo("e24", "Ann", "surely racism")
    app = opened("Blind coding", who="Ben", role=As.CODER)
    assert SAID[24] in texts(app)
    assert ticks(app) == {"Housing": False, "Access": False, "Racism": False, "Steps *up*": False}
    for found in ("suggests", "likely", "surely", "person"):
        assert found not in texts(app).split("What to do")[-1]
    press(tick(app, "Access"), "Save and next")
    assert decisions(project, "e24")[1:] == [("blind:Ben", "access", "accepted")]
    assert ("e24", "blind:Ben") in judged(project)
    assert "You have coded 1 of 6." in texts(app)
    press(app, "Change the last one")
    assert ticks(app)["Access"]
    assert holds(project, "e24") == {"access", "racism"}  # the machine's and Ann's: a blind coder's count nowhere


def test_a_blind_decision_is_kept_where_the_same_coder_went_on_in_another_tab(project):
    first, second = (opened("Blind coding", who="Ben", role=As.CODER) for _ in range(2))
    press(tick(first, "Housing"), "Save and next")
    press(tick(second, "Access"), "Save and next")
    assert decisions(project, "e24") == [("blind:Ben", "housing", "accepted"), ("blind:Ben", "access", "accepted")]


def test_many_themes_are_searched_and_any_words_are_shown(project):
    """300 themes, a very long word and words from right to left."""
    many = tuple(Theme(f"t{number}", f"Theme {number}", "") for number in range(300))
    with Store.open(project) as store:
        store.coded.save_codebook(
            Codebook("Many", 2, (*many, Theme("long", "x" * 500, "\u0645\u0631\u062d\u0628\u0627")))
        )
    app = opened("Blind coding", who="Ben", role=As.CODER)
    assert not app.checkbox
    app.multiselect[0].set_value(["t7", "long"])
    press(app, "Save and next")
    assert decisions(project, "e24") == [("blind:Ben", "long", "accepted"), ("blind:Ben", "t7", "accepted")]


# --------------------------------------------------------------- agreement


def code_blind(project: Path, coder: str, there: set[str]) -> None:
    with Store.open(project) as store:
        ids = store.sampled.samples()[-1].excerpt_ids
        made = [Coding(one, "access", f"blind:{coder}", Decision.ACCEPTED, 1.0, (0, 0)) for one in ids if one in there]
        store.coded.add_codings(made)
        store.sampled.add_judged([Judged(one, f"blind:{coder}", frozenset(BOOK.keys)) for one in ids])


def test_a_coder_sees_what_others_found_only_once_their_own_sample_is_done(project):
    code_blind(project, "Ann", {"e24", "e25"})
    app = opened("Agreement", who="Ben", role=As.CODER)
    assert "Finish coding the sample first." in texts(app)
    assert not app.table
    assert not app.selectbox
    code_blind(project, "Ben", {"e24"})
    app = opened("Agreement", who="Ben", role=As.CODER)
    assert app.table
    assert "What is left to settle" not in texts(app)
    assert "It is there" not in labels(app)


def test_an_analyst_settles_where_two_differ_and_keeps_what_both_said(project):
    code_blind(project, "Ann", {"e24", "e25"})
    code_blind(project, "Ben", {"e24"})
    app = opened("Agreement")
    said = texts(app)
    assert "that nobody has settled yet: 1." in said
    assert "Ann found it. Ben did not." in said
    assert SECRET in said
    press(app, "It is not there")
    assert decisions(project, "e25")[-1] == ("adjudicated:Sam", "access", "rejected")
    assert holds(project, "e25") == set()
    assert "that nobody has settled yet: 0." in texts(app)
    press(app, "Undo the last settled one")
    assert "that nobody has settled yet: 1." in texts(app)
    assert decisions(project, "e25")[-1] == ("adjudicated:Sam", "access", "suggested")
    press(app, "Keep what both said")
    assert holds(project, "e26") == set()


def test_who_is_in_the_middle_of_the_sample_does_not_see_it_even_as_an_analyst(project):
    code_blind(project, "Ann", {"e24"})
    with Store.open(project) as store:
        store.sampled.add_judged([Judged("e24", "blind:Sam", frozenset(BOOK.keys))])
    assert "Finish coding the sample first." in texts(opened("Agreement"))


def test_a_reflexive_project_measures_no_agreement(project):
    (project / "settings.toml").write_text("reflexive = true\n", encoding="utf-8")
    code_blind(project, "Ann", {"e24"})
    app = opened("Agreement")
    assert "This project is reflexive: coders' readings are not measured against each other." in texts(app)
    assert not app.table


@pytest.mark.parametrize(
    ("alpha", "words"),
    [
        (Measure(0.8, 0.667, 0.9), GOOD),
        (Measure(0.8, 0.66, 0.9), TOO_FEW),
        (Measure(0.79, 0.7, 0.9), FAIR),
        (Measure(0.667, 0.2, 0.9), FAIR),
        (Measure(0.66, 0.5, 0.9), POOR),
        (Measure(why="neither coder used it"), "Cannot be told: neither coder used it"),
    ],
)
def test_alpha_is_told_in_words(alpha, words):
    assert verdict(alpha) == words


# ---------------------------------------------------------------- progress


def test_the_curve_is_worked_out_only_when_it_is_asked_for(project):
    app = opened("Progress")
    assert "The learning curve" not in texts(app)
    press(app, "Work out the learning curve")
    assert "Too little to tell: people have coded 0 excerpts of 40 needed." in texts(app)


def test_coding_again_runs_beside_the_app_and_again_where_the_codebook_changed(project, monkeypatch):
    """One at a time; a failure is told without words; an error of the user as it is."""
    done = []

    def recode(store, codebook, *_):
        done.append(codebook.version)
        if len(done) == 1:
            store.coded.save_codebook(Codebook("Test book", 2, BOOK.themes))

    monkeypatch.setattr("engagement.pipeline.recode", recode)
    mine = Recoding(project)
    assert mine.start()
    mine.wait()
    assert done == [1, 2]
    assert mine.words == coding_again.DONE

    def fail(*_):
        raise RuntimeError(LIVE)

    monkeypatch.setattr("engagement.pipeline.recode", fail)
    assert mine.start()
    mine.wait()
    assert mine.words.startswith("It could not be done. Nothing was lost.")
    assert LIVE not in mine.words


def test_the_button_tells_that_it_runs(project, monkeypatch):
    monkeypatch.setattr("engagement.pipeline.recode", lambda *_: None)
    app = press(opened("Progress"), "Code again")
    coding_again.recoding(str(project)).wait()
    app.run()
    assert coding_again.DONE in texts(app)
