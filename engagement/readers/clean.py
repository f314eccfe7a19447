"""Bytes to text, and text as its writer meant it: encodings, mojibake, unseen characters, silences."""

from __future__ import annotations

import codecs
import re
import unicodedata

from engagement.readers.reading import CannotRead


def phrases(text: str) -> frozenset[str]:
    """The phrases of a list that is parted by upright strokes."""
    return frozenset(re.split(r"\s*\|\s*", text.strip()))


BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
MOST_CONTROLS = 0.01  # of the bytes; a text has next to none, random bytes have a tenth

# Soft hyphen, zero-width space and joiner marks, marks of writing direction, and controls that nobody sees.
UNSEEN = re.compile(
    r"[\xad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\ufff9-\ufffc"
    r"\x00-\x08\x0e-\x1b\x7f-\x9f]"
)
# Welsh letters that ftfy leaves as they are: two signs alone seem too little to it.
WELSH = (("Å·", "ŷ"), ("Å¶", "Ŷ"), ("Åµ", "ŵ"), ("Å´", "Ŵ"))
# Bullets of Word's symbol fonts, which have no place of their own in Unicode.
BULLETS = re.compile("[\uf0a7\uf0b7\uf0d8\uf0fc]")
# A joiner shapes an emoji, a Persian or a Bengali word; beside a Latin letter or a space it is litter.
JOINERS = re.compile(r"(?:^|(?<=[\u0000-\u024f]))[\u200c\u200d]+|[\u200c\u200d]+(?=[\u0000-\u024f]|$)")

# "Don't know" is none of these, nor are "no opinion" and "no change": who writes that was asked, and answers.
MORE = "else|more|further|other|additional|extra|specific|particular|new|special"
NOUN = "comments?|commentary|answers?|reply|replies|response|remarks?|feedback|suggestions?|thoughts?|ideas?|additions?"
TAIL = (
    "at all|to (?:add|say|report|declare|note|mention|make|offer|submit|share|comment|give|suggest)(?: to this)?|"
    "from (?:me|us)|really|sorry|thanks?|thank you|many thanks|ta|thx|at (?:present|all|the moment)|"
    "at this (?:time|point|stage|moment)|for now|now|right now|currently|as yet|yet|today|in particular|of note|"
    "(?:that )?(?:i|we) can think of|(?:comes|springs) to mind|on this(?: question| one| topic| matter)?|applicable"
)
NOTHING = (
    f"(?:none|nothing|nil|nada|nowt|nope|nah|no)(?: (?:{TAIL}))*",
    f"(?:none|nothing|nowt)(?: (?:{MORE}))+(?: (?:{TAIL}))*",
    f"(?:no|nil|zero)(?: (?:{MORE}|real|personal))*(?: (?:{NOUN}|further))(?: (?:or|and) (?:{NOUN}))?(?: (?:{TAIL}))*",
    f"(?:sorry )?(?:i|we) (?:have |got |have got )?(?:nothing|none|nowt)(?: (?:{MORE}|{TAIL}))+",
    f"(?:i |we |ive |weve )?(?:have |got )*no(?: (?:{MORE}))*(?: (?:{NOUN}))(?: (?:{TAIL}))*",
    f"(?:ive|weve) (?:got )?(?:nothing|none|nowt)(?: (?:{MORE}|{TAIL}))+",
    f"(?:i |we )?(?:do not|dont) have any(?:thing)?(?: (?:{MORE}))*(?: (?:{NOUN}))?(?: (?:{TAIL}))*",
    f"(?:i )?(?:do not|dont) (?:want|wish) to (?:comment|say|answer)(?: (?:{TAIL}))*",
)
NUMBER = r"(?:q|qn|qu|qs|question|questions|answer|section|page|part|point|box|no|number)? ?\d+[a-z]?"
EARLIER = (
    rf"(?:above|before|previous|previously|earlier|prior|last|first|{NUMBER}|(?:all|any|the|my|our|other|to|in|at|of|"
    rf"for|on|and|above|previous|earlier|prior|last|first|same|attached|separate|answers?|responses?|reply|comments?|"
    rf"questions?|ones?|sections?|pages?|letters?|e ?mails?|documents?|files?|sheets?|notes?|submissions?|statements?|"
    rf"{NUMBER})(?: |$))+"
)
ELSEWHERE = (
    rf"(?:please |pls |plz )?(?:see|refer to|refer|cf|as per|per|as in|as for|as with|as|same as|the same as|same|"
    rf"same answer as|same response as|my answer is the same as|again see|answered|already answered|covered|"
    rf"already covered|(?:as )?(?:i |we )?(?:have )?(?:already )?(?:stated|said|mentioned|noted|explained|answered|"
    rf"given|written|discussed)|repeat of|repeat) {EARLIER}",
    r"(?:please |pls )?(?:see|find) (?:attached|enclosed|attachments?|enclosures?|over|overleaf|below)",
    r"(?:already|as) (?:answered|said|stated|covered|mentioned|above|attached|before)|same again|same answer|same|"
    r"the same|ditto|idem|repeat|answered|above|attached",
)
EMPTY = (
    r"n a|na|n b a|not (?:applicable|relevant)(?: to (?:me|us))?|(?:does not|doesnt) apply(?: to (?:me|us))?|"
    r"non applicable|not answered|no answer given|not provided|none (?:given|provided|stated)|nil (?:return|response)",
    r"blank|left blank|(?:intentionally|deliberately) (?:left )?blank|null|nan|tbc|tba|skip|skipped|pass|x+|"
    r"thanks?(?: you)?|many thanks|thank you very much",
    r"dim (?:byd|sylw|sylwadau)(?: pellach| iw ychwanegu)?|amherthnasol|brak(?: uwag| komentarza)?|nie dotyczy|nic|"
    r"ninguno|ninguna|sin comentarios|aucun|aucun commentaire|rien|niciun comentariu|nimic|sem comentarios|yok",
)
NON_ANSWER = re.compile("|".join(f"(?:{pattern})" for pattern in (*NOTHING, *ELSEWHERE, *EMPTY)))
LONGEST_NON_ANSWER = 80  # characters

# Units of UTF-16 whose other half is empty: every space, and of a text in Latin letters nearly all.
MOSTLY_HALF = 0.04


def decode(data: bytes) -> str:
    """The text of a file: by its byte order mark, else UTF-16, UTF-8, Windows-1252, or else the likeliest encoding.

    A stray Windows-1252 byte in a UTF-8 file is read as such, so the rest of the file stays right. Raises CannotRead
    for bytes that are no text.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if (text := _utf_16(data)) is not None:
        return text
    data = data.rstrip(b"\x1a")  # how DOS ended a text
    if b"\0" in data or len(CONTROLS.findall(data)) > MOST_CONTROLS * len(data):
        raise CannotRead("the file holds binary data, not text", "Save it as text (UTF-8), .docx or .csv")
    try:
        return data.decode("utf-8", "windows-1252-byte")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(data).best()
    if best is None:
        raise CannotRead("the encoding of the text can't be told", "Save it as text in UTF-8")
    return str(best)


def _utf_16(data: bytes) -> str | None:
    """The text of UTF-16 without a mark, told by where its zeros stand; None for anything else."""
    empty = data[0::2].count(0), data[1::2].count(0)
    if len(data) % 2 or max(empty) < max(1, MOSTLY_HALF * len(data) / 2) or min(empty) > max(empty) / 100:
        return None
    try:
        text = data.decode("utf-16-be" if empty[0] > empty[1] else "utf-16-le")
    except UnicodeDecodeError:
        return None
    strange = sum(unicodedata.category(char) in {"Cc", "Cn", "Co"} and not char.isspace() for char in text)
    return text if strange <= MOST_CONTROLS * len(text) else None


def _windows_byte(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252"), error.end


codecs.register_error("windows-1252-byte", _windows_byte)


def tidy(text: str) -> str:
    """`text` with mojibake mended, unseen characters gone and spaces single; line breaks, curly quotes, emoji stay."""
    if not text.isascii() or "&" in text:
        import ftfy

        for broken, letter in WELSH:
            text = text.replace(broken, letter)
        text = ftfy.fix_text(text, uncurl_quotes=False, fix_character_width=False)
    text = UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = BULLETS.sub("•", JOINERS.sub("", text))
    text = re.sub(r"[^\S\n]+", " ", text)
    return re.sub(r" ?\n ?", "\n", text).strip()


def fold(text: str) -> str:
    """`text` for comparing: lower case, no accents, letters and digits parted by single spaces."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    plain = re.sub(r"(?<=\w)['’](?=\w)", "", plain.casefold())
    return " ".join(re.sub(r"[^\w]|_", " ", plain).split())


def has_words(text: str) -> bool:
    """Whether there is a letter, a digit or an emoji in `text`."""
    return any(char.isalnum() or unicodedata.category(char) == "So" for char in text)


def is_non_answer(text: str) -> bool:
    """Whether these words answer nothing: "n/a", "no comment", a dash. An emoji by itself is an answer."""
    return not has_words(text) or (len(text) <= LONGEST_NON_ANSWER and NON_ANSWER.fullmatch(fold(text)) is not None)
