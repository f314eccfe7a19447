"""Changes to a project's codebook with all that follows from them: what the commands and the page share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from pathlib import PurePath

from engagement.codebook import checked, key_of, parse, to_yaml
from engagement.codebook_history import (
    WHERE,
    Change,
    difference,
    judged_after,
    moved,
    rekeyed,
    rename,
    revised,
)
from engagement.errors import BadInput
from engagement.model import Codebook, Theme
from engagement.store import Store

FORMATS = (".csv", ".qdc", ".yaml", ".yml")
GONE = "Codings of removed themes count no longer. They count again if the theme comes back."


@dataclass(frozen=True, slots=True)
class Version:
    """A codebook that was in use: the change that led to it, where there was one, and all that it changed, in words."""

    codebook: Codebook
    change: str
    differences: tuple[str, ...]


def versions(books: Sequence[Codebook], changes: Sequence[Change]) -> tuple[Version, ...]:
    """The history of a codebook, the oldest first."""
    told = {change.version: change.words for change in changes}
    later = (Version(new, told.get(new.version, ""), difference(old, new)) for old, new in pairwise(books))
    return (*(Version(book, "", ()) for book in books[:1]), *later)


# ------------------------------------------------------------------- store


def apply(store: Store, book: Codebook, change: Change, who: str) -> int:
    """Stores a change with what follows from it; gives how many excerpts wait for a decision."""
    after = moved(store.coded.codings(), change)
    judged = judged_after(store.sampled.judged(), change)
    store.coded.change_codebook(book, change, after, judged, who)
    return len({one.excerpt_id for one in after.undecided})


def take_in(store: Store, old: Codebook, read: Codebook, who: str) -> Codebook:
    """Stores what was read as the version after `old`, the one in use; a theme under a new key keeps its codings."""
    book = old
    for old_key, new_key in rekeyed(old, read):
        book, change = rename(book, old_key, new_key=new_key)
        apply(store, book, change, who)
    new = revised(book, read)
    store.coded.save_codebook(new, who)
    return new


def removes(old: Codebook, new: Codebook) -> bool:
    """Whether `new` lacks a theme of `old` that has no other key in it."""
    return bool({*old.keys} - {*new.keys, *(old_key for old_key, _ in rekeyed(old, new))})


# ------------------------------------------------------------------- files


def read(data: bytes, file: str, old: Codebook | None) -> tuple[Codebook, tuple[str, ...]]:
    """The codebook in a file of one of FORMATS, and notes on what of it has no place here. Raises BadInput.

    Where the file gives it no name of its own, it keeps the old one's.
    """
    from engagement.export.codebook_csv import from_csv
    from engagement.export.codebook_qdc import Imported, from_qdc

    kind = kind_of(file)
    if kind in (".yaml", ".yml"):
        try:
            return parse(data.decode("utf-8-sig"), file), ()
        except UnicodeDecodeError:
            raise BadInput(file, "not a text file in UTF-8", "Save the codebook as YAML in UTF-8") from None
    imported = Imported(from_csv(data, file)) if kind == ".csv" else from_qdc(data, file, old.keys if old else ())
    book = imported.codebook
    return (replace(book, name=old.name) if old else book), imported.notes


def written(codebook: Codebook, kind: str) -> bytes:
    """The codebook as a file of one of FORMATS."""
    from engagement.export.codebook_csv import to_csv
    from engagement.export.codebook_qdc import to_qdc

    if kind in (".yaml", ".yml"):
        return to_yaml(codebook).encode()
    return to_csv(codebook) if kind == ".csv" else to_qdc(codebook)


def kind_of(file: str) -> str:
    """The ending of a codebook's file, one of FORMATS. Raises BadInput."""
    kind = PurePath(file).suffix.casefold()
    if kind not in FORMATS:
        raise BadInput(PurePath(file).name, "not a codebook's kind of file", "Use .csv, .qdc or .yaml")
    return kind


# ------------------------------------------------------------------ themes


def edited(codebook: Codebook, seen: Theme, wanted: Theme) -> Codebook:
    """The next version, with what `wanted` changes in the theme that its author had `seen`; its key stays.

    What somebody else changed in other fields meanwhile stays too. Raises BadInput for an empty name, parents in a
    circle, a theme that is gone and a field that both changed.
    """
    if seen.key not in codebook.keys:
        raise BadInput(
            WHERE, "it is not in the codebook any more", "Copy your words and add it again", place=f"theme {seen.key}"
        )
    now, names = codebook.theme(seen.key), [field.name for field in fields(Theme) if field.name != "key"]
    mine = {name: getattr(wanted, name) for name in names if getattr(wanted, name) != getattr(seen, name)}
    for name, value in mine.items():
        if getattr(now, name) not in (getattr(seen, name), value):
            raise BadInput(
                WHERE,
                "somebody else changed it while you wrote",
                "Copy your words, start again from what it is now and put them in",
                place=f"theme {seen.key}, field {name}",
            )
    new = _named(replace(now, **mine))
    themes = tuple(new if theme.key == seen.key else theme for theme in codebook.themes)
    return checked(revised(codebook, replace(codebook, themes=themes)), WHERE)


def added(codebook: Codebook, theme: Theme) -> Codebook:
    """The next version, with one theme more; an empty key is made from its name. Raises BadInput for what can't serve.

    Quotes among its examples become plain text, which a database takes.
    """
    named = _named(theme)
    new = replace(
        named,
        key=named.key or key_of(named.name, codebook.keys),
        examples=tuple(map(str, named.examples)),
    )
    return checked(revised(codebook, replace(codebook, themes=(*codebook.themes, new))), WHERE)


def tree(codebook: Codebook) -> tuple[tuple[Theme, int], ...]:
    """Every theme with how deep it is, each followed by those under it."""
    under: dict[str | None, list[Theme]] = defaultdict(list)
    for theme in codebook.themes:
        under[theme.parent].append(theme)
    found, left = [], [(theme, 0) for theme in reversed(under[None])]
    while left:
        theme, depth = left.pop()
        found.append((theme, depth))
        left += [(below, depth + 1) for below in reversed(under[theme.key])]
    return tuple(found)


def placed(codebook: Codebook, key: str, after: str | None) -> Codebook:
    """The next version, with a theme and those under it after another of its parent's, None for first of them.

    Raises BadInput for themes that are gone or have other parents.
    """
    beside = {theme.key for theme in codebook.themes if key in codebook.keys and theme.parent == _parent(codebook, key)}
    if not {key, after or key} <= beside:
        raise BadInput(WHERE, "these two do not stand side by side any more", "Choose again", place=f"theme {key}")
    rest = [theme for theme in codebook.themes if theme.key != key]
    at = next((place + 1 for place, theme in enumerate(rest) if theme.key == after), 0)
    moved_on = replace(codebook, themes=(*rest[:at], codebook.theme(key), *rest[at:]))
    return revised(codebook, replace(codebook, themes=tuple(theme for theme, _ in tree(moved_on))))


def _parent(codebook: Codebook, key: str) -> str | None:
    return codebook.theme(key).parent


def _named(theme: Theme) -> Theme:
    """The theme itself. Raises BadInput where it has no name."""
    if not theme.name:
        place = f"theme {theme.key}, field name" if theme.key else "the new theme, field name"
        raise BadInput(WHERE, "it is empty", "Give the theme a name", place=place)
    return theme
