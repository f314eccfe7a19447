"""The csv folder: the columns that others read, the rule in every row, and nothing that a spreadsheet would run."""

import csv
import json
from collections import Counter

import pytest

from engagement.config import RULES
from engagement.export.data import _harmless, _shown, export_csv
from engagement.fillers import skipped
from engagement.model import FileCounts
from engagement.profiles import NOT_SHOWN
from engagement.store import Store


@pytest.fixture(scope="module")
def exported(sample_run, tmp_path_factory):
    """The sample's csv folder under the default rule."""
    out = tmp_path_factory.mktemp("csv") / "out"
    with Store.open(sample_run.project) as store:
        export_csv(store, out, RULES["publish"])
    return out


def read(path):
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def test_excerpts_have_the_columns_that_others_read(exported):
    """The first columns are fixed; then comes one for each declared characteristic."""
    rows = read(exported / "excerpts.csv")
    assert list(rows[0])[:10] == [
        "excerpt_id", "source", "location", "question", "participant", "role", "text", "themes", "scores", "mentioned",
    ]  # fmt: skip
    assert {"race", "sex", "age", "disability", "religion_or_belief", "sexual_orientation"} <= set(list(rows[0])[10:])
    assert {row["source"] for row in rows} >= {"consultation_online.csv", "group_2_young_people.vtt"}
    coded = next(row for row in rows if ";" in row["themes"])
    assert list(json.loads(coded["scores"])) == coded["themes"].split(";")
    assert any("=" in row["mentioned"] for row in rows)


def test_fillers_stay_in_the_text_and_are_skipped_beside_it(exported):
    """`text` has every word as it was said; `clean_verbatim` is the same without ums and ers."""
    rows = read(exported / "excerpts.csv")
    assert all(row["clean_verbatim"] == skipped(row["text"]) for row in rows)
    shorter = [row for row in rows if len(row["clean_verbatim"]) < len(row["text"])]
    assert any(row["source"] == "group_2_young_people.vtt" for row in shorter)
    assert len(shorter) < len(rows) / 2


def test_each_combination_is_shared_by_k_people(exported):
    """In participants.csv and excerpts.csv alike, a printed combination of characteristics is held by ten or more."""
    people = read(exported / "participants.csv")
    combination = lambda row: tuple(row[key] for key in list(people[0])[3:])  # noqa: E731
    sizes = Counter(map(combination, people))
    assert len(people) == 199
    assert min(sizes.values()) >= 10
    assert len(sizes) > 3
    held = {row["participant"]: combination(row) for row in people}
    for row in read(exported / "excerpts.csv"):
        if row["role"] == "participant":
            assert combination(row) == held[row["participant"]]


def test_an_analyst_may_have_all_of_it(sample_run, tmp_path):
    """The internal rule prints every category in detail, says so in every file, and leaves a trace in the audit."""
    with Store.open(sample_run.project) as store:
        files = export_csv(store, tmp_path, RULES["internal"])
        assert store.audit_trail()[-1]["detail"] == {"rule": "internal"}
    rows = read(tmp_path / "participants.csv")
    assert "Pakistani" in {row["race"] for row in rows}
    assert NOT_SHOWN not in {value for row in rows for value in row.values()}
    for path in files:
        assert "internal" in path.read_text(encoding="utf-8"), path.name


def test_whom_their_combination_tells_apart_is_for_the_analyst_alone(sample_run, exported, tmp_path):
    """risk.csv has a line for each participant whose combination few share, rarest first, by the internal rule only."""
    with Store.open(sample_run.project) as store:
        export_csv(store, tmp_path, RULES["internal"])
    rows = read(tmp_path / "risk.csv")
    shared = [int(row["shared_by"]) for row in rows]
    assert shared == sorted(shared)
    assert 0 < min(shared) <= max(shared) < 10
    assert all(row["known"] and row["coarsen"] and row["note"].startswith("Internal") for row in rows)
    assert not (exported / "risk.csv").exists()


def test_themes_go_through_the_rule(exported):
    """A theme's numbers are rounded counts or words."""
    for row in read(exported / "themes.csv"):
        for column in ("people", "mentions"):
            assert row[column] == "fewer than 10 people" or (int(row[column]) >= 10 and int(row[column]) % 5 == 0)


def test_redactions_show_no_surface(exported, answers):
    """The list of what was removed has places and kinds, and none of the names that were planted."""
    text = (exported / "redactions.csv").read_text(encoding="utf-8")
    names = {row["text"] for row in answers("identifiers") if row["kind"] == "PERSON" and " " in row["text"]}
    assert [name for name in names if name in text] == []
    assert list(read(exported / "redactions.csv")[0]) == [
        "source", "location", "kind", "start", "end", "replacement", "score", "found_by",
    ]  # fmt: skip


def test_counts_add_up(exported):
    """Received is read, withheld and unreadable; each question says how many answered it."""
    counts = json.loads((exported / "counts.json").read_text(encoding="utf-8"))
    assert counts["received"] == counts["read"] + counts["withheld"] + counts["unreadable"] == 7
    assert sum(counts["answered_by_question"].values()) == counts["answered"]
    assert {"duplicates", "campaigns", "non_answers", "blank", "consent_refused"} <= set(counts)


def test_every_file_is_accounted_for(exported):
    """Each file's own numbers are there, and come to those of all files together."""
    counts = json.loads((exported / "counts.json").read_text(encoding="utf-8"))
    files = counts["files"]
    assert [file["state"] for file in files] == ["read"] * 7
    for number in ("turns", "rows", "answered", "non_answers", "blank", "duplicates", "withdrawn", "consent_refused"):
        assert sum(file[number] for file in files) == counts[number], number
    survey = next(file for file in files if file["name"] == "consultation_online.csv")
    assert survey["by_language"] == {"en": str(5 * round(survey["turns"] / 5))}
    assert {"parts_not_read", "reason", "speakers", "participants", "aside"} <= set(survey)


def test_few_of_a_language_are_not_told(tmp_path):
    """A language of one is a person: its number is hidden as any other."""
    counts = FileCounts(turns=40, by_language={"en": 38, "ti": 2})
    assert _shown(counts, RULES["publish"])["by_language"] == {"en": "40", "ti": "fewer than 10 people"}


FORMULAS = ["=1+1", "+44 1632", "-2", "@SUM(A1)", "\tx", "\rx"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_a_formula(cell):
    """A cell that a spreadsheet would run gets an apostrophe; others stay."""
    assert _harmless([cell, "plain", 3]) == [f"'{cell}", "plain", 3]
