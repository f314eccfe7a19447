"""The HTML page: whole in itself, valid in its bones, and with nobody's words as markup."""

import itertools
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from engagement.export.as_html import to_html
from engagement.export.blocks import Heading, Paragraph, Quotation, Table
from tests.documents_made import EMOJI, FINDING, HOSTILE, URDU, document, table

ROOT = Path(__file__).parents[1]
VOID = {"meta", "br", "rect", "line", "link", "img"}


class Bones(HTMLParser):
    """Every element in order with its attributes, whether all were closed, and the page's words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data

    def all(self, tag):
        return [attrs for name, attrs in self.found if name == tag]


@pytest.fixture(scope="module")
def page():
    return to_html(document())


@pytest.fixture(scope="module")
def bones(page):
    return Bones(page)


def test_every_element_is_closed_and_every_id_is_once(bones):
    """The page is well made, and what points to an id finds it."""
    assert bones.open == []
    ids = [attrs["id"] for _, attrs in bones.found if "id" in attrs]
    assert len(ids) == len(set(ids))
    pointed = {
        each
        for _, attrs in bones.found
        for name in ("aria-labelledby", "href")
        for each in (attrs.get(name) or "").replace("#", " ").split()
    }
    assert pointed <= set(ids)


def test_nothing_is_asked_for(page, bones):
    """No script, font, picture or style from elsewhere, and a policy that would refuse them."""
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in bones.found}
    assert not re.search(r"url\(|@import|src=", page)
    (policy,) = [each["content"] for each in bones.all("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_a_reader_finds_their_way(bones):
    """Language, title, a link past the contents, landmarks, and headings without a gap."""
    tags = [tag for tag, _ in bones.found]
    assert bones.all("html")[0]["lang"] == "en-GB"
    assert [tags.count(each) for each in ("header", "nav", "main", "h1", "title")] == [1, 1, 1, 1, 2]  # one in the SVG
    assert bones.all("a")[0]["href"] == "#main"
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h\d", tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert levels[0] == 1


def test_the_contents_link_to_the_headings_of_two_levels(bones):
    """In the document's order."""
    wanted = [each for each in document().blocks if isinstance(each, Heading)]
    links = [each["href"] for each in bones.all("a")[1:]]
    assert links == [f"#part-{number}" for number, each in enumerate(wanted, start=1) if each.level <= 2]


def test_tables_have_captions_scopes_and_a_region_that_scrolls(bones):
    """Every heading cell says what it heads; a table of three columns or more scrolls by itself and has a name."""
    wanted = [each for each in document().blocks if isinstance(each, Table) and each.rows]
    assert len(bones.all("caption")) == len(wanted)
    assert all(attrs.get("scope") in {"col", "row"} for attrs in bones.all("th"))
    columns = sum(len(each.headings) for each in wanted)
    rows = sum(bool(cell) for each in wanted for row in each.rows for cell in row[: each.row_headings])
    assert len(bones.all("th")) == columns + rows
    regions = [attrs for attrs in bones.all("div") if attrs.get("role") == "region"]
    assert len(regions) == len(wanted)
    assert all(attrs["tabindex"] == "0" and attrs["aria-labelledby"].startswith("table-") for attrs in regions)


def test_a_narrow_table_needs_no_region():
    """A keyboard does not stop where nothing scrolls."""
    narrow = Bones(to_html(document(blocks=(table(3, 2),))))
    assert not [attrs for attrs in narrow.all("div") if "tabindex" in attrs]


def test_a_chart_has_a_text_alternative(bones):
    """A picture to assistive technology, with its finding."""
    (chart,) = bones.all("svg")
    assert chart["role"] == "img"
    assert FINDING in bones.words


def test_quotes_are_quotes_and_run_in_their_own_direction(bones):
    """Each is a blockquote that sets its direction, with its attribution."""
    wanted = [each for each in document().blocks if isinstance(each, Quotation)]
    assert [attrs.get("dir") for attrs in bones.all("blockquote")] == ["auto"] * len(wanted)
    for each in wanted:
        assert f"— {each.attribution}" in bones.words


def test_words_are_words(page, bones):
    """Markup in a text is text, a control is marked, and letters of any script stay."""
    assert bones.words.count(HOSTILE) >= 5
    assert "<script>" not in page
    assert "one\ufffdtwo" in bones.words
    assert URDU in bones.words
    assert EMOJI in bones.words
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]", page)


def test_a_hostile_title_is_text_in_every_place():
    """Title, subtitle, organisation and language can't close what they stand in."""
    bones = Bones(to_html(document(title=HOSTILE, subtitle=HOSTILE, organisation=HOSTILE, blocks=())))
    assert bones.open == []
    assert not bones.all("script")
    assert bones.words.count(HOSTILE) == 4  # the title twice


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_colours_stand_out(page, scheme):
    """Text against its ground has a contrast of 4.5 at least, bars and rules 3: WCAG 2.2, 1.4.3 and 1.4.11."""
    blocks = re.findall(r":root \{([^}]*)\}", page)
    colours = dict(re.findall(r"--(\w+): (#\w{6})", blocks[["light", "dark", "print"].index(scheme)]))
    for name in ("ink", "quiet", "blue", "link"):
        assert contrast(colours[name], colours["paper"]) >= 4.5, name
    assert contrast(colours["ink"], colours["pale"]) >= 4.5
    for name in ("bar", "rule", "red"):
        assert contrast(colours[name], colours["paper"]) >= 3, name
    assert contrast(colours["ink"], colours["bar"]) >= 3, "the line of an interval on its bar"


def contrast(one: str, other: str) -> float:
    lights = sorted(light(each) + 0.05 for each in (one, other))
    return lights[1] / lights[0]


def light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_same_document_gives_the_same_page_in_any_process(page):
    """Nothing of the clock, of chance or of the order of sets is in it."""
    script = (
        "import sys\nfrom engagement.export.as_html import to_html\nfrom tests.documents_made import document\n"
        "sys.stdout.buffer.write(to_html(document()).encode())"
    )
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, check=True,
        ).stdout.decode()  # fmt: skip
        assert told == page


def test_an_empty_document_is_a_title():
    """No headings, no contents, nothing broken."""
    bones = Bones(to_html(document(blocks=())))
    assert bones.all("nav") == []
    assert bones.open == []


def test_sentences_have_their_style():
    """Lead, note and warning are told apart in the page."""
    blocks = tuple(Paragraph(style, style) for style in ("body", "lead", "note", "warning"))  # type: ignore[arg-type]
    classes = [attrs.get("class") for attrs in Bones(to_html(document(blocks=blocks))).all("p")[2:]]
    assert classes == [None, "lead", "note", "warning"]
