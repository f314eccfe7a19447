"""What many tests share: the invented round, a project made from it once, and hand-made values."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from engagement.model import FileCounts, Kind, RawDocument, RawPerson, RawText, RawTurn, Source, digest_of

if TYPE_CHECKING:
    from engagement.outcome import Outcome

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "transcripts_sample"


@dataclass(frozen=True)
class SampleRun:
    """The project that a run over the invented round made, what the run said, and the sentences on its way."""

    project: Path
    outcome: Outcome
    told: list[str]


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    """One run over the whole sample, shared by every test that looks at it."""
    from engagement.pipeline import Request, run

    project = tmp_path_factory.mktemp("sample") / "project"
    told: list[str] = []
    outcome = run(Request(SAMPLE, project, workers=2), told.append)
    return SampleRun(project, outcome, told)


@pytest.fixture(scope="session")
def answers() -> Callable[[str], list[dict[str, Any]]]:
    """The rows of one file of the answer key."""

    def read(name: str) -> list[dict[str, Any]]:
        lines = (SAMPLE / "answers" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    return read


@pytest.fixture
def raw_document() -> Callable[..., RawDocument]:
    """A document of turns (label, words), all its labels participants."""

    def make(*turns: tuple[str, str], name: str = "notes.txt") -> RawDocument:
        labels = list(dict.fromkeys(label for label, _ in turns if label))
        return RawDocument(
            Source(name, "txt", digest_of(name + repr(turns))),
            tuple(
                RawTurn(
                    place,
                    f"line {place + 1}",
                    Kind.TURN if label else Kind.PROSE,
                    RawText(words),
                    labels.index(label) if label else None,
                )
                for place, (label, words) in enumerate(turns)
            ),
            tuple(RawPerson((RawText(label),)) for label in labels),
            counts=FileCounts(turns=len(turns)),
        )

    return make
