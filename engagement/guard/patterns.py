"""In which order the tables of a project are decided, so that every page agrees and no memory of requests is needed.

A table's margins are the smaller tables: fewer axes come before more, roll-ups before their details, a column's whole
before the column. All are kept. A table of one axis or two is decided twice: by itself, and then so that the tables of
as many axes among its own and any further one, the others as first decided, give nothing of it away together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from engagement.guard.axes import Axes, Axis, AxisKey, Mask, in_order
from engagement.guard.decided import Decided
from engagement.guard.disclosure import MOST_INSIDE, Around, Draft, Within, decide
from engagement.guard.tallies import EVERYBODY, Column, Exact, Tallies
from engagement.model import Basis, DisclosureRule, FilterKind

Keys = tuple[AxisKey, ...]
TWICE = (1, 2)  # axes of the tables that are decided by themselves first, then with an eye to others
MOST_LEAVES = 12  # of an axis that other tables are decided with an eye to


class Patterns:
    """What is hidden in every table of a project. `order` is of the codebook's themes."""

    def __init__(
        self, tallies: Tallies, axes: Axes, order: Mapping[str, int], rule: DisclosureRule, decided: Decided
    ) -> None:
        self._tallies, self._axes, self._order, self._rule = tallies, axes, order, rule
        self._decided = decided
        self._counted: dict[tuple[Keys, tuple[Column, ...]], Exact] = {}
        self._others: Keys | None = None

    def axes_of(self, keys: Keys) -> tuple[Axis, ...]:
        """The axes of a table."""
        return tuple(self._axes.axis(key) for key in keys)

    def count(self, keys: Keys, columns: Sequence[Column]) -> Exact:
        """The exact numbers of a table, kept while it is being decided and shown."""
        wanted = (keys, tuple(columns))
        if wanted not in self._counted:
            self._counted[wanted] = self._tallies.count(self.axes_of(keys), columns)
        return self._counted[wanted]

    def prepare(self, columns: Sequence[Column]) -> None:
        """Decides, for the first time, every table of two of the axes that others are decided with an eye to."""
        for keys in combinations(self._thirds(), 2):
            self.hidden(keys, columns, final=False)

    def hidden(self, keys: Keys, columns: Sequence[Column], *, final: bool = True) -> Mask:
        """Which cells are hidden, [columns, nodes ...]; `keys` in any order. Not final: before third axes are seen."""
        ordered = in_order(keys)
        last = final and len(keys) in TWICE
        waiting = {column for column in columns if (ordered, column, last) not in self._decided}
        for size in sorted({len(column) for column in waiting}):
            some = [column for column in columns if len(column) == size and column in waiting]
            masks = self._decide(ordered, some, last=last)
            self._decided.add({(ordered, column, last): mask for column, mask in zip(some, masks, strict=True)})
        found = np.stack([self._decided[ordered, column, last] for column in columns])
        return found.transpose(0, *(1 + ordered.index(key) for key in keys))

    def _decide(self, keys: Keys, columns: Sequence[Column], *, last: bool) -> Mask:
        axes, alone = self.axes_of(keys), EVERYBODY in columns
        wholes = [self._whole(column) for column in columns]
        own, given = self._margins(keys, columns)
        draft = Draft(
            axes,
            self.count(keys, columns),
            own,
            given,
            whole=None if alone else self.count(keys, wholes),
            hidden_whole=None if alone else self.hidden(keys, wholes, final=last or len(keys) not in TWICE),
            beside=[[self.count(keys, [other]).reveal_people()[0] for other in _narrowed(each)] for each in columns],
        )
        extra = self.hidden(keys, columns, final=False) if last else self._beside_declared(keys, columns)
        around: list[Around | Within] = [*self._around(keys, columns)] if last else []
        tight = self._rule.rounding == 1 or own.size <= MOST_INSIDE  # large rounded tables are taken to have room
        if alone and len(keys) > 1 and self._order and tight:
            themes = [frozenset({(str(FilterKind.THEME), key)}) for key in self._order]
            around.append(Within(draft, self.count(keys, themes), self._margins(keys, themes)[1] | own))
        return decide(draft, self._rule, extra=extra, around=around)

    def _margins(self, keys: Keys, columns: Sequence[Column]) -> tuple[Mask, Mask]:
        """Which cells of a table no smaller one has, [nodes ...], and what is hidden of the others."""
        axes = self.axes_of(keys)
        shape = tuple(len(axis.parents) for axis in axes)
        own, given = np.ones(shape, bool), np.zeros((len(columns), *shape), bool)
        for number, (key, axis) in enumerate(zip(keys, axes, strict=True)):
            np.moveaxis(own, number, 0)[axis.depths < 1 + key.detail] = False
            turned = np.moveaxis(given, 1 + number, 0)
            if key.detail:
                rolled = (*keys[:number], key._replace(detail=False), *keys[number + 1 :])
                turned[axis.depths < 2] = np.moveaxis(self.hidden(rolled, columns), 1 + number, 0)
            turned[0] = self.hidden(keys[:number] + keys[number + 1 :], columns)
        return own, given

    def _whole(self, column: Column) -> Column:
        """Who could have said it: the column without one of its conditions, always the same one."""
        themes = sorted((each for each in column if each[0] == FilterKind.THEME), key=lambda each: self._order[each[1]])
        return column - set((themes or sorted(column))[:1])

    def _beside_declared(self, keys: Keys, columns: Sequence[Column]) -> Mask | None:
        """What a table filled up by groups hides because of the same table by declared answers alone."""
        if not any(key.basis is Basis.GROUP for key in keys):
            return None
        plain = tuple(key._replace(basis=Basis.DECLARED) for key in keys)
        change = np.abs(self.count(keys, columns).reveal_people() - self.count(plain, columns).reveal_people())
        few: Mask = (change > 0) & (change < self._rule.threshold)
        few |= (change == 0) & self.hidden(plain, columns)
        return few

    def _around(self, keys: Keys, columns: Sequence[Column]) -> list[Around]:
        if any(key.basis is Basis.GROUP for key in keys):
            return []
        names = {key.name for key in keys}
        return [self._with(keys, third, columns) for third in self._thirds() if third.name not in names]

    def _thirds(self) -> Keys:
        if self._others is None:
            keys = [AxisKey(name) for name in (*self._axes.asked, FilterKind.SOURCE, FilterKind.QUESTION)]
            self._others = tuple(key for key in keys if 2 <= len(self._axes.axis(key).leaves) <= MOST_LEAVES)
        return self._others

    def _with(self, keys: Keys, third: AxisKey, columns: Sequence[Column]) -> Around:
        three = (*keys, third)
        whole = [self._whole(column) for column in columns]
        alone = EVERYBODY in columns
        exact = self.count(three, columns)
        shape = exact.reveal_people().shape
        hidden_whole = None if alone else self._bordered(three, whole, shape)
        if hidden_whole is not None:
            hidden_whole[..., 0] = self.hidden(keys, whole)
        draft = Draft(
            self.axes_of(three),
            exact,
            np.zeros(shape[1:], bool),
            np.zeros(shape, bool),
            whole=None if alone else self.count(three, whole),
            hidden_whole=hidden_whole,
        )
        return Around(draft, self._bordered(three, columns, shape))

    def _bordered(self, keys: Keys, columns: Sequence[Column], shape: tuple[int, ...]) -> Mask:
        """A table of three axes of which only the margins are shown, as first decided."""
        hidden = np.ones(shape, bool)
        for number in range(len(keys)):
            margin = self.hidden(keys[:number] + keys[number + 1 :], columns, final=False)
            np.moveaxis(hidden, 1 + number, 0)[0] = margin
        return hidden


def _narrowed(column: Column) -> list[Column]:
    """The columns whose people may be subtracted: with a theme where this has one, so not those who did not say it."""
    conditions = sorted(column)
    found = [column - {each} for each in conditions]
    themes = [any(kind == FilterKind.THEME for kind, _ in each) for each in (*found, column)]
    return [each for each, themed in zip(found, themes, strict=False) if themed == themes[-1]]
