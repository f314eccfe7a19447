"""What the benches of the anonymiser share: which tokens tell, and hits counted by key."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

TOKEN = re.compile(r"[^\W_]+")
# Words that say neither who nor where: titles, kinds of street and of body, parts of addresses of the web.
GENERIC = frozenset(
    """
    a an and at by for from in of on or s the to who mr mrs ms miss mx dr prof sir dame lady lord sister pastor rev imam
    councillor cllr capt uncle auntie aunt flat road street lane close way avenue tower house north south east west
    school college academy primary church mosque temple centre center health medical surgery hospital community
    partnership society practice only first sort code account no number ref www http https com org uk co
    """.split()  # noqa: SIM905 - words read best as words
)


@dataclass
class Tally:
    """Hits and totals by key."""

    hits: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)

    def add(self, key: str, hit: int) -> None:
        """One more, found or not."""
        self.total[key] += 1
        self.hits[key] += hit

    def rate(self, *keys: str) -> float:
        """The share found, of these keys or of all."""
        wanted = keys or tuple(self.total)
        return sum(self.hits[key] for key in wanted) / max(1, sum(self.total[key] for key in wanted))
