"""The turns that a reviewer's rulings change, made again."""

from __future__ import annotations

from pathlib import Path

from engagement.anonymise import anonymiser_for
from engagement.anonymising import review
from engagement.anonymising.review import Passages
from engagement.anonymising.rulings import Rulings, Turn
from engagement.campaigns import copies
from engagement.config import Settings
from engagement.pipeline import Tell
from engagement.policy import Policy
from engagement.segment import cut_turns
from engagement.store import Store
from engagement.tagging.mentions import mentioned_tags
from engagement.vault import Ledger, open_key


def apply_rulings(store: Store, passages: Passages, rulings: Rulings, project: Path, tell: Tell) -> int:
    """Makes the turns again that the rulings change, and gives how many. Raises BadInput for a damaged vault."""
    settings, ledger = Settings.load(project), Ledger(open_key(project), store.numbers())
    anonymiser = anonymiser_for(Policy(store.reviewed.actions()), ledger, settings, rulings)
    review.teach(anonymiser.people, passages)
    changed = review.again(passages.turns, passages, rulings, anonymiser.ordinary, anonymiser.replacement)
    kept = store.reviewed
    kept.settled((), rulings, ledger.numbers)  # first, so that after a crash no number is given twice
    of_source: dict[str, list[Turn]] = {}
    for turn in passages.turns:
        of_source.setdefault(turn[0], []).append(turn)
    for source_id in sorted({turn[0] for turn in changed}):
        before = [passages.turns[turn] for turn in of_source[source_id]]
        after = [changed.get(turn, passages.turns[turn]) for turn in of_source[source_id]]
        remade = [changed[turn] for turn in of_source[source_id] if turn in changed]
        old, new = (cut_turns(source_id, turns, settings.excerpt_words) for turns in (before, after))
        tags = [tag for excerpt in new for tag in mentioned_tags(excerpt)]
        kept.replace_turns(source_id, remade, new, tags, old)
    # A source that the vault does not have is made again from its file, for what was replaced for nothing.
    complete = {source_id for source_id, turns in of_source.items() if all(map(passages.held, turns))}
    kept.settled(complete, rulings, ledger.numbers)
    store.replace_copies(copies(store.turns()))
    tell(f"{len(changed)} turns made again" + (". Run 'engagement code-again'" if changed else ""))
    return len(changed)
