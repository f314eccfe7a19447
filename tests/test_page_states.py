"""Every page of the app, over rounds in every odd state: each shows one title and a sentence that makes sense.

What a page says where it can show nothing is asserted word for word.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from engagement.app.coding import Task
from engagement.app.roles import PAGES, As
from engagement.codebook_history import ChangeKind
from engagement.model import EmergentTheme, Round, Theme, content_id
from engagement.store import Store
from tests.rounds_made import SAID, Made, build
from tests.test_app import SCRIPT, as_read, drawn, texts

RUN = "To do it, run: `engagement run FOLDER --project DIR`"
LONG_WORD, LONG_TEXT = "x" * 5000, "The rent is high. " * 1112  # 20,000 characters
LONG_QUESTION = f"We propose to close {'the harbour ' * 165}car park. Do you agree?"  # 2,000 characters
LATIN_INSIDE = "הדירה ב-Harbour House לחה, מספר {}."

NAMED = {
    "arabic": (Theme("housing", "السكن", "الحصول على منزل."), Theme("access", "إمكانية الوصول", "الدخول والخروج.")),
    "urdu": (Theme("housing", "رہائش", "گھر کا ہونا۔"), Theme("access", "رسائی", "اندر آنا جانا۔")),
    "hebrew": (Theme("housing", "דיור", "למצוא בית."), Theme("access", "נגישות (Access)", "להיכנס ולצאת.")),
}
LONG_THEMES = (
    Theme("housing", f"Housing{'g' * 300}", "w" * 5000, ("y" * 300,), ("z " * 500,)),
    Theme("access", "Getting about " * 40, "Getting in and about. " * 90),
    Theme("same", "Getting about " * 41, "", parent="access"),
)
EMPTY: Made | None = None


def many(words: str) -> tuple[str, ...]:
    """What sixty people say, each with a number of their own."""
    return tuple(words.format(each) for each in range(60))


STATES: dict[str, Made | None] = {
    "empty": EMPTY,
    "no codebook": Made(themes=None),
    "nothing coded": Made(coded=False),
    "one excerpt": Made(said=SAID[:1]),
    "nothing asked": Made(asked=False, questions=()),
    "everything hidden": Made(said=SAID[:6]),
    "polish": Made(said=many("Czynsz jest wysoki, rampa {} stroma: źdźbło."), language="pl"),
    "bengali": Made(said=many("ভাড়া খুব বেশি এবং র‍্যাম্প {} খুব খাড়া।"), language="bn"),
    "chinese": Made(said=many("房租太高了，第{}个坡道太陡。"), language="zh"),
    "arabic": Made(many("الإيجار مرتفع والمنحدر رقم {} شديد."), NAMED["arabic"], "ar"),
    "urdu": Made(many("کرایہ بہت زیادہ ہے، نمبر {}۔"), NAMED["urdu"], "ur"),
    "hebrew": Made(many(LATIN_INSIDE), NAMED["hebrew"], "he"),
    "300 themes": Made(themes=tuple(Theme(f"t{each}", f"Theme {each}", f"Number {each}.") for each in range(300))),
    "very long": Made(
        (LONG_WORD, LONG_TEXT, LONG_WORD, *SAID[3:]),
        LONG_THEMES,
        questions=("What is it like to live here?", LONG_QUESTION),
        round=Round("Harbour" * 60, "2025-04-14", "2025-05-02", LONG_TEXT),
        file=f"{'f' * 200}.csv",
        groups=(EmergentTheme("long", "l" * 300, ("w" * 300,), tuple(content_id("e", each) for each in range(40))),),
    ),
    "only copies": Made(said=("The very same words about the rent.",) * 60, copies=True),
    "sealed": Made(sealed=True),
}  # fmt: skip

UNSORTED = f"Nothing is sorted into themes yet. {RUN}"
TOO_FEW = "The number of people is hidden (fewer than 10 people), so nothing that they said is shown."
HIDDEN = {
    "overview": "No theme was raised by enough people for its number to be shown.",
    "themes": TOO_FEW,
    "intersections": "Every number is hidden, because the groups are too small.",
    "evidence": "Too few people raised this theme. To protect them, nothing that they said is shown.",
}
NOBODY = HIDDEN | {
    "overview": "So few people took part that their number is hidden. These are the answers that they gave about "
    "themselves.",
    "search": "Too few people took part for anything that they said to be shown.",
}
WITHOUT_THEMES = dict.fromkeys(("overview", "themes", "intersections", "coding", "codebook"), UNSORTED) | {
    "evidence": "Nothing is sorted into themes yet, so there are no quotes. To do it, use Intake, or run: "
    "`engagement run FOLDER --project DIR`",
}
SAYS: dict[str, dict[str, str]] = {
    "empty": WITHOUT_THEMES
    | {
        "overview": "No files have been taken in yet.",
        "search": f"Nothing has been taken in yet. {RUN}",
        "anonymisation": "No file was taken in yet, so there is nothing to check. Start on the Intake page.",
    },
    "no codebook": WITHOUT_THEMES,
    "nothing coded": HIDDEN,
    "one excerpt": NOBODY,
    "everything hidden": NOBODY,
    "only copies": NOBODY,
    "nothing asked": {
        "overview": "About 60 people took part. They were not asked about themselves.",
        "themes": "People were not asked about themselves, so we cannot compare groups.",
        "intersections": "People were not asked about themselves, so there is nothing to compare.",
    },
    "300 themes": {
        "overview": "**Theme 0** was raised by the most people: about 60 of about 60 people. One person can raise more "
        "than one theme.",
        "intersections": "These are the 20 themes that were raised most. The download has all of them.",
        "codebook": "There are 300, 20 on a page.",
    },
    "sealed": {
        "anonymisation": "This project is **sealed**: the key that ties names to numbers is gone, and so are the words "
        "as said. Nothing in its texts can be changed any more. You can still see the residual risks and make a "
        "sign-off.",
        "intake": "This project is **sealed**: it takes in no more files. Start a new project for new files.",
    },
}
ROLES = {As.ANALYST: [entry.file for entry in PAGES], As.VIEWER: [e.file for e in PAGES if As.VIEWER in e.roles]}

# The radios of the pages that are worked on, what is chosen in each, and how the part begins that it leads to.
VIEWS = [
    ("coding", {"task": Task.TEACH}, "The machine picks"),
    ("coding", {"task": Task.GRID}, "Choose a theme, tick the answers"),
    ("coding", {"task": Task.STANCE}, "Say where each answer stands"),
    ("coding", {"task": Task.BLIND}, "No sample is drawn yet. A sample is"),
    ("coding", {"task": Task.AGREEMENT}, "No sample is drawn yet, so"),
    ("coding", {"task": Task.PROGRESS}, "How well would the machine code"),
    ("codebook", {"do": "Read"}, "Read the themes"),
    ("codebook", {"do": "Change"}, "Change a theme"),
    ("codebook", {"do": "Add"}, "Add a theme"),
    ("codebook", {"do": "Merge, split, rename or retire"}, "Merge, split, rename or retire"),
    *[("codebook", {"change": kind}, "Merge, split, rename or retire") for kind in ChangeKind],
    ("codebook", {"do": "Put in order"}, "Put the themes in order"),
    ("codebook", {"do": "New themes found"}, "New themes found"),
    ("codebook", {"do": "History"}, "The latest version comes first."),
    ("codebook", {"do": "Files"}, "Bring one in"),
    ("anonymisation", {"part": "ruled"}, "What was ruled"),
    ("anonymisation", {"part": "risks"}, "Residual risks"),
    ("anonymisation", {"part": "signoff"}, "Sign-off page"),
    ("evidence", {"do": "Make files"}, "Make a file, then download it."),
    ("intersections", {"count": "mentions"}, "What differs"),
    ("intersections", {"count": "groups"}, "What differs"),
]
NO_PROPOSAL = {Task.STANCE: {"nothing coded"}}  # where a part is not offered


@pytest.fixture(scope="module")
def project_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The project of a state, built when it is first asked for."""
    home = tmp_path_factory.mktemp("states")

    @cache
    def of(state: str) -> Path:
        folder, made = home / str(list(STATES).index(state)), STATES[state]
        if made is None:
            Store.open(folder, create=True).__exit__()
            return folder
        return build(folder, made)

    return of


@pytest.fixture
def started(project_of: Callable[[str], Path], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The state that the app is started with."""
    state: str = request.param
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(project_of(state)))
    monkeypatch.setenv("ENGAGEMENT_ROLE", As.ANALYST)
    return state


EVERY_STATE = pytest.mark.parametrize("started", STATES, indirect=True)


def switched(app: AppTest, page: str) -> list[str]:
    """What the page says; that it is whole and has one title is asserted."""
    app.switch_page(f"engagement/app/{page}.py").run()
    return whole(app, page)


def whole(app: AppTest, page: str) -> list[str]:
    """What the page says, once nothing went wrong in it and it has one title."""
    said = texts(app)
    assert not app.exception, page
    assert not app.error, page
    assert [as_read(each.value) for each in app.title] == [said[0]], page
    assert said[0] not in {"", "Nothing to show"}, page
    assert len(said) > 1, page
    assert "Traceback" not in str(app.main), page
    return said


@EVERY_STATE
@pytest.mark.parametrize("role", ROLES)
def test_every_page_has_one_title_and_a_sentence_that_makes_sense(
    started: str, role: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENGAGEMENT_ROLE", role)
    app = AppTest.from_file(SCRIPT, default_timeout=30).run()
    for page in ROLES[role]:
        said = switched(app, page)
        sentence = SAYS.get(started, {}).get(page)
        assert sentence is None or sentence in said, (page, said)


@pytest.mark.parametrize("started", ["nothing coded", "hebrew", "very long", "300 themes"], indirect=True)
def test_every_part_of_the_pages_that_are_worked_on_is_whole(started: str) -> None:
    app, now = AppTest.from_file(SCRIPT, default_timeout=30).run(), ""
    for page, chosen, begins in VIEWS:
        if page != now:
            switched(app, page)
            now = page
        for key, value in chosen.items():
            if started not in NO_PROPOSAL.get(value, ()):
                app.radio(key=key).set_value(value).run()
                assert any(words.startswith(begins) for words in whole(app, f"{page}: {value}")), (page, value)


@pytest.mark.parametrize(
    ("started", "word"),
    [
        ("polish", "czynsz"),
        ("polish", "ŹDŹBŁO"),
        ("bengali", "ভাড়া"),
        ("chinese", "房租"),
        ("arabic", "الإيجار"),
        ("urdu", "کرایہ"),
        ("hebrew", "לחה"),
        ("hebrew", "harbour"),
        ("very long", "ramp"),
    ],
    indirect=["started"],
)
def test_words_of_every_language_are_found(started: str, word: str) -> None:
    app = AppTest.from_file(SCRIPT, default_timeout=30).run()
    switched(app, "search")
    app.text_input(key="search-words").set_value(word)
    app.button[0].click().run()
    assert not app.exception
    assert not app.error
    assert "What was found" in texts(app)


@pytest.mark.parametrize("started", ["very long"], indirect=True)
def test_no_name_is_too_long_for_a_chart_and_none_is_drawn_as_another(started: str) -> None:
    """Two long names that begin alike keep a bar each."""
    app = AppTest.from_file(SCRIPT, default_timeout=30).run()
    bars = [row["Theme"] for row in drawn(app) if "Theme" in row]
    assert len(set(bars)) == len(LONG_THEMES)
    assert max(each.count("\n") for each in bars) < 8
    switched(app, "intersections")
    labels = [row[side] for row in drawn(app) if "row" in row for side in ("row", "column")]
    assert labels
    assert max(map(len, labels)) < 140


@pytest.mark.parametrize("started", ["hebrew"], indirect=True)
def test_a_name_that_runs_from_the_right_is_set_apart_in_an_english_sentence(started: str) -> None:
    app = AppTest.from_file(SCRIPT, default_timeout=30).run()
    finding = next(each.value for each in app.markdown if "raised by the most people" in each.value)
    assert "**\u2068דיור\u2069**" in finding


@pytest.mark.parametrize("started", ["nothing asked"], indirect=True)
def test_one_of_a_kind_is_told_as_one(started: str) -> None:
    app = AppTest.from_file(SCRIPT, default_timeout=30).run()
    assert "1 name or other personal detail was replaced in what people said." in texts(app)
    waits = "**1** decision waits. Words stay in a text that may give somebody away."
    assert waits in switched(app, "anonymisation")
