"""Word lists as data: what must stay, and which names are also ordinary words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import regex
import yaml

HERE = Path(__file__).parent
SHORTEST_STEM = 4  # of a verb before -ing or -ed: Ling and Ted are names
ABSTRACT = regex.compile(r"\w{3}(?:tion|sion|ness|ship|isation|ility|ism)s?$")  # endings that no name has


class Vocabulary:
    """A set of words and phrases, matched whole in any case, and with a possessive s; `words` with a plural s too."""

    def __init__(self, words: Iterable[str], names: Iterable[str] = ()) -> None:
        body = "|".join(part for part in (f"(?:{_any(words)})s?", _any(names)) if part != "(?:)s?") or r"(?!)"
        self._pattern = regex.compile(rf"(?<!\w)(?:{body})(?:['’]s?)?(?!\w)", regex.IGNORECASE)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where its phrases stand in `text`, in code points, end exclusive."""
        return [match.span() for match in self._pattern.finditer(text)]


@cache
def protected() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What anonymised text keeps: identity words and others that have a plural, and the names of places."""
    groups = yaml.safe_load((HERE / "protected.yaml").read_text(encoding="utf-8"))
    places = groups.pop("places")
    return (
        tuple(str(phrase) for rows in groups.values() for row in rows for phrase in row),
        tuple(str(phrase) for row in places for phrase in row),
    )


@cache
def ordinary_words(model: Path) -> frozenset[str]:
    """Lower-case words that are no evidence of a name: the model's verbs, adjectives and adverbs, its stop words, and
    the words that people write small in texts of the field (`ordinary.txt`).
    """
    from spacy.lang.en.stop_words import STOP_WORDS

    listed = (HERE / "ordinary.txt").read_text(encoding="utf-8").split()
    return frozenset([*_listed(model, "verb", "adj", "adv"), *listed, *STOP_WORDS]) - name_words()["not_ordinary"]


@cache
def dictionary_nouns(model: Path) -> frozenset[str]:
    """The model's nouns in lower case. Its dictionary counts many names among them, so a noun may still be a name."""
    return frozenset(_listed(model, "noun")) - name_words()["not_ordinary"] - name_words()["ambiguous"]


def _listed(model: Path, *parts_of_speech: str) -> Iterator[str]:
    from spacy.lookups import Lookups

    index = Lookups().from_disk(model / "lemmatizer" / "lookups").get_table("lemma_index")
    return (word for part in parts_of_speech for word in index[part])


def _any(phrases: Iterable[str]) -> str:
    return "|".join(sorted({regex.escape(phrase) for phrase in phrases if phrase.strip()}, key=len, reverse=True))


def is_ordinary(word: str, ordinary: frozenset[str]) -> bool:
    """Whether `word` is an ordinary word: as it stands, as a plural, before an apostrophe, or made from one."""
    folded = word.casefold().replace("’", "'").split("'")[0]
    stem = folded.removesuffix("ing").removesuffix("ed")
    forms = (folded, folded.removesuffix("s"), *((stem, f"{stem}e") if len(stem) >= SHORTEST_STEM else ()))
    return any(form in ordinary for form in forms) or bool(ABSTRACT.search(folded))


@cache
def name_words() -> dict[str, frozenset[str]]:
    """`ambiguous`: names that are ordinary words too; `titles`; `particles`. All in lower case."""
    lists = yaml.safe_load((HERE / "names.yaml").read_text(encoding="utf-8"))
    return {key: frozenset(str(word).casefold() for word in words) for key, words in lists.items()}
