"""The command line: help for each command, one sentence for each mistake, exit statuses that scripts can trust."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from engagement.cli import app
from engagement.slices import PROTECTING

ROOT = Path(__file__).parents[1]
COMMANDS = [
    "run",
    "anonymise",
    "code",
    "review",
    "signoff",
    "themes",
    "emergent",
    "code-again",
    "slice",
    "export",
    "seal",
    "app",
    "info",
    "compare",
    "words",
    "missing",
    "together",
    "framework",
    "rounds",
    "sample",
    "blind",
    "agree",
    "settle",
    "teach",
    "curve",
    "codebook",
    "import",
]
RUNNER = CliRunner()


def engagement(*words, **environment):
    """The real program in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "engagement", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_is_in_the_readme(command):
    """Each command says what it does, and README's table has it."""
    done = RUNNER.invoke(app, [command, "--help"])
    assert done.exit_code == 0
    assert len(done.output.split("\n")) > 5
    assert f"engagement {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_no_command_is_unknown_to_the_tests():
    """The list above is all there is."""
    assert sorted(COMMANDS) == sorted(
        re.findall(r"^[│ ]+([a-z][a-z-]+)  ", RUNNER.invoke(app, ["--help"]).output, re.MULTILINE)
    )


MISTAKES = [
    (["run", "nowhere", "--project", "p"], "nowhere: no such folder. Name the folder that holds the round's files."),
    (
        ["themes", "--project", "nothing"],
        "nothing: no project is here. Make one with 'engagement run FOLDER --project DIR'.",
    ),
    (["anonymise", "nowhere", "--out", "o"], "nowhere: no file or folder is here. Check the name."),
    (["code", "nowhere.csv", "--text-column", "t", "--out", "o"], "nowhere.csv: no file is here. Check the name."),
    (
        ["seal", "--project", "nothing"],
        "nothing: no project is here. Make one with 'engagement run FOLDER --project DIR'.",
    ),
    (
        ["app", "--project", "nothing"],
        "nothing: no project is here. Make one with 'engagement run FOLDER --project DIR'.",
    ),
]


@pytest.mark.parametrize(("words", "sentence"), MISTAKES, ids=[words[0] for words, _ in MISTAKES])
def test_a_mistake_gets_one_sentence(words, sentence, tmp_path, monkeypatch):
    """What can be mended is told in one line on stderr, with exit status 1 and no traceback."""
    monkeypatch.chdir(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "engagement", *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 1
    assert done.stdout == ""
    told = [line for line in done.stderr.splitlines() if line != "Reading nowhere"]
    assert len(told) == 1
    assert told[0].startswith(sentence)


def test_a_wrong_option_is_a_usage_error():
    """What the command line does not know exits with 2."""
    assert RUNNER.invoke(app, ["run", "x", "--project", "p", "--until", "lunch"]).exit_code == 2
    assert RUNNER.invoke(app, ["themes"]).exit_code == 2


def test_a_defect_shows_no_words(tmp_path, monkeypatch, capsys):
    """An error that nobody foresaw shows its kind and an id, never its message, which may hold what somebody said."""
    from engagement import cli

    def fail():
        raise RuntimeError("Amina Begum said that the flat is damp")

    monkeypatch.setattr(cli, "app", fail)
    with pytest.raises(SystemExit) as stop:
        cli.main()
    shown = capsys.readouterr()
    assert stop.value.code == 1
    assert re.search(r"Something went wrong inside engagement \(RuntimeError, [0-9a-f]{8}\)\.", shown.err)
    assert "Amina" not in shown.err + shown.out


def test_a_messy_folder_is_read_as_far_as_it_goes(tmp_path):
    """Each bad file has its sentence, the good ones are taken in, and the exit status says that it was in part."""
    folder = tmp_path / "round"
    folder.mkdir()
    (folder / "good.txt").write_text(
        "The lift is broken and nobody comes to mend it, said the tenants.", encoding="utf-8"
    )
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 this is no Word file")
    (folder / "numbers.csv").write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    (folder / "noise.txt").write_bytes(bytes(range(256)) * 8)
    (folder / "nothing.txt").write_bytes(b"")
    done = engagement("run", folder, "--project", tmp_path / "project", "--until", "anonymise")
    assert done.returncode == 3, done.stderr
    for name in ("broken.docx", "numbers.csv", "picture.png", "noise.txt", "nothing.txt"):
        assert len([line for line in done.stderr.splitlines() if line.startswith(name)]) == 1, name
    assert "1 read, 0 already" not in done.stdout
    assert "1 read, 5 not readable, 0 withheld" in done.stdout
    assert "Traceback" not in done.stderr


def test_json_lines_are_anonymised_in_their_form(tmp_path):
    """`.jsonl` in, `.jsonl` out: ids as they were, text safe, redactions with offsets in the input."""
    rows = [{"id": 7, "text": "Ring Nkechi Adeyemi on 07700 900418."}, {"id": "b", "text": "Nothing to hide."}]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(map(json.dumps, rows)) + "\n{broken\n", encoding="utf-8")
    done = engagement("anonymise", source, "--out", out)
    assert done.returncode == 3
    assert "in.jsonl, line 3: no object with id and text. Mend the line." in done.stderr
    got = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in got] == [7, "b"]
    assert got[0]["text"] == "Ring [Person 1] on [phone number]."
    assert got[1] == {"id": "b", "text": "Nothing to hide.", "redactions": []}
    spans = [(rows[0]["text"][each["start"] : each["end"]], each["kind"]) for each in got[0]["redactions"]]
    assert spans == [("Nkechi Adeyemi", "PERSON"), ("07700 900418", "PHONE")]
    assert set(got[0]["redactions"][0]) == {"start", "end", "kind", "replacement", "score", "found_by"}
    assert engagement("anonymise", source, "--out", out).returncode == 1


def test_texts_are_coded_in_their_table(tmp_path):
    """The table comes back with themes and scores, its other columns and its order as they were."""
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    texts = ["The damp and mould in our council flat made the baby ill.", "Thank you.", ""]
    with source.open("w", newline="", encoding="utf-8") as handle:
        csv.writer(handle).writerows([["no", "text"], *([str(place), text] for place, text in enumerate(texts))])
    done = engagement("code", source, "--text-column", "text", "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    with out.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert list(rows[0]) == ["no", "text", "themes", "scores"]
    assert [row["text"] for row in rows] == texts
    assert "housing" in rows[0]["themes"].split(";")
    assert (rows[1]["themes"], rows[2]["themes"]) == ("", "")
    scores = json.loads(rows[0]["scores"])
    assert len(scores) == 7
    assert all(0 <= score <= 1 for score in scores.values())
    assert json.loads(done.stdout) == {"rows": 3, "coded": 1}


def test_a_missing_column_is_a_sentence(tmp_path):
    """The columns that are there are named."""
    source = tmp_path / "in.csv"
    source.write_text("a,b\n1,2\n", encoding="utf-8")
    done = engagement("code", source, "--text-column", "text", "--out", tmp_path / "o.csv")
    assert (done.returncode, done.stderr) == (1, "in.csv: no column is called 'text'. It has: a, b.\n")


def test_the_sample_is_explored_from_the_command_line(sample_run):
    """Themes, slices and groups beyond the codebook are printed through the rule, as text and as JSON."""
    project = str(sample_run.project)
    themes = RUNNER.invoke(app, ["themes", "--project", project])
    assert "Housing" in themes.output
    table = RUNNER.invoke(app, ["slice", "--project", project, "--by", "race", "--by", "sex", "--json"])
    rows = json.loads(table.output)["rows"]
    assert rows[0]["race"] == rows[0]["sex"] == "All"
    assert any(row["people"] == PROTECTING for row in rows)
    assert all(re.fullmatch(rf"\d*[05]|{PROTECTING}", row["people"]) for row in rows)
    assert RUNNER.invoke(app, ["emergent", "--project", project]).exit_code == 0
    one = RUNNER.invoke(app, ["slice", "--project", project, "--by", "sex", "--theme", "racism"])
    assert one.output.splitlines()[0].split()[0] == "Sex"
    assert "Racism" in one.output
    assert "Housing" not in one.output


def numbers(project, *asked):
    done = RUNNER.invoke(app, [asked[0], "--project", str(project), *asked[1:]])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_slice_is_narrowed_by_a_filter_and_told_in_detail(sample_run):
    """`--where` takes a name of a source, `--detail` opens a roll-up, `--unit` and `--basis` change the count."""
    whole = json.loads(numbers(sample_run.project, "slice", "--theme", "housing", "--json"))["rows"][0]
    online = ("--where", "source=consultation_online.csv")
    part = json.loads(numbers(sample_run.project, "slice", "--theme", "housing", *online, "--json"))["rows"][0]
    assert int(part["people"]) < int(whole["people"])
    detail = numbers(sample_run.project, "slice", "--by", "race", "--detail", "race")
    assert "Pakistani" in detail
    assert "Pakistani" not in numbers(sample_run.project, "slice", "--by", "race")
    mentions = json.loads(numbers(sample_run.project, "slice", "--unit", "mentions", "--json"))
    assert mentions["unit"] == "mentions"
    assert numbers(sample_run.project, "slice", "--by", "race", "--basis", "group")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("slice", "--unit", "cats"), "use one of people, mentions, groups"),
        (("slice", "--where", "colour=red"), "use one of question, source, theme, mentioned"),
        (("slice", "--basis", "guess"), "use one of declared, group"),
    ],
)
def test_an_option_that_is_not_offered_is_told(sample_run, asked, found):
    """A wrong word is a usage error that names the right ones."""
    done = RUNNER.invoke(app, [asked[0], "--project", str(sample_run.project), *asked[1:]])
    assert done.exit_code == 2
    assert found in " ".join(done.output.replace("│", " ").split())


def test_groups_are_compared_and_their_words_told(sample_run):
    """Comparisons come as sentences and as JSON; words are of anonymised text, and none where a group is too small."""
    told = json.loads(numbers(sample_run.project, "compare", "--by", "disability", "--by", "sex", "--json"))
    assert {one["verdict"] for one in told["groups"]} <= {
        "more often", "less often", "no clear difference", "too few to say",
    }  # fmt: skip
    assert told["combinations"]
    assert numbers(sample_run.project, "compare", "--by", "sex").strip()
    marked = json.loads(numbers(sample_run.project, "words", "--theme", "housing", "--json"))
    assert {"rent", "landlord", "damp", "flat", "housing", "council"} & set(" ".join(marked).split())
    small = ("words", "--by", "religion_or_belief", "--of", "Buddhist", "--json")
    assert json.loads(numbers(sample_run.project, *small)) == []


def test_who_is_missing_is_told_beside_a_census(sample_run, tmp_path):
    """A population file gives a line for each group, with a verdict, and a sentence."""
    census = tmp_path / "census.csv"
    census.write_text("characteristic,category,count\nsex,Female,51000\nsex,Male,49000\n", encoding="utf-8")
    told = numbers(sample_run.project, "missing", "--population", str(census))
    assert {"Female", "Male"} <= set(told.split())
    assert "51 %" in told


def test_themes_together_and_by_group(sample_run):
    """Co-occurrence is as wide as it is long; the framework matrix has single people by the internal rule alone."""
    pairs = json.loads(numbers(sample_run.project, "together", "--json"))
    assert len(pairs) == len({one["theme"] for one in pairs}) ** 2
    public, internal = (
        json.loads(numbers(sample_run.project, "framework", "--rule", rule, "--json"))
        for rule in ("publish", "internal")
    )
    single = [re.fullmatch(r"Person \d+", row["who"]) for row in internal]
    assert not any(re.fullmatch(r"Person \d+", row["who"]) for row in public)
    assert sum(map(bool, single)) > 100


def test_info_says_where_things_are():
    """Versions and the places of the models."""
    found = json.loads(RUNNER.invoke(app, ["info", "--json"]).output)
    assert Path(found["language model"]).is_dir()
    assert Path(found["embedding model"]).is_dir()
