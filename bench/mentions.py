"""How well mentions of characteristics are found: precision, recall and F1 of each, against a marked corpus.

    python bench/mentions.py FOLDER [PARTS ...]

FOLDER holds engagement_corpus/ (A to F as JSON lines); PARTS are such as AB, C or DEF. An excerpt and a characteristic
count once, however often it is mentioned ("F1"), or once a category, rolled up ("category": the corpus has categories
of its own words, read here as answers are). "evidence" is the share of marked evidence that a found span overlaps,
"whom" the share of those with the same self, other or general. Nothing of a text is printed.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engagement.anonymise import restore
from engagement.characteristics import answer, roll_up
from engagement.model import Excerpt, Role, Tag, digest_of
from engagement.tagging.mentions import mentioned_tags

MARK = re.compile(r"\[\[[A-Z_]+:(.*?)\]\]")
# The corpus's own words for categories, where they are no answer that the value sets know: a whole word of it decides.
ALSO = {
    "age": {
        "65 and over": "older old elders pensioner pensioners seventies 70s 80s",
        "Under 25": "young youth teenage teenagers child under",
        "25 to 64": "middle-aged 40s",
    },
    "disability": {
        "Mobility": "wheelchair scooter buggy frame amputee palsy",
        "Mental health": "bipolar ocd mental",
        "Sensory": "dog lip-reader sighted macular deaf blind hearing visual sight",
        "Learning": "learning syndrome",
        "Neurodivergence": "autism autistic",
        "Long-term illness": "asthma dialysis emphysema lupus oxygen parkinson stoma sclerosis stroke sickle copd me "
        "kidney cancer",
        "Disabled": "disabled non-verbal stammer",
    },
    "gender_reassignment": {"Gender different from registered at birth": "trans"},
    "marriage_civil_partnership": {"Married": "married separated", "Widowed": "widowed", "Civil partnership": "civil"},
    "pregnancy_maternity": {"Yes": "birth newborn postnatal pregnant breastfeeding"},
    "race": {
        "Asian": "afghan bengali filipino gujarati timorese vietnamese nepali asian indian hong",
        "Black": "antiguan bravanese congolese ivorian kitts zimbabwean kenyan black sudanese eritrean",
        "White": "gypsy travelling traveller roma scottish english cypriot white showpeople",
        "Other": "arab colombian kurdish latin syrian yemeni turkish iranian",
        "Minority ethnic": "bame bme brown foreign minoritised minority",
        "Mixed or multiple": "mixed",
    },
    "religion_or_belief": {"Any other religion": "druze jain", "Christian": "quaker", "No religion": "not"},
    "sex": {
        "Female": "women woman girl girls lady ladies female",
        "Male": "men man boy boys lad lads fella bloke blokes gentleman male",
    },
    "sexual_orientation": {"LGB+": "gay lesbian bi bisexual queer asexual", "LGBTQ+": "lgbt lgbtq lgbtqia"},
}


@dataclass(slots=True)
class Score:
    """Of one characteristic."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: {"text": Counter(), "category": Counter()})
    marked: int = 0
    overlapping: int = 0
    same: int = 0

    def add(self, unit: str, truth: set[str], found: set[str]) -> None:
        self.counts[unit].update(both=len(truth & found), missed=len(truth - found), wrong=len(found - truth))

    def rates(self, unit: str) -> tuple[float, float, float]:
        both, missed, wrong = (self.counts[unit][name] for name in ("both", "missed", "wrong"))
        return both / max(both + wrong, 1), both / max(both + missed, 1), 2 * both / max(2 * both + wrong + missed, 1)


def coarse(characteristic: str, written: str) -> str:
    """The roll-up of a category in the corpus's words; the words themselves where nothing is known of them."""
    given = answer(characteristic, re.sub(r"\(.*?\)", "", written)).category
    if given is None:
        words = re.findall(r"[\w-]+", written.casefold())
        given = next((name for name, also in ALSO[characteristic].items() if set(words) & set(also.split())), None)
    return roll_up(characteristic, given) if given else written


def tags_of(text: str) -> tuple[Tag, ...]:
    safe = restore(text, digest_of(text))
    return mentioned_tags(Excerpt("e", "s", 0, 0, safe, 0, len(text), digest_of(text), Role.PARTICIPANT, None, None))


def texts(folder: Path, parts: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for part in parts:
        for line in (folder / "engagement_corpus" / f"{part}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            yield MARK.sub(r"\1", row["text"]), row["mentioned"]


def measured(folder: Path, parts: str) -> dict[str, Score]:
    scores = {key: Score() for key in ALSO}
    for text, marked in texts(folder, parts):
        tags = tags_of(text)
        for key, score in scores.items():
            found = [tag for tag in tags if tag.characteristic == key]
            truth = [mark for mark in marked if mark["characteristic"] == key]
            score.add("text", {key} if truth else set(), {key} if found else set())
            score.add(
                "category",
                {coarse(key, mark["category"]) for mark in truth},
                {roll_up(key, tag.category) for tag in found},
            )
            for mark in truth:
                start = text.index(mark["evidence"])
                end = start + len(mark["evidence"])
                near = [tag for tag in found if (tag.start or 0) < end and start < (tag.end or 0)]
                score.marked += 1
                score.overlapping += bool(near)
                score.same += any(tag.about == mark["who"] for tag in near)
    return scores


def main(folder: Path, parts: list[str]) -> None:
    tags_of("a first one, so that the rules are read")
    for group in parts:
        began = time.perf_counter()
        scores = measured(folder, group)
        print(f"{group}: {time.perf_counter() - began:.1f} s")
        print(f"  {'':28}    n precision recall   F1 category evidence whom")
        for key, score in scores.items():
            precision, recall, f1 = score.rates("text")
            count = score.counts["text"]["both"] + score.counts["text"]["missed"]
            print(
                f"  {key:28} {count:4} {precision:9.2f} {recall:6.2f} {f1:4.2f} {score.rates('category')[2]:8.2f} "
                f"{score.overlapping / max(score.marked, 1):8.2f} {score.same / max(score.overlapping, 1):4.2f}"
            )
        marked, overlapping, same = (
            sum(getattr(score, name) for score in scores.values()) for name in ("marked", "overlapping", "same")
        )
        print(f"  all marks: {marked}; evidence {overlapping / marked:.2f}; whom {same / max(overlapping, 1):.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or ["AB", "C", "DEF"])
