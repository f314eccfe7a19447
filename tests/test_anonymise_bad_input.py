"""Whatever a text is made of and however long it is, it is made safe or withheld, in bounded time, and never raises."""

from time import perf_counter

import pytest

from engagement.anonymise import anonymise, anonymise_texts
from engagement.config import Settings
from engagement.model import SafeDocument, Withheld
from engagement.policy import Policy
from engagement.recognisers.pool import LONGEST, LONGEST_RUN, AnalyserFailed
from engagement.vault import Ledger

ODD = {
    "capitals": "AMINA BEGUM OF 14 LINNET CLOSE RANG 07700 900418 ABOUT THE LIFT.",
    "lower case": "amina begum of 14 linnet close rang 07700 900418 about the lift.",
    "no spaces": "aminabegumsaidthatthelifthasbeenout" * 40,
    "other scripts": "تحدثت أمينة عن المصعد. 电梯坏了三个月。 Лифт не работает. লিফট নষ্ট।",
    "emoji in a name": "I met Ami\U0001f600na Beg\U0001f3fdum at the lift \U0001f468\u200d\U0001f469\u200d\U0001f467.",
    "unseen and look-alike": "Write to аmi\u200bna.be\u00adgum@exаm\u200dple.org about it.",
    "right to left": "She said \u202eمرحبا\u202c to Amina Begum, 07700 900418.",
    "only names": "Amina Begum Nkechi Okonjo Tomasz Kowalczyk Mei Ling Chow Siobhan Geraghty",
    "lone surrogate": "Amina \ud800 Begum rang.",
    "marks alone": "[Person 3] of [address] rang [Person 12], [aged 75+].",
    "nothing": "",
}
GONE = ["LINNET", "linnet", "900418", "ple.org", "gum@", "Okonjo", "Kowalczyk", "Geraghty", "Amina Begum"]
LONG = {
    "one line": "The lift at the flats has been out and Nkechi Adeyemi rang 07700 900418 about it again. ",
    "no spaces": "aminabegumsaidthatthelifthasbeenout",
    "capitals": "AMINA BEGUM OF 14 LINNET CLOSE RANG ABOUT THE LIFT ",
    "only names": "Nkechi Adeyemi Tomasz Wrona Amina Begum Delroy Campbell ",
    "other scripts": "تحدثت أمينة عن المصعد ",
    "hyphens": "al-",
    "addresses": "a@b.",
}


@pytest.fixture(scope="module")
def documents(raw_document_of):
    """A document for each odd text, made safe or withheld."""
    made = anonymise([raw_document_of(text) for text in ODD.values()], (), Policy(), Ledger(b"key"), Settings())
    return dict(zip(ODD, made, strict=True))


@pytest.fixture(scope="module")
def raw_document_of():
    from engagement.model import FileCounts, Kind, RawDocument, RawText, RawTurn, Source, digest_of

    def make(text):
        turn = RawTurn(0, "line 1", Kind.PROSE, RawText(text))
        return RawDocument(Source("notes.txt", "txt", digest_of(text)), (turn,), counts=FileCounts(turns=1))

    return make


@pytest.mark.parametrize("name", ODD)
def test_an_odd_document_is_made_safe_or_withheld(documents, name):
    """No document raises, and nothing of an identifier stays readable in one that goes on."""
    document = documents[name]
    if isinstance(document, Withheld):
        assert all(gone not in document.reason for gone in GONE)
        return
    assert [gone for gone in GONE if gone in document.turns[0].text] == []


def test_a_document_that_is_safe_already_is_left_alone(documents, raw_document_of):
    """Anonymised words come back as they were, marks and all, however odd they are."""
    safe = [document.turns[0].text for document in documents.values() if isinstance(document, SafeDocument)]
    again = list(anonymise([raw_document_of(str(text)) for text in safe], (), Policy(), Ledger(b"key"), Settings()))
    assert [str(document.turns[0].text) for document in again] == [str(text) for text in safe]
    assert len(safe) >= len(ODD) - 1


def test_a_long_text_takes_time_in_proportion():
    """20,000 characters without a break, of each sort, are answered soon, and their identifiers are gone."""
    texts = [(text * (20_000 // len(text) + 1))[:20_000] for text in LONG.values()]
    begun = perf_counter()
    answers = anonymise_texts(texts, Policy(), Ledger(b"key"), Settings())
    assert perf_counter() - begun < 60
    assert not any(isinstance(answer, AnalyserFailed) for answer in answers)
    assert not any(gone in answer[0] for gone in GONE for answer in answers)


def test_a_text_without_end_is_withheld_at_once(raw_document_of):
    """What is longer than can be searched in bounded time is withheld with a sentence that says so."""
    text = (LONG["one line"] * 12_000)[:1_000_000]
    sentence = f"one text in it has over {LONGEST:,} characters"
    bad, run, good = anonymise_texts([text, "al-" * 20_000, "Ring me."], Policy(), Ledger(b"key"), Settings())
    assert str(bad) == sentence
    assert str(run) == f"one text in it has over {LONGEST_RUN:,} characters without a space"
    assert str(good[0]) == "Ring me."
    (withheld,) = anonymise([raw_document_of(text)], (), Policy(), Ledger(b"key"), Settings())
    assert isinstance(withheld, Withheld)
    assert (
        withheld.reason
        == f"{sentence}; nothing of it was kept. Run it again by itself, or split the file and try the parts"
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", LONG)
def test_the_longest_texts_are_answered_within_a_minute(name):
    """As long as is allowed a text is searched, at a million characters withheld, on a machine at rest."""
    for length in (LONGEST, 1_000_000):
        text = (LONG[name] * (length // len(LONG[name]) + 1))[:length]
        begun = perf_counter()
        (answer,) = anonymise_texts([text], Policy(), Ledger(b"key"), Settings())
        assert perf_counter() - begun < 60
        assert isinstance(answer, AnalyserFailed) or length <= LONGEST
