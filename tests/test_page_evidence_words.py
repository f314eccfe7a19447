"""A pinned quote is mended by hand on the Evidence page: every change is marked or told, and every file prints it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

from engagement.anonymising.rulings import Judgement, Rulings
from engagement.app import evidence_changes, evidence_words
from engagement.app.evidence_files import Asked, make
from engagement.model import Choice, Pick
from engagement.store import Store
from engagement.vault import open_key
from tests.test_app import WHY, everything, texts
from tests.test_page_evidence import (
    BY_NAME,
    IDS,
    ON,
    PUBLISH,
    box,
    labels,
    made_once,
    opened,
    picks,
    press,
    project,
    shown_as,
)

__all__ = ["made_once", "project"]  # fixtures

LABEL = "Words of quote 1"
SAID = f"After food and heating {WHY} that I earn."
MENDED = "After food [...] the rent takes [nearly] everything [...]"


@pytest.fixture
def pinned(project: Path) -> Path:
    """The project with one quote pinned."""
    evidence_changes.pin(project, IDS[2], "housing", "Sam")
    return project


def typed(app: AppTest, words: str) -> AppTest:
    box(app, LABEL).set_value(words).run()
    assert not app.exception
    return app


def save(app: AppTest) -> AppTest:
    return press(app, "Save the words of quote 1")


def test_a_quote_is_mended_saved_and_put_back(pinned: Path) -> None:
    app = opened()
    assert box(app, LABEL).value == SAID
    assert evidence_words.AS_SAID in texts(app)
    assert "Put quote 1 back as said" not in labels(app)
    typed(app, "After food [...] the rent takes [nearly] everything")
    assert evidence_words.ALL_MARKED in texts(app)
    assert f"“{MENDED}”" in texts(app)
    assert picks(pinned)[0].typed == ""
    save(app)
    assert "Saved: the words of the quote. Every file prints them now." in texts(app)
    assert picks(pinned)[0].typed == "After food [...] the rent takes [nearly] everything"
    again = opened()
    assert shown_as(again, "Pinned quote 1.** Checked just now") == f"“{MENDED}”"
    assert box(again, LABEL).value == MENDED
    assert shown_as(again, "Pinned quote 1.** Checked just now") != f"“{SAID}”"
    assert f"“{SAID}”" in texts(again)
    press(again, "Put quote 1 back as said")
    assert "Saved: the quote prints as it was said." in texts(again)
    assert picks(pinned)[0].typed == ""
    assert box(again, LABEL).value == SAID


AMISS = [
    ("After food and warmth the rent", "“warmth” was not said there. If it is your word, put it in square brackets."),
    ("After food the rent takes", "Words are left out before “the”. Put [...] there."),
    ("the rent takes [all]", "Begin and end with words of the speaker's, and put some between any two marks."),
    ("After Food", "“Food” was said with other capitals, or with another comma or full stop. Type it as it was said."),
    ("the rent [takes", "A square bracket is missing at “[takes”."),
    (
        "After [we pay] takes",
        "Too many words are left out at “[we pay]”, before “takes”. Your own words may stand for 3 at most, and [sic] "
        "for none. Use [...] instead.",
    ),
    ("the rent [...] After food", "“After” was said in another place. Keep the words in their order."),
    ("[...]", "There are no words of the speaker's in the box."),
    ("<b>**bold**</b> :red", "“<b>**bold**</b>” was not said there. If it is your word, put it in square brackets."),
]


@pytest.mark.parametrize(("words", "told"), AMISS)
def test_a_change_without_a_mark_is_told_and_not_saved(pinned: Path, words: str, told: str) -> None:
    app = typed(opened(), words)
    assert f"**Not every change is marked.** {told}" in texts(app)
    save(app)
    assert any(sentence.startswith("**Not saved.** quote: the words are not those") for sentence in texts(app))
    assert picks(pinned)[0].typed == ""
    assert box(app, LABEL).value == words


def test_brackets_bring_in_no_identifier_and_no_name(pinned: Path) -> None:
    with Store.open(pinned) as store:
        ruling = Rulings(open_key(pinned)).ruling("Marsh Wharf", Judgement.REPLACE, "PLACE", "sam")
        store.reviewed.add_ruling(ruling)
    app = typed(opened(), "After food [07700 900123] and heating")
    assert any(
        "**This can't be saved.** the words in brackets: it seems to hold an identifier" in each for each in texts(app)
    )
    save(app)
    assert any(sentence.startswith("**Not saved.** the words in brackets: it seems") for sentence in texts(app))
    save(typed(app, "After food [at Marsh Wharf] and heating"))
    assert any(sentence.startswith("**Not saved.** the words in brackets: they name") for sentence in texts(app))
    assert picks(pinned)[0].typed == ""
    with Store.open(pinned) as store:  # nobody finds out unseen who took part
        assert store.audit_trail()[-1]["detail"] == {"theme": "housing", "refused": "a name in brackets"}
        assert "Marsh" not in str(store.audit_trail())


def words_in(form: str, content: bytes) -> str:
    if form.endswith("docx"):
        return "\n".join(each.text for each in docx.Document(io.BytesIO(content)).paragraphs)
    if form.endswith("xlsx"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return "\n".join(str(row) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
    return re.sub(r"\\(.)", r"\1", content.decode())


FORMS = (
    "report-docx", "report-html", "equality-docx", "equality-xlsx", "xlsx", "quotes-docx", "quotes-txt", "quotes-md",
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_file_with_quotes_prints_the_mended_one(pinned: Path, form: str) -> None:
    evidence_changes.mend(pinned, picks(pinned)[0], MENDED, SAID, "Sam")
    made = make(pinned, BY_NAME[form], Asked(PUBLISH, ON))
    assert (made.failed, made.notes) == ("", ())
    assert MENDED in words_in(form, made.content)


def test_what_no_longer_fits_is_told_on_the_page_and_with_the_file(pinned: Path) -> None:
    """A reviewer had words replaced since: the quote prints as it was said."""
    from sqlalchemy import update

    from engagement.storing import schema

    evidence_changes.mend(pinned, picks(pinned)[0], MENDED, SAID, "Sam")
    with Store.open(pinned) as store, store._connection.begin():
        store._connection.execute(update(schema.picks).values(typed="[...]"))
    app = opened()
    assert f"**{evidence_words.UNFIT}**" in texts(app)
    assert shown_as(app, "Pinned quote 1.** Checked just now") == f"“{SAID}”"
    made = make(pinned, BY_NAME["quotes-txt"], Asked(PUBLISH, ON))
    assert made.notes == (
        "Printed as said, since the words that were saved no longer fit what is stored: 1 of the quotes.",
    )
    assert SAID in made.content.decode()
    press(app, "Put quote 1 back as said")
    assert f"**{evidence_words.UNFIT}**" not in texts(app)


def test_words_stay_with_a_quote_that_is_moved_dropped_and_pinned_again(pinned: Path) -> None:
    evidence_changes.pin(pinned, IDS[3], "housing", "Sam")
    evidence_changes.mend(pinned, picks(pinned)[0], MENDED, SAID, "Sam")
    evidence_changes.move(pinned, IDS[2], "housing", 1, "Sam")
    evidence_changes.drop(pinned, IDS[2], "housing", "Sam")
    app = opened()
    assert "nearly" not in everything(app)
    evidence_changes.pin(pinned, IDS[2], "housing", "Sam")
    assert {pick.excerpt_id: pick.typed for pick in picks(pinned)} == {IDS[2]: MENDED, IDS[3]: ""}
    evidence_changes.give_back(pinned, IDS[2], "housing", "Sam")
    assert [pick.typed for pick in picks(pinned)] == [""]


def test_words_as_they_were_said_are_no_change(pinned: Path) -> None:
    pick = picks(pinned)[0]
    evidence_changes.mend(pinned, pick, MENDED, SAID, "Sam")
    assert evidence_changes.mend(pinned, pick, f"  {SAID}\n", SAID, "Sam") == "Saved: the quote prints as it was said."
    assert picks(pinned)[0].typed == ""


def test_a_quote_that_somebody_else_took_out_is_not_mended(pinned: Path) -> None:
    gone = Pick(IDS[9], "housing", Choice.PINNED)
    assert evidence_changes.mend(pinned, gone, MENDED, SAID, "Sam") == evidence_changes.NOT_PINNED
    assert evidence_changes.put_back(pinned, replace(gone, typed=MENDED), "Sam") == evidence_changes.NOT_PINNED
    assert [pick.excerpt_id for pick in picks(pinned)] == [IDS[2]]
