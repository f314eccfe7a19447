"""Evidence is cells and cleared quotes: what is hidden changes no character of what is made from it."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest

from engagement.coding.blind import Judged, Sample
from engagement.config import RULES, Settings
from engagement.errors import BadInput
from engagement.export.equality import equality
from engagement.export.evidence import Evidence, Options
from engagement.export.gather import gather
from engagement.export.report import report
from engagement.model import Cell, Coding, Count, Decision, Hidden, Stance, StanceCoding
from engagement.store import Store
from tests.evidence_made import ON, PUBLISH, project, texts

OPTIONS = Options(ON, crossed=(("disability", "sex"),))
SETTINGS = Settings(organisation="Anytown Council")
HOME, STEPS, ODD, NOTHING = (
    "The flat is cold and damp all year.",
    "There are steps up to the library.",
    "Bells ring.",
    "Hm.",
)


def people(number=60):
    return [
        {"disability": "Disabled" if place % 3 == 0 else "Not disabled", "sex": ("Female", "Male")[place % 2]}
        for place in range(number)
    ]


def said(rare=4, number=60):
    """Everybody says two things; 40 speak of housing, 25 of access, and `rare` of something that few do."""
    first = [(place, f"{HOME} Really, {place}.", ("housing",) if place < 40 else ()) for place in range(number)]
    second = [
        (place, f"{STEPS} Number {place}.", ("access",) if place < 25 else ("rare",) if place < 25 + rare else ())
        for place in range(number)
    ]
    return [each for pair in zip(first, second, strict=True) for each in pair]


@pytest.fixture
def round_of(tmp_path):
    """Makes projects, and closes them."""
    opened = []

    def make(name, *args):
        opened.append(project(tmp_path / name, *args))
        return opened[-1]

    yield make
    for store in opened:
        store.__exit__()


def whole(evidence):
    return texts(report(evidence)) + texts(equality(evidence))


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """A project that no test changes."""
    with project(tmp_path_factory.mktemp("usual"), people(), said()) as store:
        yield store


def test_evidence_holds_what_the_project_does(usual):
    evidence = gather(usual, PUBLISH, SETTINGS, OPTIONS)
    assert (evidence.total, evidence.organisation, evidence.made_on) == (Count(60), "Anytown Council", ON)
    assert {one.theme.key: one.people for one in evidence.found} == {
        "housing": Count(40),
        "access": Count(25),
        "rare": Hidden("fewer than 10 people"),
    }
    assert [asked.wording for asked in evidence.asked] == ["What is hard?", "What should change?"]
    assert list(evidence.profiles) == ["disability", "sex"]
    assert list(evidence.crossed) == [("disability", "sex")]
    assert list(evidence.together) == [("housing", "access"), ("housing", "rare"), ("access", "rare")]
    assert 0 < len(evidence.found[0].quotes) <= OPTIONS.quotes
    assert all(words for _, words in evidence.found[0].quotes)
    assert evidence.found[2].quotes == ()
    assert evidence.changes == ()


@pytest.mark.parametrize("rule", ["publish", "internal"])
def test_a_hidden_number_changes_no_character_of_a_report(round_of, rule):
    """Whether two or four people raised a theme of few, both documents are the same to the letter."""
    two = gather(round_of("two", people(), said(rare=2)), RULES[rule], SETTINGS, OPTIONS)
    four = gather(round_of("four", people(), said(rare=4)), RULES[rule], SETTINGS, OPTIONS)
    assert isinstance(two.found[2].people, Hidden)
    assert whole(two) == whole(four)


def test_a_hidden_group_changes_no_character_of_a_report(round_of):
    """Whether two or four of sixty are disabled, both documents are the same to the letter."""

    def asked(few):
        return [{"disability": "Disabled" if place < few else "Not disabled"} for place in range(60)]

    options = Options(ON)
    two, four = (gather(round_of(f"d{few}", asked(few), said()), PUBLISH, SETTINGS, options) for few in (2, 4))
    assert whole(two) == whole(four)


def test_a_shown_number_does_change_it(round_of):
    """The comparison above can fail: with enough people the documents differ."""
    few = gather(round_of("few", people(), said(rare=2)), PUBLISH, SETTINGS, OPTIONS)
    enough = gather(round_of("enough", people(), said(rare=20)), PUBLISH, SETTINGS, OPTIONS)
    assert whole(few) != whole(enough)


def test_codings_of_a_hidden_theme_are_in_no_total(usual):
    """Neither the codings nor the uncoded passages let anybody subtract what is hidden."""
    evidence = gather(usual, RULES["internal"], SETTINGS, OPTIONS)
    assert evidence.checked is not None
    assert evidence.checked.codings == Count(40 + 25)
    assert evidence.uncoded == Count(120 - 40 - 25)


def test_nothing_coded_is_an_evidence_that_says_so(round_of, tmp_path):
    """Before the first coding there are people, and no themes, quotes or measures."""
    with Store.open(tmp_path / "empty", create=True) as store:
        evidence = gather(store, PUBLISH, Settings(), Options(ON))
        assert (evidence.found, evidence.codebook.themes, evidence.checked) == ((), (), None)
        assert isinstance(evidence.total, Hidden)
        assert "Nothing has been sorted into themes yet." in whole(evidence)


def test_what_people_checked_is_counted(round_of):
    store = round_of("a", people(), said())
    store.coded.add_codings([Coding(f"e{2 * n}", "housing", "Ann", Decision.ACCEPTED, 1.0, (0, 3)) for n in range(20)])
    store.note("codings imported")
    evidence = gather(store, PUBLISH, SETTINGS, OPTIONS)
    assert evidence.checked is not None
    assert (evidence.checked.by_people, evidence.checked.coders) == (Count(20), 1)
    assert "Ann" not in " ".join(whole(evidence))


def test_agreement_is_of_the_latest_sample_and_of_shown_themes(round_of):
    """Every pair who judged it, named by what they are; a theme of few is left out, and so is a reflexive project."""
    store = round_of("a", people(), said())
    ids = tuple(f"e{place}" for place in range(60))
    store.sampled.save_sample(Sample("b1", ids, (2.0,) * 60, 0.2, 1), "Ann")
    keys = frozenset({"housing", "access", "rare"})
    store.sampled.add_judged([Judged(each, "blind:Ben", keys) for each in ids])
    agrees = [Coding(f"e{2 * n}", "housing", "blind:Ben", Decision.ACCEPTED, 1.0, (0, 3)) for n in range(25)]
    store.coded.add_codings(agrees)
    evidence = gather(store, PUBLISH, SETTINGS, OPTIONS)
    (pair,) = evidence.reliability
    assert (pair.first, pair.second, pair.excerpts) == ("coder 1 (blind)", "the computer", 60)
    assert [one.theme for one in pair.themes][:2] == ["housing", "access"]
    assert (len(pair.themes), pair.not_shown) == (4, 1)
    assert "Ben" not in " ".join(whole(evidence))
    assert gather(store, PUBLISH, Settings(reflexive=True), OPTIONS).reliability == ()


def test_stances_are_shown_where_somebody_took_one(round_of):
    """Without stances there is no table of them; with them, whether or not their number may be shown, no crash."""
    store = round_of("a", people(), said())
    assert gather(store, PUBLISH, SETTINGS, OPTIONS).found[0].stances == {}
    store.coded.add_stances([StanceCoding("e0", Stance.OPPOSE, "Ann", 1.0, (0, 3))])
    store.note("codings imported")
    evidence = gather(store, PUBLISH, SETTINGS, OPTIONS)
    assert set(evidence.found[0].stances) == set(Stance)
    assert "Where these people stand" not in " ".join(whole(evidence))


def test_the_population_is_set_beside_the_people(usual, tmp_path):
    path = tmp_path / "census.csv"
    path.write_text("characteristic,category,count\nsex,Female,500\nsex,Male,500\n", encoding="utf-8")
    evidence = gather(usual, PUBLISH, SETTINGS, Options(ON, population=path))
    assert [gap.category for gap in evidence.gaps] == ["Female", "Male"]
    assert "No group is clearly missing." in whole(evidence)


def test_an_unknown_characteristic_is_told(usual):
    with pytest.raises(BadInput, match="no characteristic is called 'shoe size'"):
        gather(usual, PUBLISH, SETTINGS, Options(ON, crossed=(("shoe size", "sex"),)))


def cells(value):
    """Every cell inside a value."""
    if isinstance(value, Count | Hidden):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from cells(each)
    elif isinstance(value, tuple):
        for each in value:
            yield from cells(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from cells(getattr(value, each.name))


def test_the_sample_gives_a_whole_report(sample_run):
    """The invented round: every theme, cells by the rule, every quote cut from what is stored."""
    with Store.open(sample_run.project) as store:
        evidence: Evidence = gather(store, PUBLISH, SETTINGS, OPTIONS)
        stored = {excerpt.excerpt_id: excerpt for excerpt in store.excerpts()}
        refused = {person.participant_id for person in store.participants() if person.may_publish is False}
    found: list[Cell] = [*cells(evidence)]
    assert all(cell.value >= 10 and cell.value % 5 == 0 for cell in found if isinstance(cell, Count))
    assert len(evidence.found) == 7
    spoken = [quote for pairs in evidence.spoken.values() for quote, _ in pairs]
    quotes = [quote for one in evidence.found for quote, _ in one.quotes] + spoken
    assert len(quotes) > 30
    for quote in quotes:
        excerpt = stored[quote.excerpt_id]
        assert excerpt.text[quote.start : quote.end] == quote.text
        assert excerpt.participant_id not in refused
    text = " ".join(whole(evidence))
    assert "Aldermouth" in text
    assert all(one.name in text for one in evidence.found)
