"""Projects made by hand, to be sent out as QDPX, and what is in such a file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from engagement.anonymise import restore
from engagement.model import (
    Answer,
    Codebook,
    Coding,
    Decision,
    Excerpt,
    FileCounts,
    Kind,
    Participant,
    Question,
    Role,
    SafeDocument,
    SafeTurn,
    Stated,
    Theme,
    digest_of,
)
from engagement.segment import excerpts as cut
from engagement.store import Store

SCHEMAS = Path(__file__).parent / "refi"
BOOK = Codebook(
    "Town",
    3,
    (
        Theme("travel", "Getting about", "To get <anywhere> & back.", ("buses",)),
        Theme("lifts", "Lifts", "", parent="travel"),
        Theme("rare", "Rare", "What few say."),
    ),
)
EMOJI = "\U0001f68c"  # one code point, two units of UTF-16


def safe(text):
    return restore(text, digest_of(text))


def person(number: int, *, group="", may_publish=None, role=Role.PARTICIPANT, **declared: str) -> Participant:
    answers = tuple(Answer(key, Stated.GIVEN, value) for key, value in declared.items())
    held = safe(group) if group else None
    return Participant(f"p{number:05d}", safe(f"Person {number}"), role, held, answers, may_publish)


def turn(position: int, text: str, who: Participant | None = None, kind=Kind.TURN, question=None) -> SafeTurn:
    words = safe(text)
    role, named = (who.role, who.participant_id) if who else (Role.NOBODY, None)
    place = f"line {position + 1}"
    return SafeTurn(position, place, kind, words, digest_of(words), role, named, question, ())


def add(
    store: Store, name: str, turns: Sequence[SafeTurn], people=(), questions: Sequence[Question] = ()
) -> tuple[Excerpt, ...]:
    """Stores a source of these turns; gives its excerpts."""
    source_id = f"s{digest_of(name)[:12]}"
    counts = FileCounts(turns=len(turns))
    document = SafeDocument(
        source_id, safe(name), "txt", digest_of(name), tuple(turns), tuple(people), tuple(questions), counts, {}
    )
    excerpts = cut(document, 90)
    store.add_document(document, excerpts, [], {})
    return excerpts


def coded(excerpt: Excerpt, theme: str, coder: str = "Ada", decision=Decision.ACCEPTED) -> Coding:
    return Coding(excerpt.excerpt_id, theme, coder, decision, 1.0, (0, len(excerpt.text)))


def unzipped(data: bytes) -> tuple[etree._Element, dict[str, str]]:
    """The project, and the texts of a file by their GUID."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("project.qde"))
        texts = {name: archive.read(name).decode() for name in archive.namelist() if name.startswith("sources/")}
    return root, {name.removeprefix("sources/").removesuffix(".txt"): text for name, text in texts.items()}


def found(root: etree._Element, name: str) -> list[etree._Element]:
    return [each for each in root.iter() if isinstance(each.tag, str) and each.tag.endswith(f"}}{name}")]


def selected(root: etree._Element, texts: dict[str, str]) -> set[tuple[str, str, str]]:
    """(words, name of the theme, name of the coder) of every coding."""
    codes = {each.get("guid"): each.get("name") for each in found(root, "Code")}
    users = {each.get("guid"): each.get("name") for each in found(root, "User")}
    return {
        (
            texts[source.get("guid")][int(each.get("startPosition")) : int(each.get("endPosition"))],
            codes[coding[0].get("targetGUID")],
            users[coding.get("creatingUser")],
        )
        for source in found(root, "TextSource")
        for each in found(source, "PlainTextSelection")
        for coding in found(each, "Coding")
    }


def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / name))
