"""What other tools made comes into a project: words made safe, codings on them, themes added; twice is once."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from datetime import date

import pytest
from typer.testing import CliRunner

from engagement.codebook import default
from engagement.commands.exchange import app
from engagement.config import RULES, Settings
from engagement.errors import BadInput
from engagement.exchange.coded_csv import Columns, is_coded, matched
from engagement.exchange.importing import Asked, import_project
from engagement.exchange.merging import called_alike, merged, rekeyed
from engagement.export.codebook_csv import to_csv
from engagement.export.codebook_qdc import to_qdc
from engagement.export.qdpx import to_qdpx
from engagement.model import Codebook, Decision, Kind, Question, Role, Theme
from engagement.store import Store
from engagement.themes import standing
from tests.qdpx import BOOK, EMOJI, add, coded, person, safe, turn
from tests.test_qdpx_in import project, selection, source

DAY = date(2026, 9, 14)
ASKED = Question("q1", safe("What would help?"))
MACHINE = "machine:model:1"
LATE = f"{EMOJI} The bus is late."
TEXTS = (LATE, "The lift is broken.\n\nIt has been so since May.", "It is too dark to walk home.")


def filled(store):
    """Three people of a survey, one of whom refuses, and a group's talk, coded by two."""
    people = [person(n, sex="Female", race="Irish", may_publish=(True, False, None)[n - 1]) for n in (1, 2, 3)]
    ann, host = person(4, group="Tenants", sex="Male"), person(5, group="Tenants", role=Role.FACILITATOR)
    answers = [turn(n, text, people[n], Kind.RESPONSE, "q1") for n, text in enumerate(TEXTS)]
    survey = add(store, "survey.csv", answers, people, [ASKED])
    group = add(
        store, "group.txt", [turn(0, "Welcome to you all.", host), turn(1, "The roof leaks.", ann)], [ann, host]
    )
    store.coded.save_codebook(BOOK)
    store.coded.add_codings(
        [
            coded(survey[0], "travel", MACHINE, Decision.SUGGESTED),
            coded(survey[1], "lifts"),
            coded(survey[2], "travel", "Ben"),
            coded(group[1], "rare"),
        ]
    )
    store.note("codings imported")


def seen(store):
    """Every coding that holds, by words."""
    excerpts = {each.excerpt_id: each for each in store.excerpts()}
    return {
        (str(excerpts[one.excerpt_id].text), one.because, one.theme_key, one.coder, one.decision)
        for one in standing(store.coded.codings())
    }


def known(store):
    return {
        (each.role, each.group, each.may_publish, frozenset((one.characteristic, one.category) for one in each.answers))
        for each in store.participants()
    }


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """A project, and the file that it went out as."""
    folder = tmp_path_factory.mktemp("sent")
    with Store.open(folder / "project", create=True) as store:
        filled(store)
        (folder / "ours.qdpx").write_bytes(to_qdpx(store, RULES["internal"], DAY))
        yield store, folder / "ours.qdpx"


@pytest.fixture(scope="module")
def returned(sent, tmp_path_factory):
    """A new project into which that file was taken, with what was said."""
    folder = tmp_path_factory.mktemp("returned") / "project"
    with Store.open(folder, create=True) as store:
        sentences = import_project(store, Asked(sent[1], "Cy"), folder, Settings(), lambda _: None)
        yield store, folder, sentences


def test_our_own_file_gives_the_same_codings_to_the_character(sent, returned):
    """Words, spans, themes, coders, decisions: what went out comes into a new project."""
    assert len(seen(sent[0])) == 4
    assert seen(returned[0]) == seen(sent[0])
    assert returned[2][-2:] == (
        "Texts: 2 new, 0 that the project has already.",
        "Codings read: 4. Codings of excerpts: 4 new, 0 that were there already.",
    )


def test_people_and_questions_come_back(sent, returned):
    """Roles, groups, answers and refusals, and what each turn answers; each person once."""
    assert known(returned[0]) == known(sent[0])
    assert len(returned[0].participants()) == 5
    assert [question.wording for question in returned[0].questions()] == ["What would help?"]
    asked = {each.text: bool(each.question_id) for each in returned[0].turns()}
    assert asked == {**dict.fromkeys(TEXTS, True), "Welcome to you all.": False, "The roof leaks.": False}


def test_the_codebook_comes_back(returned):
    """The same themes, in the same order."""
    assert returned[0].coded.codebook().themes == BOOK.themes


def test_twice_is_once(sent, returned):
    """The same file again adds no source, no turn and no coding."""
    store, folder, _ = returned
    before = (seen(store), len(store.turns()), len(store.coded.codings()))
    told = import_project(store, Asked(sent[1], "Cy"), folder, Settings(), lambda _: None)
    assert (seen(store), len(store.turns()), len(store.coded.codings())) == before
    assert told[-1] == "Codings read: 4. Codings of excerpts: 0 new, 3 that were there already."


def test_a_second_coders_file_brings_codings_alone(tmp_path):
    """NVivo gives our words back with other line ends and another name: they land on the excerpts that are there."""
    path = tmp_path / "back.qdpx"
    with Store.open(tmp_path / "project", create=True) as store:
        filled(store)
        data = to_qdpx(store, RULES["internal"], DAY)
        with zipfile.ZipFile(io.BytesIO(data)) as gone, zipfile.ZipFile(path, "w") as back:
            for name in gone.namelist():
                data = gone.read(name)
                if name.endswith(".qde"):
                    data = data.replace(b'origin="engagement', b'origin="NVivo').replace(b'name="Ben"', b'name="Eve"')
                else:
                    data = b"\xef\xbb\xbf" + data.rstrip(b"\n").replace(b"\n", b"\r\n")
                back.writestr(name, data)
        before = (len(store.turns()), len(store.sources()), len(store.coded.codings()))
        told = import_project(store, Asked(path, "Cy"), tmp_path / "project", Settings(), lambda _: None)
        added = store.coded.codings()[before[2] :]
        assert (len(store.turns()), len(store.sources())) == before[:2]
        words = {each.excerpt_id: each.text for each in store.excerpts()}
    assert {(words[one.excerpt_id], one.theme_key, one.coder) for one in added} == {
        ("It is too dark to walk home.", "travel", "Eve")
    }
    assert "Texts: 0 new, 2 that the project has already." in told


def test_a_passage_that_came_back_alone_is_known(tmp_path):
    """What is published are passages, not whole turns: one of a long turn lands on its own excerpt."""
    long = " ".join(f"Sentence number {n} says that the bus was late again today." for n in range(40))
    path = tmp_path / "back.qdpx"
    with Store.open(tmp_path / "project", create=True) as store:
        _, second, *_ = add(store, "long.txt", [turn(0, long, person(1))], [person(1)])
        store.coded.save_codebook(BOOK)
        text = f"{second.text}\n\n"
        picked = selection(text, second.text, ["Lifts"], user="Eve")
        write(path, project(source(picked, plainTextPath="t.txt"), users=("Eve",)), text)
        import_project(store, Asked(path, "Cy"), tmp_path / "project", Settings(), lambda _: None)
        (coding,) = store.coded.codings()
        assert len(store.sources()) == 1
    assert (coding.excerpt_id, coding.coder, coding.because) == (second.excerpt_id, "Eve", (0, len(second.text)))


def write(path, xml, text):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", xml)
        archive.writestr("sources/t.txt", text)
    return path


def test_words_pass_through_the_anonymiser_and_codings_with_them(tmp_path):
    """A name and a telephone number are replaced; what was coded is coded behind them."""
    text = (
        "Interviewer: What would you change, Amina?\n\n"
        "Amina Begum: Ring me on 07700 900123, my friend Gareth Pugh says. The lift is broken.\n\n"
        "Interviewer: And you?\n\nAmina Begum: The bus is late.\n"
    )
    chosen = (("The lift is broken.", "Lifts"), ("Ring me on 07700 900123", "Travel"))
    picked = "".join(selection(text, words, [code], user="Ada") for words, code in chosen)
    path = write(tmp_path / "talk.qdpx", project(source(picked, plainTextPath="t.txt"), users=("Ada",)), text)
    folder = tmp_path / "project"
    with Store.open(folder, create=True) as store:
        import_project(store, Asked(path, "Cy"), folder, Settings(), lambda _: None)
        held = " ".join(each.text for each in store.turns())
        assert not re.search("Amina|Begum|Gareth|Pugh|07700", held)
        excerpts = {each.excerpt_id: each for each in store.excerpts()}
        spans = {one.theme_key: excerpts[one.excerpt_id].text[slice(*one.because)] for one in store.coded.codings()}
        assert spans["lifts"] == "The lift is broken."
        assert re.fullmatch(r"Ring me on \[.*\]", spans["travel"])
        assert store.held_round().name == "talk"
        assert {each.coder for each in store.coded.codings()} == {"Ada"}


def test_a_sealed_project_takes_no_new_words(tmp_path):
    """Without the key nobody could be given their number; what is there already can be coded."""
    path = write(tmp_path / "talk.qdpx", project(source(plainTextPath="t.txt")), "The lift is broken again.\n")
    folder = tmp_path / "project"
    with Store.open(folder, create=True) as store:
        filled(store)
        (tmp_path / "ours.qdpx").write_bytes(to_qdpx(store, RULES["internal"], DAY))
        store.seal()
        with pytest.raises(BadInput) as refused:
            import_project(store, Asked(path, "Cy"), folder, Settings(), lambda _: None)
        assert str(refused.value) == (
            "talk.qdpx: this project is sealed, so that no new words can come in. "
            "Import the codings as CSV, or start a new project."
        )
        told = import_project(store, Asked(tmp_path / "ours.qdpx", "Cy"), folder, Settings(), lambda _: None)
        assert "Texts: 0 new, 2 that the project has already." in told


# codebooks


@pytest.mark.parametrize(("name", "written"), [("b.qdc", to_qdc), ("b.csv", to_csv), ("B.QDC", to_qdc)])
def test_a_codebook_is_added_to_what_is_there(tmp_path, name, written):
    """Its themes come after ours, those that both have are redefined, none is lost; the same again changes nothing."""
    book = Codebook("b", 1, (Theme("lifts", "Lifts", "Up and down."), Theme("noise", "Noise", "Loud.")))
    (tmp_path / name).write_bytes(written(book))
    with Store.open(tmp_path / "project", create=True) as store:
        store.coded.save_codebook(BOOK)
        asked = Asked(tmp_path / name, "Cy")
        told = import_project(store, asked, tmp_path / "project", Settings(), lambda _: None)
        assert told == ("The codebook is now version 4. Themes: 1 new, 1 changed.",)
        assert store.coded.codebook().keys == ("travel", "lifts", "rare", "noise")
        assert store.coded.codebook().theme("lifts").definition == "Up and down."
        assert store.audit_trail()[-1]["who"] == "Cy"
        again = import_project(store, asked, tmp_path / "project", Settings(), lambda _: None)
        assert again == ("The codebook has all of its themes already.",)


def test_parents_of_two_codebooks_go_in_no_circle():
    """What is above in one and below in the other comes to the top; so does a theme whose parent is nowhere."""
    held = Codebook("h", 1, (Theme("a", "A", ""), Theme("b", "B", "", parent="a")))
    read = Codebook("r", 1, (Theme("b", "B", ""), Theme("a", "A", "", parent="b")))
    after = merged(held, read)
    assert {theme.key: theme.parent for theme in after.themes} == {"a": "b", "b": None}


# coded texts


@pytest.mark.parametrize(
    ("told", "after"),
    [
        (Theme("rent", "Rents", ""), Theme("rent", "Rents", "What homes cost", ("deposits",))),
        (Theme("rent", "Rent", "Only rent"), Theme("rent", "Rent", "Only rent")),
    ],
)
def test_a_theme_that_is_only_named_keeps_what_it_means(told, after):
    """Tools that know no definitions leave none; one that is told stands as a whole."""
    held = Codebook("ours", 1, (Theme("rent", "Rent", "What homes cost", ("deposits",)),))
    assert merged(held, Codebook("theirs", 1, (told,))).themes == (after,)


def test_themes_of_the_same_name_are_one():
    """Whatever key the other tool made of the name; where two are called so, neither is taken for ours."""
    held = Codebook("ours", 1, (Theme("money", "Access to money", "Loans"), Theme("rent", "Rent", "Homes")))
    child = Theme("banks", "Banks", "", parent="access-to-money")
    read = Codebook("theirs", 1, (Theme("access-to-money", "ACCESS to money", ""), child))
    keys = called_alike(held, read)
    assert keys == {"access-to-money": "money"}
    after = merged(held, rekeyed(read, keys))
    assert [(theme.key, theme.definition, theme.parent) for theme in after.themes] == [
        ("money", "Loans", None), ("rent", "Homes", None), ("banks", "", "money"),
    ]  # fmt: skip
    twice = Codebook("theirs", 1, (Theme("a", "Rent", ""), Theme("b", "Rent", "")))
    assert called_alike(held, twice) == {}


def table(rows, heads=("text", "themes"), separator=","):
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([heads, *rows])
    return out.getvalue().encode()


def test_coded_texts_are_put_on_excerpts_of_the_same_words(tmp_path):
    """By key or name of the theme, several in a cell, whatever the spaces; by the row's coder, else the importer."""
    rows = [
        (f" {LATE} ", "travel; Lifts", ""),
        ("It is too  dark to walk home.", "rare|travel", "machine:x"),
        ("Nobody said so.", "travel", ""),
        ("The roof leaks.", "", "Eve"),
    ]
    path = tmp_path / "coded.csv"
    path.write_bytes(table(rows, ("text", "themes", "coder")))
    with Store.open(tmp_path / "project", create=True) as store:
        filled(store)
        before = len(store.coded.codings())
        told = import_project(store, Asked(path, "Cy"), tmp_path / "project", Settings(), lambda _: None)
        words = {each.excerpt_id: each.text for each in store.excerpts()}
        new = store.coded.codings()[before:]
    assert {(words[one.excerpt_id], one.theme_key, one.coder, one.decision) for one in new} == {
        (LATE, "travel", "Cy", Decision.ACCEPTED),
        (LATE, "lifts", "Cy", Decision.ACCEPTED),
        (TEXTS[2], "rare", "machine x", Decision.ACCEPTED),
        (TEXTS[2], "travel", "machine x", Decision.ACCEPTED),
    }
    assert told == (
        "Rows with themes: 3. Codings: 4 new, 0 that were there already.",
        "Rows whose words are not in the project: 1.",
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_may_be_parted_as_its_country_does(separator):
    """And may have other names for its columns, and apostrophes that keep cells from being formulas."""
    data = table([("'=so late, so dark; so it is", "travel")], ("words", "codes"), separator)
    columns = Columns("words", "codes")
    assert is_coded(data, "c.csv", columns)
    assert not is_coded(data, "c.csv", Columns())
    assert matched(data, "c.csv", columns, BOOK, (), "Cy").unknown == 1


def test_a_theme_that_the_codebook_lacks_is_told():
    """With its row; the words of the cell are not repeated."""
    data = table([("a", "travel"), ("b", "secret")])
    with pytest.raises(BadInput) as refused:
        matched(data, "c.csv", Columns(), BOOK, (), "Cy")
    assert str(refused.value) == (
        "c.csv, row 3: a theme that the codebook doesn't have. "
        "Import the codebook first, or mend the cell; themes are parted by ;."
    )


@pytest.mark.parametrize(
    ("name",    "data",      "message"),
    [
        ("a.docx",  b"x",        "a.docx: no file that can be imported. Give a .qdpx, .qdc or .csv file."),
        ("a.csv",   b"",         "a.csv: it holds no rows. Give it a row of headings and a row for each text."),
        ("gone.qdc", None,       "gone.qdc: the file can't be opened. Check its name and that you may read it."),
        ("gone.qdpx", None,      "gone.qdpx: the file can't be opened. Check its name and that you may read it."),
        ("a.qdpx",  b"x",
         "a.qdpx: it is no zip file, as a QDPX file is. Export the project as REFI-QDA (.qdpx) again."),
    ],
)  # fmt: skip
def test_a_file_that_can_not_be_imported_gets_a_sentence(tmp_path, name, data, message):
    """Another format, an empty table, no file at all."""
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with Store.open(tmp_path / "project", create=True) as store, pytest.raises(BadInput) as refused:
        import_project(store, Asked(tmp_path / name, "Cy"), tmp_path / "project", Settings(), lambda _: None)
    assert str(refused.value) == message


def test_the_command_makes_a_project_and_says_what_came_of_it(tmp_path):
    """Into a folder where there was none; sentences as words or as JSON."""
    (tmp_path / "seven.qdc").write_bytes(to_qdc(default()))
    arguments = [str(tmp_path / "seven.qdc"), "--project", str(tmp_path / "new")]
    first = CliRunner().invoke(app, arguments)
    assert (first.exit_code, first.stdout) == (0, "The codebook is new. Themes: 7.\n")
    again = CliRunner().invoke(app, [*arguments, "--json"])
    assert json.loads(again.stdout) == ["The codebook has all of its themes already."]
