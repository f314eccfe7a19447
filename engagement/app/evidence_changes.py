"""What a report writer does with a quote: each is written to the project at once, on what is there by then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engagement.model import Choice, Pick
from engagement.quotation.memoguard import clean
from engagement.quotation.named import Named, check_brackets
from engagement.store import Store

NOT_PINNED = "Somebody else has taken this quote out meanwhile. Nothing was changed."


def pin(project: Path, excerpt_id: str, theme_key: str, who: str) -> str:
    """Puts a quote last among the pinned ones of its theme; says so."""
    with Store.open(project) as store:
        last = max((pick.place for pick in _pinned(store, theme_key)), default=-1)
        store.collected.save_pick(_pick(store, excerpt_id, theme_key, Choice.PINNED, last + 1), who)
    return "Saved: the quote is pinned."


def drop(project: Path, excerpt_id: str, theme_key: str, who: str) -> str:
    """Keeps a quote out of the theme's quotes; its note and its words stay. Says so."""
    with Store.open(project) as store:
        store.collected.save_pick(_pick(store, excerpt_id, theme_key, Choice.DROPPED, 0), who)
    return "Saved: the quote is dropped. You find it below, under the quotes that were dropped."


def give_back(project: Path, excerpt_id: str, theme_key: str, who: str) -> str:
    """Makes a quote one like the others again, without its note and as it was said; says so."""
    with Store.open(project) as store:
        store.collected.remove_pick(excerpt_id, theme_key, who)
    return "Saved: the quote is neither pinned nor dropped now."


def move(project: Path, excerpt_id: str, theme_key: str, steps: int, who: str) -> str:
    """Moves a pinned quote by `steps` places, up where they are negative; says so."""
    with Store.open(project) as store:
        pinned = _pinned(store, theme_key)
        at = next((place for place, pick in enumerate(pinned) if pick.excerpt_id == excerpt_id), None)
        if at is None:
            return NOT_PINNED
        moved = pinned.pop(at)
        pinned.insert(max(0, at + steps), moved)
        for place, pick in enumerate(pinned):
            if pick.place != place:
                store.collected.save_pick(replace(pick, place=place), who)
    return "Saved: the order is changed."


def note(project: Path, excerpt_id: str, theme_key: str, typed: str, who: str) -> str:
    """Keeps a note to a pinned quote, or none where nothing is typed; says so. Raises BadInput for an identifier."""
    words = clean(typed)
    with Store.open(project) as store:
        pick = _one_pinned(store, excerpt_id, theme_key)
        if pick is None:
            return NOT_PINNED
        store.collected.save_pick(replace(pick, note=words), who)
    return "Saved: the note." if words else "Saved: the note is gone."


def mend(project: Path, pick: Pick, typed: str, said: str, who: str) -> str:
    """Keeps a pinned quote as it was shortened or mended; one that is as `said` again is put back. Says so.

    Raises BadInput for a change without a mark, and for brackets that hold an identifier or name somebody.
    """
    words = " ".join(typed.split())
    if words == " ".join(said.split()):
        return put_back(project, pick, who)
    with Store.open(project) as store:
        kept = _one_pinned(store, pick.excerpt_id, pick.theme_key)
        if kept is None:
            return NOT_PINNED
        try:
            check_brackets(words, store.collected.stored(pick.excerpt_id), store)
        except Named:
            store.collected.refused(kept, who)
            raise
        store.collected.save_pick(replace(kept, typed=words), who)
    return "Saved: the words of the quote. Every file prints them now."


def put_back(project: Path, pick: Pick, who: str) -> str:
    """Makes a pinned quote print as it was said; says so."""
    with Store.open(project) as store:
        kept = _one_pinned(store, pick.excerpt_id, pick.theme_key)
        if kept is None:
            return NOT_PINNED
        store.collected.save_pick(replace(kept, typed=""), who)
    return "Saved: the quote prints as it was said."


def _one_pinned(store: Store, excerpt_id: str, theme_key: str) -> Pick | None:
    return next((pick for pick in _pinned(store, theme_key) if pick.excerpt_id == excerpt_id), None)


def _pinned(store: Store, theme_key: str) -> list[Pick]:
    held = [pick for pick in store.collected.picks() if pick.theme_key == theme_key and pick.choice is Choice.PINNED]
    return sorted(held, key=lambda pick: (pick.place, pick.excerpt_id))


def _pick(store: Store, excerpt_id: str, theme_key: str, choice: Choice, place: int) -> Pick:
    """With the note and the words that were there."""
    held = {(pick.excerpt_id, pick.theme_key): pick for pick in store.collected.picks()}
    new = Pick(excerpt_id, theme_key, choice, place)
    return replace(held.get((excerpt_id, theme_key), new), choice=choice, place=place)
