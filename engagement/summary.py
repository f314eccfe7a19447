"""What a run tells its user: as sentences and short tables, or as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engagement.language import CALLED
from engagement.model import Cell, Count, FileCounts
from engagement.outcome import Outcome
from engagement.policy import PRINTED

MOST_LEFT_OUT = 5  # files named in the summary; all are in the JSON
FEW_CAME = (
    "Take care  few people are new here. Whoever saw the numbers before and sees them now could work out\n"
    "           what these few said. Show them to nobody who saw the others, or wait until more have come."
)


def in_words(cell: Cell) -> str:
    """A cell as it is printed: a number, or why there is none."""
    return str(cell.value) if isinstance(cell, Count) else cell.reason


def as_text(outcome: Outcome, project: Path) -> str:
    """The summary that `engagement run` prints."""
    blocks = [_files(outcome), _words(outcome), _replaced(outcome), _themes(outcome), _emergent(outcome)]
    if outcome.few_came:
        blocks.append(FEW_CAME)
    next_steps = f"Next: engagement app --project {project}   to explore it in the browser"
    return "\n\n".join([*(block for block in blocks if block), next_steps])


def as_data(outcome: Outcome) -> dict[str, Any]:
    """The same as `as_text`, for programs: every count of people of the project went through the disclosure rule.

    What single files held is for whoever brought them, and is told as it is.
    """
    table = outcome.themes
    return {
        "files": [
            {
                "name": file.name,
                "state": file.state,
                "sentences": list(file.sentences),
                **({} if file.state == "unreadable" else asdict(file.counts)),
            }
            for file in outcome.files
        ],
        "left_out": list(outcome.left_out),
        "columns": outcome.columns,
        "turns": outcome.turns,
        "responses": outcome.responses,
        "participants": in_words(outcome.participants),
        "excerpts": outcome.excerpts,
        "copies": outcome.copies,
        "campaigns": outcome.campaigns,
        "other_languages": dict(outcome.other_languages),
        "replaced": dict(outcome.replaced),
        "removed": dict(outcome.removed),
        "rule": table.rule.name if table else None,
        "unit": table.request.unit if table else None,
        "themes": {key: in_words(cell) for key, cell in table.rows[0].themes.items()} if table else {},
        "few_came": outcome.few_came,
        "emergent": [{"words": words, "people": people} for words, people in groups_shown(outcome.emergent)],
    }


def _files(outcome: Outcome) -> str:
    number = {state: len(outcome.of_state(state)) for state in ("new", "known", "unreadable", "withheld")}
    lines = [f"Files      {number['new']} read"]
    if number["known"]:
        lines[0] += f", {number['known']} already in the project"
    lines[0] += f", {number['unreadable']} not readable, {number['withheld']} withheld"
    lines += _rows([(file.name, held(file.counts)) for file in outcome.of_state("new", "known")])
    if outcome.left_out:
        lines += [f"           left out: {sentence}" for sentence in outcome.left_out[:MOST_LEFT_OUT]]
        if more := outcome.left_out[MOST_LEFT_OUT:]:
            lines.append(f"           and {len(more)} more left out (see --json)")
    lines += [f"           {note}" for file in outcome.of_state("new", "known") for note in file.sentences]
    lines += [f"           {outcome.columns}"] if outcome.columns else []
    return "\n".join(lines)


def held(counts: FileCounts) -> str:
    """What a file held, in a line: what there is none of is not told."""
    parts = [
        (counts.rows, "row", "rows"),
        (counts.answered, "answer", "answers"),
        (counts.turns - counts.answered, "turn or paragraph", "turns and paragraphs"),
        (0 if counts.rows else counts.speakers, "speaker", "speakers"),
        (0 if counts.rows else counts.participants, "participant", "participants"),
        (counts.non_answers, "non-answer", "non-answers"),
        (counts.blank, "blank", "blanks"),
        (counts.duplicates, "copy of another answer", "copies of other answers"),
        (counts.consent_refused, "not to be published", "not to be published"),
        (counts.withdrawn, "withdrawn, left out", "withdrawn, left out"),
    ]
    return ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in parts if number)


def _words(outcome: Outcome) -> str:
    if not outcome.excerpts:
        return ""
    lines = [
        f"Words      {outcome.turns} turns and paragraphs, {outcome.responses} responses, "
        f"participants: {in_words(outcome.participants)}, {outcome.excerpts} excerpts"
    ]
    if outcome.copies:
        campaigns = f", {_counted(outcome.campaigns, 'campaign')} among them" if outcome.campaigns else ""
        lines.append(f"           {_counted(outcome.copies, 'text')} copied another and counted with it{campaigns}")
    if outcome.other_languages:
        spoken = ", ".join(f"{CALLED.get(code, code)} {number}" for code, number in outcome.other_languages.items())
        lines.append(f"           not in English, kept and left for a person to code: {spoken}")
    return "\n".join(lines)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _replaced(outcome: Outcome) -> str:
    if not outcome.replaced and not outcome.removed:
        return ""
    rows = [(PRINTED[kind], number) for kind, number in outcome.replaced.items()]
    lines = [f"Replaced   {sum(outcome.replaced.values())} identifiers in what was said", *_rows(rows)]
    if outcome.removed:
        taken = ", ".join(f"{number} {PRINTED.get(kind, kind)}" for kind, number in sorted(outcome.removed.items()))
        lines.append(f"           and kept out altogether, from labels and columns: {taken}")
    return "\n".join(lines)


def _themes(outcome: Outcome) -> str:
    table = outcome.themes
    if table is None:
        return ""
    total, rule = table.rows[0], table.rule
    unit = "people" if table.request.unit == "people" else "passages"
    rows = [(outcome.theme_names[key], in_words(cell)) for key, cell in total.themes.items()]
    base = f" of {total.base.value}" if isinstance(total.base, Count) else ""
    rounding = f", the rest rounded to the nearest {rule.rounding}" if rule.rounding > 1 else ""
    lines = [f"Themes     people who raised each{base}" if unit == "people" else "Themes     passages on each"]
    lines += _rows(rows)
    lines.append(f"           Rule '{rule.name}': fewer than {rule.threshold} people are not shown{rounding}.")
    return "\n".join(lines)


def _emergent(outcome: Outcome) -> str:
    if outcome.themes is None:
        return ""
    lines = ["Beyond the codebook, offered and not added", *_rows(groups_shown(outcome.emergent))]
    if few := len(outcome.emergent) - len(lines) + 1:
        groups = "1 smaller group is" if few == 1 else f"{few} smaller groups are"
        lines.append(f"           {groups} not shown: fewer than {outcome.themes.rule.threshold} people.")
    if len(lines) == 1:
        lines.append("           no group of excerpts stands out")
    return "\n".join(lines)


def groups_shown(emergent: Sequence[tuple[str, Cell]]) -> list[tuple[str, int]]:
    """The words and number of each group that enough people are behind: the others keep their words to themselves."""
    return [(words, cell.value) for words, cell in emergent if isinstance(cell, Count)]


def _rows(rows: list[tuple[str, Any]]) -> list[str]:
    width = max(len(name) for name, _ in rows) if rows else 0
    return [f"           {name.ljust(width)}  {value}" for name, value in rows]
