"""The sign-off page for a data-protection officer: what was done to the words, how well, and what is left to judge.

Numbers only, but for the names of withheld files as they are stored. The page is one file that asks for nothing else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagement import __version__
from engagement.anonymising import residual
from engagement.anonymising.origins import FORMS, Recall
from engagement.anonymising.review import Passages, queue
from engagement.anonymising.risk import Risk, combinations, counted
from engagement.anonymising.rulings import Judgement, Rulings
from engagement.model import Redaction
from engagement.policy import MONTHS, PRINTED, Action, Policy

if TYPE_CHECKING:
    from jinja2 import Template

    from engagement.store import Store

# Who found it, as `Redaction.found_by` has it -> what a reader is told. Patterns and Presidio's own end the list.
FINDERS = {
    "known": "Somebody known from a roster, a label or another text",
    "misspelt": "A misspelling of somebody known",
    "ner": "The language model",
    "learnt": "The model of identifiers, trained on names of many origins",
    "proper noun": "A capitalised word that the language does not know",
    "unexplained": "A word that nothing explains (strict)",
    "ruling": "A reviewer's ruling",
}
BY_PATTERN = "The pattern of its kind"
DONE = {
    Action.PSEUDONYM: "numbered",
    Action.MASK: "replaced by its kind",
    Action.GENERALISE: "made coarser, or else replaced by its kind",
    Action.KEEP: "left in the text, and not looked for",
}
# What somebody would try who wants to know who spoke, is able and patient, and does nothing unlawful: the motivated
# intruder of the Information Commissioner's guidance on anonymisation, in our own words.
QUESTIONS = (
    "Could somebody who knows the area pick a person out by an event, a job or a family story that is told here?",
    "Could a neighbour, colleague or relative know a person by their way of speaking or by something only they know?",
    "Would searching the web, social media or the press for a phrase or an event of the text lead to a person?",
    "Could the text be joined with something else that is public: minutes, a register, a planning or press notice?",
    "Could it be joined with an earlier release of ours, so that the difference gives a person away?",
    "Do the words and the tables, taken together, tell more about a person than each by itself?",
    "Is there a person of whom it is known that they took part, and could their words be told from the others'?",
    "Would anybody have a reason to try: a dispute, a news story, a grudge, a case before a court?",
    "What would it cost the person if somebody succeeded, and does that call for leaving more out?",
    "Has somebody who was not in the round tried, with the web and an hour, and written down what they found?",
)


@dataclass(frozen=True, slots=True)
class Files:
    """What came in, and what became of it. `withheld` has the name as stored, and the reason."""

    received: int
    read: int
    unreadable: int
    withheld: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """How far the review has come: words that a person ruled may stay, or must go, and decisions still waiting."""

    kept: int
    replaced: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Scan:
    """The residual scan: of `texts`, those that still hold an identifier, or a full name replaced elsewhere.

    `names` is None where the key is gone, so that names can't be looked for.
    """

    texts: int
    refused: int
    names: int | None = None


@dataclass(frozen=True, slots=True)
class Signoff:
    """All that the page says. `made_on` is an ISO date; `review` and `risk` are None where there was none."""

    subject: str
    made_on: str
    policy: Policy
    files: Files
    replaced: Mapping[str, int]  # by kind
    found_by: Mapping[str, int]  # by who found it, in words: see `finders`
    scan: Scan
    recall: tuple[Recall, ...]
    review: Review | None = None
    risk: Risk | None = None


def of_project(
    store: Store,
    policy: Policy,
    recall: Sequence[Recall],
    *,
    made_on: str,
    key: bytes | None = None,
) -> Signoff:
    """The sign-off of a project; `key` is that of its pseudonyms, while it has one."""
    sources = store.sources()
    by_state = Counter(source.state for source in sources)
    participants = store.participants()
    rare = combinations(participants, store.tags(), store.excerpts(), sets=store.value_sets())
    withheld = tuple((source.name, source.reason) for source in sources if source.state == "withheld")
    return Signoff(
        subject=store.held_round().name or "round without a name",
        made_on=made_on,
        policy=policy,
        files=Files(len(sources), by_state["read"], by_state["unreadable"], withheld),
        replaced=store.replaced_by_kind(),
        found_by=finders(row.found_by for row in store.redactions()),
        scan=scanned((text for _, text in residual.texts_of(store)), policy, key, store.numbers()),
        recall=tuple(recall),
        review=_reviewed(store, key) if key else None,
        risk=counted(rare, participants),
    )


def _reviewed(store: Store, key: bytes) -> Review:
    rulings = store.reviewed.rulings()
    decided = Counter(ruling.decision for ruling in rulings)
    waiting = queue(Passages(store.reviewed.turns()), store.reviewed.doubts(), Rulings(key, rulings))
    return Review(decided[Judgement.KEEP], decided[Judgement.REPLACE], len(waiting))


def of_texts(
    files_told: Files,
    policy: Policy,
    safe: Sequence[tuple[str, Sequence[Redaction]]],
    recall: Sequence[Recall],
    *,
    made_on: str,
) -> Signoff:
    """The sign-off of texts that are in no project; a file's name may be somebody's, so none is told."""
    redactions = [redaction for _, replaced in safe for redaction in replaced]
    return Signoff(
        subject="texts outside a project",
        made_on=made_on,
        policy=policy,
        files=files_told,
        replaced=dict(Counter(redaction.kind for redaction in redactions).most_common()),
        found_by=finders(redaction.found_by for redaction in redactions),
        scan=scanned((text for text, _ in safe), policy),
        recall=tuple(recall),
    )


def finders(found_by: Iterable[str]) -> dict[str, int]:
    """How many were found by whom, the most first; several may have found the same, and each is counted."""
    found = Counter(told for by in found_by for told in {FINDERS.get(one, BY_PATTERN) for one in by.split("+")})
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def scanned(
    texts: Iterable[str], policy: Policy, key: bytes | None = None, numbers: Mapping[str, int] | None = None
) -> Scan:
    """What the residual scan says of these safe texts."""
    kinds = residual.looked_for(policy)
    names = residual.numbered_names(key, numbers or {}) if key else None
    total = refused = named = 0
    for text in texts:
        total += 1
        refused += bool(residual.remaining(text, kinds=kinds))
        named += bool(names and names(text))
    return Scan(total, refused, named if names else None)


def write(signoff: Signoff, path: Path) -> None:
    """Writes the page at `path`, or its data where the name ends in .json."""
    as_json = path.suffix.lower() == ".json"
    written = json.dumps(as_data(signoff), ensure_ascii=False, indent=1) + "\n" if as_json else as_html(signoff)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written, encoding="utf-8")


def as_data(signoff: Signoff) -> dict[str, Any]:
    """The same as the page, for programs."""
    policy = signoff.policy
    told = asdict(signoff)
    told["policy"] = {"preset": policy.preset, "actions": {kind: str(policy.actions[kind]) for kind in PRINTED}}
    told["recall"] = [{**asdict(each), "interval": list(each.interval)} for each in signoff.recall]
    return {"engagement": __version__, **told, "questions": list(QUESTIONS)}


def as_html(signoff: Signoff) -> str:
    """The page, whole in one file: no script, no picture, no font and no request."""
    made_on = date.fromisoformat(signoff.made_on)
    origins = dict.fromkeys(each.origin for each in signoff.recall)
    by_place = {(each.origin, each.form): each for each in signoff.recall}
    kinds = sorted({*signoff.replaced, *(kind for kind in PRINTED if _keeps(signoff.policy, kind))})
    return _template().render(
        page=signoff,
        version=__version__,
        made_on=f"{made_on.day} {MONTHS[made_on.month - 1]} {made_on.year}",
        replaced=[
            (_capital(PRINTED[kind]), signoff.replaced.get(kind, 0), DONE[signoff.policy.actions[kind]])
            for kind in sorted(kinds, key=lambda kind: (-signoff.replaced.get(kind, 0), PRINTED[kind].casefold()))
        ],
        forms=[_capital(form) for form in FORMS],
        recall=[(origin, [_share(by_place.get((origin, form))) for form in FORMS]) for origin in origins],
        gaps=[_gap([each for each in signoff.recall if each.form == form]) for form in FORMS],
        questions=QUESTIONS,
    )


def _keeps(policy: Policy, kind: str) -> bool:
    """Whether the policy leaves this kind in the text, so that a reader must be told of it."""
    return policy.actions[kind] is Action.KEEP


def _share(recall: Recall | None) -> tuple[str, str]:
    if recall is None:
        return "not measured", ""
    low, high = (f"{100 * share:.0f}" for share in recall.interval)
    return f"{recall.found} of {recall.of}", f"({low}\u2013{high})"


def _gap(recalls: Sequence[Recall]) -> str:
    """Between the origin found most often and the one found least."""
    shares = [each.found / each.of for each in recalls if each.of]
    return f"{100 * (max(shares) - min(shares)):.0f} points" if shares else "not measured"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    source = files("engagement").joinpath("data", "signoff.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        source
    )
