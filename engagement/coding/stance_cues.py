"""Texts and the proposals that they answer -> what tells of a stance, as numbers.

Two kinds: words that people use for and against (`data/stance/cues.yaml`, weak evidence each), crossed with what the
proposal does (it takes, gives, demands, keeps), and how near the text lies to "I support this: ..." and its likes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import yaml

from engagement.coding.matcher import Vectors, fits, see
from engagement.config import Settings
from engagement.segment import sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STANCES = ("support", "oppose", "mixed", "unclear")  # the order of every row of numbers
PROMPTS = {
    "support": ("I support this: {}", "Yes, I agree. {}"),
    "oppose": ("I oppose this: {}", "No, I disagree. {}"),
    "mixed": ("I would support this only if something changes: {}",),
    "unclear": ("I have no opinion on this: {}",),
}
NEARNESS = 8.0  # puts differences of likeness, of about 0.1, on the scale of the cues
# How much each cue weighs before training has its say: what is likelier to be meant counts more.
AT_START, FIRST, LATER, WORDED, CROSSED = 2.0, 1.0, 0.5, 0.7, 0.5
CROSSED_WORDS = ("keeping", "losing", "gaining", "wanting", "refusing")  # they turn with what the proposal does
REFUSALS = frozenset(("no", "not", "don't", "dont", "stop", "never"))
BRIEF, LONG = 4, 60  # words
QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"'})
ENDING = re.compile(r"(?:ing|ed|es|s|e)$")


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells of the stance of n texts, for each text and its sentences as `vectors` has them: [rows, features]."""

    rows: Floats
    vectors: Vectors

    @property
    def whole(self) -> Floats:
        """The texts' own rows: [n, features]."""
        return self.rows[self.vectors.starts[:-1]]


@dataclass(frozen=True, slots=True)
class Cues:
    """The patterns of `cues.yaml`, by what they tell of."""

    opens: Mapping[str, re.Pattern[str]]
    says: Mapping[str, re.Pattern[str]]
    alone: re.Pattern[str]
    words: Mapping[str, re.Pattern[str]]
    proposal: Mapping[str, re.Pattern[str]]


def signs(texts: Sequence[str], proposals: Sequence[str], settings: Settings, cache: Path | None = None) -> Signs:
    """What tells of the stance of each text on the proposal in the same place. Raises ModelMissing.

    Without the tuned layers nearness says nothing, and the words decide alone.
    """
    vectors = see(texts, settings, cache)
    owners = np.repeat(np.arange(len(texts)), np.diff(vectors.starts)).tolist()
    worded = [
        cue_row(texts[owner][start:end], proposals[owner])
        for owner, (start, end) in zip(owners, vectors.spans, strict=True)
    ]
    near = _near(vectors, proposals, settings, cache)
    return Signs(np.hstack([np.array(worded), near if fits(settings) else np.zeros_like(near)]), vectors)


def _near(vectors: Vectors, proposals: Sequence[str], settings: Settings, cache: Path | None) -> Floats:
    """How much nearer to each stance on its proposal than to having none: whole, best and first sentence."""
    each = sorted(set(proposals))
    place = {proposal: number for number, proposal in enumerate(each)}
    which = np.repeat([place[proposal] for proposal in proposals], np.diff(vectors.starts))
    starts = vectors.starts[:-1]
    first = np.minimum(starts + 1, vectors.starts[1:] - 1)
    views: list[dict[str, Floats]] = [{}, {}, {}]
    for stance, prompts in PROMPTS.items():
        held = np.mean([see([prompt.format(one) for one in each], settings, cache).whole for prompt in prompts], 0)
        row: Floats = (vectors.rows * held[which]).sum(1).astype(float)
        best, opening = row.copy(), row.copy()
        best[starts], opening[starts] = np.maximum.reduceat(row, starts), row[first]
        views[0][stance], views[1][stance], views[2][stance] = row, best, opening
    columns = []
    for view in views:
        columns += [view[stance] - view["unclear"] for stance in STANCES[:3]]
        columns.append(view["support"] - view["oppose"])
    return NEARNESS * np.stack(columns, 1)


@functools.lru_cache(maxsize=65536)
def cue_row(text: str, proposal: str) -> tuple[float, ...]:
    """The words' evidence of `text` as an answer to `proposal`, always as many numbers."""
    cues, text, proposal = _cues(), _plain(text), _plain(proposal)
    ends = sentences(text)
    first, rest = (text[: ends[0][1]], text[ends[0][1] :]) if ends else (text, "")
    opens = {stance: bool(pattern.match(text)) for stance, pattern in cues.opens.items()}
    opens["support"] &= not opens["mixed"]
    opens["oppose"] &= not opens["unclear"]
    silent = not any(opens.values())
    does = {kind: bool(pattern.match(proposal)) for kind, pattern in cues.proposal.items()}
    does["gives"] &= not does["keeps"]
    acts = [does[kind] for kind in ("takes", "demands", "gives")]
    row = [AT_START * opens[stance] for stance in STANCES]
    row += [FIRST * bool(cues.says[stance].search(first)) for stance in STANCES]
    row += [LATER * bool(cues.says[stance].search(rest)) for stance in STANCES]
    row += [AT_START * bool(cues.alone.fullmatch(text.strip(" .!?"))), FIRST * silent]
    row += [CROSSED * act for act in (*acts, does["keeps"])]
    for kind, pattern in cues.words.items():
        early, late = bool(pattern.search(first)), bool(pattern.search(rest))
        row += [WORDED * early, LATER * late]
        if kind in CROSSED_WORDS:
            row += [WORDED * ((early or late) and act) for act in acts]
    row += _echo(text, proposal)
    row += [CROSSED * (silent and act) for act in acts]
    return tuple(row)


def _echo(text: str, proposal: str) -> list[float]:
    """Whether the text bids or forbids what the proposal does ("Gate it", "Don't merge them"), and its size."""
    asked = [ENDING.sub("", word) for word in re.findall(r"[a-z]{3,}", proposal.lower())]
    plain = re.findall(r"[a-z']{2,}", text.lower())
    said = [ENDING.sub("", word) for word in plain]
    verb = asked[0] if asked else ""
    bids = verb in said[:3] and not REFUSALS & set(plain[:2])
    forbids = verb in said[:5] and bool(REFUSALS & set(plain[:3]))
    shared = len(set(asked) & set(said)) / max(1, len(set(asked)))
    size = [0.3 * float(np.log1p(len(said))), WORDED * (len(said) <= BRIEF), WORDED * (len(said) > LONG)]
    return [FIRST * bids, FIRST * forbids, shared, *size, WORDED * text.endswith("?")]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(QUOTES)).strip(" \"'")


@functools.cache
def _cues() -> Cues:
    text = (resources.files("engagement") / "data" / "stance" / "cues.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    return Cues(
        {stance: _any(patterns, data["opening"]) for stance, patterns in data["opens"].items()},
        {stance: _any(patterns) for stance, patterns in data["says"].items()},
        _any(data["alone"]["unclear"]),
        {kind: _any([pattern], case=kind == "shouting") for kind, pattern in data["words"].items()},
        {kind: _any([pattern]) for kind, pattern in data["proposal"].items()},
    )


def _any(patterns: Sequence[str], before: str = "", *, case: bool = False) -> re.Pattern[str]:
    return re.compile(f"{before}(?:{'|'.join(patterns)})", 0 if case else re.IGNORECASE)
