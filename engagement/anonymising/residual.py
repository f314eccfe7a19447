"""What must never be left in safe text, looked for anew before it is stored or leaves.

The scan needs no model and knows nothing of what the anonymiser found: it reads the finished text, and once more with
invisible characters taken out and look-alike letters made plain. It refuses, and never mends.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import regex
import yaml

from engagement.errors import BadInput
from engagement.model import SafeDocument
from engagement.policy import JUDGED, PLACEHOLDER, PRINTED, Action, Policy

if TYPE_CHECKING:
    from engagement.recognisers.analyser import Found
    from engagement.store import Store

Finder = Callable[[str], "Sequence[Found]"]
Test = Callable[[str], bool]
Allowed = Test  # of words: whether somebody ruled that they stay

# Kinds that a shape alone tells; whether a word is a name, a place or an age is a judgement that is not made twice.
HARD = frozenset(PRINTED) - JUDGED - {"AGE", "DATE", "UNEXPLAINED"}
# A file's name is not prose: dates, references and underscores are what names of files are made of.
HARD_IN_FILE_NAMES = HARD & {"EMAIL", "PHONE", "NHS_NUMBER", "NATIONAL_INSURANCE", "POSTCODE", "CARD", "IBAN"}
# Kinds all of whose patterns ask for a digit: a text without one is not searched for them.
NUMBERED = HARD - {"EMAIL", "PHONE", "URL", "HANDLE", "ADDRESS"}
DIGIT = regex.compile(r"\d")
LEAST_SCORE = 0.5  # of a pattern: a weaker one needs the context that only the anonymiser sees
SECONDS_PER_PATTERN = 20.0
IP_ADDRESS = regex.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]|\w)")
CARD = regex.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")
NHS_NUMBER = regex.compile(r"(?<!\d)\d{10}(?!\d)")
BLANK = "\N{FULL BLOCK}"  # neither a word nor a space, so that no pattern joins what stood around a placeholder
BLANKED = BLANK * len("[Person 1]")  # as long for every mark, so that no number changes what is found
# Cyrillic and Greek letters that look like Latin ones, in that order.
LOOK_ALIKES = str.maketrans(
    "аеорсухіѕјԁһкмтАЕОРСУХІЅЈНКМТВαονρικΑΕΟΡΗΚΜΤΒΙΝ", "aeopcyxisjdhkmtAEOPCYXISJHKMTBaovpikAEOPHKMTBIN"
)
LONGEST_NAME = 3  # words


class StillIdentifying(Exception):
    """Safe text that is not safe: `kind` of what is left and `place`. Its sentence never holds the words."""

    def __init__(self, kind: str, place: str) -> None:
        super().__init__(f"{place} still seems to hold {_named(kind)}")
        self.kind, self.place = kind, place


def remaining(
    text: str, names: Finder | None = None, kinds: Collection[str] = HARD, allowed: Allowed | None = None
) -> tuple[str, ...]:
    """The `kinds` still found in `text`, and PERSON where `names` finds somebody; placeholders are no finding.

    Words that are `allowed`, since a reviewer ruled that they stay, are none either.
    Raises TimeoutError when a pattern takes over `SECONDS_PER_PATTERN`: the caller withholds.
    """
    bare = PLACEHOLDER.sub(BLANKED, text)
    stays = allowed or _never
    found = set(_hard(bare, kinds, stays))
    if not bare.isascii() and (plain := _plain(bare)) != bare:
        found.update(_hard(plain, kinds, stays))
    if names is not None and names(bare):
        found.add("PERSON")
    return tuple(sorted(found))


def looked_for(policy: Policy) -> frozenset[str]:
    """The hard kinds, but those that the policy keeps."""
    return frozenset(kind for kind in HARD if policy.actions[kind] is not Action.KEEP)


def check(
    document: SafeDocument,
    left: Iterable[tuple[str, Sequence[str]]],
    names: Finder | None = None,
    kinds: Collection[str] = HARD,
    allowed: Allowed | None = None,
) -> None:
    """Raises StillIdentifying at the first place of `document` at which something is left.

    `left` are, by place, the kinds that `remaining` found already in its turns, its questions and the names of its
    groups: they are scanned where they were cut. Its notes and its name are scanned here.
    """
    for place, still in left:
        if still:
            raise StillIdentifying(still[0], place)
    _check(((f"note {place}", note) for place, note in enumerate(document.notes, 1)), names, kinds, allowed)
    _check([("the file's name", document.name)], names, HARD_IN_FILE_NAMES & frozenset(kinds), allowed)


def check_project(store: Store, kinds: Collection[str] = HARD) -> int:
    """The number of texts scanned before they leave. Raises BadInput for the first in which something is left."""
    texts = list(texts_of(store))
    try:
        _check(texts, None, kinds, None)
    except StillIdentifying as left:
        remedy = "Nothing was written: rule on those words in review, then run that file again"
        raise BadInput("export", str(left), remedy) from None
    return len(texts)


def texts_of(store: Store) -> Iterator[tuple[str, str]]:
    """Every text that a project holds, with its place: turns, wordings of questions, names of groups, notes."""
    named = {source.source_id: source.name for source in store.sources()}
    locations = store.locations()
    for turn in store.turns():
        yield f"{named[turn.source_id]}, {locations[turn.place]}", turn.text
    for question in store.questions():
        yield f"question {question.question_id}", question.wording
    for person in store.participants():
        if person.group:
            yield f"the group of {person.label}", person.group
    for source in store.sources():
        for number, note in enumerate(source.notes, 1):
            yield f"{source.name}, note {number}", note


def numbered_names(key: bytes, numbers: Mapping[str, int]) -> Callable[[str], int]:
    """Counts the full names in a text whose digest under `key` is in the ledger, without knowing a single name.

    Two or three words that were replaced as somebody's name elsewhere; a word alone may be one by accident.
    """
    from engagement.recognisers.people import folded, name_parts

    def count(text: str) -> int:
        words = [folded(part) for part in name_parts(PLACEHOLDER.sub(BLANK, text))]
        runs = itertools.chain.from_iterable(
            zip(*(words[start:] for start in range(length)), strict=False) for length in range(2, LONGEST_NAME + 1)
        )
        told = (" ".join(run) for run in runs if min(map(len, run)) > 1)  # initials would be anybody's: B&B
        return sum(hmac.new(key, name.encode(), hashlib.sha256).hexdigest() in numbers for name in told)

    return count


def _check(
    texts: Iterable[tuple[str, str]], names: Finder | None, kinds: Collection[str], allowed: Allowed | None
) -> None:
    for place, text in texts:
        if left := remaining(text, names, kinds, allowed):
            raise StillIdentifying(left[0], place)


def _hard(text: str, kinds: Collection[str], allowed: Allowed) -> Iterator[str]:
    sought = frozenset(kinds) if DIGIT.search(text) else frozenset(kinds) - NUMBERED
    for kind, pattern, is_one in (*_patterns(), *CHECKED):
        if kind in sought and any(
            is_one(surface) and not allowed(surface)
            for match in pattern.finditer(text, timeout=SECONDS_PER_PATTERN)
            if (surface := match.group(match.re.groups))
        ):
            yield kind


def _luhn(written: str) -> bool:
    """Whether the check digit of a card number is right (ISO/IEC 7812-1)."""
    digits = [int(digit) for digit in written if digit.isdecimal()][::-1]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _nhs(written: str) -> bool:
    """Whether the check digit of an NHS number is right (NHS Data Dictionary: modulus 11)."""
    digits = [int(digit) for digit in written]
    check = 11 - sum((10 - place) * digit for place, digit in enumerate(digits[:9])) % 11
    return check % 11 == digits[9] and check != 10


def _plain(text: str) -> str:
    """`text` as a reader sees it: compatibility forms made plain, nothing invisible, look-alikes in Latin letters."""
    seen = (letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return "".join(seen).translate(LOOK_ALIKES)


def _always(_: str) -> bool:
    return True


def _never(_: str) -> bool:
    return False


# Kinds whose patterns Presidio has and `patterns.yaml` need not: what only a check digit tells from another number.
CHECKED: tuple[tuple[str, regex.Pattern[str], Test], ...] = (
    ("IP_ADDRESS", IP_ADDRESS, _always), ("CARD", CARD, _luhn), ("NHS_NUMBER", NHS_NUMBER, _nhs),
)  # fmt: skip


@cache
def _patterns() -> tuple[tuple[str, regex.Pattern[str], Test], ...]:
    """The anonymiser's own patterns of the hard kinds, compiled without Presidio, which takes seconds to load."""
    rules = yaml.safe_load(files("engagement").joinpath("recognisers", "patterns.yaml").read_text(encoding="utf-8"))
    fragments = {**rules["fragments"], "WORDNUM": "(?:" + "|".join(rules["numbers"]) + ")"}
    return tuple(
        (entry["kind"], _compiled(pattern["regex"], fragments, entry), _always)
        for entry in rules["recognisers"]
        if entry["kind"] in HARD
        for pattern in entry["patterns"]
        if pattern["score"] >= LEAST_SCORE
    )


def _compiled(source: str, fragments: Mapping[str, str], entry: Mapping[str, Any]) -> regex.Pattern[str]:
    while any(f"<{name}>" in source for name in fragments):
        for name, fragment in fragments.items():
            source = source.replace(f"<{name}>", fragment)
    return regex.compile(source, regex.IGNORECASE if entry.get("any_case") else 0)


def _named(kind: str) -> str:
    printed = "name" if kind == "PERSON" else PRINTED[kind]
    if printed.endswith("details"):
        return printed
    return f"{'an' if printed[0] in 'aeioAEIO' or kind == 'NHS_NUMBER' else 'a'} {printed}"
