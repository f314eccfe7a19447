"""The commands with which people code: a blind sample and its agreement, what teaches most, and the codebook."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engagement.commands.codebook import app as codebook_app
from engagement.commands.terminal import AsJson, Project, ask, columns, show, tell
from engagement.errors import BadInput

if TYPE_CHECKING:
    from engagement.agreement import Answers, ThemeAgreement
    from engagement.coding.blind import Judged, Sample
    from engagement.coding.coding_sheet import Done
    from engagement.config import Settings
    from engagement.model import Codebook, Coding
    from engagement.store import Store

Coder = Annotated[str | None, typer.Option("--coder", help="Who codes; the user's name when left out.")]
Coders = Annotated[str, typer.Option("--coders", help="Two coders, parted by a comma; one may be machine.")]
AGAIN = "Run 'engagement code-again' so that the machine learns from it."
app = typer.Typer()
app.add_typer(codebook_app, name="codebook")


@app.command()
def sample(
    project: Project,
    half_width: Annotated[float, typer.Option("--half-width", help="Of the interval wanted for alpha.")] = 0.1,
    another: Annotated[bool, typer.Option("--another", help="Draw a new one beside those there are.")] = False,
    coder: Coder = None,
    as_json: AsJson = False,
) -> None:
    """Draws excerpts to be coded by two people, the second of whom sees nothing of what was found."""
    from engagement.coding.blind import drawn
    from engagement.themes import read_by_machine

    with _coded(project) as (store, settings, _):
        earlier = store.sampled.samples()
        if earlier and not another:
            found = f"a sample of {len(earlier[-1].excerpt_ids)} excerpts is drawn already"
            raise BadInput(project.name, found, "Code that one, or add --another")
        excerpts = read_by_machine(store.excerpts())
        made = drawn(excerpts, store.coded.codings(), half_width, settings.seed + len(earlier))
        store.sampled.save_sample(made, _who(coder))
    if as_json:
        show({"sample": made.sample_id, "excerpts": len(made.excerpt_ids), "half_width": half_width})
        return
    show(f"{len(made.excerpt_ids)} excerpts were drawn. The machine learns nothing from them.")
    tell("Two people code them with 'engagement blind', then 'engagement agree' compares the two, or one and machine.")


@app.command()
def blind(project: Project, coder: Coder = None, as_json: AsJson = False) -> None:
    """Codes the sample blind: one excerpt after another, themes by their numbers."""
    from engagement.coding.blind import BLIND, left_to_code
    from engagement.coding.coding_sheet import blind_sheet, coder_named, dialogue

    name = coder_named(_who(coder))
    with _coded(project) as (store, _, codebook):
        drawn, excerpts = _sample(store, project), store.excerpts()
        left = left_to_code(drawn, excerpts, store.sampled.judged(), f"{BLIND}{name}", codebook.keys)
        if as_json:
            show({"sample": drawn.sample_id, "left": [one.excerpt_id for one in left]})
            return
        sheets = [blind_sheet(one, name, codebook) for one in left]
        made = _keep(store, dialogue(sheets, ask, tell))
    show(f"{made} excerpts coded blind, {len(left) - made} left")


@app.command()
def agree(project: Project, coders: Coders, as_json: AsJson = False) -> None:
    """How far two coders agree on the sample, theme by theme, with intervals."""
    from engagement.agreement import reliability
    from engagement.coding.coding_sheet import plain_name

    with _coded(project) as (store, settings, codebook):
        drawn, codings = _sample(store, project), store.coded.codings()
        judged = _judged(store, drawn, codebook)
        pair = _pair(coders, codings, judged, drawn)
        rows = reliability(codings, judged, pair, drawn, codebook, reflexive=settings.reflexive)
    names = {theme.key: theme.name for theme in codebook.themes}
    if as_json:
        themes = [{**asdict(row), "name": names.get(row.theme, row.theme)} for row in rows]
        show({"sample": drawn.sample_id, "coders": list(pair), "themes": themes})
        return
    show(f"{' and '.join(map(plain_name, pair))}, with intervals of 95 %")
    show(columns([("Theme", "Judged", "Alpha", "Kappa", "F1", "Same"), *(_line(row, names) for row in rows)]))


@app.command()
def settle(
    project: Project,
    coders: Coders,
    by: Annotated[str | None, typer.Option("--by", help="Who decides; the user's name when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """A third decision wherever two coders differ; what they both said holds as it is."""
    from engagement.agreement import answers
    from engagement.coding.blind import disagreements
    from engagement.coding.coding_sheet import agreed, coder_named, settling

    name = coder_named(_who(by))
    with _coded(project) as (store, _, codebook):
        drawn, codings = _sample(store, project), store.coded.codings()
        judged = _judged(store, drawn, codebook)
        pair = _pair(coders, codings, judged, drawn)
        said: dict[str, Answers] = {coder: answers(codings, judged, coder, codebook) for coder in pair}
        differ = disagreements(codings, said, drawn)
        if as_json:
            show([asdict(one) for one in differ])
            return
        both = agreed(codings, said, drawn, name)
        store.coded.add_codings(both)
        excerpts = {one.excerpt_id: one for one in store.excerpts()}
        made = 0
        for coding in settling(differ, excerpts, codebook, name, ask, tell):
            store.coded.add_codings([coding])
            made += 1
    left = sum(one.settled is None for one in differ) - made
    show(f"{made} differences settled, {left} left; {len(both)} codings hold since both coders said so")


@app.command()
def teach(
    project: Project,
    coder: Coder = None,
    number: Annotated[int, typer.Option("--number", min=1, help="How many excerpts.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Codes the excerpts that teach the machine most: suggestions to accept, change or reject."""
    from engagement.coding.coding_sheet import coder_named, dialogue, sheet
    from engagement.coding.learning import Said, next_to_code

    name = coder_named(_who(coder))
    with _coded(project) as (store, settings, codebook):
        codings = store.coded.codings()
        said = Said(codings, store.sampled.judged(), store.sampled.samples())
        tell("Looking for the excerpts that teach most")
        queue = next_to_code(store.excerpts(), codebook, said, settings, project / "cache", number=number)
        if as_json:
            show([one.excerpt_id for one in queue.excerpts])
            return
        sheets = [sheet(one, name, codebook, codings, queue.alike) for one in queue.excerpts]
        made = _keep(store, dialogue(sheets, ask, tell))
    show(f"{made} excerpts coded")
    if not sheets:
        tell("Nothing is left to teach: people have said all of every excerpt outside the samples.")
    if made:
        tell(AGAIN)


@app.command()
def curve(project: Project, as_json: AsJson = False) -> None:
    """How well the machine codes as more is coded by people, and what the next hour is likely to bring."""
    from engagement.coding.blind import lessons
    from engagement.coding.coder import Coder as Machine
    from engagement.coding.learning_curve import curve as measured
    from engagement.language import ENGLISH
    from engagement.themes import read_by_machine, taught

    cache = project / "cache"
    with _coded(project) as (store, settings, codebook):
        codings, judged = lessons(store.coded.codings(), store.sampled.judged(), store.sampled.samples())
        excerpts = [one for one in read_by_machine(store.excerpts()) if one.language == ENGLISH]
    known = taught(excerpts, codebook, codings, judged, settings, cache)
    found = measured(
        known.values(), codebook, lambda examples: Machine(codebook, examples, settings, cache).probabilities
    )
    if as_json:
        show(asdict(found))
        return
    if found.points:
        show(columns([("Coded", "F1"), *((str(point.examples), f"{point.f1:.2f}") for point in found.points)]))
    show(found.words)


@contextmanager
def _coded(project: Path) -> Iterator[tuple[Store, Settings, Codebook]]:
    """A project with its settings and its codebook. Raises BadInput before anything is coded."""
    from engagement.config import Settings
    from engagement.store import Store

    settings = Settings.load(project)
    with Store.open(project) as store:
        codebook = store.coded.codebook()
        if codebook is None:
            raise BadInput(project.name, "nothing is coded yet", "Run 'engagement run FOLDER --project DIR'")
        yield store, settings, codebook


def _who(coder: str | None) -> str:
    return getpass.getuser() if coder is None else coder


def _sample(store: Store, project: Path) -> Sample:
    """The newest sample. Raises BadInput for none."""
    samples = store.sampled.samples()
    if not samples:
        raise BadInput(project.name, "no sample is drawn yet", "Run 'engagement sample'")
    return samples[-1]


def _judged(store: Store, drawn: Sample, codebook: Codebook) -> list[Judged]:
    """What people judged, and of the sample what the machine did: all that it can read, for every theme."""
    from engagement.coding.blind import judged_by_machine
    from engagement.language import ENGLISH
    from engagement.themes import MACHINE

    sampled = set(drawn.excerpt_ids)
    read = [one for one in store.excerpts() if one.excerpt_id in sampled and one.language == ENGLISH]
    machines = dict.fromkeys(one.coder for one in store.coded.codings() if one.coder.startswith(MACHINE))
    found = list(store.sampled.judged())
    for machine in machines:
        found += judged_by_machine(read, machine, codebook.keys)
    return found


def _pair(coders: str, codings: Iterable[Coding], judged: Iterable[Judged], drawn: Sample) -> tuple[str, str]:
    """The two coders of the sample whom a user means; who coded it blind is meant before the same person elsewhere."""
    from engagement.coding.blind import BLIND, named

    sampled = set(drawn.excerpt_ids)
    there = {one.coder for each in (codings, judged) for one in each if one.excerpt_id in sampled}
    wanted = [each.strip() for each in coders.split(",")]
    if len(wanted) != 2:
        raise typer.BadParameter("name two coders, parted by a comma", param_hint="--coders")
    first, second = (f"{BLIND}{one}" if f"{BLIND}{one}" in there else named(one, there) for one in wanted)
    return first, second


def _keep(store: Store, answers: Iterable[Done]) -> int:
    """Stores what a coder says as soon as it is said; gives of how many excerpts."""
    made = 0
    for one in answers:
        store.coded.add_codings(one.codings)
        store.sampled.add_judged([one.judged])
        made += 1
    return made


def _line(row: ThemeAgreement, names: Mapping[str, str]) -> tuple[str, ...]:
    measures = (row.alpha, row.kappa, row.f1, row.percent)
    return (names.get(row.theme, row.theme), str(row.judged), *map(str, measures))
