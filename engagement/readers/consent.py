"""What somebody answers to "may we publish?" and to "do you agree to take part?": yes, no, or neither."""

from __future__ import annotations

import re

from engagement.readers.clean import fold, phrases
from engagement.readers.options import ticked

YES = re.compile(
    r"(?:yes|y|true|1|ok|okay|agree|i agree|consent|i consent|happy|i am happy|permission given|granted)\b"
)
NO = re.compile(r"(?:no|n|false|0|2|never|decline|refuse|refused|disagree)\b|.*\b(?:not|dont|don t)\b")
# "Yes, but not my name" allows an unnamed quote, the only kind made here; "Yes, but don't quote me" does not.
BUT_NOT = re.compile(r".*\b(?:not|dont|don t)\b(?!.*\bname)")
ASKS_SECRECY = re.compile(r"\bconfidential\w*\b|\b(?:not|dont|don t) (?:to )?(?:be )?(?:publish|quot)\w*")

# Folded headings that ask whether somebody takes part; what is asked of publishing is another question, and so is an
# invitation to something later.
LATER = r"(?!.*\b(?:follow|further|future|another|again|next|other|prize|draw|later)\b)"
WITHDRAWAL = re.compile(
    r"(?:(?:date|has|have|is|you|they|been|participants?|respondents?|responses?|consent) )*"
    r"(?:withdrawn|withdrew|withdrawal)"
    r"(?: (?:date|on|at|consent|of consent|by (?:the )?(?:participant|respondent)"
    r"|from (?:the |this )?(?:study|survey|consultation|research|project|round)))*"
)
STATUS = re.compile(r"(?:(?:response|participant|participation|respondent|submission|record) )?status")
TAKES_PART = re.compile(
    rf"^{WITHDRAWAL.pattern}$"
    r"|^(?:(?:informed|participants?|respondents?|your|my|written|verbal) )*consent"
    r"(?: (?:form|given|received|signed|obtained|status|to (?:take part|participate)))*$"
    rf"|\b(?:consent\w*|agree[ds]?) to (?:take part|taking part|participat\w+)\b{LATER}"
    r"|\b(?:happy|willing) to (?:take part|taking part|participate) in this\b"
    r"|\b(?:consent\w*|agree[ds]?|happy|permission) (?:\w+ ){0,3}?(?:to|for) (?:\w+ ){0,5}?"
    r"(?:data|information|answers|responses?|details) (?:\w+ ){0,3}?"
    r"(?:used|processed|stored|held|collected|recorded|kept|analysed)\b"
    r"|\b(?:agree|consent) to (?:the |you |us )?(?:use|using|processing|storing|storage|holding|collection)"
    r"(?: of)? (?:my|your|these|this)\b.*\b(?:data|information|answers|responses?|details)\b"
    r"|\b(?:agree|accept|consent)\b.*\bprivacy (?:notice|policy|statement)\b|^privacy (?:notice|policy|statement)$"
)
PUBLISHES = re.compile(r"\b(?:publish|quot)")
ASSENT = re.compile(r"(?:.*\b)?(?:agree|accept|consent|happy|given|received|signed|obtained)\w*\b")
DISSENT = re.compile(
    r"(?:no|n|false)\b(?! (?:objection|problem)s?\b)|[02]$"
    r"|.*\b(?:not|dont|don t|never|declin\w+|refus\w+|disagree\w*|opt(?:ed)? out)\b"
)
# On a scale it is an opinion that is asked for: "How far do you agree to ...".
SCALE = re.compile(r"\b(?:strongly|tend to|somewhat|slightly|neither|partly|fully)\b")
WITHDREW = re.compile(r"\bwithdr[ae]wn?\b")
NOT_WITHDREW = re.compile(r"\b(?:not|never|didnt|hasnt|havent)\b.*\bwithdr")
NO_ANSWER = phrases("n a | na | none | not applicable | not asked | nil")
IS_ONE = frozenset({"1", "yes", "y", "true", "x"})


def asks_to_take_part(heading: str) -> bool:
    """Whether a folded heading asks for consent to take part, or says who took it back."""
    return bool(TAKES_PART.search(heading)) and not PUBLISHES.search(heading)


def is_status(heading: str) -> bool:
    """Whether a folded heading is of a status, whose cells may say that somebody withdrew."""
    return bool(STATUS.fullmatch(heading))


def is_scale(answer: str) -> bool:
    """Whether an answer is a degree on a scale, which is no consent."""
    return bool(SCALE.search(fold(answer)))


def answered(option: str, cell: str) -> str:
    """What a cell says to a question about consent; the option, where its column is that of "Yes" or of "No"."""
    return ticked(option, cell) if option and (YES.match(fold(option)) or NO.match(fold(option))) else cell


def consents(heading: str, answer: str) -> bool | None:
    """Whether an answer to a question such as "May we publish your response?" allows it; None where it doesn't say.

    Uncoded 1 and 2 are yes and no, as forms number them. A question that asks for secrecy is turned about.
    """
    words = fold(answer)
    allowed = None
    if YES.match(words):
        allowed = not BUT_NOT.match(words)
    elif NO.match(words):
        allowed = False
    if allowed is not None and ASKS_SECRECY.search(fold(heading)):
        return not allowed
    return allowed


def takes_part(heading: str, answer: str) -> bool | None:
    """Whether somebody takes part, by an answer such as "I agree" or "withdrawn"; None where it doesn't say.

    Under "Withdrawn" a yes or a date says that they don't, and under "Status" only the word itself does.
    """
    asked, words = fold(heading), fold(answer)
    if not words or words in NO_ANSWER:
        return None
    if WITHDREW.search(words):
        return bool(NOT_WITHDREW.search(words))
    refuses = bool(DISSENT.match(words))
    if is_status(asked) or is_scale(answer):
        return None
    if WITHDRAWAL.fullmatch(asked):
        return False if not refuses and (words in IS_ONE or words[0].isdigit()) else refuses or None
    if refuses:
        return False
    return True if YES.match(words) or ASSENT.match(words) else None
