"""What anybody can work out from the published tables of a round: sentences, shares, intervals, who is missing.

It sees cells alone, so that what is found here tells no more than they do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engagement.characteristics import DEFAULT
from engagement.comparing.compare import Verdict, beyond_parts, compare
from engagement.comparing.findings import combined_in_words, compared_in_words, people_in_words
from engagement.comparing.intervals import Estimate
from engagement.comparing.population import Gap, Presence, load, missing, missing_in_words
from engagement.export.equality_groups import PRESENT
from engagement.export.quantifiers import share
from engagement.model import ALL, Cell, Filter, FilterKind, SliceRequest, SliceTable, Stance
from engagement.slices import Slicer
from tests.exports_made import BOOK, KEYS

NAMES = {theme.name: theme.key for theme in BOOK.themes}
Printed = str | float


@dataclass(frozen=True)
class Key:
    """A number of people asked ("n"), of those who said a theme ("p") or of mentions ("m"), by what it is narrowed."""

    measure: str
    theme: str = ""
    held: frozenset[tuple[str, str]] = frozenset()
    where: frozenset[tuple[str, str]] = frozenset()

    def of(self, numbers: Slicer) -> Cell:
        """The slicer's own cell."""
        by, categories = tuple(key for key, _ in sorted(self.held)), tuple(name for _, name in sorted(self.held))
        where = tuple(Filter(FilterKind(kind), value) for kind, value in sorted(self.where))
        unit = "mentions" if self.measure == "m" else "people"
        rows = numbers.table(SliceRequest(by=by, where=where, unit=unit)).rows
        row = next(row for row in rows if row.categories == categories)
        return row.themes[self.theme] if self.theme else row.base


@dataclass(frozen=True)
class Follows:
    """Sentences, and shares and differences by what they are of, in every form in which files print them."""

    sentences: frozenset[str]
    parts: Mapping[Key, frozenset[Printed]]


def follows(numbers: Slicer, questions: Iterable[str], population: Path) -> Follows:
    """Everything that follows from one-way tables, the table of `KEYS`, the questions and a file of the population."""
    singly = {key: numbers.table(SliceRequest(by=(key,))) for key in DEFAULT.characteristics if key in KEYS}
    crossed = numbers.table(SliceRequest(by=KEYS))
    gaps = missing([*singly.values()], load(population, DEFAULT), DEFAULT)
    parts: dict[Key, set[Printed]] = defaultdict(set)
    found = [
        *(each for table in (*singly.values(), crossed) for each in _groups(table)),
        *_combinations(crossed),
        *_population(gaps),
        *_shares(numbers, questions),
    ]
    for key, printed_as in found:
        parts[key] |= printed_as
    names = {key: name for name, key in NAMES.items()}
    sentences = {missing_in_words(gaps, DEFAULT), *(_gap_in_words(gap) for gap in gaps)}
    sentences |= {compared_in_words(one, (key,), names) for key, table in singly.items() for one in compare(table)}
    sentences |= {combined_in_words(one, KEYS, names) for one in beyond_parts(crossed)}
    return Follows(frozenset(sentences | _too_few([*singly.values()], gaps)),
                   {key: frozenset(each) for key, each in parts.items()})  # fmt: skip


def printed(one: Estimate | None) -> set[Printed]:
    """An estimate in all forms in which files print it."""
    if one is None:
        return set()
    each = (one.value, one.low, one.high)
    return {f"{one.low:.0%} to {one.high:.0%}", *(f"{number:.0%}" for number in each),
            *(round(number, 4) for number in each), *(f"{round(100 * number)}%" for number in each)}  # fmt: skip


def _held(table: SliceTable, categories: Iterable[str]) -> frozenset[tuple[str, str]]:
    return frozenset(pair for pair in zip(table.request.by, categories, strict=True) if pair[1] != ALL)


def _groups(table: SliceTable) -> Iterator[tuple[Key, set[Printed]]]:
    for one in compare(table):
        estimates = (one.share, one.rest, one.difference)
        yield Key("p", one.theme, _held(table, one.categories)), set().union(*map(printed, estimates))
    for row in table.rows:
        yield (Key("n", "", _held(table, row.categories)),
               printed(share(row.base, table.rows[0].base, table.rule)))  # fmt: skip


def _combinations(table: SliceTable) -> Iterator[tuple[Key, set[Printed]]]:
    for one in beyond_parts(table):
        yield Key("p", one.theme, _held(table, one.categories)), printed(one.difference)


def _population(gaps: Iterable[Gap]) -> Iterator[tuple[Key, set[Printed]]]:
    for gap in gaps:
        at = Key("n", "", frozenset({(gap.characteristic, gap.category)}))
        yield at, printed(gap.respondents) | printed(gap.difference)
        if gap.population is not None:
            yield at, {f"{gap.population:.0%}", round(gap.population, 4)}


def _shares(numbers: Slicer, questions: Iterable[str]) -> Iterator[tuple[Key, set[Printed]]]:
    """Of everybody and of each question: who raised each theme, and who stands where."""

    def part(said: Key, base: Key) -> tuple[Key, set[Printed]]:
        return said, printed(share(said.of(numbers), base.of(numbers), numbers.rule))

    stands = [(str(FilterKind.STANCE), str(stance)) for stance in Stance]
    everybody = Key("n")
    for key in NAMES.values():
        yield part(Key("p", key), everybody)
        yield from (part(Key("p", key, where=frozenset({stand})), Key("p", key)) for stand in stands)
    for question in questions:
        here = (str(FilterKind.QUESTION), question)
        base = Key("n", where=frozenset({here}))
        yield from (part(Key("p", key, where=base.where), base) for key in NAMES.values())
        yield from (part(Key("n", where=frozenset({here, stand})), base) for stand in stands)


def _too_few(tables: Iterable[SliceTable], gaps: Iterable[Gap]) -> set[str]:
    """How many groups could not be compared."""
    compared = [one for table in tables for one in compare(table)]
    numbers = {sum(one.theme == key and one.verdict is Verdict.TOO_FEW for one in compared) for key in NAMES.values()}
    missed = sum(gap.presence is Presence.TOO_FEW for gap in gaps)
    told = [*((number, "other people") for number in numbers), (missed, "the population")]
    return {
        f"{number} {'group was' if number == 1 else 'groups were'} too small to compare with {whom}."
        for number, whom in told
    }


def _gap_in_words(gap: Gap) -> str:
    whom = people_in_words((gap.characteristic,), (gap.category,), DEFAULT)
    ours = f"{gap.respondents.value:.0%} of those who answered" if gap.respondents else "too few to show"
    return f"{PRESENT.get(gap.presence, '{}').format(whom)}: {ours}, and {gap.population or 0.0:.0%} of the population."
