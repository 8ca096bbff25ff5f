"""Break-glass: one case, one hour, a coded reason, at once told to who answers for it, and reviewed (DOMAIN 7)."""

from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from cases.facts import checking
from cases.models import Case, Emergency, Grant
from cases.models.access import FULL
from cases.models.emergencies import BREAKS, JUSTIFIED, NOT_JUSTIFIED, REVIEWS
from core import events
from core.actions import Incomplete, NotNow, NotPermitted, action, not_permitted
from core.actors import NOBODY, SYSTEM, acting
from core.workdays import add_working_days, calendar
from partners.models import Organisation

HOUR = timedelta(minutes=60)
A_DAY, TIMES_A_DAY = timedelta(hours=24), 3
AGAIN = timedelta(days=30)  # within which a second opening of the same case is called a repeated one
REVIEW_WORKING_DAYS = 2
SOON, LATE = timedelta(hours=60), timedelta(hours=72)  # every opening is reviewed within 72 hours (RELIABILITY 3)


@action("case.break_glass", permission=BREAKS)
def break_glass(*, actor, at, reference, reason, note="") -> Emergency:
    """Open one open case of one's organisation by its exact number, for an hour.

    Returns the Emergency. Raises NotPermitted, Incomplete (no_such_case: missing, closed, or another organisation's,
    all alike), NotNow (open_already, too_often).
    """
    if actor.member_id == NOBODY:
        raise not_permitted()
    with checking() as facts:
        facts.code("reason", reason, "emergency_reason")
        why = _("Write what happened, in a few words.") if reason == "other" else ""
        words = facts.text("note", note, limit=1000, lines=True, required=why)
        number = facts.text("reference", reference, limit=12, required=_("Write the number of the case.")).upper()
    own = Emergency.objects.visible_to(actor).filter(member_id=actor.member_id)
    with connection.cursor() as cursor:
        # Two tabs at once would both count two openings.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"break_glass {actor.member_id}"])
        if own.filter(opened_at__gt=at - A_DAY).count() >= TIMES_A_DAY:
            raise NotNow("too_often", _("You have opened three cases within a day. Call your supervisor."))
        cursor.execute("SELECT waymark.open_case_numbered(%s)", [number])
        case_id = cursor.fetchone()[0]
    if case_id is None:
        sentence = _("No open case of your organisation has this number. Look at it again.")
        raise Incomplete("no_such_case", sentence, fields={"reference": [sentence]})
    if Case.objects.visible_to(actor).filter(pk=case_id).exists():
        raise NotNow("open_already", _("This case is open to you already. Find it in the list of cases."))
    emergency = Emergency(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        case_id=case_id,
        reference=number,
        member_id=actor.member_id,
        reason=reason,
        note=words,
        repeated=own.filter(case_id=case_id, opened_at__gt=at - AGAIN).exists(),
        opened_at=at,
        until=at + HOUR,
        review_due_at=_review_due(actor.organisation_id, at=at),
    )
    Grant(
        id=uuid4(),
        case_id=case_id,
        owner_id=actor.organisation_id,
        organisation_id=actor.organisation_id,
        member_id=actor.member_id,
        level=FULL,
        basis="break_glass",
        opened_at=at,
        until=emergency.until,
    ).save(force_insert=True)
    emergency.save(force_insert=True)
    facts = {"case": case_id, "reason": reason, "repeated": emergency.repeated}
    # Told also to the data-protection officer, who may not see the case: so this event does not point at it.
    events.record("emergency.opened", actor=actor, at=at, about=emergency.pk, urgency="emergency", **facts)
    events.record("case.opened_in_emergency", actor=actor, at=at, about=case_id, case_id=case_id, **facts)
    return emergency


@action("emergency.end", permission="")
def end_emergency(emergency_id, *, actor, at) -> Emergency:
    """Close a case that one opened in an emergency before its hour is over. Raises Emergency.DoesNotExist, NotNow."""
    own = Emergency.objects.visible_to(actor).filter(member_id=actor.member_id)
    emergency = own.select_for_update(of=("self",)).get(pk=emergency_id)
    if emergency.ended_at is not None or at >= emergency.until:
        raise NotNow("ended", _("This has ended already."))
    _end(emergency, actor=actor, at=at, why="ended")
    return emergency


@action("emergency.review", permission=REVIEWS)
def review_emergency(emergency_id, *, actor, at, verdict, note="") -> Emergency:
    """Say whether an opening was justified; never one's own.

    Returns the Emergency. Raises Emergency.DoesNotExist, NotPermitted (own_emergency), NotNow (reviewed), Incomplete.
    """
    rows = Emergency.objects.visible_to(actor).select_for_update(of=("self",))
    emergency = rows.get(pk=emergency_id)
    if emergency.member_id == actor.member_id:
        raise NotPermitted("own_emergency", _("You opened this yourself. Somebody else has to review it."))
    if emergency.verdict:
        raise NotNow("reviewed", _("This is reviewed already."))
    with checking() as facts:
        facts.choice("verdict", verdict, (JUSTIFIED, NOT_JUSTIFIED))
        why = _("Write why it was not justified.") if verdict == NOT_JUSTIFIED else ""
        emergency.review_note = facts.text("note", note, limit=2000, lines=True, required=why)
    emergency.verdict, emergency.reviewed_by_id, emergency.reviewed_at = verdict, actor.member_id, at
    emergency.save(update_fields=["verdict", "review_note", "reviewed_by", "reviewed_at"])
    events.record(
        "emergency.reviewed", actor=actor, at=at, about=emergency.pk, verdict=verdict, asked_by=emergency.member_id
    )
    return emergency


def close_expired(*, at) -> int:
    """Close the rows of openings whose hour is over; return how many. Runs as the worker role.

    Nobody reads on until then: a grant past its `until` opens nothing, by the rule itself.
    """
    with acting(SYSTEM):
        rows = Emergency.objects.visible_to(SYSTEM).filter(ended_at=None, until__lte=at)
        expired = list(rows.select_for_update(skip_locked=True, of=("self",))[:200])
        for emergency in expired:
            _end(emergency, actor=SYSTEM, at=emergency.until, why="expired")
    return len(expired)


def remind_reviews(*, at) -> int:
    """Remind of reviews that are due, and tell more people of those that are late; return how many. As the worker.

    Reminded when two working days are over (DOMAIN 7), over a weekend after 60 hours; escalated after 72 hours.
    """
    told = 0
    with acting(SYSTEM):
        due = Q(review_due_at__lte=at) | Q(opened_at__lte=at - SOON)
        rows = Emergency.objects.visible_to(SYSTEM).filter(due, verdict="", alarm__lt=2)
        for emergency in rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:200]:
            if emergency.alarm == 1 and at < emergency.opened_at + LATE:
                continue
            emergency.alarm += 1
            emergency.save(update_fields=["alarm"])
            events.record(
                "emergency.review_due" if emergency.alarm == 1 else "emergency.review_late",
                actor=SYSTEM,
                at=at,
                about=emergency.pk,
                organisations=[emergency.organisation_id],
                case=emergency.case_id,
                opened_by=emergency.member_id,
            )
            told += 1
    return told


def _end(emergency: Emergency, *, actor, at, why: str) -> None:
    emergency.ended_at = at
    emergency.save(update_fields=["ended_at"])
    Grant.objects.visible_to(actor).filter(
        case_id=emergency.case_id, member_id=emergency.member_id, basis="break_glass", closed_at=None
    ).update(closed_at=at, close_reason=why)
    events.record("emergency.ended", actor=actor, at=at, about=emergency.pk, case=emergency.case_id, why=why)


def _review_due(organisation_id, *, at):
    body = Organisation.objects.get(pk=organisation_id)
    office = calendar(hours=body.opening_hours, closures=body.closures, country=body.country, time_zone=body.time_zone)
    return add_working_days(at, REVIEW_WORKING_DAYS, office)
