"""Text as its writer meant it: no letter is lost, no litter is kept, and a silence is told from an answer."""

from __future__ import annotations

import time

import pytest

from engagement.readers import clean
from engagement.readers.reading import CannotRead

KEPT = [
    "Łukasz Żółć", "Tŷ’r Dŵr ŵ ŷ Ŵ", "Siobhán Ó Bríd – ní féidir", "Nguyễn Thị Hằng", "Şükrü Çağlar", "Ọlámídé ẹ̀kọ́",
    "أخاف أن أمشي ليلا", "مجھے ڈر لگتا ہے۔", "می‌خواهم", "বাংলা ক্ষ", "ਪੰਜਾਬੀ ਵਿੱਚ", "தமிழ்", "晚上没有灯。", "ትግርኛ።",
    "👍🏽", "👩🏾‍🦽", "👨‍👩‍👧‍👦", "🏳️‍🌈 🏳️‍⚧️", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "❤️", "“Quoted” – £5, 3½ €", "a‑b", "x² ≤ 5", "ﷺ",
]  # fmt: skip


@pytest.mark.parametrize("text", KEPT)
def test_other_scripts_names_and_emoji_are_left_alone(text: str) -> None:
    assert clean.tidy(text) == text
    assert clean.decode(text.encode()) == text


@pytest.mark.parametrize("text", ["Łukasz", "café", "don’t", "“it is”", "Tŷ", "naïve – £5", "ŵ’r", "Müller", "Siobhán"])
def test_utf_8_that_was_taken_for_windows_1252_is_mended(text: str) -> None:
    broken = text.encode().decode("cp1252", "ignore")
    if len(broken) == len(text.encode()):
        assert clean.tidy(f"We met {broken} there.") == f"We met {text} there."


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("it\x92s dark", "it’s dark"),
        ("a\xa0b\u202fc\u3000d", "a b c d"),
        ("\ufeffword", "word"),
        ("de\xadpen\xadding", "depending"),
        ("in\u200bvisible\u2060", "invisible"),
        ("\u202eevil\u202c \u2066here\u2069\u061c", "evil here"),
        ("zwj\u200d Latin", "zwj Latin"),
        ("photo \ufffc here", "photo here"),
        ("\uf0b7 lamps", "• lamps"),
        ("one\u2028two", "one\ntwo"),
        ("cafe\u0301", "café"),
        ("fish &amp; chips &lt;3", "fish & chips <3"),
    ],
)
def test_litter_goes(written: str, meant: str) -> None:
    assert clean.tidy(written) == meant


LATIN, ARABIC = "It is dark on the stairs.\nCafé – £5\n", "أخاف أن أمشي في الحديقة ليلا لأنه لا توجد إضاءة هناك\n"


@pytest.mark.parametrize("text", [LATIN, ARABIC, "晚上没有灯 because the lamp is broken\n", "Łukasz, żółć\n", "ok"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_text_is_decoded_with_a_mark_and_without(text: str, encoding: str) -> None:
    assert clean.decode(text.encode(encoding)) == text


@pytest.mark.parametrize("data", [b"\0\0\0\0", b"a\0b", b"\x00\x01" * 40, bytes(range(256)) * 8, b"PK\0\0"])
def test_what_only_looks_like_utf_16_is_binary(data: bytes) -> None:
    with pytest.raises(CannotRead, match="binary data"):
        clean.decode(data)


def test_one_windows_1252_byte_leaves_the_rest_of_a_utf_8_file_right() -> None:
    assert clean.decode("Łukasz ŵ ".encode() + b"it\x92s \xa35") == "Łukasz ŵ it’s £5"


NOTHING = """
    n/a | N/A. | n.a. | N\\A | NA | none | None. | no | No! | nope | nil | Nil return | nothing | nowt | - | . | … |
    ?? | --- |
    no comment | No comments. | no comment to make | no further comments | No other comments, thanks | no thanks |
    no thank you | nothing to add | Nothing else to add | nothing further | nothing further to add at this time |
    nothing more | nothing really | nothing specific | nothing in particular | nothing comes to mind | none at all |
    None that I can think of | none at present | I have nothing to add | I've nothing to add | I have no comments |
    We have no further comments to make | I don't have any | I do not have any comments | don't have anything to add |
    no suggestions | no ideas | no feedback | no comments or suggestions | not applicable | not applicable to me |
    doesn't apply to me | not relevant | see above | See above. | as above | as above! | As before | as previous |
    see previous | see previous answer | see my previous answer | Refer to previous answer | please refer to Q1 |
    please see above | see question 3 | see Q3 | same as Q3 | Same as question 3 above | same as above |
    same as before |
    as q2 | as per question 4 | as per my previous answer | see answer to question 2 | see my answers above |
    see response to Q1 | as stated above | as mentioned previously | already answered | answered above | covered above |
    same answer as Q2 | same again | ditto | see attached | Please see attached | see attached letter | see my letter |
    see email | please find attached | see overleaf | blank | left blank | null | NaN | tbc | x |
    xxx | thank you | pass | Dim byd | dim sylw | Dim byd i'w ychwanegu | brak | brak uwag | nie dotyczy | rien | yok
"""
ANSWERS = """
    None of the parks are safe | none of the above works | No buses after six | nothing but damp | See above the shop |
    No lights in the park | no change | no opinion | no more | No more flats | don't know | not sure | yes | 5 | 👍 |
    no one listens | nothing works | Nothing happens when we ring | nothing for young people | nothing to do here |
    same as my mum, housing | same old story | as above, and the lift | see above but also the stairs are dark |
    thank you for the park | no thanks to the council | no idea what you mean by siloed | no comments were ever read |
    no answer when you ring | no reply from the council | no further on than last year | see the state of the bins |
    attached housing | the lift above ours | I have no heating | we have no lights | I don't have any money |
    I have nothing left | I have nothing | none for us | no information |
    nothing here for us | not applicable to disabled people | pass the parcel | as said the buses are late |
    last bus | first aid | question everything | my answer is the parks | the attached garages are empty |
    Dim byd i'w ychwanegu heblaw'r bysiau
"""


def parted(block: str) -> list[str]:
    return [" ".join(each.split()) for each in block.split("|")]


@pytest.mark.parametrize("answer", parted(NOTHING))
def test_a_silence_is_a_non_answer(answer: str) -> None:
    assert clean.is_non_answer(answer)


@pytest.mark.parametrize("answer", parted(ANSWERS))
def test_words_that_only_start_like_one_are_an_answer(answer: str) -> None:
    assert not clean.is_non_answer(answer)


def test_a_long_answer_is_told_at_once() -> None:
    """However often it says the words that silences are made of."""
    begun = time.perf_counter()
    for words in ("see the my the my ", "no more other further ", "as above before q1 q2 "):
        for number in range(1, 200):
            clean.is_non_answer(words * number + "lamps")
    assert time.perf_counter() - begun < 2
