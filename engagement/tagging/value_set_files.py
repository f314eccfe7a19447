"""From files to value sets: a nation's, over which a user's own `value_sets.yaml` is laid.

`data/value_sets/` has a file for each nation and census, named for both. A file that names another nation as its base
holds only what differs. A user's file may choose the nation, set the age bands, add wordings and categories to a
characteristic, take in one that councils often ask about (`council.yaml`), or bring its own. What is said later
outranks what was said before; a file that contradicts itself is refused.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engagement.errors import BadInput
from engagement.model import digest_of
from engagement.tagging.value_sets import ValueSets
from engagement.tagging.wordings import Category, ValueSet, ages, gap_or_overlap, normal
from engagement.yaml_text import yaml_of

TAKEN = frozenset({"group", "source", "question", "theme", "mentioned"})  # by what else a table is cut by
VALUE_SETS = "value_sets.yaml"  # a user's own, in the folder of a round or a project
NATION, COUNCIL = "england_and_wales", "council"
AGE = "age"
STRICT = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)


class CategoryEntry(BaseModel):
    """A category, as written."""

    model_config = STRICT

    name: str = Field(min_length=1)
    roll_up: str = ""
    ages: tuple[int, int] | None = None
    also: list[str] = []
    forms: list[str] = []
    unlisted: bool = False
    of: list[str] = []  # earlier categories whose wordings it takes over


class CharacteristicEntry(BaseModel):
    """A characteristic, as written: a new one, or what a file changes of one that is there."""

    model_config = STRICT

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str = ""
    headings: list[str] = []  # as they stand
    heading_patterns: list[str] = []
    categories: list[CategoryEntry] = []  # instead of those that were there
    more: list[CategoryEntry] = []  # beside those that were there
    coarse: dict[str, list[str]] = {}
    wordings: dict[str, list[str]] = {}
    variants: list[str] = []


class ValueSetFile(BaseModel):
    """A file, as written."""

    model_config = STRICT

    name: str = ""
    version: str = ""
    date: datetime.date | None = None
    source: str = ""
    nation: str = ""
    take_in: list[str] = []
    age_bands: list[str | CategoryEntry] = []
    characteristics: list[CharacteristicEntry] = []


@dataclass(slots=True)
class _Draft:
    """A characteristic while files are laid over one another."""

    key: str
    label: str = ""
    headings: list[re.Pattern[str]] = field(default_factory=list)
    categories: dict[str, Category] = field(default_factory=dict)
    wordings: dict[str, str] = field(default_factory=dict)
    forms: list[tuple[re.Pattern[str], str]] = field(default_factory=list)
    variants: list[str] = field(default_factory=list)

    def finished(self) -> ValueSet:
        """The value set, its wordings varied where no other wording stands in the way."""
        varied = {
            normal(variant.format(wording)): category
            for wording, category in self.wordings.items()
            for variant in self.variants
        }
        wordings = {**varied, **self.wordings}
        categories = tuple(self.categories.values())
        return ValueSet(self.key, self.label, tuple(self.headings), categories, wordings, tuple(self.forms))


@cache
def built_in(nation: str = NATION) -> ValueSets:
    """A nation's value sets, by its name or by that of one of its censuses ("scotland_2022"). Raises BadInput."""
    return _laid([*_national(nation, VALUE_SETS)])


def load(path: Path | None = None) -> ValueSets:
    """The value sets of a user's file, or those of England and Wales where there is none. Raises BadInput."""
    if path is None or not path.exists():
        return built_in()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise BadInput(path.name, "the file can't be read as UTF-8 text", "Save it as UTF-8") from None
    return parsed(text, path.name)


def parsed(text: str, file: str = VALUE_SETS) -> ValueSets:
    """The value sets of a user's file with this text. Raises BadInput, which names `file` and the place in it."""
    own = _read(text, file)
    taken = [_taken_in(own, file)] if own.take_in else []
    return replace(_laid([*_national(own.nation or NATION, file), *taken, (file, text, own)]), text=text)


def nations() -> tuple[str, ...]:
    """The names of the built-in files, each of a nation and a census."""
    stems = (Path(each.name).stem for each in files("engagement").joinpath("data", "value_sets").iterdir())
    return tuple(sorted(stem for stem in stems if stem != COUNCIL))


Layer = tuple[str, str, ValueSetFile]  # the file's name, its text, what it says


def _national(nation: str, asked_in: str) -> Iterator[Layer]:
    """The file of a nation, the newest where several are of it, after the one that it is laid over."""
    fitting = [stem for stem in nations() if stem == nation or stem.rpartition("_")[0] == nation]
    if not fitting:
        found = f"no value sets are of '{nation}'"
        raise BadInput(asked_in, found, f"Write one of {', '.join(nations())}", place="nation")
    layer = _packaged(fitting[-1])
    if layer[2].nation:
        yield from _national(layer[2].nation, layer[0])
    yield layer


def _packaged(stem: str) -> Layer:
    file = f"{stem}.yaml"
    text = files("engagement").joinpath("data", "value_sets", file).read_text(encoding="utf-8")
    return file, text, _read(text, file)


def _taken_in(own: ValueSetFile, file: str) -> Layer:
    name, text, council = _packaged(COUNCIL)
    offered = {one.key: one for one in council.characteristics}
    for key in own.take_in:
        if key not in offered:
            found = f"there is no characteristic '{key}' to take in"
            raise BadInput(file, found, f"Write one of {', '.join(offered)}, or describe your own", place="take_in")
    return name, text, ValueSetFile(characteristics=[offered[key] for key in own.take_in])


def _read(text: str, file: str) -> ValueSetFile:
    try:
        return ValueSetFile.model_validate(yaml_of(text, file) or {})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ", ".join(f"entry {part + 1}" if isinstance(part, int) else part for part in first["loc"])
        raise BadInput(file, first["msg"], "Mend that entry, or take it out", place=place) from None


def _laid(layers: Sequence[Layer]) -> ValueSets:
    """The value sets of files laid over one another, the first the whole of a nation's."""
    drafts: dict[str, _Draft] = {}
    for file, _, written in layers:
        for entry in written.characteristics:
            _lay(drafts, entry, file)
        if written.age_bands:
            bands = [_band(each, file) for each in written.age_bands]
            _lay(drafts, CharacteristicEntry(key=AGE, categories=bands), file)
    return ValueSets(
        name=_last_said(layers, "name"),
        version=_last_said(layers, "version"),
        date=_last_said(layers, "date"),
        source=_last_said(layers, "source"),
        sets={key: draft.finished() for key, draft in drafts.items()},
        digest=digest_of("\0".join(text for _, text, _ in layers)),
    )


def _last_said(layers: Sequence[Layer], what: str) -> str:
    return next(str(said) for _, _, written in reversed(layers) if (said := getattr(written, what)))


def _band(written: str | CategoryEntry, file: str) -> CategoryEntry:
    entry = CategoryEntry(name=written) if isinstance(written, str) else written
    span = entry.ages or ages(entry.name)
    if span is None:
        remedy = "Write it like 18-24, under 18 or 75 or over, or give its ages"
        raise BadInput(file, f"'{entry.name}' tells no ages", remedy, place="age_bands")
    return entry.model_copy(update={"ages": span})


def _lay(drafts: dict[str, _Draft], entry: CharacteristicEntry, file: str) -> None:
    """Lays what a file says of one characteristic over what was said before. Raises BadInput."""
    place = entry.key
    if entry.key in TAKEN:
        found = f"a characteristic can't be called '{entry.key}', which tables use for something else"
        raise BadInput(file, found, "Choose another key", place="characteristics")
    if entry.key not in drafts and not (entry.label and entry.categories):
        remedy = f"Use one of {', '.join(drafts)}, or give it a label and categories"
        raise BadInput(file, f"no characteristic is called '{entry.key}'", remedy, place="characteristics")
    draft = drafts.setdefault(entry.key, _Draft(entry.key))
    if entry.categories:
        _clear(draft, entry, file)
    draft.label = entry.label or draft.label
    draft.variants = entry.variants or draft.variants
    draft.headings += [re.compile(re.escape(normal(heading))) for heading in entry.headings]
    draft.headings += [_pattern(heading, file, place) for heading in entry.heading_patterns]
    new = [*entry.categories, *entry.more]
    for one in new:
        if one.name in draft.categories:
            raise BadInput(file, f"the category '{one.name}' is there twice", "Take one out", place=place)
        draft.categories[one.name] = Category(one.name, one.roll_up or one.name, one.ages, one.unlisted)
        draft.forms += [(_pattern(form, file, place), one.name) for form in one.forms]
    _check_roll_ups(draft, file)
    _check_bands(draft, file)
    draft.wordings |= _wordings(draft, entry, file)


def _clear(draft: _Draft, entry: CharacteristicEntry, file: str) -> None:
    """Takes the categories out of a draft; wordings stay where their category is there again or is taken over."""
    here = {name: name for one in entry.categories for name in (one.name, one.roll_up) if name}
    here |= {old: one.name for one in entry.categories for old in one.of}
    for old in (old for one in entry.categories for old in one.of):
        if old not in draft.categories and old not in draft.wordings.values():
            raise BadInput(file, f"no category is called '{old}'", "Use the name of an earlier one", place=entry.key)
    draft.wordings = {wording: here[old] for wording, old in draft.wordings.items() if old in here}
    draft.forms = [(form, here[old]) for form, old in draft.forms if old in here]
    draft.categories = {}


def _pattern(text: str, file: str, place: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error:
        raise BadInput(file, "a pattern is no regular expression", "Correct it", place=place) from None


def _wordings(draft: _Draft, entry: CharacteristicEntry, file: str) -> Mapping[str, str]:
    """The wordings that a file adds, normalised; the names of its categories among them."""
    new = [*entry.categories, *entry.more]
    coarser = {normal(category.roll_up): category.roll_up for category in draft.categories.values()}
    names = {normal(name): name for name in draft.categories}
    told = {normal(one.name): one.name for one in new}
    said = [*entry.coarse.items(), *entry.wordings.items(), *((one.name, one.also) for one in new)]
    for category, also in said:
        if category not in draft.categories and category not in coarser.values():
            found = f"no category is called '{category}'"
            raise BadInput(file, found, "Use the name of a category or of a roll-up", place=entry.key)
        of = draft.categories[category].roll_up if category in draft.categories else category
        for wording in map(normal, also):
            other = told.get(wording) or names.get(wording) or category
            if other == category and coarser.get(wording, of) != of:
                other = coarser[wording]
            if other != category:
                found = f"the wording '{wording}' is given to both '{other}' and '{category}'"
                raise BadInput(file, found, "Take one out", place=entry.key)
            told[wording] = category
    roll_ups = {normal(one.roll_up or one.name): one.roll_up or one.name for one in new}
    return {**roll_ups, **told}


def _check_roll_ups(draft: _Draft, file: str) -> None:
    for category in draft.categories.values():
        above = draft.categories.get(category.roll_up)
        if above and above.roll_up != above.name:
            again = above.roll_up == category.name
            found = f"'{category.name}' rolls up to '{above.name}', which rolls up to '{above.roll_up}'"
            remedy = "Take one of the two roll-ups out" if again else f"Let both roll up to '{above.roll_up}'"
            raise BadInput(file, found, remedy, place=draft.key)


def _check_bands(draft: _Draft, file: str) -> None:
    bands = [(category.name, category.ages) for category in draft.categories.values() if category.ages]
    if wrong := next((name for name, (low, high) in bands if low > high), None):
        raise BadInput(file, f"the age band '{wrong}' ends before it starts", "Correct its ages", place=draft.key)
    if wrong_pair := gap_or_overlap(bands):
        one, other, how = wrong_pair
        found = f"the age bands '{one}' and '{other}' {how}"
        raise BadInput(file, found, "Let each start where the one before it ends, the youngest first", place=draft.key)
