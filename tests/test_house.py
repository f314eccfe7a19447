"""The house rules that no single room can keep: who may open raw words, what loads early, which licences come in."""

import re
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "engagement"

MAY_REVEAL = {"anonymise.py", "anonymising/review.py"}
MAY_MINT = {"anonymise.py"}
ALLOWED = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software Foundation|ISC|Zlib|HPND|CNRI|Unlicense|CC0|NCSA|BSL-1\.0", re.IGNORECASE
)
COPYLEFT = re.compile(r"GPL|MPL|Mozilla|GNU", re.IGNORECASE)
# Not on the list, and taken by decision: libraries used unchanged, whose terms bind their own files alone.
BY_DECISION = {
    "certifi": "MPL-2.0: a list of certificates that pip's own machinery brings; no request is made with it",
    "tqdm": "MPL-2.0 and MIT: progress bars inside sentence-transformers",
    "hypothesis": "MPL-2.0: tests only",
    "pathspec": "MPL-2.0: inside mypy, tests only",
    "axe-playwright-python": "MIT in its repository, carrying axe-core under MPL-2.0: tests only",
}


def lines_with(pattern: str) -> dict[str, int]:
    return {
        path.relative_to(PACKAGE).as_posix(): len(found)
        for path in PACKAGE.rglob("*.py")
        if (found := re.findall(pattern, path.read_text(encoding="utf-8")))
    }


def test_only_the_anonymiser_and_the_review_open_raw_words():
    """`reveal()` is called in the anonymiser, the review and nowhere else; model.py only defines it."""
    assert set(lines_with(r"\.reveal\(")) == MAY_REVEAL


def test_only_the_anonymiser_mints_safe_words():
    """The right to make SafeText is taken in the anonymiser and nowhere else."""
    assert set(lines_with(r"(?<!class )\bMint\(")) == MAY_MINT
    assert set(lines_with(r"(?<!class )\bSafeText\(")) - {"model.py"} == MAY_MINT


@pytest.mark.parametrize("module", ["engagement", "engagement.cli", "engagement.model", "engagement.ingest"])
def test_nothing_heavy_loads_early(module):
    """The command line and the doors start without torch, spaCy, pandas or Streamlit."""
    heavy = "{'torch','spacy','presidio_analyzer','bertopic','streamlit','sentence_transformers','sklearn'}"
    check = f"import sys, {module}; found = {heavy} & set(sys.modules); assert not found, found"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def licence_of(distribution) -> str:
    found = distribution.metadata
    classifiers = [line for line in found.get_all("Classifier", []) if line.startswith("License ::")]
    return " ".join([found.get("License-Expression") or "", *classifiers, (found.get("License") or "")[:200]])


def test_every_licence_is_on_the_list():
    """Every package that constraints.txt pins is under a permissive licence, or was taken by a written decision."""
    pinned = {
        line.split("==")[0].casefold().replace("_", "-") for line in (ROOT / "constraints.txt").read_text().split()
    }
    questionable = {
        name: licence
        for distribution in distributions()
        if (name := distribution.metadata["Name"].casefold().replace("_", "-")) in pinned
        for licence in [licence_of(distribution)]
        if COPYLEFT.search(licence) or not ALLOWED.search(licence)
    }
    assert set(questionable) == set(BY_DECISION), questionable


def test_every_file_of_data_is_valid_yaml():
    """Rules are data: each file of them can be read."""
    for path in PACKAGE.rglob("*.yaml"):
        assert yaml.safe_load(path.read_text(encoding="utf-8")), path.name


def test_no_file_is_two_rooms():
    """A file of the package has at most 400 lines, model.py apart, which names all the data."""
    long = {
        path.name: count
        for path in PACKAGE.rglob("*.py")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400 and path.name != "model.py"
    }
    assert long == {}
