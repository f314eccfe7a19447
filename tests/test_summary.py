"""What a run tells is complete, in plain words, and keeps small numbers to itself."""

from pathlib import Path

from engagement.config import RULES
from engagement.model import Count, Hidden, SliceRequest, SliceRow, SliceTable
from engagement.pipeline import Outcome
from engagement.summary import MOST_LEFT_OUT, as_data, as_text

FEW = Hidden("fewer than 10 people")


def outcome(**changes) -> Outcome:
    row = SliceRow((), Count(65), {"housing": Count(40), "access": FEW})
    fields = {
        "new_sources": 2,
        "known_sources": 1,
        "unreadable": ("a.heic: a .heic file can't be read. Save its words as .txt.",),
        "withheld": (),
        "left_out": ("README.md: left out by round.yaml",),
        "notes": ("b.docx: 2 pictures were not read",),
        "turns": 12,
        "responses": 30,
        "participants": Count(65),
        "excerpts": 44,
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
        "           left out: README.md: left out by round.yaml\n"
        "           b.docx: 2 pictures were not read\n"
        "\n"
        "Words      12 turns and paragraphs, 30 responses, participants: 65, 44 excerpts\n"
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
    assert (data["rule"], data["unit"], data["turns"], data["participants"]) == ("publish", "people", 12, "65")
