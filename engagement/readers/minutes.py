"""What a note taker writes of a meeting: its sections, what was agreed, and what people are reported to have said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum

from engagement.readers.cast import BULLET
from engagement.readers.clean import fold, phrases
from engagement.readers.reading import Paragraph


class Section(Enum):
    """What a heading of notes says of the lines under it, and whether they still answer the question above."""

    ACTIONS = "what was agreed"
    ON_TOPIC = "what was said, on the topic above"
    APART = "what was said, on no topic"


SECTIONS = (
    (
        Section.ACTIONS,
        phrases("""
            action | actions | action point | action points | action list | action log | agreed actions |
            actions agreed | actions and next steps | summary of actions | follow up actions | next steps |
            next steps and actions | agreed next steps | what happens next |
            what we will do | decisions | decisions and actions
        """),
    ),
    (
        Section.ON_TOPIC,
        phrases("""
            key point | key points | main points | points raised | points made | key messages | issues raised |
            concerns raised | summary of discussion | summary of the discussion | discussion summary | discussion |
            notes | note | comments | feedback | what people said | what was said | what we heard | themes | theme
        """),
    ),
    (
        Section.APART,
        phrases("""
            summary | summary of key points | conclusion | conclusions | recommendation | recommendations |
            any other business | aob | close | end
        """),
    ),
)
OF_IT = re.compile(
    r" (?:from|of|in|at|raised in) (?:the|this|our) (?:session|meeting|group|discussion|workshop|event)$"
)
# Such a heading alone tells the notes of what people said from any other document.
OF_PEOPLE = phrases("""
    summary of discussion | summary of the discussion | discussion summary | points raised | points made |
    issues raised | concerns raised | what people said | what was said | what we heard
""")
NAMED = re.compile(r"(?P<section>[^:\n]{1,40}?)\s*(?::\s*(?P<words>.*))?\.?", re.DOTALL)
# Where a meeting starts and stops: of its course, nobody's words.
COURSE = re.compile(
    r"(?:the )?(?:meeting|session|recording|group|workshop) (?:was )?(?:opened|started|closed|ended|ends|finished)"
    r"(?: (?:at|by|with thanks).{0,60})?\.?"
    r"|(?:the )?end of (?:the )?(?:meeting|session|recording|transcript|notes)\.?"
    r"|(?:(?:date|time|date and time|venue) of )?(?:the )?next (?:meeting|session|group)\s*[:–-].{0,120}",
    re.IGNORECASE | re.DOTALL,
)
NOTHING = phrases(
    "none | nil | none raised | none reported | nothing raised | no items | there was none | there were none"
)
SOUND = re.compile(
    r"[(\[](?:\w+ )?(?:laughter|laughs|laughing|laugh|applause|pause|pauses|silence|crosstalk|cross talk|inaudible"
    r"|unclear|coughs|coughing|sighs|music|background noise|noise|phone rings|overlapping|overlapping speech|sound"
    r"|beep|crying|nods|nodding)(?: \w+)?[)\]]\.?",
    re.IGNORECASE,
)

# "ACTION: Sam to ring housing", "Action 3 (JM): ...", "Action for Pat – ...", "AGREED: ...".
ACTION_LINE = re.compile(
    r"(?:(?:agreed )?action(?: point)?s?(?: (?:no\.? ?)?\d{1,3})?(?: (?:by|for|on))?"
    r"(?:\s*[(\[][^)\]\n]{1,40}[)\]]|\s+(?-i:[A-Z][\w’'-]*)(?: (?-i:[A-Z][\w’'-]*)){0,2})?"
    r"|AP ?\d{1,3}|(?:it was )?(?:agreed|resolved)|decisions?|resolution)(?:\s*:|\s+[–—-]\s)\s*\S.*",
    re.IGNORECASE | re.DOTALL,
)
OWNED = re.compile(
    r"(?:[A-Z][\w’'-]*(?:,? (?:and |& )?[A-Z][\w’'-]*){0,4}|all|council|everyone) to [a-z]\w+.*", re.DOTALL
)
OWN_WORDS = re.compile(r"\b(?:I|I['’]\w+|we|me|my|our|us)\b|\?", re.IGNORECASE)

PEOPLE = (
    r"(?:people|participants?|attendees?|residents?|members?|tenants?|respondents?|carers?|parents?|women|woman|men"
    r"|man|person|speakers?|neighbours?|families|mothers?|fathers?|pupils|students|traders?|voices?|group|table|room)"
)
SOME = (
    r"(?:some|several|many|most|all|both|a few|few|a couple|a number|a majority|the majority|half|a third|one|two|three"
    r"|four|five|six|other|another|various|different|\d{1,3})"
)
WHO = (
    rf"(?:{SOME}(?: or (?:two|three|more))?(?: of)?(?: (?:the|those|our|these))?(?: [\w-]+){{0,2}}? {PEOPLE}"
    rf"|(?:some|several|many|most|others|everyone|everybody|one|two|a few)|(?:the |those )?(?:other |young |older "
    rf"|disabled )?{PEOPLE}(?: present)?|those present|the meeting)"
)
VERB = (
    r"(?:felt|said|reported|noted|mentioned|asked|agreed|disagreed|raised|thought|wanted|suggested|explained|described"
    r"|commented|expressed|stated|queried|questioned|highlighted|shared|told|spoke|talked|pointed|believed|complained"
    r"|confirmed|advised|stressed|emphasised|observed|remarked|recalled|preferred|supported|discussed|called|would like"
    r"|(?:was|were) (?:concerned|worried|frustrated|unhappy|happy|positive|pleased|keen|clear|unsure|angry|asked|told"
    r"|of the view|not aware|unaware))"
)
REPORTS = re.compile(
    rf"(?:{WHO}(?: (?:also|then|all|strongly|generally|again|who [\w ]{{1,40}}?))?,? {VERB}\b"
    rf"|(?-i:[A-Z]{{2,4}}) (?:also |then )?{VERB}\b"
    r"|it was (?:felt|said|reported|noted|agreed|suggested|mentioned|explained|raised|pointed out)\b"
    r"|(?:there (?:was|were)|general|wide) (?:\w+ ){0,3}?(?:concerns?|agreement|consensus|support|discussion)\b"
    r"|(?:concerns?|issues?|points?|questions?) (?:were|was|(?:were|was) also) raised\b"
    r"|(?:key|main) points?:)",
    re.IGNORECASE,
)
# While somebody speaks, only a line that no speaker would go on with: "People said I was mad" may be theirs.
OF_THE_GROUP = re.compile(
    rf"(?:(?:{SOME} (?:of (?:the|those) )?)?(?:participants?|attendees?|respondents?)(?: present)?"
    rf"|the (?:group|meeting)|those present|members of the group|some"
    rf"|several|many|most|all|others|a few|one|two|everyone)"
    rf"(?: (?:also|then|all|strongly|generally))? {VERB}\b"
    r"|it was (?:felt|reported|noted|agreed|suggested|raised)\b"
    r"|(?:concerns?|issues?|points?|questions?) (?:were|was|(?:were|was) also) raised\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[“\"‘][^“”\"]*[”\"’]")
REPORTING = re.compile(rf"\s*(?:also |then )?{VERB}\b")  # right after a name: no words of their own follow
OF_ONE = re.compile(rf"(?P<who>[A-Z]{{2,4}}|[A-Z][a-z]+(?: [A-Z][\w’'-]+){{0,2}}) (?:also |then )?{VERB}\b")
MEETING = re.compile(
    r"\b(?:minutes|meeting|focus group|workshop|discussion group|listening (?:event|session|exercise)|drop ?in"
    r"|round ?table|consultation event|feedback session|(?:engagement|learning|community) (?:event|session|forum)"
    r"|notes (?:of|from)|discussion notes|table notes|flip ?chart|interview|steering group)\b"
)
TITLE_WORDS = 16
FEWEST_REPORTS = 2
SHORT_HEADING = 8  # words
ITEM = re.compile(r"(?P<major>\d{1,2})\.\d{1,2}(?:\.\d{1,2})?\.?\s+\S.*", re.DOTALL)
MAJOR = re.compile(r"(?P<major>\d{1,2})[.)]?\s+(?P<words>[^\W\d_].{0,80})", re.DOTALL)


def section_of(text: str) -> tuple[Section, str] | None:
    """The section that a line opens, and the words that it has besides; None for any other line."""
    found = NAMED.fullmatch(text)
    if found is None:
        return None
    name = OF_IT.sub("", fold(found["section"]))
    section = next((section for section, names in SECTIONS if name in names), None)
    return (section, (found["words"] or "").strip()) if section else None


def reports(text: str) -> bool:
    """Whether a line tells what people said, and is not how somebody speaks."""
    return REPORTS.match(BULLET.sub("", text)) is not None


def breaks_in(line: str) -> bool:
    """Whether a line reports what people said, in words that somebody who has been speaking would hardly use."""
    text = BULLET.sub("", line)
    told = OF_THE_GROUP.match(text) or (text != line and REPORTS.match(text))
    return bool(told) and not OWN_WORDS.search(QUOTED.sub("", text))


def told_of(line: str) -> str:
    """Whose words a line such as "JM reported that ..." reports; empty where it names nobody."""
    found = OF_ONE.match(BULLET.sub("", line))
    return found["who"] if found and not OWN_WORDS.search(QUOTED.sub("", line)) else ""


def is_of_meeting(paragraphs: Sequence[Paragraph]) -> bool:
    """Whether these paragraphs, in which nobody is labelled or listed, are the notes of a meeting.

    Their title says so, a section of such notes is there, or most lines under their headings report what was said.
    """
    for at, one in enumerate(paragraphs):
        heads = one.style in {"title", "heading", "bold"} or at == 0
        if heads and len(one.text.split()) <= TITLE_WORDS and MEETING.search(fold(one.text)):
            return True
    body = [one for one in paragraphs if one.style not in {"title", "heading"} and not one.joined]
    telling = sum(reports(one.text) for one in body)
    sections = [
        section_of(one.text) for one in paragraphs if one.style in {"heading", "bold"} or one.text.endswith(":")
    ]
    if any(fold(one.text) in OF_PEOPLE for one in paragraphs):
        return True
    noted = sum(found is not None and found[0] is Section.ON_TOPIC and not found[1] for found in sections)
    return (telling >= FEWEST_REPORTS and (noted > 0 or telling * 2 >= len(body))) or (noted > 0 and telling > 0)


def is_title(first: Paragraph) -> bool:
    """Whether the first line of a document says that it is of a meeting, as a title does."""
    text = first.text
    if (
        first.style not in {"", "bold"}
        or first.label is not None
        or text.endswith((".", "?", "!", ":"))
        or reports(text)
    ):
        return False
    return ":" not in text and len(text.split()) <= TITLE_WORDS and bool(MEETING.search(fold(text)))


def headed(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """`paragraphs` with plain lines that head a list, or a numbered item's parts, styled as the headings they are."""
    majors = {found["major"] for one in paragraphs if (found := ITEM.fullmatch(one.text))}
    made = []
    for at, one in enumerate(paragraphs):
        below = paragraphs[at + 1] if at + 1 < len(paragraphs) else None
        numbered = MAJOR.fullmatch(one.text)
        plain = one.style in {"", "bold"} and one.label is None and not one.text.endswith((".", "?", "!", ",", ";"))
        over_list = below is not None and not one.joined and BULLET.match(below.text) and not BULLET.match(one.text)
        short = len(one.text.split()) <= SHORT_HEADING and ":" not in one.text.rstrip(":")
        if plain and numbered and numbered["major"] in majors and short:
            made.append(replace(one, text=numbered["words"], style="heading", bold=""))
        elif plain and not one.style and over_list and short and section_of(one.text) is None:
            made.append(replace(one, style="heading", text=one.text.rstrip(" :")))
        else:
            made.append(one)
    return made
