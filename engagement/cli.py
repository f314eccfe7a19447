"""The command line: `engagement --help`. Data on stdout, words on stderr; 0 done, 1 mend, 2 usage, 3 in part."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Annotated

import typer

from engagement import __version__
from engagement.commands.coding import app as coding
from engagement.commands.exchange import app as exchange
from engagement.commands.export import app as exporting
from engagement.commands.numbers import app as numbers
from engagement.commands.rounds import app as rounds
from engagement.commands.terminal import (
    AsJson,
    Force,
    PolicyFile,
    Project,
    Workers,
    ask,
    free,
    show,
    tell,
    today,
    vault_of,
)
from engagement.errors import BadInput, UserError

PARTLY = 3

app = typer.Typer(
    help="Turns consultation notes into evidence that is safe to share. No request leaves this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for part in (numbers, rounds, coding, exporting, exchange):
    app.add_typer(part)


@app.command()
def run(
    folder: Annotated[Path, typer.Argument(help="The files of a round.")],
    project: Project,
    codebook: Annotated[Path | None, typer.Option("--codebook", help="codebook.yaml.")] = None,
    policy: PolicyFile = None,
    roster: Annotated[Path | None, typer.Option("--roster", help="roster.csv.")] = None,
    workers: Workers = 1,
    until: Annotated[str, typer.Option("--until", help="Stop after ingest, anonymise or code.")] = "code",
    vault: Annotated[bool, typer.Option("--vault", help="Keep the raw words, encrypted, for the review.")] = False,
    as_json: AsJson = False,
) -> None:
    """The main job: everything from files to a project ready to explore."""
    from engagement import pipeline, summary

    if until not in pipeline.STAGES:
        raise typer.BadParameter(f"use one of {', '.join(pipeline.STAGES)}", param_hint="--until")
    opened = vault_of(project, create=True) if vault else None
    request = pipeline.Request(folder, project, codebook, policy, roster, workers, until, opened)
    outcome = pipeline.run(request, tell)
    show(summary.as_data(outcome) if as_json else summary.as_text(outcome, project))
    stopped = outcome.of_state("unreadable", "withheld")
    for file in stopped:
        tell(*file.sentences)
    if stopped:
        raise typer.Exit(PARTLY)


@app.command()
def anonymise(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file, a folder, or .jsonl with id and text.")],
    out: Annotated[Path, typer.Option("--out", help="Where the same shape goes, anonymised.")],
    policy: PolicyFile = None,
    report: Annotated[Path | None, typer.Option("--report", help="A sign-off page here: .html, or .json.")] = None,
    workers: Workers = 1,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Stand-alone anonymisation of a file, a folder or JSON lines."""
    from engagement import standalone

    for path in filter(None, (out, report)):
        free(path, force=force)
    done = standalone.anonymise_path(source, out, policy, workers)
    if report is not None:
        from engagement.anonymising.origins import measured
        from engagement.config import Settings
        from engagement.export import signoff

        tell("Measuring how often names are found, by origin")
        recall = measured(done.policy, Settings(), None, workers=workers)
        signoff.write(signoff.of_texts(done.files, done.policy, done.safe, recall, made_on=today()), report)
    text = f"{done.written} written, {done.replaced} identifiers replaced, {len(done.refused)} held back"
    show({"written": done.written, "replaced": done.replaced, "refused": done.refused} if as_json else text)
    for sentence in done.refused:
        tell(sentence)
    if done.refused:
        raise typer.Exit(PARTLY)


@app.command()
def code(
    source: Annotated[Path, typer.Argument(metavar="IN.csv", help="Texts that are already safe.")],
    text_column: Annotated[str, typer.Option("--text-column", help="The column that holds the texts.")],
    out: Annotated[Path, typer.Option("--out", help="The same rows with themes and scores.")],
    codebook: Annotated[Path | None, typer.Option("--codebook", help="codebook.yaml.")] = None,
    examples: Annotated[Path | None, typer.Option("--examples", help="Coded texts to learn from.")] = None,
    multi: Annotated[bool, typer.Option("--multi/--single", help="Several themes a text, or one.")] = True,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Stand-alone coding of safe texts by a codebook."""
    from engagement import standalone

    free(out, force=force)
    coded, rows = standalone.code_csv(source, text_column, out, codebook, examples, multi=multi)
    show({"rows": rows, "coded": coded} if as_json else f"{coded} of {rows} texts carry a theme; written to {out}")


@app.command()
def code_again(project: Project) -> None:
    """Codes every excerpt again, learning from what people accepted and rejected."""
    from engagement import codebook, pipeline
    from engagement.config import Settings
    from engagement.store import Store

    with Store.open(project) as store:
        pipeline.recode(store, store.coded.codebook() or codebook.default(), Settings.load(project), project, tell)


@app.command()
def review(
    project: Project,
    coder: Annotated[str | None, typer.Option("--coder", help="Who reviews; the user's name when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Anonymisation decisions to confirm, the riskiest first."""
    import getpass

    from engagement.anonymising import review as room
    from engagement.anonymising.remake import apply_rulings
    from engagement.anonymising.rulings import Rulings
    from engagement.store import Store
    from engagement.vault import has_vault, open_key

    with Store.open(project) as store:
        if store.sealed():
            raise BadInput(project.name, "this project is sealed", "Nothing in it can be changed any more")
        vault = vault_of(project) if has_vault(project) else None
        kept = store.reviewed
        rulings = Rulings(open_key(project), kept.rulings())
        passages = room.Passages(kept.turns(), vault)
        asked = room.queue(passages, kept.doubts(), rulings)
        if as_json:
            show([inquiry.as_data() for inquiry in asked])
            return
        if vault is None:
            tell("This project has no vault: you see what stayed in the texts, not what was replaced.")
        made = 0
        who = coder or getpass.getuser()
        for ruling in room.dialogue(asked, passages, rulings, who, ask, tell):
            kept.add_ruling(ruling)
            rulings.add(ruling)
            made += 1
        again = apply_rulings(store, passages, rulings, project, tell)
    show(f"{made} rulings, {again} turns made again")


@app.command(name="signoff")
def sign_off(
    project: Project,
    out: Annotated[Path, typer.Option("--out", help="The page: .html, or .json for its data.")],
    policy: PolicyFile = None,
    workers: Workers = 1,
    force: Force = False,
) -> None:
    """The sign-off page for the data-protection officer: what was replaced, reviewed, left; recall by origin."""
    from engagement import policy as policies
    from engagement.anonymising.origins import measured
    from engagement.config import Settings
    from engagement.export import signoff
    from engagement.store import Store
    from engagement.vault import KEY_FILE

    free(out, force=force)
    settings = Settings.load(project)
    with Store.open(project) as store:
        chosen = policies.load(policy) if policy else policies.Policy(store.reviewed.actions())
        tell("Measuring how often names are found, by origin")
        recall = measured(chosen, settings, project / "cache", workers=workers)
        key = (project / KEY_FILE).read_bytes() if (project / KEY_FILE).exists() else None
        signoff.write(signoff.of_project(store, chosen, recall, made_on=today(), key=key), out)
        store.note("sign-off page made", detail={"policy": chosen.preset})
    show(str(out))


@app.command()
def seal(project: Project) -> None:
    """Destroys the vault and the key that ties names to numbers: from then on the project is anonymised."""
    from engagement.pipeline import seal as seal_project

    show("Sealed: the key is gone." if seal_project(project) else "Sealed: there was no key left to destroy.")


@app.command(name="app")
def open_app(
    project: Project,
    port: Annotated[int, typer.Option("--port", help="On this machine only.")] = 8501,
    role: Annotated[str, typer.Option("--role", help="viewer, reporter, coder or analyst, to begin with.")] = "viewer",
) -> None:
    """Opens the project in the browser, on this machine only."""
    from engagement.app.serve import ROLES, serve
    from engagement.store import Store

    if role not in ROLES:
        raise typer.BadParameter(f"use one of {', '.join(ROLES)}", param_hint="--role")
    Store.open(project, create=role == "analyst").__exit__()  # who may bring files in can begin with none
    serve(project, port, role)


@app.command()
def info(as_json: AsJson = False) -> None:
    """Versions, models, and where things are."""
    from engagement.config import Settings

    found = {"engagement": __version__, "python": sys.version.split()[0]}
    for name, find in (("language model", Settings().ner_path), ("embedding model", Settings().embedding_path)):
        try:
            found[name] = str(find())
        except UserError as error:
            found[name] = str(error)
    show(found if as_json else "\n".join(f"{name}: {value}" for name, value in found.items()))


def main() -> None:
    """Runs the command line; no traceback reaches the user, and no words of a participant reach a log."""
    try:
        app()
    except UserError as error:
        tell(str(error))
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the message of an unforeseen error may hold a participant's words
        tell(f"Something went wrong inside engagement ({type(error).__name__}, {uuid.uuid4().hex[:8]}).")
        tell("Nothing was lost: run the same command again. If it comes back, report the words in brackets.")
        sys.exit(1)
