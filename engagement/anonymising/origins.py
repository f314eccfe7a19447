"""How often a name is found, by where it comes from: the built-in test, run on the anonymiser as it is installed."""

from __future__ import annotations

import hashlib
import json
import math
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import regex
import yaml

from engagement.anonymise import anonymise_texts
from engagement.config import Settings
from engagement.model import digest_of
from engagement.policy import Policy
from engagement.recognisers.pool import AnalyserFailed
from engagement.vault import Ledger

FORMS = ("full name", "lower case", "first name")
WORD = regex.compile(r"[\p{L}\p{M}]+")
Z = 1.959964  # of the normal distribution, for 95 %
PACKAGE = Path(__file__).parents[1]
# What a finding rests on: a change of any of these makes an earlier measurement void.
RESTS_ON = ("anonymise.py", "policy.py", "recognisers/*", "data/origins.yaml", "data/identifiers/**/*", "data/*.txt")


@dataclass(frozen=True, slots=True)
class Recall:
    """Of `of` people of this origin, the `found` of whose name no word was left, in names of this form."""

    origin: str
    form: str
    found: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson score interval at 95 %, as shares of 1 (Wilson, 1927)."""
        return wilson(self.found, self.of)


def wilson(found: int, of: int) -> tuple[float, float]:
    """Between which shares the true one lies with 95 % confidence; all of them where nothing was tried."""
    if not of:
        return 0.0, 1.0
    share = found / of
    middle = share + Z * Z / (2 * of)
    half = Z * math.sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    return max(0.0, (middle - half) / (1 + Z * Z / of)), min(1.0, (middle + half) / (1 + Z * Z / of))


def measured(policy: Policy, settings: Settings, cache_folder: Path | None, *, workers: int = 1) -> tuple[Recall, ...]:
    """Recall of each origin in each form, measured now or, where nothing has changed since, read from `cache_folder`.

    Raises ModelMissing.
    """
    kept = cache_folder / f"origins-{_digest(policy, settings)[:16]}.json" if cache_folder else None
    if kept and (known := _read(kept)):
        return known
    results = tuple(recall for form in FORMS for recall in _measure(form, policy, settings, workers))
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps([asdict(recall) for recall in results]), encoding="utf-8")
    return results


def sentences(form: str) -> Iterator[tuple[str, str, str]]:
    """The test in one form: (origin, the name as written, its sentence). Raises KeyError for an unknown form."""
    if form not in FORMS:
        raise KeyError(form)
    frames: Sequence[str] = _test()["sentences"]["first" if form == "first name" else "full"]
    for origin, people in _test()["origins"].items():
        for place, person in enumerate(people):
            name = person.split()[0] if form == "first name" else person
            sentence = frames[place % len(frames)].replace("{}", name)
            lower = form == "lower case"
            yield origin, name, sentence.lower() if lower else sentence


def _measure(form: str, policy: Policy, settings: Settings, workers: int) -> Iterator[Recall]:
    """Names that one text gives away would be found in another, so each form is a run of its own."""
    rows = list(sentences(form))
    ledger = Ledger(secrets.token_bytes(32))
    answers = anonymise_texts([text for _, _, text in rows], policy, ledger, settings, workers=workers)
    for origin in _test()["origins"]:
        gone = [_gone(name, answer) for (of, name, _), answer in zip(rows, answers, strict=True) if of == origin]
        yield Recall(origin, form, sum(gone), len(gone))


def _gone(name: str, answer: Any) -> bool:
    """Whether no word of the name is left; a text that was withheld leaves none."""
    if isinstance(answer, AnalyserFailed):
        return True
    left = {word.casefold() for word in WORD.findall(answer[0])}
    return not left & {word.casefold() for word in WORD.findall(name)}


def _digest(policy: Policy, settings: Settings) -> str:
    ner = settings.ner_path()
    rests_on = [path for pattern in RESTS_ON for path in PACKAGE.glob(pattern)] + list(ner.rglob("*"))
    contents = [hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(rests_on) if path.is_file()]
    actions = sorted(policy.actions.items())
    return digest_of(repr([contents, actions, policy.threshold, sorted(policy.keep), sorted(policy.remove)]))


def _read(path: Path) -> tuple[Recall, ...] | None:
    try:
        return tuple(Recall(**row) for row in json.loads(path.read_text(encoding="utf-8"))) or None
    except (OSError, ValueError, TypeError):
        return None


@cache
def _test() -> Mapping[str, Any]:
    written: Mapping[str, Any] = yaml.safe_load(
        files("engagement").joinpath("data", "origins.yaml").read_text(encoding="utf-8")
    )
    return written
