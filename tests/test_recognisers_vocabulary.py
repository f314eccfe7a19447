"""Words that carry the evidence are protected in every form, save where they are part of somebody's address or body."""

import itertools

import pytest

from engagement.recognisers.vocabulary import Vocabulary, name_words, protected

PROTECTED = """
Pakistani, Bangladeshi, Gujarati, Kurdish, Hazara, Timorese, Tigrayan, Malayali, Fulani, Kosovar, Welsh, Roma,
Vincentian, Surinamese, Uyghur, Yazidi, Alevi, Krio, Lingala, Pashto, Dari, Urdu, Sinhala, Tetum, Kernewek,
Muslim, Sikh, Jewish, Quaker, Ahmadi, Sunni, Pentecostal, Jain, Eid, Ramadan, Diwali, Vaisakhi, Hanukkah, Nowruz,
gay, lesbian, trans, non-binary, transmasculine, asexual, LGBTQIA+, Pride, QTIPOC,
Deaf, BSL, autistic, ADHD, dyslexia, wheelchair, SEND, EHCP, CAMHS, PIP, DLA, ESA, Down's syndrome, sickle cell,
Black Lives Matter, Windrush, Grenfell, Stephen Lawrence, Gypsy Roma Traveller History Month,
Trans Day of Remembrance, Holocaust Memorial Day, Universal Credit, Home Office, Citizens Advice, NHS, Job Centre,
Council Tax, Afghanistan, Sierra Leone, St Kitts, Swindon, Bulawayo, Stoke-on-Trent, Hong Kong
"""
# text, the phrase that its context makes part of a name
PART_OF_A_NAME = [
    ("They moved me to Yorkshire Street last year.", "Yorkshire"),
    ("I sat in the Wednesday Knitters all winter.", "Wednesday"),
    ("They offered one on Gibbet Hill to me.", "Hill"),
    ("I run the Cowmead Tamil Saturday School here.", "Tamil"),
    ("Then Mother Tongue Tuesdays closed.", "Tuesdays"),
    ("The Bandeira Kurdish Kitchen is nine of us.", "Kurdish"),
]
STANDS_ALONE = [
    ("Black Women spoke first.", "Black"),
    ("As a Black British Muslim I say this.", "Muslim"),
    ("the Sikh Temple is full", "Sikh"),
    ("It shuts on Wednesday again.", "Wednesday"),
    ("the Jewish House was shut", "Jewish"),
    ("It was Black History Month again.", "Black History Month"),
    ("I come from Yorkshire.", "Yorkshire"),
]


@pytest.fixture(scope="module")
def vocabulary():
    return Vocabulary(*protected())


@pytest.mark.parametrize("phrase", [" ".join(phrase.split()) for phrase in PROTECTED.split(",")])
def test_the_words_of_the_evidence_are_protected(vocabulary, phrase):
    """As written, in lower case, in capitals, and with a possessive s."""
    for written in (phrase, phrase.lower(), phrase.upper(), f"{phrase}'s", f"{phrase}’s"):
        text = f"to {written} it was"
        assert (3, 3 + len(written)) in vocabulary.spans(text)


@pytest.mark.parametrize(("text", "phrase"), PART_OF_A_NAME)
def test_a_protected_word_inside_a_name_is_not_protected(vocabulary, text, phrase):
    """A street called after a county and a small body called after a day, a language or a people."""
    assert phrase not in [text[start:end] for start, end in vocabulary.spans(text)]


@pytest.mark.parametrize(("text", "phrase"), STANDS_ALONE)
def test_a_protected_word_beside_another_capital_stays_protected(vocabulary, text, phrase):
    """Two words with capitals are not yet a name."""
    assert phrase in [text[start:end] for start, end in vocabulary.spans(text)]


def test_words_that_only_contain_a_protected_one_are_free(vocabulary):
    """Parts of words do not count, nor does the plural of a place."""
    assert vocabulary.spans("blackberry unsikhlike Polandish Swindons xPIPx") == []


def test_spans_are_in_order_and_apart(vocabulary):
    """Phrases that begin alike are matched at their longest."""
    text = "Black British, Black Lives Matter and Black; trans women, Trans Pride"
    spans = vocabulary.spans(text)
    assert [text[start:end] for start, end in spans][:3] == ["Black British", "Black Lives Matter", "Black"]
    assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))


def test_no_common_first_name_is_protected():
    """A people or feast whose word is also a first name would hide everybody of that name."""
    folded = {phrase.casefold() for phrases in protected() for phrase in phrases}
    names = (
        "karen finn dane isha milad rakhi puja dua salah sami jordan chelsea florence sydney victoria austin georgia"
    )
    assert not folded & set(names.split())


def test_every_list_is_in_use():
    """The lists of names.yaml are words, in lower case once read."""
    assert all(words and all(word == word.casefold() for word in words) for words in name_words().values())
