"""Tags: what a participant declared, and what their group was convened for."""

from __future__ import annotations

import pytest

from engagement.characteristics import answer, categories, merged_people, participant_tags, roll_up
from engagement.model import Answer, Basis, Mint, Participant, Role, SafeText, Stated, Tag
from engagement.tagging.value_set_files import built_in, parsed

PNTS, BLANK = Stated.PREFER_NOT_TO_SAY, Stated.BLANK


def safe(words: str) -> SafeText:
    return SafeText(words, Mint())


def person(group: str | None = None, *answers: Answer, role: Role = Role.PARTICIPANT) -> Participant:
    return Participant("p1", safe("P1"), role, safe(group) if group else None, answers, None)


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
        ("African and Caribbean residents", {("race", "African"), ("race", "Caribbean")}),
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


@pytest.mark.parametrize(
    ("nation", "category"), [("scotland", "Caribbean or Black"), ("northern_ireland", "Black Other")]
)
def test_a_groups_remit_is_told_in_the_categories_in_use(nation: str, category: str) -> None:
    (tag,) = participant_tags(person("Caribbean residents"), built_in(nation))
    assert (tag.characteristic, tag.category, tag.basis) == ("race", category, Basis.GROUP)


def test_a_remit_that_the_categories_in_use_do_not_hold_gives_no_tag() -> None:
    assert participant_tags(person("Young people"), parsed("age_bands: [under 18, 18-29, 30 or over]")) == ()


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


def test_a_known_remit_is_not_read_again(monkeypatch):
    """A project that knows what its groups were convened for loads no language rules to say so."""
    monkeypatch.setattr("engagement.characteristics.remit_of", lambda group: pytest.fail("it was read again"))
    (tag,) = participant_tags(person("Elders"), remits={"Elders": (("sex", "Female"),)})
    assert (tag.characteristic, tag.category, tag.basis) == ("sex", "Female", Basis.GROUP)
