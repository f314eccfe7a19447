"""A round's own value sets and what a user says of answers reach every table and the roster."""

from __future__ import annotations

from pathlib import Path

import pytest

from engagement.errors import BadInput
from engagement.ingest import open_folder
from engagement.model import RawDocument
from tests.test_ingest import write

TABLE = """\
id,Ethnic group,Do you own your home?,Age,What would you change here?
1,Pakistany,Yes,47,The buses are late on most days of the week
2,Martian,No,19,The library should stay open until the evening
3,Martian,,70,More benches in the park and better lights too
"""
OWN = """\
nation: scotland
characteristics:
  - key: tenure
    label: Tenure
    headings: [Do you own your home?]
    categories: [{name: Owns, also: [Yes]}, {name: Rents, also: [No]}]
"""


def declared(folder: Path) -> list[dict[str, str]]:
    (document,) = [each for each in open_folder(folder).documents() if isinstance(each, RawDocument)]
    return [{key: words.reveal() for key, words in person.declared} for person in document.people]


def columns(folder: Path) -> str:
    intake = open_folder(folder)
    list(intake.documents())
    intake.save_columns()
    return (folder / "columns.yaml").read_text(encoding="utf-8")


def read_as(folder: Path) -> str:
    return next(each.source.read_as for each in open_folder(folder).documents() if isinstance(each, RawDocument))


def test_the_answers_of_a_table_are_saved_with_what_they_were_mapped_to(tmp_path: Path) -> None:
    folder = write(tmp_path, a__csv=TABLE)
    text = columns(folder)
    assert "Martian: {category: not recognised, how: none," in text
    assert "Pakistany: {category: Pakistani, confidence: 0.89, how: nearly," in text
    assert "exact ages or years of birth: 3" in text
    assert "buses" not in text
    assert columns(folder) == text


def test_what_a_user_says_of_an_answer_counts_and_has_the_file_read_anew(tmp_path: Path) -> None:
    folder = write(tmp_path, a__csv=TABLE)
    before, text = read_as(folder), columns(folder)
    assert read_as(folder) == before
    path = folder / "columns.yaml"
    path.write_text(text.replace("Martian: {category: not recognised", "Martian: {category: Any other ethnic group"))
    assert [each["race"] for each in declared(folder)] == ["Pakistany", *["Any other ethnic group"] * 2]
    assert read_as(folder) != before


def test_a_category_that_is_not_there_stops_the_run_with_a_sentence(tmp_path: Path) -> None:
    folder = write(tmp_path, a__csv=TABLE)
    text = columns(folder)
    (folder / "columns.yaml").write_text(text.replace("category: not recognised", "category: Venusian"))
    with pytest.raises(
        BadInput, match=r"^columns\.yaml, a\.csv, entry 2, value 1: 'Venusian' is no category of race\."
    ):
        open_folder(folder)


def test_a_rounds_own_value_sets_tell_its_columns_and_its_roster(tmp_path: Path) -> None:
    roster = "name,group,Do you own your home?\nAda Bright,Elders,Yes\n"
    folder = write(tmp_path, a__csv=TABLE, roster__csv=roster)
    before = read_as(folder)
    assert "tenure" not in declared(folder)[0]
    (folder / "value_sets.yaml").write_text(OWN)
    assert [each["tenure"] for each in declared(folder)] == ["Yes", "No", ""]
    assert "tenure" in dict(open_folder(folder).people[0].declared)
    assert "key: tenure" in columns(folder)
    assert read_as(folder) != before
    assert "value_sets.yaml" not in open_folder(folder).folder.paths
