"""Numbers of documents that are no cell of a table: what they would give away is not there; and the attack can fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engagement.agreement import MACRO, MICRO, Measure, ThemeAgreement
from engagement.config import RULES
from engagement.export.equality import equality
from engagement.export.report import report
from engagement.export.workbook import workbook
from engagement.guard.axes import SILENCES
from engagement.model import (
    Answer,
    Coding,
    Count,
    Decision,
    FileCounts,
    Hidden,
    Participant,
    Question,
    Role,
    SafeDocument,
    SliceRequest,
    Stated,
    digest_of,
)
from engagement.segment import excerpts as cut_excerpts
from engagement.slices import Slicer
from engagement.store import Store
from tests import documents_read
from tests.attacker import Axis, Seen
from tests.documents_facts import disagree, interval_of, literals, tell
from tests.evidence_made import FEW, agreed, made, received, texts
from tests.exports_alone import all_told, bounds, hidden_alone
from tests.exports_made import BOOK, KEYS, MACHINE, PUBLISH, SMALL, WORDS, exported, left, safe, turn
from tests.exports_seen import axes, seen
from tests.joint_attacker import Bound, Joint, alone
from tests.test_documents_attack import FORMS, Round, documents

NUMBER = Measure(0.81, 0.71, 0.91)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Round:
    folder = tmp_path_factory.mktemp("round")
    return documents(folder, exported(folder, 1, PUBLISH, more=True))


def every_word(evidence) -> str:
    sheets = documents_read.xlsx(workbook(evidence))
    cells = [str(cell) for grid in sheets.grids for row in grid.rows for cell in row]
    return "\n".join([*texts(report(evidence)), *texts(equality(evidence)), *cells])


# ------------------------------------------------------------------ what is not told


@pytest.mark.parametrize(
    ("judged", "told"),
    [
        ((120, 20, 3, 2, 95), True),  # of the two themes that are printed
        ((180, 24, 3, 2, 151), False),  # of a third one too: it was found four times by both
    ],
)
def test_agreement_on_all_themes_is_told_where_it_is_of_those_printed(judged, told):
    """Else whoever subtracts the printed themes has the sample's codings of the one that is not shown."""
    pair = agreed()
    wholes = tuple(ThemeAgreement(name, *judged, NUMBER, NUMBER, NUMBER, NUMBER) for name in (MICRO, MACRO))
    said = every_word(made(reliability=(replace(pair, themes=(*pair.themes[:2], *wholes)),)))
    assert ("All themes together" in said) is told
    assert ("Mean of the themes" in said) is told
    assert ("Over all themes together alpha is 0.81." in said) is told
    assert ("So there is no measure of all themes together either." in said) is not told


@pytest.mark.parametrize(("rule", "told"), [(PUBLISH, False), (RULES["internal"], True)])
def test_what_coders_found_in_a_sample_is_counted_for_the_analyst_alone(rule, told):
    """A sample may hold every passage, so that they would be exact numbers of mentions beside rounded ones."""
    evidence = made(reliability=(agreed(),), rule=rule)
    sheet = next(grid for grid in documents_read.xlsx(workbook(evidence)).grids if "First coder" in grid.headings)
    assert ({"Both", "Only the first", "Only the second", "Neither"} <= {*sheet.headings}) is told
    size = "60" if told else "about 60"
    assert f"each coded {size} passages, the same ones." in every_word(evidence)
    few = made(reliability=(replace(agreed(), excerpts=3),), rule=rule)
    assert f"each coded fewer than {rule.threshold} passages, the same ones." in every_word(few)


@pytest.mark.parametrize(("sent", "told"), [((Count(30), Count(10)), True), ((Count(30), FEW), False)])
def test_copies_are_told_where_every_campaign_is(sent, told):
    """A campaign of few is at least three: with all copies known, what the others leave is its size."""
    evidence = made(received=received(campaigns=2, sent=sent, copies=Count(40)))
    assert ("about 40 texts copied another one" in every_word(evidence)) is told
    rows = next(grid for grid in documents_read.xlsx(workbook(evidence)).grids if grid.headings == ("What", "Number"))
    assert dict(rows.rows)["Copies of another response, counted with it as one voice"] == (40 if told else "Hidden")


@pytest.mark.parametrize("what", ["languages", "unused", "left_out"])
def test_nothing_tells_a_few_from_none(what):
    """A line for a hidden number would tell that it is not nought: of two such lines and a sum, what both are."""
    few, none = (replace(received(), **{what: held}) for held in ({"pl": FEW}, {}))
    sheets = [documents_read.xlsx(workbook(made(received=one))) for one in (few, none)]
    assert sheets[0] == sheets[1]
    if what != "languages":  # the report tells that there is one, unnamed: its words are in no theme
        assert texts(report(made(received=few))) == texts(report(made(received=none)))


# --------------------------------------------------------- leaks that once were


def test_a_hidden_row_does_not_tell_that_somebody_is_in_it():
    """Of twelve people ten are women: two rows that are there because somebody is in them hold one each."""
    answers = [Answer("sex", Stated.GIVEN, "Female")] * 10 + [
        Answer("sex", Stated.BLANK),
        Answer("sex", Stated.PREFER_NOT_TO_SAY),
    ]
    people = [
        Participant(f"p{number}", safe(f"Person {number}"), Role.PARTICIPANT, None, (answer,), may_publish=True)
        for number, answer in enumerate(answers)
    ]
    rows = Slicer(people, [], [], [], BOOK, PUBLISH).table(SliceRequest(by=("sex",))).rows
    names = [row.categories[0] for row in rows[1:]]
    there = [Bound({("n", (name,)): 1}, 1) for name in names if name in SILENCES.values()]
    cells = [Seen("n", row.categories, row.base) for row in rows]
    axis = Axis({rows[0].categories[0]: tuple(names), **{name: (name,) for name in names}})
    hidden = [("n", (name,)) for name in names if name != "Female"]
    assert Joint([axis], cells, PUBLISH, (), there).pinned(hidden) == []


def test_rows_leave_open_how_many_are_not_listed(tmp_path):
    """21 rows of about 20 passages, with one language that few use: of the 22 there are at most, one is in it."""
    people, turns = [], []
    for number in range(22):
        answers = tuple(Answer(key, Stated.BLANK) for key in KEYS)
        name = f"p{number}"
        people.append(Participant(name, safe(f"Person {number}"), Role.PARTICIPANT, None, answers, may_publish=True))
        words = " ".join(f"{WORDS[(number * 7 + place * (number + 3)) % 14]}{number}" for place in range(9))
        turns.append(turn(number, f"Said {words}.", name, "q1", "en" if number < 21 else "pl"))
    counts = FileCounts(turns=22, rows=22, answered=22, by_language={"en": 21, "pl": 1})
    asked = (Question("q1", safe("What of q1?")),)
    source = SafeDocument("s1", safe("s1.csv"), "csv", digest_of("s1"), tuple(turns), tuple(people), asked, counts, {})
    with Store.open(tmp_path / "project", create=True) as store:
        store.add_document(source, cut_excerpts(source, 90), [], {})
        store.coded.save_codebook(BOOK)
        carry = [each.excerpt_id for each in store.excerpts()][:13]
        store.coded.replace_machine_codings(
            [Coding(each, "housing", MACHINE, Decision.SUGGESTED, 0.9, (0, 4)) for each in carry]
        )
        exports = left(store, tmp_path, PUBLISH)
    told = all_told([*documents(tmp_path, exports).told.values()])
    (passages,) = told["excerpts"]
    assert len(exports.excerpts) <= interval_of(passages, PUBLISH)[0]


def test_copies_in_the_data_give_no_campaign_away(tmp_path):
    """Two campaigns are three senders each, at least, and so four copies: fewer than five are exactly four."""
    exports = exported(tmp_path, 0, SMALL, more=True)
    assert exports.counts["campaigns"] == 2
    few = {"Fewer than 5"}
    copies = {"Hidden"} if "fewer" not in exports.counts["copies"] else few
    told = {"people": {"50"}, "total": {"50"}, "copies": copies, "campaign 1": few, "campaign 2": few}
    tied = [*bounds(exports, told, "housing")]
    assert Joint(axes(exports), [], SMALL, (), tied).pinned(hidden_alone(told)) == []


def test_a_language_of_few_is_not_named_in_the_data(tmp_path):
    exports = exported(tmp_path, 3, PUBLISH, more=True)
    assert all(number.isdecimal() for number in exports.counts["by_language"].values())


# -------------------------------------------------------------------- it can fail


def test_the_attacker_finds_a_campaign_that_copies_give_away(held: Round) -> None:
    """Under a threshold of five, two campaigns of few and fewer than five copies are three senders each."""
    few, total = "Fewer than 5", {"50"}
    told = {"people": total, "total": total, "copies": {few}, "campaign 1": {few}, "campaign 2": {few}}
    small = replace(held.made, rule=SMALL)
    tied = [*bounds(small, told, "housing")]
    found = Joint(axes(small), [], SMALL, (), tied).pinned(hidden_alone(told))
    assert {(at[0], number) for _, at, number in found} == {("campaign 1", 3), ("campaign 2", 3), ("copies", 4)}


def test_the_attacker_finds_what_one_more_number_gives_away(held: Round) -> None:
    """It is not for weakness that it finds nothing."""
    every = seen(held.made, "access")
    target = next(("n", each.at) for each in every if each.measure == "n" and isinstance(each.cell, Hidden))
    exact = [Bound({target: 1}, 3.0, 3.4)]
    assert Joint(axes(held.made), every, PUBLISH, (), exact).pinned([target]) == [(*target, 3)]
    assert alone("copies") not in hidden_alone({"copies": {"40"}})


def test_the_attacker_finds_what_a_sample_of_every_passage_gives_away(tmp_path) -> None:
    """Of 97 passages, the most that there may be, the computer found 46 to be on a theme: so many mentions it has."""
    held = documents(tmp_path, exported(tmp_path, 37, SMALL, more=True))
    every = seen(held.made, "housing")
    hidden = sorted({(each.measure, each.at) for each in every if isinstance(each.cell, Hidden)})
    told = all_told([*held.told.values()])
    exact = {"excerpts judged by both": "97", "both": "41", "only the second": "5"}
    more = {**told, "sampled": {"95"}, **{f"judged housing {what}": {number} for what, number in exact.items()}}
    found = [
        Joint(axes(held.made), every, SMALL, (), [*bounds(held.made, known, "housing")]).pinned(hidden)
        for known in (told, more)
    ]
    assert found == [[], [("p", ("No answer", "Not disabled"), 0)]]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("change", ["people", "mentions", "total", "profiles"])
def test_a_number_that_is_no_cell_is_noticed_in_every_file(name: str, change: str, held: Round) -> None:
    """More than the slicer shows, of people or of mentions, of everybody or of a group."""
    evidence, more = held.evidence, Count(95 if change == "total" else 50)
    if change == "total":
        evidence = replace(evidence, total=more)
    elif change == "profiles":
        table = evidence.profiles["sex"]
        rows = tuple(replace(row, base=more) if row.categories == ("Female",) else row for row in table.rows)
        evidence = replace(evidence, profiles={**evidence.profiles, "sex": replace(table, rows=rows)})
    else:
        found = tuple(replace(one, **{change: more}) if one.theme.key == "racism" else one for one in evidence.found)
        evidence = replace(evidence, found=found)
    write, read = FORMS[name]
    told = tell(read(write(evidence)), held.known, literals())
    silent = {  # files that do not tell this number
        ("equality.docx", "mentions"), ("equality.xlsx", "people"), ("equality.xlsx", "mentions"),
        ("equality.xlsx", "total"), ("equality.xlsx", "profiles"),
    }  # fmt: skip
    assert bool(disagree(told, held.made.numbers, held.known)) is ((name, change) not in silent)


def test_a_sentence_with_a_number_that_nobody_has_thought_of_is_noticed(held: Round) -> None:
    read = documents_read.Read([documents_read.Sentences(documents_read.Place(()), words) for words in (
        "Only 3 people spoke of the bridge.", "Most women raised Access.", "We did what we could."
    )])  # fmt: skip
    assert len(tell(read, held.known, literals()).unexplained) == 2
