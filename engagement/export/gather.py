"""A round's evidence, read from its project once: every number a cell of the slicer, every quote a cleared one.

What a reader could subtract is not gathered at all: codings and uncoded excerpts are counted over the themes whose
number is shown, those who only sent copies are told apart only where enough of them did, and what was left out is
rounded, since there are as many row ids as rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from engagement import __version__, agreement
from engagement.campaigns import CAMPAIGN, sizes
from engagement.coding.blind import BLIND, Judged, judged_by_machine
from engagement.comparing import population
from engagement.comparing.compare import Comparison, beyond_parts, compare
from engagement.comparing.population import Gap
from engagement.config import Settings
from engagement.export.counts import received as files_of
from engagement.export.evidence import Asked, Checked, Evidence, Found, Options, Received, Reliability
from engagement.export.evidence_quotes import Quoted, of_groups, of_themes
from engagement.language import ENGLISH
from engagement.model import (
    Cell,
    Codebook,
    Coding,
    Count,
    DisclosureRule,
    Excerpt,
    FileCounts,
    Filter,
    FilterKind,
    Participant,
    Role,
    SliceRequest,
    SliceTable,
    Stance,
)
from engagement.pipeline import slicer
from engagement.quotation.quoting import cached_vectors
from engagement.quotes import QuoteBook
from engagement.slices import Slicer, shown
from engagement.store import Store
from engagement.tagging.value_sets import ValueSets
from engagement.themes import MACHINE

NOTHING = Codebook("", 0, ())  # of a project in which nothing is coded yet
THE_COMPUTER = "the computer"


@dataclass(frozen=True, slots=True)
class _Held:
    """What several parts of the evidence are made from, read once."""

    store: Store
    rule: DisclosureRule
    sets: ValueSets
    codebook: Codebook
    numbers: Slicer
    excerpts: tuple[Excerpt, ...]
    people: tuple[Participant, ...]
    echoes: frozenset[str]
    codings: tuple[Coding, ...]  # those that hold
    shown: frozenset[str]  # the keys of the themes whose number of people is shown


def gather(store: Store, rule: DisclosureRule, settings: Settings, options: Options) -> Evidence:
    """Everything that an export may show of the project under `rule`.

    Raises BadInput for an unknown characteristic or a population that can't be read, and ValueError where a stored text
    no longer matches its digest.
    """
    held = _held(store, rule)
    asked = {answer.characteristic for person in held.people for answer in person.answers}
    table_of = held.numbers.table
    profiles = {key: table_of(SliceRequest(by=(key,))) for key in held.sets.characteristics if key in asked}
    crossed = {pair: table_of(SliceRequest(by=pair)) for pair in options.crossed}
    total = table_of(SliceRequest()).rows[0].base
    groups = [(theme, held.numbers.people_behind(theme.excerpt_ids)) for theme in store.coded.emergent()]
    quoted = of_themes(_book(held, settings), held.codebook.keys) if held.codebook.themes else {}
    beyond = [(theme, cell) for theme, cell in groups if isinstance(cell, Count)]
    return Evidence(
        held=store.held_round(),
        organisation=settings.organisation,
        rule=rule,
        sets=held.sets,
        codebook=held.codebook,
        made_on=options.made_on,
        version=__version__,
        received=_received(held, total),
        total=total,
        found=_found(held, profiles, quoted, options.quotes),
        asked=_asked(held),
        profiles=profiles,
        crossed=crossed,
        combined={
            pair: beyond_parts(table, held.sets) if held.codebook.themes else () for pair, table in crossed.items()
        },
        together=_together(held),
        gaps=_gaps(profiles, options, held.sets),
        emergent=tuple((theme.name, cell) for theme, cell in beyond),
        uncoded=_uncoded(held),
        reliability=() if settings.reflexive else _reliability(held),
        reflexive=settings.reflexive,
        changes=tuple(f"Version {change.version}: {change.words}." for change in store.coded.changes()),
        checked=_checked(held) if held.codebook.themes else None,
        stability={theme.name: theme.stability for theme, _ in beyond if theme.stability},  # 0: nobody measured it
        few=len(groups) - len(beyond),
        sealed=store.sealed(),
        spoken=of_groups(quoted, profiles, held.sets),
    )


def _held(store: Store, rule: DisclosureRule) -> _Held:
    codebook, numbers = store.coded.codebook() or NOTHING, slicer(store, rule)
    numbers.prepare()
    return _Held(
        store=store,
        rule=rule,
        sets=store.value_sets(),
        codebook=codebook,
        numbers=numbers,
        excerpts=store.excerpts(),
        people=tuple(person for person in store.participants() if person.role is Role.PARTICIPANT),
        echoes=store.echoes(),
        codings=store.coded.published(),
        shown=frozenset(key for key in codebook.keys if numbers.shows(key)),
    )


# ------------------------------------------------------------------ what came in


def _received(held: _Held, total: Cell) -> Received:
    files = files_of(held.store)
    read = [file for file in files if file.state == "read"]
    counts = sum((file.counts for file in read), FileCounts())
    copied = held.store.copies()
    campaigns = sorted((number for number in sizes(copied).values() if number >= CAMPAIGN), reverse=True)
    told = isinstance(_shown(held, len(held.echoes)), Count)
    unused = {"answers left blank": counts.blank, "answers that say nothing": counts.non_answers}
    return Received(
        files=len(files),
        read=len(read),
        reasons=tuple(f"{file.name}: {file.reason}" for file in files if file.state != "read"),
        people=_shown(held, len(held.people)) if told else total,
        excerpts=_shown(held, len(held.excerpts)),
        copies=_shown(held, len(copied)),
        campaigns=len(campaigns),
        refused=_shown(held, sum(person.may_publish is False for person in held.people)),
        withdrawn=_shown(held, counts.withdrawn),
        languages=_languages(held),
        left_out={words: _shown(held, number) for words, number in sorted(counts.aside.items())},
        replaced=held.store.replaced_by_kind(),
        notes=tuple(f"{file.name}: {note}" for file in read for note in file.notes),
        sent=tuple(_shown(held, number) for number in campaigns),
        unused={words: _shown(held, number) for words, number in unused.items() if number},
    )


def _languages(held: _Held) -> dict[str, Cell]:
    """How many people used each language but English, which could be subtracted from everybody."""
    used: dict[str, list[str]] = defaultdict(list)
    for excerpt in held.excerpts:
        if excerpt.language != ENGLISH:
            used[excerpt.language].append(excerpt.excerpt_id)
    return {language: held.numbers.people_behind(used[language]) for language in sorted(used)}


def _shown(held: _Held, number: int) -> Cell:
    return shown(number, held.rule)


# ------------------------------------------------------------------------ themes


def _book(held: _Held, settings: Settings) -> QuoteBook:
    """All that may be quoted, with what people pinned and dropped."""
    return QuoteBook(
        held.excerpts,
        held.codings,
        held.people,
        held.numbers,
        held.rule,
        held.sets,
        picks=held.store.collected.picks(),
        stances=held.store.coded.published_stances(),
        embeddings=cached_vectors(held.excerpts, settings, held.store.folder / "cache"),
    )


def _found(
    held: _Held, profiles: Mapping[str, SliceTable], quoted: Mapping[str, Sequence[Quoted]], most: int
) -> tuple[Found, ...]:
    if not held.codebook.themes:
        return ()
    people, mentions = (held.numbers.table(SliceRequest(unit=unit)).rows[0].themes for unit in ("people", "mentions"))
    stances = _by_stance(held)
    compared: dict[str, list[tuple[str, Comparison]]] = defaultdict(list)
    for key, table in profiles.items():
        for one in compare(table, held.sets):
            compared[one.theme].append((key, one))
    used = Counter(theme.name for theme in held.codebook.themes)
    return tuple(
        Found(
            theme=theme,
            name=theme.name if used[theme.name] == 1 else f"{theme.name} ({theme.key})",
            people=people[theme.key],
            mentions=mentions[theme.key],
            stances={each: cells[theme.key] for each, cells in stances.items()},
            compared=tuple(compared[theme.key]),
            quotes=tuple(quoted[theme.key][:most]),
        )
        for theme in held.codebook.themes
    )


def _by_stance(held: _Held) -> dict[Stance, Mapping[str, Cell]]:
    if not held.store.coded.published_stances():
        return {}
    return {
        each: held.numbers.table(SliceRequest(where=(Filter(FilterKind.STANCE, each),))).rows[0].themes
        for each in Stance
    }


def _together(held: _Held) -> dict[tuple[str, str], Cell]:
    """Each pair of themes once, in the codebook's order."""
    if not held.codebook.themes:
        return {}
    cells = held.numbers.cooccurrence()
    return {pair: cells[pair] for pair in combinations(held.codebook.keys, 2)}


def _asked(held: _Held) -> tuple[Asked, ...]:
    """The questions that somebody who is counted answered, in the order in which they are met."""
    counted_people = {person.participant_id for person in held.people} - held.echoes
    met = dict.fromkeys(each.question_id for each in held.excerpts if each.participant_id in counted_people)
    wordings = {question.question_id: str(question.wording) for question in held.store.questions()}
    taken = {one.excerpt_id for one in held.store.coded.published_stances()}
    proposing = {each.question_id for each in held.excerpts if each.excerpt_id in taken}
    found = []
    for question_id in filter(None, met):
        here = Filter(FilterKind.QUESTION, question_id)
        row = held.numbers.table(SliceRequest(where=(here,))).rows[0]
        stand = {
            each: held.numbers.table(SliceRequest(where=(here, Filter(FilterKind.STANCE, each)))).rows[0].base
            for each in (Stance if question_id in proposing else ())
        }
        told = any(isinstance(cell, Count) for cell in stand.values())
        themes = {key: row.themes[key] for key in held.codebook.keys}
        found.append(Asked(wordings[question_id], row.base, themes, stand if told else {}))
    return tuple(found)


def _gaps(profiles: Mapping[str, SliceTable], options: Options, sets: ValueSets) -> tuple[Gap, ...]:
    if options.population is None:
        return ()
    there = population.load(options.population, sets)
    return population.missing([table for key, table in profiles.items() if key in there], there, sets)


# ------------------------------------------------------------------------ coders


def _checked(held: _Held) -> Checked:
    codings = [coding for coding in held.codings if coding.theme_key in held.shown]
    decided = [coding for coding in codings if not coding.coder.startswith(MACHINE)]
    return Checked(_shown(held, len(codings)), _shown(held, len(decided)), len({coding.coder for coding in decided}))


def _uncoded(held: _Held) -> Cell:
    carry = {coding.excerpt_id for coding in held.codings if coding.theme_key in held.shown}
    said = (one for one in held.excerpts if one.role in (Role.PARTICIPANT, Role.NOBODY))
    return _shown(held, sum(one.excerpt_id not in carry for one in said))


def _reliability(held: _Held) -> tuple[Reliability, ...]:
    """Every pair of coders who judged the latest sample; people before the computer."""
    sample = next(iter(held.store.sampled.samples()[-1:]), None)
    if sample is None or not held.codebook.themes:
        return ()
    codings, ids = held.store.coded.codings(), set(sample.excerpt_ids)
    machine = next((coding.coder for coding in codings if coding.coder.startswith(MACHINE)), None)
    judged = [*held.store.sampled.judged()]
    if machine:
        in_sample = [excerpt for excerpt in held.excerpts if excerpt.excerpt_id in ids]
        judged += judged_by_machine(in_sample, machine, held.codebook.keys)
    coders = sorted({one.coder for one in judged if one.excerpt_id in ids}, key=lambda coder: coder == machine)
    called = _called(coders)
    found = []
    for pair in combinations(coders, 2):
        measured = agreement.reliability(codings, judged, pair, sample, held.codebook)
        themes = tuple(one for one in measured if one.theme not in held.codebook.keys or one.theme in held.shown)
        both = _judged_by(judged, pair, ids)
        found.append(Reliability(called[pair[0]], called[pair[1]], both, themes, len(measured) - len(themes)))
    return tuple(found)


def _called(coders: Sequence[str]) -> dict[str, str]:
    """What a reader may know of each coder: what they are, not who."""
    people = [coder for coder in coders if not coder.startswith(MACHINE)]
    numbered = {
        coder: f"coder {number}{' (blind)' if coder.startswith(BLIND) else ''}"
        for number, coder in enumerate(people, 1)
    }
    return {coder: numbered.get(coder, THE_COMPUTER) for coder in coders}


def _judged_by(judged: Sequence[Judged], pair: tuple[str, str], among: set[str]) -> int:
    first, second = ({one.excerpt_id for one in judged if one.coder == coder} & among for coder in pair)
    return len(first & second)
