"""WebVTT transcripts, as Teams, Zoom and others save them."""

from __future__ import annotations

from collections import Counter

from engagement.readers.clean import decode
from engagement.readers.cues import mended, turns_of
from engagement.readers.reading import Reading


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """A turn for each run of cues of one speaker, at the time at which it starts. Raises CannotRead."""
    import webvtt

    aside: Counter[str] = Counter()
    text = mended(decode(data), aside)
    return turns_of(webvtt.WebVTT.from_string(text).captions, text.count("-->"), known, aside)
