"""A second coder sees nothing of what others found before their own sample is coded; everybody else does at once."""

import runpy
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engagement.app import data
from engagement.app.roles import PROFILE, As, Profile
from engagement.coding.blind import Judged, Sample
from engagement.store import Store

PAGES = ("themes", "intersections", "search")
ROUND = runpy.run_path(str(Path(__file__).with_name("test_app.py")))
KEYS = frozenset(ROUND["BOOK"].keys)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A coded round with a sample of two excerpts, of which Ben has coded one and Ann both."""
    folder = ROUND["build_project"](tmp_path_factory.mktemp("blind") / "project")
    with Store.open(folder) as store:
        first, second = (excerpt.excerpt_id for excerpt in store.excerpts()[:2])
        store.sampled.save_sample(Sample("b1", (first, second), (1.0, 1.0), 0.1, 1), "Asha")
        both = [Judged(one, "blind:Ann", KEYS) for one in (first, second)]
        store.sampled.add_judged([*both, Judged(first, "blind:Ben", KEYS)])
    return folder


def titled(project, monkeypatch, page, who):
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(project))
    app = AppTest.from_file(str(Path(data.__file__).parents[2] / "app_streamlit.py"), default_timeout=60)
    app.session_state[PROFILE] = who
    app.run().switch_page(f"engagement/app/{page}.py").run()
    return app.title[0].value, " ".join(each.value for each in app.markdown)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "shut"),
    [
        (Profile("Ben", As.CODER), True),
        (Profile("Ann", As.CODER), False),
        (Profile("Ben", As.VIEWER), False),
        (Profile("Ben", As.ANALYST), False),
    ],
)
def test_what_others_found_is_shut_until_ones_own_sample_is_coded(project, monkeypatch, page, who, shut):
    """By the coder's own name; whoever has coded all of it, and every other role, sees the page."""
    title, words = titled(project, monkeypatch, page, who)
    assert (title == "Nothing to show") is shut
    assert ("1 excerpt left" in words) is shut
