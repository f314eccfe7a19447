"""The invented round: every declared characteristic of the sample maps exactly, person by person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from engagement.characteristics import answer
from engagement.ingest import open_folder
from engagement.model import RawDocument, RawPerson, Stated
from tests.sample.build import AGES, ETHNIC, read
from tests.test_sample import SAMPLE

# What the originals mean, written by hand; an answer that is not here is its own category.
MEANS = {
    "": Stated.BLANK,
    "Prefer not to say": Stated.PREFER_NOT_TO_SAY,
    "75+": "75 or over",
    "English/Welsh/Scottish/Northern Irish/British": "English, Welsh, Scottish, Northern Irish or British",
    "Any other Black, Black British or Caribbean background": "Any other Black background",
    "Any other Mixed or multiple ethnic background": "Any other Mixed background",
}
LIMITS = {
    "No": "Not disabled",
    "Yes - limited a lot": "Limited a lot",
    "Yes, limited a lot": "Limited a lot",
    "Yes - limited a little": "Limited a little",
    "Yes, limited a little": "Limited a little",
}
SAME = {"Yes": "Gender the same as registered at birth", "No": "Gender different from registered at birth"}
CARER = {"Yes": "Carer", "No": "Not a carer"}
# key of the originals -> the characteristic, and what its own wordings mean
ONLINE = {
    "age": ("age", {}),
    "sex": ("sex", {}),
    "gender_same": ("gender_reassignment", SAME),
    "ethnic": ("race", {}),
    "religion": ("religion_or_belief", {}),
    "disability": ("disability", LIMITS),
    "orientation": ("sexual_orientation", {}),
    "carer": ("carer", CARER),
}
ROSTER = {
    "age": ("age", {}),
    "sex": ("sex", {}),
    "ethnic_group": ("race", {}),
    "religion": ("religion_or_belief", {}),
    "disability": ("disability", LIMITS),
    "sexual_orientation": ("sexual_orientation", {}),
    "gender_same_as_birth": ("gender_reassignment", SAME),
}
CODES = {
    "age": ("age", {**dict(enumerate(AGES, 1)), 9: Stated.PREFER_NOT_TO_SAY}),
    "sex": ("sex", {1: "Female", 2: "Male", 9: Stated.PREFER_NOT_TO_SAY}),
    "ethnic": ("race", {**dict(enumerate(ETHNIC, 1)), 99: Stated.PREFER_NOT_TO_SAY}),
    "disability": (
        "disability",
        {1: "Limited a lot", 2: "Limited a little", 3: "Not disabled", 9: Stated.PREFER_NOT_TO_SAY},
    ),
}


def meant(rows: Iterable[dict[str, Any]], columns: dict[str, tuple[str, dict[Any, str]]]) -> list[dict[str, str]]:
    """What each person of the originals declared, by characteristic."""
    return [{key: _meant(row[name], own) for name, (key, own) in columns.items()} for row in rows]


def _meant(written: Any, own: dict[Any, str]) -> str:
    if written is None:
        return Stated.BLANK
    if written in own:
        return MEANS.get(own[written], own[written])
    part = written.replace(": ", " - ").split(" - ")[-1]
    return MEANS.get(part, part)


def mapped(people: Iterable[RawPerson]) -> list[dict[str, str]]:
    """What each person read declared, by characteristic, as the value sets take it."""
    return [{key: _mapped(key, words.reveal()) for key, words in person.declared} for person in people]


def _mapped(characteristic: str, written: str) -> str:
    given = answer(characteristic, written)
    assert given.confidence == 1.0
    return given.category or given.stated


@pytest.fixture(scope="module")
def documents() -> dict[str, RawDocument]:
    intake = open_folder(SAMPLE)
    return {each.source.name: each for each in intake.documents() if isinstance(each, RawDocument)}


def test_the_online_form_maps_exactly(documents: dict[str, RawDocument]) -> None:
    rows = [row for part in "abc" for row in read(f"online_{part}.jsonl")]
    assert mapped(documents["consultation_online.csv"].people) == meant(rows, ONLINE)


def test_the_paper_forms_in_code_numbers_map_exactly(documents: dict[str, RawDocument]) -> None:
    assert mapped(documents["consultation_easy_read.xlsx"].people) == meant(read("easy_read.jsonl"), CODES)


def test_the_roster_maps_exactly() -> None:
    headers = [row for part in "ab" for row in read(f"groups_{part}.jsonl") if "header" in row]
    people = [
        person["declared"]
        for row in headers
        if row["file"] != "letter_tenant.txt"
        for person in row["header"]["people"]
    ]
    assert mapped(open_folder(SAMPLE).people) == meant(people, ROSTER)


def test_whoever_the_roster_lists_declares_the_same_in_every_group(documents: dict[str, RawDocument]) -> None:
    """A speaker of a document has what the roster says of them, told by name, initials or first name."""
    known = {person.names[0].reveal(): mapped([person])[0] for person in open_folder(SAMPLE).people}
    groups = [each for name, each in documents.items() if name.startswith("group_")]
    met = [person for each in groups for person in each.people if person.names[0].reveal() in known]
    assert len({person.names[0].reveal() for person in met}) == len(known)
    assert all(mapped([person])[0] == known[person.names[0].reveal()] for person in met)
