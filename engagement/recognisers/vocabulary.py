"""Word lists as data: what must stay, and which names are also ordinary words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import regex
import yaml

HERE = Path(__file__).parent


class Vocabulary:
    """A set of words and phrases, matched whole in any case, with a plural or possessive s."""

    def __init__(self, phrases: Iterable[str]) -> None:
        longest_first = sorted({regex.escape(phrase) for phrase in phrases if phrase.strip()}, key=len, reverse=True)
        body = "|".join(longest_first) or r"(?!)"
        self._pattern = regex.compile(rf"(?<!\w)(?:{body})(?:['’]?s|['’])?(?!\w)", regex.IGNORECASE)

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where its phrases stand in `text`, in code points, end exclusive."""
        return [match.span() for match in self._pattern.finditer(text)]


@cache
def protected_phrases() -> tuple[str, ...]:
    """The identity words, movements, public bodies and large places that anonymised text keeps."""
    groups = yaml.safe_load((HERE / "protected.yaml").read_text(encoding="utf-8"))
    return tuple(str(phrase) for rows in groups.values() for row in rows for phrase in row)


@cache
def ordinary_words(model: Path) -> frozenset[str]:
    """Lower-case words that are no evidence of a name: the model's verbs, adjectives and adverbs, its stop words, and
    the words that people write small in our own texts of the field (`ordinary.txt`).
    """
    from spacy.lang.en.stop_words import STOP_WORDS

    listed = (HERE / "ordinary.txt").read_text(encoding="utf-8").split()
    return frozenset([*_listed(model, "verb", "adj", "adv"), *listed, *STOP_WORDS]) - name_words()["not_ordinary"]


@cache
def dictionary_nouns(model: Path) -> frozenset[str]:
    """The model's nouns in lower case. Its dictionary counts many names among them, so a noun may still be a name."""
    return frozenset(_listed(model, "noun"))


def _listed(model: Path, *parts_of_speech: str) -> Iterator[str]:
    from spacy.lookups import Lookups

    index = Lookups().from_disk(model / "lemmatizer" / "lookups").get_table("lemma_index")
    return (word for part in parts_of_speech for word in index[part])


def is_ordinary(word: str, ordinary: frozenset[str]) -> bool:
    """Whether `word`, its singular, or what stands before its apostrophe is an ordinary word."""
    folded = word.casefold().replace("’", "'")
    return any(form in ordinary for form in (folded, folded.removesuffix("s"), folded.split("'")[0]))


@cache
def name_words() -> dict[str, frozenset[str]]:
    """`ambiguous`: names that are ordinary words too; `titles`; `particles`. All in lower case."""
    lists = yaml.safe_load((HERE / "names.yaml").read_text(encoding="utf-8"))
    return {key: frozenset(str(word).casefold() for word in words) for key, words in lists.items()}
