"""What a run tells is complete, in plain words, and keeps small numbers to itself."""

from pathlib import Path

from engagement.config import RULES
from engagement.model import Count, FileCounts, Hidden, SliceRequest, SliceRow, SliceTable
from engagement.outcome import FileReport, Outcome
from engagement.summary import FEW_CAME, MOST_LEFT_OUT, as_data, as_text

FEW = Hidden("fewer than 10 people")


FILES = (
    FileReport(
        "a.csv", "new", FileCounts(rows=20, answered=30, turns=30, non_answers=1, duplicates=4, withdrawn=1), ()
    ),
    FileReport("b.docx", "new", FileCounts(turns=9, speakers=5, participants=4), ("b.docx: 2 pictures were not read",)),
    FileReport("c.txt", "known", FileCounts(turns=1), ()),
    FileReport("d.heic", "unreadable", FileCounts(), ("d.heic: a .heic file can't be read. Save its words as .txt.",)),
)


def outcome(**changes) -> Outcome:
    row = SliceRow((), Count(65), {"housing": Count(40), "access": FEW})
    fields = {
        "files": FILES,
        "left_out": ("README.md: left out by round.yaml",),
        "columns": "columns.yaml says it.",
        "turns": 12,
        "responses": 30,
        "participants": Count(65),
        "excerpts": 44,
        "copies": 4,
        "campaigns": 1,
        "other_languages": {"pl": 2},
        "replaced": {"PERSON": 9, "PHONE": 1},
        "removed": {"EMAIL": 3},
        "themes": SliceTable(SliceRequest(), RULES["publish"], (row,)),
        "theme_names": {"housing": "Housing", "access": "Access"},
        "emergent": (("buses, late", Count(15)), ("one quiet voice", FEW)),
        **changes,
    }
    return Outcome(**fields)


def test_the_summary_reads_as_it_should():
    """The whole text, once."""
    assert as_text(outcome(), Path("p")) == (
        "Files      2 read, 1 already in the project, 1 not readable, 0 withheld\n"
        "           a.csv   20 rows, 30 answers, 1 non-answer, 4 copies of other answers, 1 withdrawn, left out\n"
        "           b.docx  9 turns and paragraphs, 5 speakers, 4 participants\n"
        "           c.txt   1 turn or paragraph\n"
        "           left out: README.md: left out by round.yaml\n"
        "           b.docx: 2 pictures were not read\n"
        "           columns.yaml says it.\n"
        "\n"
        "Words      12 turns and paragraphs, 30 responses, participants: 65, 44 excerpts\n"
        "           4 texts copied another and counted with it, 1 campaign among them\n"
        "           not in English, kept and left for a person to code: Polish 2\n"
        "\n"
        "Replaced   10 identifiers in what was said\n"
        "           Person        9\n"
        "           phone number  1\n"
        "           and kept out altogether, from labels and columns: 3 email\n"
        "\n"
        "Themes     people who raised each of 65\n"
        "           Housing  40\n"
        "           Access   fewer than 10 people\n"
        "           Rule 'publish': fewer than 10 people are not shown, the rest rounded to the nearest 5.\n"
        "\n"
        "Beyond the codebook, offered and not added\n"
        "           buses, late  15\n"
        "           1 smaller group is not shown: fewer than 10 people.\n"
        "\n"
        "Next: engagement app --project p   to explore it in the browser"
    )


def test_the_summary_warns_of_few_who_came_late():
    """In a sentence, and for programs."""
    assert FEW_CAME in as_text(outcome(few_came=True), Path("p"))
    assert FEW_CAME not in as_text(outcome(), Path("p"))
    assert as_data(outcome(few_came=True))["few_came"]


def test_words_of_a_small_group_are_nowhere():
    """A group with fewer than ten people behind it shows neither its number nor its words."""
    assert "quiet" not in as_text(outcome(), Path("p"))
    assert "quiet" not in str(as_data(outcome()))


def test_a_run_that_stopped_early_says_less():
    """Before coding there are no themes to tell of."""
    text = as_text(outcome(themes=None, theme_names={}, emergent=()), Path("p"))
    assert "Themes" not in text
    assert "Beyond" not in text


def test_many_files_left_out_are_counted():
    """The first few are named, the rest counted."""
    text = as_text(outcome(left_out=tuple(f"{n}.md: left out" for n in range(MOST_LEFT_OUT + 3))), Path("p"))
    assert "and 3 more left out (see --json)" in text


def test_the_data_hold_every_part():
    """What programs get has the same numbers, hidden ones in words."""
    data = as_data(outcome())
    assert data["themes"] == {"housing": "40", "access": "fewer than 10 people"}
    assert data["emergent"] == [{"words": "buses, late", "people": 15}]
    assert [file["state"] for file in data["files"]] == ["new", "new", "known", "unreadable"]
    assert data["files"][0]["answered"] == 30
    assert (data["rule"], data["unit"], data["turns"], data["participants"]) == ("publish", "people", 12, "65")
