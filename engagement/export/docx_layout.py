"""How a Word document is laid out: which pages lie on their side, how wide columns are, how lists are numbered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from engagement.export.blocks import Block, Heading, Listing, Paragraph, Quotation, Table
from engagement.export.docx_styles import TAG, W, parsed

WIDE = 6  # columns: a table of more lies on its side
WHOLE = 12  # rows: a table of no more stays on one page
BRIEF = 600  # letters: a part that says no more shares its page with the next
A_LINE = 60  # letters that an item of a list takes at least
FILLED_IN = 90  # letters that an author may write into an empty cell
SHORT = 20  # letters: a cell of no more stands in one line where there is room
WORD, BOLD, USUAL = 135, 122, 118  # twentieths of a point: a letter of Arial at 11 in one bold word, and in phrases
MARGINS = 200  # of a cell, both together
LEVEL = (
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{mark}"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="567" w:hanging="397"/></w:pPr></w:lvl>'
)


def leaves(blocks: Sequence[Block]) -> list[tuple[int, int, bool]]:
    """Stretches of blocks, each with whether its pages lie on their side: wide tables, with the headings over them."""
    found: list[tuple[int, int, bool]] = []
    done = 0
    for place, block in enumerate(blocks):
        if not (isinstance(block, Table) and len(block.headings) > WIDE and block.rows):
            continue
        start = place
        while start > done and isinstance(blocks[start - 1], Paragraph) and place - start < 2:
            start -= 1
        while start > done and isinstance(blocks[start - 1], Heading):
            start -= 1
        start = start if start < place and isinstance(blocks[start], Heading) else place
        if found and found[-1][2] and found[-1][1] == start:
            found[-1] = (found[-1][0], place + 1, True)
        else:
            found += [(done, start, False), (start, place + 1, True)]
        done = place + 1
    return [*found, (done, len(blocks), False)]


def new_pages(blocks: Sequence[Block]) -> list[bool]:
    """Of each heading of level 1, whether it begins a page: all do but those after a few lines."""
    found, letters = [], BRIEF
    for block in blocks:
        match block:
            case Heading(1, _):
                found.append(letters >= BRIEF)
                letters = 0 if found[-1] else letters
            case Heading(_, text) | Paragraph(text, _) | Quotation(text, _):
                letters += len(text)
            case Listing(items, _):
                letters += sum(max(len(item), A_LINE) for item in items)
            case _:
                letters += BRIEF
    return found


def widths_of(block: Table, room: int) -> list[int]:
    """Of the columns: what their longest words and short cells need, then what they lack to stand in one line.

    What is left after that goes by how much they have to say.
    """
    columns = list(zip(block.headings, *block.rows, strict=True))
    letters = [BOLD if place < block.row_headings else USUAL for place in range(len(columns))]
    words = [max((len(word) for cell in column for word in cell.split()), default=1) for column in columns]
    cells = [max((len(cell) for cell in column[1:]), default=1) for column in columns]
    least = [min(max(word, 3), 18) * WORD + MARGINS for word in words]
    whole = [
        max(low, many * letter + MARGINS) if many <= SHORT else low
        for low, many, letter in zip(least, cells, letters, strict=True)
    ]
    least = whole if sum(whole) < room else least
    if sum(least) >= room:
        return [width * room // sum(least) for width in least]
    said = [min(max(FILLED_IN if cell == "" else len(cell) for cell in column), 160) for column in columns]
    said = [min(many, 24) if place in block.numeric else many for place, many in enumerate(said)]
    lack = [max(many * BOLD + MARGINS - low, 0) for many, low in zip(said, least, strict=True)]
    left = room - sum(least)
    given = [each * left // sum(lack) for each in lack] if sum(lack) > left else lack
    left -= sum(given)
    return [low + more + left * many // sum(said) for low, more, many in zip(least, given, said, strict=True)]


def lists(file: Any) -> Callable[[bool], int]:
    """What gives each list its number in the document's numbering, which a template may have or lack."""
    from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.parts.numbering import NumberingPart

    part = file.part
    try:
        numbering = part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
    except KeyError:
        numbering = parsed(f'<w:numbering xmlns:w="{W}"/>')
        made = NumberingPart(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, numbering, part.package)
        part.relate_to(made, RELATIONSHIP_TYPE.NUMBERING)
    kinds = [int(each.get(f"{TAG}abstractNumId")) for each in numbering.iter(f"{TAG}abstractNum")]
    first = max(kinds, default=-1) + 1
    before = sum(each.tag in {f"{TAG}numPicBullet", f"{TAG}abstractNum"} for each in numbering)
    for kind, (form, mark) in enumerate((("bullet", "\u2022"), ("decimal", "%1."))):
        level = LEVEL.format(form=form, mark=mark)
        xml = f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="{first + kind}">{level}</w:abstractNum>'
        numbering.insert(before + kind, parsed(xml))
    last = max((int(each.get(f"{TAG}numId")) for each in numbering.iter(f"{TAG}num")), default=0)

    def given(numbered: bool) -> int:
        nonlocal last
        last += 1
        xml = (
            f'<w:num xmlns:w="{W}" w:numId="{last}"><w:abstractNumId w:val="{first + numbered}"/>'
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
        numbering.insert(before + 2 + sum(each.tag == f"{TAG}num" for each in numbering), parsed(xml))
        return last

    return given
