"""The sheet of a workbook that says what the codes of the others mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engagement.readers.clean import fold
from engagement.readers.headings import Row

COLUMN_HEADINGS = frozenset(
    {"column", "variable", "field", "column name", "variable name", "field name", "question id"}
)
CODE_HEADINGS = frozenset({"code", "value", "answer code", "option code", "codes", "values"})
LABEL_HEADINGS = frozenset({"label", "meaning", "value label", "description", "labels", "answer", "means"})
QUESTION_HEADINGS = frozenset(
    {"question", "wording", "question text", "question wording", "full question", "full wording"}
)


@dataclass(frozen=True, slots=True, repr=False)
class Meanings:
    """A sheet's dictionary, by folded column: what its codes stand for, and its question in full."""

    codes: Mapping[str, Mapping[str, str]]
    questions: Mapping[str, str]

    def column(self, heading: str) -> str:
        """The dictionary's name for the column: its heading, or what stands before the rest ("Q1" of "Q1. Why?")."""
        words = fold(heading)
        names = {*self.codes, *self.questions}
        return next(
            (name for name in sorted(names, key=len, reverse=True) if f"{words} ".startswith(f"{name} ")), words
        )


NO_MEANINGS = Meanings({}, {})


def merged(dictionaries: Sequence[Meanings]) -> Meanings:
    """All that several sheets say."""
    return Meanings(
        {name: codes for meanings in dictionaries for name, codes in meanings.codes.items()},
        {name: wording for meanings in dictionaries for name, wording in meanings.questions.items()},
    )


def meanings_of(rows: Sequence[Row]) -> Meanings | None:
    """The dictionary that a sheet is; None for any other sheet."""
    if not rows:
        return None
    headings = [fold(cell) for cell in rows[0][1]]
    place = {
        name: next((at for at, heading in enumerate(headings) if heading in wanted), None)
        for name, wanted in (
            ("column", COLUMN_HEADINGS),
            ("code", CODE_HEADINGS),
            ("label", LABEL_HEADINGS),
            ("question", QUESTION_HEADINGS),
        )
    }
    if place["column"] is None:
        place["column"], place["question"] = place["question"], None
    column_at, code_at, label_at = place["column"], place["code"], place["label"]
    if column_at is None or (None in {code_at, label_at} and place["question"] is None):
        return None
    codes: dict[str, dict[str, str]] = {}
    questions: dict[str, str] = {}
    column = ""
    for _, cells in rows[1:]:
        column = fold(cells[column_at]) or column  # a merged cell's name stands in its first row alone
        code = cells[code_at] if code_at is not None else ""
        label = cells[label_at] if label_at is not None else ""
        wording = cells[place["question"]] if place["question"] is not None else ""
        if code and label:
            codes.setdefault(column, {})[code_of(code)] = label
        if wording or (label and not code):
            questions.setdefault(column, wording or label)
    return Meanings(codes, questions)


def code_of(text: str) -> str:
    """A code as its dictionary and its cells both write it: 7.0 is 7."""
    return re.sub(r"\.0+$", "", text.strip()).casefold()


def meaning_of(cell: str, codes: Mapping[str, str]) -> str:
    """The label of a code, or of each code of "1; 3"."""
    if not codes:
        return cell
    if code_of(cell) in codes:
        return codes[code_of(cell)]
    parts = [code_of(part) for part in re.split(r"[;,|]", cell) if part.strip()]
    return "; ".join(codes[part] for part in parts) if parts and all(part in codes for part in parts) else cell
