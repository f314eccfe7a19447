"""Identifiers go, the words that carry the evidence stay, and whatever goes wrong withholds the document."""

import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.anonymise import anonymise, anonymise_texts, restore
from engagement.config import Settings
from engagement.errors import ModelMissing
from engagement.model import RawPerson, RawText, Role, SafeDocument, SafeText, Stated, Withheld, digest_of
from engagement.policy import PRESETS, PUBLISH, Action, Policy
from engagement.recognisers.analyser import Found
from engagement.recognisers.pool import AnalyserFailed
from engagement.recognisers.resolve import resolve
from engagement.recognisers.vocabulary import Vocabulary, protected
from engagement.vault import Ledger

# kind, text, what must be gone
GONE = [
    ("PERSON", "Thanks to Nkechi Adeyemi for coming.", "Nkechi Adeyemi"),
    ("PERSON", "I told Mrs Kaur about the lift.", "Kaur"),
    ("PERSON", "My neighbour Agnieszka has the same damp.", "Agnieszka"),
    ("PERSON", "my name is Tomasz and I live here", "Tomasz"),
    ("PHONE", "Ring me on 07700 900418 after six.", "07700 900418"),
    ("PHONE", "It is +44 1632 960 188 in the day.", "960 188"),
    ("EMAIL", "Write to nb.tenants@example.org please.", "nb.tenants@example.org"),
    ("URL", "See www.marshwalks.example.org for times.", "marshwalks"),
    ("HANDLE", "We are @marshend_mums on there.", "marshend_mums"),
    ("POSTCODE", "The whole of AM4 2QP floods.", "2QP"),
    ("ADDRESS", "I am at 14 Linnet Close with the kids.", "14 Linnet"),
    ("ADDRESS", "They sent it to Flat 6, Capstan Court.", "Capstan"),
    ("NHS_NUMBER", "NHS number 999 204 7716 they said.", "204 7716"),
    ("NATIONAL_INSURANCE", "NI is QQ 12 34 56 C on the form.", "12 34 56"),
    ("VEHICLE", "He drives UA63 KLM and blocks the kerb.", "UA63"),
    ("BANK_ACCOUNT", "Sort code 00-99-10 and account 00001234.", "00001234"),
    ("CARD", "They took 4111 1111 1111 1111 off me.", "4111"),
    ("IBAN", "It was GB33BUKB20201555555555 they wanted.", "BUKB"),
    ("DATE_OF_BIRTH", "I was born on 9 November 1949 in the hospital.", "1949"),
    ("AGE", "I am 83 and I go down on my bottom.", "83"),
    ("REFERENCE", "My case is HR-2299104 and nobody rings.", "2299104"),
    ("SCHOOL", "At Tideway Primary they sit apart.", "Tideway"),
    ("GP_PRACTICE", "Crane Wharf Surgery shut its list.", "Crane"),
    ("PLACE_OF_WORSHIP", "We pray at Noor Street Mosque on Fridays.", "Noor"),
    ("UNIQUE_ROLE", "She is the only lollipop lady in the village.", "lollipop"),
]
STAYS = [
    "Muslim women in hijab get looked at on the 14 bus.",
    "My mother was Windrush and the Home Office lost the file.",
    "I am a Gypsy and a wheelchair user and I have PIP.",
    "Black Lives Matter changed nothing at the council.",
    "As a Deaf person I need BSL, and Pride was not signed.",
    "Pakistani and Bangladeshi families wait the longest for housing.",
    "They asked for our Universal Credit letters at Ramadan and at Eid.",
]


@pytest.fixture(scope="session")
def answered():
    """Every text of the tables above, anonymised in one go, as they would be in one file each."""
    texts = [text for _, text, _ in GONE] + STAYS
    answers = anonymise_texts(texts, Policy(), Ledger(b"key"), Settings(), workers=1)
    return dict(zip(texts, answers, strict=True))


@pytest.mark.parametrize(("kind", "text", "gone"), GONE, ids=[f"{kind}-{gone}" for kind, _, gone in GONE])
def test_an_identifier_is_replaced(answered, kind, text, gone):
    """Each kind is found in an everyday sentence, replaced, and noted with its place and never its words."""
    safe, redactions = answered[text]
    assert gone not in safe
    assert kind in {redaction.kind for redaction in redactions}
    assert all(gone not in repr(redaction) for redaction in redactions)


@pytest.mark.parametrize("text", STAYS)
def test_words_that_carry_the_evidence_stay(answered, text):
    """Ethnic, faith, gender, disability and movement words, public bodies and benefits are never replaced."""
    assert str(answered[text][0]) == text


def test_redactions_point_into_the_text(answered):
    """Putting each replacement in its place in the original gives the anonymised text, to the character."""
    for text, (safe, redactions) in answered.items():
        rebuilt, end = "", 0
        for redaction in redactions:
            rebuilt += text[end : redaction.start] + redaction.replacement
            end = redaction.end
        assert rebuilt + text[end:] == safe


def test_anonymising_twice_changes_nothing(answered):
    """Text that is anonymised already comes back as it was."""
    once = [str(safe) for safe, _ in answered.values()]
    again = anonymise_texts(once, Policy(), Ledger(b"key"), Settings(), workers=1)
    assert [str(safe) for safe, _ in again] == once


def test_one_person_has_one_pseudonym_in_every_file(raw_document):
    """A full name, a first name, a titled surname and a speaker label are one person, across files."""
    first = raw_document(("Nasreen Akhtar", "I spoke to Delroy Campbell."), ("Delroy Campbell", "Nasreen did."))
    second = raw_document(("", "Mrs Akhtar told me, and so did Delroy."), name="second.txt")
    one, two = anonymise([first, second], (), Policy(), Ledger(b"key"), Settings())
    assert isinstance(one, SafeDocument)
    assert isinstance(two, SafeDocument)
    assert [turn.text for turn in one.turns] == ["I spoke to [Person 2].", "[Person 1] did."]
    assert two.turns[0].text == "[Person 1] told me, and so did [Person 2]."
    assert [person.label for person in one.participants] == ["Person 1", "Person 2"]


def test_declared_answers_become_categories(raw_document):
    """What a person wrote of themselves goes on as a category of the value set; a blank stays a blank."""
    person = RawPerson(
        (RawText("Amina Begum"),),
        Role.PARTICIPANT,
        declared=(
            ("race", RawText("Asian or Asian British - Pakistani")),
            ("sex", RawText("")),
            ("age", RawText("1978")),
        ),
    )
    document = raw_document(("Amina Begum", "Hello."))
    document = type(document)(document.source, document.turns, (person,), counts=document.counts)
    (safe,) = anonymise([document], (), Policy(), Ledger(b"key"), Settings(), year=2025)
    answers = {answer.characteristic: answer for answer in safe.participants[0].answers}
    assert answers["race"].category == "Pakistani"
    assert answers["sex"].stated is Stated.BLANK
    assert answers["age"].category == "45-54"


def test_a_file_name_that_is_a_name_is_replaced(raw_document):
    """A person's name in the name of a file goes the way of the others; other names of files stay."""
    named = raw_document(("Amina Begum", "Hello."), name="notes_Amina_Begum_2025.txt")
    plain = raw_document(("Amina Begum", "Hello again."), name="group_1_race_and_faith.docx")
    one, two = anonymise([named, plain], (), Policy(), Ledger(b"key"), Settings())
    assert one.name == "notes_[Person 1]_2025.txt"
    assert two.name == "group_1_race_and_faith.docx"


def test_a_group_s_name_is_anonymised_like_any_text(raw_document):
    """Somebody whom only the group's name mentions is found there too, and identity words stay."""
    person = RawPerson((RawText("Amina Begum"),), group=RawText("Friends of Mrs Oyelaran, Muslim women"))
    document = raw_document(("Amina Begum", "Hello."))
    document = type(document)(document.source, document.turns, (person,), counts=document.counts)
    (safe,) = anonymise([document], (), Policy(), Ledger(b"key"), Settings())
    assert safe.participants[0].group == "Friends of [Person 2], Muslim women"


def test_without_a_model_nothing_is_read(raw_document, tmp_path):
    """No language model: one sentence that names the folder, and no document."""
    settings = Settings(ner_model=tmp_path / "none")
    with pytest.raises(ModelMissing, match=r"No language model in .*none"):
        list(anonymise([raw_document(("", "Hello."))], (), Policy(), Ledger(b"key"), settings))


def test_what_takes_too_long_is_withheld(raw_document):
    """A document that the analyser does not finish in time is withheld, with none of its words in the reason."""
    (withheld,) = anonymise(
        [raw_document(("Amina Begum", "Hello."))], (), Policy(), Ledger(b"key"), Settings(anonymiser_timeout=0.001)
    )
    assert isinstance(withheld, Withheld)
    assert withheld.reason.startswith("the analyser took over 0.001 seconds; nothing of it was kept")


def test_what_raises_is_withheld(raw_document):
    """If anything raises while what goes is settled, the document is withheld and the others go on."""
    bad, good = raw_document(("Amina Begum", "Hello zebrafish.")), raw_document(("", "Hello there."), name="good.txt")
    somebody = RawPerson((RawText("Amina Begum"),), identifiers=(("NO SUCH KIND", RawText("zebrafish")),))
    bad = replace(bad, people=(somebody,))
    one, two = anonymise([bad, good], (), Policy(), Ledger(b"key"), Settings())
    assert isinstance(one, Withheld)
    assert one.reason.startswith("the analyser failed (KeyError); nothing of it was kept")
    assert isinstance(two, SafeDocument)


def test_any_number_of_processes_gives_the_same(raw_document, monkeypatch):
    """Texts, redactions, numbers and doubts are the same to the byte with one process, with two and with three.

    Each text mentions people that others introduce, in an order of its own, and a document is in several pieces.
    """
    monkeypatch.setattr("engagement.recognisers.pool.CHARACTERS_PER_TASK", 500)
    names = ["Nkechi Adeyemi", "Delroy Campbell", "Tomasz Wrona", "Mei Ling Chow", "Siobhan Geraghty", "Amina Yusuf"]
    threes = list(itertools.islice(itertools.permutations(names, 3), 0, None, 7))
    texts = [
        f"I asked {one} of 14 Linnet Close, then {two.split()[0]} and mr {three.split()[-1].lower()} rang 07700 900418."
        for one, two, three in threes
    ]
    documents = [
        raw_document((three[0], text), ("", texts[-place]), name=f"{place}.txt")
        for place, (three, text) in enumerate(zip(threes, texts, strict=True))
    ]
    documents.append(raw_document(*(("", text) for text in texts), name="long.txt"))
    made = [
        repr(list(anonymise(documents, (), Policy(), Ledger(b"key"), Settings(), workers=each))) for each in (1, 2, 3)
    ]
    assert "[Person 6]" in made[0]
    assert made[0] == made[1] == made[2]
    loose = [repr(anonymise_texts(texts * 8, Policy(), Ledger(b"key"), Settings(), workers=each)) for each in (1, 2)]
    assert loose[0] == loose[1]


def test_a_failure_of_the_analyser_holds_no_words():
    """What a worker process reports of a failure is its kind."""
    assert "Hello" not in str(AnalyserFailed("the analyser failed (ValueError)"))


def test_stored_words_are_checked():
    """Words that no longer match their digest are not taken back."""
    assert isinstance(restore("safe words", digest_of("safe words")), SafeText)
    with pytest.raises(ValueError, match="does not match its digest"):
        restore("other words", digest_of("safe words"))


def test_a_policy_can_keep_a_kind_and_remove_a_word():
    """`keep` leaves a kind or a word, `remove` takes a word that nobody would find."""
    policy = Policy({**PUBLISH, "PLACE": Action.KEEP}, keep=("Capstan",), remove=("zorbing",))
    text = "From Sallow Lane to the zorbing we walked."
    (safe, _), *_ = anonymise_texts([text], policy, Ledger(b"key"), Settings(), workers=1)
    assert "Sallow Lane" in safe
    assert "zorbing" not in safe


SPANS = st.lists(
    st.builds(
        lambda start, length, kind, score: Found(start, start + length, kind, score, "test"),
        st.integers(0, 40),
        st.integers(1, 12),
        st.sampled_from(["PERSON", "PHONE", "SCHOOL", "AGE"]),
        st.sampled_from([0.3, 0.6, 0.9]),
    ),
    max_size=8,
)


@given(SPANS)
def test_what_is_replaced_never_overlaps(found):
    """Whatever is found, the spans to replace are in order, apart from each other, and cover every sure number."""
    text = "Amina Begum rang 07700 900418 at Tideway Primary, she is 47"
    found = [item for item in found if item.end <= len(text)]
    spans = resolve(text, found, Policy(), Vocabulary(*protected()), frozenset())
    assert all(one.end <= two.start for one, two in itertools.pairwise(spans))
    for item in found:
        if item.kind == "PHONE" and item.score >= 0.5:
            assert any(span.start <= item.start and item.end <= span.end for span in spans)


def test_placeholders_read_well(answered):
    """What stands in an identifier's place is in square brackets and in plain words."""
    for safe, redactions in answered.values():
        for redaction in redactions:
            assert re.fullmatch(r"\[[A-Za-z][\w ,:-]+\]", redaction.replacement)
            assert redaction.replacement in safe


def test_a_unique_role_keeps_the_words_that_are_evidence():
    """What says who it is goes; that she is Black, Deaf or a woman stays, unless the policy is strict."""
    text = "I'm the only Black Deaf youth worker in the borough, so you know who I am."
    for policy, printed in ((Policy(), "[role: Black Deaf]"), (Policy(PRESETS["strict"]), "[role]")):
        ((safe, _),) = anonymise_texts([text], policy, Ledger(b"key"), Settings())
        assert printed in safe
        assert "youth worker" not in safe
        ((again, redactions),) = anonymise_texts([str(safe)], policy, Ledger(b"key"), Settings())
        assert (again, redactions) == (safe, ())
