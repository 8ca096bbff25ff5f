"""What happened: one append-only row with an outbox pointer, written with the fact itself (house rule 7)."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from importlib import import_module
from uuid import UUID, uuid4

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

from core.actors import NOBODY

_counts: ContextVar[tuple] = ContextVar("counts", default=())

KINDS: dict[str, object] = {}


class Count:
    """How many events were recorded inside one door."""

    recorded = 0


@contextmanager
def counted():
    """Count the events recorded inside the block, nested blocks included."""
    count = Count()
    token = _counts.set((*_counts.get(), count))
    try:
        yield count
    finally:
        _counts.reset(token)


def kinds(**sentences) -> None:
    """Declare event kinds of a slice: `case_opened=_("Case opened")` declares `case.opened`.

    The first underscore becomes the dot. A kind that is not declared cannot be recorded.
    """
    for name, sentence in sentences.items():
        KINDS[name.replace("_", ".", 1)] = sentence


def sentence(kind: str) -> str:
    """Return what the kind says in the active language, for trail, timeline and notices."""
    return str(KINDS[kind])


def record(
    kind: str,
    *,
    actor,
    at: datetime,
    about: UUID,
    organisations: set[UUID] | list[UUID] = (),
    case_id: UUID | None = None,
    referral_id: UUID | None = None,
    **facts,
):
    """Write an Event and its Outbox pointer in the caller's transaction, then run the reactions of this kind.

    `about` is the id of the thing; `organisations` are those who may read the event besides the actor's own;
    `facts` hold identifiers, codes, numbers and UTC times only: never names, never text (house rule 8).
    Returns the Event. Raises KeyError for an undeclared kind, TypeError for a fact that could carry text.
    """
    Event, Outbox = apps.get_model("core", "Event"), apps.get_model("core", "Outbox")  # they stand above this module
    KINDS[kind]
    for name, value in facts.items():
        _plain(name, value)
    readers = set(organisations) if actor.system else {actor.organisation_id, *organisations}
    event = Event(
        id=uuid4(),
        kind=kind,
        about=about,
        case_id=case_id,
        referral_id=referral_id,
        actor_member_id=None if actor.member_id == NOBODY else actor.member_id,
        actor_token_id=None if actor.token_id == NOBODY else actor.token_id,
        actor_organisation_id=None if actor.system else actor.organisation_id,
        organisation_ids=sorted(readers),
        facts={name: _json(value) for name, value in facts.items()},
        at=at,
    )
    event.save(force_insert=True)
    Outbox.objects.bulk_create([Outbox(event_id=event.id, next_try_at=at)])
    _ring_after_commit()
    for count in _counts.get():
        count.recorded += 1
    for path in settings.REACTIONS.get(kind, ()):
        module, name = path.rsplit(".", 1)
        getattr(import_module(module), name)(event, actor=actor, at=at)
    return event


def _ring_after_commit() -> None:
    """Ring once for a transaction, however much happens in it: a relay takes all that it finds.

    A ring that a savepoint took back with it is not there any more, so the next event asks for one again.
    """
    bell = import_string(settings.BELL)
    if not any(waiting[1] is bell for waiting in connection.run_on_commit):
        transaction.on_commit(bell, robust=True)


def _plain(name: str, value) -> None:
    values = value if isinstance(value, (list, tuple, set)) else [value]
    for item in values:
        if isinstance(item, str) and (len(item) > 64 or " " in item):
            raise TypeError(f"The fact {name} looks like text: events carry identifiers and codes only")


def _json(value):
    if isinstance(value, (list, tuple, set)):
        return [_json(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)


kinds(account_signed_in=gettext_lazy("Signed in"), record_read=gettext_lazy("Record read"))
