"""From the invented round to a project: all of it read, nobody in it, the same every time, and no request made."""

import csv
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bench.sample import compare, macro_f1
from engagement.config import RULES
from engagement.errors import BadInput
from engagement.export.data import export_csv
from engagement.model import Basis, Count, Hidden, SliceRequest
from engagement.pipeline import Request, run, seal, slicer
from engagement.slices import PROTECTING
from engagement.store import DATABASE, Store
from engagement.themes import standing

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "transcripts_sample"
COUNTS = json.loads((SAMPLE / "answers" / "counts.json").read_text(encoding="utf-8"))
FEWER = "fewer than 10 people"


@pytest.fixture(scope="session")
def compared(sample_run):
    """The project beside the answer key."""
    return compare(sample_run.project)


@pytest.mark.parametrize("file", COUNTS)
def test_everything_in_a_file_is_recovered(sample_run, file):
    """Turns, speakers' roles, rows, answers, non-answers, blanks and refusals of each file are as in the answer key."""
    with Store.open(sample_run.project) as store:
        source = next(source for source in store.sources() if source.name == file)
        excerpts = [excerpt for excerpt in store.excerpts() if excerpt.source_id == source.source_id]
        people = {person.participant_id: person.role for person in store.participants()}
    spoken = {excerpt.turn for excerpt in excerpts if excerpt.participant_id}
    speakers = {excerpt.participant_id for excerpt in excerpts if excerpt.participant_id}
    found = {
        "turns": len(spoken),
        "speakers": len(speakers),
        "participants": sum(people[person] == "participant" for person in speakers),
        **{key: getattr(source.counts, key) for key in ("rows", "answered", "non_answers", "blank", "consent_refused")},
    }
    assert {key: found[key] for key in COUNTS[file]} == COUNTS[file]


def test_every_text_of_the_key_is_in_the_project(compared):
    """No text of the round is lost: each place of the answer key is found in the project, but for non-answers."""
    non_answers = sum(counts.get("non_answers", 0) for counts in COUNTS.values())
    assert len(compared.unmatched) == non_answers


def test_identifiers_are_gone(compared):
    """Of what was planted in texts, at least 95 in 100 direct identifiers and 80 in 100 others are gone."""
    assert compared.risks.total["direct"] > 350
    assert compared.risks.rate("direct") >= 0.95
    assert compared.risks.rate("quasi") >= 0.80


def test_no_origin_is_found_much_less(compared):
    """Names of no origin slip through 8 points more than those of another (a small sample: some 35 of each)."""
    rates = [compared.origins.rate(origin) for origin in compared.origins.total]
    assert len(rates) == 8
    assert max(rates) - min(rates) <= 0.08


def test_words_that_must_stay_stay(compared):
    """At least 97 in 100 of the marked identity and evidence words are in the anonymised text."""
    assert compared.kept.rate() >= 0.97


def test_themes_agree_with_the_key(compared):
    """Coding by the codebook, with no example from the round, agrees with the key at a macro-F1 of 0.5 or more."""
    assert len(compared.themes) == 7
    assert macro_f1(compared.themes) >= 0.5


def test_names_of_columns_and_labels_are_nowhere(sample_run, answers):
    """No full name, e-mail or telephone number that was planted anywhere is in any file of the project."""
    held = b"".join(path.read_bytes() for path in sample_run.project.rglob("*") if path.is_file()).lower()
    planted = {
        row["text"]
        for row in answers("identifiers")
        if row["kind"] in {"EMAIL", "PHONE", "NHS", "NINO", "IBAN", "CARD"}
    }
    names = {
        row["text"] for row in answers("identifiers") if ("label" in row or "column" in row) and " " in row["text"]
    }
    assert len(planted) > 60
    assert len(names) > 100
    assert sorted(text for text in planted | names if text.encode().lower() in held) == []


def test_the_summary_is_true(sample_run):
    """What the run says is what the project holds and what the key planted."""
    outcome = sample_run.outcome
    assert Counter(file.state for file in outcome.files) == {"new": 7}
    assert outcome.responses == sum(counts.get("answered", 0) for counts in COUNTS.values())
    assert outcome.turns >= sum(counts.get("turns", 0) for counts in COUNTS.values())
    assert 128 + 36 + sum(counts.get("participants", 0) for counts in COUNTS.values()) == 199
    assert outcome.participants == Count(200)
    with Store.open(sample_run.project) as store:
        assert outcome.excerpts == len(store.excerpts())
        assert sum(outcome.replaced.values()) == len(store.redactions())


def test_small_numbers_are_hidden_in_the_summary(sample_run):
    """Each theme's number is a rounded count of ten or more, or it is not there."""
    for cell in sample_run.outcome.themes.rows[0].themes.values():
        assert isinstance(cell, Hidden) or (cell.value >= 10 and cell.value % 5 == 0)


def test_an_intersection_has_shown_and_hidden_cells(sample_run):
    """In the sample, women by ethnic group and theme show some numbers and hide others."""
    with Store.open(sample_run.project) as store:
        table = slicer(store, RULES["publish"]).table(SliceRequest(by=("race", "sex")))
    cells = [cell for row in table.rows for cell in row.themes.values()]
    assert sum(isinstance(cell, Count) for cell in cells) >= 20
    assert sum(cell == Hidden(PROTECTING) for cell in cells) >= 20


def test_every_tag_says_what_it_rests_on(sample_run):
    """What an excerpt mentions points to its words."""
    with Store.open(sample_run.project) as store:
        texts = {excerpt.excerpt_id: excerpt.text for excerpt in store.excerpts()}
        tags = store.tags()
    assert len(tags) > 200
    assert all(tag.basis is Basis.MENTIONED and texts[tag.subject][tag.start : tag.end].strip() for tag in tags)


def test_facilitators_are_neither_coded_nor_counted(sample_run):
    """What a facilitator or note taker says carries no theme."""
    with Store.open(sample_run.project) as store:
        roles = {excerpt.excerpt_id: excerpt.role for excerpt in store.excerpts()}
        coded = Counter(roles[coding.excerpt_id] for coding in standing(store.coded.codings()))
    assert Counter(roles.values())["facilitator"] >= 25
    assert set(coded) <= {"participant", "document"}


def dump(project: Path) -> list[str]:
    with sqlite3.connect(project / DATABASE) as database:
        lines = database.iterdump()
        skipped = ('INSERT INTO "audit"', 'INSERT INTO "codings"', 'INSERT INTO "pseudonyms"')
        return sorted(line for line in lines if not line.startswith(skipped))


def small_round(folder: Path) -> Path:
    folder.mkdir()
    for name in ("group_3_disabled_residents.txt", "letter_tenant.txt", "codebook.yaml", "policy.yaml"):
        (folder / name).write_bytes((SAMPLE / name).read_bytes())
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A round of two files, run into a project."""
    base = tmp_path_factory.mktemp("small")
    request = Request(small_round(base / "round"), base / "project")
    return request, run(request, lambda _: None)


def test_the_same_files_give_the_same_project(small, tmp_path):
    """A second project from the same files has the same ids, texts, tags and codings, time and key apart."""
    request, first = small
    second = run(Request(request.folder, tmp_path / "other"), lambda _: None)
    assert second == first
    assert dump(tmp_path / "other") == dump(request.project)
    with Store.open(request.project) as one, Store.open(tmp_path / "other") as two:
        assert one.coded.codings() == two.coded.codings()


def test_running_again_adds_nothing(small):
    """The same folder again: every file is known, and nothing changes."""
    request, first = small
    before = dump(request.project)
    again = run(request, lambda _: None)
    assert [file.state for file in again.files] == ["known", "known"]
    assert (again.excerpts, again.themes) == (first.excerpts, first.themes)
    assert dump(request.project) == before


def test_few_who_come_late_are_warned_of(small, tmp_path):
    """Numbers with and without them could be subtracted: told once, and not of a first run or of the same files."""
    request, _ = small
    later = Request(tmp_path / "round", tmp_path / "project")
    first = run(Request(request.folder, later.project), lambda _: None)
    small_round(later.folder)
    (later.folder / "late.txt").write_text("Facilitator: What helps?\nRuth: The ramp is far too steep.\n")
    told = [outcome.few_came for outcome in (first, run(later, lambda _: None), run(later, lambda _: None))]
    assert told == [False, True, False]


def test_a_crashed_run_resumes(small, tmp_path, monkeypatch):
    """A run that dies after its first source goes on with the second, and ends with every turn of an unbroken run."""
    request, _ = small
    broken = Request(request.folder, tmp_path / "broken")
    add, seen = Store.add_document, []

    def crash(self, *arguments):
        if seen:
            raise KeyboardInterrupt
        seen.append(add(self, *arguments))

    monkeypatch.setattr(Store, "add_document", crash)
    with pytest.raises(KeyboardInterrupt):
        run(broken, lambda _: None)
    monkeypatch.undo()
    outcome = run(broken, lambda _: None)
    assert sorted(file.state for file in outcome.files) == ["known", "new"]
    with Store.open(broken.project) as one, Store.open(request.project) as two:
        assert [(each.source_id, each.turn) for each in one.excerpts()] == [
            (each.source_id, each.turn) for each in two.excerpts()
        ]


def test_stages_can_be_left_for_later(small, tmp_path):
    """`until` stops after reading, when nothing is stored, or after anonymising, when nothing is coded."""
    request, _ = small
    read = run(Request(request.folder, tmp_path / "p", until="ingest"), lambda _: None)
    assert (read.excerpts, read.themes) == (0, None)
    safe = run(Request(request.folder, tmp_path / "p", until="anonymise"), lambda _: None)
    assert safe.excerpts > 0
    assert safe.themes is None


def test_a_sealed_project_takes_no_more(small, tmp_path):
    """After sealing no key is left, and new files are refused with a sentence."""
    request, _ = small
    project = tmp_path / "sealed"
    run(Request(request.folder, project, until="anonymise"), lambda _: None)
    assert seal(project) is True
    assert not list(project.rglob("*.key"))
    with pytest.raises(BadInput, match=r"this project is sealed\. Start a new one for new files\."):
        run(Request(request.folder, project), lambda _: None)


BLOCK = """
import socket, sys

def refuse(self, address, *rest):
    if self.family != getattr(socket, "AF_UNIX", None) and address[0] not in ("127.0.0.1", "::1"):
        print("REQUEST TO", address, file=sys.stderr)
        raise OSError("no request may leave")
    return connect(self, address, *rest)

def look_up(host, *rest, **more):
    if host not in ("127.0.0.1", "localhost", "::1", None):
        print("LOOK-UP OF", host, file=sys.stderr)
        raise OSError("no look-up may leave")
    return find(host, *rest, **more)

connect, find = socket.socket.connect, socket.getaddrinfo
socket.socket.connect = socket.socket.connect_ex = refuse
socket.getaddrinfo = look_up
"""


def test_no_request_leaves_the_machine(small, tmp_path):
    """With every socket but loopback closed, in this process and in its workers, the whole run succeeds unnoticed."""
    (tmp_path / "block").mkdir()
    (tmp_path / "block" / "sitecustomize.py").write_text(BLOCK, encoding="utf-8")
    request, _ = small
    command = [sys.executable, "-m", "engagement", "run", str(request.folder), "--project", str(tmp_path / "project")]
    environment = {"PYTHONPATH": f"{tmp_path / 'block'}", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "REQUEST TO" not in done.stderr
    assert "LOOK-UP OF" not in done.stderr


def test_the_block_would_be_noticed(tmp_path):
    """The test above can fail: a request made under the same block is refused and told."""
    (tmp_path / "sitecustomize.py").write_text(BLOCK, encoding="utf-8")
    ask = "import urllib.request; urllib.request.urlopen('http://192.0.2.1/', timeout=2)"
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", ask], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "REQUEST TO" in done.stderr or "LOOK-UP OF" in done.stderr


LETTER = (
    "I urge the council to keep the Mill Lane library open because it is the only warm and free place for young "
    "families and older people in the ward, and closing it would cost us all far more than it saves."
)


def test_a_campaign_has_one_voice_with_its_number(tmp_path):
    """Twelve who sent one text are counted as one person, and both numbers are told."""
    folder = tmp_path / "round"
    folder.mkdir()
    own = [f"The {what} in our street needs mending before somebody falls." for what in ("lamp", "kerb", "gate")]
    rows = "".join(f"{number},{text!r}\n" for number, text in enumerate([*own, *[LETTER] * 12], start=1))
    (folder / "answers.csv").write_text("id,What should change?\n" + rows.replace("'", '"'), encoding="utf-8")
    outcome = run(Request(folder, tmp_path / "project", until="anonymise"), lambda _: None)
    assert (outcome.copies, outcome.campaigns, outcome.excerpts, outcome.responses) == (11, 1, 4, 15)
    with Store.open(tmp_path / "project") as store:
        assert len(store.participants()) == 15
        assert slicer(store, RULES["internal"]).table(SliceRequest()).rows[0].base == Hidden("fewer than 5 people")
        rows = export_csv(store, tmp_path / "out", RULES["internal"])
    (sent,) = [row["sent_by"] for row in csv.DictReader(rows[0].open(encoding="utf-8")) if "library" in row["text"]]
    assert sent == "12"


def test_prose_without_speakers_runs_too(tmp_path):
    """Documents that nobody speaks in: their passages are coded and counted as passages, with no participants."""
    folder = tmp_path / "round"
    folder.mkdir()
    sentence = "Families in number {} wait years for a council home while damp and mould spread through the walls."
    paragraphs = [sentence.format(number) for number in range(14)]
    (folder / "strategy.txt").write_text("Housing strategy\n\n" + "\n\n".join(paragraphs), encoding="utf-8")
    outcome = run(Request(folder, tmp_path / "project"), lambda _: None)
    assert (outcome.participants, outcome.themes.request.unit) == (Hidden(FEWER), "mentions")
    assert outcome.themes.rows[0].themes["housing"] == Count(15)
