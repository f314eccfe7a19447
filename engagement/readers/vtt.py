"""WebVTT transcripts, as Teams, Zoom and others save them: cues to turns."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace

from engagement.readers.clean import decode, tidy
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import CannotRead, Paragraph, Reading

VOICE = re.compile(r"<v(?:\.[\w.]+)*[ \t]+([^>\s][^>]*)>")


def read(data: bytes, known: frozenset[str] = frozenset()) -> Reading:
    """A turn for each run of cues of one speaker, at the time at which it starts. Raises CannotRead."""
    import webvtt

    text = decode(data)
    cues = webvtt.WebVTT.from_string(text).captions
    paragraphs, speaking = [], None
    for cue in cues:
        for voice, words in _voices(cue.raw_text):
            said = tidy(html.unescape(webvtt.Caption(text=words).text)).replace("\n", " ")
            if not said:
                continue
            # A cue with no voice of its own goes on with the last one, unless nobody has a voice in this file.
            label = "" if voice is None and speaking is not None else voice
            if voice is not None:
                label = "" if voice == speaking else voice
                speaking = voice
            paragraphs.append(Paragraph(cue.start.partition(".")[0], said, joined=True, label=label))
    if not paragraphs:
        raise CannotRead("the transcript has no words", "Check that the recording was transcribed, and save it again")
    malformed = text.count("-->") - len(cues)
    cues_were = "1 cue was" if malformed == 1 else f"{malformed} cues were"
    notes = (f"{cues_were} not read: the times are malformed.",) if malformed > 0 else ()
    return replace(recognise(paragraphs, known), notes=notes)


def _voices(text: str) -> Iterator[tuple[str | None, str]]:
    """The speaker and words of each voice in a cue; None for words with no voice tag."""
    first, *rest = VOICE.split(text)
    if first.strip() or not rest:
        yield None, first
    for voice, words in zip(rest[::2], rest[1::2], strict=True):
        yield tidy(html.unescape(voice)), words
