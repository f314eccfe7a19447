"""Headings, categories and roll-ups: what the value sets of England and Wales promise."""

from __future__ import annotations

import pytest

from engagement.characteristics import (
    CHARACTERISTICS,
    VALUE_SET_NAME,
    answer,
    categories,
    characteristic_of,
    label,
    roll_up,
)

SAME, DIFFERENT = "Gender the same as registered at birth", "Gender different from registered at birth"

HEADINGS = {
    "age": [
        "Age", "age", "Age group", "Age band", "What is your age?", "Which age group are you in?",
        "How old are you?", "Year of birth", "AgeGroup", "age_range", "Q3. Age (please tick one)", "Your age",
        "Which of these age groups do you belong to?", "What was your age on your last birthday?",
    ],
    "disability": [
        "Disability", "Disabled", "Are you disabled?", "Do you consider yourself to be disabled?",
        "Do you have any physical or mental health conditions or illnesses lasting 12 months or more?",
        "Are your day-to-day activities limited because of a health problem?", "Long-term health condition",
        "Do you consider yourself to have a disability?",
        "Disability/impairment", "Do you have a disability, long-term illness or health condition?",
        "What is the nature of your disability?",
    ],
    "gender_reassignment": [
        "Is the gender you identify with the same as your sex registered at birth?", "Gender reassignment",
        "Gender identity", "Is your gender identity the same as the sex you were registered at birth?",
        "gender_same_as_birth", "Does your gender identity match your sex as registered at birth?",
    ],
    "marriage_civil_partnership": [
        "Marital status", "Marriage and civil partnership", "Legal partnership status",
        "What is your legal marital or registered civil partnership status?",
        "Marital / civil partnership status",
    ],
    "pregnancy_maternity": [
        "Pregnancy and maternity", "Are you pregnant or on maternity leave?",
        "Have you given birth in the last 12 months?", "Pregnancy",
        "Pregnancy/maternity",
    ],
    "race": [
        "Ethnic group", "What is your ethnic group?", "Ethnicity", "Ethnic origin", "Race", "Race/ethnicity",
        "Q12. Ethnicity (tick one)", "EthnicGroup", "ethnic_background", "How would you describe your ethnicity?",
        "About you: ethnicity", "Please state your ethnic group",
        "Which ethnic group do you belong to?", "What is your race or ethnicity?",
    ],
    "religion_or_belief": [
        "Religion", "Religion or belief", "What is your religion?", "Faith", "religion/belief",
        "Do you have a religion or belief?",
    ],
    "sex": [
        "Sex", "Gender", "What is your sex?", "Are you male or female?", "Sex registered at birth",
        "Gender (optional)",
        "Which gender do you identify with?",
    ],
    "sexual_orientation": [
        "Sexual orientation", "What is your sexual orientation?", "Sexuality",
        "Which of the following best describes your sexual orientation?",
        "How would you describe your sexual orientation?",
    ],
    "carer": [
        "Are you a carer", "Carer", "Caring responsibilities", "Are you an unpaid carer?",
        "Do you look after, or give any help or support to, anyone because of a long-term condition?",
        "Unpaid caring responsibilities", "Do you provide unpaid care?",
    ],
}  # fmt: skip

OTHER_HEADINGS = [
    "Do you think maternity services are good?", "Do you have any disability access suggestions?",
    "Do you have any health concerns about living conditions?", "Are you aware of the age-friendly plan?",
    "What makes it harder for you to get a fair chance?", "Name", "Postcode", "Age of the building", "E-mail",
    "How has your race, religion or sex affected how services treat you?", "Do you agree with the proposal?",
    "What would help disabled residents?", "Age UK member", "Which race did you run?",
    "Tell us about racism at work", "Why is religion important to the borough?", "Are you trans?", "Date of birth",
    "Carers' views", "Stage", "Page", "", "How could we support carers better?", "Essex",
    "Comments on gender equality", "Sex education", "What should change?", "Language", "Response ID",
    "Do you have any comments?", "Are you?", "How do you identify?", "Relationship status",
    "Do you belong to an age-friendly group?",
    "Does the building have a lift?", "Village", "Average rent",
]  # fmt: skip


@pytest.mark.parametrize(("key", "heading"), [(key, heading) for key, all_of in HEADINGS.items() for heading in all_of])
def test_a_heading_that_asks_for_a_characteristic_is_recognised(key: str, heading: str) -> None:
    assert characteristic_of(heading) == key


@pytest.mark.parametrize("heading", OTHER_HEADINGS)
def test_a_heading_that_only_uses_such_a_word_is_left_alone(heading: str) -> None:
    assert characteristic_of(heading) is None


def test_the_nine_protected_characteristics_and_carer_are_built_in_in_order() -> None:
    assert CHARACTERISTICS == (
        "age", "disability", "gender_reassignment", "marriage_civil_partnership", "pregnancy_maternity", "race",
        "religion_or_belief", "sex", "sexual_orientation", "carer",
    )  # fmt: skip
    assert label("religion_or_belief") == "Religion or belief"
    assert VALUE_SET_NAME == "England and Wales 2021"


@pytest.mark.parametrize(
    ("key", "rolled"),
    [
        ("age", ("Under 25", "25 to 64", "65 and over")),
        ("disability", ("Disabled", "Not disabled")),
        ("gender_reassignment", (SAME, DIFFERENT)),
        ("marriage_civil_partnership", ("Single", "Married", "Civil partnership", "Divorced", "Widowed")),
        ("pregnancy_maternity", ("Yes", "No")),
        ("race", ("Asian", "Black", "Mixed or multiple", "White", "Other")),
        ("sex", ("Female", "Male")),
        ("sexual_orientation", ("Straight or Heterosexual", "LGB+")),
        ("carer", ("Carer", "Not a carer")),
    ],
)
def test_the_roll_ups_are_offered_in_order(key: str, rolled: tuple[str, ...]) -> None:
    assert categories(key) == rolled


@pytest.mark.parametrize(
    ("key", "size"), [("race", 19), ("religion_or_belief", 8), ("age", 8), ("marriage_civil_partnership", 9)]
)
def test_the_full_categories_are_those_of_the_census(key: str, size: int) -> None:
    assert len(categories(key, rolled_up=False)) == size


@pytest.mark.parametrize("key", CHARACTERISTICS)
def test_every_category_is_an_answer_to_itself_and_rolls_up_once(key: str) -> None:
    for category in categories(key, rolled_up=False):
        assert answer(key, category).category == category
        assert roll_up(key, category) in categories(key)
    for coarse in categories(key):
        assert roll_up(key, coarse) == coarse
        assert roll_up(key, answer(key, coarse).category or "") == coarse


@pytest.mark.parametrize(
    ("key", "category", "coarse"),
    [
        ("marriage_civil_partnership", "Separated, but still legally married", "Married"),
        ("marriage_civil_partnership", "Separated, but still legally in a civil partnership", "Civil partnership"),
        ("sexual_orientation", "Other", "LGB+"),
        ("disability", "Neurodivergence", "Disabled"),
        ("race", "Minority ethnic", "Minority ethnic"),  # an umbrella belongs under no one group
        ("gender_reassignment", "Non-binary", DIFFERENT),
    ],
)
def test_a_category_rolls_up_to_the_group_that_holds_it(key: str, category: str, coarse: str) -> None:
    assert roll_up(key, category) == coarse


def test_a_category_of_no_value_set_is_a_programmers_error() -> None:
    with pytest.raises(KeyError):
        roll_up("race", "Martian")
