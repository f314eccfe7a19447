"""The consultation report says what the evidence holds, in sentences that are right for one, for many and for none."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from engagement.comparing.population import Gap, Presence
from engagement.config import RULES
from engagement.export.blocks import Bars, Heading, Listing, Quotation, Table
from engagement.export.evidence import Checked
from engagement.export.report import HEADLINES, MOST_BARS, report
from engagement.model import ALL, Codebook, Count, Hidden, Round, Theme
from tests.evidence_made import BOOK, DISABILITY, FEW, PUBLISH, agreed, made, received, table, texts, uncoded

HIDDEN = Hidden("too few people, or hidden to protect a number that small")


def whole(evidence):
    return "\n".join(texts(report(evidence)))


def headings(evidence, level=1):
    return [block.text for block in report(evidence).blocks if isinstance(block, Heading) and block.level == level]


def book_of(number):
    return Codebook("Long", 1, tuple(Theme(f"t{place}", f"Theme {place}", "Words") for place in range(number)))


def many(number, said=None):
    """A round with so many themes, of falling size."""
    book = book_of(number)
    said = said or [Count(max(10, 200 - 5 * place)) for place in range(number)]
    profile = table(
        ("disability",), {(ALL,): (Count(200), *said), ("Disabled",): (Count(70), *[FEW] * number)}, book.keys
    )
    asked = ()
    return made(book=book, disability=profile, asked=asked, together={}, emergent=(), crossed={}, combined={})


def test_a_report_has_all_its_parts_in_order():
    """Summary, method, people, themes, what lies beyond, reliability, you said we did, appendix."""
    assert headings(made()) == [
        "Summary",
        "What we did",
        "Who took part",
        "What people talked about",
        "What people said to each question",
        "Theme by theme",
        "What fits none of the themes",
        "How far you can rely on this",
        "You said, we did",
        "Appendix",
    ]


def test_the_title_page_names_the_round_its_dates_and_whose_it_is():
    document = report(made())
    assert (document.title, document.subtitle) == ("Fair Anytown", "What people told us, 5 January to 6 February 2026")
    assert (document.organisation, document.made_on.year, document.language) == ("Anytown Council", 2026, "en-GB")
    bare = report(made(held=Round(""), organisation=""))
    assert (bare.title, bare.subtitle) == ("Engagement round", "What people told us")


def test_headlines_have_bases_and_words_of_the_scale():
    said = whole(made())
    assert "Some people who took part raised Housing: about 75 of about 200 (38%)." in said
    assert "Disabled people raised Access more often than other people: 57% against 8%." in said
    assert "Non-disabled people raised Access less often" not in said


def test_a_hidden_theme_is_told_in_words_and_has_no_quotes_or_groups():
    """Nothing is said of a theme of few but its definition."""
    document = report(made())
    start = document.blocks.index(Heading(2, "Rare thing"))
    part = document.blocks[start + 1 : document.blocks.index(Heading(1, "What fits none of the themes"))]
    assert not [block for block in part if isinstance(block, Table | Bars | Quotation | Listing | Heading)]
    assert any("Too few people raised Rare thing" in block.text for block in part)


def test_charts_stand_beside_their_table_and_say_what_they_show():
    """After each chart comes its table, which has a row for each bar; bars fall in length."""
    blocks = report(made()).blocks
    for block, after in pairwise(blocks):
        if isinstance(block, Bars):
            assert isinstance(after, Table)
            assert {name for name, *_ in block.bars} <= {row[0] for row in after.rows}
            lengths = [value for _, value, *_ in block.bars]
            assert lengths == sorted(lengths, reverse=True)
            assert block.finding.endswith((".", "!", "?"))


def test_every_table_is_even_and_only_the_authors_cells_are_empty():
    for evidence in (made(), uncoded(), many(1), many(300)):
        for block in report(evidence).blocks:
            if isinstance(block, Table):
                assert {len(row) for row in block.rows} <= {len(block.headings)}
                if "fill in" not in block.caption:
                    assert all(cell for row in block.rows for cell in row), block.caption


def test_quotes_carry_their_attribution_and_why_they_were_chosen():
    document = report(made())
    assert Quotation("Steps, everywhere.", "Participant, Disabled (typical)") in document.blocks
    assert Quotation("The lift is broken again.", "Participant, Disabled") in document.blocks


def test_nothing_coded_is_said_and_does_not_crash():
    said = whole(uncoded())
    assert "Nothing has been sorted into themes yet." in said
    assert "There is no codebook yet." in said
    assert "About 200 people took part." in said
    assert "Theme by theme" not in said


@pytest.mark.parametrize("number", [1, 2, HEADLINES, HEADLINES + 1, 300])
def test_any_number_of_themes_reads_sensibly(number):
    """One theme and 300 have a section each; the summary names no more than its few, the chart no more than fit."""
    evidence = many(number)
    document = report(evidence)
    sections = headings(evidence, level=2)
    assert len([name for name in sections if re.fullmatch(r"Theme \d+", name)]) == number
    bars = next(block for block in document.blocks if isinstance(block, Bars))
    assert len(bars.bars) == min(number, MOST_BARS)
    assert f"{number} theme{'' if number == 1 else 's'}, called a codebook" in whole(evidence)
    assert ("only the" in bars.finding or "largest" in bars.finding) == (number > MOST_BARS)


def test_no_theme_with_a_number_is_told():
    said = whole(many(3, [FEW, HIDDEN, FEW]))
    assert "No theme was raised by enough people for its number to be shown." in said
    assert not any(isinstance(block, Bars) for block in report(many(3, [FEW, HIDDEN, FEW])).blocks)


def test_a_theme_that_nobody_raised_is_told_where_numbers_are_exact():
    exact = replace(PUBLISH, name="exact", threshold=1, rounding=1, k=1)
    said = whole(replace(many(2, [Count(40), Count(0)]), rule=exact))
    assert "Nobody raised Theme 1." in said


def test_hidden_people_are_told_without_a_share():
    """Where not even the number of people is shown, no share is worked out of it."""
    evidence = made(total=HIDDEN)
    said = whole(evidence)
    assert "The number of people who took part is too small to show" in said
    assert "About 75 people raised Housing." in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"received": received(files=1, read=1)}, "We read 1 file."),
        ({"received": received(files=3)}, "We read all 3 files that we received."),
        ({"received": received(files=9)}, "We read 3 of the 9 files that we received."),
        ({"received": received(excerpts=FEW)}, "There are fewer than 10 passages."),
        ({"received": received(excerpts=Count(1200))}, "There are about 1,200 passages."),
        ({"received": received(replaced={"PERSON": 1})}, "We replaced 1 detail in what people said. The"),
        ({"held": Round("Day", purpose="To hear more")}, "Why it was held: To hear more."),
        ({"received": received(replaced={})}, "No such detail was found in what people said."),
        ({"received": received(campaigns=2, sent=(Count(30), FEW))}, "We found 2 campaigns:"),
        ({"received": received(campaigns=0, copies=FEW, sent=())}, "We found no campaign"),
        ({"received": received(languages={"pl": Count(40)})}, "Some answers are in Polish."),
        ({"received": received(languages={"so": FEW})}, "in a language that too few people used for us to name it."),
        ({"checked": Checked(Count(125), FEW, 1)}, "1 person has decided on fewer than 10 of about 125"),
        ({"checked": Checked(Count(125), Count(25), 3)}, "3 people have decided on about 25 of about 125"),
        ({"checked": Checked(Count(125), FEW, 0)}, "No person has checked them yet."),
        ({"few": 1}, "1 more group is not shown, because too few people are behind it."),
        ({"few": 2}, "2 more groups are not shown, because too few people are behind them."),
        ({"emergent": (), "few": 0}, "No group of such passages was large enough to look like a new theme."),
        ({"stability": {}}, "Not measured"),
        ({"sealed": True}, "has been destroyed"),
        ({"sealed": False}, "still holds a key"),
        ({"reflexive": True}, "So we did not measure agreement."),
        ({"reliability": ()}, "Nobody has coded a sample a second time"),
        ({"changes": ()}, "No change has been recorded."),
        ({"profiles": {}}, "People were not asked about themselves, so we can’t say who they are."),
        ({"held": Round("Day", "2026-03-03", "2026-03-03")}, "It was on 3 March 2026."),
        ({"uncoded": FEW}, "A computer program looked for groups"),
        ({"rule": RULES["internal"]}, "75 of 200 (38%)."),
    ],
)
def test_fixed_sentences_are_right_for_one_for_many_and_for_none(change, sentence):
    assert sentence in whole(made(**change))


def test_a_language_of_few_is_not_named():
    """Who speaks it may be known."""
    said = whole(made(received=received(languages={"pl": Count(40), "so": FEW})))
    assert "Some answers are in Polish and a language that too few people used for us to name it." in said
    assert "Somali" not in said


def test_agreement_is_told_without_the_counts_of_excerpts_by_theme():
    """How many excerpts of a sample carry a theme is not printed, nor who the coders are."""
    evidence = made(reliability=(agreed(),))
    found = next(
        block for block in report(evidence).blocks if isinstance(block, Table) and "Agreement" in block.caption
    )
    assert found.rows[0] == ("Housing", *["0.81 (0.71 to 0.91)"] * 4)
    assert found.rows[1] == ("Access", *["Neither coder used it"] * 4)
    assert found.rows[2][0] == "All themes together"
    assert "1 theme is not in the table" in whole(evidence)


def test_who_is_missing_is_told_beside_the_population():
    gap = Gap("disability", "Disabled", Count(70), None, 0.2, None, 0.001, 0.001, Presence.FEWER)
    said = whole(made(gaps=(gap,)))
    assert "Fewer took part than expected of disabled people" in said
    assert "Share of the population" in said
    assert "not given figures" in whole(made())


def test_you_said_we_did_is_left_to_fill_in():
    """A row for each theme whose number is shown, with empty cells; and why to fill them."""
    document = report(made())
    found = next(block for block in document.blocks if isinstance(block, Table) and "You said" in block.caption)
    assert [row[1:] for row in found.rows] == [("", "", "")] * 2
    assert "Gunning" in whole(made())
    nothing = next(
        block for block in report(uncoded()).blocks if isinstance(block, Table) and "You said" in block.caption
    )
    assert all(cell == "" for row in nothing.rows for cell in row)


def test_headings_step_down_one_level_at_a_time():
    for evidence in (made(), uncoded(), many(3)):
        levels = [block.level for block in report(evidence).blocks if isinstance(block, Heading)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("words", ["", "Rents; repairs", "Is it fair?", "<b>bold</b> & =SUM(A1)", "مرحبا 🙂"])
def test_other_peoples_words_come_through_as_they_are(words):
    """Names and definitions are text: nothing is taken for markup, and an empty definition is told."""
    book = Codebook("B", 1, (replace(BOOK.themes[0], definition=words), *BOOK.themes[1:]))
    said = texts(report(made(book=book)))
    assert any(words in text for text in said) if words else "No definition has been written for this theme." in said


def test_a_report_of_the_same_evidence_is_the_same():
    assert report(made()) == report(made())


def test_no_number_of_a_group_is_in_the_text_of_one_that_is_hidden():
    """With every group hidden, the words of differences are gone and the profile says so."""
    rows = {row.categories: (row.base, *row.themes.values()) for row in DISABILITY.rows}
    rows |= {("Disabled",): (HIDDEN, *[HIDDEN] * 3), ("Not disabled",): (HIDDEN, *[HIDDEN] * 3)}
    evidence = made(disability=table(("disability",), rows, BOOK.keys))
    said = whole(evidence)
    assert "more often" not in said.replace("more or less often", "").replace("more often than not", "")
    assert "No number of people by disability can be shown." in said
    assert "We can’t compare groups: the numbers are too small." in said
