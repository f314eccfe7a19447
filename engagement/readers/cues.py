"""From a transcript's cues to turns: the rules that vtt and srt share."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from engagement.readers.clean import tidy
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import CannotRead, Paragraph, Reading

VOICE = re.compile(r"<v(?:\.[\w.]+)*[ \t]+([^>\s][^>]*)>")
ENDED = re.compile(r"[.?!…][\"'”’)\]]*$")
PAUSE = 2  # seconds of silence after a whole sentence that part two paragraphs where nobody has a voice
FEWEST_WORDS = 6  # of a paragraph after a pause: fewer might pass for a heading, which are nobody's words


def turns_of(cues: Sequence[Any], arrows: int, known: frozenset[str]) -> Reading:
    """A turn for each run of cues of one speaker, at the time at which it starts, broken sentences made whole.

    `cues` are webvtt's captions; `arrows` is how many times the text has, so that lost cues are noted. Raises
    CannotRead where there are no words.
    """
    import webvtt

    paragraphs: list[Paragraph] = []
    speaking: str | None = None
    before, until = "", 0.0
    for cue in cues:
        for voice, words in _voices(cue.raw_text):
            said = tidy(html.unescape(webvtt.Caption(text=words).text))
            if not said:
                continue
            # A cue with no voice of its own goes on with the last one, unless nobody has a voice in this file.
            label = "" if voice is None and speaking is not None else voice
            if voice is not None:
                label = "" if voice == speaking else voice
                speaking = voice
            place = cue.start.partition(".")[0]
            if label is None:
                paused = ENDED.search(before) and cue.start_in_seconds - until >= PAUSE
                joined = not (paused and len(said.split()) >= FEWEST_WORDS)
                # Each line may name a speaker of its own.
                first, *others = said.split("\n")
                paragraphs.append(Paragraph(place, first, joined=joined))
                paragraphs += [Paragraph(place, line, joined=True) for line in others]
            else:
                paragraphs.append(Paragraph(place, said.replace("\n", " "), joined=True, label=label))
            before, until = said, cue.end_in_seconds
    if not paragraphs:
        raise CannotRead("the transcript has no words", "Check that the recording was transcribed, and save it again")
    malformed = arrows - len(cues)
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
