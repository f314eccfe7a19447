"""A project as REFI-QDA's QDPX, which NVivo, ATLAS.ti, MAXQDA and QualCoder open: what of a store goes into one.

Source: REFI-QDA standard 1.5, section 4 (project exchange). Positions are in code points from 0, the end exclusive;
lines end in one character. A selection is an excerpt, with the codings of one coder.

Under a rule with k of 1, for the analyst, a source is the anonymised turns of a file, parted by blank lines, and a case
a person with their words. Under any other a source is what was said to a question and may leave, cases lead to no
words, and both are the rows that `released.py` lets out; memos, whose words nobody has checked, stay behind.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from engagement import codebook as codebooks
from engagement.export import qdpx_xml
from engagement.export.last_look import last_look
from engagement.export.qdpx_xml import Case, Note, Package, Selection, Source, guid
from engagement.guard import rowlevel
from engagement.guard.profiles import profiles
from engagement.guard.released import excerpts_released, people_released
from engagement.model import Codebook, Coding, DisclosureRule, Excerpt, FilterKind, Kind, Participant, Role, SafeTurn
from engagement.pipeline import slicer
from engagement.store import Store

OURS = "engagement"  # the user who made what no coder did
GROUP, ROLE, MAY_PUBLISH, QUESTION = "Group", "Role", "May be published", "Question"
NO_QUESTION = "Other passages"
CONSENT = {True: "yes", False: "no", None: "not asked"}
RULE_NOTE = "How this file was made"
Part = tuple[Hashable, str, str]  # of a text: what it is, the heading above it, its words


@dataclass(frozen=True, slots=True)
class Laid:
    """The text of a source and where each of its parts begins in it."""

    text: str
    starts: Mapping[Hashable, int]


def to_qdpx(store: Store, rule: DisclosureRule, made_on: date) -> bytes:
    """The project as QDPX; the same project, rule and date give the same bytes. Raises BadInput, as `write_qdpx`."""
    held = io.BytesIO()
    write_qdpx(store, rule, made_on, held)
    return held.getvalue()


def write_qdpx(store: Store, rule: DisclosureRule, made_on: date, out: BinaryIO) -> None:
    """Writes the project as QDPX. Raises BadInput for words that may still identify somebody; then writes nothing."""
    last_look(store)
    qdpx_xml.write(packed(store, rule), made_on, out)
    store.note("exported as qdpx", detail={"rule": rule.name})


def packed(store: Store, rule: DisclosureRule) -> Package:
    """What of the project leaves under `rule`, in the shape that REFI-QDA gives it."""
    codebook = store.coded.codebook() or codebooks.default()
    codings = store.coded.published()
    return (_whole if rowlevel.says_whose(rule) else _released)(store, rule, codebook, codings)


def laid_out(parts: Sequence[Part]) -> Laid:
    """The parts as one text, each ended by blank lines, under its heading where that is another than the last one's.

    What ends a part is a line break longer than any within one, so that a reader can tell the parts apart again.
    """
    longest = max((len(run) for _, _, words in parts for run in _breaks(words)), default=0)
    end = "\n" * max(2, longest + 1)
    written: list[str] = []
    starts: dict[Hashable, int] = {}
    at, last = 0, ""
    for named, heading, words in parts:
        before = f"{heading}{end}" if heading not in ("", last) else ""
        last = heading
        starts[named] = at + len(before)
        written += (before, words, end)
        at += len(before) + len(words) + len(end)
    return Laid("".join(written), starts)


def _breaks(text: str) -> Iterator[str]:
    run = ""
    for line in text.split("\n")[1:]:
        run += "\n"
        if line:
            yield run
            run = ""
    yield run


def _selections(excerpt: Excerpt, start: int, codings: Iterable[Coding], *, always: bool) -> Iterator[Selection]:
    """One for each coder of an excerpt; `always` one at least."""
    by_coder: dict[str, list[str]] = defaultdict(list)
    for coding in codings:
        by_coder[coding.coder].append(coding.theme_key)
    if always and not by_coder:
        by_coder[OURS] = []
    for coder, keys in sorted(by_coder.items()):
        named = guid("selection", excerpt.excerpt_id, coder)
        yield Selection(named, excerpt.excerpt_id, start, start + len(excerpt.text), coder, tuple(sorted(keys)))


def _by_excerpt(codings: Iterable[Coding]) -> dict[str, list[Coding]]:
    found: dict[str, list[Coding]] = defaultdict(list)
    for coding in codings:
        found[coding.excerpt_id].append(coding)
    return found


def _wordings(store: Store) -> dict[str, str]:
    return {question.question_id: str(question.wording) for question in store.questions()}


# -------------------------------------------------------- what may be published


def _released(store: Store, rule: DisclosureRule, codebook: Codebook, codings: Sequence[Coding]) -> Package:
    numbers, people, sets = slicer(store, rule), store.participants(), store.value_sets()
    excerpts = {excerpt.excerpt_id: excerpt for excerpt in store.excerpts()}
    facts = excerpts_released(numbers, tuple(excerpts.values()), codings, people)
    by_excerpt, wordings = _by_excerpt(codings), _wordings(store)
    said_to: dict[str, list[str]] = defaultdict(list)
    for excerpt_id, stays in facts.items():
        said_to[next((wordings[value] for kind, value in stays if kind == FilterKind.QUESTION), "")].append(excerpt_id)
    sources, asked = [], []
    for wording, ids in sorted(said_to.items(), key=lambda item: (not item[0], item[0])):
        laid = laid_out([(each, wording, excerpts[each].text) for each in ids])
        found: list[Selection] = []
        for each in ids:
            told = [one for one in by_excerpt[each] if (FilterKind.THEME, one.theme_key) in facts[each]]
            found += _selections(excerpts[each], laid.starts[each], told, always=False)
        named = guid("passages", wording)
        sources.append(Source(named, wording or NO_QUESTION, laid.text, tuple(found)))
        asked += [(f"{QUESTION}: {wording}", (named,))] if wording else []
    rows = people_released(numbers, people, profiles(people, rule, sets))
    labels = {key: sets.label(key) for key in sets.characteristics if any(key in dict(row) for row in rows)}
    cases = (Case(f"Case {n}", {labels[key]: value for key, value in row}) for n, row in enumerate(rows, 1))
    refused = rowlevel.refused((one for one in people if one.role is Role.PARTICIPANT), rule)
    sentences = rowlevel.left_out(codebook, rowlevel.themes_shown(numbers, codebook), refused, rule)
    return Package(
        name=store.held_round().name or "Project",
        codebook=codebook,
        variables=tuple(labels.values()),
        cases=tuple(cases),
        sources=tuple(sources),
        notes=(Note(RULE_NOTE, "\n".join(sentences), OURS),),
        sets=tuple(asked),
    )


# -------------------------------------------------------- what an analyst sees


def _whole(store: Store, rule: DisclosureRule, codebook: Codebook, codings: Sequence[Coding]) -> Package:
    everybody, sets, wordings = store.participants(), store.value_sets(), _wordings(store)
    turns, by_excerpt = _turns(store), _by_excerpt(codings)
    said_in: dict[str, list[Excerpt]] = defaultdict(list)
    for excerpt in store.excerpts():
        said_in[excerpt.source_id].append(excerpt)
    sources, links = [], defaultdict(list)
    for row in store.sources():
        if row.source_id not in turns:
            continue
        headed = ((turn, wordings.get(turn.question_id or "", "")) for turn in turns[row.source_id])
        laid = laid_out([(turn.position, heading, turn.text) for turn, heading in headed])
        selections = []
        for excerpt in said_in[row.source_id]:
            start = laid.starts[excerpt.turn] + excerpt.start
            found = list(_selections(excerpt, start, by_excerpt[excerpt.excerpt_id], always=True))
            selections += found
            if excerpt.participant_id:
                links[excerpt.participant_id].append(found[0].guid)
        selections.sort(key=lambda one: (one.start, one.end, one.coder))
        sources.append(Source(guid("source", row.source_id), row.name, laid.text, tuple(selections)))
    profiled = profiles(everybody, rule, sets)
    labels = {key: sets.label(key) for key in sets.characteristics if any(key in said for said in profiled.values())}
    memos = (Note(f"Memo {n}", one.text, one.coder, one.subject) for n, one in enumerate(store.collected.memos(), 1))
    sentences = rowlevel.left_out(codebook, frozenset(codebook.keys), rowlevel.refused((), rule), rule)
    return Package(
        name=store.held_round().name or "Project",
        codebook=codebook,
        variables=(*labels.values(), GROUP, ROLE, MAY_PUBLISH),
        cases=tuple(_persons(everybody, profiled, labels, links)),
        sources=tuple(sources),
        notes=(Note(RULE_NOTE, "\n".join(sentences), OURS), *memos),
        sets=tuple(_sets(turns, wordings, {person.participant_id: person for person in everybody})),
    )


def _turns(store: Store) -> dict[str, list[SafeTurn]]:
    """Each source's turns in order, answers to questions by question."""
    found: dict[str, list[SafeTurn]] = defaultdict(list)
    for (source_id, _), turn in store.reviewed.turns().items():
        found[source_id].append(turn)
    for turns in found.values():
        if all(turn.kind is Kind.RESPONSE for turn in turns):
            order = list(dict.fromkeys(turn.question_id for turn in turns))
            turns.sort(key=lambda turn: order.index(turn.question_id))
    return dict(found)


def _persons(
    everybody: Iterable[Participant],
    profiled: Mapping[str, Mapping[str, str]],
    labels: Mapping[str, str],
    links: Mapping[str, Sequence[str]],
) -> Iterator[Case]:
    """Everybody with their words and what only an analyst may know of them, facilitators too."""
    for person in everybody:
        also = {GROUP: str(person.group or ""), ROLE: str(person.role), MAY_PUBLISH: CONSENT[person.may_publish]}
        said = {labels[key]: value for key, value in profiled.get(person.participant_id, {}).items()}
        yield Case(str(person.label), said | also, tuple(links.get(person.participant_id, ())))


def _sets(
    turns: Mapping[str, Iterable[SafeTurn]], wordings: Mapping[str, str], people: Mapping[str, Participant]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The sources in which each question was asked and each group spoke: (name, their GUIDs)."""
    members: dict[str, dict[str, None]] = {}
    for source_id, held in turns.items():
        for turn in held:
            person = people.get(turn.participant_id or "")
            names = [f"{QUESTION}: {wordings[turn.question_id]}"] if turn.question_id else []
            names += [f"{GROUP}: {person.group}"] if person and person.group else []
            for name in names:
                members.setdefault(name, {})[guid("source", source_id)] = None
    for name in sorted(members):
        yield name, tuple(members[name])
