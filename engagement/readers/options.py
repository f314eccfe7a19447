"""Questions that take a column for each option, and what somebody ticked of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engagement.readers.clean import fold, phrases

# What a survey system puts after a question that names no option.
SYSTEM_TAILS = phrases("""
    selected choice | text | response | open ended response | radio choice | radio button | checkbox | dropdown |
    single choice | multiple choice | answer
""")
COMMENT = re.compile(r"\b(?:comments?|why|explain|describe|tell us|reasons?|details?|say more)\b")
TICKED = phrases("1 | x | y | yes | true | checked | selected | ticked | t")
UNTICKED = phrases("0 | n | no | false | unchecked | not selected | not checked | unticked | off | f")
MARKS = frozenset("✓✔☑✗☒×")
OTHER = re.compile(r"\bother\b")


def option_of(heading: str) -> tuple[str, str]:
    """The question and the option of a heading such as "Which do you use? - Bus"; the option may be empty.

    "- Selected Choice" and the like name no option. "- Comments" is a question of its own.
    """
    parts = parts_of(heading)
    if len(parts) == 1 and (bracketed := re.fullmatch(r"(.+\S)\s*\[([^\[\]]+)\]", heading)):
        parts = [bracketed[1], bracketed[2]]
    if len(parts) == 1:
        return parts[0], ""
    question, option = " - ".join(parts[:-1]), parts[-1]
    return (heading, "") if COMMENT.search(fold(option)) else (question, option)


def parts_of(heading: str) -> list[str]:
    """The parts of a heading between dashes, without those that a survey system puts there."""
    first, *more = (part.strip() for part in re.split(r"\s[-\u2013\u2014]\s", heading))
    return [first, *(part for part in more if fold(part) not in SYSTEM_TAILS)]


def is_ticked(option: str, cells: Sequence[str]) -> bool:
    """Whether these cells do no more than tick the option: its own words, or a mark."""
    own = fold(option)
    return bool(own) and all(fold(cell) == own or _mark(cell) is not None for cell in cells)


def ticked(option: str, cell: str) -> str:
    """What a cell of the option's column says: the option where it is ticked, nothing where not, else its own words.

    A cell that repeats the option ticks it, were it "No".
    """
    mark = fold(cell) == fold(option) or _mark(cell)
    return cell if mark is None else option if mark else ""


def _mark(cell: str) -> bool | None:
    if cell.strip() in MARKS or fold(cell) in TICKED:
        return True
    return False if fold(cell) in UNTICKED else None


def chosen(answers: Sequence[tuple[str, str]]) -> str:
    """One declared answer out of (option, cell) of every column of a characteristic, in order.

    Ticked options are joined by "; ". Words written in take the place of "Other".
    """
    taken: list[tuple[str, str]] = []
    for option, cell in answers:
        words = ticked(option, cell) if option else cell
        if ";" in words:
            words = "; ".join(part.strip() for part in words.split(";") if part.strip())
        if not words:
            continue
        before = next((at for at, (_, held) in enumerate(taken) if OTHER.search(fold(held))), None)
        if before is not None:
            taken[before] = (taken[before][0], words)
        elif not taken or (option and taken[0][0]):
            taken.append((option, words))
    return "; ".join(words for _, words in taken)
