"""What was ruled is put into the texts: run in a process of its own, since it loads the anonymiser's models.

    python -m engagement.app.anonymisation_apply PROJECT [--code-again]

Nobody's words are told, on either stream.
"""

from __future__ import annotations

import sys
import uuid
from pathlib import Path

from engagement.commands.terminal import show, tell, vault_of
from engagement.errors import BadInput, UserError

CODE_AGAIN = "--code-again"
APPLIED = "rulings applied"  # in the audit trail


def apply(project: Path, *, code_again: bool) -> None:
    """Makes the passages again that rulings change, and says how many on stdout. Raises UserError."""
    from engagement import codebook, pipeline
    from engagement.anonymising.remake import apply_rulings
    from engagement.anonymising.review import Passages
    from engagement.anonymising.rulings import Rulings
    from engagement.config import Settings
    from engagement.store import Store
    from engagement.vault import has_vault, open_key

    with Store.open(project) as store:
        if store.sealed():
            raise BadInput(project.name, "this project is sealed", "Nothing in it can be changed any more")
        vault = vault_of(project) if has_vault(project) else None
        tell("Opening the texts")
        kept = store.reviewed
        made = kept.rulings()
        rulings, passages = Rulings(open_key(project), made), Passages(kept.turns(), vault)
        tell("Loading the anonymiser")
        changed = apply_rulings(store, passages, rulings, project, lambda _: None)
        store.note(APPLIED, detail={"rulings": len(made), "turns": changed})
        show({"turns": changed})  # before the rest, so that a failure of it is told from one of this
        if changed and code_again:
            book = store.coded.codebook() or codebook.default()
            pipeline.recode(store, book, Settings.load(project), project, tell)


def main(arguments: list[str]) -> int:
    """The exit status: 0 done, 1 the user can mend it."""
    try:
        apply(Path(arguments[0]), code_again=CODE_AGAIN in arguments)
    except UserError as error:
        tell(str(error))
        return 1
    except Exception as error:  # noqa: BLE001 - the message of an unforeseen error may hold a participant's words
        tell(f"Something went wrong inside engagement ({type(error).__name__}, {uuid.uuid4().hex[:8]}).")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
