"""Answers: a wording is mapped to the exact category, or to none; the silences stay apart."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from engagement.characteristics import CHARACTERISTICS, DEFAULT, answer
from engagement.model import Stated
from engagement.tagging.wordings import FUZZY, How

PNTS, BLANK, UNMAPPED = Stated.PREFER_NOT_TO_SAY, Stated.BLANK, Stated.UNMAPPED
WHITE_BRITISH = "English, Welsh, Scottish, Northern Irish or British"
SAME, DIFFERENT = "Gender the same as registered at birth", "Gender different from registered at birth"
SINGLE = "Never married and never registered a civil partnership"


GIVEN = [
    # characteristic, as written, category
    ("race", "Pakistani", "Pakistani"),
    ("race", "  pakistani ", "Pakistani"),
    ("race", "British Pakistani", "Pakistani"),
    ("race", "Asian or Asian British - Pakistani", "Pakistani"),
    ("race", "Asian or Asian British – Pakistani", "Pakistani"),
    ("race", "Asian, Asian British or Asian Welsh: Pakistani", "Pakistani"),
    ("race", "Asian/Asian British: Indian", "Indian"),
    ("race", "Pakistani (Asian)", "Pakistani"),
    ("race", "Asian (Bangladeshi)", "Bangladeshi"),
    ("race", "Ethnicity: Asian - Chinese", "Chinese"),
    ("race", "Asian", "Asian"),
    ("race", "Asian or Asian British", "Asian"),
    ("race", "British Asian", "Asian"),
    ("race", "Asian - Any other", "Any other Asian background"),
    ("race", "Asian or Asian British - Any other Asian background", "Any other Asian background"),
    ("race", "Indian, Pakistani", "Asian"),
    ("race", "White - English, Welsh, Scottish, Northern Irish or British", WHITE_BRITISH),
    ("race", "White: English/Welsh/Scottish/Northern Irish/British", WHITE_BRITISH),
    ("race", "White British", WHITE_BRITISH),
    ("race", "White", "White"),
    ("race", "White - Irish", "Irish"),
    ("race", "White Irish", "Irish"),
    ("race", "White - Other", "Any other White background"),
    ("race", "Any other White background, please describe", "Any other White background"),
    ("race", "White: Gypsy or Irish Traveller", "Gypsy or Irish Traveller"),
    ("race", "Romany Gypsy", "Gypsy or Irish Traveller"),
    ("race", "Roma", "Roma"),
    ("race", "Polish", "Any other White background"),
    ("race", "Black, Black British, Caribbean or African - African", "African"),
    ("race", "Black or Black British - Caribbean", "Caribbean"),
    ("race", "Black African", "African"),
    ("race", "African Caribbean", "Caribbean"),
    ("race", "Black British", "Black"),
    ("race", "Black - Other", "Any other Black background"),
    ("race", "Somali", "African"),
    ("race", "I am Jamaican", "Caribbean"),
    ("race", "Mixed - White and Black Caribbean", "White and Black Caribbean"),
    ("race", "White & Asian", "White and Asian"),
    ("race", "White and Black African", "White and Black African"),
    ("race", "Mixed or multiple ethnic groups", "Mixed or multiple"),
    ("race", "Mixed race", "Mixed or multiple"),
    ("race", "Mixed: Any other Mixed or multiple background", "Any other Mixed background"),
    ("race", "Mixed - other", "Any other Mixed background"),
    ("race", "Arab", "Arab"),
    ("race", "Other ethnic group - Arab", "Arab"),
    ("race", "Any other ethnic group", "Any other ethnic group"),
    ("race", "BAME", "Minority ethnic"),
    ("race", "3. Indian", "Indian"),
    ("age", "45 to 54", "45-54"),
    ("age", "45–54", "45-54"),
    ("age", "45 - 54 years", "45-54"),
    ("age", "Aged 45-54", "45-54"),
    ("age", "47", "45-54"),
    ("age", "47 years old", "45-54"),
    ("age", "I'm 47", "45-54"),
    ("age", "17", "Under 18"),
    ("age", "18", "18-24"),
    ("age", "24", "18-24"),
    ("age", "25", "25-34"),
    ("age", "64", "55-64"),
    ("age", "65", "65-74"),
    ("age", "74", "65-74"),
    ("age", "75", "75 or over"),
    ("age", "Under 18", "Under 18"),
    ("age", "under 18s", "Under 18"),
    ("age", "17 or under", "Under 18"),
    ("age", "75+", "75 or over"),
    ("age", "75 and over", "75 or over"),
    ("age", "75 or older", "75 or over"),
    ("age", "over 75", "75 or over"),
    ("age", "65+", "65 and over"),
    ("age", "over 65", "65 and over"),
    ("age", "16-24", "Under 25"),
    ("age", "under 25", "Under 25"),
    ("age", "50-59", "25 to 64"),
    ("age", "25-64", "25 to 64"),
    ("sex", "F", "Female"),
    ("sex", "Female", "Female"),
    ("sex", "Woman", "Female"),
    ("sex", "female (including trans women)", "Female"),
    ("sex", "male", "Male"),
    ("sex", "M", "Male"),
    ("sex", "man", "Male"),
    ("sex", "Non-binary", "Another description"),
    ("disability", "Yes - limited a lot", "Limited a lot"),
    ("disability", "Yes, limited a little", "Limited a little"),
    ("disability", "Yes, a little", "Limited a little"),
    ("disability", "Day-to-day activities limited a lot", "Limited a lot"),
    ("disability", "Disabled under the Equality Act: Day-to-day activities limited a little", "Limited a little"),
    ("disability", "Yes", "Disabled"),
    ("disability", "Y", "Disabled"),
    ("disability", "Disabled", "Disabled"),
    ("disability", "No", "Not disabled"),
    ("disability", "Not limited at all", "Not disabled"),
    ("disability", "day to day activities not limited", "Not disabled"),
    ("disability", "None", "Not disabled"),
    ("disability", "Yes - mobility", "Mobility"),
    ("disability", "Wheelchair user", "Mobility"),
    ("disability", "Deaf", "Sensory"),
    ("disability", "autistic", "Neurodivergence"),
    ("disability", "Mental health condition", "Mental health"),
    ("disability", "Mobility, Mental health", "Disabled"),
    ("gender_reassignment", "Yes", SAME),
    ("gender_reassignment", "No", DIFFERENT),
    ("gender_reassignment", "Trans man", "Trans man"),
    ("gender_reassignment", "No - trans woman", "Trans woman"),
    ("gender_reassignment", "non binary", "Non-binary"),
    ("gender_reassignment", "Gender identity the same as sex registered at birth", SAME),
    ("sexual_orientation", "Straight or Heterosexual", "Straight or Heterosexual"),
    ("sexual_orientation", "Straight/Heterosexual", "Straight or Heterosexual"),
    ("sexual_orientation", "heterosexual", "Straight or Heterosexual"),
    ("sexual_orientation", "Gay man", "Gay or Lesbian"),
    ("sexual_orientation", "Lesbian", "Gay or Lesbian"),
    ("sexual_orientation", "Gay/Lesbian", "Gay or Lesbian"),
    ("sexual_orientation", "Bi", "Bisexual"),
    ("sexual_orientation", "Other", "Other"),
    ("religion_or_belief", "No religion", "No religion"),
    ("religion_or_belief", "None", "No religion"),
    ("religion_or_belief", "Church of England", "Christian"),
    ("religion_or_belief", "Christian (all denominations)", "Christian"),
    ("religion_or_belief", "Christian - Catholic", "Christian"),
    ("religion_or_belief", "Islam", "Muslim"),
    ("religion_or_belief", "Muslim", "Muslim"),
    ("religion_or_belief", "Sikh", "Sikh"),
    ("religion_or_belief", "Judaism", "Jewish"),
    ("religion_or_belief", "Pagan", "Any other religion"),
    ("marriage_civil_partnership", "Single", SINGLE),
    ("marriage_civil_partnership", "Married", "Married"),
    ("marriage_civil_partnership", "In a civil partnership", "In a registered civil partnership"),
    ("marriage_civil_partnership", "Separated (but still legally married)", "Separated, but still legally married"),
    ("marriage_civil_partnership", "Widow", "Widowed"),
    ("pregnancy_maternity", "Yes", "Yes"),
    ("pregnancy_maternity", "On maternity leave", "Yes"),
    ("pregnancy_maternity", "No", "No"),
    ("carer", "Yes", "Carer"),
    ("carer", "No", "Not a carer"),
    ("carer", "Yes, 50 or more hours a week", "Carer"),
]  # fmt: skip

SILENT = [
    ("race", "", BLANK), ("race", "   ", BLANK), ("race", "-", BLANK), ("race", "N/A", BLANK),
    ("sex", "Not answered", BLANK),
    ("race", "Prefer not to say", PNTS), ("age", "prefer not to say", PNTS), ("sex", "PNTS", PNTS),
    ("disability", "I'd rather not say", PNTS), ("religion_or_belief", "Rather not say", PNTS),
    ("sexual_orientation", "I do not wish to answer this", PNTS), ("carer", "prefer not to answer", PNTS),
]  # fmt: skip

UNRECOGNISED = [
    ("race", "British"),  # says nothing of ethnic group
    ("race", "Martian"),
    ("race", "White, Asian"),  # two answers, and nobody said mixed
    ("race", "White - Chinese"),
    ("race", "Zambian"),  # near "Gambian", but not near enough
    ("race", "human"),
    ("race", "see above"),
    ("race", "not Pakistani"),
    ("age", "18-34"),
    ("age", "60+"),
    ("age", "old enough"),
    ("age", "150"),
    ("age", "54-45"),
    ("age", "1978"),  # the round's year is not known
    ("sex", "yes"),
    ("disability", "sometimes"),
    ("disability", "day to day activities not limited a lot"),  # a "not" away from the opposite answer
    ("religion_or_belief", "Jedi"),
    ("religion_or_belief", "Christian and Muslim"),
    ("gender_reassignment", "Woman"),  # says nothing of the sex registered at birth
    ("sexual_orientation", "yes"),
    ("marriage_civil_partnership", "living with my partner"),
    ("marriage_civil_partnership", "separated"),
    ("pregnancy_maternity", "maybe"),
    ("carer", "my mum is"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "written", "category"), GIVEN)
def test_a_wording_of_a_category_is_mapped_to_it_with_certainty(key: str, written: str, category: str) -> None:
    given = answer(key, written)
    assert (given.stated, given.category) == (Stated.GIVEN, category)
    assert given.confidence == 1.0


@pytest.mark.parametrize(("key", "written", "stated"), SILENT)
def test_the_silences_are_told_apart_and_have_no_category(key: str, written: str, stated: Stated) -> None:
    given = answer(key, written)
    assert (given.stated, given.category) == (stated, None)


@pytest.mark.parametrize(("key", "written"), UNRECOGNISED)
def test_a_wording_that_names_no_one_category_is_not_guessed_at(key: str, written: str) -> None:
    given = answer(key, written)
    assert (given.stated, given.category) == (UNMAPPED, None)


@pytest.mark.parametrize(
    ("key", "misspelt", "category"),
    [
        ("race", "Pakistany", "Pakistani"),
        ("race", "Bangledeshi", "Bangladeshi"),
        ("race", "Black Carribean", "Caribbean"),
        ("religion_or_belief", "Christain", "Christian"),
        ("sexual_orientation", "hetrosexual", "Straight or Heterosexual"),
        ("disability", "yes, limitted a little", "Limited a little"),
    ],
)
def test_a_misspelling_is_mapped_and_says_how_sure_it_is(key: str, misspelt: str, category: str) -> None:
    given = answer(key, misspelt)
    assert given.category == category
    assert FUZZY <= given.confidence < 1.0


@pytest.mark.parametrize(
    ("written", "year", "category"),
    [
        ("1978", 2020, "35-44"),
        ("born 1978", 2020, "35-44"),
        ("born in 1950", 2020, "65-74"),
        ("12/03/1971", 2020, "45-54"),
        ("1975", 2020, "25 to 64"),  # 44 or 45: only the roll-up holds both
        ("1995", 2020, None),  # 24 or 25: not even a roll-up does
        ("2030", 2020, None),
        ("1850", 2020, None),
    ],
)
def test_a_year_of_birth_gives_the_band_that_both_possible_ages_fall_in(
    written: str, year: int, category: str | None
) -> None:
    assert answer("age", written, year=year).category == category


def test_an_unknown_characteristic_is_a_programmers_error() -> None:
    with pytest.raises(KeyError):
        answer("shoe_size", "9")


# ------------------------------------------------------- the table of wordings

TABLE = yaml.safe_load((Path(__file__).parent / "wordings.yaml").read_text(encoding="utf-8"))


def bar(row: str) -> list[str]:
    return row.split(" | ")


MEANT = [
    (key, written, category)
    for key, by_category in TABLE["meant"].items()
    for category, row in by_category.items()
    for written in bar(row)
]
NEAR_MISSES = [(key, written) for key, row in TABLE["unmapped"].items() for written in bar(row)]
SILENCES = [(written, stated) for stated, row in TABLE["silent"].items() for written in bar(row)]


@pytest.mark.parametrize(("key", "written", "category"), MEANT)
def test_a_local_wording_is_mapped_to_its_exact_category(key: str, written: str, category: str) -> None:
    given = answer(key, written)
    assert (given.stated, given.category) == (Stated.GIVEN, category)


@pytest.mark.parametrize(("key", "written"), NEAR_MISSES)
def test_a_near_miss_is_mapped_to_nothing(key: str, written: str) -> None:
    assert answer(key, written).stated is UNMAPPED


@pytest.mark.parametrize("denial", ["not", "non-", "never", "I am not"])
def test_a_denial_is_never_mapped_to_what_it_denies(denial: str) -> None:
    kept = [
        (key, written)
        for key, written, category in MEANT
        if not written.casefold().startswith("no") and answer(key, f"{denial} {written}").category == category
    ]
    assert kept == []


@pytest.mark.parametrize(("written", "stated"), SILENCES)
def test_a_silence_is_the_same_whatever_is_asked(written: str, stated: str) -> None:
    assert {answer(key, written).stated for key in CHARACTERISTICS} == {Stated(stated)}


def test_the_table_covers_every_characteristic_and_every_category() -> None:
    """Every category that is offered, and every roll-up that is no category, has a wording in the table."""
    for key in CHARACTERISTICS:
        told = set(TABLE["meant"][key])
        offered = {*DEFAULT.categories(key, rolled_up=False)}
        assert offered <= told, key
        assert TABLE["unmapped"][key]
    assert len(MEANT) > 900
    assert len(NEAR_MISSES) > 150


@pytest.mark.parametrize(
    ("key", "written", "how"),
    [
        ("race", "Pakistani", How.LISTED),
        ("race", "Asian or Asian British - Pakistani", How.PART),
        ("race", "Indian, Pakistani", How.COMMON),
        ("race", "Pakistany", How.NEARLY),
        ("age", "47", How.NUMBER),
        ("age", "45 to 54", How.NUMBER),
        ("age", "45-54", How.LISTED),
        ("carer", "Yes, 9 hours a week or less", How.LISTED),
        ("race", "Martian", None),
        ("race", "Prefer not to say", How.LISTED),
        ("race", "", None),
    ],
)
def test_each_mapping_tells_by_what_it_was_made(key: str, written: str, how: How | None) -> None:
    assert DEFAULT.meaning(key, written).how is how


@pytest.mark.parametrize(("written", "confidence"), [("Pakistani", 1.0), ("Martian", 0.0), ("not Pakistani", 0.0)])
def test_a_confidence_is_of_the_mapping(written: str, confidence: float) -> None:
    assert answer("race", written).confidence == confidence
