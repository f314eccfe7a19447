"""From paragraphs and tables, whatever the format, to turns and prose: the rules that docx, txt and vtt share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from engagement.model import FileCounts, Kind, Role
from engagement.readers.attendance import Attendance, take_attendance
from engagement.readers.cast import (
    ASIDE,
    BULLET,
    DASHED,
    INITIALS,
    LABEL,
    NOBODY,
    STAMP,
    STAMPED,
    Cast,
    bare,
    is_label,
    is_name,
    is_plain,
    role_of,
    ways,
)
from engagement.readers.clean import fold, has_words, phrases
from engagement.readers.grids import CLOCK, rows_of, unfolded
from engagement.readers.letter import read_letter
from engagement.readers.minutes import (
    ACTION_LINE,
    COURSE,
    NOTHING,
    OWN_WORDS,
    OWNED,
    REPORTING,
    SOUND,
    Section,
    breaks_in,
    headed,
    is_of_meeting,
    section_of,
    told_of,
)
from engagement.readers.reading import Block, CannotRead, Paragraph, Reading, Said

QUESTION = re.compile(
    r"(?:q(?:uestion)?\s*\d+[a-z]?|(?:topic|theme)\s*\d*)\s*[.:)–-]\s*\S.*|\d{1,2}[.)]\s.*\?", re.I | re.DOTALL
)
ASIDE_LINE = re.compile(r"[(\[][^)\]]*[)\]]\.?")  # "[laughter]", "(break for tea)"
UNSAID = (("timestamp", CLOCK), ("sound or pause", SOUND))
COURSE_OF_IT = "opening or closing line"
HEADING_WORDS = 40
# Headings that are no question: what comes under them answers none.
PLAIN_HEADINGS = phrases("""
    introduction | background | welcome | notes | discussion | summary | agenda | transcript | what was said | minutes |
    meeting notes | notes of the meeting | notes of the discussion | discussion notes | what people said | actions |
    next steps | any other business | aob | conclusion | feedback
""")


@dataclass(slots=True, repr=False)
class _Talk:
    """What was made of the paragraphs so far."""

    cast: Cast
    kind: Kind  # of what no speaker says
    spoken: bool = False  # whether it is a recording, which has no sections
    turns: list[Said] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    aside: Counter[str] = field(default_factory=Counter)
    topic: str = ""
    acting: bool = False  # whether the section lists what was agreed
    speaking: int | None = None  # the place in `turns` of the turn that goes on
    flowing: int | None = None  # the place of what nobody says that the next line goes on with, right under it


def recognise(blocks: Sequence[Block], known: frozenset[str] = frozenset(), *, spoken: bool = False) -> Reading:
    """The turns, people and questions of a document. Raises CannotRead where there are no words.

    `known` are the folded names, first names and initials of the round's roster: such a label needs no second
    occurrence to be a speaker's. In the notes of a meeting, what no speaker says is reported; elsewhere it is prose;
    in a recording, which is all `spoken`, it is the turn of somebody unknown.
    Every line and cell is in a turn, a question, a person, or counted in `aside`.
    """
    aside: Counter[str] = Counter()
    laid_out = list(unfolded(blocks, aside))
    lines = [line for block in laid_out for line in ([block] if isinstance(block, Paragraph) else rows_of(block))]
    if not spoken and (letter := read_letter(lines)):
        return letter
    found = Attendance(blocks=lines) if spoken else take_attendance(laid_out)
    said = lines if spoken else headed(found.blocks)
    labels = _speakers(said, found.cast, known)
    present = any(person.role is not Role.NOBODY for person in found.cast.people)
    noted = found.described or found.group or present or labels or any(one.label for one in said)
    unsaid = Kind.TURN if spoken else Kind.REPORTED if noted or is_of_meeting(said) else Kind.PROSE
    talk = _Talk(found.cast, unsaid, spoken)
    for paragraph in said:
        _hear(talk, paragraph, labels)
    turns = tuple(turn for turn in talk.turns if has_words(turn.words))
    if not turns:
        raise CannotRead(
            "there are no words of a conversation, letter or note in the file", "Check that it is the right file"
        )
    people = tuple(replace(person, group=person.group or found.group) for person in talk.cast.people)
    aside.update(found.aside + talk.aside)
    asked = frozenset(talk.questions)
    aside["heading"] += sum(heading not in asked for heading in talk.headings)
    return Reading(turns, people, tuple(talk.questions), FileCounts(turns=len(turns), aside=dict(+aside)))


def _split(paragraph: Paragraph) -> tuple[str, str] | None:
    """What stands before the words and might name a speaker, and the words."""
    text = BULLET.sub("", paragraph.text)
    if match := LABEL.fullmatch(text) or STAMPED.fullmatch(text):
        return match["label"], match["words"] or ""
    if paragraph.bold and text.startswith(paragraph.bold) and is_label(paragraph.bold):
        words = text[len(paragraph.bold) :]
        # "JM reported that the lifts are out" in bold and plain is the note taker's.
        return None if REPORTING.match(words) else (paragraph.bold, words.strip(" :–-"))
    return None


def _speakers(paragraphs: Sequence[Paragraph], cast: Cast, known: frozenset[str]) -> frozenset[str]:
    """The labels, folded and without their brackets, that are speakers' in this document."""
    unnamed = [one for one in paragraphs if one.label is None and one.style not in {"title", "heading"}]
    splits = [split for paragraph in unnamed if (split := _split(paragraph))]
    counts = Counter(fold(bare(label)) for label, _ in splits if is_label(label))
    seen = _seen(counts)
    spoken = {
        label: seen[label] > 1 or label in known or is_plain(label) or cast.find(label) is not None for label in counts
    }
    # Where most paragraphs have a speaker, a name that comes once is one too: its words aren't the one's before.
    once = {fold(bare(label)) for label, _ in splits if is_name(bare(label)) and fold(bare(label)) in counts}
    plain = len([one for one in paragraphs if not one.style and not one.joined])
    sure = sum(counts[label] for label, yes in spoken.items() if yes)
    named = sum(counts[label] for label, yes in spoken.items() if yes or label in once)
    mostly = (sure >= 2 and sure * 2 >= plain) or (sure >= 1 and named * 3 >= plain * 2)
    return frozenset(label for label, yes in spoken.items() if yes or (mostly and label in once))


def _seen(counts: Counter[str]) -> Counter[str]:
    """How often each label stands in the document, be it in full ("Ruth Cohen") or in short ("Ruth", "RC")."""
    seen = Counter(counts)
    for label, times in counts.items():
        full, short = ways(label)
        for other in (short & counts.keys()) if full else ():
            seen[label] += counts[other]
            seen[other] += times
    return seen


def _hear(talk: _Talk, paragraph: Paragraph, labels: frozenset[str]) -> None:
    text = BULLET.sub("", paragraph.text)
    if called := "" if talk.spoken else _called(talk, paragraph, text):
        talk.aside[called] += 1
        if called == COURSE_OF_IT:
            talk.flowing = talk.speaking = None
        return
    flowing, talk.flowing = talk.flowing, None
    alone = paragraph.label is None and not talk.spoken
    label, words = _labelled(talk, paragraph, labels)
    section = section_of(text) if alone and (not paragraph.joined or text.endswith(":")) else None
    if alone and ACTION_LINE.fullmatch(text):
        _note(talk, paragraph.location, Kind.ACTION, text)
    elif label and not (talk.acting and alone and not OWN_WORDS.search(words)):
        talk.speaking, talk.acting = len(talk.turns), False
        talk.aside += _beside(label, paragraph, words)
        _add(talk, paragraph.location, Kind.TURN, words, talk.cast.speaker(label))
    elif section and not (paragraph.style == "heading" and section[0] is Section.ON_TOPIC):
        _open(talk, section[0])
        if section[1]:
            _note(talk, paragraph.location, Kind.ACTION if talk.acting else talk.kind, text)
        else:
            talk.aside["heading"] += 1
    elif paragraph.style == "heading" or _is_heading(paragraph):
        plain = fold(text) in PLAIN_HEADINGS
        talk.topic, talk.speaking, talk.acting = ("" if plain else text), None, False
        talk.headings.append(text)
    elif ASIDE_LINE.fullmatch(text):
        _add(talk, paragraph.location, talk.kind, text, None)
    elif talk.speaking is not None and not (alone and _breaks_in(talk, paragraph)):
        _go_on(talk, talk.speaking, text, paragraph.joined)
    elif paragraph.joined and flowing is not None and not (talk.acting and OWNED.fullmatch(text)):
        talk.flowing = flowing
        _go_on(talk, flowing, text, joined=True)
    else:
        _note(talk, paragraph.location, Kind.ACTION if talk.acting else talk.kind, text)


def _breaks_in(talk: _Talk, paragraph: Paragraph) -> bool:
    """Whether the note taker writes here, not the one who has been speaking."""
    if paragraph.joined:
        return False
    who = told_of(paragraph.text)
    return breaks_in(paragraph.text) or (who != "" and talk.cast.find(who) not in {None, talk.turns[-1].person})


def _called(talk: _Talk, paragraph: Paragraph, text: str) -> str:
    """What a line is that holds nobody's words; empty for any other, and for one that may go on with somebody's."""
    if paragraph.style == "title":
        return "title"
    if paragraph.label is None:
        if found := next((called for called, pattern in UNSAID if pattern.fullmatch(text)), ""):
            return found
        if not (paragraph.joined and (talk.flowing is not None or talk.speaking is not None)):
            nothing = talk.speaking is None and fold(text) in NOTHING
            return COURSE_OF_IT if COURSE.fullmatch(text) else "item that says none" if nothing else ""
    return ""


def _beside(label: str, paragraph: Paragraph, words: str) -> Counter[str]:
    """What stands with a speaker's name and goes into no person: a time, "(F, 60s)", "All"."""
    found: Counter[str] = Counter()
    if paragraph.label is None:
        before = paragraph.text[: len(paragraph.text) - len(words)]
        found["timestamp"] += len(re.findall(STAMP, before))
    words_beside = [part.strip() for aside in ASIDE.findall(label) for part in re.split(r"[,;/]", aside)]
    dropped = (part for part in words_beside if part and not INITIALS.fullmatch(part) and role_of(part) is None)
    found["about a speaker"] += sum(not re.fullmatch(STAMP, part) for part in dropped)
    found["speaker without a name"] += fold(bare(label)) in NOBODY
    return +found


def _open(talk: _Talk, section: Section) -> None:
    talk.speaking, talk.acting = None, section is Section.ACTIONS
    if section is not Section.ON_TOPIC:
        talk.topic = ""


def _note(talk: _Talk, location: str, kind: Kind, words: str) -> None:
    """Adds what nobody says; whoever spoke before is done."""
    talk.speaking, talk.flowing = None, len(talk.turns)
    _add(talk, location, kind, words, None)


def _labelled(talk: _Talk, paragraph: Paragraph, labels: frozenset[str]) -> tuple[str, str]:
    """The speaker's label and the words; an empty label where the paragraph has no speaker of its own."""
    if paragraph.label is not None:
        return paragraph.label, paragraph.text
    if (split := _split(paragraph)) and fold(bare(split[0])) in labels and paragraph.style != "heading":
        return split
    dashed = DASHED.fullmatch(BULLET.sub("", paragraph.text))
    if dashed and is_label(dashed["label"]) and talk.cast.find(dashed["label"]) is not None:
        return dashed["label"], dashed["words"]
    return "", paragraph.text


def _is_heading(paragraph: Paragraph) -> bool:
    if paragraph.label is not None or paragraph.joined or len(paragraph.text.split()) > HEADING_WORDS:
        return False
    return paragraph.style == "bold" or bool(QUESTION.fullmatch(paragraph.text))


def _add(talk: _Talk, location: str, kind: Kind, words: str, person: int | None) -> None:
    if talk.topic and talk.topic not in talk.questions:
        talk.questions.append(talk.topic)
    question = talk.questions.index(talk.topic) if talk.topic else None
    talk.turns.append(Said(location, kind, words, person, question))


def _go_on(talk: _Talk, place: int, text: str, joined: bool) -> None:
    turn = talk.turns[place]
    parting = " " if joined else "\n"
    talk.turns[place] = replace(turn, words=f"{turn.words}{parting}{text}".strip())


def labels_of(names: Iterable[str]) -> frozenset[str]:
    """The folded labels under which people of these names may speak: `known` of `recognise`."""
    each = [ways(name) for name in names]
    return frozenset(label for full, short in each for label in (*full, *short) if not label.startswith("~"))
