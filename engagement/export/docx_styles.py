"""The styles of a Word document, as data, and the council's own template in which they are looked for first."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engagement.errors import BadInput

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TAG = f"{{{W}}}"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
AS_TEMPLATE = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
MOST_BYTES = 100 * 1024 * 1024  # of a template, unpacked
REMEDY = "Give a .docx or .dotx file that Word opens"

BLUE, RED, GREY, PALE = "1F3864", "9B1C1C", "595959", "E8EEF5"  # each at 7:1 or more on white, but the last
_RULE = '<w:pBdr><w:left w:val="single" w:sz="{size}" w:space="10" w:color="{colour}"/></w:pBdr>'


@dataclass(frozen=True, slots=True)
class Look:
    """A style: its name, the inside of its pPr and rPr, whether Word has it built in, and its level in the outline."""

    name: str
    paragraph: str = ""
    letters: str = ""
    built_in: bool = True
    level: int | None = None


def _sized(points: float, extra: str = "", colour: str = "") -> str:
    half = int(points * 2)
    ink = f'<w:color w:val="{colour}"/>' if colour else ""
    return f'{extra}{ink}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


BOLD = "<w:b/><w:bCs/>"
KEEP = "<w:keepNext/><w:keepLines/>"

# Role in our documents -> style. A template's style of the same name is taken as it is.
LOOKS: Mapping[str, Look] = {
    "title": Look("Title", '<w:spacing w:before="3600" w:after="240" w:line="240" w:lineRule="auto"/>',
                  _sized(32, BOLD, BLUE)),
    "subtitle": Look("Subtitle", '<w:spacing w:after="480"/>', _sized(18, "", GREY)),
    "heading 1": Look("heading 1", f'{KEEP}<w:spacing w:before="0" w:after="240"/>', _sized(22, BOLD, BLUE), level=0),
    "heading 2": Look("heading 2", f'{KEEP}<w:spacing w:before="360" w:after="120"/>', _sized(16, BOLD, BLUE), level=1),
    "heading 3": Look("heading 3", f'{KEEP}<w:spacing w:before="280" w:after="100"/>', _sized(14, BOLD, BLUE), level=2),
    "heading 4": Look("heading 4", f'{KEEP}<w:spacing w:before="240" w:after="80"/>', _sized(12, BOLD, BLUE), level=3),
    "contents": Look("TOC Heading", f'{KEEP}<w:spacing w:after="240"/>', _sized(22, BOLD, BLUE)),
    "toc 1": Look("toc 1", '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9070"/></w:tabs>'
                           '<w:spacing w:before="100" w:after="30" w:line="240" w:lineRule="auto"/>', _sized(11, BOLD)),
    "toc 2": Look("toc 2", '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9070"/></w:tabs>'
                           '<w:spacing w:after="30" w:line="240" w:lineRule="auto"/><w:ind w:left="340"/>', _sized(11)),
    "caption": Look("caption", f'{KEEP}<w:spacing w:before="240" w:after="100"/>', _sized(11, BOLD)),
    "quote": Look("Quote", f'{KEEP}{_RULE.format(size=24, colour=BLUE)}<w:spacing w:before="160" w:after="0"/>'
                           '<w:ind w:left="454" w:right="340"/>'),
    "footer": Look("footer", '<w:spacing w:after="0"/><w:jc w:val="right"/>', _sized(11, "", GREY)),
    "items": Look("List Paragraph", '<w:spacing w:after="60"/>'),
    "lead": Look("Engagement Lead", '<w:spacing w:after="200"/>', _sized(14), built_in=False),
    "note": Look("Engagement Note", '<w:spacing w:after="120"/>', _sized(11, "", GREY), built_in=False),
    "warning": Look("Engagement Warning", f'<w:keepLines/>{_RULE.format(size=36, colour=RED)}'
                                          '<w:spacing w:before="160" w:after="200"/><w:ind w:left="340"/>',
                    built_in=False),
    "attribution": Look("Engagement Attribution", '<w:keepLines/><w:spacing w:before="20" w:after="200"/>'
                                                  '<w:ind w:left="454" w:right="340"/>',
                        _sized(11, "", GREY), built_in=False),
    "cell": Look("Engagement Cell", '<w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/>',
                 _sized(11), built_in=False),
}  # fmt: skip
TABLE = "Engagement Table"
TABLE_XML = f"""<w:style xmlns:w="{W}" w:type="table" w:customStyle="1" w:styleId="{{style_id}}">
<w:name w:val="{TABLE}"/><w:uiPriority w:val="59"/><w:tblPr><w:tblBorders>
<w:top w:val="single" w:sz="8" w:space="0" w:color="{BLUE}"/>
<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{BLUE}"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="767676"/></w:tblBorders>
<w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:rPr>{BOLD}</w:rPr><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{PALE}"/>
</w:tcPr></w:tblStylePr></w:style>"""
# Of a table to fill in, whose empty cells must be seen as cells.
_BOX = '<w:{} w:val="single" w:sz="4" w:space="0" w:color="767676"/>'
BOXES = f"<w:tblBorders>{''.join(map(_BOX.format, ('left', 'right', 'insideV')))}</w:tblBorders>"
OURS = f"""<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>
<w:rFonts w:ascii="Arial" w:eastAsia="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:sz w:val="24"/><w:szCs w:val="24"/>
<w:lang w:val="en-GB" w:eastAsia="en-GB" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>
<w:spacing w:after="160" w:line="288" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>
<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont"><w:name w:val="Default Paragraph Font"/>
<w:uiPriority w:val="1"/><w:semiHidden/></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>
<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="108" w:type="dxa"/>
<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style></w:styles>"""


def opened(template: Path | None) -> Any:
    """A document of python-docx with nothing in its body: our own, or the template's, whose page and footers stay.

    Raises BadInput for a template that is no Word document, is too large, or holds macros.
    """
    import docx
    from docx.opc.exceptions import OpcError

    if template is None:
        document = docx.Document()
        _set_own(document)
    else:
        try:
            document = docx.Document(io.BytesIO(_as_document(template)))
        except (OpcError, ValueError, KeyError, SyntaxError, AttributeError, zipfile.BadZipFile):
            raise BadInput(template.name, "it can't be read as a Word document", REMEDY) from None
        if document.element.body is None:
            raise BadInput(template.name, "it can't be read as a Word document", REMEDY)
    body = document.element.body
    for element in list(body):
        if element.tag != f"{TAG}sectPr":
            body.remove(element)
    _without_requests(document)
    return document


def _as_document(template: Path) -> bytes:
    """The template's bytes as those of a document: Word tells them apart by one line."""
    try:
        held = zipfile.ZipFile(io.BytesIO(template.read_bytes()))
        if sum(each.file_size for each in held.infolist()) > MOST_BYTES:
            raise BadInput(template.name, "the template is larger than 100 MB", "Take large pictures out of it")
        types = held.read("[Content_Types].xml").decode("utf-8")
        rest = {name: held.read(name) for name in held.namelist()}
    except FileNotFoundError:
        raise BadInput(template.name, "there is no such template", "Check the path") from None
    except OSError:
        raise BadInput(template.name, "the template can't be opened", "Check that you may read it") from None
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, NotImplementedError):
        raise BadInput(template.name, "it is no Word document", REMEDY) from None
    if "macroEnabled" in types:
        raise BadInput(template.name, "the template holds macros", "Save it without them, as .docx or .dotx")
    rest["[Content_Types].xml"] = types.replace(AS_TEMPLATE, MAIN).encode("utf-8")
    return packed(rest)


def packed(files: Mapping[str, bytes]) -> bytes:
    """The files as a zip that is the same whenever and wherever it is made; Word wants the types first."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as held:
        for name in sorted(files, key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            held.writestr(entry, files[name])
    return written.getvalue()


def _set_own(document: Any) -> None:
    """Our page, styles and settings in place of those that python-docx brings."""
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(25)
    section.header_distance = section.footer_distance = Mm(12)
    section.different_first_page_header_footer = True
    styles = document.styles.element
    for element in list(styles):
        styles.remove(element)
    styles.extend(list(parsed(OURS)))
    for setting in document.settings.element.iter(f"{TAG}compatSetting"):
        if setting.get(f"{TAG}name") == "compatibilityMode":
            setting.set(f"{TAG}val", "15")
    for name in ("rsids", "useFELayout", "savePreviewPicture"):
        for element in list(document.settings.element.iter(f"{TAG}{name}")):
            element.getparent().remove(element)


def _without_requests(document: Any) -> None:
    """Takes out what would make Word ask another machine: a template kept elsewhere. An old preview goes too."""
    settings = document.settings
    for element in list(settings.element.iter(f"{TAG}attachedTemplate")):
        element.getparent().remove(element)
    for part in document.part.package.iter_parts():
        for key, relation in list(part.rels.items()):
            if relation.is_external and not relation.reltype.endswith("/hyperlink"):
                part.rels.pop(key)
    rels = document.part.package.rels
    for key in [key for key, relation in rels.items() if relation.reltype.endswith("/thumbnail")]:
        rels.pop(key)


def set_styles(document: Any) -> tuple[dict[str, str], tuple[str, ...]]:
    """The id of the style for each role (and "table"), those that the document lacks added; and their names."""
    held = {(each.type_name, each.name.casefold()): each.style_id for each in _styles(document)}
    taken = set(held.values())
    ids, added = {}, []
    normal = next((each.style_id for each in _styles(document) if each.default), "")
    for role, look in LOOKS.items():
        ids[role] = held.get(("paragraph", look.name.casefold()), "")
        if not ids[role]:
            ids[role] = _free(look.name, taken)
            alone = role == "attribution" and "Quote" not in added  # the template's quotes stand as it likes
            document.styles.element.append(
                parsed(_style(replace(look, paragraph="") if alone else look, ids[role], normal))
            )
            if look.built_in:
                added.append(look.name)
    ids["table"] = held.get(("table", TABLE.casefold()), "")
    if not ids["table"]:
        ids["table"] = _free(TABLE, taken)
        document.styles.element.append(parsed(TABLE_XML.format(style_id=ids["table"])))
    return ids, tuple(added)


@dataclass(frozen=True, slots=True)
class _Held:
    type_name: str
    name: str
    style_id: str
    default: bool


def _styles(document: Any) -> Iterable[_Held]:
    for element in document.styles.element.iter(f"{TAG}style"):
        name = element.find(f"{TAG}name")
        if name is not None:
            kind = element.get(f"{TAG}type", "paragraph")
            default = kind == "paragraph" and element.get(f"{TAG}default") in {"1", "true", "on"}
            yield _Held(kind, name.get(f"{TAG}val"), element.get(f"{TAG}styleId"), default)


def _free(name: str, taken: set[str]) -> str:
    base = re.sub(r"\W", "", name.title())
    found = next(each for number in range(len(taken) + 2) if (each := f"{base}{number or ''}") not in taken)
    taken.add(found)
    return found


def _style(look: Look, style_id: str, normal: str) -> str:
    own = "" if look.built_in else ' w:customStyle="1"'
    based = f'<w:basedOn w:val="{normal}"/>' if normal else ""
    level = f'<w:outlineLvl w:val="{look.level}"/>' if look.level is not None else ""
    return (
        f'<w:style xmlns:w="{W}" w:type="paragraph"{own} w:styleId="{style_id}"><w:name w:val="{look.name}"/>'
        f"{based}<w:qFormat/><w:pPr>{look.paragraph}{level}</w:pPr><w:rPr>{look.letters}</w:rPr></w:style>"
    )


def parsed(text: str) -> Any:
    """Our own XML as an element that python-docx knows."""
    from docx.oxml.parser import parse_xml

    return parse_xml(text)
