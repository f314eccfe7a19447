"""What analysts type (notes, memos, words in brackets) is looked over before it is kept, as finished text is.

It goes where anonymised words go, so nothing may come in by it that the anonymiser takes out. Patterns alone are looked
for: no model is needed, and a name is not found.
"""

from __future__ import annotations

from engagement.anonymising.residual import HARD, remaining
from engagement.errors import BadInput
from engagement.policy import PRINTED

MOST_CHARACTERS = 10_000
NEVER = frozenset("\t\n\r")  # control characters that text may hold


def clean(text: str, what: str = "the note") -> str:
    """`text` without control characters and space around it. Raises BadInput naming the kind of identifier in it."""
    kept = "".join(letter for letter in text if letter in NEVER or letter.isprintable() or letter == "\u200d").strip()
    if len(kept) > MOST_CHARACTERS:
        raise BadInput(what, f"it is longer than {MOST_CHARACTERS} characters", "Shorten it")
    if kinds := remaining(kept, kinds=HARD):
        named = " and ".join(PRINTED[kind] for kind in kinds)
        raise BadInput(what, f"it seems to hold an identifier ({named})", "Take it out: notes are kept without any")
    return kept
