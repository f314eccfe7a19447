"""What is stored comes back checked; a source is whole or not there; people's decisions outlive the machine's."""

import sqlite3
import stat
from dataclasses import replace

import pytest

from engagement.anonymise import restore
from engagement.errors import BadInput
from engagement.model import (
    About,
    Answer,
    Basis,
    Codebook,
    Coding,
    Decision,
    EmergentTheme,
    Excerpt,
    FileCounts,
    Kind,
    Participant,
    Question,
    Redaction,
    Role,
    Round,
    SafeDocument,
    SafeTurn,
    Stated,
    Tag,
    Theme,
    Withheld,
    digest_of,
)
from engagement.store import DATABASE, Store


def safe(text):
    return restore(text, digest_of(text))


def turn(position, text, person="p00001"):
    text = safe(text)
    redaction = Redaction(0, 5, "PERSON", "[Person 1]", 0.9, "known")
    return SafeTurn(
        position, f"line {position + 1}", Kind.TURN, text, digest_of(text), Role.PARTICIPANT, person, "q1", (redaction,)
    )


def document(*texts, source_id="s1", name="a.txt"):
    person = Participant("p00001", safe("Person 1"), Role.PARTICIPANT, None, (Answer("sex", Stated.BLANK),), None)
    return SafeDocument(
        source_id,
        safe(name),
        "txt",
        digest_of(source_id),
        tuple(turn(place, text) for place, text in enumerate(texts)),
        (person,),
        (Question("q1", safe("What matters?")),),
        FileCounts(turns=len(texts)),
        {"PERSON": 1},
    )


def excerpts_of(made):
    return [
        Excerpt(
            f"e{made.source_id}{each.position}",
            made.source_id,
            each.position,
            each.position,
            each.text,
            0,
            len(each.text),
            each.sha256,
            each.role,
            each.participant_id,
            each.question_id,
        )
        for each in made.turns
    ]


@pytest.fixture
def store(tmp_path):
    with Store.open(tmp_path / "project", create=True) as opened:
        yield opened


def coding(coder, decision=Decision.SUGGESTED, theme="housing", excerpt="es10"):
    return Coding(excerpt, theme, coder, decision, 0.7, (0, 4))


def test_a_source_comes_back_as_it_went_in(store):
    """Excerpts, people, questions, tags and redactions are read back equal, and the digest is known."""
    made = document("[Person 1] says the flat is damp.", "Nobody came.")
    tag = Tag("es10", "race", "Pakistani", Basis.MENTIONED, 3, 9, About.SELF)
    store.add_document(made, excerpts_of(made), [tag], {"d1": 1})
    assert store.excerpts() == tuple(excerpts_of(made))
    assert store.participants() == made.participants
    assert store.questions() == made.questions
    assert store.tags() == (tag,)
    assert store.numbers() == {"d1": 1}
    assert store.made_with() == {"s1": ""}
    assert store.locations() == {("s1", 0): "line 1", ("s1", 1): "line 2"}
    assert store.replaced_by_kind() == {"PERSON": 2}
    assert [(row.location, row.replacement) for row in store.redactions()] == [
        ("line 1", "[Person 1]"),
        ("line 2", "[Person 1]"),
    ]


def test_adding_a_source_twice_adds_nothing(store):
    """The same source again leaves one of everything."""
    made = document("The flat is damp.")
    for _ in range(2):
        store.add_document(made, excerpts_of(made), [], {})
    assert len(store.excerpts()) == len(store.sources()) == len(store.participants()) == 1


def test_a_crash_leaves_the_source_out_whole(store):
    """If writing fails in the middle, nothing of that source is there, and the next try takes it in."""
    made = document("The flat is damp.")
    twice = [*excerpts_of(made), *excerpts_of(made)]
    with pytest.raises(Exception, match="UNIQUE"):
        store.add_document(made, twice, [], {})
    assert (store.sources(), store.excerpts(), store.participants()) == ((), (), ())
    store.add_document(made, excerpts_of(made), [], {})
    assert len(store.excerpts()) == 1


def test_a_changed_text_is_not_read(store, tmp_path):
    """Somebody who edits a stored text is noticed: its digest no longer fits."""
    made = document("The flat is damp.")
    store.add_document(made, excerpts_of(made), [], {})
    with sqlite3.connect(tmp_path / "project" / DATABASE) as raw:
        raw.execute("UPDATE turns SET text = 'The flat is lovely.'")
    with pytest.raises(ValueError, match="does not match its digest"):
        store.excerpts()


def test_people_outrank_the_machine(store):
    """Coding again by machine replaces the machine's suggestions and leaves what people decided."""
    store.coded.replace_machine_codings([coding("machine:a")])
    store.coded.add_codings([coding("amira", Decision.REJECTED)])
    store.coded.replace_machine_codings([coding("machine:b", theme="access")])
    held = {(each.coder, each.theme_key) for each in store.coded.codings()}
    assert held == {("machine:b", "access"), ("amira", "housing")}
    assert store.audit_trail()[-2]["what"] == "coding decided"


def test_a_codebook_is_kept_with_its_history(store):
    """The last codebook saved is in use; saving the same again adds nothing to the history."""
    first = Codebook("b", 1, (Theme("housing", "Housing", "Homes", ("damp",), (), ("It drips.",)),))
    second = Codebook("b", 2, (*first.themes, Theme("access", "Access", "Barriers", parent="housing")))
    for book in (first, second, second):
        store.coded.save_codebook(book)
    assert store.coded.codebook() == second
    assert [entry["what"] for entry in store.audit_trail()] == ["codebook saved", "codebook saved"]


def test_what_could_not_be_taken_in_is_listed(store):
    """A withheld and an unreadable file are there with their reasons, and a new run replaces the unreadable."""
    store.add_withheld(Withheld("s9", safe("x.txt"), "d9", "took too long"))
    store.replace_unreadable([("unreadable file 1.doc", "unreadable file 1.doc: not known.")])
    store.replace_unreadable([("unreadable file 1.pdf", "unreadable file 1.pdf: not known.")])
    assert [(row.name, row.state) for row in store.sources()] == [
        ("unreadable file 1.pdf", "unreadable"),
        ("x.txt", "withheld"),
    ]
    assert store.made_with() == {}


def test_round_and_emergent_themes_come_back(store):
    """The round's name and dates, and the groups beyond the codebook, are read back, the largest first."""
    about = Round("Fair", "2025-04-01", "2025-05-01", "To hear.")
    small, large = EmergentTheme("g1", "buses", ("bus",), ("e1",)), EmergentTheme("g2", "bins", ("bin",), ("e1", "e2"))
    store.save_round(about)
    store.coded.replace_emergent([small, large])
    assert store.held_round() == about
    assert store.coded.emergent() == (large, small)


def test_a_sealed_project_says_so(store):
    """Sealing is remembered and audited."""
    assert not store.sealed()
    store.seal()
    assert store.sealed()
    assert store.audit_trail()[-1]["what"] == "project sealed"


def test_no_project_is_a_sentence(tmp_path):
    """A folder without a project: what is missing and how to make one."""
    with pytest.raises(BadInput, match=r"no project is here\. Make one with 'engagement run FOLDER --project DIR'\.$"):
        Store.open(tmp_path)


@pytest.mark.parametrize(("version", "sentence"), [(99, "made by a newer version"), (1, "before the first release")])
def test_a_project_of_another_version_is_a_sentence(tmp_path, version, sentence):
    """A database of a later version, or of an unreleased one, is not touched."""
    with Store.open(tmp_path, create=True):
        pass
    with sqlite3.connect(tmp_path / DATABASE) as raw:
        raw.execute(f"UPDATE settings SET value = '{version}' WHERE key = 'schema_version'")
    with pytest.raises(BadInput, match=sentence):
        Store.open(tmp_path)


def test_copies_have_no_excerpts_of_their_own(store):
    """A turn that copies another is kept, and neither coded nor counted; who only copied is an echo."""
    first, second = document("The flat is damp.", "Nobody came."), document("The flat is damp.", source_id="s2")
    echo = replace(second.turns[0], participant_id="p00002")
    second = replace(second, turns=(echo,), participants=(replace(second.participants[0], participant_id="p00002"),))
    for made in (first, second):
        store.add_document(made, excerpts_of(made), (), {})
    assert len(store.excerpts()) == 3
    assert store.echoes() == frozenset()
    store.replace_copies({("s2", 0): ("s1", 0)})
    assert [each.excerpt_id for each in store.excerpts()] == ["es10", "es11"]
    assert store.copies() == {("s2", 0): ("s1", 0)}
    assert store.echoes() == {"p00002"}
    assert [turn.place for turn in store.turns()] == [("s1", 0), ("s1", 1), ("s2", 0)]
    store.replace_copies({})
    assert len(store.excerpts()) == 3


def test_a_greeting_beside_a_copy_is_no_voice_of_its_own(store):
    """Who sent a campaign's text with a greeting is an echo; who added a sentence, or copied nothing, is not."""
    first, second = document("The flat is damp.", "Dear all"), document("The flat is damp.", "Dear all", source_id="s2")
    turns = tuple(replace(each, participant_id="p00002") for each in second.turns)
    for made in (first, replace(second, turns=turns)):
        store.add_document(made, excerpts_of(made), (), {})
    store.replace_copies({("s2", 0): ("s1", 0)})
    assert store.echoes() == {"p00002"}
    added = replace(turns[1], text=safe("And my mother fell there twice."), position=1)
    store.add_document(replace(second, turns=(turns[0], added)), (), (), {})
    assert store.echoes() == frozenset()


def test_turns_come_in_the_order_of_arrival(store):
    """A file that came later is later, whatever its name: the first of several copies stays the first."""
    for made in (document("One.", source_id="s2", name="z.txt"), document("Two.", source_id="s1", name="a.txt")):
        store.add_document(made, excerpts_of(made), (), {})
    assert [turn.text for turn in store.turns()] == ["One.", "Two."]
    assert [each.text for each in store.excerpts()] == ["Two.", "One."]


def test_notes_and_language_come_back(store):
    """What a reader could not read, and the language of a turn, are stored with the source."""
    made = document("Mae angen mwy o dai.")
    made = replace(made, turns=(replace(made.turns[0], language="cy"),), notes=(safe("page 2 is a picture."),))
    store.add_document(made, [replace(excerpts_of(made)[0], language="cy")], (), {})
    assert store.excerpts()[0].language == "cy"
    assert store.sources()[0].notes == ("page 2 is a picture.",)


def test_the_database_is_its_owners_alone(tmp_path):
    """Nobody else on the machine can read the file."""
    with Store.open(tmp_path, create=True):
        assert stat.S_IMODE((tmp_path / DATABASE).stat().st_mode) == 0o600


def test_decisions_go_with_their_words_when_a_source_is_made_anew(store):
    """What people decided on words that still stand is kept, on others it is lost and told; the machine's is not."""
    made = document("The flat is damp.", "Nobody came.")
    store.add_document(made, excerpts_of(made), [Tag("es11", "race", "Pakistani", Basis.MENTIONED, 0, 3)], {})
    store.coded.replace_machine_codings([coding("machine:1")])
    store.coded.add_codings([coding("Sam", Decision.ACCEPTED), coding("Sam", Decision.REJECTED, excerpt="es11")])
    again = replace(made, turns=(replace(made.turns[0], position=5), turn(1, "Somebody came.")), made_with="x")
    moved = [replace(each, excerpt_id=f"new{each.turn}") for each in excerpts_of(again)]
    store.add_document(again, moved, (), {})
    assert [(each.excerpt_id, each.decision) for each in store.coded.codings() if each.coder == "Sam"] == [
        ("new5", Decision.ACCEPTED)
    ]
    assert store.tags() == ()
    assert store.made_with() == {"s1": "x"}
    lost = [row for row in store.audit_trail() if row["what"] == "decisions without their words"]
    assert [row["detail"] for row in lost] == [{"decisions": 1}]


def test_a_person_is_what_all_sources_say_together(store):
    """Answers of two sources are one person's; a source made anew takes back what it alone had said."""
    one, two = document("One."), document("Two.", source_id="s2")
    given = replace(two.participants[0], answers=(Answer("race", Stated.GIVEN, "Pakistani"),))
    store.add_document(one, excerpts_of(one), (), {})
    store.add_document(replace(two, participants=(given,)), excerpts_of(two), (), {})
    (person,) = store.participants()
    assert [(answer.characteristic, answer.stated) for answer in person.answers] == [
        ("race", Stated.GIVEN), ("sex", Stated.BLANK),
    ]  # fmt: skip
    store.add_document(two, excerpts_of(two), (), {})
    (person,) = store.participants()
    assert [answer.characteristic for answer in person.answers] == ["sex"]


def test_the_remits_of_groups_come_back(store):
    """What a group's name says of whom it was convened for is read once, and kept; a later reading takes its place."""
    store.save_remits({"Disabled women": (("disability", "Disabled"), ("sex", "Female")), "Tuesday group": ()})
    store.save_remits({"Tuesday group": (("age", "65 and over"),)})
    assert store.remits() == {
        "Disabled women": (("disability", "Disabled"), ("sex", "Female")), "Tuesday group": (("age", "65 and over"),),
    }  # fmt: skip
