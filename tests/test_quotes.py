"""A quote is what was stored, of somebody who may be quoted, under a count that is shown."""

from collections import Counter
from dataclasses import replace

import pytest

from engagement.anonymise import restore
from engagement.config import RULES, Settings
from engagement.model import (
    Answer,
    Choice,
    Codebook,
    Coding,
    Count,
    Decision,
    Excerpt,
    Filter,
    FilterKind,
    Participant,
    Pick,
    Role,
    SliceRequest,
    Stated,
    Theme,
    digest_of,
)
from engagement.pipeline import slicer
from engagement.quotation.quoted import LONGEST, verified
from engagement.quotation.quoting import quote_book
from engagement.quotes import QuoteBook
from engagement.slices import Slicer
from engagement.store import Store

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


def book(people, excerpts, codings, rule="publish", **more):
    numbers = Slicer(people, [], excerpts, codings, BOOK, RULES[rule])
    return QuoteBook(excerpts, codings, people, numbers, RULES[rule], **more)


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
    assert quote.printed == f"[...] {quote.text} [...]"


# ------------------------------------------------------------ attribution


def crowd(many=40):
    """Twice as many women as men, half of each of one age; all speak of housing, the women of safety too."""
    people, excerpts, codings = [], [], []
    for n in range(many):
        answers = (
            Answer("sex", Stated.GIVEN, "Male" if n % 3 == 0 else "Female"),
            Answer("disability", Stated.GIVEN, "Disabled" if n % 2 else "Not disabled"),
        )
        people.append(Participant(f"p{n}", safe(f"Person {n}"), Role.PARTICIPANT, None, answers, None))
        excerpts.append(excerpt(n, f"The flat number {n} is damp and cold."))
        codings.append(coding(n, score=0.9 - n / 100))
        if n < 12:
            codings.append(coding(n, theme="rare", score=0.7))
    return people, excerpts, codings


def test_nobody_is_quoted_under_two_attributions():
    """What is said of a person doesn't depend on the theme or the slice, so two quotes tell no more than one."""
    people, excerpts, codings = crowd()
    made = book(people, excerpts, codings)
    said = {}
    for quote in [*made.of_theme("housing", 50), *made.of_theme("rare", 50)]:
        assert said.setdefault(quote.excerpt_id, quote.attribution) == quote.attribution
    rows = made._numbers.table(SliceRequest(by=("sex",))).rows
    for row in rows[1:]:
        for chosen in made.of_slice(SliceRequest(by=("sex",)), row.categories, "housing", most=50):
            assert said[chosen.quote.excerpt_id] == chosen.quote.attribution
            assert row.categories[0] in chosen.quote.attribution


def test_a_quote_never_speaks_for_a_hidden_cell():
    """An attribution is one whose number is shown, of everybody and of every theme that the speaker raised."""
    people, excerpts, codings = crowd()
    made = book(people, excerpts, codings)
    raised = {
        one.excerpt_id: {each.theme_key for each in codings if each.excerpt_id == one.excerpt_id} for one in excerpts
    }
    attributed = 0
    for quote in made.of_theme("housing", 50):
        facts = {"Male": "sex", "Female": "sex", "Disabled": "disability", "Not disabled": "disability"}
        said = sorted((facts[value], value) for value in quote.attribution.split(", ")[1:])
        by, categories = tuple(key for key, _ in said), tuple(value for _, value in said)
        row = next(row for row in made._numbers.table(SliceRequest(by=by)).rows if row.categories == categories)
        assert isinstance(row.base, Count)
        assert all(isinstance(row.themes[theme], Count) for theme in raised[quote.excerpt_id])
        attributed += bool(said)
    assert attributed > 10


def test_a_slice_of_few_has_no_quotes():
    """Where the number is hidden there are none, nor where all words of a base are a few speakers'."""
    people, excerpts, codings = crowd()
    people = [*people[:30], *(replace(one, answers=()) for one in people[30:])]
    quiet = book(people, [one for one in excerpts if int(one.excerpt_id[1:]) % 3 != 0], codings)
    rows = {row.categories[0]: row for row in quiet._numbers.table(SliceRequest(by=("sex",))).rows}
    assert isinstance(rows["Male"].base, Count)
    assert quiet.of_slice(SliceRequest(by=("sex",)), ("Male",)) == ()
    loud = book(*crowd())
    assert loud.of_slice(SliceRequest(), (), "rare") != ()
    assert loud.of_slice(SliceRequest(by=("disability",)), ("Disabled",), "rare") == ()


def test_quotes_of_one_source_say_no_more_than_their_attribution():
    """Where a heading names the source, ten people there share what is said of the speaker."""
    people, excerpts, codings = crowd(60)
    excerpts = [replace(one, source_id="s2" if n < 25 else "s1") for n, one in enumerate(excerpts)]
    made = book(people, excerpts, codings)
    where = (Filter(FilterKind.SOURCE, "s2"),)
    found = made.of_slice(SliceRequest(where=where), (), "housing", most=60)
    assert found
    sex = {f"e{n}": person.answers[0].category for n, person in enumerate(people)}
    there = Counter(sex[one.excerpt_id] for one in excerpts if one.source_id == "s2")
    assert there["Female"] >= 10 > there["Male"]
    assert {one.quote.excerpt_id for one in found} <= {one.excerpt_id for one in excerpts if one.source_id == "s2"}
    assert not any("Male" in one.quote.attribution for one in found)


def test_a_language_of_few_is_not_quoted(twelve):
    """Their language would tell who they are."""
    people, excerpts, codings = twelve
    excerpts[0] = replace(excerpts[0], language="ti")
    assert "e0" not in {quote.excerpt_id for quote in book(people, excerpts, codings).of_theme("housing", 50)}


def test_a_person_who_is_gone_is_not_quoted(twelve):
    """Words of somebody whom the project no longer knows stay unsaid, whatever is pinned."""
    people, excerpts, codings = twelve
    pick = Pick("e11", "housing", Choice.PINNED)
    made = book(people, excerpts, codings, picks=[pick])
    assert made.of_theme("housing")[0].excerpt_id == "e11"
    numbers = Slicer(people, [], excerpts, codings, BOOK, RULES["publish"])
    without = QuoteBook(excerpts, codings, people[:11], numbers, RULES["publish"], picks=[pick])
    assert "e11" not in {quote.excerpt_id for quote in without.of_theme("housing", 50)}


def test_pins_come_first_and_what_was_dropped_does_not_come(twelve):
    """In the order of their places, each with the reason."""
    people, excerpts, codings = twelve
    picks = [
        Pick("e7", "housing", Choice.PINNED, 2), Pick("e9", "housing", Choice.PINNED, 1),
        Pick("e0", "housing", Choice.DROPPED), Pick("e1", "rare", Choice.DROPPED),
    ]  # fmt: skip
    found = book(people, excerpts, codings, picks=picks).chosen("housing", 4)
    assert [one.quote.excerpt_id for one in found] == ["e9", "e7", "e1", "e2"]
    assert [one.reason for one in found][:2] == ["chosen by a person"] * 2


def test_a_pinned_quote_prints_as_it_was_mended(twelve):
    """Wherever it is chosen, and it verifies; what was said is there too. A dropped one's wording prints nowhere."""
    people, excerpts, codings = twelve
    made = book(people, excerpts, codings, picks=[
        Pick("e7", "housing", Choice.PINNED, typed="The flat [...] is damp."),
        Pick("e9", "rare", Choice.PINNED, typed="The flat [...] damp."),
    ])  # fmt: skip
    first, *rest = made.chosen("housing", 12)
    assert (first.quote.printed, first.said.printed) == ("The flat [...] is damp.", "The flat number 7 is damp.")
    assert not first.unfit
    assert verified(first.quote, {each.excerpt_id: each for each in excerpts}) == first.quote.printed
    assert (first.quote.attribution, first.quote.cleared_by) == (first.said.attribution, "publish")
    assert {(one.said, one.unfit, "[" in one.quote.printed) for one in rest} == {(None, False, False)}
    by_group = made.of_slice(SliceRequest(), (), "housing", 12)
    assert [one.quote.printed for one in by_group if one.quote.excerpt_id == "e7"] == ["The flat [...] is damp."]


@pytest.mark.parametrize(
    "typed", ["The flat number 8 is damp.", "[...]", "The flat number 7 [07700 900123] is damp.", "The flat is damp."]
)
def test_what_was_made_of_a_quote_counts_only_while_it_fits_the_stored_words(twelve, typed):
    """Else it prints as it was said, and says so."""
    people, excerpts, codings = twelve
    pick = Pick("e7", "housing", Choice.PINNED, typed=typed)
    first = book(people, excerpts, codings, picks=[pick]).chosen("housing", 1)[0]
    assert first.quote.printed == "The flat number 7 is damp."
    assert first.unfit


def test_every_quote_of_the_sample_verifies(sample_run):
    """By theme and by slice, each is cut again from what is stored; nobody who refused is among them."""
    rule = RULES["publish"]
    with Store.open(sample_run.project) as store:
        numbers = slicer(store, rule)
        made = quote_book(store, rule, numbers, Settings())
        excerpts = {one.excerpt_id: one for one in store.excerpts()}
        refused = {one.participant_id for one in store.participants() if one.may_publish is False}
        keys = store.coded.codebook().keys
    found = [one for key in keys for one in made.chosen(key, 1000)]
    for row in numbers.table(SliceRequest(by=("race",))).rows:
        for key in keys:
            found += made.of_slice(SliceRequest(by=("race",)), row.categories, key, 1000)
    assert len(found) > 300
    said = {}
    for one in found:
        assert verified(one.quote, excerpts).strip("[]. ") in f"{excerpts[one.quote.excerpt_id].text}"
        speaker = excerpts[one.quote.excerpt_id].participant_id
        assert speaker not in refused
        assert said.setdefault(speaker, one.quote.attribution) == one.quote.attribution
    reasons = {one.reason for key in keys for one in made.chosen(key, 8)}
    assert {"typical", "a less common view", "adds something different"} <= reasons


def test_a_group_is_not_quoted_on_what_too_few_raised():
    """Behind a whole group stand words on themes that are shown, or on none; not those whose every theme is hidden."""
    people = [person(number) for number in range(40)]
    words = ["The flat is damp."] * 20 + ["They called me names."] * 4 + ["Lovely day."] * 16
    held = [excerpt(number, text) for number, text in enumerate(words)]
    codings = [coding(number) for number in range(20)] + [coding(number, "rare") for number in range(18, 24)]
    numbers = Slicer(people, (), held, codings, BOOK, RULES["publish"])
    made = QuoteBook(held, codings, people, numbers, RULES["publish"])
    assert not numbers.shows("rare")
    assert {chosen.quote.text for chosen in made.of_slice(SliceRequest(), most=60)} == {
        "The flat is damp.",
        "Lovely day.",
    }
