"""What the coding page works on: the words once an edition, and decisions anew at each click, those on the page alone.

A decision changes no edition, so nothing here is loaded again for it; and nothing that people decide is kept in a
cache, so that two tabs, or two people, see each other's decisions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from sqlalchemy import select, union

from engagement.app import reading
from engagement.app.data import folder
from engagement.coding.blind import BLIND, Sample, left_to_code
from engagement.coding.proposals import proposals
from engagement.config import Settings
from engagement.guard.profiles import NOT_SHOWN, profiles
from engagement.model import Codebook, Coding, Decision, Excerpt, Stance, StanceCoding, Stated
from engagement.store import Store
from engagement.storing import records, schema
from engagement.storing.coded import MACHINES
from engagement.themes import MACHINE, read_by_machine

BLINDS = f"{BLIND}%"


@dataclass(frozen=True, slots=True)
class Work:
    """A project as coders work on it, as of one edition.

    `questions` are the wordings of those that excerpts answer, `answers` the excerpts that participants and documents
    gave to each, in the order of the round, "" for no question. `proposed` says what a question proposes, `doubtful`
    has its answers with the machine's least sure stance first. `printed` is what may be said of each person.
    """

    folder: Path
    edition: int
    settings: Settings
    codebook: Codebook
    excerpts: Mapping[str, Excerpt]
    questions: Mapping[str, str]
    answers: Mapping[str, tuple[str, ...]]
    proposed: Mapping[str, str]
    doubtful: Mapping[str, tuple[StanceCoding, ...]]
    printed: Mapping[str, str]

    @property
    def names(self) -> dict[str, str]:
        """Theme key -> what a coder calls it, no two alike."""
        used = Counter(theme.name for theme in self.codebook.themes)
        return {
            theme.key: theme.name if used[theme.name] == 1 else f"{theme.name} ({theme.key})"
            for theme in self.codebook.themes
        }

    @property
    def cache(self) -> Path:
        """Where the project keeps the vectors of its words."""
        return self.folder / "cache"


class CodingStore(Store):
    """A project with the short questions that a page asks at every click."""

    def codings_of(self, excerpt_ids: Iterable[str]) -> tuple[Coding, ...]:
        """Every claim of every coder on these excerpts, the oldest first."""
        coding = schema.codings.c
        query = select(schema.codings).where(coding.excerpt_id.in_(list(excerpt_ids)))
        rows = self._rows(query.order_by(coding.at, coding.excerpt_id, coding.theme_key))
        return tuple(map(records.coding_of, rows))

    def codings_with(self, theme_key: str) -> tuple[Coding, ...]:
        """Every claim of every coder on this theme, the oldest first."""
        coding = schema.codings.c
        query = select(schema.codings).where(coding.theme_key == theme_key).order_by(coding.at, coding.excerpt_id)
        return tuple(map(records.coding_of, self._rows(query)))

    def stances_by_people(self) -> dict[str, Stance]:
        """Where people say that excerpts stand: the last word on each."""
        stance = schema.stances.c
        query = select(stance.excerpt_id, stance.stance).where(stance.coder.not_like(MACHINES))
        rows = self._rows(query.order_by(stance.at, stance.entry))
        return {row.excerpt_id: Stance(row.stance) for row in rows}

    def coded_by_people(self) -> int:
        """Of how many excerpts people have said anything that counts."""
        coding, judged = schema.codings.c, schema.judged.c
        decided = coding.coder.not_like(MACHINES), coding.decision != Decision.SUGGESTED
        query = union(
            select(coding.excerpt_id).where(*decided, coding.coder.not_like(BLINDS)),
            select(judged.excerpt_id).where(judged.coder.not_like(BLINDS)),
        )
        return len(self._rows(query))


def work() -> Work | None:
    """The project that the app was started with, None before anything is coded. Raises NoProject, BadInput."""
    project = folder()
    settings = project / "settings.toml"
    with Store.open(project) as store:
        edition = store.edition()
    return _load(str(project), edition, settings.stat().st_mtime_ns if settings.exists() else 0)


@st.cache_resource(max_entries=1, show_spinner="Opening the words of the project")
def _load(named: str, edition: int, settings: int) -> Work | None:  # noqa: ARG001 - the time of the settings is a key
    project = Path(named)
    chosen = Settings.load(project)
    with Store.open(project) as store:
        codebook = store.coded.codebook()
        if codebook is None:
            return None
        excerpts, questions, sets = reading.words(named, edition), store.questions(), store.value_sets()
        printed = profiles(store.participants(), chosen.disclosure_rule(), sets)
        suggested = [one for one in store.coded.stances() if one.coder.startswith(MACHINE)]
    by_id = {one.excerpt_id: one for one in excerpts}
    answers, doubtful = defaultdict(list), defaultdict(list)
    for one in read_by_machine(excerpts):
        answers[one.question_id or ""].append(one.excerpt_id)
    for stance in sorted(suggested, key=lambda each: (each.score, each.excerpt_id)):
        if stance.excerpt_id in by_id:
            doubtful[by_id[stance.excerpt_id].question_id or ""].append(stance)
    proposed = proposals(questions)
    return Work(
        project,
        edition,
        chosen,
        codebook,
        by_id,
        {one.question_id: str(one.wording) for one in questions if one.question_id in answers},
        {key: tuple(ids) for key, ids in answers.items()},
        {key: words for key, words in proposed.items() if key in doubtful},
        {key: tuple(those) for key, those in doubtful.items()},
        {
            person: " · ".join(f"{sets.label(key)}: {words}" for key, words in said.items() if _told(words))
            for person, said in printed.items()
        },
    )


def _told(words: str) -> bool:
    return words not in {"", NOT_SHOWN, *Stated}


def newest_sample(store: Store) -> Sample | None:
    """The sample that is coded twice, None before one is drawn."""
    return next(iter(store.sampled.samples()[-1:]), None)


def left_blind(store: Store, work: Work, name: str) -> frozenset[str]:
    """What `name` may still be asked to code blind: nothing that anybody found in these is shown to them."""
    judged = store.sampled.judged()
    return frozenset(
        one.excerpt_id
        for sample in store.sampled.samples()
        for one in left_to_code(sample, _of(work, sample), judged, f"{BLIND}{name}", work.codebook.keys)
    )


def left_of(store: Store, work: Work, sample: Sample, name: str) -> tuple[Excerpt, ...]:
    """What `name` has to code blind of a sample."""
    return left_to_code(sample, _of(work, sample), store.sampled.judged(), f"{BLIND}{name}", work.codebook.keys)


def _of(work: Work, sample: Sample) -> list[Excerpt]:
    return [work.excerpts[each] for each in sample.excerpt_ids if each in work.excerpts]
