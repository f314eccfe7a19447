"""The command that sets a round beside earlier ones, every number through each project's disclosure rule."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engagement.commands.terminal import AsJson, Project, Rule, columns, opened, show

if TYPE_CHECKING:
    from engagement.model import Codebook, EmergentTheme, Round, SliceTable
    from engagement.rounds import Trend

Earlier = Annotated[
    list[Path] | None,
    typer.Option("--earlier", help="An earlier round's project, the oldest first; else those of settings.toml."),
]
app = typer.Typer()


@app.command()
def rounds(project: Project, earlier: Earlier = None, rule: Rule = None, as_json: AsJson = False) -> None:
    """The same themes in this and earlier rounds, and what is new this time."""
    from engagement.config import Settings
    from engagement.errors import BadInput
    from engagement.rounds import across, in_words, news, without_counterpart

    settings = Settings.load(project)
    folders = tuple(earlier) if earlier else tuple(project / folder for folder in settings.earlier)
    for folder in folders:
        if folder.resolve() == project.resolve():
            raise BadInput(folder.name, "it is the same project", "Name those of earlier rounds with --earlier")
    held = [_held(folder, rule) for folder in (*folders, project)]
    trends = across([table for table, _ in held])
    names = {theme.key: theme.name for theme in held[-1][0][1].themes}
    before = [group for _, groups in held[:-1] for group in groups]
    codebooks = [codebook for (_, codebook, _), _ in held[:-1]]
    groups = without_counterpart(held[-1][1], before, codebooks, settings, project / "cache")
    found = news(trends, [group.name for group in groups])
    if as_json:
        show({"trends": [asdict(one) for one in trends], "new": asdict(found)})
        return
    heads = ["Theme", *(share.round_name for share in trends[0].rounds), "Verdict"]
    show(columns([heads, *([names[one.theme], *_shares(one), str(one.verdict)] for one in trends)]))
    show("")
    show("\n".join(in_words(one, names) for one in trends))
    if found.groups:
        show(f"Outside the codebook and new this round: {'; '.join(found.groups)}.")


def _held(folder: Path, rule: str | None) -> tuple[tuple[Round, Codebook, SliceTable], tuple[EmergentTheme, ...]]:
    """A round's codebook and totals, and the emergent groups that enough people are behind for them to be told."""
    from dataclasses import replace

    from engagement.codebook import default
    from engagement.model import Count, SliceRequest

    with opened(folder, rule) as (store, numbers, _):
        held, table = store.held_round(), numbers.table(SliceRequest())
        groups = tuple(
            group for group in store.coded.emergent() if isinstance(numbers.people_behind(group.excerpt_ids), Count)
        )
        codebook = store.coded.codebook() or default()
    return (replace(held, name=held.name or folder.resolve().name), codebook, table), groups


def _shares(one: Trend) -> list[str]:
    """What each round says of a theme, in a table's cell."""
    return [
        f"{share.share.value:.0%} ({share.share.low:.0%} to {share.share.high:.0%})" if share.share else "not shown"
        for share in one.rounds
    ]
