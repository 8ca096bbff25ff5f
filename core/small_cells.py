"""Tables for people who may not recognise anybody in them: small counts are not shown, nor what would give them away.

Pure Python. Source: DOMAIN 11, rules R1 (small cells), R2 (complementary), R11 (one organisation alone), R12.
"""

from dataclasses import dataclass

SHOWN_FROM = 10  # the network's rule for operational tables: a count below this is not shown
TOTAL = ""  # the name of the row and of the column of totals


@dataclass
class Cell:
    """A count, of how many organisations, and whether it is shown."""

    count: int = 0
    organisations: int = 0
    shown: bool = True


@dataclass(frozen=True)
class Table:
    """Cells by (row, column), the totals under TOTAL."""

    rows: list[str]
    columns: list[str]
    cells: dict[tuple[str, str], Cell]

    def lines(self) -> list[list[Cell]]:
        """Return every row and every column with its total last: what adds up."""
        rows, columns = [*self.rows, TOTAL], [*self.columns, TOTAL]
        across = [[self.cells[row, column] for column in columns] for row in rows]
        return across + [[self.cells[row, column] for row in rows] for column in columns]


def table(rows: list[str], columns: list[str], counts: dict[tuple[str, str], tuple[int, int]]) -> Table:
    """Return a table whose small cells are hidden, and those that one organisation alone has fed.

    Args: `counts` maps (row, column) to (count, organisations), with the totals under the name `TOTAL`.
    """
    keys = [(row, column) for row in [*rows, TOTAL] for column in [*columns, TOTAL]]
    cells = {key: Cell(*counts.get(key, (0, 0))) for key in keys}
    for cell in cells.values():
        cell.shown = cell.count == 0 or (cell.count >= SHOWN_FROM and cell.organisations > 1)
    return Table(rows, columns, cells)


def protect(tables: list[Table]) -> None:
    """Hide more cells until no hidden one can be worked out from its line, nor from another of these tables.

    They count the same things by the same rows, so that a row's total which one of them hides is hidden in all.
    """
    changed = True
    while changed:
        changed = False
        for one in tables:
            for line in one.lines():
                changed |= _hide_one_more(line)
        for row in [*tables[0].rows, TOTAL] if tables else ():
            totals = [one.cells[row, TOTAL] for one in tables]
            hidden = [cell for cell in totals if not cell.shown]
            if hidden and len(hidden) < len(totals):
                changed = True
                for cell in totals:
                    cell.shown = False


def _hide_one_more(line: list[Cell]) -> bool:
    """Hide the smallest shown cell of a line in which the hidden ones can be worked out; False when there is none."""
    hidden = [cell for cell in line if not cell.shown]
    if not hidden or (len(hidden) > 1 and _wide(line, hidden)):
        return False
    left = [cell for cell in line if cell.shown and cell.count]  # a zero hides nothing
    if not left:
        return False
    parts = [cell for cell in left if cell is not line[-1]]
    min(parts or left, key=lambda cell: cell.count).shown = False
    return True


def _wide(line: list[Cell], hidden: list[Cell]) -> bool:
    """Return whether what is hidden adds up to enough, where the total says what it adds up to."""
    return not line[-1].shown or sum(cell.count for cell in hidden) >= SHOWN_FROM
