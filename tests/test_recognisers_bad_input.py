"""Whatever a text is made of, the anonymiser answers: it never raises, and what it can't search it withholds."""

import pytest

from engagement.anonymise import anonymise_texts
from engagement.config import Settings
from engagement.policy import Policy
from engagement.recognisers.pool import AnalyserFailed
from engagement.vault import Ledger

BAD = {
    "empty": "",
    "spaces": "   \n\t ",
    "no spaces": "aminabegumsaidthatthelifthasbeenout" * 40,
    "capitals": "AMINA BEGUM OF 14 LINNET CLOSE RANG 07700 900418 ABOUT THE LIFT.",
    "lower case": "amina begum of 14 linnet close rang 07700 900418 about the lift.",
    "other scripts": "تحدثت أمينة عن المصعد. 电梯坏了三个月。 Лифт не работает. লিফট নষ্ট।",
    "emoji in a name": "I met Ami\U0001f600na Beg\U0001f3fdum at the lift \U0001f468\u200d\U0001f469\u200d\U0001f467.",
    "unseen characters": "Write to ami\u200bna.be\u00adgum@exam\u200dple.org about it.",
    "look-alikes": "Write to аmina@exаmple.org about it.",
    "right to left": "She said \u202eمرحبا\u202c to Amina Begum, 07700 900418.",
    "only names": "Amina Begum Nkechi Okonjo Tomasz Kowalczyk Mei Ling Chow Siobhan Geraghty",
    "only numbers": "07700 900418 " * 50,
    "controls": "Amina\x00Begum\x07\x1b[31m rang\ufeff.",
    "combining": "A\u0301\u0302\u0303mina" * 30,
    "lone surrogate": "Amina \ud800 Begum rang.",
    "a mark": "[Person 3] of [address] rang [Person 12], [aged 75+].",
}
GONE = {
    "capitals": ["900418", "LINNET"],
    "lower case": ["900418", "linnet"],
    "unseen characters": ["gum@", "ple.org"],
    "look-alikes": ["mple.org"],
    "right to left": ["900418"],
    "only names": ["Okonjo", "Kowalczyk", "Geraghty"],
    "only numbers": ["07700"],
}


@pytest.fixture(scope="module")
def answers():
    found = anonymise_texts(list(BAD.values()), Policy(), Ledger(b"key"), Settings(), workers=1)
    return dict(zip(BAD, found, strict=True))


@pytest.mark.parametrize("name", BAD)
def test_every_text_is_answered_or_withheld(answers, name):
    """No text raises, and one that can't be searched costs its neighbours nothing."""
    answer = answers[name]
    assert isinstance(answer, AnalyserFailed) or isinstance(str(answer[0]), str)


@pytest.mark.parametrize("name", GONE)
def test_identifiers_go_however_a_text_is_written(answers, name):
    """In capitals, in small letters, with unseen characters, in a text of names alone."""
    assert not isinstance(answers[name], AnalyserFailed)
    assert [part for part in GONE[name] if part in answers[name][0]] == []


def test_a_text_of_marks_is_left_alone(answers):
    """What an earlier run put in place is not touched."""
    assert str(answers["a mark"][0]) == BAD["a mark"]


def test_a_second_run_changes_nothing(answers):
    """Whatever a text was made of, control characters apart, its anonymised form comes back as it was."""
    once = [
        str(answer[0])
        for name, answer in answers.items()
        if name != "controls" and not isinstance(answer, AnalyserFailed)
    ]
    again = anonymise_texts(once, Policy(), Ledger(b"key"), Settings(), workers=1)
    assert [str(answer[0]) for answer in again] == once
