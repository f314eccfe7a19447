"""The invented round: what the repository holds is what its originals make, in its own words, in reserved ranges."""

import json
import re
import zipfile
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests.sample.build import HERE, MARK, build, read

SAMPLE = Path(__file__).parents[1] / "transcripts_sample"
TEXTS = [
    (f"{name} {row.get('file', '')} {row.get('row', row.get('n'))} {question}", unit["text"])
    for name in sorted(path.name for path in HERE.glob("*.jsonl"))
    for row in read(name)
    if "header" not in row
    for question, unit in row.get("answers", {"": row}).items()
]


def content(path: Path) -> object:
    """The bytes of a file, or of each member of a zip."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_folder_is_what_its_originals_make(tmp_path):
    """Building again gives the same files, to the byte."""
    (tmp_path / "README.md").write_bytes((SAMPLE / "README.md").read_bytes())
    build(tmp_path)
    files = sorted(path.relative_to(SAMPLE) for path in SAMPLE.rglob("*") if path.is_file())
    assert files == sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file())
    assert [file.name for file in files if content(SAMPLE / file) != content(tmp_path / file)] == []


def test_no_two_texts_share_six_words():
    """Written and not templated: no run of six words occurs in two texts."""
    seen: dict[tuple[str, ...], str] = {}
    shared = []
    for place, text in TEXTS:
        words = re.findall(r"[\w']+", MARK.sub(r"\3", text).casefold())
        for start in range(len(words) - 5):
            run = tuple(words[start : start + 6])
            if seen.setdefault(run, place) != place:
                shared.append((place, seen[run], " ".join(run)))
    assert shared == []


def test_it_is_as_large_as_it_says():
    """9,000 words or more, 120 rows or more, and some of every kind of identifier."""
    assert sum(len(MARK.sub(r"\3", text).split()) for _, text in TEXTS) > 9000
    assert len([1 for name in ("online_a.jsonl", "online_b.jsonl", "online_c.jsonl") for _ in read(name)]) >= 120
    kinds = Counter(kind for _, text in TEXTS for kind, _, _ in MARK.findall(text))
    assert len(kinds) == 26
    assert min(kinds.values()) >= 2


def test_names_are_balanced_over_eight_origins():
    """Of the people named in texts, no origin has twice as many as another."""
    origins = Counter(origin for _, text in TEXTS for _, origin, _ in MARK.findall(text) if origin)
    assert len(origins) == 8
    assert max(origins.values()) < 2 * min(origins.values())


RESERVED = {
    "PHONE": r"(?:\+44 ?(?:\(0\) ?)?|0)(?:7700 ?900 ?\d{3}|1632 ?960 ?\d{3}|20 ?7946 ?0\d{3})",
    "EMAIL": r".+@(?:[\w-]+\.)*example\.(?:org|com|net|co\.uk)",
    "NHS": r"999[ -]?\d{3}[ -]?\d{4}",
    "NINO": r"(?i:qq ?\d\d ?\d\d ?\d\d ?[a-d])",
    "POSTCODE": r"(?i:am\d \d[a-z]{2}|am\d)",
    "VEHICLE": r"U\w\d\d ?\w{3}",
    "CARD": r"4111 1111 1111 1111",
    "IBAN": r"GB33BUKB20201555555555",
}


@pytest.mark.parametrize("kind", RESERVED)
def test_identifiers_reach_nobody(kind):
    """Telephone numbers, addresses and the rest come from ranges in which nobody is."""
    surfaces = {surface for _, text in TEXTS for found, _, surface in MARK.findall(text) if found == kind}
    assert surfaces
    assert [surface for surface in surfaces if not re.fullmatch(RESERVED[kind], surface)] == []


def test_the_key_points_into_the_texts():
    """Each planted identifier stands where the key says, and each piece of evidence is in its text."""
    codings = [json.loads(line) for line in (SAMPLE / "answers" / "codings.jsonl").read_text("utf-8").splitlines()]
    texts = {(row["file"], row["place"], row["question"]): row["text"] for row in codings}
    for line in (SAMPLE / "answers" / "identifiers.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if "start" in row:
            text = texts[row["file"], row["place"], row.get("question", "")]
            assert text[row["start"] : row["start"] + len(row["text"])] == row["text"]
    assert all(each["evidence"] in row["text"] for row in codings for each in row["mentioned"])


def test_times_in_the_transcript_go_forward():
    """The cues of the call follow one another."""
    lines = (SAMPLE / "group_2_young_people.vtt").read_text("utf-8").splitlines()
    starts = [line[:12] for line in lines if " --> " in line]
    assert all(one < two for one, two in pairwise(starts))
