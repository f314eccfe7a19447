"""The command that writes evidence as files."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from engagement.commands.terminal import AsJson, Force, Project, Rule, free, show, tell

app = typer.Typer()


@app.command()
def export(
    project: Project,
    out: Annotated[Path, typer.Option("--out", help="Where it goes: a file, or a folder for csv.")],
    format_: Annotated[str, typer.Option("--format", help="report-docx, report-html, xlsx, csv, qdpx, ...")] = "csv",
    rule: Rule = None,
    template: Annotated[Path | None, typer.Option("--template", help="Your own Word file, for its styles.")] = None,
    population: Annotated[Path | None, typer.Option("--population", help="A census CSV to compare with.")] = None,
    cross: Annotated[list[str] | None, typer.Option("--cross", help="Two characteristics: race,sex. Repeat.")] = None,
    on: Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The date it bears.")] = None,
    bom: Annotated[bool, typer.Option("--bom", help="For spreadsheets that guess the encoding of csv.")] = False,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Evidence as files."""
    from engagement.config import Settings
    from engagement.export import as_docx, formats
    from engagement.export.evidence import Options
    from engagement.store import Store

    if format_ not in formats.FORMATS:
        raise typer.BadParameter(f"use one of {', '.join(formats.FORMATS)}", param_hint="--format")
    free(out, force=force)
    settings = Settings.load(project)
    made_on = on.date() if on else date.today()
    options = Options(made_on, tuple(_pair(each) for each in cross or ()), population)
    wanted = formats.Wanted(settings.disclosure_rule(rule), settings, options, template, bom)
    for note in as_docx.template_notes(template) if template else ():
        tell(note)
    with Store.open(project) as store:
        if waiting := store.coded.waiting():
            tell(f"Decisions of people that are not counted yet: {waiting}. To count them, run 'engagement code-again'")
        if unfit := len(store.collected.unfit()):
            tell(f"Quotes printed as said, since what was saved for them no longer fits: {unfit}")
        files = formats.written(store, format_, out, wanted)
    show([str(path) for path in files] if as_json else "\n".join(str(path) for path in files))


def _pair(words: str) -> tuple[str, str]:
    one, _, other = words.partition(",")
    if not one.strip() or not other.strip() or "," in other:
        raise typer.BadParameter("name two characteristics, such as race,sex", param_hint="--cross")
    return one.strip(), other.strip()
