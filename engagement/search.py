"""Finds excerpts by their words and by what they mean, and says which of the two it was.

Words are ranked by BM25 in SQLite's full-text index, which is held in memory, those excerpts first that have all of
them; meaning by the cosine of the sentence encoder's vectors. The two lists are joined by reciprocal rank (Cormack,
Clarke and Buettcher, 2009). An index holds what it is given and nothing else, words of its vocabulary included: what
must not be found is not to be put in.
Nothing of what is looked for is kept or logged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from engagement.model import Embeddings, Excerpt
from engagement.search_words import FEWEST_LETTERS, GAP, Asked, Term, asked, spans, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

TABLE = """CREATE VIRTUAL TABLE said USING fts5(words, content='', prefix='3 4',
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'")"""
RANKED = "SELECT rowid, rank FROM said WHERE said MATCH ? ORDER BY rank, rowid"
NEAREST = 100  # excerpts by meaning: further ones have little to do with what was typed
NEAR = 0.35  # cosine from which an excerpt means something like it
SMOOTHING = 60  # of reciprocal ranks, as in the paper
MOST_SUGGESTIONS = 3

Encode = Callable[[str], "NDArray[np.float32]"]  # words -> their vector, of length 1


@dataclass(frozen=True, slots=True)
class Hit:
    """An excerpt that was found: `spans` are the words that match, in code points; none where `by_meaning` alone."""

    excerpt_id: str
    score: float
    spans: tuple[tuple[int, int], ...]
    by_words: bool
    by_meaning: bool


class Index:
    """Excerpts to be looked through. Built once; may be asked by several threads.

    `vectors` are of any of the excerpts, `encode` gives that of what is typed; without them only words are looked for.
    """

    def __init__(
        self, excerpts: Sequence[Excerpt], vectors: Embeddings | None = None, encode: Encode | None = None
    ) -> None:
        self.excerpts = tuple(excerpts)
        self.rows = {excerpt.excerpt_id: row for row, excerpt in enumerate(self.excerpts)}
        self.encode = encode
        held = [(self.rows[each], at) for at, each in enumerate(vectors.ids) if each in self.rows] if vectors else []
        self.placed = np.array([row for row, _ in held], np.intp)  # the row of each vector
        self.matrix = vectors.matrix[[at for _, at in held]] if vectors else np.zeros((0, 0), np.float32)
        self.vocabulary: set[str] = set()
        self._lock = Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute("PRAGMA temp_store = MEMORY")  # no words in a temporary file
        self._database.execute(TABLE)
        self._database.executemany("INSERT INTO said(rowid, words) VALUES (?, ?)", enumerate(self._texts()))
        self.vocabulary.discard(GAP)

    def _texts(self) -> Iterator[str]:
        for excerpt in self.excerpts:
            words = words_of(excerpt.text)
            self.vocabulary.update(words)
            yield " ".join(words)

    def matching(self, expression: str) -> list[int]:
        """The rows that match an expression of SQLite's full-text search, the best first."""
        with self._lock:
            return [row for row, _ in self._database.execute(RANKED, (expression,))]


def find(index: Index, words: str, among: Collection[str] | None = None, most: int = 100) -> tuple[Hit, ...]:
    """Up to `most` excerpts, the best first, of those whose ids are `among`; of equal texts the first alone.

    None where there is nothing to look for: `search_words.asked` says why.
    """
    sought = asked(words)
    if sought.lack or not index.excerpts:
        return ()
    allowed = np.ones(len(index.excerpts), bool)
    if among is not None:
        allowed[:] = False
        allowed[[index.rows[each] for each in among if each in index.rows]] = True
    if sought.without:
        allowed[index.matching(" OR ".join(map(_expression, sought.without)))] = False
    said = [row for row in _with_words(index, sought) if allowed[row]]
    meant = _nearest(index, sought, allowed)
    scores: dict[int, float] = {}
    for ranked in (said, meant):
        for place, row in enumerate(ranked, 1):
            scores[row] = scores.get(row, 0.0) + 1 / (SMOOTHING + place)
    by_words, by_meaning = set(said), set(meant)
    return tuple(
        Hit(
            index.excerpts[row].excerpt_id,
            scores[row],
            spans(sought.terms, index.excerpts[row].text) if row in by_words else (),
            row in by_words,
            row in by_meaning,
        )
        for row in _unlike(index, sorted(scores, key=lambda row: (-scores[row], row)), most)
    )


def suggestions(index: Index, words: str) -> tuple[str, ...]:
    """Words of the index like those of `words` that none of its excerpts has; the most alike first."""
    strange = [
        token
        for term in asked(words).terms
        for token in term.tokens
        if len(token) >= FEWEST_LETTERS and token not in index.vocabulary
    ]
    alike = [each for token in strange for each in get_close_matches(token, index.vocabulary, MOST_SUGGESTIONS, 0.75)]
    return tuple(dict.fromkeys(alike))[:MOST_SUGGESTIONS]


def _with_words(index: Index, sought: Asked) -> list[int]:
    """The rows with any of the words and all that are in quotation marks: those with all words first, then by BM25."""
    every = index.matching(" AND ".join(map(_expression, sought.terms)))
    if len(sought.terms) == 1:
        return every
    required = " AND ".join(_expression(term) for term in sought.terms if term.quoted)
    some = index.matching(required or " OR ".join(map(_expression, sought.terms)))
    return list(dict.fromkeys([*every, *some]))


def _nearest(index: Index, sought: Asked, allowed: NDArray[np.bool_]) -> list[int]:
    """The rows that mean what is sought, the nearest first."""
    if index.encode is None or not sought.meant or not len(index.placed):
        return []
    near = index.matrix @ index.encode(sought.meant)
    near[~allowed[index.placed]] = -1
    best = np.argsort(-near, kind="stable")[:NEAREST]
    return [int(index.placed[at]) for at in best if near[at] >= NEAR]


def _unlike(index: Index, rows: Sequence[int], most: int) -> list[int]:
    """The first `most` rows, without the later of those that say the same in the same words."""
    first: dict[str, int] = {}
    for row in rows:
        if len(first) == most:
            break
        first.setdefault(" ".join(index.excerpts[row].text.casefold().split()), row)
    return list(first.values())


def _expression(term: Term) -> str:
    """A term in SQLite's language. Tokens hold letters and digits alone, so nothing in them is live."""
    phrase = f'"{" ".join(term.tokens)}"'
    return f"({phrase} OR {phrase} *)" if term.begins else phrase  # the whole word counts twice, so it comes first
