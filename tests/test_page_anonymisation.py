"""The anonymisation page: words as said show only in a tab that opened the vault, and what is ruled is kept at once."""

from __future__ import annotations

import gc
import json
import logging
import os
import shutil
import sys
import time
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engagement import vault as vaults
from engagement.anonymise import restore
from engagement.anonymising.review import Inquiry, Passages, queue, replaced
from engagement.anonymising.rulings import RULED, Judgement, Ruling, Rulings, Spot, Turn
from engagement.app import anonymisation_apply as worker
from engagement.app import anonymisation_desk, jobs, roles
from engagement.app.anonymisation_passage import AROUND, Piece, as_html, pieces
from engagement.app.progress import APPLY, SIGN_OFF
from engagement.app.roles import As, Entry
from engagement.errors import BadInput
from engagement.model import (
    Answer,
    Doubt,
    FileCounts,
    Kind,
    Participant,
    Redaction,
    Role,
    Round,
    SafeDocument,
    SafeTurn,
    Stated,
    digest_of,
)
from engagement.segment import excerpts
from engagement.store import DATABASE, Store
from engagement.vault import PASSPHRASE_VARIABLE, Vault, destroy_vault, open_key
from tests.test_app import as_read, everything, table, texts

PAGE = str(Path(__file__).parents[1] / "engagement" / "app" / "anonymisation.py")
PASSPHRASE = "linnet capstan thursday"
LIVE = '<script>document.title="broken"</script> **bold** :red[red] $x$'
# Raw words, with each replaced span as (surface, kind, replacement, score), and each kept one in doubt.
SAID: dict[int, tuple[str, list[tuple[str, str, str, float]], list[str]]] = {
    0: ("I saw Tovi at Rose Hill.", [("Rose Hill", "PLACE", "[place]", 0.6)], ["Tovi"]),
    1: (f"Kiri said {LIVE} now.", [("Kiri", "PERSON", "[Person 1]", 0.9)], []),
    2: ("Past Rose Hill a Biscuit.", [("Rose Hill", "PLACE", "[place]", 0.6)], ["Biscuit"]),
}
RAW = ("Rose Hill", "Kiri")


def safe(words: str) -> Any:
    return restore(words, digest_of(words))


def turn_of(position: int, words: str, spans: list[tuple[str, str, str, float]], found_by: str = "ner") -> SafeTurn:
    redactions = tuple(
        Redaction(words.index(surface), words.index(surface) + len(surface), kind, text, score, found_by)
        for surface, kind, text, score in spans
    )
    text = safe(replaced(words, redactions))
    digest = digest_of(text)
    return SafeTurn(position, f"row {position}", Kind.TURN, text, digest, Role.PARTICIPANT, "p0", None, redactions)


def build(folder: Path, *, vault: bool = True) -> Path:
    """A project of one source and twelve people, of whom one is alone in what is known of them."""
    turns = tuple(turn_of(place, words, spans) for place, (words, spans, _) in SAID.items())
    doubts = tuple(
        Doubt(place, words.index(surface), words.index(surface) + len(surface), "PERSON", 0.4, "capital")
        for place, (words, _, kept) in SAID.items()
        for surface in kept
    )
    people = tuple(
        Participant(
            f"p{number}", safe(f"Person {number + 1}"), Role.PARTICIPANT, None,
            (Answer("sex", Stated.GIVEN, "Male" if number == 0 else "Female"),), may_publish=True,
        )
        for number in range(12)
    )  # fmt: skip
    document = SafeDocument(
        "s1", safe(f"notes {LIVE}.txt"), "txt", "d" * 64, turns, people, (), FileCounts(turns=3), {}, doubts=doubts
    )
    with Store.open(folder, create=True) as store:
        store.save_round(Round("Fair Harbour", "2025-04-14", "2025-05-02", "To hear."))
        store.add_document(document, excerpts(document, 90), (), {})
    open_key(folder)
    if vault:
        Vault.create(folder, PASSPHRASE).keep("s1", {place: words for place, (words, _, _) in SAID.items()})
    return folder


@pytest.fixture(autouse=True)
def _listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is an analyst's, and a vault opens quickly here."""
    entry = Entry("anonymisation", "Anonymisation", frozenset({As.ANALYST}))
    monkeypatch.setattr(roles, "PAGES", (*(each for each in roles.PAGES if each.file != entry.file), entry))
    monkeypatch.setenv("ENGAGEMENT_ROLE", "analyst")
    monkeypatch.setattr(vaults, "COST", 2**14)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = build(tmp_path / "project")
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(folder))
    yield folder
    jobs._jobs.clear()


def opened(part: str = "") -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=30).run()
    if part:
        app.radio[0].set_value(part).run()
    assert not app.exception
    assert not app.error
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(each for each in app.button if each.label == label).click().run()
    return app


def with_vault(part: str = "") -> AppTest:
    app = opened()
    app.text_input[0].set_value(PASSPHRASE)
    press(app, "Open the vault")
    assert not app.error
    if part:
        app.radio[0].set_value(part).run()
    return app


def sent(app: AppTest) -> str:
    """All that the page would send to a browser, passages opened."""
    return everything(app) + "".join(each.proto.body for each in app.get("html"))


def passages(app: AppTest) -> list[str]:
    return [body.split("</style>")[1] for each in app.get("html") if "passage" in (body := each.proto.body)]


def made(project: Path) -> list[Ruling]:
    with Store.open(project) as store:
        return store.reviewed.rulings()


def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would be started, in place of starting it."""
    calls: list[dict[str, Any]] = []

    def start(project: Path, what: str, command: Any, passphrase: str = "", afterwards: Any = None) -> None:
        calls.append({"what": what, "command": list(command), "passphrase": passphrase, "afterwards": afterwards})

    monkeypatch.setattr(jobs, "start", start)
    return calls


def over(project: Path, what: str, code: int, output: str = "", *lines: str) -> None:
    """A command that ended, as this server remembers it."""
    ended = jobs.Job(what, SimpleNamespace(pid=0), output=output, code=code)  # type: ignore[arg-type]  # not asked
    ended.lines.extend(lines)
    jobs._jobs[project] = ended


def desk_of(project: Path, turns: dict[Turn, SafeTurn], vault: Vault | None = None) -> anonymisation_desk.Desk:
    """A desk with nothing in doubt."""
    held, key = anonymisation_desk.Texts(turns, (), {}), Rulings(open_key(project))
    return anonymisation_desk.Desk(1, held, Passages(turns, vault), vault is not None, (), key, folder=project)


# ------------------------------------------------------------------- who, when


@pytest.mark.parametrize("role", ["viewer", "reporter", "coder"])
def test_the_page_is_for_analysts_alone(role: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_ROLE", role)
    app = AppTest.from_file(PAGE, default_timeout=30).run()
    assert app.exception
    assert not texts(app)
    assert "anonymisation" not in {entry.file for entry in roles.pages(As(role))}


def test_with_the_vault_closed_no_raw_word_is_on_any_part_of_the_page(project: Path) -> None:
    for part in ("check", "ruled", "risks", "signoff"):
        app = opened(part)
        assert not [words for words in RAW if words in sent(app)]
    said = texts(opened())
    assert any(words.startswith("The vault is **closed**: you see only what stayed") for words in said)
    assert any(words.startswith("**2** decisions wait. In 2 of them, words stay") for words in said)


def test_an_open_vault_shows_the_words_in_this_tab_and_in_no_other(project: Path) -> None:
    app = with_vault()
    press(press(app, "Skip this one"), "Skip this one")
    assert passages(app) == [
        '<p class="passage" dir="auto">I saw Tovi at <mark>»Rose Hill«</mark> (replaced by [place]).</p>'
    ]
    assert not [words for words in RAW if words in sent(opened())]


def test_closing_the_vault_drops_it_and_all_that_was_read_with_it(project: Path) -> None:
    app = press(press(with_vault(), "Skip this one"), "Skip this one")
    assert "Rose Hill" in sent(app)
    press(app, "Close the vault")
    assert "Rose Hill" not in sent(app)
    assert anonymisation_desk.VAULT not in app.session_state
    assert not app.session_state[anonymisation_desk.DESK].with_vault


LEFT_ALONE = [(0, True), (anonymisation_desk.IDLE - 1, True), (anonymisation_desk.IDLE, False), (-1, False)]


@pytest.mark.parametrize(("seconds", "stays"), LEFT_ALONE)
def test_a_vault_left_alone_closes_by_itself(
    seconds: int, stays: bool, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a quarter of an hour, and where the clock was set back; the page says so, and holds none of its words."""
    times = [1_000_000.0]
    monkeypatch.setattr(anonymisation_desk, "now", lambda: times[0])
    app = press(press(with_vault(), "Skip this one"), "Skip this one")
    assert any("It closes by itself when you do nothing here for 15 minutes." in words for words in texts(app))
    times[0] += seconds
    app.run()
    assert not app.exception
    told = "**The vault was closed**, since nobody did anything here for 15 minutes."
    assert (told in texts(app)) is not stays
    assert ("Rose Hill" in sent(app)) is stays
    assert (anonymisation_desk.VAULT in app.session_state) is stays
    if not stays:
        assert not app.session_state[anonymisation_desk.DESK].with_vault
        app.text_input[0].set_value(PASSPHRASE)
        assert told not in texts(press(app, "Open the vault"))


def test_whoever_uses_the_page_keeps_the_vault_open(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = [1_000_000.0]
    monkeypatch.setattr(anonymisation_desk, "now", lambda: times[0])
    app = with_vault()
    for _ in range(3):
        times[0] += anonymisation_desk.IDLE - 1
        app.run()
    assert anonymisation_desk.VAULT in app.session_state


def test_a_vault_left_alone_is_gone_also_where_no_page_asks_again(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tab is on another page: what it holds of the vault, and of the review laid out with it, goes anyway."""
    times = [1_000_000.0]
    monkeypatch.setattr(anonymisation_desk, "now", lambda: times[0])
    monkeypatch.setattr(anonymisation_desk, "EVERY", 0.01)
    app = press(with_vault(), "Skip this one")
    lent = app.session_state[anonymisation_desk.VAULT]
    vault, desk = weakref.ref(lent.vault), lent.desk
    assert desk.with_vault
    del desk
    times[0] += anonymisation_desk.IDLE
    for _ in range(500):
        if lent.vault is None:
            break
        time.sleep(0.01)
    assert (lent.vault, lent.desk) == (None, None)
    gc.collect()
    assert vault() is None


def test_a_vault_that_was_destroyed_meanwhile_is_let_go(project: Path) -> None:
    app = with_vault()
    destroy_vault(project)
    app.run()
    assert not app.error
    assert anonymisation_desk.VAULT not in app.session_state
    assert any(words.startswith("This project keeps no words as they were said") for words in texts(app))


def test_the_passphrase_is_kept_nowhere(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        app = with_vault()
    state = {key: repr(app.session_state[key]) for key in app.session_state._state.filtered_state}
    assert PASSPHRASE not in json.dumps(state) + sent(app) + caplog.text + json.dumps(app.query_params)


def test_a_wrong_passphrase_is_told_in_a_sentence(project: Path) -> None:
    app = opened()
    app.text_input[0].set_value("linnet capstan friday")
    press(app, "Open the vault")
    assert [as_read(each.value) for each in app.error] == [
        "vault: the passphrase does not open it. Type it again; nobody can recover a lost one."
    ]
    assert "linnet capstan friday" not in sent(app)


def test_without_a_vault_the_page_says_that_it_shows_what_stayed_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(build(tmp_path / "none", vault=False)))
    app = opened()
    assert any("so only what **stayed** in the texts can be checked" in words for words in texts(app))
    assert not app.text_input or "Passphrase" not in app.text_input[0].label
    assert passages(app) == [
        '<p class="passage" dir="auto">I saw <mark>»Tovi«</mark> (stays in the text) at [place].</p>'
    ]


def test_in_a_sealed_project_nothing_can_be_changed(project: Path) -> None:
    from engagement.pipeline import seal

    seal(project)
    for part in ("check", "ruled"):
        app = opened(part)
        assert any(words.startswith("This project is **sealed**") for words in texts(app))
        assert not app.button
        assert not app.text_input
    assert "Residual risks" in texts(opened("risks"))
    assert "Sign-off page" in texts(opened("signoff"))


def test_an_empty_project_says_where_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(tmp_path, create=True).__exit__()
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(tmp_path))
    assert texts(opened())[-1] == ("No file was taken in yet, so there is nothing to check. Start on the Intake page.")


# --------------------------------------------------------------------- rulings

RULINGS = [
    ("Replace here", Judgement.REPLACE, Spot("s1", 0, 6, 10)),
    ("Replace everywhere", Judgement.REPLACE, None),
    ("Keep here", Judgement.KEEP, Spot("s1", 0, 6, 10)),
    ("Keep everywhere", Judgement.KEEP, None),
]


@pytest.mark.parametrize(("label", "decision", "spot"), RULINGS)
def test_each_button_is_a_ruling_kept_at_once(
    label: str, decision: Judgement, spot: Spot | None, project: Path
) -> None:
    app = opened()
    app.selectbox[0].set_value("SCHOOL").run()
    press(app, label)
    (ruling,) = made(project)
    assert (ruling.decision, ruling.spot, ruling.kind) == (decision, spot, "SCHOOL")
    assert ruling.coder == roles.profile().name
    assert ruling.digest == Rulings(open_key(project)).digest("Tovi")
    assert app.success[0].value.startswith("Saved: the words are")
    assert "Decision 1 of 1" in texts(app)


def test_words_in_two_places_are_ruled_one_by_one_or_together(project: Path) -> None:
    app = with_vault()
    press(press(app, "Skip this one"), "Skip this one")
    assert "The same words are in doubt in **2** places. This is the first of them." in texts(app)
    press(app, "Keep here")
    assert "Past »Rose Hill«" in passages(app)[0].replace("<mark>", "").replace("</mark>", "")
    press(app, "Keep everywhere")
    assert [ruling.spot for ruling in made(project)] == [Spot("s1", 0, 14, 23), None]
    assert "Decision 2 of 2" in texts(app)


def test_a_ruling_of_another_tab_counts_here_too(project: Path) -> None:
    one, other = opened(), opened()
    press(one, "Keep everywhere")
    other.run()
    assert "Decision 1 of 1" in texts(other)


def test_a_ruling_is_undone_by_a_later_one(project: Path) -> None:
    press(opened(), "Replace everywhere")
    app = opened("ruled")
    assert any(words.startswith("1. Replaced as: Person, everywhere.") for words in texts(app))
    assert "Tovi" in passages(app)[0]
    press(app, "Keep instead (ruling 1)")
    assert [ruling.decision for ruling in made(project)] == [Judgement.REPLACE, Judgement.KEEP]
    assert any(words.startswith("1. Kept as they are, everywhere.") for words in texts(app))
    assert sum(words.startswith(("1.", "2.")) for words in texts(app)) == 1


def test_other_words_are_replaced_and_only_their_digest_is_kept(project: Path) -> None:
    app = opened()
    box = next(each for each in app.text_input if each.label == "Words to replace")
    box.set_value("Marsh Wharf")
    press(app, "Replace these words everywhere")
    assert made(project)[0].digest == Rulings(open_key(project)).digest("marsh wharf")
    held = b"".join(path.read_bytes() for path in project.rglob("*") if path.is_file())
    assert b"marsh" not in held.lower()
    assert "Marsh" not in sent(app)


def test_no_words_at_all_are_no_ruling(project: Path) -> None:
    app = opened()
    next(each for each in app.text_input if each.label == "Words to replace").set_value(" - ")
    press(app, "Replace these words everywhere")
    assert app.error[0].value == "Type at least one word."
    assert made(project) == []


def test_a_project_sealed_meanwhile_takes_no_ruling(project: Path) -> None:
    with Store.open(project) as store:
        store.seal()
    with pytest.raises(BadInput, match="this project is sealed"):
        anonymisation_desk.rule(project, Rulings(b"k").ruling("Tovi", Judgement.KEEP, "PERSON", "sam"))
    assert made(project) == []


def test_an_everyday_word_that_everywhere_left_comes_back(project: Path) -> None:
    """A ruling for the whole project leaves a word that starts a sentence: once applied, that place is asked again."""
    turns = {("s1", 0): turn_of(0, "Tovi came.", [])}
    desk = desk_of(project, turns)
    key = Rulings(open_key(project))
    ruling = key.ruling("Tovi", Judgement.REPLACE, "PERSON", "sam")
    spot = Spot("s1", 0, 0, 4)
    desk.asked = (Inquiry(ruling.digest, 1, "PERSON", kept=True, score=0.4, reason="capital", spots=(spot,), risk=1.0),)
    for waiting, left in ((1, 0), (0, 1)):
        desk.settle([ruling], waiting)
        assert len(desk.open) == left
    desk.settle([ruling, key.ruling("Tovi", Judgement.REPLACE, "PERSON", "sam", spot)], 0)
    assert desk.open == ()


# ------------------------------------------------------------------- applying


def test_rulings_are_applied_by_another_process_and_no_word_is_on_its_command_line(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = started(monkeypatch)
    app = press(with_vault(), "Replace everywhere")
    assert any(words.startswith("1 ruling is not in the texts yet.") for words in texts(app))
    press(app, "Apply the rulings")
    assert [each.value for each in app.error] == ["Type the passphrase of the vault."]
    assert not calls
    app.text_input[-1].set_value(PASSPHRASE)
    press(app, "Apply the rulings")
    module = "engagement.app.anonymisation_apply"
    assert [call["command"] for call in calls] == [[sys.executable, "-m", module, str(project), worker.CODE_AGAIN]]
    assert calls[0]["passphrase"] == PASSPHRASE


OUTCOMES = [
    (0, '{"turns": 7}', (), ["The rulings are in the texts. Passages that changed: 7."], []),
    (
        1, '{"turns": 7}', ("No embedding model.",), ["The rulings are in the texts. Passages that changed: 7."],
        ["The texts were not sorted into themes again. To do it, run: engagement code-again --project DIR"],
    ),
    (
        1, "", ("vault: the passphrase does not open it.",), [],
        ["The rulings could not be put into the texts. They are kept: try again."],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "output", "lines", "good", "bad"), OUTCOMES)
def test_what_came_of_applying_is_told(
    code: int, output: str, lines: tuple[str, ...], good: list[str], bad: list[str], project: Path
) -> None:
    over(project, APPLY, code, output, *lines)
    app = AppTest.from_file(PAGE, default_timeout=30).run()
    assert [each.value for each in app.success] == good
    assert [each.value for each in app.error] == bad
    assert set(lines) <= set(texts(app))


def test_while_something_runs_every_tab_says_so_and_rules_nothing(project: Path) -> None:
    (project / jobs.LOCK).write_text(jobs._locked(os.getpid(), APPLY), encoding="utf-8")
    app = opened()
    assert any(words.startswith("Rulings are being put into the texts.") for words in texts(app))
    assert not app.button


def test_the_vault_can_be_closed_while_something_runs(project: Path) -> None:
    app = with_vault()
    (project / jobs.LOCK).write_text(jobs._locked(os.getpid(), APPLY), encoding="utf-8")
    press(app.run(), "Close the vault")
    assert anonymisation_desk.VAULT not in app.session_state


def test_only_rulings_made_after_the_last_application_wait(project: Path) -> None:
    app = press(opened(), "Replace everywhere")
    with Store.open(project) as store:
        store.note(worker.APPLIED, detail={"rulings": 1, "turns": 1})
    app.run()
    assert "Every ruling is in the texts." in texts(app)
    press(app, "Keep everywhere")
    assert any(words.startswith("1 ruling is not in the texts yet.") for words in texts(app))


def test_the_worker_tells_the_user_a_sentence_and_never_words(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Kiri at Rose Hill")

    with monkeypatch.context() as patched:
        patched.setattr(worker, "apply", fail)
        assert worker.main([str(project)]) == 1
    told = capsys.readouterr()
    assert "Something went wrong inside engagement (RuntimeError" in told.err
    assert not [words for words in RAW if words in told.out + told.err]
    with Store.open(project) as store:
        store.seal()
    assert worker.main([str(project)]) == 1
    assert capsys.readouterr().err == ("project: this project is sealed. Nothing in it can be changed any more.\n")


def test_the_worker_changes_the_texts_as_ruled(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the anonymiser's models left out: kept words come back from the vault, and the trail says how many."""
    ordinary = SimpleNamespace(people=SimpleNamespace(learn=lambda *_, **__: None), ordinary=lambda _: False)
    ordinary.replacement = lambda words, found: "[person]"
    monkeypatch.setattr("engagement.anonymising.remake.anonymiser_for", lambda *_: ordinary)
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    key = Rulings(open_key(project))
    for words, decision in (("Rose Hill", Judgement.KEEP), ("Tovi", Judgement.REPLACE)):
        anonymisation_desk.rule(project, key.ruling(words, decision, "PERSON", "sam"))
    assert worker.main([str(project)]) == 0
    assert json.loads(capsys.readouterr().out) == {"turns": 2}
    with Store.open(project) as store:
        held = {place: str(turn.text) for (_, place), turn in store.reviewed.turns().items()}
        trail = [entry["detail"] for entry in store.audit_trail() if entry["what"] == worker.APPLIED]
    assert held[0] == "I saw [person] at Rose Hill."
    assert held[2] == "Past Rose Hill a Biscuit."
    assert trail == [{"rulings": 2, "turns": 2}]
    app = with_vault("ruled")
    assert passages(app)[0].count("<mark>»Tovi«</mark> (replaced by [person])") == 1


# ---------------------------------------------------------- risks and sign-off


def test_residual_risks_say_that_they_are_internal(project: Path) -> None:
    app = opened("risks")
    said = texts(app)
    assert any("exact numbers, under the rule called **internal**" in words for words in said)
    assert (
        "Of **12** people, **1** share all that is known of them with fewer than 9 others. **1** are the only one."
        in (said)
    )
    assert table(app, "Person") == {"Person 1, shared by 1": ["Sex: Male", "Sex: leave out"]}


def test_the_sign_off_page_is_made_by_another_process_and_then_downloaded(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = started(monkeypatch)
    app = press(opened("signoff"), "Make the sign-off page")
    command = calls[0]["command"]
    assert command[:6] == [sys.executable, "-m", "engagement", "signoff", "--project", str(project)]
    out = Path(command[-1])
    out.write_text("<title>Sign-off</title>", encoding="utf-8")
    over(project, SIGN_OFF, 0)
    calls[0]["afterwards"](jobs._jobs[project])
    assert not out.parent.exists()
    app.run()
    assert app.success[0].value == "The sign-off page is ready."
    assert app.download_button[0].label == "Download the sign-off page (HTML)"


def test_a_sign_off_that_failed_says_why(project: Path) -> None:
    over(project, SIGN_OFF, 1, "", "No language model.")
    app = AppTest.from_file(PAGE, default_timeout=30).run()
    app.radio[0].set_value("signoff").run()
    assert app.error[0].value == "The sign-off page could not be made."
    assert "No language model." in texts(app)


# -------------------------------------------------------------------- passages


def test_nothing_that_anybody_said_is_live_in_a_passage(project: Path) -> None:
    turns = {("s1", 1): turn_of(1, *SAID[1][:2])}
    shown = as_html(pieces(Passages(turns), Spot("s1", 1, 0, 4)))
    assert "<script" not in shown
    assert "&lt;script&gt;document.title=&quot;broken&quot;&lt;/script&gt; **bold** :red[red] $x$" in shown
    assert shown.startswith('<p class="passage" dir="auto"><mark>»[Person 1]«</mark> (replaced by [Person 1]) said')


def test_file_names_show_as_typed(project: Path) -> None:
    app = opened()
    assert f"From notes {LIVE}.txt, row 0." in [each.value for each in app.text]


def test_what_could_hide_or_turn_words_is_shown_as_a_space() -> None:
    turns = {("s1", 0): turn_of(0, "To\u202evi \x1b[2Jnow", [])}
    assert as_html(pieces(Passages(turns), Spot("s1", 0, 0, 5))).count("\u202e") == 0


CUT = [
    ("word " * 10 + "Tovi" + " word" * 10, False),
    ("word " * 400 + "Tovi" + " word" * 400, True),
]


@pytest.mark.parametrize(("words", "cut"), CUT)
def test_a_long_passage_is_cut_on_both_sides(words: str, cut: bool) -> None:
    start = words.index("Tovi")
    found = pieces(Passages({("s1", 0): turn_of(0, words, [])}), Spot("s1", 0, start, start + 4))
    before, asked, after = found
    assert asked == Piece("Tovi", asked=True)
    assert (before.words.startswith("… "), after.words.endswith(" …")) == (cut, cut)
    assert len(before.words) <= AROUND + 2
    assert len(after.words) <= AROUND + 2


def test_words_ruled_on_before_are_found_again_for_undoing(project: Path) -> None:
    """Replaced by a ruling and no doubt any more: with the vault open their place is found by their digest."""
    words = "Ask Kiri."
    turns = {("s9", 0): turn_of(0, words, [("Kiri", "PERSON", "[Person 1]", 1.0)], RULED)}
    vault = Vault.open(project, PASSPHRASE)
    vault.keep("s9", {0: words})
    key = Rulings(open_key(project))
    for opened_vault, found in ((vault, Spot("s9", 0, 4, 8)), (None, None)):
        assert (
            desk_of(project, turns, opened_vault).where(key.ruling("kiri", Judgement.REPLACE, "PERSON", "sam")) == found
        )


def test_a_source_that_is_gone_shows_no_place(project: Path) -> None:
    key = Rulings(open_key(project))
    assert desk_of(project, {}).where(key.ruling("x", Judgement.KEEP, "PERSON", "sam", Spot("gone", 0, 0, 1))) is None


def test_the_database_holds_no_words_after_rulings_with_the_vault_open(project: Path) -> None:
    app = with_vault()
    for label in ("Keep everywhere", "Replace here", "Keep here"):
        press(app, label)
    held = (project / DATABASE).read_bytes()
    assert not [words for words in RAW if words.encode() in held]


@pytest.mark.slow
def test_a_real_worker_puts_rulings_into_the_texts(sample_run: Any, tmp_path: Path) -> None:
    """The sample without a vault: what stayed is replaced, by the anonymiser's own models in a process of its own."""
    folder = tmp_path / "project"
    shutil.copytree(sample_run.project, folder)
    with Store.open(folder) as store:
        key, turns = Rulings(open_key(folder)), store.reviewed.turns()
        asked = queue(Passages(turns), store.reviewed.doubts(), key)
    spot = asked[0].spots[0]
    anonymisation_desk.rule(folder, Ruling(asked[0].digest, asked[0].words, Judgement.REPLACE, "PERSON", "sam", spot))
    command = [sys.executable, "-m", "engagement.app.anonymisation_apply", str(folder)]
    job = jobs.start(folder, APPLY, command)
    for _ in range(240):
        if job.code is not None:
            break
        time.sleep(1)
    assert (job.code, json.loads(job.output)) == (0, {"turns": 1})
    with Store.open(folder) as store:
        assert Passages(store.reviewed.turns()).replacing(spot) is not None
