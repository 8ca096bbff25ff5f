"""Who may see what, stated once: a rule is a function of an actor that returns a condition on one table.

`Model.objects.visible_to(actor)` filters by it, and `core.policies` compiles the same condition into a
row-level-security policy by handing the rule `IN_DATABASE` in place of an actor.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.sql import Query

from core.actors import Actor

Rule = Callable[[Actor], Q]


class Told(Func):
    """A value of the acting context as PostgreSQL knows it, read once a statement (an InitPlan)."""

    template = "(SELECT waymark.%(function)s())"
    output_field = models.UUIDField()

    def __init__(self, name: str):
        super().__init__(function=name)


class May(Func):
    """Whether the actor that PostgreSQL knows of holds a verb."""

    template = "(SELECT waymark.may(%(expressions)s))"
    output_field = models.BooleanField()
    conditional = True

    def __init__(self, verb: str):
        super().__init__(Value(verb))


class InDatabase:
    """Stands for an actor while a rule is compiled: each fact is the SQL that reads it."""

    user_id = Told("user_id")
    member_id = principal_id = Told("principal_id")
    organisation_id = Told("organisation_id")
    team_id = Told("team_id")

    @staticmethod
    def allowed(verb: str) -> Q:
        return Q(May(verb))


IN_DATABASE = InDatabase()


@dataclass(frozen=True)
class Protection:
    """The rules of one table. `None`: the app role may not do it at all."""

    model: type[models.Model]
    read: Rule | None
    insert: Rule | None
    update: Rule | None
    delete: Rule | None
    append_only: bool = False  # for the worker as well


PROTECTED: dict[type[models.Model], Protection] = {}
OPEN: dict[str, str] = {}  # table -> why it needs no policy


class Visible(models.QuerySet):
    """The first step of every read (house rule 5)."""

    def visible_to(self, actor: Actor):
        """Return the rows that this actor may see, by the model's own rule."""
        if actor.system:
            return self.all()
        rule = PROTECTED[self.model].read
        return _seen_by(self.model, rule, actor).all() if self._is_plain() else self.filter(rule(actor))

    def _is_plain(self) -> bool:
        """Return whether nothing was asked yet: no filter, relation, order, choice of columns or of database."""
        plain = vars(self.query) == vars(Query(self.model))
        return plain and self._db is None and not self._prefetch_related_lookups


# A rule follows from the actor alone (the clock it may ask is PostgreSQL's), and to resolve it into a query takes
# longer than most queries run: a page asks a dozen times.
@lru_cache(maxsize=1024)
def _seen_by(model: type[models.Model], rule: Rule, actor: Actor):
    return Visible(model).filter(rule(actor))


class ProtectedModel(models.Model):
    """A model with a rule. `objects.visible_to(actor)` is how it is read."""

    objects = Visible.as_manager()

    class Meta:
        abstract = True


def protect(
    *,
    read: Rule | None,
    insert: Rule | None = None,
    update: Rule | None = None,
    delete: Rule | None = None,
    append_only: bool = False,
):
    """Return a class decorator that registers the rules of a model. Rules may name only the model's own columns.

    A rule may use `column__in=queryset`: the inner table's own policy applies inside, too. `append_only`
    takes UPDATE and DELETE from the worker role as well.
    """

    def register(model):
        PROTECTED[model] = Protection(model, read, insert, update, delete, append_only)
        return model

    return register


def unprotected(why: str):
    """Return a class decorator that says why a table has no policy (shown in `docs/generated/policies.sql`)."""

    def register(model):
        OPEN[model._meta.db_table] = why
        return model

    return register
