"""The Word file: what a reader, a screen reader and Word itself find in it, and that it is the same every time."""

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn

from engagement.errors import BadInput
from engagement.export.as_docx import template_notes, to_docx
from engagement.export.blocks import Heading, Listing, Paragraph, Table
from engagement.export.characters import from_the_right, pieces, printable
from engagement.export.docx_layout import widths_of
from engagement.export.docx_styles import AS_TEMPLATE, LOOKS, MAIN, packed
from tests.documents_made import CHART, EMOJI, FINDING, HOSTILE, LONG_WORD, URDU, document, table

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def made():
    return docx.Document(io.BytesIO(to_docx(document())))


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        return {name: held.read(name) for name in held.namelist()}


def words(element) -> str:
    return "".join(each.text or "" for each in element.iter(qn("w:t")))


def opened(**changes):
    return docx.Document(io.BytesIO(to_docx(document(**changes))))


def template(path: Path, change=None, *, kind: str = MAIN, **files: bytes) -> Path:
    """A council's template: python-docx's own, changed, as .docx or .dotx."""
    held = docx.Document()
    if change:
        change(held)
    written = io.BytesIO()
    held.save(written)
    inside = {**parts(written.getvalue()), **files}
    inside["[Content_Types].xml"] = inside["[Content_Types].xml"].replace(MAIN.encode(), kind.encode())
    path.write_bytes(packed(inside))
    return path


# ------------------------------------------------------------------ structure


def test_headings_have_the_styles_that_word_lists(made):
    """Every heading is one to Word, of its own level."""
    found = [(each.style.name, each.text) for each in made.paragraphs if each.style.name.startswith("Heading")]
    wanted = [(f"Heading {each.level}", each.text) for each in document().blocks if isinstance(each, Heading)]
    assert found == wanted


def test_each_heading_of_level_1_begins_a_page(made):
    """And no other does."""
    starts = [each.text for each in made.paragraphs if each.paragraph_format.page_break_before]
    wanted = [each.text for each in document().blocks if isinstance(each, Heading) and each.level == 1]
    assert starts == ["Contents", *wanted]


@pytest.mark.parametrize(
    ("between", "begins"),
    [
        ((Paragraph("Nothing was chosen."),), False),
        ((Paragraph("x" * 599),), False),
        ((Paragraph("x" * 600),), True),
        ((Listing(("x",) * 10),), True),
        ((table(1),), True),
        ((CHART,), True),
    ],
)
def test_a_part_of_a_few_lines_shares_its_page(between, begins):
    """A sentence alone on a page looks like a mistake."""
    parts = opened(blocks=(Heading(1, "First"), *between, Heading(1, "Second"))).paragraphs
    first, second = (each for each in parts if each.style.name == "Heading 1")
    assert first.paragraph_format.page_break_before
    assert bool(second.paragraph_format.page_break_before) == begins


def test_the_contents_are_a_field_filled_in_with_links_to_the_headings(made):
    """Without any update the contents name the headings of two levels, each linked to its bookmark."""
    marks = {each.get(qn("w:name")): each.getparent() for each in made.element.iter(qn("w:bookmarkStart"))}
    links = list(made.element.iter(qn("w:hyperlink")))
    wanted = [each.text for each in document().blocks if isinstance(each, Heading) and each.level <= 2]
    assert [words(link) for link in links] == wanted
    assert [words(marks[link.get(qn("w:anchor"))]) for link in links] == wanted
    field = next(each for each in made.element.iter(qn("w:instrText")) if "TOC" in each.text)
    assert field.text.strip().startswith('TOC \\o "1-2"')
    kinds = [each.get(qn("w:fldCharType")) for each in made.element.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end")


def test_table_rows_of_headings_are_marked_and_no_row_is_split(made):
    """The first row of each table is repeated on every page; a row stays whole; row headings are bold."""
    wanted = [each for each in document().blocks if isinstance(each, Table) and each.rows]
    assert len(made.tables) == len(wanted)
    for found, block in zip(made.tables, wanted, strict=True):
        rows = found._tbl.tr_lst
        assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [True] + [False] * len(block.rows)
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
        cells = found.rows[1].cells
        bold = [any(run.bold for run in cell.paragraphs[0].runs) for cell in cells]
        filled = [bool(cell.text) for cell in cells]
        assert bold == [place < block.row_headings and filled[place] for place in range(len(cells))]
        assert [cell.text for cell in found.rows[0].cells] == list(block.headings)
        assert found._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == block.caption


def test_tables_and_charts_have_numbered_captions(made):
    """Tables and figures are counted apart, an empty table too."""
    captions = [each.text for each in made.paragraphs if each.style.name == "Caption"]
    assert [each.split(":")[0] for each in captions] == ["Figure 1", *(f"Table {number}" for number in range(1, 6))]


def test_a_table_without_rows_says_so():
    """No table of headings alone is left to puzzle over."""
    made = opened(blocks=(Heading(1, "One"), table(0)))
    assert made.tables == []
    assert made.paragraphs[-1].text == "There is nothing to show in this table."


def test_a_chart_has_its_finding_as_text_alternative_and_fits_the_page(made):
    """A picture tells what it shows, and is no wider than the text."""
    (picture,) = made.inline_shapes
    assert picture._inline.docPr.get("descr") == f"{CHART.title}. {FINDING}"
    section = made.sections[0]
    assert picture.width <= section.page_width - section.left_margin - section.right_margin


def test_quotes_are_to_the_character_and_in_their_style(made):
    """A quote is the style Quote, unchanged, and who said it follows."""
    quotes = [each.text for each in made.paragraphs if each.style.name == "Quote"]
    assert quotes[0] == f"The lift is broken again. {EMOJI}"
    assert quotes[1] == URDU
    at = next(place for place, each in enumerate(made.paragraphs) if each.text == quotes[0])
    assert made.paragraphs[at + 1].text == "— Participant, Disabled"


def test_words_from_the_right_are_marked_as_such(made):
    """A paragraph mainly in Urdu runs from the right; Urdu inside English is marked, and the paragraph stays."""
    whole, inside = (each for each in made.paragraphs if URDU in each.text and each.style.name == "Quote")
    assert whole._p.pPr.find(qn("w:bidi")) is not None
    assert inside._p.pPr.find(qn("w:bidi")) is None
    assert URDU in "".join(
        run.text for run in inside.runs if run._r.rPr is not None and run._r.rPr.find(qn("w:rtl")) is not None
    )


def test_each_numbered_list_begins_at_1(made):
    """Two numbered lists do not count on from one another."""
    numbers = [
        each._p.pPr.numPr.numId.val
        for each in made.paragraphs
        if each._p.pPr is not None and each._p.pPr.numPr is not None
    ]
    assert len(set(numbers)) == 3
    assert len(numbers) == 7


def test_a_wide_table_lies_on_its_side_and_the_rest_does_not(made):
    """The page is turned for a table of many columns, with its heading, and back again."""
    turned = [section.page_width > section.page_height for section in made.sections]
    assert turned == [False, True, False]
    shorter = [min(section.page_width, section.page_height).mm for section in made.sections]
    assert shorter == [pytest.approx(210, abs=0.2)] * 3
    assert [section.different_first_page_header_footer for section in made.sections] == [True, False, False]


def test_pages_are_numbered(made):
    """The footer has the page and how many there are."""
    fields = [each.text.strip() for each in made.sections[0].footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_the_file_tells_title_author_language_and_the_day_it_was_made(made):
    """Core properties are the document's and the day's, never the clock's or the machine's."""
    said = made.core_properties
    assert (said.title, said.author, said.language) == (document().title, "Anytown Council", "en-GB")
    assert said.created == said.modified == datetime(2026, 3, 4, tzinfo=said.created.tzinfo)
    assert said.comments == ""
    (language,) = made.styles.element.find(qn("w:docDefaults")).iter(qn("w:lang"))
    assert language.get(qn("w:val")) == "en-GB"


def test_no_letter_is_smaller_than_11_points(made):
    """In no style, and nothing sets a size of its own."""
    sizes = [int(each.get(qn("w:val"))) for each in made.styles.element.iter(qn("w:sz"))]
    assert min(sizes) >= 22
    assert not list(made.element.iter(qn("w:sz")))


def test_hostile_words_survive_as_words(made):
    """Markup in a text is text; controls that XML forbids are marked; a long word and an emoji stay."""
    everything = words(made.element)
    for kept in (HOSTILE, LONG_WORD, EMOJI, URDU):
        assert kept in everything
    assert "one\ufffdtwo" in everything


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\x00b", "a\ufffdb"), ("a\tb\nc", "a\tb\nc"), ("a\r\nb\rc\x0bd", "a\nb\nc\nd"), ("a\ud800b", "a\ufffdb"),
     ("a\uffffb", "a\ufffdb"), ("\U0001f600 é", "\U0001f600 é"), ("a\x7fb\x85c", "a\ufffdb\nc")],
)  # fmt: skip
def test_forbidden_characters_are_marked(text, kept):
    """What a file can't hold is replaced by a mark, line ends are one kind, and all else stays."""
    assert printable(text) == kept


@pytest.mark.parametrize(
    ("text", "right"),
    [(URDU, True), (f"He said {URDU[:4]}", False), ("", False), ("12 34", False), (f"{URDU} OK", True)],
)
def test_the_direction_of_a_text_is_that_of_most_of_its_letters(text, right):
    """Numbers and marks have none."""
    assert from_the_right(text) is right
    assert "".join(piece for piece, _ in pieces(text)) == text


# ------------------------------------------------------------------ the same bytes


def test_the_same_document_gives_the_same_bytes_in_any_process():
    """Nothing of the clock, of chance or of the order of sets is in the file."""
    script = (
        "import hashlib, sys\nfrom engagement.export.as_docx import to_docx\n"
        "from tests.documents_made import document\n"
        "sys.stdout.write(hashlib.sha256(to_docx(document())).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert told == {hashlib.sha256(to_docx(document())).hexdigest()}


def test_every_date_in_the_zip_is_fixed():
    """The zip's own times are no clock's."""
    with zipfile.ZipFile(io.BytesIO(to_docx(document()))) as held:
        assert {each.date_time for each in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert held.namelist()[0] == "[Content_Types].xml"


# ------------------------------------------------------------------ a council's template


def test_a_templates_own_styles_and_page_are_used(tmp_path):
    """Headings take the council's looks, the page its margins; its text is gone and its footer stays."""

    def change(held):
        held.add_paragraph("Old words of the template")
        held.styles["Heading 1"].font.name = "Council Sans"
        held.sections[0].left_margin = docx.shared.Mm(31)
        held.sections[0].footer.paragraphs[0].text = "Anytown Council, Town Hall"

    path = template(tmp_path / "council.docx", change)
    made = docx.Document(io.BytesIO(to_docx(document(), path)))
    first = next(each for each in made.paragraphs if each.text == "Summary" and each.style.name == "Heading 1")
    assert first.style.font.name == "Council Sans"
    assert made.sections[0].left_margin.mm == pytest.approx(31, abs=0.1)
    footer = made.sections[0].footer
    assert footer.paragraphs[0].text == "Anytown Council, Town Hall"
    assert "PAGE" in [each.text.strip() for each in footer._element.iter(qn("w:instrText"))]
    assert "Old words" not in words(made.element)


def test_a_template_that_numbers_its_pages_keeps_its_own_numbers(tmp_path):
    """Two page numbers are one too many."""

    def change(held):
        run = held.sections[0].footer.paragraphs[0].add_run()._r
        run.append(docx.oxml.parse_xml(f'<w:instrText xmlns:w="{qn("w:p")[1:-2]}"> PAGE </w:instrText>'))

    made = docx.Document(io.BytesIO(to_docx(document(), template(tmp_path / "t.docx", change))))
    assert len(list(made.sections[0].footer._element.iter(qn("w:instrText")))) == 1


def test_styles_that_a_template_lacks_are_added_and_told(tmp_path):
    """A template without our styles does, and the user is told which are ours."""

    def change(held):
        for name in ("Heading 2", "Quote", "Caption"):
            style = held.styles[name]._element
            style.getparent().remove(style)

    path = template(tmp_path / "bare.docx", change)
    (note,) = template_notes(path)
    for name in ("heading 2", "caption", "Quote"):
        assert f"“{name}”" in note
    assert "heading 1" not in note
    made = docx.Document(io.BytesIO(to_docx(document(), path)))
    names = [each.name for each in made.styles if each.type == WD_STYLE_TYPE.PARAGRAPH]
    assert all(names.count(name) == 1 for name in ("Heading 1", "Heading 2", "Quote", "Engagement Lead"))


def test_our_own_file_serves_as_a_template_and_lacks_nothing(tmp_path):
    """What we wrote has every style that we look for."""
    path = tmp_path / "ours.docx"
    path.write_bytes(to_docx(document()))
    assert template_notes(path) == ()
    again = docx.Document(io.BytesIO(to_docx(document(), path)))
    assert len([each for each in again.styles if each.name.startswith("Engagement")]) == 6
    assert len(again.sections) == 3


def test_a_dotx_is_taken_and_becomes_a_document(tmp_path):
    """Word tells a template from a document by its type: the report is a document."""
    path = template(tmp_path / "council.dotx", kind=AS_TEMPLATE)
    data = to_docx(document(), path)
    assert MAIN.encode() in parts(data)["[Content_Types].xml"]
    assert AS_TEMPLATE.encode() not in parts(data)["[Content_Types].xml"]
    assert data == to_docx(document(), path)


def test_a_template_makes_word_ask_no_other_machine(tmp_path):
    """A template kept elsewhere and a picture linked from elsewhere are taken out."""

    def change(held):
        part = held.part._settings_part
        key = part.relate_to(
            "https://templates.example.org/council.dotm",
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate", is_external=True,
        )  # fmt: skip
        names = f'xmlns:w="{qn("w:p")[1:-2]}" xmlns:r="{qn("r:id")[1:].split("}")[0]}"'
        held.settings.element.insert(0, docx.oxml.parse_xml(f'<w:attachedTemplate {names} r:id="{key}"/>'))

    data = to_docx(document(), template(tmp_path / "linked.docx", change))
    assert not [name for name, inside in parts(data).items() if b"templates.example.org" in inside]
    assert not [name for name, inside in parts(data).items() if b"attachedTemplate" in inside]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"not a zip", "it is no Word document"),
        (b"", "it is no Word document"),
        (packed({"hello.txt": b"hello"}), "it is no Word document"),
        (packed({"[Content_Types].xml": b"<broken"}), "it can't be read as a Word document"),
        (packed({"[Content_Types].xml": b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml"}),
         "the template holds macros"),
        (None, "there is no such template"),
    ],
)  # fmt: skip
def test_an_unreadable_template_gets_a_sentence(tmp_path, content, found):
    """What was found and what to do, without a traceback."""
    path = tmp_path / "council.dotx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput) as raised:
        to_docx(document(), path)
    assert raised.value.file == "council.dotx"
    assert raised.value.found == found


def test_every_role_has_a_style():
    """No block of a document is without a look."""
    assert {"lead", "note", "warning", "quote", "attribution", "cell", "caption", "items"} <= set(LOOKS)


def test_an_empty_document_is_a_title_page():
    """No headings, no contents, nothing broken."""
    made = opened(blocks=(), subtitle="", organisation="")
    assert [each.text for each in made.paragraphs] == [document().title, "4 March 2026"]


def test_a_large_document_is_quick():
    """Two thousand rows and as many paragraphs take seconds."""
    blocks = (Heading(1, "One"), *(table(200) for _ in range(10)), *(Paragraph("Words. " * 20) for _ in range(2000)))
    start = perf_counter()
    to_docx(replace(document(), blocks=blocks))
    assert perf_counter() - start < 10


def test_what_is_added_to_a_template_follows_its_normal_style(tmp_path):
    """Our lead is in the council's letters, and an attribution isn't set in beside the council's own quotes."""
    made = docx.Document(io.BytesIO(to_docx(document(), template(tmp_path / "council.docx"))))
    assert made.styles["Engagement Lead"].base_style.name == "Normal"
    assert made.styles["Engagement Attribution"]._element.pPr.find(qn("w:ind")) is None
    assert opened().styles["Engagement Attribution"]._element.pPr.find(qn("w:ind")) is not None


def test_each_quote_has_a_rule_of_its_own():
    """A program joins the rules of paragraphs that follow each other: between two quotes is one without."""
    styles = opened().styles
    ruled = [styles[name]._element.pPr.find(qn("w:pBdr")) is not None for name in ("Quote", "Engagement Attribution")]
    assert ruled == [True, False]


def test_what_announces_a_list_stays_with_it():
    """A sentence that ends with a colon never stands alone at the foot of a page."""
    made = opened(blocks=(Paragraph("These were left out:"), Listing(("one",)), Paragraph("That is all.")))
    kept = {each.text: each.paragraph_format.keep_with_next for each in made.paragraphs}
    assert (kept["These were left out:"], kept["That is all."]) == (True, None)


def test_rows_to_fill_in_by_hand_are_tall_enough_and_their_cells_are_seen():
    """Where the author has to write there is room, and lines around it; nowhere else is any wasted."""
    filled = Table("To fill in", ("You said", "We did"), (("Repairs take too long", ""), ("Rents", "Frozen")))
    first, other = opened(blocks=(filled, table(2))).tables
    assert [row.trPr.find(qn("w:trHeight")) is not None for row in first._tbl.tr_lst] == [False, True, False]
    assert [each._tbl.tblPr.find(qn("w:tblBorders")) is not None for each in (first, other)] == [True, False]


SHARES = Table(
    "Shares",
    ("Question", "People who raised it", "People who answered", "Share", "95% interval"),
    (("What makes it harder for you to get a fair chance?", "Hidden", "35", "Not known", "21% to 42%"),),
    numeric=frozenset(range(1, 5)),
)
EFFECT = Table("Effect", ("Age", "What will you do about it?"), (("65 and over", ""),), row_headings=1)


@pytest.mark.parametrize(("block", "place", "letters"), [(SHARES, 3, 9), (SHARES, 4, 10), (EFFECT, 0, 11)])
def test_a_short_cell_stands_in_one_line(block, place, letters):
    """“Not known” isn't broken where the page has room for it."""
    assert widths_of(block, 9070)[place] >= 116 * letters + 200


def test_columns_never_come_to_more_than_the_page():
    """Nor where nothing fits."""
    assert sum(widths_of(SHARES, 9070)) <= 9070
    assert sum(widths_of(table(3, 12), 5000)) <= 5000


def test_a_short_table_stays_on_one_page_and_a_long_one_flows():
    """Its rows are kept with the next, all but the last; of a long table none but the headings."""
    made = opened(blocks=(table(12), table(13)))
    kept = [
        [bool(row.cells[0].paragraphs[0].paragraph_format.keep_with_next) for row in each.rows] for each in made.tables
    ]
    assert kept == [[True] * 12 + [False], [True] + [False] * 13]
