"""Taking a list out: prepared and counted, released by a second person where it is large, then taken (INV-12).

Who takes lists: supervisors, of what they see themselves. A caseworker's rights go case by case (DOMAIN 7), and a
file leaves every protection behind, so caseworkers do not; nor does an administrator, who sees no case content.
Who releases the list of somebody else: a supervisor, or the data-protection officer, who sees its counts, columns
and purpose only.
"""

from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from cases.exports import LISTINGS, RESTRICTED
from cases.facts import checking
from cases.models import ExportJob
from core import events, trail
from core.actions import NotNow, NotPermitted, action
from core.tables import PIECES

KEPT = timedelta(days=7)  # DOMAIN 12: exports
MOST_ROWS = 20_000
SENSITIVE = 3  # a list of persons may hold children, so each of its rows leaves a trail
LARGE_A_DAY = 200  # rows in 24 hours, after which the data-protection officer is told (RELIABILITY 2.5)
DAY = timedelta(hours=24)


@action("record.export")
def prepare_export(*, actor, at, listing, form, columns, filters, purpose, reason="") -> ExportJob:
    """Freeze which rows a list has, and count them and the people they are about; nothing leaves yet.

    Args: `listing` and `columns` are codes of `cases.exports`, `form` is csv or xlsx, `filters` has `state`, `since`
    and `until`, `purpose` is of the code list. Returns the ExportJob: `open`, or `prepared` where a second person is
    needed (more rows than `settings.EXPORT_ALONE`, or a column of class 4). Raises Incomplete.
    """
    with checking() as facts:
        facts.choice("listing", listing, LISTINGS)
        facts.choice("form", form, PIECES)
        facts.code("purpose", purpose, "export_purpose")
        needed = _("Write what the list is for.") if purpose == "other" else ""
        reason = facts.text("reason", reason, limit=1000, lines=True, required=needed)
        chosen = LISTINGS[listing].chosen(columns, actor) if listing in LISTINGS else []
        if not chosen or len(chosen) < len(set(columns)):
            facts.wrong("columns", _("Choose at least one column of the list."))
    rows = LISTINGS[listing].rows(actor, filters)
    found = list(rows.order_by("pk").values_list("pk", LISTINGS[listing].person)[: MOST_ROWS + 1])
    with checking() as facts:
        if not found:
            facts.wrong("listing", _("There is nothing to take out with these choices."))
        elif len(found) > MOST_ROWS:
            facts.wrong("listing", _("The list has more than %(most)s rows. Narrow it.") % {"most": MOST_ROWS})
    job = ExportJob(
        id=uuid4(),
        organisation_id=actor.organisation_id,
        asked_by_id=actor.member_id,
        listing=listing,
        form=form,
        columns=[column.code for column in chosen],
        row_ids=[pk for pk, _person in found],
        row_count=len(found),
        person_count=len({person for _pk, person in found}),
        field_class=max(column.field_class for column in chosen),
        purpose=purpose,
        reason=reason,
        created_at=at,
        expires_at=at + KEPT,
    )
    job.status = "prepared" if needs_second(job) else "open"
    job.save(force_insert=True)
    _record("export.prepared", job, actor=actor, at=at)
    return job


def needs_second(job: ExportJob) -> bool:
    """Return whether somebody else must release the list: it is long, or holds what is highly restricted."""
    return job.row_count > settings.EXPORT_ALONE or job.field_class >= RESTRICTED


@action("export.ask", permission="record.export")
def ask_release(export_id, *, actor, at) -> ExportJob:
    """Ask a second person to release the list. Raises ExportJob.DoesNotExist, NotNow (wrong_state, export_ended)."""
    job = _own(export_id, actor, at=at, states=("prepared", "sent_back"))
    job.status = "waiting"
    job.save(update_fields=["status"])
    _record("export.asked", job, actor=actor, at=at)
    return job


@action("export.approve")
def decide_export(export_id, *, actor, at, release: bool, note="") -> ExportJob:
    """Release a list that somebody else asked for, or send it back with a note.

    Raises ExportJob.DoesNotExist, NotPermitted (own_export), NotNow (wrong_state, export_ended), Incomplete.
    """
    job = _locked(export_id, actor, at=at, states=("waiting",))
    if job.asked_by_id == actor.member_id:
        raise NotPermitted(
            "own_export", _("Somebody else must look at your list. That is what the second person is for.")
        )
    with checking() as facts:
        needed = "" if release else _("Write what should be different.")
        job.note = facts.text("note", note, limit=1000, lines=True, required=needed)
    job.status = "open" if release else "sent_back"
    job.decided_by_id, job.decided_at = actor.member_id, at
    job.save(update_fields=["status", "note", "decided_by", "decided_at"])
    _record("export.released" if release else "export.sent_back", job, actor=actor, at=at)
    return job


@action("export.take", permission="record.export")
def take_export(export_id, *, actor, at) -> ExportJob:
    """Let the person who asked take the list, and write the trail: an event, and a line for each row (INV-12).

    The file is made by `cases.exports.lines` afterwards. Only who asked may take it, from a page of one's own
    session; the days it can be taken are counted from its preparation. Tells the data-protection officer of a long
    list, and of many rows in a day. Raises ExportJob.DoesNotExist, NotNow (wrong_state, export_ended).
    """
    job = _own(export_id, actor, at=at, states=("open",))
    ExportJob.objects.filter(pk=job.pk).update(times_taken=F("times_taken") + 1, taken_at=at)
    _record("export.taken", job, actor=actor, at=at)
    if job.field_class > 1:
        seen = max(job.field_class, SENSITIVE)
        trail.read_all(job.row_ids, subject=LISTINGS[job.listing].subject, field_class=seen, actor=actor, at=at)
    today = ExportJob.objects.visible_to(actor).filter(asked_by_id=actor.member_id, taken_at__gt=at - DAY)
    rows_today = today.aggregate(rows=Sum("row_count"))["rows"] or 0
    if job.row_count > settings.EXPORT_ALONE or rows_today > LARGE_A_DAY:
        _record("export.large", job, actor=actor, at=at, rows_of_day=rows_today)
    return job


@action("export.end", permission="record.export")
def end_export(export_id, *, actor, at) -> ExportJob:
    """Let go of a list before its time. Raises ExportJob.DoesNotExist, NotNow."""
    job = _own(export_id, actor, at=at, states=("prepared", "waiting", "sent_back", "open"))
    _end([job.pk])
    _record("export.ended", job, actor=actor, at=at)
    return job


def expire_exports(*, actor, at) -> int:
    """End the lists whose days are over; return how many. For the worker's actor, in its transaction."""
    due = ExportJob.objects.visible_to(actor).exclude(status="ended").filter(expires_at__lte=at)
    ended = list(due.select_for_update(skip_locked=True, of=("self",))[:500])
    _end([job.pk for job in ended])
    for job in ended:
        _record("export.ended", job, actor=actor, at=at)
    return len(ended)


def _end(ids) -> None:
    """Which rows it had is personal data too: it goes; counts, columns and purpose stay for the trail."""
    ExportJob.objects.filter(pk__in=ids).update(status="ended", row_ids=[])


def _locked(export_id, actor, *, at, states) -> ExportJob:
    job = ExportJob.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=export_id)
    if job.expires_at <= at or job.status == "ended":
        raise NotNow("export_ended", _("The days of this list are over. Make a new one."))
    if job.status not in states:
        raise NotNow("wrong_state", _("This step does not fit the list any more. Look at it again."))
    return job


def _own(export_id, actor, *, at, states) -> ExportJob:
    job = _locked(export_id, actor, at=at, states=states)
    if job.asked_by_id != actor.member_id:
        raise NotPermitted("not_your_export", _("Only the person who asked for this list can do this."))
    return job


def _record(kind: str, job: ExportJob, *, actor, at, **more) -> None:
    events.record(
        kind,
        actor=actor,
        at=at,
        about=job.pk,
        organisations=[job.organisation_id],
        listing=job.listing,
        rows=job.row_count,
        people=job.person_count,
        field_class=job.field_class,
        purpose=job.purpose,
        columns=job.columns,
        **more,
    )
