"""Numbers that documents print and that are no cell of a table: how each is known to be tied to others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engagement.model import ALL, Count, Role, SliceRequest
from tests.attacker import Seen
from tests.documents_facts import Told, interval_of
from tests.documents_follow import NAMES
from tests.exports_made import Exported
from tests.exports_seen import seen, told_apart
from tests.joint_attacker import Bound, alone

# Heading or row of a file -> what is counted.
SAME = {
    "People who sent something or spoke": "people",
    "People who sent something, with those who sent copies": "people",
    "People counted in this report, with each campaign counted as one voice": "total",
    "People who took part": "total",
    "Passages": "excerpts",
    "Excerpts": "excerpts",
    "Excerpts without a theme whose number is shown": "uncoded",
    "Copies of another response, counted with it as one voice": "copies",
    "Campaigns": "campaigns",
    "Answers left blank": "blank",
    "Not used: answers left blank": "blank",
    "Answers that say nothing": "non_answers",
    "Not used: answers that say nothing": "non_answers",
    "People who withdrew: nothing of theirs is in this report": "withdrawn",
    "People who withdrew": "withdrawn",
    "People who may not be quoted: they are counted, but never quoted": "refused",
    "People whose words may not be published": "refused",
}
SENT = re.compile(r"Campaign (\d+)(?:: people who sent it)?")
GROUP = re.compile(r"group (one|two) / People", re.IGNORECASE)
STABLE = re.compile(r"group (?:one|two) / .*", re.IGNORECASE)
JUDGED = re.compile(r".* / (Housing|Racism|Access) / (Excerpts judged by both|Both|Only the second)")
LANGUAGE = re.compile(r"People who used the language (\w+)")
OF_CELLS = {"total", "campaigns"}  # a cell of the tables, and a number that is never hidden
ALIKE = {*SAME.values()} - OF_CELLS - {"uncoded"}  # what is the same number under any rule
CAMPAIGN = 3  # senders, from which on the same text is a campaign


def named(told: Mapping[str, list[str | float]]) -> dict[str, set[str]]:
    """What is counted -> all that is printed of it."""
    found: dict[str, set[str]] = {}
    for name, values in told.items():
        if STABLE.fullmatch(name) and not GROUP.fullmatch(name):
            continue
        match = next((hit for form in (SENT, GROUP, JUDGED, LANGUAGE) if (hit := form.fullmatch(name))), None)
        called = SAME.get(name) or (" ".join([_kind(match), *match.groups()]).casefold() if match else name)
        found.setdefault(called, set()).update(str(each).removesuffix(".0").replace(",", "") for each in values)
    return found


def _kind(match: re.Match[str]) -> str:
    return {SENT: "campaign", GROUP: "group", JUDGED: "judged", LANGUAGE: "language"}[match.re]


def all_told(each: list[Told]) -> dict[str, set[str]]:
    """The numbers of all files together."""
    found: dict[str, set[str]] = {}
    for told in each:
        for name, values in named(told.alone).items():
            found.setdefault(name, set()).update(values)
    return found


def without_letters(made: Exported, every: list[Seen], theme: str) -> list[Seen]:
    """The cells without the total of mentions where words of nobody known are in it too."""
    return [each for each in every if each.measure != "m" or each.at != root(made) or not _letters_in(made, theme)]


def root(made: Exported) -> tuple[str, ...]:
    return tuple(ALL for _ in told_apart(made))


def bounds(made: Exported, told: Mapping[str, set[str]], theme: str) -> Iterator[Bound]:
    """What is printed of each number, and how all of them are tied; `theme` is the one that is attacked."""
    rule, everybody = made.rule, root(made)
    total, mentions, letters = ("n", everybody), ("m", everybody), alone("letters")

    def printed(name: str, least: int = 0) -> Bound | None:
        values = {each for each in told.get(name, ()) if each}
        if not values:
            return None
        low, high = interval_of(next(iter(values)), rule, least)
        return Bound({alone(name): 1}, low, high)

    known = {*SAME.values()} - OF_CELLS | {"codings", "decided"}
    known |= {name for name in told if name.startswith(("campaign ", "group ", "language "))}
    for name in sorted(known):
        least = CAMPAIGN if name.startswith("campaign ") else 1 if name.startswith("language ") else 0
        if (one := printed(name, least)) and not (name == "people" and told["people"] == told["total"]):
            yield one
    # Whoever only sent copies is among those who sent something, and no voice of their own.
    yield Bound({alone("people"): 1, total: -1, alone("echoes"): -1}, 0, 0)
    yield Bound({alone("copies"): 1, alone("echoes"): -1})
    if told["people"] == told["total"]:
        yield Bound({alone("echoes"): 1}, 0, rule.threshold - 1)
    sent = [alone(name) for name in told if name.startswith("campaign ")]
    yield Bound({alone("copies"): 1, **dict.fromkeys(sent, -1.0)}, -len(sent))
    yield Bound({alone("excerpts"): 1}, len(made.excerpts))
    if told.get("sampled"):
        yield Bound({alone("sampled"): 1}, *interval_of(min(told["sampled"]), rule))
        yield Bound({alone("excerpts"): 1, alone("sampled"): -1})
    yield Bound({alone("decided"): -1, alone("codings"): 1})
    # An excerpt carries a theme whose number is shown, or none.
    shown = [key for key, cell in made.numbers.table(SliceRequest()).rows[0].themes.items() if isinstance(cell, Count)]
    often = {key: alone(f"mentions {key}") for key in shown}
    cells = made.numbers.table(SliceRequest(unit="mentions")).rows[0].themes
    for key, at in often.items():
        if isinstance(cell := cells[key], Count) and (key != theme or _letters_in(made, theme)):
            yield Bound({at: 1, **({} if _letters_in(made, key) else {alone(f"letters {key}"): -1})},
                        *interval_of(cell.value, rule))  # fmt: skip
        yield Bound({alone("coded"): 1, at: -1})
        yield Bound({alone(f"letters {key}"): 1}, *((rule.threshold, None) if _letters_in(made, key) else
                                                    (0, rule.threshold - 1)))  # fmt: skip
    if theme in often:
        yield Bound({often[theme]: 1, mentions: -1, letters: -1}, 0, 0)
        yield Bound({letters: 1, alone(f"letters {theme}"): -1}, 0, 0)
    yield Bound({alone("coded"): -1, **dict.fromkeys(often.values(), 1.0)})
    yield Bound({alone("excerpts"): 1, alone("coded"): -1, alone("uncoded"): -1}, 0, 0)
    yield Bound({alone("codings"): 1, **dict.fromkeys(often.values(), -1.0)}, 0, 0)
    groups = [alone(name) for name in told if name.startswith("group ")]
    if groups:
        yield Bound({alone("uncoded"): 1, **dict.fromkeys(groups, -1.0)})
    if "coders" not in told:  # what people decided may undo what the computer said of the sample
        yield from _judged(told, often)


def _judged(told: Mapping[str, set[str]], often: Mapping[str, tuple[str, tuple[str, ...]]]) -> Iterator[Bound]:
    """What the computer found in the sample is among its codings, and what it did not find is none of them."""
    for name, key in NAMES.items():
        counts = {what: told.get(f"judged {name.casefold()} {what}") for what in
                  ("excerpts judged by both", "both", "only the second")}  # fmt: skip
        if key in often and all(counts.values()):
            judged, *there = (int(min(each)) for each in counts.values() if each)
            yield Bound({often[key]: 1}, sum(there))
            yield Bound({alone("excerpts"): 1, often[key]: -1}, judged - sum(there))


def _letters_in(made: Exported, theme: str) -> bool:
    """Whether so many excerpts of nobody known carry it that the printed total counts them; taken to be known."""
    return made.letters[theme] >= made.rule.threshold


def under(made: Exported, told: Mapping[str, set[str]], theme: str) -> Iterator[Bound]:
    """What the same round tells under another rule, of cells and of numbers that stand alone."""
    for each in without_letters(made, seen(made, theme), theme):
        if isinstance(each.cell, Count):
            yield Bound({(each.measure, each.at): 1}, *interval_of(each.cell.value, made.rule))
    for name in sorted(ALIKE & set(told)):
        numbers = [each for each in told[name] if each.isdecimal()]
        if numbers and not (name == "people" and told["people"] == told["total"]):
            yield Bound({alone(name): 1}, *interval_of(numbers[0], made.rule))


def hidden_alone(told: Mapping[str, set[str]]) -> list[tuple[str, tuple[str, ...]]]:
    """Those of the numbers that are hidden."""
    kept = ("excerpts", "uncoded", "copies", "refused", "withdrawn", "blank", "non_answers", "people", "codings",
            "decided")  # fmt: skip
    return [alone(name) for name, values in sorted(told.items())
            if (name in kept or name.startswith(("campaign ", "language ")))
            and not any(each.isdecimal() for each in values)]  # fmt: skip


def letters_listed(made: Exported, theme: str) -> Bound:
    """Of nobody's excerpts a file lists so many with the theme."""
    rows = [row for row in made.excerpts if row["role"] == Role.NOBODY and theme in row["themes"].split(";")]
    return Bound({alone("letters"): 1}, len(rows))
