"""From one version of a codebook to the next: what changed, in words, and what becomes of the codings made by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from engagement.codebook import checked, name_of
from engagement.coding.blind import Judged
from engagement.errors import BadInput
from engagement.model import Codebook, Coding, Decision, Theme

WHERE = "codebook"  # what a complaint calls it: these changes are made in the app, not in a file


class ChangeKind(StrEnum):
    """What was done to themes."""

    MERGED = "merged"
    SPLIT = "split"
    RENAMED = "renamed"
    RETIRED = "retired"


# What becomes of codings, for whoever is about to make the change.
FOLLOWS = {
    ChangeKind.MERGED: "Whatever was coded as one of them is coded as that; it is ruled out where all of them were",
    ChangeKind.SPLIT: "Whatever people coded as the old theme waits for them to say which of the new ones it is",
    ChangeKind.RENAMED: "Its codings stay with it",
    ChangeKind.RETIRED: "Its codings count no longer",
}
# A list of phrases -> what a theme does with a new one, and with one that is gone; what another order is the order of.
PHRASES = (
    ("include", "now includes", "no longer includes", "included phrases"),
    ("exclude", "now excludes", "no longer excludes", "excluded phrases"),
    ("examples", "now has as example", "no longer has as example", "examples"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """What led to `version` of a codebook: the keys of the themes concerned, before and after, and a sentence on it."""

    kind: ChangeKind
    before: tuple[str, ...]
    after: tuple[str, ...]
    version: int
    words: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The codings after a change, and accepted ones that a person has to decide on again.

    `origin` tells for each of `codings` its place among those before the change, so that it may keep its time.
    """

    codings: tuple[Coding, ...]
    origin: tuple[int, ...]
    undecided: tuple[Coding, ...] = ()


# ------------------------------------------------------------------ changes


def merge(codebook: Codebook, keys: Sequence[str], into: str, name: str = "") -> tuple[Codebook, Change]:
    """The next version, with the themes of `keys` as one whose key is `into`: one of theirs, another's or a new one.

    It has all their phrases, but excludes nothing that one of them includes. A new one is below what all of them are
    below. Raises BadInput for keys that can't serve.
    """
    old = {theme.key: theme for theme in codebook.themes}
    before = tuple(key for key in codebook.keys if key in {*keys, into})
    for key in keys:
        _theme(codebook, key)
    if len(before) < 2:
        raise BadInput(WHERE, "there is nothing to merge", "Name two themes or more")
    parts = sorted((old[key] for key in before), key=lambda theme: theme.key != into)
    above = {_parent_outside(old, theme.key, before) for theme in (parts[:1] if into in old else parts)}
    include = _united(theme.include for theme in parts)
    whole = Theme(
        into,
        name or (old[into].name if into in old else name_of(into)),
        _joined(_united((theme.definition,) for theme in parts if theme.definition)),
        include,
        tuple(phrase for phrase in _united(theme.exclude for theme in parts) if phrase not in include),
        _united(theme.examples for theme in parts),
        above.pop() if len(above) == 1 else None,
    )
    themes = [whole if theme.key == before[0] else theme for theme in codebook.themes if theme.key not in before[1:]]
    words = f"{_names(parts, also=into not in old)} became {_quoted(whole.name)}"
    return _next(codebook, themes, dict.fromkeys(before, into), Change(ChangeKind.MERGED, before, (into,), 0, words))


def split(codebook: Codebook, key: str, into: Sequence[Theme]) -> tuple[Codebook, Change]:
    """The next version, with the themes `into` in the place of one. Those below it stay below it, if its key stays.

    Raises BadInput for an unknown key, fewer than two parts, and parts that can't serve.
    """
    old = _theme(codebook, key)
    if len(into) < 2:
        raise BadInput(WHERE, "there is nothing to split it into", "Give two themes or more", place=f"theme {key}")
    after = tuple(theme.key for theme in into)
    themes = [each for theme in codebook.themes for each in (into if theme.key == key else (theme,))]
    words = f"{_quoted(old.name)} became {_names(into)}"
    moved = {} if key in after else {key: old.parent}
    return _next(codebook, themes, moved, Change(ChangeKind.SPLIT, (key,), after, 0, words))


def rename(codebook: Codebook, key: str, name: str = "", new_key: str = "") -> tuple[Codebook, Change]:
    """The next version, with a theme under another name, another key or both. Raises BadInput for what can't serve."""
    old = _theme(codebook, key)
    new = replace(old, key=new_key or key, name=name or old.name)
    if new == old:
        raise BadInput(WHERE, "it has that name already", "Give another name or key", place=f"theme {key}")
    words = f"{_quoted(old.name)} became {_quoted(new.name)}"
    if new.key != key:
        words += f", its key {key} became {new.key}"
    themes = [new if theme.key == key else theme for theme in codebook.themes]
    return _next(codebook, themes, {key: new.key}, Change(ChangeKind.RENAMED, (key,), (new.key,), 0, words))


def retire(codebook: Codebook, key: str) -> tuple[Codebook, Change]:
    """The next version, without a theme; those below it go up to its parent. Raises BadInput for the only theme."""
    old = _theme(codebook, key)
    if len(codebook.themes) == 1:
        raise BadInput(WHERE, "it is the only theme", "Add another before you retire it", place=f"theme {key}")
    themes = [theme for theme in codebook.themes if theme.key != key]
    words = f"{_quoted(old.name)} was retired"
    return _next(codebook, themes, {key: old.parent}, Change(ChangeKind.RETIRED, (key,), (), 0, words))


def revised(old: Codebook, new: Codebook) -> Codebook:
    """`new` as the version after `old`; `old` itself where nothing changed."""
    return replace(new, version=old.version + 1) if difference(old, new) else old


def _next(
    codebook: Codebook, themes: Iterable[Theme], parents: Mapping[str, str | None], change: Change
) -> tuple[Codebook, Change]:
    """The version after `codebook`, each parent replaced by what became of it, and the change with its number."""
    settled = tuple(
        replace(theme, parent=parents.get(theme.parent, theme.parent)) if theme.parent else theme for theme in themes
    )
    version = codebook.version + 1
    words = f"{change.words}. {FOLLOWS[change.kind]}."
    return checked(Codebook(codebook.name, version, settled), WHERE), replace(change, version=version, words=words)


def _theme(codebook: Codebook, key: str) -> Theme:
    if key not in codebook.keys:
        raise BadInput(WHERE, f"no theme has the key '{key}'", "Check its spelling")
    return codebook.theme(key)


def _parent_outside(themes: Mapping[str, Theme], key: str, merged: Iterable[str]) -> str | None:
    """The nearest theme above `key` that is neither merged nor below one that is."""
    chain = []
    above = themes[key].parent
    while above:
        chain.append(above)
        above = themes[above].parent
    inside = max((place for place, one in enumerate(chain) if one in merged), default=-1)
    return next(iter(chain[inside + 1 :]), None)


def _joined(definitions: Sequence[str]) -> str:
    if len(definitions) < 2:
        return "".join(definitions)
    return " ".join(f"{definition.rstrip(' .')}." for definition in definitions)


def _united(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrase for phrases in lists for phrase in phrases))


# ------------------------------------------------------------------ codings


def moved(codings: Sequence[Coding], change: Change) -> Moved:
    """What becomes of `codings`, the oldest first, each coder's apart.

    Of those whom a merge concerns, a coder's last word on each theme counts: found where they found one of them, ruled
    out where they ruled out all. After a split what was ruled out is so in every part, and what a person found is
    undecided: it stays as their suggestion of every part, which `themes.waiting` lists.
    """
    latest: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for place, coding in enumerate(codings):
        if coding.theme_key in change.before:
            said = latest[coding.excerpt_id, coding.coder]
            said.pop(coding.theme_key, None)
            said[coding.theme_key] = place
    becomes: dict[int, tuple[Coding, ...]] = {
        place: (coding,) for place, coding in enumerate(codings) if coding.theme_key not in change.before
    }
    undecided: list[Coding] = []
    for said in latest.values():
        found = [place for place in said.values() if codings[place].decision is not Decision.REJECTED]
        accepted = [place for place in found if codings[place].decision is Decision.ACCEPTED]
        ruled_out = list(said.values()) if not found and len(said) == len(change.before) else []
        if change.kind is ChangeKind.SPLIT:
            undecided += [codings[place] for place in accepted]
            keep = ruled_out
            for place in accepted:
                again = replace(codings[place], decision=Decision.SUGGESTED)
                becomes[place] = tuple(replace(again, theme_key=key) for key in change.after)
        else:
            keep = accepted or sorted(found, key=lambda place: codings[place].score) or ruled_out
        for place in keep[-1:]:
            becomes[place] = tuple(replace(codings[place], theme_key=key) for key in change.after)
    pairs = [(coding, place) for place in sorted(becomes) for coding in becomes[place]]
    return Moved(tuple(coding for coding, _ in pairs), tuple(place for _, place in pairs), tuple(undecided))


def judged_after(judged: Iterable[Judged], change: Change) -> tuple[Judged, ...]:
    """Which themes coders have judged after a change: a merged one where they judged all its parts, none of a split."""
    before, after = frozenset(change.before), frozenset(change.after)
    new = frozenset() if change.kind is ChangeKind.SPLIT else after
    return tuple(
        replace(one, themes=(one.themes - before) | (new if before <= one.themes else frozenset())) for one in judged
    )


# -------------------------------------------------------------- differences


def difference(old: Codebook, new: Codebook) -> tuple[str, ...]:
    """What changed from `old` to `new`, a sentence each; none where they differ in their version alone."""
    before, after = ({theme.key: theme for theme in book.themes} for book in (old, new))
    was = {key: key for key in after if key in before} | {key: old_key for old_key, key in rekeyed(old, new)}
    now = {key: new_key for new_key, key in was.items()}
    found = []
    if new.name != old.name:
        found.append(f"The codebook {_quoted(old.name)} is now called {_quoted(new.name)}.")
    found += [f"{_quoted(theme.name)} was removed." for key, theme in before.items() if key not in now]
    for key, theme in after.items():
        if key not in was:
            under = f" under {_quoted(after[theme.parent].name)}" if theme.parent else ""
            found.append(f"{_quoted(theme.name)} was added{under}.")
        else:
            found += _changed(before[was[key]], theme, now, after)
    if [now[key] for key in before if key in now] != [key for key in after if key in was]:
        found.append("The themes are in another order.")
    return tuple(found)


def rekeyed(old: Codebook, new: Codebook) -> tuple[tuple[str, str], ...]:
    """The themes that have another key in `new`, told by name and definition: (old key, new key)."""
    same = {(theme.name, theme.definition): theme.key for theme in old.themes if theme.key not in new.keys}
    found = []
    for theme in new.themes:
        if theme.key not in old.keys and (theme.name, theme.definition) in same:
            found.append((same.pop((theme.name, theme.definition)), theme.key))
    return tuple(found)


def _changed(old: Theme, new: Theme, now: Mapping[str, str], themes: Mapping[str, Theme]) -> list[str]:
    """What changed in a theme that is in both."""
    name, found = _quoted(new.name), []
    if new.key != old.key:
        found.append(f"The key of {name} was {old.key} and is now {new.key}.")
    if new.name != old.name:
        found.append(f"{_quoted(old.name)} is now called {name}.")
    if new.definition != old.definition:
        found.append(_redefined(name, old.definition, new.definition))
    for field, gained, lost, whole in PHRASES:
        ours, theirs = getattr(old, field), getattr(new, field)
        more = [_quoted(phrase) for phrase in theirs if phrase not in ours]
        less = [_quoted(phrase) for phrase in ours if phrase not in theirs]
        found += [f"{name} {does} {_listed(phrases)}." for does, phrases in ((gained, more), (lost, less)) if phrases]
        if ours != theirs and not more + less:
            found.append(f"The {whole} of {name} are in another order.")
    if new.parent != (now.get(old.parent) if old.parent else None):
        above = f"now under {_quoted(themes[new.parent].name)}" if new.parent else "no longer under another theme"
        found.append(f"{name} is {above}.")
    return found


def _redefined(name: str, old: str, new: str) -> str:
    if not new:
        return f"{name} has no definition any more."
    if not old:
        return f"{name} has a definition now: {_quoted(new)}."
    return f"The definition of {name} was {_quoted(old)} and is now {_quoted(new)}."


def _quoted(words: str) -> str:
    return f'"{words}"'


def _names(themes: Iterable[Theme], *, also: bool = True) -> str:
    """The themes' names; without `also` the first is left out, because it is what the others became part of."""
    return _listed([_quoted(theme.name) for theme in themes][0 if also else 1 :])


def _listed(words: Sequence[str]) -> str:
    """Such as "a", "b" and "c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
