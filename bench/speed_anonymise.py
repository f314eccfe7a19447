"""How fast words are made safe, beside a loop over stock Presidio: `.venv/bin/python bench/speed_anonymise.py`.

Three ways take turns over the same texts, so that whatever else the machine does falls on all of them alike: a loop
over `AnalyzerEngine.analyze` as it comes, the whole of `anonymise_texts` with one worker (find, learn, find again,
replace, scan), and the same with two. Starting up is left out: what is timed is a call over all texts less a call over
a single word. Printed are medians: of words for each second of processor time, all processes together, which other
work on the machine hardly changes; of the ratios within each turn; and of the ratio of what the clock says, which is
worth reading on a machine at rest alone. What two processes can gain at most follows from the share of the time that
the parent needs for itself (Amdahl).
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from engagement.anonymise import anonymise_texts
from engagement.config import Settings
from engagement.policy import Policy
from engagement.recognisers.pool import AnalyserFailed
from engagement.vault import Ledger

TEXTS = Path(__file__).parent / "anonymisation" / "steer.jsonl"
MARK = re.compile(r"\[\[[A-Z_]+:(.*?)\]\]")
ONE_WORD = ["Hello."]
STOCK, ONE, TWO = "stock Presidio, a loop", "ours, one process", "ours, two processes"


def texts_of(paths: Sequence[Path]) -> list[str]:
    """The texts of files of JSON lines, without the marks around identifiers."""
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return [MARK.sub(r"\1", json.loads(line)["text"]) for line in lines]


def stock() -> Callable[[Sequence[str]], None]:
    """Presidio as it comes, over the language model of this project, a text at a time."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from threadpoolctl import threadpool_limits

    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": str(Settings().ner_path())}])
    analyser = AnalyzerEngine(nlp_engine=engine, supported_languages=["en"])

    def loop(texts: Sequence[str]) -> None:
        with threadpool_limits(1):  # as ours: what is compared is one core
            for text in texts:
                analyser.analyze(text, "en")

    return loop


def ours(workers: int) -> Callable[[Sequence[str]], None]:
    """The whole of `anonymise_texts`. Raises RuntimeError when a text was withheld: that would be no fair time."""

    def whole(texts: Sequence[str]) -> None:
        answers = anonymise_texts(texts, Policy(), Ledger(b"benchmark"), Settings(), workers=workers)
        if withheld := sum(isinstance(answer, AnalyserFailed) for answer in answers):
            raise RuntimeError(f"{withheld} texts were withheld")

    return whole


class Spent(NamedTuple):
    """Seconds: by the clock, of this process, and of the processes that it started and ended."""

    clock: float
    own: float
    started: float

    @property
    def processor(self) -> float:
        """Of all processes together."""
        return self.own + self.started


def now() -> Spent:
    own, started = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return Spent(time.perf_counter(), own.ru_utime + own.ru_stime, started.ru_utime + started.ru_stime)


def spent(system: Callable[[Sequence[str]], None], texts: Sequence[str]) -> Spent:
    """What `texts` take, less what one word takes: starting processes and loading models."""
    begun = now()
    system(ONE_WORD)
    started = now()
    system(texts)
    return Spent(*(last - 2 * middle + first for first, middle, last in zip(begun, started, now(), strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[TEXTS], help="JSON lines with a text each")
    parser.add_argument("--turns", type=int, default=5, metavar="N", help="how often each way is timed")
    arguments = parser.parse_args()
    texts = texts_of(arguments.files)
    words = sum(len(text.split()) for text in texts)
    systems = {STOCK: stock(), ONE: ours(1), TWO: ours(2)}
    turns = []
    for number in range(1, arguments.turns + 1):
        turn = {name: spent(system, texts) for name, system in systems.items()}
        turns.append(turn)
        told = ", ".join(f"{name} {each.clock:.2f} s, {each.processor:.2f} s" for name, each in turn.items())
        print(f"turn {number} (clock, processor): {told}", flush=True)

    def show(title: str, figure: Callable[[dict[str, Spent]], float], form: str = ".2f") -> None:
        print(f"{title:56}{statistics.median(map(figure, turns)):>10{form}}")

    print(f"\n{len(texts)} texts, {words} words, medians of {len(turns)} turns")
    for name in systems:
        show(f"words a processor second, {name}", lambda turn, name=name: words / turn[name].processor, ",.0f")
    show("one process / stock, processor", lambda turn: turn[STOCK].processor / turn[ONE].processor)
    show("one process / stock, clock", lambda turn: turn[STOCK].clock / turn[ONE].clock)
    show("two processes / one, at most", lambda turn: turn[ONE].processor / (turn[ONE].own + turn[ONE].started / 2))
    show("two processes / one, clock", lambda turn: turn[ONE].clock / turn[TWO].clock)


if __name__ == "__main__":
    main()
