"""What becomes of each table when a person's record is erased, and what goes by age: one declaration each (DOMAIN 12).

The slices declare their tables in their own `erasing.py`; a house test asks for every table that leads to a person.
Everything here runs as the worker role.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from core.actors import SYSTEM

DELETE, BLANK, KEEP, THROUGH = "delete", "blank", "keep", "through"
ANSWERS_KEPT = timedelta(hours=48)  # answers to an Idempotency-Key (RELIABILITY 4)


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: which column leads to what (`person`, `case`, ...), how its rows are erased, and why so.

    `blank` holds what each column becomes; a function is called for every row. `through` erases what the worker role
    itself may not change: it takes the ids by what they are of.
    """

    model: str
    by: dict[str, str]
    how: str
    why: str
    blank: dict[str, object] = field(default_factory=dict)
    through: Callable[[dict[str, set[UUID]]], None] | None = None


TABLES: dict[str, Table] = {}
FINDERS: list[Callable[..., dict[str, Iterable[UUID]]]] = []
AGES: dict[str, list[Callable[..., int]]] = {}


def table(model: str, *, by: dict[str, str], how: str, why: str, blank=None, through=None) -> None:
    """Declare how the rows of one table are erased."""
    TABLES[model] = Table(model=model, by=by, how=how, why=why, blank=blank or {}, through=through)


def finds(function):
    """Register `f(ids, actor)`: it is given the ids so far, and returns further ones in the actor's sight."""
    FINDERS.append(function)
    return function


def goes_by_age(kind: str):
    """Return a decorator for `f(*, organisation_id, before: date, at) -> int`: deletes what is older, returns how many.

    `kind` is one of the code list `retention_kind`, whose time an organisation may set.
    """

    def register(function):
        AGES.setdefault(kind, []).append(function)
        return function

    return register


def erase(ids: dict[str, set[UUID]]) -> None:
    """Erase everything that is declared to belong to these ids, in the caller's transaction.

    Args: ids by what they are of: `{"case": {...}, "person": {...}}`. Idempotent.
    """
    found = all_ids(ids, SYSTEM)
    declared = list(TABLES.values())
    for one in (one for one in declared if one.how == DELETE):
        rows = rows_of(one, found, SYSTEM)
        rows._raw_delete(rows.db)  # keys are checked at the commit, when all that goes has gone
    for one in (one for one in declared if one.how == BLANK):
        _blank(one, found)
    for through in dict.fromkeys(one.through for one in declared if one.how == THROUGH):
        through(found)


def all_ids(ids: dict[str, set[UUID]], actor) -> dict[str, set[UUID]]:
    """Return these ids and everything that is found by them: needs of cases, referrals of needs, and so on."""
    found = {name: set(values) for name, values in ids.items()}
    for finder in FINDERS:
        for name, values in finder(found, actor).items():
            found.setdefault(name, set()).update(values)
    return found


def rows_of(one: Table, found: dict[str, set[UUID]], actor):
    """Return the rows of one table that belong to the ids, as far as the actor sees them."""
    condition = Q(pk__in=[])
    for column, name in one.by.items():
        if found.get(name):
            condition |= Q(**{f"{column}__in": found[name]})
    return apps.get_model(one.model).objects.visible_to(actor).filter(condition)


def _blank(one: Table, found: dict[str, set[UUID]]) -> None:
    same = {name: value for name, value in one.blank.items() if not callable(value)}
    own = {name: value for name, value in one.blank.items() if callable(value)}
    rows = rows_of(one, found, SYSTEM)
    for pk in rows.values_list("pk", flat=True) if own else ():
        apps.get_model(one.model).objects.visible_to(SYSTEM).filter(pk=pk).update(
            **{name: make() for name, make in own.items()}
        )
    if same:
        rows.update(**same)


def beginning_of(day: date) -> datetime:
    """Return the first moment of a day, in the time zone of the people."""
    return timezone.make_aware(datetime.combine(day, time.min))


def age_out(kind: str, *, organisation_id: UUID, before: date, at: datetime) -> int:
    """Delete what is older than its time in one organisation; return how many rows went."""
    return sum(sweep(organisation_id=organisation_id, before=before, at=at) for sweep in AGES.get(kind, ()))


def forget_answers(*, at: datetime, limit: int = 5000) -> int:
    """Delete the answers kept for repeated requests once nobody repeats them any more; return how many."""
    answers = apps.get_model("core", "IdempotentAnswer").objects.visible_to(SYSTEM)
    old = list(answers.filter(created_at__lt=at - ANSWERS_KEPT).values_list("pk", flat=True)[:limit])
    return answers.filter(pk__in=old).delete()[0]
