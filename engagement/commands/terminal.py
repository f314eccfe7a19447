"""What all commands share: their options, a project opened with its numbers, what is printed and what is asked."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engagement.errors import BadInput

if TYPE_CHECKING:
    from engagement.slices import Slicer
    from engagement.store import Store

Project = Annotated[Path, typer.Option("--project", help="The project's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Data as JSON.")]
Force = Annotated[bool, typer.Option("--force", help="Write over what is there.")]
Rule = Annotated[str | None, typer.Option("--rule", help="Disclosure rule: publish, strict or internal.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes for the anonymiser.")]
PolicyFile = Annotated[Path | None, typer.Option("--policy", help="policy.yaml.")]


@contextmanager
def opened(project: Path, rule: str | None) -> Iterator[tuple[Store, Slicer, dict[str, str]]]:
    """A project with its numbers under a rule, and the names of themes by key. Raises BadInput before a coding."""
    from engagement.config import Settings
    from engagement.pipeline import slicer
    from engagement.store import Store

    chosen = Settings.load(project).disclosure_rule(rule)
    with Store.open(project) as store:
        codebook = store.coded.codebook()
        if codebook is None:
            raise BadInput(project.name, "nothing is coded yet", "Run 'engagement run FOLDER --project DIR'")
        yield store, slicer(store, chosen), {theme.key: theme.name for theme in codebook.themes}


def vault_of(project: Path, *, create: bool = False) -> Any:
    """The project's vault, opened by the passphrase of the environment or of a prompt, never of the command line."""
    from engagement.vault import PASSPHRASE_VARIABLE, Vault, has_vault

    new = create and not has_vault(project)
    # Taken out, so that the analyser's processes don't inherit it.
    passphrase = os.environ.pop(PASSPHRASE_VARIABLE, "") or typer.prompt(
        "Passphrase of the vault", hide_input=True, confirmation_prompt=new, err=True
    )
    return Vault.create(project, passphrase) if new else Vault.open(project, passphrase)


def ask(question: str) -> str:
    """What the user answers; "q" where there is nothing more to read."""
    try:
        return str(typer.prompt(question, default="", show_default=False, err=True))
    except typer.Abort:  # Ctrl-C, or the end of a file of answers: what was ruled is stored
        return "q"


def free(out: Path, *, force: bool) -> None:
    """Raises BadInput where something would be written over that nobody said to write over."""
    taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
    if taken and not force:
        raise BadInput(str(out), "something is there already", "Choose another place, or add --force")


def tell(sentence: str) -> None:
    """A sentence for the user, beside the data."""
    typer.echo(sentence, err=True)


def show(what: Any) -> None:
    """The data: words as they are, all else as JSON."""
    typer.echo(what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, indent=1))


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows of equal length as aligned lines."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines)


def today() -> str:
    """The date in UTC, as files print it."""
    return datetime.now(UTC).date().isoformat()
