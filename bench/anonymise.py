"""What the anonymiser removes and what it spares, beside stock Presidio: `python3 dev.py bench anonymise`.

Texts of the field with every identifier marked (`anonymisation/`): the half that is steered by and the half that is
not tuned on; and invented people of ten origins in sentences of their own, in full, in lower case, by first name.
Presidio runs as it comes and with its UK recognisers switched on, all three with the same language model, one core.

An identifier leaks when a telling token of it stays readable: a run of two or more letters or digits that is no title
and no word of its kind ("Road", "Surgery"). A kept term is destroyed when any token of it is gone. Other text removed
is the share of tokens outside identifiers that are gone. `--half steer` or `--half unseen` measures one half, `--ours`
leaves Presidio out, `--misses N` lists leaks and destroyed terms of the steering half.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from tally import GENERIC, TOKEN, Tally

from engagement.anonymise import anonymise_texts
from engagement.config import Settings
from engagement.policy import Policy
from engagement.recognisers.pool import AnalyserFailed
from engagement.vault import Ledger

DATA = Path(__file__).parent / "anonymisation"
HALVES = ("steer", "unseen")

Span = tuple[int, int]
System = Callable[[Sequence[str]], list[list[Span]]]


@dataclass
class Measured:
    """What one system did to one half."""

    risks: Tally = field(default_factory=Tally)
    kinds: Tally = field(default_factory=Tally)
    clean: Tally = field(default_factory=Tally)
    destroyed: Tally = field(default_factory=Tally)
    other: Tally = field(default_factory=Tally)
    origins: dict[str, Tally] = field(default_factory=dict)
    words_per_second: float = 0.0
    misses: list[str] = field(default_factory=list)


def documents(half: str) -> list[dict[str, Any]]:
    """The texts of a half, as `make.py` wrote them."""
    return [json.loads(line) for line in (DATA / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]


def people(half: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Per form of name (full, lower case, first name), a sentence for each person of each origin."""
    names = yaml.safe_load((DATA / "names.yaml").read_text(encoding="utf-8"))
    sentences = yaml.safe_load((DATA / "sentences.yaml").read_text(encoding="utf-8"))[half]
    for form, written in (
        ("full name", lambda name: name),
        ("lower case", str.lower),
        ("first name", lambda name: name.split()[0]),
    ):
        frames = sentences["first" if form == "first name" else "full"]
        rows = []
        for origin, halves in names.items():
            for place, name in enumerate(halves[half]):
                before, after = frames[place % len(frames)].split("{}")
                surface = written(name)
                text = before + surface + after
                span = {"start": len(before), "end": len(before) + len(surface), "kind": "PERSON", "risk": "direct"}
                rows.append({"text": text.lower() if form == "lower case" else text, "origin": origin, "spans": [span]})
        yield form, rows


def readable(text: str, removed: Sequence[Span]) -> set[Span]:
    """The tokens of which two characters in a row, or the only one, can still be read."""
    hidden = bytearray(len(text))
    for start, end in removed:
        hidden[start:end] = b"\1" * (min(end, len(text)) - start)
    return {
        token.span()
        for token in TOKEN.finditer(text)
        if max(map(len, bytes(hidden[slice(*token.span())]).split(b"\1"))) >= min(2, len(token.group()))
    }


def telling(text: str, start: int, end: int) -> list[Span]:
    """The tokens of an identifier that tell who or where; all of them where none does."""
    tokens = [(match.start(), match.end()) for match in TOKEN.finditer(text, start, end)]
    specific = [each for each in tokens if text[slice(*each)].casefold() not in GENERIC]
    return [each for each in specific if each[1] - each[0] > 1] or specific or tokens


def leaks(text: str, span: dict[str, Any], alive: set[Span]) -> bool:
    return any(token in alive for token in telling(text, span["start"], span["end"]))


def tally(result: Measured, rows: Sequence[dict[str, Any]], removed: Sequence[Sequence[Span]]) -> None:
    """Counts what happened to the texts of the field."""
    for row, spans in zip(rows, removed, strict=True):
        text, alive = row["text"], readable(row["text"], spans)
        leaked = [span for span in row["spans"] if leaks(text, span, alive)]
        for span in row["spans"]:
            result.risks.add(span["risk"], span not in leaked)
            result.kinds.add(span["kind"], span not in leaked)
        result.clean.add("clean", not any(span["risk"] == "direct" for span in leaked))
        for term in row["keep"]:
            tokens = [match.span() for match in TOKEN.finditer(text, term["start"], term["end"])]
            gone = not alive.issuperset(tokens)
            result.destroyed.add(term["class"], gone)
            if gone:
                result.misses.append(f"{row['id']} destroyed {text[term['start'] : term['end']]!r} in {text!r}")
        result.misses += [f"{row['id']} {s['kind']} {text[s['start'] : s['end']]!r} in {text!r}" for s in leaked]
        for token in TOKEN.finditer(text):
            if not any(span["start"] < token.end() and token.start() < span["end"] for span in row["spans"]):
                result.other.add("removed", token.span() not in alive)


def measure(system: System, half: str) -> Measured:
    """All figures of one system for one half. Starting up is timed with a text of one word and left out."""
    result, rows = Measured(), documents(half)
    begun = time.perf_counter()
    system(["Hello."])
    started = time.perf_counter()
    removed = system([row["text"] for row in rows])
    seconds = time.perf_counter() - started - (started - begun)
    result.words_per_second = sum(len(row["text"].split()) for row in rows) / max(seconds, 1e-9)
    tally(result, rows, removed)
    for form, sentences in people(half):
        found = result.origins.setdefault(form, Tally())
        for row, spans in zip(sentences, system([row["text"] for row in sentences]), strict=True):
            found.add(row["origin"], not leaks(row["text"], row["spans"][0], readable(row["text"], spans)))
    return result


def ours(texts: Sequence[str]) -> list[list[Span]]:
    """This project, one worker; a text that it withholds is hidden altogether."""
    answers = anonymise_texts(texts, Policy(), Ledger(b"benchmark"), Settings(), workers=1)
    return [
        [(0, len(text))] if isinstance(answer, AnalyserFailed) else [(each.start, each.end) for each in answer[1]]
        for text, answer in zip(texts, answers, strict=True)
    ]


def presidio(*, uk: bool) -> System:
    """Stock Presidio over the language model of this project, as it comes or with every UK recogniser that it has."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer import predefined_recognizers as known
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    engine = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": str(Settings().ner_path())}])
    engine.load()
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    if uk:
        loaded = {type(recogniser).__name__ for recogniser in registry.recognizers}
        for name in sorted(name for name in dir(known) if name.startswith("Uk")):
            if name not in loaded:
                registry.add_recognizer(getattr(known, name)())
    analyser = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
    return lambda texts: [[(each.start, each.end) for each in analyser.analyze(text, "en")] for text in texts]


def gap(found: Tally) -> float:
    """The highest less the lowest recall over the origins."""
    rates = [found.rate(origin) for origin in found.total]
    return max(rates) - min(rates)


def table(half: str, results: dict[str, Measured]) -> str:
    """The figures of one half, a system a column."""
    first, width = next(iter(results.values())), max(map(len, results)) + 2

    def line(title: str, figure: Callable[[Measured], float], form: str = ".1%") -> str:
        return f"{title:42}" + "".join(f"{figure(each):>{width}{form}}" for each in results.values())

    lines = [f"{half + ' half':42}" + "".join(f"{name:>{width}}" for name in results)]
    lines += [
        line("direct identifiers removed", lambda each: each.risks.rate("direct")),
        line("quasi-identifiers removed", lambda each: each.risks.rate("quasi")),
        line("documents without a leak", lambda each: each.clean.rate()),
        line("words that must stay, destroyed", lambda each: each.destroyed.rate()),
        line("other text removed", lambda each: each.other.rate()),
        line("words a second", lambda each: each.words_per_second, ",.0f"),
    ]
    for kind, count in sorted(first.kinds.total.items()):
        lines.append(line(f"  {kind} ({count})", lambda each, kind=kind: each.kinds.rate(kind)))
    for name, count in sorted(first.destroyed.total.items()):
        lines.append(line(f"  {name} destroyed ({count})", lambda each, name=name: each.destroyed.rate(name)))
    for form, found in first.origins.items():
        lines.append(line(f"{form}: gap between origins", lambda each, form=form: gap(each.origins[form])))
        for origin, count in found.total.items():
            lines.append(line(f"  {origin} ({count})", lambda each, f=form, o=origin: each.origins[f].rate(o)))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=HALVES, help="one half alone")
    parser.add_argument("--ours", action="store_true", help="without Presidio")
    parser.add_argument("--misses", type=int, default=0, metavar="N", help="list N misses of the steering half")
    arguments = parser.parse_args()
    systems: dict[str, System] = {"ours": ours}
    if not arguments.ours:
        systems |= {"Presidio": presidio(uk=False), "Presidio UK": presidio(uk=True)}
    for half in [arguments.half] if arguments.half else HALVES:
        results = {name: measure(system, half) for name, system in systems.items()}
        print(table(half, results), end="\n\n", flush=True)
        if half == "steer":
            print("\n".join(results["ours"].misses[: arguments.misses]))


if __name__ == "__main__":
    main()
