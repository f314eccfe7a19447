"""What was learnt from marked texts finds identifiers by their sentence, whatever the name, and keeps the rest."""

import itertools
import random
import re
import socket
import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import yaml

from engagement.config import Settings
from engagement.errors import ModelMissing
from engagement.policy import PRINTED, Policy
from engagement.recognisers import learnt
from engagement.recognisers.analyser import LEARNT, Analyser, Found
from engagement.recognisers.learnt import (
    FOLDER,
    NOTHING,
    UNREPORTED,
    WITH_DIGITS,
    LearntRecognizer,
    chances,
    foretell,
    network,
)
from engagement.recognisers.patterns import NUMBERED, shape_recognisers
from engagement.recognisers.resolve import resolve
from engagement.recognisers.vocabulary import Vocabulary, ordinary_words, protected

ROOT = Path(__file__).parents[1]
LARGEST = 5_000_000  # bytes
NAMED = yaml.safe_load(files("engagement").joinpath("data", "origins.yaml").read_text(encoding="utf-8"))["origins"]
SENTENCES = [
    "We had {} round last night about the damp.",
    "In the end I rang {} because I had no one else.",
    "My neighbour {} can't use the stairs any more.",
    "Nobody listens when {} speaks up at these meetings.",
    "Me and {} sat there till four waiting on the plumber.",
]

# kind, text, what must be found
FOUND = [
    ("PERSON", "Only Oluwaseun and the two lads came to the meeting.", "Oluwaseun"),
    ("PERSON", "hi its yemisi again about the boiler", "yemisi"),
    ("PERSON", "Our Grace went for the job and never heard back.", "Grace"),
    ("PLACE", "The kids play by Thornwick Lane because there is nowhere else.", "Thornwick Lane"),
    ("SCHOOL", "My lad goes to Marlbeck Primary and gets no help.", "Marlbeck Primary"),
    ("GP_PRACTICE", "I can't get through to Osmere Road Surgery at eight.", "Osmere Road Surgery"),
    ("ORGANISATION", "I volunteer with Garford Tamil Lunch Club on Fridays.", "Garford Tamil Lunch Club"),
    ("AGE", "My mum is eighty-three and the lift is out.", "eighty-three"),
    ("PHONE", "Ring me on 07700 900418 after six.", "07700 900418"),
]

KEPT = [
    "As a Muslim woman and a wheelchair user I get asked twice.",
    "The Windrush generation were told to bring papers, and so were the Gypsy families.",
    "The council and the NHS and the DWP all sent the same letter.",
    "At Eid and Diwali and Christmas the hall is full.",
    "Black Lives Matter was a week and then it was forgotten.",
    "I came from Somalia to Birmingham and my sister went to Leeds.",
    "Deaf people, gay people, trans people: nobody asks us.",
    "There are two buses and three flights of stairs, and nine years of waiting.",
    "The Polish shop and the Bengali restaurant gave out food.",
    "Universal Credit stopped, PIP refused, Blue Badge lost.",
]


@pytest.fixture(scope="module")
def read():
    """Text -> the document that spaCy makes of it, with word vectors and nothing else."""
    import spacy

    unused = ["tok2vec", "tagger", "parser", "senter", "ner", "attribute_ruler", "lemmatizer"]
    return spacy.load(Settings().ner_path(), exclude=unused).make_doc


@pytest.fixture(scope="module")
def recogniser():
    return LearntRecognizer()


def hides(recogniser, doc, name):
    """Whether every word of `name` is inside a finding."""
    start = doc.text.index(name)
    covered = {place for span, *_ in recogniser.find(doc) for place in range(span.start_char, span.end_char)}
    return all(place in covered or not doc.text[place].isalpha() for place in range(start, start + len(name)))


@pytest.mark.parametrize(("kind", "text", "wanted"), FOUND)
def test_an_identifier_is_found_by_its_sentence(recogniser, read, kind, text, wanted):
    assert (wanted, kind) in [(span.text, found) for span, found, _ in recogniser.find(read(text))]


@pytest.mark.parametrize("text", KEPT)
def test_protected_words_are_left_alone(recogniser, read, text):
    """Nothing that is found in a text of protected and ordinary words outlives the rules for what may go."""
    found = [
        Found(result.start, result.end, result.entity_type, result.score, LEARNT)
        for result in recogniser.analyze(text, [], _Artifacts(read(text)))
    ]
    assert resolve(text, found, Policy(), Vocabulary(*protected()), ordinary_words(Settings().ner_path())) == []


class _Artifacts:
    def __init__(self, doc):
        self.tokens = doc


FORMS = {
    "full name": (lambda name: name, str),
    "first name alone": (lambda name: name.split()[0], str),
    "lower case": (lambda name: name, str.lower),
}


@pytest.mark.parametrize(("form", "floor"), [("full name", 0.9), ("first name alone", 0.85), ("lower case", 0.8)])
def test_names_of_every_origin_are_found_by_the_network_alone(recogniser, read, form, floor):
    """Of the names of each origin, none of which it was trained on, it hides at least the floor, before any pattern."""
    part, cased = FORMS[form]
    recall = {}
    for origin, names in NAMED.items():
        hidden = [
            hides(recogniser, read(cased(SENTENCES[number % len(SENTENCES)].format(part(name)))), cased(part(name)))
            for number, name in enumerate(names)
        ]
        recall[origin] = sum(hidden) / len(hidden)
    assert {origin: rate for origin, rate in recall.items() if rate < floor} == {}


@pytest.fixture
def surfaces(monkeypatch):
    """The module of `bench` that makes names for training."""
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    import identifier_surfaces

    yield identifier_surfaces
    sys.modules.pop("identifier_surfaces")


def words_of(names):
    return {word for name in names for word in re.findall(r"[^\W\d_]{2,}", name.casefold())}


def test_no_name_of_the_tests_is_trained_on(surfaces):
    """The names for training and the lists that recall is measured on share no given name, family name or part."""
    listed = yaml.safe_load((ROOT / "bench" / "anonymisation" / "names.yaml").read_text(encoding="utf-8"))
    tested = [
        *itertools.chain(*NAMED.values()),
        *(name for both in listed.values() for half in both.values() for name in half),
    ]
    trained = surfaces.names_by_origin()
    everyone = [name for parts in trained.values() for names in parts.values() for name in names]
    assert len(words_of(tested)) > 1000
    assert words_of(everyone) & words_of(tested) == set()


def test_no_blend_of_two_names_makes_one_of_the_tests(surfaces):
    names = surfaces.Names(random.Random(7))
    made = [names.one(names.origin(), part) for _ in range(5000) for part in ("given", "family")]
    assert words_of(made) & words_of(itertools.chain(*NAMED.values())) == set()


def test_every_origin_has_many_names_and_is_drawn_as_often(surfaces):
    """The rarest origin comes at least four fifths as often as the most frequent; names that are words come twice."""
    names = surfaces.Names(random.Random(3))
    drawn = Counter(names.origin() for _ in range(14_000))
    words = drawn.pop("also_words")
    assert min(drawn.values()) > 0.8 * max(drawn.values())
    assert words > 1.5 * max(drawn.values())
    assert min(len(names) for parts in names.origins.values() for names in parts.values()) > 150


def test_every_sentence_to_train_on_can_be_filled(surfaces):
    """Each slot of each template is a known one, and its words hold no brace."""
    maker = surfaces.Surfaces(random.Random(5), ["chair"], ["Leeds"])
    for template in maker.templates:
        for words, kind in maker.fill(template):
            assert "{" not in words
            assert kind is None or kind in surfaces.MAKERS


def test_every_kind_it_reports_is_one_of_the_policy(recogniser):
    assert set(recogniser.supported_entities) <= set(PRINTED)
    assert set(recogniser.supported_entities) == set(network().labels) - {NOTHING} - UNREPORTED


# Sentences in other scripts, in which nothing is a number of any kind; the last two hold one.
OTHER_SCRIPTS = [
    ("আমার বাড়ি খুব ঠান্ডা, ভাড়া অনেক বেশি।", False),
    ("أريد مترجم في المستشفى من فضلك", False),
    ("ਘਰ ਬਹੁਤ ਠੰਢਾ ਹੈ ਅਤੇ ਕਿਰਾਇਆ ਵੱਧ ਹੈ", False),
    ("房子很冷,没有人来修", False),
    ("мені холодно в квартирі", False),
    ("আমার নম্বর 07700 900418", True),
    ("رقمي ٠٧٧٠٠٩٠٠٤١٨", True),
]


@pytest.mark.parametrize(("text", "numbered"), OTHER_SCRIPTS)
def test_what_is_called_a_number_holds_a_digit(recogniser, read, text, numbered):
    """No word without a digit is a telephone's, a vehicle's or a reference's number, whatever its script."""
    found = [span.text for span, kind, _ in recogniser.find(read(text)) if kind in WITH_DIGITS]
    assert [words for words in found if not any(map(str.isdecimal, words))] == []
    assert any(map(str.isdecimal, text)) == numbered


def test_a_word_that_the_network_calls_a_number_is_none_without_a_digit(recogniser, read, monkeypatch):
    """Both sides: with certainty of a reference everywhere, only the word with a digit is reported as one."""
    labels = network().labels

    def certain(doc, folder):
        rows = np.zeros((len(doc), len(labels)), dtype=np.float32)
        rows[:, labels.index("REFERENCE")] = 0.9
        return rows

    monkeypatch.setattr(learnt, "chances", certain)
    assert [(span.text, kind) for span, kind, _ in recogniser.find(read("REF48213"))] == [("REF48213", "REFERENCE")]
    assert recogniser.find(read("ঠান্ডা")) == []


def test_a_title_alone_names_nobody(recogniser, read):
    assert [span.text for span, kind, _ in recogniser.find(read("They changed my title back to Mr after years."))] == []


def test_a_finding_ends_in_telling_words_and_takes_in_what_hangs_on_by_a_hyphen(recogniser, read):
    """No finding starts or ends with a preposition; "eighty-three" is one word though spaCy makes it three."""
    for _, text, _ in FOUND:
        for span, *_ in recogniser.find(read(text)):
            assert span[0].lower_ not in {"the", "at", "to", "my", "is"}
            assert span[-1].lower_ not in {"the", "at", "to", "my", "is", ","}


def test_the_same_text_gives_the_same_answer_alone_or_after_others(recogniser, read):
    text = FOUND[0][1]
    first = chances(read(text))
    for _, other, _ in FOUND:
        recogniser.find(read(other))
    assert (chances(read(text)) == first).all()


def test_it_is_loaded_once():
    assert network() is network()


def test_it_opens_no_connection(read, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    network.cache_clear()
    assert LearntRecognizer().find(read(FOUND[0][1]))


def test_what_ships_is_small_and_holds_no_pickle():
    """Four files: two of settings, spaCy's own message-pack of numbers, and what it says of itself."""
    import srsly

    shipped = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.is_file()}
    assert set(shipped) == {"config.cfg", "meta.json", "identifiers/cfg", "identifiers/model"}
    assert set(srsly.read_msgpack(shipped["identifiers/model"])) == {"nodes", "attrs", "params", "shims"}
    assert sum(path.stat().st_size for path in shipped.values()) < LARGEST


def test_a_missing_network_is_said_so(tmp_path):
    with pytest.raises(ModelMissing, match="No identifier recogniser"):
        network(tmp_path)


def test_without_a_document_nothing_is_found(recogniser):
    assert recogniser.analyze("Nkechi came.", []) == []


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00\x07\x1b", "\u200b\ufeff\u202e", "…", "\ud7ff" * 3])
def test_a_text_without_words_is_read_and_names_nobody(recogniser, read, text):
    """The empty text and control characters alone, or beside a text with words, raise nothing."""
    docs = [read(text), read(FOUND[0][1]), read(text)]
    foretell(docs)
    assert [len(chances(doc)) for doc in docs] == [len(doc) for doc in docs]
    assert recogniser.analyze(text, [], _Artifacts(docs[0])) == []
    assert hides(recogniser, docs[1], FOUND[0][2])


def test_documents_read_together_get_the_chances_they_get_alone(read):
    """Reading in batches changes no chance by more than rounding does."""
    together = [read(text) for _, text, _ in FOUND]
    foretell(together)
    for doc in together:
        assert abs(chances(doc) - chances(read(doc.text))).max() < 1e-5


@pytest.fixture(scope="module")
def analyser():
    return Analyser(Settings().ner_path())


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00\x07\x1b", "\u200b\ufeff\u202e"])
def test_the_analyser_reads_a_text_without_words(analyser, text):
    """It raises nothing, finds nothing, and answers for each text in its place."""
    nothing, something, again = analyser.find([text, FOUND[-1][1], text])
    assert (nothing, again) == ([], [])
    assert "PHONE" in [found.kind for found in something]


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Both accounts were closed: 12345678.", True),
        ("She paid it back, 12345678.", True),
        ("He counted 12345678 of them.", False),
    ],
)
def test_a_context_word_raises_the_score_in_any_of_its_forms(analyser, text, near):
    """A word that holds "account" or "paid" beside eight digits makes a bank account likelier, without lemmas."""
    scores = [found.score for found in analyser.find([text])[0] if found.found_by == "shape:BANK_ACCOUNT"]
    assert (max(scores) > 0.5) == near


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("I told Mark about the damp and he did nothing.", True),
        ("Mark says the lift is out again.", True),
        ("Will anybody answer the phone?", False),
    ],
)
def test_a_word_that_may_be_a_name_is_one_by_its_use(analyser, text, named):
    assert any(found.kind == "PERSON" for found in analyser.find([text])[0]) == named


def test_every_pattern_of_a_numbered_kind_asks_for_a_digit():
    """A text without a digit is not searched for these kinds, so none of their patterns may do without."""
    kinds = {recogniser.kind: recogniser for recogniser in shape_recognisers()}
    assert kinds.keys() >= NUMBERED
    sources = [pattern.pattern for kind in NUMBERED for pattern, _ in kinds[kind].patterns]
    assert [source for source in sources if "\\d" not in source] == []
