"""The two commands that need no project: anonymise a file or folder, and code a table of safe texts."""

from __future__ import annotations

import csv
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engagement import codebook as codebooks
from engagement import policy as policies
from engagement.anonymise import anonymise, anonymise_texts
from engagement.config import Settings
from engagement.errors import BadInput
from engagement.export.document import write_document
from engagement.export.signoff import Files
from engagement.ingest import read_file, read_folder
from engagement.long_cells import long_cells
from engagement.model import RawDocument, RawPerson, Redaction, SafeText, Unreadable, Withheld
from engagement.policy import Policy
from engagement.recognisers.pool import AnalyserFailed
from engagement.themes import code_texts
from engagement.vault import Ledger

LINES = ".jsonl"


@dataclass(frozen=True, slots=True)
class Done:
    """How many files or lines were written, identifiers replaced, and a sentence for each that was held back."""

    written: int
    replaced: int
    refused: tuple[str, ...]
    files: Files  # what became of the files, or of the lines
    policy: Policy
    safe: tuple[tuple[SafeText, tuple[Redaction, ...]], ...]  # every text as written, with what was replaced in it


def anonymise_path(source: Path, out: Path, policy: Path | None, workers: int) -> Done:
    """Anonymises a file, a folder or JSON lines into `out`, of the same shape. Raises BadInput, ModelMissing.

    Pseudonyms hold within this call: their key is never written down.
    """
    chosen = policies.load(policy) if policy else Policy()
    if not source.exists():
        raise BadInput(str(source), "no file or folder is here", "Check the name")
    if source.is_file() and source.suffix == LINES:
        return _anonymise_lines(source, out, chosen, workers)
    if source.is_dir():
        inbox = read_folder(source)
        own = source / "policy.yaml"
        chosen = policies.load(own) if policy is None and own.exists() else chosen
        return _anonymise_documents(inbox.documents, inbox.people, out, chosen, workers)
    return _anonymise_documents([read_file(source, source.name)], (), out, chosen, workers)


def code_csv(
    source: Path, text_column: str, out: Path, codebook: Path | None, examples: Path | None, *, multi: bool
) -> tuple[int, int]:
    """Writes the rows of `source` with `themes` and `scores`; gives how many carry a theme, of how many.

    Raises BadInput when a column is missing or the codebook is wrong.
    """
    book = codebooks.load(codebook) if codebook else codebooks.default()
    columns, rows = _table(source, [text_column])
    known = []
    for row in _table(examples, [text_column, "themes"])[1] if examples else []:
        known.append((row[text_column], frozenset(filter(None, (row["themes"] or "").replace("|", ";").split(";")))))
    if unknown := sorted({key for _, keys in known for key in keys} - set(book.keys)):
        raise BadInput(
            str(examples), f"the codebook has no theme '{unknown[0]}'", "Mend the themes column or the codebook"
        )
    coded = code_texts([row[text_column] or "" for row in rows], book, known, Settings(), multi=multi)
    for row, coding in zip(rows, coded, strict=True):
        row["themes"] = ";".join(coding.keys)
        row["scores"] = json.dumps({key: round(score, 4) for key, score in coding.scores.items()})
    with out.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(
            handle, [*(name for name in columns if name not in ("themes", "scores")), "themes", "scores"]
        )
        writer.writeheader()
        writer.writerows(rows)
    return sum(bool(coding.keys) for coding in coded), len(rows)


def _anonymise_documents(
    documents: Sequence[RawDocument | Unreadable],
    people: Sequence[RawPerson],
    out: Path,
    policy: Policy,
    workers: int,
) -> Done:
    refused = [each.reason for each in documents if isinstance(each, Unreadable)]
    readable = [each for each in documents if isinstance(each, RawDocument)]
    single = len(documents) == 1 and bool(out.suffix)
    texts: list[tuple[SafeText, tuple[Redaction, ...]]] = []
    withheld = []
    safe = anonymise(readable, people, policy, Ledger(secrets.token_bytes(32)), Settings(), workers=workers)
    for raw, document in zip(readable, safe, strict=True):
        if isinstance(document, Withheld):
            refused.append(f"{raw.source.name}: withheld, since {document.reason}.")
            withheld.append((str(document.name), document.reason))
            continue
        path = out if single else out / document.name
        if raw.source.part > 1:
            path = path.with_stem(f"{path.stem} part {raw.source.part}")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_document(document, path)
        texts += [(turn.text, turn.redactions) for turn in document.turns]
    unreadable = len(documents) - len(readable)
    files = Files(len(documents), len(readable) - len(withheld), unreadable, tuple(withheld))
    replaced = sum(len(redactions) for _, redactions in texts)
    return Done(files.read, replaced, tuple(refused), files, policy, tuple(texts))


def _anonymise_lines(source: Path, out: Path, policy: Policy, workers: int) -> Done:
    rows, refused = [], []
    for number, row in _json_lines(source):
        if isinstance(row, dict) and isinstance(row.get("text"), str) and "id" in row:
            rows.append((number, row))
        else:
            refused.append(f"{source.name}, line {number}: no object with id and text. Mend the line.")
    ledger, unreadable = Ledger(secrets.token_bytes(32)), len(refused)
    answers = anonymise_texts([row["text"] for _, row in rows], policy, ledger, Settings(), workers=workers)
    texts: list[tuple[SafeText, tuple[Redaction, ...]]] = []
    withheld = []
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8") as handle:
        for (number, row), answer in zip(rows, answers, strict=True):
            if isinstance(answer, AnalyserFailed):
                refused.append(f"{source.name}, line {number}: withheld, since {answer}. Run it again by itself.")
                withheld.append((f"line {number}", str(answer)))
                continue
            texts.append(answer)
            text, redactions = answer
            line = {"id": row["id"], "text": text, "redactions": [_as_json(redaction) for redaction in redactions]}
            handle.write(json.dumps(line, ensure_ascii=False) + "\n")
    files = Files(len(rows) + unreadable, len(texts), unreadable, tuple(withheld))
    return Done(len(texts), sum(len(each) for _, each in texts), tuple(refused), files, policy, tuple(texts))


def _json_lines(source: Path) -> Iterator[tuple[int, Any]]:
    try:
        lines = source.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise BadInput(source.name, "not UTF-8", "Save it as UTF-8") from None
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError:
                yield number, None


def _as_json(redaction: Redaction) -> dict[str, Any]:
    fields = ("start", "end", "kind", "replacement", "score", "found_by")
    return {field: getattr(redaction, field) for field in fields}


def _table(path: Path, needed: Sequence[str]) -> tuple[list[str], list[dict[str, str]]]:
    """The header and rows of a CSV file that must have the columns `needed`."""
    if not path.is_file():
        raise BadInput(str(path), "no file is here", "Check the name")
    try:
        with long_cells(), path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle, restkey="", restval="")
            columns, rows = list(reader.fieldnames or ()), list(reader)
    except (UnicodeDecodeError, csv.Error):
        raise BadInput(path.name, "not a CSV file in UTF-8", "Save it as CSV UTF-8") from None
    for column in needed:
        if column not in columns:
            raise BadInput(path.name, f"no column is called '{column}'", f"It has: {', '.join(columns)}")
    return columns, [{name: row[name] for name in columns} for row in rows]
