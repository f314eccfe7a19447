"""Pages that show how excerpts were coded stay shut to a second coder until they have coded the sample blind."""

from __future__ import annotations

from engagement.app import roles
from engagement.app.data import Opened, folder, opened
from engagement.app.roles import As, NotYours
from engagement.coding.blind import BLIND, left_to_code
from engagement.store import Store


def shown() -> Opened:
    """The project, for a page that tells what others found in it. Raises NotYours while a coder has blind coding left.

    Only the newest sample counts, as on the coding page: the agreement is measured on it.
    """
    who, project = roles.profile(), opened()
    if who.role is As.CODER and (left := _left(project, who.name)):
        excerpts = "1 excerpt" if left == 1 else f"{left} excerpts"
        raise NotYours(
            f"Code your sample first: {excerpts} left, under Blind coding on the page Code. This page shows what "
            "others found, so it opens when you are done."
        )
    return project


def _left(project: Opened, name: str) -> int:
    with Store.open(folder()) as store:
        samples, judged = store.sampled.samples(), store.sampled.judged()
    if not samples or project.codebook is None:
        return 0
    here = [project.excerpts[each] for each in samples[-1].excerpt_ids if each in project.excerpts]
    return len(left_to_code(samples[-1], here, judged, f"{BLIND}{name}", project.codebook.keys))
