"""Stand-alone anonymisation gives files of the shape that came in, with nothing of the originals in them."""

import zipfile

import docx
import pytest
from python_calamine import load_workbook

from engagement.ingest import read_file
from engagement.standalone import anonymise_path

NAMES = ["Nasreen", "Bashir", "Delroy", "Ackroyd", "960881", "4QZ", "example.org", "example.net"]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The whole sample, anonymised into a folder."""
    from tests.conftest import SAMPLE

    out = tmp_path_factory.mktemp("standalone") / "out"
    return anonymise_path(SAMPLE, out, None, 2), out


def test_a_folder_gives_a_folder(written):
    """Each file is written under its own name; nothing is held back."""
    done, out = written
    assert (done.written, done.refused) == (7, ())
    assert sorted(path.name for path in out.iterdir()) == [
        "consultation_easy_read.xlsx",
        "consultation_online.csv",
        "group_1_race_and_faith.docx",
        "group_2_young_people.vtt",
        "group_3_disabled_residents.txt",
        "group_4_lgbtqia.docx",
        "letter_tenant.txt",
    ]


def test_each_file_can_be_read_again_and_says_as_much(written):
    """A written file is a valid file of its format, with as many participants' texts as its original."""
    from tests.conftest import SAMPLE

    _, out = written
    for path in out.iterdir():
        before, after = read_file(SAMPLE / path.name, path.name), read_file(path, path.name)
        assert after.source.format == before.source.format
        if before.counts.rows:
            assert after.counts.answered == before.counts.answered, path.name
        else:
            assert len(after.turns) == pytest.approx(len(before.turns), abs=8), path.name


def test_no_original_is_carried_along(written):
    """Properties, comments and hidden parts can't leak, since every file is made anew."""
    _, out = written
    for path in out.iterdir():
        parts = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                parts = [archive.read(name) for name in archive.namelist()]
        held = b"".join(parts).decode("utf-8", "ignore")
        assert [name for name in NAMES if name in held] == [], path.name


def test_a_word_file_is_in_uk_english_with_a_title(written):
    """The document has a title, no author, and a heading."""
    _, out = written
    document = docx.Document(out / "group_1_race_and_faith.docx")
    properties = document.core_properties
    assert (properties.title, properties.author, properties.language) == ("group_1_race_and_faith.docx", "", "en-GB")
    assert document.paragraphs[0].style.name == "Heading 1"


def test_an_export_keeps_a_row_for_each_respondent(written):
    """The workbook has one row a person with pseudonyms, under the questions in full."""
    _, out = written
    rows = load_workbook(out / "consultation_easy_read.xlsx").get_sheet_by_index(0).to_python()
    assert rows[0] == ["participant", "What is hard for you in Aldermouth?", "What would help?"]
    assert len(rows) == 37
    assert all(str(row[0]).startswith("Person ") for row in rows[1:])


def test_one_file_gives_one_file(tmp_path):
    """A file in, a file of that name out."""
    source = tmp_path / "in.txt"
    source.write_text("I told Mrs Kaur about the lift.", encoding="utf-8")
    done = anonymise_path(source, tmp_path / "out.txt", None, 1)
    assert (done.written, done.replaced) == (1, 1)
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "I told [Person 1] about the lift.\n"


NEAREST = [("notes.md", "notes.md.txt"), ("notes.html", "notes.html.txt"), ("notes.txt", "notes.txt")]


@pytest.mark.parametrize(("name", "written_as"), NEAREST)
def test_a_format_without_a_writer_gets_the_nearest(tmp_path, name, written_as):
    """Markdown and web pages come out as text, with that suffix added, so that nothing is taken for the original."""
    folder = tmp_path / "in"
    folder.mkdir()
    words = "The lift at the flats is broken again."
    (folder / name).write_text(
        f"<html><body><p>{words}</p></body></html>" if "html" in name else words, encoding="utf-8"
    )
    anonymise_path(folder, tmp_path / "out", None, 1)
    assert [path.name for path in (tmp_path / "out").iterdir()] == [written_as]
    assert words in (tmp_path / "out" / written_as).read_text(encoding="utf-8")
