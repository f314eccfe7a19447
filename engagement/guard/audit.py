"""Whether a table gives a hidden number away: every one must have a second value that fits all that is published.

The attacker is taken to know the rule, every shown cell of the table and its margins (so the interval that it was
rounded from), that people are no fewer than those of them who said a theme, that these said it once at least, and that
a category listed only where it holds somebody holds one person at least (`Axis.there`). A
hidden cell is safe when there is another table of whole numbers, fitting all this, in which it differs. Such tables are
looked for in two steps, both of them proofs:

1. Moves of one person: one more or fewer somewhere, one who goes from one category to another, and the two- and
   three-way swaps that leave margins alone (the basic moves of contingency tables, Diaconis and Sturmfels, 1998), as
   far as the rounding of each shown number leaves room. Arrays do this for all columns of a table at once.
2. What is left goes to linear and integer programmes over the same moves, made any number of times (`programme.py`).
   What these don't find, perhaps for being too large or too slow, counts as given away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse

from engagement.guard.axes import Axis, Mask, Numbers
from engagement.guard.programme import Measure, Mover, reached
from engagement.model import DisclosureRule

MANY = 1_000_000
LARGEST_DENSE = 20_000  # elements: smaller than that, sparse arrays are the slower ones
LARGEST_SEARCH = 4_000_000  # array elements of one kind of swap

# Which of people, sayers and mentions one person's move changes: a sayer more, with a mention or without; a mention
# more; a newcomer who said it; a newcomer who did not.
MOVES = ((0, 1, 1), (0, 1, 0), (0, 0, 1), (1, 1, 1), (1, 0, 0))


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """Columns of one table with their wholes, [columns, nodes ...]: exact numbers, and which are hidden.

    `whole` holds who could have said it, `people` who did, `mentions` how often. Of the column of everybody the three
    are the same and `alone` is set.
    """

    axes: tuple[Axis, ...]
    whole: Numbers
    people: Numbers
    mentions: Numbers
    hidden_whole: Mask
    hidden: Mask
    alone: bool = False

    def columns(self, chosen: Mask) -> Published:
        """Some of the columns."""
        return Published(
            self.axes,
            self.whole[chosen],
            self.people[chosen],
            self.mentions[chosen],
            self.hidden_whole[chosen],
            self.hidden[chosen],
            self.alone,
        )


class Room(NamedTuple):
    """How often a move may be made: at nodes up and down, [columns, nodes ...], and at leaf cells."""

    rise: Numbers
    fall: Numbers
    more: Numbers
    fewer: Numbers


def interval(numbers: Numbers, rule: DisclosureRule) -> tuple[Numbers, Numbers]:
    """The least and the greatest number that is published as each of these is."""
    published = rounded(numbers, rule)
    least = published - rule.rounding // 2
    lowest = -(-rule.threshold // rule.rounding) * rule.rounding
    return np.where(published == lowest, rule.threshold, least), published + (rule.rounding - 1) // 2


def rounded(numbers: Numbers, rule: DisclosureRule) -> Numbers:
    """The nearest multiple, a half upwards, but never one below the threshold."""
    nearest = (2 * numbers + rule.rounding) // (2 * rule.rounding) * rule.rounding
    return np.maximum(nearest, -(-rule.threshold // rule.rounding) * rule.rounding)


def given_away(published: Published, rule: DisclosureRule, among: Mask, *, thorough: bool = False) -> Mask:
    """Of the nodes `among` [nodes ...], which of each column an attacker could work out: [columns, nodes ...].

    Unless `thorough`, the search ends where it has failed: nodes that were not looked at then count as given away.
    """
    # whole, people, mentions, and those who did not say it
    kinds = (published.hidden_whole, published.hidden, published.hidden, _revealing(published, rule))
    left: Mask = np.stack(kinds) & among
    if published.alone:
        left[1:] = False
        left[0] = published.hidden & among
    # Rounded margins leave room for moves; only exact ones need swaps that leave them alone.
    for size in range(1 + (len(published.axes) if rule.rounding == 1 else min(2, len(published.axes)))):
        for move in ((1, 0, 0),) if published.alone else MOVES:
            changes = _changes(move)
            rows = _columns(left[changes])
            if rows.any():
                some = published if rows.all() else published.columns(rows)
                left[np.ix_(changes, rows)] &= ~_swapped(some.axes, _room(some, rule, move), size)
        rows = _columns(left[1:3])
        if size and rows.any():
            left[1:3, rows] &= ~_said_by_newcomers(published.columns(rows), rule, size)
    for column in np.flatnonzero(_columns(left)):
        _programmed(published.columns(np.arange(len(left[0])) == column), rule, left[:, column], thorough=thorough)
    return np.asarray(left.any(axis=0))


def _changes(move: tuple[int, int, int]) -> Mask:
    """Which of the four kinds of targets a move changes."""
    return np.asarray(np.array([*move, move[0] - move[1]]) != 0)


def _columns(targets: Mask) -> Mask:
    """Which columns have any of the targets [kinds, columns, nodes ...]."""
    return np.asarray(targets.any(axis=(0, *range(2, targets.ndim))))


def _revealing(published: Published, rule: DisclosureRule) -> Mask:
    """Where it would tell of people that nobody, or exactly so few, of them did not say it."""
    few: Mask = published.whole - published.people < rule.threshold
    if rule.rounding > 1:
        return few
    return few & (published.hidden | published.hidden_whole)


def _room(published: Published, rule: DisclosureRule, move: tuple[int, int, int]) -> Room:
    """How often a kind of move may be made, up and down, by what is shown and by what the leaf cells hold."""
    shape = published.hidden.shape
    rise, fall = np.full(shape, MANY), np.full(shape, MANY)
    exact = (published.whole, published.people, published.mentions)
    hidden = (published.hidden_whole, published.hidden, published.hidden)
    for change, numbers, unseen in zip(move, exact, hidden, strict=True):
        if change:
            least, most = interval(numbers, rule)
            rise = np.where(unseen, rise, np.minimum(rise, most - numbers))
            fall = np.where(unseen, fall, np.minimum(fall, numbers - least))
    if move[0]:
        fall = np.minimum(fall, _till_one_is_left(published))
    leaves = np.ix_(np.arange(shape[0]), *(axis.leaves for axis in published.axes))
    whole, people, mentions = (each[leaves] for each in exact)
    many = np.full(whole.shape, MANY)
    if published.alone:
        return Room(rise, fall, many, whole)
    silent, repeats = whole - people, mentions - people
    leaving = np.where(repeats == 0, people, np.maximum(people - 1, 0))  # the last to say it takes all mentions along
    more, fewer = {
        (0, 1, 1): (silent, leaving),
        (0, 1, 0): (np.minimum(silent, np.where(people > 0, repeats, 0)), np.maximum(people - 1, 0)),
        (0, 0, 1): (np.where(people > 0, many, 0), repeats),
        (1, 1, 1): (many, leaving),
        (1, 0, 0): (many, silent),
    }[move]
    return Room(rise, fall, more, fewer)


def _till_one_is_left(published: Published) -> Numbers:
    """How many may go from each node: from one that is listed because it holds somebody, all but one."""
    left = np.full(published.hidden.shape, MANY)
    for place, axis in enumerate(published.axes):
        for node in axis.there:
            at = [node if other == place else 0 for other in range(len(published.axes))]
            where: tuple[slice | int, ...] = (slice(None), *at)
            left[where] = np.maximum(published.whole[where] - 1, 0)
    return left


def _programmed(published: Published, rule: DisclosureRule, left: Mask, *, thorough: bool) -> None:
    """Takes from the targets `left` [4, nodes ...] of one column those that moves together can change."""
    nodes = _nodes(published.axes)
    whole, sayer, again = (_room(published, rule, move) for move in ((1, 0, 0), (0, 1, 0), (0, 0, 1)))
    newcomers = Mover(whole.more[0], whole.fewer[0])
    if published.alone:
        measures = [Measure((1,), whole.rise[0], whole.fall[0], left[0])]
        left[0] &= ~reached(nodes, [newcomers], measures, thorough=thorough)[0]
        return
    both = _room(published, rule, (1, 1, 1))
    free = np.full((1, *left[0].shape), MANY)
    rooms = (whole, sayer, again, Room(free, free, free, free))

    def take(movers: list[Mover], weights: tuple[tuple[int, ...], ...]) -> None:
        measures = [
            Measure(each, room.rise[0], room.fall[0], wanted)
            for each, room, wanted in zip(weights, rooms, left, strict=True)
        ]
        left[...] &= ~np.stack(reached(nodes, movers, measures, thorough=thorough))

    take([Mover(both.more[0], both.fewer[0]), newcomers], ((1, 1), (1, 0), (1, 0), (0, 1)))
    if left.any():  # mentions come and go by themselves too, where somebody is sure to be left who said them
        last = (again.fewer[0] == 0).astype(int)
        several = both.fewer[0] - last > 0
        movers = [
            Mover(both.more[0], np.where(several, both.fewer[0] - last, both.fewer[0])),
            newcomers,
            Mover(np.where(several, MANY, 0), again.fewer[0]),
        ]
        take(movers, ((1, 1, 0), (1, 0, 0), (1, 0, 1), (0, 1, 0)))


@lru_cache(maxsize=1024)
def _nodes(axes: tuple[Axis, ...]) -> sparse.csr_matrix:
    """[nodes, leaf cells]: 1 where the leaf cell is the node or below it."""
    tree = sparse.csr_matrix(np.ones((1, 1), np.int64))
    for axis in axes:
        tree = sparse.kron(tree, sparse.csr_matrix(axis.above), format="csr")
    return tree


# --------------------------------------------------------------- moves


def _swapped(axes: tuple[Axis, ...], room: Room, size: int) -> Mask:
    """The nodes that one move, or one swap along so many axes, changes."""
    moved = np.zeros(room.rise.shape, bool)
    turned = Room(room.fall, room.rise, room.fewer, room.more)
    for swap in _swaps(axes, size):
        moved |= _spread(axes, _boxes(axes, room, swap) | _boxes(axes, turned, swap), swap)
    return moved


def _said_by_newcomers(published: Published, rule: DisclosureRule, size: int) -> Mask:
    """The nodes where one more may have said it, who comes there by a swap of people who did not: empty cells too."""
    whole, said = _room(published, rule, (1, 0, 0)), _room(published, rule, (0, 1, 1))
    nowhere: Swap = (None,) * len(published.axes)
    heard = _chained(published.axes, said.rise > 0, nowhere)
    moved = np.zeros(published.hidden.shape, bool)
    for swap in _swaps(published.axes, size):
        moved |= _spread(published.axes, _boxes(published.axes, whole, swap) & heard, nowhere)
    return moved


Swap = tuple[str | None, ...]  # for each axis: not swapped, "across" categories, or "within" one of them


def _swaps(axes: tuple[Axis, ...], size: int) -> Iterator[Swap]:
    """Every kind of swap along `size` of the axes."""
    for among in combinations(range(len(axes)), size):
        kinds = [
            [None] if number not in among else ["across", "within"] if (axis.depths > 1).any() else ["across"]
            for number, axis in enumerate(axes)
        ]
        yield from product(*kinds)


def _boxes(axes: tuple[Axis, ...], room: Room, swap: Swap) -> Mask:
    """The leaf cells that rise in some swap of this kind."""
    up = _chained(axes, room.rise > 0, swap) & (room.more > 0)
    down = _chained(axes, room.fall > 0, swap) & (room.fewer > 0)
    along = [
        (1 + number, _partners(axis, kind)) for number, (axis, kind) in enumerate(zip(axes, swap, strict=True)) if kind
    ]
    size = up.size * int(np.prod([pairs.shape[0] for _, pairs in along[:-1]]))
    return _boxed(up, down, along) if size <= LARGEST_SEARCH else np.zeros_like(up)


def _spread(axes: tuple[Axis, ...], atoms: Mask, swap: Swap) -> Mask:
    """The nodes above these leaf cells that the swap changes."""
    reaches = _tree(axes, swap) @ atoms.reshape(len(atoms), -1).T.astype(np.float32)
    return np.asarray(reaches.T > 0).reshape(len(atoms), *(len(axis.parents) for axis in axes))


def _chained(axes: tuple[Axis, ...], nodes: Mask, swap: Swap) -> Mask:
    """[columns, leaf cells]: whether all nodes above the leaf cell that a move changes have room for it."""
    blocked = _tree(axes, swap).T @ (~nodes).reshape(len(nodes), -1).T.astype(np.float32)
    return np.asarray(blocked.T == 0).reshape(len(nodes), *(len(axis.leaves) for axis in axes))


@lru_cache(maxsize=1024)
def _tree(axes: tuple[Axis, ...], swap: Swap) -> Any:
    """[nodes, leaf cells]: 1 where a node is above a leaf cell and changes when somebody moves so from it."""
    tree = sparse.csr_matrix(np.ones((1, 1), np.float32))
    for axis, kind in zip(axes, swap, strict=True):
        changes = axis.depths >= {None: 0, "across": 1, "within": 2}[kind]
        tree = sparse.kron(tree, sparse.csr_matrix((axis.above * changes[:, None]).astype(np.float32)), format="csr")
    return tree.toarray() if tree.shape[0] * tree.shape[1] <= LARGEST_DENSE else tree


def _partners(axis: Axis, kind: str | None) -> Mask:
    """[leaves, leaves]: between which leaves somebody may move."""
    leaves = axis.leaves
    above = np.where(axis.parents[leaves] > 0, axis.parents[leaves], leaves)
    alike = above[:, None] == above[None, :]
    found: Mask = alike & ~np.eye(len(leaves), dtype=bool) if kind == "within" else ~alike
    return found


def _boxed(up: Mask, down: Mask, along: Sequence[tuple[int, Mask]]) -> Mask:
    """The leaf cells at which a box of alternating moves along these axes can rise."""
    if not along:
        return up
    (axis, partners), rest = along[0], along[1:]
    if not rest:
        met = np.tensordot(partners.astype(np.float32), down.astype(np.float32), (1, axis))
        return up & (np.moveaxis(met, 0, axis) > 0)
    found = np.zeros_like(up)
    for other in range(len(partners)):
        here = partners[:, other]
        if not here.any():
            continue
        shape = [1] * up.ndim
        shape[axis] = len(here)
        allowed = here.reshape(shape)
        beside_down, beside_up = np.take(down, [other], axis), np.take(up, [other], axis)
        found |= _boxed(up & beside_down & allowed, down & beside_up & allowed, rest)
    return found
