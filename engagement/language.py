"""Which language a text is in: by its script first, and among the languages of a script by py3langid's model.

py3langid is Lui and Baldwin's langid.py ("langid.py: An Off-the-shelf Language Identification Tool", 2012), trained
anew; the model lies in the package, so nothing is fetched.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

ENGLISH = "en"
# Languages that people in the UK speak, by the script they are written in, as Unicode names it.
SPOKEN = {
    "LATIN": "en cy gd ga pl ro pt es fr it de nl lt lv sk cs hu sq tr so yo sw ig ha sn tl vi ku",
    "ARABIC": "ar ur fa ps",
    "CYRILLIC": "uk ru bg",
    "DEVANAGARI": "hi ne mr",
    "BENGALI": "bn",
    "GURMUKHI": "pa",
    "GUJARATI": "gu",
    "TAMIL": "ta",
    "TELUGU": "te",
    "MALAYALAM": "ml",
    "SINHALA": "si",
    "ETHIOPIC": "ti am",
    "CJK": "zh",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "THAI": "th",
    "GREEK": "el",
    "HEBREW": "he",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
}
NAMES = """
    en English, cy Welsh, gd Gaelic, ga Irish, pl Polish, ro Romanian, pt Portuguese, es Spanish, fr French, it Italian,
    de German, nl Dutch, lt Lithuanian, lv Latvian, sk Slovak, cs Czech, hu Hungarian, sq Albanian, tr Turkish,
    so Somali, yo Yoruba, sw Swahili, ig Igbo, ha Hausa, sn Shona, tl Tagalog, vi Vietnamese, ku Kurdish, ar Arabic,
    ur Urdu, fa Persian, ps Pashto, uk Ukrainian, ru Russian, bg Bulgarian, hi Hindi, ne Nepali, mr Marathi, bn Bengali,
    pa Punjabi, gu Gujarati, ta Tamil, te Telugu, ml Malayalam, si Sinhala, ti Tigrinya, am Amharic, zh Chinese,
    ja Japanese, ko Korean, th Thai, el Greek, he Hebrew, hy Armenian, ka Georgian
"""
CALLED = dict(pair.split() for pair in NAMES.split(","))
OF_SCRIPT = {script: tuple(codes.split()) for script, codes in SPOKEN.items()}
# Letters that one language of a script has and its neighbours there do not; the model knows no Tigrinya.
OWN_LETTERS = {"ti": re.compile("[ኣኸ-ኾቐ-ቘ]"), "uk": re.compile("[іїєґ]"), "ru": re.compile("[ыэё]")}
UNSPACED = {"CJK": 2, "HIRAGANA": 2, "KATAKANA": 2, "THAI": 4}  # letters that make a word, where no space parts them
FEWEST = 3  # words by which a language is told; fewer are in the language of their file
SURE = 0.7  # the model's probability from which a text is in another language than its file
PART = 4  # words of the parts by which a text in two languages is measured
WORD = re.compile(r"[^\W\d_][^\W\d_'’\u200c\u0300-\u036f\u0900-\u0dff-]*")
LINK = re.compile(r"@|://|www\.")
MOST = 20_000  # characters of a text that are looked at


@dataclass(frozen=True, slots=True)
class _Text:
    """The words of a text that are in the script of most of them."""

    script: str
    words: tuple[str, ...]


def languages(texts: Sequence[str]) -> list[str]:
    """The ISO 639-1 code of the language of each text of one file; where it mixes two, that of the larger part.

    A text of fewer than `FEWEST` words, or one that leaves it open, is in the language that most words of the file are
    in, or in English.
    """
    read = [_text(text) for text in texts]
    told = [_told(text, ENGLISH) for text in read]
    weight: Counter[str] = Counter()
    for text, code in zip(read, told, strict=True):
        if text and code:
            weight[code] += len(text.words)
    main = max(weight, key=lambda code: (weight[code], code == ENGLISH), default=ENGLISH)
    if main != ENGLISH:
        told = [_told(text, main) for text in read]
    return [code or main for code in told]


def _text(text: str) -> _Text | None:
    words: dict[str, list[str]] = {}
    number: Counter[str] = Counter()
    for word in WORD.findall(" ".join(each for each in text[:MOST].split() if not LINK.search(each))):
        script = _script(word[0])
        words.setdefault(script, []).append(word)
        number[script] += max(1, len(word) // UNSPACED.get(script, len(word)))
    if number["HIRAGANA"] or number["KATAKANA"]:  # Japanese mixes them with Chinese signs
        words["HIRAGANA"] = [word for script in ("CJK", "HIRAGANA", "KATAKANA") for word in words.pop(script, [])]
        number["HIRAGANA"] += number.pop("CJK", 0) + number.pop("KATAKANA", 0)
    if not words:
        return None
    script = max(words, key=lambda name: number[name])
    return _Text(script, tuple(words[script]))


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "UNKNOWN").split()[0].split("-")[0]


def _told(text: _Text | None, main: str) -> str | None:
    """The language of a text in a file in the language `main`; None where it can't be told."""
    known = OF_SCRIPT.get(text.script, ()) if text else ()
    if text is None or len(known) < 2:
        return known[0] if known else None
    whole = " ".join(text.words)
    if own := next((code for code in known if code in OWN_LETTERS and OWN_LETTERS[code].search(whole)), None):
        return own
    if len(text.words) < FEWEST and (main in known or text.script == "LATIN"):
        return None
    chances = _chances(whole, known)
    best = max(chances, key=lambda code: chances[code])
    if main not in known or best == main:
        return best
    larger = chances[best] >= SURE and _larger(text.words, best, main, known)
    return best if larger else None


def _larger(words: Sequence[str], code: str, main: str, known: Sequence[str]) -> bool:
    """Whether the larger part of the words is in `code` rather than in `main`."""
    foreign = 0
    for start in range(0, len(words), PART):
        part = words[start : start + PART]
        chances = _chances(" ".join(part), known)
        foreign += len(part) if chances[code] > chances[main] else 0
    return 2 * foreign >= len(words)


def _chances(text: str, known: Sequence[str]) -> Mapping[str, float]:
    held = {code: chance for code, chance in _model().rank(text) if code in known}
    total = sum(held.values()) or 1.0
    return {code: chance / total for code, chance in held.items()}


@lru_cache(maxsize=1)
def _model() -> Any:
    from py3langid import langid

    model = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)
    codes = {code for known in OF_SCRIPT.values() if len(known) > 1 for code in known}
    model.set_languages(sorted(codes & set(model.labels)))
    return model
