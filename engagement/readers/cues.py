"""From a transcript's cues to turns: the rules that vtt and srt share."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from engagement.readers.cast import LABEL, is_label
from engagement.readers.clean import has_words, tidy
from engagement.readers.minutes import SOUND
from engagement.readers.paragraphs import recognise
from engagement.readers.reading import CannotRead, Paragraph, Reading

VOICE = re.compile(r"<v(?:\.[\w.]+)*[ \t]+([^>\s][^>]*)>")
ENDED = re.compile(r"[.?!…][\"'”’)\]]*$")
DIALOGUE = re.compile(r"\s*(?:[-–—‐]|>>)\s*(?=\w|[“\"‘'(\[])")  # the marks of another speaker
SOMEBODY = "?"  # the label of a speaker of whom nothing is known
PAUSE = 2  # seconds of silence after a whole sentence that part two paragraphs where nobody has a voice
FEWEST_WORDS = 6  # of a paragraph after a pause: fewer might pass for a heading, which are nobody's words


def mended(text: str, aside: Counter[str]) -> str:
    """A transcript whose cues are whole: an empty line within a cue's words would cut the rest of them off.

    What stands before and between the cues, and is nobody's words, is counted in `aside`.
    """
    blocks: list[str] = []
    for block in re.split(r"(?:\n[ \t]*){2,}", re.sub(r"\r\n?", "\n", text).strip()):
        head = re.match(r"(?:WEBVTT|NOTE|STYLE|REGION)\b", block)
        if "-->" not in block and head is None and has_words(block) and blocks and "-->" in blocks[-1]:
            if not block.strip().isdecimal():
                blocks[-1] += f"\n{block}"
            continue
        if head and "-->" not in block:
            aside["note in the transcript's code"] += head[0] == "NOTE" and has_words(block[len("NOTE") :])
            lines = block[len("WEBVTT") :].split("\n") if head[0] == "WEBVTT" else []
            aside["title block"] += sum(map(has_words, lines))
        blocks.append(block)
    return "\n\n".join(blocks) + "\n"


def turns_of(cues: Sequence[Any], arrows: int, known: frozenset[str], aside: Counter[str]) -> Reading:
    """A turn for each run of cues of one speaker, at the time at which it starts, broken sentences made whole.

    `cues` are webvtt's captions; `arrows` is how many times the text has, so that lost cues are noted; `aside` is what
    stands between them. Words of a voice that nobody is named for are a turn of nobody. Raises CannotRead where there
    are no words.
    """
    import webvtt

    paragraphs: list[Paragraph] = []
    speaking: str | None = None
    before, until = "", 0.0
    dashed = any(DIALOGUE.match(line) for cue in cues for line in cue.text.split("\n"))
    for cue in cues:
        for voice, words in _voices(cue.raw_text):
            said = tidy(html.unescape(webvtt.Caption(text=words).text))
            if not said or (voice is None and SOUND.fullmatch(said)):
                aside["sound or pause"] += bool(said)
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
                paragraphs += _lines(place, said, joined, parted=dashed and bool(ENDED.search(before)))
            else:
                paragraphs.append(Paragraph(place, said.replace("\n", " "), joined=True, label=label))
            before, until = said, cue.end_in_seconds
    if not paragraphs:
        raise CannotRead("the transcript has no words", "Check that the recording was transcribed, and save it again")
    malformed = arrows - len(cues)
    cues_were = "1 cue was" if malformed == 1 else f"{malformed} cues were"
    notes = (f"{cues_were} not read: the times are malformed.",) if malformed > 0 else ()
    reading = recognise(paragraphs, known, spoken=True)
    counted = Counter(reading.counts.aside) + aside + Counter({"timestamp": len(cues)})
    return replace(reading, counts=replace(reading.counts, aside=dict(+counted)), notes=notes)


def _lines(place: str, said: str, joined: bool, parted: bool) -> Iterator[Paragraph]:
    """The lines of a cue in which nobody has a voice: each may name a speaker, or open with a dash another's words.

    `parted` says that the cue itself is another's, since the file has dashes and the one before ended a sentence.
    """
    for at, line in enumerate(said.split("\n")):
        dash = DIALOGUE.match(line)
        words = line[dash.end() :] if dash else line
        named = LABEL.fullmatch(words)
        if (dash or (at == 0 and parted)) and not (named and is_label(named["label"])):
            yield Paragraph(place, words, joined=True, label=SOMEBODY)
        else:
            yield Paragraph(place, words, joined=at > 0 or joined)


def _voices(text: str) -> Iterator[tuple[str | None, str]]:
    """The speaker and words of each voice in a cue; None for words with no voice tag."""
    first, *rest = VOICE.split(text)
    if first.strip() or not rest:
        yield None, first
    for voice, words in zip(rest[::2], rest[1::2], strict=True):
        yield tidy(html.unescape(voice)), words
