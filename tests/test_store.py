"""What is stored comes back checked; a source is whole or not there; people's decisions outlive the machine's."""

import sqlite3
import stat

import pytest

from engagement.anonymise import restore
from engagement.errors import BadInput
from engagement.model import (
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
from engagement.store import DATABASE, Store, merge_participants


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
    tag = Tag("es10", "race", "Pakistani", Basis.MENTIONED, 3, 9)
    store.add_document(made, excerpts_of(made), [tag], {"d1": 1})
    assert store.excerpts() == tuple(excerpts_of(made))
    assert store.participants() == made.participants
    assert store.questions() == made.questions
    assert store.tags() == (tag,)
    assert store.numbers() == {"d1": 1}
    assert store.digests() == {made.digest}
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
    store.replace_machine_codings([coding("machine:a")])
    store.add_codings([coding("amira", Decision.REJECTED)])
    store.replace_machine_codings([coding("machine:b", theme="access")])
    assert {(each.coder, each.theme_key) for each in store.codings()} == {("machine:b", "access"), ("amira", "housing")}
    assert store.audit_trail()[-2]["what"] == "coding decided"


def test_a_codebook_is_kept_with_its_history(store):
    """The last codebook saved is in use; saving the same again adds nothing to the history."""
    first = Codebook("b", 1, (Theme("housing", "Housing", "Homes", ("damp",), (), ("It drips.",)),))
    second = Codebook("b", 2, (*first.themes, Theme("access", "Access", "Barriers", parent="housing")))
    for book in (first, second, second):
        store.save_codebook(book)
    assert store.codebook() == second
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
    assert store.digests() == frozenset()


def test_round_and_emergent_themes_come_back(store):
    """The round's name and dates, and the groups beyond the codebook, are read back, the largest first."""
    about = Round("Fair", "2025-04-01", "2025-05-01", "To hear.")
    small, large = EmergentTheme("g1", "buses", ("bus",), ("e1",)), EmergentTheme("g2", "bins", ("bin",), ("e1", "e2"))
    store.save_round(about)
    store.replace_emergent([small, large])
    assert store.held_round() == about
    assert store.emergent() == (large, small)


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


def test_a_newer_project_is_a_sentence(tmp_path):
    """A database of a later version is not touched."""
    with Store.open(tmp_path, create=True):
        pass
    with sqlite3.connect(tmp_path / DATABASE) as raw:
        raw.execute("UPDATE settings SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(BadInput, match="made by a newer version"):
        Store.open(tmp_path)


def test_the_database_is_its_owners_alone(tmp_path):
    """Nobody else on the machine can read the file."""
    with Store.open(tmp_path, create=True):
        assert stat.S_IMODE((tmp_path / DATABASE).stat().st_mode) == 0o600


MERGED = [
    (Stated.BLANK, Stated.GIVEN, None, None, Stated.GIVEN, None),
    (Stated.GIVEN, Stated.PREFER_NOT_TO_SAY, True, None, Stated.GIVEN, True),
    (Stated.PREFER_NOT_TO_SAY, Stated.BLANK, True, False, Stated.PREFER_NOT_TO_SAY, False),
]


@pytest.mark.parametrize(("old", "new", "was", "now", "stated", "may_publish"), MERGED)
def test_one_person_in_two_sources(old, new, was, now, stated, may_publish):
    """A given answer outranks a silence, and one refusal to be published outranks any consent."""
    one = Participant("p1", safe("Person 1"), Role.FACILITATOR, None, (Answer("sex", old),), was)
    two = Participant("p1", safe("Person 1"), Role.PARTICIPANT, safe("Youth"), (Answer("sex", new),), now)
    merged = merge_participants(one, two)
    assert (merged.role, merged.group) == (Role.PARTICIPANT, "Youth")
    assert (merged.answers[0].stated, merged.may_publish) == (stated, may_publish)
