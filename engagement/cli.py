"""The command line: `engagement --help`. Data on stdout, words on stderr; 0 done, 1 mend, 2 usage, 3 in part."""

from __future__ import annotations

import json
import os
import sys
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from engagement import __version__
from engagement.errors import BadInput, UserError

PARTLY = 3

app = typer.Typer(
    help="Turns consultation notes into evidence that is safe to share. No request leaves this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

Project = Annotated[Path, typer.Option("--project", help="The project's folder.")]
AsJson = Annotated[bool, typer.Option("--json", help="Data as JSON.")]
Force = Annotated[bool, typer.Option("--force", help="Write over what is there.")]
Rule = Annotated[str | None, typer.Option("--rule", help="Disclosure rule: publish, strict or internal.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes for the anonymiser.")]
PolicyFile = Annotated[Path | None, typer.Option("--policy", help="policy.yaml.")]


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
    opened = _vault(project, create=True) if vault else None
    request = pipeline.Request(folder, project, codebook, policy, roster, workers, until, opened)
    outcome = pipeline.run(request, _tell)
    _print(summary.as_data(outcome) if as_json else summary.as_text(outcome, project))
    stopped = outcome.of_state("unreadable", "withheld")
    for file in stopped:
        _tell(*file.sentences)
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
        _free(path, force=force)
    done = standalone.anonymise_path(source, out, policy, workers)
    if report is not None:
        from engagement.config import Settings
        from engagement.export import signoff
        from engagement.origins import measured

        _tell("Measuring how often names are found, by origin")
        recall = measured(done.policy, Settings(), None, workers=workers)
        signoff.write(signoff.of_texts(done.files, done.policy, done.safe, recall, made_on=_today()), report)
    text = f"{done.written} written, {done.replaced} identifiers replaced, {len(done.refused)} held back"
    _print({"written": done.written, "replaced": done.replaced, "refused": done.refused} if as_json else text)
    for sentence in done.refused:
        _tell(sentence)
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

    _free(out, force=force)
    coded, rows = standalone.code_csv(source, text_column, out, codebook, examples, multi=multi)
    _print({"rows": rows, "coded": coded} if as_json else f"{coded} of {rows} texts carry a theme; written to {out}")


@app.command()
def themes(project: Project, rule: Rule = None, as_json: AsJson = False) -> None:
    """The themes with how many people raised each, through the disclosure rule."""
    from engagement.model import SliceRequest
    from engagement.summary import in_words

    with _opened(project, rule) as (_, numbers, names):
        row = numbers.table(SliceRequest()).rows[0]
        counts = {key: in_words(cell) for key, cell in row.themes.items()}
    if as_json:
        _print([{"key": key, "name": names[key], "people": count} for key, count in counts.items()])
    else:
        _print(_columns([("Theme", "People"), *((names[key], count) for key, count in counts.items())]))


@app.command(name="emergent")
def emergent_themes(project: Project, as_json: AsJson = False) -> None:
    """Proposals outside the codebook."""
    from engagement.summary import groups_shown

    with _opened(project, None) as (store, numbers, _):
        groups = [(theme.name, numbers.people_behind(theme.excerpt_ids)) for theme in store.coded.emergent()]
    shown = groups_shown(groups)
    if as_json:
        _print([{"words": words, "people": people} for words, people in shown])
    else:
        _print(_columns([("Words", "People"), *((words, str(people)) for words, people in shown)]))


@app.command()
def code_again(project: Project) -> None:
    """Codes every excerpt again, learning from what people accepted and rejected."""
    from engagement import codebook, pipeline
    from engagement.config import Settings
    from engagement.store import Store

    with Store.open(project) as store:
        pipeline.recode(store, store.coded.codebook() or codebook.default(), Settings.load(project), project, _tell)


@app.command(name="slice")
def slice_table(
    project: Project,
    by: Annotated[list[str], typer.Option("--by", help="A characteristic; up to three.")],
    theme: Annotated[list[str] | None, typer.Option("--theme", help="A theme's key; all when left out.")] = None,
    rule: Rule = None,
    as_json: AsJson = False,
) -> None:
    """An intersectional table of people, small numbers hidden."""
    from engagement.characteristics import label
    from engagement.model import SliceRequest
    from engagement.summary import in_words

    with _opened(project, rule) as (_, numbers, names):
        table = numbers.table(SliceRequest(by=tuple(by), themes=tuple(theme or ())))
    heads = ["People", *(names[key] for key in table.rows[0].themes)]
    lines = [
        (*row.categories, in_words(row.base), *(in_words(cell) for cell in row.themes.values())) for row in table.rows
    ]
    if as_json:
        columns = [*by, "people", *table.rows[0].themes]
        rows = [dict(zip(columns, line, strict=True)) for line in lines]
        _print({"rule": table.rule.name, "rows": rows})
    else:
        _print(_columns([(*(label(key) for key in by), *heads), *lines]))


@app.command()
def export(
    project: Project,
    out: Annotated[Path, typer.Option("--out", help="Where it goes.")],
    format_: Annotated[str, typer.Option("--format", help="csv.")] = "csv",
    rule: Rule = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Evidence as files."""
    from engagement.config import Settings
    from engagement.export.data import export_csv
    from engagement.store import Store

    if format_ != "csv":
        raise typer.BadParameter("this version writes csv", param_hint="--format")
    _free(out, force=force)
    with Store.open(project) as store:
        files = export_csv(store, out, Settings.load(project).disclosure_rule(rule))
    _print([str(path) for path in files] if as_json else "\n".join(str(path) for path in files))


@app.command()
def review(
    project: Project,
    coder: Annotated[str | None, typer.Option("--coder", help="Who reviews; the user's name when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Anonymisation decisions to confirm, the riskiest first."""
    import getpass

    from engagement import review as room
    from engagement.remake import apply_rulings
    from engagement.rulings import Rulings
    from engagement.store import Store
    from engagement.vault import has_vault, open_key

    with Store.open(project) as store:
        if store.sealed():
            raise BadInput(project.name, "this project is sealed", "Nothing in it can be changed any more")
        vault = _vault(project) if has_vault(project) else None
        kept = store.reviewed
        rulings = Rulings(open_key(project), kept.rulings())
        passages = room.Passages(kept.turns(), vault)
        asked = room.queue(passages, kept.doubts(), rulings)
        if as_json:
            _print([inquiry.as_data() for inquiry in asked])
            return
        if vault is None:
            _tell("This project has no vault: you see what stayed in the texts, not what was replaced.")
        made = 0
        who = coder or getpass.getuser()
        for ruling in room.dialogue(asked, passages, rulings, who, _ask, _tell):
            kept.add_ruling(ruling)
            rulings.add(ruling)
            made += 1
        again = apply_rulings(store, passages, rulings, project, _tell)
    _print(f"{made} rulings, {again} turns made again")


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
    from engagement.config import Settings
    from engagement.export import signoff
    from engagement.origins import measured
    from engagement.store import Store
    from engagement.vault import KEY_FILE

    _free(out, force=force)
    settings = Settings.load(project)
    with Store.open(project) as store:
        chosen = policies.load(policy) if policy else policies.Policy(store.reviewed.actions())
        _tell("Measuring how often names are found, by origin")
        recall = measured(chosen, settings, project / "cache", workers=workers)
        key = (project / KEY_FILE).read_bytes() if (project / KEY_FILE).exists() else None
        signoff.write(signoff.of_project(store, chosen, recall, made_on=_today(), key=key), out)
        store.note("sign-off page made", detail={"policy": chosen.preset})
    _print(str(out))


@app.command()
def seal(project: Project) -> None:
    """Destroys the vault and the key that ties names to numbers: from then on the project is anonymised."""
    from engagement.pipeline import seal as seal_project

    _print("Sealed: the key is gone." if seal_project(project) else "Sealed: there was no key left to destroy.")


@app.command(name="app")
def open_app(
    project: Project,
    port: Annotated[int, typer.Option("--port", help="On this machine only.")] = 8501,
) -> None:
    """Opens the project in the browser, on this machine only."""
    from engagement.app.serve import serve
    from engagement.store import Store

    Store.open(project).__exit__()
    serve(project, port)


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
    _print(found if as_json else "\n".join(f"{name}: {value}" for name, value in found.items()))


def main() -> None:
    """Runs the command line; no traceback reaches the user, and no words of a participant reach a log."""
    try:
        app()
    except UserError as error:
        _tell(str(error))
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - the message of an unforeseen error may hold a participant's words
        _tell(f"Something went wrong inside engagement ({type(error).__name__}, {uuid.uuid4().hex[:8]}).")
        _tell("Nothing was lost: run the same command again. If it comes back, report the words in brackets.")
        sys.exit(1)


class _opened:  # noqa: N801 - read as a verb where it is used
    """A project with its numbers under a rule, and the themes' names."""

    def __init__(self, project: Path, rule: str | None) -> None:
        self._project, self._rule = project, rule

    def __enter__(self) -> tuple[Any, Any, dict[str, str]]:
        from engagement.config import Settings
        from engagement.pipeline import slicer
        from engagement.store import Store

        rule = Settings.load(self._project).disclosure_rule(self._rule)
        self._store = Store.open(self._project)
        codebook = self._store.coded.codebook()
        if codebook is None:
            raise BadInput(self._project.name, "nothing is coded yet", "Run 'engagement run FOLDER --project DIR'")
        return self._store, slicer(self._store, rule), {theme.key: theme.name for theme in codebook.themes}

    def __exit__(self, *_: object) -> None:
        self._store.__exit__()


def _vault(project: Path, *, create: bool = False) -> Any:
    """The project's vault, opened by the passphrase of the environment or of a prompt, never of the command line."""
    from engagement.vault import PASSPHRASE_VARIABLE, Vault, has_vault

    new = create and not has_vault(project)
    # Taken out, so that the analyser's processes don't inherit it.
    passphrase = os.environ.pop(PASSPHRASE_VARIABLE, "") or typer.prompt(
        "Passphrase of the vault", hide_input=True, confirmation_prompt=new, err=True
    )
    return Vault.create(project, passphrase) if new else Vault.open(project, passphrase)


def _ask(question: str) -> str:
    try:
        return str(typer.prompt(question, default="", show_default=False, err=True))
    except typer.Abort:  # Ctrl-C, or the end of a file of answers: what was ruled is stored
        return "q"


def _free(out: Path, *, force: bool) -> None:
    taken = out.exists() and (not out.is_dir() or any(out.iterdir()))
    if taken and not force:
        raise BadInput(str(out), "something is there already", "Choose another place, or add --force")


def _tell(sentence: str) -> None:
    typer.echo(sentence, err=True)


def _print(what: Any) -> None:
    typer.echo(what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, indent=1))


def _columns(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
