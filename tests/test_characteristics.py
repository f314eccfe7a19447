"""Headings, answers, roll-ups and mentions: what the value sets and the mention patterns promise."""

from __future__ import annotations

from importlib.resources import files

import pytest
import yaml

from engagement import characteristics
from engagement.characteristics import (
    CHARACTERISTICS,
    answer,
    categories,
    characteristic_of,
    label,
    mentioned_tags,
    merged_people,
    participant_tags,
    roll_up,
)
from engagement.model import Answer, Basis, Excerpt, Mint, Participant, Role, SafeText, Stated, Tag, digest_of
from engagement.policy import generalised

PNTS, BLANK, UNMAPPED = Stated.PREFER_NOT_TO_SAY, Stated.BLANK, Stated.UNMAPPED
WHITE_BRITISH = "English, Welsh, Scottish, Northern Irish or British"
SAME, DIFFERENT = "Gender the same as registered at birth", "Gender different from registered at birth"
SINGLE = "Never married and never registered a civil partnership"


def safe(words: str) -> SafeText:
    return SafeText(words, Mint())


def excerpt_of(words: str) -> Excerpt:
    return Excerpt("e1", "s1", 0, 0, safe(words), 0, len(words), digest_of(words), Role.PARTICIPANT, "p1", None)


def person(group: str | None = None, *answers: Answer, role: Role = Role.PARTICIPANT) -> Participant:
    return Participant("p1", safe("P1"), role, safe(group) if group else None, answers, None)


# ---------------------------------------------------------------- headings

HEADINGS = {
    "age": [
        "Age", "age", "Age group", "Age band", "What is your age?", "Which age group are you in?",
        "How old are you?", "Year of birth", "AgeGroup", "age_range", "Q3. Age (please tick one)", "Your age",
    ],
    "disability": [
        "Disability", "Disabled", "Are you disabled?", "Do you consider yourself to be disabled?",
        "Do you have any physical or mental health conditions or illnesses lasting 12 months or more?",
        "Are your day-to-day activities limited because of a health problem?", "Long-term health condition",
        "Do you consider yourself to have a disability?",
    ],
    "gender_reassignment": [
        "Is the gender you identify with the same as your sex registered at birth?", "Gender reassignment",
        "Gender identity", "Is your gender identity the same as the sex you were registered at birth?",
    ],
    "marriage_civil_partnership": [
        "Marital status", "Marriage and civil partnership", "Legal partnership status",
        "What is your legal marital or registered civil partnership status?",
    ],
    "pregnancy_maternity": [
        "Pregnancy and maternity", "Are you pregnant or on maternity leave?",
        "Have you given birth in the last 12 months?", "Pregnancy",
    ],
    "race": [
        "Ethnic group", "What is your ethnic group?", "Ethnicity", "Ethnic origin", "Race", "Race/ethnicity",
        "Q12. Ethnicity (tick one)", "EthnicGroup", "ethnic_background", "How would you describe your ethnicity?",
        "About you: ethnicity", "Please state your ethnic group",
    ],
    "religion_or_belief": [
        "Religion", "Religion or belief", "What is your religion?", "Faith", "religion/belief",
    ],
    "sex": [
        "Sex", "Gender", "What is your sex?", "Are you male or female?", "Sex registered at birth",
        "Gender (optional)",
    ],
    "sexual_orientation": [
        "Sexual orientation", "What is your sexual orientation?", "Sexuality",
        "Which of the following best describes your sexual orientation?",
    ],
    "carer": [
        "Are you a carer", "Carer", "Caring responsibilities", "Are you an unpaid carer?",
        "Do you look after, or give any help or support to, anyone because of a long-term condition?",
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
    "Do you have any comments?", "Does the building have a lift?", "Village", "Average rent",
]  # fmt: skip


@pytest.mark.parametrize(("key", "heading"), [(key, heading) for key, all_of in HEADINGS.items() for heading in all_of])
def test_a_heading_that_asks_for_a_characteristic_is_recognised(key: str, heading: str) -> None:
    assert characteristic_of(heading) == key


@pytest.mark.parametrize("heading", OTHER_HEADINGS)
def test_a_heading_that_only_uses_such_a_word_is_left_alone(heading: str) -> None:
    assert characteristic_of(heading) is None


# ----------------------------------------------------------------- answers

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
    assert characteristics.FUZZY <= given.confidence < 1.0


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


# --------------------------------------------------------------- value sets


def test_the_nine_protected_characteristics_and_carer_are_built_in_in_order() -> None:
    assert CHARACTERISTICS == (
        "age", "disability", "gender_reassignment", "marriage_civil_partnership", "pregnancy_maternity", "race",
        "religion_or_belief", "sex", "sexual_orientation", "carer",
    )  # fmt: skip
    assert label("religion_or_belief") == "Religion or belief"
    assert characteristics.VALUE_SET_NAME == "England and Wales 2021"


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


def test_no_wording_belongs_to_two_categories_of_a_value_set() -> None:
    written = yaml.safe_load(files("engagement").joinpath("data", "value_sets.yaml").read_text(encoding="utf-8"))
    for value_set in written["characteristics"]:
        seen: dict[str, str] = {}
        wordings = [(one["name"], w) for one in value_set["categories"] for w in (one["name"], *one.get("also", ()))]
        wordings += [(name, w) for name, also in value_set.get("coarse", {}).items() for w in also]
        for name, wording in wordings:
            assert seen.setdefault(wording.casefold(), name) == name, (value_set["key"], wording)


# --------------------------------------------------------------------- tags


def test_only_given_answers_become_declared_tags() -> None:
    tags = participant_tags(
        person(
            None,
            answer("race", "Somali"),
            answer("sex", ""),
            answer("age", "prefer not to say"),
            answer("carer", "?!x"),
        )
    )
    assert tags == (Tag("p1", "race", "African", Basis.DECLARED),)


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("Disabled residents", {("disability", "Disabled")}),
        ("Muslim women", {("religion_or_belief", "Muslim"), ("sex", "Female")}),
        ("Young people", {("age", "Under 25")}),
        ("Black, African and Caribbean residents", {("race", "Black"), ("race", "African"), ("race", "Caribbean")}),
        ("Carers", {("carer", "Carer")}),
        ("Group 3", set()),
        ("Black Country forum", set()),
        ("Youth workers", set()),
        (None, set()),
    ],
)
def test_a_group_gives_what_it_was_convened_for_and_nothing_else(
    group: str | None, expected: set[tuple[str, str]]
) -> None:
    tags = participant_tags(person(group))
    assert {(tag.characteristic, tag.category) for tag in tags} == expected
    assert all(tag.basis is Basis.GROUP and tag.start is None for tag in tags)


def test_an_lgbtqia_group_says_neither_orientation_nor_gender() -> None:
    """Both characteristics carry the umbrella itself, so nobody is called LGB or trans who may not be."""
    assert {(tag.characteristic, tag.category) for tag in participant_tags(person("LGBTQIA+"))} == {
        ("sexual_orientation", "LGBTQ+"),
        ("gender_reassignment", "LGBTQ+"),
    }
    assert roll_up("sexual_orientation", "LGBTQ+") == roll_up("gender_reassignment", "LGBTQ+") == "LGBTQ+"
    assert "LGBTQ+" not in (*categories("sexual_orientation"), *categories("gender_reassignment"))


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.NOTE_TAKER, Role.NOBODY])
def test_nobody_but_a_participant_is_tagged(role: Role) -> None:
    assert participant_tags(person("Disabled residents", answer("race", "Somali"), role=role)) == ()


# ----------------------------------------------------------------- mentions

MENTIONS = [
    # words, characteristic, category, evidence
    ("As a wheelchair user I wait outside", "disability", "Mobility", "wheelchair"),
    ("They never book BSL for us", "disability", "Sensory", "BSL"),
    ("I'm Deaf and proud", "disability", "Sensory", "Deaf"),
    ("My son is autistic", "disability", "Neurodivergence", "autistic"),
    ("With ADHD that form is hopeless", "disability", "Neurodivergence", "ADHD"),
    ("the disabled people's forum", "disability", "Disabled", "disabled"),
    ("I lost my blue badge", "disability", "Disabled", "my blue badge"),
    ("the Somali mums meet on Friday", "race", "African", "Somali"),
    ("a Jamaican bakery closed", "race", "Caribbean", "Jamaican"),
    ("the Polish shop", "race", "Any other White background", "Polish"),
    ("Being a Black woman there", "race", "Black", "Black"),
    ("all the black families left", "race", "Black", "black families"),
    ("they're all white and retired", "race", "White", "all white"),
    ("BAME staff leave", "race", "Minority ethnic", "BAME"),
    ("Our Roma kids", "race", "Roma", "Roma"),
    ("at my mosque we cook", "religion_or_belief", "Muslim", "my mosque"),
    ("she wears a hijab", "religion_or_belief", "Muslim", "hijab"),
    ("the Sikh elders", "religion_or_belief", "Sikh", "Sikh"),
    ("women-only swimming", "sex", "Female", "women-only"),
    ("As a woman I cross over", "sex", "Female", "As a woman"),
    ("young people hang about", "age", "Under 25", "young people"),
    ("the pensioners on our landing", "age", "65 and over", "pensioners"),
    ("I'm 67 and still working", "age", "65-74", "I'm 67"),
    ("I'm sixty-seven, love", "age", "65-74", "I'm sixty-seven"),
    ("she is in her seventies", "age", "65 and over", "in her seventies"),
    ("a gay couple", "sexual_orientation", "Gay or Lesbian", "gay"),
    ("I'm bi", "sexual_orientation", "Bisexual", "I'm bi"),
    ("the LGBTQIA+ forum", "sexual_orientation", "LGBTQ+", "LGBTQIA+"),
    ("trans people avoid it", "gender_reassignment", DIFFERENT, "trans"),
    ("I'm a trans woman", "gender_reassignment", "Trans woman", "trans woman"),
    ("my civil partner", "marriage_civil_partnership", "Civil partnership", "civil partner"),
    ("seven months pregnant", "pregnancy_maternity", "Yes", "pregnant"),
    ("I look after my dad", "carer", "Carer", "I look after my dad"),
]

INCIDENTAL = [
    "Her Christian name is on the list", "black mould up the wall", "a white goods shop", "polish the floor",
    "the Black Country", "straight on at the lights", "straight away", "the race course",
    "a turn of speed in the race", "a blind eye", "blue badge bays are full", "it fell on deaf ears",
    "the mental load", "Turkish delight", "an old lad in the queue", "the lady at the desk", "some bloke",
    "a white paper", "black bin bags", "the youth hostel", "Christian Aid week", "I'm 40 minutes away",
    "it is 67 quid", "she's one of the best", "trans-Pennine trains", "a blind corner", "Indian summer",
    "written in Polish, and nobody reads it", "the church hall", "the mosque car park", "I was on time",
    "a foster carer", "We need more benches and better lights.",
]  # fmt: skip


@pytest.mark.parametrize(("words", "key", "category", "evidence"), MENTIONS)
def test_a_mention_is_tagged_with_its_evidence(words: str, key: str, category: str, evidence: str) -> None:
    found = {
        (tag.category, words[tag.start : tag.end])
        for tag in mentioned_tags(excerpt_of(words))
        if tag.characteristic == key
    }
    assert (category, evidence) in found


@pytest.mark.parametrize("words", INCIDENTAL)
def test_a_word_that_only_looks_like_a_mention_is_not_one(words: str) -> None:
    assert mentioned_tags(excerpt_of(words)) == ()


def test_the_evidence_is_counted_in_code_points_and_each_is_tagged_once() -> None:
    words = "👩🏾‍🦽 “Muslim”, yes; Muslim, and Pakistani"
    tags = mentioned_tags(excerpt_of(words))
    assert [(tag.category, words[tag.start : tag.end]) for tag in tags] == [
        ("Muslim", "Muslim"), ("Muslim", "Muslim"), ("Pakistani", "Pakistani"),
    ]  # fmt: skip
    assert len(set(tags)) == 3
    assert {(tag.subject, tag.basis) for tag in tags} == {("e1", Basis.MENTIONED)}


def test_every_category_of_the_mention_patterns_is_in_its_value_set() -> None:
    written = yaml.safe_load(files("engagement").joinpath("data", "mentions.yaml").read_text(encoding="utf-8"))
    for key, rules in written.items():
        for category in rules["categories"]:
            assert roll_up(key, category)


@pytest.mark.parametrize(
    ("old", "new", "was", "now", "stated", "may_publish"),
    [
        (BLANK, Stated.GIVEN, None, None, Stated.GIVEN, None),
        (Stated.GIVEN, PNTS, True, None, Stated.GIVEN, True),
        (PNTS, BLANK, True, False, PNTS, False),
    ],
)
def test_one_person_in_two_sources(
    old: Stated, new: Stated, was: bool | None, now: bool | None, stated: Stated, may_publish: bool | None
) -> None:
    """A given answer outranks a silence, and one refusal to be published outranks any consent."""
    one = Participant("p1", safe("Person 1"), Role.FACILITATOR, None, (Answer("sex", old),), was)
    two = Participant("p1", safe("Person 1"), Role.PARTICIPANT, safe("Youth"), (Answer("sex", new),), now)
    merged = merged_people(one, two)
    assert (merged.role, merged.group) == (Role.PARTICIPANT, "Youth")
    assert (merged.answers[0].stated, merged.may_publish) == (stated, may_publish)


@pytest.mark.parametrize(
    ("age", "category"),
    [
        ("17", "Under 25"), ("19", "Under 25"), ("24", "Under 25"), ("25", "25 to 64"), ("44", "25 to 64"),
        ("64", "25 to 64"), ("65", "65 and over"), ("83", "65 and over"),
    ],
)  # fmt: skip
def test_an_age_is_a_mention_after_it_was_coarsened_too(age: str, category: str) -> None:
    """What the anonymiser prints for an age is found again as its band."""
    words = f"I'm [{generalised('AGE', age)}] and I like it here."
    found = [tag.category for tag in mentioned_tags(excerpt_of(words)) if tag.characteristic == "age"]
    assert found == [category]
