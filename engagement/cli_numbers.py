"""The commands that print numbers of a project, every one through the disclosure rule."""

from __future__ import annotations

from typing import Annotated

import typer

from engagement.terminal import AsJson, Project, Rule, columns, opened, show

app = typer.Typer()


@app.command()
def themes(project: Project, rule: Rule = None, as_json: AsJson = False) -> None:
    """The themes with how many people raised each, through the disclosure rule."""
    from engagement.model import SliceRequest
    from engagement.summary import in_words

    with opened(project, rule) as (_, numbers, names):
        row = numbers.table(SliceRequest()).rows[0]
        counts = {key: in_words(cell) for key, cell in row.themes.items()}
    if as_json:
        show([{"key": key, "name": names[key], "people": count} for key, count in counts.items()])
    else:
        show(columns([("Theme", "People"), *((names[key], count) for key, count in counts.items())]))


@app.command(name="emergent")
def emergent_themes(project: Project, as_json: AsJson = False) -> None:
    """Proposals outside the codebook."""
    from engagement.summary import groups_shown

    with opened(project, None) as (store, numbers, _):
        groups = [(theme.name, numbers.people_behind(theme.excerpt_ids)) for theme in store.coded.emergent()]
    shown = groups_shown(groups)
    if as_json:
        show([{"words": words, "people": people} for words, people in shown])
    else:
        show(columns([("Words", "People"), *((words, str(people)) for words, people in shown)]))


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

    with opened(project, rule) as (_, numbers, names):
        table = numbers.table(SliceRequest(by=tuple(by), themes=tuple(theme or ())))
    heads = ["People", *(names[key] for key in table.rows[0].themes)]
    lines = [
        (*row.categories, in_words(row.base), *(in_words(cell) for cell in row.themes.values())) for row in table.rows
    ]
    if as_json:
        keys = [*by, "people", *table.rows[0].themes]
        rows = [dict(zip(keys, line, strict=True)) for line in lines]
        show({"rule": table.rule.name, "rows": rows})
    else:
        show(columns([(*(label(key) for key in by), *heads), *lines]))
