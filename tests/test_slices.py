"""Small numbers stay hidden: by themselves, by subtraction, and alike on every page."""

from __future__ import annotations

import time
from collections.abc import Iterable
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement import slices
from engagement.characteristics import CHARACTERISTICS, answer, categories
from engagement.errors import BadInput
from engagement.model import (
    ALL,
    Answer,
    Basis,
    Cell,
    Codebook,
    Coding,
    Count,
    Decision,
    DisclosureRule,
    Excerpt,
    Hidden,
    Mint,
    Participant,
    Role,
    SafeText,
    SliceRequest,
    SliceTable,
    Stated,
    Tag,
    Theme,
    digest_of,
)
from engagement.slices import Slicer

PUBLISH = DisclosureRule("publish", threshold=10, rounding=5, k=10)
EXACT = DisclosureRule("exact", threshold=10, rounding=1, k=10)
BOOK = Codebook("book", 1, (Theme("housing", "Housing", ""), Theme("access", "Access", "")))
HIDDEN = Hidden(slices.PROTECTING)


def safe(words: str) -> SafeText:
    return SafeText(words, Mint())


def person(number: int, written: dict[str, str], role: Role = Role.PARTICIPANT) -> Participant:
    answers = tuple(answer(key, words) for key, words in written.items())
    return Participant(f"p{number}", safe(f"P{number}"), role, None, answers, None)


def excerpt(number: int, participant_id: str | None, role: Role = Role.PARTICIPANT) -> Excerpt:
    return Excerpt(f"e{number}", "s", number, 0, safe("words"), 0, 5, digest_of("words"), role, participant_id, None)


def coding(number: int, theme: str = "housing") -> Coding:
    return Coding(f"e{number}", theme, "machine", Decision.SUGGESTED, 0.9, (0, 5))


def people(*groups: tuple[int, dict[str, str]]) -> list[Participant]:
    """So many people who wrote each of these answers."""
    everybody = [written for number, written in groups for _ in range(number)]
    return [person(number, written) for number, written in enumerate(everybody)]


def slicer(
    participants: list[Participant], said: Iterable[int] = (), rule: DisclosureRule = EXACT, tags: Iterable[Tag] = ()
) -> Slicer:
    """A round in which the participants numbered `said` each spoke of housing once."""
    excerpts = [excerpt(number, f"p{number}") for number in said]
    return Slicer(participants, tuple(tags), excerpts, [coding(number) for number in said], BOOK, rule)


def base(table: SliceTable) -> dict[tuple[str, ...], Cell]:
    return {row.categories: row.base for row in table.rows}


def theme(table: SliceTable, key: str = "housing") -> dict[tuple[str, ...], Cell]:
    return {row.categories: row.themes[key] for row in table.rows}


# ------------------------------------------------------------- what is counted


def test_the_grand_total_comes_first_and_every_category_has_a_row() -> None:
    table = slicer(people((20, {"sex": "F"}), (15, {"sex": "M"}))).table(SliceRequest(by=("sex",)))
    assert [row.categories for row in table.rows] == [(ALL,), ("Female",), ("Male",)]
    assert [row.base for row in table.rows] == [Count(35), Count(20), Count(15)]
    assert list(table.rows[0].themes) == ["housing", "access"]


def test_a_request_for_nothing_gives_the_grand_total_alone() -> None:
    table = slicer(people((12, {"sex": "F"})), said=range(11)).table(SliceRequest(themes=("housing",)))
    assert [(row.categories, row.base, dict(row.themes)) for row in table.rows] == [
        ((), Count(12), {"housing": Count(11)})
    ]


def test_silences_are_categories_of_their_own_and_the_table_adds_up() -> None:
    everybody = people(
        (30, {"race": "Pakistani"}), (20, {"race": "Welsh Gypsy", "sex": "F"}), (11, {"race": "prefer not to say"}),
        (12, {"race": ""}), (13, {}), (14, {"race": "Black British"}), (15, {"race": "White British"}),
        (16, {"race": "Mixed race"}), (17, {"race": "Arab"}), (18, {"race": "BAME"}),
    )  # fmt: skip
    table = slicer(everybody).table(SliceRequest(by=("race",)))
    assert base(table) == {
        (ALL,): Count(166), ("Asian",): Count(30), ("Black",): Count(14), ("Mixed or multiple",): Count(16),
        ("White",): Count(15), ("Other",): Count(17), ("Minority ethnic",): Count(18),
        ("Prefer not to say",): Count(11), ("No answer",): Count(12), ("Not recognised",): Count(20),
        ("Not asked",): Count(13),
    }  # fmt: skip


def test_only_participants_are_counted() -> None:
    staff = [person(90 + number, {"sex": "F"}, Role.FACILITATOR) for number in range(9)]
    table = slicer([*people((12, {"sex": "F"}), (12, {"sex": "M"})), *staff], said=range(90, 99)).table(
        SliceRequest(by=("sex",), unit="mentions")
    )
    assert base(table)[("Female",)] == Count(12)
    assert theme(table)[(ALL,)] == HIDDEN


def test_people_are_counted_once_and_mentions_each_time() -> None:
    everybody = people((12, {"sex": "F"}), (14, {"sex": "M"}), (6, {"sex": "F"}), (7, {"sex": "M"}))
    excerpts = [excerpt(number, f"p{number % 26}") for number in range(52)]
    codings = [coding(number) for number in range(52)] * 2  # a claim made twice is still one
    made = Slicer(everybody, (), excerpts, codings, BOOK, EXACT)
    assert theme(made.table(SliceRequest(by=("sex",)))) == {
        (ALL,): Count(26), ("Female",): Count(12), ("Male",): Count(14)
    }  # fmt: skip
    assert theme(made.table(SliceRequest(by=("sex",), unit="mentions"))) == {
        (ALL,): Count(52), ("Female",): Count(24), ("Male",): Count(28)
    }  # fmt: skip


def test_many_mentions_by_few_people_are_hidden() -> None:
    everybody = people((12, {"sex": "F"}), (14, {"sex": "M"}))
    excerpts = [excerpt(number, f"p{number % 9}") for number in range(90)]
    made = Slicer(everybody, (), excerpts, [coding(number) for number in range(90)], BOOK, EXACT)
    assert theme(made.table(SliceRequest(unit="mentions"))) == {(): HIDDEN}


@pytest.mark.parametrize(("letters", "expected"), [(9, HIDDEN), (10, Count(10))])
def test_an_excerpt_of_nobody_known_is_one_contributor_to_the_total_of_mentions(letters: int, expected: Cell) -> None:
    excerpts = [excerpt(number, None, Role.NOBODY) for number in range(letters)]
    excerpts.append(excerpt(99, None, Role.FACILITATOR))
    codings = [coding(number) for number in (*range(letters), 99)]
    made = Slicer(people((30, {"sex": "F"})), (), excerpts, codings, BOOK, EXACT)
    assert theme(made.table(SliceRequest(unit="mentions"))) == {(): expected}
    assert theme(made.table(SliceRequest(unit="people"))) == {(): HIDDEN}


def test_a_declared_tag_outranks_the_answer_and_other_bases_are_not_counted() -> None:
    everybody = people((24, {"sex": "F"}), (12, {"sex": "martian"}))
    declared = [Tag(f"p{number}", "sex", "Male", Basis.DECLARED) for number in range(12)]
    convened = [Tag(f"p{number}", "sex", "Male", Basis.GROUP) for number in range(36)]
    table = slicer(everybody, tags=[*declared, *convened]).table(SliceRequest(by=("sex",)))
    assert base(table) == {
        (ALL,): Count(36), ("Female",): Count(12), ("Male",): Count(12), ("Not recognised",): Count(12)
    }  # fmt: skip


def test_a_coding_of_something_forgotten_is_ignored() -> None:
    made = Slicer(people((12, {})), (), [], [coding(1), coding(2, "no such theme")], BOOK, EXACT)
    assert theme(made.table(SliceRequest())) == {(): HIDDEN}


# ------------------------------------------------------------- what is hidden


@pytest.mark.parametrize(
    ("female", "male", "expected"),
    [
        (10, 10, (Count(20), Count(10), Count(10))),
        (10, 9, (Count(19), HIDDEN, HIDDEN)),
        (9, 9, (Count(18), HIDDEN, HIDDEN)),
        (5, 4, (HIDDEN, HIDDEN, HIDDEN)),
        (40, 0, (Count(40), HIDDEN, HIDDEN)),
        (0, 0, (HIDDEN, HIDDEN, HIDDEN)),
    ],
)
def test_a_number_below_the_threshold_is_hidden_and_another_protects_it(
    female: int, male: int, expected: tuple[Cell, ...]
) -> None:
    table = slicer(people((female, {"sex": "F"}), (male, {"sex": "M"}))).table(SliceRequest(by=("sex",)))
    assert tuple(row.base for row in table.rows) == expected


def test_hidden_cells_that_come_to_less_than_the_threshold_take_the_next_smallest_with_them() -> None:
    everybody = people((4, {"race": "Asian"}), (5, {"race": "Black"}), (20, {"race": "Mixed race"}),
                       (20, {"race": "White"}), (30, {"race": "Arab"}))  # fmt: skip
    table = slicer(everybody).table(SliceRequest(by=("race",)))
    assert [row.base for row in table.rows] == [Count(79), HIDDEN, HIDDEN, HIDDEN, Count(20), Count(30)]


def test_rounded_numbers_need_no_third_to_hide_two() -> None:
    """Where every number is rounded, the sum of two hidden ones can't be told, so that no large one is lost to them."""
    everybody = people((1, {"sex": "M"}), (2, {"sex": "non-binary"}), (60, {"sex": "F"}))
    table = slicer(everybody, rule=PUBLISH).table(SliceRequest(by=("sex",)))
    assert [row.base for row in table.rows][:3] == [Count(65), Count(60), HIDDEN]


def test_a_hidden_margin_hides_one_of_its_parts() -> None:
    """Men are hidden to protect those of another description; both rows of men, shown, would give them back."""
    everybody = people(
        (20, {"sex": "M", "carer": "yes"}), (20, {"sex": "M", "carer": "no"}),
        (30, {"sex": "F", "carer": "yes"}), (30, {"sex": "F", "carer": "no"}),
        (3, {"sex": "non-binary", "carer": "yes"}),
    )  # fmt: skip
    table = base(slicer(everybody).table(SliceRequest(by=("sex", "carer"))))
    assert table["Male", ALL] == HIDDEN
    assert Hidden in {type(table["Male", "Carer"]), type(table["Male", "Not a carer"])}


@pytest.mark.parametrize(
    ("number", "rounding", "threshold", "shown"),
    [(10, 5, 10, 10), (12, 5, 10, 10), (13, 5, 10, 15), (17, 5, 10, 15), (18, 5, 10, 20), (24, 10, 20, 20),
     (25, 10, 20, 30), (5, 1, 5, 5), (7, 5, 7, 10)],
)  # fmt: skip
def test_what_is_shown_is_rounded_to_the_nearest_and_never_below_the_threshold(
    number: int, rounding: int, threshold: int, shown: int
) -> None:
    rule = DisclosureRule("rule", threshold, rounding, 10)
    assert slicer(people((number, {})), rule=rule).table(SliceRequest()).rows[0].base == Count(shown)


@pytest.mark.parametrize(("said", "expected"), [(9, False), (10, True)])
def test_quotes_obey_the_number_of_people_who_said_a_theme(said: int, expected: bool) -> None:
    assert slicer(people((30, {})), said=range(said)).shows("housing") is expected


def test_a_hidden_cell_holds_no_number() -> None:
    hidden = slicer(people((3, {"sex": "F"}))).table(SliceRequest()).rows[0].base
    assert isinstance(hidden, Hidden)
    attributes = [getattr(hidden, name) for name in dir(hidden) if not name.startswith("__")]
    assert not any(isinstance(value, int | float) for value in attributes)
    assert "3" not in repr(hidden)


# ---------------------------------------------------------------- bad requests

NO_SHOES = f"slice: no characteristic is called 'shoe_size'. Use one of {', '.join(CHARACTERISTICS)}."


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (SliceRequest(by=("shoe_size",)), NO_SHOES),
        (SliceRequest(themes=("weather",)), "slice: no theme is called 'weather'. Use one of housing, access."),
        (SliceRequest(by=("sex", "sex")), "slice: the same characteristic twice. Name each characteristic once."),
        (SliceRequest(by=("sex", "race", "age", "carer")), "slice: 4 characteristics at once. Ask for at most 3."),
    ],
)  # fmt: skip
def test_a_request_that_cannot_be_answered_gets_a_sentence(request_: SliceRequest, sentence: str) -> None:
    with pytest.raises(BadInput) as raised:
        slicer(people((12, {}))).table(request_)
    assert str(raised.value) == sentence


def test_an_unknown_theme_shows_nothing_but_a_sentence() -> None:
    with pytest.raises(BadInput):
        slicer(people((12, {}))).shows("weather")


# ------------------------------------------------------------ any population

KEYS = ("sex", "carer", "disability")


def an_answer(key: str) -> st.SearchStrategy[Answer]:
    options = [Answer(key, Stated.GIVEN, category) for category in categories(key)]
    return st.sampled_from([*options, Answer(key, Stated.BLANK)])


@st.composite
def rounds(draw: st.DrawFn) -> Slicer:
    """A round whose people come in clumps, so that cells lie on both sides of the threshold."""
    clumps = draw(
        st.lists(
            st.tuples(st.tuples(*(an_answer(key) for key in KEYS)), st.integers(1, 25), st.integers(0, 25)), max_size=14
        )
    )
    participants, excerpts = [], []
    for answers, number, speakers in clumps:
        for one in range(number):
            name = f"p{len(participants)}"
            participants.append(Participant(name, safe(name), Role.PARTICIPANT, None, answers, None))
            for _ in range(1 + one % 3 if one < speakers else 0):
                excerpts.append(excerpt(len(excerpts), name))
    rule = DisclosureRule("rule", draw(st.sampled_from([5, 10])), draw(st.sampled_from([1, 5])), 10)
    codings = [coding(number) for number in range(len(excerpts))]
    return Slicer(participants, (), excerpts, codings, BOOK, rule)


REQUESTS = [by for size in range(4) for by in combinations(KEYS, size)]


def lines(table: dict[tuple[str, ...], Cell]) -> Iterable[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    """Each total of a table with the cells that add up to it along one axis."""
    names = [list(dict.fromkeys(one)) for one in zip(*table, strict=True)]
    for axis in range(len(names)):
        for rest in product(*([*names[:axis], [ALL], *names[axis + 1 :]])):
            yield rest, [(*rest[:axis], name, *rest[axis + 1 :]) for name in names[axis] if name != ALL]


@settings(max_examples=6, deadline=None)
@given(made=rounds(), unit=st.sampled_from(["people", "mentions"]))
def test_no_cell_is_hidden_alone_in_a_line_and_every_margin_is_the_smaller_table(made: Slicer, unit: str) -> None:
    tables = {by: made.table(SliceRequest(by=by, themes=("housing",), unit=unit)) for by in REQUESTS}
    for by, table in tables.items():
        rule = table.rule
        for cells in (base(table), theme(table)):
            assert all(
                cell.value >= rule.threshold and cell.value % rule.rounding == 0
                for cell in cells.values()
                if isinstance(cell, Count)
            )
            for total, parts in lines(cells):
                hidden = [at for at in parts if isinstance(cells[at], Hidden)]
                if isinstance(cells[total], Count):
                    assert len(hidden) != 1
                else:
                    assert hidden
        for axis in range(len(by)):
            smaller = tables[by[:axis] + by[axis + 1 :]]
            margin = {at[:axis] + at[axis + 1 :]: cell for at, cell in base(table).items() if at[axis] == ALL}
            assert numbers(margin) == numbers(base(smaller))
            margin = {at[:axis] + at[axis + 1 :]: cell for at, cell in theme(table).items() if at[axis] == ALL}
            assert numbers(margin) == numbers(theme(smaller))


def numbers(cells: dict[tuple[str, ...], Cell]) -> dict[tuple[str, ...], int | None]:
    return {at: cell.value if isinstance(cell, Count) else None for at, cell in cells.items()}


@settings(max_examples=5, deadline=None)
@given(made=rounds(), turned=st.permutations(KEYS))
def test_the_order_of_the_characteristics_changes_nothing_but_the_order(made: Slicer, turned: list[str]) -> None:
    straight = base(made.table(SliceRequest(by=KEYS)))
    other = base(made.table(SliceRequest(by=tuple(turned))))
    assert {tuple(at[turned.index(key)] for key in KEYS): cell for at, cell in other.items()} == straight


def test_ten_thousand_participants_take_seconds_at_most() -> None:
    draw = np.random.default_rng(3)
    options = {
        key: [Answer(key, Stated.GIVEN, name) for name in categories(key)] for key in ("race", "age", "disability")
    }
    participants = [
        Participant(f"p{n}", safe("p"), Role.PARTICIPANT, None,
                    tuple(some[int(draw.integers(len(some)) * draw.random())] for some in options.values()), None)
        for n in range(10_000)
    ]  # fmt: skip
    excerpts = [excerpt(n, f"p{n}") for n in range(10_000)]
    book = Codebook("book", 1, tuple(Theme(f"t{n}", "T", "") for n in range(15)))
    codings = [coding(n, f"t{int(draw.integers(15) * draw.random())}") for n in range(10_000)]
    start = time.perf_counter()
    Slicer(participants, (), excerpts, codings, book, PUBLISH).table(SliceRequest(by=tuple(options)))
    assert time.perf_counter() - start < 8.0  # the figure is in bench/slices.py: this machine may be busy
