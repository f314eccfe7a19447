"""The intake page: files are looked at, amended and taken in by another process, and nothing of them is left about."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engagement.app import intake_files, jobs, roles
from engagement.app.intake_files import chosen, keep, look, throw_away, tidy
from engagement.app.intake_yaml import BY_HAND, SAID, entries, with_column, with_round
from engagement.app.progress import RUN, SIGN_OFF, lasting, why
from engagement.app.roles import As, Entry
from engagement.characteristics import DEFAULT
from engagement.errors import BadInput
from engagement.pipeline import seal
from engagement.readers.columns import Use
from engagement.store import Store
from engagement.vault import PASSPHRASE_VARIABLE, has_vault
from tests.test_app import as_read, table, texts

PAGE = str(Path(__file__).parents[1] / "engagement" / "app" / "intake.py")
PASSPHRASE = "linnet capstan thursday"
LIVE = "<b>:red[x]** $y$"
SURVEY = (
    f"Name,Ethnic group,{LIVE} What is hard for you here?\n"
    + "".join(
        f"Tovi Rackham {number},Irish,The rent takes more than half of what I earn every month\n" for number in range(4)
    )
).encode()
NOTES = (
    b"Kiri: The bus stops running at six and then nobody can get home.\n\nTovi: I would say the same of the ferry.\n"
)


@pytest.fixture(autouse=True)
def _listed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    entry = Entry("intake", "Intake", frozenset({As.ANALYST}))
    monkeypatch.setattr(roles, "PAGES", (*(each for each in roles.PAGES if each.file != entry.file), entry))
    monkeypatch.setenv("ENGAGEMENT_ROLE", "analyst")
    yield
    jobs._jobs.clear()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with nothing in it yet, and a temporary folder of its own."""
    folder = tmp_path / "project"
    Store.open(folder, create=True).__exit__()
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(folder))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return folder


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A round's folder, beside the project."""
    folder = tmp_path / "round"
    folder.mkdir()
    (folder / "survey.csv").write_bytes(SURVEY)
    (folder / "notes.txt").write_bytes(NOTES)
    return folder


def opened() -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=30).run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(each for each in app.button if each.label == label).click().run()
    assert not app.exception
    return app


def box(app: AppTest, label: str) -> Any:
    return next(each for each in app.text_input if each.label.startswith(label))


def looked(files: Path) -> AppTest:
    app = opened()
    box(app, "Folder").set_value(str(files))
    return press(app, "Look at the files")


def errors(app: AppTest) -> list[str]:
    return [as_read(each.value) for each in app.error]


def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What would be started, in place of starting it."""
    calls: list[dict[str, Any]] = []

    def start(project: Path, what: str, command: Any, passphrase: str = "", afterwards: Any = None) -> None:
        calls.append({"what": what, "command": list(command), "passphrase": passphrase, "afterwards": afterwards})

    monkeypatch.setattr(jobs, "start", start)
    return calls


def over(project: Path, code: int, output: str = "", *lines: str, what: str = RUN) -> jobs.Job:
    """A command that ended, as this server remembers it."""
    ended = jobs.Job(what, SimpleNamespace(pid=0), output=output, code=code)  # type: ignore[arg-type]  # not asked
    ended.lines.extend(lines)
    jobs._jobs[project] = ended
    return ended


def until(done: Callable[[], bool]) -> None:
    for _ in range(200):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come about in ten seconds")


# --------------------------------------------------------- one process at a time


def test_a_command_runs_beside_the_server_and_leaves_no_lock(tmp_path: Path) -> None:
    ended: list[jobs.Job] = []
    told = "import sys; print('{}'); print('Reading', file=sys.stderr); print('Coding', file=sys.stderr); sys.exit(3)"
    job = jobs.start(tmp_path, RUN, [sys.executable, "-c", told], afterwards=ended.append)
    until(lambda: bool(ended))
    assert (job.code, job.done, job.output.strip(), list(job.lines)) == (3, True, "{}", ["Reading", "Coding"])
    assert jobs.latest(tmp_path) is job
    assert not (tmp_path / jobs.LOCK).exists()
    jobs.forget(tmp_path)
    assert jobs.latest(tmp_path) is None


def test_a_second_command_waits_for_the_first_and_the_first_can_be_stopped(tmp_path: Path) -> None:
    job = jobs.start(tmp_path, RUN, [sys.executable, "-c", "import time; time.sleep(60)"])
    held = json.loads((tmp_path / jobs.LOCK).read_text())
    assert held == {"pid": job.process.pid, "began": held["began"], "what": RUN}
    assert stat.S_IMODE((tmp_path / jobs.LOCK).stat().st_mode) == 0o600
    assert jobs.running(tmp_path) == RUN
    with pytest.raises(BadInput, match="something is running on this project already"):
        jobs.start(tmp_path, SIGN_OFF, [sys.executable, "-c", ""])
    job.stop()
    until(lambda: job.code is not None)
    assert jobs.running(tmp_path) is None
    assert why(job) == "It was stopped. What was done so far is kept."


def dead() -> int:
    """The number of a process that is gone."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    return gone.pid


LOCKS = [
    (lambda: jobs._locked(os.getpid(), RUN), RUN),  # alive, of another window
    (lambda: json.dumps({"pid": dead(), "began": "", "what": RUN}), None),
    (lambda: json.dumps({"pid": os.getpid(), "began": "1", "what": RUN}), None),  # its number was given again
    (lambda: "{", None),
    (lambda: "[]", None),
    (lambda: json.dumps({"pid": "x"}), None),
]


@pytest.mark.parametrize(("lock", "running"), LOCKS)
def test_a_lock_counts_only_while_its_own_process_lives(
    lock: Callable[[], str], running: str | None, tmp_path: Path
) -> None:
    (tmp_path / jobs.LOCK).write_text(lock(), encoding="utf-8")
    assert jobs.running(tmp_path) == running
    if running is None:
        job = jobs.start(tmp_path, RUN, [sys.executable, "-c", ""])
        until(lambda: job.code is not None)
        assert job.code == 0


def test_a_passphrase_is_handed_on_apart_from_the_command_and_not_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, "of the server itself")
    told = [sys.executable, "-c", f"import os; print(os.environ.get('{PASSPHRASE_VARIABLE}', 'none'))"]
    for passphrase, heard in ((PASSPHRASE, PASSPHRASE), ("", "none")):
        job = jobs.start(tmp_path, RUN, told, passphrase)
        until(lambda job=job: job.code is not None)
        assert job.output.strip() == heard


def test_a_command_that_cannot_be_started_leaves_no_lock(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        jobs.start(tmp_path, RUN, [str(tmp_path / "nothing")])
    assert jobs.running(tmp_path) is None


@pytest.mark.parametrize(
    ("code", "lines", "said"),
    [
        (1, ("Reading a.txt", "a.txt: damaged."), "a.txt: damaged."),
        (1, (), "It ended without a word."),
        (-9, ("Reading",), "It ended in the middle, perhaps for want of memory. Nothing was lost."),
    ],
)
def test_why_a_command_failed_is_told(code: int, lines: tuple[str, ...], said: str, tmp_path: Path) -> None:
    assert why(over(tmp_path, code, "", *lines)) == said


@pytest.mark.parametrize(
    ("seconds", "words"), [(59, "less than a minute"), (60, "1 minute"), (119, "1 minute"), (120, "2 minutes")]
)
def test_a_time_in_words(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


# ------------------------------------------------------- what an analyst amends

COLUMNS = """\
# my note
files:
  survey.csv:
  - heading: 'No'
    use: row id
  # about the next
  - heading: Ethnic group
    use: demographic
    key: race
    values:
      Irish: {category: Irish, confidence: 1.0, how: listed}
      Kinda: White  # mine

  - heading: "What is hard, for you?"
    use: open question
    question: What is hard?
  other.csv: [{heading: A, use: name}, {heading: B, use: closed question}]
"""
AMENDED = [
    ("survey.csv", 0, {"use": "name"}, "heading: 'No'\n    use: name\n"),
    (
        "survey.csv",
        1,
        {"use": "demographic", "key": "sex"},
        "heading: Ethnic group\n    use: demographic\n    key: sex\n",
    ),
    ("survey.csv", 1, {"use": "closed question"}, "heading: Ethnic group\n    use: closed question\n"),
    ("survey.csv", 2, {"use": "open question", "question": 'Why: "so"? # no'}, "use: open question\n    question: "),
    ("other.csv", 1, {"use": "identifier", "key": "EMAIL"}, '{"heading": "B", "use": "identifier", "key": "EMAIL"'),
]


@pytest.mark.parametrize(("file", "number", "said", "holds"), AMENDED)
def test_a_column_is_amended_and_all_else_stays_to_the_character(
    file: str, number: int, said: dict[str, str], holds: str
) -> None:
    after = with_column(COLUMNS, file, number, said, DEFAULT)
    assert holds in after
    now = entries(after)[file][number]
    assert (now.use, now.key, now.question) == tuple(said.get(name, "") for name in ("use", "key", "question"))
    assert now.because == SAID
    assert not now.values
    same = [line for line in COLUMNS.splitlines() if line in after.splitlines()]
    assert {"# my note", "  # about the next", "files:", "  survey.csv:"} <= set(same)
    for name, held in entries(COLUMNS).items():
        for place, entry in enumerate(held):
            assert (name, place) == (file, number) or entries(after)[name][place] == entry


def test_saving_what_stands_there_already_changes_nothing() -> None:
    """A user's own mapping of answers is not lost by pressing a button."""
    assert with_column(COLUMNS, "survey.csv", 1, {"use": "demographic", "key": "race"}, DEFAULT) == COLUMNS


@pytest.mark.parametrize("said", [{"use": "demographic"}, {"use": "identifier", "key": "race"}])
def test_a_column_that_needs_a_key_is_refused_without_one(said: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="needs a key that is known"):
        with_column(COLUMNS, "survey.csv", 0, said, DEFAULT)


ROUNDS = [
    ("", {"name": "Fair Harbour"}, 'name: "Fair Harbour"\n'),
    ("name: Old # mine\nleave_out: [a]\n", {"name": "N: 'x'"}, "name: \"N: 'x'\" # mine\nleave_out: [a]\n"),
    ("name: Old", {"start": "2025-04-01"}, 'name: Old\nstart: "2025-04-01"\n'),
    ("start: 2025-04-01\nend: 2025-05-01\n", {"end": ""}, "start: 2025-04-01\nend: null\n"),
    ("purpose: |\n  To\n  hear.\nname: A\n", {"purpose": "To see."}, 'purpose: "To see."\nname: A\n'),
    ("name: A\npurpose: >-\n  long\n  words\n", {"name": "B", "purpose": ""}, 'name: "B"\npurpose: ""\n'),
    ("name: A\n", {}, "name: A\n"),
]


@pytest.mark.parametrize(("text", "said", "after"), ROUNDS)
def test_what_is_said_of_the_round_goes_where_it_belongs(text: str, said: dict[str, str], after: str) -> None:
    assert with_round(text, said) == after


BAD_ROUNDS = [
    ("start: 2025-05-01\n", {"end": "2025-04-01"}, "the round ends before it starts"),
    ("", {"start": "soon"}, "date"),
    ("{name: A}", {"purpose": "B"}, "it can't be changed here"),
    ("name: [", {"name": "B"}, "not valid YAML"),
]


@pytest.mark.parametrize(("text", "said", "found"), BAD_ROUNDS)
def test_what_cannot_be_said_of_a_round_is_told_in_a_sentence(text: str, said: dict[str, str], found: str) -> None:
    with pytest.raises(BadInput, match=found) as raised:
        with_round(text, said)
    assert raised.value.remedy in {BY_HAND, "Correct start or end", "Write it as in 2025-04-30"}


# ------------------------------------------------------------------- the files


def test_a_folder_is_taken_only_where_raw_files_may_lie(project: Path, files: Path) -> None:
    (project / "inside").mkdir()
    assert chosen(f"  '{files}' ", project) == files
    for written, found in (
        ("", "nothing is typed"),
        ("round", "only a part of an address"),
        (str(files / "none"), "no such folder"),
        (str(files / "notes.txt"), "not a folder"),
        (str(project), "inside the project's folder"),
        (str(project / "inside"), "inside the project's folder"),
        (str(project.parent), "the project itself is inside it"),
    ):
        with pytest.raises(BadInput, match=found):
            chosen(written, project)


def test_what_is_recognised_is_told_before_anything_is_run(project: Path, files: Path) -> None:
    (files / "broken.docx").write_bytes(b"PK\x03\x04 no")
    seen = look(files, ())
    by_name = {file.name: file for file in seen.files}
    assert by_name["survey.csv"].held.startswith("4 rows, 4 answers")
    assert by_name["notes.txt"].held == "2 turns and paragraphs"
    assert by_name["broken.docx"].reason
    assert [column.use for column in seen.columns["survey.csv"]] == [Use.NAME, Use.DEMOGRAPHIC, Use.OPEN]
    assert seen.beside == ("columns.yaml",)
    with Store.open(project) as store:
        assert not store.sources()


def test_a_day_of_long_ago_does_not_break_the_page(project: Path, files: Path) -> None:
    (files / "round.yaml").write_text("start: 1948-06-22\n", encoding="utf-8")
    assert looked(files).date_input[0].value == date(1948, 6, 22)


def test_dropped_files_lie_where_only_this_user_can_read_them(project: Path) -> None:
    place = keep([("survey.csv", io.BytesIO(SURVEY)), ("a/../notes.txt", io.BytesIO(NOTES))], "Fair Harbour")
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in place.iterdir() if path.suffix != ".yaml"} == {
        "survey.csv": 0o600, "notes.txt": 0o600,
    }  # fmt: skip
    assert look(place, ()).round.name == "Fair Harbour"
    throw_away(place)
    assert not place.parent.exists()


def test_a_dropped_round_file_is_left_as_it_is(project: Path) -> None:
    place = keep([("round.yaml", io.BytesIO(b"name: Ours\n")), ("notes.txt", io.BytesIO(NOTES))], "Fair Harbour")
    assert (place / "round.yaml").read_bytes() == b"name: Ours\n"


@pytest.mark.parametrize("names", [[""], ["/"], [".hidden"], ["a\nb.txt"], ["a.txt", "x/a.txt"]])
def test_a_name_that_cannot_be_used_leaves_nothing_behind(names: list[str], project: Path) -> None:
    with pytest.raises(BadInput, match="name"):
        keep([(name, io.BytesIO(NOTES)) for name in names], "Fair Harbour")
    assert not list(Path(tempfile.gettempdir()).iterdir())


def test_a_folder_of_the_analysts_own_is_never_thrown_away(files: Path) -> None:
    throw_away(files)
    assert (files / "notes.txt").exists()


def test_what_a_server_that_is_gone_left_behind_is_removed(project: Path) -> None:
    left, other = (
        Path(tempfile.gettempdir()) / f"{intake_files.PREFIX}{pid}-x" / "round" for pid in (dead(), os.getpid())
    )
    for place in (left, other):
        place.mkdir(parents=True)
    tidy()
    assert not left.parent.exists()
    assert other.exists()


# -------------------------------------------------------------------- the page


@pytest.mark.parametrize("role", ["viewer", "reporter", "coder"])
def test_the_page_is_for_analysts_alone(role: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_ROLE", role)
    app = AppTest.from_file(PAGE, default_timeout=30).run()
    assert app.exception
    assert not texts(app)
    assert "intake" not in {entry.file for entry in roles.pages(As(role))}


def test_a_folder_on_this_computer_is_offered_first(project: Path) -> None:
    app = opened()
    assert app.radio[0].options == ["They are in a folder on this computer", "I drop them here"]
    assert app.radio[0].value == "here"
    press(app, "Look at the files")
    assert errors(app) == ["folder: nothing is typed. Type where the round's files are."]


def test_files_columns_and_what_is_wrong_show_as_typed(project: Path, files: Path) -> None:
    (files / f"scan {LIVE}.pdf").write_bytes(b"no")
    app = looked(files)
    assert "**2** of 3 files can be read. Nothing was run yet." in texts(app)
    assert table(app, "File")["survey.csv"][1] == "New"
    assert list(table(app, "Heading").items())[:2] == [
        ("Name", ["Name of the person", "the heading asks for it"]),
        ("Ethnic group", ["About the person: Race", "the heading asks for it"]),
    ]
    assert f"{LIVE} What is hard for you here?" in table(app, "Heading")
    held = [each.value.to_csv() for each in app.table]
    assert any(as_read(text).count(f"scan {LIVE}.pdf") for text in held)
    assert not [text for text in held if LIVE in text]  # in a table only with its marks made harmless
    assert "Tovi Rackham" not in str(app.main)


def test_a_column_is_changed_and_the_files_are_read_again(project: Path, files: Path) -> None:
    app = looked(files)
    app.selectbox(key="intake-column-0").set_value(0).run()
    app.selectbox(key="intake-use-0-0").set_value(Use.CLOSED).run()
    press(app, "Save this column")
    assert app.success[0].value == "Saved in columns.yaml, and the files were read again."
    assert table(app, "Heading")["Name"] == ["Left aside: options, figures, notes of staff", SAID]
    assert entries((files / "columns.yaml").read_text())["survey.csv"][0].use is Use.CLOSED


def test_a_column_that_somebody_changed_meanwhile_is_not_written_over(project: Path, files: Path) -> None:
    app = looked(files)
    path = files / "columns.yaml"
    path.write_text(path.read_text().replace("use: name", "use: surname"), encoding="utf-8")
    app.selectbox(key="intake-use-0-0").set_value(Use.CLOSED).run()
    press(app, "Save this column")
    assert errors(app) == ["columns.yaml: somebody changed it meanwhile. Look at the files again first."]
    assert "surname" in path.read_text()


def test_the_round_is_named_and_dated(project: Path, files: Path) -> None:
    app = looked(files)
    box(app, "Name of the round").set_value("Fair Harbour")
    app.date_input[0].set_value("2025-04-14")
    press(app, "Save")
    assert (files / "round.yaml").read_text() == 'name: "Fair Harbour"\nstart: "2025-04-14"\n'
    assert "Saved in round.yaml." in [each.value for each in app.success]


def test_a_run_is_another_process_with_no_words_on_its_command_line(
    project: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = started(monkeypatch)
    press(looked(files), "Run")
    assert calls == [
        {
            "what": RUN,
            "command": [
                sys.executable, "-m", "engagement", "run", str(files), "--project", str(project), "--json"
            ],
            "passphrase": "",
            "afterwards": None,
        }
    ]  # fmt: skip


PASSPHRASES = [
    ("", "", "Type the passphrase of the vault."),
    ("short", "short", "The passphrase has fewer than 12 letters. Take three or more random words."),
    (PASSPHRASE, "linnet capstan friday", "The two passphrases differ. Type both again."),
    (PASSPHRASE, PASSPHRASE, ""),
]


@pytest.mark.parametrize(("once", "more", "wrong"), PASSPHRASES)
def test_a_new_vault_needs_a_passphrase_typed_twice(
    once: str, more: str, wrong: str, project: Path, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = started(monkeypatch)
    app = looked(files)
    app.checkbox[0].set_value(True)
    box(app, "Passphrase of the vault").set_value(once)
    box(app, "The passphrase once more").set_value(more)
    press(app, "Run")
    assert errors(app) == ([wrong] if wrong else [])
    assert [(call["command"][-1], call["passphrase"]) for call in calls] == ([] if wrong else [("--vault", PASSPHRASE)])
    assert PASSPHRASE not in json.dumps(app.query_params) + str(app.main)


def test_every_tab_says_that_a_run_is_going_on(project: Path, files: Path) -> None:
    (project / jobs.LOCK).write_text(jobs._locked(os.getpid(), RUN), encoding="utf-8")
    app = opened()
    assert "Files are being taken in. You can leave this page: it goes on by itself." in texts(app)
    assert not app.text_input
    (project / jobs.LOCK).write_text(json.dumps({"pid": dead(), "began": "", "what": RUN}), encoding="utf-8")
    assert opened().text_input


def test_a_run_of_this_server_shows_its_steps_as_typed(project: Path) -> None:
    job = over(project, 0, "", f"Reading {LIVE}.txt")
    job.code = None
    app = opened()
    assert f"Reading {LIVE}.txt" in [each.value for each in app.text]
    assert [each.label for each in app.button] == ["Stop it"]


TOLD = {
    "files": [
        {"name": f"{LIVE}.csv", "state": "new", "sentences": [], "turns": 4, "answered": 4, "rows": 4},
        {"name": "scan.pdf", "state": "unreadable", "sentences": ["scan.pdf: pictures only. Ask for the text."]},
        {"name": "b.txt", "state": "withheld", "sentences": ["b.txt: withheld, since it took too long."], "turns": 1},
    ],
    "left_out": ["c.txt: left out by round.yaml"],
    "columns": "columns.yaml says what each column was taken for.",
    "replaced": {"PERSON": 5, "PLACE": 2},
    "removed": {"EMAIL": 1},
}


def test_what_became_of_each_file_is_told_with_its_sentences(project: Path) -> None:
    over(project, 3, json.dumps(TOLD))
    app = opened()
    assert table(app, "File") == {
        f"{LIVE}.csv": ["Taken in", "4 rows, 4 answers"],
        "scan.pdf": ["Could not be read", "nothing"],
        "b.txt": ["Held back: it could not be made safe", "1 turn or paragraph"],
    }
    assert app.success[0].value == "The run is over. Files taken in: 1. In the project already: 0. Not used: 2."
    said = texts(app)
    for file in TOLD["files"]:
        assert set(file["sentences"]) <= set(said)  # type: ignore[index]
    whole = "In the whole project, **7** names and other details were replaced."
    assert f"{whole} Check them on the Anonymisation page." in said
    press(app, "Close this summary")
    assert not app.success


@pytest.mark.parametrize(("code", "output"), [(1, ""), (-9, ""), (0, "{")])
def test_a_run_that_did_not_end_can_be_run_again(code: int, output: str, project: Path) -> None:
    over(project, code, output, "No language model.")
    app = opened()
    assert errors(app) == ["The run did not come to its end. You can run it again: what was done is not done twice."]
    assert app.text_input


def test_dropped_files_are_gone_once_a_run_took_them_in(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = started(monkeypatch)
    app = opened()
    app.radio[0].set_value("drop").run()
    app.file_uploader[0].set_value([("survey.csv", SURVEY, "text/csv"), ("notes.txt", NOTES, "text/plain")]).run()
    press(app, "Look at the files")
    assert "**2** of 2 files can be read. Nothing was run yet." in texts(app)
    assert box(app, "Name of the round").value == "Round without a name"
    press(app, "Run")
    place = Path(calls[0]["command"][4])
    assert place.is_relative_to(tempfile.gettempdir())
    calls[0]["afterwards"](over(project, 1))
    assert (place / "survey.csv").exists()  # for the next try
    calls[0]["afterwards"](over(project, 3))
    assert not place.parent.exists()
    jobs._jobs.clear()
    app.run()
    assert not [words for words in texts(app) if "files can be read" in words]


def test_dropped_files_can_be_thrown_away(project: Path) -> None:
    app = opened()
    app.radio[0].set_value("drop").run()
    app.file_uploader[0].set_value([("notes.txt", NOTES, "text/plain")]).run()
    press(app, "Look at the files")
    assert list(Path(tempfile.gettempdir()).iterdir())
    press(app, "Throw the dropped files away")
    assert not list(Path(tempfile.gettempdir()).iterdir())


def test_dropped_files_that_cannot_be_used_leave_nothing(project: Path) -> None:
    app = opened()
    app.radio[0].set_value("drop").run()
    app.file_uploader[0].set_value([("round.yaml", b"end: [", "text/plain")]).run()
    press(app, "Look at the files")
    assert errors(app)
    assert not list(Path(tempfile.gettempdir()).iterdir())


def test_a_sealed_project_takes_in_nothing(project: Path) -> None:
    seal(project)
    app = opened()
    assert any(words.startswith("This project is **sealed**") for words in texts(app))
    assert not app.button
    assert not app.text_input


@pytest.mark.slow
def test_a_real_run_takes_the_files_in_and_keeps_their_names_out_of_the_project(project: Path, files: Path) -> None:
    app = looked(files)
    app.checkbox[0].set_value(True)
    box(app, "Passphrase of the vault").set_value(PASSPHRASE)
    box(app, "The passphrase once more").set_value(PASSPHRASE)
    press(app, "Run")
    job = jobs.latest(project)
    assert job is not None
    for _ in range(240):
        if job.code is not None:
            break
        time.sleep(1)
    assert (job.code, has_vault(project)) == (0, True)
    app.run()
    assert app.success[0].value.startswith("The run is over. Files taken in: 2.")
    held = b"".join(path.read_bytes() for path in project.rglob("*") if path.is_file())
    assert b"Rackham" not in held
