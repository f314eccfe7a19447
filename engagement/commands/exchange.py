"""The command that takes in what other tools made: a project, a codebook, or codings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engagement.commands.terminal import AsJson, PolicyFile, Project, show, tell

app = typer.Typer()


@app.command(name="import")
def import_file(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .qdpx project, a .qdc or .csv codebook, coded texts.")
    ],
    project: Project,
    policy: PolicyFile = None,
    coder: Annotated[str | None, typer.Option("--coder", help="Who coded a table; the user's name otherwise.")] = None,
    text_column: Annotated[str, typer.Option("--text-column", help="The column of a table's texts.")] = "text",
    themes_column: Annotated[str, typer.Option("--themes-column", help="The column of their themes.")] = "themes",
    as_json: AsJson = False,
) -> None:
    """Another tool's project, codebook or codings: words pass through the anonymiser like any source's."""
    import getpass

    from engagement import policy as policies
    from engagement.config import Settings
    from engagement.exchange.coded_csv import Columns
    from engagement.exchange.importing import Asked, import_project
    from engagement.store import Store

    asked = Asked(
        file, coder or getpass.getuser(), policies.load(policy) if policy else None, Columns(text_column, themes_column)
    )
    with Store.open(project, create=True) as store:
        sentences = import_project(store, asked, project, Settings.load(project), tell)
    show(list(sentences) if as_json else "\n".join(sentences))
