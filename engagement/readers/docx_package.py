"""A Word file's parts, opened safely: a part that is damaged or defines XML entities costs that part alone."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engagement.readers.reading import CannotRead

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# "Strict Open XML", which Word can save, differs in its namespaces alone (ISO/IEC 29500-1).
STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)
WORD = "word/document.xml"  # where Word keeps the body, if the file doesn't say
OFF = frozenset({"0", "false", "off", "none"})  # of a switch
MOST_STYLES = 5000  # Word's own limit is 4079

PROPERTIES = ("core-properties", "docProps/core.xml"), ("extended-properties", "docProps/app.xml")

OLE = bytes.fromhex("d0cf11e0")
STREAMS = (
    ("EncryptedPackage", "the file is locked with a password"),
    ("WordDocument", "an old Word file (.doc) can't be read"),
)
DAMAGED = "its part of the file is damaged"
ENTITIES = "its part of the file defines XML entities, which no Word file needs"
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,  # no such member
    NotImplementedError,  # packed in a way that Python doesn't know
    RuntimeError,  # a member with a password
    EOFError,
    OSError,
    ValueError,
)


def locked(data: bytes) -> str | None:
    """What an old container file (OLE) that can't be read holds, told by its first stream; None for any other file.

    Word and Excel wrap a file with a password so: the stream is called EncryptedPackage ([MS-OFFCRYPTO] 2.3.4.4).
    """
    if not data.startswith(OLE):
        return None
    places = [(data.find(name.encode("utf-16-le")), found) for name, found in STREAMS]
    return next((found for place, found in sorted(places) if place >= 0), None)


@dataclass(slots=True, repr=False)
class Package:
    """A Word file's parts. `notes` gains a sentence for each part that is damaged; the body's damage is the file's."""

    archive: zipfile.ZipFile
    body: Any = None
    names: Mapping[str, str] = field(default_factory=dict)  # of paragraph styles, by their ids
    veiled: frozenset[str] = frozenset()  # the ids of styles whose text is hidden
    taken: list[Any] = field(default_factory=list)  # the roots of the parts read so far, the body's apart
    notes: list[str] = field(default_factory=list)
    _main: str = WORD

    def parse(self, member: str) -> Any:
        """The root of a part. Raises CannotRead, which says what is wrong with it."""
        from lxml import etree  # type: ignore[import-untyped, unused-ignore]  # it has no types of its own

        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
        )
        try:
            xml = self.archive.read(member)
            for strict, usual in STRICT:
                xml = xml.replace(strict, usual)
            root = etree.fromstring(xml, parser)
        except (*DAMAGE, etree.XMLSyntaxError):
            raise CannotRead(DAMAGED, "") from None
        if root.getroottree().docinfo.internalDTD is not None:
            raise CannotRead(ENTITIES, "")
        return _settled(root)

    def take(self, member: str, called: str) -> Any:
        """The root of a part; None where it is damaged, which is noted."""
        try:
            self.taken.append(self.parse(member))
        except CannotRead as error:
            self.notes.append(f"{called} was not read: {error.found}.")
            return None
        return self.taken[-1]

    def related(self, kind: str) -> list[str]:
        """The members that the body refers to as `kind`, in the order of their numbers."""
        folder, name = posixpath.split(self._main)
        usual = re.compile(rf"{re.escape(folder)}/{kind}\d*\.xml")
        found = self._targets(f"{folder}/_rels/{name}.rels", folder, kind)
        held = found if found is not None else [one for one in self.archive.namelist() if usual.fullmatch(one)]
        return sorted(set(held), key=lambda one: (len(one), one))

    def properties(self) -> Iterator[Any]:
        """The roots of the parts that hold the document's properties."""
        for kind, usual in PROPERTIES:
            held = set(self._targets("_rels/.rels", "", kind) or [usual]) & set(self.archive.namelist())
            for member in sorted(held):
                if (root := self.take(member, "a part of the document's properties")) is not None:
                    yield root

    def _targets(self, member: str, folder: str, kind: str) -> list[str] | None:
        try:
            relations = self.parse(member)
        except CannotRead:
            return None
        return [
            posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            for relation in relations
            if relation.get("Type", "").rpartition("/")[2] == kind and relation.get("TargetMode") != "External"
        ]


def opened(data: bytes) -> Package:
    """The package of a Word file, its body parsed. Raises CannotRead where there is none."""
    remedy = "Open it in the program that it came from and save it again"
    try:
        package = Package(zipfile.ZipFile(io.BytesIO(data)))
    except DAMAGE:
        raise CannotRead("the file is damaged: it can't be unpacked", remedy) from None
    named = package._targets("_rels/.rels", "", "officeDocument") or []
    held = set(package.archive.namelist())
    package._main = next((member for member in named if member in held), WORD)
    try:
        package.body = package.parse(package._main).find(W + "body")
    except CannotRead as error:
        raise CannotRead(f"the document's main text can't be read: {error.found}", remedy) from None
    if package.body is None:
        raise CannotRead("the document has no main text", remedy)
    for member in package.related("styles")[:1]:
        if (styles := package.take(member, "the list of styles")) is not None:
            package.names = {
                style.get(W + "styleId", ""): name.get(W + "val", "")
                for style in styles.iter(W + "style")
                if (name := style.find(W + "name")) is not None and style.get(W + "type") == "paragraph"
            }
            package.veiled = _veiled(styles)
    return package


def _settled(root: Any) -> Any:
    """`root` with one branch of each alternative: the first, or the one for old readers where only that has words."""
    for fork in list(root.iter(MC + "AlternateContent")):
        chosen, fallback = fork.find(MC + "Choice"), fork.find(MC + "Fallback")
        spoken = chosen is not None and any(text.text for text in chosen.iter(W + "t"))
        if fallback is not None and not spoken and any(text.text for text in fallback.iter(W + "t")):
            chosen = fallback
        for branch in list(fork):
            if branch is not chosen:
                fork.remove(branch)
    return root


def _veiled(styles: Any) -> frozenset[str]:
    """The ids of the styles that hide text, by themselves or by the style that they are based on."""
    rules: dict[str, tuple[str, bool | None]] = {}
    for style in styles.iter(W + "style"):
        parent, vanish = style.find(W + "basedOn"), style.find(f"{W}rPr/{W}vanish")
        based = parent.get(W + "val", "") if parent is not None else ""
        rules[style.get(W + "styleId", "")] = based, is_on(vanish) if vanish is not None else None

    def hides(name: str) -> bool:
        met: set[str] = set()
        while name in rules and name not in met:  # a damaged style may be based on itself
            met.add(name)
            name, own = rules[name]
            if own is not None:
                return own
        return False

    return frozenset(name for name in rules if len(rules) <= MOST_STYLES and hides(name))


def is_on(switch: Any) -> bool:
    """Whether a switch such as w:vanish or w:b, which is there, is on."""
    return switch.get(W + "val") not in OFF
