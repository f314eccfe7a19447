"""What a reviewer of the anonymisation has before them: the texts, the queue, the rulings, and the vault while open.

The safe texts are shared by all tabs. The vault, and all that was read with it, is in the state of one tab alone: it
goes with "Close the vault", with the tab, and when nobody uses it.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import streamlit as st

from engagement.anonymising.review import Inquiry, Passages, queue
from engagement.anonymising.rulings import RULED, Judgement, Ruling, Rulings, Spot, Turn
from engagement.app.anonymisation_apply import APPLIED
from engagement.errors import BadInput
from engagement.model import Doubt, SafeTurn
from engagement.store import Store
from engagement.vault import Vault, has_vault, open_key

# In the tab's own state: the review with the vault closed, the vault with its own, the place in the queue, which is
# another one with the vault open, and whether the vault closed by itself.
DESK, VAULT, AT = "anonymisation-desk", "anonymisation-vault", "anonymisation-at"
CLOSED = "anonymisation-closed"
# As long as NIST SP 800-63B lets anybody be idle at its highest level of assurance (AAL3) before they prove anew who
# they are: about a short break, in which somebody else may sit down at the screen.
IDLE = 15 * 60  # seconds
EVERY = 20  # seconds from one look at that to the next
OPPOSITE = {Judgement.KEEP: Judgement.REPLACE, Judgement.REPLACE: Judgement.KEEP}


@dataclass(frozen=True, slots=True, repr=False)
class Texts:
    """The stored texts of an edition, what is in doubt in them, and the stored name and locations of each source."""

    turns: Mapping[Turn, SafeTurn]
    doubts: Sequence[tuple[str, Doubt]]
    names: Mapping[str, str]


@dataclass(slots=True, repr=False)
class Desk:
    """A review on its way. `asked` is the queue before any ruling, `open` what no ruling settles.

    `made` are the rulings in the order in which they were made, and `waiting` how many of them are in no text yet.
    """

    edition: int
    texts: Texts
    passages: Passages
    with_vault: bool
    asked: tuple[Inquiry, ...]
    rulings: Rulings
    made: tuple[Ruling, ...] = ()
    open: tuple[Inquiry, ...] = ()
    waiting: int = 0
    folder: Path = Path()
    ruled: dict[str, Spot] | None = None  # where words stand that rulings replaced in the texts, by their digest

    def settle(self, made: Sequence[Ruling], waiting: int) -> None:
        """Takes all rulings into account, those of other tabs among them."""
        self.made, self.waiting = tuple(made), waiting
        self.rulings = Rulings(open_key(self.folder), made)
        self.open = tuple(
            replace(each, spots=spots)
            for each in self.asked
            if (spots := tuple(spot for spot in each.spots if not self._settled(each.digest, spot)))
        )

    def _settled(self, digest: str, spot: Spot) -> bool:
        """Whether a ruling did what it says here: one for everywhere leaves an everyday word that starts a sentence."""
        ruling = self.rulings.decide(digest, spot)
        if ruling is None or ruling.spot or ruling.decision is Judgement.KEEP or self.waiting:
            return ruling is not None
        return self.passages.replacing(spot) is not None

    def holding(self) -> tuple[Ruling, ...]:
        """The rulings that hold, the newest first: those that a later one took the place of are left out."""
        newest: dict[str | Spot, Ruling] = {}
        for ruling in reversed(self.made):
            newest.setdefault(ruling.spot or ruling.digest, ruling)
        return tuple(newest.values())

    def where(self, ruling: Ruling) -> Spot | None:
        """A place that a ruling speaks of, where one can be shown."""
        if ruling.spot:
            return ruling.spot if ruling.spot[:2] in self.texts.turns else None
        if spot := next((each.spots[0] for each in self.asked if each.digest == ruling.digest), None):
            return spot
        if self.ruled is None:
            spots = (
                Spot(*turn, one.start, one.end)
                for turn, stored in self.texts.turns.items()
                for one in stored.redactions
                if RULED in one.found_by and self.passages.held(turn)
            )
            self.ruled = {self.rulings.digest(self.passages.shown(spot)[1]): spot for spot in spots}
        return self.ruled.get(ruling.digest)


def desk(project: Path) -> Desk:
    """The desk of this tab, as the project is now. Not for a sealed project: it has no key any more."""
    vault = vault_of_tab(project)
    lent: Lent | None = st.session_state.get(VAULT)
    with Store.open(project) as store:
        edition, made = store.edition(), store.reviewed.rulings()
        held: Desk | None = lent.desk if lent else st.session_state.get(DESK)
        if held is None or (held.edition, held.with_vault) != (edition, vault is not None):
            held = _laid_out(project, edition, vault)
            if lent:
                lent.desk = held
            else:
                st.session_state[DESK] = held
            held.settle(made, _waiting(store, made))
        elif len(held.made) != len(made):
            held.settle(made, _waiting(store, made))
    return held


def _laid_out(project: Path, edition: int, vault: Vault | None) -> Desk:
    texts = _texts(str(project), edition)
    passages = Passages(texts.turns, vault)
    rulings = Rulings(open_key(project))
    with st.spinner("Putting the decisions in order"):
        asked = queue(passages, texts.doubts, rulings)
    return Desk(edition, texts, passages, vault is not None, asked, rulings, folder=project)


@st.cache_resource(max_entries=2, show_spinner="Opening the texts")
def _texts(named: str, edition: int) -> Texts:  # noqa: ARG001 - it is the cache's key
    """Safe text only: what a tab reads with the vault open is never in here."""
    with Store.open(Path(named)) as store:
        names = {source.source_id: source.name for source in store.sources()}
        return Texts(store.reviewed.turns(), tuple(store.reviewed.doubts()), names)


def _waiting(store: Store, made: Sequence[Ruling]) -> int:
    """How many rulings were made since rulings were last put into the texts."""
    applied = (entry["detail"]["rulings"] for entry in reversed(store.audit_trail()) if entry["what"] == APPLIED)
    return len(made) - int(next(applied, 0))


def rule(project: Path, ruling: Ruling) -> None:
    """Keeps a ruling at once, in one transaction. Raises BadInput for a project that was sealed meanwhile."""
    with Store.open(project) as store:
        if store.sealed():
            raise BadInput(project.name, "this project is sealed", "Nothing in it can be changed any more")
        store.reviewed.add_ruling(ruling)


def undone(ruling: Ruling, coder: str) -> Ruling:
    """The later ruling that takes the place of this one and says the opposite."""
    return replace(ruling, decision=OPPOSITE[ruling.decision], coder=coder)


# ------------------------------------------------------------------- the vault


@dataclass(slots=True, repr=False, eq=False, weakref_slot=True)
class Lent:
    """The vault as one tab has it, and the review laid out with it; `used` is when the tab last asked for it."""

    vault: Vault | None
    used: float
    desk: Desk | None = None

    def left_alone(self) -> bool:
        """Whether nobody has used it for so long that it closes; also where the clock was set back."""
        return not 0 <= now() - self.used < IDLE

    def close(self) -> None:
        """Lets go of the vault, and of all that was read with it."""
        self.vault = self.desk = None


def now() -> float:
    """The time of day, in seconds: unlike the time since the start it goes on while a laptop sleeps."""
    return time.time()


def vault_of_tab(project: Path) -> Vault | None:
    """The vault, if this tab opened it, was not left alone with it, and it is still there. To ask is to use it."""
    held: Lent | None = st.session_state.get(VAULT)
    if held is None:
        return None
    if closed_by_itself():
        close_vault()
        st.session_state[CLOSED] = True
        return None
    if not has_vault(project):
        close_vault()
        return None
    held.used = now()
    return held.vault


def closed_by_itself() -> bool:
    """Whether the vault that this tab opened is closed, or about to be, since nobody used it."""
    held: Lent | None = st.session_state.get(VAULT)
    return held is not None and (held.vault is None or held.left_alone())


def open_vault(project: Path, passphrase: str) -> None:
    """Opens it for this tab, and watches it: the tab may be left on another page, or without its browser. BadInput."""
    held = Lent(Vault.open(project, passphrase), now())
    close_vault()
    st.session_state[VAULT] = held
    threading.Thread(target=_watch, args=(weakref.ref(held),), daemon=True).start()


def close_vault() -> None:
    """Lets go of it, and of all that was read with it."""
    held: Lent | None = st.session_state.get(VAULT)
    if held:
        held.close()
    for key in (VAULT, DESK, AT, CLOSED):
        st.session_state.pop(key, None)


def _watch(lent: weakref.ReferenceType[Lent]) -> None:
    """Closes a vault that is left alone; ends with it, and with its tab."""
    while (held := lent()) and held.vault is not None:
        if held.left_alone():
            held.close()
            return
        del held
        time.sleep(EVERY)
