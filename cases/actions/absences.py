"""Being away: who stands in, sees what, and until when."""

from datetime import datetime, time, timedelta
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.cases import colleagues_for
from cases.facts import checking
from cases.models import Absence, Case, Grant
from cases.models.access import FULL
from cases.states import OPEN
from core import events
from core.actions import NotNow, action, not_permitted
from core.actors import SYSTEM, acting

LONGEST = timedelta(days=366)
OTHERS = "absence.set_for_others"


@action("absence.set")
def set_absence(*, actor, at, member, substitute, from_on, until_on, named=False) -> Absence:
    """Say that a member is away from a day to a day, and who stands in; its cases open to the substitute meanwhile.

    Args: `named` lets the substitute see class 4 as well. One's own absence, or a colleague's with the verb for it.
    Returns the Absence. Raises NotPermitted, Incomplete.
    """
    if member.pk != actor.member_id and not actor.may(OTHERS):
        raise not_permitted()
    today = timezone.localdate(at)
    with checking() as facts:
        colleagues = set(colleagues_for(actor).values_list("pk", flat=True))
        if member.pk not in colleagues:
            facts.wrong("member", _("Choose a colleague who works with clients."))
        if substitute.pk not in colleagues or substitute.pk == member.pk:
            facts.wrong("substitute", _("Choose another colleague who works with clients."))
        if until_on < from_on:
            facts.wrong("until_on", _("The last day comes before the first."))
        elif until_on < today or until_on - from_on > LONGEST:
            facts.wrong("until_on", _("Choose a last day that is to come, within a year."))
        rows = Absence.objects.visible_to(actor).filter(ended_at=None, from_on__lte=until_on, until_on__gte=from_on)
        if rows.filter(member_id=member.pk).exists():
            facts.wrong("from_on", _("An absence on these days is noted already."))
        if rows.filter(member_id=substitute.pk).exists():
            facts.wrong("substitute", _("This colleague is away on these days too."))
    row = Absence(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        member=member,
        substitute=substitute,
        named=bool(named),
        from_on=from_on,
        until_on=until_on,
        set_by_id=actor.member_id,
        created_at=at,
    )
    row.save(force_insert=True)
    if from_on <= today:
        open_cover(row, actor=actor, at=at)
    events.record("absence.set", actor=actor, at=at, about=row.pk, member=member.pk, substitute=substitute.pk)
    return row


@action("absence.end", permission="absence.set")
def end_absence(absence_id, *, actor, at) -> Absence:
    """Say that somebody is back, or does not go: the substitute's reading ends now.

    Returns the Absence. Raises Absence.DoesNotExist, NotPermitted, NotNow (absence_ended).
    """
    rows = Absence.objects.visible_to(actor)
    if rows.get(pk=absence_id).member_id != actor.member_id and not actor.may(OTHERS):
        raise not_permitted()
    row = rows.select_for_update(of=("self",)).get(pk=absence_id)  # a lock asks the policy of changing, too
    if row.ended_at is not None:
        raise NotNow("absence_ended", _("This absence has ended already."))
    close_cover(row, actor=actor, at=at)
    events.record("absence.ended", actor=actor, at=at, about=row.pk, member=row.member_id)
    return row


def open_cover(row: Absence, *, actor, at) -> int:
    """Open the open cases of who is away to the substitute, as far as the actor sees them; return how many opened.

    A sealed case stays with those it names.
    """
    cases = Case.objects.visible_to(actor).filter(
        organisation_id=row.organisation_id, caseworker_id=row.member_id, status__in=OPEN, sealed_at=None
    )
    covered = Grant.objects.visible_to(actor).filter(absence_id=row.pk, closed_at=None).values("case_id")
    missing = list(cases.exclude(pk__in=covered))
    until = timezone.make_aware(datetime.combine(row.until_on + timedelta(days=1), time.min))
    for case in missing:
        Grant(
            id=uuid4(),
            case=case,
            owner_id=case.organisation_id,
            organisation_id=case.organisation_id,
            member_id=row.substitute_id,
            level=FULL,
            basis="cover_named" if row.named else "cover",
            absence_id=row.pk,
            opened_at=at,
            until=until,
        ).save(force_insert=True)
    return len(missing)


def close_cover(row: Absence, *, actor, at) -> None:
    """End an absence and what it opened."""
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    Grant.objects.visible_to(actor).filter(absence_id=row.pk, closed_at=None).update(
        closed_at=at, close_reason="absence_ended"
    )


def sweep_absences(*, at) -> int:
    """Open what absences that have begun need, and end those that are over; return how many rows changed.

    Runs as the worker role. Running twice changes nothing the second time.
    """
    today, changed = timezone.localdate(at), 0
    with acting(SYSTEM):
        rows = Absence.objects.visible_to(SYSTEM).select_for_update(skip_locked=True, of=("self",))
        for row in rows.filter(ended_at=None, from_on__lte=today).order_by("pk"):
            if row.until_on < today:
                close_cover(row, actor=SYSTEM, at=at)
                events.record(
                    "absence.ended",
                    actor=SYSTEM,
                    at=at,
                    about=row.pk,
                    organisations={row.organisation_id},
                    member=row.member_id,
                )
                changed += 1
            else:
                changed += open_cover(row, actor=SYSTEM, at=at)
    return changed


def away(members, *, actor, on):
    """Return the absences of these members (ids or a subquery) that hold on a day."""
    rows = Absence.objects.visible_to(actor).filter(ended_at=None, from_on__lte=on, until_on__gte=on)
    return rows.filter(member_id__in=members)


def covered_by(actor, *, on):
    """Return the ids of the members for whom the actor stands in on a day, as a subquery."""
    rows = Absence.objects.visible_to(actor).filter(substitute_id=actor.member_id, ended_at=None)
    return rows.filter(from_on__lte=on, until_on__gte=on).values("member_id")
