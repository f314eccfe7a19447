"""README and ARCHITECTURE are true: their commands run, their files exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_are_dev_py_s():
    """The block under "Two commands" is the demo and the tests, and dev.py knows both."""
    block = re.search(r"^## Two commands\n(.*?)^## ", README, re.MULTILINE | re.DOTALL).group(1)
    assert re.findall(r"^    (.+)$", block, re.MULTILINE) == ["python3 dev.py demo", "python3 dev.py test"]
    shown = subprocess.run([sys.executable, "dev.py", "--help"], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "demo" in shown.stdout
    assert "test" in shown.stdout


def test_ci_runs_the_test_command():
    """Continuous integration runs what README says."""
    assert "python3 dev.py test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_demo_ends_before_the_app_when_asked(tmp_path):
    """`demo --no-app` prints its command, runs the main job on the sample, and stops."""
    command = [sys.executable, "dev.py", "demo", "--no-app", "--project", str(tmp_path / "p")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert any(
        line.startswith("+ ") and "run transcripts_sample --project" in line for line in done.stdout.splitlines()
    )
    assert "Files      7 read, 0 not readable, 0 withheld" in done.stdout
    assert "Next: engagement app --project" in done.stdout


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([\w./-]+)\)", README))))
def test_linked_files_exist(path):
    """Each picture and page that README links to is there."""
    assert (ROOT / path).exists()


def test_every_room_is_in_the_plan():
    """Each module of the package is named in ARCHITECTURE.md; a part of a page by what its name adds to the page's."""
    plan = set(re.findall(r"\w+", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")))
    modules = [path.stem for path in (ROOT / "engagement").rglob("*.py") if not path.name.startswith("__")]
    assert [name for name in modules if not plan & {name, f"_{name.partition('_')[2]}"}] == []


def test_no_part_of_a_page_is_in_the_plan_alone():
    """Each part of a page that ARCHITECTURE.md names is there."""
    plan = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    parts = [path.stem for path in (ROOT / "engagement" / "app").glob("*.py")]
    assert [each for each in re.findall(r"`(_[a-z_]+)`", plan) if not any(name.endswith(each) for name in parts)] == []


def test_no_line_holds_a_path_of_somebody_s_machine():
    """Nothing that git keeps names a home folder."""
    files = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split("\n")
    homes = re.compile(rb"(?:/home/|/Users/|/root/)\w")
    found = [
        name
        for name in files
        if name
        and name != "tests/test_readme.py"
        and (ROOT / name).is_file()
        and homes.search((ROOT / name).read_bytes())
    ]
    assert found == []
