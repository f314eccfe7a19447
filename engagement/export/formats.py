"""Every kind of file that evidence leaves in, by the name under which it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engagement.codebook import default
from engagement.config import Settings
from engagement.errors import BadInput
from engagement.export.as_docx import to_docx
from engagement.export.as_html import to_html
from engagement.export.blocks import Document
from engagement.export.codebook_csv import to_csv
from engagement.export.codebook_qdc import to_qdc
from engagement.export.data import export_csv
from engagement.export.equality import equality
from engagement.export.equality_workbook import equality_workbook
from engagement.export.evidence import Evidence, Options
from engagement.export.gather import gather
from engagement.export.last_look import last_look
from engagement.export.qdpx import write_qdpx
from engagement.export.quotes_file import as_document, as_markdown, as_text, sections
from engagement.export.report import report
from engagement.export.workbook import workbook
from engagement.model import DisclosureRule
from engagement.pipeline import slicer
from engagement.quotation.quoting import quote_book
from engagement.store import Store


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported, under which rule; `template` is a council's own Word file, `bom` for old spreadsheets."""

    rule: DisclosureRule
    settings: Settings
    options: Options
    template: Path | None = None
    bom: bool = False


def _evidence(make: Callable[[Evidence, Wanted], bytes]) -> Callable[[Store, Wanted], bytes]:
    def written(store: Store, wanted: Wanted) -> bytes:
        return make(gather(store, wanted.rule, wanted.settings, wanted.options), wanted)

    return written


def _quotes(make: Callable[..., str | Document]) -> Callable[[Store, Wanted], bytes]:
    def written(store: Store, wanted: Wanted) -> bytes:
        numbers = slicer(store, wanted.rule)
        book = quote_book(store, wanted.rule, numbers, wanted.settings)
        found = sections(book, numbers, store.coded.codebook() or default())
        excerpts = {excerpt.excerpt_id: excerpt for excerpt in store.excerpts()}
        if make is not as_document:
            return str(make(found, wanted.rule, excerpts)).encode()
        title = f"Quotes: {name}" if (name := store.held_round().name) else "Quotes"
        whose, made_on = wanted.settings.organisation, wanted.options.made_on
        document = as_document(found, wanted.rule, excerpts, title=title, organisation=whose, made_on=made_on)
        return to_docx(document, wanted.template)

    return written


# Name -> the bytes of its one file. csv is a folder, and qdpx is written as it is made: see `written`.
FILES: dict[str, Callable[[Store, Wanted], bytes]] = {
    "report-docx": _evidence(lambda evidence, wanted: to_docx(report(evidence), wanted.template)),
    "report-html": _evidence(lambda evidence, _: to_html(report(evidence)).encode()),
    "equality-docx": _evidence(lambda evidence, wanted: to_docx(equality(evidence), wanted.template)),
    "equality-xlsx": _evidence(lambda evidence, _: equality_workbook(evidence)),
    "xlsx": _evidence(lambda evidence, _: workbook(evidence)),
    "quotes-txt": _quotes(as_text),
    "quotes-md": _quotes(as_markdown),
    "quotes-docx": _quotes(as_document),
    "qdc": lambda store, _: to_qdc(store.coded.codebook() or default()),
    "codebook-csv": lambda store, _: to_csv(store.coded.codebook() or default()),
}
FOLDER, STREAMED = "csv", "qdpx"
FORMATS = (*FILES, FOLDER, STREAMED)


def written(store: Store, form: str, out: Path, wanted: Wanted) -> tuple[Path, ...]:
    """Writes one format to `out`, a folder for csv, and gives the files; the audit trail tells of it.

    Raises BadInput for words that may still identify somebody, for a template that can't be used, and for a place that
    can't be written to.
    """
    if form == FOLDER:
        return export_csv(store, out, wanted.rule, bom=wanted.bom)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if form == STREAMED:
            last_look(store)  # before what is there is written over
            with out.open("wb") as handle:
                write_qdpx(store, wanted.rule, wanted.options.made_on, handle)
        else:
            out.write_bytes(made(store, form, wanted))
    except OSError:
        raise BadInput(str(out), "nothing can be written there", "Choose another place with --out") from None
    return (out,)


def made(store: Store, form: str, wanted: Wanted) -> bytes:
    """The bytes of one format, for a download; the audit trail tells of it. Raises BadInput as `written` does."""
    last_look(store)
    data = FILES[form](store, wanted)
    store.note(f"exported as {form}", detail={"rule": wanted.rule.name})
    return data
