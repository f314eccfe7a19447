"""Equality evidence as a document shaped like a UK equality impact assessment: what people said, by who they are.

It holds evidence only. The decision, its effect, what is done about it and the sign-off are empty cells for the author,
under headings that say so: the duty to have due regard is theirs and can't be met by a program.
"""

from __future__ import annotations

from collections.abc import Iterator

from engagement.comparing.population import Presence
from engagement.export.blocks import Block, Document, Heading, Listing, Paragraph, Table
from engagement.export.equality_groups import PRESENT, SILENT, characteristic, combined, empty, in_words, label_of
from engagement.export.evidence import Evidence
from engagement.export.phrases import (
    SELF_SELECTED,
    by_people,
    dates,
    differing,
    in_a_row,
    name_of,
    people,
    quoted,
    raised,
    rule_in_words,
    sentence,
)
from engagement.export.report_back import made_with
from engagement.model import ALL, Count

# Equality Act 2010, section 4, in its order of sections 5 to 12.
PROTECTED = (
    "age",
    "disability",
    "gender_reassignment",
    "marriage_civil_partnership",
    "pregnancy_maternity",
    "race",
    "religion_or_belief",
    "sex",
    "sexual_orientation",
)
DUTY = (
    "Section 149 of the Equality Act 2010 is the public sector equality duty. It applies in England, Scotland and "
    "Wales. Whoever decides must have due regard to three aims, before and while they decide. Due regard means real "
    "and open-minded thought, in proportion to how much the decision matters to people. Keep a record of it."
)
AIMS = (
    "Get rid of discrimination, harassment, victimisation and anything else that the Act forbids",
    "Advance equality of opportunity between people who share a protected characteristic and people who do not: remove "
    "or reduce disadvantages, meet different needs, and encourage people to take part where few of them do",
    "Foster good relations between people who share a protected characteristic and people who do not: tackle prejudice "
    "and promote understanding",
)
MARRIAGE = (
    "Marriage and civil partnership counts for the first aim alone. Meeting the needs of disabled people can mean "
    "taking steps that others do not need."
)
DECISION = (
    "Name of the policy or decision",
    "What it would change, and why",
    "Whom it affects",
    "Who decides, and when",
    "Who wrote this assessment",
    "Other evidence used",
)
WAYS = (
    "Go on as planned: there is no sign of discrimination, and chances to advance equality have been taken",
    "Change the plan, to remove barriers or to advance equality",
    "Go on although some people may be worse off, with the reasons for it",
    "Stop: there is discrimination that can’t be put right",
)
ROLES = ("Author", "Equality lead", "Head of service", "Councillor or board that decides", "Date of next review")


def equality(evidence: Evidence) -> Document:
    """The evidence for an equality impact assessment, a section for each protected characteristic."""
    when = dates(evidence.held.start, evidence.held.end)
    own = [key for key in evidence.profiles if key not in PROTECTED]
    return Document(
        title=f"Equality evidence: {name_of(evidence)}",
        subtitle=f"For an equality impact assessment{f', from engagement of {when}' if when else ''}",
        organisation=evidence.organisation,
        made_on=evidence.made_on,
        blocks=(
            *_about(evidence),
            *_decision(),
            *_who(evidence),
            *_said(evidence),
            Heading(1, "What each protected group told us"),
            *(block for key in PROTECTED for block in characteristic(key, evidence)),
            *([Heading(1, "What other groups told us")] if own else []),
            *(block for key in own for block in characteristic(key, evidence)),
            *combined(evidence),
            *_gaps(evidence),
            *_sign_off(),
            Heading(1, "How to read the numbers"),
            Listing((SELF_SELECTED, *rule_in_words(evidence.rule))),
            *made_with(evidence),
        ),
    )


# -------------------------------------------------------------- about, decision, duty


def _about(evidence: Evidence) -> list[Block]:
    return [
        Heading(1, "About this document"),
        Paragraph(
            f"This sets out what people said in {quoted(name_of(evidence))}, by the characteristics that they told us. "
            "Use it as evidence when you assess what a decision would do for equality.",
            "lead",
        ),
        Paragraph(
            "It is not the assessment. Empty cells are for you to fill in. A number here can’t tell you whether a "
            "decision is fair: a serious effect on few people can matter more than a small effect on many."
        ),
        Paragraph(SELF_SELECTED, "note"),
    ]


def _decision() -> list[Block]:
    return [
        Heading(1, "The decision and the duty"),
        Heading(2, "The decision"),
        Table("The decision: for the author to fill in", ("About the decision", "Your answer"), empty(DECISION, 1)),
        Heading(2, "The duty"),
        Paragraph(DUTY),
        Paragraph(MARRIAGE),
        Table(
            "The three aims: for the author to fill in",
            ("Aim", "What the evidence shows", "What you will do"),
            empty(AIMS, 2),
        ),
    ]


# -------------------------------------------------------------- everyone


def _who(evidence: Evidence) -> list[Block]:
    total = evidence.total
    took = f"{people(total, evidence.rule)} took part" if isinstance(total, Count) else "The number of people is hidden"
    rows = tuple(
        (label_of(key, evidence), "Yes" if key in evidence.profiles else "No", _differs(key, evidence))
        for key in dict.fromkeys((*PROTECTED, *evidence.profiles))
    )
    blocks: list[Block] = [
        Heading(1, "Who took part"),
        Paragraph(sentence(f"{took}."), "lead"),
        Paragraph("What we know of people is what they told us about themselves. Nothing was guessed."),
        Table(
            "What people were asked about themselves, and where groups differ",
            ("Characteristic", "Asked", "Themes on which groups clearly differ"),
            rows,
        ),
    ]
    if not evidence.gaps:
        words = "We were not given figures for the local population, so we can’t say who is missing."
        return [*blocks, Paragraph(words, "warning")]
    unusual = [in_words(gap, evidence) for gap in evidence.gaps if gap.presence in PRESENT]
    return [*blocks, *([Listing(tuple(unusual))] if unusual else [Paragraph("No group is clearly missing.")])]


def _differs(key: str, evidence: Evidence) -> str:
    if key not in evidence.profiles:
        return "Not known"
    clear = [one.name for one in evidence.found if any(name == key for name, _ in differing(one.compared))]
    return in_a_row(clear) if clear else "None that can be shown"


def _said(evidence: Evidence) -> list[Block]:
    blocks: list[Block] = [Heading(1, "What everyone talked about")]
    shown = [one for one in by_people(evidence.found) if isinstance(one.people, Count)]
    if not evidence.found:
        return [*blocks, Paragraph("Nothing has been sorted into themes yet.", "warning")]
    if not shown:
        return [*blocks, Paragraph("No theme was raised by enough people for its number to be shown.")]
    return [*blocks, Listing(tuple(raised(one, evidence.total, evidence.rule) for one in shown))]


# -------------------------------------------------------------- gaps, sign-off


def _gaps(evidence: Evidence) -> Iterator[Block]:
    yield Heading(1, "Gaps in the evidence")
    yield Table(
        "Gaps in the evidence: for the author to fill in",
        ("Gap", "How you will fill it", "Who, and by when"),
        empty([*_each_gap(evidence)], 2),
    )


def _each_gap(evidence: Evidence) -> Iterator[str]:
    for key in PROTECTED:
        if key not in evidence.profiles:
            yield f"People were not asked about {label_of(key, evidence).lower()}."
    for key, table in evidence.profiles.items():
        rows = [row for row in table.rows if row.categories[0] not in SILENT | {ALL}]
        hidden = [row.categories[0] for row in rows if not isinstance(row.base, Count)]
        if hidden:
            yield f"{label_of(key, evidence)}: the number of people is hidden for {'; '.join(hidden)}."
    for gap in evidence.gaps:
        if gap.presence is Presence.FEWER:
            yield in_words(gap, evidence)
    if not evidence.gaps:
        yield "There are no figures for the local population to compare with."
    if any(not isinstance(one.people, Count) for one in evidence.found):
        yield "Some themes were raised by too few people for a number. They can still matter for equality."
    yield "We do not know what people think who did not take part."


def _sign_off() -> list[Block]:
    return [
        Heading(1, "Decision and sign-off"),
        Table("What you decided: for the author to fill in", ("Choice", "Yes or no", "Reasons"), empty(WAYS, 2)),
        Table("Sign-off: for the author to fill in", ("Role", "Name", "Date"), empty(ROLES, 2)),
    ]
