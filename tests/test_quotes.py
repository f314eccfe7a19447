"""A quote is what was stored, of somebody who may be quoted, under a count that is shown."""

import pytest

from engagement.anonymise import restore
from engagement.config import RULES
from engagement.model import (
    Answer,
    Codebook,
    Coding,
    Decision,
    Excerpt,
    Participant,
    Role,
    Stated,
    Theme,
    digest_of,
)
from engagement.quotes import LONGEST, QuoteBook
from engagement.slices import Slicer

BOOK = Codebook("b", 1, (Theme("housing", "Housing", ""), Theme("rare", "Rare", "")))


def safe(text):
    return restore(text, digest_of(text))


def person(number, may_publish=None, sex="Female"):
    answers = (Answer("sex", Stated.GIVEN, sex),)
    return Participant(f"p{number}", safe(f"Person {number}"), Role.PARTICIPANT, None, answers, may_publish)


def excerpt(number, text="The flat is damp.", role=Role.PARTICIPANT, sha256=None):
    words = safe(text)
    return Excerpt(
        f"e{number}", "s1", number, number, words, 0, len(words), sha256 or digest_of(words), role, f"p{number}", None
    )


def coding(number, theme="housing", score=0.8, because=(0, 4)):
    return Coding(f"e{number}", theme, "machine:x:1", Decision.SUGGESTED, score, because)


def book(people, excerpts, codings, rule="publish"):
    numbers = Slicer(people, [], excerpts, codings, BOOK, RULES[rule])
    return QuoteBook(excerpts, codings, people, numbers, RULES[rule])


@pytest.fixture
def twelve():
    """Twelve people who all spoke of housing, each less surely than the one before."""
    return (
        [person(n) for n in range(12)],
        [excerpt(n, f"The flat number {n} is damp.") for n in range(12)],
        [coding(n, score=0.9 - n / 100) for n in range(12)],
    )


def test_the_surest_come_first_one_of_each_person(twelve):
    """Quotes are ordered by how sure their coding is, and nobody is quoted twice."""
    people, excerpts, codings = twelve
    again = [*codings, Coding("e0", "housing", "machine:x:1", Decision.SUGGESTED, 0.5, (0, 4))]
    quotes = book(people, excerpts, again).of_theme("housing", most=3)
    assert [quote.excerpt_id for quote in quotes] == ["e0", "e1", "e2"]
    assert quotes[0].sha256 == digest_of(quotes[0].text)
    assert quotes[0].cleared_by == "publish"


def test_nobody_is_quoted_who_refused(twelve):
    """A respondent who said no to publication never appears."""
    people, excerpts, codings = twelve
    people[0] = person(0, may_publish=False)
    assert "e0" not in {quote.excerpt_id for quote in book(people, excerpts, codings).of_theme("housing", most=50)}


def test_a_theme_of_few_has_no_quotes(twelve):
    """Where the count is hidden, so are the quotes."""
    people, excerpts, codings = twelve
    assert book(people, excerpts, codings[:9]).of_theme("housing") == ()
    assert len(book(people, excerpts, codings[:10]).of_theme("housing")) == 10
    assert book(people, excerpts, codings).of_theme("rare") == ()


def test_attribution_is_shared_by_k_people(twelve):
    """Twelve women are called so; two men among them are called participants."""
    people, excerpts, codings = twelve
    people[3], people[4] = person(3, sex="Male"), person(4, sex="Male")
    shown = {
        quote.excerpt_id: quote.attribution for quote in book(people, excerpts, codings).of_theme("housing", most=50)
    }
    assert shown["e3"] == shown["e4"] == "Participant"


def test_a_changed_excerpt_is_not_quoted(twelve):
    """An excerpt whose words no longer match their digest stops the list."""
    people, excerpts, codings = twelve
    excerpts[2] = excerpt(2, sha256=digest_of("something else"))
    with pytest.raises(ValueError, match="e2 does not match its digest"):
        book(people, excerpts, codings).of_theme("housing", most=50)


def test_a_long_excerpt_is_cut_to_what_decided(twelve):
    """Of a long excerpt whole sentences are quoted, from the one that decided its code, up to a length."""
    people, excerpts, codings = twelve
    text = " ".join(f"Sentence number {n} says a thing or two about damp flats." for n in range(20))
    start = text.index("Sentence number 5")
    excerpts[0] = excerpt(0, text)
    codings[0] = coding(0, score=0.99, because=(start, text.index("Sentence number 6") - 1))
    quote = book(people, excerpts, codings).of_theme("housing")[0]
    assert quote.text == text[quote.start : quote.end]
    assert quote.text.startswith("Sentence number 5")
    assert quote.text.endswith("flats.")
    assert len(quote.text.split()) <= LONGEST
