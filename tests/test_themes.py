"""The machine suggests themes from the codebook alone, learns from people, and never overrules them."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from engagement.codebook import default
from engagement.coding.coder import THRESHOLD, Coder, Labelled, clauses, parts
from engagement.config import Settings
from engagement.embed import embed_excerpts
from engagement.errors import BadInput
from engagement.model import Codebook, Coding, Decision, Excerpt, Mint, Role, SafeText, Theme, content_id, digest_of
from engagement.themes import MACHINE, TextCoding, code, code_texts, standing

SETTINGS = Settings()
BOOK = default()
MINT = Mint()

PLAIN = [
    ("We waited eight years for a council flat.", {"housing"}),
    ("The grant application was too long for a small group like ours.", {"community_grant_funding"}),
    ("People from the different communities never meet each other here.", {"siloed_communities"}),
    ("The bank refused me a loan to start my shop.", {"access_to_money"}),
    ("I was called a racist name on the tram.", {"racism"}),
    ("There is no ramp, so my wheelchair stays outside.", {"access"}),
    ("There is nowhere left for LGBTQIA+ young people to meet.", {"safe_spaces"}),
    ("The bins were not emptied again this week.", set()),
    ("Nothing else to say, thank you.", set()),
    ("My landlord won't mend the mould. And the food bank has run out of milk.", {"housing", "access_to_money"}),
]
TEXTS = [text for text, _ in PLAIN]

# A field that nothing here was made for; a child among its themes.
BIRDS = Codebook(
    "birds",
    1,
    (
        Theme("water", "Water birds", "Ducks, swans, geese and other birds that swim or wade."),
        Theme("owls", "Owls", "Birds that hunt at night: barn owls, tawny owls."),
        Theme("swans", "Swans", "Mute swans and whooper swans with their cygnets.", parent="water"),
    ),
)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vectors")


@pytest.fixture(scope="session")
def coder(cache: Path) -> Coder:
    return Coder(BOOK, [], SETTINGS, cache)


@pytest.fixture(scope="session")
def found(cache: Path) -> list[TextCoding]:
    return code_texts(TEXTS, BOOK, [], SETTINGS, cache=cache)


def excerpt(text: str, role: Role = Role.PARTICIPANT, at: int = 0) -> Excerpt:
    safe = SafeText(text, MINT)
    return Excerpt(content_id("e", at, text), "s1", at, at, safe, 0, len(text), digest_of(text), role, "p1", None)


def coding(theme: str, coder: str, decision: Decision, excerpt_id: str = "e1") -> Coding:
    return Coding(excerpt_id, theme, coder, decision, 0.5, (0, 1))


# ------------------------------------------------------- the codebook alone


@pytest.mark.parametrize(("at", "expected"), list(enumerate(keys for _, keys in PLAIN)), ids=TEXTS)
def test_plain_words_are_coded_as_anybody_would(found, at, expected):
    """A remark plainly on a theme carries it, several where there are several, and none where there is none."""
    assert set(found[at].keys) == expected


def test_every_theme_has_a_probability(found):
    """Every theme has a probability between 0 and 1, and those above the threshold are the keys, in order."""
    for one in found:
        assert list(one.scores) == list(BOOK.keys)
        assert all(0 <= score <= 1 for score in one.scores.values())
        assert list(one.keys) == [key for key, score in one.scores.items() if score > THRESHOLD]


def test_the_company_of_a_text_changes_nothing(coder):
    """A text is coded alike in any order, number and repetition of texts."""
    alone = np.vstack([coder.probabilities([text]) for text in TEXTS])
    assert coder.probabilities([*TEXTS[::-1], TEXTS[0]])[:-1][::-1] == pytest.approx(alone, abs=2e-4)


def test_empty_texts_carry_nothing(cache):
    """A text without words has no theme, whether several may be given or one."""
    for multi in (True, False):
        for one in code_texts(["", "  \n"], BOOK, [], SETTINGS, multi=multi, cache=cache):
            assert one == TextCoding((), dict.fromkeys(BOOK.keys, 0.0))
    assert code_texts([], BOOK, [], SETTINGS, cache=cache) == []


def test_single_gives_the_likeliest_or_none(cache):
    """With one theme a text, it is the likeliest; a text that is on nothing gets none."""
    single = code_texts(TEXTS, BOOK, [], SETTINGS, multi=False, cache=cache)
    for one, (_, expected) in zip(single, PLAIN, strict=True):
        assert set(one.keys) <= expected
        assert len(one.keys) == min(1, len(expected))


def test_what_a_theme_excludes_counts_against_it(cache):
    """An excluded phrase makes the texts like it less likely."""
    theme = Theme("boats", "Boats", "Sailing and rowing boats on the river.")
    strict = Theme("boats", "Boats", theme.definition, exclude=("canal holidays", "a holiday on a narrowboat"))
    texts = ["We had a canal holiday on a narrowboat.", "I go sailing in my dinghy."]
    plain, careful = (
        Coder(Codebook("", 1, (one,)), [], SETTINGS, cache).probabilities(texts)[:, 0] for one in (theme, strict)
    )
    assert careful[0] < plain[0] - 0.1
    assert careful[1] > THRESHOLD


def test_a_child_implies_its_parent(cache):
    """A text that carries a theme carries the theme above it, with at least its score; single gives the child."""
    texts = ["Two mute swans with six cygnets on the lake.", "Barn owls hunting at night."]
    swans, owls = code_texts(texts, BIRDS, [], SETTINGS, cache=cache)
    assert swans.keys == ("water", "swans")
    assert swans.scores["water"] >= swans.scores["swans"]
    assert owls.keys == ("owls",)
    assert [one.keys for one in code_texts(texts, BIRDS, [], SETTINGS, multi=False, cache=cache)] == [
        ("swans",),
        ("owls",),
    ]


def test_a_codebook_may_be_one_bare_theme(cache):
    """A theme that is a name and no more can still be found."""
    (one,) = code_texts(["The badgers dug up my lawn."], Codebook("", 1, (Theme("b", "Badgers", ""),)), [], SETTINGS)
    assert one.keys == ("b",)


def test_a_theme_is_its_lines():
    """A theme is read from its name, clauses, included phrases and examples, each once."""
    theme = Theme("a", "Ash", "Trees: tall, grey.", ("bark, leaf",), ("never this",), ("I like ash.", "Ash"))
    assert clauses("Trees: tall, grey.") == ["Trees", "tall", "grey"]
    assert parts(theme) == [
        "Ash",
        "Ash: Trees: tall, grey.",
        "Ash: Trees",
        "Ash: tall",
        "Ash: grey",
        "Trees",
        "tall",
        "grey",
        "bark, leaf",
        "bark",
        "leaf",
        "I like ash.",
    ]


# ------------------------------------------------------------------ learning

FERRETS = Codebook("", 1, (Theme("good", "Praise", "Glad of it."), Theme("bad", "Complaint", "Sorry about it.")))
TAUGHT = [
    *((f"The {thing} plinked all day long.", frozenset({"good"})) for thing in ("ferret", "kettle", "drum", "parrot")),
    *((f"The {thing} glorped all day long.", frozenset({"bad"})) for thing in ("ferret", "kettle", "drum", "parrot")),
    *((f"There is a {thing} on the table.", frozenset[str]()) for thing in ("ferret", "kettle", "drum", "parrot")),
]
UNSEEN = ["My goat plinked.", "My goat glorped.", "There is a goat."]


def test_it_learns_from_examples(cache):
    """Words that only the examples explain are understood after them, and not before."""
    before = code_texts(UNSEEN, FERRETS, [], SETTINGS, cache=cache)
    after = code_texts(UNSEEN, FERRETS, TAUGHT, SETTINGS, cache=cache)
    for at, key, other in ((0, "good", "bad"), (1, "bad", "good")):
        gain = after[at].scores[key] - after[at].scores[other]
        assert gain > before[at].scores[key] - before[at].scores[other] + 0.1
        assert gain > 0


def test_the_order_of_examples_changes_nothing(cache):
    """The same examples in another order, or twice, teach the same."""
    once = code_texts(UNSEEN, FERRETS, TAUGHT, SETTINGS, cache=cache)
    assert once == code_texts(UNSEEN, FERRETS, [*TAUGHT[::-1], TAUGHT[3]], SETTINGS, cache=cache)


def test_examples_with_a_strange_key_are_refused(cache):
    """A theme that the codebook lacks is named, with the example that has it."""
    with pytest.raises(BadInput) as caught:
        code_texts(["x"], FERRETS, [("a", frozenset()), ("b", frozenset({"ugly"}))], SETTINGS, cache=cache)
    assert str(caught.value) == "examples, example 2: no theme has the key 'ugly'. Use the codebook's keys."


def test_false_alarms_are_learnt_from(cache):
    """Texts on which a theme was rejected, and nothing else decided, make it rarer on texts like them."""
    boats = Codebook("", 1, (Theme("boats", "Boats", "Sailing and rowing boats on the river."),))
    wrong = [f"The gravy boat from my {kin} is cracked." for kin in ("aunt", "uncle", "cousin", "sister", "niece")]
    asked = ["The gravy boat from my brother is cracked."]
    naive = Coder(boats, [], SETTINGS, cache).probabilities([*wrong, *asked])[:, 0]
    taught = Coder(boats, [Labelled(text, {"boats": False}) for text in wrong], SETTINGS, cache)
    assert (naive > THRESHOLD).all()
    assert taught.probabilities(asked)[0, 0] < naive[-1] - 0.2


# ------------------------------------------------------------------- codings


def test_codings_of_participants_and_documents_only(cache):
    """Participants and documents are coded, facilitators and note takers are not."""
    excerpts = [excerpt(TEXTS[0], role, at) for at, role in enumerate(Role)]
    embeddings = embed_excerpts(excerpts, SETTINGS, cache)
    coded = {one.excerpt_id for one in code(excerpts, embeddings, BOOK, (), SETTINGS, cache)}
    assert coded == {one.excerpt_id for one in excerpts if one.role in (Role.PARTICIPANT, Role.NOBODY)}
    assert code(excerpts[1:3], embeddings, BOOK, (), SETTINGS, cache) == ()


def test_a_coding_rests_on_its_sentence(cache):
    """A suggestion names the model, its score, and the sentence of the excerpt that it rests on."""
    one = excerpt("Hello. My landlord won't mend the mould! And the food bank has run out of milk, mind.")
    found = code([one], embed_excerpts([one], SETTINGS, cache), BOOK, (), SETTINGS, cache)
    assert {item.theme_key: one.text[slice(*item.because)] for item in found} == {
        "housing": "My landlord won't mend the mould!",
        "access_to_money": "And the food bank has run out of milk, mind.",
    }
    for item in found:
        assert item.decision is Decision.SUGGESTED
        assert re.fullmatch(MACHINE + r"all-MiniLM-L6-v2:\d+", item.coder)
        assert THRESHOLD < item.score <= 1


def test_an_implied_parent_rests_on_its_childs_sentence(cache):
    """Where a child implies its parent, both rest on the same words."""
    one = excerpt("It was cold. Two mute swans and their cygnets came.")
    found = code([one], embed_excerpts([one], SETTINGS, cache), BIRDS, (), SETTINGS, cache)
    assert {item.theme_key: item.because for item in found} == {"water": (13, 51), "swans": (13, 51)}


def test_people_teach_the_machine(cache):
    """What people accept and reject changes what the machine suggests elsewhere."""
    taught = [excerpt(text, at=at) for at, (text, _) in enumerate(TAUGHT)]
    asked = [excerpt(text, at=at) for at, text in enumerate(UNSEEN[:2])]
    people = [
        coding(key, "Ana", Decision.ACCEPTED, one.excerpt_id)
        for one, (_, keys) in zip(taught, TAUGHT, strict=True)
        for key in keys
    ]
    excerpts = [*taught, *asked]
    found = code(excerpts, embed_excerpts(excerpts, SETTINGS, cache), FERRETS, people, SETTINGS, cache)
    of = {one.excerpt_id: {item.theme_key for item in found if item.excerpt_id == one.excerpt_id} for one in asked}
    assert [of[one.excerpt_id] for one in asked] == [{"good"}, {"bad"}]
    assert all(item.coder.startswith(MACHINE) for item in found)


def test_coding_again_gives_the_same(cache):
    """What the machine said before is no evidence: only what people decide changes what it says."""
    excerpts = [excerpt(text, at=at) for at, text in enumerate(TEXTS)]
    embeddings = embed_excerpts(excerpts, SETTINGS, cache)
    people = [
        coding("housing", "Ana", Decision.ACCEPTED, excerpts[9].excerpt_id),
        coding("racism", "Ana", Decision.REJECTED, excerpts[4].excerpt_id),
    ]
    first = code(excerpts, embeddings, BOOK, people, SETTINGS, cache)
    assert first != code(excerpts, embeddings, BOOK, (), SETTINGS, cache)
    assert first == code(excerpts, embeddings, BOOK, [*first, *people], SETTINGS, cache)


def test_an_undecided_suggestion_is_no_rejection(cache):
    """Accepting one theme of an excerpt does not turn the machine against another that it suggests there."""
    both = [
        excerpt(f"The damp is back. I owe the bailiffs money and can't buy {food}.", at=at)
        for at, food in enumerate(("milk", "rice", "eggs", "bread", "beans", "soup", "fruit", "tea"))
    ]
    embeddings = embed_excerpts(both, SETTINGS, cache)
    people = [coding("housing", "Ana", Decision.ACCEPTED, one.excerpt_id) for one in both[:7]]
    found = code(both, embeddings, BOOK, people, SETTINGS, cache)
    assert {item.theme_key for item in found if item.excerpt_id == both[7].excerpt_id} == {"housing", "access_to_money"}


MINE, OLD, YES, NO = Decision.SUGGESTED, "machine:old:1", Decision.ACCEPTED, Decision.REJECTED


@pytest.mark.parametrize(
    ("made", "holds"),
    [
        ([], []),
        ([("a", OLD, MINE)], [("a", OLD, MINE)]),
        ([("a", OLD, MINE), ("a", "machine:new:2", MINE)], [("a", "machine:new:2", MINE)]),
        # a person outranks the machine, whoever spoke last
        ([("a", OLD, MINE), ("a", "Ana", YES)], [("a", "Ana", YES)]),
        ([("a", "Ana", YES), ("a", OLD, MINE)], [("a", "Ana", YES)]),
        ([("a", OLD, MINE), ("a", "Ana", NO)], []),
        ([("a", "Ana", NO), ("a", OLD, MINE)], []),
        # of people, the last
        ([("a", "Ana", NO), ("a", "Ben", YES)], [("a", "Ben", YES)]),
        ([("a", "Ana", YES), ("a", "Ben", NO)], []),
        # what a person took back is the machine's again, or an earlier person's, or nobody's
        ([("a", OLD, MINE), ("a", "Ana", YES), ("a", "Ana", MINE)], [("a", OLD, MINE)]),
        ([("a", OLD, MINE), ("a", "Ana", NO), ("a", "Ana", MINE)], [("a", OLD, MINE)]),
        ([("a", "Ana", YES), ("a", "Ben", NO), ("a", "Ben", MINE)], [("a", "Ana", YES)]),
        ([("a", "Ana", YES), ("a", "Ana", MINE)], []),
        # each theme for itself, in the order of first mention
        ([("a", OLD, MINE), ("b", "Ana", YES), ("a", "Ana", YES)], [("a", "Ana", YES), ("b", "Ana", YES)]),
    ],
)
def test_what_holds_now(made, holds):
    """A person's latest decision outranks the machine's suggestion; what is rejected does not hold."""
    assert standing([coding(*one) for one in made]) == tuple(coding(*one) for one in holds)


def test_excerpts_are_told_apart():
    """A decision on one excerpt says nothing of another."""
    first, second = coding("a", "Ana", NO, "e1"), coding("a", OLD, MINE, "e2")
    assert standing([first, second]) == (second,)
