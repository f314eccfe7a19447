"""The files that a report writer can make: what each is for, and its bytes."""

from __future__ import annotations

import logging
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from engagement.app.roles import As
from engagement.config import RULES, Settings
from engagement.errors import UserError
from engagement.export import formats
from engagement.export.as_docx import template_notes
from engagement.export.docx_styles import packed
from engagement.export.evidence import Options
from engagement.model import Choice, DisclosureRule
from engagement.store import Store

logger = logging.getLogger(__name__)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WITH_QUOTES = frozenset({"report-docx", "report-html", "xlsx", "quotes-docx", "quotes-txt", "quotes-md"})
LONGEST_NAME = 100  # characters of a file's name that are kept


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of file: its name among the formats, what a reader calls it, and what it is for."""

    name: str
    title: str
    purpose: str
    suffix: str
    mime: str


FORMS = (
    Form("report-docx", "report, Word", "The whole report, to finish in Word.", "docx", WORD),
    Form("report-html", "report, web page", "The same report, to read or put on a website.", "html", "text/html"),
    Form("equality-docx", "equality evidence, Word", "What each group said, for an impact assessment.", "docx", WORD),
    Form("equality-xlsx", "equality evidence, spreadsheet", "The same evidence as tables to sort.", "xlsx", SHEET),
    Form("xlsx", "workbook", "All tables and quotes, a sheet each.", "xlsx", SHEET),
    Form("quotes-docx", "quotes, Word", "The quotes by theme, to paste from.", "docx", WORD),
    Form("quotes-txt", "quotes, plain text", "The quotes by theme, for any program.", "txt", "text/plain"),
    Form("quotes-md", "quotes, Markdown", "The quotes by theme, for a wiki or website.", "md", "text/markdown"),
    Form("qdpx", "project for other tools", "For NVivo, ATLAS.ti, MAXQDA or QualCoder.", "qdpx", "application/zip"),
    Form("csv", "data, CSV files", "Plain tables in a zip folder, for your own sums.", "zip", "application/zip"),
    Form("qdc", "codebook for other tools", "The themes alone, for the same tools.", "qdc", "application/xml"),
    Form("codebook-csv", "codebook, CSV", "The themes alone, as a table.", "csv", "text/csv"),
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody gave: its name, and what is in it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of every file; `quotes` of each theme."""

    rule: DisclosureRule
    made_on: date
    crossed: tuple[tuple[str, str], ...] = ()
    template: Upload | None = None
    population: Upload | None = None
    quotes: int = 6


@dataclass(frozen=True, slots=True)
class Made:
    """A file, or the sentence that says why there is none; `notes` are what a user should know of it."""

    content: bytes = b""
    notes: tuple[str, ...] = ()
    failed: str = ""


def rules_for(role: As | None, own: DisclosureRule) -> tuple[DisclosureRule, ...]:
    """The rules that somebody may use, the project's own first: an analyst all, others none that shows more than it.

    A rule that prints single people is for the analyst alone, also where the project has it.
    """
    others = [rule for rule in RULES.values() if rule != own]
    if role is As.ANALYST:
        return (own, *others)
    return tuple(rule for rule in (own, *others) if rule.k > 1 and _no_weaker(rule, own))


def file_name(form: Form, asked: Asked) -> str:
    """What the file is called: what it is, the rule that it follows, and its date."""
    return f"{form.name}-{asked.rule.name}-{asked.made_on.isoformat()}.{form.suffix}"


def make(project: Path, form: Form, asked: Asked) -> Made:
    """The file, as the command line makes it. A failure is a sentence, without anybody's words."""
    try:
        with tempfile.TemporaryDirectory() as held, Store.open(project) as store:
            return _made(store, form, asked, Path(held))
    except UserError as error:
        return Made(failed=str(error))
    except Exception as error:  # noqa: BLE001 - the message of an unforeseen error may hold a participant's words
        mark = uuid.uuid4().hex[:8]
        logger.error("file not made: %s %s %s", form.name, type(error).__name__, mark)
        return Made(failed=f"Sorry, this file could not be made. If you report it, give this number: {mark}.")


def size_in_words(content: bytes) -> str:
    """How large a file is: "12 KB"."""
    size = len(content)
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} KB"


def _made(store: Store, form: Form, asked: Asked, held: Path) -> Made:
    template, census = (_written(held / kind, given) for kind, given in _given(asked))
    options = Options(asked.made_on, asked.crossed, census, asked.quotes)
    wanted = formats.Wanted(asked.rule, Settings.load(store.folder), options, template)
    if form.name in formats.FILES:
        content = formats.made(store, form.name, wanted)
        lacking = template_notes(template) if template and form.mime == WORD else ()
        return Made(content, (*lacking, *(_told_of_quotes(store) if form.name in WITH_QUOTES else ())))
    files = formats.written(store, form.name, held / f"made.{form.suffix}", wanted)
    if form.name == formats.FOLDER:
        return Made(packed({path.name: path.read_bytes() for path in files}))
    return Made(files[0].read_bytes())


def _told_of_quotes(store: Store) -> tuple[str, ...]:
    unfit = len(store.collected.unfit())
    as_said = f"Printed as said, since the words that were saved no longer fit what is stored: {unfit} of the quotes."
    return (*_left_out(store), *((as_said,) if unfit else ()))


def _left_out(store: Store) -> tuple[str, ...]:
    """What was pinned while it carried its theme, which a coder has taken away since."""
    carried = {(one.excerpt_id, one.theme_key) for one in store.coded.published()}
    pinned = [pick for pick in store.collected.picks() if pick.choice is Choice.PINNED]
    gone = sum((pick.excerpt_id, pick.theme_key) not in carried for pick in pinned)
    if not gone:
        return ()
    return (f"Left out because {'it no longer carries its' if gone == 1 else 'they no longer carry their'} theme: "
            f"{gone} of the pinned quotes.",)  # fmt: skip


def _given(asked: Asked) -> Sequence[tuple[str, Upload | None]]:
    return (("template", asked.template), ("population", asked.population))


def _written(folder: Path, given: Upload | None) -> Path | None:
    """The upload as a file in `folder`, under its own name: that is what a complaint calls it."""
    if given is None:
        return None
    folder.mkdir()
    path = folder / (Path(given.name).name.strip(".")[-LONGEST_NAME:] or "file")
    path.write_bytes(given.content)
    return path


def _no_weaker(rule: DisclosureRule, own: DisclosureRule) -> bool:
    return rule.threshold >= own.threshold and rule.rounding >= own.rounding and rule.k >= own.k
