"""The evidence of a round as a spreadsheet: every table of numbers, every quote, the codebook, for whoever counts on.

Numbers are cells of the slicer and words are cleared quotes, as everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from engagement.agreement import MACRO, MICRO, Measure
from engagement.comparing.intervals import Estimate
from engagement.export.evidence import Evidence
from engagement.export.phrases import (
    HIDDEN_NOTE,
    SELF_SELECTED,
    STANCES,
    agreed_on,
    copied,
    day_in_words,
    name_of,
    rule_in_words,
    sentence,
    told,
)
from engagement.export.sheets import Book, Column, Sheet, Value, to_xlsx
from engagement.guard.rowlevel import says_whose
from engagement.model import ALL, Cell, Count, SliceTable
from engagement.policy import PRINTED
from engagement.slices import shown

UNKNOWN = "Not known"
NUMBERS, SHARES = "number", "percent"
CHANCE = (
    "Differences are worked out from the numbers shown. An interval of 95% tells what chance alone would do; “clear” "
    "means that chance alone would rarely bring so large a difference, adjusted for how many are compared."
)
OVERLAP = "A person may raise several themes, so the shares of themes add up to more than 100%."


def workbook(evidence: Evidence) -> bytes:
    """The round as an .xlsx file: what came in, themes, questions, who took part, crosstabs, differences, quotes."""
    sheets = [
        _received(evidence),
        *_themes(evidence),
        *_profiles(evidence),
        *_crosstabs(evidence),
        *_differences(evidence),
        _quotes(evidence),
        *_reliability(evidence),
        *_codebook(evidence),
    ]
    return to_xlsx(book_of(evidence, f"{name_of(evidence)}: tables", sheets))


def book_of(evidence: Evidence, title: str, sheets: Sequence[Sheet]) -> Book:
    """The sheets with a cover and notes that say whose they are and under which rule."""
    held = evidence.held
    about = (
        f"Tables of the engagement round {name_of(evidence)}.",
        f"Made on {day_in_words(evidence.made_on)} by engagement {evidence.version}.",
        f"What it was for: {held.purpose}" if held.purpose else "",
        f"Disclosure rule: {evidence.rule.name}",
        "Every name, address and other identifier was taken out of the words before anything was counted.",
        "The sheet Contents has a link to every sheet.",
    )
    notes = (*rule_in_words(evidence.rule), HIDDEN_NOTE, SELF_SELECTED, OVERLAP, CHANCE)
    return Book(title, evidence.organisation, evidence.made_on, about, notes, tuple(sheets))


def value(cell: Cell | None) -> Value:
    """A cell as a spreadsheet has it: a number, or words that say why there is none."""
    if cell is None:
        return "Not asked"
    return cell.value if isinstance(cell, Count) else told(cell)


def estimate(one: Estimate | None) -> tuple[Value, Value, Value]:
    """A share or a difference with its limits, each a part of 1; words where it can't be told."""
    return (part(one.value), part(one.low), part(one.high)) if one else (UNKNOWN, UNKNOWN, UNKNOWN)


def part(number: float | None) -> Value:
    """A share as far as it tells anything, the same on any machine."""
    return UNKNOWN if number is None else round(number, 4)


def label_of(evidence: Evidence, key: str) -> str:
    """What a reader calls the characteristic."""
    return evidence.sets.label(key) if key in evidence.sets.characteristics else sentence(key.replace("_", " "))


def columns(*heads: str, **forms: Iterable[str]) -> tuple[Column, ...]:
    """The columns, of text but those that `numbers`, `percents` and `decimals` name."""
    form = {head: name.removesuffix("s") for name, named in forms.items() for head in named}
    return tuple(Column(head, form.get(head, "text")) for head in heads)  # type: ignore[arg-type]  # checked by tests


def _received(evidence: Evidence) -> Sheet:
    got = evidence.received
    rows: list[tuple[Value, Value]] = [
        ("Files received", got.files),
        ("Files read", got.read),
        ("People who took part", value(evidence.total)),
        ("People who sent something, with those who sent copies", value(got.people)),
        ("Excerpts", value(got.excerpts)),
        ("Excerpts without a theme whose number is shown", value(evidence.uncoded)),
        ("Copies of another response, counted with it as one voice", value(copied(got))),
        ("Campaigns", got.campaigns),
        *((f"Campaign {number}: people who sent it", value(cell)) for number, cell in enumerate(got.sent, start=1)),
        ("People whose words may not be published", value(got.refused)),
        ("People who withdrew", value(got.withdrawn)),
        *((f"People who used the language {name}", number) for name, number in _shown(got.languages)),
        *((f"Not used: {name}", number) for name, number in _shown(got.unused)),
        *((f"Read, and nobody’s words: {name}", number) for name, number in _shown(got.left_out)),
        *((f"Replaced: {PRINTED.get(kind, kind)}", number) for kind, number in got.replaced.items()),
    ]
    notes = tuple(sentence(reason) for reason in (*got.reasons, *got.notes))
    heads = (Column("What"), Column("Number", "number"))
    return Sheet("Received", "What came in, and what became of it", heads, tuple(rows), notes)


def _shown(cells: Mapping[str, Cell]) -> list[tuple[str, int]]:
    """The numbers that are shown: to name another would tell that it is not nought, and so perhaps what it is."""
    return [(name, cell.value) for name, cell in cells.items() if isinstance(cell, Count)]


def _themes(evidence: Evidence) -> Iterator[Sheet]:
    stances = [each for each in STANCES if any(found.stances for found in evidence.found)]
    heads = ("People who raised it", "People who took part", "Mentions", *(STANCES[each] for each in stances))
    rows = tuple(
        (
            found.name,
            value(found.people),
            value(evidence.total),
            value(found.mentions),
            *(value(found.stances.get(each)) for each in stances),
        )
        for found in evidence.found
    )
    yield Sheet("Themes", "Themes, and how many people raised each", columns("Theme", *heads, numbers=heads), rows)
    if evidence.emergent:
        more = tuple((name, value(cell), evidence.stability.get(name, UNKNOWN)) for name, cell in evidence.emergent)
        head = columns("Words", "People", "Comes back in", numbers=["People"], percents=["Comes back in"])
        note = "Groups that the codebook does not cover, found by the computer. They are proposals, and no themes yet."
        yield Sheet("Beyond the codebook", "What people said beyond the themes", head, more, (note,))
    if evidence.asked:
        answered = tuple(
            (one.wording, value(one.people), evidence.names.get(key, key), value(cell))
            for one in evidence.asked
            for key, cell in one.themes.items()
        )
        head = columns("Question", *(each := ("People who answered", "People who raised it")), numbers=each)
        head = (head[0], head[1], Column("Theme"), head[2])
        yield Sheet("Questions", "Themes by question", head, answered)
    if any(one.stances for one in evidence.asked):
        stood = tuple(
            (one.wording, STANCES[each], value(cell)) for one in evidence.asked for each, cell in one.stances.items()
        )
        yield Sheet("Stances", "For or against, by question", columns("Question", "Where they stand", "People",
                                                                      numbers=["People"]), stood)  # fmt: skip
    if evidence.together:
        both = tuple(
            (evidence.names.get(one, one), evidence.names.get(other, other), value(cell))
            for (one, other), cell in evidence.together.items()
        )
        head = columns("Theme", "Other theme", "People who raised both", numbers=["People who raised both"])
        yield Sheet("Themes together", "People who raised both of two themes", head, both)


def _profiles(evidence: Evidence) -> Iterator[Sheet]:
    for key, table in evidence.profiles.items():
        label = label_of(evidence, key)
        gaps = {gap.category: gap for gap in evidence.gaps if gap.characteristic == key}
        shares = ("Share of those who answered", "Share of the population", "Difference")
        heads = columns(label, "People", *((*shares, "Compared") if gaps else ()), numbers=["People"], percents=shares)
        rows = []
        for row in table.rows:
            gap = gaps.get(row.categories[0])
            more: tuple[Value, ...] = (
                part(gap.respondents.value if gap and gap.respondents else None),
                part(gap.population if gap else None),
                part(gap.difference.value if gap and gap.difference else None),
                sentence(gap.presence) if gap else "Not compared",
            )
            rows.append((row.categories[0], value(row.base), *(more if gaps else ())))
        yield Sheet(f"Profile {label}", f"Who took part, by {label.lower()}", heads, tuple(rows))


def _crosstabs(evidence: Evidence) -> Iterator[Sheet]:
    tables: Mapping[tuple[str, ...], SliceTable] = {
        **{(key,): table for key, table in evidence.profiles.items()},
        **dict(evidence.crossed.items()),
    }
    for by, table in tables.items():
        labels = [label_of(evidence, key) for key in by]
        keys = tuple(table.rows[0].themes) if table.rows else ()
        if not keys:
            continue
        themes = [evidence.names.get(key, key) for key in keys]
        heads = (
            *map(Column, labels),
            Column("People in the group", "number"),
            *(Column(each, "number") for each in themes),
        )
        rows = tuple(
            (*row.categories, value(row.base), *(value(row.themes[key]) for key in keys)) for row in table.rows
        )
        title = f"People who raised each theme, by {' and '.join(label.lower() for label in labels)}"
        yield Sheet(f"Themes by {' x '.join(labels)}", title, heads, rows, (f"“{ALL}” sums over the others.",))


def _differences(evidence: Evidence) -> Iterator[Sheet]:
    shares = ("Share", "Lower limit", "Upper limit", "Share of the others", "Others, lower limit",
              "Others, upper limit", "Difference", "Difference, lower limit", "Difference, upper limit")  # fmt: skip
    counts = ("People who raised it", "People in the group")
    heads = columns("Theme", "Characteristic", "Group", *counts, *shares, "In words", numbers=counts, percents=shares)
    rows = tuple(
        (
            found.name,
            label_of(evidence, key),
            ", ".join(one.categories),
            value(one.said),
            value(one.base),
            *estimate(one.share),
            *estimate(one.rest),
            *estimate(one.difference),
            sentence(one.verdict),
        )
        for found in evidence.found
        for key, one in found.compared
    )
    yield Sheet("Differences", "Each group beside all others, theme by theme", heads, rows)
    combined = tuple(
        (
            evidence.names.get(one.theme, one.theme),
            " and ".join(label_of(evidence, key) for key in by),
            ", ".join(one.categories),
            *estimate(one.difference),
            sentence(one.verdict),
        )
        for by, found in evidence.combined.items()
        for one in found
    )
    if combined:
        added = ("Added", "Lower limit", "Upper limit")
        heads = columns("Theme", "Characteristics", "Combination", *added, "In words", percents=added)
        note = "“Added” is what having both together adds to what each explains by itself."
        yield Sheet("Combinations", "What two characteristics together add", heads, combined, (note,))


def _quotes(evidence: Evidence) -> Sheet:
    rows = tuple(
        (found.name, quote.printed, quote.attribution, sentence(why) or "Not told", quote.excerpt_id)
        for found in evidence.found
        for quote, why in found.quotes
    )
    heads = columns("Theme", "Quote", "Said by", "Why it was chosen", "Excerpt")
    return Sheet("Quotes", "Quotes, theme by theme", heads, rows)


def _reliability(evidence: Evidence) -> Iterator[Sheet]:
    if evidence.reflexive or not evidence.reliability:
        return
    # A sample may hold every excerpt of a theme: how many of them carry it would tell a rounded number exactly.
    exact = says_whose(evidence.rule)
    ways = ("Both", "Only the first", "Only the second", "Neither") if exact else ()
    counts = ("Excerpts judged by both", *ways)
    measured = tuple(
        f"{name}{end}"
        for name in ("Krippendorff’s alpha", "Cohen’s kappa", "F1")
        for end in ("", ", lower limit", ", upper limit")
    )
    heads = columns("First coder", "Second coder", "Theme", *counts, *measured, numbers=counts, decimals=measured)
    whole = {MICRO: sentence(MICRO), MACRO: sentence(MACRO)}
    rows = tuple(
        (
            sentence(pair.first),
            sentence(pair.second),
            whole.get(one.theme) or evidence.names.get(one.theme, one.theme),
            value(shown(one.judged, evidence.rule)),
            *((one.both, one.only_first, one.only_second, one.neither) if exact else ()),
            *(part for measure in (one.alpha, one.kappa, one.f1) for part in _measure(measure)),
        )
        for pair in evidence.reliability
        for one in agreed_on(pair)
    )
    yield Sheet("Reliability", "How far coders agree", heads, rows)


def _measure(measure: Measure) -> tuple[Value, Value, Value]:
    why = sentence(measure.why) or UNKNOWN
    numbers = (measure.value, measure.low, measure.high)
    return tuple(why if number is None else round(number, 2) for number in numbers)  # type: ignore[return-value]  # three


def _codebook(evidence: Evidence) -> Iterator[Sheet]:
    book = evidence.codebook
    names = {theme.key: theme.name for theme in book.themes}
    rows = tuple(
        (
            theme.name,
            theme.key,
            names.get(theme.parent or "", "None"),
            theme.definition or "None",
            *("; ".join(each) or "None" for each in (theme.include, theme.exclude)),
        )
        for theme in book.themes
    )
    heads = columns("Theme", "Key", "Part of", "Definition", "Counts", "Does not count")
    notes = (f"{book.name}, version {book.version}.",) if book.name else ()
    yield Sheet("Codebook", "What each theme means", heads, rows, notes)
    if evidence.changes:
        changes = tuple((number, change) for number, change in enumerate(evidence.changes, start=1))
        yield Sheet(
            "Codebook changes", "How the codebook changed", (Column("Number", "number"), Column("Change")), changes
        )
