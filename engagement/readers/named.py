"""Whom a document names beside its text: authors of it, of comments and of changes. Known by name, never counted."""

from __future__ import annotations

from collections.abc import Iterable

from engagement.model import Role
from engagement.readers.cast import NOT_IN_NAMES, REVERSED, bare, is_name, unique, ways_of
from engagement.readers.clean import fold, has_words, phrases, tidy
from engagement.readers.reading import Person

# What programs write where an author's or a company's name belongs.
NO_NAMES = phrases("""
    author | user | users | admin | administrator | owner | guest | default | unknown | unknown user | windows user |
    microsoft | microsoft office user | microsoft word | office user | python docx | libreoffice | openoffice |
    google docs | apache poi | aspose | word
""")


def strangers(written: Iterable[str], people: Iterable[Person], companies: Iterable[str] = ()) -> tuple[Person, ...]:
    """The people whose names are `written` and who are none of `people`, then the `companies`, as nobody's words.

    A name that may be one of `people` written in full stays an identifier: nobody can say that they are the same.
    """
    each = [ways_of(person) for person in people]
    full = frozenset().union(*(names for names, _ in each))
    short = frozenset().union(*(shorts for names, shorts in each if not names))
    found = [_stranger(name, full, short) for name in unique(tidy(name) for name in written)]
    bodies = [
        Person(role=Role.NOBODY, identifiers=(("ORGANISATION", name),))
        for name in unique(companies)
        if len(name) > 2 and fold(name) not in NO_NAMES and not set(fold(name).split()) <= NOT_IN_NAMES
    ]
    return unique((*(person for person in found if person), *bodies))


def _stranger(name: str, full: frozenset[str], short: frozenset[str]) -> Person | None:
    if len(name) < 2 or fold(name) in NO_NAMES or not has_words(name):
        return None
    if "@" in name:
        return Person(role=Role.NOBODY, identifiers=(("EMAIL", name),))
    turned = REVERSED.fullmatch(bare(name))
    plain = bare(name)
    person = Person(names=unique((f"{turned[2]} {turned[1]}" if turned else plain, plain)), role=Role.NOBODY)
    names, shorts = ways_of(person)
    if names & full:
        return None
    if not names or shorts & short or not is_name(person.names[0].title()):
        return Person(role=Role.NOBODY, identifiers=tuple(("PERSON", one) for one in unique((*person.names, name))))
    return person
