"""Golden files: what each format gives of one small round, as it was last looked at and agreed to.

Texts are compared byte by byte; Word and spreadsheet files as text that tells a reviewer what changed. To renew them:
`.venv/bin/python -m tests.test_golden`. Then read the difference, before it is committed.
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from engagement import __version__
from engagement.config import RULES
from engagement.export.formats import FOLDER, FORMATS, STREAMED, Wanted, written
from engagement.store import Store
from tests.golden_made import PEOPLE, SETTINGS, made, options

GOLDEN = Path(__file__).parent / "golden"
MOST_BYTES = 400_000  # of all together: a reviewer can still leaf through them
SHOWN = 60  # lines of a difference
RENEW = "If that is as it should be: .venv/bin/python -m tests.test_golden"
OURS = re.compile(rf"(engagement(?:, version)? ){re.escape(__version__)}")
ENDING = {"report-html": ".html", "quotes-md": ".md", "qdc": ".qdc", "codebook-csv": ".csv"}


@dataclass(frozen=True)
class Case:
    """A format under a rule, of a round of so many people; its golden files' names begin with `name`."""

    name: str
    form: str
    rule: str = "publish"
    people: int = PEOPLE

    @property
    def kept(self) -> dict[str, bytes]:
        """The golden files, by name."""
        paths = [path for path in GOLDEN.rglob("*") if path.is_file()]
        names = {path.relative_to(GOLDEN).as_posix(): path for path in paths}
        return {name: path.read_bytes() for name, path in names.items() if re.split("[/.]", name)[0] == self.name}


CASES = [
    *(Case(form, form) for form in FORMATS),
    *(Case(f"{form}-internal", form, "internal", people=12) for form in (FOLDER, STREAMED)),
]


def golden(store: Store, case: Case, scratch: Path) -> dict[str, bytes]:
    """What the golden files should be, by name: without the number of our version, which every release changes."""
    paths = written(store, case.form, scratch / case.name, Wanted(RULES[case.rule], SETTINGS, options(scratch)))
    found: dict[str, bytes] = {}
    for path in paths:
        data = path.read_bytes()
        if case.form == FOLDER:
            found[f"/{path.name}"] = data
        elif case.form == STREAMED:
            found |= {f"/{name}": an_element_a_line(words) for name, words in unzipped(data).items()}
        elif case.form.endswith(("docx", "xlsx")):
            lines = docx_lines(data) if case.form.endswith("docx") else xlsx_lines(data)
            found[".txt"] = "".join(f"{line}\n" for line in lines).encode()
        else:
            found[ENDING.get(case.form, ".txt")] = data
    return {case.name + name: OURS.sub(r"\1VERSION", data.decode()).encode() for name, data in found.items()}


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def an_element_a_line(data: bytes) -> bytes:
    """A project's XML is one line, of which nobody could read a difference."""
    return data.replace(b"><", b">\n<")


def docx_lines(data: bytes) -> Iterator[str]:
    """A Word file as text: its properties and pages, each paragraph with its style, each table with its cells."""
    import docx
    from docx.table import Table

    document = docx.Document(io.BytesIO(data))
    said = document.core_properties
    yield f"{said.title} | {said.subject} | {said.author} | {said.language} | {said.created:%Y-%m-%d}"
    for number, section in enumerate(document.sections, start=1):
        sizes = f"{section.page_width.mm:.0f} x {section.page_height.mm:.0f} mm"
        yield f"pages {number}: {sizes}, footer: {' '.join(each.text for each in section.footer.paragraphs)}"
    for block in document.iter_inner_content():
        yield from table_lines(block) if isinstance(block, Table) else paragraph_lines(block)


def paragraph_lines(paragraph: Any) -> Iterator[str]:
    if paragraph.paragraph_format.page_break_before:
        yield "[a new page]"
    pictures = [f"<picture: {each.get('descr')}>" for each in paragraph._p.iter("{*}docPr")]
    if words := " ".join([*filter(None, [in_a_line(paragraph.text)]), *pictures]):
        yield f"[{paragraph.style.name}] {words}"


def table_lines(table: Any) -> Iterator[str]:
    """Its cells; a row that is marked as the table's heading begins with "#"."""
    yield f"[{table.style.name}]"
    for row in table.rows:
        mark = "#" if row._tr.find("{*}trPr/{*}tblHeader") is not None else ""
        yield in_cells(mark, [cell.text for cell in row.cells])


def xlsx_lines(data: bytes) -> Iterator[str]:
    """A spreadsheet as text: each sheet's cells."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        yield f"[{name}]"
        for row in book.get_sheet_by_name(name).to_python():
            yield in_cells("", [str(cell) for cell in row])


def in_cells(mark: str, cells: list[str]) -> str:
    return f"{mark}| {' | '.join(map(in_a_line, cells))} |"


def in_a_line(words: str) -> str:
    return words.replace("\n", " / ")


def differences(kept: Mapping[str, bytes], found: Mapping[str, bytes]) -> Iterator[str]:
    for name in sorted({*kept, *found}):
        old, new = (data.get(name, b"").decode().splitlines(keepends=True) for data in (kept, found))
        for line in unified_diff(old, new, f"golden/{name}", "now", n=1):
            yield repr(line)[1:-1].removesuffix("\\n")  # every other line end is seen


@pytest.fixture(scope="module")
def store_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Store]]:
    folder = tmp_path_factory.mktemp("golden")
    opened = {people: made(folder / str(people), people) for people in {case.people for case in CASES}}
    yield opened
    for store in opened.values():
        store.__exit__()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_export_is_as_it_was_agreed(store_of: dict[int, Store], tmp_path: Path, case: Case) -> None:
    """Whoever changes what leaves changes a golden file too, which a reviewer sees."""
    kept, found = case.kept, golden(store_of[case.people], case, tmp_path)
    if kept != found:
        lines = list(islice(differences(kept, found), SHOWN))
        pytest.fail("\n".join([f"{case.name} is another than its golden file. {RENEW}", *lines]), pytrace=False)


def test_no_golden_file_is_left_over_and_together_they_are_small() -> None:
    """Each belongs to a format that there is."""
    held = {path for path in GOLDEN.rglob("*") if path.is_file() and path.name != ".gitattributes"}
    assert sum(len(case.kept) for case in CASES) == len(held)
    assert sum(path.stat().st_size for path in held) < MOST_BYTES


def renew() -> None:
    """Writes every golden file anew."""
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder, made(Path(folder) / "project", case.people) as store:
            found = golden(store, case, Path(folder))
        for name in case.kept:
            (GOLDEN / name).unlink()
        for name, data in found.items():
            (GOLDEN / name).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_bytes(data)


if __name__ == "__main__":
    renew()
