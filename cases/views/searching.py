"""What the lists about people are searched for: a number of a case or person, or a name in any script."""

import re
from collections.abc import Callable

from django.db.models import Q, QuerySet

from cases.forms import SearchForm
from cases.search import search_persons
from cases.views.drawing import hidden_words
from core.lists import Search

CASE_OR_PERSON = re.compile(r"[CP]-[0-9A-Z]{8}")


def by_person(*persons: str, numbers: tuple[str, ...], pattern: re.Pattern = CASE_OR_PERSON) -> Search:
    """Return the search of a list whose columns `persons` hold persons and whose columns `numbers` hold numbers.

    What looks like a number by `pattern` is not looked for among the names.
    """
    return Search(find=_finder(persons, numbers, pattern), form=SearchForm)


def by_number(*numbers: str, label: str) -> Search:
    """Return the search of a list by its numbers alone: for those who may not look for names."""

    def find(rows: QuerySet, words: str, _actor) -> tuple[QuerySet, str]:
        return rows.filter(_any(numbers, words.strip().upper())), ""

    return Search(find=find, label=label)


def _finder(persons: tuple[str, ...], numbers: tuple[str, ...], pattern: re.Pattern) -> Callable:
    def find(rows: QuerySet, words: str, actor) -> tuple[QuerySet, str]:
        wanted = words.strip().upper()
        if pattern.fullmatch(wanted):
            return rows.filter(_any(numbers, wanted)), ""
        found = search_persons(words, actor=actor)
        kept = rows.filter(_any([f"{column}__in" for column in persons], [match.person_id for match in found]))
        return kept, hidden_words(found.hidden) if found.hidden else ""

    return find


def _any(columns, value) -> Q:
    condition = Q(pk__in=[])
    for column in columns:
        condition |= Q(**{column: value})
    return condition
