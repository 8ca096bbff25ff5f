"""Who of many sees which of many rows: the rule of `core.access` compiled a third time, for pairs, in one query.

`visible_to` asks for one actor, a policy for the one who acts. Whom to tell of an event is asked for a thousand people
at once; the rule stays the same function.
"""

from collections.abc import Iterable
from functools import cache
from uuid import UUID

from django.db import connection, models
from django.db.models import Func, Q, Value

from core.access import PROTECTED
from core.actors import Actor
from core.policies import condition


class _Fact(Func):
    """A fact of the actor in this row of `asked`."""

    template = "asked.%(function)s"
    output_field = models.UUIDField()

    def __init__(self, name: str):
        super().__init__(function=name)


class _May(Func):
    template = "(position(',' || %(expressions)s || ',' IN asked.permissions) > 0)"
    output_field = models.BooleanField()
    conditional = True

    def __init__(self, verb: str):
        super().__init__(Value(verb))


class _Asked:
    """Stands for each of the actors while a rule is compiled."""

    user_id = _Fact("user_id")
    member_id = principal_id = _Fact("principal_id")
    organisation_id = _Fact("organisation_id")
    team_id = _Fact("team_id")

    @staticmethod
    def allowed(verb: str) -> Q:
        return Q(_May(verb))


_PAIRS = """
SELECT asked.principal_id, asked.row_id
FROM (
    SELECT one.*, (%s::text[])[one.rights] AS permissions
    FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::int[])
        AS one (row_id, user_id, principal_id, organisation_id, team_id, rights)
) AS asked
JOIN {table} ON {table}.{key} = asked.row_id
WHERE {rule}
"""


@cache
def _query(model: type[models.Model]) -> str:
    rule = condition(model, PROTECTED[model].read, _Asked()).replace("%", "%%")
    return _PAIRS.format(table=model._meta.db_table, key=model._meta.pk.column, rule=rule)


def seen(model: type[models.Model], pairs: Iterable[tuple[Actor, UUID]]) -> set[tuple[UUID, UUID]]:
    """Return (principal, key) for those of the pairs (actor, key of a row) where the actor may see the row.

    Runs as the worker role, in one query, or none for no pairs. The answer for each pair is that of `visible_to`.
    """
    rights: dict[frozenset, int] = {}
    rows = [
        (key, actor.user_id, actor.principal_id, actor.organisation_id, actor.team_id,
         rights.setdefault(actor.permissions, len(rights) + 1))
        for actor, key in pairs
    ]  # fmt: skip
    if not rows:
        return set()
    *ids, numbers = zip(*rows, strict=True)
    verbs = ["," + ",".join(sorted(permissions)) + "," for permissions in rights]
    with connection.cursor() as cursor:
        cursor.execute(_query(model), [verbs, *([str(one) for one in column] for column in ids), list(numbers)])
        return set(cursor.fetchall())
