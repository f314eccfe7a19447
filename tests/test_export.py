"""The csv folder: the columns that others read, the rule in every row, and nothing that a spreadsheet would run."""

import csv
import json
from collections import Counter

import pytest

from engagement.config import RULES
from engagement.errors import BadInput
from engagement.export.counts import of_all
from engagement.export.data import export_csv, harmless
from engagement.fillers import skipped
from engagement.guard.profiles import NOT_SHOWN
from engagement.model import Codebook, FileCounts, Filter, FilterKind, SliceRequest
from engagement.pipeline import slicer
from engagement.slices import Slicer
from engagement.store import Store
from engagement.summary import in_words


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


@pytest.fixture(scope="module")
def analysts(sample_run, tmp_path_factory):
    """The same under the rule for the analyst's own eyes."""
    out = tmp_path_factory.mktemp("csv") / "internal"
    with Store.open(sample_run.project) as store:
        export_csv(store, out, RULES["internal"])
        assert store.audit_trail()[-1]["detail"] == {"rule": "internal"}
    return out


FIRST = [
    "excerpt_id", "source", "location", "question", "participant", "role", "text", "themes", "scores", "mentioned",
]  # fmt: skip


def test_excerpts_have_the_columns_that_others_read(exported, analysts):
    """The first columns are fixed; then comes one for each declared characteristic, whatever the rule."""
    for folder in (exported, analysts):
        rows = read(folder / "excerpts.csv")
        assert list(rows[0])[:10] == FIRST
        declared = {"race", "sex", "age", "disability", "religion_or_belief", "sexual_orientation"}
        assert declared <= set(list(rows[0])[10:])
        coded = next(row for row in rows if ";" in row["themes"])
        assert list(json.loads(coded["scores"])) == coded["themes"].split(";")
    assert {row["source"] for row in rows} >= {"consultation_online.csv", "group_2_young_people.vtt"}
    assert any("=" in row["mentioned"] for row in rows)


def test_fillers_stay_in_the_text_and_are_skipped_beside_it(exported, analysts):
    """`text` has every word as it was said; `clean_verbatim` is the same without ums and ers."""
    for folder in (exported, analysts):
        rows = read(folder / "excerpts.csv")
        assert all(row["clean_verbatim"] == skipped(row["text"]) for row in rows)
        shorter = [row for row in rows if len(row["clean_verbatim"]) < len(row["text"])]
        assert 0 < len(shorter) < len(rows) / 2
    assert any(row["source"] == "group_2_young_people.vtt" for row in shorter)


def test_most_words_that_may_be_published_are_there(exported, analysts):
    """Of what publication was not refused for, nine in ten excerpts leave, and themes with most of them."""
    refused = {row["participant"] for row in read(analysts / "participants.csv") if row["may_publish"] == "no"}
    may = [row for row in read(analysts / "excerpts.csv") if row["participant"] not in refused]
    may = {row["excerpt_id"]: row for row in may if row["role"] in {"participant", "document"}}
    rows = read(exported / "excerpts.csv")
    assert {row["excerpt_id"] for row in rows} <= set(may)
    assert len(rows) > 0.9 * len(may)
    for row in rows:
        assert set(filter(None, row["themes"].split(";"))) <= set(may[row["excerpt_id"]]["themes"].split(";"))
    coded = [row for row in rows if row["themes"]]
    assert len(coded) > 0.9 * sum(bool(may[row["excerpt_id"]]["themes"]) for row in rows)


def test_each_combination_is_shared_by_k_people(exported):
    """In participants.csv a printed combination is held by ten rows or more, and no row says more than two things."""
    people = read(exported / "participants.csv")
    combination = lambda row: tuple(row[key] for key in list(people[0])[3:])  # noqa: E731
    sizes = Counter(map(combination, people))
    assert 150 < len(people) < 199
    assert min(sizes.values()) >= 10
    assert len(sizes) > 3
    assert all(len(set(each) - {NOT_SHOWN}) <= 2 for each in sizes)


def test_people_and_words_are_kept_apart(exported):
    """No row of words says whose they are, where they stand, or what of their speaker; nor does a replaced name."""
    for row in read(exported / "excerpts.csv"):
        assert {row[key] for key in ("source", "location", "participant", "race", "sex", "age")} == {NOT_SHOWN}
    for row in read(exported / "redactions.csv"):
        assert {row[key] for key in ("source", "location", "start", "end")} == {NOT_SHOWN}


def test_the_profile_has_every_characteristic_as_the_tables_have_it(exported):
    rows = read(exported / "profile.csv")
    assert {row["characteristic"] for row in rows} >= {"race", "sex", "age", "disability"}
    for row in rows:
        for number in (row["people"], row["housing"]):
            assert not number.isdecimal() or (int(number) >= 10 and int(number) % 5 == 0)
    assert sum(row["category"] == "All" and row["people"] == "200" for row in rows) == len(
        {row["characteristic"] for row in rows}
    )


def test_an_analyst_may_have_all_of_it(analysts):
    """The internal rule prints every person and category in detail and says so in every file."""
    rows = read(analysts / "participants.csv")
    assert len(rows) == 199
    assert "Pakistani" in {row["race"] for row in rows}
    for name in ("participants.csv", "excerpts.csv", "redactions.csv"):
        assert NOT_SHOWN not in {value for row in read(analysts / name) for value in row.values()}
    for path in analysts.iterdir():
        assert "internal" in path.read_text(encoding="utf-8"), path.name
    held = {row["participant"]: row["race"] for row in rows}
    for row in read(analysts / "excerpts.csv"):
        if row["role"] == "participant":
            assert row["race"] == held[row["participant"]]


def test_whom_their_combination_tells_apart_is_for_the_analyst_alone(exported, analysts):
    """risk.csv has a line for each participant whose combination few share, rarest first, by the internal rule only."""
    rows = read(analysts / "risk.csv")
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


def counted(folder):
    return json.loads((folder / "counts.json").read_text(encoding="utf-8"))


def test_counts_add_up(exported, analysts):
    """Received is read, withheld and unreadable; for an analyst each question says how many answers it had."""
    for counts in (counted(exported), counted(analysts)):
        assert counts["received"] == counts["read"] + counts["withheld"] + counts["unreadable"] == 7
        assert {"duplicates", "campaigns", "non_answers", "blank", "consent_refused"} <= set(counts)
    assert sum(counts["answered_by_question"].values()) == counts["answered"]


def test_every_file_is_accounted_for(analysts):
    """Each file's own numbers are there, and come to those of all files together."""
    counts = counted(analysts)
    files = counts["files"]
    assert [file["state"] for file in files] == ["read"] * 7
    for number in ("turns", "rows", "answered", "non_answers", "blank", "duplicates", "withdrawn", "consent_refused"):
        assert sum(file[number] for file in files) == counts[number], number
    survey = next(file for file in files if file["name"] == "consultation_online.csv")
    assert survey["by_language"] == {"en": str(survey["turns"])}
    assert {"parts_not_read", "reason", "speakers", "participants", "aside"} <= set(survey)


def test_numbers_of_people_are_those_of_the_tables(sample_run, exported):
    """Nobody counts a group of eight in counts.json, nor how many answered, but by the rule."""
    counts = counted(exported)
    with Store.open(sample_run.project) as store:
        numbers = slicer(store, RULES["publish"])
        wordings = {str(question.wording): question.question_id for question in store.questions()}
    for wording, told in counts["answered_by_question"].items():
        here = (Filter(FilterKind.QUESTION, wordings[wording]),)
        assert told == in_words(numbers.table(SliceRequest(where=here)).rows[0].base)
    groups = [file["participants"] for file in counts["files"] if file["name"].startswith("group")]
    assert len(groups) == 4
    assert not any(number.isdecimal() for number in groups)
    assert counts["consent_refused"] == "25"
    assert counts["withdrawn"] == "fewer than 10 people"
    assert not any(isinstance(number, int) for number in counts["aside"].values())


def test_few_of_a_language_are_not_told():
    """A language of one is a person: its number is hidden as any other."""
    held = FileCounts(turns=40, by_language={"en": 38, "ti": 2})
    numbers = Slicer((), (), (), (), Codebook("b", 1, ()), RULES["publish"])
    assert of_all(held, numbers)["by_language"] == {"en": "40"}


def test_the_same_project_gives_the_same_bytes(sample_run, exported, tmp_path):
    with Store.open(sample_run.project) as store:
        files = export_csv(store, tmp_path, RULES["publish"])
    for path in files:
        assert path.read_bytes() == (exported / path.name).read_bytes(), path.name


def test_a_byte_order_mark_is_there_where_it_was_asked_for(sample_run, exported, tmp_path):
    """Before the tables, for older spreadsheets; never before JSON."""
    with Store.open(sample_run.project) as store:
        files = export_csv(store, tmp_path, RULES["publish"], bom=True)
    for path in files:
        plain = (exported / path.name).read_bytes()
        assert path.read_bytes() == (plain if path.suffix == ".json" else b"\xef\xbb\xbf" + plain)


def test_a_folder_that_cannot_be_written_is_told(sample_run, tmp_path):
    (tmp_path / "taken").write_text("x")
    with Store.open(sample_run.project) as store, pytest.raises(BadInput, match="can't be written"):
        export_csv(store, tmp_path / "taken", RULES["publish"])


FORMULAS = ["=1+1", "+44 1632", "-2", "@SUM(A1)", "\tx", "\rx"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_a_formula(cell):
    """A cell that a spreadsheet would run gets an apostrophe; others stay."""
    assert harmless([cell, "plain", 3]) == [f"'{cell}", "plain", 3]
