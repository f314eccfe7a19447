"""What happens to each kind of identifier: three presets, a project's own `policy.yaml`, and coarser truths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

import regex
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engagement import characteristics
from engagement.errors import BadInput


class Action(StrEnum):
    """Pseudonym: a number that stays the same in a project. Mask: the kind alone. Generalise: a coarser truth.

    A pseudonym is for people only, and a coarser truth is not known of every kind or surface: elsewhere both mask.
    """

    PSEUDONYM = "pseudonym"
    MASK = "mask"
    GENERALISE = "generalise"
    KEEP = "keep"


# Kind -> what is printed in its place, and what is done with it.
PRINTED = {
    "PERSON": "Person",
    "EMAIL": "email",
    "PHONE": "phone number",
    "URL": "web address",
    "HANDLE": "social media name",
    "POSTCODE": "postcode",
    "ADDRESS": "address",
    "PLACE": "place",
    "NHS_NUMBER": "NHS number",
    "NATIONAL_INSURANCE": "National Insurance number",
    "DRIVING_LICENCE": "driving licence number",
    "PASSPORT": "passport number",
    "VEHICLE": "vehicle registration",
    "BANK_ACCOUNT": "bank details",
    "CARD": "card number",
    "IBAN": "IBAN",
    "IP_ADDRESS": "IP address",
    "DATE_OF_BIRTH": "date of birth",
    "DATE": "date",
    "AGE": "age",
    "REFERENCE": "reference number",
    "SCHOOL": "school",
    "GP_PRACTICE": "GP practice",
    "CARE_HOME": "care home",
    "PLACE_OF_WORSHIP": "place of worship",
    "ORGANISATION": "organisation",
    "UNIQUE_ROLE": "role",
    "UNEXPLAINED": "name or place",
}
# A date alone and a word that nothing explains identify nobody by themselves: strict alone acts on them.
LEFT_BY_DEFAULT = frozenset({"DATE", "UNEXPLAINED"})
PUBLISH: Mapping[str, Action] = {
    **dict.fromkeys(PRINTED, Action.MASK),
    **dict.fromkeys(LEFT_BY_DEFAULT, Action.KEEP),
    **dict.fromkeys(("AGE", "SCHOOL", "PLACE_OF_WORSHIP", "ORGANISATION", "UNIQUE_ROLE"), Action.GENERALISE),
    "PERSON": Action.PSEUDONYM,
}
QUASI = (
    "AGE", "PLACE", "SCHOOL", "GP_PRACTICE", "CARE_HOME", "PLACE_OF_WORSHIP", "ORGANISATION", "UNIQUE_ROLE",
)  # fmt: skip
PRESETS: Mapping[str, Mapping[str, Action]] = {
    "publish": PUBLISH,
    # For the analyst's eyes: what identifies in combination alone stays, what identifies by itself never does.
    "internal": {
        **PUBLISH,
        **dict.fromkeys(QUASI, Action.KEEP),
        **dict.fromkeys(("POSTCODE", "DATE_OF_BIRTH"), Action.GENERALISE),
    },
    "strict": {
        **dict.fromkeys(PRINTED, Action.MASK),
        "PERSON": Action.PSEUDONYM,
        **dict.fromkeys(("AGE", "DATE"), Action.GENERALISE),
    },
}
# Names, places and bodies are matters of judgement, so protected words beat them; a number never is.
JUDGED = frozenset(
    {"PERSON", "PLACE", "ORGANISATION", "SCHOOL", "GP_PRACTICE", "CARE_HOME", "PLACE_OF_WORSHIP", "UNIQUE_ROLE"}
)
UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBERS = {word: value for value, word in enumerate(UNITS.split(), 1)} | {
    word: value for value, word in zip(range(20, 100, 10), TENS.split(), strict=True)
}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
YEAR = regex.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
SHORT_DATE = regex.compile(r"\D*\d{1,2}[/.-](\d{1,2})[/.-](\d{4}|\d{2})\D*")
OUTWARD = regex.compile(r"\s*(\p{L}{1,2})\d")
WORD = regex.compile(r"\p{L}+")


@dataclass(frozen=True, slots=True)
class Policy:
    """`actions` by kind; `threshold` is the score from which a finding counts; `keep` and `remove` are extra words."""

    actions: Mapping[str, Action] = field(default_factory=lambda: PUBLISH)
    threshold: float = 0.5
    keep: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    preset: str = "publish"


class _PolicyFile(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    preset: str = "publish"
    actions: dict[str, Action] = {}
    threshold: float = Field(0.5, ge=0, le=1)
    keep: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def load(path: Path) -> Policy:
    """The policy in the YAML file `path`: a preset, and what differs from it. Raises BadInput."""
    try:
        written = _PolicyFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, UnicodeDecodeError):
        raise BadInput(path.name, "not valid YAML", "Mend the file, or leave it out to use the default") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise BadInput(path.name, first["msg"], "Mend that line", place=where) from None
    if written.preset not in PRESETS:
        remedy = f"Use one of {', '.join(PRESETS)}"
        raise BadInput(path.name, f"no preset is called '{written.preset}'", remedy, place="preset")
    if unknown := sorted(set(written.actions) - set(PRINTED)):
        raise BadInput(
            path.name, f"no kind is called '{unknown[0]}'", f"Use one of {', '.join(PRINTED)}", place="actions"
        )
    actions = {**PRESETS[written.preset], **written.actions}
    return Policy(actions, written.threshold, written.keep, written.remove, written.preset)


def generalised(kind: str, surface: str, year: int | None = None) -> str | None:
    """What is printed for `surface` in place of its kind's bare name, without brackets; None where no more can be told.

    By construction nothing of the surface gets through but a postcode's area letters and a date's month and year: all
    else is a listed form. `year` is the round's, by which a date of birth becomes the band that an age would.
    """
    match kind:
        case "AGE":
            return _aged(_years(surface), year=None)
        case "DATE_OF_BIRTH":
            return _aged(_full_year(surface), year=year) if year else None
        case "DATE":
            return _month_and_year(surface)
        case "POSTCODE":
            area = OUTWARD.match(surface)
            return f"postcode area {area[1].upper()}" if area else None
    return _form(kind, surface)


def _aged(number: int | None, *, year: int | None) -> str | None:
    """The band, with its ends told roughly: the end of a band may be the very age that is to go."""
    band = characteristics.answer("age", str(number), year=year).category if number else None
    if band is None:
        return None
    words = band[0].lower() + band[1:].replace("-", " to ")
    return "aged " + (words if words.startswith("under") else regex.sub(r"\d+", _roughly, words))


def _roughly(age: regex.Match[str]) -> str:
    """An age as people say it: 25 is "mid-20s", 18 is "late teens"."""
    decade, rest = divmod(int(age.group()), 10)
    part = "early" if rest < 4 else "mid" if rest < 7 else "late"
    return f"{part} teens" if decade == 1 else f"{part}-{decade}0s"


def _years(surface: str) -> int | None:
    """The one age that `surface` says, in figures or in words; None where it says none or several."""
    word = surface.casefold().strip()
    parts = [part for part in regex.split(r"[\s-]+", word) if part]
    if word.isdecimal():
        return int(word)
    values = [NUMBERS[part] for part in parts if part in NUMBERS]
    compound = len(values) == 2 and values[0] >= 20 and values[0] % 10 == 0 and values[1] < 10
    if values and len(values) == len(parts) and (len(values) == 1 or compound):
        return sum(values)
    figures = regex.findall(r"\d+", word)
    return int(figures[0]) if len(figures) == 1 and not values else None


def _full_year(surface: str) -> int | None:
    years = YEAR.findall(surface)
    return int(years[0]) if len(years) == 1 else None


def _month_and_year(surface: str) -> str | None:
    year, short = _full_year(surface), SHORT_DATE.fullmatch(surface)
    named = [month for month in MONTHS if regex.search(rf"\b{month[:3]}", surface, regex.IGNORECASE)]
    months = [*named, *([MONTHS[int(short[1]) - 1]] if short and 1 <= int(short[1]) <= len(MONTHS) else [])]
    return f"{months[0]} {year}" if year and len(months) == 1 else None


def _form(kind: str, surface: str) -> str | None:
    """The form whose word stands last in `surface`, unless it would repeat a word that may be telling."""
    forms, may_repeat = _forms()
    ends = [
        (match.end(), -place, form)
        for place, (form, pattern) in enumerate(forms.get(kind, {}).items())
        for match in pattern.finditer(surface.casefold())
    ]
    if not ends:
        return None
    form = max(ends)[2]
    repeated = set(WORD.findall(form.casefold())) & set(WORD.findall(surface.casefold()))
    return form if repeated <= may_repeat else None


@cache
def _forms() -> tuple[Mapping[str, Mapping[str, regex.Pattern[str]]], frozenset[str]]:
    written = yaml.safe_load(files("engagement").joinpath("data", "coarser.yaml").read_text(encoding="utf-8"))
    forms = {
        kind: {form: regex.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)") for form, words in by_form.items()}
        for kind, by_form in written["forms"].items()
    }
    return forms, frozenset(written["may_repeat"])


def _placeholder() -> regex.Pattern[str]:
    listed = {*PRINTED.values(), *(form for by_form in _forms()[0].values() for form in by_form)}
    written = [
        r"Person \d+", r"aged [^\]\n]{1,40}", r"role: [^\]\n]{1,80}", r"postcode area \p{Lu}{1,2}",
        rf"(?:{'|'.join(MONTHS)}) \d{{4}}",
    ]  # fmt: skip
    return regex.compile(rf"\[(?:{'|'.join([*written, *map(regex.escape, sorted(listed))])})\]")


# Whatever any policy prints, so that text which is anonymised already is left as it is.
PLACEHOLDER = _placeholder()
