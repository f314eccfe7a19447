"""A population as people have it in a file, and who is missing beside it."""

from __future__ import annotations

import codecs
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from engagement.comparing.population import Gap, Presence, Profile, load, missing, missing_in_words, parse
from engagement.errors import BadInput
from engagement.model import ALL, Count, DisclosureRule, Hidden, SliceRequest, SliceRow, SliceTable

EXACT = DisclosureRule("exact", threshold=1, rounding=1, k=1)
PUBLISH = DisclosureRule("publish", threshold=10, rounding=5, k=10)
HIDDEN = Hidden("too few people")
HEAD = "characteristic,category,count\n"

# As the census site's "create a table" gives it, and as Nomis does. The place and the numbers are invented.
ONS = """\
Lower tier local authorities Code,Lower tier local authorities,Ethnic group (20 categories) Code,"Ethnic group (20 \
categories)",Observation
E00,Anytown,-8,Does not apply,0
E00,Anytown,1,"Asian, Asian British or Asian Welsh: Bangladeshi",100
E00,Anytown,2,"Asian, Asian British or Asian Welsh: Indian",200
E00,Anytown,13,"White: English, Welsh, Scottish, Northern Irish or British",650
E00,Anytown,19,Other ethnic group: Any other ethnic group,50
"""
NOMIS = """\
"TS021 - Ethnic group"
"ONS Crown Copyright Reserved [from Nomis on 22 November 2026]"

"Population","All usual residents"
"Units","Persons"
"area","Anytown"

"Ethnic group","2021",""
"","number","%"
"Total: All usual residents","1,000","100.0"
"Asian, Asian British or Asian Welsh","300","30.0"
"Asian, Asian British or Asian Welsh: Bangladeshi","100","10.0"
"Asian, Asian British or Asian Welsh: Indian","200","20.0"
"White","700","70.0"

"In order to protect against disclosure of personal information, some records were swapped, 2021"
"Source: Census, 2021"
"""
MARITAL = """\
Marital and civil partnership status (12 categories),Observation
Does not apply,200
Never married and never registered a civil partnership,300
Married: Opposite sex,380
Married: Same sex,20
In a registered civil partnership: Opposite sex,4
In a registered civil partnership: Same sex,6
"Separated, but still married",30
Divorced,80
Widowed,180
"""


def rolled_up(text: str, key: str) -> dict[str, float]:
    return {name: round(share, 4) for name, share in parse(text, "census.csv")[key].rolled_up.items()}


def detailed(text: str, key: str) -> dict[str, float]:
    return {name: round(share, 4) for name, share in parse(text, "census.csv")[key].detailed.items()}


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        (HEAD + "race,Asian,300\nrace,White,700\n", "race", {"Asian": 0.3, "White": 0.7}),
        (HEAD + 'Race,Asian,"3,000"\nRace,White,7 000\n', "race", {"Asian": 0.3, "White": 0.7}),
        (HEAD + "Ethnic group,Asian British,30\n,White British,70\n", "race", {"Asian": 0.3, "White": 0.7}),
        (HEAD + "sex,Females,51\nsex,Males,49\nsex,All persons,100\n", "sex", {"Female": 0.51, "Male": 0.49}),
        # shares: with a sign, in hundreds, as parts, and only some of them
        (HEAD + "sex,Female,51%\nsex,Male,49 %\n", "sex", {"Female": 0.51, "Male": 0.49}),
        ("Characteristic,Group,%\nsex,Female,51\nsex,Male,49\n", "sex", {"Female": 0.51, "Male": 0.49}),
        ("characteristic;category;share\nsex;Female;51\nsex;Male;49\n", "sex", {"Female": 0.51, "Male": 0.49}),
        ("characteristic\tcategory\tshare\nsex\tFemale\t.51\nsex\tMale\t.49\n", "sex", {"Female": 0.51, "Male": 0.49}),
        (
            "characteristic,category,share\nrace,Asian,.3\nrace,Indian,.2\nrace,Pakistani,.1\nrace,White,.7\n",
            "race",
            {"Asian": 0.3, "White": 0.7},
        ),
        (HEAD + "disability,Disabled,0.9%\n", "disability", {"Disabled": 0.009}),
        ("characteristic,category,% of the population\ndisability,Disabled,18\n", "disability", {"Disabled": 0.18}),
        # one detail says nothing of its roll-up where the rest is not there
        (HEAD + "race,Pakistani,5%\n", "race", {}),
        # a count beside a share
        ("Sex,count,per cent\nFemale,510,51\nMale,490,49\n", "sex", {"Female": 0.51, "Male": 0.49}),
        # numbers under the area's name
        ("Religion,Anytown\nNo religion,40\nMuslim,60\n", "religion_or_belief", {"No religion": 0.4, "Muslim": 0.6}),
        # of those whose answer is known
        (
            "Sexual orientation (6 categories),Observation\nDoes not apply,20\nStraight or Heterosexual,90\n"
            "Gay or Lesbian,4\nBisexual,5\nAll other sexual orientations,1\nNot answered,7\n",
            "sexual_orientation",
            {"Straight or Heterosexual": 0.9, "LGB+": 0.1},
        ),
        (
            "Gender identity (8 categories),Observation\n"
            "Gender identity the same as sex registered at birth,90\nTrans man,4\n"
            "Gender identity different from sex registered at birth but no specific identity given,5\n"
            "All other gender identities,1\nNot answered,6\n",
            "gender_reassignment",
            {"Gender the same as registered at birth": 0.9, "Gender different from registered at birth": 0.1},
        ),
        (
            "Disability (4 categories),Observation\n"
            "Disabled under the Equality Act: Day-to-day activities limited a lot,10\n"
            "Disabled under the Equality Act: Day-to-day activities limited a little,15\n"
            "Not disabled under the Equality Act: Has long term physical or mental health condition but day-to-day "
            "activities are not limited,5\n"
            "Not disabled under the Equality Act: No long term physical or mental health conditions,70\n",
            "disability",
            {"Disabled": 0.25, "Not disabled": 0.75},
        ),
        (ONS, "race", {"Asian": 0.3, "White": 0.65, "Other": 0.05}),
        (NOMIS, "race", {"Asian": 0.3, "White": 0.7}),
        (
            MARITAL,
            "marriage_civil_partnership",
            {"Single": 0.3, "Married": 0.43, "Civil partnership": 0.01, "Divorced": 0.08, "Widowed": 0.18},
        ),
    ],
)
def test_populations(text, key, expected):
    """A profile is read however people have it, in the categories of the value set."""
    assert rolled_up(text, key) == expected


def by_age(bands: list[str], each: int = 10) -> str:
    return "Age,Count\n" + "".join(f"{band},{each}\n" for band in bands)


SINGLE_YEARS = [str(age) for age in range(100)]
FIVE_YEARS = ["Aged 4 years and under", *(f"Aged {age} to {age + 4} years" for age in range(5, 95, 5)), "95 and over"]


@pytest.mark.parametrize("bands", [SINGLE_YEARS, FIVE_YEARS], ids=["single years", "five years"])
def test_ages_are_summed(bands):
    """Single years and five-year bands are summed to our bands."""
    assert rolled_up(by_age(bands), "age") == {"Under 25": 0.25, "25 to 64": 0.4, "65 and over": 0.35}


def test_narrow_bands_of_age():
    """Our narrow bands are known where the file's lie within them; 15 to 19 lies in two, so neither is told."""
    assert detailed(by_age(SINGLE_YEARS), "age") == {
        "Under 18": 0.18, "18-24": 0.07, "25-34": 0.1, "35-44": 0.1, "45-54": 0.1, "55-64": 0.1, "65-74": 0.1,
        "75 or over": 0.25,
    }  # fmt: skip
    assert set(detailed(by_age(FIVE_YEARS), "age")) == {
        "25-34", "35-44", "45-54", "55-64", "65-74", "75 or over",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "shares", "details"),
    [
        # the parts are all there
        (
            "Asian,30\nIndian,20\nPakistani,10\nWhite,70",
            {"Asian": 0.3, "White": 0.7},
            {"Indian": 0.2, "Pakistani": 0.1},
        ),
        # some are: the roll-up stands, and of the parts nothing is told
        ("Asian,300\nIndian,200\nWhite,700", {"Asian": 0.3, "White": 0.7}, {}),
        # none is
        ("Asian,300\nWhite,700", {"Asian": 0.3, "White": 0.7}, {}),
        # there is no line for the roll-up
        ("Indian,20\nPakistani,10\nWhite,70", {"Asian": 0.3, "White": 0.7}, {"Indian": 0.2, "Pakistani": 0.1}),
    ],
)
def test_roll_ups(lines, shares, details):
    """A line that sums up others isn't counted beside them."""
    text = "Ethnic group,count\n" + lines + "\n"
    assert (rolled_up(text, "race"), detailed(text, "race")) == (shares, details)


def test_married_and_separated():
    """A roll-up that is a category too is added to its siblings, not taken for their sum."""
    assert detailed(MARITAL, "marriage_civil_partnership") == {
        "Never married and never registered a civil partnership": 0.3,
        "Married": 0.4,
        "Separated, but still legally married": 0.03,
        "In a registered civil partnership": 0.01,
        "Divorced": 0.08,
        "Widowed": 0.18,
    }


LISTED = (
    "Use one of age, disability, gender_reassignment, marriage_civil_partnership, pregnancy_maternity, race, "
    "religion_or_belief, sex, sexual_orientation"
)
GIVE = "Give each category a line: characteristic, category, count."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", f"census.csv: the file is empty. {GIVE}"),
        (" \n\n", f"census.csv: the file is empty. {GIVE}"),
        ("name,colour\na,red\n", f"census.csv: no headings of a category beside a count or share. {GIVE}"),
        (HEAD, f"census.csv: no lines under the headings. {GIVE}"),
        (
            HEAD + "sex,Woman-ish,5\n",
            "census.csv, line 2: no category of sex is called 'Woman-ish'. "
            "Use Female, Male, or what lies wholly in one of them.",
        ),
        (
            HEAD + "age,20 to 29,5\n",
            "census.csv, line 2: no category of age is called '20 to 29'. "
            "Use Under 25, 25 to 64, 65 and over, or what lies wholly in one of them.",
        ),
        (
            HEAD + "sex,Female,-5\n",
            "census.csv, line 2: a negative number. Give a count or share of nought or more.",
        ),
        (
            HEAD + "\nsex,Female,some\n",
            "census.csv, line 3: 'some' is not a number. Give a count such as 1,200 or a share such as 12.5%.",
        ),
        (
            HEAD + "sex,Female,\n",
            "census.csv, line 2: no number. Give the count or share, 0 where there is nobody.",
        ),
        (
            HEAD + "sex,,5\n",
            "census.csv, line 2: a number without a category. Name the category, or remove the line.",
        ),
        (
            HEAD + "sex,Female,5\nsex,Male,5\nsex,female,6\n",
            "census.csv, line 4: 'female' again, which line 2 has. "
            "Keep one line for each category, of one area and year.",
        ),
        (
            HEAD + "sex,Female,80%\nsex,Male,49%\n",
            "census.csv, lines 2 to 3: the shares come to 129%. Give each person one line, of one area and year.",
        ),
        (
            HEAD + "sex,Female,80\nsex,Male,49\nsex,Total,100\n",
            "census.csv, lines 2 to 4: the counts come to more than their total. "
            "Give each person one line, of one area and year.",
        ),
        (
            HEAD + "sex,Female,0\nsex,Male,0\n",
            "census.csv, lines 2 to 3: the numbers come to nought. Give the count or share of each category.",
        ),
        (
            HEAD + "sex,Female,51%\nsex,Male,490\n",
            "census.csv, line 3: a count among lines that give a percent. "
            "Write all of a characteristic's numbers alike.",
        ),
        (
            HEAD + "race,Asian,100\nrace,Indian,200\nrace,White,700\n",
            "census.csv, line 2: the parts of 'Asian' come to more. Check the numbers.",
        ),
        (
            "Ethnic group,Anytown,Othertown\nAsian,10,20\n",
            "census.csv, line 1: several columns of numbers. Keep one, headed count or share.",
        ),
        (
            "Sex,Age,Observation\nFemale,18-24,5\n",
            "census.csv, line 1: two characteristics together. Give a table of each.",
        ),
    ],
)
def test_bad_input(text, sentence):
    """Whatever is wrong gets a sentence with the file, the line, and what to do."""
    with pytest.raises(BadInput) as refused:
        parse(text, "census.csv")
    assert str(refused.value) == sentence


def test_unknown_characteristic():
    """A characteristic that no value set has is told with those that there are."""
    with pytest.raises(BadInput) as refused:
        parse(HEAD + "shoe size,Large,5\n", "census.csv")
    assert str(refused.value).startswith(f"census.csv, line 2: no characteristic is called 'shoe size'. {LISTED}")


@pytest.mark.parametrize(
    "encoded",
    [
        codecs.BOM_UTF8 + (HEAD + "sex,Female,3\nsex,Male,1\n").encode(),
        (HEAD + "sex,Female,3\nsex,Male,1\n").replace("\n", "\r\n").encode("utf-16"),
        (HEAD.replace("count", "count\xa0") + "sex,Female,3\nsex,Male,1\n").encode("cp1252"),
    ],
    ids=["mark", "utf-16", "cp1252"],
)
def test_encodings(tmp_path, encoded):
    """A file is read in the encodings that spreadsheets write."""
    path = tmp_path / "census.csv"
    path.write_bytes(encoded)
    assert load(path)["sex"].rolled_up == {"Female": 0.75, "Male": 0.25}


def test_files_that_are_no_table(tmp_path):
    """A file that isn't there, is a folder, or is no text gets a sentence too."""
    for name, content, sentence in (
        ("gone.csv", None, "gone.csv: there is no such file. Check the path."),
        ("book.csv", b"PK\x03\x04" + bytes(range(256)) * 8, "book.csv: not a text file. Save the table as CSV UTF-8."),
    ):
        if content:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(BadInput) as refused:
            load(tmp_path / name)
        assert str(refused.value) == sentence
    with pytest.raises(BadInput, match="the file can't be opened"):
        load(tmp_path)


# ------------------------------------------------------------- missing


def respondents(key: str, numbers: dict[str, int | None], rule: DisclosureRule = EXACT, detail: bool = False):
    rows = tuple(SliceRow((name,), HIDDEN if number is None else Count(number), {}) for name, number in numbers.items())
    return SliceTable(SliceRequest(by=(key,), detail=(key,) if detail else ()), rule, rows)


def profile(**shares: float) -> dict[str, Profile]:
    return {"race": Profile(shares, {})}


def gap_of(found: tuple[Gap, ...], category: str) -> Gap:
    return next(gap for gap in found if gap.category == category)


def test_who_is_missing():
    """Each group's share of those who answered stands beside its share of the population, with Wilson's interval."""
    table = respondents("race", {ALL: 220, "Asian": 20, "Black": 50, "White": 130, "No answer": 20})
    found = missing([table], profile(Asian=0.3, Black=0.1, White=0.6))
    asian = gap_of(found, "Asian")
    theirs = binomtest(20, 200).proportion_ci(method="wilson")
    assert asian.base == Count(20)
    assert (asian.respondents.value, asian.respondents.low, asian.respondents.high) == pytest.approx(
        (0.1, theirs.low, theirs.high)
    )
    assert (asian.difference.value, asian.difference.low) == pytest.approx((-0.2, theirs.low - 0.3))
    assert [(gap.category, gap.presence) for gap in found] == [
        ("Asian", Presence.FEWER),
        ("Black", Presence.MORE),
        ("White", Presence.UNCLEAR),
    ]
    assert missing_in_words(found) == (
        "Fewer took part than expected of Asian people (10% of those who answered, 30% of the population)."
    )


def test_a_hidden_group_may_be_missing():
    """Of a group too small to show: it is missing where what the others leave of the total is clearly too few."""
    table = respondents("race", {ALL: 400, "Asian": None, "Black": None, "White": 385}, PUBLISH)
    found = missing([table], profile(Asian=0.3, Black=0.05, White=0.65))
    asian, black = gap_of(found, "Asian"), gap_of(found, "Black")
    assert (asian.respondents, asian.difference, asian.presence) == (None, None, Presence.FEWER)
    assert (black.respondents, black.difference, black.presence) == (None, None, Presence.TOO_FEW)
    assert missing_in_words(found) == (
        "Fewer took part than expected of Asian people (too few answered to show, 30% of the population)."
    )


def test_a_hidden_group_is_never_told_to_be_many():
    """Of a hidden group that must be more than expected nothing is said."""
    table = respondents("race", {ALL: 400, "Asian": None, "White": 200}, PUBLISH)
    assert gap_of(missing([table], profile(Asian=0.01, White=0.99)), "Asian").presence is Presence.TOO_FEW


def test_what_the_population_lacks():
    """A category without a figure is told so; a characteristic without one is left out."""
    table = respondents("race", {ALL: 200, "Asian": 70, "White": 130})
    other = respondents("sex", {ALL: 200, "Female": 100, "Male": 100})
    found = missing([table, other], profile(Asian=0.3))
    assert [(gap.category, gap.presence) for gap in found] == [
        ("Asian", Presence.UNCLEAR),
        ("White", Presence.NO_FIGURE),
    ]
    assert gap_of(found, "White").respondents.value == 0.65
    assert missing_in_words(found) == "No group is clearly missing."


def test_details_beside_details():
    """A detailed table stands beside the fine shares, its roll-ups beside the coarse ones."""
    numbers = {ALL: 200, "Asian": 100, "Indian": 70, "Pakistani": 20, "Asian, no more said": 10, "White": 100}
    table = respondents("race", numbers, detail=True)
    found = missing([table], {"race": Profile({"Asian": 0.5, "White": 0.5}, {"Indian": 0.2, "Pakistani": 0.3})})
    assert [(gap.category, gap.population, gap.presence) for gap in found] == [
        ("Asian", 0.5, Presence.UNCLEAR),
        ("Indian", 0.2, Presence.MORE),
        ("Pakistani", 0.3, Presence.FEWER),
        ("Asian, no more said", None, Presence.NO_FIGURE),
        ("White", 0.5, Presence.UNCLEAR),
    ]


def test_only_one_characteristic_of_people():
    """Tables of mentions, or of two characteristics, are refused with a sentence."""
    table = respondents("race", {ALL: 200, "Asian": 70, "White": 130})
    mentions = replace(table, request=replace(table.request, unit="mentions"))
    two = replace(table, request=replace(table.request, by=("race", "sex")))
    with pytest.raises(BadInput, match="a table that counts mentions"):
        missing([mentions], profile(Asian=0.3))
    with pytest.raises(BadInput) as refused:
        missing([two], profile(Asian=0.3))
    assert str(refused.value) == (
        "population: a table by several characteristics. Ask for one characteristic at a time."
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.integers(20, 400), st.integers(20, 400), st.floats(0.01, 0.99))
def test_rounding_never_makes_a_group_miss(asian, white, share):
    """Rounded numbers tell less: their interval holds the exact one, and no p-value is smaller."""
    population = profile(Asian=share, White=1 - share)

    def published(number: int) -> int:
        return (number + 2) // 5 * 5

    exact = missing([respondents("race", {ALL: asian + white, "Asian": asian, "White": white})], population)
    fives = {ALL: published(asian + white), "Asian": published(asian), "White": published(white)}
    for one, other in zip(exact, missing([respondents("race", fives, PUBLISH)], population), strict=True):
        assert other.difference.low <= one.difference.low + 1e-12
        assert other.difference.high >= one.difference.high - 1e-12
        assert other.p >= one.p - 1e-9


CELLS = st.sampled_from(
    ["", "race", "Sex", "characteristic", "category", "count", "share", "%", "Ethnic group", "Age", "Asian", "Indian",
     "Female", "25-34", "0", "17", "51%", "-3", "1,200", "Total", "Not answered", "Asian: Indian", '"', "\n"]
)  # fmt: skip
TABLES = st.lists(st.lists(CELLS, max_size=4).map(",".join), max_size=8).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(TABLES | TABLES.map(HEAD.__add__) | st.text(max_size=60))
def test_any_file_gives_shares_or_a_sentence(text):
    """Whatever a file holds, it is read as shares of the whole or refused with a sentence."""
    try:
        population = parse(text, "census.csv")
    except BadInput as refused:
        assert str(refused).startswith("census.csv")  # noqa: PT017 - a refusal is one of two right answers
        return
    for one in population.values():
        for shares in (one.rolled_up, one.detailed):
            assert all(share >= 0 for share in shares.values())
            assert sum(shares.values()) <= 1.05
