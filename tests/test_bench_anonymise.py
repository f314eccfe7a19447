"""The benchmark's measures say what its tables claim, and its data are what make.py says they are."""

import importlib.util
import sys
from pathlib import Path

import pytest
import yaml

BENCH = Path(__file__).parents[1] / "bench"


def module(path):
    spec = importlib.util.spec_from_file_location(f"bench_{path.stem}", path)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


@pytest.fixture(scope="module")
def bench():
    return module(BENCH / "anonymise.py")


@pytest.fixture(scope="module")
def make():
    return module(BENCH / "anonymisation" / "make.py")


TEXT = "Mrs Amina Begum of Linnet Road is Deaf."
NAME, ROAD, DEAF = (4, 15), (19, 30), (34, 38)


# what was removed, direct, quasi, clean, destroyed, other
MEASURES = [
    ([], 0, 0, 0, 0, 0),
    ([NAME], 1, 0, 1, 0, 0),  # a title may stay
    ([(4, 9)], 0, 0, 0, 0, 0),  # half a name is a leak
    ([(4, 14)], 1, 0, 1, 0, 0),  # one letter of a token tells nothing
    ([NAME, (19, 25)], 1, 1, 1, 0, 0),  # nor does the kind of street
    ([NAME, ROAD, DEAF], 1, 1, 1, 1, 1 / 3),
    ([(0, len(TEXT))], 1, 1, 1, 1, 1),
]


@pytest.mark.parametrize(("removed", "direct", "quasi", "clean", "destroyed", "other"), MEASURES)
def test_a_measure_counts_what_can_still_be_read(bench, removed, direct, quasi, clean, destroyed, other):
    """Recall by risk, documents without a leak, destroyed words and other text, from spans alone."""
    row = {
        "id": "x",
        "text": TEXT,
        "spans": [
            {"start": 0, "end": 15, "kind": "PERSON", "risk": "direct"},
            {"start": 19, "end": 30, "kind": "PLACE_SMALL", "risk": "quasi"},
        ],
        "keep": [{"start": 34, "end": 38, "class": "disability"}],
    }
    result = bench.Measured()
    bench.tally(result, [row], [removed])
    assert (result.risks.rate("direct"), result.risks.rate("quasi"), result.clean.rate()) == (direct, quasi, clean)
    assert result.destroyed.rate() == destroyed
    assert result.other.rate() == pytest.approx(other)


def test_a_gap_is_between_the_best_and_the_worst(bench):
    """Recall by origin: highest less lowest, not their spread."""
    found = bench.Tally()
    for origin, hits in (("one", (1, 1)), ("two", (1, 0)), ("three", (0, 0))):
        for hit in hits:
            found.add(origin, hit)
    assert bench.gap(found) == 1


@pytest.mark.parametrize("half", ["steer", "unseen"])
def test_every_origin_has_as_many_names_in_three_forms(bench, half):
    """Thirty people of an origin in full, in lower case and by first name, each where its span says."""
    forms = dict(bench.people(half))
    assert set(forms) == {"full name", "lower case", "first name"}
    for rows in forms.values():
        origins = [row["origin"] for row in rows]
        assert len(set(origins)) >= 8
        assert all(origins.count(origin) == 30 for origin in origins)
        assert all(row["text"][row["spans"][0]["start"] : row["spans"][0]["end"]].strip() for row in rows)


def test_nobody_is_in_both_halves():
    """What is steered by says nothing of the names and sentences that it is measured with."""
    names = yaml.safe_load((BENCH / "anonymisation" / "names.yaml").read_text(encoding="utf-8"))
    for halves in names.values():
        assert not set(halves["steer"]) & set(halves["unseen"])
    sentences = yaml.safe_load((BENCH / "anonymisation" / "sentences.yaml").read_text(encoding="utf-8"))
    for form in ("full", "first"):
        assert not set(sentences["steer"][form]) & set(sentences["unseen"][form])


@pytest.mark.parametrize("half", ["steer", "unseen"])
def test_the_texts_carry_no_marks_and_their_spans_fit(bench, make, half):
    """Offsets are within the text, in order, of known risk; no kept word is part of an identifier."""
    for row in bench.documents(half):
        assert "[[" not in row["text"]
        ends = [0]
        for span in row["spans"]:
            assert ends[-1] <= span["start"] < span["end"] <= len(row["text"])
            assert span["risk"] == ("quasi" if span["kind"] in make.QUASI else "direct")
            ends.append(span["end"])
        for term in row["keep"]:
            assert not any(term["start"] < span["end"] and span["start"] < term["end"] for span in row["spans"])


def test_marks_become_spans(make):
    """The text without marks, and where each identifier stands in it."""
    text, spans = make.unmarked("Ask [[PERSON:Amina]], she's [[AGE:47]].")
    assert text == "Ask Amina, she's 47."
    assert [(text[span["start"] : span["end"]], span["risk"]) for span in spans] == [
        ("Amina", "direct"),
        ("47", "quasi"),
    ]


def test_the_table_names_every_system_and_measure(bench):
    """One line a measure, one column a system."""
    result = bench.Measured(origins={"full name": bench.Tally()})
    result.origins["full name"].add("British", 1)
    lines = bench.table("steer", {"ours": result, "Presidio": result}).splitlines()
    assert lines[0].split()[-2:] == ["ours", "Presidio"]
    assert [line.split("  ")[0] for line in lines[1:7]] == [
        "direct identifiers removed",
        "quasi-identifiers removed",
        "documents without a leak",
        "words that must stay, destroyed",
        "other text removed",
        "words a second",
    ]
