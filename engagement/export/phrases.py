"""Numbers, shares, dates and the rule as an export's sentences say them: plain words, right for one and for many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from engagement.agreement import MACRO, MICRO, ThemeAgreement
from engagement.comparing.compare import Comparison, Verdict
from engagement.comparing.findings import listed
from engagement.comparing.intervals import Estimate
from engagement.export.blocks import Paragraph
from engagement.export.evidence import Evidence, Found, Received, Reliability
from engagement.export.quantifiers import quantifier, share
from engagement.model import Cell, Count, DisclosureRule, Hidden, Stance
from engagement.slices import PROTECTING

SELF_SELECTED = (
    "People chose to take part. They are not a sample of everyone who lives in the area, so the numbers tell you about "
    "the people who took part and nobody else."
)
HIDDEN = "Hidden"
HIDDEN_NOTE = (
    "“Hidden” means that the number is too small to show, or that somebody could use it to work out a small number."
)
MORE, LESS = Verdict.MORE, Verdict.LESS
WHOLES = frozenset({MICRO, MACRO})
UNNAMED_ROUND = "Engagement round"
STANCES = {
    Stance.SUPPORT: "For the proposal",
    Stance.OPPOSE: "Against the proposal",
    Stance.MIXED: "Partly for and partly against",
    Stance.UNCLEAR: "Not clear",
}


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 file", "2,400 files"."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def told(cell: Cell) -> str:
    """What a table holds: the number, or in short why there is none; `how_hidden` tells the rest."""
    if isinstance(cell, Count):
        return f"{cell.value:,}"
    return HIDDEN if cell.reason == PROTECTING else sentence(cell.reason.removesuffix(" people"))


def how_hidden(rows: Iterable[Sequence[str]]) -> list[Paragraph]:
    """What "Hidden" means, for below a table that says it."""
    return [Paragraph(HIDDEN_NOTE, "note")] if any(HIDDEN in row for row in rows) else []


def about(cell: Count, rule: DisclosureRule) -> str:
    """The number inside a sentence: "about 75"; "75" under a rule that doesn't round."""
    return f"about {cell.value:,}" if rule.rounding > 1 else f"{cell.value:,}"


def people(cell: Count, rule: DisclosureRule) -> str:
    """ "about 75 people", "1 person"."""
    return f"{about(cell, rule)} {'person' if cell.value == 1 else 'people'}"


def passages(cell: Count, rule: DisclosureRule) -> str:
    """ "about 120 passages"."""
    return f"{about(cell, rule)} passage{'' if cell.value == 1 else 's'}"


def percent(part: float) -> str:
    """A part of 1 in whole per cent."""
    return f"{part:.0%}"


def limits(estimate: Estimate | None) -> str:
    """The 95% interval, for a table."""
    return f"{percent(estimate.low)} to {percent(estimate.high)}" if estimate else "Not known"


def sentence(words: str) -> str:
    """The words with a capital."""
    return words[:1].upper() + words[1:]


def ended(words: str) -> str:
    """Somebody's own words as a sentence: with a full stop, unless they end in a mark of their own."""
    kept = words.strip()
    return kept if not kept or kept[-1] in ".!?…" else f"{kept}."


def quoted(words: str) -> str:
    """The words in quotation marks."""
    return f"“{words}”"


def dates(start: str, end: str) -> str:
    """ISO dates as a reader writes them: "22 April to 6 June 2025"; empty where there are none."""
    try:
        days = [date.fromisoformat(day) for day in dict.fromkeys((start, end)) if day]
    except ValueError:
        return " to ".join(filter(None, (start, end)))
    last = days[-1] if days else None
    return " to ".join(day_in_words(day, year=not last or day.year != last.year or day == last) for day in days)


def day_in_words(day: date, *, year: bool = True) -> str:
    """ "6 June 2025"."""
    return f"{day.day} {day:%B}" + (f" {day.year}" if year else "")


def name_of(evidence: Evidence) -> str:
    """What the round is called."""
    return evidence.held.name or UNNAMED_ROUND


def rule_in_words(rule: DisclosureRule) -> tuple[str, ...]:
    """What the disclosure rule does, a sentence each."""
    rest = (
        f"All other numbers of people are rounded to the nearest {rule.rounding}."
        if rule.rounding > 1
        else "All other numbers are exact. This is for people who work on the round, and not for publishing."
    )
    shared = (
        f"We describe a person who is quoted only in words that fit at least {rule.k} people who took part."
        if rule.k > 1
        else "Quotes carry everything that people told us about themselves. Do not publish them as they are."
    )
    return (
        f"We follow the disclosure rule called {quoted(rule.name)}. It stops people from being recognised.",
        f"We do not show any number of people below {rule.threshold}.",
        rest,
        "We also hide some larger numbers, where somebody could use them to work out a small one.",
        "Where the number of people is hidden, we show no quotes and no differences between groups either.",
        shared,
    )


def raised(found: Found, total: Cell, rule: DisclosureRule) -> str:
    """How many people raised a theme, as a sentence: with a word of the printed scale where one is certain."""
    return said(found.name, found.people, total, rule, "people who took part") or in_passages(found, rule)


def said(name: str, cell: Cell, base: Cell, rule: DisclosureRule, whom: str) -> str:
    """ "Some people who took part raised Housing: about 75 of about 200 (38%)."; empty where the number is hidden."""
    if isinstance(cell, Hidden):
        return ""
    if cell.value == 0:
        return f"Nobody raised {name}."
    part = share(cell, base, rule)
    if part is None or isinstance(base, Hidden):
        return sentence(f"{people(cell, rule)} raised {name}.")
    numbers = f"{about(cell, rule)} of {about(base, rule)} ({percent(part.value)})"
    words = quantifier(cell, base, rule)
    if words:
        return sentence(f"{words} {whom} raised {name}: {numbers}.")
    return sentence(f"{about(cell, rule)} of {people(base, rule)} raised {name} ({percent(part.value)}).")


def in_passages(found: Found, rule: DisclosureRule) -> str:
    """What is said of a theme whose number of people is hidden."""
    if isinstance(found.mentions, Count):
        return f"{sentence(found.name)} came up in {passages(found.mentions, rule)}. The number of people is hidden."
    return f"Too few people raised {found.name} for their number to be shown, or showing it would give away another."


def by_people(found: Iterable[Found]) -> list[Found]:
    """The themes, those that most people raised first; hidden ones last, in the codebook's order."""
    return sorted(found, key=lambda one: -(one.people.value if isinstance(one.people, Count) else 0))


def differing(compared: Sequence[tuple[str, Comparison]]) -> list[tuple[str, Comparison]]:
    """The clear differences; of two groups that are each other's rest, the one that raised it more often."""
    more = {(key, one.theme, _rounded(one.rest), _rounded(one.share)) for key, one in compared if one.verdict is MORE}
    return [
        (key, one)
        for key, one in compared
        if one.verdict is MORE
        or (one.verdict is LESS and (key, one.theme, _rounded(one.share), _rounded(one.rest)) not in more)
    ]


def _rounded(part: Estimate | None) -> str:
    return percent(part.value) if part else ""


def copied(received: Received) -> Cell:
    """How many texts copied another one; hidden where a campaign's senders are, who could be worked out from it."""
    hidden = any(isinstance(cell, Hidden) for cell in received.sent)
    return Hidden(PROTECTING) if hidden else received.copies


def agreed_on(pair: Reliability) -> tuple[ThemeAgreement, ...]:
    """What may be printed of a pair: of all themes together only where they are those printed.

    Else a theme that is left out could be worked out from what they come to.
    """
    themes = [one for one in pair.themes if one.theme not in WHOLES]
    come_to = [sum(numbers) for numbers in zip(*map(_counts, themes), strict=True)]
    return tuple(one for one in pair.themes if one.theme not in WHOLES or _counts(one) == come_to)


def _counts(one: ThemeAgreement) -> list[int]:
    return [one.judged, one.both, one.only_first, one.only_second, one.neither]


def in_a_row(words: Sequence[str]) -> str:
    """ "a, b and c"; "none" for none."""
    return listed(words) if words else "none"
