"""How a run over the invented round compares with its answer key: `python3 dev.py bench sample PROJECT`.

Identifiers found against planted, by kind and by origin of the name; words that had to stay; theme F1.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tally import GENERIC, TOKEN, Tally

from engagement.model import Excerpt, Role
from engagement.store import Store
from engagement.themes import standing

ANSWERS = Path(__file__).parents[1] / "transcripts_sample" / "answers"
QUASI = {"AGE", "SCHOOL", "GP", "CARE_HOME", "WORSHIP", "EMPLOYER", "ORG_SMALL", "ROLE_UNIQUE", "PLACE_SMALL", "URL"}


@dataclass
class Comparison:
    """What a project holds against what the key says."""

    kinds: Tally = field(default_factory=Tally)
    risks: Tally = field(default_factory=Tally)
    origins: Tally = field(default_factory=Tally)
    kept: Tally = field(default_factory=Tally)
    matched: int = 0
    unmatched: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    themes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    mentioned: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def f1(codes: dict[str, Counter[str]]) -> dict[str, float]:
    """F1 by theme or characteristic."""
    return {
        key: 2 * found["both"] / max(1, 2 * found["both"] + found["missed"] + found["wrong"])
        for key, found in sorted(codes.items())
    }


def macro_f1(codes: dict[str, Counter[str]]) -> float:
    """The mean of `f1`."""
    scores = f1(codes)
    return sum(scores.values()) / max(1, len(scores))


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one file of the key."""
    return [json.loads(line) for line in (ANSWERS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def compare(project: Path) -> Comparison:
    """Compares the project made from the sample with the answer key."""
    with Store.open(project) as store:
        held = dict(_stored(store, store.excerpts()))
        themes, mentioned = _codes(store)
    result = Comparison()
    planted = defaultdict(list)
    for row in rows("identifiers"):
        if "label" not in row and "column" not in row:
            planted[row["file"], row["place"], row.get("question", "")].append(row)
    for row in rows("codings"):
        place = (row["file"], row["place"], row["question"])
        excerpts = held.get(place)
        if excerpts is None:
            result.unmatched.append(" ".join(place[:2]))
            continue
        result.matched += 1
        _compare_words(result, row, planted[place], " ".join(excerpt.text for excerpt in excerpts))
        if excerpts[0].role is Role.PARTICIPANT:
            ids = [excerpt.excerpt_id for excerpt in excerpts]
            about = {each["characteristic"] for each in row["mentioned"]}
            _compare_codes(result.themes, set(row["themes"]), set().union(*(themes[each] for each in ids)))
            _compare_codes(result.mentioned, about, set().union(*(mentioned[each] for each in ids)))
    return result


def _codes(store: Store) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    themes: dict[str, set[str]] = defaultdict(set)
    for coding in standing(store.coded.codings()):
        themes[coding.excerpt_id].add(coding.theme_key)
    mentioned: dict[str, set[str]] = defaultdict(set)
    for tag in store.tags():
        if tag.characteristic != "carer":  # which the key does not mark
            mentioned[tag.subject].add(tag.characteristic)
    return themes, mentioned


def _stored(store: Store, excerpts: tuple[Excerpt, ...]) -> Iterator[tuple[tuple[str, str, str], list[Excerpt]]]:
    """What the project holds, by the places that the key uses: n-th turn, n-th paragraph, row and question."""
    names = {source.source_id: source.name for source in store.sources()}
    wordings = {question.question_id: question.wording for question in store.questions()}
    locations = store.locations()
    turns: dict[tuple[str, int], list[Excerpt]] = defaultdict(list)
    for excerpt in excerpts:
        turns[excerpt.source_id, excerpt.turn].append(excerpt)
    counted: Counter[str] = Counter()
    for (source, turn), held in turns.items():
        name, row = names[source], locations[source, turn]
        if name.startswith("consultation"):
            yield (name, row, wordings.get(held[0].question_id or "", "")), held
        elif held[0].participant_id:
            counted[name] += 1
            yield (name, f"{'paragraph' if 'letter' in name else 'turn'} {counted[name]}", ""), held


def _compare_words(result: Comparison, row: dict[str, Any], planted: list[dict[str, Any]], safe: str) -> None:
    left = Counter(token.casefold() for token in TOKEN.findall(safe))
    spans = [(each["start"], each["start"] + len(each["text"])) for each in planted]
    outside = "".join(
        " " if any(start <= place < end for start, end in spans) else letter for place, letter in enumerate(row["text"])
    )
    innocent = Counter(token.casefold() for token in TOKEN.findall(outside))
    for each in planted:
        words = [token.casefold() for token in TOKEN.findall(each["text"])]
        telling = [token for token in words if len(token) > 1 and token not in GENERIC] or words
        gone = all(left[token] <= innocent[token] for token in telling)
        result.kinds.add(each["kind"], gone)
        result.risks.add("quasi" if each["kind"] in QUASI else "direct", gone)
        if "origin" in each:
            result.origins.add(each["origin"], gone)
        if not gone:
            result.leaks.append(f"{row['file']} {row['place']} {each['kind']} {each['text']}")
    for phrase in row["keep"]:
        if phrase in outside:
            result.kept.add("kept", phrase.casefold() in safe.casefold())


def _compare_codes(tally: dict[str, Counter[str]], wanted: set[str], given: set[str]) -> None:
    for key in wanted | given:
        tally[key]["both" if key in wanted & given else "missed" if key in wanted else "wrong"] += 1


def main() -> None:
    """Prints the comparison."""
    result = compare(Path(sys.argv[1]))
    print(f"texts matched {result.matched}, not matched {len(result.unmatched)} {result.unmatched[:5]}")
    print(f"direct identifiers removed {result.risks.rate('direct'):.3f} of {result.risks.total['direct']}")
    print(f"quasi-identifiers removed  {result.risks.rate('quasi'):.3f} of {result.risks.total['quasi']}")
    print(f"words that must stay, kept {result.kept.rate():.3f} of {result.kept.total['kept']}")
    for title, tally in (("kind", result.kinds), ("origin", result.origins)):
        print(f"by {title}: " + ", ".join(f"{key} {tally.hits[key]}/{tally.total[key]}" for key in sorted(tally.total)))
    for title, codes in (("themes", result.themes), ("mentioned", result.mentioned)):
        scores = {key: round(score, 2) for key, score in f1(codes).items()}
        print(f"{title}: macro-F1 {macro_f1(codes):.3f} {scores}")
    if "--leaks" in sys.argv:
        print("\n".join(result.leaks))


if __name__ == "__main__":
    main()
