"""What the people of one characteristic, or of two together, said: the evidence, and empty cells for the author."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engagement.comparing.compare import Comparison, Verdict
from engagement.comparing.findings import combined_in_words, compared_in_words, people_in_words
from engagement.comparing.population import Gap, Presence
from engagement.export.blocks import Block, Heading, Listing, Paragraph, Quotation, Table
from engagement.export.evidence import Evidence
from engagement.export.phrases import (
    counted,
    differing,
    how_hidden,
    in_a_row,
    people,
    percent,
    sentence,
    told,
)
from engagement.export.report_method import profile
from engagement.guard.axes import NOT_ASKED, SILENCES
from engagement.model import ALL, Count, SliceRow, SliceTable

AFTER = ("Better off, worse off or no different?", "How do you know?", "What will you do about it?", "Who, and by when")
MOST_THEMES = 8  # of each group, beside those in which it differs
SILENT = frozenset({*SILENCES.values(), NOT_ASKED})
PRESENT = {
    Presence.FEWER: "Fewer {} took part than you would expect",
    Presence.MORE: "More {} took part than you would expect",
}


def empty(names: Sequence[str], cells: int) -> tuple[tuple[str, ...], ...]:
    """Rows that begin with these names, with so many cells for the author to fill in."""
    return tuple((name, *[""] * cells) for name in names)


def label_of(key: str, evidence: Evidence) -> str:
    """What a reader calls the characteristic; a project's own value sets may lack one of the nine."""
    if key in evidence.sets.characteristics:
        return evidence.sets.label(key)
    return sentence(key.replace("_", " "))


def in_words(gap: Gap, evidence: Evidence) -> str:
    """Who is over- or under-represented, in a sentence."""
    whom = people_in_words((gap.characteristic,), (gap.category,), evidence.sets)
    shown = f"{percent(gap.respondents.value)} of those who answered" if gap.respondents else "too few to show"
    return f"{PRESENT[gap.presence].format(whom)}: {shown}, and {percent(gap.population or 0.0)} of the population."


# -------------------------------------------------------------- one characteristic


def characteristic(key: str, evidence: Evidence) -> Iterator[Block]:
    """Who took part, what they talked about, where they differ, their words, and a table of effects to fill in."""
    label, table = label_of(key, evidence), evidence.profiles.get(key)
    yield Heading(2, label)
    if table is None:
        yield Paragraph(f"People were not asked about {label.lower()}, so this round has no evidence on it.", "warning")
        yield Paragraph("That is a gap and not a sign that there is no effect. Look for other evidence.")
        yield from _mitigation(label, ("Everyone to whom this applies",))
        return
    groups = [row for row in table.rows if row.categories != (ALL,)]
    yield Heading(3, "Who took part")
    yield from profile(key, table, evidence)
    unusual = [
        in_words(gap, evidence) for gap in evidence.gaps if gap.characteristic == key and gap.presence in PRESENT
    ]
    yield from [Listing(tuple(unusual))] if unusual else []
    if evidence.found:
        yield Heading(3, "What they talked about")
        yield from _talked(key, table, evidence)
        yield Heading(3, "Differences")
        yield from _impact(key, evidence)
        yield Heading(3, "In people’s own words")
        yield from _quotes(key, groups, evidence)
    yield from _mitigation(label, [row.categories[0] for row in groups if row.categories[0] not in SILENT])


def _talked(key: str, table: SliceTable, evidence: Evidence) -> Iterator[Block]:
    """The themes that most of each group raised, of those whose number is shown."""
    names, label = evidence.names, label_of(key, evidence)
    compared: dict[tuple[str, ...], list[Comparison]] = {}
    for found in evidence.found:
        for name, one in found.compared:
            if name == key and isinstance(one.said, Count) and one.share:
                compared.setdefault(one.categories, []).append(one)
    lines = []
    for group in compared.values():
        group.sort(key=lambda one: -one.share.value if one.share else 0.0)
        kept = [one for place, one in enumerate(group) if place < MOST_THEMES or one.verdict is not Verdict.UNCLEAR]
        lines += [_line(one, names) for one in kept]
    if lines:
        heads = (label, "Theme", "People who raised it", "People in the group", "Share", "Beside other people")
        yield Table(f"What people talked about, by {label.lower()}", heads, tuple(lines), 2, frozenset({2, 3, 4}))
    rows = [row for row in table.rows if row.categories[0] not in SILENT | {ALL}]
    hidden = [row.categories[0] for row in rows if row.categories not in compared]
    if hidden:
        groups = counted(len(hidden), "group", "groups")
        yield Paragraph(f"For {groups} there is no number that we can show: {'; '.join(hidden)}.")
    yield from how_hidden(lines)


def _line(one: Comparison, names: Mapping[str, str]) -> tuple[str, ...]:
    share = percent(one.share.value) if one.share else "Not known"
    return (one.categories[0], names[one.theme], told(one.said), told(one.base), share, sentence(one.verdict))


def _impact(key: str, evidence: Evidence) -> Iterator[Block]:
    """Where a group raised a theme clearly more or less often than other people did."""
    here = [each for found in evidence.found for each in found.compared if each[0] == key]
    names = evidence.names
    clear = tuple(compared_in_words(one, (key,), names, evidence.sets) for _, one in differing(here))
    if clear:
        yield Listing(clear)
    elif all(one.verdict is Verdict.TOO_FEW for _, one in here):
        yield Paragraph("The numbers are too small for groups to be compared.")
    else:
        yield Paragraph(
            "No group that we can compare raised any theme clearly more or less often than other people did."
        )
    yield Paragraph(
        "A difference in what people raised is not yet a difference in what the decision would do to them. And where "
        "no difference shows, the numbers may just be too small.",
        "note",
    )


def _quotes(key: str, groups: Sequence[SliceRow], evidence: Evidence) -> Iterator[Block]:
    """Quotes of people who told us that they belong to each group, where their attribution may say so."""
    none, names = True, evidence.names
    for row in groups:
        theirs = evidence.spoken.get((key, row.categories[0]), ())
        if theirs:
            none = False
            yield Heading(4, sentence(people_in_words((key,), row.categories, evidence.sets)))
        for quote, theme in theirs:
            yield Quotation(quote.printed, f"{quote.attribution} (on {names[theme]})")
    if none:
        yield Paragraph("No quote may be shown with this characteristic. The consultation report has quotes by theme.")


def _mitigation(label: str, groups: Sequence[str]) -> Iterator[Block]:
    yield Heading(3, "Effect and what you will do")
    yield Table(
        f"{label}: effect and mitigation, for the author to fill in", (label, *AFTER), empty(groups, len(AFTER))
    )


# -------------------------------------------------------------- combinations


def combined(evidence: Evidence) -> Iterator[Block]:
    """The chosen combinations of two characteristics, with what they add to their parts."""
    yield Heading(1, "People with more than one characteristic")
    if not evidence.crossed:
        yield Paragraph("No combination of characteristics was chosen for this document.")
        return
    yield Paragraph(
        "Somebody can meet a barrier because of two characteristics together, which neither explains by itself."
    )
    for pair, table in evidence.crossed.items():
        labels = tuple(label_of(key, evidence) for key in pair)
        yield Heading(2, sentence(f"{labels[0]} and {labels[1].lower()}"))
        rows = [row for row in table.rows if ALL not in row.categories and SILENT.isdisjoint(row.categories)]
        shown = [row for row in rows if isinstance(row.base, Count)]
        if shown:
            lines = tuple((*row.categories, told(row.base), _most(row, evidence)) for row in shown)
            caption = f"People by {labels[0].lower()} and {labels[1].lower()}"
            yield Table(caption, (*labels, "People", "Raised most"), lines, 2, frozenset({2}))
        if len(shown) < len(rows):
            hidden = counted(len(rows) - len(shown), "combination is", "combinations are")
            yield Paragraph(f"{sentence(hidden)} hidden, to protect people.", "note")
        names = evidence.names
        clear = tuple(
            combined_in_words(one, pair, names, evidence.sets)
            for one in evidence.combined.get(pair, ())
            if one.verdict in (Verdict.MORE, Verdict.LESS)
        )
        if clear:
            yield Listing(clear)
        else:
            yield Paragraph("No combination clearly differs from what its two parts explain, as far as can be shown.")
        whom = [sentence(people_in_words(pair, row.categories, evidence.sets)) for row in shown or rows]
        yield from _mitigation(sentence(f"{labels[0]} and {labels[1].lower()}"), whom)


def _most(row: SliceRow, evidence: Evidence) -> str:
    """The theme or themes that most of these people raised, with the number."""
    shown = {
        key: cell
        for key, cell in row.themes.items()
        if isinstance(cell, Count) and cell.value and key in evidence.names
    }
    if not shown:
        return "Hidden"
    most = max(cell.value for cell in shown.values())
    first = [evidence.names[key] for key, cell in shown.items() if cell.value == most]
    return sentence(f"{in_a_row(first)} ({people(Count(most), evidence.rule)})")
