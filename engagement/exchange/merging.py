"""A codebook that another tool sends, put onto the project's own: what it leaves unsaid stays as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from engagement.model import Codebook, Theme


def called_alike(held: Codebook, read: Codebook) -> dict[str, str]:
    """The keys in `read` of themes that `held` has under another key and, letter case apart, the same name.

    Tools that don't keep our keys give them back made of the names. A name that several themes have tells nothing.
    """
    names = [Counter(theme.name.casefold() for theme in book.themes) for book in (held, read)]
    ours = {theme.name.casefold(): theme.key for theme in held.themes if theme.key not in read.keys}
    return {
        theme.key: ours[name]
        for theme in read.themes
        if theme.key not in held.keys
        and (name := theme.name.casefold()) in ours
        and all(counts[name] == 1 for counts in names)
    }


def rekeyed(read: Codebook, keys: Mapping[str, str]) -> Codebook:
    """The codebook with other keys for some of its themes, and for them as parents."""
    themes = (
        replace(
            theme,
            key=keys.get(theme.key, theme.key),
            parent=keys.get(theme.parent, theme.parent) if theme.parent else None,
        )
        for theme in read.themes
    )
    return replace(read, themes=tuple(themes))


def merged(held: Codebook, read: Codebook) -> Codebook:
    """The themes of `held` as `read` has them where it has them, then what else it has; one version on.

    A theme that `read` only names keeps the definition and the lists that it has, and its parent where `read` tells
    of none.
    """
    flat = all(theme.parent is None for theme in read.themes)
    told = {theme.key: theme for theme in read.themes}
    themes = [_as_told(theme, told[theme.key], flat=flat) if theme.key in told else theme for theme in held.themes]
    themes += [theme for theme in read.themes if theme.key not in held.keys]
    keys = {theme.key for theme in themes}
    whole = tuple(
        _without_circle(theme, themes) if theme.parent in keys else replace(theme, parent=None) for theme in themes
    )
    return Codebook(held.name, held.version + 1, whole)


def _as_told(theme: Theme, told: Theme, *, flat: bool) -> Theme:
    parent = theme.parent if flat else told.parent
    means_something = told.definition or told.include or told.exclude or told.examples
    return replace(told if means_something else replace(theme, name=told.name), parent=parent)


def _without_circle(theme: Theme, themes: Iterable[Theme]) -> Theme:
    """A theme, at the top where its parents, some of one codebook and some of the other, would lead back to it."""
    parents = {each.key: each.parent for each in themes}
    above, seen = theme.parent, {theme.key}
    while above and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return replace(theme, parent=None) if above == theme.key else theme
