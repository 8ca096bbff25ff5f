"""Nobody is told in name only: who is away is covered, and where nobody can be told, somebody else learns of it.

An audience whose people are all away, or have left, is not an audience. Then, in this order and as far as they may
see it: who stands in, those who answer for the organisation, those who lead there. What is still open is a Gap.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from cases.actions.absences import away
from core.actors import SYSTEM
from notifications.audiences import AUDIENCES, NETWORK, NOBODY, home_of, who_see
from partners.models import Member
from partners.roster import active_members, who_may


def reach(names: tuple[str, ...], event, *, at: datetime) -> tuple[list[Member], list[UUID | str]]:
    """Return whom to tell of an event now, and the organisations (or NETWORK) where nobody can be told.

    Each member once; never the one who acted, who knows already. Somebody who is away is told too, and reads it
    when back; it does not count as being told.
    """
    told: dict[UUID, Member] = {}
    meant: dict[UUID | str, set[UUID]] = {}
    for name in names:
        home = home_of(name, event)
        if home == NOBODY:
            continue
        people = {member.pk: member for member in AUDIENCES[name](event)}
        if home is not None:
            meant.setdefault(home, set()).update(people)
        told |= people
    absent = who_is_away(told, at=at)
    told |= {member.pk: member for member in stand_ins(absent, at=at)}
    told.pop(event.actor_member_id, None)
    seen_by = who_see(told.values(), event)
    seeing = {pk: member for pk, member in told.items() if pk in seen_by}
    gaps = []
    for home, people in meant.items():
        here = {pk for pk, member in seeing.items() if home in {NETWORK, member.organisation_id}}
        if event.actor_member_id in people or here - who_is_away(here, at=at).keys():
            continue
        found = None if home == NETWORK else _instead(home, event, at=at)
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
    return list(active_members().filter(pk__in=wanted - known.keys()))


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
        seen_by = who_see(here, event)
        if found := [member for member in here if member.pk in seen_by]:
            return found
    return None
