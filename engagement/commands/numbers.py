"""The commands that print numbers of a project, every one through the disclosure rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from engagement.commands.terminal import AsJson, Project, Rule, columns, opened, show

if TYPE_CHECKING:
    from engagement.model import Filter, SliceRequest, Unit
    from engagement.store import Store

By = Annotated[list[str] | None, typer.Option("--by", help="A characteristic; up to three, filters included.")]
Theme = Annotated[list[str] | None, typer.Option("--theme", help="A theme's key; all when left out.")]
Detail = Annotated[list[str] | None, typer.Option("--detail", help="One of --by, not rolled up.")]
BasisOf = Annotated[str, typer.Option("--basis", help="declared, or group: what a group was convened for.")]
Where = Annotated[
    list[str] | None,
    typer.Option("--where", help="source=NAME, question=WORDING, theme=KEY, mentioned=KEY or stance=STANCE."),
]
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
    by: By = None,
    theme: Theme = None,
    detail: Detail = None,
    where: Where = None,
    unit: Annotated[str, typer.Option("--unit", help="people, mentions or groups.")] = "people",
    basis: BasisOf = "declared",
    rule: Rule = None,
    as_json: AsJson = False,
) -> None:
    """An intersectional table, small numbers hidden."""
    from engagement.comparing.findings import finding
    from engagement.summary import in_words

    _one_of(unit, ("people", "mentions", "groups"), "--unit")
    with opened(project, rule) as (store, numbers, names):
        sets = store.value_sets()
        table = numbers.table(replace(_request(store, by, theme, detail, where, basis), unit=cast("Unit", unit)))
    lines = [
        (*row.categories, in_words(row.base), *(in_words(cell) for cell in row.themes.values())) for row in table.rows
    ]
    if as_json:
        fields = [*table.request.by, "people", *table.rows[0].themes]
        rows = [dict(zip(fields, line, strict=True)) for line in lines]
        show({"rule": table.rule.name, "unit": unit, "rows": rows})
        return
    heads = [*(sets.label(key) for key in table.request.by), "People", *(names[key] for key in table.rows[0].themes)]
    show(columns([heads, *lines]))
    if table.request.by:
        show(finding(table, names, sets))


@app.command()
def compare(
    project: Project,
    by: By = None,
    theme: Theme = None,
    detail: Detail = None,
    where: Where = None,
    basis: BasisOf = "declared",
    rule: Rule = None,
    as_json: AsJson = False,
) -> None:
    """Who raises a theme more or less often than the rest, and what a combination adds to its parts."""
    from engagement.comparing import compare as room
    from engagement.comparing.findings import combined_in_words, compared_in_words

    with opened(project, rule) as (store, numbers, names):
        sets = store.value_sets()
        table = numbers.table(_request(store, by, theme, detail, where, basis))
    keys, clear = table.request.by, (room.Verdict.MORE, room.Verdict.LESS)
    compared, combined = room.compare(table, sets), room.beyond_parts(table, sets)
    if as_json:
        show({"groups": [asdict(one) for one in compared], "combinations": [asdict(one) for one in combined]})
        return
    show("\n".join(
        [compared_in_words(one, keys, names, sets) for one in compared if one.verdict in clear]
        + [combined_in_words(one, keys, names, sets) for one in combined if one.verdict in clear]
        or ["No group differs clearly from the rest."]
    ))  # fmt: skip


@app.command()
def words(
    project: Project,
    by: By = None,
    of: Annotated[str, typer.Option("--of", help="The group: a category for each --by, parted by commas.")] = "",
    theme: Annotated[str | None, typer.Option("--theme", help="Only what they said on this theme.")] = None,
    where: Where = None,
    rule: Rule = None,
    as_json: AsJson = False,
) -> None:
    """The words that mark what a group says, beside everybody else's."""
    from engagement.comparing.words import marking

    with opened(project, rule) as (store, numbers, _):
        request = _request(store, by, (theme,) if theme else None, None, where, "declared")
        categories = tuple(part.strip() for part in of.split(",")) if of else ()
        found = marking(numbers, store.excerpts(), request, categories)
    show(list(found) if as_json else ", ".join(found) or "No word that enough people said marks this group.")


@app.command()
def missing(
    project: Project,
    population: Annotated[Path, typer.Option("--population", help="A CSV of the area: a census table.")],
    rule: Rule = None,
    as_json: AsJson = False,
) -> None:
    """Who took part less than their share of the population."""
    from engagement.comparing.population import load, missing_in_words
    from engagement.comparing.population import missing as gaps
    from engagement.model import SliceRequest

    with opened(project, rule) as (store, numbers, _):
        sets = store.value_sets()
        profiles = load(population, sets)
        found = gaps([numbers.table(SliceRequest(by=(key,))) for key in profiles], profiles, sets)
    if as_json:
        show([asdict(gap) for gap in found])
        return
    lines = [
        (
            sets.label(gap.characteristic),
            gap.category,
            _percent(gap.respondents),
            _percent(gap.population),
            gap.presence,
        )
        for gap in found
    ]
    show(columns([("Characteristic", "Group", "Took part", "Population", "Verdict"), *lines]))
    show(missing_in_words(found, sets))


@app.command()
def together(project: Project, rule: Rule = None, as_json: AsJson = False) -> None:
    """Which themes are raised together: how many people said both in one passage."""
    from engagement.summary import in_words

    with opened(project, rule) as (_, numbers, names):
        cells = numbers.cooccurrence()
    if as_json:
        show([{"theme": one, "with": other, "people": in_words(cell)} for (one, other), cell in cells.items()])
        return
    rows = [(names[one], *(in_words(cells[one, other]) for other in names)) for one in names]
    show(columns([("Theme", *names.values()), *rows]))


@app.command()
def framework(project: Project, rule: Rule = None, as_json: AsJson = False) -> None:
    """The framework matrix: each group by each theme, and by --rule internal each participant."""
    from engagement.summary import in_words

    with opened(project, rule) as (_, numbers, names):
        rows = numbers.framework()
    if as_json:
        show([{"who": row.categories[0], **{key: in_words(row.themes[key]) for key in names}} for row in rows])
        return
    lines = [(row.categories[0], *(in_words(row.themes[key]) for key in names)) for row in rows]
    show(columns([("Group", *names.values()), *lines]))


def _request(
    store: Store,
    by: Sequence[str] | None,
    themes: Sequence[str] | None,
    detail: Sequence[str] | None,
    where: Sequence[str] | None,
    basis: str,
) -> SliceRequest:
    from engagement.model import Basis, SliceRequest

    _one_of(basis, (Basis.DECLARED, Basis.GROUP), "--basis")
    return SliceRequest(
        by=tuple(by or ()),
        themes=tuple(themes or ()),
        detail=tuple(detail or ()),
        where=_filters(where or (), store),
        basis=Basis(basis),
    )


def _filters(where: Sequence[str], store: Store) -> tuple[Filter, ...]:
    """Filters as they are typed: a source by its name, a question by its wording, or either by its id."""
    from engagement.model import Filter, FilterKind

    named = {
        FilterKind.SOURCE: {source.name: source.source_id for source in store.sources()},
        FilterKind.QUESTION: {str(question.wording): question.question_id for question in store.questions()},
    }
    found = []
    for each in where:
        kind, _, value = each.partition("=")
        _one_of(kind, tuple(FilterKind), "--where")
        found.append(Filter(FilterKind(kind), named.get(FilterKind(kind), {}).get(value, value)))
    return tuple(found)


def _percent(share: Any) -> str:
    if share is None:
        return "not shown"
    return f"{100 * (share if isinstance(share, float) else share.value):.0f} %"


def _one_of(value: str, offered: Sequence[str], option: str) -> None:
    if value not in offered:
        raise typer.BadParameter(f"use one of {', '.join(offered)}", param_hint=option)
