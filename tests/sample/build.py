"""Builds `transcripts_sample/` and its answer key from the marked-up texts beside this file.

    python tests/sample/build.py transcripts_sample

The originals mark every identifier inline as [[KIND:surface]] (people as [[PERSON|origin:surface]]) and carry the
codes that a careful analyst gave. Building takes the marks out of the files and puts them into `answers/`.
Nothing here depends on the clock: the same originals give the same files.
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import sys
import textwrap
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from docx import Document
from docx.shared import Pt

from engagement.ingest import open_folder

HERE = Path(__file__).parent
MARK = re.compile(r"\[\[([A-Z_]+)(?:\|([a-z_]+))?:(.*?)\]\]")
FIXED = datetime(2025, 6, 2, 9, 0, tzinfo=UTC).replace(tzinfo=None)
ROUND = """\
name: Fair Aldermouth
start: 2025-04-22
end: 2025-06-06
purpose: To hear how people in Aldermouth meet inequality, before the council writes its equality strategy.
leave_out: [README.md, answers]
"""
POLICY = """\
# Places that everybody in the city knows: they say where, and never who.
keep: [Aldermouth, Castle Quay, Netherfield, Stonebridge, Marsh End, Hillcrest]
"""
QUESTIONS = {
    "q1": "What makes it harder for you, or people like you, to get a fair chance in Aldermouth?",
    "q2": "Where do you feel safe and welcome, and where do you not?",
    "q3": "What should the council change first, and why?",
    "e1": "What is hard for you in Aldermouth?",
    "e2": "What would help?",
}
ONLINE = {
    "row": "Response ID",
    "submitted": "Submitted",
    "name": "Your name (optional)",
    "email": "Email address (optional)",
    "postcode": "Postcode",
    "q1": QUESTIONS["q1"],
    "q2": QUESTIONS["q2"],
    "q3": QUESTIONS["q3"],
    "age": "What is your age group?",
    "sex": "What is your sex?",
    "gender_same": "Is the gender you identify with the same as your sex registered at birth?",
    "ethnic": "What is your ethnic group?",
    "religion": "What is your religion?",
    "disability": "Do you have a condition lasting 12 months or more that limits your day-to-day activities?",
    "orientation": "Which best describes your sexual orientation?",
    "carer": "Do you look after someone, unpaid, because of illness or disability?",
    "publish": "May we publish your comments without your name?",
}
EASY_READ = {
    "row": "No",
    "name": "Name",
    "age": "AGE",
    "sex": "SEX",
    "ethnic": "ETHNIC",
    "disability": "DISAB",
    "e1": "Q1",
    "e2": "Q2",
    "publish": "PUBLISH",
}
ETHNIC = [
    "Indian", "Pakistani", "Bangladeshi", "Chinese", "Any other Asian background", "Caribbean", "African",
    "Any other Black background", "White and Black Caribbean", "White and Black African", "White and Asian",
    "Any other Mixed background", "English/Welsh/Scottish/Northern Irish/British", "Irish",
    "Gypsy or Irish Traveller", "Roma", "Any other White background", "Arab", "Any other ethnic group",
]  # fmt: skip
AGES = ["Under 18", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75 or over"]
DICTIONARY: dict[str, tuple[str, dict[int, str]]] = {
    "AGE": ("Age group", {**dict(enumerate(AGES, 1)), 9: "Prefer not to say"}),
    "SEX": ("Sex", {1: "Female", 2: "Male", 9: "Prefer not to say"}),
    "ETHNIC": ("Ethnic group", {**dict(enumerate(ETHNIC, 1)), 99: "Prefer not to say"}),
    "DISAB": (
        "Disability",
        {1: "Yes, limited a lot", 2: "Yes, limited a little", 3: "No", 9: "Prefer not to say"},
    ),
    "PUBLISH": ("May we publish your answers without your name?", {1: "Yes", 2: "No"}),
}
ROSTER = [
    "name", "role", "organisation", "group", "initials", "age", "sex", "ethnic_group", "religion", "disability",
    "sexual_orientation", "gender_same_as_birth",
]  # fmt: skip
NON_ANSWERS = {"n/a", "none", "no comment", "see above", "-", "na", "nothing", "nil"}


@dataclass
class Answers:
    """The key: what was planted where, what each text is about, and what must stay."""

    identifiers: list[dict[str, Any]] = field(default_factory=list)
    codings: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    def take(self, file: str, place: str, unit: dict[str, Any], question: str = "") -> str:
        """Notes a text's marks and codes, and gives the text without its marks."""
        plain, end = "", 0
        for mark in MARK.finditer(unit["text"]):
            plain += unit["text"][end : mark.start()]
            kind, origin, surface = mark.groups()
            self.plant(file, place, kind, surface, origin=origin, question=question, start=len(plain))
            plain += surface
            end = mark.end()
        plain += unit["text"][end:]
        if plain.strip():
            codes = {key: unit.get(key, []) for key in ("themes", "mentioned", "keep")}
            self.codings.append({"file": file, "place": place, "question": question, "text": plain, **codes})
        return plain

    def plant(self, file: str, place: str, kind: str, surface: str, **where: Any) -> None:
        """Notes one identifier."""
        row = {"file": file, "place": place, "kind": kind, "text": surface, **where}
        self.identifiers.append({key: value for key, value in row.items() if value not in (None, "")})


def read(name: str) -> list[dict[str, Any]]:
    """The objects of one file of originals."""
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def build(out: Path) -> None:
    """Writes the whole sample into the folder `out`, which keeps only its README.md."""
    answers = Answers()
    for stale in out.glob("*"):
        if stale.name != "README.md":
            shutil.rmtree(stale) if stale.is_dir() else stale.unlink()
    (out / "answers").mkdir(parents=True, exist_ok=True)
    groups: dict[str, dict[str, Any]] = {}
    turns: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in read("groups_a.jsonl") + read("groups_b.jsonl"):
        if "header" in row:
            groups[row["file"]] = row["header"]
        else:
            turns[row["file"]].append(row)
    writers = {
        "group_1_race_and_faith.docx": write_paragraph_docx,
        "group_2_young_people.vtt": write_vtt,
        "group_3_disabled_residents.txt": write_minutes,
        "group_4_lgbtqia.docx": write_table_docx,
        "letter_tenant.txt": write_letter,
    }
    for file, write in writers.items():
        write(out / file, groups[file], turns[file], answers)
        speakers = {turn["speaker"] for turn in turns[file]}
        roles = {person["name"]: person["role"] for person in groups[file]["people"]}
        answers.counts[file] = {
            "turns": len(turns[file]),
            "participants": sum(role == "participant" for role in roles.values()),
            "speakers": len(speakers),
        }
    write_online(out / "consultation_online.csv", answers)
    write_easy_read(out / "consultation_easy_read.xlsx", answers)
    write_roster(out / "roster.csv", groups)
    (out / "round.yaml").write_text(ROUND, encoding="utf-8")
    (out / "policy.yaml").write_text(POLICY, encoding="utf-8")
    shutil.copy(HERE.parents[1] / "engagement" / "data" / "codebook.yaml", out / "codebook.yaml")
    write_answers(out / "answers", answers)
    intake = open_folder(out)
    for _ in intake.documents():
        pass
    intake.save_columns()  # as a first run does


def write_paragraph_docx(path: Path, header: dict[str, Any], turns: list[dict[str, Any]], answers: Answers) -> None:
    """A title block, an attendee table, and turns as paragraphs that begin with a bold name."""
    document = new_document(header)
    for line in title_block(header):
        document.add_paragraph(line)
    document.add_heading("Who was there", level=2)
    table = document.add_table(rows=1, cols=3)
    table.style = "Table Grid"
    for cell, heading in zip(table.rows[0].cells, ("Name", "Role", "Organisation"), strict=True):
        cell.text = heading
    for row, person in enumerate(header["people"], 2):
        for cell, key in zip(table.add_row().cells, ("name", "role", "organisation"), strict=True):
            cell.text = person[key]
        answers.plant(path.name, f"table 1 row {row}", "PERSON", person["name"], origin=person["origin"])
    document.add_heading("What was said", level=2)
    for turn in turns:
        place = f"turn {turn['n']}"
        text = answers.take(path.name, place, turn)
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{turn['speaker']}: ").bold = True
        paragraph.add_run(text)
        plant_label(answers, path.name, place, turn["speaker"], header)
    save_docx(document, path)


def write_table_docx(path: Path, header: dict[str, Any], turns: list[dict[str, Any]], answers: Answers) -> None:
    """A title block, a line of attendees, and turns in a table of time, speaker and words."""
    document = new_document(header)
    for line in title_block(header):
        document.add_paragraph(line)
    document.add_heading("Attendees", level=2)
    for person in header["people"]:
        role = f", {person['organisation']}" if person["organisation"] else ""
        document.add_paragraph(f"{person['name']} ({person['role']}){role}", style="List Bullet")
        answers.plant(path.name, "attendees", "PERSON", person["name"], origin=person["origin"])
    document.add_heading("Notes of the discussion", level=2)
    table = document.add_table(rows=1, cols=3)
    table.style = "Table Grid"
    for cell, heading in zip(table.rows[0].cells, ("Time", "Speaker", "What was said"), strict=True):
        cell.text = heading
    seconds = 0
    for turn in turns:
        place = f"turn {turn['n']}"
        text = answers.take(path.name, place, turn)
        cells = table.add_row().cells
        for cell, value in zip(cells, (clock(seconds)[:8], turn["speaker"], text), strict=True):
            cell.text = value
        seconds += 3 + len(text.split()) // 2
        plant_label(answers, path.name, place, turn["speaker"], header)
    save_docx(document, path)


def write_vtt(path: Path, header: dict[str, Any], turns: list[dict[str, Any]], answers: Answers) -> None:
    """A Teams transcript: cues of a few seconds with the speaker in a voice tag; a turn runs over several cues."""
    lines = ["WEBVTT", ""]
    seconds = 4.0
    for turn in turns:
        place = f"turn {turn['n']}"
        words = answers.take(path.name, place, turn).split()
        plant_label(answers, path.name, place, turn["speaker"], header)
        for part, start in enumerate(range(0, len(words), 14)):
            cue = " ".join(words[start : start + 14])
            length = 1.2 + 0.34 * len(cue.split())
            lines += [
                f"7c9e6679-7425-40de-944b-e07fc1f90ae7/{turn['n']}-{part}",
                f"{clock(seconds)} --> {clock(seconds + length)}",
                f"<v {turn['speaker']}>{cue}</v>",
                "",
            ]
            seconds += length + 0.2
    path.write_text("\n".join(lines), encoding="utf-8")


def write_minutes(path: Path, header: dict[str, Any], turns: list[dict[str, Any]], answers: Answers) -> None:
    """Plain-text minutes, wrapped at 92 characters, with speakers shown by the initials of the attendance list."""
    initials = {person["name"]: person["initials"] for person in header["people"]}
    lines = [*title_block(header, title=True), "", "Present:"]
    for person in header["people"]:
        extra = ", ".join(part for part in (person["organisation"], person["role"]) if part)
        lines.append(f"- {person['name']} ({person['initials']}), {extra}")
        answers.plant(path.name, "attendance list", "PERSON", person["name"], origin=person["origin"])
    lines.append("")
    for turn in turns:
        text = answers.take(path.name, f"turn {turn['n']}", turn)
        lines += [*textwrap.wrap(f"{initials[turn['speaker']]}: {text}", 92, break_on_hyphens=False), ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def write_letter(path: Path, _header: dict[str, Any], turns: list[dict[str, Any]], answers: Answers) -> None:
    """A letter: paragraphs with a blank line between them, no wrapping."""
    paragraphs = [answers.take(path.name, f"paragraph {turn['n']}", turn) for turn in turns]
    path.write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")


def write_online(path: Path, answers: Answers) -> None:
    """The export of the online form: UTF-8 with a byte order mark and CRLF, as spreadsheets write it."""
    rows = read("online_a.jsonl") + read("online_b.jsonl") + read("online_c.jsonl")
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(ONLINE.values())
        for line, row in enumerate(rows, 2):
            texts = take_row(path.name, f"row {line}", row, answers)
            for key, kind in (("name", "PERSON"), ("email", "EMAIL"), ("postcode", "POSTCODE")):
                origin = row["origin"] if key == "name" else None
                if row[key]:
                    answers.plant(path.name, f"row {line}", kind, row[key], origin=origin, column=ONLINE[key])
            day, minute = divmod(row["row"] * 37, 24 * 60)
            submitted = f"2025-05-{day % 28 + 1:02d} {minute // 60:02d}:{minute % 60:02d}"
            values = {**row, **texts, "row": f"ANON-{4100 + row['row']}", "submitted": submitted}
            writer.writerow([values[key] for key in ONLINE])
    count_responses(path.name, rows, answers)


def write_easy_read(path: Path, answers: Answers) -> None:
    """Paper forms typed into a workbook: demographics as code numbers, a second sheet says what they mean."""
    rows = read("easy_read.jsonl")
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"title": "Easy read answers", "author": "", "created": FIXED})
        sheet = workbook.add_worksheet("Responses")
        sheet.write_row(0, 0, EASY_READ.values())
        for line, row in enumerate(rows, 2):
            texts = take_row(path.name, f"sheet 1 row {line}", row, answers)
            answers.plant(path.name, f"sheet 1 row {line}", "PERSON", row["name"], origin=row["origin"], column="Name")
            for column, key in enumerate(EASY_READ):
                value = {**row, **texts}[key]
                if value not in (None, ""):
                    sheet.write(line - 1, column, value)
        meaning = workbook.add_worksheet("Dictionary")
        meaning.write_row(0, 0, ["Column", "Code", "Meaning"])
        entries = [(column, "", wording) for column, (wording, _) in DICTIONARY.items()]
        entries += [("Q1", "", QUESTIONS["e1"]), ("Q2", "", QUESTIONS["e2"])]
        entries += [(column, code, label) for column, (_, codes) in DICTIONARY.items() for code, label in codes.items()]
        for line, entry in enumerate(entries, 1):
            meaning.write_row(line, 0, entry)
    same_time(path)
    count_responses(path.name, rows, answers)


def write_roster(path: Path, groups: dict[str, dict[str, Any]]) -> None:
    """Everybody who was at a group, with what they declared on the sign-in sheet."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(ROSTER)
        for file, header in groups.items():
            for person in header["people"] if file != "letter_tenant.txt" else []:
                values = {**person, **person["declared"], "group": header["group"]}
                writer.writerow([values[key] for key in ROSTER])


def write_answers(folder: Path, answers: Answers) -> None:
    """The key, as JSON lines, with the counts that an ingester must recover."""
    for name in ("identifiers", "codings"):
        lines = [json.dumps(row, ensure_ascii=False) for row in getattr(answers, name)]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    text = json.dumps(answers.counts, ensure_ascii=False, indent=1)
    (folder / "counts.json").write_text(text + "\n", encoding="utf-8")


def take_row(file: str, place: str, row: dict[str, Any], answers: Answers) -> dict[str, str]:
    """The answers of one respondent, without their marks."""
    return {key: answers.take(file, place, unit, QUESTIONS[key]) for key, unit in row["answers"].items()}


def count_responses(file: str, rows: list[dict[str, Any]], answers: Answers) -> None:
    """Rows, answers, non-answers and blanks of an export."""
    texts = [MARK.sub(r"\3", unit["text"]).strip() for row in rows for unit in row["answers"].values()]
    non_answers = sum(text.casefold().rstrip(".") in NON_ANSWERS for text in texts)
    blank = sum(not text for text in texts)
    refused = sum(row["publish"] in ("No", 2) for row in rows)
    answered = len(texts) - blank - non_answers
    answers.counts[file] = {
        "rows": len(rows),
        "answered": answered,
        "non_answers": non_answers,
        "blank": blank,
        "consent_refused": refused,
    }


def plant_label(answers: Answers, file: str, place: str, speaker: str, header: dict[str, Any]) -> None:
    """A speaker label is an identifier too."""
    origin = next(person["origin"] for person in header["people"] if person["name"] == speaker)
    answers.plant(file, place, "PERSON", speaker, origin=origin, label=True)


def title_block(header: dict[str, Any], *, title: bool = False) -> Iterator[str]:
    """Date, venue, group, facilitator and note taker, a line each."""
    if title:
        yield header["title"]
    yield f"Date: {header['date']}"
    yield f"Venue: {header['venue']}"
    yield f"Group: {header['group']}"
    for role in ("facilitator", "note taker"):
        names = [person["name"] for person in header["people"] if person["role"] == role]
        if names:
            yield f"{role.capitalize()}: {', '.join(names)}"


def new_document(header: dict[str, Any]) -> Any:
    """A Word document in UK English with its title set and no author."""
    document = Document()
    document.styles["Normal"].font.size = Pt(11)
    properties = document.core_properties
    properties.title, properties.author, properties.language = header["title"], "", "en-GB"
    properties.created = properties.modified = FIXED
    document.add_heading(header["title"], level=1)
    return document


def save_docx(document: Any, path: Path) -> None:
    """Saves with fixed times."""
    document.save(str(path))
    same_time(path)


def same_time(path: Path) -> None:
    """Rewrites a zip so that its bytes do not depend on when it was made."""
    with zipfile.ZipFile(path) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, date_time=FIXED.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)


def clock(seconds: float) -> str:
    """00:04:12.300"""
    whole, millis = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{millis:03d}"


if __name__ == "__main__":
    build(Path(sys.argv[1]))
