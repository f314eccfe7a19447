"""A codebook as a file: read, check, write, what to mind in it, and what follows from which theme."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from importlib import resources
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from engagement.errors import BadInput
from engagement.model import Codebook, Theme

KEY = re.compile(r"[a-z0-9_]+")
NOTHING = ("", "~", "null", "Null", "NULL")  # ways in which YAML writes an empty value
FIELDS = "key, name, definition, include, exclude, examples or parent"

# pydantic's kind of error -> what was found, what to do
COMPLAINTS = {
    "missing": ("there is none", "Add it"),
    "extra_forbidden": ("no such field", "Remove it or mend its spelling"),
    "string_type": ("not a line of words", "Put it in quotation marks if it holds a colon"),
    "tuple_type": ("not a list of phrases", "Give each phrase a line that begins with a hyphen"),
    "list_type": ("not a list", "Begin each theme with a hyphen"),
    "model_type": ("not a theme", f"Give it {FIELDS}"),
}
OTHER_COMPLAINT = ("not a whole number", "Write a number such as 1")
MOST_THEMES = 60  # that a coder can keep in mind: reading them all for each excerpt is what reliability rests on


def _phrases(value: object) -> object:
    """A list of phrases; one phrase may stand without its list."""
    if isinstance(value, str):
        return [] if value.strip() in NOTHING else [value.strip()]
    if isinstance(value, list) and all(isinstance(phrase, str) for phrase in value):
        return list(dict.fromkeys(phrase.strip() for phrase in value if phrase.strip()))
    return value


def _words(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _optional(value: object) -> object:
    return None if isinstance(value, str) and value.strip() in NOTHING else _words(value)


def _whole_number(value: object) -> object:
    """A number that YAML or a person may have written as 2, "2" or 2.0."""
    return value.strip().removesuffix(".0") if isinstance(value, str) else value


Words = Annotated[str, BeforeValidator(_words)]
Phrases = Annotated[tuple[str, ...], BeforeValidator(_phrases)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    key: Words
    name: Words = ""
    definition: Words = ""
    include: Phrases = ()
    exclude: Phrases = ()
    examples: Phrases = ()
    parent: Annotated[str | None, BeforeValidator(_optional)] = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Words = "Codebook"
    version: Annotated[int, BeforeValidator(_whole_number), Field(ge=0)] = 1
    themes: list[_Entry]


def load(path: Path) -> Codebook:
    """The codebook in the YAML file `path`. Raises BadInput, which names the theme and the field."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInput(path.name, "there is no such codebook", "Check the path") from None
    except (OSError, UnicodeDecodeError):
        raise BadInput(path.name, "not a text file in UTF-8", "Save the codebook as YAML in UTF-8") from None
    return parse(text, path.name)


def default() -> Codebook:
    """The seven themes that the council's own engagement found: the codebook to begin with."""
    file = resources.files("engagement") / "data" / "codebook.yaml"
    return parse(file.read_text(encoding="utf-8"), "codebook.yaml")


def parse(text: str, file: str) -> Codebook:
    """The codebook in the YAML `text`; `file` is what a complaint calls it. Raises BadInput."""
    try:
        # Every value is read as text: "no", 2020 and 1.10 are names that a theme may have.
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it builds text, lists and mappings alone
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise BadInput(
            file,
            "not valid YAML",
            "Check the indentation, colons and quotation marks",
            place=f"line {mark.line + 1}" if mark else "",
        ) from None
    if not isinstance(content, dict) or content.get("themes", "") in ("", []):
        raise BadInput(file, "no themes", "List them under 'themes:', each with a key, a name and a definition")
    try:
        read = _File.model_validate(content)
    except ValidationError as error:
        raise _complaint(file, content, error) from None
    themes = tuple(
        Theme(
            entry.key,
            entry.name or name_of(entry.key),
            entry.definition,
            entry.include,
            entry.exclude,
            entry.examples,
            entry.parent,
        )
        for entry in read.themes
    )
    return checked(Codebook(read.name, read.version, themes), file)


def save(codebook: Codebook, path: Path) -> None:
    """Write `codebook` as YAML that `load` gives back unchanged."""
    path.write_text(to_yaml(codebook), encoding="utf-8")


def to_yaml(codebook: Codebook) -> str:
    """`codebook` as YAML that `parse` gives back unchanged."""
    themes = []
    for theme in codebook.themes:
        entry: dict[str, object] = {"key": theme.key, "name": theme.name, "definition": theme.definition}
        entry |= {
            field: list(phrases)
            for field, phrases in (("include", theme.include), ("exclude", theme.exclude), ("examples", theme.examples))
            if phrases
        }
        if theme.parent:
            entry["parent"] = theme.parent
        themes.append(entry)
    content = {"name": codebook.name, "version": codebook.version, "themes": themes}
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110))


def with_parents(codebook: Codebook, keys: Iterable[str]) -> frozenset[str]:
    """`keys` and the themes above them: a text that carries a theme carries its parent."""
    parents = {theme.key: theme.parent for theme in codebook.themes}
    found: set[str] = set()
    for key in keys:
        above: str | None = key
        while above and above not in found:
            found.add(above)
            above = parents.get(above)
    return frozenset(found)


def name_of(key: str) -> str:
    """What a theme without a name is called."""
    return key.replace("_", " ").capitalize()


def key_of(name: str, taken: Collection[str]) -> str:
    """A key for a theme that has only a name, unlike those `taken`: "Lack of safe spaces" is lack_of_safe_spaces."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    key = "_".join(KEY.findall(plain.replace("'", ""))) or "theme"
    tries = (key, *(f"{key}_{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in tries if each not in taken)


def remarks(codebook: Codebook) -> tuple[str, ...]:
    """What is allowed in a codebook and makes coding by it worse, a sentence each."""
    found, number = [], len(codebook.themes)
    if number == 1:
        found.append("The codebook has one theme: an excerpt has it or nothing. Add the others that you look for.")
    if number > MOST_THEMES:
        found.append(f"The codebook has {number} themes, more than a person can keep in mind. Merge some.")
    called: set[str] = set()
    for theme in codebook.themes:
        if not theme.definition:
            found.append(f'"{theme.name}" has no definition: coders may read it differently. Say what it means.')
        if theme.name.casefold() in called:
            found.append(
                f'"{theme.name}" is the name of another theme too: a table can\'t tell them apart. Rename one.'
            )
        called.add(theme.name.casefold())
    return tuple(found)


# --------------------------------------------------------------- complaints


def _complaint(file: str, content: dict[str, object], error: ValidationError) -> BadInput:
    first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    found, remedy = COMPLAINTS.get(first["type"], OTHER_COMPLAINT)
    return BadInput(file, found, remedy, place=_place(first["loc"], content))


def _place(loc: tuple[int | str, ...], content: dict[str, object]) -> str:
    """Where a field is: "theme housing, include 2"; a theme without a key goes by its number."""
    top, *rest = loc
    if not rest:
        return f"field {top}"
    number, *inside = rest
    themes = content["themes"]
    entry = themes[number] if isinstance(themes, list) and isinstance(number, int) else None
    key = entry.get("key") if isinstance(entry, dict) else None
    name = key if isinstance(key, str) and KEY.fullmatch(key) else f"number {int(number) + 1}"
    field = " ".join(str(part + 1) if isinstance(part, int) else part for part in inside)
    return f"theme {name}, field {field}" if field else f"theme {name}"


def checked(codebook: Codebook, file: str) -> Codebook:
    """The codebook itself, which a complaint calls `file`.

    Raises BadInput unless it has themes, every key can serve and every parent is there, in no circle.
    """
    parents: dict[str, str | None] = {}
    if not codebook.themes:
        raise BadInput(file, "no themes", "Give it one at least")
    for number, theme in enumerate(codebook.themes, 1):
        if not theme.key:
            raise BadInput(
                file, "it is empty", "Give each theme a key of its own", place=f"theme number {number}, field key"
            )
        place = f"theme {theme.key}, field key"
        if not KEY.fullmatch(theme.key):
            raise BadInput(file, "not a key", "Use small letters, digits and underscores only", place=place)
        if theme.key in parents:
            raise BadInput(file, "another theme has the same", "Give each theme a key of its own", place=place)
        parents[theme.key] = theme.parent
    for theme in codebook.themes:
        place = f"theme {theme.key}, field parent"
        if theme.parent and theme.parent not in parents:
            raise BadInput(
                file, f"no theme has the key '{theme.parent}'", "Name a theme's key or remove it", place=place
            )
        above, seen = theme.parent, {theme.key}
        while above:
            if above in seen:
                raise BadInput(file, "the parents go in a circle", "Let one of them have no parent", place=place)
            seen.add(above)
            above = parents[above]
    return codebook
