"""Makes steer.jsonl and unseen.jsonl from the marked texts of the field: `python bench/anonymisation/make.py CORPUS`.

CORPUS holds A.jsonl to F.jsonl with identifiers inline as `[[KIND:surface]]`. Out come lines of {id, text, spans:
[{start, end, kind, risk}], keep: [{start, end, class}]}, offsets in code points, end exclusive. A, B and C are for
steering; D, E and F are never tuned on.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
MARK = re.compile(r"\[\[([A-Z_]+):(.*?)\]\]")
HALVES = {"steer": "ABC", "unseen": "DEF"}
QUASI = frozenset(
    {"AGE", "SCHOOL", "GP", "CARE_HOME", "WORSHIP", "EMPLOYER", "ORG_SMALL", "ROLE_UNIQUE", "PLACE_SMALL", "URL"}
)
# Of what was marked as mentioned, what anonymised text has to keep. An age goes to a band, so its words may go.
KEPT_CHARACTERISTICS = frozenset(
    {"race", "religion_or_belief", "sexual_orientation", "gender_reassignment", "disability"}
)


def unmarked(marked: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without its marks, and where what they marked now stands."""
    text, spans, last = "", [], 0
    for match in MARK.finditer(marked):
        text += marked[last : match.start()]
        kind, surface = match.groups()
        risk = "quasi" if kind in QUASI else "direct"
        spans.append({"start": len(text), "end": len(text) + len(surface), "kind": kind, "risk": risk})
        text += surface
        last = match.end()
    return text + marked[last:], spans


def kept(text: str, spans: list[dict[str, Any]], mentioned: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    """Every word or phrase that has to survive: what was marked as evidence, and the listed words."""
    taken = [(span["start"], span["end"]) for span in spans]
    for mention in mentioned:
        start = text.find(mention["evidence"])
        if mention["characteristic"] in KEPT_CHARACTERISTICS and start >= 0:
            end = start + len(mention["evidence"])
            if not any(start < other[1] and other[0] < end for other in taken):
                taken.append((start, end))
                yield {"start": start, "end": end, "class": mention["characteristic"]}
    for name, pattern in listed().items():
        for match in pattern.finditer(text):
            if not any(match.start() < end and start < match.end() for start, end in taken):
                yield {"start": match.start(), "end": match.end(), "class": name}


def listed() -> dict[str, re.Pattern[str]]:
    """By class, a pattern for the words of keep.yaml."""
    classes = yaml.safe_load((HERE / "keep.yaml").read_text(encoding="utf-8"))
    return {
        name: re.compile(
            r"(?<!\w)(?:"
            + "|".join(sorted((re.escape(w) for row in rows for w in row), key=len, reverse=True))
            + r")s?(?!\w)",
            re.IGNORECASE,
        )
        for name, rows in classes.items()
    }


def main(corpus: Path) -> None:
    for half, parts in HALVES.items():
        with (HERE / f"{half}.jsonl").open("w", encoding="utf-8") as out:
            for line in (line for part in parts for line in (corpus / f"{part}.jsonl").open(encoding="utf-8")):
                row = json.loads(line)
                text, spans = unmarked(row["text"])
                keep = list(kept(text, spans, row["mentioned"]))
                print(
                    json.dumps({"id": row["id"], "text": text, "spans": spans, "keep": keep}, ensure_ascii=False),
                    file=out,
                )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
