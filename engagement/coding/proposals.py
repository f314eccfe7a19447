"""Questions -> what they propose, from their wording alone: `What is it like to rent here?` proposes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from engagement.model import Question

NUMBERING = r"^\W*(?:(?:question|q)\s*)?\d{0,3}[a-z]?\s*[.):\-\u2013]+\s*"
NAMED = r"(?:proposals?|plans?|ideas?|suggestions?|intentions?|recommendations?)"
ATTITUDE = (
    r"(?:support(?:\s+or\s+oppose)?|oppose(?:\s+or\s+support)?|favour|back|welcome|approve\s+of|object\s+to|"
    r"(?:agree|disagree)(?:\s+or\s+(?:dis)?agree)?\s+with|in\s+favour\s+of|(?:for\s+or\s+)?against|"
    r"feel\s+about|think\s+(?:of|about)|views?\s+(?:on|of|about)|opinions?\s+(?:on|of|about)|comments?\s+(?:on|about))"
)
# What an officer proposes to do, as a noun or as "closing".
DEED = (
    r"(?:propos(?:ed|al)|clos(?:ing|ure)|introduc(?:ing|tion)|remov(?:ing|al)|reduc(?:ing|tion)|replac(?:ing|ement)|"
    r"merg(?:ing|er)|charging|mak(?:ing)|build(?:ing)\s+(?!you)|creat(?:ing|ion)|open(?:ing)(?!\s+(?:hours|times))|mov(?:ing)|ending|banning|"
    r"extend(?:ing)|extension|demol(?:ishing|ition)|convert(?:ing)|turning|increas(?:ing)|rais(?:ing)|cutting|selling)"
)
# A question that asks whether somebody looks after somebody, or how they found something, proposes nothing.
NOBODY = (
    r"(?!(?:any|some)(?:one|body)|your|you\b|others?\b|people\b|a\s+(?:friend|relative|family|child|person|partner))"
)
REFERENCE = (
    r"(?:this|these|it|them|(?:the|our|this|these)\s+(?:above\s+|following\s+)?(?:proposals?|plans?|changes?|ideas?))"
)
# The first that fits decides; the group `proposal` is what is proposed.
RULES = (
    r"^proposals?(?:\s+\w{1,3})?\s*[:.\-\u2013]\s*(?P<proposal>.+)",
    rf"\b(?:the|our|this|these|council's|its|following|a)\s+(?:[\w-]+\s+){{0,2}}?{NAMED}\s*(?:is\s+|are\s+)?"
    r"(?:to|for|of|that|:)\s*(?P<proposal>\S.+)",
    r"\b(?:we|council|authority|cabinet|trust|it)\s+(?:is\s+|are\s+)?(?:also\s+)?"
    r"(?:propos(?:es?|ed|ing)|plan(?:s|ning)?|want(?:s|ing)?|intend(?:s|ing)?|consider(?:ing)?)\s+(?:to\s+)?(?P<proposal>\S.+)",
    r"^(?:do\s+you\s+(?:agree|think|believe)\s+(?:that\s+)?)?should\s+(?:we|the\s+council)\s+(?P<proposal>\S.+)",
    r"^do\s+you\s+(?:agree|think|believe)\s+(?:that\s+)?(?:we|the\s+council)\s+should\s+(?P<proposal>\S.+)",
    r"^should\s+(?P<proposal>(?!i\b|you\b)\S.+)",
    r"^(?:how\s+(?:far|much|strongly)\s+)?(?:to\s+what\s+extent\s+)?do\s+you\s+agree\s+(?:or\s+disagree\s+)?that\s+"
    r"(?P<proposal>.+\bshould\b.+)",
    rf"\b{ATTITUDE}\s+(?P<proposal>(?:(?:the|our|this|a|an)\s+)?(?:\w+\s+)?{DEED}\b.+)",
    rf"\b(?:do|would|are|if)\s+you\s+(?:\w+\s+)?(?:support(?:\s+or\s+oppose)?|oppose|favour|in\s+favour\s+of|"
    rf"(?:for\s+or\s+)?against)\s+(?!or\b|of\b|{REFERENCE}\s*(?:\W|$)){NOBODY}(?P<proposal>\S.+)",
)
REFERS = re.compile(rf"[^.?!]*\b{ATTITUDE}\s+{REFERENCE}\s*(?:\W|$)[^.?!]*[.?!]?", re.IGNORECASE)
TAIL = re.compile(
    r"\s*(?:[?!;]|\.(?=\s|$)|,?\s+(?:and\s+(?:if\s+(?:so|not),?\s+)?why\b|or\s+not\b|please\b)|\((?:please|tick|choose)).*",
    re.IGNORECASE | re.DOTALL,
)
FEWEST = 2  # words that make a proposal
COMPILED = tuple(re.compile(rule, re.IGNORECASE) for rule in RULES)


def proposals(questions: Sequence[Question]) -> Mapping[str, str]:
    """What each question proposes, by its id: only of the questions that propose something."""
    found = {question.question_id: proposal(question.wording) for question in questions}
    return {key: words for key, words in found.items() if words}


def proposal(wording: str) -> str:
    """What a question of this wording proposes, empty where that is nothing."""
    plain = re.sub(NUMBERING, "", re.sub(r"\s+", " ", wording.replace("\u2019", "'")).strip(), flags=re.IGNORECASE)
    for rule in COMPILED:
        match = rule.search(plain)
        words = TAIL.sub("", match["proposal"]).strip(" .,:'\"") if match else ""
        if len(words.split()) >= FEWEST:
            return words
    if REFERS.search(plain):  # "The library would close at weekends. Do you support this?"
        return REFERS.sub(" ", plain).strip(" .,:?") or plain.strip(" ?")
    return ""
