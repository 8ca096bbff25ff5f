"""Nobody is told in name only: who is away is covered, and where nobody can be told, somebody else learns of it.

An audience whose people are all away, or have left, is not an audience. Then, in this order and as far as they may
see it: who stands in, those who answer for the organisation, those who lead there. What is still open is a Gap.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from cases.actions.absences import away
from core.actors import SYSTEM
from notifications.audiences import AUDIENCES, NETWORK, NOBODY, home_of, who_see
from notifications.known import these, who_may
from partners.models import Member


@dataclass
class _Meant:
    """Whom the rule of an event means: everybody, and by the organisation (or NETWORK) where they belong."""

    event: object
    told: dict[UUID, Member] = field(default_factory=dict)
    homes: dict[UUID | str, set[UUID]] = field(default_factory=dict)


def reach(names: tuple[str, ...], event, *, at: datetime) -> tuple[list[Member], list[UUID | str]]:
    """Return whom to tell of an event now, and the organisations (or NETWORK) where nobody can be told.

    Each member once; never the one who acted, who knows already. Somebody who is away is told too, and reads it
    when back; it does not count as being told.
    """
    return reach_each([(names, event)], at=at)[0]


def reach_each(asked: list[tuple[tuple[str, ...], object]], *, at: datetime):
    """Return for each (names, event) what `reach` does, with as many questions to the database as for one."""
    plans = [_meant(names, event) for names, event in asked]
    absent = who_is_away({pk for plan in plans for pk in plan.told}, at=at)
    for plan in plans:
        if gone := {pk: absent[pk] for pk in plan.told if pk in absent}:
            plan.told |= {member.pk: member for member in stand_ins(gone, at=at)}
        plan.told.pop(plan.event.actor_member_id, None)
    sight = who_see([(plan.told.values(), plan.event) for plan in plans])
    return [_told(plan, seen_by, absent, at=at) for plan, seen_by in zip(plans, sight, strict=True)]


def _meant(names: tuple[str, ...], event) -> _Meant:
    plan = _Meant(event)
    for name in names:
        home = home_of(name, event)
        if home == NOBODY:
            continue
        people = {member.pk: member for member in AUDIENCES[name](event)}
        if home is not None:
            plan.homes.setdefault(home, set()).update(people)
        plan.told |= people
    return plan


def _told(plan: _Meant, seen_by: set[UUID], absent: dict[UUID, UUID], *, at: datetime):
    """Return who is told, and where nobody is; who stands in is there, or would not stand in."""
    seeing = {pk: member for pk, member in plan.told.items() if pk in seen_by}
    gaps = []
    for home, people in plan.homes.items():
        here = {pk for pk, member in seeing.items() if home in {NETWORK, member.organisation_id}}
        if plan.event.actor_member_id in people or here - absent.keys():
            continue
        found = None if home == NETWORK else _instead(home, plan.event, at=at)
        if found is None:
            gaps.append(home)
        else:
            seeing |= {member.pk: member for member in found}
    return list(seeing.values()), gaps


def who_is_away(members, *, at: datetime) -> dict[UUID, UUID]:
    """Return {member: who stands in} for those of `members` (ids) that are away on the day of `at`. One query."""
    rows = away(list(members), actor=SYSTEM, on=timezone.localdate(at))
    return dict(rows.values_list("member_id", "substitute_id"))


def stand_ins(absent: dict[UUID, UUID], *, at: datetime) -> list[Member]:
    """Return who stands in and is there: for a substitute who is away as well, its own one, and so on."""
    known, wanted = dict(absent), set(absent.values())
    while missing := who_is_away(wanted - known.keys(), at=at):
        known |= missing
        wanted |= set(missing.values())
    return these(*(wanted - known.keys()))


def steps_up(organisation_id: UUID) -> Iterator[list[Member]]:
    """Give those who answer for an organisation, then those who lead there (issue 5)."""
    leads = who_may("referral.reassign", organisation_id)
    known = {member.pk for member in leads}
    yield [member for member in who_may("referral.answer", organisation_id) if member.pk not in known]
    yield leads


def present(members: list[Member], *, at: datetime) -> list[Member]:
    """Return those of `members` who are not away."""
    absent = who_is_away([member.pk for member in members], at=at)
    return [member for member in members if member.pk not in absent]


def _instead(organisation_id: UUID, event, *, at: datetime) -> list[Member] | None:
    """Return whom to tell in place of the absent; empty where who acted is one of them, None where there is nobody."""
    for people in steps_up(organisation_id):
        if event.actor_member_id in {member.pk for member in people}:
            return []
        here = present(people, at=at)
        seen_by = who_see([(here, event)])[0]
        if found := [member for member in here if member.pk in seen_by]:
            return found
    return None
