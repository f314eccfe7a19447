"""What a quote may print of an excerpt: its own words, shortened and mended only where a mark says so.

`[...]` stands for words that were left out, `[sic]` after a slip that is the speaker's own, and `[word]` for a few
words that were replaced by the quoter's, or that the quoter added. Fillers ("um", "you know") stay: a quote full of
omissions reads as if something were kept back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest

import regex

from engagement.errors import BadInput
from engagement.model import Excerpt, Quote, digest_of
from engagement.quotation.memoguard import clean
from engagement.segment import sentences

LONGEST = 60  # words a quote may have before it is cut to the sentences that decided its code
OMISSION, SIC = "[...]", "[sic]"
MOST_REPLACED = 3  # words that one `[word]` may stand for
MOST_SECONDS = 2.0  # of a search: words that come many times over, with many marks, have very many ways to match
MOST_PARTS = 10  # stretches of words
MARK = regex.compile(r"\[[^\[\]\n]{1,60}\]")
REPLACED = rf"(?:\s*\S+(?:\s+\S+){{0,{MOST_REPLACED - 1}}}?)??\s*"
LEFT_OUT = {OMISSION: r"\s*\S.*?", SIC: r"\s*"}
WORD_START, WORD_END = r"(?<!\w)", r"(?!\w)"
REMEDY = "Leave words out with [...], mark a slip with [sic], and put words of your own in brackets"


def verified(quote: Quote, excerpts: Mapping[str, Excerpt]) -> str:
    """The words to print, after every span was cut again from the stored excerpt and compared.

    Raises ValueError where the excerpt is gone or changed, the span is another, or words were left out unmarked.
    """
    excerpt = excerpts.get(quote.excerpt_id)
    if excerpt is None or digest_of(excerpt.text) != excerpt.sha256:
        raise ValueError(f"excerpt {quote.excerpt_id} does not match its digest")
    cut = str(excerpt.text)[quote.start : quote.end]
    if not 0 <= quote.start < quote.end <= len(excerpt.text) or cut != quote.text or digest_of(cut) != quote.sha256:
        raise ValueError(f"the quote of excerpt {quote.excerpt_id} is not what is stored")
    if not _marked(quote, excerpt.text):
        raise ValueError(f"the quote of excerpt {quote.excerpt_id} leaves words out without a mark")
    return quote.printed


def quote_of(excerpt: Excerpt, because: tuple[int, int], attribution: str, cleared_by: str) -> Quote:
    """The whole excerpt, or from a long one the sentences around `because` as far as `LONGEST` words go.

    Raises ValueError when the excerpt no longer matches its digest.
    """
    if digest_of(excerpt.text) != excerpt.sha256:
        raise ValueError(f"excerpt {excerpt.excerpt_id} does not match its digest")
    start, end = _span(excerpt.text, because)
    return _quote(excerpt, ((start, end),), (), attribution, cleared_by)


def edited(quote: Quote, typed: str, excerpt: Excerpt) -> Quote:
    """`quote` as somebody shortened or mended it by typing. Raises BadInput where a word is not the speaker's own."""
    words, marks = _parts(typed, excerpt.text)
    found = _found(_pattern(words, marks), excerpt.text) if all(words) and len(words) <= MOST_PARTS else None
    if found is None:
        raise BadInput("quote", "the words are not those of the passage", REMEDY)
    for mark in {*marks} - {OMISSION, SIC}:
        clean(mark, "the words in brackets")
    spans = tuple(found.span(number) for number in range(1, 1 + len(words)))
    after = SIC if len(marks) == len(words) else ""
    return _quote(excerpt, spans, marks[: len(words) - 1], quote.attribution, quote.cleared_by, after)


def _quote(
    excerpt: Excerpt,
    spans: tuple[tuple[int, int], ...],
    between: tuple[str, ...],
    attribution: str,
    cleared_by: str,
    after: str = "",
) -> Quote:
    """With marks where the excerpt has words before or after."""
    start, end = spans[0][0], spans[-1][1]
    text = excerpt.text.cut(start, end)
    made = Quote(excerpt.excerpt_id, text, start, end, digest_of(text), attribution, cleared_by)
    before, rest = excerpt.text[:start].strip(), excerpt.text[end:].strip()
    ends = (OMISSION if before else "", " ".join(filter(None, [after, OMISSION if rest else ""])))
    if len(spans) == 1 and not any(ends):
        return made
    return replace(made, spans=spans, marks=(ends[0], *between, ends[1]))


def _span(text: str, because: tuple[int, int]) -> tuple[int, int]:
    if len(text.split()) <= LONGEST:
        return 0, len(text)
    spans = sentences(text)
    start, end = because
    start = max((one for one, _ in spans if one <= start), default=start)
    for _, sentence_end in spans:
        if sentence_end > end and len(text[start:sentence_end].split()) <= LONGEST:
            end = sentence_end
    return start, end


def _marked(quote: Quote, text: str) -> bool:
    """Whether every word that is not printed has a mark in its place, and every mark is one that may be printed."""
    spans, marks = quote.spans or ((quote.start, quote.end),), quote.marks
    marks = marks or ("",) * (len(spans) + 1)
    if len(marks) != len(spans) + 1 or (spans[0][0], spans[-1][1]) != (quote.start, quote.end):
        return False
    if any(start >= end for start, end in spans):
        return False
    between = zip(pairwise(spans), marks[1:-1], strict=True)
    return (
        marks[0] == (OMISSION if text[: quote.start].strip() else "")
        and marks[-1].removeprefix(SIC).strip() == (OMISSION if text[quote.end :].strip() else "")
        and all(_stands_for(mark, text[one[1] : other[0]]) for (one, other), mark in between if one[1] <= other[0])
        and all(one[1] <= other[0] for one, other in pairwise(spans))
    )


def _stands_for(mark: str, left_out: str) -> bool:
    if mark == OMISSION:
        return bool(left_out.strip())
    if mark == SIC:
        return not left_out.strip()
    return bool(MARK.fullmatch(mark)) and len(left_out.split()) <= MOST_REPLACED


def _parts(typed: str, text: str) -> tuple[list[str], tuple[str, ...]]:
    """The stretches of words that were typed, and the marks after them; "[Person 3]" of the passage is words.

    Only a last `[sic]` stands after all words; omissions before the first and after the last are marked anyway.
    """
    words, marks, at = [], [], 0
    for match in MARK.finditer(typed):
        if match.group() in {OMISSION, SIC} or match.group() not in text:
            words.append(typed[at : match.start()].strip())
            marks.append(match.group())
            at = match.end()
    words.append(typed[at:].strip())
    if marks and not words[0] and marks[0] == OMISSION:
        words, marks = words[1:], marks[1:]
    if marks and not words[-1] and marks[-1] == OMISSION:
        words, marks = words[:-1], marks[:-1]
    if marks and not words[-1] and marks[-1] == SIC:
        words = words[:-1]
    return words, tuple(marks)


def _found(pattern: str, text: str) -> regex.Match[str] | None:
    """The words in the passage; a search that takes too long finds nothing."""
    try:
        return regex.search(pattern, text, regex.DOTALL, timeout=MOST_SECONDS)
    except TimeoutError:
        return None


def _pattern(words: Sequence[str], marks: Sequence[str]) -> str:
    """Finds the words in their order; a group for each stretch of them."""
    pieces = []
    for stretch, mark in zip_longest(words, marks[: len(words) - 1], fillvalue=""):
        own = r"\s+".join(map(regex.escape, stretch.split()))
        pieces.append(f"({WORD_START if stretch[0].isalnum() else ''}{own}{WORD_END if stretch[-1].isalnum() else ''})")
        pieces.append(LEFT_OUT.get(mark, REPLACED))
    return "".join(pieces[:-1])
