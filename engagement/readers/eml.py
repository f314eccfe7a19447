"""E-mails: the words of the sender, apart from the earlier mails that they quote."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from email.message import EmailMessage
from typing import Any

from engagement.model import FileCounts, Kind, Role
from engagement.readers.cast import BULLET, REVERSED, is_name, unique
from engagement.readers.clean import has_words, tidy
from engagement.readers.letter import read_letter
from engagement.readers.mail_parts import DAMAGED, HEADER, Parts, message_of, parts_of, text_of
from engagement.readers.reading import CannotRead, Paragraph, Person, Reading, Said

TELLING = re.compile(rb"^(?:message-id|mime-version|received|return-path|x-mailer):", re.I | re.M)
FROM = re.compile(rb"^from:.*@", re.I | re.M)
RECEIVERS = ("to", "cc", "bcc", "reply-to", "sender")

SUBJECT_PREFIX = re.compile(r"^(?:(?:re|fwd?|aw)(?:\[\d+\])?\s*:\s*|\[[^\]]{1,40}\]\s*)+", re.I)
# An earlier mail under the words: one line that opens it, or the header block that Outlook writes.
WROTE = re.compile(r"on\b.{5,250}\bwrote:", re.I | re.S)
WROTE_LINES = 3
ORIGINAL = re.compile(r"-{2,}\s*(?:original|forwarded) (?:message|mail)\s*-{2,}|begin forwarded message:", re.I)
OLD_HEADER = re.compile(r"\*?(?:from|sent|date|to|cc|subject)\s*:\*?\s*\S", re.I)
OLD_HEADERS = 3  # of these in a row, the first being From, are an earlier mail's
QUOTED_HTML = (
    "//blockquote|//*[contains(@class,'gmail_quote')]|//*[@id='divRplyFwdMsg']|//*[@id='divRplyFwdMsg']"
    "/following-sibling::*|//*[@id='appendonsend']/following-sibling::*"
)
UNSEEN_HTML = "//script|//style|//head|//template|//noscript|//comment()|//processing-instruction()"
BLOCKS = frozenset({"p", "div", "br", "li", "tr", "table", "ul", "ol", "blockquote", "hr", "pre", "section", "article"})
PARTED = frozenset({"p", "table", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True, slots=True, repr=False)
class _Body:
    """The sender's lines with their numbers, and how many lines of earlier mails stood among them."""

    lines: tuple[tuple[int, str], ...]
    quoted: int


def is_mail(data: bytes) -> bool:
    """Whether the bytes start with the headers of an e-mail."""
    head = re.split(rb"\r?\n\r?\n", data[:100_000].removeprefix(b"\xef\xbb\xbf"), maxsplit=1)[0]
    return bool(HEADER.match(head) and FROM.search(head) and TELLING.search(head))


def read(data: bytes, _known: frozenset[str] = frozenset()) -> Reading:
    """The sender's paragraphs, located as "line 3" of the body, on the topic that the subject is. Raises CannotRead.

    Whoever else the headers name is known, and counted nowhere. What is attached is no part of it: that is what
    `mail_parts.attached` gives. Of the counts it fills turns and aside.
    """
    try:
        return _read(message_of(data))
    except (CannotRead, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - the standard library's parser raises many kinds for malformed headers
        raise CannotRead(*DAMAGED) from None


def _read(message: EmailMessage) -> Reading:
    parts = parts_of(message)
    body, notes = _body(parts.body), list(_unread(parts))
    aside = {"quoted line": body.quoted, "attachment": len(parts.attached)}
    aside |= {"picture in an e-mail": parts.pictures, "technical part of an e-mail": parts.technical}
    lines = _as_paragraphs(body.lines)
    if body.quoted:
        were = "1 line of an earlier e-mail was" if body.quoted == 1 else f"{body.quoted} lines of earlier e-mails were"
        notes.insert(0, f"{were} quoted and not read: save that e-mail as a file of its own if it is a source.")
    topic = SUBJECT_PREFIX.sub("", tidy(_header(message, "subject")).replace("\n", " ")).strip()
    question = 0 if topic else None
    turns = tuple(_prose(lines, 0, question))
    if not turns:
        own = " of its own" if parts.attached else ""
        found = "the e-mail holds quoted e-mails alone" if body.quoted else f"the e-mail has no words{own}"
        what = "save what it quotes as a file of its own" if body.quoted else "put its words into the folder"
        remedy = "What is attached to it is read by itself" if parts.attached else f"Check that it is whole, or {what}"
        raise CannotRead(found, remedy)
    people = _people(message, lines)
    if not people[0].identifiers and not people[0].names:
        notes.append("the e-mail names no sender.")
    counts = FileCounts(turns=len(turns), aside={kind: number for kind, number in aside.items() if number})
    return Reading(turns, people, (topic,) if topic else (), counts, tuple(notes))


def _header(message: EmailMessage, name: str) -> str:
    value = message.get(name)
    return "" if value is None else str(value)


# ------------------------------------------------------------------- people


def _people(message: EmailMessage, lines: Sequence[Paragraph]) -> tuple[Person, ...]:
    """The sender, and after them whoever else the headers name."""
    senders = _addressed(message, "from") or [("", "")]
    name, address = senders[0]
    letter = read_letter(lines)
    signed = letter.people[0] if letter else Person()
    sender = Person(
        names=unique((*_names(name), *signed.names)),
        identifiers=unique(((("EMAIL", address),) if address else ()) + signed.identifiers),
    )
    others: dict[tuple[str, str], Person] = {}
    for name, address in [*senders[1:], *(one for header in RECEIVERS for one in _addressed(message, header))]:
        if address.casefold() == senders[0][1].casefold():
            continue
        names = _names(name)
        names = names if names and is_name(names[0].title()) else ()  # a team's mailbox is nobody
        if names or address:
            person = Person(names, role=Role.NOBODY, identifiers=(("EMAIL", address),) if address else ())
            others.setdefault((address.casefold(), "" if address else name), person)
    return (sender, *others.values())


def _addressed(message: EmailMessage, header: str) -> list[tuple[str, str]]:
    """The names and addresses of a header, each perhaps empty."""
    found = []
    for value in message.get_all(header, []):
        for address in getattr(value, "addresses", ()):
            mail = address.addr_spec if address.username and address.domain else ""
            found.append((tidy(address.display_name).strip("'\""), mail))
    return [(name, mail) for name, mail in found if name or mail]


def _names(name: str) -> tuple[str, ...]:
    """The ways in which a mail program writes a name: "Okafor, Joan" is Joan Okafor."""
    if not name or "@" in name:
        return ()
    turned = REVERSED.fullmatch(name)
    return (f"{turned[2]} {turned[1]}", name) if turned else (name,)


# --------------------------------------------------------------------- body


def _body(part: EmailMessage | None) -> _Body:
    if part is None:
        return _Body((), 0)
    text, quoted = _of_html(text_of(part)) if part.get_content_subtype() == "html" else (text_of(part), 0)
    own = _own(text)
    return replace(own, quoted=own.quoted + quoted)


def _of_html(text: str) -> tuple[str, int]:
    """The lines of an html body, and how many lines of earlier mails are not among them."""
    from lxml import etree, html

    try:
        page = html.document_fromstring(text.encode("utf-8", "replace"), html.HTMLParser(encoding="utf-8"))
    except etree.ParserError:  # nothing but comments
        return "", 0
    for unseen in page.xpath(UNSEEN_HTML):
        if unseen.getparent() is not None:
            unseen.drop_tree()
    quoted = 0
    for earlier in page.xpath(QUOTED_HTML):
        if any(above is page for above in earlier.iterancestors()):
            quoted += sum(bool(line.strip()) for line in _rendered(earlier).split("\n"))
            earlier.drop_tree()
    return _rendered(page), quoted


def _rendered(page: Any) -> str:
    """The text of an element, a line for each block and an empty one between paragraphs."""
    from lxml import etree

    parts: list[str] = []
    for event, element in etree.iterwalk(page, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        mark = "\n\n" if tag in PARTED else "\n" if tag in BLOCKS else ""
        if event == "start":
            parts += ["" if tag == "br" else mark, " - " if tag == "li" else "", _single(element.text)]
        else:
            parts += [mark, _single(element.tail) if element is not page else ""]
    return "".join(parts)


def _single(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _own(text: str) -> _Body:
    """The lines that the sender wrote, told from those of earlier mails."""
    lines = [tidy(line) for line in re.split(r"\r\n|\r|\n", text)]
    own: list[tuple[int, str]] = []
    quoted, at = 0, 0
    while at < len(lines):
        opened = _opens_earlier(lines, at)
        below = next((line for line in lines[at + opened :] if line), "")
        if opened and not below.startswith(">"):
            quoted += sum(map(bool, lines[at:]))  # all that follows is the earlier mail
            break
        if opened or lines[at].startswith(">"):
            quoted += opened or 1
            at += opened or 1
            own.append((at, ""))
        else:
            own.append((at + 1, lines[at]))
            at += 1
    return _Body(tuple(own), quoted)


def _opens_earlier(lines: Sequence[str], at: int) -> int:
    """How many lines from here on say that an earlier mail follows; 0 where none does."""
    if ORIGINAL.fullmatch(lines[at]):
        return 1
    for height in range(1, WROTE_LINES + 1):
        if WROTE.fullmatch(" ".join(lines[at : at + height])):
            return height
    heads = [line for line in lines[at : at + 2 * OLD_HEADERS] if line][:OLD_HEADERS]
    old = len(heads) == OLD_HEADERS and all(OLD_HEADER.match(line) for line in heads)
    return 1 if old and re.match(r"\*?from", lines[at], re.I) else 0


def _as_paragraphs(lines: Sequence[tuple[int, str]]) -> list[Paragraph]:
    """A paragraph for each line, `joined` where it goes on with the one above."""
    made: list[Paragraph] = []
    above = ""
    for number, line in lines:
        if line:
            made.append(Paragraph(f"line {number}", line, joined=bool(above) and not BULLET.match(line)))
        above = line
    return made


def _prose(lines: Sequence[Paragraph], person: int | None, question: int | None) -> Iterator[Said]:
    said: Said | None = None
    for line in lines:
        if line.joined and said:
            said = replace(said, words=f"{said.words} {line.text}")
            continue
        if said and has_words(said.words):
            yield said
        said = Said(line.location, Kind.PROSE, line.text, person, question)
    if said and has_words(said.words):
        yield said


def _unread(parts: Parts) -> Iterator[str]:
    """A sentence for what is neither words nor a file."""
    if parts.pictures:
        one = parts.pictures == 1
        were = "1 picture in the e-mail was" if one else f"{parts.pictures} pictures in the e-mail were"
        them = "it" if one else "them"
        hold = "it holds" if one else "they hold"
        yield f"{were} not read: save {them} into the folder as text if {hold} words, as no logo or signature does."
