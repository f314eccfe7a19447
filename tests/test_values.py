"""What answers were mapped to is saved for a user to look through, and what they say of it counts."""

from __future__ import annotations

from collections import Counter

import pytest

from engagement.characteristics import DEFAULT
from engagement.errors import BadInput
from engagement.model import Stated
from engagement.readers import mapping
from engagement.readers.columns import Column, Use, columns_of
from engagement.readers.tables import Told
from engagement.readers.values import MOST_UNMAPPED, Mapped, as_told, mapped, tally
from engagement.tagging.value_set_files import parsed
from engagement.tagging.wordings import How

RACE = Column(1, "Ethnic group", Use.DEMOGRAPHIC, "race")
CHECK = "check this: no category was found, and none is guessed"
NEARLY = "check this: nearly a known wording"


def race(**answers: int) -> Mapped:
    return mapped("race", answers, DEFAULT)


def told_of(found: Mapped) -> dict[str, str]:
    return {value.written: value.category for value in found.values}


def file_with(found: Mapped, column: Column = RACE) -> str:
    return mapping.written({"a.csv": [Told(None, (column,))]}, {"a.csv": [{column.at: found}]})


def test_answers_are_counted_by_column_and_an_options_column_by_what_is_ticked() -> None:
    headings = ["Ethnic group", "Disability - Mobility", "Disability - Sensory", "Why?"]
    rows = [
        ["Indian", "1", "", "because it is"],
        ["Indian", "0", "Sensory", "I should say so"],
        ["", "", "", "we need to go out more"],
    ]
    columns = columns_of(headings, rows)
    assert tally(columns, rows) == {
        0: Counter({"Indian": 2}), 1: Counter({"Mobility": 1}), 2: Counter({"Sensory": 1}),
    }  # fmt: skip


def test_every_distinct_answer_has_a_category_a_confidence_and_a_reason_the_doubtful_first() -> None:
    found = mapped(
        "race",
        {"Pakistani": 4, "pakistani ": 1, "Asian - Indian": 2, "Bangledeshi": 1, "Martian": 1, "PNTS": 1, "N/A": 1},
        DEFAULT,
    )
    assert [
        (value.written, value.category, round(value.meaning.answer.confidence, 2), value.meaning.how, value.times)
        for value in found.values
    ] == [
        ("Bangledeshi", "Bangladeshi", 0.91, How.NEARLY, 1),
        ("Martian", "not recognised", 0.0, None, 1),
        ("N/A", "blank", 1.0, How.LISTED, 1),
        ("Asian - Indian", "Indian", 1.0, How.PART, 2),
        ("Pakistani", "Pakistani", 1.0, How.LISTED, 5),
        ("PNTS", "prefer not to say", 1.0, How.LISTED, 1),
    ]
    assert [value.check for value in found.values] == [NEARLY, CHECK, "", "", "", ""]
    assert found.not_listed is None


def test_answers_ticked_together_are_mapped_each_by_itself() -> None:
    found = mapped("disability", {"Mobility;Mental health;": 3, "Mobility": 1}, DEFAULT)
    assert {value.written: value.times for value in found.values} == {"Mobility": 4, "Mental health": 3}


@pytest.mark.parametrize(
    ("key", "answer", "kind"),
    [
        ("age", "47", "exact ages or years of birth"),
        ("age", "47 years old", "exact ages or years of birth"),
        ("age", "1978", "exact ages or years of birth"),  # though the round's year is not known
        ("age", "12/03/1971", "exact ages or years of birth"),
        ("race", "I am half Irish and half something else", "in their own words, not recognised"),
        ("race", "ask on 01632 960123", "in their own words, not recognised"),
        ("race", "pat@example.org", "in their own words, not recognised"),
        ("carer", "Yes, I look after my mother and my aunt", "in their own words, recognised"),
    ],
)
def test_what_somebody_said_in_their_own_words_is_counted_and_not_written(key: str, answer: str, kind: str) -> None:
    found = mapped(key, {answer: 2}, DEFAULT)
    assert (found.values, found.not_listed) == ((), {kind: 2})
    column = Column(1, "About you", Use.DEMOGRAPHIC, key)
    assert answer not in file_with(found, column)


@pytest.mark.parametrize(("times", "listed"), [(2, 0), (3, 1)])
def test_long_words_that_three_people_give_are_an_option_of_the_form(times: int, listed: int) -> None:
    option = "Yes, I look after a family member who could not manage without"
    assert len(mapped("carer", {option: times}, DEFAULT).values) == listed


def test_long_words_that_are_all_the_value_sets_own_are_an_option_too() -> None:
    option = "Christian (including Church of England, Catholic, Protestant and all other Christian denominations)"
    assert told_of(mapped("religion_or_belief", {option: 1}, DEFAULT)) == {option: "Christian"}


@pytest.mark.parametrize(("distinct", "listed"), [(MOST_UNMAPPED, MOST_UNMAPPED), (MOST_UNMAPPED + 1, 0)])
def test_a_column_that_people_answered_in_their_own_words_is_not_written_down(distinct: int, listed: int) -> None:
    found = race(**{f"planet{number}x": 1 for number in range(distinct)}, Indian=9)
    assert told_of(found).pop("Indian") == "Indian"
    assert len(found.values) == listed + 1


@pytest.mark.parametrize("band", ["45-54", "45 to 54", "75+", "under 18", "65-74 (retired)"])
def test_a_band_of_ages_is_written(band: str) -> None:
    assert [value.written for value in mapped("age", {band: 1}, DEFAULT).values] == [band]


# ----------------------------------------------------------- columns.yaml

AS_WRITTEN = """\
    values:
      Martian: {category: not recognised, how: none, check: 'check this: no category was found, and none is guessed'}
      Pakistany: {category: Pakistani, confidence: 0.89, how: nearly, check: 'check this: nearly a known wording'}
      Indian: {category: Indian, confidence: 1.0, how: listed}
    not_listed:
      in their own words, not recognised: 2
"""


def test_a_columns_answers_are_saved_a_line_each_with_a_sentence_for_the_doubtful() -> None:
    text = file_with(race(Indian=3, Pakistany=1, Martian=1, **{"my family come from here and from there": 2}))
    assert text.endswith(AS_WRITTEN)
    assert text.startswith(mapping.PREFACE + mapping.VALUES_PREFACE)
    assert mapping.amended(text)["a.csv"][0].key == "race"


def test_without_answers_the_file_is_as_it_was() -> None:
    told = {"a.csv": [Told(None, (RACE,))]}
    assert mapping.written(told).startswith(mapping.PREFACE + "files:")
    assert "values" not in mapping.written(told)


def test_answers_are_added_with_a_new_file() -> None:
    text = file_with(race(Indian=3))
    new = {"b.csv": [Told(1, (RACE,)), Told(2, (RACE,))]}
    after = mapping.added(text, new, {"b.csv": [{1: race(Pakistany=1)}, {}]})
    assert after is not None
    assert after.startswith(text)
    assert "Pakistany: {category: Pakistani" in after


def test_what_nobody_changed_stays_ours_with_its_confidence() -> None:
    text = file_with(race(Indian=3, Pakistany=1, Martian=1, PNTS=1))
    assert mapping.told_values(text, DEFAULT) == {"a.csv": ({},)}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Martian: Any other ethnic group", {"martian": "Any other ethnic group"}),
        ("Martian: {category: Other}", {"martian": "Other"}),
        ("Martian: {category: Other, how: nearly}", {"martian": "Other"}),  # changed in its place
        ("Pakistany: {category: Pakistani, confidence: 0.89, how: nearly}", {}),
        ("Pakistany: {category: Pakistani, how: user}", {"pakistany": "Pakistani"}),  # looked at, and right
        ("Pakistany: Pakistani", {"pakistany": "Pakistani"}),
        ("Indian: prefer not to say", {"indian": "prefer not to say"}),
        ("Indian: blank", {"indian": "blank"}),
        ("Indian: not recognised", {"indian": "not recognised"}),
        ("No: White", {"no": "White"}),  # a bare No is a word
        ("7: Pakistani", {"7": "Pakistani"}),
    ],
)
def test_what_a_user_says_of_an_answer_is_read_back(line: str, told: dict[str, str]) -> None:
    text = f"files: {{a.csv: [{{heading: Ethnic group, use: demographic, key: race, values: {{{line}}}}}]}}"
    assert mapping.told_values(text, DEFAULT) == {"a.csv": (told,)}


def test_a_yes_is_a_category_where_it_is_one() -> None:
    text = "files: {a.csv: [{heading: Pregnancy, use: demographic, key: pregnancy_maternity, values: {ja: Yes}}]}"
    assert mapping.told_values(text, DEFAULT) == {"a.csv": ({"ja": "Yes"},)}


def test_values_of_a_column_that_is_no_demographic_any_more_say_nothing() -> None:
    text = "files: {a.csv: [{heading: Ethnic group, use: closed question, values: {Martian: Venusian}}]}"
    assert mapping.told_values(text, DEFAULT) == {"a.csv": ({},)}


def test_a_category_of_the_councils_own_is_known() -> None:
    own = parsed("characteristics: [{key: race, more: [{name: Cornish, roll_up: White}]}]")
    text = "files: {a.csv: [{heading: E, use: demographic, key: race, values: {Kernow: Cornish}}]}"
    assert mapping.told_values(text, own) == {"a.csv": ({"kernow": "Cornish"},)}
    with pytest.raises(BadInput):
        mapping.told_values(text, DEFAULT)


def test_an_unknown_category_gets_a_sentence_that_quotes_no_answer() -> None:
    text = "files: {a.csv: [{heading: Sex, use: demographic, key: sex, values: {F: Female, my words: Wumman}}]}"
    with pytest.raises(BadInput) as refusal:
        mapping.told_values(text, DEFAULT)
    assert str(refusal.value) == (
        "columns.yaml, a.csv, entry 1, value 2: 'Wumman' is no category of sex. Write one of Female, Male, "
        "Another description, prefer not to say, blank, not recognised."
    )


@pytest.mark.parametrize("value", ["{category: ''}", "{sure: 1}", "[Indian]", "{confidence: high, category: Indian}"])
def test_a_value_that_is_not_valid_gets_a_sentence_that_quotes_no_answer(value: str) -> None:
    text = f"files: {{a.csv: [{{heading: E, use: demographic, key: race, values: {{my words: {value}}}}}]}}"
    with pytest.raises(BadInput, match=r"^columns\.yaml, a\.csv, entry 1, values: ") as refusal:
        mapping.amended(text)
    assert "my words" not in str(refusal.value)


@pytest.mark.parametrize(
    ("cell", "option", "now", "stated"),
    [
        ("Martian", "", "Any other ethnic group", Stated.GIVEN),
        (" MARTIAN ", "", "Any other ethnic group", Stated.GIVEN),
        ("Indian", "", "Indian", Stated.GIVEN),
        ("none of that", "", "", Stated.BLANK),
        ("no thanks", "", "prefer not to say", Stated.PREFER_NOT_TO_SAY),
        ("Irish", "", "not recognised", Stated.UNMAPPED),
        ("1", "Martian", "Any other ethnic group", Stated.GIVEN),
        ("0", "Martian", "0", Stated.UNMAPPED),
    ],
)
def test_what_a_user_says_of_an_answer_takes_its_place(cell: str, option: str, now: str, stated: Stated) -> None:
    told = {
        "martian": "Any other ethnic group",
        "none of that": "blank",
        "no thanks": "prefer not to say",
        "irish": "not recognised",
    }
    assert as_told(cell, option, told) == now
    assert DEFAULT.answer("race", now).stated is stated
    assert as_told(cell, option, {}) == cell


def test_of_answers_ticked_together_each_is_taken_as_told() -> None:
    told = {"dodgy knees": "Mobility", "rather not": "prefer not to say"}
    assert as_told("Dodgy knees;Mental health;", "", told) == "Mobility; Mental health"
    assert told_of(mapped("disability", {"Dodgy knees;Autism": 1}, DEFAULT, told=told)) == {
        "Dodgy knees": "Mobility", "Autism": "Neurodivergence",
    }  # fmt: skip


def test_what_a_user_said_is_marked_as_theirs_and_sure() -> None:
    (value,) = mapped("race", {"Pakistany": 1}, DEFAULT, told={"pakistany": "Pakistani"}).values
    assert (value.meaning.how, value.meaning.answer.confidence, value.check) == (How.USER, 1.0, "")


@pytest.mark.parametrize("stated", [Stated.PREFER_NOT_TO_SAY, Stated.BLANK, Stated.UNMAPPED])
def test_a_silence_that_a_user_names_is_that_silence(stated: Stated) -> None:
    (value,) = mapped("race", {"Indian": 1}, DEFAULT, told={"indian": stated.value}).values
    assert (value.meaning.answer.stated, value.meaning.answer.category) == (stated, None)
