"""The parts of a report on how it was made: what was done with what came in, and who took part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engagement.comparing.population import Gap, Presence, missing_in_words
from engagement.export.blocks import Block, Heading, Listing, Paragraph, Table
from engagement.export.evidence import Checked, Evidence
from engagement.export.phrases import (
    SELF_SELECTED,
    about,
    copied,
    counted,
    how_hidden,
    in_a_row,
    passages,
    percent,
    quoted,
    rule_in_words,
    sentence,
    told,
)
from engagement.export.quantifiers import share
from engagement.language import CALLED
from engagement.model import ALL, Cell, Count, SliceTable
from engagement.policy import PRINTED

PERCENTAGES = (
    "A percentage is a share of people: of everyone who took part, of those who answered a question, or of a group. "
    "The table says which. One person can raise several themes, so percentages can add up to more than 100%."
)
ROUNDED = "We work percentages out from the numbers that we show, so they are not exact where those are rounded."
INTERVALS = (
    "A 95% interval says how far chance alone could have moved a share. It also allows for rounding. It can’t tell you "
    "how people who did not take part would have answered."
)
COMPARED = (
    "We say that a group raised a theme more or less often only where chance is an unlikely reason, and we allow for "
    "having made many comparisons. A clear difference is not the same as a large one or an important one."
)
QUOTES = (
    "The computer chooses quotes, and people can pin or drop them. It looks for what is typical of a theme, for "
    "another view, for less common views, and then for quotes that differ from these. The words after each quote say "
    "who spoke, as far as we may tell, and why the quote is here. “[...]” marks words that were left out."
)
ENGLISH_ONLY = "The program reads English alone, so these are left for people to sort."
GAPS = "A group counts as missing, or as more than expected, only where chance is an unlikely reason for it."
KEY_GONE = "The key that tied people to their words has been destroyed."
KEY_KEPT = (
    "The project still holds a key that ties people to their words, so the data behind this report are personal data."
)


def method(evidence: Evidence) -> list[Block]:
    """What was done, step by step, and what the numbers mean."""
    quotes: list[Block] = [Heading(2, "How quotes are chosen"), Paragraph(QUOTES)] if evidence.found else []
    return [
        Heading(1, "What we did"),
        Listing(tuple(_steps(evidence)), numbered=True),
        Heading(2, "How we protect people"),
        Listing(rule_in_words(evidence.rule)),
        *quotes,
        Heading(2, "What the numbers mean"),
        Paragraph(SELF_SELECTED, "warning"),
        Paragraph(PERCENTAGES),
        *([Paragraph(ROUNDED)] if evidence.rule.rounding > 1 else []),
        Paragraph(INTERVALS),
        Paragraph(COMPARED),
        Paragraph("Words such as “most” and “some” have a fixed meaning in this report. The appendix has the scale."),
    ]


def _steps(evidence: Evidence) -> list[str]:
    received, themes = evidence.received, len(evidence.codebook.themes)
    steps = [
        f"We read {_of(received.read, received.files)}.",
        f"We took out names and other details that could tell who somebody is, before anything else was done. "
        f"{_taken_out(evidence)} {KEY_GONE if evidence.sealed else KEY_KEPT}",
        f"We cut what people said into short passages. {_passages(received.excerpts, evidence)}",
    ]
    if not evidence.found:
        return [*steps, "Nothing has been sorted into themes yet."]
    return [
        *steps,
        f"We used a list of {counted(themes, 'theme')}, called a codebook: {quoted(evidence.codebook.name)}, version "
        f"{evidence.codebook.version}. It is in the appendix.",
        f"A computer program suggested the themes of each passage in English. {_checked(evidence.checked, evidence)}",
        "We counted how many people raised each theme. However often somebody raised it, they count once.",
    ]


def _passages(excerpts: Cell, evidence: Evidence) -> str:
    if not isinstance(excerpts, Count):
        return f"There are fewer than {evidence.rule.threshold} passages."
    return f"There {'is' if excerpts.value == 1 else 'are'} {passages(excerpts, evidence.rule)}."


def _of(part: int, whole: int) -> str:
    if part == whole:
        return f"all {counted(whole, 'file')} that we received" if whole > 1 else counted(whole, "file")
    return f"{part:,} of the {counted(whole, 'file')} that we received"


def _taken_out(evidence: Evidence) -> str:
    number = sum(evidence.received.replaced.values())
    if not number:
        return "No such detail was found in what people said."
    return f"We replaced {counted(number, 'detail')} in what people said. The appendix says of which kinds."


def _checked(checked: Checked | None, evidence: Evidence) -> str:
    """How much of the coding people have looked at."""
    if checked is None or not checked.coders:
        return "No person has checked them yet."
    rounded = "about " if evidence.rule.rounding > 1 else ""
    who = counted(checked.coders, "person has", "people have")
    if not isinstance(checked.codings, Count):
        return f"{sentence(who)} checked some of them."
    of = f"of {rounded}{checked.codings.value:,} that are counted here"
    if not isinstance(checked.by_people, Count):
        return f"{sentence(who)} decided on fewer than {evidence.rule.threshold} {of}. The rest are the program’s own."
    part = percent(min(1.0, checked.by_people.value / max(1, checked.codings.value)))
    return f"{sentence(who)} decided on {rounded}{checked.by_people.value:,} {of} ({part})."


def taken_out(evidence: Evidence) -> list[Block]:
    """Identifiers that were replaced, by what they are: for an appendix."""
    replaced = tuple(
        (sentence(PRINTED.get(kind, kind)), f"{number:,}") for kind, number in evidence.received.replaced.items()
    )
    if not replaced:
        return []
    caption = "Details taken out of what people said"
    return [Heading(2, "What was taken out"), Table(caption, ("Kind", "Times"), replaced, numeric=frozenset({1}))]


# -------------------------------------------------------------- who took part


def who_took_part(evidence: Evidence) -> list[Block]:
    """What came in and what was removed, then the people: by each characteristic, beside the population where given."""
    blocks = [Heading(1, "Who took part"), *_received(evidence), *_campaigns(evidence), *_left_out(evidence)]
    return [*blocks, *_profiles(evidence), *_missing(evidence)]


def _received(evidence: Evidence) -> list[Block]:
    received = evidence.received
    rows = (
        ("Files received", f"{received.files:,}"),
        ("Files read", f"{received.read:,}"),
        ("Files not read", f"{received.files - received.read:,}"),
        ("People who sent something or spoke", told(received.people)),
        ("People counted in this report, with each campaign counted as one voice", told(evidence.total)),
        ("Passages", told(received.excerpts)),
    )
    blocks: list[Block] = [
        Heading(2, "What came in"),
        Table("What we received", ("What", "Number"), rows, numeric=frozenset({1})),
    ]
    if received.reasons or received.notes:
        blocks += [
            Paragraph("These files, or parts of them, could not be used:"),
            Listing((*received.reasons, *received.notes)),
        ]
    return blocks


def _campaigns(evidence: Evidence) -> list[Block]:
    received, copies = evidence.received, copied(evidence.received)
    blocks: list[Block] = [Heading(2, "Campaigns and copies")]
    if not received.campaigns and not isinstance(copies, Count):
        return [*blocks, Paragraph("We found no campaign: no text that three or more people sent.")]
    if received.campaigns:
        were = counted(received.campaigns, "campaign")
        blocks.append(
            Paragraph(f"We found {were}: the same text from three or more people. Each is counted as one voice.")
        )
        rows = tuple((f"Campaign {number}", told(sent)) for number, sent in enumerate(received.sent, 1))
        blocks.append(
            Table("How many sent each campaign’s text", ("Campaign", "Senders"), rows, numeric=frozenset({1}))
        )
    if isinstance(copies, Count):
        blocks.append(Paragraph(f"In all, {_texts(copies, evidence)} copied another one and counted with it."))
    return blocks


def _texts(copies: Count, evidence: Evidence) -> str:
    return f"{about(copies, evidence.rule)} text{'' if copies.value == 1 else 's'}"


def _left_out(evidence: Evidence) -> list[Block]:
    received = evidence.received
    # A row for a small number would tell that it is not nought, and so perhaps what it is.
    rows = [(sentence(words), told(cell)) for words, cell in received.unused.items() if isinstance(cell, Count)]
    rows += [("People who withdrew: nothing of theirs is in this report", told(received.withdrawn))]
    rows += [("People who may not be quoted: they are counted, but never quoted", told(received.refused))]
    blocks: list[Block] = [
        Heading(2, "What was left out, and why"),
        Table("What was left out", ("What", "Number"), tuple(rows), numeric=frozenset({1})),
    ]
    if received.languages:
        blocks.append(Paragraph(f"Some answers are in {_languages(received.languages)}. {ENGLISH_ONLY}"))
    return [*blocks, *how_hidden(rows)]


def _languages(languages: Mapping[str, Cell]) -> str:
    """The languages that enough people used; one that few did may tell who they are."""
    named = [CALLED.get(name, name) for name, cell in languages.items() if isinstance(cell, Count)]
    unnamed = [] if len(named) == len(languages) else ["a language that too few people used for us to name it"]
    return in_a_row([*named, *unnamed])


def _profiles(evidence: Evidence) -> list[Block]:
    blocks: list[Block] = [Heading(2, "The people")]
    if not evidence.profiles:
        return [*blocks, Paragraph("People were not asked about themselves, so we can’t say who they are.")]
    blocks.append(Paragraph("These are the answers that people gave about themselves. Nothing was guessed."))
    for key, table in evidence.profiles.items():
        blocks += [Heading(3, evidence.sets.label(key)), *profile(key, table, evidence)]
    return blocks


def profile(key: str, table: SliceTable, evidence: Evidence) -> list[Block]:
    """The people by one characteristic, beside the population where it is known."""
    label, rows = evidence.sets.label(key), [row for row in table.rows if row.categories != (ALL,)]
    if not any(isinstance(row.base, Count) for row in rows):
        return [Paragraph(f"No number of people by {label.lower()} can be shown.")]
    gaps = {gap.category: gap for gap in evidence.gaps if gap.characteristic == key}
    if gaps:
        return [
            Table(
                f"People by {label.lower()}, beside the population",
                (label, "People", "Share of those who answered", "Share of the population", "Took part"),
                tuple((row.categories[0], told(row.base), *_beside(gaps.get(row.categories[0]))) for row in rows),
                numeric=frozenset({1, 2, 3}),
            )
        ]
    return [
        Table(
            f"People by {label.lower()}",
            (label, "People", "Share of all who took part"),
            tuple((row.categories[0], told(row.base), _part(row.base, evidence)) for row in rows),
            numeric=frozenset({1, 2}),
        )
    ]


def _part(cell: Cell, evidence: Evidence) -> str:
    part = share(cell, evidence.total, evidence.rule)
    return percent(part.value) if part else "Not known"


def _beside(gap: Gap | None) -> Sequence[str]:
    if gap is None:
        return ("Not compared", "Not compared", "Not compared")
    ours = percent(gap.respondents.value) if gap.respondents else "Hidden"
    theirs = percent(gap.population) if gap.population is not None else "Not given"
    return (ours, theirs, sentence(gap.presence))


def _missing(evidence: Evidence) -> list[Block]:
    asked = set(evidence.profiles)
    unasked = [evidence.sets.label(key).lower() for key in evidence.sets.characteristics if key not in asked]
    words = (
        missing_in_words(evidence.gaps, evidence.sets)
        if evidence.gaps
        else "We were not given figures for the local population, so we can’t say who is missing."
    )
    few = sum(gap.presence is Presence.TOO_FEW for gap in evidence.gaps)
    blocks: list[Block] = [Heading(2, "Who is missing"), Paragraph(words)]
    if few:
        could = counted(few, "group was too small", "groups were too small")
        blocks.append(Paragraph(f"{sentence(could)} to compare with the population.", "note"))
    if unasked:
        blocks.append(Paragraph(f"People were not asked about: {'; '.join(unasked)}."))
    return [*blocks, *([Paragraph(GAPS, "note")] if evidence.gaps else [])]
