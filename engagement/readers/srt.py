"""SubRip transcripts, as players and captioning tools save them."""

from __future__ import annotations

import re
from collections import Counter

from engagement.readers.clean import decode
from engagement.readers.cues import mended, turns_of
from engagement.readers.reading import CannotRead, Reading

PLACING = re.compile(r"\{\\[^{}]*\}")  # "{\an8}": where on the screen
FIRST_CUE = re.compile(r"\s*\d+[ \t]*\r?\n\s*\d+:\d{1,2}:\d{1,2}[,.]\d+\s*-->")


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """A turn for each run of cues of one speaker, at the time at which it starts. Raises CannotRead."""
    import webvtt

    aside: Counter[str] = Counter()
    text = mended(PLACING.sub("", decode(data)), aside)
    try:
        cues = webvtt.WebVTT.from_buffer([text], format="srt").captions
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError):
        raise CannotRead(
            "the transcript is damaged: its first cue or a time is malformed", "Save it again as .srt or .vtt"
        ) from None
    return turns_of(cues, text.count("-->"), known, aside)
