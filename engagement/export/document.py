"""An anonymised source written as a file of its own format, from nothing but safe words.

The file is made anew and never by editing the original, in which comments, properties and hidden text keep names.
Formats with no writer of their own are written in the nearest that has one, its suffix added to the name: workbooks
(xls, ods) as .xlsx, all others (odt, rtf, html, md, pdf, eml) as plain .txt.
Texts and notes keep their order of turns; an export keeps a row for each respondent and its open questions.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from engagement.model import SafeDocument, SafeTurn


def write_document(document: SafeDocument, path: Path) -> None:
    """Writes `document` at `path` in the format it came in, or in the nearest with that one's suffix added."""
    form = document.format if document.format in WRITERS else NEAREST.get(document.format, "txt")
    same = form == document.format or path.suffix.lower() == f".{form}"
    WRITERS[form](document, path if same else path.with_name(f"{path.name}.{form}"))


def _write_text(document: SafeDocument, path: Path) -> None:
    blocks = [f"{label}: {turn.text}" if label else turn.text for label, turn in _labelled(document)]
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _write_vtt(document: SafeDocument, path: Path) -> None:
    lines = ["WEBVTT", ""]
    turns = list(_labelled(document))
    for place, (label, turn) in enumerate(turns):
        following = turns[place + 1][1].location if place + 1 < len(turns) else "99:59:59"
        voice = f"<v {label}>{turn.text}</v>" if label else turn.text
        lines += [f"{_stamp(turn.location)} --> {_stamp(following)}", voice, ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def _write_srt(document: SafeDocument, path: Path) -> None:
    turns = list(_labelled(document))
    lines: list[str] = []
    for number, (label, turn) in enumerate(turns, start=1):
        following = turns[number][1].location if number < len(turns) else "99:59:59"
        start, end = (_stamp(location).replace(".", ",") for location in (turn.location, following))
        lines += [str(number), f"{start} --> {end}", f"{label}: {turn.text}" if label else turn.text, ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def _write_docx(document: SafeDocument, path: Path) -> None:
    from docx import Document

    written = Document()
    properties = written.core_properties
    properties.title, properties.author, properties.language = document.name, "", "en-GB"
    written.add_heading(document.name, level=1)
    for label, turn in _labelled(document):
        paragraph = written.add_paragraph()
        if label:
            paragraph.add_run(f"{label}: ").bold = True
        paragraph.add_run(turn.text)
    written.save(str(path))


def _write_csv(document: SafeDocument, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows(_rows(document))


def _write_xlsx(document: SafeDocument, path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet("Responses")
        for place, row in enumerate(_rows(document)):
            sheet.write_row(place, 0, row)


WRITERS: dict[str, Callable[[SafeDocument, Path], None]] = {
    "txt": _write_text,
    "vtt": _write_vtt,
    "srt": _write_srt,
    "docx": _write_docx,
    "csv": _write_csv,
    "xlsx": _write_xlsx,
}
NEAREST = {"xls": "xlsx", "ods": "xlsx"}


def _labelled(document: SafeDocument) -> Iterator[tuple[str, SafeTurn]]:
    labels = {person.participant_id: person.label for person in document.participants}
    for turn in document.turns:
        label = labels.get(turn.participant_id or "", "")
        yield (f"[{label}]" if label and turn.kind != "prose" else ""), turn


def _rows(document: SafeDocument) -> Iterator[list[str]]:
    yield ["participant", *(question.wording for question in document.questions)]
    answers: dict[tuple[str, str], str] = {}
    for turn in document.turns:
        answers[turn.participant_id or turn.location, turn.question_id or ""] = turn.text
    labels = {person.participant_id: person.label for person in document.participants}
    for person in dict.fromkeys(key for key, _ in answers):
        said = [answers.get((person, question.question_id), "") for question in document.questions]
        yield [labels.get(person, person), *said]


def _stamp(location: str) -> str:
    return location if "." in location else f"{location}.000"
