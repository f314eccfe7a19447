"""The fixed words of the app can be read by a twelve-year-old: a published measure of each page, and of each sentence.

The measure is the Automated Readability Index (Smith and Senter 1967, AMRL-TR-66-220): 4.71 times the letters of a word
plus 0.5 times the words of a sentence, less 21.43. Its grades are those of schools in the United States, so that 7 is
what somebody of eleven or twelve reads.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from engagement.app.roles import PAGES

APP = Path(__file__).parents[1] / "engagement" / "app"
SHARED = "shared"  # what several pages show
TOLD = "told"  # sentences that the pages have from the rooms below them
ROOMS = (
    "agreement", "codebook_change", "codebook_history", "coding/learning_curve", "comparing/findings",
    "comparing/population", "rounds", "summary",
)  # fmt: skip
MOST = 5.0  # of a page: names and numbers that fill its sentences make them harder to read than they are here
HARDEST = 10.5  # of one sentence: a measure made for whole pages says little of a few words
LONGEST = (
    25  # words of a sentence, as in "Sentence length: why 25 words is our limit" (Government Digital Service 2014)
)
FEWEST_WORDS = 6  # of what is a sentence and not a label
PLACEHOLDER = "some"  # for what a sentence is filled with
# Of the words that the style guide of GOV.UK asks writers not to use.
AVOIDED = re.compile(
    r"\b(in order to|prior to|regarding|utilis\w+|leverag\w+|facilitat(?:e|es|ed|ing)|commenc\w+|purchase|obtain\w*|"
    r"assist\w*|via|e\.g\.|eg|i\.e\.|ie|etc|please note|in the event of|pursuant|whilst|deliver\w*|going forward)\b",
    re.IGNORECASE,
)

READ_BY_NOBODY = re.compile(r"[<>{}=\\_#]|\.(?:css|st-|py)\b|^[a-z-]+$")  # code, not words
WORD = re.compile(r"[A-Za-z0-9’'-]+")


def fixed_words(path: Path) -> Iterator[str]:
    """Every string of a module that has words for a reader: all but docstrings, keys and code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            inside.add(id(node.body[0].value))  # type: ignore[attr-defined]  # a docstring is an expression
        if isinstance(node, ast.JoinedStr):
            inside |= {id(each) for each in node.values}
        words = _of(node)
        if words and id(node) not in inside and not READ_BY_NOBODY.search(words) and len(WORD.findall(words)) > 2:
            yield words


def _of(node: ast.AST) -> str:
    """The words of a string; what an f-string is filled with is a word."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        found = node.value
    elif isinstance(node, ast.JoinedStr):
        found = "".join(_of(each) if isinstance(each, ast.Constant) else PLACEHOLDER for each in node.values)
    else:
        return ""
    return re.sub(r"\{\w+\}", PLACEHOLDER, re.sub(r"`[^`]*`", "that command", found)).replace("*", "")


def sentences(words: str) -> list[str]:
    """The sentences of a text, and the points of a list."""
    parts = re.split(r"(?<=[.?!])\s+|\n+|(?<=:)\s+(?=-)", words)
    return [part for part in parts if WORD.search(part)]


def grade(found: list[str]) -> float:
    """The index of some sentences."""
    words = [word for sentence in found for word in WORD.findall(sentence)]
    letters = sum(len(re.sub(r"[^A-Za-z0-9]", "", word)) for word in words)
    return 4.71 * letters / len(words) + 0.5 * len(words) / len(found) - 21.43


def by_page() -> dict[str, list[str]]:
    """The sentences of each page with its parts, which begin with its name."""
    pages = {entry.file for entry in PAGES}
    found = defaultdict(list)
    for path in sorted(APP.glob("*.py")):
        page = path.stem.split("_")[0]
        found[page if page in pages else SHARED] += [
            sentence for words in fixed_words(path) for sentence in sentences(words)
        ]
    found[TOLD] = [
        sentence for room in ROOMS for words in fixed_words(APP.parent / f"{room}.py") for sentence in sentences(words)
    ]
    return found


@pytest.mark.parametrize("page", [*(entry.file for entry in PAGES), SHARED, TOLD])
def test_the_words_of_a_page_can_be_read_at_twelve(page: str) -> None:
    said = [one for one in by_page()[page] if len(WORD.findall(one)) >= FEWEST_WORDS]
    assert said
    hardest = sorted(said, key=lambda each: -grade([each]))[:10]
    assert grade(said) <= MOST, hardest


def test_no_single_sentence_is_hard_or_long() -> None:
    told = [one for page, said in by_page().items() if page != TOLD for one in said]
    measured = [one for one in told if len(WORD.findall(one)) >= FEWEST_WORDS]
    hard = {one: round(grade([one]), 1) for one in measured if grade([one]) > HARDEST}
    long = [one for one in measured if len(WORD.findall(one)) > LONGEST]
    assert not hard
    assert not long


def test_no_word_is_used_that_plain_english_avoids() -> None:
    assert not [one for said in by_page().values() for one in said if AVOIDED.search(one)]


@pytest.mark.parametrize(
    ("words", "index"),
    [
        ("The cat sat on the mat.", 4.71 * 17 / 6 + 0.5 * 6 - 21.43),
        ("We find it. You read it.", 4.71 * 17 / 6 + 0.5 * 3 - 21.43),
    ],
)
def test_the_index_is_the_one_that_was_published(words: str, index: float) -> None:
    assert grade(sentences(words)) == pytest.approx(index)


def test_what_is_no_sentence_for_a_reader_is_left_out(tmp_path: Path) -> None:
    module = tmp_path / "page.py"
    module.write_text('"""A docstring of some words."""\nx = f"About {1} people came. See `a b c` now."\ny = "a-key"\n')
    assert list(fixed_words(module)) == ["About some people came. See that command now."]
