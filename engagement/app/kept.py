"""What takes long to work out from a project's numbers, kept as long as they are."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from engagement.slices import Slicer

MOST = 200  # answers of one edition; beyond them all are worked out anew

Made = TypeVar("Made")
_kept: WeakKeyDictionary[Slicer, dict[Hashable, Any]] = WeakKeyDictionary()


def kept(numbers: Slicer, key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gives, worked out once for `key` (what is made, and of which request).

    A project's numbers are made anew with each edition of it, each rule and each folder: what hangs on them is never
    another edition's, as it could be under a number that is read a moment later.
    """
    held = _kept.setdefault(numbers, {})
    if key in held:
        known: Made = held[key]
        return known
    if len(held) >= MOST:
        held.clear()
    made = make()
    held[key] = made
    return made
