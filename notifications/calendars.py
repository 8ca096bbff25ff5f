"""A calendar of one's own deadlines, tasks and appointments that names nobody: codes, kinds and times (RFC 5545)."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from cases.models import Appointment, Case, Task
from core.actors import Actor
from partners.identity import actor_of_user, digest_of
from referral.models import Deadline

BACK, AHEAD = timedelta(days=30), timedelta(days=366)
MOST = 500  # of each sort
MARK = timedelta(minutes=15)  # how long a moment is drawn


def reader(token: str) -> Actor | None:
    """Return whose calendar a token opens, or None: unknown, withdrawn, or the account is closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waymark.calendar_user(%s)", [digest_of(token)])
        user_id = cursor.fetchone()[0]
    return None if user_id is None else actor_of_user(user_id)


def calendar(actor: Actor, *, at: datetime) -> bytes:
    """Return the calendar of an actor as iCalendar; a month back, a year ahead. Four queries."""
    made = Calendar()
    made.add("prodid", "-//Waymark//waymark//")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", "Waymark")
    host = urlsplit(settings.SITE_URL).hostname or "waymark.invalid"
    for pk, summary, begins, ends in (*_deadlines(actor, at), *_tasks(actor, at), *_appointments(actor, at)):
        entry = Event()
        entry.add("uid", f"{pk}@{host}")
        entry.add("summary", summary)
        entry.add("dtstart", begins)
        entry.add("dtend", ends)
        entry.add("dtstamp", at)
        entry.add("class", "PRIVATE")
        made.add_component(entry)
    return made.to_ical()


def _span(at: datetime, column: str) -> Q:
    return Q(**{f"{column}__range": (at - BACK, at + AHEAD)})


def _deadlines(actor, at):
    """Clocks that one owes: as the receiver's worker, at its desk while nobody is named, as the case's worker."""
    mine = Case.objects.visible_to(actor).filter(caseworker_id=actor.member_id)
    whose = Q(referral__worker_id=actor.member_id) | Q(referral__case_id__in=mine.values("pk"))
    if actor.may("referral.answer"):
        whose |= Q(receiver_id=actor.organisation_id, referral__worker_id=None)
    rows = Deadline.objects.visible_to(actor).filter(whose, _span(at, "due_at"), met_at=None, closed_at=None)
    for row in rows.filter(paused_at=None).select_related("referral").order_by("due_at", "pk")[:MOST]:
        yield row.pk, _("Deadline %(code)s") % {"code": row.referral.reference}, row.due_at, row.due_at + MARK


def _tasks(actor, at):
    rows = Task.objects.visible_to(actor).filter(_span(at, "due_at"), assignee_id=actor.member_id, done_at=None)
    rows = list(rows.order_by("due_at", "pk")[:MOST])
    codes = Case.objects.visible_to(actor).in_bulk({row.case_id for row in rows if row.case_id})
    for row in rows:
        code = codes[row.case_id].reference if row.case_id in codes else ""
        yield row.pk, (_("Task %(code)s") % {"code": code}).strip(), row.due_at, row.due_at + MARK


def _appointments(actor, at):
    rows = Appointment.objects.visible_to(actor).filter(_span(at, "starts_at"), member_id=actor.member_id)
    for row in rows.filter(attendance="planned").order_by("starts_at", "pk")[:MOST]:
        yield row.pk, _("Appointment"), row.starts_at, row.starts_at + timedelta(minutes=row.minutes)
