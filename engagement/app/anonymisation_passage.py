"""A passage with its marks: what stays, what was replaced and by what, told in words and brackets.

Everybody's words are escaped; the marks are told apart by signs and words, and by their look only besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from engagement.anonymising.review import UNPRINTABLE, Passages
from engagement.anonymising.rulings import Spot
from engagement.model import SafeTurn

AROUND = 400  # characters shown before and after the words asked about
STYLE = """<style>
.passage { max-width: 760px; line-height: 1.6; overflow-wrap: anywhere; margin: 0.25rem 0 0.5rem; }
.passage mark { background: transparent; color: inherit; font-weight: 700; border-bottom: 3px solid currentColor; }
.passage .gone { border-bottom: 1px dashed currentColor; }
</style>"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a passage. `printed` is what stands in its place, None where the words stay.

    `words` are empty where they were replaced and the vault is shut. `asked`: this is what the question is about.
    """

    words: str
    printed: str | None = None
    asked: bool = False


def pieces(passages: Passages, spot: Spot) -> tuple[Piece, ...]:
    """The passage around a span, cut where it is long. Raises BadInput for a damaged vault."""
    turn = spot[:2]
    stored, held = passages.turns[turn], passages.held(turn)
    found = []
    for start, end, plain, printed in _spans(stored):
        if printed is None:
            found += list(_split(plain, start, spot))
        else:
            words = passages.shown(Spot(*turn, start, end))[1] if held else ""
            found.append(Piece(words, printed, start < spot.end and spot.start < end))
    return tuple(_near(found))


def _spans(stored: SafeTurn) -> Iterator[tuple[int, int, str, str | None]]:
    """The spans of a turn in order, in raw offsets: (start, end, words that stay, what is printed instead)."""
    at = raw = 0
    for one in stored.redactions:
        kept = one.start - raw
        yield raw, one.start, stored.text[at : at + kept], None
        yield one.start, one.end, "", one.replacement
        at, raw = at + kept + len(one.replacement), one.end
    yield raw, raw + len(stored.text) - at, stored.text[at:], None


def _split(words: str, at: int, spot: Spot) -> Iterator[Piece]:
    """Words that stay, of which those asked about are a piece of their own."""
    start, end = (min(max(place - at, 0), len(words)) for place in (spot.start, spot.end))
    for part, asked in ((words[:start], False), (words[start:end], True), (words[end:], False)):
        if part:
            yield Piece(part, asked=asked)


def _near(found: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces not too far from those asked about."""
    asked = [place for place, piece in enumerate(found) if piece.asked] or [0]
    first, last = asked[0], asked[-1]
    before = [_cut(piece, left, tail=True) for piece, left in _room(found[:first][::-1])]
    after = [_cut(piece, left, tail=False) for piece, left in _room(found[last + 1 :])]
    yield from (*reversed(before), *found[first : last + 1], *after)


def _room(found: Sequence[Piece]) -> Iterator[tuple[Piece, int]]:
    """Each piece with the characters that are left for it, the nearest first; none once there are none."""
    left = AROUND
    for piece in found:
        if left <= 0:
            return
        yield piece, left
        left -= len(piece.words or piece.printed or "")


def _cut(piece: Piece, left: int, *, tail: bool) -> Piece:
    """A piece as far as there is room; what was replaced is never cut."""
    if piece.printed is not None or len(piece.words) <= left:
        return piece
    if tail:
        return Piece(f"… {piece.words[-left:].partition(' ')[2]}")
    return Piece(f"{piece.words[:left].rpartition(' ')[0]} …")


def as_html(found: Sequence[Piece]) -> str:
    """The passage for a page; nothing that anybody said is live in it."""
    return f'<p class="passage" dir="auto">{"".join(map(_piece, found))}</p>'


def _piece(piece: Piece) -> str:
    words = _plain(piece.words)
    printed = _plain(piece.printed or "")
    if piece.asked and piece.printed is None:
        return f"<mark>»{words}«</mark> (stays in the text)"
    if piece.asked:
        return f"<mark>»{words or printed}«</mark> (replaced by {printed})"
    if piece.printed is None:
        return words
    return f'<span class="gone">»{words}«</span> (replaced by {printed})' if words else printed


def _plain(words: str) -> str:
    """Escaped, and without the characters that could turn the reading direction or hide something."""
    return escape(UNPRINTABLE.sub(" ", words))


def show_passage(passages: Passages, spot: Spot) -> None:
    """Puts a passage on the page."""
    st.html(STYLE + as_html(pieces(passages, spot)))
