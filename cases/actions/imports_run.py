"""Carrying an import out, and undoing it: whole or not at all, by whoever ordered it, with today's rights (F14).

A longer file goes part by part, each in a transaction of its own; which lines are done is where the next part begins,
so that a worker that was killed doubles nothing. A part that a door refuses takes back the parts before it.
"""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.actions.imports import INLINE, PART, create, locked, recorded
from cases.models import Case, ImportJob, ImportRow, Person
from core.actions import NotNow, Refusal, action
from core.models import Event

UNDO = timedelta(days=30)
WAITING = ("checking", "ordered", "undoing")


class Stopped(Exception):
    """A line could not be created; nothing of its part is kept."""

    def __init__(self, number: int, sentence: str):
        super().__init__(number)
        self.number, self.sentence = number, sentence


@action("import.order", permission="record.import")
def order_import(job_id, *, actor, at, leave_out_wrong: bool = False) -> ImportJob:
    """Order the import of a checked file. Longer files wait for the worker, short ones are run by the caller next.

    Raises ImportJob.DoesNotExist, NotNow (wrong_state, unanswered, lines_wrong, nothing_to_import).
    """
    job = locked(job_id, actor, states=("checked",))
    rows = ImportRow.objects.visible_to(actor).filter(job=job)
    if rows.filter(state="twice", choice="").exists():
        raise NotNow("unanswered", _("Say first what to do with the people who may be here already."))
    if rows.filter(state="wrong").exists() and not leave_out_wrong:
        raise NotNow("lines_wrong", _("Some lines are wrong. Correct the file, or say that they are to be left out."))
    if not _wanted(rows).exists():
        raise NotNow("nothing_to_import", _("No line is left to import."))
    job.status, job.ordered_at, job.ordered_by_id, job.tries = "ordered", at, actor.member_id, 0
    job.version += 1
    job.save(update_fields=["status", "ordered_at", "ordered_by", "tries", "version"])
    recorded("import.ordered", job, actor=actor, at=at)
    return job


def _wanted(rows):
    return rows.filter(Q(state="ready") | Q(state="twice", choice__in=["create", "attach"]))


def run_import(job_id, *, actor, at, teller=None) -> ImportJob:
    """Create the next part of what was ordered; the first line that a door refuses stops the import.

    `teller` records how it ended (the worker's actor, so that whoever ordered it is told). Returns the ImportJob:
    `done`, still `ordered` while lines are left, or with the line and the reason `failed`, or `undoing` where parts
    before this one must be taken back first.
    """
    try:
        return _run(job_id, actor=actor, at=at, teller=teller)
    except Stopped as stopped:
        return fail_import(job_id, stopped.number, stopped.sentence, actor=actor, at=at, teller=teller)


@action("import.run", permission="record.import")
def _run(job_id, *, actor, at, teller=None) -> ImportJob:
    job = locked(job_id, actor, states=("ordered",))
    rows = ImportRow.objects.visible_to(actor).filter(job=job)
    part = list(_wanted(rows).order_by("number")[:PART])
    for row in part:
        try:
            known = Person.objects.visible_to(actor).get(pk=row.person_id) if row.choice == "attach" else None
            others = [UUID(item["person"]) for item in row.candidates if "person" in item]
            person, new, case = create(row.facts, person=known, actor=actor, at=at, not_same=others)
        except Refusal as refusal:
            said = [text for texts in refusal.fields.values() for text in texts]
            raise Stopped(row.number, " ".join(said) or refusal.sentence) from None
        except Person.DoesNotExist:
            raise Stopped(row.number, _("The person to attach to is not open to you any more.")) from None
        row.person_id, row.made_person, row.case_id = person.pk, new, case.pk if case else None
        row.state, row.made_at, row.facts, row.candidates = "done", at, {}, []
    columns = ["person_id", "made_person", "case_id", "state", "made_at", "facts", "candidates"]
    ImportRow.objects.bulk_update(part, columns)
    if len(part) == PART:
        recorded("import.continued", job, actor=actor, at=at)
        return job
    rows.filter(state="twice", choice="skip").update(state="skipped", facts={}, candidates=[])
    job.status, job.run_at, job.failed_row, job.failure = "done", at, None, ""
    job.save(update_fields=["status", "run_at", "failed_row", "failure"])
    recorded("import.done", job, actor=teller or actor, at=at, made=rows.filter(state="done").count())
    return job


@action("import.fail", permission="record.import")
def fail_import(job_id, number, sentence, *, actor, at, teller=None) -> ImportJob:
    """Stop an import with the reason; parts of it that were created already are taken back by the worker next."""
    job = locked(job_id, actor, states=WAITING)
    halfway = job.status == "ordered" and ImportRow.objects.visible_to(actor).filter(job=job, state="done").exists()
    job.status, job.failed_row, job.failure = "undoing" if halfway else "failed", number, sentence
    job.ordered_at, job.tries = at, 0
    job.save(update_fields=["status", "failed_row", "failure", "ordered_at", "tries"])
    recorded("import.continued" if halfway else "import.failed", job, actor=teller or actor, at=at)
    return job


@action("import.order_undo", permission="record.import")
def order_undo(job_id, *, actor, at) -> ImportJob:
    """Ask for an import to be undone, within 30 days. The worker does it: the web role may not delete records.

    One that failed and could not be taken back whole may be undone, too. Raises ImportJob.DoesNotExist, NotNow
    (wrong_state, too_late).
    """
    job = locked(job_id, actor, states=("done", "failed"))
    if not ImportRow.objects.visible_to(actor).filter(job=job, state="done").exists():
        raise NotNow("wrong_state", _("This step does not fit the import any more. Look at it again."))
    if not undoable(job, at=at):
        raise NotNow("too_late", _("An import can be undone for 30 days."))
    job.status, job.ordered_at, job.ordered_by_id, job.tries = "undoing", at, actor.member_id, 0
    job.failed_row, job.failure = None, ""
    job.save(update_fields=["status", "ordered_at", "ordered_by", "tries", "failed_row", "failure"])
    recorded("import.ordered", job, actor=actor, at=at)
    return job


def undoable(job: ImportJob, *, at) -> bool:
    """Return whether what an import created may still be taken back."""
    return job.status in {"done", "failed"} and at <= (job.run_at or job.ordered_at or at) + UNDO


@action("import.undo", permission="record.import")
def undo_import(job_id, *, actor, at, teller=None) -> ImportJob:
    """Take back the next part of what the import created and nobody has touched since; say of the rest why it stays.

    Touched: an event by a person or a system of an organisation after the import. The events stay, since they hold no
    names. Runs as the worker role. Returns the ImportJob: still `undoing` while lines are left, `undone`, or `failed`
    where this was an import that could not go on. Raises NotNow (wrong_state).
    """
    job = locked(job_id, actor, states=("undoing",))
    done = ImportRow.objects.visible_to(actor).filter(job=job)
    rows = list(done.filter(state="done").order_by("number")[:PART])
    touched = _touched(rows, job, actor)
    gone = [row for row in rows if not {row.case_id, row.person_id if row.made_person else None} & touched]
    _remove(Case, [row.case_id for row in gone if row.case_id])
    _remove(Person, [row.person_id for row in gone if row.made_person])
    for row in rows:
        row.state = "undone" if row in gone else "kept"
        if row.state == "kept":
            row.problems = [{"column": "", "text": _("Somebody has worked on it since."), "stops": False}]
    ImportRow.objects.bulk_update(rows, ["state", "problems"])
    if len(rows) == PART:
        recorded("import.continued", job, actor=actor, at=at)
        return job
    failed = bool(job.failure)
    job.status, job.undone_at = "failed" if failed else "undone", at
    job.save(update_fields=["status", "undone_at"])
    kept = done.filter(state="kept").count()
    recorded("import.failed" if failed else "import.undone", job, actor=teller or actor, at=at, kept=kept)
    return job


def _touched(rows, job: ImportJob, actor) -> set:
    """Return the ids of persons and cases that somebody has worked on after the import."""
    persons = {row.person_id for row in rows if row.made_person}
    cases = {row.case_id for row in rows if row.case_id}
    somebody = Q(actor_member_id__isnull=False) | Q(actor_token_id__isnull=False)
    own = {row.made_at or job.run_at for row in rows}
    later = Event.objects.visible_to(actor).filter(somebody).exclude(at__in=own)
    found = later.filter(Q(about__in=persons | cases) | Q(case_id__in=cases)).values_list("about", "case_id")
    ids = {pk for pair in found for pk in pair}
    # Another case of an imported person was opened outside of the import: its event names the case alone.
    others = Case.objects.visible_to(actor).filter(person_id__in=persons).exclude(pk__in=cases)
    return ids | set(others.values_list("person_id", flat=True))


def _remove(model, ids: list) -> None:
    """Delete rows and whatever the system hung on them; nobody has written there, or an event would say so."""
    if not ids:
        return
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
            continue
        below = relation.related_model
        found = below._base_manager.filter(**{f"{relation.field.name}__in": ids}).values_list("pk", flat=True)
        _remove(below, list(found))
    rows = model._base_manager.filter(pk__in=ids)
    rows._raw_delete(rows.db)


def short(job: ImportJob) -> bool:
    """Return whether a request may wait for the import."""
    return job.row_count <= INLINE
