"""What a person needs to code one excerpt, with suggestions or blind, and what is stored once they are done with it.

The command line and the app show a `Sheet` and store what `done` makes of the themes chosen on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engagement.codebook import with_parents
from engagement.coding.blind import BLIND, SETTLED, Disagreement, Judged, Sample, counted, settle
from engagement.errors import BadInput
from engagement.model import Codebook, Coding, Decision, Excerpt, SafeText
from engagement.themes import MACHINE, standing, waiting

NUMBER = re.compile(r"[+-]?[0-9]{1,4}")
HOW = "themes by number, 0 none, s skip, q quit"
HOW_SUGGESTED = "y as suggested, or +3 -2 to change it, or all themes by number, 0 none, s skip, q quit"
HOW_SETTLED = "Is it there? y yes, n no, s skip, q quit"
SETTLING = {"y": Decision.ACCEPTED, "n": Decision.REJECTED}

Ask = Callable[[str], str]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a theme is suggested: how likely the machine holds it, by which words, and a like excerpt that has it."""

    score: float
    because: SafeText
    like: SafeText | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """An excerpt to be coded by `coder`. Blind, it holds no word of anybody but theirs.

    `holds` are the themes that stand now, `reasons` of those that the machine suggested. `spans` are where a theme was
    found, `ruled_on` what has to be ruled out if it is not chosen.
    """

    excerpt: Excerpt
    coder: str
    codebook: Codebook
    holds: frozenset[str] = frozenset()
    reasons: Mapping[str, Reason] = field(default_factory=dict)
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    ruled_on: frozenset[str] = frozenset()

    @property
    def blind(self) -> bool:
        """Whether the coder may see nothing of what others found."""
        return self.coder.startswith(BLIND)


@dataclass(frozen=True, slots=True)
class Done:
    """What is to be stored of an excerpt that somebody is done with, in `store.coded` and in `store.sampled`."""

    codings: tuple[Coding, ...]
    judged: Judged


# ------------------------------------------------------------------ sheets


def coder_named(name: str) -> str:
    """The name of a person who codes. Raises BadInput for one that tells nobody, or that is kept for other uses."""
    plain = " ".join(name.split())
    if not plain or ":" in plain or "," in plain or plain == MACHINE.rstrip(":"):
        raise BadInput("coder", "not a coder's name", "Give a name without a colon or comma, such as Ben")
    return plain


def sheet(
    excerpt: Excerpt,
    name: str,
    codebook: Codebook,
    codings: Sequence[Coding],
    alike: Mapping[tuple[str, str], Excerpt] | None = None,
) -> Sheet:
    """The sheet with all that counts so far. `alike` is as in `learning.Queue`. Raises BadInput for a bad name."""
    keys = set(codebook.keys)
    here = [one for one in counted(codings) if one.excerpt_id == excerpt.excerpt_id and one.theme_key in keys]
    held = {one.theme_key: one for one in standing(here)}
    reasons = {
        key: Reason(
            one.score,
            excerpt.text.cut(*one.because),
            like.text if (like := (alike or {}).get((excerpt.excerpt_id, key))) else None,
        )
        for key, one in held.items()
        if one.coder.startswith(MACHINE)
    }
    spans = {one.theme_key: one.because for one in here if any(one.because)}
    return Sheet(excerpt, coder_named(name), codebook, frozenset(held), reasons, spans, _ruled_on(here))


def blind_sheet(excerpt: Excerpt, name: str, codebook: Codebook, codings: Sequence[Coding] = ()) -> Sheet:
    """The sheet of a blind coder: of `codings` it takes their own alone. Raises BadInput for a bad name."""
    coder = f"{BLIND}{coder_named(name)}"
    own = [one for one in codings if one.excerpt_id == excerpt.excerpt_id and one.coder == coder]
    holds = frozenset(one.theme_key for one in standing(own)) & set(codebook.keys)
    return Sheet(excerpt, coder, codebook, holds=holds, ruled_on=_ruled_on(own))


def _ruled_on(codings: Sequence[Coding]) -> frozenset[str]:
    """The themes of an excerpt that hold, or wait for a decision."""
    return frozenset(one.theme_key for one in (*standing(codings), *waiting(codings)))


def done(sheet: Sheet, chosen: Collection[str]) -> Done:
    """What is said of an excerpt by somebody who chose its themes and is done with it: of all others they say no.

    A theme brings those above it. A theme that stood and was not chosen is rejected. Raises BadInput for an unknown
    key.
    """
    keys, excerpt = sheet.codebook.keys, sheet.excerpt
    for key in chosen:
        if key not in keys:
            raise BadInput("codebook", f"no theme has the key '{key}'", "Use the codebook's keys")
    there = with_parents(sheet.codebook, chosen)
    whole = (0, len(excerpt.text))
    decisions = {
        key: Decision.ACCEPTED if key in there else Decision.REJECTED for key in keys if key in there | sheet.ruled_on
    }
    codings = tuple(
        Coding(excerpt.excerpt_id, key, sheet.coder, decision, 1.0, sheet.spans.get(key, whole))
        for key, decision in decisions.items()
    )
    return Done(codings, Judged(excerpt.excerpt_id, sheet.coder, frozenset(keys)))


def agreed(
    codings: Sequence[Coding], said: Mapping[str, Mapping[tuple[str, str], bool]], sample: Sample, by: str
) -> tuple[Coding, ...]:
    """What a pair both said of sampled excerpts, as settled, where it does not hold yet and no one else decided.

    `said` is as in `blind.disagreements`. Without it what two blind coders both found would count nowhere.
    """
    first, second = said.values()
    counting = counted(codings)
    holds = {(one.excerpt_id, one.theme_key) for one in standing(counting)}
    people = [one for one in counting if not one.coder.startswith(MACHINE)]
    decided = {(one.excerpt_id, one.theme_key) for one in people} - {
        (one.excerpt_id, one.theme_key) for one in waiting(people)
    }
    order = {excerpt_id: number for number, excerpt_id in enumerate(sample.excerpt_ids)}
    same = [place for place in first if place[0] in order and second.get(place) == first[place]]
    return tuple(
        Coding(*place, f"{SETTLED}{by}", Decision.ACCEPTED if first[place] else Decision.REJECTED, 1.0, (0, 0))
        for place in sorted(same, key=lambda place: (order[place[0]], place[1]))
        if place not in decided and first[place] != (place in holds)
    )


# ------------------------------------------------------------------ dialogues


def dialogue(sheets: Sequence[Sheet], ask: Ask, tell: Tell) -> Iterator[Done]:
    """What a coder says of each excerpt, given as soon as it is said, so that who stops loses none."""
    for number, one in enumerate(sheets, 1):
        for line in _lines(one, f"{number} of {len(sheets)}"):
            tell(line)
        while (answer := ask(HOW if one.blind else HOW_SUGGESTED).strip().casefold()) not in ("s", "q"):
            chosen = chosen_by(answer, one)
            if chosen is not None:
                yield done(one, chosen)
                break
            tell(f"Not understood. Themes have the numbers 1 to {len(one.codebook.themes)}.")
        if answer == "q":
            return


def settling(
    disagreements: Iterable[Disagreement],
    excerpts: Mapping[str, Excerpt],
    codebook: Codebook,
    by: str,
    ask: Ask,
    tell: Tell,
) -> Iterator[Coding]:
    """A third decision on each theme on which a pair of coders differ, but for what is settled already."""
    left = [one for one in disagreements if one.settled is None and one.excerpt_id in excerpts]
    for number, one in enumerate(left, 1):
        theme = codebook.theme(one.theme_key)
        tell(f"\n{number} of {len(left)}: {excerpts[one.excerpt_id].text}")
        tell(f"{theme.name}: {theme.definition}" if theme.definition else theme.name)
        tell(f"Found by {plain_name(one.found_by)}, not by {plain_name(one.not_by)}")
        while (answer := ask(HOW_SETTLED).strip().casefold()) not in ("s", "q", *SETTLING):
            tell("Not understood.")
        if answer == "q":
            return
        if answer in SETTLING:
            yield settle(one, SETTLING[answer], by)


def chosen_by(answer: str, sheet: Sheet) -> frozenset[str] | None:
    """The themes that an answer names by their numbers, None where it can't be understood.

    "2 5" are these and no others, "+3 -2" changes what holds, "y" takes what holds, "0" is none. A blind coder has
    nothing to change.
    """
    words = answer.replace(",", " ").split()
    if words == ["y"] and not sheet.blind:
        return sheet.holds
    if words == ["0"]:
        return frozenset()
    there = all(NUMBER.fullmatch(word) and 1 <= int(word.lstrip("+-")) <= len(sheet.codebook.keys) for word in words)
    signs = {word[0] if word[0] in "+-" else "" for word in words}
    if not words or not there or not (signs == {""} or (signs <= {"+", "-"} and not sheet.blind)):
        return None
    named = {word: sheet.codebook.keys[int(word.lstrip("+-")) - 1] for word in words}
    removed = {key for word, key in named.items() if word[0] == "-"}
    return frozenset(named.values()) - removed | (frozenset() if signs == {""} else sheet.holds - removed)


def plain_name(coder: str) -> str:
    """What a coder is called by people."""
    return "the machine" if coder.startswith(MACHINE) else coder.removeprefix(BLIND).removeprefix(SETTLED)


def _lines(sheet: Sheet, number: str) -> Iterator[str]:
    yield f"\n{number}: {sheet.excerpt.text}"
    for place, theme in enumerate(sheet.codebook.themes, 1):
        mark = "*" if theme.key in sheet.holds else " "
        yield f" {mark}{place:3} {theme.name}"
        if reason := sheet.reasons.get(theme.key):
            yield f"        {100 * reason.score:.0f} % likely, by »{reason.because}«"
            if reason.like:
                yield f"        like »{reason.like}«"
