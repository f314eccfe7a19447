"""The last look at a project's words, before any of them leaves in a file."""

from __future__ import annotations

from engagement.anonymising import residual
from engagement.anonymising.rulings import Judgement
from engagement.policy import Policy
from engagement.quotation.named import check_saved
from engagement.store import Store


def last_look(store: Store) -> None:
    """Raises BadInput for words that may still identify somebody.

    Words in the brackets of a quote that was mended may name nobody. Not looked for are the kinds that the policy or a
    reviewer kept on purpose.
    """
    kept = {ruling.kind for ruling in store.reviewed.rulings() if ruling.decision is Judgement.KEEP}
    check_saved(store)
    residual.check_project(store, kinds=residual.looked_for(Policy(store.reviewed.actions())) - kept)
