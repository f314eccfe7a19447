"""People code, code blind, compare, settle and change the codebook from the command line; nothing they said is lost."""

from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

from engagement.anonymise import restore
from engagement.codebook import load, save
from engagement.coding.blind import BLIND, SETTLED, Judged, counted
from engagement.commands.coding import app
from engagement.config import Settings
from engagement.embed import embed_excerpts
from engagement.errors import BadInput
from engagement.export.codebook_qdc import from_qdc
from engagement.model import (
    Codebook,
    Coding,
    Decision,
    Excerpt,
    FileCounts,
    Kind,
    Participant,
    Question,
    Role,
    SafeDocument,
    SafeTurn,
    Theme,
    digest_of,
)
from engagement.store import Store
from engagement.themes import code, standing, waiting

BOOK = Codebook(
    "Land",
    1,
    (
        Theme("owls", "Owls", "Birds that hunt at night."),
        Theme("trains", "Trains", "Railways, stations and tickets."),
        Theme("tea", "Tea", "Hot drinks."),
    ),
)
KINDS, DOES, WHERE = ("barn", "tawny", "little"), ("hunts", "calls"), ("church", "wood", "barn")
OWLS = [f"The {kind} owl {does} in the {where}." for kind in KINDS for does in DOES for where in WHERE]
WHAT, STATES = ("train", "ticket office"), ("late", "closed", "crowded", "cold")
TRAINS = [f"The {what} at the {at} is {how}." for what in WHAT for at in ("station", "coast") for how in STATES]
OTHER = ["Nothing to add.", "I like my tea hot.", "No comment.", "It rained all day.", "Thank you for asking us."]
DRINKS = [f"A cup of hot {kind}, please." for kind in ("tea", "coffee", "cocoa", "soup", "milk", "cider")]
WORDS = [*OWLS, *TRAINS, *DRINKS, *OTHER]
YES, NO, MAYBE = Decision.ACCEPTED, Decision.REJECTED, Decision.SUGGESTED
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project of some forty answers, coded by the machine."""
    project = tmp_path_factory.mktemp("coding") / "project"
    texts = [restore(words, digest_of(words)) for words in WORDS]
    turns = tuple(
        SafeTurn(at, f"row {at}", Kind.RESPONSE, text, digest_of(text), Role.PARTICIPANT, "p1", "q1", ())
        for at, text in enumerate(texts)
    )
    person = Participant("p1", restore("Person 1", digest_of("Person 1")), Role.PARTICIPANT, None, (), None)
    name, asked = (restore(words, digest_of(words)) for words in ("a.csv", "What matters?"))
    document = SafeDocument(
        "s1", name, "csv", "d1", turns, (person,), (Question("q1", asked),), FileCounts(turns=len(turns)), {}
    )
    excerpts = [
        Excerpt(f"e{at:02}", "s1", at, at, text, 0, len(text), digest_of(text), Role.PARTICIPANT, "p1", "q1")
        for at, text in enumerate(texts)
    ]
    with Store.open(project, create=True) as store:
        store.add_document(document, excerpts, [], {})
        store.coded.save_codebook(BOOK)
        cache = project / "cache"
        store.coded.replace_machine_codings(
            code(excerpts, embed_excerpts(excerpts, Settings(), cache), BOOK, (), Settings(), cache)
        )
    return project


@pytest.fixture
def project(made, tmp_path):
    """A copy of the project, for a test to change."""
    return shutil.copytree(made, tmp_path / "project")


def engagement(project, *words, answers=(), fails=False):
    """What a command printed on stdout; with `fails` the error that it raised."""
    done = RUNNER.invoke(app, [*words, "--project", str(project)], input="".join(f"{each}\n" for each in answers))
    if fails:
        return done.exception
    assert done.exit_code == 0, (done.output, done.exception)
    return done.stdout


def read(project, *words, **more):
    return json.loads(engagement(project, *words, "--json", **more))


def coding(theme, coder, decision, excerpt_id):
    return Coding(excerpt_id, theme, coder, decision, 1.0, (0, 4))


def said(project):
    with Store.open(project) as store:
        return store.coded.codings(), store.sampled.judged()


def sampled(project):
    with Store.open(project) as store:
        return store.sampled.samples()[-1].excerpt_ids


def both_code(project):
    """Asha and Ben code the sample blind as the machine has it, but for two excerpts that Ben finds in nothing."""
    drawn = sampled(project)
    codings, _ = said(project)
    with Store.open(project) as store:
        for coder in ("Asha", "Ben"):
            found = [
                coding(one.theme_key, f"{BLIND}{coder}", YES, one.excerpt_id)
                for one in codings
                if one.excerpt_id in drawn and (coder == "Asha" or one.excerpt_id not in drawn[:4])
            ]
            store.coded.add_codings(found)
            store.sampled.add_judged([Judged(each, f"{BLIND}{coder}", frozenset(BOOK.keys)) for each in drawn])
    return drawn


# double coding


def test_a_sample_is_drawn_once(project):
    """A sample is drawn and kept; a second one has to be asked for."""
    drawn = read(project, "sample", "--half-width", "0.2")
    assert drawn["excerpts"] == len(sampled(project)) > 10
    assert str(engagement(project, "sample", fails=True)).startswith("project: a sample of ")
    engagement(project, "sample", "--another")
    with Store.open(project) as store:
        assert len(store.sampled.samples()) == 2


def test_blind_coding_goes_on_where_it_stopped(project):
    """Answers are stored one by one under a blind name, nothing of others' is shown, and `q` loses nothing."""
    engagement(project, "sample")
    drawn = sampled(project)
    done = RUNNER.invoke(app, ["blind", "--coder", "Ben", "--project", str(project)], input="2\nz\n0\nq\n")
    assert done.stdout.endswith(f"\n2 excerpts coded blind, {len(drawn) - 2} left\n")
    assert "likely" not in done.output
    assert "*" not in done.output
    codings, judged = said(project)
    assert [(one.excerpt_id, one.theme_key) for one in codings if one.coder == f"{BLIND}Ben"] == [(drawn[0], "trains")]
    assert {one.excerpt_id for one in judged} == set(drawn[:2])
    assert len(read(project, "blind", "--coder", "Ben")["left"]) == len(drawn) - 2
    assert len(read(project, "blind", "--coder", "Asha")["left"]) == len(drawn)
    holds = standing(counted(codings))
    assert holds == standing([one for one in codings if not one.coder.startswith(BLIND)])


def test_agreement_is_told_by_theme(project):
    """Two people, or a person and the machine, are compared theme by theme with intervals, under their plain names."""
    engagement(project, "sample")
    both_code(project)
    people = read(project, "agree", "--coders", "Asha,Ben")
    assert people["coders"] == [f"{BLIND}Asha", f"{BLIND}Ben"]
    owls = people["themes"][0]
    assert (owls["name"], owls["judged"]) == ("Owls", len(sampled(project)))
    together = people["themes"][-2]["alpha"]
    assert together["low"] < together["value"] < 1
    machine = read(project, "agree", "--coders", "Asha,machine")["themes"][0]
    assert machine["f1"]["value"] == 1
    text = engagement(project, "agree", "--coders", "machine,Ben")
    assert text.startswith("the machine and Ben, with intervals of 95 %\nTheme")


def test_reading_is_no_agreement(project):
    """A coder who has only read, or decided on one theme of one excerpt, agrees on no more than that."""
    engagement(project, "sample")
    first = sampled(project)[0]
    with Store.open(project) as store:
        store.coded.add_codings([coding("owls", "Cy", NO, first)])
    rows = read(project, "agree", "--coders", "Cy,machine")["themes"]
    assert [row["judged"] for row in rows[:3]] == [1, 0, 0]


def test_a_reflexive_project_shows_no_agreement(project):
    """A project that declares itself reflexive is told so instead of numbers."""
    engagement(project, "sample")
    both_code(project)
    (project / "settings.toml").write_text("reflexive = true\n")
    error = engagement(project, "agree", "--coders", "Asha,Ben", fails=True)
    assert isinstance(error, BadInput)
    assert "This project is reflexive: coders' readings are not measured against each other" in str(error)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["blind", "--coder", "Ben"], "project: no sample is drawn yet. Run 'engagement sample'."),
        (["agree", "--coders", "Asha,Ben"], "project: no sample is drawn yet. Run 'engagement sample'."),
        (
            ["teach", "--coder", "machine:x"],
            "coder: not a coder's name. Give a name without a colon or comma, such as Ben.",
        ),
        (["sample", "--half-width", "2"], "sample: the half-width is not between 0 and 1. Give a number such as 0.1."),
        (["codebook", "retire", "boats"], "codebook: no theme has the key 'boats'. Check its spelling."),
        (
            ["codebook", "import", "book.docx"],
            "book.docx: not a codebook's kind of file. Use .csv, .qdc or .yaml.",
        ),
        (["codebook", "import", "nowhere.csv"], "nowhere.csv: there is no such codebook. Check the path."),
    ],
)
def test_a_mistake_gets_one_sentence(made, words, sentence):
    """What can be mended is told in a sentence."""
    assert str(engagement(made, *words, fails=True)) == sentence


def test_two_coders_are_named(made, project):
    """One name, or three, is a mistake in the command."""
    engagement(project, "sample")
    done = RUNNER.invoke(app, ["agree", "--coders", "Asha", "--project", str(project)])
    assert done.exit_code == 2


def test_what_is_settled_holds(project):
    """Where two blind coders differ a third decision is asked for and counts; what both said holds unasked."""
    engagement(project, "sample")
    drawn = both_code(project)
    differ = read(project, "settle", "--coders", "Asha,Ben")
    assert {one["excerpt_id"] for one in differ} <= set(drawn[:4])
    answers = ["y", "n", *["y"] * len(differ)]
    text = engagement(project, "settle", "--coders", "Asha,Ben", "--by", "Cy", answers=answers)
    assert f"\n{len(differ)} differences settled, 0 left; " in text
    codings, _ = said(project)
    holds = {(one.excerpt_id, one.theme_key): one.coder for one in standing(counted(codings))}
    one, other = ((each["excerpt_id"], each["theme_key"]) for each in differ[:2])
    assert holds[one] == f"{SETTLED}Cy"
    assert other not in holds
    assert engagement(project, "settle", "--coders", "Asha,Ben", "--by", "Cy").startswith("0 differences settled")


# learning


def test_teaching_stores_decisions(project):
    """The most telling excerpts are offered with suggestions; an answer is stored, and judged ones don't come back."""
    engagement(project, "sample")
    first = read(project, "teach", "--coder", "Asha", "--number", "3")
    assert len(first) == 3
    assert not set(first) & set(sampled(project))
    text = engagement(project, "teach", "--coder", "Asha", "--number", "3", answers=["2", "0", "q"])
    assert text.endswith("\n2 excerpts coded\n")
    codings, judged = said(project)
    assert (first[0], "trains", YES) in {(o.excerpt_id, o.theme_key, o.decision) for o in codings if o.coder == "Asha"}
    assert {one.excerpt_id for one in judged} == set(first[:2])
    assert not set(read(project, "teach", "--coder", "Asha", "--number", "9")) & set(first[:2])


def test_the_curve_is_honest_and_then_tells(project):
    """With little coded the curve says how much and gives no number; with enough it tells what was measured."""
    assert engagement(project, "curve") == "Too little to tell: people have coded 0 excerpts of 40 needed.\n"
    codings, _ = said(project)
    with Store.open(project) as store:
        store.coded.add_codings([coding(one.theme_key, "Asha", YES, one.excerpt_id) for one in codings])
        store.sampled.add_judged([Judged(one.excerpt_id, "Asha", frozenset(BOOK.keys)) for one in store.excerpts()])
    told = read(project, "curve")
    assert told["coded"] == len(WORDS)
    assert [point["examples"] for point in told["points"]] == [0, 8, 17, 25, 34]
    assert all(0.9 < point["f1"] <= 1 for point in told["points"])  # people said what the machine does
    lines = engagement(project, "curve").splitlines()
    assert lines[0] == "Coded  F1"
    assert lines[-1] == told["words"]
    assert told["words"].startswith("Coding 50 more is unlikely to change much: F1, the mean of ")


# the codebook


def test_the_codebook_is_shown(made):
    """The themes with their keys and definitions."""
    assert engagement(made, "codebook", "show").startswith("Land, version 1\nKey     Name")
    assert [theme["key"] for theme in read(made, "codebook", "show")["themes"]] == ["owls", "trains", "tea"]


def teach_two(project):
    with Store.open(project) as store:
        store.coded.add_codings([coding("owls", "Asha", YES, "e00"), coding("trains", "Asha", NO, "e01")])
        store.sampled.add_judged([Judged("e00", "Asha", frozenset(BOOK.keys))])


def test_merged_themes_keep_their_codings(project):
    """What was coded as one of them is coded as that, in one version more, with the words of the change."""
    teach_two(project)
    change = read(project, "codebook", "merge", "owls", "tea", "--into", "night", "--name", "Night", "--coder", "Asha")
    assert change["version"] == 2
    assert change["words"].startswith('"Owls" and "Tea" became "Night".')
    codings, judged = said(project)
    assert coding("night", "Asha", YES, "e00") in codings
    assert not [one for one in codings if one.theme_key in ("owls", "tea")]
    assert judged == (Judged("e00", "Asha", frozenset({"night", "trains"})),)
    with Store.open(project) as store:
        assert store.coded.codebook().keys == ("night", "trains")
        assert [row["who"] for row in store.audit_trail() if row["what"] == "theme merged"] == ["Asha"]


def test_a_split_theme_waits_and_is_offered_first(project, tmp_path):
    """Accepted codings of a split theme are not lost: they are offered first, and decided once the coder is done."""
    teach_two(project)
    parts = Codebook("parts", 1, (Theme("barn_owls", "Barn owls", "White."), Theme("others", "Other owls", "Brown.")))
    save(parts, tmp_path / "parts.yaml")
    change = read(project, "codebook", "split", "owls", "--into", str(tmp_path / "parts.yaml"))
    assert change["waiting"] == 1
    codings, judged = said(project)
    assert {one.theme_key for one in waiting(codings)} == {"barn_owls", "others"}
    assert judged[0].themes == {"trains", "tea"}
    assert read(project, "teach", "--coder", "Asha", "--number", "1") == ["e00"]
    engagement(project, "teach", "--coder", "Asha", "--number", "1", answers=["1"])
    codings, _ = said(project)
    assert waiting(codings) == ()
    assert {one.theme_key for one in standing(codings) if one.excerpt_id == "e00"} == {"barn_owls"}


def test_renamed_and_retired(project):
    """A renamed theme keeps its codings, those of a retired one count no longer, and the history says both in words."""
    teach_two(project)
    engagement(project, "codebook", "rename", "owls", "--name", "Night birds", "--key", "night_birds")
    text = engagement(project, "codebook", "retire", "tea")
    assert text == '"Tea" was retired. Its codings count no longer.\n'
    codings, _ = said(project)
    assert coding("night_birds", "Asha", YES, "e00") in codings
    told = engagement(project, "codebook", "history").splitlines()
    assert told[0] == "Version 1, 3 themes"
    assert told[1] == "Version 2, 3 themes"
    assert told[2].startswith('  "Owls" became "Night birds"')
    assert told[3:] == ["Version 3, 2 themes", '  "Tea" was retired. Its codings count no longer.']
    assert [one["version"] for one in read(project, "codebook", "history")] == [1, 2, 3]


@pytest.mark.parametrize("kind", ["csv", "qdc", "yaml"])
def test_a_codebook_goes_out_and_comes_back(project, tmp_path, kind):
    """A codebook written to a file and read from it again is the same: nothing changes, no version is added."""
    out = tmp_path / f"book.{kind}"
    assert engagement(project, "codebook", "export", "--out", str(out)) == f"{out}\n"
    assert isinstance(engagement(project, "codebook", "export", "--out", str(out), fails=True), BadInput)
    assert engagement(project, "codebook", "import", str(out)) == "Nothing changed.\n"
    with Store.open(project) as store:
        assert store.coded.codebooks() == (BOOK,)


def test_a_changed_file_is_the_next_version(project, tmp_path):
    """A file's changes are said in words and saved under a name; a theme under a new key keeps its codings."""
    teach_two(project)
    out = tmp_path / "book.yaml"
    engagement(project, "codebook", "export", "--out", str(out))
    words = out.read_text().replace("key: owls", "key: night_owls").replace("Hot drinks.", "Hot drinks and cake.")
    out.write_text(words)
    change = read(project, "codebook", "import", str(out), "--coder", "Asha")
    assert change["changes"] == [
        'The key of "Owls" was owls and is now night_owls.',
        'The definition of "Tea" was "Hot drinks." and is now "Hot drinks and cake.".',
    ]
    codings, _ = said(project)
    assert coding("night_owls", "Asha", YES, "e00") in codings
    with Store.open(project) as store:
        assert store.coded.codebook().version == change["version"] == 3
        assert store.audit_trail()[-1]["who"] == "Asha"
    save(Codebook("Land", 1, load(out).themes[:2]), out)
    text = engagement(project, "codebook", "import", str(out))
    assert text.splitlines() == [
        '"Tea" was removed.',
        "Codings of removed themes count no longer. They count again if the theme comes back.",
        "The codebook is version 4 now.",
    ]


def test_the_exported_qdc_is_refi(project, tmp_path):
    """What goes out as .qdc is read by whoever reads REFI-QDA."""
    out = tmp_path / "book.qdc"
    engagement(project, "codebook", "export", "--out", str(out))
    assert from_qdc(out.read_bytes(), "book.qdc").codebook.themes == BOOK.themes
