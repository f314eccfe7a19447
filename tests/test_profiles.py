"""Every printed combination is shared by k people, or says nothing."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from engagement.anonymise import restore
from engagement.config import RULES
from engagement.guard.profiles import NOT_SHOWN, profiles
from engagement.model import Answer, Participant, Role, Stated, digest_of


def person(number, role=Role.PARTICIPANT, **declared):
    answers = tuple(Answer(key, Stated.GIVEN, value) for key, value in declared.items())
    label = f"Person {number}"
    return Participant(f"p{number}", restore(label, digest_of(label)), role, None, answers, None)


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["Pakistani", "Indian", "Irish", "African"]),
        st.sampled_from(["Female", "Male"]),
        st.sampled_from(["25-34", "65-74"]),
    ),
    max_size=60,
)


@given(PEOPLE)
def test_every_combination_is_shared_by_k_or_empty(people):
    """Whoever took part: no printed profile is held by fewer than k, but the empty one where nothing else is."""
    made = [person(place, race=race, sex=sex, age=age) for place, (race, sex, age) in enumerate(people)]
    sizes = Counter(tuple(profile.values()) for profile in profiles(made, RULES["publish"]).values())
    for profile, size in sizes.items():
        says_something = any(value != NOT_SHOWN for value in profile)
        assert size >= 10 or (not says_something and len(sizes) == 1)


def test_a_rare_person_is_hidden_among_others():
    """22 women of one kind and one other man: he and nine of them say nothing, the rest of them all."""
    made = [person(n, race="Pakistani", sex="Female", age="25-34") for n in range(22)]
    shown = profiles([*made, person(99, race="Irish", sex="Male", age="65-74")], RULES["publish"])
    sizes = Counter(tuple(profile.values()) for profile in shown.values())
    assert sizes == {(NOT_SHOWN,) * 3: 10, ("25 to 64", "Asian", "Female"): 13}
    assert set(shown["p99"].values()) == {NOT_SHOWN}


def test_categories_are_rolled_up():
    """What is printed is the roll-up: Asian, not Pakistani."""
    made = [person(n, race="Pakistani") for n in range(6)] + [person(n + 6, race="Indian") for n in range(6)]
    assert {profile["race"] for profile in profiles(made, RULES["publish"]).values()} == {"Asian"}


def test_an_analyst_sees_all():
    """The internal rule prints each category as declared."""
    assert profiles([person(1, race="Irish")], RULES["internal"])["p1"] == {"race": "Irish"}


def test_facilitators_have_no_profile():
    """Only participants are described."""
    assert profiles([person(1, Role.FACILITATOR, race="Irish")], RULES["publish"]) == {}
