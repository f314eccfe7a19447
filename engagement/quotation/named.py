"""Whether words in brackets name somebody whom the project knows under a number, or whom a reviewer had replaced.

Both are told by keyed digests: not one name is stored. A sealed project has no key, and nothing can be told any more.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from engagement.anonymising.rulings import Judgement, Rulings
from engagement.errors import BadInput
from engagement.model import Choice
from engagement.policy import PLACEHOLDER
from engagement.quotation.quoted import words_in_brackets
from engagement.recognisers.people import folded, name_parts
from engagement.recognisers.resolve import WORD
from engagement.vault import KEY_FILE, open_key

if TYPE_CHECKING:
    from engagement.store import Store

REMEDY = "Take the name out of the quote, on the Evidence page"


class Named(BadInput):
    """Words in brackets name somebody: whoever learns this has learnt who took part."""


def check_brackets(typed: str, text: str, store: Store) -> None:
    """Raises Named where `typed`, an edit of `text`, names somebody in brackets."""
    names = names_of(store)
    for words in words_in_brackets(typed, text):
        if names(PLACEHOLDER.sub(" ", words)):
            raise Named("the words in brackets", "they name somebody of the project", REMEDY)


def check_saved(store: Store) -> None:
    """Raises Named where a quote that somebody mended names somebody: what is a name may have been ruled since."""
    mended = {pick for pick in store.collected.picks() if pick.typed and pick.choice is Choice.PINNED}
    for pick in sorted(mended - set(store.collected.unfit()), key=lambda pick: (pick.theme_key, pick.excerpt_id)):
        check_brackets(pick.typed, store.collected.stored(pick.excerpt_id), store)


def names_of(store: Store) -> Callable[[str], bool]:
    """Tells whether words name somebody, without knowing a single name."""
    if store.sealed() or not (store.folder / KEY_FILE).exists():
        return lambda _: False
    key, numbers = open_key(store.folder), store.numbers()
    rulings = Rulings(key, store.reviewed.rulings())

    def named(words: str) -> bool:
        parts = [folded(part) for part in name_parts(words)]
        if any(hmac.new(key, " ".join(run).encode(), hashlib.sha256).hexdigest() in numbers for run in _runs(parts)):
            return True
        ruled = (rulings.decide(rulings.digest(" ".join(run))) for run in _runs(WORD.findall(words)))
        return any(ruling is not None and ruling.decision is Judgement.REPLACE for ruling in ruled)

    return named


def _runs(words: Sequence[str]) -> Iterator[Sequence[str]]:
    """Every run of words, but a single letter alone."""
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            if len("".join(words[start:end])) > 1:
                yield words[start:end]
