"""The words that stand beside a Word file's body, each with where it was, and the people whom it names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engagement.model import Kind
from engagement.readers.clean import has_words, phrases, tidy
from engagement.readers.docx_package import DAMAGED, Package, W, is_on
from engagement.readers.named import strangers
from engagement.readers.reading import Person, Said
from engagement.readers.runs import PAGE_NUMBER

BOX = W + "txbxContent"
DELETED = frozenset(W + name for name in ("del", "moveFrom"))
# What gives a paragraph no words of its own: what was taken out, properties, and boxes, which are read by themselves.
SILENT = DELETED | {BOX, W + "pPr", W + "rPr"}
BREAKS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}

# Kinds of parts, by the last word of a relationship's type: how one is called, and the elements that it holds.
NOTES = (("footnotes", "footnote"), ("endnotes", "endnote"))
EDGES = (("header", "header"), ("footer", "footer"))
SEPARATORS = frozenset({"separator", "continuationSeparator", "continuationNotice"})

NAMES = frozenset({"creator", "lastModifiedBy", "Manager"})
# What a program writes of the file by itself.
NO_WORDS = phrases("""
    revision | created | modified | lastPrinted | Template | TotalTime | Pages | Words | Characters | Application |
    DocSecurity | Lines | Paragraphs | ScaleCrop | LinksUpToDate | CharactersWithSpaces | SharedDoc | AppVersion |
    HyperlinksChanged | HeadingPairs | TitlesOfParts | HLinks | language | version
""")


def words_of(paragraph: Any, veiled: frozenset[str]) -> tuple[str, str]:
    """The words of a paragraph that are shown, and those that are hidden. A field's code is neither, its result is."""
    kept: list[tuple[str, bool]] = []
    fields: list[int | None] = []  # where the code of each open field starts in `kept`; None in its result
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    hidden = style is not None and style.get(W + "val") in veiled
    for mark, text, unseen in _pieces(paragraph, hidden, veiled):
        if mark == "begin":
            fields.append(len(kept))
        elif mark == "separate" and fields:
            _forget(kept, fields.pop())
            fields.append(None)
        elif mark == "end" and fields:
            _forget(kept, fields.pop())
        else:
            kept.append((text, unseen))
    shown, unseen_words = ("".join(text for text, unseen in kept if unseen is which) for which in (False, True))
    return tidy(shown), tidy(unseen_words)


def _forget(kept: list[tuple[str, bool]], start: int | None) -> None:
    if start is not None:
        del kept[start:]


def _pieces(element: Any, unseen: bool, veiled: frozenset[str]) -> Iterator[tuple[str, str, bool]]:
    for child in element:
        if child.tag in SILENT:
            continue
        if child.tag == W + "t":
            yield "", child.text or "", unseen
        elif child.tag in BREAKS:
            yield "", BREAKS[child.tag], unseen
        elif child.tag == W + "fldChar":
            yield child.get(W + "fldCharType", ""), "", unseen
        else:
            yield from _pieces(child, _hidden(child, unseen, veiled) if child.tag == W + "r" else unseen, veiled)


def _hidden(run: Any, otherwise: bool, veiled: frozenset[str]) -> bool:
    vanish, style = run.find(f"{W}rPr/{W}vanish"), run.find(f"{W}rPr/{W}rStyle")
    if vanish is not None:
        return is_on(vanish)
    return otherwise or (style is not None and style.get(W + "val") in veiled)


def shown_in(run: Any, veiled: frozenset[str]) -> str:
    """The words of one run as they stand, its spaces kept; nothing of a hidden one."""
    hidden = _hidden(run, otherwise=False, veiled=veiled)
    return "" if hidden else "".join(text for _, text, _ in _pieces(run, hidden, veiled))


def paragraphs_in(element: Any) -> Iterator[Any]:
    """The paragraphs in a cell, box, note or header, those of its tables too, and none of the boxes in it."""
    for child in element:
        if child.tag == W + "p":
            yield child
        elif child.tag not in SILENT:
            yield from paragraphs_in(child)


def all_words(element: Any, veiled: frozenset[str]) -> tuple[str, str]:
    """The words of all paragraphs in `element`, a line each: shown, and hidden."""
    lines = [words_of(paragraph, veiled) for paragraph in paragraphs_in(element)]
    shown, hidden = ("\n".join(filter(None, part)) for part in zip(*lines, strict=True)) if lines else ("", "")
    return shown, hidden


def asides(
    package: Package, places: Mapping[Any, str], hidden: list[tuple[str, str]], aside: Counter[str]
) -> Iterator[Said]:
    """What stands beside the body, a turn of prose each: boxes, notes, comments, headers, footers, hidden text.

    `places` says where the body's paragraphs and rows are, `hidden` is the body's hidden text with its place.
    Each text of a header or footer is read once, however many sections repeat it, which `aside` counts; page numbers
    are no words.
    """
    stories = [*_notes(package), *_edges(package)]
    within = dict(places) | {story: called for called, story in stories}
    comments = list(_comments(package, within))
    within |= {story: called.partition(" (")[0] for called, story in comments}
    roots = (package.body, *(story for _, story in (*stories, *comments)))
    boxes = [box for root in roots for box in root.iter(BOX) if not _taken_out(box)]
    boxed = [(f"text box {number} ({_place(box, within)})", box) for number, box in enumerate(boxes, start=1)]
    veiled_words, met = list(hidden), set()
    for called, story in (*boxed, *stories, *comments):
        shown, unseen = all_words(story, package.veiled)
        edge = called.startswith(("header", "footer"))
        if edge and shown in met:
            aside["header or footer that repeats"] += 1
        elif edge and PAGE_NUMBER.fullmatch(shown):
            aside["page number"] += 1
        elif has_words(shown):
            yield Said(called, Kind.PROSE, shown)
        met |= {shown} if edge and shown else set()
        veiled_words += [(unseen, called.partition(" (")[0])] if unseen else []
    for number, (words, place) in enumerate(veiled_words, start=1):
        if has_words(words):
            yield Said(f"hidden text {number} ({place})", Kind.PROSE, words)


def _notes(package: Package) -> Iterator[tuple[str, Any]]:
    """Footnotes and endnotes as they are numbered on the page: by their marks; then any that no mark refers to."""
    for kind, one in NOTES:
        marks = [mark.get(W + "id") for mark in package.body.iter(f"{W}{one}Reference") if not _taken_out(mark)]
        held = [root for member in package.related(kind) if (root := package.take(member, f"every {one}")) is not None]
        notes = [note for root in held for note in root.iter(W + one) if note.get(W + "type") not in SEPARATORS]
        by_id = {note.get(W + "id"): note for note in reversed(notes)}
        for number, mark in enumerate(marks, start=1):
            if mark in by_id:
                yield f"{one} {number}", by_id[mark]
            elif held:
                package.notes.append(f"{one} {number} was not read: the file doesn't hold it.")
        if marks and not package.related(kind):
            package.notes.append(f"every {one} was not read: {DAMAGED}.")
        referred = {by_id[mark] for mark in marks if mark in by_id}
        rest = (note for note in notes if note not in referred)
        yield from ((f"{one} {number}", note) for number, note in enumerate(rest, start=len(marks) + 1))


def _comments(package: Package, within: Mapping[Any, str]) -> Iterator[tuple[str, Any]]:
    held = [package.take(member, "every comment") for member in package.related("comments")]
    comments = [comment for root in held if root is not None for comment in root.iter(W + "comment")]
    roots = (package.body, *(story for story in within if story.tag in {W + one for _, one in NOTES}))
    marks = (W + "commentRangeStart", W + "commentReference")
    anchors: dict[str, str] = {}
    for root in roots:
        for mark in root.iter(*marks):
            if (place := _place(mark, within)) and (called := mark.get(W + "id")):
                anchors.setdefault(called, place)
    order = {called: at for at, called in enumerate(anchors)}
    comments.sort(key=lambda comment: order.get(comment.get(W + "id", ""), len(order)))
    for number, comment in enumerate(comments, start=1):
        anchor = anchors.get(comment.get(W + "id", ""))
        yield f"comment {number}" + (f" ({anchor})" if anchor else ""), comment


def _edges(package: Package) -> Iterator[tuple[str, Any]]:
    for kind, one in EDGES:
        for number, member in enumerate(package.related(kind), start=1):
            if (root := package.take(member, f"{one} {number}")) is not None:
                yield f"{one} {number}", root


def _taken_out(element: Any) -> bool:
    return any(outer.tag in DELETED for outer in element.iterancestors())


def _place(element: Any, within: Mapping[Any, str]) -> str:
    return next((within[outer] for outer in element.iterancestors() if outer in within), "")


def named(package: Package, people: Iterable[Person]) -> tuple[tuple[Person, ...], int]:
    """Whom the properties, comments and tracked changes name and `people` don't, and how many properties name nobody.

    Called after `asides`, which takes the parts.
    """
    written: list[str] = []
    companies: list[str] = []
    others = 0
    for root in package.properties():
        for entry in root:
            field_name, words = str(entry.tag).rpartition("}")[2], tidy("".join(entry.itertext()))
            written += re.split(r"\s*;\s*", words) if field_name in NAMES else []
            companies += [words] if field_name == "Company" else []
            others += field_name not in NAMES | NO_WORDS | {"Company"} and has_words(words)
    roots = (package.body, *package.taken)
    written += [element.get(W + "author") for root in roots for element in root.iter() if element.get(W + "author")]
    return strangers(written, people, companies), others
