"""What came in and what became of it, for counts.json.

Under a rule that prints single people (k of 1) as exact numbers. Under any other, a number that tells how many people
sent, answered or refused something is a cell: one of the slicer's where it has that number, so that no file says it
otherwise, and rounded and hidden like one where it has not. Numbers of files and of nobody's words stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from engagement.campaigns import CAMPAIGN, few_sent, sizes
from engagement.guard.profiles import NOT_SHOWN
from engagement.guard.rowlevel import says_whose
from engagement.guard.rowlist import base_of
from engagement.model import Count, DisclosureRule, FileCounts, Filter, FilterKind, Hidden
from engagement.slices import PROTECTING, Slicer, shown
from engagement.store import Store
from engagement.storing.records import SourceRow
from engagement.summary import in_words

OF_PEOPLE = (
    "turns", "rows", "answered", "non_answers", "blank", "consent_refused", "withdrawn", "withdrawn_turns",
)  # fmt: skip


def counts(store: Store, numbers: Slicer) -> dict[str, Any]:
    """The numbers of all files together, and of each file, for `json.dumps`."""
    files = received(store)
    read = [file.counts for file in files if file.state == "read"]
    copied = store.copies()
    few = few_sent(copied, numbers.rule)
    return {
        "disclosure_rule": numbers.rule.name,
        "received": len(files),
        "read": len(read),
        "withheld": sum(file.state == "withheld" for file in files),
        "unreadable": sum(file.state == "unreadable" for file in files),
        **of_all(sum(read, FileCounts()), numbers, few_sent=few),
        "copies": _copies(len(copied), few, numbers.rule),
        "campaigns": sum(number >= CAMPAIGN for number in sizes(copied).values()),
        "answered_by_question": _answered(store, numbers),
        "files": [_of_file(file, numbers) for file in files],
    }


def received(store: Store) -> list[SourceRow]:
    """The files as they came, by name: the parts of a very long one are one file again."""
    files: dict[str, SourceRow] = {}
    for source in store.sources():
        first = files.get(source.digest or source.source_id)
        whole = (
            replace(first, counts=first.counts + source.counts, notes=first.notes + source.notes) if first else source
        )
        files[source.digest or source.source_id] = whole
    return list(files.values())


def of_all(held: FileCounts, numbers: Slicer, *, few_sent: bool = False) -> dict[str, Any]:
    """What the files held together; `few_sent`: a campaign has fewer senders than may be told."""
    languages = {language: shown(number, numbers.rule) for language, number in held.by_language.items()}
    if says_whose(numbers.rule):
        return {**asdict(held), "by_language": {language: in_words(cell) for language, cell in languages.items()}}
    return {
        "participants": _cell(numbers, ()),
        **{name: _told(getattr(held, name), numbers.rule) for name in OF_PEOPLE},
        "duplicates": _copies(held.duplicates, few_sent, numbers.rule),
        "aside": {what: _told(number, numbers.rule) for what, number in held.aside.items()},
        # Of a language of few not even the name: that it is there tells of one at least.
        "by_language": {language: in_words(cell) for language, cell in languages.items() if isinstance(cell, Count)},
    }


def _of_file(file: SourceRow, numbers: Slicer) -> dict[str, Any]:
    about = {
        "name": file.name,
        "format": file.format,
        "state": file.state,
        "reason": file.reason,
        "parts_not_read": list(file.notes),
    }
    if file.state != "read":
        return about
    if says_whose(numbers.rule):
        return {**about, **of_all(file.counts, numbers)}
    return {**about, "participants": _cell(numbers, (Filter(FilterKind.SOURCE, file.source_id),))}


def _answered(store: Store, numbers: Slicer) -> Mapping[str, Any]:
    """People by the question that they answered; exact numbers are of answers."""
    questions = {question.question_id: str(question.wording) for question in store.questions()}
    if not says_whose(numbers.rule):
        cells = {
            wording: _cell(numbers, (Filter(FilterKind.QUESTION, question_id),))
            for question_id, wording in questions.items()
        }
        return dict(sorted(cells.items()))
    answered: dict[str, int] = defaultdict(int)
    for excerpt in store.excerpts():
        if excerpt.question_id and excerpt.start == 0:
            answered[questions[excerpt.question_id]] += 1
    return dict(sorted(answered.items()))


def _cell(numbers: Slicer, where: tuple[Filter, ...]) -> str:
    cell = base_of(numbers, where)
    return in_words(cell) if cell is not None else NOT_SHOWN


def _copies(number: int, few_sent: bool, rule: DisclosureRule) -> int | str:
    """Hidden beside a small campaign, see `few_sent`."""
    return _told(number, rule) if says_whose(rule) or not few_sent else in_words(Hidden(PROTECTING))


def _told(number: int, rule: DisclosureRule) -> int | str:
    return number if says_whose(rule) else in_words(shown(number, rule))
