"""A codebook as REFI-QDA's QDC, which NVivo, ATLAS.ti, MAXQDA and QualCoder exchange: XML of nested codes.

Source: REFI-QDA standard 1.5, section 5 (codebook exchange). A code has a name, a colour and a description there, so
what our themes hold besides stands in the description, as lists that a person can read and we read back.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from engagement import __version__
from engagement.codebook import checked, key_of
from engagement.errors import BadInput
from engagement.model import Codebook, Theme

NAMESPACE = "urn:QDA-XML:codebook:1.0"
SPACE_OF_KEYS = uuid.uuid5(uuid.NAMESPACE_URL, "engagement:theme")
# Told apart by people with any colour vision: Okabe and Ito (2008), Color Universal Design.
COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
LISTS = ("include", "exclude", "examples")  # "Include:" heads the list of what a theme includes, and so on
HEAD = re.compile(rf"(?:{'|'.join(LISTS)}):", re.IGNORECASE)
KEY_LINE = re.compile(r"Key: ([a-z0-9_]+)")
ITEM, CONTINUED = "- ", "  "
PLAIN = "\\"  # before a line of a definition that would be read as one of these
OURS = re.compile(rf"(?:{HEAD.pattern}|{KEY_LINE.pattern})\s*$|\\", re.IGNORECASE)
NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2
REMEDY = "Export the codebook as REFI-QDA (.qdc) again"


@dataclass(frozen=True, slots=True)
class Imported:
    """A codebook of another tool's, and what of its file has no place here, a sentence each."""

    codebook: Codebook
    notes: tuple[str, ...] = ()


def guid_of(key: str) -> str:
    """The identifier of a theme in REFI-QDA's files: the same key has the same in every file."""
    return str(uuid.uuid5(SPACE_OF_KEYS, key)).upper()


def to_qdc(codebook: Codebook) -> bytes:
    """The themes as QDC. `from_qdc` reads them back the same, children after their parents."""
    from lxml import etree

    def tag(name: str) -> str:
        return f"{{{NAMESPACE}}}{name}"

    root = etree.Element(tag("CodeBook"), nsmap={None: NAMESPACE}, origin=f"engagement {__version__}")
    codes = {
        theme.key: etree.Element(
            tag("Code"), guid=guid_of(theme.key), name=_xml(theme.name), isCodable="true", color=colour
        )
        for theme, colour in zip(codebook.themes, COLOURS * len(codebook.themes), strict=False)
    }
    for theme in codebook.themes:
        etree.SubElement(codes[theme.key], tag("Description")).text = _xml(described(theme))
    top = etree.SubElement(root, tag("Codes"))
    for theme in codebook.themes:
        (codes[theme.parent] if theme.parent else top).append(codes[theme.key])
    etree.indent(root)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written


def from_qdc(data: bytes, file: str, known: Collection[str] = ()) -> Imported:
    """The codebook in a QDC file, as version 1, named as the file is. Raises BadInput.

    A code keeps its key where it is one of `known` that went out from here, or where its description says so; others
    have a key made of their name.
    """
    return from_codes(_root(data, file), file, known)


def from_codes(root: Any, file: str, known: Collection[str] = ()) -> Imported:
    """The codebook under an XML element of a QDC file or of a whole project. Raises BadInput."""
    ours = {guid_of(key): key for key in known}
    codes = list(_under(root, "Code"))
    if not codes:
        raise BadInput(file, "no codes", REMEDY)
    read = [_read(code, number, file) for number, code in enumerate(codes, 1)]
    keys: dict[Any, str] = {}
    for code, theme in zip(codes, read, strict=True):
        key = ours.get(code.get("guid", "").strip("{} ").upper()) or theme.key
        if key and key not in keys.values():
            keys[code] = key
    for code, theme in zip(codes, read, strict=True):
        keys.setdefault(code, key_of(theme.name, keys.values()))
    themes = (
        replace(theme, key=keys[code], parent=keys.get(code.getparent()))
        for code, theme in zip(codes, read, strict=True)
    )
    return Imported(checked(Codebook(PurePath(file).stem, 1, tuple(themes)), file), tuple(_notes(root, codes)))


def described(theme: Theme) -> str:
    """A theme's definition, lists and key as the description of a code."""
    lines = [f"{PLAIN}{line}" if OURS.match(line) else line for line in theme.definition.split("\n")]
    for name in LISTS:
        phrases = getattr(theme, name)
        lines += ["", f"{name.capitalize()}:"] if phrases else []
        lines += [f"{ITEM}{phrase}".replace("\n", f"\n{CONTINUED}") for phrase in phrases]
    return "\n".join([*lines, "", f"Key: {theme.key}"]).lstrip("\n")


def _told(description: str) -> tuple[str, dict[str, tuple[str, ...]], str]:
    """The definition, the lists and the key of a description; words under no heading belong to the definition."""
    definition: list[str] = []
    lists: dict[str, list[str]] = {name: [] for name in LISTS}
    key, within = "", ""
    for line in description.replace("\r\n", "\n").split("\n"):
        phrases = lists.get(within, [])
        if told := KEY_LINE.fullmatch(line.rstrip()):
            key = told[1]
        elif HEAD.fullmatch(line.rstrip()):
            within = line.strip().lower().rstrip(":")
        elif within and line.startswith(ITEM):
            phrases.append(line.removeprefix(ITEM))
        elif phrases and line.startswith(CONTINUED):
            phrases[-1] += f"\n{line.removeprefix(CONTINUED)}"
        elif line or not within:
            definition.append(line.removeprefix(PLAIN))
    kept = {name: tuple(dict.fromkeys(filter(None, map(str.strip, each)))) for name, each in lists.items()}
    return "\n".join(definition).strip(), kept, key


def _read(code: Any, number: int, file: str) -> Theme:
    """A code as a theme, its key empty where nothing tells it."""
    name = code.get("name", "").strip()
    if not name:
        raise BadInput(
            file, "it has no name", "Name it in the program that it came from", place=f"code number {number}"
        )
    texts = ("".join(child.itertext()) for child in code if _local(child) == "Description")
    definition, lists, key = _told(next(texts, ""))
    return Theme(key, name, definition, lists["include"], lists["exclude"], lists["examples"])


def _notes(root: Any, codes: Sequence[Any]) -> Iterator[str]:
    for group in _under(root, "Set"):
        if members := sum(_local(child) == "MemberCode" for child in group):
            yield f'The set "{group.get("name", "")}" of {members} codes was left out: themes here know no sets.'
    for code in codes:
        if code.get("isCodable", "true").strip().lower() in ("false", "0"):
            yield f'"{code.get("name")}" only held other codes; here it is a theme that can be coded.'


def _root(data: bytes, file: str) -> Any:
    """The root of the XML, no entity resolved and nothing fetched. Raises BadInput."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise BadInput(file, "not valid XML", REMEDY) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadInput(file, "it defines XML entities, which no codebook needs", REMEDY)
    if next(_under(root, "CodeBook"), None) is None:
        raise BadInput(file, "not a REFI-QDA codebook", REMEDY)
    return root


def _under(root: Any, name: str) -> Iterator[Any]:
    """The elements of this name, whatever their namespace: some programs write another than the standard's."""
    return (element for element in root.iter() if _local(element) == name)


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _xml(words: str) -> str:
    return NOT_XML.sub("", words)
