"""A QDPX file opened: its texts with what was selected in them, codes, cases and users, and what has no place here.

Source: REFI-QDA standard 1.5, section 4. Programs differ: `Project.qde`, `project.qde` or a name of the project's own,
`Sources/` or `sources/`, paths with `internal://` or without. Nothing is unpacked to disk; a path is looked up by its
last part among the members of the file, so that it leads nowhere else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from engagement.errors import BadInput
from engagement.exchange.units import Span, Text
from engagement.readers import archive, docx
from engagement.readers.clean import decode
from engagement.readers.detect import LARGEST
from engagement.readers.reading import CannotRead, Reading

PROJECT = ".qde"
TEXTS = frozenset({".txt", ".text", ".md", ".vtt", ".srt", ""})
READ = frozenset({PROJECT, ".docx", *TEXTS})  # other members are media, and are not kept in memory
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
REMEDY = "Export the project as REFI-QDA (.qdpx) again"
# What the standard has and has no place here -> how a sentence calls it.
LEFT_OUT = {
    "PictureSource": "pictures",
    "PictureSelection": "selections in pictures",
    "PDFSelection": "selections on PDF pages",
    "AudioSelection": "selections in sound",
    "VideoSelection": "selections in films",
    "Note": "notes",
    "Link": "links",
    "Graph": "graphs",
}


@dataclass(frozen=True, slots=True)
class Picked:
    """A selection as it is written: its positions in the program's own unit, and its codings (code, user)."""

    guid: str
    span: Span
    codings: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Written:
    """A text of the project. `rich` is set where it has no plain text: positions are of no use in that."""

    guid: str
    name: str
    text: Text
    picked: tuple[Picked, ...]
    rich: Reading | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Known:
    """A case: what its variables say of it, by their names, and the sources and selections that are its words."""

    guid: str
    name: str
    values: Mapping[str, str]
    sources: frozenset[str]
    selections: frozenset[str]


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """All that is read of a file. `sets` are (name, GUIDs of sources); `notes` tell what was not read."""

    origin: str
    root: Any
    users: Mapping[str, str]
    texts: tuple[Written, ...]
    cases: tuple[Known, ...]
    sets: tuple[tuple[str, frozenset[str]], ...]
    notes: tuple[str, ...]


def opened(path: Path) -> Opened:
    """The project in the file `path`. Raises BadInput."""
    try:
        data = path.read_bytes()
    except OSError:
        raise BadInput(path.name, "the file can't be opened", "Check its name and that you may read it") from None
    if not archive.is_archive(path.name, data):
        raise BadInput(path.name, "it is no zip file, as a QDPX file is", REMEDY)
    members, notes = _members(path.name, data)
    projects = [name for name in members if name.endswith(PROJECT)]
    if len(projects) != 1:
        found = "several project files (.qde) in it" if projects else "no project file (.qde) in it"
        raise BadInput(path.name, found, REMEDY)
    root = parsed(members[projects[0]], path.name)
    if local(root) != "Project":
        raise BadInput(path.name, "its project file is no REFI-QDA project", REMEDY)
    return _Reader(root, members, notes).opened()


def parsed(data: bytes, file: str) -> Any:
    """The root of the XML, no entity resolved and nothing fetched. Raises BadInput."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise BadInput(file, "its project file is not valid XML", REMEDY) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise BadInput(file, "it defines XML entities, which no project needs", REMEDY)
    return root


def local(element: Any) -> str:
    """The name of an element, whatever its namespace: some programs write another than the standard's."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def bare(guid: str | None) -> str:
    """An identifier as all programs could have written it."""
    return (guid or "").strip("{} ").upper()


def _members(name: str, data: bytes) -> tuple[dict[str, bytes], list[str]]:
    """What is read of a file's members, by the last part of their names in lower case, and why some were refused."""
    found: dict[str, bytes] = {}
    notes = []
    for member, held in archive.held(name, data, LARGEST):
        last = PurePosixPath(member.casefold()).name
        if isinstance(held, CannotRead):
            if member == name:
                raise BadInput(name, held.found, held.remedy)
            notes.append(f"{member}: {held.found}. {held.remedy}.")
        elif PurePosixPath(last).suffix in READ:
            found[last] = held
    return found, notes


@dataclass(slots=True)
class _Reader:
    root: Any
    members: Mapping[str, bytes]
    notes: list[str]
    left: Counter[str] = field(default_factory=Counter)

    def opened(self) -> Opened:
        self.left.update(LEFT_OUT[kind] for each in self.root.iter() if (kind := local(each)) in LEFT_OUT)
        users = {bare(each.get("guid")): each.get("name") or each.get("id") or "" for each in self._all("User")}
        texts = tuple(text for element in self._texts() if (text := self._written(element)))
        cases = tuple(self._cases())
        sets = tuple((each.get("name", ""), _targets(each, "MemberSource")) for each in self._all("Set"))
        if left := +self.left:
            listed = ", ".join(f"{kind} ({left[kind]})" for kind in sorted(left))
            self.notes.append(f"Left out, since it has no place here: {listed}.")
        return Opened(self.root.get("origin", ""), self.root, users, texts, cases, sets, tuple(self.notes))

    def _all(self, name: str) -> Iterator[Any]:
        return (element for element in self.root.iter() if local(element) == name)

    def _texts(self) -> Iterator[Any]:
        """Texts, the words of PDF files, and transcripts of recordings."""
        for source in (each for sources in self.root if local(sources) == "Sources" for each in sources):
            if local(source) == "TextSource":
                yield source
            inside = [each for each in source if local(each) in ("Representation", "Transcript")]
            yield from inside
            if local(source) in ("PDFSource", "AudioSource", "VideoSource") and not inside:
                self.left[{"PDFSource": "PDF files", "AudioSource": "sounds"}.get(local(source), "films")] += 1

    def _written(self, element: Any) -> Written | None:
        """A text; None where its words are not in the file, which is noted."""
        name = element.get("name") or element.getparent().get("name") or "a text without a name"
        self.left["codings of whole sources"] += sum(local(each) == "Coding" for each in element)
        named = bare(element.get("guid"))
        picked = tuple(self._picked(element))
        content = next((each.text or "" for each in element if local(each) == "PlainTextContent"), None)
        if content is not None:
            return Written(named, name, Text(content), picked)
        rich = _last(element.get("richTextPath"))
        for path in (_last(element.get("plainTextPath")), f"{PurePosixPath(rich).stem}.txt" if rich else ""):
            if path in self.members:
                return self._plain(named, name, self.members[path], picked)
        if rich.endswith(".docx") and rich in self.members:
            if picked:
                self.left[f'selections in "{name}", whose plain text is not in the file'] += len(picked)
            return self._rich(named, name, self.members[rich])
        self.notes.append(f'"{name}": its words are not in the file. Export it with its sources, or add it by itself.')
        return None

    def _plain(self, named: str, name: str, data: bytes, picked: tuple[Picked, ...]) -> Written | None:
        try:
            written = decode(data).removeprefix("\ufeff")
        except CannotRead as error:
            self.notes.append(f'"{name}": {error}')
            return None
        return Written(named, name, Text(written, data.startswith(BYTE_ORDER_MARKS)), picked)

    def _rich(self, named: str, name: str, data: bytes) -> Written | None:
        try:
            return Written(named, name, Text(""), (), docx.read(data, frozenset()))
        except CannotRead as error:
            self.notes.append(f'"{name}": {error}')
        except Exception as error:  # noqa: BLE001 - whatever a reader trips over is the file's
            self.notes.append(f'"{name}": the file is damaged ({type(error).__name__}). Add it by itself.')
        return None

    def _picked(self, element: Any) -> Iterator[Picked]:
        synced = {
            bare(each.get("guid")): _number(each.get("position")) for each in element if local(each) == "SyncPoint"
        }
        for each in element:
            if local(each) == "PlainTextSelection":
                start, end = _number(each.get("startPosition")), _number(each.get("endPosition"))
            elif local(each) == "TranscriptSelection":
                start, end = (synced.get(bare(each.get(side)), -1) for side in ("fromSyncPoint", "toSyncPoint"))
            else:
                continue
            self.left["comments on selections"] += any(
                local(child) == "Description" and (child.text or "").strip() for child in each
            )
            codings = tuple(
                (bare(reference.get("targetGUID")), bare(child.get("creatingUser") or each.get("creatingUser")))
                for child in each
                if local(child) == "Coding"
                for reference in child
                if local(reference) == "CodeRef"
            )
            yield Picked(bare(each.get("guid")), (start, end), codings)

    def _cases(self) -> Iterator[Known]:
        variables = {bare(each.get("guid")): each.get("name", "") for each in self._all("Variable")}
        of_sources: dict[str, dict[str, str]] = {}
        for source in (each for sources in self.root if local(sources) == "Sources" for each in sources):
            if values := _values(source, variables):
                of_sources[bare(source.get("guid"))] = values
        for case in self._all("Case"):
            sources = _targets(case, "SourceRef")
            also = {name: value for one in sorted(sources) for name, value in of_sources.pop(one, {}).items()}
            named = bare(case.get("guid"))
            held = also | _values(case, variables)
            yield Known(named, case.get("name", ""), held, sources, _targets(case, "SelectionRef"))
        for one, values in of_sources.items():  # MAXQDA writes variables of documents on the source itself
            yield Known(one, "", values, frozenset({one}), frozenset())


def _values(element: Any, variables: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for held in (each for each in element if local(each) == "VariableValue"):
        name = next(
            (variables.get(bare(each.get("targetGUID")), "") for each in held if local(each) == "VariableRef"), ""
        )
        words = next((each.text or "" for each in held if local(each).endswith("Value")), "").strip()
        if name:
            found[name] = words
    return found


def _targets(element: Any, kind: str) -> frozenset[str]:
    return frozenset(bare(each.get("targetGUID")) for each in element if local(each) == kind)


def _last(path: str | None) -> str:
    """The last part of a path, in lower case: internal://a.txt, sources/a.txt and a.txt are one."""
    return re.split(r"[/\\]", path or "")[-1].casefold()


def _number(written: str | None) -> int:
    return int(written or 0) if re.fullmatch(r"\s*\d{1,12}\s*", written or "", re.ASCII) else -1
