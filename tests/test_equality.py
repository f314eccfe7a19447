"""The equality document has a place for each protected characteristic, and leaves the author’s part to the author."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from engagement.comparing.population import Gap, Presence
from engagement.export.blocks import Heading, Listing, Paragraph, Quotation, Table
from engagement.export.equality import PROTECTED, equality
from engagement.model import ALL, Count, Hidden
from tests.evidence_made import BOOK, DISABILITY, FEW, made, table, texts, uncoded

HIDDEN = Hidden("too few people, or hidden to protect a number that small")


def part(evidence, name):
    """The blocks under the heading `name`, up to the next of its level."""
    blocks = equality(evidence).blocks
    start = next(place for place, block in enumerate(blocks) if isinstance(block, Heading) and block.text == name)
    level = blocks[start].level
    rest = blocks[start + 1 :]
    end = next((place for place, block in enumerate(rest) if isinstance(block, Heading) and block.level <= level), None)
    return rest[:end]


def sentences(blocks):
    return [
        text
        for block in blocks
        for text in (block.items if isinstance(block, Listing) else [getattr(block, "text", "")])
    ]


def tables(evidence):
    return [block for block in equality(evidence).blocks if isinstance(block, Table)]


def test_each_of_the_nine_protected_characteristics_has_its_section_in_the_acts_order():
    found = [block.text for block in equality(made()).blocks if isinstance(block, Heading) and block.level == 2]
    labels = [made().sets.label(key) for key in PROTECTED]
    assert [name for name in found if name in labels] == labels
    assert len(PROTECTED) == 9


def test_the_duty_and_its_three_aims_are_told():
    said = "\n".join(texts(equality(made())))
    assert "Section 149 of the Equality Act 2010" in said
    aims = next(block for block in tables(made()) if block.headings[0] == "Aim")
    assert [row[1:] for row in aims.rows] == [("", "")] * 3


@pytest.mark.parametrize("evidence", [made(), uncoded(), made(profiles={}, crossed={})])
def test_only_the_authors_cells_are_empty_and_the_caption_says_so(evidence):
    for block in tables(evidence):
        assert {len(row) for row in block.rows} == {len(block.headings)}, block.caption
        empty = any(not cell for row in block.rows for cell in row)
        assert empty == ("for the author to fill in" in block.caption), block.caption
        assert all(row[0] for row in block.rows)


def test_a_group_is_told_with_its_numbers_differences_quotes_and_a_row_for_the_author():
    blocks = part(made(), "Disability")
    talked = next(block for block in blocks if isinstance(block, Table) and block.caption.startswith("What people"))
    assert talked.rows[0] == ("Disabled", "Access", "40", "70", "57%", "More often")
    assert "Disabled people raised Access more often than other people: 57% against 8%." in sentences(blocks)
    assert Quotation("Steps, everywhere.", "Participant, Disabled (on Access)") in blocks
    author = next(block for block in blocks if isinstance(block, Table) and "mitigation" in block.caption)
    assert [row[0] for row in author.rows] == ["Disabled", "Not disabled"]


def test_a_characteristic_that_nobody_was_asked_about_is_a_gap_and_not_no_effect():
    assert "People were not asked about race, so this round has no evidence on it." in sentences(part(made(), "Race"))
    gaps = next(block for block in tables(made()) if block.headings[0] == "Gap")
    assert ("People were not asked about race.", "", "") in gaps.rows
    assert "disability." not in " ".join(row[0] for row in gaps.rows if row[0].startswith("People were not asked"))


def test_hidden_groups_are_named_without_a_number():
    """The group is there, its number is not, and it is listed as a gap."""
    rows = {row.categories: (row.base, *row.themes.values()) for row in DISABILITY.rows}
    rows[("Disabled",)] = (HIDDEN, *[HIDDEN] * 3)
    evidence = made(disability=table(("disability",), rows, BOOK.keys), spoken={})
    blocks = part(evidence, "Disability")
    assert "For 1 group there is no number that we can show: Disabled." in sentences(blocks)
    assert "No quote may be shown with this characteristic" in " ".join(sentences(blocks))
    gaps = next(block for block in tables(evidence) if block.headings[0] == "Gap")
    assert ("Disability: the number of people is hidden for Disabled.", "", "") in gaps.rows


def test_over_and_under_representation_is_told_in_words():
    fewer = Gap("disability", "Disabled", FEW, None, 0.2, None, 0.001, 0.001, Presence.FEWER)
    told = "Fewer disabled people took part than you would expect: too few to show, and 20% of the population."
    evidence = made(gaps=(fewer,))
    assert told in sentences(part(evidence, "Who took part"))
    assert told in sentences(part(evidence, "Disability"))
    more = replace(fewer, presence=Presence.MORE)
    assert any(
        text.startswith("More disabled people took part") for text in sentences(part(made(gaps=(more,)), "Disability"))
    )
    clear = replace(fewer, presence=Presence.UNCLEAR)
    assert "No group is clearly missing." in sentences(part(made(gaps=(clear,)), "Who took part"))


def test_combinations_that_were_chosen_are_shown_and_hidden_ones_counted():
    blocks = part(made(), "Disability and sex")
    shown = next(block for block in blocks if isinstance(block, Table) and block.caption.startswith("People by"))
    assert shown.rows[0] == ("Disabled", "Female", "40", "Access (about 30 people)")
    assert shown.row_headings == 2
    author = next(block for block in blocks if isinstance(block, Table) and "mitigation" in block.caption)
    assert author.rows[0][0] == "Disabled women"
    assert "No combination of characteristics was chosen for this document." in sentences(
        part(made(crossed={}, combined={}), "People with more than one characteristic")
    )


def test_a_councils_own_characteristic_comes_after_the_nine():
    carers = table(("carer",), {(ALL,): (Count(200), *[FEW] * 3), ("Carer",): (Count(40), *[FEW] * 3)}, BOOK.keys)
    evidence = made(profiles={"disability": DISABILITY, "carer": carers})
    found = [block.text for block in equality(evidence).blocks if isinstance(block, Heading) and block.level < 3]
    assert found.index("Unpaid carer") == found.index("What other groups told us") + 1
    assert found.index("What other groups told us") > found.index("Sexual orientation")


def test_nothing_coded_is_told_and_the_people_are_still_there():
    said = texts(equality(uncoded()))
    assert "Nothing has been sorted into themes yet." in said
    assert "People by disability" in said
    assert not any(isinstance(block, Quotation) for block in equality(uncoded()).blocks)


def test_headings_step_down_one_level_at_a_time():
    for evidence in (made(), uncoded()):
        levels = [block.level for block in equality(evidence).blocks if isinstance(block, Heading)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_same_evidence_gives_the_same_document():
    assert equality(made()) == equality(made())
    assert any(isinstance(block, Paragraph) for block in equality(made()).blocks)
