"""The quotes of a round's evidence: of each theme, and of each group of people that an attribution names anyway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest

from engagement.guard.axes import NOT_ASKED, SILENCES
from engagement.model import ALL, Count, Quote, SliceRow, SliceTable
from engagement.quotes import QuoteBook
from engagement.tagging.value_sets import ValueSets

LOOKED_AT = 40  # quotes of each theme, from which those of groups are taken
OF_A_GROUP = 4
SILENT = frozenset({*SILENCES.values(), NOT_ASKED, ALL})

Quoted = tuple[Quote, str]  # with a word on why it was chosen, or the theme that it is on


def of_themes(book: QuoteBook, theme_keys: Sequence[str]) -> dict[str, tuple[Quoted, ...]]:
    """Theme key -> its quotes in the order in which they are to be read, each with a word on why it was chosen."""
    return {key: tuple((chosen.quote, chosen.reason) for chosen in book.chosen(key, LOOKED_AT)) for key in theme_keys}


def of_groups(
    quoted: Mapping[str, Sequence[Quoted]], profiles: Mapping[str, SliceTable], sets: ValueSets
) -> dict[tuple[str, str], tuple[Quoted, ...]]:
    """(characteristic, category) -> a few quotes of people who declared it, with the key of the theme that each is on.

    Only where the attribution says the category anyway, and the number of the group's people who raised the theme is
    shown; none for a category whose name another characteristic has too.
    """
    found: dict[tuple[str, str], tuple[Quoted, ...]] = {}
    for key, table in profiles.items():
        others = {name for other in sets.characteristics if other != key for name in sets.names(other)}
        for row in table.rows:
            (category,) = row.categories
            if category not in SILENT | others:
                found[key, category] = tuple(islice(_spread(row, category, quoted), OF_A_GROUP))
    return {group: theirs for group, theirs in found.items() if theirs}


def _spread(row: SliceRow, category: str, quoted: Mapping[str, Sequence[Quoted]]) -> Iterator[Quoted]:
    """One of each theme, those that most of the group raised first, then a second one of each, and so on."""
    cells = {theme: cell.value for theme, cell in row.themes.items() if isinstance(cell, Count)}
    of_theme = [
        [(quote, theme) for quote, _ in quoted.get(theme, ()) if category in quote.attribution.split(", ")]
        for theme in sorted(cells, key=lambda theme: -cells[theme])
    ]
    met: set[str] = set()
    for each in chain.from_iterable(zip_longest(*of_theme)):
        if each and each[0].excerpt_id not in met:
            met.add(each[0].excerpt_id)
            yield each
