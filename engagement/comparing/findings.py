"""What a table shows, in a sentence for a reader of twelve: beside a chart, and as its text alternative."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engagement.characteristics import DEFAULT
from engagement.comparing.compare import NO_MORE, WHOLE, Combination, Comparison, Verdict, compare, grand_total
from engagement.comparing.intervals import Estimate
from engagement.guard.axes import GROUP, NO_GROUP
from engagement.model import ALL, Count, FilterKind, SliceTable
from engagement.tagging.value_sets import ValueSets

BEFORE, NOUN, AFTER = "before", "noun", "after"  # where words stand: "disabled" "women" "aged 25 to 64"

# How people are named by their category. One that is not here is told by what was asked: "people who answered ...".
IN_WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "disability": {"Disabled": (BEFORE, "disabled"), "Not disabled": (BEFORE, "non-disabled")},
    "gender_reassignment": {
        "Gender the same as registered at birth": (AFTER, "whose gender is the same as registered at birth"),
        "Gender different from registered at birth": (AFTER, "whose gender differs from that registered at birth"),
    },
    "marriage_civil_partnership": {
        "Single": (BEFORE, "single"),
        "Married": (BEFORE, "married"),
        "Civil partnership": (AFTER, "in a civil partnership"),
        "Divorced": (BEFORE, "divorced"),
        "Widowed": (BEFORE, "widowed"),
    },
    "race": {
        "Asian": (BEFORE, "Asian"),
        "Black": (BEFORE, "Black"),
        "Mixed or multiple": (AFTER, "of mixed or multiple ethnic groups"),
        "White": (BEFORE, "White"),
        "Other": (AFTER, "of other ethnic groups"),
    },
    "religion_or_belief": {
        "No religion": (AFTER, "with no religion"),
        "Any other religion": (AFTER, "of any other religion"),
        **{faith: (BEFORE, faith) for faith in ("Christian", "Buddhist", "Hindu", "Jewish", "Muslim", "Sikh")},
    },
    "sex": {"Female": (NOUN, "women"), "Male": (NOUN, "men")},
    "sexual_orientation": {
        "Straight or Heterosexual": (BEFORE, "straight or heterosexual"),
        "LGB+": (BEFORE, "LGB+"),
    },
    "carer": {"Carer": (AFTER, "who are unpaid carers"), "Not a carer": (AFTER, "who are not unpaid carers")},
}
EXPLAINS: Mapping[str, str] = {"carer": "being an unpaid carer"}  # where the label doesn't read on: "... explain"


def finding(table: SliceTable, names: Mapping[str, str], sets: ValueSets = DEFAULT) -> str:
    """The one thing that stands out: the surest difference, or the theme raised most where no groups are compared.

    `names` are the themes' names by key, and `sets` the project's value sets; so in all functions here.
    """
    if not table.request.by or table.request.unit != "people":
        return _most_raised(table, names)
    told = _told(table)
    compared = [one for one in compare(table, sets) if one.theme in told]
    clear = [one for one in compared if one.verdict in (Verdict.MORE, Verdict.LESS) and one.difference]
    if clear:
        # Of two groups, each the other's rest, the one that raised it more often is named.
        best = min(clear, key=lambda one: (one.adjusted_p or 0.0, one.verdict is Verdict.LESS, -_size(one.difference)))
        return compared_in_words(best, table.request.by, names, sets)
    if all(one.verdict is Verdict.TOO_FEW for one in compared):
        return "Too few of the numbers can be shown for the groups to be compared."
    if any(one.verdict is Verdict.TOO_FEW for one in compared):
        return "No group that can be compared raised any theme clearly more or less often than other people did."
    return "No group raised any theme clearly more or less often than other people did."


def compared_in_words(one: Comparison, by: Sequence[str], names: Mapping[str, str], sets: ValueSets = DEFAULT) -> str:
    """A comparison as a sentence; `by` are the characteristics of its table."""
    people, theme = people_in_words(by, one.categories, sets), names[one.theme]
    if not (one.share and one.rest) or one.verdict is Verdict.TOO_FEW:
        return f"There are too few to say whether {people} raised {theme} more or less often than other people."
    if one.verdict is Verdict.UNCLEAR:
        return (
            f"There is no clear difference: {_percent(one.share)} of {people} and {_percent(one.rest)} of other people "
            f"raised {theme}."
        )
    return _capital(
        f"{people} raised {theme} {one.verdict} than other people: {_percent(one.share)} against {_percent(one.rest)}."
    )


def combined_in_words(one: Combination, by: Sequence[str], names: Mapping[str, str], sets: ValueSets = DEFAULT) -> str:
    """A combination beside its parts as a sentence; `by` are the characteristics of its table."""
    people, theme = people_in_words(by, one.categories, sets), names[one.theme]
    asked = [
        EXPLAINS.get(key) or _label(key, sets).lower()
        for key, category in zip(by, one.categories, strict=True)
        if category != ALL
    ]
    explain = f"{listed(asked)} explain, taken {'one by one' if len(asked) == 2 else 'one or two at a time'}"
    if one.verdict is Verdict.TOO_FEW:
        return f"There are too few to say whether {people} raised {theme} more or less often than {explain}."
    if one.verdict is Verdict.UNCLEAR:
        return f"It is not clear that {people} raised {theme} more or less often than {explain}."
    return _capital(f"{people} raised {theme} {one.verdict} than {explain}.")


def people_in_words(by: Sequence[str], categories: Sequence[str], sets: ValueSets = DEFAULT) -> str:
    """Who they are: "disabled women aged 25 to 64"; "people" for everybody."""
    said: dict[str, list[str]] = {BEFORE: [], NOUN: [], AFTER: []}
    for key, category in zip(by, categories, strict=True):
        if category == ALL:
            continue
        name = category.removesuffix(WHOLE).removesuffix(NO_MORE)
        if key == "age":
            where, words = AFTER, f"aged {name[0].lower()}{name[1:]}"
        elif key == GROUP:
            where, words = AFTER, "in no group" if category == NO_GROUP else f"in the group {_quoted(category)}"
        else:
            answered = f"who answered {_quoted(name)} to {_label(key, sets).lower()}"
            known = {} if category.endswith(NO_MORE) else IN_WORDS.get(key, {})
            where, words = known.get(name, (AFTER, answered))
        if category.endswith(NO_MORE):
            words += " who said no more" if key == "age" else " and said no more"
        said[where].append(words)
    return " ".join([*said[BEFORE], *(said[NOUN] or ["people"]), " and ".join(said[AFTER])]).strip()


def _most_raised(table: SliceTable, names: Mapping[str, str]) -> str:
    everybody = grand_total(table)
    told = _told(table)
    numbers = {key: cell.value for key, cell in everybody.themes.items() if key in told and isinstance(cell, Count)}
    if not numbers:
        other = "" if told == everybody.themes.keys() else "other "
        return f"Too few people raised any {other}theme for a number to be shown."
    most = max(numbers.values())
    themes = [names[key] for key, number in numbers.items() if number == most]
    verb = ("was" if len(themes) == 1 else "were") + " raised" + (" most" if len(told) > 1 else "")
    exact = table.rule.rounding == 1 or (table.request.unit == "groups" and most <= table.rule.threshold)
    number = f"{most:,}" if exact else f"about {most:,}"
    each = " each" if len(themes) > 1 else ""
    if table.request.unit == "mentions":
        return f"{listed(themes)} {verb}: {number} times{each}."
    if table.request.unit == "groups":
        if not most:
            return "No theme whose number can be shown was raised in a group."
        return f"{listed(themes)} {verb}: in {number} group{'' if most == 1 else 's'}{each}."
    of = f" of {everybody.base.value:,}" if isinstance(everybody.base, Count) else ""
    return f"{listed(themes)} {verb}: by {number}{of} people{each}."


def _told(table: SliceTable) -> frozenset[str]:
    """The themes worth telling of: not one that the table is filtered by, which all of these people raised."""
    filtered = {each.value for each in table.request.where if each.kind is FilterKind.THEME}
    themes = frozenset(grand_total(table).themes)
    return themes - filtered or themes


def _size(difference: Estimate | None) -> float:
    return abs(difference.value) if difference else 0.0


def _label(key: str, sets: ValueSets) -> str:
    return "Group" if key == GROUP else sets.label(key)


def _quoted(words: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{words}\N{RIGHT DOUBLE QUOTATION MARK}"


def _percent(share: Estimate) -> str:
    return f"{share.value:.0%}"


def listed(words: Iterable[str]) -> str:
    """ "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
