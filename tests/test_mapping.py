"""columns.yaml grows by the files that it does not mention, and not a character of the user's is changed."""

from __future__ import annotations

import pytest

from engagement.errors import BadInput
from engagement.readers import mapping
from engagement.readers.columns import Column, Use
from engagement.readers.tables import Told

NEW = {
    "b.csv": [
        Told(
            None,
            (
                Column(0, "Response ID", Use.ROW_ID, because="the heading asks for it"),
                Column(1, 'What\'s wrong: "noise", #1 or {other}?', Use.OPEN, question="What is wrong?"),
                Column(2, "Straße, नाम 🏠", Use.DEMOGRAPHIC, "race"),
            ),
        )
    ]
}
OLD = """\
# my own notes
files:
    a.csv:   # the online form
        - {heading: Area, use: closed question}   # not a name
        - heading: "Why?"
          use: open question
          question: |
              Why is
              that?
"""


@pytest.mark.parametrize(
    "text",
    [
        OLD,
        OLD.rstrip("\n"),
        OLD + "\n\n# the end\n",
        OLD.replace("\n", "\r\n"),
        "\ufeff" + OLD,
        "---\n" + OLD,
        "files:\n  a.csv:\n  - {heading: A, use: name}\n",
        "  files:\n    a.csv: []\n",
        "files:\n  a.csv: []\n  # more to come",
        '{"files": {"a.csv": [{"heading": "A", "use": "name"}]}}',
        '{"files": {"a.csv": [{"heading": "A", "use": "name"}]}}\n',
        "files: {a.csv: [{heading: A, use: name}]}",
        "files: {a.csv: [{heading: A, use: name},],}  # one line",
        "files: {\n  a.csv: [], # no trailing\n}\n",
        "files: {}",
        "{}",
        "",
        "# nothing yet",
        mapping.PREFACE,
        mapping.PREFACE + "files: {}\n",
    ],
)
def test_files_are_added_and_every_character_of_the_users_stays(text: str) -> None:
    """What was there is read as before, comments and line ends too; the new file's columns are read as guessed."""
    after = mapping.added(text, NEW)
    assert after is not None
    rest = iter(after)
    assert all(char in rest for char in text)  # in order
    if "{}" not in text and "files: {" not in text and not text.startswith("{"):
        assert after.startswith(text)
    before, now = mapping.amended(text), mapping.amended(after)
    assert {name: now[name] for name in before} == before
    assert set(now) == {*before, "b.csv"}
    assert [(one.heading, one.use, one.key, one.question) for one in now["b.csv"]] == [
        (one.heading, one.use, one.key, one.question) for one in NEW["b.csv"][0].columns
    ]
    assert mapping.added(after, NEW) is None


def test_line_ends_are_the_users_own() -> None:
    after = mapping.added(OLD.replace("\n", "\r\n"), NEW)
    assert after is not None
    assert after.count("\n") == after.count("\r\n")


def test_where_every_file_is_mentioned_nothing_is_written() -> None:
    """A file without an entry is mentioned too: its columns are guessed anew each time, as the user wants."""
    assert mapping.added("files: {b.csv: []}", NEW) is None
    assert mapping.added(OLD, {}) is None


@pytest.mark.parametrize("text", [OLD + "...\n", "null", "files: {a.csv: []}\n...\n---\n"])
def test_a_text_with_no_place_to_add_to_is_refused_and_not_spoilt(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        mapping.added(text, NEW)
    assert str(refusal.value).startswith("columns.yaml")


def test_the_refusal_says_what_to_do() -> None:
    with pytest.raises(BadInput) as refusal:
        mapping.added(OLD + "...\n", NEW)
    assert str(refusal.value) == (
        "columns.yaml: the columns of new files can't be added to it. Write a file's name and its columns on lines "
        "of their own, or delete the file to have it written anew."
    )


def test_a_text_that_is_not_valid_says_where() -> None:
    with pytest.raises(BadInput, match=r"columns\.yaml, line 1: not valid YAML"):
        mapping.added("files: [", NEW)


def test_sheets_are_numbered_where_a_workbook_has_several() -> None:
    column = (Column(0, "Why?", Use.OPEN, question="Why?"),)
    text = mapping.written({"a.xlsx": [Told(1, column), Told(3, column)], "b.xlsx": [Told(2, column)]})
    told = mapping.amended(text)
    assert [one.sheet for one in told["a.xlsx"]] == [1, 3]
    assert [one.sheet for one in told["b.xlsx"]] == [None]
    assert "Why?" in text
