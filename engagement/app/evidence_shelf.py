"""The quotes of a theme as a report writer sees them: pinned in their order, offered, and dropped, checked anew.

What may be quoted is loaded once an edition and rule; what people chose is read again each time. A quote is here only
where `quotes.py` clears it now and its words are still those that are stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from engagement.app.data import Opened, folder
from engagement.config import RULES
from engagement.model import Choice, Coding, DisclosureRule, Excerpt, Participant, Pick, Quote
from engagement.pipeline import slicer
from engagement.quotation.choosing import Chosen
from engagement.quotation.quoted import verified
from engagement.quotes import QuoteBook
from engagement.slices import Slicer
from engagement.store import Store

OFFERED = 10  # quotes of a theme beside those that are pinned

GONE = "Its words are no longer in the project, or they were changed."
NO_THEME = "Its theme is no longer in the codebook."
FEW = "Too few people raised this theme for anybody's words to be shown."
NOT_CODED = "It does not carry this theme any more."
REFUSED = "Whoever said it did not agree to be quoted, or has left the round."
LANGUAGE = "Too few people spoke its language."
NOT_CLEARED = "The rule does not allow it."


@dataclass(frozen=True, slots=True)
class Shelf:
    """What may be quoted of an edition of the project under one rule. `version` tells editions and settings apart."""

    project: Path
    version: tuple[int, int]
    rule: DisclosureRule
    numbers: Slicer
    book: QuoteBook
    excerpts: Mapping[str, Excerpt]
    people: Mapping[str, Participant]
    codings: Mapping[tuple[str, str], Coding]
    themes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pinned quote: its words as they print, or why they may not be printed; `said` is the quote unmended.

    `unfit`: what somebody made of it no longer fits the stored words, so that it prints as it was said.
    """

    pick: Pick
    quote: Quote | None
    why_not: str = ""
    said: Quote | None = None
    unfit: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """The quotes of a theme. `offered` are neither pinned nor dropped; `kept_back` dropped ones may not be shown."""

    pinned: tuple[Pinned, ...]
    offered: tuple[Chosen, ...]
    dropped: tuple[Quote, ...]
    kept_back: int


def version() -> tuple[int, int]:
    """The project's edition and settings. To be read before the project is: else what is older would pass as newer."""
    project = folder()
    settings = project / "settings.toml"
    with Store.open(project) as store:
        return store.edition(), settings.stat().st_mtime_ns if settings.exists() else 0


def shelf(rule: DisclosureRule, project: Opened, version: tuple[int, int]) -> Shelf:
    """What may be quoted of the project that the app was started with. Raises NoProject, BadInput."""
    return _load(str(folder()), version, rule.name, project)


@st.cache_resource(max_entries=3, show_spinner="Reading the quotes")
def _load(named: str, version: tuple[int, int], rule_name: str, _opened: Opened) -> Shelf:
    project, rule = Path(named), RULES[rule_name]
    excerpts, own = tuple(_opened.excerpts.values()), rule == _opened.rule
    with Store.open(project) as store:
        people, sets = store.participants(), store.value_sets()
        numbers = _opened.numbers if own else slicer(store, rule)
    numbers.prepare()
    codings, beside = tuple(_opened.decided.values()), _opened.quotes  # its vectors are large, and held once
    stances, vectors = _opened.stances, beside.embeddings
    if own:
        book = beside
    else:
        book = QuoteBook(excerpts, codings, people, numbers, rule, sets, stances=stances, embeddings=vectors)
    return Shelf(
        project=project,
        version=version,
        rule=rule,
        numbers=numbers,
        book=book,
        excerpts=_opened.excerpts,
        people={one.participant_id: one for one in people},
        codings={(coding.excerpt_id, coding.theme_key): coding for coding in codings},
        themes=frozenset(_opened.codebook.keys if _opened.codebook else ()),
    )


def looked_at(held: Shelf, theme_key: str, picks: Sequence[Pick]) -> Looked:
    """The quotes of a theme, with these picks of the project."""
    of_theme = tuple(pick for pick in picks if pick.theme_key == theme_key)
    return _looked_at(str(held.project), held.version, held.rule.name, theme_key, of_theme, held)


def checked(held: Shelf, picks: Sequence[Pick]) -> dict[str, tuple[Pinned, ...]]:
    """Theme key -> its pinned quotes in their order, each cleared and compared with what is stored; none left out."""
    themes = dict.fromkeys(pick.theme_key for pick in picks if pick.choice is Choice.PINNED)
    return {key: looked_at(held, key, picks).pinned for key in themes}


@st.cache_resource(max_entries=400, show_spinner=False)
def _looked_at(
    project: str,  # these three are the cache's key for what is in `_held`
    version: tuple[int, int],
    rule: str,
    theme_key: str,
    picks: tuple[Pick, ...],
    _held: Shelf,
) -> Looked:
    pinned = [pick for pick in picks if pick.choice is Choice.PINNED]
    ids = {pick.excerpt_id for pick in pinned}
    found = _printable(_held, theme_key, picks, len(pinned) + OFFERED)
    printed = {one.quote.excerpt_id: one for one in found}
    dropped = tuple(sorted(pick.excerpt_id for pick in picks if pick.choice is Choice.DROPPED))
    shown = _dropped(project, version, rule, theme_key, dropped, _held) if dropped else ()
    return Looked(
        pinned=tuple(
            Pinned(pick, one.quote, said=one.said or one.quote, unfit=one.unfit)
            if (one := printed.get(pick.excerpt_id))
            else Pinned(pick, None, _why_not(_held, pick))
            for pick in sorted(pinned, key=lambda pick: (pick.place, pick.excerpt_id))
        ),
        offered=tuple(one for one in found if one.quote.excerpt_id not in ids)[:OFFERED],
        dropped=shown,
        kept_back=len(dropped) - len(shown),
    )


@st.cache_resource(max_entries=400, show_spinner=False)
def _dropped(
    project: str,  # noqa: ARG001 - as above
    version: tuple[int, int],  # noqa: ARG001
    rule: str,  # noqa: ARG001
    theme_key: str,
    excerpt_ids: tuple[str, ...],
    _held: Shelf,
) -> tuple[Quote, ...]:
    """The quotes of those that may be printed: cleared as if they were pinned."""
    as_pinned = [Pick(excerpt_id, theme_key, Choice.PINNED, place) for place, excerpt_id in enumerate(excerpt_ids)]
    found = _printable(_held, theme_key, as_pinned, len(as_pinned))
    return tuple(one.quote for one in found if one.quote.excerpt_id in excerpt_ids)


def _printable(held: Shelf, theme_key: str, picks: Sequence[Pick], most: int) -> tuple[Chosen, ...]:
    """Up to `most` quotes of a theme, those that are pinned first, each compared with what is stored."""
    if theme_key not in held.themes:
        return ()
    return tuple(one for one in held.book.with_picks(picks).chosen(theme_key, most) if _is_stored(held, one.quote))


def _is_stored(held: Shelf, quote: Quote) -> bool:
    try:
        verified(quote, held.excerpts)
    except ValueError:
        return False
    return True


def _why_not(held: Shelf, pick: Pick) -> str:
    """Why a pinned quote may not be printed, in a sentence; the first that holds."""
    excerpt = held.excerpts.get(pick.excerpt_id)
    if excerpt is None:
        return GONE
    if pick.theme_key not in held.themes:
        return NO_THEME
    if (pick.excerpt_id, pick.theme_key) not in held.codings:
        return NOT_CODED
    person = held.people.get(excerpt.participant_id or "")
    if excerpt.participant_id and (person is None or person.may_publish is False):
        return REFUSED
    if not held.numbers.shows(pick.theme_key):
        return FEW
    speakers = {
        one.participant_id or one.excerpt_id for one in held.excerpts.values() if one.language == excerpt.language
    }
    return LANGUAGE if len(speakers) < held.rule.k else NOT_CLEARED
