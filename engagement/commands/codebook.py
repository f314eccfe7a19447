"""The commands that show and change a project's codebook; every change keeps the codings that it can."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engagement.commands.terminal import AsJson, Force, Project, columns, free, show, tell
from engagement.errors import BadInput

if TYPE_CHECKING:
    from engagement.codebook_history import Change
    from engagement.model import Codebook
    from engagement.store import Store

Key = Annotated[str, typer.Argument(help="A theme's key.")]
Who = Annotated[str | None, typer.Option("--coder", help="Who changes it; the user's name when left out.")]
AGAIN = "Run 'engagement code-again' so that the machine codes by it."
app = typer.Typer(help="Shows and changes the codebook.", no_args_is_help=True)


@app.command(name="show")
def show_themes(project: Project, as_json: AsJson = False) -> None:
    """The themes of the codebook in use, and what to mind in it."""
    from engagement.codebook import remarks

    with _in_use(project) as (_, codebook):
        pass
    if as_json:
        show(asdict(codebook))
        return
    show(f"{codebook.name}, version {codebook.version}")
    rows = [(theme.key, theme.name, theme.parent or "", theme.definition) for theme in codebook.themes]
    show(columns([("Key", "Name", "Under", "Definition"), *rows]))
    for remark in remarks(codebook):
        tell(remark)


@app.command()
def history(project: Project, as_json: AsJson = False) -> None:
    """Every version, with what changed in it."""
    from engagement.codebook_change import versions

    with _in_use(project) as (store, _):
        past = versions(store.coded.codebooks(), store.coded.changes())
    said = [(each.codebook, [each.change] if each.change else list(each.differences)) for each in past]
    if as_json:
        show([{"version": book.version, "themes": list(book.keys), "changes": words} for book, words in said])
        return
    for book, words in said:
        show("\n  ".join([f"Version {book.version}, {len(book.themes)} themes", *words]))


@app.command()
def merge(
    project: Project,
    keys: Annotated[list[str], typer.Argument(help="The themes' keys.")],
    into: Annotated[str, typer.Option("--into", help="The key of the one that they become: theirs or a new one.")],
    name: Annotated[str, typer.Option("--name", help="Its name.")] = "",
    coder: Who = None,
    as_json: AsJson = False,
) -> None:
    """Makes several themes one."""
    from engagement import codebook_history as room

    _change(project, lambda book: room.merge(book, keys, into, name), coder, as_json=as_json)


@app.command()
def split(
    project: Project,
    key: Key,
    into: Annotated[Path, typer.Option("--into", help="A codebook of the themes that it becomes: .yaml, .csv, .qdc.")],
    coder: Who = None,
    as_json: AsJson = False,
) -> None:
    """Makes several themes of one; what people coded as it waits for them to say which."""
    from engagement import codebook_history as room

    parts = _read(into, None).themes
    _change(project, lambda book: room.split(book, key, parts), coder, as_json=as_json)


@app.command()
def rename(
    project: Project,
    key: Key,
    name: Annotated[str, typer.Option("--name", help="Its new name.")] = "",
    new_key: Annotated[str, typer.Option("--key", help="Its new key.")] = "",
    coder: Who = None,
    as_json: AsJson = False,
) -> None:
    """Gives a theme another name, key or both."""
    from engagement import codebook_history as room

    _change(project, lambda book: room.rename(book, key, name, new_key), coder, as_json=as_json)


@app.command()
def retire(project: Project, key: Key, coder: Who = None, as_json: AsJson = False) -> None:
    """Takes a theme out of use; its codings count no longer."""
    from engagement import codebook_history as room

    _change(project, lambda book: room.retire(book, key), coder, as_json=as_json)


@app.command()
def export(
    project: Project,
    out: Annotated[Path, typer.Option("--out", help="A file: .csv, .qdc (REFI-QDA) or .yaml.")],
    force: Force = False,
) -> None:
    """Writes the codebook to a file."""
    from engagement.codebook_change import kind_of, written

    kind = kind_of(out.name)
    free(out, force=force)
    with _in_use(project) as (_, codebook):
        pass
    out.write_bytes(written(codebook, kind))
    show(str(out))


@app.command(name="import")
def import_(
    project: Project,
    file: Annotated[Path, typer.Argument(help="A codebook: .csv, .qdc (REFI-QDA) or .yaml.")],
    coder: Who = None,
    as_json: AsJson = False,
) -> None:
    """Takes a codebook from a file as the next version; a theme under a new key keeps its codings."""
    from engagement.codebook_change import GONE, removes, take_in
    from engagement.codebook_history import difference

    with _in_use(project) as (store, old):
        read = _read(file, old)
        said = difference(old, read)
        new = take_in(store, old, read, _who(coder))
    if as_json:
        show({"version": new.version, "changes": list(said)})
        return
    for sentence in said:
        show(sentence)
    if removes(old, read):
        show(GONE)
    show(f"The codebook is version {new.version} now." if said else "Nothing changed.")
    if said:
        tell(AGAIN)


def _change(
    project: Path, make: Callable[[Codebook], tuple[Codebook, Change]], coder: str | None, *, as_json: bool
) -> None:
    """Makes a change, with all codings and judgements, and says what became of them."""
    from engagement.codebook_change import apply

    with _in_use(project) as (store, old):
        book, change = make(old)
        waiting = apply(store, book, change, _who(coder))
    if as_json:
        show({"version": book.version, "words": change.words, "waiting": waiting})
        return
    show(change.words)
    if waiting:
        show(f"{waiting} excerpts wait for a decision: 'engagement teach' offers them first.")
    tell(AGAIN)


@contextmanager
def _in_use(project: Path) -> Iterator[tuple[Store, Codebook]]:
    """A project with the codebook in use. Raises BadInput before there is one."""
    from engagement.store import Store

    with Store.open(project) as store:
        codebook = store.coded.codebook()
        if codebook is None:
            raise BadInput(project.name, "it has no codebook yet", "Run 'engagement run FOLDER --project DIR'")
        yield store, codebook


def _read(file: Path, old: Codebook | None) -> Codebook:
    """The codebook in a file; says what of it has no place here. Raises BadInput."""
    from engagement.codebook_change import kind_of, read

    kind_of(file.name)
    try:
        data = file.read_bytes()
    except OSError:
        raise BadInput(file.name, "there is no such codebook", "Check the path") from None
    book, notes = read(data, file.name, old)
    for note in notes:
        tell(note)
    return book


def _who(coder: str | None) -> str:
    return getpass.getuser() if coder is None else coder
