"""The parts of a report that come after the themes: what lies beyond them, how far to rely on it, what was done."""

from __future__ import annotations

from collections.abc import Sequence

from engagement.agreement import MICRO, ThemeAgreement
from engagement.export.blocks import Block, Heading, Listing, Paragraph, Table
from engagement.export.evidence import Evidence, Reliability
from engagement.export.phrases import (
    agreed_on,
    by_people,
    counted,
    day_in_words,
    ended,
    passages,
    percent,
    quoted,
    raised,
    rule_in_words,
    sentence,
    told,
)
from engagement.export.quantifiers import REASON, scale
from engagement.export.report_method import taken_out
from engagement.model import Count, DisclosureRule, Theme
from engagement.slices import shown

# Krippendorff (2018), Content Analysis, 4th edition, chapter 12.
READING = (
    "A value of 1 means that the two agree on everything, and 0 that they agree no more than by chance. Krippendorff, "
    "who made the first of these measures, asks for 0.8 before firm conclusions are drawn, and for 0.667 before "
    "tentative ones. The numbers in brackets are 95% intervals. A blind coder "
    "did not see how anybody else had coded the passage."
)
REFLEXIVE = (
    "This project reads what people said reflexively: readers bring their own understanding, and two readers are not "
    "expected to agree. So we did not measure agreement."
)
NOT_MEASURED = (
    "Nobody has coded a sample a second time, so we can’t say how far another reader would agree with these themes. "
    "Before you rest a decision on this report, have a second person code a sample without seeing the first codings."
)
LIMITS = (
    "People chose to take part. Those who did may think differently from those who did not.",
    "In a group people hear one another. What many say in one room is not the same as what many think alone.",
    "How often a theme was raised does not show how much it matters. A point made by few people can be the one that "
    "decides whether a policy is fair, or lawful.",
    "Taking out names and details changed some words. Square brackets in a quote mark what was taken out, left out or "
    "put in.",
    "The computer program makes mistakes. It can miss a theme, or see one that is not there.",
)
GUNNING = (
    "Since the case R v Brent London Borough Council, ex parte Gunning (1985), the courts have asked four things of a "
    "consultation. The fourth is that whoever decides takes what people said into account with an open mind, before "
    "they decide. This table helps you to show that. For each theme, write what will change, or why nothing will. "
    "“We disagree, because…” is an answer. An empty row is not."
)
UNSAID = "Nothing has been sorted into themes yet, so the rows of this table are for you to write."
EMPTY_ROWS = 3


# -------------------------------------------------------------- beyond the codebook


def beyond(evidence: Evidence) -> list[Block]:
    """What people said that fits no theme, as groups that the computer offers."""
    blocks: list[Block] = [Heading(1, "What fits none of the themes")]
    if isinstance(evidence.uncoded, Count):
        verb = "carries" if evidence.uncoded.value == 1 else "carry"
        hidden = any(not isinstance(one.people, Count) for one in evidence.found)
        which = "none of the themes whose number is shown" if hidden else "none of the themes"
        blocks.append(Paragraph(f"{sentence(passages(evidence.uncoded, evidence.rule))} {verb} {which}."))
    if evidence.emergent:
        rows = tuple((sentence(name), told(cell), _back(evidence, name)) for name, cell in evidence.emergent)
        heads = ("Words in common", "People", "How often the group comes back")
        blocks += [
            Paragraph(
                "A computer program looked for groups among the other passages. It named each group by words that its "
                "passages share. Nobody has made a theme of these groups: look at them before you do."
            ),
            Table("Groups of passages that fit no theme", heads, rows, numeric=frozenset({1, 2})),
            Paragraph(
                "The last column is the share of repeated runs in which the program finds the same group again. A "
                "group that seldom comes back may be chance.",
                "note",
            ),
        ]
    else:
        blocks.append(Paragraph("No group of such passages was large enough to look like a new theme."))
    if evidence.few:
        groups = counted(evidence.few, "more group is", "more groups are")
        words = f"{groups} not shown, because too few people are behind {'it' if evidence.few == 1 else 'them'}."
        blocks.append(Paragraph(words, "note"))
    return blocks


def _back(evidence: Evidence, name: str) -> str:
    return percent(evidence.stability[name]) if name in evidence.stability else "Not measured"


# -------------------------------------------------------------- reliability, limits


def reliability(evidence: Evidence) -> list[Block]:
    """How far two coders agree, and the computer with each of them."""
    blocks: list[Block] = [Heading(1, "How far you can rely on this")]
    if evidence.reflexive:
        return [*blocks, Paragraph(REFLEXIVE)]
    if not evidence.reliability:
        return [*blocks, Paragraph(NOT_MEASURED, "warning")] if evidence.found else blocks
    for pair in evidence.reliability:
        blocks += _pair(pair, evidence)
    return [*blocks, Paragraph(READING, "note")]


def _pair(pair: Reliability, evidence: Evidence) -> list[Block]:
    names, printed = evidence.names, agreed_on(pair)
    rows = tuple((names.get(one.theme, sentence(one.theme)), *_measures(one)) for one in printed)
    both = f"{sentence(pair.first)} and {pair.second}"
    blocks: list[Block] = [
        Heading(2, both),
        Paragraph(f"{both} each coded {_judged(pair.excerpts, evidence.rule)}, the same ones. {_overall(printed)}"),
        Table(
            f"Agreement between {pair.first} and {pair.second}",
            ("Theme", "Krippendorff’s alpha", "Cohen’s kappa", "F1", "Same decision"),
            rows,
            numeric=frozenset({1, 2, 3, 4}),
        ),
    ]
    if pair.not_shown:
        few = counted(pair.not_shown, "theme is", "themes are")
        words = f"{few} not in the table, because too few people raised {_them(pair.not_shown)}."
        whole = "" if len(printed) == len(pair.themes) else " So there is no measure of all themes together either."
        blocks.append(Paragraph(f"{words}{whole}", "note"))
    return blocks


def _judged(excerpts: int, rule: DisclosureRule) -> str:
    """How large the sample is, as all passages are told: it may hold every one of them."""
    cell = shown(excerpts, rule)
    return passages(cell, rule) if isinstance(cell, Count) else f"fewer than {rule.threshold} passages"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def _measures(one: ThemeAgreement) -> tuple[str, ...]:
    return tuple(sentence(str(each)) for each in (one.alpha, one.kappa, one.f1, one.percent))


def _overall(printed: Sequence[ThemeAgreement]) -> str:
    whole = next((one for one in printed if one.theme == MICRO), None)
    if whole is None:
        return "The table says how far they agree on each theme."
    if whole.alpha.value is None:
        return "There is too little in it to measure how far they agree."
    return f"Over all themes together alpha is {whole.alpha.value:.2f}."


def limits_of_it(evidence: Evidence) -> list[Block]:
    """What the numbers and quotes can't tell."""
    others = evidence.received.languages
    extra = ("What was not said in English is in no theme, unless a person has put it there.",) if others else ()
    return [Heading(2, "Limits"), Listing((*LIMITS, *extra))]


# -------------------------------------------------------------- you said, we did


def you_said(evidence: Evidence) -> list[Block]:
    """A table to be filled in by those who decide, with a row for each theme whose number is shown."""
    shown = [one for one in by_people(evidence.found) if isinstance(one.people, Count) and one.people.value]
    rows = [(raised(one, evidence.total, evidence.rule), "", "", "") for one in shown]
    hidden = len(evidence.found) - len(shown)
    blocks: list[Block] = [
        Heading(1, "You said, we did"),
        Paragraph(GUNNING),
        *([] if rows else [Paragraph(UNSAID)]),
        Table(
            "You said, we did: for the people who decide to fill in",
            ("You said", "We did, or will do", "Why", "Who, and by when"),
            tuple(rows or [("", "", "", "")] * EMPTY_ROWS),
        ),
    ]
    if shown and hidden:
        more = counted(hidden, "more theme was", "more themes were")
        raised_by = f"{sentence(more)} raised by too few people for a number. Take {_them(hidden)} into account too."
        blocks.append(Paragraph(raised_by, "note"))
    return blocks


# -------------------------------------------------------------- appendix


def appendix(evidence: Evidence) -> list[Block]:
    """Codebook with its changes, disclosure rule, scale of words, and what the report was made with."""
    book = evidence.codebook
    blocks: list[Block] = [Heading(1, "Appendix"), Heading(2, "The codebook")]
    if book.themes:
        themes = counted(len(book.themes), "theme")
        blocks.append(Paragraph(f"{quoted(book.name)}, version {book.version}, has {themes}."))
        blocks += [block for theme in book.themes for block in _entry(theme, evidence)]
    else:
        blocks.append(Paragraph("There is no codebook yet."))
    changes = Listing(evidence.changes) if evidence.changes else Paragraph("No change has been recorded.")
    return [
        *blocks,
        Heading(2, "Changes to the codebook"),
        changes,
        Heading(2, "The disclosure rule"),
        Listing(rule_in_words(evidence.rule)),
        Heading(2, "What “most”, “some” and “a few” mean"),
        Paragraph(REASON),
        Table("The words and what they mean", ("Word", "Share of people"), scale()),
        *taken_out(evidence),
        *made_with(evidence),
    ]


def _entry(theme: Theme, evidence: Evidence) -> list[Block]:
    """A theme of the codebook, as whoever codes by it needs it."""
    names = evidence.names
    blocks: list[Block] = [
        Heading(3, sentence(names.get(theme.key, theme.name))),
        Paragraph(ended(sentence(theme.definition)) or "No definition has been written for this theme."),
    ]
    if theme.parent in names:
        blocks.append(Paragraph(f"Part of: {names[theme.parent]}.", "note"))
    for words, phrases in (("Includes", theme.include), ("Leaves out", theme.exclude)):
        if phrases:
            blocks.append(Paragraph(ended(f"{words}: {'; '.join(phrases)}"), "note"))
    return blocks


def made_with(evidence: Evidence) -> list[Block]:
    """The software, its version and the date."""
    words = f"This document was made with engagement, version {evidence.version}, on {day_in_words(evidence.made_on)}."
    return [Heading(2, "Software"), Paragraph(words)]
