"""A survey's later export: answers that columns.yaml does not list yet are added to it, and nothing else changes."""

from pathlib import Path

import pytest

from engagement.ingest import open_folder
from tests.test_ingest import write

TABLE = """\
id,Ethnic group,Sex,What would you change here?
1,Pakistany,F,The buses are late on most days of the week
2,Martian,M,The library should stay open until the evening
"""
MORE = (
    TABLE
    + """\
3,"Vulcan, mainly",F,More benches in the park and better lights too
4,Martian,Robot,The surgery should answer its telephone in the morning
"""
)


def saved(folder: Path) -> str:
    intake = open_folder(folder)
    list(intake.documents())
    intake.save_columns()
    return (folder / "columns.yaml").read_bytes().decode()


def lines_added(before: str, after: str) -> list[str]:
    old = before.splitlines()
    return [line.strip() for line in after.splitlines() if line not in old]


def test_answers_new_to_a_file_are_added_to_its_list(tmp_path):
    """Once, with what they were mapped to; what the user wrote stays to the character."""
    folder = write(tmp_path, a__csv=TABLE)
    before = saved(folder).replace("category: Pakistani", "category: Indian").replace("files:", "files:  # mine")
    (folder / "columns.yaml").write_text(before)
    write(tmp_path, a__csv=MORE)
    after = saved(folder)
    added = lines_added(before, after)
    assert [line.split(":")[0].strip("'") for line in added] == ["Vulcan, mainly", "Robot"]
    assert all("category: not recognised" in line for line in added)
    assert "".join(line for line in after.splitlines(keepends=True) if line.strip() not in added) == before
    assert saved(folder) == after


@pytest.mark.parametrize(
    "text",
    [
        "files: {a.csv: [{heading: Ethnic group, use: demographic, key: race, values: {Martian: Other}}]}",
        "files: {a.csv: [{heading: Ethnic group, use: demographic, key: race}]}\n",
        "files:\n  a.csv:\n  - heading: Ethnic group\n    use: demographic\n    key: race\n",
        "files:\r\n  a.csv:\r\n  - heading: Ethnic group\r\n    use: demographic\r\n    key: race\r\n",
        "files:\n  a.csv:\n  - use: demographic\n    key: race\n    heading: 'Ethnic group'\n"
        "    values:\n      Martian: Other\n",
    ],
)  # fmt: skip
def test_a_users_own_way_of_writing_is_added_to_as_well(tmp_path, text):
    """In braces, without a list, with Windows' line ends, in another order: the new answers are in, the old as told."""
    folder = write(tmp_path, a__csv=MORE)
    (folder / "columns.yaml").write_bytes(text.encode())
    after = saved(folder)
    assert "Vulcan, mainly" in after
    assert after.count("Martian") == 1
    assert saved(folder) == after


def test_nothing_is_added_where_nothing_is_new(tmp_path):
    """The same file again leaves columns.yaml as it is, and says nothing."""
    folder = write(tmp_path, a__csv=TABLE)
    saved(folder)
    intake = open_folder(folder)
    list(intake.documents())
    assert intake.save_columns() == ""
