"""The consultation report as a document: what was asked, what people said, how many, and how far to rely on it.

Its order is that of DOMAIN.md's good practice. Every number is a cell of the evidence or follows from such cells; the
fixed sentences are plain English, and each is right for one and for many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from engagement.comparing.compare import Comparison, Verdict
from engagement.comparing.findings import compared_in_words
from engagement.comparing.intervals import Estimate
from engagement.comparing.population import missing_in_words
from engagement.export.blocks import Bars, Block, Document, Heading, Listing, Paragraph, Quotation, Table
from engagement.export.evidence import Asked, Evidence, Found
from engagement.export.phrases import (
    SELF_SELECTED,
    STANCES,
    about,
    by_people,
    counted,
    dates,
    differing,
    ended,
    how_hidden,
    in_a_row,
    limits,
    name_of,
    passages,
    people,
    percent,
    quoted,
    raised,
    sentence,
    told,
)
from engagement.export.quantifiers import share
from engagement.export.report_back import appendix, beyond, limits_of_it, reliability, you_said
from engagement.export.report_method import method, who_took_part
from engagement.model import Cell, Count, Stance

HEADLINES = 5  # themes in the summary, which is a page
DIFFERENCES = 3
MOST_BARS = 20  # of a chart: beyond it bars are too thin to read, and the table has them all
MOST_TOGETHER = 5
NOT_CODED = (
    "Nothing has been sorted into themes yet. This report can tell you who took part, and nothing about what they said."
)


def report(evidence: Evidence) -> Document:
    """The whole report. It says so where nothing is coded, and where a number, a quote or a measure is missing."""
    when = dates(evidence.held.start, evidence.held.end)
    coded = (
        [*_overview(evidence), *_questions(evidence), *_themes(evidence), *beyond(evidence)] if evidence.found else []
    )
    return Document(
        title=name_of(evidence),
        subtitle=f"What people told us{f', {when}' if when else ''}",
        organisation=evidence.organisation,
        made_on=evidence.made_on,
        blocks=(
            *_summary(evidence),
            *_about(evidence),
            *method(evidence),
            *who_took_part(evidence),
            *coded,
            *reliability(evidence),
            *limits_of_it(evidence),
            *you_said(evidence),
            *appendix(evidence),
        ),
    )


# ---------------------------------------------------------------- summary and about


def _about(evidence: Evidence) -> list[Block]:
    held, when = evidence.held, dates(evidence.held.start, evidence.held.end)
    whose = f" of {evidence.organisation}" if evidence.organisation else ""
    ran = f" It ran from {when}." if " to " in when else f" It was on {when}." if when else ""
    return [
        Heading(2, "About this report"),
        Paragraph(f"This report is about {quoted(name_of(evidence))}, a round of engagement{whose}.{ran}"),
        *([Paragraph(f"Why it was held: {ended(held.purpose)}")] if held.purpose else []),
        Paragraph(
            "It tells you who took part, what they said and how many people said it. It gives people’s own words, with "
            "names and other personal details taken out. It does not say what should be done: that is for the people "
            "who decide."
        ),
    ]


def _summary(evidence: Evidence) -> list[Block]:
    return [
        Heading(1, "Summary"),
        Paragraph(_took_part(evidence), "lead"),
        *(_headlines(evidence) if evidence.found else [Paragraph(NOT_CODED, "warning")]),
        *(
            [Heading(2, "Who is missing"), Paragraph(missing_in_words(evidence.gaps, evidence.sets))]
            if evidence.gaps
            else []
        ),
        Paragraph(SELF_SELECTED, "note"),
    ]


def _took_part(evidence: Evidence) -> str:
    if isinstance(evidence.total, Count):
        return sentence(f"{people(evidence.total, evidence.rule)} took part.")
    return "The number of people who took part is too small to show, or it is not known who said what."


def _headlines(evidence: Evidence) -> list[Block]:
    shown = [one for one in by_people(evidence.found) if isinstance(one.people, Count) and one.people.value]
    if not shown:
        return [Paragraph("No theme was raised by enough people for its number to be shown.")]
    rest = len(evidence.found) - len(shown[:HEADLINES])
    more = f"{counted(rest, 'other theme is', 'other themes are')} in the rest of this report." if rest else ""
    differences = _clearest(evidence)
    return [
        Heading(2, "What people talked about most"),
        Listing(tuple(raised(one, evidence.total, evidence.rule) for one in shown[:HEADLINES])),
        Paragraph(f"One person can raise more than one theme. {more}".strip()),
        Heading(2, "Where groups differ"),
        Listing(differences) if differences else Paragraph(_no_difference(evidence)),
    ]


def _clearest(evidence: Evidence) -> tuple[str, ...]:
    """The surest differences of all themes."""
    found = [each for theme in evidence.found for each in differing(theme.compared)]
    found.sort(key=lambda pair: (pair[1].adjusted_p or 0.0, pair[1].verdict is Verdict.LESS))
    names = evidence.names
    return tuple(compared_in_words(one, (key,), names, evidence.sets) for key, one in found[:DIFFERENCES])


def _no_difference(evidence: Evidence) -> str:
    compared = [one for theme in evidence.found for _, one in theme.compared]
    if not compared:
        return "We can’t compare groups: people were not asked about themselves."
    if all(one.verdict is Verdict.TOO_FEW for one in compared):
        return "We can’t compare groups: the numbers are too small."
    return "No group that we can compare raised any theme clearly more or less often than other people did."


# -------------------------------------------------------------- all themes, questions


def _overview(evidence: Evidence) -> list[Block]:
    order, rule = by_people(evidence.found), evidence.rule
    rows = tuple(
        (one.name, told(one.people), *_shares(share(one.people, evidence.total, rule)), told(one.mentions))
        for one in order
    )
    cells = {one.name: one.people for one in order}
    return [
        Heading(1, "What people talked about"),
        Paragraph(_base(evidence)),
        *_chart("How many people raised each theme", cells, evidence.total, evidence),
        Table(
            "People who raised each theme, and how often it came up",
            ("Theme", "People", "Share of people", "95% interval", "Passages"),
            rows,
            numeric=frozenset({1, 2, 3, 4}),
        ),
        *how_hidden(rows),
    ]


def _base(evidence: Evidence) -> str:
    if isinstance(evidence.total, Count):
        return (
            f"Shares are of everyone who took part: {people(evidence.total, evidence.rule)}. A person can raise "
            "several themes, so the shares can add up to more than 100%."
        )
    return "The number of people who took part is hidden or not known, so we can’t give shares."


def _shares(part: Estimate | None) -> tuple[str, str]:
    return (percent(part.value), limits(part)) if part else ("Not known", "Not known")


def _chart(title: str, cells: dict[str, Cell], base: Cell, evidence: Evidence) -> list[Block]:
    """The bars of the numbers that may be shown, the longest first, as shares where the base is known."""
    shown = sorted(
        ((name, cell) for name, cell in cells.items() if isinstance(cell, Count)), key=lambda pair: -pair[1].value
    )
    if not any(cell.value for _, cell in shown):
        return []
    parts = {name: share(cell, base, evidence.rule) for name, cell in shown[:MOST_BARS]}
    bars = tuple(
        (name, *_bar(part)) if part else (name, float(cell.value), None, None)
        for (name, cell), part in zip(shown, parts.values(), strict=False)
    )
    unit = "% of people" if any(parts.values()) else "people"
    return [Bars(title, _finding(shown, base, evidence), unit, bars)]


def _bar(part: Estimate) -> tuple[float, float, float]:
    return round(100 * part.value), round(100 * part.low), round(100 * part.high)


def _finding(shown: Sequence[tuple[str, Count]], base: Cell, evidence: Evidence) -> str:
    """What a chart of themes shows, in a sentence."""
    most = shown[0][1]
    first = [name for name, cell in shown if cell == most]
    of = f" of {about(base, evidence.rule)}" if isinstance(base, Count) else ""
    verb, each = ("was", "") if len(first) == 1 else ("were", " each")
    only = f" The chart has the {MOST_BARS} largest; the table has all." if len(shown) > MOST_BARS else ""
    names = in_a_row(first) if len(first) <= HEADLINES else f"{counted(len(first), 'theme')}"
    number = f"{about(most, evidence.rule)}{of} people" if of else people(most, evidence.rule)
    return f"{sentence(names)} {verb} raised by the most people: {number}{each}.{only}"


def _questions(evidence: Evidence) -> list[Block]:
    if not evidence.asked:
        return []
    blocks: list[Block] = [Heading(1, "What people said to each question")]
    for asked in evidence.asked:
        blocks += [Heading(2, sentence(asked.wording)), *_question(asked, evidence)]
    return blocks


def _question(asked: Asked, evidence: Evidence) -> list[Block]:
    cells = {evidence.names[key]: cell for key, cell in asked.themes.items()}
    if not isinstance(asked.people, Count):
        return [Paragraph("Too few people spoke on this for any number of it to be shown.")]
    spoke = people(asked.people, evidence.rule)
    blocks: list[Block] = [Paragraph(sentence(f"{spoke} answered this question or spoke on this topic."), "lead")]
    if asked.stances:
        blocks += _stance_table(f"Where people stand: {asked.wording}", asked.stances, asked.people, evidence)
    rows = sorted(cells.items(), key=lambda pair: -(pair[1].value if isinstance(pair[1], Count) else 0))
    if not any(isinstance(cell, Count) for cell in cells.values()):
        return [*blocks, Paragraph("No theme was raised here by enough people for its number to be shown.")]
    return [
        *blocks,
        *_chart(f"Themes raised: {asked.wording}", cells, asked.people, evidence),
        Table(
            f"People who raised each theme: {asked.wording}",
            ("Theme", "People", "Share of those who answered", "95% interval"),
            tuple((name, told(cell), *_shares(share(cell, asked.people, evidence.rule))) for name, cell in rows),
            numeric=frozenset({1, 2, 3}),
        ),
    ]


def _stance_table(caption: str, stances: Mapping[Stance, Cell], base: Cell, evidence: Evidence) -> list[Block]:
    rows = tuple(
        (STANCES[stance], told(cell), *_shares(share(cell, base, evidence.rule))) for stance, cell in stances.items()
    )
    return [
        Table(caption, ("Where they stand", "People", "Share", "95% interval"), rows, numeric=frozenset({1, 2, 3})),
        Paragraph("Somebody who says different things in different places is counted under each of them.", "note"),
    ]


# -------------------------------------------------------------- each theme


def _themes(evidence: Evidence) -> list[Block]:
    blocks: list[Block] = [Heading(1, "Theme by theme")]
    beside = _beside(evidence)
    for one in evidence.found:
        blocks += [Heading(2, sentence(one.name)), *_theme(one, beside[one.theme.key], evidence)]
    return blocks


def _theme(found: Found, beside: Sequence[tuple[str, Count]], evidence: Evidence) -> list[Block]:
    theme, rule = found.theme, evidence.rule
    above = [one.name for one in evidence.found if theme.parent and one.theme.key == theme.parent]
    blocks: list[Block] = [
        Paragraph(ended(sentence(theme.definition)) or "No definition has been written for this theme."),
        *([Paragraph(f"This theme is part of {quoted(above[0])}.")] if above else []),
        Paragraph(raised(found, evidence.total, rule), "lead"),
    ]
    if not isinstance(found.people, Count):
        return [*blocks, Paragraph("So we show no groups and no quotes for this theme.", "note")]
    if not found.people.value:
        return blocks
    part = share(found.people, evidence.total, rule)
    often = f"It came up in {passages(found.mentions, rule)}. " if isinstance(found.mentions, Count) else ""
    chance = f"Allowing for chance, the share is between {percent(part.low)} and {percent(part.high)}." if part else ""
    blocks += [Paragraph(f"{often}{chance}".strip())] if often or chance else []
    blocks += _by_question(found, evidence)
    if any(isinstance(cell, Count) for cell in found.stances.values()):
        blocks += _stance_table(f"{found.name}: where these people stand", found.stances, found.people, evidence)
    return [*blocks, *_differences(found, evidence), *_quotes(found), *_together(found, beside, evidence)]


def _by_question(found: Found, evidence: Evidence) -> list[Block]:
    shown = [one for one in evidence.asked if isinstance(one.people, Count)]
    if len(shown) < 2:
        return []
    rows = tuple(
        (one.wording, told(cell), told(one.people), *_shares(share(cell, one.people, evidence.rule)))
        for one in shown
        for cell in [one.themes[found.theme.key]]
    )
    caption = f"{found.name}: people who raised it, by question"
    heads = ("Question", "People who raised it", "People who answered", "Share", "95% interval")
    return [Table(caption, heads, rows, numeric=frozenset({1, 2, 3, 4}))]


def _differences(found: Found, evidence: Evidence) -> list[Block]:
    blocks: list[Block] = [Heading(3, "Differences between groups")]
    clear = differing(found.compared)
    words = tuple(compared_in_words(one, (key,), evidence.names, evidence.sets) for key, one in clear)
    blocks.append(Listing(words) if words else Paragraph(_nothing_between(found)))
    for key in dict.fromkeys(key for key, _ in clear):
        label = evidence.sets.label(key)
        groups = [one for name, one in found.compared if name == key]
        bars = tuple((one.categories[0], *_bar(one.share)) for one in groups if one.share)
        in_words = " ".join(text for (name, _), text in zip(clear, words, strict=True) if name == key)
        title = f"{found.name}, by {label.lower()}"
        blocks += [
            Bars(title, in_words, "% of the group", tuple(sorted(bars, key=lambda bar: -bar[1]))),
            Table(
                f"{title}: people who raised it",
                (label, "People who raised it", "People in the group", "Share", "95% interval"),
                tuple(_group_row(one) for one in groups),
                numeric=frozenset({1, 2, 3, 4}),
            ),
        ]
    few = sum(one.verdict is Verdict.TOO_FEW for _, one in found.compared)
    if few and few < len(found.compared):
        could = counted(few, "group was too small", "groups were too small")
        blocks.append(Paragraph(f"{could} to compare with other people.", "note"))
    return blocks


def _nothing_between(found: Found) -> str:
    if not found.compared:
        return "People were not asked about themselves, so we can’t compare groups."
    if all(one.verdict is Verdict.TOO_FEW for _, one in found.compared):
        return "The numbers are too small for groups to be compared."
    return "No group that we can compare raised this clearly more or less often than other people did."


def _group_row(one: Comparison) -> tuple[str, ...]:
    return one.categories[0], told(one.said), told(one.base), *_shares(one.share)


def _quotes(found: Found) -> list[Block]:
    blocks: list[Block] = [Heading(3, "In people’s own words")]
    if not found.quotes:
        return [*blocks, Paragraph("There is no quote on this theme that may be published.")]
    quotes = [
        Quotation(quote.printed, f"{quote.attribution} ({why})" if why else quote.attribution)
        for quote, why in found.quotes
    ]
    return [*blocks, *quotes]


def _beside(evidence: Evidence) -> Mapping[str, list[tuple[str, Count]]]:
    """The themes that were raised in the same passage as each, the most people first."""
    names = evidence.names
    found: defaultdict[str, list[tuple[str, Count]]] = defaultdict(list)
    for (one, other), cell in evidence.together.items():
        if isinstance(cell, Count) and cell.value:
            found[one].append((names[other], cell))
            found[other].append((names[one], cell))
    for pairs in found.values():
        pairs.sort(key=lambda pair: -pair[1].value)
    return found


def _together(found: Found, beside: Sequence[tuple[str, Count]], evidence: Evidence) -> list[Block]:
    if not beside:
        return []
    most = tuple(f"{sentence(name)}: {people(cell, evidence.rule)}" for name, cell in beside[:MOST_TOGETHER])
    return [
        Heading(3, "Raised together with"),
        Paragraph(f"How many people spoke of {found.name} and of another theme in the same passage:"),
        Listing(most),
    ]
