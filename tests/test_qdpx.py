"""A project goes out as REFI-QDA's QDPX: as the schema has it, to the character, and no more than its rule lets out."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.coding.blind import counted
from engagement.config import RULES
from engagement.errors import BadInput
from engagement.export.codebook_qdc import to_qdc
from engagement.export.qdpx import laid_out, to_qdpx
from engagement.model import Decision, Kind, Question, Role
from engagement.store import Store
from engagement.themes import standing
from tests.qdpx import BOOK, EMOJI, add, coded, found, person, safe, schema, selected, turn, unzipped

PUBLISH, INTERNAL = RULES["publish"], RULES["internal"]
DAY = date(2026, 9, 14)
ASKED = Question("q1", safe("What would help?"))
MACHINE = "machine:model:1"


@pytest.fixture
def store(tmp_path):
    """Twenty-four people of a survey of whom one refuses, all on travel, and a group of twelve with its host."""
    people = [person(n, sex="Male" if n == 1 else "Female", may_publish=n != 24) for n in range(1, 25)]
    host = person(31, role=Role.FACILITATOR, group="Deaf women")
    ann, *others = [person(n, group="Deaf women", sex="Female") for n in range(32, 44)]
    answers = [
        turn(n, f"{EMOJI} Bus number {n}.\nIt is late.", one, Kind.RESPONSE, "q1") for n, one in enumerate(people)
    ]
    with Store.open(tmp_path / "project", create=True) as opened:
        opened.coded.save_codebook(BOOK)
        survey = add(opened, "survey.csv", answers, people, [ASKED])
        talk = [
            turn(0, "Welcome, all.", host),
            turn(1, "No lift \x0bworks.", ann),
            turn(2, "See to it.", None, Kind.ACTION),
        ]
        talk += [turn(place, f"I agree, says voice {place}.", one) for place, one in enumerate(others, 3)]
        group = add(opened, "group & <host>.txt", talk, [ann, host, *others])
        opened.coded.add_codings(
            [
                *(coded(one, "travel", MACHINE, Decision.SUGGESTED) for one in survey),
                coded(group[1], "rare"),
                coded(survey[0], "travel", "Ben", Decision.REJECTED),
                coded(survey[1], "lifts", "blind:Cy"),
            ]
        )
        opened.note("codings imported")
        yield opened


def sent(store, rule):
    return unzipped(to_qdpx(store, rule, DAY))


@pytest.mark.parametrize("rule", [PUBLISH, INTERNAL])
def test_the_file_is_as_the_schema_has_it(store, rule):
    """Also with control characters in words, markup in names, memos on all that can have one, and an empty project."""
    store.collected.add_memo("", "Ada", "On the \x00project.")
    store.collected.add_memo("travel", "Ada", "On the theme.")
    store.collected.add_memo(store.excerpts()[0].excerpt_id, "Ada", "On the words.")
    root, _ = sent(store, rule)
    schema("project.xsd").assertValid(root)


def test_a_project_with_nothing_in_it_is_valid(tmp_path):
    """No sources, no people, no codings: the codebook and the note."""
    with Store.open(tmp_path / "new", create=True) as new:
        root, _ = sent(new, PUBLISH)
    schema("project.xsd").assertValid(root)
    assert not found(root, "TextSource") + found(root, "Case")


def test_a_codebook_alone_is_as_the_schema_has_it():
    """Nested themes, colours, descriptions with markup."""
    from lxml import etree

    schema("codebook.xsd").assertValid(etree.fromstring(to_qdc(BOOK)))


@pytest.mark.parametrize("kind", ["Project", "CodeBook"])
def test_the_schemas_refuse_what_is_wrong(kind):
    """A code without an identifier: else the tests above would prove nothing."""
    from lxml import etree

    codes = "<Codes>{}</Codes>" if kind == "CodeBook" else "<CodeBook><Codes>{}</Codes></CodeBook>"
    name = "" if kind == "CodeBook" else 'name="x"'
    whole = f'<{kind} xmlns="urn:QDA-XML:{kind.lower()}:1.0" {name}>{codes}</{kind}>'
    code = '<Code {}name="x" isCodable="true"/>'
    right = etree.fromstring(whole.format(code.format('guid="446B8700-1F2D-5AD1-BC84-3CF6C59AFE4F" ')))
    wrong = etree.fromstring(whole.format(code.format("")))
    told = schema(f"{kind.lower()}.xsd")
    assert (told.validate(right), told.validate(wrong)) == (True, False)


def test_selections_hold_the_excerpts_to_the_character(store):
    """Emoji count one, the end is exclusive, and a rejected or blind coding is none."""
    root, texts = sent(store, INTERNAL)
    answers = {(f"{EMOJI} Bus number {n}.\nIt is late.", "Getting about", MACHINE) for n in range(1, 24)}
    assert selected(root, texts) == {*answers, ("No lift \x0bworks.", "Rare", "Ada")}


def test_who_refused_leaves_no_words_and_hidden_themes_no_codings(store):
    """Under publish: travel, as far as its number shows, nobody's who refused, nothing of what one person raised."""
    root, texts = sent(store, PUBLISH)
    told = selected(root, texts)
    assert {(theme, coder) for _, theme, coder in told} == {("Getting about", MACHINE)}
    assert all(re.fullmatch(rf"{EMOJI} Bus number \d+\.\nIt is late\.", words) for words, _, _ in told)
    assert not any("number 23." in text for text in texts.values())
    note = next(text for text in texts.values() if text.startswith("Disclosure rule"))
    assert "too few people raised were left out: Lifts, Rare." in note
    assert "Some or none (the number is hidden) of the people refused" in note


def test_what_is_published_is_what_every_file_lets_out(store):
    """The passages and people are the rows that the other files have: two together say no more than one."""
    from engagement.guard.profiles import profiles
    from engagement.guard.released import excerpts_released, people_released
    from engagement.pipeline import slicer

    root, texts = sent(store, PUBLISH)
    numbers, people, excerpts = slicer(store, PUBLISH), store.participants(), store.excerpts()
    facts = excerpts_released(numbers, excerpts, standing(counted(store.coded.codings())), people)
    words = {each.excerpt_id: str(each.text) for each in excerpts}
    notes = {each.get("guid") for each in found(root, "Note")}
    parts = {part for name, text in texts.items() if name not in notes for part in text.split("\n\n") if part}
    assert parts - {"What would help?"} == {words[each] for each in facts}
    assert 0 < len(selected(root, texts)) <= 23
    assert [each.get("name") for each in found(root, "TextSource")] == ["What would help?", "Other passages"]
    rows = people_released(numbers, people, profiles(people, PUBLISH, store.value_sets()))
    assert [[value.text for value in found(case, "TextValue")] for case in found(root, "Case")] == [
        [value for _, value in row] for row in rows
    ]


def test_people_and_words_are_kept_apart(store):
    """Under publish no case leads to words, none has a pseudonym, and no file's, group's or person's name is there."""
    data = to_qdpx(store, PUBLISH, DAY)
    root, _ = unzipped(data)
    cases = found(root, "Case")
    assert [case.get("name") for case in cases] == [f"Case {n}" for n in range(1, len(cases) + 1)]
    assert not found(root, "SelectionRef") + found(root, "SourceRef")
    xml = zipfile.ZipFile(io.BytesIO(data)).read("project.qde").decode()
    names = ("Person ", "Deaf women", "p00001", "Male", "survey.csv", "group &amp;")
    assert [words for words in names if words in xml] == []


def test_answers_stand_below_their_question(store):
    """For an analyst in the order of the file."""
    _, texts = sent(store, INTERNAL)
    answers = next(text for text in texts.values() if text.startswith("What would help?\n\n"))
    assert [line for line in answers.split("\n") if line.startswith(EMOJI)] == [
        f"{EMOJI} Bus number {n}." for n in range(24)
    ]


def test_an_analyst_sees_who_said_what(store):
    """Each person with group, role and consent, and a way to each of their excerpts, coded or not."""
    root, texts = sent(store, INTERNAL)
    variables = {each.get("guid"): each.get("name") for each in found(root, "Variable")}
    cases = {each.get("name"): each for each in found(root, "Case")}
    told = {variables[each[0].get("targetGUID")]: each[1].text for each in found(cases["Person 32"], "VariableValue")}
    assert told == {"Sex": "Female", "Group": "Deaf women", "Role": "participant", "May be published": "not asked"}
    places = {
        each.get("guid"): texts[source.get("guid")][int(each.get("startPosition")) : int(each.get("endPosition"))]
        for source in found(root, "TextSource")
        for each in found(source, "PlainTextSelection")
    }
    words = {
        name: [places[each.get("targetGUID")] for each in found(case, "SelectionRef")] for name, case in cases.items()
    }
    assert words["Person 32"] == ["No lift \x0bworks."]
    assert words["Person 31"] == ["Welcome, all."]


def test_memos_go_out_to_the_analyst_alone(store):
    """Nobody has checked their words."""
    store.collected.add_memo("travel", "Ada", "A memo on travel.")
    for rule, there in ((PUBLISH, False), (INTERNAL, True)):
        root, texts = sent(store, rule)
        assert ("A memo on travel." in texts.values()) is there
        code = next(each for each in found(root, "Code") if each.get("name") == "Getting about")
        assert bool([each for each in code if each.tag.endswith("NoteRef")]) is there


def test_codes_keep_colour_place_and_description(store):
    """As in the codebook file: nested, with a colour and what the theme means."""
    root, _ = sent(store, PUBLISH)
    codes = {each.get("name"): each for each in found(root, "Code")}
    assert codes["Lifts"].getparent() is codes["Getting about"]
    assert codes["Getting about"].get("color") == "#E69F00"
    assert found(codes["Getting about"], "Description")[0].text.startswith("To get <anywhere> & back.")


def test_questions_are_sets_of_sources(store):
    """The sources in which a question was asked, and for an analyst those in which a group spoke."""
    for rule, names in (
        (PUBLISH, ["Question: What would help?"]),
        (INTERNAL, ["Group: Deaf women", "Question: What would help?"]),
    ):
        root, texts = sent(store, rule)
        sets = {each.get("name"): [texts[member.get("targetGUID")] for member in each] for each in found(root, "Set")}
        assert list(sets) == names
        assert sets["Question: What would help?"][0].startswith("What would help?")


def test_the_same_project_gives_the_same_bytes(store):
    """Dates in it are the one it is given, so that another day gives another file."""
    one, same, other = (to_qdpx(store, INTERNAL, day) for day in (DAY, DAY, date(2026, 9, 15)))
    assert one == same != other
    root, _ = unzipped(one)
    assert {each.get("creationDateTime") for each in root.iter()} - {None} == {"2026-09-14T00:00:00Z"}
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(one)).infolist()} == {(2026, 9, 14, 0, 0, 0)}


def test_each_export_is_in_the_audit_trail(store):
    """With its rule."""
    to_qdpx(store, INTERNAL, DAY)
    last = store.audit_trail()[-1]
    assert (last["what"], last["detail"]) == ("exported as qdpx", {"rule": "internal"})


def test_nothing_goes_out_while_words_identify_somebody(store):
    """The last look before words leave: a telephone number in a text stops the export."""
    add(store, "late.txt", [turn(0, "Ring me on 07700 900123 today.")])
    with pytest.raises(BadInput, match="still seems to hold a phone number"):
        to_qdpx(store, INTERNAL, DAY)


WORDS = st.text("ab \n", min_size=1, max_size=12).map(str.strip).filter(bool)


@given(st.lists(WORDS, max_size=6), st.booleans())
def test_parts_can_be_told_apart_again(words, headed):
    """What ends a part is a longer line break than any in one, and each stands where it is said to."""
    laid = laid_out([(place, "Asked?" if headed else "", text) for place, text in enumerate(words)])
    for place, text in enumerate(words):
        assert laid.text[laid.starts[place] :].startswith(text)
    end = "\n" * (len(laid.text) - len(laid.text.rstrip("\n")))
    told = laid.text.split(end)[:-1] if words else []
    assert told == (["Asked?"] if headed and words else []) + words
