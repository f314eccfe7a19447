"""Never run: mypy proves that an unsuppressed number has no use but to be revealed, and a hidden cell has none."""

from engagement.guard.tallies import Exact
from engagement.model import Cell, Count, Hidden


def uses(exact: Exact, other: Exact) -> None:
    """It can't be added, compared, turned into a number, gone through, joined or shown as a cell."""
    exact + 1  # type: ignore[operator]
    exact - other  # type: ignore[operator]
    sum([exact])  # type: ignore[list-item]
    assert exact < other  # type: ignore[operator]
    assert exact == 3  # type: ignore[comparison-overlap]
    int(exact)  # type: ignore[call-overload]
    float(exact)  # type: ignore[arg-type]
    len(exact)  # type: ignore[arg-type]
    exact[0]  # type: ignore[index]
    list(exact)  # type: ignore[call-overload]
    for _ in exact:  # type: ignore[attr-defined]
        pass
    ", ".join([exact])  # type: ignore[list-item]
    Count(exact)  # type: ignore[arg-type]
    Hidden(exact)  # type: ignore[arg-type]


def of_a_cell(cell: Cell, hidden: Hidden) -> None:
    """A cell gives its number only to who has looked whether it is shown."""
    Count(cell.value)  # type: ignore[union-attr]
    Count(hidden.value)  # type: ignore[attr-defined]
