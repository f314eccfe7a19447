"""Quotes only: every character as it was typed, every quote as it is stored, the rule beside them."""

from __future__ import annotations

import io
from datetime import date

import pytest
from markdown_it import MarkdownIt

from engagement.anonymise import restore
from engagement.config import RULES
from engagement.errors import BadInput
from engagement.export.blocks import Heading, Paragraph, Quotation
from engagement.export.quotes_file import (
    Section,
    as_document,
    as_markdown,
    as_text,
    escaped,
    plain,
    rule_told,
    write_quotes,
)
from engagement.model import Excerpt, Role, digest_of
from engagement.quotation.choosing import Chosen
from engagement.quotation.quoted import edited, quote_of

RULE = RULES["publish"]
AWKWARD = [
    "I *never* said __that__, nor `this`, nor ~~those~~ | these.",
    "# Not a heading",
    "- not a list\n1. nor a numbered one\n> nor a quotation",
    "<script>alert('x')</script> & <b>bold</b> &amp;",
    "[link](https://example.org) ![picture](x.png) <https://example.org> www.example.org a@example.org",
    "=1+1 | a | b |\n|---|---|",
    "back\\slash \\* and \\",
    "Two lines\nof one answer",
    "שלום, 👋🏽 naïve café",
    "$x^2$ :smile: [^1] ---",
]


def excerpt(text: str) -> Excerpt:
    words = restore(text, digest_of(text))
    return Excerpt("e1", "s1", 0, 0, words, 0, len(words), digest_of(text), Role.PARTICIPANT, "p1", None)


def section(text: str, name: str = "Housing") -> tuple[list[Section], dict[str, Excerpt]]:
    held = excerpt(text)
    quote = quote_of(held, (0, 1), "Participant, Black", "publish")
    return [Section(name, (Chosen(quote, "typical"),))], {"e1": held}


def shown(markdown: str) -> list[str]:
    """The words that a reader of the rendered Markdown sees, a paragraph or heading each."""
    found = []
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown):
        for child in token.children or []:
            assert child.type in {"text", "softbreak", "hardbreak", "text_special"}, child.type
        if token.type == "inline":
            found.append("".join("\n" if "break" in child.type else child.content for child in token.children or []))
    return found


@pytest.mark.parametrize("text", AWKWARD)
def test_markdown_shows_words_as_they_were_typed(text: str) -> None:
    """Nothing of them is markup, and no character is lost."""
    found, excerpts = section(text)
    assert shown(as_markdown(found, RULE, excerpts))[3] == f"“{text}”"


@pytest.mark.parametrize("text", AWKWARD)
def test_a_themes_name_is_no_markup_either(text: str) -> None:
    found, excerpts = section("Damp.", name=text)
    assert shown(as_markdown(found, RULE, excerpts))[2] == " ".join(text.split())


def test_text_has_theme_words_speaker_and_reason() -> None:
    found, excerpts = section("The flat is damp.")
    told = as_text(found, RULE, excerpts)
    assert told == f"{rule_told(RULE)}\n\nHOUSING\n\n“The flat is damp.”\n— Participant, Black (typical)\n"
    assert "for the analyst's eyes" in as_text(found, RULES["internal"], excerpts)


def test_omissions_are_printed_everywhere() -> None:
    held = excerpt("Well, the flat is damp and cold. Nobody cares.")
    quote = edited(quote_of(held, (0, 1), "Participant", "publish"), "the flat is damp [...] Nobody cares.", held)
    found = [Section("Housing", (Chosen(quote, "typical"),))]
    wanted = "[...] the flat is damp [...] Nobody cares."
    made = as_document(found, RULE, {"e1": held}, title="Round", organisation="", made_on=date(2026, 1, 2))
    assert f"“{wanted}”" in as_text(found, RULE, {"e1": held})
    assert f"“{wanted}”" in shown(as_markdown(found, RULE, {"e1": held}))
    assert made.blocks == (
        Paragraph(rule_told(RULE), "note"), Heading(1, "Housing"), Quotation(wanted, "Participant (typical)"),
    )  # fmt: skip


def test_a_theme_without_quotes_says_why() -> None:
    found = [Section("Rare", (), shown=False), Section("Quiet", ())]
    told = as_text(found, RULE, {})
    assert "RARE\n\nToo few people raised this for their words to be shown." in told
    assert "QUIET\n\nThere are no quotes that may be shown." in told


@pytest.mark.parametrize("write", [as_text, as_markdown])
def test_words_that_are_not_what_is_stored_are_not_written(write) -> None:  # type: ignore[no-untyped-def]
    found, _ = section("The flat is damp.")
    with pytest.raises(ValueError, match="e1"):
        write(found, RULE, {"e1": excerpt("The flat is dry.")})


def test_characters_that_no_file_may_hold_are_left_out() -> None:
    """Those that XML 1.0 forbids; an emoji and right-to-left letters stay."""
    assert plain("a\x00b\x0bc\ufffed\x1fe\tf\ng 👋🏽 שלום") == "a b c d e\tf\ng 👋🏽 שלום"
    assert escaped("a\x00*b") == "a \\*b"


def test_a_place_that_cannot_be_written_is_told(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadInput, match=r"can't be written \(Is a directory\)\. Choose another place\.$"):
        write_quotes("x", tmp_path)


def test_a_word_document_holds_every_quote_and_its_speaker() -> None:
    """As a reader of the file finds them, awkward characters and all."""
    from docx import Document

    from engagement.export.as_docx import to_docx

    for text in AWKWARD:
        found, excerpts = section(text)
        made = as_document(found, RULE, excerpts, title="Round", organisation="Town", made_on=date(2026, 1, 2))
        paragraphs = [each.text for each in Document(io.BytesIO(to_docx(made))).paragraphs]
        assert any(text in each for each in paragraphs), text
        assert any("Participant, Black (typical)" in each for each in paragraphs)
