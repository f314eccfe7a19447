"""The themes' page: the list, and of one theme whose it is, what it comes with, its rounds, its quotes, and the map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from engagement.app import themes_map
from engagement.app.themes_list import in_order
from engagement.app.themes_quotes import BECAUSE
from engagement.app.themes_squares import commonest, kept, squares
from engagement.model import (
    Answer,
    Cell,
    Codebook,
    Coding,
    Count,
    Decision,
    Embeddings,
    Excerpt,
    FileCounts,
    Hidden,
    Kind,
    Participant,
    Question,
    Role,
    Round,
    SafeDocument,
    SafeTurn,
    Stance,
    StanceCoding,
    Stated,
    Theme,
    content_id,
    digest_of,
)
from engagement.store import Store
from tests.test_app import THEMES, build_project, drawn, everything, opened, safe, table, texts

PROPOSAL = "Do you support the proposal to close the library on *Fridays*?"
PEOPLE = 121
BOOK = Codebook(
    "Debate",
    1,
    (
        Theme("rents", "Rents", "What a home costs.", parent="homes"),
        Theme("homes", "Homes", "Having and keeping a home."),
        Theme("library", "Library", "The library and its hours."),
        Theme("few", "Few", "What hardly anybody says."),
        Theme("hours", "Hours", "When things are open."),
    ),
)


def woman(number: int) -> bool:
    return number % 2 == 0


def themes_of(number: int) -> tuple[str, ...]:
    """52 of 61 women and 11 of 60 men speak of rents, everybody of the library, 4 of something else.

    33 of the women and 21 other men speak of hours. None of these numbers may be on a page as it is.
    """
    rents = number // 2 < (52 if woman(number) else 11)
    hours = number // 2 < 33 if woman(number) else number // 2 >= 39
    said = {"rents": rents, "homes": rents, "library": True, "few": number < 4, "hours": hours}
    return tuple(key for key, told in said.items() if told)


def stance_of(number: int) -> Stance:
    return Stance.SUPPORT if number < 71 else Stance.OPPOSE if number < 112 else Stance.UNCLEAR


def build_debate(folder: Path, settings: str = "") -> Path:
    """121 people answer a question that proposes something: 71 for it, 41 against it, 9 who do not say."""
    question = Question("q1", safe(PROPOSAL))
    people, turns, excerpts, codings, stances = [], [], [], [], []
    for number in range(PEOPLE):
        sex = Answer("sex", Stated.GIVEN, "Female" if woman(number) else "Male")
        who, excerpt_id = f"p{number:03}", content_id("d", number)
        people.append(Participant(who, safe(f"Person {number}"), Role.PARTICIPANT, None, (sex,), None))
        text = safe(f"Answer {chr(97 + number % 26) * 3} on rents and the library, which I use every week with my son.")
        digest = digest_of(text)
        turns.append(SafeTurn(number, f"row {number}", Kind.RESPONSE, text, digest, Role.PARTICIPANT, who, "q1", ()))
        excerpts.append(
            Excerpt(excerpt_id, "s1", number, number, text, 0, len(text), digest, Role.PARTICIPANT, who, "q1")
        )
        codings += [
            Coding(excerpt_id, key, "machine:test", Decision.SUGGESTED, 0.9, (0, 6)) for key in themes_of(number)
        ]
        stances.append(StanceCoding(excerpt_id, stance_of(number), "machine:stance", 0.9, (0, 6)))
    counts = FileCounts(turns=PEOPLE, rows=PEOPLE, answered=PEOPLE)
    with Store.open(folder, create=True) as store:
        store.save_round(Round("Debate", "2025-04-14"))
        store.add_document(
            SafeDocument(
                "s1", safe("survey.csv"), "csv", "f" * 64, tuple(turns), tuple(people), (question,), counts, {}
            ),
            excerpts,
            (),
            {},
        )
        store.coded.save_codebook(BOOK)
        store.coded.replace_machine_codings(codings)
        store.coded.replace_machine_stances(stances)
    if settings:
        (folder / "settings.toml").write_text(settings)
    return folder


def vectors_of(excerpts: Sequence[Excerpt]) -> Embeddings:
    """Vectors in which those who speak of rents are on one side."""
    rng = np.random.default_rng(7)
    ids = tuple(excerpt.excerpt_id for excerpt in excerpts)
    place = {content_id("d", number): number for number in range(PEOPLE)}
    matrix = rng.normal(size=(len(ids), 8)).astype(np.float32)
    matrix[:, 0] += [6.0 if "rents" in themes_of(place[each]) else -6.0 for each in ids]
    return Embeddings(ids, matrix / np.linalg.norm(matrix, axis=1, keepdims=True), "test", "0" * 64)


@pytest.fixture(scope="module")
def debate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_debate(tmp_path_factory.mktemp("debate") / "project")


@pytest.fixture(autouse=True)
def _started(debate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(debate))
    monkeypatch.setattr(themes_map, "part_of", lambda _, said: vectors_of(said))
    themes_map.drawn.clear()
    yield
    themes_map.drawn.clear()


# --------------------------------------------------------------------- list


def test_each_theme_stands_below_the_one_that_it_is_part_of_with_its_number_and_share() -> None:
    rows = table(opened(THEMES), "Theme")
    assert list(rows) == ["Homes", "\N{EN DASH} Rents (part of Homes)", "Library", "Few", "Hours"]
    assert rows["Homes"] == ["65", "54% (43% to 65%)"]
    assert rows["Few"] == ["Fewer than 10", "Not shown"]


def test_themes_are_in_order_however_deep_and_none_is_lost() -> None:
    themes = (
        Theme("c", "C", "", parent="b"),
        Theme("b", "B", "", parent="a"),
        Theme("a", "A", ""),
        Theme("d", "D", ""),
    )
    found = [(theme.key, depth) for theme, depth in in_order(Codebook("b", 1, themes))]
    assert found == [("a", 0), ("b", 1), ("c", 2), ("d", 0)]


def test_300_themes_are_listed_twenty_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = build_debate(tmp_path / "many")
    with Store.open(project) as store:
        many = tuple(
            Theme(f"t{n}", f"{'Very' * 30} long {n}", "What \u0645\u0631\u062d\u0628\u0627 means") for n in range(300)
        )
        store.coded.save_codebook(Codebook("many", 2, many))
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(project))
    app = opened(THEMES)
    assert not app.error
    assert app.selectbox[0].options[:2] == ["1 to 20 of 300", "21 to 40 of 300"]
    assert len(table(app, "Theme")) == 20
    app.selectbox[0].set_value(280).run()
    assert list(table(app, "Theme"))[-1].endswith("long 299")


# ---------------------------------------------------------------- one theme


def test_a_theme_says_what_it_is_part_of_and_which_parts_it_has() -> None:
    assert "It is part of **Homes**." in texts(opened(THEMES, {"theme": "Rents"}))
    assert "It has these parts: Rents." in texts(opened(THEMES, {"theme": "Homes"}))


def test_those_who_support_a_proposal_and_those_who_oppose_it_are_told_apart() -> None:
    app = opened(THEMES, {"theme": "Library"})
    said = texts(app)
    assert f"The question was: {PROPOSAL}" in said
    sentence = "**About 70** people raised it while they supported what was proposed, and **about 40** people while "
    assert any(words.startswith(f"{sentence}they opposed it. These are two views") for words in said)
    rows = table(app, "Where they stand")
    assert [rows[each][0] for each in ("Supports the proposal", "Opposes the proposal")] == ["70", "40"]
    assert rows["Both supports and opposes it"] == ["Hidden", "Not shown"]


def test_where_no_question_proposes_anything_no_stance_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(project))
    assert "Where people stand" not in texts(opened(THEMES))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The round of the other pages' tests: nobody was asked about a proposal."""
    return build_project(tmp_path_factory.mktemp("themes") / "project")


def test_a_clear_difference_is_a_sentence_and_a_chart_and_all_groups_are_in_the_table() -> None:
    app = opened(THEMES, {"theme": "Rents"})
    sentence = "- Women raised Rents more often than other people: 83% against 18%."
    assert sentence in texts(app)  # and nothing of the men, who are everybody else
    assert {"Group": "Female", "Share": 0.8333}.items() <= next(row for row in drawn(app) if "Group" in row).items()
    assert table(app, "Group")["Sex: Female"] == ["60", "50", "83% (66% to 95%)", "More often"]
    assert app.expander[-1].label == "All groups, with their numbers"


def test_themes_in_one_remark_are_told_but_not_the_one_above() -> None:
    app = opened(THEMES, {"theme": "Rents"})
    assert table(app, "Theme")  # the list comes first
    both = [each.value for each in app.table if "raised both" in str(each.value.columns[0])]
    assert [frame.index.tolist() for frame in both] == [["Hours"]]
    assert "Most often it came with **Hours**: about 35 people raised both in one remark." in texts(app)


def test_each_quote_says_why_it_is_shown_and_why_it_was_coded() -> None:
    said = texts(opened(THEMES, {"theme": "Library"}))
    places = [number for number, words in enumerate(said) if words.startswith("\N{EN DASH} Participant")]
    assert len(places) == 10
    for place in places:
        assert said[place - 1].startswith("“Answer ")
        assert said[place + 1] == "The computer chose it for these words: “Answer”"
        assert said[place + 2] in BECAUSE.values()


def test_of_a_theme_with_a_hidden_number_nothing_else_is_told() -> None:
    app = opened(THEMES, {"theme": "Few"})
    said = texts(app)
    assert "The number of people is hidden (fewer than 10 people), so nothing that they said is shown." in said
    heads = ("In people’s own words", "Who raises it more, and who less", "Raised together with", "Where people stand")
    assert not {*heads} & {*said}
    assert "“Answer" not in everything(app)


def test_a_theme_over_the_rounds_has_only_rounds_in_which_it_was_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, last = build_debate(tmp_path / "first"), build_debate(tmp_path / "last")
    with Store.open(first) as store:
        store.save_round(Round("Round *one*"))
        changed = tuple(Theme(one.key, one.name, "Another thing.", parent=one.parent) for one in BOOK.themes)
        store.coded.save_codebook(Codebook("Debate", 2, changed))
        codings = store.coded.codings()
        store.coded.replace_machine_codings(codings)
    with Store.open(last) as store:
        store.save_round(Round("Round two"))
    now = build_debate(tmp_path / "now", 'earlier = ["../first", "../last"]\n')
    monkeypatch.setenv("ENGAGEMENT_PROJECT", str(now))
    app = opened(THEMES, {"theme": "Rents"})
    assert "There is no clear difference in Rents since Round two: 54% of people against 54%." in "\n".join(texts(app))
    assert [row["Round"] for row in drawn(app) if "Round" in row] == ["2. Round two", "3. Debate"]
    rows = table(app, "Round")
    assert rows["1. Round *one*"] == ["Not compared", "Not compared: its definition is another"]
    assert rows["3. Debate"] == ["65", "54% (43% to 65%)"]


# ---------------------------------------------------------------------- map


def test_the_map_has_a_finding_a_table_and_no_number_of_people_in_its_picture() -> None:
    app = opened(THEMES)
    squares = [row for row in drawn(app) if "across" in row]
    assert squares
    assert {key for row in squares for key in row} == {"across", "down", "theme", "colour"}
    rows = table(app, "Number and theme")
    assert sum(int(number) for number, _ in rows.values()) == len(squares)
    assert {row["theme"] for row in squares} <= {name.split(".")[0].split()[0] for name in rows}
    assert any("has the most:" in words for words in texts(app))


def test_without_vectors_the_page_says_why_there_is_no_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(themes_map, "part_of", lambda *_: None)
    said = "\n".join(texts(opened(THEMES)))
    assert (
        "There is no map, because there are too few remarks for one, or the computer has not compared them yet." in said
    )


class Numbers:
    """Counts people as a slicer does: below ten they are hidden. An id of "a-7" is the seventh of somebody called a."""

    def __init__(self, threshold: int = 10) -> None:
        self.threshold = threshold

    def people_behind(self, excerpt_ids: Sequence[str]) -> Cell:
        number = len({each.split("-")[0] for each in excerpt_ids})
        return Count(number) if number >= self.threshold else Hidden("too few")


def ids(first: int, number: int) -> list[str]:
    return [f"{person}-0" for person in range(first, first + number)]


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        pytest.param([10, 12, 30], 3, id="nothing is hidden, so nothing more is"),
        pytest.param([9, 12, 30], 1, id="one hidden square could be subtracted, so the smallest other goes too"),
        pytest.param([9, 9, 12, 30], 2, id="two hidden squares protect each other"),
        pytest.param([1, 1, 12, 30], 1, id="two hidden squares of too few people together do not"),
        pytest.param([9, 12], 0, id="nothing is left"),
    ],
)
def test_no_square_that_is_left_out_can_be_worked_out(sizes: list[int], shown: int) -> None:
    starts = np.cumsum([0, *sizes]).tolist()
    bins = {(place, 0): ids(start, size) for place, (start, size) in enumerate(zip(starts, sizes, strict=False))}
    told = kept(bins, Numbers())  # type: ignore[arg-type]
    assert len(told) == shown
    assert all(cell.value >= 10 for cell in told.values())


def test_one_person_with_many_remarks_is_one_person() -> None:
    assert kept({(0, 0): [f"1-{number}" for number in range(50)]}, Numbers()) == {}  # type: ignore[arg-type]


def test_a_square_has_a_theme_only_where_one_stands_out() -> None:
    carries = {"a": ["x"], "b": ["x", "y"], "c": ["y"]}
    assert commonest(["a", "b", "c"], carries) == "x"  # of two equals the first by key
    assert commonest(["a", *"defg"], carries) is None
    assert commonest([], carries) is None


def test_the_same_remarks_give_the_same_map_in_any_number_of_runs() -> None:
    excerpt_ids = tuple(ids(0, 200))
    rng = np.random.default_rng(1)
    matrix = rng.normal(size=(200, 6)).astype(np.float32)
    vectors = Embeddings(excerpt_ids, matrix, "test", "0" * 64)
    carries = {each: ["abc"[number % 3]] for number, each in enumerate(excerpt_ids)}
    found = squares(vectors, carries, Numbers())  # type: ignore[arg-type]
    assert found is not None
    assert found.squares == squares(vectors, carries, Numbers()).squares  # type: ignore[arg-type, union-attr]
    assert all(square.people.value >= 10 for square in found.squares)


def test_too_few_people_make_no_map() -> None:
    vectors = Embeddings(("1-0", "2-0"), np.eye(2, dtype=np.float32), "test", "0" * 64)
    assert squares(vectors, {}, Numbers()) is None  # type: ignore[arg-type]
