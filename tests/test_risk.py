"""Combination risk: how many share what is known of a person, and the least to coarsen until enough do."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.anonymise import restore
from engagement.anonymising.risk import INTERNAL, Attribute, Risk, Step, as_rows, combinations, counted, in_words
from engagement.characteristics import participant_tags, roll_up
from engagement.model import About, Answer, Basis, Excerpt, Participant, Role, Stated, Tag, digest_of
from engagement.tagging.mentions import mentioned_tags


def safe(text):
    return restore(text, digest_of(text))


def person(number, role=Role.PARTICIPANT, **declared):
    answers = tuple(Answer(key, Stated.GIVEN, value) for key, value in declared.items())
    return Participant(f"p{number:05d}", safe(f"Person {number}"), role, None, answers, None)


def excerpt(text, participant_id="p00001"):
    return Excerpt("e1", "s1", 0, 0, safe(text), 0, len(text), digest_of(text), Role.PARTICIPANT, participant_id, None)


def crowd(count, start=100, **declared):
    return [person(start + place, **declared) for place in range(count)]


def test_who_shares_with_enough_is_not_listed():
    """Ten who declared the same are nobody's risk; nine are, each of them."""
    assert combinations(crowd(10, race="Pakistani", sex="Female"), (), ()) == ()
    found = combinations(crowd(9, race="Pakistani", sex="Female"), (), ())
    assert [one.shared_by for one in found] == [9] * 9


def test_the_only_one_is_listed_with_the_least_to_coarsen():
    """One Irish woman among Irish men and other White women: her ethnic group rolled up is enough."""
    people = [
        person(1, race="Irish", sex="Female"),
        *crowd(12, 100, race="Irish", sex="Male"),
        *crowd(12, 200, race="Any other White background", sex="Female"),
    ]
    (found,) = combinations(people, (), ())
    assert (found.participant_id, found.label, found.shared_by) == ("p00001", "Person 1", 1)
    assert found.attributes == (
        Attribute("race", "Irish", disclosed=False),
        Attribute("sex", "Female", disclosed=False),
    )
    assert found.coarsen == (Step("race", ("White",)),)


def test_where_no_coarser_category_helps_one_is_left_out():
    """A Sikh man among Christian men: a religion has no roll-up, so it is left out and his sex may stay."""
    people = [person(1, religion_or_belief="Sikh", sex="Male")]
    people += crowd(12, religion_or_belief="Christian", sex="Male")
    (found,) = combinations(people, (), ())
    assert found.coarsen == (Step("religion_or_belief", ()),)
    assert in_words(found.coarsen[0]) == "Religion or belief: leave out"


def test_a_round_too_small_leaves_nothing():
    """With fewer people than k nothing that is known may be printed."""
    (found,) = combinations([person(1, sex="Male")], (), (), k=2)
    assert found.coarsen == (Step("sex", ()),)


def test_silences_and_facilitators_are_no_combination():
    """Who declared nothing holds no combination; who led the group is not a participant."""
    silent = Participant("p1", safe("Person 1"), Role.PARTICIPANT, None, (Answer("sex", Stated.BLANK),), None)
    assert combinations([silent, person(2, Role.FACILITATOR, sex="Male")], (), ()) == ()


SAID = [
    # words                                        characteristic of the speaker, or none
    ("As a Deaf woman I need BSL.",                 "disability"),
    ("I'm autistic and nobody asked.",              "disability"),
    ("I am a wheelchair user.",                     "disability"),
    ("We saw a wheelchair user on the bus.",        None),
    ("My mum is a wheelchair user.",                None),
    ("I am here with my mum, a wheelchair user.",   None),
    ("I said so. Deaf people wait.",                None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "characteristic"), SAID)
def test_what_people_say_of_themselves_counts(words, characteristic):
    """A mention counts where the sentence makes it the speaker's own; what is said of others tells nothing of them."""
    tags = mentioned_tags(excerpt(words))
    assert any(tag.characteristic == "disability" for tag in tags)
    found = combinations([person(1), *crowd(20)], tags, [excerpt(words)])
    disclosed = {each.characteristic for one in found for each in one.attributes if each.disclosed}
    assert ("disability" in disclosed) is (characteristic == "disability")


def test_what_was_declared_already_adds_nothing():
    """Who declared Disabled and says so is known by the same as those who only declared it."""
    people = [person(1, disability="Mobility"), *crowd(12, disability="Mobility")]
    tags = [Tag("e1", "disability", "Disabled", Basis.MENTIONED, 5, 18, About.SELF)]
    assert combinations(people, tags, [excerpt("I am disabled myself.")]) == ()


def test_declared_tags_count_like_answers():
    """Tags made from answers say the same again and change nothing."""
    people = [person(1, race="Irish"), *crowd(12, race="Pakistani")]
    tags = [tag for one in people for tag in participant_tags(one)]
    assert combinations(people, tags, ()) == combinations(people, (), ())


def test_the_numbers_alone():
    """How many are the only one, and how many share with fewer than k."""
    people = [person(1, race="Irish"), *crowd(3, race="Pakistani"), *crowd(12, 200, race="African")]
    assert counted(combinations(people, (), ()), people) == Risk(16, 1, 4, 10)


def test_rows_are_marked_as_internal():
    """Each row tells the combination, how many share it and what to coarsen, and says for whose eyes it is."""
    tags = mentioned_tags(excerpt("I'm autistic."))
    found = combinations([person(1, race="Irish"), *crowd(12, race="Pakistani")], tags, [excerpt("I'm autistic.")])
    assert as_rows(found) == [
        {
            "participant": "Person 1",
            "shared_by": 1,
            "known": "Disability: Neurodivergence; Race: Irish",
            "said_not_declared": "Disability",
            "coarsen": "Disability: leave out; Race: leave out",
            "note": INTERNAL,
        }
    ]


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "race": st.sampled_from(["Pakistani", "Indian", "Irish", "African"]),
            "sex": st.sampled_from(["Female", "Male"]),
            "age": st.sampled_from(["25-34", "35-44", "65-74"]),
        },
    ),
    max_size=25,
)


@given(PEOPLE, st.integers(1, 6))
def test_what_is_coarsened_is_shared_by_enough(made, k):
    """Whoever took part: after the steps at least k hold what is left, or nothing is left."""
    people = [person(place, **declared) for place, declared in enumerate(made)]
    for one in combinations(people, (), (), k=k):
        steps = {step.characteristic: step.to for step in one.coarsen}
        left = {each.characteristic: steps.get(each.characteristic, (each.category,)) for each in one.attributes}
        left = {key: categories for key, categories in left.items() if categories}
        sharing = [
            all(
                any(made_of.get(key) and category in (made_of[key], roll_up(key, made_of[key])) for category in wanted)
                for key, wanted in left.items()
            )
            for made_of in made
        ]
        assert not left or sum(sharing) >= k


def test_a_thousand_people_take_seconds():
    """A thousand people of six characteristics, every one of them the only one, are done in seconds."""
    keys = ("race", "sex", "age", "disability", "religion_or_belief", "sexual_orientation")
    people = [
        person(place, **{key: f"{key} {place % (7 + at)}" for at, key in enumerate(keys)}) for place in range(1000)
    ]
    began = time.perf_counter()
    assert len(combinations(people, (), ())) == 1000
    assert time.perf_counter() - began < 10
