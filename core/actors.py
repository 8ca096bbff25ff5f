"""Who is acting: the one value that every rule, door and face is asked with."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q

from core import clock

NOBODY = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Somebody of one organisation, or that organisation's own system (a token), or Waymark's worker.

    `permissions` are the verbs of `partners/roles.py`. An id that an actor lacks is NOBODY, never None:
    Django would turn a comparison with None into IS NULL and match rows that belong to no one.
    """

    organisation_id: UUID = NOBODY
    user_id: UUID = NOBODY
    member_id: UUID = NOBODY
    team_id: UUID = NOBODY
    token_id: UUID = NOBODY
    name: str = ""
    role: str = ""
    second_factor: bool = False  # the account has one; an organisation's own system has no use for it
    permissions: frozenset[str] = field(default_factory=frozenset)
    system: bool = False

    def may(self, verb: str) -> bool:
        """Return whether this actor's role (or token scope) holds the verb."""
        return self.system or verb in self.permissions

    def allowed(self, verb: str) -> Q:
        """Return a condition that is true for every row when the actor may, and for none when not."""
        # Not an empty Q: `Q() | other` would be `other`.
        return Q(pk__isnull=False) if self.may(verb) else Q(pk__in=[])

    @property
    def principal_id(self) -> UUID:
        """The member, or the token where an organisation's own system acts."""
        return self.member_id if self.member_id != NOBODY else self.token_id


# The worker role's own actor. A web request cannot use it: under `app` nothing is visible to it.
SYSTEM = Actor(name="Waymark", role="system", system=True)

_SETTINGS = ("user", "principal", "organisation", "team", "permissions")


def _values(actor: Actor) -> list[str]:
    return [
        str(actor.user_id),
        str(actor.principal_id),
        str(actor.organisation_id),
        str(actor.team_id),
        "," + ",".join(sorted(actor.permissions)) + ",",
    ]


def _tell(values: list[str]) -> list[str]:
    """Hand the five values to PostgreSQL for this transaction; return those that stood there before."""
    reads = ", ".join(f"coalesce(current_setting('waymark.{name}', true), '')" for name in _SETTINGS)
    writes = ", ".join(f"set_config('waymark.{name}', %s, true)" for name in _SETTINGS)
    with connection.cursor() as cursor:
        # One statement would leave the order of reading and writing to the planner.
        cursor.execute(
            f"WITH was AS MATERIALIZED (SELECT ARRAY[{reads}] AS v) "
            f"SELECT v, extract(epoch FROM clock_timestamp())::float, {writes} FROM was",
            values,
        )
        before, seconds, *_told = cursor.fetchone()
    clock.compare(seconds)
    return before


@contextmanager
def acting(actor: Actor):
    """Open a transaction in which PostgreSQL knows who acts; the policies read it (ARCHITECTURE, Authorisation).

    Within another transaction the one who acted before does so again at the end. Only transaction-local settings
    are used: a session-level one would leak through a connection pool (RELIABILITY 4).
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        before = _tell(_values(actor))
        try:
            yield actor
        finally:
            # The settings end with the transaction, kept or rolled back.
            if not (outermost or connection.needs_rollback):
                _tell(before)


def identity():
    """Return the module that turns sessions and tokens into actors (`settings.IDENTITY`)."""
    return import_module(settings.IDENTITY)
