"""Whoever is known is found again, however they are written, and words that only look like them stay."""

import pytest

from engagement.config import Settings
from engagement.recognisers.people import People, folded, nicknames
from engagement.recognisers.vocabulary import dictionary_nouns, ordinary_words, protected

KNOWN = [
    "Joy Mensah",
    "Elizabeth O'Gorman",
    "Hussein Al-Tamimi",
    "Mohammed Iqbal",
    "Agnieszka Wojcik",
    "Will Barker",
    "Grace Owusu",
    "José Álvarez",
]


@pytest.fixture(scope="module")
def people():
    model = Settings().ner_path()
    kept = frozenset(phrase.casefold() for phrases in protected() for phrase in phrases)
    known = People(ordinary_words(model), dictionary_nouns(model), kept)
    for name in KNOWN:
        known.learn(name, certain=True)
    return known


# text, what is found in it, whom that means (None where it may be several)
FOUND = [
    ("I asked Joy Mensah.", "Joy Mensah", "joy mensah"),
    ("I asked joy mensah.", "joy mensah", "joy mensah"),
    ("It is Mensah's turn.", "Mensah", "joy mensah"),
    ("Apologies from J. Mensah today.", "J. Mensah", "joy mensah"),
    ("Action for J.M. by June.", "J.M.", "joy mensah"),
    ("We heard Joy M on this.", "Joy M", "joy mensah"),
    ("I rang Liz about it.", "Liz", "elizabeth ogorman"),
    ("I rang Lizzie about it.", "Lizzie", "elizabeth ogorman"),
    ("then O’Gorman left", "O’Gorman", "elizabeth ogorman"),
    ("then ogorman left", "ogorman", "elizabeth ogorman"),
    ("ask Tamimi for the key", "Tamimi", "hussein altamimi"),
    ("ask al-tamimi for the key", "al-tamimi", "hussein altamimi"),
    ("I saw Mo there.", "Mo", "mohammed iqbal"),
    ("Mo said so.", "Mo", "mohammed iqbal"),
    ("then Muhammed came", "Muhammed", "mohammed iqbal"),
    ("we told Agnieska twice", "Agnieska", "agnieszka wojcik"),
    ("we told agnieszak twice", "agnieszak", "agnieszka wojcik"),
    ("for Wójcik it was worse", "Wójcik", "agnieszka wojcik"),
    ("I asked Jose Alvarez.", "Jose Alvarez", "josé álvarez"),
    ("I asked Will yesterday.", "Will", "will barker"),
    ("Grace says the hall is cold.", "Grace", "grace owusu"),
]
STAYS = [
    "Will you come on Monday?",
    "Grace before the meal is fine by me.",
    "They will say grace with joy.",
    "The mission has more to do.",
    "J. Patel was not there.",
    "We meant well, and mended it.",
    "write to xmensah1 at once",
]


@pytest.mark.parametrize(("text", "surface", "whom"), FOUND, ids=[text for text, _, _ in FOUND])
def test_a_mention_of_somebody_known_is_found(people, text, surface, whom):
    """First and last names, nicknames, initials, possessives, slips of spelling, accents and lower case."""
    found = people.find(text)
    assert [text[each.start : each.end] for each in found] == [surface]
    assert people.canonical(surface) == " ".join(map(folded, whom.split()))


@pytest.mark.parametrize("text", STAYS)
def test_words_that_only_look_like_a_name_stay(people, text):
    """Ordinary words at the start of a sentence or in lower case, others' initials, and words near a short name."""
    assert people.find(text) == []


def test_a_slip_is_allowed_by_a_name_s_length(people):
    """One letter in a name of five or more, two in one of eight or more, never the first letter."""
    assert people.find("so Mensha said")  # two letters swapped are one slip
    assert not people.find("so Mnsh said")
    assert people.find("so Agneiska said")
    assert not people.find("so Ognieszka said")


def test_a_word_without_end_is_no_slip_of_a_name(people):
    """A line of thousands of letters without a space is passed at once."""
    from time import perf_counter

    begun = perf_counter()
    assert people.find("Agnieszka" * 2000) == []
    assert perf_counter() - begun < 1


def test_two_people_of_one_name_are_not_made_one(people):
    """A first name that two have means neither, so that no words are given to the wrong person."""
    both = People(people.ordinary, people.nouns)
    both.learn("Amina Begum", certain=True)
    both.learn("Amina Yusuf", certain=True)
    assert both.canonical("Amina") == "amina"
    assert both.canonical("Begum") == "amina begum"


def test_every_row_of_nicknames_says_something():
    """Each name of the list has at least one other form, and none is its own."""
    assert all(forms and name not in forms for name, forms in nicknames().items())


def test_finding_takes_time_in_proportion_to_the_text(people):
    """A text eight times as long takes no more than about eight times as long."""
    from time import perf_counter

    def seconds(times):
        text = "the committee met Agnieszka and others about housing matters again " * times
        begun = perf_counter()
        people.find(text)
        return perf_counter() - begun

    seconds(10)
    assert seconds(1600) < 24 * max(seconds(200), 0.002)
