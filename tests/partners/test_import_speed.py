"""The import stays near the speed of COPY; `make bench` prints the exact ratio."""

import pytest

from benchmarks.import_hsds import generated, measure
from partners.hsds.checking import check
from partners.hsds.reading import read


@pytest.mark.django_db
def test_the_import_takes_less_than_twice_its_goal_of_ten_copies():
    found = measure()
    assert 0 < found["ratio"] < 2 * found["goal"], found["details"]


@pytest.mark.django_db
def test_the_made_up_directory_is_right(tmp_path):
    rows, problems = check(read(generated(tmp_path)))
    assert problems == []
    assert len(rows["service"]) == 1127
