"""A REFI-QDA project as a zip file: `project.qde`, written an element at a time, and the texts under `sources/`."""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, BinaryIO

from engagement import __version__
from engagement.export.codebook_qdc import NAMESPACE as CODEBOOK_NAMESPACE
from engagement.export.codebook_qdc import NOT_XML, guid_of, to_qdc
from engagement.model import Codebook

NAMESPACE = "urn:QDA-XML:project:1.0"
ORIGIN = "engagement"
PROJECT, FOLDER, INTERNAL = "project.qde", "sources/", "internal://"
SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "engagement:refi-qda")
READABLE = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Selection:
    """An excerpt as one coder coded it: `start` to `end` of its source's text, and the keys of its themes."""

    guid: str
    excerpt_id: str
    start: int
    end: int
    coder: str
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A text with its selections."""

    guid: str
    name: str
    text: str
    selections: tuple[Selection, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A participant: what may be said of them, by the variable's name, and the selections of their words."""

    name: str
    values: Mapping[str, str]
    selections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A memo on an excerpt or a theme (`subject` is its id or key), or on the project."""

    name: str
    text: str
    coder: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """All that goes into one file. `sets` are (name, GUIDs of sources)."""

    name: str
    codebook: Codebook
    variables: tuple[str, ...]
    cases: tuple[Case, ...]
    sources: tuple[Source, ...]
    notes: tuple[Note, ...]
    sets: tuple[tuple[str, tuple[str, ...]], ...]


@lru_cache(maxsize=1024)  # coders and variables come again and again
def guid(kind: str, *parts: str) -> str:
    """An identifier that depends on `parts` alone."""
    return str(uuid.uuid5(SPACE, "\x1f".join((kind, *parts)))).upper()


def write(package: Package, made_on: date, out: BinaryIO) -> None:
    """Writes `package` as QDPX; all dates in it are `made_on`."""
    from lxml import etree

    at = (max(made_on.year, 1980), made_on.month, made_on.day, 0, 0, 0)  # before 1980 a zip file knows no dates
    with zipfile.ZipFile(out, "w") as archive:
        for source in package.sources:
            archive.writestr(_member(f"{FOLDER}{source.guid}.txt", at), source.text.encode())
        for note in package.notes:
            archive.writestr(_member(f"{FOLDER}{_note_guid(note)}.txt", at), note.text.encode())
        with (
            archive.open(_member(PROJECT, at), "w", force_zip64=True) as handle,
            etree.xmlfile(handle, encoding="utf-8") as xml,
        ):
            xml.write_declaration()
            _Writer(package, f"{made_on.isoformat()}T00:00:00Z", xml).project()


def _member(name: str, at: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, at)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, READABLE, 3
    return entry


def _note_guid(note: Note) -> str:
    return guid("note", note.name, note.subject)


class _Writer:
    """Writes the elements of `project.qde` in the schema's order; one that would hold nothing is left out."""

    def __init__(self, package: Package, at: str, xml: Any) -> None:
        self._package, self._at, self._xml = package, at, xml
        self._subjects: dict[str, list[str]] = {}
        for note in package.notes:
            self._subjects.setdefault(note.subject, []).append(_note_guid(note))

    def project(self) -> None:
        package = self._package
        attributes = {"name": _clean(package.name), "origin": f"{ORIGIN} {__version__}", "creationDateTime": self._at}
        with self._xml.element(_tag("Project"), attributes, nsmap={None: NAMESPACE}):
            self._all("Users", self._users())
            self._xml.write(self._codes())
            self._all("Variables", self._variables())
            self._all("Cases", self._cases())
            with self._several("Sources", bool(package.sources)):
                for source in package.sources:
                    self._source(source)
            self._all("Notes", (self._text("Note", _note_guid(note), note.name, note.coder) for note in package.notes))
            self._all("Sets", self._sets())
            for each in self._subjects.get("", ()):
                self._xml.write(_element("NoteRef", targetGUID=each))

    def _all(self, name: str, elements: Iterator[Any]) -> None:
        first = next(elements, None)
        with self._several(name, first is not None):
            if first is not None:
                self._xml.write(first)
            for element in elements:
                self._xml.write(element)

    def _several(self, name: str, there: bool) -> Any:
        return self._xml.element(_tag(name)) if there else nullcontext()

    def _users(self) -> Iterator[Any]:
        coders = {one.coder for source in self._package.sources for one in source.selections}
        for coder in sorted(coders | {note.coder for note in self._package.notes}):
            yield _element("User", guid=guid("coder", coder), name=coder)

    def _codes(self) -> Any:
        """The codebook as it goes out alone, in this file's namespace, with the memos on each theme."""
        from lxml import etree

        root = etree.fromstring(to_qdc(self._package.codebook))
        keys = {guid_of(key): key for key in self._package.codebook.keys}
        book = etree.Element(_tag("CodeBook"), nsmap={None: NAMESPACE})
        book.extend(root)
        for element in book.iter():
            element.tag = element.tag.replace(f"{{{CODEBOOK_NAMESPACE}}}", f"{{{NAMESPACE}}}")
            for number, each in enumerate(self._subjects.get(keys.get(element.get("guid"), "-"), ())):
                element.insert(1 + number, _element("NoteRef", targetGUID=each))
        etree.cleanup_namespaces(book)
        return book

    def _variables(self) -> Iterator[Any]:
        for name in self._package.variables:
            yield _element("Variable", guid=guid("variable", name), name=name, typeOfVariable="Text")

    def _cases(self) -> Iterator[Any]:
        for case in self._package.cases:
            element = _element("Case", guid=guid("case", case.name), name=case.name)
            for name, value in case.values.items():
                if value:
                    held = _element("VariableValue")
                    held.append(_element("VariableRef", targetGUID=guid("variable", name)))
                    held.append(_element("TextValue", words=value))
                    element.append(held)
            element.extend(_element("SelectionRef", targetGUID=each) for each in case.selections)
            yield element

    def _source(self, source: Source) -> None:
        element = self._text("TextSource", source.guid, source.name, ORIGIN)
        noted: set[str] = set()
        with self._xml.element(element.tag, dict(element.attrib)):
            for selection in source.selections:
                self._xml.write(self._selection(selection, noted))

    def _selection(self, selection: Selection, noted: set[str]) -> Any:
        user = guid("coder", selection.coder)
        made = {"creatingUser": user, "creationDateTime": self._at}
        place = {"startPosition": str(selection.start), "endPosition": str(selection.end)}
        element = _element("PlainTextSelection", guid=selection.guid, **place, **made)
        for key in selection.themes:
            coding = _element("Coding", guid=guid("coding", selection.guid, key), **made)
            coding.append(_element("CodeRef", targetGUID=guid_of(key)))
            element.append(coding)
        if selection.excerpt_id not in noted:
            noted.add(selection.excerpt_id)
            memos = self._subjects.get(selection.excerpt_id, ())
            element.extend(_element("NoteRef", targetGUID=each) for each in memos)
        return element

    def _text(self, kind: str, named: str, name: str, coder: str) -> Any:
        """A source or a note, whose words stand in a file of their own."""
        place = {"plainTextPath": f"{INTERNAL}{named}.txt"}
        made = {"creatingUser": guid("coder", coder), "creationDateTime": self._at}
        return _element(kind, guid=named, name=name, **place, **made)

    def _sets(self) -> Iterator[Any]:
        for name, sources in self._package.sets:
            element = _element("Set", guid=guid("set", name), name=name)
            element.extend(_element("MemberSource", targetGUID=each) for each in sources)
            yield element


def _element(kind: str, words: str = "", **attributes: str) -> Any:
    from lxml import etree

    cleaned = {name: _clean(value) for name, value in attributes.items()}
    element = etree.Element(_tag(kind), cleaned, nsmap={None: NAMESPACE})
    if words:
        element.text = _clean(words)
    return element


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _clean(words: str) -> str:
    return NOT_XML.sub("", words)
