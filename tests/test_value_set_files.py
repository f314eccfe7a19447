"""Nations' files and a user's own: what is laid over what, and every sentence for a file that contradicts itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from engagement.errors import BadInput
from engagement.model import Stated
from engagement.tagging.value_set_files import built_in, load, nations, parsed
from engagement.tagging.value_sets import ValueSets

ENGLAND, SCOTLAND, NORTHERN_IRELAND = nations()[0], nations()[2], nations()[1]

OWN = """\
nation: scotland
name: Aldermouth 2025
version: 3
date: 2025-04-01
source: Aldermouth City Council
take_in: [care_leaver]
age_bands:
  - under 16
  - 16 to 24
  - {name: Working age, ages: [25, 66]}
  - {name: 67 or over, roll_up: Pension age}
characteristics:
  - key: housing
    label: Housing
    headings: ["Do you rent or own your home?"]
    categories:
      - {name: Owns, also: [Yes, owner occupier]}
      - {name: Council tenant, roll_up: Rents, also: [Council]}
      - {name: Private tenant, roll_up: Rents}
    coarse: {Rents: [tenant, No]}
  - key: race
    wordings: {Pakistani: [Azad Kashmiri, Pahari]}
    more: [{name: Somali, roll_up: African, also: [Somalilander]}]
"""


@pytest.fixture(scope="module")
def own() -> ValueSets:
    return parsed(OWN)


def test_three_nations_are_built_in_each_dated_versioned_and_sourced() -> None:
    assert (ENGLAND, NORTHERN_IRELAND, SCOTLAND) == ("england_and_wales_2021", "northern_ireland_2021", "scotland_2022")
    held = {name: built_in(name) for name in nations()}
    assert {name: (each.name, each.date) for name, each in held.items()} == {
        ENGLAND: ("England and Wales 2021", "2021-03-21"),
        NORTHERN_IRELAND: ("Northern Ireland 2021", "2021-03-21"),
        SCOTLAND: ("Scotland 2022", "2022-03-20"),
    }
    assert all(each.version.isdecimal() and each.source for each in held.values())
    assert len({each.digest for each in held.values()}) == 3


@pytest.mark.parametrize("nation", [NORTHERN_IRELAND, SCOTLAND])
def test_a_nations_file_changes_the_ethnic_group_alone(nation: str) -> None:
    theirs, ours = built_in(nation).sets, built_in(ENGLAND).sets
    assert [key for key in ours if theirs[key] != ours[key]] == ["race"]


@pytest.mark.parametrize("nation", nations())
def test_every_category_is_an_answer_to_itself_and_every_other_nations_finds_its_place(nation: str) -> None:
    held = built_in(nation)
    for key in held.characteristics:
        for name in held.categories(key, rolled_up=False):
            assert held.answer(key, name).category == name
    for other in (built_in(ENGLAND).names("race"), built_in(nation).names("race")):
        for name in other:
            assert held.roll_up("race", held.answer("race", name).category or "") in (
                *held.categories("race"),
                "Minority ethnic",
            )


@pytest.mark.parametrize(
    ("nation", "written", "category"),
    [
        (SCOTLAND, "White Scottish", "Scottish"),
        (SCOTLAND, "White: Other British", "Other British"),
        (SCOTLAND, "White British", "White"),  # which of the two, nobody said
        (SCOTLAND, "Polish", "Polish"),
        (SCOTLAND, "White - Gypsy/Traveller", "Gypsy/Traveller"),
        (SCOTLAND, "Showman / Showwoman", "Showman/Showwoman"),
        (SCOTLAND, "Pakistani, Scottish Pakistani or British Pakistani", "Pakistani"),
        (SCOTLAND, "Scottish Pakistani", "Pakistani"),
        (SCOTLAND, "African, Scottish African or British African", "African"),
        (SCOTLAND, "Black Caribbean", "Caribbean or Black"),
        (SCOTLAND, "Mixed - White and Asian", "Any mixed or multiple ethnic groups"),
        (SCOTLAND, "Lithuanian", "Any other White ethnic group"),
        (SCOTLAND, "White - other", "Any other White ethnic group"),
        (SCOTLAND, "British", None),
        (NORTHERN_IRELAND, "White Irish", "White"),
        (NORTHERN_IRELAND, "Polish", "White"),
        (NORTHERN_IRELAND, "Irish Traveller", "Irish Traveller"),
        (NORTHERN_IRELAND, "Gypsy", None),  # a group of its own that the question does not offer
        (NORTHERN_IRELAND, "Filipino", "Filipino"),
        (NORTHERN_IRELAND, "Bangladeshi", "Other Asian"),
        (NORTHERN_IRELAND, "Asian - other", "Other Asian"),
        (NORTHERN_IRELAND, "Nigerian", "Black African"),
        (NORTHERN_IRELAND, "Black - other", "Black Other"),
        (NORTHERN_IRELAND, "Mixed", "Mixed"),
        (NORTHERN_IRELAND, "Martian", None),
        (ENGLAND, "Polish", "Any other White background"),
    ],
)
def test_an_ethnic_group_is_counted_as_its_nation_counts_it(nation: str, written: str, category: str | None) -> None:
    assert built_in(nation).answer("race", written).category == category


def test_the_newest_census_of_a_nation_is_meant_by_its_name() -> None:
    assert built_in("scotland").digest == built_in(SCOTLAND).digest


def test_without_a_file_england_and_wales_are_used(tmp_path: Path) -> None:
    assert load() is load(tmp_path / "value_sets.yaml") is built_in()


def test_a_file_is_read_from_where_it_lies(tmp_path: Path, own: ValueSets) -> None:
    path = tmp_path / "value_sets.yaml"
    path.write_text("\ufeff" + OWN, encoding="utf-8")
    assert load(path).digest == own.digest


@pytest.mark.parametrize(
    ("nation", "category", "placed"),
    [
        (ENGLAND, "Any other White background", "Any other White background"),
        (ENGLAND, "Minority ethnic", "Minority ethnic"),
        (SCOTLAND, "Caribbean", "Caribbean or Black"),
        (SCOTLAND, "Black", "Caribbean or Black"),
        (NORTHERN_IRELAND, "African", "Black African"),
        (NORTHERN_IRELAND, "Martian", None),
    ],
)
def test_a_category_of_elsewhere_has_its_place_here(nation: str, category: str, placed: str | None) -> None:
    assert built_in(nation).placed("race", category) == placed


# ------------------------------------------------------------- a user's own


def test_a_users_file_has_a_name_a_version_a_date_and_a_source(own: ValueSets) -> None:
    said = (own.name, own.version, own.date, own.source)
    assert said == ("Aldermouth 2025", "3", "2025-04-01", "Aldermouth City Council")
    bare = parsed("age_bands: [under 50, 50+]")
    assert (bare.name, bare.version, bare.date) == ("England and Wales 2021", built_in().version, "2021-03-21")


def test_a_users_file_changes_the_digest_and_nothing_else_does(own: ValueSets) -> None:
    assert own.digest == parsed(OWN).digest != parsed(OWN.replace("Pahari", "Potwari")).digest


def test_the_councils_own_characteristics_come_last(own: ValueSets) -> None:
    assert own.characteristics == (*built_in().characteristics, "care_leaver", "housing")
    assert own.label("housing") == "Housing"
    assert own.categories("housing") == ("Owns", "Rents")
    assert own.roll_up("housing", "Private tenant") == "Rents"


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Do you rent or own your home?", "housing"),
        ("Q7. Do you RENT or own your home (optional)", "housing"),
        ("Housing", None),  # not a heading that the file gives
        ("Are you care experienced?", "care_leaver"),
        ("Ethnic group", "race"),
    ],
)
def test_a_heading_asks_for_the_councils_own(own: ValueSets, heading: str, key: str | None) -> None:
    assert own.characteristic_of(heading) == key
    if key in ("housing", "care_leaver"):
        assert built_in().characteristic_of(heading) is None


@pytest.mark.parametrize(
    ("key", "written", "category"),
    [
        ("housing", "yes", "Owns"),  # a bare Yes in YAML is a word here
        ("housing", "No", "Rents"),
        ("housing", "council", "Council tenant"),
        ("care_leaver", "Yes", "Care experienced"),
        ("race", "Azad Kashmiri", "Pakistani"),
        ("race", "Somali", "Somali"),
        ("race", "British Somali", "Somali"),
        ("race", "African - Somali", "Somali"),
        ("race", "Nigerian", "African"),
        ("age", "15", "under 16"),
        ("age", "16", "16 to 24"),
        ("age", "24", "16 to 24"),
        ("age", "25", "Working age"),
        ("age", "66", "Working age"),
        ("age", "67", "67 or over"),
        ("age", "90+", "67 or over"),
        ("age", "65-74", None),
        ("sex", "F", "Female"),
    ],
)
def test_a_users_file_maps_answers_as_it_says(own: ValueSets, key: str, written: str, category: str | None) -> None:
    assert own.answer(key, written).category == category


def test_silences_are_the_same_of_a_councils_own(own: ValueSets) -> None:
    said = {written: own.answer("housing", written).stated for written in ("", "N/A", "prefer not to say", "a boat")}
    assert [*said.values()] == [Stated.BLANK, Stated.BLANK, Stated.PREFER_NOT_TO_SAY, Stated.UNMAPPED]


def test_categories_that_are_given_again_keep_their_wordings() -> None:
    held = parsed("characteristics: [{key: sex, categories: [{name: Female}, {name: Men, of: [Male]}]}]")
    assert [held.answer("sex", written).category for written in ("F", "Man", "M", "Non-binary")] == [
        "Female", "Men", "Men", None,
    ]  # fmt: skip


# ------------------------------------------------------------------ refusals

ALL = "age, disability, gender_reassignment, marriage_civil_partnership, pregnancy_maternity, race, religion_or_belief"
PETS = "key: pets, label: Pets, categories: [{name: Cat, roll_up: Pet}, {name: Dog, roll_up: Pet}]"

WRONG = [
    ("nation: [", "value_sets.yaml, line 1: not valid YAML. Mend the line, or delete the file."),
    (
        "nation: cornwall",
        "value_sets.yaml, nation: no value sets are of 'cornwall'. Write one of england_and_wales_2021, "
        "northern_ireland_2021, scotland_2022.",
    ),
    (
        "take_in: [housing]",
        "value_sets.yaml, take_in: there is no characteristic 'housing' to take in. Write one of care_leaver, "
        "socio_economic_position, migrant_status, main_language, or describe your own.",
    ),
    (
        "characteristics: [{key: rase, wordings: {Irish: [Eire]}}]",
        f"value_sets.yaml, characteristics: no characteristic is called 'rase'. Use one of {ALL}, sex, "
        "sexual_orientation, carer, or give it a label and categories.",
    ),
    (
        "characteristics: [{key: group, label: Group, categories: [{name: Red}]}]",
        "value_sets.yaml, characteristics: a characteristic can't be called 'group', which tables use for something "
        "else. Choose another key.",
    ),
    (
        "characteristics: [{key: pets, label: Pets, categories: [{name: Cat}, {name: Cat}]}]",
        "value_sets.yaml, pets: the category 'Cat' is there twice. Take one out.",
    ),
    (
        f"characteristics: [{{{PETS}, wordings: {{Cat: [tabby], Dog: [Tabby]}}}}]",
        "value_sets.yaml, pets: the wording 'tabby' is given to both 'Cat' and 'Dog'. Take one out.",
    ),
    (
        f"characteristics: [{{{PETS}, wordings: {{Cat: [dog]}}}}]",
        "value_sets.yaml, pets: the wording 'dog' is given to both 'Dog' and 'Cat'. Take one out.",
    ),
    (
        "characteristics: [{key: race, wordings: {Irish: [Roma]}}]",
        "value_sets.yaml, race: the wording 'roma' is given to both 'Roma' and 'Irish'. Take one out.",
    ),
    (
        "characteristics: [{key: race, wordings: {Chinese: [black]}}]",
        "value_sets.yaml, race: the wording 'black' is given to both 'Black' and 'Chinese'. Take one out.",
    ),
    (
        "characteristics: [{key: race, wordings: {Cornish: [Kernow]}}]",
        "value_sets.yaml, race: no category is called 'Cornish'. Use the name of a category or of a roll-up.",
    ),
    (
        "characteristics: [{key: race, categories: [{name: White, of: [Whites]}]}]",
        "value_sets.yaml, race: no category is called 'Whites'. Use the name of an earlier one.",
    ),
    (
        "characteristics: [{key: pet, label: Pet, categories: [{name: Cat, roll_up: Dog}, {name: Dog, roll_up: Cat}]}]",
        "value_sets.yaml, pet: 'Cat' rolls up to 'Dog', which rolls up to 'Cat'. Take one of the two roll-ups out.",
    ),
    (
        "characteristics: [{key: pet, label: Pet, categories: [{name: Cat, roll_up: Dog}, {name: Dog, roll_up: Pet}]}]",
        "value_sets.yaml, pet: 'Cat' rolls up to 'Dog', which rolls up to 'Pet'. Let both roll up to 'Pet'.",
    ),
    (
        "age_bands: [under 18, 18-24, 24-34]",
        "value_sets.yaml, age: the age bands '18-24' and '24-34' overlap. "
        "Let each start where the one before it ends, the youngest first.",
    ),
    (
        "age_bands: [under 18, 19-24]",
        "value_sets.yaml, age: the age bands 'under 18' and '19-24' leave a gap. "
        "Let each start where the one before it ends, the youngest first.",
    ),
    (
        "age_bands: [teenagers]",
        "value_sets.yaml, age_bands: 'teenagers' tells no ages. "
        "Write it like 18-24, under 18 or 75 or over, or give its ages.",
    ),
    (
        "age_bands: [{name: Young, ages: [30, 18]}]",
        "value_sets.yaml, age: the age band 'Young' ends before it starts. Correct its ages.",
    ),
    (
        "characteristics: [{key: sex, heading_patterns: ['(']}]",
        "value_sets.yaml, sex: a pattern is no regular expression. Correct it.",
    ),
    (
        "characteristics: [{key: Sex}]",
        "value_sets.yaml, characteristics, entry 1, key: String should match pattern '^[a-z][a-z0-9_]*$'. "
        "Mend that entry, or take it out.",
    ),
    (
        "categories: []",
        "value_sets.yaml, categories: Extra inputs are not permitted. Mend that entry, or take it out.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_a_file_that_contradicts_itself_gets_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(BadInput) as refusal:
        parsed(text)
    assert str(refusal.value) == sentence


def test_a_file_that_is_no_text_gets_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "value_sets.yaml"
    path.write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(BadInput) as refusal:
        load(path)
    assert str(refusal.value) == "value_sets.yaml: the file can't be read as UTF-8 text. Save it as UTF-8."


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "null", "{}"])
def test_an_empty_file_changes_nothing(text: str) -> None:
    assert parsed(text).sets == built_in().sets
