"""Small numbers in one query."""

import pytest

from core import counting
from core.counting import counts
from partners.models import Area

pytestmark = pytest.mark.django_db


def test_several_lists_are_counted_in_one_query(queries):
    regions = Area.objects.filter(parent=None)
    with queries() as asked:
        found = counts({"regions": regions, "none": regions.none(), "minsk": regions.filter(pk="BY-HM")})
    assert found == {"regions": 7, "none": 0, "minsk": 1}
    assert len(asked) == 1


def test_nobody_counts_further_than_enough(monkeypatch):
    monkeypatch.setattr(counting, "ENOUGH", 3)
    assert counts({"areas": Area.objects.all(), "regions": Area.objects.filter(parent=None)}) == {
        "areas": 3,
        "regions": 3,
    }


def test_nothing_asked_is_nothing_counted(queries):
    with queries() as asked:
        assert counts({}) == {}
    assert len(asked) == 0
