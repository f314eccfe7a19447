"""What an excerpt talks about, whom it is of, and what only looks like a mention."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

import pytest
import yaml

from engagement.anonymise import restore
from engagement.characteristics import roll_up
from engagement.model import Basis, Excerpt, Role, SafeText, digest_of
from engagement.tagging.mention_rules import BY_NUMBER
from engagement.tagging.mentions import mentioned_tags, mentions_in

DIFFERENT = "Gender different from registered at birth"
OTHER_WHITE, OTHER_ASIAN, OTHER_GROUP = (
    "Any other White background",
    "Any other Asian background",
    "Any other ethnic group",
)


def safe(words: str) -> SafeText:
    return restore(words, digest_of(words))


def excerpt_of(words: str) -> Excerpt:
    return Excerpt("e1", "s1", 0, 0, safe(words), 0, len(words), digest_of(words), Role.PARTICIPANT, "p1", None)


def found_in(words: str, characteristic: str) -> list[tuple[str, str, str]]:
    """Category, evidence and whom it is of."""
    return [
        (tag.category, words[tag.start : tag.end], str(tag.about))
        for tag in mentioned_tags(excerpt_of(words))
        if tag.characteristic == characteristic
    ]


# words, category, evidence, whom it is of
AGE = [
    ("I'm 67 and still working", "65-74", "I'm 67", "self"),
    ("I'm sixty-seven, love", "65-74", "I'm sixty-seven", "self"),
    ("I’m twenty six now", "25-34", "I’m twenty six", "self"),
    ("im 15 and there's nothing to do", "Under 18", "im 15", "self"),
    ("My dad's 84 and he waits.", "75 or over", "dad's 84", "other"),
    ("She turned eighteen in care", "18-24", "She turned eighteen", "other"),
    ("a six-year-old asked me", "Under 18", "six-year-old", "general"),
    ("Lads of five and seven in one bed", "Under 18", "Lads of five and seven", "other"),
    ("anyone over seventy", "65-74", "over seventy", "general"),
    ("she is in her seventies", "65 and over", "in her seventies", "other"),
    ("I'm in my late forties", "25 to 64", "in my late forties", "self"),
    ("young people hang about", "Under 25", "young people", "general"),
    ("a young lad helped", "Under 25", "young lad", "other"),
    ("the pensioners on our landing", "65 and over", "pensioners", "general"),
    ("lunch for older people", "65 and over", "older people", "general"),
    ("the old Irish fella upstairs", "65 and over", "old Irish fella", "other"),
    ("Being old, they talk over you", "65 and over", "Being old", "self"),
    ("Ageism, that's what it is", "65 and over", "Ageism", "general"),
    ("middle-aged, I suppose", "25 to 64", "middle-aged", "self"),
    ("teenagers at the bus stop", "Under 25", "teenagers", "general"),
    ("shes 19 and she is the adult", "18-24", "shes 19", "other"),
    ("at 58 I am still explaining", "55-64", "58", "general"),
    ("still dancing at eighty-four.", "65 and over", "eighty-four", "general"),
    ("I was born in 1948", "65 and over", "1948", "general"),
    ("I was born here in 1951", "65 and over", "born here in 1951", "self"),
    ("born on 9 November 1949", "65 and over", "born on 9 November 1949", "general"),
    ("nine years of age", "Under 18", "nine years of age", "general"),
    ("a night for under-twenty-ones", "18-24", "under-twenty-ones", "general"),
    ("the under-tens", "Under 25", "under-tens", "general"),
    ("a lad half my age", "Under 25", "half my age", "other"),
    ("Black, fifty-one, and tired", "45-54", "fifty-one", "self"),
    ("people my age give up", "65 and over", "my age", "general"),
    ("I'm seventy-three come March", "65-74", "I'm seventy-three", "self"),
    ("the 60+ group", "55-64", "60+", "general"),
    ("Somali youth", "Under 25", "youth", "general"),
    ("my eightieth birthday", "65 and over", "my eightieth birthday", "general"),
    ("Age: 67", "65-74", "67", "general"),
    ("the old and the infirm", "65 and over", "the old and the infirm", "general"),
]  # fmt: skip
DISABILITY = [
    ("As a wheelchair user I wait outside", "Mobility", "wheelchair", "self"),
    ("I'm Deaf and proud", "Sensory", "Deaf", "self"),
    ("I'm d/Deaf", "Sensory", "Deaf", "self"),
    ("They never book BSL for us", "Sensory", "BSL", "general"),
    ("My son is autistic", "Neurodivergence", "autistic", "other"),
    ("my autistic son's taxi", "Neurodivergence", "autistic", "other"),
    ("people with learning disabilities", "Learning", "learning disabilities", "general"),
    ("learning-disabled adults", "Learning", "learning-disabled", "general"),
    ("With ADHD that form is hopeless", "Neurodivergence", "ADHD", "general"),
    ("Neurodivergent staff leave", "Neurodivergence", "Neurodivergent", "general"),
    ("she's AuDHD", "Neurodivergence", "AuDHD", "other"),
    ("I'm dyslexic, so no", "Neurodivergence", "dyslexic", "self"),
    ("I have MS", "Long-term illness", "MS", "self"),
    ("I've got lupus", "Long-term illness", "lupus", "self"),
    ("my mum has dementia", "Long-term illness", "dementia", "other"),
    ("the dementia group", "Long-term illness", "dementia", "general"),
    ("disabled access is a joke", "Disabled", "disabled", "general"),
    ("the disabled people's forum", "Disabled", "disabled", "general"),
    ("I lost my blue badge", "Disabled", "my blue badge", "self"),
    ("us crips know the score", "Disabled", "crips", "self"),
    ("I'm hard-of-hearing", "Sensory", "hard-of-hearing", "self"),
    ("I had a breakdown last year", "Mental health", "had a breakdown", "self"),
    ("my wheelchair won't fit", "Mobility", "wheelchair", "self"),
    ("he's in a wheelchair", "Mobility", "wheelchair", "other"),
    ("my epilepsy is worse", "Long-term illness", "my epilepsy", "self"),
    ("a person with sight loss", "Sensory", "sight loss", "general"),
    ("he uses a frame", "Mobility", "uses a frame", "other"),
    ("I live with bipolar", "Mental health", "bipolar", "self"),
]  # fmt: skip
GENDER = [
    ("trans people avoid it", DIFFERENT, "trans", "general"),
    ("I'm trans", DIFFERENT, "trans", "self"),
    ("I'm a trans woman", "Trans woman", "trans woman", "self"),
    ("transmen need it", "Trans man", "transmen", "general"),
    ("a trans man I know", "Trans man", "trans man", "other"),
    ("my kid is non-binary", "Non-binary", "non-binary", "other"),
    ("My pronouns are they/them", "Non-binary", "they/them", "self"),
    ("As a nonbinary person I", "Non-binary", "nonbinary", "self"),
    ("I transitioned at sixty", DIFFERENT, "transitioned", "self"),
    ("transphobia at the pool", DIFFERENT, "transphobia", "general"),
    ("the gender identity clinic", DIFFERENT, "gender identity clinic", "general"),
    ("they deadnamed her", DIFFERENT, "deadnamed", "other"),
    ("cis women too", "Gender the same as registered at birth", "cis women", "general"),
    ("he's genderfluid", "Non-binary", "genderfluid", "other"),
]  # fmt: skip
MARRIAGE = [
    ("my civil partner", "Civil partnership", "my civil partner", "self"),
    ("We're civil partners", "Civil partnership", "civil partners", "self"),
    ("since I got married", "Married", "since I got married", "self"),
    ("married couples only", "Married", "married couples", "general"),
    ("on a spouse visa", "Married", "spouse visa", "general"),
    ("I'm divorced", "Divorced", "divorced", "self"),
    ("after the divorce", "Divorced", "divorce", "general"),
    ("I'm a widow", "Widowed", "widow", "self"),
    ("a widower sat down", "Widowed", "widower", "other"),
    ("my late husband built it", "Widowed", "my late husband", "self"),
    ("her late wife", "Widowed", "her late wife", "other"),
    ("marital status on the form", "Married", "marital status", "general"),
    ("unmarried mothers then", "Single", "unmarried", "general"),
    ("they were happily married", "Married", "happily married", "other"),
    ("my husband passed, he read for me", "Widowed", "my husband passed", "self"),
    ("I've separated, and the form", "Separated, but still legally married", "separated", "self"),
]  # fmt: skip
PREGNANCY = [
    ("seven months pregnant", "Yes", "seven months pregnant", "general"),
    ("I'm pregnant", "Yes", "pregnant", "self"),
    ("my sister is pregnant", "Yes", "pregnant", "other"),
    ("I have a newborn", "Yes", "newborn", "self"),
    ("breastfeeding room", "Yes", "breastfeeding", "general"),
    ("on maternity leave", "Yes", "maternity", "general"),
    ("postnatal checks", "Yes", "postnatal", "general"),
    ("the ante-natal class", "Yes", "ante-natal", "general"),
    ("she gave birth in the car park", "Yes", "gave birth", "other"),
    ("I had a miscarriage", "Yes", "miscarriage", "self"),
    ("Black maternal health", "Yes", "maternal", "general"),
    ("new mums need it", "Yes", "new mums", "general"),
    ("I'm expecting, so", "Yes", "expecting", "self"),
    ("we're expecting our first", "Yes", "expecting our first", "self"),
    ("I had a baby in March", "Yes", "had a baby", "self"),
    ("the midwife couldn't find us", "Yes", "the midwife", "general"),
    ("women come at thirty weeks", "Yes", "thirty weeks", "general"),
    ("with my three-week-old", "Yes", "three-week-old", "self"),
    ("our twenty-week scan", "Yes", "twenty-week scan", "self"),
    ("they waited years for IVF", "Yes", "IVF", "general"),
    ("a first-time mum", "Yes", "first-time mum", "other"),
    ("nobody cares about the maternity unit", "Yes", "maternity", "general"),
    ("I was pumping at work", "Yes", "pumping at work", "self"),
]  # fmt: skip
RACE = [
    ("the Somali mums meet on Friday", "African", "Somali", "general"),
    ("a Somali lady", "African", "Somali", "other"),
    ("us Pakistanis", "Pakistani", "Pakistanis", "self"),
    ("British-Nigerian", "African", "Nigerian", "general"),
    ("I'm British Bangladeshi", "Bangladeshi", "Bangladeshi", "self"),
    ("Black-British kids", "Black", "Black", "general"),
    ("a Jamaican bakery closed", "Caribbean", "Jamaican", "general"),
    ("the Polish shop", OTHER_WHITE, "Polish", "general"),
    ("she's Polish", OTHER_WHITE, "Polish", "other"),
    ("Being a Black woman there", "Black", "Black", "self"),
    ("all the black families left", "Black", "black", "general"),
    ("they're all white and retired", "White", "white", "other"),
    ("racism against Black people", "Black", "Black", "general"),
    ("BAME staff leave", "Minority ethnic", "BAME", "general"),
    ("women of colour", "Minority ethnic", "women of colour", "general"),
    ("Our Roma kids", "Roma", "Roma", "other"),
    ("I'm mixed-race", "Mixed or multiple", "mixed-race", "self"),
    ("I'm from Kenya", "African", "from Kenya", "self"),
    ("a lady from the Congo", "African", "from the Congo", "other"),
    ("I'm a Gypsy woman", "Gypsy or Irish Traveller", "Gypsy", "self"),
    ("the Traveller site", "Gypsy or Irish Traveller", "Traveller", "general"),
    ("called me a pikey", "Gypsy or Irish Traveller", "pikey", "self"),
    ("Latin American traders", OTHER_GROUP, "Latin American", "general"),
    ("the Irish club", "Irish", "Irish", "general"),
    ("Hong Kongers", "Chinese", "Hong Kongers", "general"),
    ("a Turkish-speaking worker", OTHER_GROUP, "Turkish", "general"),
    ("Afro-Caribbean elders", "Caribbean", "Afro-Caribbean", "general"),
    ("white working-class lads", "White", "white", "general"),
]  # fmt: skip
RELIGION = [
    ("at my mosque we cook", "Muslim", "my mosque", "self"),
    ("we Muslims", "Muslim", "Muslims", "self"),
    ("she wears a hijab", "Muslim", "hijab", "other"),
    ("he's Muslim", "Muslim", "Muslim", "other"),
    ("Islamophobia on the bus", "Muslim", "Islamophobia", "general"),
    ("the Sikh elders", "Sikh", "Sikh", "general"),
    ("I'm Sikh", "Sikh", "Sikh", "self"),
    ("I'm a Christian", "Christian", "Christian", "self"),
    ("a Pentecostal church", "Christian", "Pentecostal", "general"),
    ("one of about forty Jews", "Jewish", "Jews", "general"),
    ("the rabbi came", "Jewish", "rabbi", "other"),
    ("my neighbour is a Hindu", "Hindu", "Hindu", "other"),
    ("Buddhists meet here", "Buddhist", "Buddhists", "general"),
    ("I'm an atheist", "No religion", "atheist", "self"),
    ("Not religious myself", "No religion", "Not religious", "self"),
    ("the Pagans", "Any other religion", "Pagans", "general"),
    ("Jehovah's Witnesses", "Christian", "Jehovah's Witnesses", "general"),
    ("a lapsed Catholic", "Christian", "lapsed Catholic", "general"),
    ("the Baptist church", "Christian", "Baptist", "general"),
    ("Muslim and Christian.", "Christian", "Christian", "general"),
    ("he wears a patka", "Sikh", "patka", "other"),
    ("the Hebrew class", "Jewish", "Hebrew class", "general"),
    ("of no faith", "No religion", "of no faith", "general"),
]  # fmt: skip
SEX = [
    ("women-only swimming", "Female", "women-only", "general"),
    ("As a woman I cross over", "Female", "woman", "self"),
    ("the lady at the desk", "Female", "lady", "other"),
    ("an old lad in the queue", "Male", "lad", "other"),
    ("some bloke", "Male", "bloke", "other"),
    ("them lads", "Male", "lads", "general"),
    ("the women's group", "Female", "women", "general"),
    ("men don't talk", "Male", "men", "general"),
    ("when I was a girl", "Female", "girl", "self"),
    ("I'm a single man", "Male", "man", "self"),
    ("two lads from Hong Kong", "Male", "lads", "other"),
    ("girls get hassled", "Female", "girls", "general"),
    ("a male lifeguard", "Male", "male", "other"),
    ("misogyny in the chamber", "Female", "misogyny", "general"),
    ("We're three women", "Female", "women", "self"),
    ("the lollipop lady", "Female", "lady", "other"),
    ("through the menopause", "Female", "menopause", "general"),
]  # fmt: skip
ORIENTATION = [
    ("a gay couple", "Gay or Lesbian", "gay", "other"),
    ("I'm gay", "Gay or Lesbian", "gay", "self"),
    ("I'm bi", "Bisexual", "bi", "self"),
    ("my brother is gay", "Gay or Lesbian", "gay", "other"),
    ("the LGBTQIA+ forum", "LGBTQ+", "LGBTQIA+", "general"),
    ("the LGBT choir", "LGBTQ+", "LGBT", "general"),
    ("We're a lesbian team", "Gay or Lesbian", "lesbian", "self"),
    ("the queer night", "Other", "queer", "general"),
    ("fourteen queer Muslims", "Other", "queer", "general"),
    ("us dykes", "Gay or Lesbian", "dykes", "self"),
    ("straight people stare", "Straight or Heterosexual", "straight people", "general"),
    ("I'm straight, but", "Straight or Heterosexual", "straight", "self"),
    ("homophobic abuse", "LGB+", "homophobic", "general"),
    ("same-sex couples", "LGB+", "same-sex couples", "general"),
    ("I'm asexual", "Other", "asexual", "self"),
    ("bisexual people", "Bisexual", "bisexual", "general"),
]  # fmt: skip
CARER = [
    ("I look after my dad", "Carer", "I look after my dad", "self"),
    ("I'm a carer", "Carer", "carer", "self"),
    ("unpaid carers", "Carer", "unpaid carers", "general"),
    ("a young carer", "Carer", "young carer", "other"),
    ("I care for my disabled son", "Carer", "I care for my disabled son", "self"),
    ("carer's allowance", "Carer", "carer's allowance", "general"),
    ("my caring responsibilities", "Carer", "caring responsibilities", "self"),
    ("parent-carers meet", "Carer", "parent-carers", "general"),
    ("looking after my mum", "Carer", "looking after my mum", "self"),
    ("she looks after her mother", "Carer", "she looks after her mother", "other"),
    ("as a carer", "Carer", "carer", "self"),
    ("I've been caring for my wife", "Carer", "I've been caring for my wife", "self"),
]  # fmt: skip
TABLES = {
    "age": AGE, "disability": DISABILITY, "gender_reassignment": GENDER, "marriage_civil_partnership": MARRIAGE,
    "pregnancy_maternity": PREGNANCY, "race": RACE, "religion_or_belief": RELIGION, "sex": SEX,
    "sexual_orientation": ORIENTATION, "carer": CARER,
}  # fmt: skip

# words, the characteristic that they only seem to speak of
LOOK_ALIKES = {
    "age": """
        I'm 40 minutes away
        it is 67 quid
        she's one of the best
        I'm one in a million
        the youth hostel
        the old school building
        bus 42, every hour
        he's 5 foot nine
        in the 1970s
        they opened at eight
        twenty pounds
        the Old Swan
        we open at nine and
        I started at eight
        a mother of three
        £60+ and rising
        30+ years of this
        back in the late seventies
        my old neighbour
        a twenty-year-old boiler
        we turned 30 away
        Tuesday, two, if it rains
        the youth centre
        the youth council
        the Deaf Elders Circle
        half of them
    """,
    "disability": """
        a blind eye
        blue badge bays are full
        it fell on deaf ears
        the mental load
        a blind corner
        colour-blind casting
        a breakdown of the costs
        blind recruitment
        the bus lift breakdown
        the mental health nurse
        stroke of luck
        add to that
        tone-deaf
        a blind date
        the account was disabled
        a hearing loop
        it's me again
        robbed me blind
    """,
    "gender_reassignment": """
        trans-Pennine trains
        trans fats
        the transition to secondary school
        the transition team
        LGBT night
        transport
        transferred me
        in transit
        transparent
        a quick transaction
        transitioning to digital
        Transpennine Express
    """,
    "marriage_civil_partnership": """
        my husband drove
        his wife rang
        a marriage of ideas
        married to the job
        her partner
        partnership working
        a black widow
        the wedding venue
        an ex-council flat
        single beds
        divorced from reality
        they married the two schemes up
        since my husband went to work
        we separated the bins
        a single mum
        my ex rang
    """,
    "pregnancy_maternity": """
        a pregnant pause
        six weeks later
        the baby change
        labour market
        the Labour party
        a delivery
        he expects
        expecting a reply
        a new baby-blue door
        thirty weeks ago
        buggy space
        the nursery
        the rent's due on the 1st
        better than I was expecting.
        we're expecting a reply
        while I was having a coffee
        waiting at thirty weeks
        I was two days old
        they voted in Labour
        like a pregnancy, it is
        born in the maternity wing
        a miscarriage of justice
        it came down with a bump
        a six-week-old complaint
    """,
    "race": """
        black mould up the wall
        a white goods shop
        polish the floor
        Polish the floor.
        the Black Country
        the race course
        a turn of speed in the race
        Turkish delight
        a white paper
        black bin bags
        Indian summer
        written in Polish, and nobody reads it
        a Chinese meal
        French windows
        black ice
        turkey dinner
        a race against time
        nail polish
        Mr White said
        a white lie
        Black Friday
        in black and white
        air travellers
        English lessons
        the white line
        rat race
        frequent traveller
        german measles
        brown bin
    """,
    "religion_or_belief": """
        Her Christian name is on the list
        Christian Aid week
        the mosque car park
        the church hall
        Church Street
        Christian Road
        an unorthodox way
        Methodist Hall
        good faith
        football is a religion
        Christian Bale
        my temple hurts? no, his
        the orthodox approach
        mass transit
        St Mary's church
        four churches and two mosques
        the Methodist church hall
        a Catholic primary school
        the C of E primary
        told Christian from the repairs team
        people of any religion
        they read Hebrew? No
        Islamic Relief
    """,
    "sex": """
        sex discrimination law
        my mum's chair
        his wife rang
        my lad's been off
        my little girl
        the big boys
        man the desk
        jobs for the boys
        the best man
        you guys
        man-made
        Say it, man, with your chest
        the Isle of Man
        manage
        Guy Fawkes
        ladies and gentlemen
        women's loos
    """,
    "sexual_orientation": """
        straight on at the lights
        straight away
        I'm straight out the door
        she came out on Friday
        a straight answer
        my husband drove
        it came out of nowhere
        bi-monthly
        the rainbow crossing
        with pride
        a straight line
        set the record straight
        gay abandon
    """,
    "carer": """
        a foster carer
        paid carers
        carers come four times a day
        the care home
        careers advice
        careful
        agency carers
        we care about parks
        I care about this
        looked after well
        home carers
        a night carer
    """,
}


DENIALS = [
    ("I'm not disabled", "disability"),
    ("I'm not a carer", "carer"),
    ("I'm no Muslim", "religion_or_belief"),
    ("I am not gay", "sexual_orientation"),
    ("I don't have a disability", "disability"),
    ("We're not Travellers", "race"),
    ("im not autistic", "disability"),
    ("I've never been a Christian, not a Hindu", "religion_or_belief"),
    ("not being a wheelchair user, I can't say", "disability"),
]  # fmt: skip

PLACEHOLDERS = [
    ("[Person 3] is a Muslim.", {("religion_or_belief", "Muslim", "Muslim", "other")}),
    ("[Person 3]'s wheelchair got stuck.", {("disability", "Mobility", "wheelchair", "other")}),
    ("I'm the [role: Black Deaf] trustee.",
     {("race", "Black", "Black", "other"), ("disability", "Sensory", "Deaf", "other")}),
    ("I'm [aged mid-20s to mid-30s] and I like it.",
     {("age", "25 to 64", "aged mid-20s to mid-30s", "self")}),
    ("I'm [mid-20s to mid-30s].", {("age", "25 to 64", "mid-20s to mid-30s", "self")}),
    ("She is [aged mid-70s or over].", {("age", "65 and over", "aged mid-70s or over", "other")}),
    ("[aged late teens to mid-20s]", {("age", "Under 25", "aged late teens to mid-20s", "general")}),
    ("We met [Person 12] at [place], [postcode area BS].", set()),
    ("[Person 40] has 67 keys.", set()),
]  # fmt: skip

TOGETHER = [
    ("As a Deaf Muslim woman I", {("disability", "self"), ("religion_or_belief", "self"), ("sex", "self")}),
    ("I'm Black, disabled and queer", {("race", "self"), ("disability", "self"), ("sexual_orientation", "self")}),
    ("my brother is gay and Asian", {("sexual_orientation", "other"), ("race", "other")}),
    ("the Irish lady", {("race", "other"), ("sex", "other")}),
    ("the old Somali man", {("age", "other"), ("race", "other"), ("sex", "other")}),
    ("queer Muslims", {("sexual_orientation", "general"), ("religion_or_belief", "general")}),
    ("disabled women's swimming", {("disability", "general"), ("sex", "general")}),
    ("we're all young, trans and skint", {("gender_reassignment", "self")}),
]  # fmt: skip

# words, a characteristic, whom it is of, where only what the sentence spoke of last can tell
LAST_SPOKEN_OF = [
    ("I came home from that meeting with lupus", "disability", "self"),
    ("My neighbour came home from the ward with lupus", "disability", "other"),
    ("She sat through the whole meeting with the lupus", "disability", "other"),
    ("I left. Lupus is not on the form", "disability", "general"),
    ("I can see why disabled people left", "disability", "general"),
    ("I can see why nobody there is Somali", "race", "general"),
    ("I felt Somali there", "race", "self"),
    ("my mum felt Somali there", "race", "other"),
]


@pytest.mark.parametrize(
    ("characteristic", "words", "category", "evidence", "about"),
    [(characteristic, *row) for characteristic, rows in TABLES.items() for row in rows],
)
def test_a_mention_has_its_category_its_evidence_and_whom_it_is_of(characteristic, words, category, evidence, about):
    """Each way of saying it is found once, at the words that show it."""
    assert (category, evidence, about) in found_in(words, characteristic)


@pytest.mark.parametrize(
    ("characteristic", "words"),
    [
        (characteristic, words.strip())
        for characteristic, rows in LOOK_ALIKES.items()
        for words in rows.split("\n")
        if words.strip()
    ],
)
def test_what_only_looks_like_a_mention_is_none(characteristic, words):
    """The same word in another sense is no mention."""
    assert found_in(words, characteristic) == []


def test_every_characteristic_is_tried_on_both_sides():
    """At least twelve ways of saying it and twelve that only look like it."""
    assert {name: len(rows) >= 12 for name, rows in TABLES.items()} == dict.fromkeys(TABLES, True)
    assert {name: rows.count("\n") > 12 for name, rows in LOOK_ALIKES.items()} == dict.fromkeys(TABLES, True)


@pytest.mark.parametrize(("words", "characteristic"), DENIALS)
def test_a_denial_speaks_of_the_characteristic_and_of_nobody(words, characteristic):
    """Who says what they are not has still spoken of it, and disclosed nothing of themselves."""
    assert [about for _, _, about in found_in(words, characteristic)][-1:] == ["general"]


@pytest.mark.parametrize(("words", "expected"), PLACEHOLDERS)
def test_what_the_anonymiser_prints_is_read_as_it_is_meant(words, expected):
    """Bands of age and kept words of a role are mentions; a placeholder's number is none."""
    tags = mentioned_tags(excerpt_of(words))
    found = {(tag.characteristic, tag.category, words[tag.start : tag.end], str(tag.about)) for tag in tags}
    assert found == expected


@pytest.mark.parametrize(("words", "expected"), TOGETHER)
def test_what_is_said_together_is_of_the_same_person(words, expected):
    """An intersection is told whole: every characteristic of it is of whoever the first is of."""
    found = {(tag.characteristic, str(tag.about)) for tag in mentioned_tags(excerpt_of(words))}
    assert expected <= found


@pytest.mark.parametrize(("words", "characteristic", "about"), LAST_SPOKEN_OF)
def test_whom_the_sentence_spoke_of_last_is_meant(words, characteristic, about):
    """A condition is of whoever the sentence is about, other mentions of somebody close by, a group's of nobody."""
    assert {told for _, _, told in found_in(words, characteristic)} == {about}


@pytest.mark.parametrize(
    "words", ["my husband drove me", "his wife rang", "Mohammed rang", "Mrs Kaur said", "her accent"]
)
def test_nothing_is_inferred(words):
    """A spouse, a name or an accent tells neither orientation nor religion nor race."""
    assert not mentioned_tags(excerpt_of(words))


@pytest.mark.parametrize(
    "words",
    ["👩🏾‍🦽 “Muslim”, yes; Muslim, and Pakistani", "I’m Muslim –\n\n  she isn’t Pakistani\t", "Muslim/Pakistani"],
)
def test_the_evidence_stands_where_the_tag_says(words):
    """Spans are code points of the text as it is, whatever its quotes, dashes, lines and emoji."""
    tags = mentioned_tags(excerpt_of(words))
    assert {words[tag.start : tag.end] for tag in tags} == {"Muslim", "Pakistani"}
    assert {(tag.subject, tag.basis) for tag in tags} == {("e1", Basis.MENTIONED)}
    assert len(set(tags)) == len(tags)
    assert [tag.start for tag in tags] == sorted(tag.start or 0 for tag in tags)


def test_a_longer_mention_holds_the_shorter():
    """A trans woman is not tagged again as trans, nor is somebody of mixed heritage as each of its parts."""
    assert found_in("a trans woman", "gender_reassignment") == [("Trans woman", "trans woman", "other")]
    assert [name for name, _, _ in found_in("White and Black Caribbean", "race")] == ["White and Black Caribbean"]


@pytest.mark.parametrize(
    ("words", "bands"),
    [
        ("aged 16 to 30", ["25-34", "Under 18"]),
        ("I'm 24.", ["18-24"]), ("I'm 25.", ["25-34"]), ("I'm 64.", ["55-64"]),
        ("I'm 65.", ["65-74"]), ("she's 75", ["75 or over"]), ("I'm twenty.", ["18-24"]), ("I'm 17", ["Under 18"]),
        ("I'm ninety-nine.", ["75 or over"]), ("I'm 130.", []), ("I'm 0.", []),
        ("the over-60s", ["55-64", "65 and over"]),
    ],
)  # fmt: skip
def test_an_age_is_of_the_band_that_holds_it(words, bands):
    """Figures and words alike, at both ends of a band; two numbers may be of two bands."""
    assert sorted(name for name, _, _ in found_in(words, "age")) == bands


def test_an_lgbt_group_is_of_gender_too_and_an_excerpt_is_not():
    """The umbrella names no one letter: a group under it is convened for both, a text speaks of the first."""
    keys = {key for key, category, _, _ in mentions_in("LGBTQIA+ residents") if category == "LGBTQ+"}
    assert keys == {"sexual_orientation", "gender_reassignment"}
    assert {tag.characteristic for tag in mentioned_tags(excerpt_of("LGBTQIA+ residents"))} == {"sexual_orientation"}


@pytest.mark.parametrize("words", ["", " ", "\n", "-", "¶", "()", "#", "^ * ~", "a" * 5000, "- / – /"])
def test_any_text_can_be_read(words):
    """Signs of the patterns' own notation and empty texts are only words."""
    assert mentioned_tags(excerpt_of(words)) == ()


def test_every_category_is_of_its_value_set():
    """Whatever a pattern file calls a category, the value sets know."""
    folder = files("engagement").joinpath("data", "mentions")
    for path in folder.iterdir():
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.name not in ("words.yaml", "about.yaml"):
            for category in written["categories"]:
                assert category == BY_NUMBER or roll_up(path.name.removesuffix(".yaml"), category)


def test_no_evidence_reaches_over_an_edge():
    """A pattern that asks for a pause or the end of a line has it as context, never as evidence: "(words) .|,|¶"."""
    folder = files("engagement").joinpath("data", "mentions")
    for path in folder.iterdir():
        if path.name not in ("words.yaml", "about.yaml"):
            for patterns in yaml.safe_load(path.read_text(encoding="utf-8"))["categories"].values():
                for pattern in patterns.splitlines():
                    evidence = pattern[pattern.find("(") + 1 :].split(")")[0] if "(" in pattern else pattern
                    assert "¶" not in evidence, f"{path.name}: {pattern}"
                    assert "$then" not in evidence, f"{path.name}: {pattern}"


def test_nothing_heavy_is_loaded_before_a_text_is_read():
    """Importing the room loads neither spaCy nor torch."""
    check = "import sys, engagement.tagging.mentions; assert not {'spacy', 'torch'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
