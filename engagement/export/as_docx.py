"""A `Document` as a Word file: real headings, marked tables, charts with their words, in our styles or a council's.

The same document gives the same bytes: nothing of the clock, the machine or chance is in the file.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime, time
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from engagement.export.blocks import Bars, Block, Document, Heading, Listing, Paragraph, Quotation, Table
from engagement.export.characters import from_the_right, pieces, printable
from engagement.export.charts import bars_png, legend
from engagement.export.docx_layout import WHOLE, leaves, lists, new_pages, widths_of
from engagement.export.docx_styles import BOXES, TAG, W, opened, packed, parsed, set_styles
from engagement.policy import MONTHS

DEEPEST = 2  # level of headings that the contents list
NOTHING = "There is nothing to show in this table."
FIRST_BOOKMARK = 1000
ROOM_TO_WRITE = '<w:trHeight w:val="680" w:hRule="atLeast"/>'
CONTENTS = f' TOC \\o "1-{DEEPEST}" \\h \\z \\u '
SPACE = 'xml:space="preserve"'


def to_docx(document: Document, template: Path | None = None) -> bytes:
    """The document as a .docx file, in the styles, page and footers of `template` (.docx or .dotx) where one is given.

    Raises BadInput for a template that can't be used; `template_notes` tells what one lacks.
    """
    return _Writer(document, template).written()


def template_notes(template: Path) -> tuple[str, ...]:
    """What a user should know of their template, a sentence each. Raises BadInput for one that can't be used."""
    _, added = set_styles(opened(template))
    if not added:
        return ()
    names = ", ".join(f"“{name}”" for name in added)
    return (f"{template.name} has no style called {names}: ours are used for these.",)


class _Writer:
    """Writes one document. The body is made as text and parsed once, which is quick for thousands of cells."""

    def __init__(self, document: Document, template: Path | None) -> None:
        self.document, self.template = document, template
        self.file = opened(template)
        self.styles, _ = set_styles(self.file)
        self.page = self.file.sections[-1]
        self.headings = [block for block in document.blocks if isinstance(block, Heading)]
        self.new_pages = iter(new_pages(document.blocks))
        self.tables = self.figures = self.seen = 0
        self.numbered = lists(self.file)

    def written(self) -> bytes:
        """The file's bytes."""
        self._describe()
        self._number_pages()
        parts = [self._front(), self._contents()]
        blocks = self.document.blocks
        for start, end, on_side in leaves(blocks):
            parts += [self._section(turned=False)] if on_side else []
            parts += [self._block(block, on_side=on_side) for block in blocks[start:end]]
            parts += [self._section(turned=True)] if on_side else []
        body = self.file.element.body
        place = list(body).index(body.sectPr) if body.sectPr is not None else len(body)
        names = " ".join(f'xmlns:{key}="{value}"' for key, value in _names().items())
        for element in reversed(list(parsed(f"<w:body {names}>{''.join(parts)}</w:body>"))):
            body.insert(place, element)
        held = io.BytesIO()
        self.file.save(held)
        with zipfile.ZipFile(held) as made:
            return packed({name: made.read(name) for name in made.namelist()})

    def _describe(self) -> None:
        """Title, author and dates; whose the template was is not told."""
        said, document = self.file.core_properties, self.document
        at = datetime.combine(document.made_on, time(), UTC).replace(tzinfo=None)
        said.title, said.subject = printable(document.title)[:255], printable(document.subtitle)[:255]
        said.author = said.last_modified_by = printable(document.organisation)[:255]
        said.created = said.modified = at
        said.language, said.revision = document.language, 1
        for printed in said._element.findall("{*}lastPrinted"):
            said._element.remove(printed)
        said.comments = said.keywords = said.category = said.version = ""
        for defaults in self.file.styles.element.iter(f"{TAG}rPrDefault"):
            for language in defaults.iter(f"{TAG}lang"):
                language.set(f"{TAG}val", document.language)
        for language in self.file.settings.element.iter(f"{TAG}themeFontLang"):
            language.set(f"{TAG}val", document.language)

    def _number_pages(self) -> None:
        """A footer with the page's number, unless the template has one."""
        section = self.file.sections[-1]
        for part in (section.header, section.footer):
            if any("PAGE" in (field.text or "") for field in part._element.iter(f"{TAG}instrText")):
                return
            if any("PAGE" in field.get(f"{TAG}instr", "") for field in part._element.iter(f"{TAG}fldSimple")):
                return
        footer = section.footer
        footer.is_linked_to_previous = False
        words = f"{self._runs(f'{self.document.title}: page ')}{_field(' PAGE ', '1')}{self._runs(' of ')}"
        made = f"{words}{_field(' NUMPAGES ', '1')}"
        xml = f'<w:p xmlns:w="{W}"><w:pPr><w:pStyle w:val="{self.styles["footer"]}"/></w:pPr>{made}</w:p>'
        for empty in [each for each in footer.paragraphs if not each.text.strip() and not len(each.runs)]:
            empty._element.getparent().remove(empty._element)
        footer._element.append(parsed(xml))

    def _front(self) -> str:
        document, on = self.document, self.document.made_on
        lines = [document.organisation, f"{on.day} {MONTHS[on.month - 1]} {on.year}"]
        return "".join(
            [
                self._paragraph(document.title, "title"),
                self._paragraph(document.subtitle, "subtitle") if document.subtitle else "",
                *(self._paragraph(line) for line in lines if line),
            ]
        )

    def _contents(self) -> str:
        """The list of headings as a field that Word can make anew; until then it reads as written here, with links."""
        listed = [(number, each) for number, each in enumerate(self.headings) if each.level <= DEEPEST]
        if not listed:
            return ""
        begin = f"{_mark('begin')}<w:r><w:instrText {SPACE}>{escape(CONTENTS)}</w:instrText></w:r>{_mark('separate')}"
        parts = [self._paragraph("Contents", "contents", more="<w:pageBreakBefore/>")]
        for place, (number, heading) in enumerate(listed):
            before, after = begin if place == 0 else "", _mark("end") if place == len(listed) - 1 else ""
            link = f'<w:hyperlink w:anchor="{_bookmark(number)}" w:history="1">{self._runs(heading.text)}</w:hyperlink>'
            style = self.styles[f"toc {heading.level}"]
            parts.append(f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{before}{link}{after}</w:p>')
        return "".join(parts)

    def _block(self, block: Block, *, on_side: bool = False) -> str:
        match block:
            case Heading():
                return self._heading(block)
            case Paragraph(text, style):
                kept = "<w:keepNext/>" if text.endswith(":") else ""  # to what it announces
                return self._paragraph(text, "" if style == "body" else style, more=kept)
            case Listing():
                return self._listing(block)
            case Table():
                return self._table(block, on_side=on_side)
            case Bars():
                return self._chart(block)
            case Quotation(text, attribution):
                said_by = self._paragraph(f"\u2014 {attribution}", "attribution")
                return self._paragraph(text, "quote") + said_by

    def _heading(self, block: Heading) -> str:
        number, self.seen = self.seen, self.seen + 1
        marks = (
            f'<w:bookmarkStart w:id="{FIRST_BOOKMARK + number}" w:name="{_bookmark(number)}"/>',
            f'<w:bookmarkEnd w:id="{FIRST_BOOKMARK + number}"/>',
        )
        part = block.level == 1
        new = "<w:pageBreakBefore/>" if part and next(self.new_pages) else ""
        apart = '<w:spacing w:before="480"/>' if part and not new else ""
        named = f"heading {min(max(block.level, 1), 4)}"
        return self._paragraph(block.text, named, more=new, last=apart, around=marks)

    def _listing(self, block: Listing) -> str:
        number = self.numbered(block.numbered)
        more = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
        ends = [""] * (len(block.items) - 1) + ['<w:spacing w:after="160"/>']
        return "".join(
            self._paragraph(item, "items", more=more, last=end) for item, end in zip(block.items, ends, strict=False)
        )

    def _caption(self, kind: str, number: int, text: str) -> str:
        counted = _field(f" SEQ {kind} \\* ARABIC ", str(number))
        words = f"{self._runs(f'{kind} ')}{counted}{self._runs(f': {text}')}"
        return f'<w:p><w:pPr><w:pStyle w:val="{self.styles["caption"]}"/><w:keepNext/></w:pPr>{words}</w:p>'

    def _table(self, block: Table, *, on_side: bool) -> str:
        self.tables += 1
        caption = self._caption("Table", self.tables, block.caption)
        if not block.rows:
            return caption + self._paragraph(NOTHING, "note")
        widths = widths_of(block, self._room(on_side=on_side))
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        first = self._row(block, block.headings, widths, head=True, keep=True)
        whole = len(block.rows) <= WHOLE
        rows = "".join(
            self._row(block, row, widths, keep=whole and number < len(block.rows))
            for number, row in enumerate(block.rows, start=1)
        )
        named = quoteattr(printable(block.caption)[:200])
        boxes = BOXES if any("" in row for row in block.rows) else ""
        return (
            f'{caption}<w:tbl><w:tblPr><w:tblStyle w:val="{self.styles["table"]}"/>'
            f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/>{boxes}<w:tblLayout w:type="fixed"/>'
            f'<w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
            f'w:noVBand="1"/><w:tblCaption w:val={named}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{first}{rows}</w:tbl>'
            f"{self._paragraph('', 'cell')}"
        )

    def _row(self, block: Table, cells: Sequence[str], widths: Sequence[int], *, keep: bool, head: bool = False) -> str:
        made = []
        kept = "<w:keepNext/>" if keep else ""
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            side = '<w:jc w:val="right"/>' if place in block.numeric else ""
            bold = head or place < block.row_headings
            words = self._paragraph(cell, "cell", more=kept, last=side, bold=bold)
            made.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{words}</w:tc>')
        room = ROOM_TO_WRITE if "" in cells else ""
        return f"<w:tr><w:trPr><w:cantSplit/>{room}{'<w:tblHeader/>' if head else ''}</w:trPr>{''.join(made)}</w:tr>"

    def _chart(self, block: Bars) -> str:
        if not block.bars:
            return self._paragraph(block.finding)
        from docx.shared import Emu

        self.figures += 1
        most = self._room(on_side=False) * 635  # twentieths of a point to the unit of drawings
        picture = self.file.part.new_pic_inline(io.BytesIO(bars_png(block)), width=None, height=None)
        extent = picture.extent
        if extent.cx > most:
            smaller = Emu(most), Emu(round(extent.cy * most / extent.cx))
            for each in (extent, picture.graphic.graphicData.pic.spPr.xfrm.ext):
                each.cx, each.cy = smaller
        said = picture.docPr
        number = 5000 + self.figures
        said.set("id", str(number))
        said.set("name", f"Figure {self.figures}")
        said.set("descr", printable(f"{block.title}. {block.finding}"))
        from lxml import etree

        drawing = f"<w:r><w:drawing>{etree.tostring(picture, encoding='unicode')}</w:drawing></w:r>"
        caption = self._caption("Figure", self.figures, block.title)
        return f"{caption}<w:p><w:pPr><w:keepNext/></w:pPr>{drawing}</w:p>{self._paragraph(legend(block), 'note')}"

    def _paragraph(
        self,
        text: str,
        role: str = "",
        *,
        more: str = "",
        last: str = "",
        bold: bool = False,
        around: tuple[str, str] = ("", ""),
    ) -> str:
        """A paragraph; `more` and `last` are what its properties hold beside the style, in the schema's order."""
        style = f'<w:pStyle w:val="{self.styles[role]}"/>' if role else ""
        turned = "<w:bidi/>" if from_the_right(text) else ""
        runs = self._runs(text, bold=bold)
        return f"<w:p><w:pPr>{style}{more}{turned}{last}</w:pPr>{around[0]}{runs}{around[1]}</w:p>"

    def _runs(self, text: str, *, bold: bool = False) -> str:
        made = []
        for words, turned in pieces(printable(text)):
            inside = "<w:b/><w:bCs/>" if bold else ""
            looks = f"<w:rPr>{inside}{'<w:rtl/>' if turned else ''}</w:rPr>" if inside or turned else ""
            lines = f"</w:t><w:br/><w:t {SPACE}>".join(
                f"</w:t><w:tab/><w:t {SPACE}>".join(escape(each) for each in line.split("\t"))
                for line in words.split("\n")
            )
            made.append(f"<w:r>{looks}<w:t {SPACE}>{lines}</w:t></w:r>")
        return "".join(made)

    def _room(self, *, on_side: bool) -> int:
        """The width between the margins, in twentieths of a point."""
        page = self.page
        whole = page.page_height if on_side else page.page_width
        return int((whole - page.left_margin - page.right_margin) // 635)

    def _section(self, *, turned: bool) -> str:
        """The end of a stretch of pages, upright or on their side; footers go on, the title page is of the first."""
        from lxml import etree

        own = deepcopy(self.page._sectPr)
        size = own.find(f"{TAG}pgSz")
        if size is not None and turned:
            across, down = size.get(f"{TAG}w"), size.get(f"{TAG}h")
            size.set(f"{TAG}w", down)
            size.set(f"{TAG}h", across)
            size.set(f"{TAG}orient", "landscape")
        for name in ("titlePg", "pgNumType"):
            for element in self.page._sectPr.findall(f"{TAG}{name}"):
                element.getparent().remove(element)
        return f"<w:p><w:pPr>{etree.tostring(own, encoding='unicode')}</w:pPr></w:p>"


def _bookmark(number: int) -> str:
    return f"_Toc{number + 1:09}"


def _mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _field(instruction: str, shown: str) -> str:
    asked = f"<w:r><w:instrText {SPACE}>{escape(instruction)}</w:instrText></w:r>"
    return f"{_mark('begin')}{asked}{_mark('separate')}<w:r><w:t>{shown}</w:t></w:r>{_mark('end')}"


def _names() -> dict[str, str]:
    from docx.oxml.ns import nsmap

    return {key: nsmap[key] for key in ("w", "r", "wp", "a", "pic")}
