"""Invented identifiers for training: names of every origin, places, bodies and numbers, and templates to hold them.

The words come from `names_by_origin.yaml`, `identifier_slots.yaml` and `identifier_templates.yaml`. No name for
training shares a word with the lists that recall is measured on; `kept_out` sees that none comes in by another way.
"""

from __future__ import annotations

import calendar
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
TESTED = (HERE.parent / "engagement" / "data" / "origins.yaml", HERE / "anonymisation" / "names.yaml")
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
SLOT = re.compile(r"\{(\w+)\}")
EVERYDAY = 0.45  # of the bodies
BLENDED = 0.15  # of the names: two halves of different ones, that nobody bears
UNITS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
WORDS = dict(enumerate(UNITS.split(), 1)) | dict(zip(range(20, 100, 10), TENS.split(), strict=True))

# Slots whose words are no identifier, with the key of their words; and those for a part of a person's name.
PLAIN = {
    "subject": "subjects",
    "act": "acts",
    "relation": "relations",
    "group": "groups",
    "job": "jobs",
    "clock": "clock",
    "units": "units",
    "foreign": "other_script_words",
}
PEOPLE = frozenset({"given", "initials", "native"})

Piece = tuple[str, str | None]


@cache
def tested() -> frozenset[str]:
    """Every word of the name lists that recall is measured on, in lower case."""
    return frozenset(word for path in TESTED for word in WORD.findall(path.read_text(encoding="utf-8").casefold()))


def kept_out(name: str) -> bool:
    """Whether `name` has a word of the test lists."""
    return not tested().isdisjoint(WORD.findall(name.casefold()))


def names_by_origin() -> dict[str, dict[str, list[str]]]:
    """Origin -> `given` and `family` -> names."""
    names: dict[str, dict[str, list[str]]] = yaml.safe_load((HERE / "names_by_origin.yaml").read_text(encoding="utf-8"))
    return names


class Names:
    """Names for training, each origin equally often."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.origins = names_by_origin()

    def origin(self) -> str:
        """An origin; names that are ordinary words come twice as often, since they are the hardest."""
        return self._rng.choice([*sorted(self.origins), "also_words"])

    def one(self, origin: str, part: str) -> str:
        """A given or family name, sometimes a blend of two or, for a family, two with a hyphen."""
        names = self.origins[origin][part]
        name = self._rng.choice(names)
        other = self._rng.choice(names)
        if self._rng.random() < BLENDED and name.isalpha() and other.isalpha():
            name = name[: (len(name) + 1) // 2] + other[len(other) // 2 :].lower()
            return name if not kept_out(name) else self._rng.choice(names)
        if part == "family" and self._rng.random() < 0.06:
            return f"{name}-{self._rng.choice(self.origins[self.origin()][part])}"
        return name


class Surfaces:
    """Makes identifiers and filled templates by chance."""

    def __init__(self, rng: random.Random, nouns: Sequence[str], cities: Sequence[str]) -> None:
        self.rng, self._nouns, self._cities = rng, nouns, cities
        self.names = Names(rng)
        self.slots: Mapping[str, Any] = yaml.safe_load((HERE / "identifier_slots.yaml").read_text(encoding="utf-8"))
        self.templates: Sequence[str] = yaml.safe_load((HERE / "identifier_templates.yaml").read_text(encoding="utf-8"))

    def pick(self, key: str) -> str:
        return str(self.rng.choice(self.slots[key]))

    def fill(self, template: str) -> Iterator[Piece]:
        end = 0
        for match in SLOT.finditer(template):
            yield template[end : match.start()], None
            end = match.end()
            yield self.slot(match[1])
        yield template[end:], None

    def slot(self, slot: str) -> Piece:
        if slot in PLAIN:
            return self.pick(PLAIN[slot]), None
        if slot in {"word", "Word"}:
            word = str(self.rng.choice(self._nouns))
            return word.capitalize() if slot == "Word" else word, None
        if slot == "city":
            return str(self.rng.choice(self._cities)), None
        return self._person(slot) or self.surface(slot), "PERSON" if slot in PEOPLE else slot

    def _person(self, slot: str) -> str | None:
        if slot == "initials":
            return "".join(self.rng.sample("ABCDEFGHJKLMNPRSTWYZ", self.rng.choice([2, 2, 3])))
        if slot == "native":
            return self.pick("other_script_names")
        return self._name("given") if slot == "given" else None

    def surface(self, kind: str, like: str = "") -> str:
        """An invented identifier of `kind`; of an age, in words or figures as `like` has it."""
        return MAKERS[kind](self, like) if kind in MAKERS else like

    def digits(self, pattern: str) -> str:
        """`pattern` with 9 for a digit and A for a capital letter."""
        letters = "ABCDEFGHJKLMNPRSTUWXYZ"
        made = (
            str(self.rng.randrange(10)) if sign == "9" else self.rng.choice(letters) if sign == "A" else sign
            for sign in pattern
        )
        return "".join(made)

    def stem(self) -> str:
        """The name of an invented place, one or two words."""
        chance = self.rng.random()
        if chance < 0.2:
            return self.names.one("british", "family") + self.rng.choice(["", "", "'s"])
        first = self.pick("stems")
        return first if chance < 0.35 else first + self.pick("endings")

    def full_name(self) -> str:
        """A name in one of its forms: given alone, both, titled, initials."""
        origin = self.names.origin()
        given, family = self.names.one(origin, "given"), self.names.one(origin, "family")
        both, short = f"{given} {family}", f"{given[0]}. {family}"
        titled = f"{self.pick('titles')} {self.rng.choice([family, family, both, short])}"
        forms = {
            given: 40,
            both: 25,
            titled: 15,
            f"{self.pick('warm_titles')} {given}": 8,
            family: 5,
            short: 2,
            f"{given[0]} {family}": 2,
            f"{given} {family[0]}": 2,
            f"{given} {family[0]}.": 1,
        }
        return self.rng.choices(list(forms), list(forms.values()))[0]

    def school(self) -> str:
        saint = f"St {self.pick('saints')}'s"
        start = saint if self.rng.random() < 0.3 else self.stem() + self.rng.choice(["", "", f" {self.pick('ways')}"])
        return start if start == saint and self.rng.random() < 0.3 else f"{start} {self.pick('school_words')}"

    def worship(self) -> str:
        chance = self.rng.random()
        if chance < 0.25:
            return f"{self.pick('masjid')} {self.pick('masjid_names')}"
        if chance < 0.5:
            return f"{self.pick('gurdwara')} {self.pick('worship_words')}"
        if chance < 0.7:
            return f"St {self.pick('saints')}'s" + self.rng.choice(["", "", " Church", " Parish", " RC"])
        return f"{self.stem()} {self.pick('worship_words')}"

    def organisation(self) -> str:
        """A small group, a public house or a firm."""
        if self.rng.random() < EVERYDAY:
            return self._everyday()
        chance = self.rng.random()
        if chance < 0.25:
            return f"{self.pick('group_openers')} {self.pick('group_words')}"
        if chance < 0.42:
            return f"{self.stem()} {self.pick('groups')} {self.pick('group_words')}"
        if chance < 0.6:
            return f"{self.rng.choice([self.stem(), self.pick('groups')])} {self.pick('group_words')}"
        return self._pub_or_firm(chance)

    def _everyday(self) -> str:
        """A small group that is called by everyday words."""
        street = (
            f"{self.rng.choice(['the', 'the', 'The'])} {self.stem()} {self.pick('ways')} {self.pick('group_words')}"
        )
        pair = f"{self.pick('pairs')} {self.rng.choice(['&', '&', 'and', 'n', 'and'])} {self.pick('pairs')}"
        plain = f"{self.pick('group_openers')} {self.pick('group_words')}"
        name = self.rng.choice(
            [
                self.pick("everyday_names"),
                pair,
                pair,
                f"{self.pick('pairs')} {self.pick('group_words')}",
                f"{self._name('given')}'s {self.pick('group_words')}",
                f"{self.pick('groups')} {self.pick('group_openers')} {self.pick('group_words')}",
                f"{self.pick('group_openers')} {self.pick('groups')} {self.pick('group_words')}",
                plain,
                street,
                street,
            ]
        )
        return name.lower() if self.rng.random() < 0.15 else name

    def _pub_or_firm(self, chance: float) -> str:
        if chance < 0.66:
            return f"{self.rng.choice(['the', 'The'])} {self.pick('pubs')}"
        if chance < 0.72:
            return f"{self._name('given')}'s {self.pick('owned')}"
        if chance < 0.8:
            return f"{self._name('family')} {self.pick('partners')} {self.pick('firm_words')}"
        return f"{self.stem()} {self.pick('firm_words')}"

    def place(self) -> str:
        ending = self.pick("ways") if self.rng.random() < 0.55 else self.pick("spots")
        stem = self.stem()
        return stem if self.rng.random() < 0.15 else self.rng.choice(["", "", "", "", "the "]) + f"{stem} {ending}"

    def address(self) -> str:
        number = f"{self.rng.randrange(1, 240)}{self.rng.choice(['', '', '', 'a', 'b'])}"
        street = f"{number} {self.stem()} {self.pick('ways')}"
        house = f"{self.stem()} {self.pick('houses')}"
        flat = f"{self.rng.choice(['Flat', 'flat', 'Unit', 'Room', 'Apartment'])} {self.rng.randrange(1, 120)}"
        return self.rng.choice(
            [
                street,
                street,
                street,
                f"{flat}, {street}",
                f"{flat}, {house}",
                f"{flat} {house}",
                f"{number} {house}",
                f"{house}, {street}",
            ]
        )

    def age(self, like: str) -> str:
        years = self.rng.choice([self.rng.randrange(3, 20), self.rng.randrange(16, 97), self.rng.randrange(60, 97)])
        in_figures = like.isdecimal() if like else self.rng.random() < 0.5
        if in_figures:
            return str(years)
        words = in_words(years, self.rng.choice(["-", "-", " ", " "]))
        return f"{words}-odd" if years >= 40 and years % 10 == 0 and self.rng.random() < 0.1 else words

    def birth(self) -> str:
        day, month, year = self.rng.randrange(1, 29), self.rng.randrange(1, 13), self.rng.randrange(1930, 2016)
        month_name = calendar.month_name[month]
        return self.rng.choice(
            [
                f"{day}/{month}/{year}",
                f"{day:02}/{month:02}/{year}",
                f"{day} {month_name} {year}",
                f"{day:02}.{month:02}.{year}",
                f"{day}/{month}/{year % 100:02}",
                f"{month_name} {day} {year}",
            ]
        )

    def email(self) -> str:
        given, family = (self._name(part).lower().replace(" ", "") for part in ("given", "family"))
        body = self.rng.choice(
            [
                f"{given}.{family}",
                f"{given[0]}.{family}",
                f"{given}{self.rng.randrange(1, 99)}",
                f"{self.stem().lower()}",
                "info",
                "hello",
            ]
        )
        return f"{body}@{self._domain()}"

    def web(self) -> str:
        return f"{self.rng.choice(['www.', 'https://', ''])}{self._domain()}{self.rng.choice(['', '/help', '/join'])}"

    def handle(self) -> str:
        return f"@{self._name('given').lower().replace(' ', '')}{self.rng.choice(['_', '.', ''])}{self._plain_stem()}"

    def _name(self, part: str) -> str:
        return self.names.one(self.names.origin(), part)

    def _plain_stem(self) -> str:
        return self.stem().lower().replace("'", "")

    def _domain(self) -> str:
        return f"{self._plain_stem()}.{self.rng.choice(['example', 'example.org', 'example.com', 'example.co.uk'])}"

    def role(self) -> str:
        area = "".join(words for words, _ in self.fill(self.pick("areas")))
        which = f"{self.pick('descriptions')} {self.pick('jobs')}"
        job = self.pick("jobs")
        return self.rng.choice(
            [
                f"the only {which} {area}",
                f"the only {which} {area}",
                f"only {which} {area}",
                f"the first {which} {area}",
                f"the one {which} {area}",
                f"our first {which}",
                f"our only {which}",
                f"the {self.pick('ordinals')} {which} {area}",
                f"your one {which} {area}",
                f"the only {job} {area}",
                f"the {job} {area}",
                f"the {which} {area}",
                f"{job} {area}",
                f"the {job}'s {self.rng.choice(['wife', 'husband', 'son', 'daughter'])} {area}",
            ]
        )


def in_words(years: int, between: str) -> str:
    """`years` (1 to 99) in words."""
    if years < 20:
        return WORDS[years]
    tens, units = divmod(years, 10)
    return WORDS[tens * 10] + (between + WORDS[units] if units else "")


def _one_of(*patterns: str) -> Callable[[Surfaces, str], str]:
    return lambda maker, _: maker.digits(maker.rng.choice(patterns))


MAKERS: Mapping[str, Callable[[Surfaces, str], str]] = {
    "PERSON": lambda maker, _: maker.full_name(),
    "PLACE": lambda maker, _: maker.place(),
    "ADDRESS": lambda maker, _: maker.address(),
    "SCHOOL": lambda maker, _: maker.school(),
    "GP_PRACTICE": lambda maker, _: f"{maker.stem()} {maker.pick('gp_words')}",
    "CARE_HOME": lambda maker, _: f"{maker.stem()} {maker.pick('care_words')}",
    "PLACE_OF_WORSHIP": lambda maker, _: maker.worship(),
    "ORGANISATION": lambda maker, _: maker.organisation(),
    "UNIQUE_ROLE": lambda maker, _: maker.role(),
    "AGE": Surfaces.age,
    "DATE_OF_BIRTH": lambda maker, _: maker.birth(),
    "EMAIL": lambda maker, _: maker.email(),
    "URL": lambda maker, _: maker.web(),
    "HANDLE": lambda maker, _: maker.handle(),
    "PHONE": _one_of(
        "07700 900999", "07700900999", "01632 960999", "020 7946 0999", "+44 7700 900 999", "(01632) 960 999"
    ),
    "POSTCODE": _one_of("AA9 9AA", "A9 9AA", "AA99 9AA", "A99 9AA", "AA99AA"),
    "NHS_NUMBER": _one_of("999 999 9999", "9999999999", "999-999-9999"),
    "NATIONAL_INSURANCE": _one_of("QQ 99 99 99 A", "QQ999999A", "QQ 999999 A"),
    "VEHICLE": _one_of("AA99 AAA", "AA99AAA", "A999 AAA"),
    "BANK_ACCOUNT": _one_of(
        "99-99-99 99999999",
        "sort code 99-99-99 account 99999999",
        "99999999",
        "99-99-99",
        "account 99999999, sort 99-99-99",
    ),
    "REFERENCE": lambda maker, _: maker.digits(maker.pick("references")),
}
