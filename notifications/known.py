"""What the events of a batch ask again and again, asked once: the cases and referrals they are about, and the roster.

Inside `of(events)` an answer holds for the whole batch, which is one transaction of the relay. Outside of it each
question goes to the database. As the worker role.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from cases.models import Case
from core.actors import SYSTEM
from partners import roster
from partners.models import Member
from referral.models import Referral

ABOUT_CASE = ("caseworker_id", "supervisor_id")
ABOUT_REFERRAL = ("worker_id", "sent_by_id")


class _Batch:
    """The answers of one batch."""

    def __init__(self, events):
        self.organisations = {pk for event in events for pk in event.organisation_ids}
        self.referrals = _referrals().in_bulk({event.referral_id for event in events} - {None})
        cases = {event.case_id for event in events} | {_uuid(event.facts.get("case")) for event in events} - {None}
        own = {row.case_id: row.case for row in self.referrals.values()}
        self.cases = _cases().in_bulk(cases - own.keys() - {None}) | own
        named = {getattr(row, name) for row in self.cases.values() for name in ABOUT_CASE}
        named |= {getattr(row, name) for row in self.referrals.values() for name in ABOUT_REFERRAL}
        self.members: dict[UUID, Member | None] = {}
        self.meet(named - {None})
        self.holders: dict[str, dict[UUID, list[Member]]] = {}
        self.everywhere: dict[str, list[Member]] = {}

    def meet(self, member_ids: set[UUID]) -> None:
        unknown = member_ids - self.members.keys()
        if not unknown:
            return
        self.members |= dict.fromkeys(unknown) | roster.active_members().in_bulk(unknown)


_batch: ContextVar[_Batch | None] = ContextVar("batch", default=None)


@contextmanager
def of(events) -> Iterator[None]:
    """Keep the answers while these events are told."""
    token = _batch.set(_Batch(events))
    try:
        yield
    finally:
        _batch.reset(token)


def _referrals():
    return Referral.objects.visible_to(SYSTEM).select_related("case")


def _cases():
    return Case.objects.visible_to(SYSTEM)


def referral(pk: UUID) -> Referral:
    """Return a referral with its case. Raises Referral.DoesNotExist."""
    batch = _batch.get()
    return (batch and batch.referrals.get(pk)) or _referrals().get(pk=pk)


def case(pk: UUID | str) -> Case:
    """Return a case. Raises Case.DoesNotExist."""
    batch = _batch.get()
    return (batch and batch.cases.get(_uuid(pk))) or _cases().get(pk=pk)


def these(*member_ids) -> list[Member]:
    """Return the members of these ids who are active; None and "" are nobody."""
    wanted = {_uuid(pk) for pk in member_ids if pk}
    batch = _batch.get()
    if batch is None:
        return list(roster.active_members().filter(pk__in=wanted))
    batch.meet(wanted)
    return [member for pk in wanted if (member := batch.members[pk])]


def who_may(verb: str, organisation_id: UUID | str | None = None) -> list[Member]:
    """Return the active members (of one organisation) whose role holds the verb, as `partners.roster` says."""
    batch = _batch.get()
    if batch is None:
        return roster.who_may(verb, organisation_id)
    if organisation_id is None:
        if verb not in batch.everywhere:
            batch.everywhere[verb] = roster.who_may(verb)
        return batch.everywhere[verb]
    home, holders = _uuid(organisation_id), batch.holders.setdefault(verb, {})
    if home not in holders:
        holders |= roster.holders(verb, (batch.organisations | {home}) - holders.keys())
    return holders[home]


def _uuid(value: UUID | str | None) -> UUID | None:
    return UUID(value) if isinstance(value, str) else value
