"""What a quote may print of an excerpt: its own words, shortened and mended only where a mark says so.

`[...]` stands for words that were left out, `[sic]` after a slip that is the speaker's own, and `[word]` for a few
words that were replaced by the quoter's, or that the quoter added. Fillers ("um", "you know") stay: a quote full of
omissions reads as if something were kept back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

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
# What programs make of three full stops and of plain quotation marks while somebody types.
AS_TYPED = regex.compile(r"\[\s*(?:\u2026|\.(?:\s*\.)+)\s*\]")
ALIKE = dict.fromkeys("'\u2018\u2019", "['\u2018\u2019]") | dict.fromkeys('"\u201c\u201d', '["\u201c\u201d]')
REPLACED = rf"(?:\s*\S+(?:\s+\S+){{0,{MOST_REPLACED - 1}}}?)??\s*"
LEFT_OUT = {OMISSION: r"\s*\S.*?", SIC: r"\s*"}
# Half of "can't", "non-disabled" or "1,500" is another word.
WORD_START = r"(?<![\w\p{Sc}])(?<!\w['\u2018\u2019/\-\u2010\u2011])(?<!\d[.,\u2013])(?<![-\u2212](?=\d))"
WORD_END = r"(?![\w%])(?!['\u2018\u2019/\-\u2010\u2011]\w)(?![.,\u2013]\d)"
JOINING = "'\u2018\u2019/-\u2010\u2011"
Spans = tuple[tuple[int, int], ...]
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
    """`quote` as somebody shortened or mended it by typing.

    Raises BadInput where a word is not the speaker's own, and where words in brackets hold an identifier.
    """
    spans, between, after = marked(typed, excerpt.text)
    return _quote(excerpt, spans, between, quote.attribution, quote.cleared_by, after)


def mended(quote: Quote, typed: str, excerpt: Excerpt) -> Quote:
    """`quote` as somebody mended it earlier, or itself where that no longer fits the stored words."""
    try:
        return edited(quote, typed, excerpt)
    except BadInput:
        return quote


def marked(typed: str, text: str) -> tuple[Spans, tuple[str, ...], str]:
    """Where the words of `typed` stand in `text`, the marks between them, and the one after them all.

    Raises BadInput as `edited` does.
    """
    words, marks = parts(typed, text)
    found = found_in(words, marks, text)
    if found is None:
        raise BadInput("quote", "the words are not those of the passage", REMEDY)
    for mark in {*marks} - {OMISSION, SIC}:
        if clean(mark, "the words in brackets") != mark:
            raise BadInput("the words in brackets", "they hold a character that can't be printed", "Take it out")
    spans = tuple(found.span(number) for number in range(1, 1 + len(words)))
    return spans, marks[: len(words) - 1], SIC if len(marks) == len(words) else ""


def _quote(
    excerpt: Excerpt,
    spans: Spans,
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


def parts(typed: str, text: str) -> tuple[list[str], tuple[str, ...]]:
    """The stretches of words that were typed, and the marks after them; "[Person 3]" of the passage is words.

    Only a last `[sic]` stands after all words; omissions before the first and after the last are marked anyway.
    """
    words, marks, at = [], [], 0
    typed = AS_TYPED.sub(OMISSION, typed)
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


def words_in_brackets(typed: str, text: str) -> tuple[str, ...]:
    """What `typed`, an edit of `text`, says in brackets that is not the speaker's."""
    return tuple(mark[1:-1] for mark in parts(typed, text)[1] if mark not in {OMISSION, SIC})


def found_in(
    words: Sequence[str], marks: Sequence[str], text: str, seconds: float = MOST_SECONDS
) -> regex.Match[str] | None:
    """The words in the passage, a group each; a search that takes longer finds nothing."""
    if not all(words) or len(words) > MOST_PARTS:
        return None
    try:
        return regex.search(_pattern(words, marks), text, regex.DOTALL, timeout=seconds)
    except TimeoutError:
        return None


def _pattern(words: Sequence[str], marks: Sequence[str]) -> str:
    """Finds the words in their order; a group for each stretch of them.

    After an omission the first place where the words go on is as good as any: no other is tried.
    """
    pieces, close = [], ""
    for stretch, mark in zip(words, ("", *marks), strict=False):
        own = r"\s+".join("".join(ALIKE.get(each, regex.escape(each)) for each in word) for word in stretch.split())
        before, after = _edge(stretch[0], WORD_START, r"(?<!\w)"), _edge(stretch[-1], WORD_END, r"(?!\w)")
        if mark == OMISSION:
            pieces.append(f"{close}(?>")
            close = ")"
        pieces.append(f"{LEFT_OUT.get(mark, REPLACED) if mark else ''}({before}{own}{after})")
    return "".join(pieces) + close


def _edge(letter: str, of_word: str, of_joining: str) -> str:
    """What keeps a stretch that begins or ends with `letter` from being cut out of a word."""
    return of_word if letter.isalnum() else of_joining if letter in JOINING else ""
