"""Every format is written whole, the same twice, and not at all where a word may still identify somebody."""

from datetime import date

import pytest

from engagement.anonymising.rulings import Judgement, Ruling
from engagement.config import RULES, Settings
from engagement.errors import BadInput
from engagement.export.evidence import Options
from engagement.export.formats import FOLDER, FORMATS, Wanted, written
from engagement.store import Store
from tests.test_app import build_project

WANTED = Wanted(RULES["publish"], Settings(), Options(date(2026, 1, 2)))
KEPT = Ruling("0" * 64, 1, Judgement.KEEP, "URL", "Sam")  # the round's words hold a web address on purpose


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return build_project(tmp_path_factory.mktemp("formats") / "project")


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_is_the_same_twice_and_audited(project, tmp_path, form):
    """The same project, rule and date give the same bytes; the trail says what left under which rule."""
    with Store.open(project) as store:
        store.reviewed.add_ruling(KEPT)
        one, other = (written(store, form, tmp_path / name / "out", WANTED) for name in ("one", "other"))
        last = store.audit_trail()[-1]
    assert one
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
    assert all(path.stat().st_size for path in one)
    assert (last["what"], last["detail"]) == (f"exported as {form}", {"rule": "publish"})


@pytest.mark.parametrize("form", [form for form in FORMATS if form != FOLDER])
def test_what_may_identify_somebody_leaves_a_file_as_it_was(tmp_path, form):
    """The last look comes before the file is touched."""
    out = tmp_path / "out"
    out.write_text("an earlier report")
    with Store.open(build_project(tmp_path / "project")) as store, pytest.raises(BadInput, match="Nothing was written"):
        written(store, form, out, WANTED)
    assert out.read_text() == "an earlier report"
