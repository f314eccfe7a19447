"""Nothing that must never be there is stored or leaves; sound text goes on; the refusal never tells the words."""

from types import SimpleNamespace

import pytest
import regex

from engagement.anonymise import restore
from engagement.anonymising import residual
from engagement.anonymising.residual import (
    HARD,
    StillIdentifying,
    check,
    check_project,
    looked_for,
    numbered_names,
    remaining,
)
from engagement.errors import BadInput
from engagement.model import FileCounts, Kind, Participant, Question, Role, SafeDocument, SafeTurn, digest_of
from engagement.policy import PRESETS, Action, Policy
from engagement.recognisers.analyser import Found
from engagement.recognisers.people import People
from engagement.vault import Ledger

LEFT = [
    # kind                text
    ("EMAIL",              "Write to nb.tenants@example.org please."),
    ("EMAIL",              "Write to nb.ten\u200bants@exam\u00adple.org please."),
    ("EMAIL",              "Write to nb.tеnаnts＠example.org please."),
    ("PHONE",              "Ring me on 07700 900418 after six."),
    ("PHONE",              "Ring me on ０７７００ ９００４１８ after six."),
    ("URL",                "See www.marshwalks.example.org for times."),
    ("HANDLE",             "We are @marshend_mums on there."),
    ("POSTCODE",           "The whole of AM4 2QP floods."),
    ("ADDRESS",            "I am at 14 Linnet Close with the kids."),
    ("NHS_NUMBER",         "They wrote 999 204 7716 on it."),
    ("NHS_NUMBER",         "They wrote 9434765919 on it."),
    ("NATIONAL_INSURANCE", "It is QQ 12 34 56 C on the form."),
    ("VEHICLE",            "He drives UA63 KLM and blocks the kerb."),
    ("BANK_ACCOUNT",       "Sort code 00-99-10 and account 00001234."),
    ("CARD",               "They took 4111 1111 1111 1111 off me."),
    ("CARD",               "They took 378282246310005 off me."),
    ("IBAN",               "It was GB33BUKB20201555555555 they wanted."),
    ("IP_ADDRESS",         "It came from 203.0.113.25 they said."),
    ("DATE_OF_BIRTH",      "I was born on 9 November 1949 in the hospital."),
    ("REFERENCE",          "My case is HR-2299104 and nobody rings."),
    ("PASSPORT",           "My passport is 999999999 and it ran out."),
    ("DRIVING_LICENCE",    "The licence says ABCDE911115AB9ZZ on it."),
]  # fmt: skip
SOUND = [
    "",
    "[Person 3] rang [phone number] and wrote to [email], see [web address].",
    "At [a primary school] in [postcode area AM], [aged 25-34], since [March 2019].",
    "In 2019 2020 2021 we had 1,200 people, 45% of them women, at £10,000 a year.",
    "The 14 bus, the A34, flat rate, Section 21, COVID-19 and form P45.",
    "Muslim women in hijab get looked at; LGBTQIA+ people too. A&E was shut at 10.30.",
    "Version 1.2.3 was worse than version 1.2.3.4.5 of it.",
    "We asked for £1,200,000 and got 45,000 letters.",
    "Нам не отвечают на письма, и никто не перезвонил.",
    "আমাদের বাড়িতে ছাঁচ আছে, কেউ আসে না।",
]


@pytest.mark.parametrize(("kind", "text"), LEFT, ids=[f"{kind}-{place}" for place, (kind, _) in enumerate(LEFT)])
def test_what_is_left_is_found(kind, text):
    """Each hard kind is seen in finished text, hidden characters and look-alike letters notwithstanding."""
    assert kind in remaining(text)


@pytest.mark.parametrize("text", SOUND)
def test_sound_text_goes_on(text):
    """Placeholders, years, amounts, identity words and other scripts are no finding."""
    assert remaining(text) == ()


@pytest.mark.parametrize(("kind", "text"), LEFT)
def test_a_kept_kind_is_not_looked_for(kind, text):
    """What a policy keeps is nothing left over."""
    policy = Policy({**PRESETS["publish"], kind: Action.KEEP})
    assert kind not in remaining(text, kinds=looked_for(policy))
    assert looked_for(Policy()) == HARD


def test_what_a_reviewer_let_stay_is_no_finding():
    """The very words that were ruled to stay are allowed, and no others of their kind beside them."""
    text = "Ring the office on 01632 960188."
    assert remaining(text, allowed=lambda words: words == "01632 960188") == ()
    assert remaining(f"{text} Or 07700 900418.", allowed=lambda words: words == "01632 960188") == ("PHONE",)


def somebody(text):
    start = text.find("Nkechi")
    return [Found(start, start + 6, "PERSON", 0.9, "known")] if start >= 0 else []


def test_a_known_name_is_found_and_a_placeholder_is_none():
    """Somebody of the round who is still in the text counts, whatever stands around them."""
    assert remaining("I told Nkechi so.", somebody) == ("PERSON",)
    assert remaining("I told [Person 1] so.", somebody) == ()


def safe(text):
    return restore(text, digest_of(text))


def a_document(text="They came.", *, question="How was it?", group=None, name="notes.txt", note=None):
    turn = SafeTurn(0, "line 12", Kind.PROSE, safe(text), digest_of(text), Role.NOBODY, None, "q1", ())
    person = Participant("p00001", safe("Person 1"), Role.PARTICIPANT, safe(group) if group else None, (), None)
    notes = (safe(note),) if note else ()
    questions = (Question("q1", safe(question)),)
    return SafeDocument("s1", safe(name), "txt", "d", (turn,), (person,), questions, FileCounts(), {}, notes)


def scanned(document):
    """What the second pass tells of a document's turns, questions and groups."""
    texts = [("line 12", document.turns[0].text), ("question 1", document.questions[0].wording)]
    texts += [("the name of a group", person.group or "") for person in document.participants]
    return [(place, remaining(text, somebody)) for place, text in texts]


PLACES = [
    ({"text": "Ring 07700 900418."}, "line 12 still seems to hold a phone number"),
    ({"text": "I told Nkechi."}, "line 12 still seems to hold a name"),
    ({"question": "Write to a.b@example.org?"}, "question 1 still seems to hold an email"),
    ({"group": "The 999 204 7716 group"}, "the name of a group still seems to hold an NHS number"),
    ({"note": "part a.b@example.org was not read"}, "note 1 still seems to hold an email"),
    ({"name": "07700 900418.txt"}, "the file's name still seems to hold a phone number"),
]


@pytest.mark.parametrize(("where", "sentence"), PLACES)
def test_a_document_is_refused_with_kind_and_place(where, sentence):
    """Turns, questions, groups, notes and the name are all scanned; the sentence has none of the words."""
    document = a_document(**where)
    with pytest.raises(StillIdentifying) as error:
        check(document, scanned(document), somebody)
    assert str(error.value) == sentence


def test_a_sound_document_goes_on():
    """A file's name is made of dates, references and underscores, which are no finding there."""
    document = a_document(name="groups_a_2020-09-14 HR-2299104.docx")
    check(document, scanned(document), somebody)


def a_store(text):
    """What the scan asks of a project, with one turn."""
    turn = SimpleNamespace(source_id="s1", place=("s1", 0), text=safe(text))
    return SimpleNamespace(
        sources=lambda: [SimpleNamespace(source_id="s1", name="notes.txt", notes=("one part was not read",))],
        locations=lambda: {("s1", 0): "line 12"},
        turns=lambda: [turn],
        questions=lambda: [Question("q1", safe("How was it?"))],
        participants=lambda: a_document(group="Tenants").participants,
    )


def test_an_export_is_refused_in_a_sentence():
    """Nothing is written, and the sentence says where and what to do."""
    with pytest.raises(BadInput) as error:
        check_project(a_store("Ring 07700 900418."))
    assert str(error.value) == (
        "export: notes.txt, line 12 still seems to hold a phone number. "
        "Nothing was written: rule on those words in review, then run that file again."
    )
    assert check_project(a_store("They came.")) == 4


def test_the_ledger_knows_its_names_without_holding_them():
    """A full name that was replaced elsewhere is told by its digest; a word alone or another key tells nothing."""
    ledger = Ledger(b"key")
    people = People(frozenset())
    people.learn("Nkechi Adéyemi", certain=True)
    ledger.number(people.canonical("Nkechi Adéyemi"))
    ledger.number(people.canonical("Grace"))
    count = numbered_names(b"key", ledger.numbers)
    assert count("We saw Nkechi Adeyemi, and nkechi adeyemi's friend.") == 2
    assert count("Grace saw [Person 1] and Nkechi Obi.") == 0
    ledger.number("b b")
    assert numbered_names(b"key", ledger.numbers)("They put us in a B&B.") == 0
    assert numbered_names(b"other", ledger.numbers)("Nkechi Adeyemi") == 0


def test_what_asks_for_a_digit_has_none_without():
    """Every example of a kind that texts without a digit are not searched for is no finding once they are gone."""
    for kind, text in LEFT:
        if kind in residual.NUMBERED:
            assert remaining(regex.sub(r"\d", "x", text), kinds={kind}) == ()
    sources = [pattern.pattern for kind, pattern, _ in residual._patterns() if kind in residual.NUMBERED]
    assert all(r"\d" in source for source in sources)


def test_no_number_of_a_person_changes_the_scan():
    """A mark is as long as any other to the scan, so that it may be made before the numbers are given."""
    for kind, text in LEFT:
        for mark in ("[Person 1]", "[Person 4096]"):
            assert kind in remaining(f"{mark} said: {text}")
    assert all(remaining(f"Car of [Person {number}] UA is 3 KLM") == () for number in (1, 100, 100_000))


def test_every_hard_kind_has_a_pattern():
    """No kind is promised to be scanned that nothing looks for."""
    assert {kind for kind, _, _ in (*residual._patterns(), *residual.CHECKED)} == HARD
