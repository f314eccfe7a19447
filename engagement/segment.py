"""SafeDocument -> Excerpts: turns cut at sentence ends into pieces short enough to code and to quote."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from engagement.model import Excerpt, Kind, SafeDocument, SafeText, SafeTurn, content_id, digest_of

# Their full stop ends no sentence, whatever follows.
TITLES = re.compile(
    r"mr|mrs|ms|mx|dr|prof|revd?|fr|sr|jr|st|cllrs?|councillor|hon|sgt|insp|supt|capt|lt|gen|col|"
    r"e\.g|i\.e|viz|cf|vs|approx|est|dept|govt|tel|ext|ref|fig|vol|pp|para|nr|opp|bldg"
)
# Their full stop ends a sentence only before a capital letter. Those that are words too (am, no, sun) are not here.
SHORTENINGS = re.compile(
    r"etc|[ap]\.m|pm|ltd|plc|inc|rd|ave|ln|sq|cres|u\.k|jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec|"
    r"tues?|wed|thu(?:rs?)?|fri|mins|hrs?|yrs?"
)
BEFORE_NUMBERS = re.compile(r"nos?|p|item")

OPENING = "\"'([\u201c\u2018"
CLOSING = "\"')]\u201d\u2019\u00bb"
ELLIPSES = ("..", "\u2026")
TERMINATOR = re.compile(rf"(?:\.{{2,}}|\u2026|[.!?])[.!?\u2026]*[{re.escape(CLOSING)}]*(?=\s|$)")
# A blank line ends a sentence; so does a line end before a list item, a capital letter or a quotation.
LINE_END = re.compile(
    rf"\n[^\S\n]*\n|\n(?=\s*(?:[-*\u2022\u00b7\u2013\u2014]\s|\(?\d{{1,3}}[.)]\s|[A-Z{re.escape(OPENING)}]))"
)
MARK = re.compile(r"\[[^\[\]\n]{1,60}\]")
BEFORE_AND_WORD = re.compile(rf"(.*?)\s*[{re.escape(OPENING)}]*([^\s{re.escape(OPENING)}]*)")
NEXT_WORD = re.compile(r"\s*(\S*)")
ITEM_NUMBER = re.compile(r"\(?\d{1,3}")  # "1. Housing" is one item
INITIALS = re.compile(r"(?:[A-Z]\.)*[A-Z]")


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the sentences of `text`, in order, in code points, without surrounding space.

    Every character that is not space lies in exactly one span. A mark such as [Person 3] is never broken.
    """
    marks = [match.span() for match in MARK.finditer(text)]
    ends = {match.end() for match in TERMINATOR.finditer(text) if _ends_sentence(text, match)}
    ends |= {match.start() for match in LINE_END.finditer(text)}
    inside = {at for at in ends for start, end in marks if start < at < end}
    bounds = [0, *sorted(ends - inside), len(text)]
    spans = (_trimmed(text, start, end) for start, end in itertools.pairwise(bounds))
    return tuple((start, end) for start, end in spans if start < end)


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    following = NEXT_WORD.match(text, match.end())[1]  # type: ignore[index]  # the pattern matches any text
    if not following:
        return True
    capital = following.lstrip(OPENING)[:1].isupper() or following.startswith("[")
    mark = match.group()
    if mark.startswith(ELLIPSES):  # a pause, unless a new sentence plainly starts
        return capital and not re.match(r"I\b", following)
    if mark[-1] in CLOSING and not capital:  # 'she said "why?" and left'
        return False
    line = text[max(0, match.start() - 60) : match.start()].rpartition("\n")[2]
    return not mark.startswith(".") or _full_stop(line, following, capital=capital)


def _full_stop(line: str, following: str, *, capital: bool) -> bool:
    """Whether a full stop after `line`, the line up to it, ends a sentence."""
    before, word = BEFORE_AND_WORD.fullmatch(line).groups()  # type: ignore[union-attr]  # it matches any line
    lowered = word.lower().strip(",;:")
    if TITLES.fullmatch(lowered) or (BEFORE_NUMBERS.fullmatch(lowered) and following[0].isdigit()):
        return False
    if SHORTENINGS.fullmatch(lowered):
        return capital
    if INITIALS.fullmatch(word):  # "J. Smith", "W.H. Smith", but not "So did I. Then"
        return word == "I" and not before.endswith(".")
    return bool(before) or not ITEM_NUMBER.fullmatch(word)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def excerpts(document: SafeDocument, max_words: int) -> tuple[Excerpt, ...]:
    """The excerpts of `document`, in order: a turn of at most `max_words` words is one of them.

    A longer turn is cut at sentence ends into as few pieces as will do, of about equal length, none over
    `max_words` words except where a single sentence is longer. A turn without words gives none, nor does an action
    point, which is what officers will do and not what people said.
    """
    return cut_turns(document.source_id, document.turns, max_words)


def cut_turns(source_id: str, turns: Sequence[SafeTurn], max_words: int) -> tuple[Excerpt, ...]:
    """The excerpts of all turns of a source, as `excerpts`."""
    found: list[Excerpt] = []
    for turn in turns:
        if turn.kind is Kind.ACTION:
            continue
        for start, end in _pieces(turn.text, max_words):
            found.append(_excerpt(source_id, turn, start, end, position=len(found)))
    return tuple(found)


def _excerpt(source_id: str, turn: SafeTurn, start: int, end: int, *, position: int) -> Excerpt:
    text: SafeText = turn.text.cut(start, end)
    return Excerpt(
        excerpt_id=content_id("e", source_id, turn.position, start, end),
        source_id=source_id,
        turn=turn.position,
        position=position,
        text=text,
        start=start,
        end=end,
        sha256=digest_of(text),
        role=turn.role,
        participant_id=turn.participant_id,
        question_id=turn.question_id,
        language=turn.language,
    )


def _pieces(text: str, max_words: int) -> tuple[tuple[int, int], ...]:
    whole = _trimmed(text, 0, len(text))
    if whole[0] == whole[1]:
        return ()
    if len(text.split()) <= max_words:
        return (whole,)
    spans = sentences(text)
    lengths = [len(text[start:end].split()) for start, end in spans]
    cuts = _even_cuts(lengths, max_words)
    return tuple((spans[first][0], spans[last - 1][1]) for first, last in cuts)


def _even_cuts(lengths: list[int], most: int) -> list[tuple[int, int]]:
    """Runs of sentences (first, last exclusive): the fewest runs of at most `most` words, then the most even."""
    best: list[tuple[int, int, int]] = [(0, 0, 0)]  # runs, sum of squares, where the last run starts
    for last in range(1, len(lengths) + 1):
        options, words = [], 0
        for first in range(last - 1, -1, -1):
            words += lengths[first]
            if words > most and first < last - 1:
                break
            runs, squares, _ = best[first]
            options.append((runs + 1, squares + words * words, first))
        best.append(min(options))
    cuts, last = [], len(lengths)
    while last:
        first = best[last][2]
        cuts.append((first, last))
        last = first
    return cuts[::-1]
