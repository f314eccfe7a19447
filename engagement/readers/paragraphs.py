"""From paragraphs and tables, whatever the format, to turns and prose: the rules that docx, txt and vtt share."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from engagement.model import FileCounts, Kind
from engagement.readers.attendance import people_of_table, take_attendance
from engagement.readers.cast import (
    BULLET,
    DASHED,
    LABEL,
    STAMPED,
    Cast,
    bare,
    is_label,
    is_name,
    is_plain,
    ways,
)
from engagement.readers.clean import fold, has_words, phrases
from engagement.readers.letter import read_letter
from engagement.readers.reading import Block, CannotRead, Paragraph, Reading, Said, Table

SPEAKER_HEADINGS = frozenset(
    {"speaker", "who", "who said it", "name", "participant", "initials", "by", "person", "respondent", "said by"}
)
WORDS_HEADINGS = frozenset(
    {"what was said", "words", "comment", "comments", "contribution", "transcript", "text", "notes", "said", "response"}
    | {"discussion", "feedback", "points", "points raised", "answer", "utterance", "quote", "quotes", "dialogue"}
)
TOPIC_HEADINGS = frozenset({"question", "topic", "theme", "item", "agenda item", "subject"})

QUESTION = re.compile(
    r"(?:q(?:uestion)?\s*\d+[a-z]?|(?:topic|theme)\s*\d*)\s*[.:)–-]\s*\S.*|\d{1,2}[.)]\s.*\?", re.I | re.DOTALL
)
# Where a meeting's notes leave what was said: nobody's words after this are the last speaker's.
SECTION = re.compile(
    r"(?P<section>actions?(?: points?)?|summary|key points?|next steps|conclusions?|any other business|aob|close|end"
    r"|(?:meeting|session|recording) (?:closed|ended|ends).*|end of (?:meeting|session|recording|transcript|notes)"
    r"|notes?|themes?|recommendations?)\s*(?::\s*(?P<words>.*))?\.?",
    re.IGNORECASE | re.DOTALL,
)
ASIDE_LINE = re.compile(r"[(\[][^)\]]*[)\]]\.?")  # "[laughter]", "(break for tea)"
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
    turns: list[Said] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    topic: str = ""
    speaking: int | None = None  # the place in `turns` of the turn that goes on
    flowing: int | None = None  # the place of the prose that the next line goes on with, if it stands right under it


def recognise(blocks: Sequence[Block], known: frozenset[str] = frozenset()) -> Reading:
    """The turns, people and questions of a document. Raises CannotRead where there are no words.

    `known` are the folded names, first names and initials of the round's roster: such a label needs no second
    occurrence to be a speaker's.
    """
    paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
    if letter := read_letter(paragraphs):
        return letter
    found = take_attendance(list(_unfolded(blocks)))
    labels = _speakers(found.blocks, found.cast, known)
    talk = _Talk(found.cast)
    for paragraph in found.blocks:
        _hear(talk, paragraph, labels)
    turns = tuple(turn for turn in talk.turns if has_words(turn.words))
    if not turns:
        raise CannotRead(
            "there are no words of a conversation, letter or note in the file", "Check that it is the right file"
        )
    people = tuple(replace(person, group=person.group or found.group) for person in talk.cast.people)
    return Reading(turns, people, tuple(talk.questions), FileCounts(turns=len(turns)))


def _unfolded(blocks: Iterable[Block]) -> Iterable[Block]:
    """The blocks with each table, but for tables of attendees, as the paragraphs that its rows are."""
    for block in blocks:
        if isinstance(block, Paragraph) or not block.rows:
            if isinstance(block, Paragraph):
                yield block
            continue
        if people_of_table(block) is not None and not _columns(block):
            yield block
        else:
            yield from _rows(block)


def _columns(table: Table) -> tuple[int, int, int | None] | None:
    """The places of the speaker, the words and perhaps the topic in a transcript table; None for another table."""
    headings = [fold(heading) for heading in table.rows[0]]
    speaker = next((at for at, heading in enumerate(headings) if heading in SPEAKER_HEADINGS), None)
    words = next((at for at, heading in enumerate(headings) if heading in WORDS_HEADINGS), None)
    topic = next((at for at, heading in enumerate(headings) if heading in TOPIC_HEADINGS), None)
    return None if speaker is None or words is None else (speaker, words, topic)


def _rows(table: Table) -> Iterable[Paragraph]:
    columns, topic = _columns(table), ""
    for number, row in enumerate(table.rows, start=1):
        place = f"table {table.number} row {number}"
        cells = [cell for at, cell in enumerate(row) if cell and cell not in row[:at]]
        if columns is None:
            yield Paragraph(place, (": " if len(cells) == 2 else "\n").join(part.rstrip(":") for part in cells))
            continue
        speaker_at, words_at, topic_at = columns
        if number == 1:
            continue
        if len(cells) == 1 and row[speaker_at] == row[words_at]:  # one cell across the table
            yield Paragraph(place, cells[0], style="heading")
            continue
        if topic_at is not None and row[topic_at] and row[topic_at] != topic:
            topic = row[topic_at]
            yield Paragraph(place, topic, style="heading")
        yield Paragraph(place, row[words_at], label=row[speaker_at])


def _split(paragraph: Paragraph) -> tuple[str, str] | None:
    """What stands before the words and might name a speaker, and the words."""
    text = BULLET.sub("", paragraph.text)
    if match := LABEL.fullmatch(text) or STAMPED.fullmatch(text):
        return match["label"], match["words"] or ""
    if paragraph.bold and text.startswith(paragraph.bold) and is_label(paragraph.bold):
        return paragraph.bold, text[len(paragraph.bold) :].strip(" :–-")
    return None


def _speakers(paragraphs: Sequence[Paragraph], cast: Cast, known: frozenset[str]) -> frozenset[str]:
    """The labels, folded and without their brackets, that are speakers' in this document."""
    unnamed = [one for one in paragraphs if one.label is None and one.style not in {"title", "heading"}]
    splits = [split for paragraph in unnamed if (split := _split(paragraph))]
    counts = Counter(fold(bare(label)) for label, _ in splits if is_label(label))
    spoken = {
        label: seen > 1 or label in known or is_plain(label) or cast.find(label) is not None
        for label, seen in counts.items()
    }
    # Where most paragraphs have a speaker, a name that comes once is one too: its words aren't the one's before.
    labelled = sum(counts[label] for label, yes in spoken.items() if yes)
    mostly = labelled * 2 >= len([one for one in paragraphs if not one.style and not one.joined]) and labelled >= 2
    once = {fold(bare(label)) for label, _ in splits if is_name(bare(label)) and fold(bare(label)) in counts}
    return frozenset(label for label, yes in spoken.items() if yes or (mostly and label in once))


def _hear(talk: _Talk, paragraph: Paragraph, labels: frozenset[str]) -> None:
    text = BULLET.sub("", paragraph.text)
    label, words = _labelled(talk, paragraph, labels)
    if paragraph.style == "title":
        return
    flowing, talk.flowing = talk.flowing, None
    if label:
        talk.speaking = len(talk.turns)
        _add(talk, paragraph.location, Kind.TURN, words, talk.cast.speaker(label))
    elif paragraph.style == "heading" or _is_heading(paragraph):
        talk.topic, talk.speaking = ("" if fold(text) in PLAIN_HEADINGS else text), None
    elif (section := SECTION.fullmatch(text)) and paragraph.label is None and not paragraph.joined:
        talk.topic, talk.speaking = "", None
        if section["words"]:
            _add(talk, paragraph.location, Kind.PROSE, text, None)
    elif ASIDE_LINE.fullmatch(text):
        _add(talk, paragraph.location, Kind.PROSE, text, None)
    elif talk.speaking is not None:
        _go_on(talk, talk.speaking, text, paragraph.joined)
    elif paragraph.joined and flowing is not None:
        talk.flowing = flowing
        _go_on(talk, flowing, text, joined=True)
    else:
        talk.flowing = len(talk.turns)
        _add(talk, paragraph.location, Kind.PROSE, text, None)


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
