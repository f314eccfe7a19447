"""What is offered first teaches most; decisions come many at a time and can be taken back; the curve is honest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engagement.coding import learning
from engagement.coding.blind import BLIND, Judged, Sample, lessons
from engagement.coding.coder import THRESHOLD, Labelled
from engagement.coding.learning import Said, alike, decide, doubt, next_to_code, queue, undo
from engagement.coding.learning_curve import CARRIERS, FEWEST, curve
from engagement.config import Settings
from engagement.model import Codebook, Coding, Decision, Excerpt, Mint, Role, SafeText, Theme, digest_of
from engagement.themes import code, standing, taught, waiting

MINT = Mint()
BOOK = Codebook("town", 1, (Theme("travel", "Travel", ""), Theme("paths", "Paths", ""), Theme("shops", "Shops", "")))
ALL = frozenset(BOOK.keys)
YES, NO, MAYBE = Decision.ACCEPTED, Decision.REJECTED, Decision.SUGGESTED
MACHINE = "machine:m:1"
SURE = [0.001, 0.001, 0.001]


def excerpt(number: int, text: str = "", role: Role = Role.PARTICIPANT, language: str = "en") -> Excerpt:
    safe = SafeText(text or f"Words of excerpt {number}.", MINT)
    return Excerpt(f"e{number}", "s1", number, number, safe, 0, len(safe), digest_of(safe), role, "p1", None, language)


def coding(theme: str, decision: Decision, coder: str = "Asha", number: int = 0, because=(0, 4)) -> Coding:
    return Coding(f"e{number}", theme, coder, decision, 1.0, because)


def axes(number: int) -> np.ndarray:
    """Vectors that are all equally far apart."""
    return np.eye(number, dtype=np.float32)


def offered(chances, vectors=None, said=Said(), number=20) -> list[str]:  # noqa: B008 - it is frozen
    excerpts = [excerpt(place) for place in range(len(chances))]
    found = queue(
        excerpts, np.array(chances), axes(len(chances)) if vectors is None else vectors, BOOK, said, number=number
    )
    return [one.excerpt_id for one in found.excerpts]


# the queue


def test_doubt_is_greatest_at_the_threshold():
    """At the probability that decides the machine is least certain, on either side it is more so."""
    values = doubt(np.array([0.0, 0.05, THRESHOLD, 0.6, 1.0]))
    assert values[2] == pytest.approx(1)
    assert values[0] == values[4] == 0
    assert 0 < values[1] < 1
    assert 0 < values[3] < 1


def test_the_most_doubtful_come_first():
    """The excerpts whose themes the machine can't tell come before those of which it is certain."""
    chances = [SURE, [THRESHOLD, 0.001, 0.001], [0.6, 0.001, 0.001], [0.99, 0.001, 0.001]]
    assert offered(chances)[:2] == ["e1", "e2"]
    assert offered(chances, number=1) == ["e1"]


def test_near_copies_are_far_apart():
    """Of two excerpts in nearly the same words the second comes after others that are less doubtful."""
    vectors = axes(3)
    vectors[1] = vectors[0]
    chances = [[THRESHOLD] * 3, [THRESHOLD] * 3, [0.7, 0.001, 0.001]]
    assert offered(chances, vectors) == ["e0", "e2", "e1"]


def test_what_is_like_the_coded_comes_later():
    """An excerpt in nearly the words of one that a person coded teaches little."""
    vectors = axes(3)
    vectors[1] = vectors[0]
    said = Said(judged=[Judged("e0", "Asha", ALL)])
    assert offered([[THRESHOLD] * 3] * 3, vectors, said) == ["e2", "e1"]


def test_themes_with_few_examples_come_first():
    """Equally doubtful, the excerpt of the theme with fewer examples is offered first."""
    chances = [[0.001, THRESHOLD, 0.001], [THRESHOLD, 0.001, 0.001], *[SURE] * 20]
    said = Said([coding("paths", YES, number=number) for number in range(2, 22)])
    assert offered(chances, said=said)[0] == "e1"
    assert offered(chances, said=Said([replace(one, theme_key="travel") for one in said.codings]))[0] == "e0"


DOUBTFUL = [[THRESHOLD] * 3] * 3


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (Said(), {"e0", "e1", "e2"}),
        # judged by a person, by every theme or by all but one
        (Said(judged=[Judged("e1", "Asha", ALL)]), {"e0", "e2"}),
        (Said(judged=[Judged("e1", "Asha", ALL - {"shops"})]), {"e0", "e1", "e2"}),
        (Said([coding("shops", NO, number=1)], [Judged("e1", "Asha", ALL - {"shops"})]), {"e0", "e2"}),
        # judged by the machine, or blind by a coder whose word counts nowhere
        (Said(judged=[Judged("e1", MACHINE, ALL), Judged("e1", f"{BLIND}Ben", ALL)]), {"e0", "e1", "e2"}),
        # in a sample, whether judged or not
        (Said(samples=[Sample("b", ("e0", "e1"), (1.0, 1.0), 0.1, 1)]), {"e2"}),
        (Said([coding("shops", MAYBE)], [], [Sample("b", ("e0", "e1"), (1.0, 1.0), 0.1, 1)]), {"e2"}),
    ],
)
def test_what_is_decided_or_sampled_is_not_offered(said, left):
    """Sampled excerpts are never offered, nor those of which people have said all."""
    assert set(offered(DOUBTFUL, said=said)) == left


def test_what_waits_for_a_decision_comes_first():
    """A theme that was split, or a decision taken back, is asked for before anything else."""
    said = Said([coding("shops", YES, number=1), coding("shops", MAYBE, number=1)], [Judged("e1", "Asha", ALL)])
    assert offered([[THRESHOLD] * 3, SURE, [THRESHOLD] * 3], said=said)[0] == "e1"
    same = np.ones((3, 1), np.float32)  # even where it is in the very words of another that is coded
    judged = [*said.judged, Judged("e0", "Asha", ALL)]
    assert offered([[THRESHOLD] * 3, SURE, [THRESHOLD] * 3], same, replace(said, judged=judged)) == ["e1", "e2"]


def test_the_order_of_excerpts_changes_nothing():
    """The same excerpts in another order are offered in the same order."""
    rng = np.random.default_rng(5)
    excerpts = [excerpt(number) for number in range(60)]
    chances, vectors = rng.random((60, 3)).round(1), rng.standard_normal((60, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    turned = rng.permutation(60)
    first = queue(excerpts, chances, vectors, BOOK, Said())
    second = queue([excerpts[at] for at in turned], chances[turned], vectors[turned], BOOK, Said())
    assert [one.excerpt_id for one in first.excerpts] == [one.excerpt_id for one in second.excerpts]
    assert len(first.excerpts) == 20


def test_the_nearest_accepted_example_is_shown():
    """For a theme of an excerpt the nearest other one in which a person accepted it, and none where there is none."""
    vectors = np.array([[1, 0], [0.9, 0.436], [0.6, 0.8]], np.float32)
    excerpts = [excerpt(number) for number in range(3)]
    accepted = [coding("shops", YES, number=number) for number in range(3)]
    assert alike(excerpts, vectors, accepted, [0, 1]) == {("e0", "shops"): excerpts[1], ("e1", "shops"): excerpts[0]}
    assert alike(excerpts, vectors, [coding("shops", YES)], [0]) == {}
    assert alike(excerpts, vectors, [coding("shops", MAYBE, MACHINE)], [1]) == {}


# decisions


def test_many_are_decided_at_once():
    """One decision a excerpt, each resting on the words that were suggested for it."""
    made = decide(["e0", "e1", "e0"], "shops", YES, "Asha", [coding("shops", MAYBE, MACHINE, because=(3, 9))])
    assert made == (coding("shops", YES, because=(3, 9)), coding("shops", YES, number=1, because=(0, 0)))


@pytest.mark.parametrize(
    ("made", "holds"),
    [
        # taken back, what was before holds: the machine's word, another person's, one's own, or nothing
        ([coding("shops", MAYBE, MACHINE), coding("shops", NO)], {MACHINE}),
        ([coding("shops", YES)], set()),
        ([coding("shops", YES, "Ben"), coding("shops", NO)], {"Ben"}),
        ([coding("shops", YES), coding("shops", NO)], {"Asha"}),
        # who has said nothing has nothing to take back
        ([coding("shops", YES, "Ben")], {"Ben"}),
    ],
)
def test_a_decision_is_taken_back(made, holds):
    """Undoing is a new decision of the earlier state, so that no row is ever deleted."""
    after = [*made, *undo(["e0", "e1"], "shops", "Asha", made)]
    assert {one.coder for one in standing(after)} == holds


def test_undone_twice_is_done():
    """Taking back what was taken back makes the decision hold again."""
    made = [coding("shops", YES)]
    for _ in range(2):
        made += undo(["e0"], "shops", "Asha", made)
    assert [one.decision for one in made] == [YES, MAYBE, YES]
    assert standing(made) == (made[2],)
    assert waiting(made[:2]) == (made[1],)


# what the machine learns from


def test_a_sampled_excerpt_teaches_nothing():
    """Neither codings nor judgements of sampled excerpts, of blind coders or of machines' own are lessons."""
    codings = [coding("shops", YES), coding("shops", YES, number=1), coding("shops", YES, f"{BLIND}Ben", number=2)]
    judged = [Judged("e0", "Asha", ALL), Judged("e1", "Asha", ALL), Judged("e2", f"{BLIND}Ben", ALL)]
    judged.append(Judged("e2", MACHINE, ALL))
    sample = Sample("b", ("e1",), (1.0,), 0.1, 1)
    assert lessons(codings, judged, [sample]) == ((codings[0],), (judged[0],))


@pytest.mark.parametrize(
    ("codings", "judged", "known"),
    [
        ([], [Judged("e0", "Asha", ALL)], {"travel": False, "paths": False, "shops": False}),
        ([coding("shops", YES)], [Judged("e0", "Asha", ALL)], {"travel": False, "paths": False, "shops": True}),
        ([coding("shops", NO)], [], {"shops": False}),
        ([coding("shops", YES), coding("shops", MAYBE)], [], None),
        ([coding("shops", MAYBE, MACHINE)], [], None),
        ([coding("lost", YES)], [], None),
        # a theme that came into the codebook after the excerpt was judged
        ([coding("shops", YES)], [Judged("e0", "Asha", ALL - {"paths"})], {"travel": False, "shops": True}),
        ([], [], None),
    ],
)
def test_what_people_judged_is_known(codings, judged, known, cache):
    """Of an excerpt that somebody is done with, what they left out is not there; what was taken back is unknown."""
    found = taught([excerpt(0, "The hedgehog slept.")], BOOK, codings, judged, Settings(), cache)
    assert (dict(found["e0"].carries) if found else None) == known


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("vectors")


LAND = Codebook(
    "land",
    1,
    (Theme("owls", "Owls", "Birds that hunt at night."), Theme("trains", "Trains", "Railways, stations and tickets.")),
)
WORDS = [
    "The barn owl hunts at night.",
    "Tawny owls call from the wood.",
    "Owls nest in the old church.",
    "The ticket office at the station shut.",
    "Trains to the coast are late.",
    "The railway bridge is closed.",
    "I like my tea hot.",
    "Nothing to add.",
]


def test_people_are_never_overruled(cache):
    """Coding again leaves every decision of a person as it is, and what the machine says of it counts for nothing."""
    excerpts = [excerpt(number, words) for number, words in enumerate(WORDS)]
    first = coded(excerpts, [], cache)
    assert {one.theme_key for one in first if one.excerpt_id == "e0"} == {"owls"}
    people = [coding("owls", NO), coding("trains", YES, number=1)]
    second = coded(excerpts, people, cache)
    for order in ([*second, *people], [*people, *second]):
        held = {(one.excerpt_id, one.theme_key): one.coder for one in standing(order)}
        assert ("e0", "owls") not in held
        assert held["e1", "trains"] == "Asha"


def test_a_sampled_excerpt_changes_no_suggestion(cache):
    """What people say of a sampled excerpt leaves all suggestions as they are; of another it changes some."""
    excerpts = [excerpt(number, words) for number, words in enumerate(WORDS)]
    people = [coding("trains", YES, number=number) for number in range(3)]
    people += [coding("owls", NO, number=number) for number in range(3)]
    judged = [Judged(f"e{number}", "Asha", frozenset(LAND.keys)) for number in range(3)]
    sample = Sample("b", ("e0", "e1", "e2"), (1.0,) * 3, 0.1, 1)
    before = coded(excerpts, [], cache)
    learnt, whole = lessons(people, judged, [sample])
    assert coded(excerpts, learnt, cache, whole) == before
    learnt, whole = lessons(people, judged, [])
    assert coded(excerpts, learnt, cache, whole) != before


def coded(excerpts, people, cache, judged=()):
    from engagement.embed import embed_excerpts

    return code(excerpts, embed_excerpts(excerpts, Settings(), cache), LAND, people, Settings(), cache, judged)


def test_a_projects_queue_is_what_a_person_may_code(cache):
    """Only what participants and documents say in English is offered; a project with nothing to read has no queue."""
    excerpts = [excerpt(number, words) for number, words in enumerate(WORDS)]
    others = [excerpt(90, "Shall we begin?", Role.FACILITATOR), excerpt(91, "Nid oes trenau.", language="cy")]
    found = next_to_code([*excerpts, *others], LAND, Said(), Settings(), cache)
    assert {one.excerpt_id for one in found.excerpts} == {f"e{number}" for number in range(len(WORDS))}
    assert next_to_code(others, LAND, Said(), Settings(), cache).excerpts == ()


def test_of_very_many_excerpts_a_draw_is_read_and_all_that_people_coded(monkeypatch):
    """The draw is the same whatever the order; what is coded stays in it, so that what is near comes later."""
    monkeypatch.setattr(learning, "MOST_READ", 5)
    excerpts = [excerpt(number) for number in range(40)]
    said = Said(
        [coding("travel", YES, number=7), coding("travel", MAYBE, MACHINE, 8)], [Judged("e9", "Asha", BOOK.keys)]
    )
    drawn = [one.excerpt_id for one in learning._drawn(excerpts, said)]
    assert len(drawn) == 7
    assert {"e7", "e9"} <= set(drawn)
    assert drawn == [one.excerpt_id for one in learning._drawn(excerpts[::-1], said)][::-1]


# the curve


def known(number: int, every: int = 3) -> list[Labelled]:
    return [
        Labelled(f"text {place}", {"travel": place % every == 0, "paths": place % every == 1, "shops": False})
        for place in range(number)
    ]


def learner(rate: float):
    """A made-up machine that is right of a share of texts which grows with what it has learnt."""

    def make(examples):
        share = 0.4 + rate * len(examples)

        def read(texts):
            truth = {one.text: one for one in known(400)}
            right = [int(digest_of(text)[:6], 16) / 16**6 < share for text in texts]
            rows = [
                [truth[text].carries[key] == fine for key in BOOK.keys] for text, fine in zip(texts, right, strict=True)
            ]
            return np.array(rows, float).reshape(len(texts), 3)

        return read

    return make


@pytest.mark.parametrize(
    ("labelled", "words"),
    [
        ([], f"Too little to tell: people have coded 0 excerpts of {FEWEST} needed."),
        (known(39), f"Too little to tell: people have coded 39 excerpts of {FEWEST} needed."),
        (
            known(40, every=100),
            f"Too little to tell: no theme is in {CARRIERS} of the excerpts that people coded.",
        ),
        # excerpts on one theme of which somebody decided don't count
        (
            [replace(one, carries={"travel": True}) for one in known(60)],
            f"Too little to tell: people have coded 0 excerpts of {FEWEST} needed.",
        ),
    ],
)
def test_too_little_is_said_to_be_so(labelled, words):
    """With too few coded excerpts, or none of any theme, the curve says how many are needed and gives no number."""
    found = curve(labelled, BOOK, learner(0.01))
    assert (found.words, found.points, found.now, found.then) == (words, (), None, None)


def test_a_growing_machine_is_said_to_grow():
    """Where more examples bring more, the next 50 are said to, within their interval, and the size is right."""
    found = curve(known(120), BOOK, learner(0.006))
    assert [point.examples for point in found.points] == [0, 22, 45, 68, 90]
    assert found.points[-1].f1 > found.points[1].f1
    assert found.now < found.then <= 1
    assert found.low <= found.then <= found.high
    assert found.words.startswith("Coding 50 more ")
    assert " raise F1, the mean of 2 themes, from about 0." in found.words


def test_a_machine_that_stands_still_is_said_to():
    """Where more examples bring nothing, no gain is promised."""
    found = curve(known(120), BOOK, learner(0.0))
    assert found.then == pytest.approx(found.now, abs=0.01)
    assert found.words.startswith("Coding 50 more is unlikely to change much: F1, the mean of 2 themes, is about ")


def test_the_order_of_what_is_coded_changes_nothing():
    """The same coded excerpts in another order give the same curve."""
    labelled = known(80)
    assert curve(labelled, BOOK, learner(0.004)) == curve(labelled[::-1], BOOK, learner(0.004))
