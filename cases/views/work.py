"""What appointments, reviews and unfinished drafts add to somebody's home page."""

from datetime import datetime, time, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.absences import covered_by
from cases.models import Appointment, Case
from cases.states import OPEN
from cases.views.drafts import unfinished
from cases.views.drawing import main_names
from core.codelists import label
from core.views.home import Item, offers_work

AHEAD = timedelta(days=7)
REVIEW_SOON = timedelta(days=3)


@offers_work
def appointments(actor, *, at, limit: int) -> list[Item]:
    """Return one's appointments of the coming week, and those whose outcome nobody has noted. Two queries."""
    if not actor.may("task.write"):
        return []
    rows = Appointment.objects.visible_to(actor).filter(
        organisation_id=actor.organisation_id, attendance="planned", starts_at__lt=at + AHEAD
    )
    rows = rows.filter(Q(member_id=actor.member_id) | Q(member_id__in=covered_by(actor, on=timezone.localdate(at))))
    found = list(rows.select_related("case").order_by("starts_at", "pk")[:limit])
    names = main_names([row.case.person_id for row in found], actor) if found else {}
    return [
        Item(
            title=label("appointment_kind", row.kind),
            url=reverse("cases:attendance" if row.starts_at < at else "cases:plan", args=[_target(row, at)]),
            verb=_("Say what came of it") if row.starts_at < at else _("Open"),
            meta=" · ".join(filter(None, [names.get(row.case.person_id, ""), row.with_whom])),
            icon="calendar-event",
            due_at=row.starts_at,
            started_at=row.created_at,
        )
        for row in found
    ]


def _target(row, at):
    return row.pk if row.starts_at < at else row.case_id


@offers_work
def reviews(actor, *, at, limit: int) -> list[Item]:
    """Return one's cases that are to be looked at again soon, or should have been. Two queries."""
    if not actor.may("case.write"):
        return []
    day = timezone.localdate(at)
    rows = Case.objects.visible_to(actor).filter(
        Q(caseworker_id=actor.member_id) | Q(caseworker_id__in=covered_by(actor, on=day)),
        status__in=OPEN,
        review_due_on__lte=day + REVIEW_SOON,
    )
    found = list(rows.order_by("review_due_on", "pk")[:limit])
    names = main_names([row.person_id for row in found], actor) if found else {}
    return [
        Item(
            title=_("Look at the risk again"),
            url=reverse("cases:assessment", args=[row.pk]),
            verb=_("Review"),
            meta=" · ".join(filter(None, [names.get(row.person_id, ""), row.reference])),
            icon="refresh-alert",
            due_at=timezone.make_aware(datetime.combine(row.review_due_on, time(18))),
        )
        for row in found
    ]


@offers_work
def drafts(actor, *, at, limit: int) -> list[Item]:
    """Return one's own drafts of new cases. One query."""
    return [
        Item(title=row["title"], url=row["url"], verb=_("Go on"), meta=_("Not finished yet"), icon="pencil")
        for row in unfinished(actor, limit=limit)
    ]
