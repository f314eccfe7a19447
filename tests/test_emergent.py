"""Groups among uncovered excerpts are offered when enough people stand behind them, and give nobody away."""

from __future__ import annotations

import random
import re
import socket
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engagement.codebook import default, key_of
from engagement.coding import emergent_groups
from engagement.coding.emergent import FEWEST_PEOPLE, REPRESENTATIVE, STABLE, accepted, emergent, unstable
from engagement.config import Settings
from engagement.embed import embed_excerpts
from engagement.model import Codebook, EmergentTheme, Excerpt, Mint, Role, SafeText, Theme, content_id, digest_of

SETTINGS = Settings()
BOOK = default()
MINT = Mint()

BUSES = [
    "The number nine bus is always late in the morning.",
    "They cut the evening bus and now I can't get home.",
    "Bus fares have gone up again and the bus is dirty.",
    "We waited an hour for a bus that never came.",
    "Our village has one bus on a Tuesday and none on a Sunday.",
    "The bus timetable at the stop is years out of date.",
    "A later bus would let me take the evening job.",
    "[Person 3] says the bus driver goes straight past the stop.",
]
LIBRARIES = [
    "The library is shut on Saturdays when children could go.",
    "I borrow six library books a week and love the staff.",
    "Our library has no new books for teenagers any more.",
    "The library reading group keeps me going through the winter.",
    "Please keep the library open late for students and their books.",
    "They sold the library books off for ten pence each.",
    "My toddler loves story time in the library on Mondays.",
    "Library computers are slow but the librarian is a gem.",
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vectors")


def said(texts: Sequence[str], people: int = 100, role: Role = Role.PARTICIPANT, who: str = "p") -> list[Excerpt]:
    """The texts as excerpts, said in turn by so many people."""
    excerpts = []
    for at, text in enumerate(texts):
        person = f"{who}{at % people}" if people else None
        excerpt_id = content_id("e", who, at, text)
        words = SafeText(text, MINT)
        excerpts.append(Excerpt(excerpt_id, "s1", at, at, words, 0, len(text), digest_of(text), role, person, None))
    return excerpts


def groups(
    excerpts: Sequence[Excerpt], cache: Path, book: Codebook = BOOK, covered: frozenset[str] = frozenset()
) -> tuple[EmergentTheme, ...]:
    return emergent(excerpts, embed_excerpts(excerpts, SETTINGS, cache), book, covered, SETTINGS, cache)


@pytest.fixture(scope="module")
def two(cache: Path) -> tuple[EmergentTheme, ...]:
    return groups(said(BUSES + LIBRARIES), cache)


def test_what_many_speak_of_is_offered(two):
    """Two subjects outside the codebook become two groups, each named by its own words."""
    by_text = {excerpt.excerpt_id: excerpt.text for excerpt in said(BUSES + LIBRARIES)}
    assert len(two) == 2
    for theme in two:
        about = {by_text[excerpt_id] in BUSES for excerpt_id in theme.excerpt_ids}
        assert len(about) == 1
        assert ("bus" if about == {True} else "library") in theme.name.lower()
        assert re.fullmatch(r"emergent_[0-9a-f]{12}", theme.key)


def test_a_group_knows_its_nearest_theme_and_its_best_quotes(two):
    """Each names a theme of the codebook, and excerpts of its own of different people."""
    excerpts = {excerpt.excerpt_id: excerpt for excerpt in said(BUSES + LIBRARIES)}
    for theme in two:
        assert theme.nearest in BOOK.keys
        assert len(theme.representative) == len({excerpts[each].participant_id for each in theme.representative})
        assert len(theme.representative) == REPRESENTATIVE
        assert set(theme.representative) <= set(theme.excerpt_ids)


def test_representatives_are_of_different_people(cache):
    """Somebody who says much represents a group once."""
    for theme in groups(said(BUSES + LIBRARIES, FEWEST_PEOPLE), cache):
        assert len(theme.representative) <= FEWEST_PEOPLE


def test_the_nearest_theme_is_the_one_that_is_about_it(cache):
    """Of a codebook with a theme on buses and one on swimming, buses are nearest to the first."""
    book = Codebook(
        "b", 1, (Theme("swimming", "Swimming", "Pools and lessons."), Theme("transport", "Transport", "Getting about."))
    )
    nearest = {theme.name.split()[0].lower(): theme.nearest for theme in groups(said(BUSES + LIBRARIES), cache, book)}
    assert nearest["bus"] == "transport"


def test_without_a_codebook_everything_is_emergent(cache):
    """A project without themes has groups, and none that is nearest."""
    assert {theme.nearest for theme in groups(said(BUSES + LIBRARIES), cache, Codebook("b", 1, ()))} == {None}


def test_a_clear_group_is_stable(two, cache):
    """What comes back on nearly every part of the texts is not marked; below half of the time it is."""
    assert all(theme.stability > STABLE and not unstable(theme) for theme in two)
    assert unstable(replace(two[0], stability=STABLE - 0.01))
    assert not unstable(replace(two[0], stability=STABLE))


def test_groups_of_chance_do_not_come_back():
    """Vectors about nothing are parted otherwise each time; vectors about six things are parted the same."""
    rng = np.random.default_rng(5)
    noise = rng.normal(size=(240, 40))
    about = noise / 3 + np.repeat(rng.normal(size=(6, 40)), 40, axis=0)
    for vectors, stable in ((noise, False), (about, True)):
        found = emergent_groups.groups((vectors / np.linalg.norm(vectors, axis=1, keepdims=True)), 1)
        marked = [stability < STABLE for stability in found.stability]
        assert marked
        assert sum(marked) == 0 if stable else sum(marked) > len(marked) / 2
    assert len(np.unique(found.labels)) == 6


def test_many_texts_are_sampled(cache, monkeypatch):
    """Beyond a limit a sample is grouped and the others join it: the two subjects are still kept apart."""
    monkeypatch.setattr(emergent_groups, "MOST", 16)
    more = [f"{text} That is what I think, and number {at} says the same." for text in BUSES + LIBRARIES for at in "23"]
    excerpts = said([*BUSES, *LIBRARIES, *more])
    by_text = {excerpt.excerpt_id: excerpt.text for excerpt in excerpts}
    found = groups(excerpts, cache)
    assert sum(len(theme.excerpt_ids) for theme in found) > 30
    for theme in found:
        assert len({"ibrar" in by_text[each] or "toddler" in by_text[each] for each in theme.excerpt_ids}) == 1


def test_accepting_a_group_makes_it_a_theme(two):
    """The next version of the codebook has it: a key, its words as the definition, its quotes as examples."""
    excerpts = said(BUSES + LIBRARIES)
    theme = next(theme for theme in two if "bus" in theme.name.lower())
    book = accepted(BOOK, theme, excerpts)
    new = book.themes[-1]
    assert (book.version, book.themes[:-1]) == (BOOK.version + 1, BOOK.themes)
    assert new.name == theme.name
    assert new.key == key_of(theme.name, BOOK.keys)
    assert all(word in new.definition for word in theme.words)
    assert len(new.examples) == REPRESENTATIVE
    assert set(new.examples) <= set(BUSES)


def test_an_accepted_group_can_have_another_name(two):
    """A name that somebody gives is taken, and a key that is taken is not."""
    book = accepted(BOOK, two[0], said(BUSES + LIBRARIES), " Housing ")
    assert (book.themes[-1].name, book.themes[-1].key) == ("Housing", "housing_2")


def test_quotes_that_are_not_given_are_no_examples(two):
    """Only excerpts that the caller hands over end in the codebook."""
    keep = [excerpt for excerpt in said(BUSES + LIBRARIES) if excerpt.excerpt_id != two[0].representative[0]]
    assert len(accepted(BOOK, two[0], keep).themes[-1].examples) == REPRESENTATIVE - 1
    assert accepted(BOOK, two[0], []).themes[-1].examples == ()


def test_the_order_of_excerpts_changes_nothing(two, cache):
    """Files read in another order give the same groups with the same keys."""
    shuffled = said(BUSES + LIBRARIES)
    random.Random(7).shuffle(shuffled)
    assert groups(shuffled, cache) == two


def test_covered_excerpts_are_in_no_group(cache):
    """What the codebook covers is not offered again."""
    excerpts = said([*BUSES, *LIBRARIES, *BUSES])
    covered = frozenset(excerpt.excerpt_id for excerpt in excerpts[:8])
    assert not covered & {
        excerpt_id for theme in groups(excerpts, cache, covered=covered) for excerpt_id in theme.excerpt_ids
    }


@pytest.mark.parametrize("role", [Role.FACILITATOR, Role.NOTE_TAKER, Role.NOBODY])
def test_only_participants_are_grouped(cache, role):
    """Nobody but participants can start a theme."""
    assert groups(said(BUSES + LIBRARIES, role=role), cache) == ()


@pytest.mark.parametrize(("texts", "offered"), [(14, False), (15, True)])
def test_few_texts_are_left_alone(cache, texts, offered):
    """Below fifteen uncovered texts nothing is grouped."""
    assert bool(groups(said((BUSES + LIBRARIES)[:texts]), cache)) == offered


@pytest.mark.parametrize(("people", "offered"), [(0, False), (1, False), (4, False), (5, True)])
def test_a_group_needs_five_people(cache, people, offered):
    """Fewer than five participants make no group; a source where nobody is named counts as one."""
    found = groups([*said(BUSES, people, who="a"), *said(LIBRARIES, people, who="b")], cache)
    assert bool(found) == offered


def test_no_word_of_one_person_is_shown(cache):
    """A word that a single participant uses, however often, is neither in a name nor among the words."""
    loud = [f"The bus to Quenby is late, the Quenby bus, number {at} to Quenby." for at in ("one", "two", "six")]
    excerpts = [*said(BUSES + LIBRARIES), *said(loud, people=1, who="loud")]
    found = groups(excerpts, cache)
    assert {excerpt.excerpt_id for excerpt in excerpts[16:]} & {
        excerpt_id for theme in found for excerpt_id in theme.excerpt_ids
    }
    assert not [word for theme in found for word in theme.words if "quenby" in word]


def test_no_pseudonym_is_shown(cache):
    """A pseudonym or mask is never a word of a group."""
    named = [f"[Person 3] of [Organisation 2] said: {text}" for text in BUSES + LIBRARIES]
    words = {token for theme in groups(said(named), cache) for word in theme.words for token in word.split()}
    assert words
    assert not words & {"person", "organisation"}


def test_a_campaign_is_one_voice(cache):
    """The same words from many make no group by themselves, and stay together where they join one."""
    campaign = said([BUSES[0]] * 40, who="c")
    assert groups(campaign, cache) == ()
    found = groups([*campaign, *said(BUSES[1:] + LIBRARIES)], cache)
    sizes = [len({excerpt.excerpt_id for excerpt in campaign} & set(theme.excerpt_ids)) for theme in found]
    assert set(sizes) <= {0, 40}


@pytest.mark.parametrize(
    "texts",
    [
        [],
        ["yes"] * 30,
        ["It was what it was, and that is that."] * 30,
        [f"{at} {at} {at} {at} {at}" for at in range(30)],
        ["and " * at + "so it was for us" for at in range(30)],
        [f"[Person {at}] [Person 2] [Person 3] [Person 4] [Person 5]" for at in range(30)],
        [f"word{'!' * at} of mouth is all we have here" for at in range(30)],
    ],
    ids=["none", "short", "identical", "numbers", "stop words", "pseudonyms", "punctuation"],
)
def test_odd_texts_are_no_crash(cache, texts):
    """Texts with nothing to group give no group of nothing."""
    for theme in groups(said(texts), cache):
        assert theme.words


def test_nothing_is_printed_and_nothing_is_fetched(cache, monkeypatch, capfd):
    """Grouping is silent and opens no connection."""

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert groups(said(BUSES + LIBRARIES), cache)
    assert capfd.readouterr() == ("", "")
