"""Small counts are hidden, and cannot be worked out from what is shown."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from core.small_cells import SHOWN_FROM, TOTAL, protect, table

ROWS, COLUMNS = ["a", "b", "c"], ["x", "y"]


def made(numbers: dict[tuple[str, str], int], *, rows=ROWS, columns=COLUMNS, organisations: int = 3):
    counts = {}
    for row, column in product([*rows, TOTAL], [*columns, TOTAL]):
        inside = [n for (r, c), n in numbers.items() if row in (r, TOTAL) and column in (c, TOTAL)]
        counts[row, column] = (sum(inside), organisations)
    return table(rows, columns, counts)


def shown(one) -> dict:
    return {key: cell.count for key, cell in one.cells.items() if cell.shown}


def test_one_small_cell_takes_a_second_one_of_its_row_and_of_its_column_with_it():
    one = made({("a", "x"): 3, ("a", "y"): 40, ("b", "x"): 30, ("b", "y"): 50, ("c", "x"): 60, ("c", "y"): 70})
    protect([one])
    hidden = {key for key, cell in one.cells.items() if not cell.shown}
    assert ("a", "x") in hidden
    for line in one.lines():
        gone = [cell for cell in line if not cell.shown]
        assert len(gone) != 1


def test_counts_of_ten_are_shown_and_of_nine_are_not():
    one = made({(row, column): 10 for row in ROWS for column in COLUMNS})
    protect([one])
    assert all(cell.shown for cell in one.cells.values())
    other = made({(row, column): 9 for row in ROWS for column in COLUMNS})
    protect([other])
    assert all(not other.cells[row, column].shown for row in ROWS for column in COLUMNS)


def test_what_one_organisation_alone_has_fed_is_not_shown():
    one = made({(row, column): 50 for row in ROWS for column in COLUMNS}, organisations=1)
    protect([one])
    assert shown(one) == {}


def test_a_total_that_one_table_hides_is_hidden_in_the_others():
    first = made({("a", "x"): 4, ("b", "x"): 40, ("c", "x"): 50}, columns=["x"])
    second = made({("a", "x"): 4, ("b", "x"): 20, ("b", "y"): 20, ("c", "x"): 25, ("c", "y"): 25})
    protect([first, second])
    for row in [*ROWS, TOTAL]:
        assert first.cells[row, TOTAL].shown == second.cells[row, TOTAL].shown


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=60), min_size=9, max_size=9))
def test_in_no_line_is_a_single_cell_hidden_unless_the_rest_is_nought(numbers):
    columns = ["x", "y", "z"]
    one = made(dict(zip(product(ROWS, columns), numbers, strict=True)), columns=columns)
    protect([one])
    for line in one.lines():
        hidden = [cell for cell in line if not cell.shown]
        others = [cell for cell in line if cell.shown and cell.count]
        assert len(hidden) != 1 or not others
    assert all(cell.shown is False for cell in one.cells.values() if 0 < cell.count < SHOWN_FROM)
