"""What the pages say of numbers, dates and lists, and that nothing in somebody else's words is live."""

from __future__ import annotations

import pytest

from engagement.app import show, show_charts
from engagement.model import Cell, Count, DisclosureRule, Hidden
from engagement.slices import PROTECTING

PUBLISH = DisclosureRule("publish", threshold=10, rounding=5, k=10)
INTERNAL = DisclosureRule("internal", threshold=5, rounding=1, k=1)
FEW = Hidden("fewer than 10 people")
CUT = "\n".join(["b" * 18] * 5 + ["b" * 17 + "…"])  # of a name that is too long for a chart


@pytest.mark.parametrize(
    ("cell", "in_a_table", "in_a_sentence"),
    [
        (Count(75),          "75",            "about 75"),
        (FEW,                "Fewer than 10", "a hidden number of"),
        (Hidden(PROTECTING), "Hidden",        "a hidden number of"),
    ],
)  # fmt: skip
def test_a_cell_in_words(cell: Cell, in_a_table: str, in_a_sentence: str) -> None:
    assert (show.in_words(cell), show.about(cell, PUBLISH)) == (in_a_table, in_a_sentence)


def test_an_exact_number_is_not_called_about() -> None:
    assert show.about(Count(7), INTERNAL) == "7"


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (PUBLISH, "To protect people, numbers below 10 are not shown, and the rest are rounded to the nearest 5 "
                  "(the publish rule)."),
        (INTERNAL, "To protect people, numbers below 5 are not shown (the internal rule)."),
    ],
)  # fmt: skip
def test_the_rule_in_a_sentence(rule: DisclosureRule, sentence: str) -> None:
    assert show.rule_sentence(rule) == sentence


@pytest.mark.parametrize(
    ("start", "end", "written"),
    [
        ("2025-04-22", "2025-06-06", "22 April to 6 June 2025"),
        ("2024-12-30", "2025-01-02", "30 December 2024 to 2 January 2025"),
        ("2025-04-22", "2025-04-22", "22 April 2025"),
        ("2025-04-22", "",           "22 April 2025"),
        ("",           "",           ""),
        ("in spring",  "2025-06-06", "in spring to 2025-06-06"),
    ],
)  # fmt: skip
def test_dates_are_written_as_a_reader_writes_them(start: str, end: str, written: str) -> None:
    assert show.dates(start, end) == written


@pytest.mark.parametrize(
    ("words", "written"),
    [((), ""), (("age",), "age"), (("age", "sex"), "age and sex"), (("age", "sex", "race"), "age, sex and race")],
)
def test_words_in_a_row(words: tuple[str, ...], written: str) -> None:
    assert show.listed(words) == written


@pytest.mark.parametrize(
    "live", ["**b**", "<b>", "![x](y)", ":material/home:", ":smile:", "$x$", "www.example.com", "`c`"]
)
def test_every_sign_of_markup_is_escaped_and_cut_off_from_what_comes_before(live: str) -> None:
    escaped = show.plain(live)
    signs = [place for place, letter in enumerate(escaped) if not letter.isalnum() and letter not in "\\\u2060"]
    assert all(escaped[place - 2 : place] == "\u2060\\" for place in signs)
    assert escaped.replace("\u2060\\", "") == live


def test_lines_and_spaces_become_one_line() -> None:
    assert show.plain(" a\n\n# b\t c ") == "a \u2060\\# b c"


@pytest.mark.parametrize(
    ("words", "escaped"),
    [
        ("a -> b",          "a \u2060\\-\u2060\\> b"),
        ("me@example.org",  "me\u2060\\@example\u2060\\.org"),
        ("[^1] |a|",        "\u2060\\[\u2060\\^1\u2060\\] \u2060\\|a\u2060\\|"),
        ("&amp;",           "\u2060\\&amp\u2060\\;"),
        ("a\u202eb\u202cc", "abc"),
        ("דיור",            "\u2068דיור\u2069"),
        ("\u2067a\u2069",   "a"),
    ],
)  # fmt: skip
def test_what_else_could_be_live_and_what_turns_the_reading_direction(words: str, escaped: str) -> None:
    assert show.plain(words) == escaped


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("Isn't it? (no)",   "Isn't it? (no)"),
        ("well-being; 5/6",  "well-being; 5/6"),
        ("- a list",         "\u2060\\- a list"),
        ("a -- b",           "a \u2060\\-\u2060\\- b"),
        ("**b** :red[x]",    show.plain("**b** :red[x]")),
        ("[a](b)",           "\u2060\\[a\u2060\\](b)"),
        ("<b>",              show.plain("<b>")),
        ("http://a.b",       "http\u2060\\://a\u2060\\.b"),
    ],
)  # fmt: skip
def test_a_label_leaves_bare_what_begins_nothing_live(words: str, label: str) -> None:
    assert show.label(words) == label


def test_a_file_has_the_rule_and_what_else_is_said_on_each_line_and_no_formula() -> None:
    text = show.as_csv(["Theme", "=1+1"], [["Housing", "-2"]], PUBLISH, [("Counted", "Mentions")])
    assert text.splitlines() == ["Theme,'=1+1,Counted,Disclosure rule", "Housing,'-2,Mentions,publish"]
    assert show.as_csv(["Theme"], [["Housing"]]).splitlines() == ["Theme", "Housing"]


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["Housing"],                      ["Housing"]),
        (["Getting in and about"],         ["Getting in and\nabout"]),
        (["a" * 40],                       ["a" * 18 + "\n" + "a" * 18 + "\n" + "aaaa"]),
        (["b" * 200, "b" * 201, "c"],      [f"{CUT} (1)", f"{CUT} (2)", "c"]),
    ],
)  # fmt: skip
def test_a_chart_has_a_short_label_for_each_name_and_no_two_alike(names: list[str], labels: list[str]) -> None:
    assert list(show_charts.labelled(names).values()) == labels


def test_a_slanting_label_is_one_line_that_is_not_too_long() -> None:
    assert list(show_charts.shortened(["Housing", "h" * 300]).values()) == ["Housing", "h" * 119 + "…"]


def test_a_heatmap_hands_over_a_dash_for_a_hidden_number() -> None:
    chart = show_charts.heatmap({("Asian", "Housing"): Count(20), ("Black", "Housing"): FEW}).to_dict()
    rows = [row for rows in chart["datasets"].values() for row in rows]
    assert rows == [
        {"row": "Asian", "column": "Housing", "says": 20},
        {"row": "Black", "column": "Housing", "says": "\N{EN DASH}"},
    ]


def test_bars_hand_over_only_what_may_be_shown_the_longest_first() -> None:
    chart = show_charts.bars({"Racism": Count(20), "Access": FEW, "Housing": Count(30)}, "People", "Theme").to_dict()
    rows = [row for rows in chart["datasets"].values() for row in rows]
    assert rows == [{"Theme": "Housing", "People": 30}, {"Theme": "Racism", "People": 20}]
