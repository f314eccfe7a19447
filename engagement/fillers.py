"""Fillers of English speech, which the reader of a quotation may skip without loss; the source keeps them all."""

from __future__ import annotations

import re

# Sounds that are no words. "Mm", "oh" and "uh huh" answer somebody, and "ER" is a hospital's.
SOUND = r"(?:(?-i:[Uu]m+|[Uu]hm+|[Ee]r+m?|[Ee]hm|[Uu]h+(?!\s+(?:huh|oh)\b)))"
# Phrases that mean something else unless the speaker sets them off: "you know him", "a sort of wood", "I like it".
SET_OFF = r"(?:you know|I mean|you see|sort of|kind of|like)"
OPENING = r"(?:you know|I mean|you see|like)"
CLOSING = r"(?:you know|you see|you know what I mean|if you know what I mean|like)"
# Small words that nobody says twice on purpose, at once or after a pause. Others come twice for a reason: "very very",
# "had had", "told you you", "carry on on Monday", "what it was was".
STUMBLED = (
    r"(?:I|I['’](?:m|ve|d|ll)|we|we['’](?:re|ve|d|ll)|they|they['’](?:re|ve|d|ll)|it['’]s|there['’]s|that['’]s|he|she"
    r"|the|a|an|and|but|because|if|when)"
)
STUMBLED_AT_ONCE = r"(?:my|our|your|their|of|to|who|what|this)"

WHOLE = r"(?<![\w'’-]){}(?![\w'’-])"
PAUSED = rf"(?:\s*(?:,|\.\.\.|…|\s-|\s?[–—])\s*|\s*,?\s+{SOUND}(?:\s*,)?\s+|\s+)"
ENDS = r"(?=\s*(?:[.?!;:…]|\Z))"
# Each with the commas and spaces that go with it, so that what is left reads on.
PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<=\w)\s*,\s*{SOUND}\s*,(?=\s)",
        rf"(?<=[\w,])\s*,?\s+{WHOLE.format(SOUND)}{ENDS}",
        rf"(?<!,\s){WHOLE.format(SOUND)}\s*(?:,|\.\.\.|…)?\s+",
        rf"(?<=,\s){WHOLE.format(SOUND)}\s+(?=\w)",
        rf"(?<=\w)\s*[,–—]\s*{SET_OFF}\s*[,–—](?=\s)",
        rf"(?:\A|(?<=[.?!…]\s)){OPENING}\s*,\s+",
        rf"(?<=\w)\s*,\s*{CLOSING}{ENDS}",
    )
)
REPEATED = (
    re.compile(rf"(?<![\w'’-])({STUMBLED})(?P<again>(?:{PAUSED}\1)+)(?![\w'’-])", re.IGNORECASE),
    re.compile(rf"(?<![\w'’-])({STUMBLED_AT_ONCE})(?P<again>(?:\s+\1)+)(?![\w'’-])", re.IGNORECASE),
)


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """The places of fillers in `text`, in code points, in order and apart; none where nothing else is said.

    Only what is clearly a filler counts: sounds, phrases that commas set off, small words that come twice over.
    """
    found = [match.span() for pattern in PATTERNS for match in pattern.finditer(text)]
    found += [match.span("again") for pattern in REPEATED for match in pattern.finditer(text)]
    made: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if made and start <= made[-1][1]:
            made[-1] = made[-1][0], max(end, made[-1][1])
        else:
            made.append((start, end))
    return tuple(made) if any(char.isalnum() for char in _without(text, made)) else ()


def skipped(text: str) -> str:
    """`text` without its fillers."""
    return _without(text, spans(text))


def _without(text: str, places: tuple[tuple[int, int], ...] | list[tuple[int, int]]) -> str:
    kept, end = [], 0
    for start, until in places:
        kept.append(text[end:start])
        end = until
    return "".join([*kept, text[end:]])
